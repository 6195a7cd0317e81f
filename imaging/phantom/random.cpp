#include "imaging/phantom/random.h"

#include <cmath>

namespace imaging::phantom {

// SplitMix64's finalizer (Steele, Lea, Flood 2014): every bit of the input reaches every bit of
// the output.
std::uint64_t Random::mix(std::uint64_t x) {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  return x ^ (x >> 31);
}

Random Random::fork(std::string_view name) const {
  std::uint64_t hash = 0xcbf29ce484222325u;
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  return Random(key_ ^ hash);
}

Random Random::fork(std::uint64_t number) const { return Random(key_ ^ mix(number + 1)); }

double Random::uniform(std::uint64_t index) const {
  return static_cast<double>(mix(key_ + index * 0x9e3779b97f4a7c15u) >> 11) * 0x1p-53;
}

std::pair<double, double> Random::normal_pair(std::uint64_t index) const {
  // Box and Muller; the first uniform is kept off zero.
  const double radius = std::sqrt(-2 * std::log(1 - uniform(2 * index)));
  const double angle = 2 * pi * uniform(2 * index + 1);
  return {radius * std::cos(angle), radius * std::sin(angle)};
}

double SmoothNoise::height(std::int64_t knot) const {
  return 2 * random_.uniform(static_cast<std::uint64_t>(knot + (std::int64_t{1} << 32))) - 1;
}

double SmoothNoise::operator()(double s_mm) const {
  const double u = s_mm / knot_mm_;
  const auto knot = static_cast<std::int64_t>(std::floor(u));
  const double t = u - static_cast<double>(knot);
  // Uniform cubic B-spline: smooth, and never beyond its heights; scaled back to their spread.
  const double w0 = (1 - t) * (1 - t) * (1 - t), w3 = t * t * t;
  const double w1 = 3 * t * t * t - 6 * t * t + 4, w2 = 6 - w0 - w1 - w3;
  const double mean =
      (w0 * height(knot - 1) + w1 * height(knot) + w2 * height(knot + 1) + w3 * height(knot + 2)) /
      6;
  return std::fmax(-1, std::fmin(1, 1.4 * mean));
}

double SpatialNoise::height(std::int64_t i, std::int64_t j, std::int64_t k) const {
  constexpr std::int64_t middle = 1 << 20;
  const auto key =
      static_cast<std::uint64_t>(((i + middle) << 42) ^ ((j + middle) << 21) ^ (k + middle));
  return 2 * random_.uniform(key) - 1;
}

double SpatialNoise::operator()(double x_mm, double y_mm, double z_mm) const {
  const double u[3] = {x_mm / knot_mm_, y_mm / knot_mm_, z_mm / knot_mm_};
  std::int64_t knot[3];
  double weight[3];
  for (int a = 0; a < 3; ++a) {
    knot[a] = static_cast<std::int64_t>(std::floor(u[a]));
    const double t = u[a] - static_cast<double>(knot[a]);
    weight[a] = t * t * (3 - 2 * t);
  }
  double sum = 0;
  for (int corner = 0; corner < 8; ++corner) {
    const int i = corner & 1, j = (corner >> 1) & 1, k = corner >> 2;
    sum += (i ? weight[0] : 1 - weight[0]) * (j ? weight[1] : 1 - weight[1]) *
           (k ? weight[2] : 1 - weight[2]) * height(knot[0] + i, knot[1] + j, knot[2] + k);
  }
  return sum;
}

}  // namespace imaging::phantom
