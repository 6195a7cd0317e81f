// The state of the foot's arteries on a run, read along the vessels that were found on it.
#pragma once

#include "app/session/angio_find.h"
#include "app/session/foot_reading.h"
#include "imaging/core/foot_map.h"
#include "imaging/core/study.h"
#include "imaging/vessel/angiogram_tree.h"

namespace app {

// An AP view, or one that does not say: the forefoot is not read from the side.
bool is_frontal(const imaging::AngioRun& run);

// `found`: every vessel of the run, as traced on `picture`. Front views are those up to 25 degrees
// off, side views those from 65 to 115 degrees. Errors: InvalidInput for others; those of
// outline_foot and outline_foot_side.
imaging::Result<FootReading> read_foot_arteries(const imaging::AngioRun& run, imaging::Side side,
                                                const imaging::FootMap& map,
                                                const imaging::Mask& mask,
                                                const ClearAngiogram& picture,
                                                const imaging::AngioTree& found);

}  // namespace app
