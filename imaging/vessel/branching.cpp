#include "imaging/vessel/branching.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

namespace imaging {
namespace {

constexpr double border_mm = 3.0;        // An end nearer to the volume's border just leaves it.
constexpr double reach_mm = 4.0;         // Between a branch's seen end and its parent's wall.
constexpr double break_mm = 15.0;        // Longest break that is bridged: a plaque's shadow.
constexpr double break_angle_cos = 0.8;  // 37 degrees: vessels do not turn sharply in a shadow.
constexpr double kink_cos = 0.2;         // Where the two ends touch, a sharp bend is seen.
constexpr double run_alongside_mm = 12;  // A branch may run beside its parent before it shows.
constexpr double branch_mm = 15.0;       // A shorter side branch does not cut its parent.
constexpr double stub_mm = 5.0;          // Nor does one at the very end.

using Samples = std::vector<LumenSample>;

double length_of(const Samples& s) {
  double sum = 0;
  for (std::size_t n = 1; n < s.size(); ++n) sum += distance(s[n - 1].position, s[n].position);
  return sum;
}

void reverse(MeasuredTrack& t) {
  std::reverse(t.samples.begin(), t.samples.end());
  for (LumenSample& s : t.samples) s.axis = -s.axis;
  std::swap(t.from_track, t.to_track);
}

// Direction in which the vessel leaves at an end, over its last 5 mm.
Vector3<Lps> outward(const Samples& s, bool last) {
  const std::size_t span = std::min<std::size_t>(10, s.size() - 1);
  return last ? (s.back().position - s[s.size() - 1 - span].position).normalized()
              : (s.front().position - s[span].position).normalized();
}

std::pair<std::size_t, double> nearest_sample(const Samples& s, const Point3<Lps>& p) {
  std::pair<std::size_t, double> best{0, std::numeric_limits<double>::infinity()};
  for (std::size_t n = 0; n < s.size(); ++n) {
    const double d = distance(s[n].position, p);
    if (d < best.second) best = {n, d};
  }
  return best;
}

// Samples every 0.5 mm between two ends, not seen.
Samples bridge(const LumenSample& a, const LumenSample& b) {
  Samples out;
  const double gap_mm = distance(a.position, b.position);
  const int steps = static_cast<int>(gap_mm / 0.5);
  for (int n = 1; n < steps; ++n) {
    const double t = static_cast<double>(n) / steps;
    LumenSample s = t < 0.5 ? a : b;
    s.position = lerp(a.position, b.position, t);
    s.axis = (b.position - a.position).normalized();
    s.radius_mm = std::lerp(a.radius_mm, b.radius_mm, t);
    s.seen = false;
    s.lumen_db = s.wall_db = s.velocity_cm_s = s.colour_fraction = s.valve_confidence = 0;
    out.push_back(s);
  }
  return out;
}

// Joins tracks end to end where one goes on as the other after a short break.
void join_breaks(std::vector<MeasuredTrack>& tracks) {
  for (;;) {
    double best_mm = break_mm;
    std::size_t best_a = 0, best_b = 0;
    for (std::size_t a = 0; a < tracks.size(); ++a)
      for (std::size_t b = 0; b < tracks.size(); ++b) {
        if (a == b || tracks[a].samples.empty() || tracks[b].samples.empty()) continue;
        const int to = tracks[a].to_track, from = tracks[b].from_track;
        if (to >= 0 && to != static_cast<int>(b)) continue;
        if (from >= 0 && from != static_cast<int>(a)) continue;
        if ((tracks[a].artery_probability >= 0.5) != (tracks[b].artery_probability >= 0.5))
          continue;
        const Samples &sa = tracks[a].samples, &sb = tracks[b].samples;
        const Vector3<Lps> gap = sb.front().position - sa.back().position;
        if (gap.norm() >= best_mm) continue;
        // Ends that meet, or overlap a little, go on in their own direction.
        const bool meet = gap.norm() < sa.back().radius_mm + sb.front().radius_mm;
        const Vector3<Lps> way = meet ? outward(sa, true) : gap.normalized();
        const double least_cos = meet ? kink_cos : break_angle_cos;
        if (outward(sa, true).dot(way) < least_cos || outward(sb, false).dot(-way) < least_cos)
          continue;
        best_mm = gap.norm();
        best_a = a;
        best_b = b;
      }
    if (best_mm >= break_mm) return;
    MeasuredTrack &a = tracks[best_a], &b = tracks[best_b];
    const Samples between = bridge(a.samples.back(), b.samples.front());
    const double la = static_cast<double>(a.samples.size()),
                 lb = static_cast<double>(b.samples.size());
    a.artery_probability = (la * a.artery_probability + lb * b.artery_probability) / (la + lb);
    a.samples.insert(a.samples.end(), between.begin(), between.end());
    a.samples.insert(a.samples.end(), b.samples.begin(), b.samples.end());
    a.to_track = b.to_track;
    b.samples.clear();
    for (MeasuredTrack& t : tracks) {
      if (t.from_track == static_cast<int>(best_b)) t.from_track = static_cast<int>(best_a);
      if (t.to_track == static_cast<int>(best_b)) t.to_track = static_cast<int>(best_a);
    }
  }
}

struct Attachment {
  int track = -1;
  std::size_t sample = 0;
};

// Where the proximal end of track `child` leaves another vessel of its kind.
Attachment attach(const std::vector<MeasuredTrack>& tracks, std::size_t child, const Grid& grid) {
  const MeasuredTrack& c = tracks[child];
  const LumenSample& end = c.samples.front();
  const Vector3<Lps> out = outward(c.samples, false);
  Attachment best;
  double best_mm = std::numeric_limits<double>::infinity();
  for (std::size_t p = 0; p < tracks.size(); ++p) {
    if (p == child || tracks[p].samples.empty()) continue;
    if ((tracks[p].artery_probability >= 0.5) != (c.artery_probability >= 0.5)) continue;
    const auto [sample, d] = nearest_sample(tracks[p].samples, end.position);
    const LumenSample& on = tracks[p].samples[sample];
    const bool touches = c.from_track == static_cast<int>(p);
    const bool near =
        d <= on.radius_mm + reach_mm && (d <= on.radius_mm + end.radius_mm ||
                                         out.dot((on.position - end.position).normalized()) > 0.5);
    if (!touches && (!near || !grid.contains(end.position, border_mm))) continue;
    const double rank_mm = touches ? 0.5 * d : d;
    if (rank_mm >= best_mm) continue;
    best_mm = rank_mm;
    best = {static_cast<int>(p), sample};
  }
  return best;
}

// The branch shows only where it has left its parent's wall. Its course, drawn on backwards, meets
// the parent's axis farther up: the sample from `from` upwards that lies nearest to that line.
std::size_t true_origin(const Samples& parent, std::size_t from, const Samples& child) {
  const Point3<Lps> end = child.front().position;
  const std::size_t span = std::min<std::size_t>(16, child.size() - 1);
  const Vector3<Lps> back = (end - child[span].position).normalized();
  std::size_t best = from;
  double best_mm = std::numeric_limits<double>::infinity();
  for (std::size_t n = from;; --n) {
    const Vector3<Lps> to = parent[n].position - end;
    const double along = to.dot(back);
    if (along > run_alongside_mm) break;
    const double off = (to - back * std::max(0.0, along)).norm();
    if (off < best_mm) {
      best_mm = off;
      best = n;
    }
    if (n == 0) break;
  }
  return best;
}

// No track may hang from its own descendant.
bool descends(const std::vector<Attachment>& attachments, int from, int ancestor) {
  for (int n = 0; from >= 0 && n <= static_cast<int>(attachments.size()); ++n) {
    if (from == ancestor) return true;
    from = attachments[static_cast<std::size_t>(from)].track;
  }
  return false;
}

}  // namespace

double Stretch::length_mm() const { return length_of(samples); }

double Stretch::median_radius_mm() const {
  std::vector<double> radii;
  for (const LumenSample& s : samples)
    if (s.seen) radii.push_back(s.radius_mm);
  if (radii.empty()) return 0;
  std::nth_element(radii.begin(), radii.begin() + static_cast<long>(radii.size() / 2), radii.end());
  return radii[radii.size() / 2];
}

double median_distance_mm(const Stretch& a, const Stretch& b) {
  std::vector<double> distances;
  for (const LumenSample& s : a.samples) {
    const auto [n, d] = nearest_sample(b.samples, s.position);
    if ((n == 0 || n + 1 == b.samples.size()) && d > 2) {
      // Beyond the end of b, unless the line to it is across.
      if (std::abs((s.position - b.samples[n].position).normalized().dot(b.samples[n].axis)) > 0.3)
        continue;
    }
    distances.push_back(d);
  }
  if (distances.size() < 10) return std::numeric_limits<double>::infinity();
  const auto middle = distances.begin() + static_cast<long>(distances.size() / 2);
  std::nth_element(distances.begin(), middle, distances.end());
  return *middle;
}

std::vector<Stretch> branch_out(std::vector<MeasuredTrack> tracks, const Grid& grid,
                                const Vector3<Lps>& superior, int volume) {
  for (MeasuredTrack& t : tracks)
    if (!t.samples.empty() &&
        (t.samples.front().position - t.samples.back().position).dot(superior) < 0)
      reverse(t);
  join_breaks(tracks);

  std::vector<Attachment> attachments(tracks.size());
  for (std::size_t n = 0; n < tracks.size(); ++n) {
    if (tracks[n].samples.empty()) continue;
    Attachment a = attach(tracks, n, grid);
    if (a.track < 0 || descends(attachments, a.track, static_cast<int>(n))) continue;
    a.sample =
        true_origin(tracks[static_cast<std::size_t>(a.track)].samples, a.sample, tracks[n].samples);
    attachments[n] = a;
  }

  // Where each track is cut.
  std::vector<std::vector<std::size_t>> cuts(tracks.size());
  for (std::size_t n = 0; n < tracks.size(); ++n) {
    const Attachment& a = attachments[n];
    if (a.track < 0 || length_of(tracks[n].samples) < branch_mm) continue;
    const auto p = static_cast<std::size_t>(a.track);
    const auto stub = static_cast<std::size_t>(stub_mm / 0.5);
    if (a.sample < stub || a.sample + stub >= tracks[p].samples.size()) continue;
    cuts[p].push_back(a.sample);
  }
  std::vector<Stretch> stretches;
  std::vector<std::vector<std::pair<std::size_t, int>>> parts(
      tracks.size());  // First sample, index.
  for (std::size_t n = 0; n < tracks.size(); ++n) {
    if (tracks[n].samples.size() < 2) continue;
    std::vector<std::size_t>& at = cuts[n];
    std::sort(at.begin(), at.end());
    at.erase(
        std::unique(at.begin(), at.end(), [](std::size_t a, std::size_t b) { return b < a + 4; }),
        at.end());
    std::size_t first = 0;
    for (std::size_t c = 0; c <= at.size(); ++c) {
      const std::size_t last = c < at.size() ? at[c] : tracks[n].samples.size() - 1;
      Stretch s;
      s.samples.assign(tracks[n].samples.begin() + static_cast<long>(first),
                       tracks[n].samples.begin() + static_cast<long>(last) + 1);
      s.artery_probability = tracks[n].artery_probability;
      s.volume = volume;
      s.continues = c > 0;
      if (c > 0) s.parent = parts[n].back().second;
      parts[n].push_back({first, static_cast<int>(stretches.size())});
      stretches.push_back(std::move(s));
      first = last;
    }
  }
  for (std::size_t n = 0; n < tracks.size(); ++n) {
    const Attachment& a = attachments[n];
    if (a.track < 0 || parts[n].empty()) continue;
    const auto p = static_cast<std::size_t>(a.track);
    Stretch& child = stretches[static_cast<std::size_t>(parts[n].front().second)];
    for (const auto& [first, index] : parts[p])
      if (first < a.sample || first == 0) child.parent = index;
    const LumenSample& on = tracks[p].samples[a.sample];
    if (distance(on.position, child.samples.front().position) > 0.25) {
      LumenSample start = child.samples.front();
      start.position = on.position;
      start.valve_confidence = 0;
      start.seen = true;
      const Samples between = bridge(start, child.samples.front());
      child.samples.insert(child.samples.begin(), between.begin(), between.end());
      child.samples.insert(child.samples.begin(), start);
    }
  }
  return stretches;
}

}  // namespace imaging
