// How do two volumes of one limb lie to each other, when their frames of reference differ?
#pragma once

#include "imaging/core/progress.h"
#include "imaging/core/vessel_tree.h"

namespace imaging {

struct TreeAlignment {
  Affine<Lps, Lps> fixed_from_moving;  // Rigid.
  double residual_mm = 0;              // Root mean square between the lines of the overlap.
  double overlap_mm = 0;               // Length of the moving lines that lie on fixed ones.
  double agreement = 0;                // Share of the lines inside the overlap that do.
  // One standard deviation of the least sure shift: along the vessels, usually.
  double slide_sd_mm = 0;
};

// Lays the vessels of `moving` over those of `fixed`. Both must have +z roughly towards the head,
// as volumes have; they may be turned about it by any angle and tilted by some 20 degrees. Arteries
// are laid on arteries and veins on veins where both are sure.
//
// Errors: NotFound when the common part is too short or does not agree; InvalidInput when a tree is
// empty; NoConvergence when the common vessels are so straight or so alike that one could slide
// along the other unseen; Cancelled.
Result<TreeAlignment> register_trees(const VesselTree& fixed, const VesselTree& moving,
                                     const Progress& progress = {});

}  // namespace imaging
