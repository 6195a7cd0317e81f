// Along the circuit and across causes: where the pressure goes.
#include <algorithm>
#include <cmath>

#include "app/panels/flow_parts.h"
#include "app/panels/plot.h"
#include "app/panels/vessel_words.h"
#include "app/panels/widgets.h"

namespace app {
namespace {

using planning::Flow;
using planning::FlowSegment;
using planning::SegmentKind;

ImU32 band_colour(const Tokens& tokens, const FlowSegment& s) {
  if (s.kind == SegmentKind::Channel) return tokens.needle;
  if (s.kind == SegmentKind::Conduit) return tokens.device;
  if (s.kind == SegmentKind::PlantarBed) return tokens.muted;
  const bool artery = s.kind == SegmentKind::Artery || s.kind == SegmentKind::Supply;
  return artery ? tokens.artery : tokens.vein;
}

// A bar cut in proportion, with words in every part that has room for them. Returns the parts that
// have no words.
struct Slice {
  double value = 0;
  std::string words, tip;
  ImU32 colour = 0;
};
std::vector<Slice> draw_stacked(Context& context, const Box& bar,
                                const std::vector<Slice>& slices) {
  ImDrawList& draw = *ImGui::GetWindowDrawList();
  const Tokens& tokens = context.tokens();
  double sum = 0;
  for (const Slice& s : slices) sum += std::max(0.0, s.value);
  std::vector<Slice> unnamed;
  if (!(sum > 0)) return unnamed;
  const ImVec2 mouse = ImGui::GetIO().MousePos;
  float x = bar.x;
  for (const Slice& s : slices) {
    const float width = bar.w * static_cast<float>(std::max(0.0, s.value) / sum);
    if (width <= 0) continue;
    draw.AddRectFilled({x, bar.y}, {x + width, bar.bottom()}, with_alpha(s.colour, 0.35f));
    draw.AddRectFilled({x, bar.bottom() - context.px(3)}, {x + width, bar.bottom()}, s.colour);
    draw.AddLine({x, bar.y}, {x, bar.bottom()}, tokens.panel, context.px(1.5f));
    const std::string number = fixed(s.value, s.value < 9.95 ? 1 : 0);
    const float room = width - context.px(8);
    const float line = ImGui::GetFontSize();
    if (ImGui::CalcTextSize(s.words.c_str()).x <= room) {
      draw.AddText({x + context.px(5), bar.y + context.px(3)}, tokens.text, number.c_str());
      draw.AddText({x + context.px(5), bar.y + context.px(3) + line}, tokens.text, s.words.c_str());
    } else {
      unnamed.push_back(s);
    }
    if (ImGui::IsWindowHovered() && mouse.x >= x && mouse.x < x + width && mouse.y >= bar.y &&
        mouse.y < bar.bottom())
      tooltip(context, s.tip);
    x += width;
  }
  return unnamed;
}

// The parts too narrow for words, in one line: colour, name and value.
void draw_legend(Context& context, ImVec2 at, float right, const std::vector<Slice>& slices) {
  ImDrawList& draw = *ImGui::GetWindowDrawList();
  const float line = ImGui::GetFontSize(), side = context.px(9);
  for (const Slice& s : slices) {
    constexpr double worth_a_word_mmhg = 0.05;
    if (s.value < worth_a_word_mmhg) continue;
    const std::string words = s.words + " " + fixed(s.value, 1);
    const float width = side + context.px(5) + ImGui::CalcTextSize(words.c_str()).x;
    if (at.x + width > right) return;
    const float top = at.y + (line - side) / 2;
    draw.AddRectFilled({at.x, top}, {at.x + side, top + side}, s.colour);
    draw.AddText({at.x + side + context.px(5), at.y}, context.tokens().muted, words.c_str());
    at.x += width + context.px(16);
  }
}

// Where it lies, for the bar by place.
const char* place_of(SegmentKind kind) {
  switch (kind) {
    case SegmentKind::Supply:
      return "Above the knee";
    case SegmentKind::Artery:
      return "Arteries of the calf";
    case SegmentKind::Channel:
      return "Crossing";
    case SegmentKind::Conduit:
      return "Conduit";
    case SegmentKind::Vein:
    case SegmentKind::Collateral:
      return "Bare vein";
    case SegmentKind::NativeBed:
    case SegmentKind::CollateralBed:
    case SegmentKind::PlantarBed:
      return "Plantar bed";
  }
  return "";
}

const char* spoken_cause(planning::LossCause cause) {
  switch (cause) {
    case planning::LossCause::Wall:
      return "Friction at the wall";
    case planning::LossCause::Entrance:
      return "Narrowing of calibre";
    case planning::LossCause::Expansion:
      return "Widening of calibre";
    case planning::LossCause::Stenosis:
      return "Stenosis";
    case planning::LossCause::Valve:
      return "Valves";
    case planning::LossCause::Coil:
      return "Coils";
    case planning::LossCause::Bed:
      return "Vessels of the foot";
  }
  return "";
}

}  // namespace

ImU32 colour_of_cause(const Tokens& tokens, planning::LossCause cause) {
  switch (cause) {
    case planning::LossCause::Wall:
      return tokens.vein;
    case planning::LossCause::Entrance:
      return tokens.needle;
    case planning::LossCause::Expansion:
      return tokens.warn;
    case planning::LossCause::Stenosis:
      return tokens.bad;
    case planning::LossCause::Valve:
      return tokens.good;
    case planning::LossCause::Coil:
      return tokens.coil;
    case planning::LossCause::Bed:
      return tokens.device;
  }
  return tokens.text;
}

// Mean pressure from the popliteal artery through the crossing to the foot.
void draw_flow_pressure(Context& context, const Flow& flow, const Box& box) {
  const Tokens& tokens = context.tokens();
  std::vector<const FlowSegment*> way;
  double length_mm = 0, top_mmhg = 10;
  for (const FlowSegment& s : flow.segments) {
    if (!s.on_circuit || !(s.circuit_to_mm > s.circuit_from_mm)) continue;
    way.push_back(&s);
    length_mm = std::max(length_mm, s.circuit_to_mm);
    top_mmhg = std::max({top_mmhg, s.proximal_mmhg, s.proximal_range_mmhg.p95});
  }
  if (way.empty()) {
    empty_view(context, box, "Pressure along the circuit",
               "The estimate gave no pressures for this circuit.");
    return;
  }
  Plot plot(context, "pressure", box,
            {"Along the circuit, from the heart's side (mm)", 0, length_mm},
            {"Mean pressure (mmHg), shaded where 90 % of the draws lie", 0, 1.25 * top_mmhg});
  std::vector<std::pair<double, double>> points;
  std::vector<Plot::Spread> spread;
  const auto words_of = [&](const FlowSegment& s) {
    const imaging::Vessel* vessel = context.session.vessels().find(s.vessel);
    return s.kind == SegmentKind::Channel ? "crossing"
           : vessel                       ? short_name(vessel->name)
                                          : spoken(s.label);
  };
  // Neighbours of one name and colour share a band.
  for (std::size_t n = 0, end = 0; n < way.size(); n = end) {
    const std::string words = words_of(*way[n]);
    const ImU32 colour = band_colour(tokens, *way[n]);
    while (end < way.size() && words_of(*way[end]) == words &&
           band_colour(tokens, *way[end]) == colour)
      ++end;
    plot.band(way[n]->circuit_from_mm, way[end - 1]->circuit_to_mm, colour, words);
  }
  for (const FlowSegment* s : way) {
    points.emplace_back(s->circuit_from_mm, s->proximal_mmhg);
    points.emplace_back(s->circuit_to_mm, s->distal_mmhg);
    spread.push_back({s->circuit_from_mm, s->proximal_range_mmhg.p5, s->proximal_range_mmhg.p95});
    spread.push_back({s->circuit_to_mm, s->distal_range_mmhg.p5, s->distal_range_mmhg.p95});
  }
  if (flow.samples > 0) plot.spread(spread, with_alpha(tokens.text, 0.14f));
  plot.line(points, tokens.text);
  if (flow.arch_pressure_mmhg > 0)
    plot.level(flow.arch_pressure_mmhg, tokens.muted, "foot " + in_mmhg(flow.arch_pressure_mmhg),
               true);
  if (const auto x = plot.hovered_x())
    for (const FlowSegment* s : way)
      if (*x >= s->circuit_from_mm && *x <= s->circuit_to_mm)
        tooltip(context, spoken(s->label) + "\n" +
                             with_range(s->flow_ml_min, s->flow_range_ml_min) + " ml/min, " +
                             with_range(s->proximal_mmhg, s->proximal_range_mmhg) + " to " +
                             with_range(s->distal_mmhg, s->distal_range_mmhg) + " mmHg");
}

void draw_flow_losses(Context& context, const Flow& flow, const Box& box) {
  const Tokens& tokens = context.tokens();
  const FontOf font(context.theme.fonts.dense);
  std::vector<Slice> by_place, by_cause(planning::loss_causes);
  double total = 0;
  for (const FlowSegment& s : flow.segments) {
    if (!s.on_circuit) continue;
    const double lost = s.proximal_mmhg - s.distal_mmhg;
    total += lost;
    std::string tip = spoken(s.label) + ": " + fixed(lost, 1) + " mmHg";
    for (const planning::LossPart& part : s.losses) {
      tip += "\n" + fixed(part.mmhg, 1) + " " + spoken_cause(part.cause);
      Slice& cause = by_cause[static_cast<std::size_t>(part.cause)];
      cause.value += part.mmhg;
      cause.words = spoken_cause(part.cause);
      cause.colour = colour_of_cause(tokens, part.cause);
    }
    const char* place = place_of(s.kind);
    if (by_place.empty() || by_place.back().words != place)
      by_place.push_back({0, place, "", band_colour(tokens, s)});
    Slice& slice = by_place.back();
    slice.value += lost;
    slice.tip += (slice.tip.empty() ? "" : "\n\n") + tip;
  }
  for (Slice& c : by_cause)
    c.tip = c.words + ": " + fixed(c.value, 1) + " of " + fixed(total, 0) + " mmHg";
  ImDrawList& draw = *ImGui::GetWindowDrawList();
  const float left = box.x + context.px(16), label = context.px(84);
  const float height = std::min(context.px(40), (box.h - context.px(72)) / 2);
  float y = box.y + context.px(4);
  const std::string head =
      "Of the " + fixed(total, 0) + " mmHg between the aorta and the veins of the leg, mmHg lost";
  draw.AddText({left, y}, tokens.muted, elided(head, box.w - context.px(32)).c_str());
  y += ImGui::GetFontSize() + context.px(6);
  for (const auto& [word, slices] :
       {std::pair("by place", &by_place), std::pair("by cause", &by_cause)}) {
    draw.AddText({left, y + (height - ImGui::GetFontSize()) / 2}, tokens.muted, word);
    const Box bar{left + label, y, box.w - label - context.px(32), height};
    const std::vector<Slice> unnamed = draw_stacked(context, bar, *slices);
    y += height + context.px(2);
    draw_legend(context, {bar.x, y}, bar.right(), unnamed);
    y += ImGui::GetFontSize() + context.px(4);
  }
}

}  // namespace app
