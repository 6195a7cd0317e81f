// The devices on the patient: 3-D, the plane of the needle, the circuit laid straight.
#include "app/panels/picture.h"
#include "app/panels/widgets.h"

namespace app {

bool draw_no_preview(Context& context, const FrameLayout& layout, const char* what,
                     const char* belongs) {
  if (context.session.has_case() && context.session.preview()) return false;
  const Box whole = whole_workspace(layout);
  const Pane pane(context, "empty", whole, context.tokens().ground, 0);
  if (empty_view(context, whole, what, belongs, "Choose a crossing"))
    context.session.view.workspace = Workspace::Cross;
  return true;
}

void draw_devices_workspace(Context& context, const FrameLayout& layout) {
  if (draw_no_preview(context, layout, "No devices yet",
                      "Stents and coils belong here, placed along the circuit. They follow from a "
                      "crossing."))
    return;
  const float gap = context.px(6);
  const Halves halves = side_by_side(layout.main, context.ui.devices_share, gap);
  draw_pictures(context, layout.main,
                {{ViewKind::Scene, halves.first, "3-D", "", false},
                 {ViewKind::NeedleProfile, halves.second, "Along the needle", "", false}});
  if (!one_is_whole(context, {ViewKind::Scene, ViewKind::NeedleProfile}))
    splitter(context, "devices-split", {halves.first.right(), layout.main.y, gap, layout.main.h},
             layout.main, true, context.ui.devices_share);
  draw_circuit_strip(context, layout.strip);
  // An edit on the strip remakes the preview that the inspector reads.
  if (layout.inspector.w > 0 && context.session.preview())
    draw_devices_inspector(context, layout.inspector);
}

}  // namespace app
