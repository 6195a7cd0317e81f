// What each finding on an angiogram holds (see angio_findings.h).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/session/angio_findings.h"
#include "app/session/angio_view.h"
#include "app/session/foot_reading.h"
#include "imaging/angio/c_arm.h"
#include "imaging/angio/injection.h"
#include "imaging/angio/motion.h"
#include "imaging/angio/perfusion.h"
#include "imaging/core/study.h"
#include "imaging/fusion/best_view.h"
#include "imaging/fusion/register_tree.h"
#include "imaging/vessel/angiogram_tree.h"
#include "imaging/vessel/ridge.h"
#include "imaging/vessel/stenosis.h"
#include "planning/angio_marks.h"

namespace app {

struct AngioFinding {
  std::string made_from;  // Another text for other inputs.
  std::string refusal;    // One sentence where it cannot be had; then the rest means nothing.
};

// The frames that are subtracted.
struct AngioMask : AngioFinding {
  std::size_t run = 0;
  MaskChoice choice = MaskChoice::FromFile;
  std::optional<int> frame;  // Of the view, for MaskChoice::ThisFrame.
  imaging::Mask mask;        // Without motion and without the shift by hand.
};

// How the limb moved against one mask.
struct AngioMotion : AngioFinding {
  std::size_t run = 0;
  std::vector<int> mask_frames;
  MotionChoice choice = MotionChoice::Off;
  std::vector<imaging::FrameMotion> frames;
  std::shared_ptr<const std::vector<imaging::Displacement>> displacements;
  double largest_px = 0;  // Of any frame.
  // Means over the frames, in thousandths of the logarithm.
  double residual_before = 0, residual_after = 0;
};

// The most (or least) contrast of every place.
struct AngioPeak : AngioFinding {
  int first = 0, last = 0;
  imaging::Frame<float> contrast;
  std::vector<imaging::Frame<float>> still;  // Every frame, subtracted, where the mask lies.
};

// How much every pixel looks like a vessel, and the contrast that widths are measured on: as the
// course of contrast in time has it over the whole run (see ClearAngiogram), which has a third of
// the peak's noise; over chosen frames, or of gas, their peak.
struct AngioRidges : AngioFinding {
  imaging::RidgeMap map;
  imaging::Frame<float> contrast;
};

// The vessels that were marked, measured.
struct AngioWidths : AngioFinding {
  struct Vessel {
    std::vector<imaging::Point2> way;
    imaging::WidthProfile profile;
    std::string refusal;
  };
  std::vector<Vessel> vessels;  // As many as were marked.
  // Which way they fill: a line for each. Where it cannot be told, why not.
  imaging::InjectionReading filling;
  std::string filling_refusal;
};

// All vessels that the run shows.
struct AngioTraced : AngioFinding {
  imaging::AngioTree tree;
  // Those that are long enough to be measured, as marks that a person can take over and correct.
  std::vector<planning::MeasuredVessel> vessels;
  // On a run of the foot: which of its arteries they are. Where that cannot be told, why not.
  std::optional<FootReading> foot;
  std::string foot_refusal;
};

struct AngioMaps : AngioFinding {
  imaging::PerfusionMaps maps;
  imaging::Frame<float> ground;  // The peak, to see the maps on.
};

// Mean density over time of the marked regions; empty for one that holds no pixel.
struct AngioRegions : AngioFinding {
  struct Region {
    std::vector<double> density;
    std::optional<imaging::PerfusionCurve> curve;
    std::string refusal;
  };
  std::vector<Region> regions;
};

// Where the patient's vessels lie on the runs of known geometry.
struct AngioFit : AngioFinding {
  struct View {
    std::size_t run = 0;  // Of the study.
    imaging::CArm arm;    // As corrected.
    bool marked = false;  // False: as if the table had not moved since the marked runs.
  };
  imaging::Registration registration;
  std::vector<View> views;
  bool refined = false;     // On traced lines, after the clicks.
  bool alone = false;       // The landmarks of other runs do not fit these: the table was moved.
  double residual_px = 0;   // Of the clicks, or of the traced lines.
  double target_sd_mm = 0;  // At the crossing, in space.
  // What was fitted: moves the vessels to where the pictures have them.
  imaging::Affine<imaging::Lps, imaging::Lps> pictured_from_vessels;
  const View* view_of(std::size_t run) const {
    for (const View& view : views)
      if (view.run == run) return &view;
    return nullptr;
  }
};

}  // namespace app
