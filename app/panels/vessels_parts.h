// Parts of the Vessels workspace: its tools on the pictures, and its inspector.
#pragma once

#include <array>
#include <vector>

#include "app/panels/picture.h"

namespace app {

struct VesselToolWords {
  VesselTool tool;
  const char* name;  // "Branch".
  int key;           // 'B'.
  const char* hint;  // What to do with it: "Click where it begins, then where it ends."
};
const std::array<VesselToolWords, 9>& vessel_tools();
const VesselToolWords& words_of(VesselTool tool);

void take_up(Context& context, VesselTool tool);
// What the hand is doing now, for a caption; the words given where it does nothing.
std::string hand_in_words(const Context& context, const std::string& otherwise);
// The tool in the hand works on this picture, and marks what it would do.
void use_vessel_tool(Context& context, ViewKind kind, const Box& image);
// Keeps what an edit said.
void say(Context& context, const imaging::Result<void>& done, const std::string& what);

// The vessels in the order of the table.
std::vector<const imaging::Vessel*> listed_vessels(const Context& context);
void select_vessel(Context& context, const imaging::Vessel& vessel);
void delete_selected_vessel(Context& context);
// The next kind: artery, vein, unsure; the name follows.
void turn_kind(Context& context);
// Opens the list of names for the selected vessel, or closes it.
void choose_names(Context& context);

void draw_vessels_inspector(Context& context, const Box& box);
void draw_vessel_tool_icon(ImDrawList& draw, VesselTool tool, ImVec2 centre, float size,
                           ImU32 colour);

}  // namespace app
