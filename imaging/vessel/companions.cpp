#include "imaging/vessel/companions.h"

#include <tbb/parallel_for.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "imaging/vessel/cross_section.h"

namespace imaging {
namespace {

constexpr double step_mm = 2.0;
constexpr std::size_t step_samples = 4;  // Of a measured track.
constexpr double average_along_mm = 2.0;
constexpr double pixel_mm = 0.3;
constexpr int lattice_pixels = 2;
constexpr double reach_mm = 8;  // Companions lie this near to their artery, centre to centre.
constexpr double least_radius_mm = 0.8, most_radius_mm = 2.2;
constexpr double claimed_mm = 0.9;  // A wall's width around what was found before.
constexpr double widening = 1.35;   // Over its usual width.
constexpr int most_shift = 3;       // Of the lattice, per step: 42 degrees against the artery.
constexpr double shift_cost_db = 0.3;
// Over 6 mm of length it is as sure as what a track begins with over 3 mm.
constexpr double seen_db = 3.0;
// As much beyond that as a vein beside its artery must show.
constexpr double least_evidence_db_mm = 30;
constexpr double least_length_mm = 10;
constexpr double least_artery_mm = 20;
constexpr int most_companions = 3;  // Pieces of two veins.

// What is seen across an artery at one place: discs around the points of a lattice.
struct Slice {
  SectionPlane plane;
  std::vector<double> worth_db;  // Beyond what is seen by chance; claimed places are worth nothing.
  std::vector<double> radius_mm;
};

constexpr double claimed_worth_db = -1e6;

// The lattice's points within reach, in pixels; and which of them are neighbours.
class Lattice {
 public:
  Lattice() {
    side_ = static_cast<int>(reach_mm / (lattice_pixels * pixel_mm));
    for (int v = -side_; v <= side_; ++v)
      for (int u = -side_; u <= side_; ++u)
        pixels_.push_back({u * lattice_pixels, v * lattice_pixels});
  }
  const std::vector<std::array<int, 2>>& pixels() const { return pixels_; }
  std::size_t size() const { return pixels_.size(); }

  template <class Visit>
  void around(std::size_t n, Visit visit) const {
    const int width = 2 * side_ + 1, u = static_cast<int>(n) % width,
              v = static_cast<int>(n) / width;
    for (int dv = -most_shift; dv <= most_shift; ++dv)
      for (int du = -most_shift; du <= most_shift; ++du) {
        if (du * du + dv * dv > most_shift * most_shift) continue;
        const int un = u + du, vn = v + dv;
        if (un < 0 || vn < 0 || un >= width || vn >= width) continue;
        visit(static_cast<std::size_t>(vn * width + un), std::hypot(du, dv));
      }
  }
  double u_mm(std::size_t n) const { return pixels_[n][0] * pixel_mm; }
  double v_mm(std::size_t n) const { return pixels_[n][1] * pixel_mm; }

 private:
  int side_ = 0;
  std::vector<std::array<int, 2>> pixels_;
};

struct Claim {
  Point3<Lps> place;
  double reach_mm;
};

Slice slice_at(const Volume<std::uint8_t>& image, const SectionPlane& plane, const Lattice& lattice,
               const std::vector<Claim>& claims) {
  const CircleSearch search{0, least_radius_mm, most_radius_mm};
  const Section section =
      cut_section(image, plane, reach_mm + half_width_for_disc_mm(search, pixel_mm), pixel_mm,
                  average_along_mm);
  std::vector<Claim> near;
  for (const Claim& c : claims)
    if (distance(c.place, plane.centre) < 2 * reach_mm) near.push_back(c);
  Slice slice{plane, {}, {}};
  const Vector3<Lps> deep = image.grid().direction(1);
  const std::vector<CircleFit> discs =
      lit_discs_at(section, lattice.pixels(), search, deep.dot(plane.u), deep.dot(plane.v));
  for (std::size_t n = 0; n < lattice.size(); ++n) {
    const double u = lattice.u_mm(n), v = lattice.v_mm(n);
    const Point3<Lps> p = plane.at(u, v);
    const bool free = std::hypot(u, v) <= reach_mm && image.grid().contains(p) &&
                      std::none_of(near.begin(), near.end(), [&](const Claim& c) {
                        return distance(c.place, p) < c.reach_mm;
                      });
    slice.worth_db.push_back(free ? discs[n].contrast_db - seen_db : claimed_worth_db);
    slice.radius_mm.push_back(discs[n].radius_mm);
  }
  return slice;
}

struct Way {
  std::size_t first = 0;             // Slice.
  std::vector<std::size_t> lattice;  // Point of each slice from there on.
  double worth_db = 0;
};

// The way along the slices that is worth most, wherever it begins and ends.
Way best_way(const std::vector<Slice>& slices, const Lattice& lattice) {
  constexpr std::size_t none = std::numeric_limits<std::size_t>::max();
  std::vector<std::vector<std::size_t>> from(slices.size(),
                                             std::vector<std::size_t>(lattice.size(), none));
  std::vector<double> before(lattice.size(), 0), now(lattice.size(), 0);
  Way best;
  std::size_t best_slice = 0, best_point = none;
  for (std::size_t k = 0; k < slices.size(); ++k) {
    for (std::size_t n = 0; n < lattice.size(); ++n) {
      double so_far = 0;
      if (k > 0)
        lattice.around(n, [&](std::size_t m, double shift) {
          const double worth = before[m] - shift_cost_db * shift;
          if (worth <= so_far) return;
          so_far = worth;
          from[k][n] = m;
        });
      now[n] = so_far + slices[k].worth_db[n];
      if (now[n] <= best.worth_db) continue;
      best.worth_db = now[n];
      best_slice = k;
      best_point = n;
    }
    std::swap(before, now);
  }
  if (best_point == none) return {};
  for (std::size_t k = best_slice, n = best_point;; --k) {
    best.lattice.push_back(n);
    best.first = k;
    n = from[k][n];
    if (n == none) break;
  }
  std::reverse(best.lattice.begin(), best.lattice.end());
  return best;
}

Track track_of(const Way& way, const std::vector<Slice>& slices, const Lattice& lattice) {
  Track track;
  for (std::size_t k = 0; k < way.lattice.size(); ++k) {
    const std::size_t n = way.lattice[k];
    const Slice& slice = slices[way.first + k];
    const TrackPoint point{.position = slice.plane.at(lattice.u_mm(n), lattice.v_mm(n)),
                           .radius_mm = slice.radius_mm[n],
                           .lumen_db = slice.worth_db[n] + seen_db};
    if (!track.points.empty()) {
      TrackPoint between = point;
      between.position = lerp(track.points.back().position, point.position, 0.5);
      track.points.push_back(between);
    }
    track.points.push_back(point);
  }
  return track;
}

void claim(const Track& track, std::vector<Slice>& slices, const Lattice& lattice) {
  for (Slice& slice : slices)
    for (const TrackPoint& p : track.points) {
      if (distance(p.position, slice.plane.centre) > 2 * reach_mm) continue;
      for (std::size_t n = 0; n < lattice.size(); ++n)
        if (distance(slice.plane.at(lattice.u_mm(n), lattice.v_mm(n)), p.position) <
            p.radius_mm + claimed_mm)
          slice.worth_db[n] = claimed_worth_db;
    }
}

std::vector<SectionPlane> planes_along(const std::vector<LumenSample>& samples) {
  std::vector<SectionPlane> planes;
  for (std::size_t n = 0; n < samples.size(); n += step_samples) {
    const Vector3<Lps> w = samples[n].axis;
    SectionPlane plane = SectionPlane::across(samples[n].position, w);
    if (!planes.empty()) {
      // Turned no more than the vessel itself.
      const Vector3<Lps>& u = planes.back().u;
      plane.u = (u - w * u.dot(w)).normalized();
      plane.v = w.cross(plane.u);
    }
    planes.push_back(plane);
  }
  return planes;
}

double median_radius_mm(const std::vector<LumenSample>& samples) {
  if (samples.empty()) return 0;
  std::vector<double> radii;
  for (const LumenSample& s : samples) radii.push_back(s.radius_mm);
  const auto middle = radii.begin() + static_cast<std::ptrdiff_t>(radii.size() / 2);
  std::nth_element(radii.begin(), middle, radii.end());
  return *middle;
}

}  // namespace

std::vector<Track> find_companions(const Volume<std::uint8_t>& image,
                                   const std::vector<MeasuredTrack>& tracks) {
  const Lattice lattice;
  std::vector<Claim> claims;
  for (const MeasuredTrack& t : tracks) {
    // Where two veins meet, one circle may hold both.
    const double widest_mm = widening * median_radius_mm(t.samples);
    for (const LumenSample& s : t.samples)
      claims.push_back({s.position, std::min(s.radius_mm, widest_mm) + claimed_mm});
  }
  std::vector<Track> found;
  for (const MeasuredTrack& artery : tracks) {
    if (artery.artery_probability < 0.5 ||
        0.5 * static_cast<double>(artery.samples.size()) < least_artery_mm)
      continue;
    const std::vector<SectionPlane> planes = planes_along(artery.samples);
    std::vector<Slice> slices(planes.size());
    tbb::parallel_for(std::size_t{0}, planes.size(), [&](std::size_t k) {
      slices[k] = slice_at(image, planes[k], lattice, claims);
    });
    for (int companion = 0; companion < most_companions; ++companion) {
      const Way way = best_way(slices, lattice);
      const double length_mm = step_mm * static_cast<double>(way.lattice.size());
      if (step_mm * way.worth_db < least_evidence_db_mm || length_mm < least_length_mm) break;
      found.push_back(track_of(way, slices, lattice));
      claim(found.back(), slices, lattice);
      for (const TrackPoint& p : found.back().points)
        claims.push_back({p.position, p.radius_mm + claimed_mm});
    }
  }
  return found;
}

}  // namespace imaging
