#include "app/session/foot_arteries.h"

#include <cmath>
#include <utility>

#include "app/session/scoring.h"
#include "imaging/angio/foot_outline.h"
#include "imaging/angio/foot_side.h"
#include "imaging/angio/foot_ways.h"
#include "imaging/angio/subtraction.h"

namespace app {

bool is_frontal(const imaging::AngioRun& run) {
  constexpr double most_deg = 25;
  return !run.pose || std::abs(run.pose->primary_deg) <= most_deg;
}

namespace {

using imaging::Result;

// From its side: a right angle off the front, give or take what feet and tables turn.
bool is_lateral(const imaging::AngioRun& run) {
  constexpr double most_off_deg = 25;
  return run.pose && std::abs(std::abs(run.pose->primary_deg) - 90) <= most_off_deg;
}

std::vector<imaging::FootWay> ways_of(const imaging::AngioTree& found) {
  std::vector<imaging::FootWay> ways;
  for (const imaging::AngioBranch& branch : found.branches) {
    imaging::FootWay way;
    for (const auto& s : branch.samples) {
      way.points.push_back(s.position);
      way.radius_px.push_back(s.radius_px);
    }
    ways.push_back(std::move(way));
  }
  return ways;
}

imaging::FootPicture pictures_of(const ClearAngiogram& picture) {
  return {picture.contrast, picture.clear, picture.delay_s.empty() ? nullptr : &picture.delay_s};
}

Result<FootReading> from_front(const imaging::Frame<float>& absorption, imaging::Side side,
                               imaging::ToeTips tips, const imaging::FootMap& map,
                               const std::vector<imaging::FootWay>& ways,
                               const ClearAngiogram& picture) {
  const auto outline = imaging::outline_foot(absorption, side, tips);
  if (!outline) return tl::unexpected(outline.error());
  imaging::FootFilling filling;
  filling.outline = *outline;
  auto named = imaging::name_foot_ways(*outline, map, ways, pictures_of(picture));
  filling.arteries = std::move(named.arteries);
  FootReading reading;
  reading.states = imaging::foot_runoff(filling, map).arteries;
  reading.arteries = std::move(filling.arteries);
  for (const imaging::FootArtery& artery : map.arteries) reading.labels.push_back(artery.label);
  reading.toes_shown = outline->toes_shown;
  if (!outline->toes_shown)
    reading.note = "The toes run out of the picture; what is not in it is not judged.";
  constexpr double named_well = 0.5;
  if (!ways.empty() && named.explained < named_well)
    reading.note += std::string(reading.note.empty() ? "" : " ") +
                    "Less than half of what was found lies where a foot's arteries run: the names "
                    "are unsure.";
  return reading;
}

Result<FootReading> from_side(const imaging::Frame<float>& absorption, const imaging::FootMap& map,
                              const std::vector<imaging::FootWay>& ways,
                              const ClearAngiogram& picture) {
  const auto outline = imaging::outline_foot_side(absorption);
  if (!outline) return tl::unexpected(outline.error());
  FootReading reading;
  reading.view = FootView::Side;
  reading.arteries = imaging::name_side_ways(*outline, map, ways, pictures_of(picture));
  constexpr double least_gap_lengths = 0.04;  // A tenth of the foot's width.
  for (const imaging::ArteryFilling& artery : reading.arteries) {
    const bool dorsal = artery.artery == "dorsalis_pedis";
    reading.states.push_back(imaging::foot_artery_state(
        artery, dorsal ? imaging::FootGroup::Dorsal : imaging::FootGroup::Plantar,
        least_gap_lengths * outline->length_px));
    reading.labels.push_back(dorsal ? "Dorsalis pedis" : "Plantar, lateral or medial");
  }
  reading.note =
      "From the side the plantar arteries are not told apart, and arch, metatarsal and digital "
      "arteries lie over one another: they are not judged.";
  return reading;
}

}  // namespace

Result<FootReading> read_foot_arteries(const imaging::AngioRun& run, imaging::Side side,
                                       const imaging::FootMap& map, const imaging::Mask& mask,
                                       const ClearAngiogram& picture,
                                       const imaging::AngioTree& found) {
  const bool front = is_frontal(run);
  if (!front && !is_lateral(run))
    return imaging::fail(imaging::ErrorCode::InvalidInput,
                         "The foot's arteries are named on views from the front or the side; this "
                         "one is oblique.");
  const auto subtraction = imaging::Subtraction::make(run, mask);
  if (!subtraction) return tl::unexpected(subtraction.error());
  const auto tips =
      tells_of_foot(run.label) ? imaging::ToeTips::MayBeCutOff : imaging::ToeTips::Needed;
  const auto ways = ways_of(found);
  return front ? from_front(subtraction->log_mask(), side, tips, map, ways, picture)
               : from_side(subtraction->log_mask(), map, ways, picture);
}

}  // namespace app
