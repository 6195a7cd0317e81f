#include "imaging/duplex/blooming.h"

#include <tbb/parallel_for.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <vector>

namespace imaging {
namespace {

// Colour's pulses are longer than grey's and its lines fewer: it spills a millimetre, seldom two.
constexpr double widest_bloom_mm = 2;
// Walls and tissue of a leg are 10 dB and more above blood; 20 of 255 is 4 to 5 dB of the usual 50
// to 60 dB on screen. Below it there is no wall to be seen.
constexpr double least_rise_grey = 20;
// At the edge of a lumen the beam's width leaves half of the tissue's power: 3 dB, 13 of 255 on
// screen, and not half of its grey, because greys are logarithms.
constexpr double edge_grey = 13;
constexpr int least_patch = 8;   // Pixels: fewer have no middle and no edge.
constexpr double beyond_mm = 1;  // How far outside of the colour wall and tissue are looked at.

// One slice across the volume, with what is done to it.
class Slice {
 public:
  Slice(Volume<float>& velocity, const Volume<std::uint8_t>& grey, int k)
      : columns_(grey.grid().size()[0]),
        rows_(grey.grid().size()[1]),
        mm_({grey.grid().spacing_mm()[0], grey.grid().spacing_mm()[1]}),
        velocity_(velocity.data() + velocity.grid().index(0, 0, k)) {
    bool any = false;
    for (int p = 0; p < columns_ * rows_ && !any; ++p) any = velocity_[p] != 0;
    if (!any) return;
    soften(grey.data() + grey.grid().index(0, 0, k));
    label_.assign(size(), 0);
    depth_mm_.assign(size(), 0);
  }

  std::size_t limit() {
    if (label_.empty()) return 0;
    measure_depth();
    std::size_t taken = 0;
    int next = 0;
    for (int p = 0; p < columns_ * rows_; ++p)
      if (velocity_[p] != 0 && label_[at(p)] == 0) taken += limit_patch(p, ++next);
    return taken;
  }

 private:
  static std::size_t at(int p) { return static_cast<std::size_t>(p); }
  std::size_t size() const { return at(columns_ * rows_); }

  // Speckle would tear the lumen: the mean of the 0.3 mm around, less than a wall is thick.
  void soften(const std::uint8_t* grey) {
    soft_.resize(size());
    const int ri = std::max(1, static_cast<int>(0.3 / mm_[0])),
              rj = std::max(1, static_cast<int>(0.3 / mm_[1]));
    for (int j = 0; j < rows_; ++j)
      for (int i = 0; i < columns_; ++i) {
        int sum = 0, n = 0;
        for (int b = std::max(0, j - rj); b <= std::min(rows_ - 1, j + rj); ++b)
          for (int a = std::max(0, i - ri); a <= std::min(columns_ - 1, i + ri); ++a) {
            sum += grey[b * columns_ + a];
            ++n;
          }
        soft_[at(j * columns_ + i)] = static_cast<float>(sum) / static_cast<float>(n);
      }
  }

  template <class Visit>
  void for_neighbours(int p, Visit visit) const {
    const int i = p % columns_, j = p / columns_;
    if (i > 0) visit(p - 1, mm_[0]);
    if (i + 1 < columns_) visit(p + 1, mm_[0]);
    if (j > 0) visit(p - columns_, mm_[1]);
    if (j + 1 < rows_) visit(p + columns_, mm_[1]);
  }

  // From the nearest pixel without colour, along rows and columns, within the widest bloom.
  void measure_depth() {
    std::vector<int> front;
    for (int p = 0; p < columns_ * rows_; ++p) {
      if (velocity_[p] == 0) continue;
      depth_mm_[at(p)] = 1e9f;
      for_neighbours(p, [&](int q, double mm) {
        if (velocity_[q] == 0)
          depth_mm_[at(p)] = std::min(depth_mm_[at(p)], static_cast<float>(mm));
      });
      if (depth_mm_[at(p)] < 1e9f) front.push_back(p);
    }
    while (!front.empty()) {
      std::vector<int> next;
      for (const int p : front)
        for_neighbours(p, [&](int q, double mm) {
          const float through = depth_mm_[at(p)] + static_cast<float>(mm);
          if (velocity_[q] == 0 || through >= depth_mm_[at(q)]) return;
          depth_mm_[at(q)] = through;
          next.push_back(q);
        });
      front = std::move(next);
    }
  }

  static double fraction_of(std::vector<float> values, double fraction) {
    const auto n = values.begin() +
                   static_cast<std::ptrdiff_t>(fraction * static_cast<double>(values.size() - 1));
    std::nth_element(values.begin(), n, values.end());
    return *n;
  }

  std::size_t limit_patch(int seed, int label) {
    std::vector<int> patch{seed};
    label_[at(seed)] = label;
    for (std::size_t n = 0; n < patch.size(); ++n)
      for_neighbours(patch[n], [&](int q, double) {
        if (velocity_[q] == 0 || label_[at(q)] != 0) return;
        label_[at(q)] = label;
        patch.push_back(q);
      });
    if (patch.size() < least_patch) return 0;
    float deepest = 0;
    for (const int p : patch) deepest = std::max(deepest, depth_mm_[at(p)]);
    std::vector<float> core, beyond;
    for (const int p : patch)
      if (depth_mm_[at(p)] >= 0.6f * deepest) core.push_back(soft_[at(p)]);
    const double lumen = fraction_of(core, 0.5);
    collect_beyond(patch, beyond);
    if (beyond.empty()) return 0;
    const double wall = fraction_of(beyond, 0.5);
    if (wall - lumen < least_rise_grey) return 0;
    const double limit = wall - edge_grey;
    // Peeled from outside through what is bright; dark places are left, whatever surrounds them.
    std::vector<int> peeled;
    const auto peel = [&](int p) {
      const bool spilled = velocity_[p] != 0 && label_[at(p)] == label && soft_[at(p)] > limit &&
                           depth_mm_[at(p)] <= widest_bloom_mm;
      if (!spilled) return;
      velocity_[p] = 0;
      peeled.push_back(p);
    };
    const auto edge_mm = static_cast<float>(std::max(mm_[0], mm_[1]));
    for (const int p : patch)
      if (depth_mm_[at(p)] <= edge_mm) peel(p);
    for (std::size_t n = 0; n < peeled.size(); ++n)
      for_neighbours(peeled[n], [&](int q, double) { peel(q); });
    return peeled.size();
  }

  // Greys without colour around the patch.
  void collect_beyond(const std::vector<int>& patch, std::vector<float>& beyond) const {
    const int ri = std::max(1, static_cast<int>(std::lround(beyond_mm / mm_[0]))),
              rj = std::max(1, static_cast<int>(std::lround(beyond_mm / mm_[1])));
    for (const int p : patch) {
      if (depth_mm_[at(p)] > static_cast<float>(std::max(mm_[0], mm_[1]))) continue;
      const int i = p % columns_, j = p / columns_;
      for (const auto& [a, b] :
           {std::pair{i - ri, j}, std::pair{i + ri, j}, std::pair{i, j - rj}, std::pair{i, j + rj}})
        if (a >= 0 && a < columns_ && b >= 0 && b < rows_ && velocity_[b * columns_ + a] == 0)
          beyond.push_back(soft_[at(b * columns_ + a)]);
    }
  }

  int columns_, rows_;
  std::array<double, 2> mm_;
  float* velocity_;
  std::vector<float> soft_, depth_mm_;
  std::vector<int> label_;
};

}  // namespace

std::size_t limit_blooming(Volume<float>& velocity_cm_s, const Volume<std::uint8_t>& grey) {
  OASIS_EXPECTS(velocity_cm_s.size() == grey.size());
  std::atomic<std::size_t> taken = 0;
  tbb::parallel_for(0, grey.grid().size()[2],
                    [&](int k) { taken += Slice(velocity_cm_s, grey, k).limit(); });
  return taken;
}

}  // namespace imaging
