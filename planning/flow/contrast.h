// Contrast carried along the predicted flow: when does it arrive where, and how dense is it there?
//
// Streamlines of laminar flow. In a round tube blood at the share x of the cross-section's area
// from the middle (0 axis, 1 wall) moves at 2 (1 - x) times the mean velocity. Contrast that moves
// with its blood and mixes with nothing (diffusion across 3 mm takes an hour) is therefore at mean
// transit tau = volume / flow as old as a = tau / (2 u), u = 1 - x, so that of what went in,
// c_in(t):
//     mean over the area,  what X-rays see:   c(tau, t) = int_0^1     c_in(t - tau / (2 u)) du
//     mean over the flow,  what comes out:    q(tau, t) = int_0^1 2 u c_in(t - tau / (2 u)) du
// (Danckwerts 1953; Levenspiel, Chemical Reaction Engineering, ch. 15: E = tau^2 / (2 t^3), t >=
// tau / 2). The front is twice as fast as the mean; the mean of arrival is tau itself. As
// dc/dt = -dq/dtau, nothing is lost on the way. Streamlines keep their place from tube to tube, and
// where a vessel divides each branch takes blood of the same density.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "planning/flow/limb_network.h"

namespace planning {

// What the injector is told.
struct Bolus {
  double volume_ml = 8;
  double rate_ml_s = 4;
  double rise_s = 0.3;  // From nothing to the full rate, and back at the end.
  double iodine_mg_ml = 300;
};

// How dense the blood is where it is injected: straight lines between these knots, nothing before
// the first and after the last.
struct Injection {
  struct Knot {
    double time_s = 0, iodine_mg_ml = 0;
  };
  std::vector<Knot> knots;
  double blood_ml_s = 0;  // That passes there.

  double iodine_mg_ml(double time_s) const;
  double injected_mg(double until_s) const;
};
// The contrast mixes with the blood that passes. Where more is injected than passes, undiluted
// contrast passes until all of it is gone: the rest waits upstream. Errors: InvalidInput for a
// bolus or a flow that is none.
imaging::Result<Injection> injection_of(const Bolus& bolus, double blood_ml_min);

// Mean over the cross-section (`c` above) and over the flow (`q`), mg/ml, at mean transit tau_s.
double iodine_in_area(const Injection& injection, double tau_s, double time_s);
double iodine_in_flow(const Injection& injection, double tau_s, double time_s);

// A vessel, or a stretch of it, with one flow.
struct ContrastTube {
  struct Point {
    LpsPoint at;
    double radius_mm = 0;
    double tau_s = 0;  // Mean transit from the injection.
  };
  std::string label, vessel;  // Vessel id; empty: the crossing.
  double flow_ml_min = 0;
  bool is_artery = false;
  std::vector<Point> points;
};

struct ContrastTree {
  double blood_ml_min = 0;  // At the injection.
  std::vector<ContrastTube> tubes;
};

// From the start of the imaged inflow, through the crossing, to the imaged ends. Arteries that the
// network holds as beds only are followed along their open stretches, their flow divided at each
// branch by the cube of the radius (Murray). `flow` solves `limb`. Errors: InvalidInput where no
// blood reaches the imaged arteries.
imaging::Result<ContrastTree> contrast_tree(const LimbNetwork& limb, const NetworkFlow& flow,
                                            const imaging::VesselTree& tree);

// Iodine inside the tubes, mg.
double iodine_within_mg(const ContrastTree& tree, const Injection& injection, double time_s);

}  // namespace planning
