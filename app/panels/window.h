// The whole window as one function: the session in, edits and requests out.
#pragma once

#include <array>
#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "app/panels/angio_ui.h"
#include "app/panels/layout.h"
#include "app/panels/score_ui.h"
#include "app/panels/vessels_hand.h"
#include "app/session/angio_curve.h"
#include "app/session/follow_up.h"
#include "app/session/gap_profile.h"
#include "app/session/jobs.h"
#include "app/session/make_sweep.h"
#include "app/session/outcomes.h"
#include "app/session/review_desk.h"
#include "app/session/views.h"

namespace app {

// A case of the library, as a card shows it.
struct CaseCard {
  std::string id;  // The library's own.
  std::string alias;
  imaging::Side side = imaging::Side::Unknown;
  std::string last_opened;  // "today 10:42".
};

// The flow of one plan with more draws than a frame has time for.
struct FinerFlow {
  std::size_t revision = 0;  // Of the history, and the planner that it was drawn with.
  const planning::Planner* planner = nullptr;
  planning::Flow flow;
};
// How many are drawn when the person asks for more, and under which title.
inline constexpr int many_draws = 10000;
inline constexpr const char* finer_flow_title = "Drawing the flow's range";

// What the window is told besides the session.
struct Surroundings {
  std::vector<JobStatus> jobs;
  std::string saved;   // "saved 10:42"; empty: nothing to save yet.
  std::string notice;  // The last error or remark, one sentence; empty: none.
  bool notice_is_error = false;
  std::vector<CaseCard> library;
  std::string report_path;  // Where the last report went; empty: none yet.
  // Of the run and mask in view; absent while it is made and where there is none.
  std::optional<AngioCurve> curve;
  std::optional<FinerFlow> finer_flow;          // The last that was drawn.
  std::optional<SweepCoverage> sweep_coverage;  // Of the last order that was looked at.
  ReviewDesk review;
  std::shared_ptr<const Outcomes> outcomes;  // Of the registry that was opened; nullptr: none.
  std::string plots_path;                    // The folder that its plots went to last.
};

// What the person asked for in this frame and the panels cannot do themselves.
struct Requests {
  std::optional<std::string> open_path;  // A folder or file; a registry's ends in .csv.
  std::optional<std::string> open_case;  // A CaseCard's id.
  std::optional<std::size_t> cancel_job;
  std::optional<ReviewWish> review;
  std::optional<SweepOrder> cover_sweep, make_sweep;
  std::optional<int> draw_flow;  // So many draws behind the flow's ranges.
  bool plan_on_angiograms = false;  // On the vessels that are named in two runs.
  bool export_report = false;
  bool export_outcomes = false;                   // Every plot, and the page.
  std::optional<OutcomeQuestion> judge_outcomes;  // The open registry, asked otherwise.
  bool export_evidence = false;  // The images of the scores with what is marked on them.
  bool toggle_fullscreen = false;
  bool dismiss_notice = false;
  // A picture or plot moves on by itself, or a drag is under way: draw again soon.
  bool keep_drawing = false;
};

// What only this window remembers between frames; lost when it closes.
struct UiState {
  bool keys_shown = false;
  // The library is shown over the case; until another case is open, which this tells.
  bool library_shown = false;
  const imaging::Study* library_shown_over = nullptr;
  bool drawer_open = false;
  bool light = false;
  std::optional<ViewKind> maximised;
  float angio_share = 0.5f, duplex_column_share = 0.5f, duplex_row_share = 0.5f;
  float vessels_share = 0.58f, cross_share = 0.42f, cross_row_share = 0.5f;
  float cross_upper_share = 0.5f;
  float case_share = 0.58f, devices_share = 0.62f, flow_share = 0.5f;
  ViewKind case_preview = ViewKind::AngioNative;  // The kind last chosen in the study list.
  std::string path_draft;                         // In the field that opens a folder.

  // The hand on a handle of the crossing.
  struct Hold {
    ViewKind kind = ViewKind::Scene;
    Pick::What what = Pick::What::Nothing;
    double offset_x_px = 0, offset_y_px = 0;  // From the mouse to the handle.
  };
  std::optional<Hold> hold;
  // A stent's end on the strip.
  struct StentHold {
    int place = 0;
    double grip_mm = 0, shift_mm = 0;  // Where it was gripped, and its shift then.
    bool given_up = false;             // Esc was pressed while the button is down.
  };
  std::optional<StentHold> stent_hold;
  int selected_stent = 0;                      // Its place.
  std::map<std::string, float> typed_answers;  // By check, until they are set.
  bool side_confirmed = false;                 // Left or right, said again before an export.
  bool plot_held = false;                      // The crossing is dragged along the gap plot.
  VesselHand vessel_hand;
  bool dragged = false;  // Since the button went down: then its release is no click.
  std::optional<imaging::Point3<imaging::Lps>> hovered;  // Under the mouse in this frame.

  ScoreUi score;
  AngioUi angio;
  SweepOrder sweep;  // As the person has set it so far.

  // What is slow to make, with what it was made from.
  std::optional<GapProfile> gaps;
  std::optional<GapMap> gap_map;
  const void* gaps_of = nullptr;
  std::string gaps_artery, gaps_vein;

  // The Cross workspace: what the strip shows, and two sites side by side in place of the pictures.
  enum class GapShown { Both, Line, Map };
  GapShown gap_shown = GapShown::Both;
  int held_plot = 0;  // Which of the strip's plots the hand is on.
  bool comparing = false;
  struct Compared {
    std::optional<std::size_t> choice =
        {};  // Among those that can be compared; absent: not chosen.
    const void* tree = nullptr;
    std::size_t revision = 0;
    planning::CrossingSite site = {};
    std::optional<planning::Crossing> crossing = {};
  };
  std::array<Compared, 2> compared;
  std::optional<std::pair<std::size_t, std::string>> pin_draft;  // The name being written.

  // The Flow workspace: the visit being entered, and what the entered ones say.
  planning::DuplexVisit visit_draft;
  std::string visit_refused;  // Why the last one was not taken.
  struct KeptFollowUp {
    const void* planner = nullptr;
    std::size_t revision = 0;
    double today = 0;
    std::optional<FollowUp> found;
    std::string failed;
  };
  std::optional<KeptFollowUp> follow_up;

  // Where the parts of the last frame went.
  struct Placed {
    std::string name;
    Box box;
  };
  std::vector<Placed> placed;
};

struct Theme;

// Draws one frame between ImGui::NewFrame and ImGui::Render, over the whole display.
void draw_window(Session& session, Views* views, UiState& ui, const Surroundings& around,
                 const Theme& theme, Requests& requests);

}  // namespace app
