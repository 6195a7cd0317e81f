#include "imaging/core/study.h"

namespace imaging {

std::string_view name_of(CalibrationSource source) {
  switch (source) {
    case CalibrationSource::None:
      return "none";
    case CalibrationSource::DetectorPlane:
      return "detector plane";
    case CalibrationSource::Geometry:
      return "geometry";
    case CalibrationSource::Fiducial:
      return "fiducial";
    case CalibrationSource::UltrasoundRegion:
      return "ultrasound region";
    case CalibrationSource::VolumeTags:
      return "volume spacing";
  }
  return "none";
}

}  // namespace imaging
