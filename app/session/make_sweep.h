// A clip of the open case as a volume: what it would cover, and the case with it.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/session/session.h"
#include "imaging/core/progress.h"

namespace app {

// What the person chose. Methods: "mean", "maximum", "nearest".
struct SweepOrder {
  std::size_t clip = 0;  // Index into study.clips.
  double speed_mm_s = 20;
  bool towards_head = false;
  int method = 0;
  double spacing_mm = 0;  // 0: as fine as is sensible.
  bool operator==(const SweepOrder&) const = default;
};

struct SweepCoverage {
  SweepOrder order;
  imaging::Frame<std::uint16_t> passes;  // Seen from the skin: columns across, rows along the way.
  double cell_mm = 0;
  std::array<int, 3> size{};  // Of the volume.
  double spacing_mm = 0, memory_mb = 0;
  double typical_gap_mm = 0, longest_gap_mm = 0, covered = 0, overlapped = 0;
  std::vector<std::string> remarks;  // One sentence each.
};

// Errors: InvalidInput for a clip that is not there; those of imaging::sweep_of_clip and
// imaging::preview_coverage.
imaging::Result<SweepCoverage> cover_sweep(const imaging::Study& study, const SweepOrder& order,
                                           const imaging::Progress& progress = {});

// The case opened again with the volume as its last one; vessels are traced anew, on volumes of one
// frame of reference. Errors: those above; Cancelled.
imaging::Result<Session> open_with_sweep(std::shared_ptr<const imaging::Study> study,
                                         const SweepOrder& order,
                                         const imaging::Progress& progress = {});

}  // namespace app
