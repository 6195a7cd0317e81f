// The state of the foot's arteries on a run, read along the vessels that were found on it.
#pragma once

#include <string>
#include <vector>

#include "app/session/angio_find.h"
#include "imaging/angio/foot_state.h"
#include "imaging/core/foot_map.h"
#include "imaging/core/study.h"
#include "imaging/vessel/angiogram_tree.h"

namespace app {

// An AP view, or one that does not say: the forefoot is not read from the side.
bool is_frontal(const imaging::AngioRun& run);

enum class FootView { Front, Side };

struct FootReading {
  FootView view = FootView::Front;
  // In the map's order from the front; dorsalis pedis and plantar arteries from the side.
  std::vector<imaging::ArteryFilling> arteries;
  std::vector<imaging::FootArteryState> states;  // As many: lengths and gaps, px.
  std::vector<std::string> labels;               // As many, for people.
  bool toes_shown = true;
  std::string note;  // What this view does not tell; one sentence, or empty.
};

// `found`: every vessel of the run, as traced on `picture`. Front views are those up to 25 degrees
// off, side views those from 65 to 115 degrees. Errors: InvalidInput for others; those of
// outline_foot and outline_foot_side.
imaging::Result<FootReading> read_foot_arteries(const imaging::AngioRun& run, imaging::Side side,
                                                const imaging::FootMap& map,
                                                const imaging::Mask& mask,
                                                const ClearAngiogram& picture,
                                                const imaging::AngioTree& found);

}  // namespace app
