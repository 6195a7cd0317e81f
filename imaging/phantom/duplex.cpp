#include "imaging/phantom/duplex.h"

#include <tbb/parallel_for.h>

#include <Eigen/Geometry>
#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include "imaging/phantom/duplex_field.h"
#include "imaging/phantom/filter.h"

namespace imaging::phantom {
namespace {

// Echo levels in dB below the brightest grey, before speckle: near what a calf looks like on a
// linear transducer.
namespace echo_db {
constexpr double gel = -70, skin = -9, fat = -34, muscle = -32, fascia = -10, blood = -58,
                 thrombus = -37, plaque = -29, artery_wall = -15, vein_wall = -25, sheath = -26,
                 leaflet = -39, calcium = -2, bone_surface = -3, bone_inside = -50,
                 receiver_noise = -53;
}

// Loss beyond what the time gain makes up for, dB per mm of depth, both ways.
namespace loss_db_per_mm {
constexpr double blood = -0.35;  // Less than tissue: what lies behind a lumen is enhanced.
constexpr double calcium = 26, bone = 14, tissue = 0.03;
}  // namespace loss_db_per_mm

// What the leg's size and oedema do to the picture, beyond a slim leg at the right gain.
struct Disturbance {
  double receiver_db;  // Noise of the receiver at the gain that the leg needs.
  // Reverberation and side lobes: echoes where there is nothing, in lumens.
  std::optional<double> haze_db;
  double extra_db_per_mm;  // Loss that the time gain does not make up for.
  double beam_widening;    // By aberration.
  double colour_noise;     // Against the autocorrelation of full flow.
  double colour_kept;      // Mean share of colour that does not drop out; over 1 is cut.
};
constexpr std::array<Disturbance, 3> disturbances{{
    {echo_db::receiver_noise, {}, 0, 1, 0.075, 0.95},  // Easy.
    {-48, -52, 0.05, 1.12, 0.10, 0.85},                // Medium: lumens 14 dB under muscle.
    {-45, -47, 0.10, 1.25, 0.13, 0.7},                 // Hard: 10 dB, and less with depth.
}};
const Disturbance& disturbance(const Scan& scan) {
  return disturbances[static_cast<std::size_t>(scan.entry.noise)];
}

constexpr double vessel_reach_mm = 2.2;

struct Echo {
  double level_db = echo_db::muscle;
  double loss = loss_db_per_mm::tissue;
  double mirror = 0;  // Part that is specular and thus without speckle.
};

bool in_calcium(const LimbVessel& vessel, const NearVessel& near, const Vector3<Lps>& outward) {
  const double s_mm = step_mm * near.sample;
  const double reference_mm = vessel.samples[near.sample].reference_radius_mm;
  for (const Calcium& calcium : vessel.calcium) {
    if (s_mm < calcium.from_mm || s_mm > calcium.to_mm) continue;
    const double depth_mm = near.axis_mm - reference_mm;
    const bool in_shell = calcium.kind == CalciumKind::Medial
                              ? 0 <= depth_mm && depth_mm <= calcium.thickness_mm
                              : -calcium.thickness_mm <= depth_mm && depth_mm <= 0.15;
    if (!in_shell) continue;
    const Vector3<Lps> tangent = vessel.tangent(near.sample);
    const Vector3<Lps> across =
        (calcium.towards - tangent * calcium.towards.dot(tangent)).normalized();
    if (across.dot(outward) >= std::cos(rad_from_deg(calcium.arc_deg / 2))) return true;
  }
  return false;
}

// Leaflets are thinner than the pulse; what the beam spreads over their neighbourhood is drawn.
// They lean towards each other as in slow flow, and leave a quarter of the width open.
bool in_leaflet(const LimbVessel& vessel, const NearVessel& near, const Point3<Lps>& p) {
  constexpr double half_mm = 0.15, length_share = 0.75, open_share = 0.25;
  for (const LimbValve& valve : vessel.valves) {
    const Point3<Lps>& base = vessel.at(valve.at_mm).p;
    if ((p - base).squared_norm() > 4 * valve.sinus_mm * valve.sinus_mm) continue;
    // Towards the heart: samples run away from it.
    const double up_mm = -(p - base).dot(vessel.tangent(vessel.index_at(valve.at_mm)));
    const double share = up_mm / (length_share * valve.sinus_mm);
    if (share < 0 || share > 1) continue;
    const LimbSample& here = vessel.samples[near.sample];
    const double off_mm = std::abs((p - here.p).dot(valve.across));
    if (std::abs(off_mm - here.radius_mm * std::lerp(1, open_share, share)) < half_mm) return true;
  }
  return false;
}

Echo vessel_echo(const LimbVessel& vessel, const NearVessel& near, const Point3<Lps>& p,
                 const Vector3<Lps>& depth_axis, const Echo& around) {
  const LimbSample& sample = vessel.samples[near.sample];
  const Vector3<Lps> outward = (p - sample.p).normalized();
  if (!vessel.calcium.empty() && in_calcium(vessel, near, outward))
    return {echo_db::calcium, loss_db_per_mm::calcium, 0.4};
  if (near.surface_mm < 0 && in_leaflet(vessel, near, p))
    return {echo_db::leaflet, loss_db_per_mm::blood, 0};
  if (near.surface_mm < 0) return {echo_db::blood, loss_db_per_mm::blood, 0};
  const double beyond_mm = near.axis_mm - sample.reference_radius_mm;
  if (beyond_mm < 0) return {sample.open ? echo_db::plaque : echo_db::thrombus, 0, 0};
  // Walls that face the beam shine; those along it fade.
  const double facing = std::abs(outward.dot(depth_axis));
  const bool artery = vessel.kind == VesselKind::Artery;
  if (beyond_mm < vessel.wall_mm)
    return {(artery ? echo_db::artery_wall : echo_db::vein_wall) + 9 * facing * facing - 4, 0.05,
            0.5 * facing};
  if (artery && beyond_mm < vessel.wall_mm + 0.8) {
    const double fade = (beyond_mm - vessel.wall_mm) / 0.8;
    return {std::lerp(echo_db::sheath, around.level_db, fade), around.loss, 0};
  }
  return around;
}

// A line that is bright where it faces the beam.
void draw_sheet(Echo& echo, double distance_mm, double half_mm, double level_db) {
  if (std::abs(distance_mm) > half_mm) return;
  echo.level_db = level_db;
  echo.mirror = 0.4;
}

class Sonographer {
 public:
  Sonographer(const Limb& limb, const Scan& scan)
      : limb_(limb),
        scan_(scan),
        grid_(scan.grid),
        random_(Random(limb.seed).fork("duplex").fork(scan.entry.name)),
        near_(nearest_vessels(limb, grid_, vessel_reach_mm, grid_.direction(1),
                              scan.entry.vein_aspect)),
        tissue_(limb, grid_) {}

  Volume<std::uint8_t> bmode();
  Volume<float> colour();  // After bmode, whose shadows it shares.

 private:
  double spacing(std::size_t axis) const { return grid_.spacing_mm()[axis]; }
  Point3<Lps> lps(int i, int j, int k) const {
    return grid_.lps_from_voxel()(
        Point3<Voxel>{static_cast<double>(i), static_cast<double>(j), static_cast<double>(k)});
  }
  Echo tissue_echo(int i, int j, int k) const;
  void insonate(std::vector<float>& re, std::vector<float>& im);
  void point_spread(std::vector<float>& field) const;

  const Limb& limb_;
  const Scan& scan_;
  const Grid& grid_;
  const Random random_;
  std::vector<NearVessel> near_;
  TissueField tissue_;
  const SpatialNoise lobules_{random_.fork("fat"), 4.5}, bundles_{random_.fork("muscle"), 3.2},
      regions_{random_.fork("region"), 15};
  std::vector<float> shadow_db_;  // Gain minus loss on the way to each voxel.
};

Echo Sonographer::tissue_echo(int i, int j, int k) const {
  const Tissue tissue = tissue_.at(i, j, k);
  if (tissue.skin_depth_mm < 0) return {echo_db::gel, 0, 0};
  if (tissue.bone_depth_mm > 0) {
    const bool surface = tissue.bone_depth_mm < 0.9;
    return {surface ? echo_db::bone_surface : echo_db::bone_inside, loss_db_per_mm::bone,
            surface ? 0.5 : 0};
  }
  if (tissue.skin_depth_mm < 1.4) return {echo_db::skin, loss_db_per_mm::tissue, 0};
  Echo echo;
  const Point3<Lps> p = lps(i, j, k);
  if (tissue.fascia_mm < 0) {
    // Lobules between thin septa.
    const double n = lobules_(p.x, p.y, 0.6 * p.z);
    echo.level_db = echo_db::fat + 3 * n + (std::abs(n) < 0.05 ? 9 : 0);
  } else {
    // Fibres run along the leg; the sheets between the bundles are brighter streaks.
    const double n = bundles_(p.x, p.y, 0.2 * p.z);
    echo.level_db = echo_db::muscle + 4 * regions_(p) + 3 * n + (n > 0.5 ? 5 : 0);
  }
  draw_sheet(echo, tissue.fascia_mm, 0.45, echo_db::fascia);
  if (tissue.fascia_mm > 4) draw_sheet(echo, tissue.septum_mm, 0.35, echo_db::fascia - 5);
  return echo;
}

// Scatterers times what reaches them, as complex amplitudes before the point spread.
void Sonographer::insonate(std::vector<float>& re, std::vector<float>& im) {
  const auto [ni, nj, nk] = grid_.size();
  const Random scatter = random_.fork("scatter"), receiver = random_.fork("receiver");
  const Disturbance& disturbed = disturbance(scan_);
  const double noise = std::pow(10, disturbed.receiver_db / 20) / std::sqrt(2.0);
  tbb::parallel_for(0, nk, [&, ni = ni, nj = nj](int k) {
    for (int i = 0; i < ni; ++i) {
      double way_db = 0;
      for (int j = 0; j < nj; ++j) {
        const std::size_t v = grid_.index(i, j, k);
        Echo echo = tissue_echo(i, j, k);
        if (near_[v].any() && echo.level_db > echo_db::bone_inside)
          echo = vessel_echo(limb_.vessels[near_[v].vessel], near_[v], lps(i, j, k),
                             grid_.direction(1), echo);
        way_db -= (echo.loss + disturbed.extra_db_per_mm) * spacing(1);
        if (disturbed.haze_db)
          echo.level_db = 10 * std::log10(std::pow(10, echo.level_db / 10) +
                                          std::pow(10, *disturbed.haze_db / 10));
        // The time gain never fits exactly.
        const double gain_db = way_db + 1.5 * std::sin(0.11 * spacing(1) * j);
        shadow_db_[v] = static_cast<float>(gain_db);
        const double amplitude = std::pow(10, (echo.level_db + gain_db) / 20);
        const auto [a, b] = scatter.normal_pair(v);
        const auto [c, d] = receiver.normal_pair(v);
        const double speckle = amplitude * (1 - 0.7 * echo.mirror) / std::sqrt(2.0);
        re[v] = static_cast<float>(speckle * a + 0.55 * echo.mirror * amplitude + noise * c);
        im[v] = static_cast<float>(speckle * b + noise * d);
      }
    }
  });
}

void Sonographer::point_spread(std::vector<float>& field) const {
  // A linear array of some 10 MHz: a short pulse, and a beam that widens away from its focus.
  constexpr double pulse_mm = 0.16, waist_mm = 0.26, slice_mm = 0.34, focus = 0.55;
  const double widening = disturbance(scan_).beam_widening;
  const auto size = grid_.size();
  const Kernel axial = gaussian_keeping_noise(pulse_mm / spacing(1));
  const Kernel elevation = gaussian_keeping_noise(widening * slice_mm / spacing(2));
  std::vector<Kernel> lateral;
  for (int j = 0; j < size[1]; ++j) {
    const double off = (static_cast<double>(j) / size[1] - focus) / 0.5;
    lateral.push_back(
        gaussian_keeping_noise(widening * waist_mm * (1 + 0.45 * off * off) / spacing(0)));
  }
  filter_axis(field, size, 1, [&](int) -> const Kernel& { return axial; });
  filter_axis(field, size, 0,
              [&](int j) -> const Kernel& { return lateral[static_cast<std::size_t>(j)]; });
  filter_axis(field, size, 2, [&](int) -> const Kernel& { return elevation; });
}

Volume<std::uint8_t> Sonographer::bmode() {
  const std::size_t n = grid_.voxel_count();
  shadow_db_.assign(n, 0);
  std::vector<float> re(n), im(n);
  insonate(re, im);
  point_spread(re);
  point_spread(im);
  Volume<std::uint8_t> image(grid_);
  tbb::parallel_for(std::size_t{0}, n, [&](std::size_t v) {
    const double power = static_cast<double>(re[v]) * re[v] + static_cast<double>(im[v]) * im[v];
    const double level_db = 10 * std::log10(power + 1e-12);
    const double grey = 255 * (level_db + grey_range_db) / grey_range_db;
    image.data()[v] = static_cast<std::uint8_t>(std::lround(std::clamp(grey, 0.0, 255.0)));
  });
  return image;
}

// Velocity by the lag-one autocorrelation (Kasai 1985): its phase is the velocity, so it aliases,
// is averaged over the sample volume, and drowns in noise as in a machine.
Volume<float> Sonographer::colour() {
  constexpr double blur_mm = 0.32, threshold = 0.3;
  const auto [ni, nj, nk] = grid_.size();
  const std::size_t n = grid_.voxel_count();
  const double noise_level = disturbance(scan_).colour_noise;
  const double kept = disturbance(scan_).colour_kept;
  const double nyquist = scan_.entry.nyquist_cm_s, filter = scan_.entry.wall_filter_cm_s;
  std::vector<float> re(n), im(n), noise_re(n), noise_im(n);
  const Random receiver = random_.fork("colour receiver");
  const SpatialNoise drop_out(random_.fork("drop-out"), 6);
  tbb::parallel_for(0, nk, [&, ni = ni, nj = nj](int k) {
    for (int j = 0; j < nj; ++j)
      for (int i = 0; i < ni; ++i) {
        const std::size_t v = grid_.index(i, j, k);
        const auto [a, b] = receiver.normal_pair(v);
        noise_re[v] = static_cast<float>(noise_level * a);
        noise_im[v] = static_cast<float>(noise_level * b);
        const NearVessel& near = near_[v];
        if (near.surface_mm >= 0) continue;
        const LimbVessel& vessel = limb_.vessels[near.vessel];
        const LimbSample& sample = vessel.samples[near.sample];
        if (!sample.perfused) continue;
        // Poiseuille: twice the mean in the middle. Positive is towards the transducer.
        const double r = near.axis_mm / sample.radius_mm;
        const double speed_cm_s = 2 * sample.speed_cm_s * (1 - r * r);
        const double towards_cm_s = -speed_cm_s * vessel.tangent(near.sample).dot(scan_.beam);
        const double passed =
            filter > 0 ? 1 - std::exp(-std::pow(towards_cm_s / (1.2 * filter), 2)) : 1;
        const double gain = std::clamp(kept + 0.75 * drop_out(lps(i, j, k)), 0.0, 1.0);
        const double power =
            passed * gain * std::pow(10, std::min(0.0, static_cast<double>(shadow_db_[v])) / 10);
        const double phase = pi * towards_cm_s / nyquist;
        re[v] = static_cast<float>(power * std::cos(phase));
        im[v] = static_cast<float>(power * std::sin(phase));
      }
  });
  const auto size = grid_.size();
  for (int axis = 0; axis < 3; ++axis) {
    const double sigma = blur_mm / spacing(static_cast<std::size_t>(axis));
    const Kernel blur = gaussian(sigma), keep = gaussian_keeping_noise(sigma);
    for (auto* field : {&re, &im})
      filter_axis(*field, size, axis, [&](int) -> const Kernel& { return blur; });
    for (auto* field : {&noise_re, &noise_im})
      filter_axis(*field, size, axis, [&](int) -> const Kernel& { return keep; });
  }
  Volume<float> velocity(grid_, 0.0f);
  tbb::parallel_for(std::size_t{0}, n, [&](std::size_t v) {
    const double x = re[v] + noise_re[v], y = im[v] + noise_im[v];
    if (std::hypot(x, y) < threshold) return;
    const double estimate = nyquist * std::atan2(y, x) / pi;
    if (std::abs(estimate) > filter) velocity.data()[v] = static_cast<float>(estimate);
  });
  return velocity;
}

// At arc length s, which may be negative: then on the vessel that it springs from.
Point3<Lps> place_above(const Limb& limb, const LimbVessel& vessel, double s_mm) {
  if (s_mm >= 0 || !vessel.parent) return vessel.at(s_mm).p;
  return place_above(limb, limb.vessels[vessel.parent->vessel], vessel.parent->at_mm + s_mm);
}

}  // namespace

Result<Scan> aim(const Limb& limb, const VolumeEntry& entry) {
  const LimbVessel* vessel = limb.find(entry.vessel);
  if (!vessel)
    return fail(ErrorCode::InvalidInput, "The recipe's volume " + entry.name +
                                             " lies on the vessel \"" + entry.vessel +
                                             "\", which no leg has.");
  // Aimed as on a left leg, then mirrored with it.
  const double flip = limb.side == Side::Right ? -1 : 1;
  const auto mirrored = [flip](Vector3<Lps> v) { return Vector3<Lps>{flip * v.x, v.y, v.z}; };
  const double s_mm = entry.at * vessel->length_mm();
  constexpr double half_span_mm = 30;
  const Eigen::Vector3d along = [&] {
    const auto v = mirrored(vessel->at(s_mm + half_span_mm).p -
                            place_above(limb, *vessel, s_mm - half_span_mm))
                       .normalized();
    return Eigen::Vector3d(v.x, v.y, v.z);
  }();
  const double azimuth = rad_from_deg(entry.approach_deg);
  const Eigen::Vector3d away(std::sin(azimuth), -std::cos(azimuth), 0);
  const Eigen::Vector3d depth = (away - along * away.dot(along)).normalized();
  const Eigen::Matrix3d tilt =
      (Eigen::AngleAxisd(rad_from_deg(entry.tilt_deg[0]), depth) *
       Eigen::AngleAxisd(rad_from_deg(entry.tilt_deg[1]), depth.cross(along).normalized()))
          .toRotationMatrix();
  const Eigen::Vector3d jv = tilt * depth, kv = tilt * along;
  const Vector3<Lps> j = mirrored({jv.x(), jv.y(), jv.z()});
  const Vector3<Lps> k = mirrored({kv.x(), kv.y(), kv.z()});
  const Vector3<Lps> i = j.cross(k);

  Point3<Lps> first = vessel->at(s_mm).p + j * entry.offset_mm;
  const std::array<Vector3<Lps>, 3> axes{i, j, k};
  for (std::size_t a = 0; a < 3; ++a)
    first = first - axes[a] * (0.5 * (entry.size[a] - 1) * entry.spacing_mm[a]);
  auto grid = Grid::make(entry.size, entry.spacing_mm, first, axes);
  if (!grid) return tl::unexpected(grid.error());
  const double steer = rad_from_deg(entry.steer_deg);
  return Scan{entry, std::move(*grid), j * std::cos(steer) + k * std::sin(steer)};
}

Result<DuplexVolume> scan_limb(const Limb& limb, const Scan& scan, const Progress& progress) {
  Sonographer sonographer(limb, scan);
  if (progress.cancelled()) return cancelled();
  progress.report(0.2, "scanning the leg");
  Volume<std::uint8_t> grey = sonographer.bmode();
  if (progress.cancelled()) return cancelled();
  progress.report(0.7, "scanning the leg");
  DuplexVolume volume{.label = "3D duplex " + scan.entry.name,
                      .volume_frame_of_reference_uid = {},
                      .patient_frame_of_reference_uid = {},
                      .lies_in_patient = true,
                      .side = limb.side,
                      .bmode = std::move(grey),
                      .velocity_cm_s = sonographer.colour(),
                      .velocity_limit_cm_s = scan.entry.nyquist_cm_s,
                      .calibration = {},
                      .sources = {}};
  progress.report(1, "scanning the leg");
  return volume;
}

}  // namespace imaging::phantom
