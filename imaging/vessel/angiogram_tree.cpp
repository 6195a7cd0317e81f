#include "imaging/vessel/angiogram_tree.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <queue>

#include "imaging/vessel/ridge.h"
#include "imaging/vessel/thin_line.h"

namespace imaging {
namespace {

// Vessels of the leg and foot span about 1 to 12 px across on 512 and 1024 matrices.
constexpr std::array<double, 5> scales_px{1.0, 1.5, 2.2, 3.3, 5.0};
// Of the dark valley between two vessels side by side, which the wide scales take for one vessel.
constexpr std::array<double, 2> valley_scales_px{1.0, 1.5};
// In standard deviations of the response where there is no vessel. At 3 an eighth of a percent of
// noise passes, which hysteresis and the least length then remove.
constexpr float seed_sigmas = 7, grow_sigmas = 3;
constexpr double least_length_px = 12;
constexpr double tangent_reach_px = 3;
// A vessel half over a bone's edge keeps a half; noise takes some of that.
constexpr double least_two_sidedness = 0.35;

// Everything above `grow` that is connected with something above `seed`.
Frame<std::uint8_t> hysteresis(const Frame<float>& strength, float seed, float grow) {
  Frame<std::uint8_t> inside(strength.columns(), strength.rows());
  std::queue<std::pair<int, int>> front;
  for (int r = 0; r < strength.rows(); ++r)
    for (int c = 0; c < strength.columns(); ++c)
      if (strength(c, r) > seed) {
        inside(c, r) = 1;
        front.emplace(c, r);
      }
  while (!front.empty()) {
    const auto [c, r] = front.front();
    front.pop();
    for (int y = std::max(0, r - 1); y <= std::min(strength.rows() - 1, r + 1); ++y)
      for (int x = std::max(0, c - 1); x <= std::min(strength.columns() - 1, c + 1); ++x)
        if (!inside(x, y) && strength(x, y) > grow) {
          inside(x, y) = 1;
          front.emplace(x, y);
        }
  }
  return inside;
}

float bilinear(const Frame<float>& image, double x, double y) {
  x = std::clamp(x, 0.0, image.columns() - 1.0);
  y = std::clamp(y, 0.0, image.rows() - 1.0);
  const int x0 = static_cast<int>(x), y0 = static_cast<int>(y);
  const int x1 = std::min(x0 + 1, image.columns() - 1), y1 = std::min(y0 + 1, image.rows() - 1);
  const auto fx = static_cast<float>(x - x0), fy = static_cast<float>(y - y0);
  return std::lerp(std::lerp(image(x0, y0), image(x1, y0), fx),
                   std::lerp(image(x0, y1), image(x1, y1), fx), fy);
}

// Places the sample on the middle of the vessel and measures it: the two half-maximum edges of the
// profile across it.
AngioSample measured(const Frame<float>& contrast, const Frame<std::uint8_t>& valleys, Point2 at,
                     Point2 across, double reach_px) {
  const float top = bilinear(contrast, at.x, at.y);
  constexpr double step_px = 0.1;
  auto edge = [&](double way) {
    float floor = top;
    for (double d = 0; d <= reach_px; d += 0.5)
      floor =
          std::min(floor, bilinear(contrast, at.x + way * d * across.x, at.y + way * d * across.y));
    const float half = 0.5F * (top + std::max(floor, 0.0F));
    // A valley that stays above half of the top parts it from its neighbour in its middle.
    double entered = -1;
    for (double d = 0; d < reach_px; d += step_px) {
      const double x = at.x + way * d * across.x, y = at.y + way * d * across.y;
      if (bilinear(contrast, x, y) <= half) return d;
      const bool low =
          valleys(std::clamp(static_cast<int>(std::lround(x)), 0, valleys.columns() - 1),
                  std::clamp(static_cast<int>(std::lround(y)), 0, valleys.rows() - 1));
      if (low && entered < 0) entered = d;
      if (!low && entered >= 0) return 0.5 * (entered + d);
    }
    return reach_px;
  };
  const double left = edge(-1), right = edge(1);
  const double middle = 0.5 * (right - left);
  return {{at.x + middle * across.x, at.y + middle * across.y},
          std::max(0.5 * (left + right), 0.25)};
}

AngioBranch measured_branch(const ThinLine& line, const Frame<float>& contrast,
                            const Frame<std::uint8_t>& valleys, const Frame<float>& strength) {
  AngioBranch branch{
      .samples = {}, .from_fork = line.from_fork, .to_fork = line.to_fork, .signal_to_noise = 0};
  const auto count = static_cast<int>(line.pixels.size());
  const int reach = static_cast<int>(tangent_reach_px);
  for (int n = 0; n < count; ++n) {
    const Point2 a = line.pixels[static_cast<std::size_t>(std::max(0, n - reach))];
    const Point2 b = line.pixels[static_cast<std::size_t>(std::min(count - 1, n + reach))];
    const double length = std::hypot(b.x - a.x, b.y - a.y);
    const Point2 across =
        length > 0 ? Point2{-(b.y - a.y) / length, (b.x - a.x) / length} : Point2{1, 0};
    const Point2 at = line.pixels[static_cast<std::size_t>(n)];
    branch.samples.push_back(measured(contrast, valleys, at, across, 2.5 * scales_px.back()));
    branch.signal_to_noise +=
        static_cast<double>(strength(static_cast<int>(at.x), static_cast<int>(at.y))) / count;
  }
  return branch;
}

// A little, 1 2 1 both ways: one pixel's noise should not decide.
Frame<float> smoothed(const Frame<float>& image) {
  Frame<float> result(image.columns(), image.rows());
  const int last_column = image.columns() - 1, last_row = image.rows() - 1;
  for (int r = 0; r <= last_row; ++r)
    for (int c = 0; c <= last_column; ++c) {
      float sum = 0;
      for (int y = -1; y <= 1; ++y)
        for (int x = -1; x <= 1; ++x)
          sum += static_cast<float>((2 - std::abs(x)) * (2 - std::abs(y))) *
                 image(std::clamp(c + x, 0, last_column), std::clamp(r + y, 0, last_row));
      result(c, r) = sum / 16;
    }
  return result;
}

// Dark lines, as sure as vessels have to be: what lies between two vessels side by side, and the
// foot of every vessel's flank.
Frame<std::uint8_t> valleys_of(const Frame<float>& contrast, const Progress& progress) {
  Frame<float> turned(contrast.columns(), contrast.rows());
  for (std::size_t n = 0; n < turned.size(); ++n) turned.data()[n] = -contrast.data()[n];
  const RidgeMap dark = find_ridges(turned, valley_scales_px, progress);
  if (dark.signal_to_noise.empty()) return {};  // Cancelled.
  return hysteresis(dark.signal_to_noise, seed_sigmas, grow_sigmas);
}

bool is_on(const Frame<std::uint8_t>& mask, int x, int y) {
  return x >= 0 && y >= 0 && x < mask.columns() && y < mask.rows() && mask(x, y) != 0;
}

// Fills what parts `end` from what lies before it within `whole`, if anything does.
void bridge(Point2 end, Point2 outwards, Frame<std::uint8_t>& parted,
            const Frame<std::uint8_t>& whole) {
  constexpr int reach_px = 12;
  std::vector<std::pair<int, int>> gap;
  for (int d = 1; d <= reach_px; ++d) {
    const int x = static_cast<int>(std::lround(end.x + d * outwards.x)),
              y = static_cast<int>(std::lround(end.y + d * outwards.y));
    if (!is_on(whole, x, y)) return;
    if (!is_on(parted, x, y)) {
      gap.emplace_back(x, y);
      continue;
    }
    if (gap.empty()) continue;
    for (const auto& [c, r] : gap)
      for (int v = r - 1; v <= r + 1; ++v)
        for (int u = c - 1; u <= c + 1; ++u)
          if (is_on(whole, u, v)) parted(u, v) = 1;
    return;
  }
}

// The foot of a thick vessel's flank runs across the branch that leaves there. A line that ends at
// such a valley and goes on beyond it, its own way and through nothing else, is whole.
void rejoin(Frame<std::uint8_t>& parted, const Frame<std::uint8_t>& whole) {
  constexpr std::size_t back = 6;
  for (const ThinLine& line : thin_lines(parted, least_length_px).lines)
    for (const bool at_back : {false, true}) {
      if ((at_back ? line.to_fork : line.from_fork) >= 0) continue;
      const auto& pixels = line.pixels;
      const std::size_t inner = std::min(back, pixels.size() - 1);
      const Point2 end = at_back ? pixels.back() : pixels.front();
      const Point2 from = at_back ? pixels[pixels.size() - 1 - inner] : pixels[inner];
      const double length = std::hypot(end.x - from.x, end.y - from.y);
      if (!(length > 0)) continue;
      const Point2 outwards{(end.x - from.x) / length, (end.y - from.y) / length};
      bridge(end, outwards, parted, whole);
    }
}

// A vessel falls off on both sides, the edge of the leg or of a bone on one. The smaller fall over
// the greater, the median along the branch: near 1 for a vessel, near 0 for an edge. Close beside a
// vessel may lie another: it falls off beyond that one, and beyond an edge nothing does.
double two_sidedness(const AngioBranch& branch, const Frame<float>& smooth) {
  std::vector<double> ratios;
  const std::size_t reach = 3;  // Samples, about px: the direction of a pixel staircase.
  for (std::size_t n = reach; n + reach < branch.samples.size(); ++n) {
    const Point2 a = branch.samples[n - reach].position, b = branch.samples[n + reach].position;
    const double length = std::hypot(b.x - a.x, b.y - a.y);
    if (!(length > 0)) continue;
    const Point2 across{-(b.y - a.y) / length, (b.x - a.x) / length};
    const AngioSample& s = branch.samples[n];
    const double away = 2 * s.radius_px + 2;  // Clear of the wall and of the smoothing.
    const float top = bilinear(smooth, s.position.x, s.position.y);
    const auto fall = [&](double way) {
      float most = 0;
      for (const double d : {away, 2 * away})
        most = std::max(most, top - bilinear(smooth, s.position.x + way * d * across.x,
                                             s.position.y + way * d * across.y));
      return most;
    };
    const float left = fall(-1), right = fall(1);
    const float greater = std::max(left, right);
    ratios.push_back(greater > 0 ? std::max(0.0F, std::min(left, right)) / greater : 0);
  }
  if (ratios.empty()) return 1;  // Too short to tell.
  auto middle = ratios.begin() + static_cast<std::ptrdiff_t>(ratios.size() / 2);
  std::nth_element(ratios.begin(), middle, ratios.end());
  return *middle;
}

}  // namespace

double AngioBranch::length_px() const {
  double sum = 0;
  for (std::size_t n = 1; n < samples.size(); ++n)
    sum += std::hypot(samples[n].position.x - samples[n - 1].position.x,
                      samples[n].position.y - samples[n - 1].position.y);
  return sum;
}

Result<AngioTree> trace_angiogram(const Frame<float>& contrast, const Calibration& calibration,
                                  const Progress& progress) {
  constexpr int least_side_px = 16;
  if (contrast.columns() < least_side_px || contrast.rows() < least_side_px)
    return fail(ErrorCode::InvalidInput, "The angiogram is too small to find vessels in.");
  const RidgeMap ridges = find_ridges(contrast, scales_px, progress.part(0, 0.4));
  if (progress.cancelled()) return cancelled();
  const Frame<float>& strength = ridges.signal_to_noise;
  const Frame<std::uint8_t> valleys = valleys_of(contrast, progress.part(0.4, 0.6));
  if (progress.cancelled()) return cancelled();
  const Frame<std::uint8_t> whole = hysteresis(strength, seed_sigmas, grow_sigmas);
  Frame<std::uint8_t> inside = whole;
  for (std::size_t n = 0; n < inside.size(); ++n)
    if (valleys.data()[n]) inside.data()[n] = 0;
  rejoin(inside, whole);
  const ThinLines lines = thin_lines(std::move(inside), least_length_px);
  progress.report(0.8, "measuring vessels");
  AngioTree tree{.branches = {}, .forks = lines.forks, .calibration = calibration};
  const Frame<float> smooth = smoothed(contrast);
  for (const ThinLine& line : lines.lines) {
    AngioBranch branch = measured_branch(line, contrast, valleys, strength);
    if (two_sidedness(branch, smooth) >= least_two_sidedness)
      tree.branches.push_back(std::move(branch));
  }
  if (tree.branches.empty())
    return fail(ErrorCode::NotFound,
                "No vessel stands out from the noise of this angiogram; check the mask frame.");
  progress.report(1, "measuring vessels");
  return tree;
}

}  // namespace imaging
