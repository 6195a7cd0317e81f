// The three bars that every workspace shares: what case this is, where in the work, and what runs.
#include <algorithm>
#include <array>
#include <cmath>

#include "app/panels/icons.h"
#include "app/panels/widgets.h"
#include "app/session/angio_marks.h"

namespace app {
namespace {

// Those that have a feature; the rail grows with the product.
constexpr std::array<std::pair<Workspace, const char*>, 9> rail = {{
    {Workspace::Case, "Case"},
    {Workspace::Angio, "Angio"},
    {Workspace::Duplex, "Duplex"},
    {Workspace::Vessels, "Vessels"},
    {Workspace::Cross, "Cross"},
    {Workspace::Devices, "Devices"},
    {Workspace::Flow, "Flow"},
    {Workspace::Score, "Score"},
    {Workspace::Report, "Report"},
}};

enum class Progressed { NotYet, Done, NeedsAttention };

Progressed progress_of(const Session& session, Workspace workspace, bool reported) {
  if (!session.has_case()) return Progressed::NotYet;
  const auto done_if = [](bool done) { return done ? Progressed::Done : Progressed::NotYet; };
  const planning::Preview* preview = session.preview();
  switch (workspace) {
    case Workspace::Case:
      return session.study().skipped.empty() && session.notes.empty() ? Progressed::Done
                                                                      : Progressed::NeedsAttention;
    case Workspace::Angio:
      return done_if(!session.study().runs.empty());
    case Workspace::Duplex:
      return done_if(!session.study().volumes.empty());
    case Workspace::Vessels:
      return done_if(!session.vessels().empty());
    case Workspace::Cross:
      if (session.planner() && !session.plan().crossing) return Progressed::NeedsAttention;
      if (preview && preview->crossing.rejected) return Progressed::NeedsAttention;
      return done_if(preview != nullptr);
    case Workspace::Devices:
      if (!preview) return Progressed::NotYet;
      return std::all_of(preview->checks.begin(), preview->checks.end(),
                         [](const planning::Check& check) { return check.ok; })
                 ? Progressed::Done
                 : Progressed::NeedsAttention;
    case Workspace::Flow:
      return done_if(preview != nullptr && preview->flow.circuit_ml_min > 0);
    case Workspace::Report:
      return done_if(reported);
    case Workspace::Score:
      return done_if(session.scoring.committed());
    case Workspace::Rehearse:
      break;
  }
  return Progressed::NotYet;
}

const char* title_of(Workspace workspace) {
  for (const auto& [value, title] : rail)
    if (value == workspace) return title;
  return "Case";
}

bool icon_button(Context& context, const char* id, bool redo, ImVec2 at, bool enabled,
                 const std::string& tip) {
  const float size = context.px(28);
  ImGui::SetCursorScreenPos(at);
  ImGui::BeginDisabled(!enabled);
  const bool clicked = ImGui::InvisibleButton(id, {size, size});
  ImGui::EndDisabled();
  const bool hovered = ImGui::IsItemHovered();
  ImDrawList& draw = *ImGui::GetWindowDrawList();
  if (hovered)
    draw.AddRectFilled(at, {at.x + size, at.y + size}, context.tokens().raised, context.px(4));
  draw_undo_icon(draw, {at.x + size / 2, at.y + size / 2}, context.px(15),
                 enabled ? context.tokens().text : context.tokens().disabled, redo);
  if (hovered) tooltip(context, tip);
  return clicked;
}

// Of the plan; `right` moves to where the next thing ends.
void draw_undo_buttons(Context& context, float& right, float middle, float button) {
  History& history = context.session.history();
  if (icon_button(context, "redo", true, {right, middle - button / 2}, history.can_redo(),
                  "Redo " + std::string(history.redo_label()) + "  (Ctrl+Shift+Z)"))
    history.redo();
  right -= button;
  if (icon_button(context, "undo", false, {right, middle - button / 2}, history.can_undo(),
                  "Undo " + std::string(history.undo_label()) + "  (Ctrl+Z)"))
    history.undo();
}

}  // namespace

void draw_top_bar(Context& context, const Box& box) {
  const Pane pane(context, "top-bar", box, context.tokens().panel, 0);
  const Tokens& tokens = context.tokens();
  ImDrawList& draw = *ImGui::GetWindowDrawList();
  const float middle = box.y + box.h / 2;

  // The mark of the house: a lumen, and water in it.
  const ImVec2 mark{box.x + context.px(36), middle};
  draw.AddCircle(mark, context.px(9), tokens.accent, 0, context.px(2));
  draw.AddCircleFilled(mark, context.px(3.5f), tokens.accent);

  float x = box.x + context.px(72 + 12);
  const auto write = [&](ImFont* font, ImU32 colour, std::string_view text) {
    const FontOf scope(font);
    const ImVec2 size = ImGui::CalcTextSize(text.data(), text.data() + text.size());
    draw.AddText({x, std::round(middle - size.y / 2)}, colour, text.data(),
                 text.data() + text.size());
    x += size.x;
  };
  const auto dot = [&] {
    x += context.px(10);
    draw.AddCircleFilled({x, middle}, context.px(1.5f), tokens.disabled);
    x += context.px(10);
  };
  if (context.session.has_case()) {
    const imaging::Study& study = context.session.study();
    write(context.theme.fonts.body, tokens.muted, study.alias);
    dot();
    const bool known = study.side != imaging::Side::Unknown;
    write(context.theme.fonts.section, known ? tokens.text : tokens.warn, leg_in_words(study.side));
    dot();
  }
  write(context.theme.fonts.section, tokens.accent,
        context.session.has_case() ? title_of(context.session.view.workspace)
        : context.session.view.workspace == Workspace::Score ? "Score"
                                                             : "Library");

  // From the right: research use, saved, redo, undo, drawer.
  float right = box.right() - context.px(16);
  const auto write_right = [&](ImU32 colour, std::string_view text) {
    const FontOf scope(context.theme.fonts.dense);
    const ImVec2 size = ImGui::CalcTextSize(text.data(), text.data() + text.size());
    right -= size.x;
    draw.AddText({right, std::round(middle - size.y / 2)}, colour, text.data(),
                 text.data() + text.size());
    right -= context.px(20);
  };
  write_right(tokens.muted, "Research only");
  if (!context.around.saved.empty()) write_right(tokens.muted, context.around.saved);
  if (!context.session.has_case()) return;

  const float button = context.px(28);
  right -= button - context.px(8);
  if (context.session.view.workspace == Workspace::Score &&
      context.ui.score.page != ScorePage::Eligibility) {
    Scoring& scoring = context.session.scoring;
    if (icon_button(context, "redo", true, {right, middle - button / 2}, scoring.can_redo(),
                    "Redo the last score  (Ctrl+Shift+Z)"))
      scoring.redo();
    right -= button;
    if (icon_button(context, "undo", false, {right, middle - button / 2}, scoring.can_undo(),
                    "Undo the last score  (Ctrl+Z)"))
      scoring.undo();
  } else {
    draw_undo_buttons(context, right, middle, button);
  }
  const bool drawer = ImGui::GetIO().DisplaySize.x < context.px(1100);
  if (!drawer) return;
  const char* label = context.ui.drawer_open ? "Hide details" : "Details";
  const float width = ImGui::CalcTextSize(label).x + context.px(16);
  right -= width + context.px(8);
  if (right < x + context.px(8)) right = x + context.px(8);
  ImGui::SetCursorScreenPos({right, std::round(middle - ImGui::GetFrameHeight() / 2)});
  if (ImGui::Button(label)) context.ui.drawer_open = !context.ui.drawer_open;
}

void draw_rail(Context& context, const Box& box) {
  const Pane pane(context, "rail", box, context.tokens().panel, 0);
  const Tokens& tokens = context.tokens();
  ImDrawList& draw = *ImGui::GetWindowDrawList();
  const float height =
      std::min(context.px(64), (box.h - context.px(8)) / static_cast<float>(rail.size()));
  float y = box.y + context.px(4);
  const FontOf font(context.theme.fonts.dense);
  for (const auto& [workspace, title] : rail) {
    ImGui::SetCursorScreenPos({box.x, y});
    // A review needs no case; and a case under review is for its scores only.
    const bool needs_case = context.session.scoring.blinded
                                ? workspace != Workspace::Score
                                : workspace != Workspace::Case && workspace != Workspace::Score &&
                                      !context.session.has_case();
    ImGui::BeginDisabled(needs_case);
    if (ImGui::InvisibleButton(title, {box.w, height})) {
      context.session.view.workspace = workspace;
      context.ui.maximised.reset();
      context.ui.library_shown = false;
    }
    ImGui::EndDisabled();
    const bool chosen = context.session.view.workspace == workspace;
    const bool hovered = ImGui::IsItemHovered();
    if (chosen || hovered)
      draw.AddRectFilled({box.x + context.px(6), y + context.px(2)},
                         {box.right() - context.px(6), y + height - context.px(2)},
                         chosen ? tokens.raised : with_alpha(tokens.raised, 0.6f), context.px(4));
    if (chosen)
      draw.AddRectFilled({box.x, y + context.px(8)},
                         {box.x + context.px(3), y + height - context.px(8)}, tokens.accent,
                         context.px(1.5f));
    const ImU32 colour = needs_case ? tokens.disabled : chosen ? tokens.text : tokens.muted;
    const float middle = box.x + box.w / 2;
    const float icon = std::min(context.px(24), height * 0.4f);
    const float text_height = ImGui::GetFontSize();
    const float top = y + (height - icon - text_height - context.px(4)) / 2;
    draw_icon(draw, workspace, {middle, top + icon / 2}, icon, chosen ? tokens.accent : colour);
    const float width = ImGui::CalcTextSize(title).x;
    draw.AddText({std::round(middle - width / 2), std::round(top + icon + context.px(3))}, colour,
                 title);
    const ImVec2 state{middle + context.px(22), top + context.px(3)};
    switch (progress_of(context.session, workspace, !context.around.report_path.empty())) {
      case Progressed::Done:
        draw.AddCircleFilled(state, context.px(3), tokens.good);
        break;
      case Progressed::NeedsAttention:
        draw.AddCircle(state, context.px(3.5f), tokens.warn, 0, context.px(1.75f));
        break;
      case Progressed::NotYet:
        break;
    }
    y += height;
  }
}

namespace {

// The calibration of what the workspace shows.
std::string calibration_in_view(const Session& session) {
  if (!session.has_case()) return "";
  const imaging::Study& study = session.study();
  const ViewState& view = session.view;
  if (view.workspace == Workspace::Angio || view.workspace == Workspace::Score)
    return study.runs.empty()
               ? ""
               : sentence(calibration_of(session.plan().angio, study.runs[view.run]));
  return study.volumes.empty() ? "" : sentence(study.volumes[view.volume].calibration);
}

std::string place_in_words(const imaging::Point3<imaging::Lps>& p) {
  return "L " + fixed(p.x, 1) + "   P " + fixed(p.y, 1) + "   S " + fixed(p.z, 1) + " mm";
}

// Progress of one job with the time left and its cancel. Returns the left edge of what it drew.
float draw_job(Context& context, const Box& box, const JobStatus& job, float right) {
  const Tokens& tokens = context.tokens();
  ImDrawList& draw = *ImGui::GetWindowDrawList();
  const float middle = box.y + box.h / 2;
  const char* cancel = job.cancelling ? "Stopping" : "Cancel";
  const float button = ImGui::CalcTextSize("Stopping").x + context.px(16);
  right -= button;
  ImGui::SetCursorScreenPos({right, box.y + context.px(3)});
  ImGui::PushID(static_cast<int>(job.id));
  ImGui::PushStyleVar(ImGuiStyleVar_FramePadding, context.theme.px(8, 2));
  ImGui::BeginDisabled(job.cancelling);
  if (ImGui::Button(cancel, {button, box.h - context.px(6)})) context.requests.cancel_job = job.id;
  ImGui::EndDisabled();
  ImGui::PopStyleVar();
  ImGui::PopID();

  const float bar = context.px(120), height = context.px(6);
  right -= bar + context.px(10);
  draw.AddRectFilled({right, middle - height / 2}, {right + bar, middle + height / 2}, tokens.line,
                     height / 2);
  const float filled = std::max(height, bar * static_cast<float>(job.fraction));
  draw.AddRectFilled({right, middle - height / 2}, {right + filled, middle + height / 2},
                     tokens.accent, height / 2);
  std::string text = job.title;
  if (!job.stage.empty()) text += " · " + job.stage;
  if (job.seconds_left) text += " · " + time_left(*job.seconds_left) + " left";
  const ImVec2 size = ImGui::CalcTextSize(text.c_str());
  right -= size.x + context.px(10);
  draw.AddText({right, std::round(middle - size.y / 2)}, tokens.text, text.c_str());
  return right - context.px(20);
}

}  // namespace

void draw_status_bar(Context& context, const Box& box) {
  const Pane pane(context, "status", box, context.tokens().panel, 0);
  const Tokens& tokens = context.tokens();
  const FontOf font(context.theme.fonts.dense);
  ImDrawList& draw = *ImGui::GetWindowDrawList();
  const float y = std::round(box.y + (box.h - ImGui::GetFontSize()) / 2);
  float left = box.x + context.px(16);
  float right = box.right() - context.px(12);
  for (const JobStatus& job : context.around.jobs) right = draw_job(context, box, job, right);

  const auto write = [&](ImU32 colour, const std::string& text) {
    const std::string shown = elided(text, right - left);
    if (shown.empty()) return;
    draw.AddText({left, y}, colour, shown.c_str());
    left += ImGui::CalcTextSize(shown.c_str()).x + context.px(24);
  };
  if (!context.around.notice.empty()) {
    if (context.around.notice_is_error) {
      draw_mark(draw, {left + context.px(5), box.y + box.h / 2}, context.px(10),
                planning::Effect::Reject, tokens);
      left += context.px(16);
    }
    write(context.around.notice_is_error ? tokens.bad : tokens.text, context.around.notice);
    return;
  }
  if (!context.session.has_case()) {
    write(tokens.muted, "Nothing is open");
    return;
  }
  // Of a fixed width, so that the words after it stand still while the mouse moves.
  const auto& at = context.ui.hovered ? *context.ui.hovered : context.session.view.cursor;
  const float start = left;
  write(tokens.text, place_in_words(at));
  left = std::max(left, start + context.px(230));
  write(tokens.muted, calibration_in_view(context.session));
}

}  // namespace app
