#include "app/report/chart_svg.h"

#include <cstdio>

#include "app/report/wording.h"

namespace app {
namespace {

using imaging::Point2;

std::string number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.2f", value);
  return text;
}

std::string escaped(const std::string& words) {
  std::string text;
  for (const char c : report::drawable(words)) switch (c) {
      case '&':
        text += "&amp;";
        break;
      case '<':
        text += "&lt;";
        break;
      case '>':
        text += "&gt;";
        break;
      case '"':
        text += "&quot;";
        break;
      default:
        text += c;
    }
  return text;
}

std::string points_of(std::span<const Point2> points) {
  std::string text;
  for (const Point2& p : points)
    text += (text.empty() ? "" : " ") + number(p.x) + "," + number(p.y);
  return text;
}

class SvgPen : public ChartPen {
 public:
  // There is no typeface to ask: Inter's letters are 0.56 of their size wide on average, and only
  // the room between the words of a legend depends on it.
  double text_width(const std::string& words, double size, bool) const override {
    std::size_t letters = 0;
    for (const char c : words) letters += (static_cast<unsigned char>(c) & 0xC0) != 0x80 ? 1 : 0;
    return 0.56 * size * static_cast<double>(letters);
  }
  void text(Point2 at, const std::string& words, double size, bool strong, ChartInk ink,
            Align align, double) override {
    if (words.empty()) return;
    body += "<text x=\"" + number(at.x) + "\" y=\"" + number(at.y) + "\" font-size=\"" +
            number(size) + "\" fill=\"" + colour(ink) + "\"";
    if (strong) body += " font-weight=\"600\"";
    if (align != Align::Left)
      body += align == Align::Middle ? " text-anchor=\"middle\"" : " text-anchor=\"end\"";
    body += ">" + escaped(words) + "</text>\n";
  }
  void line(std::span<const Point2> points, double width, ChartInk ink) override {
    body += "<polyline fill=\"none\" stroke=\"" + colour(ink) + "\" stroke-width=\"" +
            number(width) + "\" stroke-linejoin=\"round\" points=\"" + points_of(points) + "\"/>\n";
  }
  void fill(std::span<const Point2> corners, ChartInk ink, double opacity) override {
    body += "<polygon fill=\"" + colour(ink) + "\"";
    // Without this, viewers leave hairlines between the steps of a band.
    if (opacity < 1)
      body += " fill-opacity=\"" + number(opacity) + "\" shape-rendering=\"crispEdges\"";
    body += " points=\"" + points_of(corners) + "\"/>\n";
  }

  std::string body;

 private:
  static std::string colour(ChartInk ink) {
    const imaging::Rgb c = paper_colour(ink);
    char text[8];
    std::snprintf(text, sizeof text, "#%02x%02x%02x", c.r, c.g, c.b);
    return text;
  }
};

}  // namespace

std::string chart_svg(const Chart& chart, double width, double height) {
  constexpr double margin = 12;
  SvgPen pen;
  draw_chart(chart, {margin, margin / 2, width - 2 * margin, height - 1.5 * margin}, 1, pen);
  const std::string size = "width=\"" + number(width) + "\" height=\"" + number(height) + "\"";
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\" " +
         size + " viewBox=\"0 0 " + number(width) + " " + number(height) +
         "\" font-family=\"Inter, Helvetica, Arial, sans-serif\">\n<title>" + escaped(chart.title) +
         "</title>\n<desc>" + escaped(chart.remark) +
         ". Research and education only; not a medical device.</desc>\n<rect " + size +
         " fill=\"#ffffff\"/>\n" + pen.body + "</svg>\n";
}

}  // namespace app
