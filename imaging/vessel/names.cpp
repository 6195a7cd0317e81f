#include "imaging/vessel/names.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>

#include "imaging/vessel/detail/named_limb.h"
#include "imaging/vessel/detail/plantar_names.h"

namespace imaging {
namespace {

// The three bundles of the leg. Each is one artery and its two veins.
enum Bundle { posterior_tibial, peroneal, anterior_tibial, bundle_count };

struct Names {
  const char* artery;
  const char* vein;
};
constexpr std::array<Names, bundle_count> names{{
    {"posterior_tibial_artery", "posterior_tibial_vein"},
    {"peroneal_artery", "peroneal_vein"},
    {"anterior_tibial_artery", "anterior_tibial_vein"},
}};

// Where bundle b lies seen from bundle a at the same level of an adult leg, mm, with its spread:
// the posterior tibial bundle behind the tibia, the peroneal one along the fibula, the anterior
// tibial one before the interosseous membrane. Cross-sections of the leg in anatomy atlases.
struct Displacement {
  Bundle a, b;
  double lateral_mm, lateral_sd_mm, anterior_mm, anterior_sd_mm;
};
constexpr std::array<Displacement, 3> displacements{{
    {posterior_tibial, peroneal, 20, 12, 2, 8},
    {posterior_tibial, anterior_tibial, 28, 12, 30, 12},
    {peroneal, anterior_tibial, 5, 12, 27, 12},
}};
// What it costs (as minus twice the log of a probability) to leave an artery without a name.
constexpr double unnamed_cost = 12;
// How often each bundle is what a plan's ultrasound shows, in the same measure.
constexpr std::array<double, bundle_count> rarity_cost{0, 2, 4};

// Where the heel is seen, the other bundles have ended or lie far off: only a long artery is one.
constexpr double side_branch_share = 0.5;  // Of its parent's radius.
constexpr double beside_heel_mm = 60;
constexpr double trunk_above_heel_mm = 100;  // Half of what it is in a short adult's leg.
constexpr double least_vein_mm = 8;
constexpr double companion_spread_mm = 3;  // Of their distance from it.
constexpr double superficial_mm = 20;      // Veins under the skin stay farther from every artery.
constexpr double confluence_mm = 25;       // Shorter tributaries do not make a confluence ...
constexpr double short_confluence_mm = 12, equal_share = 0.7;  // ... unless they are as wide.
constexpr double meeting_below_mm = 30;  // Of the arteries' fork: as far as pairs of veins meet.
constexpr double least_forward_cosine = 0.5;

using Samples = std::vector<LumenSample>;

// The mean displacement from a to b at levels that both pass; nothing when they share under 5 mm.
std::optional<Vector3<Lps>> displacement(const NamedLimb& limb, const Stretch& a,
                                         const Stretch& b) {
  Vector3<Lps> sum;
  int count = 0;
  for (const LumenSample& s : a.samples) {
    const auto level = std::min_element(b.samples.begin(), b.samples.end(),
                                        [&](const LumenSample& p, const LumenSample& q) {
                                          return std::abs(limb.superior(p.position - s.position)) <
                                                 std::abs(limb.superior(q.position - s.position));
                                        });
    if (std::abs(limb.superior(level->position - s.position)) > 1) continue;
    sum = sum + (level->position - s.position);
    ++count;
  }
  if (count < 10) return std::nullopt;
  return sum / count;
}

double displacement_cost(const NamedLimb& limb, const Vector3<Lps>& d, Bundle a, Bundle b) {
  for (const Displacement& e : displacements) {
    const bool same = e.a == a && e.b == b;
    if (!same && !(e.a == b && e.b == a)) continue;
    const double sign = same ? 1 : -1;
    const double anterior = (sign * limb.anterior(d) - e.anterior_mm) / e.anterior_sd_mm;
    if (!limb.knows_side()) return anterior * anterior;
    const double lateral = (sign * limb.lateral(d) - e.lateral_mm) / e.lateral_sd_mm;
    return anterior * anterior + lateral * lateral;
  }
  return std::numeric_limits<double>::infinity();
}

// A vessel from where it leaves its parent on, through all the stretches that it was cut into: the
// lowest alone may lie beside no other.
Stretch course_of(const std::vector<Stretch>& all, int index) {
  Stretch course = all[static_cast<std::size_t>(index)];
  for (int at = index; all[static_cast<std::size_t>(at)].continues;) {
    at = all[static_cast<std::size_t>(at)].parent;
    if (at < 0) break;
    const Samples& before = all[static_cast<std::size_t>(at)].samples;
    course.samples.insert(course.samples.begin(), before.begin(), before.end());
  }
  return course;
}

struct Matching {
  std::vector<int> bundle;  // Of each candidate; -1: none.
  double cost = std::numeric_limits<double>::infinity();
  double second_cost = std::numeric_limits<double>::infinity();

  double confidence() const {
    return std::isinf(second_cost) ? 0.9 : 1 / (1 + std::exp(-0.5 * (second_cost - cost)));
  }
};

// Tries every way to give the bundles from `first_free` on to the candidates.
Matching match_bundles(const std::vector<Stretch>& candidates, const NamedLimb& limb,
                       Bundle first_free) {
  const std::size_t n = candidates.size();
  std::vector<std::optional<Vector3<Lps>>> between(n * n);
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = i + 1; j < n; ++j)
      between[i * n + j] = displacement(limb, candidates[i], candidates[j]);
  Matching best;
  std::vector<int> bundle(n, -1);
  const auto evaluate = [&] {
    double cost = 0;
    for (std::size_t i = 0; i < n; ++i) {
      if (bundle[i] < 0) {
        cost += unnamed_cost;
        continue;
      }
      cost += rarity_cost[static_cast<std::size_t>(bundle[i])];
      for (std::size_t j = i + 1; j < n; ++j)
        if (bundle[j] >= 0 && between[i * n + j])
          cost += displacement_cost(limb, *between[i * n + j], static_cast<Bundle>(bundle[i]),
                                    static_cast<Bundle>(bundle[j]));
    }
    if (cost < best.cost) {
      best.second_cost = best.cost;
      best.cost = cost;
      best.bundle = bundle;
    } else {
      best.second_cost = std::min(best.second_cost, cost);
    }
  };
  const auto assign = [&](auto&& self, std::size_t i) -> void {
    if (i == n) return evaluate();
    bundle[i] = -1;
    self(self, i + 1);
    for (int b = first_free; b < bundle_count; ++b) {
      // One bundle may come in pieces, but not twice at one level.
      bool taken = false;
      for (std::size_t j = 0; j < i; ++j) taken = taken || (bundle[j] == b && between[j * n + i]);
      if (taken) continue;
      bundle[i] = b;
      self(self, i + 1);
    }
    bundle[i] = -1;
  };
  assign(assign, 0);
  return best;
}

// A branch of an artery that goes on around the heel: to the calcaneus, or so.
bool branches_off_heel(const std::vector<Stretch>& all, int index) {
  const auto root = [&](int at) {
    while (all[static_cast<std::size_t>(at)].parent >= 0)
      at = all[static_cast<std::size_t>(at)].parent;
    return at;
  };
  for (std::size_t n = 0; n < all.size(); ++n)
    if (all[n].name == names[posterior_tibial].artery && root(static_cast<int>(n)) == root(index))
      return true;
  return false;
}

// A branch that leaves a much wider artery carries little of its flow (by Murray's cube law an
// eighth at half the radius): to a muscle, or past an occlusion. It is none of the bundles.
bool is_side_branch(const std::vector<Stretch>& all, int index) {
  const Stretch& s = all[static_cast<std::size_t>(index)];
  if (s.parent < 0) return false;
  if (is_side_branch(all, s.parent)) return true;  // What leaves one is one.
  return !s.continues &&
         s.median_radius_mm() <
             side_branch_share * all[static_cast<std::size_t>(s.parent)].median_radius_mm();
}

// Nothing but side branches leaves it: below it there is no other stretch of its bundle.
bool is_lowest(const std::vector<Stretch>& all, int index) {
  const std::vector<int> below = children_of(all, index, true);
  return std::all_of(below.begin(), below.end(), [&](int n) { return is_side_branch(all, n); });
}

// Arteries without main branches below them are matched; what lies above follows from them.
void name_arteries(std::vector<Stretch>& all, const NamedLimb& limb, bool heel_seen) {
  std::vector<int> leaves;
  for (std::size_t n = 0; n < all.size(); ++n)
    if (all[n].artery() && all[n].name.empty() &&
        all[n].length_mm() >= (heel_seen ? beside_heel_mm : main_artery_mm) &&
        is_lowest(all, static_cast<int>(n)) && !is_side_branch(all, static_cast<int>(n)) &&
        !branches_off_heel(all, static_cast<int>(n)))
      leaves.push_back(static_cast<int>(n));
  // The longest take part: more than six would be collaterals, and cost time.
  std::stable_sort(leaves.begin(), leaves.end(), [&](int a, int b) {
    return all[static_cast<std::size_t>(a)].length_mm() *
               all[static_cast<std::size_t>(a)].median_radius_mm() >
           all[static_cast<std::size_t>(b)].length_mm() *
               all[static_cast<std::size_t>(b)].median_radius_mm();
  });
  if (leaves.size() > 6) leaves.resize(6);
  if (leaves.empty()) return;
  std::vector<Stretch> courses;
  for (const int n : leaves) courses.push_back(course_of(all, n));
  const Matching matching = match_bundles(courses, limb, heel_seen ? peroneal : posterior_tibial);
  for (std::size_t i = 0; i < leaves.size(); ++i) {
    if (matching.bundle[i] < 0) continue;
    Stretch& s = all[static_cast<std::size_t>(leaves[i])];
    s.name = names[static_cast<std::size_t>(matching.bundle[i])].artery;
    s.name_confidence = matching.confidence();
  }
}

// A vein takes the name of the artery it goes with; one far from every artery, of the skin's side.
void name_veins(std::vector<Stretch>& all, const NamedLimb& limb, bool leaves_only) {
  std::vector<Point3<Lps>> arterial;
  for (const Stretch& a : all)
    if (a.artery())
      for (const LumenSample& s : a.samples) arterial.push_back(s.position);
  for (std::size_t n = 0; n < all.size(); ++n) {
    Stretch& v = all[n];
    if (v.artery() || !v.name.empty() || v.length_mm() < least_vein_mm) continue;
    if (leaves_only && !children_of(all, static_cast<int>(n), true).empty()) continue;
    double nearest_mm = std::numeric_limits<double>::infinity(), second_mm = nearest_mm;
    double artery_confidence = 0;
    int bundle = -1;
    for (const Stretch& a : all) {
      if (!a.artery()) continue;
      const double d = median_distance_mm(v, a);
      for (int b = 0; b < bundle_count; ++b) {
        if (a.name != names[static_cast<std::size_t>(b)].artery) continue;
        if (d < nearest_mm) {
          if (bundle != b) second_mm = nearest_mm;
          nearest_mm = d;
          bundle = b;
          artery_confidence = a.name_confidence;
        } else if (bundle != b) {
          second_mm = std::min(second_mm, d);
        }
      }
    }
    if (nearest_mm <= companion_mm) {
      v.name = names[static_cast<std::size_t>(bundle)].vein;
      // The odds that it goes with the nearest artery, which must itself bear the right name.
      v.name_confidence =
          artery_confidence / (1 + std::exp(-(second_mm - nearest_mm) / companion_spread_mm));
      continue;
    }
    if (arterial.empty() || !limb.knows_side()) continue;
    const Point3<Lps> middle = v.samples[v.samples.size() / 2].position;
    const auto artery = std::min_element(
        arterial.begin(), arterial.end(),
        [&](const auto& a, const auto& b) { return distance(a, middle) < distance(b, middle); });
    const Vector3<Lps> out = middle - *artery;
    if (out.norm() < superficial_mm) continue;
    const bool behind = -limb.anterior(out) > std::abs(limb.lateral(out));
    if (behind) {
      v.name = "small_saphenous_vein";
    } else if (limb.lateral(out) < 0) {
      v.name = "great_saphenous_vein";
    }
    v.name_confidence = v.name.empty() ? 0 : 0.8;
  }
}

// What a vessel is called above the place where those named `a` and `b` meet.
std::string above(const std::string& a, const std::string& b) {
  if (a.empty() || b.empty()) return a + b;
  const auto is = [&](const char* x, const char* y) {
    return (a == x && b == y) || (a == y && b == x);
  };
  if (is("posterior_tibial_artery", "peroneal_artery")) return "tibioperoneal_trunk";
  if (is("tibioperoneal_trunk", "anterior_tibial_artery") ||
      is("posterior_tibial_artery", "anterior_tibial_artery") ||
      is("peroneal_artery", "anterior_tibial_artery"))
    return "popliteal_artery";
  if (is("posterior_tibial_vein", "posterior_tibial_vein") ||
      is("peroneal_vein", "peroneal_vein") || is("posterior_tibial_vein", "peroneal_vein"))
    return "tibioperoneal_vein";
  if (is("tibioperoneal_vein", "tibioperoneal_vein") ||
      is("tibioperoneal_vein", "anterior_tibial_vein"))
    return "popliteal_vein";
  return a;
}

// How far a stretch and what leaves it run on.
double reach_mm(const std::vector<Stretch>& all, int index) {
  double beyond_mm = 0;
  for (const int child : children_of(all, index, false))
    beyond_mm = std::max(beyond_mm, reach_mm(all, child));
  return all[static_cast<std::size_t>(index)].length_mm() + beyond_mm;
}

// Veins that meet make a confluence where both are long, or of one size: tributaries are thin.
bool makes_confluence(const std::vector<Stretch>& all, int index) {
  const Stretch& s = all[static_cast<std::size_t>(index)];
  if (s.continues || reach_mm(all, index) >= confluence_mm) return true;
  if (s.artery() || s.length_mm() < short_confluence_mm) return false;
  const std::vector<int> beside = children_of(all, s.parent, true);
  return std::any_of(beside.begin(), beside.end(), [&](int n) {
    const Stretch& other = all[static_cast<std::size_t>(n)];
    return n != index && s.median_radius_mm() >= equal_share * other.median_radius_mm();
  });
}

// Works upwards: a stretch is named when all that leaves it is.
std::string name_upwards(std::vector<Stretch>& all, int index, const NamedLimb& limb,
                         std::optional<double> heel_mm) {
  Stretch& s = all[static_cast<std::size_t>(index)];
  if (!s.name.empty()) return s.name;
  std::string name;
  double confidence = 1;
  for (const int child : children_of(all, index, false)) {
    const std::string below = name_upwards(all, child, limb, heel_mm);
    const Stretch& c = all[static_cast<std::size_t>(child)];
    if (below.empty() || !makes_confluence(all, child)) continue;
    // What meets beside the ankle is no trunk: companions have bridges.
    const bool beside_ankle =
        heel_mm && limb.level(s.samples.back().position) < *heel_mm + trunk_above_heel_mm;
    if (name.empty()) {
      name = below;
    } else if (!beside_ankle) {
      name = above(name, below);
    }
    confidence = std::min(confidence, c.name_confidence);
  }
  s.name = name;
  s.name_confidence = name.empty() ? 0 : confidence;
  return name;
}

// A stretch without a name takes that of the vessel it continues.
void name_downwards(std::vector<Stretch>& all) {
  for (std::size_t n = 0; n < all.size(); ++n) {
    if (!all[n].name.empty() || !all[n].continues || all[n].parent < 0) continue;
    const Stretch& parent = all[static_cast<std::size_t>(all[n].parent)];
    if (parent.name == "tibioperoneal_vein" || parent.name == "tibioperoneal_trunk") continue;
    all[n].name = parent.name;
    all[n].name_confidence = parent.name_confidence;
  }
}

// The lower end of the tibioperoneal trunk, along the limb; nothing where it is not seen.
std::optional<double> fork_level(const std::vector<Stretch>& all, const NamedLimb& limb) {
  for (const Stretch& s : all)
    if (s.name == "tibioperoneal_trunk") return limb.level(s.samples.back().position);
  return std::nullopt;
}

// Where a pair of veins is seen to meet below the arteries' fork, the other pair meets, too: their
// trunks end side by side. Otherwise they meet no lower than the arteries part.
double meeting_level(const std::vector<Stretch>& all, const NamedLimb& limb, double fork_mm) {
  std::optional<double> highest_mm;
  for (std::size_t n = 0; n < all.size(); ++n) {
    if (all[n].name != "tibioperoneal_vein") continue;
    const std::vector<int> below = children_of(all, static_cast<int>(n), false);
    const bool is_end = std::none_of(below.begin(), below.end(), [&](int child) {
      const Stretch& c = all[static_cast<std::size_t>(child)];
      return c.continues && c.name == all[n].name;
    });
    const double level_mm = limb.level(all[n].samples.back().position);
    if (below.empty() || !is_end || level_mm > fork_mm || level_mm < fork_mm - meeting_below_mm)
      continue;
    highest_mm = std::max(highest_mm.value_or(level_mm), level_mm);
  }
  return highest_mm.value_or(fork_mm);
}

// What goes on beside the trunk is a vein of its own name, even where the other one of the two that
// make it is not seen.
void name_trunk_veins(std::vector<Stretch>& all, const NamedLimb& limb) {
  const std::optional<double> fork_mm = fork_level(all, limb);
  if (!fork_mm) return;
  const double meeting_mm = meeting_level(all, limb, *fork_mm);
  const std::size_t count = all.size();
  for (std::size_t n = 0; n < count; ++n) {
    if (all[n].name != names[peroneal].vein && all[n].name != names[posterior_tibial].vein)
      continue;
    const Samples& s = all[n].samples;
    // A trunk lies beside that of the arteries; what is seen from the fork on may be one of a pair.
    if (limb.level(s.front().position) < *fork_mm) continue;
    const auto below = std::find_if(s.begin(), s.end(), [&](const LumenSample& at) {
      return limb.level(at.position) < meeting_mm;
    });
    const auto sample = static_cast<std::size_t>(below - s.begin());
    if (0.5 * static_cast<double>(sample) < least_vein_mm) continue;
    if (below != s.end()) {
      const std::size_t lower = cut_before(all, n, sample);
      all[lower].name = all[n].name;
    }
    all[n].name = "tibioperoneal_vein";
  }
}

// Only the anterior tibial vessels leave the trunk's level forwards and to the side of the fibula,
// over the interosseous membrane; their artery need not be seen.
void name_veins_through_membrane(std::vector<Stretch>& all, const NamedLimb& limb) {
  const std::optional<double> fork_mm = fork_level(all, limb);
  if (!fork_mm || !limb.knows_side()) return;
  for (Stretch& v : all) {
    if (v.artery() || !v.name.empty() || v.length_mm() < least_vein_mm) continue;
    const Point3<Lps> start = v.samples.front().position;
    const Vector3<Lps> way = (v.samples.back().position - start).normalized();
    if (limb.level(start) < *fork_mm || limb.anterior(way) < least_forward_cosine ||
        limb.lateral(way) <= 0)
      continue;
    const bool before_all = std::all_of(all.begin(), all.end(), [&](const Stretch& a) {
      const auto d = a.artery() ? displacement(limb, a, v) : std::nullopt;
      return !d || (limb.anterior(*d) > 0 && limb.lateral(*d) > 0);
    });
    if (!before_all) continue;
    v.name = names[anterior_tibial].vein;
    v.name_confidence = 0.7;
  }
}

}  // namespace

void name_stretches(TracedVolume& volume, const LimbAxes& axes) {
  const NamedLimb limb(axes);
  std::vector<Stretch>& stretches = volume.stretches;
  const bool from_the_front = is_from_the_front(axes, volume.deep);
  const std::optional<double> heel_mm = from_the_front ? std::nullopt : heel_level(stretches, limb);
  name_around_heel(stretches, limb, heel_mm);
  name_arteries(stretches, limb, heel_mm.has_value());
  name_veins(stretches, limb, true);
  for (std::size_t n = 0; n < stretches.size(); ++n)
    name_upwards(stretches, static_cast<int>(n), limb, heel_mm);
  name_veins(stretches, limb, false);
  name_downwards(stretches);
  name_trunk_veins(stretches, limb);
  name_veins_through_membrane(stretches, limb);
  if (!from_the_front) name_plantar(stretches, limb, heel_mm);
}

}  // namespace imaging
