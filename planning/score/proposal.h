// Which SAD and MAC the pixels speak for: always a proposal, with what it rests on.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "imaging/core/foot_map.h"
#include "planning/score/score.h"

namespace planning {

// assets/scores/proposal.json: the sources' words have no numbers; these are assumptions (E).
struct ProposalRules {
  double severe_up_to_filled = 0;    // SAD 2: at most this share of the forefoot's arteries fills.
  double moderate_up_to_filled = 0;  // SAD 1: at most this share.
  double moderate_up_to_width = 0;   // SAD 1: lumen over healthy lumen at most this.
  double least_judged = 0;           // Of those arteries' length, so that a SAD is proposed at all.
  double artery_open_from = 0;       // One artery of the foot map: filled from this share on ...
  double artery_closed_up_to = 0;    // ... occluded up to this one.
  double absent_under_mm = 0;        // MAC 0: no continuous calcium this long at any site.
  int severe_from_sites = 0;         // MAC 2: from so many sites of the 0-5 score on.
  Origin origin;
};

// Errors: Unreadable or InvalidInput, naming the file and the entry.
imaging::Result<imaging::FootMap> read_foot_map(const std::filesystem::path& assets);
imaging::Result<ProposalRules> read_proposal_rules(const std::filesystem::path& assets);

struct Proposal {
  std::string item, level;
  std::string because;  // One sentence with the figures.
  std::vector<ScoreEvidence> evidence;
  Origin origin;
};

// Where an image comes from, for evidence.
struct ImageRef {
  std::string uid;
  int frame = 0;
};

struct FootProposal {
  std::vector<Proposal> proposals;                // By item.
  std::string withheld;                           // Why an item has none; else empty.
  std::map<std::string, ArteryFinding> arteries;  // For the foot map.
};

// `widths_measured`: the readings' relative widths mean something.
// The arteries of the map are judged one by one; SAD as a whole only where enough of the forefoot
// could be.
FootProposal propose_sad(const imaging::FootMap& map, const ProposalRules& rules,
                         const std::vector<imaging::ArteryFilling>& readings, bool widths_measured,
                         const ImageRef& image);

// The five sites and the three levels. Uncalibrated readings propose no site, for its definition is
// in cm; the three levels are then proposed from presence alone, with a remark.
FootProposal propose_mac(const ScoreBook& book, const imaging::FootMap& map,
                         const ProposalRules& rules,
                         const std::vector<imaging::ArteryCalcium>& readings,
                         const ImageRef& image);

// A proposal is shown to a reader only after the reader's own scores of that item were committed,
// or, outside of a blinded review, when asked for.
struct ProposalGate {
  bool blinded = false;    // The case is read from a blinded reading list.
  bool committed = false;  // This reader's own scores are committed.
  bool asked = false;      // The reader asked for it.
};
constexpr bool may_show_proposal(const ProposalGate& gate) {
  return gate.committed || (!gate.blinded && gate.asked);
}

}  // namespace planning
