#include "imaging/angio/foot_ways.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "imaging/angio/detail/foot_follow.h"
#include "imaging/angio/foot_course.h"

namespace imaging {
namespace {

using detail::Followed;
using detail::Follower;
using detail::most_turned;
using detail::WayPicture;
using detail::WayPoint;

// How well a place of the map, with a direction, lies on one of its arteries: 1 on it, falling to
// nothing at three times the map's reach.
class MapField {
 public:
  explicit MapField(const FootMap& map) {
    for (auto& layer : layers_) layer = Frame<float>(columns, rows);
    for (const FootArtery& artery : map.arteries)
      for (std::size_t n = 0; n + 1 < artery.course.size(); ++n)
        add(artery.course[n], artery.course[n + 1], map.reach);
  }
  double at(double u, double v, double du, double dv) const {
    const int c = static_cast<int>(std::lround((u - first_u) / step)),
              r = static_cast<int>(std::lround((v - first_v) / step));
    if (c < 0 || r < 0 || c >= columns || r >= rows) return 0;
    double turn = std::atan2(dv, du) / std::numbers::pi;
    turn -= std::floor(turn);
    const auto layer = static_cast<std::size_t>(turn * static_cast<double>(bins)) % bins;
    return static_cast<double>(layers_[layer](c, r));
  }

 private:
  static constexpr double step = 0.01, first_u = -0.2, first_v = -0.7;  // Widths.
  static constexpr int columns = 281, rows = 141;
  static constexpr std::size_t bins = 8;

  void add(const FootPlace& a, const FootPlace& b, double reach) {
    const double du = b.from_toes - a.from_toes, dv = b.lateral - a.lateral,
                 length = std::hypot(du, dv);
    if (length <= 0) return;
    const int half = static_cast<int>(3 * reach / step);
    const int steps = std::max(1, static_cast<int>(length / step));
    for (int i = 0; i <= steps; ++i) {
      const double u = a.from_toes + du * i / steps, v = a.lateral + dv * i / steps;
      const int c0 = static_cast<int>(std::lround((u - first_u) / step)),
                r0 = static_cast<int>(std::lround((v - first_v) / step));
      for (int r = std::max(0, r0 - half); r <= std::min(rows - 1, r0 + half); ++r)
        for (int c = std::max(0, c0 - half); c <= std::min(columns - 1, c0 + half); ++c) {
          const double far = std::hypot(c - c0, r - r0) * step / reach;
          if (far < 3) raise(c, r, std::exp(-0.5 * far * far), du / length, dv / length);
        }
    }
  }
  void raise(int c, int r, double value, double du, double dv) {
    for (std::size_t n = 0; n < bins; ++n) {
      const double turn = std::numbers::pi * (static_cast<double>(n) + 0.5) / bins;
      if (std::abs(std::cos(turn) * du + std::sin(turn) * dv) < most_turned) continue;
      layers_[n](c, r) = std::max(layers_[n](c, r), static_cast<float>(value));
    }
  }
  std::array<Frame<float>, bins> layers_;
};

// A found place in widths of the foot, as the outline has it.
struct OnFoot {
  double u, v, du, dv;
};

std::vector<OnFoot> on_foot(const FootOutline& outline, const std::vector<WayPoint>& points) {
  std::vector<OnFoot> all;
  constexpr std::size_t every = 3;
  for (std::size_t n = 0; n < points.size(); n += every) {
    const WayPoint& w = points[n];
    const double x = w.p.x - outline.toe_tip.x, y = w.p.y - outline.toe_tip.y;
    const OnFoot f{(x * outline.heelwards_x + y * outline.heelwards_y) / outline.width_px,
                   (x * outline.lateral_x + y * outline.lateral_y) / outline.width_px,
                   w.x * outline.heelwards_x + w.y * outline.heelwards_y,
                   w.x * outline.lateral_x + w.y * outline.lateral_y};
    all.push_back(f);
  }
  return all;
}

// What of the found lies on the map as it lies.
double explained(const MapField& field, const std::vector<OnFoot>& found, const MapLie& lie) {
  double sum = 0;
  for (const OnFoot& f : found) {
    const double along = f.u - MapLie::knee - lie.along;
    const double stretch = along > 0 ? lie.tarsus : lie.forefoot;
    sum += field.at(MapLie::knee + along / stretch, f.v - lie.across - lie.tilt * along,
                    f.du / stretch, f.dv - lie.tilt * f.du);
  }
  return sum;
}

// One standard deviation of each: what feet and views differ by. (E)
constexpr double along_sd = 0.08, across_sd = 0.04, tilt_sd = 0.06, stretch_sd = 0.15;

double unlikely(const MapLie& lie, bool toes_shown) {
  const auto square = [](double x) { return x * x; };
  // Without toes the outline does not say how far from them the foot is cut off.
  const double along = toes_shown ? square(lie.along / along_sd) : 0;
  return along + square(lie.across / across_sd) + square(lie.tilt / tilt_sd) +
         square((lie.tarsus - 1) / stretch_sd) + square((lie.forefoot - 1) / stretch_sd);
}

MapLie laid(const FootMap& map, const FootOutline& outline, const std::vector<OnFoot>& found) {
  const MapField field(map);
  // As much found as an artery of half a foot's width has to speak against one deviation.
  const double weight = 0.05 * outline.width_px / 3;
  const auto value = [&](const MapLie& lie) {
    return explained(field, found, lie) - weight * unlikely(lie, outline.toes_shown);
  };
  MapLie best;
  double most = value(best);
  const auto keep = [&](const MapLie& lie) {
    const double now = value(lie);
    if (now <= most) return false;
    most = now;
    best = lie;
    return true;
  };
  const double from = outline.toes_shown ? -0.2 : -0.8;
  for (double along = from; along < 0.21; along += 0.04)
    for (double tarsus = 0.7; tarsus < 1.31; tarsus += 0.15)
      for (double forefoot = 0.7; forefoot < 1.41; forefoot += 0.1)
        for (double across = -0.08; across < 0.081; across += 0.04)
          keep({along, across, 0, tarsus, forefoot});
  for (double step = 0.04; step > 0.004; step /= 2)
    for (bool better = true; better;) {
      better = false;
      for (double MapLie::*part :
           {&MapLie::along, &MapLie::across, &MapLie::tilt, &MapLie::tarsus, &MapLie::forefoot})
        for (const double way : {-step, step}) {
          MapLie lie = best;
          lie.*part += way;
          better |= keep(lie);
        }
    }
  return best;
}

FootArtery moved_on_map(const FootArtery& artery, const MapLie& lie) {
  FootArtery moved = artery;
  moved.course.clear();
  for (std::size_t n = 0; n + 1 < artery.course.size(); ++n) {
    const FootPlace &a = artery.course[n], &b = artery.course[n + 1];
    moved.course.push_back(lie.place(a));
    // The map bends where it passes the knee.
    if ((a.from_toes - MapLie::knee) * (b.from_toes - MapLie::knee) < 0) {
      const double t = (MapLie::knee - a.from_toes) / (b.from_toes - a.from_toes);
      moved.course.push_back(lie.place({MapLie::knee, std::lerp(a.lateral, b.lateral, t)}));
    }
  }
  moved.course.push_back(lie.place(artery.course.back()));
  return moved;
}

double mean_offset(const Followed& f) {
  double sum = 0, n = 0;
  for (std::size_t i = 0; i < f.place.size(); ++i)
    if (f.place[i] >= 0) sum += std::abs(f.offset[i]), n += 1;
  return n > 0 ? sum / n : 1e9;
}

// Marks where another artery shows within the map's own error of this one.
void hide(const Follower& follower, const std::vector<CourseStation>& stations, const FootMap& map,
          double map_px, int artery, ArteryFilling& filling) {
  std::vector<int> hides(map.arteries.size(), 0);
  filling.hidden.assign(stations.size(), false);
  const int reach = static_cast<int>(map_px);
  for (std::size_t n = 0; n < stations.size(); ++n) {
    if (filling.filled[n]) continue;
    const CourseStation& s = stations[n];
    int by = -1;
    for (int o = -reach; o <= reach && by < 0; ++o) {
      const int owner = follower.owner_at({s.p.x + o * s.across_x, s.p.y + o * s.across_y}, s);
      if (owner >= 0 && owner != artery) by = owner;
    }
    if (by < 0) continue;
    filling.hidden[n] = true;
    ++hides[static_cast<std::size_t>(by)];
  }
  const auto most = std::max_element(hides.begin(), hides.end());
  if (*most > 0)
    filling.hidden_by = map.arteries[static_cast<std::size_t>(most - hides.begin())].id;
}

}  // namespace

NamedFoot name_foot_ways(const FootOutline& outline, const FootMap& map,
                         const std::vector<FootWay>& ways, const FootPicture& pictures) {
  NamedFoot named;
  const int columns = pictures.clear.columns(), rows = pictures.clear.rows();
  const double per_px = detail::contrast_per_px(ways, pictures);
  const std::vector<WayPoint> points = detail::points_of(ways, pictures);
  const std::vector<OnFoot> found = on_foot(outline, points);
  named.lie = laid(map, outline, found);
  named.explained = found.empty() ? 0
                                  : explained(MapField(map), found, named.lie) /
                                        static_cast<double>(found.size());
  const double map_px = map.reach * outline.width_px;
  const WayPicture picture(points, columns, rows);
  Follower follower(picture, points.size(), 2.5 * map_px);
  const std::size_t count = map.arteries.size();
  std::vector<std::vector<CourseStation>> stations;
  for (const FootArtery& artery : map.arteries) {
    const FootArtery moved = moved_on_map(artery, named.lie);
    stations.push_back(lay_course(outline, moved, 1, 0, columns, rows));
    named.arteries.push_back({});
    named.arteries.back().artery = artery.id;
    ArteryFilling& filling = named.arteries.back();
    filling.shown_share = shown_share(outline, moved, 1, 0, columns, rows);
    filling.signal_to_noise = detail::would_stand_out(0.5 * artery.healthy_width * outline.width_px,
                                                      per_px, stations.back(), pictures);
    filling.assessable =
        filling.shown_share >= detail::least_shown && filling.signal_to_noise >= detail::found_from;
  }
  // The artery that lies nearest to what it finds takes it first; the others look again.
  std::vector<bool> done(count, false);
  for (std::size_t round = 0; round < count; ++round) {
    std::size_t next = count;
    Followed best;
    double least = 0;
    for (std::size_t a = 0; a < count; ++a) {
      if (done[a]) continue;
      Followed f = follower.follow(stations[a], static_cast<int>(a));
      const double far = mean_offset(f);
      if (next < count && far >= least) continue;
      next = a;
      least = far;
      best = std::move(f);
    }
    done[next] = true;
    ArteryFilling& artery = named.arteries[next];
    artery.course = best.course.points;
    double filled = 0;
    for (const int place : best.place) {
      artery.filled.push_back(place >= 0);
      filled += place >= 0;
      if (place >= 0) follower.give(place, static_cast<int>(next));
    }
    artery.filled_share = filled / std::max(1.0, static_cast<double>(artery.filled.size()));
  }
  for (std::size_t a = 0; a < count; ++a)
    hide(follower, stations[a], map, map_px, static_cast<int>(a), named.arteries[a]);
  return named;
}

}  // namespace imaging
