#include "imaging/angio/foot_filling.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "imaging/angio/foot_course.h"
#include "imaging/angio/motion.h"

namespace imaging {
namespace {

// The run in one picture, and one that holds noise alone.
struct Averages {
  Frame<float> contrast, noise;
  int shown_frame = 0;
};

Averages average(const Subtraction& subtraction, const AngioRun& run) {
  const auto& mask = subtraction.mask().frames;
  const int last_mask = *std::max_element(mask.begin(), mask.end());
  const int count = static_cast<int>(run.frames.size());
  const int first = std::min(last_mask + 1, count - 1);
  const Frame<float> start = subtraction.still_frame(first);
  Averages a{Frame<float>(start.columns(), start.rows()),
             Frame<float>(start.columns(), start.rows()), first};
  // An even number of frames, so that what does not change cancels.
  const int used = std::max(1, (count - first) / 2 * 2);
  double most = -std::numeric_limits<double>::max();
  for (int n = 0; n < used; ++n) {
    const Frame<float> frame = n == 0 ? start : subtraction.still_frame(first + n);
    const float sign = n % 2 == 0 ? 1.0F : -1.0F;
    double sum = 0;
    for (std::size_t i = 0; i < frame.size(); ++i) {
      const float value = frame.data()[i];
      a.contrast.data()[i] += value;
      a.noise.data()[i] += sign * value;
      sum += static_cast<double>(std::max(value, 0.0F));
    }
    if (sum > most) {
      most = sum;
      a.shown_frame = first + n;
    }
  }
  // The mask's own noise is in every frame alike, so the alternating sum has lost it; it is put
  // back as a factor: var(mean live) + var(mean mask) over var(mean live).
  const float back = std::sqrt(1 + static_cast<float>(used) / static_cast<float>(mask.size()));
  for (std::size_t i = 0; i < a.contrast.size(); ++i) {
    a.contrast.data()[i] /= static_cast<float>(used);
    a.noise.data()[i] *= back / static_cast<float>(used);
  }
  return a;
}

// Brighter than both sides.
CourseAnswer ridge(const Frame<float>& picture, double side_px) {
  return [&picture, side_px](const CourseStation& s, double offset) {
    const auto at = [&](double o) {
      return sample(picture, s.p.x + o * s.across_x, s.p.y + o * s.across_y);
    };
    return at(offset) - 0.5 * (at(offset - side_px) + at(offset + side_px));
  };
}

std::vector<double> box_mean(const std::vector<double>& values, int half) {
  std::vector<double> sums{0};
  for (const double v : values) sums.push_back(sums.back() + v);
  const int n = static_cast<int>(values.size());
  std::vector<double> means;
  for (int i = 0; i < n; ++i) {
    const auto from = static_cast<std::size_t>(std::max(0, i - half)),
               to = static_cast<std::size_t>(std::min(n, i + half + 1));
    means.push_back((sums[to] - sums[from]) / static_cast<double>(to - from));
  }
  return means;
}

double median(std::vector<double> values) {
  if (values.empty()) return 0;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

// Contrast summed across the vessel, its height, each over the filled part.
struct Profile {
  double mass = 0;      // Per px of length, above what lies beside.
  double width_px = 0;  // At half its height.
};

Profile profile(const Frame<float>& picture, const FoundCourse& course,
                const std::vector<bool>& filled, int half_px) {
  // Averaged along the artery first, so that noise chooses neither side nor height.
  const int reach = half_px + 2;
  std::vector<double> mean(static_cast<std::size_t>(2 * reach + 1), 0);
  double n = 0;
  for (std::size_t i = 0; i < course.at.size(); ++i) {
    if (!filled[i]) continue;
    const CourseStation& s = course.at[i];
    for (int o = -reach; o <= reach; ++o)
      mean[static_cast<std::size_t>(o + reach)] +=
          sample(picture, s.p.x + o * s.across_x, s.p.y + o * s.across_y);
    n += 1;
  }
  if (n == 0) return {};
  const auto at = [&](int o) { return mean[static_cast<std::size_t>(o + reach)] / n; };
  const double beside = 0.25 * (at(-reach) + at(-reach + 1) + at(reach) + at(reach - 1));
  Profile p;
  double height = 0;
  for (int o = -half_px; o <= half_px; ++o) {
    p.mass += at(o) - beside;
    height = std::max(height, at(o) - beside);
  }
  for (double o = -half_px; o < half_px; o += 0.1) {
    const int i = static_cast<int>(std::floor(o));
    if (std::lerp(at(i), at(i + 1), o - i) - beside > 0.5 * height) p.width_px += 0.1;
  }
  return p;
}

constexpr double pi_quarter = 0.78539816339744831;

}  // namespace

Result<FootFilling> read_foot_filling(const AngioRun& run, Side side, const FootMap& map,
                                      const Progress& progress) {
  auto mask = choose_mask(run);
  if (!mask) return tl::unexpected(mask.error());
  auto still = Subtraction::make(run, *mask);
  if (!still) return tl::unexpected(still.error());
  auto outline = outline_foot(still->log_mask(), side);
  if (!outline) return tl::unexpected(outline.error());
  auto motion = find_motion(run, *mask, MotionModel::Deformation, progress);
  if (!motion) return tl::unexpected(motion.error());
  auto bends = std::make_shared<std::vector<Displacement>>();
  for (const FrameMotion& m : *motion) bends->push_back(m.displacement);
  mask->motion = bends;
  auto subtraction = Subtraction::make(run, *mask);
  if (!subtraction) return tl::unexpected(subtraction.error());

  const Averages averages = average(*subtraction, run);
  // Sides lie beyond the blur and the widest artery of the forefoot, 1/50 of the foot.
  const double side_px = std::max(3.0, 0.02 * outline->width_px);
  const Frame<float> contrast = smoothed(averages.contrast), noise = smoothed(averages.noise);
  const double reach_px = map.reach * outline->width_px;
  std::vector<const FootArtery*> arteries;
  for (const FootArtery& artery : map.arteries) arteries.push_back(&artery);
  const int columns = contrast.columns(), rows = contrast.rows();
  const Ground ground = ground_of(*outline, columns, rows, ridge(noise, side_px));
  const MapFit fit =
      fit_map(*outline, arteries, reach_px, columns, rows, ridge(contrast, side_px), ground);
  // A sideways step costs what noise gains by it, so that courses stay smooth.
  const double bend = 1.5 * ground.spread;
  const int smooth_px = std::max(2, static_cast<int>(reach_px));

  FootFilling filling{*outline, {}, averages.shown_frame, mask->frames, false};
  std::vector<FoundCourse> courses;
  std::vector<double> thresholds;
  // A window of a tenth of the foot's width: shorter gaps are not told from noise.
  const int half_window = std::max(3, static_cast<int>(0.05 * outline->width_px));
  std::vector<FoundCourse> nulls;
  for (const FootArtery& artery : map.arteries) {
    const auto stations = lay_course(*outline, artery, fit.stretch, fit.shift, columns, rows);
    nulls.push_back(find_course(stations, reach_px, bend, smooth_px, ridge(noise, side_px)));
  }
  for (std::size_t a = 0; a < map.arteries.size(); ++a) {
    if (progress.cancelled()) return cancelled();
    const FootArtery& artery = map.arteries[a];
    const auto stations = lay_course(*outline, artery, fit.stretch, fit.shift, columns, rows);
    const auto null = box_mean(nulls[a].answer, half_window);
    double mean = 0, square = 0;
    for (const double v : null) {
      mean += v;
      square += v * v;
    }
    const double n = std::max(1.0, static_cast<double>(null.size()));
    mean /= n;
    const double sd = std::sqrt(std::max(0.0, square / n - mean * mean));
    const FoundCourse course =
        find_course(stations, reach_px, bend, smooth_px, ridge(contrast, side_px));
    const auto answers = box_mean(course.answer, half_window);
    // Four standard deviations over what the best course through noise answers.
    const double threshold = mean + 4 * std::max(sd, 0.1 * mean);
    ArteryFilling reading;
    reading.artery = artery.id;
    reading.course = course.points;
    int filled = 0;
    for (const double answer : answers) {
      reading.filled.push_back(answer > threshold);
      filled += answer > threshold;
    }
    reading.filled_share = filled / std::max(1.0, static_cast<double>(answers.size()));
    reading.signal_to_noise = mean > 0 ? course.mean() / mean : 0;
    courses.push_back(course);
    thresholds.push_back(threshold);
    filling.arteries.push_back(std::move(reading));
  }

  // Contrast per px of width, from the arteries that are wide enough.
  constexpr double wide_px = 3.5;
  std::vector<double> contrast_per_px;
  std::vector<Profile> profiles;
  for (std::size_t a = 0; a < courses.size(); ++a) {
    const int half_px = std::max(4, static_cast<int>(std::lround(0.025 * outline->width_px)));
    const Profile p = profile(averages.contrast, courses[a], filling.arteries[a].filled, half_px);
    profiles.push_back(p);
    // A disc's chord is half as long as its diameter sqrt(3)/2 of the diameter apart.
    const double diameter_px = p.width_px / 0.866;
    if (filling.arteries[a].filled_share > 0.3 && diameter_px > wide_px)
      contrast_per_px.push_back(p.mass / (pi_quarter * diameter_px * diameter_px));
  }
  filling.widths_measured = !contrast_per_px.empty();
  const double k = median(contrast_per_px);
  for (std::size_t a = 0; a < courses.size(); ++a) {
    const double healthy_px = map.arteries[a].healthy_width * outline->width_px;
    // A thin vessel is as high as its mass spread over the blur: detector, interpolation and the
    // smoothing together some 3 px wide at half height, so 1.06 times that.
    const double half_healthy = k * pi_quarter * 0.25 * healthy_px * healthy_px;
    constexpr double blur_px = 3.2;
    filling.arteries[a].assessable = k <= 0 || half_healthy / blur_px > thresholds[a];
    if (k <= 0 || profiles[a].mass <= 0 || filling.arteries[a].filled_share == 0) continue;
    filling.arteries[a].relative_width =
        std::sqrt(profiles[a].mass / (pi_quarter * k)) / healthy_px;
  }
  return filling;
}

}  // namespace imaging
