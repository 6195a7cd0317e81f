#include "app/view/marks.h"
#include "app/view/picture.h"
#include "app/view/slice.h"

namespace app::view {
namespace {

// One of the three planes of the volume through the linked cursor.
class DuplexPicture : public PlanePicture {
 public:
  explicit DuplexPicture(ViewKind kind) : kind_(kind) {}

  bool depends_on(Concern concern) const override {
    return concern != Concern::Run && concern != Concern::Workspace;
  }

 protected:
  std::optional<Plane> aim(const Look& look, const Size& size) const override {
    const imaging::DuplexVolume* volume = look.volume();
    if (volume == nullptr) return std::nullopt;
    const imaging::Grid& grid = volume->bmode.grid();
    const Axes axes = kind_ == ViewKind::DuplexTransverse     ? transverse_axes(grid)
                      : kind_ == ViewKind::DuplexLongitudinal ? longitudinal_axes(grid)
                                                              : coronal_axes(grid);
    // A cursor that lies elsewhere (the other volume, a fresh case) must not empty the picture.
    const LpsPoint cursor = grid.contains(look.view.cursor) ? look.view.cursor : grid.centre();
    return plane_through(grid, axes, cursor, size.width_px, size.height_px);
  }

  const imaging::Grid* bounds(const Look& look) const override {
    return look.volume() != nullptr ? &look.volume()->bmode.grid() : nullptr;
  }

  void paint(Canvas& canvas, const Look& look, const Shapes& shapes,
             const Plane& plane) const override {
    const imaging::DuplexVolume& volume = *look.volume();
    paint_slice(canvas, volume, plane, {});
    mark_vessels(canvas, look, shapes.walls, plane);
    if (volume.bmode.grid().contains(look.view.cursor))
      mark_cross_hair(canvas, plane.place_of(look.view.cursor));
    if (look.preview && look.view.show_devices) {
      constexpr double near_mm = 4;
      const planning::Crossing& c = look.preview->crossing;
      for (const auto& [p, colour] :
           {std::pair{c.artery_point, token::artery}, std::pair{c.vein_point, token::vein}}) {
        const double away = std::abs(plane.depth_mm(p)) / near_mm;
        if (away <= 1) mark_handle(canvas, plane.place_of(p), colour, away);
      }
    }
    if (volume.velocity_cm_s) paint_velocity_legend(canvas, velocity_limit_cm_s(volume));
    // In its own frame a volume knows no left and right: better no letters than wrong ones.
    if (volume.lies_in_patient) mark_orientation(canvas, plane.right, plane.down);
    mark_scale(canvas, plane.mm_per_px, "mm");
    mark_title(canvas, kind_ == ViewKind::DuplexTransverse     ? "Transverse"
                       : kind_ == ViewKind::DuplexLongitudinal ? "Longitudinal"
                                                               : "Coronal");
  }

 private:
  ViewKind kind_;
};

}  // namespace

std::unique_ptr<Picture> make_duplex_picture(ViewKind kind) {
  return std::make_unique<DuplexPicture>(kind);
}

}  // namespace app::view
