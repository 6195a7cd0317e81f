#include "imaging/duplex/condition.h"

#include <algorithm>

#include "imaging/duplex/blooming.h"
#include "imaging/duplex/unwrap.h"

namespace imaging {
namespace {

// Speckle alone makes a seventh of the rim look like tissue; colour that spills by half a
// millimetre over a vessel of 3 mm has half again as much.
constexpr double least_spill = 0.25;

}  // namespace

std::vector<std::string> condition_velocity(DuplexVolume& volume) {
  if (!volume.velocity_cm_s) return {};
  std::vector<std::string> done;
  Volume<float>& velocity = *volume.velocity_cm_s;
  if (volume.velocity_limit_cm_s > 0) {
    const Unwrapped unwrapped = unwrap(velocity, 2 * volume.velocity_limit_cm_s);
    if (unwrapped.changed > 0)
      done.push_back("Velocities of " + std::to_string(unwrapped.changed) +
                     " voxels lay beyond the scale and were unwrapped.");
  }
  const auto coloured =
      velocity.size() - static_cast<std::size_t>(
                            std::count(velocity.data(), velocity.data() + velocity.size(), 0.0f));
  if (coloured == 0) return done;
  Volume<float> limited = velocity;
  const std::size_t spilled = limit_blooming(limited, volume.bmode);
  if (static_cast<double>(spilled) < least_spill * static_cast<double>(coloured)) return done;
  velocity = std::move(limited);
  done.push_back("Colour spilled over the walls in " + std::to_string(spilled) +
                 " voxels and was taken back to them.");
  return done;
}

}  // namespace imaging
