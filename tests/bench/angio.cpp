#include "tests/bench/angio.h"

#include <cstdio>

namespace bench {

void print_angio(const std::filesystem::path& shared_data) {
  std::printf("\nAngiograms, on this machine, in this run\n\n");
  const auto flush = [] { std::fflush(stdout); };
  print_angio_motion();
  flush();
  print_angio_lines(shared_data);
  flush();
  print_angio_widths();
  flush();
  print_angio_lesions(2, 31);
  flush();
  print_angio_perfusion();
  flush();
  print_angio_space(shared_data);
  flush();
}

}  // namespace bench
