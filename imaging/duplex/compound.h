// From the frames of a sweep to a volume.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "imaging/core/progress.h"
#include "imaging/core/sweep.h"

namespace imaging {

enum class Compounding {
  Mean,     // Every pixel counts, shared out linearly among the eight voxels around it.
  Maximum,  // The brightest pixel nearest to the voxel.
  Nearest,  // The pixel that lies nearest to the voxel's centre.
};
std::string_view name_of(Compounding method);  // "mean", "maximum", "nearest"
std::optional<Compounding> compounding_named(std::string_view name);

struct CompoundOptions {
  Compounding method = Compounding::Mean;
  double spacing_mm = 0;  // 0: finest that the pixels and the memory allow.
  // Voxels between two seen ones at most this far apart are filled; 0: as wide as the sweep's own
  // gaps ask for; negative: none.
  double fill_mm = 0;
  std::optional<PixelBox> image = std::nullopt;  // Part of the frames to use; absent: Sweep::image.
};

// A grid around the sweep: i along the rows of pixels, j away from the transducer, k from the first
// frame to the last, as nearly as one grid can have them.
//
// Errors: InvalidInput for a sweep whose frames all lie in one plane, or whose extent no memory
// holds at this spacing.
Result<Grid> grid_around(const Sweep& sweep, const CompoundOptions& options);

// What running will give, in some milliseconds.
struct CoveragePreview {
  Grid grid;                  // Of the volume to be made.
  double memory_mb = 0;       // While running.
  double longest_gap_mm = 0;  // Between neighbouring frames, at their far corners.
  double typical_gap_mm = 0;
  double covered = 0;     // Fraction of the box's area seen from the skin that any frame crosses.
  double overlapped = 0;  // Fraction of the covered area that is crossed by more than one pass.
  // Passes over each cell of the box, seen from the skin: columns along i, rows along k.
  Frame<std::uint16_t> passes;
  double cell_mm = 0;
  std::vector<std::string> warnings;  // One sentence each.
};

// Errors: those of grid_around.
Result<CoveragePreview> preview_coverage(const Sweep& sweep, const CompoundOptions& options);

struct CompoundedVolume {
  Volume<std::uint8_t> grey;
  std::optional<Volume<float>> velocity_cm_s;  // Mean of the colour where most pixels have it.
  double seen = 0;                             // Fraction of voxels with a pixel of their own.
  double filled = 0;                           // Fraction that lie between such voxels.
};

// Voxels that no frame saw, and that are not filled, are 0. The result does not depend on the
// number of threads.
//
// Errors: Cancelled.
Result<CompoundedVolume> compound_onto(const Grid& grid, const Sweep& sweep,
                                       const CompoundOptions& options,
                                       const Progress& progress = {});

// The whole way: a volume as a case holds it.
//
// Errors: those of grid_around; Cancelled.
Result<DuplexVolume> compound(const Sweep& sweep, const CompoundOptions& options = {},
                              const Progress& progress = {});

}  // namespace imaging
