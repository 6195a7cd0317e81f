#include "imaging/duplex/unwrap.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <numeric>
#include <vector>

namespace imaging {
namespace {

// Fractions of the range. What changes by more than the first between neighbours is no flow of one
// vessel; what changes by more than the second has come round.
constexpr float together = 0.25f, one_round = 0.75f;
// Voxels without colour that a wrap through zero may leave behind, where the wall filter takes it.
constexpr int widest_hole = 3;
// Of the pairs across a border, at least so many and such a share must say the same: specks of
// noise touch anything, by one voxel or two.
constexpr int least_pairs = 6;
constexpr double least_share = 0.7;
// Passes that let a stray voxel follow its neighbours.
constexpr int smoothing_passes = 3;

using Label = std::uint32_t;
constexpr Label no_label = 0xffffffff;

class Regions {
 public:
  Regions(float* values, std::array<int, 3> size, float range)
      : values_(values), size_(size), range_(range) {
    stride_ = {1, static_cast<std::size_t>(size[0]),
               static_cast<std::size_t>(size[0]) * static_cast<std::size_t>(size[1])};
    count_ = stride_[2] * static_cast<std::size_t>(size[2]);
    collect();
  }

  Unwrapped solve() {
    join_alike();
    measure_borders();
    settle();
    smooth();
    return apply();
  }

 private:
  struct Border {
    std::map<int, int> votes;  // Wraps of the second less those of the first, and pairs saying so.
    int all = 0;
  };
  struct Tie {
    Label a, b;
    int wraps, strength;
  };

  // Only coloured voxels take memory: a leg is mostly without colour.
  void collect() {
    index_.assign(count_, no_label);
    for (std::size_t v = 0; v < count_; ++v)
      if (values_[v] != 0) {
        index_[v] = static_cast<Label>(voxels_.size());
        voxels_.push_back(v);
      }
    root_.resize(voxels_.size());
    std::iota(root_.begin(), root_.end(), Label{0});
  }

  Label find(Label a) {
    while (root_[a] != a) a = root_[a] = root_[root_[a]];
    return a;
  }

  std::array<int, 3> place(std::size_t v) const {
    return {static_cast<int>(v % stride_[1]),
            static_cast<int>(v / stride_[1] % static_cast<std::size_t>(size_[1])),
            static_cast<int>(v / stride_[2])};
  }

  // Calls visit(a, b, hole) for each coloured voxel and the next one along each axis.
  template <class Visit>
  void for_each_pair(int most_hole, Visit visit) {
    for (Label a = 0; a < voxels_.size(); ++a) {
      const std::array<int, 3> p = place(voxels_[a]);
      for (std::size_t axis = 0; axis < 3; ++axis)
        for (int n = 1; n <= most_hole + 1 && p[axis] + n < size_[axis]; ++n) {
          const Label b = index_[voxels_[a] + static_cast<std::size_t>(n) * stride_[axis]];
          if (b == no_label) continue;
          visit(a, b, n - 1);
          break;
        }
    }
  }

  float value(Label a) const { return values_[voxels_[a]]; }

  void join_alike() {
    for_each_pair(0, [&](Label a, Label b, int) {
      if (std::abs(value(a) - value(b)) < together * range_) root_[find(a)] = find(b);
    });
  }

  void measure_borders() {
    for_each_pair(widest_hole, [&](Label a, Label b, int hole) {
      Label ra = find(a), rb = find(b);
      if (ra == rb) return;
      const float step = value(b) - value(a);
      int wraps = 0;
      if (hole > 0) {
        // Across a hole only what is alike says something.
        if (std::abs(step) >= together * range_) return;
      } else if (std::abs(step) > one_round * range_) {
        wraps = step > 0 ? -1 : 1;
      }
      if (ra > rb) {
        std::swap(ra, rb);
        wraps = -wraps;
      }
      Border& border = borders_[{ra, rb}];
      ++border.all;
      const bool tells = hole > 0 || std::abs(step) > one_round * range_;
      if (tells) ++border.votes[wraps];
    });
    edge_.assign(voxels_.size(), 0);
    for (Label a = 0; a < voxels_.size(); ++a) {
      const std::array<int, 3> p = place(voxels_[a]);
      int bare = 0;
      for (std::size_t axis = 0; axis < 3; ++axis)
        bare += ends_at(voxels_[a], p, axis, 1) + ends_at(voxels_[a], p, axis, -1);
      edge_[find(a)] += bare;
    }
  }

  // Whether the vessel ends here: no colour follows, not even behind a hole. The rim of the volume
  // is no wall.
  int ends_at(std::size_t voxel, const std::array<int, 3>& p, std::size_t axis, int sign) const {
    for (int n = 1; n <= widest_hole + 1; ++n) {
      const int at = p[axis] + sign * n;
      if (at < 0 || at >= size_[axis]) return n > 1;
      const auto by = static_cast<std::size_t>(n) * stride_[axis];
      if (index_[sign > 0 ? voxel + by : voxel - by] != no_label) return 0;
    }
    return 1;
  }

  // Regions are tied by their longest borders first; in each group the region with the most edge
  // has no wraps.
  void settle() {
    std::vector<Tie> ties;
    for (const auto& [pair, border] : borders_) {
      if (border.votes.empty()) continue;
      const auto most =
          std::ranges::max_element(border.votes, {}, [](const auto& vote) { return vote.second; });
      if (most->second < least_pairs || most->second < least_share * border.all) continue;
      ties.push_back({pair.first, pair.second, most->first, most->second});
    }
    std::stable_sort(ties.begin(), ties.end(),
                     [](const Tie& a, const Tie& b) { return a.strength > b.strength; });
    group_.resize(voxels_.size());
    std::iota(group_.begin(), group_.end(), Label{0});
    wraps_.assign(voxels_.size(), 0);
    std::vector<std::vector<Label>> members(voxels_.size());
    std::vector<Label> regions;
    for (Label a = 0; a < voxels_.size(); ++a)
      if (find(a) == a) {
        regions.push_back(a);
        members[a] = {a};
      }
    for (const Tie& tie : ties) {
      Label keep = group_[tie.a], join = group_[tie.b];
      if (keep == join) continue;
      int shift = wraps_[tie.a] + tie.wraps - wraps_[tie.b];
      if (members[keep].size() < members[join].size()) {
        std::swap(keep, join);
        shift = -shift;
      }
      for (const Label region : members[join]) {
        group_[region] = keep;
        wraps_[region] += shift;
        members[keep].push_back(region);
      }
      members[join].clear();
    }
    tied_.assign(voxels_.size(), 0);
    for (const Label head : regions) {
      if (members[head].empty()) continue;
      const Label anchor =
          *std::ranges::max_element(members[head], {}, [&](Label r) { return edge_[r]; });
      const int base = wraps_[anchor];
      for (const Label region : members[head]) {
        wraps_[region] -= base;
        tied_[region] = edge_[anchor] > 0;
      }
    }
    of_voxel_.resize(voxels_.size());
    for (Label a = 0; a < voxels_.size(); ++a) of_voxel_[a] = wraps_[find(a)];
  }

  // A voxel takes the count of wraps that brings it nearest to its neighbours.
  void smooth() {
    for (int pass = 0; pass < smoothing_passes; ++pass) {
      std::vector<int> next = of_voxel_;
      for (Label a = 0; a < voxels_.size(); ++a) {
        const std::array<int, 3> p = place(voxels_[a]);
        std::array<float, 6> around{};
        std::size_t n = 0;
        const auto look = [&](std::size_t v) {
          if (const Label b = index_[v]; b != no_label)
            around[n++] = value(b) + static_cast<float>(of_voxel_[b]) * range_;
        };
        for (std::size_t axis = 0; axis < 3; ++axis) {
          if (p[axis] > 0) look(voxels_[a] - stride_[axis]);
          if (p[axis] + 1 < size_[axis]) look(voxels_[a] + stride_[axis]);
        }
        if (n < 3) continue;
        const auto cost = [&](int wraps) {
          float sum = 0;
          for (std::size_t m = 0; m < n; ++m)
            sum += std::abs(value(a) + static_cast<float>(wraps) * range_ - around[m]);
          return sum;
        };
        int best = of_voxel_[a];
        for (const int candidate : {of_voxel_[a] - 1, of_voxel_[a] + 1})
          if (cost(candidate) < 0.5f * cost(best)) best = candidate;
        next[a] = best;
      }
      of_voxel_ = std::move(next);
    }
  }

  Unwrapped apply() {
    Unwrapped result;
    for (Label a = 0; a < voxels_.size(); ++a) {
      const int wraps = of_voxel_[a];
      result.doubtful += !tied_[find(a)];
      if (wraps == 0) continue;
      values_[voxels_[a]] += static_cast<float>(wraps) * range_;
      ++result.changed;
      result.most_wraps = std::max(result.most_wraps, std::abs(wraps));
    }
    return result;
  }

  float* values_;
  std::array<int, 3> size_;
  float range_;
  std::array<std::size_t, 3> stride_{};
  std::size_t count_ = 0;
  std::vector<Label> index_;         // Of each voxel among the coloured.
  std::vector<std::size_t> voxels_;  // The coloured.
  std::vector<Label> root_, group_;
  std::vector<int> edge_, wraps_, of_voxel_;
  std::vector<char> tied_;
  std::map<std::pair<Label, Label>, Border> borders_;
};

}  // namespace

Unwrapped unwrap(Volume<float>& velocity_cm_s, double range_cm_s) {
  if (!(range_cm_s > 0)) return {};
  return Regions(velocity_cm_s.data(), velocity_cm_s.grid().size(), static_cast<float>(range_cm_s))
      .solve();
}

Unwrapped unwrap(Frame<float>& velocity_cm_s, double range_cm_s) {
  if (!(range_cm_s > 0) || velocity_cm_s.empty()) return {};
  return Regions(velocity_cm_s.data(), {velocity_cm_s.columns(), velocity_cm_s.rows(), 1},
                 static_cast<float>(range_cm_s))
      .solve();
}

}  // namespace imaging
