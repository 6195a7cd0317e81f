#include "app/view/flat_image.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace app::view {

std::optional<Point2> ImagePicture::pixel_at(Point2 at) const {
  if (!shown_) return std::nullopt;
  return Point2{shown_->first_column + at.x / shown_->scale,
                shown_->first_row + at.y / shown_->scale};
}

std::optional<Point2> ImagePicture::place_of_pixel(Point2 pixel) const {
  if (!shown_) return std::nullopt;
  return Point2{(pixel.x - shown_->first_column) * shown_->scale,
                (pixel.y - shown_->first_row) * shown_->scale};
}

void ImagePicture::pan(double dx, double dy) {
  framing_.right_px += dx / framing_.zoom;
  framing_.down_px += dy / framing_.zoom;
}

void ImagePicture::zoom(double factor) {
  constexpr double least = 0.25, most = 40;
  framing_.zoom = std::clamp(framing_.zoom * factor, least, most);
}

double ImagePicture::magnification(int columns, int rows, const Size& size) const {
  return std::min(1.0 * size.width_px / columns, 1.0 * size.height_px / rows) * framing_.zoom;
}

void ImagePicture::paint_image(Canvas& canvas, const imaging::Frame<float>& image, const Size& size,
                               const std::function<double(float)>& shade) const {
  if (image.empty()) return;
  const double scale = magnification(image.columns(), image.rows(), size);
  const double first_column =
      0.5 * (image.columns() - 1) -
      (0.5 * (size.width_px - 1) + framing_.right_px * framing_.zoom) / scale;
  const double first_row = 0.5 * (image.rows() - 1) -
                           (0.5 * (size.height_px - 1) + framing_.down_px * framing_.zoom) / scale;
  shown_ = {first_column, first_row, scale};
  // The shades are found once per image pixel and mixed on the screen's.
  imaging::Frame<float> shades(image.columns(), image.rows());
  for (std::size_t i = 0; i < image.size(); ++i)
    shades.data()[i] = static_cast<float>(255 * std::clamp(shade(image.data()[i]), 0.0, 1.0));
  for (int row = 0; row < size.height_px; ++row) {
    const double y = first_row + row / scale;
    if (y < -0.5 || y > image.rows() - 0.5) continue;
    const double yc = std::clamp(y, 0.0, image.rows() - 1.0);
    const int y0 = static_cast<int>(yc), y1 = std::min(y0 + 1, image.rows() - 1);
    const auto v = static_cast<float>(yc - y0);
    for (int column = 0; column < size.width_px; ++column) {
      const double x = first_column + column / scale;
      if (x < -0.5 || x > image.columns() - 0.5) continue;
      const double xc = std::clamp(x, 0.0, image.columns() - 1.0);
      const int x0 = static_cast<int>(xc), x1 = std::min(x0 + 1, image.columns() - 1);
      const auto u = static_cast<float>(xc - x0);
      const float value = (1 - v) * ((1 - u) * shades(x0, y0) + u * shades(x1, y0)) +
                          v * ((1 - u) * shades(x0, y1) + u * shades(x1, y1));
      const auto level = static_cast<unsigned char>(value + 0.5F);
      canvas.pixels()(column, row) = {level, level, level};
    }
  }
}

imaging::Frame<float> as_floats(const imaging::Frame<std::uint16_t>& image) {
  imaging::Frame<float> floats(image.columns(), image.rows());
  for (std::size_t i = 0; i < image.size(); ++i)
    floats.data()[i] = static_cast<float>(image.data()[i]);
  return floats;
}

}  // namespace app::view
