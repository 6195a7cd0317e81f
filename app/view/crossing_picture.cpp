#include <algorithm>
#include <cmath>
#include <cstdio>

#include "app/view/marks.h"
#include "app/view/picture.h"
#include "app/view/slice.h"

namespace app::view {
namespace {

using planning::Crossing;

// "2:30": the hour of a clock position with its minutes, to a quarter of an hour.
std::string as_clock(double hours) {
  const int quarters = (static_cast<int>(std::lround(hours * 4)) % 48 + 48) % 48;
  const int hour = quarters / 4 == 0 ? 12 : quarters / 4;
  char words[16];
  std::snprintf(words, sizeof words, "%d:%02d", hour, quarters % 4 * 15);
  return words;
}

// The duplex image behind the drawing, darkened so that the drawing leads.
void paint_background(Canvas& canvas, const Look& look, const LpsPoint& site, const Plane& plane) {
  const imaging::DuplexVolume* volume = look.volume_at(site);
  if (volume != nullptr)
    paint_slice(canvas, *volume, plane, {.brightness = 0.6, .velocity = false});
}

struct Ends {
  Point2 artery, vein;            // Lumen centres.
  Point2 artery_wall, vein_wall;  // Where the needle leaves the one lumen and enters the other.
};

Ends ends_of(const Crossing& c, const Plane& plane) {
  const LpsVector way = (c.vein_point - c.artery_point).normalized();
  return {plane.place_of(c.artery_point), plane.place_of(c.vein_point),
          plane.place_of(c.artery_point + way * (c.artery_diameter_mm / 2)),
          plane.place_of(c.vein_point - way * (c.vein_diameter_mm / 2))};
}

// No room for words beside the drawing; what the pane's caption says must do.
bool is_narrow(const Canvas& canvas) { return canvas.width() < canvas.px(300); }

void paint_needle(Canvas& canvas, const Crossing& c, const Ends& ends, double side_px) {
  canvas.arrow(ends.artery, ends.vein, {.colour = token::needle, .width = 2.5}, 11);
  mark_handle(canvas, ends.artery, token::artery);
  mark_handle(canvas, ends.vein, token::vein);
  if (!is_narrow(canvas))
    mark_dimension(canvas, ends.artery_wall, ends.vein_wall, in_mm(c.gap_mm, c.gap_sd_mm),
                   token::needle, side_px);
}

class CrossingPicture : public PlanePicture {
 public:
  bool depends_on(Concern concern) const override {
    return concern == Concern::Study || concern == Concern::Vessels || concern == Concern::Plan ||
           concern == Concern::Volume || concern == Concern::Shown || concern == Concern::Selection;
  }
};

// Across the artery at the crossing, as a probe held across the limb shows it.
class ProbePicture : public CrossingPicture {
 protected:
  std::optional<Plane> aim(const Look& look, const Size& size) const override {
    if (!look.preview || !look.vessels) return std::nullopt;
    const Crossing& c = look.preview->crossing;
    const imaging::Vessel* artery = look.vessels->find(c.site.artery);
    if (artery == nullptr) return std::nullopt;
    const Axes axes = axes_across(artery->line.tangent(c.site.artery_mm));
    // Artery in the middle, room for the vein on whichever side it lies, and for the hours.
    const double reach_mm = imaging::distance(c.artery_point, c.vein_point) +
                            0.5 * c.vein_diameter_mm + 0.5 * c.artery_diameter_mm + 2;
    return Plane{
        .centre = c.artery_point,
        .right = axes.right,
        .down = axes.down,
        .mm_per_px = reach_mm / ring_share / (0.5 * std::min(size.width_px, size.height_px)),
        .width_px = size.width_px,
        .height_px = size.height_px};
  }

  void paint(Canvas& canvas, const Look& look, const Shapes& shapes,
             const Plane& plane) const override {
    const Crossing& c = look.preview->crossing;
    paint_background(canvas, look, c.artery_point, plane);
    const Ends ends = ends_of(c, plane);
    paint_clock(canvas, ends.artery, plane);
    paint_depths(canvas, c, ends.artery, plane);
    paint_sector(canvas, c, ends, plane);
    canvas.disc(ends.artery, c.artery_diameter_mm / 2 / plane.mm_per_px, token::artery, 0.22);
    canvas.disc(ends.vein, c.vein_diameter_mm / 2 / plane.mm_per_px, token::vein, 0.22);
    mark_vessels(canvas, look, shapes.walls, plane);
    paint_needle(canvas, c, ends, canvas.px(30));
    mark_orientation(canvas, plane.right, plane.down);
    mark_scale(canvas, plane.mm_per_px, "mm");
    const std::string how = "seen from the foot";
    if (is_narrow(canvas) && !canvas.is_small())
      canvas.text({canvas.px(10), canvas.height() - canvas.px(10)}, how,
                  {.colour = token::muted, .size = 11});
    else
      mark_title(canvas, "From within the artery, " + how,
                 "needle towards " + as_clock(c.needle.clock) + ", " + in_mm(c.needle.length_mm));
  }

 private:
  static constexpr double ring_share = 0.54;  // Of half the picture, to the hours.

  // Rings of depth from the artery's axis, as a rotating probe in it would have them.
  static void paint_depths(Canvas& canvas, const Crossing& c, Point2 centre, const Plane& plane) {
    const double ring_px = ring_share * 0.5 * std::min(plane.width_px, plane.height_px);
    const double reach_mm = ring_px * plane.mm_per_px;
    const int step_mm = reach_mm > 12 ? 5 : reach_mm > 5 ? 2 : 1;
    // Written opposite the vein, where nothing else is.
    const double away = imaging::pi * (c.needle.clock / 6 + 1);
    for (int mm = step_mm; mm < reach_mm; mm += step_mm) {
      const double radius = mm / plane.mm_per_px;
      canvas.circle(centre, radius, {.colour = token::muted, .width = 1, .opacity = 0.28});
      if (canvas.is_small() || mm < c.artery_diameter_mm / 2 + 0.5) continue;
      canvas.text({centre.x + radius * std::sin(away), centre.y - radius * std::cos(away)},
                  std::to_string(mm), {.colour = token::muted, .size = 11, .align = Align::Centre});
    }
  }

  // Between these lines a straight needle from the axis meets the vein.
  static void paint_sector(Canvas& canvas, const Crossing& c, const Ends& ends,
                           const Plane& plane) {
    const double length_px = std::hypot(ends.vein.x - ends.artery.x, ends.vein.y - ends.artery.y);
    const double radius_px = c.vein_diameter_mm / 2 / plane.mm_per_px;
    if (length_px <= radius_px) return;
    const double towards = std::atan2(ends.vein.y - ends.artery.y, ends.vein.x - ends.artery.x);
    const double half = std::asin(radius_px / length_px);
    const double reach_px = std::sqrt(length_px * length_px - radius_px * radius_px);
    for (const double side : {-half, half})
      canvas.line(ends.artery,
                  {ends.artery.x + reach_px * std::cos(towards + side),
                   ends.artery.y + reach_px * std::sin(towards + side)},
                  {.colour = token::needle, .width = 1, .opacity = 0.55, .dash = 4, .gap = 3});
  }

  static void paint_clock(Canvas& canvas, Point2 centre, const Plane& plane) {
    const double ring = ring_share * 0.5 * std::min(plane.width_px, plane.height_px) + canvas.px(6);
    canvas.circle(centre, ring, {.colour = token::muted, .width = 1, .opacity = 0.5});
    for (int hour = 1; hour <= 12; ++hour) {
      const double angle = imaging::pi * hour / 6;
      const Point2 out{std::sin(angle), -std::cos(angle)};
      const double tick = canvas.px(hour % 3 == 0 ? 8 : 5);
      canvas.line({centre.x + out.x * ring, centre.y + out.y * ring},
                  {centre.x + out.x * (ring - tick), centre.y + out.y * (ring - tick)},
                  {.colour = token::muted, .width = 1.25});
      if (canvas.is_small()) continue;
      const double words = ring + canvas.px(12);
      canvas.text({centre.x + out.x * words, centre.y + out.y * words + canvas.px(4)},
                  std::to_string(hour),
                  {.colour = token::muted, .size = 12, .align = Align::Centre});
    }
  }
};

// Along the artery, in the plane that holds the needle: the proximal end on the left, the vein
// below.
class ProfilePicture : public CrossingPicture {
 protected:
  std::optional<Plane> aim(const Look& look, const Size& size) const override {
    if (!look.preview || !look.vessels) return std::nullopt;
    const Crossing& c = look.preview->crossing;
    const imaging::Vessel* artery = look.vessels->find(c.site.artery);
    if (artery == nullptr) return std::nullopt;
    const LpsVector along = artery->line.tangent(c.site.artery_mm);
    const LpsVector way = c.vein_point - c.artery_point;
    LpsVector down = way - along * way.dot(along);
    // A needle along the axis leaves the plane free; any will do.
    down = down.norm() > 1e-6 ? down.normalized() : imaging::perpendicular_pair(along)[0];
    const double half_height_mm =
        0.5 * way.norm() + std::max(c.artery_diameter_mm, c.vein_diameter_mm) + 3.5;
    return Plane{.centre = imaging::lerp(c.artery_point, c.vein_point, 0.5),
                 .right = along,
                 .down = down,
                 .mm_per_px = 2 * half_height_mm / size.height_px,
                 .width_px = size.width_px,
                 .height_px = size.height_px};
  }

  void paint(Canvas& canvas, const Look& look, const Shapes& shapes,
             const Plane& plane) const override {
    const Crossing& c = look.preview->crossing;
    paint_background(canvas, look, c.artery_point, plane);
    mark_vessels(canvas, look, shapes.walls, plane);
    if (look.view.show_devices) paint_stents(canvas, look, plane);
    const Ends ends = ends_of(c, plane);
    paint_angle(canvas, c, ends);
    // The angle is written on the side that the needle leans to; the gap on the other.
    paint_needle(canvas, c, ends, canvas.px(ends.vein.x >= ends.artery.x ? 46 : -46));
    mark_orientation(canvas, plane.right, plane.down);
    mark_scale(canvas, plane.mm_per_px, "mm");
    mark_title(canvas, "Along the needle",
               "leaves the artery at " + with_decimals(c.needle.exit_angle_deg, 0) + "\u00B0");
  }

 private:
  // The angle between the artery's axis and the needle, on the distal side where it is acute.
  static void paint_angle(Canvas& canvas, const Crossing& c, const Ends& ends) {
    const double dx = ends.vein.x - ends.artery.x, dy = ends.vein.y - ends.artery.y;
    if (std::hypot(dx, dy) < 1) return;
    const double to = std::atan2(dy, dx), from = dx >= 0 ? 0 : imaging::pi;
    const double radius = std::min(canvas.px(34), 0.8 * std::hypot(dx, dy));
    std::vector<Point2> arc;
    for (int i = 0; i <= 16; ++i) {
      const double angle = from + (to - from) * i / 16;
      arc.push_back(
          {ends.artery.x + radius * std::cos(angle), ends.artery.y + radius * std::sin(angle)});
    }
    canvas.polyline(arc, {.colour = token::needle, .width = 1.25});
    const double side = dx >= 0 ? 1 : -1;
    canvas.line(ends.artery, {ends.artery.x + side * canvas.px(46), ends.artery.y},
                {.colour = token::needle, .width = 1, .opacity = 0.7, .dash = 3, .gap = 3});
    const double middle = (from + to) / 2, words = radius + canvas.px(8);
    canvas.text({ends.artery.x + words * std::cos(middle),
                 ends.artery.y + words * std::sin(middle) + canvas.px(5)},
                with_decimals(c.needle.exit_angle_deg, 0) + "\u00B0",
                {.colour = token::needle,
                 .size = 14,
                 .weight = Weight::SemiBold,
                 .align = side > 0 ? Align::Left : Align::Right});
  }

  // The outline of each stent where it runs close to this plane.
  static void paint_stents(Canvas& canvas, const Look& look, const Plane& plane) {
    constexpr double near_mm = 4;
    for (const planning::Device& device : look.preview->devices) {
      std::vector<Point2> axis;
      std::vector<double> radius_px;
      for (const planning::StentSection& section : device.sections) {
        if (std::abs(plane.depth_mm(section.centre)) >= near_mm) continue;
        axis.push_back(plane.place_of(section.centre));
        radius_px.push_back(section.radius_mm / plane.mm_per_px);
      }
      if (axis.size() < 2) continue;
      for (const double side : {-1.0, 1.0}) {
        std::vector<Point2> wall;
        for (std::size_t i = 0; i < axis.size(); ++i) {
          const Point2 a = axis[i > 0 ? i - 1 : 0], b = axis[std::min(i + 1, axis.size() - 1)];
          const double size = std::max(1e-6, std::hypot(b.x - a.x, b.y - a.y));
          const Point2 at{axis[i].x - side * radius_px[i] * (b.y - a.y) / size,
                          axis[i].y + side * radius_px[i] * (b.x - a.x) / size};
          // Inside a bend tighter than the stent's radius its wall would run backwards: it folds.
          const bool runs_on =
              wall.empty() ||
              (at.x - wall.back().x) * (b.x - a.x) + (at.y - wall.back().y) * (b.y - a.y) > 0;
          if (runs_on) wall.push_back(at);
        }
        canvas.polyline(wall, {.colour = token::device, .width = 1.75, .dash = 6, .gap = 2.5});
      }
    }
  }
};

// What the needle's tip sees: from the artery along the needle, across it at the vein's centre. The
// artery, which lies in front, is dashed; distal is down.
class DownNeedlePicture : public CrossingPicture {
 public:
  // The artery's end lies in front of the vein's: a hand here steers where the needle goes in.
  Pick pick(const Look& look, Point2 at) const override {
    Pick found = PlanePicture::pick(look, at);
    if (found.what == Pick::What::ArteryEnd && look.preview)
      found = {Pick::What::VeinEnd, look.preview->crossing.site.vein,
               look.preview->crossing.vein_point};
    return found;
  }

 protected:
  std::optional<Plane> aim(const Look& look, const Size& size) const override {
    if (!look.preview || !look.vessels) return std::nullopt;
    const Crossing& c = look.preview->crossing;
    const imaging::Vessel* artery = look.vessels->find(c.site.artery);
    const LpsVector way = c.vein_point - c.artery_point;
    if (artery == nullptr || !(way.squared_norm() > 0)) return std::nullopt;
    const LpsVector into = way.normalized();
    const LpsVector distal = artery->line.tangent(c.site.artery_mm);
    LpsVector down = distal - into * distal.dot(into);
    // A needle along the axis leaves the picture free to turn; any way will do.
    down = down.norm() > 1e-6 ? down.normalized() : imaging::perpendicular_pair(into)[0];
    const double half_mm = std::max(c.artery_diameter_mm, c.vein_diameter_mm) + 4;
    return Plane{.centre = c.vein_point,
                 .right = down.cross(into),
                 .down = down,
                 .mm_per_px = 2 * half_mm / std::min(size.width_px, size.height_px),
                 .width_px = size.width_px,
                 .height_px = size.height_px};
  }

  void paint(Canvas& canvas, const Look& look, const Shapes& shapes,
             const Plane& plane) const override {
    const Crossing& c = look.preview->crossing;
    paint_background(canvas, look, c.vein_point, plane);
    mark_vessels(canvas, look, shapes.walls, plane);
    paint_artery(canvas, look, plane);
    // Where the needle goes through, and how far aside it may pass and still meet the vein.
    const Point2 aim = plane.place_of(c.vein_point);
    const double arm = canvas.px(9);
    canvas.line({aim.x - arm, aim.y}, {aim.x + arm, aim.y}, {.colour = token::needle});
    canvas.line({aim.x, aim.y - arm}, {aim.x, aim.y + arm}, {.colour = token::needle});
    const double radius_px = c.vein_diameter_mm / 2 / plane.mm_per_px;
    canvas.circle(aim, radius_px, {.colour = token::needle, .width = 1.25, .dash = 4, .gap = 3});
    mark_handle(canvas, aim, token::vein);
    mark_orientation(canvas, plane.right, plane.down);
    mark_scale(canvas, plane.mm_per_px, "mm");
    if (is_narrow(canvas) && !canvas.is_small())
      canvas.text({canvas.px(10), canvas.height() - canvas.px(10)}, "vein " + span_of(c),
                  {.colour = token::muted, .size = 11});
    else
      mark_title(canvas, "Down the needle", "the vein spans " + span_of(c));
  }

 private:
  // As seen from the artery's axis; 90 degrees where that axis lies in the vein.
  static std::string span_of(const Crossing& c) {
    const double sine = c.vein_diameter_mm / 2 / std::max(1e-6, c.needle.length_mm);
    return "\u00B1" + with_decimals(imaging::deg_from_rad(std::asin(std::min(1.0, sine))), 0) +
           "\u00B0 of aim";
  }

  static void paint_artery(Canvas& canvas, const Look& look, const Plane& plane) {
    const Crossing& c = look.preview->crossing;
    const imaging::Vessel* artery = look.vessels->find(c.site.artery);
    if (artery == nullptr || !look.view.show_arteries) return;
    const double reach_mm = plane.mm_per_px * std::hypot(plane.width_px, plane.height_px);
    for (const double side : {-1.0, 1.0}) {
      std::vector<Point2> wall;
      for (double off_mm = -reach_mm; off_mm <= reach_mm; off_mm += 0.5) {
        const double s_mm = c.site.artery_mm + off_mm;
        if (s_mm < 0 || s_mm > artery->line.length_mm()) continue;
        const auto sample = artery->line.at(s_mm);
        const LpsVector along = artery->line.tangent(s_mm);
        const LpsVector out = along.cross(plane.into());
        if (out.norm() < 0.3) continue;  // It runs into the picture here and has no sides.
        wall.push_back(
            plane.place_of(sample.position + out.normalized() * (side * sample.radius_mm)));
      }
      canvas.polyline(wall, {.colour = token::artery, .width = 1.5, .dash = 7, .gap = 4});
    }
  }
};

}  // namespace

std::unique_ptr<Picture> make_crossing_picture(ViewKind kind) {
  if (kind == ViewKind::DownNeedle) return std::make_unique<DownNeedlePicture>();
  if (kind == ViewKind::Probe) return std::make_unique<ProbePicture>();
  return std::make_unique<ProfilePicture>();
}

}  // namespace app::view
