#include "imaging/vessel/angiogram_measure.h"

#include <tbb/parallel_for.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include "imaging/core/geometry.h"

namespace imaging {
namespace {

// A vessel that loses more than half of its calibre at once is a branch, not the same vessel.
constexpr double least_calibre_ratio = 0.5;
constexpr double through_fork_deg = 50, across_gap_deg = 35;
// Over this much of its end a branch's direction is taken, px: shorter is noise, longer misses
// bends.
constexpr double direction_reach_px = 12;
constexpr double border_px = 10;
// Where a vessel ends and a collateral leaves its stump, both at once: it turns, and loses width
// for good. One that runs on does one of them at most, unless it loses more than half.
constexpr double stump_turn_deg = 30, stump_calibre_ratio = 0.7;

double ratio_of(double p, double q) { return std::min(p, q) / std::max(p, q); }

struct Direction {
  double x = 0, y = 0;
};

// One end of a branch.
struct End {
  std::size_t branch = 0;
  bool at_back = false;
  bool operator==(const End&) const = default;
};

class Ends {
 public:
  explicit Ends(const AngioTree& tree) : tree_(tree), partner_(2 * tree.branches.size()) {}

  Point2 place(End e) const {
    const auto& s = tree_.branches[e.branch].samples;
    return (e.at_back ? s.back() : s.front()).position;
  }
  // Unit, outwards.
  Direction outwards(End e) const {
    const auto& s = tree_.branches[e.branch].samples;
    const Point2 end = place(e);
    Point2 inner = end;
    for (std::size_t n = 0; n < s.size(); ++n) {
      inner = s[e.at_back ? s.size() - 1 - n : n].position;
      if (std::hypot(inner.x - end.x, inner.y - end.y) >= direction_reach_px) break;
    }
    const double length = std::hypot(end.x - inner.x, end.y - inner.y);
    return length > 0 ? Direction{(end.x - inner.x) / length, (end.y - inner.y) / length}
                      : Direction{};
  }
  // Median radius of the branch, px.
  double calibre_px(End e) const {
    std::vector<double> radii;
    for (const AngioSample& s : tree_.branches[e.branch].samples) radii.push_back(s.radius_px);
    const auto middle = radii.begin() + static_cast<std::ptrdiff_t>(radii.size() / 2);
    std::nth_element(radii.begin(), middle, radii.end());
    return *middle;
  }
  double calibre_ratio(End a, End b) const { return ratio_of(calibre_px(a), calibre_px(b)); }
  bool alike(End a, End b) const { return calibre_ratio(a, b) >= least_calibre_ratio; }
  // How far the widest vessel at an end's fork reaches, px; 0 at a free end.
  double fork_reach_px(End e) const {
    if (fork(e) < 0) return 0;
    double reach = 0;
    for (const End other : all())
      if (fork(other) == fork(e)) reach = std::max(reach, calibre_px(other));
    return reach;
  }
  int fork(End e) const {
    const auto& b = tree_.branches[e.branch];
    return e.at_back ? b.to_fork : b.from_fork;
  }
  bool is_free(End e) const { return !partner_[at(e)]; }
  std::optional<End> partner(End e) const { return partner_[at(e)]; }
  void join(End a, End b) {
    partner_[at(a)] = b;
    partner_[at(b)] = a;
  }
  // The end of the way that begins at `e` and runs along its branch and on; false when joining
  // both would close a ring.
  bool lie_on_one_way(End a, End b) const {
    End here = a;
    for (std::size_t steps = 0; steps <= tree_.branches.size(); ++steps) {
      here.at_back = !here.at_back;
      if (here == b) return true;
      const auto next = partner(here);
      if (!next) return false;
      here = *next;
    }
    return true;
  }
  std::vector<End> all() const {
    std::vector<End> ends;
    for (std::size_t b = 0; b < tree_.branches.size(); ++b)
      for (const bool back : {false, true}) ends.push_back({b, back});
    return ends;
  }

 private:
  static std::size_t at(End e) { return 2 * e.branch + (e.at_back ? 1 : 0); }
  const AngioTree& tree_;
  std::vector<std::optional<End>> partner_;
};

double median_radius_px(const std::vector<AngioSample>& samples, std::size_t first,
                        std::size_t end) {
  std::vector<double> radii;
  for (std::size_t n = first; n < end; ++n) radii.push_back(samples[n].radius_px);
  const auto middle = radii.begin() + static_cast<std::ptrdiff_t>(radii.size() / 2);
  std::nth_element(radii.begin(), middle, radii.end());
  return *middle;
}

// Where along a branch a stump goes over into a collateral; none where it does not.
std::optional<std::size_t> stump_of(const std::vector<AngioSample>& samples) {
  // A bend's direction is taken over so many samples, about a pixel apart, on either side; what
  // lies nearer than `fade` is blurred of both vessels.
  constexpr std::size_t reach = 20, fade = 5;
  std::optional<std::size_t> found;
  double worst = 1;  // Of the straightness or the calibres' ratio, each over what is allowed of it.
  for (std::size_t n = reach; n + reach < samples.size(); ++n) {
    const Point2 a = samples[n - reach].position, b = samples[n].position,
                 c = samples[n + reach].position;
    const double before = std::hypot(b.x - a.x, b.y - a.y),
                 after = std::hypot(c.x - b.x, c.y - b.y);
    if (before <= 0 || after <= 0) continue;
    const double straight =
        ((b.x - a.x) * (c.x - b.x) + (b.y - a.y) * (c.y - b.y)) / (before * after);
    const bool turns = straight < std::cos(rad_from_deg(stump_turn_deg));
    const double allowed = turns ? stump_calibre_ratio : least_calibre_ratio;
    const double beside = ratio_of(median_radius_px(samples, n - reach, n - fade),
                                   median_radius_px(samples, n + fade, n + reach));
    if (beside >= allowed) continue;
    // For good: of all that follows, so that a narrowing is none.
    const double p = median_radius_px(samples, 0, n - fade),
                 q = median_radius_px(samples, n + fade, samples.size());
    if (ratio_of(p, q) >= allowed) continue;
    const double odd = turns ? 0.5 * straight : beside / allowed;
    if (odd >= worst) continue;
    worst = odd;
    found = n;
  }
  return found;
}

// Branches that end where their vessel does: a place where two meet is a fork.
AngioTree split_at_stumps(const AngioTree& tree) {
  AngioTree split = tree;
  for (std::size_t b = 0; b < split.branches.size();) {
    const auto at = stump_of(split.branches[b].samples);
    if (!at) {
      ++b;
      continue;
    }
    AngioBranch rest = split.branches[b];
    AngioBranch& first = split.branches[b];
    const int fork = static_cast<int>(split.forks.size());
    split.forks.push_back(first.samples[*at].position);
    rest.samples.erase(rest.samples.begin(),
                       rest.samples.begin() + static_cast<std::ptrdiff_t>(*at));
    first.samples.resize(*at + 1);
    rest.from_fork = first.to_fork = fork;
    split.branches.push_back(std::move(rest));  // Both are looked at again.
  }
  return split;
}

struct Pair {
  End a, b;
  double cost = 0;
};

void join_cheapest(std::vector<Pair> pairs, Ends& ends) {
  std::sort(pairs.begin(), pairs.end(),
            [](const Pair& p, const Pair& q) { return p.cost < q.cost; });
  for (const Pair& p : pairs)
    if (ends.is_free(p.a) && ends.is_free(p.b) && !ends.lie_on_one_way(p.a, p.b))
      ends.join(p.a, p.b);
}

void run_through_forks(Ends& ends) {
  std::vector<Pair> pairs;
  const auto all = ends.all();
  const double least = std::cos(rad_from_deg(through_fork_deg));
  for (std::size_t i = 0; i < all.size(); ++i)
    for (std::size_t k = i + 1; k < all.size(); ++k) {
      if (all[i].branch == all[k].branch || ends.fork(all[i]) < 0 ||
          ends.fork(all[i]) != ends.fork(all[k]) || !ends.alike(all[i], all[k]))
        continue;
      const Direction a = ends.outwards(all[i]), b = ends.outwards(all[k]);
      const double straight = -(a.x * b.x + a.y * b.y);
      const bool stump = straight < std::cos(rad_from_deg(stump_turn_deg)) &&
                         ends.calibre_ratio(all[i], all[k]) < stump_calibre_ratio;
      if (straight >= least && !stump) pairs.push_back({all[i], all[k], 1 - straight});
    }
  join_cheapest(std::move(pairs), ends);
}

void bridge_gaps(Ends& ends, double longest_px) {
  std::vector<Pair> pairs;
  std::vector<End> open;
  for (const End e : ends.all())
    if (ends.fork(e) < 0) open.push_back(e);
  const double least = std::cos(rad_from_deg(across_gap_deg));
  for (std::size_t i = 0; i < open.size(); ++i)
    for (std::size_t k = i + 1; k < open.size(); ++k) {
      if (open[i].branch == open[k].branch || !ends.alike(open[i], open[k])) continue;
      const Point2 p = ends.place(open[i]), q = ends.place(open[k]);
      const double gap = std::hypot(q.x - p.x, q.y - p.y);
      if (gap > longest_px || gap <= 0) continue;
      const Direction a = ends.outwards(open[i]), b = ends.outwards(open[k]);
      const double x = (q.x - p.x) / gap, y = (q.y - p.y) / gap;
      if (a.x * x + a.y * y >= least && -(b.x * x + b.y * y) >= least)
        pairs.push_back({open[i], open[k], gap});
    }
  join_cheapest(std::move(pairs), ends);
}

// A fork that a way runs through, with the reach of what leaves there.
struct Joint {
  Point2 at;
  double reach_px = 0;
};

struct Way {
  std::vector<Point2> points;
  std::vector<Joint> joints;
  double length_px = 0, signal_sum = 0;
};

// Without the part at its front that lies within another vessel's lumen.
void trim_front(std::vector<Point2>& points, double by_px) {
  double gone = 0;
  std::size_t n = 0;
  while (n + 3 < points.size() && gone < by_px) {
    gone += std::hypot(points[n + 1].x - points[n].x, points[n + 1].y - points[n].y);
    ++n;
  }
  points.erase(points.begin(), points.begin() + static_cast<std::ptrdiff_t>(n));
}

// From a free end to the other; gaps are crossed straight, a point a pixel.
Way way_from(End start, const Ends& ends, const AngioTree& tree, std::vector<bool>& used) {
  Way way;
  End last = start;
  for (std::optional<End> in = start; in && !used[in->branch];) {
    used[in->branch] = true;
    const AngioBranch& branch = tree.branches[in->branch];
    const auto& s = branch.samples;
    if (!way.points.empty()) {
      const Point2 from = way.points.back(), to = ends.place(*in);
      const int steps = static_cast<int>(std::hypot(to.x - from.x, to.y - from.y));
      for (int n = 1; n < steps; ++n)
        way.points.push_back({std::lerp(from.x, to.x, static_cast<double>(n) / steps),
                              std::lerp(from.y, to.y, static_cast<double>(n) / steps)});
    }
    for (std::size_t n = 0; n < s.size(); ++n)
      way.points.push_back(s[in->at_back ? s.size() - 1 - n : n].position);
    way.length_px += branch.length_px();
    way.signal_sum += branch.length_px() * branch.signal_to_noise;
    last = {in->branch, !in->at_back};
    in = ends.partner(last);
    if (in && ends.fork(*in) >= 0) way.joints.push_back({ends.place(*in), ends.fork_reach_px(*in)});
  }
  trim_front(way.points, ends.fork_reach_px(start));
  std::reverse(way.points.begin(), way.points.end());
  trim_front(way.points, ends.fork_reach_px(last));
  if (way.points.front().y > way.points.back().y)
    std::reverse(way.points.begin(), way.points.end());
  return way;
}

double median_diameter_px(const std::vector<WidthSample>& samples, double from_px, double to_px) {
  std::vector<double> diameters;
  for (const WidthSample& s : samples)
    if (s.filled && s.at_px >= from_px && s.at_px <= to_px) diameters.push_back(s.diameter_px);
  constexpr std::size_t least = 20;  // Under it a narrowing would pass for the calibre.
  if (diameters.size() < least) return 0;
  const auto middle = diameters.begin() + static_cast<std::ptrdiff_t>(diameters.size() / 2);
  std::nth_element(diameters.begin(), middle, diameters.end());
  return *middle;
}

// A trunk is wider than what it parts into: one reference cannot serve both. The joint beyond which
// so little is left that it would be a narrowing, both beside it and for good.
const Joint* step_of(const Way& way, const WidthProfile& profile, double share) {
  constexpr double beside_px = 40;
  const auto& samples = profile.samples;
  const Joint* found = nullptr;
  double least = share;
  for (const Joint& joint : way.joints) {
    const auto nearest = std::min_element(
        samples.begin(), samples.end(), [&](const WidthSample& a, const WidthSample& b) {
          return std::hypot(a.middle.x - joint.at.x, a.middle.y - joint.at.y) <
                 std::hypot(b.middle.x - joint.at.x, b.middle.y - joint.at.y);
        });
    const double before_px = nearest->at_px - joint.reach_px,
                 after_px = nearest->at_px + joint.reach_px, end_px = samples.back().at_px;
    const double near_a = median_diameter_px(samples, before_px - beside_px, before_px),
                 near_b = median_diameter_px(samples, after_px, after_px + beside_px),
                 far_a = median_diameter_px(samples, 0, before_px),
                 far_b = median_diameter_px(samples, after_px, end_px);
    if (!(near_a > 0 && near_b > 0)) continue;
    if ((near_a > near_b) != (far_a > far_b) || ratio_of(near_a, near_b) >= share) continue;
    if (ratio_of(far_a, far_b) >= least) continue;
    least = ratio_of(far_a, far_b);
    found = &joint;
  }
  return found;
}

// The same way in two, each as far as the other vessel's wall.
std::array<Way, 2> parted(const Way& way, const Joint& joint) {
  std::array<Way, 2> parts{way, way};
  const auto away = [&](Point2 p) { return std::hypot(p.x - joint.at.x, p.y - joint.at.y); };
  const auto nearest = std::min_element(way.points.begin(), way.points.end(),
                                        [&](Point2 a, Point2 b) { return away(a) < away(b); });
  parts[0].points.assign(way.points.begin(), nearest + 1);
  parts[1].points.assign(nearest, way.points.end());
  std::reverse(parts[0].points.begin(), parts[0].points.end());
  for (Way& part : parts) {
    trim_front(part.points, joint.reach_px);
    std::erase_if(part.joints, [&](const Joint& other) {
      const auto on =
          std::min_element(part.points.begin(), part.points.end(), [&](Point2 a, Point2 b) {
            return std::hypot(a.x - other.at.x, a.y - other.at.y) <
                   std::hypot(b.x - other.at.x, b.y - other.at.y);
          });
      constexpr double on_way_px = 3;
      return std::hypot(on->x - other.at.x, on->y - other.at.y) > on_way_px;
    });
  }
  std::reverse(parts[0].points.begin(), parts[0].points.end());
  return parts;
}

double length_of(const std::vector<Point2>& points) {
  double sum = 0;
  for (std::size_t n = 1; n < points.size(); ++n)
    sum += std::hypot(points[n].x - points[n - 1].x, points[n].y - points[n - 1].y);
  return sum;
}

// Each stretch of one calibre.
void measure_way(const Way& way, const Frame<float>& contrast, const MeasureSettings& settings,
                 std::vector<MeasuredVessel>& measured) {
  auto profile = measure_widths(contrast, way.points, settings.lesion_share);
  if (!profile) return;
  const Joint* const step = step_of(way, *profile, settings.lesion_share);
  if (!step) {
    measured.push_back({std::move(*profile), way.signal_sum / way.length_px,
                        way.points.back().y > contrast.rows() - border_px});
    return;
  }
  for (const Way& part : parted(way, *step))
    if (length_of(part.points) >= settings.least_length_px)
      measure_way(part, contrast, settings, measured);
}

}  // namespace

Result<std::vector<MeasuredVessel>> measure_tree(const AngioTree& traced,
                                                 const Frame<float>& contrast,
                                                 const MeasureSettings& settings,
                                                 const Progress& progress) {
  const AngioTree tree = split_at_stumps(traced);
  Ends ends(tree);
  run_through_forks(ends);
  bridge_gaps(ends, settings.longest_gap_share * std::max(contrast.columns(), contrast.rows()));
  std::vector<Way> ways;
  std::vector<bool> used(tree.branches.size(), false);
  for (const End end : ends.all()) {
    if (used[end.branch] || !ends.is_free(end)) continue;
    Way way = way_from(end, ends, tree, used);
    if (way.length_px >= settings.least_length_px) ways.push_back(std::move(way));
  }
  std::vector<std::vector<MeasuredVessel>> measured(ways.size());
  // Batch by batch, so that progress is told from this thread.
  constexpr std::size_t batch = 8;
  for (std::size_t first = 0; first < ways.size(); first += batch) {
    if (progress.cancelled()) return cancelled();
    progress.report(static_cast<double>(first) / static_cast<double>(ways.size()),
                    "measuring vessels");
    tbb::parallel_for(first, std::min(first + batch, ways.size()), [&](std::size_t n) {
      measure_way(ways[n], contrast, settings, measured[n]);
    });
  }
  std::vector<MeasuredVessel> vessels;
  for (std::vector<MeasuredVessel>& of_way : measured)
    for (MeasuredVessel& vessel : of_way) vessels.push_back(std::move(vessel));
  if (vessels.empty())
    return fail(ErrorCode::NotFound,
                "No vessel of this angiogram is long enough to be measured on its own; click its "
                "ends.");
  std::sort(vessels.begin(), vessels.end(),
            [](const auto& a, const auto& b) { return a.profile.filled_px > b.profile.filled_px; });
  return vessels;
}

Result<MeasuredAngiogram> measure_angiogram(const Frame<float>& contrast, const Frame<float>& clear,
                                            const Calibration& calibration,
                                            const MeasureSettings& settings,
                                            const Progress& progress) {
  OASIS_EXPECTS(clear.columns() == contrast.columns() && clear.rows() == contrast.rows());
  auto tree = trace_angiogram(clear, calibration, progress.part(0, 0.5));
  if (!tree) return tl::unexpected(tree.error());
  auto vessels = measure_tree(*tree, contrast, settings, progress.part(0.5, 1));
  if (!vessels) return tl::unexpected(vessels.error());
  return MeasuredAngiogram{std::move(*tree), std::move(*vessels)};
}

}  // namespace imaging
