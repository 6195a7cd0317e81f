// Numbers and names as a surgeon reads them.
#pragma once

#include <string>
#include <string_view>

#include "imaging/core/vessel_tree.h"

namespace app::report {

// "posterior_tibial_vein_1" -> "posterior tibial vein 1".
std::string words_from(std::string_view snake_case);
std::string capitalised(std::string text);
// "left leg", "right leg", "leg of unknown side".
std::string leg(imaging::Side side);

std::string decimal(double value, int decimals);
// "1.3 mm"; one decimal for mm.
std::string millimetres(double value_mm);
// "1.3 ± 0.2 mm"; without the error where it is 0, which means that it is not known.
std::string millimetres(double value_mm, double sd_mm);
// The value of a rule: decimals follow the unit.
std::string measured(double value, std::string_view unit);
// Identifiers keep their ends, which tell them apart: "1.2.826.0…4471.3".
std::string shortened(const std::string& identifier, std::size_t length);

// "21 November 2026", where the program runs.
std::string today();

// Only what can be drawn: invalid UTF-8 and letters beyond the basic plane become "?", controls
// become blanks.
std::string drawable(std::string_view text);

}  // namespace app::report
