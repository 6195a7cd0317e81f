#include "imaging/core/contract.h"

#include <cstdio>
#include <cstdlib>

namespace imaging {

void contract_broken(const char* condition, const char* file, int line) {
  std::fprintf(stderr, "%s:%d: broken contract: %s\n", file, line, condition);
  std::abort();
}

}  // namespace imaging
