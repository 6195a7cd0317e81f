#include "imaging/angio/c_arm.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>

namespace imaging {
namespace {

using P = Point3<Lps>;

// No two lengths and no two axes alike, so that a swapped one cannot pass.
CArmPose pose(double primary_deg, double secondary_deg) {
  return {.primary_deg = primary_deg,
          .secondary_deg = secondary_deg,
          .source_to_detector_mm = 1200,
          .source_to_isocentre_mm = 800,
          .imager_spacing_column_mm = 0.5,
          .imager_spacing_row_mm = 0.4};
}
const P isocentre{90, 20, -700};
const Point2 middle{255.5, 250};

CArm arm(double primary_deg, double secondary_deg) {
  return *CArm::make(pose(primary_deg, secondary_deg), isocentre, middle);
}

TEST(CArm, PutsTheIsocentreOnThePrincipalPoint) {
  for (const double primary_deg : {-40.0, 0.0, 35.0, 90.0})
    for (const double secondary_deg : {-25.0, 0.0, 30.0}) {
      const CArm view = arm(primary_deg, secondary_deg);
      const Point2 p = view.project(isocentre);
      EXPECT_NEAR(p.x, middle.x, 1e-9);
      EXPECT_NEAR(p.y, middle.y, 1e-9);
      EXPECT_NEAR(view.magnification(isocentre), 1.5, 1e-12);
      EXPECT_NEAR(distance(view.source(), isocentre), 800, 1e-9);
    }
}

TEST(CArm, ShowsTheFrontalViewAsOneFacesThePatient) {
  const CArm frontal = arm(0, 0);
  // 10 mm to the left and 30 mm towards the feet, in the isocentre's plane: magnified by 1.5.
  const Point2 p = frontal.project({100, 20, -730});
  EXPECT_NEAR(p.x, middle.x + 10 * 1.5 / 0.5, 1e-9);
  EXPECT_NEAR(p.y, middle.y + 30 * 1.5 / 0.4, 1e-9);
  // The source lies under the table, behind the patient.
  EXPECT_NEAR(frontal.source().y, 20 + 800, 1e-9);
  // 200 mm nearer to the detector: depth 1000 mm, so magnified by 1.2.
  EXPECT_NEAR(frontal.magnification({90, -180, -700}), 1.2, 1e-12);
}

TEST(CArm, TurnsTowardsThePatientsLeftForLaoAndTowardsTheHeadForCranial) {
  const Vector3<Lps> lao = arm(30, 0).towards_detector();
  EXPECT_NEAR(lao.x, 0.5, 1e-12);
  EXPECT_NEAR(lao.y, -std::sqrt(3) / 2, 1e-12);
  const Vector3<Lps> cranial = arm(0, 30).towards_detector();
  EXPECT_NEAR(cranial.z, 0.5, 1e-12);
  EXPECT_NEAR(cranial.y, -std::sqrt(3) / 2, 1e-12);
}

TEST(CArm, SeesTheFootFromItsSideAtNinetyDegrees) {
  // The detector stands at the patient's left; posterior points are on the right of the image.
  const Point2 p = arm(90, 0).project({90, 30, -700});
  EXPECT_NEAR(p.x, middle.x + 10 * 1.5 / 0.5, 1e-9);
  EXPECT_NEAR(p.y, middle.y, 1e-9);
}

TEST(CArm, HasARightHandedOrthonormalFrame) {
  const CArm view = arm(-37, 21);
  const auto c = view.column_direction(), r = view.row_direction(), d = view.towards_detector();
  EXPECT_NEAR(c.norm(), 1, 1e-12);
  EXPECT_NEAR(r.norm(), 1, 1e-12);
  EXPECT_NEAR(d.norm(), 1, 1e-12);
  EXPECT_NEAR(c.dot(r), 0, 1e-12);
  EXPECT_NEAR(r.dot(d), 0, 1e-12);
  // Seen against the rays, that is from the detector's side, columns to the right and rows down.
  EXPECT_NEAR((c.cross(d) - r).norm(), 0, 1e-12);
}

TEST(CArm, SendsARayThroughWhatItProjects) {
  const CArm view = arm(24, -17);
  for (const P& p : {P{60, -40, -650}, P{130, 70, -820}, P{90, 20, -700}}) {
    const Vector3<Lps> ray = view.ray(view.project(p));
    EXPECT_NEAR(ray.cross(p - view.source()).norm(), 0, 1e-9);
    EXPECT_GT(ray.dot(p - view.source()), 0);
  }
}

TEST(CArm, RefusesAGeometryThatCannotBe) {
  CArmPose behind = pose(0, 0);
  behind.source_to_isocentre_mm = 1300;
  CArmPose flat = pose(0, 0);
  flat.imager_spacing_row_mm = 0;
  CArmPose unknown = pose(std::numeric_limits<double>::quiet_NaN(), 0);
  for (const CArmPose& bad : {behind, flat, unknown}) {
    const auto made = CArm::make(bad, isocentre, middle);
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().code, ErrorCode::InvalidInput);
  }
}

// Projection matrices of a generator that is independent of ours.
TEST(CArm, AgreesWithTheProjectionMatricesOfAnIndependentLeg) {
  const char* given = std::getenv("OASIS_SHARED_DATA");
  const std::filesystem::path data =
      given ? std::filesystem::path(given)
            : std::filesystem::path(OASIS_SOURCE_DIR) / ".." / "shared" / "data";
  std::ifstream file(data / "leg_case_a" / "truth.json");
  if (!file) GTEST_SKIP() << "The shared data is not here.";
  const auto truth = nlohmann::json::parse(file);
  for (const auto& run : truth.at("xray_runs")) {
    const double spacing_mm = run.at("imager_pixel_spacing_mm");
    const auto c = run.at("isocentre_lps").get<std::array<double, 3>>();
    const auto pp = run.at("principal_point_px").get<std::array<double, 2>>();
    const auto view = CArm::make({.primary_deg = run.at("positioner_primary_deg"),
                                  .secondary_deg = run.at("positioner_secondary_deg"),
                                  .source_to_detector_mm = run.at("sid_mm"),
                                  .source_to_isocentre_mm = run.at("sod_mm"),
                                  .imager_spacing_column_mm = spacing_mm,
                                  .imager_spacing_row_mm = spacing_mm},
                                 {c[0], c[1], c[2]}, {pp[0], pp[1]});
    ASSERT_TRUE(view);
    const auto m = run.at("projection_matrix").get<std::array<std::array<double, 4>, 3>>();
    int compared = 0;
    for (const auto& vessel : truth.at("vessels"))
      for (std::size_t i = 0; i < vessel.at("samples").size(); i += 40) {
        const auto p = vessel.at("samples").at(i).at("p").get<std::array<double, 3>>();
        std::array<double, 3> h{};
        for (std::size_t r = 0; r < 3; ++r)
          h[r] = m[r][0] * p[0] + m[r][1] * p[1] + m[r][2] * p[2] + m[r][3];
        const Point2 ours = view->project({p[0], p[1], p[2]});
        ASSERT_NEAR(ours.x, h[0] / h[2], 0.01);
        ASSERT_NEAR(ours.y, h[1] / h[2], 0.01);
        ++compared;
      }
    EXPECT_GT(compared, 100);
  }
}

}  // namespace
}  // namespace imaging
