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

constexpr double step_mm = 0.5, margin_mm = 8, least_mm = 2, most_mm = 120;
constexpr float dear = 12;            // A voxel of bright tissue against one of black lumen.
constexpr float colour_share = 0.4F;  // What colour takes off the price.

// Prices of an upright box of cells around both clicks.
class Cells {
 public:
  Cells(const DuplexVolume& volume, const Point3<Lps>& a, const Point3<Lps>& b) {
    const auto low = [](double p, double q) { return std::min(p, q) - margin_mm; };
    first_ = {low(a.x, b.x), low(a.y, b.y), low(a.z, b.z)};
    const std::array<double, 3> span{std::abs(a.x - b.x), std::abs(a.y - b.y), std::abs(a.z - b.z)};
    for (std::size_t n = 0; n < 3; ++n)
      size_[n] = static_cast<int>((span[n] + 2 * margin_mm) / step_mm) + 1;
    const Grid& grid = volume.bmode.grid();
    price_.assign(static_cast<std::size_t>(size_[0]) * static_cast<std::size_t>(size_[1]) *
                      static_cast<std::size_t>(size_[2]),
                  std::numeric_limits<float>::infinity());
    std::vector<float> greys;
    for (std::size_t n = 0; n < price_.size(); ++n) {
      const Point3<Lps> p = place(n);
      if (!grid.contains(p)) continue;
      const Point3<Voxel> q = grid.voxel_from_lps()(p);
      price_[n] = sample_grey(volume.bmode, q);
      greys.push_back(price_[n]);
    }
    if (greys.empty()) return;
    const auto middle = greys.begin() + static_cast<std::ptrdiff_t>(greys.size() / 2);
    std::nth_element(greys.begin(), middle, greys.end());
    const float tissue = std::max(1.0F, *middle);
    smooth();
    for (std::size_t n = 0; n < price_.size(); ++n) {
      if (!std::isfinite(price_[n])) continue;
      const float grey = std::min(1.0F, price_[n] / tissue);
      price_[n] = 1 + (dear - 1) * grey * grey;
      if (volume.velocity_cm_s && coloured(*volume.velocity_cm_s, place(n)))
        price_[n] *= 1 - colour_share;
    }
  }

  Point3<Lps> place(std::size_t n) const {
    const auto [i, j, k] = index(n);
    return {first_.x + step_mm * i, first_.y + step_mm * j, first_.z + step_mm * k};
  }

  std::vector<Point3<Lps>> way(const Point3<Lps>& a, const Point3<Lps>& b) const {
    const std::size_t start = cell(a), goal = cell(b);
    std::vector<float> paid(price_.size(), std::numeric_limits<float>::infinity());
    std::vector<std::uint32_t> from(price_.size(), 0);
    using Entry = std::pair<float, std::uint32_t>;
    std::priority_queue<Entry, std::vector<Entry>, std::greater<>> open;
    paid[start] = 0;
    open.emplace(0.0F, static_cast<std::uint32_t>(start));
    while (!open.empty()) {
      const auto [so_far, at] = open.top();
      open.pop();
      if (at == goal) break;
      if (so_far > paid[at]) continue;
      const auto [i, j, k] = index(at);
      for (int dk = -1; dk <= 1; ++dk)
        for (int dj = -1; dj <= 1; ++dj)
          for (int di = -1; di <= 1; ++di) {
            const int x = i + di, y = j + dj, z = k + dk;
            if (x < 0 || y < 0 || z < 0 || x >= size_[0] || y >= size_[1] || z >= size_[2])
              continue;
            const std::size_t next = at_index(x, y, z);
            const float length = std::sqrt(static_cast<float>(di * di + dj * dj + dk * dk));
            const float total = so_far + 0.5F * length * (price_[at] + price_[next]);
            if (!(total < paid[next])) continue;
            paid[next] = total;
            from[next] = at;
            open.emplace(total, static_cast<std::uint32_t>(next));
          }
    }
    if (!std::isfinite(paid[goal])) return {};
    std::vector<Point3<Lps>> points{b};
    for (std::size_t at = from[goal]; at != start && goal != start; at = from[at])
      points.push_back(place(at));
    points.push_back(a);
    std::reverse(points.begin(), points.end());
    return points;
  }

 private:
  std::array<int, 3> index(std::size_t n) const {
    const auto columns = static_cast<std::size_t>(size_[0]),
               rows = static_cast<std::size_t>(size_[1]);
    return {static_cast<int>(n % columns), static_cast<int>(n / columns % rows),
            static_cast<int>(n / (columns * rows))};
  }
  std::size_t at_index(int i, int j, int k) const {
    return static_cast<std::size_t>(i) +
           static_cast<std::size_t>(size_[0]) *
               (static_cast<std::size_t>(j) +
                static_cast<std::size_t>(size_[1]) * static_cast<std::size_t>(k));
  }
  std::size_t cell(const Point3<Lps>& p) const {
    const auto at = [&](double v, double first, int count) {
      return std::clamp(static_cast<int>(std::lround((v - first) / step_mm)), 0, count - 1);
    };
    return at_index(at(p.x, first_.x, size_[0]), at(p.y, first_.y, size_[1]),
                    at(p.z, first_.z, size_[2]));
  }
  // 1 2 1 along each axis: speckle is no wall.
  void smooth() {
    const std::array<std::size_t, 3> strides{
        1, static_cast<std::size_t>(size_[0]),
        static_cast<std::size_t>(size_[0]) * static_cast<std::size_t>(size_[1])};
    for (std::size_t axis = 0; axis < 3; ++axis) {
      std::vector<float> next = price_;
      for (std::size_t n = strides[axis]; n + strides[axis] < price_.size(); ++n) {
        const float a = price_[n - strides[axis]], b = price_[n], c = price_[n + strides[axis]];
        if (std::isfinite(a) && std::isfinite(b) && std::isfinite(c))
          next[n] = 0.25F * (a + c) + 0.5F * b;
      }
      price_ = std::move(next);
    }
  }
  static bool coloured(const Volume<float>& velocity, const Point3<Lps>& p) {
    const Point3<Voxel> q = velocity.grid().voxel_from_lps()(p);
    const auto& size = velocity.grid().size();
    const int i = static_cast<int>(std::lround(q.x)), j = static_cast<int>(std::lround(q.y)),
              k = static_cast<int>(std::lround(q.z));
    return i >= 0 && j >= 0 && k >= 0 && i < size[0] && j < size[1] && k < size[2] &&
           velocity(i, j, k) != 0;
  }

  Point3<Lps> first_;
  std::array<int, 3> size_{};
  std::vector<float> price_;
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
  const std::vector<LumenSample> lumen = measure_lumen(volume, track, BlurredDisc(ScannerLook{}));
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
