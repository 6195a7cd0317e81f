#include "app/session/angio_measure.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "imaging/vessel/angiogram_path.h"

namespace app {
namespace {

using imaging::ErrorCode;
using imaging::Frame;
using imaging::Point2;
using imaging::Progress;
using imaging::Result;
using imaging::WidthSample;

// Radii of arteries of the leg on angiograms of 0.2 to 0.5 mm per pixel, px.
constexpr std::array<double, 4> ridge_scales_px = {1, 1.6, 2.5, 4};
constexpr double lesion_share = 0.8;  // As imaging::measure_widths takes it.
constexpr double blend_px = 8;        // How far a drawn edge reaches along the vessel.
constexpr int map_smoothing_px = 2;

struct Across {
  double x = 0, y = 0;  // Unit, to the left of the way.
};

Across across(const std::vector<WidthSample>& samples, std::size_t n) {
  const Point2 a = samples[n >= 2 ? n - 2 : 0].middle;
  const Point2 b = samples[std::min(n + 2, samples.size() - 1)].middle;
  const double length = std::max(1e-9, std::hypot(b.x - a.x, b.y - a.y));
  return {(b.y - a.y) / length, -(b.x - a.x) / length};
}

// A drawn edge replaces the fit near it; how near, falls off as a raised cosine.
void draw_edges(std::vector<WidthSample>& samples, const planning::EdgeChoice& edge) {
  const auto distance = [&](const WidthSample& s) {
    return std::hypot(s.middle.x - edge.at.x, s.middle.y - edge.at.y);
  };
  const auto nearest = std::min_element(
      samples.begin(), samples.end(),
      [&](const WidthSample& a, const WidthSample& b) { return distance(a) < distance(b); });
  const double at_px = nearest->at_px;
  const std::vector<WidthSample> fitted = samples;
  for (std::size_t n = 0; n < samples.size(); ++n) {
    const double away = std::abs(fitted[n].at_px - at_px) / blend_px;
    if (away >= 1) continue;
    const double share = 0.5 + 0.5 * std::cos(M_PI * away);
    const Across side = across(fitted, n);
    const double half = fitted[n].diameter_px / 2;
    const double left = std::lerp(half, edge.left_px, share);
    const double right = std::lerp(half, edge.right_px, share);
    const double off = (left - right) / 2;
    WidthSample& s = samples[n];
    s.middle = {fitted[n].middle.x + off * side.x, fitted[n].middle.y + off * side.y};
    s.diameter_px = left + right;
    constexpr double drawn_sd_px = 0.7;  // Two edges, half a pixel each, E.
    s.diameter_sd_px = std::lerp(fitted[n].diameter_sd_px, drawn_sd_px, share);
    s.filled = s.filled || (share > 0.5 && s.diameter_px > 0);
    s.by_hand = s.by_hand || share > 0.5;
  }
}

}  // namespace

Result<AngioRidges> find_angio_ridges(const AngioPeak& peak, const Progress& progress) {
  AngioRidges ridges;
  ridges.contrast = peak.contrast;
  ridges.map = imaging::find_ridges(ridges.contrast, ridge_scales_px, progress);
  if (progress.cancelled()) return imaging::fail(ErrorCode::Cancelled, "Given up.");
  return ridges;
}

void correct_profile(imaging::WidthProfile& profile, const planning::MeasuredVessel& marked) {
  auto& samples = profile.samples;
  if (samples.empty()) return;
  for (const planning::EdgeChoice& edge : marked.edges) draw_edges(samples, edge);
  const double first = marked.reference_first_px.value_or(samples.front().reference_px);
  const double last = marked.reference_last_px.value_or(samples.back().reference_px);
  const double length = std::max(1e-9, samples.back().at_px);
  if (marked.reference_first_px || marked.reference_last_px)
    for (WidthSample& s : samples) s.reference_px = std::lerp(first, last, s.at_px / length);
  profile.lesions = imaging::lesions_of(profile.samples, profile.blur_px, lesion_share);
}

EdgePair edges_of(const std::vector<WidthSample>& samples, std::size_t n) {
  const Across side = across(samples, n);
  const Point2 m = samples[n].middle;
  const double half = samples[n].diameter_px / 2;
  return {{m.x + half * side.x, m.y + half * side.y}, {m.x - half * side.x, m.y - half * side.y}};
}

AngioWidths measure_marked(const AngioRidges& ridges,
                           const std::vector<planning::MeasuredVessel>& marked) {
  AngioWidths widths;
  for (const planning::MeasuredVessel& vessel : marked) {
    AngioWidths::Vessel& measured = widths.vessels.emplace_back();
    auto way = imaging::path_along_vessel(ridges.map.signal_to_noise, vessel.clicks);
    if (!way) {
      measured.refusal = way.error().sentence;
      continue;
    }
    measured.way = std::move(*way);
    auto profile = imaging::measure_widths(ridges.contrast, measured.way, lesion_share);
    if (!profile) {
      measured.refusal = profile.error().sentence;
      continue;
    }
    measured.profile = std::move(*profile);
    if (!vessel.edges.empty() || vessel.reference_first_px || vessel.reference_last_px)
      correct_profile(measured.profile, vessel);
  }
  return widths;
}

void tell_filling(AngioWidths& widths, const imaging::AngioRun& run, const imaging::Mask& mask,
                  const AngioPeak& peak) {
  std::vector<std::vector<Point2>> lines;
  for (const AngioWidths::Vessel& vessel : widths.vessels) lines.push_back(vessel.way);
  auto reading = imaging::tell_injection(run, mask, peak.still, lines);
  if (reading)
    widths.filling = std::move(*reading);
  else
    widths.filling_refusal = reading.error().sentence;
}

Result<AngioMaps> find_angio_maps(const imaging::AngioRun& run, const imaging::Mask& mask,
                                  const AngioMotion* motion, const Progress& progress) {
  const auto subtraction = imaging::Subtraction::make(run, mask);
  if (!subtraction) return tl::unexpected(subtraction.error());
  auto maps = imaging::map_perfusion(run, *subtraction, motion ? &motion->frames : nullptr,
                                     map_smoothing_px, progress);
  if (!maps) return tl::unexpected(maps.error());
  AngioMaps found;
  found.ground = subtraction->peak();
  found.maps = std::move(*maps);
  return found;
}

Result<AngioRegions> follow_regions(const imaging::AngioRun& run, const imaging::Mask& mask,
                                    const AngioMotion* motion,
                                    const std::vector<planning::XrayRegion>& regions) {
  const auto subtraction = imaging::Subtraction::make(run, mask);
  if (!subtraction) return tl::unexpected(subtraction.error());
  const std::string refusal =
      imaging::refuse_perfusion(run, *subtraction, motion ? &motion->frames : nullptr);
  AngioRegions found;
  std::vector<Frame<float>> frames;
  if (refusal.empty())
    frames = imaging::perfusion_frames(*subtraction, static_cast<int>(run.frames.size()),
                                       motion ? &motion->frames : nullptr);
  for (const planning::XrayRegion& region : regions) {
    AngioRegions::Region& one = found.regions.emplace_back();
    if (!refusal.empty()) {
      one.refusal = refusal;
      continue;
    }
    auto density = imaging::region_curve(frames, region.corners);
    if (!density) {
      one.refusal = density.error().sentence;
      continue;
    }
    one.density = std::move(*density);
    // The noise of the mean: from the frames of the mask, in which nothing has come yet.
    double noise = 0;
    for (const int frame : mask.frames)
      noise = std::max(noise, std::abs(one.density[static_cast<std::size_t>(frame)]));
    const auto curve = imaging::describe_curve(run.frame_times_s, one.density, noise);
    if (curve)
      one.curve = *curve;
    else
      one.refusal = curve.error().sentence;
  }
  return found;
}

const Frame<float>& map_of(const imaging::PerfusionMaps& maps, PerfusionQuantity quantity) {
  switch (quantity) {
    case PerfusionQuantity::Arrival:
      return maps.arrival_s;
    case PerfusionQuantity::TimeToPeak:
      return maps.time_to_peak_s;
    case PerfusionQuantity::Peak:
      return maps.peak;
    case PerfusionQuantity::Area:
      return maps.area_s;
    case PerfusionQuantity::Transit:
      return maps.transit_s;
    case PerfusionQuantity::WashIn:
      break;
  }
  return maps.wash_in_per_s;
}

const char* density_unit(const imaging::AngioRun& run) {
  return run.relationship == imaging::IntensityRelationship::Logarithmic ? "range" : "ln";
}

QuantityWords words_for(PerfusionQuantity quantity, const imaging::AngioRun& run) {
  const bool share = run.relationship == imaging::IntensityRelationship::Logarithmic;
  switch (quantity) {
    case PerfusionQuantity::Arrival:
      return {"Arrival", "s"};
    case PerfusionQuantity::TimeToPeak:
      return {"Time to peak", "s"};
    case PerfusionQuantity::Peak:
      return {"Peak density", share ? "range" : "ln"};
    case PerfusionQuantity::Area:
      return {"Area under the curve", share ? "range s" : "ln s"};
    case PerfusionQuantity::Transit:
      return {"Transit", "s"};
    case PerfusionQuantity::WashIn:
      break;
  }
  return {"Wash-in rate", share ? "range/s" : "ln/s"};
}

bool densities_differ(PerfusionQuantity quantity, const imaging::AngioRun& one,
                      const imaging::AngioRun& other) {
  const bool density = quantity == PerfusionQuantity::Peak || quantity == PerfusionQuantity::Area ||
                       quantity == PerfusionQuantity::WashIn;
  return density && one.relationship != other.relationship;
}

imaging::GreyRange scale_of(const AngioMaps* one, const AngioMaps* other,
                            PerfusionQuantity quantity) {
  std::vector<float> values;
  for (const AngioMaps* maps : {one, other}) {
    if (!maps || !maps->refusal.empty()) continue;
    const Frame<float>& map = map_of(maps->maps, quantity);
    for (std::size_t i = 0; i < map.size(); ++i)
      if (maps->maps.filled.data()[i]) values.push_back(map.data()[i]);
  }
  if (values.empty()) return {};
  Frame<float> all(static_cast<int>(values.size()), 1);
  std::copy(values.begin(), values.end(), all.data());
  return imaging::grey_range(all, 0.02, 0.98);
}

}  // namespace app
