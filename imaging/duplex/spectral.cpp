#include "imaging/duplex/spectral.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "imaging/core/geometry.h"

namespace imaging {
namespace {

constexpr int spectral = 3;                               // Region Spatial Format.
constexpr int seconds = 4, hertz = 5, velocity_unit = 7;  // Physical units.
constexpr double sound_cm_s = 154000;
// From noise to full brightness: greys are logarithms of a range of some 30 dB, so that half of the
// amplitude, 6 dB below full, is a fifth below full brightness.
constexpr double envelope_level = 0.8;
constexpr double signal_level = 0.5;
constexpr double least_contrast_grey = 30;  // Between signal and noise, of 255.
constexpr int smoothing_px = 2;             // To either side; under 30 ms and 1 cm/s.
// From 40 to 180 beats per minute.
constexpr double shortest_beat_s = 0.33, longest_beat_s = 1.5;
constexpr double least_correlation = 0.5;
constexpr double angle_error_deg = 3;  // Of setting the cursor along the vessel by eye.
constexpr double widest_angle_deg = 60;
// The beam's width broadens the spectrum by some per cent of the peak, the more the steeper.
constexpr double broadening_error = 0.06;

using Picture = std::vector<std::vector<double>>;  // [column][row], grey.

double luminance(Rgb c) { return 0.299 * c.r + 0.587 * c.g + 0.114 * c.b; }

Picture softened(const Frame<Rgb>& frame, const UltrasoundRegion& r) {
  const int columns = r.x1 - r.x0 + 1, rows = r.y1 - r.y0 + 1;
  Picture rough(static_cast<std::size_t>(columns),
                std::vector<double>(static_cast<std::size_t>(rows)));
  for (int x = 0; x < columns; ++x)
    for (int y = 0; y < rows; ++y)
      rough[static_cast<std::size_t>(x)][static_cast<std::size_t>(y)] =
          luminance(frame(r.x0 + x, r.y0 + y));
  Picture soft = rough;
  for (int x = 0; x < columns; ++x)
    for (int y = 0; y < rows; ++y) {
      double sum = 0;
      int n = 0;
      for (int a = std::max(0, x - smoothing_px); a <= std::min(columns - 1, x + smoothing_px); ++a)
        for (int b = std::max(0, y - smoothing_px); b <= std::min(rows - 1, y + smoothing_px);
             ++b) {
          sum += rough[static_cast<std::size_t>(a)][static_cast<std::size_t>(b)];
          ++n;
        }
      soft[static_cast<std::size_t>(x)][static_cast<std::size_t>(y)] = sum / n;
    }
  return soft;
}

double fraction_of(std::vector<double> values, double fraction) {
  const auto at = values.begin() +
                  static_cast<std::ptrdiff_t>(fraction * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), at, values.end());
  return *at;
}

struct Levels {
  double noise, full;
};

Result<Levels> levels_of(const Picture& picture) {
  std::vector<double> all;
  for (const auto& column : picture) all.insert(all.end(), column.begin(), column.end());
  const double noise = fraction_of(all, 0.1), bright = fraction_of(all, 0.95);
  std::vector<double> signal;
  for (const double g : all)
    if (g > noise + signal_level * (bright - noise)) signal.push_back(g);
  if (bright - noise < least_contrast_grey || signal.empty())
    return fail(ErrorCode::NotFound, "The spectrum shows no flow above its noise.");
  return Levels{noise, fraction_of(signal, 0.5)};
}

// Velocity of each row, cm/s, for the angle wanted.
Result<std::vector<double>> scale_of(const UltrasoundRegion& r, std::optional<double> angle_deg) {
  double per_unit = 1;
  const double shown_deg = r.doppler_angle_deg.value_or(0);
  if (r.units_y == hertz) {
    if (!(r.transducer_khz > 0))
      return fail(ErrorCode::Uncalibrated,
                  "The spectrum is in hertz and the file does not name the transducer's frequency; "
                  "export it in cm/s.");
    per_unit = sound_cm_s / (2 * r.transducer_khz * 1000) / std::cos(rad_from_deg(shown_deg));
  } else if (r.units_y != velocity_unit) {
    return fail(
        ErrorCode::Uncalibrated,
        "The spectrum's vertical axis is no velocity in the file; its numbers are unknown.");
  }
  if (r.units_x != seconds || !(r.delta_x > 0) || r.delta_y == 0 || !std::isfinite(r.delta_y))
    return fail(ErrorCode::Uncalibrated, "The file does not scale the spectrum's axes.");
  if (angle_deg) per_unit *= std::cos(rad_from_deg(shown_deg)) / std::cos(rad_from_deg(*angle_deg));
  std::vector<double> scale;
  for (int y = 0; y <= r.y1 - r.y0; ++y)
    scale.push_back(per_unit * (r.reference_value_y + (y - r.reference_y) * r.delta_y));
  return scale;
}

// The row of the envelope on one side of the baseline: the fastest from where the spectrum is full
// for some rows. The baseline's own row when there is none.
std::size_t envelope_row(const std::vector<double>& column,
                         const std::vector<std::size_t>& from_far, double level) {
  constexpr int run = 3;
  int bright = 0;
  for (std::size_t n = 0; n < from_far.size(); ++n) {
    bright = column[from_far[n]] > level ? bright + 1 : 0;
    if (bright == run) return from_far[n + 1 - run];
  }
  return from_far.back();
}

// Period in columns by autocorrelation; none when the flow does not pulsate.
std::optional<int> beat_of(const std::vector<double>& peak, double column_s) {
  const auto n = static_cast<int>(peak.size());
  const double mean = std::accumulate(peak.begin(), peak.end(), 0.0) / n;
  double power = 0;
  for (const double v : peak) power += (v - mean) * (v - mean);
  if (power / n < std::pow(0.05 * mean, 2) + 1e-9) return std::nullopt;
  std::vector<double> likeness(static_cast<std::size_t>(n), 0);
  const int least = std::max(2, static_cast<int>(shortest_beat_s / column_s));
  const int most = std::min(n / 2, static_cast<int>(longest_beat_s / column_s));
  int best = 0;
  for (int lag = least; lag <= most; ++lag) {
    double sum = 0;
    for (int i = 0; i + lag < n; ++i)
      sum += (peak[static_cast<std::size_t>(i)] - mean) *
             (peak[static_cast<std::size_t>(i + lag)] - mean);
    likeness[static_cast<std::size_t>(lag)] = sum / power * n / (n - lag);
    if (best == 0 ||
        likeness[static_cast<std::size_t>(lag)] > likeness[static_cast<std::size_t>(best)])
      best = lag;
  }
  if (best == 0 || likeness[static_cast<std::size_t>(best)] < least_correlation)
    return std::nullopt;
  // Two beats are as alike as one: the shortest lag that is nearly as good.
  for (int lag = least; lag < best; ++lag) {
    const auto l = static_cast<std::size_t>(lag);
    if (likeness[l] > 0.9 * likeness[static_cast<std::size_t>(best)] &&
        likeness[l] >= likeness[l - 1] && likeness[l] >= likeness[l + 1])
      return lag;
  }
  return best;
}

double mean_of(const std::vector<double>& values, std::size_t count) {
  return std::accumulate(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(count), 0.0) /
         static_cast<double>(count);
}

void summarise(SpectralTrace& trace, double column_s) {
  const std::optional<int> beat = beat_of(trace.peak_cm_s, column_s);
  std::size_t used = trace.peak_cm_s.size();
  std::size_t length = used;
  if (beat) {
    length = static_cast<std::size_t>(*beat);
    trace.beats = static_cast<int>(used / length);
    used = length * static_cast<std::size_t>(trace.beats);
    trace.beat_s = *beat * column_s;
  } else {
    trace.remarks.push_back("No heartbeat is seen; averages are over the whole picture.");
  }
  trace.mean_peak_cm_s = mean_of(trace.peak_cm_s, used);
  trace.mean_mean_cm_s = mean_of(trace.mean_cm_s, used);
  const double sign = trace.mean_peak_cm_s < 0 ? -1 : 1;
  double high = 0, low = 0;
  const auto beats = static_cast<double>(used / length);
  for (std::size_t start = 0; start < used; start += length) {
    double most = -1e9, least = 1e9;
    for (std::size_t n = start; n < start + length; ++n) {
      most = std::max(most, sign * trace.peak_cm_s[n]);
      least = std::min(least, sign * trace.peak_cm_s[n]);
    }
    high += most / beats;
    low += least / beats;
  }
  trace.systolic_cm_s = sign * high;
  trace.diastolic_cm_s = sign * low;
}

void judge_angle(SpectralTrace& trace) {
  double angle_part = 0;
  if (!trace.angle_deg) {
    trace.remarks.push_back(
        "The file names no correction angle; the velocities hold along the beam only.");
  } else {
    angle_part = std::tan(rad_from_deg(*trace.angle_deg)) * rad_from_deg(angle_error_deg);
    if (*trace.angle_deg > widest_angle_deg)
      trace.remarks.push_back(
          "Beyond 60 degrees between beam and flow a small error of the angle is a large one of "
          "the velocity.");
  }
  trace.relative_error = std::hypot(angle_part, broadening_error);
}

}  // namespace

Result<SpectralTrace> trace_spectrum(const DuplexClip& clip, std::optional<double> angle_deg) {
  if (angle_deg && !(*angle_deg >= 0 && *angle_deg <= 85))
    return fail(ErrorCode::InvalidInput,
                "The angle between beam and flow is from 0 to 85 degrees.");
  if (clip.frames.empty()) return fail(ErrorCode::NotFound, "The clip has no picture.");
  const Frame<Rgb>& frame = clip.frames.front();
  const auto region = std::ranges::find_if(clip.regions, [&](const UltrasoundRegion& r) {
    return r.spatial_format == spectral && r.x0 >= 0 && r.y0 >= 0 && r.x1 < frame.columns() &&
           r.y1 < frame.rows() && r.x1 - r.x0 >= 16 && r.y1 - r.y0 >= 16;
  });
  if (region == clip.regions.end())
    return fail(ErrorCode::NotFound, "There is no spectral Doppler in this picture.");
  const auto scale = scale_of(*region, angle_deg);
  if (!scale) return tl::unexpected(scale.error());
  const Picture picture = softened(frame, *region);
  const auto levels = levels_of(picture);
  if (!levels) return tl::unexpected(levels.error());

  // Rows of either side from the fastest to the baseline, which is drawn as a line and whose
  // neighbours the wall filter empties.
  std::vector<std::size_t> up, down;
  for (std::size_t y = 0; y < scale->size(); ++y) ((*scale)[y] > 0 ? up : down).push_back(y);
  for (std::vector<std::size_t>* side : {&up, &down})
    std::ranges::sort(*side, [&](std::size_t a, std::size_t b) {
      return std::abs((*scale)[a]) > std::abs((*scale)[b]);
    });
  const double level = levels->noise + envelope_level * (levels->full - levels->noise);
  SpectralTrace trace;
  trace.angle_deg = angle_deg ? angle_deg : region->doppler_angle_deg;
  std::size_t clipped = 0;
  for (std::size_t x = 0; x < picture.size(); ++x) {
    const std::vector<double>& column = picture[x];
    double weight = 0, sum = 0, furthest = 0, heaviest = 0;
    for (const auto* side : {&up, &down}) {
      if (side->size() < 4) continue;
      const std::size_t edge = envelope_row(column, *side, level);
      double side_weight = 0;
      for (const std::size_t y : *side) {
        if (std::abs((*scale)[y]) > std::abs((*scale)[edge])) continue;
        const double w = std::max(0.0, column[y] - levels->noise);
        side_weight += w;
        sum += w * (*scale)[y];
      }
      weight += side_weight;
      clipped += edge == side->front();
      // The envelope is that of the stronger direction.
      if (side_weight > heaviest) {
        heaviest = side_weight;
        furthest = (*scale)[edge];
      }
    }
    trace.time_s.push_back(static_cast<double>(x) * region->delta_x);
    trace.peak_cm_s.push_back(furthest);
    trace.mean_cm_s.push_back(weight > 0 ? sum / weight : 0);
  }
  summarise(trace, region->delta_x);
  judge_angle(trace);
  if (clipped > picture.size() / 50)
    trace.remarks.push_back(
        "The spectrum reaches the end of its scale: it may have wrapped, and peaks are too low.");
  return trace;
}

Result<VolumeFlow> volume_flow(const SpectralTrace& trace, double diameter_mm,
                               double diameter_error_mm) {
  if (!(diameter_mm > 0) || !(diameter_mm < 40) || !(diameter_error_mm >= 0))
    return fail(ErrorCode::InvalidInput,
                "The diameter must be that of a vessel, above 0 and under 40 mm.");
  // mm^2 cm/s to ml/min: 0.01 cm^2 and 60 s.
  const double area_mm2 = pi * diameter_mm * diameter_mm / 4;
  VolumeFlow flow{.flow_ml_min = 0.6 * area_mm2 * trace.mean_mean_cm_s,
                  .diameter_mm = diameter_mm,
                  .diameter_error_mm = diameter_error_mm,
                  .velocity_cm_s = trace.mean_mean_cm_s};
  flow.error_ml_min = std::abs(flow.flow_ml_min) *
                      std::hypot(2 * diameter_error_mm / diameter_mm, trace.relative_error);
  return flow;
}

}  // namespace imaging
