// A digital leg under the C-arm, filmed in memory.
#pragma once

#include <optional>
#include <string>

#include "imaging/core/study.h"
#include "imaging/phantom/angiogram.h"
#include "imaging/phantom/limb.h"

namespace bench {

struct FilmedLeg {
  imaging::phantom::Limb limb;
  imaging::phantom::RunSetup setup;
  imaging::AngioRun run;
};

struct Filming {
  int columns = 512;   // And rows; the detector stays as large.
  bool moves = false;  // Else the patient lies still whatever the recipe says.
  double light = 1;    // Photons over those of a case.
};

// A run of a shipped recipe by name; nothing, with a sentence printed, when it cannot be had.
std::optional<FilmedLeg> filmed_leg(const std::string& recipe, int seed, const std::string& run,
                                    const Filming& filming = {});
// The same of a leg at hand.
std::optional<FilmedLeg> filmed_leg(imaging::phantom::Limb limb,
                                    const imaging::phantom::RunEntry& entry,
                                    const Filming& filming);

// One straight artery in the calf whose diameter along its 80 mm is a function of the place, mm.
template <class Diameter>
imaging::phantom::Limb straight_artery(Diameter diameter_mm_at) {
  imaging::phantom::Limb limb;
  limb.seed = 5;
  limb.knee = {95, 8, -480};
  limb.ankle = {95, 8, -852};
  const imaging::Vector3<imaging::Lps> along =
      imaging::Vector3<imaging::Lps>{0.12, -0.08, -1}.normalized();
  imaging::phantom::LimbVessel artery;
  artery.id = "posterior_tibial_artery";
  for (int i = 0; i <= 160; ++i) {
    const double at_mm = imaging::phantom::step_mm * i, radius = 0.5 * diameter_mm_at(at_mm);
    artery.samples.push_back({.p = imaging::Point3<imaging::Lps>{88, 30, -560} + along * at_mm,
                              .reference_radius_mm = radius,
                              .radius_mm = radius,
                              .open = true,
                              .perfused = true,
                              .speed_cm_s = 20,
                              .arrival_s = 0.01 * i});
  }
  limb.vessels.push_back(std::move(artery));
  return limb;
}

// A run of that artery, seen aslant.
imaging::phantom::RunEntry straight_entry();

}  // namespace bench
