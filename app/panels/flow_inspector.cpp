// The circuit in numbers, what-if switches, the heart, the native arteries, and finer ranges.
#include <algorithm>

#include "app/panels/flow_parts.h"
#include "app/panels/widgets.h"
#include "app/session/device_edits.h"

namespace app {
namespace {

using planning::Flow;
using planning::Plan;

void commit(Context& context, PlanEdit edit) {
  if (edit) context.session.history().commit(edit->label, std::move(edit->plan));
}

// What this device of the preview does; the first of its entries is a coil once it has clotted.
const planning::FlowChange* change_of(const Flow& flow, const planning::Preview& preview,
                                      const planning::Device* device) {
  if (!device) return nullptr;
  for (const planning::FlowChange& c : flow.changes)
    if (c.device == device - preview.devices.data()) return &c;
  return nullptr;
}

// One switch; what it does is said under it.
bool draw_switch(Context& context, int id, const std::string& label, bool on,
                 const planning::FlowChange* change) {
  ImGui::PushID(id);
  bool now = on;
  const FontOf font(context.theme.fonts.dense);
  const std::string shown = elided(label, ImGui::GetContentRegionAvail().x - context.px(30));
  const bool clicked = ImGui::Checkbox(shown.c_str(), &now);
  if (ImGui::IsItemHovered()) tooltip(context, label);
  if (change) {
    const double gain = change->with_foot_ml_min - change->without_foot_ml_min;
    ImGui::Indent(context.px(26));
    coloured_text(context.tokens().muted, std::string(gain >= 0 ? "+" : "") +
                                              with_range(gain, change->gain_range_foot_ml_min) +
                                              " ml/min in the foot");
    ImGui::Unindent(context.px(26));
  }
  ImGui::PopID();
  return clicked;
}

// Each switch is an edit of the plan, so undo takes it back; true when one was clicked, because
// what was listed is then no longer planned.
bool draw_switches(Context& context, const Flow& flow) {
  heading(context, "What if");
  if (!context.session.preview()) return false;
  const planning::Preview& preview = *context.session.preview();
  const Plan& plan = context.session.plan();
  int id = 0;
  for (const int place : stent_places(plan, preview)) {
    const planning::Device* device = stent_at(preview, place);
    const auto* change = change_of(flow, preview, device);
    const std::string label = change       ? numbered_label(flow, *change)
                              : device     ? device->label
                              : place == 0 ? "Crossing stent"
                                           : "Extension stent " + std::to_string(place);
    if (draw_switch(context, id++, label, device != nullptr, change)) {
      commit(context, stent_left_out(plan, place));
      return true;
    }
  }
  for (const planning::Steal& steal : flow.steals) {
    if (steal.state == planning::CollateralState::Covered) continue;
    // The circuit's own vein above a bare crossing is tied off by hand, not coiled.
    if (steal.vessel == preview.crossing.site.vein) continue;
    const planning::Device* closure = nullptr;
    for (const planning::Device& d : preview.devices)
      if (d.place < 0 && d.vessel == steal.vessel) closure = &d;
    const auto* change = change_of(flow, preview, closure);
    const bool on = closure != nullptr;
    if (!on && steal.state != planning::CollateralState::Open) continue;
    if (draw_switch(context, id++, (on ? closure->label + ", " : "Close the ") + steal.label, on,
                    change)) {
      commit(context, with_closure(plan, steal.vessel,
                                   on ? planning::Closure::None : planning::Closure::Coil));
      return true;
    }
  }
  return false;
}

void draw_circuit(Context& context, const Flow& flow) {
  heading(context, "Circuit");
  field(context, "Flow, ml/min", with_range(flow.circuit_ml_min, flow.circuit_range_ml_min));
  field(context, "To the foot, ml/min", with_range(flow.foot_ml_min, flow.foot_range_ml_min));
  field(context, "Pressure in the foot, mmHg",
        with_range(flow.arch_pressure_mmhg, flow.arch_range_mmhg));
  const planning::Percentiles share{100 * flow.steal_fraction_range.p5,
                                    100 * flow.steal_fraction_range.p50,
                                    100 * flow.steal_fraction_range.p95};
  field(context, "Lost before the foot, %", with_range(100 * flow.steal_fraction, share));
}

// The button, and while it works its progress.
void draw_finer(Context& context, const Flow& flow) {
  const JobStatus* job = nullptr;
  for (const JobStatus& j : context.around.jobs)
    if (j.title == finer_flow_title) job = &j;
  const FontOf font(context.theme.fonts.dense);
  wrapped_text(context.tokens().muted,
               "In brackets: 5th to 95th percentile of " + std::to_string(flow.samples) + " draws");
  if (job == nullptr) {
    if (flow.samples < many_draws) {
      const std::string words = "Draw " + std::to_string(many_draws) + " (M)";
      if (ImGui::Button(words.c_str())) context.requests.draw_flow = many_draws;
    }
    return;
  }
  ImGui::ProgressBar(static_cast<float>(job->fraction),
                     {ImGui::GetContentRegionAvail().x - context.px(70), 0},
                     job->seconds_left ? time_left(*job->seconds_left).c_str() : "");
  ImGui::SameLine();
  if (ImGui::Button("Cancel")) context.requests.cancel_job = job->id;
  context.requests.keep_drawing = true;
}

void draw_heart(Context& context, const Flow& flow) {
  const planning::CardiacLoad& heart = flow.cardiac;
  const Tokens& tokens = context.tokens();
  heading(context, "Load on the heart");
  field(context, "Added, ml/min", with_range(heart.added_ml_min, heart.added_range_ml_min));
  field(context, "Of a resting output", in_percent(heart.of_output));
  field(context, "Ejection fraction",
        heart.ejection_fraction ? in_percent(*heart.ejection_fraction) : "not stated");
  const ImVec2 at = ImGui::GetCursorScreenPos();
  draw_mark(*ImGui::GetWindowDrawList(), {at.x + context.px(7), at.y + context.px(9)},
            context.px(11),
            heart.contraindicated      ? planning::Effect::Reject
            : !heart.ejection_fraction ? planning::Effect::Warn
                                       : planning::Effect::Good,
            tokens);
  ImGui::Indent(context.px(22));
  const FontOf font(context.theme.fonts.dense);
  wrapped_text(heart.contraindicated ? tokens.bad : tokens.muted,
               heart.message + " Contraindicated under " +
                   in_percent(heart.least_ejection_fraction) + " [" + heart.tag + "].");
  ImGui::Unindent(context.px(22));
}

void draw_native(Context& context, const Flow& flow) {
  heading(context, "Left for the limb's own arteries");
  const FontOf font(context.theme.fonts.dense);
  if (flow.native.empty())
    return wrapped_text(context.tokens().muted,
                        "No other open calf artery leaves the imaged inflow.");
  coloured_text(context.tokens().muted, "ml/min, before → with the circuit");
  for (const planning::NativeArtery& n : flow.native)
    field(context, spoken(n.label),
          fixed(n.before_ml_min, 0) + " → " + with_range(n.after_ml_min, n.after_range_ml_min));
}

}  // namespace

void draw_flow_inspector(Context& context, const Flow& flow, const Box& box) {
  const Pane pane(context, "inspector", box, context.tokens().panel, 16, Pane::Scroll::Vertical);
  draw_circuit(context, flow);
  draw_finer(context, flow);
  if (draw_switches(context, flow)) return;
  draw_heart(context, flow);
  draw_native(context, flow);
  heading(context, "What this assumes");
  const FontOf font(context.theme.fonts.dense);
  for (const std::string& sentence : flow.assumptions)
    wrapped_text(context.tokens().muted, sentence);
}

}  // namespace app
