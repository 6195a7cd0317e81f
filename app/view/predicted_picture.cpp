#include <cmath>

#include "app/session/aim_run.h"
#include "app/view/contrast_view.h"
#include "app/view/flat_image.h"
#include "app/view/marks.h"
#include "app/view/xray_shader.h"

namespace app::view {
namespace {

// As the patient's own run is shown: a ground that is not quite white.
constexpr float background = 0.86F;
// This much iodine before a pixel is black: 4 mm of blood with 200 mg/ml.
constexpr double black_mg_ml_mm = 4 * 200;

const char* words_of(ContrastStage stage) {
  switch (stage) {
    case ContrastStage::Before:
      return "Predicted, before";
    case ContrastStage::AfterStents:
      return "Predicted, after the stents";
    case ContrastStage::AfterCoils:
      return "Predicted, after the coils";
  }
  return "";
}

// Contrast along the predicted flow, seen by the C-arm of the run in view.
class PredictedPicture : public ImagePicture {
 public:
  bool depends_on(Concern concern) const override {
    return concern == Concern::Study || concern == Concern::Run || concern == Concern::Plan ||
           concern == Concern::Vessels || concern == Concern::FlowTime;
  }

  imaging::Frame<Rgb> draw(const Look& look, const Shapes&, const Size& size) override {
    Canvas canvas(size.width_px, size.height_px, size.scale);
    const imaging::AngioRun* run = look.run();
    const auto pose = run && run->pose ? *run->pose : usual_pose();
    const bool sized = run && !run->frames.empty();
    constexpr int usual_px = 512;
    const int columns = sized ? run->frames.front().columns() : usual_px;
    const int rows = sized ? run->frames.front().rows() : usual_px;
    if (!look.contrast) {
      mark_title(canvas, words_of(look.view.flow.stage), look.no_contrast);
      return canvas.release();
    }
    if (run != run_ || look.vessels != aimed_at_) {
      aim_ = run && look.vessels ? aim_run(*run, *look.vessels) : std::nullopt;
      run_ = run;
      aimed_at_ = look.vessels;
      made_of_.reset();
    }
    if (look.contrast != made_of_) {
      auto made =
          contrast_scene(*look.contrast, pose, columns, rows, aim_ ? &aim_->isocentre : nullptr);
      scene_ = made ? std::move(*made) : ContrastScene{};
      made_of_ = look.contrast;
    }
    if (scene_.columns < 1) {
      mark_title(canvas, words_of(look.view.flow.stage), "The run's geometry makes no sense.");
      return canvas.release();
    }
    auto drawn = shader_.draw(scene_, look.view.flow.time_s);
    const imaging::Frame<float> image =
        drawn ? std::move(*drawn) : contrast_frame(scene_, look.view.flow.time_s);
    const double black = scene_.density_per_mg_ml_mm * black_mg_ml_mm;
    const bool inverted = look.view.inverted;
    XrayLayer layer;
    layer.live = &image;
    layer.full = static_cast<float>(black);
    layer.first_shade = inverted ? 1 - background : background;
    layer.last_shade = inverted ? 1 : 0;
    painter_.paint(canvas, layer, place_image(columns, rows, size));
    // At the depth of the contrast's middle, where the C-arm is aimed.
    const double mm_per_px =
        pose.imager_spacing_column_mm * pose.source_to_isocentre_mm / pose.source_to_detector_mm;
    mark_scale(canvas, mm_per_px / magnification(columns, rows, size), "mm");
    const auto arm = imaging::CArm::make(pose, {}, {});
    if (arm) mark_orientation(canvas, arm->column_direction(), arm->row_direction());
    mark_title(canvas, words_of(look.view.flow.stage),
               with_decimals(look.view.flow.time_s, 1) + " s, " +
                   (aim_ ? "aimed by the run's arteries" : "aimed at the circuit"));
    return canvas.release();
  }

 private:
  ContrastView shader_;
  XrayPainter painter_;
  ContrastScene scene_;
  std::shared_ptr<const PredictedContrast> made_of_;
  const imaging::AngioRun* run_ = nullptr;  // That the C-arm was aimed by, and its arteries.
  std::shared_ptr<const imaging::VesselTree> aimed_at_;
  std::optional<RunAim> aim_;
};

}  // namespace

std::unique_ptr<Picture> make_predicted_picture() { return std::make_unique<PredictedPicture>(); }

}  // namespace app::view
