// Angiogram runs and radiographs of a limb.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "imaging/angio/c_arm.h"
#include "imaging/core/progress.h"
#include "imaging/phantom/limb.h"
#include "imaging/phantom/recipe.h"
#include "imaging/phantom/xray_body.h"

namespace imaging::phantom {

// How the patient's leg moved on the image after the mask: p' = p + gain[frame] * (shift +
// rotation about the image's middle).
struct Motion {
  double shift_column_px = 0, shift_row_px = 0;
  double rotation_rad = 0;
  std::vector<double> gain;  // One for each frame; 0 in the mask frames.
};

// Everything about a run that its DICOM object cannot say.
struct RunSetup {
  RunEntry entry;
  CArmPose pose;
  CArm arm;
  Point3<Lps> isocentre;
  Point2 principal_point;
  int columns = 512, rows = 512;
  std::vector<double> frame_times_s;
  int mask_frames = 0;     // Frames before contrast.
  double injection_s = 0;  // Arterial; contrast enters the popliteal artery then.
  double venous_injection_s = 0;
  Attachment venous_puncture;
  double scatter_fraction = 0;
  double photons_at_white = 2e4;  // Per pixel and frame.
  std::optional<Motion> motion;
  // Arterial and venous arrival at each sample, from the start of the run, [vessel][sample];
  // never_s where contrast does not come.
  std::vector<std::vector<double>> arrival_s;
};

// Errors: InvalidInput when the entry names no vessel.
Result<RunSetup> set_up(const Limb& limb, const RunEntry& entry);
// Errors: Cancelled.
Result<AngioRun> film(const Limb& limb, const XrayBody& body, const RunSetup& setup,
                      const Progress& progress);
// In two steps, for several runs of one setup: the still body and its calcium as line integrals,
// and the run that follows from them.
std::vector<float> still_line(const Limb& limb, const XrayBody& body, const RunSetup& setup);
Result<AngioRun> film(const Limb& limb, std::vector<float> still, const RunSetup& setup,
                      const Progress& progress);

struct RadiographSetup {
  CArmPose pose;
  CArm arm;
  Point3<Lps> isocentre;
  Point2 principal_point;
  int columns = 0, rows = 0;
  double photons = 2.5e4;  // Per pixel, where nothing is in the way.
};
Result<RadiographSetup> set_up_radiograph(const Limb& limb, const RadiographEntry& entry);
Radiograph expose(const Limb& limb, const RadiographSetup& setup);
// In two steps, as above.
std::vector<float> still_line(const Limb& limb, const RadiographSetup& setup);
Radiograph expose(const Limb& limb, std::vector<float> line, const RadiographSetup& setup);

}  // namespace imaging::phantom
