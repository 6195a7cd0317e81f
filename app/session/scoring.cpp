#include "app/session/scoring.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <chrono>
#include <cmath>

#include "app/session/foot_arteries.h"
#include "imaging/angio/foot_calcium.h"
#include "imaging/angio/foot_filling.h"
#include "imaging/angio/foot_outline.h"
#include "imaging/core/assets.h"

namespace app {
namespace {

imaging::Result<ScoreLibrary> read_library() {
  const auto assets = imaging::assets_folder();
  auto book = planning::read_scores(assets);
  if (!book) return tl::unexpected(book.error());
  auto map = planning::read_foot_map(assets);
  if (!map) return tl::unexpected(map.error());
  auto rules = planning::read_proposal_rules(assets);
  if (!rules) return tl::unexpected(rules.error());
  auto flowchart = planning::read_flowchart(assets);
  if (!flowchart) return tl::unexpected(flowchart.error());
  return ScoreLibrary{*std::move(book), *std::move(map), *std::move(rules), *std::move(flowchart)};
}

bool shows_foot(const imaging::AngioRun& run, imaging::Side side) {
  const auto mask = imaging::choose_mask(run);
  if (!mask) return false;
  const auto subtraction = imaging::Subtraction::make(run, *mask);
  return subtraction && imaging::outline_foot(subtraction->log_mask(), side).has_value();
}

std::string uid_of(const std::vector<imaging::SourceFile>& sources) {
  return sources.empty() ? "" : sources.front().sop_instance_uid;
}

void take(CaseProposals& all, planning::FootProposal found) {
  for (auto& proposal : found.proposals) all.proposals.push_back(std::move(proposal));
  for (const auto& [id, finding] : found.arteries) {
    if (finding.patency) all.arteries[id].patency = finding.patency;
    all.arteries[id].calcified |= finding.calcified;
  }
}

// Which arteries of the foot the vessels found on the run are; none where that cannot be told.
std::optional<FootReading> found_on(const imaging::AngioRun& run, imaging::Side side,
                                    const imaging::FootMap& map,
                                    const imaging::Progress& progress) {
  const auto steady = steady_run(run, progress);
  if (!steady) return std::nullopt;
  const auto picture = clear_angiogram(run, steady->mask, steady->motions(), progress);
  if (!picture) return std::nullopt;
  const auto tree = imaging::trace_angiogram(picture->clear, run.calibration, progress);
  if (!tree) return std::nullopt;
  auto reading = read_foot_arteries(run, side, map, steady->mask, *picture, *tree);
  return reading ? std::optional(*std::move(reading)) : std::nullopt;
}

// A course searched near the map may lie on the vessel beside it; what was found and named says
// better whether an artery is closed. How wide an open one is stays as it was measured.
void judge_by_found(planning::FootProposal& proposal, const FootReading& reading,
                    const planning::ProposalRules& rules) {
  using imaging::ArteryState;
  for (const imaging::FootArteryState& state : reading.states) {
    auto& patency = proposal.arteries[state.artery].patency;
    const double share = state.course_px > 0 ? state.visible_px / state.course_px : 0;
    const bool judged =
        state.state != ArteryState::Unsure && state.state != ArteryState::NotAssessable;
    if (!judged)
      patency.reset();
    else if (share <= rules.artery_closed_up_to)
      patency = planning::Patency::Occluded;
    else if (share < rules.artery_open_from)
      patency = planning::Patency::Narrow;
    else if (patency != planning::Patency::Narrow)
      patency = planning::Patency::Open;
  }
}

}  // namespace

const imaging::Result<ScoreLibrary>& score_library() {
  static const imaging::Result<ScoreLibrary> library = read_library();
  return library;
}

bool tells_of_foot(std::string label) {
  std::transform(label.begin(), label.end(), label.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  constexpr std::array words{"foot", "pedal", "plantar", "forefoot", "pied", "fuss"};
  return std::any_of(words.begin(), words.end(),
                     [&](const char* word) { return label.find(word) != std::string::npos; });
}

std::optional<std::size_t> foot_run(const imaging::Study& study) {
  const auto& runs = study.runs;
  for (const bool frontal : {true, false})
    for (std::size_t n = 0; n < runs.size(); ++n)
      if (tells_of_foot(runs[n].label) && (!frontal || is_frontal(runs[n]))) return n;
  for (std::size_t n = 0; n < runs.size(); ++n)
    if (is_frontal(runs[n]) && shows_foot(runs[n], study.side)) return n;
  return std::nullopt;
}

CaseProposals propose_scores(const imaging::Study& study, const ScoreLibrary& library,
                             const imaging::Progress& progress) {
  CaseProposals all;
  bool sad = false, mac = false;
  for (const imaging::AngioRun& run : study.runs) {
    if (sad || !is_frontal(run)) continue;
    const auto side = run.side == imaging::Side::Unknown ? study.side : run.side;
    // A leg runs out of its picture, too: only a run that is named as the foot's may lack its toes.
    const auto tips =
        tells_of_foot(run.label) ? imaging::ToeTips::MayBeCutOff : imaging::ToeTips::Needed;
    const auto filling = imaging::read_foot_filling(run, side, library.map, progress, tips);
    if (!filling) {
      all.notes.push_back(run.label + ": " + filling.error().sentence);
      continue;
    }
    if (!filling->outline.side_fits)
      all.notes.push_back(run.label + ": the outline looks like the other foot's; check the side.");
    auto found = planning::propose_sad(library.map, library.rules, filling->arteries,
                                       filling->widths_measured,
                                       {uid_of(run.sources), filling->shown_frame});
    if (!found.withheld.empty()) all.notes.push_back(run.label + ": " + found.withheld);
    if (const auto reading = found_on(run, side, library.map, progress))
      judge_by_found(found, *reading, library.rules);
    take(all, std::move(found));
    sad = true;
  }
  for (const imaging::Radiograph& radiograph : study.radiographs) {
    if (mac) break;
    const auto side = radiograph.side == imaging::Side::Unknown ? study.side : radiograph.side;
    const auto calcium = imaging::read_foot_calcium(radiograph, side, library.map, progress);
    if (!calcium) {
      all.notes.push_back(radiograph.label + ": " + calcium.error().sentence);
      continue;
    }
    take(all, planning::propose_mac(library.book, library.map, library.rules, calcium->arteries,
                                    {uid_of(radiograph.sources), 0}));
    mac = true;
  }
  if (!sad) all.notes.push_back("No SAD is proposed: no AP run of the foot could be read.");
  if (!mac) all.notes.push_back("No MAC is proposed: no radiograph of the foot could be read.");
  return all;
}

double length_px(const std::vector<planning::ImagePoint>& points) {
  double length = 0;
  for (std::size_t i = 1; i < points.size(); ++i)
    length += std::hypot(points[i].column_px - points[i - 1].column_px,
                         points[i].row_px - points[i - 1].row_px);
  return length;
}

std::optional<double> length_mm(const std::vector<planning::ImagePoint>& points,
                                const imaging::Calibration& calibration) {
  if (points.size() < 2 || !calibration.gives_mm()) return std::nullopt;
  double length = 0;
  for (std::size_t i = 1; i < points.size(); ++i)
    length +=
        std::hypot(calibration.mm_per_px_column * (points[i].column_px - points[i - 1].column_px),
                   calibration.mm_per_px_row * (points[i].row_px - points[i - 1].row_px));
  return length > 0 ? std::optional(length) : std::nullopt;
}

void Scoring::edit(planning::ScoreForm form) {
  if (committed_ || form == steps_[at_]) return;
  steps_.resize(at_ + 1);
  steps_.push_back(std::move(form));
  at_ = steps_.size() - 1;
  refusal.clear();
}

void Scoring::undo() {
  if (can_undo()) --at_;
}

void Scoring::redo() {
  if (can_redo()) ++at_;
}

imaging::Result<void> Scoring::commit(const ScoreLibrary& library, imaging::Side case_side,
                                      const std::vector<std::string>& wanted) {
  if (committed_)
    return imaging::fail(imaging::ErrorCode::InvalidInput,
                         "These scores are committed already; a second commit is refused.");
  if (auto checked = planning::check_form(library.book, form(), case_side); !checked)
    return checked;
  const auto gaps = planning::missing(library.book, form(), wanted);
  if (!gaps.empty()) return imaging::fail(imaging::ErrorCode::InvalidInput, gaps.front().sentence);
  committed_ = true;
  return {};
}

void Scoring::restore(planning::ScoreForm form, bool committed) {
  steps_.assign(1, std::move(form));
  at_ = 0;
  committed_ = committed;
  draft.clear();
  cross_hair.reset();
  refusal.clear();
}

void Scoring::want_proposals(std::shared_ptr<const imaging::Study> study) {
  if (sought_.valid() || !study || !score_library()) return;
  sought_ =
      std::async(std::launch::async, [study = std::move(study)] {
        return std::make_shared<const CaseProposals>(propose_scores(*study, *score_library()));
      }).share();
}

bool Scoring::seeking() const {
  return sought_.valid() && sought_.wait_for(std::chrono::seconds(0)) != std::future_status::ready;
}

const CaseProposals* Scoring::proposals() const {
  if (!may_show_proposal() || !sought_.valid() || seeking()) return nullptr;
  return sought_.get().get();
}

}  // namespace app
