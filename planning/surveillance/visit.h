// What a follow-up duplex found. A small regular value, kept in the plan.
#pragma once

#include <optional>
#include <string>

namespace planning {

// Absent: not measured. "Above" is the inflow artery, "in" the stents, "below" the vein between the
// stents and the foot.
struct DuplexVisit {
  double day = 0;  // After the procedure; never a date, which would tell who it was.
  std::optional<double> flow_above_ml_min = {}, flow_in_ml_min = {}, flow_below_ml_min = {};
  std::optional<double> peak_above_cm_s = {}, peak_in_cm_s = {}, peak_below_cm_s = {};
  // Where flow was fastest, and just before that place: their ratio grades a narrowing.
  std::optional<double> peak_lesion_cm_s = {}, peak_before_lesion_cm_s = {};
  std::string note = {};
  bool operator==(const DuplexVisit&) const = default;
};

}  // namespace planning
