// A leg in closed form: straight vessels along an oblique axis, so that gaps, lengths and diameters
// are known exactly and no axis of the world is special.
#pragma once

#include <algorithm>
#include <cmath>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "imaging/core/assets.h"
#include "imaging/core/contract.h"
#include "planning/planner.h"

namespace planning {

using LpsVector = imaging::Vector3<imaging::Lps>;

struct LegOptions {
  double gap_mm = 1.0;  // Lumen to lumen at the closest place, `closest_mm` down the artery.
  double closest_mm = 60;
  double gap_growth = 4e-4;  // Per mm: gap = gap_mm + growth (s - closest)^2.
  double spiral_deg_per_mm = 0;
  double artery_radius_mm = 1.7, artery_radius_sd_mm = 0;
  double vein_radius_mm = 2.0;
  double plantar_radius_mm = 1.8;
  double calcification_arc_deg = 0;
  double closed_from_mm = 1e9;    // Posterior tibial artery, from here on.
  double stenosis_reduction = 0;  // Halfway between origin and closest place.
  double kind_confidence = 1;
  double collateral_radius_mm = 1.1;
  double collateral_at_mm = 150;
  double vein_length_mm = 300;
  bool popliteal = true, plantar = true, veins = true;
  bool mirrored = false, reversed_order = false;
  std::string artery_name = "posterior_tibial_artery", vein_name = "posterior_tibial_vein_1";
};

class Leg {
 public:
  explicit Leg(LegOptions options = {}) : o_(std::move(options)) {}

  // Local: x to one side, y to the other, z down the leg. The axes are orthonormal and oblique.
  LpsPoint world(double x, double y, double z) const {
    const LpsVector down = LpsVector{0.2, -0.3, -0.93}.normalized();
    const LpsVector side = down.cross({0.1, 1, 0.2}).normalized();
    const LpsVector third = down.cross(side);
    LpsPoint p = LpsPoint{31, -17, -420} + side * x + third * y + down * z;
    if (o_.mirrored) p.x = -p.x;
    return p;
  }

  double gap_at_mm(double artery_mm) const {
    const double d = artery_mm - o_.closest_mm;
    return o_.gap_mm + o_.gap_growth * d * d;
  }

  std::shared_ptr<const imaging::VesselTree> tree() const {
    std::vector<imaging::Vessel> vessels;
    using imaging::VesselKind;
    if (o_.popliteal) {
      vessels.push_back(
          vessel("pop", "popliteal_artery", VesselKind::Artery, {}, 100, [](double s) {
            return Local{0, 0, s - 130, 2.8};
          }));
      vessels.push_back(
          vessel("tpt", "tibioperoneal_trunk", VesselKind::Artery, "pop", 30, [](double s) {
            return Local{0, 0, s - 30, 2.0};
          }));
      vessels.push_back(
          vessel("pera", "peroneal_artery", VesselKind::Artery, "tpt", 250, [](double s) {
            return Local{-0.3 * s, -0.2 * s, 0.9 * s, 1.1};
          }));
    }
    vessels.push_back(vessel("pta", o_.artery_name, VesselKind::Artery,
                             o_.popliteal ? std::optional<std::string>("tpt") : std::nullopt, 300,
                             [this](double s) {
                               return Local{0, 0, s, artery_radius_mm(s)};
                             }));
    if (o_.veins) add_veins(vessels);
    if (o_.reversed_order) std::reverse(vessels.begin(), vessels.end());
    auto tree = imaging::VesselTree::make(imaging::Side::Left, std::move(vessels));
    OASIS_EXPECTS(tree.has_value());
    return std::make_shared<imaging::VesselTree>(*std::move(tree));
  }

  Planner planner(const PatientFacts& facts = {}) const {
    auto made = Planner::make(tree(), facts, imaging::assets_folder());
    OASIS_EXPECTS(made.has_value());
    return *std::move(made);
  }

  // On the closest place unless told otherwise.
  Plan plan(const Planner& planner, double artery_mm = -1) const {
    const double at_mm = artery_mm < 0 ? o_.closest_mm : artery_mm;
    Plan plan;
    plan.crossing = *planner.snapped("pta", "ptv", world(0, 0, at_mm));
    return plan;
  }

 private:
  struct Local {
    double x, y, z, radius_mm;
  };

  double artery_radius_mm(double s_mm) const {
    const double off = std::abs(s_mm - 0.5 * o_.closest_mm);
    return o_.artery_radius_mm * (off < 4 ? 1 - o_.stenosis_reduction : 1);
  }

  void add_veins(std::vector<imaging::Vessel>& vessels) const {
    using imaging::VesselKind;
    const auto vein = [this](double s) {
      const double apart_mm = gap_at_mm(s) + o_.artery_radius_mm + o_.vein_radius_mm;
      const double turn = s * o_.spiral_deg_per_mm * 3.14159265358979323846 / 180;
      return Local{apart_mm * std::sin(turn), apart_mm * std::cos(turn), s, o_.vein_radius_mm};
    };
    vessels.push_back(vessel("ptv", o_.vein_name, VesselKind::Vein, {}, o_.vein_length_mm, vein));
    const Local end = vein(o_.vein_length_mm);
    if (o_.plantar)
      vessels.push_back(
          vessel("lpv", "lateral_plantar_vein", VesselKind::Vein, "ptv", 90, [this, end](double s) {
            return Local{end.x + 0.6 * s, end.y, end.z + 0.8 * s, o_.plantar_radius_mm};
          }));
    const Local root = vein(std::min(o_.collateral_at_mm, o_.vein_length_mm));
    if (o_.collateral_radius_mm > 0)
      vessels.push_back(
          vessel("side", "unnamed_vein", VesselKind::Vein, "ptv", 40, [this, root](double s) {
            return Local{root.x + s, root.y, root.z, o_.collateral_radius_mm};
          }));
  }

  imaging::Vessel vessel(const char* id, const std::string& name, imaging::VesselKind kind,
                         std::optional<std::string> parent, double length_mm,
                         const std::function<Local(double)>& shape) const {
    std::vector<imaging::CenterlineSample> samples;
    const bool artery = std::string(id) == "pta";
    for (double s = 0; s <= length_mm; s += 1) {
      const Local l = shape(s);
      samples.push_back({.position = world(l.x, l.y, l.z),
                         .radius_mm = l.radius_mm,
                         .radius_sd_mm = o_.artery_radius_sd_mm,
                         .confidence = 1,
                         .open = !artery || s < o_.closed_from_mm,
                         .calcification_arc_deg = artery ? o_.calcification_arc_deg : 0});
    }
    return {.id = id,
            .name = name,
            .kind = kind,
            .kind_confidence = o_.kind_confidence,
            .name_confidence = 1,
            .parent = std::move(parent),
            .line = *imaging::Centerline::make(std::move(samples))};
  }

  LegOptions o_;
};

inline const Reason* reason_of(const Crossing& crossing, const std::string& rule) {
  for (const Reason& r : crossing.reasons)
    if (r.rule == rule) return &r;
  return nullptr;
}

inline const Check* check_of(const Preview& preview, const std::string& rule) {
  for (const Check& c : preview.checks)
    if (c.rule == rule) return &c;
  return nullptr;
}

}  // namespace planning
