// Measured vessels: their narrowings in the inspector, their diameters along the way in the strip.
#include <algorithm>
#include <cmath>

#include "app/panels/angio_parts.h"
#include "app/panels/plot.h"
#include "app/panels/widgets.h"
#include "app/session/angio_marks.h"

namespace app {
namespace {

using Held = AngioUi::Held;
using planning::RunMarks;

void commit(Context& context, const char* label, RunMarks marks) {
  context.session.history().commit(label, with_marks(context.session.plan(), std::move(marks)));
}

void draw_lesions(Context& context, const imaging::WidthProfile& profile,
                  const imaging::Calibration& calibration) {
  if (profile.lesions.empty())
    coloured_text(context.tokens().muted, "No narrowing by a fifth or more.");
  for (const imaging::Lesion& lesion : profile.lesions) {
    const double sd_px = profile.samples[lesion.narrowest].diameter_sd_px;
    if (lesion.occluded) {
      field(context, "Occluded over", length_words(lesion.length_px, 1, calibration),
            context.tokens().bad);
      continue;
    }
    field(context, "Narrowed by",
          fixed(lesion.percent_diameter, 0) + " ± " + fixed(std::max(1.0, lesion.percent_sd), 0) +
              " % of the diameter",
          lesion.percent_diameter >= 50 ? context.tokens().bad : context.tokens().warn);
    field(context, "  over", length_words(lesion.length_px, 1, calibration));
    field(context, "  to",
          length_words(lesion.minimal_px, sd_px, calibration) + " of " +
              length_words(lesion.reference_px, sd_px, calibration));
  }
  field(context, "Filled, empty",
        length_words(profile.filled_px, 1, calibration) + ", " +
            length_words(profile.empty_px, 1, calibration));
}

// px of the screen to the value of the vertical axis, which is linear.
double value_at(const Plot& plot, float y) {
  const float zero = plot.px_of_y(0), one = plot.px_of_y(1);
  return static_cast<double>((y - zero) / (one - zero));
}

// Ends of the reference line follow the hand.
void drag_reference(Context& context, const imaging::AngioRun& run, const Plot& plot,
                    const imaging::WidthProfile& profile, double unit) {
  AngioUi& ui = context.ui.angio;
  const auto& samples = profile.samples;
  const ImVec2 mouse = ImGui::GetIO().MousePos;
  if (!plot.held()) {
    if (ui.held == Held::ReferenceFirst || ui.held == Held::ReferenceLast) {
      context.session.history().end_gesture();
      ui.held = Held::Nothing;
    }
    return;
  }
  if (plot.clicked()) {
    const auto away = [&](std::size_t n) {
      return std::hypot(mouse.x - plot.px_of_x(samples[n].at_px * unit),
                        mouse.y - plot.px_of_y(samples[n].reference_px * unit));
    };
    const float first = away(0), last = away(samples.size() - 1);
    if (std::min(first, last) > context.px(14)) return;
    ui.held = first < last ? Held::ReferenceFirst : Held::ReferenceLast;
  }
  if (ui.held != Held::ReferenceFirst && ui.held != Held::ReferenceLast) return;
  RunMarks marks = marks_of(context.session.plan().angio, run);
  if (static_cast<std::size_t>(ui.vessel) >= marks.vessels.size()) return;
  planning::MeasuredVessel& vessel = marks.vessels[static_cast<std::size_t>(ui.vessel)];
  const double px = std::max(0.5, value_at(plot, mouse.y) / unit);
  // The other end stays where it was fitted.
  vessel.reference_first_px = vessel.reference_first_px.value_or(samples.front().reference_px);
  vessel.reference_last_px = vessel.reference_last_px.value_or(samples.back().reference_px);
  (ui.held == Held::ReferenceFirst ? vessel.reference_first_px : vessel.reference_last_px) = px;
  context.session.history().edit("Set the reference diameter",
                                 with_marks(context.session.plan(), std::move(marks)));
}

}  // namespace

void draw_measured_vessels(Context& context, const imaging::AngioRun& run) {
  AngioUi& ui = context.ui.angio;
  AngioView& view = context.session.view.angio;
  heading(context, "Vessels");
  if (choice_button(context, "Measure a vessel", view.tool == AngioTool::Vessel))
    hold_tool(context, AngioTool::Vessel);
  if (ImGui::IsItemHovered()) tooltip(context, "Q; then click twice on the vessel");
  ImGui::SameLine(0, context.px(4));
  if (choice_button(context, "All arteries", view.shows_tree)) view.shows_tree = !view.shows_tree;
  if (ImGui::IsItemHovered()) tooltip(context, "T: what the peak picture shows, traced");
  const FontOf font(context.theme.fonts.dense);
  if (view.tool == AngioTool::Vessel)
    wrapped_text(context.tokens().muted,
                 "Click where the stretch begins and where it ends. Then drag the way, an edge "
                 "(Ctrl: edges only), or an end of the reference line below.");
  const RunMarks marks = marks_of(context.session.plan().angio, run);
  const auto calibration = calibration_of(context.session.plan().angio, run);
  const AngioWidths* widths = context.session.angio.widths.get();
  for (std::size_t v = 0; v < marks.vessels.size(); ++v) {
    ImGui::PushID(static_cast<int>(v));
    const std::string name = "Vessel " + std::to_string(v + 1);
    if (ImGui::Selectable(name.c_str(), ui.vessel == static_cast<int>(v), 0,
                          {ImGui::GetContentRegionAvail().x - context.px(80), context.px(24)}))
      ui.vessel = static_cast<int>(v);
    ImGui::SameLine();
    const bool removed = ImGui::SmallButton("Remove");
    if (!widths || v >= widths->vessels.size())
      coloured_text(context.tokens().muted, "Being measured");
    else if (!widths->vessels[v].refusal.empty())
      wrapped_text(context.tokens().warn, widths->vessels[v].refusal);
    else
      draw_lesions(context, widths->vessels[v].profile, calibration);
    const auto& vessel = marks.vessels[v];
    const bool corrected = !vessel.edges.empty() || vessel.reference_first_px;
    if (corrected && ImGui::SmallButton("Edges and reference as found")) {
      RunMarks next = marks;
      next.vessels[v].edges.clear();
      next.vessels[v].reference_first_px.reset();
      next.vessels[v].reference_last_px.reset();
      commit(context, "Give up drawn edges", std::move(next));
    }
    ImGui::PopID();
    if (removed) {
      RunMarks next = marks;
      next.vessels.erase(next.vessels.begin() + static_cast<std::ptrdiff_t>(v));
      return commit(context, "Remove a measured vessel", std::move(next));
    }
  }
}

bool draw_width_profile(Context& context, const imaging::AngioRun& run, const Box& box) {
  const AngioWidths* widths = context.session.angio.widths.get();
  const auto of = static_cast<std::size_t>(std::max(0, context.ui.angio.vessel));
  if (!widths || of >= widths->vessels.size()) return false;
  const imaging::WidthProfile& profile = widths->vessels[of].profile;
  const auto& samples = profile.samples;
  if (samples.size() < 2) return false;
  const auto calibration = calibration_of(context.session.plan().angio, run);
  const bool mm = calibration.gives_mm();
  const double unit = mm ? std::sqrt(calibration.mm_per_px_column * calibration.mm_per_px_row) : 1;
  double top = 0;
  for (const auto& s : samples) top = std::max({top, s.diameter_px * unit, s.reference_px * unit});
  const double length = samples.back().at_px * unit;
  const std::string error =
      mm ? " ± " + fixed(100 * calibration.relative_error, 1) + " %" : std::string();
  Plot plot(context, "widths", box,
            {mm ? "Along vessel " + std::to_string(of + 1) + " (mm" + error + ")"
                : "Along vessel " + std::to_string(of + 1) + " (px)",
             0, length},
            {mm ? "Diameter (mm)" : "Diameter (px)", 0, 1.25 * top});
  if (!plot.visible()) return true;
  const Tokens& tokens = context.tokens();
  for (const imaging::Lesion& lesion : profile.lesions)
    plot.band(samples[lesion.first].at_px * unit, samples[lesion.last].at_px * unit,
              with_alpha(tokens.bad, 0.16f),
              lesion.occluded ? "occluded" : fixed(lesion.percent_diameter, 0) + " %");
  std::vector<Plot::Spread> spread;
  std::vector<std::pair<double, double>> widths_mm, reference;
  for (const auto& s : samples) {
    spread.push_back({s.at_px * unit, std::max(0.0, s.diameter_px - s.diameter_sd_px) * unit,
                      (s.diameter_px + s.diameter_sd_px) * unit});
    widths_mm.emplace_back(s.at_px * unit, s.diameter_px * unit);
    reference.emplace_back(s.at_px * unit, s.reference_px * unit);
  }
  plot.spread(spread, with_alpha(tokens.artery, 0.18f));
  plot.line(reference, tokens.accent, Plot::Stroke::Dotted);
  plot.line(widths_mm, tokens.artery);
  plot.dot(reference.front().first, reference.front().second, tokens.accent, true);
  plot.dot(reference.back().first, reference.back().second, tokens.accent, true);
  drag_reference(context, run, plot, profile, unit);
  return true;
}

}  // namespace app
