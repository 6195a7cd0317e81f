// The signs of the workspaces on the rail, drawn with lines so that they are sharp at any scale.
#pragma once

#include <imgui.h>

#include "app/session/session.h"

namespace app {

// In a square of `size` about `centre`.
void draw_icon(ImDrawList& draw, Workspace workspace, ImVec2 centre, float size, ImU32 colour);
// Arrows that turn back and forward.
void draw_undo_icon(ImDrawList& draw, ImVec2 centre, float size, ImU32 colour, bool redo);

}  // namespace app
