// When contrast comes to each place of the foot, how much, and how long it stays.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "imaging/angio/motion.h"
#include "imaging/angio/subtraction.h"
#include "imaging/core/progress.h"

namespace imaging {

// What a curve of density over time says. Times are s from the run's first frame.
struct PerfusionCurve {
  bool filled = false;        // False: contrast never rose above the noise; the rest means nothing.
  double arrival_s = 0;       // First crossing of a tenth of the peak.
  double time_to_peak_s = 0;  // Of a parabola through the highest frame and its neighbours.
  double peak = 0;            // Units of the logarithm: thickness of iodine times its attenuation.
  double area_s = 0;          // Under the curve from arrival to the last frame: units times s.
  double transit_s = 0;       // area / peak: the mean width of the passage.
  double wash_in_per_s = 0;   // Slope from 10 to 90 % of the peak.
  double full_width_s = 0;    // At half the peak; 0 where the run ends before it fell so far.
};

// times_s: as many as values, rising; `noise`: standard deviation of a value. Errors: InvalidInput
// for fewer than four values, or times that do not rise.
Result<PerfusionCurve> describe_curve(std::span<const double> times_s,
                                      std::span<const double> values, double noise);

// One picture per quantity of PerfusionCurve; 0 where nothing filled.
struct PerfusionMaps {
  Frame<float> arrival_s, time_to_peak_s, peak, area_s, transit_s, wash_in_per_s;
  Frame<std::uint8_t> filled;
  double noise = 0;     // Standard deviation of a value before contrast, in most places.
  double window_s = 0;  // From the first frame to the last: what area_s is taken over at most.
};

// What perfusion is measured on: still frames, and where motion correction left more in them than
// the gate of refuse_perfusion allows, settled ones; without what the exposure wavered (see
// bolus.h).
std::vector<Frame<float>> perfusion_frames(const Subtraction& subtraction, int frames,
                                           const std::vector<FrameMotion>* motions);

// What would make the maps lie. Empty: nothing. One sentence otherwise, for a person: lossy pixels,
// densities of unknown scale, saturated pixels in over a tenth of what fills, times that do not
// rise, a limb that moved. `motions` are those of the mask in `subtraction` (nullptr: not
// corrected, and then the limb must have lain still to 1.5 px). Corrected frames must come down to
// twice the noise of the frames before contrast, at the latest once what still moves with the limb
// is taken out of them (perfusion_frames).
std::string refuse_perfusion(const AngioRun& run, const Subtraction& subtraction,
                             const std::vector<FrameMotion>* motions);

// Every pixel's curve from perfusion_frames, after a mean over (2 smoothing_px + 1)^2 pixels.
// Errors: InvalidInput with the sentence of refuse_perfusion; Cancelled.
Result<PerfusionMaps> map_perfusion(const AngioRun& run, const Subtraction& subtraction,
                                    const std::vector<FrameMotion>* motions, int smoothing_px,
                                    const Progress& progress = {});

// Mean density within a polygon (px, at least three corners) in every one of these frames.
// Errors: InvalidInput when no pixel's centre lies in it.
Result<std::vector<double>> region_curve(const std::vector<Frame<float>>& frames,
                                         std::span<const Point2> polygon);
// The same in every still frame.
// Errors: InvalidInput when no pixel's centre lies in it.
Result<std::vector<double>> region_curve(const Subtraction& subtraction, int frames,
                                         std::span<const Point2> polygon);

}  // namespace imaging
