// The signs of the vessel tools, drawn with lines so that they are sharp at any scale.
#include <initializer_list>

#include "app/panels/vessels_parts.h"

namespace app {
namespace {

// Draws in a square from -1 to 1, y down.
struct Pen {
  ImDrawList& draw;
  ImVec2 centre;
  float half;
  ImU32 colour;

  ImVec2 at(ImVec2 p) const { return {centre.x + p.x * half, centre.y + p.y * half}; }
  void path(std::initializer_list<ImVec2> points, float thick = 1) {
    for (const ImVec2& p : points) draw.PathLineTo(at(p));
    draw.PathStroke(colour, 0, thick * half / 6);
  }
  void circle(ImVec2 p, float r, bool filled = false) {
    if (filled)
      draw.AddCircleFilled(at(p), r * half, colour);
    else
      draw.AddCircle(at(p), r * half, colour, 0, half / 6);
  }
};

}  // namespace

void draw_vessel_tool_icon(ImDrawList& draw, VesselTool tool, ImVec2 centre, float size,
                           ImU32 colour) {
  Pen pen{draw, centre, size / 2, colour};
  switch (tool) {
    case VesselTool::Look:  // A pointer.
      return pen.path({{-0.5f, -0.9f}, {-0.5f, 0.7f}, {-0.1f, 0.3f}, {0.5f, 0.3f}, {-0.5f, -0.9f}});
    case VesselTool::Branch:
      pen.path({{-0.4f, -0.9f}, {-0.4f, 0.9f}}, 1.5f);
      pen.path({{-0.4f, -0.1f}, {0.5f, -0.6f}});
      return pen.circle({0.65f, -0.7f}, 0.2f, true);
    case VesselTool::Cut:
      pen.path({{0, -0.9f}, {0, -0.25f}}, 1.5f);
      pen.path({{0, 0.25f}, {0, 0.9f}}, 1.5f);
      return pen.path({{-0.7f, 0.25f}, {0.7f, -0.25f}});
    case VesselTool::Join:
      pen.path({{-0.9f, 0}, {-0.3f, 0}}, 1.5f);
      pen.path({{0.3f, 0}, {0.9f, 0}}, 1.5f);
      pen.path({{-0.1f, -0.4f}, {0.2f, 0}, {-0.1f, 0.4f}});
      return;
    case VesselTool::Move:
      pen.path({{-0.9f, 0.5f}, {-0.4f, 0.4f}, {0, -0.1f}, {0.4f, 0.4f}, {0.9f, 0.5f}});
      pen.circle({0, -0.15f}, 0.2f, true);
      return pen.path({{-0.25f, -0.6f}, {0, -0.9f}, {0.25f, -0.6f}});
    case VesselTool::Radius:
      pen.circle({0, 0}, 0.75f);
      pen.path({{0, 0}, {0.75f, 0}});
      return pen.circle({0.75f, 0}, 0.2f, true);
    case VesselTool::Paint:
      pen.circle({0, 0}, 0.7f);
      return pen.circle({0, 0}, 0.5f, true);
    case VesselTool::Erase:
      pen.circle({0, 0}, 0.7f);
      return pen.path({{-0.45f, 0.45f}, {0.45f, -0.45f}});
    case VesselTool::Valve:
      pen.path({{-0.8f, -0.7f}, {-0.8f, 0.9f}});
      pen.path({{0.8f, -0.7f}, {0.8f, 0.9f}});
      pen.path({{-0.8f, -0.3f}, {-0.1f, 0.4f}});
      return pen.path({{0.8f, -0.3f}, {0.1f, 0.4f}});
  }
}

}  // namespace app
