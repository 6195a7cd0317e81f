// What the Flow workspace shows: chosen by the person, not part of the plan.
#pragma once

#include <optional>
#include <string_view>

namespace app {

// Which circuit is meant: the limb as it was, with the stents but every vein open, as planned.
enum class ContrastStage { Before, AfterStents, AfterCoils };
std::string_view name_of(ContrastStage stage);  // "before", "stents", "coils"

struct FlowView {
  enum class Beside { Answers, Branches, Angiogram, FollowUp };
  enum class Strip { Pressure, Losses, Tornado, Devices, Trends };
  Beside beside = Beside::Answers;
  Strip strip = Strip::Pressure;
  ContrastStage stage = ContrastStage::AfterCoils;
  double time_s = 2;  // Since contrast reached the first imaged artery, where it is injected.
  bool playing = false;
  double today = 0;  // Days after the procedure, for the schedule of visits.
  bool operator==(const FlowView&) const = default;
};

std::string_view name_of(FlowView::Beside beside);  // "answers", "branches" ...
std::string_view name_of(FlowView::Strip strip);    // "pressure", "losses" ...

// How long the predicted run lasts, s: a circuit of a leg is filled and emptied within.
inline constexpr double predicted_run_s = 12;
// Moves a playing contrast on, round from the end to the beginning.
void flow_on(FlowView& view, double elapsed_s);

// Shows what has this name: beside the picture, in the strip, or a stage. False: nothing has it.
bool show_named(FlowView& view, std::string_view name);

}  // namespace app
