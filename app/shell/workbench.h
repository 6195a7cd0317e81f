// The program behind the window, without the window: opens cases, keeps what is done to them, and
// serves what the panels ask for. A test drives it without a display.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "app/panels/window.h"
#include "app/session/angio_work.h"
#include "app/session/jobs.h"
#include "app/shell/open_kept.h"
#include "app/shell/review_bench.h"
#include "app/store/library.h"

namespace app {

class Workbench {
 public:
  // What is written as files; each returns where, and may be empty.
  struct Exports {
    std::function<imaging::Result<std::string>(Session&, Views*)> report, evidence;
    std::function<imaging::Result<std::string>(const Outcomes&)> outcomes;
    // Tables of a reading list: its name, and each file's name and text.
    std::function<imaging::Result<std::string>(
        const std::string&, const std::vector<std::pair<std::string, std::string>>&)>
        tables;
  };

  // Without a library nothing is kept, and `notice` says why.
  Workbench(std::optional<Library> library, std::string notice, Exports exports);

  Session& session() { return session_; }
  const Surroundings& surroundings() const { return around_; }
  bool busy() const { return jobs_.busy(); }

  // Reads, traces and plans on a thread of its own; what was open stays until that is done. One
  // file that ends in .csv is a registry of outcomes, beside the case that is open.
  void open(std::vector<std::filesystem::path> paths, double now_s);
  // Takes over what jobs have done, and writes what was edited since the last call. A gesture that
  // is still open is not written. True when something changed that must be drawn.
  bool poll(double now_s, const std::string& clock_time);
  // Moves a playing run on.
  void play(double elapsed_s);
  void serve(const Requests& requests, Views* views, double now_s);
  // Writes what poll() would have kept for later.
  void close();

 private:
  void open_registry(const std::filesystem::path& file, const OutcomeQuestion& question,
                     double now_s);
  void take_over(KeptCase opened);
  void list_cases();
  void save_plan(double now_s, const std::string& clock_time, bool at_once);
  void save_view(double now_s, bool at_once);
  void save_scores(double now_s, const std::string& clock_time, bool at_once);
  void follow_curve(double now_s);
  void cover(const SweepOrder& order, double now_s);
  void draw_flow(int draws, double now_s);
  void plan_on_angiograms(double now_s);
  void make(const SweepOrder& order, double now_s);
  void serve_review(const ReviewWish& wish, double now_s);
  void make_reading_list(const ReviewWish& wish);
  void save_tables();
  void export_files(const Requests& requests, Views* views);
  void open_for_review(const ReviewBench::Order& order, double now_s);
  void tell(std::string sentence, bool is_error);
  void tell(const imaging::Error& error) { tell(error.sentence, true); }

  Session session_;
  std::optional<Library> library_;
  ReviewBench review_;
  Exports exports_;
  Surroundings around_;
  std::vector<CaseRecord> records_;
  std::optional<CaseId> case_;
  std::size_t saved_revision_ = 0;
  std::optional<std::size_t> refused_revision_;  // The last that the library did not take.
  double refused_s_ = 0;
  ViewState saved_view_;
  double view_saved_s_ = 0;
  SavedScores saved_scores_;
  std::optional<SavedScores> refused_scores_;  // The last that the library did not take.
  // The run and mask that around_.curve is of, or is being made of.
  const imaging::AngioRun* curve_of_ = nullptr;
  std::shared_ptr<const AngioMask> curve_mask_;
  std::shared_ptr<const AngioMotion> curve_motion_;
  AngioWork angio_work_;
  Jobs jobs_;  // Last: its threads end before what they were started for goes.
};

}  // namespace app
