// The arteries of the foot as a map to be clicked: dorsal ones on the left, plantar on the right.
#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <string>
#include <vector>

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

// A smooth line through the points (Catmull and Rom), `parts` steps between two of them.
std::vector<ImVec2> smooth(const std::vector<ImVec2>& points, bool closed, int parts = 6) {
  const int n = static_cast<int>(points.size());
  const auto at = [&](int i) {
    const int k = closed ? (i + n) % n : std::clamp(i, 0, n - 1);
    return points[static_cast<std::size_t>(k)];
  };
  std::vector<ImVec2> line;
  for (int i = 0; i < (closed ? n : n - 1); ++i) {
    const ImVec2 a = at(i - 1), b = at(i), c = at(i + 1), d = at(i + 2);
    for (int step = 0; step < parts; ++step) {
      const float t = static_cast<float>(step) / static_cast<float>(parts);
      const auto blend = [t](float p, float q, float r, float s) {
        return 0.5f * (2 * q + t * (r - p) + t * t * (2 * p - 5 * q + 4 * r - s) +
                       t * t * t * (3 * q - p - 3 * r + s));
      };
      line.push_back({blend(a.x, b.x, c.x, d.x), blend(a.y, b.y, c.y, d.y)});
    }
  }
  if (!closed) line.push_back(points.back());
  return line;
}

// Dashes of `dash` in every `step` px along the whole line.
void dashed_line(ImDrawList& draw, const std::vector<ImVec2>& points, ImU32 colour, float width,
                 float dash, float step) {
  float at = 0;
  for (std::size_t i = 0; i + 1 < points.size(); ++i) {
    const ImVec2 a = points[i], b = points[i + 1];
    const float length = std::max(1e-3f, std::hypot(b.x - a.x, b.y - a.y));
    for (float s = -std::fmod(at, step); s < length; s += step) {
      const float from = std::max(0.0f, s) / length, to = std::min(length, s + dash) / length;
      if (to <= from) continue;
      draw.AddLine({a.x + from * (b.x - a.x), a.y + from * (b.y - a.y)},
                   {a.x + to * (b.x - a.x), a.y + to * (b.y - a.y)}, colour, width);
    }
    at += length;
  }
}

ImU32 colour_of_state(const Tokens& tokens, std::optional<Patency> patency) {
  if (!patency) return tokens.muted;
  return *patency == Patency::Open     ? tokens.good
         : *patency == Patency::Narrow ? tokens.warn
                                       : tokens.bad;
}

// Open: a broad line; narrow: a thin one; occluded: dashes with a cross; calcified: a pair of rails
// beside it; not judged yet: dots. So that colour is never alone.
void draw_state(Context& context, const std::vector<ImVec2>& points, const ArteryFinding& finding,
                float base, float alpha) {
  ImDrawList& draw = *ImGui::GetWindowDrawList();
  const Tokens& tokens = context.tokens();
  if (points.size() < 2) return;
  const ImU32 colour = with_alpha(colour_of_state(tokens, finding.patency), alpha);
  const float width = context.px(finding.patency == Patency::Open ? base : 1.5f);
  const bool occluded = finding.patency == Patency::Occluded;
  if (finding.calcified)
    for (const float sign : {-1.0f, 1.0f}) {
      std::vector<ImVec2> rail;
      for (std::size_t i = 0; i < points.size(); ++i) {
        const ImVec2 a = points[i > 0 ? i - 1 : 0], b = points[std::min(i + 1, points.size() - 1)];
        const float length = std::max(1e-3f, std::hypot(b.x - a.x, b.y - a.y));
        const float off = sign * context.px(0.5f * base + 2) / length;
        rail.push_back({points[i].x - off * (b.y - a.y), points[i].y + off * (b.x - a.x)});
      }
      draw.AddPolyline(rail.data(), static_cast<int>(rail.size()), with_alpha(tokens.device, alpha),
                       0, context.px(1.25f));
    }
  if (!finding.patency)
    dashed_line(draw, points, colour, context.px(1.5f), context.px(2), context.px(5));
  else if (occluded)
    dashed_line(draw, points, colour, context.px(2), context.px(5), context.px(9));
  else
    draw.AddPolyline(points.data(), static_cast<int>(points.size()), colour, 0, width);
  if (!occluded) return;
  const ImVec2 m = points[points.size() / 2];
  const float r = context.px(4);
  draw.AddLine({m.x - r, m.y - r}, {m.x + r, m.y + r}, colour, context.px(2));
  draw.AddLine({m.x - r, m.y + r}, {m.x + r, m.y - r}, colour, context.px(2));
}

// The reader's finding; where there is none yet, faintly what the pixels propose.
void draw_artery(Context& context, const std::vector<ImVec2>& line, const FootArtery& artery,
                 const ArteryFinding& finding, const ArteryFinding* proposed, bool selected) {
  ImDrawList& draw = *ImGui::GetWindowDrawList();
  const float base = artery.group == FootGroup::Digital ? 3.0f : 4.0f;
  if (selected)
    draw.AddPolyline(line.data(), static_cast<int>(line.size()),
                     with_alpha(context.tokens().accent, 0.45f), 0, context.px(base + 8));
  const bool judged = finding.patency || finding.calcified;
  if (!judged && proposed)
    draw_state(context, line, *proposed, base, 0.45f);
  else
    draw_state(context, line, finding, base, 1);
}

// The outline of a sole, in the same places: for orientation only.
void draw_outline(Context& context, const MapFrame& frame) {
  constexpr std::array<imaging::FootPlace, 20> outline{
      {{2.36, -0.18}, {2.2, -0.31},  {1.9, -0.36},  {1.5, -0.41}, {1.0, -0.47},
       {0.6, -0.5},   {0.25, -0.46}, {0.04, -0.38}, {0.0, -0.26}, {0.03, -0.12},
       {0.08, 0.05},  {0.18, 0.2},   {0.3, 0.34},   {0.5, 0.45},  {0.9, 0.48},
       {1.3, 0.43},   {1.8, 0.35},   {2.2, 0.28},   {2.36, 0.16}, {2.4, -0.02}}};
  std::vector<ImVec2> points;
  for (const auto& p : outline) points.push_back(frame.at(p));
  points = smooth(points, true);
  ImDrawList& draw = *ImGui::GetWindowDrawList();
  draw.AddConvexPolyFilled(points.data(), static_cast<int>(points.size()),
                           with_alpha(context.tokens().panel, 0.6f));
  draw.AddPolyline(points.data(), static_cast<int>(points.size()), context.tokens().line,
                   ImDrawFlags_Closed, context.px(1.5f));
}

// Beside the middle of its artery; toes have theirs once, beyond their two arteries.
void draw_names(Context& context, const MapFrame& frame, const std::vector<FootArtery>& arteries,
                std::size_t selected, bool dorsal) {
  ImDrawList& draw = *ImGui::GetWindowDrawList();
  const Tokens& tokens = context.tokens();
  std::map<std::string, std::pair<ImVec2, int>> toes;
  const auto write = [&](ImVec2 middle, const std::string& words, bool bright) {
    const ImVec2 size = ImGui::CalcTextSize(words.c_str());
    draw.AddText({std::round(middle.x - size.x / 2), std::round(middle.y - size.y / 2)},
                 bright ? tokens.accent : tokens.text, words.c_str());
  };
  std::string chosen_toe;
  for (std::size_t i = 0; i < arteries.size(); ++i) {
    const FootArtery& artery = arteries[i];
    if (is_dorsal(artery) != dorsal) continue;
    if (artery.group == FootGroup::Digital) {
      auto& [sum, n] = toes[artery.short_label];
      const ImVec2 tip = frame.at(artery.course.back());
      sum = {sum.x + tip.x, std::max(sum.y, tip.y)};
      ++n;
      if (i == selected) chosen_toe = artery.short_label;
      continue;
    }
    const std::size_t half = artery.course.size() / 2;
    const ImVec2 a = frame.at(artery.course[half - 1]), m = frame.at(artery.course[half]);
    const bool across = std::abs(m.x - a.x) > std::abs(m.y - a.y);
    const ImVec2 size = ImGui::CalcTextSize(artery.short_label.c_str());
    // Arches run across: their names stand heelwards of them; all others towards the nearer edge.
    const bool medial = artery.course[half].lateral < -0.25;
    const float side = (medial ? -1.0f : 1.0f) * frame.lateral;
    const ImVec2 at = across ? ImVec2{m.x, m.y - size.y / 2 - context.px(5)}
                             : ImVec2{m.x + side * (size.x / 2 + context.px(6)), m.y};
    write(at, artery.short_label, i == selected);
  }
  for (const auto& [words, place] : toes)
    write({place.first.x / static_cast<float>(place.second), place.first.y + context.px(10)}, words,
          words == chosen_toe);
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
  const CaseProposals* found = scoring.proposals();
  std::size_t nearest = arteries.size();
  float near_px = context.px(9);
  for (std::size_t i = 0; i < arteries.size(); ++i) {
    if (is_dorsal(arteries[i]) != dorsal) continue;
    std::vector<ImVec2> line;
    for (const auto& p : arteries[i].course) line.push_back(frame.at(p));
    line = smooth(line, false);
    const ArteryFinding* proposed = nullptr;
    if (found)
      if (const auto one = found->arteries.find(arteries[i].id); one != found->arteries.end())
        proposed = &one->second;
    draw_artery(context, line, arteries[i], finding_of(scoring, arteries[i].id), proposed,
                i == scoring.artery);
    for (std::size_t k = 0; k + 1 < line.size(); ++k) {
      const float d = distance_to(mouse, line[k], line[k + 1]);
      if (d >= near_px) continue;
      near_px = d;
      nearest = i;
    }
  }
  draw_names(context, frame, arteries, scoring.artery, dorsal);
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

// How each state is drawn, with the key that sets it.
void draw_legend(Context& context, const Box& box) {
  struct Sample {
    const char* words;
    ArteryFinding finding;
  };
  const std::array<Sample, 4> samples{{{"O open", {Patency::Open, false}},
                                       {"N narrow", {Patency::Narrow, false}},
                                       {"X occluded", {Patency::Occluded, false}},
                                       {"K calcified", {{}, true}}}};
  ImDrawList& draw = *ImGui::GetWindowDrawList();
  // All four or none: where the map is narrow, lines and gaps give way, never a word.
  float words = 0;
  for (const Sample& sample : samples) words += ImGui::CalcTextSize(sample.words).x;
  const float room = (box.w - words) / 4, line = std::clamp(room * 0.55f, 0.0f, context.px(22));
  const float gap = std::clamp(room - line - context.px(5), context.px(3), context.px(12));
  float x = box.x;
  for (const Sample& sample : samples) {
    const float y = box.y + ImGui::GetFontSize() / 2;
    draw_state(context, {{x, y}, {x + line / 2, y}, {x + line, y}}, sample.finding, 4, 1);
    x += line + context.px(5);
    draw.AddText({x, box.y}, context.tokens().muted, sample.words);
    x += ImGui::CalcTextSize(sample.words).x + gap;
  }
}

}  // namespace

void draw_foot_map(Context& context, const Box& box) {
  const Pane pane(context, "foot-map", box, context.tokens().ground, 0);
  const auto& arteries = score_library()->map.arteries;
  const FontOf font(context.theme.fonts.dense);
  const float foot = context.px(68), pad = context.px(10);
  const Box maps{box.x + pad, box.y + pad, box.w - 2 * pad, box.h - foot - pad};
  // Three arteries lie on the dorsum, all others in the sole.
  const Halves halves = side_by_side(maps, 0.38f, pad);
  draw_half(context, halves.first, true);
  draw_half(context, halves.second, false);
  ImDrawList& draw = *ImGui::GetWindowDrawList();
  const std::size_t chosen = std::min(context.session.scoring.artery, arteries.size() - 1);
  const ArteryFinding finding = finding_of(context.session.scoring, arteries[chosen].id);
  const float y = box.bottom() - foot + context.px(6);
  const std::string name = arteries[chosen].label + ": ";
  draw.AddText({box.x + pad, y}, context.tokens().text, name.c_str());
  draw.AddText({box.x + pad + ImGui::CalcTextSize(name.c_str()).x, y},
               colour_of_state(context.tokens(), finding.patency), in_words(finding).c_str());
  draw_legend(context, {box.x + pad, y + context.px(20), box.w - 2 * pad, 0});
  const auto judged = std::count_if(arteries.begin(), arteries.end(), [&](const FootArtery& a) {
    return finding_of(context.session.scoring, a.id).patency.has_value();
  });
  const std::string line = std::to_string(judged) + " of " + std::to_string(arteries.size()) +
                           " judged. Left, Right: artery before, artery after.";
  draw.AddText({box.x + pad, y + context.px(40)}, context.tokens().muted,
               elided(line, box.w - 2 * pad).c_str());
}

}  // namespace app
