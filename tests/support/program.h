// Runs the program as a person would, and tells what it said.
#pragma once

#include <filesystem>
#include <string>

#include "tests/support/scratch_folder.h"

namespace support {

struct Outcome {
  int exit_code = -1;  // 128 + n for a program ended by signal n.
  std::string out, err;
};

// `arguments` is a shell line without the program's name; `before` is put in front of it, such as
// "ulimit -f 64;". Quote paths with `quoted`.
Outcome run_oasis(const std::string& arguments, const std::string& before = "");
std::string quoted(const std::filesystem::path& path);

// Cases of the digital leg, made by a test of their own before these run; empty when it failed.
std::filesystem::path sample_case();
std::filesystem::path case_of_another_patient();

}  // namespace support
