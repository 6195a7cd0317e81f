// What a piece of work costs on this machine.
#pragma once

#include <functional>

namespace bench {

struct Cost {
  double seconds = 0, processor_seconds = 0;
  double extra_mb = 0;  // The most memory held during the work, over what was held before.
};

// Linux only.
Cost cost_of(const std::function<void()>& work);

}  // namespace bench
