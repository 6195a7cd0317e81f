#include "imaging/vessel/valve_signs.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "imaging/vessel/centred_path.h"
#include "imaging/vessel/cross_section.h"

namespace imaging {
namespace {

// Valves of the leg's veins lie 20 mm and more apart (facts 4.4): what a vein looks like without
// one is its median over that length.
constexpr double usual_reach_mm = 10, least_spacing_mm = 10;
// A sinus is 1 to 2 diameters long, and leaflets reach through three quarters of it. Open ones lie
// on the wall where they begin and show in the middle farther on; closed ones show at once.
constexpr double sinus_diameters = 1.4, leaflet_share = 0.75;
// Where the middles of bulge and echo lie, from where the leaflets begin: of the sinus.
constexpr double bulge_at = 0.4;
constexpr std::array leaflets_at{0.1, 0.4};
// What wanders less than this is as even as can be measured.
constexpr double least_echo_sd_db = 0.5, least_radius_sd_mm = 0.03;
// No sign alone is enough: a thrombus can be as bright, a confluence as wide.
constexpr double most_z = 4;
// Where a branch joins, the lumen is wide without a valve.
constexpr double confluence_mm = 3;
// Confidence from the two signs, as legs with known valves have them (`bench valves`).
constexpr double even_z = 3.9, z_per_e = 1.2;
constexpr double least_confidence = 0.2, most_confidence = 0.88;

using Values = std::vector<double>;

double median_of(Values values) {
  if (values.empty()) return 0;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

// What a vein shows, over its median nearby; zero where nothing is known.
struct Signs {
  Values echo_db, radius_mm;
  std::vector<char> known;
};

Values over_median(const Values& values, const std::vector<char>& known) {
  const auto count = static_cast<int>(values.size());
  const int reach = static_cast<int>(usual_reach_mm / path_step_mm);
  Values over(values.size(), 0.0), near;
  for (int n = 0; n < count; ++n) {
    if (!known[static_cast<std::size_t>(n)]) continue;
    near.clear();
    for (int k = std::max(0, n - reach); k <= std::min(count - 1, n + reach); ++k)
      if (known[static_cast<std::size_t>(k)]) near.push_back(values[static_cast<std::size_t>(k)]);
    over[static_cast<std::size_t>(n)] = values[static_cast<std::size_t>(n)] - median_of(near);
  }
  return over;
}

Signs signs_along(const std::vector<LumenSample>& samples) {
  Signs signs;
  for (const LumenSample& s : samples) {
    signs.known.push_back(s.open && s.seen && std::isfinite(s.core_grey));
    signs.echo_db.push_back(s.core_grey * decibel_per_grey);
    signs.radius_mm.push_back(s.radius_mm);
  }
  signs.echo_db = over_median(signs.echo_db, signs.known);
  signs.radius_mm = over_median(signs.radius_mm, signs.known);
  return signs;
}

// The mean of `values` under a raised cosine of this full length about `middle`; zero where less
// than half of it is known.
double under_hump(const Values& values, const std::vector<char>& known, double middle,
                  double length) {
  const auto from = static_cast<int>(std::ceil(middle - length / 2)),
             to = static_cast<int>(std::floor(middle + length / 2));
  double sum = 0, weight = 0, all = 0;
  for (int n = from; n <= to; ++n) {
    const double w = 0.5 + 0.5 * std::cos(2 * pi * (n - middle) / length);
    all += w;
    if (n < 0 || n >= static_cast<int>(values.size()) || !known[static_cast<std::size_t>(n)])
      continue;
    sum += w * values[static_cast<std::size_t>(n)];
    weight += w;
  }
  return all > 0 && weight > 0.5 * all ? sum / weight : 0;
}

// The standard deviation about zero that most of a list has, whatever stands out.
double usual_sd(const Values& values, const std::vector<char>& known, double least) {
  Values sizes;
  for (std::size_t n = 0; n < values.size(); ++n)
    if (known[n]) sizes.push_back(std::abs(values[n]));
  return std::max(least, 1.48 * median_of(std::move(sizes)));
}

std::vector<char> near_confluences(const std::vector<MeasuredTrack>& tracks, std::size_t track) {
  const auto& samples = tracks[track].samples;
  std::vector<char> near(samples.size(), 0);
  for (const MeasuredTrack& other : tracks) {
    if (other.samples.empty()) continue;
    for (const bool last : {false, true}) {
      if ((last ? other.to_track : other.from_track) != static_cast<int>(track)) continue;
      const LumenSample& end = last ? other.samples.back() : other.samples.front();
      for (std::size_t n = 0; n < samples.size(); ++n)
        if (distance(samples[n].position, end.position) < samples[n].radius_mm + confluence_mm)
          near[n] = 1;
    }
  }
  return near;
}

void find_on(std::vector<LumenSample>& samples, const std::vector<char>& confluence,
             double towards_heart) {
  const Signs signs = signs_along(samples);
  const std::size_t count = samples.size();
  std::array<Values, leaflets_at.size()> echo;
  echo.fill(Values(count, 0.0));
  Values bulge(count, 0.0);
  for (std::size_t n = 0; n < count; ++n) {
    if (!signs.known[n]) continue;
    const double sinus = 2 * samples[n].radius_mm * sinus_diameters / path_step_mm;
    const auto at = static_cast<double>(n);
    const auto from_here = [&](double share) { return at + towards_heart * share * sinus; };
    for (std::size_t k = 0; k < echo.size(); ++k)
      echo[k][n] =
          under_hump(signs.echo_db, signs.known, from_here(leaflets_at[k]), leaflet_share * sinus);
    bulge[n] = under_hump(signs.radius_mm, signs.known, from_here(bulge_at), sinus);
  }
  std::array<double, leaflets_at.size()> echo_sd{};
  for (std::size_t k = 0; k < echo.size(); ++k)
    echo_sd[k] = usual_sd(echo[k], signs.known, least_echo_sd_db);
  const double bulge_sd = usual_sd(bulge, signs.known, least_radius_sd_mm);
  Values score(count, 0.0);
  for (std::size_t n = 0; n < count; ++n) {
    const double wide = confluence[n] ? 0 : std::clamp(bulge[n] / bulge_sd, -most_z, most_z);
    double bright = 0;
    for (std::size_t k = 0; k < echo.size(); ++k)
      bright = std::max(bright, std::min(most_z, echo[k][n] / echo_sd[k]));
    score[n] = bright + wide;
  }
  const int apart = static_cast<int>(least_spacing_mm / path_step_mm);
  for (int n = 0; n < static_cast<int>(count); ++n) {
    const double here = score[static_cast<std::size_t>(n)];
    const double confidence =
        std::min(most_confidence, 1 / (1 + std::exp(-(here - even_z) / z_per_e)));
    if (confidence < least_confidence) continue;
    bool best = true;
    for (int k = std::max(0, n - apart);
         best && k <= std::min(static_cast<int>(count) - 1, n + apart); ++k)
      best = score[static_cast<std::size_t>(k)] < here ||
             (score[static_cast<std::size_t>(k)] == here && k >= n);
    if (best) samples[static_cast<std::size_t>(n)].valve_confidence = confidence;
  }
}

}  // namespace

void find_valves(std::vector<MeasuredTrack>& tracks, const Vector3<Lps>& superior) {
  for (std::size_t t = 0; t < tracks.size(); ++t) {
    auto& samples = tracks[t].samples;
    if (samples.size() < 2 || tracks[t].artery_probability >= 0.5) continue;
    const bool heart_last = (samples.back().position - samples.front().position).dot(superior) > 0;
    find_on(samples, near_confluences(tracks, t), heart_last ? 1 : -1);
  }
}

}  // namespace imaging
