// What each key does, and the list that shows it.
#include <algorithm>
#include <array>
#include <cmath>

#include "app/panels/angio_parts.h"
#include "app/panels/cross_parts.h"
#include "app/panels/widgets.h"
#include "app/session/angio_mask.h"
#include "app/session/cine.h"

namespace app {
namespace {

struct KeyLine {
  const char* keys;
  const char* what;
};
struct KeyGroup {
  const char* title;
  std::vector<KeyLine> lines;
};

const std::array<KeyGroup, 8>& key_groups() {
  static const std::array<KeyGroup, 8> groups = {{
      {"Everywhere",
       {{"Ctrl+Z", "Undo"},
        {"Ctrl+Shift+Z, Ctrl+Y", "Redo"},
        {"Esc", "Give up the drag, or close what is open"},
        {"F2 … F10", "Case, Angio, Duplex, Vessels, Cross, Devices, Flow, Report, Score"},
        {"Double-click", "One picture fills the window, and back"},
        {"F11", "Full screen"},
        {"?, F1", "This list"}}},
      {"Angiogram",
       {{"C, Space", "Play or stop"},
        {"Up, Down", "Frame back, frame on (Shift: 10)"},
        {"Home, End", "First, last frame"},
        {"PgUp, PgDn", "Run before, run after"},
        {"I", "Invert"},
        {"Left, Right", "Pixel shift of the mask by 0.5 px, with Shift 0.1 (with Ctrl: up, down too)"},
        {"M", "Next mask: the file's, found, this frame, average"},
        {"D", "Motion of the limb: not taken out, shifts, deformation"},
        {"K, [, ]", "Peak opacification, from this frame, to this frame"},
        {"G", "Peak of gas: the least instead of the most"},
        {"L", "Begin again at the end, or stop there"},
        {"Minus, plus", "Half or double the speed"},
        {"0", "Whole picture, no pixel shift, automatic window"},
        {"F", "Find the run's vessels and measure them"},
        {"Q, R", "Measure a vessel, draw a region (Esc: put the tool back)"},
        {"Enter, Backspace", "Close the region, take its last corner back"},
        {"P", "The plan over the run"},
        {"1 … 5", "Window: automatic, wide, medium, narrow, bone"}}},
      {"Mouse",
       {{"Left", "Angiogram: window and level. Slices: cursor. 3-D: turn. Handle: move it"},
        {"Middle, right", "Pan, zoom"},
        {"Wheel", "Frame, slice, or zoom"}}},
      {"Vessels",
       {{"B", "Branch: click where it begins, then where it ends"},
        {"C, J", "Cut where you click; join with the vessel that you click"},
        {"M, R", "Drag the axis; drag the rim"},
        {"P, E", "Paint, erase: what is open, what is occluded (a brush in the cross-section)"},
        {"V", "Mark a valve, or take it away"},
        {"N, K", "Name; artery, vein or unsure"},
        {"Del", "Delete the selected vessel"},
        {"L, Esc", "Look only: put the tool down"},
        {"Up, Down", "Vessel before, vessel after"},
        {"Left, Right", "Along the vessel by 1 mm (Shift: 10 mm)"}}},
      {"Crossing",
       {{"Drag a handle", "Move the crossing along the vessels"},
        {"Left, Right", "Move it by 1 mm (Shift: 10 mm)"},
        {"Click an artery", "Try the crossing there, into the vein that the rules like best"},
        {"Ctrl+click a vein", "Cross into that vein there"},
        {"Up, Down", "Candidate before, candidate after"},
        {"Shift+Up, Shift+Down", "Move the end in the vein by 1 mm"},
        {"P, Shift+P", "Pin this place; go to the next pin"},
        {"V", "Compare two places side by side, and back"},
        {"M", "Gap as a line, unrolled, or both"},
        {"1 … 4", "3-D, probe, down the needle or profile alone, and back"}}},
      {"Devices",
       {{"Drag a stent's end", "Slide the stent by 0.5 mm"},
        {"Up, Down", "Stent before, stent after"},
        {"Left, Right", "Slide it by 0.5 mm (Shift: 5 mm)"},
        {"[, ]", "Shorter, longer one of the catalogue"},
        {"S", "Next product of the catalogue in its place"},
        {"Del", "Leave it out, or put it back"},
        {"T (Shift: back)", "Next technique"},
        {"X", "Mend the first check that can be mended"},
        {"C", "Close the next vein: coil, plug, ligation, nothing"},
        {"W, R", "Next wound, next way through the foot"},
        {"B", "Open the first closed valve by balloon"},
        {"A, Shift+A", "Keep this plan as an alternative; swap with the first one"},
        {"G", "Stage: index, 4 to 6 weeks, re-do"},
        {"P", "Back to what was proposed"}}},
      {"Flow",
       {{"1 … 4", "Answers, branches, angiogram, follow-up beside the picture"},
        {"P, L, T, D, V", "Strip: pressure, losses, tornado, devices, trends of the visits"},
        {"Drag a handle", "Move the crossing; every figure follows"},
        {"M", "Ten thousand draws behind the ranges"},
        {"C, Space", "Let the contrast flow, or stop it"},
        {"Left, Right", "Earlier, later by 0.1 s (Shift: 1 s)"},
        {"B, S, A", "Before, after the stents, after the coils"},
        {"PgUp, PgDn", "Seen as run before, run after"}}},
      {"Score",
       {{"Up, Down", "Item before, item after"},
        {"0 … 6", "Level; on to the next item once it has its evidence"},
        {"W", "The image as a whole is the evidence"},
        {"M, arrows, Space, Enter", "Mark: move the cross, place a point, end the line"},
        {"Left, Right", "Artery of the foot map; O open, N narrow, X occluded, K calcified"},
        {"P, A, Shift+A", "Show the proposal (unblinded), accept it for this item, for the map"},
        {"PgUp, PgDn", "Run before, run after (comma, point: frame)"},
        {"Del", "Take this item's evidence away"},
        {"Ctrl+1 … Ctrl+4", "Scores, eligibility, reading lists, outcomes"},
        {"S", "Save the marked images; of the outcomes, every plot and the page"},
        {"Enter", "Commit, once nothing is missing; then the next case of the reading list"}}},
  }};
  return groups;
}

bool pressed(int key, bool repeats = true) { return ImGui::IsKeyPressed(key, repeats); }

// ImGui 1.86 names few keys; the others are asked for by GLFW's numbers, which its GLFW backend
// passes through and the tests send too.
constexpr int key_f1 = 290, key_f2 = 291, key_f10 = 299, key_f11 = 300;
constexpr std::array<Workspace, 9> by_function_key = {
    Workspace::Case,    Workspace::Angio, Workspace::Duplex, Workspace::Vessels, Workspace::Cross,
    Workspace::Devices, Workspace::Flow,  Workspace::Report, Workspace::Score};

int of(ImGuiKey_ key) { return ImGui::GetKeyIndex(key); }

void escape(Context& context) {
  UiState& ui = context.ui;
  if (ui.hold) {
    context.session.history().abandon_gesture();
    ui.hold->what = Pick::What::Nothing;
  } else if (context.session.history().gesture_open()) {
    context.session.history().abandon_gesture();
  } else if (ui.keys_shown) {
    ui.keys_shown = false;
  } else if (put_down_vessel_tool(context)) {
    return;
  } else if (ui.maximised) {
    ui.maximised.reset();
  } else {
    ui.drawer_open = false;
    context.requests.dismiss_notice = true;
  }
}

void take_undo_keys(Context& context) {
  const ImGuiIO& io = ImGui::GetIO();
  if (!io.KeyCtrl) return;
  if (context.session.view.workspace == Workspace::Score &&
      context.ui.score.page != ScorePage::Eligibility) {
    Scoring& scoring = context.session.scoring;
    const bool redo = pressed(of(ImGuiKey_Y)) || (pressed(of(ImGuiKey_Z)) && io.KeyShift);
    if (redo)
      scoring.redo();
    else if (pressed(of(ImGuiKey_Z)))
      scoring.undo();
    return;
  }
  History& history = context.session.history();
  if (pressed(of(ImGuiKey_Z))) io.KeyShift ? history.redo() : history.undo();
  if (pressed(of(ImGuiKey_Y))) history.redo();
}

// Window presets as shares of what the picture holds; subtracted densities are logarithms.
void set_window_preset(ViewState& view, const imaging::AngioRun& run, int preset) {
  const double top = std::pow(2.0, std::clamp(run.bits_stored, 1, 16));
  constexpr std::array<double, 4> subtracted_width = {1.2, 0.7, 0.35, 2.0};
  constexpr std::array<double, 4> native_share = {1.0, 0.6, 0.35, 0.8};
  if (preset == 0) {
    view.window_width = view.window_centre = 0;
    return;
  }
  const auto i = static_cast<std::size_t>(preset - 1);
  view.window_width = view.subtracted ? subtracted_width[i] : native_share[i] * top;
  view.window_centre = view.subtracted ? view.window_width / 2 : top / 2;
}

// What is subtracted, and what is shown of it.
void take_subtraction_keys(Context& context, const imaging::AngioRun& run) {
  ViewState& view = context.session.view;
  AngioView& angio = view.angio;
  if (pressed('M', false)) next_mask(view, run);
  if (pressed('D', false))
    angio.motion = angio.motion == MotionChoice::Off     ? MotionChoice::Shift
                   : angio.motion == MotionChoice::Shift ? MotionChoice::Deformation
                                                         : MotionChoice::Off;
  if (pressed('K', false))
    angio.shows = angio.shows == AngioShows::Peak ? AngioShows::Frame : AngioShows::Peak;
  if (pressed('[', false)) angio.peak_first = shown_frame(view, run);
  if (pressed(']', false)) angio.peak_last = shown_frame(view, run);
  if (pressed('G', false)) angio.peak_of_gas = !angio.peak_of_gas;
  if (pressed('L', false)) angio.loops = !angio.loops;
  constexpr double slowest = 0.125, fastest = 8;
  if (pressed('-', false)) view.speed = std::max(slowest, view.speed / 2);
  if (pressed('=', false)) view.speed = std::min(fastest, view.speed * 2);
  if (pressed('0', false)) {
    view.shift_column_px = view.shift_row_px = view.window_centre = view.window_width = 0;
    if (context.views)
      for (const ViewKind kind : {ViewKind::AngioSubtracted, ViewKind::AngioNative})
        context.views->reset(kind);
  }
}

void take_angio_keys(Context& context) {
  Session& session = context.session;
  if (!session.has_case() || session.study().runs.empty()) return;
  ViewState& view = session.view;
  const auto& runs = session.study().runs;
  const imaging::AngioRun& run = runs[view.run];
  const ImGuiIO& io = ImGui::GetIO();
  const int step = io.KeyShift ? 10 : 1;
  const double shift_px = io.KeyShift ? 0.1 : 0.5;
  if (pressed('C', false) || pressed(of(ImGuiKey_Space), false)) view.playing = !view.playing;
  if (pressed('I', false)) view.inverted = !view.inverted;
  if (!io.KeyCtrl) {
    take_subtraction_keys(context, run);
    take_angio_tool_keys(context);
  }
  if (io.KeyCtrl) {
    if (pressed(of(ImGuiKey_UpArrow))) view.shift_row_px -= shift_px;
    if (pressed(of(ImGuiKey_DownArrow))) view.shift_row_px += shift_px;
  } else {
    if (pressed(of(ImGuiKey_UpArrow))) step_frame(view, run, -step);
    if (pressed(of(ImGuiKey_DownArrow))) step_frame(view, run, step);
  }
  if (pressed(of(ImGuiKey_LeftArrow))) view.shift_column_px -= shift_px;
  if (pressed(of(ImGuiKey_RightArrow))) view.shift_column_px += shift_px;
  const int frames = static_cast<int>(run.frames.size());
  if (pressed(of(ImGuiKey_Home))) step_frame(view, run, -frames);
  if (pressed(of(ImGuiKey_End))) step_frame(view, run, frames);
  for (int preset = 0; preset < 5; ++preset)
    if (pressed('1' + preset, false)) set_window_preset(view, run, preset);
  const bool back = pressed(of(ImGuiKey_PageUp)), on = pressed(of(ImGuiKey_PageDown));
  if (back || on) {
    const std::size_t next =
        back ? (view.run == 0 ? 0 : view.run - 1) : std::min(view.run + 1, runs.size() - 1);
    if (next != view.run) choose_run(view, next);
  }
}

void go_to_next_pin(Session& session) {
  const auto& plan = session.plan();
  if (plan.pins.empty()) return;
  const auto here = std::find_if(plan.pins.begin(), plan.pins.end(), [&](const planning::Pin& pin) {
    return plan.crossing && pin.site == *plan.crossing;
  });
  const auto n = static_cast<std::size_t>(here - plan.pins.begin());
  session.choose_pin(n + 1 < plan.pins.size() ? n + 1 : 0);
}

void take_cross_view_keys(Context& context) {
  UiState& ui = context.ui;
  if (pressed('P', false))
    ImGui::GetIO().KeyShift ? go_to_next_pin(context.session) : pin_here(context);
  if (pressed('V', false)) ui.comparing = !ui.comparing;
  using Shown = UiState::GapShown;
  if (pressed('M', false))
    ui.gap_shown = ui.gap_shown == Shown::Both   ? Shown::Line
                   : ui.gap_shown == Shown::Line ? Shown::Map
                                                 : Shown::Both;
  constexpr std::array<ViewKind, 4> kinds = {ViewKind::Scene, ViewKind::Probe, ViewKind::DownNeedle,
                                             ViewKind::NeedleProfile};
  for (std::size_t n = 0; n < kinds.size(); ++n) {
    if (!pressed('1' + static_cast<int>(n), false)) continue;
    if (ui.maximised == kinds[n])
      ui.maximised.reset();
    else
      ui.maximised = kinds[n];
  }
}

// The end in the vein along its vein; the end in the artery stays.
void step_vein_end(Session& session, double step_mm) {
  if (!session.plan().crossing) return;
  const auto& crossing = *session.plan().crossing;
  const imaging::Vessel* vein = session.vessels().find(crossing.vein);
  if (!vein) return;
  session.drag_vein_end(vein->line.at(crossing.vein_mm + step_mm).position);
  session.history().end_gesture();
}

void take_cross_keys(Context& context) {
  Session& session = context.session;
  if (!session.planner()) return;
  take_cross_view_keys(context);
  if (ImGui::GetIO().KeyShift) {
    if (pressed(of(ImGuiKey_DownArrow))) step_vein_end(session, 1);
    if (pressed(of(ImGuiKey_UpArrow))) step_vein_end(session, -1);
  }
  const auto& candidates = session.planner()->candidates();
  const bool chooses = !ImGui::GetIO().KeyShift;
  if (chooses && pressed(of(ImGuiKey_DownArrow)) &&
      session.view.selected_candidate + 1 < candidates.size())
    session.choose_candidate(session.view.selected_candidate + 1);
  if (chooses && pressed(of(ImGuiKey_UpArrow)) && session.view.selected_candidate > 0)
    session.choose_candidate(session.view.selected_candidate - 1);
  const double step_mm = ImGui::GetIO().KeyShift ? 10 : 1;
  const bool back = pressed(of(ImGuiKey_LeftArrow)), on = pressed(of(ImGuiKey_RightArrow));
  if (!(back || on) || !session.plan().crossing) return;
  const auto& crossing = *session.plan().crossing;
  const imaging::Vessel* artery = session.vessels().find(crossing.artery);
  if (!artery) return;
  session.drag_crossing(artery->line.at(crossing.artery_mm + (back ? -step_mm : step_mm)).position);
  session.history().end_gesture();
}

}  // namespace

void take_keys(Context& context) {
  const ImGuiIO& io = ImGui::GetIO();
  if (pressed(of(ImGuiKey_Escape), false)) escape(context);
  if (io.WantTextInput) return;
  if (pressed(key_f1, false) ||
      std::any_of(io.InputQueueCharacters.begin(), io.InputQueueCharacters.end(),
                  [](ImWchar c) { return c == '?'; }))
    context.ui.keys_shown = !context.ui.keys_shown;
  if (pressed(key_f11, false)) context.requests.toggle_fullscreen = true;
  if (context.session.view.workspace == Workspace::Score) take_score_page_keys(context);
  if (!context.session.has_case()) return;
  for (int key = key_f2; key <= key_f10; ++key)
    if (pressed(key, false) && !context.session.scoring.blinded) {
      context.session.view.workspace = by_function_key[static_cast<std::size_t>(key - key_f2)];
      context.ui.maximised.reset();
    }
  take_undo_keys(context);
  if (context.session.view.workspace == Workspace::Angio) take_angio_keys(context);
  if (context.session.view.workspace == Workspace::Vessels) take_vessels_keys(context);
  if (context.session.view.workspace == Workspace::Cross) take_cross_keys(context);
  if (context.session.view.workspace == Workspace::Devices) take_devices_keys(context);
  if (context.session.view.workspace == Workspace::Flow) take_flow_keys(context);
  if (context.session.view.workspace == Workspace::Score) take_score_keys(context);
}

namespace {

void draw_key_groups(Context& context) {
  const FontOf font(context.theme.fonts.dense);
  ImGui::BeginChild("list", {0, -context.px(36)});
  for (const KeyGroup& group : key_groups()) {
    heading(context, group.title);
    for (const KeyLine& line : group.lines) {
      coloured_text(context.tokens().accent, line.keys);
      ImGui::SameLine(context.px(190));
      wrapped_text(context.tokens().text, line.what);
    }
  }
  ImGui::EndChild();
}

}  // namespace

void draw_key_list(Context& context, float width, float height) {
  const float box_width = std::min(context.px(760), width - context.px(32));
  const float box_height = std::min(context.px(520), height - context.px(32));
  ImGui::SetNextWindowPos({(width - box_width) / 2, (height - box_height) / 2});
  ImGui::SetNextWindowSize({box_width, box_height});
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, context.theme.px(24, 20));
  ImGui::PushStyleVar(ImGuiStyleVar_WindowRounding, context.px(4));
  ImGui::PushStyleVar(ImGuiStyleVar_WindowBorderSize, context.px(1));
  ImGui::PushStyleColor(ImGuiCol_WindowBg, context.tokens().raised);
  ImGui::Begin(
      "keys", nullptr,
      ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoSavedSettings);
  {
    const FontOf font(context.theme.fonts.title);
    coloured_text(context.tokens().text, "Keys and mouse");
  }
  draw_key_groups(context);
  if (accent_button(context, "Close")) context.ui.keys_shown = false;
  ImGui::End();
  ImGui::PopStyleColor();
  ImGui::PopStyleVar(3);
}

}  // namespace app
