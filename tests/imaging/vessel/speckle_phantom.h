// Vessels of known shape in synthetic ultrasound: fully developed speckle, log-compressed, on an
// oblique grid with three different spacings.
#pragma once

#include <vector>

#include "imaging/core/centerline.h"
#include "imaging/core/study.h"

namespace imaging {

struct PhantomVessel {
  std::vector<Point3<Lps>> path;  // Dense: neighbours at most 0.5 mm apart. Proximal first.
  std::vector<double> radius_mm;  // As many as the path has points.
  double wall_db = 0;             // Echo power of its wall (0.5 mm thick) over the tissue's.
  double inner_wall_mm = 0;       // Of the wall that echoes like tissue: intima and media.
  double velocity_cm_s = 0;       // Along the path, + towards its end.
  // Pressed flat: an ellipse of the same area, its long half axis over its short one, and the way
  // of the long one (what of it lies along the vessel is no matter).
  double aspect = 1;
  Vector3<Lps> long_axis{};
  // Two thin sheets from opposite walls at each of these places of the path towards its beginning,
  // through `leaflet_mm`, to a quarter of the width.
  std::vector<std::size_t> valves;
  double leaflet_mm = 3;
  // Between these shares of its length the lumen echoes 5 dB under tissue.
  double occluded_from = 2, occluded_to = 2;
};

// Spacings 0.37, 0.33 and 0.45 mm; no axis along the patient's; the third nearly along -z.
Grid phantom_grid(std::array<int, 3> size);

// Through the middle of the volume, along the third axis, from border to border.
PhantomVessel straight_vessel(const Grid& grid, double radius_mm, double wall_db);

// Of the volume's extent: (0, 0, 0) is the first voxel, (1, 1, 1) the last.
Point3<Lps> place(const Grid& grid, double i, double j, double k);

// A path through the given places, straight between them.
PhantomVessel vessel_through(const std::vector<Point3<Lps>>& places, double radius_mm,
                             double wall_db);

class SpecklePhantom {
 public:
  explicit SpecklePhantom(Grid grid, unsigned seed = 1) : grid_(std::move(grid)), seed_(seed) {}
  void add(PhantomVessel vessel) { vessels_.push_back(std::move(vessel)); }
  const Grid& grid() const { return grid_; }
  // Tilts the Doppler beam from the depth axis towards the third axis.
  void steer(double angle_deg) { steer_deg_ = angle_deg; }
  // 60 dB over 256 greys, tissue near grey 110; echoes blurred over 0.3 mm.
  DuplexVolume render() const;

 private:
  Grid grid_;
  unsigned seed_;
  double steer_deg_ = 20;
  std::vector<PhantomVessel> vessels_;
};

struct Agreement {
  double covered = 0;         // Share of the true path within 1 mm of the line.
  double mean_offset_mm = 0;  // Of the covered points from the line.
  double mean_radius_mm = 0;  // The line's, at the covered points.
};
Agreement compare(const PhantomVessel& truth, const Centerline& line);

}  // namespace imaging
