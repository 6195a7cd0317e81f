// What a reader scores of one case: the form with its undo, what is selected, and proposals.
#pragma once

#include <cstddef>
#include <future>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "imaging/core/progress.h"
#include "imaging/core/study.h"
#include "planning/score/eligibility.h"
#include "planning/score/proposal.h"
#include "planning/score/score.h"

namespace app {

// All that scores are made of, from assets/scores.
struct ScoreLibrary {
  planning::ScoreBook book;
  imaging::FootMap map;
  planning::ProposalRules rules;
  planning::Flowchart flowchart;
};
// Read once. Errors: those of the readers.
const imaging::Result<ScoreLibrary>& score_library();

// SAD from the first AP foot run, MAC from the first radiograph that can be read.
struct CaseProposals {
  std::vector<planning::Proposal> proposals;
  std::map<std::string, planning::ArteryFinding> arteries;
  std::vector<std::string> notes;  // Why there is none, image by image.
};
CaseProposals propose_scores(const imaging::Study& study, const ScoreLibrary& library,
                             const imaging::Progress& progress = {});

// Whether a technician's words for a run are those for one of the foot.
bool tells_of_foot(std::string label);

// The run that SAD is read on: frontal, and of the foot by its label or else by its outline.
std::optional<std::size_t> foot_run(const imaging::Study& study);

// Length of a line on an image that is calibrated; absent where it is not, or it is no line.
std::optional<double> length_mm(const std::vector<planning::ImagePoint>& points,
                                const imaging::Calibration& calibration);
double length_px(const std::vector<planning::ImagePoint>& points);

// The form, step by step. Every edit is one step of its own, except that a form which equals the
// last leaves none. A committed form is not edited any more.
class Scoring {
 public:
  const planning::ScoreForm& form() const { return steps_[at_]; }
  void edit(planning::ScoreForm form);
  bool can_undo() const { return !committed_ && at_ > 0; }
  bool can_redo() const { return !committed_ && at_ + 1 < steps_.size(); }
  void undo();
  void redo();
  // Refuses what check_form refuses, and a form that lacks something of `scales`.
  imaging::Result<void> commit(const ScoreLibrary& library, imaging::Side case_side,
                               const std::vector<std::string>& scales);
  bool committed() const { return committed_; }
  // Starts over with a form that was kept, locked where it was committed.
  void restore(planning::ScoreForm form, bool committed);

  // Whether a proposal may be seen now; `blinded` is set by whoever opens a case from a reading
  // list.
  bool blinded = false;
  bool asked_for_proposal = false;
  bool may_show_proposal() const {
    return planning::may_show_proposal({blinded, committed_, asked_for_proposal});
  }
  // Starts reading the pixels on another thread, once.
  void want_proposals(std::shared_ptr<const imaging::Study> study);
  // What was found; nullptr while it is sought, and while it may not be seen.
  const CaseProposals* proposals() const;
  bool seeking() const;

  bool run_chosen = false;                         // The view was turned to the foot run once ...
  bool foot_imaged = false;                        // ... and there is one.
  std::vector<std::string> scales;                 // Asked for; empty: all.
  std::size_t item = 0;                            // Selected, among the items of `scales`.
  std::size_t artery = 0;                          // Selected on the foot map.
  std::vector<planning::ImagePoint> draft;         // A line under way ...
  bool draft_on_radiograph = false;                // ... on this image.
  std::optional<planning::ImagePoint> cross_hair;  // While marking by keyboard.
  int keystrokes = 0;
  std::string refusal;  // Why the last commit was refused; one sentence.

 private:
  std::vector<planning::ScoreForm> steps_{1};
  std::size_t at_ = 0;
  bool committed_ = false;
  std::shared_future<std::shared_ptr<const CaseProposals>> sought_;
};

}  // namespace app
