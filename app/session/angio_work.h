// Makes what the angiogram's view asks for, beside the window.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>

#include "app/session/angio_results.h"
#include "app/session/jobs.h"
#include "app/session/session.h"

namespace app {

// Motion of the limb, the peak picture, and what is measured on them: each is made once its inputs
// stand, and again when they change. A finding whose inputs have changed is dropped at once, so
// that nothing that is shown lies; what a hand drags stays until the next one is made.
class AngioWork {
 public:
  // Called once for each drawn frame; `session` outlives the jobs.
  void follow(Session& session, Jobs& jobs, double now_s);
  // The same, waited for: for a picture without a window.
  static void complete(Session& session);

 private:
  struct Order;
  // The run and mask that a chain of findings rests on, in words that tell them from others.
  struct Basis {
    std::string of_run, of_mask;
    Jobs* jobs = nullptr;
    double now_s = 0;
  };
  // Whether a finding whose inputs changed stays until the next one is made.
  enum class Keep { No, UntilTheNext };
  void make_all(Session& session, Jobs* jobs, double now_s);
  void take_over_found(Session& session);
  void make_peak(Session& session, const Basis& basis, const imaging::Mask& mask,
                 const planning::RunMarks& marks, bool measures);
  void make_compared(Session& session, Jobs* jobs, double now_s);
  void make_fit(Session& session, Jobs* jobs, double now_s);
  template <class Found>
  void want(const Order& order, std::shared_ptr<const Found>& slot,
            std::function<imaging::Result<Found>(const imaging::Progress&)> make,
            Keep keep_old = Keep::No);

  std::set<std::string> taken_over_;  // What vessels were found from since that was asked for.
  std::map<std::string, std::string> made_from_;  // By topic: what is being made now.
};

// How the limb moved, every frame. Errors: those of imaging::find_motion.
imaging::Result<AngioMotion> find_angio_motion(const imaging::AngioRun& run,
                                               const imaging::Mask& mask, MotionChoice choice,
                                               const imaging::Progress& progress = {});

// Over the frames [first, last] of the run, which are clamped to it.
// Errors: those of Subtraction; Cancelled.
imaging::Result<AngioPeak> find_angio_peak(const imaging::AngioRun& run, const imaging::Mask& mask,
                                           int first, int last, bool of_gas,
                                           const imaging::Progress& progress = {});

}  // namespace app
