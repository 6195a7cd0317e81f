#include "app/shell/workbench.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "app/session/angio_mask.h"
#include "app/session/cine.h"
#include "app/session/open_case.h"
#include "app/session/read_case.h"
#include "planning/flow/uncertainty.h"

namespace app {
namespace {

// What a person turns and scrolls is worth a write only now and then; edits are written at once.
constexpr double view_interval_s = 0.5;
// A library that refused may have kept the loop waiting for its lock; the next try lets it draw.
constexpr double retry_interval_s = 2;

// What of the view is worth a write: not that a run is playing, nor where it is meanwhile.
bool same_place(const ViewState& a, const ViewState& b) {
  return a.workspace == b.workspace && a.cursor == b.cursor && a.volume == b.volume &&
         a.run == b.run && (a.frame == b.frame || a.playing) && a.subtracted == b.subtracted &&
         a.inverted == b.inverted && a.speed == b.speed && a.window_centre == b.window_centre &&
         a.window_width == b.window_width && a.shift_column_px == b.shift_column_px &&
         a.shift_row_px == b.shift_row_px && a.mask_frame == b.mask_frame && a.angio == b.angio &&
         a.selected_vessel == b.selected_vessel && a.selected_candidate == b.selected_candidate &&
         a.show_veins == b.show_veins && a.show_arteries == b.show_arteries &&
         a.show_devices == b.show_devices;
}

}  // namespace

Workbench::Workbench(std::optional<Library> library, std::string notice, Exports exports)
    : library_(std::move(library)), exports_(std::move(exports)) {
  if (!notice.empty()) tell(std::move(notice), true);
  review_.set_place(library_ ? library_->folder().string() : "");
  around_.review = review_.desk();
  list_cases();
}

void Workbench::tell(std::string sentence, bool is_error) {
  around_.notice = std::move(sentence);
  around_.notice_is_error = is_error;
}

void Workbench::list_cases() {
  around_.library.clear();
  records_.clear();
  if (!library_) return;
  auto records = library_->cases();
  if (!records) return tell(records.error());
  records_ = std::move(*records);
  for (const CaseRecord& record : records_)
    around_.library.push_back({std::to_string(record.id.value), record.alias, record.side,
                               record.imported_at.substr(0, 10)});
}

void Workbench::open_registry(const std::filesystem::path& file, const OutcomeQuestion& question,
                              double now_s) {
  jobs_.start<Outcomes>(
      "registry", "Reading the registry", now_s,
      [file, question](const imaging::Progress&) { return read_outcomes(file, question); },
      [this](imaging::Result<Outcomes> outcomes) {
        if (!outcomes) return tell(outcomes.error());
        around_.plots_path.clear();
        around_.outcomes = std::make_shared<const Outcomes>(std::move(*outcomes));
        // A blinded reader stays at the case.
        if (!session_.scoring.blinded) session_.view.workspace = Workspace::Score;
      });
}

void Workbench::open(std::vector<std::filesystem::path> paths, double now_s) {
  tell("", false);
  if (paths.size() == 1 && paths.front().extension() == ".csv")
    return open_registry(paths.front(), {}, now_s);
  std::optional<std::filesystem::path> folder;
  if (library_) folder = library_->folder();
  jobs_.start<KeptCase>(
      "open", "Opening the case", now_s,
      [paths = std::move(paths), folder](const imaging::Progress& progress) {
        return open_kept(paths, folder, progress);
      },
      [this](imaging::Result<KeptCase> opened) {
        if (!opened) return tell(opened.error());
        take_over(std::move(*opened));
      });
}

void Workbench::take_over(KeptCase opened) {
  close();
  review_.leave();
  session_ = std::move(opened.session);
  case_ = opened.id;
  around_.curve.reset();
  around_.report_path.clear();
  around_.finer_flow.reset();
  around_.saved.clear();
  curve_of_ = nullptr;
  if (!opened.not_kept.empty()) tell(opened.not_kept, true);
  if (opened.saved) {
    SavedCase& saved = *opened.saved;
    if (!saved.steps.empty())
      session_.restore(std::move(saved.steps), saved.at, saved.view.value_or(session_.view));
    else if (saved.view)
      session_.restore(session_.plan(), *saved.view);
    if (saved.scores)
      session_.scoring.restore(std::move(saved.scores->form), saved.scores->committed);
  }
  if (case_) {
    // The proposal is the bottom of undo, also after the next start.
    if (const auto kept = library_->save_plan(*case_, "Proposed", session_.plan()); !kept)
      tell(kept.error());
    list_cases();
  }
  saved_revision_ = session_.history().revision();
  refused_revision_.reset();
  saved_view_ = session_.view;
  saved_scores_ = {session_.scoring.form(), session_.scoring.committed()};
  refused_scores_.reset();
}

void Workbench::save_plan(double now_s, const std::string& clock_time, bool at_once) {
  const History& history = session_.history();
  if (!case_ || history.gesture_open() || history.revision() == saved_revision_) return;
  const bool refused_before = refused_revision_ == history.revision();
  if (refused_before && !at_once && now_s - refused_s_ < retry_interval_s) return;
  const std::string label(history.can_undo() ? history.undo_label() : "Proposed");
  const auto kept = library_->save_plan(*case_, label, session_.plan());
  if (!kept) {
    // Told once per edit, and tried again: another process may only have been busy with the file.
    refused_revision_ = history.revision();
    refused_s_ = now_s;
    if (!refused_before) tell(kept.error());
    return;
  }
  saved_revision_ = history.revision();
  if (std::exchange(refused_revision_, std::nullopt)) tell("", false);
  around_.saved = "saved " + clock_time;
}

void Workbench::save_view(double now_s, bool at_once) {
  if (!case_ || same_place(session_.view, saved_view_)) return;
  if (!at_once && now_s - view_saved_s_ < view_interval_s) return;
  saved_view_ = session_.view;
  view_saved_s_ = now_s;
  if (const auto kept = library_->save_view(*case_, session_.view); !kept) tell(kept.error());
}

void Workbench::save_scores(double now_s, const std::string& clock_time, bool at_once) {
  if (!case_ || !score_library()) return;
  const SavedScores now{session_.scoring.form(), session_.scoring.committed()};
  if (now == saved_scores_) return;
  const bool refused_before = refused_scores_ == now;
  if (refused_before && !at_once && now_s - refused_s_ < retry_interval_s) return;
  if (const auto kept = library_->save_scores(*case_, score_library()->book, now); !kept) {
    refused_scores_ = now;
    refused_s_ = now_s;
    if (!refused_before) tell(kept.error());
    return;
  }
  saved_scores_ = now;
  if (std::exchange(refused_scores_, std::nullopt)) tell("", false);
  around_.saved = "saved " + clock_time;
}

void Workbench::follow_curve(double now_s) {
  if (!session_.has_case()) return;
  const Workspace shown = session_.view.workspace;
  // Beside the predicted run, the patient's own begins with the arrival of its contrast.
  const bool beside_flow =
      shown == Workspace::Flow && session_.view.flow.beside == FlowView::Beside::Angiogram;
  if (shown != Workspace::Angio && shown != Workspace::Score && !beside_flow) return;
  const auto study = session_.shared_study();
  if (session_.view.run >= study->runs.size()) return;
  const imaging::AngioRun* run = &study->runs[session_.view.run];
  const AngioFindings& angio = session_.angio;
  if (run == curve_of_ && angio.mask == curve_mask_ && angio.motion == curve_motion_) return;
  curve_of_ = run;
  curve_mask_ = angio.mask;
  curve_motion_ = angio.motion;
  around_.curve.reset();
  std::optional<imaging::Mask> mask;
  if (angio.mask && angio.mask->refusal.empty())
    if (auto found = mask_in_view(*run, session_.view, angio)) mask = std::move(*found);
  if (!mask && !beside_flow) return;
  jobs_.start<AngioCurve>(
      "curve", "Reading the contrast", now_s,
      // The study is held, so that the run outlives the job.
      [study, run, mask, frame = session_.view.mask_frame](const imaging::Progress&) {
        return mask ? angio_curve(*run, *mask) : angio_curve(*run, frame);
      },
      [this](imaging::Result<AngioCurve> curve) {
        // A run without a mask shows no curve; its picture says why.
        if (!curve) return;
        around_.curve = std::move(*curve);
        // A run that was never looked at begins where there is something to see.
        if (session_.view.frame == 0 && !session_.view.playing)
          session_.view.frame = around_.curve->peak_frame;
      });
}

void Workbench::cover(const SweepOrder& order, double now_s) {
  if (!session_.has_case()) return;
  around_.sweep_coverage.reset();
  jobs_.start<SweepCoverage>(
      "coverage", "Looking at the sweep", now_s,
      [study = session_.shared_study(), order](const imaging::Progress& progress) {
        return cover_sweep(*study, order, progress);
      },
      [this](imaging::Result<SweepCoverage> coverage) {
        if (!coverage) return tell(coverage.error());
        around_.sweep_coverage = std::move(*coverage);
      });
}

void Workbench::draw_flow(int draws, double now_s) {
  const planning::Planner* planner = session_.planner();
  if (planner == nullptr || !session_.plan().crossing) return;
  FinerFlow order{session_.history().revision(), planner, {}};
  jobs_.start<planning::Flow>(
      "flow", finer_flow_title, now_s,
      [planner = *planner, plan = session_.plan(), draws](const imaging::Progress& progress) {
        return planner.flow(plan, {.samples = draws}, progress);
      },
      [this, order](imaging::Result<planning::Flow> flow) mutable {
        if (!flow) return tell(flow.error());
        order.flow = std::move(*flow);
        around_.finer_flow = std::move(order);
      });
}

void Workbench::plan_on_angiograms(double now_s) {
  if (!session_.has_case()) return;
  tell("", false);
  jobs_.start<Session>(
      "open", "Making vessels of two runs", now_s,
      [study = session_.shared_study(),
       marks = session_.plan().angio](const imaging::Progress& progress) {
        return open_case_on_angiograms(study, marks, progress);
      },
      [this, of = session_.shared_study()](imaging::Result<Session> made) {
        if (!made) return tell(made.error());
        if (!session_.has_case() || session_.shared_study() != of) return;
        const auto run = session_.view.run;
        KeptCase opened{std::move(*made), case_, {}, {}};
        opened.session.view.workspace = Workspace::Angio;
        opened.session.view.run = run;
        const std::string rests_on =
            opened.session.notes.empty() ? std::string() : opened.session.notes.front();
        take_over(std::move(opened));
        tell(rests_on, false);
        if (!case_) return;
        // The tree is kept as a traced one is: the case opens on it again.
        const auto kept = library_->save_tree(*case_, session_.vessels(), tree_made_by());
        if (!kept) tell(kept.error());
      });
}

// The volume is in no file, so the library cannot keep the case with it.
void Workbench::make(const SweepOrder& order, double now_s) {
  if (!session_.has_case()) return;
  jobs_.start<Session>(
      "open", "Making the volume", now_s,
      [study = session_.shared_study(), order](const imaging::Progress& progress) {
        return open_with_sweep(study, order, progress);
      },
      [this](imaging::Result<Session> made) {
        if (!made) return tell(made.error());
        KeptCase opened{std::move(*made), {}, {}, {}};
        opened.session.view.workspace = Workspace::Duplex;
        take_over(std::move(opened));
        tell("The volume is not in the library; oasis sweep writes it as a file.", false);
      });
}

void Workbench::open_for_review(const ReviewBench::Order& order, double now_s) {
  tell("", false);
  jobs_.start<imaging::Study>(
      "open", "Opening the case " + order.code, now_s,
      [paths = order.paths](const imaging::Progress& progress) {
        return read_case({paths.begin(), paths.end()}, progress);
      },
      [this, order, now_s](imaging::Result<imaging::Study> study) {
        if (!study) return tell(study.error());
        auto shown = review_.show(order, std::move(*study), now_s);
        if (!shown) return tell(shown.error());
        // Not through the library: it would tell under which name the case was seen before.
        close();
        session_ = std::move(*shown);
        case_.reset();
        around_.curve.reset();
        around_.saved.clear();
        curve_of_ = nullptr;
      });
}

// The cases of the library that the chair chose, each under its own name there.
void Workbench::make_reading_list(const ReviewWish& wish) {
  std::vector<ListedCase> cases;
  for (const CaseRecord& record : records_) {
    const std::string id = std::to_string(record.id.value);
    if (std::find(wish.cases.begin(), wish.cases.end(), id) == wish.cases.end()) continue;
    ListedCase one{record.alias + " " + id, record.side, {}};
    for (const auto& path : record.paths) one.paths.push_back(path.string());
    cases.push_back(std::move(one));
  }
  review_.make_list(wish, cases);
}

void Workbench::save_tables() {
  const auto tables = review_.tables();
  if (!tables) return review_.refuse(tables.error().sentence);
  if (!exports_.tables) return;
  const auto written = exports_.tables(review_.desk().list, *tables);
  if (!written) return tell(written.error());
  tell("Readings, agreement and codebook are in " + *written, false);
}

void Workbench::serve_review(const ReviewWish& wish, double now_s) {
  using What = ReviewWish::What;
  review_.refuse("");
  if (wish.what == What::SignIn) review_.sign_in(wish);
  if (wish.what == What::ChooseList) review_.choose_list(wish.which);
  if (wish.what == What::Commit) review_.commit(session_, now_s);
  if (wish.what == What::BecomeChair) review_.become_chair(wish);
  if (wish.what == What::AddPerson) review_.add_person(wish);
  if (wish.what == What::MakeList) make_reading_list(wish);
  if (wish.what == What::SaveTables) save_tables();
  if (wish.what == What::SignOut) {
    // What was under review is not shown to the next person.
    if (!review_.desk().code.empty()) session_ = Session();
    review_.sign_out();
  }
  if (wish.what != What::OpenCase) return;
  if (const auto order = review_.order(wish.which))
    open_for_review(*order, now_s);
  else
    review_.refuse("This reading list has no case of this code.");
}

bool Workbench::poll(double now_s, const std::string& clock_time) {
  angio_work_.follow(session_, jobs_, now_s);
  follow_curve(now_s);
  const bool finished = jobs_.poll();
  // What is done may be what the next step waits for.
  if (finished) angio_work_.follow(session_, jobs_, now_s);
  save_plan(now_s, clock_time, false);
  save_view(now_s, false);
  save_scores(now_s, clock_time, false);
  review_.keep_draft(session_);
  around_.review = review_.desk();
  around_.jobs = jobs_.statuses(now_s);
  return finished;
}

void Workbench::play(double elapsed_s) {
  if (!session_.has_case()) return;
  if (session_.view.flow.playing && session_.view.workspace == Workspace::Flow)
    flow_on(session_.view.flow, elapsed_s);
  if (!session_.view.playing) return;
  const auto& runs = session_.study().runs;
  if (session_.view.run < runs.size()) play_on(session_.view, runs[session_.view.run], elapsed_s);
}

void Workbench::export_files(const Requests& requests, Views* views) {
  const auto told = [&](const imaging::Result<std::string>& written, const char* what,
                        std::string& path) {
    if (!written) return tell(written.error());
    path = *written;
    tell(what + *written, false);
  };
  std::string unused;
  if (requests.export_report && exports_.report && session_.has_case())
    told(exports_.report(session_, views), "The report is ", around_.report_path);
  if (requests.export_evidence && exports_.evidence && session_.has_case())
    told(exports_.evidence(session_, views), "The marked images are in ", unused);
  if (requests.export_outcomes && exports_.outcomes && around_.outcomes)
    told(exports_.outcomes(*around_.outcomes), "Plots and page are in ", around_.plots_path);
}

void Workbench::serve(const Requests& requests, Views* views, double now_s) {
  if (requests.dismiss_notice) tell("", false);
  if (requests.open_path) open({*requests.open_path}, now_s);
  if (requests.open_case)
    for (const CaseRecord& record : records_)
      if (std::to_string(record.id.value) == *requests.open_case) open(record.paths, now_s);
  if (requests.judge_outcomes && around_.outcomes)
    open_registry(around_.outcomes->path, *requests.judge_outcomes, now_s);
  if (requests.cover_sweep) cover(*requests.cover_sweep, now_s);
  if (requests.draw_flow) draw_flow(*requests.draw_flow, now_s);
  if (requests.plan_on_angiograms) plan_on_angiograms(now_s);
  if (requests.make_sweep) make(*requests.make_sweep, now_s);
  if (requests.review) serve_review(*requests.review, now_s);
  around_.review = review_.desk();
  if (requests.cancel_job) jobs_.cancel(*requests.cancel_job);
  export_files(requests, views);
}

void Workbench::close() {
  review_.keep_draft(session_);
  if (!case_) return;
  session_.history().end_gesture();
  save_plan(0, "", true);
  save_view(0, true);
  save_scores(0, "", true);
}

}  // namespace app
