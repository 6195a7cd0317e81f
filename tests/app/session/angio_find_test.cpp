#include "app/session/angio_find.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "imaging/core/assets.h"
#include "imaging/phantom/anatomy.h"
#include "imaging/phantom/angiogram.h"
#include "imaging/phantom/recipe.h"

namespace app {
namespace {

namespace phantom = imaging::phantom;
using imaging::Point2;

// A calf with bones, LIN data with photon noise, whose leg moves after the mask: the recipe's first
// run at half the matrix, so that it is filmed in a second.
struct Filmed {
  phantom::Limb limb;
  phantom::RunSetup setup;
  imaging::AngioRun run;
};

Filmed moving_calf() {
  const auto recipe = phantom::read_recipe(imaging::assets_folder() / "cases" / "heel_left.json");
  OASIS_EXPECTS(recipe.has_value());
  phantom::RunEntry entry = recipe->runs.front();
  entry.patient_moves = true;
  entry.mask_sequence = false;
  entry.relationship = imaging::IntensityRelationship::Linear;
  auto limb = phantom::grow_limb(*recipe, 23);
  OASIS_EXPECTS(limb.has_value());
  auto setup = phantom::set_up(*limb, entry);
  OASIS_EXPECTS(setup.has_value());
  constexpr double coarser = 0.5;
  setup->columns = setup->rows = 256;
  setup->pose.imager_spacing_column_mm /= coarser;
  setup->pose.imager_spacing_row_mm /= coarser;
  setup->principal_point = {coarser * (setup->principal_point.x + 0.5) - 0.5,
                            coarser * (setup->principal_point.y + 0.5) - 0.5};
  setup->arm = *imaging::CArm::make(setup->pose, setup->isocentre, setup->principal_point);
  const phantom::XrayBody body(*limb, 3, setup->isocentre.z - 220, setup->isocentre.z + 220);
  auto run = phantom::film(*limb, body, *setup, {});
  OASIS_EXPECTS(run.has_value());
  return {std::move(*limb), std::move(*setup), std::move(*run)};
}

// Where contrast truly comes a second before the end: middles 0.5 mm apart, with their radius.
struct Place {
  Point2 at;
  double radius_px = 0;
  std::size_t vessel = 0;
};
std::vector<Place> true_places(const Filmed& f, double least_radius_mm) {
  std::vector<Place> places;
  for (std::size_t v = 0; v < f.limb.vessels.size(); ++v)
    for (std::size_t i = 0; i < f.limb.vessels[v].samples.size(); ++i) {
      const auto& s = f.limb.vessels[v].samples[i];
      const bool shows = s.perfused && s.radius_mm >= least_radius_mm &&
                         f.setup.arrival_s[v][i] < f.setup.frame_times_s.back() - 1;
      const Point2 at = f.setup.arm.project(s.p);
      constexpr double border_px = 6;
      if (!shows || at.x < border_px || at.y < border_px || at.x > f.setup.columns - border_px ||
          at.y > f.setup.rows - border_px)
        continue;
      places.push_back(
          {at, s.radius_mm * f.setup.arm.magnification(s.p) / f.setup.pose.imager_spacing_column_mm,
           v});
    }
  return places;
}

// Without those that another vessel covers or touches: one view cannot tell the two apart.
std::vector<Place> apart(const std::vector<Place>& places) {
  std::vector<Place> alone;
  for (const Place& p : places)
    if (std::none_of(places.begin(), places.end(), [&](const Place& q) {
          constexpr double gap_px = 2;
          return q.vessel != p.vessel &&
                 std::hypot(p.at.x - q.at.x, p.at.y - q.at.y) < p.radius_px + q.radius_px + gap_px;
        }))
      alone.push_back(p);
  return alone;
}

// By how far p misses the nearest of them, beyond its radius.
double beside_px(Point2 p, const std::vector<Place>& places) {
  double least = 1e9;
  for (const Place& place : places)
    least = std::min(least, std::hypot(p.x - place.at.x, p.y - place.at.y) - place.radius_px);
  return least;
}

TEST(FindAngioVessels, FindsVesselsAndNoBonesInACalfThatMoved) {
  const Filmed f = moving_calf();
  const auto steady = steady_run(f.run);
  ASSERT_TRUE(steady) << steady.error().sentence;
  double moved_px = 0;
  for (const auto& m : steady->motion)
    moved_px = std::max(moved_px, std::hypot(m.shift_column_px, m.shift_row_px));
  ASSERT_GT(moved_px, 0.3) << "A leg that lies still proves nothing.";
  const auto picture = clear_angiogram(f.run, steady->mask, steady->motions());
  ASSERT_TRUE(picture);
  const auto tree = imaging::trace_angiogram(picture->clear, f.run.calibration);
  ASSERT_TRUE(tree) << tree.error().sentence;
  // Ridges of vessels of a pixel or two are found within a pixel; another for the thinned line.
  constexpr double near_px = 2;
  const auto all = true_places(f, 0.2);
  double length = 0, astray = 0;
  std::vector<Place> found;
  for (const auto& branch : tree->branches)
    for (std::size_t n = 1; n < branch.samples.size(); ++n) {
      const Point2 a = branch.samples[n - 1].position, b = branch.samples[n].position;
      const double step = std::hypot(b.x - a.x, b.y - a.y);
      length += step;
      if (beside_px(b, all) > near_px) astray += step;
      found.push_back({b, 0, 0});
    }
  EXPECT_LT(astray / length, 0.05) << astray << " of " << length << " px are no vessel";
  // Arteries of 1.5 mm, 2 px here, and more.
  const auto wide = apart(true_places(f, 0.75));
  ASSERT_GT(wide.size(), 300u);
  const auto seen = std::count_if(wide.begin(), wide.end(), [&](const Place& p) {
    return beside_px(p.at, found) <= std::max(near_px, p.radius_px);
  });
  EXPECT_GT(static_cast<double>(seen) / static_cast<double>(wide.size()), 0.95)
      << seen << " of " << wide.size();
}

planning::MeasuredVessel vessel(std::vector<Point2> clicks) {
  planning::MeasuredVessel v;
  v.clicks = std::move(clicks);
  return v;
}

TEST(WithFound, LeavesWhatWasMarkedAsItIs) {
  auto marked = vessel({{20, 10}, {22, 200}});
  marked.name = "peroneal_artery";
  const auto both = with_found(
      {marked}, {vessel({{21, 30}, {21.5, 100}, {23, 220}}), vessel({{60, 10}, {60, 200}})});
  ASSERT_EQ(both.size(), 2u);
  EXPECT_EQ(both[0], marked);
  EXPECT_EQ(both[1].clicks[0].x, 60);
}

}  // namespace
}  // namespace app
