#include "imaging/phantom/foot.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "imaging/phantom/anatomy.h"

namespace imaging::phantom {
namespace {

// A place of the foot map, its vessel, and its part in the drawing of disease.
struct Place {
  const char* id;
  const char* vessel;
  bool forefoot;     // Arch, metatarsal or digital.
  const char* site;  // Of the 0-5 calcium score.
};
constexpr Place places[] = {
    {"dorsalis_pedis", "dorsalis_pedis_artery", false, "dorsalis_pedis"},
    {"dorsal_arcade", "dorsal_arcade", false, ""},
    {"lateral_plantar", "lateral_plantar_artery", false, "plantar"},
    {"medial_plantar", "medial_plantar_artery", false, "plantar"},
    {"plantar_arch", "plantar_arch", true, ""},
    {"first_metatarsal", "first_metatarsal_artery", true, "metatarsal"},
    {"plantar_metatarsal_1", "plantar_metatarsal_artery_1", true, "metatarsal"},
    {"plantar_metatarsal_2", "plantar_metatarsal_artery_2", true, "metatarsal"},
    {"plantar_metatarsal_3", "plantar_metatarsal_artery_3", true, "metatarsal"},
    {"plantar_metatarsal_4", "plantar_metatarsal_artery_4", true, "metatarsal"},
    {"hallux_medial", "digital_artery_0", true, "hallux"},
    {"hallux_lateral", "digital_artery_1a", true, "hallux"},
    {"toe_2_medial", "digital_artery_1b", true, "other"},
    {"toe_2_lateral", "digital_artery_2a", true, "other"},
    {"toe_3_medial", "digital_artery_2b", true, "other"},
    {"toe_3_lateral", "digital_artery_3a", true, "other"},
    {"toe_4_medial", "digital_artery_3b", true, "other"},
    {"toe_4_lateral", "digital_artery_4a", true, "other"},
    {"toe_5_medial", "digital_artery_4b", true, "other"},
};

void occlude(Recipe& recipe, const std::string& vessel) {
  recipe.disease.push_back({.vessel = vessel, .from = 0, .to = 1});
}

// From before its beginning to beyond its end, so that no healthy shoulder is left.
void narrow_all(Recipe& recipe, const std::string& vessel, double reduction) {
  recipe.disease.push_back(
      {.vessel = vessel, .from = -0.3, .to = 1.3, .diameter_reduction = reduction});
}

void draw_patency(DrawnFoot& foot, const Random& own) {
  const double typical = own.between(1, 0.42, 0.55);
  std::uint64_t draw = 10;
  for (const Place& place : places) {
    const double chance = own.uniform(draw), amount = own.uniform(draw + 1);
    draw += 2;
    const std::string vessel = place.vessel;
    if (!place.forefoot) continue;
    const bool toe = std::string_view(place.id).find("toe_") == 0;
    if (foot.sad == 0) {
      narrow_all(foot.recipe, vessel, std::lerp(0.0, 0.15, amount));
    } else if (foot.sad == 1) {
      if (toe && chance < 0.1)
        occlude(foot.recipe, vessel);
      else
        narrow_all(foot.recipe, vessel, typical + std::lerp(-0.07, 0.07, amount));
    } else if (chance < (vessel == "plantar_arch" ? 0.85 : 0.78)) {
      occlude(foot.recipe, vessel);
    } else {
      narrow_all(foot.recipe, vessel, std::lerp(0.25, 0.55, amount));
    }
  }
  // A way into the foot is open, unless the disease is severe.
  if (foot.sad == 2 && own.uniform(2) < 0.5) occlude(foot.recipe, "dorsalis_pedis_artery");
  if (foot.sad == 2 && own.uniform(3) < 0.5) occlude(foot.recipe, "lateral_plantar_artery");
}

void draw_calcium(DrawnFoot& foot, const Random& own) {
  // How ready the whole foot is to calcify: none, some sites, most.
  const double readiness =
      std::array{0.0, 0.35, 0.85}[static_cast<std::size_t>(std::min(2.0, 3 * own.uniform(0)))];
  std::uint64_t draw = 10;
  for (const Place& place : places) {
    const double chance = own.uniform(draw), length = own.uniform(draw + 1),
                 start = own.uniform(draw + 2), thickness = own.uniform(draw + 3);
    draw += 4;
    const std::string_view site = place.site;
    // Several arteries share a site; each calcifies less often, so that not every site does.
    const double share = site == "metatarsal" ? 0.5
                         : site == "other"    ? 0.35
                         : site == ""         ? 0
                                              : 0.75;
    if (chance >= readiness * share) continue;
    // From stretches too short to count to the whole vessel.
    const double covered = std::lerp(0.12, 1.0, length);
    const double from = (1 - covered) * start;
    foot.recipe.calcium.push_back({.vessel = place.vessel,
                                   .kind = CalciumKind::Medial,
                                   .from = from,
                                   .to = from + covered,
                                   .arc_deg = 345,
                                   .thickness_mm = std::lerp(0.25, 0.45, thickness)});
  }
}

// Longest continuous stretch, joined where two entries meet.
double longest_calcium_mm(const LimbVessel& vessel) {
  std::vector<Span> spans;
  for (const Calcium& calcium : vessel.calcium)
    if (calcium.kind == CalciumKind::Medial) spans.push_back({calcium.from_mm, calcium.to_mm});
  std::sort(spans.begin(), spans.end(),
            [](const Span& a, const Span& b) { return a.from_mm < b.from_mm; });
  double longest = 0;
  for (std::size_t i = 0; i < spans.size(); ++i) {
    double end = spans[i].to_mm;
    for (std::size_t k = i + 1; k < spans.size() && spans[k].from_mm <= end; ++k)
      end = std::max(end, spans[k].to_mm);
    longest = std::max(longest, end - spans[i].from_mm);
  }
  return longest;
}

XrayBody foot_body(const Limb& limb) {
  constexpr double voxel_mm = 1.4, above_ankle_mm = 90;
  double low_z = limb.ankle.z;
  for (const Bone& part : limb.flesh)
    for (const Bone::Node& node : part.nodes)
      low_z = std::min(low_z, node.p.z - node.radius_mm - 3);
  return XrayBody(limb, voxel_mm, low_z, limb.ankle.z + above_ankle_mm);
}

}  // namespace

std::string_view name_of(XrayNoise noise) {
  return noise == XrayNoise::Low ? "low" : noise == XrayNoise::Medium ? "medium" : "high";
}

DrawnFoot draw_foot(std::uint64_t seed) {
  const Random own = Random(seed).fork("foot disease");
  DrawnFoot foot;
  foot.recipe.name = "foot_" + std::to_string(seed);
  foot.recipe.title = "A foot drawn by chance";
  foot.recipe.severity = "foot";
  foot.recipe.side = own.uniform(1) < 0.5 ? Side::Left : Side::Right;
  foot.recipe.seed = seed;
  foot.sad = static_cast<int>(std::min(2.0, 3 * own.uniform(0)));
  draw_patency(foot, own.fork("patency"));
  draw_calcium(foot, own.fork("calcium"));
  // No two technicians set the same angles.
  foot.recipe.runs = {{.name = "foot_ap",
                       .vessel = "plantar_arch",
                       .at = own.between(2, 0.1, 0.4),
                       .primary_deg = own.between(3, -6, 6),
                       .secondary_deg = own.between(4, 20, 34),
                       .patient_moves = own.uniform(5) < 0.5,
                       .frames = 22,
                       .frames_per_s = 2}};
  foot.recipe.radiograph = RadiographEntry{own.between(6, -5, 5), own.between(7, 42, 54)};
  return foot;
}

std::map<std::string, TrueArtery> true_foot(const Limb& limb) {
  std::map<std::string, TrueArtery> result;
  for (const Place& place : places) {
    const LimbVessel* vessel = limb.find(place.vessel);
    if (!vessel) continue;
    TrueArtery artery;
    double perfused = 0, width = 0;
    for (const LimbSample& sample : vessel->samples) {
      if (!sample.perfused) continue;
      perfused += 1;
      width += sample.radius_mm / sample.reference_radius_mm;
    }
    artery.filled_share = perfused / static_cast<double>(vessel->samples.size());
    artery.relative_width = perfused > 0 ? width / perfused : 0;
    artery.calcium_mm = longest_calcium_mm(*vessel);
    result[place.id] = artery;
  }
  return result;
}

Result<FootStudio> FootStudio::make(const DrawnFoot& drawn) {
  auto limb = grow_limb(drawn.recipe, drawn.recipe.seed);
  if (!limb) return tl::unexpected(limb.error());
  auto run = set_up(*limb, drawn.recipe.runs.at(0));
  if (!run) return tl::unexpected(run.error());
  auto radiograph = set_up_radiograph(*limb, *drawn.recipe.radiograph);
  if (!radiograph) return tl::unexpected(radiograph.error());
  FootStudio studio(std::move(*limb), std::move(*run), std::move(*radiograph));
  studio.run_still_ = still_line(studio.limb_, foot_body(studio.limb_), studio.run_);
  studio.radiograph_still_ = still_line(studio.limb_, studio.radiograph_);
  return studio;
}

Result<FootImages> FootStudio::images(XrayNoise noise, const Progress& progress) const {
  const double share = noise == XrayNoise::Low ? 3 : noise == XrayNoise::Medium ? 1 : 1 / 3.0;
  RunSetup run = run_;
  run.photons_at_white *= share;
  RadiographSetup radiograph = radiograph_;
  radiograph.photons *= share;
  auto filmed = film(limb_, run_still_, run, progress);
  if (!filmed) return tl::unexpected(filmed.error());
  FootImages images{std::move(*filmed), expose(limb_, radiograph_still_, radiograph)};
  // The foot stands on the detector, so the distances say how large a pixel is in it.
  const double magnification =
      radiograph.pose.source_to_detector_mm / radiograph.pose.source_to_isocentre_mm;
  images.radiograph.calibration = {
      .source = CalibrationSource::Geometry,
      .mm_per_px_column = radiograph.pose.imager_spacing_column_mm / magnification,
      .mm_per_px_row = radiograph.pose.imager_spacing_row_mm / magnification,
      .relative_error = 0.03,
      .note = "From the distances of source, foot and detector."};
  return images;
}

}  // namespace imaging::phantom
