#include <algorithm>

#include "app/view/flat_image.h"
#include "app/view/marks.h"
#include "imaging/angio/c_arm.h"
#include "imaging/angio/subtraction.h"

namespace app::view {
namespace {

using imaging::AngioRun;
using imaging::Frame;

// Quantiles of the contrast between which the automatic window opens: few pixels are lost in
// black, and noise in the background stays light.
constexpr double low_quantile = 0.02, high_quantile = 0.99;
// Brightness of a pixel without contrast: background that shows both more and less than nothing.
constexpr double background = 0.86;

// The scale bar and the letters that an X-ray image can answer for.
void mark_xray(Canvas& canvas, const imaging::Calibration& calibration, double magnification) {
  if (calibration.gives_mm())
    mark_scale(canvas, calibration.mm_per_px_column / magnification, "mm");
  else
    mark_scale(canvas, 1 / magnification, "px");
}

void mark_sides(Canvas& canvas, const AngioRun& run) {
  if (!run.pose) return;
  const auto arm = imaging::CArm::make(*run.pose, {}, {});
  if (arm) mark_orientation(canvas, arm->column_direction(), arm->row_direction());
}

class AngioPicture : public ImagePicture {
 public:
  explicit AngioPicture(bool subtracted) : subtracted_(subtracted) {}

  bool depends_on(Concern concern) const override {
    return concern == Concern::Study || concern == Concern::Run;
  }

  Frame<Rgb> draw(const Look& look, const Shapes&, const Size& size) override {
    Canvas canvas(size.width_px, size.height_px, size.scale);
    const AngioRun* run = look.run();
    if (run == nullptr || run->frames.empty()) return canvas.release();
    prepare(look, *run);
    if (subtraction_)
      paint_subtracted(canvas, look, *run, size);
    else
      paint_native(canvas, look, *run, size);
    const auto& first = run->frames.front();
    mark_xray(canvas, run->calibration, magnification(first.columns(), first.rows(), size));
    mark_sides(canvas, *run);
    const int count = static_cast<int>(run->frames.size());
    const int shown = std::clamp(static_cast<int>(look.view.frame), 0, count - 1) + 1;
    mark_title(canvas, subtraction_ ? "Subtracted" : "As taken",
               "frame " + std::to_string(shown) + " of " + std::to_string(count));
    return canvas.release();
  }

 private:
  // What subtraction rests on; made anew only when one of these changes.
  struct Basis {
    std::shared_ptr<const imaging::Study> study;
    std::size_t run = 0;
    std::optional<int> mask_frame;
    double shift_column_px = 0, shift_row_px = 0;
    bool operator==(const Basis&) const = default;
  };

  void prepare(const Look& look, const AngioRun& run) {
    const Basis basis{look.study, look.view.run, look.view.mask_frame, look.view.shift_column_px,
                      look.view.shift_row_px};
    if (basis == basis_) return;
    // Shifting the mask keeps the window: the hand compares what it sees before and after.
    const bool only_shifted = basis.study == basis_.study && basis.run == basis_.run &&
                              basis.mask_frame == basis_.mask_frame;
    basis_ = basis;
    subtraction_.reset();
    if (subtracted_) {
      auto mask = imaging::choose_mask(run);
      if (look.view.mask_frame) {
        imaging::Mask chosen;
        chosen.frames = {*look.view.mask_frame};
        mask = chosen;
      }
      if (mask) {
        mask->shift_column_px += look.view.shift_column_px;
        mask->shift_row_px += look.view.shift_row_px;
        auto made = imaging::Subtraction::make(run, *mask);
        if (made) subtraction_ = std::move(*made);
      }
    }
    if (!only_shifted) range_ = subtraction_ ? contrast_range(run) : native_range(run);
  }

  // Of the highest contrast in a few frames: all of them would take seconds in a long run.
  imaging::GreyRange contrast_range(const AngioRun& run) const {
    constexpr int looks = 6;
    const int count = static_cast<int>(run.frames.size());
    Frame<float> peak = subtraction_->frame(0);
    for (int i = 1; i <= looks; ++i) {
      const Frame<float> frame = subtraction_->frame((count - 1) * i / looks);
      for (std::size_t n = 0; n < peak.size(); ++n)
        peak.data()[n] = std::max(peak.data()[n], frame.data()[n]);
    }
    return imaging::grey_range(peak, low_quantile, high_quantile);
  }

  static imaging::GreyRange native_range(const AngioRun& run) {
    return imaging::grey_range(as_floats(run.frames[run.frames.size() / 2]), 0.005, 0.995);
  }

  void paint_subtracted(Canvas& canvas, const Look& look, const AngioRun& run,
                        const Size& size) const {
    const Frame<float> image = between_frames(look.view.frame, static_cast<int>(run.frames.size()),
                                              [&](int n) { return subtraction_->frame(n); });
    const bool by_hand = look.view.subtracted && look.view.window_width > 0;
    const double none = by_hand ? look.view.window_centre - look.view.window_width / 2 : 0;
    const double full = by_hand ? look.view.window_centre + look.view.window_width / 2
                                : std::max(1e-3, static_cast<double>(range_.high));
    const bool inverted = look.view.inverted;
    paint_image(canvas, image, size, [=](float s) {
      const double dark = (s - none) / (full - none);
      return inverted ? (1 - background) + background * dark : background * (1 - dark);
    });
  }

  void paint_native(Canvas& canvas, const Look& look, const AngioRun& run, const Size& size) const {
    const Frame<float> image =
        between_frames(look.view.frame, static_cast<int>(run.frames.size()),
                       [&](int n) { return as_floats(run.frames[static_cast<std::size_t>(n)]); });
    double low = range_.low, high = range_.high;
    if (!look.view.subtracted && look.view.window_width > 0) {
      low = look.view.window_centre - look.view.window_width / 2;
      high = look.view.window_centre + look.view.window_width / 2;
    } else if (run.window_width > 0) {
      low = run.window_centre - run.window_width / 2;
      high = run.window_centre + run.window_width / 2;
    }
    const bool turned = run.brighter_is_more_xray == look.view.inverted;
    paint_image(canvas, image, size, [=](float value) {
      const double bright = (value - low) / std::max(1e-6, high - low);
      return turned ? 1 - bright : bright;
    });
  }

  bool subtracted_;
  Basis basis_;
  std::optional<imaging::Subtraction> subtraction_;
  imaging::GreyRange range_;
};

class RadiographPicture : public ImagePicture {
 public:
  bool depends_on(Concern concern) const override {
    return concern == Concern::Study || concern == Concern::Run;
  }

  Frame<Rgb> draw(const Look& look, const Shapes&, const Size& size) override {
    Canvas canvas(size.width_px, size.height_px, size.scale);
    if (!look.study || look.study->radiographs.empty()) return canvas.release();
    const imaging::Radiograph& xray = look.study->radiographs.front();
    const Frame<float> image = as_floats(xray.image);
    double low = xray.window_centre - xray.window_width / 2;
    double high = xray.window_centre + xray.window_width / 2;
    if (!(xray.window_width > 0)) {
      const auto range = imaging::grey_range(image, 0.005, 0.995);
      low = range.low;
      high = range.high;
    }
    paint_image(canvas, image, size,
                [=](float value) { return (value - low) / std::max(1e-6, high - low); });
    mark_xray(canvas, xray.calibration, magnification(image.columns(), image.rows(), size));
    mark_title(canvas, "Radiograph");
    return canvas.release();
  }
};

}  // namespace

std::unique_ptr<Picture> make_angio_picture(ViewKind kind) {
  return std::make_unique<AngioPicture>(kind == ViewKind::AngioSubtracted);
}

std::unique_ptr<Picture> make_radiograph_picture() { return std::make_unique<RadiographPicture>(); }

}  // namespace app::view
