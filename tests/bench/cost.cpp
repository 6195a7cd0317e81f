#include "tests/bench/cost.h"

#include <sys/resource.h>

#include <chrono>
#include <fstream>
#include <string>

namespace bench {
namespace {

double processor_seconds() {
  rusage use{};
  getrusage(RUSAGE_SELF, &use);
  return static_cast<double>(use.ru_utime.tv_sec) +
         1e-6 * static_cast<double>(use.ru_utime.tv_usec);
}

double peak_mb() {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;)
    if (word == "VmHWM:" && status >> word) return std::stod(word) / 1024;
  return 0;
}

// Forgets the peak so far.
void reset_peak() { std::ofstream("/proc/self/clear_refs") << "5"; }

}  // namespace

Cost cost_of(const std::function<void()>& work) {
  reset_peak();
  const double before_mb = peak_mb(), before_s = processor_seconds();
  const auto start = std::chrono::steady_clock::now();
  work();
  Cost cost;
  cost.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  cost.processor_seconds = processor_seconds() - before_s;
  cost.extra_mb = peak_mb() - before_mb;
  return cost;
}

}  // namespace bench
