#include "app/panels/chart_pane.h"

#include <cmath>

#include "app/panels/widgets.h"

namespace app {
namespace {

using imaging::Point2;

ImU32 colour_of(const Tokens& tokens, ChartInk ink) {
  switch (ink) {
    case ChartInk::Text:
      return tokens.text;
    case ChartInk::Muted:
      return tokens.muted;
    case ChartInk::Line:
      return tokens.line;
    case ChartInk::Published:
      return tokens.bad;
    case ChartInk::First:
      return tokens.vein;
    case ChartInk::Second:
      return tokens.needle;
    case ChartInk::Third:
      return tokens.coil;
    case ChartInk::Fourth:
      return tokens.accent;
    case ChartInk::Fifth:
      break;
  }
  return tokens.warn;
}

class WindowPen : public ChartPen {
 public:
  explicit WindowPen(Context& context) : context_(context), draw_(*ImGui::GetWindowDrawList()) {}

  double text_width(const std::string& words, double size, bool strong) const override {
    return font(strong)->CalcTextSizeA(static_cast<float>(size), 1e9f, 0, words.c_str()).x;
  }
  void text(Point2 at, const std::string& words, double size, bool strong, ChartInk ink,
            Align align, double room) override {
    ImFont* chosen = font(strong);
    std::string shown = words;
    if (room > 0) {
      const FontOf scope(chosen);
      shown = elided(words, static_cast<float>(room));
    }
    const double share = align == Align::Left ? 0 : align == Align::Middle ? 0.5 : 1;
    const float px = static_cast<float>(size);
    const float left = static_cast<float>(at.x - share * text_width(shown, size, strong));
    const float top = static_cast<float>(at.y) - chosen->Ascent * px / chosen->FontSize;
    draw_.AddText(chosen, px, {std::round(left), std::round(top)},
                  colour_of(context_.tokens(), ink), shown.c_str());
  }
  void line(std::span<const Point2> points, double width, ChartInk ink) override {
    const auto px = in_px(points);
    draw_.AddPolyline(px.data(), static_cast<int>(px.size()), colour_of(context_.tokens(), ink), 0,
                      static_cast<float>(width));
  }
  void fill(std::span<const Point2> corners, ChartInk ink, double opacity) override {
    const auto px = in_px(corners);
    // Soft edges would leave a seam between the steps of a band.
    const ImDrawListFlags before = draw_.Flags;
    if (opacity < 1) draw_.Flags &= ~ImDrawListFlags_AntiAliasedFill;
    draw_.AddConvexPolyFilled(
        px.data(), static_cast<int>(px.size()),
        with_alpha(colour_of(context_.tokens(), ink), static_cast<float>(opacity)));
    draw_.Flags = before;
  }

 private:
  ImFont* font(bool strong) const {
    return strong ? context_.theme.fonts.section : context_.theme.fonts.dense;
  }
  static std::vector<ImVec2> in_px(std::span<const Point2> points) {
    std::vector<ImVec2> px;
    for (const Point2& p : points) px.push_back({static_cast<float>(p.x), static_cast<float>(p.y)});
    return px;
  }
  Context& context_;
  ImDrawList& draw_;
};

// "6.0 months: primary 31.4 % (20.2 to 43.3), assisted 45.0 % ...", each on its line.
std::string readout(const Chart& chart, double x) {
  const auto number = [](double value) { return fixed(value, 1); };
  const bool percent = chart.y.factor == 100;
  std::string words;
  for (std::size_t i = 0; i < chart.lines.size(); ++i) {
    const Chart::Line& line = chart.lines[i];
    const auto y = step_at(line, x);
    if (!y || line.ink == ChartInk::Line) continue;
    words += "\n" + (line.name.empty() ? "" : line.name + " ") + number(chart.y.factor * *y) +
             (percent ? " %" : " " + chart.y.label);
    if (i >= chart.bands.size() || chart.bands[i].ink != line.ink) continue;
    if (const auto range = spread_at(chart.bands[i], x))
      words += " (" + number(chart.y.factor * range->low) + " to " +
               number(chart.y.factor * range->high) + ")";
  }
  if (words.empty()) return "";
  return chart.x.label + " " + number(chart.x.factor * x) + words;
}

void tell_what_is_there(Context& context, const Chart& chart, const ChartBox& area) {
  const ImVec2 mouse = ImGui::GetIO().MousePos;
  if (mouse.x < area.x || mouse.x > area.right() || mouse.y < area.y || mouse.y > area.bottom())
    return;
  const auto share = [](const Chart::Axis& axis, double v) {
    return (v - axis.from) / (axis.to - axis.from);
  };
  for (const Chart::Mark& mark : chart.marks) {
    const double away = std::hypot(area.x + area.w * share(chart.x, mark.x) - mouse.x,
                                   area.bottom() - area.h * share(chart.y, mark.y) - mouse.y);
    if (!mark.words.empty() && away < context.px(7)) return tooltip(context, mark.words);
  }
  const double x = chart.x.from + (mouse.x - area.x) / area.w * (chart.x.to - chart.x.from);
  // A density says nothing at one place.
  const std::string words = chart.goal ? "" : readout(chart, x);
  if (words.empty()) return;
  ImGui::GetWindowDrawList()->AddLine({mouse.x, static_cast<float>(area.y)},
                                      {mouse.x, static_cast<float>(area.bottom())},
                                      with_alpha(context.tokens().text, 0.35f), context.px(1));
  tooltip(context, words);
}

}  // namespace

bool draw_chart_pane(Context& context, const char* id, const Chart& chart, const Box& box) {
  if (box.w < context.px(80) || box.h < context.px(60)) return false;
  ImGui::SetCursorScreenPos({box.x, box.y});
  const bool clicked = ImGui::InvisibleButton(id, {box.w, box.h});
  WindowPen pen(context);
  const float pad = context.px(10);
  const ChartBox area =
      draw_chart(chart, {box.x + pad, box.y + pad / 2, box.w - 2 * pad, box.h - 1.5f * pad},
                 context.theme.scale, pen);
  if (ImGui::IsItemHovered() && area.w > 0) tell_what_is_there(context, chart, area);
  return clicked;
}

}  // namespace app
