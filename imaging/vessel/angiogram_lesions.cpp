#include "imaging/vessel/angiogram_lesions.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <optional>

#include "imaging/vessel/detail/blurred_chord.h"

namespace imaging {
namespace {

// Two edges, each known to half a pixel or so: narrower vessels show their course and their gaps,
// and no degrees of narrowing.
constexpr double least_graded_px = 3;
// One place in ten thousand goes so far by chance; a picture has some thousand. Of Student's
// distribution with twenty degrees: errors are known from about so many independent places.
constexpr double sure_sigmas = 4.5;
// Full width at half height of a Gaussian in its standard deviations: nothing shorter is resolved.
constexpr double resolved_sigmas = 2.355;

double median(std::vector<double>& values) {
  if (values.empty()) return 0;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

// A parabola's least squares about a sample.
struct Throat {
  double ratio = 0;     // Diameter over reference at its lowest place.
  double variance = 0;  // Of that, in variances of a single sample's ratio.
};

// Of a narrowing's width over its reference about its narrowest place: the parabola through what
// lies within `half_px` on both sides keeps its depth, and takes most of the noise. On fewer than
// three independent places it would follow the noise, and the mean says less than it did.
Throat throat_of(const std::vector<WidthSample>& samples, std::size_t at, double half_px,
                 double apart_px) {
  double w = 0, xx = 0, xxxx = 0, y = 0, xxy = 0;
  for (const WidthSample& s : samples) {
    const double x = (s.at_px - samples[at].at_px) / half_px;
    if (std::abs(x) > 1 || !s.filled) continue;
    w += 1, xx += x * x, xxxx += x * x * x * x;
    const double ratio = s.diameter_px / s.reference_px;
    y += ratio, xxy += x * x * ratio;
  }
  const double here = samples[at].diameter_px / samples[at].reference_px;
  const double determinant = w * xxxx - xx * xx;
  const double places = 2 * half_px / apart_px;
  if (places < 3 || !(determinant > 1e-6 * w * xxxx)) return {here, 1};
  return {(y * xxxx - xxy * xx) / determinant,
          std::min(1.0, xxxx / determinant * w / std::max(1.0, places))};
}

// Running means of the diameter over its reference, and of what is known of them.
class Narrowness {
 public:
  explicit Narrowness(const std::vector<WidthSample>& samples) {
    for (const WidthSample& s : samples) {
      const bool counts = s.filled && s.reference_px > 0;
      const double sd = counts ? s.diameter_sd_px / s.reference_px : 0;
      count_.push_back(count_.back() + (counts ? 1 : 0));
      ratio_.push_back(ratio_.back() + (counts ? s.diameter_px / s.reference_px : 0));
      variance_.push_back(variance_.back() + sd * sd);
    }
  }
  double count(std::size_t first, std::size_t last) const {
    return count_[last + 1] - count_[first];
  }
  double ratio(std::size_t first, std::size_t last) const {
    return (ratio_[last + 1] - ratio_[first]) / std::max(1.0, count(first, last));
  }
  // Mean variance of single samples.
  double variance(std::size_t first, std::size_t last) const {
    return (variance_[last + 1] - variance_[first]) / std::max(1.0, count(first, last));
  }

 private:
  std::vector<double> count_{0}, ratio_{0}, variance_{0};
};

struct Found {
  Lesion lesion;
  double sigmas = 0;
};

// Whether this is the vessel's end rather than something along it: a way may overshoot its vessel
// by as much as the vessel is wide, at a fork on either side.
bool is_tip(const std::vector<WidthSample>& samples, const Lesion& l) {
  const double wide_px = samples[l.first].reference_px;
  const bool at_end =
      samples[l.first].at_px < wide_px || samples[l.last].at_px > samples.back().at_px - wide_px;
  return at_end && l.length_px < 2 * wide_px;
}

// Whether healthy vessel lies on both sides, by which its reference is interpolated: three
// independent places of it each. At an end of the way one side has to do.
bool is_interpolated(const std::vector<WidthSample>& samples, const Lesion& l, double share,
                     double apart_px) {
  double before = 0, after = 0;
  for (std::size_t n = 0; n < samples.size(); ++n) {
    const WidthSample& s = samples[n];
    if (!s.filled || s.diameter_px < share * s.reference_px) continue;
    before += n < l.first ? 1 : 0;
    after += n > l.last ? 1 : 0;
  }
  const double least = 3 * apart_px;
  return (before >= least || l.first == 0) && (after >= least || l.last + 1 == samples.size());
}

// Stretches whose mean over `scale_px` about each of their places is below the share.
void narrow_stretches(const std::vector<WidthSample>& samples, const Narrowness& narrow,
                      double share, double scale_px, double apart_px, double least_px,
                      std::vector<Found>& found) {
  const auto count = static_cast<std::ptrdiff_t>(samples.size());
  const auto half = static_cast<std::ptrdiff_t>(scale_px / 2);
  const auto low = [&](std::ptrdiff_t n) {
    const auto first = static_cast<std::size_t>(std::max<std::ptrdiff_t>(0, n - half));
    const auto last = static_cast<std::size_t>(std::min(count - 1, n + half));
    const WidthSample& s = samples[static_cast<std::size_t>(n)];
    // A gap parts: it is no narrowing, and what lies beyond it may be another vessel.
    return s.filled && s.reference_px >= least_graded_px && narrow.ratio(first, last) < share;
  };
  for (std::ptrdiff_t n = 0; n < count;) {
    if (!low(n)) {
      ++n;
      continue;
    }
    Lesion l;
    l.first = static_cast<std::size_t>(n);
    while (n < count && low(n)) l.last = static_cast<std::size_t>(n++);
    l.length_px = samples[l.last].at_px - samples[l.first].at_px;
    if (l.length_px < least_px) continue;
    const double places = std::max(1.0, (l.length_px + scale_px) / apart_px);
    const double of_reference =
        samples[l.first].reference_sd_px / std::max(1e-9, samples[l.first].reference_px);
    const double sd =
        std::sqrt(narrow.variance(l.first, l.last) / places + of_reference * of_reference);
    const double sigmas = (1 - narrow.ratio(l.first, l.last)) / std::max(1e-6, sd);
    bool by_hand = false;
    for (std::size_t m = l.first; m <= l.last; ++m) by_hand = by_hand || samples[m].by_hand;
    if (sigmas >= sure_sigmas || by_hand) found.push_back({l, sigmas});
  }
}

// Without what a mean over much of the way adds at both ends.
void trim(const std::vector<WidthSample>& samples, const Narrowness& narrow, double share,
          double apart_px, Lesion& l) {
  const auto half = static_cast<std::size_t>(apart_px / 2);
  const auto low = [&](std::size_t n) {
    return samples[n].filled &&
           narrow.ratio(n > half ? n - half : 0, std::min(n + half, samples.size() - 1)) < share;
  };
  while (l.first < l.last && !low(l.first)) ++l.first;
  while (l.last > l.first && !low(l.last)) --l.last;
  l.length_px = samples[l.last].at_px - samples[l.first].at_px;
}

// The narrowest place by parabolas that reach `half_px` to both sides.
Throat narrowest(const std::vector<WidthSample>& samples, double half_px, double apart_px,
                 Lesion& l) {
  Throat best{1e9, 1};
  for (std::size_t n = l.first; n <= l.last; ++n) {
    if (!samples[n].filled) continue;
    const Throat t = throat_of(samples, n, half_px, apart_px);
    if (t.ratio >= best.ratio) continue;
    best = t;
    l.narrowest = n;
  }
  return best;
}

// Its narrowest place and the percent there, with their errors. The narrowest of single samples is
// the one that noise pulled down most; a parabola takes noise out, and over too much of a lesion
// its shape as well. So it reaches as far as a stated error of two points needs, and half the
// lesion at most.
void grade(const std::vector<WidthSample>& samples, double apart_px, Lesion& l) {
  constexpr double enough_percent = 2;
  Throat throat;
  for (double half_px = 0.5 * apart_px;; half_px *= 1.3) {
    const bool most = half_px >= 0.25 * l.length_px;
    if (most) half_px = std::max(0.5 * apart_px, 0.25 * l.length_px);
    throat = narrowest(samples, half_px, apart_px, l);
    const WidthSample& s = samples[l.narrowest];
    throat.ratio = std::max(0.0, throat.ratio);
    l.reference_px = s.reference_px;
    l.minimal_px = throat.ratio * s.reference_px;
    l.minimal_sd_px = s.diameter_sd_px * std::sqrt(throat.variance);
    l.percent_diameter = 100 * (1 - throat.ratio);
    l.percent_sd =
        100 * std::hypot(l.minimal_sd_px, throat.ratio * s.reference_sd_px) / s.reference_px;
    if (most || 100 * l.minimal_sd_px / s.reference_px <= enough_percent) return;
  }
}

// Radius of which a blurred lumen shows this share of what one of `whole_px` shows.
double radius_of_share(double share, double whole_px, double blur_px) {
  const double sought = share * detail::blurred_chord(0, whole_px, blur_px);
  double low = 0, high = whole_px;
  for (int round = 0; round < 30; ++round) {
    const double middle = 0.5 * (low + high);
    (detail::blurred_chord(0, middle, blur_px) < sought ? low : high) = middle;
  }
  return low;
}

// What is left of the lumen where too little contrast shows for a width: by the contrast itself,
// against what lies beside it. Closed where a quarter of the diameter would have shown, over a
// length that blur resolves.
void grade_by_contrast(double left, double error, double expected, double blur_px, bool resolved,
                       Lesion& l) {
  constexpr double closed_ratio = 0.25;
  const double whole_px = 0.5 * l.reference_px;
  const auto ratio_at = [&](double contrast) {
    return radius_of_share(std::clamp(contrast / expected, 0.0, 1.0), whole_px, blur_px) / whole_px;
  };
  const double ratio = ratio_at(left), most = ratio_at(left + 2 * error);
  if (resolved && most <= closed_ratio) {
    l.occluded = true;
    l.percent_diameter = 100;
    return;
  }
  l.minimal_px = ratio * l.reference_px;
  l.minimal_sd_px = 0.5 * (most - ratio) * l.reference_px;
  l.percent_diameter = 100 * (1 - ratio);
  l.percent_sd = 50 * (most - ratio);
}

// Without a width where a healthy lumen's contrast would have shown: closed, or what may be the
// throat of a narrowing.
void empty_stretches(const std::vector<WidthSample>& samples, double blur_px, double apart_px,
                     double least_px, std::vector<Lesion>& lesions, std::vector<Lesion>& throats) {
  constexpr double beside_px = 40;
  for (std::size_t n = 0; n < samples.size();) {
    if (samples[n].filled) {
      ++n;
      continue;
    }
    Lesion l;
    l.first = n;
    double left = 0;
    while (n < samples.size() && !samples[n].filled) left += samples[n].clear, l.last = n++;
    l.length_px = samples[l.last].at_px - samples[l.first].at_px;
    l.narrowest = (l.first + l.last) / 2;
    l.reference_px = samples[l.narrowest].reference_px;
    const bool by_hand = samples[l.first].by_hand;
    if (is_tip(samples, l)) continue;
    const double error = 1 / std::sqrt(std::max(1.0, l.length_px / apart_px));
    left /= static_cast<double>(l.last - l.first + 1);
    std::vector<double> before, after;
    for (std::size_t m = 0; m < samples.size(); ++m) {
      const WidthSample& s = samples[m];
      if (m < l.first && s.at_px > samples[l.first].at_px - beside_px) before.push_back(s.clear);
      if (m > l.last && s.at_px < samples[l.last].at_px + beside_px) after.push_back(s.clear);
    }
    const bool at_end = l.first == 0 || l.last + 1 == samples.size();
    const double expected =
        at_end ? std::max(median(before), median(after)) : std::min(median(before), median(after));
    if (!by_hand && expected - left < sure_sigmas * error) continue;
    grade_by_contrast(left, error, std::max(1e-9, expected), blur_px, l.length_px >= least_px, l);
    // The middle of a narrowing that widths show on both sides; a longer stretch with some contrast
    // and no width is a faint vessel.
    const bool throat = l.reference_px >= least_graded_px && l.length_px <= 2 * l.reference_px &&
                        l.percent_diameter >= sure_sigmas * l.percent_sd;
    if (l.occluded || (by_hand && l.length_px >= least_px))
      lesions.push_back(l);
    else if (throat)
      throats.push_back(l);
  }
}

// A narrowing runs on where it is too tight for a width; beside a closed stretch it is the blur of
// the stump.
void join_touching(const std::vector<WidthSample>& samples, double apart_px,
                   std::vector<Lesion>& lesions) {
  std::sort(lesions.begin(), lesions.end(),
            [](const Lesion& a, const Lesion& b) { return a.first < b.first; });
  for (std::size_t n = 0; n + 1 < lesions.size();) {
    Lesion &a = lesions[n], &b = lesions[n + 1];
    const bool touch = samples[b.first].at_px - samples[a.last].at_px <= apart_px;
    if (!touch || (a.occluded && b.occluded)) {
      ++n;
      continue;
    }
    const bool closed = a.occluded || b.occluded;
    const Lesion& other = a.occluded ? b : a;
    if (closed && other.length_px > 2 * other.reference_px) {
      ++n;
      continue;
    }
    Lesion joined = a.percent_diameter >= b.percent_diameter ? a : b;
    if (!closed) joined.first = a.first, joined.last = b.last;
    joined.length_px = samples[joined.last].at_px - samples[joined.first].at_px;
    a = joined;
    lesions.erase(lesions.begin() + static_cast<std::ptrdiff_t>(n) + 1);
  }
}

}  // namespace

double independent_px(double blur_px) {
  constexpr double mean_over_px = 3;
  // White noise under a Gaussian has as many independent places as under a box of this width.
  return std::hypot(mean_over_px, 2 * std::sqrt(std::numbers::pi) * blur_px);
}

void add_scatter(std::vector<WidthSample>& samples, double blur_px) {
  const auto lag = static_cast<std::size_t>(std::ceil(1.5 * independent_px(blur_px)));
  constexpr std::size_t reach = 40, least = 15;  // Samples, about a pixel apart.
  std::vector<std::optional<double>> bends(samples.size());
  for (std::size_t n = lag; n + lag < samples.size(); ++n) {
    const WidthSample &a = samples[n - lag], &b = samples[n], &c = samples[n + lag];
    if (a.filled && b.filled && c.filled)
      bends[n] = std::abs(b.diameter_px - 0.5 * (a.diameter_px + c.diameter_px));
  }
  const auto scatter = [&](std::size_t first, std::size_t last) -> std::optional<double> {
    std::vector<double> near;
    for (std::size_t n = first; n <= last; ++n)
      if (bends[n]) near.push_back(*bends[n]);
    if (near.size() < least) return std::nullopt;
    // Such a difference has one and a half variances of a sample.
    return 1.4826 * median(near) / std::sqrt(1.5);
  };
  const std::optional<double> of_all = scatter(0, samples.size() - 1);
  for (std::size_t n = 0; n < samples.size(); ++n) {
    const auto here = scatter(n > reach ? n - reach : 0, std::min(n + reach, samples.size() - 1));
    if (samples[n].filled)
      samples[n].diameter_sd_px =
          std::max(samples[n].diameter_sd_px, here.value_or(of_all.value_or(0)));
  }
}

void add_reference(std::vector<WidthSample>& samples, double blur_px) {
  std::vector<double> filled, spread;
  for (const WidthSample& s : samples)
    if (s.filled) filled.push_back(s.diameter_px), spread.push_back(s.diameter_sd_px);
  double level = median(filled), slope = 0;
  // A tenth below is a narrowing that begins; a branch's mouth bulges the other way. Where noise is
  // more than that it says nothing, and counting it on one side only would raise the reference.
  const double noise = median(spread) / std::max(1e-9, level);
  const double below_share = std::max(0.05, 2 * noise), above_share = std::max(0.1, 2 * noise);
  const double middle = 0.5 * (samples.front().at_px + samples.back().at_px);
  double w = 0, wx = 0, wxx = 0, left = 0, determinant = 0;
  for (int round = 0; round < 30; ++round) {
    double wy = 0, wxy = 0;
    w = wx = wxx = left = 0;
    for (const WidthSample& s : samples) {
      if (!s.filled) continue;
      const double x = s.at_px - middle, reference = level + slope * x;
      const double below = (reference - s.diameter_px) / std::max(1e-9, reference);
      const double odd = below > 0 ? below / below_share : below / above_share;
      const double weight = 1 / std::pow(1 + odd * odd, 2);
      w += weight, wx += weight * x, wxx += weight * x * x;
      wy += weight * s.diameter_px, wxy += weight * x * s.diameter_px;
      left += weight * (s.diameter_px - reference) * (s.diameter_px - reference);
    }
    determinant = w * wxx - wx * wx;
    if (!(determinant > 1e-9 * w * wxx) || !(w > 0)) break;
    const double next_slope = (w * wxy - wx * wy) / determinant;
    const double next_level = (wy - next_slope * wx) / w;
    const bool still = std::abs(next_level - level) < 1e-6 && std::abs(next_slope - slope) < 1e-8;
    level = next_level, slope = next_slope;
    if (still) break;
  }
  const bool is_line = determinant > 1e-9 * w * wxx && w > 0;
  for (WidthSample& s : samples) {
    const double x = s.at_px - middle;
    s.reference_px = std::max(0.5, level + slope * x);
    // Of a weighted line, with as many places as err on their own.
    const double variance = is_line ? (wxx - 2 * x * wx + x * x * w) / determinant : 1;
    s.reference_sd_px = std::sqrt(left / std::max(1e-9, w) * variance * independent_px(blur_px));
  }
}

std::vector<Lesion> lesions_of(const std::vector<WidthSample>& samples, double blur_px,
                               double share) {
  std::vector<Lesion> lesions;
  if (samples.empty()) return lesions;
  const double apart_px = independent_px(blur_px);
  // Blurred along the way as well, and a mean over a few lines of it.
  const double least_px = resolved_sigmas * std::hypot(blur_px, std::sqrt(2.0 / 3));
  std::vector<Lesion> throats;
  empty_stretches(samples, blur_px, apart_px, least_px, lesions, throats);
  const Narrowness narrow(samples);
  std::vector<Found> found;
  for (const double scale : {0.0, 1.0, 2.0, 4.0, 8.0})
    narrow_stretches(samples, narrow, share, scale * apart_px, apart_px, least_px, found);
  // The surest of those that lie over one another.
  std::sort(found.begin(), found.end(),
            [](const Found& a, const Found& b) { return a.sigmas > b.sigmas; });
  for (Found& f : found) {
    const bool apart = std::all_of(lesions.begin(), lesions.end(), [&](const Lesion& other) {
      return f.lesion.last < other.first || f.lesion.first > other.last;
    });
    if (!apart) continue;
    trim(samples, narrow, share, apart_px, f.lesion);
    if (is_tip(samples, f.lesion)) continue;
    grade(samples, apart_px, f.lesion);
    const bool sure = (f.lesion.percent_diameter >= sure_sigmas * f.lesion.percent_sd &&
                       is_interpolated(samples, f.lesion, share, apart_px)) ||
                      samples[f.lesion.narrowest].by_hand;
    if (f.lesion.percent_diameter >= 100 * (1 - share) && sure) lesions.push_back(f.lesion);
  }
  for (const Lesion& throat : throats)
    if (std::any_of(lesions.begin(), lesions.end(), [&](const Lesion& other) {
          return !other.occluded &&
                 samples[throat.first].at_px - samples[other.last].at_px <= apart_px &&
                 samples[other.first].at_px - samples[throat.last].at_px <= apart_px;
        }))
      lesions.push_back(throat);
  join_touching(samples, apart_px, lesions);
  return lesions;
}

}  // namespace imaging
