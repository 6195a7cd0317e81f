// Where the arteries of a foot are looked for on its AP picture, and what was found there.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "imaging/core/geometry.h"
#include "imaging/core/result.h"

namespace imaging {

// In widths of the foot's outline: how far from the tip of the longest toe towards the heel, and
// from the midline towards the little toe.
struct FootPlace {
  double from_toes = 0, lateral = 0;
  bool operator==(const FootPlace&) const = default;
};

enum class FootGroup { Dorsal, Plantar, Arch, Metatarsal, Digital };

struct FootArtery {
  std::string id, label;
  std::string short_label;  // For the map: "DP".
  FootGroup group = FootGroup::Dorsal;
  std::string calcium_site;       // Item of the 0-5 calcium score it counts for; "" for none.
  bool counts_for_sad = false;    // Arch, metatarsal and digital arteries.
  std::vector<FootPlace> course;  // At least two, proximal first.
  double healthy_width = 0;       // Lumen, in widths of the foot; an assumption (E).
};

struct FootMap {
  std::vector<FootArtery> arteries;
  // How far an artery may lie from its course, in widths of the foot.
  double reach = 0.04;

  const FootArtery* find(std::string_view id) const {
    for (const FootArtery& artery : arteries)
      if (artery.id == id) return &artery;
    return nullptr;
  }
};

// What a foot run shows of one artery.
struct ArteryFilling {
  std::string artery;
  std::vector<Point2> course;  // px, proximal first, about a pixel apart: where it was looked for.
  std::vector<bool> filled;    // As many: contrast stands out from the noise there.
  double filled_share = 0;     // Of the course.
  double relative_width = 0;   // Lumen over healthy lumen where filled; 0 where nothing is.
  double signal_to_noise = 0;  // Of the course as a whole.
  // A lumen of half the healthy width would stand out of this run's noise. Where it would not, an
  // artery that does not fill may be open all the same.
  // Nor is one judged of which the picture shows less than half.
  bool assessable = true;
  double shown_share = 1;  // Of the course on the map: what lies within the picture.
  // Where another artery of the map shows so near that this one may lie under it in this view: as
  // many as `course`, or none. Not filled there, nor said to be empty.
  std::vector<bool> hidden;
  std::string hidden_by;  // Which: the one that hides most of it.
};

// What a radiograph shows of one artery: its longest continuous pair of calcified walls.
struct ArteryCalcium {
  std::string artery;
  std::vector<Point2> line;  // px, the longest continuous stretch; empty: none.
  double length_px = 0;
  std::optional<double> length_mm;  // Only where the radiograph is calibrated.
};

}  // namespace imaging
