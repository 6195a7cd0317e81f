// Digital X-Ray Image Storage, for presentation.
#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>

#include <cmath>

#include "imaging/dicom/write_object.h"

namespace imaging {

Result<void> write_radiograph(const Radiograph& radiograph, const CaseTags& tags, int series_number,
                              const std::filesystem::path& file) {
  if (radiograph.image.empty())
    return fail(ErrorCode::InvalidInput, "The radiograph has no pixels to write.");
  const DetectorPlane detector = radiograph.detector.value_or(DetectorPlane{});
  const double column_mm = detector.spacing_column_mm, row_mm = detector.spacing_row_mm;
  if (!(column_mm > 0 && row_mm > 0))
    return fail(ErrorCode::InvalidInput,
                "The radiograph cannot be written without the size of its detector's pixels.");
  DcmFileFormat object;
  const ItemWriter data(*object.getDataset());
  put_common(
      data, tags,
      identify({.sop_class_uid = UID_DigitalXRayImageStorageForPresentation,
                .sop_instance_uid =
                    radiograph.sources.empty() ? "" : radiograph.sources.front().sop_instance_uid,
                .series_uid = "",
                .modality = "DX",
                .series_description = radiograph.label,
                .series_number = series_number},
               tags, file));
  data.text(DCM_ImageType, "ORIGINAL\\PRIMARY\\");
  data.text(DCM_PresentationIntentType, "FOR PRESENTATION");
  data.text(DCM_BodyPartExamined, "FOOT");
  data.code(DCM_AnatomicRegionSequence, "56459004", "SCT", "Foot");
  data.text(DCM_ImageLaterality, radiograph.side == Side::Left    ? "L"
                                 : radiograph.side == Side::Right ? "R"
                                                                  : "U");
  data.text(DCM_PatientOrientation, "L\\F");
  data.text(DCM_KVP, "");
  data.text(DCM_ViewPosition, "AP");
  data.code(DCM_ViewCodeSequence, "399348003", "SCT", "antero-posterior");
  const ItemWriter posture = data.add(DCM_PatientOrientationCodeSequence);
  posture.text(DCM_CodeValue, "102538003");
  posture.text(DCM_CodingSchemeDesignator, "SCT");
  posture.text(DCM_CodeMeaning, "recumbent");
  posture.code(DCM_PatientOrientationModifierCodeSequence, "40199007", "SCT", "supine");
  data.code(DCM_PatientGantryRelationshipCodeSequence, "102541007", "SCT", "feet-first");
  data.text(DCM_PositionerType, "NONE");
  if (detector.source_to_detector_mm > 0 && detector.source_to_patient_mm > 0) {
    data.decimals(DCM_DistanceSourceToDetector, {detector.source_to_detector_mm});
    data.decimals(DCM_DistanceSourceToPatient, {detector.source_to_patient_mm});
    data.decimals(DCM_EstimatedRadiographicMagnificationFactor,
                  {detector.source_to_detector_mm / detector.source_to_patient_mm});
  }
  data.text(DCM_DetectorType, "DIRECT");
  data.text(DCM_DetectorConfiguration, "AREA");
  data.text(DCM_DetectorID, "0");
  data.decimals(DCM_ImagerPixelSpacing, {row_mm, column_mm});
  data.decimals(DCM_DetectorElementSpacing, {row_mm, column_mm});
  data.text(DCM_FieldOfViewShape, "RECTANGLE");
  data.decimals(DCM_FieldOfViewOrigin, {0, 0});
  data.decimals(DCM_FieldOfViewRotation, {0});
  data.text(DCM_FieldOfViewHorizontalFlip, "NO");
  data.us(DCM_SamplesPerPixel, {1});
  data.text(DCM_PhotometricInterpretation, "MONOCHROME2");
  data.us(DCM_Rows, {radiograph.image.rows()});
  data.us(DCM_Columns, {radiograph.image.columns()});
  data.us(DCM_BitsAllocated, {16});
  data.us(DCM_BitsStored, {12});
  data.us(DCM_HighBit, {11});
  data.us(DCM_PixelRepresentation, {0});
  data.text(DCM_PixelIntensityRelationship, "LOG");
  data.ss(DCM_PixelIntensityRelationshipSign, -1);
  data.decimals(DCM_WindowCenter, {radiograph.window_width > 0 ? radiograph.window_centre : 2048});
  data.decimals(DCM_WindowWidth, {radiograph.window_width > 0 ? radiograph.window_width : 4096});
  data.decimals(DCM_RescaleIntercept, {0});
  data.decimals(DCM_RescaleSlope, {1});
  data.text(DCM_RescaleType, "US");
  data.text(DCM_PresentationLUTShape, "IDENTITY");
  data.empty_sequence(DCM_AcquisitionContextSequence);
  data.words(DCM_PixelData, {radiograph.image.data(), radiograph.image.size()});
  return save_whole(object, file);
}

}  // namespace imaging
