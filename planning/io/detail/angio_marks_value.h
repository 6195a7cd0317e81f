// Marks on angiograms as JSON.
#pragma once

#include "planning/angio_marks.h"
#include "planning/io/detail/json.h"

namespace planning::io {

Json json_of(const RunMarks& marks);
RunMarks run_marks_of(const Entry& entry);

}  // namespace planning::io
