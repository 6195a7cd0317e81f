#include "imaging/vessel/limb_axes.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace imaging {
namespace {

// The bundles of the calf run within some degrees of its long axis; a leg on a cushion is raised
// by a few more.
constexpr double least_calf_run_mm = 40;
constexpr double bundle_slant_sd_deg = 7, raised_sd_deg = 12, steepest_deg = 35;

// A leg at rest falls outwards, by 20 degrees or so, seldom by more than 45.
constexpr double turn_sd_deg = 20, most_turn_deg = 45;

// Seen from above, the medial plantar vessels run to the big toe, the lateral ones across the sole
// to the base of the fifth metatarsal: degrees from straight ahead, lateral positive.
struct Course {
  double towards_deg, sd_deg;
};
constexpr Course medial_plantar{15, 12}, lateral_plantar{55, 15};
constexpr double stray_density = 0.02;  // A vessel that is neither, per unit of the courses' peak.

// The last part of a vessel tells where it goes.
constexpr double course_mm = 25, least_course_mm = 15, level_share = 0.5;

double radians(double deg) { return deg * pi / 180; }

// The direction of the long vessels, or up.
Vector3<Lps> superior_of(const std::vector<TracedVolume>& volumes) {
  const Vector3<Lps> up{0, 0, 1};
  Vector3<Lps> sum;
  if (!volumes.empty())
    for (const Stretch& s : volumes.front().stretches) {
      if (s.samples.size() < 2 || s.length_mm() < least_calf_run_mm) continue;
      const Vector3<Lps> way = s.samples.front().position - s.samples.back().position;
      if (way.z > way.norm() * std::cos(radians(steepest_deg))) sum = sum + way;
    }
  if (sum.norm() <= 0) return up;
  const double seen = 1 / (bundle_slant_sd_deg * bundle_slant_sd_deg);
  const double expected = 1 / (raised_sd_deg * raised_sd_deg);
  return (sum.normalized() * seen + up * expected).normalized();
}

LimbAxes axes_of(const Vector3<Lps>& superior, double turn_deg, Side side) {
  LimbAxes limb;
  limb.superior = superior;
  const Vector3<Lps> ahead{0, -1, 0};
  const Vector3<Lps> anterior = (ahead - superior * ahead.dot(superior)).normalized();
  const Vector3<Lps> left = anterior.cross(superior) * -1;
  const double outwards = side == Side::Left ? 1 : side == Side::Right ? -1 : 0;
  const double turn = outwards * radians(turn_deg);
  limb.anterior = anterior * std::cos(turn) + left * std::sin(turn);
  limb.lateral = (left * std::cos(turn) - anterior * std::sin(turn)) * outwards;
  return limb;
}

// Where vessels that run on level go, in degrees from straight ahead. Empty where the heel is not
// seen.
std::vector<double> courses(const TracedVolume& volume, const LimbAxes& limb) {
  std::vector<double> found;
  const auto& all = volume.stretches;
  for (std::size_t n = 0; n < all.size(); ++n) {
    const auto& samples = all[n].samples;
    const bool ends = std::none_of(all.begin(), all.end(), [&](const Stretch& s) {
      return s.parent == static_cast<int>(n) && s.length_mm() >= least_course_mm;
    });
    if (!ends || samples.size() < 2) continue;
    const Vector3<Lps> way = last_course(samples);
    if (way.norm() < least_course_mm || way.dot(limb.superior) > 0) continue;
    if (!runs_on_level(limb, way)) continue;
    const Vector3<Lps> level = way - limb.superior * way.dot(limb.superior);
    found.push_back(std::atan2(level.dot(limb.lateral), level.dot(limb.anterior)) * 180 / pi);
  }
  return found;
}

double unlikeliness(double course_deg, double turn_deg) {
  double density = stray_density;
  for (const Course& c : {medial_plantar, lateral_plantar}) {
    const double off = std::remainder(course_deg - c.towards_deg - turn_deg, 360) / c.sd_deg;
    density += 0.5 * std::exp(-0.5 * off * off);
  }
  return -2 * std::log(density);
}

}  // namespace

Vector3<Lps> last_course(const std::vector<LumenSample>& samples) {
  if (samples.empty()) return {};
  auto from = samples.end() - 1;
  for (double length_mm = 0; from != samples.begin() && length_mm < course_mm; --from)
    length_mm += distance(from->position, (from - 1)->position);
  return samples.back().position - from->position;
}

bool runs_on_level(const LimbAxes& limb, const Vector3<Lps>& course) {
  const double up = limb.superior.dot(course);
  return course.dot(course) - up * up >= level_share * level_share * course.dot(course);
}

LimbAxes upright_limb(Side side) { return axes_of({0, 0, 1}, 0, side); }

bool is_from_the_front(const LimbAxes& limb, const Vector3<Lps>& deep) {
  return limb.anterior.dot(deep) < -0.6;
}

LimbAxes limb_axes(const std::vector<TracedVolume>& volumes, Side side) {
  const Vector3<Lps> superior = superior_of(volumes);
  const LimbAxes unturned = axes_of(superior, 0, side);
  // Lateral cannot be told from medial: neither can the way the leg is turned.
  if (side == Side::Unknown || volumes.empty()) return unturned;
  if (is_from_the_front(unturned, volumes.back().deep)) return unturned;
  const std::vector<double> seen = courses(volumes.back(), unturned);
  double best_deg = 0, least = std::numeric_limits<double>::infinity();
  for (double turn_deg = -most_turn_deg; turn_deg <= most_turn_deg; ++turn_deg) {
    double cost = (turn_deg / turn_sd_deg) * (turn_deg / turn_sd_deg);
    for (const double course_deg : seen) cost += unlikeliness(course_deg, turn_deg);
    if (cost >= least) continue;
    least = cost;
    best_deg = turn_deg;
  }
  return axes_of(superior, best_deg, side);
}

}  // namespace imaging
