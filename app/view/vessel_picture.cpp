#include <algorithm>
#include <cmath>

#include "app/view/marks.h"
#include "app/view/picture.h"
#include "app/view/slice.h"

namespace app::view {
namespace {

using imaging::Vessel;

bool vessel_concern(Concern concern) {
  return concern == Concern::Study || concern == Concern::Vessels || concern == Concern::Cursor ||
         concern == Concern::Volume || concern == Concern::Selection || concern == Concern::Shown;
}

// How wide the lumen is: one diameter, or both axes of a flat one along the long one.
void mark_width(Canvas& canvas, const Plane& plane, const imaging::CenterlineSample& sample,
                Point2 centre) {
  const double half_px = sample.long_radius_mm() / plane.mm_per_px;
  Point2 way{1, 0};
  std::string value = "\u00D8 " + in_mm(2 * sample.radius_mm, 2 * sample.radius_sd_mm);
  if (sample.aspect != 1) {
    const double right = sample.long_axis.dot(plane.right), down = sample.long_axis.dot(plane.down);
    const double sign = right < 0 ? -1 : 1, size = std::hypot(right, down);
    if (size > 0) way = {sign * right / size, sign * down / size};
    value = with_decimals(2 * sample.long_radius_mm(), 1) + " \u00D7 " +
            in_mm(2 * sample.short_radius_mm(), 2 * sample.radius_sd_mm);
  }
  mark_dimension(canvas, {centre.x - half_px * way.x, centre.y - half_px * way.y},
                 {centre.x + half_px * way.x, centre.y + half_px * way.y}, value, token::text,
                 half_px + canvas.px(22));
}

// Across the selected vessel, where the linked cursor is nearest to it.
class CrossSectionPicture : public PlanePicture {
 public:
  bool depends_on(Concern concern) const override { return vessel_concern(concern); }

 protected:
  std::optional<Plane> aim(const Look& look, const Size& size) const override {
    const Vessel* vessel = look.selected_vessel();
    if (vessel == nullptr) return std::nullopt;
    // While a hand changes the vessel the plane stands still, or it would run away under the hand.
    const bool same = held_ && held_vessel_ == vessel->id && held_->width_px == size.width_px &&
                      held_->height_px == size.height_px;
    if (look.gesture_open && same) return held_;
    const double s_mm = vessel->line.nearest_mm(look.view.cursor);
    const auto sample = vessel->line.at(s_mm);
    const Axes axes = axes_across(vessel->line.tangent(s_mm));
    const double half_mm = std::max(5.0, 4 * sample.radius_mm);
    held_vessel_ = vessel->id;
    held_ = Plane{.centre = sample.position,
                  .right = axes.right,
                  .down = axes.down,
                  .mm_per_px = half_mm / (0.5 * std::min(size.width_px, size.height_px)),
                  .width_px = size.width_px,
                  .height_px = size.height_px};
    return held_;
  }

  void paint(Canvas& canvas, const Look& look, const Shapes&, const Plane& plane) const override {
    const Vessel* vessel = look.selected_vessel();
    // In a plane that stands still the vessel is met where it passes the plane's middle.
    const double s_mm = vessel->line.nearest_mm(held_ ? held_->centre : look.view.cursor);
    const auto sample = vessel->line.at(s_mm);
    if (const imaging::DuplexVolume* volume = look.volume_at(sample.position))
      paint_slice(canvas, *volume, plane, {});
    const Point2 centre = plane.place_of(sample.position);
    const double sd_px = sample.radius_sd_mm / plane.mm_per_px;
    const LpsVector axis = vessel->line.tangent(s_mm);
    const auto outline = [&](double wider_px) {
      std::vector<Point2> places;
      for (int i = 0; i < 72; ++i) {
        const double angle = 2 * imaging::pi * i / 72;
        const LpsVector way = plane.right * std::cos(angle) + plane.down * std::sin(angle);
        const double px = sample.radius_towards_mm(way, axis) / plane.mm_per_px + wider_px;
        places.push_back({centre.x + px * std::cos(angle), centre.y + px * std::sin(angle)});
      }
      return places;
    };
    const double short_px = sample.short_radius_mm() / plane.mm_per_px;
    const Stroke dashed{
        .colour = colour_of(vessel->kind), .width = 1, .opacity = 0.7, .dash = 3, .gap = 3};
    for (const double side : {-1.0, 1.0}) {
      if (sd_px <= canvas.px(1.5) || short_px + side * sd_px <= 0) continue;
      if (sample.aspect == 1)
        canvas.circle(centre, short_px + side * sd_px, dashed);
      else
        canvas.polyline(outline(side * sd_px), dashed, true);
    }
    draw_vessel_line(canvas, outline(0), sample.open ? vessel->kind : imaging::VesselKind::Unsure,
                     true);
    mark_width(canvas, plane, sample, centre);
    mark_orientation(canvas, plane.right, plane.down);
    mark_scale(canvas, plane.mm_per_px, "mm");
    mark_title(canvas, "Cross-section",
               in_mm(s_mm) + " from its origin" + (sample.open ? "" : ", no open lumen"));
  }

 private:
  mutable std::optional<Plane> held_;
  mutable std::string held_vessel_;
};

// The duplex along the selected vessel, pulled straight, over its diameter.
class StraightenedPicture : public Picture {
 public:
  bool depends_on(Concern concern) const override { return vessel_concern(concern); }

  imaging::Frame<Rgb> draw(const Look& look, const Shapes&, const Size& size) override {
    Canvas canvas(size.width_px, size.height_px, size.scale);
    const Vessel* vessel = look.selected_vessel();
    drawn_ = vessel != nullptr;
    if (!drawn_) return canvas.release();
    // While a hand changes the vessel the picture stays straight along what it was.
    const bool same = held_ && held_->id == vessel->id;
    if (!look.gesture_open || !same) held_ = *vessel;
    lay_out(*held_, canvas);
    paint_band(canvas, look);
    paint_walls(canvas, *vessel);
    if (has_profile_) paint_profile(canvas, *vessel);
    const double s_mm = vessel->line.nearest_mm(look.view.cursor);
    const double x = column_of(s_mm);
    canvas.line({x, 0}, {x, 1.0 * canvas.height()},
                {.colour = token::accent, .width = 1, .opacity = 0.8});
    mark_title(canvas, "Pulled straight");
    if (has_profile_) mark_diameter(canvas, vessel->line.at(s_mm), s_mm);
    canvas.text({canvas.px(12), band_bottom_ - canvas.px(6)}, "proximal", {.size = 12});
    canvas.text({canvas.width() - canvas.px(12), band_bottom_ - canvas.px(6)}, "distal",
                {.size = 12, .align = Align::Right});
    return canvas.release();
  }

  Pick pick(const Look& look, Point2 at) const override {
    const auto p = point_at(look, at, {});
    const Vessel* vessel = held(look);
    if (!p || vessel == nullptr) return {};
    return {Pick::What::Vessel, vessel->id, vessel->line.at(mm_of(at.x)).position};
  }

  std::optional<LpsPoint> point_at(const Look& look, Point2 at, const LpsPoint&) const override {
    const Vessel* vessel = held(look);
    if (!drawn_ || vessel == nullptr) return std::nullopt;
    const double s_mm = mm_of(at.x);
    if (s_mm < 0 || s_mm > vessel->line.length_mm()) return std::nullopt;
    // Below the image lies the profile: it answers for the axis.
    const double across_mm = at.y < band_bottom_ ? (at.y - band_middle()) * across_mm_per_px_ : 0;
    return vessel->line.at(s_mm).position + across_at(s_mm) * across_mm;
  }

  std::optional<Point2> place_of(const Look& look, const LpsPoint& p) const override {
    const Vessel* vessel = held(look);
    if (!drawn_ || vessel == nullptr) return std::nullopt;
    const double s_mm = vessel->line.nearest_mm(p);
    const double across_mm = (p - vessel->line.at(s_mm).position).dot(across_at(s_mm));
    const Point2 at{column_of(s_mm), band_middle() + across_mm / across_mm_per_px_};
    const bool on = at.x >= -0.5 && at.x <= width_px_ - 0.5 && at.y >= -0.5 && at.y <= band_bottom_;
    return on ? std::optional(at) : std::nullopt;
  }

  void pan(double dx, double) override { middle_mm_ -= dx * mm_per_px_; }
  void zoom(double factor) override { zoom_ = std::clamp(zoom_ * factor, 1.0, 20.0); }
  void reset() override {
    zoom_ = 1;
    middle_mm_ = -1;
  }

 private:
  static constexpr double step_mm = 0.5;       // Between the kept directions.
  static constexpr double most_across_mm = 8;  // Shown to either side of the axis.

  // The vessel that the picture is straight along; nullptr once another one is selected.
  const Vessel* held(const Look& look) const {
    const Vessel* now = look.selected_vessel();
    if (now == nullptr || !held_ || held_->id != now->id) return nullptr;
    return &*held_;
  }
  double band_middle() const { return band_bottom_ / 2; }
  double column_of(double s_mm) const { return (s_mm - first_mm_) / mm_per_px_; }
  double mm_of(double column) const { return first_mm_ + column * mm_per_px_; }
  const LpsVector& across_at(double s_mm) const {
    const double at = std::clamp(s_mm / step_mm, 0.0, static_cast<double>(across_.size() - 1));
    return across_[static_cast<std::size_t>(std::lround(at))];
  }

  void lay_out(const Vessel& vessel, const Canvas& canvas) {
    const double length_mm = vessel.line.length_mm();
    if (vessel_ != vessel.id) {
      vessel_ = vessel.id;
      reset();
    }
    std::vector<LpsPoint> points;
    for (double s_mm = 0; s_mm <= length_mm + step_mm; s_mm += step_mm)
      points.push_back(vessel.line.at(s_mm).position);
    const auto frames = steady_frames(points, axes_across(vessel.line.tangent(0)).down);
    across_.clear();
    for (const auto& frame : frames) across_.push_back(frame[0]);

    width_px_ = canvas.width();
    const double margin_px = canvas.px(12);
    mm_per_px_ = length_mm / std::max(1.0, width_px_ - 2 * margin_px) / zoom_;
    const double half_mm = 0.5 * width_px_ * mm_per_px_;
    if (middle_mm_ < 0) middle_mm_ = length_mm / 2;
    const double slack_mm = margin_px * mm_per_px_;
    const double low = half_mm - slack_mm, high = length_mm - half_mm + slack_mm;
    middle_mm_ = low < high ? std::clamp(middle_mm_, low, high) : length_mm / 2;
    first_mm_ = middle_mm_ - half_mm;
    // A low strip has no room for the profile: then it is all image.
    has_profile_ = canvas.height() >= canvas.px(130);
    band_bottom_ = has_profile_ ? 0.56 * canvas.height() : canvas.height();
    profile_top_ = band_bottom_ + canvas.px(4);
    // True proportions, unless they would cut the vessel or show more than its surroundings.
    double widest_mm = 0;
    for (const auto& sample : vessel.line.samples())
      widest_mm = std::max(widest_mm, sample.radius_mm);
    const double least_mm = std::min(2 * widest_mm + 1, most_across_mm);
    const double half_across_mm =
        std::clamp(0.5 * band_bottom_ * mm_per_px_, least_mm, most_across_mm);
    across_mm_per_px_ = 2 * half_across_mm / band_bottom_;
  }

  void paint_band(Canvas& canvas, const Look& look) const {
    const Vessel& vessel = *held_;
    for (int column = 0; column < canvas.width(); ++column) {
      const double s_mm = mm_of(column);
      if (s_mm < 0 || s_mm > vessel.line.length_mm()) continue;
      const LpsPoint axis = vessel.line.at(s_mm).position;
      const imaging::DuplexVolume* volume = look.volume_at(axis);
      if (volume == nullptr) continue;
      const auto& to_voxel = volume->bmode.grid().voxel_from_lps();
      const LpsVector across = across_at(s_mm);
      for (int row = 0; row < static_cast<int>(band_bottom_); ++row) {
        const auto p = to_voxel(axis + across * ((row - band_middle()) * across_mm_per_px_));
        const auto grey = grey_at(volume->bmode, p.x, p.y, p.z);
        if (!grey) continue;
        const auto level = static_cast<unsigned char>(*grey + 0.5);
        canvas.pixels()(column, row) = {level, level, level};
      }
    }
  }

  void paint_walls(Canvas& canvas, const Vessel& vessel) const {
    for (const double side : {-1.0, 1.0}) {
      std::vector<Point2> wall;
      for (int column = 0; column < canvas.width(); column += 2) {
        const double s_mm = mm_of(column);
        if (s_mm < 0 || s_mm > held_->line.length_mm()) continue;
        const auto sample = sample_beside(vessel, s_mm);
        const double off_mm =
            (sample.position - held_->line.at(s_mm).position).dot(across_at(s_mm));
        wall.push_back(
            {1.0 * column, band_middle() + (off_mm + side * sample.radius_mm) / across_mm_per_px_});
      }
      draw_vessel_line(canvas, wall, vessel.kind, false);
    }
  }

  // Where the vessel as it is now passes the place s_mm of what the picture is straight along.
  imaging::CenterlineSample sample_beside(const Vessel& vessel, double s_mm) const {
    if (vessel.line.samples() == held_->line.samples()) return vessel.line.at(s_mm);
    return vessel.line.at(vessel.line.nearest_mm(held_->line.at(s_mm).position));
  }

  void paint_profile(Canvas& canvas, const Vessel& vessel) const {
    double top_mm = 2;
    for (const auto& sample : vessel.line.samples())
      top_mm = std::max(top_mm, 2 * (sample.radius_mm + sample.radius_sd_mm));
    top_mm = std::ceil(top_mm);
    const double bottom = canvas.height() - canvas.px(20), top = profile_top_ + canvas.px(8);
    const auto row_of = [&](double mm) { return bottom - (bottom - top) * mm / top_mm; };
    canvas.rectangle({-1, band_bottom_}, {1.0 * canvas.width(), 1.0 * canvas.height()},
                     token::panel);
    const double mm_between = top_mm > 6 ? 2 : 1;
    for (double mm = 0; mm <= top_mm; mm += mm_between) {
      canvas.line({0, row_of(mm)}, {1.0 * canvas.width(), row_of(mm)},
                  {.colour = token::line, .width = 1});
      if (row_of(mm) > profile_top_ + canvas.px(10))
        canvas.text({canvas.width() - canvas.px(6), row_of(mm) - canvas.px(2)},
                    with_decimals(mm, 0) + (mm == 0 ? " mm" : ""),
                    {.colour = token::muted, .size = 11, .align = Align::Right});
    }
    std::vector<Point2> open, shut;
    const Rgb colour = colour_of(vessel.kind);
    const auto flush = [&] {
      canvas.polyline(open, {.colour = colour, .width = 1.75});
      canvas.polyline(shut, {.colour = token::disabled, .width = 1.5, .dash = 4, .gap = 3});
      open.clear();
      shut.clear();
    };
    for (int column = 0; column < canvas.width(); ++column) {
      const double s_mm = mm_of(column);
      if (s_mm < 0 || s_mm > held_->line.length_mm()) continue;
      const auto sample = sample_beside(vessel, s_mm);
      const double low = row_of(std::max(0.0, 2 * (sample.radius_mm - sample.radius_sd_mm)));
      const double high = row_of(2 * (sample.radius_mm + sample.radius_sd_mm));
      canvas.line({1.0 * column, low}, {1.0 * column, high},
                  {.colour = colour, .width = 1 / canvas.scale(), .opacity = 0.22});
      if (sample.calcification_arc_deg > 0)
        canvas.line({1.0 * column, bottom - canvas.px(3)}, {1.0 * column, bottom},
                    {.colour = token::calcium, .width = 1 / canvas.scale(), .opacity = 0.9});
      const bool turned = sample.open ? !shut.empty() : !open.empty();
      if (turned) flush();
      (sample.open ? open : shut).push_back({1.0 * column, row_of(2 * sample.radius_mm)});
    }
    flush();
    paint_lengths(canvas, vessel.line.length_mm(), bottom);
  }

  void mark_diameter(Canvas& canvas, const imaging::CenterlineSample& at, double s_mm) const {
    const double x = column_of(s_mm);
    const bool at_right = x > 0.7 * canvas.width();
    canvas.text(
        {x + canvas.px(at_right ? -6 : 6), profile_top_ + canvas.px(14)},
        "\u00D8 " + in_mm(2 * at.radius_mm, 2 * at.radius_sd_mm) + " at " + in_mm(s_mm),
        {.colour = token::accent, .size = 12, .align = at_right ? Align::Right : Align::Left});
  }

  void paint_lengths(Canvas& canvas, double length_mm, double bottom) const {
    const double wanted_mm = canvas.px(70) * mm_per_px_;
    const double decade = std::pow(10.0, std::floor(std::log10(wanted_mm)));
    const double every_mm = wanted_mm > 5 * decade   ? 10 * decade
                            : wanted_mm > 2 * decade ? 5 * decade
                                                     : 2 * decade;
    for (double s_mm = 0; s_mm <= length_mm; s_mm += every_mm) {
      const double x = column_of(s_mm);
      if (x < 0 || x > width_px_) continue;
      canvas.line({x, bottom}, {x, bottom + canvas.px(4)}, {.colour = token::muted, .width = 1});
      canvas.text(
          {x, bottom + canvas.px(15)}, with_decimals(s_mm, 0) + (s_mm == 0 ? " mm" : ""),
          {.colour = token::muted, .size = 11, .align = s_mm == 0 ? Align::Left : Align::Centre});
    }
  }

  std::optional<Vessel> held_;
  std::string vessel_;
  std::vector<LpsVector> across_;
  bool drawn_ = false, has_profile_ = true;
  int width_px_ = 1;
  double zoom_ = 1, middle_mm_ = -1;
  double first_mm_ = 0, mm_per_px_ = 1, across_mm_per_px_ = 1, band_bottom_ = 1, profile_top_ = 1;
};

}  // namespace

std::unique_ptr<Picture> make_vessel_picture(ViewKind kind) {
  if (kind == ViewKind::CrossSection) return std::make_unique<CrossSectionPicture>();
  return std::make_unique<StraightenedPicture>();
}

}  // namespace app::view
