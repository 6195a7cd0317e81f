#include "imaging/vessel/draw_branch.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <queue>
#include <utility>

#include "imaging/vessel/cross_section.h"
#include "imaging/vessel/lumen.h"

namespace imaging {
namespace {

constexpr double step_mm = 0.5, least_mm = 2, most_mm = 120;
// How far a branch may bow out between two clicks: a fifth of their distance is an arc of 87
// degrees.
constexpr double bow = 0.2, least_bow_mm = 8;
constexpr float dear = 12;            // A voxel of bright tissue against one of black lumen.
constexpr float colour_share = 0.4F;  // What colour takes off the price.

// Half-millimetre cells in a box around both clicks. Only those in a spindle between the clicks are
// searched, as wide in the middle as a branch may bow, whichever way it runs; a cell is priced when
// the search first asks for it.
class Cells {
 public:
  Cells(const DuplexVolume& volume, const Point3<Lps>& a, const Point3<Lps>& b) : volume_(volume) {
    const double apart_mm = distance(a, b);
    const double bow_mm = std::max(least_bow_mm, bow * apart_mm);
    const double around_mm = 2 * std::hypot(apart_mm / 2, bow_mm);  // By any cell's rim.
    const double margin_mm = bow_mm + 2 * step_mm;
    const auto low = [&](double p, double q) { return std::min(p, q) - margin_mm; };
    first_ = {low(a.x, b.x), low(a.y, b.y), low(a.z, b.z)};
    const std::array<double, 3> span{std::abs(a.x - b.x), std::abs(a.y - b.y), std::abs(a.z - b.z)};
    for (std::size_t n = 0; n < 3; ++n)
      size_[n] = static_cast<int>((span[n] + 2 * margin_mm) / step_mm) + 2;
    const int count = size_[0] * size_[1] * size_[2];
    grey_.assign(index(count), outside);
    price_.assign(index(count), outside);
    const Grid& grid = volume.bmode.grid();
    for (int k = 1, n = 0; k + 1 < size_[2]; ++k)
      for (int j = 1; j + 1 < size_[1]; ++j) {
        n = (k * size_[1] + j) * size_[0] + 1;
        for (int i = 1; i + 1 < size_[0]; ++i, ++n) {
          const Point3<Lps> p = place(n);
          if (distance(p, a) + distance(p, b) > around_mm || !grid.contains(p)) continue;
          grey_[index(n)] = price_[index(n)] = unasked;
        }
      }
    steps_ = steps();
    tissue_ = usual_grey();
  }

  // The cheapest way (Dijkstra's, led on by the least that the rest can cost). Empty if there is
  // none.
  std::vector<Point3<Lps>> way(const Point3<Lps>& a, const Point3<Lps>& b) {
    const int start = cell(a), goal = cell(b);
    const Point3<Lps> end = place(goal);
    const float least = volume_.velocity_cm_s ? 1 - colour_share : 1;
    std::vector<float> paid(price_.size(), std::numeric_limits<float>::infinity());
    std::vector<int> from(price_.size(), 0);
    struct Entry {
      float at_least, so_far;
      int cell;
      bool operator>(const Entry& other) const { return at_least > other.at_least; }
    };
    std::priority_queue<Entry, std::vector<Entry>, std::greater<>> open;
    paid[index(start)] = 0;
    open.push({0, 0, start});
    while (!open.empty()) {
      const Entry at = open.top();
      open.pop();
      if (at.cell == goal) break;
      if (at.so_far > paid[index(at.cell)]) continue;
      const float here = price(at.cell);
      for (const Step& step : steps_) {
        const int next = at.cell + step.offset;
        float& known = paid[index(next)];
        // What it costs at least may already be too much.
        if (!(at.so_far + step.half * (here + least) < known)) continue;
        const float total = at.so_far + step.half * (here + price(next));
        if (!(total < known)) continue;
        known = total;
        from[index(next)] = at.cell;
        const auto rest = static_cast<float>(distance(place(next), end) / step_mm);
        open.push({total + least * rest, total, next});
      }
    }
    if (!std::isfinite(paid[index(goal)])) return {};
    std::vector<Point3<Lps>> points{b};
    for (int at = from[index(goal)]; at != start && goal != start; at = from[index(at)])
      points.push_back(place(at));
    points.push_back(a);
    std::reverse(points.begin(), points.end());
    return points;
  }

 private:
  struct Step {
    int offset;
    float half;    // Of its length, in cells.
    float weight;  // Of 1 2 1 along each axis.
  };
  static constexpr float unasked = -1;
  static constexpr float outside = std::numeric_limits<float>::infinity();

  static std::size_t index(int n) { return static_cast<std::size_t>(n); }
  std::array<Step, 26> steps() const {
    std::array<Step, 26> all{};
    std::size_t n = 0;
    for (int k = -1; k <= 1; ++k)
      for (int j = -1; j <= 1; ++j)
        for (int i = -1; i <= 1; ++i) {
          const int square = i * i + j * j + k * k;
          if (square == 0) continue;
          all[n++] = {(k * size_[1] + j) * size_[0] + i,
                      0.5F * std::sqrt(static_cast<float>(square)),
                      static_cast<float>(8 >> square)};
        }
    return all;
  }
  Point3<Lps> place(int n) const {
    const int i = n % size_[0], j = n / size_[0] % size_[1], k = n / size_[0] / size_[1];
    return {first_.x + step_mm * i, first_.y + step_mm * j, first_.z + step_mm * k};
  }
  int cell(const Point3<Lps>& p) const {
    const auto at = [](double v, double first) {
      return static_cast<int>(std::lround((v - first) / step_mm));
    };
    return (at(p.z, first_.z) * size_[1] + at(p.y, first_.y)) * size_[0] + at(p.x, first_.x);
  }

  float grey(int n) {
    float& kept = grey_[index(n)];
    if (kept != unasked) return kept;
    return kept = sample_grey(volume_.bmode, volume_.bmode.grid().voxel_from_lps()(place(n)));
  }

  float usual_grey() {
    constexpr int every = 23;  // A sample is enough.
    std::vector<float> greys;
    for (int n = 0; index(n) < grey_.size(); n += every)
      if (grey_[index(n)] != outside) greys.push_back(grey(n));
    if (greys.empty()) return 1;
    const auto middle = greys.begin() + static_cast<std::ptrdiff_t>(greys.size() / 2);
    std::nth_element(greys.begin(), middle, greys.end());
    return std::max(1.0F, *middle);
  }

  float price(int n) {
    float& kept = price_[index(n)];
    if (kept != unasked) return kept;
    const float g = std::min(1.0F, smooth_grey(n) / tissue_);
    kept = 1 + (dear - 1) * g * g;
    if (volume_.velocity_cm_s && coloured(*volume_.velocity_cm_s, place(n)))
      kept *= 1 - colour_share;
    return kept;
  }

  // Speckle is no wall.
  float smooth_grey(int n) {
    float sum = 8 * grey(n), weights = 8;
    for (const Step& step : steps_) {
      const float g = grey(n + step.offset);
      if (g == outside) continue;
      sum += step.weight * g;
      weights += step.weight;
    }
    return sum / weights;
  }

  static bool coloured(const Volume<float>& velocity, const Point3<Lps>& p) {
    const Point3<Voxel> q = velocity.grid().voxel_from_lps()(p);
    const auto& size = velocity.grid().size();
    const int i = static_cast<int>(std::lround(q.x)), j = static_cast<int>(std::lround(q.y)),
              k = static_cast<int>(std::lround(q.z));
    return i >= 0 && j >= 0 && k >= 0 && i < size[0] && j < size[1] && k < size[2] &&
           velocity(i, j, k) != 0;
  }

  const DuplexVolume& volume_;
  Point3<Lps> first_;
  std::array<int, 3> size_{};
  std::array<Step, 26> steps_{};
  std::vector<float> grey_, price_;
  float tissue_ = 1;
};

// About a millimetre apart, the cells' stairs smoothed away, both ends kept.
std::vector<Point3<Lps>> smoothed(std::vector<Point3<Lps>> points) {
  for (int round = 0; round < 8; ++round) {
    std::vector<Point3<Lps>> next = points;
    for (std::size_t n = 1; n + 1 < points.size(); ++n)
      next[n] = lerp(lerp(points[n - 1], points[n + 1], 0.5), points[n], 0.5);
    points = std::move(next);
  }
  std::vector<Point3<Lps>> apart{points.front()};
  for (const Point3<Lps>& p : points)
    if (distance(p, apart.back()) >= 1) apart.push_back(p);
  if (distance(apart.back(), points.back()) > 0.3)
    apart.push_back(points.back());
  else if (apart.size() > 1)
    apart.back() = points.back();
  return apart;
}

}  // namespace

std::vector<CenterlineSample> measure_along(const DuplexVolume& volume,
                                            const std::vector<Point3<Lps>>& points) {
  constexpr double guess_mm = 1.2;
  Track track;
  for (const Point3<Lps>& p : points)
    track.points.push_back({.position = p, .radius_mm = guess_mm});
  static const BlurredDisc usual{ScannerLook{}};  // A third of a short branch's time to make.
  const std::vector<LumenSample> lumen =
      measure_lumen(volume, centred_path(volume, track), usual, {});
  std::vector<CenterlineSample> samples;
  for (const LumenSample& s : lumen) {
    CenterlineSample c{.position = s.position,
                       .radius_mm = s.radius_mm,
                       .radius_sd_mm = s.radius_sd_mm,
                       .confidence = 1,  // A person says that a vessel is here.
                       .open = s.open && s.seen,
                       .calcification_arc_deg = s.calcification_arc_deg,
                       .velocity_cm_s = s.velocity_cm_s};
    if (!(c.radius_mm > 0)) c.radius_mm = samples.empty() ? guess_mm : samples.back().radius_mm;
    if (samples.empty() || distance(c.position, samples.back().position) > 1e-6)
      samples.push_back(c);
  }
  return samples;
}

Result<std::vector<CenterlineSample>> draw_branch(const DuplexVolume& volume, const Point3<Lps>& a,
                                                  const Point3<Lps>& b) {
  if (!volume.bmode.grid().contains(a) || !volume.bmode.grid().contains(b))
    return fail(ErrorCode::InvalidInput,
                "Both ends of a branch must lie in one duplex volume; click inside it.");
  const double apart_mm = distance(a, b);
  if (apart_mm < least_mm || apart_mm > most_mm)
    return fail(ErrorCode::InvalidInput,
                "Click the ends of a branch 2 to 120 mm apart; draw a longer one in pieces.");
  const std::vector<Point3<Lps>> way = Cells(volume, a, b).way(a, b);
  if (way.size() < 2)
    return fail(ErrorCode::NotFound, "No way through the volume joins the two clicks.");
  std::vector<CenterlineSample> samples = measure_along(volume, smoothed(way));
  if (samples.size() < 2)
    return fail(ErrorCode::NotFound, "Nothing could be measured between the two clicks.");
  return samples;
}

}  // namespace imaging
