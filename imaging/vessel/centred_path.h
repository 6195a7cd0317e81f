// The line along the middle of a track, and the sections across it.
#pragma once

#include <vector>

#include "imaging/core/study.h"
#include "imaging/vessel/calcified_cap.h"
#include "imaging/vessel/cross_section.h"
#include "imaging/vessel/vessel_track.h"

namespace imaging {

inline constexpr double path_step_mm = 0.5;  // Between neighbouring points of a path.
// Sections are means along the vessel with this standard deviation; about two speckles.
inline constexpr double average_sd_mm = 1.0;

struct PathPoint {
  Point3<Lps> p;
  double radius_mm = 0;
  bool seen = true;
  bool capped = false;  // Placed by the cap and the shadow of a calcified wall.
};

// Spans the section across a path; w is along it.
struct PathFrame {
  Point3<Lps> p;
  Vector3<Lps> u, v, w;
  SectionPlane plane() const { return {p, u, v, w}; }
};

// Means along a list, weighted by a Gaussian and `weights`; values with weight 0 are filled from
// their neighbours. Towards the ends the window shrinks, so that it stays centred.
std::vector<double> smoothed_numbers(const std::vector<double>& values,
                                     const std::vector<double>& weights, double sd_samples);

// Re-centres a track on its walls: where rays from the middle cross them, or, where the far wall
// lies in the shadow of the near one, by that cap and its shadow.
std::vector<PathPoint> centred_path(const DuplexVolume& volume, const Track& track);

// Frames that do not twist about the path.
std::vector<PathFrame> frames_along(const std::vector<PathPoint>& path);

// One section for each frame, each a Gaussian mean over 1 mm (standard deviation) of the vessel's
// length: about two speckles.
std::vector<Section> sections_along(const Volume<std::uint8_t>& image,
                                    const std::vector<PathFrame>& frames, double half_width_mm);
// Those of some frames only; what lies far from them is not cut.
std::vector<Section> sections_at(const Volume<std::uint8_t>& image,
                                 const std::vector<PathFrame>& frames, double half_width_mm,
                                 const std::vector<std::size_t>& places);

double widest_mm(const std::vector<PathPoint>& path);

// The calcified wall that the section across `frame` shows.
CalcifiedCap cap_across(const Volume<std::uint8_t>& image, const PathFrame& frame);

}  // namespace imaging
