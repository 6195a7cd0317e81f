// What did others reach?
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "imaging/core/result.h"
#include "planning/statistics/distributions.h"

namespace planning {

// The fraction free of an endpoint's event after so many months, as published.
struct PublishedFigure {
  std::string endpoint;  // name_of(Endpoint), or "healed_wound": then the fraction that healed.
  double months = 0;
  double fraction = 0;
  std::optional<Interval> interval;  // 95 %, where it was given or follows from counts.
};

struct PublishedSeries {
  std::string id, label;
  int limbs = 0;
  std::string source, tag, note;
  std::vector<PublishedFigure> figures;
};

struct PublishedOutcomes {
  std::vector<PublishedSeries> series;
  double goal = 0;  // Of amputation-free survival at `goal_months`.
  double goal_months = 0;
  double historical = 0;
  double certainty = 0;     // A trial succeeds above this probability.
  std::string goal_source;  // With its tag.
  std::string goal_says;
};

// assets/outcomes/published.json. Errors: Unreadable or InvalidInput, naming the entry.
imaging::Result<PublishedOutcomes> read_published_outcomes(const std::filesystem::path& assets);

}  // namespace planning
