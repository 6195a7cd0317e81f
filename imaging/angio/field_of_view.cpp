#include "imaging/angio/field_of_view.h"

#include <cmath>
#include <string>
#include <utility>

namespace imaging {

Result<StoredField> StoredField::make(const FieldOfView& field, int columns, int rows) {
  if (columns <= 0 || rows <= 0 || field.detector_columns <= 0 || field.detector_rows <= 0 ||
      !(field.binning > 0) || !std::isfinite(field.binning))
    return fail(ErrorCode::InvalidInput, "The field of view of the detector has no size.");
  if (field.rotation_deg % 90 != 0 || field.rotation_deg < 0 || field.rotation_deg > 270)
    return fail(ErrorCode::InvalidInput, "The field of view is turned by " +
                                             std::to_string(field.rotation_deg) +
                                             " degrees; only quarter turns can be undone.");
  StoredField result;
  result.field_ = field;
  result.upright_columns_ = columns;
  result.upright_rows_ = rows;
  if (field.rotation_deg % 180 != 0) std::swap(result.upright_columns_, result.upright_rows_);
  // Half an element of rounding is no contradiction.
  const double beyond_column =
      field.origin_column + result.upright_columns_ * field.binning - field.detector_columns;
  const double beyond_row =
      field.origin_row + result.upright_rows_ * field.binning - field.detector_rows;
  if (!(field.origin_column >= 0) || !(field.origin_row >= 0) || beyond_column > 0.5 ||
      beyond_row > 0.5)
    return fail(ErrorCode::InvalidInput,
                "The field of view reaches beyond the detector, so the file contradicts itself.");
  return result;
}

Point2 StoredField::stored_from_upright(Point2 p) const {
  const double last_column = upright_columns_ - 1, last_row = upright_rows_ - 1;
  Point2 q = p;
  double stored_last_column = last_column;
  if (field_.rotation_deg == 90) {
    q = {last_row - p.y, p.x};
    stored_last_column = last_row;
  } else if (field_.rotation_deg == 180) {
    q = {last_column - p.x, last_row - p.y};
  } else if (field_.rotation_deg == 270) {
    q = {p.y, last_column - p.x};
    stored_last_column = last_row;
  }
  if (field_.horizontal_flip) q.x = stored_last_column - q.x;
  return q;
}

Point2 StoredField::upright_from_stored(Point2 q) const {
  const double last_column = upright_columns_ - 1, last_row = upright_rows_ - 1;
  const double stored_last_column = field_.rotation_deg % 180 == 0 ? last_column : last_row;
  if (field_.horizontal_flip) q.x = stored_last_column - q.x;
  switch (field_.rotation_deg) {
    case 90:
      return {q.y, last_row - q.x};
    case 180:
      return {last_column - q.x, last_row - q.y};
    case 270:
      return {last_column - q.y, q.x};
    default:
      return q;
  }
}

Point2 StoredField::principal_point() const {
  // The first pixel's centre lies half a pixel less half an element inside the field's corner.
  const auto pixel = [&](int elements, double origin) {
    const double middle = 0.5 * (elements - 1);
    return (middle - origin + 0.5) / field_.binning - 0.5;
  };
  return {pixel(field_.detector_columns, field_.origin_column),
          pixel(field_.detector_rows, field_.origin_row)};
}

}  // namespace imaging
