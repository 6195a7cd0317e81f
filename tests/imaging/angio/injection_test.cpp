#include "imaging/angio/injection.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace imaging {
namespace {

constexpr int columns = 120, rows = 200, frame_count = 18;

struct Vessel {
  double at_column;
  double starts_s;  // Contrast at its first end ...
  double px_per_s;  // ... and on; negative: from the bottom upwards.
  double middle(double row) const { return at_column + 6 * std::sin(row / 30); }
  double arrival_s(double row) const {
    return starts_s + (px_per_s > 0 ? row : row - rows) / px_per_s;
  }
};

AngioRun run_of(const std::vector<Vessel>& vessels, double noise = 4) {
  AngioRun run;
  run.bits_stored = 12;
  run.relationship = IntensityRelationship::Logarithmic;
  std::mt19937 random(6);
  std::normal_distribution<double> error(0, noise);
  for (int f = 0; f < frame_count; ++f) {
    const double t = f / 3.0;
    run.frame_times_s.push_back(t);
    Frame<std::uint16_t> frame(columns, rows);
    for (int r = 0; r < rows; ++r)
      for (int c = 0; c < columns; ++c) {
        double value = 2600 - 2 * c;
        for (const Vessel& v : vessels) {
          const double off = std::abs(c - v.middle(r)) / 3, since = t - v.arrival_s(r);
          if (off < 1 && since > 0)
            value -= 400 * std::sqrt(1 - off * off) * (1 - std::exp(-since / 0.5));
        }
        frame(c, r) = static_cast<std::uint16_t>(std::lround(value + error(random)));
      }
    run.frames.push_back(std::move(frame));
  }
  return run;
}

std::vector<std::vector<Point2>> lines_of(const std::vector<Vessel>& vessels) {
  std::vector<std::vector<Point2>> lines;
  for (const Vessel& v : vessels) {
    lines.emplace_back();
    for (int r = 10; r < rows - 10; ++r)
      lines.back().push_back({v.middle(r), static_cast<double>(r)});
  }
  return lines;
}

Result<InjectionReading> told(const std::vector<Vessel>& vessels) {
  const AngioRun run = run_of(vessels);
  const auto s = Subtraction::make(run, {.frames = {0, 1, 2}, .reason = ""});
  return tell_injection(run, *s, lines_of(vessels));
}

const Vessel artery{40, 1.2, 160}, vein{80, 1.4, -110};

TEST(TellInjection, KnowsAnArteriogramByItsWay) {
  const auto reading = told({artery, {80, 1.3, 140}});
  ASSERT_TRUE(reading);
  EXPECT_EQ(reading->injection, Injection::Arteriogram) << reading->reason;
  ASSERT_EQ(reading->lines.size(), 2u);
  EXPECT_TRUE(reading->lines[0].tells);
  // Frames come every third of a second, and between two of them contrast rises on a curve, not a
  // straight line: a tenth of the slope.
  EXPECT_NEAR(reading->lines[0].s_per_px, 1 / 160.0, 0.1 / 160);
}

TEST(TellInjection, KnowsAVenogramAndADoubleInjection) {
  const auto venogram = told({vein});
  ASSERT_TRUE(venogram);
  EXPECT_EQ(venogram->injection, Injection::Venogram) << venogram->reason;
  EXPECT_NEAR(venogram->lines[0].s_per_px, -1 / 110.0, 0.1 / 110);
  const auto both = told({artery, vein});
  ASSERT_TRUE(both);
  EXPECT_EQ(both->injection, Injection::Double) << both->reason;
  EXPECT_GT(both->lines[0].s_per_px, 0);
  EXPECT_LT(both->lines[1].s_per_px, 0);
}

TEST(TellInjection, IsUnsureWhereNothingTells) {
  // All at once, and a line that runs level.
  const auto flash = told({{40, 1.2, 1e6}});
  ASSERT_TRUE(flash);
  EXPECT_EQ(flash->injection, Injection::Unclear) << flash->reason;
  const AngioRun run = run_of({artery});
  const auto s = Subtraction::make(run, {.frames = {0, 1, 2}, .reason = ""});
  std::vector<Point2> level;
  for (int c = 20; c < 90; ++c) level.push_back({static_cast<double>(c), 100});
  const auto reading = tell_injection(run, *s, {level});
  ASSERT_TRUE(reading);
  EXPECT_EQ(reading->injection, Injection::Unclear);
}

// Stored turned by 90 degrees, with the pose that says so: the foot lies to the left.
TEST(TellInjection, ReadsATurnedPictureAlongTheLeg) {
  const AngioRun upright = run_of({artery, vein});
  AngioRun turned = upright;
  const auto turn = [](Point2 p) { return Point2{rows - 1 - p.y, p.x}; };
  for (std::size_t f = 0; f < upright.frames.size(); ++f) {
    turned.frames[f] = Frame<std::uint16_t>(rows, columns);
    for (int r = 0; r < rows; ++r)
      for (int c = 0; c < columns; ++c) turned.frames[f](rows - 1 - r, c) = upright.frames[f](c, r);
  }
  auto lines = lines_of({artery, vein});
  for (auto& line : lines)
    for (Point2& p : line) p = turn(p);
  turned.pose = CArmPose{.primary_deg = 4,
                         .secondary_deg = -6,
                         .source_to_detector_mm = 1100,
                         .source_to_isocentre_mm = 750,
                         .imager_spacing_column_mm = 0.4,
                         .imager_spacing_row_mm = 0.4,
                         .field = FieldOfView{.detector_columns = 0,
                                              .detector_rows = 0,
                                              .origin_column = 0,
                                              .origin_row = 0,
                                              .binning = 1,
                                              .rotation_deg = 90,
                                              .horizontal_flip = false}};
  const auto s = Subtraction::make(turned, {.frames = {0, 1, 2}, .reason = ""});
  const auto reading = tell_injection(turned, *s, lines);
  ASSERT_TRUE(reading);
  EXPECT_EQ(reading->injection, Injection::Double) << reading->reason;
  EXPECT_NEAR(reading->lines[0].s_per_px, 1 / 160.0, 0.1 / 160);
  EXPECT_NEAR(reading->lines[1].s_per_px, -1 / 110.0, 0.1 / 110);
  // As if it stood upright the same lines run level, and tell nothing.
  turned.pose.reset();
  const auto misread = tell_injection(turned, *s, lines);
  ASSERT_TRUE(misread);
  EXPECT_EQ(misread->injection, Injection::Unclear) << misread->reason;
}

TEST(TellInjection, RefusesTimesThatAreZero) {
  AngioRun run = run_of({artery});
  const auto s = Subtraction::make(run, {.frames = {0}, .reason = ""});
  run.frame_times_s.assign(run.frame_times_s.size(), 0);
  EXPECT_FALSE(tell_injection(run, *s, lines_of({artery})));
}

TEST(TellInjection, RefusesTimesWrongInNumber) {
  AngioRun run = run_of({artery});
  const auto s = Subtraction::make(run, {.frames = {0}, .reason = ""});
  run.frame_times_s.resize(5);
  EXPECT_FALSE(tell_injection(run, *s, lines_of({artery})));
}

}  // namespace
}  // namespace imaging
