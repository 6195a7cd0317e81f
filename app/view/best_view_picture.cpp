// The plan as the C-arm would show it from the angles that best_view proposes.
#include "app/session/angio_overlay.h"
#include "app/view/angio_marks.h"
#include "app/view/flat_image.h"
#include "app/view/marks.h"

namespace app::view {
namespace {

using imaging::Frame;

// Of the simulated picture: fluoroscopy is taken at about this size.
constexpr int pixels = 512;
// Of the patient across the preview: the crossing and a hand's breadth around it.
constexpr double shown_mm = 90;

class BestViewPicture : public ImagePicture {
 public:
  bool depends_on(Concern concern) const override {
    return concern == Concern::Study || concern == Concern::Run || concern == Concern::Plan ||
           concern == Concern::Vessels || concern == Concern::Shown;
  }

  Frame<Rgb> draw(const Look& look, const Shapes&, const Size& size) override {
    Canvas canvas(size.width_px, size.height_px, size.scale);
    if (!look.best_view || !look.preview || !look.vessels) return canvas.release();
    imaging::CArmPose pose = look.best_view->pose;
    const double magnified = pose.source_to_detector_mm / pose.source_to_isocentre_mm;
    pose.imager_spacing_column_mm = pose.imager_spacing_row_mm = magnified * shown_mm / pixels;
    const auto& crossing = look.preview->crossing;
    const LpsPoint middle{0.5 * (crossing.artery_point.x + crossing.vein_point.x),
                          0.5 * (crossing.artery_point.y + crossing.vein_point.y),
                          0.5 * (crossing.artery_point.z + crossing.vein_point.z)};
    const double centre = 0.5 * (pixels - 1);
    const auto arm = imaging::CArm::make(pose, middle, {centre, centre});
    if (!arm) return canvas.release();
    const XrayPlace place = place_image(pixels, pixels, size);
    const PlaceOf place_of = [&](Point2 p) {
      return Point2{(p.x - place.first_column) * place.scale,
                    (p.y - place.first_row) * place.scale};
    };
    mark_shadows(canvas, look, *arm, place_of, place.scale);
    mark_plan(canvas, look, *arm, {}, place_of);
    mark_scale(canvas, shown_mm / pixels / place.scale, "mm");
    mark_orientation(canvas, arm->column_direction(), arm->row_direction());
    mark_title(canvas, "As it will look", imaging::dialled(look.best_view->angles));
    return canvas.release();
  }

 private:
  // The lumens as wide as they are on the picture, under their axes.
  static void mark_shadows(Canvas& canvas, const Look& look, const imaging::CArm& arm,
                           const PlaceOf& place_of, double scale) {
    constexpr double step_mm = 1, reach_mm = 80;
    const LpsPoint& near = look.preview->crossing.artery_point;
    for (const imaging::Vessel& vessel : look.vessels->vessels()) {
      if (!is_shown(look.view, vessel.kind)) continue;
      const Rgb colour = vessel.kind == imaging::VesselKind::Vein ? token::vein : token::artery;
      std::optional<Point2> before;
      for (double s = 0; s <= vessel.line.length_mm(); s += step_mm) {
        const auto at = vessel.line.at(s);
        if ((at.position - near).norm() > reach_mm) {
          before.reset();
          continue;
        }
        const Point2 here = place_of(arm.project(at.position));
        const double width_px = 2 * at.radius_mm * pixels / shown_mm * scale;
        if (before)
          canvas.line(*before, here,
                      {.colour = colour, .width = width_px / canvas.scale(), .opacity = 0.22});
        before = here;
      }
    }
  }
};

}  // namespace

std::unique_ptr<Picture> make_best_view_picture() { return std::make_unique<BestViewPicture>(); }

}  // namespace app::view
