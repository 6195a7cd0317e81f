#include "app/view/canvas.h"

#include <gtest/gtest.h>

#include <cmath>

namespace app::view {
namespace {

constexpr Rgb black{0, 0, 0}, white{255, 255, 255};

// Painted area in px: white on black, partial coverage counts in part.
double painted_px(Canvas& canvas) {
  double sum = 0;
  for (std::size_t i = 0; i < canvas.pixels().size(); ++i)
    sum += canvas.pixels().data()[i].g / 255.0;
  return sum;
}

TEST(Canvas, ALineCoversItsLengthTimesItsWidth) {
  for (const double angle : {0.0, 0.3, 0.9, 1.4}) {
    Canvas canvas(200, 200, 1, black);
    const Point2 a{60.3, 40.7}, b{a.x + 100 * std::cos(angle), a.y + 100 * std::sin(angle)};
    canvas.line(a, b, {.colour = white, .width = 3});
    // Round ends add a disc of the stroke's width; the soft edge costs under 2%.
    EXPECT_NEAR(painted_px(canvas), 300 + imaging::pi * 1.5 * 1.5, 8);
  }
}

TEST(Canvas, LengthsAreLogical) {
  Canvas canvas(200, 200, 2, black);
  canvas.line({50, 100}, {150, 100}, {.colour = white, .width = 3});
  EXPECT_NEAR(painted_px(canvas), 600 + imaging::pi * 9, 14);
}

TEST(Canvas, DashesLeaveTheirGaps) {
  Canvas canvas(300, 20, 1, black);
  canvas.line({20, 10}, {260, 10}, {.colour = white, .width = 2, .dash = 8, .gap = 8});
  // 15 dashes of 8 px with round ends.
  EXPECT_NEAR(painted_px(canvas), 15 * (16 + imaging::pi), 20);
  EXPECT_EQ(canvas.pixels()(32, 10), black);
}

TEST(Canvas, DiscsAndPolygonsCoverTheirArea) {
  Canvas disc(100, 100, 1, black);
  disc.disc({50.2, 49.6}, 20, white);
  EXPECT_NEAR(painted_px(disc), imaging::pi * 400, 10);
  Canvas square(100, 100, 1, black);
  square.rectangle({10, 20}, {40.5, 60}, white);
  EXPECT_NEAR(painted_px(square), 30.5 * 40, 2);
}

TEST(Canvas, PaintsNothingOutsideAndSurvivesWhatIsNotANumber) {
  Canvas canvas(50, 40, 1, black);
  canvas.line({-500, -900}, {-10, 1e9}, {.colour = white});
  canvas.disc({1e7, 3}, 20, white);
  canvas.line({std::nan(""), 2}, {3, 4}, {.colour = white});
  canvas.text({-4000, 20}, "left", {.colour = white});
  EXPECT_EQ(painted_px(canvas), 0);
}

TEST(Canvas, WordsStandOnTheirBaseline) {
  Canvas canvas(120, 60, 1, black);
  canvas.text({10, 40}, "HEF", {.colour = white, .size = 20});
  int lowest = -1, highest = 60;
  for (int row = 0; row < 60; ++row)
    for (int column = 0; column < 120; ++column)
      if (canvas.pixels()(column, row).g > 128) {
        lowest = std::max(lowest, row);
        highest = std::min(highest, row);
      }
  EXPECT_NEAR(lowest, 40, 1);
  // Capitals are some seven tenths of the size in any sans serif.
  EXPECT_NEAR(lowest - highest + 1, 0.72 * 20, 2);
}

TEST(Canvas, WordsAlignOnTheirPlace) {
  Canvas canvas(200, 40, 1, black);
  const Type type{.colour = white, .size = 14, .align = Align::Right};
  canvas.text({150, 25}, "3.1 \u00B1 0.2 mm", type);
  for (int row = 0; row < 40; ++row)
    for (int column = 152; column < 200; ++column) EXPECT_EQ(canvas.pixels()(column, row), black);
  EXPECT_GT(canvas.text_width("3.1 \u00B1 0.2 mm", type), 60);
}

}  // namespace
}  // namespace app::view
