// What the Angio workspace remembers between frames; lost when the window closes.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "imaging/core/geometry.h"

namespace app {

struct AngioUi {
  std::vector<imaging::Point2> clicks;  // Of the tool in hand, px of the image; not done yet.
  int vessel = 0;                       // The measured vessel whose profile is shown.
  // What the hand holds on a picture: a place of the way, an edge, a region's corner, or in the
  // profile an end of the reference line.
  enum class Held { Nothing, Click, LeftEdge, RightEdge, Corner, ReferenceFirst, ReferenceLast };
  Held held = Held::Nothing;
  int held_of = 0, held_index = 0;  // Which vessel or region; which of its places.
  imaging::Point2 held_at;          // On the vessel's middle, for an edge.
  double known_mm = 100, ball_mm = 20, french = 5, above_isocentre_mm = 0;
  bool contrast_inside = true;
  std::optional<imaging::Point3<imaging::Lps>> landmark;  // Chosen in the patient, not clicked yet.
  std::size_t landmark_index = 0;
  std::string complaint;  // Of the last click that could not be used.
  bool moved = false;     // What is held has been dragged.
  enum class Section { Picture, Measure, Perfusion, Plan };
  Section section = Section::Picture;
};

}  // namespace app
