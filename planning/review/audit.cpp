#include "planning/review/audit.h"

#include "imaging/core/sha256.h"

namespace planning {

std::string first_previous_hash() { return std::string(64, '0'); }

std::string hash_of(const AuditEntry& entry) {
  // Each part is preceded by its length, so that moving text from one to the next is noticed.
  std::string text;
  for (const std::string& part : {std::to_string(entry.sequence), entry.clock_utc, entry.actor,
                                  entry.action, entry.detail, entry.previous_hash})
    text += std::to_string(part.size()) + ':' + part;
  return imaging::sha256(text);
}

imaging::Result<AuditVerdict> verify_audit(const std::vector<AuditEntry>& entries) {
  AuditVerdict verdict{
      .entries = entries.size(), .last_hash = first_previous_hash(), .clock_went_back = {}};
  std::int64_t expected = 1;
  std::string clock;
  for (const AuditEntry& entry : entries) {
    const auto broken = [&](const std::string& how) {
      return imaging::fail(
          imaging::ErrorCode::InvalidInput,
          "The audit trail is broken at entry " + std::to_string(expected) + ": " + how);
    };
    if (entry.sequence != expected) return broken("it is missing.");
    if (entry.previous_hash != verdict.last_hash)
      return broken("it does not follow the entry before it.");
    if (entry.hash != hash_of(entry)) return broken("it was changed after it was written.");
    if (entry.clock_utc < clock) verdict.clock_went_back.push_back(entry.sequence);
    clock = entry.clock_utc;
    verdict.last_hash = entry.hash;
    ++expected;
  }
  return verdict;
}

}  // namespace planning
