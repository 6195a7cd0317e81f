// The foot's arteries named from what was found on a run from the front, by noise level.
//
//   bench foot [FEET] [FIRST_SEED]
//
// Of arteries that are open over their whole course, and of those that are closed, what share is
// seen; beside it what is seen where they are searched near their courses on the map.
#include "tests/bench/foot_arteries.h"

#include <array>
#include <cstdint>
#include <cstdio>
#include <map>
#include <optional>
#include <string>

#include "app/session/angio_find.h"
#include "app/session/foot_arteries.h"
#include "imaging/angio/foot_filling.h"
#include "imaging/core/assets.h"
#include "imaging/phantom/foot.h"
#include "planning/score/proposal.h"

namespace bench {
namespace {

using imaging::ArteryState;
using imaging::phantom::XrayNoise;

struct Mean {
  double sum = 0;
  int count = 0;
  void add(double value) {
    sum += value;
    ++count;
  }
  double percent() const { return count > 0 ? 100 * sum / count : 0; }
};

struct Level {
  Mean open, closed, open_near_map, closed_near_map;
  int judged = 0, unsure = 0, not_judged = 0, refused = 0;
};

std::optional<app::FootReading> named(const imaging::AngioRun& run, imaging::Side side,
                                      const imaging::FootMap& map) {
  const auto steady = app::steady_run(run);
  if (!steady) return std::nullopt;
  const auto picture = app::clear_angiogram(run, steady->mask, steady->motions());
  if (!picture) return std::nullopt;
  const auto tree = imaging::trace_angiogram(picture->clear, run.calibration);
  // In much noise nothing is found, which is a reading as well.
  const auto reading = app::read_foot_arteries(run, side, map, steady->mask, *picture,
                                               tree ? *tree : imaging::AngioTree{});
  return reading ? std::optional(*reading) : std::nullopt;
}

void count(const app::FootReading& reading,
           const std::map<std::string, imaging::phantom::TrueArtery>& truth, Level& level) {
  for (const imaging::FootArteryState& s : reading.states) {
    if (s.state == ArteryState::Unsure) {
      ++level.unsure;
      continue;
    }
    if (s.state == ArteryState::NotAssessable) {
      ++level.not_judged;
      continue;
    }
    ++level.judged;
    const double filled = truth.at(s.artery).filled_share;
    // What may lie under another artery is neither seen nor said to be closed.
    const double open_px = s.course_px - s.hidden_px;
    const double share = open_px > 0 ? s.visible_px / open_px : 0;
    if (filled > 0.95) level.open.add(share);
    if (filled == 0) level.closed.add(share);
  }
}

}  // namespace

bool print_foot_arteries(int feet, int first) {
  const auto map = planning::read_foot_map(imaging::assets_folder());
  if (!map) return false;
  constexpr std::array noises{XrayNoise::Low, XrayNoise::Medium, XrayNoise::High};
  std::array<Level, 3> levels;
  for (int seed = first; seed < first + feet; ++seed) {
    const auto drawn = imaging::phantom::draw_foot(static_cast<std::uint64_t>(seed));
    const auto studio = imaging::phantom::FootStudio::make(drawn);
    if (!studio) return false;
    const auto truth = imaging::phantom::true_foot(studio->limb());
    for (std::size_t n = 0; n < noises.size(); ++n) {
      const auto images = studio->images(noises[n]);
      if (!images) return false;
      const auto reading = named(images->run, drawn.recipe.side, *map);
      if (reading)
        count(*reading, truth, levels[n]);
      else
        ++levels[n].refused;
      const auto near = imaging::read_foot_filling(images->run, drawn.recipe.side, *map);
      if (!near) continue;
      for (const auto& artery : near->arteries) {
        const double filled = truth.at(artery.artery).filled_share;
        if (!artery.assessable && artery.filled_share < 0.5) continue;
        if (filled > 0.95) levels[n].open_near_map.add(artery.filled_share);
        if (filled == 0) levels[n].closed_near_map.add(artery.filled_share);
      }
    }
  }
  std::printf("\nArteries named on %d drawn feet from seed %d\n", feet, first);
  for (std::size_t n = 0; n < noises.size(); ++n) {
    const Level& l = levels[n];
    std::printf(
        "  noise %-6s  seen of %d open %.0f %%, of %d closed %.1f %%; unsure %d, not judged %d, "
        "refused %d; searched near the map: of open %.0f %%, of closed %.1f %%\n",
        std::string(name_of(noises[n])).c_str(), l.open.count, l.open.percent(), l.closed.count,
        l.closed.percent(), l.unsure, l.not_judged, l.refused, l.open_near_map.percent(),
        l.closed_near_map.percent());
  }
  return true;
}

}  // namespace bench
