#include "imaging/duplex/spectral.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "imaging/core/geometry.h"
#include "imaging/duplex/clip_sweep.h"
#include "imaging/duplex/compound.h"

namespace imaging {
namespace {

constexpr int columns = 420, rows = 151, left = 13, top = 22, baseline = 117;
constexpr double column_s = 0.006, row_cm_s = 0.4, beat_s = 0.72;

double peak_at(double t_s) {
  const double phase = std::fmod(t_s, beat_s) / beat_s;
  return 14 + 22 * std::exp(-std::pow((phase - 0.25) / 0.1, 2));
}

// A flat spectrum from 0 to the peak, as Poiseuille flow has, with noise and a wall filter.
DuplexClip still(double sign = 1) {
  DuplexClip clip;
  Frame<Rgb> frame(columns + 30, rows + 40);
  std::mt19937 random(5);
  std::normal_distribution<double> noise(0, 12);
  for (int x = 0; x < columns; ++x)
    for (int y = 0; y < rows; ++y) {
      const double v = (baseline - y) * row_cm_s;
      const double peak = sign * peak_at(x * column_s);
      const bool inside = v * peak > 0 && std::abs(v) < std::abs(peak) && std::abs(v) > 0.8;
      const double grey = std::clamp((inside ? 215 : 22) + noise(random), 0.0, 255.0);
      const auto g = static_cast<unsigned char>(grey);
      frame(left + x, top + y) = y == baseline ? Rgb{90, 90, 200} : Rgb{g, g, g};
    }
  clip.frames = {frame};
  UltrasoundRegion region;
  region.spatial_format = 3;
  region.data_type = 3;
  region.x0 = left;
  region.y0 = top;
  region.x1 = left + columns - 1;
  region.y1 = top + rows - 1;
  region.units_x = 4;
  region.units_y = 7;
  region.delta_x = column_s;
  region.delta_y = -row_cm_s;
  region.reference_y = baseline;
  region.doppler_angle_deg = 60;
  clip.regions = {region};
  return clip;
}

double mean_peak() {
  double sum = 0;
  constexpr int n = 1000;
  for (int i = 0; i < n; ++i) sum += peak_at(beat_s * i / n) / n;
  return sum;
}

TEST(TraceSpectrum, FindsEnvelopeMeanAndBeat) {
  const auto trace = trace_spectrum(still());
  ASSERT_TRUE(trace) << trace.error().sentence;
  // Softening by two rows to either side, and by two columns where the flank is steep.
  EXPECT_NEAR(trace->systolic_cm_s, 36, 3 * row_cm_s);
  EXPECT_NEAR(trace->diastolic_cm_s, 14, 3 * row_cm_s);
  // On a flank the softened edge lies one column inside, which is a row more.
  EXPECT_NEAR(trace->mean_peak_cm_s, mean_peak(), 3 * row_cm_s);
  // Half of the peak for a flat spectrum; the wall filter takes the slowest.
  EXPECT_NEAR(trace->mean_mean_cm_s, 0.5 * mean_peak(), 2 * row_cm_s);
  ASSERT_TRUE(trace->beat_s);
  EXPECT_NEAR(*trace->beat_s, beat_s, 2 * column_s);
  EXPECT_EQ(trace->beats, 3);
  EXPECT_EQ(*trace->angle_deg, 60);
  // tan(60 deg) times three degrees, and the broadening.
  EXPECT_NEAR(trace->relative_error, std::hypot(std::tan(rad_from_deg(60)) * rad_from_deg(3), 0.06),
              1e-9);
}

TEST(TraceSpectrum, FollowsFlowAwayFromTheProbe) {
  const auto trace = trace_spectrum(still(-1));
  ASSERT_TRUE(trace);
  EXPECT_LT(trace->mean_mean_cm_s, 0);
  // The picture has 33 rows below the baseline: the peak is cut off there, and it is said.
  EXPECT_NEAR(trace->diastolic_cm_s, -13.2, 1);
}

TEST(TraceSpectrum, CorrectsForAnotherAngle) {
  const auto at60 = trace_spectrum(still()), at45 = trace_spectrum(still(), 45);
  ASSERT_TRUE(at60 && at45);
  EXPECT_NEAR(at45->systolic_cm_s / at60->systolic_cm_s,
              std::cos(rad_from_deg(60)) / std::cos(rad_from_deg(45)), 1e-9);
  EXPECT_LT(at45->relative_error, at60->relative_error);
  EXPECT_EQ(trace_spectrum(still(), 90).error().code, ErrorCode::InvalidInput);
}

TEST(TraceSpectrum, ReadsHertzWithTheTransducersFrequency) {
  DuplexClip clip = still();
  const double direct = trace_spectrum(clip)->systolic_cm_s;
  // f = 2 f0 v cos / c.
  const double hz_per_cm_s = 2 * 4e6 * std::cos(rad_from_deg(60)) / 154000;
  clip.regions[0].units_y = 5;
  clip.regions[0].delta_y = -row_cm_s * hz_per_cm_s;
  EXPECT_EQ(trace_spectrum(clip).error().code, ErrorCode::Uncalibrated);
  clip.regions[0].transducer_khz = 4000;
  EXPECT_NEAR(trace_spectrum(clip)->systolic_cm_s, direct, 1e-6);
}

TEST(TraceSpectrum, RefusesWhatIsNoSpectrum) {
  DuplexClip clip = still();
  clip.regions[0].units_y = 0;
  EXPECT_EQ(trace_spectrum(clip).error().code, ErrorCode::Uncalibrated);
  clip = still();
  for (std::size_t p = 0; p < clip.frames[0].size(); ++p) clip.frames[0].data()[p] = {20, 20, 20};
  EXPECT_EQ(trace_spectrum(clip).error().code, ErrorCode::NotFound);
  clip.regions.clear();
  EXPECT_EQ(trace_spectrum(clip).error().code, ErrorCode::NotFound);
}

TEST(VolumeFlow, IsAreaTimesMeanVelocityWithItsError) {
  SpectralTrace trace;
  trace.mean_mean_cm_s = 20;
  trace.relative_error = 0.1;
  const auto flow = volume_flow(trace, 4, 0.2);
  ASSERT_TRUE(flow);
  // pi 0.2^2 cm^2 x 20 cm/s x 60 s.
  EXPECT_NEAR(flow->flow_ml_min, pi * 0.04 * 20 * 60, 1e-9);
  EXPECT_NEAR(flow->error_ml_min, flow->flow_ml_min * std::hypot(0.1, 0.1), 1e-9);
  EXPECT_FALSE(volume_flow(trace, 0, 0.2));
  EXPECT_FALSE(volume_flow(trace, 4, -1));
}

DuplexClip moving_clip() {
  // A dark vessel that drifts by 0.1 mm a frame, in a picture with pixels that are not square.
  DuplexClip clip;
  clip.frame_time_s = 0.04;
  for (int f = 0; f < 40; ++f) {
    Frame<Rgb> frame(90, 110, Rgb{9, 9, 9});
    for (int y = 10; y < 100; ++y)
      for (int x = 5; x < 85; ++x) {
        const double dx = (x - 40) * 0.2 - 0.1 * f, dy = (y - 50) * 0.25;
        const unsigned char g = std::hypot(dx, dy) < 2 ? 10 : 120;
        frame(x, y) = {g, g, g};
      }
    clip.frames.push_back(frame);
  }
  UltrasoundRegion region;
  region.spatial_format = 1;
  region.x0 = 5;
  region.y0 = 10;
  region.x1 = 84;
  region.y1 = 99;
  region.calibration = {.source = CalibrationSource::UltrasoundRegion,
                        .mm_per_px_column = 0.2,
                        .mm_per_px_row = 0.25,
                        .relative_error = 0.02,
                        .note = {}};
  clip.regions = {region};
  return clip;
}

TEST(SweepOfClip, PutsFramesWhereTheProbeWas) {
  for (const bool towards_head : {false, true}) {
    const auto sweep = sweep_of_clip(
        moving_clip(),
        {.speed_mm_s = 15, .length_mm = {}, .towards_head = towards_head, .scale = {}});
    ASSERT_TRUE(sweep) << sweep.error().sentence;
    const auto volume = compound(*sweep);
    ASSERT_TRUE(volume);
    const Grid& grid = volume->bmode.grid();
    // 39 steps of 0.6 mm; 79 columns of 0.2; 89 rows of 0.25.
    const double z = towards_head ? 1 : -1;
    EXPECT_NEAR(grid.direction(2).z, z, 1e-9);
    EXPECT_NEAR((grid.size()[2] - 1) * grid.spacing_mm()[2], 23.4, 0.4);
    EXPECT_NEAR((grid.size()[1] - 1) * grid.spacing_mm()[1], 22.25, 0.4);
    // The vessel's middle in frame 30: column 40 + 15, row 50.
    const auto p =
        grid.voxel_from_lps()(sweep->frames[30].lps_from_image(Point3<ImagePlane>{55, 50, 0}));
    const auto at = [&](double off_mm) {
      return volume->bmode(static_cast<int>(std::lround(p.x + off_mm / grid.spacing_mm()[0])),
                           static_cast<int>(std::lround(p.y)), static_cast<int>(std::lround(p.z)));
    };
    EXPECT_LT(at(0), 30);
    EXPECT_LT(at(1.3), 30);
    EXPECT_LT(at(-1.3), 30);
    EXPECT_GT(at(2.6), 100);
    EXPECT_GT(at(-2.6), 100);
  }
}

TEST(SweepOfClip, RefusesMotionsThatAreNone) {
  const DuplexClip clip = moving_clip();
  const auto code = [&](std::optional<double> speed, std::optional<double> length) {
    const auto sweep = sweep_of_clip(clip, {.speed_mm_s = speed, .length_mm = length, .scale = {}});
    return sweep ? std::optional<ErrorCode>() : sweep.error().code;
  };
  EXPECT_EQ(code({}, {}), ErrorCode::InvalidInput);
  EXPECT_EQ(code(10, 20), ErrorCode::InvalidInput);
  EXPECT_EQ(code(0, {}), ErrorCode::InvalidInput);
  EXPECT_EQ(code(-5, {}), ErrorCode::InvalidInput);
  EXPECT_EQ(code({}, std::nan("")), ErrorCode::InvalidInput);
  EXPECT_EQ(code({}, 20), std::nullopt);
  DuplexClip bare = clip;
  bare.regions.clear();
  EXPECT_EQ(sweep_of_clip(bare, {.speed_mm_s = 10, .length_mm = {}, .scale = {}}).error().code,
            ErrorCode::Uncalibrated);
  bare.frames.resize(1);
  EXPECT_EQ(sweep_of_clip(bare, {.speed_mm_s = 10, .length_mm = {}, .scale = {}}).error().code,
            ErrorCode::InvalidInput);
}

}  // namespace
}  // namespace imaging
