#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "imaging/duplex/compound.h"
#include "imaging/duplex/sweep_gaps.h"

namespace imaging {
namespace {

// A lumen of 1 mm, the least that is traced, is then three voxels wide.
constexpr double finest_spacing_mm = 0.3;
constexpr double default_voxels = 40e6, most_voxels = 130e6;
constexpr double bytes_per_voxel = 12;  // Sums, weights, result, marks.
constexpr double cell_mm = 1;           // Of the coverage's map; a fingertip is ten.
// Gaps wider than this hide a crossing's worth of vessel; the calf's perforators are 2 to 4 mm.
constexpr double wide_gap_mm = 3;
constexpr double least_covered = 0.8;

PixelBox box_of(const Sweep& sweep, const CompoundOptions& options) {
  return options.image.value_or(sweep.image);
}

Vector3<Lps> mean_of(const Sweep& sweep, Vector3<ImagePlane> v) {
  Vector3<Lps> sum;
  for (const SweepFrame& frame : sweep.frames) sum = sum + frame.lps_from_image(v).normalized();
  return sum.normalized();
}

Point3<Lps> centre_of(const SweepFrame& frame, const PixelBox& box) {
  return frame.lps_from_image(
      Point3<ImagePlane>{0.5 * (box.x0 + box.x1), 0.5 * (box.y0 + box.y1), 0});
}

// Along which the frames' middles lie farthest apart, from earlier to later ones.
Vector3<Lps> way_of(const Sweep& sweep, const PixelBox& box) {
  Point3<Lps> a = centre_of(sweep.frames.front(), box), b = a;
  for (const SweepFrame& frame : sweep.frames) {
    const Point3<Lps> c = centre_of(frame, box);
    if (distance(a, c) > distance(a, b)) b = c;
  }
  return b - a;
}

struct Extent {
  std::array<double, 3> least, most;
};

Extent extent_of(const Sweep& sweep, const PixelBox& box,
                 const std::array<Vector3<Lps>, 3>& directions) {
  Extent extent;
  extent.least.fill(std::numeric_limits<double>::infinity());
  extent.most.fill(-std::numeric_limits<double>::infinity());
  for (const SweepFrame& frame : sweep.frames)
    for (const Point3<Lps>& p : corners_of(frame, box))
      for (std::size_t a = 0; a < 3; ++a) {
        const double at = (p - Point3<Lps>{}).dot(directions[a]);
        extent.least[a] = std::min(extent.least[a], at);
        extent.most[a] = std::max(extent.most[a], at);
      }
  return extent;
}

}  // namespace

std::array<Point3<Lps>, 4> corners_of(const SweepFrame& frame, const PixelBox& box) {
  const auto at = [&](int c, int r) {
    return frame.lps_from_image(
        Point3<ImagePlane>{static_cast<double>(c), static_cast<double>(r), 0});
  };
  return {at(box.x0, box.y0), at(box.x1, box.y0), at(box.x0, box.y1), at(box.x1, box.y1)};
}

FrameGaps gaps_of(const Sweep& sweep, const PixelBox& box) {
  std::vector<double> gaps;
  for (std::size_t f = 1; f < sweep.frames.size(); ++f) {
    const auto before = corners_of(sweep.frames[f - 1], box);
    const auto here = corners_of(sweep.frames[f], box);
    const Vector3<Lps> normal =
        sweep.frames[f].lps_from_image(Vector3<ImagePlane>{0, 0, 1}).normalized();
    double widest = 0;
    for (std::size_t c = 0; c < 4; ++c)
      widest = std::max(widest, std::abs((here[c] - before[c]).dot(normal)));
    gaps.push_back(widest);
  }
  if (gaps.empty()) return {};
  const auto middle = gaps.begin() + static_cast<std::ptrdiff_t>(gaps.size() / 2);
  std::nth_element(gaps.begin(), middle, gaps.end());
  return {.typical_mm = *middle, .longest_mm = *std::ranges::max_element(gaps)};
}

Result<Grid> grid_around(const Sweep& sweep, const CompoundOptions& options) {
  const PixelBox box = box_of(sweep, options);
  if (sweep.frames.size() < 2 || box.empty())
    return fail(ErrorCode::InvalidInput,
                "A sweep needs two frames with a picture to become a volume.");
  const Vector3<Lps> deep = mean_of(sweep, {0, 1, 0});
  const Vector3<Lps> out = mean_of(sweep, {0, 0, 1});
  Vector3<Lps> along = way_of(sweep, box);
  along = along - deep * along.dot(deep);
  // A probe that is turned on the spot, or goes there and back, moves along its planes' normal.
  if (along.norm() < 1 || std::abs(along.normalized().dot(out)) < 0.5)
    along = out * (along.dot(out) < 0 ? -1 : 1);
  const Vector3<Lps> k = (along - deep * along.dot(deep)).normalized();
  const std::array<Vector3<Lps>, 3> directions = {deep.cross(k), deep, k};
  const Extent extent = extent_of(sweep, box, directions);
  std::array<double, 3> extent_mm{};
  double volume_mm3 = 1;
  for (std::size_t a = 0; a < 3; ++a) {
    extent_mm[a] = extent.most[a] - extent.least[a];
    if (!std::isfinite(extent_mm[a]))
      return fail(ErrorCode::InvalidInput, "The poses of the sweep are no places.");
    volume_mm3 *= std::max(extent_mm[a], 0.1);
  }
  const double pixel_mm = sweep.frames.front().lps_from_image(Vector3<ImagePlane>{1, 0, 0}).norm();
  double spacing_mm = options.spacing_mm;
  if (!(spacing_mm > 0))
    spacing_mm = std::max({finest_spacing_mm, pixel_mm, std::cbrt(volume_mm3 / default_voxels)});
  if (extent_mm[2] < spacing_mm)
    return fail(ErrorCode::InvalidInput,
                "The frames of the sweep all lie in one plane; move the probe along the limb.");
  std::array<int, 3> size{};
  double voxels = 1;
  for (std::size_t a = 0; a < 3; ++a) {
    const double count = std::ceil(extent_mm[a] / spacing_mm) + 1;
    voxels *= count;
    if (!(voxels < most_voxels))
      return fail(ErrorCode::InvalidInput,
                  "At this spacing the volume is larger than memory; choose a coarser one.");
    size[a] = static_cast<int>(count);
  }
  const Point3<Lps> first = Point3<Lps>{} + directions[0] * extent.least[0] +
                            directions[1] * extent.least[1] + directions[2] * extent.least[2];
  return Grid::make(size, {spacing_mm, spacing_mm, spacing_mm}, first, directions);
}

Result<CoveragePreview> preview_coverage(const Sweep& sweep, const CompoundOptions& options) {
  const auto grid = grid_around(sweep, options);
  if (!grid) return tl::unexpected(grid.error());
  const PixelBox box = box_of(sweep, options);
  const FrameGaps gaps = gaps_of(sweep, box);
  const auto cells = [&](std::size_t a) {
    return static_cast<int>(grid->size()[a] * grid->spacing_mm()[a] / cell_mm) + 1;
  };
  CoveragePreview preview{
      .grid = *grid,
      .memory_mb = bytes_per_voxel * static_cast<double>(grid->voxel_count()) / 1e6,
      .longest_gap_mm = gaps.longest_mm,
      .typical_gap_mm = gaps.typical_mm,
      .passes = Frame<std::uint16_t>(cells(0), cells(2)),
      .cell_mm = cell_mm,
      .warnings = {}};
  // The trace of each frame on the skin, as thick as the gap to the next; frames that follow each
  // other are one pass.
  Frame<int> last(cells(0), cells(2), -1);
  const double thick_mm = std::max({gaps.typical_mm, cell_mm});
  const int spread = static_cast<int>(std::ceil(0.5 * std::min(thick_mm, wide_gap_mm) / cell_mm));
  const int same_pass =
      2 * spread + static_cast<int>(std::ceil(2 * cell_mm / std::max(gaps.typical_mm, 0.02)));
  for (std::size_t f = 0; f < sweep.frames.size(); ++f) {
    const auto a = grid->voxel_from_lps()(sweep.frames[f].lps_from_image(
        Point3<ImagePlane>{static_cast<double>(box.x0), 0.5 * (box.y0 + box.y1), 0}));
    const auto b = grid->voxel_from_lps()(sweep.frames[f].lps_from_image(
        Point3<ImagePlane>{static_cast<double>(box.x1), 0.5 * (box.y0 + box.y1), 0}));
    const double scale = grid->spacing_mm()[0] / cell_mm;
    const int steps = static_cast<int>(std::ceil(2 * std::hypot(b.x - a.x, b.z - a.z) * scale)) + 1;
    for (int n = 0; n <= steps; ++n) {
      const double t = static_cast<double>(n) / steps;
      const int column = static_cast<int>(std::lround(std::lerp(a.x, b.x, t) * scale));
      const int row = static_cast<int>(std::lround(std::lerp(a.z, b.z, t) * scale));
      if (column < 0 || column >= last.columns()) continue;
      for (int r = std::max(0, row - spread); r <= std::min(last.rows() - 1, row + spread); ++r) {
        int& before = last(column, r);
        const int now = static_cast<int>(f);
        if (before < 0 || now - before > same_pass) ++preview.passes(column, r);
        before = now;
      }
    }
  }
  std::size_t covered = 0, overlapped = 0;
  for (std::size_t c = 0; c < preview.passes.size(); ++c) {
    covered += preview.passes.data()[c] > 0;
    overlapped += preview.passes.data()[c] > 1;
  }
  preview.covered = static_cast<double>(covered) / static_cast<double>(preview.passes.size());
  preview.overlapped =
      covered > 0 ? static_cast<double>(overlapped) / static_cast<double>(covered) : 0;
  if (gaps.longest_mm > wide_gap_mm)
    preview.warnings.push_back(
        "Frames lie up to " + std::to_string(std::lround(gaps.longest_mm)) +
        " mm apart; what lies between is guessed or left empty. Sweep more slowly there.");
  if (preview.covered < least_covered)
    preview.warnings.push_back("The sweep crosses " +
                               std::to_string(std::lround(100 * preview.covered)) +
                               "% of the box around it; the rest stays empty.");
  return preview;
}

}  // namespace imaging
