#include "imaging/vessel/duplex_tree.h"

#include <tbb/parallel_for.h>
#include <tbb/parallel_invoke.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <optional>

#include "imaging/vessel/branching.h"
#include "imaging/vessel/companions.h"
#include "imaging/vessel/cross_section.h"
#include "imaging/vessel/join_volumes.h"
#include "imaging/vessel/kind.h"
#include "imaging/vessel/lumen.h"
#include "imaging/vessel/names.h"
#include "imaging/vessel/skin.h"
#include "imaging/vessel/tubularity.h"
#include "imaging/vessel/valve_signs.h"
#include "imaging/vessel/vessel_track.h"

namespace imaging {
namespace {

// Lumens from a bridging vein to the popliteal vein; walls of occluded tibial and plantar arteries.
const std::vector<double> lumen_radii_mm{0.7, 1.0, 1.4, 2.0, 2.8, 4.0};
const std::vector<double> wall_radii_mm{0.9, 1.3, 1.8};
// Some 2 dB of contrast at the scale of the tube: lower than any vessel's, so that none is lost
// here; what is not a vessel falls later.
constexpr double seed_response_grey = 11;

constexpr Vector3<Lps> superior{0, 0, 1};

// Greys of another scale than tracing reckons with. Contrasts matter, not greys: tissue, which
// fills most of a volume, comes to lie where 26 dB of darkness and 34 dB of brightness have room.
DuplexVolume on_usual_scale(const DuplexVolume& volume) {
  constexpr double tissue_grey = 110;
  const double ratio = volume.decibel_per_grey / decibel_per_grey;
  DuplexVolume scaled = volume;
  std::vector<std::uint8_t> greys(volume.bmode.data(), volume.bmode.data() + volume.bmode.size());
  const auto middle = greys.begin() + static_cast<std::ptrdiff_t>(greys.size() / 2);
  std::nth_element(greys.begin(), middle, greys.end());
  const double tissue = *middle;
  std::array<std::uint8_t, 256> table{};
  for (std::size_t grey = 0; grey < table.size(); ++grey) {
    const double moved = tissue_grey + (static_cast<double>(grey) - tissue) * ratio;
    table[grey] = static_cast<std::uint8_t>(std::lround(std::clamp(moved, 0.0, 255.0)));
  }
  std::uint8_t* const voxels = scaled.bmode.data();
  for (std::size_t v = 0; v < scaled.bmode.size(); ++v) voxels[v] = table[voxels[v]];
  return scaled;
}

// Whether the file states a range so wide that contrasts would be taken for less than they are. A
// narrow one has cut the echo of blood off already: stretching tissue to match would only dull it.
bool is_on_wider_scale(const DuplexVolume& volume) {
  constexpr double borne = 1.1;
  return volume.decibel_per_grey > borne * decibel_per_grey;
}

std::vector<Point3<Lps>> places_of_others(const std::vector<Track>& tracks, std::size_t but) {
  std::vector<Point3<Lps>> places;
  for (std::size_t n = 0; n < tracks.size(); ++n)
    if (n != but)
      for (const TrackPoint& p : tracks[n].points) places.push_back(p.position);
  return places;
}

double coloured_share(const DuplexVolume& volume) {
  if (!volume.velocity_cm_s) return 0;
  const float* const first = volume.velocity_cm_s->data();
  const auto coloured = std::count_if(first, first + volume.velocity_cm_s->size(),
                                      [](float velocity) { return velocity != 0; });
  return static_cast<double>(coloured) / static_cast<double>(volume.velocity_cm_s->size());
}

Result<TracedVolume> trace_volume(const DuplexVolume& volume, int index, const Progress& progress) {
  const std::vector<TubeSeed> dark = find_tube_seeds(
      volume.bmode, TubePolarity::Dark, lumen_radii_mm, seed_response_grey, progress.part(0, 0.2));
  const std::vector<TubeSeed> bright =
      find_tube_seeds(volume.bmode, TubePolarity::Bright, wall_radii_mm, seed_response_grey,
                      progress.part(0.2, 0.3));
  std::vector<Track> tracks = follow_vessels(volume.bmode, dark, bright, progress.part(0.3, 0.5));
  if (progress.cancelled()) return cancelled();

  progress.report(0.5, "measuring vessels");
  std::vector<std::vector<PathPoint>> paths(tracks.size());
  tbb::parallel_for(std::size_t{0}, tracks.size(), [&](std::size_t n) {
    if (!progress.cancelled()) paths[n] = centred_path(volume, tracks[n]);
  });
  if (progress.cancelled()) return cancelled();
  const BlurredDisc disc(estimate_look(volume, paths));
  std::vector<MeasuredTrack> measured(tracks.size());
  const auto measure = [&](std::size_t n) {
    if (progress.cancelled()) return;
    measured[n].samples = measure_lumen(volume, paths[n], disc, places_of_others(tracks, n));
    measured[n].from_track = tracks[n].from_track;
    measured[n].to_track = tracks[n].to_track;
  };
  tbb::parallel_for(std::size_t{0}, tracks.size(), measure);
  if (progress.cancelled()) return cancelled();
  const Vector3<Lps> deep = volume.bmode.grid().direction(1);
  std::optional<Skin> skin;
  double coloured = 0;
  tbb::parallel_invoke([&] { skin.emplace(volume.bmode); },
                       [&] { coloured = coloured_share(volume); });
  const auto judge = [&] {
    drop_false_tracks(measured, deep, *skin, coloured);
    judge_kinds(measured, deep, superior);
  };
  judge();
  const std::size_t plain = tracks.size();
  for (Track& t : find_companions(volume.bmode, measured)) tracks.push_back(std::move(t));
  if (tracks.size() > plain) {
    paths.resize(tracks.size());
    measured.resize(tracks.size());
    tbb::parallel_for(plain, tracks.size(), [&](std::size_t n) {
      if (!progress.cancelled()) paths[n] = centred_path(volume, tracks[n]);
      measure(n);
      measured[n].is_expected = true;
    });
    if (progress.cancelled()) return cancelled();
    judge();
    // A vein was looked for.
    for (MeasuredTrack& t : measured)
      if (t.is_expected && t.artery_probability >= 0.5) t.samples.clear();
  }
  find_valves(measured, superior);
  std::vector<Stretch> stretches =
      branch_out(std::move(measured), volume.bmode.grid(), superior, index);
  progress.report(1, "naming vessels");
  return TracedVolume{std::move(stretches), deep};
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
  std::vector<TracedVolume> traced_volumes;
  const auto count = static_cast<double>(ordered.size());
  for (std::size_t n = 0; n < ordered.size(); ++n) {
    const auto at = static_cast<double>(n);
    const Progress part = progress.part(at / count, (at + 1) / count);
    auto traced = is_on_wider_scale(*ordered[n])
                      ? trace_volume(on_usual_scale(*ordered[n]), static_cast<int>(n), part)
                      : trace_volume(*ordered[n], static_cast<int>(n), part);
    if (!traced) return tl::unexpected(traced.error());
    traced_volumes.push_back(std::move(*traced));
  }
  const LimbAxes limb = limb_axes(traced_volumes, side);
  std::vector<std::vector<Stretch>> stretches;
  for (TracedVolume& volume : traced_volumes) {
    name_stretches(volume, limb);
    stretches.push_back(std::move(volume.stretches));
  }
  auto tree = join_volumes(stretches, side);
  if (tree && tree->empty())
    return fail(ErrorCode::NotFound,
                "No vessel is seen in the duplex volumes; check their gain and depth.");
  return tree;
}

}  // namespace imaging
