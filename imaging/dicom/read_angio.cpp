#include "imaging/dicom/read_angio.h"

#include <cmath>
#include <cstdio>

#include "imaging/dicom/from_tags.h"
#include "imaging/dicom/tag_names.h"

namespace imaging {
namespace {

// Magnification is exact at the isocentre only. Leg vessels lie within about 50 mm of it along the
// beam; over a distance from the source, a uniform spread has this standard deviation:
constexpr double depth_spread_mm = 50 / 1.7320508;
constexpr double usual_source_distance_mm = 800;  // Where the file gives a magnification alone.
// Two statements of one magnification that differ by more than this are not the same statement.
constexpr double agreement = 0.02;
// X-ray tubes stand 0.3 to 3 m from their detectors; anything else is a slip of the unit.
constexpr double nearest_detector_mm = 300, farthest_detector_mm = 3000;

std::string decimal(double value, const char* format) {
  char text[32];
  std::snprintf(text, sizeof text, format, value);
  return text;
}

struct Spacing {
  double column_mm = 0, row_mm = 0;
  bool is_positive() const { return column_mm > 0 && row_mm > 0; }
};

// DICOM writes the distance between rows first.
Spacing spacing_of(const Tags& tags, Tag tag) {
  return {.column_mm = tags.number(tag, 1).value_or(0), .row_mm = tags.number(tag, 0).value_or(0)};
}

struct Distances {
  double detector_mm = 0, patient_mm = 0;
  bool are_plausible() const {
    return detector_mm >= nearest_detector_mm && detector_mm <= farthest_detector_mm &&
           patient_mm > 0 && patient_mm < detector_mm;
  }
};

Distances distances_of(const Tags& tags) {
  return {.detector_mm = tags.number_or(tag::distance_source_to_detector, 0),
          .patient_mm = tags.number_or(tag::distance_source_to_patient, 0)};
}

Calibration geometry_calibration(const Spacing& imager, double magnification,
                                 double source_distance_mm, const std::string& from) {
  return {.source = CalibrationSource::Geometry,
          .mm_per_px_column = imager.column_mm / magnification,
          .mm_per_px_row = imager.row_mm / magnification,
          .relative_error = depth_spread_mm / source_distance_mm,
          .note = "Detector pixels divided by the magnification " + decimal(magnification, "%.3f") +
                  " from " + from + "; right at the isocentre's depth only."};
}

// Pixel Spacing of a projection image means something only with its calibration type (PS3.3
// 10.7.1.3): without one it may as well be the size at the detector.
std::optional<Calibration> stated_calibration(const Tags& tags) {
  const Spacing spacing = spacing_of(tags, tag::pixel_spacing);
  const std::string type = tags.text(tag::pixel_spacing_calibration_type);
  if (!spacing.is_positive() || (type != "FIDUCIAL" && type != "GEOMETRY")) return std::nullopt;
  const bool fiducial = type == "FIDUCIAL";
  // A sphere or catheter is measured to about a pixel in 30; see `depth_spread_mm` for the other.
  return Calibration{
      .source = fiducial ? CalibrationSource::Fiducial : CalibrationSource::Geometry,
      .mm_per_px_column = spacing.column_mm,
      .mm_per_px_row = spacing.row_mm,
      .relative_error = fiducial ? 0.03 : depth_spread_mm / usual_source_distance_mm,
      .note = fiducial ? "Calibrated at the machine by a known object in the image."
                       : "Calibrated at the machine from its geometry; right at one depth only."};
}

}  // namespace

Calibration x_ray_calibration(const Tags& tags) {
  if (const auto stated = stated_calibration(tags)) return *stated;
  const Spacing imager = spacing_of(tags, tag::imager_pixel_spacing);
  if (!imager.is_positive())
    return {.note =
                "The file does not say how large its pixels are; lengths are in pixels until "
                "it is calibrated by a known object."};
  const Distances distances = distances_of(tags);
  const double stated = tags.number_or(tag::estimated_magnification, 0);
  const bool states_one = stated >= 1 && stated < 10;
  if (distances.are_plausible()) {
    const double magnification = distances.detector_mm / distances.patient_mm;
    if (states_one && std::abs(stated / magnification - 1) > agreement)
      return {.note = "The stated magnification " + decimal(stated, "%.3f") +
                      " contradicts the distances, which give " + decimal(magnification, "%.3f") +
                      "; lengths are in pixels until it is calibrated by a known object."};
    return geometry_calibration(imager, magnification, distances.patient_mm,
                                "the distances of source and detector");
  }
  if (states_one) return geometry_calibration(imager, stated, usual_source_distance_mm, "the file");
  return {.source = CalibrationSource::DetectorPlane,
          .note = "Pixels are " + decimal(imager.column_mm, "%.3f") + " x " +
                  decimal(imager.row_mm, "%.3f") +
                  " mm at the detector, and the magnification is not known; lengths are in pixels "
                  "until it is calibrated by a known object."};
}

std::string moved_during_run(const Tags& tags) {
  // Increments are angles from the first frame's; a gantry at rest is read to a tenth or so.
  constexpr double at_rest_deg = 0.5;
  for (const Tag increments :
       {tag::positioner_primary_increments, tag::positioner_secondary_increments})
    for (const double degrees : tags.numbers(increments))
      if (std::abs(degrees) > at_rest_deg)
        return "The C-arm turned during this run, so its frames have no one geometry and no common "
               "mask.";
  const bool stated_at_rest = !tags.numbers(tag::positioner_primary_increments).empty() ||
                              !tags.numbers(tag::positioner_secondary_increments).empty();
  if (tags.text(tag::positioner_motion) == "DYNAMIC" && !stated_at_rest)
    return "The C-arm turned during this run, by angles that the file does not give.";
  // A floating table that stands is read to a fraction of a millimetre; a pixel is about 0.4 mm.
  constexpr double at_rest_mm = 0.5;
  bool increments_stated = false;
  for (const Tag increments : {tag::table_vertical_increment, tag::table_lateral_increment,
                               tag::table_longitudinal_increment})
    for (const double mm : tags.numbers(increments)) {
      increments_stated = true;
      if (std::abs(mm) > at_rest_mm)
        return "The table moved during this run, so its frames have no common mask.";
    }
  if (tags.text(tag::table_motion) == "DYNAMIC" && !increments_stated)
    return "The table moved during this run, so its frames have no common mask.";
  return "";
}

std::optional<FieldOfView> field_of_view(const Tags& tags) {
  const double rotation = tags.number_or(tag::field_of_view_rotation, 0);
  const Spacing pixel = spacing_of(tags, tag::imager_pixel_spacing),
                element = spacing_of(tags, tag::detector_element_spacing),
                active = spacing_of(tags, tag::detector_active_dimensions);
  const auto origin_row = tags.number(tag::field_of_view_origin, 0),
             origin_column = tags.number(tag::field_of_view_origin, 1);
  FieldOfView field{.rotation_deg = static_cast<int>(std::lround(rotation)),
                    .horizontal_flip = tags.text(tag::field_of_view_flip) == "YES"};
  const bool places_it = pixel.is_positive() && element.is_positive() && active.is_positive() &&
                         origin_row && origin_column;
  if (places_it) {
    field.detector_columns = static_cast<int>(std::lround(active.column_mm / element.column_mm));
    field.detector_rows = static_cast<int>(std::lround(active.row_mm / element.row_mm));
    field.origin_column = *origin_column;
    field.origin_row = *origin_row;
    field.binning = pixel.column_mm / element.column_mm;
  }
  if (!places_it && field.rotation_deg == 0 && !field.horizontal_flip) return std::nullopt;
  return field;
}

std::optional<CArmPose> c_arm_pose(const Tags& tags) {
  if (!moved_during_run(tags).empty()) return std::nullopt;
  const auto primary = tags.number(tag::positioner_primary_angle);
  const auto secondary = tags.number(tag::positioner_secondary_angle);
  const Distances distances = distances_of(tags);
  const Spacing imager = spacing_of(tags, tag::imager_pixel_spacing);
  if (!primary || !secondary || std::abs(*primary) > 180 || std::abs(*secondary) > 90 ||
      !distances.are_plausible() || !imager.is_positive())
    return std::nullopt;
  const auto field = field_of_view(tags);
  if (field && field->rotation_deg != 0 && field->rotation_deg != 90 &&
      field->rotation_deg != 180 && field->rotation_deg != 270)
    return std::nullopt;
  return CArmPose{.primary_deg = *primary,
                  .secondary_deg = *secondary,
                  .source_to_detector_mm = distances.detector_mm,
                  .source_to_isocentre_mm = distances.patient_mm,
                  .imager_spacing_column_mm = imager.column_mm,
                  .imager_spacing_row_mm = imager.row_mm,
                  .field = field};
}

std::optional<DetectorPlane> detector_plane(const Tags& tags) {
  const Spacing imager = spacing_of(tags, tag::imager_pixel_spacing);
  if (!imager.is_positive()) return std::nullopt;
  const Distances distances = distances_of(tags);
  DetectorPlane plane{.spacing_column_mm = imager.column_mm, .spacing_row_mm = imager.row_mm};
  if (distances.are_plausible()) {
    plane.source_to_detector_mm = distances.detector_mm;
    plane.source_to_patient_mm = distances.patient_mm;
  }
  return plane;
}

std::optional<MaskAdvice> mask_advice(const Tags& tags, int frames) {
  const auto is_frame = [&](double number) { return number >= 1 && number <= frames; };
  for (const Tags& item : tags.items(tag::mask_subtraction_sequence)) {
    if (item.text(tag::mask_operation) != "AVG_SUB") continue;
    MaskAdvice advice{.mask_frames = {}, .first_frame = 0, .last_frame = frames - 1};
    bool valid = true;
    for (const double number : item.numbers(tag::mask_frame_numbers)) {
      valid = valid && is_frame(number);
      advice.mask_frames.push_back(static_cast<int>(number) - 1);
    }
    const std::vector<double> range = item.numbers(tag::applicable_frame_range);
    if (range.size() >= 2) {
      valid = valid && is_frame(range[0]) && is_frame(range[1]) && range[0] <= range[1];
      advice.first_frame = static_cast<int>(range[0]) - 1;
      advice.last_frame = static_cast<int>(range[1]) - 1;
    }
    if (!valid || advice.mask_frames.empty()) continue;
    advice.shift_row_px = item.number(tag::mask_sub_pixel_shift, 0).value_or(0);
    advice.shift_column_px = item.number(tag::mask_sub_pixel_shift, 1).value_or(0);
    return advice;
  }
  return std::nullopt;
}

std::vector<double> frame_times_s(const Tags& tags, int frames) {
  std::vector<double> times(static_cast<std::size_t>(frames), 0.0);
  const std::vector<double> increments_ms = tags.numbers(tag::frame_time_vector);
  const bool by_vector =
      tags.text(tag::frame_increment_pointer) == "(0018,1065)" || !tags.has(tag::frame_time);
  const auto sane = [](double ms) { return ms >= 0 && ms < 1e6; };
  if (by_vector && increments_ms.size() == times.size()) {
    bool usable = true;
    for (std::size_t i = 1; i < times.size(); ++i) {
      usable = usable && sane(increments_ms[i]);
      times[i] = times[i - 1] + increments_ms[i] / 1000;
    }
    if (usable) return times;
  }
  double frame_time_ms = tags.number_or(tag::frame_time, 0);
  const double rate = tags.number_or(tag::cine_rate, 0);
  if (frame_time_ms <= 0 && rate > 0) frame_time_ms = 1000 / rate;
  if (!sane(frame_time_ms)) frame_time_ms = 0;
  for (std::size_t i = 0; i < times.size(); ++i)
    times[i] = static_cast<double>(i) * frame_time_ms / 1000;
  return times;
}

Result<AngioRun> read_angio_run(const DecodedFile& file) {
  const DecodedHeader& header = file.header();
  AngioRun run;
  run.label = label_of(header, "Angiogram");
  run.series_uid = header.tags.text(tag::series_instance_uid);
  run.side = side_of(header.tags);
  for (int f = 0; f < header.frames; ++f) {
    auto frame = grey_frame(file, f);
    if (!frame) return tl::unexpected(frame.error());
    run.frames.push_back(std::move(*frame));
  }
  run.bits_stored = header.bits_stored;
  const std::string relationship = header.tags.text(tag::pixel_intensity_relationship);
  if (relationship == "LIN") run.relationship = IntensityRelationship::Linear;
  if (relationship == "LOG") run.relationship = IntensityRelationship::Logarithmic;
  if (relationship == "DISP") run.relationship = IntensityRelationship::Display;
  run.brighter_is_more_xray = header.tags.number_or(tag::pixel_intensity_relationship_sign, 1) >= 0;
  if (header.tags.text(tag::photometric_interpretation) == "MONOCHROME1" &&
      header.tags.has(tag::pixel_intensity_relationship_sign))
    run.brighter_is_more_xray = !run.brighter_is_more_xray;  // The values were turned round.
  run.frame_times_s = frame_times_s(header.tags, header.frames);
  const Window window = window_of(header);
  run.window_centre = window.centre;
  run.window_width = window.width;
  run.lossy = is_lossy(header);
  run.pose = c_arm_pose(header.tags);
  run.mask = mask_advice(header.tags, header.frames);
  run.calibration = x_ray_calibration(header.tags);
  if (const std::string moved = moved_during_run(header.tags); !moved.empty())
    run.calibration.note += (run.calibration.note.empty() ? "" : " ") + moved;
  run.sources = {source_of(header)};
  return run;
}

Result<Radiograph> read_radiograph(const DecodedFile& file) {
  const DecodedHeader& header = file.header();
  if (header.frames != 1)
    return fail(ErrorCode::Unsupported, "It is a radiograph of several frames; Oasis reads one.");
  auto image = grey_frame(file, 0);
  if (!image) return tl::unexpected(image.error());
  const Window window = window_of(header);
  return Radiograph{.label = label_of(header, "Radiograph"),
                    .side = side_of(header.tags),
                    .image = std::move(*image),
                    .window_centre = window.centre,
                    .window_width = window.width,
                    .detector = detector_plane(header.tags),
                    .calibration = x_ray_calibration(header.tags),
                    .sources = {source_of(header)}};
}

}  // namespace imaging
