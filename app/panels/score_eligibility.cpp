// May a vein of this limb be arterialized? The flowchart's four steps, the technique's
// contraindications and the imaging, each answered where it is asked; beside them what follows.
#include <algorithm>

#include "app/panels/score.h"
#include "app/panels/widgets.h"
#include "app/session/eligibility_facts.h"

namespace app {
namespace {

using planning::Effect;
using planning::Eligibility;
using planning::EligibilityFacts;

constexpr float section_pad = 14;  // Logical px.

// What a question is worth so far.
struct Judged {
  std::optional<bool> told;
  bool leads_on = false;
};

Judged judged(const planning::FlowchartQuestion& question, const EligibilityFacts& facts) {
  const auto told = facts.answers.find(question.id);
  if (told == facts.answers.end()) return {};
  return {told->second, told->second == question.wanted};
}

enum class StepState { Open, LeadsOn, Decides };

StepState state_of(const planning::FlowchartStep& step, const EligibilityFacts& facts,
                   const std::vector<planning::ScoreResult>& scored) {
  bool whole = true;
  for (const planning::FlowchartQuestion& question : step.questions) {
    const Judged one = judged(question, facts);
    if (one.told && !one.leads_on) return StepState::Decides;
    whole &= one.told.has_value();
  }
  for (const std::string& id : step.needs_scores)
    whole &= std::any_of(scored.begin(), scored.end(), [&](const auto& r) { return r.id == id; });
  return whole ? StepState::LeadsOn : StepState::Open;
}

// Yes and No; the chosen one again takes the answer back.
void draw_yes_no(Context& context, const std::string& id, std::optional<bool> told) {
  const planning::Flowchart& flowchart = score_library()->flowchart;
  ImGui::PushID(id.c_str());
  const float width = context.px(44);
  for (const bool yes : {true, false}) {
    const bool chosen = told == yes;
    const char* label = yes ? "Yes" : "No";
    const bool clicked =
        chosen ? accent_button(context, label, {width, 0}) : ImGui::Button(label, {width, 0});
    place_item(context, (yes ? "yes " : "no ") + id);
    if (clicked)
      answer_eligibility(context.session, flowchart, id,
                         chosen ? std::nullopt : std::optional(yes));
    if (yes) ImGui::SameLine(0, context.px(4));
  }
  ImGui::PopID();
}

// A mark, a sentence that wraps, and what stands on its right.
template <class Right>
void draw_line(Context& context, std::optional<Effect> mark, ImU32 colour, const std::string& words,
               const std::string& origin, float right_width, const Right& right) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  // Inside a section as far from its right edge as from its left one.
  const float pad = right_width > 0 ? context.px(section_pad) : 0;
  const float width = ImGui::GetContentRegionAvail().x - pad, size = context.px(11);
  if (mark)
    draw_mark(*ImGui::GetWindowDrawList(), {at.x + size / 2, at.y + context.px(11)}, size, *mark,
              context.tokens());
  else
    ImGui::GetWindowDrawList()->AddCircle({at.x + size / 2, at.y + context.px(11)}, size / 2.6f,
                                          context.tokens().muted, 0, context.px(1.25f));
  const float left = context.px(22), room = width - left - right_width - context.px(12);
  ImGui::SetCursorScreenPos({at.x + left, at.y + context.px(3)});
  ImGui::BeginGroup();
  wrapped_text_in(colour, words + (origin.empty() ? "" : "  [" + origin + "]"), room);
  ImGui::EndGroup();
  const float bottom = ImGui::GetItemRectMax().y;
  ImGui::SetCursorScreenPos({at.x + width - right_width, at.y});
  right();
  ImGui::SetCursorScreenPos(
      {at.x, std::max(bottom + context.px(3), at.y + ImGui::GetFrameHeight() + context.px(2))});
}

void draw_question(Context& context, const planning::FlowchartQuestion& question,
                   const EligibilityFacts& facts, bool reached) {
  const Judged one = judged(question, facts);
  std::optional<Effect> mark;
  if (one.told)
    mark = one.leads_on ? Effect::Good : question.arterial ? Effect::Warn : Effect::Reject;
  const bool against = one.told && !one.leads_on;
  draw_line(context, mark, reached ? context.tokens().text : context.tokens().muted,
            against ? question.asks + " " + question.otherwise : question.asks, question.origin.tag,
            context.px(92), [&] { draw_yes_no(context, question.id, one.told); });
}

void draw_score_need(Context& context, const std::string& id,
                     const std::vector<planning::ScoreResult>& scored) {
  const auto found =
      std::find_if(scored.begin(), scored.end(), [&](const auto& r) { return r.id == id; });
  const bool there = found != scored.end();
  std::string label = id;
  for (const planning::ScoreScale& scale : score_library()->book.scales)
    for (const planning::ScoreRule& rule : scale.rules)
      if (rule.id == id) label = scale.label + (scale.label == rule.label ? "" : ", " + rule.label);
  draw_line(context, there ? std::optional(Effect::Good) : std::nullopt, context.tokens().text,
            there ? label + ": " + found->says : label + " is not scored yet.",
            there ? found->origin.tag : "", context.px(92), [&] {
              if (there) return;
              ImGui::PushID(id.c_str());
              if (ImGui::Button("Score it", {context.px(92), 0}))
                context.ui.score.page = ScorePage::Scores;
              ImGui::PopID();
            });
}

// An outlined part with a head: a number in a ring for the steps, a title, and how it stands.
// `rows` draws what is in it.
template <class Rows>
void draw_section(Context& context, const std::string& number, const std::string& title,
                  std::optional<Effect> mark, const std::string& state, const Rows& rows) {
  ImDrawList& draw = *ImGui::GetWindowDrawList();
  const ImVec2 top = ImGui::GetCursorScreenPos();
  const float width = ImGui::GetContentRegionAvail().x;
  const float pad = context.px(section_pad);
  float x = top.x + pad;
  const float middle = top.y + context.px(20);
  if (!number.empty()) {
    const float r = context.px(11);
    draw.AddCircle({x + r, middle}, r, context.tokens().muted, 0, context.px(1.25f));
    const ImVec2 size = ImGui::CalcTextSize(number.c_str());
    draw.AddText({x + r - size.x / 2, middle - size.y / 2}, context.tokens().text, number.c_str());
    x += context.px(32);
  }
  {
    const FontOf font(context.theme.fonts.section);
    const ImVec2 size = ImGui::CalcTextSize(title.c_str());
    draw.AddText({x, middle - size.y / 2}, context.tokens().text, title.c_str());
    x += size.x + context.px(16);
  }
  const FontOf font(context.theme.fonts.dense);
  if (mark) {
    draw_mark(draw, {x + context.px(5), middle}, context.px(10), *mark, context.tokens());
    x += context.px(18);
  }
  draw.AddText({x, middle - ImGui::GetFontSize() / 2},
               mark ? colour_of(context.tokens(), *mark) : context.tokens().muted,
               elided(state, top.x + width - pad - x).c_str());
  ImGui::SetCursorScreenPos({top.x, top.y + context.px(36)});
  ImGui::Indent(pad);
  rows();
  ImGui::Unindent(pad);
  const float bottom = ImGui::GetCursorScreenPos().y + context.px(4);
  draw.AddRect(top, {top.x + width, bottom}, context.tokens().line, context.px(4));
  ImGui::SetCursorScreenPos({top.x, bottom});
}

// From one step down to the next.
void draw_arrow(Context& context, bool led_on) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float x = at.x + context.px(section_pad + 11), length = context.px(14);
  const ImU32 colour = led_on ? context.tokens().good : context.tokens().muted;
  ImDrawList& draw = *ImGui::GetWindowDrawList();
  draw.AddLine({x, at.y}, {x, at.y + length}, colour, context.px(1.5f));
  draw.AddTriangleFilled({x - context.px(4), at.y + length - context.px(5)},
                         {x + context.px(4), at.y + length - context.px(5)}, {x, at.y + length},
                         colour);
  ImGui::SetCursorScreenPos({at.x, at.y + length});
}

void draw_steps(Context& context, const EligibilityFacts& facts,
                const std::vector<planning::ScoreResult>& scored) {
  const planning::Flowchart& flowchart = score_library()->flowchart;
  bool reached = true;
  for (std::size_t n = 0; n < flowchart.steps.size(); ++n) {
    const planning::FlowchartStep& step = flowchart.steps[n];
    const StepState state = state_of(step, facts, scored);
    const std::string words = !reached                      ? "not asked: a step above decides"
                              : state == StepState::LeadsOn ? "leads on"
                              : state == StepState::Decides ? "decides against"
                                                            : "to be answered";
    std::optional<Effect> mark;
    if (reached && state != StepState::Open)
      mark = state == StepState::LeadsOn ? Effect::Good : Effect::Reject;
    draw_section(context, std::to_string(n + 1), step.label, mark, words, [&] {
      for (const std::string& id : step.needs_scores) draw_score_need(context, id, scored);
      for (const planning::FlowchartQuestion& question : step.questions)
        draw_question(context, question, facts, reached);
    });
    if (state == StepState::Decides) reached = false;
    draw_arrow(context, reached && state == StepState::LeadsOn);
  }
}

// A measured one is not asked; the absolute ones exclude, the others advise caution.
void draw_contraindication(Context& context, const planning::Contraindication& c,
                           const EligibilityFacts& facts) {
  std::optional<bool> present;
  const auto measured = facts.measures.find(c.measure);
  const bool is_measured = !c.measure.empty() && measured != facts.measures.end();
  const auto told = facts.answers.find(c.id);
  if (is_measured)
    present = (c.least && measured->second < *c.least) || (c.most && measured->second > *c.most);
  else if (told != facts.answers.end())
    present = told->second;
  std::optional<Effect> mark;
  if (present) mark = !*present ? Effect::Good : c.absolute ? Effect::Reject : Effect::Warn;
  draw_line(context, mark, context.tokens().text,
            c.words.text + (c.absolute ? " Excludes." : " Caution."), c.words.tag, context.px(92),
            [&] {
              if (is_measured)
                coloured_text(context.tokens().muted, *present ? "present" : "absent");
              else
                draw_yes_no(context, c.id, present);
            });
}

void draw_technique(Context& context, const EligibilityFacts& facts) {
  const planning::Technique* technique = technique_in_plan(context.session);
  if (!technique) return;
  draw_section(context, "", technique->label, std::nullopt,
               "contraindications of the technique chosen in Devices", [&] {
                 for (const auto& c : technique->contraindications)
                   draw_contraindication(context, c, facts);
               });
  ImGui::Dummy({0, context.px(14)});
}

void draw_imaging(Context& context, const EligibilityFacts& facts) {
  draw_section(context, "", "Imaging", std::nullopt, "what this case holds", [&] {
    for (const planning::ImagingNeed& need : score_library()->flowchart.imaging) {
      const auto found = facts.imaging.find(need.id);
      const bool there = found != facts.imaging.end() && found->second;
      draw_line(context, there ? Effect::Good : Effect::Warn, context.tokens().text, need.asks,
                need.origin.tag, context.px(92), [&] {
                  coloured_text(there ? context.tokens().muted : context.tokens().warn,
                                there ? "in the case" : "missing");
                });
    }
  });
}

struct InWords {
  const char* title;
  const char* says;
  std::optional<Effect> mark;
};

InWords in_words(Eligibility::Answer answer) {
  switch (answer) {
    case Eligibility::Answer::Eligible:
      return {"Eligible", "No arterial option, and nothing found that speaks against it.",
              Effect::Good};
    case Eligibility::Answer::ArterialOption:
      return {"An arterial option", "An artery can be opened: that comes first.", Effect::Warn};
    case Eligibility::Answer::NotEligible:
      return {"Not eligible", "What decides it stands below.", Effect::Reject};
    case Eligibility::Answer::Undecided:
      break;
  }
  return {"Undecided", "Something is still missing.", std::nullopt};
}

void draw_answer(Context& context, const Eligibility& eligibility, const Box& box) {
  const Pane pane(context, "inspector", box, context.tokens().panel, 16, Pane::Scroll::Vertical);
  const InWords words = in_words(eligibility.answer);
  const ImVec2 at = ImGui::GetCursorScreenPos();
  ImU32 colour = context.tokens().text;
  if (words.mark) {
    colour = colour_of(context.tokens(), *words.mark);
    draw_mark(*ImGui::GetWindowDrawList(), {at.x + context.px(9), at.y + context.px(12)},
              context.px(16), *words.mark, context.tokens());
    ImGui::SetCursorScreenPos({at.x + context.px(28), at.y});
  }
  {
    const FontOf font(context.theme.fonts.title);
    coloured_text(colour, words.title);
  }
  wrapped_text(context.tokens().muted, words.says);
  const auto list = [&](bool speaks_for, const char* title) {
    bool any = false;
    for (const Eligibility::Reason& reason : eligibility.reasons) {
      if (reason.speaks_for != speaks_for) continue;
      if (!any) heading(context, title);
      any = true;
      const FontOf font(context.theme.fonts.dense);
      draw_line(context, speaks_for ? Effect::Good : Effect::Reject, context.tokens().text,
                reason.step + ": " + reason.sentence, reason.origin.tag, 0, [] {});
    }
  };
  list(false, "Speaks against it");
  if (!eligibility.missing.empty()) {
    heading(context, std::to_string(eligibility.missing.size()) + " missing");
    const FontOf font(context.theme.fonts.dense);
    for (const std::string& sentence : eligibility.missing)
      draw_line(context, std::nullopt, context.tokens().text, sentence, "", 0, [] {});
  }
  list(true, "Speaks for it");
  const FontOf font(context.theme.fonts.dense);
  ImGui::Dummy({0, context.px(8)});
  wrapped_text(context.tokens().muted,
               "Flowchart: " + score_library()->flowchart.origin.source +
                   ". Answers are kept with the plan; Ctrl+Z takes the last one back.");
}

}  // namespace

void draw_eligibility_page(Context& context, const FrameLayout& layout) {
  if (!context.session.has_case()) {
    const Pane pane(context, "eligibility", whole_workspace(layout), context.tokens().ground, 0);
    if (empty_view(context, whole_workspace(layout), "No case is open",
                   "Here the flowchart asks whether a vein of this limb may be arterialized.",
                   "Open a case"))
      context.session.view.workspace = Workspace::Case;
    return;
  }
  turn_to_foot_run(context.session);
  const planning::Flowchart& flowchart = score_library()->flowchart;
  const EligibilityFacts facts = eligibility_facts(context.session, flowchart);
  const planning::ScoreBook& book = score_library()->book;
  const planning::ScoreForm& form = context.session.scoring.form();
  Box chart = layout.main;
  chart.h = layout.strip.bottom() - chart.y;
  {
    const Pane pane(context, "eligibility", chart, context.tokens().ground, 20);
    // On a wide screen the answers stay near what they answer.
    ImGui::BeginChild("flowchart",
                      {std::min(ImGui::GetContentRegionAvail().x, context.px(960)), 0});
    draw_steps(context, facts, planning::results(book, form));
    draw_technique(context, facts);
    draw_imaging(context, facts);
    ImGui::Dummy({0, context.px(8)});
    ImGui::EndChild();
  }
  if (layout.inspector.w > 0)
    draw_answer(context,
                planning::judge_eligibility(flowchart, book, form, facts,
                                            technique_in_plan(context.session)),
                layout.inspector);
}

}  // namespace app
