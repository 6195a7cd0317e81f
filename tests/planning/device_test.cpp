#include <gtest/gtest.h>

#include <numeric>

#include "planning/device/conduit.h"
#include "tests/planning/leg.h"

namespace planning {
namespace {

Preview preview_of(const LegOptions& options, const Plan& change = {},
                   const PatientFacts& facts = {}) {
  const Leg leg(options);
  const Planner planner = leg.planner(facts);
  Plan plan = leg.plan(planner);
  plan.technique = change.technique;
  plan.declined_coils = change.declined_coils;
  const auto preview = planner.preview(plan);
  OASIS_EXPECTS(preview.has_value());
  return *preview;
}

std::vector<Device> of_kind(const Preview& preview, DeviceKind kind) {
  std::vector<Device> found;
  for (const Device& d : preview.devices)
    if (d.kind == kind) found.push_back(d);
  return found;
}

double path_length_mm(const Device& d) {
  double sum = 0;
  for (std::size_t n = 1; n < d.path.size(); ++n) sum += distance(d.path[n - 1], d.path[n]);
  return sum;
}

// Each joint, that with the stent above included, takes 10 to 20 mm.
TEST(StackOf, TakesTheFewestThenTheShortestThatOverlapAsAsked) {
  const std::vector<double> lengths{60, 100, 150, 200};
  const auto stack = [&](double need_mm) { return stack_of(lengths, 10, 20, need_mm); };
  EXPECT_EQ(stack(45).lengths_mm, std::vector<double>{60});
  EXPECT_DOUBLE_EQ(stack(45).overlap_mm, 15);
  EXPECT_EQ(stack(90).lengths_mm, std::vector<double>{100});
  EXPECT_EQ(stack(235).lengths_mm, (std::vector<double>{60, 200}));
  EXPECT_DOUBLE_EQ(stack(235).overlap_mm, 12.5);
  // 100 mm alone would overlap by 45 mm; two of 60 mm do not reach 55 mm less loosely, so that the
  // fewest stay.
  EXPECT_EQ(stack(55).lengths_mm, std::vector<double>{100});
  EXPECT_DOUBLE_EQ(stack(55).overlap_mm, 45);
  // 100 and 200 mm would overlap by 24 mm, three of 100 mm do so by 16 mm.
  EXPECT_EQ(stack(252).lengths_mm, (std::vector<double>{100, 100, 100}));
  EXPECT_DOUBLE_EQ(stack(252).overlap_mm, 16);
  EXPECT_TRUE(stack(5000).lengths_mm.empty());
}

TEST(Conduit, CoversTheVeinToTheCalcaneusWithoutAGap) {
  // Along the vein from the site: sites and lengths chosen so that one, two and three stents are
  // needed, and so that the last one ends in another vessel.
  for (const double closest_mm : {30.0, 60.0, 110.0, 180.0}) {
    LegOptions options;
    options.closest_mm = closest_mm;
    const Leg leg(options);
    const Planner planner = leg.planner();
    const auto preview = planner.preview(leg.plan(planner));
    ASSERT_TRUE(preview);
    const auto crossing = of_kind(*preview, DeviceKind::CrossingStent);
    const auto stents = of_kind(*preview, DeviceKind::ExtensionStent);
    ASSERT_EQ(crossing.size(), 1u);
    ASSERT_FALSE(stents.empty());
    // All on the posterior tibial vein, whose end is the estimated border of the calcaneus.
    double covered_to_mm = crossing[0].to_mm;
    for (const Device& d : stents) {
      EXPECT_EQ(d.vessel, "ptv");
      EXPECT_LE(d.from_mm, covered_to_mm - 10 + 1e-6) << "overlap, site at " << closest_mm;
      EXPECT_NEAR(path_length_mm(d), d.length_mm, 0.5) << d.label;
      covered_to_mm = d.to_vessel == "ptv" ? d.to_mm : 1e9;
    }
    const double vein_length_mm = planner.tree().find("ptv")->line.length_mm();
    EXPECT_NEAR(stents.back().to_vessel == "ptv" ? stents.back().to_mm : vein_length_mm,
                vein_length_mm, 1e-6);
    EXPECT_TRUE(check_of(*preview, "coverage")->ok);
    EXPECT_TRUE(check_of(*preview, "overlap")->ok);
    EXPECT_TRUE(check_of(*preview, "calcaneus_reached")->ok);
  }
}

TEST(Conduit, TapersFromArteryToVeinAcrossTheNeedle) {
  const Preview preview = preview_of({});
  const auto stents = of_kind(preview, DeviceKind::CrossingStent);
  ASSERT_EQ(stents.size(), 1u);
  EXPECT_EQ(stents[0].diameter_mm, (std::vector<double>{3.5, 5.5}));
  EXPECT_EQ(stents[0].vessel, "pta");
  EXPECT_EQ(stents[0].to_vessel, "ptv");
  EXPECT_NEAR(stents[0].from_mm, 60 - 10, 1e-9);
  EXPECT_NEAR(path_length_mm(stents[0]), 60, 0.1);
}

TEST(Conduit, EndsAtTheMarkedCalcaneus) {
  LegOptions options;
  const Leg leg(options);
  PatientFacts facts;
  facts.calcaneus_border = leg.world(5, 20, 260);
  const Preview preview = preview_of(options, {}, facts);
  const Planner planner = leg.planner();
  const double border_mm = planner.tree().find("ptv")->line.nearest_mm(*facts.calcaneus_border);
  // The longest stent hangs from the site here; its slant off the needle is shorter than
  // the vein beside it by less than a millimetre.
  EXPECT_NEAR(of_kind(preview, DeviceKind::ExtensionStent).back().to_mm, border_mm, 1.0);
}

TEST(Conduit, EndsWhereTheTechniqueAsksFor) {
  const auto end_mm = [](const char* technique) {
    Plan plan;
    plan.technique = technique;
    LegOptions options;
    const Device last = of_kind(preview_of(options, plan), DeviceKind::ExtensionStent).back();
    const double vein_mm = Leg(options).planner().tree().find("ptv")->line.length_mm();
    return last.to_vessel == "ptv" ? last.to_mm - vein_mm : last.to_mm;
  };
  EXPECT_NEAR(end_mm("limflow_v2"), 0, 1e-6);
  EXPECT_NEAR(end_mm("limflow_v1"), -15, 1e-6);
  EXPECT_NEAR(end_mm("piper"), 25, 1e-6);
}

TEST(Conduit, SaysWhenTheVeinWasImagedTooShort) {
  LegOptions options;
  options.plantar = false;
  const Preview preview = preview_of(options);
  EXPECT_FALSE(check_of(preview, "calcaneus_reached")->ok);
  EXPECT_FALSE(check_of(preview, "calcaneus_reached")->measured);
  EXPECT_FALSE(check_of(preview, "plantar_vein")->ok);
}

TEST(Conduit, WithoutExtensionStentsLeavesTheVeinBareAndSaysSo) {
  Plan plan;
  plan.technique = "avst";
  const Preview preview = preview_of({}, plan);
  EXPECT_TRUE(of_kind(preview, DeviceKind::ExtensionStent).empty());
  EXPECT_FALSE(check_of(preview, "coverage")->ok);
}

TEST(Coil, IsTheSmallestThatIsAFifthWider) {
  CoilModel model;
  model.diameters_mm = {2, 3, 4, 5, 6};
  model.oversize_min = 1.2;
  EXPECT_EQ(coil_diameter_mm(model, 2.4), 3);
  EXPECT_EQ(coil_diameter_mm(model, 2.6), 4);  // 1.2 x 2.6 = 3.12.
  EXPECT_EQ(coil_diameter_mm(model, 3.3), 4);
  EXPECT_FALSE(coil_diameter_mm(model, 5.5));
}

TEST(Coil, GoesIntoTheLargestCollateralOver2Mm) {
  LegOptions options;
  options.collateral_radius_mm = 1.2;
  const auto coils = of_kind(preview_of(options), DeviceKind::Coil);
  ASSERT_EQ(coils.size(), 1u);
  EXPECT_EQ(coils[0].vessel, "side");
  EXPECT_EQ(coils[0].diameter_mm, std::vector<double>{3});  // 1.2 x 2.4 = 2.88.
  options.collateral_radius_mm = 0.9;
  EXPECT_TRUE(of_kind(preview_of(options), DeviceKind::Coil).empty());
}

TEST(Coil, StaysOutWhenTheTeamDeclined) {
  Plan plan;
  plan.declined_coils = {"side"};
  EXPECT_TRUE(of_kind(preview_of({}, plan), DeviceKind::Coil).empty());
}

TEST(Checks, AskForWhatIsNotStated) {
  const Preview preview = preview_of({});
  for (const char* rule : {"ejection_fraction", "days_since_revascularization", "vein_untouched"}) {
    const Check* check = check_of(preview, rule);
    ASSERT_NE(check, nullptr);
    EXPECT_FALSE(check->ok);
    EXPECT_FALSE(check->measured);
    EXPECT_NE(check->message.find("ask"), std::string::npos) << check->message;
  }
}

TEST(Checks, JudgeWhatIsStated) {
  PatientFacts good{.ejection_fraction = 0.55,
                    .days_since_revascularization = 45,
                    .vein_stripped_harvested_or_thrombosed = false,
                    .wound_at_medial_malleolus = false,
                    .calcaneus_border = {}};
  PatientFacts bad{.ejection_fraction = 0.35,
                   .days_since_revascularization = 12,
                   .vein_stripped_harvested_or_thrombosed = true,
                   .wound_at_medial_malleolus = true,
                   .calcaneus_border = {}};
  Plan plan;
  plan.technique = "limflow_v1";  // Only this one enters by the malleolus.
  const Preview well = preview_of({}, plan, good), ill = preview_of({}, plan, bad);
  for (const char* rule :
       {"ejection_fraction", "days_since_revascularization", "vein_untouched", "access_wound"}) {
    EXPECT_TRUE(check_of(well, rule)->ok) << rule;
    EXPECT_FALSE(check_of(ill, rule)->ok) << rule;
  }
  EXPECT_EQ(check_of(preview_of({}), "access_wound"), nullptr);
}

TEST(Checks, WarnOfAnArteryThatDoesNotFitTheTaper) {
  LegOptions options;
  options.artery_radius_mm = 1.3;
  EXPECT_FALSE(check_of(preview_of(options), "taper")->ok);
  EXPECT_FALSE(check_of(preview_of(options), "calibre_jump")->ok);  // 5.5 / 2.6 = 2.1.
  EXPECT_TRUE(check_of(preview_of({}), "taper")->ok);
}

TEST(Checks, WarnOfStentsThatDoNotSealAWideVein) {
  LegOptions options;
  options.vein_radius_mm = 3;
  EXPECT_FALSE(check_of(preview_of(options), "conduit_oversize")->ok);
}

}  // namespace
}  // namespace planning
