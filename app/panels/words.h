// Numbers and names as a person reads them: value, uncertainty, unit; left and right in words.
#pragma once

#include <string>
#include <string_view>

#include "imaging/core/study.h"
#include "planning/plan.h"

namespace app {

// "3.1 mm", "3.1 ± 0.2 mm". A standard deviation of 0 is one that is not known.
std::string in_mm(double value_mm, double sd_mm = 0);
std::string in_ml_min(double value_ml_min);  // "412 ml/min"
std::string in_mmhg(double value_mmhg);      // "64 mmHg"
std::string in_cm_s(double value_cm_s);      // "12.4 cm/s"
std::string in_percent(double fraction);     // "87 %"
std::string in_degrees(double angle_deg);    // "38°"
// One decimal for mm and other lengths, none for ml/min and counts; without a unit "" the bare
// number.
std::string with_unit(double value, std::string_view unit);
// A number of decimals without an exponent, with the sign that is as wide as a plus: "−12.40".
std::string fixed(double value, int decimals);

// "posterior_tibial_vein_1" -> "Posterior tibial vein 1".
std::string spoken(std::string_view snake_case);
// The same, short enough for a list: "PTV 1". Names that have no usual short form stay whole.
std::string short_name(std::string_view vessel_name);

// "LEFT LEG", "RIGHT LEG", "SIDE UNKNOWN".
std::string_view leg_in_words(imaging::Side side);
// "L", "R", "?".
std::string_view letter(imaging::Side side);

// "0.310 mm/px ± 4 %, from geometry", or why lengths are in px.
std::string sentence(const imaging::Calibration& calibration);
// "0.31 mm ± 4 %" for a chip, or "px only".
std::string short_sentence(const imaging::Calibration& calibration);

// "LAO 35° CRA 5°".
std::string angles(const imaging::CArmPose& pose);

// "about 3 s", "about 2 min".
std::string time_left(double seconds);

// "6:45": a place on the clock face, to a quarter of an hour.
std::string clock_face(double hours);

}  // namespace app
