// What is implanted, where it lies along the circuit, and whether it fits.
#include <algorithm>
#include <cmath>
#include <limits>

#include "app/panels/picture.h"
#include "app/panels/plot.h"
#include "app/panels/vessel_words.h"
#include "app/panels/widgets.h"

namespace app {
namespace {

using planning::Device;
using planning::DeviceKind;
using planning::LpsPoint;
using planning::Preview;

// Arc length along the circuit of the point nearest to p, and how far away that is.
struct OnCircuit {
  double along_mm = 0, away_mm = std::numeric_limits<double>::infinity();
};
OnCircuit nearest_on(const std::vector<LpsPoint>& circuit, const LpsPoint& p) {
  OnCircuit best;
  double before_mm = 0;
  for (std::size_t i = 0; i + 1 < circuit.size(); ++i) {
    const double t = imaging::nearest_on_segment(p, circuit[i], circuit[i + 1]);
    const double length_mm = imaging::distance(circuit[i], circuit[i + 1]);
    const double away_mm = imaging::distance(p, imaging::lerp(circuit[i], circuit[i + 1], t));
    if (away_mm < best.away_mm) best = {before_mm + t * length_mm, away_mm};
    before_mm += length_mm;
  }
  return best;
}

double length_of(const std::vector<LpsPoint>& line) {
  double length_mm = 0;
  for (std::size_t i = 0; i + 1 < line.size(); ++i)
    length_mm += imaging::distance(line[i], line[i + 1]);
  return length_mm;
}

std::string diameters_of(const Device& device) {
  std::string text;
  for (const double d_mm : device.diameter_mm)
    text += (text.empty() ? "" : " to ") + fixed(d_mm, 1);
  return text.empty() ? "–" : text + " mm";
}

// The circuit laid straight: artery, needle and vein along one line, the devices over it in their
// true lengths and diameters.
void draw_straight(Context& context, const Preview& preview, const Box& box) {
  const Tokens& tokens = context.tokens();
  const double length_mm = length_of(preview.circuit);
  if (!(length_mm > 0)) {
    empty_view(context, box, "The circuit, laid straight", "This plan has no circuit to lay out.");
    return;
  }
  double widest_mm = 6;
  for (const Device& device : preview.devices)
    for (const double d_mm : device.diameter_mm) widest_mm = std::max(widest_mm, d_mm);
  Plot plot(context, "circuit", box,
            {"Along the circuit, from the heart's side (mm)", 0, length_mm},
            {"Radius (mm)", -0.9 * widest_mm, 0.9 * widest_mm});
  if (!plot.visible()) return;
  ImDrawList& draw = *ImGui::GetWindowDrawList();
  const double artery_mm = nearest_on(preview.circuit, preview.crossing.artery_point).along_mm;
  const double vein_mm =
      std::max(artery_mm, nearest_on(preview.circuit, preview.crossing.vein_point).along_mm);
  const auto at = [&](double along_mm, double y_mm) {
    return ImVec2(plot.px_of_x(along_mm), plot.px_of_y(y_mm));
  };
  draw_vessel_stroke(draw, at(0, 0), at(artery_mm, 0), imaging::VesselKind::Artery, context.theme);
  draw_vessel_stroke(draw, at(vein_mm, 0), at(length_mm, 0), imaging::VesselKind::Vein,
                     context.theme);
  draw.AddLine(at(artery_mm, 0), at(vein_mm, 0), tokens.needle, context.px(3));

  for (std::size_t i = 0; i < preview.devices.size(); ++i) {
    const Device& device = preview.devices[i];
    if (device.path.empty() || device.diameter_mm.empty()) continue;
    const OnCircuit begin = nearest_on(preview.circuit, device.path.front());
    const OnCircuit end = nearest_on(preview.circuit, device.path.back());
    const ImU32 colour = colour_of(tokens, device.kind);
    const double r0_mm = device.diameter_mm.front() / 2, r1_mm = device.diameter_mm.back() / 2;
    if (device.kind == DeviceKind::Coil) {
      ImVec2 centre = at(begin.along_mm, -0.62 * widest_mm);
      centre.x = std::min(centre.x, plot.area().right() - context.px(18));
      for (int turn = 0; turn < 4; ++turn)
        draw.AddCircle({centre.x + context.px(4) * static_cast<float>(turn), centre.y},
                       context.px(5), colour, 0, context.px(1.5f));
      draw.AddLine({centre.x, centre.y - context.px(6)}, at(begin.along_mm, 0), colour,
                   context.px(1));
      continue;
    }
    const double from_mm = std::min(begin.along_mm, end.along_mm);
    const double to_mm = std::max(begin.along_mm, end.along_mm);
    const ImVec2 corners[] = {at(from_mm, r0_mm), at(to_mm, r1_mm), at(to_mm, -r1_mm),
                              at(from_mm, -r0_mm)};
    draw.AddConvexPolyFilled(corners, 4, with_alpha(colour, 0.16f));
    draw.AddPolyline(corners, 4, colour, ImDrawFlags_Closed, context.px(1.5f));
    const FontOf font(context.theme.fonts.dense);
    const float room = corners[1].x - corners[0].x - context.px(8);
    const std::string words = elided(std::to_string(i + 1), room);
    const ImVec2 size = ImGui::CalcTextSize(words.c_str());
    draw.AddText({(corners[0].x + corners[1].x - size.x) / 2, plot.px_of_y(r0_mm) - size.y - 1},
                 colour, words.c_str());
  }
}

void draw_device(Context& context, std::size_t number, const Device& device) {
  const Tokens& tokens = context.tokens();
  ImDrawList& draw = *ImGui::GetWindowDrawList();
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float side = context.px(18);
  draw.AddRect(at, {at.x + side, at.y + side}, colour_of(tokens, device.kind), context.px(4), 0,
               context.px(1.5f));
  {
    const FontOf font(context.theme.fonts.dense);
    const std::string text = std::to_string(number);
    const ImVec2 size = ImGui::CalcTextSize(text.c_str());
    draw.AddText({at.x + (side - size.x) / 2, at.y + (side - size.y) / 2}, tokens.text,
                 text.c_str());
  }
  ImGui::Indent(side + context.px(8));
  wrapped_text(tokens.text, device.label);
  ImGui::Unindent(side + context.px(8));
  const imaging::Vessel* vessel = context.session.vessels().find(device.vessel);
  field(context, "Diameter", diameters_of(device));
  field(context, "In", vessel ? spoken(vessel->name) : device.vessel);
  field(context, "Begins, from its proximal end", in_mm(device.from_mm));
  field(context, "Length", in_mm(length_of(device.path)));
}

void draw_check(Context& context, const planning::Check& check, std::size_t number) {
  const Tokens& tokens = context.tokens();
  ImDrawList& draw = *ImGui::GetWindowDrawList();
  const ImVec2 at = ImGui::GetCursorScreenPos();
  draw_mark(draw, {at.x + context.px(7), at.y + context.px(9)}, context.px(11),
            check.ok ? planning::Effect::Good : planning::Effect::Warn, tokens);
  const FontOf font(context.theme.fonts.dense);
  ImGui::Indent(context.px(24));
  ImGui::PushID(static_cast<int>(number));
  ImGui::BeginGroup();
  wrapped_text(check.ok ? tokens.muted : tokens.text, check.message);
  std::string source = check.source;
  if (!check.tag.empty() && check.tag != check.source) source += " [" + check.tag + "]";
  if (!source.empty() && !check.ok) wrapped_text(tokens.muted, "Source: " + source);
  ImGui::EndGroup();
  if (ImGui::IsItemHovered())
    tooltip(context, spoken(check.rule) +
                         (check.threshold.empty() ? "" : "\nWanted: " + check.threshold) +
                         "\nSource: " + source);
  ImGui::PopID();
  ImGui::Unindent(context.px(24));
}

void draw_inspector(Context& context, const Preview& preview, const Box& box) {
  const Pane pane(context, "inspector", box, context.tokens().panel, 16, Pane::Scroll::Vertical);
  heading(context, "Devices");
  if (preview.devices.empty()) wrapped_text(context.tokens().muted, "This technique places none.");
  for (std::size_t i = 0; i < preview.devices.size(); ++i) {
    const Device& device = preview.devices[i];
    ImGui::PushID(static_cast<int>(i));
    draw_device(context, i + 1, device);
    if (device.kind == DeviceKind::Coil && ImGui::Button("Leave this coil out")) {
      planning::Plan plan = context.session.plan();
      plan.declined_coils.push_back(device.vessel);
      context.session.history().commit("Leave the coil out", std::move(plan));
      ImGui::PopID();
      return;  // What the loop reads is remade.
    }
    ImGui::Dummy({0, context.px(2)});
    ImGui::PopID();
  }
  const auto& declined = context.session.plan().declined_coils;
  if (!declined.empty() && ImGui::Button("Put the coils back")) {
    planning::Plan plan = context.session.plan();
    plan.declined_coils.clear();
    context.session.history().commit("Put the coils back", std::move(plan));
    return;
  }
  const auto failing = std::count_if(preview.checks.begin(), preview.checks.end(),
                                     [](const planning::Check& check) { return !check.ok; });
  heading(context,
          failing == 0 ? "Checks: all well" : "Checks: " + std::to_string(failing) + " to look at");
  for (const bool ok : {false, true})
    for (std::size_t i = 0; i < preview.checks.size(); ++i)
      if (preview.checks[i].ok == ok) draw_check(context, preview.checks[i], i);
}

}  // namespace

bool draw_no_preview(Context& context, const FrameLayout& layout, const char* what,
                     const char* belongs) {
  if (context.session.has_case() && context.session.preview()) return false;
  const Box whole = whole_workspace(layout);
  const Pane pane(context, "empty", whole, context.tokens().ground, 0);
  if (empty_view(context, whole, what, belongs, "Choose a crossing"))
    context.session.view.workspace = Workspace::Cross;
  return true;
}

void draw_devices_workspace(Context& context, const FrameLayout& layout) {
  if (draw_no_preview(context, layout, "No devices yet",
                      "Stents and coils belong here, placed along the circuit. They follow from a "
                      "crossing."))
    return;
  const Preview& preview = *context.session.preview();
  const float gap = context.px(6);
  const Halves halves = side_by_side(layout.main, context.ui.devices_share, gap);
  draw_pictures(context, layout.main,
                {{ViewKind::Scene, halves.first, "3-D", "", false},
                 {ViewKind::NeedleProfile, halves.second, "Along the needle", "", false}});
  if (!one_is_whole(context, {ViewKind::Scene, ViewKind::NeedleProfile}))
    splitter(context, "devices-split", {halves.first.right(), layout.main.y, gap, layout.main.h},
             layout.main, true, context.ui.devices_share);
  {
    const Pane pane(context, "strip", layout.strip, context.tokens().panel, 0);
    draw_straight(context, preview, layout.strip);
  }
  if (layout.inspector.w > 0) draw_inspector(context, preview, layout.inspector);
}

}  // namespace app
