// How fast is the blood in a spectral Doppler picture, at its peak and on average?
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "imaging/core/study.h"

namespace imaging {

// Velocities in cm/s as signed in the picture, one per column of the region.
struct SpectralTrace {
  std::vector<double> time_s;
  std::vector<double> peak_cm_s;  // The envelope: fastest velocity with half of the full amplitude.
  std::vector<double> mean_cm_s;  // Mean over the spectrum, as bright as it is shown.

  // Over whole heartbeats where there are any, else over all columns.
  double systolic_cm_s = 0;   // Largest peak: the mean of the beats' highest.
  double diastolic_cm_s = 0;  // Least peak, the mean of the beats' lowest.
  double mean_peak_cm_s = 0;  // Time-averaged peak.
  double mean_mean_cm_s = 0;  // Time-averaged mean: what flow is computed from.
  int beats = 0;
  std::optional<double> beat_s;
  double relative_error = 0;  // Of the velocities, one standard deviation, fraction.

  std::optional<double> angle_deg;   // For which they are corrected; absent: not in the file.
  std::vector<std::string> remarks;  // One sentence each.
};

// Traces the first spectral region of the clip's first frame. `angle_deg` corrects the velocities
// for another angle than the file's.
//
// Errors: NotFound without a spectral region or without signal; Uncalibrated when the region's axes
// are not time and velocity, or frequency without what turns it into velocity; InvalidInput for an
// angle that is not in [0, 85].
Result<SpectralTrace> trace_spectrum(const DuplexClip& clip,
                                     std::optional<double> angle_deg = std::nullopt);

// Flow through a round vessel.
struct VolumeFlow {
  double flow_ml_min = 0;
  double error_ml_min = 0;  // One standard deviation.
  double diameter_mm = 0, diameter_error_mm = 0;
  double velocity_cm_s = 0;
};

// Q = pi (D / 2)^2 v, v the time-averaged mean; an error of the diameter counts twice, one of the
// angle by its tangent. Errors: InvalidInput for a diameter that is not positive, or an error of it
// that is negative.
Result<VolumeFlow> volume_flow(const SpectralTrace& trace, double diameter_mm,
                               double diameter_error_mm);

// The width of the colour at the spectrum's gate, where it is round: its area as a circle's.
struct GateLumen {
  double diameter_mm = 0, error_mm = 0;
  std::string note;
};
// Errors: NotFound without a gate or without a round patch of colour at it; Uncalibrated when the
// picture has no mm.
Result<GateLumen> lumen_at_gate(const DuplexClip& clip);

}  // namespace imaging
