#include "limb.h"

#include <cmath>

namespace test {
namespace {

using imaging::CenterlineSample;
using imaging::DuplexVolume;
using imaging::Grid;
using imaging::Lps;
using imaging::Vessel;
using imaging::VesselKind;
using planning::DeviceKind;
using LpsPoint = imaging::Point3<Lps>;
using LpsVector = imaging::Vector3<Lps>;

const LpsPoint top{110, 20, -500};
const LpsVector down_limb = LpsVector{0.05, 0.1, -1}.normalized();
// From the artery to the vein: mostly towards the patient's left.
const LpsVector to_vein = LpsVector{1, 0.2, 0.07}.normalized();

Vessel vessel(const std::string& id, VesselKind kind, const LpsPoint& start, double radius_mm,
              double length_mm) {
  std::vector<CenterlineSample> samples;
  for (double s_mm = 0; s_mm <= length_mm; s_mm += 1) {
    CenterlineSample sample;
    sample.position = start + down_limb * s_mm;
    sample.radius_mm = radius_mm;
    sample.radius_sd_mm = 0.1;
    sample.open = kind != VesselKind::Artery || s_mm < 70;
    sample.calcification_arc_deg = kind == VesselKind::Artery && s_mm > 15 && s_mm < 22 ? 300 : 0;
    samples.push_back(sample);
  }
  return {id, id, kind, 1, 1, std::nullopt, *imaging::Centerline::make(std::move(samples))};
}

// Voxels follow from the geometry: dark lumens, bright walls, tissue that brightens with depth.
DuplexVolume volume() {
  const LpsVector k = down_limb;
  const LpsVector j = (LpsVector{0.3, -1, 0} - k * LpsVector{0.3, -1, 0}.dot(k)).normalized();
  const LpsVector i = j.cross(k);
  const std::array<int, 3> size{61, 50, 72};
  const std::array<double, 3> spacing_mm{0.5, 0.6, 1.1};
  const LpsPoint centre = on_artery(crossing_mm) + to_vein * 2;
  const LpsPoint first =
      centre - i * (0.5 * 60 * 0.5) - j * (0.5 * 49 * 0.6) - k * (0.5 * 71 * 1.1);
  const Grid grid = *Grid::make(size, spacing_mm, first, {i, j, k});
  imaging::Volume<std::uint8_t> grey(grid);
  imaging::Volume<float> velocity(grid);
  for (int c = 0; c < size[2]; ++c)
    for (int b = 0; b < size[1]; ++b)
      for (int a = 0; a < size[0]; ++a) {
        const LpsPoint p =
            grid.lps_from_voxel()(imaging::Point3<imaging::Voxel>{1.0 * a, 1.0 * b, 1.0 * c});
        const auto away = [&](const LpsPoint& start) {
          const LpsVector d = p - start;
          return (d - down_limb * d.dot(down_limb)).norm();
        };
        const double from_artery = away(top), from_vein = away(on_vein(0));
        double level = 60 + b;
        if (std::abs(from_artery - artery_radius_mm - 0.4) < 0.4) level = 220;
        if (from_artery < artery_radius_mm || from_vein < vein_radius_mm) level = 12;
        grey(a, b, c) = static_cast<std::uint8_t>(level);
        if (from_artery < artery_radius_mm) velocity(a, b, c) = 8;
        if (from_vein < vein_radius_mm) velocity(a, b, c) = -4;
      }
  return {.label = "limb",
          .volume_frame_of_reference_uid = "",
          .patient_frame_of_reference_uid = "",
          .lies_in_patient = true,
          .side = imaging::Side::Left,
          .bmode = std::move(grey),
          .velocity_cm_s = std::move(velocity),
          .velocity_limit_cm_s = 10,
          .calibration = {},
          .sources = {}};
}

// A still leg, and from the third frame on a dark vessel down its middle.
imaging::AngioRun run() {
  imaging::AngioRun made;
  made.label = "limb";
  made.bits_stored = 12;
  made.relationship = imaging::IntensityRelationship::Linear;
  for (int n = 0; n < 6; ++n) {
    imaging::Frame<std::uint16_t> frame(96, 80);
    for (int row = 0; row < 80; ++row)
      for (int column = 0; column < 96; ++column) {
        double counts = 3000 - 12.0 * std::abs(column - 48);
        if (n >= 2 && std::abs(column - 48) < 4) counts *= std::exp(-0.3);
        frame(column, row) = static_cast<std::uint16_t>(counts);
      }
    made.frames.push_back(std::move(frame));
    made.frame_times_s.push_back(0.5 * n);
  }
  made.pose = imaging::CArmPose{0, 0, 1100, 800, 0.4, 0.4};
  return made;
}

// The artery's last 12 mm before the needle are calcified; one branch on the vein is open.
planning::Strip strip(double needle_mm) {
  planning::Strip made;
  made.needle_mm = needle_mm;
  for (double s_mm = 0; s_mm <= crossing_mm; ++s_mm)
    made.samples.push_back({s_mm - crossing_mm - needle_mm, artery_radius_mm,
                            s_mm > crossing_mm - 12 ? 300.0 : 0.0, true, on_artery(s_mm)});
  const std::size_t last_of_artery = made.samples.size() - 1;
  for (double s_mm = crossing_mm; s_mm <= 95; ++s_mm)
    made.samples.push_back({s_mm - crossing_mm, vein_radius_mm, 0, true, on_vein(s_mm)});
  made.parts = {
      {"artery", "artery", true, -crossing_mm - needle_mm, -needle_mm, 0, last_of_artery},
      {"vein", "vein", false, 0, 95 - crossing_mm, last_of_artery + 1, made.samples.size() - 1}};
  made.branches = {{"unsure", "unsure", false, 30, 2.4, false, false, 25}};
  return made;
}

planning::Preview preview(const imaging::VesselTree& tree) {
  planning::Preview made;
  planning::Crossing& c = made.crossing;
  c.rank = 1;
  c.site = {"artery", "vein", crossing_mm, crossing_mm};
  c.artery_point = on_artery(crossing_mm);
  c.vein_point = on_vein(crossing_mm);
  c.needle.length_mm = imaging::distance(c.artery_point, c.vein_point);
  c.gap_mm = c.needle.length_mm - artery_radius_mm - vein_radius_mm;
  c.gap_sd_mm = 0.2;
  c.needle.exit_angle_deg = 90;
  c.needle.clock = 3.4;
  c.artery_diameter_mm = 2 * artery_radius_mm;
  c.vein_diameter_mm = 2 * vein_radius_mm;
  std::vector<LpsPoint> bridge, extension, coil;
  // From the one axis to the other along half a cosine: no corner, as a stent has none.
  constexpr double swing_mm = 6;
  for (double s_mm = 28; s_mm <= 52; s_mm += 0.5) {
    const double share = std::clamp(0.5 + (s_mm - crossing_mm) / (2 * swing_mm), 0.0, 1.0);
    bridge.push_back(
        imaging::lerp(on_artery(s_mm), on_vein(s_mm), 0.5 - 0.5 * std::cos(imaging::pi * share)));
  }
  for (double s_mm = 48; s_mm <= 95; ++s_mm) extension.push_back(on_vein(s_mm));
  const auto& unsure = tree.find("unsure")->line;
  for (double s_mm = 20; s_mm <= 30; ++s_mm) coil.push_back(unsure.at(s_mm).position);
  const auto device = [](DeviceKind kind, const std::string& on, std::vector<double> diameter_mm,
                         std::vector<LpsPoint> path) {
    planning::Device d;
    d.kind = kind;
    d.vessel = d.to_vessel = on;
    d.diameter_mm = std::move(diameter_mm);
    d.path = std::move(path);
    if (kind == DeviceKind::Coil) {
      // A coil of one layer, three turns a millimetre and a half.
      for (int k = 0; k <= 200; ++k) {
        const double share = k / 200.0, angle = 2 * imaging::pi * 6 * share;
        const auto at = imaging::lerp(d.path.front(), d.path.back(), share);
        const auto across =
            imaging::perpendicular_pair((d.path.back() - d.path.front()).normalized());
        d.wire.push_back(at + across[0] * std::cos(angle) + across[1] * std::sin(angle));
      }
      d.wire_mm = 0.46;
      return d;
    }
    d.place = kind == DeviceKind::CrossingStent ? 0 : 1;
    double at_mm = 0;
    for (std::size_t i = 0; i < d.path.size(); ++i) {
      if (i > 0) at_mm += imaging::distance(d.path[i - 1], d.path[i]);
      const double share = static_cast<double>(i) / static_cast<double>(d.path.size() - 1);
      d.sections.push_back({d.path[i], at_mm,
                            std::lerp(d.diameter_mm.front(), d.diameter_mm.back(), share) / 2,
                            vein_radius_mm});
    }
    return d;
  };
  made.devices = {device(DeviceKind::CrossingStent, "vein", {3.5, 5.5}, std::move(bridge)),
                  device(DeviceKind::ExtensionStent, "vein", {5.5}, std::move(extension)),
                  device(DeviceKind::Coil, "unsure", {3}, std::move(coil))};
  made.devices[0].from_along_mm = 28 - crossing_mm - c.needle.length_mm;
  made.devices[0].to_along_mm = 52 - crossing_mm;
  made.devices[1].from_along_mm = 48 - crossing_mm;
  made.devices[1].to_along_mm = 95 - crossing_mm;
  for (double s_mm = 0; s_mm < crossing_mm; ++s_mm) made.circuit.push_back(on_artery(s_mm));
  for (double s_mm = crossing_mm; s_mm <= 95; ++s_mm) made.circuit.push_back(on_vein(s_mm));
  made.strip = strip(c.needle.length_mm);
  return made;
}

}  // namespace

LpsPoint on_artery(double s_mm) { return top + down_limb * s_mm; }
LpsPoint on_vein(double s_mm) { return top + to_vein * 7 + down_limb * s_mm; }

app::view::Look limb() {
  app::view::Look look;
  auto tree = imaging::VesselTree::make(
      imaging::Side::Left,
      {vessel("artery", VesselKind::Artery, on_artery(0), artery_radius_mm, 95),
       vessel("vein", VesselKind::Vein, on_vein(0), vein_radius_mm, 95),
       vessel("unsure", VesselKind::Unsure, on_vein(0) + LpsVector{6, -6, 0}, 1.2, 80)});
  look.vessels = std::make_shared<const imaging::VesselTree>(std::move(*tree));
  auto study = std::make_shared<imaging::Study>();
  study->volumes.push_back(volume());
  study->runs.push_back(run());
  imaging::Radiograph xray;
  xray.label = "limb";
  xray.image = study->runs.front().frames.back();
  study->radiographs.push_back(std::move(xray));
  look.study = std::move(study);
  look.preview = preview(*look.vessels);
  look.candidates = {look.preview->crossing};
  look.view.cursor = on_artery(crossing_mm);
  look.view.selected_vessel = "artery";
  look.view.frame = 4;
  return look;
}

}  // namespace test
