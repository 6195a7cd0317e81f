// Where an X-ray image was taken from, and where a point of the patient falls on it.
#pragma once

#include "imaging/core/study.h"

namespace imaging {

// Projects LPS onto the detector of a C-arm, after DICOM PS3.3 C.8.7.5 (positioner primary angle
// about the patient's long axis, + towards LAO; secondary about the patient's left-right axis, +
// cranial) for a patient who lies supine, feet or head first alike.
//
// The picture may have been turned and mirrored before it was stored (CArmPose::field); pixels here
// are always those of the stored picture.
//
// A plain XA object does not say where the isocentre lies in the patient, nor where the central
// ray meets the detector; both are arguments here.
class CArm {
 public:
  // principal_point: where the central ray meets the image, px; usually the image's middle.
  // Errors: InvalidInput unless 0 < source_to_isocentre < source_to_detector and the spacings are
  // positive and the field of view, if stated, is turned by quarter turns.
  static Result<CArm> make(const CArmPose& pose, Point3<Lps> isocentre, Point2 principal_point);

  // Column and row, px. The point must lie in front of the source.
  Point2 project(const Point3<Lps>& p) const;
  // Image magnification at p: detector size over patient size.
  double magnification(const Point3<Lps>& p) const;
  Point3<Lps> source() const { return source_; }
  // Unit vector from the source through the pixel.
  Vector3<Lps> ray(Point2 pixel) const;
  Vector3<Lps> column_direction() const { return column_; }  // LPS direction of growing column.
  Vector3<Lps> row_direction() const { return row_; }
  Vector3<Lps> towards_detector() const { return towards_detector_; }

 private:
  CArm() = default;
  CArmPose pose_;
  Point3<Lps> source_;
  Point2 principal_point_;
  Vector3<Lps> column_, row_, towards_detector_;
};

// Where the central ray meets the stored picture, px: the middle of the detector, where the file
// says which part of it the picture shows; else the picture's own middle.
Point2 principal_point_of(const CArmPose& pose, int columns, int rows);

}  // namespace imaging
