// Values of a session as the text that the library keeps.
#pragma once

#include <optional>
#include <string>

#include "app/session/session.h"

namespace app {

// Reading returns nothing for text that is not what the writing function made. Every number comes
// back as it was, to the last bit.
std::string text_from_plan(const planning::Plan& plan);
std::optional<planning::Plan> plan_from_text(const std::string& text);

std::string text_from_view(const ViewState& view);
std::optional<ViewState> view_from_text(const std::string& text);

std::string text_from_tree(const imaging::VesselTree& tree);
std::optional<imaging::VesselTree> tree_from_text(const std::string& text);

}  // namespace app
