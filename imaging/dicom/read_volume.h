// Enhanced US Volume objects to values.
#pragma once

#include <string>
#include <vector>

#include "imaging/core/study.h"
#include "imaging/dicom/decode_process.h"

namespace imaging {

// The frames of one data type of one object, put in order on one grid.
struct VolumePart {
  std::string data_type;  // As DICOM names it: TISSUE_INTENSITY, FLOW_VELOCITY, ...
  std::string label;
  std::string volume_frame_of_reference_uid;
  std::string patient_frame_of_reference_uid;
  bool lies_in_patient = false;
  Side side = Side::Unknown;
  Volume<std::uint16_t> codes;  // Stored values.
  int bits_stored = 8;
  Tags groups;     // Functional groups of the first frame, shared ones included.
  int offset = 0;  // What was added to signed stored values.
  SourceFile source;
};

struct VolumeParts {
  std::vector<VolumePart> parts;
  std::vector<std::string> remarks;  // One sentence for each thing in the file that is not used.
};

// Errors: InvalidInput for fewer than two slices, slices that are not parallel, evenly spaced and
// above one another, or no positions.
Result<VolumeParts> read_volume_parts(const DecodedFile& file);

struct CombinedVolumes {
  std::vector<DuplexVolume> volumes;
  std::vector<std::string> remarks;
};

// Grey and velocity of one volume frame of reference become one volume.
CombinedVolumes combine(std::vector<VolumePart> parts);

}  // namespace imaging
