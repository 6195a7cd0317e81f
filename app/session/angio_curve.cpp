#include "app/session/angio_curve.h"

#include <algorithm>

#include "imaging/angio/subtraction.h"

namespace app {
namespace {

// Bolus arrival is commonly read where the curve first passes a tenth of its peak: low enough to
// be early, high enough to clear the noise of the frames before it.
constexpr double arrival_share = 0.1;

}  // namespace

imaging::Result<AngioCurve> angio_curve(const imaging::AngioRun& run,
                                        std::optional<int> mask_frame) {
  imaging::Mask mask;
  if (mask_frame) {
    mask.frames = {*mask_frame};
    mask.reason = "Chosen by hand.";
  } else {
    auto chosen = imaging::choose_mask(run);
    if (!chosen) return tl::unexpected(chosen.error());
    mask = std::move(*chosen);
  }
  return angio_curve(run, mask);
}

imaging::Result<AngioCurve> angio_curve(const imaging::AngioRun& run, const imaging::Mask& mask) {
  const auto subtraction = imaging::Subtraction::make(run, mask);
  if (!subtraction) return tl::unexpected(subtraction.error());

  AngioCurve curve;
  curve.density = subtraction->contrast_curve();
  curve.mask_frames = mask.frames;
  curve.mask_reason = mask.reason;
  if (curve.density.empty()) return curve;
  const auto peak = std::max_element(curve.density.begin(), curve.density.end());
  curve.peak_frame = static_cast<int>(peak - curve.density.begin());
  const auto arrival = std::find_if(curve.density.begin(), peak,
                                    [&](double d) { return d >= arrival_share * *peak; });
  curve.arrival_frame = static_cast<int>(arrival - curve.density.begin());
  return curve;
}

}  // namespace app
