// Outcomes of a registry as plots beside what others published; or what its table gets wrong.
#include <algorithm>
#include <array>
#include <cmath>

#include "app/panels/chart_pane.h"
#include "app/panels/score.h"
#include "app/panels/widgets.h"

namespace app {
namespace {

using planning::days_per_month;

// The path of a registry, typed; a file dropped on the window does the same.
void draw_open_field(Context& context) {
  ScoreUi& ui = context.ui.score;
  ImGui::PushID("open registry");
  bool go = text_field("Path of a registry, for instance /data/limbs.csv", ui.registry_path, false);
  ImGui::BeginDisabled(ui.registry_path.empty());
  go |= accent_button(context, "Open the registry");
  place_item(context, "open registry");
  ImGui::EndDisabled();
  ImGui::PopID();
  if (go && !ui.registry_path.empty()) context.requests.open_path = ui.registry_path;
}

void draw_nothing(Context& context, const Box& box) {
  const Pane pane(context, "outcomes", box, context.tokens().ground, 24, Pane::Scroll::Vertical);
  const float width = std::min(context.px(620), box.w - context.px(48));
  ImGui::SetCursorPos({(box.w - width) / 2, std::max(context.px(24), box.h / 2 - context.px(150))});
  ImGui::BeginChild("outcomes-column", {width, 0});
  {
    const FontOf font(context.theme.fonts.title);
    coloured_text(context.tokens().text, "No registry is open");
  }
  wrapped_text(context.tokens().muted,
               "Here survival, limb salvage, patency, healing, wound area and TcPO2 of your limbs "
               "stand beside the published series. Drop a CSV file on the window, or name it:");
  draw_open_field(context);
  heading(context, "What the file holds");
  {
    const FontOf font(context.theme.fonts.dense);
    wrapped_text(
        context.tokens().text,
        "One row per event, with the head limb,event,day,value,group (date in place of "
        "day where wanted). Each limb begins with index on day 0; the group stands there.");
    wrapped_text(context.tokens().muted,
                 "Events: index, occlusion, reopened, reintervention, major_amputation, "
                 "minor_amputation, death, healed, wound_cm2, tcpo2_mmhg (with a value), "
                 "last_seen, withdrawn.");
  }
  ImGui::EndChild();
}

// Every fault, so that the table is mended in one go.
void draw_faults(Context& context, const Outcomes& outcomes, const Box& box) {
  const Pane pane(context, "outcomes", box, context.tokens().ground, 24, Pane::Scroll::Vertical);
  {
    const FontOf font(context.theme.fonts.title);
    coloured_text(context.tokens().text, outcomes.path.filename().string() + " was not used");
  }
  const std::size_t count = outcomes.faults.size();
  wrapped_text(context.tokens().bad,
               (count == 1 ? std::string("One row is") : std::to_string(count) + " rows are") +
                   " at fault. A curve without the limbs that are wrong would look as sound as "
                   "one with them: mend the file, then read it again.");
  if (accent_button(context, "Read it again (R)"))
    context.requests.open_path = outcomes.path.string();
  ImGui::Dummy({0, context.px(8)});
  const FontOf font(context.theme.fonts.dense);
  const float column = context.px(70), field_at = context.px(150), reason = context.px(270);
  const auto row = [&](ImU32 colour, const std::string& line, const std::string& place,
                       const std::string& name, const std::string& says) {
    coloured_text(colour, line);
    ImGui::SameLine(column);
    coloured_text(colour, place);
    ImGui::SameLine(field_at);
    coloured_text(colour, elided(name, reason - field_at - context.px(8)));
    ImGui::SameLine(reason);
    wrapped_text(colour, says);
  };
  row(context.tokens().muted, "Line", "Column", "Field", "What is wrong");
  for (const planning::RegistryFault& fault : outcomes.faults)
    row(context.tokens().text, std::to_string(fault.line),
        fault.column == 0 ? "–" : std::to_string(fault.column), fault.field, fault.reason);
}

// Which curves a plot shows; empty for those that show none.
std::vector<planning::Endpoint> endpoints_of(const Chart& chart) {
  if (chart.id == "patency")
    return {planning::Endpoint::PrimaryPatency, planning::Endpoint::AssistedPatency,
            planning::Endpoint::SecondaryPatency};
  for (const planning::Endpoint endpoint : planning::all_endpoints)
    if (name_of(endpoint) == chart.id) return {endpoint};
  return {};
}

void draw_curve_facts(Context& context, const planning::OutcomeSummary& summary,
                      planning::Endpoint endpoint) {
  const auto& curves = summary.of(endpoint);
  heading(context, label_of(endpoint));
  const FontOf font(context.theme.fonts.dense);
  wrapped_text(context.tokens().muted, definition_of(endpoint));
  const double horizon = summary.options.horizon_days;
  const auto facts = [&](const std::string& name, const planning::SurvivalCurve& curve) {
    const auto at = curve.at(horizon);
    std::string words = at ? percent_words(at->survival) : "not followed so long";
    if (at && at->band) words += " (" + percent_words(*at->band) + ")";
    field(context, name, words);
    const auto median = curve.quantile_days(0.5);
    field(context, "Median",
          median ? months_words(*median / days_per_month) : std::string("not reached"));
  };
  const std::string at = "At " + months_words(horizon / days_per_month);
  facts(curves.by_group.empty() ? at : at + ", all", curves.all);
  for (std::size_t g = 0; g < curves.by_group.size(); ++g)
    facts(summary.groups[g].empty() ? "no group" : summary.groups[g], curves.by_group[g]);
  wrapped_text(context.tokens().text, comparison_words(curves));
}

void draw_published(Context& context, const Outcomes& outcomes, const Chart& chart) {
  std::vector<OutcomeComparison> rows;
  const auto endpoints = endpoints_of(chart);
  for (OutcomeComparison& row : compare_outcomes(*outcomes.summary, outcomes.published)) {
    const bool healed = row.endpoint_id == "healed_wound" && chart.id == "unhealed_wound";
    if (healed || std::any_of(endpoints.begin(), endpoints.end(),
                              [&](auto e) { return name_of(e) == row.endpoint_id; }))
      rows.push_back(std::move(row));
  }
  if (rows.empty()) return;
  heading(context, "Beside published series");
  const FontOf font(context.theme.fonts.dense);
  for (const OutcomeComparison& row : rows) {
    wrapped_text(context.tokens().muted, row.series +
                                             (endpoints.size() > 1 ? ", " + row.endpoint : "") +
                                             ", " + row.months + " mo [" + row.source + "]");
    wrapped_text(context.tokens().text, row.published + "; here " + row.here);
  }
}

// Buttons of which one holds. Returns the one that was clicked.
std::optional<std::size_t> choose(Context& context, const std::vector<const char*>& words,
                                  std::optional<std::size_t> held) {
  std::optional<std::size_t> clicked;
  const float right = ImGui::GetCursorScreenPos().x + ImGui::GetContentRegionAvail().x;
  for (std::size_t n = 0; n < words.size(); ++n) {
    const float width = ImGui::CalcTextSize(words[n]).x + context.px(20);
    if (n > 0 && ImGui::GetItemRectMax().x + width < right) ImGui::SameLine(0, context.px(4));
    if (held == n ? accent_button(context, words[n]) : ImGui::Button(words[n])) clicked = n;
    place_item(context, std::string("ask ") + words[n]);
  }
  return clicked;
}

// When the registry is judged, and what a limb counts as that was not seen then.
void draw_question(Context& context, const Outcomes& outcomes) {
  const FontOf font(context.theme.fonts.dense);
  constexpr std::array months{6.0, 12.0, 24.0};
  OutcomeQuestion question = outcomes.question;
  coloured_text(context.tokens().muted, "Judged at");
  const auto at = std::find(months.begin(), months.end(), question.horizon_months);
  std::optional<std::size_t> held;
  if (at != months.end()) held = static_cast<std::size_t>(at - months.begin());
  if (const auto n = choose(context, {"6 months", "12 months", "24 months"}, held)) {
    question.horizon_months = months[*n];
    context.requests.judge_outcomes = question;
  }
  coloured_text(context.tokens().muted, "Limbs not seen then count as");
  held = !question.missing_success        ? std::optional<std::size_t>(0)
         : *question.missing_success == 0 ? std::optional<std::size_t>(1)
         : *question.missing_success == 1 ? std::optional<std::size_t>(2)
                                          : std::nullopt;
  if (const auto n = choose(context, {"the curve says", "lost", "free of events"}, held)) {
    question.missing_success.reset();
    if (*n > 0) question.missing_success = *n == 1 ? 0 : 1;
    context.requests.judge_outcomes = question;
  }
}

void draw_details(Context& context, const Outcomes& outcomes, const Box& box) {
  const Pane pane(context, "inspector", box, context.tokens().panel, 16, Pane::Scroll::Vertical);
  const auto& summary = *outcomes.summary;
  heading(context, outcomes.title);
  {
    const FontOf font(context.theme.fonts.dense);
    std::string limbs = std::to_string(summary.limbs) + " limbs";
    for (std::size_t g = 0; g < summary.groups.size() && summary.groups.size() > 1; ++g)
      limbs += (g == 0 ? ": " : ", ") + std::to_string(summary.group_limbs[g]) + " " +
               (summary.groups[g].empty() ? "no group" : summary.groups[g]);
    wrapped_text(context.tokens().text, limbs + ".");
    wrapped_text(context.tokens().muted,
                 "Bands 95 %, " + std::string(name_of(summary.options.band)) +
                     ". Diamonds: published figures; rest the mouse on one for its source.");
  }
  draw_question(context, outcomes);
  if (accent_button(context, "Save plots and page (S)", {ImGui::GetContentRegionAvail().x, 0}))
    context.requests.export_outcomes = true;
  if (!context.around.plots_path.empty()) {
    const FontOf font(context.theme.fonts.dense);
    wrapped_text(context.tokens().muted, "PNG, SVG and PDF are in " + context.around.plots_path);
  }
  const Chart& chart =
      outcomes.charts[std::min(context.ui.score.chart, outcomes.charts.size() - 1)];
  for (const planning::Endpoint endpoint : endpoints_of(chart))
    draw_curve_facts(context, summary, endpoint);
  if (chart.id == "posterior") {
    heading(context, chart.title);
    const FontOf font(context.theme.fonts.dense);
    wrapped_text(context.tokens().text, posterior_words(summary));
    wrapped_text(context.tokens().muted,
                 outcomes.published.goal_says + " [" + outcomes.published.goal_source + "]");
  }
  draw_published(context, outcomes, chart);
}

// As many columns as keep a plot wide enough for its numbers at risk; one alone fills the window.
void draw_plots(Context& context, const Outcomes& outcomes, const Box& box) {
  const Pane pane(context, "outcomes", box, context.tokens().ground, 0, Pane::Scroll::Vertical);
  ScoreUi& ui = context.ui.score;
  const auto& charts = outcomes.charts;
  ui.chart = std::min(ui.chart, charts.size() - 1);
  if (ui.chart_alone) {
    (void)draw_chart_pane(context, charts[ui.chart].id.c_str(), charts[ui.chart], box);
    if (ImGui::IsItemHovered() && ImGui::IsMouseDoubleClicked(ImGuiMouseButton_Left))
      ui.chart_alone = false;
    return;
  }
  const int columns = std::clamp(static_cast<int>(box.w / context.px(420)), 1, 3);
  const float width = std::floor(box.w / static_cast<float>(columns));
  // Two rows of plots fill the window at its usual height.
  const float height = std::max(context.px(300), std::floor(box.h / (columns == 3 ? 3.0f : 2.0f)));
  const float top = box.y - ImGui::GetScrollY();
  for (std::size_t i = 0; i < charts.size(); ++i) {
    const auto column = static_cast<float>(static_cast<int>(i) % columns);
    const auto row = static_cast<float>(static_cast<int>(i) / columns);
    const Box cell{box.x + column * width, top + row * height, width, height};
    if (draw_chart_pane(context, charts[i].id.c_str(), charts[i], cell)) ui.chart = i;
    if (ImGui::IsItemHovered() && ImGui::IsMouseDoubleClicked(ImGuiMouseButton_Left)) {
      ui.chart = i;
      ui.chart_alone = true;
    }
    if (i == ui.chart)
      ImGui::GetWindowDrawList()->AddRect(
          {cell.x + context.px(2), cell.y + context.px(2)},
          {cell.right() - context.px(2), cell.bottom() - context.px(2)},
          with_alpha(context.tokens().accent, 0.7f), context.px(4));
  }
}

}  // namespace

void draw_outcomes_page(Context& context, const FrameLayout& layout) {
  const Outcomes* outcomes = context.around.outcomes.get();
  if (!outcomes) return draw_nothing(context, whole_workspace(layout));
  if (!outcomes->summary) return draw_faults(context, *outcomes, whole_workspace(layout));
  Box plots = layout.main;
  plots.h = layout.strip.bottom() - plots.y;
  draw_plots(context, *outcomes, plots);
  if (layout.inspector.w > 0) draw_details(context, *outcomes, layout.inspector);
}

void take_outcomes_keys(Context& context) {
  const Outcomes* outcomes = context.around.outcomes.get();
  if (!outcomes) return;
  if (!outcomes->summary) {
    if (ImGui::IsKeyPressed('R', false)) context.requests.open_path = outcomes->path.string();
    return;
  }
  ScoreUi& ui = context.ui.score;
  const auto pressed = [](ImGuiKey_ key) { return ImGui::IsKeyPressed(ImGui::GetKeyIndex(key)); };
  if (pressed(ImGuiKey_RightArrow) && ui.chart + 1 < outcomes->charts.size()) ++ui.chart;
  if (pressed(ImGuiKey_LeftArrow) && ui.chart > 0) --ui.chart;
  if (pressed(ImGuiKey_Enter)) ui.chart_alone = !ui.chart_alone;
  if (pressed(ImGuiKey_Escape)) ui.chart_alone = false;
  if (ImGui::IsKeyPressed('S', false)) context.requests.export_outcomes = true;
}

}  // namespace app
