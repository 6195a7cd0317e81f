// Which frames are subtracted in this view, and how they are moved first.
#pragma once

#include "app/session/angio_results.h"
#include "app/session/session.h"
#include "imaging/angio/subtraction.h"

namespace app {

// As chosen, without shift by hand or motion; looks through the whole run unless it is among the
// findings. Errors: those of imaging::choose_mask.
imaging::Result<imaging::Mask> chosen_mask(const imaging::AngioRun& run, const ViewState& view,
                                           const AngioFindings& findings = {});
// On to the next choice that this run and view offer: the file's, found, this frame, average.
void next_mask(ViewState& view, const imaging::AngioRun& run);
// "The file's", "Found", ...
const char* words_for(MaskChoice choice);

// The motion that was found for this run and mask with this choice; nullptr while there is none.
const AngioMotion* motion_of(const AngioFindings& findings, std::size_t run,
                             const imaging::Mask& mask, MotionChoice choice);
// chosen_mask with the shift by hand, and the motion as far as it is found.
imaging::Result<imaging::Mask> mask_in_view(const imaging::AngioRun& run, const ViewState& view,
                                            const AngioFindings& findings);

}  // namespace app
