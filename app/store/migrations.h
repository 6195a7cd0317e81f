// How the database came to look as it does: one step per version, none ever changed.
#pragma once

#include <span>
#include <string_view>

namespace app {

// Entry n brings version n to version n + 1; statements are separated by semicolons.
std::span<const std::string_view> migrations();

}  // namespace app
