// A three-dimensional duplex scan of a limb.
#pragma once

#include "imaging/core/progress.h"
#include "imaging/core/study.h"
#include "imaging/phantom/limb.h"
#include "imaging/phantom/recipe.h"

namespace imaging::phantom {

// Where the transducer swept: the box, and how the colour beam ran through it.
struct Scan {
  VolumeEntry entry;
  Grid grid;          // i lateral, j away from the transducer, k along the sweep, distal.
  Vector3<Lps> beam;  // Of the colour Doppler, away from the transducer; unit.
};

// Errors: InvalidInput when the entry names no vessel.
Result<Scan> aim(const Limb& limb, const VolumeEntry& entry);

// Grey levels are log-compressed over this range.
inline constexpr double grey_range_db = 58;

// Errors: Cancelled.
Result<DuplexVolume> scan_limb(const Limb& limb, const Scan& scan, const Progress& progress);

}  // namespace imaging::phantom
