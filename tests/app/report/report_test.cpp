#include "app/report/report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <regex>
#include <sstream>

#include "tests/app/report/fixture.h"

namespace app {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;

// What a program prints; its warnings are dropped.
std::string output_of(const std::string& command) {
  std::string text;
  FILE* pipe = popen((command + " 2>/dev/null").c_str(), "r");
  if (pipe == nullptr) return text;
  char buffer[4096];
  for (std::size_t n; (n = fread(buffer, 1, sizeof buffer, pipe)) > 0;) text.append(buffer, n);
  pclose(pipe);
  return text;
}

class Report : public testing::Test {
 protected:
  // Writes the report and takes the text of its pages, each without its line breaks.
  void write(const ReportContent& content) {
    const auto written = write_report(content, file);
    ASSERT_TRUE(written) << written.error().sentence;
    std::istringstream all(output_of("pdftotext -layout " + file.string() + " -"));
    for (std::string page; std::getline(all, page, '\f');)
      pages.push_back(std::regex_replace(page, std::regex("\\s+"), " "));
    for (const std::string& page : pages) text += page;
  }

  void expect_every_word_within_margins() {
    const std::string boxes = output_of("pdftotext -bbox " + file.string() + " -");
    const std::regex word(
        R"re(xMin="([-0-9.]+)" yMin="([-0-9.]+)" xMax="([-0-9.]+)" yMax="([-0-9.]+)">([^<]*)<)re");
    int seen = 0;
    for (std::sregex_iterator it(boxes.begin(), boxes.end(), word), end; it != end; ++it, ++seen) {
      // 48 pt at the sides; the feet stand 36 pt above the lower edge. Half a point for the blank
      // around the letters themselves.
      EXPECT_GE(std::stod((*it)[1]), 47.5) << (*it)[5];
      EXPECT_LE(std::stod((*it)[3]), 595.3 - 47.5) << (*it)[5];
      EXPECT_GE(std::stod((*it)[2]), 30) << (*it)[5];
      EXPECT_LE(std::stod((*it)[4]), 841.9 - 30) << (*it)[5];
    }
    EXPECT_GT(seen, 50);
  }

  // No two words cover each other by more than a hair, on any page.
  void expect_no_word_over_another() {
    const std::string boxes = output_of("pdftotext -bbox " + file.string() + " -");
    const std::regex token(
        R"re(<page |xMin="([-0-9.]+)" yMin="([-0-9.]+)" xMax="([-0-9.]+)" yMax="([-0-9.]+)">([^<]*)<)re");
    struct Box {
      double x0, y0, x1, y1;
      std::string word;
    };
    std::vector<Box> page;
    for (std::sregex_iterator it(boxes.begin(), boxes.end(), token), end; it != end; ++it) {
      if ((*it)[0] == "<page ") {
        page.clear();
        continue;
      }
      const Box box{std::stod((*it)[1]), std::stod((*it)[2]), std::stod((*it)[3]),
                    std::stod((*it)[4]), (*it)[5]};
      for (const Box& other : page) {
        const double across = std::min(box.x1, other.x1) - std::max(box.x0, other.x0);
        const double down = std::min(box.y1, other.y1) - std::max(box.y0, other.y0);
        // Boxes reach from the ascent to the descent of the font, which lines may share.
        const double height = std::min(box.y1 - box.y0, other.y1 - other.y0);
        EXPECT_FALSE(across > 0.5 && down > 0.4 * height) << box.word << " over " << other.word;
      }
      page.push_back(box);
    }
  }

  ScratchFolder folder;
  fs::path file = folder.path() / "report.pdf";
  std::vector<std::string> pages;
  std::string text;
};

TEST_F(Report, CarriesEveryFigureOfThePlan) {
  write(content_example());
  for (const char* expected : {"Heron 41, left leg",
                               "21 November 2026",
                               "Posterior tibial artery into posterior tibial vein 1",
                               "1.3 ± 0.2 mm",
                               "4.7 mm",
                               "63°",
                               "7.5",
                               "417 ml/min",
                               "286 to 562 ml/min",
                               "41 mmHg",
                               "300 ml/min or more (S2)",
                               "18 %",
                               "3.5 → 5.5",
                               "55.5 to 115.5",
                               "195°",
                               "W:87 [E]",
                               "0.231",
                               "± 6.0 %",
                               "px only",
                               "not known: enter it on the Case page",
                               "more than a needle bridges",
                               "37 more are in plan.json",
                               "Mean aortic pressure 92 mmHg",
                               "Two files of the case were skipped",
                               "Oasis 0.1.0",
                               "Angiogram 1, frame 14"})
    EXPECT_THAT(text, HasSubstr(expected));
  EXPECT_THAT(text, HasSubstr(std::string(64, 'a')));
  EXPECT_THAT(text, Not(HasSubstr("1.2.826.0.1.3680043.8.498.12345678901234567890.1")));
}

TEST_F(Report, SaysOnEveryPageWhatItIsForAndWhichPageItIs) {
  write(content_example());
  ASSERT_GT(pages.size(), 2u);
  for (std::size_t i = 0; i < pages.size(); ++i) {
    EXPECT_THAT(pages[i], HasSubstr(research_line));
    EXPECT_THAT(pages[i],
                HasSubstr("Page " + std::to_string(i + 1) + " of " + std::to_string(pages.size())));
    EXPECT_THAT(pages[i], HasSubstr("Heron 41"));
  }
}

TEST_F(Report, IsAnA4DocumentThatAnotherProgramReads) {
  write(content_example());
  const std::string facts = output_of("pdfinfo " + file.string());
  EXPECT_THAT(facts, HasSubstr("(A4)"));
  EXPECT_THAT(facts, HasSubstr("Pages:"));
  const std::string images = output_of("pdfimages -list " + file.string());
  EXPECT_EQ(std::count(images.begin(), images.end(), '\n'), 2 + 5);  // Two lines of heads.
  EXPECT_THAT(images, HasSubstr("jpeg"));
}

TEST_F(Report, KeepsAllTextWithinTheMarginsAndApart) {
  write(content_example());
  expect_every_word_within_margins();
  expect_no_word_over_another();
}

TEST_F(Report, BreaksALongTableOverPagesAndRepeatsItsHead) {
  ReportContent content = content_example();
  content.pictures.clear();
  content.candidates.clear();
  for (int rank = 1; rank <= 120; ++rank) content.candidates.push_back(crossing_example(rank));
  write(content);
  int with_head = 0;
  for (const std::string& page : pages) with_head += page.find("Gap (mm)") != std::string::npos;
  EXPECT_GT(with_head, 4);
  // Every site once: 71.0 to 190.0 along the artery.
  for (int rank = 1; rank <= 120; ++rank)
    EXPECT_THAT(text, HasSubstr(std::to_string(70 + rank) + ".0 ")) << rank;
  expect_every_word_within_margins();
  expect_no_word_over_another();
}

TEST_F(Report, WrapsWhateverItIsGiven) {
  ReportContent content = content_example();
  const std::string endless(3000, 'W');
  std::string sentences;
  for (int i = 0; i < 2000; ++i) sentences.append("word").append(std::to_string(i)).append(" ");
  content.alias = endless;
  content.technique = endless;
  content.notes = {sentences,
                   "Bytes \xff\xfe that are no letters, \xf0\x9f\xa6\xb5 a letter beyond, \t\n."};
  content.preview->devices[0].label = endless;
  content.preview->devices[0].vessel = std::string(500, '_');
  content.preview->checks[0].message = sentences;
  content.preview->crossing.artery_name = endless;
  content.preview->flow.circuit_ml_min = std::nan("");
  content.preview->crossing.gap_mm = 1e30;
  content.calibrations[0].calibration.note = sentences;
  content.inputs[0].sha256 = std::string(1000, 'f');
  content.pictures[1].image = ring(2, 900);
  content.pictures[2].image = ring(1500, 3);
  content.pictures[3].image = {};
  write(content);
  EXPECT_THAT(text, HasSubstr("word1999"));
  EXPECT_THAT(text, HasSubstr("unknown ml/min"));
  for (const std::string& page : pages) EXPECT_THAT(page, HasSubstr(research_line));
  expect_every_word_within_margins();
  expect_no_word_over_another();
}

TEST_F(Report, SaysThatNothingCanBePlanned) {
  ReportContent content;
  content.alias = "Heron 41";
  content.notes = {"The case has no duplex volume, so no vessels could be traced."};
  write(content);
  EXPECT_THAT(text, HasSubstr("No crossing can be planned"));
  EXPECT_THAT(text, HasSubstr("leg of unknown side"));
  EXPECT_THAT(text, HasSubstr("no duplex volume"));
  EXPECT_THAT(text, HasSubstr(research_line));
}

TEST_F(Report, IsTheSameForTheSameContent) {
  write(content_example());
  const std::string first = output_of("cat " + file.string());
  ASSERT_TRUE(write_report(content_example(), file));
  EXPECT_EQ(output_of("cat " + file.string()), first);
}

TEST_F(Report, TellsWhereItCannotBeWritten) {
  const auto missing = write_report(content_example(), folder.path() / "no such folder" / "a.pdf");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, imaging::ErrorCode::Unwritable);
  EXPECT_THAT(missing.error().sentence, HasSubstr("choose another place"));
}

}  // namespace
}  // namespace app
