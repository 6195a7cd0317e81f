// A foot alone, cheaply: its disease drawn by severity, one AP run, one radiograph, and what a
// reader should say of them.
#pragma once

#include <map>
#include <string>

#include "imaging/core/progress.h"
#include "imaging/core/study.h"
#include "imaging/phantom/angiogram.h"
#include "imaging/phantom/limb.h"
#include "imaging/phantom/recipe.h"

namespace imaging::phantom {

// What a drawn foot suffers from. SAD 0: lumens within 15 % of healthy. 1: all narrowed by a third
// or more, patent but for a toe. 2: two thirds or more of arch, metatarsal and digital arteries
// closed. Calcium: by site, none, too short to count, or long.
struct DrawnFoot {
  Recipe recipe;
  int sad = 0;
};
DrawnFoot draw_foot(std::uint64_t seed);

// One artery of the foot map as it is.
struct TrueArtery {
  double filled_share = 0;    // Perfused length over length.
  double relative_width = 0;  // Mean lumen over healthy lumen where perfused; 0 where none is.
  double calcium_mm = 0;      // Longest continuous stretch of medial calcium.
};
// By the ids of assets/scores/foot_map.json.
std::map<std::string, TrueArtery> true_foot(const Limb& limb);

// How much light the images were taken with: three times that of a case's images, the same, and a
// third of it.
enum class XrayNoise { Low, Medium, High };
std::string_view name_of(XrayNoise noise);  // "low", "medium", "high"

struct FootImages {
  AngioRun run;
  Radiograph radiograph;
};
// The body is marched through once for all noise levels; so is a foot made in some seconds.
class FootStudio {
 public:
  // Errors: InvalidInput from the recipe's entries.
  static Result<FootStudio> make(const DrawnFoot& drawn);
  const Limb& limb() const { return limb_; }
  Result<FootImages> images(XrayNoise noise, const Progress& progress = {}) const;

 private:
  FootStudio(Limb limb, RunSetup run, RadiographSetup radiograph)
      : limb_(std::move(limb)), run_(std::move(run)), radiograph_(std::move(radiograph)) {}
  Limb limb_;
  RunSetup run_;
  RadiographSetup radiograph_;
  std::vector<float> run_still_, radiograph_still_;
};

}  // namespace imaging::phantom
