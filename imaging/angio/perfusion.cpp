#include "imaging/angio/perfusion.h"

#include <tbb/blocked_range.h>
#include <tbb/parallel_for.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "imaging/angio/bolus.h"
#include "imaging/angio/detail/frame_weights.h"

namespace imaging {
namespace {

// Contrast is there when it rises this far above the noise before it.
constexpr double noises_to_fill = 4;
constexpr double arrival_share = 0.1, nearly_full_share = 0.9;  // Clinical facts 6.5.
constexpr double still_px = 1.5;     // A limb that moved less needs no correction.
constexpr double residual_gate = 2;  // Times the frames' own noise, after correction.
constexpr double saturated_share = 0.1;

bool rising(std::span<const double> times_s) {
  for (std::size_t n = 1; n < times_s.size(); ++n)
    if (!(times_s[n] > times_s[n - 1])) return false;
  return true;
}

// The slope at a sample: that of the parabola through it and its neighbours.
double slope_at(std::span<const double> t, std::span<const double> v, std::size_t n) {
  if (n == 0) return (v[1] - v[0]) / (t[1] - t[0]);
  if (n + 1 == v.size()) return (v[n] - v[n - 1]) / (t[n] - t[n - 1]);
  const double before = t[n] - t[n - 1], after = t[n + 1] - t[n];
  return ((v[n] - v[n - 1]) / before * after + (v[n + 1] - v[n]) / after * before) /
         (before + after);
}

// When the curve first rises through `level` at or before the peak. Between frames it is Hermite's
// cubic: near its foot and its top a curve bends much within a third of a second.
double first_crossing(std::span<const double> t, std::span<const double> v, std::size_t peak,
                      double level) {
  std::size_t n = peak;
  while (n > 0 && v[n - 1] >= level) --n;
  if (n == 0) return t[0];
  const double step = t[n] - t[n - 1], from = v[n - 1], to = v[n];
  const double rise_from = step * slope_at(t, v, n - 1), rise_to = step * slope_at(t, v, n);
  double low = 0, high = 1;  // Below the level at 0, not below it at 1.
  for (int round = 0; round < 30; ++round) {
    const double u = 0.5 * (low + high), w = 1 - u;
    const double here = from * w * w * (1 + 2 * u) + to * u * u * (1 + 2 * w) +
                        rise_from * u * w * w - rise_to * u * u * w;
    (here < level ? low : high) = u;
  }
  return t[n - 1] + step * high;
}

struct Vertex {
  double time = 0, value = 0;
};

// Of the parabola through three points, the middle one highest.
Vertex vertex(std::span<const double> t, std::span<const double> v, std::size_t n) {
  if (n == 0 || n + 1 == v.size()) return {t[n], v[n]};
  const double before = t[n] - t[n - 1], after = t[n + 1] - t[n];
  const double rise = (v[n] - v[n - 1]) / before, fall = (v[n + 1] - v[n]) / after;
  const double bend = (fall - rise) / (before + after);
  if (bend >= 0) return {t[n], v[n]};
  const double slope = (rise * after + fall * before) / (before + after);
  const double offset = std::clamp(-slope / (2 * bend), -0.5 * before, 0.5 * after);
  return {t[n] + offset, v[n] + slope * offset + bend * offset * offset};
}

PerfusionCurve described(std::span<const double> t, std::span<const double> v, double noise) {
  PerfusionCurve c;
  const auto highest = static_cast<std::size_t>(std::max_element(v.begin(), v.end()) - v.begin());
  if (v[highest] <= noises_to_fill * noise || v[highest] <= 0) return c;
  c.filled = true;
  const Vertex top = vertex(t, v, highest);
  c.time_to_peak_s = top.time;
  c.peak = top.value;
  c.arrival_s = first_crossing(t, v, highest, arrival_share * c.peak);
  const double nearly = std::min(nearly_full_share * c.peak, v[highest]);
  const double rise_s = first_crossing(t, v, highest, nearly) - c.arrival_s;
  c.wash_in_per_s = rise_s > 0 ? (nearly - arrival_share * c.peak) / rise_s : 0;
  for (std::size_t n = 1; n < v.size(); ++n) {
    if (t[n] <= c.arrival_s) continue;
    const double from = std::max(t[n - 1], c.arrival_s);
    const double at_from = std::lerp(v[n - 1], v[n], (from - t[n - 1]) / (t[n] - t[n - 1]));
    c.area_s += 0.5 * (at_from + v[n]) * (t[n] - from);
  }
  c.transit_s = c.area_s / c.peak;
  std::size_t n = highest;
  while (n < v.size() && v[n] > 0.5 * c.peak) ++n;
  if (n < v.size())
    c.full_width_s = t[n - 1] + (t[n] - t[n - 1]) * (v[n - 1] - 0.5 * c.peak) / (v[n - 1] - v[n]) -
                     first_crossing(t, v, highest, 0.5 * c.peak);
  return c;
}

// Means over a square of 2 radius + 1 px; the border counts what is inside.
Frame<float> box_mean(const Frame<float>& image, int radius) {
  if (radius <= 0) return image;
  const auto pass = [radius](const Frame<float>& from, int step_c, int step_r) {
    Frame<float> to(from.columns(), from.rows());
    tbb::parallel_for(tbb::blocked_range<int>(0, from.rows(), 32), [&](const auto& rows) {
      for (int r = rows.begin(); r != rows.end(); ++r)
        for (int c = 0; c < from.columns(); ++c) {
          float sum = 0;
          int count = 0;
          for (int d = -radius; d <= radius; ++d) {
            const int x = c + d * step_c, y = r + d * step_r;
            if (x < 0 || y < 0 || x >= from.columns() || y >= from.rows()) continue;
            sum += from(x, y);
            ++count;
          }
          to(c, r) = sum / static_cast<float>(count);
        }
    });
    return to;
  };
  return pass(pass(image, 1, 0), 0, 1);
}

float median_of(std::vector<float> values) {
  if (values.empty()) return 0;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

// Standard deviation of a value at each place: of the mask's own frames against their mean, made up
// for the mean's share, shared by places near each other. Behind bone it is several times that
// beside it, and where the detector is saturated nothing. A mask of one frame leaves nothing of
// itself: then the frame that differs least tells, of whose noise half is the mask's.
Frame<float> noise_around(const std::vector<Frame<float>>& still, const std::vector<int>& mask) {
  constexpr int half_px = 6;
  const auto mean_square = [&](const Frame<float>& frame) {
    Frame<float> squares(frame.columns(), frame.rows());
    for (std::size_t i = 0; i < frame.size(); ++i)
      squares.data()[i] = frame.data()[i] * frame.data()[i];
    return detail::mean_around(squares, half_px);
  };
  Frame<float> variance(still.front().columns(), still.front().rows());
  if (mask.size() > 1) {
    const auto share = static_cast<float>(1.0 / (static_cast<double>(mask.size()) - 1));
    for (const int n : mask) {
      const Frame<float> one = mean_square(still[static_cast<std::size_t>(n)]);
      for (std::size_t i = 0; i < one.size(); ++i) variance.data()[i] += share * one.data()[i];
    }
  } else {
    std::size_t quietest = 0;
    float least = -1;
    for (std::size_t n = 0; n < still.size(); ++n) {
      if (!mask.empty() && static_cast<int>(n) == mask.front()) continue;
      const Frame<float> one = mean_square(still[n]);
      const float middle = median_of({one.data(), one.data() + one.size()});
      if (least < 0 || middle < least) least = middle, quietest = n;
    }
    variance = mean_square(still[quietest]);
  }
  for (std::size_t i = 0; i < variance.size(); ++i)
    variance.data()[i] = std::sqrt(variance.data()[i]);
  return variance;
}

// In the middle of the places that have any to speak of: in air a detector is saturated but for a
// value here and there.
double typical(const Frame<float>& noise) {
  std::vector<float> values;
  for (std::size_t i = 0; i < noise.size(); i += 5) values.push_back(noise.data()[i]);
  const auto high = values.begin() + static_cast<std::ptrdiff_t>(values.size() * 95 / 100);
  std::nth_element(values.begin(), high, values.end());
  const float least = 0.1F * *high;
  std::erase_if(values, [&](float v) { return v <= least; });
  return static_cast<double>(median_of(std::move(values)));
}

std::string sentence(const char* pattern, int frame, double value) {
  char text[240];
  std::snprintf(text, sizeof text, pattern, frame, value);
  return text;
}

// What is left of a frame in which nothing moved, by the noise alone. A mask frame shares its noise
// with the mean of n of them: s^2 (1 - 1/n) is left of it, but s^2 (1 + 1/n) of every other frame.
// A mask of one frame leaves nothing of itself; then the quietest other frame tells.
double residual_of_noise(const std::vector<double>& left, const std::vector<int>& mask) {
  const auto count = static_cast<double>(mask.size());
  double own = 0;
  for (const int n : mask) own = std::max(own, left[static_cast<std::size_t>(n)]);
  if (count > 1) return own * std::sqrt((1 + 1 / count) / (1 - 1 / count));
  double quietest = 0;
  for (std::size_t n = 0; n < left.size(); ++n) {
    const bool is_mask = !mask.empty() && static_cast<int>(n) == mask.front();
    if (is_mask || (quietest > 0 && left[n] >= quietest)) continue;
    quietest = left[n];
  }
  return quietest;
}

// As FrameMotion::residual_after has it: the spread of 2 x 2 px means within most blocks of 16 px.
double residual_of(const Frame<float>& picture) {
  constexpr int block = 16;
  std::vector<float> deviations;
  for (int r = 0; r + block <= picture.rows(); r += block)
    for (int c = 0; c + block <= picture.columns(); c += block) {
      std::vector<float> means;
      for (int y = r; y < r + block; y += 2)
        for (int x = c; x < c + block; x += 2)
          means.push_back(0.25F * (picture(x, y) + picture(x + 1, y) + picture(x, y + 1) +
                                   picture(x + 1, y + 1)));
      const float middle = median_of(means);
      for (float& m : means) m = std::abs(m - middle);
      if (const float far = median_of(std::move(means)); far > 0) deviations.push_back(far);
    }
  return 1.4826 * static_cast<double>(median_of(std::move(deviations)));
}

struct Worst {
  int frame = 0;  // From 1; 0: none is beyond the gate.
  double times = 0;
};

Worst worst_of(const std::vector<double>& left, const std::vector<int>& mask) {
  const double own = residual_of_noise(left, mask);
  for (std::size_t n = 0; n < left.size(); ++n)
    if (own > 0 && left[n] > residual_gate * own) return {static_cast<int>(n) + 1, left[n] / own};
  return {};
}

// The frames that perfusion is measured on: still ones as long as what motion correction left in
// them is within the gate; else without what still moves with the limb.
bool is_within_gate(const Subtraction& subtraction, const std::vector<FrameMotion>& motions) {
  std::vector<double> left;
  for (const FrameMotion& m : motions) left.push_back(m.residual_after);
  return worst_of(left, subtraction.mask().frames).frame == 0;
}

std::string refuse_motion(const AngioRun& run, const Subtraction& subtraction,
                          const std::vector<FrameMotion>* motions) {
  const std::vector<int>& mask = subtraction.mask().frames;
  if (!motions) {
    const auto shifts = find_motion(run, subtraction.mask(), MotionModel::Shift);
    if (!shifts) return shifts.error().sentence;
    for (std::size_t n = 0; n < shifts->size(); ++n) {
      const double moved_px = std::hypot((*shifts)[n].shift_column_px, (*shifts)[n].shift_row_px);
      if (moved_px > still_px)
        return sentence("The limb moved by %2$.1f px in frame %1$d; correct the motion first.",
                        static_cast<int>(n) + 1, moved_px);
    }
    return "";
  }
  if (is_within_gate(subtraction, *motions)) return "";
  std::vector<double> left;
  for (const FrameMotion& m : *motions) left.push_back(m.residual_after);
  Worst worst = worst_of(left, mask);
  if (shows_movement(*motions)) {
    left.clear();
    for (const auto& f : settled_frames(subtraction, static_cast<int>(run.frames.size()), *motions))
      left.push_back(residual_of(f));
    worst = worst_of(left, mask);
  }
  if (worst.frame == 0) return "";
  return sentence(
      "Motion in frame %1$d could not be corrected: %2$.1f times the noise is left; choose "
      "fewer frames or another run.",
      worst.frame, worst.times);
}

// Places so bright that the detector was full in some frame, and what smoothing brings to them: in
// air beside the limb what is not cut off comes and goes with every photon, and means nothing.
Frame<std::uint8_t> full_places(const AngioRun& run, int smoothing_px) {
  const int columns = run.frames.front().columns(), rows = run.frames.front().rows();
  const int top = (1 << std::clamp(run.bits_stored, 1, 16)) - 1;
  const int full = run.brighter_is_more_xray ? top : 0;
  Frame<std::uint8_t> places(columns, rows);
  // Motion correction takes neighbours in, too.
  const int reach = smoothing_px + 2;
  std::vector<std::uint8_t> seen(places.size(), 0);
  for (const auto& frame : run.frames)
    for (std::size_t i = 0; i < frame.size(); ++i)
      if (frame.data()[i] == full) seen[i] = 1;
  for (int r = 0; r < rows; ++r)
    for (int c = 0; c < columns; ++c) {
      if (!seen[static_cast<std::size_t>(r * columns + c)]) continue;
      for (int y = std::max(0, r - reach); y <= std::min(rows - 1, r + reach); ++y)
        for (int x = std::max(0, c - reach); x <= std::min(columns - 1, c + reach); ++x)
          places(x, y) = 1;
    }
  return places;
}

}  // namespace

Result<PerfusionCurve> describe_curve(std::span<const double> times_s,
                                      std::span<const double> values, double noise) {
  if (values.size() < 4 || times_s.size() != values.size())
    return fail(ErrorCode::InvalidInput,
                "A curve over time needs at least four frames, each with its time.");
  if (!rising(times_s))
    return fail(ErrorCode::InvalidInput,
                "The frame times of this run do not rise, so nothing can be timed on it.");
  return described(times_s, values, noise);
}

std::vector<Frame<float>> perfusion_frames(const Subtraction& subtraction, int frames,
                                           const std::vector<FrameMotion>* motions) {
  std::vector<Frame<float>> still;
  if (motions && !is_within_gate(subtraction, *motions))
    still = settled_frames(subtraction, frames, *motions);
  else
    for (int n = 0; n < frames; ++n) still.push_back(subtraction.still_frame(n));
  take_out_exposure(still);
  return still;
}

std::string refuse_perfusion(const AngioRun& run, const Subtraction& subtraction,
                             const std::vector<FrameMotion>* motions) {
  if (run.lossy)
    return "This run was compressed with loss, so its densities cannot be measured; use the "
           "original.";
  if (run.relationship != IntensityRelationship::Linear &&
      run.relationship != IntensityRelationship::Logarithmic)
    return "The file does not say how its grey levels follow from X-rays, so densities cannot be "
           "measured; use a run stored for processing.";
  if (run.frames.size() < 4 || run.frame_times_s.size() != run.frames.size())
    return "Perfusion needs at least four frames with their times; this run has fewer.";
  if (!rising(run.frame_times_s))
    return "The frame times of this run do not rise, so nothing can be timed on it.";
  const Frame<float> best = subtraction.peak();
  const float filled = 0.5F * grey_range(best, 0, 0.995).high;
  const auto top = static_cast<std::uint16_t>((1U << std::clamp(run.bits_stored, 1, 16)) - 1);
  std::size_t of = 0, saturated = 0;
  for (std::size_t i = 0; i < best.size(); ++i) {
    if (best.data()[i] < filled) continue;
    ++of;
    saturated += std::any_of(run.frames.begin(), run.frames.end(),
                             [&](const auto& f) { return f.data()[i] == 0 || f.data()[i] >= top; });
  }
  if (of > 0 && static_cast<double>(saturated) > saturated_share * static_cast<double>(of))
    return "Over a tenth of what fills is saturated, so its density is cut off; use a run with a "
           "lower dose or less contrast.";
  return refuse_motion(run, subtraction, motions);
}

Result<PerfusionMaps> map_perfusion(const AngioRun& run, const Subtraction& subtraction,
                                    const std::vector<FrameMotion>* motions, int smoothing_px,
                                    const Progress& progress) {
  if (std::string why = refuse_perfusion(run, subtraction, motions); !why.empty())
    return fail(ErrorCode::InvalidInput, std::move(why));
  progress.report(0.1, "subtracting");
  std::vector<Frame<float>> still =
      perfusion_frames(subtraction, static_cast<int>(run.frames.size()), motions);
  for (std::size_t n = 0; n < still.size(); ++n) {
    if (progress.cancelled()) return cancelled();
    still[n] = box_mean(still[n], smoothing_px);
    progress.report(0.5 + 0.2 * static_cast<double>(n) / static_cast<double>(still.size()),
                    "subtracting");
  }
  const int columns = still.front().columns(), rows = still.front().rows();
  PerfusionMaps maps;
  for (Frame<float>* map : {&maps.arrival_s, &maps.time_to_peak_s, &maps.peak, &maps.area_s,
                            &maps.transit_s, &maps.wash_in_per_s})
    *map = Frame<float>(columns, rows);
  maps.filled = Frame<std::uint8_t>(columns, rows);
  const Frame<float> noise = noise_around(still, subtraction.mask().frames);
  const Frame<std::uint8_t> full = full_places(run, smoothing_px);
  maps.noise = typical(noise);
  maps.window_s = run.frame_times_s.back() - run.frame_times_s.front();
  tbb::parallel_for(tbb::blocked_range<int>(0, rows, 8), [&](const auto& band) {
    std::vector<double> values(still.size());
    for (int r = band.begin(); r != band.end(); ++r)
      for (int c = 0; c < columns; ++c) {
        if (full(c, r)) continue;
        for (std::size_t n = 0; n < still.size(); ++n)
          values[n] = static_cast<double>(still[n](c, r));
        const PerfusionCurve curve =
            described(run.frame_times_s, values, static_cast<double>(noise(c, r)));
        if (!curve.filled) continue;
        maps.filled(c, r) = 1;
        maps.arrival_s(c, r) = static_cast<float>(curve.arrival_s);
        maps.time_to_peak_s(c, r) = static_cast<float>(curve.time_to_peak_s);
        maps.peak(c, r) = static_cast<float>(curve.peak);
        maps.area_s(c, r) = static_cast<float>(curve.area_s);
        maps.transit_s(c, r) = static_cast<float>(curve.transit_s);
        maps.wash_in_per_s(c, r) = static_cast<float>(curve.wash_in_per_s);
      }
  });
  progress.report(1, "mapping perfusion");
  return maps;
}

Result<std::vector<double>> region_curve(const Subtraction& subtraction, int frames,
                                         std::span<const Point2> polygon) {
  std::vector<Frame<float>> still;
  for (int n = 0; n < frames; ++n) still.push_back(subtraction.still_frame(n));
  return region_curve(still, polygon);
}

Result<std::vector<double>> region_curve(const std::vector<Frame<float>>& frames,
                                         std::span<const Point2> polygon) {
  if (frames.empty()) return std::vector<double>{};
  const Frame<float>& shape = frames.front();
  std::vector<std::size_t> inside;
  for (int r = 0; r < shape.rows(); ++r)
    for (int c = 0; c < shape.columns(); ++c) {
      bool in = false;  // Crossings of a ray to the right.
      for (std::size_t n = 0, m = polygon.empty() ? 0 : polygon.size() - 1; n < polygon.size();
           m = n++) {
        const Point2 &a = polygon[n], &b = polygon[m];
        if ((a.y > r) != (b.y > r) && c < (b.x - a.x) * (r - a.y) / (b.y - a.y) + a.x) in = !in;
      }
      if (in)
        inside.push_back(static_cast<std::size_t>(r) * static_cast<std::size_t>(shape.columns()) +
                         static_cast<std::size_t>(c));
    }
  if (polygon.size() < 3 || inside.empty())
    return fail(ErrorCode::InvalidInput,
                "The region holds no pixel; draw it with at least three corners on the picture.");
  std::vector<double> curve;
  for (const Frame<float>& still : frames) {
    double sum = 0;
    for (const std::size_t i : inside) sum += static_cast<double>(still.data()[i]);
    curve.push_back(sum / static_cast<double>(inside.size()));
  }
  return curve;
}

}  // namespace imaging
