#include "imaging/angio/foot_course.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace imaging {

double sample(const Frame<float>& picture, double x, double y) {
  const double cx = std::clamp(x, 0.0, picture.columns() - 1.001),
               cy = std::clamp(y, 0.0, picture.rows() - 1.001);
  const int i = static_cast<int>(cx), j = static_cast<int>(cy);
  const double u = cx - i, v = cy - j;
  const auto at = [&](int c, int r) { return static_cast<double>(picture(c, r)); };
  return std::lerp(std::lerp(at(i, j), at(i + 1, j), u),
                   std::lerp(at(i, j + 1), at(i + 1, j + 1), u), v);
}

std::vector<Point2> smoothed_line(const std::vector<Point2>& line, int half) {
  std::vector<Point2> smooth;
  const int n = static_cast<int>(line.size());
  for (int i = 0; i < n; ++i) {
    const int side = std::min({half, i, n - 1 - i});
    Point2 sum{0, 0};
    for (int k = i - side; k <= i + side; ++k) {
      sum.x += line[static_cast<std::size_t>(k)].x;
      sum.y += line[static_cast<std::size_t>(k)].y;
    }
    smooth.push_back({sum.x / (2 * side + 1), sum.y / (2 * side + 1)});
  }
  return smooth;
}

Frame<float> smoothed(const Frame<float>& in) {
  Frame<float> rows(in.columns(), in.rows()), out(in.columns(), in.rows());
  const auto clamp = [](int v, int n) { return std::clamp(v, 0, n - 1); };
  for (int r = 0; r < in.rows(); ++r)
    for (int c = 0; c < in.columns(); ++c)
      rows(c, r) = 0.5F * in(c, r) +
                   0.25F * (in(clamp(c - 1, in.columns()), r) + in(clamp(c + 1, in.columns()), r));
  for (int r = 0; r < in.rows(); ++r)
    for (int c = 0; c < in.columns(); ++c)
      out(c, r) = 0.5F * rows(c, r) +
                  0.25F * (rows(c, clamp(r - 1, in.rows())) + rows(c, clamp(r + 1, in.rows())));
  return out;
}

namespace {

bool within(Point2 p, int columns, int rows) {
  return p.x >= 1 && p.y >= 1 && p.x <= columns - 2 && p.y <= rows - 2;
}

}  // namespace

double shown_share(const FootOutline& outline, const FootArtery& artery, double stretch,
                   double shift, int columns, int rows) {
  double length = 0, shown = 0;
  for (std::size_t n = 0; n + 1 < artery.course.size(); ++n) {
    constexpr int steps = 50;
    for (int i = 0; i < steps; ++i) {
      const FootPlace &a = artery.course[n], &b = artery.course[n + 1];
      const double t = (i + 0.5) / steps;
      const double step = std::hypot(b.from_toes - a.from_toes, b.lateral - a.lateral) / steps;
      const Point2 p = outline.at({std::lerp(a.from_toes, b.from_toes, t) * stretch + shift,
                                   std::lerp(a.lateral, b.lateral, t)});
      length += step;
      if (within(p, columns, rows)) shown += step;
    }
  }
  return length > 0 ? shown / length : 0;
}

std::vector<CourseStation> lay_course(const FootOutline& outline, const FootArtery& artery,
                                      double stretch, double shift, int columns, int rows) {
  std::vector<CourseStation> stations;
  const auto place = [&](const FootPlace& p) {
    return outline.at({p.from_toes * stretch + shift, p.lateral});
  };
  for (std::size_t n = 0; n + 1 < artery.course.size(); ++n) {
    const Point2 a = place(artery.course[n]), b = place(artery.course[n + 1]);
    const double length = std::hypot(b.x - a.x, b.y - a.y);
    const int steps = std::max(1, static_cast<int>(std::lround(length)));
    for (int i = 0; i < steps; ++i) {
      const double t = static_cast<double>(i) / steps;
      const Point2 p{std::lerp(a.x, b.x, t), std::lerp(a.y, b.y, t)};
      if (!within(p, columns, rows)) continue;
      stations.push_back({p, -(b.y - a.y) / length, (b.x - a.x) / length});
    }
  }
  // At the corners of the course the direction turns over some pixels, so that neighbours' strips
  // do not cross.
  constexpr int half = 8;
  std::vector<CourseStation> smooth = stations;
  const int n = static_cast<int>(stations.size());
  for (int i = 0; i < n; ++i) {
    double x = 0, y = 0;
    for (int k = std::max(0, i - half); k <= std::min(n - 1, i + half); ++k) {
      x += stations[static_cast<std::size_t>(k)].across_x;
      y += stations[static_cast<std::size_t>(k)].across_y;
    }
    const double length = std::max(1e-9, std::hypot(x, y));
    smooth[static_cast<std::size_t>(i)].across_x = x / length;
    smooth[static_cast<std::size_t>(i)].across_y = y / length;
  }
  return smooth;
}

double FoundCourse::mean() const {
  if (answer.empty()) return 0;
  return std::accumulate(answer.begin(), answer.end(), 0.0) / static_cast<double>(answer.size());
}

FoundCourse find_course(const std::vector<CourseStation>& stations, double reach_px,
                        double bend_cost, int smooth_px, const CourseAnswer& answer,
                        double lane_px) {
  FoundCourse found;
  if (stations.empty()) return found;
  const int reach = std::max(1, static_cast<int>(std::lround(reach_px / lane_px)));
  const auto lanes = static_cast<std::size_t>(2 * reach + 1);
  const std::size_t n = stations.size();
  std::vector<double> best(lanes), next(lanes), answers(n * lanes);
  std::vector<signed char> from(n * lanes, 0);
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t lane = 0; lane < lanes; ++lane)
      answers[i * lanes + lane] =
          answer(stations[i], lane_px * (static_cast<double>(lane) - reach));
  for (std::size_t lane = 0; lane < lanes; ++lane) best[lane] = answers[lane];
  for (std::size_t i = 1; i < n; ++i) {
    for (std::size_t lane = 0; lane < lanes; ++lane) {
      double most = best[lane];
      signed char step = 0;
      if (lane > 0 && best[lane - 1] - bend_cost > most) {
        most = best[lane - 1] - bend_cost;
        step = -1;
      }
      if (lane + 1 < lanes && best[lane + 1] - bend_cost > most) {
        most = best[lane + 1] - bend_cost;
        step = 1;
      }
      next[lane] = most + answers[i * lanes + lane];
      from[i * lanes + lane] = step;
    }
    std::swap(best, next);
  }
  // The best course through noise zigzags to its peaks; a vessel does not. So it is smoothed, and
  // the answers are asked again where it then lies.
  auto lane = static_cast<std::size_t>(std::max_element(best.begin(), best.end()) - best.begin());
  found.points.resize(n);
  found.at.resize(n);
  found.answer.resize(n);
  std::vector<double> offsets(n), smooth_offsets(n);
  for (std::size_t i = n; i-- > 0;) {
    offsets[i] = lane_px * (static_cast<double>(lane) - reach);
    lane = static_cast<std::size_t>(static_cast<int>(lane) + from[i * lanes + lane]);
  }
  for (int i = 0; i < static_cast<int>(n); ++i) {
    // Symmetric, so that a slanting course keeps its ends.
    const int side = std::min({smooth_px, i, static_cast<int>(n) - 1 - i});
    double sum = 0;
    for (int k = i - side; k <= i + side; ++k) sum += offsets[static_cast<std::size_t>(k)];
    smooth_offsets[static_cast<std::size_t>(i)] = sum / (2 * side + 1);
  }
  for (std::size_t i = 0; i < n; ++i) {
    const CourseStation& s = stations[i];
    const double offset = smooth_offsets[i];
    found.points[i] = {s.p.x + offset * s.across_x, s.p.y + offset * s.across_y};
    found.at[i] = {found.points[i], s.across_x, s.across_y};
    found.answer[i] = answer(s, offset);
  }
  return found;
}

Ground ground_of(const FootOutline& outline, int columns, int rows, const CourseAnswer& answer) {
  std::vector<double> answers;
  for (double u = 0.1; u < 1.8; u += 0.02)
    for (double v = -0.45; v < 0.45; v += 0.02) {
      const Point2 p = outline.at({u, v});
      if (p.x < 12 || p.y < 12 || p.x > columns - 13 || p.y > rows - 13) continue;
      answers.push_back(answer({p, outline.lateral_x, outline.lateral_y}, 0));
    }
  if (answers.size() < 50) return {};
  std::sort(answers.begin(), answers.end());
  const auto at = [&](double q) {
    return answers[static_cast<std::size_t>(q * static_cast<double>(answers.size() - 1))];
  };
  return {at(0.5), std::max(1e-9, at(0.5) - at(0.16))};
}

namespace {

// How far the stations of one artery stand out of the ground, on average: at each the best place
// within reach, up to `limit` spreads.
double standing_out(const std::vector<CourseStation>& stations, double reach_px,
                    const CourseAnswer& answer, const Ground& ground) {
  constexpr double limit = 8;
  constexpr std::size_t every = 6;
  double sum = 0;
  for (std::size_t i = 0; i < stations.size(); i += every) {
    double best = 0;
    for (double o = -reach_px; o <= reach_px && best < limit; o += 1)
      best = std::max(best, (answer(stations[i], o) - ground.median) / ground.spread);
    // Squared, so that what noise reaches anywhere counts little.
    sum += std::min(best, limit) * std::min(best, limit);
  }
  return stations.empty() ? 0
                          : sum * static_cast<double>(every) / static_cast<double>(stations.size());
}

}  // namespace

MapFit fit_map(const FootOutline& outline, const std::vector<const FootArtery*>& arteries,
               double reach_px, int columns, int rows, const CourseAnswer& answer,
               const Ground& ground) {
  MapFit best;
  double most = -1;
  // Half the reach: what lies near its course speaks for a fit, what lies within reach does not.
  const double near_px = 0.5 * reach_px;
  for (const double stretch : {0.94, 1.0, 1.06})
    for (double shift = outline.toes_shown ? -0.24 : -0.56; shift < 0.17; shift += 0.04) {
      double sum = 0;
      for (const FootArtery* artery : arteries)
        sum += standing_out(lay_course(outline, *artery, stretch, shift, columns, rows), near_px,
                            answer, ground);
      if (sum <= most) continue;
      most = sum;
      best = {stretch, shift};
    }
  return best;
}

}  // namespace imaging
