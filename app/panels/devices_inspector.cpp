// What is implanted and why, what opens the valves, where the blood goes, what is wrong and the one
// click that mends it.
#include <algorithm>
#include <cmath>

#include "app/panels/devices_parts.h"
#include "app/panels/vessel_words.h"
#include "app/panels/widgets.h"
#include "app/session/achieved_edits.h"
#include "app/session/device_edits.h"
#include "planning/technique/technique.h"

namespace app {
namespace {

using planning::Device;
using planning::DeviceKind;
using planning::Plan;
using planning::Planner;
using planning::Preview;

bool commit(Context& context, PlanEdit edit) {
  if (!edit) return false;
  context.session.history().commit(edit->label, std::move(edit->plan));
  return true;
}

// A list of words of which one holds; the index that was clicked.
std::optional<std::size_t> choose(Context& context, const char* id, const std::string& now,
                                  const std::vector<std::string>& labels) {
  std::optional<std::size_t> clicked;
  ImGui::PushID(id);
  ImGui::SetNextItemWidth(-1);
  if (ImGui::BeginCombo("##choice", now.c_str(), ImGuiComboFlags_HeightLarge)) {
    for (std::size_t i = 0; i < labels.size(); ++i) {
      ImGui::PushID(static_cast<int>(i));
      if (ImGui::Selectable(labels[i].c_str(), labels[i] == now)) clicked = i;
      ImGui::PopID();
    }
    ImGui::EndCombo();
  }
  ImGui::PopID();
  (void)context;
  return clicked;
}

bool draw_technique(Context& context, const Planner& planner) {
  const auto& techniques = planner.knowledge().techniques;
  const Plan& plan = context.session.plan();
  const planning::Technique* now = planner.knowledge().technique(plan.technique);
  heading(context, "Technique");
  std::vector<std::string> labels;
  for (const auto& t : techniques) labels.push_back(t.label);
  if (const auto n = choose(context, "technique", now ? now->label : plan.technique, labels)) {
    // From where we are to the chosen one, as the key does step by step.
    for (std::size_t k = 0; k < techniques.size(); ++k)
      if (techniques[k].id == plan.technique)
        return commit(context,
                      next_technique(planner, plan, static_cast<int>(*n) - static_cast<int>(k)));
  }
  if (now) {
    const FontOf font(context.theme.fonts.dense);
    wrapped_text(context.tokens().muted, now->about);
    for (const auto& f : now->disagreements)
      if (ImGui::IsItemHovered()) tooltip(context, f.text);
  }
  const char* stages[] = {"Index procedure", "After 4 to 6 weeks", "Re-do"};
  std::vector<std::string> words(std::begin(stages), std::end(stages));
  if (const auto n = choose(context, "stage", words[static_cast<std::size_t>(plan.stage)], words))
    return commit(context, with_stage(plan, static_cast<planning::Stage>(*n)));
  return false;
}

std::string diameters_of(const Device& device) {
  std::string text;
  for (const double d_mm : device.diameter_mm)
    text += (text.empty() ? "" : " to ") + fixed(d_mm, 1);
  return text.empty() ? "–" : text + " mm";
}

void draw_number(Context& context, const std::string& text, ImU32 colour) {
  ImDrawList& draw = *ImGui::GetWindowDrawList();
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float side = context.px(18);
  draw.AddRect(at, {at.x + side, at.y + side}, colour, context.px(4), 0, context.px(1.5f));
  const FontOf font(context.theme.fonts.dense);
  const ImVec2 size = ImGui::CalcTextSize(text.c_str());
  draw.AddText({at.x + (side - size.x) / 2, at.y + (side - size.y) / 2}, context.tokens().text,
               text.c_str());
}

bool draw_stent_choice(Context& context, const Planner& planner, const Device& device) {
  const Plan& plan = context.session.plan();
  const auto& catalogue = planner.knowledge().catalogue;
  const auto& models = device.place == 0 ? catalogue.crossing_stents : catalogue.extension_stents;
  std::vector<std::string> labels, ids;
  std::string now = device.label;
  for (const auto& m : models) {
    std::string sizes;
    for (const double d : m.diameter_mm) sizes += (sizes.empty() ? " " : "-") + fixed(d, 1);
    labels.push_back(m.label + sizes + " mm");
    ids.push_back(m.id);
    if (m.id == device.catalogue_id) now = labels.back();
  }
  if (const auto n = choose(context, "product", now, labels))
    return commit(context, with_stent_product(planner, plan, device.place, ids[*n]));
  if (ImGui::Button("Shorter"))
    return commit(context, other_stent_length(planner, plan, device.place, -1));
  ImGui::SameLine();
  if (ImGui::Button("Longer"))
    return commit(context, other_stent_length(planner, plan, device.place, +1));
  ImGui::SameLine();
  if (ImGui::Button("Leave out")) return commit(context, stent_left_out(plan, device.place));
  return false;
}

void draw_stent_facts(Context& context, const Device& device) {
  const imaging::Vessel* vessel = context.session.vessels().find(device.vessel);
  field(context, "Diameter", diameters_of(device));
  field(context, "In", vessel ? spoken(vessel->name) : device.vessel);
  if (device.overlap_mm)
    field(context, *device.overlap_mm < 0 ? "Gap above it" : "Overlap above it",
          in_mm(std::abs(*device.overlap_mm)));
  double loose_mm = 0, narrow_mm = 1e9;
  for (std::size_t i = 1; i < device.sections.size(); ++i) {
    narrow_mm = std::min(narrow_mm, 2 * device.sections[i].radius_mm);
    if (device.sections[i].wall_gap_mm() > 0.1)
      loose_mm += device.sections[i].at_mm - device.sections[i - 1].at_mm;
  }
  if (!device.sections.empty()) field(context, "Narrowest as it lies", in_mm(narrow_mm));
  if (loose_mm > 0.5) field(context, "Lies free in the lumen for", in_mm(loose_mm));
  if (device.least_bend_mm)
    field(context, "Tightest bend",
          in_mm(*device.least_bend_mm) +
              (device.bend_limit_mm ? " of " + in_mm(*device.bend_limit_mm) : ""));
}

bool draw_closure(Context& context, const Device& device) {
  using planning::Closure;
  if (device.kind == DeviceKind::Coil) {
    field(context, "Fills of the lumen", in_percent(device.packing_density));
    field(context, "Left before it clots", in_ml_min(device.residual_ml_min));
  }
  field(context, "Would take if open", in_ml_min(device.steal_ml_min));
  const Plan& plan = context.session.plan();
  const struct {
    const char* label;
    Closure how;
    DeviceKind kind;
  } ways[] = {{"Coil", Closure::Coil, DeviceKind::Coil},
              {"Plug", Closure::Plug, DeviceKind::Plug},
              {"Ligate", Closure::Ligation, DeviceKind::Ligation}};
  for (const auto& way : ways) {
    if (way.kind == device.kind) continue;
    if (ImGui::Button(way.label))
      return commit(context, with_closure(plan, device.vessel, way.how));
    ImGui::SameLine();
  }
  if (ImGui::Button("Leave open"))
    return commit(context, with_closure(plan, device.vessel, Closure::None));
  return false;
}

// True: the plan has changed, and what the caller reads is remade.
bool draw_devices(Context& context, const Planner& planner, const Preview& preview) {
  heading(context, "Devices");
  if (preview.devices.empty()) wrapped_text(context.tokens().muted, "This technique places none.");
  for (std::size_t i = 0; i < preview.devices.size(); ++i) {
    const Device& device = preview.devices[i];
    ImGui::PushID(static_cast<int>(i));
    const bool stent = device.place >= 0;
    const bool chosen = stent && device.place == context.ui.selected_stent;
    draw_number(context, stent ? std::to_string(device.place + 1) : "c",
                chosen ? context.tokens().accent : colour_of(context.tokens(), device.kind));
    ImGui::Indent(context.px(26));
    ImGui::BeginGroup();
    wrapped_text(context.tokens().text, device.label);
    ImGui::EndGroup();
    if (ImGui::IsItemHovered() && !device.why.empty()) tooltip(context, device.why);
    if (stent && ImGui::IsItemClicked()) {
      context.ui.selected_stent = device.place;
      look_at_stent(context, preview, device.place);
    }
    ImGui::Unindent(context.px(26));
    bool changed = false;
    if (chosen) {
      draw_stent_facts(context, device);
      changed = draw_stent_choice(context, planner, device);
    } else if (!stent) {
      changed = draw_closure(context, device);
    } else if (device.overlap_mm) {
      field(context, *device.overlap_mm < 0 ? "Gap above it" : "Overlap above it",
            in_mm(std::abs(*device.overlap_mm)));
    }
    ImGui::Dummy({0, context.px(2)});
    ImGui::PopID();
    if (changed) return true;
  }
  for (const auto& c : context.session.plan().stents)
    if (c.left_out) {
      const std::string label = "Put stent " + std::to_string(c.place + 1) + " back";
      if (ImGui::Button(label.c_str()))
        return commit(context, stent_left_out(context.session.plan(), c.place));
    }
  if (as_proposed(context.session.plan()) && ImGui::Button("As proposed"))
    return commit(context, as_proposed(context.session.plan()));
  return false;
}

// Yes, no or a number; what was answered can be taken back.
bool draw_answer(Context& context, const planning::Check& check) {
  const Plan& plan = context.session.plan();
  const auto answer = [&](std::optional<double> value) {
    return commit(context, with_answer(plan, check.rule, value));
  };
  if (planning::answer_to(plan, check.rule))
    return ImGui::SmallButton("Ask again") && answer(std::nullopt);
  if (check.measured) return false;
  if (check.unit.empty()) {
    if (ImGui::Button("Yes")) return answer(1.0);
    ImGui::SameLine();
    return ImGui::Button("No") && answer(0.0);
  }
  const bool share = check.unit == "fraction";
  float& typed = context.ui.typed_answers[check.rule];
  ImGui::SetNextItemWidth(context.px(72));
  const bool entered =
      ImGui::InputFloat("##value", &typed, 0, 0, "%.0f", ImGuiInputTextFlags_EnterReturnsTrue);
  ImGui::SameLine();
  coloured_text(context.tokens().muted, share ? "%" : check.unit);
  ImGui::SameLine();
  const bool in_range = typed > 0 && typed <= (share ? 100.0F : 36500.0F);
  if ((!ImGui::Button("Set") && !entered) || !in_range) return false;
  return answer(share ? static_cast<double>(typed) / 100 : static_cast<double>(typed));
}

bool draw_check(Context& context, const planning::Check& check, std::size_t number) {
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
  bool mended = false;
  if (!check.ok && check.fix) {
    const std::string label =
        elided(check.fix->label, ImGui::GetContentRegionAvail().x - context.px(20));
    if (accent_button(context, label.c_str()))
      mended = commit(context, LabelledPlan{check.fix->label, check.fix->plan});
  }
  if (!mended && planning::is_question(check.rule)) mended = draw_answer(context, check);
  ImGui::PopID();
  ImGui::Unindent(context.px(24));
  return mended;
}

bool draw_checks(Context& context, const Preview& preview) {
  const auto failing = std::count_if(preview.checks.begin(), preview.checks.end(),
                                     [](const planning::Check& check) { return !check.ok; });
  const auto to_ask =
      std::count_if(preview.checks.begin(), preview.checks.end(),
                    [](const planning::Check& check) { return !check.ok && !check.measured; });
  std::string title = "Checks: all well";
  if (failing > to_ask) title = "Checks: " + std::to_string(failing - to_ask) + " to mend";
  if (to_ask > 0) title += (failing > to_ask ? ", " : "; ") + std::to_string(to_ask) + " to ask";
  heading(context, title);
  // What failed, then what is to be asked, then what is well.
  for (const int group : {0, 1, 2})
    for (std::size_t i = 0; i < preview.checks.size(); ++i) {
      const planning::Check& c = preview.checks[i];
      if ((c.ok ? 2 : c.measured ? 0 : 1) == group && draw_check(context, c, i)) return true;
    }
  return false;
}

bool draw_valves(Context& context, const Preview& preview) {
  heading(context, "Valves on the way");
  const FontOf font(context.theme.fonts.dense);
  if (preview.valves.empty())
    wrapped_text(context.tokens().muted, "None is expected and none was marked.");
  for (std::size_t i = 0; i < preview.valves.size(); ++i) {
    const planning::Valve& v = preview.valves[i];
    ImGui::PushID(static_cast<int>(i));
    const std::string where =
        short_name_of(context.session.vessels(), v.vessel) + " at " + in_mm(v.at_mm);
    field(context, where + (v.expected ? ", expected" : ", seen"),
          v.treated_by.empty() ? "closed" : v.treated_by,
          v.treated_by.empty() ? context.tokens().bad : context.tokens().good);
    if (v.treated_by.empty()) {
      if (ImGui::Button("Balloon"))
        return ImGui::PopID(),
               commit(context, with_valve_treatment(context.session.plan(), v, "balloon"));
      ImGui::SameLine();
      if (ImGui::Button("None there"))
        return ImGui::PopID(), commit(context, without_valve(context.session.plan(), v));
    }
    ImGui::PopID();
  }
  return false;
}

bool draw_foot(Context& context, const Planner& planner, const Preview& preview) {
  heading(context, "Through the foot");
  const Plan& plan = context.session.plan();
  const auto& foot = planner.knowledge().foot;
  std::vector<std::string> labels{"No wound stated"}, ids{""};
  std::string now = labels.front();
  for (const auto& w : foot.wounds) {
    labels.push_back("Wound: " + w.label);
    ids.push_back(w.id);
    if (w.id == plan.wound) now = labels.back();
  }
  if (const auto n = choose(context, "wound", now, labels))
    return commit(context, with_wound(plan, ids[*n]));
  labels.assign(1, "By the wound");
  ids.assign(1, "");
  now = labels.front();
  for (const auto& r : foot.routes) {
    labels.push_back(r.label);
    ids.push_back(r.id);
    if (r.id == plan.foot_route) now = r.label;
  }
  if (const auto n = choose(context, "route", now, labels))
    return commit(context, with_foot_route(plan, ids[*n]));
  wrapped_text(context.tokens().text, preview.foot_route.label);
  const FontOf font(context.theme.fonts.dense);
  wrapped_text(context.tokens().muted, preview.foot_route.why);
  for (const auto& p : preview.foot_route.parts)
    field(context, spoken(p.name), p.vessel.empty() ? "not imaged" : in_mm(p.diameter_mm));
  return false;
}

}  // namespace

void draw_devices_inspector(Context& context, const Box& box) {
  const Pane pane(context, "inspector", box, context.tokens().panel, 16, Pane::Scroll::Vertical);
  const Planner& planner = *context.session.planner();
  const Preview& preview = *context.session.preview();
  // Each part may change the plan; what the next would read is then gone until the next frame.
  if (draw_technique(context, planner)) return;
  if (draw_devices(context, planner, preview)) return;
  if (draw_checks(context, preview)) return;
  if (draw_valves(context, preview)) return;
  if (draw_foot(context, planner, preview)) return;
  if (draw_alternatives(context, preview)) return;
  if (draw_achieved(context, preview)) return;
  if (!preview.remarks.empty()) {
    heading(context, "What sources leave open");
    const FontOf font(context.theme.fonts.dense);
    for (const std::string& r : preview.remarks) wrapped_text(context.tokens().muted, r);
  }
}

namespace {

bool pressed(int key) { return ImGui::IsKeyPressed(key, true); }
bool pressed(ImGuiKey_ key) { return pressed(ImGui::GetKeyIndex(key)); }

void take_stent_keys(Context& context, const Planner& planner, const Preview& preview) {
  Session& session = context.session;
  const Plan& plan = session.plan();
  int& place = context.ui.selected_stent;
  const std::vector<int> places = stent_places(plan, preview);
  if (places.empty()) return;
  auto at = std::find(places.begin(), places.end(), place);
  if (at == places.end()) place = *(at = places.begin());
  const int before = place;
  if (pressed(ImGuiKey_UpArrow) && at != places.begin()) place = *(at - 1);
  if (pressed(ImGuiKey_DownArrow) && at + 1 != places.end()) place = *(at + 1);
  if (place != before) look_at_stent(context, preview, place);
  const double step_mm = ImGui::GetIO().KeyShift ? 5 : 0.5;
  const bool up = pressed(ImGuiKey_LeftArrow), down = pressed(ImGuiKey_RightArrow);
  if (up || down)
    session.history().commit(
        "Slide a stent",
        with_stent_shift(plan, place, stent_shift_mm(plan, place) + (up ? -step_mm : step_mm)));
  else if (pressed('['))
    commit(context, other_stent_length(planner, plan, place, -1));
  else if (pressed(']'))
    commit(context, other_stent_length(planner, plan, place, +1));
  else if (pressed('S'))
    commit(context, next_stent_product(planner, plan, place));
  else if (pressed(ImGuiKey_Delete))
    commit(context, stent_left_out(plan, place));
}

}  // namespace

void take_devices_keys(Context& context) {
  Session& session = context.session;
  const Planner* planner = session.planner();
  const Preview* preview = session.preview();
  const ImGuiIO& io = ImGui::GetIO();
  if (!planner || !preview || io.KeyCtrl) return;
  const Plan& plan = session.plan();
  if (pressed('T')) {
    commit(context, next_technique(*planner, plan, io.KeyShift ? -1 : 1));
  } else if (pressed('X')) {
    commit(context, first_fix(*preview));
  } else if (pressed('C')) {
    commit(context, next_closure(plan, *preview));
  } else if (pressed('W')) {
    commit(context, next_wound(*planner, plan));
  } else if (pressed('R')) {
    commit(context, next_foot_route(*planner, plan));
  } else if (pressed('B')) {
    for (const planning::Valve& v : preview->valves)
      if (v.treated_by.empty()) {
        commit(context, with_valve_treatment(plan, v, "balloon"));
        return;
      }
  } else if (pressed('A')) {
    commit(context, io.KeyShift ? swapped_with(plan, 0) : kept_as_alternative(plan, ""));
  } else if (pressed('D')) {
    commit(context, recorded_as_done(plan));
  } else if (pressed('G')) {
    const int next = (static_cast<int>(plan.stage) + 1) % 3;
    commit(context, with_stage(plan, static_cast<planning::Stage>(next)));
  } else if (pressed('P')) {
    commit(context, as_proposed(plan));
  } else {
    take_stent_keys(context, *planner, *preview);
  }
}

}  // namespace app
