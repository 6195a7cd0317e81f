#include "imaging/angio/foot_calcium.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "imaging/angio/foot_course.h"

namespace imaging {
namespace {

Frame<float> as_float(const Frame<std::uint16_t>& image) {
  Frame<float> result(image.columns(), image.rows());
  std::transform(image.data(), image.data() + image.size(), result.data(),
                 [](std::uint16_t v) { return static_cast<float>(v); });
  return result;
}

// All in px of this radiograph.
struct Scale {
  double px_per_mm = 1;
  double side_px = 2;            // From a line to the ground beside it.
  std::vector<double> half_px;   // Half the distance of the two lines.
  int half_window = 5, gap = 8;  // Along the course.
};

Scale scale_of(const Radiograph& radiograph, const FootOutline& outline) {
  // A forefoot's outline is some 90 mm wide (E): good enough to say which widths to look for.
  constexpr double forefoot_mm = 90;
  Scale scale;
  scale.px_per_mm = radiograph.calibration.gives_mm() ? 1 / radiograph.calibration.mm_per_px_column
                                                      : outline.width_px / forefoot_mm;
  // Calcified walls are a few tenths of a millimetre thick, arteries of the foot 0.8 to 3 mm wide.
  scale.side_px = std::max(1.5, 0.5 * scale.px_per_mm);
  for (double half_mm = 0.3; half_mm <= 1.5; half_mm *= 1.18)
    if (half_mm * scale.px_per_mm >= 1.2) scale.half_px.push_back(half_mm * scale.px_per_mm);
  scale.half_window = std::max(2, static_cast<int>(1.0 * scale.px_per_mm));
  scale.gap = std::max(2, static_cast<int>(5.0 * scale.px_per_mm));
  return scale;
}

// How far the fainter of two lines stands out of the ground on both of its sides. The shoulder of a
// bone falls on one side only, over several times a wall's width, and a bone's cortex has no second
// line beside it: so both walls must bend, each above the line between its two neighbours, and the
// pair must stand above what lies beside it. In thin arteries the lines run together to a band with
// steep sides; the inner neighbour is then the middle. A middle brighter than the lines is taken
// off.
CourseAnswer rail_pair(const Frame<float>& image, const Scale& scale) {
  return [&image, &scale](const CourseStation& s, double offset) {
    const auto at = [&](double o) {
      return sample(image, s.p.x + o * s.across_x, s.p.y + o * s.across_y);
    };
    double best = -1e9;
    const double middle = at(offset), out = scale.side_px;
    for (const double half : scale.half_px) {
      const double in = std::min(half, out);
      const double left = at(offset - half), right = at(offset + half);
      const double out_left = at(offset - half - out), out_right = at(offset + half + out);
      const auto bend = [&](double wall, double outside, double inside) {
        return wall - (outside * in + inside * out) / (in + out);
      };
      const double bends = std::min(bend(left, out_left, at(offset - half + in)),
                                    bend(right, out_right, at(offset + half - in)));
      // Beside bone the ground slopes: half of the slope is forgiven.
      const double tilt = 0.5 * (out_right - out_left) * out / (2 * (half + out));
      double rise = std::min(left - out_left - tilt, right - out_right + tilt);
      // A tube's near and far wall lie on its middle, so that it rises by a quarter of its sides or
      // more; between the cortices of two bones the middle is darker.
      rise = std::min(rise, 4 * (middle - 0.5 * (out_left + out_right)));
      rise -= std::max(0.0, middle - 0.5 * (left + right));
      best = std::max(best, std::min(bends, rise));
    }
    return best;
  };
}

// How far the foot's absorptions lie apart, from soft tissue to bone.
double contrast_of(const Frame<float>& image, const FootOutline& outline) {
  std::vector<double> levels;
  for (double u = 0.1; u < 1.8; u += 0.02)
    for (double v = -0.42; v < 0.42; v += 0.02) {
      const Point2 p = outline.at({u, v});
      if (p.x < 12 || p.y < 12 || p.x > image.columns() - 13 || p.y > image.rows() - 13) continue;
      levels.push_back(sample(image, p.x, p.y));
    }
  if (levels.size() < 50) return 0;
  std::sort(levels.begin(), levels.end());
  return levels[levels.size() * 9 / 10] - levels[levels.size() / 10];
}

// How uneven the foot is between places as far apart as a line and its ground: noise and bone's
// texture. The median, so that edges do not count; scaled to a standard deviation.
double texture(const Frame<float>& image, const FootOutline& outline, double side_px) {
  std::vector<double> uneven;
  for (double u = 0.1; u < 1.8; u += 0.02)
    for (double v = -0.42; v < 0.42; v += 0.02) {
      const Point2 p = outline.at({u, v});
      if (p.x < 12 || p.y < 12 || p.x > image.columns() - 13 || p.y > image.rows() - 13) continue;
      const double dx = side_px * outline.lateral_x, dy = side_px * outline.lateral_y;
      uneven.push_back(
          std::abs(sample(image, p.x, p.y) -
                   0.5 * (sample(image, p.x - dx, p.y - dy) + sample(image, p.x + dx, p.y + dy))));
    }
  if (uneven.empty()) return 1;
  const auto middle = uneven.begin() + static_cast<std::ptrdiff_t>(uneven.size() / 2);
  std::nth_element(uneven.begin(), middle, uneven.end());
  constexpr double sd_over_median = 1.4826;  // Of a normal distribution.
  return std::max(1e-6, sd_over_median * *middle);
}

std::vector<bool> stands_out(const std::vector<double>& answers, int half, double threshold) {
  std::vector<bool> result;
  const int n = static_cast<int>(answers.size());
  for (int i = 0; i < n; ++i) {
    double sum = 0;
    const int from = std::max(0, i - half), to = std::min(n, i + half + 1);
    for (int k = from; k < to; ++k) sum += answers[static_cast<std::size_t>(k)];
    result.push_back(sum / (to - from) > threshold);
  }
  return result;
}

// The longest stretch whose gaps are no longer than `gap`, first and last index.
std::optional<std::pair<std::size_t, std::size_t>> longest(const std::vector<bool>& yes, int gap) {
  std::optional<std::pair<std::size_t, std::size_t>> best;
  std::size_t from = 0, last = 0;
  bool open = false;
  for (std::size_t i = 0; i < yes.size(); ++i) {
    if (!yes[i]) continue;
    if (!open || i - last > static_cast<std::size_t>(gap) + 1) from = i;
    open = true;
    last = i;
    if (!best || last - from > best->second - best->first) best = {from, last};
  }
  return best;
}

double length_of(const std::vector<Point2>& points, double column_scale, double row_scale) {
  double length = 0;
  for (std::size_t i = 5; i < points.size(); i += 5)
    length += std::hypot(column_scale * (points[i].x - points[i - 5].x),
                         row_scale * (points[i].y - points[i - 5].y));
  const std::size_t rest = points.empty() ? 0 : (points.size() - 1) % 5;
  if (rest > 0)
    length += std::hypot(column_scale * (points.back().x - points[points.size() - 1 - rest].x),
                         row_scale * (points.back().y - points[points.size() - 1 - rest].y));
  return length;
}

}  // namespace

Result<FootCalcium> read_foot_calcium(const Radiograph& radiograph, Side side, const FootMap& map,
                                      const Progress& progress) {
  const Frame<float> image = smoothed(as_float(radiograph.image));
  auto outline = outline_foot(image, side);
  if (!outline) return tl::unexpected(outline.error());
  const Scale scale = scale_of(radiograph, *outline);
  const CourseAnswer answer = rail_pair(image, scale);
  const Ground ground{0, texture(image, *outline, scale.side_px)};
  std::vector<const FootArtery*> arteries;
  for (const FootArtery& artery : map.arteries)
    if (!artery.calcium_site.empty()) arteries.push_back(&artery);
  const double reach_px = map.reach * outline->width_px;
  const MapFit fit =
      fit_map(*outline, arteries, reach_px, image.columns(), image.rows(), answer, ground);
  // Over a window of 2 mm: bone's texture does not keep up.
  constexpr double spreads = 3;
  // A wall of 0.3 mm seen along its side absorbs like some 1.5 mm of bone, a fiftieth or more of
  // what lies between soft tissue and the forefoot's bones; blurred, more than half of that bends
  // (E): where there is little noise, fainter lines are bone's own texture.
  constexpr double least_contrast = 0.012;
  const double threshold = std::max(ground.median + spreads * ground.spread,
                                    least_contrast * contrast_of(image, *outline));

  // What counts as one step above the ground.
  const double step = threshold / spreads;

  FootCalcium calcium{*outline, {}};
  for (const FootArtery* artery : arteries) {
    if (progress.cancelled()) return cancelled();
    const auto stations =
        lay_course(*outline, *artery, fit.stretch, fit.shift, image.columns(), image.rows());
    const FoundCourse course = find_course(stations, reach_px, 0.3 * step, scale.half_window,
                                           [&](const CourseStation& s, double o) {
                                             // Neither one bright crossing nor one edge of bone
                                             // decides the course.
                                             return std::clamp(answer(s, o), -step, 8 * step);
                                           });
    ArteryCalcium reading;
    reading.artery = artery->id;
    reading.course = course.points;
    reading.calcified = stands_out(course.answer, scale.half_window, threshold);
    if (const auto stretch = longest(reading.calcified, scale.gap)) {
      reading.line.assign(course.points.begin() + static_cast<std::ptrdiff_t>(stretch->first),
                          course.points.begin() + static_cast<std::ptrdiff_t>(stretch->second) + 1);
      reading.length_px = length_of(reading.line, 1, 1);
      if (radiograph.calibration.gives_mm())
        reading.length_mm = length_of(reading.line, radiograph.calibration.mm_per_px_column,
                                      radiograph.calibration.mm_per_px_row);
    }
    calcium.arteries.push_back(std::move(reading));
  }
  return calcium;
}

}  // namespace imaging
