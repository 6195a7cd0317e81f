// Frames of one ultrasound sweep and where each lies: what a volume is made of.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "imaging/core/image.h"
#include "imaging/core/study.h"

namespace imaging {

// The plane of one frame: (column, row, 0) in px; integers are pixel centres.
struct ImagePlane {};

// A part of the frame, px, inclusive.
struct PixelBox {
  int x0 = 0, y0 = 0, x1 = -1, y1 = -1;
  bool empty() const { return x1 < x0 || y1 < y0; }
  bool operator==(const PixelBox&) const = default;
};

struct SweepFrame {
  Frame<std::uint8_t> grey;
  // cm/s, + towards the transducer, 0 where no colour; empty without Doppler.
  Frame<float> velocity_cm_s;
  // Third column: unit normal of the plane, first x second.
  Affine<Lps, ImagePlane> lps_from_image;
  double time_s = 0;
};

// Invariants, kept by those who make one: frames of one size, poses finite, columns and rows of
// some length and not parallel.
struct Sweep {
  std::string label;
  std::vector<SweepFrame> frames;
  PixelBox image;                // Where the frames show tissue.
  bool lies_in_patient = false;  // False: LPS is the tracker's reference, or the sweep's own frame.
  double velocity_limit_cm_s = 0;  // 0 without Doppler.
  Side side = Side::Unknown;
  Calibration calibration;
  std::vector<std::string> remarks;  // What was left out, and what was assumed: one sentence each.
  std::vector<SourceFile> sources;
};

}  // namespace imaging
