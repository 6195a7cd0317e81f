// Where the artery is crossed into the vein: the ranked places, why, and the hand that moves it.
#include <algorithm>
#include <cmath>

#include "app/panels/cross_parts.h"
#include "app/panels/picture.h"
#include "app/panels/widgets.h"

namespace app {
namespace {

using planning::Crossing;
using planning::Effect;

// Why a place is rejected, in a few words; the tip has the rest.
std::vector<Chip> rejecting_chips(const std::vector<planning::Reason>& reasons) {
  std::vector<Chip> chips;
  for (const planning::Reason& reason : reasons) {
    if (reason.effect != Effect::Reject) continue;
    std::string text = spoken(reason.rule);
    if (!reason.unit.empty()) text += " " + with_unit(reason.value, reason.unit);
    std::string tip = reason.message;
    if (!reason.threshold.empty()) tip += "\nWanted: " + reason.threshold + ".";
    chips.push_back(
        {reason.effect, text, tip + "\nSource: " + reason.source + " [" + reason.tag + "]"});
  }
  return chips;
}

// A crossing that is none of the candidates stands above them.
void draw_moved(Context& context) {
  const planning::Preview* preview = context.session.preview();
  if (!preview) return;
  const Crossing& crossing = preview->crossing;
  heading(context, "Chosen by hand");
  field(context, pair_of(crossing),
        crossing.rejected ? "rejected" : "score " + in_percent(crossing.score),
        crossing.rejected ? context.tokens().bad : context.tokens().text);
  if (!crossing.rejected) {
    const auto& candidates = context.session.planner()->candidates();
    const auto better = std::count_if(candidates.begin(), candidates.end(), [&](const Crossing& c) {
      return !c.rejected && c.score > crossing.score;
    });
    field(context, "Would rank", std::to_string(better + 1));
  }
  draw_crossing_details(context, crossing);
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
  const std::string pair = pair_of(candidate);
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
  const std::string facts =
      "gap " + in_mm(candidate.gap_mm, candidate.gap_sd_mm) +
      (candidate.rejected ? "" : " · first in " + in_percent(candidate.first_share));
  draw.AddText({text_left, line2}, tokens.muted,
               elided(facts, end.x - context.px(8) - text_left).c_str());
  return clicked;
}

// How far the order of the list can be trusted, before the list.
void draw_steadiness(Context& context) {
  const auto& candidates = context.session.planner()->candidates();
  if (candidates.empty() || candidates.front().rejected) return;
  const double share = candidates.front().first_share;
  const FontOf font(context.theme.fonts.dense);
  // As good as a coin: two places are then alike, and the list says so.
  const bool steady = share >= 0.5;
  wrapped_text(steady ? context.tokens().muted : context.tokens().warn,
               "The first place stays first in " + in_percent(share) +
                   " of draws of the anatomy within its measurement error" +
                   (steady ? "." : ": weigh the next ones too."));
}

void draw_list(Context& context) {
  const auto& candidates = context.session.planner()->candidates();
  const auto rejected = static_cast<std::size_t>(
      std::count_if(candidates.begin(), candidates.end(),
                    [](const Crossing& candidate) { return candidate.rejected; }));
  heading(context, std::to_string(candidates.size() - rejected) + " admissible places");
  draw_steadiness(context);
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
      if (const planning::Preview* preview = context.session.preview())
        draw_crossing_details(context, preview->crossing);
      ImGui::Unindent(context.px(12));
    } else if (candidate.rejected) {
      ImGui::Indent(context.px(36));
      draw_chips(context, rejecting_chips(candidate.reasons));
      ImGui::Unindent(context.px(36));
    }
    ImGui::PopID();
  }
  ImGui::PopStyleVar();
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
  const Halves upper = side_by_side(right.first, context.ui.cross_upper_share, gap);
  if (context.ui.comparing) {
    draw_comparison(context, layout.main);
  } else {
    const planning::Preview* preview = context.session.preview();
    std::string clock, needle, gap_words;
    if (preview) {
      const Crossing& crossing = preview->crossing;
      clock = clock_face(crossing.needle.clock) + " o'clock";
      gap_words = "gap " + in_mm(crossing.gap_mm, crossing.gap_sd_mm);
      needle =
          in_mm(crossing.needle.length_mm) + " at " + in_degrees(crossing.needle.exit_angle_deg);
    }
    draw_pictures(context, layout.main,
                  {{ViewKind::Scene, columns.first, "3-D", "click on an artery", true},
                   {ViewKind::Probe, upper.first, "Probe in the artery", clock, true},
                   {ViewKind::DownNeedle, upper.second, "Down the needle", gap_words, true},
                   {ViewKind::NeedleProfile, right.second, "Profile", needle, true}});
    if (!one_is_whole(context, {ViewKind::Scene, ViewKind::Probe, ViewKind::DownNeedle,
                                ViewKind::NeedleProfile})) {
      splitter(context, "cross-columns", {columns.first.right(), layout.main.y, gap, layout.main.h},
               layout.main, true, context.ui.cross_share);
      splitter(context, "cross-rows", {right.first.x, right.first.bottom(), right.first.w, gap},
               layout.main, false, context.ui.cross_row_share);
      splitter(context, "cross-upper", {upper.first.right(), upper.first.y, gap, upper.first.h},
               right.first, true, context.ui.cross_upper_share);
    }
  }
  draw_cross_strip(context, layout.strip);
  if (layout.inspector.w > 0) {
    const Pane pane(context, "inspector", layout.inspector, context.tokens().panel, 16,
                    Pane::Scroll::Vertical);
    const auto& candidates = context.session.planner()->candidates();
    const auto& site = context.session.plan().crossing;
    const bool listed = site && std::any_of(candidates.begin(), candidates.end(),
                                            [&](const Crossing& c) { return c.site == *site; });
    draw_pins(context);
    if (site && !listed) draw_moved(context);
    draw_list(context);
  }
}

}  // namespace app
