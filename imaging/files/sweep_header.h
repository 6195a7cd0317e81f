// What does the text in front of a tracked sweep's pixels say? MetaImage and NRRD, as PLUS writes
// them. Works on bytes alone, so that it can be fuzzed.
#pragma once

#include <array>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "imaging/core/result.h"

namespace imaging {

// A 4 x 4 transform, row by row.
using Matrix4 = std::array<double, 16>;

// "ProbeToTracker" to its matrix; those whose status is not OK are absent.
using NamedTransforms = std::map<std::string, Matrix4, std::less<>>;

struct SweepHeader {
  std::array<int, 3> size{};  // Columns, rows, frames.
  bool compressed = false;
  std::size_t pixels_begin = 0;  // Byte where pixels begin.
  // The letters of PLUS: which side of the probe the first column and row are on.
  bool columns_reversed = false, rows_reversed = false;
  struct FrameFields {
    NamedTransforms transforms;
    std::optional<double> time_s;
  };
  std::vector<FrameFields> frames;
};

// Whether the head of a file says that frames with poses follow.
bool is_sweep_header(std::string_view head);

// Errors: Unsupported for pixels that are not single bytes, or are in another file; Unreadable for
// a header that contradicts itself or claims more than 2^31 pixels.
Result<SweepHeader> parse_sweep_header(std::string_view bytes);

// The fixed transforms of a PLUS configuration file; its stated errors in mm by the same names.
struct Calibrations {
  NamedTransforms transforms;
  std::map<std::string, double, std::less<>> error_mm;
  // Column and row of the first pixel, columns and rows, of the part that shows tissue.
  std::optional<std::array<int, 4>> clip;
};
// Errors: NotFound when it holds no transform.
Result<Calibrations> parse_calibrations(std::string_view xml);

}  // namespace imaging
