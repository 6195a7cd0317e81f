// Was contrast given into an artery, a vein or both? Told by the way that vessels fill.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "imaging/angio/subtraction.h"

namespace imaging {

enum class Injection { Unclear, Arteriogram, Venogram, Double };
std::string_view name_of(Injection injection);  // "arteriogram" ...

struct FillingDirection {
  double length_px = 0;
  // How much later contrast comes a pixel farther down the leg; negative: it rises.
  double s_per_px = 0, s_per_px_sd = 0;
  bool tells = false;  // The slope is over three standard deviations from 0.
};

struct InjectionReading {
  Injection injection = Injection::Unclear;
  std::vector<FillingDirection> lines;  // As many as were given.
  double footwards_px = 0, headwards_px = 0;
  std::string reason;  // One sentence.
};

// `lines`: middle lines of vessels, px, points about a pixel apart. Along each, the time at which a
// place reaches half of its own peak is fitted by a straight line over how far it lies towards the
// foot: along the patient's axis as the run's C-arm sees it, whichever way the picture was turned
// before it was stored, or down the picture where the run states no pose. A view along the leg
// tells nothing. Blood runs footwards in arteries of the leg and headwards
// in veins; a tenth of the length either way is collaterals and the loop of the foot.
// Errors: InvalidInput for a run of fewer than four frames or whose times do not rise.
Result<InjectionReading> tell_injection(const AngioRun& run, const Subtraction& subtraction,
                                        const std::vector<std::vector<Point2>>& lines);
// The same from the still frames that were made with this mask, as many as the run has.
Result<InjectionReading> tell_injection(const AngioRun& run, const Mask& mask,
                                        const std::vector<Frame<float>>& still,
                                        const std::vector<std::vector<Point2>>& lines);

}  // namespace imaging
