#include "imaging/files/read.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <string_view>

#include "imaging/core/sha256.h"
#include "imaging/files/itk_volume.h"

namespace imaging {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 6> endings = {".nrrd", ".nhdr",   ".mha",
                                                     ".mhd",  ".nii.gz", ".nii"};
constexpr std::string_view grey_ending = "_bmode", velocity_ending = "_velocity";
constexpr double sound_speed_error = 0.02;  // As for volumes from DICOM.

// The name without the format's ending; empty when it has none of ours.
std::string stem_of(const fs::path& file) {
  const std::string name = file.filename().string();
  for (const std::string_view ending : endings)
    if (name.size() > ending.size() && name.ends_with(ending))
      return name.substr(0, name.size() - ending.size());
  return {};
}

// The beginning of a file, where these formats keep their header as text.
std::string header_text(const fs::path& file) {
  std::string head(16384, '\0');
  std::ifstream stream(file, std::ios::binary);
  stream.read(head.data(), static_cast<std::streamsize>(head.size()));
  head.resize(static_cast<std::size_t>(stream.gcount()));
  return head;
}

// What a header's words already tell, before a library is asked that would complain on stderr.
Result<void> check_header(const fs::path& file) {
  const std::string head = header_text(file);
  if (head.empty()) return fail(ErrorCode::Unreadable, "The file is empty or may not be read.");
  // A tracked sweep keeps a pose for each frame. Its layout says "volume", but its frames lie
  // anywhere.
  if (head.find("Seq_Frame") != std::string::npos)
    return fail(ErrorCode::Unsupported,
                "It is a tracked sweep, whose frames lie anywhere; reconstruct it into a volume "
                "first.");
  const std::string ending = file.extension().string();
  if ((ending == ".mha" || ending == ".mhd") && head.find("DimSize") == std::string::npos)
    return fail(ErrorCode::Unsupported, "It is a MetaImage file that holds no image.");
  if ((ending == ".nrrd" || ending == ".nhdr") && !head.starts_with("NRRD"))
    return fail(ErrorCode::Unreadable, "It is no NRRD file, though its name says so.");
  return {};
}

std::string digest_of(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  const std::string bytes((std::istreambuf_iterator<char>(stream)),
                          std::istreambuf_iterator<char>());
  return sha256(bytes);
}

// A left-handed volume is counted from its last slice, so that its rows keep leading away from the
// transducer.
Result<Volume<float>> right_handed(StoredVolume stored) {
  std::array<Vector3<Lps>, 3> directions;
  for (std::size_t a = 0; a < 3; ++a)
    directions[a] = {stored.directions[a][0], stored.directions[a][1], stored.directions[a][2]};
  Point3<Lps> first{stored.first_voxel[0], stored.first_voxel[1], stored.first_voxel[2]};
  if (directions[0].cross(directions[1]).dot(directions[2]) < 0) {
    first = first + directions[2] * (stored.spacing_mm[2] * (stored.size[2] - 1));
    directions[2] = -directions[2];
    const std::size_t slice =
        static_cast<std::size_t>(stored.size[0]) * static_cast<std::size_t>(stored.size[1]);
    const auto at = [&](int k) {
      return stored.voxels.begin() + static_cast<std::ptrdiff_t>(slice) * k;
    };
    for (int low = 0, high = stored.size[2] - 1; low < high; ++low, --high)
      std::swap_ranges(at(low), at(low + 1), at(high));
  }
  const auto grid = Grid::make(stored.size, stored.spacing_mm, first, directions);
  if (!grid) return tl::unexpected(grid.error());
  return Volume<float>(*grid, std::move(stored.voxels));
}

Volume<std::uint8_t> bytes_of(const Volume<float>& values) {
  const auto [least, most] = std::minmax_element(values.data(), values.data() + values.size());
  const bool fits = *least >= 0 && *most <= 255;
  const float from = fits ? 0 : *least;
  const float scale = fits || *most == *least ? 1 : 255 / (*most - *least);
  Volume<std::uint8_t> bytes(values.grid());
  for (std::size_t v = 0; v < values.size(); ++v) {
    const float value = values.data()[v];
    bytes.data()[v] =
        std::isfinite(value)
            ? static_cast<std::uint8_t>(std::clamp(std::lround((value - from) * scale), 0l, 255l))
            : std::uint8_t{0};
  }
  return bytes;
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

Result<std::set<fs::path>> volume_files_below(const std::vector<fs::path>& paths) {
  std::set<fs::path> files;
  for (std::size_t p = 0; p < paths.size(); ++p) {
    std::error_code error;
    const fs::file_status status = fs::status(paths[p], error);
    if (!fs::exists(status))
      return fail(ErrorCode::Unreadable,
                  paths.size() == 1
                      ? "There is no file or folder of that name; check how it is written."
                      : "There is no file or folder at path " + std::to_string(p + 1) + " of the " +
                            std::to_string(paths.size()) + " given; check how it is written.");
    if (fs::is_regular_file(status) && is_volume_file(paths[p])) files.insert(paths[p]);
    if (!fs::is_directory(status)) continue;
    fs::recursive_directory_iterator entry(paths[p], fs::directory_options::skip_permission_denied,
                                           error);
    for (; !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
      const bool is_hidden = entry->path().filename().string().starts_with('.');
      if (is_hidden) entry.disable_recursion_pending();
      if (!is_hidden && entry->is_regular_file(error) && is_volume_file(entry->path()))
        files.insert(entry->path());
    }
  }
  return files;
}

struct Pair {
  std::optional<fs::path> grey, velocity;
};

// Files of one folder whose names differ only in what they hold.
std::map<fs::path, Pair> pairs_of(const std::set<fs::path>& files) {
  std::map<fs::path, Pair> pairs;
  for (const fs::path& file : files) {
    std::string stem = stem_of(file);
    const bool is_velocity = stem.ends_with(velocity_ending);
    if (is_velocity) stem.resize(stem.size() - velocity_ending.size());
    if (stem.ends_with(grey_ending)) stem.resize(stem.size() - grey_ending.size());
    Pair& pair = pairs[file.parent_path() / stem];
    (is_velocity ? pair.velocity : pair.grey) = file;
  }
  return pairs;
}

std::string alias_of(const Study& study) {
  std::string digests;
  for (const DuplexVolume& volume : study.volumes)
    for (const SourceFile& source : volume.sources) digests += source.sha256;
  std::string digits = sha256(digests).substr(0, 4);
  for (char& c : digits)
    if (c >= 'a') c = static_cast<char>(c - 'a' + 'A');
  return "Case " + digits;
}

}  // namespace

bool is_volume_file(const fs::path& file) { return !stem_of(file).empty(); }

Result<Volume<float>> read_volume(const fs::path& file) {
  std::error_code error;
  if (!fs::is_regular_file(file, error))
    return fail(ErrorCode::Unreadable, "The file does not exist or may not be read.");
  if (const auto sound = check_header(file); !sound) return tl::unexpected(sound.error());
  auto stored = read_with_itk(file);
  if (!stored) return tl::unexpected(stored.error());
  return right_handed(std::move(*stored));
}

Result<DuplexVolume> read_duplex_volume(const fs::path& grey,
                                        const std::optional<fs::path>& velocity) {
  auto values = read_volume(grey);
  if (!values) return tl::unexpected(values.error());
  const std::array<double, 3> spacing_mm = values->grid().spacing_mm();
  DuplexVolume volume{
      .label = "Volume",
      .volume_frame_of_reference_uid = {},
      .patient_frame_of_reference_uid = {},
      // A NRRD file names its space and NIfTI's is the patient's; MetaImage says nothing, and is
      // often a tracker's.
      .lies_in_patient = grey.extension() != ".mha" && grey.extension() != ".mhd",
      .bmode = bytes_of(*values),
      .velocity_cm_s = std::nullopt,
      .calibration = {.source = CalibrationSource::VolumeTags,
                      .mm_per_px_column = spacing_mm[0],
                      .mm_per_px_row = spacing_mm[1],
                      .relative_error = sound_speed_error,
                      .note = "Voxel size as the file states it; the speed of sound in the leg "
                              "differs from the assumed one by about 2%."},
      .sources = {{.sop_instance_uid = {}, .sha256 = digest_of(grey)}}};
  if (!velocity) return volume;
  auto flow = read_volume(*velocity);
  if (!flow) return tl::unexpected(flow.error());
  if (!same_grid(flow->grid(), volume.bmode.grid()))
    return fail(ErrorCode::InvalidInput,
                "The velocity and the grey volume lie on different grids; save both on one.");
  float limit = 0;
  for (std::size_t v = 0; v < flow->size(); ++v) limit = std::max(limit, std::abs(flow->data()[v]));
  volume.velocity_limit_cm_s = limit;  // At least: the file does not state the mapping's range.
  volume.velocity_cm_s = std::move(*flow);
  volume.sources.push_back({.sop_instance_uid = {}, .sha256 = digest_of(*velocity)});
  return volume;
}

Result<Study> read_volume_files(const std::vector<fs::path>& paths, const Progress& progress) {
  const auto files = volume_files_below(paths);
  if (!files) return tl::unexpected(files.error());
  Study study;
  const std::map<fs::path, Pair> pairs = pairs_of(*files);
  for (const auto& [stem, pair] : pairs) {
    if (progress.cancelled()) return cancelled();
    const auto skip = [&](const fs::path& file, std::string reason) {
      study.skipped.push_back({file.filename().string(), std::move(reason)});
    };
    if (!pair.grey) {
      skip(*pair.velocity, "The velocity comes without its grey volume and is not used.");
      continue;
    }
    auto volume = read_duplex_volume(*pair.grey, pair.velocity);
    if (!volume) {
      skip(*pair.grey, volume.error().sentence);
      continue;
    }
    // The name of a file may be a person's; the order of reading serves as well.
    volume->label = "Volume " + std::to_string(study.volumes.size() + 1);
    study.volumes.push_back(std::move(*volume));
    progress.report(static_cast<double>(study.volumes.size() + study.skipped.size()) /
                        static_cast<double>(pairs.size()),
                    "reading volumes");
  }
  if (study.volumes.empty() && study.skipped.empty())
    return fail(ErrorCode::NotFound, "There is no NRRD, MHA, MHD or NIfTI volume here.");
  if (study.volumes.empty())
    return fail(ErrorCode::NotFound, "No volume can be used: " + study.skipped.front().reason);
  study.alias = alias_of(study);
  return study;
}

}  // namespace imaging
