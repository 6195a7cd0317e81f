// The lit 3-D scene: known points on known pixels, and a context left as it was found.
#define GL_GLEXT_PROTOTYPES
#include "app/view/solid_view.h"

#include <GL/gl.h>
#include <GL/glext.h>
#include <gtest/gtest.h>

#include <array>
#include <cmath>

#include "app/view/offscreen.h"

namespace app::view {
namespace {

using imaging::Frame;

class SolidViewTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    auto made = OffscreenContext::make();
    ASSERT_TRUE(made) << made.error().sentence;
    context_ = std::move(*made);
  }
  static void TearDownTestSuite() { context_.reset(); }

  // Off every axis, so that a swapped or mirrored one cannot pass.
  static Camera camera() {
    Camera c;
    c.target = {40, -25, 310};
    c.towards_eye = LpsVector{0.5, 0.7, 0.3}.normalized();
    c.distance_mm = 300;
    c.width_px = 321;
    c.height_px = 240;
    return c;
  }

 private:
  static inline std::unique_ptr<OffscreenContext> context_;
};

bool is_ground(Rgb p) { return p == token::ground; }

TEST_F(SolidViewTest, ABallAppearsWhereTheCameraPlacesIt) {
  SolidView solids;
  for (const bool smooth : {false, true}) {
    const Camera c = camera();
    const LpsPoint p = c.target + c.right() * 31.0 + c.up() * -17.0 + c.towards_eye * 25.0;
    solids.show(Layer::Vessels, ball(p, 4, token::artery, 24));
    const Frame<Rgb> pixels = solids.draw(c, 1e6, smooth);
    double x = 0, y = 0, count = 0;
    for (int row = 0; row < pixels.rows(); ++row)
      for (int column = 0; column < pixels.columns(); ++column)
        if (!is_ground(pixels(column, row))) {
          x += column;
          y += row;
          ++count;
        }
    ASSERT_GT(count, 50);
    const auto expected = c.place_of(p);
    ASSERT_TRUE(expected);
    // A ball off the middle of a perspective picture is an ellipse about a slightly shifted centre.
    EXPECT_NEAR(x / count, expected->x, 0.7);
    EXPECT_NEAR(y / count, expected->y, 0.7);
    const double radius_px = 4 / c.mm_per_px(c.depth_mm(p));
    EXPECT_NEAR(std::sqrt(count / imaging::pi), radius_px, 0.06 * radius_px + 0.5);
  }
}

TEST_F(SolidViewTest, ALargePictureInMotionIsCoarserButInPlace) {
  SolidView solids;
  Camera c = camera();
  c.width_px = 1301;
  c.height_px = 901;
  const LpsPoint p = c.target + c.right() * 40.0 + c.up() * 21.0;
  solids.show(Layer::Vessels, ball(p, 3, token::vein, 24));
  const Frame<Rgb> pixels = solids.draw(c, 1e6, false);
  const auto at = c.place_of(p);
  ASSERT_TRUE(at);
  const int column = static_cast<int>(at->x), row = static_cast<int>(at->y);
  const int radius_px = static_cast<int>(3 / c.mm_per_px(c.distance_mm));
  EXPECT_FALSE(is_ground(pixels(column, row)));
  for (const int side : {-1, 1}) {  // Each rendered px covers two: the edge is known to two.
    EXPECT_FALSE(is_ground(pixels(column + side * (radius_px - 3), row)));
    EXPECT_TRUE(is_ground(pixels(column + side * (radius_px + 4), row)));
    EXPECT_TRUE(is_ground(pixels(column, row + side * (radius_px + 4))));
  }
}

TEST_F(SolidViewTest, TheNearerBallHidesTheFarther) {
  SolidView solids;
  const Camera c = camera();
  Mesh mesh = ball(c.target + c.towards_eye * 30.0, 5, token::vein, 24);
  mesh.append(ball(c.target - c.towards_eye * 30.0, 5, token::artery, 24));
  solids.show(Layer::Vessels, mesh);
  const Rgb middle = solids.draw(c, 1e6, false)(160, 120);
  EXPECT_GT(middle.b, middle.r);
}

TEST_F(SolidViewTest, WhatLiesFartherSinksIntoTheGround) {
  SolidView solids;
  const Camera c = camera();
  const auto brightness = [&](double nearer_mm) {
    solids.show(Layer::Vessels, ball(c.target + c.towards_eye * nearer_mm, 8, token::device, 24));
    const Rgb p = solids.draw(c, 60, false)(160, 120);
    return p.r + p.g + p.b;
  };
  EXPECT_GT(brightness(30), 1.5 * brightness(-55));
}

TEST_F(SolidViewTest, LeavesTheContextsBindingsAsTheyWere) {
  GLuint framebuffer = 0, array = 0, texture = 0;
  glGenFramebuffers(1, &framebuffer);
  glGenVertexArrays(1, &array);
  glGenTextures(1, &texture);
  glBindFramebuffer(GL_FRAMEBUFFER, framebuffer);
  glBindVertexArray(array);
  glActiveTexture(GL_TEXTURE1);
  glBindTexture(GL_TEXTURE_2D, texture);
  glViewport(3, 5, 77, 66);
  glScissor(1, 2, 33, 44);
  glEnable(GL_SCISSOR_TEST);
  glDisable(GL_DEPTH_TEST);
  glEnable(GL_BLEND);
  glBlendFunc(GL_ONE, GL_ONE);

  const auto state = [] {
    std::vector<GLint> all;
    for (const GLenum what :
         {GL_DRAW_FRAMEBUFFER_BINDING, GL_READ_FRAMEBUFFER_BINDING, GL_VERTEX_ARRAY_BINDING,
          GL_CURRENT_PROGRAM, GL_ACTIVE_TEXTURE, GL_TEXTURE_BINDING_2D, GL_ARRAY_BUFFER_BINDING,
          GL_SCISSOR_TEST, GL_DEPTH_TEST, GL_BLEND, GL_CULL_FACE, GL_BLEND_SRC_RGB,
          GL_BLEND_DST_RGB, GL_PACK_ALIGNMENT, GL_UNPACK_ALIGNMENT}) {
      GLint value = 0;
      glGetIntegerv(what, &value);
      all.push_back(value);
    }
    std::array<GLint, 8> boxes{};
    glGetIntegerv(GL_VIEWPORT, boxes.data());
    glGetIntegerv(GL_SCISSOR_BOX, boxes.data() + 4);
    all.insert(all.end(), boxes.begin(), boxes.end());
    return all;
  };
  const auto before = state();
  {
    SolidView solids;
    solids.show(Layer::Vessels, ball(camera().target, 5, token::vein, 24));
    solids.draw(camera(), 100, true);
    EXPECT_EQ(state(), before);
    // Drawn into by others in between, it still draws the same.
    const Frame<Rgb> first = solids.draw(camera(), 100, false);
    glScissor(0, 0, 2, 2);
    glViewport(0, 0, 1, 1);
    const Frame<Rgb> second = solids.draw(camera(), 100, false);
    EXPECT_TRUE(std::equal(first.data(), first.data() + first.size(), second.data()));
  }
  glBindFramebuffer(GL_FRAMEBUFFER, 0);
  glDeleteFramebuffers(1, &framebuffer);
  glDeleteVertexArrays(1, &array);
  glDeleteTextures(1, &texture);
  glDisable(GL_SCISSOR_TEST);
  glDisable(GL_BLEND);
  glActiveTexture(GL_TEXTURE0);
  EXPECT_EQ(glGetError(), static_cast<GLenum>(GL_NO_ERROR));
}

}  // namespace
}  // namespace app::view
