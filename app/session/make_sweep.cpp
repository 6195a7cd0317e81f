#include "app/session/make_sweep.h"

#include <algorithm>

#include "app/session/open_case.h"
#include "imaging/duplex/clip_sweep.h"
#include "imaging/duplex/compound.h"

namespace app {
namespace {

using imaging::ErrorCode;
using imaging::Progress;
using imaging::Result;
using imaging::Study;

Result<imaging::Sweep> sweep_of(const Study& study, const SweepOrder& order,
                                const Progress& progress) {
  if (order.clip >= study.clips.size())
    return imaging::fail(ErrorCode::InvalidInput, "The case holds no such clip.");
  return imaging::sweep_of_clip(study.clips[order.clip],
                                {.speed_mm_s = order.speed_mm_s,
                                 .length_mm = {},
                                 .towards_head = order.towards_head,
                                 .scale = {}},
                                progress);
}

imaging::CompoundOptions options_of(const SweepOrder& order) {
  constexpr std::array methods = {imaging::Compounding::Mean, imaging::Compounding::Maximum,
                                  imaging::Compounding::Nearest};
  return {.method = methods[static_cast<std::size_t>(std::clamp(order.method, 0, 2))],
          .spacing_mm = order.spacing_mm};
}

}  // namespace

Result<SweepCoverage> cover_sweep(const Study& study, const SweepOrder& order,
                                  const Progress& progress) {
  const auto sweep = sweep_of(study, order, progress);
  if (!sweep) return tl::unexpected(sweep.error());
  const auto preview = imaging::preview_coverage(*sweep, options_of(order));
  if (!preview) return tl::unexpected(preview.error());
  SweepCoverage coverage{.order = order,
                         .passes = preview->passes,
                         .cell_mm = preview->cell_mm,
                         .size = preview->grid.size(),
                         .spacing_mm = preview->grid.spacing_mm()[0],
                         .memory_mb = preview->memory_mb,
                         .typical_gap_mm = preview->typical_gap_mm,
                         .longest_gap_mm = preview->longest_gap_mm,
                         .covered = preview->covered,
                         .overlapped = preview->overlapped,
                         .remarks = preview->warnings};
  coverage.remarks.insert(coverage.remarks.end(), sweep->remarks.begin(), sweep->remarks.end());
  return coverage;
}

Result<Session> open_with_sweep(std::shared_ptr<const Study> study, const SweepOrder& order,
                                const Progress& progress) {
  const auto sweep = sweep_of(*study, order, progress.part(0, 0.1));
  if (!sweep) return tl::unexpected(sweep.error());
  auto volume = imaging::compound(*sweep, options_of(order), progress.part(0.1, 0.3));
  if (!volume) return tl::unexpected(volume.error());
  // It lies beside no other volume: its frame is its own.
  volume->patient_frame_of_reference_uid = study->volumes.empty() ? "" : "sweep";
  auto joined = std::make_shared<Study>(*study);
  joined->volumes.push_back(std::move(*volume));
  auto session = open_case(std::move(joined), progress.part(0.3, 1));
  if (session) session->view.volume = session->study().volumes.size() - 1;
  return session;
}

}  // namespace app
