// The predicted completion angiogram as files.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "app/session/flow_view.h"
#include "planning/planner.h"

namespace app {

struct PredictedRunOptions {
  std::filesystem::path folder;
  std::string stage = "coils";  // Of ContrastStage.
  double primary_deg = 0, secondary_deg = 0;
  double frames_per_s = 4, duration_s = predicted_run_s;
  double volume_ml = 8, rate_ml_s = 4;  // Of the injection.
  int size_px = 512;
};

// frame_000.png and so on, grey as a subtracted run, and run.json with pose, times and the contrast
// in each tube. Errors: those of the prediction; InvalidInput; Unwritable.
imaging::Result<void> write_predicted_run(const planning::Planner& planner,
                                          const planning::Plan& plan,
                                          const PredictedRunOptions& options,
                                          const imaging::Progress& progress);

}  // namespace app
