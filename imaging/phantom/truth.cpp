#include "imaging/phantom/truth.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "imaging/phantom/blood.h"

namespace imaging::phantom {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t written_every = 2;  // Samples in the file are 1 mm apart.
constexpr double arrival_every_mm = 10;

// Micrometres are enough, and keep the file small and the same everywhere.
double rounded(double value) { return std::round(value * 1000) / 1000; }
Json json(const Point3<Lps>& p) { return {rounded(p.x), rounded(p.y), rounded(p.z)}; }
Json exact(const Point3<Lps>& p) { return {p.x, p.y, p.z}; }
Json exact(const Vector3<Lps>& v) { return {v.x, v.y, v.z}; }

// Where a crossing may be looked for: the deep vessels of calf and foot, save the anterior tibial
// bundle, into which no one crosses.
bool may_give(const LimbVessel& artery) {
  constexpr const char* arteries[] = {"tibioperoneal_trunk", "posterior_tibial_artery",
                                      "peroneal_artery", "lateral_plantar_artery",
                                      "medial_plantar_artery"};
  return std::find(std::begin(arteries), std::end(arteries), artery.id) != std::end(arteries);
}
bool may_take(const LimbVessel& vein) {
  constexpr const char* veins[] = {"tibioperoneal_vein_1",    "tibioperoneal_vein_2",
                                   "posterior_tibial_vein_1", "posterior_tibial_vein_2",
                                   "peroneal_vein_1",         "peroneal_vein_2",
                                   "lateral_plantar_vein",    "medial_plantar_vein"};
  return std::find(std::begin(veins), std::end(veins), vein.id) != std::end(veins);
}

Json vessel_json(const Limb& limb, const LimbVessel& vessel) {
  Json samples = Json::array();
  for (std::size_t i = 0; i < vessel.samples.size(); i += written_every) {
    const LimbSample& s = vessel.samples[i];
    samples.push_back({{"p", json(s.p)},
                       {"radius_mm", rounded(s.radius_mm)},
                       {"reference_radius_mm", rounded(s.reference_radius_mm)},
                       {"open", s.open},
                       {"perfused", s.perfused},
                       {"speed_cm_s", rounded(s.speed_cm_s)}});
  }
  Json result{{"id", vessel.id},
              {"name", vessel.id},
              {"kind", name_of(vessel.kind)},
              {"role", name_of(vessel.role)},
              {"parent", nullptr},
              {"parent_sample", nullptr},
              {"wall_mm", vessel.wall_mm},
              {"length_mm", rounded(vessel.length_mm())},
              {"companion_of", nullptr},
              {"links", Json::array()}};
  if (vessel.parent) {
    result["parent"] = limb.vessels[vessel.parent->vessel].id;
    result["parent_sample"] = limb.vessels[vessel.parent->vessel].index_at(vessel.parent->at_mm);
  }
  if (!vessel.companion_of.empty()) result["companion_of"] = vessel.companion_of;
  if (vessel.link)
    result["links"].push_back(
        {{"sample", vessel.samples.size() - 1},
         {"vessel", limb.vessels[vessel.link->vessel].id},
         {"vessel_sample", limb.vessels[vessel.link->vessel].index_at(vessel.link->at_mm)}});
  result["samples"] = std::move(samples);
  return result;
}

void add_findings(Json& truth, const Limb& limb) {
  for (const char* key :
       {"valves", "collaterals", "bridging_veins", "stenoses", "occlusions", "calcium"})
    truth[key] = Json::array();
  for (const LimbVessel& vessel : limb.vessels) {
    for (const LimbValve& valve : vessel.valves)
      truth["valves"].push_back({{"vessel", vessel.id},
                                 {"s_mm", rounded(valve.at_mm)},
                                 {"sinus_mm", rounded(valve.sinus_mm)},
                                 {"competent", true},
                                 {"point", json(vessel.at(valve.at_mm).p)}});
    const bool side_way = vessel.role == Role::Collateral || vessel.role == Role::Perforator;
    if (side_way || vessel.role == Role::Bridging) {
      Json entry{
          {"id", vessel.id},
          {"kind", name_of(vessel.kind)},
          {"role", name_of(vessel.role)},
          {"parent", limb.vessels[vessel.parent->vessel].id},
          {"origin", json(vessel.samples.front().p)},
          {"end", json(vessel.samples.back().p)},
          {"diameter_at_origin_mm", rounded(2 * vessel.samples.front().reference_radius_mm)}};
      truth[side_way ? "collaterals" : "bridging_veins"].push_back(std::move(entry));
    }
    for (const Stenosis& stenosis : vessel.stenoses)
      truth["stenoses"].push_back(
          {{"vessel", vessel.id},
           {"s_mm", rounded(stenosis.at_mm)},
           {"length_mm", rounded(stenosis.length_mm)},
           {"diameter_reduction", rounded(stenosis.diameter_reduction)},
           {"point", json(vessel.at(stenosis.at_mm).p)},
           {"reference_radius_mm", rounded(vessel.at(stenosis.at_mm).reference_radius_mm)},
           {"minimum_radius_mm", rounded(vessel.at(stenosis.at_mm).radius_mm)}});
    for (const Span& span : vessel.occlusions)
      truth["occlusions"].push_back({{"vessel", vessel.id},
                                     {"s0_mm", rounded(span.from_mm)},
                                     {"s1_mm", rounded(span.to_mm)},
                                     {"length_mm", rounded(span.to_mm - span.from_mm)},
                                     {"proximal_cap", json(vessel.at(span.from_mm).p)},
                                     {"distal_end", json(vessel.at(span.to_mm).p)}});
    for (const Calcium& calcium : vessel.calcium)
      truth["calcium"].push_back(
          {{"vessel", vessel.id},
           {"kind", name_of(calcium.kind)},
           {"s0_mm", rounded(calcium.from_mm)},
           {"s1_mm", rounded(calcium.to_mm)},
           {"arc_deg", calcium.arc_deg},
           {"arc_centre_direction", exact(calcium.towards)},
           {"point", json(vessel.at(0.5 * (calcium.from_mm + calcium.to_mm)).p)},
           {"thickness_mm", calcium.thickness_mm}});
  }
}

// Beside each millimetre of the artery inside the scan, the nearest place of the vein.
Json pair_json(const Scan& scan, const LimbVessel& artery, const LimbVessel& vein) {
  Json rows = Json::array();
  for (std::size_t i = 0; i < artery.samples.size(); i += written_every) {
    const LimbSample& a = artery.samples[i];
    if (!scan.grid.contains(a.p)) continue;
    std::size_t k = 0;
    for (std::size_t n = 1; n < vein.samples.size(); ++n)
      if (distance(vein.samples[n].p, a.p) < distance(vein.samples[k].p, a.p)) k = n;
    const LimbSample& v = vein.samples[k];
    if (!scan.grid.contains(v.p)) continue;
    const double apart_mm = distance(a.p, v.p);
    const double gap_mm = apart_mm - a.reference_radius_mm - v.radius_mm;
    const double cosine = std::abs(artery.tangent(i).dot(vein.tangent(k)));
    rows.push_back({rounded(step_mm * static_cast<double>(i)), rounded(a.p.x), rounded(a.p.y),
                    rounded(a.p.z), rounded(v.p.x), rounded(v.p.y), rounded(v.p.z),
                    rounded(apart_mm), rounded(gap_mm - artery.wall_mm), rounded(gap_mm),
                    rounded(deg_from_rad(std::acos(std::min(1.0, cosine)))), rounded(a.radius_mm),
                    rounded(a.reference_radius_mm), rounded(v.radius_mm), a.open});
  }
  return {{"volume", scan.entry.name},
          {"artery", artery.id},
          {"vein", vein.id},
          {"rows", std::move(rows)}};
}

Json pairs_json(const Limb& limb, const std::vector<Scan>& scans) {
  Json pairs = Json::array();
  for (const Scan& scan : scans)
    for (const LimbVessel& artery : limb.vessels)
      for (const LimbVessel& vein : limb.vessels) {
        if (!may_give(artery) || !may_take(vein)) continue;
        Json pair = pair_json(scan, artery, vein);
        if (!pair["rows"].empty()) pairs.push_back(std::move(pair));
      }
  return {{"columns",
           {"s_mm", "artery_x", "artery_y", "artery_z", "vein_x", "vein_y", "vein_z",
            "centre_distance_mm", "gap_wall_mm", "gap_lumen_mm", "tangent_angle_deg",
            "artery_radius_mm", "artery_reference_radius_mm", "vein_radius_mm", "artery_open"}},
          {"definitions",
           "gap_lumen_mm: lumen surface to lumen surface, artery at its reference radius; "
           "gap_wall_mm: the same less the artery's wall"},
          {"pairs", std::move(pairs)}};
}

Json scan_json(const Scan& scan, const std::string& file) {
  const Grid& grid = scan.grid;
  const VolumeEntry& entry = scan.entry;
  return {{"file", file},
          {"shape_lateral_depth_elevation", grid.size()},
          {"spacing_mm", grid.spacing_mm()},
          {"first_voxel_lps", exact(grid.lps_from_voxel()(Point3<Voxel>{}))},
          {"lateral_direction", exact(grid.direction(0))},
          {"depth_direction", exact(grid.direction(1))},
          {"elevation_direction", exact(grid.direction(2))},
          {"doppler_beam_away_from_transducer", exact(scan.beam)},
          {"doppler_steer_deg", entry.steer_deg},
          {"noise", name_of(entry.noise)},
          {"nyquist_cm_s", entry.nyquist_cm_s},
          {"wall_filter_cm_s", entry.wall_filter_cm_s},
          {"velocity_sign", "positive = towards the transducer"},
          {"bmode_range_db", grey_range_db}};
}

Json matrix_json(const CArm& arm, const CArmPose& pose, Point2 principal_point) {
  // [u v 1] ~ P [x y z 1]: rows of K [R | t] written out.
  const double fu = pose.source_to_detector_mm / pose.imager_spacing_column_mm;
  const double fv = pose.source_to_detector_mm / pose.imager_spacing_row_mm;
  const Vector3<Lps> d = arm.towards_detector();
  const Vector3<Lps> u = arm.column_direction() * fu + d * principal_point.x;
  const Vector3<Lps> v = arm.row_direction() * fv + d * principal_point.y;
  const Vector3<Lps> source = arm.source() - Point3<Lps>{};
  Json matrix = Json::array();
  for (const Vector3<Lps>& row : {u, v, d})
    matrix.push_back({row.x, row.y, row.z, -row.dot(source)});
  return matrix;
}

Json pose_json(const CArm& arm, const CArmPose& pose, const Point3<Lps>& isocentre, Point2 middle) {
  return {
      {"projection_matrix", matrix_json(arm, pose, middle)},
      {"pixel_convention",
       "(u, v) = (column, row), 0-based, integer = pixel centre; [u v 1] ~ P [x y z 1], LPS mm"},
      {"sid_mm", pose.source_to_detector_mm},
      {"sod_mm", pose.source_to_isocentre_mm},
      {"imager_pixel_spacing_mm", pose.imager_spacing_column_mm},
      {"principal_point_px", {middle.x, middle.y}},
      {"positioner_primary_deg", pose.primary_deg},
      {"positioner_secondary_deg", pose.secondary_deg},
      {"isocentre_lps", exact(isocentre)},
      {"source_lps", exact(arm.source())},
      {"detector_direction", exact(arm.towards_detector())},
      {"column_direction", exact(arm.column_direction())},
      {"row_direction", exact(arm.row_direction())}};
}

Json arrival_json(const Limb& limb, const RunSetup& setup) {
  Json arrival = Json::object();
  for (std::size_t v = 0; v < limb.vessels.size(); ++v) {
    const LimbVessel& vessel = limb.vessels[v];
    Json s_mm = Json::array(), at_s = Json::array();
    bool any = false;
    for (double s = 0; s <= vessel.length_mm(); s += arrival_every_mm) {
      const double t = setup.arrival_s[v][vessel.index_at(s)];
      s_mm.push_back(s);
      at_s.push_back(t < never_s ? Json(rounded(t)) : Json(nullptr));
      any = any || t < never_s;
    }
    arrival[vessel.id] =
        any ? Json{{"s_mm", std::move(s_mm)}, {"arrival_s", std::move(at_s)}} : Json(nullptr);
  }
  return arrival;
}

Json run_json(const Limb& limb, const WrittenRun& run) {
  const RunSetup& setup = run.setup;
  Json result = pose_json(setup.arm, setup.pose, setup.isocentre, setup.principal_point);
  result["name"] = setup.entry.name;
  result["file"] = run.file;
  result["rows"] = setup.rows;
  result["columns"] = setup.columns;
  result["frame_times_s"] = setup.frame_times_s;
  Json mask = Json::array();
  for (int frame = 1; frame <= setup.mask_frames; ++frame) mask.push_back(frame);
  result["mask_frames_without_contrast_1based"] = std::move(mask);
  result["mask_subtraction_in_file"] = setup.entry.mask_sequence;
  result["injection_time_s"] = setup.injection_s;
  result["scatter_fraction"] = setup.scatter_fraction;
  result["motion"] = {{"present", setup.motion.has_value()}};
  if (setup.motion)
    result["motion"].update(
        {{"shift_px", {setup.motion->shift_column_px, setup.motion->shift_row_px}},
         {"rotation_rad", setup.motion->rotation_rad},
         {"gain_per_frame", setup.motion->gain}});
  result["venous_injection"] = nullptr;
  if (setup.entry.contrast == Contrast::ArterialAndVenous)
    result["venous_injection"] = {{"vessel", limb.vessels[setup.venous_puncture.vessel].id},
                                  {"s_mm", rounded(setup.venous_puncture.at_mm)},
                                  {"time_s", setup.venous_injection_s}};
  result["arrival"] = arrival_json(limb, setup);
  return result;
}

// Open from the popliteal artery down to this sample.
bool open_to(const Limb& limb, std::size_t vessel, std::size_t sample) {
  for (;;) {
    const LimbVessel& v = limb.vessels[vessel];
    for (std::size_t i = 0; i <= sample; ++i)
      if (!v.samples[i].open) return false;
    if (!v.parent) return true;
    vessel = v.parent->vessel;
    sample = limb.vessels[vessel].index_at(v.parent->at_mm);
  }
}

}  // namespace

std::optional<TruePlace> best_crossing(const Limb& limb, const std::vector<Scan>& scans,
                                       double least_diameter_mm) {
  std::optional<TruePlace> best;
  // As far inside as the comparison tool looks.
  constexpr double margin_mm = 1;
  for (const Scan& scan : scans)
    for (std::size_t a = 0; a < limb.vessels.size(); ++a) {
      const LimbVessel& artery = limb.vessels[a];
      if (!may_give(artery)) continue;
      for (std::size_t i = 0; i < artery.samples.size(); ++i) {
        const LimbSample& from = artery.samples[i];
        if (2 * from.radius_mm < least_diameter_mm || !scan.grid.contains(from.p, margin_mm) ||
            !open_to(limb, a, i))
          continue;
        for (const LimbVessel& vein : limb.vessels) {
          if (!may_take(vein)) continue;
          for (std::size_t k = 0; k < vein.samples.size(); ++k) {
            const LimbSample& to = vein.samples[k];
            const double gap_mm = distance(from.p, to.p) - from.reference_radius_mm - to.radius_mm;
            if (best && gap_mm >= best->gap_mm) continue;
            if (!scan.grid.contains(to.p, margin_mm)) continue;
            best = TruePlace{artery.id,
                             vein.id,
                             from.p,
                             to.p,
                             step_mm * static_cast<double>(i),
                             step_mm * static_cast<double>(k),
                             gap_mm};
          }
        }
      }
    }
  return best;
}

std::string truth_json(const Limb& limb, const CaseTruth& truth) {
  Json result{{"schema", "oasis.truth/1"},
              {"frame", "LPS"},
              {"unit", "mm"},
              {"case", truth.recipe.name},
              {"severity", truth.recipe.severity},
              {"side", name_of(limb.side)},
              {"seed", limb.seed},
              {"conventions",
               {{"sample_order",
                 "sample 0 is the proximal end of every vessel, veins too; samples are 1 mm apart"},
                {"parent_sample", "counted in steps of 0.5 mm from the parent's sample 0"},
                {"radius_mm", "lumen radius after disease, 0 where occluded"},
                {"reference_radius_mm", "healthy lumen radius"},
                {"perfused", "blood, and contrast from the popliteal artery, reaches this place"},
                {"speed_cm_s", "mean over the section, positive along growing samples"}}},
              {"patient",
               {{"study_uid", truth.study_uid},
                {"frame_of_reference_uid", truth.patient_frame_of_reference_uid}}}};
  result["vessels"] = Json::array();
  for (const LimbVessel& vessel : limb.vessels)
    result["vessels"].push_back(vessel_json(limb, vessel));
  add_findings(result, limb);
  result["landmarks"] = {{"ankle_joint", json(limb.ankle)},
                         {"knee_joint", json(limb.knee)},
                         {"calcaneus_cephalad_border", json(limb.calcaneus_border)},
                         {"foot_forward", exact(limb.foot_forward)}};
  result["artery_vein_pairs"] = pairs_json(limb, truth.scans);
  result["best_crossing"] = nullptr;
  if (const auto best = best_crossing(limb, truth.scans))
    result["best_crossing"] = {{"artery", best->artery},
                               {"vein", best->vein},
                               {"artery_point", json(best->artery_point)},
                               {"vein_point", json(best->vein_point)},
                               {"artery_mm", rounded(best->artery_mm)},
                               {"vein_mm", rounded(best->vein_mm)},
                               {"gap_mm", rounded(best->gap_mm)}};
  result["ultrasound_volumes"] = Json::object();
  for (std::size_t i = 0; i < truth.scans.size(); ++i)
    result["ultrasound_volumes"][truth.scans[i].entry.name] =
        scan_json(truth.scans[i], truth.scan_files[i]);
  result["xray_runs"] = Json::array();
  for (const WrittenRun& run : truth.runs) result["xray_runs"].push_back(run_json(limb, run));
  result["radiograph"] = nullptr;
  if (truth.radiograph) {
    const RadiographSetup& setup = *truth.radiograph;
    result["radiograph"] = pose_json(setup.arm, setup.pose, setup.isocentre, setup.principal_point);
    result["radiograph"]["file"] = truth.radiograph_file;
  }
  return result.dump() + "\n";
}

}  // namespace imaging::phantom
