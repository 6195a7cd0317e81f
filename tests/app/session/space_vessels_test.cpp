#include "app/session/space_vessels.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "app/session/angio_marks.h"
#include "imaging/angio/c_arm.h"

namespace app {
namespace {

using imaging::AngioRun;
using imaging::CArm;
using imaging::CArmPose;
using imaging::Frame;
using imaging::Lps;
using imaging::Point2;
using imaging::VesselKind;
using LpsPoint = imaging::Point3<Lps>;

constexpr int columns = 256, rows = 384;
constexpr double artery_radius_mm = 1.6, vein_radius_mm = 2.1;

// An artery and the vein beside it, 120 mm long, twisting about each other; formulas are the truth.
LpsPoint artery_at(double s_mm) {
  return {4 + 0.1 * s_mm + 3 * std::sin(s_mm / 30), 2 * std::cos(s_mm / 25), 60 - s_mm};
}
LpsPoint vein_at(double s_mm) {
  const double turn = 0.9 + s_mm / 60;
  const LpsPoint a = artery_at(s_mm);
  return {a.x + 5.5 * std::cos(turn), a.y + 5.5 * std::sin(turn), a.z};
}

CArmPose pose(double primary_deg) { return {primary_deg, 1, 1180, 815, 0.6, 0.6}; }

struct Filmed {
  double primary_deg = 0;
  bool artery = true, vein = true;
  Point2 moved;  // Of the whole patient on the picture, px.
};

// Eight frames a third of a second apart, three of them before contrast; arteries fill downwards,
// veins upwards. Logarithmic, 16 bit, 4 neper.
AngioRun filmed(const Filmed& f, int number) {
  AngioRun run;
  run.label = "Run " + std::to_string(number);
  run.sources = {{"1.2.3." + std::to_string(number), ""}};
  run.pose = pose(f.primary_deg);
  run.bits_stored = 16;
  run.relationship = imaging::IntensityRelationship::Logarithmic;
  const CArm arm = *CArm::make(*run.pose, {}, {0.5 * (columns - 1), 0.5 * (rows - 1)});
  std::mt19937 random(static_cast<unsigned>(number));
  std::normal_distribution<double> noise(0, 0.01);
  constexpr int frames = 8;
  std::vector<Frame<double>> density(frames, Frame<double>(columns, rows));
  const auto draw = [&](const auto& at, double radius_mm, bool down) {
    for (double s = 0; s <= 120; s += 0.25) {
      const LpsPoint p = at(s);
      Point2 q = arm.project(p);
      q = {q.x + f.moved.x, q.y + f.moved.y};
      const double radius_px = radius_mm * arm.magnification(p) / 0.6;
      const double fills = 3.2 + 2.5 * (down ? s : 120 - s) / 120;  // Frame.
      // One row of pixels at a time: vessels run down the picture.
      const int r = static_cast<int>(std::lround(q.y));
      if (r < 0 || r >= rows) continue;
      for (int c = static_cast<int>(q.x - radius_px - 3); c <= q.x + radius_px + 3; ++c) {
        if (c < 0 || c >= columns) continue;
        double chord = 0;
        for (double u = -0.4; u < 0.5; u += 0.2)
          chord += 0.4 * std::sqrt(std::max(0.0, radius_px * radius_px - std::pow(c + u - q.x, 2)));
        for (int n = 0; n < frames; ++n)
          if (n > fills)
            density[static_cast<std::size_t>(n)](c, r) =
                std::max(density[static_cast<std::size_t>(n)](c, r), 0.04 * chord);
      }
    }
  };
  std::vector<Frame<double>> sum(frames, Frame<double>(columns, rows));
  const auto add = [&] {
    for (int n = 0; n < frames; ++n)
      for (std::size_t i = 0; i < sum[0].size(); ++i) {
        sum[static_cast<std::size_t>(n)].data()[i] +=
            density[static_cast<std::size_t>(n)].data()[i];
        density[static_cast<std::size_t>(n)].data()[i] = 0;
      }
  };
  if (f.artery) draw(artery_at, artery_radius_mm, true), add();
  if (f.vein) draw(vein_at, vein_radius_mm, false), add();
  for (int n = 0; n < frames; ++n) {
    run.frame_times_s.push_back(n / 3.0);
    Frame<std::uint16_t> frame(columns, rows);
    for (int r = 0; r < rows; ++r)
      for (int c = 0; c < columns; ++c) {
        const double x = c - f.moved.x, y = r - f.moved.y;
        const double bone = 0.3 * std::sin(0.13 * x + 0.05 * y) * std::cos(0.11 * y - 0.06 * x) +
                            0.2 * std::sin(0.0009 * x * x) + 0.15 * std::cos(0.0011 * y * y);
        const double value = 1.5 + bone + sum[static_cast<std::size_t>(n)](c, r) + noise(random);
        frame(c, r) = static_cast<std::uint16_t>(std::lround(65535 * (1 - value / 4)));
      }
    run.frames.push_back(std::move(frame));
  }
  return run;
}

planning::RunMarks clicked(const AngioRun& run, const Filmed& f) {
  const CArm arm = *CArm::make(*run.pose, {}, {0.5 * (columns - 1), 0.5 * (rows - 1)});
  planning::RunMarks marks;
  marks.run = key_of(run);
  const auto add = [&](const char* name, const auto& at) {
    planning::MeasuredVessel vessel;
    vessel.name = name;
    for (double s = 5; s <= 115; s += 22) {
      const Point2 p = arm.project(at(s));
      vessel.clicks.push_back({p.x + f.moved.x + (s > 50 ? 0.7 : -0.7), p.y + f.moved.y});
    }
    marks.vessels.push_back(std::move(vessel));
  };
  if (f.artery) add("posterior_tibial_artery", artery_at);
  if (f.vein) add("posterior_tibial_vein_1", vein_at);
  return marks;
}

struct Case {
  imaging::Study study;
  std::vector<planning::RunMarks> marks;
};

Case case_of(const std::vector<Filmed>& films) {
  Case made;
  made.study.side = imaging::Side::Left;
  for (const Filmed& f : films) {
    made.study.runs.push_back(filmed(f, static_cast<int>(made.study.runs.size()) + 1));
    made.marks.push_back(clicked(made.study.runs.back(), f));
  }
  return made;
}

// Mean distance of a vessel's samples from the true curve, and of their radii.
struct Off {
  double place_mm = 0, radius_mm = 0;
};
template <class At>
Off off(const imaging::Vessel& vessel, const At& at, double radius_mm) {
  Off sum;
  for (const auto& sample : vessel.line.samples()) {
    double least = 1e9;
    for (double s = 0; s <= 120; s += 0.1)
      least = std::min(least, distance(at(s), sample.position));
    sum.place_mm += least;
    sum.radius_mm += std::abs(sample.radius_mm - radius_mm);
  }
  const auto count = static_cast<double>(vessel.line.samples().size());
  return {sum.place_mm / count, sum.radius_mm / count};
}

void expect_both(const imaging::Result<SpaceVessels>& found, double within_mm) {
  ASSERT_TRUE(found) << found.error().sentence;
  EXPECT_LT(found->reprojection_px, 1);
  const auto* artery = found->tree.find("posterior_tibial_artery");
  const auto* vein = found->tree.find("posterior_tibial_vein_1");
  ASSERT_TRUE(artery && vein);
  EXPECT_EQ(artery->kind, VesselKind::Artery);
  EXPECT_EQ(vein->kind, VesselKind::Vein);
  const Off a = off(*artery, artery_at, artery_radius_mm), v = off(*vein, vein_at, vein_radius_mm);
  EXPECT_LT(a.place_mm, within_mm);
  EXPECT_LT(v.place_mm, within_mm);
  // Pixels are 0.41 mm here.
  EXPECT_LT(a.radius_mm, 0.25);
  EXPECT_LT(v.radius_mm, 0.25);
  // How far the vein is from the artery, halfway: what a crossing hangs on.
  const LpsPoint on_artery = artery->line.at(0.5 * artery->line.length_mm()).position;
  const LpsPoint on_vein = vein->line.at(vein->line.nearest_mm(on_artery)).position;
  double true_gap = 1e9;
  for (double s = 0; s <= 120; s += 0.1)
    true_gap = std::min(true_gap, distance(vein_at(s), on_artery));
  EXPECT_NEAR(distance(on_artery, on_vein), true_gap, 2 * within_mm);
  ASSERT_FALSE(found->notes.empty());
  EXPECT_NE(found->notes.front().find("angiography alone"), std::string::npos);
}

TEST(VesselsFromAngiograms, DoubleInjectionInTwoDirectionsGivesArteryAndVein) {
  const Case given = case_of({{-10, true, true, {}}, {45, true, true, {}}});
  expect_both(vessels_from_angiograms(given.study, given.marks), 0.5);
}

// Four runs; the patient lay elsewhere on the table by some pixels during the venograms.
TEST(VesselsFromAngiograms, ArteriogramsAndVenogramsAreLaidOnEachOtherByTheirBones) {
  const Case given = case_of({{-10, true, false, {}},
                              {45, true, false, {}},
                              {-10, false, true, {5, -3}},
                              {45, false, true, {-4, -3}}});
  const auto found = vessels_from_angiograms(given.study, given.marks);
  expect_both(found, 0.7);
  ASSERT_GT(found->notes.size(), 1u);
  EXPECT_NE(found->notes[1].find("by their bones"), std::string::npos);
}

TEST(VesselsFromAngiograms, ANameThatTheFillingContradictsIsSaid) {
  Case given = case_of({{-10, true, true, {}}, {45, true, true, {}}});
  for (auto& marks : given.marks) {
    marks.vessels[0].name = "peroneal_vein_1";
    marks.vessels[1].name = "peroneal_artery";
  }
  const auto found = vessels_from_angiograms(given.study, given.marks);
  ASSERT_TRUE(found);
  EXPECT_TRUE(std::any_of(found->notes.begin(), found->notes.end(), [](const auto& note) {
    return note.find("peroneal_vein_1 fills towards the foot") != std::string::npos;
  }));
}

TEST(VesselsFromAngiograms, RefusesWhatGivesNoDepth) {
  Case given = case_of({{-10, true, false, {}}, {45, false, true, {}}});
  const auto none_shared = vessels_from_angiograms(given.study, given.marks);
  ASSERT_FALSE(none_shared);
  EXPECT_NE(none_shared.error().sentence.find("named in two runs"), std::string::npos);
  given.marks[0].vessels[0].name = "some line";
  EXPECT_NE(vessels_from_angiograms(given.study, given.marks).error().sentence.find("neither"),
            std::string::npos);
  Case near = case_of({{-10, true, false, {}}, {2, true, false, {}}});
  EXPECT_NE(vessels_from_angiograms(near.study, near.marks).error().sentence.find("degrees apart"),
            std::string::npos);
  near.study.runs[1].pose.reset();
  EXPECT_FALSE(vessels_from_angiograms(near.study, near.marks));
}

}  // namespace
}  // namespace app
