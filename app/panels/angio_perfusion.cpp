// When contrast comes to each place, how much and for how long: maps, regions and their curves.
#include <algorithm>
#include <array>

#include "app/panels/angio_parts.h"
#include "app/panels/plot.h"
#include "app/panels/widgets.h"
#include "app/session/angio_marks.h"
#include "app/session/angio_measure.h"
#include "app/session/cine.h"

namespace app {
namespace {

constexpr std::array<PerfusionQuantity, 6> quantities = {
    PerfusionQuantity::Arrival, PerfusionQuantity::TimeToPeak, PerfusionQuantity::Peak,
    PerfusionQuantity::Area,    PerfusionQuantity::Transit,    PerfusionQuantity::WashIn};

ImU32 colour_of_region(const Tokens& tokens, std::size_t n) {
  const std::array<ImU32, 5> colours = {tokens.accent, tokens.needle, tokens.coil, tokens.vein,
                                        tokens.artery};
  return colours[n % colours.size()];
}

void draw_quantities(Context& context, const imaging::AngioRun& run) {
  AngioView& view = context.session.view.angio;
  heading(context, "Maps");
  for (std::size_t n = 0; n < quantities.size(); ++n) {
    const QuantityWords words = words_for(quantities[n], run);
    const bool chosen = view.shows == AngioShows::Map && view.quantity == quantities[n];
    if (choice_button(context, words.name, chosen)) {
      view.shows = chosen ? AngioShows::Frame : AngioShows::Map;
      view.quantity = quantities[n];
    }
    if (n % 2 == 0) ImGui::SameLine(0, context.px(4));
  }
  const FontOf font(context.theme.fonts.dense);
  const AngioMaps* maps = context.session.angio.maps.get();
  if (view.shows != AngioShows::Map) return;
  if (!maps) {
    coloured_text(context.tokens().muted, "Being made");
  } else if (!maps->refusal.empty()) {
    wrapped_text(context.tokens().warn, maps->refusal);
  } else {
    field(context, "Noise of a value", fixed(maps->maps.noise, 4) + " " + density_unit(run));
    field(context, "Watched for", fixed(maps->maps.window_s, 1) + " s");
  }
}

void draw_compared(Context& context, const imaging::AngioRun& run) {
  AngioView& view = context.session.view.angio;
  const auto& runs = context.session.study().runs;
  heading(context, "Before and after");
  const FontOf font(context.theme.fonts.dense);
  const auto label = [&](std::size_t n) {
    return runs[n].label.empty() ? "Run " + std::to_string(n + 1) : runs[n].label;
  };
  const std::string chosen =
      view.compared_run ? label(static_cast<std::size_t>(*view.compared_run)) : "No other run";
  ImGui::SetNextItemWidth(context.px(200));
  if (ImGui::BeginCombo("beside", chosen.c_str())) {
    if (ImGui::Selectable("No other run", !view.compared_run)) view.compared_run.reset();
    for (std::size_t n = 0; n < runs.size(); ++n) {
      if (n == context.session.view.run) continue;
      ImGui::PushID(static_cast<int>(n));
      if (ImGui::Selectable(label(n).c_str(), view.compared_run == static_cast<int>(n)))
        view.compared_run = static_cast<int>(n);
      ImGui::PopID();
    }
    ImGui::EndCombo();
  }
  const AngioMaps* other = context.session.angio.compared_maps.get();
  if (!view.compared_run || view.shows != AngioShows::Map) return;
  if (!other)
    coloured_text(context.tokens().muted, "Being made");
  else if (!other->refusal.empty())
    wrapped_text(context.tokens().warn, other->refusal);
  else if (densities_differ(view.quantity, run, runs[static_cast<std::size_t>(*view.compared_run)]))
    wrapped_text(context.tokens().warn,
                 "These runs store densities in different ways: each has a scale of its own here. "
                 "Times compare.");
  else
    wrapped_text(context.tokens().muted,
                 "Both on the scale of the legend. Injections differ: times compare only from the "
                 "same start, densities only at the same dose and beam.");
}

void draw_curve_words(Context& context, const imaging::PerfusionCurve& curve,
                      const std::string& unit) {
  if (!curve.filled) {
    coloured_text(context.tokens().muted, "No contrast over the noise.");
    return;
  }
  field(context, "Arrival, peak",
        fixed(curve.arrival_s, 2) + " s, " + fixed(curve.time_to_peak_s, 2) + " s");
  field(context, "Peak density", fixed(curve.peak, 3) + " " + unit);
  field(context, "Area, transit",
        fixed(curve.area_s, 2) + " " + unit + " s, " + fixed(curve.transit_s, 2) + " s");
  field(context, "Wash-in", fixed(curve.wash_in_per_s, 3) + " " + unit + "/s");
}

void draw_regions(Context& context, const imaging::AngioRun& run) {
  heading(context, "Regions");
  if (choice_button(context, "Draw a region", context.session.view.angio.tool == AngioTool::Region))
    hold_tool(context, AngioTool::Region);
  if (ImGui::IsItemHovered()) tooltip(context, "R; Enter or a double-click closes it");
  const FontOf font(context.theme.fonts.dense);
  const auto marks = marks_of(context.session.plan().angio, run);
  const AngioRegions* regions = context.session.angio.regions.get();
  for (std::size_t n = 0; n < marks.regions.size(); ++n) {
    ImGui::PushID(static_cast<int>(n));
    coloured_text(colour_of_region(context.tokens(), n), marks.regions[n].name);
    ImGui::SameLine(ImGui::GetContentRegionAvail().x - context.px(50));
    const bool removed = ImGui::SmallButton("Remove");
    if (regions && n < regions->regions.size()) {
      const auto& region = regions->regions[n];
      if (!region.refusal.empty()) wrapped_text(context.tokens().warn, region.refusal);
      if (region.curve) draw_curve_words(context, *region.curve, density_unit(run));
    }
    ImGui::PopID();
    if (removed) {
      auto next = marks;
      next.regions.erase(next.regions.begin() + static_cast<std::ptrdiff_t>(n));
      return context.session.history().commit("Remove a region",
                                              with_marks(context.session.plan(), std::move(next)));
    }
  }
}

}  // namespace

void draw_perfusion_section(Context& context, const imaging::AngioRun& run) {
  draw_quantities(context, run);
  draw_compared(context, run);
  draw_regions(context, run);
}

bool draw_region_curves(Context& context, const imaging::AngioRun& run, const Box& box) {
  const AngioRegions* regions = context.session.angio.regions.get();
  if (!regions) return false;
  double low = 0, high = 0.02;
  for (const auto& region : regions->regions)
    for (const double d : region.density) low = std::min(low, d), high = std::max(high, d);
  const double last_s = time_of(run, static_cast<double>(run.frames.size()) - 1);
  Plot plot(context, "regions", box, {"Time (s)", 0, std::max(0.1, last_s)},
            {std::string("Mean density (") + density_unit(run) + ")", 1.1 * low, 1.2 * high});
  if (!plot.visible()) return true;
  for (std::size_t n = 0; n < regions->regions.size(); ++n) {
    const auto& region = regions->regions[n];
    const ImU32 colour = colour_of_region(context.tokens(), n);
    std::vector<std::pair<double, double>> points;
    for (std::size_t i = 0; i < region.density.size(); ++i)
      points.emplace_back(time_of(run, static_cast<double>(i)), region.density[i]);
    if (points.size() > 1) plot.line(points, colour);
    if (region.curve && region.curve->filled)
      plot.dot(region.curve->time_to_peak_s, region.curve->peak, colour, true);
  }
  plot.mark(time_of(run, context.session.view.frame), context.tokens().text);
  return true;
}

}  // namespace app
