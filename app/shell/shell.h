// The window of Oasis, from opening to closing.
#pragma once

#include <filesystem>
#include <optional>
#include <vector>

#include "app/shell/workbench.h"

namespace app {

struct ShellOptions {
  std::vector<std::filesystem::path> paths;  // Opened at once; empty: the library.
  std::optional<Workspace> workspace;        // Shown once the case is open; else where it was left.
  int width = 1280, height = 800;            // Logical px.
  bool light = false;                        // The light colours.
};

// Runs until the window is closed. Errors: Unsupported where no window or no OpenGL 3.2 can be had;
// the sentence says what to do instead.
imaging::Result<void> run_window(Workbench& workbench, const ShellOptions& options);

}  // namespace app
