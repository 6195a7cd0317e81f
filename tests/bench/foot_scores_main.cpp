// The foot scores alone, without what the other figures need to be built.
#include <cstdlib>
#include <cstring>

#include "tests/bench/foot_scores.h"

int main(int argc, char** argv) {
  const bool each = argc > 3 && std::strcmp(argv[3], "--each") == 0;
  const bool drawn = bench::print_foot_scores(argc > 1 ? std::atoi(argv[1]) : 200,
                                              argc > 2 ? std::atoi(argv[2]) : 1, each);
  return drawn ? 0 : 1;
}
