// The pictures as the window asks for them: by kind, as textures, kept until something changes.
#define GL_GLEXT_PROTOTYPES
#include <GL/gl.h>
#include <GL/glext.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "app/view/offscreen.h"
#include "app/view/renderer.h"
#include "app/view/tokens.h"
#include "limb.h"

namespace app {
namespace {

using imaging::Frame;
using imaging::Rgb;

constexpr ViewKind all_kinds[] = {
    ViewKind::AngioSubtracted,    ViewKind::AngioNative,   ViewKind::DuplexTransverse,
    ViewKind::DuplexLongitudinal, ViewKind::DuplexCoronal, ViewKind::Scene,
    ViewKind::CrossSection,       ViewKind::Straightened,  ViewKind::Probe,
    ViewKind::NeedleProfile,      ViewKind::DownNeedle,    ViewKind::Radiograph};

class ViewsTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    auto made = OffscreenContext::make();
    ASSERT_TRUE(made) << made.error().sentence;
    context_ = std::move(*made);
  }
  static void TearDownTestSuite() { context_.reset(); }

  static Session open_limb() {
    const view::Look look = test::limb();
    auto session = Session::open(look.study, look.vessels, std::nullopt);
    session->view.cursor = look.view.cursor;
    session->view.frame = 4;
    return std::move(*session);
  }

 private:
  static inline std::unique_ptr<OffscreenContext> context_;
};

Frame<Rgb> read_texture(std::uintptr_t name, int width, int height) {
  glBindTexture(GL_TEXTURE_2D, static_cast<GLuint>(name));
  std::vector<Rgb> bottom_up(static_cast<std::size_t>(width) * static_cast<std::size_t>(height));
  glPixelStorei(GL_PACK_ALIGNMENT, 1);
  glGetTexImage(GL_TEXTURE_2D, 0, GL_RGB, GL_UNSIGNED_BYTE, bottom_up.data());
  glBindTexture(GL_TEXTURE_2D, 0);
  Frame<Rgb> picture(width, height);
  for (int row = 0; row < height; ++row)
    std::copy_n(
        &bottom_up[static_cast<std::size_t>(height - 1 - row) * static_cast<std::size_t>(width)],
        width, &picture(0, row));
  return picture;
}

bool same(const Frame<Rgb>& a, const Frame<Rgb>& b) {
  return a.size() == b.size() && std::equal(a.data(), a.data() + a.size(), b.data());
}

TEST_F(ViewsTest, WithoutACaseEveryPictureIsDark) {
  const auto views = make_views();
  views->sync(Session());
  for (const ViewKind kind : all_kinds) {
    EXPECT_EQ(views->pick(kind, {1, 1}).what, Pick::What::Nothing);  // Not drawn yet.
    const Frame<Rgb> picture = views->picture(kind, 61, 47, 1);
    EXPECT_EQ(picture.columns(), 61);
    EXPECT_TRUE(std::all_of(picture.data(), picture.data() + picture.size(),
                            [](Rgb p) { return p == view::token::ground; }));
    EXPECT_NE(views->texture(kind, 61, 47, 1), 0u);
  }
}

TEST_F(ViewsTest, TheTextureHoldsThePicture) {
  const Session session = open_limb();
  const auto views = make_views();
  views->sync(session);
  for (const ViewKind kind : {ViewKind::DuplexTransverse, ViewKind::Scene}) {
    const Frame<Rgb> picture = views->picture(kind, 203, 151, 1);  // Rows that are not aligned.
    EXPECT_TRUE(same(read_texture(views->texture(kind, 203, 151, 1), 203, 151), picture));
  }
}

TEST_F(ViewsTest, APictureFollowsTheSessionAndKeepsStillOtherwise) {
  Session session = open_limb();
  const auto views = make_views();
  views->sync(session);
  const Frame<Rgb> before = views->picture(ViewKind::DuplexTransverse, 200, 150, 1);
  views->sync(session);
  EXPECT_TRUE(same(views->picture(ViewKind::DuplexTransverse, 200, 150, 1), before));
  session.view.cursor = test::on_vein(test::crossing_mm);
  views->sync(session);
  EXPECT_FALSE(same(views->picture(ViewKind::DuplexTransverse, 200, 150, 1), before));
}

TEST_F(ViewsTest, AHandThatMovesTheSceneGetsASmoothPictureOnceItRests) {
  const Session session = open_limb();
  const auto views = make_views();
  views->sync(session);
  const auto drawn = [&] {
    return read_texture(views->texture(ViewKind::Scene, 200, 150, 1), 200, 150);
  };
  drawn();
  views->orbit(ViewKind::Scene, 30, 0);
  const Frame<Rgb> moving = drawn(), resting = drawn();
  EXPECT_FALSE(same(moving, resting));
  EXPECT_TRUE(same(resting, drawn()));
  EXPECT_TRUE(same(resting, views->picture(ViewKind::Scene, 200, 150, 1)));
}

TEST_F(ViewsTest, AnotherCaseReplacesAllOfTheFirst) {
  const Session session = open_limb();
  const auto views = make_views();
  views->sync(session);
  views->picture(ViewKind::Scene, 100, 100, 1);
  views->sync(Session());
  const Frame<Rgb> picture = views->picture(ViewKind::Scene, 100, 100, 1);
  EXPECT_EQ(picture(50, 50), view::token::ground);
  EXPECT_FALSE(views->place_of(ViewKind::Scene, test::on_artery(10)));
}

}  // namespace
}  // namespace app
