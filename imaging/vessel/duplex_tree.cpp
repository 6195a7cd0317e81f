#include "imaging/vessel/duplex_tree.h"

#include <algorithm>
#include <numeric>

#include "imaging/vessel/branching.h"
#include "imaging/vessel/join_volumes.h"
#include "imaging/vessel/kind.h"
#include "imaging/vessel/lumen.h"
#include "imaging/vessel/names.h"
#include "imaging/vessel/tubularity.h"
#include "imaging/vessel/vessel_track.h"

namespace imaging {
namespace {

// Lumens from a bridging vein to the popliteal vein; walls of occluded tibial and plantar arteries.
const std::vector<double> lumen_radii_mm{0.85, 1.2, 1.7, 2.4, 3.4};
const std::vector<double> wall_radii_mm{1.2, 1.7};
// Some 3.5 dB of contrast at the scale of the tube: lower than any vessel's, so that none is lost
// here; what is not a vessel falls later.
constexpr double seed_response_grey = 15;

constexpr Vector3<Lps> superior{0, 0, 1};

Result<std::vector<Stretch>> trace_volume(const DuplexVolume& volume, Side side, int index,
                                          const Progress& progress) {
  const std::vector<TubeSeed> dark = find_tube_seeds(
      volume.bmode, TubePolarity::Dark, lumen_radii_mm, seed_response_grey, progress.part(0, 0.2));
  const std::vector<TubeSeed> bright =
      find_tube_seeds(volume.bmode, TubePolarity::Bright, wall_radii_mm, seed_response_grey,
                      progress.part(0.2, 0.3));
  const std::vector<Track> tracks =
      follow_vessels(volume.bmode, dark, bright, progress.part(0.3, 0.5));
  if (progress.cancelled()) return cancelled();

  progress.report(0.5, "measuring vessels");
  const double blur_mm = estimate_blur(volume, tracks);
  std::vector<MeasuredTrack> measured(tracks.size());
  for (std::size_t n = 0; n < tracks.size(); ++n) {
    if (progress.cancelled()) return cancelled();
    measured[n].samples = measure_lumen(volume, tracks[n], blur_mm);
    measured[n].from_track = tracks[n].from_track;
    measured[n].to_track = tracks[n].to_track;
    progress.report(0.5 + 0.45 * static_cast<double>(n + 1) / static_cast<double>(tracks.size()),
                    "measuring vessels");
  }
  drop_false_tracks(measured);
  judge_kinds(measured, volume.bmode.grid().direction(1), superior);
  std::vector<Stretch> stretches =
      branch_out(std::move(measured), volume.bmode.grid(), superior, index);
  name_stretches(stretches, side);
  progress.report(1, "naming vessels");
  return stretches;
}

Result<void> check(const std::vector<const DuplexVolume*>& volumes, Side& side) {
  if (volumes.empty())
    return fail(ErrorCode::NotFound, "The case has no duplex volume to trace vessels in.");
  for (const DuplexVolume* v : volumes) {
    if (v->patient_frame_of_reference_uid != volumes.front()->patient_frame_of_reference_uid)
      return fail(ErrorCode::InvalidInput,
                  "The duplex volumes lie in different frames of reference; choose volumes of one "
                  "examination.");
    if (v->side == Side::Unknown) continue;
    if (side == Side::Unknown) side = v->side;
    if (v->side != side)
      return fail(ErrorCode::InvalidInput,
                  "The duplex volumes are of different sides; choose volumes of one leg.");
  }
  return {};
}

}  // namespace

Result<VesselTree> trace_duplex(const std::vector<const DuplexVolume*>& volumes, Side side,
                                const Progress& progress) {
  if (const auto fine = check(volumes, side); !fine) return tl::unexpected(fine.error());
  std::vector<const DuplexVolume*> ordered = volumes;
  std::stable_sort(ordered.begin(), ordered.end(), [](const auto* a, const auto* b) {
    return a->bmode.grid().centre().z > b->bmode.grid().centre().z;
  });
  std::vector<std::vector<Stretch>> stretches;
  const auto count = static_cast<double>(ordered.size());
  for (std::size_t n = 0; n < ordered.size(); ++n) {
    const auto at = static_cast<double>(n);
    auto traced = trace_volume(*ordered[n], side, static_cast<int>(n),
                               progress.part(at / count, (at + 1) / count));
    if (!traced) return tl::unexpected(traced.error());
    stretches.push_back(std::move(*traced));
  }
  auto tree = join_volumes(stretches, side);
  if (tree && tree->empty())
    return fail(ErrorCode::NotFound,
                "No vessel is seen in the duplex volumes; check their gain and depth.");
  return tree;
}

}  // namespace imaging
