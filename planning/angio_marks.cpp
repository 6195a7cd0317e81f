#include "planning/angio_marks.h"

#include <array>
#include <utility>

namespace planning {
namespace {

constexpr std::array<std::pair<XrayScale, std::string_view>, 4> scale_names = {
    {{XrayScale::Geometry, "geometry"},
     {XrayScale::Distance, "distance"},
     {XrayScale::Ball, "ball"},
     {XrayScale::Catheter, "catheter"}}};

}  // namespace

std::string_view name_of(XrayScale scale) {
  for (const auto& [value, name] : scale_names)
    if (value == scale) return name;
  return "distance";
}

std::optional<XrayScale> xray_scale_named(std::string_view name) {
  for (const auto& [value, known] : scale_names)
    if (known == name) return value;
  return std::nullopt;
}

imaging::Calibration XrayCalibration::calibration() const {
  return {how == XrayScale::Geometry ? imaging::CalibrationSource::Geometry
                                     : imaging::CalibrationSource::Fiducial,
          mm_per_px_column, mm_per_px_row, relative_error, note};
}

}  // namespace planning
