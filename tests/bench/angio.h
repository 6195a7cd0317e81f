// What Oasis measures on angiograms, against truth and against elastix and ITK.
#pragma once

#include <filesystem>

namespace bench {

// `shared_data`: where dsa2d and xa_phantom_kragujevac lie; what is not there is left out and said.
void print_angio(const std::filesystem::path& shared_data);

void print_angio_motion();
void print_angio_lines(const std::filesystem::path& shared_data);
void print_angio_widths();
void print_angio_perfusion();
// On `legs` drawn legs of each of two recipes, from seed `first` on.
void print_angio_lesions(int legs, int first);
void print_angio_space(const std::filesystem::path& shared_data);

}  // namespace bench
