// What every kind of object says in the same attributes.
#pragma once

#include <string>

#include "imaging/core/study.h"
#include "imaging/dicom/decode_process.h"

namespace imaging {

Side side_of(const Tags& tags);
bool is_lossy(const DecodedHeader& header);
SourceFile source_of(const DecodedHeader& header);
// The cleared series description, or `otherwise` with the series number.
std::string label_of(const DecodedHeader& header, const std::string& otherwise);

// Frame `index` of a grey file, MONOCHROME1 turned round so that bigger is brighter. Errors:
// Unreadable, InvalidInput when the file is in colour.
Result<Frame<std::uint16_t>> grey_frame(const DecodedFile& file, int index);
Result<Frame<Rgb>> colour_frame(const DecodedFile& file, int index);

// Window of the stored values as `grey_frame` returns them; 0, 0 when the file has none. A file that
// gives a table of greys instead (VOI LUT Sequence) has the straight window nearest to it. Either is
// for the eye: no stored value changes.
struct Window {
  double centre = 0, width = 0;
};
Window window_of(const DecodedHeader& header);

}  // namespace imaging
