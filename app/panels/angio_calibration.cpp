// How a pixel of the run becomes a millimetre: by hand or by the file, and how wrong that can be.
#include "app/panels/angio_parts.h"
#include "app/panels/widgets.h"
#include "app/session/angio_marks.h"
#include "app/session/cine.h"

namespace app {
namespace {

void number(Context& context, const char* label, double& value, const char* format, float step,
            float least, float most) {
  auto draft = static_cast<float>(value);
  ImGui::SetNextItemWidth(context.px(96));
  if (ImGui::DragFloat(label, &draft, step, least, most, format))
    value = static_cast<double>(draft);
}

void calibrate_by_geometry(Context& context, const imaging::AngioRun& run) {
  AngioUi& ui = context.ui.angio;
  const auto found =
      calibrate_run(run, shown_frame(context.session.view, run), planning::XrayScale::Geometry, {},
                    {}, ui.above_isocentre_mm, false);
  ui.complaint = found ? "" : found.error().sentence;
  if (!found) return;
  auto marks = marks_of(context.session.plan().angio, run);
  marks.calibration = *found;
  context.session.history().commit("Calibrate the run",
                                   with_marks(context.session.plan(), std::move(marks)));
}

}  // namespace

std::string length_words(double px, double sd_px, const imaging::Calibration& calibration) {
  if (const auto mm = imaging::in_mm(px, sd_px, calibration)) return in_mm(mm->value_mm, mm->sd_mm);
  return fixed(px, 1) + " px";
}

void draw_calibration(Context& context, const imaging::AngioRun& run) {
  AngioUi& ui = context.ui.angio;
  auto marks = marks_of(context.session.plan().angio, run);
  const auto calibration = calibration_of(context.session.plan().angio, run);
  heading(context, "Calibration");
  field(context, "Pixel size", sentence(calibration),
        calibration.gives_mm() ? context.tokens().text : context.tokens().warn);
  const FontOf font(context.theme.fonts.dense);
  if (!calibration.note.empty()) wrapped_text(context.tokens().muted, calibration.note);
  const AngioTool tool = context.session.view.angio.tool;
  const auto tool_button = [&](const char* words, AngioTool which) {
    if (choice_button(context, words, tool == which)) hold_tool(context, which);
  };
  tool_button("Catheter", AngioTool::Catheter);
  ImGui::SameLine(0, context.px(4));
  tool_button("Ball", AngioTool::Ball);
  ImGui::SameLine(0, context.px(4));
  tool_button("Distance", AngioTool::Distance);
  ImGui::SameLine(0, context.px(4));
  ImGui::BeginDisabled(!run.pose);
  if (ImGui::Button("Geometry")) calibrate_by_geometry(context, run);
  ImGui::EndDisabled();
  const ImU32 muted = context.tokens().muted;
  if (tool == AngioTool::Catheter) {
    number(context, "size (French)", ui.french, "%.1f F", 0.1f, 3, 12);
    ImGui::Checkbox("Contrast inside", &ui.contrast_inside);
    wrapped_text(muted, "Click two places on the catheter, well apart.");
  } else if (tool == AngioTool::Ball) {
    number(context, "diameter (mm)", ui.ball_mm, "%.1f mm", 0.1f, 1, 100);
    wrapped_text(muted, "Click the middle of the ball, then its rim.");
  } else if (tool == AngioTool::Distance) {
    number(context, "between the clicks (mm)", ui.known_mm, "%.1f mm", 0.5f, 1, 500);
    wrapped_text(muted, "Click both ends of what you know the length of.");
  } else if (run.pose) {
    number(context, "above isocentre (mm)", ui.above_isocentre_mm, "%.0f mm", 1, -200, 200);
  }
  if (!ui.complaint.empty()) wrapped_text(context.tokens().warn, ui.complaint);
  if (marks.calibration && ImGui::Button("As the file states it")) {
    marks.calibration.reset();
    context.session.history().commit("Give up the calibration",
                                     with_marks(context.session.plan(), std::move(marks)));
  }
  if (run.lossy)
    wrapped_text(context.tokens().warn,
                 "Compressed with loss: densities are for looking only, not for measuring.");
}

}  // namespace app
