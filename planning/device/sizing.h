// Which size of a product fits this vessel, and why that one?
#pragma once

#include <string>
#include <string_view>

#include "planning/device/catalogue.h"

namespace planning {

struct Sized {
  const StentModel* model = nullptr;
  double length_mm = 0;
  bool fits = true;  // False: the nearest there is.
  std::string why;   // Sentences.
};

// Of the family of `id`, which must be a crossing stent of the catalogue: the smallest that is as
// wide as the artery, in the shortest length that reaches `need_mm`.
Sized size_crossing_stent(const Catalogue& catalogue, std::string_view id, double artery_mm,
                          double need_mm);
// Of the family of `id`, which must be an extension stent: the one that its maker gives to veins of
// `vein_mm`; its length is left to the stack.
Sized size_extension_stent(const Catalogue& catalogue, std::string_view id, double vein_mm);

// Lengths of stents, and what each of their joints overlaps by.
struct Stack {
  std::vector<double> lengths_mm;  // Empty when eight of the longest do not reach.
  double overlap_mm = 0;
};
// The fewest stents, then the shortest in total, that reach `need_mm` from the end of a stent above
// with every joint, that one included, overlapping by `least_mm` to `most_mm`. One stent more than
// the fewest that reach is taken for that, not two: else the joints overlap by more.
Stack stack_of(const std::vector<double>& lengths_mm, double least_mm, double most_mm,
               double need_mm);
// The smallest coil from oversize_min up; absent when the grid ends below it.
std::optional<double> coil_diameter_mm(const CoilModel& model, double vein_diameter_mm);
// The smallest plug within its range of oversizing; absent when there is none.
std::optional<double> plug_diameter_mm(const PlugModel& model, double vein_diameter_mm);

// "Covered stent 5.5 x 150 mm".
std::string sized_label(const std::string& label, const std::vector<double>& diameter_mm,
                        double length_mm);

}  // namespace planning
