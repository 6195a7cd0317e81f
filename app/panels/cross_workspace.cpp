// Where the artery is crossed into the vein: the ranked places, why, and the hand that moves it.
#include <algorithm>
#include <cmath>

#include "app/panels/picture.h"
#include "app/panels/plot.h"
#include "app/panels/vessel_words.h"
#include "app/panels/widgets.h"

namespace app {
namespace {

using planning::Crossing;
using planning::Effect;

Chip chip_of(const planning::Reason& reason) {
  std::string text = spoken(reason.rule);
  // A number says something where it warns or rejects; a good one stands in the tip.
  if (reason.effect != Effect::Good && !reason.unit.empty())
    text += " " + with_unit(reason.value, reason.unit);
  std::string tip = reason.message;
  if (!reason.threshold.empty()) tip += "\nWanted: " + reason.threshold + ".";
  if (!reason.source.empty() || !reason.tag.empty())
    tip += "\nSource: " + reason.source + " [" + reason.tag + "]";
  return {reason.effect, text, tip};
}

// Rejections first, then warnings: what speaks against a site is read before what speaks for it.
std::vector<Chip> chips_of(const std::vector<planning::Reason>& reasons) {
  std::vector<Chip> chips;
  for (const Effect effect : {Effect::Reject, Effect::Warn, Effect::Good})
    for (const planning::Reason& reason : reasons)
      if (reason.effect == effect) chips.push_back(chip_of(reason));
  return chips;
}

void draw_numbers(Context& context, const Crossing& crossing) {
  field(context, "Gap between the lumens", in_mm(crossing.gap_mm, crossing.gap_sd_mm));
  field(context, "Needle",
        in_mm(crossing.needle.length_mm) + " at " + in_degrees(crossing.needle.exit_angle_deg) +
            ", " + clock_face(crossing.needle.clock) + " o'clock");
  field(context, "Artery", in_mm(crossing.artery_diameter_mm, crossing.artery_diameter_sd_mm));
  field(context, "Vein", in_mm(crossing.vein_diameter_mm, crossing.vein_diameter_sd_mm));
  field(context, "Run in parallel for", in_mm(crossing.parallel_length_mm));
  if (crossing.calcification_arc_deg > 0)
    field(context, "Calcium", in_degrees(crossing.calcification_arc_deg) + " of the wall");
  if (crossing.distance_to_peroneal_origin_mm) {
    const double d_mm = *crossing.distance_to_peroneal_origin_mm;
    field(context, "From the peroneal origin",
          in_mm(std::abs(d_mm)) + (d_mm < 0 ? " proximal" : " distal"));
  }
  field(context, "Stays admissible in", in_percent(crossing.stability) + " of draws");
}

// The numbers and reasons of the crossing that is planned now, wherever the hand has put it.
void draw_details(Context& context) {
  const planning::Preview* preview = context.session.preview();
  if (!preview) return;
  draw_numbers(context, preview->crossing);
  ImGui::Dummy({0, context.px(4)});
  draw_chips(context, chips_of(preview->crossing.reasons));
  ImGui::Dummy({0, context.px(8)});
}

// A crossing that is none of the candidates stands above them.
void draw_moved(Context& context) {
  const planning::Preview* preview = context.session.preview();
  if (!preview) return;
  const Crossing& crossing = preview->crossing;
  heading(context, "Moved by hand");
  field(context, short_name(crossing.artery_name) + " → " + short_name(crossing.vein_name),
        crossing.rejected ? "rejected" : "score " + in_percent(crossing.score),
        crossing.rejected ? context.tokens().bad : context.tokens().text);
  draw_details(context);
}

// A candidate in two lines: rank, pair and score; gap, diameters and stability. True when clicked.
bool draw_candidate(Context& context, const Crossing& candidate, bool chosen) {
  const Tokens& tokens = context.tokens();
  ImDrawList& draw = *ImGui::GetWindowDrawList();
  const float width = ImGui::GetContentRegionAvail().x, height = context.px(54);
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const bool clicked = ImGui::InvisibleButton("candidate", {width, height});
  const ImVec2 end{at.x + width, at.y + height};
  const bool hovered = ImGui::IsItemHovered();
  if (chosen || hovered)
    draw.AddRectFilled(at, end, chosen ? tokens.raised : with_alpha(tokens.raised, 0.5f),
                       context.px(4));
  if (chosen)
    draw.AddRectFilled({at.x, at.y + context.px(8)}, {at.x + context.px(3), end.y - context.px(8)},
                       tokens.accent, context.px(1.5f));
  const float line1 = at.y + context.px(7), line2 = at.y + context.px(30);
  const float text_left = at.x + context.px(38);
  if (candidate.rejected) {
    draw_mark(draw, {at.x + context.px(20), line1 + context.px(9)}, context.px(11), Effect::Reject,
              tokens);
  } else {
    const FontOf font(context.theme.fonts.section);
    const std::string rank = std::to_string(candidate.rank);
    const float w = ImGui::CalcTextSize(rank.c_str()).x;
    draw.AddText({at.x + context.px(20) - w / 2, line1 - context.px(1)},
                 chosen ? tokens.accent : tokens.text, rank.c_str());
  }
  const std::string pair =
      short_name(candidate.artery_name) + " → " + short_name(candidate.vein_name);
  draw.AddText({text_left, line1}, candidate.rejected ? tokens.muted : tokens.text,
               elided(pair, end.x - context.px(118) - text_left).c_str());

  // The score as a bar with its number.
  const FontOf font(context.theme.fonts.dense);
  const std::string score = candidate.rejected ? "rejected" : in_percent(candidate.score);
  const float score_width = ImGui::CalcTextSize(score.c_str()).x;
  float right = end.x - context.px(10);
  draw.AddText({right - score_width, line1 + context.px(1)},
               candidate.rejected ? tokens.bad : tokens.text, score.c_str());
  if (!candidate.rejected) {
    right -= context.px(44);
    const float bar = context.px(56), thick = context.px(6), y = line1 + context.px(6);
    draw.AddRectFilled({right - bar, y}, {right, y + thick}, tokens.line, thick / 2);
    const float share = static_cast<float>(std::clamp(candidate.score, 0.0, 1.0));
    draw.AddRectFilled({right - bar, y}, {right - bar + std::max(thick, bar * share), y + thick},
                       tokens.accent, thick / 2);
  }
  const std::string facts = "gap " + in_mm(candidate.gap_mm, candidate.gap_sd_mm) + " · stable " +
                            in_percent(candidate.stability);
  draw.AddText({text_left, line2}, tokens.muted,
               elided(facts, end.x - context.px(8) - text_left).c_str());
  return clicked;
}

void draw_list(Context& context) {
  const auto& candidates = context.session.planner()->candidates();
  const auto rejected = static_cast<std::size_t>(
      std::count_if(candidates.begin(), candidates.end(),
                    [](const Crossing& candidate) { return candidate.rejected; }));
  heading(context, std::to_string(candidates.size() - rejected) + " admissible places");
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, context.theme.px(8, 2));
  const auto& site = context.session.plan().crossing;
  bool rejected_begun = false;
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    const Crossing& candidate = candidates[i];
    if (candidate.rejected && !rejected_begun) {
      rejected_begun = true;
      heading(context, std::to_string(rejected) + " rejected");
    }
    const bool chosen = site && *site == candidate.site;
    ImGui::PushID(static_cast<int>(i));
    if (draw_candidate(context, candidate, chosen)) context.session.choose_candidate(i);
    // The chosen place opens up; a rejected one says why at once.
    if (chosen) {
      ImGui::Indent(context.px(12));
      draw_details(context);
      ImGui::Unindent(context.px(12));
    } else if (candidate.rejected) {
      std::vector<planning::Reason> against;
      for (const auto& reason : candidate.reasons)
        if (reason.effect == Effect::Reject) against.push_back(reason);
      ImGui::Indent(context.px(36));
      draw_chips(context, chips_of(against));
      ImGui::Unindent(context.px(36));
    }
    ImGui::PopID();
  }
  ImGui::PopStyleVar();
}

const GapProfile& gaps_of(Context& context, const planning::CrossingSite& site) {
  UiState& ui = context.ui;
  const void* tree = &context.session.planner()->tree();
  if (!ui.gaps || ui.gaps_of != tree || ui.gaps_artery != site.artery ||
      ui.gaps_vein != site.vein) {
    ui.gaps = gap_profile(*context.session.planner(), site.artery, site.vein);
    ui.gaps_of = tree;
    ui.gaps_artery = site.artery;
    ui.gaps_vein = site.vein;
  }
  return *ui.gaps;
}

void draw_gap_plot(Context& context, const Box& box) {
  const Pane pane(context, "strip", box, context.tokens().panel, 0);
  const auto& site = context.session.plan().crossing;
  const imaging::Vessel* artery = site ? context.session.vessels().find(site->artery) : nullptr;
  if (!artery) {
    empty_view(context, box, "The gap along the artery",
               "Choose a candidate, or click on an artery in the 3-D view.");
    return;
  }
  const Tokens& tokens = context.tokens();
  const GapProfile& profile = gaps_of(context, *site);
  double top_mm = 4;
  for (const GapSample& sample : profile.samples) top_mm = std::max(top_mm, sample.gap_mm);
  top_mm = std::min(top_mm, 15.0);
  Plot plot(context, "gap", box,
            {"Along the " + spoken_in_sentence(*artery) + " (mm)", 0, artery->line.length_mm()},
            {"Gap to the " + short_name_of(context.session.vessels(), site->vein) +
                 " (mm, lumen to lumen)",
             0, top_mm});
  // A stretch without the vein breaks the line; one that was not seen is dotted.
  std::vector<std::pair<double, double>> points;
  bool seen = true;
  const auto finish = [&] {
    plot.line(points, seen ? tokens.text : tokens.disabled,
              seen ? Plot::Stroke::Solid : Plot::Stroke::Dotted);
    points.clear();
  };
  for (const GapSample& sample : profile.samples) {
    if (!points.empty() && (sample.seen != seen || sample.artery_mm - points.back().first > 3))
      finish();
    seen = sample.seen;
    points.emplace_back(sample.artery_mm, sample.gap_mm);
  }
  finish();
  const auto& candidates = context.session.planner()->candidates();
  for (const Crossing& candidate : candidates) {
    if (candidate.site.artery != site->artery) continue;
    const bool chosen = candidate.site == *site;
    plot.tick(candidate.site.artery_mm,
              candidate.rejected ? with_alpha(tokens.bad, 0.7f) : tokens.good, chosen);
  }
  if (const planning::Preview* preview = context.session.preview()) {
    plot.mark(site->artery_mm, tokens.needle,
              in_mm(preview->crossing.gap_mm, preview->crossing.gap_sd_mm));
    plot.dot(site->artery_mm, preview->crossing.gap_mm, tokens.needle, true);
  }
  // The plot is a handle too: the crossing follows along the artery.
  if (plot.held()) {
    if (const auto s_mm = plot.hovered_x())
      context.session.drag_crossing(artery->line.at(*s_mm).position);
    context.ui.plot_held = true;
  } else if (context.ui.plot_held) {
    context.ui.plot_held = false;
    context.session.history().end_gesture();
  }
}

void draw_empty(Context& context, const FrameLayout& layout) {
  const Box whole = whole_workspace(layout);
  const Pane pane(context, "cross", whole, context.tokens().ground, 0);
  const bool no_vessels = !context.session.has_case() || context.session.vessels().empty();
  const std::string why =
      context.session.has_case() && !context.session.notes.empty()
          ? context.session.notes.front()
          : "Ranked places to cross an artery into a vein belong here. They need the vessels of a "
            "3-D duplex volume.";
  if (empty_view(context, whole,
                 no_vessels ? "No vessels, so no crossing" : "No crossing can be planned", why,
                 no_vessels ? "Open another folder" : "Look at the vessels")) {
    if (no_vessels)
      show_library(context);
    else
      context.session.view.workspace = Workspace::Vessels;
  }
}

}  // namespace

void draw_cross_workspace(Context& context, const FrameLayout& layout) {
  if (!context.session.planner()) return draw_empty(context, layout);
  const float gap = context.px(6);
  const Halves columns = side_by_side(layout.main, context.ui.cross_share, gap);
  const Halves right = stacked(columns.second, context.ui.cross_row_share, gap);
  const planning::Preview* preview = context.session.preview();
  const std::string hint = preview ? "drag a handle" : "click on an artery";
  std::string clock, needle;
  if (preview) {
    clock = "needle at " + clock_face(preview->crossing.needle.clock) + " o'clock";
    needle = in_mm(preview->crossing.needle.length_mm) + " at " +
             in_degrees(preview->crossing.needle.exit_angle_deg);
  }
  draw_pictures(context, layout.main,
                {{ViewKind::Scene, columns.first, "3-D", hint, true},
                 {ViewKind::Probe, right.first, "Probe, across the artery", clock, true},
                 {ViewKind::NeedleProfile, right.second, "Along the needle", needle, true}});
  if (!one_is_whole(context, {ViewKind::Scene, ViewKind::Probe, ViewKind::NeedleProfile})) {
    splitter(context, "cross-columns", {columns.first.right(), layout.main.y, gap, layout.main.h},
             layout.main, true, context.ui.cross_share);
    splitter(context, "cross-rows", {right.first.x, right.first.bottom(), right.first.w, gap},
             layout.main, false, context.ui.cross_row_share);
  }
  draw_gap_plot(context, layout.strip);
  if (layout.inspector.w > 0) {
    const Pane pane(context, "inspector", layout.inspector, context.tokens().panel, 16,
                    Pane::Scroll::Vertical);
    const auto& candidates = context.session.planner()->candidates();
    const auto& site = context.session.plan().crossing;
    const bool listed = site && std::any_of(candidates.begin(), candidates.end(),
                                            [&](const Crossing& c) { return c.site == *site; });
    if (site && !listed) draw_moved(context);
    draw_list(context);
  }
}

}  // namespace app
