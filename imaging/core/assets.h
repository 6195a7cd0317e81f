// Where the data that ships with Oasis lies: catalogue, rules, recipes, fonts, colour maps.
#pragma once

#include <filesystem>

namespace imaging {

// $OASIS_ASSETS if set; else share/oasis/assets beside the installed program; else the source
// tree's.
std::filesystem::path assets_folder();

}  // namespace imaging
