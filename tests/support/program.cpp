#include "tests/support/program.h"

#include <sys/wait.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

namespace support {
namespace {

namespace fs = std::filesystem;

std::string text_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

}  // namespace

std::string quoted(const fs::path& path) {
  std::string result = "'";
  for (const char c : path.string()) result += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return result + "'";
}

Outcome run_oasis(const std::string& arguments, const std::string& before) {
  const ScratchFolder scratch;
  const fs::path out = scratch.path() / "out", err = scratch.path() / "err";
  const std::string line = "( " + before + " exec " OASIS_PROGRAM " " + arguments + " ) >" +
                           quoted(out) + " 2>" + quoted(err) + " </dev/null";
  const int status = std::system(line.c_str());
  Outcome outcome;
  outcome.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  outcome.out = text_of(out);
  outcome.err = text_of(err);
  return outcome;
}

fs::path sample_case() { return fs::exists(OASIS_SAMPLE_CASE) ? OASIS_SAMPLE_CASE : fs::path(); }

fs::path case_of_another_patient() {
  return fs::exists(OASIS_OTHER_CASE) ? OASIS_OTHER_CASE : fs::path();
}

}  // namespace support
