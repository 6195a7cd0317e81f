// Where the figures of an open case came from.
#pragma once

#include "imaging/core/study.h"
#include "planning/plan_json.h"

namespace app {

// Of Oasis, as `oasis --version` prints it.
const char* version();

// Every file that was read, and how each image got its millimetres.
planning::Provenance provenance_of(const imaging::Study& study);

}  // namespace app
