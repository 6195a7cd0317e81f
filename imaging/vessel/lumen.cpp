#include "imaging/vessel/lumen.h"

#include <tbb/parallel_for.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <numeric>

#include "imaging/vessel/blurred_disc.h"
#include "imaging/vessel/calcified_cap.h"
#include "imaging/vessel/centred_path.h"
#include "imaging/vessel/cross_section.h"
#include "imaging/vessel/pressed_lumen.h"
#include "imaging/vessel/section_profile.h"

namespace imaging {
namespace {

constexpr double beyond_mm = 2.4;  // Tissue around the lumen that a section shows.
// What belongs to a lumen's edge: its wall of 0.6 mm and the spread of that, once for a radius,
// twice where the spread itself is read.
constexpr double edge_reach_mm = 1.0, blur_reach_mm = 1.4;
constexpr int rays = 24;
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
// Radii are tried in steps of 0.05 mm: evenly spread within one.
constexpr double radius_step_sd_mm = 0.05 / 3.464;
// A wall's dark inner layer is between 0 (a vein's) and 0.3 mm thick; the model has 0.15 mm for
// all, and takes the difference for lumen.
constexpr double inner_wall_sd_mm = 0.15 / 1.732;
// Where the wall is met to each side tells the middle: by as much as it tells the radius, but from
// half the outline each. Paths are laid in steps, and smoothed over bends.
constexpr double path_sd_mm = 0.04;
// The middle between walls that are only guessed.
constexpr double occluded_centre_sd_mm = 0.2;
// An occluded lumen is only guessed from its wall.
constexpr double occluded_radius_sd_mm = 0.3;
// For what needs no more than a guess.
constexpr double surely_open_db = 8;
// Calcium echoes some 20 dB above tissue, plain wall at most about 12.
constexpr double calcium_db = 16;

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

// Each sample takes the state, open or occluded, of most of its neighbours.
void settle_state(std::vector<LumenSample>& samples) {
  const int n = static_cast<int>(samples.size());
  const int reach = static_cast<int>(state_length_mm / 2 / path_step_mm);
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

// What one section shows before its neighbours are asked.
struct SectionView {
  std::vector<double> profile;
  double peak_mm = 0;   // Radius of the brightest ring, the wall's middle.
  double blood_db = 0;  // How dark an open lumen of this width would look.
  bool capped = false;  // In the shadow of its own calcified wall, where all looks dark.
};

SectionView view_section(std::vector<double> profile, const PathPoint& at, const BlurredDisc& disc,
                         LumenSample& s) {
  SectionView view{
      .profile = std::move(profile), .peak_mm = at.radius_mm, .blood_db = 0, .capped = at.capped};
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
  lumen_db = smoothed_numbers(lumen_db, weights, state_length_mm / 2 / path_step_mm);
  blood_db = smoothed_numbers(blood_db, weights, state_length_mm / 2 / path_step_mm);
  for (std::size_t n = 0; n < samples.size(); ++n)
    samples[n].open =
        (!views[n].capped && blood_db[n] >= occluded_db + telling_db &&
         lumen_db[n] >= std::max(least_open_db, std::lerp(occluded_db, blood_db[n], open_share))) ||
        samples[n].colour_fraction >= open_colour_fraction;
  settle_state(samples);
}

// The profile from the middle to `reach_mm` beyond the lumen. What lies farther out (a companion's
// lumen, fascia, bone) is not even, and would be taken for a wider blur.
std::vector<double> near_edge(std::vector<double> profile, double radius_mm, double reach_mm) {
  const auto bins = static_cast<std::size_t>((radius_mm + reach_mm) / BlurredDisc::bin_mm);
  if (profile.size() > bins) profile.resize(bins);
  return profile;
}

void measure_radii(std::vector<LumenSample>& samples, const std::vector<PathPoint>& path,
                   const std::vector<SectionView>& views, const BlurredDisc& disc) {
  std::vector<double> radii(samples.size()), weights(samples.size());
  tbb::parallel_for(std::size_t{0}, samples.size(), [&](std::size_t n) {
    LumenSample& s = samples[n];
    if (s.open) {
      const DiscProfileFit fit = disc.fit(near_edge(views[n].profile, s.radius_mm, edge_reach_mm),
                                          std::max(0.2, s.radius_mm - 0.5), s.radius_mm + 0.8);
      radii[n] = fit.radius_mm;
      weights[n] = s.seen ? 1 / (25 + fit.residual_grey * fit.residual_grey) : 1e-4;
      s.radius_sd_mm = std::hypot(radius_step_sd_mm, inner_wall_sd_mm, fit.radius_sd_mm);
      s.centre_sd_mm = std::hypot(path_sd_mm, std::sqrt(2.0) * fit.radius_sd_mm);
    } else {
      radii[n] =
          path[n].capped ? path[n].radius_mm : std::max(0.3, views[n].peak_mm - wall_middle_mm);
      weights[n] = s.seen ? 1e-2 : 1e-4;
      s.radius_sd_mm = occluded_radius_sd_mm;
      s.centre_sd_mm = occluded_centre_sd_mm;
    }
  });
  radii = smoothed_numbers(radii, weights, 0.5 / path_step_mm);
  // What a mean along the vessel hides of a narrowing: its curvature times half the mean's
  // variance.
  const auto reach = static_cast<std::size_t>(2 / path_step_mm);
  for (std::size_t n = 0; n < samples.size(); ++n) {
    samples[n].radius_mm = radii[n];
    if (!samples[n].open || n < reach || n + reach >= samples.size()) continue;
    const double bend = (radii[n - reach] - 2 * radii[n] + radii[n + reach]) / (2.0 * 2.0);
    samples[n].radius_sd_mm =
        std::hypot(samples[n].radius_sd_mm, 0.5 * bend * average_sd_mm * average_sd_mm);
  }
}

// What presses a vein flat does not press an artery, with ten times the pressure inside.
bool is_walled_like_an_artery(const std::vector<LumenSample>& samples) {
  constexpr double border_db =
      7.5;  // Walls of veins echo up to 5 dB over tissue, arteries' from 10.
  std::vector<double> wall_db;
  for (const LumenSample& s : samples)
    if (s.seen) wall_db.push_back(s.wall_db);
  if (wall_db.empty()) return false;
  const auto middle = wall_db.begin() + static_cast<std::ptrdiff_t>(wall_db.size() / 2);
  std::nth_element(wall_db.begin(), middle, wall_db.end());
  return *middle > border_db;
}

// Two lumens that touch, or where a branch leaves, look like one flat one: another vessel's middle
// lies in it, or nearer to its outline than the thinnest vessel's can.
bool is_shared(const LumenEllipse& ellipse, const PathFrame& frame,
               const std::vector<Point3<Lps>>& others) {
  constexpr double apart_mm = 0.9;   // Of which tracks keep from each other's lumens.
  constexpr double beside_mm = 1.5;  // Along the vessel.
  const double reach_mm = ellipse.radius_mm * std::sqrt(ellipse.aspect()) + apart_mm + beside_mm;
  return std::any_of(others.begin(), others.end(), [&](const Point3<Lps>& p) {
    const Vector3<Lps> to = p - frame.p;
    if (to.squared_norm() > reach_mm * reach_mm || std::abs(to.dot(frame.w)) > beside_mm)
      return false;
    return ellipse.outside_mm(to.dot(frame.u), to.dot(frame.v)) < apart_mm;
  });
}

// The ellipses of lumens dark enough to be open.
std::vector<std::optional<LumenEllipse>> ellipses_of(const std::vector<LumenSample>& samples,
                                                     const std::vector<PathFrame>& frames,
                                                     const std::vector<Point3<Lps>>& others,
                                                     const std::vector<Section>& sections,
                                                     const std::vector<SectionView>& views,
                                                     const BlurredDisc& disc) {
  std::vector<OpenSection> open(samples.size());
  if (is_walled_like_an_artery(samples))
    return std::vector<std::optional<LumenEllipse>>(samples.size());
  for (std::size_t n = 0; n < samples.size(); ++n)
    if (samples[n].seen && !views[n].capped && samples[n].lumen_db >= least_open_db)
      open[n] = {&sections[n], samples[n].radius_mm};
  auto pressed = pressed_lumens(open, disc);
  for (std::size_t n = 0; n < pressed.size(); ++n)
    if (pressed[n] && is_shared(*pressed[n], frames[n], others)) pressed[n].reset();
  return pressed;
}

// Looks at a section again, along the outline of its ellipse.
SectionView view_ellipse(const Section& section, const LumenEllipse& e, const PathFrame& frame,
                         const BlurredDisc& disc, LumenSample& s) {
  const double angle = e.long_angle_rad();
  s.position = frame.plane().at(e.u_mm, e.v_mm);
  s.aspect = e.aspect();
  s.long_axis = frame.u * std::cos(angle) + frame.v * std::sin(angle);
  SectionView view =
      view_section(profile_about(section, e), {.p = s.position, .radius_mm = e.radius_mm}, disc, s);
  // Its two long sides are as near to its middle as those of a circle as wide as it is short.
  view.blood_db = disc.open_lumen_db(e.radius_mm / std::sqrt(s.aspect),
                                     std::pow(10.0, std::max(0.0, s.wall_db) / 10));
  return view;
}

// What is pressed flat is looked at again as an ellipse; open or occluded is judged by what was
// seen then; and what is not open stays a circle.
std::vector<std::optional<LumenEllipse>> flatten(std::vector<LumenSample>& samples,
                                                 const std::vector<PathFrame>& frames,
                                                 const std::vector<Point3<Lps>>& others,
                                                 const std::vector<Section>& sections,
                                                 std::vector<SectionView>& views,
                                                 const BlurredDisc& disc) {
  auto ellipses = ellipses_of(samples, frames, others, sections, views, disc);
  const std::vector<LumenSample> round = samples;
  const std::vector<SectionView> round_views = views;
  for (std::size_t n = 0; n < samples.size(); ++n)
    if (ellipses[n])
      views[n] = view_ellipse(sections[n], *ellipses[n], frames[n], disc, samples[n]);
  judge_open(samples, views);
  for (std::size_t n = 0; n < samples.size(); ++n) {
    if (!ellipses[n] || samples[n].open) continue;
    samples[n] = round[n];
    samples[n].open = false;
    views[n] = round_views[n];
    ellipses[n].reset();
  }
  return ellipses;
}

}  // namespace

std::vector<LumenSample> measure_lumen(const DuplexVolume& volume,
                                       const std::vector<PathPoint>& path, const BlurredDisc& disc,
                                       const std::vector<Point3<Lps>>& others) {
  if (path.size() < 3) return {};
  const std::vector<PathFrame> frames = frames_along(path);
  const std::vector<Section> sections =
      sections_along(volume.bmode, frames, std::min(7.0, widest_mm(path) + beyond_mm));
  const Vector3<Lps> deep = volume.bmode.grid().direction(1);
  std::vector<LumenSample> samples(path.size());
  std::vector<SectionView> views(path.size());
  tbb::parallel_for(std::size_t{0}, path.size(), [&](std::size_t n) {
    LumenSample& s = samples[n];
    s.position = path[n].p;
    s.axis = frames[n].w;
    s.seen = path[n].seen;
    views[n] = view_section(radial_profile(sections[n]), path[n], disc, s);
    if (volume.velocity_cm_s) {
      const ColourInside colour =
          colour_inside(*volume.velocity_cm_s, s.position, s.axis, s.radius_mm);
      s.colour_fraction = colour.fraction;
      s.velocity_cm_s = colour.velocity_cm_s;
    }
  });
  const auto pressed = flatten(samples, frames, others, sections, views, disc);
  measure_radii(samples, path, views, disc);
  tbb::parallel_for(std::size_t{0}, path.size(), [&](std::size_t n) {
    LumenSample& s = samples[n];
    const double du = deep.dot(frames[n].u), dv = deep.dot(frames[n].v);
    // How far the lumen reaches below and above its middle.
    const double r = pressed[n] ? pressed[n]->radius_towards_mm(du, dv) : path[n].radius_mm;
    const double inside =
        mean_between(views[n].profile, 0, 0.6 * (pressed[n] ? pressed[n]->radius_mm : r));
    s.core_grey = inside;
    s.below_db = s.above_db = s.lumen_db;
    if (std::hypot(du, dv) > 0.5) {
      s.below_db =
          (mean_towards(sections[n], du, dv, r + 0.3, r + 1.2) - inside) * decibel_per_grey;
      s.above_db =
          (mean_towards(sections[n], -du, -dv, r + 0.3, r + 1.2) - inside) * decibel_per_grey;
    }
    if (!s.open && path[n].capped) {
      const CalcifiedCap cap = cap_across(volume.bmode, frames[n]);
      s.cap_db = cap.evidence_db();
      s.wall_db = std::max(s.wall_db, cap.cap_db);
    }
    const CircleSearch about{.max_offset_mm = 0,
                             .least_radius_mm = std::max(0.3, s.radius_mm - 0.3),
                             .most_radius_mm = s.radius_mm + 0.3};
    const auto [rim, ring] = fit_lumen_and_wall(sections[n], about, about);
    s.ring_db = ring.contrast_db;
    s.rim_db = rim.contrast_db;
    s.calcification_arc_deg = calcified_arc_deg(sections[n], s.radius_mm, s.tissue_grey);
  });
  return samples;
}

namespace {

// Radial profiles of open lumens, where to look for their edges, and how dark their middle is.
struct SeenEdge {
  std::vector<double> profile;
  double radius_mm = 0, contrast_db = 0;
};

std::vector<SeenEdge> edges_along(const DuplexVolume& volume, const std::vector<PathPoint>& path) {
  constexpr std::size_t sections_each = 24;
  std::vector<SeenEdge> edges;
  constexpr double most_radius_mm = 2.2;  // Wider, and the section does not show tissue enough.
  const auto tells = [](const PathPoint& p) { return p.seen && p.radius_mm <= most_radius_mm; };
  if (path.size() < 20) return edges;
  std::vector<std::size_t> places;
  const std::size_t step = std::max<std::size_t>(1, path.size() / sections_each);
  for (std::size_t n = step / 2; n < path.size(); n += step)
    if (tells(path[n])) places.push_back(n);
  const std::vector<Section> sections = sections_at(volume.bmode, frames_along(path), 5.0, places);
  for (std::size_t p = 0; p < places.size(); ++p) {
    std::vector<double> profile = radial_profile(sections[p]);
    const double r = path[places[p]].radius_mm;
    const double contrast =
        mean_between(profile, r + 1.2, r + 2.2) - mean_between(profile, 0, 0.6 * r);
    if (!(contrast * decibel_per_grey >= surely_open_db)) continue;
    edges.push_back(
        {near_edge(std::move(profile), r, blur_reach_mm), r, contrast * decibel_per_grey});
  }
  return edges;
}

double misfit(const std::vector<SeenEdge>& edges, const ScannerLook& look) {
  const BlurredDisc disc(look);
  double sum = 0;
  for (const SeenEdge& e : edges) {
    const auto fit = disc.fit(e.profile, std::max(0.2, e.radius_mm - 0.5), e.radius_mm + 0.8);
    sum += fit.residual_grey * fit.residual_grey;
  }
  return sum;
}

// How dark lumens are where their blurred walls do not reach the middle; of all where none is so
// wide. Clots take part, too, and are never as dark as blood: the darkest quarter begins where
// blood is sure.
double blood_contrast_db(const std::vector<SeenEdge>& edges) {
  constexpr double clear_radius_mm = 1.2;  // Four times the usual blur.
  std::vector<double> wide, all;
  for (const SeenEdge& e : edges) {
    all.push_back(e.contrast_db);
    if (e.radius_mm >= clear_radius_mm) wide.push_back(e.contrast_db);
  }
  std::vector<double>& contrasts = wide.empty() ? all : wide;
  const auto dark = contrasts.begin() + static_cast<std::ptrdiff_t>(3 * contrasts.size() / 4);
  std::nth_element(contrasts.begin(), dark, contrasts.end());
  return *dark;
}

// The lowest point of the parabola through the least error and its neighbours: a choice among a few
// would leap when a track more or less takes part.
double lowest(const std::vector<double>& candidates, const std::vector<double>& errors) {
  const auto n =
      static_cast<std::size_t>(std::min_element(errors.begin(), errors.end()) - errors.begin());
  if (n == 0 || n + 1 == errors.size()) return candidates[n];
  const double bend = errors[n - 1] - 2 * errors[n] + errors[n + 1];
  if (!(bend > 0)) return candidates[n];
  return candidates[n] +
         0.5 * (candidates[n + 1] - candidates[n]) * (errors[n - 1] - errors[n + 1]) / bend;
}

}  // namespace

ScannerLook estimate_look(const DuplexVolume& volume,
                          const std::vector<std::vector<PathPoint>>& paths) {
  const std::vector<double> blurs_mm{0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4};  // 18 to 4 MHz.
  constexpr double least_floor_db = 7.5, most_floor_db = 27.5;
  constexpr std::size_t longest = 10;       // Paths that take part ...
  constexpr std::size_t least_points = 40;  // ... of those 20 mm long and longer.
  std::vector<const std::vector<PathPoint>*> chosen;
  for (const auto& path : paths)
    if (path.size() >= least_points) chosen.push_back(&path);
  std::stable_sort(chosen.begin(), chosen.end(),
                   [](const auto* a, const auto* b) { return a->size() > b->size(); });
  chosen.resize(std::min(chosen.size(), longest));
  std::vector<std::vector<SeenEdge>> by_track(chosen.size());
  tbb::parallel_for(std::size_t{0}, chosen.size(),
                    [&](std::size_t t) { by_track[t] = edges_along(volume, *chosen[t]); });
  std::vector<SeenEdge> edges;
  for (auto& some : by_track) std::move(some.begin(), some.end(), std::back_inserter(edges));
  ScannerLook look;
  if (edges.empty()) return look;
  look.floor_db = std::clamp(blood_contrast_db(edges), least_floor_db, most_floor_db);
  std::vector<double> errors(blurs_mm.size());
  tbb::parallel_for(std::size_t{0}, blurs_mm.size(), [&](std::size_t n) {
    errors[n] = misfit(edges, {.blur_mm = blurs_mm[n], .floor_db = look.floor_db});
  });
  look.blur_mm = lowest(blurs_mm, errors);
  return look;
}

}  // namespace imaging
