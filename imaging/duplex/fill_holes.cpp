#include "imaging/duplex/fill_holes.h"

#include <tbb/parallel_for.h>

#include <array>
#include <atomic>
#include <cmath>

namespace imaging {
namespace {

constexpr std::array<std::array<int, 3>, 13> line_directions = {{{1, 0, 0},
                                                                 {0, 1, 0},
                                                                 {0, 0, 1},
                                                                 {1, 1, 0},
                                                                 {1, -1, 0},
                                                                 {1, 0, 1},
                                                                 {1, 0, -1},
                                                                 {0, 1, 1},
                                                                 {0, 1, -1},
                                                                 {1, 1, 1},
                                                                 {1, 1, -1},
                                                                 {1, -1, 1},
                                                                 {-1, 1, 1}}};

struct Line {
  std::array<int, 3> step{};
  std::ptrdiff_t stride = 0;
  double step_mm = 0;
  int most_steps = 0;  // Both ways together.
};

class Filling {
 public:
  Filling(const Grid& grid, const std::vector<std::uint8_t>& seen, double limit_mm)
      : size_(grid.size()), seen_(seen), beyond_limit_mm_(limit_mm * 1.001 + 1e-6) {
    for (std::size_t d = 0; d < lines_.size(); ++d) {
      Line& line = lines_[d];
      line.step = line_directions[d];
      double squared = 0;
      for (std::size_t a = 0; a < 3; ++a)
        squared += std::pow(line.step[a] * grid.spacing_mm()[a], 2);
      line.step_mm = std::sqrt(squared);
      line.stride =
          line.step[0] + static_cast<std::ptrdiff_t>(size_[0]) *
                             (line.step[1] + static_cast<std::ptrdiff_t>(size_[1]) * line.step[2]);
      line.most_steps = static_cast<int>(limit_mm / line.step_mm + 1e-9);
    }
  }

  struct Found {
    std::size_t before = 0, after = 0;
    double t = 0;  // 0 at before.
    double length_mm = 0;
  };

  bool find(int i, int j, int k, std::size_t at, Found& best) const {
    best.length_mm = beyond_limit_mm_;
    for (const Line& line : lines_) {
      const int most = std::min(line.most_steps, static_cast<int>(best.length_mm / line.step_mm));
      if (most < 2) continue;
      const int ahead = first_seen({i, j, k}, at, line, 1, most - 1);
      if (ahead == 0) continue;
      const int back = first_seen({i, j, k}, at, line, -1, most - ahead);
      if (back == 0) continue;
      const double length_mm = (ahead + back) * line.step_mm;
      if (length_mm >= best.length_mm) continue;
      best = {offset(at, -back * line.stride), offset(at, ahead * line.stride),
              static_cast<double>(back) / (ahead + back), length_mm};
    }
    return best.length_mm < beyond_limit_mm_;
  }

 private:
  static std::size_t offset(std::size_t at, std::ptrdiff_t by) {
    return static_cast<std::size_t>(static_cast<std::ptrdiff_t>(at) + by);
  }

  // Steps to the next seen voxel; 0 when there is none within `most`.
  int first_seen(std::array<int, 3> p, std::size_t at, const Line& line, int sign, int most) const {
    for (int n = 1; n <= most; ++n) {
      for (std::size_t a = 0; a < 3; ++a) {
        p[a] += sign * line.step[a];
        if (p[a] < 0 || p[a] >= size_[a]) return 0;
      }
      if (seen_[offset(at, sign * n * line.stride)]) return n;
    }
    return 0;
  }

  std::array<int, 3> size_;
  const std::vector<std::uint8_t>& seen_;
  double beyond_limit_mm_;
  std::array<Line, line_directions.size()> lines_;
};

}  // namespace

std::size_t fill_holes(Volume<std::uint8_t>& grey, Volume<float>* velocity_cm_s,
                       const std::vector<std::uint8_t>& seen, double limit_mm) {
  const Grid& grid = grey.grid();
  const Filling filling(grid, seen, limit_mm);
  std::atomic<std::size_t> filled = 0;
  // Only unseen voxels are written and only seen ones read, so slices do not disturb each other.
  tbb::parallel_for(0, grid.size()[2], [&](int k) {
    std::size_t count = 0;
    Filling::Found found;
    for (int j = 0; j < grid.size()[1]; ++j)
      for (int i = 0; i < grid.size()[0]; ++i) {
        const std::size_t at = grid.index(i, j, k);
        if (seen[at] || !filling.find(i, j, k, at, found)) continue;
        const double a = grey.data()[found.before], b = grey.data()[found.after];
        grey.data()[at] = static_cast<std::uint8_t>(std::lround(std::lerp(a, b, found.t)));
        ++count;
        if (!velocity_cm_s) continue;
        const float v = velocity_cm_s->data()[found.before], w = velocity_cm_s->data()[found.after];
        if (v != 0 && w != 0)
          velocity_cm_s->data()[at] = std::lerp(v, w, static_cast<float>(found.t));
      }
    filled += count;
  });
  return filled;
}

}  // namespace imaging
