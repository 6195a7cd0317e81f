// What every panel is given: the case, who draws its pictures, and what it may ask for.
#pragma once

#include <imgui.h>

#include <string>
#include <utility>
#include <vector>

#include "app/panels/layout.h"
#include "app/panels/theme.h"
#include "app/panels/window.h"
#include "app/session/views.h"

namespace app {

struct Context {
  Session& session;
  Views* views;  // nullptr: the pictures stay empty.
  UiState& ui;
  const Surroundings& around;
  Requests& requests;
  const Theme& theme;

  const Tokens& tokens() const { return *theme.tokens; }
  float px(float logical) const { return theme.px(logical); }
};

// Leaves in ui.placed where a part of the window went.
void place(Context& context, std::string name, const Box& box);

// One per workspace; each draws its pictures into layout.main, its strip and its inspector.
void draw_case_workspace(Context& context, const FrameLayout& layout);
void draw_angio_workspace(Context& context, const FrameLayout& layout);
void draw_duplex_workspace(Context& context, const FrameLayout& layout);
void draw_vessels_workspace(Context& context, const FrameLayout& layout);
void draw_cross_workspace(Context& context, const FrameLayout& layout);
void draw_devices_workspace(Context& context, const FrameLayout& layout);
void draw_flow_workspace(Context& context, const FrameLayout& layout);
void draw_score_workspace(Context& context, const FrameLayout& layout);
void draw_report_workspace(Context& context, const FrameLayout& layout);

// Turns to the list of cases, from which another can be opened.
void show_library(Context& context);
// Where nothing follows from the plan yet: says what belongs here, and returns true.
bool draw_no_preview(Context& context, const FrameLayout& layout, const char* what,
                     const char* belongs);

// Parts of the Devices workspace: the circuit laid straight, with stent ends that can be dragged; and
// technique, devices, valves, way through the foot, checks and alternatives.
void draw_circuit_strip(Context& context, const Box& box);
void draw_devices_inspector(Context& context, const Box& box);

// Parts of the frame.
void draw_top_bar(Context& context, const Box& box);
void draw_rail(Context& context, const Box& box);
void draw_status_bar(Context& context, const Box& box);
void draw_key_list(Context& context, float width, float height);
// Keys of the workspace and of the whole window.
void take_keys(Context& context);
// Those of the Devices workspace.
void take_devices_keys(Context& context);
void take_vessels_keys(Context& context);
// Esc there: true when it had a tool to put down.
bool put_down_vessel_tool(Context& context);
void take_score_keys(Context& context);
// Pages of the Score workspace, which need no case.
void take_score_page_keys(Context& context);
void take_flow_keys(Context& context);

}  // namespace app
