// One kind of picture: what it shows, and where in the patient its pixels are.
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "app/session/views.h"
#include "app/view/canvas.h"
#include "app/view/look.h"
#include "app/view/plane.h"
#include "app/view/tubes.h"

namespace app::view {

struct Size {
  int width_px = 1, height_px = 1;
  double scale = 1;        // px per logical px.
  bool in_motion = false;  // The hand moves: sooner is better than smoother.
  bool operator==(const Size&) const = default;
};

// What all pictures share, made once per tree.
struct Shapes {
  Walls walls;
};

class Picture {
 public:
  virtual ~Picture() = default;

  virtual bool depends_on(Concern concern) const = 0;
  virtual imaging::Frame<Rgb> draw(const Look& look, const Shapes& shapes, const Size& size) = 0;

  // All of the last drawn picture; nothing before the first.
  virtual Pick pick(const Look& look, Point2 at) const = 0;
  virtual std::optional<LpsPoint> point_at(const Look& look, Point2 at,
                                           const LpsPoint& near) const = 0;
  virtual std::optional<Point2> place_of(const Look& look, const LpsPoint& p) const = 0;

  // The image's own pixel under a place of the last drawn picture, and back; X-ray images only.
  virtual std::optional<Point2> pixel_at(Point2) const { return std::nullopt; }
  virtual std::optional<Point2> place_of_pixel(Point2) const { return std::nullopt; }

  virtual void orbit(double, double) {}
  virtual void pan(double dx, double dy) = 0;
  virtual void zoom(double factor) = 0;
  virtual void reset() = 0;
};

// A slice: a plane of the patient with things painted on it.
class PlanePicture : public Picture {
 public:
  imaging::Frame<Rgb> draw(const Look& look, const Shapes& shapes, const Size& size) final;
  Pick pick(const Look& look, Point2 at) const override;
  std::optional<LpsPoint> point_at(const Look& look, Point2 at, const LpsPoint&) const override;
  std::optional<Point2> place_of(const Look& look, const LpsPoint& p) const override;
  void pan(double dx, double dy) override;
  void zoom(double factor) override;
  void reset() override { framing_ = {}; }

 protected:
  // The plane before a person's shift and zoom; absent where there is nothing to show.
  virtual std::optional<Plane> aim(const Look& look, const Size& size) const = 0;
  virtual void paint(Canvas& canvas, const Look& look, const Shapes& shapes,
                     const Plane& plane) const = 0;
  // Points of the patient that this picture answers for; absent: all of the plane.
  virtual const imaging::Grid* bounds(const Look&) const { return nullptr; }

 private:
  std::optional<Plane> plane_;
  double scale_ = 1;
  Framing framing_;
};

std::unique_ptr<Picture> make_duplex_picture(ViewKind kind);
std::unique_ptr<Picture> make_angio_picture(ViewKind kind);  // AngioSubtracted, AngioNative, AngioCompared.
std::unique_ptr<Picture> make_best_view_picture();
std::unique_ptr<Picture> make_radiograph_picture();
std::unique_ptr<Picture> make_vessel_picture(ViewKind kind);    // CrossSection, Straightened.
std::unique_ptr<Picture> make_crossing_picture(ViewKind kind);  // Probe, NeedleProfile.
std::unique_ptr<Picture> make_scene_picture();
std::unique_ptr<Picture> make_strip_picture();
std::unique_ptr<Picture> make_predicted_picture();

// Which handle of the crossing lies within reach of `at`? Generous: 8 logical px.
Pick pick_handle(const Look& look, Point2 at, double scale,
                 const std::function<std::optional<Point2>(const LpsPoint&)>& place_of);

}  // namespace app::view
