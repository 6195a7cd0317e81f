// Scores on the image: the foot map, angiogram and radiograph with evidence, definitions, the form.
#include <algorithm>
#include <array>
#include <cmath>

#include "app/panels/picture.h"
#include "app/panels/score.h"
#include "app/panels/widgets.h"

namespace app {
namespace {

using planning::ImagePoint;
using planning::ScoreEvidence;

std::string origin_words(const planning::Origin& origin) {
  return origin.source + " [" + origin.tag + "]" + (origin.verified ? "" : ", not verified");
}

// Points of an image on the window; absent where the picture has not been drawn yet.
std::optional<ImVec2> on_window(Context& context, ViewKind kind, const Box& image, ImagePoint p) {
  if (!context.views) return std::nullopt;
  const auto place = context.views->place_of_pixel(kind, {p.column_px, p.row_px});
  if (!place) return std::nullopt;
  const ImVec2 scale = ImGui::GetIO().DisplayFramebufferScale;
  return ImVec2{image.x + static_cast<float>(place->x) / scale.x,
                image.y + static_cast<float>(place->y) / scale.y};
}

std::string length_words(const std::vector<ImagePoint>& points, std::optional<double> mm) {
  if (points.size() < 2) return "";
  return mm ? in_mm(*mm) : fixed(length_px(points), 0) + " px";
}

void draw_line(Context& context, ViewKind kind, const Box& image,
               const std::vector<ImagePoint>& points, ImU32 colour, bool dashed,
               const std::string& words) {
  ImDrawList& draw = *ImGui::GetWindowDrawList();
  std::vector<ImVec2> places;
  for (const ImagePoint& p : points)
    if (const auto place = on_window(context, kind, image, p)) places.push_back(*place);
  if (places.empty()) return;
  for (std::size_t i = 0; i + 1 < places.size(); ++i)
    if (!dashed || i % 2 == 0) draw.AddLine(places[i], places[i + 1], colour, context.px(2));
  const float r = context.px(places.size() == 1 ? 5.0f : 3.0f);
  draw.AddCircle(places.front(), r, colour, 0, context.px(1.5f));
  if (places.size() > 1) draw.AddCircle(places.back(), r, colour, 0, context.px(1.5f));
  if (words.empty()) return;
  const ImVec2 size = ImGui::CalcTextSize(words.c_str());
  const ImVec2 at{places.back().x + context.px(6), places.back().y - size.y / 2};
  draw.AddRectFilled({at.x - 2, at.y}, {at.x + size.x + 2, at.y + size.y},
                     with_alpha(context.tokens().ground, 0.75f));
  draw.AddText(at, colour, words.c_str());
}

// Evidence of the selected item is bright, that of the others faint; a proposal is dashed.
void draw_evidence(Context& context, ViewKind kind, const Box& image, bool radiograph) {
  Session& session = context.session;
  Scoring& scoring = session.scoring;
  const auto shown = evidence_image(session, radiograph);
  if (!shown) return;
  ImGui::PushClipRect({image.x, image.y}, {image.right(), image.bottom()}, true);
  const auto items = asked_items(scoring, score_library()->book);
  const AskedItem* asked = selected_item(scoring, items);
  const Tokens& tokens = context.tokens();
  const FontOf font(context.theme.fonts.dense);
  for (const ScoreEvidence& mark : scoring.form().evidence) {
    if (mark.image_uid != shown->uid) continue;
    const bool own = asked && mark.item == asked->item->id;
    draw_line(context, kind, image, mark.points, with_alpha(tokens.accent, own ? 1.0f : 0.4f),
              false, own ? length_words(mark.points, mark.length_mm) : "");
  }
  // Of a case that is settled: the readers' marks, each with its letter.
  const auto& others = context.around.review.others;
  for (std::size_t n = 0; asked && scoring.blinded && n < others.size(); ++n)
    for (const ScoreEvidence& mark : others[n].evidence)
      if (mark.item == asked->item->id && mark.image_uid == shown->uid)
        draw_line(context, kind, image, mark.points, tokens.device, true,
                  std::string(1, static_cast<char>('A' + n)));
  if (const CaseProposals* found = scoring.proposals(); found && asked)
    for (const planning::Proposal& proposal : found->proposals)
      for (const ScoreEvidence& mark : proposal.evidence)
        if (proposal.item == asked->item->id && mark.image_uid == shown->uid)
          draw_line(context, kind, image, mark.points, tokens.needle, true, "");
  if (scoring.draft_on_radiograph == radiograph && !scoring.draft.empty())
    draw_line(context, kind, image, scoring.draft, tokens.needle, false,
              length_words(scoring.draft, length_mm(scoring.draft, shown->calibration)));
  const bool aims = asked && scoring.cross_hair &&
                    (asked->item->evidence_on == planning::EvidenceOn::Radiograph) == radiograph;
  if (aims)
    if (const auto at = on_window(context, kind, image, *scoring.cross_hair)) {
      ImDrawList& draw = *ImGui::GetWindowDrawList();
      draw.AddLine({at->x - context.px(12), at->y}, {at->x + context.px(12), at->y}, tokens.needle,
                   1);
      draw.AddLine({at->x, at->y - context.px(12)}, {at->x, at->y + context.px(12)}, tokens.needle,
                   1);
    }
  ImGui::PopClipRect();
}

// A click places a point; a drag looks, as on every picture.
void take_marking(Context& context, ViewKind kind, const Box& image, bool radiograph) {
  const ImGuiIO& io = ImGui::GetIO();
  const bool clicked = ImGui::IsItemDeactivated() && !context.ui.dragged &&
                       io.MouseReleased[ImGuiMouseButton_Left] && ImGui::IsItemHovered();
  if (clicked && context.views) {
    const ImVec2 scale = io.DisplayFramebufferScale;
    const auto pixel =
        context.views->pixel_at(kind, {static_cast<double>((io.MousePos.x - image.x) * scale.x),
                                       static_cast<double>((io.MousePos.y - image.y) * scale.y)});
    const auto shown = evidence_image(context.session, radiograph);
    const bool inside = pixel && shown && pixel->x >= 0 && pixel->y >= 0 &&
                        pixel->x <= shown->columns - 1 && pixel->y <= shown->rows - 1;
    if (inside) add_draft_point(context.session, radiograph, {pixel->x, pixel->y});
  }
  draw_evidence(context, kind, image, radiograph);
}

// Both side by side; the one that the selected item is read on is the larger.
void draw_images(Context& context, const Box& box) {
  const imaging::Study& study = context.session.study();
  const auto items = asked_items(context.session.scoring, score_library()->book);
  const AskedItem* asked = selected_item(context.session.scoring, items);
  const auto on = asked ? asked->item->evidence_on : planning::EvidenceOn::Nothing;
  const float share = on == planning::EvidenceOn::Angiogram    ? 0.66f
                      : on == planning::EvidenceOn::Radiograph ? 0.34f
                                                               : 0.5f;
  const Halves halves = side_by_side(box, share, context.px(6));
  std::vector<PictureSlot> slots;
  const auto slot = [&](ViewKind kind, const Box& where, std::string caption,
                        const imaging::Calibration& calibration, bool radiograph) {
    // The error gives way where there is no room for it; the status bar has it.
    std::string length = short_sentence(calibration);
    if (where.w < context.px(360)) length = length.substr(0, length.find(" ±"));
    PictureSlot s{kind, where, std::move(caption), std::move(length), false, nullptr};
    s.over = [&context, kind, radiograph](const Box& image) {
      take_marking(context, kind, image, radiograph);
    };
    slots.push_back(std::move(s));
  };
  if (!study.runs.empty()) {
    const std::size_t run = context.session.view.run;
    std::string caption = "Angiogram";
    if (study.runs.size() > 1)
      caption += "  " + std::to_string(run + 1) + " of " + std::to_string(study.runs.size());
    slot(ViewKind::AngioSubtracted, halves.first, std::move(caption), study.runs[run].calibration,
         false);
  } else {
    empty_view(context, halves.first, "No angiogram", "SAD is read on a run of the foot.");
  }
  if (!study.radiographs.empty())
    slot(ViewKind::Radiograph, halves.second, "Radiograph", study.radiographs.front().calibration,
         true);
  else
    empty_view(context, halves.second, "No radiograph", "MAC is read on a plain film of the foot.");
  draw_pictures(context, box, slots);
}

// The selected item: every level with its definition and source, as buttons.
void draw_definitions(Context& context, const Box& box) {
  const Pane pane(context, "strip", box, context.tokens().panel, 10, Pane::Scroll::Vertical);
  Scoring& scoring = context.session.scoring;
  const auto items = asked_items(scoring, score_library()->book);
  const AskedItem* asked = selected_item(scoring, items);
  if (!asked) return;
  const planning::ScoreItem& item = *asked->item;
  coloured_text(context.tokens().text, asked->scale->title == item.label
                                           ? item.label
                                           : asked->scale->title + ": " + item.label);
  const FontOf font(context.theme.fonts.dense);
  wrapped_text(context.tokens().muted, item.says + " " + origin_words(item.origin));
  const auto chosen = scoring.form().levels.find(item.id);
  for (std::size_t i = 0; i < item.levels.size(); ++i) {
    const planning::ScoreLevel& level = item.levels[i];
    const bool is_chosen = chosen != scoring.form().levels.end() && chosen->second == level.id;
    // A category whose name is its figure says it once.
    const std::string figure = std::to_string(i);
    const std::string label =
        (level.label == figure ? figure : figure + "  " + level.label) + "##" + level.id;
    ImGui::BeginDisabled(scoring.committed());
    if (is_chosen ? accent_button(context, label.c_str(), {context.px(120), 0})
                  : ImGui::Button(label.c_str(), {context.px(120), 0}))
      choose_level(context.session, i);
    ImGui::EndDisabled();
    ImGui::SameLine(context.px(142));
    wrapped_text(level.origin.verified ? context.tokens().text : context.tokens().warn,
                 level.says + "  " + origin_words(level.origin));
  }
  if (const CaseProposals* found = scoring.proposals())
    for (const planning::Proposal& p : found->proposals)
      if (p.item == item.id)
        wrapped_text(context.tokens().needle, "Proposed: " + p.level + ". " + p.because + " " +
                                                  origin_words(p.origin) + " A accepts it.");
}

void draw_items(Context& context) {
  Scoring& scoring = context.session.scoring;
  const planning::ScoreBook& book = score_library()->book;
  const auto items = asked_items(scoring, book);
  const FontOf font(context.theme.fonts.dense);
  const planning::ScoreScale* last = nullptr;
  for (std::size_t i = 0; i < items.size(); ++i) {
    const auto& [scale, item] = items[i];
    // A score of one item needs no line of its own.
    const bool single = scale->items.size() == 1;
    const std::string doubt = scale->origin.verified ? "" : ", not verified";
    if (scale != last && !single) coloured_text(context.tokens().muted, scale->label + doubt);
    last = scale;
    const auto chosen = scoring.form().levels.find(item->id);
    const bool scored = chosen != scoring.form().levels.end();
    const bool complete = is_complete(scoring, book, items[i]);
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float mark = context.px(12);
    if (scored)
      draw_mark(*ImGui::GetWindowDrawList(),
                {at.x + mark / 2, at.y + ImGui::GetTextLineHeight() / 2}, mark,
                complete ? planning::Effect::Good : planning::Effect::Warn, context.tokens());
    ImGui::SetCursorScreenPos({at.x + context.px(single ? 18 : 28), at.y});
    const std::string value =
        !scored ? (item->optional ? "no" : "–")
                : item->level(chosen->second)->label + (complete ? "" : ", no evidence");
    const std::string name = single ? item->label + doubt : item->label;
    const std::string line =
        elided(name + ": " + value, ImGui::GetContentRegionAvail().x) + "##" + item->id;
    if (ImGui::Selectable(line.c_str(), i == scoring.item)) scoring.item = i;
  }
}

void draw_results(Context& context) {
  const Scoring& scoring = context.session.scoring;
  const auto answers = planning::results(score_library()->book, scoring.form());
  if (answers.empty()) return;
  heading(context, "What follows");
  const FontOf font(context.theme.fonts.dense);
  for (const planning::ScoreResult& r : answers) {
    field(context, r.label, r.says.substr(0, r.says.find(':')),
          r.origin.verified ? context.tokens().text : context.tokens().warn);
    if (!r.note.empty()) wrapped_text(context.tokens().warn, r.note);
  }
}

void draw_commit(Context& context) {
  Session& session = context.session;
  Scoring& scoring = session.scoring;
  heading(context, scoring.committed() ? "Committed" : "Commit");
  const FontOf font(context.theme.fonts.dense);
  const auto gaps = planning::missing(score_library()->book, scoring.form(), scoring.scales);
  if (scoring.committed())
    wrapped_text(context.tokens().good, "These scores are locked.");
  else if (gaps.empty()) {
    if (accent_button(context, "Commit the scores (Enter)")) commit_scores(context);
  } else {
    wrapped_text(context.tokens().warn,
                 std::to_string(gaps.size()) + " missing. " + gaps.front().sentence);
  }
  if (!scoring.refusal.empty()) wrapped_text(context.tokens().bad, scoring.refusal);
  if (scoring.may_show_proposal()) {
    if (scoring.seeking()) {
      wrapped_text(context.tokens().muted, "Reading the pixels ...");
      context.requests.keep_drawing = true;
    } else if (const CaseProposals* found = scoring.proposals()) {
      for (const std::string& note : found->notes) wrapped_text(context.tokens().muted, note);
    } else if (ImGui::Button("Show what the pixels propose")) {
      scoring.want_proposals(session.shared_study());
    }
  } else if (!scoring.blinded) {
    if (ImGui::Button("Propose from the pixels (P)")) {
      scoring.asked_for_proposal = true;
      scoring.want_proposals(session.shared_study());
    }
  } else {
    wrapped_text(context.tokens().muted, "Blinded: proposals are shown after your commit.");
  }
  // An average typist needs 0.28 s a key (Card, Moran and Newell 1980); 40 cases an hour leave 90
  // s.
  constexpr double key_s = 0.28;
  field(context, "Keys in this case",
        std::to_string(scoring.keystrokes) + ", " + fixed(key_s * scoring.keystrokes, 0) + " s");
}

constexpr float tabs_height = 36;  // Logical px.

constexpr std::array<std::pair<ScorePage, const char*>, 4> pages{
    {{ScorePage::Scores, "Scores"},
     {ScorePage::Eligibility, "Eligibility"},
     {ScorePage::Lists, "Reading lists"},
     {ScorePage::Outcomes, "Outcomes"}}};

// A case under review is for its scores only.
bool may_turn_to(const Context& context, ScorePage page) {
  return page != ScorePage::Eligibility || !context.session.scoring.blinded;
}

// What turns a page by itself: a case that opens from a list, and a registry that was read.
void choose_page(Context& context) {
  ScoreUi& ui = context.ui.score;
  const imaging::Study* study = context.session.has_case() ? &context.session.study() : nullptr;
  if (ui.page == ScorePage::Lists && study && study != ui.lists_over) ui.page = ScorePage::Scores;
  ui.lists_over = study;
  const void* outcomes = context.around.outcomes.get();
  if (outcomes != ui.outcomes_seen && !context.session.scoring.blinded) {
    ui.page = ScorePage::Outcomes;
    // The same file, asked otherwise, keeps the plot that is looked at.
    const std::string file = outcomes ? context.around.outcomes->path.string() : "";
    if (file != ui.outcomes_file) {
      ui.chart = 0;
      ui.chart_alone = false;
    }
    ui.outcomes_file = file;
  }
  ui.outcomes_seen = outcomes;
  if (!may_turn_to(context, ui.page)) ui.page = ScorePage::Scores;
}

void draw_tabs(Context& context, const Box& box) {
  const Pane pane(context, "score-tabs", box, context.tokens().panel, 0);
  ImDrawList& draw = *ImGui::GetWindowDrawList();
  const Tokens& tokens = context.tokens();
  float x = box.x + context.px(8);
  for (const auto& [page, title] : pages) {
    const ImVec2 size = ImGui::CalcTextSize(title);
    const float width = size.x + context.px(24);
    const bool chosen = context.ui.score.page == page, may = may_turn_to(context, page);
    ImGui::SetCursorScreenPos({x, box.y});
    ImGui::BeginDisabled(!may);
    if (ImGui::InvisibleButton(title, {width, box.h})) context.ui.score.page = page;
    place_item(context, std::string("page ") + title);
    ImGui::EndDisabled();
    const bool hovered = ImGui::IsItemHovered();
    draw.AddText({x + context.px(12), std::round(box.y + (box.h - size.y) / 2)},
                 !may                ? tokens.disabled
                 : chosen || hovered ? tokens.text
                                     : tokens.muted,
                 title);
    if (chosen)
      draw.AddRectFilled({x + context.px(8), box.bottom() - context.px(3)},
                         {x + width - context.px(8), box.bottom()}, tokens.accent);
    x += width;
  }
  draw.AddLine({box.x, box.bottom() - 1}, {box.right(), box.bottom() - 1}, tokens.line);
}

// Beside the page that is shown; the others fill the window.
bool has_inspector(const Context& context) {
  switch (context.ui.score.page) {
    case ScorePage::Lists:
      return false;
    case ScorePage::Outcomes:
      return context.around.outcomes && context.around.outcomes->summary;
    case ScorePage::Scores:
    case ScorePage::Eligibility:
      break;
  }
  return context.session.has_case();
}

FrameLayout below_tabs(const Context& context, FrameLayout layout) {
  const float height = std::min(context.px(tabs_height), layout.main.h);
  layout.main.y += height;
  layout.main.h -= height;
  return layout;
}

void draw_no_case(Context& context, const Box& box) {
  const Pane pane(context, "scores", box, context.tokens().ground, 0);
  if (empty_view(context, box, "No case is open",
                 "Open one to score it here. Reading lists and outcomes need none: see above.",
                 "Open a case"))
    context.session.view.workspace = Workspace::Case;
}

}  // namespace

void take_score_page_keys(Context& context) {
  if (!ImGui::GetIO().KeyCtrl) {
    if (context.ui.score.page == ScorePage::Outcomes) take_outcomes_keys(context);
    return;
  }
  for (std::size_t n = 0; n < pages.size(); ++n)
    if (ImGui::IsKeyPressed('1' + static_cast<int>(n), false) &&
        may_turn_to(context, pages[n].first))
      context.ui.score.page = pages[n].first;
}

void place_item(Context& context, std::string name) {
  // As much of it as is seen.
  const ImDrawList& draw = *ImGui::GetWindowDrawList();
  const ImVec2 low = draw.GetClipRectMin(), high = draw.GetClipRectMax();
  const ImVec2 from = ImGui::GetItemRectMin(), to = ImGui::GetItemRectMax();
  const float x = std::max(from.x, low.x), y = std::max(from.y, low.y);
  const Box seen{x, y, std::min(to.x, high.x) - x, std::min(to.y, high.y) - y};
  if (seen.w > 0 && seen.h > 0) place(context, std::move(name), seen);
}

void draw_score_workspace(Context& context, const FrameLayout& whole) {
  if (!score_library()) {
    empty_view(context, whole_workspace(whole), "No scores", score_library().error().sentence);
    return;
  }
  choose_page(context);
  const FrameLayout layout = below_tabs(context, whole);
  const float width = has_inspector(context) ? whole.main.w : whole_workspace(whole).w;
  draw_tabs(context, {whole.main.x, whole.main.y, width, context.px(tabs_height)});
  switch (context.ui.score.page) {
    case ScorePage::Eligibility:
      return draw_eligibility_page(context, layout);
    case ScorePage::Lists:
      return draw_review_desk(context, whole_workspace(layout));
    case ScorePage::Outcomes:
      return draw_outcomes_page(context, layout);
    case ScorePage::Scores:
      break;
  }
  if (!context.session.has_case()) return draw_no_case(context, whole_workspace(layout));
  turn_to_foot_run(context.session);
  const Halves halves = side_by_side(layout.main, 0.43f, context.px(6));
  draw_foot_map(context, halves.first);
  draw_images(context, halves.second);
  draw_definitions(context, layout.strip);
  if (layout.inspector.w <= 0) return;
  const Pane pane(context, "inspector", layout.inspector, context.tokens().panel, 16,
                  Pane::Scroll::Vertical);
  heading(context, "Scores");
  draw_items(context);
  draw_results(context);
  draw_commit(context);
  draw_review_part(context);
  if (!context.session.scoring.blinded && ImGui::Button("Save the marked images (S)"))
    context.requests.export_evidence = true;
}

}  // namespace app
