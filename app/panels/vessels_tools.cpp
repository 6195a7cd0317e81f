// The tools of the Vessels workspace under the mouse:
//
//   branch, cut, join, valve          a click
//   move, radius, paint, erase        a drag; in the cross-section paint and erase are a brush
//
// With a tool in the hand the left button works; middle, right and wheel still look.
#include <algorithm>
#include <cmath>

#include "app/panels/vessels_parts.h"
#include "app/panels/widgets.h"

namespace app {
namespace {

using imaging::Point2;
using imaging::Vessel;
using LpsPoint = imaging::Point3<imaging::Lps>;
using Grip = VesselHand::Grip;

Point2 mouse_on(const Box& image) {
  const ImGuiIO& io = ImGui::GetIO();
  return {(io.MousePos.x - image.x) * io.DisplayFramebufferScale.x,
          (io.MousePos.y - image.y) * io.DisplayFramebufferScale.y};
}

// In window coordinates; absent where the picture does not show p.
std::optional<ImVec2> window_place(Context& context, ViewKind kind, const Box& image,
                                   const LpsPoint& p) {
  const auto at = context.views->place_of(kind, p);
  if (!at) return std::nullopt;
  const ImVec2 scale = ImGui::GetIO().DisplayFramebufferScale;
  return ImVec2{image.x + static_cast<float>(at->x) / scale.x,
                image.y + static_cast<float>(at->y) / scale.y};
}

// What the hand touches: in 3-D the vessel under it, on the two others the one that they show.
std::optional<VesselSpot> touched(Context& context, ViewKind kind, const Point2& at) {
  Session& session = context.session;
  if (kind == ViewKind::Scene) {
    const Pick pick = context.views->pick(kind, at);
    std::string id = pick.vessel;
    if (const auto& site = session.plan().crossing; site && id.empty()) {
      if (pick.what == Pick::What::ArteryEnd) id = site->artery;
      if (pick.what == Pick::What::VeinEnd) id = site->vein;
    }
    const Vessel* vessel = session.vessels().find(id);
    if (!vessel) return std::nullopt;
    return VesselSpot{id, vessel->line.nearest_mm(pick.point)};
  }
  const Vessel* vessel = session.vessels().find(session.view.selected_vessel);
  if (!vessel) return std::nullopt;
  LpsPoint p = session.view.cursor;
  if (kind == ViewKind::Straightened) {
    const auto under = context.views->point_at(kind, at, p);
    if (!under) return std::nullopt;
    p = *under;
  }
  return VesselSpot{vessel->id, vessel->line.nearest_mm(p)};
}

void add_end_of_branch(Context& context, ViewKind kind, const Point2& at) {
  VesselHand& hand = context.ui.vessel_hand;
  Session& session = context.session;
  std::optional<LpsPoint> p;
  // In 3-D a click has a depth on a vessel; elsewhere that of the first click.
  if (kind == ViewKind::Scene)
    if (const auto spot = touched(context, kind, at))
      p = session.vessels().find(spot->vessel)->line.at(spot->at_mm).position;
  if (!p) p = context.views->point_at(kind, at, hand.first.value_or(session.view.cursor));
  if (!p) return;
  if (!hand.first) {
    hand.first = p;
    hand.said = "Now click where the branch ends.";
    hand.refused = false;
    return;
  }
  const LpsPoint first = *hand.first;
  hand.first.reset();
  const auto id = add_branch(session, first, *p);
  if (!id) return say(context, tl::unexpected(id.error()), "");
  if (const Vessel* drawn = session.vessels().find(*id)) {
    select_vessel(context, *drawn);
    say(context, {}, "A branch of " + in_mm(drawn->line.length_mm()) + ". Press N to name it.");
  }
}

void join_with(Context& context, ViewKind kind, const Point2& at) {
  Session& session = context.session;
  const std::string one = session.view.selected_vessel;
  std::string other;
  if (kind == ViewKind::Straightened) {
    const auto spot = touched(context, kind, at);
    const auto near = spot ? neighbour_at_end(session.vessels(), *spot) : std::nullopt;
    if (spot && !near)
      return say(context,
                 imaging::fail(imaging::ErrorCode::NotFound,
                               "No vessel ends within 30 mm of this end; click it in 3-D."),
                 "");
    other = near.value_or("");
  } else {
    other = context.views->pick(kind, at).vessel;
  }
  if (!session.vessels().find(other)) return;
  if (one == other || !session.vessels().find(one)) {
    session.view.selected_vessel = other;
    context.ui.vessel_hand.said = "Now click the vessel that goes on from it.";
    context.ui.vessel_hand.refused = false;
    return;
  }
  say(context, join_vessels(session, one, other), "Joined.");
}

void click(Context& context, ViewKind kind, const Point2& at) {
  VesselHand& hand = context.ui.vessel_hand;
  if (hand.tool == VesselTool::Branch) return add_end_of_branch(context, kind, at);
  if (hand.tool == VesselTool::Join) return join_with(context, kind, at);
  if (hand.tool != VesselTool::Cut && hand.tool != VesselTool::Valve) return;
  const auto spot = touched(context, kind, at);
  if (!spot) return;
  if (hand.tool == VesselTool::Cut)
    return say(context, cut_vessel(context.session, *spot), "Cut into two.");
  const std::size_t before = context.session.plan().valves.size();
  const auto done = mark_valve(context.session, *spot);
  say(context, done,
      context.session.plan().valves.size() > before ? "A valve." : "No valve here any more.");
}

bool is_dragged(VesselTool tool) {
  return tool == VesselTool::Move || tool == VesselTool::Radius || tool == VesselTool::Paint ||
         tool == VesselTool::Erase;
}

// On the straightened picture a drag is across the vessel only.
std::optional<LpsPoint> hand_point(Context& context, const Grip& grip, Point2 at) {
  if (grip.kind == ViewKind::Straightened) at.x = grip.place.x;
  return context.views->point_at(grip.kind, at, grip.axis);
}

void drag(Context& context, Grip& grip, const Point2& at) {
  Session& session = context.session;
  const VesselTool tool = context.ui.vessel_hand.tool;
  imaging::Result<void> done;
  if (tool == VesselTool::Paint || tool == VesselTool::Erase) {
    const bool open = tool == VesselTool::Paint;
    if (grip.lumen) {
      const auto p = hand_point(context, grip, at);
      if (!p) return;
      grip.lumen->brush(*p, open);
      done = grip.lumen->apply(session);
    } else {
      const auto p = context.views->point_at(grip.kind, at, grip.axis);
      const Vessel* vessel = session.vessels().find(grip.spot.vessel);
      if (!p || !vessel) return;
      done = set_open(session, grip.spot, vessel->line.nearest_mm(*p), open);
    }
  } else {
    const auto p = hand_point(context, grip, at);
    // The profile below the straightened image answers for the axis: the hand has left the band.
    const bool off_the_band = grip.kind == ViewKind::Straightened && p && *p == grip.axis;
    if (!p || off_the_band) return;
    if (tool == VesselTool::Move) {
      done = move_axis(session, grip.spot, grip.axis + (*p - grip.hand));
    } else {
      // The rim keeps its distance from the pointer: taking hold of it moves nothing.
      const double further_mm =
          imaging::distance(*p, grip.axis) - imaging::distance(grip.hand, grip.axis);
      done = set_radius(session, grip.spot, grip.radius_mm + further_mm);
    }
  }
  grip.began = grip.began || session.history().gesture_open();
  say(context, done, "");
}

void press(Context& context, ViewKind kind, const Point2& at) {
  VesselHand& hand = context.ui.vessel_hand;
  hand.grip.reset();
  if (!is_dragged(hand.tool)) return;
  const auto spot = touched(context, kind, at);
  const Vessel* vessel = spot ? context.session.vessels().find(spot->vessel) : nullptr;
  if (!vessel) return;
  Grip grip{.kind = kind, .spot = *spot, .place = at};
  const auto sample = vessel->line.at(spot->at_mm);
  grip.axis = sample.position;
  grip.radius_mm = sample.radius_mm;
  const auto under = context.views->point_at(kind, at, grip.axis);
  if (!under) return;
  grip.hand = *under;
  const bool paints = hand.tool == VesselTool::Paint || hand.tool == VesselTool::Erase;
  if (paints && kind == ViewKind::CrossSection) grip.lumen.emplace(*vessel, spot->at_mm);
  context.session.view.selected_vessel = spot->vessel;
  if (kind != ViewKind::CrossSection) context.session.look_at(grip.axis);
  hand.grip = std::move(grip);
  if (paints) drag(context, *hand.grip, at);  // A dab is enough.
}

void mark_spot(Context& context, ViewKind kind, const Box& image, const VesselSpot& spot) {
  const Vessel* vessel = context.session.vessels().find(spot.vessel);
  if (!vessel) return;
  const auto at = window_place(context, kind, image, vessel->line.at(spot.at_mm).position);
  if (at)
    ImGui::GetWindowDrawList()->AddCircle(*at, context.px(5), context.tokens().accent, 0,
                                          context.px(1.5f));
}

// What the tool would do under the mouse.
void mark_tool(Context& context, ViewKind kind, const Box& image) {
  const VesselHand& hand = context.ui.vessel_hand;
  ImDrawList& draw = *ImGui::GetWindowDrawList();
  const Point2 at = mouse_on(image);
  const ImVec2 mouse = ImGui::GetIO().MousePos;
  if (hand.first)
    if (const auto from = window_place(context, kind, image, *hand.first)) {
      draw.AddCircleFilled(*from, context.px(4), context.tokens().accent);
      if (ImGui::IsItemHovered())
        draw.AddLine(*from, mouse, context.tokens().accent, context.px(1.5f));
    }
  if (!ImGui::IsItemHovered()) return;
  ImGui::SetMouseCursor(ImGuiMouseCursor_Hand);
  const bool paints = hand.tool == VesselTool::Paint || hand.tool == VesselTool::Erase;
  if (paints && kind == ViewKind::CrossSection) {
    const Vessel* vessel = context.session.vessels().find(context.session.view.selected_vessel);
    const auto here = context.views->point_at(kind, at, context.session.view.cursor);
    constexpr double ten_px = 10;
    const auto there =
        context.views->point_at(kind, {at.x + ten_px, at.y}, context.session.view.cursor);
    if (!vessel || !here || !there || !(imaging::distance(*here, *there) > 0)) return;
    const double brush_mm = brush_of(*vessel, vessel->line.nearest_mm(context.session.view.cursor));
    const double px = ten_px * brush_mm / imaging::distance(*here, *there) /
                      ImGui::GetIO().DisplayFramebufferScale.x;
    draw.AddCircle(mouse, static_cast<float>(px), context.tokens().accent, 0, context.px(1.5f));
    return;
  }
  if (hand.tool == VesselTool::Branch || hand.tool == VesselTool::Join || hand.grip) return;
  if (const auto spot = touched(context, kind, at)) mark_spot(context, kind, image, *spot);
}

// Two leaflets that close against the toes.
void draw_leaflets(Context& context, ImVec2 at, ImU32 colour, float width) {
  const float h = context.px(6);
  ImDrawList& draw = *ImGui::GetWindowDrawList();
  for (const auto& [stroke, px] : {std::pair(context.tokens().ground, width + 3), {colour, width}})
    for (const float side : {-1.0f, 1.0f})
      draw.AddLine({at.x - h, at.y + side * h}, {at.x + h * 0.4f, at.y + side * h * 0.2f}, stroke,
                   context.px(px));
}

// Where the picture shows this place of a vein; absent where it does not.
std::optional<ImVec2> valve_place(Context& context, ViewKind kind, const Box& image,
                                  const Vessel& vein, double at_mm) {
  constexpr double section_mm = 1;
  const Session& session = context.session;
  if (kind != ViewKind::Scene && vein.id != session.view.selected_vessel) return std::nullopt;
  if (kind == ViewKind::CrossSection &&
      std::abs(vein.line.nearest_mm(session.view.cursor) - at_mm) > section_mm)
    return std::nullopt;
  return window_place(context, kind, image, vein.line.at(at_mm).position);
}

// Valves that somebody marked; and, thin and with a question mark, those that the images seem to
// show. A click of the tool takes such a one for a valve.
void mark_valves(Context& context, ViewKind kind, const Box& image) {
  const Session& session = context.session;
  for (const planning::ValveChoice& valve : session.plan().valves) {
    const Vessel* vein = session.vessels().find(valve.vessel);
    if (!vein || !valve.present) continue;
    if (const auto at = valve_place(context, kind, image, *vein, valve.at_mm))
      draw_leaflets(context, *at, context.tokens().vein, 2);
  }
  for (const Vessel& vein : session.vessels().vessels())
    for (const ValveCandidate& c : valve_candidates(session, vein)) {
      const auto at = valve_place(context, kind, image, vein, c.at_mm);
      if (!at) continue;
      draw_leaflets(context, *at, context.tokens().muted, 1);
      ImGui::GetWindowDrawList()->AddText({at->x + context.px(5), at->y - context.px(14)},
                                          context.tokens().muted, "?");
    }
}

}  // namespace

const std::array<VesselToolWords, 9>& vessel_tools() {
  static const std::array<VesselToolWords, 9> tools = {{
      {VesselTool::Look, "Look", 'L', "Click on a vessel to select it."},
      {VesselTool::Branch, "Branch", 'B', "Click where it begins, then where it ends."},
      {VesselTool::Cut, "Cut", 'C', "Click where the vessel is to be cut."},
      {VesselTool::Join, "Join", 'J',
       "Click the vessel that goes on from the selected one; pulled straight: the end."},
      {VesselTool::Move, "Move", 'M', "Drag the axis to where it belongs."},
      {VesselTool::Radius, "Radius", 'R', "Drag the rim, in the cross-section or elsewhere."},
      {VesselTool::Paint, "Paint", 'P', "Draw along what is open; in the cross-section: a brush."},
      {VesselTool::Erase, "Erase", 'E',
       "Draw along what is occluded; in the cross-section: a brush."},
      {VesselTool::Valve, "Valve", 'V', "Click on a vein; on its valve, to take it away."},
  }};
  return tools;
}

const VesselToolWords& words_of(VesselTool tool) {
  return vessel_tools()[static_cast<std::size_t>(tool)];
}

void take_up(Context& context, VesselTool tool) {
  VesselHand& hand = context.ui.vessel_hand;
  // The same tool again puts it back.
  hand.tool = hand.tool == tool ? VesselTool::Look : tool;
  hand.first.reset();
  hand.grip.reset();
  hand.said.clear();
  hand.refused = false;
}

bool put_down_vessel_tool(Context& context) {
  VesselHand& hand = context.ui.vessel_hand;
  if (context.session.view.workspace != Workspace::Vessels) return false;
  if (hand.name_choice) {
    hand.name_choice.reset();
    return true;
  }
  if (hand.first) {
    hand.first.reset();
    hand.said.clear();
    return true;
  }
  if (hand.tool == VesselTool::Look) return false;
  take_up(context, VesselTool::Look);
  return true;
}

std::string hand_in_words(const Context& context, const std::string& otherwise) {
  const VesselHand& hand = context.ui.vessel_hand;
  if (hand.grip && hand.grip->began)
    if (const Vessel* vessel = context.session.vessels().find(hand.grip->spot.vessel)) {
      const auto now = vessel->line.at(vessel->line.nearest_mm(hand.grip->axis));
      return now.open ? "diameter " + in_mm(2 * now.radius_mm) : std::string("occluded");
    }
  return hand.tool == VesselTool::Look ? otherwise : words_of(hand.tool).name;
}

void say(Context& context, const imaging::Result<void>& done, const std::string& what) {
  context.ui.vessel_hand.refused = !done;
  context.ui.vessel_hand.said = done ? what : done.error().sentence;
}

void use_vessel_tool(Context& context, ViewKind kind, const Box& image) {
  if (!context.views) return;
  VesselHand& hand = context.ui.vessel_hand;
  mark_valves(context, kind, image);
  if (hand.tool == VesselTool::Look) return;
  const Point2 at = mouse_on(image);
  const ImGuiIO& io = ImGui::GetIO();
  if (ImGui::IsItemActivated() && ImGui::IsMouseDown(ImGuiMouseButton_Left))
    press(context, kind, at);
  if (hand.grip && hand.grip->kind == kind) {
    Grip& grip = *hand.grip;
    if (grip.began && !context.session.history().gesture_open()) grip.given_up = true;
    const bool moves = ImGui::IsItemActive() && context.ui.dragged &&
                       (io.MouseDelta.x != 0 || io.MouseDelta.y != 0);
    if (moves && !grip.given_up) drag(context, grip, at);
  }
  if (ImGui::IsItemDeactivated()) {
    if (io.MouseReleased[ImGuiMouseButton_Left] && !context.ui.dragged) click(context, kind, at);
    hand.grip.reset();
  }
  mark_tool(context, kind, image);
}

}  // namespace app
