// The parts of the Angio workspace.
#pragma once

#include "app/panels/context.h"
#include "app/session/angio_results.h"

namespace app {

// A button that shows whether it is the chosen one of several.
bool choice_button(Context& context, const char* words, bool chosen);
// A length of the picture: mm with its error where the run is calibrated, else px.
std::string length_words(double px, double sd_px, const imaging::Calibration& calibration);

// "43 ± 3 %", "occluded".
std::string narrowing_words(const imaging::Lesion& lesion);

// Sections of the inspector.
void draw_angio_picture_section(Context& context, const imaging::AngioRun& run);
void draw_calibration(Context& context, const imaging::AngioRun& run);
void draw_measured_vessels(Context& context, const imaging::AngioRun& run);
void draw_perfusion_section(Context& context, const imaging::AngioRun& run);
void draw_plan_section(Context& context, const imaging::AngioRun& run);

// Plots of the strip. False where there is nothing to plot.
bool draw_width_profile(Context& context, const imaging::AngioRun& run, const Box& box);
bool draw_region_curves(Context& context, const imaging::AngioRun& run, const Box& box);

// What the hand does on the subtracted picture with the tool it holds. Call directly after the item
// that covers the picture.
void take_angio_tool(Context& context, const Box& image);
// Says what the hand points at where it is a narrowing, also one whose words found no room. Call
// directly after the item that covers the picture.
void tell_narrowing(Context& context, const Box& image);
// Takes the tool, or puts it back.
void hold_tool(Context& context, AngioTool tool);
void take_angio_tool_keys(Context& context);

}  // namespace app
