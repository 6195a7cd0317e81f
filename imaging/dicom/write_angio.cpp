// X-Ray Angiographic Image Storage.
#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>

#include <cmath>
#include <vector>

#include "imaging/dicom/write_object.h"

namespace imaging {
namespace {

// Evenly timed within a thousandth of a second, which is what Frame Time can say.
bool is_even(const std::vector<double>& times_s, double step_s) {
  for (std::size_t i = 0; i < times_s.size(); ++i)
    if (std::abs(times_s[i] - times_s[0] - step_s * static_cast<double>(i)) > 0.001) return false;
  return true;
}

void put_timing(const ItemWriter& data, const std::vector<double>& times_s) {
  const double step_s = (times_s.back() - times_s.front()) /
                        static_cast<double>(std::max<std::size_t>(1, times_s.size() - 1));
  if (is_even(times_s, step_s)) {
    data.decimals(DCM_FrameTime, {1000 * step_s});
    data.at(DCM_FrameIncrementPointer, DCM_FrameTime);
    if (step_s > 0) data.integer(DCM_CineRate, std::max(1l, std::lround(1 / step_s)));
    return;
  }
  std::string steps = "0";
  for (std::size_t i = 1; i < times_s.size(); ++i) {
    char text[24];
    std::snprintf(text, sizeof text, "\\%.6g", 1000 * (times_s[i] - times_s[i - 1]));
    steps += text;
  }
  data.text(DCM_FrameTimeVector, steps);
  data.at(DCM_FrameIncrementPointer, DCM_FrameTimeVector);
}

void put_pose(const ItemWriter& data, const CArmPose& pose) {
  data.decimals(DCM_DistanceSourceToDetector, {pose.source_to_detector_mm});
  data.decimals(DCM_DistanceSourceToPatient, {pose.source_to_isocentre_mm});
  data.decimals(DCM_EstimatedRadiographicMagnificationFactor,
                {pose.source_to_detector_mm / pose.source_to_isocentre_mm});
  data.decimals(DCM_ImagerPixelSpacing,
                {pose.imager_spacing_row_mm, pose.imager_spacing_column_mm});
  data.text(DCM_PositionerMotion, "STATIC");
  data.decimals(DCM_PositionerPrimaryAngle, {pose.primary_deg});
  data.decimals(DCM_PositionerSecondaryAngle, {pose.secondary_deg});
  const double a = rad_from_deg(pose.primary_deg), b = rad_from_deg(pose.secondary_deg);
  const Vector3<Lps> column{std::cos(a), std::sin(a), 0};
  const Vector3<Lps> outward{std::sin(a) * std::cos(b), -std::cos(a) * std::cos(b), std::sin(b)};
  data.text(DCM_PatientOrientation, std::string(orientation_letters(column).text) + "\\" +
                                        orientation_letters(column.cross(outward)).text);
}

void put_mask(const ItemWriter& data, const MaskAdvice& mask, bool digital_subtraction) {
  if (digital_subtraction) data.text(DCM_RecommendedViewingMode, "SUB");
  const ItemWriter item = data.add(DCM_MaskSubtractionSequence);
  item.text(DCM_MaskOperation, "AVG_SUB");
  // The file counts frames from 1.
  item.us(DCM_ApplicableFrameRange, {mask.first_frame + 1, mask.last_frame + 1});
  std::vector<Uint16> frames;
  for (const int frame : mask.mask_frames) frames.push_back(static_cast<Uint16>(frame + 1));
  item.fl(DCM_MaskSubPixelShift,
          {static_cast<float>(mask.shift_row_px), static_cast<float>(mask.shift_column_px)});
  item.us(DCM_ContrastFrameAveraging, {1});
  item.text(DCM_MaskOperationExplanation, "average of the frames before contrast");
  item.words(DCM_MaskFrameNumbers, frames);
}

Result<void> check(const AngioRun& run) {
  if (run.frames.empty()) return fail(ErrorCode::InvalidInput, "The run has no frames to write.");
  for (const auto& frame : run.frames)
    if (frame.empty() || frame.columns() != run.frames[0].columns() ||
        frame.rows() != run.frames[0].rows())
      return fail(ErrorCode::InvalidInput, "The run's frames must be of one size.");
  if (run.frame_times_s.size() != run.frames.size())
    return fail(ErrorCode::InvalidInput, "The run needs one time for each of its frames.");
  if (run.bits_stored < 8 || run.bits_stored > 16)
    return fail(ErrorCode::InvalidInput, "The run's pixels must have 8 to 16 bits.");
  if (run.mask && run.mask->mask_frames.empty())
    return fail(ErrorCode::InvalidInput, "The run's mask advice names no frame.");
  return {};
}

const char* name_of(IntensityRelationship relationship) {
  switch (relationship) {
    case IntensityRelationship::Linear:
      return "LIN";
    case IntensityRelationship::Logarithmic:
      return "LOG";
    default:
      return "DISP";
  }
}

}  // namespace

Result<void> write_angio_run(const AngioRun& run, const CaseTags& tags, int series_number,
                             const std::filesystem::path& file) {
  if (auto sound = check(run); !sound) return sound;
  DcmFileFormat object;
  const ItemWriter data(*object.getDataset());
  put_common(
      data, tags,
      identify({.sop_class_uid = UID_XRayAngiographicImageStorage,
                .sop_instance_uid = run.sources.empty() ? "" : run.sources.front().sop_instance_uid,
                .series_uid = run.series_uid,
                .modality = "XA",
                .series_description = run.label,
                .series_number = series_number},
               tags, file));
  data.text(DCM_ImageType, "ORIGINAL\\PRIMARY\\SINGLE PLANE");
  if (run.side != Side::Unknown) data.text(DCM_Laterality, run.side == Side::Left ? "L" : "R");
  data.text(DCM_BodyPartExamined, "LEG");
  data.text(DCM_ContrastBolusAgent, "Iodinated contrast");
  data.text(DCM_KVP, "");
  data.text(DCM_RadiationSetting, "GR");
  data.text(DCM_XRayTubeCurrent, "");
  data.text(DCM_ExposureTime, "");
  data.text(DCM_Exposure, "");
  data.text(DCM_PatientPosition, "FFS");
  if (run.pose)
    put_pose(data, *run.pose);
  else
    data.text(DCM_PatientOrientation, "");
  put_timing(data, run.frame_times_s);
  if (run.mask) put_mask(data, *run.mask, true);

  const int columns = run.frames[0].columns(), rows = run.frames[0].rows();
  data.us(DCM_SamplesPerPixel, {1});
  data.text(DCM_PhotometricInterpretation, "MONOCHROME2");
  data.integer(DCM_NumberOfFrames, static_cast<long>(run.frames.size()));
  data.us(DCM_Rows, {rows});
  data.us(DCM_Columns, {columns});
  data.us(DCM_BitsAllocated, {16});
  data.us(DCM_BitsStored, {run.bits_stored});
  data.us(DCM_HighBit, {run.bits_stored - 1});
  data.us(DCM_PixelRepresentation, {0});
  data.text(DCM_PixelIntensityRelationship, name_of(run.relationship));
  data.ss(DCM_PixelIntensityRelationshipSign, run.brighter_is_more_xray ? 1 : -1);
  if (run.relationship == IntensityRelationship::Logarithmic) {
    // Asked for with LOG; the stored values are what is meant.
    data.decimals(DCM_RescaleIntercept, {0});
    data.decimals(DCM_RescaleSlope, {1});
    data.text(DCM_RescaleType, "US");
  }
  if (run.window_width > 0) {
    data.decimals(DCM_WindowCenter, {run.window_centre});
    data.decimals(DCM_WindowWidth, {run.window_width});
  }
  std::vector<std::uint16_t> pixels;
  pixels.reserve(run.frames.size() * run.frames[0].size());
  for (const auto& frame : run.frames)
    pixels.insert(pixels.end(), frame.data(), frame.data() + frame.size());
  data.words(DCM_PixelData, pixels);
  return save_whole(object, file);
}

}  // namespace imaging
