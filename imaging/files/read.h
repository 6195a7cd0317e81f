// Volumes that were saved outside of DICOM: NRRD, MetaImage (MHA, MHD) and NIfTI.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "imaging/core/progress.h"
#include "imaging/core/study.h"

namespace imaging {

// Whether the name's ending is one of a format that is read here.
bool is_volume_file(const std::filesystem::path& file);

// The voxels as they are stored, in LPS; a left-handed file is counted from its other end.
//
// Errors: Unreadable when the file is missing, damaged or larger than a computer's memory;
// Unsupported for pictures, sequences in time, colours, and tracked sweeps not yet reconstructed.
Result<Volume<float>> read_volume(const std::filesystem::path& file);

// A grey volume and, where given, the velocity in cm/s (+ towards the transducer) on the same grid.
// Grey values that do not fit 0 to 255 are brought into that range linearly. A file names no frame
// of reference: volumes of one folder are taken to share LPS.
//
// Errors: those of read_volume; InvalidInput when the two lie on different grids.
Result<DuplexVolume> read_duplex_volume(const std::filesystem::path& grey,
                                        const std::optional<std::filesystem::path>& velocity);

// Every volume in `paths` (files, or folders with all below them) as a study without angiograms.
// X_bmode and X_velocity of one folder are one duplex volume; a volume without such an ending is
// grey. What cannot be used is listed in Study::skipped.
//
// Errors: Unreadable when a path is missing; NotFound when there is no volume; Cancelled.
Result<Study> read_volume_files(const std::vector<std::filesystem::path>& paths,
                                const Progress& progress = {});

}  // namespace imaging
