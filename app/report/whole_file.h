// A file that is there whole, or not at all.
#pragma once

#include <filesystem>
#include <span>

#include "imaging/core/result.h"

namespace app {

// Writes beside `path` under another name, flushes to the disk, then renames: an older file of
// that name is replaced only by a whole new one.
// Errors: Unwritable, saying whether the disk is full or the place refuses.
imaging::Result<void> write_whole_file(const std::filesystem::path& path,
                                       std::span<const std::byte> bytes);

}  // namespace app
