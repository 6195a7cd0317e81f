// What a run of the foot shows of each of its arteries.
#pragma once

#include <string>
#include <vector>

#include "imaging/angio/foot_state.h"
#include "imaging/core/foot_map.h"

namespace app {

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

}  // namespace app
