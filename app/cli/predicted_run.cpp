#include "app/cli/predicted_run.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>

#include "app/session/contrast_run.h"
#include "app/view/png.h"

namespace app {
namespace {

using imaging::ErrorCode;
using Json = nlohmann::ordered_json;

// White where there is no contrast, black from 4 mm of blood with 200 mg/ml on.
imaging::Frame<imaging::Rgb> grey(const imaging::Frame<float>& frame, double black) {
  imaging::Frame<imaging::Rgb> picture(frame.columns(), frame.rows());
  for (std::size_t n = 0; n < frame.size(); ++n) {
    const double bright = 0.86 * (1 - std::min(1.0, frame.data()[n] / black));
    const auto value = static_cast<unsigned char>(std::lround(255 * bright));
    picture.data()[n] = {value, value, value};
  }
  return picture;
}

Json described(const PredictedContrast& contrast, const PredictedRunOptions& options,
               const std::vector<double>& times_s) {
  Json tubes = Json::array();
  for (const planning::ContrastTube& tube : contrast.tree.tubes)
    tubes.push_back({{"label", tube.label},
                     {"vessel", tube.vessel},
                     {"flow_ml_min", tube.flow_ml_min},
                     {"mean_arrival_s", tube.points.front().tau_s},
                     {"mean_departure_s", tube.points.back().tau_s}});
  return {{"schema", "oasis.predicted_run/1"},
          {"stage", options.stage},
          {"primary_deg", options.primary_deg},
          {"secondary_deg", options.secondary_deg},
          {"frame_times_s", times_s},
          {"injected_ml", options.volume_ml},
          {"injected_ml_s", options.rate_ml_s},
          {"blood_ml_min", contrast.tree.blood_ml_min},
          {"tubes", std::move(tubes)},
          {"notice", "A prediction. Research and education only; not a medical device."}};
}

}  // namespace

imaging::Result<void> write_predicted_run(const planning::Planner& planner,
                                          const planning::Plan& plan,
                                          const PredictedRunOptions& options,
                                          const imaging::Progress& progress) {
  FlowView chosen;
  if (options.stage != "before" && options.stage != "stents" && options.stage != "coils")
    return imaging::fail(ErrorCode::InvalidInput,
                         "A stage is before, stents or coils, not \"" + options.stage + "\".");
  show_named(chosen, options.stage);
  constexpr int most_frames = 2000;
  const double count = std::floor(options.duration_s * options.frames_per_s) + 1;
  if (!(options.frames_per_s > 0 && options.duration_s > 0 && count <= most_frames))
    return imaging::fail(ErrorCode::InvalidInput,
                         "A run has a duration and a rate above 0, and at most 2000 frames.");
  const auto contrast =
      predicted_contrast(planner, plan, chosen.stage,
                         {.volume_ml = options.volume_ml, .rate_ml_s = options.rate_ml_s});
  if (!contrast) return tl::unexpected(contrast.error());
  imaging::CArmPose pose = usual_pose();
  pose.primary_deg = options.primary_deg;
  pose.secondary_deg = options.secondary_deg;
  // The whole detector, whatever its pixels.
  pose.imager_spacing_column_mm *= 512.0 / options.size_px;
  pose.imager_spacing_row_mm = pose.imager_spacing_column_mm;
  const auto scene = contrast_scene(*contrast, pose, options.size_px, options.size_px);
  if (!scene) return tl::unexpected(scene.error());
  std::error_code error;
  std::filesystem::create_directories(options.folder, error);
  if (error)
    return imaging::fail(ErrorCode::Unwritable,
                         "The folder " + options.folder.string() + " cannot be made.");
  std::vector<double> times_s;
  for (int n = 0; n < static_cast<int>(count); ++n) {
    if (progress.cancelled()) return imaging::cancelled();
    progress.report(n / count, "drawing the predicted run");
    times_s.push_back(n / options.frames_per_s);
    char name[32];
    std::snprintf(name, sizeof name, "frame_%03d.png", n);
    const auto picture =
        grey(contrast_frame(*scene, times_s.back()), scene->density_per_mg_ml_mm * 4 * 200);
    if (const auto saved = save_png(picture, options.folder / name); !saved) return saved;
  }
  progress.report(1, "drawing the predicted run");
  std::ofstream stream(options.folder / "run.json", std::ios::binary);
  stream << described(*contrast, options, times_s).dump(1) << "\n";
  stream.close();
  if (!stream)
    return imaging::fail(ErrorCode::Unwritable, "The predicted run's run.json cannot be written.");
  return {};
}

}  // namespace app
