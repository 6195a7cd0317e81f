#include "app/session/chart.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace app {
namespace {

using imaging::Point2;
using Align = ChartPen::Align;

// Logical px.
constexpr double letters = 13, title_size = 16, line_height = 16;
constexpr double left_margin = 34, right_margin = 14;

double step_of(double span, int most) {
  const double rough = span / std::max(1, most);
  const double power = std::pow(10.0, std::floor(std::log10(rough)));
  for (const double factor : {1.0, 2.0, 5.0, 10.0})
    if (factor * power >= rough * (1 - 1e-9)) return factor * power;
  return 10 * power;
}

std::string number(double value, int decimals) {
  char text[32];
  std::snprintf(text, sizeof text, "%.*f", decimals, value == 0 ? 0.0 : value);  // Never -0.
  return text;
}

// One chart on one pen.
class Drawing {
 public:
  Drawing(const Chart& chart, const ChartBox& box, double unit, ChartPen& pen)
      : chart_(chart), box_(box), unit_(unit), pen_(pen) {}

  ChartBox draw() {
    double y = box_.y + px(title_size);
    pen_.text({box_.x, y}, chart_.title, px(title_size), true, ChartInk::Text, Align::Left, box_.w);
    if (!chart_.instead.empty()) {
      pen_.text({box_.x, y + px(2 * line_height)}, chart_.instead, px(letters), false,
                ChartInk::Muted, Align::Left, box_.w);
      return {};
    }
    y += px(line_height + 2);
    pen_.text({box_.x, y}, chart_.remark, px(letters), false, ChartInk::Muted, Align::Left, box_.w);
    y = legend(y + px(line_height + 2));
    // The axis' label stands over its numbers.
    words({box_.x, y}, chart_.y.label, ChartInk::Muted);
    const double below = px(2 * line_height + 6 + line_height * static_cast<double>(rows()));
    area_ = {box_.x + px(left_margin), y + px(8), box_.w - px(left_margin + right_margin), 0};
    area_.h = box_.bottom() - below - area_.y;
    if (area_.w < px(60) || area_.h < px(24)) return {};
    draw_bands();
    draw_axes();
    draw_goal();
    for (const Chart::Line& line : chart_.lines) draw_line(line);
    for (const Chart::Mark& mark : chart_.marks) draw_mark(mark);
    draw_rows();
    return area_;
  }

 private:
  double px(double logical) const { return logical * unit_; }
  std::size_t rows() const { return chart_.rows.size(); }
  double x_of(double x) const {
    const double share = (x - chart_.x.from) / (chart_.x.to - chart_.x.from);
    return area_.x + area_.w * std::clamp(share, 0.0, 1.0);
  }
  double y_of(double y) const {
    const double share = (y - chart_.y.from) / (chart_.y.to - chart_.y.from);
    return area_.bottom() - area_.h * std::clamp(share, 0.0, 1.0);
  }
  void words(Point2 at, const std::string& text, ChartInk ink, Align align = Align::Left) {
    pen_.text(at, text, px(letters), false, ink, align, 0);
  }

  // A sample and a name for each named line, in as many lines of text as it takes. Returns the
  // baseline below.
  double legend(double y) {
    double x = box_.x;
    bool any = false;
    for (const Chart::Line& line : chart_.lines) {
      if (line.name.empty()) continue;
      const double width = px(30) + pen_.text_width(line.name, px(letters), false);
      if (any && x + width > box_.right()) {
        x = box_.x;
        y += px(line_height);
      }
      any = true;
      const double middle = y - px(letters * 0.36);
      stroke({{x, middle}, {x + px(24), middle}}, line.stroke, px(line.width), line.ink);
      words({x + px(30), y}, line.name, ChartInk::Text);
      x += width + px(16);
    }
    return any ? y + px(line_height + 2) : y;
  }

  void draw_bands() {
    for (const Chart::Band& band : chart_.bands)
      for (std::size_t i = 0; i + 1 < band.spreads.size(); ++i) {
        const Chart::Spread& s = band.spreads[i];
        const double from = x_of(s.x), to = x_of(band.spreads[i + 1].x);
        if (to <= from || s.high <= s.low) continue;
        const double top = y_of(s.high), bottom = y_of(s.low);
        pen_.fill(std::array{Point2{from, top}, Point2{to, top}, Point2{to, bottom},
                             Point2{from, bottom}},
                  band.ink, 0.16);
      }
  }

  void draw_axes() {
    const auto scaled = [](const Chart::Axis& axis) {
      std::vector<double> values = axis.at;
      for (double& v : values) v *= axis.factor;
      return values;
    };
    const auto across = scaled(chart_.x), up = scaled(chart_.y);
    for (std::size_t i = 0; i < up.size(); ++i) {
      const double y = y_of(chart_.y.at[i]);
      pen_.line(std::array{Point2{area_.x, y}, Point2{area_.right(), y}}, px(0.75), ChartInk::Line);
      words({area_.x - px(6), y + px(letters * 0.36)}, number(up[i], decimals_of(up)),
            ChartInk::Muted, Align::Right);
    }
    const double floor = area_.bottom();
    pen_.line(std::array{Point2{area_.x, floor}, Point2{area_.right(), floor}}, px(1),
              ChartInk::Muted);
    for (std::size_t i = 0; i < across.size(); ++i) {
      const double x = x_of(chart_.x.at[i]);
      pen_.line(std::array{Point2{x, floor}, Point2{x, floor + px(4)}}, px(1), ChartInk::Muted);
      words({x, floor + px(line_height + 2)}, number(across[i], decimals_of(across)),
            ChartInk::Muted, Align::Middle);
    }
    words({area_.right(), floor + px(2 * line_height + 2)}, chart_.x.label, ChartInk::Muted,
          Align::Right);
  }

  void draw_goal() {
    if (!chart_.goal) return;
    const double x = x_of(chart_.goal->x);
    stroke({{x, area_.y}, {x, area_.bottom()}}, Chart::Stroke::Dashed, px(1.5),
           ChartInk::Published);
    // On the side that has more room.
    const bool left = x - area_.x > area_.right() - x;
    const double room = left ? x - area_.x - px(6) : area_.right() - x - px(6);
    pen_.text({left ? x - px(6) : x + px(6), area_.y + px(letters)}, chart_.goal->words,
              px(letters), false, ChartInk::Published, left ? Align::Right : Align::Left, room);
  }

  void draw_line(const Chart::Line& line) {
    std::vector<Point2> points;
    for (const auto& [x, y] : line.points) {
      const Point2 p{x_of(x), y_of(y)};
      // Two points in one place have no direction between them.
      if (!points.empty() && std::hypot(p.x - points.back().x, p.y - points.back().y) < 1e-3)
        continue;
      points.push_back(p);
    }
    stroke(points, line.stroke, px(line.width), line.ink);
  }

  void draw_mark(const Chart::Mark& mark) {
    const double x = x_of(mark.x), y = y_of(mark.y);
    if (mark.interval)
      pen_.line(
          std::array{Point2{x, y_of(mark.interval->low)}, Point2{x, y_of(mark.interval->high)}},
          px(mark.diamond ? 1 : 2.5), mark.ink);
    const double r = px(mark.diamond ? 4.5 : 3.5);
    if (mark.diamond) {
      pen_.fill(std::array{Point2{x, y - r}, Point2{x + r, y}, Point2{x, y + r}, Point2{x - r, y}},
                mark.ink, 1);
      return;
    }
    std::array<Point2, 16> disc;
    for (std::size_t i = 0; i < disc.size(); ++i) {
      const double angle = 2 * M_PI * static_cast<double>(i) / static_cast<double>(disc.size());
      disc[i] = {x + r * std::cos(angle), y + r * std::sin(angle)};
    }
    pen_.fill(disc, mark.ink, 1);
  }

  void draw_rows() {
    if (chart_.rows.empty()) return;
    double y = area_.bottom() + px(2 * line_height + 2);
    words({box_.x, y}, chart_.rows_title, ChartInk::Muted);
    for (const Chart::Row& row : chart_.rows) {
      y += px(line_height);
      if (rows() > 1) {
        const double middle = y - px(letters * 0.36);
        stroke({{box_.x, middle}, {box_.x + px(20), middle}}, row.stroke, px(1.75), row.ink);
      }
      double taken = -1e9;
      for (const auto& [x, text] : row.cells) {
        // Numbers that would run into each other are left out.
        const double half = pen_.text_width(text, px(letters), false) / 2;
        if (x_of(x) - half < taken + px(4)) continue;
        taken = x_of(x) + half;
        words({x_of(x), y}, text, rows() > 1 ? row.ink : ChartInk::Text, Align::Middle);
      }
    }
  }

  // Cut into dashes here, so that a pen needs only whole lines.
  void stroke(const std::vector<Point2>& points, Chart::Stroke kind, double width, ChartInk ink) {
    if (points.size() < 2) return;
    if (kind == Chart::Stroke::Solid) return pen_.line(points, width, ink);
    const double on = px(kind == Chart::Stroke::Dashed ? 6 : 1.8);
    const double off = px(kind == Chart::Stroke::Dashed ? 4 : 3.2);
    std::vector<Point2> dash{points.front()};
    double left = on;
    bool draws = true;
    for (std::size_t i = 1; i < points.size(); ++i) {
      Point2 from = points[i - 1];
      double length = std::hypot(points[i].x - from.x, points[i].y - from.y);
      while (length > left) {
        const double t = left / length;
        from = {std::lerp(from.x, points[i].x, t), std::lerp(from.y, points[i].y, t)};
        length -= left;
        if (draws) {
          dash.push_back(from);
          pen_.line(dash, width, ink);
        }
        draws = !draws;
        dash.assign(1, from);
        left = draws ? on : off;
      }
      left -= length;
      dash.push_back(points[i]);
    }
    if (draws && dash.size() > 1) pen_.line(dash, width, ink);
  }

  const Chart& chart_;
  const ChartBox& box_;
  double unit_;
  ChartPen& pen_;
  ChartBox area_;
};

}  // namespace

std::vector<double> ticks(double from, double to, int most) {
  if (!(to > from) || !std::isfinite(from) || !std::isfinite(to)) return {};
  const double step = step_of(to - from, most);
  std::vector<double> values;
  for (double n = std::ceil(from / step - 1e-9); n * step <= to + step * 1e-9; ++n)
    values.push_back(n * step);
  return values;
}

int decimals_of(const std::vector<double>& values) {
  if (values.size() < 2) return 0;
  const double step = values[1] - values[0];
  return std::clamp(static_cast<int>(std::ceil(-std::log10(step) - 1e-9)), 0, 4);
}

ChartInk series_ink(std::size_t n) {
  constexpr std::array inks{ChartInk::First, ChartInk::Second, ChartInk::Third, ChartInk::Fourth,
                            ChartInk::Fifth};
  return inks[n % inks.size()];
}

imaging::Rgb paper_colour(ChartInk ink) {
  switch (ink) {
    case ChartInk::Text:
      return {0x11, 0x16, 0x1C};
    case ChartInk::Muted:
      return {0x51, 0x60, 0x6E};
    case ChartInk::Line:
      return {0xD5, 0xDB, 0xE1};
    case ChartInk::Published:
      return {0xC0, 0x21, 0x3A};
    case ChartInk::First:
      return {0x1F, 0x66, 0xC1};
    case ChartInk::Second:
      return {0xB0, 0x7D, 0x00};
    case ChartInk::Third:
      return {0x74, 0x43, 0xC9};
    case ChartInk::Fourth:
      return {0x0E, 0x82, 0x73};
    case ChartInk::Fifth:
      break;
  }
  return {0x9A, 0x5B, 0x00};
}

std::optional<double> step_at(const Chart::Line& line, double x) {
  if (line.points.empty() || x > line.points.back().first) return std::nullopt;
  std::optional<double> found;
  for (const auto& [at, y] : line.points)
    if (at <= x) found = y;
  return found;
}

std::optional<Chart::Spread> spread_at(const Chart::Band& band, double x) {
  if (band.spreads.empty() || x > band.spreads.back().x) return std::nullopt;
  std::optional<Chart::Spread> found;
  for (const Chart::Spread& s : band.spreads)
    if (s.x <= x && s.high > s.low) found = s;
  return found;
}

ChartBox draw_chart(const Chart& chart, const ChartBox& box, double unit, ChartPen& pen) {
  return Drawing(chart, box, unit, pen).draw();
}

}  // namespace app
