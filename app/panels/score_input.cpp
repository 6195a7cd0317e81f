// Edits of a score form, and the keys that make them.
#include <algorithm>

#include "app/panels/score.h"
#include "app/session/cine.h"

namespace app {

using planning::ImagePoint;
using planning::Patency;
using planning::ScoreForm;

std::vector<AskedItem> asked_items(const Scoring& scoring, const planning::ScoreBook& book) {
  std::vector<AskedItem> items;
  for (const planning::ScoreScale& scale : book.scales) {
    const auto& wanted = scoring.scales;
    if (!wanted.empty() && std::find(wanted.begin(), wanted.end(), scale.id) == wanted.end())
      continue;
    for (const planning::ScoreItem& item : scale.items) items.push_back({&scale, &item});
  }
  return items;
}

const AskedItem* selected_item(const Scoring& scoring, const std::vector<AskedItem>& items) {
  return items.empty() ? nullptr : &items[std::min(scoring.item, items.size() - 1)];
}

bool is_complete(const Scoring& scoring, const planning::ScoreBook& book, const AskedItem& asked) {
  const auto gaps = planning::missing(book, scoring.form(), {asked.scale->id});
  return std::none_of(gaps.begin(), gaps.end(),
                      [&](const planning::ScoreGap& gap) { return gap.item == asked.item->id; });
}

std::optional<EvidenceImage> evidence_image(const Session& session, bool on_radiograph) {
  if (!session.has_case()) return std::nullopt;
  const imaging::Study& study = session.study();
  const auto uid = [](const std::vector<imaging::SourceFile>& sources) {
    return sources.empty() ? std::string("unnamed") : sources.front().sop_instance_uid;
  };
  if (on_radiograph) {
    if (study.radiographs.empty()) return std::nullopt;
    const imaging::Radiograph& r = study.radiographs.front();
    return EvidenceImage{uid(r.sources), 0, r.calibration, r.image.columns(), r.image.rows()};
  }
  if (study.runs.empty() || study.runs[session.view.run].frames.empty()) return std::nullopt;
  const imaging::AngioRun& run = study.runs[session.view.run];
  return EvidenceImage{uid(run.sources), shown_frame(session.view, run), run.calibration,
                       run.frames.front().columns(), run.frames.front().rows()};
}

void turn_to_foot_run(Session& session) {
  if (session.scoring.run_chosen || !session.has_case()) return;
  session.scoring.run_chosen = true;
  const auto run = foot_run(session.study());
  session.scoring.foot_imaged = run.has_value();
  if (run && *run != session.view.run) choose_run(session.view, *run);
}

namespace {

const planning::ScoreBook* book() { return score_library() ? &score_library()->book : nullptr; }

// A copy of the form with its side, to be changed.
ScoreForm form_of(const Session& session) {
  ScoreForm form = session.scoring.form();
  if (form.side == imaging::Side::Unknown) form.side = session.study().side;
  return form;
}

const planning::ScoreItem* item_of(const Session& session) {
  if (!book()) return nullptr;
  const auto items = asked_items(session.scoring, *book());
  const AskedItem* asked = selected_item(session.scoring, items);
  return asked ? asked->item : nullptr;
}

// On to the next item once this one lacks nothing.
void go_on(Session& session) {
  Scoring& scoring = session.scoring;
  const auto items = asked_items(scoring, *book());
  const AskedItem* asked = selected_item(scoring, items);
  if (asked && is_complete(scoring, *book(), *asked) && scoring.item + 1 < items.size())
    ++scoring.item;
}

bool on_radiograph(const planning::ScoreItem& item) {
  return item.evidence_on == planning::EvidenceOn::Radiograph;
}

}  // namespace

void choose_level(Session& session, std::size_t rank) {
  const planning::ScoreItem* item = item_of(session);
  if (!item || rank >= item->levels.size()) return;
  ScoreForm form = form_of(session);
  form.levels[item->id] = item->levels[rank].id;
  session.scoring.edit(std::move(form));
  go_on(session);
}

void take_whole_image(Session& session) {
  const planning::ScoreItem* item = item_of(session);
  if (!item || item->evidence_on == planning::EvidenceOn::Nothing) return;
  const auto image = evidence_image(session, on_radiograph(*item));
  if (!image) return;
  ScoreForm form = form_of(session);
  form.evidence.push_back({item->id, image->uid, image->frame, {}, std::nullopt, ""});
  session.scoring.edit(std::move(form));
  go_on(session);
}

void add_draft_point(Session& session, bool radiograph, ImagePoint point) {
  Scoring& scoring = session.scoring;
  const planning::ScoreItem* item = item_of(session);
  if (!item || scoring.committed() || item->evidence_on == planning::EvidenceOn::Nothing) return;
  if (on_radiograph(*item) != radiograph) return;
  if (scoring.draft_on_radiograph != radiograph) scoring.draft.clear();
  scoring.draft_on_radiograph = radiograph;
  scoring.draft.push_back(point);
}

void end_draft(Session& session) {
  Scoring& scoring = session.scoring;
  const planning::ScoreItem* item = item_of(session);
  const auto image = evidence_image(session, scoring.draft_on_radiograph);
  if (!item || !image || scoring.draft.empty()) return;
  ScoreForm form = form_of(session);
  const auto& map = score_library()->map;
  const std::string artery =
      scoring.artery < map.arteries.size() ? map.arteries[scoring.artery].id : "";
  form.evidence.push_back({item->id, image->uid, image->frame, scoring.draft,
                           length_mm(scoring.draft, image->calibration), artery});
  scoring.draft.clear();
  scoring.cross_hair.reset();
  scoring.edit(std::move(form));
  go_on(session);
}

void drop_evidence(Session& session) {
  const planning::ScoreItem* item = item_of(session);
  if (!item) return;
  ScoreForm form = form_of(session);
  std::erase_if(form.evidence, [&](const auto& mark) { return mark.item == item->id; });
  session.scoring.edit(std::move(form));
}

void accept_proposal(Session& session) {
  const planning::ScoreItem* item = item_of(session);
  const CaseProposals* found = session.scoring.proposals();
  if (!item || !found) return;
  for (const planning::Proposal& proposal : found->proposals) {
    if (proposal.item != item->id) continue;
    ScoreForm form = form_of(session);
    std::erase_if(form.evidence, [&](const auto& mark) { return mark.item == item->id; });
    form.levels[item->id] = proposal.level;
    form.evidence.insert(form.evidence.end(), proposal.evidence.begin(), proposal.evidence.end());
    session.scoring.edit(std::move(form));
    go_on(session);
    return;
  }
}

void accept_map(Session& session) {
  const CaseProposals* found = session.scoring.proposals();
  if (!found) return;
  ScoreForm form = form_of(session);
  for (const auto& [id, proposed] : found->arteries) {
    planning::ArteryFinding& finding = form.arteries[id];
    if (!finding.patency) finding.patency = proposed.patency;
    finding.calcified |= proposed.calcified;
  }
  session.scoring.edit(std::move(form));
}

void set_patency(Session& session, const std::string& artery, std::optional<Patency> to) {
  ScoreForm form = form_of(session);
  form.arteries[artery].patency = to;
  session.scoring.edit(std::move(form));
}

void toggle_calcified(Session& session, const std::string& artery) {
  ScoreForm form = form_of(session);
  form.arteries[artery].calcified = !form.arteries[artery].calcified;
  session.scoring.edit(std::move(form));
}

void commit_scores(Context& context) {
  Session& session = context.session;
  Scoring& scoring = session.scoring;
  if (!score_library()) return;
  if (scoring.blinded) {
    context.requests.review = ReviewWish{ReviewWish::What::Commit, {}, {}, {}, {}};
    return;
  }
  const auto done = scoring.commit(*score_library(), session.study().side, scoring.scales);
  scoring.refusal = done ? "" : done.error().sentence;
}

namespace {

int of(ImGuiKey_ key) { return ImGui::GetKeyIndex(key); }

// Counts, so that the window can say what a case costs.
bool hit(Scoring& scoring, int key) {
  const bool pressed = ImGui::IsKeyPressed(key, true);
  scoring.keystrokes += pressed && !scoring.committed() ? 1 : 0;
  return pressed;
}

void move_cross_hair(Session& session) {
  Scoring& scoring = session.scoring;
  const planning::ScoreItem* item = item_of(session);
  const auto image = item ? evidence_image(session, on_radiograph(*item)) : std::nullopt;
  if (!image) return;
  ImagePoint& at = *scoring.cross_hair;
  // A fiftieth of the picture; one pixel with Shift.
  const double step = ImGui::GetIO().KeyShift ? 1 : std::max(1.0, image->columns / 50.0);
  if (hit(scoring, of(ImGuiKey_LeftArrow))) at.column_px -= step;
  if (hit(scoring, of(ImGuiKey_RightArrow))) at.column_px += step;
  if (hit(scoring, of(ImGuiKey_UpArrow))) at.row_px -= step;
  if (hit(scoring, of(ImGuiKey_DownArrow))) at.row_px += step;
  at.column_px = std::clamp(at.column_px, 0.0, image->columns - 1.0);
  at.row_px = std::clamp(at.row_px, 0.0, image->rows - 1.0);
  if (hit(scoring, of(ImGuiKey_Space))) add_draft_point(session, on_radiograph(*item), at);
  if (hit(scoring, of(ImGuiKey_Enter))) end_draft(session);
}

void take_map_keys(Session& session) {
  Scoring& scoring = session.scoring;
  const auto& arteries = score_library()->map.arteries;
  if (arteries.empty()) return;
  if (hit(scoring, of(ImGuiKey_LeftArrow)))
    scoring.artery = (scoring.artery + arteries.size() - 1) % arteries.size();
  if (hit(scoring, of(ImGuiKey_RightArrow)))
    scoring.artery = (scoring.artery + 1) % arteries.size();
  const std::string& id = arteries[std::min(scoring.artery, arteries.size() - 1)].id;
  if (hit(scoring, 'O')) set_patency(session, id, Patency::Open);
  if (hit(scoring, 'N')) set_patency(session, id, Patency::Narrow);
  if (hit(scoring, 'X')) set_patency(session, id, Patency::Occluded);
  if (hit(scoring, 'K')) toggle_calcified(session, id);
}

// Other runs and frames; contrast comes and goes.
void take_run_keys(Session& session) {
  const auto& runs = session.study().runs;
  if (runs.empty()) return;
  ViewState& view = session.view;
  if (hit(session.scoring, of(ImGuiKey_PageUp)) && view.run > 0) choose_run(view, view.run - 1);
  if (hit(session.scoring, of(ImGuiKey_PageDown)) && view.run + 1 < runs.size())
    choose_run(view, view.run + 1);
  if (hit(session.scoring, ',')) step_frame(view, runs[view.run], -1);
  if (hit(session.scoring, '.')) step_frame(view, runs[view.run], 1);
}

}  // namespace

void take_score_keys(Context& context) {
  Session& session = context.session;
  Scoring& scoring = session.scoring;
  if (!session.has_case() || !score_library() || ImGui::GetIO().KeyCtrl) return;
  if (context.ui.score.page != ScorePage::Scores) return;
  if (scoring.cross_hair) return move_cross_hair(session);
  const auto items = asked_items(scoring, *book());
  if (items.empty()) return;
  if (hit(scoring, of(ImGuiKey_DownArrow)))
    scoring.item = std::min(scoring.item + 1, items.size() - 1);
  if (hit(scoring, of(ImGuiKey_UpArrow)) && scoring.item > 0) --scoring.item;
  for (int digit = 0; digit <= 6; ++digit)
    if (hit(scoring, '0' + digit)) choose_level(session, static_cast<std::size_t>(digit));
  if (hit(scoring, 'W')) take_whole_image(session);
  if (hit(scoring, of(ImGuiKey_Delete))) drop_evidence(session);
  if (hit(scoring, 'P') && !scoring.blinded) {
    scoring.asked_for_proposal = true;
    scoring.want_proposals(session.shared_study());
  }
  if (hit(scoring, 'A')) ImGui::GetIO().KeyShift ? accept_map(session) : accept_proposal(session);
  if (!scoring.blinded && hit(scoring, 'S')) context.requests.export_evidence = true;
  take_run_keys(session);
  take_map_keys(session);
  const planning::ScoreItem* item = item_of(session);
  if (hit(scoring, 'M') && item && item->evidence_on != planning::EvidenceOn::Nothing)
    if (const auto image = evidence_image(session, on_radiograph(*item)))
      scoring.cross_hair = ImagePoint{0.5 * image->columns, 0.5 * image->rows};
  if (hit(scoring, of(ImGuiKey_Enter))) {
    if (!scoring.draft.empty())
      end_draft(session);
    else if (scoring.blinded && scoring.committed())
      go_to_next_case(context);
    else
      commit_scores(context);
  }
}

}  // namespace app
