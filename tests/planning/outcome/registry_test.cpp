#include "planning/outcome/registry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "imaging/core/assets.h"
#include "planning/outcome/series.h"
#include "planning/outcome/summary.h"

namespace planning {
namespace {

using testing::ElementsAre;

std::vector<std::string> faults_of(const std::string& text) {
  std::vector<std::string> sentences;
  const RegistryReading reading = read_registry(text);
  for (const RegistryFault& fault : reading.faults) sentences.push_back(sentence_of(fault));
  if (!sentences.empty()) {
    EXPECT_TRUE(reading.limbs.empty()) << "A table with faults must not be used.";
  }
  return sentences;
}

Limb limb(const std::string& rows) {
  const RegistryReading reading = read_registry("limb,event,day\n" + rows);
  EXPECT_TRUE(reading.faults.empty()) << sentence_of(reading.faults.front());
  return reading.limbs.empty() ? Limb{} : reading.limbs.front();
}

TEST(Registry, ReadsEventsByDayOrDate) {
  const auto by_day = read_registry(
      "limb,group,event,day,value\nL1,dialysis,index,0,\nL1,,wound_cm2,30,2.5\nL1,,death,90,\n");
  const auto by_date = read_registry(
      "\xef\xbb\xbf"
      "date,event,limb,value,group\r\n2024-03-30,death,L1,,\r\n2023-12-31,index,L1,,dialysis\r\n"
      "\r\n2024-01-30,wound_cm2,\"L1\",2.5,\r\n");
  for (const auto& reading : {by_day, by_date}) {
    ASSERT_TRUE(reading.faults.empty()) << sentence_of(reading.faults.front());
    ASSERT_EQ(reading.limbs.size(), 1u);
    const Limb& l = reading.limbs.front();
    EXPECT_EQ(l.group, "dialysis");
    ASSERT_EQ(l.rows.size(), 3u);
    EXPECT_EQ(l.rows[1].day, 30);  // Over the end of a leap year's February in the dates.
    EXPECT_EQ(l.rows[1].value, 2.5);
    EXPECT_EQ(l.last_day(), 90);
  }
}

TEST(Registry, RefusesEventsBeforeTheIndexAndNamesTheRow) {
  EXPECT_THAT(faults_of("limb,event,day\nL1,index,0\nL1,occlusion,-3\n"),
              ElementsAre("Line 3, column 3 (day): This lies 3 days before the index procedure of "
                          "the limb L1."));
  EXPECT_THAT(faults_of("date,limb,event\n2024-05-02,L1,index\n2024-05-01,L1,death\n"),
              ElementsAre("Line 3, column 1 (date): This lies 1 day before the index procedure of "
                          "the limb L1."));
}

TEST(Registry, NamesEveryFaultOfATable) {
  EXPECT_THAT(faults_of("limb,event,day,value\n"
                        "L1,index,0,\n"
                        "L1,oclusion,5,\n"
                        "L1,wound_cm2,6,large\n"
                        "L2,death,x,\n"
                        "L2,index,0\n"
                        ",index,0,\n"
                        "L3,death,4,\n"),
              ElementsAre("Line 3, column 2 (event): The event \"oclusion\" is not known.",
                          "Line 4, column 4 (value): A measurement needs a number that is not "
                          "negative.",
                          "Line 5, column 3 (day): This is no number of days.",
                          "Line 6: There are 3 fields, the head has 4.",
                          "Line 7, column 1 (limb): The limb has no name.",
                          "Line 8, column 1 (limb): The limb L3 has no row with the event index."));
}

TEST(Registry, RefusesWhatCannotHaveHappened) {
  const std::string head = "limb,event,day\nL1,index,0\n";
  EXPECT_EQ(faults_of(head + "L1,death,5\nL1,occlusion,6\n").size(), 1u);
  EXPECT_EQ(faults_of(head + "L1,death,5\nL1,death,5\n").size(), 1u);
  EXPECT_EQ(faults_of(head + "L1,major_amputation,5\nL1,healed,6\n").size(), 1u);
  EXPECT_EQ(faults_of(head + "L1,reopened,5\n").size(), 1u);
  EXPECT_EQ(faults_of(head + "L1,occlusion,5\nL1,occlusion,6\n").size(), 1u);
  EXPECT_EQ(faults_of(head + "L1,index,0\n").size(), 1u);
  EXPECT_EQ(faults_of("limb,event,date\nL1,index,2023-02-29\n").size(), 1u);
  EXPECT_TRUE(faults_of(head + "L1,major_amputation,5\nL1,death,5\n").empty());
}

TEST(Registry, RefusesAHeadThatItDoesNotKnow) {
  EXPECT_FALSE(faults_of("").empty());
  EXPECT_FALSE(faults_of("limb,event,day,colour\nL1,index,0,red\n").empty());
  EXPECT_FALSE(faults_of("limb,event\nL1,index\n").empty());
  EXPECT_FALSE(faults_of("limb,event,day,date\nL1,index,0,2024-01-01\n").empty());
  EXPECT_FALSE(faults_of("limb,event,day\n\"L1,index,0\n").empty());
  EXPECT_FALSE(faults_of(std::string("limb,event,day\nL1,in\0dex,0\n", 28)).empty());
}

// The three patencies of one limb: narrowed at 30, closed at 60, reopened at 61, closed for good at
// 200, seen until 300.
TEST(SpellOf, TellsThePatenciesApart) {
  const Limb l = limb(
      "L,index,0\nL,reintervention,30\nL,occlusion,60\nL,reopened,61\nL,occlusion,200\n"
      "L,last_seen,300\n");
  EXPECT_EQ(spell_of(l, Endpoint::PrimaryPatency), (Spell{30, true}));
  EXPECT_EQ(spell_of(l, Endpoint::AssistedPatency), (Spell{60, true}));
  EXPECT_EQ(spell_of(l, Endpoint::SecondaryPatency), (Spell{200, true}));
  EXPECT_EQ(spell_of(l, Endpoint::FreedomFromReintervention), (Spell{30, true}));
  EXPECT_EQ(spell_of(l, Endpoint::Survival), (Spell{300, false}));
}

TEST(SpellOf, KeepsSecondaryPatencyOfACircuitThatWasReopened) {
  const Limb l = limb("L,index,0\nL,occlusion,60\nL,reopened,61\nL,last_seen,150\n");
  EXPECT_EQ(spell_of(l, Endpoint::PrimaryPatency), (Spell{60, true}));
  EXPECT_EQ(spell_of(l, Endpoint::SecondaryPatency), (Spell{150, false}));
}

TEST(SpellOf, CensorsPatencyAndHealingWhereTheLimbIsGone) {
  const Limb l = limb("L,index,0\nL,major_amputation,40\nL,death,70\n");
  EXPECT_EQ(spell_of(l, Endpoint::PrimaryPatency), (Spell{40, false}));
  EXPECT_EQ(spell_of(l, Endpoint::UnhealedWound), (Spell{40, false}));
  EXPECT_EQ(spell_of(l, Endpoint::AmputationFreeSurvival), (Spell{40, true}));
  EXPECT_EQ(spell_of(l, Endpoint::LimbSalvage), (Spell{40, true}));
  EXPECT_EQ(spell_of(l, Endpoint::Survival), (Spell{70, true}));
}

TEST(SpellOf, OrdersThePatenciesForEveryLimb) {
  for (const char* rows :
       {"L,index,0\nL,occlusion,3\nL,last_seen,9\n", "L,index,0\nL,reintervention,3\nL,death,9\n",
        "L,index,0\nL,occlusion,3\nL,reopened,3\nL,occlusion,5\nL,reopened,6\nL,last_seen,9\n"}) {
    const Limb l = limb(rows);
    EXPECT_LE(spell_of(l, Endpoint::PrimaryPatency).days,
              spell_of(l, Endpoint::AssistedPatency).days);
    EXPECT_LE(spell_of(l, Endpoint::AssistedPatency).days,
              spell_of(l, Endpoint::SecondaryPatency).days);
  }
}

// PROMISE II's disposition as a registry: 67 free of events, 23 amputated, 12 dead, 3 lost.
std::string promise_2() {
  std::string text = "limb,event,day\n";
  int next = 0;
  const auto add = [&](int count, const char* event, int day) {
    for (int i = 0; i < count; ++i, ++next)
      text += "P" + std::to_string(next) + ",index,0\nP" + std::to_string(next) + "," + event +
              "," + std::to_string(day) + "\n";
  };
  add(67, "last_seen", 200);
  add(23, "major_amputation", 60);
  add(12, "death", 90);
  add(3, "withdrawn", 100);
  return text;
}

TEST(SummariseOutcomes, ReproducesThePosteriorOfPromise2FromARegistry) {
  const RegistryReading reading = read_registry(promise_2());
  ASSERT_TRUE(reading.faults.empty());
  const auto summary = summarise_outcomes(reading.limbs, {.missing_success = 0.8});
  ASSERT_TRUE(summary);
  EXPECT_EQ(summary->at_horizon.successes, 67);
  EXPECT_EQ(summary->at_horizon.failures, 35);
  EXPECT_EQ(summary->at_horizon.missing.size(), 3u);
  EXPECT_NEAR(summary->posterior.mean(), 0.65794, 1e-4);
  EXPECT_NEAR(summary->above_goal, 0.99317, 1e-4);
}

TEST(SummariseOutcomes, GivesAMissingLimbTheCurvesOwnChance) {
  // Of four, one event at 10, one lost at 20, one event at 30 of the two left: S(h) / S(20) = 1/2.
  const auto reading = read_registry(
      "limb,event,day\nA,index,0\nA,death,10\nB,index,0\nB,withdrawn,20\nC,index,0\nC,death,30\n"
      "D,index,0\nD,last_seen,400\n");
  const auto summary = summarise_outcomes(reading.limbs);
  ASSERT_TRUE(summary);
  ASSERT_EQ(summary->at_horizon.missing.size(), 1u);
  EXPECT_NEAR(summary->at_horizon.missing.front(), 0.5, 1e-12);
}

TEST(SummariseOutcomes, ComparesGroupsAndFollowsWounds) {
  const auto reading = read_registry(
      "limb,group,event,day,value\nA,x,index,0,\nA,,wound_cm2,0,4\nA,,wound_cm2,91,2\nA,,death,100,"
      "\n"
      "B,y,index,0,\nB,,wound_cm2,0,8\nB,,tcpo2_mmhg,30,25\nB,,last_seen,300,\n");
  ASSERT_TRUE(reading.faults.empty());
  const auto summary = summarise_outcomes(reading.limbs);
  ASSERT_TRUE(summary);
  EXPECT_THAT(summary->groups, ElementsAre("x", "y"));
  EXPECT_TRUE(summary->of(Endpoint::Survival).comparison);
  EXPECT_FALSE(summary->of(Endpoint::PrimaryPatency).comparison);  // Nothing happened.
  ASSERT_EQ(summary->wound.visits.size(), 2u);
  EXPECT_EQ(summary->wound.visits[0].median, 6);
  EXPECT_EQ(summary->wound.visits[0].lower_quartile, 5);
  EXPECT_EQ(summary->wound.visits[1].months, 3);
  EXPECT_EQ(summary->tcpo2.visits.front().months, 1);
}

TEST(SummariseOutcomes, RefusesOptionsThatAreNone) {
  const auto reading = read_registry(promise_2());
  EXPECT_FALSE(summarise_outcomes({}));
  EXPECT_FALSE(summarise_outcomes(reading.limbs, {.goal = 1.5, .missing_success = {}}));
  EXPECT_FALSE(summarise_outcomes(reading.limbs, {.missing_success = -0.1}));
}

TEST(PublishedOutcomes, HoldTheFiguresOfTheTrial) {
  const auto published = read_published_outcomes(imaging::assets_folder());
  ASSERT_TRUE(published) << published.error().sentence;
  EXPECT_EQ(published->goal, 0.54);
  bool seen = false;
  for (const PublishedSeries& series : published->series) {
    EXPECT_FALSE(series.source.empty()) << series.id;
    EXPECT_FALSE(series.tag.empty()) << series.id;
    for (const PublishedFigure& figure : series.figures) {
      seen |= series.id == "promise_2" && figure.endpoint == "primary_patency" &&
              figure.fraction == 0.259;
      if (figure.interval) {
        EXPECT_LT(figure.interval->low, figure.fraction) << series.id;
        EXPECT_GT(figure.interval->high, figure.fraction) << series.id;
      }
    }
  }
  EXPECT_TRUE(seen);
}

}  // namespace
}  // namespace planning
