#include "imaging/vessel/lumen_map.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <vector>

namespace imaging {
namespace {

// Where a lumen ends: across its axis.
struct End {
  Point3<Lps> at;
  Vector3<Lps> outward;  // Unit vector along the axis.
};

// A straight piece of a lumen, and the ends of the open stretch that it may reach over.
struct Piece {
  CenterlineSample a, b;
  std::vector<End> ends;
};

// Samples first to last are open, those beside them are not or are none.
void add_stretch(const Centerline& line, std::size_t first, std::size_t last,
                 std::vector<Piece>& pieces) {
  const auto& samples = line.samples();
  const double from_mm = line.arc_length_mm(first), to_mm = line.arc_length_mm(last);
  const End proximal{samples[first].position, -line.tangent(from_mm)};
  const End distal{samples[last].position, line.tangent(to_mm)};
  for (std::size_t n = first; n < last; ++n) {
    Piece piece{samples[n], samples[n + 1], {}};
    // The balls of samples up to a radius away stick out over an end.
    const double reach_mm = 2 * std::max(piece.a.long_radius_mm(), piece.b.long_radius_mm());
    if (line.arc_length_mm(n) - from_mm < reach_mm) piece.ends.push_back(proximal);
    if (to_mm - line.arc_length_mm(n + 1) < reach_mm) piece.ends.push_back(distal);
    pieces.push_back(std::move(piece));
  }
}

std::vector<Piece> open_pieces(const Centerline& line) {
  const auto& samples = line.samples();
  std::vector<Piece> pieces;
  for (std::size_t first = 0; first < samples.size();) {
    std::size_t next = first + 1;
    if (samples[first].open) {
      while (next < samples.size() && samples[next].open) ++next;
      add_stretch(line, first, next - 1, pieces);
    }
    first = next;
  }
  return pieces;
}

// The voxels that may lie within the piece: first and last index along each axis.
struct Range {
  std::array<int, 3> first{}, last{};
};
Range range_of(const Piece& piece, const Grid& grid) {
  const auto a = grid.voxel_from_lps()(piece.a.position),
             b = grid.voxel_from_lps()(piece.b.position);
  const double reach_mm = std::max(piece.a.long_radius_mm(), piece.b.long_radius_mm());
  Range range;
  for (int axis = 0; axis < 3; ++axis) {
    const auto n = static_cast<std::size_t>(axis);
    const double reach = reach_mm / grid.spacing_mm()[n], end = grid.size()[n] - 1;
    // Clamped before the cast: a vessel may lie far outside of this volume.
    range.first[n] =
        static_cast<int>(std::ceil(std::clamp(std::min(a[axis], b[axis]) - reach, 0.0, end + 1)));
    range.last[n] =
        static_cast<int>(std::floor(std::clamp(std::max(a[axis], b[axis]) + reach, -1.0, end)));
  }
  return range;
}

bool lies_beyond(const std::vector<End>& ends, const Point3<Lps>& p) {
  return std::any_of(ends.begin(), ends.end(),
                     [&](const End& end) { return (p - end.at).dot(end.outward) > 0; });
}

class Painter {
 public:
  explicit Painter(const Grid& grid)
      : labels_(grid), nearness_(grid.voxel_count(), std::numeric_limits<float>::infinity()) {}

  void paint(const Piece& piece, std::uint16_t label) {
    const Grid& grid = labels_.grid();
    const Range range = range_of(piece, grid);
    const Vector3<Lps> along = piece.b.position - piece.a.position;
    const double length_squared = along.squared_norm();
    const Vector3<Lps> axis = along.normalized();
    const Vector3<Lps> step = grid.direction(0) * grid.spacing_mm()[0];
    for (int k = range.first[2]; k <= range.last[2]; ++k)
      for (int j = range.first[1]; j <= range.last[1]; ++j) {
        const Point3<Lps> row = grid.lps_from_voxel()(Point3<Voxel>{
            static_cast<double>(range.first[0]), static_cast<double>(j), static_cast<double>(k)});
        Vector3<Lps> from_a = row - piece.a.position;
        for (int i = range.first[0]; i <= range.last[0]; ++i, from_a = from_a + step) {
          const double t = from_a.dot(along) / length_squared;
          const double inside = std::clamp(t, 0.0, 1.0);
          const Vector3<Lps> off = from_a - along * inside;
          const double off_mm = off.norm();
          const double radius_mm = std::lerp(piece.a.radius_towards_mm(off, axis),
                                             piece.b.radius_towards_mm(off, axis), inside);
          const auto nearness = static_cast<float>(off_mm / radius_mm);
          const std::size_t voxel = grid.index(i, j, k);
          if (nearness > 1 || nearness >= nearness_[voxel]) continue;
          if (lies_beyond(piece.ends, piece.a.position + from_a)) continue;
          nearness_[voxel] = nearness;
          labels_.data()[voxel] = label;
        }
      }
  }

  Volume<std::uint16_t> take() { return std::move(labels_); }

 private:
  Volume<std::uint16_t> labels_;
  std::vector<float> nearness_;  // Distance to the nearest axis as a share of its radius.
};

}  // namespace

Volume<std::uint16_t> lumen_map(const VesselTree& tree, const Grid& grid) {
  Painter painter(grid);
  std::uint16_t label = 0;
  for (const Vessel& vessel : tree.vessels()) {
    if (label == std::numeric_limits<std::uint16_t>::max()) break;
    ++label;
    for (const Piece& piece : open_pieces(vessel.line)) painter.paint(piece, label);
  }
  return painter.take();
}

}  // namespace imaging
