// The parts of the Flow workspace.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "app/panels/context.h"
#include "app/session/follow_up.h"

namespace app {

// The finer flow that was asked for while it still belongs to the plan, else the preview's.
const planning::Flow& flow_shown(const Context& context);
// "169", or "169 (61–182)" where a range was drawn.
std::string with_range(double value, const planning::Percentiles& range, int decimals = 0);

// What a change is called: numbered from the crossing on where several devices have one name.
std::string numbered_label(const planning::Flow& flow, const planning::FlowChange& change);

// Words side by side of which one is chosen; the index that was clicked.
std::optional<int> draw_choice(Context& context, const char* id,
                               const std::vector<const char*>& words, int chosen);
// A table's cell, numbers to the right.
void draw_cell(ImU32 colour, const std::string& text, bool right);

// The words that choose what is beside the picture.
void draw_beside_choice(Context& context);

// In place of the picture: the patient's own run and the predicted one.
void draw_predicted_run(Context& context, const Box& main);
void take_contrast_keys(Context& context);

// Beside the picture.
void draw_flow_answers(Context& context, const planning::Flow& flow);
void draw_flow_branches(Context& context, const planning::Flow& flow);
void draw_follow_up(Context& context);

// In the strip.
void draw_flow_pressure(Context& context, const planning::Flow& flow, const Box& box);
void draw_flow_losses(Context& context, const planning::Flow& flow, const Box& box);
void draw_tornado(Context& context, const planning::Flow& flow, const Box& box);
void draw_device_changes(Context& context, const planning::Flow& flow, const Box& box);
void draw_visit_trends(Context& context, const Box& box);

void draw_flow_inspector(Context& context, const planning::Flow& flow, const Box& box);

// What the visits say, made anew when plan or day changed; nullptr where that failed.
const FollowUp* follow_up_shown(Context& context);

ImU32 colour_of_cause(const Tokens& tokens, planning::LossCause cause);

}  // namespace app
