// The arteries of the foot as a map to be clicked: dorsal ones on the left, plantar on the right.
#include <algorithm>
#include <array>
#include <cmath>

#include "app/panels/score.h"
#include "app/panels/widgets.h"

namespace app {
namespace {

using imaging::FootArtery;
using imaging::FootGroup;
using planning::ArteryFinding;
using planning::Patency;

// Which of the two drawings an artery belongs to.
bool is_dorsal(const FootArtery& artery) {
  return artery.group == FootGroup::Dorsal || artery.id == "first_metatarsal";
}

// Places of the map on the window: toes down, the big toe where the side has it.
struct MapFrame {
  ImVec2 toes;
  float scale = 1;
  float lateral = 1;  // +1: the little toe lies on the right.
  ImVec2 at(const imaging::FootPlace& p) const {
    return {toes.x + lateral * scale * static_cast<float>(p.lateral),
            toes.y - scale * static_cast<float>(p.from_toes)};
  }
};

MapFrame frame_in(const Box& box, bool left_foot) {
  constexpr float length = 2.4f, width = 1.15f;
  const float scale = std::min(box.w / width, box.h / length);
  return {{box.x + box.w / 2, box.bottom() - 0.05f * scale}, scale, left_foot ? 1.0f : -1.0f};
}

float distance_to(ImVec2 p, ImVec2 a, ImVec2 b) {
  const float dx = b.x - a.x, dy = b.y - a.y;
  const float length2 = std::max(1e-3f, dx * dx + dy * dy);
  const float t = std::clamp(((p.x - a.x) * dx + (p.y - a.y) * dy) / length2, 0.0f, 1.0f);
  return std::hypot(p.x - a.x - t * dx, p.y - a.y - t * dy);
}

// Open: a broad line; narrow: a thin one; occluded: dashes with a cross; calcified: a pair of rails
// beside it; not judged yet: dots. So that colour is never alone.
void draw_artery(Context& context, const MapFrame& frame, const FootArtery& artery,
                 const ArteryFinding& finding, bool selected) {
  ImDrawList& draw = *ImGui::GetWindowDrawList();
  const Tokens& tokens = context.tokens();
  std::vector<ImVec2> points;
  for (const auto& p : artery.course) points.push_back(frame.at(p));
  const float base = artery.group == FootGroup::Digital ? 2.0f : 3.5f;
  if (selected)
    draw.AddPolyline(points.data(), static_cast<int>(points.size()),
                     with_alpha(tokens.accent, 0.45f), 0, context.px(base + 7));
  const bool occluded = finding.patency == Patency::Occluded;
  const ImU32 colour = !finding.patency ? tokens.muted : occluded ? tokens.bad : tokens.artery;
  const float width = context.px(finding.patency == Patency::Narrow ? 1.2f
                                 : !finding.patency                 ? 1.2f
                                                                    : base);
  for (std::size_t i = 0; i + 1 < points.size(); ++i) {
    const ImVec2 a = points[i], b = points[i + 1];
    const float dx = b.x - a.x, dy = b.y - a.y, length = std::max(1.0f, std::hypot(dx, dy));
    if (finding.calcified)
      for (const float sign : {-1.0f, 1.0f}) {
        const ImVec2 off{-sign * context.px(base + 0.5f) * dy / length,
                         sign * context.px(base + 0.5f) * dx / length};
        draw.AddLine({a.x + off.x, a.y + off.y}, {b.x + off.x, b.y + off.y}, tokens.device,
                     context.px(1.2f));
      }
    if (finding.patency && !occluded) {
      draw.AddLine(a, b, colour, width);
      continue;
    }
    const float dash = context.px(occluded ? 5.0f : 1.5f),
                step = context.px(occluded ? 9.0f : 5.0f);
    for (float s = 0; s < length; s += step) {
      const float e = std::min(length, s + dash);
      draw.AddLine({a.x + dx * s / length, a.y + dy * s / length},
                   {a.x + dx * e / length, a.y + dy * e / length}, colour, width);
    }
  }
  if (occluded) {
    const ImVec2 m = points[points.size() / 2];
    const float r = context.px(4);
    draw.AddLine({m.x - r, m.y - r}, {m.x + r, m.y + r}, tokens.bad, context.px(2));
    draw.AddLine({m.x - r, m.y + r}, {m.x + r, m.y - r}, tokens.bad, context.px(2));
  }
}

// The sole's outline, in widths of the foot, for the left foot.
void draw_outline(Context& context, const MapFrame& frame) {
  constexpr std::array<imaging::FootPlace, 18> outline{{{2.3, -0.22},
                                                        {1.9, -0.33},
                                                        {1.5, -0.39},
                                                        {1.0, -0.46},
                                                        {0.6, -0.5},
                                                        {0.25, -0.46},
                                                        {0.03, -0.36},
                                                        {0.0, -0.22},
                                                        {0.03, -0.08},
                                                        {0.1, 0.08},
                                                        {0.18, 0.2},
                                                        {0.3, 0.34},
                                                        {0.5, 0.46},
                                                        {0.9, 0.49},
                                                        {1.3, 0.43},
                                                        {1.8, 0.33},
                                                        {2.2, 0.28},
                                                        {2.38, 0.03}}};
  std::vector<ImVec2> points;
  for (const auto& p : outline) points.push_back(frame.at(p));
  ImDrawList& draw = *ImGui::GetWindowDrawList();
  draw.AddPolyline(points.data(), static_cast<int>(points.size()), context.tokens().line,
                   ImDrawFlags_Closed, context.px(1.5f));
}

ArteryFinding finding_of(const Scoring& scoring, const std::string& id) {
  const auto found = scoring.form().arteries.find(id);
  return found == scoring.form().arteries.end() ? ArteryFinding{} : found->second;
}

// Not judged, open, narrow, occluded, and round again.
std::optional<Patency> after(std::optional<Patency> patency) {
  if (!patency) return Patency::Open;
  if (*patency == Patency::Open) return Patency::Narrow;
  if (*patency == Patency::Narrow) return Patency::Occluded;
  return std::nullopt;
}

std::string in_words(const ArteryFinding& finding) {
  std::string words = !finding.patency                      ? "not judged"
                      : *finding.patency == Patency::Open   ? "open"
                      : *finding.patency == Patency::Narrow ? "narrow"
                                                            : "occluded";
  return finding.calcified ? words + ", calcified" : words;
}

void draw_half(Context& context, const Box& box, bool dorsal) {
  Session& session = context.session;
  Scoring& scoring = session.scoring;
  const auto& arteries = score_library()->map.arteries;
  const bool left = session.study().side != imaging::Side::Right;
  const MapFrame frame =
      frame_in({box.x, box.y + context.px(22), box.w, box.h - context.px(22)}, left);
  ImDrawList& draw = *ImGui::GetWindowDrawList();
  draw.AddText({box.x + context.px(4), box.y + context.px(2)}, context.tokens().muted,
               dorsal ? "Dorsal" : "Plantar");
  draw_outline(context, frame);
  const ImVec2 mouse = ImGui::GetIO().MousePos;
  std::size_t nearest = arteries.size();
  float near_px = context.px(9);
  for (std::size_t i = 0; i < arteries.size(); ++i) {
    if (is_dorsal(arteries[i]) != dorsal) continue;
    draw_artery(context, frame, arteries[i], finding_of(scoring, arteries[i].id),
                i == scoring.artery);
    for (std::size_t k = 0; k + 1 < arteries[i].course.size(); ++k) {
      const float d =
          distance_to(mouse, frame.at(arteries[i].course[k]), frame.at(arteries[i].course[k + 1]));
      if (d >= near_px) continue;
      near_px = d;
      nearest = i;
    }
  }
  ImGui::SetCursorScreenPos({box.x, box.y});
  ImGui::InvisibleButton(dorsal ? "dorsal" : "plantar", {box.w, box.h},
                         ImGuiButtonFlags_MouseButtonLeft | ImGuiButtonFlags_MouseButtonRight);
  if (nearest == arteries.size() || !ImGui::IsItemHovered()) return;
  const FootArtery& artery = arteries[nearest];
  tooltip(context, artery.label + ": " + in_words(finding_of(scoring, artery.id)) +
                       ". Click: open, narrow, occluded. Right click: calcified.");
  if (ImGui::IsMouseClicked(ImGuiMouseButton_Left)) {
    scoring.artery = nearest;
    set_patency(session, artery.id, after(finding_of(scoring, artery.id).patency));
  }
  if (ImGui::IsMouseClicked(ImGuiMouseButton_Right)) {
    scoring.artery = nearest;
    toggle_calcified(session, artery.id);
  }
}

}  // namespace

void draw_foot_map(Context& context, const Box& box) {
  const Pane pane(context, "foot-map", box, context.tokens().ground, 0);
  const auto& arteries = score_library()->map.arteries;
  const FontOf font(context.theme.fonts.dense);
  const float foot = context.px(48), pad = context.px(8);
  const Box maps{box.x + pad, box.y + pad, box.w - 2 * pad, box.h - foot - pad};
  const Halves halves = side_by_side(maps, 0.5f, pad);
  draw_half(context, halves.first, true);
  draw_half(context, halves.second, false);
  ImDrawList& draw = *ImGui::GetWindowDrawList();
  const std::size_t chosen = std::min(context.session.scoring.artery, arteries.size() - 1);
  const std::string line = arteries[chosen].label + ": " +
                           in_words(finding_of(context.session.scoring, arteries[chosen].id));
  const float y = box.bottom() - foot + context.px(4);
  draw.AddText({box.x + pad, y}, context.tokens().text, elided(line, box.w - 2 * pad).c_str());
  draw.AddText(
      {box.x + pad, y + context.px(18)}, context.tokens().muted,
      elided("Left, Right: artery   O open  N narrow  X occluded  K calcified", box.w - 2 * pad)
          .c_str());
}

}  // namespace app
