// The run, subtracted and as it was taken, with its contrast over time.
#include <algorithm>
#include <cmath>

#include "app/panels/angio_parts.h"
#include "app/panels/picture.h"
#include "app/panels/plot.h"
#include "app/panels/widgets.h"
#include "app/session/angio_mask.h"
#include "app/session/angio_results.h"
#include "app/session/cine.h"

namespace app {
namespace {

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

void draw_sections(Context& context) {
  using Section = AngioUi::Section;
  Section& section = context.ui.angio.section;
  for (const auto& [words, which] :
       {std::pair("Picture", Section::Picture), std::pair("Measure", Section::Measure),
        std::pair("Perfusion", Section::Perfusion), std::pair("Plan", Section::Plan)}) {
    if (choice_button(context, words, section == which)) section = which;
    ImGui::SameLine(0, context.px(4));
  }
  ImGui::NewLine();
}

void draw_inspector(Context& context, const imaging::AngioRun& run, const Box& box) {
  using Section = AngioUi::Section;
  const Pane pane(context, "inspector", box, context.tokens().panel, 16, Pane::Scroll::Vertical);
  draw_runs(context);
  draw_sections(context);
  switch (context.ui.angio.section) {
    case Section::Picture:
      draw_angio_picture_section(context, run);
      break;
    case Section::Measure:
      draw_calibration(context, run);
      draw_measured_vessels(context, run);
      break;
    case Section::Perfusion:
      draw_perfusion_section(context, run);
      break;
    case Section::Plan:
      draw_plan_section(context, run);
      break;
  }
}

// What the second picture shows: the run as taken, or what is compared with the first.
PictureSlot second_picture(Context& context, const Box& box, const std::string& side) {
  const AngioView& angio = context.session.view.angio;
  if (angio.shows == AngioShows::Map && angio.compared_run)
    return {ViewKind::AngioCompared, box, "The other run, on one scale", side, false};
  if (angio.aim != BestAim::None)
    return {ViewKind::BestView, box, "Best view", "from the plan, not from the run", false};
  return {ViewKind::AngioNative, box, "As taken", side, false};
}

void draw_strip_plot(Context& context, const imaging::AngioRun& run, const Box& box) {
  using Section = AngioUi::Section;
  const Section section = context.ui.angio.section;
  if (section == Section::Measure && draw_width_profile(context, run, box)) return;
  if (section == Section::Perfusion && draw_region_curves(context, run, box)) return;
  draw_curve(context, run, box);
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
  PictureSlot first{ViewKind::AngioSubtracted, halves.first, "Subtracted", side, false};
  // With a tool in the hand the left button is the tool's.
  first.left_taken = context.session.view.angio.tool != AngioTool::Look;
  first.over = [&](const Box& image) {
    tell_narrowing(context, image);
    take_angio_tool(context, image);
  };
  const PictureSlot second = second_picture(context, halves.second, side);
  draw_pictures(context, layout.main, {first, second});
  if (!one_is_whole(context, {first.kind, second.kind}))
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
    draw_strip_plot(context, run, plot);
  }
  if (layout.inspector.w > 0) draw_inspector(context, run, layout.inspector);
}

}  // namespace app
