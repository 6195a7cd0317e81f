#include "imaging/vessel/detail/plantar_names.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

namespace imaging {
namespace {

constexpr char posterior_tibial_artery[] = "posterior_tibial_artery";
constexpr char posterior_tibial_vein[] = "posterior_tibial_vein";

constexpr double plantar_mm = 15;         // Least length beyond the heel.
constexpr double malleolar_swing_mm = 4;  // Backwards, on the way down to the heel.
constexpr double one_heel_mm = 15;        // The bundle's vessels turn within this of each other.
constexpr double goes_on_mm = 30;         // An artery that does so is no more in the heel.
constexpr double short_break_mm = 8;  // A piece that begins this near to an end goes on from it.
constexpr double least_onward_cosine = 0.7;  // And in its direction.

using Samples = std::vector<LumenSample>;

// The foremost place from the top of the limb down to the start of a stretch.
double foremost_above(const std::vector<Stretch>& all, int index, const NamedLimb& limb) {
  double back_mm = std::numeric_limits<double>::infinity();
  for (int up = all[static_cast<std::size_t>(index)].parent; up >= 0;
       up = all[static_cast<std::size_t>(up)].parent)
    for (const LumenSample& s : all[static_cast<std::size_t>(up)].samples)
      back_mm = std::min(back_mm, limb.back(s.position));
  return back_mm;
}

// The posterior tibial bundle swings back behind the malleolus, then forward into the sole. The
// turn is where a vessel first comes within half a millimetre of its most posterior place, if it
// came from farther forward (which a loose piece need not show) and runs on level enough. Where
// another vessel's turn has shown the heel's level, one that ends too soon to run on level turns
// there, too.
std::optional<std::size_t> heel_turn(const std::vector<Stretch>& all, int index,
                                     const NamedLimb& limb, bool loose_piece,
                                     std::optional<double> heel_mm) {
  const Samples& s = all[static_cast<std::size_t>(index)].samples;
  if (s.size() < 2) return std::nullopt;
  std::size_t rear = 0;
  for (std::size_t n = 0; n < s.size(); ++n)
    if (limb.back(s[n].position) > limb.back(s[rear].position)) rear = n;
  const double rear_mm = limb.back(s[rear].position);
  const Vector3<Lps> way = s.back().position - s[rear].position;
  if (way.norm() < plantar_mm || limb.anterior(way) <= 0) return std::nullopt;
  double front_mm = foremost_above(all, index, limb);
  for (std::size_t n = 0; n < rear; ++n) front_mm = std::min(front_mm, limb.back(s[n].position));
  const bool swings = rear_mm - front_mm >= malleolar_swing_mm;
  const bool at_heel = heel_mm && std::abs(limb.level(s[rear].position) - *heel_mm) <= one_heel_mm;
  if (!runs_on_level(limb.axes(), last_course(s)) && !(swings && at_heel)) return std::nullopt;
  // A loose piece of the sole does not begin above the heel.
  const bool below_heel = !heel_mm || limb.level(s[rear].position) <= *heel_mm + one_heel_mm;
  if (!swings && !(loose_piece && below_heel)) return std::nullopt;
  for (std::size_t n = 0; n < rear; ++n)
    if (limb.back(s[n].position) > rear_mm - 0.5) return n;
  return rear;
}

// Whether a vessel is seen from no higher than the heel on, so that it need not show its swing.
bool is_loose(const std::vector<Stretch>& all, std::size_t n, const NamedLimb& limb,
              std::optional<double> heel_mm) {
  if (all[n].parent < 0) return true;
  if (!heel_mm) return false;
  std::size_t root = n;
  while (all[root].parent >= 0) root = static_cast<std::size_t>(all[root].parent);
  return limb.level(all[root].samples.front().position) <= *heel_mm + one_heel_mm;
}

// Where a vessel ends, followed through the nearest loose piece of its kind that goes on from
// there.
Point3<Lps> end_beyond(const std::vector<Stretch>& all, std::size_t n) {
  const Point3<Lps> end = all[n].samples.back().position;
  const Vector3<Lps> onward = last_course(all[n].samples).normalized();
  Point3<Lps> beyond = end;
  double nearest_mm = short_break_mm;
  for (std::size_t m = 0; m < all.size(); ++m) {
    const Stretch& s = all[m];
    if (m == n || s.parent >= 0 || s.artery() != all[n].artery() || s.samples.size() < 2) continue;
    const double away_mm = distance(s.samples.front().position, end);
    const Vector3<Lps> way = s.samples.back().position - end;
    if (away_mm > nearest_mm || way.dot(onward) < least_onward_cosine * way.norm()) continue;
    nearest_mm = away_mm;
    beyond = s.samples.back().position;
  }
  return beyond;
}

// The sample of a vessel beside the start of a plantar one; nothing where it lies farther away than
// companions do.
std::optional<std::size_t> beside(const Samples& samples, const Point3<Lps>& start) {
  const auto nearest = std::min_element(
      samples.begin(), samples.end(), [&](const LumenSample& s, const LumenSample& t) {
        return distance(s.position, start) < distance(t.position, start);
      });
  if (distance(nearest->position, start) > companion_mm) return std::nullopt;
  return static_cast<std::size_t>(nearest - samples.begin());
}

// The plantar artery that a place lies beside; nothing where there is none.
const Stretch* plantar_artery_beside(const std::vector<Stretch>& all, const Point3<Lps>& place) {
  const Stretch* found = nullptr;
  double nearest_mm = companion_mm;
  for (const Stretch& a : all) {
    if (!a.artery() || a.name.find("plantar") == std::string::npos) continue;
    for (const LumenSample& s : a.samples) {
      if (distance(s.position, place) >= nearest_mm) continue;
      nearest_mm = distance(s.position, place);
      found = &a;
    }
  }
  return found;
}

// Where a vessel passes by the start of a plantar one and runs on for long enough: forwards, or
// beside a plantar artery.
std::optional<std::size_t> passes(const std::vector<Stretch>& all, const Samples& samples,
                                  const Point3<Lps>& start, const NamedLimb& limb) {
  const auto here = beside(samples, start);
  if (!here) return std::nullopt;
  const Vector3<Lps> way = samples.back().position - samples[*here].position;
  if (way.norm() < plantar_mm) return std::nullopt;
  if (limb.anterior(way) <= 0 && !plantar_artery_beside(all, samples.back().position))
    return std::nullopt;
  return here;
}

// The longest plantar vessel that a stretch becomes farther down, or one of its branches; -1: none.
int sole_below(const std::vector<Stretch>& all, int index) {
  const auto length_mm = [&](int n) { return all[static_cast<std::size_t>(n)].length_mm(); };
  int longest = -1;
  for (const int child : children_of(all, index, false)) {
    const bool plantar =
        all[static_cast<std::size_t>(child)].name.find("plantar") != std::string::npos;
    const int below = plantar ? child : sole_below(all, child);
    if (below >= 0 && (longest < 0 || length_mm(below) > length_mm(longest))) longest = below;
  }
  return longest;
}

// Where two vessels into the sole part, each has its own name from there on. Adds where that is.
void name_from_forks_on(std::vector<Stretch>& all, const std::string& above,
                        std::vector<Point3<Lps>>& forks) {
  for (std::size_t n = 0; n < all.size(); ++n) {
    if (all[n].name != above || all[n].parent < 0) continue;
    const std::vector<int> beside = children_of(all, all[n].parent, false);
    const bool forks_here = std::any_of(beside.begin(), beside.end(), [&](int m) {
      const bool plantar =
          all[static_cast<std::size_t>(m)].name.find("plantar") != std::string::npos;
      return m != static_cast<int>(n) && (plantar || sole_below(all, m) >= 0);
    });
    const int below = forks_here ? sole_below(all, static_cast<int>(n)) : -1;
    if (below < 0) continue;
    forks.push_back(all[n].samples.front().position);
    all[n].name = all[static_cast<std::size_t>(below)].name;
    all[n].name_confidence = all[static_cast<std::size_t>(below)].name_confidence;
  }
}

// Where a vessel goes on as a branch of its own name that leaves just before its end, the two are
// one.
void go_straight_on(std::vector<Stretch>& all, std::size_t n) {
  Samples& samples = all[n].samples;
  for (Stretch& child : all) {
    if (child.parent != static_cast<int>(n) || child.name != all[n].name) continue;
    const auto leaves = beside(samples, child.samples.front().position);
    if (!leaves || *leaves < 2 ||
        distance(samples[*leaves].position, samples.back().position) > short_break_mm)
      continue;
    samples.resize(*leaves + 1);
    child.continues = true;
    return;
  }
}

// A vein that goes on into the sole has its name there from beside the arteries' fork on, though it
// was not followed in one.
void name_veins_from_forks_on(std::vector<Stretch>& all, const std::vector<Point3<Lps>>& forks) {
  const std::size_t count = all.size();
  for (std::size_t n = 0; n < count; ++n) {
    if (all[n].name != posterior_tibial_vein) continue;
    const int below = sole_below(all, static_cast<int>(n));
    if (below < 0) continue;
    const std::string name = all[static_cast<std::size_t>(below)].name;
    const double confidence = all[static_cast<std::size_t>(below)].name_confidence;
    std::optional<std::size_t> first;
    for (const Point3<Lps>& fork : forks)
      if (const auto here = beside(all[n].samples, fork))
        first = std::min(first.value_or(*here), *here);
    if (!first || *first + 1 >= all[n].samples.size()) continue;
    const std::size_t lower = *first < 4 ? n : cut_before(all, n, *first);
    all[lower].name = name;
    all[lower].name_confidence = confidence;
    go_straight_on(all, lower);
  }
}

// Whether the posterior tibial artery goes on down the leg from there.
bool is_above_ankle(const std::vector<Stretch>& all, const Point3<Lps>& place,
                    const NamedLimb& limb) {
  return std::any_of(all.begin(), all.end(), [&](const Stretch& a) {
    return a.name == posterior_tibial_artery &&
           limb.level(a.samples.back().position) < limb.level(place) - goes_on_mm;
  });
}

// Names those of one kind that run into the sole, cutting stretches at the heel: where they part,
// where they turn, or beside one of `starts`, if they come by there before. Gives back where they
// were cut.
std::vector<Point3<Lps>> name_soles(std::vector<Stretch>& all, const NamedLimb& limb,
                                    std::optional<double> heel_mm, bool arteries,
                                    const std::vector<Point3<Lps>>& starts) {
  std::vector<Point3<Lps>> cuts;
  const std::size_t count = all.size();
  const std::string above = arteries ? posterior_tibial_artery : posterior_tibial_vein;
  for (std::size_t n = 0; n < count; ++n) {
    if (all[n].artery() != arteries || all[n].name != above || !ends(all, n)) continue;
    auto turn = heel_turn(all, static_cast<int>(n), limb, is_loose(all, n, limb, heel_mm), heel_mm);
    for (const Point3<Lps>& start : starts)
      if (const auto here = passes(all, all[n].samples, start, limb))
        turn = std::min(turn.value_or(*here), *here);
    if (!turn ||
        (!arteries && !heel_mm && is_above_ankle(all, all[n].samples[*turn].position, limb)))
      continue;
    cuts.push_back(all[n].samples[*turn].position);
    const Vector3<Lps> way = end_beyond(all, n) - all[n].samples[*turn].position;
    // The lateral plantar vessels cross the sole, the medial ones run straight to the big toe.
    const bool lateral = limb.lateral(way) > 0.9 * limb.anterior(way);
    const std::string kind = all[n].artery() ? "_artery" : "_vein";
    const std::string name = (lateral ? "lateral_plantar" : "medial_plantar") + kind;
    const double confidence =
        limb.knows_side()
            ? std::clamp(0.5 + std::abs(limb.lateral(way) - limb.anterior(way)) / way.norm(), 0.5,
                         0.9)
            : 0;
    const std::string kept = limb.knows_side() ? name : std::string();
    if (*turn < 4) {
      all[n].name = kept;
      all[n].name_confidence = confidence;
      continue;
    }
    Stretch& sole = all[cut_before(all, n, *turn)];
    sole.name = kept;
    sole.name_confidence = confidence;
  }
  if (arteries) {
    name_from_forks_on(all, above, cuts);
  } else {
    name_veins_from_forks_on(all, starts);
  }
  return cuts;
}

}  // namespace

std::optional<double> heel_level(const std::vector<Stretch>& all, const NamedLimb& limb) {
  double sum = 0;
  int count = 0;
  for (std::size_t n = 0; n < all.size(); ++n) {
    if (!ends(all, n)) continue;
    const auto turn = heel_turn(all, static_cast<int>(n), limb, false, std::nullopt);
    if (!turn) continue;
    sum += limb.level(all[n].samples[*turn].position);
    ++count;
  }
  if (count == 0) return std::nullopt;
  return sum / count;
}

void name_around_heel(std::vector<Stretch>& all, const NamedLimb& limb,
                      std::optional<double> heel_mm) {
  if (!heel_mm) return;
  for (std::size_t n = 0; n < all.size(); ++n) {
    Stretch& s = all[n];
    if (!s.name.empty() || !ends(all, n)) continue;
    const bool seen = heel_turn(all, static_cast<int>(n), limb, false, heel_mm).has_value();
    if (!seen &&
        !heel_turn(all, static_cast<int>(n), limb, is_loose(all, n, limb, heel_mm), heel_mm))
      continue;
    s.name = s.artery() ? posterior_tibial_artery : posterior_tibial_vein;
    s.name_confidence = seen ? 0.8 : 0.6;
  }
}

void name_plantar(std::vector<Stretch>& all, const NamedLimb& limb, std::optional<double> heel_mm) {
  const std::vector<Point3<Lps>> forks = name_soles(all, limb, heel_mm, true, {});
  name_soles(all, limb, heel_mm, false, forks);
}

}  // namespace imaging
