// Techniques, choices of the team, valves, the way through the foot, closures and one-click fixes,
// on a leg of closed form.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <vector>

#include "planning/knowledge.h"
#include "planning/plan_json.h"
#include "planning/technique/compare.h"
#include "tests/planning/leg.h"

namespace planning {
namespace {

const Device* stent(const Preview& preview, int place) {
  for (const Device& d : preview.devices)
    if (d.place == place) return &d;
  return nullptr;
}

Preview shown(const Planner& planner, const Plan& plan) {
  const auto preview = planner.preview(plan);
  OASIS_EXPECTS(preview.has_value());
  return *preview;
}

TEST(Techniques, AllTenAreReadWithSourcesForEveryFact) {
  const auto knowledge = read_knowledge(imaging::assets_folder(), {});
  ASSERT_TRUE(knowledge) << knowledge.error().sentence;
  std::set<std::string> ids;
  for (const Technique& t : knowledge->techniques) {
    ids.insert(t.id);
    EXPECT_FALSE(t.steps.empty()) << t.id;
    EXPECT_FALSE(t.inflow.source.empty()) << t.id;
    EXPECT_FALSE(t.contraindications.empty()) << t.id;
    for (const AccessSite& a : t.access) {
      EXPECT_FALSE(a.site.tag.empty()) << t.id;
      // A size that nobody published is left to the user, and says so.
      if (!a.sheath_mm.value) {
        EXPECT_EQ(a.sheath_mm.tag, "NF") << t.id;
      }
    }
  }
  EXPECT_EQ(ids, (std::set<std::string>{"avst", "distal_dva", "gunsight", "hybrid", "limflow_v1",
                                        "limflow_v2", "ots_rush", "piper", "surgical", "vast"}));
  // 7 French are 7/3 mm.
  EXPECT_NEAR(*knowledge->technique("limflow_v1")->access[0].sheath_mm.value, 7.0 / 3, 1e-9);
  EXPECT_EQ(knowledge->technique("piper")->focalization.when, Moment::Staged);
}

TEST(Techniques, CompareSaysWhyOneCannotBeDone) {
  LegOptions options;
  options.vein_name = "posterior_tibial_vein_1";
  const Leg leg(options);
  const Planner planner = leg.planner();
  const auto all = compare_techniques(planner, planner.proposed());
  ASSERT_TRUE(all);
  ASSERT_EQ(all->size(), 10u);
  for (const TechniqueOption& o : *all) {
    EXPECT_EQ(o.feasible, o.obstacles.empty()) << o.id;
    if (o.id == "surgical") {
      // No great saphenous vein was imaged.
      EXPECT_FALSE(o.feasible);
      EXPECT_NE(o.obstacles.front().text.find("popliteal"), std::string::npos);
    }
    if (o.id == "limflow_v2") {
      EXPECT_TRUE(o.feasible);
    }
  }
}

TEST(Techniques, StatedContraindicationMakesOneInfeasible) {
  const Leg leg;
  PatientFacts facts;
  facts.ejection_fraction = 0.3;
  facts.wound_at_medial_malleolus = true;
  const Planner planner = leg.planner(facts);
  const auto all = compare_techniques(planner, planner.proposed());
  ASSERT_TRUE(all);
  for (const TechniqueOption& o : *all)
    if (o.id == "limflow_v1") {
      EXPECT_FALSE(o.feasible);
    }
}

TEST(Techniques, ChoosingOnePlansAnewAndKeepsWhatTheTeamMarked) {
  const Leg leg;
  const Planner planner = leg.planner();
  Plan plan = leg.plan(planner);
  plan.stents = {{.place = 1, .shift_mm = 4}};
  plan.wound = "hallux";
  const auto other = with_technique(planner, plan, "piper");
  ASSERT_TRUE(other);
  EXPECT_EQ(other->technique, "piper");
  EXPECT_TRUE(other->stents.empty());
  EXPECT_EQ(other->wound, "hallux");
  EXPECT_EQ(other->crossing, plan.crossing);
  EXPECT_FALSE(with_technique(planner, plan, "no_such_thing"));
}

TEST(StentChoices, SlideByExactlyWhatTheHandAskedFor) {
  const Leg leg;
  const Planner planner = leg.planner();
  Plan plan = leg.plan(planner);
  const Preview before = shown(planner, plan);
  plan.stents = {{.place = 1, .shift_mm = -3.5}};
  const Preview after = shown(planner, plan);
  ASSERT_TRUE(stent(before, 1) && stent(after, 1));
  EXPECT_NEAR(stent(after, 1)->to_along_mm, stent(before, 1)->to_along_mm - 3.5, 0.02);
  EXPECT_NEAR(*stent(after, 1)->overlap_mm, *stent(before, 1)->overlap_mm + 3.5, 0.1);
}

TEST(StentChoices, OpenAGapThatTheCheckTellsAndOneClickCloses) {
  const Leg leg;
  const Planner planner = leg.planner();
  Plan plan = leg.plan(planner);
  const double overlap_mm = *stent(shown(planner, plan), 1)->overlap_mm;
  plan.stents = {{.place = 1, .shift_mm = std::ceil(overlap_mm) + 6}};
  const Preview gaping = shown(planner, plan);
  const Check* check = check_of(gaping, "coverage");
  ASSERT_TRUE(check && !check->ok);
  EXPECT_NEAR(check->value, std::ceil(overlap_mm) + 6 - overlap_mm, 0.2);
  ASSERT_TRUE(check->fix);
  const Preview mended = shown(planner, check->fix->plan);
  EXPECT_TRUE(check_of(mended, "coverage")->ok);
  EXPECT_TRUE(check_of(mended, "overlap")->ok);
}

TEST(StentChoices, LeaveOneOutAndTakeAnotherProduct) {
  const Leg leg;
  const Planner planner = leg.planner();
  Plan plan = leg.plan(planner);
  plan.stents = {{.place = 0, .left_out = true},
                 {.place = 1, .catalogue_id = "viabahn_6", .length_mm = 150}};
  const Preview preview = shown(planner, plan);
  EXPECT_EQ(stent(preview, 0), nullptr);
  ASSERT_TRUE(stent(preview, 1));
  EXPECT_EQ(stent(preview, 1)->catalogue_id, "viabahn_6");
  EXPECT_EQ(stent(preview, 1)->length_mm, 150);
  plan.stents = {{.place = 1, .catalogue_id = "no_such_stent"}};
  const Preview kept = shown(planner, plan);
  EXPECT_EQ(stent(kept, 1)->catalogue_id, "extension_straight_5p5");
  EXPECT_FALSE(kept.remarks.empty());
}

TEST(Checks, TellThatTheCrossingStentCoversAnOriginAndMoveItOnAClick) {
  // The peroneal artery leaves 30 mm above the origin of the posterior tibial, 5 mm of which lie
  // above the site: 10 mm of landing leave less than 10 mm.
  LegOptions options;
  options.closest_mm = 14;
  const Leg leg(options);
  const Planner planner = leg.planner();
  const Preview preview = shown(planner, leg.plan(planner));
  const Check* check = check_of(preview, "origin_covered");
  ASSERT_TRUE(check && !check->ok) << (check ? check->message : "");
  EXPECT_NEAR(check->value, 4, 0.5);
  ASSERT_TRUE(check->fix);
  EXPECT_TRUE(check_of(shown(planner, check->fix->plan), "origin_covered")->ok);
}

TEST(Checks, EveryFixChangesThePlanAndMendsItsOwnCheck) {
  LegOptions options;
  options.artery_radius_mm = 1.35;
  options.vein_radius_mm = 3.2;
  options.collateral_radius_mm = 1.6;
  const Leg leg(options);
  const Planner planner = leg.planner();
  for (const char* technique : {"limflow_v1", "limflow_v2", "piper", "ots_rush", "avst", "vast"}) {
    Plan plan = leg.plan(planner);
    plan.technique = technique;
    const Preview preview = shown(planner, plan);
    for (const Check& c : preview.checks) {
      if (c.ok || !c.fix) continue;
      EXPECT_FALSE(c.fix->plan == plan) << technique << " " << c.rule;
      EXPECT_FALSE(c.fix->label.empty());
      EXPECT_TRUE(planner.preview(c.fix->plan)) << technique << " " << c.rule;
    }
    for (const char* rule : {"collaterals", "valves"}) {
      const Check* check = check_of(preview, rule);
      if (!check || check->ok) continue;
      ASSERT_TRUE(check->fix) << technique << " " << rule;
      EXPECT_TRUE(check_of(shown(planner, check->fix->plan), rule)->ok) << technique << " " << rule;
    }
  }
}

TEST(Checks, AStentThatHoldsInTooLittleArterySlidesUpOnAClick) {
  const Leg leg;
  const Planner planner = leg.planner();
  Plan plan = leg.plan(planner);
  plan.stents = {{.place = 0, .shift_mm = 4}};
  const Preview preview = shown(planner, plan);
  const Check* check = check_of(preview, "apposition");
  ASSERT_TRUE(check && !check->ok) << (check ? check->message : "");
  ASSERT_TRUE(check->fix) << check->message;
  EXPECT_TRUE(check_of(shown(planner, check->fix->plan), "apposition")->ok);
}

TEST(Checks, QuestionsAreAnsweredInThePlan) {
  const Leg leg;
  const Planner planner = leg.planner();
  Plan plan = leg.plan(planner);
  int asked = 0;
  const Preview preview = shown(planner, plan);
  for (const Check& c : preview.checks) {
    if (!is_question(c.rule)) continue;
    ++asked;
    EXPECT_FALSE(c.ok || c.measured) << c.rule;
    const double well = c.unit == "fraction" ? 0.55 : c.unit == "days" ? 200 : 0;
    plan.answers.push_back({c.rule, well});
  }
  EXPECT_GE(asked, 5);
  for (const Check& c : shown(planner, plan).checks)
    if (is_question(c.rule)) {
      EXPECT_TRUE(c.ok && c.measured) << c.rule << ": " << c.message;
    }
  for (Answer& a : plan.answers) a.value = a.check == "ejection_fraction" ? 0.3 : 1;
  for (const Check& c : shown(planner, plan).checks)
    if (is_question(c.rule)) {
      EXPECT_TRUE(!c.ok && c.measured) << c.rule << ": " << c.message;
    }
  // The load on the heart is judged with it, and the comparison of techniques too.
  EXPECT_EQ(answered({}, plan).ejection_fraction, 0.3);
  const auto all = compare_techniques(planner, plan);
  ASSERT_TRUE(all);
  for (const TechniqueOption& o : *all)
    if (o.id == "limflow_v2") {
      EXPECT_FALSE(o.feasible);
      EXPECT_TRUE(o.to_ask.empty());
    }
}

TEST(Checks, SayWhereTheWayToTheFootIsAGuess) {
  const Leg leg;
  EXPECT_TRUE(check_of(shown(leg.planner(), leg.plan(leg.planner())), "outflow_seen")->ok);
  // From 100 to 160 mm down the vein nothing was imaged; the site lies at 60 mm.
  std::vector<imaging::Vessel> vessels = leg.tree()->vessels();
  for (imaging::Vessel& v : vessels) {
    if (v.id != "ptv") continue;
    std::vector<imaging::CenterlineSample> samples = v.line.samples();
    for (imaging::CenterlineSample& s : samples) {
      const double at_mm = v.line.nearest_mm(s.position);
      if (at_mm > 100 && at_mm < 160) s.confidence = 0.2;
    }
    v.line = *imaging::Centerline::make(std::move(samples));
  }
  const auto tree = std::make_shared<const imaging::VesselTree>(
      *imaging::VesselTree::make(imaging::Side::Left, std::move(vessels)));
  const auto planner = Planner::make(tree, {}, imaging::assets_folder());
  ASSERT_TRUE(planner);
  const Preview preview = shown(*planner, leg.plan(*planner));
  const Check* check = check_of(preview, "outflow_seen");
  ASSERT_TRUE(check && !check->ok);
  EXPECT_NEAR(check->value, 60, 2);
  ASSERT_TRUE(check->along_mm);
}

// Whoever clicks the first fix that is offered, again and again, comes to an end: no two fixes undo
// each other.
TEST(Checks, FixesClickedOneAfterAnotherComeToAnEnd) {
  for (const double closest_mm : {14.0, 60.0})
    for (const double artery_mm : {1.3, 1.7})
      for (const double plantar_mm : {0.9, 1.8}) {
        LegOptions options;
        options.closest_mm = closest_mm;
        options.artery_radius_mm = artery_mm;
        options.plantar_radius_mm = plantar_mm;
        options.collateral_radius_mm = 1.6;
        const Leg leg(options);
        const Planner planner = leg.planner();
        std::vector<Plan> seen{leg.plan(planner)};
        for (bool more = true; more;) {
          more = false;
          const Preview preview = shown(planner, seen.back());
          for (const Check& c : preview.checks) {
            if (c.ok || !c.fix) continue;
            ASSERT_TRUE(std::find(seen.begin(), seen.end(), c.fix->plan) == seen.end())
                << "after " << seen.size() << " fixes: " << c.rule << ", " << c.fix->label;
            seen.push_back(c.fix->plan);
            more = true;
            break;
          }
          ASSERT_LT(seen.size(), 15u) << closest_mm << " " << artery_mm << " " << plantar_mm;
        }
      }
}

TEST(Closures, FillTheWantedShareAndLeaveLittleFlow) {
  LegOptions options;
  options.collateral_radius_mm = 1.4;
  const Leg leg(options);
  const Planner planner = leg.planner();
  Plan plan = leg.plan(planner);
  plan.technique = "avst";
  const Preview preview = shown(planner, plan);
  const Device* coil = nullptr;
  for (const Device& d : preview.devices)
    if (d.kind == DeviceKind::Coil) coil = &d;
  ASSERT_TRUE(coil);
  EXPECT_GE(coil->packing_density, 0.28);
  EXPECT_GT(coil->steal_ml_min, 0);
  EXPECT_LT(coil->residual_ml_min, 0.6 * coil->steal_ml_min);
  plan.closures = {{.vessel = "side", .how = Closure::Ligation}};
  const Preview tied = shown(planner, plan);
  EXPECT_EQ(tied.devices.back().kind, DeviceKind::Ligation);
  plan.closures = {{.vessel = "side", .how = Closure::None}};
  const Preview open = shown(planner, plan);
  EXPECT_FALSE(check_of(open, "collaterals")->ok);
  EXPECT_LT(open.flow.foot_ml_min, tied.flow.foot_ml_min);
}

TEST(Closures, WaitForTheSecondStageWhereTheTechniqueDoes) {
  LegOptions options;
  options.collateral_radius_mm = 1.4;
  const Leg leg(options);
  const Planner planner = leg.planner();
  Plan plan = leg.plan(planner);
  plan.technique = "piper";
  const auto coils = [&] {
    int count = 0;
    for (const Device& d : shown(planner, plan).devices) count += d.kind == DeviceKind::Coil;
    return count;
  };
  EXPECT_EQ(coils(), 0);
  plan.stage = Stage::Staged;
  EXPECT_EQ(coils(), 1);
}

TEST(Valves, AreExpectedByRuleAndOpenedAsTheTechniqueSays) {
  const Leg leg;
  const Planner planner = leg.planner();
  Plan plan = leg.plan(planner);
  const Preview preview = shown(planner, plan);
  // One every 30 mm from 15 mm on, of 300 mm, below the site at 60 mm: 75, 105 ... 285; and one in
  // the middle of the lateral plantar vein.
  ASSERT_EQ(preview.valves.size(), 9u);
  EXPECT_NEAR(preview.valves.front().at_mm, 75, 1e-9);
  EXPECT_EQ(preview.valves.back().vessel, "lpv");
  for (const Valve& v : preview.valves) EXPECT_EQ(v.treated_by, "valvulotome");
  plan.technique = "avst";
  const Preview closed = shown(planner, plan);
  EXPECT_FALSE(check_of(closed, "valves")->ok);
  // One that was looked for and is not there.
  plan.technique = "limflow_v2";
  plan.valves = {{"ptv", 105, false, {}}};
  EXPECT_EQ(shown(planner, plan).valves.size(), 8u);
  plan.valves = {{.vessel = "ptv", .at_mm = 90, .present = true, .treatment = "balloon"}};
  const Preview seen = shown(planner, plan);
  ASSERT_EQ(seen.valves.size(), 10u);
  EXPECT_FALSE(seen.valves[1].expected);
  EXPECT_EQ(seen.valves[1].treated_by, "balloon");
}

TEST(FootRoute, FollowsTheWoundAndSaysWhatWasNotImaged) {
  const Leg leg;
  const Planner planner = leg.planner();
  Plan plan = leg.plan(planner);
  EXPECT_EQ(shown(planner, plan).foot_route.id, "lateral_plantar");  // All that is imaged.
  plan.wound = "midfoot";
  EXPECT_EQ(shown(planner, plan).foot_route.id, "lateral_plantar");
  plan.foot_route = "first_toe";
  plan.answers = {{"ejection_fraction", 0.55}, {"vein_untouched", 0}};
  const Preview by_hand = shown(planner, plan);
  EXPECT_EQ(by_hand.foot_route.id, "first_toe");
  EXPECT_FALSE(by_hand.foot_route.complete);
  EXPECT_NE(by_hand.foot_route.why.find("first toe dorsal vein"), std::string::npos);
}

TEST(Strip, RunsFromTheInflowToTheFootWithTheNeedleBetween) {
  const Leg leg;
  const Planner planner = leg.planner();
  const Preview preview = shown(planner, leg.plan(planner));
  const Strip& strip = preview.strip;
  ASSERT_GE(strip.parts.size(), 4u);
  // Popliteal 100, trunk 30, posterior tibial 60 mm above the needle.
  EXPECT_NEAR(strip.parts.front().from_mm, -strip.needle_mm - 190, 0.5);
  double last_mm = strip.parts.front().from_mm;
  for (const Strip::Part& p : strip.parts) {
    EXPECT_GE(p.from_mm, last_mm - 1e-9);
    last_mm = p.to_mm;
  }
  EXPECT_NEAR(strip.needle_mm, preview.crossing.needle.length_mm, 1e-9);
}

TEST(PlanValue, KeepsEveryChoice) {
  Plan plan;
  plan.technique = "piper";
  plan.crossing = CrossingSite{"a", "v", 12.345678901234, 3};
  plan.stents = {{.place = 2, .catalogue_id = "x", .length_mm = 60, .shift_mm = -1.5}};
  plan.closures = {{.vessel = "side", .how = Closure::Plug, .diameter_mm = 4}};
  plan.valves = {{"v", 9, false, {}}};
  plan.wound = "heel";
  plan.foot_route = "first_toe";
  plan.answers = {{"ejection_fraction", 0.55}, {"vein_untouched", 0}};
  plan.stage = Stage::Redo;
  Plan other = plan;
  other.name = "Peroneal instead";
  plan.alternatives = {other};
  const auto back = plan_from_value_json(plan_value_json(plan));
  ASSERT_TRUE(back) << back.error().sentence;
  EXPECT_EQ(*back, plan);
}

TEST(PlanValue, RefusesWhatNoLegCanHold) {
  for (const char* text :
       {R"({"technique":"piper","stents":[{"place":-1}]})",
        R"({"technique":"piper","stents":[{"place":1,"shift_mm":1e9}]})",
        R"({"technique":"piper","closures":[{"vessel":"v","how":"glue"}]})",
        R"({"technique":"piper","answers":[{"check":"ejection_fraction","value":55}]})",
        R"({"technique":"piper","stage":"someday"})", R"({"technique":3})", "[", "{}"}) {
    const auto plan = plan_from_value_json(text);
    ASSERT_FALSE(plan) << text;
    EXPECT_EQ(plan.error().code, imaging::ErrorCode::InvalidInput);
  }
}

TEST(PlanFile, OfANewerVersionIsRefusedWithItsSentence) {
  const auto plan = plan_from_json(
      R"({"schema":"oasis.plan/2","frame":"LPS","unit":"mm","plan":{"technique":"piper"}})");
  ASSERT_FALSE(plan);
  EXPECT_NE(plan.error().sentence.find("newer version"), std::string::npos)
      << plan.error().sentence;
}

}  // namespace
}  // namespace planning
