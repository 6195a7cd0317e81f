// The readings of a list as a table for other programs, and what its columns mean.
#pragma once

#include <string>
#include <vector>

#include "planning/review/agreement.h"
#include "planning/score/score.h"

namespace planning {

// One committed form, as it is exported: under the case's code, never its alias.
struct Reading {
  std::string code;
  std::string reader;  // Sign-in name; "adjudicated" for the settled form.
  bool adjudicated = false;
  std::int64_t sequence = 0;  // Of its entry in the audit trail.
  std::string clock_utc;
  ScoreForm form;
};

// Agreement on one item or one answer of a score, over the cases that every reader has committed.
struct ItemAgreement {
  std::string id;  // Item or rule id.
  std::string label;
  int categories = 0;
  int cases = 0;
  std::vector<std::string> readers;
  std::optional<Agreement> percent, cohen, weighted, fleiss, icc;  // Absent: not defined.
  std::string remark;                                              // Why one is absent.
};
// Cohen's, plain and with squared weights, for two readers; Fleiss's and the ICC(2,1) of the ranks
// for two or more. Adjudicated forms are not readings and are left out.
std::vector<ItemAgreement> agreement_of(const ScoreBook& book,
                                        const std::vector<std::string>& scales,
                                        const std::vector<Reading>& readings);

// Where committed forms of a case differ: ids of items and answers.
std::vector<std::string> differences(const ScoreBook& book, const std::vector<std::string>& scales,
                                     const std::vector<ScoreForm>& forms);

std::string readings_csv(const ScoreBook& book, const std::vector<std::string>& scales,
                         const std::vector<Reading>& readings);
std::string agreement_csv(const std::vector<ItemAgreement>& agreement);
// Every column of both tables: its meaning, the codes it may hold and what they say, the source.
std::string codebook_csv(const ScoreBook& book, const std::vector<std::string>& scales);

}  // namespace planning
