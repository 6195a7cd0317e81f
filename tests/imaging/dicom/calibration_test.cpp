#include <gtest/gtest.h>

#include "imaging/dicom/read_angio.h"
#include "imaging/dicom/read_ultrasound.h"
#include "imaging/dicom/tag_names.h"

namespace imaging {
namespace {

using Texts = std::vector<std::string>;
using Numbers = std::vector<double>;

Tags angiogram_tags() {
  Tags tags;
  tags.set(tag::imager_pixel_spacing, Texts{"0.3", "0.2"});  // Between rows, between columns.
  tags.set(tag::distance_source_to_detector, Texts{"1200"});
  tags.set(tag::distance_source_to_patient, Texts{"800"});
  tags.set(tag::positioner_primary_angle, Texts{"-35.5"});
  tags.set(tag::positioner_secondary_angle, Texts{"12"});
  return tags;
}

TEST(XRayCalibration, DividesTheDetectorsPixelsByTheMagnification) {
  const Calibration calibration = x_ray_calibration(angiogram_tags());
  EXPECT_EQ(calibration.source, CalibrationSource::Geometry);
  EXPECT_NEAR(calibration.mm_per_px_column, 0.2 / 1.5, 1e-12);
  EXPECT_NEAR(calibration.mm_per_px_row, 0.3 / 1.5, 1e-12);
  EXPECT_NEAR(calibration.relative_error, 50 / std::sqrt(3) / 800, 1e-6);
  EXPECT_FALSE(calibration.note.empty());
}

TEST(XRayCalibration, BelievesAStatedMagnificationThatAgrees) {
  Tags tags = angiogram_tags();
  tags.set(tag::estimated_magnification, Texts{"1.51"});
  EXPECT_EQ(x_ray_calibration(tags).source, CalibrationSource::Geometry);
  Tags alone;
  alone.set(tag::imager_pixel_spacing, Texts{"0.3", "0.2"});
  alone.set(tag::estimated_magnification, Texts{"1.25"});
  EXPECT_NEAR(x_ray_calibration(alone).mm_per_px_column, 0.16, 1e-12);
}

TEST(XRayCalibration, RefusesAStatedMagnificationThatContradictsTheDistances) {
  Tags tags = angiogram_tags();
  tags.set(tag::estimated_magnification, Texts{"1.2"});
  const Calibration calibration = x_ray_calibration(tags);
  EXPECT_EQ(calibration.source, CalibrationSource::None);
  EXPECT_FALSE(calibration.gives_mm());
  EXPECT_NE(calibration.note.find("contradicts"), std::string::npos);
}

TEST(XRayCalibration, NeverTakesTheDetectorForThePatient) {
  Tags tags;
  tags.set(tag::imager_pixel_spacing, Texts{"0.3", "0.2"});
  for (const char* distance : {"", "0", "1.2", "-800", "garbage"}) {
    tags.set(tag::distance_source_to_detector, Texts{distance});
    tags.set(tag::distance_source_to_patient, Texts{distance});
    const Calibration calibration = x_ray_calibration(tags);
    EXPECT_EQ(calibration.source, CalibrationSource::DetectorPlane) << distance;
    EXPECT_FALSE(calibration.gives_mm());
  }
}

TEST(XRayCalibration, NeedsTheKindOfAStatedPixelSpacing) {
  Tags tags;
  tags.set(tag::pixel_spacing, Texts{"0.3", "0.2"});
  EXPECT_FALSE(x_ray_calibration(tags).gives_mm());
  tags.set(tag::pixel_spacing_calibration_type, Texts{"FIDUCIAL"});
  const Calibration calibration = x_ray_calibration(tags);
  EXPECT_EQ(calibration.source, CalibrationSource::Fiducial);
  EXPECT_EQ(calibration.mm_per_px_column, 0.2);
  EXPECT_EQ(calibration.mm_per_px_row, 0.3);
}

TEST(XRayCalibration, IsAbsentWithoutAnySpacing) {
  const Calibration calibration = x_ray_calibration({});
  EXPECT_EQ(calibration.source, CalibrationSource::None);
  EXPECT_FALSE(calibration.gives_mm());
  EXPECT_FALSE(calibration.note.empty());
}

TEST(CArmPose, NeedsEveryPartOfIt) {
  const auto pose = c_arm_pose(angiogram_tags());
  ASSERT_TRUE(pose);
  EXPECT_EQ(pose->primary_deg, -35.5);
  EXPECT_EQ(pose->imager_spacing_column_mm, 0.2);
  for (const Tag part : {tag::positioner_primary_angle, tag::positioner_secondary_angle,
                         tag::distance_source_to_detector, tag::distance_source_to_patient,
                         tag::imager_pixel_spacing}) {
    Tags tags = angiogram_tags();
    tags.set(part, Texts{});
    EXPECT_FALSE(c_arm_pose(tags)) << part;
  }
}

TEST(FieldOfView, IsReadAsItPlacesThePictureOnTheDetector) {
  Tags tags = angiogram_tags();  // Pixels of 0.2 mm across, 0.3 mm down.
  EXPECT_FALSE(field_of_view(tags));
  tags.set(tag::detector_element_spacing, Texts{"0.15", "0.1"});
  tags.set(tag::detector_active_dimensions, Texts{"150", "120"});
  tags.set(tag::field_of_view_origin, Texts{"40", "70"});  // Rows first.
  tags.set(tag::field_of_view_rotation, Texts{"90"});
  tags.set(tag::field_of_view_flip, Texts{"YES"});
  const auto field = field_of_view(tags);
  ASSERT_TRUE(field);
  EXPECT_EQ(field->detector_columns, 1200);
  EXPECT_EQ(field->detector_rows, 1000);
  EXPECT_EQ(field->origin_column, 70);
  EXPECT_EQ(field->origin_row, 40);
  EXPECT_NEAR(field->binning, 2, 1e-9);
  EXPECT_EQ(field->rotation_deg, 90);
  EXPECT_TRUE(field->horizontal_flip);
  EXPECT_TRUE(c_arm_pose(tags)->field);
  // Turning alone is told without the detector; a turn that is no quarter leaves no pose.
  Tags turned = angiogram_tags();
  turned.set(tag::field_of_view_rotation, Texts{"180"});
  EXPECT_EQ(c_arm_pose(turned)->field->rotation_deg, 180);
  EXPECT_EQ(c_arm_pose(turned)->field->detector_columns, 0);
  turned.set(tag::field_of_view_rotation, Texts{"45"});
  EXPECT_FALSE(c_arm_pose(turned));
}

TEST(CArmPose, IsNoneWhereTheCArmTurnedDuringTheRun) {
  Tags turned = angiogram_tags();
  turned.set(tag::positioner_motion, Texts{"DYNAMIC"});
  EXPECT_FALSE(c_arm_pose(turned));  // Angles unknown.
  turned.set(tag::positioner_primary_increments, Numbers{0, 1.5, 3});
  EXPECT_FALSE(c_arm_pose(turned));
  EXPECT_NE(moved_during_run(turned).find("C-arm turned"), std::string::npos);
  // A machine that could have turned and did not.
  turned.set(tag::positioner_primary_increments, Numbers{0, 0.1, 0});
  EXPECT_TRUE(c_arm_pose(turned));
}

TEST(CArmPose, IsNoneWhereTheTableMovedDuringTheRun) {
  Tags table = angiogram_tags();
  table.set(tag::table_motion, Texts{"DYNAMIC"});
  EXPECT_FALSE(c_arm_pose(table));
  EXPECT_NE(moved_during_run(table).find("table moved"), std::string::npos);
  // A table that could have moved and did not, and one that moved and says so in steps alone.
  table.set(tag::table_longitudinal_increment, Numbers{0, 0, 0.1});
  EXPECT_TRUE(c_arm_pose(table));
  table.set(tag::table_motion, Texts{"STATIC"});
  EXPECT_TRUE(c_arm_pose(table));
  EXPECT_EQ(moved_during_run(table), "");
  table.set(tag::table_lateral_increment, Numbers{0, 12, 24});
  EXPECT_FALSE(c_arm_pose(table));
}

Tags mask_tags(const char* operation, Numbers frames, Numbers range = {}) {
  Tags item;
  item.set(tag::mask_operation, Texts{operation});
  item.set(tag::mask_frame_numbers, std::move(frames));
  item.set(tag::applicable_frame_range, std::move(range));
  item.set(tag::mask_sub_pixel_shift, Numbers{1.5, -0.25});
  Tags tags;
  tags.set(tag::mask_subtraction_sequence, std::vector<Tags>{item});
  return tags;
}

TEST(MaskAdvice, CountsFramesFromZero) {
  const auto mask = mask_advice(mask_tags("AVG_SUB", {2, 3}, {4, 20}), 20);
  ASSERT_TRUE(mask);
  EXPECT_EQ(mask->mask_frames, (std::vector<int>{1, 2}));
  EXPECT_EQ(mask->first_frame, 3);
  EXPECT_EQ(mask->last_frame, 19);
  EXPECT_EQ(mask->shift_row_px, 1.5);
  EXPECT_EQ(mask->shift_column_px, -0.25);
}

TEST(MaskAdvice, IsNotBelievedWhereItNamesNoFrameOfTheRun) {
  EXPECT_FALSE(mask_advice(mask_tags("NONE", {1}), 20));
  EXPECT_FALSE(mask_advice(mask_tags("AVG_SUB", {0}), 20));
  EXPECT_FALSE(mask_advice(mask_tags("AVG_SUB", {21}), 20));
  EXPECT_FALSE(mask_advice(mask_tags("AVG_SUB", {}), 20));
  EXPECT_FALSE(mask_advice(mask_tags("AVG_SUB", {1}, {5, 40}), 20));
  EXPECT_FALSE(mask_advice({}, 20));
}

TEST(FrameTimes, FollowTheAttributeThatIsPointedTo) {
  Tags tags;
  tags.set(tag::frame_time, Texts{"250"});
  tags.set(tag::frame_time_vector, Texts{"0", "333", "500"});
  EXPECT_EQ(frame_times_s(tags, 3), (Numbers{0, 0.25, 0.5}));
  tags.set(tag::frame_increment_pointer, Texts{"(0018,1065)"});
  const Numbers times = frame_times_s(tags, 3);
  EXPECT_NEAR(times[1], 0.333, 1e-12);
  EXPECT_NEAR(times[2], 0.833, 1e-12);
}

TEST(FrameTimes, SurviveAVectorOfTheWrongLength) {
  Tags tags;
  tags.set(tag::frame_time_vector, Texts{"0", "333"});
  tags.set(tag::cine_rate, Texts{"4"});
  EXPECT_EQ(frame_times_s(tags, 3), (Numbers{0, 0.25, 0.5}));
  EXPECT_EQ(frame_times_s({}, 2), (Numbers{0, 0}));
}

Tags region_item(double delta_x, double delta_y, int units = 3) {
  Tags item;
  const auto set = [&](Tag tag, double value) { item.set(tag, Numbers{value}); };
  set(tag::region_spatial_format, 1);
  set(tag::region_data_type, 1);
  set(tag::region_x0, 10);
  set(tag::region_y0, 20);
  set(tag::region_x1, 309);
  set(tag::region_y1, 219);
  set(tag::region_units_x, units);
  set(tag::region_units_y, units);
  set(tag::region_delta_x, delta_x);
  set(tag::region_delta_y, delta_y);
  return item;
}

Calibration region_calibration(const Tags& item) {
  Tags tags;
  tags.set(tag::ultrasound_regions, std::vector<Tags>{item});
  return ultrasound_regions(tags, 320, 240).front().calibration;
}

TEST(UltrasoundRegions, TurnCentimetresIntoMillimetres) {
  const Calibration calibration = region_calibration(region_item(0.0125, 0.02));
  EXPECT_EQ(calibration.source, CalibrationSource::UltrasoundRegion);
  EXPECT_DOUBLE_EQ(calibration.mm_per_px_column, 0.125);
  EXPECT_DOUBLE_EQ(calibration.mm_per_px_row, 0.2);
}

TEST(UltrasoundRegions, RefuseSizesThatCannotBe) {
  for (const auto& [x, y] :
       {std::pair{-0.229, 0.229}, {0.0, 0.01}, {0.229, 0.229}, {0.0001, 0.0001}, {0.02, 0.002}}) {
    const Calibration calibration = region_calibration(region_item(x, y));
    EXPECT_FALSE(calibration.gives_mm()) << x << " " << y;
    EXPECT_EQ(calibration.source, CalibrationSource::None);
    EXPECT_FALSE(calibration.note.empty());
  }
  EXPECT_FALSE(region_calibration(region_item(0.01, 0.01, 4)).gives_mm());  // Seconds.
}

TEST(UltrasoundRegions, RefuseARegionWithoutAreaOrBeyondTheImage) {
  Tags flat = region_item(0.01, 0.01);
  flat.set(tag::region_x1, Numbers{10});
  EXPECT_FALSE(region_calibration(flat).gives_mm());
  Tags outside = region_item(0.01, 0.01);
  outside.set(tag::region_x1, Numbers{400});
  EXPECT_FALSE(region_calibration(outside).gives_mm());
  Tags one_too_many = region_item(0.01, 0.01);
  one_too_many.set(tag::region_x1, Numbers{320});
  EXPECT_TRUE(region_calibration(one_too_many).gives_mm());
}

}  // namespace
}  // namespace imaging
