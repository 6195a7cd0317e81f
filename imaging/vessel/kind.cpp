#include "imaging/vessel/kind.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>

namespace imaging {
namespace {

// Flow, even with dropout, fills well over this.
constexpr double coloured_fraction = 0.25;
// Where most of it has dropped out, it still fills more than the volume's noise does by chance,
// which comes in specks of a cubic millimetre.
constexpr double colour_speck_mm3 = 1;
// Of the inner three quarters of a lumen, which are looked at for colour.
constexpr double looked_share = 0.75;

// Without so much colour a vessel must show itself over some length: contrast beyond what chance
// finds in speckle, times length.
constexpr double evidence_db_mm = 150;
// Colour beyond the noise counts with it: three standard deviations are enough by themselves.
constexpr double colour_db_mm = evidence_db_mm / 3;
constexpr double chance_lumen_db = 8, chance_wall_db = 5;
// Half of it is enough for a vein beside an artery that is seen: there one is expected. What chance
// finds is then what it may find in one section; the rest of the usual amount is for shadows.
constexpr double expected_share = 0.5;
constexpr double chance_beside_artery_db = 6, chance_expected_db = 4;

// A lumen has tissue above and below it that is brighter than itself; a shadow is dark all the way
// from what throws it. This is the least contrast there, as a share of that to all sides.
constexpr double lit_share = 0.8;
// A shadow runs straight down, within 30 degrees. A vessel that does has the best of colours.
constexpr double shadow_axis_cos = 0.87;

constexpr double blind_mm = 10;  // A lumen's state is read over 6 mm.
// Middle over tissue: only bone and fascia are brighter inside than a calcified artery.
constexpr double solid_db = -20;
constexpr double ring_all_around_db =
    1;                               // Skin and fascia are as bright farther out: they have none.
constexpr double chance_rim_db = 6;  // As far as chance darkens the middle of one section.
constexpr double faint_rim_db = 5;   // ... and more than it does on the mean of a blind end.
constexpr double escort_mm = 8;      // An occluded artery's veins are this near, centre to centre.
constexpr double escorted_share = 0.6;
constexpr double escorted_mm = 15;  // ... or this much of a long one: an artery may be lost sooner.
// Dermis and superficial fascia are bright and reach this deep; the named arteries of leg and foot
// lie 5 mm deep and more (E).
constexpr double skin_mm = 3.5;

// Wall over tissue: veins up to 5 dB, arteries from 10.
constexpr double wall_border_db = 7.5, wall_spread_db = 1.5;
// What shows by its walls alone is an artery, odds of seven to one before its walls are looked at:
// a vein without a lumen has hardly a wall to be followed by.
constexpr double closed_logit = 2;
constexpr double surest = 0.98;
constexpr double sure_logit = 2;     // Such vessels tell the beam.
constexpr double colour_weight = 2;  // Logits for colour that agrees everywhere.

template <class Value>
double median_seen(const std::vector<LumenSample>& samples, Value value) {
  std::vector<double> v;
  for (const LumenSample& s : samples)
    if (s.seen) v.push_back(value(s));
  if (v.empty()) return 0;
  const auto middle = v.begin() + static_cast<long>(v.size() / 2);
  std::nth_element(v.begin(), middle, v.end());
  return *middle;
}

double mean_colour(const std::vector<LumenSample>& samples) {
  double sum = 0;
  for (const LumenSample& s : samples) sum += s.colour_fraction;
  return sum / static_cast<double>(samples.size());
}

double length_mm(const std::vector<LumenSample>& samples) {
  return 0.5 * static_cast<double>(samples.size());
}

// What colour says beyond what noise fills by chance, `noise` of the volume.
double colour_evidence_db_mm(const std::vector<LumenSample>& samples, double noise) {
  const double radius_mm = looked_share * median_seen(samples, [](auto& s) { return s.radius_mm; });
  const double specks =
      std::max(1.0, pi * radius_mm * radius_mm * length_mm(samples) / colour_speck_mm3);
  // A volume without any noise has some that was not met.
  const double sd = std::sqrt(std::max(noise * (1 - noise), 1 / specks) / specks);
  return colour_db_mm * std::max(0.0, (mean_colour(samples) - noise) / sd);
}

// A wall that is bright on all sides, or fades on some of them around a middle that is dark on all:
// between two sheets it is not.
bool is_all_around(const LumenSample& s) {
  return s.ring_db >= ring_all_around_db || s.rim_db >= chance_rim_db;
}

bool lies_in_skin(const std::vector<LumenSample>& samples) {
  const auto inside =
      std::count_if(samples.begin(), samples.end(), [](const auto& s) { return s.in_skin; });
  return 2 * inside > static_cast<std::ptrdiff_t>(samples.size());
}

// An open lumen without colour.
bool is_lumen(const std::vector<LumenSample>& samples, const Vector3<Lps>& deep,
              double least_evidence_db_mm, double chance_db) {
  const double lumen_db = median_seen(samples, [](const auto& s) { return s.lumen_db; });
  const double below_db = median_seen(samples, [](const auto& s) { return s.below_db; });
  const double above_db = median_seen(samples, [](const auto& s) { return s.above_db; });
  const double along_beam =
      median_seen(samples, [&](const auto& s) { return std::abs(s.axis.dot(deep)); });
  // Something bright beside it, but not around it, is a sheet; so are the layers of skin.
  const double wall_db = median_seen(samples, [](const auto& s) { return s.wall_db; });
  const double around_db =
      median_seen(samples, [](const auto& s) { return is_all_around(s) ? s.wall_db : 0; });
  if (wall_db > chance_wall_db && (around_db == 0 || lies_in_skin(samples))) return false;
  return (lumen_db - chance_db) * length_mm(samples) >= least_evidence_db_mm &&
         along_beam <= shadow_axis_cos && std::min(below_db, above_db) >= lit_share * lumen_db;
}

// How bright the wall is where it is seen all around, or its cap; what is bright in the skin is
// skin.
double seen_wall_db(const LumenSample& s) {
  return s.in_skin ? 0 : std::max(is_all_around(s) ? s.wall_db : 0, s.cap_db);
}

std::vector<LumenSample> below_skin(const std::vector<LumenSample>& samples) {
  std::vector<LumenSample> deeper;
  std::copy_if(samples.begin(), samples.end(), std::back_inserter(deeper),
               [](const LumenSample& s) { return !s.in_skin; });
  return deeper;
}

// The wall of an artery, open or occluded, around something less bright than itself; or one so
// calcified that only its near side is seen, and the shadow of it.
bool is_walled(const std::vector<LumenSample>& all) {
  const std::vector<LumenSample> samples = below_skin(all);
  const double wall_db = median_seen(samples, seen_wall_db);
  const double middle_db =
      median_seen(samples, [](const auto& s) { return s.cap_db > 0 ? 0 : s.lumen_db; });
  return (wall_db - chance_wall_db) * length_mm(samples) >= evidence_db_mm && middle_db >= solid_db;
}

// A wall that is bright on all its sides around something darker than tissue: no strand has that,
// and no bone.
bool is_ringed(const std::vector<LumenSample>& samples) {
  const double ring_db = median_seen(samples, [](const auto& s) { return s.ring_db; });
  const double lumen_db = median_seen(samples, [](const auto& s) { return s.lumen_db; });
  return (ring_db - chance_wall_db) * length_mm(samples) >= evidence_db_mm &&
         lumen_db >= chance_wall_db;
}

// How many samples at the end are neither open nor walled nor darker on all sides, as a vein is
// where noise fills it, for so long that they are no vessel: the track went on into a shadow or
// between two strands.
std::size_t blind_end(const std::vector<LumenSample>& samples, bool last) {
  const std::size_t n = samples.size();
  std::size_t run = 0;
  double wall_db = 0, rim_db = 0;
  for (; run < n; ++run) {
    const LumenSample& s = samples[last ? n - 1 - run : run];
    if (s.open) break;
    wall_db += seen_wall_db(s);
    rim_db += s.in_skin ? 0 : s.rim_db;
  }
  const bool is_long = 0.5 * static_cast<double>(run) >= blind_mm;
  const auto count = static_cast<double>(run);
  return is_long && wall_db < chance_wall_db * count && rim_db < faint_rim_db * count ? run : 0;
}

void cut_blind_ends(MeasuredTrack& t) {
  if (const std::size_t cut = blind_end(t.samples, true)) {
    t.samples.resize(t.samples.size() - cut);
    t.to_track = -1;
  }
  if (const std::size_t cut = blind_end(t.samples, false)) {
    t.samples.erase(t.samples.begin(), t.samples.begin() + static_cast<std::ptrdiff_t>(cut));
    t.from_track = -1;
  }
}

// The share of `samples` that has a sample of `others` within `escort_mm`.
double escorted(const std::vector<LumenSample>& samples, const std::vector<Point3<Lps>>& others) {
  int near = 0;
  for (const LumenSample& s : samples)
    near += std::any_of(others.begin(), others.end(), [&](const Point3<Lps>& p) {
      return (p - s.position).squared_norm() < escort_mm * escort_mm;
    });
  return static_cast<double>(near) / static_cast<double>(samples.size());
}

// Gel between two folds of skin is as dark as blood.
bool lies_in_gel(const std::vector<LumenSample>& samples, const Skin& skin) {
  const auto outside = std::count_if(samples.begin(), samples.end(), [&](const LumenSample& s) {
    return skin.is_outside(s.position);
  });
  return 2 * outside > static_cast<std::ptrdiff_t>(samples.size());
}

double wall_logit(const MeasuredTrack& t) {
  // Just below the skin its layers shine like a wall: there only colour tells.
  const std::vector<LumenSample> deeper = below_skin(t.samples);
  const double wall_db = length_mm(deeper) >= blind_mm
                             ? median_seen(deeper, [](const auto& s) { return s.wall_db; })
                             : wall_border_db;
  const auto closed = std::count_if(t.samples.begin(), t.samples.end(),
                                    [](const LumenSample& s) { return !s.open; });
  const double closed_share =
      static_cast<double>(closed) / static_cast<double>(std::max<std::size_t>(1, t.samples.size()));
  return (wall_db - wall_border_db) / wall_spread_db + closed_logit * closed_share;
}

struct Agreement {
  double signed_sum = 0, weight = 0;  // In [-weight, weight].
};

// How much the colour speaks for an artery if the beam points along `beam`: blood that moves
// along it, away from the transducer, has a negative velocity.
Agreement colour_agreement(const MeasuredTrack& t, const Vector3<Lps>& beam,
                           const Vector3<Lps>& superior) {
  Agreement sum;
  if (t.samples.empty()) return sum;
  const Vector3<Lps> whole = t.samples.back().position - t.samples.front().position;
  const double away = whole.dot(superior) > 0 ? -1 : 1;  // From the heart.
  for (const LumenSample& s : t.samples) {
    if (s.velocity_cm_s == 0) continue;
    const double along = away * s.axis.dot(beam);
    const double w = s.colour_fraction * std::abs(along);
    sum.weight += w;
    sum.signed_sum += w * ((along > 0) == (s.velocity_cm_s < 0) ? 1 : -1);
  }
  return sum;
}

// Directions within 40 degrees of straight down, as far as scanners steer.
std::vector<Vector3<Lps>> beams(const Vector3<Lps>& deep) {
  const auto [u, v] = perpendicular_pair(deep);
  std::vector<Vector3<Lps>> all{deep};
  for (int tilt = 1; tilt <= 4; ++tilt)
    for (int turn = 0; turn < 12; ++turn) {
      const double a = rad_from_deg(10.0 * tilt), b = 2 * pi * turn / 12;
      all.push_back(deep * std::cos(a) + (u * std::cos(b) + v * std::sin(b)) * std::sin(a));
    }
  return all;
}

// How bright blood looks at each depth: noise fills it the more the deeper it lies.
class BloodAtDepth {
 public:
  BloodAtDepth(const std::vector<MeasuredTrack>& tracks, const std::vector<char>& keep,
               const Vector3<Lps>& deep)
      : deep_(deep) {
    for (std::size_t n = 0; n < tracks.size(); ++n)
      if (keep[n])
        for (const LumenSample& s : tracks[n].samples)
          if (s.open && s.seen && !std::isnan(s.core_grey))
            seen_.push_back({depth_mm(s), s.core_grey});
    std::sort(seen_.begin(), seen_.end());
  }

  // As dark as the known lumens that lie as deep; nearly so, as a thin one is blurred.
  bool is_as_dark(const std::vector<LumenSample>& samples) const {
    if (seen_.size() < neighbours) return false;
    const double grey = median_seen(samples, [](const auto& s) { return s.core_grey; });
    const double at_mm = median_seen(samples, [&](const auto& s) { return depth_mm(s); });
    const auto after = std::lower_bound(seen_.begin(), seen_.end(), std::pair{at_mm, 0.0});
    const std::size_t first =
        std::min(static_cast<std::size_t>(std::max<std::ptrdiff_t>(
                     0, after - seen_.begin() - static_cast<std::ptrdiff_t>(neighbours / 2))),
                 seen_.size() - neighbours);
    std::vector<double> greys;
    for (std::size_t n = first; n < first + neighbours; ++n) greys.push_back(seen_[n].second);
    const auto middle = greys.begin() + static_cast<std::ptrdiff_t>(neighbours / 2);
    std::nth_element(greys.begin(), middle, greys.end());
    return grey <= *middle + lighter_db / decibel_per_grey;
  }

 private:
  static constexpr std::size_t neighbours = 60;  // 30 mm of lumens.
  static constexpr double lighter_db = 2;
  double depth_mm(const LumenSample& s) const { return (s.position - Point3<Lps>{}).dot(deep_); }

  Vector3<Lps> deep_;
  std::vector<std::pair<double, double>> seen_;
};

}  // namespace

void drop_false_tracks(std::vector<MeasuredTrack>& tracks, const Vector3<Lps>& deep,
                       const Skin& skin, double colour_noise) {
  for (MeasuredTrack& t : tracks) {
    for (LumenSample& s : t.samples) s.in_skin = skin.distance_mm(s.position, skin_mm) < skin_mm;
    if (!t.is_expected) cut_blind_ends(t);
  }
  std::vector<Point3<Lps>> lumens;
  std::vector<char> keep(tracks.size(), 0);
  for (std::size_t n = 0; n < tracks.size(); ++n) {
    const auto& samples = tracks[n].samples;
    if (samples.empty() || tracks[n].is_expected) continue;
    if (mean_colour(samples) < coloured_fraction) {
      if (lies_in_gel(samples, skin)) continue;
      if (!is_lumen(samples, deep, evidence_db_mm - colour_evidence_db_mm(samples, colour_noise),
                    chance_lumen_db))
        continue;
    }
    keep[n] = 1;
    for (const LumenSample& s : samples) lumens.push_back(s.position);
  }
  for (std::size_t n = 0; n < tracks.size(); ++n) {
    const auto& samples = tracks[n].samples;
    if (keep[n] || samples.empty() || tracks[n].is_expected || lies_in_gel(samples, skin) ||
        !is_walled(samples))
      continue;
    keep[n] = (is_ringed(samples) || escorted(samples, lumens) >= escorted_share) &&
              !lies_in_skin(samples);
  }
  const BloodAtDepth blood(tracks, keep, deep);
  std::vector<Point3<Lps>> arteries;
  for (std::size_t n = 0; n < tracks.size(); ++n)
    if (keep[n] && wall_logit(tracks[n]) > 0)
      for (const LumenSample& s : tracks[n].samples) arteries.push_back(s.position);
  for (std::size_t n = 0; n < tracks.size(); ++n) {
    const auto& samples = tracks[n].samples;
    if (keep[n] || samples.empty() || lies_in_gel(samples, skin)) continue;
    const bool is_vein = wall_logit(tracks[n]) <= 0;
    if (tracks[n].is_expected && (!blood.is_as_dark(samples) || !is_vein)) continue;
    const double chance_db = tracks[n].is_expected ? chance_expected_db
                             : is_vein             ? chance_beside_artery_db
                                                   : chance_lumen_db;
    const double beside = escorted(samples, arteries);
    keep[n] =
        is_lumen(samples, deep,
                 expected_share * evidence_db_mm - colour_evidence_db_mm(samples, colour_noise),
                 chance_db) &&
        (beside >= escorted_share || (is_vein && beside * length_mm(samples) >= escorted_mm));
  }
  for (std::size_t n = 0; n < tracks.size(); ++n)
    if (!keep[n]) tracks[n].samples.clear();
}

void judge_kinds(std::vector<MeasuredTrack>& tracks, const Vector3<Lps>& deep,
                 const Vector3<Lps>& superior) {
  std::vector<double> logit(tracks.size(), 0.0);
  for (std::size_t n = 0; n < tracks.size(); ++n)
    if (!tracks[n].samples.empty()) logit[n] = wall_logit(tracks[n]);

  Vector3<Lps> best_beam = deep;
  double best = 0, weight = 0;
  for (const Vector3<Lps>& beam : beams(deep)) {
    double sum = 0, all = 0;
    for (std::size_t n = 0; n < tracks.size(); ++n) {
      if (std::abs(logit[n]) < sure_logit) continue;
      const Agreement a = colour_agreement(tracks[n], beam, superior);
      sum += (logit[n] > 0 ? 1 : -1) * a.signed_sum;
      all += a.weight;
    }
    if (sum <= best) continue;
    best = sum;
    weight = all;
    best_beam = beam;
  }
  const double trust = weight > 0 ? best / weight : 0;  // Of the colour in this volume.
  for (std::size_t n = 0; n < tracks.size(); ++n) {
    if (tracks[n].samples.empty()) continue;
    const Agreement a = colour_agreement(tracks[n], best_beam, superior);
    const double colour = a.weight > 0 ? a.signed_sum / a.weight : 0;
    const double p = 1 / (1 + std::exp(-(logit[n] + colour_weight * trust * colour)));
    tracks[n].artery_probability = std::clamp(p, 1 - surest, surest);
  }
}

}  // namespace imaging
