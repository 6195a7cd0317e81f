// Meshes, lit and seen by a camera, as pixels. The only part of the pictures that needs OpenGL.
#pragma once

#include <memory>

#include "app/view/camera.h"
#include "app/view/flow_texture.h"
#include "app/view/tubes.h"

namespace app::view {

// Which mesh is meant: each is replaced on its own.
// Stents: meshes with a lattice. Flow: meshes whose lattice is the transit of flow_texture.h.
enum class Layer { Vessels, Selection, Devices, Stents, Flow };

class SolidView {
 public:
  SolidView();
  ~SolidView();
  SolidView(const SolidView&) = delete;
  SolidView& operator=(const SolidView&) = delete;

  void show(Layer layer, const Mesh& mesh);
  // The moment that Layer::Flow shows.
  void set_flow(const FlowMoment& moment);
  // Needs a current OpenGL context, always the same; leaves its bindings as they were. Depth is
  // cued: what lies `fade_mm` behind the camera's target has sunk into the ground colour.
  // smooth: with smooth edges, at two or three times the cost.
  imaging::Frame<Rgb> draw(const Camera& camera, double fade_mm, bool smooth);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace app::view
