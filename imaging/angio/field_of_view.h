// Which part of the detector an image shows, and how it was turned before it was stored.
#pragma once

#include "imaging/core/geometry.h"
#include "imaging/core/result.h"

namespace imaging {

// After DICOM PS3.3 C.8.19.6.3 (XA field of view). Detector elements count from 0 at the top left
// hand corner of the active area, their centres at whole numbers. The field is cut out, `binning`
// elements each way become one pixel, the picture is turned clockwise, then mirrored.
struct FieldOfView {
  int detector_columns = 0, detector_rows = 0;  // Active elements.
  double origin_column = 0, origin_row = 0;     // Of the field's corner, elements.
  double binning = 1;
  int rotation_deg = 0;  // Clockwise: 0, 90, 180 or 270.
  bool horizontal_flip = false;
};

// Between a stored image and the same field as the detector caught it, which is how CArm sees it.
class StoredField {
 public:
  // columns, rows: of the stored image. Errors: InvalidInput for a rotation that is no quarter
  // turn, or a field that reaches beyond the detector.
  static Result<StoredField> make(const FieldOfView& field, int columns, int rows);

  // px of the stored image from px of the field upright and unmirrored, and back.
  Point2 stored_from_upright(Point2 upright) const;
  Point2 upright_from_stored(Point2 stored) const;
  // Where the middle of the detector, which the central ray meets, lies in the upright field; it
  // may lie outside. This is CArm's principal point.
  Point2 principal_point() const;
  int upright_columns() const { return upright_columns_; }
  int upright_rows() const { return upright_rows_; }

 private:
  StoredField() = default;
  FieldOfView field_;
  int upright_columns_ = 0, upright_rows_ = 0;
};

}  // namespace imaging
