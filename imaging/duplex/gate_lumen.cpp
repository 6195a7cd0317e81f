#include <algorithm>
#include <cmath>

#include "imaging/core/geometry.h"
#include "imaging/duplex/spectral.h"

namespace imaging {
namespace {

constexpr int colourful = 60;
constexpr double farthest_mm = 1.5;  // From the gate to its vessel's colour.
// Area over that of the smallest upright ellipse around: a disc has 1, a vessel along the plane
// less, and so has a patch of two vessels.
constexpr double least_roundness = 0.75;
constexpr double longest_axes = 1.5;  // Of the patch's width and height.
// Colour ends within its own resolution of the wall.
constexpr double colour_edge_error_mm = 0.3;

bool is_colour(Rgb c) { return std::max({c.r, c.g, c.b}) - std::min({c.r, c.g, c.b}) > colourful; }

// The gate is drawn over the colour: a line or two of grey inside count as colour.
Frame<std::uint8_t> closed_colour(const Frame<Rgb>& frame, int reach) {
  Frame<std::uint8_t> mask(frame.columns(), frame.rows());
  for (int y = 0; y < frame.rows(); ++y)
    for (int x = 0; x < frame.columns(); ++x) {
      if (is_colour(frame(x, y))) {
        mask(x, y) = 1;
        continue;
      }
      bool up = false, down = false, left = false, right = false;
      for (int n = 1; n <= reach; ++n) {
        up = up || (y >= n && is_colour(frame(x, y - n)));
        down = down || (y + n < frame.rows() && is_colour(frame(x, y + n)));
        left = left || (x >= n && is_colour(frame(x - n, y)));
        right = right || (x + n < frame.columns() && is_colour(frame(x + n, y)));
      }
      mask(x, y) = (up && down) || (left && right);
    }
  return mask;
}

// Without what is thinner than twice `reach`: specks beside the vessel that touch it.
Frame<std::uint8_t> opened(const Frame<std::uint8_t>& mask, int reach) {
  const auto swept = [&](const Frame<std::uint8_t>& from, bool all) {
    Frame<std::uint8_t> to(from.columns(), from.rows());
    for (int y = reach; y + reach < from.rows(); ++y)
      for (int x = reach; x + reach < from.columns(); ++x) {
        bool every = true, any = false;
        for (int b = -reach; b <= reach; ++b)
          for (int a = -reach; a <= reach; ++a) {
            if (a * a + b * b > reach * reach) continue;
            every = every && from(x + a, y + b);
            any = any || from(x + a, y + b);
          }
        to(x, y) = all ? every : any;
      }
    return to;
  };
  return swept(swept(mask, true), false);
}

}  // namespace

Result<GateLumen> lumen_at_gate(const DuplexClip& clip) {
  if (clip.frames.empty()) return fail(ErrorCode::NotFound, "The clip has no picture.");
  const Frame<Rgb>& frame = clip.frames.front();
  const UltrasoundRegion* picture = nullptr;
  std::optional<Point2> gate;
  for (const UltrasoundRegion& region : clip.regions) {
    if (region.gate) gate = region.gate;
    if (region.spatial_format == 1 && !picture) picture = &region;
  }
  if (!gate)
    return fail(ErrorCode::NotFound,
                "The file does not say where the gate is; give the vessel's diameter.");
  if (!picture || !picture->calibration.gives_mm())
    return fail(ErrorCode::Uncalibrated,
                "The picture beside the spectrum has no size in mm; give the vessel's diameter.");
  const double column_mm = picture->calibration.mm_per_px_column,
               row_mm = picture->calibration.mm_per_px_row;
  const Frame<std::uint8_t> mask = opened(closed_colour(frame, 4), 3);
  const int reach = static_cast<int>(farthest_mm / std::min(column_mm, row_mm));
  int best_x = -1, best_y = -1;
  double nearest = farthest_mm;
  for (int dy = -reach; dy <= reach; ++dy)
    for (int dx = -reach; dx <= reach; ++dx) {
      const int x = static_cast<int>(std::lround(gate->x)) + dx,
                y = static_cast<int>(std::lround(gate->y)) + dy;
      if (x < picture->x0 || y < picture->y0 || x > picture->x1 || y > picture->y1) continue;
      const double mm = std::hypot(dx * column_mm, dy * row_mm);
      if (!mask(x, y) || mm >= nearest) continue;
      nearest = mm;
      best_x = x;
      best_y = y;
    }
  const auto not_round =
      fail(ErrorCode::NotFound,
           "There is no round patch of colour at the gate; give the vessel's diameter.");
  if (best_x < 0) return not_round;
  Frame<std::uint8_t> seen(frame.columns(), frame.rows());
  std::vector<std::pair<int, int>> patch{{best_x, best_y}};
  seen(best_x, best_y) = 1;
  int x0 = best_x, x1 = best_x, y0 = best_y, y1 = best_y;
  for (std::size_t n = 0; n < patch.size(); ++n) {
    const auto [x, y] = patch[n];
    x0 = std::min(x0, x), x1 = std::max(x1, x), y0 = std::min(y0, y), y1 = std::max(y1, y);
    for (const auto& [a, b] :
         {std::pair{x - 1, y}, std::pair{x + 1, y}, std::pair{x, y - 1}, std::pair{x, y + 1}}) {
      if (a < picture->x0 || b < picture->y0 || a > picture->x1 || b > picture->y1) continue;
      if (!mask(a, b) || seen(a, b)) continue;
      seen(a, b) = 1;
      patch.emplace_back(a, b);
    }
  }
  const double width_mm = (x1 - x0 + 1) * column_mm, height_mm = (y1 - y0 + 1) * row_mm;
  const double area_mm2 = static_cast<double>(patch.size()) * column_mm * row_mm;
  const double roundness = area_mm2 / (pi / 4 * width_mm * height_mm);
  if (roundness < least_roundness ||
      std::max(width_mm, height_mm) > longest_axes * std::min(width_mm, height_mm))
    return not_round;
  return GateLumen{.diameter_mm = std::sqrt(4 * area_mm2 / pi),
                   .error_mm = std::hypot(colour_edge_error_mm, column_mm),
                   .note =
                       "Width of the colour at the gate, as that of a circle of its area; "
                       "colour may spill over the wall."};
}

}  // namespace imaging
