// Tracked freehand sweeps in the form PLUS writes: frames of grey with a pose each.
#pragma once

#include <filesystem>
#include <optional>

#include "imaging/core/progress.h"
#include "imaging/core/sweep.h"

namespace imaging {

// Whether a file by its name and first bytes is a tracked sweep.
bool is_sweep_file(const std::filesystem::path& file);

// The frames that have a pose, in the frame of the tracked reference body, or of the tracker where
// there is none. Where the sweep does not carry the transform from its pixels to its probe, it is
// taken from `calibration`, a configuration file of PLUS; without one, from those beside the sweep
// if they all agree. Frames whose pose is missing, not rigid, or the very one before are left out
// and counted in the remarks.
//
// Errors: Unreadable for a missing or damaged file; Unsupported for other kinds of pixels;
// Uncalibrated when nothing tells how large a pixel is; InvalidInput when fewer than two frames
// have a pose of their own; Cancelled.
Result<Sweep> read_sweep(const std::filesystem::path& file,
                         const std::optional<std::filesystem::path>& calibration = {},
                         const Progress& progress = {});

}  // namespace imaging
