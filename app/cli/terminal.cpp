#include <unistd.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>
#include <memory>
#include <string>

#include "app/cli/verbs.h"

namespace app {

void report_failure(const imaging::Error& error) {
  std::fprintf(stderr, "oasis: %s\n", error.sentence.c_str());
  throw CLI::RuntimeError(1);
}

imaging::Progress terminal_progress() {
  if (!isatty(STDERR_FILENO)) return {};
  using Clock = std::chrono::steady_clock;
  const auto start = Clock::now();
  auto draw = [start](double fraction, std::string_view stage) {
    constexpr int width = 32;
    const int full = static_cast<int>(fraction * width);
    const double spent_s = std::chrono::duration<double>(Clock::now() - start).count();
    // The first moments tell nothing about the rest.
    const bool known = fraction > 0.05 && spent_s > 1;
    const std::string left =
        known
            ? std::to_string(static_cast<int>(spent_s * (1 - fraction) / fraction) + 1) + " s left"
            : "";
    std::fprintf(stderr, "\r[%s%s] %3.0f %% %-28.*s %-12s%s",
                 std::string(static_cast<std::size_t>(full), '=').c_str(),
                 std::string(static_cast<std::size_t>(width - full), ' ').c_str(), 100 * fraction,
                 static_cast<int>(stage.size()), stage.data(), left.c_str(),
                 fraction >= 1 ? "\n" : "");
  };
  return imaging::Progress(draw, {});
}

}  // namespace app
