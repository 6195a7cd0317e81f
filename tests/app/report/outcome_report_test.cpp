// Outcomes on paper and as drawings.
#include "app/report/outcome_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <regex>

#include "app/report/canvas.h"
#include "app/report/chart_svg.h"
#include "tests/support/scratch_folder.h"

namespace app {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

Outcomes small_outcomes(const fs::path& folder) {
  const fs::path file = folder / "limbs & <toes>.csv";
  std::ofstream(file) << "limb,event,day,value,group\nA,index,0,,x\nA,death,40,,\nB,index,0,,y\n"
                         "B,wound_cm2,0,4,\nB,wound_cm2,100,1,\nB,last_seen,400,,\n";
  auto outcomes = read_outcomes(file);
  EXPECT_TRUE(outcomes) << outcomes.error().sentence;
  return std::move(*outcomes);
}

std::size_t count_of(const std::string& text, const std::string& what) {
  std::size_t count = 0;
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++count;
  return count;
}

TEST(ChartSvg, IsWholeAndHoldsItsWordsAsText) {
  const support::ScratchFolder folder;
  for (Chart chart : small_outcomes(folder.path()).charts) {
    chart.title += " & <so on>";
    const std::string svg = chart_svg(chart, 640, 420);
    EXPECT_THAT(svg, HasSubstr("&amp; &lt;so on&gt;"));
    EXPECT_EQ(svg.find("<so on>"), std::string::npos);
    EXPECT_EQ(count_of(svg, "<text"), count_of(svg, "</text>"));
    EXPECT_EQ(svg.find("nan"), std::string::npos) << chart.id;
    EXPECT_TRUE(svg.ends_with("</svg>\n"));
    // Every coordinate of a stroke lies on the sheet.
    const std::regex point(R"re(([-0-9.]+),([-0-9.]+))re");
    const std::regex points(R"re(points="([^"]*)")re");
    for (std::sregex_iterator it(svg.begin(), svg.end(), points), end; it != end; ++it) {
      const std::string list = (*it)[1];
      for (std::sregex_iterator p(list.begin(), list.end(), point); p != end; ++p) {
        EXPECT_GE(std::stod((*p)[1]), 0) << chart.id;
        EXPECT_LE(std::stod((*p)[1]), 640) << chart.id;
        EXPECT_GE(std::stod((*p)[2]), 0) << chart.id;
        EXPECT_LE(std::stod((*p)[2]), 420) << chart.id;
      }
    }
  }
}

TEST(OutcomeReport, HoldsEveryPlotAndTheComparison) {
  const support::ScratchFolder folder;
  const Outcomes outcomes = small_outcomes(folder.path());
  const fs::path file = fs::path(folder.path()) / "outcome.pdf";
  const auto written =
      write_outcome_report({.outcomes = outcomes, .date = "1 May 2026", .version = "0.1.0"}, file);
  ASSERT_TRUE(written) << written.error().sentence;
  std::string text;
  FILE* pipe = popen(("pdftotext -layout " + file.string() + " - 2>/dev/null").c_str(), "r");
  ASSERT_NE(pipe, nullptr);
  char buffer[4096];
  for (std::size_t n; (n = fread(buffer, 1, sizeof buffer, pipe)) > 0;) text.append(buffer, n);
  pclose(pipe);
  for (const Chart& chart : outcomes.charts) EXPECT_THAT(text, HasSubstr(chart.title));
  EXPECT_THAT(text, HasSubstr("Beside published series"));
  EXPECT_THAT(text, HasSubstr("PROMISE II"));
  EXPECT_THAT(text, HasSubstr(outcomes.sha256.substr(0, 16)));
}

// One page at a pixel a point, as a viewer shows it.
imaging::Frame<imaging::Rgb> shown(report::Canvas canvas, const fs::path& folder) {
  const auto bytes = canvas.finish();
  EXPECT_TRUE(bytes);
  std::ofstream(folder / "page.pdf", std::ios::binary)
      .write(reinterpret_cast<const char*>(bytes->data()),
             static_cast<std::streamsize>(bytes->size()));
  const std::string page = (folder / "page").string();
  EXPECT_EQ(std::system(("pdftoppm -r 72 -singlefile " + page + ".pdf " + page).c_str()), 0);
  std::ifstream in(page + ".ppm", std::ios::binary);
  std::string kind;
  int columns = 0, rows = 0, most = 0;
  in >> kind >> columns >> rows >> most;
  in.get();
  imaging::Frame<imaging::Rgb> picture(columns, rows);
  in.read(reinterpret_cast<char*>(picture.data()),
          static_cast<std::streamsize>(3 * picture.size()));
  EXPECT_TRUE(in);
  return picture;
}

TEST(Canvas, LetsWhatLiesBelowShineThroughWithoutSeams) {
  const support::ScratchFolder folder;
  auto canvas = report::Canvas::make("Glaze");
  ASSERT_TRUE(canvas) << canvas.error().sentence;
  canvas->add_page();
  const auto box = [](double from, double to) {
    return report::Canvas::Corners{{from, 100}, {to, 100}, {to, 200}, {from, 200}};
  };
  // Red from 100 to 200 in two steps that meet within a pixel; blue from 150 to 250 over it.
  canvas->glaze({box(100, 130.37), box(130.37, 200)}, {255, 0, 0}, 0.5);
  canvas->glaze({box(150, 250)}, {0, 0, 255}, 0.5);
  canvas->polygon(box(300, 320), {0, 0, 0});
  const auto page = shown(*std::move(canvas), folder.path());
  const auto colour_is = [&](int column, int r, int g, int b) {
    const imaging::Rgb c = page(column, 150);
    EXPECT_NEAR(c.r, r, 3) << column;
    EXPECT_NEAR(c.g, g, 3) << column;
    EXPECT_NEAR(c.b, b, 3) << column;
  };
  for (int column = 105; column < 145; ++column) colour_is(column, 255, 128, 128);
  colour_is(175, 128, 64, 191);
  colour_is(225, 128, 128, 255);
  colour_is(310, 0, 0, 0);
}

TEST(OutcomeReport, IsNotMadeOfATableWithFaults) {
  const support::ScratchFolder folder;
  Outcomes outcomes = small_outcomes(folder.path());
  outcomes.summary.reset();
  const fs::path file = fs::path(folder.path()) / "outcome.pdf";
  EXPECT_FALSE(write_outcome_report({.outcomes = outcomes, .date = "", .version = ""}, file));
  EXPECT_FALSE(fs::exists(file));
}

}  // namespace
}  // namespace app
