#include "imaging/duplex/clip_sweep.h"

#include <algorithm>
#include <cmath>

#include "imaging/duplex/colour_velocity.h"
#include "imaging/duplex/unwrap.h"

namespace imaging {
namespace {

// A hand on a leg: slower is a stop, faster is no sweep.
constexpr double slowest_mm_s = 0.1, fastest_mm_s = 200, longest_mm = 1000;
// A free hand keeps its speed within about a tenth; a stated one is no better.
constexpr double speed_error = 0.1;

Result<double> step_of(const DuplexClip& clip, const ClipMotion& motion) {
  const auto steps = static_cast<double>(clip.frames.size() - 1);
  if (motion.speed_mm_s.has_value() == motion.length_mm.has_value())
    return fail(
        ErrorCode::InvalidInput,
        "Say how the probe moved: either its speed in mm/s or the length of the sweep in mm.");
  if (motion.length_mm) {
    if (!(*motion.length_mm > 0 && *motion.length_mm <= longest_mm))
      return fail(ErrorCode::InvalidInput, "The length of a sweep is up to 1000 mm.");
    return *motion.length_mm / steps;
  }
  if (!(*motion.speed_mm_s >= slowest_mm_s && *motion.speed_mm_s <= fastest_mm_s))
    return fail(ErrorCode::InvalidInput, "The speed of a probe is from 0.1 to 200 mm/s.");
  if (!(clip.frame_time_s > 0))
    return fail(ErrorCode::InvalidInput,
                "The clip does not say how fast its frames follow; give the length of the sweep.");
  return *motion.speed_mm_s * clip.frame_time_s;
}

const UltrasoundRegion* picture_of(const DuplexClip& clip) {
  for (const UltrasoundRegion& region : clip.regions)
    if (region.spatial_format == 1 && region.calibration.gives_mm()) return &region;
  return nullptr;
}

Frame<std::uint8_t> grey_of(const Frame<Rgb>& frame) {
  Frame<std::uint8_t> grey(frame.columns(), frame.rows());
  std::transform(frame.data(), frame.data() + frame.size(), grey.data(), [](Rgb c) {
    return static_cast<std::uint8_t>(std::lround(0.299 * c.r + 0.587 * c.g + 0.114 * c.b));
  });
  return grey;
}

}  // namespace

Result<Sweep> sweep_of_clip(const DuplexClip& clip, const ClipMotion& motion,
                            const Progress& progress) {
  if (clip.frames.size() < 2)
    return fail(ErrorCode::InvalidInput, "A still is no sweep; it needs a clip of several frames.");
  const auto step_mm = step_of(clip, motion);
  if (!step_mm) return tl::unexpected(step_mm.error());
  const UltrasoundRegion* picture = picture_of(clip);
  if (!picture)
    return fail(ErrorCode::Uncalibrated,
                "The pixels of the clip have no size in mm, so that it cannot become a volume.");

  Sweep sweep;
  sweep.label = clip.label.empty() ? "Sweep" : clip.label + " (sweep)";
  sweep.image = {picture->x0, picture->y0, picture->x1, picture->y1};
  sweep.side = clip.side;
  sweep.sources = clip.sources;
  sweep.calibration = picture->calibration;
  sweep.calibration.relative_error = std::hypot(picture->calibration.relative_error, speed_error);
  sweep.calibration.note =
      motion.speed_mm_s ? "Pixel size as the scanner states it; the probe's speed as stated, "
                          "taken to be even."
                        : "Pixel size as the scanner states it; the sweep's length as "
                          "stated, its speed taken to be even.";
  sweep.remarks.push_back("Which side of the pictures is which side of the leg is not known.");

  const auto scale = colour_scale_of(clip, motion.scale);
  if (!scale && scale.error().code != ErrorCode::NotFound)
    sweep.remarks.push_back("No velocities: " + scale.error().sentence);
  if (scale) sweep.velocity_limit_cm_s = scale->nyquist_cm_s();
  const PixelBox box = colour_box_of(clip);
  const double z = motion.towards_head ? 1 : -1;
  for (std::size_t f = 0; f < clip.frames.size(); ++f) {
    if (progress.cancelled()) return cancelled();
    SweepFrame frame;
    if (scale) {
      ColourVelocity colour = read_colour(clip.frames[f], *scale, box);
      unwrap(colour.velocity_cm_s, scale->range_cm_s());
      frame.grey = std::move(colour.grey);
      frame.velocity_cm_s = std::move(colour.velocity_cm_s);
    } else {
      frame.grey = grey_of(clip.frames[f]);
    }
    // Columns x rows must point the probe's way, for the volume to be right-handed.
    frame.lps_from_image.linear << z * picture->calibration.mm_per_px_column, 0, 0, 0,
        picture->calibration.mm_per_px_row, 0, 0, 0, z;
    frame.lps_from_image.offset << 0, 0, z * *step_mm * static_cast<double>(f);
    frame.time_s = clip.frame_time_s * static_cast<double>(f);
    sweep.frames.push_back(std::move(frame));
    progress.report(static_cast<double>(f + 1) / static_cast<double>(clip.frames.size()),
                    "reading colours");
  }
  return sweep;
}

}  // namespace imaging
