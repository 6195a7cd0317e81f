#include "imaging/vessel/calcified_cap.h"

#include <algorithm>
#include <cmath>

namespace imaging {
namespace {

constexpr double wall_mm = 0.5;
constexpr double clear_mm = 0.9;   // Wall and blur, between the lumen's edge and tissue beside it.
constexpr double flank_mm = 1.0;   // Width of the tissue looked at on either side.
constexpr double shadow_mm = 3.0;  // Length of the shadow looked at.
constexpr double cap_share = 0.7;  // Of the half width: the cap's arc falls away beyond.
// Either flank must show this share of the contrast: at the border of a bone only one does.
constexpr double weaker_flank = 0.4;
// Of the beam that must lie in the section's plane: a shadow that leaves it within 3 mm is not
// seen.
constexpr double least_in_plane = 0.5;

constexpr double calcium_mm = 0.4;  // Thickness of the calcified part of the wall.

// Sums over rectangles of the section, turned so that y runs along the beam.
class BeamView {
 public:
  BeamView(const Section& section, double deep_u, double deep_v)
      : pixel_(section.pixel_mm), half_(section.half), side_(2 * half_ + 1) {
    sums_.assign(static_cast<std::size_t>((side_ + 1) * (side_ + 1)), 0.0);
    for (int y = 0; y < side_; ++y)
      for (int x = 0; x < side_; ++x) {
        const double across = (x - half_) * pixel_, along = (y - half_) * pixel_;
        // (deep_v, -deep_u) is across the beam, (deep_u, deep_v) along it.
        const double grey = static_cast<double>(
            section.at_mm(across * deep_v + along * deep_u, -across * deep_u + along * deep_v));
        at(x + 1, y + 1) = grey + at(x, y + 1) + at(x + 1, y) - at(x, y);
      }
  }

  // Mean grey; NaN where the rectangle leaves the section.
  double mean(double x0_mm, double x1_mm, double y0_mm, double y1_mm) const {
    const int x0 = index(x0_mm), x1 = index(x1_mm) + 1, y0 = index(y0_mm), y1 = index(y1_mm) + 1;
    if (x0 < 0 || y0 < 0 || x1 > side_ || y1 > side_) return NAN;
    const double sum = at(x1, y1) - at(x0, y1) - at(x1, y0) + at(x0, y0);
    return sum / ((x1 - x0) * (y1 - y0));
  }

 private:
  int index(double mm) const { return static_cast<int>(std::lround(mm / pixel_)) + half_; }
  double& at(int x, int y) { return sums_[static_cast<std::size_t>(y * (side_ + 1) + x)]; }
  double at(int x, int y) const { return sums_[static_cast<std::size_t>(y * (side_ + 1) + x)]; }

  double pixel_;
  int half_, side_;
  std::vector<double> sums_;
};

// Contrast of a middle to its two flanks; 0 where one flank does not take part.
double contrast(double middle, double left, double right) {
  const double mean = 0.5 * (left + right) - middle;
  const double weaker = std::min(std::abs(left - middle), std::abs(right - middle));
  const bool same_way = (left > middle) == (right > middle);
  return same_way && weaker >= weaker_flank * std::abs(mean) ? mean : 0;
}

// The circle found is as coarse as the pixels; the edges of the shadow, where it is half as dark,
// and the ridge of the cap are finer. The cap's ridge lies in the middle of the calcium.
void refine(const BeamView& view, double pixel_mm, double& x, double& y, double& r) {
  const double top = y + r + clear_mm, bottom = top + shadow_mm;
  const auto shade = [&](double at) { return view.mean(at, at, top, bottom); };
  const double dark = view.mean(x - 0.5 * r, x + 0.5 * r, top, bottom);
  const auto edge = [&](double way) -> double {
    const double lit =
        view.mean(x + way * (r + clear_mm + 0.5 * flank_mm) - 0.5 * flank_mm,
                  x + way * (r + clear_mm + 0.5 * flank_mm) + 0.5 * flank_mm, top, bottom);
    const double half = 0.5 * (dark + lit);
    double before = shade(x);
    for (double d = pixel_mm; d < r + clear_mm + flank_mm; d += pixel_mm) {
      const double here = shade(x + way * d);
      if (here >= half && here > before)
        return d - pixel_mm * (here - half) / std::max(here - before, here - half);
      before = here;
    }
    return NAN;
  };
  const double left = edge(-1), right = edge(1);
  if (std::isnan(left) || std::isnan(right)) return;
  // No farther than the coarse fit's own pixels: a fascia just above may be brighter.
  const double ridge_from = y - r - wall_mm - pixel_mm, ridge_to = y - r + pixel_mm;
  double ridge = NAN, brightest = 0;
  for (double at = ridge_from; at <= ridge_to; at += pixel_mm) {
    const double grey = view.mean(x - 0.4 * r, x + 0.4 * r, at, at);
    if (!(grey > brightest)) continue;
    brightest = grey;
    ridge = at;
  }
  if (std::isnan(ridge)) return;
  x += 0.5 * (right - left);
  r = std::max(0.3, 0.5 * (left + right) - calcium_mm);
  y = ridge + 0.5 * calcium_mm + r;
}

}  // namespace

CalcifiedCap fit_calcified_cap(const Section& section, const SectionPlane& plane,
                               const Vector3<Lps>& deep, const CircleSearch& search) {
  const double du = deep.dot(plane.u), dv = deep.dot(plane.v), in_plane = std::hypot(du, dv);
  if (in_plane < least_in_plane) return {};
  const double deep_u = du / in_plane, deep_v = dv / in_plane;
  const BeamView view(section, deep_u, deep_v);
  const int offset = static_cast<int>(search.max_offset_mm / section.pixel_mm + 1e-9);
  CalcifiedCap best;
  double best_score = 0, best_x = 0, best_y = 0;
  for (int cy = -offset; cy <= offset; ++cy)
    for (int cx = -offset; cx <= offset; ++cx) {
      if (cx * cx + cy * cy > offset * offset) continue;
      const double x = cx * section.pixel_mm, y = cy * section.pixel_mm;
      for (double r = search.least_radius_mm; r <= search.most_radius_mm + 1e-9; r += 0.15) {
        const double inner = r + clear_mm, outer = inner + flank_mm;
        const double cap_top = y - r - wall_mm, cap_bottom = y - r;
        const double cap =
            -contrast(view.mean(x - cap_share * r, x + cap_share * r, cap_top, cap_bottom),
                      view.mean(x - outer, x - inner, cap_top, cap_bottom),
                      view.mean(x + inner, x + outer, cap_top, cap_bottom));
        if (!(cap > 0)) continue;
        // As wide as the calcified wall: a wider strip takes in lit tissue, a narrower one has
        // flanks in the shadow, and both lose contrast.
        const double top = y + r + clear_mm, bottom = top + shadow_mm, half = r + 0.5 * wall_mm;
        // All the way down: a lumen below its near wall is dark only so far.
        const auto shade = [&](double from, double to) {
          return contrast(view.mean(x - half, x + half, from, to),
                          view.mean(x - outer, x - inner, from, to),
                          view.mean(x + inner, x + outer, from, to));
        };
        const double middle = 0.5 * (top + bottom);
        const double shadow = std::min(shade(top, middle), shade(middle, bottom));
        if (!(shadow > 0)) continue;
        const double score = std::min(cap, shadow) * std::sqrt(half);
        if (score <= best_score) continue;
        best_score = score;
        best = {0, 0, r, cap * decibel_per_grey, shadow * decibel_per_grey};
        best_x = x;
        best_y = y;
      }
    }
  if (best_score == 0) return {};
  refine(view, section.pixel_mm, best_x, best_y, best.radius_mm);
  best.u_mm = best_x * deep_v + best_y * deep_u;
  best.v_mm = -best_x * deep_u + best_y * deep_v;
  return best;
}

}  // namespace imaging
