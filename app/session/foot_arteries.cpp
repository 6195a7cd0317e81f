#include "app/session/foot_arteries.h"

#include <cmath>

#include "app/session/scoring.h"
#include "imaging/angio/subtraction.h"

namespace app {

bool is_frontal(const imaging::AngioRun& run) {
  constexpr double most_deg = 25;
  return !run.pose || std::abs(run.pose->primary_deg) <= most_deg;
}

imaging::Result<FootReading> read_foot_arteries(const imaging::AngioRun& run, imaging::Side side,
                                                const imaging::FootMap& map,
                                                const imaging::Mask& mask,
                                                const ClearAngiogram& picture,
                                                const imaging::AngioTree& found) {
  if (!is_frontal(run))
    return imaging::fail(imaging::ErrorCode::InvalidInput,
                         "The foot's arteries are named on a view from the front; this one is "
                         "turned by more than 25 degrees.");
  const auto subtraction = imaging::Subtraction::make(run, mask);
  if (!subtraction) return tl::unexpected(subtraction.error());
  const auto tips =
      tells_of_foot(run.label) ? imaging::ToeTips::MayBeCutOff : imaging::ToeTips::Needed;
  const auto outline = imaging::outline_foot(subtraction->log_mask(), side, tips);
  if (!outline) return tl::unexpected(outline.error());
  std::vector<imaging::FootWay> ways;
  for (const imaging::AngioBranch& branch : found.branches) {
    imaging::FootWay way;
    for (const auto& s : branch.samples) {
      way.points.push_back(s.position);
      way.radius_px.push_back(s.radius_px);
    }
    ways.push_back(std::move(way));
  }
  FootReading reading;
  reading.outline = *outline;
  reading.named = imaging::name_foot_ways(*outline, map, ways, {picture.contrast, picture.clear});
  imaging::FootFilling filling;
  filling.outline = *outline;
  filling.arteries = reading.named.arteries;
  reading.runoff = imaging::foot_runoff(filling, map);
  return reading;
}

}  // namespace app
