#include "tests/bench/crossing.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <string>

#include "app/session/open_case.h"
#include "imaging/core/assets.h"
#include "imaging/phantom/anatomy.h"
#include "planning/planner.h"
#include "tests/bench/limbs.h"

namespace bench {
namespace {

namespace fs = std::filesystem;
using imaging::phantom::Limb;
using imaging::phantom::Recipe;
using planning::Planner;
using Clock = std::chrono::steady_clock;

constexpr const char* recipe_names[] = {"heel_left",  "desert_foot_right", "mild_left",
                                        "heel_right", "desert_foot_left",  "mild_right"};

double milliseconds_since(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

std::optional<std::pair<Recipe, Limb>> leg(int n) {
  const std::string name = recipe_names[static_cast<std::size_t>(n) % std::size(recipe_names)];
  const auto recipe =
      imaging::phantom::read_recipe(imaging::assets_folder() / "cases" / (name + ".json"));
  if (!recipe) return std::nullopt;
  auto limb = imaging::phantom::grow_limb(*recipe, static_cast<std::uint64_t>(1000 + n));
  if (!limb) return std::nullopt;
  return std::pair(*recipe, *std::move(limb));
}

// What is counted over many legs.
struct Tally {
  int legs = 0, none = 0, near_best = 0, near_allowed = 0, unbroken = 0, needle = 0;
  double worst_above_mm = 0, worst_needle_mm = 0, sum_needle_mm = 0, sum_first = 0;
  std::map<std::string, int> broken;

  void add(const LimbTruth& truth, const std::vector<planning::Crossing>& candidates,
           const std::string& label) {
    ++legs;
    if (candidates.empty() || candidates.front().rejected) {
      // Nothing to propose is right where the truth holds nothing.
      if (!truth.best_allowed_gap_mm())
        ++near_best, ++near_allowed, ++unbroken, ++needle;
      else
        ++none, std::printf("  %-26s nothing admissible was found\n", label.c_str());
      return;
    }
    const planning::Crossing& first = candidates.front();
    const LimbTruth::Site site = truth.at(first);
    const double above_mm = truth.best_gap_mm() ? site.gap_mm - *truth.best_gap_mm() : 0;
    const double above_allowed_mm =
        truth.best_allowed_gap_mm() ? site.gap_mm - *truth.best_allowed_gap_mm() : 0;
    constexpr double limit_mm = 0.5;
    near_best += above_mm <= limit_mm;
    near_allowed += above_allowed_mm <= limit_mm;
    unbroken += site.broken.empty();
    needle += site.needle_error_mm < limit_mm;
    worst_above_mm = std::max(worst_above_mm, above_allowed_mm);
    worst_needle_mm = std::max(worst_needle_mm, site.needle_error_mm);
    sum_needle_mm += site.needle_error_mm;
    sum_first += first.first_share;
    for (const std::string& rule : site.broken) ++broken[rule];
    if (above_allowed_mm > limit_mm || site.needle_error_mm >= limit_mm || !site.broken.empty()) {
      std::printf("  %-26s %s -> %s: gap %.2f, best %.2f (allowed %.2f), needle off by %.2f",
                  label.c_str(), first.artery_name.c_str(), first.vein_name.c_str(), site.gap_mm,
                  truth.best_gap_mm().value_or(-1), truth.best_allowed_gap_mm().value_or(-1),
                  site.needle_error_mm);
      for (const std::string& rule : site.broken) std::printf(", breaks %s", rule.c_str());
      std::printf("\n");
    }
  }

  void print(const char* what) const {
    std::printf("%-34s %5d %8d %11d %8d %9d %9.2f %9.2f %9.2f %8.0f\n", what, legs, near_best,
                near_allowed, unbroken, needle, sum_needle_mm / std::max(1, legs - none),
                worst_needle_mm, worst_above_mm, 100 * sum_first / std::max(1, legs - none));
  }
};

void print_head() {
  std::printf("%-34s %5s %8s %11s %8s %9s %9s %9s %9s %8s\n", "legs", "", "gap+<.5", "allowed+<.5",
              "no rule", "needle<.5", "needle mm", "worst mm", "worst+", "first %");
}

void traced_legs(int count) {
  for (const double sd_mm : {0.0, 0.1, 0.15, 0.25}) {
    Tally tally;
    for (int n = 0; n < count; ++n) {
      const auto made = leg(n);
      if (!made) continue;
      const LimbTruth truth(made->second, {});
      auto tree = true_tree(made->second);
      if (sd_mm > 0) tree = traced_tree(*tree, sd_mm, static_cast<std::uint64_t>(n));
      planning::PatientFacts facts;
      facts.calcaneus_border = made->second.calcaneus_border;
      const auto planner = Planner::make(tree, facts, imaging::assets_folder());
      if (!planner) continue;
      tally.add(truth, planner->candidates(), made->first.name + " " + std::to_string(n));
    }
    char what[64];
    std::snprintf(what, sizeof what, "traced with %.2f mm of error", sd_mm);
    tally.print(what);
  }
}

void imaged_legs(int count) {
  Tally tally;
  const fs::path scratch =
      fs::temp_directory_path() / ("oasis-crossings-" + std::to_string(getpid()));
  for (int n = 0; n < count; ++n) {
    const auto made = leg(n);
    if (!made) continue;
    const fs::path folder = scratch / std::to_string(n);
    const std::string line = OASIS_PROGRAM " phantom " + made->first.name + " --seed " +
                             std::to_string(1000 + n) + " --out '" + folder.string() +
                             "' >/dev/null 2>&1";
    if (std::system(line.c_str()) == 0) {
      const auto session = app::open_case({folder});
      std::vector<imaging::phantom::Scan> scans;
      for (const auto& entry : made->first.volumes)
        if (auto scan = imaging::phantom::aim(made->second, entry)) scans.push_back(*scan);
      if (session)
        tally.add(LimbTruth(made->second, scans),
                  session->planner() ? session->planner()->candidates()
                                     : std::vector<planning::Crossing>{},
                  made->first.name + " " + std::to_string(n));
    }
    std::error_code ignored;
    fs::remove_all(folder, ignored);
  }
  std::error_code ignored;
  fs::remove_all(scratch, ignored);
  tally.print("from images");
}

// Only the first `count` vessels, those whose parents are left out cut loose.
std::shared_ptr<const imaging::VesselTree> part_of(const imaging::VesselTree& tree,
                                                   std::size_t count) {
  std::vector<imaging::Vessel> vessels;
  for (const imaging::Vessel& v : tree.vessels())
    if (vessels.size() < count) vessels.push_back(v);
  for (imaging::Vessel& v : vessels)
    if (v.parent && std::none_of(vessels.begin(), vessels.end(),
                                 [&](const imaging::Vessel& p) { return p.id == *v.parent; }))
      v.parent.reset();
  auto part = imaging::VesselTree::make(tree.side(), std::move(vessels));
  return std::make_shared<const imaging::VesselTree>(*std::move(part));
}

template <class Work>
double median_ms(int times, const Work& work) {
  std::vector<double> spent;
  work();
  for (int n = 0; n < times; ++n) {
    const auto start = Clock::now();
    work();
    spent.push_back(milliseconds_since(start));
  }
  std::nth_element(spent.begin(), spent.begin() + times / 2, spent.end());
  return spent[static_cast<std::size_t>(times / 2)];
}

void speed() {
  const auto made = leg(0);
  if (!made) return;
  const auto whole = traced_tree(*true_tree(made->second), 0.15, 7);
  std::printf("\n%-10s %8s %10s %12s %12s %12s %12s\n", "vessels", "length m", "candidates",
              "survey ms", "search ms", "all ms", "preview ms");
  const auto knowledge = planning::read_knowledge(imaging::assets_folder());
  if (!knowledge) return;
  for (const double share : {0.25, 0.5, 1.0}) {
    const auto tree = part_of(
        *whole, static_cast<std::size_t>(share * static_cast<double>(whole->vessels().size())));
    double length_m = 0;
    for (const auto& v : tree->vessels()) length_m += v.line.length_mm() / 1000;
    const planning::RuleBook rules(knowledge->crossing);
    auto terrain = planning::survey(*tree, knowledge->crossing, std::nullopt, {});
    if (!terrain) continue;
    const double survey_ms = median_ms(
        5, [&] { terrain = planning::survey(*tree, knowledge->crossing, std::nullopt, {}); });
    const double search_ms = median_ms(5, [&] {
      (void)planning::search({*tree, *knowledge, *terrain, rules}, {});
    });
    auto planner = Planner::make(tree, *knowledge, {});
    const double all_ms = median_ms(5, [&] { planner = Planner::make(tree, *knowledge, {}); });
    double preview_ms = 0;
    planning::Plan plan = planner->proposed();
    if (plan.crossing)
      preview_ms = median_ms(31, [&] {
        plan.crossing->artery_mm += 0.1;
        (void)planner->preview(plan);
      });
    std::printf("%-10zu %8.1f %10zu %12.1f %12.1f %12.1f %12.1f\n", tree->vessels().size(),
                length_m, planner->candidates().size(), survey_ms, search_ms, all_ms, preview_ms);
  }
}

}  // namespace

void print_crossings(int traced, int imaged) {
  std::printf("First crossings against the truth (definitions: tests/bench/limbs.h)\n\n");
  print_head();
  traced_legs(traced);
  if (imaged > 0) imaged_legs(imaged);
  speed();
  std::printf("\n");
}

}  // namespace bench
