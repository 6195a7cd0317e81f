// The DICOM attributes that Oasis reads, by PS3.6 keyword in our spelling. What is not in this
// list never leaves the decoding process.
#pragma once

#include <array>

#include "imaging/dicom/tags.h"

namespace imaging::tag {

inline constexpr Tag media_storage_sop_class_uid = 0x00020002;
inline constexpr Tag transfer_syntax_uid = 0x00020010;
inline constexpr Tag image_type = 0x00080008;
inline constexpr Tag sop_class_uid = 0x00080016;
inline constexpr Tag sop_instance_uid = 0x00080018;
inline constexpr Tag modality = 0x00080060;
inline constexpr Tag code_value = 0x00080100;
inline constexpr Tag code_meaning = 0x00080104;
inline constexpr Tag frame_type = 0x00089007;

inline constexpr Tag slice_thickness = 0x00180050;
inline constexpr Tag cine_rate = 0x00180040;
inline constexpr Tag spacing_between_slices = 0x00180088;
inline constexpr Tag frame_time = 0x00181063;
inline constexpr Tag frame_time_vector = 0x00181065;
inline constexpr Tag distance_source_to_detector = 0x00181110;
inline constexpr Tag distance_source_to_patient = 0x00181111;
inline constexpr Tag estimated_magnification = 0x00181114;
inline constexpr Tag table_motion = 0x00181134;
inline constexpr Tag table_vertical_increment = 0x00181135;
inline constexpr Tag table_lateral_increment = 0x00181136;
inline constexpr Tag table_longitudinal_increment = 0x00181137;
inline constexpr Tag imager_pixel_spacing = 0x00181164;
inline constexpr Tag positioner_motion = 0x00181500;
inline constexpr Tag positioner_primary_angle = 0x00181510;
inline constexpr Tag positioner_secondary_angle = 0x00181511;
inline constexpr Tag positioner_primary_increments = 0x00181520;
inline constexpr Tag positioner_secondary_increments = 0x00181521;
inline constexpr Tag ultrasound_regions = 0x00186011;
inline constexpr Tag region_spatial_format = 0x00186012;
inline constexpr Tag region_data_type = 0x00186014;
inline constexpr Tag region_x0 = 0x00186018;
inline constexpr Tag region_y0 = 0x0018601a;
inline constexpr Tag region_x1 = 0x0018601c;
inline constexpr Tag region_y1 = 0x0018601e;
inline constexpr Tag region_reference_x = 0x00186020;
inline constexpr Tag region_reference_y = 0x00186022;
inline constexpr Tag region_units_x = 0x00186024;
inline constexpr Tag region_units_y = 0x00186026;
inline constexpr Tag region_reference_value_x = 0x00186028;
inline constexpr Tag region_reference_value_y = 0x0018602a;
inline constexpr Tag region_delta_x = 0x0018602c;
inline constexpr Tag region_delta_y = 0x0018602e;
inline constexpr Tag region_transducer_frequency = 0x00186030;
inline constexpr Tag region_pulse_repetition_frequency = 0x00186032;
inline constexpr Tag region_doppler_angle = 0x00186034;
inline constexpr Tag region_steering_angle = 0x00186036;
inline constexpr Tag region_gate_x = 0x00186039;
inline constexpr Tag region_gate_y = 0x0018603b;
inline constexpr Tag detector_element_spacing = 0x00187022;
inline constexpr Tag detector_active_dimensions = 0x00187026;
inline constexpr Tag field_of_view_origin = 0x00187030;
inline constexpr Tag field_of_view_rotation = 0x00187032;
inline constexpr Tag field_of_view_flip = 0x00187034;
inline constexpr Tag image_data_type_sequence = 0x00189807;
inline constexpr Tag data_type = 0x00189808;
inline constexpr Tag zero_velocity_pixel_value = 0x00189810;

inline constexpr Tag study_instance_uid = 0x0020000d;
inline constexpr Tag series_instance_uid = 0x0020000e;
inline constexpr Tag series_number = 0x00200011;
inline constexpr Tag instance_number = 0x00200013;
inline constexpr Tag image_position_patient = 0x00200032;
inline constexpr Tag image_orientation_patient = 0x00200037;
inline constexpr Tag frame_of_reference_uid = 0x00200052;
inline constexpr Tag laterality = 0x00200060;
inline constexpr Tag image_laterality = 0x00200062;
inline constexpr Tag frame_anatomy_sequence = 0x00209071;
inline constexpr Tag frame_laterality = 0x00209072;
inline constexpr Tag frame_content_sequence = 0x00209111;
inline constexpr Tag plane_position_sequence = 0x00209113;
inline constexpr Tag plane_orientation_sequence = 0x00209116;
inline constexpr Tag dimension_index_values = 0x00209157;
inline constexpr Tag image_position_volume = 0x00209301;
inline constexpr Tag image_orientation_volume = 0x00209302;
inline constexpr Tag volume_to_transducer_matrix = 0x00209309;
inline constexpr Tag plane_position_volume_sequence = 0x0020930e;
inline constexpr Tag plane_orientation_volume_sequence = 0x0020930f;
inline constexpr Tag volume_frame_of_reference_uid = 0x00209312;

inline constexpr Tag samples_per_pixel = 0x00280002;
inline constexpr Tag photometric_interpretation = 0x00280004;
inline constexpr Tag planar_configuration = 0x00280006;
inline constexpr Tag number_of_frames = 0x00280008;
inline constexpr Tag frame_increment_pointer = 0x00280009;
inline constexpr Tag rows = 0x00280010;
inline constexpr Tag columns = 0x00280011;
inline constexpr Tag pixel_spacing = 0x00280030;
inline constexpr Tag bits_allocated = 0x00280100;
inline constexpr Tag bits_stored = 0x00280101;
inline constexpr Tag high_bit = 0x00280102;
inline constexpr Tag pixel_representation = 0x00280103;
inline constexpr Tag pixel_spacing_calibration_type = 0x00280a02;
inline constexpr Tag pixel_intensity_relationship = 0x00281040;
inline constexpr Tag pixel_intensity_relationship_sign = 0x00281041;
inline constexpr Tag window_centre = 0x00281050;
inline constexpr Tag window_width = 0x00281051;
inline constexpr Tag lossy_image_compression = 0x00282110;
inline constexpr Tag lut_descriptor = 0x00283002;
inline constexpr Tag lut_data = 0x00283006;
inline constexpr Tag voi_lut_sequence = 0x00283010;
inline constexpr Tag mask_subtraction_sequence = 0x00286100;
inline constexpr Tag mask_operation = 0x00286101;
inline constexpr Tag applicable_frame_range = 0x00286102;
inline constexpr Tag mask_frame_numbers = 0x00286110;
inline constexpr Tag mask_sub_pixel_shift = 0x00286114;
inline constexpr Tag pixel_measures_sequence = 0x00289110;
inline constexpr Tag measurement_units_code_sequence = 0x004008ea;
inline constexpr Tag real_world_value_mapping_sequence = 0x00409096;
inline constexpr Tag real_world_last_value = 0x00409211;
inline constexpr Tag real_world_first_value = 0x00409216;
inline constexpr Tag real_world_intercept = 0x00409224;
inline constexpr Tag real_world_slope = 0x00409225;
inline constexpr Tag shared_functional_groups = 0x52009229;
inline constexpr Tag per_frame_functional_groups = 0x52009230;
inline constexpr Tag pixel_data = 0x7fe00010;

// In rising order: the decoder looks attributes up by bisection. Pixel data travel apart.
inline constexpr std::array wanted = {
    image_type,
    sop_class_uid,
    sop_instance_uid,
    modality,
    code_value,
    code_meaning,
    frame_type,
    cine_rate,
    slice_thickness,
    spacing_between_slices,
    frame_time,
    frame_time_vector,
    distance_source_to_detector,
    distance_source_to_patient,
    estimated_magnification,
    table_motion,
    table_vertical_increment,
    table_lateral_increment,
    table_longitudinal_increment,
    imager_pixel_spacing,
    positioner_motion,
    positioner_primary_angle,
    positioner_secondary_angle,
    positioner_primary_increments,
    positioner_secondary_increments,
    ultrasound_regions,
    region_spatial_format,
    region_data_type,
    region_x0,
    region_y0,
    region_x1,
    region_y1,
    region_reference_x,
    region_reference_y,
    region_units_x,
    region_units_y,
    region_reference_value_x,
    region_reference_value_y,
    region_delta_x,
    region_delta_y,
    region_transducer_frequency,
    region_pulse_repetition_frequency,
    region_doppler_angle,
    region_steering_angle,
    region_gate_x,
    region_gate_y,
    detector_element_spacing,
    detector_active_dimensions,
    field_of_view_origin,
    field_of_view_rotation,
    field_of_view_flip,
    image_data_type_sequence,
    data_type,
    zero_velocity_pixel_value,
    study_instance_uid,
    series_instance_uid,
    series_number,
    instance_number,
    image_position_patient,
    image_orientation_patient,
    frame_of_reference_uid,
    laterality,
    image_laterality,
    frame_anatomy_sequence,
    frame_laterality,
    frame_content_sequence,
    plane_position_sequence,
    plane_orientation_sequence,
    dimension_index_values,
    image_position_volume,
    image_orientation_volume,
    volume_to_transducer_matrix,
    plane_position_volume_sequence,
    plane_orientation_volume_sequence,
    volume_frame_of_reference_uid,
    samples_per_pixel,
    photometric_interpretation,
    planar_configuration,
    number_of_frames,
    frame_increment_pointer,
    rows,
    columns,
    pixel_spacing,
    bits_allocated,
    bits_stored,
    high_bit,
    pixel_representation,
    pixel_spacing_calibration_type,
    pixel_intensity_relationship,
    pixel_intensity_relationship_sign,
    window_centre,
    window_width,
    lossy_image_compression,
    lut_descriptor,
    lut_data,
    voi_lut_sequence,
    mask_subtraction_sequence,
    mask_operation,
    applicable_frame_range,
    mask_frame_numbers,
    mask_sub_pixel_shift,
    pixel_measures_sequence,
    measurement_units_code_sequence,
    real_world_value_mapping_sequence,
    real_world_last_value,
    real_world_first_value,
    real_world_intercept,
    real_world_slope,
    shared_functional_groups,
    per_frame_functional_groups,
};

static_assert([] {
  for (std::size_t i = 1; i < wanted.size(); ++i)
    if (wanted[i - 1] >= wanted[i]) return false;
  return true;
}());

}  // namespace imaging::tag
