// Proposed SAD and MAC against the truth of drawn feet, by noise level.
//
//   bench scores [FEET] [FIRST_SEED] [--each], or foot_scores with the same
//
// SAD truth is the severity that the foot was drawn with; MAC 0-5 truth is the published length
// rule on the true calcium; MAC of three levels follows from that by the same rule as the
// proposal's, for its definition has no numbers. Kappa is weighted: linear and quadratic.
#include "tests/bench/foot_scores.h"

#include <array>
#include <cmath>
#include <cstdio>
#include <string>
#include <vector>

#include "imaging/angio/foot_calcium.h"
#include "imaging/angio/foot_filling.h"
#include "imaging/core/assets.h"
#include "imaging/phantom/foot.h"
#include "planning/score/proposal.h"

namespace {

using imaging::phantom::XrayNoise;

// Rows: truth; columns: proposal.
class Table {
 public:
  explicit Table(int classes)
      : classes_(classes), counts_(static_cast<std::size_t>(classes * classes)) {}
  void add(int truth, int proposed) { ++counts_[at(truth, proposed)]; }
  double kappa(int power) const {
    double observed = 0, expected = 0, total = 0;
    for (const int n : counts_) total += n;
    for (int i = 0; i < classes_; ++i)
      for (int k = 0; k < classes_; ++k) {
        const double weight = std::pow(std::abs(i - k), power);
        observed += weight * counts_[at(i, k)];
        expected += weight * row(i) * column(k) / total;
      }
    return expected > 0 ? 1 - observed / expected : 1;
  }
  void print(const char* name) const {
    int right = 0, total = 0;
    for (int i = 0; i < classes_; ++i)
      for (int k = 0; k < classes_; ++k) {
        total += counts_[at(i, k)];
        right += i == k ? counts_[at(i, k)] : 0;
      }
    std::printf("  %s: weighted kappa %.3f linear, %.3f quadratic; %d of %d equal\n", name,
                kappa(1), kappa(2), right, total);
    std::printf("    truth \\ proposed");
    for (int k = 0; k < classes_; ++k) std::printf("%6d", k);
    std::printf("\n");
    for (int i = 0; i < classes_; ++i) {
      std::printf("    %16d", i);
      for (int k = 0; k < classes_; ++k) std::printf("%6d", counts_[at(i, k)]);
      std::printf("\n");
    }
  }

 private:
  std::size_t at(int truth, int proposed) const {
    return static_cast<std::size_t>(truth * classes_ + proposed);
  }
  double row(int i) const {
    double sum = 0;
    for (int k = 0; k < classes_; ++k) sum += counts_[at(i, k)];
    return sum;
  }
  double column(int k) const {
    double sum = 0;
    for (int i = 0; i < classes_; ++i) sum += counts_[at(i, k)];
    return sum;
  }
  int classes_;
  std::vector<int> counts_;
};

struct Mac {
  int points = 0, level = 0;
};

Mac mac_of(const planning::FootProposal& proposal) {
  Mac mac;
  for (const planning::Proposal& p : proposal.proposals) {
    if (p.item == "mac3") mac.level = p.level[0] - '0';
    if (p.item.find("mac5.") == 0) mac.points += p.level[0] - '0';
  }
  return mac;
}

// The proposal's rules on what is really there.
Mac true_mac(const planning::ScoreBook& book, const imaging::FootMap& map,
             const planning::ProposalRules& rules,
             const std::map<std::string, imaging::phantom::TrueArtery>& truth) {
  std::vector<imaging::ArteryCalcium> readings;
  for (const imaging::FootArtery& artery : map.arteries) {
    const auto found = truth.find(artery.id);
    if (found == truth.end() || artery.calcium_site.empty()) continue;
    imaging::ArteryCalcium reading;
    reading.artery = artery.id;
    if (found->second.calcium_mm > 0) reading.line = {{0, 0}, {1, 0}};
    reading.length_px = found->second.calcium_mm;
    reading.length_mm = found->second.calcium_mm;
    readings.push_back(reading);
  }
  return mac_of(planning::propose_mac(book, map, rules, readings, {"truth", 0}));
}

struct Level {
  XrayNoise noise;
  Table sad{3}, mac3{3}, mac5{6};
  int refused = 0,
      withheld = 0;  // Pictures that cannot be read; no SAD proposed, MAC all the same.
};

}  // namespace

namespace bench {

bool print_foot_scores(int feet, int first, bool each) {
  const auto assets = imaging::assets_folder();
  const auto book = planning::read_scores(assets);
  const auto map = planning::read_foot_map(assets);
  const auto rules = planning::read_proposal_rules(assets);
  if (!book || !map || !rules) return false;
  std::vector<Level> levels{{XrayNoise::Low}, {XrayNoise::Medium}, {XrayNoise::High}};
  for (int seed = first; seed < first + feet; ++seed) {
    const auto drawn = imaging::phantom::draw_foot(static_cast<std::uint64_t>(seed));
    const auto studio = imaging::phantom::FootStudio::make(drawn);
    if (!studio) {
      std::printf("%s\n", studio.error().sentence.c_str());
      return false;
    }
    const auto truth = imaging::phantom::true_foot(studio->limb());
    const Mac mac = true_mac(*book, *map, *rules, truth);
    for (Level& level : levels) {
      const auto images = studio->images(level.noise);
      if (!images) return false;
      const auto side = drawn.recipe.side;
      const auto filling = imaging::read_foot_filling(images->run, side, *map);
      const auto calcium = imaging::read_foot_calcium(images->radiograph, side, *map);
      if (!filling || !calcium) {
        ++level.refused;
        std::printf("%d refused: %s\n", seed,
                    (filling ? calcium.error() : filling.error()).sentence.c_str());
        continue;
      }
      const auto sad = planning::propose_sad(*map, *rules, filling->arteries,
                                             filling->widths_measured, {"run", 0});
      const Mac proposed =
          mac_of(planning::propose_mac(*book, *map, *rules, calcium->arteries, {"dx", 0}));
      level.mac3.add(mac.level, proposed.level);
      level.mac5.add(mac.points, proposed.points);
      if (sad.proposals.empty()) {
        ++level.withheld;
        std::printf("%d: %s\n", seed, sad.withheld.c_str());
        continue;
      }
      const int sad_level = sad.proposals[0].level[0] - '0';
      level.sad.add(drawn.sad, sad_level);
      if (!each) continue;
      std::printf("%3d %-6s SAD %d->%d  MAC %d->%d  0-5 %d->%d  %s\n", seed,
                  std::string(name_of(level.noise)).c_str(), drawn.sad, sad_level, mac.level,
                  proposed.level, mac.points, proposed.points, sad.proposals[0].because.c_str());
      for (std::size_t a = 0; a < filling->arteries.size(); ++a) {
        const auto& f = filling->arteries[a];
        const auto& t = truth.at(f.artery);
        double found_mm = -1;
        for (const auto& c : calcium->arteries)
          if (c.artery == f.artery) found_mm = c.length_mm.value_or(0);
        std::printf(
            "      %-22s filled %.2f (%.2f) width %.2f (%.2f) calcium %5.1f (%5.1f) snr %.1f\n",
            f.artery.c_str(), f.filled_share, t.filled_share, f.relative_width, t.relative_width,
            found_mm, t.calcium_mm, f.signal_to_noise);
      }
    }
    std::fflush(stdout);
  }
  std::printf("\nProposed SAD and MAC on %d drawn feet from seed %d\n", feet, first);
  for (const Level& level : levels) {
    std::printf("Noise %s (%d refused, SAD withheld of %d)\n",
                std::string(name_of(level.noise)).c_str(), level.refused, level.withheld);
    level.sad.print("SAD 0-2");
    level.mac3.print("MAC, three levels");
    level.mac5.print("MAC 0-5");
  }
  return true;
}

}  // namespace bench
