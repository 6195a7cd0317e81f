// Named arteries and veins in space from angiograms alone: the same vessels clicked in two
// directions.
#pragma once

#include <string>
#include <vector>

#include "imaging/core/progress.h"
#include "imaging/core/study.h"
#include "planning/angio_marks.h"

namespace app {

struct SpaceVessels {
  imaging::VesselTree tree;  // LPS axes, the origin in the C-arm's isocentre.
  double angle_deg = 0;      // Between the two directions.
  double reprojection_px = 0;
  double own_sd_mm = 0;            // Mean, of places against each other.
  double whole_sd_mm = 0;          // Mean, of the whole against the isocentre.
  std::vector<std::string> notes;  // Sentences for the person at the screen, the first of them on
                                   // what all this rests.
};

// Uses the runs that state a pose and on which vessels are named. Runs of one direction
// (arteriogram and venogram of one pose) count as one picture: they are laid on each other by their
// masks, which show the same bones. Of all directions the two that share most names are taken. The
// patient lies still between the runs but for a shift of the table.
//
// What is an artery and what a vein is told by the names; a note says where the direction of
// filling contradicts one. Radii are those of both pictures, weighed by their errors.
// Errors: NotFound when no two directions share a name; InvalidInput for a name that is neither an
// artery's nor a vein's; those of reconstruct, fit_courses, Subtraction; Cancelled.
imaging::Result<SpaceVessels> vessels_from_angiograms(const imaging::Study& study,
                                                      const std::vector<planning::RunMarks>& marks,
                                                      const imaging::Progress& progress = {});

// Of an anatomical name in snake case; Unsure for others.
imaging::VesselKind kind_named(const std::string& name);

}  // namespace app
