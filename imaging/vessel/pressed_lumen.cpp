#include "imaging/vessel/pressed_lumen.h"

#include <algorithm>
#include <cmath>

#include "imaging/vessel/centred_path.h"

namespace imaging {
namespace {

// Aspect 1.5. Walls shine where they face the beam and fade beside it, and the beam is wider than
// the pulse is long: a round lumen looks up to a third wider one way than the other. And a flatness
// of less moves neither wall of a 1 mm vein by more than twice what its radius is unsure by.
constexpr double least_flatness = 0.4;
constexpr double sure_deviations = 3;
// What presses (a probe that is swept along, a muscle on a bone) does so over more than a
// centimetre; where two lumens meet they look flat over less.
constexpr double outline_sd_mm = 2, ellipse_sd_mm = 2, least_run_mm = 10;
constexpr double centre_error_mm = 0.1;
constexpr std::size_t every = 2;  // Sections half a speckle apart show the same.

struct Series {
  std::vector<double> u, v, flat_cos, flat_sin, weight;
  explicit Series(std::size_t count)
      : u(count), v(count), flat_cos(count), flat_sin(count), weight(count, 0.0) {}
  void set(std::size_t n, const LumenEllipse& e) {
    u[n] = e.u_mm;
    v[n] = e.v_mm;
    flat_cos[n] = e.flat_cos;
    flat_sin[n] = e.flat_sin;
    weight[n] = 1;
  }
};

std::vector<double> mean_along(const std::vector<double>& values, const std::vector<double>& weight,
                               double sd_mm) {
  return smoothed_numbers(values, weight, sd_mm / path_step_mm);
}

// The standard deviation of a mean flatness, from how the single ones scatter about it. Fits
// within two deviations of the mean's Gaussian count, about half of them independent.
std::vector<double> mean_sd(const Series& s, const std::vector<double>& c,
                            const std::vector<double>& d) {
  std::vector<double> square(c.size());
  for (std::size_t n = 0; n < c.size(); ++n)
    square[n] = 0.5 * (std::pow(s.flat_cos[n] - c[n], 2) + std::pow(s.flat_sin[n] - d[n], 2));
  // Over a longer stretch: a scatter of few is itself in doubt.
  square = mean_along(square, s.weight, 3 * ellipse_sd_mm);
  const double independent = 2 * std::sqrt(pi) * ellipse_sd_mm / (2 * average_sd_mm) + 1;
  for (double& q : square) q = std::sqrt(q / independent);
  return square;
}

void drop_short_runs(std::vector<std::optional<LumenEllipse>>& pressed) {
  const auto least = static_cast<std::ptrdiff_t>(least_run_mm / path_step_mm);
  for (auto begin = pressed.begin(); begin != pressed.end();) {
    const auto same = [&](const auto& e) { return e.has_value() != begin->has_value(); };
    const auto end = std::find_if(begin, pressed.end(), same);
    if (end - begin < least) std::fill(begin, end, std::nullopt);
    begin = end;
  }
}

}  // namespace

std::vector<std::optional<LumenEllipse>> pressed_lumens(const std::vector<OpenSection>& sections,
                                                        const BlurredDisc& disc) {
  const std::size_t count = sections.size();
  std::vector<std::optional<LumenEllipse>> pressed(count);
  std::vector<std::optional<LumenEllipse>> outlines(count);
  Series rough(count), fine(count);
  for (std::size_t n = 0; n < count; n += every) {
    if (!sections[n].section) continue;
    outlines[n] = outline_lumen(*sections[n].section, sections[n].radius_mm);
    if (outlines[n]) rough.set(n, *outlines[n]);
  }
  const auto rough_cos = mean_along(rough.flat_cos, rough.weight, outline_sd_mm),
             rough_sin = mean_along(rough.flat_sin, rough.weight, outline_sd_mm);
  bool any = false;
  std::vector<double> radii(count, 0.0);
  for (std::size_t n = 0; n < count; n += every) {
    if (!outlines[n] || std::hypot(rough_cos[n], rough_sin[n]) < least_flatness) continue;
    LumenEllipse start = *outlines[n];
    start.flat_cos = rough_cos[n];
    start.flat_sin = rough_sin[n];
    const LumenEllipse fit = fit_lumen_ellipse(*sections[n].section, disc, start);
    fine.set(n, fit);
    radii[n] = fit.radius_mm;
    any = true;
  }
  if (!any) return pressed;
  const auto u = mean_along(fine.u, fine.weight, ellipse_sd_mm),
             v = mean_along(fine.v, fine.weight, ellipse_sd_mm),
             c = mean_along(fine.flat_cos, fine.weight, ellipse_sd_mm),
             s = mean_along(fine.flat_sin, fine.weight, ellipse_sd_mm),
             r = mean_along(radii, fine.weight, ellipse_sd_mm);
  const auto sd = mean_sd(fine, c, s);
  for (std::size_t n = 0; n < count; ++n) {
    if (!sections[n].section || !(r[n] > 0)) continue;
    const LumenEllipse e{u[n], v[n], r[n], c[n], s[n]};
    if (e.flatness() < std::max(least_flatness, sure_deviations * sd[n])) continue;
    // A circle can slide along a flat lumen, but not out of it: that is a neighbour's lumen, too.
    const double slide_mm = e.radius_mm * (std::sqrt(e.aspect()) - 1 / std::sqrt(e.aspect()));
    if (std::hypot(e.u_mm, e.v_mm) > 0.5 * slide_mm + centre_error_mm) continue;
    pressed[n] = e;
  }
  drop_short_runs(pressed);
  return pressed;
}

}  // namespace imaging
