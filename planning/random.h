// Seeded draws that are the same on every machine; the standard library's distributions are not.
#pragma once

#include <cmath>
#include <cstdint>
#include <numbers>

namespace planning {

class Draws {
 public:
  explicit Draws(std::uint64_t seed) : state_(seed) {}
  // In (0, 1). SplitMix64 (Steele, Lea, Flood, OOPSLA 2014).
  double uniform() {
    std::uint64_t z = (state_ += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    z ^= z >> 31;
    return (static_cast<double>(z >> 11) + 0.5) * 0x1p-53;
  }
  // Mean 0, standard deviation 1 (Box and Muller).
  double normal() {
    const double radius = std::sqrt(-2 * std::log(uniform()));
    return radius * std::cos(2 * std::numbers::pi * uniform());
  }

 private:
  std::uint64_t state_;
};

}  // namespace planning
