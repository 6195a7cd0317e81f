// Limbs for the tests: shipped recipes, and one so simple that its images can be worked out.
#pragma once

#include <gtest/gtest.h>

#include <cmath>

#include "imaging/core/assets.h"
#include "imaging/phantom/anatomy.h"

namespace imaging::phantom {

inline Recipe shipped(const std::string& name) {
  const auto recipe = read_recipe(assets_folder() / "cases" / (name + ".json"));
  if (!recipe) ADD_FAILURE() << recipe.error().sentence;
  return recipe.value_or(Recipe{});
}

inline Limb grown(const std::string& name, std::uint64_t seed) {
  auto limb = grow_limb(shipped(name), seed);
  if (!limb) ADD_FAILURE() << limb.error().sentence;
  return limb.value_or(Limb{});
}

// One straight artery in the calf's muscle, 2 mm wide in radius, along a slanting line.
inline Limb straight_artery(double speed_cm_s) {
  Limb limb;
  limb.seed = 5;
  limb.knee = {95, 8, -480};
  limb.ankle = {95, 8, -852};
  const Vector3<Lps> along = Vector3<Lps>{0.12, -0.08, -1}.normalized();
  LimbVessel artery;
  artery.id = "posterior_tibial_artery";
  for (int i = 0; i <= 160; ++i)
    artery.samples.push_back({.p = Point3<Lps>{88, 30, -560} + along * (step_mm * i),
                              .reference_radius_mm = 2,
                              .radius_mm = 2,
                              .open = true,
                              .perfused = true,
                              .speed_cm_s = speed_cm_s,
                              .arrival_s = 0.01 * i});
  limb.vessels.push_back(std::move(artery));
  return limb;
}

}  // namespace imaging::phantom
