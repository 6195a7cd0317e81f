#include "app/view/flat_image.h"

#include <algorithm>

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

XrayPlace ImagePicture::place_image(int columns, int rows, const Size& size) const {
  const double scale = magnification(columns, rows, size);
  const double first_column =
      0.5 * (columns - 1) - (0.5 * (size.width_px - 1) + framing_.right_px * framing_.zoom) / scale;
  const double first_row =
      0.5 * (rows - 1) - (0.5 * (size.height_px - 1) + framing_.down_px * framing_.zoom) / scale;
  shown_ = XrayPlace{first_column, first_row, scale};
  return *shown_;
}

imaging::Frame<float> as_floats(const imaging::Frame<std::uint16_t>& image) {
  imaging::Frame<float> floats(image.columns(), image.rows());
  for (std::size_t i = 0; i < image.size(); ++i)
    floats.data()[i] = static_cast<float>(image.data()[i]);
  return floats;
}

}  // namespace app::view
