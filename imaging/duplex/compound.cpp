#include "imaging/duplex/compound.h"

#include <tbb/info.h>
#include <tbb/parallel_for.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>

#include "imaging/duplex/fill_holes.h"
#include "imaging/duplex/splat.h"
#include "imaging/duplex/sweep_gaps.h"

namespace imaging {
namespace {

constexpr std::size_t frames_at_a_time = 16;  // Between two looks at the wish to stop.
constexpr float least_weight = 1.0f / 256;  // Of a pixel a whole voxel away there is nothing left.
// Gaps wider than this are not bridged unasked: a vessel may turn or end there.
constexpr double widest_own_fill_mm = 4;

// Sums of the weighted mean. The grid has one more voxel on every side, so that each pixel has
// eight neighbours; value and weight stand side by side, so that two neighbours are one vector.
struct MeanSums {
  std::array<int, 3> size{};
  std::array<std::size_t, 3> stride{};
  std::vector<float> pairs;

  explicit MeanSums(const Grid& grid) {
    for (std::size_t a = 0; a < 3; ++a) size[a] = grid.size()[a] + 2;
    stride = {1, static_cast<std::size_t>(size[0]),
              static_cast<std::size_t>(size[0]) * static_cast<std::size_t>(size[1])};
    pairs.assign(2 * stride[2] * static_cast<std::size_t>(size[2]), 0.0f);
  }
};

// Four numbers at once, on any processor that compilers know.
using Four = float __attribute__((vector_size(16)));

enum class Sides { Both, Lower, Upper };  // Of a pixel's neighbours along the banded axis.

// value_of(column) is what the pixel says.
template <Sides sides, class ValueOf>
void add_run(MeanSums& sums, const Row& row, Run run, ValueOf value_of, std::size_t band_axis) {
  const std::size_t other_axis = 3 - band_axis;
  const std::size_t banded = 2 * sums.stride[band_axis], other = 2 * sums.stride[other_axis];
  std::array<Fixed, 3> at{};
  for (std::size_t a = 0; a < 3; ++a) at[a] = row.at[a] + run.begin * row.step[a];
  constexpr float scale = 1.0f / 16777216;
  const auto fraction = [](Fixed x) {
    return static_cast<float>(static_cast<std::int32_t>((x & 0xffffffff) >> 8)) * scale;
  };
  // Pixels are finer than voxels: those of one voxel are summed before memory is touched.
  constexpr std::size_t nowhere = ~std::size_t{0};
  std::size_t place = nowhere;
  std::array<Four, 4> held{};
  const std::array<std::size_t, 4> offsets = {0, other, banded, banded + other};
  constexpr std::size_t first = sides == Sides::Upper ? 2 : 0, last = sides == Sides::Lower ? 2 : 4;
  const auto let_go = [&] {
    for (std::size_t n = first; n < last; ++n) {
      float* to = sums.pairs.data() + place + offsets[n];
      Four there;
      std::memcpy(&there, to, sizeof there);
      there += held[n];
      std::memcpy(to, &there, sizeof there);
      held[n] = Four{};
    }
  };
  for (int c = run.begin; c < run.end; ++c) {
    const std::size_t here = 2 * (static_cast<std::size_t>(at[0] >> fixed_bits) +
                                  static_cast<std::size_t>(at[1] >> fixed_bits) * sums.stride[1] +
                                  static_cast<std::size_t>(at[2] >> fixed_bits) * sums.stride[2]);
    if (here != place) {
      if (place != nowhere) let_go();
      place = here;
    }
    const float x = fraction(at[0]), y = fraction(at[band_axis]), z = fraction(at[other_axis]);
    const float value = value_of(c);
    const Four both = {(1 - x) * value, 1 - x, x * value, x};
    if constexpr (sides != Sides::Upper) {
      held[0] += both * ((1 - y) * (1 - z));
      held[1] += both * ((1 - y) * z);
    }
    if constexpr (sides != Sides::Lower) {
      held[2] += both * (y * (1 - z));
      held[3] += both * (y * z);
    }
    for (std::size_t a = 0; a < 3; ++a) at[a] += row.step[a];
  }
  if (place != nowhere) let_go();
}

// The pixels of one frame that touch voxels [low, high) of `axis` in the wider grid.
// values_of(row) gives a function from columns to values.
template <class ValuesOf>
void add_frame(MeanSums& sums, const FrameRows& rows, const PixelBox& box, std::size_t axis,
               int low, int high, ValuesOf values_of) {
  for (int r = box.y0; r <= box.y1; ++r) {
    const Row row = rows.row(r);
    Run run{box.x0, box.x1 + 1};
    for (std::size_t a = 0; a < 3 && !run.empty(); ++a)
      run = a == axis ? row.clip(run, a, std::max(0, low - 1), std::min(high, sums.size[a] - 1))
                      : row.clip(run, a, 0, sums.size[a] - 1);
    if (run.empty()) continue;
    const auto values = values_of(r);
    add_run<Sides::Both>(sums, row, row.clip(run, axis, low, high - 1), values, axis);
    if (low > 0) add_run<Sides::Upper>(sums, row, row.clip(run, axis, low - 1, low), values, axis);
    add_run<Sides::Lower>(sums, row, row.clip(run, axis, high - 1, high), values, axis);
  }
}

// The one pixel that counts for a voxel, by its nearness or its brightness.
struct Chosen {
  std::vector<float> rank;  // Higher wins; below 0: none yet.
  std::vector<std::uint8_t> grey;

  explicit Chosen(const Grid& grid) : rank(grid.voxel_count(), -1.0f), grey(grid.voxel_count()) {}
};

// Calls visit(voxel, column, closeness) for each pixel of a row whose nearest voxel lies in the
// band; closeness falls from 1 at the voxel's centre.
template <class Visit>
void for_each_nearest(const Grid& grid, const Row& row, const PixelBox& box, std::size_t axis,
                      int low, int high, Visit visit) {
  Run run{box.x0, box.x1 + 1};
  for (std::size_t a = 0; a < 3 && !run.empty(); ++a)
    run = row.clip(run, a, a == axis ? low : 0, a == axis ? high : grid.size()[a]);
  if (run.empty()) return;
  std::array<Fixed, 3> at{};
  for (std::size_t a = 0; a < 3; ++a) at[a] = row.at[a] + run.begin * row.step[a];
  for (int c = run.begin; c < run.end; ++c) {
    std::array<int, 3> index{};
    float squared = 0;
    for (std::size_t a = 0; a < 3; ++a) {
      index[a] = static_cast<int>(at[a] >> fixed_bits);
      const float off = static_cast<float>((at[a] & 0xffffffff) >> 8) / 16777216.0f - 0.5f;
      squared += off * off;
      at[a] += row.step[a];
    }
    visit(grid.index(index[0], index[1], index[2]), c, 1 - squared);
  }
}

void choose_frame(Chosen& chosen, const Grid& grid, const SweepFrame& frame, const FrameRows& rows,
                  const PixelBox& box, bool brightest, std::size_t axis, int low, int high) {
  for (int r = box.y0; r <= box.y1; ++r) {
    const std::uint8_t* pixels = &frame.grey(0, r);
    for_each_nearest(grid, rows.row(r), box, axis, low, high,
                     [&](std::size_t voxel, int c, float closeness) {
                       const float rank = brightest ? pixels[c] : closeness;
                       if (rank <= chosen.rank[voxel]) return;
                       chosen.rank[voxel] = rank;
                       chosen.grey[voxel] = pixels[c];
                     });
  }
}

// The axis (j or k) along which the rows of a frame lead: bands across it share the fewest rows.
std::size_t band_axis_of(const Sweep& sweep, const Grid& grid) {
  double j = 0, k = 0;
  for (const SweepFrame& frame : sweep.frames) {
    const FrameRows rows(frame, grid, 0);
    j += rows.reach(1, frame.grey.rows());
    k += rows.reach(2, frame.grey.rows());
  }
  return j >= k ? 1 : 2;
}

// Runs work(frame, low, high) for every frame, in order, on bands of `size` voxels at once.
template <class Work>
Result<void> over_bands(const Sweep& sweep, int size, const Progress& progress, Work work) {
  const int bands = std::clamp(size / 4, 1, 4 * tbb::info::default_concurrency());
  for (std::size_t first = 0; first < sweep.frames.size(); first += frames_at_a_time) {
    if (progress.cancelled()) return cancelled();
    const std::size_t last = std::min(first + frames_at_a_time, sweep.frames.size());
    tbb::parallel_for(0, bands, [&](int b) {
      for (std::size_t f = first; f < last; ++f)
        work(sweep.frames[f], size * b / bands, size * (b + 1) / bands);
    });
    progress.report(static_cast<double>(last) / static_cast<double>(sweep.frames.size()),
                    "placing frames");
  }
  return {};
}

struct Marked {
  Volume<std::uint8_t> grey;
  std::vector<std::uint8_t> seen;
};

// The weighted mean of what values_of(frame) says of each row.
template <class ValuesOf>
Result<MeanSums> sums_of(const Grid& grid, const Sweep& sweep, const PixelBox& box,
                         std::size_t axis, const Progress& progress, ValuesOf values_of) {
  MeanSums sums(grid);
  const auto done =
      over_bands(sweep, sums.size[axis], progress, [&](const SweepFrame& frame, int low, int high) {
        const FrameRows rows(frame, grid, 1);
        if (rows.fits()) add_frame(sums, rows, box, axis, low, high, values_of(frame));
      });
  if (!done) return tl::unexpected(done.error());
  return sums;
}

// Calls visit(voxel, sum, weight) for every voxel of the grid proper.
template <class Visit>
void for_each_sum(const MeanSums& sums, const Grid& grid, Visit visit) {
  tbb::parallel_for(0, grid.size()[2], [&](int k) {
    for (int j = 0; j < grid.size()[1]; ++j) {
      const std::size_t to = grid.index(0, j, k);
      const float* from =
          sums.pairs.data() + 2 * (1 + sums.stride[1] * static_cast<std::size_t>(j + 1) +
                                   sums.stride[2] * static_cast<std::size_t>(k + 1));
      for (std::size_t i = 0; i < static_cast<std::size_t>(grid.size()[0]); ++i)
        visit(to + i, from[2 * i], from[2 * i + 1]);
    }
  });
}

Result<Marked> mean_of(const Grid& grid, const Sweep& sweep, const PixelBox& box, std::size_t axis,
                       const Progress& progress) {
  const auto sums = sums_of(grid, sweep, box, axis, progress, [](const SweepFrame& frame) {
    return [&frame](int r) {
      return [row = &frame.grey(0, r)](int c) { return static_cast<float>(row[c]); };
    };
  });
  if (!sums) return tl::unexpected(sums.error());
  Marked marked{Volume<std::uint8_t>(grid), std::vector<std::uint8_t>(grid.voxel_count())};
  for_each_sum(*sums, grid, [&](std::size_t voxel, float sum, float weight) {
    if (weight < least_weight) return;
    marked.seen[voxel] = 1;
    marked.grey.data()[voxel] = static_cast<std::uint8_t>(std::min(255.0f, sum / weight + 0.5f));
  });
  return marked;
}

Result<Marked> choice_of(const Grid& grid, const Sweep& sweep, const PixelBox& box, bool brightest,
                         std::size_t axis, const Progress& progress) {
  Chosen chosen(grid);
  const auto done = over_bands(
      sweep, grid.size()[axis], progress, [&](const SweepFrame& frame, int low, int high) {
        const FrameRows rows(frame, grid, 0.5);
        if (rows.fits()) choose_frame(chosen, grid, frame, rows, box, brightest, axis, low, high);
      });
  if (!done) return tl::unexpected(done.error());
  std::vector<std::uint8_t> seen(grid.voxel_count());
  std::ranges::transform(chosen.rank, seen.begin(),
                         [](float rank) { return static_cast<std::uint8_t>(rank >= 0); });
  return Marked{Volume<std::uint8_t>(grid, std::move(chosen.grey)), std::move(seen)};
}

// Colour is kept apart from its absence: a voxel has a velocity, the mean of the colours near it,
// where they outweigh the pixels without.
Result<Volume<float>> velocity_of(const Grid& grid, const Sweep& sweep, const PixelBox& box,
                                  std::size_t axis, const Progress& progress) {
  const auto speeds =
      sums_of(grid, sweep, box, axis, progress.part(0, 0.5), [](const SweepFrame& frame) {
        return [&frame](int r) {
          const float* row = frame.velocity_cm_s.empty() ? nullptr : &frame.velocity_cm_s(0, r);
          return [row](int c) { return row ? row[c] : 0.0f; };
        };
      });
  if (!speeds) return tl::unexpected(speeds.error());
  Volume<float> velocity(grid);
  for_each_sum(*speeds, grid,
               [&](std::size_t voxel, float sum, float) { velocity.data()[voxel] = sum; });
  const auto shares =
      sums_of(grid, sweep, box, axis, progress.part(0.5, 1), [](const SweepFrame& frame) {
        return [&frame](int r) {
          const float* row = frame.velocity_cm_s.empty() ? nullptr : &frame.velocity_cm_s(0, r);
          return [row](int c) { return row && row[c] != 0 ? 1.0f : 0.0f; };
        };
      });
  if (!shares) return tl::unexpected(shares.error());
  for_each_sum(*shares, grid, [&](std::size_t voxel, float share, float weight) {
    float& v = velocity.data()[voxel];
    v = weight >= least_weight && share > 0.5f * weight ? v / share : 0;
  });
  return velocity;
}

PixelBox box_in(const Sweep& sweep, const CompoundOptions& options) {
  PixelBox box = options.image.value_or(sweep.image);
  const Frame<std::uint8_t>& frame = sweep.frames.front().grey;
  box.x0 = std::max(box.x0, 0);
  box.y0 = std::max(box.y0, 0);
  box.x1 = std::min(box.x1, frame.columns() - 1);
  box.y1 = std::min(box.y1, frame.rows() - 1);
  return box;
}

}  // namespace

std::string_view name_of(Compounding method) {
  switch (method) {
    case Compounding::Maximum:
      return "maximum";
    case Compounding::Nearest:
      return "nearest";
    case Compounding::Mean:
      break;
  }
  return "mean";
}

std::optional<Compounding> compounding_named(std::string_view name) {
  for (const Compounding method : {Compounding::Mean, Compounding::Maximum, Compounding::Nearest})
    if (name == name_of(method)) return method;
  return std::nullopt;
}

Result<CompoundedVolume> compound_onto(const Grid& grid, const Sweep& sweep,
                                       const CompoundOptions& options, const Progress& progress) {
  OASIS_EXPECTS(!sweep.frames.empty());
  const PixelBox box = box_in(sweep, options);
  const std::size_t axis = band_axis_of(sweep, grid);
  const bool has_velocity = std::ranges::any_of(
      sweep.frames, [](const SweepFrame& f) { return !f.velocity_cm_s.empty(); });
  const Progress placing = progress.part(0, has_velocity ? 0.5 : 0.8);
  auto marked =
      options.method == Compounding::Mean
          ? mean_of(grid, sweep, box, axis, placing)
          : choice_of(grid, sweep, box, options.method == Compounding::Maximum, axis, placing);
  if (!marked) return tl::unexpected(marked.error());
  CompoundedVolume made{.grey = std::move(marked->grey), .velocity_cm_s = std::nullopt};
  if (has_velocity) {
    auto velocity = velocity_of(grid, sweep, box, axis, progress.part(0.5, 0.8));
    if (!velocity) return tl::unexpected(velocity.error());
    made.velocity_cm_s = std::move(*velocity);
  }
  const auto voxels = static_cast<double>(grid.voxel_count());
  made.seen = static_cast<double>(std::ranges::count(marked->seen, std::uint8_t{1})) / voxels;
  progress.report(0.85, "filling gaps");
  if (progress.cancelled()) return cancelled();
  const double own_mm = std::min(1.25 * gaps_of(sweep, box).longest_mm, widest_own_fill_mm);
  const double least_mm = 3 * *std::ranges::max_element(grid.spacing_mm());
  const double fill_mm = options.fill_mm != 0 ? options.fill_mm : std::max(own_mm, least_mm);
  if (fill_mm > 0)
    made.filled = static_cast<double>(
                      fill_holes(made.grey, made.velocity_cm_s ? &*made.velocity_cm_s : nullptr,
                                 marked->seen, fill_mm)) /
                  voxels;
  progress.report(1, "filling gaps");
  return made;
}

Result<DuplexVolume> compound(const Sweep& sweep, const CompoundOptions& options,
                              const Progress& progress) {
  const auto grid = grid_around(sweep, options);
  if (!grid) return tl::unexpected(grid.error());
  auto made = compound_onto(*grid, sweep, options, progress);
  if (!made) return tl::unexpected(made.error());
  Calibration calibration = sweep.calibration;
  calibration.mm_per_px_column = calibration.mm_per_px_row = grid->spacing_mm()[0];
  for (const std::string& remark : sweep.remarks) calibration.note += " " + remark;
  return DuplexVolume{.label = sweep.label,
                      .volume_frame_of_reference_uid = {},
                      .patient_frame_of_reference_uid = {},
                      .lies_in_patient = sweep.lies_in_patient,
                      .side = sweep.side,
                      .bmode = std::move(made->grey),
                      .velocity_cm_s = std::move(made->velocity_cm_s),
                      .velocity_limit_cm_s = sweep.velocity_limit_cm_s,
                      .calibration = std::move(calibration),
                      .sources = sweep.sources};
}

}  // namespace imaging
