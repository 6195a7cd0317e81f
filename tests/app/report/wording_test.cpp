#include "app/report/wording.h"

#include <gtest/gtest.h>

#include <limits>

namespace app::report {
namespace {

TEST(Wording, WritesNumbersAsASurgeonReadsThem) {
  EXPECT_EQ(millimetres(1.25, 0.24), "1.3 ± 0.2 mm");
  EXPECT_EQ(millimetres(3, 0), "3.0 mm");
  EXPECT_EQ(decimal(-0.04, 1), "0.0");
  EXPECT_EQ(decimal(-0.06, 1), "-0.1");
  EXPECT_EQ(decimal(std::numeric_limits<double>::quiet_NaN(), 1), "unknown");
  EXPECT_EQ(measured(41.4, "deg"), "41°");
  EXPECT_EQ(measured(416.7, "ml/min"), "417 ml/min");
  EXPECT_EQ(measured(2, ""), "2");
  EXPECT_EQ(measured(0.875, ""), "0.88");
  EXPECT_EQ(measured(12, "d"), "12 d");
  EXPECT_EQ(measured(0.83, "fraction"), "83 %");
  EXPECT_EQ(measured(1.72, "ratio"), "1.72");
}

TEST(Wording, TurnsIdentifiersIntoWords) {
  EXPECT_EQ(words_from("posterior_tibial_vein_1"), "posterior tibial vein 1");
  EXPECT_EQ(capitalised("posterior"), "Posterior");
  EXPECT_EQ(leg(imaging::Side::Right), "right leg");
}

TEST(Wording, KeepsTheEndsOfALongIdentifier) {
  EXPECT_EQ(shortened("1.2.3", 9), "1.2.3");
  EXPECT_EQ(shortened("1.2.345678.9", 9), "1.2.…78.9");
}

TEST(Wording, ReplacesWhatCannotBeDrawn) {
  EXPECT_EQ(drawable("± · ≤ é"), "± · ≤ é");
  EXPECT_EQ(drawable("a\tb\nc"), "a b c");
  EXPECT_EQ(drawable("\xff"), "?");
  EXPECT_EQ(drawable("\xf0\x9f\xa6\xb5!"), "?!");  // Beyond the basic plane.
  EXPECT_EQ(drawable("\xc0\xaf"), "?");            // An overlong slash.
  EXPECT_EQ(drawable("\xed\xa0\x80"), "?");        // Half of a surrogate pair.
  EXPECT_EQ(drawable("cut \xe2\x89"), "cut ?");    // Ends within a letter.
}

}  // namespace
}  // namespace app::report
