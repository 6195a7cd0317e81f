// Digital legs as the planner would see them if every vessel had been traced: exactly, or with the
// error of a tracing; and what is true at the site that a plan proposes.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "imaging/core/vessel_tree.h"
#include "imaging/phantom/duplex.h"
#include "imaging/phantom/limb.h"
#include "planning/crossing/candidates.h"

namespace bench {

// Every vessel of the limb, sampled every millimetre, with its true lumen, occlusions and calcium.
std::shared_ptr<const imaging::VesselTree> true_tree(const imaging::phantom::Limb& limb);

// The same with smooth errors along each vessel: `sd_mm` of each radius and of each coordinate of
// the axis, persisting over about 4 mm. The radius's error is stated as its standard deviation.
std::shared_ptr<const imaging::VesselTree> traced_tree(const imaging::VesselTree& tree,
                                                       double sd_mm, std::uint64_t seed);

// A limb's truth, made once and asked for each plan.
class LimbTruth {
 public:
  // With `scans` only sites inside one of them count; empty: the whole limb was imaged.
  LimbTruth(const imaging::phantom::Limb& limb, std::vector<imaging::phantom::Scan> scans);

  struct Site {
    double gap_mm = 0;     // At the true places nearest to the plan's, the artery healthy.
    double needle_mm = 0;  // Between the true centres there.
    double needle_error_mm = 0;
    std::vector<std::string> broken;  // Hard rules of the truth that reject the site.
  };
  Site at(const planning::Crossing& crossing) const;

  // Least gap over every half millimetre of all arteries that a needle may leave and all deep veins
  // (no one crosses in the anterior tibial bundle): where the artery is open, at least 2.5 mm wide
  // and reached openly from the popliteal artery ...
  std::optional<double> best_gap_mm() const { return best_gap_mm_; }
  // ... and where besides no hard rule of the truth rejects.
  std::optional<double> best_allowed_gap_mm() const { return best_allowed_gap_mm_; }

 private:
  bool is_imaged(const imaging::Point3<imaging::Lps>& p) const;
  void search();

  const imaging::phantom::Limb* limb_;
  std::vector<imaging::phantom::Scan> scans_;
  std::shared_ptr<const imaging::VesselTree> tree_;
  std::shared_ptr<const planning::Knowledge> knowledge_;
  std::shared_ptr<const planning::RuleBook> rules_;
  std::shared_ptr<const planning::Terrain> terrain_;
  std::optional<double> best_gap_mm_, best_allowed_gap_mm_;
};

}  // namespace bench
