// Lines, bands and marks over two axes with units.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "app/panels/context.h"
#include "app/session/chart.h"

namespace app {

struct Axis {
  std::string label;  // With its unit: "Along the artery (mm)".
  double from = 0, to = 1;
  std::vector<double> at = {};  // Where its ticks stand; empty: at round numbers.
};

// Draws its axes when made; then what is added to it. Draw only inside a pane.
class Plot {
 public:
  Plot(Context& context, const char* id, const Box& box, const Axis& x, const Axis& y);

  // False when the box is too small for a plot: nothing is drawn then.
  bool visible() const { return visible_; }
  const Box& area() const { return area_; }
  float px_of_x(double x) const;
  float px_of_y(double y) const;
  double x_at(float px) const;

  enum class Stroke { Solid, Double, Dotted };
  void line(const std::vector<std::pair<double, double>>& points, ImU32 colour,
            Stroke stroke = Stroke::Solid);
  // Between two lines over the same x: {x, low, high}.
  struct Spread {
    double x = 0, low = 0, high = 0;
  };
  void spread(const std::vector<Spread>& spreads, ImU32 colour);
  // A stretch of x over the whole height, with words at its top.
  void band(double from, double to, ImU32 colour, std::string_view words = {});
  // A stretch of y over the whole width, with words at its right end.
  void level_band(double from, double to, ImU32 colour);
  // Its words stand above it, or `below` it.
  void level(double y, ImU32 colour, std::string_view words, bool below = false);
  // A line at x over the whole height, with words beside it at `row` lines from the top.
  void mark(double x, ImU32 colour, std::string_view words = {}, int row = 0);
  // A short tick at the bottom; a taller one when `strong`.
  void tick(double x, ImU32 colour, bool strong);
  void dot(double x, double y, ImU32 colour, bool strong = false);

  // Where the mouse is; absent outside of it.
  std::optional<double> hovered_x() const;
  bool clicked() const { return clicked_; }
  bool held() const { return held_; }

 private:
  void draw_axes(const Axis& x, const Axis& y);
  Context* context_;
  ImDrawList* draw_ = nullptr;
  Box area_;
  Axis x_, y_;
  bool visible_ = false, hovered_ = false, clicked_ = false, held_ = false;
};

// The viridis colour map (perceptually uniform), t in [0, 1].
ImU32 viridis(double t);

}  // namespace app
