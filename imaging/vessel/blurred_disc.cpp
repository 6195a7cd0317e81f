#include "imaging/vessel/blurred_disc.h"

#include <tbb/parallel_for.h>

#include <Eigen/Core>
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
// From no wall at all to the wall of a calcified artery, in steps of 1.5 dB.
constexpr double least_wall_db = -3, wall_step_db = 1.5;
constexpr std::size_t walls = 19;
// Tissue beyond the wall that takes part in the fit.
constexpr double tissue_mm = 1.2;
// Speckle is as coarse as the beam is wide: bins nearer than this err together.
constexpr double speckle_mm = 0.45;
constexpr double fitted_numbers = 3;  // Radius, wall, tissue.

double log_to_grey(double power) { return 10 * std::log10(power) / decibel_per_grey; }

double wall_over_tissue_of(std::size_t w) {
  return std::pow(10.0, (least_wall_db + wall_step_db * static_cast<double>(w)) / 10);
}

std::size_t steps_of(double radius_mm) {
  return static_cast<std::size_t>(std::lround(radius_mm / radius_step_mm));
}

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

BlurredDisc::BlurredDisc(const ScannerLook& look)
    : floor_db_(look.floor_db),
      bins_(static_cast<std::size_t>(largest_mm / bin_mm)),
      radii_(static_cast<std::size_t>(largest_mm / radius_step_mm) + 1),
      table_(bins_ * radii_, 0.0),
      grey_(radii_ * walls * bins_) {
  const double s2 = look.blur_mm * look.blur_mm;
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
  // All logarithms of a profile at once: tried for dozens of looks of the scanner, this is most of
  // the time.
  using Profile = Eigen::ArrayXf;
  const auto profile = [&](std::size_t n) {
    const double* const from = &table_[std::min(n, radii_ - 1) * bins_];
    return Profile(
        Eigen::Map<const Eigen::ArrayXd>(from, static_cast<Eigen::Index>(bins_)).cast<float>());
  };
  const auto floor = static_cast<float>(floor_power());
  const auto grey_per_e = static_cast<float>(log_to_grey(std::exp(1.0)));
  tbb::parallel_for(std::size_t{0}, radii_, [&](std::size_t n) {
    const Profile tissue = 1 - profile(n);
    const Profile adventitia =
        profile(n + steps_of(wall_mm)) - profile(n + steps_of(intima_media_mm));
    for (std::size_t w = 0; w < walls; ++w) {
      const auto over = static_cast<float>(wall_over_tissue_of(w) - 1);
      Eigen::Map<Profile>(&grey_[(n * walls + w) * bins_], static_cast<Eigen::Index>(bins_)) =
          grey_per_e * ((tissue + over * adventitia).max(0.0F) + floor).log();
    }
  });
}

double BlurredDisc::floor_power() const { return std::pow(10.0, -floor_db_ / 10); }

double BlurredDisc::disc(std::size_t bin, double radius_mm) const {
  return table_[std::min(steps_of(radius_mm), radii_ - 1) * bins_ + bin];
}

double BlurredDisc::power(std::size_t bin, double radius_mm, double wall_over_tissue) const {
  const double adventitia = disc(bin, radius_mm + wall_mm) - disc(bin, radius_mm + intima_media_mm);
  return std::max(0.0, 1 - disc(bin, radius_mm) + (wall_over_tissue - 1) * adventitia) +
         floor_power();
}

std::vector<double> BlurredDisc::profile(double radius_mm, double wall_over_tissue) const {
  const double step = std::clamp(radius_mm / radius_step_mm, 0.0, static_cast<double>(radii_) - 2);
  const auto low = static_cast<std::size_t>(step);
  const auto share = step - static_cast<double>(low);
  const double wall_db = 10 * std::log10(wall_over_tissue);
  const auto w = static_cast<std::size_t>(std::clamp(
      std::round((wall_db - least_wall_db) / wall_step_db), 0.0, static_cast<double>(walls) - 1));
  const float* const a = &grey_[(low * walls + w) * bins_];
  const float* const b = &grey_[((low + 1) * walls + w) * bins_];
  std::vector<double> profile(bins_);
  for (std::size_t n = 0; n < bins_; ++n)
    profile[n] = std::lerp(static_cast<double>(a[n]), static_cast<double>(b[n]), share);
  return profile;
}

double BlurredDisc::open_lumen_db(double radius_mm, double wall_over_tissue) const {
  double sum_db = 0, weights = 0;
  for (std::size_t n = 0; n < bins_; ++n) {
    const double r = (static_cast<double>(n) + 0.5) * bin_mm;
    if (n > 0 && r > 0.6 * radius_mm) break;
    sum_db -= r * 10 * std::log10(power(n, radius_mm, wall_over_tissue));
    weights += r;
  }
  return sum_db / weights;
}

namespace {

// The spread of the radius from the errors (mean squares, the best wall at each radius) about the
// best one: as far as the misfit grows by no more than one independent value of noise adds. Where
// the errors end before, the profile does not tell, and the end stands.
double spread_mm(const std::vector<double>& errors, std::size_t best, double independent) {
  const double limit = errors[best] * (1 + 1 / std::max(1.0, independent - fitted_numbers));
  const auto reach = [&](int way) {
    double steps = 0;
    for (auto n = static_cast<std::ptrdiff_t>(best);; n += way, ++steps) {
      const std::ptrdiff_t next = n + way;
      if (next < 0 || next >= static_cast<std::ptrdiff_t>(errors.size())) return steps + 0.5;
      const double here = errors[static_cast<std::size_t>(n)],
                   there = errors[static_cast<std::size_t>(next)];
      if (there < limit || there <= here) continue;
      const double share = std::clamp((limit - here) / (there - here), 0.0, 1.0);
      // About its lowest point the misfit is a parabola.
      return steps + (steps > 0 ? share : std::sqrt(share));
    }
  };
  return 0.5 * (reach(-1) + reach(1)) * radius_step_mm;
}

}  // namespace

DiscProfileFit BlurredDisc::fit(const std::vector<double>& profile_grey, double least_radius_mm,
                                double most_radius_mm) const {
  DiscProfileFit best;
  best.residual_grey = std::numeric_limits<double>::infinity();
  const auto darkest = static_cast<float>(-0.5 * floor_db_ / decibel_per_grey);
  // Every radius is judged on the same bins, or a larger one would win by leaving out what it
  // cannot explain.
  const std::size_t used =
      std::min({profile_grey.size(), bins_,
                static_cast<std::size_t>((most_radius_mm + wall_mm + tissue_mm) / bin_mm)});
  std::array<float, static_cast<std::size_t>(largest_mm / bin_mm) + 1> seen{}, weight{};
  double weights = 0;
  for (std::size_t n = 0; n < used; ++n) {
    if (std::isnan(profile_grey[n])) continue;
    seen[n] = static_cast<float>(profile_grey[n]);
    weight[n] = static_cast<float>(n) + 0.5F;  // As many pixels as the ring is long.
    weights += static_cast<double>(weight[n]);
  }
  if (weights <= 0) return best;
  const auto step_of = [&](double radius_mm) { return std::min(steps_of(radius_mm), radii_ - 1); };
  const std::size_t first = step_of(least_radius_mm), last = step_of(most_radius_mm);
  std::vector<double> errors(last - first + 1, std::numeric_limits<double>::infinity());
  std::size_t best_step = first;
  for (std::size_t r = first; r <= last; ++r)
    for (std::size_t w = 0; w < walls; ++w) {
      const float* const model = &grey_[(r * walls + w) * bins_];
      float bright_sum = 0, bright = 0, sum = 0, sum2 = 0;
      for (std::size_t n = 0; n < used; ++n) {
        const float d = seen[n] - model[n], b = model[n] < darkest ? 0 : weight[n];
        bright += b;
        bright_sum += b * d;
        sum += weight[n] * d;
        sum2 += weight[n] * d * d;
      }
      if (bright <= 0) continue;
      // The tissue's grey is that of what is bright; the error about it, by Steiner's theorem.
      const double mean = static_cast<double>(bright_sum / bright);
      const double all = static_cast<double>(sum) / weights;
      const double error =
          static_cast<double>(sum2) / weights - all * all + (all - mean) * (all - mean);
      errors[r - first] = std::min(errors[r - first], std::max(0.0, error));
      const double rms = std::sqrt(std::max(0.0, error));
      if (rms >= best.residual_grey) continue;
      best = {.radius_mm = static_cast<double>(r) * radius_step_mm,
              .radius_sd_mm = 0,
              .wall_over_tissue = wall_over_tissue_of(w),
              .tissue_grey = mean,
              .residual_grey = rms};
      best_step = r;
    }
  if (std::isfinite(best.residual_grey))
    best.radius_sd_mm =
        spread_mm(errors, best_step - first, static_cast<double>(used) * bin_mm / speckle_mm);
  return best;
}

}  // namespace imaging
