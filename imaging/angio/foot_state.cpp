#include "imaging/angio/foot_state.h"

#include <algorithm>
#include <cmath>

namespace imaging {
namespace {

constexpr double least_gap_widths = 0.1;  // Of the foot's width.

}  // namespace

FootArteryState foot_artery_state(const ArteryFilling& filling, FootGroup group,
                                  double least_gap_px) {
  FootArteryState s;
  s.artery = filling.artery;
  s.group = group;
  const std::size_t count = filling.course.size();
  const auto step = [&](std::size_t n) {
    return n == 0 ? 0.0
                  : std::hypot(filling.course[n].x - filling.course[n - 1].x,
                               filling.course[n].y - filling.course[n - 1].y);
  };
  // Where noise would hide a lumen, what does not show is not known to be empty either.
  const auto hidden = [&](std::size_t n) {
    if (filling.filled[n]) return false;
    return !filling.assessable || (!filling.hidden.empty() && filling.hidden[n]);
  };
  for (std::size_t n = 0; n < count; ++n) {
    s.course_px += step(n);
    if (hidden(n)) s.hidden_px += step(n);
  }
  s.hidden_by = filling.hidden_by;
  for (std::size_t n = 0; n < count;) {
    if (filling.filled[n] || hidden(n)) {
      ++n;
      continue;
    }
    FillingGap gap{n, n, 0};
    for (; n < count && !filling.filled[n] && !hidden(n); ++n) {
      gap.last = n;
      gap.length_px += step(n);
    }
    if (gap.length_px >= least_gap_px) s.gaps.push_back(gap);
  }
  s.visible_px = s.course_px - s.hidden_px;
  for (const FillingGap& gap : s.gaps) s.visible_px -= gap.length_px;
  s.visible_px = std::max(0.0, s.visible_px);
  const bool any =
      std::any_of(filling.filled.begin(), filling.filled.end(), [](bool f) { return f; });
  const bool within = std::any_of(s.gaps.begin(), s.gaps.end(), [&](const FillingGap& gap) {
    return gap.first > 0 && gap.last + 1 < count;
  });
  if (s.hidden_px > 0.5 * s.course_px) {
    s.state = filling.assessable ? ArteryState::Unsure : ArteryState::NotAssessable;
  } else if (!any || count == 0) {
    s.visible_px = 0;
    s.state = filling.assessable ? ArteryState::NotShown : ArteryState::NotAssessable;
  } else {
    s.state = within           ? ArteryState::Interrupted
              : s.gaps.empty() ? ArteryState::Shown
                               : ArteryState::Partly;
  }
  return s;
}

std::string_view name_of(ArteryState state) {
  switch (state) {
    case ArteryState::Shown:
      return "shown";
    case ArteryState::Interrupted:
      return "interrupted";
    case ArteryState::Partly:
      return "partly";
    case ArteryState::NotShown:
      return "not_shown";
    case ArteryState::NotAssessable:
      return "not_assessable";
    case ArteryState::Unsure:
      return "unsure";
  }
  return "";
}

FootRunoff foot_runoff(const FootFilling& filling, const FootMap& map) {
  FootRunoff runoff;
  for (const ArteryFilling& artery : filling.arteries) {
    const FootArtery* known = map.find(artery.artery);
    if (!known) continue;
    const FootArteryState s =
        foot_artery_state(artery, known->group, least_gap_widths * filling.outline.width_px);
    const double share = s.course_px > 0 ? s.visible_px / s.course_px : 0;
    const bool counts = s.state != ArteryState::NotAssessable && s.state != ArteryState::Unsure;
    const bool shows = counts && s.state != ArteryState::NotShown;
    switch (known->group) {
      case FootGroup::Dorsal:
        runoff.dorsal_share = std::max(runoff.dorsal_share, share);
        break;
      case FootGroup::Plantar:
        runoff.plantar_share = std::max(runoff.plantar_share, share);
        break;
      case FootGroup::Arch:
        runoff.arch_share = std::max(runoff.arch_share, share);
        break;
      case FootGroup::Metatarsal:
        runoff.metatarsal_shown += shows;
        runoff.metatarsal_count += counts;
        break;
      case FootGroup::Digital:
        runoff.digital_shown += shows;
        runoff.digital_count += counts;
        break;
    }
    runoff.arteries.push_back(s);
  }
  return runoff;
}

}  // namespace imaging
