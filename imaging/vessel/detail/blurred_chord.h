// What a round vessel shows across itself on an X-ray picture.
#pragma once

namespace imaging::detail {

// sqrt(R^2 - x^2), 0 beyond R, blurred by a Gaussian of standard deviation `blur`; px.
double blurred_chord(double x, double radius, double blur);

}  // namespace imaging::detail
