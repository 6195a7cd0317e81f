// An X-ray image on the screen: fitted, zoomed, windowed.
#pragma once

#include "app/view/picture.h"
#include "app/view/xray_layer.h"

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
  // Where an image of this size lies on the picture; remembered for pixel_at.
  XrayPlace place_image(int columns, int rows, const Size& size) const;

 private:
  mutable std::optional<XrayPlace> shown_;  // Of the last picture.
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
