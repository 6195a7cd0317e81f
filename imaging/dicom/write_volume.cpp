// Enhanced US Volume Storage: grey and velocity frames in one object, told apart by Data Type.
#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "imaging/dicom/write_object.h"

namespace imaging {
namespace {

constexpr double frame_ms = 16;          // A sweep at 60 frames a second.
constexpr int zero_velocity_code = 128;  // Of 1 to 255; 0 is never used.

double velocity_step_cm_s(const DuplexVolume& volume) { return volume.velocity_limit_cm_s / 127; }

void put_dimensions(const ItemWriter& object, const std::string& organization_uid) {
  object.add(DCM_DimensionOrganizationSequence)
      .text(DCM_DimensionOrganizationUID, organization_uid);
  object.text(DCM_DimensionOrganizationType, "3D");
  const ItemWriter position = object.add(DCM_DimensionIndexSequence);
  position.text(DCM_DimensionOrganizationUID, organization_uid);
  position.at(DCM_DimensionIndexPointer, DCM_ImagePositionVolume);
  position.at(DCM_FunctionalGroupPointer, DCM_PlanePositionVolumeSequence);
  position.text(DCM_DimensionDescriptionLabel, "Image Position (Volume)");
  const ItemWriter type = object.add(DCM_DimensionIndexSequence);
  type.text(DCM_DimensionOrganizationUID, organization_uid);
  type.at(DCM_DimensionIndexPointer, DCM_DataType);
  type.at(DCM_FunctionalGroupPointer, DCM_ImageDataTypeSequence);
  type.text(DCM_DimensionDescriptionLabel, "Data Type");
}

void put_acquisition(const ItemWriter& object, const DuplexVolume& volume) {
  const auto& grid = volume.bmode.grid();
  object.text(DCM_SynchronizationTrigger, "NO TRIGGER");
  object.text(DCM_AcquisitionTimeSynchronized, "N");
  object.text(DCM_PositionMeasuringDeviceUsed, "RIGID");
  object.text(DCM_ProcessingFunction, "Log compression");
  for (const DcmTagKey& index : {DCM_MechanicalIndex, DCM_BoneThermalIndex, DCM_CranialThermalIndex,
                                 DCM_SoftTissueThermalIndex})
    object.decimals(index, {0});
  object.integer(DCM_DepthOfScanField, std::lround(grid.size()[1] * grid.spacing_mm()[1]));
  object.text(DCM_PatientPosition, "FFS");
  object.fd(DCM_AcquisitionDuration, {frame_ms * grid.size()[2]});
  object.fd(DCM_DepthsOfFocus, {0.55 * grid.size()[1] * grid.spacing_mm()[1]});
  object.code(DCM_TransducerScanPatternCodeSequence, "125242", "DCM", "Volume scan pattern");
  object.code(DCM_TransducerGeometryCodeSequence, "125252", "DCM",
              "Linear ultrasound transducer geometry");
  object.code(DCM_TransducerBeamSteeringCodeSequence, "125258", "DCM", "Phased beam steering");
  object.code(DCM_TransducerApplicationCodeSequence, "125261", "DCM", "External Transducer");
  object.code(DCM_AnatomicRegionSequence, "30021000", "SCT", "Lower leg");
  object.code(DCM_ViewCodeSequence, "62824007", "SCT", "Transverse");
}

void put_frames_of_reference(const ItemWriter& object, const DuplexVolume& volume,
                             const CaseTags& tags, const std::string& file_name) {
  const auto given = [&](const std::string& uid, const char* what) {
    return uid.empty() ? uid_from(tags.study_uid + "/" + file_name + "/" + what) : uid;
  };
  const std::string patient_uid = volume.patient_frame_of_reference_uid.empty()
                                      ? tags.patient_frame_of_reference_uid
                                      : volume.patient_frame_of_reference_uid;
  const auto& grid = volume.bmode.grid();
  object.text(DCM_FrameOfReferenceUID, given(patient_uid, "patient frame"));
  object.text(DCM_PositionReferenceIndicator, "");
  object.text(DCM_VolumeFrameOfReferenceUID,
              given(volume.volume_frame_of_reference_uid, "volume frame"));
  object.text(DCM_SynchronizationFrameOfReferenceUID,
              uid_from(tags.study_uid + "/synchronization"));
  object.text(DCM_UltrasoundAcquisitionGeometry, "APEX");
  object.fd(DCM_ApexPosition, {0, 0, 0});
  object.text(DCM_PatientFrameOfReferenceSource, "REGISTRATION");
  object.text(DCM_VolumeToTransducerRelationship, "FIXED");
  // The transducer's face lies in the middle of the first row.
  object.fd(DCM_VolumeToTransducerMappingMatrix,
            {1, 0, 0, -0.5 * (grid.size()[0] - 1) * grid.spacing_mm()[0], 0, 1, 0, 0, 0, 0, 1, 0, 0,
             0, 0, 1});
  const auto i = orientation_letters(grid.direction(0)), j = orientation_letters(grid.direction(1));
  object.text(DCM_PatientOrientation, std::string(i.text) + "\\" + j.text);
  if (volume.side != Side::Unknown)
    object.text(DCM_Laterality, volume.side == Side::Left ? "L" : "R");
}

void put_shared_groups(const ItemWriter& object, const Grid& grid) {
  const ItemWriter shared = object.add(DCM_SharedFunctionalGroupsSequence);
  const ItemWriter description = shared.add(DCM_USImageDescriptionSequence);
  description.text(DCM_FrameType, "ORIGINAL\\PRIMARY\\VOLUME\\NONE");
  description.text(DCM_VolumetricProperties, "VOLUME");
  description.text(DCM_VolumeBasedCalculationTechnique, "NONE");
  const auto i = grid.direction(0), j = grid.direction(1);
  shared.add(DCM_PlaneOrientationSequence)
      .decimals(DCM_ImageOrientationPatient, {i.x, i.y, i.z, j.x, j.y, j.z});
  shared.add(DCM_PlaneOrientationVolumeSequence).fd(DCM_ImageOrientationVolume, {1, 0, 0, 0, 1, 0});
  const ItemWriter measures = shared.add(DCM_PixelMeasuresSequence);
  measures.decimals(DCM_SliceThickness, {grid.spacing_mm()[2]});
  measures.decimals(DCM_SpacingBetweenSlices, {grid.spacing_mm()[2]});
  measures.decimals(DCM_PixelSpacing, {grid.spacing_mm()[1], grid.spacing_mm()[0]});
}

void put_frame_groups(const ItemWriter& object, const DuplexVolume& volume, const CaseTags& tags,
                      int k, bool velocity) {
  const Grid& grid = volume.bmode.grid();
  const ItemWriter frame = object.add(DCM_PerFrameFunctionalGroupsSequence);
  const ItemWriter type = frame.add(DCM_ImageDataTypeSequence);
  type.text(DCM_DataType, velocity ? "FLOW_VELOCITY" : "TISSUE_INTENSITY");
  type.text(DCM_AliasedDataType, velocity ? "YES" : "NO");
  if (velocity) type.us(DCM_ZeroVelocityPixelValue, {zero_velocity_code});

  const ItemWriter content = frame.add(DCM_FrameContentSequence);
  content.text(DCM_FrameAcquisitionDateTime, tags.date + "120000");
  content.text(DCM_FrameReferenceDateTime, tags.date + "120000");
  content.fd(DCM_FrameAcquisitionDuration, {frame_ms});
  content.us(DCM_FrameAcquisitionNumber, {1});
  content.ul(DCM_DimensionIndexValues, {static_cast<std::uint32_t>(k + 1), velocity ? 2u : 1u});

  const Point3<Lps> p = grid.lps_from_voxel()(Point3<Voxel>{0, 0, static_cast<double>(k)});
  frame.add(DCM_PlanePositionSequence).decimals(DCM_ImagePositionPatient, {p.x, p.y, p.z});
  frame.add(DCM_PlanePositionVolumeSequence)
      .fd(DCM_ImagePositionVolume, {0, 0, k * grid.spacing_mm()[2]});
  const ItemWriter window = frame.add(DCM_FrameVOILUTSequence);
  window.decimals(DCM_WindowCenter, {128});
  window.decimals(DCM_WindowWidth, {256});

  const ItemWriter mapping = frame.add(DCM_RealWorldValueMappingSequence);
  const double slope = velocity ? velocity_step_cm_s(volume) : 1;
  mapping.text(DCM_LUTExplanation,
               velocity ? "Flow velocity towards the transducer" : "Grey level");
  mapping.text(DCM_LUTLabel, velocity ? "VELOCITY" : "GREY");
  if (velocity)
    mapping.code(DCM_MeasurementUnitsCodeSequence, "cm/s", "UCUM", "centimeter per second");
  else
    mapping.code(DCM_MeasurementUnitsCodeSequence, "1", "UCUM", "no units");
  mapping.us(DCM_RealWorldValueFirstValueMapped, {velocity ? 1 : 0});
  mapping.us(DCM_RealWorldValueLastValueMapped, {255});
  mapping.fd(DCM_RealWorldValueIntercept, {velocity ? -zero_velocity_code * slope : 0.0});
  mapping.fd(DCM_RealWorldValueSlope, {slope});
}

std::uint8_t velocity_code(float velocity_cm_s, double step_cm_s) {
  const auto steps = std::lround(static_cast<double>(velocity_cm_s) / step_cm_s);
  return static_cast<std::uint8_t>(std::clamp(steps + zero_velocity_code, 1l, 255l));
}

std::vector<std::uint8_t> interleaved(const DuplexVolume& volume) {
  const Grid& grid = volume.bmode.grid();
  const std::size_t slice =
      static_cast<std::size_t>(grid.size()[0]) * static_cast<std::size_t>(grid.size()[1]);
  std::vector<std::uint8_t> pixels;
  pixels.reserve(grid.voxel_count() * (volume.velocity_cm_s ? 2 : 1) + 1);
  for (int k = 0; k < grid.size()[2]; ++k) {
    const std::uint8_t* grey = volume.bmode.data() + slice * static_cast<std::size_t>(k);
    pixels.insert(pixels.end(), grey, grey + slice);
    if (!volume.velocity_cm_s) continue;
    const float* velocity = volume.velocity_cm_s->data() + slice * static_cast<std::size_t>(k);
    const double step_cm_s = velocity_step_cm_s(volume);
    for (std::size_t p = 0; p < slice; ++p) pixels.push_back(velocity_code(velocity[p], step_cm_s));
  }
  if (pixels.size() % 2) pixels.push_back(0);
  return pixels;
}

}  // namespace

Result<void> write_duplex_volume(const DuplexVolume& volume, const CaseTags& tags,
                                 int series_number, const std::filesystem::path& file) {
  const Grid& grid = volume.bmode.grid();
  const bool colour = volume.velocity_cm_s.has_value();
  if (colour && !(volume.velocity_limit_cm_s > 0))
    return fail(ErrorCode::InvalidInput,
                "The volume's velocities cannot be written without the largest one they can hold.");
  if (colour && volume.velocity_cm_s->grid().size() != grid.size())
    return fail(ErrorCode::InvalidInput,
                "The volume's velocities lie on another grid than its grey levels.");

  DcmFileFormat object;
  const ItemWriter data(*object.getDataset());
  const ObjectIdentity identity = identify(
      {.sop_class_uid = UID_EnhancedUSVolumeStorage,
       .sop_instance_uid = volume.sources.empty() ? "" : volume.sources.front().sop_instance_uid,
       .series_uid = "",
       .modality = "US",
       .series_description = volume.label,
       .series_number = series_number},
      tags, file);
  put_common(data, tags, identity);
  data.text(DCM_ImageType, "ORIGINAL\\PRIMARY\\VOLUME\\NONE");
  data.text(DCM_AcquisitionDateTime, tags.date + "120000");
  put_dimensions(data, uid_from(identity.sop_instance_uid + "/dimensions"));
  put_acquisition(data, volume);
  put_frames_of_reference(data, volume, tags, file.filename().string());
  data.us(DCM_SamplesPerPixel, {1});
  data.text(DCM_PhotometricInterpretation, "MONOCHROME2");
  data.integer(DCM_NumberOfFrames, grid.size()[2] * (colour ? 2 : 1));
  data.us(DCM_Rows, {grid.size()[1]});
  data.us(DCM_Columns, {grid.size()[0]});
  data.us(DCM_BitsAllocated, {8});
  data.us(DCM_BitsStored, {8});
  data.us(DCM_HighBit, {7});
  data.us(DCM_PixelRepresentation, {0});
  data.text(DCM_RecognizableVisualFeatures, "NO");
  data.decimals(DCM_RescaleIntercept, {0});
  data.decimals(DCM_RescaleSlope, {1});
  data.text(DCM_PresentationLUTShape, "IDENTITY");
  data.empty_sequence(DCM_AcquisitionContextSequence);
  put_shared_groups(data, grid);
  for (int k = 0; k < grid.size()[2]; ++k) {
    put_frame_groups(data, volume, tags, k, false);
    if (colour) put_frame_groups(data, volume, tags, k, true);
  }
  data.bytes(DCM_PixelData, interleaved(volume));
  return save_whole(object, file);
}

}  // namespace imaging
