// A window without a screen, and a small case to show in it.
#pragma once

#include <imgui.h>

#include <map>
#include <memory>
#include <vector>

#include "app/panels/context.h"
#include "app/session/session.h"

namespace app::test {

// An artery and a vein that run side by side on an oblique line, the gap between their lumens
// narrowing to 1 mm in the middle; an oblique anisotropic duplex volume around them, an angiogram
// run and a radiograph. Left leg.
Session small_case();

// Stands for the pictures: every texture is a number, a picture shows the plane x = 0 of the
// patient at one px per mm about (0, 0, 0) in its middle, and the handles lie where the crossing
// is.
class PlainViews : public Views {
 public:
  void sync(const Session& session) override { session_ = &session; }
  std::uintptr_t texture(ViewKind kind, int width_px, int height_px, float) override;
  imaging::Frame<imaging::Rgb> picture(ViewKind, int width_px, int height_px, float) override {
    return imaging::Frame<imaging::Rgb>(width_px, height_px);
  }
  Pick pick(ViewKind kind, imaging::Point2 at) override;
  std::optional<imaging::Point3<imaging::Lps>> point_at(
      ViewKind kind, imaging::Point2 at, const imaging::Point3<imaging::Lps>& near) override;
  std::optional<imaging::Point2> place_of(ViewKind kind,
                                          const imaging::Point3<imaging::Lps>& p) override;
  void orbit(ViewKind, double, double) override { ++orbits; }
  void pan(ViewKind, double, double) override { ++pans; }
  void zoom(ViewKind, double) override { ++zooms; }
  void reset(ViewKind) override {}

  int orbits = 0, pans = 0, zooms = 0;
  Pick under;  // What lies under the hand beside the handles.

 private:
  const Session* session_ = nullptr;
  std::map<ViewKind, imaging::Point2> middle_;
};

// A Dear ImGui context with fonts and no renderer.
class NullWindow {
 public:
  NullWindow(float width, float height, float scale = 1);
  ~NullWindow();

  void resize(float width, float height);
  // One frame; input is set on ImGui's io before.
  void frame(Session& session, Views* views);
  void press(int key, bool ctrl = false, bool shift = false);
  // Moves the mouse to the place and draws a frame with the button as it is told.
  void mouse(Session& session, Views* views, float x, float y, bool left);

  UiState ui;
  Surroundings around;
  Requests requests;
  Theme theme;

 private:
  std::vector<int> pressed_;
};

}  // namespace app::test
