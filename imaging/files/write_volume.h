// Volumes as NRRD files that other programs open as they are.
#pragma once

#include <filesystem>

#include "imaging/core/study.h"

namespace imaging {

// Writes STEM_bmode.nrrd and, with Doppler, STEM_velocity.nrrd (cm/s, + towards the transducer):
// what read_volume_files reads as one duplex volume. A file that cannot be finished is removed.
//
// Errors: Unwritable.
Result<std::vector<std::filesystem::path>> write_duplex_volume(const DuplexVolume& volume,
                                                               const std::filesystem::path& stem);

}  // namespace imaging
