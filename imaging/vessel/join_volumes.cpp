#include "imaging/vessel/join_volumes.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>

namespace imaging {
namespace {

constexpr double between_volumes_step_mm = 5;  // Enough for a straight guess.
constexpr double overlap_mm = 3;               // Two lines side by side for longer are two vessels.
constexpr double least_vessel_mm = 5;
// The probability that a vessel is where a kept trace says, by how clear the section shows it.
constexpr double open_in_doubt = 0.92, open_clear = 0.99;
constexpr double walls_in_doubt = 0.78, walls_clear = 0.95;

// Veins that go two to an artery; the wider is number 1.
constexpr std::array paired{"posterior_tibial_vein", "peroneal_vein", "anterior_tibial_vein",
                            "tibioperoneal_vein"};

struct Line {
  std::vector<LumenSample> samples;
  std::string name;  // With its number.
  double name_confidence = 0;
  double artery_probability = 0.5;
  int volume = 0;
  int parent = -1;  // Line.
  bool artery() const { return artery_probability >= 0.5; }
  double top() const { return samples.front().position.z; }
  double bottom() const { return samples.back().position.z; }
  double mean_radius_mm() const {
    double sum = 0;
    for (const LumenSample& s : samples) sum += s.radius_mm;
    return sum / static_cast<double>(samples.size());
  }
};

std::vector<Line> lines_of(const std::vector<std::vector<Stretch>>& volumes) {
  std::vector<Line> lines;
  for (const std::vector<Stretch>& stretches : volumes) {
    std::vector<int> line_of(stretches.size(), -1);
    for (std::size_t n = 0; n < stretches.size(); ++n) {
      const Stretch& s = stretches[n];
      const auto p = static_cast<std::size_t>(s.parent);
      if (s.continues && s.parent >= 0 && line_of[p] >= 0 && stretches[p].name == s.name) {
        Line& line = lines[static_cast<std::size_t>(line_of[p])];
        line.samples.insert(line.samples.end(), s.samples.begin() + 1, s.samples.end());
        line_of[n] = line_of[p];
        continue;
      }
      line_of[n] = static_cast<int>(lines.size());
      lines.push_back({s.samples, s.name, s.name_confidence, s.artery_probability, s.volume, -1});
    }
    for (std::size_t n = 0; n < stretches.size(); ++n) {
      Line& line = lines[static_cast<std::size_t>(line_of[n])];
      const int p = stretches[n].parent;
      if (p < 0 || line.parent >= 0) continue;
      const int parent_line = line_of[static_cast<std::size_t>(p)];
      if (parent_line != line_of[n]) line.parent = parent_line;
    }
  }
  return lines;
}

const LumenSample& at_level(const Line& line, double z) {
  return *std::min_element(line.samples.begin(), line.samples.end(),
                           [&](const LumenSample& p, const LumenSample& q) {
                             return std::abs(p.position.z - z) < std::abs(q.position.z - z);
                           });
}

// Two lines inside one lumen are one vessel, traced twice where one trace ends and the next begins.
bool overlap(const Line& a, const Line& b) {
  const double top = std::min(a.top(), b.top()), bottom = std::max(a.bottom(), b.bottom());
  if (top - bottom <= overlap_mm) return false;
  const LumenSample &p = at_level(a, 0.5 * (top + bottom)), &q = at_level(b, 0.5 * (top + bottom));
  return distance(p.position, q.position) > std::max(p.radius_mm, q.radius_mm);
}

// Which of the numbers 1 and 2 each vein of one pair has. Veins on top of each other in one volume
// are pieces of one vein.
void number_pair(std::vector<Line>& lines, std::vector<std::size_t> members,
                 const std::string& base) {
  std::stable_sort(members.begin(), members.end(), [&](std::size_t a, std::size_t b) {
    return lines[a].mean_radius_mm() * (lines[a].top() - lines[a].bottom()) >
           lines[b].mean_radius_mm() * (lines[b].top() - lines[b].bottom());
  });
  std::array<std::vector<std::size_t>, 2> taken;
  for (const std::size_t m : members) {
    lines[m].name.clear();
    for (std::size_t number = 0; number < 2; ++number) {
      const bool free = std::none_of(taken[number].begin(), taken[number].end(),
                                     [&](std::size_t t) { return overlap(lines[t], lines[m]); });
      if (!free) continue;
      taken[number].push_back(m);
      lines[m].name = base + "_" + std::to_string(number + 1);
      break;
    }
    if (lines[m].name.empty()) lines[m].name_confidence = 0;
  }
}

const Line* find(const std::vector<Line>& lines, int volume, const std::string& name, bool lowest) {
  const Line* found = nullptr;
  for (const Line& l : lines) {
    if (l.volume != volume || l.name != name) continue;
    if (!found || (lowest ? l.bottom() < found->bottom() : l.top() > found->top())) found = &l;
  }
  return found;
}

// The way of a line over its last (first) centimetre, downwards.
Vector3<Lps> way_at(const Line& line, bool end) {
  const auto& s = line.samples;
  const std::size_t span = std::min<std::size_t>(20, s.size() - 1);
  const std::size_t from = end ? s.size() - 1 - span : 0;
  return (s[from + span].position - s[from].position).normalized();
}

// Of the centimetre at one end.
double radius_at(const Line& line, bool end) {
  const auto& s = line.samples;
  const std::size_t count = std::min<std::size_t>(20, s.size());
  double sum = 0;
  for (std::size_t n = 0; n < count; ++n) sum += s[end ? s.size() - 1 - n : n].radius_mm;
  return sum / static_cast<double>(count);
}

// How unlike one vein's end above and another's start below are, in deviations squared: a vein goes
// on where its way led, seen from the artery as long as that is known, in its own direction and of
// its own width. The farther apart, the less its way tells.
class Continuity {
 public:
  // The artery's lines may be null.
  Continuity(const Line* artery_above, const Line* artery_below)
      : above_(artery_above), below_(artery_below) {}

  double cost(const Line& above, const Line& below) const {
    constexpr double place_mm = 1.5, place_share = 0.1, turn = 0.25, turn_per_mm = 0.01;
    constexpr double width = 0.25;
    constexpr double straight_mm = 25;  // Farther on a way is not known to lead.
    const Point3<Lps> end = above.samples.back().position, start = below.samples.front().position;
    Vector3<Lps> gap = start - end, way = way_at(above, true), new_way = way_at(below, false);
    const double gap_mm = gap.norm();
    if (above_ && below_) {
      gap = gap - (below_->samples.front().position - above_->samples.back().position);
      way = way - way_at(*above_, true);
      new_way = new_way - way_at(*below_, false);
    }
    const double drop_mm = std::min(straight_mm, std::max(0.0, end.z - start.z));
    const Vector3<Lps> off = gap - way * drop_mm;
    const double place = std::hypot(off.x, off.y) / (place_mm + place_share * gap_mm);
    const double bend = (new_way - way).norm() / (turn + turn_per_mm * gap_mm);
    const double size = std::log(radius_at(below, false) / radius_at(above, true)) / width;
    return place * place + bend * bend + size * size;
  }

 private:
  const Line *above_, *below_;
};

// Whether the numbers of a pair in `below` fit better to those above when swapped. One vein alone
// goes on as the likelier of the two.
bool should_swap(const std::vector<Line>& lines, int above, int below, const std::string& base,
                 const std::string& artery) {
  const Line* a1 = find(lines, above, base + "_1", true);
  const Line* a2 = find(lines, above, base + "_2", true);
  const Line* b1 = find(lines, below, base + "_1", false);
  const Line* b2 = find(lines, below, base + "_2", false);
  const Continuity continuity(find(lines, above, artery, true), find(lines, below, artery, false));
  const auto cost = [&](const Line* a, const Line* b) {
    return a && b ? continuity.cost(*a, *b) : 0.0;
  };
  if ((!a1 || !a2) && (!b1 || !b2)) return false;  // Nothing to choose from.
  return cost(a1, b2) + cost(a2, b1) < cost(a1, b1) + cost(a2, b2);
}

void number_pairs(std::vector<Line>& lines, int volume_count) {
  for (const char* base : paired) {
    const std::string artery = std::string(base).substr(0, std::string(base).size() - 4) + "artery";
    int above = -1;
    for (int volume = 0; volume < volume_count; ++volume) {
      std::vector<std::size_t> members;
      for (std::size_t n = 0; n < lines.size(); ++n)
        if (lines[n].volume == volume && lines[n].name == base) members.push_back(n);
      if (members.empty()) continue;
      number_pair(lines, members, base);
      const std::string one = base + std::string("_1"), two = base + std::string("_2");
      if (above >= 0 && should_swap(lines, above, volume, base, artery))
        for (const std::size_t m : members) {
          if (lines[m].name == one) {
            lines[m].name = two;
          } else if (lines[m].name == two) {
            lines[m].name = one;
          }
        }
      above = volume;
    }
  }
}

// A stretch that was kept has shown itself along its whole length already (or is a short gap of
// one), so one section that shows nothing makes it little less likely. What remains in doubt are
// walls without a lumen. Shares that `bench accuracy` finds among sections in doubt and among clear
// ones.
double confidence_of(const LumenSample& s) {
  // 6 dB is what chance may find in one section; each 2 dB more makes a vessel e times likelier.
  const double seen_db = std::max(s.lumen_db, s.wall_db);
  const double clear = s.seen ? std::max(0.5, 1 / (1 + std::exp(-(seen_db - 6) / 2))) : 0.5;
  return s.open ? std::lerp(open_in_doubt, open_clear, 2 * clear - 1)
                : std::lerp(walls_in_doubt, walls_clear, 2 * clear - 1);
}

CenterlineSample to_core(const LumenSample& s) {
  return {.position = s.position,
          .radius_mm = std::max(0.1, s.radius_mm),
          .radius_sd_mm = s.radius_sd_mm,
          .confidence = confidence_of(s),
          .open = s.open,
          .calcification_arc_deg = s.calcification_arc_deg,
          .velocity_cm_s = s.velocity_cm_s,
          .centre_sd_mm = s.centre_sd_mm,
          .aspect = s.open ? s.aspect : 1,
          .long_axis = s.long_axis,
          .valve_confidence = s.valve_confidence};
}

constexpr double sag_share = 0.35 / 8;  // Of the chord: an eighth of the turn in radians.

// Appends a lower piece of the same vessel, with a straight guess between.
void append(std::vector<CenterlineSample>& line, const std::vector<CenterlineSample>& piece) {
  if (line.empty()) {
    line = piece;
    return;
  }
  std::size_t first = 0;
  while (first < piece.size() && piece[first].position.z > line.back().position.z) ++first;
  if (first == piece.size()) return;
  const CenterlineSample a = line.back(), b = piece[first];
  const int steps = static_cast<int>(distance(a.position, b.position) / between_volumes_step_mm);
  for (int n = 1; n < steps; ++n) {
    const double t = static_cast<double>(n) / steps;
    CenterlineSample s = t < 0.5 ? a : b;
    s.position = lerp(a.position, b.position, t);
    s.radius_mm = std::lerp(a.radius_mm, b.radius_mm, t);
    s.radius_sd_mm = 0.5 * s.radius_mm;
    // A vessel that turns by 20 degrees on its way lies this far beside the chord.
    s.centre_sd_mm =
        std::hypot(s.centre_sd_mm, 4 * t * (1 - t) * sag_share * distance(a.position, b.position));
    s.confidence = unseen_confidence;
    s.calcification_arc_deg = 0;
    s.velocity_cm_s = 0;
    s.valve_confidence = 0;
    line.push_back(s);
  }
  line.insert(line.end(), piece.begin() + static_cast<long>(first), piece.end());
}

std::vector<CenterlineSample> without_repeats(const std::vector<CenterlineSample>& samples) {
  std::vector<CenterlineSample> out;
  for (const CenterlineSample& s : samples)
    if (out.empty() || distance(out.back().position, s.position) > 1e-6) out.push_back(s);
  return out;
}

}  // namespace

Result<VesselTree> join_volumes(const std::vector<std::vector<Stretch>>& volumes, Side side) {
  std::vector<Line> lines = lines_of(volumes);
  number_pairs(lines, static_cast<int>(volumes.size()));

  // Longest first, so that of two lines that claim one name at one level the longer keeps it.
  std::vector<std::size_t> order(lines.size());
  for (std::size_t n = 0; n < order.size(); ++n) order[n] = n;
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return lines[a].samples.size() > lines[b].samples.size();
  });
  std::map<std::string, std::vector<std::size_t>> pieces;
  int unnamed = 0;
  std::vector<std::string> id_of(lines.size());
  for (const std::size_t n : order) {
    Line& line = lines[n];
    if (line.samples.size() < 2 || static_cast<double>(line.samples.size()) * 0.5 < least_vessel_mm)
      continue;
    if (!line.name.empty()) {
      auto& same = pieces[line.name];
      if (std::any_of(same.begin(), same.end(),
                      [&](std::size_t m) { return overlap(lines[m], line); }))
        line.name.clear();
    }
    id_of[n] = line.name.empty()
                   ? std::string(line.artery() ? "unnamed_artery_" : "unnamed_vein_") +
                         std::to_string(++unnamed)
                   : line.name;
    pieces[id_of[n]].push_back(n);
  }

  std::vector<Vessel> vessels;
  for (auto& [id, members] : pieces) {
    if (members.empty()) continue;
    std::sort(members.begin(), members.end(),
              [&](std::size_t a, std::size_t b) { return lines[a].top() > lines[b].top(); });
    const Line& upper = lines[members.front()];
    std::vector<CenterlineSample> samples;
    double name_confidence = 1, artery_probability = 0;
    for (const std::size_t m : members) {
      std::vector<CenterlineSample> piece;
      for (const LumenSample& s : lines[m].samples) piece.push_back(to_core(s));
      append(samples, piece);
      name_confidence = std::min(name_confidence, lines[m].name_confidence);
      artery_probability += lines[m].artery_probability / static_cast<double>(members.size());
    }
    auto line = Centerline::make(without_repeats(samples));
    if (!line) continue;
    const bool artery = artery_probability >= 0.5;
    std::optional<std::string> parent;
    if (upper.parent >= 0) {
      const std::string& above = id_of[static_cast<std::size_t>(upper.parent)];
      if (!above.empty() && above != id) parent = above;
    }
    vessels.push_back(
        {.id = id,
         .name = upper.name.empty() ? (artery ? "unnamed_artery" : "unnamed_vein") : upper.name,
         .kind = artery ? VesselKind::Artery : VesselKind::Vein,
         .kind_confidence = artery ? artery_probability : 1 - artery_probability,
         .name_confidence = upper.name.empty() ? 0 : name_confidence,
         .parent = parent,
         .line = std::move(*line)});
  }
  // A parent that was too short to keep, or a circle that joining closed, is no parent.
  for (Vessel& v : vessels) {
    std::vector<std::string> seen{v.id};
    for (const Vessel* at = &v; at && at->parent;) {
      const auto p = std::find_if(vessels.begin(), vessels.end(),
                                  [&](const Vessel& other) { return other.id == *at->parent; });
      if (p == vessels.end() || std::find(seen.begin(), seen.end(), p->id) != seen.end()) {
        v.parent.reset();
        break;
      }
      seen.push_back(p->id);
      at = &*p;
    }
  }
  return VesselTree::make(side, std::move(vessels));
}

}  // namespace imaging
