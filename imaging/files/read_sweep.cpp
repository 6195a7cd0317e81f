#include "imaging/files/read_sweep.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <deque>
#include <fstream>
#include <iterator>
#include <set>

#include "imaging/core/sha256.h"
#include "imaging/files/inflate.h"
#include "imaging/files/read.h"
#include "imaging/files/sweep_header.h"

namespace imaging {
namespace {

namespace fs = std::filesystem;

constexpr double sound_speed_error = 0.02;  // As for volumes.
// No probe's pixels are finer or coarser.
constexpr double least_pixel_mm = 0.005, largest_pixel_mm = 2;
constexpr double rigid_tolerance = 0.02;  // A rotation that scales by more is no pose.
constexpr std::string_view pixels = "Image";

std::string bytes_of(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

// Frames that only have names: a probe, a tracker, a reference body.
struct Named {};
using Pose = Affine<Named, Named>;

Pose pose_of(const Matrix4& m) {
  Pose pose;
  for (int r = 0; r < 3; ++r) {
    const auto row = static_cast<std::size_t>(4 * r);
    for (int c = 0; c < 3; ++c) pose.linear(r, c) = m[row + static_cast<std::size_t>(c)];
    pose.offset(r) = m[row + 3];
  }
  return pose;
}

Vector3<Lps> column_of(const Pose& pose, int c) {
  return {pose.linear(0, c), pose.linear(1, c), pose.linear(2, c)};
}

bool can_be_inverted(const Pose& pose) {
  const double volume = column_of(pose, 0).cross(column_of(pose, 1)).dot(column_of(pose, 2));
  return std::abs(volume) > 1e-12;
}

// "ProbeToTracker" parted into "Probe" and "Tracker"; empty when it is no such name.
std::pair<std::string, std::string> ends_of(const std::string& name) {
  for (std::size_t at = name.find("To", 1); at != std::string::npos; at = name.find("To", at + 1))
    if (at + 2 < name.size() && std::isupper(static_cast<unsigned char>(name[at + 2])))
      return {name.substr(0, at), name.substr(at + 2)};
  return {};
}

// `target` from `source` through whatever transforms there are, either way round.
std::optional<Pose> chain(const NamedTransforms& fixed, const NamedTransforms& of_frame,
                          std::string_view source, std::string_view target) {
  struct Place {
    std::string name;
    Pose from_source;
  };
  std::deque<Place> open{{std::string(source), Pose{}}};
  std::set<std::string> seen{std::string(source)};
  while (!open.empty()) {
    const Place here = open.front();
    open.pop_front();
    if (here.name == target) return here.from_source;
    // What the frame says counts before what the configuration says.
    for (const NamedTransforms* transforms : {&of_frame, &fixed})
      for (const auto& [name, matrix] : *transforms) {
        const auto [from, to] = ends_of(name);
        const bool forward = from == here.name, backward = to == here.name;
        if ((!forward && !backward) || !seen.insert(forward ? to : from).second) continue;
        const Pose pose = pose_of(matrix);
        if (!forward && !can_be_inverted(pose)) continue;
        open.push_back({forward ? to : from, (forward ? pose : pose.inverse()) * here.from_source});
      }
  }
  return std::nullopt;
}

struct FoundCalibration {
  Calibrations values;
  std::string from;  // For a sentence.
};

Result<Calibrations> read_calibration(const fs::path& file) {
  std::error_code error;
  if (!fs::is_regular_file(file, error) || fs::file_size(file, error) > (1u << 24))
    return fail(ErrorCode::Unreadable, "The calibration file does not exist or may not be read.");
  return parse_calibrations(bytes_of(file));
}

bool says_the_same(const Calibrations& a, const Calibrations& b) {
  const auto x = a.transforms.find("ImageToProbe"), y = b.transforms.find("ImageToProbe");
  return x != a.transforms.end() && y != b.transforms.end() && x->second == y->second;
}

// Empty transforms where the folder has none, or several that differ.
FoundCalibration beside(const fs::path& sweep) {
  std::vector<fs::path> files;
  std::error_code error;
  const fs::path folder = sweep.has_parent_path() ? sweep.parent_path() : fs::path(".");
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error))
    if (entry->path().extension() == ".xml") files.push_back(entry->path());
  std::sort(files.begin(), files.end());
  FoundCalibration found{{}, "of the configuration file beside the sweep"};
  for (const fs::path& file : files) {
    const auto read = read_calibration(file);
    if (!read || !read->transforms.contains("ImageToProbe")) continue;
    if (!found.values.transforms.empty() && !says_the_same(found.values, *read))
      return {{}, "two configuration files beside the sweep contradict each other"};
    if (found.values.transforms.empty()) found.values = *read;
  }
  return found;
}

bool is_sane(const Pose& pose) {
  const Vector3<Lps> column = column_of(pose, 0), row = column_of(pose, 1);
  const double column_mm = column.norm(), row_mm = row.norm();
  const auto fits = [](double mm) { return mm > least_pixel_mm && mm < largest_pixel_mm; };
  return fits(column_mm) && fits(row_mm) && pose.offset.allFinite() &&
         std::abs(column.dot(row)) < 0.1 * column_mm * row_mm;
}

Affine<Lps, ImagePlane> plane_of(const Pose& pose) {
  const Vector3<Lps> normal = column_of(pose, 0).cross(column_of(pose, 1)).normalized();
  Affine<Lps, ImagePlane> plane{pose.linear, pose.offset};
  plane.linear(0, 2) = normal.x;
  plane.linear(1, 2) = normal.y;
  plane.linear(2, 2) = normal.z;
  return plane;
}

// The reference body on the limb where one is tracked: the tracker itself may be moved.
std::string_view target_of(const SweepHeader& header) {
  for (const SweepHeader::FrameFields& frame : header.frames)
    for (const auto& [name, matrix] : frame.transforms)
      if (name.starts_with("ReferenceTo") || name.ends_with("ToReference")) return "Reference";
  return "Tracker";
}

Frame<std::uint8_t> picture(const SweepHeader& header, const std::uint8_t* from) {
  const int columns = header.size[0], rows = header.size[1];
  Frame<std::uint8_t> frame(columns, rows);
  for (int r = 0; r < rows; ++r) {
    const std::uint8_t* row =
        from + static_cast<std::ptrdiff_t>(header.rows_reversed ? rows - 1 - r : r) * columns;
    std::uint8_t* out = &frame(0, r);
    if (header.columns_reversed)
      std::reverse_copy(row, row + columns, out);
    else
      std::copy(row, row + columns, out);
  }
  return frame;
}

struct LeftOut {
  int without_pose = 0, not_rigid = 0, repeated = 0;
};

std::string count_of(int n, const char* what) {
  return std::to_string(n) + (n == 1 ? " frame " : " frames ") + what;
}

void remark(Sweep& sweep, const LeftOut& out) {
  if (out.without_pose > 0)
    sweep.remarks.push_back(count_of(out.without_pose, "without a pose left out."));
  if (out.not_rigid > 0)
    sweep.remarks.push_back(count_of(out.not_rigid, "left out whose pose is not rigid."));
  if (out.repeated > 0)
    sweep.remarks.push_back(
        count_of(out.repeated, "left out that repeat the pose of the frame before."));
}

PixelBox box_of(const SweepHeader& header, const Calibrations& calibration) {
  PixelBox box{0, 0, header.size[0] - 1, header.size[1] - 1};
  if (!calibration.clip) return box;
  const auto [x, y, columns, rows] = *calibration.clip;
  const PixelBox clip{x, y, std::min(x + columns - 1, box.x1), std::min(y + rows - 1, box.y1)};
  return clip.empty() ? box : clip;
}

}  // namespace

bool is_sweep_file(const fs::path& file) {
  std::error_code error;
  if (!is_volume_file(file) || !fs::is_regular_file(file, error)) return false;
  std::string head(16384, '\0');
  std::ifstream stream(file, std::ios::binary);
  stream.read(head.data(), static_cast<std::streamsize>(head.size()));
  head.resize(static_cast<std::size_t>(stream.gcount()));
  return is_sweep_header(head);
}

Result<Sweep> read_sweep(const fs::path& file, const std::optional<fs::path>& calibration,
                         const Progress& progress) {
  progress.report(0, "reading the sweep");
  const std::string bytes = bytes_of(file);
  if (bytes.empty())
    return fail(ErrorCode::Unreadable, "The sweep does not exist or may not be read.");
  auto header = parse_sweep_header(bytes);
  if (!header) return tl::unexpected(header.error());

  FoundCalibration found;
  if (calibration) {
    auto read = read_calibration(*calibration);
    if (!read) return tl::unexpected(read.error());
    found = {std::move(*read), "of the given configuration file"};
  } else if (!chain({}, header->frames.front().transforms, pixels, "Probe")) {
    found = beside(file);
  }

  const std::size_t frame_size =
      static_cast<std::size_t>(header->size[0]) * static_cast<std::size_t>(header->size[1]);
  const std::size_t all = frame_size * static_cast<std::size_t>(header->size[2]);
  const std::string_view stored = std::string_view(bytes).substr(header->pixels_begin);
  std::vector<std::uint8_t> inflated;
  if (header->compressed) {
    auto made = inflate_bytes(stored, all);
    if (!made) return tl::unexpected(made.error());
    inflated = std::move(*made);
  } else if (stored.size() < all) {
    return fail(ErrorCode::Unreadable, "Its pixels are damaged or cut off; copy the file again.");
  }
  const auto* first =
      header->compressed ? inflated.data() : reinterpret_cast<const std::uint8_t*>(stored.data());

  Sweep sweep;
  sweep.label = "Tracked sweep";
  sweep.image = box_of(*header, found.values);
  LeftOut out;
  bool calibrated = false;
  const std::string_view target = target_of(*header);
  std::optional<double> pixel_mm;
  for (std::size_t f = 0; f < header->frames.size(); ++f) {
    if (progress.cancelled()) return cancelled();
    const NamedTransforms& own = header->frames[f].transforms;
    calibrated = calibrated || chain(found.values.transforms, own, pixels, "Probe").has_value();
    const auto pose = chain(found.values.transforms, own, pixels, target);
    if (!pose) {
      ++out.without_pose;
      continue;
    }
    const double size_mm = column_of(*pose, 0).norm();
    if (!is_sane(*pose) || (pixel_mm && std::abs(size_mm / *pixel_mm - 1) > rigid_tolerance)) {
      ++out.not_rigid;
      continue;
    }
    pixel_mm = pixel_mm.value_or(size_mm);
    const Affine<Lps, ImagePlane> plane = plane_of(*pose);
    if (!sweep.frames.empty()) {
      const Affine<Lps, ImagePlane>& before = sweep.frames.back().lps_from_image;
      if (before.linear == plane.linear && before.offset == plane.offset) {
        ++out.repeated;
        continue;
      }
    }
    sweep.frames.push_back({picture(*header, first + f * frame_size),
                            {},
                            plane,
                            header->frames[f].time_s.value_or(static_cast<double>(f))});
    progress.report(static_cast<double>(f + 1) / static_cast<double>(header->frames.size()),
                    "reading the sweep");
  }
  if (!calibrated)
    return fail(ErrorCode::Uncalibrated,
                "The sweep does not say where its pixels lie on the probe; give the calibration "
                "that PLUS wrote for this probe and depth.");
  if (sweep.frames.size() < 2)
    return fail(ErrorCode::InvalidInput,
                "Fewer than two frames of the sweep have a pose of their own; it cannot become a "
                "volume.");
  remark(sweep, out);
  const Affine<Lps, ImagePlane>& plane = sweep.frames.front().lps_from_image;
  sweep.calibration = {.source = CalibrationSource::VolumeTags,
                       .mm_per_px_column = plane(Vector3<ImagePlane>{1, 0, 0}).norm(),
                       .mm_per_px_row = plane(Vector3<ImagePlane>{0, 1, 0}).norm(),
                       .relative_error = sound_speed_error,
                       .note = "Pixel size by the probe's calibration"};
  std::string& note = sweep.calibration.note;
  if (!found.values.transforms.empty()) note += " " + found.from;
  if (const auto error = found.values.error_mm.find("ImageToProbe");
      error != found.values.error_mm.end()) {
    char text[64];
    std::snprintf(text, sizeof text, ", which states an error of %.1f mm", error->second);
    note += text;
  }
  note += ".";
  sweep.sources = {{.sop_instance_uid = {}, .sha256 = sha256(bytes)}};
  return sweep;
}

}  // namespace imaging
