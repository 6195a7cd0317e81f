#include "imaging/angio/perfusion.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <random>
#include <string>

namespace imaging {
namespace {

// A gamma variate: A ((t - t0) / b)^a exp(a (1 - (t - t0) / b)); its peak A is at t0 + b.
struct Gamma {
  double t0, a, b, peak;
  double at(double t) const {
    if (t <= t0) return 0;
    const double u = (t - t0) / b;
    return peak * std::pow(u, a) * std::exp(a * (1 - u));
  }
};

// What the curve's definition gives on the continuous function, by fine steps.
struct Truth {
  double arrival, area, width;
};
Truth truth_of(const Gamma& g, double end) {
  Truth t{0, 0, 0};
  double half_up = 0, half_down = 0;
  const double step = 1e-4;
  for (double s = 0; s < end; s += step) {
    const double v = g.at(s);
    if (t.arrival == 0 && v >= 0.1 * g.peak) t.arrival = s;
    if (t.arrival > 0) t.area += v * step;
    if (half_up == 0 && v >= 0.5 * g.peak) half_up = s;
    if (v >= 0.5 * g.peak) half_down = s;
  }
  t.width = half_down - half_up;
  return t;
}

std::vector<double> times(double per_s, double end) {
  std::vector<double> t;
  for (double s = 0; s <= end; s += 1 / per_s) t.push_back(s);
  return t;
}

class PerfusionCurves : public testing::TestWithParam<Gamma> {};

TEST_P(PerfusionCurves, AreWithinFivePercentOfTheContinuousCurve) {
  const Gamma g = GetParam();
  const std::vector<double> t = times(3, 16);
  std::vector<double> v;
  for (const double s : t) v.push_back(g.at(s));
  const auto curve = describe_curve(t, v, 0);
  ASSERT_TRUE(curve);
  ASSERT_TRUE(curve->filled);
  const Truth truth = truth_of(g, t.back());
  EXPECT_NEAR(curve->peak, g.peak, 0.05 * g.peak);
  EXPECT_NEAR(curve->time_to_peak_s, g.t0 + g.b, 0.05 * (g.t0 + g.b));
  EXPECT_NEAR(curve->arrival_s, truth.arrival, 0.05 * truth.arrival);
  EXPECT_NEAR(curve->area_s, truth.area, 0.05 * truth.area);
  EXPECT_NEAR(curve->transit_s, truth.area / g.peak, 0.05 * truth.area / g.peak);
  EXPECT_NEAR(curve->full_width_s, truth.width, 0.05 * truth.width);
}
INSTANTIATE_TEST_SUITE_P(Gammas, PerfusionCurves,
                         testing::Values(Gamma{2.13, 3, 2.4, 0.31}, Gamma{3.7, 2, 3.1, 1.2},
                                         Gamma{1.41, 4, 3.3, 0.08}));

TEST(PerfusionCurve, WashInIsTheSlopeBetweenTenthsOfThePeak) {
  // A straight ramp from 2 s to 6 s, 0.2 high: 0.05 per s whatever the frames.
  std::vector<double> t = times(2.5, 12), v;
  for (const double s : t) v.push_back(0.2 * std::clamp((s - 2) / 4, 0.0, 1.0));
  const auto curve = describe_curve(t, v, 0);
  ASSERT_TRUE(curve);
  EXPECT_NEAR(curve->wash_in_per_s, 0.05, 0.001);
  EXPECT_EQ(curve->full_width_s, 0);  // It never falls.
}

TEST(PerfusionCurve, NoiseFillsNothing) {
  std::mt19937 random(5);
  std::normal_distribution<double> noise(0, 0.01);
  int filled = 0;
  const std::vector<double> t = times(3, 8);
  for (int n = 0; n < 200; ++n) {
    std::vector<double> v;
    for (std::size_t i = 0; i < t.size(); ++i) v.push_back(noise(random));
    filled += describe_curve(t, v, 0.01)->filled;
  }
  EXPECT_LE(filled, 3);  // 25 values beyond 4 sigma: one curve in 1300.
}

TEST(PerfusionCurve, RefusesTimesThatDoNotRise) {
  const std::vector<double> t{0, 1, 1, 2, 3}, v{0, 0, 1, 2, 1};
  EXPECT_FALSE(describe_curve(t, v, 0));
  EXPECT_FALSE(describe_curve(std::vector<double>{0, 1, 2}, std::vector<double>{0, 1, 0}, 0));
}

constexpr int columns = 192, rows = 160;

// Two halves that fill at different times over a body with structure. Logarithmic, 16 bit, 4 neper.
AngioRun two_halves(double shift_px,
                    IntensityRelationship relationship = IntensityRelationship::Logarithmic) {
  AngioRun run;
  run.bits_stored = 16;
  run.relationship = relationship;
  run.frame_times_s = times(2, 14);
  std::mt19937 random(9);
  std::normal_distribution<double> noise(0, 0.004);
  const Gamma left{2.2, 3, 2.5, 0.3}, right{3.4, 3, 3.6, 0.15};
  for (const double t : run.frame_times_s) {
    Frame<std::uint16_t> frame(columns, rows);
    const double moved = t > 2 ? shift_px : 0;
    for (int r = 0; r < rows; ++r)
      for (int c = 0; c < columns; ++c) {
        const double x = c - moved;
        const double body = 1.2 +
                            0.3 * std::sin(0.13 * x + 0.05 * r) * std::cos(0.11 * r - 0.06 * x) +
                            0.2 * std::sin(0.0009 * x * x) + 0.15 * std::cos(0.0011 * r * r);
        const bool in_left = x > 32 && x < 84 && r > 50 && r < 110;
        const bool in_right = x > 108 && x < 160 && r > 50 && r < 110;
        const double density = in_left ? left.at(t) : in_right ? right.at(t) : 0;
        frame(c, r) = static_cast<std::uint16_t>(std::lround(65535 * (1 - (body + density) / 4)));
      }
    run.frames.push_back(frame);
  }
  return run;
}

Mask first_frames() { return {.frames = {0, 1, 2, 3}, .reason = ""}; }

TEST(PerfusionMaps, ShowEachHalfsOwnTimes) {
  const AngioRun run = two_halves(0);
  const auto s = Subtraction::make(run, first_frames());
  ASSERT_TRUE(s);
  const auto maps = map_perfusion(run, *s, nullptr, 1);
  ASSERT_TRUE(maps) << maps.error().sentence;
  EXPECT_NEAR(maps->time_to_peak_s(58, 80), 4.7, 0.05 * 4.7);
  EXPECT_NEAR(maps->time_to_peak_s(134, 80), 7.0, 0.05 * 7.0);
  EXPECT_NEAR(maps->peak(58, 80), 0.3 / 4, 0.05 * 0.3 / 4);
  EXPECT_NEAR(maps->peak(134, 80), 0.15 / 4, 0.05 * 0.15 / 4);
  EXPECT_EQ(maps->filled(4, 4), 0);
  EXPECT_EQ(maps->peak(4, 4), 0);
  const std::vector<Point2> corner{{40, 60}, {76, 60}, {76, 100}, {40, 100}};
  const auto curve = region_curve(*s, static_cast<int>(run.frames.size()), corner);
  ASSERT_TRUE(curve);
  EXPECT_NEAR(*std::max_element(curve->begin(), curve->end()), 0.3 / 4, 0.05 * 0.3 / 4);
  EXPECT_FALSE(region_curve(*s, 4, std::vector<Point2>{{1, 1}, {2, 2}}));
  EXPECT_FALSE(region_curve(*s, 4, std::vector<Point2>{}));
}

TEST(PerfusionMaps, RefuseALimbThatMovedUntilItIsCorrected) {
  const AngioRun run = two_halves(3.2);
  Mask mask = first_frames();
  const auto raw = Subtraction::make(run, mask);
  const auto refused = map_perfusion(run, *raw, nullptr, 1);
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().sentence.find("moved by 3.2 px"), std::string::npos)
      << refused.error().sentence;
  const auto motions = find_motion(run, mask, MotionModel::Deformation);
  ASSERT_TRUE(motions);
  auto fields = std::make_shared<std::vector<Displacement>>();
  for (const auto& m : *motions) fields->push_back(m.displacement);
  mask.motion = fields;
  const auto corrected = Subtraction::make(run, mask);
  const auto maps = map_perfusion(run, *corrected, &*motions, 1);
  ASSERT_TRUE(maps) << maps.error().sentence;
  // The map lies as the mask does, before the limb moved.
  EXPECT_NEAR(maps->peak(58, 80), 0.3 / 4, 0.05 * 0.3 / 4);
  EXPECT_NEAR(maps->time_to_peak_s(134, 80), 7.0, 0.05 * 7.0);
}

// A detector's own fine pattern stands still while the limb moves: no movement of the mask takes
// it out, but it goes with the movement and not with contrast.
TEST(PerfusionMaps, TakeOutAPatternThatStoodStillWhileTheLimbMoved) {
  AngioRun run = two_halves(1.7);
  for (auto& frame : run.frames)
    for (int r = 0; r < rows; ++r)
      for (int c = 0; c < columns; ++c) {
        const double pattern = 150 * std::sin(0.8 * c + 0.5 * r) * std::sin(0.6 * r - 0.7 * c);
        frame(c, r) = static_cast<std::uint16_t>(std::lround(frame(c, r) + pattern));
      }
  Mask mask = first_frames();
  const auto motions = find_motion(run, mask, MotionModel::Deformation);
  ASSERT_TRUE(motions);
  double mask_left = 0, most_left = 0;
  for (std::size_t n = 0; n < motions->size(); ++n)
    (n < 4 ? mask_left : most_left) =
        std::max(n < 4 ? mask_left : most_left, (*motions)[n].residual_after);
  ASSERT_GT(most_left, 2 * mask_left * std::sqrt((1 + 0.25) / (1 - 0.25))) << "Nothing to mend.";
  auto fields = std::make_shared<std::vector<Displacement>>();
  for (const auto& m : *motions) fields->push_back(m.displacement);
  mask.motion = fields;
  const auto corrected = Subtraction::make(run, mask);
  ASSERT_TRUE(corrected);
  EXPECT_EQ(refuse_perfusion(run, *corrected, &*motions), "");
  const auto maps = map_perfusion(run, *corrected, &*motions, 1);
  ASSERT_TRUE(maps) << maps.error().sentence;
  EXPECT_NEAR(maps->peak(58, 80), 0.3 / 4, 0.05 * 0.3 / 4);
  EXPECT_NEAR(maps->peak(134, 80), 0.15 / 4, 0.08 * 0.15 / 4);
  EXPECT_NEAR(maps->time_to_peak_s(58, 80), 4.7, 0.05 * 4.7);
  EXPECT_NEAR(maps->time_to_peak_s(134, 80), 7.0, 0.05 * 7.0);
}

// Beside a limb the detector is saturated: nothing changes there, which is no measure of the noise
// in the limb.
TEST(PerfusionMaps, KnowNoiseInTheLimbWhereMostOfThePictureIsSaturated) {
  AngioRun run = two_halves(0);
  std::mt19937 random(4);
  std::normal_distribution<double> noise(0, 60);
  for (auto& frame : run.frames)
    for (int r = 0; r < rows; ++r)
      for (int c = 0; c < columns; ++c) {
        const bool beside = r < 40 || r > 120 || c < 20;
        const double value = beside ? 65535 : frame(c, r) + noise(random);
        frame(c, r) = static_cast<std::uint16_t>(std::lround(std::min(65535.0, value)));
      }
  const auto s = Subtraction::make(run, first_frames());
  ASSERT_TRUE(s);
  const auto maps = map_perfusion(run, *s, nullptr, 0);
  ASSERT_TRUE(maps) << maps.error().sentence;
  // Of a frame against the mean of the mask's; in shares of 65535 levels.
  EXPECT_NEAR(maps->noise, 60.0 / 65535, 0.1 * 60 / 65535);
  EXPECT_EQ(maps->filled(58, 20), 0);
  EXPECT_EQ(maps->filled(58, 80), 1);
  int unfilled = 0, filled = 0;
  for (int r = 44; r < 116; ++r)
    for (int c = 88; c < 104; ++c) (maps->filled(c, r) ? filled : unfilled) += 1;
  // Between the halves nothing fills. Against the mean of four frames the other 25 are sqrt(1.25)
  // as wide as one frame's noise: one of 25 lies beyond 4 of these in 230 places, five times in
  // these.
  EXPECT_LT(filled, 5 + 3 * std::sqrt(5.0)) << unfilled;
}

// Air lies at the end of the detector's range: noise takes some values over it, which are cut off,
// and leaves others under it, which fill nothing. Both halves of the limb still fill.
TEST(PerfusionMaps, ShowNothingInAirThatIsCutOffNowAndThen) {
  AngioRun run = two_halves(0);
  std::mt19937 random(4);
  std::normal_distribution<double> noise(0, 60), in_air(65535 + 90, 60);
  for (auto& frame : run.frames)
    for (int r = 0; r < rows; ++r)
      for (int c = 0; c < columns; ++c) {
        const bool beside = r < 40 || r > 120 || c < 20;
        const double value = beside ? in_air(random) : frame(c, r) + noise(random);
        frame(c, r) = static_cast<std::uint16_t>(std::lround(std::clamp(value, 0.0, 65535.0)));
      }
  const auto s = Subtraction::make(run, first_frames());
  ASSERT_TRUE(s);
  const auto maps = map_perfusion(run, *s, nullptr, 1);
  ASSERT_TRUE(maps) << maps.error().sentence;
  int in_the_air = 0;
  for (int r = 0; r < 40; ++r)
    for (int c = 0; c < columns; ++c) in_the_air += maps->filled(c, r);
  EXPECT_EQ(in_the_air, 0);
  EXPECT_EQ(maps->filled(58, 80), 1);
}

// Every fourth frame or so a generator gives a percent more: that is no contrast. A blush is.
TEST(PerfusionMaps, TellAWaveringExposureFromABlush) {
  AngioRun run = two_halves(0);
  std::mt19937 random(4);
  std::normal_distribution<double> noise(0, 60);
  const Gamma blush{3, 3, 3, 0.03};
  for (std::size_t f = 0; f < run.frames.size(); ++f)
    for (std::size_t i = 0; i < run.frames[f].size(); ++i) {
      const double wavers = 0.01 * std::sin(1.7 * static_cast<double>(f));
      const double line = wavers + blush.at(run.frame_times_s[f]);
      run.frames[f].data()[i] = static_cast<std::uint16_t>(
          std::lround(run.frames[f].data()[i] - 65535 * line / 4 + noise(random)));
    }
  const auto s = Subtraction::make(run, first_frames());
  ASSERT_TRUE(s);
  const auto maps = map_perfusion(run, *s, nullptr, 1);
  ASSERT_TRUE(maps) << maps.error().sentence;
  // Of 29 frames' freedom contrast has 9 at most, so it can hold sqrt(9 / 29) of the wavering,
  // whose deviation is 0.01 / 4 / sqrt(2); and nine values a place leave a third of the noise.
  EXPECT_LT(maps->noise, std::sqrt(9.0 / 29) * 0.01 / 4 / std::sqrt(2.0) + 20.0 / 65535);
  EXPECT_NEAR(maps->peak(10, 20), 0.03 / 4, 0.15 * 0.03 / 4);
  EXPECT_NEAR(maps->peak(58, 80), 0.33 / 4, 0.05 * 0.33 / 4);
}

// Residuals of noise 1 alone: a frame of the mask shares its noise with the mask's mean.
std::vector<FrameMotion> residuals(const AngioRun& run, const Mask& mask, double worst) {
  const auto n = static_cast<double>(mask.frames.size());
  std::vector<FrameMotion> motions(run.frames.size());
  for (auto& m : motions) m.residual_after = std::sqrt(1 + 1 / n);
  for (const int f : mask.frames)
    motions[static_cast<std::size_t>(f)].residual_after = std::sqrt(1 - 1 / n);
  motions.back().residual_after *= worst;
  return motions;
}

TEST(PerfusionMaps, GateOnWhatIsLeftKnowsWhatNoiseLeaves) {
  const AngioRun run = two_halves(0);
  for (const std::vector<int>& frames : {std::vector<int>{1}, {1, 2}, {0, 1, 2, 3}}) {
    const Mask mask{.frames = frames, .reason = ""};
    const auto s = Subtraction::make(run, mask);
    ASSERT_TRUE(s);
    const auto still = residuals(run, mask, 1.9), moved = residuals(run, mask, 2.1);
    EXPECT_EQ(refuse_perfusion(run, *s, &still), "") << frames.size();
    EXPECT_NE(refuse_perfusion(run, *s, &moved).find("2.1 times the noise"), std::string::npos)
        << frames.size();
  }
}

// What refuse_perfusion says of a run that would be fine but for `spoil`.
std::string refusal_of(const std::function<void(AngioRun&)>& spoil) {
  AngioRun run = two_halves(0);
  {
    const auto sound = Subtraction::make(run, first_frames());
    EXPECT_EQ(refuse_perfusion(run, *sound, nullptr), "");
  }
  spoil(run);
  const auto s = Subtraction::make(run, first_frames());
  return s ? refuse_perfusion(run, *s, nullptr) : s.error().sentence;
}

TEST(RefusePerfusion, OfLossyData) {
  EXPECT_NE(refusal_of([](AngioRun& run) { run.lossy = true; }).find("loss"), std::string::npos);
}

TEST(RefusePerfusion, OfDisplayDataWhoseScaleIsUnknown) {
  EXPECT_NE(refusal_of([](AngioRun& run) {
              run.relationship = IntensityRelationship::Display;
            }).find("grey levels"),
            std::string::npos);
}

TEST(RefusePerfusion, OfGreyLevelsThatTheFileDoesNotExplain) {
  EXPECT_NE(refusal_of([](AngioRun& run) {
              run.relationship = IntensityRelationship::Unknown;
            }).find("grey levels"),
            std::string::npos);
}

TEST(RefusePerfusion, OfFrameTimesThatAreZero) {
  EXPECT_NE(refusal_of([](AngioRun& run) {
              run.frame_times_s.assign(run.frame_times_s.size(), 0);
            }).find("do not rise"),
            std::string::npos);
}

TEST(RefusePerfusion, OfFrameTimesThatStandStillOnce) {
  EXPECT_NE(refusal_of([](AngioRun& run) {
              run.frame_times_s[5] = run.frame_times_s[4];
            }).find("do not rise"),
            std::string::npos);
}

TEST(RefusePerfusion, OfFrameTimesWrongInNumber) {
  EXPECT_NE(refusal_of([](AngioRun& run) { run.frame_times_s.pop_back(); }).find("times"),
            std::string::npos);
  EXPECT_NE(refusal_of([](AngioRun& run) { run.frame_times_s.push_back(99); }).find("times"),
            std::string::npos);
}

TEST(RefusePerfusion, OfSaturatedPixels) {
  EXPECT_NE(refusal_of([](AngioRun& run) {
              for (auto& frame : run.frames)
                for (std::size_t n = 0; n < frame.size(); ++n)
                  if (frame.data()[n] <= 48000) frame.data()[n] = 0;
            }).find("saturated"),
            std::string::npos);
}

}  // namespace
}  // namespace imaging
