// Three planes through the linked cursor, and where they lie in 3-D.
#include <algorithm>
#include <cmath>

#include "app/panels/picture.h"
#include "app/panels/plot.h"
#include "app/panels/sweep_panel.h"
#include "app/panels/vessel_words.h"
#include "app/panels/widgets.h"

namespace app {
namespace {

std::string slice_words(const imaging::Grid& grid, const imaging::Point3<imaging::Lps>& cursor,
                        int axis) {
  if (!grid.contains(cursor)) return "the cursor is outside";
  const auto voxel = grid.voxel_from_lps()(cursor);
  const int count = grid.size()[static_cast<std::size_t>(axis)];
  const int slice = std::clamp(static_cast<int>(std::lround(voxel[axis])), 0, count - 1);
  return "slice " + std::to_string(slice + 1) + " of " + std::to_string(count);
}

void draw_at_cursor(Context& context, const imaging::DuplexVolume& volume) {
  heading(context, "At the cursor");
  const auto& cursor = context.session.view.cursor;
  if (!volume.bmode.grid().contains(cursor)) {
    field(context, "Cursor", "outside this volume", context.tokens().warn);
    return;
  }
  const auto voxel = volume.bmode.grid().voxel_from_lps()(cursor);
  const auto index = [&](int axis) {
    return std::clamp(static_cast<int>(std::lround(voxel[axis])), 0,
                      volume.bmode.grid().size()[static_cast<std::size_t>(axis)] - 1);
  };
  const int i = index(0), j = index(1), k = index(2);
  field(context, "Grey", std::to_string(volume.bmode(i, j, k)) + " of 255");
  if (volume.velocity_cm_s) {
    const double velocity = (*volume.velocity_cm_s)(i, j, k);
    field(context, "Velocity along the beam", velocity == 0 ? "no colour" : in_cm_s(velocity));
  }
}

// Velocity along the selected vessel: what the Doppler saw, sample by sample.
void draw_velocity(Context& context, const Box& box) {
  const Pane pane(context, "strip", box, context.tokens().panel, 8);
  const imaging::Vessel* vessel =
      context.session.vessels().find(context.session.view.selected_vessel);
  if (!vessel) {
    empty_view(context, box, "Velocity along a vessel",
               "Click on a vessel in the 3-D view to see its Doppler velocity along its length.");
    return;
  }
  double limit = 1;
  for (const auto& sample : vessel->line.samples())
    limit = std::max(limit, std::abs(sample.velocity_cm_s));
  const Tokens& tokens = context.tokens();
  Plot plot(context, "velocity", box,
            {"Along the " + spoken_in_sentence(*vessel) + " (mm)", 0, vessel->line.length_mm()},
            {"Velocity along the beam (cm/s)", -1.1 * limit, 1.1 * limit});
  std::vector<std::pair<double, double>> points;
  for (std::size_t i = 0; i < vessel->line.samples().size(); ++i)
    points.emplace_back(vessel->line.arc_length_mm(i), vessel->line.samples()[i].velocity_cm_s);
  plot.level(0, tokens.disabled, "");
  plot.line(points, colour_of(tokens, vessel->kind), stroke_of(vessel->kind));
  plot.mark(vessel->line.nearest_mm(context.session.view.cursor), tokens.text);
  if (plot.held())
    if (const auto s_mm = plot.hovered_x())
      context.session.look_at(vessel->line.at(*s_mm).position);
}

void draw_inspector(Context& context, const Box& box) {
  const Pane pane(context, "inspector", box, context.tokens().panel, 16, Pane::Scroll::Vertical);
  const auto& volumes = context.session.study().volumes;
  ViewState& view = context.session.view;
  heading(context, "Volumes");
  {
    const FontOf font(context.theme.fonts.dense);
    for (std::size_t i = 0; i < volumes.size(); ++i) {
      ImGui::PushID(static_cast<int>(i));
      const std::string name =
          volumes[i].label.empty() ? "Volume " + std::to_string(i + 1) : volumes[i].label;
      if (ImGui::Selectable(elided(name, ImGui::GetContentRegionAvail().x).c_str(),
                            view.volume == i, 0, {0, context.px(24)}) &&
          view.volume != i) {
        view.volume = i;
        const auto& grid = volumes[i].bmode.grid();
        if (!grid.contains(view.cursor)) view.cursor = grid.centre();
      }
      ImGui::PopID();
    }
  }
  const imaging::DuplexVolume& volume = volumes[view.volume];
  draw_at_cursor(context, volume);
  heading(context, "Velocity scale");
  if (volume.velocity_cm_s)
    field(context, "Towards, away from the probe",
          volume.velocity_limit_cm_s > 0 ? "± " + in_cm_s(volume.velocity_limit_cm_s)
                                         : "limit not in the file");
  else
    field(context, "Velocity", "not recorded", context.tokens().warn);
  heading(context, "Calibration");
  field(context, "Voxel size", sentence(volume.calibration),
        volume.calibration.gives_mm() ? context.tokens().text : context.tokens().warn);
  if (!volume.calibration.note.empty()) {
    const FontOf font(context.theme.fonts.dense);
    wrapped_text(context.tokens().muted, volume.calibration.note);
  }
  heading(context, "Shown in 3-D");
  ImGui::Checkbox("Arteries", &view.show_arteries);
  ImGui::SameLine();
  ImGui::Checkbox("Veins", &view.show_veins);
  ImGui::SameLine();
  ImGui::Checkbox("Devices", &view.show_devices);
  draw_sweep_options(context);
}

}  // namespace

void draw_duplex_workspace(Context& context, const FrameLayout& layout) {
  if (!context.session.has_case() || context.session.study().volumes.empty()) {
    const Box whole = whole_workspace(layout);
    // A clip can become the volume that is missing.
    if (has_sweepable_clip(context)) {
      const Pane options(context, "sweep", whole, context.tokens().panel, 24,
                         Pane::Scroll::Vertical);
      wrapped_text(context.tokens().text, "There is no duplex volume in this case.");
      draw_sweep_options(context);
      return;
    }
    const Pane pane(context, "duplex", whole, context.tokens().ground, 0);
    if (empty_view(context, whole, "No duplex volume in this case",
                   "A 3-D duplex ultrasound (Enhanced US Volume) belongs here. The vessels and "
                   "the plan are made from it.",
                   "Open another folder"))
      show_library(context);
    return;
  }
  const float gap = context.px(6);
  const Halves columns = side_by_side(layout.main, context.ui.duplex_column_share, gap);
  const Halves left = stacked(columns.first, context.ui.duplex_row_share, gap);
  const Halves right = stacked(columns.second, context.ui.duplex_row_share, gap);
  const imaging::DuplexVolume& volume =
      context.session.study().volumes[context.session.view.volume];
  const auto slice = [&](int axis) {
    return slice_words(volume.bmode.grid(), context.session.view.cursor, axis);
  };
  draw_pictures(context, layout.main,
                {{ViewKind::DuplexTransverse, left.first, "Transverse", slice(2), false},
                 {ViewKind::DuplexLongitudinal, right.first, "Longitudinal", slice(0), false},
                 {ViewKind::DuplexCoronal, left.second, "Coronal", slice(1), false},
                 {ViewKind::Scene, right.second, "3-D", "", false}});
  if (!one_is_whole(context, {ViewKind::DuplexTransverse, ViewKind::DuplexLongitudinal,
                              ViewKind::DuplexCoronal, ViewKind::Scene})) {
    splitter(context, "duplex-columns", {columns.first.right(), layout.main.y, gap, layout.main.h},
             layout.main, true, context.ui.duplex_column_share);
    splitter(context, "duplex-rows-left", {left.first.x, left.first.bottom(), left.first.w, gap},
             layout.main, false, context.ui.duplex_row_share);
    splitter(context, "duplex-rows-right",
             {right.first.x, right.first.bottom(), right.first.w, gap}, layout.main, false,
             context.ui.duplex_row_share);
  }
  draw_velocity(context, layout.strip);
  if (layout.inspector.w > 0) draw_inspector(context, layout.inspector);
}

}  // namespace app
