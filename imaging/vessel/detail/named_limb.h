// What naming the vessels of the leg and those of the sole share: the limb's own directions, and
// the tree of stretches.
#pragma once

#include <cstddef>
#include <vector>

#include "imaging/vessel/limb_axes.h"

namespace imaging {

// A shorter stretch does not take part in the matching.
inline constexpr double main_artery_mm = 20;
// Veins lie within this of the artery they go with.
inline constexpr double companion_mm = 12;

class NamedLimb {
 public:
  explicit NamedLimb(const LimbAxes& axes) : axes_(axes) {}
  const LimbAxes& axes() const { return axes_; }
  bool knows_side() const { return axes_.lateral.norm() > 0; }
  double lateral(const Vector3<Lps>& v) const { return axes_.lateral.dot(v); }
  double anterior(const Vector3<Lps>& v) const { return axes_.anterior.dot(v); }
  double superior(const Vector3<Lps>& v) const { return axes_.superior.dot(v); }
  // How far back, and how far up, a place lies.
  double back(const Point3<Lps>& p) const { return -anterior(p - Point3<Lps>{}); }
  double level(const Point3<Lps>& p) const { return superior(p - Point3<Lps>{}); }

 private:
  LimbAxes axes_;
};

// Stretches that leave `parent`.
std::vector<int> children_of(const std::vector<Stretch>& all, int parent, bool main_only);

// Nothing but thin branches leaves stretch n on its way.
bool ends(const std::vector<Stretch>& all, std::size_t n);

// Cuts stretch n before a sample; what leaves it farther down goes with the lower part, which comes
// last. Gives back the lower part.
std::size_t cut_before(std::vector<Stretch>& all, std::size_t n, std::size_t sample);

}  // namespace imaging
