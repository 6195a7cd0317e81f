#include "imaging/vessel/align_volumes.h"

#include <algorithm>
#include <cstdio>
#include <optional>

#include "imaging/vessel/duplex_tree.h"
#include "imaging/vessel/register_trees.h"

namespace imaging {
namespace {

Grid moved(const Grid& grid, const Affine<Lps, Lps>& to_from) {
  std::array<Vector3<Lps>, 3> directions;
  for (int a = 0; a < 3; ++a)
    directions[static_cast<std::size_t>(a)] = to_from(grid.direction(a)).normalized();
  const auto made = Grid::make(grid.size(), grid.spacing_mm(),
                               to_from(grid.lps_from_voxel()(Point3<Voxel>{})), directions);
  OASIS_EXPECTS(made.has_value());
  return *made;
}

template <class T>
Volume<T> moved(const Volume<T>& volume, const Affine<Lps, Lps>& to_from) {
  return Volume<T>(moved(volume.grid(), to_from),
                   std::vector<T>(volume.data(), volume.data() + volume.size()));
}

}  // namespace

bool share_a_frame(const std::vector<DuplexVolume>& volumes) {
  return std::ranges::all_of(volumes, [&](const DuplexVolume& v) {
    return v.patient_frame_of_reference_uid == volumes.front().patient_frame_of_reference_uid;
  });
}

Result<AlignedVolumes> align_volumes(std::vector<DuplexVolume> volumes, Side side,
                                     const Progress& progress) {
  AlignedVolumes result{std::move(volumes), {}};
  if (result.volumes.size() < 2 || share_a_frame(result.volumes)) return result;
  const std::string frame = result.volumes.front().patient_frame_of_reference_uid;
  std::vector<std::size_t> open;
  for (std::size_t n = 1; n < result.volumes.size(); ++n)
    if (result.volumes[n].patient_frame_of_reference_uid != frame) open.push_back(n);
  const auto steps = static_cast<double>(open.size());
  for (std::size_t n = 0; n < open.size(); ++n) {
    const Progress part =
        progress.part(static_cast<double>(n) / steps, static_cast<double>(n + 1) / steps);
    std::vector<const DuplexVolume*> placed;
    for (const DuplexVolume& v : result.volumes)
      if (v.patient_frame_of_reference_uid == frame) placed.push_back(&v);
    DuplexVolume& volume = result.volumes[open[n]];
    const auto fixed = trace_duplex(placed, side, part.part(0, 0.45));
    if (!fixed) return tl::unexpected(fixed.error());
    const auto moving = trace_duplex({&volume}, side, part.part(0.45, 0.9));
    if (!moving) return tl::unexpected(moving.error());
    const auto found = register_trees(*fixed, *moving, part.part(0.9, 1));
    if (!found) return tl::unexpected(found.error());
    volume.bmode = moved(volume.bmode, found->fixed_from_moving);
    if (volume.velocity_cm_s)
      volume.velocity_cm_s = moved(*volume.velocity_cm_s, found->fixed_from_moving);
    volume.patient_frame_of_reference_uid = frame;
    volume.lies_in_patient = result.volumes.front().lies_in_patient;
    char text[200];
    std::snprintf(text, sizeof text,
                  "A volume of another frame of reference was laid by %.0f mm of common vessels: "
                  "they lie %.1f mm apart, and it may be shifted by %.1f mm.",
                  found->overlap_mm, found->residual_mm, found->slide_sd_mm);
    result.notes.emplace_back(text);
    volume.calibration.note += std::string(" ") + text;
  }
  return result;
}

}  // namespace imaging
