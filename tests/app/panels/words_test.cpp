#include "app/panels/words.h"

#include <gtest/gtest.h>

#include <cmath>

namespace app {
namespace {

TEST(Numbers, CarryUnitAndUncertainty) {
  EXPECT_EQ(in_mm(3.14, 0.21), "3.1 ± 0.2 mm");
  EXPECT_EQ(in_mm(3.14), "3.1 mm");
  EXPECT_EQ(in_ml_min(412.4), "412 ml/min");
  EXPECT_EQ(with_unit(0.62, "fraction"), "62 %");
  EXPECT_EQ(with_unit(41.2, "deg"), "41°");
  EXPECT_EQ(with_unit(3, ""), "3");
}

TEST(Numbers, NeverClaimNoUncertaintyWhereThereIsSome) {
  EXPECT_EQ(in_mm(3.14, 0.01), "3.1 ± 0.1 mm");
}

TEST(Numbers, ShowNoNegativeZeroAndNoNonsense) {
  EXPECT_EQ(in_mm(-0.04), "0.0 mm");
  EXPECT_EQ(in_mm(-1.25), "−1.2 mm");
  EXPECT_EQ(in_mm(std::nan("")), "– mm");
}

TEST(Numbers, AreNeverMmWithoutCalibration) {
  imaging::Calibration none;
  EXPECT_EQ(short_sentence(none), "px only");
  imaging::Calibration detector;
  detector.source = imaging::CalibrationSource::DetectorPlane;
  EXPECT_EQ(sentence(detector), "Not calibrated: lengths are in px.");
}

TEST(Names, AreSpokenAndShortened) {
  EXPECT_EQ(spoken("posterior_tibial_vein_1"), "Posterior tibial vein 1");
  EXPECT_EQ(short_name("posterior_tibial_vein_2"), "PTV 2");
  EXPECT_EQ(short_name("posterior_tibial_artery"), "PTA");
  EXPECT_EQ(short_name("unnamed_artery"), "Unnamed artery");
  EXPECT_EQ(short_name(""), "");
}

TEST(Names, SayTheSideInWords) {
  EXPECT_EQ(leg_in_words(imaging::Side::Left), "LEFT LEG");
  EXPECT_EQ(leg_in_words(imaging::Side::Right), "RIGHT LEG");
  EXPECT_EQ(leg_in_words(imaging::Side::Unknown), "SIDE UNKNOWN");
}

TEST(ClockFace, RunsFromTwelveToTwelveInQuarters) {
  EXPECT_EQ(clock_face(0), "12:00");
  EXPECT_EQ(clock_face(12), "12:00");
  EXPECT_EQ(clock_face(6.7), "6:45");
  EXPECT_EQ(clock_face(11.99), "12:00");
  EXPECT_EQ(clock_face(0.26), "12:15");
}

TEST(Angles, AreSaidAsTheOperatorDialsThem) {
  imaging::CArmPose pose;
  pose.primary_deg = -34.6;
  pose.secondary_deg = 4.7;
  EXPECT_EQ(angles(pose), "RAO 35° CRA 5°");
}

}  // namespace
}  // namespace app
