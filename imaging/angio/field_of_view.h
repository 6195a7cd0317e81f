// Which part of the detector an image shows, and how it was turned before it was stored.
#pragma once

#include "imaging/core/result.h"
#include "imaging/core/study.h"

namespace imaging {

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
