// A plot as a value, and how it is laid out: the window, paper, PNG and SVG show the same one.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "imaging/core/geometry.h"
#include "imaging/core/image.h"
#include "planning/statistics/distributions.h"

namespace app {

// Round numbers (1, 2 or 5 times a power of ten) within [from, to], at most `most` of them.
std::vector<double> ticks(double from, double to, int most);
// How many decimals tell the ticks apart.
int decimals_of(const std::vector<double>& ticks);

// What a mark stands for; whoever draws knows the colour of it on his ground.
enum class ChartInk { Text, Muted, Line, Published, First, Second, Third, Fourth, Fifth };
// Of the n-th group; after five they begin again.
ChartInk series_ink(std::size_t n);
// On white: paper, PNG and SVG.
imaging::Rgb paper_colour(ChartInk ink);

struct Chart {
  enum class Stroke { Solid, Dashed, Dotted };
  struct Axis {
    std::string label = {};  // With its unit.
    double from = 0, to = 1;
    std::vector<double> at = {};  // Where its ticks stand.
    double factor = 1;            // Of the numbers at the ticks: 100 for percent.
  };
  // Between two heights from `x` on, until the next one.
  struct Spread {
    double x = 0, low = 0, high = 0;
  };
  struct Band {
    std::vector<Spread> spreads = {};
    ChartInk ink = ChartInk::First;
  };
  struct Line {
    std::string name = {};  // Empty: not in the legend.
    std::vector<std::pair<double, double>> points = {};
    ChartInk ink = ChartInk::First;
    Stroke stroke = Stroke::Solid;
    double width = 1.75;
  };
  // A diamond for what others published, a disc for our own; a bar where its range is known.
  struct Mark {
    double x = 0, y = 0;
    std::optional<planning::Interval> interval = {};
    ChartInk ink = ChartInk::Published;
    bool diamond = true;
    std::string words = {};  // What it is, where somebody asks.
  };
  // Upright through the whole plot, with words at its top.
  struct Goal {
    double x = 0;
    std::string words = {};
  };
  // Numbers below the axis, each under its place.
  struct Row {
    std::vector<std::pair<double, std::string>> cells = {};
    ChartInk ink = ChartInk::First;
    Stroke stroke = Stroke::Solid;
  };

  std::string id = {};  // "primary_patency": a name for a file.
  std::string title = {}, remark = {};
  std::string instead = {};  // A sentence in place of the plot, where there is nothing to plot.
  Axis x = {}, y = {};
  std::vector<Band> bands = {};
  std::vector<Line> lines = {};
  std::vector<Mark> marks = {};
  std::optional<Goal> goal = {};
  std::string rows_title = {};  // "At risk".
  std::vector<Row> rows = {};
};

// Where a line stands at x, taken as steps: the last point that is not beyond it.
std::optional<double> step_at(const Chart::Line& line, double x);
std::optional<Chart::Spread> spread_at(const Chart::Band& band, double x);

struct ChartBox {
  double x = 0, y = 0, w = 0, h = 0;
  double right() const { return x + w; }
  double bottom() const { return y + h; }
};

// What a chart is drawn with. Text stands on its baseline; y runs downwards.
class ChartPen {
 public:
  enum class Align { Left, Middle, Right };
  virtual ~ChartPen() = default;
  virtual double text_width(const std::string& words, double size, bool strong) const = 0;
  // Not wider than `room`, where that is over 0.
  virtual void text(imaging::Point2 at, const std::string& words, double size, bool strong,
                    ChartInk ink, Align align, double room) = 0;
  virtual void line(std::span<const imaging::Point2> points, double width, ChartInk ink) = 0;
  // Convex.
  virtual void fill(std::span<const imaging::Point2> corners, ChartInk ink, double opacity) = 0;
};

// Draws into `box`; `unit` is how long a logical px is there. Returns where x and y are plotted,
// empty where there is no room for it.
ChartBox draw_chart(const Chart& chart, const ChartBox& box, double unit, ChartPen& pen);

}  // namespace app
