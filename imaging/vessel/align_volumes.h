// Volumes of one limb that lie in different frames, brought into one.
#pragma once

#include <string>
#include <vector>

#include "imaging/core/progress.h"
#include "imaging/core/study.h"

namespace imaging {

struct AlignedVolumes {
  std::vector<DuplexVolume> volumes;  // All in the frame of reference of the first.
  std::vector<std::string> notes;     // How each was laid beside the others, with what residual.
};

// Whether `volumes` say that they share a frame of reference.
bool share_a_frame(const std::vector<DuplexVolume>& volumes);

// Moves each volume of another frame onto those already placed, by the vessels that both show.
// Voxels stay as they are; only their places in the patient change.
//
// Errors: those of register_trees and trace_duplex, naming the volume.
Result<AlignedVolumes> align_volumes(std::vector<DuplexVolume> volumes, Side side,
                                     const Progress& progress = {});

}  // namespace imaging
