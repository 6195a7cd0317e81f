// svZeroDSolver's published cases, and what its reference results say of them.
#pragma once

#include <string>
#include <vector>

#include "planning/flow/zerod.h"

namespace test_support {

struct ZeroDCase {
  std::string name;
  std::string text;  // The input file.
  // Empty: its own program refuses it too.
  std::vector<planning::ZeroDExtent> reference;
};

// All of tests/data/svzerodsolver, in the order of their names.
std::vector<ZeroDCase> zerod_cases();

}  // namespace test_support
