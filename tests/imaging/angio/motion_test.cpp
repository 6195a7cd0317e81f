#include "imaging/angio/motion.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <numbers>
#include <random>
#include <vector>

#include "imaging/angio/phase_correlation.h"

namespace imaging {
namespace {

constexpr int columns = 320, rows = 288;  // Not square, not a multiple of anything.

// Bones with edges a few pixels wide and trabeculae, as a continuous function of place, so that
// movement needs no resampling.
double bone(double x, double y) {
  const auto edge = [](double d) { return 1 / (1 + std::exp(-d / 1.2)); };
  const double shaft = edge(x - 90 - 0.1 * y) * edge(150 + 0.06 * y - x);
  const double second = edge(x - 205 + 0.05 * y) * edge(245 - x) * edge(std::abs(y - 130) - 3);
  static const std::vector<std::array<double, 4>> spots = [] {
    std::mt19937 random(11);
    std::uniform_real_distribution<double> any(0, 1);
    std::vector<std::array<double, 4>> made;
    for (int n = 0; n < 500; ++n)
      made.push_back({-20 + 360 * any(random), -20 + 330 * any(random), 2 + 4 * any(random),
                      0.24 * (any(random) - 0.5)});
    return made;
  }();
  double trabeculae = 0;
  for (const auto& [sx, sy, radius, height] : spots) {
    const double far = ((x - sx) * (x - sx) + (y - sy) * (y - sy)) / (radius * radius);
    if (far < 16) trabeculae += height * std::exp(-0.5 * far);
  }
  return 1.2 + 0.5 * shaft + 0.35 * second + trabeculae * (0.1 + 0.9 * (shaft + second));
}

// A vessel of 6 px that crosses both bones; `x`, `y` are anatomy's.
double vessel(double x, double y) {
  const double middle = 120 + 0.35 * y + 12 * std::sin(y / 40);
  const double across = (x - middle) / std::sqrt(1 + 0.35 * 0.35);
  return std::abs(across) < 3 ? 0.3 * std::sqrt(1 - across * across / 9) : 0;
}

// Where the pixel's anatomy was when the mask was taken: x - d(x), a toe-ward turn and a bend.
struct Moved {
  double shift_x = 0, shift_y = 0, turn = 0, bend = 0;
  Point2 d(double x, double y) const {
    const double u = x - 160, v = y - 144;
    return {shift_x - turn * v + bend * std::sin(std::numbers::pi * y / rows),
            shift_y + turn * u + 0.5 * bend * std::sin(std::numbers::pi * x / columns)};
  }
};

Frame<float> picture(const Moved& moved, double filling, double noise, unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<double> error(0, noise);
  Frame<float> image(columns, rows);
  for (int r = 0; r < rows; ++r)
    for (int c = 0; c < columns; ++c) {
      const Point2 d = moved.d(c, r);
      image(c, r) = static_cast<float>(bone(c - d.x, r - d.y) + filling * vessel(c - d.x, r - d.y) +
                                       error(random));
    }
  return image;
}

TEST(PhaseCorrelation, FindsAShiftUnderNoiseAndContrast) {
  const Frame<float> mask = picture({}, 0, 0.02, 1);
  for (const auto& [x, y] : {std::pair{5.3, -7.6}, {-12.0, 3.4}, {0.0, 0.0}, {0.6, 14.2}}) {
    const ImageShift shift = phase_correlation(mask, picture({x, y, 0, 0}, 1, 0.02, 2));
    EXPECT_NEAR(shift.column_px, x, 0.35) << x << " " << y;  // Reduced by two first.
    EXPECT_NEAR(shift.row_px, y, 0.35);
    EXPECT_GT(shift.peak_over_next, 1.3);
  }
}

TEST(PhaseCorrelation, DoesNotBelieveTwoPicturesOfNothing) {
  std::mt19937 random(4);
  std::normal_distribution<float> noise;
  Frame<float> a(columns, rows), b(columns, rows);
  for (std::size_t n = 0; n < a.size(); ++n)
    a.data()[n] = noise(random), b.data()[n] = noise(random);
  EXPECT_LT(phase_correlation(a, b).peak_over_next, 1.3);
  EXPECT_EQ(phase_correlation(Frame<float>(columns, rows), b).peak_over_next, 0);
}

TEST(Motion, ShiftIsSubPixel) {
  const auto finder = MotionFinder::make(picture({}, 0, 0.02, 1));
  ASSERT_TRUE(finder);
  for (const auto& [x, y] : {std::pair{2.37, -3.81}, {-7.5, 0.25}, {0.0, 0.0}}) {
    const FrameMotion m = finder->find(picture({x, y, 0, 0}, 1, 0.02, 5), MotionModel::Shift);
    EXPECT_TRUE(m.found);
    EXPECT_NEAR(m.shift_column_px, x, 0.05);
    EXPECT_NEAR(m.shift_row_px, y, 0.05);
    // Two noises remain, each 0.02, smoothed by 1 2 1 and by twos both ways:
    // 1 3 3 1 leaves 20/64 of the variance, each way.
    EXPECT_NEAR(m.residual_after, std::sqrt(2) * 0.02 * 20 / 64, 0.002);
  }
}

// The field where there is something to see: within the bones, away from the border.
void expect_field(const FrameMotion& m, const Moved& truth, double mean_px, double worst_px) {
  double sum = 0, worst = 0;
  int count = 0;
  for (int r = 24; r < rows - 24; r += 4)
    for (int c = 84; c < 250; c += 4) {
      const Point2 d = m.displacement.at({static_cast<double>(c), static_cast<double>(r)});
      const Point2 t = truth.d(c, r);
      const double error = std::hypot(d.x - t.x, d.y - t.y);
      sum += error;
      worst = std::max(worst, error);
      ++count;
    }
  EXPECT_LT(sum / count, mean_px);
  EXPECT_LT(worst, worst_px);
}

TEST(Motion, DeformationFollowsATurnAndABend) {
  const auto finder = MotionFinder::make(picture({}, 0, 0.005, 1));
  ASSERT_TRUE(finder);
  const Moved truth{3.4, -2.2, 0.02, 2.5};
  const FrameMotion m = finder->find(picture(truth, 0, 0.005, 7), MotionModel::Deformation);
  expect_field(m, truth, 0.15, 0.6);
  EXPECT_NEAR(m.residual_after, std::sqrt(2) * 0.005 * 20 / 64, 0.0005);
}

// Contrast must not be bent to fit the mask: its middle and its width stay where the live frame has
// them, against the same vessel with no bone and no movement to correct.
TEST(Motion, ContrastKeepsItsPlaceAndWidth) {
  const auto finder = MotionFinder::make(picture({}, 0, 0.005, 1));
  ASSERT_TRUE(finder);
  const Moved truth{2.4, 1.7, 0.015, 2};
  const Frame<float> live = picture(truth, 1, 0.005, 7);
  const FrameMotion m = finder->find(live, MotionModel::Deformation);
  expect_field(m, truth, 0.15, 0.6);
  const Frame<float> bent = moved(picture({}, 0, 0, 1), m.displacement);
  double place = 0, width = 0;
  int count = 0;
  for (int r = 30; r < rows - 30; ++r) {
    // Density, first and second moment across the vessel, measured and true.
    double s[2] = {}, sx[2] = {}, sxx[2] = {};
    for (int c = 0; c < columns; ++c) {
      const Point2 d = truth.d(c, r);
      const double density[2] = {static_cast<double>(live(c, r)) - static_cast<double>(bent(c, r)),
                                 vessel(c - d.x, r - d.y)};
      const double from_middle = c - d.x - (120 + 0.35 * r + 12 * std::sin(r / 40.0));
      if (std::abs(from_middle) > 8) continue;
      for (int k = 0; k < 2; ++k) {
        s[k] += density[k];
        sx[k] += density[k] * c;
        sxx[k] += density[k] * c * c;
      }
    }
    const auto sd = [&](int k) {
      return std::sqrt(std::max(0.0, sxx[k] / s[k] - sx[k] * sx[k] / (s[k] * s[k])));
    };
    place += sx[0] / s[0] - sx[1] / s[1];
    width += 4 * (sd(0) - sd(1));  // A round tube's diameter is four times its density's spread.
    ++count;
  }
  EXPECT_NEAR(place / count, 0, 0.2);
  EXPECT_NEAR(width / count, 0, 0.2);
}

TEST(Motion, ShadowOfTheCollimatorHoldsNothingBack) {
  const auto lead = [](Frame<float> image) {
    for (int r = 0; r < rows; ++r)
      for (int c = 0; c < columns; ++c)
        if (c < 40 || c >= 288 || r < 30 || r > 250) image(c, r) = 6;
    return image;
  };
  const auto finder = MotionFinder::make(lead(picture({}, 0, 0.01, 1)));
  ASSERT_TRUE(finder);
  const FrameMotion m =
      finder->find(lead(picture({3, -2.5, 0, 0}, 1, 0.01, 2)), MotionModel::Shift);
  EXPECT_NEAR(m.shift_column_px, 3, 0.15);
  EXPECT_NEAR(m.shift_row_px, -2.5, 0.15);
}

// A limb in air, half of the picture: soft tissue, and a bone that the upper border cuts and that
// ends half way down. Photons grow fewer behind it, so noise grows as their square root.
Frame<float> limb_in_air(double down, unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<double> error(0, 0.004);
  const auto edge = [](double d) { return 1 / (1 + std::exp(-d / 1.2)); };
  Frame<float> image(columns, rows);
  for (int r = 0; r < rows; ++r)
    for (int c = 0; c < columns; ++c) {
      const double y = r - down;
      const double tissue = 0.8 * edge(c - 85) * edge(235 - c);
      const double shaft = 1.8 * edge(c - 120) * edge(200 - c) * edge(150 - y);
      const double line = tissue + shaft;
      image(c, r) = static_cast<float>(line + std::exp(line / 2) * error(random));
    }
  return image;
}

TEST(Motion, BoneThatTheBorderCutsIsNotTakenForLead) {
  const auto finder = MotionFinder::make(limb_in_air(0, 1));
  ASSERT_TRUE(finder);
  const FrameMotion m = finder->find(limb_in_air(1.4, 2), MotionModel::Deformation);
  // Only the end of the bone tells of rows: an edge of 80 px, each of which says where it is to
  // noise over slope, 0.02 over 0.3.
  EXPECT_NEAR(m.displacement.at({160, 151}).y, 1.4, 0.1);
  EXPECT_NEAR(m.displacement.at({160, 151}).x, 0, 0.1);
}

// A row at a time is the same field as a point at a time, on this grid and on coarser ones.
TEST(Displacement, RowsAgreeWithPoints) {
  Displacement d(7, 5, 16);
  std::mt19937 random(3);
  std::uniform_real_distribution<float> any(-4, 4);
  for (float& v : d.column_px()) v = any(random);
  for (float& v : d.row_px()) v = any(random);
  for (const double scale : {1.0, 2.0, 4.0})
    for (const int row : {0, 3, static_cast<int>(70 / scale)}) {
      const int count = static_cast<int>(110 / scale);
      std::vector<float> across(static_cast<std::size_t>(count)), down(across.size());
      d.along_row(row, count, scale, across.data(), down.data());
      for (int c = 0; c < count; ++c) {
        const Point2 p = d.at({(c + 0.5) * scale - 0.5, (row + 0.5) * scale - 0.5});
        EXPECT_NEAR(across[static_cast<std::size_t>(c)], p.x / scale, 1e-4) << c << " " << scale;
        EXPECT_NEAR(down[static_cast<std::size_t>(c)], p.y / scale, 1e-4);
      }
    }
}

TEST(Motion, MovesThereAndBack) {
  Displacement d(20, 18, 16);
  for (int r = 0; r < 18; ++r)
    for (int c = 0; c < 20; ++c) {
      d.column_px()[static_cast<std::size_t>(r * 20 + c)] =
          static_cast<float>(3 + std::sin(0.3 * r));
      d.row_px()[static_cast<std::size_t>(r * 20 + c)] =
          static_cast<float>(-2 + std::cos(0.25 * c));
    }
  const Frame<float> image = picture({}, 1, 0, 1);
  const Frame<float> back = moved_back(moved(image, d), d);
  double squares = 0;
  for (int r = 16; r < rows - 16; ++r)
    for (int c = 16; c < columns - 16; ++c)
      squares += std::pow(static_cast<double>(back(c, r) - image(c, r)), 2);
  EXPECT_LT(std::sqrt(squares / (columns * rows)), 0.004);  // Two interpolations of a 0.3 vessel.
}

TEST(Motion, RefusesAPictureTooSmall) { EXPECT_FALSE(MotionFinder::make(Frame<float>(31, 200))); }

TEST(Motion, CorrectsARunAndHoldsItStill) {
  AngioRun run;
  run.bits_stored = 16;
  run.relationship = IntensityRelationship::Logarithmic;
  const auto stored = [](const Frame<float>& absorption) {
    Frame<std::uint16_t> frame(columns, rows);
    for (std::size_t n = 0; n < frame.size(); ++n)
      frame.data()[n] = static_cast<std::uint16_t>(
          std::lround(65535 * (1 - static_cast<double>(absorption.data()[n]) / 4)));
    return frame;
  };
  const Moved late{2.2, -1.4, 0.01, 1};
  run.frames = {stored(picture({}, 0, 0.004, 1)), stored(picture({}, 0, 0.004, 2)),
                stored(picture(late, 1, 0.004, 3))};
  run.frame_times_s = {0, 0.5, 1};
  Mask mask{.frames = {0}, .reason = ""};
  const auto motions = find_motion(run, mask, MotionModel::Deformation);
  ASSERT_TRUE(motions);
  ASSERT_EQ(motions->size(), 3u);
  EXPECT_LT((*motions)[1].displacement.largest_px(), 0.3);
  auto fields = std::make_shared<std::vector<Displacement>>();
  for (const FrameMotion& m : *motions) fields->push_back(m.displacement);
  mask.motion = fields;
  const auto s = Subtraction::make(run, mask);
  ASSERT_TRUE(s);
  // Held still, the vessel lies where the mask's anatomy has it; log data come in units of 4 neper.
  const Frame<float> still = s->still_frame(2);
  double error = 0;
  int count = 0;
  for (int r = 30; r < rows - 30; ++r)
    for (int c = 90; c < 250; ++c, ++count)
      error += std::abs(4 * static_cast<double>(still(c, r)) - vessel(c, r));
  EXPECT_LT(error / count, 0.02);
  EXPECT_FALSE(Subtraction::make(
      run,
      Mask{.frames = {0}, .reason = "", .motion = std::make_shared<std::vector<Displacement>>(2)}));
}

}  // namespace
}  // namespace imaging
