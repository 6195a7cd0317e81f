// This plan beside another, number by number; planned against achieved.
#include <algorithm>
#include <cmath>

#include "app/panels/devices_parts.h"
#include "app/panels/vessel_words.h"
#include "app/panels/widgets.h"
#include "app/session/achieved_edits.h"
#include "planning/device/achieved.h"

namespace app {
namespace {

using planning::Plan;
using planning::Preview;

bool commit(Context& context, PlanEdit edit) {
  if (!edit) return false;
  context.session.history().commit(edit->label, std::move(edit->plan));
  return true;
}

struct Line {
  const char* label;
  std::string here, there;
};

double stented_mm(const Preview& preview) {
  double least_mm = 1e9, most_mm = -1e9;
  for (const planning::Device& d : preview.devices) {
    if (d.place < 0) continue;
    least_mm = std::min(least_mm, d.from_along_mm);
    most_mm = std::max(most_mm, d.to_along_mm);
  }
  return std::max(0.0, most_mm - least_mm);
}

std::string stage_words(planning::Stage stage) {
  return stage == planning::Stage::Index    ? "index"
         : stage == planning::Stage::Staged ? "4-6 weeks"
                                            : "re-do";
}

std::vector<std::string> figures_of(const Context& context, const Plan& plan,
                                    const Preview& preview) {
  const planning::Technique* technique =
      context.session.planner()->knowledge().technique(plan.technique);
  const auto failing = std::count_if(preview.checks.begin(), preview.checks.end(),
                                     [](const planning::Check& c) { return !c.ok && c.measured; });
  const auto closures = std::count_if(preview.devices.begin(), preview.devices.end(),
                                      [](const planning::Device& d) { return d.place < 0; });
  const auto stents = static_cast<long>(preview.devices.size()) - closures;
  const planning::CrossingSite& site = preview.crossing.site;
  return {technique ? technique->label : plan.technique,
          stage_words(plan.stage),
          short_name_of(context.session.vessels(), site.artery) + " to " +
              short_name_of(context.session.vessels(), site.vein),
          in_mm(preview.crossing.gap_mm),
          in_mm(preview.crossing.needle.length_mm),
          std::to_string(stents),
          fixed(stented_mm(preview), 0) + " mm",
          std::to_string(closures),
          in_ml_min(preview.flow.circuit_ml_min),
          fixed(preview.flow.low_ml_min, 0) + "-" + fixed(preview.flow.high_ml_min, 0),
          std::to_string(failing)};
}

constexpr const char* labels[] = {"Technique", "Stage",    "Crossing", "Gap",   "Needle", "Stents",
                                  "Stented",   "Closures", "Flow",     "Range", "To mend"};

// What differs stands out; what is the same steps back.
void draw_side_by_side(Context& context, const std::vector<std::string>& here,
                       const std::vector<std::string>& there) {
  const Tokens& tokens = context.tokens();
  const FontOf font(context.theme.fonts.dense);
  if (!ImGui::BeginTable("side by side", 3, ImGuiTableFlags_SizingStretchProp)) return;
  ImGui::TableSetupColumn("", 0, 0.7F);
  ImGui::TableSetupColumn("this", 0, 1.0F);
  ImGui::TableSetupColumn("other", 0, 1.0F);
  ImGui::TableNextRow();
  ImGui::TableSetColumnIndex(1);
  coloured_text(tokens.accent, "This plan");
  ImGui::TableSetColumnIndex(2);
  coloured_text(tokens.muted, "The other");
  for (std::size_t i = 0; i < here.size() && i < there.size(); ++i) {
    const ImU32 colour = here[i] == there[i] ? tokens.muted : tokens.text;
    ImGui::TableNextRow();
    ImGui::TableSetColumnIndex(0);
    coloured_text(tokens.muted, labels[i]);
    ImGui::TableSetColumnIndex(1);
    wrapped_text(colour, here[i]);
    ImGui::TableSetColumnIndex(2);
    wrapped_text(colour, there[i]);
  }
  ImGui::EndTable();
}

}  // namespace

void look_at_stent(Context& context, const Preview& preview, int place) {
  for (const planning::Device& d : preview.devices)
    if (d.place == place && !d.path.empty()) {
      context.session.look_at(d.path[d.path.size() / 2]);
      return;
    }
}

bool draw_alternatives(Context& context, const Preview& preview) {
  heading(context, "Alternatives");
  const Plan& plan = context.session.plan();
  for (std::size_t n = 0; n < plan.alternatives.size(); ++n) {
    const Plan& other = plan.alternatives[n];
    ImGui::PushID(static_cast<int>(n));
    wrapped_text(context.tokens().text, other.name + " (" + stage_words(other.stage) + ")");
    if (const Preview* p = context.session.preview_of_alternative(n))
      draw_side_by_side(context, figures_of(context, plan, preview),
                        figures_of(context, other, *p));
    else
      wrapped_text(context.tokens().muted, "It cannot be laid out on these vessels.");
    const bool swap = ImGui::Button("Take it");
    ImGui::SameLine();
    const bool drop = ImGui::Button("Drop it");
    ImGui::PopID();
    if (swap) return commit(context, swapped_with(plan, n));
    if (drop) return commit(context, without_alternative(plan, n));
  }
  if (ImGui::Button("Keep this plan beside")) return commit(context, kept_as_alternative(plan, ""));
  return false;
}

bool draw_achieved(Context& context, const Preview& preview) {
  heading(context, "Planned against achieved");
  const Plan& plan = context.session.plan();
  const Tokens& tokens = context.tokens();
  const auto at = planned_alternative(plan);
  if (!at) {
    const FontOf font(context.theme.fonts.dense);
    const auto run = completion_run(context.session.study());
    wrapped_text(tokens.muted,
                 run ? "Completion angiogram: " + context.session.study().runs[*run].label + "."
                     : "No run is named a completion angiogram; any run can serve as one.");
    if (ImGui::Button("Record what was done")) {
      if (run) context.session.view.run = *run;
      return commit(context, recorded_as_done(plan));
    }
    return false;
  }
  const Preview* planned = context.session.preview_of_alternative(*at);
  if (!planned) {
    wrapped_text(tokens.muted, "The plan cannot be laid out on these vessels.");
    return false;
  }
  {
    const FontOf font(context.theme.fonts.dense);
    wrapped_text(tokens.muted,
                 "Put the crossing and the ends of stents where the angiogram shows them.");
    for (const planning::AchievedRow& row : planning::planned_against_achieved(
             *planned, preview, planning::completion_of(plan.visits))) {
      const int decimals = row.unit == "ml/min" ? 0 : 1;
      std::string numbers;
      if (row.planned) numbers = fixed(*row.planned, decimals);
      if (row.achieved) numbers += (numbers.empty() ? "" : " / ") + fixed(*row.achieved, decimals);
      field(context, row.what, numbers.empty() ? "" : numbers + " " + row.unit,
            row.as_wanted ? tokens.muted : tokens.warn);
      if (!row.as_wanted || numbers.empty()) wrapped_text(tokens.muted, row.says);
    }
  }
  return false;
}

}  // namespace app
