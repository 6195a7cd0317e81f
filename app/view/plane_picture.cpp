#include <algorithm>
#include <cmath>

#include "app/view/marks.h"
#include "app/view/picture.h"

namespace app::view {

Pick pick_handle(const Look& look, Point2 at, double scale,
                 const std::function<std::optional<Point2>(const LpsPoint&)>& place_of) {
  Pick best;
  if (!look.preview) return best;
  double best_px = 8 * scale;
  const planning::Crossing& crossing = look.preview->crossing;
  const auto consider = [&](Pick::What what, const std::string& vessel, const LpsPoint& p) {
    const auto place = place_of(p);
    if (!place) return;
    const double away_px = std::hypot(place->x - at.x, place->y - at.y);
    if (away_px > best_px) return;
    best_px = away_px;
    best = {what, vessel, p};
  };
  consider(Pick::What::ArteryEnd, crossing.site.artery, crossing.artery_point);
  consider(Pick::What::VeinEnd, crossing.site.vein, crossing.vein_point);
  return best;
}

imaging::Frame<Rgb> PlanePicture::draw(const Look& look, const Shapes& shapes, const Size& size) {
  Canvas canvas(size.width_px, size.height_px, size.scale);
  scale_ = size.scale;
  plane_ = aim(look, size);
  if (plane_) {
    plane_ = framed(*plane_, framing_);
    paint(canvas, look, shapes, *plane_);
  }
  return canvas.release();
}

Pick PlanePicture::pick(const Look& look, Point2 at) const {
  if (!plane_) return {};
  // A handle can be gripped on a slice that passes near it; the eye sees it there, faded.
  constexpr double near_mm = 4;
  const Pick handle =
      pick_handle(look, at, scale_, [&](const LpsPoint& p) -> std::optional<Point2> {
        if (std::abs(plane_->depth_mm(p)) > near_mm) return std::nullopt;
        return plane_->place_of(p);
      });
  if (handle.what != Pick::What::Nothing || !look.vessels) return handle;

  Pick best;
  const LpsPoint hand = plane_->point_at(at);
  double best_mm = 3 * scale_ * plane_->mm_per_px;  // 3 logical px outside the wall still count.
  for (const imaging::Vessel& vessel : look.vessels->vessels()) {
    if (!is_shown(look.view, vessel.kind)) continue;
    const auto sample = vessel.line.at(vessel.line.nearest_mm(hand));
    const double outside_mm = imaging::distance(sample.position, hand) - sample.radius_mm;
    if (outside_mm >= best_mm) continue;
    best_mm = outside_mm;
    best = {Pick::What::Vessel, vessel.id, sample.position};
  }
  return best;
}

std::optional<LpsPoint> PlanePicture::point_at(const Look& look, Point2 at, const LpsPoint&) const {
  if (!plane_) return std::nullopt;
  const LpsPoint p = plane_->point_at(at);
  const imaging::Grid* grid = bounds(look);
  // Half a voxel beyond the outermost centres is still drawn.
  constexpr double half_a_voxel_mm = -0.5;
  if (grid != nullptr && !grid->contains(p, half_a_voxel_mm)) return std::nullopt;
  return p;
}

std::optional<Point2> PlanePicture::place_of(const Look&, const LpsPoint& p) const {
  if (!plane_) return std::nullopt;
  const Point2 at = plane_->place_of(p);
  return plane_->shows(at) ? std::optional(at) : std::nullopt;
}

void PlanePicture::pan(double dx, double dy) {
  framing_.right_px += dx / framing_.zoom;
  framing_.down_px += dy / framing_.zoom;
}

void PlanePicture::zoom(double factor) {
  constexpr double least = 0.25, most = 40;
  framing_.zoom = std::clamp(framing_.zoom * factor, least, most);
}

}  // namespace app::view
