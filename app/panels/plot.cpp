#include "app/panels/plot.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "app/panels/widgets.h"

namespace app {

Plot::Plot(Context& context, const char* id, const Box& box, const Axis& x, const Axis& y)
    : context_(&context), draw_(ImGui::GetWindowDrawList()), x_(x), y_(y) {
  if (!(x_.to > x_.from)) x_.to = x_.from + 1;
  if (!(y_.to > y_.from)) y_.to = y_.from + 1;
  const float left = context.px(44), bottom = context.px(36), top = context.px(22);
  area_ = {box.x + left, box.y + top, box.w - left - context.px(12), box.h - top - bottom};
  visible_ = area_.w >= context.px(60) && area_.h >= context.px(24);
  if (!visible_) return;
  ImGui::SetCursorScreenPos({area_.x, area_.y});
  ImGui::InvisibleButton(id, {area_.w, area_.h});
  hovered_ = ImGui::IsItemHovered();
  held_ = ImGui::IsItemActive();
  clicked_ = ImGui::IsItemClicked();
  draw_axes(x_, y_);
}

void Plot::draw_axes(const Axis& x, const Axis& y) {
  const Context& context = *context_;
  const Tokens& tokens = context.tokens();
  const FontOf font(context.theme.fonts.dense);
  const float line_height = ImGui::GetFontSize();
  const int most = std::max(2, static_cast<int>(area_.h / context.px(28)));
  const auto y_ticks = y.at.empty() ? ticks(y.from, y.to, most) : y.at;
  for (const double value : y_ticks) {
    const float at = std::round(px_of_y(value));
    draw_->AddLine({area_.x, at}, {area_.right(), at}, with_alpha(tokens.line, 0.6f));
    const std::string text = fixed(value, decimals_of(y_ticks));
    const float width = ImGui::CalcTextSize(text.c_str()).x;
    draw_->AddText({area_.x - width - context.px(6), at - line_height / 2}, tokens.muted,
                   text.c_str());
  }
  draw_->AddLine({area_.x, area_.bottom()}, {area_.right(), area_.bottom()}, tokens.line);
  const auto x_ticks =
      x.at.empty() ? ticks(x.from, x.to, std::max(2, static_cast<int>(area_.w / context.px(72))))
                   : x.at;
  for (const double value : x_ticks) {
    const float at = std::round(px_of_x(value));
    draw_->AddLine({at, area_.bottom()}, {at, area_.bottom() + context.px(4)}, tokens.line);
    const std::string text = fixed(value, decimals_of(x_ticks));
    const float width = ImGui::CalcTextSize(text.c_str()).x;
    draw_->AddText({at - width / 2, area_.bottom() + context.px(4)}, tokens.muted, text.c_str());
  }
  draw_->AddText({area_.x - context.px(36), area_.y - line_height - context.px(5)}, tokens.muted,
                 y.label.c_str());
  const float width = ImGui::CalcTextSize(x.label.c_str()).x;
  draw_->AddText({area_.right() - width, area_.bottom() + context.px(4) + line_height},
                 tokens.muted, x.label.c_str());
}

float Plot::px_of_x(double x) const {
  return area_.x + static_cast<float>((x - x_.from) / (x_.to - x_.from)) * area_.w;
}
float Plot::px_of_y(double y) const {
  const double share = std::clamp((y - y_.from) / (y_.to - y_.from), -0.02, 1.02);
  return area_.bottom() - static_cast<float>(share) * area_.h;
}
double Plot::x_at(float px) const {
  return x_.from +
         std::clamp(static_cast<double>((px - area_.x) / area_.w), 0.0, 1.0) * (x_.to - x_.from);
}

void Plot::line(const std::vector<std::pair<double, double>>& points, ImU32 colour, Stroke stroke) {
  if (!visible_ || points.size() < 2) return;
  std::vector<ImVec2> px;
  px.reserve(points.size());
  for (const auto& [x, y] : points) {
    const ImVec2 p{px_of_x(x), px_of_y(y)};
    // Two points in one place have no direction between them, and a corner there grows spikes.
    if (!px.empty() && std::hypot(p.x - px.back().x, p.y - px.back().y) < 1) continue;
    px.push_back(p);
  }
  if (stroke == Stroke::Dotted) {
    float last = -1e9f;
    for (const ImVec2& p : px) {
      if (p.x - last < context_->px(5)) continue;
      draw_->AddCircleFilled(p, context_->px(1.25f), colour);
      last = p.x;
    }
    return;
  }
  if (stroke == Stroke::Double) {
    for (const float shift : {-context_->px(1.5f), context_->px(1.5f)}) {
      std::vector<ImVec2> moved = px;
      for (ImVec2& p : moved) p.y += shift;
      draw_->AddPolyline(moved.data(), static_cast<int>(moved.size()), colour, 0,
                         context_->px(1.25f));
    }
    return;
  }
  draw_->AddPolyline(px.data(), static_cast<int>(px.size()), colour, 0, context_->px(1.75f));
}

void Plot::spread(const std::vector<Spread>& spreads, ImU32 colour) {
  if (!visible_) return;
  for (std::size_t i = 0; i + 1 < spreads.size(); ++i) {
    const Spread &a = spreads[i], &b = spreads[i + 1];
    draw_->AddQuadFilled({px_of_x(a.x), px_of_y(a.high)}, {px_of_x(b.x), px_of_y(b.high)},
                         {px_of_x(b.x), px_of_y(b.low)}, {px_of_x(a.x), px_of_y(a.low)}, colour);
  }
}

void Plot::band(double from, double to, ImU32 colour, std::string_view words) {
  if (!visible_) return;
  const float left = std::clamp(px_of_x(from), area_.x, area_.right());
  const float right = std::clamp(px_of_x(to), area_.x, area_.right());
  draw_->AddRectFilled({left, area_.y}, {right, area_.bottom()}, with_alpha(colour, 0.12f));
  if (words.empty()) return;
  const FontOf font(context_->theme.fonts.dense);
  // A figure without its end is another figure.
  const ImVec2 size = ImGui::CalcTextSize(words.data(), words.data() + words.size());
  if (size.x > right - left - context_->px(4)) return;
  draw_->AddText({left + context_->px(4), area_.y + context_->px(2)}, colour, words.data(),
                 words.data() + words.size());
}

void Plot::level_band(double from, double to, ImU32 colour) {
  if (!visible_) return;
  draw_->AddRectFilled({area_.x, std::max(area_.y, px_of_y(to))},
                       {area_.right(), std::min(area_.bottom(), px_of_y(from))},
                       with_alpha(colour, 0.10f));
}

void Plot::level(double y, ImU32 colour, std::string_view words, bool below) {
  if (!visible_ || y < y_.from || y > y_.to) return;
  const FontOf font(context_->theme.fonts.dense);
  const float at = std::round(px_of_y(y));
  for (float x = area_.x; x < area_.right(); x += context_->px(8))
    draw_->AddLine({x, at}, {std::min(x + context_->px(4), area_.right()), at}, colour,
                   context_->px(1));
  const ImVec2 size = ImGui::CalcTextSize(words.data(), words.data() + words.size());
  const float above = at - size.y - context_->px(1);
  draw_->AddText({area_.right() - size.x - context_->px(4),
                  below || above < area_.y ? at + context_->px(1) : above},
                 colour, words.data(), words.data() + words.size());
}

void Plot::mark(double x, ImU32 colour, std::string_view words, int row) {
  if (!visible_ || x < x_.from || x > x_.to) return;
  const FontOf font(context_->theme.fonts.dense);
  const float at = std::round(px_of_x(x));
  draw_->AddLine({at, area_.y}, {at, area_.bottom()}, colour, context_->px(1.5f));
  if (words.empty()) return;
  const ImVec2 size = ImGui::CalcTextSize(words.data(), words.data() + words.size());
  const bool flips = at + context_->px(5) + size.x > area_.right();
  const float top = area_.y + context_->px(1) + static_cast<float>(row) * size.y;
  draw_->AddText({flips ? at - context_->px(5) - size.x : at + context_->px(5), top}, colour,
                 words.data(), words.data() + words.size());
}

void Plot::tick(double x, ImU32 colour, bool strong) {
  if (!visible_ || x < x_.from || x > x_.to) return;
  const float at = px_of_x(x);
  draw_->AddLine({at, area_.bottom()}, {at, area_.bottom() - context_->px(strong ? 14 : 7)}, colour,
                 context_->px(strong ? 2.5f : 1.25f));
}

void Plot::dot(double x, double y, ImU32 colour, bool strong) {
  if (!visible_) return;
  const ImVec2 at{px_of_x(x), px_of_y(y)};
  draw_->AddCircleFilled(at, context_->px(strong ? 4.5f : 3), colour);
  if (strong) draw_->AddCircle(at, context_->px(7), colour, 0, context_->px(1.5f));
}

std::optional<double> Plot::hovered_x() const {
  if (!visible_ || !(hovered_ || held_)) return std::nullopt;
  return x_at(ImGui::GetIO().MousePos.x);
}

ImU32 viridis(double t) {
  // Nine anchors of matplotlib's viridis (CC0), linear between them.
  constexpr std::array<std::array<double, 3>, 9> anchors = {{{68, 1, 84},
                                                             {71, 44, 122},
                                                             {59, 81, 139},
                                                             {44, 113, 142},
                                                             {33, 144, 141},
                                                             {39, 173, 129},
                                                             {92, 200, 99},
                                                             {170, 220, 50},
                                                             {253, 231, 37}}};
  const double place = std::clamp(t, 0.0, 1.0) * 8;
  const auto i = std::min<std::size_t>(7, static_cast<std::size_t>(place));
  const double f = place - static_cast<double>(i);
  const auto channel = [&](std::size_t c) {
    return static_cast<int>(std::lround(anchors[i][c] * (1 - f) + anchors[i + 1][c] * f));
  };
  return IM_COL32(channel(0), channel(1), channel(2), 255);
}

}  // namespace app
