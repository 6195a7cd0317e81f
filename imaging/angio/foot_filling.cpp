#include "imaging/angio/foot_filling.h"

#include <tbb/parallel_for.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "imaging/angio/foot_contrast.h"
#include "imaging/angio/foot_course.h"
#include "imaging/angio/motion.h"

namespace imaging {
namespace {

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

// One artery at one delay, and what noise alone answers over a window along it.
struct CourseReading {
  FoundCourse course;
  double noise = 0, noise_spread = 0;
  double noise_mass = 0;  // See Profile: what the best course through noise gathers.
};

// Contrast comes to all arteries of a group within a frame or so of each other, and to no group
// before the one that feeds it; so each group has one delay, at which its arteries stand out most.
std::vector<std::size_t> delays_of(const FootMap& map,
                                   const std::vector<std::vector<CourseReading>>& readings) {
  const auto stage = [](FootGroup group) -> std::size_t {
    switch (group) {
      case FootGroup::Dorsal:
      case FootGroup::Plantar:
        return 0;
      case FootGroup::Arch:
        return 1;
      case FootGroup::Metatarsal:
        return 2;
      case FootGroup::Digital:
        return 3;
    }
    return 0;
  };
  const std::size_t delays = readings.front().size();
  // Best sum of stages so far that ends at this delay, and how it came about.
  std::array<std::vector<double>, 4> stands_out;
  for (auto& s : stands_out) s.assign(delays, 0);
  for (std::size_t a = 0; a < map.arteries.size(); ++a)
    for (std::size_t d = 0; d < delays; ++d) {
      const CourseReading& r = readings[a][d];
      if (r.noise_spread > 0)
        stands_out[stage(map.arteries[a].group)][d] += (r.course.mean() - r.noise) / r.noise_spread;
    }
  std::array<std::vector<std::size_t>, 4> from;
  std::vector<double> best = stands_out[0];
  for (std::size_t s = 1; s < 4; ++s) {
    std::vector<double> next(delays);
    from[s].assign(delays, 0);
    std::size_t before = 0;
    for (std::size_t d = 0; d < delays; ++d) {
      if (best[d] > best[before]) before = d;
      from[s][d] = before;
      next[d] = best[before] + stands_out[s][d];
    }
    best = std::move(next);
  }
  std::array<std::size_t, 4> chosen{};
  chosen[3] = static_cast<std::size_t>(std::max_element(best.begin(), best.end()) - best.begin());
  for (std::size_t s = 3; s > 0; --s) chosen[s - 1] = from[s][chosen[s]];
  std::vector<std::size_t> delay;
  for (const FootArtery& artery : map.arteries) delay.push_back(chosen[stage(artery.group)]);
  return delay;
}

int shown_frame_of(const FootContrast& found) {
  const auto& curve = found.curve();
  return static_cast<int>(std::max_element(curve.begin(), curve.end()) - curve.begin());
}

constexpr double least_shown = 0.5;  // Of an artery, so that it is judged.
constexpr double pi_quarter = 0.78539816339744831;

}  // namespace

Result<FootFilling> read_foot_filling(const AngioRun& run, Side side, const FootMap& map,
                                      const Progress& progress, ToeTips tips) {
  auto mask = choose_mask(run);
  if (!mask) return tl::unexpected(mask.error());
  auto still = Subtraction::make(run, *mask);
  if (!still) return tl::unexpected(still.error());
  auto outline = outline_foot(still->log_mask(), side, tips);
  if (!outline) return tl::unexpected(outline.error());
  auto motion = find_motion(run, *mask, MotionModel::Deformation, progress);
  if (!motion) return tl::unexpected(motion.error());
  auto bends = std::make_shared<std::vector<Displacement>>();
  for (const FrameMotion& m : *motion) bends->push_back(m.displacement);
  mask->motion = bends;
  auto subtraction = Subtraction::make(run, *mask);
  if (!subtraction) return tl::unexpected(subtraction.error());

  const int count = static_cast<int>(run.frames.size());
  std::vector<Frame<float>> frames;
  for (int n = 0; n < count; ++n) frames.push_back(subtraction->still_frame(n));
  auto filling = read_still_frames(frames, *outline, map, progress);
  if (filling) filling->mask_frames = mask->frames;
  return filling;
}

Result<FootFilling> read_still_frames(const std::vector<Frame<float>>& frames,
                                      const FootOutline& outline, const FootMap& map,
                                      const Progress& progress) {
  if (frames.size() < 4)
    return fail(ErrorCode::InvalidInput,
                "This run has fewer than four frames, so contrast is not told from noise.");
  const FootContrast found = FootContrast::of(frames, outline);
  const int columns = frames[0].columns(), rows = frames[0].rows();
  // Sides lie beyond the blur and the widest artery of the forefoot, 1/50 of the foot.
  const double side_px = std::max(3.0, 0.02 * outline.width_px);
  const double reach_px = map.reach * outline.width_px;
  std::vector<Frame<float>> contrast;
  std::vector<std::vector<Frame<float>>> noise;
  for (std::size_t d = 0; d < found.delays(); ++d) {
    contrast.push_back(smoothed(found.contrast(d)));
    noise.emplace_back();
    for (const Frame<float>& picture : found.noise(d)) noise.back().push_back(smoothed(picture));
  }
  std::vector<const FootArtery*> arteries;
  for (const FootArtery& artery : map.arteries) arteries.push_back(&artery);
  std::vector<Ground> ground;
  for (const auto& pictures : noise)
    ground.push_back(ground_of(outline, columns, rows, ridge(pictures.front(), side_px)));
  const std::size_t middle = std::min<std::size_t>(2, found.delays() - 1);
  const MapFit fit = fit_map(outline, arteries, reach_px, columns, rows,
                             ridge(contrast[middle], side_px), ground[middle]);
  const int smooth_px = std::max(2, static_cast<int>(reach_px));
  // A window of a tenth of the foot's width: shorter gaps are not told from noise.
  const int half_window = std::max(3, static_cast<int>(0.05 * outline.width_px));

  const int half_px = std::max(4, static_cast<int>(std::lround(0.025 * outline.width_px)));

  // Every artery's course at every delay, and what the best course through noise answers.
  std::vector<std::vector<CourseReading>> readings(map.arteries.size());
  tbb::parallel_for(std::size_t{0}, map.arteries.size(), [&](std::size_t a) {
    const auto stations =
        lay_course(outline, map.arteries[a], fit.stretch, fit.shift, columns, rows);
    for (std::size_t d = 0; d < found.delays(); ++d) {
      // A sideways step costs what noise gains by it, so that courses stay smooth.
      const double bend = 1.5 * ground[d].spread;
      const auto best = [&](const Frame<float>& picture) {
        return find_course(stations, reach_px, bend, smooth_px, ridge(picture, side_px));
      };
      CourseReading reading{best(contrast[d])};
      double n = 0, sum = 0, square = 0;
      for (std::size_t k = 0; k < noise[d].size(); ++k) {
        const FoundCourse through = best(noise[d][k]);
        for (const double v : box_mean(through.answer, half_window)) {
          n += 1;
          sum += v;
          square += v * v;
        }
        const std::vector<bool> all(through.at.size(), true);
        reading.noise_mass += profile(found.noise(d)[k], through, all, half_px).mass /
                              static_cast<double>(noise[d].size());
      }
      reading.noise = sum / std::max(1.0, n);
      reading.noise_spread = std::max(
          0.1 * reading.noise,
          std::sqrt(std::max(0.0, square / std::max(1.0, n) - reading.noise * reading.noise)));
      readings[a].push_back(std::move(reading));
    }
  });
  if (progress.cancelled()) return cancelled();
  const std::vector<std::size_t> delay = delays_of(map, readings);

  FootFilling filling{outline, {}, shown_frame_of(found), {}, false};
  std::vector<double> thresholds;
  for (std::size_t a = 0; a < map.arteries.size(); ++a) {
    const CourseReading& at = readings[a][delay[a]];
    // Four standard deviations over what the best course through noise answers.
    const double threshold = at.noise + 4 * at.noise_spread;
    ArteryFilling reading;
    reading.artery = map.arteries[a].id;
    reading.course = at.course.points;
    int filled = 0;
    const auto answers = box_mean(at.course.answer, half_window);
    for (const double answer : answers) {
      reading.filled.push_back(answer > threshold);
      filled += answer > threshold;
    }
    reading.shown_share =
        shown_share(outline, map.arteries[a], fit.stretch, fit.shift, columns, rows);
    reading.filled_share = filled / std::max(1.0, static_cast<double>(answers.size()));
    reading.signal_to_noise = at.noise > 0 ? at.course.mean() / at.noise : 0;
    thresholds.push_back(threshold);
    filling.arteries.push_back(std::move(reading));
  }

  // Contrast per px of width, from the arteries that are wide enough.
  constexpr double wide_px = 3.5;
  std::vector<double> contrast_per_px;
  std::vector<Profile> profiles;
  for (std::size_t a = 0; a < map.arteries.size(); ++a) {
    const CourseReading& at = readings[a][delay[a]];
    Profile p = profile(found.contrast(delay[a]), at.course, filling.arteries[a].filled, half_px);
    // Where contrast is faint the course follows noise as well; the two add as squares.
    const double without_noise = p.mass * p.mass - at.noise_mass * at.noise_mass;
    p.mass = p.mass > 0 ? std::sqrt(std::max(0.0, without_noise)) : 0;
    profiles.push_back(p);
    // A disc's chord is half as long as its diameter sqrt(3)/2 of the diameter apart.
    const double diameter_px = p.width_px / 0.866;
    if (filling.arteries[a].filled_share > 0.3 && diameter_px > wide_px)
      contrast_per_px.push_back(p.mass / (pi_quarter * diameter_px * diameter_px));
  }
  filling.widths_measured = !contrast_per_px.empty();
  const double k = median(contrast_per_px);
  for (std::size_t a = 0; a < map.arteries.size(); ++a) {
    const double healthy_px = map.arteries[a].healthy_width * outline.width_px;
    // A thin vessel is as high as its mass spread over the blur: detector, interpolation and the
    // smoothing together some 3 px wide at half height, so 1.06 times that.
    const double half_healthy = k * pi_quarter * 0.25 * healthy_px * healthy_px;
    constexpr double blur_px = 3.2;
    const bool stands_out = k <= 0 || half_healthy / blur_px > thresholds[a];
    filling.arteries[a].assessable = stands_out && filling.arteries[a].shown_share >= least_shown;
    if (k <= 0 || profiles[a].mass <= 0 || filling.arteries[a].filled_share == 0) continue;
    filling.arteries[a].relative_width =
        std::sqrt(profiles[a].mass / (pi_quarter * k)) / healthy_px;
  }
  // A foot whose inflow is wider than the map's has wide arteries by nature; where it is narrower,
  // disease may be the reason, and nothing is allowed for.
  std::vector<double> inflow;
  for (std::size_t a = 0; a < map.arteries.size(); ++a) {
    const FootGroup group = map.arteries[a].group;
    const bool feeds = group == FootGroup::Dorsal || group == FootGroup::Plantar;
    if (feeds && filling.arteries[a].filled_share > 0.5)
      inflow.push_back(filling.arteries[a].relative_width);
  }
  const double build = std::max(1.0, median(inflow));
  for (ArteryFilling& artery : filling.arteries) artery.relative_width /= build;
  return filling;
}

}  // namespace imaging
