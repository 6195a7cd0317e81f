// Published data with known results; further digits are those of R 4.2.2 with survival 3.5-3
// (survfit, survdiff).
#include "planning/outcome/survival.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <sstream>

namespace planning {
namespace {

// "9 13 13+": a time, with a plus where the follow-up ended without the event.
std::vector<Spell> spells(const std::string& text) {
  std::istringstream words(text);
  std::vector<Spell> result;
  for (std::string word; words >> word;) result.push_back({std::stod(word), !word.ends_with("+")});
  return result;
}

// Miller (1997), acute myelogenous leukaemia with and without maintenance: `aml` of R's survival.
const auto maintained = spells("9 13 13+ 18 23 28+ 31 34 45+ 48 161+");
const auto nonmaintained = spells("5 5 8 8 12 16+ 23 27 30 33 43 45");
// Freireich et al. (1963), remission in weeks under 6-mercaptopurine and placebo.
const auto mercaptopurine =
    spells("6 6 6 7 10 13 16 22 23 6+ 9+ 10+ 11+ 17+ 19+ 20+ 25+ 32+ 32+ 34+ 35+");
const auto placebo = spells("1 1 2 2 3 4 4 5 5 8 8 8 8 11 11 12 12 15 17 22 23");
// Kalbfleisch and Prentice (1980), lung cancer of veterans by cell type: `veteran` of R's survival.
const std::vector<std::vector<Spell>> veteran{
    spells("72 411 228 126 118 10 82 110 314 100+ 42 8 144 25+ 11 999 112 87+ 231+ 242 991 111 1 "
           "587 389 33 25 357 467 201 1 30 44 283 15"),
    spells("30 384 4 54 13 123+ 97+ 153 59 117 16 151 22 56 21 18 139 20 31 52 287 18 51 122 27 54 "
           "7 63 392 10 25 103+ 21 13 87 2 20 7 24 99 8 99 61 25 95 80 51 29"),
    spells("8 92 35 117 132 12 162 3 95 24 18 83+ 31 51 90 52 73 8 36 48 7 140 186 84 19 45 80"),
    spells("177 162 216 553 278 12 260 200 156 182+ 143 105 103 250 100 52 164 19 53 15 43 340 133 "
           "111 231 378 49")};

struct Expected {
  double days;
  int at_risk, events;
  double survival, low, high;
};

void expect_curve(const std::vector<Spell>& data, BandKind kind,
                  const std::vector<Expected>& expected) {
  const auto curve = kaplan_meier(data, kind);
  ASSERT_TRUE(curve);
  for (const Expected& e : expected) {
    const auto step = curve->at(e.days);
    ASSERT_TRUE(step) << e.days;
    EXPECT_EQ(step->days, e.days);
    EXPECT_EQ(step->at_risk, e.at_risk);
    EXPECT_EQ(step->events, e.events);
    EXPECT_NEAR(step->survival, e.survival, 1e-10);
    ASSERT_TRUE(step->band);
    EXPECT_NEAR(step->band->low, e.low, 1e-10) << name_of(kind) << " at " << e.days;
    EXPECT_NEAR(step->band->high, e.high, 1e-10) << name_of(kind) << " at " << e.days;
  }
}

TEST(KaplanMeier, LogLogBandsOfTheMaintainedArmAreThoseOfR) {
  expect_curve(maintained, BandKind::LogLog,
               {{9, 11, 1, 0.909090909091, 0.5080802057699, 0.986673822668},
                {13, 10, 1, 0.818181818182, 0.4474286146822, 0.951162228582},
                {18, 8, 1, 0.715909090909, 0.3501903859079, 0.899023974191},
                {23, 7, 1, 0.613636363636, 0.2657520400013, 0.835299243250},
                {28, 6, 0, 0.613636363636, 0.2657520400013, 0.835299243250},
                {31, 5, 1, 0.490909090909, 0.1673309097769, 0.753399790371},
                {34, 4, 1, 0.368181818182, 0.0928295749370, 0.657040832398},
                {48, 2, 1, 0.184090909091, 0.0117384801232, 0.525014842727},
                {161, 1, 0, 0.184090909091, 0.0117384801232, 0.525014842727}});
}

TEST(KaplanMeier, LogAndPlainBandsAreThoseOfR) {
  expect_curve(maintained, BandKind::Log,
               {{9, 11, 1, 0.909090909091, 0.7541338450815, 1},
                {23, 7, 1, 0.613636363636, 0.3768670595017, 0.999157600228},
                {48, 2, 1, 0.184090909091, 0.0359178984892, 0.943525769475}});
  expect_curve(maintained, BandKind::Plain,
               {{9, 11, 1, 0.909090909091, 0.7392043331338, 1},
                {23, 7, 1, 0.613636363636, 0.3144824919464, 0.912790235326},
                {48, 2, 1, 0.184090909091, 0, 0.484931162720}});
}

TEST(KaplanMeier, TheMercaptopurineArmIsThatOfFreireich) {
  expect_curve(mercaptopurine, BandKind::LogLog,
               {{6, 21, 3, 0.857142857143, 0.619717955266, 0.951551747647},
                {7, 17, 1, 0.806722689076, 0.563146564622, 0.922809019203},
                {10, 15, 1, 0.752941176471, 0.503199510800, 0.889361835169},
                {13, 12, 1, 0.690196078431, 0.431610222486, 0.849065963349},
                {16, 11, 1, 0.627450980392, 0.367510855988, 0.804912189472},
                {22, 7, 1, 0.537815126050, 0.267778936767, 0.746790717635},
                {23, 6, 1, 0.448179271709, 0.188052005959, 0.680142628495}});
  EXPECT_EQ(kaplan_meier(mercaptopurine)->quantile_days(0.5), 23);
  EXPECT_EQ(kaplan_meier(placebo)->quantile_days(0.5), 8);
}

TEST(KaplanMeier, WithoutCensoringIsTheFractionLeft) {
  const auto curve = kaplan_meier(placebo, BandKind::Plain);
  ASSERT_TRUE(curve);
  EXPECT_NEAR(curve->at(8)->survival, 8.0 / 21, 1e-12);
  // Greenwood's variance is then the binomial's.
  EXPECT_NEAR(curve->at(8)->standard_error, std::sqrt(8.0 / 21 * 13 / 21 / 21), 1e-12);
}

TEST(KaplanMeier, HasNoBandWhereTheVarianceSaysNothing) {
  const auto curve = kaplan_meier(spells("3+ 5 9"));
  ASSERT_TRUE(curve);
  EXPECT_FALSE(curve->at(3)->band);  // All are left: log(-log 1) is not there.
  EXPECT_TRUE(curve->at(5)->band);
  EXPECT_EQ(curve->at(9)->survival, 0);
  EXPECT_FALSE(curve->at(9)->band);
}

TEST(KaplanMeier, SaysNothingBeyondTheLastFollowUp) {
  const auto curve = kaplan_meier(maintained);
  EXPECT_EQ(curve->at(0)->survival, 1);
  EXPECT_EQ(curve->at_risk(0), 11);
  EXPECT_EQ(curve->at_risk(29), 5);
  EXPECT_FALSE(curve->at(162));
}

TEST(KaplanMeier, TakesTheMiddleOfALevelStretchAsMedian) {
  EXPECT_EQ(kaplan_meier(spells("2 4 7 9"))->quantile_days(0.5), 5.5);
  EXPECT_FALSE(kaplan_meier(spells("2 4+ 7+ 9+"))->quantile_days(0.5));
}

TEST(KaplanMeier, RefusesTimesThatAreNone) {
  EXPECT_FALSE(kaplan_meier({}));
  EXPECT_FALSE(kaplan_meier({{-1, true}}));
  EXPECT_FALSE(kaplan_meier({{std::numeric_limits<double>::quiet_NaN(), true}}));
}

TEST(LogRank, OfFreireichIsThatOfR) {
  const auto test = log_rank({mercaptopurine, placebo});
  ASSERT_TRUE(test);
  EXPECT_EQ(test->groups[0].observed, 9);
  EXPECT_EQ(test->groups[1].observed, 21);
  EXPECT_NEAR(test->groups[0].expected, 19.2505009480311, 1e-9);
  EXPECT_NEAR(test->groups[1].expected, 10.7494990519689, 1e-9);
  EXPECT_NEAR(test->chi_square, 16.7929409892165, 1e-9);  // Published as 16.79.
  EXPECT_EQ(test->degrees, 1);
  EXPECT_NEAR(test->p_value, 4.16880910933453e-05, 1e-13);
}

TEST(LogRank, OfLeukaemiaMaintenanceIsThatOfR) {
  const auto test = log_rank({maintained, nonmaintained});
  ASSERT_TRUE(test);
  EXPECT_NEAR(test->groups[0].expected, 10.68933599230072, 1e-9);
  EXPECT_NEAR(test->chi_square, 3.3963886989776, 1e-9);
  EXPECT_NEAR(test->p_value, 0.0653393220405051, 1e-11);
}

TEST(LogRank, OfFourCellTypesIsThatOfR) {
  const auto test = log_rank(veteran);
  ASSERT_TRUE(test);
  const double expected[] = {47.6546776724754, 30.1020793268148, 15.6937646143605,
                             34.5494783863493};
  for (std::size_t g = 0; g < 4; ++g) EXPECT_NEAR(test->groups[g].expected, expected[g], 1e-9);
  EXPECT_NEAR(test->chi_square, 25.4037003457854, 1e-9);
  EXPECT_EQ(test->degrees, 3);
  EXPECT_NEAR(test->p_value, 1.27124593900609e-05, 1e-13);
}

TEST(LogRank, DoesNotDependOnTheOrderOfGroups) {
  const auto forward = log_rank(veteran);
  const auto backward = log_rank({veteran[3], veteran[1], veteran[0], veteran[2]});
  ASSERT_TRUE(forward && backward);
  EXPECT_NEAR(forward->chi_square, backward->chi_square, 1e-9);
}

TEST(LogRank, OfEqualGroupsIsNothing) {
  const auto test = log_rank({placebo, placebo});
  ASSERT_TRUE(test);
  EXPECT_NEAR(test->chi_square, 0, 1e-12);
  EXPECT_NEAR(test->p_value, 1, 1e-9);
}

TEST(LogRank, RefusesWhatCannotBeCompared) {
  EXPECT_FALSE(log_rank({placebo}));
  EXPECT_FALSE(log_rank({placebo, {}}));
  EXPECT_FALSE(log_rank({spells("3+ 4+"), spells("5+")}));
  // Nobody of the second group was there when the first event happened.
  EXPECT_FALSE(log_rank({spells("3 4"), spells("1+ 2+")}));
}

}  // namespace
}  // namespace planning
