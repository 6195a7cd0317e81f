// Flow: closed forms, the peer's published cases, and how long it takes.
#pragma once

#include <filesystem>

namespace bench {

// Prints tables. `peer_cases` holds svZeroDSolver's test cases with their `results` folder; where
// it is absent the table says so.
void print_flow(const std::filesystem::path& peer_cases);

}  // namespace bench
