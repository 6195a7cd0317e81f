// A picture in the making: smooth lines, circles and words painted on pixels.
//
// Painted by the processor, not by the graphics driver: the pictures are the same to the pixel on
// every machine, with a display or without, and can be compared with golden ones.
#pragma once

#include <algorithm>
#include <span>
#include <string>
#include <vector>

#include "app/view/lettering.h"
#include "app/view/tokens.h"
#include "imaging/core/geometry.h"
#include "imaging/core/image.h"

namespace app::view {

using imaging::Point2;

// Lengths in logical px; a dash of 0 is a solid line.
struct Stroke {
  Rgb colour = token::text;
  double width = 1.5;
  double opacity = 1;
  double dash = 0, gap = 0;
};

enum class Align { Left, Centre, Right };

struct Type {
  Rgb colour = token::text;
  double size = 13;  // Logical px.
  Weight weight = Weight::Regular;
  Align align = Align::Left;
  bool rim = true;  // Thin and dark, so that it is legible on any image.
};

// Positions are px from the top-left of the picture; integers are pixel centres.
class Canvas {
 public:
  // scale: px per logical px.
  Canvas(int width_px, int height_px, double scale, Rgb fill = token::ground)
      : pixels_(width_px, height_px, fill), scale_(scale) {}
  Canvas(imaging::Frame<Rgb> pixels, double scale) : pixels_(std::move(pixels)), scale_(scale) {}

  int width() const { return pixels_.columns(); }
  int height() const { return pixels_.rows(); }
  double scale() const { return scale_; }
  // A thumbnail: too small for words that can do without.
  bool is_small() const { return std::min(width(), height()) < px(170); }
  double px(double logical) const { return logical * scale_; }
  imaging::Frame<Rgb>& pixels() { return pixels_; }
  imaging::Frame<Rgb> release() { return std::move(pixels_); }

  void line(Point2 a, Point2 b, const Stroke& stroke);
  void polyline(std::span<const Point2> points, const Stroke& stroke, bool closed = false);
  void circle(Point2 centre, double radius_px, const Stroke& stroke);
  void disc(Point2 centre, double radius_px, Rgb colour, double opacity = 1);
  void polygon(std::span<const Point2> points, Rgb colour, double opacity = 1);  // Convex.
  void rectangle(Point2 top_left, Point2 bottom_right, Rgb colour, double opacity = 1);
  // An open arrow head at `tip`, pointing from `from`.
  void arrow(Point2 from, Point2 tip, const Stroke& stroke, double head = 9);
  // `at` is on the baseline; near an edge it moves in.
  void text(Point2 at, const std::string& words, const Type& type);
  double text_width(const std::string& words, const Type& type) const;

 private:
  void blend(int column, int row, Rgb colour, double opacity);
  void segment(Point2 a, Point2 b, double half_width, Rgb colour, double opacity);

  imaging::Frame<Rgb> pixels_;
  double scale_ = 1;
};

// The look of each kind of vessel: artery solid, vein double, unsure dotted. Closed outlines and
// axes alike.
void draw_vessel_line(Canvas& canvas, std::span<const Point2> points, imaging::VesselKind kind,
                      bool closed, double opacity = 1);

}  // namespace app::view
