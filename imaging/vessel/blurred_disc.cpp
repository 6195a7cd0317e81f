#include "imaging/vessel/blurred_disc.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "imaging/vessel/cross_section.h"

namespace imaging {
namespace {

constexpr double radius_step_mm = 0.05;
constexpr double wall_mm = 0.6;
constexpr double intima_media_mm = 0.15;
// Inside a lumen the scanner shows its own noise, some 25 dB under tissue.
constexpr double noise_floor_db = 25;
// From no wall at all to the wall of a calcified artery, in steps of 1.5 dB.
constexpr double least_wall_db = -3, most_wall_db = 24, wall_step_db = 1.5;
// Tissue beyond the wall that takes part in the fit.
constexpr double tissue_mm = 1.2;

double log_to_grey(double power) { return 10 * std::log10(power) / decibel_per_grey; }

// exp(-x) I0(x), after Abramowitz and Stegun 9.8.1 and 9.8.2.
double scaled_bessel_i0(double x) {
  if (x < 3.75) {
    const double t = (x / 3.75) * (x / 3.75);
    return std::exp(-x) *
           (1 + t * (3.5156229 +
                     t * (3.0899424 +
                          t * (1.2067492 + t * (0.2659732 + t * (0.0360768 + t * 0.0045813))))));
  }
  const double t = 3.75 / x;
  return (0.39894228 +
          t * (0.01328592 +
               t * (0.00225319 +
                    t * (-0.00157565 +
                         t * (0.00916281 +
                              t * (-0.02057706 +
                                   t * (0.02635537 + t * (-0.01647633 + t * 0.00392377)))))))) /
         std::sqrt(x);
}

}  // namespace

BlurredDisc::BlurredDisc(double blur_mm)
    : bins_(static_cast<std::size_t>(largest_mm / bin_mm)),
      radii_(static_cast<std::size_t>(largest_mm / radius_step_mm) + 1),
      table_(bins_ * radii_, 0.0) {
  const double s2 = blur_mm * blur_mm;
  for (std::size_t bin = 0; bin < bins_; ++bin) {
    const double r = (static_cast<double>(bin) + 0.5) * bin_mm;
    double sum = 0;
    for (std::size_t n = 1; n < radii_; ++n) {
      // Power that reaches r from the ring of radius rho, by the midpoint rule.
      const double rho = (static_cast<double>(n) - 0.5) * radius_step_mm;
      sum += rho / s2 * std::exp(-(r - rho) * (r - rho) / (2 * s2)) *
             scaled_bessel_i0(r * rho / s2) * radius_step_mm;
      table_[n * bins_ + bin] = std::min(1.0, sum);
    }
  }
}

double BlurredDisc::disc(std::size_t bin, double radius_mm) const {
  const auto n = static_cast<std::size_t>(std::lround(radius_mm / radius_step_mm));
  return table_[std::min(n, radii_ - 1) * bins_ + bin];
}

double BlurredDisc::power(std::size_t bin, double radius_mm, double wall_over_tissue) const {
  const double adventitia = disc(bin, radius_mm + wall_mm) - disc(bin, radius_mm + intima_media_mm);
  return std::max(1e-6, 1 - disc(bin, radius_mm) + (wall_over_tissue - 1) * adventitia);
}

double BlurredDisc::open_lumen_db(double radius_mm, double wall_over_tissue) const {
  double sum_db = 0, weights = 0;
  for (std::size_t n = 0; n < bins_; ++n) {
    const double r = (static_cast<double>(n) + 0.5) * bin_mm;
    if (n > 0 && r > 0.6 * radius_mm) break;
    const double noisy =
        power(n, radius_mm, wall_over_tissue) + std::pow(10.0, -noise_floor_db / 10);
    sum_db -= r * 10 * std::log10(noisy);
    weights += r;
  }
  return sum_db / weights;
}

DiscProfileFit BlurredDisc::fit(const std::vector<double>& profile_grey, double least_radius_mm,
                                double most_radius_mm) const {
  DiscProfileFit best;
  best.residual_grey = std::numeric_limits<double>::infinity();
  const double floor_grey = noise_floor_db / decibel_per_grey;
  std::array<double, static_cast<std::size_t>(largest_mm / bin_mm) + 1> model{};
  // Every radius is judged on the same bins, or a larger one would win by leaving out what it
  // cannot explain.
  const std::size_t used =
      std::min({profile_grey.size(), bins_,
                static_cast<std::size_t>((most_radius_mm + wall_mm + tissue_mm) / bin_mm)});
  for (double radius_mm = least_radius_mm; radius_mm <= most_radius_mm + 1e-9;
       radius_mm += radius_step_mm)
    for (double wall_db = least_wall_db; wall_db <= most_wall_db; wall_db += wall_step_db) {
      const double wall = std::pow(10.0, wall_db / 10);
      double weight_sum = 0, mean = 0;
      for (std::size_t n = 0; n < used; ++n) {
        model[n] = log_to_grey(power(n, radius_mm, wall));
        if (std::isnan(profile_grey[n]) || model[n] < -floor_grey / 2) continue;
        const double w = static_cast<double>(n) + 0.5;  // As many pixels as the ring is long.
        weight_sum += w;
        mean += w * (profile_grey[n] - model[n]);
      }
      if (weight_sum <= 0) continue;
      mean /= weight_sum;  // The tissue's grey.
      double error = 0, weights = 0;
      for (std::size_t n = 0; n < used; ++n) {
        if (std::isnan(profile_grey[n])) continue;
        const double w = static_cast<double>(n) + 0.5;
        const double floor = mean - floor_grey;
        const double d = std::max(profile_grey[n], floor) - std::max(mean + model[n], floor);
        error += w * d * d;
        weights += w;
      }
      const double rms = std::sqrt(error / weights);
      if (rms < best.residual_grey) best = {radius_mm, wall, mean, rms};
    }
  return best;
}

}  // namespace imaging
