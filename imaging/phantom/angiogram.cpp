#include "imaging/phantom/angiogram.h"

#include <tbb/parallel_for.h>

#include <algorithm>
#include <cmath>

#include "imaging/phantom/blood.h"
#include "imaging/phantom/filter.h"
#include "imaging/phantom/shadowgraph.h"

namespace imaging::phantom {
namespace {

constexpr int bits = 12, white = (1 << bits) - 1;
constexpr double iodine_mu = 0.068;  // Per mm, at the dilution that is injected.
constexpr double log_range = std::log(1e3);

// Share of the injected concentration, `since_s` after the front arrived: a quick rise, some
// seconds of injection, a slow wash-out; the front blurs on its way.
double bolus(double since_s, double travelled_s, double injected_for_s) {
  if (since_s <= 0) return 0;
  const double rise_s = 0.5 + 0.14 * travelled_s;
  const double rise = 1 - std::exp(-since_s * since_s / (rise_s * rise_s));
  const double over_s = since_s - injected_for_s;
  return over_s > 0 ? rise * std::exp(-over_s / (1.2 + 0.2 * travelled_s)) : rise;
}

std::vector<float> body_line(const XrayBody& body, const Projector& projector) {
  std::vector<float> line(static_cast<std::size_t>(projector.columns) *
                          static_cast<std::size_t>(projector.rows));
  tbb::parallel_for(0, projector.rows, [&](int r) {
    for (int c = 0; c < projector.columns; ++c)
      line[static_cast<std::size_t>(r) * static_cast<std::size_t>(projector.columns) +
           static_cast<std::size_t>(c)] =
          static_cast<float>(body.attenuation(
              projector.arm.source(),
              projector.arm.ray({static_cast<double>(c), static_cast<double>(r)})));
  });
  return line;
}

// Light that is spread over tens of pixels.
std::vector<float> scattered(const std::vector<float>& line, const Projector& projector) {
  std::vector<float> light(line.size());
  std::transform(line.begin(), line.end(), light.begin(),
                 [](float l) { return std::min(0.6f, std::exp(-l)); });
  const Kernel wide = gaussian(28);
  for (const int axis : {0, 1})
    filter_axis(light, {projector.columns, projector.rows, 1}, axis,
                [&](int) -> const Kernel& { return wide; });
  return light;
}

// `line` seen through the motion of one frame.
std::vector<float> moved(const std::vector<float>& line, const Projector& projector,
                         const Motion& motion, double gain) {
  const double middle_c = 0.5 * (projector.columns - 1), middle_r = 0.5 * (projector.rows - 1);
  std::vector<float> result(line.size());
  tbb::parallel_for(0, projector.rows, [&](int r) {
    for (int c = 0; c < projector.columns; ++c) {
      // The inverse map, first order: shifts are a few pixels, angles a few milliradians.
      const double x = c - gain * (motion.shift_column_px - motion.rotation_rad * (r - middle_r));
      const double y = r - gain * (motion.shift_row_px + motion.rotation_rad * (c - middle_c));
      const int i = std::clamp(static_cast<int>(std::floor(x)), 0, projector.columns - 2);
      const int j = std::clamp(static_cast<int>(std::floor(y)), 0, projector.rows - 2);
      const double u = std::clamp(x - i, 0.0, 1.0), v = std::clamp(y - j, 0.0, 1.0);
      const float* p = line.data() + static_cast<std::size_t>(j * projector.columns + i);
      const double top = std::lerp(static_cast<double>(p[0]), static_cast<double>(p[1]), u);
      const double bottom = std::lerp(static_cast<double>(p[projector.columns]),
                                      static_cast<double>(p[projector.columns + 1]), u);
      result[static_cast<std::size_t>(r * projector.columns + c)] =
          static_cast<float>(std::lerp(top, bottom, v));
    }
  });
  return result;
}

// The light that becomes white: automatic exposure looks at the thinner parts of the body, and
// lets the air beside it saturate.
double exposure(const std::vector<float>& line) {
  constexpr float body = 0.25f;
  std::vector<float> inside;
  std::copy_if(line.begin(), line.end(), std::back_inserter(inside),
               [](float l) { return l > body; });
  if (inside.empty()) return 1;
  const auto thin = inside.begin() + static_cast<std::ptrdiff_t>(inside.size() / 25);
  std::nth_element(inside.begin(), thin, inside.end());
  return std::min(1.0, 1.1 * std::exp(-static_cast<double>(*thin)));
}

std::uint16_t stored(double relative_light, const RunEntry& entry, bool inverted) {
  const double relative = std::max(relative_light, 1e-3);
  const double value = entry.relationship == IntensityRelationship::Linear
                           ? white * relative
                           : white * (std::log(relative) + log_range) / log_range;
  const auto code = std::lround(std::clamp(value, 0.0, static_cast<double>(white)));
  return static_cast<std::uint16_t>(inverted ? white - code : code);
}

// Middle 98 % of the values.
void set_window(AngioRun& run) {
  std::vector<std::uint16_t> values(run.frames[0].data(),
                                    run.frames[0].data() + run.frames[0].size());
  std::sort(values.begin(), values.end());
  const double low = values[values.size() / 100], high = values[values.size() * 99 / 100];
  run.window_centre = std::round(0.5 * (low + high));
  run.window_width = std::max(1.0, high - low);
}

Motion drawn_motion(const Random& random, int frames, int mask_frames) {
  Motion motion{.shift_column_px = random.between(20, 0.8, 2.4),
                .shift_row_px = random.between(21, -2, 2),
                .rotation_rad = random.between(22, -0.004, 0.004),
                .gain = {}};
  const int start = mask_frames + 2;
  for (int frame = 0; frame < frames; ++frame) {
    // Over a second the leg goes to where it stays, not quite at rest.
    const double t = std::clamp((frame - start) / 3.0, 0.0, 1.0);
    const double wobble =
        frame > start ? 0.08 * random.normal(static_cast<std::uint64_t>(30 + frame)) : 0;
    motion.gain.push_back(frame <= start ? 0 : t * t * (3 - 2 * t) + wobble);
  }
  return motion;
}

}  // namespace

Result<RunSetup> set_up(const Limb& limb, const RunEntry& entry) {
  const LimbVessel* vessel = limb.find(entry.vessel);
  if (!vessel)
    return fail(ErrorCode::InvalidInput, "The recipe's run " + entry.name +
                                             " is centred on the vessel \"" + entry.vessel +
                                             "\", which no leg has.");
  const Random random = Random(limb.seed).fork("run").fork(entry.name);
  // The same projection of the other leg is from the other side.
  const double flip = limb.side == Side::Right ? -1 : 1;
  const CArmPose pose{.primary_deg = flip * entry.primary_deg,
                      .secondary_deg = entry.secondary_deg,
                      .source_to_detector_mm = std::round(random.between(0, 1165, 1195)),
                      .source_to_isocentre_mm = 815,
                      .imager_spacing_column_mm = 0.6,
                      .imager_spacing_row_mm = 0.6};
  const Point3<Lps> isocentre = vessel->at(entry.at * vessel->length_mm()).p +
                                Vector3<Lps>{flip * random.between(1, -5, 9),
                                             random.between(2, -14, 0), random.between(3, -8, 8)};
  // No detector is centred to the pixel.
  constexpr int columns = 512, rows = 512;
  const Point2 principal{0.5 * (columns - 1) + random.between(4, -4, 4),
                         0.5 * (rows - 1) + random.between(5, -4, 4)};
  auto arm = CArm::make(pose, isocentre, principal);
  if (!arm) return tl::unexpected(arm.error());

  RunSetup setup{.entry = entry,
                 .pose = pose,
                 .arm = *arm,
                 .isocentre = isocentre,
                 .principal_point = principal,
                 .columns = columns,
                 .rows = rows,
                 .frame_times_s = {},
                 .mask_frames = 3,
                 .injection_s = 0,
                 .venous_injection_s = 0,
                 .venous_puncture = {},
                 .scatter_fraction = random.between(6, 0.18, 0.3),
                 .photons_at_white = 2e4,
                 .motion = {},
                 .arrival_s = {}};
  for (int frame = 0; frame < entry.frames; ++frame)
    setup.frame_times_s.push_back(std::round(1000 * frame / entry.frames_per_s) / 1000);
  setup.injection_s = (setup.mask_frames - 0.6) / entry.frames_per_s;
  if (entry.patient_moves) setup.motion = drawn_motion(random, entry.frames, setup.mask_frames);

  const bool venous = entry.contrast == Contrast::ArterialAndVenous;
  std::vector<std::vector<double>> venous_s;
  if (venous) {
    // Through the lateral plantar vein, punctured half way along the sole.
    const auto vein = limb.index_of("lateral_plantar_vein");
    setup.venous_puncture = {*vein, 0.6 * limb.vessels[*vein].length_mm()};
    setup.venous_injection_s = setup.injection_s + 0.3;
    venous_s = venous_arrivals_s(limb, setup.venous_puncture);
  }
  for (std::size_t v = 0; v < limb.vessels.size(); ++v) {
    std::vector<double> arrival;
    for (std::size_t i = 0; i < limb.vessels[v].samples.size(); ++i) {
      const LimbSample& sample = limb.vessels[v].samples[i];
      if (limb.vessels[v].kind == VesselKind::Artery)
        arrival.push_back(sample.perfused ? setup.injection_s + sample.arrival_s : never_s);
      else
        arrival.push_back(venous ? setup.venous_injection_s + venous_s[v][i] : never_s);
    }
    setup.arrival_s.push_back(std::move(arrival));
  }
  return setup;
}

std::vector<float> still_line(const Limb& limb, const XrayBody& body, const RunSetup& setup) {
  const Projector projector{setup.arm, setup.pose, setup.columns, setup.rows};
  std::vector<float> still = body_line(body, projector);
  add_calcium(limb, projector, still);
  return still;
}

Result<AngioRun> film(const Limb& limb, const XrayBody& body, const RunSetup& setup,
                      const Progress& progress) {
  return film(limb, still_line(limb, body, setup), setup, progress);
}

Result<AngioRun> film(const Limb& limb, std::vector<float> still, const RunSetup& setup,
                      const Progress& progress) {
  const Projector projector{setup.arm, setup.pose, setup.columns, setup.rows};
  const double white_light = exposure(still);
  const std::vector<float> veil = scattered(still, projector);
  const std::vector<LumenShadow> shadows = lumen_shadows(limb, projector, setup.arrival_s);
  const Random random = Random(limb.seed).fork("film").fork(setup.entry.name);
  // Some rooms store contrast bright.
  const bool inverted = setup.entry.contrast == Contrast::ArterialAndVenous;
  const Kernel blur = gaussian(0.55);
  constexpr double injected_for_s = 4;

  AngioRun run;
  run.label = setup.entry.name;
  run.side = limb.side;
  run.bits_stored = bits;
  run.relationship = setup.entry.relationship;
  run.brighter_is_more_xray = !inverted;
  run.frame_times_s = setup.frame_times_s;
  run.pose = setup.pose;
  for (std::size_t f = 0; f < setup.frame_times_s.size(); ++f) {
    if (progress.cancelled()) return cancelled();
    progress.report(static_cast<double>(f) / static_cast<double>(setup.frame_times_s.size()),
                    "filming the angiograms");
    std::vector<float> line = still;
    for (const LumenShadow& shadow : shadows) {
      const double arrival_s = static_cast<double>(shadow.arrival_s);
      const double share =
          bolus(setup.frame_times_s[f] - arrival_s, arrival_s - setup.injection_s, injected_for_s);
      line[shadow.pixel] += static_cast<float>(iodine_mu * share) * shadow.chord_mm;
    }
    if (setup.motion && setup.motion->gain[f] != 0)
      line = moved(line, projector, *setup.motion, setup.motion->gain[f]);
    for (float& l : line) l = std::exp(-l);
    for (const int axis : {0, 1})
      filter_axis(line, {projector.columns, projector.rows, 1}, axis,
                  [&](int) -> const Kernel& { return blur; });
    Frame<std::uint16_t> frame(setup.columns, setup.rows);
    const Random quanta = random.fork(f);
    tbb::parallel_for(std::size_t{0}, line.size(), [&](std::size_t p) {
      const double light = (static_cast<double>(line[p]) * (1 - setup.scatter_fraction) +
                            static_cast<double>(veil[p]) * setup.scatter_fraction) /
                           white_light;
      // Poisson, in its normal limit: hundreds of photons at the least.
      const double noisy = light + std::sqrt(light / setup.photons_at_white) * quanta.normal(p);
      frame.data()[p] = stored(noisy, setup.entry, inverted);
    });
    run.frames.push_back(std::move(frame));
  }
  if (setup.entry.mask_sequence) {
    MaskAdvice advice;
    for (int frame = 1; frame < setup.mask_frames; ++frame) advice.mask_frames.push_back(frame);
    advice.first_frame = setup.mask_frames;
    advice.last_frame = static_cast<int>(setup.frame_times_s.size()) - 1;
    run.mask = advice;
  }
  set_window(run);
  return run;
}

Result<RadiographSetup> set_up_radiograph(const Limb& limb, const RadiographEntry& entry) {
  const double flip = limb.side == Side::Right ? -1 : 1;
  // The foot stands on the detector.
  const CArmPose pose{.primary_deg = flip * entry.primary_deg,
                      .secondary_deg = entry.secondary_deg,
                      .source_to_detector_mm = 1100,
                      .source_to_isocentre_mm = 1040,
                      .imager_spacing_column_mm = 0.2,
                      .imager_spacing_row_mm = 0.2};
  const Point3<Lps> isocentre = limb.ankle + limb.foot_forward * 66 + limb.foot_dorsal * -45;
  constexpr int columns = 660, rows = 1400;
  const Point2 middle{0.5 * (columns - 1), 0.5 * (rows - 1)};
  auto arm = CArm::make(pose, isocentre, middle);
  if (!arm) return tl::unexpected(arm.error());
  return RadiographSetup{pose, *arm, isocentre, middle, columns, rows, 2.5e4};
}

std::vector<float> still_line(const Limb& limb, const RadiographSetup& setup) {
  // Fine enough that bone's cortex is drawn as the thin bright line that it is on a film.
  constexpr double voxel_mm = 0.7;
  double low_z = limb.ankle.z;
  for (const Bone& part : limb.flesh)
    for (const Bone::Node& node : part.nodes)
      low_z = std::min(low_z, node.p.z - node.radius_mm - 3);
  const XrayBody foot(limb, voxel_mm, low_z, limb.ankle.z + 70);
  const Projector projector{setup.arm, setup.pose, setup.columns, setup.rows};
  std::vector<float> line = body_line(foot, projector);
  add_calcium(limb, projector, line);
  return line;
}

Radiograph expose(const Limb& limb, const RadiographSetup& setup) {
  return expose(limb, still_line(limb, setup), setup);
}

Radiograph expose(const Limb& limb, std::vector<float> line, const RadiographSetup& setup) {
  const Kernel blur = gaussian(0.7);
  for (const int axis : {0, 1})
    filter_axis(line, {setup.columns, setup.rows, 1}, axis,
                [&](int) -> const Kernel& { return blur; });
  const Random quanta = Random(limb.seed).fork("radiograph");
  Radiograph radiograph;
  radiograph.label = "Foot AP";
  radiograph.side = limb.side;
  radiograph.image = Frame<std::uint16_t>(setup.columns, setup.rows);
  // Bone is bright. As prepared for presentation, the thick ankle is held back and the thin toes
  // are lifted.
  constexpr double knee = 2.2;
  tbb::parallel_for(std::size_t{0}, line.size(), [&](std::size_t p) {
    const double through = std::exp(-static_cast<double>(line[p]));
    const double seen =
        static_cast<double>(line[p]) + quanta.normal(p) / std::sqrt(setup.photons * through);
    radiograph.image.data()[p] = static_cast<std::uint16_t>(std::lround(
        std::clamp(white * (1 - std::exp(-seen / knee)), 0.0, static_cast<double>(white))));
  });
  radiograph.window_centre = 1900;
  radiograph.window_width = 3600;
  radiograph.detector = DetectorPlane{.spacing_column_mm = setup.pose.imager_spacing_column_mm,
                                      .spacing_row_mm = setup.pose.imager_spacing_row_mm,
                                      .source_to_detector_mm = setup.pose.source_to_detector_mm,
                                      .source_to_patient_mm = setup.pose.source_to_isocentre_mm};
  return radiograph;
}

}  // namespace imaging::phantom
