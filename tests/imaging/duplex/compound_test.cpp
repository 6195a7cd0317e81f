#include "imaging/duplex/compound.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/imaging/duplex/swept.h"

namespace imaging {
namespace {

using swept::axis;
using swept::middle;
using swept::sweep_of;

// Three sizes, three spacings, and directions of its own, inside the sweep.
Grid grid_inside() {
  const Vector3<Lps> j = axis(1), k = (axis(2) + axis(0) * 0.2).normalized();
  const Vector3<Lps> i = j.cross(k);
  const std::array<int, 3> size = {19, 23, 13};
  const std::array<double, 3> spacing_mm = {0.5, 0.4, 0.6};
  const Point3<Lps> first = middle() - i * (9 * 0.5) - j * (11 * 0.4) - k * (6 * 0.6);
  return *Grid::make(size, spacing_mm, first, {i, j, k});
}

double slope(const Point3<Lps>& p) {
  const Vector3<Lps> d = p - middle();
  return 128 + 3 * d.dot(axis(0)) - 5 * d.dot(axis(1)) + 4 * d.dot(axis(2));
}

struct Difference {
  double mean = 0, largest = 0;
};

template <class T, class Truth>
Difference difference(const Volume<T>& volume, Truth truth) {
  Difference d;
  const Grid& grid = volume.grid();
  for (int k = 0; k < grid.size()[2]; ++k)
    for (int j = 0; j < grid.size()[1]; ++j)
      for (int i = 0; i < grid.size()[0]; ++i) {
        const Point3<Lps> p = grid.lps_from_voxel()(Point3<Voxel>{1.0 * i, 1.0 * j, 1.0 * k});
        const double off = std::abs(volume(i, j, k) - truth(p));
        d.mean += off / static_cast<double>(volume.size());
        d.largest = std::max(d.largest, off);
      }
  return d;
}

// A pixel lends its value to voxels less than one voxel away along each axis: on a slope the error
// is below the slope times that, and half of it where only the nearest voxel takes it.
double largest_error(const Grid& grid, double reach) {
  double sum = 1;  // Rounding twice.
  for (int a = 0; a < 3; ++a) {
    const Vector3<Lps> d = grid.direction(a);
    const double along = std::abs(3 * d.dot(axis(0)) - 5 * d.dot(axis(1)) + 4 * d.dot(axis(2)));
    sum += reach * along * grid.spacing_mm()[static_cast<std::size_t>(a)];
  }
  return sum;
}

TEST(Compound, PutsASlopeWhereItIs) {
  const Sweep sweep = sweep_of(slope);
  const Grid grid = grid_inside();
  for (const auto& [method, reach] :
       {std::pair{Compounding::Mean, 1.0}, std::pair{Compounding::Nearest, 0.5},
        std::pair{Compounding::Maximum, 0.5}}) {
    const auto made = compound_onto(grid, sweep, {.method = method});
    ASSERT_TRUE(made);
    EXPECT_GT(made->seen + made->filled, 0.999) << name_of(method);
    EXPECT_LT(difference(made->grey, slope).largest, largest_error(grid, reach)) << name_of(method);
  }
}

// What lies on either side of a voxel cancels out in the mean and cannot in the maximum.
TEST(Compound, MeanHasNoBiasAndMaximumHas) {
  const Sweep sweep = sweep_of(slope);
  const Grid grid = grid_inside();
  const auto bias = [&](Compounding method) {
    const auto made = compound_onto(grid, sweep, {.method = method});
    double sum = 0;
    difference(made->grey, [&](const Point3<Lps>& p) {
      const auto v = grid.voxel_from_lps()(p);
      sum += made->grey(static_cast<int>(std::lround(v.x)), static_cast<int>(std::lround(v.y)),
                        static_cast<int>(std::lround(v.z))) -
             slope(p);
      return 0.0;
    });
    return sum / static_cast<double>(made->grey.size());
  };
  EXPECT_NEAR(bias(Compounding::Mean), 0, 0.15);
  EXPECT_GT(bias(Compounding::Maximum), 0.5);
}

TEST(Compound, FillsAMissingFrameBetweenItsNeighboursAndNothingOutside) {
  Sweep sweep = sweep_of(slope);
  sweep.frames.erase(sweep.frames.begin() + 13, sweep.frames.begin() + 16);
  const Grid grid = grid_inside();
  const auto empty = compound_onto(grid, sweep, {.fill_mm = -1});
  const auto filled = compound_onto(grid, sweep, {.fill_mm = 3});
  ASSERT_TRUE(empty && filled);
  EXPECT_LT(empty->seen, 0.95);
  EXPECT_EQ(empty->filled, 0);
  EXPECT_GT(filled->seen + filled->filled, 0.999);
  // On a slope the values between two ends lie between theirs.
  EXPECT_LT(difference(filled->grey, slope).largest, 2 * largest_error(grid, 1));

  // Half of a wider grid lies where the probe never was: it stays empty.
  const Vector3<Lps> way = axis(2);
  const auto beyond = Grid::make({9, 7, 60}, {0.5, 0.5, 0.5}, middle(), {axis(0), axis(1), way});
  const auto outside = compound_onto(*beyond, sweep, {.fill_mm = 3});
  ASSERT_TRUE(outside);
  for (int k = 0; k < 60; ++k) {
    // The probe's last place is half of its way from the middle; its tilt adds less than 1 mm.
    if (0.5 * k > 0.5 * swept::step_mm * swept::frames + 1) {
      EXPECT_EQ(outside->grey(4, 3, k), 0);
    }
  }
}

TEST(Compound, KeepsBothPassesOfAnOverlap) {
  // The second pass sees everything 40 grey brighter: the mean lies between, the maximum above.
  Sweep sweep = sweep_of([](const Point3<Lps>&) { return 100; });
  const Sweep second = sweep_of([](const Point3<Lps>&) { return 140; });
  sweep.frames.insert(sweep.frames.end(), second.frames.begin(), second.frames.end());
  const Grid grid = grid_inside();
  const auto mean = compound_onto(grid, sweep, {.method = Compounding::Mean});
  const auto brightest = compound_onto(grid, sweep, {.method = Compounding::Maximum});
  ASSERT_TRUE(mean && brightest);
  EXPECT_LE(difference(mean->grey, [](const Point3<Lps>&) { return 120; }).largest, 1);
  EXPECT_EQ(difference(brightest->grey, [](const Point3<Lps>&) { return 140; }).largest, 0);
  const auto preview = preview_coverage(sweep, {});
  ASSERT_TRUE(preview);
  EXPECT_GT(preview->overlapped, 0.9);
  EXPECT_EQ(preview_coverage(second, {})->overlapped, 0);
}

TEST(Compound, KeepsColourApartFromGrey) {
  // A vessel of 2 mm radius along the sweep, with flow towards the transducer.
  const auto inside = [](const Point3<Lps>& p) {
    const Vector3<Lps> d = p - middle();
    return std::hypot(d.dot(axis(0)), d.dot(axis(1))) < 2;
  };
  const Sweep sweep = sweep_of([](const Point3<Lps>&) { return 90; },
                               [&](const Point3<Lps>& p) { return inside(p) ? 12.5 : 0; });
  const Grid grid = grid_inside();
  const auto made = compound_onto(grid, sweep, {});
  ASSERT_TRUE(made && made->velocity_cm_s);
  double volume_mm3 = 0;
  for (std::size_t v = 0; v < made->velocity_cm_s->size(); ++v) {
    const float velocity = made->velocity_cm_s->data()[v];
    EXPECT_NEAR(velocity, velocity == 0 ? 0 : 12.5, 1e-4);
    volume_mm3 += velocity != 0 ? 0.5 * 0.4 * 0.6 : 0;
  }
  // pi r^2 times the grid's length along the vessel; half a voxel around the rim may differ.
  const double length_mm = 13 * 0.6 * grid.direction(2).dot(axis(2));
  EXPECT_NEAR(volume_mm3, pi * 4 * length_mm, 0.07 * pi * 4 * length_mm);
}

TEST(Compound, LaysItsGridAlongDepthAndWay) {
  const Sweep sweep = sweep_of(slope);
  const auto grid = grid_around(sweep, {});
  ASSERT_TRUE(grid);
  EXPECT_GT(grid->direction(1).dot(axis(1)), 0.999);
  EXPECT_GT(grid->direction(2).dot(axis(2)), 0.99);
  for (const SweepFrame& frame : sweep.frames)
    EXPECT_TRUE(grid->contains(frame.lps_from_image(Point3<ImagePlane>{30, 41, 0}), -0.01));
  const auto volume = compound(sweep);
  ASSERT_TRUE(volume);
  EXPECT_EQ(volume->bmode.grid().size(), grid->size());
}

TEST(Compound, RefusesFramesOfOnePlaneAndVolumesBeyondMemory) {
  Sweep sweep = sweep_of(slope);
  EXPECT_EQ(grid_around(sweep, {.spacing_mm = 1e-4}).error().code, ErrorCode::InvalidInput);
  for (SweepFrame& frame : sweep.frames) frame.lps_from_image = swept::pose(0);
  EXPECT_EQ(grid_around(sweep, {}).error().code, ErrorCode::InvalidInput);
  sweep.frames.resize(1);
  EXPECT_EQ(grid_around(sweep, {}).error().code, ErrorCode::InvalidInput);
}

TEST(Compound, StopsWhenAsked) {
  std::stop_source stop;
  stop.request_stop();
  const auto made = compound(sweep_of(slope), {}, Progress({}, stop.get_token()));
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, ErrorCode::Cancelled);
}

TEST(PreviewCoverage, SaysWhereTheSweepWasTooFast) {
  Sweep sweep = sweep_of(slope);
  const auto even = preview_coverage(sweep, {});
  ASSERT_TRUE(even);
  EXPECT_NEAR(even->typical_gap_mm, swept::step_mm, 0.25 * swept::step_mm);
  EXPECT_TRUE(even->warnings.empty());
  EXPECT_GT(even->covered, 0.9);
  sweep.frames.erase(sweep.frames.begin() + 10, sweep.frames.begin() + 19);  // 10 steps of 0.41 mm.
  const auto hasty = preview_coverage(sweep, {});
  ASSERT_TRUE(hasty);
  EXPECT_NEAR(hasty->longest_gap_mm, 4.1, 0.5);
  EXPECT_EQ(hasty->warnings.size(), 1u);
}

}  // namespace
}  // namespace imaging
