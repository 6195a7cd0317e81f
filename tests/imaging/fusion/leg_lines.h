// Three arteries of a lower leg as curves, and how a C-arm sees them: truth from formulas.
#pragma once

#include <cmath>
#include <random>
#include <vector>

#include "imaging/angio/c_arm.h"

namespace imaging::testing_lines {

using Line3 = std::vector<Point3<Lps>>;

// Oblique to the axes, twisting, about 180 mm long, 1 mm between points.
inline std::vector<Line3> leg() {
  std::vector<Line3> vessels(3);
  const Vector3<Lps> down = Vector3<Lps>{0.08, 0.1, -1}.normalized();
  const Vector3<Lps> left = Vector3<Lps>{1, 0.05, 0.085}.normalized();
  const Vector3<Lps> back = down.cross(left);
  const Point3<Lps> knee{100, 12, -540};
  for (double s = 0; s <= 180; s += 1) {
    const double t = s / 180;
    // The anterior one turns off at 40 mm, swings forward and then runs on.
    const double off = std::max(0.0, s - 40);
    vessels[0].push_back(knee + down * s +
                         left * (6 * std::sin(s / 25) + 14 * std::tanh(off / 20)) +
                         back * (-18 * std::tanh(off / 15) + 3 * std::cos(s / 31)));
    vessels[1].push_back(knee + down * s + left * (6 * std::sin(s / 25) * (1 - t) + 9 * t) +
                         back * (3 * std::cos(s / 31) + 8 * t));
    vessels[2].push_back(knee + down * s +
                         left *
                             (6 * std::sin(s / 25) - 13 * std::tanh(std::max(0.0, s - 70) / 25)) +
                         back * (3 * std::cos(s / 31) + 5 * std::sin(s / 40)));
  }
  vessels[0].erase(vessels[0].begin(), vessels[0].begin() + 40);
  vessels[2].erase(vessels[2].begin(), vessels[2].begin() + 70);
  return vessels;
}

inline CArmPose pose(double primary_deg, double secondary_deg) {
  return {primary_deg, secondary_deg, 1180, 815, 0.31, 0.31};
}

// Every `every`-th point on the detector, with an error of `sd_px`.
inline std::vector<Point2> seen(const Line3& line, const CArm& arm, double sd_px,
                                std::mt19937& random) {
  std::normal_distribution<double> error(0, 1);
  std::vector<Point2> points;
  for (const auto& p : line) {
    const Point2 q = arm.project(p);
    points.push_back({q.x + sd_px * error(random), q.y + sd_px * error(random)});
  }
  return points;
}

}  // namespace imaging::testing_lines
