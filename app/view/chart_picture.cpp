#include "app/view/chart_picture.h"

#include <cmath>

#include "app/view/canvas.h"

namespace app {
namespace {

using imaging::Point2;
using imaging::Rgb;

class PixelPen : public ChartPen {
 public:
  explicit PixelPen(view::Canvas& canvas) : canvas_(canvas) {}

  double text_width(const std::string& words, double size, bool strong) const override {
    return canvas_.text_width(words, type(size, strong, ChartInk::Text));
  }
  void text(Point2 at, const std::string& words, double size, bool strong, ChartInk ink,
            Align align, double) override {
    view::Type drawn = type(size, strong, ink);
    drawn.align = align == Align::Left     ? view::Align::Left
                  : align == Align::Middle ? view::Align::Centre
                                           : view::Align::Right;
    canvas_.text(at, words, drawn);
  }
  void line(std::span<const Point2> points, double width, ChartInk ink) override {
    view::Stroke stroke;
    stroke.colour = paper_colour(ink);
    stroke.width = width / canvas_.scale();
    canvas_.polyline(points, stroke);
  }
  void fill(std::span<const Point2> corners, ChartInk ink, double opacity) override {
    canvas_.polygon(corners, paper_colour(ink), opacity);
  }

 private:
  view::Type type(double size, bool strong, ChartInk ink) const {
    view::Type type;
    type.size = size / canvas_.scale();
    type.weight = strong ? view::Weight::SemiBold : view::Weight::Regular;
    type.colour = paper_colour(ink);
    type.rim = false;
    return type;
  }
  view::Canvas& canvas_;
};

}  // namespace

imaging::Frame<Rgb> chart_picture(const Chart& chart, int width, int height, double scale) {
  const int columns = static_cast<int>(std::lround(width * scale));
  const int rows = static_cast<int>(std::lround(height * scale));
  view::Canvas canvas(columns, rows, scale, {0xFF, 0xFF, 0xFF});
  PixelPen pen(canvas);
  const double margin = 12 * scale;
  draw_chart(chart, {margin, margin / 2, columns - 2 * margin, rows - 1.5 * margin}, scale, pen);
  return canvas.release();
}

}  // namespace app
