// Everything that was put into a case, as truth.json.
#pragma once

#include <string>
#include <vector>

#include "imaging/phantom/angiogram.h"
#include "imaging/phantom/duplex.h"
#include "imaging/phantom/limb.h"
#include "imaging/phantom/recipe.h"

namespace imaging::phantom {

struct WrittenRun {
  std::string file;
  RunSetup setup;
};

struct CaseTruth {
  Recipe recipe;
  std::string study_uid, patient_frame_of_reference_uid;
  std::vector<Scan> scans;
  std::vector<std::string> scan_files;  // As many as scans.
  std::vector<WrittenRun> runs;
  std::optional<RadiographSetup> radiograph;
  std::string radiograph_file;
};

// One place where the needle could go, of all of them.
struct TruePlace {
  std::string artery, vein;
  Point3<Lps> artery_point, vein_point;
  double artery_mm = 0, vein_mm = 0;  // Arc lengths.
  double gap_mm = 0;                  // Lumen to lumen, the artery healthy.
};
// The least gap over every sample of every artery that is open, at least `least_diameter_mm` wide
// and reached openly from the popliteal artery, and every deep vein, inside one of the scans.
std::optional<TruePlace> best_crossing(const Limb& limb, const std::vector<Scan>& scans,
                                       double least_diameter_mm = 2.5);

std::string truth_json(const Limb& limb, const CaseTruth& truth);

}  // namespace imaging::phantom
