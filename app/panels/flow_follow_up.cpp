// Follow-up duplex visits: entered, read against sourced limits, explained, and due.
#include <algorithm>
#include <cmath>
#include <cstdio>

#include "app/panels/flow_parts.h"
#include "app/panels/plot.h"
#include "app/panels/widgets.h"
#include "app/session/visit_edits.h"

namespace app {
namespace {

using planning::DuplexVisit;
using Number = std::optional<double> DuplexVisit::*;

// A number that may be absent: an empty field.
void draw_number(Context& context, const char* id, std::optional<double>& value) {
  char text[24] = "";
  if (value) std::snprintf(text, sizeof text, "%g", *value);
  ImGui::SetNextItemWidth(context.px(64));
  if (ImGui::InputTextWithHint(id, "–", text, sizeof text, ImGuiInputTextFlags_CharsDecimal)) {
    double read = 0;
    char rest = 0;
    value = std::sscanf(text, "%lf%c", &read, &rest) == 1 ? std::optional(read) : std::nullopt;
  }
}

void enter(Context& context) {
  auto next = with_visit(context.session.plan(), context.ui.visit_draft);
  if (!next) {
    context.ui.visit_refused = next.error().sentence;
    return;
  }
  context.ui.visit_refused.clear();
  context.session.view.flow.today =
      std::max(context.session.view.flow.today, context.ui.visit_draft.day);
  context.session.history().commit(next->label, std::move(next->plan));
  context.ui.visit_draft = {};
}

void draw_form(Context& context) {
  heading(context, "Enter a visit");
  const FontOf font(context.theme.fonts.dense);
  const Tokens& tokens = context.tokens();
  DuplexVisit& draft = context.ui.visit_draft;
  ImGui::SetNextItemWidth(context.px(64));
  ImGui::InputDouble("days after the procedure##day", &draft.day, 0, 0, "%.0f");
  struct Row {
    const char* name;
    Number above, in, below;
  };
  constexpr Row rows[] = {{"Flow, ml/min", &DuplexVisit::flow_above_ml_min,
                           &DuplexVisit::flow_in_ml_min, &DuplexVisit::flow_below_ml_min},
                          {"Peak, cm/s", &DuplexVisit::peak_above_cm_s, &DuplexVisit::peak_in_cm_s,
                           &DuplexVisit::peak_below_cm_s}};
  if (ImGui::BeginTable("visit", 4, ImGuiTableFlags_SizingFixedFit)) {
    ImGui::TableNextRow();
    for (const char* name : {"", "above", "in stents", "below"})
      draw_cell(tokens.muted, name, false);
    for (const Row& row : rows) {
      ImGui::TableNextRow();
      draw_cell(tokens.muted, row.name, false);
      ImGui::PushID(row.name);
      for (const auto& [id, member] :
           {std::pair("##a", row.above), std::pair("##i", row.in), std::pair("##b", row.below)}) {
        ImGui::TableNextColumn();
        draw_number(context, id, draft.*member);
      }
      ImGui::PopID();
    }
    ImGui::TableNextRow();
    draw_cell(tokens.muted, "Fastest, cm/s", false);
    ImGui::TableNextColumn();
    draw_number(context, "##lesion", draft.peak_lesion_cm_s);
    draw_cell(tokens.muted, "just before", false);
    ImGui::TableNextColumn();
    draw_number(context, "##before", draft.peak_before_lesion_cm_s);
    ImGui::EndTable();
  }
  if (ImGui::Button("Enter the visit")) enter(context);
  if (!context.ui.visit_refused.empty()) wrapped_text(tokens.bad, context.ui.visit_refused);
}

std::string or_dash(const std::optional<double>& value, int decimals = 0) {
  return value ? fixed(*value, decimals) : "–";
}

void draw_flags(Context& context, const planning::VisitReading& reading) {
  for (const planning::VisitFlag& flag : reading.flags) {
    const ImVec2 at = ImGui::GetCursorScreenPos();
    draw_mark(*ImGui::GetWindowDrawList(), {at.x + context.px(7), at.y + context.px(8)},
              context.px(11), planning::Effect::Warn, context.tokens());
    ImGui::Indent(context.px(22));
    wrapped_text(context.tokens().text, "Day " + fixed(reading.visit.day, 0) + ": " + flag.message);
    wrapped_text(context.tokens().muted, flag.source + " [" + flag.tag + "]");
    ImGui::Unindent(context.px(22));
  }
}

// True when one was removed: what is listed is then no longer what is kept.
bool draw_visits(Context& context, const FollowUp& found) {
  heading(context, "Visits");
  const Tokens& tokens = context.tokens();
  const FontOf font(context.theme.fonts.dense);
  if (found.readings.empty()) {
    wrapped_text(tokens.muted, "No follow-up duplex was entered yet.");
    return false;
  }
  wrapped_text(tokens.muted, "Flow and peak velocity above / in / below the stents.");
  bool removed = false;
  const ImGuiTableFlags flags = ImGuiTableFlags_BordersInnerH | ImGuiTableFlags_SizingStretchProp;
  if (ImGui::BeginTable("visits", 6, flags)) {
    const float weights[] = {0.5f, 1.9f, 1.5f, 0.7f, 0.85f, 0.65f};
    const char* names[] = {"Day", "ml/min", "cm/s", "Ratio", "To first", ""};
    for (int n = 0; n < 6; ++n) ImGui::TableSetupColumn(names[n], 0, weights[n]);
    ImGui::TableNextRow();
    for (int n = 0; n < 6; ++n) draw_cell(tokens.muted, names[n], n > 0 && n < 5);
    for (const planning::VisitReading& r : found.readings) {
      const DuplexVisit& v = r.visit;
      const ImU32 colour = r.flags.empty() ? tokens.text : tokens.warn;
      ImGui::TableNextRow();
      draw_cell(colour, fixed(v.day, 0), false);
      draw_cell(colour,
                or_dash(v.flow_above_ml_min) + " / " + or_dash(v.flow_in_ml_min) + " / " +
                    or_dash(v.flow_below_ml_min),
                true);
      draw_cell(colour,
                or_dash(v.peak_above_cm_s) + " / " + or_dash(v.peak_in_cm_s) + " / " +
                    or_dash(v.peak_below_cm_s),
                true);
      draw_cell(colour, or_dash(r.peak_ratio, 1), true);
      draw_cell(colour, r.since_first ? in_percent(*r.since_first) : "–", true);
      ImGui::TableNextColumn();
      ImGui::PushID(static_cast<int>(std::lround(v.day * 8)));
      if (ImGui::SmallButton("Del") && !removed) {
        const auto& visits = context.session.plan().visits;
        const auto at = std::find(visits.begin(), visits.end(), v);
        if (auto next = without_visit(context.session.plan(),
                                      static_cast<std::size_t>(at - visits.begin()))) {
          context.session.history().commit(next->label, std::move(next->plan));
          removed = true;
        }
      }
      ImGui::PopID();
    }
    ImGui::EndTable();
  }
  if (!removed)
    for (const planning::VisitReading& r : found.readings) draw_flags(context, r);
  return removed;
}

void draw_cause(Context& context, const FollowUp& found) {
  heading(context, "Suggested cause");
  const FontOf font(context.theme.fonts.dense);
  if (found.suspicions.empty()) return wrapped_text(context.tokens().muted, found.no_cause);
  constexpr std::size_t most_shown = 3;
  for (std::size_t n = 0; n < std::min(most_shown, found.suspicions.size()); ++n) {
    const planning::Suspicion& s = found.suspicions[n];
    const double off = std::exp(s.misfit) - 1;
    constexpr double poor = 0.5;  // Half as much again explains little (E).
    wrapped_text(n == 0 ? context.tokens().text : context.tokens().muted,
                 s.sentence + " Off by " + in_percent(off) + " of what was measured" +
                     (off > poor ? ": a poor match." : "."));
  }
  wrapped_text(context.tokens().muted,
               "From the flow network of this limb, fitted to the first visit: a suggestion (E).");
}

void draw_schedule(Context& context, const FollowUp& found) {
  heading(context, "Schedule");
  const FontOf font(context.theme.fonts.dense);
  const Tokens& tokens = context.tokens();
  FlowView& view = context.session.view.flow;
  ImGui::SetNextItemWidth(context.px(64));
  if (ImGui::InputDouble("days since the procedure, today##today", &view.today, 0, 0, "%.0f"))
    view.today = std::clamp(view.today, 0.0, 36525.0);
  if (!ImGui::BeginTable("schedule", 3, ImGuiTableFlags_SizingStretchProp)) return;
  const float weights[] = {0.6f, 2.4f, 0.8f};
  for (int n = 0; n < 3; ++n) ImGui::TableSetupColumn("", 0, weights[n]);
  for (const planning::Appointment& a : found.schedule) {
    const ImU32 colour = a.due == planning::Due::Done     ? tokens.good
                         : a.due == planning::Due::Now    ? tokens.accent
                         : a.due == planning::Due::Missed ? tokens.bad
                                                          : tokens.muted;
    ImGui::TableNextRow();
    draw_cell(tokens.muted, "day " + fixed(a.day, 0), false);
    ImGui::TableNextColumn();
    const std::string label = a.stage ? a.label : "Duplex, " + a.label;
    coloured_text(tokens.text, elided(label, ImGui::GetContentRegionAvail().x));
    if (ImGui::IsItemHovered()) tooltip(context, label + "\n" + a.source + " [" + a.tag + "]");
    draw_cell(colour, a.due == planning::Due::Now ? "due" : std::string(name_of(a.due)), true);
  }
  ImGui::EndTable();
}

struct Series {
  Number member;
  const char* name;
  Plot::Stroke stroke;
  ImU32 colour;
};

void draw_trend(Context& context, const char* id, const Box& box, const char* label,
                const FollowUp& found, const std::vector<Series>& series, const char* measure,
                double last_day) {
  const Tokens& tokens = context.tokens();
  double top = 0;
  std::string limit_words;
  std::optional<double> limit;
  for (const planning::SurveillanceRule& rule : found.rules.rules)
    if (rule.measure == measure) {
      limit = rule.limit;
      limit_words = std::string(rule.flags_above ? "over " : "at or below ") +
                    fixed(rule.limit, rule.unit.empty() ? 1 : 0);
      top = 1.3 * rule.limit;
    }
  for (const planning::VisitReading& r : found.readings) {
    for (const Series& s : series)
      if (const auto& v = r.visit.*s.member) top = std::max(top, 1.25 * *v);
    if (series.empty() && r.peak_ratio) top = std::max(top, 1.25 * *r.peak_ratio);
  }
  Plot plot(context, id, box, {"Days after the procedure", 0, last_day}, {label, 0, top});
  if (limit) plot.level(*limit, tokens.warn, limit_words, true);
  const auto draw = [&](const auto& value_of, Plot::Stroke stroke, ImU32 colour) {
    std::vector<std::pair<double, double>> points;
    for (const planning::VisitReading& r : found.readings)
      if (const std::optional<double> v = value_of(r)) points.emplace_back(r.visit.day, *v);
    plot.line(points, colour, stroke);
    for (const auto& [x, y] : points) plot.dot(x, y, colour);
    return !points.empty();
  };
  // The names stand in a row above the plot: beside the points they would cover each other.
  float right = plot.area().right();
  for (auto s = series.rbegin(); s != series.rend(); ++s) {
    if (!draw([&](const auto& r) { return r.visit.*(s->member); }, s->stroke, s->colour)) continue;
    right -= ImGui::CalcTextSize(s->name).x;
    ImGui::GetWindowDrawList()->AddText(
        {right, plot.area().y - ImGui::GetFontSize() - context.px(5)}, s->colour, s->name);
    right -= context.px(12);
  }
  if (series.empty())
    draw([](const auto& r) { return r.peak_ratio; }, Plot::Stroke::Solid, tokens.text);
}

}  // namespace

const FollowUp* follow_up_shown(Context& context) {
  auto& kept = context.ui.follow_up;
  const Session& session = context.session;
  const double today = session.view.flow.today;
  if (!kept || kept->planner != session.planner() ||
      kept->revision != session.history().revision() || kept->today != today) {
    kept.emplace();
    kept->planner = session.planner();
    kept->revision = session.history().revision();
    kept->today = today;
    auto found = follow_up(session, today);
    if (found)
      kept->found = std::move(*found);
    else
      kept->failed = found.error().sentence;
  }
  return kept->found ? &*kept->found : nullptr;
}

void draw_follow_up(Context& context) {
  const FollowUp* found = follow_up_shown(context);
  if (!found) return wrapped_text(context.tokens().bad, context.ui.follow_up->failed);
  if (draw_visits(context, *found)) return;
  draw_cause(context, *found);
  draw_form(context);
  draw_schedule(context, *found);
  const FontOf font(context.theme.fonts.dense);
  for (const std::string& statement : found->rules.statements)
    wrapped_text(context.tokens().warn, statement);
}

void draw_visit_trends(Context& context, const Box& box) {
  const FollowUp* found = follow_up_shown(context);
  if (!found || found->readings.empty()) {
    if (empty_view(context, box, "Trends of the follow-up visits",
                   "Flow, velocities and ratio of each visit, with the limits that call for a "
                   "closer look.",
                   context.session.view.flow.beside == FlowView::Beside::FollowUp
                       ? nullptr
                       : "Enter a visit"))
      context.session.view.flow.beside = FlowView::Beside::FollowUp;
    return;
  }
  const Tokens& tokens = context.tokens();
  const double last_day = std::max(60.0, 1.15 * found->readings.back().visit.day);
  const float width = box.w / 3;
  const FontOf font(context.theme.fonts.dense);
  draw_trend(context, "trend flow", {box.x, box.y, width, box.h}, "Flow (ml/min)", *found,
             {{&DuplexVisit::flow_above_ml_min, "above", Plot::Stroke::Solid, tokens.artery},
              {&DuplexVisit::flow_in_ml_min, "in", Plot::Stroke::Solid, tokens.text},
              {&DuplexVisit::flow_below_ml_min, "below", Plot::Stroke::Solid, tokens.vein}},
             "least_flow_ml_min", last_day);
  draw_trend(context, "trend peak", {box.x + width, box.y, width, box.h}, "Peak velocity (cm/s)",
             *found,
             {{&DuplexVisit::peak_above_cm_s, "above", Plot::Stroke::Solid, tokens.artery},
              {&DuplexVisit::peak_in_cm_s, "in", Plot::Stroke::Solid, tokens.text},
              {&DuplexVisit::peak_below_cm_s, "below", Plot::Stroke::Solid, tokens.vein}},
             "least_peak_cm_s", last_day);
  draw_trend(context, "trend ratio", {box.x + 2 * width, box.y, width, box.h},
             "Velocity ratio at the fastest place", *found, {}, "peak_ratio", last_day);
}

}  // namespace app
