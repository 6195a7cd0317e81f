#include "imaging/vessel/cross_section.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <memory>

#include "imaging/vessel/section_kernel.h"

namespace imaging {
namespace {

constexpr int sectors = 8;
constexpr int spoiled_sectors = 2;  // May be in shadow or behind a neighbour.
constexpr double bin_mm = 0.15;     // Radial resolution of the sums below.
constexpr double disc_margin_mm = 0.15, disc_band_mm = 0.75;
constexpr double wall_mm = 0.5;       // Intima to adventitia of a leg artery.
constexpr double wall_blur_mm = 0.4;  // Left out between wall and tissue: the echo spreads.
constexpr double tissue_band_mm = 1.0;

// For every pixel offset from a centre: its sector and its radial bin. Made once per section shape.
class PolarTable {
 public:
  static int bins_within(double reach_mm) { return static_cast<int>(reach_mm / bin_mm); }

  PolarTable(int bins, double pixel_mm)
      : reach_(static_cast<int>(std::ceil(bins * bin_mm / pixel_mm))), bins_(bins) {
    for (int v = -reach_; v <= reach_; ++v)
      for (int u = -reach_; u <= reach_; ++u) {
        const int bin = static_cast<int>(std::hypot(u, v) * pixel_mm / bin_mm);
        if (bin >= bins_) continue;
        const double turn = std::atan2(v, u) / (2 * pi) + 1;
        const int sector = static_cast<int>(turn * sectors) % sectors;
        entries_.push_back({u, v, sector * bins_ + bin});
      }
  }
  struct Entry {
    int u, v, cell;
  };
  int bins() const { return bins_; }
  const std::vector<Entry>& entries() const { return entries_; }

 private:
  int reach_, bins_;
  std::vector<Entry> entries_;
};

// Sections along a vessel ask for the same few shapes again and again: each thread keeps the last.
const PolarTable& table_for(double reach_mm, double pixel_mm) {
  struct Kept {
    int bins;
    double pixel_mm;
    std::unique_ptr<PolarTable> table;
  };
  constexpr std::size_t most_kept = 64;
  static thread_local std::vector<Kept> kept;
  const int bins = PolarTable::bins_within(reach_mm);
  for (const Kept& k : kept)
    if (k.bins == bins && k.pixel_mm == pixel_mm) return *k.table;
  if (kept.size() == most_kept) kept.erase(kept.begin());
  kept.push_back({bins, pixel_mm, std::make_unique<PolarTable>(bins, pixel_mm)});
  return *kept.back().table;
}

// Cumulative sums over radius in each sector about one centre.
class Polar {
 public:
  Polar(const Section& section, const PolarTable& table, int cu, int cv)
      : bins_(table.bins()),
        sum_(static_cast<std::size_t>(sectors * bins_), 0.0F),
        count_(static_cast<std::size_t>(sectors * bins_), 0.0F) {
    for (const PolarTable::Entry& e : table.entries()) {
      const int u = cu + e.u, v = cv + e.v;
      if (std::abs(u) > section.half || std::abs(v) > section.half) continue;
      sum_[static_cast<std::size_t>(e.cell)] += section.at(u, v);
      count_[static_cast<std::size_t>(e.cell)] += 1;
    }
    for (int s = 0; s < sectors; ++s)
      for (int b = 1; b < bins_; ++b) {
        const auto n = static_cast<std::size_t>(s * bins_ + b);
        sum_[n] += sum_[n - 1];
        count_[n] += count_[n - 1];
      }
  }

  // Mean of one sector between two radii; NaN where no pixel lies.
  float mean(int sector, double from_mm, double to_mm) const {
    const auto [s, c] = within(sector, from_mm, to_mm);
    return c > 0 ? s / c : NAN;
  }
  float mean(double from_mm, double to_mm) const {
    float s = 0, c = 0;
    for (int n = 0; n < sectors; ++n) {
      const auto part = within(n, from_mm, to_mm);
      s += part.first;
      c += part.second;
    }
    return c > 0 ? s / c : NAN;
  }
  // The `rank`-th smallest of the sectors' means, from 0; NaN when a sector is empty.
  float ranked_mean(int rank, double from_mm, double to_mm) const {
    std::array<float, sectors> means{};
    for (int n = 0; n < sectors; ++n) {
      means[static_cast<std::size_t>(n)] = mean(n, from_mm, to_mm);
      if (std::isnan(means[static_cast<std::size_t>(n)])) return NAN;
    }
    std::nth_element(means.begin(), means.begin() + rank, means.end());
    return means[static_cast<std::size_t>(rank)];
  }

 private:
  std::pair<float, float> within(int sector, double from_mm, double to_mm) const {
    const int a = static_cast<int>(from_mm / bin_mm + 0.5) - 1;
    const int b = std::min(static_cast<int>(to_mm / bin_mm + 0.5) - 1, bins_ - 1);
    if (b <= a) return {0.0F, 0.0F};
    const auto base = static_cast<std::size_t>(sector * bins_);
    const auto hi = base + static_cast<std::size_t>(b);
    if (a < 0) return {sum_[hi], count_[hi]};
    const auto lo = base + static_cast<std::size_t>(a);
    return {sum_[hi] - sum_[lo], count_[hi] - count_[lo]};
  }

  int bins_;
  std::vector<float> sum_, count_;
};

// Tries every centre and radius; `evaluate(polar, radius)` gives {contrast in grey, area in mm2}.
template <class Evaluate>
CircleFit best_circle(const Section& section, const CircleSearch& search, double beyond_mm,
                      Evaluate evaluate) {
  const PolarTable& table = table_for(search.most_radius_mm + beyond_mm + bin_mm, section.pixel_mm);
  const int offset = static_cast<int>(search.max_offset_mm / section.pixel_mm + 1e-9);
  CircleFit best;
  for (int cv = -offset; cv <= offset; ++cv)
    for (int cu = -offset; cu <= offset; ++cu) {
      if (cu * cu + cv * cv > offset * offset) continue;
      const Polar polar(section, table, cu, cv);
      for (double r = std::max(2 * bin_mm, search.least_radius_mm);
           r <= search.most_radius_mm + 1e-9; r += bin_mm) {
        const auto [contrast, area_mm2] = evaluate(polar, r);
        if (!(contrast > 0)) continue;
        const double score = static_cast<double>(contrast) * std::sqrt(area_mm2);
        if (score <= best.score) continue;
        best = {cu * section.pixel_mm, cv * section.pixel_mm, r,
                static_cast<double>(contrast) * decibel_per_grey, score};
      }
    }
  return best;
}

double harmonic(double a, double b) { return a * b / (a + b); }

double annulus_mm2(double from_mm, double to_mm) {
  return pi * (to_mm * to_mm - from_mm * from_mm);
}

}  // namespace

SectionPlane SectionPlane::across(const Point3<Lps>& centre, const Vector3<Lps>& axis) {
  const auto [u, v] = perpendicular_pair(axis);
  return {centre, u, v, axis.normalized()};
}

float Section::at_mm(double u_mm, double v_mm) const {
  const double limit = half;
  const double fu = std::clamp(u_mm / pixel_mm, -limit, limit - 1e-6);
  const double fv = std::clamp(v_mm / pixel_mm, -limit, limit - 1e-6);
  const int iu = static_cast<int>(std::floor(fu)), iv = static_cast<int>(std::floor(fv));
  const auto tu = static_cast<float>(fu - iu), tv = static_cast<float>(fv - iv);
  return (1 - tv) * ((1 - tu) * at(iu, iv) + tu * at(iu + 1, iv)) +
         tv * ((1 - tu) * at(iu, iv + 1) + tu * at(iu + 1, iv + 1));
}

float sample_grey(const Volume<std::uint8_t>& image, const Point3<Voxel>& q) {
  const auto& n = image.grid().size();
  std::array<int, 3> low{}, step{};
  std::array<float, 3> t{};
  for (int a = 0; a < 3; ++a) {
    const auto m = static_cast<std::size_t>(a);
    const double x = std::clamp(q[a], 0.0, static_cast<double>(n[m] - 1));
    low[m] = static_cast<int>(x);
    t[m] = static_cast<float>(x - low[m]);
    step[m] = low[m] + 1 < n[m] ? 1 : 0;
  }
  const auto row = static_cast<std::size_t>(n[0]);
  const auto sheet = row * static_cast<std::size_t>(n[1]);
  const std::uint8_t* const p = image.data() + image.grid().index(low[0], low[1], low[2]);
  const std::size_t dx = step[0] ? 1 : 0, dy = step[1] ? row : 0, dz = step[2] ? sheet : 0;
  const auto along_x = [&](std::size_t at) {
    const float a = p[at], b = p[at + dx];
    return a + t[0] * (b - a);
  };
  const float near_y = along_x(0) + t[1] * (along_x(dy) - along_x(0));
  const float far_y = along_x(dz) + t[1] * (along_x(dz + dy) - along_x(dz));
  return near_y + t[2] * (far_y - near_y);
}

namespace {

// Places n of a line, from `first` to before `end`, that lie at least a voxel inside of the border.
struct InnerPart {
  int first = 0, end = 0;
};

InnerPart inner_part(const VoxelLine& line, const std::array<int, 3>& size, int count) {
  constexpr float slack = 0.01F;  // Of a float far from the first voxel.
  float low = 0, high = static_cast<float>(count - 1);
  const std::array<float, 3> begin{line.x, line.y, line.z}, step{line.dx, line.dy, line.dz};
  for (std::size_t a = 0; a < 3; ++a) {
    const float least = slack - begin[a], most = static_cast<float>(size[a] - 2) - slack - begin[a];
    if (std::abs(step[a]) < 1e-6F) {
      if (least > 0 || most < 0) return {};
      continue;
    }
    const float from = least / step[a], to = most / step[a];
    low = std::max(low, std::min(from, to));
    high = std::min(high, std::max(from, to));
  }
  if (!(low <= high)) return {};
  const auto first = static_cast<int>(std::ceil(low));
  return {first, std::max(first, static_cast<int>(high) + 1)};
}

}  // namespace

Section cut_section(const Volume<std::uint8_t>& image, const SectionPlane& plane,
                    double half_width_mm, double pixel_mm, double along_mm) {
  Section section;
  section.half = static_cast<int>(std::ceil(half_width_mm / pixel_mm));
  section.pixel_mm = pixel_mm;
  section.grey.assign(static_cast<std::size_t>(section.side() * section.side()), 0.0F);
  const auto& voxel_from_lps = image.grid().voxel_from_lps();
  const int half_cuts = static_cast<int>(std::lround(along_mm / 2 / 0.5));
  const auto weight = 1.0F / static_cast<float>(2 * half_cuts + 1);
  const Vector3<Voxel> du = voxel_from_lps(plane.u * pixel_mm);
  const Vector3<Voxel> dv = voxel_from_lps(plane.v * pixel_mm);
  const std::array<int, 3>& size = image.grid().size();
  const bool can_be_quick = image.size() <= std::numeric_limits<std::int32_t>::max();
  const GreyVoxels voxels{image.data(), size[0], can_be_quick ? size[0] * size[1] : 0};
  for (int cut = -half_cuts; cut <= half_cuts; ++cut) {
    const Point3<Voxel> middle = voxel_from_lps(plane.centre + plane.w * (cut * 0.5));
    float* out = section.grey.data();
    for (int iv = -section.half; iv <= section.half; ++iv, out += section.side()) {
      const Point3<Voxel> begin = middle + du * -section.half + dv * iv;
      VoxelLine line{static_cast<float>(begin.x), static_cast<float>(begin.y),
                     static_cast<float>(begin.z), static_cast<float>(du.x),
                     static_cast<float>(du.y),    static_cast<float>(du.z)};
      const InnerPart inner = can_be_quick ? inner_part(line, size, section.side()) : InnerPart{};
      for (int n = 0; n < section.side(); ++n) {
        if (n == inner.first) n = inner.end;
        if (n < section.side()) out[n] += weight * sample_grey(image, begin + du * n);
      }
      if (inner.end == inner.first) continue;
      const auto first = static_cast<float>(inner.first);
      line.x += first * line.dx;
      line.y += first * line.dy;
      line.z += first * line.dz;
      add_greys_along(voxels, line, weight, out + inner.first,
                      static_cast<std::size_t>(inner.end - inner.first));
    }
  }
  return section;
}

CircleFit fit_dark_disc(const Section& section, const CircleSearch& search) {
  return best_circle(
      section, search, disc_margin_mm + disc_band_mm, [](const Polar& polar, double r) {
        const float inside = polar.mean(0, r);
        const float outside = polar.ranked_mean(spoiled_sectors, r + disc_margin_mm,
                                                r + disc_margin_mm + disc_band_mm);
        return std::pair{outside - inside,
                         harmonic(pi * r * r, annulus_mm2(r + disc_margin_mm,
                                                          r + disc_margin_mm + disc_band_mm))};
      });
}

CircleFit fit_bright_ring(const Section& section, const CircleSearch& search) {
  return best_circle(
      section, search, wall_mm + wall_blur_mm + tissue_band_mm, [](const Polar& polar, double r) {
        const double tissue_from = r + wall_mm + wall_blur_mm;
        const float wall = polar.ranked_mean(spoiled_sectors, r, r + wall_mm);
        // Of the tissue the second brightest sector counts: a sheet (fascia, bone) goes on beyond
        // the circle on two sides.
        const float tissue =
            polar.ranked_mean(sectors - 2, tissue_from, tissue_from + tissue_band_mm);
        return std::pair{wall - tissue,
                         harmonic(annulus_mm2(r, r + wall_mm),
                                  annulus_mm2(tissue_from, tissue_from + tissue_band_mm))};
      });
}

}  // namespace imaging
