// Blinded review: who reads, which list, the next case in the reader's own order, and what differs.
#include <algorithm>

#include "app/panels/score.h"
#include "app/panels/widgets.h"

namespace app {
namespace {

using State = ReviewDesk::Case::State;

bool entered(int key) { return ImGui::IsKeyPressed(key, false) && !ImGui::GetIO().WantTextInput; }

void draw_sign_in(Context& context) {
  ScoreUi& ui = context.ui.score;
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
  ImGui::SameLine(0, context.px(12));
  const bool begins = ImGui::Button("Begin a review here, as its chair");
  ImGui::EndDisabled();
  wrapped_text(context.tokens().muted,
               "The chair adds people, makes lists and sees how far readers agree. A place has "
               "one review; whoever begins it is its first chair.");
  if (!(go || begins) || !ready) return;
  ReviewWish one;
  one.what = begins ? ReviewWish::What::BecomeChair : ReviewWish::What::SignIn;
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
    wrapped_text(context.tokens().muted,
                 desk.role == "chair" ? "There is no reading list yet. Make one below."
                                      : "There is no reading list yet. The chair makes one.");
  for (const ReviewDesk::List& list : desk.lists) {
    std::string line = list.name + "  ";
    line += desk.role == "adjudicator" ? std::to_string(list.cases) + " to settle"
            : desk.role == "chair"
                ? std::to_string(list.cases) + (list.cases == 1 ? " case" : " cases")
                : std::to_string(list.done) + " of " + std::to_string(list.cases) + " committed";
    if (ImGui::Selectable((line + "##" + list.name).c_str(), list.name == desk.list))
      ask_review(context, ReviewWish::What::ChooseList, list.name);
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
    ask_review(context, ReviewWish::What::OpenCase, next->code);
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
    for (std::size_t n = 0; n < one.differ_in.size(); ++n) {
      const planning::ScoreItem* item = score_library()->book.item(one.differ_in[n]);
      line += (n == 0 ? " " : ", ") + (item ? item->label : one.differ_in[n]);
    }
    if (ImGui::Selectable(
            (elided(line, ImGui::GetContentRegionAvail().x) + "##" + one.code).c_str(),
            one.code == desk.code))
      ask_review(context, ReviewWish::What::OpenCase, one.code);
  }
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

void ask_review(Context& context, ReviewWish::What what, std::string which) {
  ReviewWish one;
  one.what = what;
  one.which = std::move(which);
  context.requests.review = std::move(one);
}

void draw_review_desk(Context& context, const Box& box) {
  const ReviewDesk& desk = context.around.review;
  const Pane pane(context, "review", box, context.tokens().ground, 24, Pane::Scroll::Vertical);
  const float column = desk.role == "chair" ? 1180.0f : 720.0f;
  const float width = std::min(context.px(column), box.w - context.px(48));
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
    if (ImGui::SmallButton("Sign out")) ask_review(context, ReviewWish::What::SignOut);
    draw_lists(context);
    desk.role == "chair" ? draw_chair_desk(context) : draw_case_lines(context);
    const std::string pace = pace_words(desk);
    if (!pace.empty()) coloured_text(context.tokens().muted, pace);
  }
  if (context.session.has_case() && ImGui::Button("Back to the case"))
    context.ui.score.page = ScorePage::Scores;
  ImGui::EndChild();
}

void draw_review_part(Context& context) {
  const ReviewDesk& desk = context.around.review;
  Scoring& scoring = context.session.scoring;
  if (!scoring.blinded) return;
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
        ask_review(context, ReviewWish::What::OpenCase, next->code);
    } else {
      wrapped_text(context.tokens().good, "The list is done.");
    }
  }
  if (ImGui::Button("Reading list")) context.ui.score.page = ScorePage::Lists;
}

void go_to_next_case(Context& context) {
  if (const ReviewDesk::Case* next = context.around.review.next())
    ask_review(context, ReviewWish::What::OpenCase, next->code);
}

}  // namespace app
