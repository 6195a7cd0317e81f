#include "app/session/angio_length.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace app {
namespace {

// A vessel on the run, sample by sample.
struct Shown {
  std::vector<imaging::Point2> pixels;
  std::vector<double> magnification;
};

Shown shown_on(const imaging::Vessel& vessel, const AngioFit& fit, const imaging::CArm& arm) {
  Shown shown;
  for (const auto& sample : vessel.line.samples()) {
    const auto p = fit.pictured_from_vessels(sample.position);
    shown.pixels.push_back(arm.project(p));
    shown.magnification.push_back(arm.magnification(p));
  }
  return shown;
}

struct Nearest {
  std::size_t sample = 0;
  double away_px = 0;
};

Nearest nearest_to(imaging::Point2 p, const Shown& shown) {
  Nearest nearest{0, INFINITY};
  for (std::size_t i = 0; i < shown.pixels.size(); ++i) {
    const double away = std::hypot(shown.pixels[i].x - p.x, shown.pixels[i].y - p.y);
    if (away < nearest.away_px) nearest = {i, away};
  }
  return nearest;
}

double shown_mm(const Shown& shown, std::size_t first, std::size_t last,
                const imaging::CArmPose& pose) {
  double length = 0;
  for (std::size_t i = first + 1; i <= last; ++i) {
    const double magnification = 0.5 * (shown.magnification[i - 1] + shown.magnification[i]);
    length +=
        std::hypot((shown.pixels[i].x - shown.pixels[i - 1].x) * pose.imager_spacing_column_mm,
                   (shown.pixels[i].y - shown.pixels[i - 1].y) * pose.imager_spacing_row_mm) /
        magnification;
  }
  return length;
}

}  // namespace

std::optional<LengthInSpace> length_in_space(const imaging::VesselTree& vessels,
                                             const AngioFit& fit, std::size_t run,
                                             const imaging::CArmPose& pose, imaging::Point2 first,
                                             imaging::Point2 last) {
  // As far as clicks may lie off for the plan to be laid over the run.
  constexpr double reach_px = 12;
  const AngioFit::View* view = fit.refusal.empty() ? fit.view_of(run) : nullptr;
  if (!view) return std::nullopt;
  std::optional<LengthInSpace> found;
  double least = INFINITY;
  for (const imaging::Vessel& vessel : vessels.vessels()) {
    const Shown shown = shown_on(vessel, fit, view->arm);
    const Nearest a = nearest_to(first, shown), b = nearest_to(last, shown);
    const double away = std::max(a.away_px, b.away_px);
    if (away > reach_px || away >= least || a.sample == b.sample) continue;
    least = away;
    const auto [from, to] = std::minmax(a.sample, b.sample);
    const double length = vessel.line.arc_length_mm(to) - vessel.line.arc_length_mm(from);
    found = {vessel.name, length, std::max(0.0, 1 - shown_mm(shown, from, to, pose) / length)};
  }
  return found;
}

}  // namespace app
