#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "imaging/core/assets.h"
#include "planning/review/audit.h"
#include "planning/review/export.h"
#include "planning/review/reading_order.h"
#include "planning/statistics/csv.h"

namespace planning {
namespace {

TEST(ReadingOrder, IsAPermutationThatDependsOnTheReader) {
  const auto anna = reading_order(40, "feet", "anna");
  EXPECT_EQ(std::set<std::size_t>(anna.begin(), anna.end()).size(), 40u);
  EXPECT_EQ(*std::max_element(anna.begin(), anna.end()), 39u);
  EXPECT_EQ(anna, reading_order(40, "feet", "anna"));
  EXPECT_NE(anna, reading_order(40, "feet", "ben"));
  EXPECT_NE(anna, reading_order(40, "hands", "anna"));
  EXPECT_NE(reading_order(40, "a", "bc"), reading_order(40, "ab", "c"));
}

// A fair shuffle brings each case to each place equally often: chi-square of 20 x 20 cells with
// 4000 readers has 19 * 19 degrees of freedom, mean 361, standard deviation 27.
TEST(ReadingOrder, IsFair) {
  std::vector<std::vector<int>> count(20, std::vector<int>(20, 0));
  for (int r = 0; r < 4000; ++r) {
    const auto order = reading_order(20, "feet", "reader" + std::to_string(r));
    for (std::size_t i = 0; i < 20; ++i) ++count[order[i]][i];
  }
  double chi_square = 0;
  for (const auto& row : count)
    for (const int n : row) chi_square += (n - 200.0) * (n - 200.0) / 200;
  EXPECT_LT(chi_square, 361 + 4 * 27);
  EXPECT_GT(chi_square, 361 - 4 * 27);
}

TEST(BlindedCode, TellsCasesApartAndNeedsTheSecret) {
  std::set<std::string> codes;
  for (int i = 0; i < 500; ++i) codes.insert(blinded_code("secret", "case " + std::to_string(i)));
  EXPECT_EQ(codes.size(), 500u);
  EXPECT_NE(blinded_code("secret", "case 1"), blinded_code("other", "case 1"));
}

std::vector<AuditEntry> trail(int length) {
  std::vector<AuditEntry> entries;
  std::string previous = first_previous_hash();
  for (int i = 1; i <= length; ++i) {
    AuditEntry e{i,
                 "2026-11-21T02:31:4" + std::to_string(i) + "Z",
                 "anna",
                 "commit",
                 "case " + std::to_string(i),
                 previous,
                 ""};
    e.hash = hash_of(e);
    previous = e.hash;
    entries.push_back(e);
  }
  return entries;
}

TEST(Audit, AcceptsAWholeTrail) {
  const auto verdict = verify_audit(trail(5));
  ASSERT_TRUE(verdict);
  EXPECT_EQ(verdict->entries, 5u);
  EXPECT_EQ(verdict->last_hash, trail(5).back().hash);
  EXPECT_TRUE(verify_audit({}));
}

TEST(Audit, NamesTheEntryThatWasChangedRemovedOrMoved) {
  const auto broken_at = [](std::vector<AuditEntry> entries) {
    const auto verdict = verify_audit(entries);
    return verdict ? std::string("whole") : verdict.error().sentence;
  };
  auto changed = trail(5);
  changed[2].detail = "case 9";
  EXPECT_THAT(broken_at(changed), testing::HasSubstr("entry 3"));
  changed[2].hash = hash_of(changed[2]);  // Then the next no longer follows it.
  EXPECT_THAT(broken_at(changed), testing::HasSubstr("entry 4"));
  auto removed = trail(5);
  removed.erase(removed.begin() + 1);
  EXPECT_THAT(broken_at(removed), testing::HasSubstr("entry 2"));
  auto swapped = trail(5);
  std::swap(swapped[0], swapped[1]);
  EXPECT_THAT(broken_at(swapped), testing::HasSubstr("entry 1"));
  auto moved = trail(5);  // A letter from one part to the next.
  moved[1].actor = "ann";
  moved[1].action = "acommit";
  EXPECT_THAT(broken_at(moved), testing::HasSubstr("entry 2"));
}

TEST(Audit, NotesClocksThatDisagree) {
  auto entries = trail(2);
  entries[1].clock_utc = "2019-01-01T00:00:00Z";
  entries[1].hash = hash_of(entries[1]);
  const auto verdict = verify_audit(entries);
  ASSERT_TRUE(verdict);
  EXPECT_THAT(verdict->clock_went_back, testing::ElementsAre(2));
}

const ScoreBook& book() {
  static const ScoreBook shipped = read_scores(imaging::assets_folder()).value();
  return shipped;
}

Reading reading(const std::string& code, const std::string& reader, const std::string& sad) {
  Reading r{.code = code,
            .reader = reader,
            .adjudicated = false,
            .sequence = 1,
            .clock_utc = {},
            .form = {}};
  r.form.side = imaging::Side::Left;
  r.form.levels["sad"] = sad;
  return r;
}

TEST(AgreementOf, ComparesOnlyWhatEveryReaderHasCommitted) {
  auto settled = reading("A", "carla", "0");
  settled.adjudicated = true;
  const auto items =
      agreement_of(book(), {"sad"},
                   {reading("A", "anna", "2"), reading("A", "ben", "2"), reading("B", "anna", "0"),
                    reading("B", "ben", "1"), reading("C", "anna", "1"), settled});
  ASSERT_EQ(items.size(), 1u);
  EXPECT_EQ(items[0].cases, 2);
  EXPECT_EQ(items[0].categories, 3);
  EXPECT_THAT(items[0].readers, testing::ElementsAre("anna", "ben"));
  ASSERT_TRUE(items[0].percent && items[0].cohen && items[0].weighted);
  EXPECT_DOUBLE_EQ(items[0].percent->value, 0.5);
  // Two cases, p_o = 1/2, p_e = P(anna 2) P(ben 2) = 1/4: (1/2 - 1/4) / (3/4).
  EXPECT_NEAR(items[0].cohen->value, 1.0 / 3, 1e-12);
}

TEST(Export, QuotesWhatWouldBreakATable) {
  auto odd = reading("A", "anna", "2");
  odd.form.remark = "=cmd(\"x\"), two\nlines";
  const std::string csv = readings_csv(book(), {"sad"}, {odd});
  const auto lines = csv_lines(csv);
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_EQ(lines[0].fields.size(), lines[1].fields.size());
  EXPECT_EQ(lines[1].fields.back(), "'=cmd(\"x\"), two\nlines");
}

TEST(Export, TheCodebookExplainsEveryColumn) {
  const auto head = csv_lines(readings_csv(book(), {}, {})).front();
  std::set<std::string> explained;
  for (const auto& line : csv_lines(codebook_csv(book(), {}))) explained.insert(line.fields[1]);
  for (const std::string& column : head.fields) EXPECT_TRUE(explained.contains(column)) << column;
}

}  // namespace
}  // namespace planning
