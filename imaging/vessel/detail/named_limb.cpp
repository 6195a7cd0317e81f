#include "imaging/vessel/detail/named_limb.h"

#include <algorithm>
#include <utility>

namespace imaging {

std::vector<int> children_of(const std::vector<Stretch>& all, int parent, bool main_only) {
  std::vector<int> found;
  for (std::size_t n = 0; n < all.size(); ++n)
    if (all[n].parent == parent && (!main_only || all[n].length_mm() >= main_artery_mm))
      found.push_back(static_cast<int>(n));
  return found;
}

bool ends(const std::vector<Stretch>& all, std::size_t n) {
  constexpr double start_mm = 5;  // What leaves here leaves beside it.
  const Point3<Lps> start = all[n].samples.front().position;
  const std::vector<int> below = children_of(all, static_cast<int>(n), true);
  return std::all_of(below.begin(), below.end(), [&](int child) {
    const Stretch& c = all[static_cast<std::size_t>(child)];
    return !c.continues && distance(c.samples.front().position, start) <= start_mm;
  });
}

std::size_t cut_before(std::vector<Stretch>& all, std::size_t n, std::size_t sample) {
  Stretch lower = all[n];
  lower.samples.erase(lower.samples.begin(), lower.samples.begin() + static_cast<long>(sample));
  lower.parent = static_cast<int>(n);
  lower.continues = true;
  all[n].samples.resize(sample + 1);
  const auto index = static_cast<int>(all.size());
  for (std::size_t c = 0; c < all.size(); ++c) {
    if (all[c].parent != static_cast<int>(n)) continue;
    const Point3<Lps> start = all[c].samples.front().position;
    if (distance(start, all[n].samples.back().position) >
        distance(start, lower.samples[lower.samples.size() / 2].position))
      all[c].parent = index;
  }
  all.push_back(std::move(lower));
  return all.size() - 1;
}

}  // namespace imaging
