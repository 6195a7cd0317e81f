#include "app/panels/vessel_words.h"

#include <algorithm>
#include <cctype>

#include "app/panels/words.h"

namespace app {

Plot::Stroke stroke_of(imaging::VesselKind kind) {
  switch (kind) {
    case imaging::VesselKind::Artery:
      return Plot::Stroke::Solid;
    case imaging::VesselKind::Vein:
      return Plot::Stroke::Double;
    case imaging::VesselKind::Unsure:
      break;
  }
  return Plot::Stroke::Dotted;
}

std::string spoken_in_sentence(const imaging::Vessel& vessel) {
  std::string words = spoken(vessel.name);
  if (!words.empty())
    words[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(words[0])));
  return words;
}

std::string short_name_of(const imaging::VesselTree& tree, const std::string& id) {
  const imaging::Vessel* vessel = tree.find(id);
  return vessel ? short_name(vessel->name) : id;
}

MeanDiameter mean_diameter(const imaging::Vessel& vessel) {
  MeanDiameter mean;
  int count = 0;
  for (const auto& sample : vessel.line.samples()) {
    if (!sample.open) continue;
    mean.diameter_mm += 2 * sample.radius_mm;
    mean.sd_mm += 2 * sample.radius_sd_mm;
    ++count;
  }
  if (count == 0) return {};
  return {mean.diameter_mm / count, mean.sd_mm / count};
}

bool is_unsure(const imaging::Vessel& vessel) {
  return vessel.kind == imaging::VesselKind::Unsure ||
         std::min(vessel.kind_confidence, vessel.name_confidence) < 0.5;
}

int state_rank(const imaging::Vessel& vessel) {
  if (is_unsure(vessel)) return 0;
  const std::string lumen = openness(vessel);
  return lumen == "occluded" ? 1 : lumen == "open" ? 3 : 2;
}

std::string state_of(const imaging::Vessel& vessel) {
  constexpr const char* words[] = {"unsure", "occluded", "partly", "open"};
  return words[state_rank(vessel)];
}

std::string openness(const imaging::Vessel& vessel) {
  double closed_mm = 0;
  const auto& samples = vessel.line.samples();
  for (std::size_t i = 0; i + 1 < samples.size(); ++i)
    if (!samples[i].open && !samples[i + 1].open)
      closed_mm += vessel.line.arc_length_mm(i + 1) - vessel.line.arc_length_mm(i);
  if (closed_mm <= 0) return "open";
  if (closed_mm > 0.99 * vessel.line.length_mm()) return "occluded";
  return fixed(closed_mm, 0) + " mm occluded";
}

}  // namespace app
