#include "app/panels/icons.h"

#include <array>
#include <cmath>
#include <initializer_list>

namespace app {
namespace {

// Draws in a square from -1 to 1, y down.
class Pen {
 public:
  Pen(ImDrawList& draw, ImVec2 centre, float size, ImU32 colour)
      : draw_(draw), centre_(centre), half_(size / 2), colour_(colour), thick_(size / 14) {}

  void path(std::initializer_list<ImVec2> points, bool closed = false, float thick = 1) {
    for (const ImVec2& p : points) draw_.PathLineTo(at(p.x, p.y));
    draw_.PathStroke(colour_, closed ? ImDrawFlags_Closed : 0, thick_ * thick);
  }
  void circle(float x, float y, float r, bool filled = false) {
    if (filled)
      draw_.AddCircleFilled(at(x, y), r * half_, colour_);
    else
      draw_.AddCircle(at(x, y), r * half_, colour_, 0, thick_);
  }
  void arc(float x, float y, float r, float from_rad, float to_rad) {
    draw_.PathArcTo(at(x, y), r * half_, from_rad, to_rad, 24);
    draw_.PathStroke(colour_, 0, thick_);
  }
  void curve(ImVec2 a, ImVec2 b, ImVec2 c, ImVec2 d, float thick = 1) {
    draw_.AddBezierCubic(at(a.x, a.y), at(b.x, b.y), at(c.x, c.y), at(d.x, d.y), colour_,
                         thick_ * thick);
  }

 private:
  ImVec2 at(float x, float y) const { return {centre_.x + x * half_, centre_.y + y * half_}; }
  ImDrawList& draw_;
  ImVec2 centre_;
  float half_;
  ImU32 colour_;
  float thick_;
};

void folder(Pen& pen) {
  pen.path({{-0.85f, 0.7f},
            {-0.85f, -0.65f},
            {-0.25f, -0.65f},
            {-0.05f, -0.4f},
            {0.85f, -0.4f},
            {0.85f, 0.7f}},
           true);
}
void branches(Pen& pen) {
  pen.curve({-0.1f, -0.9f}, {-0.1f, -0.3f}, {-0.5f, 0}, {-0.55f, 0.9f});
  pen.curve({-0.1f, -0.9f}, {0, -0.2f}, {0.5f, 0.1f}, {0.55f, 0.9f});
  pen.curve({0.25f, 0}, {0.5f, -0.1f}, {0.7f, -0.3f}, {0.8f, -0.5f});
  pen.curve({-0.4f, 0.1f}, {-0.6f, 0}, {-0.75f, -0.15f}, {-0.8f, -0.4f});
}
void fan(Pen& pen) {
  pen.path({{-0.25f, -0.75f}, {-0.85f, 0.45f}});
  pen.path({{0.25f, -0.75f}, {0.85f, 0.45f}});
  pen.arc(0, -1.25f, 0.55f, 1.1f, 2.04f);
  pen.arc(0, -1.25f, 1.9f, 1.11f, 2.03f);
  pen.circle(-0.2f, 0.05f, 0.17f);
  pen.circle(0.25f, 0.1f, 0.17f);
}
void tree(Pen& pen) {
  pen.path({{0, -0.9f}, {0, -0.2f}, {-0.6f, 0.35f}, {-0.6f, 0.9f}});
  pen.path({{0, -0.2f}, {0.6f, 0.35f}, {0.6f, 0.9f}});
  pen.path({{0, -0.2f}, {0, 0.9f}});
  pen.circle(0, -0.2f, 0.16f, true);
}
void crossing(Pen& pen) {
  pen.path({{-0.55f, -0.9f}, {-0.55f, 0.9f}}, false, 1.4f);
  pen.path({{0.45f, -0.9f}, {0.45f, 0.9f}});
  pen.path({{0.7f, -0.9f}, {0.7f, 0.9f}});
  pen.path({{-0.55f, -0.35f}, {0.55f, 0.4f}});
  pen.circle(0.57f, 0.42f, 0.14f, true);
}
void lattice(Pen& pen) {
  for (const float y : {-0.75f, -0.25f, 0.25f}) {
    pen.path({{-0.5f, y}, {0, y + 0.5f}, {0.5f, y}});
    pen.path({{-0.5f, y + 0.5f}, {0, y}, {0.5f, y + 0.5f}});
  }
}
void flow(Pen& pen) {
  for (const float y : {-0.45f, 0.0f, 0.45f})
    pen.curve({-0.9f, y}, {-0.35f, y - 0.35f}, {0.1f, y + 0.35f}, {0.6f, y});
  pen.path({{0.6f, -0.3f}, {0.92f, 0}, {0.6f, 0.3f}});
}
void page(Pen& pen) {
  pen.path({{-0.65f, -0.9f}, {0.3f, -0.9f}, {0.65f, -0.5f}, {0.65f, 0.9f}, {-0.65f, 0.9f}}, true);
  pen.path({{-0.3f, -0.2f}, {0.3f, -0.2f}});
  pen.path({{-0.3f, 0.15f}, {0.3f, 0.15f}});
  pen.path({{-0.3f, 0.5f}, {0.1f, 0.5f}});
}
void target(Pen& pen) {
  pen.circle(0, 0, 0.85f);
  pen.circle(0, 0, 0.4f);
}

}  // namespace

void draw_icon(ImDrawList& draw, Workspace workspace, ImVec2 centre, float size, ImU32 colour) {
  Pen pen(draw, centre, size, colour);
  switch (workspace) {
    case Workspace::Case:
      return folder(pen);
    case Workspace::Angio:
      return branches(pen);
    case Workspace::Duplex:
      return fan(pen);
    case Workspace::Vessels:
      return tree(pen);
    case Workspace::Cross:
      return crossing(pen);
    case Workspace::Devices:
      return lattice(pen);
    case Workspace::Flow:
      return flow(pen);
    case Workspace::Report:
      return page(pen);
    case Workspace::Score:
    case Workspace::Rehearse:
      return target(pen);
  }
}

void draw_undo_icon(ImDrawList& draw, ImVec2 centre, float size, ImU32 colour, bool redo) {
  const float s = redo ? -1.0f : 1.0f, h = size / 2, thick = size / 10;
  const auto at = [&](float x, float y) { return ImVec2(centre.x + s * x * h, centre.y + y * h); };
  draw.AddBezierCubic(at(-0.7f, -0.2f), at(0.2f, -0.35f), at(0.9f, -0.1f), at(0.55f, 0.75f), colour,
                      thick);
  draw.PathLineTo(at(-0.3f, -0.65f));
  draw.PathLineTo(at(-0.75f, -0.2f));
  draw.PathLineTo(at(-0.3f, 0.2f));
  draw.PathStroke(colour, 0, thick);
}

}  // namespace app
