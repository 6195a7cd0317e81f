// The shader's predicted angiogram against the processor's, and a context left as it was found.
#define GL_GLEXT_PROTOTYPES
#include "app/view/contrast_view.h"

#include <GL/gl.h>
#include <GL/glext.h>
#include <gtest/gtest.h>

#include <cmath>

#include "app/view/flow_texture.h"
#include "app/view/offscreen.h"
#include "app/view/solid_view.h"

namespace app::view {
namespace {

using imaging::Frame;
using LpsPoint = imaging::Point3<imaging::Lps>;

// A helix of changing calibre that turns towards the viewer and away: every way a ray can meet a
// rod, ends on included.
PredictedContrast helix() {
  PredictedContrast contrast;
  contrast.tree.blood_ml_min = 200;
  planning::ContrastTube tube{"helix", "", 200, true, {}};
  for (int i = 0; i <= 300; ++i) {
    const double turn = 0.06 * i;
    tube.points.push_back(
        {LpsPoint{30 * std::cos(turn) + 12, 30 * std::sin(turn) - 40, -0.5 * i - 400},
         2 + std::sin(0.1 * i), 0.01 * i});
  }
  contrast.tree.tubes.push_back(std::move(tube));
  contrast.injection = *planning::injection_of({}, 200);
  return contrast;
}

TEST(ContrastView, DrawsWhatTheProcessorDraws) {
  auto context = OffscreenContext::make();
  ASSERT_TRUE(context) << context.error().sentence;
  const PredictedContrast contrast = helix();
  imaging::CArmPose pose = usual_pose();
  pose.primary_deg = 21;
  pose.secondary_deg = 9;
  const auto scene = contrast_scene(contrast, pose, 321, 280);
  ASSERT_TRUE(scene);
  ContrastView view;
  for (const double t : {0.0, 0.4, 1.3, 2.7, 6.0}) {
    const auto drawn = view.draw(*scene, t);
    ASSERT_TRUE(drawn);
    const Frame<float> reference = contrast_frame(*scene, t);
    double most = 1e-6, worst = 0, sum = 0, reference_sum = 0;
    for (std::size_t n = 0; n < reference.size(); ++n)
      most = std::max(most, static_cast<double>(reference.data()[n]));
    for (std::size_t n = 0; n < reference.size(); ++n) {
      worst =
          std::max(worst, std::abs(static_cast<double>(drawn->data()[n]) - reference.data()[n]));
      sum += drawn->data()[n];
      reference_sum += reference.data()[n];
    }
    // Single precision places a rod to 1e-4 mm of 800; at its edge the chord rises as the root of
    // that: sqrt(2 x 3 x 1e-4) = 0.025 of 6 mm.
    EXPECT_LT(worst, 0.01 * most) << t;
    EXPECT_NEAR(sum, reference_sum, 1e-4 * reference_sum + 1e-6) << t;
  }
}

TEST(ContrastView, LeavesTheContextAsItFoundIt) {
  auto context = OffscreenContext::make();
  ASSERT_TRUE(context) << context.error().sentence;
  const auto scene = contrast_scene(helix(), usual_pose(), 64, 48);
  ASSERT_TRUE(scene);
  ContrastView view;
  GLuint texture = 0;
  glGenTextures(1, &texture);
  glBindTexture(GL_TEXTURE_2D, texture);
  glViewport(3, 4, 55, 66);
  glEnable(GL_DEPTH_TEST);
  glDisable(GL_BLEND);
  ASSERT_TRUE(view.draw(*scene, 1));
  GLint bound = 0, viewport[4] = {}, program = -1, framebuffer = -1;
  glGetIntegerv(GL_TEXTURE_BINDING_2D, &bound);
  glGetIntegerv(GL_VIEWPORT, viewport);
  glGetIntegerv(GL_CURRENT_PROGRAM, &program);
  glGetIntegerv(GL_FRAMEBUFFER_BINDING, &framebuffer);
  EXPECT_EQ(static_cast<GLuint>(bound), texture);
  EXPECT_EQ(viewport[2], 55);
  EXPECT_EQ(program, 0);
  EXPECT_EQ(framebuffer, 0);
  EXPECT_TRUE(glIsEnabled(GL_DEPTH_TEST));
  EXPECT_FALSE(glIsEnabled(GL_BLEND));
  EXPECT_EQ(glGetError(), static_cast<GLenum>(GL_NO_ERROR));
  glDeleteTextures(1, &texture);
}

int differing(const Frame<Rgb>& a, const Frame<Rgb>& b) {
  int count = 0;
  for (std::size_t n = 0; n < a.size(); ++n) count += a.data()[n] == b.data()[n] ? 0 : 1;
  return count;
}

TEST(FlowTexture, MovesWithTheTimeAndStandsStillWithoutIt) {
  auto context = OffscreenContext::make();
  ASSERT_TRUE(context) << context.error().sentence;
  const PredictedContrast contrast = helix();
  SolidView solids;
  Camera camera;
  camera.target = {12, -40, -475};
  camera.towards_eye = LpsVector{0, -1, 0};
  camera.distance_mm = 400;
  camera.width_px = 240;
  camera.height_px = 200;
  solids.show(Layer::Flow, flow_surface(contrast, {}));
  const auto at = [&](double time_s) {
    solids.set_flow(moment_of(contrast, time_s));
    return solids.draw(camera, 1e6, false);
  };
  const Frame<Rgb> first = at(0.1), again = at(0.1), later = at(0.3);
  const Frame<Rgb> nothing(240, 200, token::ground);
  ASSERT_GT(differing(first, nothing), 500);
  EXPECT_EQ(differing(first, again), 0);
  EXPECT_GT(differing(first, later), 200);
  // A whole band later the bands look the same again, where no contrast has come yet: only the
  // first bends of the helix, which the front has reached, differ.
  const double band_s = flow_band_s * flow_slowing;
  solids.set_flow({100, {}, 1});
  const Frame<Rgb> dark = solids.draw(camera, 1e6, false);
  solids.set_flow({100 + band_s, {}, 1});
  EXPECT_LT(differing(dark, solids.draw(camera, 1e6, false)), 100);
}

}  // namespace
}  // namespace app::view
