// Blinded review: who reads, which list, the next case in the reader's own order, and what differs.
#include <algorithm>

#include "app/panels/score.h"
#include "app/panels/widgets.h"

namespace app {
namespace {

using State = ReviewDesk::Case::State;

bool entered(int key) { return ImGui::IsKeyPressed(key, false) && !ImGui::GetIO().WantTextInput; }

// True when Enter was pressed in it.
bool text_field(const char* label, std::string& text, bool secret) {
  char typed[512] = {};
  text.copy(typed, sizeof typed - 1);
  ImGui::SetNextItemWidth(-1);
  const bool done = ImGui::InputTextWithHint(
      (std::string("##") + label).c_str(), label, typed, sizeof typed,
      ImGuiInputTextFlags_EnterReturnsTrue | (secret ? ImGuiInputTextFlags_Password : 0));
  text = typed;
  return done;
}

void wish(Context& context, ReviewWish::What what, std::string which = {}) {
  ReviewWish one;
  one.what = what;
  one.which = std::move(which);
  context.requests.review = std::move(one);
}

void draw_sign_in(Context& context) {
  UiState& ui = context.ui;
  const ReviewDesk& desk = context.around.review;
  wrapped_text(context.tokens().muted,
               "Readers score the same cases under codes, each in an order of his own, and see "
               "neither names, nor each other's scores, nor proposals before they commit.");
  if (ui.review_place.empty()) ui.review_place = desk.place;
  bool go =
      text_field("Library folder, or postgresql://user@host/database", ui.review_place, false);
  go |= text_field("Sign-in name", ui.review_name, false);
  go |= text_field("Password", ui.review_secret, true);
  const bool ready = !ui.review_name.empty() && !ui.review_secret.empty();
  ImGui::BeginDisabled(!ready);
  go |= accent_button(context, "Sign in");
  ImGui::EndDisabled();
  wrapped_text(context.tokens().muted,
               "The chair adds people and lists with oasis review; see oasis review --help.");
  if (!go || !ready) return;
  ReviewWish one;
  one.what = ReviewWish::What::SignIn;
  one.place = ui.review_place;
  one.name = ui.review_name;
  one.secret = std::exchange(ui.review_secret, {});
  context.requests.review = std::move(one);
}

std::string pace_words(const ReviewDesk& desk) {
  if (desk.committed_now == 0 || desk.reading_s <= 0) return "";
  return std::to_string(desk.committed_now) + " in this sitting, " +
         fixed(3600.0 * desk.committed_now / desk.reading_s, 0) + " an hour";
}

void draw_lists(Context& context) {
  const ReviewDesk& desk = context.around.review;
  heading(context, "Reading lists");
  if (desk.lists.empty())
    wrapped_text(context.tokens().muted, "There is no reading list yet. The chair makes one.");
  for (const ReviewDesk::List& list : desk.lists) {
    std::string line = list.name + "  ";
    line += desk.role == "adjudicator" ? std::to_string(list.cases) + " to settle"
            : desk.role == "chair"
                ? std::to_string(list.cases) + " cases"
                : std::to_string(list.done) + " of " + std::to_string(list.cases) + " committed";
    if (ImGui::Selectable((line + "##" + list.name).c_str(), list.name == desk.list))
      wish(context, ReviewWish::What::ChooseList, list.name);
  }
}

void draw_case_lines(Context& context) {
  const ReviewDesk& desk = context.around.review;
  heading(context, desk.role == "adjudicator" ? "Cases that readers differ on" : "Your cases");
  if (desk.list.empty())
    return wrapped_text(context.tokens().muted, "Choose a reading list first.");
  const ReviewDesk::Case* next = desk.next();
  if (!next)
    wrapped_text(context.tokens().good, desk.role == "adjudicator"
                                            ? "Nothing of this list is left to settle."
                                            : "Every case of this list is committed.");
  else if (accent_button(context, "Next case (Enter)") ||
           entered(ImGui::GetKeyIndex(ImGuiKey_Enter)))
    wish(context, ReviewWish::What::OpenCase, next->code);
  const FontOf font(context.theme.fonts.dense);
  for (const ReviewDesk::Case& one : desk.cases) {
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float mark = context.px(12);
    if (one.state != State::Open)
      draw_mark(*ImGui::GetWindowDrawList(),
                {at.x + mark / 2, at.y + ImGui::GetTextLineHeight() / 2}, mark,
                one.state == State::Committed ? planning::Effect::Good : planning::Effect::Warn,
                context.tokens());
    ImGui::SetCursorScreenPos({at.x + context.px(18), at.y});
    std::string line = one.code + "  " + std::string(imaging::name_of(one.side)) +
                       (one.state == State::Committed ? "  committed"
                        : one.state == State::Draft   ? "  begun"
                                                      : "");
    if (!one.differ_in.empty()) line += "  differ in";
    for (const std::string& id : one.differ_in) line += " " + id;
    if (ImGui::Selectable(
            (elided(line, ImGui::GetContentRegionAvail().x) + "##" + one.code).c_str(),
            one.code == desk.code))
      wish(context, ReviewWish::What::OpenCase, one.code);
  }
}

// Every figure with its interval, over the cases that all readers have committed.
void draw_agreement(Context& context) {
  const ReviewDesk& desk = context.around.review;
  heading(context, "Agreement so far");
  if (desk.agreement.empty()) {
    wrapped_text(context.tokens().muted, desk.list.empty()
                                             ? "Choose a reading list first."
                                             : "No case was committed by every reader yet.");
    return;
  }
  const FontOf font(context.theme.fonts.dense);
  const float cases = context.px(230), percent = context.px(290), kappa = context.px(430);
  const auto row = [&](ImU32 colour, const ReviewDesk::Agreement& one) {
    coloured_text(colour, elided(one.label, cases - context.px(8)));
    ImGui::SameLine(cases);
    coloured_text(colour, one.cases);
    ImGui::SameLine(percent);
    coloured_text(colour, one.percent);
    ImGui::SameLine(kappa);
    coloured_text(colour, one.kappa);
  };
  row(context.tokens().muted, {"", "Cases", "Equal", "Weighted or Fleiss's kappa (95 %)"});
  for (const ReviewDesk::Agreement& one : desk.agreement) row(context.tokens().text, one);
}

// What the others chose for the item: "A 2, B 1".
std::string others_words(const ReviewDesk& desk, const std::string& item) {
  std::string words;
  for (std::size_t n = 0; n < desk.others.size(); ++n) {
    const auto level = desk.others[n].levels.find(item);
    if (!words.empty()) words += ",  ";
    words += std::string(1, static_cast<char>('A' + n)) + " " +
             (level == desk.others[n].levels.end() ? "–" : level->second);
  }
  return words;
}

}  // namespace

void draw_review_desk(Context& context, const Box& box) {
  const ReviewDesk& desk = context.around.review;
  const Pane pane(context, "review", box, context.tokens().ground, 24, Pane::Scroll::Vertical);
  const float width = std::min(context.px(720), box.w - context.px(48));
  ImGui::BeginChild("review-column", {width, 0});
  {
    const FontOf font(context.theme.fonts.title);
    coloured_text(context.tokens().text, "Blinded review");
  }
  if (!desk.refusal.empty()) wrapped_text(context.tokens().bad, desk.refusal);
  if (!desk.signed_in()) {
    draw_sign_in(context);
  } else {
    coloured_text(context.tokens().muted, desk.name + ", " + desk.role);
    ImGui::SameLine();
    if (ImGui::SmallButton("Sign out")) wish(context, ReviewWish::What::SignOut);
    draw_lists(context);
    desk.role == "chair" ? draw_agreement(context) : draw_case_lines(context);
    const std::string pace = pace_words(desk);
    if (!pace.empty()) coloured_text(context.tokens().muted, pace);
  }
  if (context.session.has_case() && ImGui::Button("Back to the case"))
    context.ui.review_shown = false;
  ImGui::EndChild();
}

void draw_review_part(Context& context) {
  const ReviewDesk& desk = context.around.review;
  Scoring& scoring = context.session.scoring;
  if (!scoring.blinded) {
    if (ImGui::Button("Blinded review ...")) context.ui.review_shown = true;
    return;
  }
  heading(context, desk.role == "adjudicator" ? "Adjudication" : "Blinded review");
  const FontOf font(context.theme.fonts.dense);
  const auto done = std::count_if(desk.cases.begin(), desk.cases.end(),
                                  [](const auto& one) { return one.state == State::Committed; });
  field(context, desk.list,
        desk.role == "adjudicator"
            ? std::to_string(desk.cases.size()) + " to settle"
            : std::to_string(done) + " of " + std::to_string(desk.cases.size()) + " committed");
  const std::string pace = pace_words(desk);
  if (!pace.empty()) coloured_text(context.tokens().muted, pace);
  if (!desk.others.empty()) {
    wrapped_text(context.tokens().muted,
                 "The readers, in an order that tells nothing. Their marks are on the images.");
    for (const std::string& id : desk.differ_in)
      if (const planning::ScoreItem* item = score_library()->book.item(id))
        field(context, item->label, others_words(desk, id), context.tokens().warn);
  }
  if (scoring.committed()) {
    if (const ReviewDesk::Case* next = desk.next()) {
      if (accent_button(context, "Next case (Enter)"))
        wish(context, ReviewWish::What::OpenCase, next->code);
    } else {
      wrapped_text(context.tokens().good, "The list is done.");
    }
  }
  if (ImGui::Button("Reading list")) context.ui.review_shown = true;
}

void go_to_next_case(Context& context) {
  if (const ReviewDesk::Case* next = context.around.review.next())
    wish(context, ReviewWish::What::OpenCase, next->code);
}

}  // namespace app
