#include "tests/bench/angio_legs.h"

#include <algorithm>
#include <cstdio>

#include "imaging/core/assets.h"
#include "imaging/phantom/anatomy.h"
#include "imaging/phantom/recipe.h"

namespace bench {

namespace phantom = imaging::phantom;

std::optional<FilmedLeg> filmed_leg(phantom::Limb limb, const phantom::RunEntry& entry,
                                    const Filming& filming) {
  auto setup = phantom::set_up(limb, entry);
  if (!setup) {
    std::printf("  %s\n", setup.error().sentence.c_str());
    return std::nullopt;
  }
  if (!filming.moves) setup->motion.reset();
  setup->photons_at_white *= filming.light;
  const double finer = static_cast<double>(filming.columns) / setup->columns;
  setup->principal_point = {finer * (setup->principal_point.x + 0.5) - 0.5,
                            finer * (setup->principal_point.y + 0.5) - 0.5};
  setup->pose.imager_spacing_column_mm /= finer;
  setup->pose.imager_spacing_row_mm /= finer;
  setup->columns = setup->rows = filming.columns;
  setup->arm = *imaging::CArm::make(setup->pose, setup->isocentre, setup->principal_point);
  // Coarse voxels: bones are there to be subtracted.
  const phantom::XrayBody body(limb, 2.5, setup->isocentre.z - 220, setup->isocentre.z + 220);
  auto run = phantom::film(limb, body, *setup, {});
  if (!run) {
    std::printf("  %s\n", run.error().sentence.c_str());
    return std::nullopt;
  }
  return FilmedLeg{std::move(limb), std::move(*setup), std::move(*run)};
}

std::optional<FilmedLeg> filmed_leg(const std::string& recipe, int seed, const std::string& run,
                                    const Filming& filming) {
  const auto read = phantom::read_recipe(imaging::assets_folder() / "cases" / (recipe + ".json"));
  if (!read) {
    std::printf("  %s\n", read.error().sentence.c_str());
    return std::nullopt;
  }
  const auto entry = std::find_if(read->runs.begin(), read->runs.end(),
                                  [&](const auto& r) { return r.name == run; });
  auto limb = phantom::grow_limb(*read, static_cast<std::uint64_t>(seed));
  if (entry == read->runs.end() || !limb) {
    std::printf("  There is no run %s of %s.\n", run.c_str(), recipe.c_str());
    return std::nullopt;
  }
  return filmed_leg(std::move(*limb), *entry, filming);
}

imaging::phantom::RunEntry straight_entry() {
  return {.name = "straight",
          .vessel = "posterior_tibial_artery",
          .at = 0.5,
          .primary_deg = 12,
          .secondary_deg = 3,
          .frames = 14};
}

}  // namespace bench
