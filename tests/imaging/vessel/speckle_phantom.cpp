#include "tests/imaging/vessel/speckle_phantom.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

namespace imaging {
namespace {

constexpr double blur_mm = 0.3;
constexpr double tissue_grey = 110, grey_per_db = 255.0 / 60;
constexpr double wall_mm = 0.5;
constexpr double noise_db = -25;  // The scanner's own, under tissue.

struct Nearest {
  double distance_mm = std::numeric_limits<double>::infinity();
  std::size_t index = 0;
};

void smooth(std::vector<float>& v, const std::array<int, 3>& n, int axis, double sigma) {
  const int reach = static_cast<int>(std::ceil(3 * sigma));
  std::vector<float> kernel;
  float sum = 0;
  for (int t = -reach; t <= reach; ++t) {
    kernel.push_back(static_cast<float>(std::exp(-0.5 * t * t / (sigma * sigma))));
    sum += kernel.back();
  }
  const std::vector<float> in = v;
  const std::array<int, 3> stride{1, n[0], n[0] * n[1]};
  const auto a = static_cast<std::size_t>(axis);
  for (int k = 0; k < n[2]; ++k)
    for (int j = 0; j < n[1]; ++j)
      for (int i = 0; i < n[0]; ++i) {
        const int at = i + n[0] * (j + n[1] * k);
        const int along = axis == 0 ? i : axis == 1 ? j : k;
        float value = 0;
        for (int t = -reach; t <= reach; ++t) {
          const int to = std::clamp(along + t, 0, n[a] - 1) - along;
          value += kernel[static_cast<std::size_t>(t + reach)] *
                   in[static_cast<std::size_t>(at + to * stride[a])];
        }
        v[static_cast<std::size_t>(at)] = value / sum;
      }
}

Point3<Lps> voxel_place(const Grid& grid, std::size_t at) {
  const auto nx = static_cast<std::size_t>(grid.size()[0]);
  const auto ny = static_cast<std::size_t>(grid.size()[1]);
  return grid.lps_from_voxel()(Point3<Voxel>{static_cast<double>(at % nx),
                                             static_cast<double>(at / nx % ny),
                                             static_cast<double>(at / (nx * ny))});
}

// The radius plus the true distance from the ellipse's outline, by walking along the outline.
double flattened_mm(const PhantomVessel& v, std::size_t p, const Point3<Lps>& place) {
  const std::size_t before = p > 0 ? p - 1 : 0, after = std::min(p + 1, v.path.size() - 1);
  const Vector3<Lps> axis = (v.path[after] - v.path[before]).normalized();
  const Vector3<Lps> along = (v.long_axis - axis * v.long_axis.dot(axis)).normalized();
  const double x = std::abs((place - v.path[p]).dot(along));
  const double y = std::abs((place - v.path[p]).dot(axis.cross(along)));
  const double a = v.radius_mm[p] * std::sqrt(v.aspect), b = v.radius_mm[p] / std::sqrt(v.aspect);
  double nearest = std::numeric_limits<double>::infinity();
  constexpr int steps = 90;
  for (int n = 0; n <= steps; ++n) {
    const double angle = 0.5 * pi * n / steps;
    nearest = std::min(nearest, std::hypot(x - a * std::cos(angle), y - b * std::sin(angle)));
  }
  const bool inside = x * x / (a * a) + y * y / (b * b) < 1;
  return v.radius_mm[p] + (inside ? -nearest : nearest);
}

bool in_leaflet(const PhantomVessel& v, std::size_t p, const Point3<Lps>& place) {
  constexpr double half_mm = 0.15;
  for (const std::size_t base : v.valves) {
    if (p > base) continue;
    const double share = distance(v.path[p], v.path[base]) / v.leaflet_mm;
    if (share > 1) continue;
    const auto [u, w] = perpendicular_pair((v.path.back() - v.path.front()).normalized());
    const double off_mm = std::abs((place - v.path[p]).dot(u * 0.6 + w * 0.8));
    if (std::abs(off_mm - v.radius_mm[p] * std::lerp(1.0, 0.25, share)) < half_mm) return true;
  }
  return false;
}

}  // namespace

Grid phantom_grid(std::array<int, 3> size) {
  const Vector3<Lps> k = Vector3<Lps>{0.08, -0.1, -0.99}.normalized();
  const Vector3<Lps> j = Vector3<Lps>{0.5, -0.8, 0.1}.cross(k).cross(k).normalized() * -1.0;
  const Vector3<Lps> i = j.cross(k);
  return *Grid::make(size, {0.37, 0.33, 0.45}, {60, 40, -600}, {i, j, k});
}

Point3<Lps> place(const Grid& grid, double i, double j, double k) {
  return grid.lps_from_voxel()(
      Point3<Voxel>{i * (grid.size()[0] - 1), j * (grid.size()[1] - 1), k * (grid.size()[2] - 1)});
}

PhantomVessel vessel_through(const std::vector<Point3<Lps>>& places, double radius_mm,
                             double wall_db) {
  PhantomVessel v;
  for (std::size_t n = 1; n < places.size(); ++n) {
    const int steps = static_cast<int>(std::ceil(distance(places[n - 1], places[n]) / 0.25));
    for (int s = n == 1 ? 0 : 1; s <= steps; ++s)
      v.path.push_back(lerp(places[n - 1], places[n], static_cast<double>(s) / steps));
  }
  v.radius_mm.assign(v.path.size(), radius_mm);
  v.wall_db = wall_db;
  return v;
}

PhantomVessel straight_vessel(const Grid& grid, double radius_mm, double wall_db) {
  return vessel_through({place(grid, 0.5, 0.5, 0), place(grid, 0.5, 0.5, 1)}, radius_mm, wall_db);
}

DuplexVolume SpecklePhantom::render() const {
  const std::array<int, 3> n = grid_.size();
  const std::size_t count = grid_.voxel_count();
  std::vector<float> echo(count, 1.0F);
  Volume<float> velocity(grid_, 0.0F);
  const Vector3<Lps> beam = grid_.direction(1) * std::cos(rad_from_deg(steer_deg_)) +
                            grid_.direction(2) * std::sin(rad_from_deg(steer_deg_));
  for (const PhantomVessel& v : vessels_) {
    std::vector<float> nearest(count, 1e9F);
    std::vector<std::uint32_t> index(count, 0);
    for (std::size_t p = 0; p < v.path.size(); ++p) {
      const Point3<Voxel> q = grid_.voxel_from_lps()(v.path[p]);
      const double reach = v.radius_mm[p] * std::sqrt(v.aspect) + wall_mm + 0.5;
      std::array<int, 3> low{}, high{};
      for (int a = 0; a < 3; ++a) {
        const auto m = static_cast<std::size_t>(a);
        low[m] = std::max(0, static_cast<int>(std::floor(q[a] - reach / grid_.spacing_mm()[m])));
        high[m] =
            std::min(n[m] - 1, static_cast<int>(std::ceil(q[a] + reach / grid_.spacing_mm()[m])));
      }
      for (int k = low[2]; k <= high[2]; ++k)
        for (int j = low[1]; j <= high[1]; ++j)
          for (int i = low[0]; i <= high[0]; ++i) {
            const double dx = (i - q.x) * grid_.spacing_mm()[0];
            const double dy = (j - q.y) * grid_.spacing_mm()[1];
            const double dz = (k - q.z) * grid_.spacing_mm()[2];
            const auto d = static_cast<float>(std::sqrt(dx * dx + dy * dy + dz * dz));
            const std::size_t at = grid_.index(i, j, k);
            if (d >= nearest[at]) continue;
            nearest[at] = d;
            index[at] = static_cast<std::uint32_t>(p);
          }
    }
    for (std::size_t at = 0; at < count; ++at) {
      if (nearest[at] > 100) continue;
      const std::size_t p = index[at];
      const double share = static_cast<double>(p) / static_cast<double>(v.path.size());
      const bool occluded = share >= v.occluded_from && share <= v.occluded_to;
      const double d = v.aspect == 1 ? static_cast<double>(nearest[at])
                                     : flattened_mm(v, p, voxel_place(grid_, at));
      if (d <= v.radius_mm[p]) {
        echo[at] = occluded ? 0.32F : 0.0F;
        if (!v.valves.empty() && in_leaflet(v, p, voxel_place(grid_, at))) echo[at] = 0.2F;
        if (!occluded && v.velocity_cm_s != 0) {
          const std::size_t a = p > 0 ? p - 1 : 0, b = std::min(p + 1, v.path.size() - 1);
          const Vector3<Lps> way = (v.path[b] - v.path[a]).normalized();
          velocity.data()[at] = static_cast<float>(-v.velocity_cm_s * way.dot(beam));
        }
      } else if (d > v.radius_mm[p] + v.inner_wall_mm && d <= v.radius_mm[p] + wall_mm &&
                 echo[at] > 0.5F) {
        echo[at] = static_cast<float>(std::pow(10.0, v.wall_db / 10));
      }
    }
  }
  // Scatterers with random amplitude in phase and quadrature, blurred by the beam: their envelope
  // is fully developed speckle.
  std::mt19937 random(seed_);
  std::normal_distribution<float> normal;
  std::vector<float> in_phase(count), quadrature(count);
  for (std::size_t at = 0; at < count; ++at) {
    const float a = std::sqrt(echo[at]);
    in_phase[at] = a * normal(random);
    quadrature[at] = a * normal(random);
  }
  double gain = 1;
  for (int axis = 0; axis < 3; ++axis) {
    // The square of the beam spreads by blur_mm; its amplitude by sqrt(2) times that.
    const double sigma =
        blur_mm * std::sqrt(2.0) / grid_.spacing_mm()[static_cast<std::size_t>(axis)];
    smooth(in_phase, n, axis, sigma);
    smooth(quadrature, n, axis, sigma);
    double sum = 0, sum2 = 0;
    for (int t = -9; t <= 9; ++t) {
      const double w = std::exp(-0.5 * t * t / (sigma * sigma));
      sum += w;
      sum2 += w * w;
    }
    gain *= sum2 / (sum * sum);
  }
  Volume<std::uint8_t> bmode(grid_);
  std::exponential_distribution<double> noise(1.0);
  for (std::size_t at = 0; at < count; ++at) {
    const double power =
        (static_cast<double>(in_phase[at]) * static_cast<double>(in_phase[at]) +
         static_cast<double>(quadrature[at]) * static_cast<double>(quadrature[at])) /
            (2 * gain) +
        std::pow(10.0, noise_db / 10) * noise(random);
    bmode.data()[at] = static_cast<std::uint8_t>(
        std::clamp(tissue_grey + grey_per_db * 10 * std::log10(power + 1e-9), 0.0, 255.0));
  }
  return {.label = "phantom",
          .volume_frame_of_reference_uid = "2.25.10",
          .patient_frame_of_reference_uid = "2.25.1",
          .lies_in_patient = true,
          .side = Side::Unknown,
          .bmode = std::move(bmode),
          .velocity_cm_s = std::move(velocity),
          .velocity_limit_cm_s = 15,
          .calibration = {},
          .sources = {}};
}

Agreement compare(const PhantomVessel& truth, const Centerline& line) {
  Agreement a;
  double near = 0;
  for (const Point3<Lps>& p : truth.path) {
    const CenterlineSample s = line.at(line.nearest_mm(p));
    const double d = distance(s.position, p);
    if (d > 1) continue;
    near += 1;
    a.mean_offset_mm += d;
    a.mean_radius_mm += s.radius_mm;
  }
  if (near > 0) {
    a.mean_offset_mm /= near;
    a.mean_radius_mm /= near;
  }
  a.covered = near / static_cast<double>(truth.path.size());
  return a;
}

}  // namespace imaging
