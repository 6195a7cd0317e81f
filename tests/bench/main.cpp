// Prints the figures that the README quotes: how far plans are from the truth, and how long they
// take.
//
//   bench [--quick | --full | accuracy [LEGS [SEED [LEVEL]]] [--each] | valves [SEED [LEGS]] |
//          crossings [IMAGED] | angio | scores [FEET] | foot [FEET [SEED]]]
//   --quick: one seed of the digital leg instead of five, three legs by noise level; --full: fifty
//   and one legs by noise level instead of eighteen; accuracy: only the legs by noise level, LEGS
//   of each from SEED on, of all levels or of LEVEL (easy, medium, hard), with --each what every
//   leg lost as what; valves: only the valves of LEGS (4) legs by noise level, from SEED on;
//   crossings: only the first crossings of a hundred traced legs, and of IMAGED legs through their
//   images (12; 100 with --full); angio: only what is measured on angiograms; scores: only proposed
//   foot scores on FEET drawn feet (200); foot: only the foot's arteries by name on FEET drawn feet
//   (6) from SEED on.
#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string>

#include "app/session/open_case.h"
#include "tests/bench/accuracy.h"
#include "tests/bench/angio.h"
#include "tests/bench/crossing.h"
#include "tests/bench/edits.h"
#include "tests/bench/flow.h"
#include "tests/bench/foot_arteries.h"
#include "tests/bench/foot_scores.h"
#include "tests/bench/speed.h"
#include "tests/bench/sweep_speed.h"
#include "tests/bench/trace_speed.h"
#include "tests/bench/truth.h"
#include "tests/bench/valves.h"

namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

fs::path shared_data() {
  if (const char* folder = std::getenv("OASIS_SHARED_DATA")) return folder;
  return fs::path(OASIS_SOURCE_DIR) / ".." / "shared" / "data";
}

void print_head() {
  std::printf("%-24s %8s %9s %6s %6s %7s %7s %6s %6s %6s %7s %7s\n", "case", "truth mm", "detected",
              "mean", "p95", "radius", "bias", "kind", "name", "false", "gap+", "read+plan");
  std::printf("%-24s %8s %9s %6s %6s %7s %7s %6s %6s %6s %7s %7s\n", "", "", "%", "mm", "mm", "mm",
              "mm", "%", "%", "%", "mm", "s");
}

// gap+: how much wider the first crossing's true gap is than the best that there is.
bool print_case(const fs::path& folder) {
  const auto start = Clock::now();
  const auto session = app::open_case({folder});
  const double spent_s = seconds_since(start);
  if (!session) {
    std::printf("%-24s %s\n", folder.filename().c_str(), session.error().sentence.c_str());
    return false;
  }
  const auto candidates =
      session->planner() ? session->planner()->candidates() : std::vector<planning::Crossing>{};
  const auto score =
      bench::compare_with_truth(folder / "truth.json", session->vessels(), candidates);
  if (!score) {
    std::printf("%-24s %s\n", folder.filename().c_str(), score.error().sentence.c_str());
    return false;
  }
  std::string above = "none";
  if (!score->crossings.empty()) {
    const auto& first = score->crossings.front();
    char text[32];
    std::snprintf(text, sizeof text, "%.2f%s", first.above_best_mm.value_or(0),
                  first.admissible ? "" : " NO");
    above = text;
  }
  std::printf("%-24s %8.0f %9.1f %6.2f %6.2f %7.2f %7.2f %6.1f %6.1f %6.1f %7s %7.1f\n",
              score->label.c_str(), score->truth_mm, 100 * score->detected,
              score->centreline_mean_mm, score->centreline_p95_mm, score->radius_mean_abs_mm,
              score->radius_bias_mm, 100 * score->kind_right, 100 * score->name_right,
              100 * score->false_length, above.c_str(), spent_s);
  return true;
}

bool make_leg(const std::string& recipe, int seed, const fs::path& out) {
  const std::string line = OASIS_PROGRAM " phantom " + recipe + " --seed " + std::to_string(seed) +
                           " --out '" + out.string() + "'";
  return std::system(line.c_str()) == 0;
}

void plans_against_truth(bool quick) {
  std::printf(
      "Plans against the truth, inside the duplex volumes (definitions: tests/bench/truth.h)\n\n");
  print_head();
  const fs::path independent = shared_data() / "leg_case_a";
  if (fs::exists(independent)) print_case(independent);
  const fs::path scratch = fs::temp_directory_path() / ("oasis-bench-" + std::to_string(getpid()));
  for (const std::string recipe : {"heel_left", "desert_foot_right", "mild_left"})
    for (int seed = 1; seed <= (quick ? 1 : 5); ++seed) {
      const fs::path leg = scratch / (recipe + "_" + std::to_string(seed));
      if (make_leg(recipe, seed, leg)) print_case(leg);
      std::error_code ignored;
      fs::remove_all(leg, ignored);
    }
  std::error_code ignored;
  fs::remove_all(scratch, ignored);
  rusage use{};
  getrusage(RUSAGE_SELF, &use);
  std::printf("\nPeak memory of all this in one process: %.0f MB\n\n",
              static_cast<double>(use.ru_maxrss) / 1024);
}

// accuracy [LEGS [SEED [LEVEL]]] [--each]
bench::AccuracyRun accuracy_run(int argc, char** argv) {
  bench::AccuracyRun run;
  if (argc > 2) run.seeds_per_level = std::atoi(argv[2]);
  if (argc > 3) run.first_seed = std::atoi(argv[3]);
  if (argc > 4 && argv[4][0] != '-')
    std::erase_if(run.levels, [&](auto level) { return name_of(level) != argv[4]; });
  run.each_loss = std::strcmp(argv[argc - 1], "--each") == 0;
  return run;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string mode = argc > 1 ? argv[1] : "";
  if (mode == "accuracy") {
    bench::print_accuracy(accuracy_run(argc, argv));
    return 0;
  }
  if (mode == "valves") {
    bench::print_valves(argc > 2 ? std::atoi(argv[2]) : 1, argc > 3 ? std::atoi(argv[3]) : 4);
    return 0;
  }
  constexpr int traced = 100, imaged = 12;
  if (mode == "crossings") {
    bench::print_crossings(traced, argc > 2 ? std::atoi(argv[2]) : imaged);
    return 0;
  }
  if (mode == "angio") {
    bench::print_angio(shared_data());
    return 0;
  }
  if (mode == "lesions") {
    bench::print_angio_lesions(argc > 2 ? std::atoi(argv[2]) : 2,
                               argc > 3 ? std::atoi(argv[3]) : 31);
    return 0;
  }
  if (mode == "space") {
    bench::print_angio_space(shared_data());
    return 0;
  }
  if (mode == "widths") {
    bench::print_angio_widths();
    return 0;
  }
  if (mode == "scores") {
    const bool each = argc > 4 && std::strcmp(argv[4], "--each") == 0;
    return bench::print_foot_scores(argc > 2 ? std::atoi(argv[2]) : 200,
                                    argc > 3 ? std::atoi(argv[3]) : 1, each)
               ? 0
               : 1;
  }
  if (mode == "foot")
    return bench::print_foot_arteries(argc > 2 ? std::atoi(argv[2]) : 6,
                                      argc > 3 ? std::atoi(argv[3]) : 1)
               ? 0
               : 1;
  if (mode == "flow") {
    bench::print_flow();
    return 0;
  }
  if (mode == "edits") {
    bench::print_edits(shared_data() / "leg_case_a");
    return 0;
  }
  if (mode == "sweep") {
    bench::print_sweep_speed();
    return 0;
  }
  if (mode == "trace") {
    bench::print_trace_speed();
    return 0;
  }
  if (mode == "speed") {
    bench::print_speed();
    return 0;
  }
  plans_against_truth(mode == "--quick");
  bench::print_accuracy({.seeds_per_level = mode == "--quick" ? 1 : mode == "--full" ? 17 : 6});
  bench::print_crossings(traced, mode == "--quick" ? 0 : mode == "--full" ? 100 : imaged);
  bench::print_flow();
  bench::print_speed();
  bench::print_trace_speed();
  bench::print_sweep_speed();
  bench::print_edits(shared_data() / "leg_case_a");
  bench::print_angio(shared_data());
}
