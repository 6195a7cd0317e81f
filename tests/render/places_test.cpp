// Pixels and places: what a picture shows lies where it says, and what the hand grips is what it
// sees.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "app/view/offscreen.h"
#include "app/view/picture.h"
#include "app/view/renderer.h"
#include "limb.h"

namespace app::view {
namespace {

using imaging::Frame;
using imaging::Rgb;

class Places : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    auto made = OffscreenContext::make();
    ASSERT_TRUE(made) << made.error().sentence;
    context_ = std::move(*made);
  }
  static void TearDownTestSuite() { context_.reset(); }

  Places() { shapes_.walls = walls_of(*look_.vessels); }

  Look look_ = test::limb();
  Shapes shapes_;
  const Size size_{400, 300, 1};

 private:
  static inline std::unique_ptr<OffscreenContext> context_;
};

std::vector<std::unique_ptr<Picture>> placed_pictures() {
  std::vector<std::unique_ptr<Picture>> pictures;
  for (const auto kind :
       {ViewKind::DuplexTransverse, ViewKind::DuplexLongitudinal, ViewKind::DuplexCoronal})
    pictures.push_back(make_duplex_picture(kind));
  pictures.push_back(make_scene_picture());
  for (const auto kind : {ViewKind::CrossSection, ViewKind::Straightened})
    pictures.push_back(make_vessel_picture(kind));
  for (const auto kind : {ViewKind::Probe, ViewKind::NeedleProfile})
    pictures.push_back(make_crossing_picture(kind));
  return pictures;
}

TEST_F(Places, PlaceAndPointAreInverse) {
  for (const auto& picture : placed_pictures()) {
    picture->draw(look_, shapes_, size_);
    const Point2 at{190.3, 120.6};  // Inside the image of every kind.
    const auto p = picture->point_at(look_, at, look_.view.cursor);
    ASSERT_TRUE(p);
    const auto back = picture->place_of(look_, *p);
    ASSERT_TRUE(back);
    // The straightened picture keeps a direction every half millimetre: a third of a px here.
    EXPECT_NEAR(back->x, at.x, 0.5);
    EXPECT_NEAR(back->y, at.y, 0.5);
  }
}

TEST_F(Places, StayTrueWhenTheHandMovesThePicture) {
  for (const auto& picture : placed_pictures()) {
    picture->draw(look_, shapes_, size_);
    const auto before = picture->place_of(look_, look_.view.cursor);
    ASSERT_TRUE(before);
    picture->zoom(1.5);
    picture->orbit(20, 10);
    picture->pan(7, -5);
    picture->draw(look_, shapes_, size_);
    const auto at = picture->place_of(look_, look_.view.cursor);
    ASSERT_TRUE(at);
    const auto p = picture->point_at(look_, *at, look_.view.cursor);
    ASSERT_TRUE(p);
    EXPECT_LT(imaging::distance(*p, look_.view.cursor), 0.3);
    picture->reset();
    picture->draw(look_, shapes_, size_);
    const auto after = picture->place_of(look_, look_.view.cursor);
    ASSERT_TRUE(after);
    EXPECT_NEAR(after->x, before->x, 1e-6);
    EXPECT_NEAR(after->y, before->y, 1e-6);
  }
}

TEST_F(Places, HandlesAreGrippedWhereTheyAreDrawn) {
  look_.view.workspace = Workspace::Cross;
  const planning::Crossing& c = look_.preview->crossing;
  for (const auto& picture : placed_pictures()) {
    picture->draw(look_, shapes_, {400, 300, 2});
    const auto at = picture->place_of(look_, c.artery_point);
    if (!at) continue;
    const Pick pick = picture->pick(look_, {at->x + 9, at->y - 9});  // 6.4 logical px away.
    if (pick.what == Pick::What::Vessel) continue;                   // A picture without handles.
    EXPECT_EQ(pick.what, Pick::What::ArteryEnd);
    EXPECT_EQ(pick.vessel, "artery");
    EXPECT_EQ(pick.point, c.artery_point);
  }
}

TEST_F(Places, DownTheNeedleTheVeinIsInTheMiddleAndDistalIsDown) {
  const planning::Crossing& c = look_.preview->crossing;
  const auto picture = make_crossing_picture(ViewKind::DownNeedle);
  picture->draw(look_, shapes_, size_);
  const auto vein = picture->place_of(look_, c.vein_point);
  const auto artery = picture->place_of(look_, c.artery_point);
  const auto distal = picture->place_of(look_, test::on_vein(test::crossing_mm + 3));
  ASSERT_TRUE(vein && distal);
  EXPECT_NEAR(vein->x, (size_.width_px - 1) / 2.0, 0.51);
  EXPECT_NEAR(vein->y, (size_.height_px - 1) / 2.0, 0.51);
  // One looks along the needle: the artery's end lies in front of the vein's.
  if (artery) {
    EXPECT_NEAR(artery->x, vein->x, 1e-6);
    EXPECT_NEAR(artery->y, vein->y, 1e-6);
  }
  EXPECT_GT(distal->y, vein->y + 10);
  EXPECT_LT(std::abs(distal->x - vein->x), distal->y - vein->y);
  // A hand on the middle steers where the needle enters the vein.
  EXPECT_EQ(picture->pick(look_, *vein).what, Pick::What::VeinEnd);
}

TEST_F(Places, TheSceneHasBothHandlesAndKnowsThemApart) {
  look_.view.workspace = Workspace::Cross;
  const auto scene = make_scene_picture();
  scene->draw(look_, shapes_, size_);
  const planning::Crossing& c = look_.preview->crossing;
  const auto artery = scene->place_of(look_, c.artery_point);
  const auto vein = scene->place_of(look_, c.vein_point);
  ASSERT_TRUE(artery && vein);
  EXPECT_GT(std::hypot(artery->x - vein->x, artery->y - vein->y), 30);  // Seen apart.
  EXPECT_EQ(scene->pick(look_, *artery).what, Pick::What::ArteryEnd);
  EXPECT_EQ(scene->pick(look_, *vein).what, Pick::What::VeinEnd);
}

TEST_F(Places, AVesselIsPickedUnderTheHandAndNothingBesideIt) {
  look_.preview.reset();
  const auto scene = make_scene_picture();
  scene->draw(look_, shapes_, size_);
  const auto at = scene->place_of(look_, test::on_vein(60));
  ASSERT_TRUE(at);
  const Pick pick = scene->pick(look_, *at);
  EXPECT_EQ(pick.what, Pick::What::Vessel);
  EXPECT_EQ(pick.vessel, "vein");
  EXPECT_LT(imaging::distance(pick.point, test::on_vein(60)), 1.0);
  EXPECT_EQ(scene->pick(look_, {3, 150}).what, Pick::What::Nothing);
}

TEST_F(Places, AHiddenKindOfVesselIsNotPicked) {
  look_.preview.reset();
  look_.view.show_veins = false;
  const auto scene = make_scene_picture();
  scene->draw(look_, shapes_, size_);
  const auto at = scene->place_of(look_, test::on_vein(60));
  ASSERT_TRUE(at);
  EXPECT_NE(scene->pick(look_, *at).vessel, "vein");
}

TEST_F(Places, ASliceShowsBloodWhereTheVesselsRun) {
  const auto picture = make_duplex_picture(ViewKind::DuplexTransverse);
  look_.preview.reset();     // No handle over the lumen,
  look_.view.cursor.x += 5;  // no cross hair over it,
  look_.vessels = nullptr;   // and no outline.
  const Frame<Rgb> pixels = picture->draw(look_, {}, size_);
  const auto towards = picture->place_of(look_, test::on_artery(test::crossing_mm));
  const auto away = picture->place_of(look_, test::on_vein(test::crossing_mm));
  ASSERT_TRUE(towards && away);
  const auto pixel = [&](const Point2& at) {
    return pixels(static_cast<int>(std::lround(at.x)), static_cast<int>(std::lround(at.y)));
  };
  EXPECT_GT(pixel(*towards).r, pixel(*towards).b + 30);  // + is towards the transducer: red.
  EXPECT_GT(pixel(*away).b, pixel(*away).r + 30);
}

// The dark vessel of the made-up run is 7 px wide about column 48 of 96, in 80 rows.
TEST_F(Places, AnXrayImageIsFittedAndFollowsTheHand) {
  const auto middle_of_vessel = [&](Picture& picture) {
    const Frame<Rgb> pixels = picture.draw(look_, shapes_, {480, 480, 1});
    double sum = 0, count = 0;
    for (int column = 0; column < 480; ++column)
      if (pixels(column, 200).g < 110 && !(pixels(column, 200) == token::ground)) {
        sum += column;
        ++count;
      }
    return std::pair(sum / count, count);
  };
  const auto picture = make_angio_picture(ViewKind::AngioSubtracted);
  // 480 / 96 = 5 px of the screen for one of the image; its middle, column 47.5, in the middle.
  const auto [before, width] = middle_of_vessel(*picture);
  EXPECT_NEAR(before, 239.5 + 5 * (48 - 47.5), 0.6);
  EXPECT_NEAR(width, 7 * 5, 1.1);
  picture->pan(30, 0);
  EXPECT_NEAR(middle_of_vessel(*picture).first, before + 30, 0.6);
  picture->reset();
  picture->zoom(2);
  const auto [nearer, wider] = middle_of_vessel(*picture);
  EXPECT_NEAR(nearer, 239.5 + 10 * (48 - 47.5), 0.6);
  EXPECT_NEAR(wider, 7 * 10, 1.1);
}

TEST_F(Places, InvertingTheAngiogramMakesContrastWhite) {
  const auto picture = make_angio_picture(ViewKind::AngioSubtracted);
  const Frame<Rgb> dark = picture->draw(look_, shapes_, {480, 480, 1});
  look_.view.inverted = true;
  const Frame<Rgb> white = picture->draw(look_, shapes_, {480, 480, 1});
  EXPECT_LT(dark(242, 200).g, dark(100, 200).g);
  EXPECT_GT(white(242, 200).g, white(100, 200).g);
}

TEST_F(Places, PicturesOfAnySizeAreDrawn) {
  std::vector<std::unique_ptr<Picture>> pictures = placed_pictures();
  pictures.push_back(make_angio_picture(ViewKind::AngioSubtracted));
  pictures.push_back(make_radiograph_picture());
  for (const auto& picture : pictures)
    for (const Size size : {Size{1, 1, 1}, Size{2, 300, 1}, Size{300, 2, 2}, Size{37, 41, 3}}) {
      const Frame<Rgb> pixels = picture->draw(look_, shapes_, size);
      EXPECT_EQ(pixels.columns(), size.width_px);
      EXPECT_EQ(pixels.rows(), size.height_px);
      picture->pick(look_, {0, 0});
    }
}

TEST_F(Places, ARunOfOneFrameIsShownAsTaken) {
  auto study = std::make_shared<imaging::Study>(*look_.study);
  study->runs.front().frames.resize(1);
  study->runs.front().frame_times_s.resize(1);
  look_.study = study;
  const auto picture = make_angio_picture(ViewKind::AngioSubtracted);
  const Frame<Rgb> pixels = picture->draw(look_, shapes_, {200, 200, 1});
  const auto native = make_angio_picture(ViewKind::AngioNative);
  EXPECT_EQ(pixels(100, 100), native->draw(look_, shapes_, {200, 200, 1})(100, 100));
}

TEST_F(Places, NothingToShowIsADarkPicture) {
  const Look empty;
  std::vector<std::unique_ptr<Picture>> pictures = placed_pictures();
  pictures.push_back(make_angio_picture(ViewKind::AngioSubtracted));
  pictures.push_back(make_angio_picture(ViewKind::AngioNative));
  pictures.push_back(make_radiograph_picture());
  for (const auto& picture : pictures) {
    const Frame<Rgb> pixels = picture->draw(empty, {}, size_);
    ASSERT_EQ(pixels.columns(), 400);
    EXPECT_TRUE(std::all_of(pixels.data(), pixels.data() + pixels.size(),
                            [](const Rgb& p) { return p == token::ground; }));
    EXPECT_EQ(picture->pick(empty, {200, 150}).what, Pick::What::Nothing);
    EXPECT_FALSE(picture->place_of(empty, {}) && picture->point_at(empty, {5, 5}, {}));
  }
}

}  // namespace
}  // namespace app::view
