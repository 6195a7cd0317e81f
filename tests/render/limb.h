// A made-up limb whose every number is known: for the pictures' tests.
#pragma once

#include "app/view/look.h"

namespace test {

// Study, tree and a hand-made preview. The volume is oblique, its three sizes and spacings differ;
// an artery and a vein run down the limb, 5 mm apart; one vessel of unsure kind beside them.
app::view::Look limb();

// Of the limb: where the lines run, mm.
imaging::Point3<imaging::Lps> on_artery(double s_mm);
imaging::Point3<imaging::Lps> on_vein(double s_mm);
inline constexpr double artery_radius_mm = 1.5, vein_radius_mm = 2.0, crossing_mm = 40;

}  // namespace test
