// Numbers that look random but depend only on a key: the same for any number of threads and any
// order of asking.
#pragma once

#include <cstdint>
#include <string_view>
#include <utility>

#include "imaging/core/geometry.h"

namespace imaging::phantom {

class Random {
 public:
  explicit Random(std::uint64_t seed) : key_(mix(seed + 0x9e3779b97f4a7c15u)) {}
  // An independent source, named so that adding one never changes another.
  Random fork(std::string_view name) const;
  Random fork(std::uint64_t number) const;

  double uniform(std::uint64_t index) const;  // In [0, 1).
  double between(std::uint64_t index, double low, double high) const {
    return low + (high - low) * uniform(index);
  }
  double normal(std::uint64_t index) const { return normal_pair(index).first; }
  // Two independent standard normals, for one price.
  std::pair<double, double> normal_pair(std::uint64_t index) const;

 private:
  static std::uint64_t mix(std::uint64_t x);
  std::uint64_t key_;
};

// A smooth curve through random heights in [-1, 1], one every `knot_mm`.
class SmoothNoise {
 public:
  SmoothNoise(Random random, double knot_mm) : random_(random), knot_mm_(knot_mm) {}
  double operator()(double s_mm) const;

 private:
  double height(std::int64_t knot) const;
  Random random_;
  double knot_mm_;
};

// The same in space, trilinear between knots with smooth weights.
class SpatialNoise {
 public:
  SpatialNoise(Random random, double knot_mm) : random_(random), knot_mm_(knot_mm) {}
  double operator()(double x_mm, double y_mm, double z_mm) const;
  double operator()(const Point3<Lps>& p) const { return (*this)(p.x, p.y, p.z); }

 private:
  double height(std::int64_t i, std::int64_t j, std::int64_t k) const;
  Random random_;
  double knot_mm_;
};

}  // namespace imaging::phantom
