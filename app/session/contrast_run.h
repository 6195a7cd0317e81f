// The predicted completion angiogram: contrast in the circuit as a C-arm would see it.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <vector>

#include "app/session/session.h"
#include "imaging/angio/c_arm.h"
#include "planning/flow/contrast.h"

namespace app {

// Of one plan and stage.
struct PredictedContrast {
  planning::ContrastTree tree;
  planning::Injection injection;
};
// Errors: those of the network; InvalidInput where no contrast would be seen.
imaging::Result<PredictedContrast> predicted_contrast(const planning::Planner& planner,
                                                      const planning::Plan& plan,
                                                      ContrastStage stage,
                                                      const planning::Bolus& bolus = {});

// A short round rod of contrast before the C-arm: x along the image's columns, y along its rows, z
// from the source towards the detector, mm from the source.
struct ContrastRod {
  std::array<float, 3> from{}, to{};
  float radius_mm = 0;
  float from_tau_s = 0, to_tau_s = 0;
  float left = 0, top = 0, right = 0, bottom = 0;  // px that it can fall on, both included.
};

// All that a picture of one moment needs: the same for the processor and the shader.
struct ContrastScene {
  int columns = 0, rows = 0;
  float principal_column = 0, principal_row = 0;
  float slope_column = 0, slope_row = 0;  // A ray's x and y per z, for one px.
  float density_per_mg_ml_mm = 0;         // Natural logarithm of the attenuation.
  std::vector<ContrastRod> rods;
  std::array<std::array<float, 2>, 4> knots{};  // Of the injection: s and mg/ml.
};

// A triangle has a knot less; its last one is repeated a moment later.
std::array<std::array<float, 2>, 4> injection_knots(const planning::Injection& injection);

// The pose of a run on a detector of `columns` x `rows`, aimed so that the contrast lies in the
// middle unless `isocentre` says where the C-arm was. Errors: those of CArm::make; InvalidInput for
// an image without pixels.
imaging::Result<ContrastScene> contrast_scene(
    const PredictedContrast& contrast, const imaging::CArmPose& pose, int columns, int rows,
    const imaging::Point3<imaging::Lps>* isocentre = nullptr);

// Natural logarithm of the attenuation by contrast, as subtraction gives it, 0 where there is none.
imaging::Frame<float> contrast_frame(const ContrastScene& scene, double time_s);

// A pose to look from where no run states one: from the front, as for a leg.
imaging::CArmPose usual_pose();

}  // namespace app
