// How far the vein is, all along the artery: as a line, and unrolled round the clock.
#include <algorithm>
#include <array>
#include <cmath>

#include "app/panels/cross_parts.h"
#include "app/panels/plot.h"
#include "app/panels/vessel_words.h"
#include "app/panels/widgets.h"
#include "planning/knowledge.h"

namespace app {
namespace {

constexpr double widest_gap_mm = 8;  // Of the colours: twice what is still good, and some more.

const GapProfile& gaps_of(Context& context, const planning::CrossingSite& site) {
  UiState& ui = context.ui;
  const void* tree = &context.session.planner()->tree();
  if (!ui.gaps || ui.gaps_of != tree || ui.gaps_artery != site.artery ||
      ui.gaps_vein != site.vein) {
    ui.gaps = gap_profile(*context.session.planner(), site.artery, site.vein);
    if (!ui.gap_map || ui.gaps_of != tree || ui.gaps_artery != site.artery)
      ui.gap_map = gap_map(*context.session.planner(), site.artery, widest_gap_mm);
    ui.gaps_of = tree;
    ui.gaps_artery = site.artery;
    ui.gaps_vein = site.vein;
  }
  return *ui.gaps;
}

// The plot is a handle too: the crossing follows along the artery.
void take_drag(Context& context, const Plot& plot, const imaging::Vessel& artery, int place) {
  UiState& ui = context.ui;
  if (plot.held()) {
    if (const auto s_mm = plot.hovered_x())
      context.session.drag_crossing(artery.line.at(*s_mm).position);
    ui.plot_held = true;
    ui.held_plot = place;
  } else if (ui.plot_held && ui.held_plot == place) {
    ui.plot_held = false;
    context.session.history().end_gesture();
  }
}

void draw_line(Context& context, const Box& box, const imaging::Vessel& artery) {
  const Tokens& tokens = context.tokens();
  const planning::CrossingSite site = *context.session.plan().crossing;
  const GapProfile& profile = gaps_of(context, site);
  double top_mm = 4;
  for (const GapSample& sample : profile.samples) top_mm = std::max(top_mm, sample.gap_mm);
  top_mm = std::min(top_mm, 15.0);
  Plot plot(context, "gap", box,
            {"Along the " + spoken_in_sentence(artery) + " (mm)", 0, artery.line.length_mm()},
            {"Gap to the " + short_name_of(context.session.vessels(), site.vein) +
                 " (mm, lumen to lumen)",
             0, top_mm});
  // A stretch without the vein breaks the line; one that was not seen is dotted.
  std::vector<std::pair<double, double>> points;
  bool seen = true;
  const auto finish = [&] {
    plot.line(points, seen ? tokens.text : tokens.disabled,
              seen ? Plot::Stroke::Solid : Plot::Stroke::Dotted);
    points.clear();
  };
  for (const GapSample& sample : profile.samples) {
    if (!points.empty() && (sample.seen != seen || sample.artery_mm - points.back().first > 3))
      finish();
    seen = sample.seen;
    points.emplace_back(sample.artery_mm, sample.gap_mm);
  }
  finish();
  for (const planning::Crossing& candidate : context.session.planner()->candidates())
    if (candidate.site.artery == site.artery && candidate.site.vein == site.vein)
      plot.tick(candidate.site.artery_mm,
                candidate.rejected ? with_alpha(tokens.bad, 0.7f) : tokens.good,
                candidate.site == site);
  for (const planning::Pin& pin : context.session.plan().pins)
    if (pin.site.artery == site.artery) plot.mark(pin.site.artery_mm, tokens.muted, pin.name, 1);
  if (const planning::Preview* preview = context.session.preview()) {
    plot.mark(site.artery_mm, tokens.needle,
              in_mm(preview->crossing.gap_mm, preview->crossing.gap_sd_mm));
    plot.dot(site.artery_mm, preview->crossing.gap_mm, tokens.needle, true);
  }
  take_drag(context, plot, artery, 0);
}

// Near is bright, as in the legend.
ImU32 colour_of_gap(double gap_mm) {
  return viridis(1 - std::clamp(gap_mm / widest_gap_mm, 0.0, 1.0));
}

void draw_legend(Context& context, const Plot& plot, const Box& box) {
  const FontOf font(context.theme.fonts.dense);
  ImDrawList& draw = *ImGui::GetWindowDrawList();
  const float width = context.px(64), height = context.px(8);
  const std::string most = std::to_string(static_cast<int>(widest_gap_mm)) + " mm";
  const float right = plot.area().right() - ImGui::CalcTextSize(most.c_str()).x - context.px(4);
  const float top = box.y + context.px(7);
  constexpr int steps = 16;
  for (int i = 0; i < steps; ++i)
    draw.AddRectFilled({right - width + width * static_cast<float>(i) / steps, top},
                       {right - width + width * static_cast<float>(i + 1) / steps, top + height},
                       colour_of_gap(widest_gap_mm * (i + 0.5) / steps));
  const float line = top + height / 2 - ImGui::GetFontSize() / 2;
  draw.AddText({right + context.px(4), line}, context.tokens().muted, most.c_str());
  const float zero = ImGui::CalcTextSize("0").x;
  draw.AddText({right - width - zero - context.px(4), line}, context.tokens().muted, "0");
}

void draw_map(Context& context, const Box& box, const imaging::Vessel& artery) {
  const Tokens& tokens = context.tokens();
  const planning::CrossingSite site = *context.session.plan().crossing;
  gaps_of(context, site);
  Plot plot(context, "map", box,
            {"Along the " + spoken_in_sentence(artery) + " (mm)", 0, artery.line.length_mm()},
            {"Round it, o'clock (12 anterior): gap", 0, 12, {3, 6, 9, 12}});
  if (!plot.visible()) return;
  ImDrawList& draw = *ImGui::GetWindowDrawList();
  const double step_mm = context.session.planner()->knowledge().crossing.search.step_mm;
  constexpr int cells = 7;
  draw.PushClipRect({plot.area().x, plot.area().y}, {plot.area().right(), plot.area().bottom()},
                    true);
  for (const GapMap::Vein& vein : context.ui.gap_map->veins)
    for (const GapMap::Facing& f : vein.places) {
      const float left = plot.px_of_x(f.artery_mm - step_mm / 2);
      const float right = std::max(left + 1, plot.px_of_x(f.artery_mm + step_mm / 2));
      for (int i = 0; i < cells; ++i) {
        const double from = f.half_width_hours * (2.0 * i / cells - 1);
        const double to = f.half_width_hours * (2.0 * (i + 1) / cells - 1);
        const ImU32 colour = colour_of_gap(f.gap_at_mm(0.98 * (from + to) / 2));
        // What passes 12 comes in again at the other edge.
        for (const double turn : {-12.0, 0.0, 12.0}) {
          if (f.clock + to + turn < 0 || f.clock + from + turn > 12) continue;
          draw.AddRectFilled({left, plot.px_of_y(f.clock + to + turn)},
                             {right, plot.px_of_y(f.clock + from + turn)}, colour);
        }
      }
    }
  draw.PopClipRect();
  // Each vein is named where it is longest seen.
  const FontOf font(context.theme.fonts.dense);
  for (const GapMap::Vein& vein : context.ui.gap_map->veins) {
    const GapMap::Facing& middle = vein.places[vein.places.size() / 2];
    constexpr std::size_t worth_a_name = 30;
    if (vein.places.size() < worth_a_name) continue;
    const std::string name = short_name_of(context.session.vessels(), vein.id);
    const ImVec2 size = ImGui::CalcTextSize(name.c_str());
    const ImVec2 at{std::clamp(plot.px_of_x(middle.artery_mm) - size.x / 2, plot.area().x,
                               plot.area().right() - size.x),
                    plot.px_of_y(middle.clock) - size.y / 2};
    draw.AddRectFilled({at.x - context.px(3), at.y}, {at.x + size.x + context.px(3), at.y + size.y},
                       with_alpha(tokens.panel, 0.8f), context.px(2));
    draw.AddText(at, vein.id == site.vein ? tokens.accent : tokens.text, name.c_str());
  }
  if (const planning::Preview* preview = context.session.preview()) {
    plot.mark(site.artery_mm, tokens.needle);
    plot.dot(site.artery_mm, preview->crossing.needle.clock, tokens.needle, true);
  }
  draw_legend(context, plot, box);
  take_drag(context, plot, artery, 1);
}

}  // namespace

void draw_cross_strip(Context& context, const Box& box) {
  const Pane pane(context, "strip", box, context.tokens().panel, 0);
  const auto& site = context.session.plan().crossing;
  const imaging::Vessel* artery = site ? context.session.vessels().find(site->artery) : nullptr;
  if (!artery) {
    empty_view(context, box, "The gap along the artery",
               "Choose a candidate, or click on an artery in the 3-D view.");
    return;
  }
  using Shown = UiState::GapShown;
  const bool room_for_both = box.w >= context.px(640);
  const Shown shown = context.ui.gap_shown;
  if (shown == Shown::Both && room_for_both) {
    const Halves halves = side_by_side(box, 0.5f, context.px(4));
    draw_line(context, halves.first, *artery);
    draw_map(context, halves.second, *artery);
  } else if (shown == Shown::Map) {
    draw_map(context, box, *artery);
  } else {
    draw_line(context, box, *artery);
  }
}

}  // namespace app
