// The state of the foot's arteries on a run, read along the vessels that were found on it.
#pragma once

#include "app/session/angio_find.h"
#include "imaging/angio/foot_state.h"
#include "imaging/angio/foot_ways.h"
#include "imaging/core/foot_map.h"
#include "imaging/core/study.h"
#include "imaging/vessel/angiogram_tree.h"

namespace app {

// An AP view, or one that does not say: the forefoot is not read from the side.
bool is_frontal(const imaging::AngioRun& run);

struct FootReading {
  imaging::FootOutline outline;
  imaging::NamedFoot named;
  imaging::FootRunoff runoff;  // Lengths and gaps, px.
};

// `found`: every vessel of the run, as traced on `picture`. Errors: those of outline_foot.
imaging::Result<FootReading> read_foot_arteries(const imaging::AngioRun& run, imaging::Side side,
                                                const imaging::FootMap& map,
                                                const imaging::Mask& mask,
                                                const ClearAngiogram& picture,
                                                const imaging::AngioTree& found);

}  // namespace app
