// Which devices are on the shelf: from assets/devices and the user's own catalogue.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace planning {

// A nominal diameter and the vessels that its maker gives it to.
struct VesselRange {
  double least_mm = 0, most_mm = 0;
};

struct StentModel {
  std::string id, label;
  std::string family;               // Sizes of one product; its own id when it stands alone.
  std::vector<double> diameter_mm;  // One, or proximal and distal.
  std::vector<double> lengths_mm;
  double overlap_mm = 0;           // With the next stent, at least.
  double arterial_landing_mm = 0;  // Crossing stents: inside the artery.
  std::optional<VesselRange> vessel_mm;
  std::optional<double> min_bend_radius_mm;  // Tighter, it kinks. Absent: not published.
  // Share of its length that it loses from zero to full diameter: underexpanded it stays longer.
  std::optional<double> foreshortening;
  double end_shortening_mm = 0;  // At each end, when a balloon expands it fully.
  bool balloon_expandable = false;
  std::optional<double> sheath_mm;  // Bore that it needs.
  std::string source, tag, length_tag;
};

struct CoilModel {
  std::string id, label;
  std::vector<double> diameters_mm;
  double oversize_min = 0, oversize_max = 0;  // Coil / vein diameter.
  double vein_min_mm = 0;                     // Veins up to this need none.
  std::vector<double> lengths_mm;             // Of the wire, stretched.
  double wire_mm = 0;                         // Thickness.
  double packing = 0;                         // Share of the lumen to be filled, at least.
  std::optional<double> catheter_mm;
  std::string source, tag;
};

struct PlugModel {
  std::string id, label;
  std::vector<double> diameters_mm;
  double oversize_min = 0, oversize_max = 0;
  std::optional<double> length_mm, catheter_mm;
  std::string source, tag;
};

// Balloons, valvulotomes, re-entry and ultrasound needle catheters, snares: what comes and goes.
enum class ToolKind {
  Balloon,
  Valvulotome,
  ReentryCatheter,
  IvusNeedleCatheter,
  Snare,
  Needle,
  Catheter
};
std::string_view name_of(ToolKind kind);

struct ToolModel {
  std::string id, label;
  ToolKind kind = ToolKind::Balloon;
  std::vector<double> diameters_mm, lengths_mm;  // Balloons, snares; empty: not published.
  std::optional<double> sheath_mm, wire_mm, shaft_mm, reach_mm;
  std::string source, tag;
};

struct Catalogue {
  std::vector<StentModel> crossing_stents, extension_stents;
  std::vector<CoilModel> coils;
  std::vector<PlugModel> plugs;
  std::vector<ToolModel> tools;

  bool holds(std::string_view id) const;
  const StentModel* crossing_stent(std::string_view id) const;
  const StentModel* extension_stent(std::string_view id) const;
  const CoilModel* coil(std::string_view id) const;
  const PlugModel* plug(std::string_view id) const;
  const ToolModel* tool(std::string_view id) const;
};

}  // namespace planning
