// What the chair of a review does: people, reading lists, and how far readers agree.
#include <algorithm>
#include <array>
#include <cmath>

#include "app/panels/score.h"
#include "app/panels/widgets.h"

namespace app {
namespace {

using planning::Agreement;

void choose_one_of(Context& context, const std::vector<std::string>& words, std::string& chosen) {
  for (std::size_t n = 0; n < words.size(); ++n) {
    if (n > 0) ImGui::SameLine(0, context.px(4));
    if (words[n] == chosen ? accent_button(context, words[n].c_str())
                           : ImGui::Button(words[n].c_str()))
      chosen = words[n];
  }
}

void draw_people(Context& context) {
  const ReviewDesk& desk = context.around.review;
  ScoreUi& ui = context.ui.score;
  heading(context, "People");
  {
    const FontOf font(context.theme.fonts.dense);
    const auto chosen = std::find_if(desk.lists.begin(), desk.lists.end(),
                                     [&](const auto& list) { return list.name == desk.list; });
    for (const ReviewDesk::Person& person : desk.people) {
      std::string says = person.role;
      if (person.role == "reader" && chosen != desk.lists.end())
        says += ", " + std::to_string(person.committed) + " of " + std::to_string(chosen->cases) +
                " committed";
      field(context, person.name, says);
    }
  }
  ImGui::PushID("person");
  text_field("Sign-in name of somebody new", ui.person_name, false);
  text_field("First password, 8 letters or more", ui.person_secret, true);
  choose_one_of(context, {"reader", "adjudicator", "chair"}, ui.person_role);
  ImGui::BeginDisabled(ui.person_name.empty() || ui.person_secret.empty());
  ImGui::SameLine(0, context.px(16));
  const bool adds = accent_button(context, "Add");
  place_item(context, "add person");
  if (adds) {
    ReviewWish one;
    one.what = ReviewWish::What::AddPerson;
    one.name = std::exchange(ui.person_name, {});
    one.secret = std::exchange(ui.person_secret, {});
    one.which = ui.person_role;
    context.requests.review = std::move(one);
  }
  ImGui::EndDisabled();
  ImGui::PopID();
}

void toggle(std::set<std::string>& chosen, const std::string& id, const std::string& label) {
  bool is_chosen = chosen.contains(id);
  if (!ImGui::Checkbox((label + "##" + id).c_str(), &is_chosen)) return;
  is_chosen ? (void)chosen.insert(id) : (void)chosen.erase(id);
}

// Which scores are asked: none chosen means all.
void draw_scales(Context& context) {
  ScoreUi& ui = context.ui.score;
  const auto& scales = score_library()->book.scales;
  const float right = ImGui::GetCursorScreenPos().x + ImGui::GetContentRegionAvail().x;
  for (std::size_t n = 0; n < scales.size(); ++n) {
    const float width =
        ImGui::GetFrameHeight() + context.px(24) + ImGui::CalcTextSize(scales[n].label.c_str()).x;
    if (n > 0 && ImGui::GetItemRectMax().x + width < right) ImGui::SameLine(0, context.px(16));
    toggle(ui.list_scales, scales[n].id, scales[n].label);
  }
}

void draw_new_list(Context& context) {
  ScoreUi& ui = context.ui.score;
  heading(context, "A new reading list");
  ImGui::PushID("list");
  text_field("Name of the list, for instance feet-2026", ui.list_name, false);
  const FontOf font(context.theme.fonts.dense);
  coloured_text(context.tokens().muted, "Cases of this library");
  bool any = false;
  for (const CaseCard& card : context.around.library) {
    any = true;
    const bool sided = card.side != imaging::Side::Unknown;
    // A case without a side could not refuse a score for the wrong one.
    ImGui::BeginDisabled(!sided);
    toggle(ui.list_cases, card.id,
           card.alias + ", " +
               (sided ? std::string(imaging::name_of(card.side))
                      : std::string("side unknown: cannot be listed")));
    ImGui::EndDisabled();
  }
  if (!any)
    wrapped_text(context.tokens().warn, "The library holds no case yet: open each case once.");
  coloured_text(context.tokens().muted, "Scores that are asked (none chosen: all)");
  draw_scales(context);
  coloured_text(context.tokens().muted, "Readers that each case needs");
  ImGui::SameLine();
  ImGui::SetNextItemWidth(context.px(110));
  ImGui::InputInt("##readers", &ui.list_readers);
  ui.list_readers = std::clamp(ui.list_readers, 2, 20);
  ImGui::BeginDisabled(ui.list_name.empty() || ui.list_cases.empty());
  ImGui::SameLine(0, context.px(16));
  const bool makes = accent_button(context, "Make the list");
  place_item(context, "make list");
  if (makes) {
    ReviewWish one;
    one.what = ReviewWish::What::MakeList;
    one.which = std::exchange(ui.list_name, {});
    one.cases = {ui.list_cases.begin(), ui.list_cases.end()};
    one.scales = {ui.list_scales.begin(), ui.list_scales.end()};
    one.readers = ui.list_readers;
    ui.list_cases.clear();
    context.requests.review = std::move(one);
  }
  ImGui::EndDisabled();
  ImGui::PopID();
}

std::string in_words(const std::optional<Agreement>& agreement, bool percent) {
  if (!agreement) return "–";
  const double factor = percent ? 100 : 1;
  const int decimals = percent ? 0 : 2;
  return fixed(factor * agreement->value, decimals) + " (" +
         fixed(factor * agreement->interval.low, decimals) + " to " +
         fixed(factor * agreement->interval.high, decimals) + ")";
}

// The interval as a bar from -0.2 to 1 with the estimate as a dot; nought and 0.6 are marked.
void draw_interval(Context& context, const Agreement& agreement, ImVec2 at, float width) {
  ImDrawList& draw = *ImGui::GetWindowDrawList();
  const auto x_of = [&](double value) {
    return at.x + width * static_cast<float>((std::clamp(value, -0.2, 1.0) + 0.2) / 1.2);
  };
  const float y = at.y + ImGui::GetTextLineHeight() / 2;
  draw.AddLine({at.x, y}, {at.x + width, y}, context.tokens().line, context.px(1));
  draw.AddLine({x_of(0), y - context.px(5)}, {x_of(0), y + context.px(5)},
               context.tokens().disabled, context.px(1));
  draw.AddLine({x_of(agreement.interval.low), y}, {x_of(agreement.interval.high), y},
               context.tokens().accent, context.px(3));
  draw.AddCircleFilled({x_of(agreement.value), y}, context.px(4), context.tokens().accent);
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
  const float room = ImGui::GetContentRegionAvail().x;
  // Shares of the room: item, cases, equal, kappa, its bar, Fleiss, ICC.
  constexpr std::array shares{0.0f, 0.2f, 0.25f, 0.385f, 0.535f, 0.7f, 0.85f};
  const auto cell = [&](std::size_t n, ImU32 colour, const std::string& text) {
    const float end = n + 1 < shares.size() ? shares[n + 1] : 1.0f;
    if (n > 0) ImGui::SameLine(room * shares[n]);
    coloured_text(colour, elided(text, room * (end - shares[n]) - context.px(6)));
  };
  const char* heads[] = {"",         "Cases",          "Equal, %", "Weighted kappa",
                         "−0.2 … 1", "Fleiss's kappa", "ICC(2,1)"};
  for (std::size_t n = 0; n < std::size(heads); ++n) cell(n, context.tokens().muted, heads[n]);
  for (const ReviewDesk::Agreement& one : desk.agreement) {
    cell(0, context.tokens().text, one.label);
    cell(1, context.tokens().text, one.cases);
    cell(2, context.tokens().text, in_words(one.percent, true));
    cell(3, context.tokens().text, in_words(one.weighted, false));
    cell(4, context.tokens().text, " ");
    const auto& shown = one.weighted ? one.weighted : one.fleiss;
    if (shown) {
      const ImVec2 at = ImGui::GetItemRectMin();
      draw_interval(context, *shown, at, room * (shares[5] - shares[4]) - context.px(16));
    }
    cell(5, context.tokens().text, in_words(one.fleiss, false));
    cell(6, context.tokens().text, in_words(one.icc, false));
    if (!one.remark.empty()) wrapped_text(context.tokens().muted, one.remark);
  }
  if (ImGui::Button("Save readings, agreement and codebook (CSV)"))
    ask_review(context, ReviewWish::What::SaveTables);
  place_item(context, "save tables");
  wrapped_text(context.tokens().muted,
               "With 95 % intervals. The bar shows the weighted kappa of two readers, else "
               "Fleiss's.");
}

}  // namespace

void draw_chair_desk(Context& context) {
  if (!context.around.review.audit.empty()) {
    const FontOf font(context.theme.fonts.dense);
    wrapped_text(context.tokens().muted, context.around.review.audit);
  }
  draw_agreement(context);
  ImGui::Dummy({0, context.px(8)});
  const float gap = context.px(32), room = ImGui::GetContentRegionAvail().x;
  const float half = (room - gap) / 2;
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float rows = static_cast<float>(context.around.library.size());
  // As tall as the longer one needs; the page scrolls, the columns do not.
  const float height = context.px(300) + rows * ImGui::GetFrameHeightWithSpacing() +
                       static_cast<float>(context.around.review.people.size()) * context.px(22);
  ImGui::BeginChild("people", {half, height}, false, ImGuiWindowFlags_NoScrollbar);
  draw_people(context);
  ImGui::EndChild();
  ImGui::SetCursorScreenPos({at.x + half + gap, at.y});
  ImGui::BeginChild("new-list", {half, height}, false, ImGuiWindowFlags_NoScrollbar);
  draw_new_list(context);
  ImGui::EndChild();
}

}  // namespace app
