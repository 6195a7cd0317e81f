// Is the record of what happened whole and unchanged?
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "imaging/core/result.h"

namespace planning {

// One thing that happened in a review. `sequence` is given by the database, one after the other,
// and orders everything; the clocks of several machines disagree, so `clock_utc` is only noted.
struct AuditEntry {
  std::int64_t sequence = 0;  // From 1, without a gap.
  std::string clock_utc;      // "2026-11-21T02:31:49Z", of the machine that wrote it.
  std::string actor;          // A reader's sign-in name.
  std::string action;         // "commit", "adjudicate", ...
  std::string detail;         // What was changed, in full: JSON or words.
  std::string previous_hash;  // Of the entry before; 64 zeros for the first.
  std::string hash;           // SHA-256 over all of the above.
};

std::string first_previous_hash();
std::string hash_of(const AuditEntry& entry);

struct AuditVerdict {
  std::size_t entries = 0;
  std::string last_hash;
  // Entries whose clock lies before that of the entry before them: the machines' clocks disagree.
  std::vector<std::int64_t> clock_went_back;
};

// Entries by sequence. Errors: InvalidInput, naming the first entry that is missing or was changed.
imaging::Result<AuditVerdict> verify_audit(const std::vector<AuditEntry>& entries);

}  // namespace planning
