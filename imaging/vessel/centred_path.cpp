#include "imaging/vessel/centred_path.h"

#include <tbb/parallel_for.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "imaging/vessel/section_profile.h"

namespace imaging {
namespace {

constexpr double pixel_mm = 0.25;
constexpr double path_sd_mm = 1.5;  // Of the rough path: its steps are quantised to 0.3 mm.
constexpr int rays = 24;
constexpr int centring_rounds = 2;
constexpr double coloured_fraction = 0.25;  // Noise fills under a hundredth.
constexpr double surely_open_db = 10;       // For what needs no more than a guess.
// A calcified cap and its shadow are looked for where no tissue shows below the vessel.
constexpr double cap_reach_mm = 6.5;  // Radius, wall, and 3 mm of shadow.
constexpr double cap_pixel_mm = 0.3, cap_along_mm = 2;
constexpr double cap_db = 6;                             // As when it was followed.
constexpr double ring_seen_db = 5, ring_reach_mm = 0.5;  // Of a wall that is seen all around.
constexpr double own_cap_mm = 0.6;  // From the middle that a track has where it shows a lumen.
constexpr double cap_run_mm = 12;   // Veins cross in less.
constexpr double cap_weight = 10;   // As of rays that agree within 0.2 mm.
const CircleSearch cap_search{1.2, 0.4, 2.0};  // A track may have taken the shadow for a lumen.
constexpr double lit_share = 0.8;              // Of the contrast to all sides.

double gauss(double x, double sd) { return std::exp(-0.5 * x * x / (sd * sd)); }

// Weighted Gaussian means along a list; values with weight 0 are filled from their neighbours.
template <class T, class Add>
std::vector<T> smoothed(const std::vector<T>& values, const std::vector<double>& weights,
                        double sd_samples, Add add) {
  const int n = static_cast<int>(values.size());
  const int reach = static_cast<int>(std::ceil(3 * sd_samples));
  std::vector<T> result(values.size());
  for (int i = 0; i < n; ++i) {
    // Shrinks towards the ends, so that the mean stays centred on the sample.
    const int here = std::min({reach, i, n - 1 - i});
    T sum{};
    double total = 0;
    for (int k = -here; k <= here; ++k) {
      const auto m = static_cast<std::size_t>(i + k);
      const double w = weights[m] * gauss(k, sd_samples);
      add(sum, values[m], w);
      total += w;
    }
    if (total > 0) {
      add(result[static_cast<std::size_t>(i)], sum, 1 / total);
    } else {
      result[static_cast<std::size_t>(i)] = values[static_cast<std::size_t>(i)];
    }
  }
  return result;
}

std::vector<PathPoint> smooth_path(std::vector<PathPoint> path, double sd_samples) {
  std::vector<Vector3<Lps>> places;
  std::vector<double> weights, radii;
  for (const PathPoint& q : path) {
    places.push_back(q.p - Point3<Lps>{});
    radii.push_back(q.radius_mm);
    weights.push_back(q.seen ? 1.0 : 0.05);
  }
  places = smoothed(
      places, weights, sd_samples,
      [](Vector3<Lps>& sum, const Vector3<Lps>& value, double w) { sum = sum + value * w; });
  radii = smoothed_numbers(radii, weights, sd_samples);
  for (std::size_t n = 0; n < path.size(); ++n) {
    path[n].p = Point3<Lps>{} + places[n];
    path[n].radius_mm = radii[n];
  }
  return path;
}

std::vector<PathPoint> resampled(const std::vector<PathPoint>& path) {
  std::vector<PathPoint> out{path.front()};
  double carried_mm = 0;
  for (std::size_t n = 1; n < path.size(); ++n) {
    const double length_mm = distance(path[n - 1].p, path[n].p);
    double at_mm = path_step_mm - carried_mm;
    for (; at_mm <= length_mm; at_mm += path_step_mm) {
      const double t = at_mm / length_mm;
      out.push_back({lerp(path[n - 1].p, path[n].p, t),
                     std::lerp(path[n - 1].radius_mm, path[n].radius_mm, t),
                     t < 0.5 ? path[n - 1].seen : path[n].seen,
                     t < 0.5 ? path[n - 1].capped : path[n].capped});
    }
    carried_mm = length_mm - (at_mm - path_step_mm);
  }
  // A leftover shorter than half a step would only make a kink.
  if (carried_mm > path_step_mm / 2) out.push_back(path.back());
  return out;
}

struct Offset {
  double u_mm = 0, v_mm = 0;
  double weight = 0;
};

struct Ray {
  double c = 0, s = 0;
};

std::array<Ray, rays> evenly_spread() {
  std::array<Ray, rays> all{};
  for (std::size_t n = 0; n < rays; ++n) {
    const double angle = 2 * pi * static_cast<double>(n) / rays;
    all[n] = {std::cos(angle), std::sin(angle)};
  }
  return all;
}

// Where each ray crosses from dark to bright (or, occluded, where the wall is brightest), and the
// shift of the circle that fits those crossings, by least squares after two rounds of trimming.
Offset centre_offset(const Section& section, double radius_mm, bool lumen) {
  static const std::array<Ray, rays> directions = evenly_spread();
  std::array<double, rays> edge_mm{};
  const double reach_mm = radius_mm + 1.0;
  for (std::size_t n = 0; n < rays; ++n) {
    const auto [c, s] = directions[n];
    const auto grey = [&](double r) { return static_cast<double>(section.at_mm(r * c, r * s)); };
    double peak = -1, peak_mm = radius_mm;
    for (double r = std::max(0.3, radius_mm - 0.7); r <= reach_mm; r += 0.1)
      if (const double here = grey(r); here > peak) {
        peak = here;
        peak_mm = r;
      }
    double edge = peak_mm;
    if (lumen) {
      const double half = 0.5 * (peak + static_cast<double>(section.at_mm(0, 0)));
      while (edge > 0.1 && grey(edge) > half) edge -= 0.05;
    }
    edge_mm[n] = edge;
  }
  std::array<bool, rays> used{};
  used.fill(true);
  Offset offset;
  for (int round = 0; round < 3; ++round) {
    double m = 0, sr = 0;
    for (std::size_t n = 0; n < rays; ++n) {
      if (!used[n]) continue;
      m += 1;
      sr += edge_mm[n];
    }
    // Rays are spread evenly, and few are trimmed: cross terms are left out.
    const double r = sr / m;
    double cu = 0, cv = 0;
    for (std::size_t n = 0; n < rays; ++n) {
      if (!used[n]) continue;
      cu += (edge_mm[n] - r) * directions[n].c * 2 / m;
      cv += (edge_mm[n] - r) * directions[n].s * 2 / m;
    }
    std::array<double, rays> residual{};
    for (std::size_t n = 0; n < rays; ++n) {
      residual[n] = std::abs(edge_mm[n] - r - cu * directions[n].c - cv * directions[n].s);
    }
    std::array<double, rays> sorted = residual;
    std::nth_element(sorted.begin(), sorted.begin() + rays / 2, sorted.end());
    const double median = sorted[rays / 2];
    offset = {cu, cv, 1 / (0.05 + median * median)};
    for (std::size_t n = 0; n < rays; ++n) used[n] = residual[n] <= 2.5 * median + 0.05;
  }
  // A jump to a neighbour is not a better centre.
  const double limit = std::max(0.4, 0.5 * radius_mm);
  if (std::hypot(offset.u_mm, offset.v_mm) > limit) offset = {0, 0, 1e-3};
  return offset;
}

// A lumen has tissue below it; a shadow goes on.
bool is_lit_below(const Section& section, const PathFrame& frame, const Vector3<Lps>& deep,
                  double radius_mm, double inside, double outside) {
  const double du = deep.dot(frame.u), dv = deep.dot(frame.v);
  if (std::hypot(du, dv) < 0.5) return true;
  const double below = mean_towards(section, du, dv, radius_mm + 0.3, radius_mm + 1.2);
  return below - inside >= lit_share * (outside - inside);
}

bool is_coloured(const DuplexVolume& volume, const PathFrame& frame, double radius_mm) {
  return volume.velocity_cm_s &&
         colour_inside(*volume.velocity_cm_s, frame.p, frame.w, radius_mm).fraction >=
             coloured_fraction;
}

bool is_ringed(const Section& section, double radius_mm) {
  return fit_bright_ring(section, {.max_offset_mm = ring_reach_mm,
                                   .least_radius_mm = std::max(0.4, radius_mm - 0.3),
                                   .most_radius_mm = radius_mm + 0.3})
             .contrast_db >= ring_seen_db;
}

bool is_cap(const CalcifiedCap& c) { return c.evidence_db() >= cap_db; }

// A vein below an open artery makes a cap and a shadow too, where the two cross; calcium that hides
// the far wall goes on for longer.
bool is_cap_among_caps(const std::vector<CalcifiedCap>& caps, std::size_t at) {
  const auto reach = static_cast<std::size_t>(cap_run_mm / 2 / path_step_mm);
  const std::size_t first = at > reach ? at - reach : 0,
                    last = std::min(at + reach, caps.size() - 1);
  const auto found = std::count_if(caps.begin() + static_cast<long>(first),
                                   caps.begin() + static_cast<long>(last) + 1,
                                   [](const CalcifiedCap& c) { return c.evidence_db() >= cap_db; });
  return 2 * static_cast<std::size_t>(found) > last - first;
}

}  // namespace

std::vector<double> smoothed_numbers(const std::vector<double>& values,
                                     const std::vector<double>& weights, double sd_samples) {
  return smoothed(values, weights, sd_samples,
                  [](double& sum, double value, double w) { sum += w * value; });
}

std::vector<PathFrame> frames_along(const std::vector<PathPoint>& path) {
  std::vector<PathFrame> frames(path.size());
  for (std::size_t n = 0; n < path.size(); ++n) {
    const std::size_t a = n >= 2 ? n - 2 : 0, b = std::min(n + 2, path.size() - 1);
    frames[n].p = path[n].p;
    frames[n].w = (path[b].p - path[a].p).normalized();
    if (n == 0) {
      const auto [u, v] = perpendicular_pair(frames[n].w);
      frames[n].u = u;
      frames[n].v = v;
    } else {
      const Vector3<Lps>& before = frames[n - 1].u;
      frames[n].u = (before - frames[n].w * before.dot(frames[n].w)).normalized();
      frames[n].v = frames[n].w.cross(frames[n].u);
    }
  }
  return frames;
}

// Thin sections first, then Gaussian means along the vessel.
std::vector<Section> sections_at(const Volume<std::uint8_t>& image,
                                 const std::vector<PathFrame>& frames, double half_width_mm,
                                 const std::vector<std::size_t>& places) {
  const int n = static_cast<int>(frames.size());
  const double sd = average_sd_mm / path_step_mm;
  const int reach = static_cast<int>(std::ceil(2.5 * sd));
  const auto first = [&](std::size_t i) { return std::max(0, static_cast<int>(i) - reach); };
  const auto last = [&](std::size_t i) { return std::min(n - 1, static_cast<int>(i) + reach); };
  std::vector<std::uint8_t> takes_part(frames.size());
  for (const std::size_t i : places)
    std::fill(takes_part.begin() + first(i), takes_part.begin() + last(i) + 1, std::uint8_t{1});
  std::vector<Section> thin(frames.size());
  tbb::parallel_for(std::size_t{0}, frames.size(), [&](std::size_t i) {
    if (takes_part[i]) thin[i] = cut_section(image, frames[i].plane(), half_width_mm, pixel_mm, 0);
  });
  std::vector<Section> means(places.size());
  tbb::parallel_for(std::size_t{0}, places.size(), [&](std::size_t p) {
    const auto i = static_cast<int>(places[p]);
    Section& out = means[p];
    out = thin[places[p]];
    std::fill(out.grey.begin(), out.grey.end(), 0.0F);
    double total = 0;
    for (int k = first(places[p]); k <= last(places[p]); ++k) total += gauss(k - i, sd);
    for (int k = first(places[p]); k <= last(places[p]); ++k) {
      const auto w = static_cast<float>(gauss(k - i, sd) / total);
      const Section& in = thin[static_cast<std::size_t>(k)];
      for (std::size_t m = 0; m < out.grey.size(); ++m) out.grey[m] += w * in.grey[m];
    }
  });
  return means;
}

std::vector<Section> sections_along(const Volume<std::uint8_t>& image,
                                    const std::vector<PathFrame>& frames, double half_width_mm) {
  std::vector<std::size_t> all(frames.size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  return sections_at(image, frames, half_width_mm, all);
}

double widest_mm(const std::vector<PathPoint>& path) {
  return std::max_element(
             path.begin(), path.end(),
             [](const PathPoint& a, const PathPoint& b) { return a.radius_mm < b.radius_mm; })
      ->radius_mm;
}

CalcifiedCap cap_across(const Volume<std::uint8_t>& image, const PathFrame& frame) {
  const SectionPlane plane = frame.plane();
  return fit_calcified_cap(cut_section(image, plane, cap_reach_mm, cap_pixel_mm, cap_along_mm),
                           plane, image.grid().direction(1), cap_search);
}

std::vector<PathPoint> centred_path(const DuplexVolume& volume, const Track& track) {
  const Volume<std::uint8_t>& image = volume.bmode;
  std::vector<PathPoint> path;
  for (const TrackPoint& p : track.points) {
    path.push_back({p.position, p.radius_mm, p.seen, p.capped});
  }
  const Vector3<Lps> deep = image.grid().direction(1);
  path = resampled(smooth_path(std::move(path), path_sd_mm / 1.0));
  for (int round = 0; round < centring_rounds && path.size() >= 3; ++round) {
    const std::vector<PathFrame> frames = frames_along(path);
    const std::vector<Section> sections =
        sections_along(image, frames, std::min(6.0, widest_mm(path) + 1.4));
    std::vector<double> du(path.size()), dv(path.size()), weight(path.size());
    std::vector<CalcifiedCap> caps(path.size());
    tbb::parallel_for(std::size_t{0}, path.size(), [&](std::size_t n) {
      const std::vector<double> profile = radial_profile(sections[n]);
      const double inside = mean_between(profile, 0, 0.6 * path[n].radius_mm);
      const double outside =
          mean_between(profile, path[n].radius_mm + 0.2, path[n].radius_mm + 1.0);
      const bool lumen = (outside - inside) * decibel_per_grey > surely_open_db;
      const Offset o = centre_offset(sections[n], path[n].radius_mm, lumen);
      du[n] = o.u_mm;
      dv[n] = o.v_mm;
      weight[n] = path[n].seen ? o.weight : 1e-3;
      // The far wall may lie in the shadow of the near one: rays would then find nothing.
      const double r = path[n].radius_mm;
      if (lumen && is_lit_below(sections[n], frames[n], deep, r, inside, outside)) return;
      if (is_ringed(sections[n], r) || is_coloured(volume, frames[n], r)) return;
      caps[n] = cap_across(image, frames[n]);
    });
    const bool mostly_capped = 2 * std::count_if(caps.begin(), caps.end(), is_cap) >=
                               static_cast<std::ptrdiff_t>(caps.size());
    for (std::size_t n = 0; n < path.size(); ++n) {
      // A vein that runs for a while in the shadow of its artery must not take the artery's cap.
      const double shift_mm = std::hypot(caps[n].u_mm, caps[n].v_mm);
      path[n].capped = is_cap(caps[n]) && is_cap_among_caps(caps, n) &&
                       (mostly_capped || shift_mm <= own_cap_mm);
      if (!path[n].capped) continue;
      path[n].radius_mm = caps[n].radius_mm;
      du[n] = caps[n].u_mm;
      dv[n] = caps[n].v_mm;
      weight[n] = cap_weight;
    }
    du = smoothed_numbers(du, weight, average_sd_mm / path_step_mm);
    dv = smoothed_numbers(dv, weight, average_sd_mm / path_step_mm);
    for (std::size_t n = 0; n < path.size(); ++n)
      path[n].p = path[n].p + frames[n].u * du[n] + frames[n].v * dv[n];
    path = resampled(smooth_path(std::move(path), 0.5 / path_step_mm));
  }
  return path;
}

}  // namespace imaging
