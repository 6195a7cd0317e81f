// Pictures as PNG files.
#pragma once

#include <filesystem>

#include "imaging/core/image.h"
#include "imaging/core/result.h"

namespace app {

// Whole or nothing: written beside its place under another name first, then renamed.
// Errors: InvalidInput for an empty picture; Unwritable.
imaging::Result<void> save_png(const imaging::Frame<imaging::Rgb>& picture,
                               const std::filesystem::path& path);

// Errors: Unreadable.
imaging::Result<imaging::Frame<imaging::Rgb>> load_png(const std::filesystem::path& path);

}  // namespace app
