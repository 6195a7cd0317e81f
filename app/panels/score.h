// What the parts of the Score workspace share: the items that are asked, and the edits on them.
#pragma once

#include <vector>

#include "app/panels/context.h"
#include "app/session/scoring.h"

namespace app {

struct AskedItem {
  const planning::ScoreScale* scale;
  const planning::ScoreItem* item;
};
std::vector<AskedItem> asked_items(const Scoring& scoring, const planning::ScoreBook& book);
// The selected one; nullptr only where the book is empty.
const AskedItem* selected_item(const Scoring& scoring, const std::vector<AskedItem>& items);
bool is_complete(const Scoring& scoring, const planning::ScoreBook& book, const AskedItem& asked);

// The image that evidence of an item lies on: the run in view, or the first radiograph.
struct EvidenceImage {
  std::string uid;
  int frame = 0;
  imaging::Calibration calibration;
  int columns = 0, rows = 0;
};
std::optional<EvidenceImage> evidence_image(const Session& session, bool on_radiograph);

// The first time a case is scored: shows the run of the foot, which is not the first one.
void turn_to_foot_run(Session& session);

// Edits; each is one step of undo.
void choose_level(Session& session, std::size_t rank);
void take_whole_image(Session& session);
void add_draft_point(Session& session, bool on_radiograph, planning::ImagePoint point);
void end_draft(Session& session);
void drop_evidence(Session& session);
void accept_proposal(Session& session);
// What the pixels propose for the arteries of the map that the reader has not judged.
void accept_map(Session& session);
void set_patency(Session& session, const std::string& artery, std::optional<planning::Patency> to);
void toggle_calcified(Session& session, const std::string& artery);
// Of a case from a reading list: asks for it to be locked there.
void commit_scores(Context& context);

// The map of the foot's arteries in `box`; clicks and shows the selected one.
void draw_foot_map(Context& context, const Box& box);

// The other pages. What only the chair sees of the desk stands in a file of its own.
void draw_eligibility_page(Context& context, const FrameLayout& layout);
void draw_outcomes_page(Context& context, const FrameLayout& layout);
void take_outcomes_keys(Context& context);

// Blinded review: the desk with sign-in, lists and cases; its part of the inspector; and on to the
// next case.
void draw_review_desk(Context& context, const Box& box);
void draw_chair_desk(Context& context);
// Asks whoever keeps the review.
void ask_review(Context& context, ReviewWish::What what, std::string which = {});
// Tells the window where the last item went, for who looks for it by name.
void place_item(Context& context, std::string name);
// Over the whole width; true when Enter was pressed in it.
bool text_field(const char* label, std::string& text, bool secret);
void draw_review_part(Context& context);
void go_to_next_case(Context& context);

}  // namespace app
