#include "imaging/vessel/lumen.h"

#include <tbb/parallel_for.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "imaging/vessel/blurred_disc.h"
#include "imaging/vessel/cross_section.h"

namespace imaging {
namespace {

constexpr double spacing_mm = 0.5;
constexpr double pixel_mm = 0.25;
constexpr double average_sd_mm = 1.0;  // Along the vessel; about two speckles.
constexpr double path_sd_mm = 1.5;     // Of the rough path: its steps are quantised to 0.3 mm.
constexpr double beyond_mm = 2.4;      // Tissue around the lumen that a section shows.
constexpr int rays = 24;
constexpr int centring_rounds = 2;
constexpr double wall_mm = 0.5;
constexpr double wall_middle_mm = 0.3;  // Where the wall is brightest, outside the lumen.

// Clot and plaque echo within some 5 dB of muscle, blood not at all. A lumen is taken for open
// when it looks more like the latter, as far as the blur lets blood of that width be dark; never
// under `least_open_db`. Colour inside says the same.
constexpr double occluded_db = 4;
constexpr double open_share = 0.65;  // Of the way from clot to blood; colour would have shown flow.
constexpr double least_open_db = 6;
// Where the blur leaves less than this between clot and blood, only colour can tell.
constexpr double telling_db = 6;
constexpr double open_colour_fraction = 0.25;
constexpr double state_length_mm = 6;  // A lumen does not open and close within less.
// The edge of a lumen climbs this fast through the greys, so a misfit of as much is 1 mm; radii
// are tried in steps of 0.05 mm, and an occluded lumen is only guessed from its wall.
constexpr double edge_grey_per_mm = 150;
constexpr double radius_step_sd_mm = 0.05;
constexpr double occluded_radius_sd_mm = 0.3;
// For what needs no more than a guess.
constexpr double surely_open_db = 10;
// Calcium echoes some 20 dB above tissue, plain wall at most about 12.
constexpr double calcium_db = 16;

struct Frame3 {
  Point3<Lps> p;
  Vector3<Lps> u, v, w;
  SectionPlane plane() const { return {p, u, v, w}; }
};

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

std::vector<double> smoothed_numbers(const std::vector<double>& values,
                                     const std::vector<double>& weights, double sd_samples) {
  return smoothed(values, weights, sd_samples,
                  [](double& sum, double value, double w) { sum += w * value; });
}

struct PathPoint {
  Point3<Lps> p;
  double radius_mm = 0;
  bool seen = true;
};

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
    double at_mm = spacing_mm - carried_mm;
    for (; at_mm <= length_mm; at_mm += spacing_mm) {
      const double t = at_mm / length_mm;
      out.push_back({lerp(path[n - 1].p, path[n].p, t),
                     std::lerp(path[n - 1].radius_mm, path[n].radius_mm, t),
                     t < 0.5 ? path[n - 1].seen : path[n].seen});
    }
    carried_mm = length_mm - (at_mm - spacing_mm);
  }
  // A leftover shorter than half a step would only make a kink.
  if (carried_mm > spacing_mm / 2) out.push_back(path.back());
  return out;
}

// Frames that do not twist about the path.
std::vector<Frame3> frames_along(const std::vector<PathPoint>& path) {
  std::vector<Frame3> frames(path.size());
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

// One thin section per frame, then Gaussian means along the vessel.
std::vector<Section> sections_along(const Volume<std::uint8_t>& image,
                                    const std::vector<Frame3>& frames, double half_width_mm) {
  std::vector<Section> thin;
  thin.reserve(frames.size());
  for (const Frame3& f : frames)
    thin.push_back(cut_section(image, f.plane(), half_width_mm, pixel_mm, 0));
  const int n = static_cast<int>(thin.size());
  const double sd = average_sd_mm / spacing_mm;
  const int reach = static_cast<int>(std::ceil(2.5 * sd));
  std::vector<Section> mean = thin;
  for (int i = 0; i < n; ++i) {
    Section& out = mean[static_cast<std::size_t>(i)];
    std::fill(out.grey.begin(), out.grey.end(), 0.0F);
    double total = 0;
    for (int k = std::max(0, i - reach); k <= std::min(n - 1, i + reach); ++k)
      total += gauss(k - i, sd);
    for (int k = std::max(0, i - reach); k <= std::min(n - 1, i + reach); ++k) {
      const auto w = static_cast<float>(gauss(k - i, sd) / total);
      const Section& in = thin[static_cast<std::size_t>(k)];
      for (std::size_t m = 0; m < out.grey.size(); ++m) out.grey[m] += w * in.grey[m];
    }
  }
  return mean;
}

struct Offset {
  double u_mm = 0, v_mm = 0;
  double weight = 0;
};

// Where each ray crosses from dark to bright (or, occluded, where the wall is brightest), and the
// shift of the circle that fits those crossings, by least squares after two rounds of trimming.
Offset centre_offset(const Section& section, double radius_mm, bool lumen) {
  std::array<double, rays> edge_mm{};
  const double reach_mm = radius_mm + 1.0;
  for (int n = 0; n < rays; ++n) {
    const double c = std::cos(2 * pi * n / rays), s = std::sin(2 * pi * n / rays);
    const auto grey = [&](double r) { return static_cast<double>(section.at_mm(r * c, r * s)); };
    double peak = -1, peak_mm = radius_mm;
    for (double r = std::max(0.3, radius_mm - 0.7); r <= reach_mm; r += 0.1)
      if (grey(r) > peak) {
        peak = grey(r);
        peak_mm = r;
      }
    double edge = peak_mm;
    if (lumen) {
      const double half = 0.5 * (peak + static_cast<double>(section.at_mm(0, 0)));
      while (edge > 0.1 && grey(edge) > half) edge -= 0.05;
    }
    edge_mm[static_cast<std::size_t>(n)] = edge;
  }
  std::array<bool, rays> used{};
  used.fill(true);
  Offset offset;
  for (int round = 0; round < 3; ++round) {
    double m = 0, su = 0, sv = 0, sr = 0;
    for (std::size_t n = 0; n < rays; ++n) {
      if (!used[n]) continue;
      const double angle = 2 * pi * static_cast<double>(n) / rays;
      m += 1;
      sr += edge_mm[n];
      su += edge_mm[n] * std::cos(angle);
      sv += edge_mm[n] * std::sin(angle);
    }
    // Rays are spread evenly, and few are trimmed: cross terms are left out.
    const double r = sr / m;
    double cu = 0, cv = 0;
    for (std::size_t n = 0; n < rays; ++n) {
      if (!used[n]) continue;
      const double angle = 2 * pi * static_cast<double>(n) / rays;
      cu += (edge_mm[n] - r) * std::cos(angle) * 2 / m;
      cv += (edge_mm[n] - r) * std::sin(angle) * 2 / m;
    }
    std::array<double, rays> residual{};
    for (std::size_t n = 0; n < rays; ++n) {
      const double angle = 2 * pi * static_cast<double>(n) / rays;
      residual[n] = std::abs(edge_mm[n] - r - cu * std::cos(angle) - cv * std::sin(angle));
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

std::vector<double> radial_profile(const Section& section) {
  const auto bins = static_cast<std::size_t>(
      std::min(BlurredDisc::largest_mm, section.half * section.pixel_mm) / BlurredDisc::bin_mm);
  std::vector<double> sum(bins, 0.0), count(bins, 0.0);
  for (int v = -section.half; v <= section.half; ++v)
    for (int u = -section.half; u <= section.half; ++u) {
      const auto bin =
          static_cast<std::size_t>(std::hypot(u, v) * section.pixel_mm / BlurredDisc::bin_mm);
      if (bin >= bins) continue;
      sum[bin] += static_cast<double>(section.at(u, v));
      count[bin] += 1;
    }
  for (std::size_t n = 0; n < bins; ++n) sum[n] = count[n] > 0 ? sum[n] / count[n] : NAN;
  return sum;
}

double mean_between(const std::vector<double>& profile, double from_mm, double to_mm) {
  double sum = 0, weight = 0;
  for (std::size_t n = 0; n < profile.size(); ++n) {
    const double r = (static_cast<double>(n) + 0.5) * BlurredDisc::bin_mm;
    if (r < from_mm || r > to_mm || std::isnan(profile[n])) continue;
    sum += r * profile[n];
    weight += r;
  }
  return weight > 0 ? sum / weight : NAN;
}

// Mean grey of the band [from, to] within 40 degrees of `deep` (a unit vector of the plane).
double mean_towards(const Section& section, double deep_u, double deep_v, double from_mm,
                    double to_mm) {
  double sum = 0;
  int count = 0;
  for (double r = from_mm; r <= to_mm; r += pixel_mm)
    for (int a = -2; a <= 2; ++a) {
      const double angle = std::atan2(deep_v, deep_u) + rad_from_deg(20.0 * a);
      sum += static_cast<double>(section.at_mm(r * std::cos(angle), r * std::sin(angle)));
      ++count;
    }
  return sum / count;
}

double calcified_arc_deg(const Section& section, double radius_mm, double tissue_grey) {
  int bright = 0;
  for (int n = 0; n < rays; ++n) {
    const double c = std::cos(2 * pi * n / rays), s = std::sin(2 * pi * n / rays);
    float peak = 0;
    for (double r = std::max(0.2, radius_mm - 0.3); r <= radius_mm + wall_mm + 0.2; r += 0.1)
      peak = std::max(peak, section.at_mm(r * c, r * s));
    if ((static_cast<double>(peak) - tissue_grey) * decibel_per_grey > calcium_db) ++bright;
  }
  return 360.0 * bright / rays;
}

void add_colour(const Volume<float>& velocity, LumenSample& sample) {
  const auto& n = velocity.grid().size();
  const auto& voxel_from_lps = velocity.grid().voxel_from_lps();
  const auto [u, v] = perpendicular_pair(sample.axis);
  const double reach_mm = std::max(0.4, 0.75 * sample.radius_mm);
  std::vector<double> found;
  int looked = 0;
  for (double along = -1.0; along <= 1.0; along += 0.5)
    for (double a = -reach_mm; a <= reach_mm; a += 0.3)
      for (double b = -reach_mm; b <= reach_mm; b += 0.3) {
        if (a * a + b * b > reach_mm * reach_mm) continue;
        const Point3<Voxel> q =
            voxel_from_lps(sample.position + u * a + v * b + sample.axis * along);
        const long i = std::lround(q.x), j = std::lround(q.y), k = std::lround(q.z);
        if (i < 0 || j < 0 || k < 0 || i >= n[0] || j >= n[1] || k >= n[2]) continue;
        ++looked;
        const float c = velocity(static_cast<int>(i), static_cast<int>(j), static_cast<int>(k));
        if (c != 0) found.push_back(static_cast<double>(c));
      }
  if (found.empty()) return;
  sample.colour_fraction = static_cast<double>(found.size()) / looked;
  std::nth_element(found.begin(), found.begin() + static_cast<long>(found.size() / 2), found.end());
  sample.velocity_cm_s = found[found.size() / 2];
}

// Each sample takes the state, open or occluded, of most of its neighbours.
void settle_state(std::vector<LumenSample>& samples) {
  const int n = static_cast<int>(samples.size());
  const int reach = static_cast<int>(state_length_mm / 2 / spacing_mm);
  std::vector<char> open(samples.size());
  for (int i = 0; i < n; ++i) {
    int balance = 0;
    for (int k = std::max(0, i - reach); k <= std::min(n - 1, i + reach); ++k)
      balance += samples[static_cast<std::size_t>(k)].open ? 1 : -1;
    const auto m = static_cast<std::size_t>(i);
    open[m] = balance == 0 ? samples[m].open : balance > 0;
  }
  for (std::size_t m = 0; m < samples.size(); ++m) samples[m].open = open[m] != 0;
}

double widest_mm(const std::vector<PathPoint>& path) {
  return std::max_element(
             path.begin(), path.end(),
             [](const PathPoint& a, const PathPoint& b) { return a.radius_mm < b.radius_mm; })
      ->radius_mm;
}

std::vector<PathPoint> centred_path(const Volume<std::uint8_t>& image, const Track& track) {
  std::vector<PathPoint> path;
  for (const TrackPoint& p : track.points) {
    path.push_back({p.position, p.radius_mm, p.seen});
  }
  path = resampled(smooth_path(std::move(path), path_sd_mm / 1.0));
  for (int round = 0; round < centring_rounds && path.size() >= 3; ++round) {
    const std::vector<Frame3> frames = frames_along(path);
    const std::vector<Section> sections =
        sections_along(image, frames, std::min(6.0, widest_mm(path) + 1.4));
    std::vector<double> du(path.size()), dv(path.size()), weight(path.size());
    for (std::size_t n = 0; n < path.size(); ++n) {
      const std::vector<double> profile = radial_profile(sections[n]);
      const double inside = mean_between(profile, 0, 0.6 * path[n].radius_mm);
      const double outside =
          mean_between(profile, path[n].radius_mm + 0.2, path[n].radius_mm + 1.0);
      const bool lumen = (outside - inside) * decibel_per_grey > surely_open_db;
      const Offset o = centre_offset(sections[n], path[n].radius_mm, lumen);
      du[n] = o.u_mm;
      dv[n] = o.v_mm;
      weight[n] = path[n].seen ? o.weight : 1e-3;
    }
    du = smoothed_numbers(du, weight, average_sd_mm / spacing_mm);
    dv = smoothed_numbers(dv, weight, average_sd_mm / spacing_mm);
    for (std::size_t n = 0; n < path.size(); ++n)
      path[n].p = path[n].p + frames[n].u * du[n] + frames[n].v * dv[n];
    path = resampled(smooth_path(std::move(path), 0.5 / spacing_mm));
  }
  return path;
}

// What one section shows before its neighbours are asked.
struct SectionView {
  std::vector<double> profile;
  double peak_mm = 0;   // Radius of the brightest ring, the wall's middle.
  double blood_db = 0;  // How dark an open lumen of this width would look.
};

SectionView view_section(const Section& section, const PathPoint& at, const BlurredDisc& disc,
                         LumenSample& s) {
  SectionView view{.profile = radial_profile(section), .peak_mm = at.radius_mm};
  const double inside = mean_between(view.profile, 0, 0.6 * at.radius_mm);
  double peak = 0;
  for (std::size_t b = 0; b < view.profile.size(); ++b) {
    const double r = (static_cast<double>(b) + 0.5) * BlurredDisc::bin_mm;
    if (r < 0.5 * at.radius_mm || r > at.radius_mm + 0.9 || std::isnan(view.profile[b])) continue;
    if (view.profile[b] <= peak) continue;
    peak = view.profile[b];
    view.peak_mm = r;
  }
  s.radius_mm = at.radius_mm;
  s.tissue_grey = mean_between(view.profile, at.radius_mm + 1.2, at.radius_mm + 2.2);
  s.wall_db = (peak - s.tissue_grey) * decibel_per_grey;
  s.lumen_db = (std::min(peak, s.tissue_grey) - inside) * decibel_per_grey;
  view.blood_db = disc.open_lumen_db(std::max(at.radius_mm, view.peak_mm - wall_middle_mm),
                                     std::pow(10.0, std::max(0.0, s.wall_db) / 10));
  return view;
}

// Open or occluded, from the contrast and from what blood would show, both averaged over as much
// of the vessel as such a change takes, and from colour.
void judge_open(std::vector<LumenSample>& samples, const std::vector<SectionView>& views) {
  std::vector<double> lumen_db, blood_db, weights;
  for (std::size_t n = 0; n < samples.size(); ++n) {
    lumen_db.push_back(samples[n].lumen_db);
    blood_db.push_back(views[n].blood_db);
    weights.push_back(samples[n].seen ? 1 : 1e-3);
  }
  lumen_db = smoothed_numbers(lumen_db, weights, state_length_mm / 2 / spacing_mm);
  blood_db = smoothed_numbers(blood_db, weights, state_length_mm / 2 / spacing_mm);
  for (std::size_t n = 0; n < samples.size(); ++n)
    samples[n].open =
        (blood_db[n] >= occluded_db + telling_db &&
         lumen_db[n] >= std::max(least_open_db, std::lerp(occluded_db, blood_db[n], open_share))) ||
        samples[n].colour_fraction >= open_colour_fraction;
  settle_state(samples);
}

void measure_radii(std::vector<LumenSample>& samples, const std::vector<SectionView>& views,
                   const BlurredDisc& disc) {
  std::vector<double> radii(samples.size()), weights(samples.size());
  for (std::size_t n = 0; n < samples.size(); ++n) {
    LumenSample& s = samples[n];
    if (s.open) {
      const DiscProfileFit fit =
          disc.fit(views[n].profile, std::max(0.2, s.radius_mm - 0.5), s.radius_mm + 0.8);
      radii[n] = fit.radius_mm;
      weights[n] = s.seen ? 1 / (25 + fit.residual_grey * fit.residual_grey) : 1e-4;
      s.radius_sd_mm = std::hypot(radius_step_sd_mm, fit.residual_grey / edge_grey_per_mm);
    } else {
      radii[n] = std::max(0.3, views[n].peak_mm - wall_middle_mm);
      weights[n] = s.seen ? 1e-2 : 1e-4;
      s.radius_sd_mm = occluded_radius_sd_mm;
    }
  }
  radii = smoothed_numbers(radii, weights, 0.5 / spacing_mm);
  for (std::size_t n = 0; n < samples.size(); ++n) samples[n].radius_mm = radii[n];
}

}  // namespace

std::vector<LumenSample> measure_lumen(const DuplexVolume& volume, const Track& track,
                                       const BlurredDisc& disc) {
  const std::vector<PathPoint> path = centred_path(volume.bmode, track);
  if (path.size() < 3) return {};
  const std::vector<Frame3> frames = frames_along(path);
  const std::vector<Section> sections =
      sections_along(volume.bmode, frames, std::min(7.0, widest_mm(path) + beyond_mm));
  const Vector3<Lps> deep = volume.bmode.grid().direction(1);
  std::vector<LumenSample> samples(path.size());
  std::vector<SectionView> views(path.size());
  for (std::size_t n = 0; n < path.size(); ++n) {
    LumenSample& s = samples[n];
    s.position = path[n].p;
    s.axis = frames[n].w;
    s.seen = path[n].seen;
    views[n] = view_section(sections[n], path[n], disc, s);
    if (volume.velocity_cm_s) add_colour(*volume.velocity_cm_s, s);
  }
  judge_open(samples, views);
  measure_radii(samples, views, disc);
  for (std::size_t n = 0; n < path.size(); ++n) {
    LumenSample& s = samples[n];
    const double du = deep.dot(frames[n].u), dv = deep.dot(frames[n].v);
    const double r = path[n].radius_mm;
    const double inside = mean_between(views[n].profile, 0, 0.6 * r);
    s.below_db =
        std::hypot(du, dv) > 0.5
            ? (mean_towards(sections[n], du, dv, r + 0.3, r + 1.2) - inside) * decibel_per_grey
            : s.lumen_db;
    s.ring_db = fit_bright_ring(sections[n], {.max_offset_mm = 0,
                                              .least_radius_mm = std::max(0.3, s.radius_mm - 0.3),
                                              .most_radius_mm = s.radius_mm + 0.3})
                    .contrast_db;
    s.calcification_arc_deg = calcified_arc_deg(sections[n], s.radius_mm, s.tissue_grey);
  }
  return samples;
}

double estimate_blur(const DuplexVolume& volume, const std::vector<Track>& tracks) {
  constexpr std::array<double, 3> candidates_mm{0.25, 0.3, 0.35};  // 5 to 12 MHz.
  constexpr std::size_t longest = 10;                              // Tracks that take part.
  constexpr std::size_t sections_each = 24;
  constexpr double typical_mm = 0.3;
  std::vector<const Track*> chosen;
  for (const Track& t : tracks)
    if (t.points.size() >= 20) chosen.push_back(&t);
  std::stable_sort(chosen.begin(), chosen.end(), [](const Track* a, const Track* b) {
    return a->points.size() > b->points.size();
  });
  chosen.resize(std::min(chosen.size(), longest));
  const std::vector<BlurredDisc> discs(candidates_mm.begin(), candidates_mm.end());
  std::vector<std::array<double, candidates_mm.size()>> errors(chosen.size());
  tbb::parallel_for(std::size_t{0}, chosen.size(), [&](std::size_t t) {
    errors[t].fill(0);
    const std::vector<PathPoint> path = centred_path(volume.bmode, *chosen[t]);
    if (path.size() < 20) return;
    const std::vector<Section> sections = sections_along(volume.bmode, frames_along(path), 5.0);
    const std::size_t step = std::max<std::size_t>(1, path.size() / sections_each);
    for (std::size_t n = step / 2; n < path.size(); n += step) {
      const std::vector<double> profile = radial_profile(sections[n]);
      const double r = path[n].radius_mm;
      const double contrast =
          mean_between(profile, r + 0.2, r + 1.0) - mean_between(profile, 0, 0.6 * r);
      if (!path[n].seen || r > 2.2 || contrast * decibel_per_grey < surely_open_db) continue;
      for (std::size_t c = 0; c < discs.size(); ++c) {
        const DiscProfileFit fit = discs[c].fit(profile, std::max(0.2, r - 0.5), r + 0.8);
        errors[t][c] += fit.residual_grey * fit.residual_grey;
      }
    }
  });
  std::array<double, candidates_mm.size()> error{};
  for (const auto& e : errors)
    for (std::size_t c = 0; c < error.size(); ++c) error[c] += e[c];
  const auto best = std::min_element(error.begin(), error.end());
  if (*best <= 0) return typical_mm;
  return candidates_mm[static_cast<std::size_t>(best - error.begin())];
}

}  // namespace imaging
