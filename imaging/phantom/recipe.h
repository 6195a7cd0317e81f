// What is wrong with the leg, and what is to be imaged of it: data of assets/cases.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "imaging/core/result.h"
#include "imaging/core/study.h"
#include "imaging/phantom/limb.h"

namespace imaging::phantom {

// Places along a vessel are fractions of its length, so that one recipe serves every seed.
struct DiseaseEntry {
  std::string vessel;
  double from = 0, to = 0;
  std::optional<double> diameter_reduction = {};  // Absent: occluded.
};

struct CalciumEntry {
  std::string vessel;
  CalciumKind kind = CalciumKind::Intimal;
  double from = 0, to = 0;
  double arc_deg = 360;
  double thickness_mm = 0.5;
};

// An artery that the body grew around an occlusion.
struct CollateralEntry {
  std::string from_vessel, to_vessel;
  double from = 0, to = 0;
};

// How well the leg can be insonated: a slim calf, an ordinary one, an oedematous or obese one. What
// changes is receiver noise, haze from reverberation, loss that the gain does not make up for, the
// beam's width and the drop-out of colour (duplex.cpp says by how much).
enum class EchoNoise { Easy, Medium, Hard };
std::string_view name_of(EchoNoise noise);  // "easy", "medium", "hard"

struct VolumeEntry {
  std::string name;
  std::string vessel;       // The box is centred on it ...
  double at = 0;            // ... here, a fraction of its length.
  double offset_mm = 0;     // How far beyond the vessel the box's centre lies, along the beam.
  double approach_deg = 0;  // Where the transducer stands: 0 posterior, 90 medial.
  std::array<double, 2> tilt_deg{};  // Of the box about its beam and about its lateral axis.
  std::array<int, 3> size{};         // Lateral, depth, elevation.
  std::array<double, 3> spacing_mm{};
  double steer_deg = 0;  // Of the colour beam, in the plane of depth and elevation.
  double nyquist_cm_s = 0;
  double wall_filter_cm_s = 0;
  // How flat the transducer presses veins: long half axis, across the beam, over short one; their
  // area stays. 1: not at all.
  double vein_aspect = 1;
  EchoNoise noise = EchoNoise::Easy;  // The recipe's; one leg is scanned in one state.
};

enum class Contrast { Arterial, ArterialAndVenous };

struct RunEntry {
  std::string name;
  std::string vessel;                         // The isocentre lies on it ...
  double at = 0;                              // ... here.
  double primary_deg = 0, secondary_deg = 0;  // For a left leg; a right one turns the other way.
  Contrast contrast = Contrast::Arterial;
  IntensityRelationship relationship = IntensityRelationship::Logarithmic;
  bool mask_sequence = false;
  bool patient_moves = false;
  int frames = 24;
  double frames_per_s = 3;
};

struct RadiographEntry {
  double primary_deg = 0, secondary_deg = 0;
};

struct Recipe {
  std::string name;      // The file's, without folder and ending.
  std::string title;     // One line for --list.
  std::string severity;  // "heel", "desert_foot", "mild".
  Side side = Side::Left;
  std::uint64_t seed = 1;
  std::vector<DiseaseEntry> disease;
  std::vector<CalciumEntry> calcium;
  std::vector<CollateralEntry> collaterals;
  std::vector<VolumeEntry> volumes;
  std::vector<RunEntry> runs;
  std::optional<RadiographEntry> radiograph;
};

// A DICOM UID for one thing of one case: the same case, the same UID.
std::string uid_of(const Recipe& recipe, std::uint64_t seed, std::string_view what);

// Errors: Unreadable or InvalidInput, one sentence that names the file and the entry.
Result<Recipe> read_recipe(const std::filesystem::path& file);

// Every *.json of the folder by name. Errors: as above; NotFound when there is none.
Result<std::vector<Recipe>> read_recipes(const std::filesystem::path& folder);

}  // namespace imaging::phantom
