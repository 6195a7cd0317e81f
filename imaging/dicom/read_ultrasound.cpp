#include "imaging/dicom/read_ultrasound.h"

#include <array>
#include <cmath>
#include <cstdio>

#include "imaging/dicom/from_tags.h"
#include "imaging/dicom/read_angio.h"
#include "imaging/dicom/tag_names.h"

namespace imaging {
namespace {

constexpr int centimetres = 3;              // PS3.3 C.8.5.5.1.15.
constexpr double sound_speed_error = 0.02;  // As for volumes.
// Diagnostic probes show from 5 mm (skin, intravascular) to 40 cm (abdomen, curved probes at their
// widest). A region that claims less or more does not state its size in cm.
constexpr double smallest_region_cm = 0.5, largest_region_cm = 40;
// Scanners show tissue with square pixels; more than this apart, one of the two is wrong.
constexpr double largest_anisotropy = 4;

int whole(const Tags& tags, Tag tag) {
  const double value = tags.number_or(tag, 0);
  return std::abs(value) < 1e9 ? static_cast<int>(value) : 0;
}

std::string decimal(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.4g", value);
  return text;
}

// Empty where the region's numbers are those of an image of tissue in cm.
std::string why_uncalibrated(const UltrasoundRegion& region, int columns, int rows) {
  if (region.x1 <= region.x0 || region.y1 <= region.y0)
    return "The region has no area; lengths are in pixels.";
  if (region.x0 < 0 || region.y0 < 0 || region.x1 >= columns || region.y1 >= rows)
    return "The region reaches beyond the image; lengths are in pixels.";
  if (region.units_x != centimetres || region.units_y != centimetres)
    return "The region's axes are not both lengths.";
  const std::array<double, 2> deltas = {region.delta_x, region.delta_y};
  const std::array<int, 2> sizes = {region.x1 - region.x0 + 1, region.y1 - region.y0 + 1};
  for (std::size_t axis = 0; axis < 2; ++axis) {
    const std::string claim = "The file claims " + decimal(deltas[axis]) + " cm per pixel";
    if (deltas[axis] <= 0) return claim + ", which is no size; lengths are in pixels.";
    const double extent_cm = deltas[axis] * sizes[axis];
    if (extent_cm < smallest_region_cm || extent_cm > largest_region_cm)
      return claim + ", which makes the image " + decimal(extent_cm) +
             " cm large, and no probe shows that; lengths are in pixels.";
  }
  const double ratio = region.delta_x / region.delta_y;
  if (ratio > largest_anisotropy || ratio < 1 / largest_anisotropy)
    return "The file claims pixels of " + decimal(region.delta_x) + " x " +
           decimal(region.delta_y) + " cm, which contradict each other; lengths are in pixels.";
  return {};
}

std::optional<Point2> gate_of(const Tags& item) {
  const auto x = item.number(tag::region_gate_x), y = item.number(tag::region_gate_y);
  if (!x || !y) return std::nullopt;
  return Point2{*x, *y};
}

UltrasoundRegion region_of(const Tags& item, int columns, int rows) {
  UltrasoundRegion region{
      .spatial_format = whole(item, tag::region_spatial_format),
      .data_type = whole(item, tag::region_data_type),
      .x0 = whole(item, tag::region_x0),
      .y0 = whole(item, tag::region_y0),
      .x1 = whole(item, tag::region_x1),
      .y1 = whole(item, tag::region_y1),
      .units_x = whole(item, tag::region_units_x),
      .units_y = whole(item, tag::region_units_y),
      .delta_x = item.number_or(tag::region_delta_x, 0),
      .delta_y = item.number_or(tag::region_delta_y, 0),
      .reference_x = item.number_or(tag::region_reference_x, 0),
      .reference_y = item.number_or(tag::region_reference_y, 0),
      .reference_value_x = item.number_or(tag::region_reference_value_x, 0),
      .reference_value_y = item.number_or(tag::region_reference_value_y, 0),
      .transducer_khz = item.number_or(tag::region_transducer_frequency, 0),
      .pulse_repetition_hz = item.number_or(tag::region_pulse_repetition_frequency, 0),
      .doppler_angle_deg = item.number(tag::region_doppler_angle),
      .steering_deg = item.number(tag::region_steering_angle),
      .gate = gate_of(item),
      .calibration = {}};
  // Some scanners state the first pixel outside instead of the last inside.
  region.x1 -= region.x1 == columns ? 1 : 0;
  region.y1 -= region.y1 == rows ? 1 : 0;
  region.calibration.note = why_uncalibrated(region, columns, rows);
  if (region.calibration.note.empty())
    region.calibration = {.source = CalibrationSource::UltrasoundRegion,
                          .mm_per_px_column = region.delta_x * 10,
                          .mm_per_px_row = region.delta_y * 10,
                          .relative_error = sound_speed_error,
                          .note = "Pixel size as the scanner states it for this region."};
  return region;
}

}  // namespace

std::vector<UltrasoundRegion> ultrasound_regions(const Tags& tags, int columns, int rows) {
  std::vector<UltrasoundRegion> regions;
  for (const Tags& item : tags.items(tag::ultrasound_regions))
    regions.push_back(region_of(item, columns, rows));
  return regions;
}

Result<DuplexClip> read_duplex_clip(const DecodedFile& file) {
  const DecodedHeader& header = file.header();
  DuplexClip clip;
  clip.label = label_of(header, header.frames > 1 ? "Clip" : "Still");
  clip.side = side_of(header.tags);
  for (int f = 0; f < header.frames; ++f) {
    auto frame = colour_frame(file, f);
    if (!frame) return tl::unexpected(frame.error());
    clip.frames.push_back(std::move(*frame));
  }
  if (header.frames > 1)
    clip.frame_time_s = frame_times_s(header.tags, header.frames).back() / (header.frames - 1);
  clip.regions = ultrasound_regions(header.tags, header.columns, header.rows);
  clip.lossy = is_lossy(header);
  clip.sources = {source_of(header)};
  return clip;
}

}  // namespace imaging
