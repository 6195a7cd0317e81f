#include "app/view/flow_colours.h"

#include <algorithm>
#include <cmath>

#include "app/view/marks.h"

namespace app::view {
namespace {

// Ends of the map, ml/min: less than the lower is hardly perfusion, the upper is what a circuit of
// this kind seldom exceeds.
constexpr double least_ml_min = 1, most_ml_min = 1000;

// The "viridis" map of Smith and van der Walt (2015) without its darkest fifth, which would not be
// seen on the ground.
constexpr Rgb stops[] = {{62, 74, 137},  {49, 104, 142}, {38, 130, 142}, {31, 158, 137},
                         {53, 183, 121}, {109, 205, 89}, {180, 222, 44}, {253, 231, 37}};
constexpr double last_stop = static_cast<double>(std::size(stops) - 1);

}  // namespace

Rgb flow_colour(double flow_ml_min) {
  const double flow = std::clamp(std::abs(flow_ml_min), least_ml_min, most_ml_min);
  const double at =
      last_stop * std::log(flow / least_ml_min) / std::log(most_ml_min / least_ml_min);
  const auto low = static_cast<std::size_t>(std::min(at, last_stop - 1));
  return mix(stops[low], stops[low + 1], at - static_cast<double>(low));
}

std::optional<Rgb> flow_colour_of(const planning::Flow& flow, const std::string& vessel) {
  for (const planning::VesselFlow& one : flow.per_vessel)
    if (one.vessel == vessel) return flow_colour(one.flow_ml_min);
  return std::nullopt;
}

void mark_flow_legend(Canvas& canvas) {
  const double right = canvas.width() - canvas.px(12), left = right - canvas.px(8);
  const double top = canvas.px(36);  // Above the letter at the middle of that edge.
  const double height = std::min(canvas.px(132), canvas.height() / 2.0 - canvas.px(20) - top);
  if (height < canvas.px(64) || canvas.width() < canvas.px(220)) return;
  const int steps = static_cast<int>(height);
  const auto share_of = [](double ml_min) {
    return std::log(ml_min / least_ml_min) / std::log(most_ml_min / least_ml_min);
  };
  for (int i = 0; i < steps; ++i) {
    const double share = 1 - static_cast<double>(i) / (steps - 1);
    const double ml_min = least_ml_min * std::pow(most_ml_min / least_ml_min, share);
    canvas.rectangle({left, top + i}, {right, top + i + 1}, flow_colour(ml_min));
  }
  for (double ml_min = least_ml_min; ml_min <= most_ml_min; ml_min *= 10) {
    const double y = top + (1 - share_of(ml_min)) * height;
    canvas.line({left - canvas.px(3), y}, {left, y}, {.colour = token::muted, .width = 1});
    canvas.text({left - canvas.px(6), y + canvas.px(4)}, with_decimals(ml_min, 0),
                {.size = 12, .align = Align::Right});
  }
  canvas.text({right, top - canvas.px(12)}, "ml/min", {.size = 12, .align = Align::Right});
}

}  // namespace app::view
