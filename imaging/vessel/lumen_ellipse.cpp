#include "imaging/vessel/lumen_ellipse.h"

#include <Eigen/Dense>
#include <algorithm>
#include <array>
#include <cmath>

#include "imaging/vessel/section_profile.h"

namespace imaging {
namespace {

constexpr double most_flatness = 1.5;  // Long over short axis 4.5: flatter ones are closed.
constexpr double band_mm = 1.0;        // To both sides of the outline: the wall and its spread.
constexpr int rounds = 2, steps_each = 6;
constexpr double outlier_deviations = 2.5;

// The symmetric matrix of the quadratic form that is 1 on the outline.
struct Form {
  double uu = 0, uv = 0, vv = 0;
};

Form form_of(const LumenEllipse& e) {
  const double q = e.flatness();
  const double share = q > 1e-9 ? std::sinh(q) / q : 1;
  const double scale = 1 / (e.radius_mm * e.radius_mm);
  return {scale * (std::cosh(q) - share * e.flat_cos), -scale * share * e.flat_sin,
          scale * (std::cosh(q) + share * e.flat_cos)};
}

// To first order: how far the form is from 1 over how fast it grows.
double outside_mm(const Form& form, double u, double v) {
  const double gu = form.uu * u + form.uv * v, gv = form.uv * u + form.vv * v;
  const double square = u * gu + v * gv, growth = std::hypot(gu, gv);
  if (growth < 1e-12) return -1 / std::sqrt(std::max(form.uu, form.vv));
  const double f = std::sqrt(std::max(0.0, square));
  return (f - 1) * f / growth;
}

}  // namespace

double LumenEllipse::flatness() const { return std::hypot(flat_cos, flat_sin); }
double LumenEllipse::aspect() const { return std::exp(flatness()); }
double LumenEllipse::long_angle_rad() const { return 0.5 * std::atan2(flat_sin, flat_cos); }
double LumenEllipse::radius_towards_mm(double u, double v) const {
  const Form form = form_of(*this);
  return std::hypot(u, v) / std::sqrt(form.uu * u * u + 2 * form.uv * u * v + form.vv * v * v);
}
double LumenEllipse::outside_mm(double u, double v) const {
  return imaging::outside_mm(form_of(*this), u - u_mm, v - v_mm);
}

std::optional<LumenEllipse> outline_lumen(const Section& section, double radius_mm) {
  const std::vector<double> radial = radial_profile(section);
  const double inside = mean_between(radial, 0, 0.5 * radius_mm);
  const double around = mean_between(radial, radius_mm + 0.4, radius_mm + 1.2);
  if (!(around > inside)) return std::nullopt;
  const auto limit = static_cast<float>(0.5 * (inside + around));
  const int side = section.side(), half = section.half;
  std::vector<char> seen(section.grey.size(), 0);
  std::vector<int> open;
  // The middle itself may be a bright speckle: from all that lies well inside.
  const int reach = std::max(1, static_cast<int>(0.4 * radius_mm / section.pixel_mm));
  for (int v = -reach; v <= reach; ++v)
    for (int u = -reach; u <= reach; ++u) {
      if (u * u + v * v > reach * reach || section.at(u, v) >= limit) continue;
      const int at = (v + half) * side + u + half;
      seen[static_cast<std::size_t>(at)] = 1;
      open.push_back(at);
    }
  double n = 0, su = 0, sv = 0, suu = 0, suv = 0, svv = 0;
  while (!open.empty()) {
    const int at = open.back();
    open.pop_back();
    const int u = at % side - half, v = at / side - half;
    if (std::abs(u) == half || std::abs(v) == half) return std::nullopt;
    ++n;
    su += u;
    sv += v;
    suu += u * u;
    suv += u * v;
    svv += v * v;
    for (const int next : {at - 1, at + 1, at - side, at + side}) {
      const auto m = static_cast<std::size_t>(next);
      if (seen[m] || section.grey[m] >= limit) continue;
      seen[m] = 1;
      open.push_back(next);
    }
  }
  constexpr double least_pixels = 9;
  if (n < least_pixels) return std::nullopt;
  const double pixel = section.pixel_mm;
  const double mu = su / n, mv = sv / n;
  // A pixel has an extent of its own.
  const double uu = suu / n - mu * mu + 1.0 / 12, vv = svv / n - mv * mv + 1.0 / 12,
               uv = suv / n - mu * mv;
  const double mean = 0.5 * (uu + vv), split = std::hypot(0.5 * (uu - vv), uv);
  if (!(split < mean)) return std::nullopt;
  // Half axes go as the roots of the moments.
  const double flatness = std::min(most_flatness, 0.5 * std::log((mean + split) / (mean - split)));
  const double angle2 = std::atan2(uv, 0.5 * (uu - vv));
  return LumenEllipse{mu * pixel, mv * pixel, std::sqrt(n / pi) * pixel,
                      flatness * std::cos(angle2), flatness * std::sin(angle2)};
}

std::vector<double> profile_about(const Section& section, const LumenEllipse& ellipse) {
  const double reach_mm = section.half * section.pixel_mm;
  const auto bins = static_cast<std::size_t>(reach_mm / BlurredDisc::bin_mm);
  std::vector<double> sum(bins, 0.0), count(bins, 0.0);
  const Form form = form_of(ellipse);
  for (int v = -section.half; v <= section.half; ++v)
    for (int u = -section.half; u <= section.half; ++u) {
      const double r =
          std::max(0.0, ellipse.radius_mm + outside_mm(form, u * section.pixel_mm - ellipse.u_mm,
                                                       v * section.pixel_mm - ellipse.v_mm));
      const auto bin = static_cast<std::size_t>(r / BlurredDisc::bin_mm);
      if (bin >= bins) continue;
      sum[bin] += static_cast<double>(section.at(u, v));
      count[bin] += 1;
    }
  for (std::size_t b = 0; b < bins; ++b) sum[b] = count[b] > 0 ? sum[b] / count[b] : NAN;
  return sum;
}

namespace {

constexpr int unknowns = 5;
using Numbers = Eigen::Matrix<double, unknowns, 1>;
// A step of each for the slopes, and the most that one round may change it.
constexpr std::array<double, unknowns> slope_step{0.02, 0.02, 0.02, 0.02, 0.02};
constexpr std::array<double, unknowns> largest_step{0.3, 0.3, 0.3, 0.25, 0.25};

Numbers numbers_of(const LumenEllipse& e) {
  return (Numbers() << e.u_mm, e.v_mm, e.radius_mm, e.flat_cos, e.flat_sin).finished();
}

LumenEllipse ellipse_of(const Numbers& n) {
  LumenEllipse e{n[0], n[1], std::max(0.25, n[2]), n[3], n[4]};
  const double q = e.flatness();
  if (q > most_flatness) {
    e.flat_cos *= most_flatness / q;
    e.flat_sin *= most_flatness / q;
  }
  return e;
}

struct Pixel {
  double u_mm = 0, v_mm = 0, grey = 0;
};

// The section near the outline.
std::vector<Pixel> pixels_near(const Section& section, const LumenEllipse& ellipse) {
  const Form form = form_of(ellipse);
  std::vector<Pixel> pixels;
  for (int v = -section.half; v <= section.half; ++v)
    for (int u = -section.half; u <= section.half; ++u) {
      const double um = u * section.pixel_mm, vm = v * section.pixel_mm;
      if (std::abs(outside_mm(form, um - ellipse.u_mm, vm - ellipse.v_mm)) <= band_mm)
        pixels.push_back({um, vm, static_cast<double>(section.at(u, v))});
    }
  return pixels;
}

// What an ellipse with the looks of `fit` would show there.
class Picture {
 public:
  Picture(const BlurredDisc& disc, const DiscProfileFit& look) : disc_(disc), look_(look) {}

  void draw(const LumenEllipse& ellipse, const std::vector<Pixel>& pixels,
            Eigen::VectorXd& grey) const {
    const std::vector<double> profile = disc_.profile(ellipse.radius_mm, look_.wall_over_tissue);
    const Form form = form_of(ellipse);
    const double last = static_cast<double>(profile.size()) - 1.001;
    for (std::size_t n = 0; n < pixels.size(); ++n) {
      const double r = ellipse.radius_mm + outside_mm(form, pixels[n].u_mm - ellipse.u_mm,
                                                      pixels[n].v_mm - ellipse.v_mm);
      const double bin = std::clamp(r / BlurredDisc::bin_mm - 0.5, 0.0, last);
      const auto low = static_cast<std::size_t>(bin);
      grey[static_cast<Eigen::Index>(n)] =
          look_.tissue_grey +
          std::lerp(profile[low], profile[low + 1], bin - static_cast<double>(low));
    }
  }

 private:
  const BlurredDisc& disc_;
  DiscProfileFit look_;
};

double median_abs(std::vector<double> values) {
  for (double& v : values) v = std::abs(v);
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

}  // namespace

// Gauss and Newton, damped by the largest step; the wall and the tissue are those of the profile
// about the outline found last.
LumenEllipse fit_lumen_ellipse(const Section& section, const BlurredDisc& disc,
                               const LumenEllipse& start) {
  LumenEllipse best = start;
  for (int round = 0; round < rounds; ++round) {
    std::vector<double> profile = profile_about(section, best);
    const auto bins = static_cast<std::size_t>((best.radius_mm + band_mm) / BlurredDisc::bin_mm);
    if (profile.size() > bins) profile.resize(bins);
    const DiscProfileFit look =
        disc.fit(profile, std::max(0.2, best.radius_mm - 0.5), best.radius_mm + 0.8);
    best.radius_mm = look.radius_mm;
    const std::vector<Pixel> pixels = pixels_near(section, best);
    const auto count = static_cast<Eigen::Index>(pixels.size());
    if (count < 4 * unknowns) return best;
    const Picture picture(disc, look);
    Eigen::VectorXd here(count), there(count);
    Eigen::Matrix<double, Eigen::Dynamic, unknowns> slopes(count, unknowns);
    std::vector<double> misfit(pixels.size());
    for (int step = 0; step < steps_each; ++step) {
      const Numbers at = numbers_of(best);
      picture.draw(best, pixels, here);
      for (int k = 0; k < unknowns; ++k) {
        Numbers moved = at;
        moved[k] += slope_step[static_cast<std::size_t>(k)];
        picture.draw(ellipse_of(moved), pixels, there);
        slopes.col(k) = (there - here) / slope_step[static_cast<std::size_t>(k)];
      }
      for (std::size_t n = 0; n < pixels.size(); ++n)
        misfit[n] = pixels[n].grey - here[static_cast<Eigen::Index>(n)];
      const double limit = outlier_deviations * 1.48 * median_abs(misfit);
      Eigen::Matrix<double, unknowns, unknowns> normal =
          Eigen::Matrix<double, unknowns, unknowns>::Zero();
      Numbers right = Numbers::Zero();
      for (Eigen::Index n = 0; n < count; ++n) {
        const double m = misfit[static_cast<std::size_t>(n)];
        if (std::abs(m) > limit) continue;
        normal += slopes.row(n).transpose() * slopes.row(n);
        right += slopes.row(n).transpose() * m;
      }
      normal.diagonal() *= 1.001;
      normal.diagonal().array() += 1e-9;
      Numbers move = normal.ldlt().solve(right);
      if (!move.allFinite()) return best;
      for (int k = 0; k < unknowns; ++k) {
        const double most = largest_step[static_cast<std::size_t>(k)];
        move[k] = std::clamp(move[k], -most, most);
      }
      best = ellipse_of(at + move);
      if (move.cwiseAbs().maxCoeff() < 0.01) break;
    }
  }
  return best;
}

}  // namespace imaging
