#include "app/view/marks.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace app::view {

void mark_orientation(Canvas& canvas, const LpsVector& right, const LpsVector& down) {
  const Type letters{
      .colour = token::text, .size = 14, .weight = Weight::SemiBold, .align = Align::Centre};
  const double edge = canvas.px(16), middle_x = canvas.width() / 2.0,
               middle_y = canvas.height() / 2.0, half = canvas.px(5);
  canvas.text({edge, middle_y + half}, letters_towards(-right), letters);
  canvas.text({canvas.width() - edge, middle_y + half}, letters_towards(right), letters);
  canvas.text({middle_x, edge + half}, letters_towards(-down), letters);
  canvas.text({middle_x, canvas.height() - edge + half}, letters_towards(down), letters);
}

void mark_scale(Canvas& canvas, double units_per_px, const std::string& unit) {
  if (!(units_per_px > 0)) return;
  const double room = std::min(canvas.px(140), canvas.width() * 0.3) * units_per_px;
  const double decade = std::pow(10.0, std::floor(std::log10(room)));
  const double length = room >= 5 * decade ? 5 * decade : room >= 2 * decade ? 2 * decade : decade;
  const double length_px = length / units_per_px;
  const double right = canvas.width() - canvas.px(16), y = canvas.height() - canvas.px(16);
  const double left = right - length_px, tick = canvas.px(4);
  for (const bool rim : {true, false}) {
    const Stroke stroke{.colour = rim ? token::ground : token::text,
                        .width = rim ? 3.5 : 1.5,
                        .opacity = rim ? 0.7 : 1};
    canvas.line({left, y}, {right, y}, stroke);
    canvas.line({left, y - tick}, {left, y + tick}, stroke);
    canvas.line({right, y - tick}, {right, y + tick}, stroke);
  }
  char words[48];
  const bool as_cm = unit == "mm" && length >= 10 && std::fmod(length, 10) == 0;
  std::snprintf(words, sizeof words, "%g %s", as_cm ? length / 10 : length,
                as_cm ? "cm" : unit.c_str());
  canvas.text({right, y - canvas.px(8)}, words, {.size = 12, .align = Align::Right});
}

bool is_shown(const ViewState& view, imaging::VesselKind kind) {
  return kind == imaging::VesselKind::Artery ? view.show_arteries
         : kind == imaging::VesselKind::Vein ? view.show_veins
                                             : true;
}

void mark_vessels(Canvas& canvas, const Look& look, const Walls& walls, const Plane& plane) {
  for (const VesselWall& wall : walls) {
    if (!is_shown(look.view, wall.kind)) continue;
    const auto segments = cut(wall, plane);
    const bool selected = wall.id == look.view.selected_vessel;
    if (selected)
      for (const auto& s : segments)
        canvas.line(s[0], s[1], {.colour = token::accent, .width = 6, .opacity = 0.9});
    const Rgb colour = colour_of(wall.kind);
    const bool vein = wall.kind == imaging::VesselKind::Vein;
    const bool dotted = wall.kind == imaging::VesselKind::Unsure;
    for (std::size_t i = 0; i < segments.size(); ++i)
      if (!dotted || i / 2 % 2 == 0)
        canvas.line(segments[i][0], segments[i][1], {.colour = colour, .width = vein ? 3.5 : 1.75});
    if (vein)
      for (const auto& s : segments)
        canvas.line(s[0], s[1], {.colour = token::ground, .width = 1.25});
  }
}

void mark_cross_hair(Canvas& canvas, Point2 at) {
  const double gap = canvas.px(10);
  const Stroke thin{.colour = token::accent, .width = 1, .opacity = 0.65};
  canvas.line({0, at.y}, {at.x - gap, at.y}, thin);
  canvas.line({at.x + gap, at.y}, {1.0 * canvas.width(), at.y}, thin);
  canvas.line({at.x, 0}, {at.x, at.y - gap}, thin);
  canvas.line({at.x, at.y + gap}, {at.x, 1.0 * canvas.height()}, thin);
}

void mark_handle(Canvas& canvas, Point2 at, Rgb colour, double far) {
  const double opacity = 1 - 0.6 * std::clamp(far, 0.0, 1.0);
  canvas.disc(at, canvas.px(7), token::ground, 0.75 * opacity);
  canvas.circle(at, canvas.px(6), {.colour = token::text, .width = 1.75, .opacity = opacity});
  canvas.disc(at, canvas.px(3.5), colour, opacity);
}

void mark_dimension(Canvas& canvas, Point2 a, Point2 b, const std::string& value, Rgb colour,
                    double side_px) {
  const double size = std::hypot(b.x - a.x, b.y - a.y);
  if (size <= 0) return;
  // Beside the measured points, joined to them by witness lines.
  const Point2 n{-(b.y - a.y) / size, (b.x - a.x) / size};
  const Point2 p{a.x + n.x * side_px, a.y + n.y * side_px};
  const Point2 q{b.x + n.x * side_px, b.y + n.y * side_px};
  const double over = canvas.px(5) / std::max(1.0, std::abs(side_px)) + 1;
  const Stroke witness{.colour = colour, .width = 1, .opacity = 0.8};
  canvas.line(a, {a.x + n.x * side_px * over, a.y + n.y * side_px * over}, witness);
  canvas.line(b, {b.x + n.x * side_px * over, b.y + n.y * side_px * over}, witness);
  const double outside = canvas.px(18);
  const Point2 u{(b.x - a.x) / size, (b.y - a.y) / size};
  if (size > 3 * canvas.px(9)) {
    canvas.arrow(q, p, {.colour = colour, .width = 1.25}, 7);
    canvas.arrow(p, q, {.colour = colour, .width = 1.25}, 7);
  } else {  // Too short for arrows inside: they point at it from outside.
    canvas.arrow({p.x - u.x * outside, p.y - u.y * outside}, p, {.colour = colour, .width = 1.25},
                 7);
    canvas.arrow({q.x + u.x * outside, q.y + u.y * outside}, q, {.colour = colour, .width = 1.25},
                 7);
  }
  // A line of words is wider than high: above and below it needs more room than beside.
  const double away = canvas.px(8 + 6 * std::abs(n.y)), sign = side_px < 0 ? -1 : 1;
  const Point2 at{(p.x + q.x) / 2 + n.x * sign * away, (p.y + q.y) / 2 + n.y * sign * away};
  const Align align = n.x * sign > 0.3    ? Align::Left
                      : n.x * sign < -0.3 ? Align::Right
                                          : Align::Centre;
  canvas.text({at.x, at.y + canvas.px(5)}, value,
              {.colour = colour, .size = 14, .weight = Weight::SemiBold, .align = align});
}

void mark_title(Canvas& canvas, const std::string& title, const std::string& below) {
  if (canvas.is_small()) return;
  const double left = canvas.px(12);
  canvas.text({left, canvas.px(22)}, title, {.size = 13, .weight = Weight::SemiBold});
  if (!below.empty()) canvas.text({left, canvas.px(40)}, below, {.size = 12});
}

std::string with_decimals(double value, int decimals) {
  char words[48];
  std::snprintf(words, sizeof words, "%.*f", decimals, value);
  return words;
}

std::string in_mm(double value_mm, double sd_mm) {
  return with_decimals(value_mm, 1) + (sd_mm > 0 ? " \u00B1 " + with_decimals(sd_mm, 1) : "") +
         " mm";
}

}  // namespace app::view
