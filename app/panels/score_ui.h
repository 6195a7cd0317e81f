// What only the Score workspace remembers between frames.
#pragma once

#include <cstddef>
#include <set>
#include <string>

#include "imaging/core/study.h"

namespace app {

enum class ScorePage { Scores, Eligibility, Lists, Outcomes };

struct ScoreUi {
  ScorePage page = ScorePage::Scores;
  // The lists were turned to from this case; another one turns back to its scores.
  const imaging::Study* lists_over = nullptr;

  std::string review_place, review_name, review_secret;  // As typed so far.
  // The chair's next person and next list.
  std::string person_name, person_secret, person_role = "reader";
  std::string list_name;
  std::set<std::string> list_cases, list_scales;
  int list_readers = 2;

  std::string registry_path;  // As typed so far.
  const void* outcomes_seen = nullptr;
  std::string outcomes_file;  // Of these.
  std::size_t chart = 0;      // The chosen plot.
  bool chart_alone = false;
};

}  // namespace app
