// How long does a correction by hand take?
#pragma once

#include <filesystem>

namespace bench {

// Every tool on the vessels of this case: the corrected tree that the pictures are drawn from, and
// the plan on it once the hand lets go.
void print_edits(const std::filesystem::path& case_folder);

}  // namespace bench
