#include "imaging/angio/injection.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <functional>
#include <optional>

#include "imaging/angio/c_arm.h"

namespace imaging {
namespace {

// Places along a line are this far apart, px: neighbours share their noise.
constexpr int every_px = 3;
constexpr double least_px = 20;    // Lines that run across the leg say nothing of up and down.
constexpr double other_way = 0.1;  // Share that counts as collaterals and loops.

double mean_around(const Frame<float>& picture, Point2 p) {
  const int c = static_cast<int>(std::lround(p.x)), r = static_cast<int>(std::lround(p.y));
  double sum = 0;
  int count = 0;
  for (int y = std::max(0, r - 1); y <= std::min(picture.rows() - 1, r + 1); ++y)
    for (int x = std::max(0, c - 1); x <= std::min(picture.columns() - 1, c + 1); ++x, ++count)
      sum += static_cast<double>(picture(x, y));
  return count > 0 ? sum / count : 0;
}

// The first crossing of half the peak; nothing where the peak does not stand out of the values
// before it, or half of it is there from the first frame.
std::optional<double> half_peak_s(const std::vector<double>& times_s,
                                  const std::vector<double>& values, std::size_t mask_frames) {
  double noise = 0;
  for (std::size_t n = 0; n < mask_frames && n < values.size(); ++n)
    noise = std::max(noise, std::abs(values[n]));
  const auto highest = std::max_element(values.begin(), values.end());
  if (*highest <= 4 * noise || *highest <= 0) return std::nullopt;
  const double half = 0.5 * *highest;
  for (std::size_t n = 1; n < values.size(); ++n)
    if (values[n] >= half) {
      if (values[n - 1] >= half) return std::nullopt;
      return std::lerp(times_s[n - 1], times_s[n],
                       (half - values[n - 1]) / (values[n] - values[n - 1]));
    }
  return std::nullopt;
}

struct Arrival {
  double down_px = 0, s = 0;  // Towards the foot.
};

// Unit, px: where the foot lies in the picture. The stored picture may be turned and mirrored
// (CArmPose::field), so it is read from the C-arm; a run that states none stands foot down.
struct Footwards {
  double x = 0, y = 1;
  double along(Point2 p) const { return p.x * x + p.y * y; }
};

// Nothing where the picture looks along the leg.
std::optional<Footwards> footwards_in(const AngioRun& run) {
  if (!run.pose) return Footwards{};
  const auto arm = CArm::make(*run.pose, {}, {});
  if (!arm) return Footwards{};
  const double x = -arm->column_direction().z, y = -arm->row_direction().z;
  const double size = std::hypot(x, y);
  constexpr double least = 0.3;  // 17 degrees off the leg's axis: a third of any length shows.
  if (size < least) return std::nullopt;
  return Footwards{x / size, y / size};
}

// Theil and Sen's slope: the median over all pairs, which a few crossed vessels do not move. Its
// spread is that of the residuals over the rows' spread.
FillingDirection direction_of(const std::vector<Arrival>& arrivals, double length_px) {
  FillingDirection d;
  d.length_px = length_px;
  if (arrivals.size() < 6) return d;
  std::vector<double> slopes;
  for (std::size_t i = 0; i < arrivals.size(); ++i)
    for (std::size_t k = i + 1; k < arrivals.size(); ++k)
      if (const double px = arrivals[k].down_px - arrivals[i].down_px; std::abs(px) >= every_px)
        slopes.push_back((arrivals[k].s - arrivals[i].s) / px);
  if (slopes.empty()) return d;
  const auto middle = slopes.begin() + static_cast<std::ptrdiff_t>(slopes.size() / 2);
  std::nth_element(slopes.begin(), middle, slopes.end());
  d.s_per_px = *middle;
  double mean_px = 0, mean_s = 0;
  for (const Arrival& a : arrivals) mean_px += a.down_px, mean_s += a.s;
  const auto count = static_cast<double>(arrivals.size());
  mean_px /= count, mean_s /= count;
  double spread = 0, residual = 0, lowest = arrivals[0].down_px, highest = lowest;
  for (const Arrival& a : arrivals) {
    spread += (a.down_px - mean_px) * (a.down_px - mean_px);
    residual += std::pow(a.s - mean_s - d.s_per_px * (a.down_px - mean_px), 2);
    lowest = std::min(lowest, a.down_px), highest = std::max(highest, a.down_px);
  }
  if (highest - lowest < least_px) return d;
  d.s_per_px_sd = std::sqrt(residual / (count - 2) / spread);
  d.tells = std::abs(d.s_per_px) > 3 * d.s_per_px_sd && d.s_per_px != 0;
  return d;
}

std::string percent(double share) {
  char text[16];
  std::snprintf(text, sizeof text, "%.0f %%", 100 * share);
  return text;
}

void judge(InjectionReading& reading) {
  double all = 0;
  for (const FillingDirection& d : reading.lines) {
    all += d.length_px;
    if (d.tells) (d.s_per_px > 0 ? reading.footwards_px : reading.headwards_px) += d.length_px;
  }
  const double told = reading.footwards_px + reading.headwards_px;
  if (told <= 0 || told < 0.2 * all) {
    reading.reason =
        "Too little of the vessels shows which way it fills; say which vessel was injected.";
    return;
  }
  const double up = reading.headwards_px / told;
  reading.injection = up < other_way       ? Injection::Arteriogram
                      : up > 1 - other_way ? Injection::Venogram
                                           : Injection::Double;
  reading.reason = percent(1 - up) +
                   " of the length that tells its direction fills towards the "
                   "foot, " +
                   percent(up) + " towards the head.";
}

}  // namespace

std::string_view name_of(Injection injection) {
  switch (injection) {
    case Injection::Unclear:
      return "unclear";
    case Injection::Arteriogram:
      return "arteriogram";
    case Injection::Venogram:
      return "venogram";
    case Injection::Double:
      return "double_injection";
  }
  return "";
}

Result<InjectionReading> tell_injection(const AngioRun& run, const Subtraction& subtraction,
                                        const std::vector<std::vector<Point2>>& lines) {
  std::vector<Frame<float>> still;
  for (std::size_t f = 0; f < run.frames.size(); ++f)
    still.push_back(subtraction.still_frame(static_cast<int>(f)));
  return tell_injection(run, subtraction.mask(), still, lines);
}

Result<InjectionReading> tell_injection(const AngioRun& run, const Mask& of,
                                        const std::vector<Frame<float>>& still,
                                        const std::vector<std::vector<Point2>>& lines) {
  OASIS_EXPECTS(still.size() == run.frames.size());
  const auto& times = run.frame_times_s;
  const bool rising =
      std::adjacent_find(times.begin(), times.end(), std::greater_equal<>()) == times.end();
  if (run.frames.size() < 4 || times.size() != run.frames.size() || !rising)
    return fail(ErrorCode::InvalidInput,
                "Which way vessels fill shows only in four frames or more whose times rise; say "
                "which vessel was injected.");
  std::vector<std::vector<Point2>> places(lines.size());
  std::vector<std::vector<std::vector<double>>> values(lines.size());
  for (std::size_t l = 0; l < lines.size(); ++l) {
    for (std::size_t n = 0; n < lines[l].size(); n += every_px) places[l].push_back(lines[l][n]);
    values[l].resize(places[l].size());
  }
  for (const Frame<float>& frame : still)
    for (std::size_t l = 0; l < lines.size(); ++l)
      for (std::size_t n = 0; n < places[l].size(); ++n)
        values[l][n].push_back(mean_around(frame, places[l][n]));
  const auto& mask = of.frames;
  const std::size_t before =
      mask.empty() ? 1 : static_cast<std::size_t>(*std::max_element(mask.begin(), mask.end())) + 1;
  const std::optional<Footwards> footwards = footwards_in(run);
  InjectionReading reading;
  for (std::size_t l = 0; l < lines.size(); ++l) {
    std::vector<Arrival> arrivals;
    for (std::size_t n = 0; n < places[l].size(); ++n)
      if (const auto s = half_peak_s(times, values[l][n], before))
        if (footwards) arrivals.push_back({footwards->along(places[l][n]), *s});
    double length = 0;
    for (std::size_t n = 1; n < lines[l].size(); ++n)
      length += std::hypot(lines[l][n].x - lines[l][n - 1].x, lines[l][n].y - lines[l][n - 1].y);
    reading.lines.push_back(direction_of(arrivals, length));
  }
  judge(reading);
  return reading;
}

}  // namespace imaging
