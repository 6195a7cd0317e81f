#include "imaging/angio/c_arm.h"

#include <cmath>
#include <string>

#include "imaging/angio/field_of_view.h"
#include "imaging/core/contract.h"

namespace imaging {

Result<CArm> CArm::make(const CArmPose& pose, Point3<Lps> isocentre, Point2 principal_point) {
  const bool finite = std::isfinite(pose.primary_deg) && std::isfinite(pose.secondary_deg) &&
                      std::isfinite(pose.source_to_detector_mm) && std::isfinite(isocentre.x) &&
                      std::isfinite(isocentre.y) && std::isfinite(isocentre.z) &&
                      std::isfinite(principal_point.x) && std::isfinite(principal_point.y);
  if (!finite) return fail(ErrorCode::InvalidInput, "The C-arm's pose is not made of numbers.");
  if (!(0 < pose.source_to_isocentre_mm &&
        pose.source_to_isocentre_mm < pose.source_to_detector_mm))
    return fail(ErrorCode::InvalidInput,
                "The C-arm's isocentre must lie between its source and its detector.");
  if (!(pose.imager_spacing_column_mm > 0 && pose.imager_spacing_row_mm > 0) ||
      !std::isfinite(pose.imager_spacing_column_mm + pose.imager_spacing_row_mm))
    return fail(ErrorCode::InvalidInput, "The C-arm's detector pixels must have a size.");

  // PS3.3 C.8.7.5.1.2: the detector starts in front of the patient; the primary angle turns it
  // about the long axis towards the patient's left, the secondary then tilts it towards the head.
  const double a = rad_from_deg(pose.primary_deg), b = rad_from_deg(pose.secondary_deg);
  CArm arm;
  arm.pose_ = pose;
  arm.principal_point_ = principal_point;
  arm.towards_detector_ = {std::sin(a) * std::cos(b), -std::cos(a) * std::cos(b), std::sin(b)};
  // The image stands as one faces the patient: columns grow to the patient's left, rows to the
  // feet.
  arm.column_ = {std::cos(a), std::sin(a), 0};
  arm.row_ = arm.column_.cross(arm.towards_detector_);
  if (pose.field) {
    const int turn = pose.field->rotation_deg;
    if (turn != 0 && turn != 90 && turn != 180 && turn != 270)
      return fail(ErrorCode::InvalidInput,
                  "The picture was turned by " + std::to_string(turn) +
                      " degrees before it was stored; only quarter turns can be undone.");
    // A quarter turn clockwise lays the first row down as the last column.
    for (int turned = 0; turned < turn; turned += 90) {
      const Vector3<Lps> column = arm.column_;
      arm.column_ = arm.row_ * -1;
      arm.row_ = column;
    }
    if (pose.field->horizontal_flip) arm.column_ = arm.column_ * -1;
  }
  arm.source_ = isocentre - arm.towards_detector_ * pose.source_to_isocentre_mm;
  return arm;
}

Point2 CArm::project(const Point3<Lps>& p) const {
  const Vector3<Lps> from_source = p - source_;
  const double scale = magnification(p);
  return {principal_point_.x + scale * from_source.dot(column_) / pose_.imager_spacing_column_mm,
          principal_point_.y + scale * from_source.dot(row_) / pose_.imager_spacing_row_mm};
}

double CArm::magnification(const Point3<Lps>& p) const {
  const double depth_mm = (p - source_).dot(towards_detector_);
  OASIS_EXPECTS(depth_mm > 0);
  return pose_.source_to_detector_mm / depth_mm;
}

Vector3<Lps> CArm::ray(Point2 pixel) const {
  return (column_ * ((pixel.x - principal_point_.x) * pose_.imager_spacing_column_mm) +
          row_ * ((pixel.y - principal_point_.y) * pose_.imager_spacing_row_mm) +
          towards_detector_ * pose_.source_to_detector_mm)
      .normalized();
}

Point2 principal_point_of(const CArmPose& pose, int columns, int rows) {
  const Point2 middle{0.5 * (columns - 1), 0.5 * (rows - 1)};
  if (!pose.field || pose.field->detector_columns <= 0) return middle;
  const auto field = StoredField::make(*pose.field, columns, rows);
  return field ? field->stored_from_upright(field->principal_point()) : middle;
}

}  // namespace imaging
