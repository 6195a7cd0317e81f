// The hand in the Vessels workspace: the tool that it holds, and what it has begun.
#pragma once

#include <optional>
#include <string>

#include "app/session/vessel_tools.h"
#include "app/session/views.h"

namespace app {

struct VesselHand {
  VesselTool tool = VesselTool::Look;
  std::optional<imaging::Point3<imaging::Lps>> first;  // Where a branch begins.

  // From press to release.
  struct Grip {
    ViewKind kind = ViewKind::Scene;
    VesselSpot spot;
    imaging::Point3<imaging::Lps> axis = {},
                                  hand = {};  // Of the vessel and under the mouse, at the press.
    imaging::Point2 place = {};               // Of the press, px of the picture.
    double radius_mm = 0;                     // There, before.
    std::optional<SectionLumen> lumen = {};   // Under a brush.
    bool began = false;                       // The vessels have changed ...
    bool given_up = false;                    // ... and were put back by Esc.
  };
  std::optional<Grip> grip;

  std::string said;      // What the last click came to, or why it came to nothing.
  bool refused = false;  // Then `said` is the reason.

  // The list of names is open for the selected vessel; the one that Enter takes.
  std::optional<std::size_t> name_choice;

  enum class Column { Tree, Name, State, Diameter, Length };
  Column sorted_by = Column::Tree;  // As traced.
  bool descending = false;
};

}  // namespace app
