// Outcomes as plots: one description that every medium draws.
#include "app/session/outcomes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>

#include "tests/support/scratch_folder.h"

namespace app {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

// Months of 30.4375 days. Four limbs: events at one and at three months, two seen to twelve.
constexpr const char* table =
    "limb,event,day,value,group\n"
    "A,index,0,,x\nA,death,30.4375,,\n"
    "B,index,0,,y\nB,major_amputation,91.3125,,\nB,last_seen,91.3125,,\n"
    "C,index,0,,x\nC,last_seen,365.25,,\nC,wound_cm2,0,8,\nC,wound_cm2,91,2,\n"
    "D,index,0,,y\nD,last_seen,365.25,,\n";

class OutcomesOfARegistry : public testing::Test {
 protected:
  fs::path file(const std::string& text) {
    const fs::path path = fs::path(folder_.path()) / "limbs.csv";
    std::ofstream(path) << text;
    return path;
  }
  static const Chart& chart(const Outcomes& outcomes, const std::string& id) {
    for (const Chart& one : outcomes.charts)
      if (one.id == id) return one;
    ADD_FAILURE() << "no chart " << id;
    return outcomes.charts.front();
  }
  support::ScratchFolder folder_;
};

TEST_F(OutcomesOfARegistry, AreStepsWithNumbersAtRiskAndPublishedFigures) {
  const auto outcomes = read_outcomes(file(table));
  ASSERT_TRUE(outcomes) << outcomes.error().sentence;
  ASSERT_TRUE(outcomes->summary);
  const Chart& survival = chart(*outcomes, "amputation_free_survival");
  // Both groups of two: x loses one of two at a month, y one of two at three.
  ASSERT_EQ(survival.lines.size(), 2u);
  EXPECT_EQ(survival.lines[0].name, "x");
  EXPECT_DOUBLE_EQ(*step_at(survival.lines[0], 0.5), 1);
  EXPECT_DOUBLE_EQ(*step_at(survival.lines[0], 1.5), 0.5);
  EXPECT_DOUBLE_EQ(*step_at(survival.lines[1], 2.9), 1);
  EXPECT_DOUBLE_EQ(*step_at(survival.lines[1], 3.1), 0.5);
  EXPECT_FALSE(step_at(survival.lines[0], 12.5));
  ASSERT_EQ(survival.rows.size(), 2u);
  EXPECT_EQ(survival.rows[0].cells[0].second, "2");
  EXPECT_EQ(survival.rows[0].cells[1].second, "1");  // Of x at three months.
  EXPECT_THAT(survival.remark, HasSubstr("log-rank"));
  EXPECT_FALSE(survival.marks.empty());
  for (const Chart::Mark& mark : survival.marks) EXPECT_THAT(mark.words, HasSubstr("["));
}

TEST_F(OutcomesOfARegistry, ShowThePatenciesTogetherAndEachForItsGroups) {
  const auto outcomes = read_outcomes(file(table));
  ASSERT_TRUE(outcomes);
  EXPECT_EQ(chart(*outcomes, "patency").lines.size(), 3u);
  for (const char* id : {"primary_patency", "assisted_patency", "secondary_patency"})
    EXPECT_EQ(chart(*outcomes, id).lines.size(), 2u);
}

TEST_F(OutcomesOfARegistry, FollowWoundsAndSayWhatWasNotMeasured) {
  const auto outcomes = read_outcomes(file(table));
  ASSERT_TRUE(outcomes);
  const Chart& wound = chart(*outcomes, "wound_area");
  ASSERT_EQ(wound.marks.size(), 2u);
  EXPECT_DOUBLE_EQ(wound.marks[0].y, 8);
  EXPECT_DOUBLE_EQ(wound.marks[1].y, 2);
  EXPECT_GE(wound.y.to, 8);
  EXPECT_FALSE(chart(*outcomes, "tcpo2").instead.empty());
}

// The density over percent of limbs has the area 1, and its shade ends at the credible interval.
TEST_F(OutcomesOfARegistry, ShowThePosteriorWithItsGoal) {
  const auto outcomes = read_outcomes(file(table));
  ASSERT_TRUE(outcomes);
  const Chart& posterior = chart(*outcomes, "posterior");
  double area = 0;
  const auto& points = posterior.lines[0].points;
  for (std::size_t i = 1; i < points.size(); ++i)
    area +=
        0.5 * (points[i].second + points[i - 1].second) * (points[i].first - points[i - 1].first);
  EXPECT_NEAR(area, 1, 1e-4);  // Trapezia of 1/400.
  const auto credible = outcomes->summary->posterior.interval();
  EXPECT_NEAR(posterior.bands[0].spreads.front().x, credible.low, 1.0 / 400);
  EXPECT_NEAR(posterior.bands[0].spreads.back().x, credible.high, 1.0 / 400);
  ASSERT_TRUE(posterior.goal);
  EXPECT_DOUBLE_EQ(posterior.goal->x, outcomes->published.goal);
}

TEST_F(OutcomesOfARegistry, ArePlacedBesideEveryPublishedFigure) {
  const auto outcomes = read_outcomes(file(table));
  ASSERT_TRUE(outcomes);
  const auto rows = compare_outcomes(*outcomes->summary, outcomes->published);
  std::size_t figures = 0;
  for (const auto& series : outcomes->published.series) figures += series.figures.size();
  EXPECT_EQ(rows.size(), figures);
  // One of four died at a month.
  const auto row = std::find_if(rows.begin(), rows.end(), [](const OutcomeComparison& one) {
    return one.endpoint_id == "survival" && one.months == "6";
  });
  ASSERT_NE(row, rows.end());
  EXPECT_THAT(row->here, HasSubstr("75.0 %"));
}

TEST_F(OutcomesOfARegistry, AreWithheldForATableWithAnEventBeforeTheIndex) {
  const auto outcomes =
      read_outcomes(file("limb,event,day\nA,index,0\nA,occlusion,-4\n"
                         "B,occlusion,3\n"));
  ASSERT_TRUE(outcomes) << outcomes.error().sentence;
  EXPECT_FALSE(outcomes->summary);
  EXPECT_TRUE(outcomes->charts.empty());
  ASSERT_EQ(outcomes->faults.size(), 2u);
  EXPECT_EQ(outcomes->faults[0].line, 3u);
}

TEST_F(OutcomesOfARegistry, RefuseAFileThatIsNotThere) {
  EXPECT_FALSE(read_outcomes(fs::path(folder_.path()) / "none.csv"));
}

// Every stroke of the plot itself stays within its area, whatever the pen: a second pen only
// measures.
class Measuring : public ChartPen {
 public:
  double text_width(const std::string& words, double size, bool) const override {
    return 0.6 * size * static_cast<double>(words.size());
  }
  void text(imaging::Point2, const std::string& words, double, bool, ChartInk, Align,
            double) override {
    texts.push_back(words);
  }
  void line(std::span<const imaging::Point2> points, double, ChartInk) override {
    ++lines;
    for (const auto& p : points) take(p);
  }
  void fill(std::span<const imaging::Point2> corners, ChartInk, double) override {
    for (const auto& p : corners) take(p);
  }
  void take(const imaging::Point2& p) {
    left = std::min(left, p.x);
    right = std::max(right, p.x);
    top = std::min(top, p.y);
    bottom = std::max(bottom, p.y);
  }
  std::vector<std::string> texts;
  double left = 1e9, right = -1e9, top = 1e9, bottom = -1e9;
  int lines = 0;
};

TEST_F(OutcomesOfARegistry, AreDrawnWithinTheirBox) {
  const auto outcomes = read_outcomes(file(table));
  ASSERT_TRUE(outcomes);
  for (const Chart& one : outcomes->charts)
    for (const ChartBox& box : {ChartBox{10, 20, 420, 300}, ChartBox{-5, 3, 1200, 900}}) {
      Measuring pen;
      const ChartBox area = draw_chart(one, box, 1, pen);
      if (!one.instead.empty()) {
        EXPECT_THAT(pen.texts, testing::Contains(one.instead));
        EXPECT_EQ(area.w, 0);
        continue;
      }
      EXPECT_GT(area.w, 0.7 * box.w) << one.id;
      EXPECT_GT(pen.lines, 3) << one.id;
      // A diamond at the edge of the plot reaches over it by its radius.
      EXPECT_GE(pen.left, box.x) << one.id;
      EXPECT_LE(pen.right, box.right()) << one.id;
      EXPECT_GE(pen.top, box.y) << one.id;
      EXPECT_LE(pen.bottom, box.bottom()) << one.id;
      EXPECT_THAT(pen.texts, testing::Contains(one.title));
    }
}

TEST(DrawChart, LeavesOutNumbersThatWouldRunIntoEachOther) {
  Chart chart{.id = "d", .title = "D"};
  chart.x = {.label = "x", .at = {0, 1}};
  chart.y = {.label = "y", .at = {-0.0, 1}};
  // 352 px of plot: a twentieth is 17.6 px, in which two numbers of 23.4 px have no room.
  chart.rows = {{.cells = {{0, "641"}, {0.05, "612"}, {0.5, "300"}}}};
  Measuring pen;
  (void)draw_chart(chart, {0, 0, 400, 300}, 1, pen);
  EXPECT_THAT(pen.texts, testing::AllOf(testing::Contains("641"), testing::Contains("300"),
                                        testing::Not(testing::Contains("612")),
                                        testing::Not(testing::Contains("-0"))));
}

TEST(DrawChart, CutsDashesToTheLengthOfTheLine) {
  Chart chart{.id = "d", .title = "D"};
  chart.x = {.label = "x", .at = {0, 1}};
  chart.y = {.label = "y", .at = {}};
  const auto drawn = [&](Chart::Stroke stroke) {
    chart.lines = {{.name = "", .points = {{0, 0.5}, {1, 0.5}}, .stroke = stroke}};
    Measuring pen;
    (void)draw_chart(chart, {0, 0, 400, 300}, 1, pen);
    return pen.lines;
  };
  const int solid = drawn(Chart::Stroke::Solid);
  // Six on and four off over 352 px of plot: 36 dashes in place of one line.
  EXPECT_EQ(drawn(Chart::Stroke::Dashed) - solid, 35);
}

}  // namespace
}  // namespace app
