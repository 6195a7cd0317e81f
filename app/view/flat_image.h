// An X-ray image on the screen: fitted, zoomed, windowed.
#pragma once

#include <functional>

#include "app/view/picture.h"

namespace app::view {

// A picture whose pixels are those of an image, not places of the patient.
class ImagePicture : public Picture {
 public:
  Pick pick(const Look&, Point2) const override { return {}; }
  std::optional<LpsPoint> point_at(const Look&, Point2, const LpsPoint&) const override {
    return std::nullopt;
  }
  std::optional<Point2> place_of(const Look&, const LpsPoint&) const override {
    return std::nullopt;
  }
  std::optional<Point2> pixel_at(Point2 at) const override;
  std::optional<Point2> place_of_pixel(Point2 pixel) const override;
  void pan(double dx, double dy) override;
  void zoom(double factor) override;
  void reset() override { framing_ = {}; }

 protected:
  // Screen px per image px.
  double magnification(int columns, int rows, const Size& size) const;
  // Paints values through `shade` (0 black, 1 white) over the whole canvas.
  void paint_image(Canvas& canvas, const imaging::Frame<float>& image, const Size& size,
                   const std::function<double(float)>& shade) const;

 private:
  // Where the last picture put the image.
  struct Shown {
    double first_column = 0, first_row = 0, scale = 1;
  };
  mutable std::optional<Shown> shown_;
  Framing framing_;
};

// Frame t of a series, between two frames their mixture.
template <class FrameAt>
imaging::Frame<float> between_frames(double t, int count, const FrameAt& frame_at) {
  const double inside = t < 0 ? 0 : t > count - 1 ? count - 1 : t;
  const int before = static_cast<int>(inside);
  const float share = static_cast<float>(inside - before);
  imaging::Frame<float> mixed = frame_at(before);
  if (share < 1e-3F) return mixed;
  const imaging::Frame<float> after = frame_at(before + 1);
  for (std::size_t i = 0; i < mixed.size(); ++i)
    mixed.data()[i] += share * (after.data()[i] - mixed.data()[i]);
  return mixed;
}

imaging::Frame<float> as_floats(const imaging::Frame<std::uint16_t>& image);

}  // namespace app::view
