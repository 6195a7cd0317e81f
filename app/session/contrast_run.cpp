#include "app/session/contrast_run.h"

#include <algorithm>
#include <cmath>

namespace app {
namespace {

using imaging::Lps;
using LpsPoint = imaging::Point3<Lps>;

// Mass attenuation of iodine at 50 keV, cm2/g: NIST XCOM. A beam of 70 kV behind a leg has about
// this effective energy (E).
constexpr double iodine_cm2_g = 12.32;
// cm2/g x mg/ml is 1e-3 per cm, a tenth of that per mm.
constexpr double density_per_mg_ml_mm = iodine_cm2_g * 1e-4;

// Where the X-rays through a pixel pass the rod's middle line, and how far they run inside it.
// The ray is a line through the source; `axis` the rod's unit direction, `length` its length:
//   n = ray x axis,  distance of the two lines d = from . n / |n|
//   chord of an endless rod 2 sqrt(R^2 - d^2) / |n|, centred where the lines are nearest,
// cut where it leaves the rod's flat ends.
struct Passage {
  double length_mm = 0;
  double along = 0;  // 0 at the rod's `from`, 1 at its `to`.
};

using V = std::array<double, 3>;
double dot(const V& a, const V& b) { return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]; }
V cross(const V& a, const V& b) {
  return {a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]};
}

Passage passage(const V& ray, const ContrastRod& rod) {
  const V from{rod.from[0], rod.from[1], rod.from[2]};
  V axis{rod.to[0] - from[0], rod.to[1] - from[1], rod.to[2] - from[2]};
  const double length = std::sqrt(dot(axis, axis));
  for (double& c : axis) c /= length;
  const V n = cross(ray, axis);
  // A rod seen from its end is taken as seen from a tenth of a degree aside.
  const double sine = std::max(std::sqrt(dot(n, n)), 2e-3);
  const double distance = dot(from, n) / sine;
  const double inside = static_cast<double>(rod.radius_mm) * rod.radius_mm - distance * distance;
  if (!(inside > 0)) return {};
  const double half = std::sqrt(inside) / sine;
  const double cosine = dot(ray, axis);
  // Along the rod, the place nearest to the ray: from `from`, mm.
  const double middle = (cosine * dot(from, ray) - dot(from, axis)) / (sine * sine);
  // The stretch of the ray, about that place, for which 0 <= middle + cosine * s <= length.
  double low = -half, high = half;
  if (std::abs(cosine) > 1e-4) {
    const double a = -middle / cosine, b = (length - middle) / cosine;
    low = std::max(low, std::min(a, b));
    high = std::min(high, std::max(a, b));
  } else if (middle < 0 || middle >= length) {
    return {};
  }
  if (!(high > low)) return {};
  const double at = (middle + cosine * 0.5 * (low + high)) / length;
  return {high - low, std::clamp(at, 0.0, 1.0)};
}

// The middle of the box around all contrast.
LpsPoint middle_of(const planning::ContrastTree& tree) {
  double low[3] = {1e9, 1e9, 1e9}, high[3] = {-1e9, -1e9, -1e9};
  for (const auto& tube : tree.tubes)
    for (const auto& p : tube.points) {
      const double at[3] = {p.at.x, p.at.y, p.at.z};
      for (int c = 0; c < 3; ++c) {
        low[c] = std::min(low[c], at[c]);
        high[c] = std::max(high[c], at[c]);
      }
    }
  return {(low[0] + high[0]) / 2, (low[1] + high[1]) / 2, (low[2] + high[2]) / 2};
}

planning::Injection injection_of(const ContrastScene& scene) {
  planning::Injection injection;
  for (const auto& knot : scene.knots) injection.knots.push_back({knot[0], knot[1]});
  return injection;
}

}  // namespace

imaging::CArmPose usual_pose() {
  return {.source_to_detector_mm = 1150,
          .source_to_isocentre_mm = 800,
          .imager_spacing_column_mm = 0.6,
          .imager_spacing_row_mm = 0.6};
}

imaging::Result<PredictedContrast> predicted_contrast(const planning::Planner& planner,
                                                      const planning::Plan& plan,
                                                      ContrastStage stage,
                                                      const planning::Bolus& bolus) {
  planning::Variant variant;
  variant.no_crossing = stage == ContrastStage::Before;
  variant.nothing_closed = stage == ContrastStage::AfterStents;
  const auto limb = planner.flow_network(plan, variant);
  if (!limb) return tl::unexpected(limb.error());
  const auto flow = planning::solve(limb->network);
  if (!flow) return tl::unexpected(flow.error());
  auto tree = planning::contrast_tree(*limb, *flow, planner.tree());
  if (!tree) return tl::unexpected(tree.error());
  auto injection = planning::injection_of(bolus, tree->blood_ml_min);
  if (!injection) return tl::unexpected(injection.error());
  return PredictedContrast{*std::move(tree), *std::move(injection)};
}

std::array<std::array<float, 2>, 4> injection_knots(const planning::Injection& injection) {
  std::array<std::array<float, 2>, 4> knots{};
  const auto& given = injection.knots;
  for (std::size_t k = 0; k < knots.size(); ++k) {
    const auto& knot = given[std::min(k, given.size() - 1)];
    const double later_s = k < given.size() ? 0 : 1e-3;
    knots[k] = {static_cast<float>(knot.time_s + later_s), static_cast<float>(knot.iodine_mg_ml)};
  }
  return knots;
}

imaging::Result<ContrastScene> contrast_scene(const PredictedContrast& contrast,
                                              const imaging::CArmPose& pose, int columns, int rows,
                                              const LpsPoint* isocentre) {
  if (columns < 1 || rows < 1)
    return imaging::fail(imaging::ErrorCode::InvalidInput,
                         "A predicted run needs an image with pixels.");
  const imaging::Point2 principal{(columns - 1) / 2.0, (rows - 1) / 2.0};
  const auto arm =
      imaging::CArm::make(pose, isocentre ? *isocentre : middle_of(contrast.tree), principal);
  if (!arm) return tl::unexpected(arm.error());
  ContrastScene scene;
  scene.columns = columns;
  scene.rows = rows;
  scene.principal_column = static_cast<float>(principal.x);
  scene.principal_row = static_cast<float>(principal.y);
  scene.slope_column =
      static_cast<float>(pose.imager_spacing_column_mm / pose.source_to_detector_mm);
  scene.slope_row = static_cast<float>(pose.imager_spacing_row_mm / pose.source_to_detector_mm);
  scene.density_per_mg_ml_mm = static_cast<float>(density_per_mg_ml_mm);
  scene.knots = injection_knots(contrast.injection);
  const auto seen = [&](const LpsPoint& p) {
    const auto d = p - arm->source();
    return std::array<float, 3>{static_cast<float>(d.dot(arm->column_direction())),
                                static_cast<float>(d.dot(arm->row_direction())),
                                static_cast<float>(d.dot(arm->towards_detector()))};
  };
  constexpr float nearest_mm = 10;  // Before the source there is no image.
  for (const auto& tube : contrast.tree.tubes)
    for (std::size_t i = 0; i + 1 < tube.points.size(); ++i) {
      const auto &a = tube.points[i], &b = tube.points[i + 1];
      if (imaging::distance(a.at, b.at) < 1e-3) continue;
      ContrastRod rod;
      rod.from = seen(a.at);
      rod.to = seen(b.at);
      if (rod.from[2] < nearest_mm || rod.to[2] < nearest_mm) continue;
      // A rod with the volume of the frustum.
      rod.radius_mm = static_cast<float>(std::sqrt(
          (a.radius_mm * a.radius_mm + a.radius_mm * b.radius_mm + b.radius_mm * b.radius_mm) / 3));
      rod.from_tau_s = static_cast<float>(a.tau_s);
      rod.to_tau_s = static_cast<float>(b.tau_s);
      const auto place = [&](const std::array<float, 3>& p, int axis) {
        return axis == 0 ? p[0] / p[2] / scene.slope_column + scene.principal_column
                         : p[1] / p[2] / scene.slope_row + scene.principal_row;
      };
      const float near = std::min(rod.from[2], rod.to[2]) - rod.radius_mm;
      const float wide = rod.radius_mm / near / scene.slope_column + 1.5F;
      const float high = rod.radius_mm / near / scene.slope_row + 1.5F;
      rod.left = std::floor(std::min(place(rod.from, 0), place(rod.to, 0)) - wide);
      rod.right = std::ceil(std::max(place(rod.from, 0), place(rod.to, 0)) + wide);
      rod.top = std::floor(std::min(place(rod.from, 1), place(rod.to, 1)) - high);
      rod.bottom = std::ceil(std::max(place(rod.from, 1), place(rod.to, 1)) + high);
      if (rod.right < 0 || rod.bottom < 0 || rod.left > static_cast<float>(columns - 1) ||
          rod.top > static_cast<float>(rows - 1))
        continue;
      scene.rods.push_back(rod);
    }
  return scene;
}

imaging::Frame<float> contrast_frame(const ContrastScene& scene, double time_s) {
  imaging::Frame<float> frame(scene.columns, scene.rows, 0.0F);
  const planning::Injection injection = injection_of(scene);
  for (const ContrastRod& rod : scene.rods) {
    if (!(planning::iodine_in_area(injection, rod.from_tau_s, time_s) > 0)) continue;
    const int left = std::max(0, static_cast<int>(rod.left));
    const int right = std::min(scene.columns - 1, static_cast<int>(rod.right));
    const int top = std::max(0, static_cast<int>(rod.top));
    const int bottom = std::min(scene.rows - 1, static_cast<int>(rod.bottom));
    for (int row = top; row <= bottom; ++row)
      for (int column = left; column <= right; ++column) {
        V ray{(static_cast<double>(column) - scene.principal_column) * scene.slope_column,
              (static_cast<double>(row) - scene.principal_row) * scene.slope_row, 1};
        const double size = std::sqrt(dot(ray, ray));
        for (double& c : ray) c /= size;
        const Passage p = passage(ray, rod);
        if (!(p.length_mm > 0)) continue;
        const double tau_s = std::lerp(rod.from_tau_s, rod.to_tau_s, p.along);
        frame(column, row) +=
            static_cast<float>(scene.density_per_mg_ml_mm * p.length_mm *
                               planning::iodine_in_area(injection, tau_s, time_s));
      }
  }
  return frame;
}

}  // namespace app
