#include "imaging/vessel/vessel_track.h"

#include <tbb/parallel_for.h>
#include <tbb/parallel_invoke.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include "imaging/vessel/calcified_cap.h"
#include "imaging/vessel/cross_section.h"

namespace imaging {
namespace {

constexpr double step_mm = 1.0;
constexpr double average_along_mm = 3.0;  // Some six speckles long; shorter than any tibial bend.
constexpr double pixel_mm = 0.3;
constexpr double least_radius_mm = 0.45, most_radius_mm = 4.5;  // Bridging vein; popliteal vein.
constexpr double most_occluded_radius_mm = 2.0;

// Single-look speckle spreads by 5.6 dB. Averaged over the disc of a thin vessel and 3 mm of its
// length (some twenty speckles) it spreads by 1.3 dB; the search over centres and radii finds
// twice that by chance.
constexpr double lumen_seen_db = 6.0;
constexpr double wall_seen_db = 5.0;
// Cap and shadow of a calcified wall, each: calcium echoes some 20 dB over tissue, its shadow lies
// as much below.
constexpr double cap_seen_db = 6.0;
constexpr double cap_reach_mm = 6.5;  // Of the section: radius, wall, and 3 mm of shadow.

constexpr double faint_seen_db = lumen_seen_db / 1.414;  // Over twice the length.
constexpr double least_fading = 0.6;  // Of the contrast so far, from one place to the next.

constexpr double max_offset_mm = 0.9;  // Per step: a bend of 40 degrees.
// A wall's width around the lumen, so that a second track cannot run along the first.
constexpr double claimed_mm = 0.9;
constexpr double radius_change = 1.35;  // Per step, either way.
constexpr int most_misses = 5;          // mm bridged: the shadow of a plaque's cap.
constexpr double least_length_mm = 8;   // Of a vessel that was seen, not bridged.
constexpr double least_occluded_length_mm = 15;

// Which track a voxel belongs to.
class Owners {
 public:
  explicit Owners(const Grid& grid) : owner_(grid, -1) {}

  int at(const Point3<Lps>& p) const {
    const Point3<Voxel> q = owner_.grid().voxel_from_lps()(p);
    const auto& n = owner_.grid().size();
    const int i = static_cast<int>(std::lround(q.x)), j = static_cast<int>(std::lround(q.y)),
              k = static_cast<int>(std::lround(q.z));
    if (i < 0 || j < 0 || k < 0 || i >= n[0] || j >= n[1] || k >= n[2]) return -1;
    return owner_(i, j, k);
  }

  void claim(const Point3<Lps>& p, double radius_mm, int track) {
    const Grid& g = owner_.grid();
    const Point3<Voxel> q = g.voxel_from_lps()(p);
    // The voxels n of an axis with |n - at| <= reach.
    const auto span = [&](int axis, double at, double reach) {
      const int last = g.size()[static_cast<std::size_t>(axis)] - 1;
      return std::pair{std::max(0, static_cast<int>(std::ceil(at - reach))),
                       std::min(last, static_cast<int>(std::floor(at + reach)))};
    };
    const auto& spacing_mm = g.spacing_mm();
    const auto [k_low, k_high] = span(2, q.z, radius_mm / spacing_mm[2]);
    for (int k = k_low; k <= k_high; ++k) {
      const double dz_mm = (k - q.z) * spacing_mm[2];
      const double sheet_mm2 = std::max(0.0, radius_mm * radius_mm - dz_mm * dz_mm);
      const auto [j_low, j_high] = span(1, q.y, std::sqrt(sheet_mm2) / spacing_mm[1]);
      for (int j = j_low; j <= j_high; ++j) {
        const double dy_mm = (j - q.y) * spacing_mm[1];
        const double half_mm = std::sqrt(std::max(0.0, sheet_mm2 - dy_mm * dy_mm));
        const auto [i_low, i_high] = span(0, q.x, half_mm / spacing_mm[0]);
        if (i_low > i_high) continue;
        std::int16_t* const row = &owner_(0, j, k);
        for (int i = i_low; i <= i_high; ++i)
          row[i] = row[i] < 0 ? static_cast<std::int16_t>(track) : row[i];
      }
    }
  }

 private:
  Volume<std::int16_t> owner_;
};

struct Observation {
  CircleFit circle;
  bool lumen = false;
  double lumen_db = 0, wall_db = 0;
  bool capped = false;
};

// A calcified wall near the middle of the plane.
std::optional<Observation> observe_cap(const Volume<std::uint8_t>& image, const SectionPlane& plane,
                                       const CircleSearch& search) {
  const Section section = cut_section(image, plane, cap_reach_mm, pixel_mm, average_along_mm);
  const CalcifiedCap cap = fit_calcified_cap(section, plane, image.grid().direction(1), search);
  if (cap.evidence_db() < cap_seen_db) return std::nullopt;
  return Observation{.circle = {cap.u_mm, cap.v_mm, cap.radius_mm, cap.evidence_db(), 0},
                     .lumen = false,
                     .lumen_db = 0,
                     .wall_db = cap.cap_db,
                     .capped = true};
}

// The best circle near the middle of the plane; nothing when neither lumen nor wall is seen.
std::optional<Observation> observe(const Volume<std::uint8_t>& image, const SectionPlane& plane,
                                   double radius_mm, bool walls_count) {
  const CircleSearch lumen_search{max_offset_mm,
                                  std::max(least_radius_mm, radius_mm / radius_change),
                                  std::min(most_radius_mm, radius_mm * radius_change)};
  CircleSearch wall_search = lumen_search;
  wall_search.most_radius_mm = std::min(most_occluded_radius_mm, lumen_search.most_radius_mm);
  const bool wall_possible = wall_search.most_radius_mm >= wall_search.least_radius_mm;
  double half_width_mm = half_width_for_disc_mm(lumen_search, pixel_mm);
  if (wall_possible)
    half_width_mm = std::max(half_width_mm, half_width_for_ring_mm(wall_search, pixel_mm));
  const Section section = cut_section(image, plane, half_width_mm, pixel_mm, average_along_mm);
  const auto [lumen, wall] = wall_possible
                                 ? fit_lumen_and_wall(section, lumen_search, wall_search)
                                 : LumenAndWall{fit_dark_disc(section, lumen_search), CircleFit{}};
  if (lumen.contrast_db >= lumen_seen_db)
    return Observation{
        .circle = lumen, .lumen = true, .lumen_db = lumen.contrast_db, .wall_db = wall.contrast_db};
  if (!walls_count || !wall_possible) return std::nullopt;
  if (wall.contrast_db < wall_seen_db) return observe_cap(image, plane, wall_search);
  return Observation{
      .circle = wall, .lumen = false, .lumen_db = lumen.contrast_db, .wall_db = wall.contrast_db};
}

// What a lumen that showed itself with `so_far_db` fades to with depth, as noise fills it: over
// twice the length speckle spreads less by the root of two. It does not fade at once.
std::optional<Observation> observe_faint(const Volume<std::uint8_t>& image,
                                         const SectionPlane& plane, double radius_mm,
                                         double so_far_db) {
  const double least_db = std::max(faint_seen_db, least_fading * so_far_db);
  if (least_db > lumen_seen_db) return std::nullopt;
  const CircleSearch around{0.5 * max_offset_mm,
                            std::max(least_radius_mm, radius_mm / radius_change),
                            std::min(most_radius_mm, radius_mm * radius_change)};
  const Section section = cut_section(image, plane, half_width_for_disc_mm(around, pixel_mm),
                                      pixel_mm, 2 * average_along_mm);
  const CircleFit lumen = fit_dark_disc(section, around);
  if (lumen.contrast_db < least_db) return std::nullopt;
  return Observation{.circle = lumen, .lumen = true, .lumen_db = lumen.contrast_db, .wall_db = 0};
}

class Follower {
 public:
  Follower(const Volume<std::uint8_t>& image, Owners& owners) : image_(image), owners_(owners) {}

  struct Start {
    Point3<Lps> position;
    Vector3<Lps> direction;
    double radius_mm;
    double lumen_db = 0, wall_db = 0;
    bool fades = false;  // It may go on as faintly as noise leaves it.
  };

  // Centres the seed on the tube; nothing when there is none.
  std::optional<Start> start(const TubeSeed& seed, bool lumen) const {
    const SectionPlane plane = SectionPlane::across(seed.position, seed.direction);
    const CircleSearch search{
        1.2, std::max(least_radius_mm, seed.radius_mm / 1.6),
        std::min(lumen ? most_radius_mm : most_occluded_radius_mm, seed.radius_mm * 1.6)};
    const Section section = cut_section(
        image_, plane,
        lumen ? half_width_for_disc_mm(search, pixel_mm) : half_width_for_ring_mm(search, pixel_mm),
        pixel_mm, average_along_mm);
    CircleFit fit = lumen ? fit_dark_disc(section, search) : fit_bright_ring(section, search);
    if (fit.contrast_db < (lumen ? lumen_seen_db : wall_seen_db)) {
      if (lumen) return std::nullopt;
      const auto cap = observe_cap(image_, plane, search);
      if (!cap) return std::nullopt;
      fit = cap->circle;
    }
    return Start{.position = plane.at(fit.u_mm, fit.v_mm),
                 .direction = seed.direction,
                 .radius_mm = fit.radius_mm,
                 .lumen_db = lumen ? fit.contrast_db : 0,
                 .wall_db = lumen ? 0 : wall_seen_db};
  }

  // Points after the start, in order; `met` becomes the track that the last one runs into. A track
  // that is drawn on, `own`, begins in itself, and ends where it would come back to itself.
  std::vector<TrackPoint> follow(const Start& from, Vector3<Lps> direction, int& met,
                                 int own = -1) const {
    std::vector<TrackPoint> points;
    std::vector<Point3<Lps>> past{from.position};
    double radius_mm = from.radius_mm;
    double wall_db = from.wall_db, lumen_db = from.lumen_db;
    int misses = 0;
    const std::size_t most_points = 2000;  // Two metres: no vessel of a leg is longer.
    while (points.size() < most_points) {
      const Point3<Lps> expected = past.back() + direction * step_mm;
      if (!image_.grid().contains(expected)) break;
      const SectionPlane plane = SectionPlane::across(expected, direction);
      const bool artery = wall_db >= wall_seen_db;
      auto seen = observe(image_, plane, radius_mm, artery);
      if (!seen && from.fades && !artery) seen = observe_faint(image_, plane, radius_mm, lumen_db);
      TrackPoint point{.position = expected, .radius_mm = radius_mm};
      if (seen) {
        point.position = plane.at(seen->circle.u_mm, seen->circle.v_mm);
        point.radius_mm = seen->circle.radius_mm;
        point.lumen_db = seen->lumen_db;
        point.wall_db = seen->wall_db;
        point.capped = seen->capped;
        misses = 0;
        radius_mm += 0.5 * (seen->circle.radius_mm - radius_mm);
        wall_db += 0.2 * (seen->wall_db - wall_db);
        lumen_db += 0.2 * (seen->lumen_db - lumen_db);
      } else {
        point.seen = false;
        if (++misses > most_misses) break;
      }
      points.push_back(point);
      past.push_back(point.position);
      met = owners_.at(point.position);
      if (met >= 0 && met == own) {
        met = -1;
        if (static_cast<double>(points.size()) * step_mm > most_radius_mm + claimed_mm) break;
      }
      if (met >= 0) break;
      const std::size_t back = std::min<std::size_t>(4, past.size() - 1);
      const Vector3<Lps> chord = (past.back() - past[past.size() - 1 - back]).normalized();
      direction = (direction + chord * 1.5).normalized();
    }
    if (met < 0)
      while (!points.empty() && !points.back().seen) points.pop_back();
    return points;
  }

  // Both ways.
  Track track_from(const Start& start) const {
    Track track;
    std::vector<TrackPoint> before, after;
    tbb::parallel_invoke([&] { before = follow(start, -start.direction, track.from_track); },
                         [&] { after = follow(start, start.direction, track.to_track); });
    std::reverse(before.begin(), before.end());
    track.points = std::move(before);
    track.points.push_back({.position = start.position, .radius_mm = start.radius_mm});
    track.points.insert(track.points.end(), after.begin(), after.end());
    return track;
  }

 private:
  const Volume<std::uint8_t>& image_;
  const Owners& owners_;
};

// How a track goes on from its last point, as it was seen over its last centimetre.
Follower::Start end_of(const Track& track) {
  const std::vector<TrackPoint>& points = track.points;
  const std::size_t span = std::min<std::size_t>(10, points.size() - 1);
  const Point3<Lps> before = points[points.size() - 1 - span / 2].position;
  Follower::Start end{.position = points.back().position,
                      .direction = (points.back().position - before).normalized(),
                      .radius_mm = points.back().radius_mm,
                      .fades = true};
  int seen = 0;
  for (std::size_t n = points.size() - span; n < points.size(); ++n) {
    if (!points[n].seen) continue;
    ++seen;
    end.lumen_db += points[n].lumen_db;
    end.wall_db += points[n].wall_db;
  }
  end.lumen_db /= std::max(1, seen);
  end.wall_db /= std::max(1, seen);
  return end;
}

void turn_round(Track& track) {
  std::reverse(track.points.begin(), track.points.end());
  std::swap(track.from_track, track.to_track);
}

double seen_length_mm(const std::vector<TrackPoint>& points) {
  return step_mm * static_cast<double>(std::count_if(points.begin(), points.end(),
                                                     [](const TrackPoint& p) { return p.seen; }));
}

}  // namespace

std::vector<Track> follow_vessels(const Volume<std::uint8_t>& image,
                                  const std::vector<TubeSeed>& dark_seeds,
                                  const std::vector<TubeSeed>& bright_seeds,
                                  const Progress& progress) {
  std::vector<Track> tracks;
  Owners owners(image.grid());
  const Follower follower(image, owners);
  const std::size_t all = dark_seeds.size() + bright_seeds.size();
  const auto is_dark = [&](std::size_t n) { return n < dark_seeds.size(); };
  const auto seed_at = [&](std::size_t n) -> const TubeSeed& {
    return is_dark(n) ? dark_seeds[n] : bright_seeds[n - dark_seeds.size()];
  };
  const auto claim = [&](const std::vector<TrackPoint>& points, std::size_t track) {
    for (const TrackPoint& p : points)
      owners.claim(p.position, p.radius_mm + claimed_mm, static_cast<int>(track));
  };
  // Seeds are centred several at a time; whether a track has claimed one is asked in its turn. A
  // new track claims most of those that come next, so few are centred then.
  std::vector<Follower::Start> faint;  // Of vessels that are plain over a short stretch only.
  constexpr std::size_t least_batch = 2, most_batch = 16;
  std::array<std::optional<Follower::Start>, most_batch> starts;
  std::size_t batch = least_batch, first = 0, centred = 0;  // Seeds from `first` to `centred`.
  for (std::size_t n = 0; n < all; ++n) {
    if (n == centred) {
      if (progress.cancelled()) return {};
      progress.report(static_cast<double>(n) / static_cast<double>(all), "following vessels");
      first = n;
      centred = std::min(n + batch, all);
      batch = std::min(2 * batch, most_batch);
      tbb::parallel_for(first, centred, [&](std::size_t m) {
        starts[m - first].reset();
        if (owners.at(seed_at(m).position) < 0)
          starts[m - first] = follower.start(seed_at(m), is_dark(m));
      });
    }
    const bool lumen = is_dark(n);
    const std::optional<Follower::Start>& start = starts[n - first];
    if (!start || owners.at(seed_at(n).position) >= 0 || owners.at(start->position) >= 0) continue;
    Track track = follower.track_from(*start);
    if (seen_length_mm(track.points) >= (lumen ? least_length_mm : least_occluded_length_mm)) {
      claim(track.points, tracks.size());
      tracks.push_back(std::move(track));
      batch = least_batch;
    } else if (lumen) {
      faint.push_back(*start);
    }
  }
  // Only when all that is plain has its track: what is faint must not take its place.
  for (std::size_t n = 0; n < tracks.size(); ++n)
    for (int end = 0; end < 2; ++end, turn_round(tracks[n])) {
      Track& track = tracks[n];
      if (progress.cancelled()) return {};
      if (track.to_track >= 0) continue;
      const Follower::Start from = end_of(track);
      if (from.lumen_db < faint_seen_db) continue;
      const std::vector<TrackPoint> more =
          follower.follow(from, from.direction, track.to_track, static_cast<int>(n));
      claim(more, n);
      track.points.insert(track.points.end(), more.begin(), more.end());
    }
  for (Follower::Start& start : faint) {
    if (progress.cancelled()) return {};
    if (owners.at(start.position) >= 0) continue;
    start.fades = true;
    Track track = follower.track_from(start);
    if (seen_length_mm(track.points) < least_length_mm) continue;
    claim(track.points, tracks.size());
    tracks.push_back(std::move(track));
  }
  return tracks;
}

}  // namespace imaging
