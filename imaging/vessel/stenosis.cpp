#include "imaging/vessel/stenosis.h"

#include <tbb/parallel_for.h>

#include <Eigen/Cholesky>
#include <Eigen/Core>
#include <algorithm>
#include <cmath>

#include "imaging/vessel/angiogram_lesions.h"
#include "imaging/vessel/detail/blurred_chord.h"

namespace imaging {
namespace {

using detail::blurred_chord;

constexpr double profile_step_px = 0.5;
// Profiles are means over this much of the way on both sides: less noise, and a narrowing shorter
// than this is blurred along the vessel anyway.
constexpr int mean_over_px = 1;
constexpr double height_sd = 0.15;  // Of ln A along a vessel: contrast mixes unevenly.
constexpr double filled_noises = 4;

double bilinear(const Frame<float>& image, double x, double y) {
  x = std::clamp(x, 0.0, image.columns() - 1.0);
  y = std::clamp(y, 0.0, image.rows() - 1.0);
  const int x0 = static_cast<int>(x), y0 = static_cast<int>(y);
  const int x1 = std::min(x0 + 1, image.columns() - 1), y1 = std::min(y0 + 1, image.rows() - 1);
  const auto at = [&](int c, int r) { return static_cast<double>(image(c, r)); };
  return std::lerp(std::lerp(at(x0, y0), at(x1, y0), x - x0),
                   std::lerp(at(x0, y1), at(x1, y1), x - x0), y - y0);
}

// A way's points with the direction across it, turned smoothly.
struct Across {
  Point2 at, direction;
};

std::vector<Across> cross_lines(const std::vector<Point2>& way) {
  constexpr std::size_t reach = 4;
  std::vector<Across> lines;
  for (std::size_t n = 0; n < way.size(); ++n) {
    const Point2 &a = way[n >= reach ? n - reach : 0],
                 &b = way[std::min(n + reach, way.size() - 1)];
    const double length = std::max(1e-9, std::hypot(b.x - a.x, b.y - a.y));
    lines.push_back({way[n], {-(b.y - a.y) / length, (b.x - a.x) / length}});
  }
  return lines;
}

// Density across the way, at steps from `from_px` on; 0 is the way itself.
struct Profile {
  double from_px = 0;
  std::vector<double> values;
  // Where a neighbour cut a side off: the ground's level farther out, and how well it is known. The
  // valley between two vessels does not reach it.
  double ground = 0, ground_sd = 0;
  double at_px(std::size_t n) const { return from_px + profile_step_px * static_cast<double>(n); }
};

Profile profile_at(const Frame<float>& contrast, const std::vector<Across>& lines, std::size_t n,
                   double reach_px) {
  Profile profile;
  profile.from_px = -reach_px;
  const auto count = static_cast<std::ptrdiff_t>(lines.size());
  for (double u = -reach_px; u <= reach_px + 1e-9; u += profile_step_px) {
    double sum = 0;
    int of = 0;
    for (int d = -mean_over_px; d <= mean_over_px; ++d) {
      const std::ptrdiff_t m = static_cast<std::ptrdiff_t>(n) + d;
      if (m < 0 || m >= count) continue;
      const Across& line = lines[static_cast<std::size_t>(m)];
      sum += bilinear(contrast, line.at.x + u * line.direction.x, line.at.y + u * line.direction.y);
      ++of;
    }
    profile.values.push_back(sum / of);
  }
  return profile;
}

// Without the vessels beside this one: each side ends in the valley from which it rises again, by a
// fifth of this vessel's height and more than noise does: the range of forty values of it is four
// deviations or so.
Profile without_neighbours(const Profile& whole, double noise) {
  constexpr double off_way_px = 2, rise_share = 0.2, rise_noises = 6;
  const std::vector<double>& v = whole.values;
  std::size_t top = 0;
  double highest = -1e300;
  for (std::size_t n = 0; n < v.size(); ++n)
    if (std::abs(whole.at_px(n)) <= off_way_px && v[n] > highest) highest = v[n], top = n;
  const auto valley = [&](int way) {
    std::size_t lowest = top;
    for (std::size_t n = top; (way < 0 ? n > 0 : n + 1 < v.size());) {
      n = way < 0 ? n - 1 : n + 1;
      if (v[n] < v[lowest]) lowest = n;
      if (v[n] - v[lowest] > std::max(rise_noises * noise, rise_share * (highest - v[lowest])) &&
          lowest != top)
        return lowest;
    }
    return way < 0 ? std::size_t{0} : v.size() - 1;
  };
  const std::size_t first = valley(-1), last = valley(1);
  constexpr std::size_t least = 8;  // Five unknowns, and something left to tell noise by.
  if (last - first + 1 < least || (first == 0 && last + 1 == v.size())) return whole;
  Profile own;
  own.from_px = whole.at_px(first);
  own.values.assign(v.begin() + static_cast<std::ptrdiff_t>(first),
                    v.begin() + static_cast<std::ptrdiff_t>(last) + 1);
  std::vector<double> sorted = v;
  const auto quarter = sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 4);
  std::nth_element(sorted.begin(), quarter, sorted.end());
  own.ground = std::min(*quarter, std::min(v[first], v[last]));
  constexpr double uneven_share = 0.1;  // Of a ground that other vessels leave little of.
  own.ground_sd = std::max(noise, uneven_share * (highest - own.ground));
  return own;
}

using Unknowns = Eigen::Matrix<double, 5, 1>;  // ln R, ln A, middle, base, slope of the base.

struct Fitted {
  Unknowns x = Unknowns::Zero();
  Eigen::Matrix<double, 5, 5> covariance = Eigen::Matrix<double, 5, 5>::Zero();
  double noise = 0;  // Of the profile's points, as left over.
};

// What is already known of ln A; sd 0: nothing.
struct Height {
  double log_a = 0, sd = 0;
};

Fitted fitted(const Profile& profile, double blur, Unknowns start, Height height, double noise) {
  const auto count = static_cast<Eigen::Index>(profile.values.size());
  const Eigen::Index rows = count + 4;
  const auto at_px = [&](Eigen::Index n) { return profile.at_px(static_cast<std::size_t>(n)); };
  const double reach_px = std::max(-at_px(0), at_px(count - 1));
  const auto chords = [&](const Unknowns& x) {
    Eigen::VectorXd chord(count);
    const double radius = std::exp(x(0));
    for (Eigen::Index n = 0; n < count; ++n)
      chord(n) = blurred_chord(at_px(n) - x(2), radius, blur);
    return chord;
  };
  const auto residuals = [&](const Unknowns& x, const Eigen::VectorXd& chord) {
    Eigen::VectorXd r(rows);
    const double a = std::exp(x(1));
    for (Eigen::Index n = 0; n < count; ++n)
      r(n) = (a * chord(n) + x(3) + x(4) * at_px(n) - profile.values[static_cast<std::size_t>(n)]) /
             noise;
    r(count) = height.sd > 0 ? (x(1) - height.log_a) / height.sd : 0;
    r(count + 1) = x(2) / 2;  // The way lies on the vessel to about two pixels.
    const bool cut = profile.ground_sd > 0;
    r(count + 2) = cut ? (x(3) - profile.ground) / profile.ground_sd : 0;
    r(count + 3) = cut ? x(4) * reach_px / profile.ground_sd : 0;
    return r;
  };
  // Only radius and middle change the chords; the others' slopes follow from those at hand.
  const auto slopes_at = [&](const Unknowns& x, const Eigen::VectorXd& chord) {
    constexpr double small = 1e-4;
    Eigen::Matrix<double, Eigen::Dynamic, 5> slopes =
        Eigen::Matrix<double, Eigen::Dynamic, 5>::Zero(rows, 5);
    const double a = std::exp(x(1)) / noise;
    for (const int k : {0, 2}) {
      Unknowns aside = x;
      aside(k) += small;
      slopes.col(k).head(count) = a / small * (chords(aside) - chord);
    }
    slopes.col(1).head(count) = a * chord;
    slopes.col(3).head(count).setConstant(1 / noise);
    for (Eigen::Index n = 0; n < count; ++n) slopes(n, 4) = at_px(n) / noise;
    if (height.sd > 0) slopes(count, 1) = 1 / height.sd;
    slopes(count + 1, 2) = 0.5;
    if (profile.ground_sd > 0) {
      slopes(count + 2, 3) = 1 / profile.ground_sd;
      slopes(count + 3, 4) = reach_px / profile.ground_sd;
    }
    return slopes;
  };
  Fitted best;
  best.x = start;
  Eigen::VectorXd chord = chords(best.x), r = residuals(best.x, chord);
  double damping = 1e-2;
  Eigen::Matrix<double, 5, 5> normal = Eigen::Matrix<double, 5, 5>::Identity();
  for (int round = 0; round < 25; ++round) {
    const auto slopes = slopes_at(best.x, chord);
    normal = slopes.transpose() * slopes;
    Eigen::Matrix<double, 5, 5> damped = normal;
    damped.diagonal() *= 1 + damping;
    Unknowns step = damped.ldlt().solve(-(slopes.transpose() * r));
    for (const int k : {0, 1}) step(k) = std::clamp(step(k), -0.5, 0.5);
    const Unknowns x = best.x + step;
    const Eigen::VectorXd moved_chord = chords(x), moved = residuals(x, moved_chord);
    if (moved.squaredNorm() < r.squaredNorm()) {
      const bool done = r.squaredNorm() - moved.squaredNorm() < 1e-6 * r.squaredNorm();
      best.x = x;
      r = moved;
      chord = moved_chord;
      damping = std::max(1e-6, damping / 5);
      if (done) break;
    } else {
      damping *= 5;
      if (damping > 1e6) break;
    }
  }
  best.noise = noise * std::sqrt(r.head(count).squaredNorm() / static_cast<double>(count));
  // Points half a pixel apart and three lines together err alike in part: about half of them count.
  constexpr double independent = 0.5;
  const double worse = std::max(1.0, best.noise / noise);
  Eigen::Matrix<double, 5, 5> held = normal;
  held.diagonal().array() += 1e-9 * normal.diagonal().maxCoeff();
  best.covariance =
      held.ldlt().solve(Eigen::Matrix<double, 5, 5>::Identity()) * worse * worse / independent;
  return best;
}

// A first guess from the profile itself: its area and its height.
Unknowns guess(const Profile& profile) {
  const double base = 0.5 * (profile.values.front() + profile.values.back());
  double area = 0, top = 0, moment = 0;
  for (std::size_t n = 0; n < profile.values.size(); ++n) {
    const double v = std::max(0.0, profile.values[n] - base);
    area += v * profile_step_px;
    moment += v * profile.at_px(n) * profile_step_px;
    top = std::max(top, v);
  }
  // Area is A pi R^2 / 2 and the top A R.
  const double reach_px = std::max(-profile.from_px, profile.at_px(profile.values.size() - 1));
  const double radius = std::clamp(top > 0 ? 2 * area / (3.14159 * top) : 1, 0.5, reach_px);
  const double a = std::max(1e-9, top / radius);
  return {std::log(radius), std::log(a), area > 0 ? std::clamp(moment / area, -2.0, 2.0) : 0, base,
          0};
}

// The middle over both ends, without a fit: a fitted lumen is never less than none, which in noise
// adds up.
double above_sides(const Profile& profile) {
  const std::vector<double>& v = profile.values;
  double middle = 0;
  int of = 0;
  for (std::size_t n = 0; n < v.size(); ++n)
    if (std::abs(profile.at_px(n)) <= 1) middle += v[n], ++of;
  constexpr std::size_t ends = 3;
  double sides = 0;
  for (std::size_t n = 0; n < ends; ++n) sides += v[n] + v[v.size() - 1 - n];
  return middle / std::max(1, of) - sides / (2 * ends);
}

double median(std::vector<double> values) {
  if (values.empty()) return 0;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

// Noise of a pixel beside the way, from differences of neighbours: vessels are few there. Of the
// whole picture it would be that of the air around the limb, which is a fraction.
double pixel_noise(const Frame<float>& image, const std::vector<Across>& lines, double reach_px) {
  constexpr double apart_px = 2;
  std::vector<double> far;
  for (std::size_t n = 0; n < lines.size(); n += 2)
    for (double u = -reach_px; u + apart_px <= reach_px; u += 1.5) {
      const auto at = [&](double v) {
        const int c = static_cast<int>(std::lround(lines[n].at.x + v * lines[n].direction.x));
        const int r = static_cast<int>(std::lround(lines[n].at.y + v * lines[n].direction.y));
        return static_cast<double>(
            image(std::clamp(c, 0, image.columns() - 1), std::clamp(r, 0, image.rows() - 1)));
      };
      far.push_back(std::abs(at(u + apart_px) - at(u)));
    }
  return std::max(1e-9, 1.4826 * median(std::move(far)) / std::sqrt(2.0));
}

// The picture is blurred along the vessel as well as across it, and profiles are means over a few
// lines: what is fitted is A R^2 blurred along the way with this variance, and a short narrowing
// looks filled up by its ends. To second order the blur adds half the variance times the second
// derivative; both come from the parabola through five neighbours, so that noise does not grow.
void sharpen_along(std::vector<WidthSample>& samples, const std::vector<Fitted>& fits,
                   double variance_px2) {
  const auto area = [&](std::size_t n) { return std::exp(fits[n].x(1) + 2 * fits[n].x(0)); };
  std::vector<double> diameters;
  for (std::size_t n = 0; n < samples.size(); ++n) {
    diameters.push_back(samples[n].diameter_px);
    if (n < 2 || n + 2 >= samples.size()) continue;
    bool filled = true;
    for (std::size_t m = n - 2; m <= n + 2; ++m) filled = filled && samples[m].filled;
    if (!filled) continue;
    const double far = area(n - 2) + area(n + 2), near = area(n - 1) + area(n + 1), here = area(n);
    const double smooth = (-3 * far + 12 * near + 17 * here) / 35;
    const double bend = (2 * far - near - 2 * here) / 7;  // Per px^2; points are a pixel apart.
    // More than halving the area is beyond the second order.
    const double sharp = std::max(0.5 * here, smooth - 0.5 * variance_px2 * bend);
    diameters.back() *= std::sqrt(sharp / here);
  }
  for (std::size_t n = 0; n < samples.size(); ++n) samples[n].diameter_px = diameters[n];
}

// Blur that explains the profiles of the better filled places best; one number for the picture.
double fitted_blur(const std::vector<Profile>& profiles, double noise) {
  double best = 0.6, least = 1e300;
  for (double blur = 0.3; blur <= 2.0; blur += 0.1) {
    double left = 0;
    for (std::size_t n = 0; n < profiles.size();
         n += std::max<std::size_t>(1, profiles.size() / 24)) {
      const Fitted f = fitted(profiles[n], blur, guess(profiles[n]), {}, noise);
      left += std::min(25.0, f.noise * f.noise / (noise * noise));
    }
    if (left < least) least = left, best = blur;
  }
  return best;
}

}  // namespace

Result<WidthProfile> measure_widths(const Frame<float>& contrast, const std::vector<Point2>& way,
                                    double lesion_share) {
  if (way.size() < 8)
    return fail(ErrorCode::InvalidInput,
                "The stretch is too short to be measured; mark a longer one.");
  const std::vector<Across> lines = cross_lines(way);
  constexpr double first_reach_px = 24;
  const double noise =
      pixel_noise(contrast, lines, first_reach_px) / std::sqrt(2.0 * mean_over_px + 1);
  // Wide enough for the vessel with as much ground on both sides: from its widths at half height.
  std::vector<double> rough;
  for (std::size_t n = 0; n < lines.size(); n += 4)
    rough.push_back(std::exp(
        guess(without_neighbours(profile_at(contrast, lines, n, first_reach_px), noise))(0)));
  const double reach_px = std::clamp(2.2 * median(rough) + 3, 5.0, first_reach_px);

  std::vector<Profile> profiles(lines.size());
  tbb::parallel_for(std::size_t{0}, lines.size(), [&](std::size_t n) {
    profiles[n] = without_neighbours(profile_at(contrast, lines, n, reach_px), noise);
  });
  WidthProfile result;
  result.blur_px = fitted_blur(profiles, noise);
  std::vector<Fitted> fits(lines.size());
  const auto fit_all = [&](Height height) {
    tbb::parallel_for(std::size_t{0}, lines.size(), [&](std::size_t n) {
      Unknowns start = guess(profiles[n]);
      if (height.sd > 0) start(1) = height.log_a;
      fits[n] = fitted(profiles[n], result.blur_px, start, height, noise);
    });
  };
  fit_all({});
  // The density per length that wide, well filled places agree on.
  std::vector<double> heights;
  for (const Fitted& f : fits)
    if (std::exp(f.x(0)) > 1.5 * result.blur_px && std::sqrt(f.covariance(1, 1)) < 0.3)
      heights.push_back(f.x(1));
  if (!heights.empty()) fit_all({median(heights), height_sd});

  double at_px = 0;
  for (std::size_t n = 0; n < lines.size(); ++n) {
    const Fitted& f = fits[n];
    WidthSample s;
    if (n > 0) at_px += std::hypot(way[n].x - way[n - 1].x, way[n].y - way[n - 1].y);
    s.at_px = at_px;
    const double radius = std::exp(f.x(0)), height = std::exp(f.x(1));
    const double contrast_px = height * blurred_chord(0, radius, result.blur_px);
    s.filled = contrast_px > filled_noises * noise;
    s.clear = (s.filled ? contrast_px : above_sides(profiles[n])) / std::max(noise, f.noise);
    s.middle = {lines[n].at.x + f.x(2) * lines[n].direction.x,
                lines[n].at.y + f.x(2) * lines[n].direction.y};
    s.diameter_px = s.filled ? 2 * radius : 0;
    s.diameter_sd_px = s.filled ? 2 * radius * std::sqrt(f.covariance(0, 0)) : result.blur_px;
    if (n > 0)
      (s.filled ? result.filled_px : result.empty_px) += at_px - result.samples.back().at_px;
    result.samples.push_back(s);
  }
  sharpen_along(result.samples, fits,
                result.blur_px * result.blur_px + mean_over_px * (mean_over_px + 1) / 3.0);
  if (!(result.filled_px > 0))
    return fail(ErrorCode::NotFound, "No contrast lies along this way; mark a vessel that fills.");
  add_scatter(result.samples, result.blur_px);
  add_reference(result.samples, result.blur_px);
  result.lesions = lesions_of(result.samples, result.blur_px, lesion_share);
  return result;
}

Result<Millimetres> in_mm(double value_px, double sd_px, const Calibration& calibration) {
  if (!calibration.gives_mm())
    return fail(
        ErrorCode::Uncalibrated,
        "This run has no size in the patient; calibrate it on a catheter, a ball or a known "
        "distance.");
  const double mm_per_px = std::sqrt(calibration.mm_per_px_column * calibration.mm_per_px_row);
  return Millimetres{
      value_px * mm_per_px,
      std::hypot(sd_px * mm_per_px, value_px * mm_per_px * calibration.relative_error)};
}

}  // namespace imaging
