#include "imaging/angio/field_of_view.h"

#include <gtest/gtest.h>

#include "imaging/angio/c_arm.h"
#include "imaging/core/image.h"

namespace imaging {
namespace {

// Truth by moving pixels about: a quarter turn clockwise puts the last row first, as a column.
Frame<int> turned(const Frame<int>& image) {
  Frame<int> result(image.rows(), image.columns());
  for (int r = 0; r < image.rows(); ++r)
    for (int c = 0; c < image.columns(); ++c) result(image.rows() - 1 - r, c) = image(c, r);
  return result;
}

Frame<int> mirrored(const Frame<int>& image) {
  Frame<int> result(image.columns(), image.rows());
  for (int r = 0; r < image.rows(); ++r)
    for (int c = 0; c < image.columns(); ++c) result(image.columns() - 1 - c, r) = image(c, r);
  return result;
}

class Fields : public testing::TestWithParam<std::pair<int, bool>> {};

TEST_P(Fields, FollowEveryPixel) {
  const auto [rotation_deg, flip] = GetParam();
  Frame<int> upright(7, 5);
  for (std::size_t n = 0; n < upright.size(); ++n) upright.data()[n] = static_cast<int>(n);
  Frame<int> stored = upright;
  for (int turn = 0; turn < rotation_deg; turn += 90) stored = turned(stored);
  if (flip) stored = mirrored(stored);
  const auto field = StoredField::make({.detector_columns = 40,
                                        .detector_rows = 30,
                                        .origin_column = 3,
                                        .origin_row = 6,
                                        .binning = 2,
                                        .rotation_deg = rotation_deg,
                                        .horizontal_flip = flip},
                                       stored.columns(), stored.rows());
  ASSERT_TRUE(field);
  EXPECT_EQ(field->upright_columns(), 7);
  for (int r = 0; r < 5; ++r)
    for (int c = 0; c < 7; ++c) {
      const Point2 p{static_cast<double>(c), static_cast<double>(r)};
      const Point2 q = field->stored_from_upright(p);
      EXPECT_EQ(stored(static_cast<int>(q.x), static_cast<int>(q.y)), upright(c, r));
      const Point2 back = field->upright_from_stored(q);
      EXPECT_EQ(back.x, p.x);
      EXPECT_EQ(back.y, p.y);
    }
  // Elements 0 to 39 have their middle at 19.5. The field's first pixel covers elements 3 and 4,
  // centre 3.5; pixel n is centred at 3.5 + 2 n.
  EXPECT_NEAR(field->principal_point().x, (19.5 - 3.5) / 2, 1e-12);
  EXPECT_NEAR(field->principal_point().y, (14.5 - 6.5) / 2, 1e-12);
}
INSTANTIATE_TEST_SUITE_P(All, Fields,
                         testing::Values(std::pair{0, false}, std::pair{90, false},
                                         std::pair{180, false}, std::pair{270, false},
                                         std::pair{0, true}, std::pair{90, true},
                                         std::pair{180, true}, std::pair{270, true}));

// A field cut out of the detector's corner sees a point where the whole detector sees it.
TEST(FieldOfView, AnOffCentreFieldKeepsTheCentralRay) {
  const CArmPose whole{25, -12, 1200, 780, 0.2, 0.2};
  const Point3<Lps> isocentre{12, -30, -600}, place{31, -12, -571};
  const auto whole_arm = CArm::make(whole, isocentre, {1023.5, 1023.5});
  const auto field = StoredField::make({.detector_columns = 2048,
                                        .detector_rows = 2048,
                                        .origin_column = 100,
                                        .origin_row = 420,
                                        .binning = 2},
                                       800, 700);
  ASSERT_TRUE(field);
  CArmPose cut = whole;
  cut.imager_spacing_column_mm = cut.imager_spacing_row_mm = 0.4;
  const auto arm = CArm::make(cut, isocentre, field->principal_point());
  const Point2 on_detector = whole_arm->project(place), on_image = arm->project(place);
  EXPECT_NEAR(on_image.x, (on_detector.x - 100 + 0.5) / 2 - 0.5, 1e-9);
  EXPECT_NEAR(on_image.y, (on_detector.y - 420 + 0.5) / 2 - 0.5, 1e-9);
}

TEST(FieldOfView, RefusesWhatCannotBe) {
  FieldOfView field{.detector_columns = 100, .detector_rows = 100};
  EXPECT_TRUE(StoredField::make(field, 100, 100));
  EXPECT_FALSE(StoredField::make(field, 101, 100));
  EXPECT_FALSE(StoredField::make(field, 0, 100));
  field.rotation_deg = 45;
  EXPECT_FALSE(StoredField::make(field, 100, 100));
  field.rotation_deg = 0;
  field.binning = 0;
  EXPECT_FALSE(StoredField::make(field, 10, 10));
  EXPECT_FALSE(StoredField::make({}, 10, 10));
}

// A picture that was cut out of the detector, turned and mirrored shows every point of the patient
// where the upright projection puts it, moved as the pixels were.
TEST(FieldOfViewOfACArm, ProjectsOntoTheStoredPicture) {
  const int columns = 400, rows = 300;  // Of the upright field; the detector has 1200 x 1000.
  for (const int rotation_deg : {0, 90, 180, 270})
    for (const bool flip : {false, true}) {
      CArmPose pose{23, -12, 1180, 800, 0.308, 0.308};
      const FieldOfView field{1200, 1000, 250, 130, 2, rotation_deg, flip};
      const bool level = rotation_deg % 180 == 0;
      const int stored_columns = level ? columns : rows, stored_rows = level ? rows : columns;
      const auto stored = StoredField::make(field, stored_columns, stored_rows);
      ASSERT_TRUE(stored);
      const Point3<Lps> isocentre{90, 20, -600};
      const auto upright = CArm::make(pose, isocentre, stored->principal_point());
      pose.field = field;
      const auto arm =
          CArm::make(pose, isocentre, principal_point_of(pose, stored_columns, stored_rows));
      ASSERT_TRUE(upright && arm);
      for (const Vector3<Lps>& off : {Vector3<Lps>{30, -20, 40}, Vector3<Lps>{-12, 35, -55}}) {
        const Point2 expected = stored->stored_from_upright(upright->project(isocentre + off));
        const Point2 seen = arm->project(isocentre + off);
        EXPECT_NEAR(seen.x, expected.x, 1e-9) << rotation_deg << flip;
        EXPECT_NEAR(seen.y, expected.y, 1e-9) << rotation_deg << flip;
        // And back along the ray.
        const Vector3<Lps> ray = arm->ray(seen), to = isocentre + off - arm->source();
        EXPECT_NEAR(ray.dot(to), to.norm(), 1e-9);
      }
    }
}

TEST(FieldOfViewOfACArm, IsNotBelievedWhereItContradictsItself) {
  CArmPose pose{0, 0, 1180, 800, 0.308, 0.308};
  pose.field = FieldOfView{600, 600, 500, 500, 2, 0, false};  // Reaches beyond the detector.
  EXPECT_EQ(principal_point_of(pose, 400, 300).x, 199.5);
  pose.field->rotation_deg = 45;
  EXPECT_FALSE(CArm::make(pose, {}, {199.5, 149.5}));
}

}  // namespace
}  // namespace imaging
