// What is subtracted, what is done about motion, and the window.
#include "app/session/angio_mask.h"

#include "app/panels/angio_parts.h"
#include "app/panels/widgets.h"
#include "app/session/cine.h"

namespace app {

bool choice_button(Context& context, const char* words, bool chosen) {
  if (chosen) ImGui::PushStyleColor(ImGuiCol_Button, context.tokens().line);
  const bool pressed = ImGui::Button(words);
  if (chosen) ImGui::PopStyleColor();
  return pressed;
}

namespace {

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
    // All four do not fit on one line of the inspector.
    const bool breaks = run.mask && choice == MaskChoice::Found;
    if (choice != MaskChoice::Average && !breaks) ImGui::SameLine(0, context.px(4));
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

}  // namespace

void draw_angio_picture_section(Context& context, const imaging::AngioRun& run) {
  draw_mask(context, run);
  draw_motion(context);
  draw_peak(context, run);
  draw_shift(context);
  draw_window_level(context);
  const FontOf font(context.theme.fonts.dense);
  if (const std::string fault = fault_of_times(run); !fault.empty())
    wrapped_text(context.tokens().warn, fault);
}

}  // namespace app
