#include "imaging/vessel/cross_section.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <memory>
#include <span>

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
    for (int v = -reach_; v <= reach_; ++v) {
      rows_.push_back(entries_.size());
      for (int u = -reach_; u <= reach_; ++u) {
        const int bin = static_cast<int>(std::hypot(u, v) * pixel_mm / bin_mm);
        if (bin >= bins_) continue;
        const double turn = std::atan2(v, u) / (2 * pi) + 1;
        const int sector = static_cast<int>(turn * sectors) % sectors;
        entries_.push_back({u, bin * sectors + sector});
      }
    }
    rows_.push_back(entries_.size());
    counts_.assign(cells(), 0.0F);
    for (const Entry& e : entries_) counts_[static_cast<std::size_t>(e.cell)] += 1;
    add_up(counts_);
  }
  struct Entry {
    int u, cell;
  };
  int reach() const { return reach_; }
  std::size_t cells() const { return static_cast<std::size_t>(bins_ * sectors); }
  int bins() const { return bins_; }
  std::span<const Entry> row(int v) const {
    const auto n = static_cast<std::size_t>(v + reach_);
    return std::span(entries_).subspan(rows_[n], rows_[n + 1] - rows_[n]);
  }
  // How many pixels lie within each radius, of a disc that lies within its section.
  const std::vector<float>& counts() const { return counts_; }

  // From what lies in each bin to what lies within it.
  static void add_up(std::vector<float>& cells) {
    for (std::size_t n = sectors; n < cells.size(); ++n) cells[n] += cells[n - sectors];
  }

 private:
  int reach_, bins_;
  std::vector<Entry> entries_;
  std::vector<std::size_t> rows_;  // Where each row's entries begin.
  std::vector<float> counts_;
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

double harmonic(double a, double b) { return a * b / (a + b); }

double annulus_mm2(double from_mm, double to_mm) {
  return pi * (to_mm * to_mm - from_mm * from_mm);
}

using PerSector = std::array<float, sectors>;

// By Batcher's odd-even merge: without a branch.
void sort(PerSector& x) {
  static_assert(sectors == 8);
  constexpr std::array<std::pair<std::size_t, std::size_t>, 19> exchanges{{{0, 1},
                                                                           {2, 3},
                                                                           {4, 5},
                                                                           {6, 7},
                                                                           {0, 2},
                                                                           {1, 3},
                                                                           {4, 6},
                                                                           {5, 7},
                                                                           {1, 2},
                                                                           {5, 6},
                                                                           {0, 4},
                                                                           {1, 5},
                                                                           {2, 6},
                                                                           {3, 7},
                                                                           {2, 4},
                                                                           {3, 5},
                                                                           {1, 2},
                                                                           {3, 4},
                                                                           {5, 6}}};
  for (const auto& [a, b] : exchanges) {
    const float low = std::min(x[a], x[b]), high = std::max(x[a], x[b]);
    x[a] = low;
    x[b] = high;
  }
}

// Cumulative sums over radius in each sector about one centre.
class Polar {
 public:
  Polar(const Section& section, const PolarTable& table)
      : section_(section), table_(table), sum_(table.cells()), own_count_(table.cells()) {}

  void move_to(int cu, int cv) {
    std::fill(sum_.begin(), sum_.end(), 0.0F);
    const int reach = table_.reach(), half = section_.half;
    if (std::max(std::abs(cu), std::abs(cv)) + reach <= half) {
      const float* row =
          &section_
               .grey[static_cast<std::size_t>((cv - reach + half) * section_.side() + cu + half)];
      for (int v = -reach; v <= reach; ++v, row += section_.side())
        for (const PolarTable::Entry& e : table_.row(v))
          sum_[static_cast<std::size_t>(e.cell)] += row[e.u];
      count_ = &table_.counts();
    } else {
      std::fill(own_count_.begin(), own_count_.end(), 0.0F);
      for (int v = std::max(-reach, -half - cv); v <= std::min(reach, half - cv); ++v)
        for (const PolarTable::Entry& e : table_.row(v)) {
          if (std::abs(cu + e.u) > half) continue;
          sum_[static_cast<std::size_t>(e.cell)] += section_.at(cu + e.u, cv + v);
          own_count_[static_cast<std::size_t>(e.cell)] += 1;
        }
      PolarTable::add_up(own_count_);
      count_ = &own_count_;
    }
    PolarTable::add_up(sum_);
  }

  // NaN where no pixel lies.
  float mean(double from_mm, double to_mm) const {
    PerSector sums, counts;
    if (!within(from_mm, to_mm, sums, counts)) return NAN;
    float s = 0, c = 0;
    for (std::size_t n = 0; n < sectors; ++n) {
      s += sums[n];
      c += counts[n];
    }
    return c > 0 ? s / c : NAN;
  }
  // Of the three sectors around one; NaN where no pixel lies.
  float mean_towards(std::size_t sector, double from_mm, double to_mm) const {
    PerSector sums, counts;
    if (!within(from_mm, to_mm, sums, counts)) return NAN;
    float s = 0, c = 0;
    for (const std::size_t n : {sector + sectors - 1, sector, sector + 1}) {
      s += sums[n % sectors];
      c += counts[n % sectors];
    }
    return c > 0 ? s / c : NAN;
  }
  // The `rank`-th smallest of the sectors' means, from 0; NaN when a sector is empty.
  float ranked_mean(std::size_t rank, double from_mm, double to_mm) const {
    PerSector means, counts;
    if (!within(from_mm, to_mm, means, counts)) return NAN;
    float least = counts[0];
    for (std::size_t n = 0; n < sectors; ++n) {
      least = std::min(least, counts[n]);
      means[n] /= counts[n];
    }
    if (!(least > 0)) return NAN;
    sort(means);
    return means[rank];
  }

 private:
  bool within(double from_mm, double to_mm, PerSector& sums, PerSector& counts) const {
    const int a = static_cast<int>(from_mm / bin_mm + 0.5) - 1;
    const int b = std::min(static_cast<int>(to_mm / bin_mm + 0.5) - 1, table_.bins() - 1);
    if (b <= a) return false;
    const std::size_t hi = static_cast<std::size_t>(b) * sectors;
    for (std::size_t n = 0; n < sectors; ++n) {
      sums[n] = sum_[hi + n];
      counts[n] = (*count_)[hi + n];
    }
    if (a < 0) return true;
    const std::size_t lo = static_cast<std::size_t>(a) * sectors;
    for (std::size_t n = 0; n < sectors; ++n) {
      sums[n] -= sum_[lo + n];
      counts[n] -= (*count_)[lo + n];
    }
    return true;
  }

  const Section& section_;
  const PolarTable& table_;
  std::vector<float> sum_, own_count_;
  const std::vector<float>* count_ = nullptr;
};

// What a circle may stand for: a measure (contrast in greys, and the area in mm2 that it rests on)
// that reaches `beyond_mm` out of its radius.
struct Dark {
  static constexpr double beyond_mm = disc_margin_mm + disc_band_mm;
  static std::pair<float, double> measure(const Polar& polar, double r) {
    const double from = r + disc_margin_mm, to = from + disc_band_mm;
    const float inside = polar.mean(0, r);
    const float outside = polar.ranked_mean(spoiled_sectors, from, to);
    return {outside - inside, harmonic(pi * r * r, annulus_mm2(from, to))};
  }
};

struct Ringed {
  static constexpr double beyond_mm = wall_mm + wall_blur_mm + tissue_band_mm;
  static std::pair<float, double> measure(const Polar& polar, double r) {
    const double tissue_from = r + wall_mm + wall_blur_mm, to = tissue_from + tissue_band_mm;
    const float wall = polar.ranked_mean(spoiled_sectors, r, r + wall_mm);
    // Of the tissue the second brightest sector counts: a sheet (fascia, bone) goes on beyond the
    // circle on two sides.
    const float tissue = polar.ranked_mean(sectors - 2, tissue_from, to);
    return {wall - tissue, harmonic(annulus_mm2(r, r + wall_mm), annulus_mm2(tissue_from, to))};
  }
};

// The best circle so far of those that stand for one thing.
template <class Meaning>
class Best {
 public:
  Best(const Section& section, const CircleSearch& search)
      : pixel_mm_(section.pixel_mm),
        offset_(static_cast<int>(search.max_offset_mm / pixel_mm_ + 1e-9)) {
    for (double r = std::max(2 * bin_mm, search.least_radius_mm); r <= search.most_radius_mm + 1e-9;
         r += bin_mm)
      radii_mm_.push_back(r);
  }

  int offset() const { return offset_; }
  static double reach_mm(const CircleSearch& search) {
    return search.most_radius_mm + Meaning::beyond_mm + bin_mm;
  }

  // Begins anew.
  void forget() { fit_ = {}; }
  // `polar` lies at pixel (cu, cv).
  void look(const Polar& polar, int cu, int cv) {
    for (const double r : radii_mm_) {
      const auto [contrast, area_mm2] = Meaning::measure(polar, r);
      if (!(contrast > 0)) continue;
      const double score = static_cast<double>(contrast) * std::sqrt(area_mm2);
      if (score <= fit_.score) continue;
      fit_ = {cu * pixel_mm_, cv * pixel_mm_, r, static_cast<double>(contrast) * decibel_per_grey,
              score};
    }
  }
  const CircleFit& fit() const { return fit_; }

 private:
  double pixel_mm_;
  int offset_;
  std::vector<double> radii_mm_;
  CircleFit fit_;
};

// Tries every centre for all of `bests`, which share what is summed about it.
template <class... Meanings>
void try_centres(const Section& section, double reach_mm, Best<Meanings>&... bests) {
  Polar polar(section, table_for(reach_mm, section.pixel_mm));
  const int offset = std::max({bests.offset()...});
  for (int cv = -offset; cv <= offset; ++cv)
    for (int cu = -offset; cu <= offset; ++cu) {
      if (cu * cu + cv * cv > offset * offset) continue;
      polar.move_to(cu, cv);
      const auto within = [&](int reach) { return cu * cu + cv * cv <= reach * reach; };
      ((within(bests.offset()) ? bests.look(polar, cu, cv) : void()), ...);
    }
}

template <class Meaning>
CircleFit best_circle(const Section& section, const CircleSearch& search) {
  Best<Meaning> best(section, search);
  try_centres(section, best.reach_mm(search), best);
  return best.fit();
}

}  // namespace

SectionPlane SectionPlane::across(const Point3<Lps>& centre, const Vector3<Lps>& axis) {
  const auto [u, v] = perpendicular_pair(axis);
  return {centre, u, v, axis.normalized()};
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

double half_width_for_disc_mm(const CircleSearch& search, double pixel_mm) {
  return Best<Dark>::reach_mm(search) + search.max_offset_mm + pixel_mm;
}

double half_width_for_ring_mm(const CircleSearch& search, double pixel_mm) {
  return Best<Ringed>::reach_mm(search) + search.max_offset_mm + pixel_mm;
}

CircleFit fit_dark_disc(const Section& section, const CircleSearch& search) {
  return best_circle<Dark>(section, search);
}

CircleFit fit_bright_ring(const Section& section, const CircleSearch& search) {
  return best_circle<Ringed>(section, search);
}

std::vector<CircleFit> lit_discs_at(const Section& section,
                                    const std::vector<std::array<int, 2>>& pixels,
                                    const CircleSearch& search, double deep_u, double deep_v) {
  Best<Dark> best(section, search);
  Polar polar(section, table_for(best.reach_mm(search), section.pixel_mm));
  const double turn = std::atan2(deep_v, deep_u) / (2 * pi) + 1;
  const std::size_t below = static_cast<std::size_t>(turn * sectors) % sectors,
                    above = (below + sectors / 2) % sectors;
  std::vector<CircleFit> fits;
  fits.reserve(pixels.size());
  for (const auto& [u, v] : pixels) {
    polar.move_to(u, v);
    best.forget();
    best.look(polar, u, v);
    CircleFit fit = best.fit();
    const double from_mm = fit.radius_mm + disc_margin_mm, to_mm = from_mm + disc_band_mm;
    const float inside = polar.mean(0, fit.radius_mm);
    const float weaker = std::min(polar.mean_towards(below, from_mm, to_mm),
                                  polar.mean_towards(above, from_mm, to_mm));
    if (fit.radius_mm > 0)
      fit.contrast_db =
          std::min(fit.contrast_db, static_cast<double>(weaker - inside) * decibel_per_grey);
    fits.push_back(fit);
  }
  return fits;
}

LumenAndWall fit_lumen_and_wall(const Section& section, const CircleSearch& lumen,
                                const CircleSearch& wall) {
  Best<Dark> dark(section, lumen);
  Best<Ringed> ringed(section, wall);
  try_centres(section, std::max(dark.reach_mm(lumen), ringed.reach_mm(wall)), dark, ringed);
  return {dark.fit(), ringed.fit()};
}

}  // namespace imaging
