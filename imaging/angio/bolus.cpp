#include "imaging/angio/bolus.h"

#include <tbb/blocked_range.h>
#include <tbb/parallel_for.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "imaging/angio/detail/frame_weights.h"

namespace imaging {
namespace {

using detail::above_ground;
using detail::dot;
using detail::Weights;

constexpr int least_frames = 6;
// A limb that moved less leaves nothing that could be told from noise, px.
constexpr double moved_px = 0.3;
// Of a movement's power, at least this much beside anything that contrast does.
constexpr double least_apart = 0.02;
// The curve is learnt where it shows best: some 10 cm of one artery in a picture of a calf.
constexpr double learnt_from = 0.004;
// Noise changes over a few px: bones have edges. Squares this far to either side share it.
constexpr int noise_half_px = 4;

// How the limb as a whole moved, along columns and along rows, where it did.
std::vector<Weights> movements(const std::vector<FrameMotion>& motions) {
  std::vector<Weights> courses;
  for (const bool rows : {false, true}) {
    Weights course;
    for (const FrameMotion& m : motions)
      course.push_back(rows ? m.shift_row_px : m.shift_column_px);
    if (course.empty()) continue;
    const auto [low, high] = std::minmax_element(course.begin(), course.end());
    if (*high - *low > moved_px) courses.push_back(std::move(course));
  }
  return courses;
}

// What does not count as contrast: a constant, and the limb's movement.
std::vector<Weights> nuisances(std::size_t frames, const std::vector<FrameMotion>* motions) {
  std::vector<Weights> basis;
  detail::add_to(basis, Weights(frames, 1));
  if (!motions || motions->size() != frames) return basis;
  for (Weights& course : movements(*motions)) detail::add_to(basis, std::move(course));
  return basis;
}

// Before its first frame a curve is where it begins, after its last where it ends.
Weights shifted(const Weights& curve, int frames) {
  const int last = static_cast<int>(curve.size()) - 1;
  Weights result(curve.size());
  for (int f = 0; f <= last; ++f)
    result[static_cast<std::size_t>(f)] =
        curve[static_cast<std::size_t>(std::clamp(f - frames, 0, last))];
  return result;
}

// Its part at right angles to the basis.
Weights beside(Weights curve, const std::vector<Weights>& basis) {
  detail::take_out(curve, basis);
  return curve;
}

std::vector<std::size_t> highest(const Frame<float>& picture, double share) {
  constexpr int border_px = 4;
  std::vector<std::pair<float, std::size_t>> values;
  for (int r = border_px; r < picture.rows() - border_px; ++r)
    for (int c = border_px; c < picture.columns() - border_px; ++c)
      values.push_back({picture(c, r), static_cast<std::size_t>(r * picture.columns() + c)});
  const auto wanted = static_cast<std::size_t>(share * static_cast<double>(values.size()));
  if (wanted == 0) return {};
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(wanted - 1),
                   values.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
  std::vector<std::size_t> pixels;
  for (std::size_t i = 0; i < wanted; ++i) pixels.push_back(values[i].second);
  return pixels;
}

// How far a place's values stray from what the basis explains, + where they rise above it later.
Frame<float> change(const std::vector<Frame<float>>& above, const std::vector<Weights>& basis) {
  Frame<float> result(above.front().columns(), above.front().rows());
  std::vector<Frame<float>> aside;
  for (const Weights& b : basis) aside.push_back(detail::weighted(above, b));
  tbb::parallel_for(tbb::blocked_range<std::size_t>(0, result.size(), 1 << 14),
                    [&](const auto& part) {
                      for (std::size_t i = part.begin(); i < part.end(); ++i) {
                        float squares = 0, sum = 0;
                        for (const auto& frame : above) {
                          squares += frame.data()[i] * frame.data()[i];
                          sum += frame.data()[i];
                        }
                        for (const auto& a : aside) squares -= a.data()[i] * a.data()[i];
                        result.data()[i] = sum > 0 ? squares : 0;
                      }
                    });
  return result;
}

// Starts from the places that change most, and asks four times which follow their mean course most
// and what the course of those is.
Weights learnt_curve(const std::vector<Frame<float>>& still, const std::vector<Weights>& basis) {
  const std::size_t n = still.size();
  const int half_px = std::max(4, still.front().columns() / 64);
  std::vector<Frame<float>> above(n);
  tbb::parallel_for(std::size_t{0}, n,
                    [&](std::size_t f) { above[f] = above_ground(still[f], half_px); });
  std::vector<std::size_t> pixels = highest(change(above, basis), learnt_from);
  Weights curve;
  for (int pass = 0; pass < 4; ++pass) {
    Weights next(n, 0);
    for (std::size_t f = 0; f < n; ++f)
      for (const std::size_t p : pixels) next[f] += static_cast<double>(above[f].data()[p]);
    const auto [low, high] = std::minmax_element(next.begin(), next.end());
    const double from = *low, span = *high - *low;
    if (!(span > 0)) return Weights(n, 0);
    for (double& x : next) x = (x - from) / span;
    curve = std::move(next);
    pixels = highest(detail::weighted(above, beside(curve, basis)), learnt_from);
  }
  return curve;
}

// Per pixel: the largest projection on any of the curves, over its neighbours so that noise does
// not choose; which curve that was; and the mean square that is left.
struct Fit {
  Frame<float> projection, left;
  Frame<std::uint8_t> curve;
};

Fit fitted(const std::vector<Frame<float>>& still, const std::vector<Weights>& basis,
           const std::vector<Weights>& unit_curves) {
  const int columns = still.front().columns(), rows = still.front().rows();
  std::vector<Frame<float>> onto;
  for (const Weights& c : unit_curves) onto.push_back(detail::weighted(still, c));
  std::vector<Frame<float>> aside;
  for (const Weights& b : basis) aside.push_back(detail::weighted(still, b));
  Fit fit{Frame<float>(columns, rows), Frame<float>(columns, rows),
          Frame<std::uint8_t>(columns, rows)};
  const auto freedom = static_cast<float>(still.size() - basis.size() - 1);
  tbb::parallel_for(tbb::blocked_range<int>(0, rows, 16), [&](const auto& band) {
    for (int r = band.begin(); r != band.end(); ++r)
      for (int c = 0; c < columns; ++c) {
        float best = 0;
        std::size_t which = 0;
        for (std::size_t d = 0; d < onto.size(); ++d) {
          float around = 0;
          for (int y = std::max(0, r - 1); y <= std::min(rows - 1, r + 1); ++y)
            for (int x = std::max(0, c - 1); x <= std::min(columns - 1, c + 1); ++x)
              around += onto[d](x, y);
          if (d == 0 || around > best) best = around, which = d;
        }
        const float p = onto[which](c, r);
        float squares = -p * p;
        for (const auto& frame : still) squares += frame(c, r) * frame(c, r);
        for (const auto& a : aside) squares -= a(c, r) * a(c, r);
        fit.projection(c, r) = p;
        fit.curve(c, r) = static_cast<std::uint8_t>(which);
        fit.left(c, r) = std::max(0.0F, squares) / freedom;
      }
  });
  return fit;
}

float median_of_positive(const Frame<float>& picture) {
  std::vector<float> values;
  for (std::size_t i = 0; i < picture.size(); i += 3)
    if (picture.data()[i] > 0) values.push_back(picture.data()[i]);
  if (values.empty()) return 0;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

// Contrast that comes earlier than where it shows best, or later: behind an occlusion, and in
// veins, by most of the run.
struct Curves {
  std::vector<Weights> unit;  // Each beside the basis, of length 1.
  std::vector<float> peak;    // Contrast per projection on it.
  std::vector<int> delay;     // Frames.
};

Curves delayed_curves(const Weights& curve, const std::vector<Weights>& basis) {
  Curves curves;
  const int frames = static_cast<int>(curve.size());
  const double whole = std::sqrt(dot(curve, curve));
  for (int d = -std::max(1, frames / 4); d <= frames / 3; ++d) {
    Weights unit = beside(shifted(curve, d), basis);
    const double size = std::sqrt(dot(unit, unit));
    // A curve that is over when the run begins is as good as a constant.
    if (!(size > 0.5 * whole)) continue;
    for (double& x : unit) x /= size;
    curves.unit.push_back(std::move(unit));
    curves.peak.push_back(static_cast<float>(1 / size));
    curves.delay.push_back(d);
  }
  return curves;
}

// Contrast comes wider as well as later, which sums of earlier and later curves follow.
std::vector<Weights> all_that_contrast_does(const std::vector<Frame<float>>& still,
                                            const std::vector<Weights>& basis) {
  std::vector<Weights> contrast;
  detail::add_to(contrast, Weights(still.size(), 1));
  const Weights learnt = learnt_curve(still, basis);
  const int most = std::clamp(static_cast<int>(still.size()) / 4, 1, 6);
  for (int d = -most; d <= most; d += 2) detail::add_to(contrast, shifted(learnt, d));
  return contrast;
}

void take_from(std::vector<Frame<float>>& still, const Weights& course, const Frame<float>& holds) {
  tbb::parallel_for(std::size_t{0}, still.size(), [&](std::size_t f) {
    const auto share = static_cast<float>(course[f]);
    float* const to = still[f].data();
    for (std::size_t i = 0; i < holds.size(); ++i) to[i] -= share * holds.data()[i];
  });
}

// The contrast of every place, as far as it does not go as one of the basis does.
BolusPicture beside_basis(const std::vector<Frame<float>>& still,
                          const std::vector<Weights>& basis) {
  BolusPicture result;
  result.curve = learnt_curve(still, basis);
  const Curves curves = delayed_curves(result.curve, basis);
  const int columns = still.front().columns(), rows = still.front().rows();
  result.contrast = Frame<float>(columns, rows);
  result.clear = Frame<float>(columns, rows);
  result.delay_frames = Frame<float>(columns, rows);
  if (curves.unit.empty()) return result;  // Nothing changes in this run.
  const Fit fit = fitted(still, basis, curves.unit);
  const Frame<float> noise = detail::mean_around(fit.left, noise_half_px);
  // Where a detector is saturated nothing is left, and nothing is known.
  const float least = 0.05F * median_of_positive(noise);
  for (std::size_t i = 0; i < noise.size(); ++i) {
    const float p = fit.projection.data()[i];
    const std::size_t which = fit.curve.data()[i];
    result.contrast.data()[i] = p * curves.peak[which];
    result.delay_frames.data()[i] = static_cast<float>(curves.delay[which]);
    result.clear.data()[i] = noise.data()[i] > least ? p / std::sqrt(noise.data()[i]) : 0;
  }
  return result;
}

// Of noise alone the highest of a picture's places is some 5 to 6 times its deviation.
constexpr float surely_clear = 8;

float highest_of(const Frame<float>& picture) {
  return *std::max_element(picture.data(), picture.data() + picture.size());
}

}  // namespace

bool shows_movement(const std::vector<FrameMotion>& motions) { return !movements(motions).empty(); }

std::vector<Frame<float>> settled_frames(const Subtraction& subtraction, int frames,
                                         const std::vector<FrameMotion>& motions) {
  std::vector<Frame<float>> still;
  for (int n = 0; n < frames; ++n) still.push_back(subtraction.still_frame(n));
  const auto count = static_cast<std::size_t>(frames);
  if (frames < least_frames || motions.size() != count) return still;
  const std::vector<Weights> courses = movements(motions);
  const std::vector<Weights> basis = nuisances(count, &motions);
  const std::vector<Weights> contrast = all_that_contrast_does(still, basis);
  std::vector<std::pair<Weights, Frame<float>>> take;
  // What is left of each course beside contrast, and beside the course before it, tells how much of
  // the course a place holds.
  for (std::size_t m = 0; m < courses.size(); ++m) {
    Weights own = beside(courses[m], contrast);
    for (std::size_t other = 0; other < courses.size(); ++other) {
      if (other == m) continue;
      std::vector<Weights> with_other = contrast;
      detail::add_to(with_other, courses[other]);
      own = beside(courses[m], with_other);
    }
    const double power = dot(own, own), whole = dot(courses[m], courses[m]);
    // Hardly anything that contrast does not do as well: it cannot be told from it.
    if (!(power > least_apart * whole)) continue;
    for (double& x : own) x /= power;
    const Frame<float> holds = detail::weighted(still, own);
    double at_mask = 0;
    const std::vector<int>& mask = subtraction.mask().frames;
    for (const int f : mask)
      at_mask += courses[m][static_cast<std::size_t>(f)] / static_cast<double>(mask.size());
    Weights from_mask = courses[m];
    for (double& x : from_mask) x -= at_mask;
    take.push_back({std::move(from_mask), holds});
  }
  for (const auto& [course, holds] : take) take_from(still, course, holds);
  return still;
}

void take_out_exposure(std::vector<Frame<float>>& frames) {
  if (frames.size() < static_cast<std::size_t>(least_frames)) return;
  Weights level;
  for (const Frame<float>& frame : frames) {
    std::vector<float> values;
    for (std::size_t i = 0; i < frame.size(); i += 7)
      if (frame.data()[i] != 0) values.push_back(frame.data()[i]);  // 0: saturated.
    if (values.empty()) return;
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    level.push_back(static_cast<double>(*middle));
  }
  const auto contrast = all_that_contrast_does(frames, nuisances(frames.size(), nullptr));
  const Weights wavers = beside(level, contrast);
  tbb::parallel_for(std::size_t{0}, frames.size(), [&](std::size_t f) {
    const auto by = static_cast<float>(wavers[f]);
    for (std::size_t i = 0; i < frames[f].size(); ++i)
      if (float& value = frames[f].data()[i]; value != 0) value -= by;
  });
}

Result<BolusPicture> fit_bolus(const Subtraction& subtraction, int frames,
                               const std::vector<FrameMotion>* motions, const Progress& progress) {
  if (frames < least_frames)
    return fail(ErrorCode::InvalidInput,
                "Contrast can be followed in time over six frames or more; this run has " +
                    std::to_string(frames) + ".");
  std::vector<Frame<float>> still;
  for (int n = 0; n < frames; ++n) {
    if (progress.cancelled()) return cancelled();
    still.push_back(subtraction.still_frame(n));
    progress.report(0.5 * (n + 1) / frames, "subtracting");
  }
  const auto count = static_cast<std::size_t>(frames);
  const auto movement = nuisances(count, motions);
  BolusPicture result = beside_basis(still, movement);
  if (progress.cancelled()) return cancelled();
  progress.report(0.9, "following contrast");
  // Nothing to be seen: the limb may have moved as contrast came, and both may have stayed. One
  // course is then as good as the other.
  if (movement.size() > 1 && highest_of(result.clear) < surely_clear)
    result = beside_basis(still, nuisances(count, nullptr));
  progress.report(1, "following contrast");
  return result;
}

}  // namespace imaging
