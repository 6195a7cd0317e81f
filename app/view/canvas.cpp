#include "app/view/canvas.h"

#include <algorithm>
#include <cmath>

namespace app::view {
namespace {

double length(Point2 a, Point2 b) { return std::hypot(b.x - a.x, b.y - a.y); }

Point2 along(Point2 a, Point2 b, double t) {
  return {a.x + (b.x - a.x) * t, a.y + (b.y - a.y) * t};
}

// Whole px of [low, high], cut to [0, count).
std::pair<int, int> pixel_range(double low, double high, int count) {
  if (!(high >= 0) || !(low <= count)) return {0, -1};
  return {std::max(0, static_cast<int>(std::floor(std::max(low, 0.0)))),
          std::min(count - 1, static_cast<int>(std::ceil(std::min(high, 1.0 * count))))};
}

}  // namespace

void Canvas::blend(int column, int row, Rgb colour, double opacity) {
  Rgb& pixel = pixels_(column, row);
  pixel = mix(pixel, colour, opacity);
}

void Canvas::segment(Point2 a, Point2 b, double half_width, Rgb colour, double opacity) {
  const double reach = half_width + 1;
  const auto [row0, row1] =
      pixel_range(std::min(a.y, b.y) - reach, std::max(a.y, b.y) + reach, height());
  const double dx = b.x - a.x, dy = b.y - a.y, square = dx * dx + dy * dy;
  for (int row = row0; row <= row1; ++row) {
    // Only the columns that the stroke can reach in this row: a long oblique line stays cheap.
    double x0 = std::min(a.x, b.x), x1 = std::max(a.x, b.x);
    if (std::abs(dy) > 1e-9) {
      const double t0 = std::clamp((row - reach - a.y) / dy, 0.0, 1.0);
      const double t1 = std::clamp((row + reach - a.y) / dy, 0.0, 1.0);
      x0 = a.x + dx * (dx > 0 ? std::min(t0, t1) : std::max(t0, t1));
      x1 = a.x + dx * (dx > 0 ? std::max(t0, t1) : std::min(t0, t1));
    }
    const auto [column0, column1] = pixel_range(x0 - reach, x1 + reach, width());
    for (int column = column0; column <= column1; ++column) {
      const double px = column - a.x, py = row - a.y;
      const double t = square > 0 ? std::clamp((px * dx + py * dy) / square, 0.0, 1.0) : 0.0;
      const double away = std::hypot(px - t * dx, py - t * dy);
      const double coverage = std::min({1.0, half_width + 0.5 - away, 2 * half_width});
      if (coverage > 0) blend(column, row, colour, coverage * opacity);
    }
  }
}

void Canvas::line(Point2 a, Point2 b, const Stroke& stroke) {
  const Point2 ends[] = {a, b};
  polyline(ends, stroke);
}

void Canvas::polyline(std::span<const Point2> points, const Stroke& stroke, bool closed) {
  if (points.size() < 2) return;
  const double half_width = px(stroke.width) / 2;
  const double dash = px(stroke.dash), period = px(stroke.dash + stroke.gap);
  double travelled = 0;
  const std::size_t count = closed ? points.size() : points.size() - 1;
  for (std::size_t i = 0; i < count; ++i) {
    const Point2 a = points[i], b = points[(i + 1) % points.size()];
    const double size = length(a, b);
    if (!std::isfinite(size) || size > 1e6) continue;
    if (dash <= 0 || period <= dash || size <= 0) {
      segment(a, b, half_width, stroke.colour, stroke.opacity);
      continue;
    }
    for (double s = -std::fmod(travelled, period); s < size; s += period) {
      const double from = std::max(s, 0.0), to = std::min(s + dash, size);
      if (to > from)
        segment(along(a, b, from / size), along(a, b, to / size), half_width, stroke.colour,
                stroke.opacity);
    }
    travelled += size;
  }
}

void Canvas::circle(Point2 centre, double radius_px, const Stroke& stroke) {
  const int count = std::clamp(static_cast<int>(radius_px), 16, 180);
  std::vector<Point2> points;
  for (int i = 0; i < count; ++i) {
    const double angle = 2 * imaging::pi * i / count;
    points.push_back(
        {centre.x + radius_px * std::cos(angle), centre.y + radius_px * std::sin(angle)});
  }
  polyline(points, stroke, true);
}

void Canvas::disc(Point2 centre, double radius_px, Rgb colour, double opacity) {
  segment(centre, centre, radius_px, colour, opacity);
}

void Canvas::polygon(std::span<const Point2> points, Rgb colour, double opacity) {
  if (points.size() < 3) return;
  double area = 0;
  Point2 low = points[0], high = points[0];
  for (std::size_t i = 0; i < points.size(); ++i) {
    const Point2 p = points[i], q = points[(i + 1) % points.size()];
    area += p.x * q.y - p.y * q.x;
    low = {std::min(low.x, p.x), std::min(low.y, p.y)};
    high = {std::max(high.x, p.x), std::max(high.y, p.y)};
  }
  const double turn = area >= 0 ? 1 : -1;
  const auto [row0, row1] = pixel_range(low.y - 1, high.y + 1, height());
  const auto [column0, column1] = pixel_range(low.x - 1, high.x + 1, width());
  for (int row = row0; row <= row1; ++row) {
    for (int column = column0; column <= column1; ++column) {
      double inside = 1;  // px inside the nearest edge, up to full coverage.
      for (std::size_t i = 0; i < points.size(); ++i) {
        const Point2 p = points[i], q = points[(i + 1) % points.size()];
        const double size = length(p, q);
        if (size <= 0) continue;
        const double away =
            turn * ((q.x - p.x) * (row - p.y) - (q.y - p.y) * (column - p.x)) / size;
        inside = std::min(inside, away + 0.5);
      }
      if (inside > 0) blend(column, row, colour, inside * opacity);
    }
  }
}

void Canvas::rectangle(Point2 top_left, Point2 bottom_right, Rgb colour, double opacity) {
  const Point2 corners[] = {
      top_left, {bottom_right.x, top_left.y}, bottom_right, {top_left.x, bottom_right.y}};
  polygon(corners, colour, opacity);
}

void Canvas::arrow(Point2 from, Point2 tip, const Stroke& stroke, double head) {
  line(from, tip, stroke);
  const double size = length(from, tip);
  if (size <= 0) return;
  const double ux = (tip.x - from.x) / size, uy = (tip.y - from.y) / size;
  const double back = px(head), side = px(head) * 0.45;
  const Point2 barbs[] = {tip,
                          {tip.x - ux * back - uy * side, tip.y - uy * back + ux * side},
                          {tip.x - ux * back + uy * side, tip.y - uy * back - ux * side}};
  polygon(barbs, stroke.colour, stroke.opacity);
}

double Canvas::text_width(const std::string& words, const Type& type) const {
  return letter(words, static_cast<int>(std::lround(px(type.size))), type.weight)
      .coverage.columns();
}

void Canvas::text(Point2 at, const std::string& words, const Type& type) {
  const Lettering& drawn = letter(words, static_cast<int>(std::lround(px(type.size))), type.weight);
  const auto& coverage = drawn.coverage;
  if (coverage.empty()) return;
  const double share = type.align == Align::Left ? 0 : type.align == Align::Centre ? 0.5 : 1;
  int left = static_cast<int>(std::lround(at.x - share * coverage.columns()));
  // Words that belong to a place near the edge are moved in rather than cut off.
  const int margin = static_cast<int>(px(4)), last = width() - margin - coverage.columns();
  if (at.x >= 0 && at.x < width() && last > margin) left = std::clamp(left, margin, last);
  const int top = static_cast<int>(std::lround(at.y)) - drawn.baseline_row;
  const int rim = std::max(1, static_cast<int>(std::lround(px(1))));
  const auto paint = [&](int shift_x, int shift_y, Rgb colour, double opacity) {
    for (int row = 0; row < coverage.rows(); ++row) {
      const int y = top + row + shift_y;
      if (y < 0 || y >= height()) continue;
      for (int column = 0; column < coverage.columns(); ++column) {
        const int x = left + column + shift_x;
        if (x < 0 || x >= width() || coverage(column, row) == 0) continue;
        blend(x, y, colour, opacity * coverage(column, row) / 255.0);
      }
    }
  };
  for (int y = -rim; type.rim && y <= rim; y += rim)
    for (int x = -rim; x <= rim; x += rim)
      if (x != 0 || y != 0) paint(x, y, token::ground, 0.6);
  paint(0, 0, type.colour, 1);
}

void draw_vessel_line(Canvas& canvas, std::span<const Point2> points, imaging::VesselKind kind,
                      bool closed, double opacity) {
  const Rgb colour = colour_of(kind);
  switch (kind) {
    case imaging::VesselKind::Artery:
      canvas.polyline(points, {.colour = colour, .width = 1.75, .opacity = opacity}, closed);
      return;
    case imaging::VesselKind::Vein:
      canvas.polyline(points, {.colour = colour, .width = 3.5, .opacity = opacity}, closed);
      canvas.polyline(points, {.colour = token::ground, .width = 1.25, .opacity = opacity}, closed);
      return;
    case imaging::VesselKind::Unsure:
      canvas.polyline(
          points, {.colour = colour, .width = 2, .opacity = opacity, .dash = 1, .gap = 4}, closed);
      return;
  }
}

}  // namespace app::view
