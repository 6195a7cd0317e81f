// The named tree, and the vessel that is selected: across, pulled straight, and in numbers.
#include "app/panels/picture.h"
#include "app/panels/vessels_parts.h"
#include "app/panels/widgets.h"

namespace app {
namespace {

void draw_empty(Context& context, const FrameLayout& layout) {
  const Box whole = whole_workspace(layout);
  const Pane pane(context, "vessels", whole, context.tokens().ground, 0);
  const std::string why =
      context.session.has_case() && !context.session.notes.empty()
          ? context.session.notes.front()
          : "The named arteries and veins belong here. They are traced in a 3-D duplex volume.";
  if (empty_view(context, whole, "No vessels traced", why, "Open another folder"))
    show_library(context);
}

// A picture on which the tool in the hand works.
PictureSlot slot(Context& context, ViewKind kind, const Box& box, const char* caption,
                 const std::string& facts) {
  PictureSlot slot{kind, box, caption, hand_in_words(context, facts), false};
  slot.left_taken = context.ui.vessel_hand.tool != VesselTool::Look;
  slot.over = [&context, kind](const Box& image) { use_vessel_tool(context, kind, image); };
  return slot;
}

}  // namespace

void draw_vessels_workspace(Context& context, const FrameLayout& layout) {
  if (!context.session.has_case() || context.session.vessels().empty())
    return draw_empty(context, layout);
  const auto named = [&]() -> std::string {
    const imaging::Vessel* vessel =
        context.session.vessels().find(context.session.view.selected_vessel);
    return vessel ? spoken(vessel->name) : "";
  };
  const std::string name = named();
  const float gap = context.px(6);
  const Halves halves = side_by_side(layout.main, context.ui.vessels_share, gap);
  draw_pictures(context, layout.main,
                {slot(context, ViewKind::Scene, halves.first, "3-D", "click on a vessel"),
                 slot(context, ViewKind::CrossSection, halves.second, "Cross-section",
                      name.empty() ? "no vessel selected" : name)});
  if (!one_is_whole(context, {ViewKind::Scene, ViewKind::CrossSection}))
    splitter(context, "vessels-split", {halves.first.right(), layout.main.y, gap, layout.main.h},
             layout.main, true, context.ui.vessels_share);
  if (!name.empty()) {
    draw_pictures(context, layout.strip,
                  {slot(context, ViewKind::Straightened, layout.strip, "Pulled straight", name)});
  } else {
    const Pane pane(context, "strip", layout.strip, context.tokens().panel, 0);
    empty_view(context, layout.strip, "The selected vessel, pulled straight",
               "Click on a vessel in the 3-D view or in the list.");
  }
  if (layout.inspector.w > 0) draw_vessels_inspector(context, layout.inspector);
}

}  // namespace app
