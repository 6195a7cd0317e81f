// Two crossings side by side: the section as the probe sees it, every number, every rule.
#include <algorithm>
#include <cmath>

#include "app/panels/cross_parts.h"
#include "app/panels/vessel_words.h"
#include "app/panels/widgets.h"

namespace app {
namespace {

using planning::Crossing;
using planning::CrossingSite;
using planning::Effect;

struct Choice {
  std::string label;
  CrossingSite site;
};

std::vector<Choice> choices_of(const Context& context) {
  std::vector<Choice> choices;
  const auto& plan = context.session.plan();
  if (plan.crossing) choices.push_back({"Planned now", *plan.crossing});
  for (const planning::Pin& pin : plan.pins) choices.push_back({"Pin " + pin.name, pin.site});
  constexpr int most = 9;
  for (const Crossing& c : context.session.planner()->candidates())
    if (!c.rejected && c.rank <= most)
      choices.push_back({"Candidate " + std::to_string(c.rank), c.site});
  return choices;
}

// Previewing takes milliseconds: done again only when the site or the plan around it is another.
const Crossing* crossing_at(Context& context, std::size_t side, const CrossingSite& site) {
  UiState::Compared& kept = context.ui.compared[side];
  const void* tree = &context.session.planner()->tree();
  const std::size_t revision = context.session.history().revision();
  if (!kept.crossing || kept.tree != tree || kept.revision != revision || kept.site != site) {
    planning::Plan plan = context.session.plan();
    plan.crossing = site;
    auto preview = context.session.planner()->preview(plan);
    kept.crossing = preview ? std::optional(std::move(preview->crossing)) : std::nullopt;
    kept.tree = tree;
    kept.revision = revision;
    kept.site = site;
  }
  return kept.crossing ? &*kept.crossing : nullptr;
}

// Artery in the middle, the vein where the clock has it, the needle between; same scale both sides.
void draw_section(Context& context, const Crossing& c, const Box& box, double reach_mm) {
  const Tokens& tokens = context.tokens();
  ImDrawList& draw = *ImGui::GetWindowDrawList();
  const ImVec2 centre{box.x + box.w / 2, box.y + box.h / 2};
  const float ring = std::min(box.w, box.h) / 2 - context.px(14);
  const auto px = [&](double mm) { return static_cast<float>(mm / reach_mm) * ring; };
  const FontOf font(context.theme.fonts.dense);
  draw.AddCircle(centre, ring, tokens.line, 64, context.px(1));
  for (int hour = 1; hour <= 12; ++hour) {
    const double angle = imaging::pi * hour / 6;
    const auto out = [&](float r) {
      return ImVec2{centre.x + r * static_cast<float>(std::sin(angle)),
                    centre.y - r * static_cast<float>(std::cos(angle))};
    };
    draw.AddLine(out(ring), out(ring - context.px(hour % 3 ? 4.0f : 7.0f)), tokens.muted,
                 context.px(1));
    if (hour % 3 != 0) continue;
    const std::string text = std::to_string(hour);
    const ImVec2 size = ImGui::CalcTextSize(text.c_str()), at = out(ring + context.px(8));
    draw.AddText({at.x - size.x / 2, at.y - size.y / 2}, tokens.muted, text.c_str());
  }
  const double angle = imaging::pi * c.needle.clock / 6;
  const ImVec2 vein{centre.x + px(c.needle.length_mm) * static_cast<float>(std::sin(angle)),
                    centre.y - px(c.needle.length_mm) * static_cast<float>(std::cos(angle))};
  draw.AddCircleFilled(centre, px(c.artery_diameter_mm / 2), with_alpha(tokens.artery, 0.25f), 48);
  draw.AddCircle(centre, px(c.artery_diameter_mm / 2), tokens.artery, 48, context.px(2));
  draw.AddCircleFilled(vein, px(c.vein_diameter_mm / 2), with_alpha(tokens.vein, 0.25f), 48);
  draw.AddCircle(vein, px(c.vein_diameter_mm / 2), tokens.vein, 48, context.px(1));
  draw.AddCircle(vein, std::max(1.0f, px(c.vein_diameter_mm / 2) - context.px(3)), tokens.vein, 48,
                 context.px(1));
  draw.AddLine(centre, vein, tokens.needle, context.px(2));
}

double reach_of(const Crossing& c) { return c.needle.length_mm + c.vein_diameter_mm / 2 + 0.5; }

struct Columns {
  float label = 0, first = 0, second = 0, right = 0;
};

// One line with a value for each side; what is the same on both is muted.
void draw_row(Context& context, const Columns& at, const std::string& label,
              const std::string& first, const std::string& second) {
  const FontOf font(context.theme.fonts.dense);
  ImDrawList& draw = *ImGui::GetWindowDrawList();
  const float y = ImGui::GetCursorScreenPos().y;
  const bool same = first == second;
  const ImU32 colour = same ? context.tokens().muted : context.tokens().text;
  draw.AddText({at.label, y}, context.tokens().muted,
               elided(label, at.first - at.label - context.px(8)).c_str());
  draw.AddText({at.first, y}, colour, elided(first, at.second - at.first - context.px(12)).c_str());
  draw.AddText({at.second, y}, colour, elided(second, at.right - at.second).c_str());
  ImGui::Dummy({at.right - at.label, ImGui::GetFontSize() + context.px(4)});
}

void draw_rule_row(Context& context, const Columns& at, const planning::Reason& first,
                   const planning::Reason* second) {
  const FontOf font(context.theme.fonts.dense);
  ImDrawList& draw = *ImGui::GetWindowDrawList();
  const float y = ImGui::GetCursorScreenPos().y, height = ImGui::GetFontSize();
  draw.AddText(
      {at.label, y}, context.tokens().muted,
      elided(spoken(first.rule) + " [" + first.tag + "]", at.first - at.label - context.px(8))
          .c_str());
  const auto side = [&](float x, float right, const planning::Reason& reason) {
    draw_mark(draw, {x + context.px(6), y + height / 2}, context.px(9), reason.effect,
              context.tokens());
    std::string words = reason.measured ? "" : "unknown";
    if (reason.measured && !reason.unit.empty()) words = with_unit(reason.value, reason.unit);
    draw.AddText({x + context.px(18), y}, context.tokens().text,
                 elided(words, right - x - context.px(74)).c_str());
    // How much of its weight it brings, as a bar.
    const float bar = context.px(44), left = right - bar - context.px(8), middle = y + height / 2;
    draw.AddRectFilled({left, middle - context.px(2)}, {left + bar, middle + context.px(2)},
                       context.tokens().line, context.px(2));
    draw.AddRectFilled({left, middle - context.px(2)},
                       {left + bar * static_cast<float>(std::clamp(reason.score, 0.0, 1.0)),
                        middle + context.px(2)},
                       colour_of(context.tokens(), reason.effect), context.px(2));
  };
  side(at.first, at.second - context.px(4), first);
  if (second) side(at.second, at.right, *second);
  ImGui::PushID(first.rule.c_str());
  ImGui::InvisibleButton("rule", {at.right - at.label, height + context.px(4)});
  ImGui::PopID();
  if (ImGui::IsItemHovered())
    tooltip(context,
            first.message +
                (second && second->message != first.message ? "\n" + second->message : "") +
                "\nWanted: " + first.threshold + ".\nSource: " + first.source);
}

std::string verdict_of(const Crossing& c) {
  if (c.rejected) return "rejected";
  return "score " + in_percent(c.score) + (c.rank > 0 ? ", rank " + std::to_string(c.rank) : "");
}

// What stands on this side until a hand chooses: the plan, and beside it the first other place.
std::size_t choice_of(const Context& context, std::size_t side,
                      const std::vector<Choice>& choices) {
  const auto& chosen = context.ui.compared[side].choice;
  if (chosen) return std::min(*chosen, choices.size() - 1);
  if (side == 0) return 0;
  const CrossingSite& other = choices[choice_of(context, 0, choices)].site;
  for (std::size_t n = 0; n < choices.size(); ++n)
    if (choices[n].site != other) return n;
  return 0;
}

// Which site stands on this side.
void draw_chooser(Context& context, std::size_t side, const std::vector<Choice>& choices,
                  float width) {
  const std::size_t chosen = choice_of(context, side, choices);
  ImGui::PushID(static_cast<int>(side));
  ImGui::SetNextItemWidth(width);
  if (ImGui::BeginCombo("##site", choices[chosen].label.c_str())) {
    for (std::size_t n = 0; n < choices.size(); ++n) {
      ImGui::PushID(static_cast<int>(n));
      if (ImGui::Selectable(choices[n].label.c_str(), n == chosen))
        context.ui.compared[side].choice = n;
      ImGui::PopID();
    }
    ImGui::EndCombo();
  }
  ImGui::PopID();
}

}  // namespace

void draw_comparison(Context& context, const Box& box) {
  const Pane pane(context, "comparison", box, context.tokens().panel, 16, Pane::Scroll::Vertical);
  const std::vector<Choice> choices = choices_of(context);
  if (choices.empty()) {
    empty_view(context, box, "Two places side by side",
               "Pin a place, or choose a candidate, to compare it with another.");
    return;
  }
  const ImVec2 origin = ImGui::GetCursorScreenPos();
  const float room = ImGui::GetContentRegionAvail().x - context.px(8);
  const Columns at{origin.x, origin.x + 0.34f * room, origin.x + 0.67f * room, origin.x + room};
  {
    const FontOf font(context.theme.fonts.section);
    coloured_text(context.tokens().text, "Two places");
  }
  for (const std::size_t side : {std::size_t{0}, std::size_t{1}}) {
    const float left = side == 0 ? at.first : at.second;
    ImGui::SetCursorScreenPos({left, origin.y});
    draw_chooser(context, side, choices, 0.33f * room - context.px(16));
  }
  const Crossing* first = crossing_at(context, 0, choices[choice_of(context, 0, choices)].site);
  const Crossing* second = crossing_at(context, 1, choices[choice_of(context, 1, choices)].site);
  if (!first || !second) {
    wrapped_text(context.tokens().muted, "One of the two places is not in this leg any more.");
    return;
  }
  const float top = ImGui::GetCursorScreenPos().y + context.px(6);
  const float height = std::clamp(0.30f * box.h, context.px(110), context.px(260));
  const double reach_mm = std::max(reach_of(*first), reach_of(*second));
  draw_section(context, *first, {at.first, top, at.second - at.first - context.px(12), height},
               reach_mm);
  draw_section(context, *second, {at.second, top, at.right - at.second, height}, reach_mm);
  ImGui::SetCursorScreenPos({origin.x, top + height + context.px(6)});

  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, context.theme.px(8, 3));
  draw_row(context, at, "Pair", pair_of(*first), pair_of(*second));
  draw_row(context, at, "Verdict", verdict_of(*first), verdict_of(*second));
  const auto a = numbers_of(*first), b = numbers_of(*second);
  for (const CrossingNumber& n : a) {
    const auto other = std::find_if(b.begin(), b.end(),
                                    [&](const CrossingNumber& m) { return m.label == n.label; });
    draw_row(context, at, n.label, n.value, other == b.end() ? "" : other->value);
  }
  heading(context, "Every rule, and how much of its weight it brings");
  for (const planning::Reason& reason : first->reasons) {
    const auto other =
        std::find_if(second->reasons.begin(), second->reasons.end(),
                     [&](const planning::Reason& r) { return r.rule == reason.rule; });
    draw_rule_row(context, at, reason, other == second->reasons.end() ? nullptr : &*other);
  }
  ImGui::PopStyleVar();
}

}  // namespace app
