#include "imaging/vessel/names.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>

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

constexpr double main_artery_mm = 20;  // A shorter stretch does not take part in the matching.
// Where the heel is seen, the other bundles have ended or lie far off: only a long artery is one.
constexpr double side_branch_share = 0.5;  // Of its parent's radius.
constexpr double beside_heel_mm = 60;
constexpr double least_vein_mm = 8;
constexpr double companion_mm = 12;        // Veins lie within this of the artery they go with.
constexpr double companion_spread_mm = 3;  // Of their distance from it.
constexpr double superficial_mm = 20;      // Veins under the skin stay farther from every artery.
constexpr double confluence_mm = 25;       // Shorter tributaries do not make a confluence.
constexpr double plantar_mm = 15;          // Least length beyond the heel.
constexpr double malleolar_swing_mm = 4;   // Backwards, on the way down to the heel.
constexpr double one_heel_mm = 15;         // The bundle's vessels turn within this of each other.
constexpr double short_break_mm = 8;  // A piece that begins this near to an end goes on from it.
constexpr double least_onward_cosine = 0.7;  // And in its direction.

using Samples = std::vector<LumenSample>;

class Limb {
 public:
  explicit Limb(const LimbAxes& axes) : axes_(axes) {}
  const LimbAxes& axes() const { return axes_; }
  bool knows_side() const { return axes_.lateral.norm() > 0; }
  double lateral(const Vector3<Lps>& v) const { return axes_.lateral.dot(v); }
  double anterior(const Vector3<Lps>& v) const { return axes_.anterior.dot(v); }
  double superior(const Vector3<Lps>& v) const { return axes_.superior.dot(v); }
  // How far back, and how far up, a place lies.
  double back(const Point3<Lps>& p) const { return -anterior(p - Point3<Lps>{}); }
  double level(const Point3<Lps>& p) const { return superior(p - Point3<Lps>{}); }

 private:
  LimbAxes axes_;
};

std::vector<int> children_of(const std::vector<Stretch>& all, int parent, bool main_only) {
  std::vector<int> found;
  for (std::size_t n = 0; n < all.size(); ++n)
    if (all[n].parent == parent && (!main_only || all[n].length_mm() >= main_artery_mm))
      found.push_back(static_cast<int>(n));
  return found;
}

// The mean displacement from a to b at levels that both pass; nothing when they share under 5 mm.
std::optional<Vector3<Lps>> displacement(const Limb& limb, const Stretch& a, const Stretch& b) {
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

double displacement_cost(const Limb& limb, const Vector3<Lps>& d, Bundle a, Bundle b) {
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
Matching match_bundles(const std::vector<Stretch>& candidates, const Limb& limb,
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
  if (s.parent < 0 || s.continues) return false;
  return s.median_radius_mm() <
         side_branch_share * all[static_cast<std::size_t>(s.parent)].median_radius_mm();
}

// Nothing but side branches leaves it: below it there is no other stretch of its bundle.
bool is_lowest(const std::vector<Stretch>& all, int index) {
  const std::vector<int> below = children_of(all, index, true);
  return std::all_of(below.begin(), below.end(), [&](int n) { return is_side_branch(all, n); });
}

// Arteries without main branches below them are matched; what lies above follows from them.
void name_arteries(std::vector<Stretch>& all, const Limb& limb) {
  const bool heel_seen = std::any_of(all.begin(), all.end(), [](const Stretch& s) {
    return s.name == names[posterior_tibial].artery;
  });
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
void name_veins(std::vector<Stretch>& all, const Limb& limb, bool leaves_only) {
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

// Works upwards: a stretch is named when all that leaves it is.
std::string name_upwards(std::vector<Stretch>& all, int index) {
  Stretch& s = all[static_cast<std::size_t>(index)];
  if (!s.name.empty()) return s.name;
  std::string name;
  double confidence = 1;
  for (const int child : children_of(all, index, false)) {
    const std::string below = name_upwards(all, child);
    const Stretch& c = all[static_cast<std::size_t>(child)];
    if (below.empty() || (!c.continues && c.length_mm() < confluence_mm)) continue;
    name = name.empty() ? below : above(name, below);
    confidence = std::min(confidence, c.name_confidence);
  }
  s.name = name;
  s.name_confidence = name.empty() ? 0 : confidence;
  return name;
}

// The foremost place from the top of the limb down to the start of a stretch.
double foremost_above(const std::vector<Stretch>& all, int index, const Limb& limb) {
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
std::optional<std::size_t> heel_turn(const std::vector<Stretch>& all, int index, const Limb& limb,
                                     bool loose_piece, std::optional<double> heel_mm) {
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

bool ends(const std::vector<Stretch>& all, std::size_t n) {
  return children_of(all, static_cast<int>(n), true).empty();
}

// The level at which vessels turn around the heel; nothing where none is seen to.
std::optional<double> heel_level(const std::vector<Stretch>& all, const Limb& limb) {
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

// What turns forward behind the heel belongs to the posterior tibial bundle. Where one vessel is
// seen to do so, pieces beside it that begin at the turn do too.
void name_around_heel(std::vector<Stretch>& all, const Limb& limb, std::optional<double> heel_mm) {
  if (!heel_mm) return;
  for (std::size_t n = 0; n < all.size(); ++n) {
    Stretch& s = all[n];
    if (!s.name.empty() || !ends(all, n)) continue;
    const bool seen = heel_turn(all, static_cast<int>(n), limb, false, heel_mm).has_value();
    if (!seen && !heel_turn(all, static_cast<int>(n), limb, s.parent < 0, heel_mm)) continue;
    s.name = s.artery() ? names[posterior_tibial].artery : names[posterior_tibial].vein;
    s.name_confidence = seen ? 0.8 : 0.6;
  }
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

// Where a vessel passes by the start of a plantar one and runs on, forwards, for long enough.
std::optional<std::size_t> passes(const Samples& samples, const Point3<Lps>& start,
                                  const Limb& limb) {
  const auto beside = std::min_element(
      samples.begin(), samples.end(), [&](const LumenSample& s, const LumenSample& t) {
        return distance(s.position, start) < distance(t.position, start);
      });
  if (distance(beside->position, start) > companion_mm) return std::nullopt;
  const Vector3<Lps> way = samples.back().position - beside->position;
  if (way.norm() < plantar_mm || limb.anterior(way) <= 0) return std::nullopt;
  return static_cast<std::size_t>(beside - samples.begin());
}

// Names those of one kind that run into the sole, cutting stretches at the heel: where they turn,
// or beside one of `starts`, if they come by there before. Gives back where they were cut.
std::vector<Point3<Lps>> name_soles(std::vector<Stretch>& all, const Limb& limb,
                                    std::optional<double> heel_mm, bool arteries,
                                    const std::vector<Point3<Lps>>& starts) {
  std::vector<Point3<Lps>> cuts;
  const std::size_t count = all.size();
  const std::string above =
      arteries ? names[posterior_tibial].artery : names[posterior_tibial].vein;
  for (std::size_t n = 0; n < count; ++n) {
    if (all[n].artery() != arteries || all[n].name != above || !ends(all, n)) continue;
    auto turn = heel_turn(all, static_cast<int>(n), limb, all[n].parent < 0, heel_mm);
    for (const Point3<Lps>& start : starts)
      if (const auto beside = passes(all[n].samples, start, limb))
        turn = std::min(turn.value_or(*beside), *beside);
    if (!turn) continue;
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
    Stretch sole = all[n];
    sole.samples.erase(sole.samples.begin(), sole.samples.begin() + static_cast<long>(*turn));
    sole.name = kept;
    sole.name_confidence = confidence;
    sole.parent = static_cast<int>(n);
    sole.continues = true;
    all[n].samples.resize(*turn + 1);
    const auto index = static_cast<int>(all.size());
    for (std::size_t c = 0; c < count; ++c) {
      if (all[c].parent != static_cast<int>(n)) continue;
      const Point3<Lps> start = all[c].samples.front().position;
      if (distance(start, all[n].samples.back().position) >
          distance(start, sole.samples[sole.samples.size() / 2].position))
        all[c].parent = index;
    }
    all.push_back(std::move(sole));
  }
  return cuts;
}

// Veins have the names of the arteries that they go with, and change them where those do.
void name_plantar(std::vector<Stretch>& all, const Limb& limb, std::optional<double> heel_mm) {
  const std::vector<Point3<Lps>> forks = name_soles(all, limb, heel_mm, true, {});
  name_soles(all, limb, heel_mm, false, forks);
}

}  // namespace

void name_stretches(TracedVolume& volume, const LimbAxes& axes) {
  const Limb limb(axes);
  std::vector<Stretch>& stretches = volume.stretches;
  const bool from_the_front = is_from_the_front(axes, volume.deep);
  const std::optional<double> heel_mm = from_the_front ? std::nullopt : heel_level(stretches, limb);
  name_around_heel(stretches, limb, heel_mm);
  name_arteries(stretches, limb);
  name_veins(stretches, limb, true);
  for (std::size_t n = 0; n < stretches.size(); ++n) name_upwards(stretches, static_cast<int>(n));
  name_veins(stretches, limb, false);
  name_downwards(stretches);
  if (!from_the_front) name_plantar(stretches, limb, heel_mm);
}

}  // namespace imaging
