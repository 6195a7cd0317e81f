// What a foot run says of each artery: how much of it shows, where it is interrupted, what runs
// off.
#pragma once

#include <string_view>
#include <vector>

#include "imaging/angio/foot_filling.h"

namespace imaging {

enum class ArteryState {
  Shown,          // Its whole course but for the ends.
  Interrupted,    // Shows before and after a gap.
  Partly,         // Shows from one end, and then no more.
  NotShown,       // A healthy lumen would have shown.
  NotAssessable,  // Mostly unseen, and half a healthy lumen would not stand out of the noise.
  Unsure,         // Most of it lies where another artery shows: this view cannot tell them apart.
};
std::string_view name_of(ArteryState state);  // "shown", "interrupted" ...

// Stations [first, last] of the course without contrast where some would be seen.
struct FillingGap {
  std::size_t first = 0, last = 0;
  double length_px = 0;
};

struct FootArteryState {
  std::string artery;
  FootGroup group = FootGroup::Dorsal;
  ArteryState state = ArteryState::NotShown;
  double course_px = 0, visible_px = 0;
  double hidden_px = 0;          // May lie under `hidden_by`: neither visible nor a gap.
  std::string hidden_by;         // See ArteryFilling.
  std::vector<FillingGap> gaps;  // Proximal first; those at the ends too.
};

struct FootRunoff {
  std::vector<FootArteryState> arteries;  // In the map's order.
  // Inflow to the forefoot: the dorsal and the plantar way, each by its best artery.
  double dorsal_share = 0, plantar_share = 0;
  double arch_share = 0;
  int metatarsal_shown = 0, metatarsal_count = 0;  // Shown, interrupted or partly, of assessable.
  int digital_shown = 0, digital_count = 0;
};

// One artery's. Gaps shorter than `least_gap_px` count as visible.
FootArteryState foot_artery_state(const ArteryFilling& filling, FootGroup group,
                                  double least_gap_px);

// Gaps shorter than a tenth of the foot's width do not count: see read_foot_filling.
FootRunoff foot_runoff(const FootFilling& filling, const FootMap& map);

}  // namespace imaging
