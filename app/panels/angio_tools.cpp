// Clicks and drags on the subtracted picture: vessels, regions, calibrations, landmarks. Each that
// changes something is one step of undo.
#include <algorithm>
#include <cmath>

#include "app/panels/angio_parts.h"
#include "app/panels/widgets.h"
#include "app/session/angio_marks.h"
#include "app/session/angio_measure.h"
#include "app/session/cine.h"

namespace app {
namespace {

using Held = AngioUi::Held;
using imaging::Point2;
using planning::RunMarks;

constexpr ViewKind kind = ViewKind::AngioSubtracted;
constexpr float reach_px = 8;  // Of a handle, logical.

struct Hand {
  Point2 pixel;         // Of the image.
  Point2 place;         // Of the picture, px.
  double reach_px = 0;  // px of the picture.
};

const imaging::AngioRun& run_of(Context& context) {
  return context.session.study().runs[context.session.view.run];
}

RunMarks marks_now(Context& context) {
  return marks_of(context.session.plan().angio, run_of(context));
}

void commit(Context& context, const char* label, RunMarks marks) {
  context.session.history().commit(label, with_marks(context.session.plan(), std::move(marks)));
}

void edit(Context& context, const char* label, RunMarks marks) {
  context.session.history().edit(label, with_marks(context.session.plan(), std::move(marks)));
}

std::optional<Hand> hand_on(Context& context, const Box& image) {
  const ImGuiIO& io = ImGui::GetIO();
  const ImVec2 scale = io.DisplayFramebufferScale;
  const Point2 place{(io.MousePos.x - image.x) * static_cast<double>(scale.x),
                     (io.MousePos.y - image.y) * static_cast<double>(scale.y)};
  const auto pixel = context.views->pixel_at(kind, place);
  if (!pixel) return std::nullopt;
  return Hand{*pixel, place, static_cast<double>(context.px(reach_px)) * scale.x};
}

double away_px(Context& context, const Hand& hand, Point2 pixel) {
  const auto place = context.views->place_of_pixel(kind, pixel);
  return place ? std::hypot(place->x - hand.place.x, place->y - hand.place.y) : INFINITY;
}

bool lies_on_image(Context& context, Point2 pixel) {
  const auto& frame = run_of(context).frames.front();
  return pixel.x >= -0.5 && pixel.y >= -0.5 && pixel.x <= frame.columns() - 0.5 &&
         pixel.y <= frame.rows() - 0.5;
}

// The nearest of the places that a drag can begin on.
struct Nearest {
  double away_px = INFINITY;
  Held held = Held::Nothing;
  int of = 0, index = 0;
  Point2 at;
  void offer(double away, Held what, int whose, int which, Point2 where) {
    if (away >= away_px) return;
    *this = {away, what, whose, which, where};
  }
};

Nearest nearest_of_vessels(Context& context, const Hand& hand, const RunMarks& marks) {
  Nearest nearest;
  // Clicks first: they lie on the way, and would otherwise tie with it.
  for (std::size_t v = 0; v < marks.vessels.size(); ++v)
    for (std::size_t c = 0; c < marks.vessels[v].clicks.size(); ++c)
      nearest.offer(away_px(context, hand, marks.vessels[v].clicks[c]), Held::Click,
                    static_cast<int>(v), static_cast<int>(c), {});
  if (nearest.away_px <= hand.reach_px) return nearest;
  nearest = {};
  const AngioWidths* widths = context.session.angio.widths.get();
  if (!widths) return nearest;
  for (std::size_t v = 0; v < std::min(widths->vessels.size(), marks.vessels.size()); ++v) {
    const auto& samples = widths->vessels[v].profile.samples;
    for (std::size_t n = 0; n < samples.size(); ++n) {
      const EdgePair pair = edges_of(samples, n);
      const int whose = static_cast<int>(v), which = static_cast<int>(n);
      nearest.offer(away_px(context, hand, pair.left), Held::LeftEdge, whose, which,
                    samples[n].middle);
      nearest.offer(away_px(context, hand, pair.right), Held::RightEdge, whose, which,
                    samples[n].middle);
      // A drag of the middle sets a further click; with Ctrl the edges have it alone.
      if (!ImGui::GetIO().KeyCtrl)
        nearest.offer(away_px(context, hand, samples[n].middle), Held::Click, whose, -1,
                      samples[n].middle);
    }
  }
  return nearest;
}

void press(Context& context, const Hand& hand) {
  AngioUi& ui = context.ui.angio;
  ui.held = Held::Nothing;
  ui.moved = false;
  const AngioTool tool = context.session.view.angio.tool;
  const RunMarks marks = marks_now(context);
  Nearest nearest;
  if (tool == AngioTool::Vessel) nearest = nearest_of_vessels(context, hand, marks);
  if (tool == AngioTool::Region)
    for (std::size_t r = 0; r < marks.regions.size(); ++r)
      for (std::size_t c = 0; c < marks.regions[r].corners.size(); ++c)
        nearest.offer(away_px(context, hand, marks.regions[r].corners[c]), Held::Corner,
                      static_cast<int>(r), static_cast<int>(c), {});
  if (nearest.away_px > hand.reach_px) return;
  ui.held = nearest.held;
  ui.held_of = nearest.of;
  ui.held_index = nearest.index;
  ui.held_at = nearest.at;
  if (tool == AngioTool::Vessel) ui.vessel = nearest.of;
}

// The edge under the hand, from the middle that it was gripped at.
void drag_edge(Context& context, const Hand& hand, RunMarks marks) {
  AngioUi& ui = context.ui.angio;
  auto& edges = marks.vessels[static_cast<std::size_t>(ui.held_of)].edges;
  const bool left = ui.held == Held::LeftEdge;
  const double half = std::hypot(hand.pixel.x - ui.held_at.x, hand.pixel.y - ui.held_at.y);
  if (!ui.moved) {
    const AngioWidths* widths = context.session.angio.widths.get();
    const auto of = static_cast<std::size_t>(ui.held_of);
    const auto n = static_cast<std::size_t>(ui.held_index);
    if (!widths || of >= widths->vessels.size() || n >= widths->vessels[of].profile.samples.size())
      return;
    const double other = widths->vessels[of].profile.samples[n].diameter_px / 2;
    edges.push_back({ui.held_at, other, other});
  }
  if (edges.empty()) return;
  (left ? edges.back().left_px : edges.back().right_px) = half;
  ui.moved = true;
  edit(context, "Draw a vessel's edge", std::move(marks));
}

void drag_held(Context& context, const Hand& hand) {
  AngioUi& ui = context.ui.angio;
  RunMarks marks = marks_now(context);
  const auto of = static_cast<std::size_t>(ui.held_of);
  if (ui.held == Held::Corner) {
    auto& corners = marks.regions[of].corners;
    corners[static_cast<std::size_t>(ui.held_index)] = hand.pixel;
    ui.moved = true;
    return edit(context, "Reshape a region", std::move(marks));
  }
  if (of >= marks.vessels.size()) return;
  if (ui.held != Held::Click) return drag_edge(context, hand, std::move(marks));
  planning::MeasuredVessel& vessel = marks.vessels[of];
  if (ui.held_index < 0) {
    vessel = with_click(std::move(vessel), ui.held_at);
    const auto added = std::find(vessel.clicks.begin(), vessel.clicks.end(), ui.held_at);
    ui.held_index = static_cast<int>(added - vessel.clicks.begin());
  }
  if (static_cast<std::size_t>(ui.held_index) >= vessel.clicks.size()) return;
  vessel.clicks[static_cast<std::size_t>(ui.held_index)] = hand.pixel;
  ui.moved = true;
  edit(context, "Correct a vessel's way", std::move(marks));
}

void finish_region(Context& context) {
  AngioUi& ui = context.ui.angio;
  if (ui.clicks.size() < 3) return;
  RunMarks marks = marks_now(context);
  marks.regions.push_back(
      {"Region " + std::to_string(marks.regions.size() + 1), std::exchange(ui.clicks, {})});
  commit(context, "Draw a region", std::move(marks));
}

void calibrate(Context& context, planning::XrayScale how, double known) {
  AngioUi& ui = context.ui.angio;
  const auto found =
      calibrate_run(run_of(context), shown_frame(context.session.view, run_of(context)), how,
                    ui.clicks[0], ui.clicks[1], known, ui.contrast_inside);
  ui.clicks.clear();
  if (!found) {
    ui.complaint = found.error().sentence;
    return;
  }
  RunMarks marks = marks_now(context);
  marks.calibration = *found;
  commit(context, "Calibrate the run", std::move(marks));
  context.session.view.angio.tool = AngioTool::Look;
}

void click(Context& context, const Hand& hand) {
  AngioUi& ui = context.ui.angio;
  ui.complaint.clear();
  if (!lies_on_image(context, hand.pixel)) return;
  const AngioTool tool = context.session.view.angio.tool;
  if (tool == AngioTool::Landmark) {
    if (!ui.landmark) {
      ui.complaint = "Choose in the list which place of the vessels this is.";
      return;
    }
    RunMarks marks = marks_now(context);
    std::erase_if(marks.landmarks,
                  [&](const planning::XrayLandmark& l) { return l.place == *ui.landmark; });
    marks.landmarks.push_back({*ui.landmark, hand.pixel});
    ui.landmark.reset();
    return commit(context, "Mark a landmark", std::move(marks));
  }
  // The first corner again closes a region.
  if (tool == AngioTool::Region && ui.clicks.size() >= 3 &&
      away_px(context, hand, ui.clicks.front()) <= hand.reach_px)
    return finish_region(context);
  ui.clicks.push_back(hand.pixel);
  if (tool == AngioTool::Region || ui.clicks.size() < 2) return;
  if (tool == AngioTool::Vessel) {
    RunMarks marks = marks_now(context);
    planning::MeasuredVessel vessel;
    vessel.clicks = std::exchange(ui.clicks, {});
    ui.vessel = static_cast<int>(marks.vessels.size());
    marks.vessels.push_back(std::move(vessel));
    return commit(context, "Measure a vessel", std::move(marks));
  }
  if (tool == AngioTool::Distance) calibrate(context, planning::XrayScale::Distance, ui.known_mm);
  if (tool == AngioTool::Ball) calibrate(context, planning::XrayScale::Ball, ui.ball_mm);
  if (tool == AngioTool::Catheter) calibrate(context, planning::XrayScale::Catheter, ui.french);
}

void draw_pending(Context& context, const Box& image) {
  const auto scale = ImGui::GetIO().DisplayFramebufferScale;
  ImDrawList& draw = *ImGui::GetWindowDrawList();
  std::vector<ImVec2> points;
  for (const Point2 pixel : context.ui.angio.clicks)
    if (const auto place = context.views->place_of_pixel(kind, pixel))
      points.push_back({image.x + static_cast<float>(place->x) / scale.x,
                        image.y + static_cast<float>(place->y) / scale.y});
  const ImU32 colour = context.tokens().needle;
  for (const ImVec2 p : points) draw.AddCircle(p, context.px(5), colour, 0, context.px(1.5f));
  for (std::size_t i = 1; i < points.size(); ++i)
    draw.AddLine(points[i - 1], points[i], colour, context.px(1.5f));
  if (!points.empty() && ImGui::IsItemHovered())
    draw.AddLine(points.back(), ImGui::GetIO().MousePos, with_alpha(colour, 0.6f), context.px(1));
}

}  // namespace

void hold_tool(Context& context, AngioTool tool) {
  AngioTool& held = context.session.view.angio.tool;
  held = held == tool ? AngioTool::Look : tool;
  context.ui.angio.clicks.clear();
  context.ui.angio.complaint.clear();
  context.ui.angio.held = Held::Nothing;
}

void take_angio_tool(Context& context, const Box& image) {
  AngioUi& ui = context.ui.angio;
  if (!context.views || context.session.view.angio.tool == AngioTool::Look) return;
  const auto hand = hand_on(context, image);
  if (!hand) return;
  draw_pending(context, image);
  const bool left = ImGui::IsMouseDown(ImGuiMouseButton_Left);
  if (ImGui::IsItemActivated() && left) press(context, *hand);
  if (ImGui::IsItemActive() && left && ui.held != Held::Nothing && context.ui.dragged)
    drag_held(context, *hand);
  if (ImGui::IsItemDeactivated()) {
    const bool released = ImGui::IsMouseReleased(ImGuiMouseButton_Left);
    const bool clicked = released && !context.ui.dragged;
    const bool on_handle = ui.held != Held::Nothing;
    ui.held = Held::Nothing;
    if (clicked && !on_handle) click(context, *hand);
  }
  if (ImGui::IsItemHovered() && ImGui::IsMouseDoubleClicked(ImGuiMouseButton_Left) &&
      context.session.view.angio.tool == AngioTool::Region)
    finish_region(context);
  if (ImGui::IsItemHovered()) ImGui::SetMouseCursor(ImGuiMouseCursor_Hand);
}

void tell_narrowing(Context& context, const Box& image) {
  const AngioWidths* widths = context.session.angio.widths.get();
  if (!context.views || !widths || !ImGui::IsItemHovered()) return;
  const auto hand = hand_on(context, image);
  if (!hand) return;
  const imaging::Lesion* nearest = nullptr;
  double least = hand->reach_px;
  for (const AngioWidths::Vessel& vessel : widths->vessels)
    for (const imaging::Lesion& lesion : vessel.profile.lesions)
      for (std::size_t n = lesion.first; n <= lesion.last; ++n) {
        const double away = away_px(context, *hand, vessel.profile.samples[n].middle);
        if (away <= least) least = away, nearest = &lesion;
      }
  if (!nearest) return;
  const auto calibration = calibration_of(context.session.plan().angio, run_of(context));
  tooltip(
      context,
      narrowing_words(*nearest) + ", over " + length_words(nearest->length_px, 1, calibration) +
          (nearest->occluded
               ? std::string()
               : ", to " + length_words(nearest->minimal_px, nearest->minimal_sd_px, calibration) +
                     " of " + length_words(nearest->reference_px, 0, calibration)));
}

void take_angio_tool_keys(Context& context) {
  AngioUi& ui = context.ui.angio;
  const auto pressed = [](int key) { return ImGui::IsKeyPressed(ImGui::GetKeyIndex(key), false); };
  if (pressed(ImGuiKey_Escape)) {
    ui.held = Held::Nothing;
    if (ui.clicks.empty())
      context.session.view.angio.tool = AngioTool::Look;
    else
      ui.clicks.clear();
  }
  if (pressed(ImGuiKey_Backspace) && !ui.clicks.empty()) ui.clicks.pop_back();
  if (pressed(ImGuiKey_Enter) && context.session.view.angio.tool == AngioTool::Region)
    finish_region(context);
  if (ImGui::IsKeyPressed('Q', false)) hold_tool(context, AngioTool::Vessel);
  if (ImGui::IsKeyPressed('R', false)) hold_tool(context, AngioTool::Region);
  if (ImGui::IsKeyPressed('P', false))
    context.session.view.angio.shows_plan = !context.session.view.angio.shows_plan;
  if (ImGui::IsKeyPressed('F', false))
    context.session.view.angio.shows_tree = !context.session.view.angio.shows_tree;
}

}  // namespace app
