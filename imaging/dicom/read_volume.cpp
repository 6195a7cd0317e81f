#include "imaging/dicom/read_volume.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "imaging/core/turn_axes.h"
#include "imaging/dicom/from_tags.h"
#include "imaging/dicom/tag_names.h"

namespace imaging {
namespace {

using Direction = Vector3<Lps>;

// Ultrasound assumes 1540 m/s; fat conducts at about 1450 and muscle at about 1580, and a leg holds
// both.
constexpr double sound_speed_error = 0.02;
// Slices may stray from an even stack by a tenth of their distance: less than partial volume blurs.
constexpr double largest_stray = 0.1;

// Functional groups of one frame: its own where present, else those shared by all.
class FrameGroups {
 public:
  FrameGroups(const Tags& tags, int frame) : shared_(tags.item(tag::shared_functional_groups)) {
    const std::vector<Tags>& all = tags.items(tag::per_frame_functional_groups);
    if (static_cast<std::size_t>(frame) < all.size()) own_ = &all[static_cast<std::size_t>(frame)];
  }
  const Tags& item(Tag sequence) const {
    const Tags& own = own_->item(sequence);
    return own_->items(sequence).empty() ? shared_.item(sequence) : own;
  }
  Tags merged() const {
    Tags all;
    for (const Tag sequence :
         {tag::image_data_type_sequence, tag::real_world_value_mapping_sequence})
      all.set(sequence, std::vector<Tags>{item(sequence)});
    return all;
  }

 private:
  static inline const Tags none_{};
  const Tags& shared_;
  const Tags* own_ = &none_;
};

std::optional<Direction> direction_in(const std::vector<double>& six, std::size_t at) {
  if (six.size() != 6) return std::nullopt;
  const Direction d{six[at], six[at + 1], six[at + 2]};
  if (std::abs(d.norm() - 1) > 1e-3) return std::nullopt;
  return d.normalized();
}

// Where one frame lies: in the patient, or in the frame of its volume.
struct Plane {
  Point3<Lps> first_pixel;
  Direction along_columns, along_rows;  // Of growing column and growing row.
  Direction normal() const { return along_columns.cross(along_rows).normalized(); }
};

std::optional<Plane> plane_of(const Tags& position_item, Tag position_tag,
                              const Tags& orientation_item, Tag orientation_tag) {
  const std::vector<double> position = position_item.numbers(position_tag);
  const std::vector<double> six = orientation_item.numbers(orientation_tag);
  const auto columns = direction_in(six, 0), rows = direction_in(six, 3);
  if (position.size() != 3 || !columns || !rows) return std::nullopt;
  return Plane{{position[0], position[1], position[2]}, *columns, *rows};
}

std::optional<Plane> plane_in_patient(const FrameGroups& groups) {
  return plane_of(groups.item(tag::plane_position_sequence), tag::image_position_patient,
                  groups.item(tag::plane_orientation_sequence), tag::image_orientation_patient);
}

std::optional<Plane> plane_in_volume(const FrameGroups& groups) {
  return plane_of(groups.item(tag::plane_position_volume_sequence), tag::image_position_volume,
                  groups.item(tag::plane_orientation_volume_sequence),
                  tag::image_orientation_volume);
}

struct Slice {
  int frame;
  Plane plane;
  double height_mm;  // Along the first slice's normal.
};

struct Stack {
  std::vector<Slice> slices;  // Rising along column x row, so that the grid is right-handed.
  int repeated = 0;           // Frames left out because an earlier one lies at the same place.
};

// Errors: InvalidInput, as read_volume_parts says.
Result<Stack> stack_of(std::vector<Slice> slices) {
  if (slices.size() < 2)
    return fail(ErrorCode::InvalidInput,
                "It is a volume of one slice, which has no depth; export the whole volume.");
  const Plane first = slices.front().plane;
  const Direction normal = first.normal();
  for (Slice& slice : slices) {
    if (slice.plane.normal().dot(normal) < 1 - 1e-4 ||
        slice.plane.along_columns.dot(first.along_columns) < 1 - 1e-4)
      return fail(ErrorCode::InvalidInput,
                  "Its slices are not parallel; export it as a volume of parallel slices.");
    slice.height_mm = (slice.plane.first_pixel - first.first_pixel).dot(normal);
  }
  std::ranges::stable_sort(slices, {}, &Slice::height_mm);

  Stack stack;
  constexpr double same_place_mm = 1e-4;
  for (const Slice& slice : slices) {
    if (!stack.slices.empty() && slice.height_mm - stack.slices.back().height_mm < same_place_mm) {
      ++stack.repeated;
      continue;
    }
    stack.slices.push_back(slice);
  }
  if (stack.slices.size() < 2)
    return fail(ErrorCode::InvalidInput,
                "All its slices lie at one place; it is a clip and not a volume.");

  const Slice& bottom = stack.slices.front();
  const Slice& top = stack.slices.back();
  const double step_mm =
      (top.height_mm - bottom.height_mm) / static_cast<double>(stack.slices.size() - 1);
  for (std::size_t k = 0; k < stack.slices.size(); ++k) {
    const Point3<Lps> even = bottom.plane.first_pixel + normal * (step_mm * static_cast<double>(k));
    if (distance(stack.slices[k].plane.first_pixel, even) > largest_stray * step_mm)
      return fail(ErrorCode::InvalidInput,
                  "Its slices are not evenly stacked; export it as a regular volume.");
  }
  return stack;
}

struct FramesByType {
  std::map<std::string, std::vector<Slice>> slices;
  bool lies_in_patient = false;
};

Result<FramesByType> frames_by_type(const DecodedHeader& header) {
  FramesByType result;
  result.lies_in_patient = !header.tags.text(tag::frame_of_reference_uid).empty();
  for (int f = 0; f < header.frames; ++f)
    result.lies_in_patient =
        result.lies_in_patient && plane_in_patient(FrameGroups(header.tags, f)).has_value();
  for (int f = 0; f < header.frames; ++f) {
    const FrameGroups groups(header.tags, f);
    const auto plane = result.lies_in_patient ? plane_in_patient(groups) : plane_in_volume(groups);
    if (!plane)
      return fail(ErrorCode::InvalidInput,
                  "It does not say where its slices lie; export it with plane positions.");
    std::string type = groups.item(tag::image_data_type_sequence).text(tag::data_type);
    if (type.empty()) type = "TISSUE_INTENSITY";
    result.slices[type].push_back({f, *plane, 0});
  }
  return result;
}

Result<Volume<std::uint16_t>> codes_of(const DecodedFile& file, const Stack& stack) {
  const DecodedHeader& header = file.header();
  const Tags& measures =
      FrameGroups(header.tags, stack.slices.front().frame).item(tag::pixel_measures_sequence);
  const double row_mm = measures.number_or(tag::pixel_spacing, 0);
  const double column_mm = measures.number(tag::pixel_spacing, 1).value_or(0);
  if (!(row_mm > 0) || !(column_mm > 0))
    return fail(ErrorCode::InvalidInput,
                "It does not say how large its voxels are; export it with its pixel spacing.");
  const int count = static_cast<int>(stack.slices.size());
  const Plane& first = stack.slices.front().plane;
  const double step_mm =
      (stack.slices.back().height_mm - stack.slices.front().height_mm) / (count - 1);
  auto grid =
      Grid::make({header.columns, header.rows, count}, {column_mm, row_mm, step_mm},
                 first.first_pixel, {first.along_columns, first.along_rows, first.normal()});
  if (!grid) return tl::unexpected(grid.error());
  Volume<std::uint16_t> codes(*grid);
  for (int k = 0; k < count; ++k) {
    const auto frame = grey_frame(file, stack.slices[static_cast<std::size_t>(k)].frame);
    if (!frame) return tl::unexpected(frame.error());
    std::copy_n(frame->data(), frame->size(), &codes(0, 0, k));
  }
  return codes;
}

// Which axes to count along so that rows lead away from the transducer, whose frame has +y straight
// out of its face (PS3.3 C.8.24.2.1). As the file has them where it does not say, or says it of a
// direction between two axes: increasing row is increasing depth in the volume's own frame.
std::array<SignedAxis, 3> axes_with_depth_in_rows(const Tags& tags, int first_frame) {
  constexpr double along_axis = 0.9;  // Cosine.
  constexpr std::array<SignedAxis, 3> as_they_are = {{{0, false}, {1, false}, {2, false}}};
  const std::vector<double> m = tags.numbers(tag::volume_to_transducer_matrix);
  const auto plane = plane_in_volume(FrameGroups(tags, first_frame));
  if (m.size() != 16 || !plane) return as_they_are;
  const Direction depth{m[4], m[5], m[6]};  // The second row yields the transducer's y.
  const double i = depth.dot(plane->along_columns), j = depth.dot(plane->along_rows),
               k = depth.dot(plane->normal());
  // Each is a rotation, so that the grid stays right-handed.
  if (j < -along_axis) return {{{0, true}, {1, true}, {2, false}}};
  if (std::abs(i) > along_axis) return {{{1, i > 0}, {0, i < 0}, {2, false}}};
  if (std::abs(k) > along_axis) return {{{0, false}, {2, k < 0}, {1, k > 0}}};
  return as_they_are;
}

bool same_grid(const Grid& a, const Grid& b) {
  if (a.size() != b.size()) return false;
  const double tolerance_mm = 0.1 * *std::ranges::min_element(a.spacing_mm());
  const Point3<Voxel> last{a.size()[0] - 1.0, a.size()[1] - 1.0, a.size()[2] - 1.0};
  for (const Point3<Voxel>& corner : {Point3<Voxel>{0, 0, 0}, Point3<Voxel>{last.x, 0, 0},
                                      Point3<Voxel>{0, last.y, 0}, Point3<Voxel>{0, 0, last.z}})
    if (distance(a.lps_from_voxel()(corner), b.lps_from_voxel()(corner)) > tolerance_mm)
      return false;
  return true;
}

struct Velocity {
  Volume<float> cm_s;
  double limit_cm_s;
};

// cm/s of one unit of the mapping; 0 for a unit that is no velocity.
double cm_s_of_unit(const std::string& unit) {
  if (unit == "cm/s") return 1;
  if (unit == "m/s") return 100;
  if (unit == "mm/s") return 0.1;
  return 0;
}

Result<Velocity> velocity_of(const VolumePart& part) {
  const Tags& mapping = part.groups.item(tag::real_world_value_mapping_sequence);
  const double unit =
      cm_s_of_unit(mapping.item(tag::measurement_units_code_sequence).text(tag::code_value));
  const auto slope = mapping.number(tag::real_world_slope);
  if (unit == 0 || !slope || *slope == 0)
    return fail(ErrorCode::InvalidInput,
                "Its flow frames do not say how large a velocity is; its colour is not used.");
  const double intercept = mapping.number_or(tag::real_world_intercept, 0);
  const double first = mapping.number_or(tag::real_world_first_value, -part.offset);
  const double last =
      mapping.number_or(tag::real_world_last_value, (1 << part.bits_stored) - 1 - part.offset);
  const auto zero =
      part.groups.item(tag::image_data_type_sequence).number(tag::zero_velocity_pixel_value);
  const auto cm_s = [&](double code) { return (code * *slope + intercept) * unit; };

  // A value for each code, so that each voxel costs one look-up. Codes outside of the mapping and
  // the code of zero are no colour.
  std::vector<float> table(std::size_t{1} << part.bits_stored, 0.0f);
  for (std::size_t c = 0; c < table.size(); ++c) {
    const double code = static_cast<double>(c) - part.offset;
    if (code >= first && code <= last && !(zero && code == *zero))
      table[c] = static_cast<float>(cm_s(code));
  }
  Velocity velocity{Volume<float>(part.codes.grid()),
                    std::max(std::abs(cm_s(first)), std::abs(cm_s(last)))};
  for (std::size_t v = 0; v < part.codes.size(); ++v)
    velocity.cm_s.data()[v] = table[std::min<std::size_t>(part.codes.data()[v], table.size() - 1)];
  return velocity;
}

// How many decibels of echo one step of the stored codes stands for; 0 where the file does not say.
double decibel_per_code(const VolumePart& part) {
  const Tags& mapping = part.groups.item(tag::real_world_value_mapping_sequence);
  if (mapping.item(tag::measurement_units_code_sequence).text(tag::code_value) != "dB") return 0;
  const double slope = mapping.number_or(tag::real_world_slope, 0);
  return std::isfinite(slope) ? std::max(0.0, slope) : 0;
}

DuplexVolume grey_volume(const VolumePart& part) {
  Volume<std::uint8_t> bmode(part.codes.grid());
  const int shift = std::max(0, part.bits_stored - 8);
  for (std::size_t v = 0; v < bmode.size(); ++v)
    bmode.data()[v] = static_cast<std::uint8_t>(part.codes.data()[v] >> shift);
  const std::array<double, 3>& spacing_mm = part.codes.grid().spacing_mm();
  return {.label = part.label,
          .volume_frame_of_reference_uid = part.volume_frame_of_reference_uid,
          .patient_frame_of_reference_uid = part.patient_frame_of_reference_uid,
          .lies_in_patient = part.lies_in_patient,
          .side = part.side,
          .bmode = std::move(bmode),
          .velocity_cm_s = std::nullopt,
          .velocity_limit_cm_s = 0,
          .calibration = {.source = CalibrationSource::VolumeTags,
                          .mm_per_px_column = spacing_mm[0],
                          .mm_per_px_row = spacing_mm[1],
                          .relative_error = sound_speed_error,
                          .note = "Voxel size as the file states it; the speed of sound in the leg "
                                  "differs from the assumed one by about 2%."},
          .sources = {part.source},
          .decibel_per_grey = decibel_per_code(part) * (1 << shift)};
}

bool belong_together(const VolumePart& grey, const VolumePart& flow) {
  const bool same_object = grey.source.sop_instance_uid == flow.source.sop_instance_uid;
  const bool same_frame = !grey.volume_frame_of_reference_uid.empty() &&
                          grey.volume_frame_of_reference_uid == flow.volume_frame_of_reference_uid;
  return same_object || same_frame;
}

}  // namespace

Result<VolumeParts> read_volume_parts(const DecodedFile& file) {
  const DecodedHeader& header = file.header();
  const auto frames = frames_by_type(header);
  if (!frames) return tl::unexpected(frames.error());
  VolumeParts result;
  for (const auto& [type, slices] : frames->slices) {
    if (type != "TISSUE_INTENSITY" && type != "FLOW_VELOCITY") {
      result.remarks.push_back("Its frames of " +
                               (is_code(type) ? "type " + type : "an unknown type") +
                               " are not used.");
      continue;
    }
    const auto stack = stack_of(slices);
    if (!stack) return tl::unexpected(stack.error());
    if (stack->repeated > 0)
      result.remarks.push_back("It repeats its volume in time; the first is used, " +
                               std::to_string(stack->repeated) + " frames are not.");
    auto codes = codes_of(file, *stack);
    if (!codes) return tl::unexpected(codes.error());
    const FrameGroups groups(header.tags, stack->slices.front().frame);
    result.parts.push_back(
        {.data_type = type,
         .label = label_of(header, "Volume"),
         .volume_frame_of_reference_uid = header.tags.text(tag::volume_frame_of_reference_uid),
         .patient_frame_of_reference_uid = header.tags.text(tag::frame_of_reference_uid),
         .lies_in_patient = frames->lies_in_patient,
         .side = side_of(header.tags),
         .codes =
             turn_axes(*codes, axes_with_depth_in_rows(header.tags, stack->slices.front().frame)),
         .bits_stored = header.bits_stored,
         .groups = groups.merged(),
         .offset = header.offset,
         .source = source_of(header)});
  }
  return result;
}

CombinedVolumes combine(std::vector<VolumePart> parts) {
  CombinedVolumes result;
  std::set<const VolumePart*> used;
  for (const VolumePart& grey : parts) {
    if (grey.data_type != "TISSUE_INTENSITY") continue;
    DuplexVolume volume = grey_volume(grey);
    for (const VolumePart& flow : parts) {
      if (flow.data_type != "FLOW_VELOCITY" || used.contains(&flow) ||
          volume.velocity_cm_s.has_value() || !belong_together(grey, flow))
        continue;
      used.insert(&flow);
      if (!same_grid(grey.codes.grid(), flow.codes.grid())) {
        result.remarks.push_back("The flow of \"" + grey.label +
                                 "\" lies on another grid than its grey image and is not used.");
        continue;
      }
      auto velocity = velocity_of(flow);
      if (!velocity) {
        result.remarks.push_back(velocity.error().sentence);
        continue;
      }
      volume.velocity_cm_s = std::move(velocity->cm_s);
      volume.velocity_limit_cm_s = velocity->limit_cm_s;
      if (flow.source.sop_instance_uid != grey.source.sop_instance_uid)
        volume.sources.push_back(flow.source);
    }
    result.volumes.push_back(std::move(volume));
  }
  for (const VolumePart& flow : parts)
    if (flow.data_type == "FLOW_VELOCITY" && !used.contains(&flow))
      result.remarks.push_back("The flow of \"" + flow.label +
                               "\" comes without its grey image and is not used.");
  return result;
}

}  // namespace imaging
