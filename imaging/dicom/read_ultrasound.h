// Two-dimensional ultrasound objects to values, with their calibrated regions.
#pragma once

#include "imaging/core/study.h"
#include "imaging/dicom/decode_process.h"

namespace imaging {

Result<DuplexClip> read_duplex_clip(const DecodedFile& file);

// The regions of an image of `columns` x `rows`; each says in its calibration's note why its
// pixels have no size in mm where they have none.
std::vector<UltrasoundRegion> ultrasound_regions(const Tags& tags, int columns, int rows);

}  // namespace imaging
