// The flowchart's answer, its reasons, and what it says is missing.
#include "planning/score/eligibility.h"

#include <gtest/gtest.h>

#include "imaging/core/assets.h"
#include "planning/score/proposal.h"

namespace planning {
namespace {

using Answer = Eligibility::Answer;

const Flowchart& flowchart() {
  static const Flowchart shipped = read_flowchart(imaging::assets_folder()).value();
  return shipped;
}
const ScoreBook& book() {
  static const ScoreBook shipped = read_scores(imaging::assets_folder()).value();
  return shipped;
}

ScoreForm scored() {
  ScoreForm form;
  form.side = imaging::Side::Left;
  form.levels = {
      {"sad", "2"}, {"wifi.wound", "2"}, {"wifi.ischaemia", "3"}, {"wifi.infection", "0"}};
  return form;
}

// Every question answered as it leads on, every image there.
EligibilityFacts favourable() {
  EligibilityFacts facts;
  for (const FlowchartStep& step : flowchart().steps)
    for (const FlowchartQuestion& question : step.questions)
      facts.answers[question.id] = question.wanted;
  for (const ImagingNeed& need : flowchart().imaging) facts.imaging[need.id] = true;
  return facts;
}

Eligibility judged(const EligibilityFacts& facts, const Technique* technique = nullptr) {
  return judge_eligibility(flowchart(), book(), scored(), facts, technique);
}

TEST(Eligibility, HasTheFourStepsOfTheFlowchart) {
  ASSERT_EQ(flowchart().steps.size(), 4u);
  EXPECT_EQ(flowchart().steps[2].id, "arteries");
}

TEST(Eligibility, IsGivenWhenEveryStepLeadsOn) {
  const Eligibility e = judged(favourable());
  EXPECT_EQ(e.answer, Answer::Eligible);
  EXPECT_TRUE(e.missing.empty());
  EXPECT_FALSE(e.reasons.empty());
}

TEST(Eligibility, GoesToTheArteryWhereOneCanBeOpened) {
  EligibilityFacts facts = favourable();
  facts.answers["good_target"] = true;
  EXPECT_EQ(judged(facts).answer, Answer::ArterialOption);
}

TEST(Eligibility, IsRefusedByEveryOtherAnswerThatLeadsAway) {
  for (const FlowchartStep& step : flowchart().steps)
    for (const FlowchartQuestion& question : step.questions) {
      if (question.arterial) continue;
      EligibilityFacts facts = favourable();
      facts.answers[question.id] = !question.wanted;
      const Eligibility e = judged(facts);
      EXPECT_EQ(e.answer, Answer::NotEligible) << question.id;
      EXPECT_EQ(e.reasons.back().sentence, question.otherwise);
      EXPECT_FALSE(e.reasons.back().speaks_for);
    }
}

TEST(Eligibility, StaysOpenAndNamesEveryThingThatIsMissing) {
  for (const auto& [id, answer] : favourable().answers) {
    EligibilityFacts facts = favourable();
    facts.answers.erase(id);
    EXPECT_EQ(judged(facts).answer, Answer::Undecided) << id;
    EXPECT_EQ(judged(facts).missing.size(), 1u) << id;
  }
  EligibilityFacts facts = favourable();
  facts.imaging["duplex"] = false;
  EXPECT_EQ(judged(facts).answer, Answer::Undecided);
  const Eligibility unscored =
      judge_eligibility(flowchart(), book(), ScoreForm{}, favourable(), nullptr);
  EXPECT_EQ(unscored.answer, Answer::Undecided);
  EXPECT_EQ(unscored.missing.size(), 2u);  // WIfI and SAD.
}

TEST(Eligibility, HeedsATechniquesOwnContraindications) {
  Technique technique;
  technique.label = "Test technique";
  technique.contraindications.push_back({.id = "recent",
                                         .words = {"Revascularized within 30 days", "S4", "S4"},
                                         .measure = "days_since_revascularization",
                                         .least = 30,
                                         .most = {},
                                         .absolute = true});
  EligibilityFacts facts = favourable();
  EXPECT_EQ(judged(facts, &technique).answer, Answer::Undecided);
  facts.measures["days_since_revascularization"] = 29;
  EXPECT_EQ(judged(facts, &technique).answer, Answer::NotEligible);
  facts.measures["days_since_revascularization"] = 30;
  EXPECT_EQ(judged(facts, &technique).answer, Answer::Eligible);
  technique.contraindications[0].absolute = false;
  facts.measures["days_since_revascularization"] = 29;
  EXPECT_EQ(judged(facts, &technique).answer, Answer::Eligible);
}

TEST(Eligibility, ReadsAnswersAndRefusesDamagedOnes) {
  const auto facts = eligibility_facts_from_json(
      R"({"schema":"oasis.eligibility/1","answers":{"goal":true},"measures":{"ef_percent":55}})");
  ASSERT_TRUE(facts);
  EXPECT_TRUE(facts->answers.at("goal"));
  EXPECT_EQ(facts->measures.at("ef_percent"), 55);
  for (const char* bad : {"", "{}", R"({"schema":"oasis.eligibility/1","answers":{"goal":1}})"})
    EXPECT_FALSE(eligibility_facts_from_json(bad)) << bad;
}

TEST(Proposal, IsNeverShownToABlindedReaderBeforeTheCommit) {
  EXPECT_FALSE(may_show_proposal({.blinded = true, .committed = false, .asked = true}));
  EXPECT_FALSE(may_show_proposal({.blinded = true, .committed = false, .asked = false}));
  EXPECT_TRUE(may_show_proposal({.blinded = true, .committed = true, .asked = false}));
  EXPECT_FALSE(may_show_proposal({.blinded = false, .committed = false, .asked = false}));
  EXPECT_TRUE(may_show_proposal({.blinded = false, .committed = false, .asked = true}));
}

TEST(Proposal, ReadsSadFromFillingAndWidth) {
  const auto map = read_foot_map(imaging::assets_folder()).value();
  const auto rules = read_proposal_rules(imaging::assets_folder()).value();
  const auto level = [&](double filled, double width) {
    std::vector<imaging::ArteryFilling> readings;
    for (const imaging::FootArtery& artery : map.arteries) {
      imaging::ArteryFilling reading;
      reading.artery = artery.id;
      reading.course.assign(100, {5, 5});
      reading.filled.assign(100, filled > 0.5);
      reading.filled_share = filled;
      reading.relative_width = width;
      readings.push_back(reading);
    }
    return propose_sad(map, rules, readings, true, {"1.2", 3}).proposals.at(0).level;
  };
  EXPECT_EQ(level(1, 1), "0");
  EXPECT_EQ(level(1, 0.5), "1");
  EXPECT_EQ(level(0.1, 0), "2");
}

TEST(Proposal, WithholdsSadWhereMostOfTheForefootLiesBeyondThePicture) {
  const auto map = read_foot_map(imaging::assets_folder()).value();
  const auto rules = read_proposal_rules(imaging::assets_folder()).value();
  const auto proposed = [&](double shown) {
    std::vector<imaging::ArteryFilling> readings;
    for (const imaging::FootArtery& artery : map.arteries) {
      imaging::ArteryFilling reading;
      reading.artery = artery.id;
      reading.course.assign(40, {5, 5});
      reading.filled.assign(40, false);
      reading.shown_share = artery.group == imaging::FootGroup::Metatarsal ? 1 : shown;
      reading.assessable = reading.shown_share >= 0.5;
      readings.push_back(reading);
    }
    return propose_sad(map, rules, readings, true, {"1.2", 3});
  };
  EXPECT_EQ(proposed(1).proposals.at(0).level, "2");
  EXPECT_TRUE(proposed(1).withheld.empty());
  // Metatarsal arteries alone are less than half of arch, metatarsal and digital ones.
  const auto metatarsals_alone = proposed(0);
  EXPECT_TRUE(metatarsals_alone.proposals.empty());
  EXPECT_NE(metatarsals_alone.withheld.find("beyond the picture"), std::string::npos);
  EXPECT_FALSE(metatarsals_alone.arteries.contains("toe_2_medial"));
  EXPECT_TRUE(metatarsals_alone.arteries.contains("first_metatarsal"));
}

}  // namespace
}  // namespace planning
