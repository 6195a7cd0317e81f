// From measured tracks to the stretches of a tree: oriented, joined across short breaks, attached
// to the vessel they leave and cut where a branch leaves.
#pragma once

#include <string>
#include <vector>

#include "imaging/vessel/lumen.h"

namespace imaging {

struct MeasuredTrack {
  std::vector<LumenSample> samples;  // 0.5 mm apart.
  double artery_probability = 0.5;
  // Index of the track that the first (last) sample runs into; -1: none.
  int from_track = -1, to_track = -1;
  bool is_expected = false;  // Found where an artery's vein was looked for, from end to end.
};

// A stretch of vessel between two branchings, in one volume.
struct Stretch {
  std::vector<LumenSample> samples;  // Proximal first. A child starts on its parent's centreline.
  double artery_probability = 0.5;
  int volume = 0;
  int parent = -1;         // Stretch that this one leaves (artery) or drains into (vein); -1: none.
  bool continues = false;  // It goes straight on from `parent`: the same vessel, cut at a branch.
  std::string name;        // Empty: not named. Veins that come in pairs have no number yet.
  double name_confidence = 0;

  bool artery() const { return artery_probability >= 0.5; }
  double length_mm() const;
  // Median over the samples that were seen.
  double median_radius_mm() const;
};

// Tracks that stand for nothing (no samples) are left out. `superior` is the direction of the
// heart; the end that lies farther that way is the proximal one.
std::vector<Stretch> branch_out(std::vector<MeasuredTrack> tracks, const Grid& grid,
                                const Vector3<Lps>& superior, int volume);

// Median distance from samples of `a` to the samples of `b`, over the part of `a` that lies beside
// `b`; infinite when they do not run side by side for 5 mm.
double median_distance_mm(const Stretch& a, const Stretch& b);

}  // namespace imaging
