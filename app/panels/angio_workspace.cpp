// The run, subtracted and as it was taken, with its contrast over time.
#include <algorithm>
#include <cmath>

#include "app/panels/picture.h"
#include "app/panels/plot.h"
#include "app/panels/widgets.h"
#include "app/session/angio_findings.h"
#include "app/session/angio_mask.h"
#include "app/session/cine.h"

namespace app {
namespace {

bool choice_button(Context& context, const char* words, bool chosen) {
  if (chosen) ImGui::PushStyleColor(ImGuiCol_Button, context.tokens().line);
  const bool pressed = ImGui::Button(words);
  if (chosen) ImGui::PopStyleColor();
  return pressed;
}

// Play, loop, speed, and which frame of which run.
void draw_transport(Context& context, const imaging::AngioRun& run) {
  ViewState& view = context.session.view;
  if (ImGui::Button(view.playing ? "Stop" : "Play", {context.px(64), 0}))
    view.playing = !view.playing;
  if (ImGui::IsItemHovered()) tooltip(context, "C or Space");
  ImGui::SameLine();
  const int frame = shown_frame(view, run);
  const std::string text = "Frame " + std::to_string(frame + 1) + " of " +
                           std::to_string(run.frames.size()) + "   " +
                           fixed(time_of(run, frame), 2) + " s";
  ImGui::AlignTextToFramePadding();
  coloured_text(context.tokens().text, text);
  ImGui::SameLine(0, context.px(24));
  for (const auto& [words, speed] :
       {std::pair("½ ×", 0.5), std::pair("1 ×", 1.0), std::pair("2 ×", 2.0)}) {
    const bool chosen = view.speed == speed;
    if (chosen) ImGui::PushStyleColor(ImGuiCol_Button, context.tokens().line);
    if (ImGui::Button(words, {context.px(44), 0})) view.speed = speed;
    if (chosen) ImGui::PopStyleColor();
    if (ImGui::IsItemHovered()) tooltip(context, "Of the speed at which it was taken");
    ImGui::SameLine(0, context.px(4));
  }
  ImGui::SameLine(0, context.px(24));
  ImGui::Checkbox("Loop", &view.angio.loops);
  if (ImGui::IsItemHovered()) tooltip(context, "L");
  ImGui::SameLine(0, context.px(16));
  ImGui::Checkbox("Invert", &view.inverted);
  if (ImGui::IsItemHovered()) tooltip(context, "I");
}

void draw_curve(Context& context, const imaging::AngioRun& run, const Box& box) {
  ViewState& view = context.session.view;
  const Tokens& tokens = context.tokens();
  const double last_s = time_of(run, static_cast<double>(run.frames.size()) - 1);
  double top = 0.02;
  const auto& curve = context.around.curve;
  if (curve)
    for (const double density : curve->density) top = std::max(top, density);
  // Logarithmic data comes in shares of the detector's range, whose scale no file states.
  const bool logarithmic = run.relationship == imaging::IntensityRelationship::Logarithmic;
  Plot plot(context, "density", box, {"Time (s)", 0, std::max(last_s, 0.1)},
            {logarithmic ? "Contrast (share of the stored range)" : "Contrast (ln)",
             std::min(0.0, -0.05 * top), 1.25 * top});
  if (!plot.visible()) return;
  if (curve) {
    std::vector<std::pair<double, double>> points;
    for (std::size_t i = 0; i < curve->density.size(); ++i)
      points.emplace_back(time_of(run, static_cast<double>(i)), curve->density[i]);
    plot.line(points, tokens.artery);
    for (const int frame : curve->mask_frames) plot.tick(time_of(run, frame), tokens.accent, true);
    if (!curve->mask_frames.empty())
      plot.mark(time_of(run, curve->mask_frames.front()), with_alpha(tokens.accent, 0.6f), "mask");
    plot.mark(time_of(run, curve->arrival_frame), with_alpha(tokens.muted, 0.7f), "arrival", 1);
    plot.mark(time_of(run, curve->peak_frame), with_alpha(tokens.muted, 0.7f), "peak", 0);
  }
  plot.mark(time_of(run, view.frame), tokens.text);
  if (plot.held())
    if (const auto time_s = plot.hovered_x()) {
      // The frame that was shown at that time.
      int frame = 0;
      while (frame + 1 < static_cast<int>(run.frames.size()) &&
             time_of(run, frame + 1) <= *time_s + 1e-9)
        ++frame;
      view.frame = frame;
      view.playing = false;
    }
}

void draw_runs(Context& context) {
  const auto& runs = context.session.study().runs;
  ViewState& view = context.session.view;
  heading(context, "Runs");
  const FontOf font(context.theme.fonts.dense);
  for (std::size_t i = 0; i < runs.size(); ++i) {
    ImGui::PushID(static_cast<int>(i));
    const std::string words =
        (runs[i].label.empty() ? "Run " + std::to_string(i + 1) : runs[i].label) + "  " +
        (runs[i].pose ? angles(*runs[i].pose) : "");
    const std::string shown = elided(words, ImGui::GetContentRegionAvail().x);
    if (ImGui::Selectable(shown.c_str(), view.run == i, 0, {0, context.px(24)}) && view.run != i)
      choose_run(view, i);
    ImGui::PopID();
  }
}

void draw_mask(Context& context, const imaging::AngioRun& run) {
  ViewState& view = context.session.view;
  heading(context, "Mask");
  const auto& curve = context.around.curve;
  std::string frames;
  if (curve)
    for (const int frame : curve->mask_frames)
      frames += (frames.empty() ? "" : ", ") + std::to_string(frame + 1);
  field(context, "Frames", frames.empty() ? "being found" : frames);
  if (curve && !curve->mask_reason.empty()) {
    const FontOf font(context.theme.fonts.dense);
    wrapped_text(context.tokens().muted, curve->mask_reason);
  }
  for (const MaskChoice choice :
       {MaskChoice::FromFile, MaskChoice::Found, MaskChoice::ThisFrame, MaskChoice::Average}) {
    if (choice == MaskChoice::FromFile && !run.mask) continue;
    // Without a mask in the file its choice and the found one are the same.
    const bool chosen = view.angio.mask == choice || (choice == MaskChoice::Found && !run.mask &&
                                                      view.angio.mask == MaskChoice::FromFile);
    if (choice_button(context, words_for(choice), chosen)) {
      view.angio.mask = choice;
      view.mask_frame.reset();
      if (choice == MaskChoice::ThisFrame) view.mask_frame = shown_frame(view, run);
    }
    if (ImGui::IsItemHovered()) tooltip(context, "M");
    if (choice != MaskChoice::Average) ImGui::SameLine(0, context.px(4));
  }
}

void draw_motion(Context& context) {
  AngioView& angio = context.session.view.angio;
  heading(context, "Motion of the limb");
  for (const auto& [words, choice] :
       {std::pair("As it is", MotionChoice::Off), std::pair("Shifts", MotionChoice::Shift),
        std::pair("Deformation", MotionChoice::Deformation)}) {
    if (choice_button(context, words, angio.motion == choice)) angio.motion = choice;
    if (ImGui::IsItemHovered()) tooltip(context, "D");
    ImGui::SameLine(0, context.px(4));
  }
  ImGui::NewLine();
  const FontOf font(context.theme.fonts.dense);
  const AngioMotion* motion = context.session.angio.motion.get();
  if (angio.motion == MotionChoice::Off) return;
  if (!motion) {
    wrapped_text(context.tokens().muted, "Being found; the status bar shows how far it is.");
  } else if (!motion->refusal.empty()) {
    wrapped_text(context.tokens().warn, motion->refusal);
  } else {
    field(context, "Moved by at most", fixed(motion->largest_px, 1) + " px");
    field(context, "Left of the background",
          fixed(motion->residual_after, 1) + " of " + fixed(motion->residual_before, 1) +
              " thousandths");
  }
}

void draw_peak(Context& context, const imaging::AngioRun& run) {
  ViewState& view = context.session.view;
  AngioView& angio = view.angio;
  heading(context, "Peak opacification");
  const bool shown = angio.shows == AngioShows::Peak;
  if (choice_button(context, "Show", shown))
    angio.shows = shown ? AngioShows::Frame : AngioShows::Peak;
  if (ImGui::IsItemHovered()) tooltip(context, "K");
  ImGui::SameLine(0, context.px(4));
  if (ImGui::Button("From here")) angio.peak_first = shown_frame(view, run);
  if (ImGui::IsItemHovered()) tooltip(context, "[");
  ImGui::SameLine(0, context.px(4));
  if (ImGui::Button("To here")) angio.peak_last = shown_frame(view, run);
  if (ImGui::IsItemHovered()) tooltip(context, "]");
  ImGui::SameLine(0, context.px(4));
  if (ImGui::Button("All")) angio.peak_first = angio.peak_last = std::nullopt;
  const FontOf font(context.theme.fonts.dense);
  const int count = static_cast<int>(run.frames.size());
  field(context, "Frames",
        std::to_string(angio.peak_first.value_or(0) + 1) + " to " +
            std::to_string(angio.peak_last.value_or(count - 1) + 1));
  ImGui::Checkbox("Gas (the least instead of the most)", &angio.peak_of_gas);
  if (ImGui::IsItemHovered()) tooltip(context, "G");
}

void draw_shift(Context& context) {
  ViewState& view = context.session.view;
  heading(context, "Pixel shift of the mask");
  const FontOf font(context.theme.fonts.dense);
  const auto drag_px = [&](const char* label, double& value) {
    auto number = static_cast<float>(value);
    ImGui::SetNextItemWidth(context.px(120));
    if (ImGui::DragFloat(label, &number, 0.1f, -50, 50, "%.1f px")) value = number;
  };
  drag_px("columns (px)", view.shift_column_px);
  drag_px("rows (px)", view.shift_row_px);
}

void draw_window_level(Context& context) {
  ViewState& view = context.session.view;
  heading(context, "Window");
  const FontOf font(context.theme.fonts.dense);
  if (view.window_width <= 0) {
    coloured_text(context.tokens().muted, "Automatic. Drag on the picture to change it.");
    return;
  }
  const int decimals = view.window_width < 10 ? 2 : 0;
  field(context, "Centre, width",
        fixed(view.window_centre, decimals) + ", " + fixed(view.window_width, decimals));
  if (ImGui::Button("Automatic window")) view.window_centre = view.window_width = 0;
}

void draw_inspector(Context& context, const imaging::AngioRun& run, const Box& box) {
  const Pane pane(context, "inspector", box, context.tokens().panel, 16, Pane::Scroll::Vertical);
  draw_runs(context);
  draw_mask(context, run);
  draw_motion(context);
  draw_peak(context, run);
  draw_shift(context);
  draw_window_level(context);
  heading(context, "Calibration");
  field(context, "Pixel size", sentence(run.calibration),
        run.calibration.gives_mm() ? context.tokens().text : context.tokens().warn);
  const FontOf font(context.theme.fonts.dense);
  if (!run.calibration.note.empty()) wrapped_text(context.tokens().muted, run.calibration.note);
  if (const std::string fault = fault_of_times(run); !fault.empty())
    wrapped_text(context.tokens().warn, fault);
  if (run.lossy)
    wrapped_text(context.tokens().warn,
                 "Compressed with loss: densities are for looking only, not for measuring.");
}

}  // namespace

void draw_angio_workspace(Context& context, const FrameLayout& layout) {
  if (!context.session.has_case() || context.session.study().runs.empty()) {
    const Box whole = whole_workspace(layout);
    const Pane pane(context, "angio", whole, context.tokens().ground, 0);
    if (empty_view(context, whole, "No angiogram in this case",
                   "The runs of a leg angiography (XA) belong here, subtracted and as taken. "
                   "Open a folder that holds them.",
                   "Open another folder"))
      show_library(context);
    return;
  }
  const imaging::AngioRun& run = context.session.study().runs[context.session.view.run];
  const float gap = context.px(6);
  const Halves halves = side_by_side(layout.main, context.ui.angio_share, gap);
  const std::string side(leg_in_words(run.side));
  draw_pictures(context, layout.main,
                {{ViewKind::AngioSubtracted, halves.first, "Subtracted", side, false},
                 {ViewKind::AngioNative, halves.second, "As taken", side, false}});
  if (!one_is_whole(context, {ViewKind::AngioSubtracted, ViewKind::AngioNative}))
    splitter(context, "angio-split", {halves.first.right(), layout.main.y, gap, layout.main.h},
             layout.main, true, context.ui.angio_share);
  {
    const Pane pane(context, "strip", layout.strip, context.tokens().panel, 8);
    draw_transport(context, run);
    Box plot = layout.strip;
    const float used = ImGui::GetFrameHeight() + context.px(12);
    plot.x += context.px(8);
    plot.w -= context.px(8);
    plot.y += used;
    plot.h -= used;
    draw_curve(context, run, plot);
  }
  if (layout.inspector.w > 0) draw_inspector(context, run, layout.inspector);
}

}  // namespace app
