// Mouse on pictures, after the habits of the reading room:
//
//   left     angiogram: window and level; slices: the cursor; 3-D: turn; on a handle: move it
//   middle   pan                       right   zoom
//   wheel    angiogram: frame; slices: through the stack; else zoom
//   double   the picture fills the main part, and again for all
//
// A drag that begins on a handle edits; any other drag only looks.
#include <algorithm>
#include <cmath>

#include "app/panels/picture.h"
#include "app/session/cine.h"

namespace app {
namespace {

using LpsPoint = imaging::Point3<imaging::Lps>;

bool is_angiogram(ViewKind kind) {
  return kind == ViewKind::AngioSubtracted || kind == ViewKind::AngioNative;
}

// The grid axis that the wheel walks along; -1 for pictures that are no slice of the volume.
int normal_axis(ViewKind kind) {
  switch (kind) {
    case ViewKind::DuplexTransverse:
      return 2;
    case ViewKind::DuplexLongitudinal:
      return 0;
    case ViewKind::DuplexCoronal:
      return 1;
    default:
      return -1;
  }
}

struct Mouse {
  imaging::Point2 at;  // px of the picture.
  double dx = 0, dy = 0;
};

Mouse mouse_on(const Box& image) {
  const ImGuiIO& io = ImGui::GetIO();
  const double scale_x = io.DisplayFramebufferScale.x, scale_y = io.DisplayFramebufferScale.y;
  return {{(io.MousePos.x - image.x) * scale_x, (io.MousePos.y - image.y) * scale_y},
          io.MouseDelta.x * scale_x,
          io.MouseDelta.y * scale_y};
}

// Where the end of the crossing lies that a handle stands for.
std::optional<LpsPoint> end_of(const Session& session, Pick::What what) {
  const planning::Preview* preview = session.preview();
  if (!preview) return std::nullopt;
  return what == Pick::What::VeinEnd ? preview->crossing.vein_point
                                     : preview->crossing.artery_point;
}

void press(Context& context, const PictureSlot& slot, const Mouse& mouse) {
  context.ui.dragged = false;
  context.ui.hold.reset();
  if (!slot.moves_crossing) return;
  const Pick pick = context.views->pick(slot.kind, mouse.at);
  const bool handle = pick.what == Pick::What::ArteryEnd || pick.what == Pick::What::VeinEnd;
  if (!handle) return;
  UiState::Hold hold{slot.kind, pick.what, 0, 0};
  // The handle keeps its distance from the pointer: taking hold of it moves nothing.
  if (const auto end = end_of(context.session, pick.what))
    if (const auto place = context.views->place_of(slot.kind, *end)) {
      hold.offset_x_px = place->x - mouse.at.x;
      hold.offset_y_px = place->y - mouse.at.y;
    }
  context.ui.hold = hold;
}

void move_handle(Context& context, const Mouse& mouse) {
  const UiState::Hold& hold = *context.ui.hold;
  if (hold.what == Pick::What::Nothing) return;  // Escape let go of it; the button is still down.
  const auto end = end_of(context.session, hold.what);
  if (!end) return;
  const imaging::Point2 at{mouse.at.x + hold.offset_x_px, mouse.at.y + hold.offset_y_px};
  const auto point = context.views->point_at(hold.kind, at, *end);
  if (!point) return;
  if (hold.what == Pick::What::VeinEnd)
    context.session.drag_vein_end(*point);
  else
    context.session.drag_crossing(*point);
}

void put_cursor(Context& context, ViewKind kind, const Mouse& mouse) {
  if (const auto point = context.views->point_at(kind, mouse.at, context.session.view.cursor))
    context.session.look_at(*point);
}

void drag_window(Context& context, ViewKind kind, const Mouse& mouse) {
  ViewState& view = context.session.view;
  // One window for the picture that the hand is on; the other one goes back to its automatic one.
  const bool subtracted = kind == ViewKind::AngioSubtracted;
  if (view.subtracted != subtracted) view.window_centre = view.window_width = 0;
  view.subtracted = subtracted;
  if (view.window_width <= 0) {
    // From here on by hand: the widest sensible window of what the picture shows now.
    const auto& run = context.session.study().runs[view.run];
    const double top = std::pow(2.0, std::clamp(run.bits_stored, 1, 16));
    const double peak =
        context.around.curve && !context.around.curve->density.empty()
            ? context.around.curve
                  ->density[static_cast<std::size_t>(context.around.curve->peak_frame)]
            : 0.25;
    const bool told = run.window_width > 0;
    view.window_width = subtracted ? 4 * peak : told ? run.window_width : top;
    view.window_centre = subtracted ? 2 * peak : told ? run.window_centre : top / 2;
  }
  const double step = view.window_width / 256;
  view.window_width = std::max(view.window_width + mouse.dx * step, 1e-3);
  view.window_centre += mouse.dy * step;
}

void drag(Context& context, const PictureSlot& slot, const Mouse& mouse) {
  Views& views = *context.views;
  if (ImGui::IsMouseDown(ImGuiMouseButton_Middle)) {
    views.pan(slot.kind, mouse.dx, mouse.dy);
  } else if (ImGui::IsMouseDown(ImGuiMouseButton_Right)) {
    views.zoom(slot.kind, std::exp(-mouse.dy * 0.01));
  } else if (slot.left_taken) {
    return;
  } else if (context.ui.hold) {
    move_handle(context, mouse);
  } else if (is_angiogram(slot.kind)) {
    if (!context.session.study().runs.empty()) drag_window(context, slot.kind, mouse);
  } else if (normal_axis(slot.kind) >= 0) {
    put_cursor(context, slot.kind, mouse);
  } else if (slot.kind == ViewKind::Scene) {
    views.orbit(slot.kind, mouse.dx, mouse.dy);
  } else {
    views.pan(slot.kind, mouse.dx, mouse.dy);
  }
}

void click(Context& context, const PictureSlot& slot, const Mouse& mouse) {
  if (normal_axis(slot.kind) >= 0) {
    put_cursor(context, slot.kind, mouse);
    return;
  }
  if (slot.kind == ViewKind::Straightened || slot.kind == ViewKind::CrossSection) {
    put_cursor(context, slot.kind, mouse);
    return;
  }
  if (is_angiogram(slot.kind) || slot.kind == ViewKind::Radiograph) return;
  const Pick pick = context.views->pick(slot.kind, mouse.at);
  if (pick.what != Pick::What::Vessel) return;
  // Where crossings are chosen a click on an artery tries that place, and undo takes it back.
  // Elsewhere, and on a vein, a plain click only selects: a stray one must not move the plan.
  const imaging::Vessel* picked = context.session.vessels().find(pick.vessel);
  const bool tries = context.session.view.workspace == Workspace::Cross && picked != nullptr &&
                     picked->kind == imaging::VesselKind::Artery;
  const bool marks =
      slot.moves_crossing && (tries || !context.session.plan().crossing || ImGui::GetIO().KeyCtrl);
  context.session.view.selected_vessel = pick.vessel;
  context.session.look_at(pick.point);
  if (marks) context.session.mark_crossing(pick.vessel, pick.point);
}

void roll(Context& context, const PictureSlot& slot, double notches) {
  Session& session = context.session;
  if (is_angiogram(slot.kind)) {
    if (!session.study().runs.empty())
      step_frame(session.view, session.study().runs[session.view.run], notches > 0 ? -1 : 1);
    return;
  }
  const int axis = normal_axis(slot.kind);
  if (axis < 0 || session.study().volumes.empty()) {
    context.views->zoom(slot.kind, std::exp(notches * 0.15));
    return;
  }
  const imaging::Grid& grid = session.study().volumes[session.view.volume].bmode.grid();
  const double step_mm = grid.spacing_mm()[static_cast<std::size_t>(axis)];
  const LpsPoint next = session.view.cursor + grid.direction(axis) * (notches * step_mm);
  if (grid.contains(next)) session.view.cursor = next;
}

}  // namespace

void take_picture_input(Context& context, const PictureSlot& slot, const Box& image) {
  if (!context.views || !context.session.has_case()) return;
  const ImGuiIO& io = ImGui::GetIO();
  const bool hovered = ImGui::IsItemHovered(), active = ImGui::IsItemActive();
  const Mouse mouse = mouse_on(image);
  if (hovered && !is_angiogram(slot.kind))
    context.ui.hovered = context.views->point_at(slot.kind, mouse.at, context.session.view.cursor);

  if (ImGui::IsItemActivated()) press(context, slot, mouse);
  if (active && (io.MouseDelta.x != 0 || io.MouseDelta.y != 0)) {
    // A hand that clicks trembles by a pixel or two.
    if (ImGui::IsMouseDragging(ImGuiMouseButton_Left, context.px(3)) ||
        ImGui::IsMouseDragging(ImGuiMouseButton_Right, 0) ||
        ImGui::IsMouseDragging(ImGuiMouseButton_Middle, 0))
      context.ui.dragged = true;
    if (context.ui.dragged) drag(context, slot, mouse);
  }
  if (ImGui::IsItemDeactivated()) {
    const bool held = context.ui.hold.has_value();
    context.ui.hold.reset();
    context.session.history().end_gesture();
    if (!held && !slot.left_taken && !context.ui.dragged && io.MouseReleased[ImGuiMouseButton_Left])
      click(context, slot, mouse);
  }
  if (hovered && !slot.left_taken && ImGui::IsMouseDoubleClicked(ImGuiMouseButton_Left)) {
    if (context.ui.maximised)
      context.ui.maximised.reset();
    else
      context.ui.maximised = slot.kind;
  }
  if (hovered && io.MouseWheel != 0) roll(context, slot, io.MouseWheel);
  if (hovered && slot.moves_crossing && !active) {
    const Pick pick = context.views->pick(slot.kind, mouse.at);
    if (pick.what == Pick::What::ArteryEnd || pick.what == Pick::What::VeinEnd)
      ImGui::SetMouseCursor(ImGuiMouseCursor_Hand);
  }
}

}  // namespace app
