// In which order does a reader see the cases, and under which names?
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace planning {

// A permutation of 0..count-1 that follows from its arguments alone, on every machine: each reader
// has another one, so that tiredness and learning fall on other cases.
std::vector<std::size_t> reading_order(std::size_t count, std::string_view list,
                                       std::string_view reader);

// What stands for a case in front of every reader: "K7Q2-M4". Follows from the secret, which only
// the chair's database holds, so that nobody can compute it from a name; without letters and
// figures that look alike.
std::string blinded_code(std::string_view secret, std::string_view case_key);

}  // namespace planning
