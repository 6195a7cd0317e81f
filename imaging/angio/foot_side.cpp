#include "imaging/angio/foot_side.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <optional>

#include "imaging/angio/detail/foot_follow.h"
#include "imaging/angio/detail/silhouette.h"
#include "imaging/angio/foot_course.h"

namespace imaging {
namespace {

using detail::Small;

// Of the foot's length, from the tip of the toes along the skin: the joints behind the metatarsals,
// and the ankle's. (E)
constexpr double metatarsals_at = 0.5, ankle_at = 0.78;
// How deep under the skin the artery runs, of the foot's length, at most: of 250 mm 15 and 35. The
// plantar arteries lie under the fat pad and the short flexor. (E)
constexpr double dorsal_depth = 0.06, plantar_depth = 0.14;
// A foot is 2.6 times as long as the forefoot is wide. (E)
constexpr double widths_per_length = 2.6;

double distance(Point2 a, Point2 b) { return std::hypot(a.x - b.x, a.y - b.y); }

// The border of a piece, in order round it (Moore's neighbours), its pixels 4-connected.
std::vector<Point2> rim_of(const std::vector<Point2>& piece, int columns, int rows) {
  Frame<std::uint8_t> in(columns, rows);
  Point2 first = piece.front();
  for (const Point2& p : piece) {
    in(static_cast<int>(p.x), static_cast<int>(p.y)) = 1;
    if (p.y < first.y || (p.y == first.y && p.x < first.x)) first = p;
  }
  constexpr std::array<std::array<int, 2>, 8> around{
      {{1, 0}, {1, 1}, {0, 1}, {-1, 1}, {-1, 0}, {-1, -1}, {0, -1}, {1, -1}}};
  const auto inside = [&](int x, int y) {
    return x >= 0 && y >= 0 && x < columns && y < rows && in(x, y);
  };
  std::vector<Point2> rim{first};
  int x = static_cast<int>(first.x), y = static_cast<int>(first.y);
  std::size_t from = 4;  // Nothing of the piece lies left of its first place or above it.
  const std::size_t most = 4 * piece.size();
  while (rim.size() < most) {
    bool found = false;
    for (std::size_t k = 1; k <= 8 && !found; ++k) {
      const std::size_t d = (from + k) % 8;
      if (!inside(x + around[d][0], y + around[d][1])) continue;
      x += around[d][0];
      y += around[d][1];
      from = (d + 4) % 8;
      found = true;
    }
    if (!found || (x == static_cast<int>(first.x) && y == static_cast<int>(first.y))) break;
    rim.push_back({double(x), double(y)});
  }
  return rim;
}

// Stretch [first, first + count) of the rim, going round.
struct Stretch {
  std::size_t first = 0, count = 0;
};

Stretch longest_on_border(const std::vector<Point2>& rim, int columns, int rows) {
  const std::size_t n = rim.size();
  const auto on = [&](std::size_t i, int side) {
    const Point2& p = rim[i % n];
    return side == 0   ? p.y < 1
           : side == 1 ? p.x > columns - 2
           : side == 2 ? p.y > rows - 2
                       : p.x < 1;
  };
  Stretch best;
  for (int side = 0; side < 4; ++side)
    for (std::size_t i = 0; i < n; ++i) {
      if (!on(i, side) || on(i + n - 1, side)) continue;
      Stretch now{i, 0};
      while (now.count < n && on(i + now.count, side)) ++now.count;
      if (now.count > best.count) best = now;
    }
  return best;
}

// In px of the picture, a place about every pixel.
std::vector<Point2> full_size(const std::vector<Point2>& line, double scale) {
  std::vector<Point2> full;
  const auto place = [&](Point2 p) {
    return Point2{scale * p.x + 0.5 * (scale - 1), scale * p.y + 0.5 * (scale - 1)};
  };
  const std::vector<Point2> smooth = smoothed_line(line, 4);
  for (std::size_t n = 0; n + 1 < smooth.size(); ++n) {
    const Point2 a = place(smooth[n]), b = place(smooth[n + 1]);
    const int steps = std::max(1, static_cast<int>(std::lround(distance(a, b))));
    for (int k = 0; k < steps; ++k)
      full.push_back(
          {std::lerp(a.x, b.x, double(k) / steps), std::lerp(a.y, b.y, double(k) / steps)});
  }
  if (!smooth.empty()) full.push_back(place(smooth.back()));
  return full;
}

std::optional<SideOutline> outline_above(const Small& small, float threshold) {
  const auto piece = detail::largest_piece(small.image, threshold);
  const int columns = small.image.columns(), rows = small.image.rows();
  if (piece.size() < 400) return std::nullopt;
  const std::vector<Point2> rim = rim_of(piece, columns, rows);
  const Stretch leg = longest_on_border(rim, columns, rows);
  const std::size_t n = rim.size();
  if (leg.count < 15 || leg.count > n / 2) return std::nullopt;
  // The rest, from one side of the leg round to the other.
  std::vector<Point2> round;
  for (std::size_t i = leg.first + leg.count - 1; i <= leg.first + n; ++i)
    round.push_back(rim[i % n]);
  const Point2 one = round.front(), other = round.back();
  const Point2 entry{0.5 * (one.x + other.x), 0.5 * (one.y + other.y)};
  const auto tip =
      static_cast<std::size_t>(std::max_element(round.begin(), round.end(),
                                                [&](Point2 a, Point2 b) {
                                                  return distance(a, entry) < distance(b, entry);
                                                }) -
                               round.begin());
  // The leg runs at right angles to the border or nearly so; its axis by the body's middle a leg's
  // width further in.
  const double width = distance(one, other);
  Point2 inner{0, 0};
  double count = 0;
  const double across_x = (other.x - one.x) / width, across_y = (other.y - one.y) / width;
  for (const Point2& p : piece) {
    const double deep = std::abs(-(p.x - entry.x) * across_y + (p.y - entry.y) * across_x);
    const double aside = (p.x - entry.x) * across_x + (p.y - entry.y) * across_y;
    if (deep < 0.3 * width || deep > 0.6 * width || std::abs(aside) > width) continue;
    inner.x += p.x;
    inner.y += p.y;
    count += 1;
  }
  if (count < 10) return std::nullopt;
  const double ax = inner.x / count - entry.x, ay = inner.y / count - entry.y,
               length = std::hypot(ax, ay);
  if (length <= 0) return std::nullopt;
  // How far to the toes' side of the leg's axis.
  const double sign = ax * (round[tip].y - entry.y) - ay * (round[tip].x - entry.x) > 0 ? 1 : -1;
  const auto forward = [&](Point2 p) {
    return sign * (ax * (p.y - entry.y) - ay * (p.x - entry.x)) / length;
  };
  if (forward(round[tip]) < 0.8 * width) return std::nullopt;  // It points on: not from the side.
  const auto heel = static_cast<std::size_t>(
      std::min_element(round.begin(), round.end(),
                       [&](Point2 a, Point2 b) { return forward(a) < forward(b); }) -
      round.begin());
  if (forward(round[heel]) > -0.6 * width) return std::nullopt;  // No heel stands out.
  SideOutline outline;
  const auto part = [&](std::size_t to) {
    std::vector<Point2> line;
    if (to < tip)
      for (std::size_t i = tip + 1; i-- > to;) line.push_back(round[i]);
    else
      for (std::size_t i = tip; i <= to; ++i) line.push_back(round[i]);
    return full_size(line, small.scale);
  };
  outline.sole = part(heel);
  outline.dorsum = part(heel < tip ? round.size() - 1 : 0);
  outline.length_px = small.scale * distance(round[tip], round[heel]);
  if (outline.length_px < 1.5 * small.scale * width) return std::nullopt;
  return outline;
}

// Stations along the skin between ankle and metatarsals, `depth` px under it, from the ankle on.
std::vector<CourseStation> along_skin(const std::vector<Point2>& skin, double length_px,
                                      double depth_px, const std::vector<Point2>& far_side) {
  std::vector<Point2> line;
  double at = 0;
  for (std::size_t n = 1; n < skin.size(); ++n) {
    at += distance(skin[n], skin[n - 1]);
    if (at >= metatarsals_at * length_px && at <= ankle_at * length_px) line.push_back(skin[n]);
  }
  std::reverse(line.begin(), line.end());
  std::vector<CourseStation> stations;
  constexpr int half = 12;  // The skin of a reduced picture has steps.
  const int count = static_cast<int>(line.size());
  for (int n = 0; n < count; ++n) {
    const Point2 &a = line[static_cast<std::size_t>(std::max(0, n - half))],
                 &b = line[static_cast<std::size_t>(std::min(count - 1, n + half))];
    const double run = distance(a, b);
    if (run <= 0) continue;
    const Point2 p = line[static_cast<std::size_t>(n)];
    double x = -(b.y - a.y) / run, y = (b.x - a.x) / run;
    // Inwards: towards the skin of the other side.
    const Point2 middle = far_side[far_side.size() / 2];
    if (x * (middle.x - p.x) + y * (middle.y - p.y) < 0) x = -x, y = -y;
    stations.push_back({{p.x + depth_px * x, p.y + depth_px * y}, x, y});
  }
  return stations;
}

}  // namespace

Result<SideOutline> outline_foot_side(const Frame<float>& absorption) {
  if (absorption.columns() >= 64 && absorption.rows() >= 64) {
    const Small small = detail::reduced(absorption);
    for (const float air : detail::air_levels(small.image))
      if (auto outline = outline_above(small, detail::body_threshold(small.image, air)))
        return *std::move(outline);
  }
  return fail(ErrorCode::NotFound,
              "No foot from its side was found on this picture, with its heel and its toes on "
              "either side of the leg.");
}

std::vector<ArteryFilling> name_side_ways(const SideOutline& outline, const FootMap& map,
                                          const std::vector<FootWay>& ways,
                                          const FootPicture& picture) {
  const int columns = picture.clear.columns(), rows = picture.clear.rows();
  const std::vector<detail::WayPoint> points = detail::points_of(ways, picture);
  const detail::WayPicture way_picture(points, columns, rows);
  const double per_px = detail::contrast_per_px(ways, picture);
  struct Along {
    const char *id, *width_of;
    const std::vector<Point2>&skin, &far_side;
    double depth;
  };
  const Along sides[] = {
      {"dorsalis_pedis", "dorsalis_pedis", outline.dorsum, outline.sole, dorsal_depth},
      {"plantar", "lateral_plantar", outline.sole, outline.dorsum, plantar_depth}};
  std::vector<ArteryFilling> arteries;
  int number = 0;
  for (const Along& side : sides) {
    const double reach_px = 0.5 * side.depth * outline.length_px;
    auto stations = along_skin(side.skin, outline.length_px, reach_px, side.far_side);
    std::erase_if(stations, [&](const CourseStation& s) {
      return s.p.x < 1 || s.p.y < 1 || s.p.x > columns - 2 || s.p.y > rows - 2;
    });
    detail::Follower follower(way_picture, points.size(), reach_px);
    const detail::Followed followed = follower.follow(stations, number++);
    ArteryFilling artery;
    artery.artery = side.id;
    artery.course = followed.course.points;
    double filled = 0;
    for (const int place : followed.place) {
      artery.filled.push_back(place >= 0);
      filled += place >= 0;
    }
    const auto count = static_cast<double>(stations.size());
    artery.filled_share = filled / std::max(1.0, count);
    artery.shown_share = std::min(1.0, count / ((ankle_at - metatarsals_at) * outline.length_px));
    if (const FootArtery* known = map.find(side.width_of)) {
      const double width_px = known->healthy_width * outline.length_px / widths_per_length;
      artery.signal_to_noise = detail::would_stand_out(0.5 * width_px, per_px, stations, picture);
    }
    artery.assessable =
        artery.shown_share >= detail::least_shown && artery.signal_to_noise >= detail::found_from;
    arteries.push_back(std::move(artery));
  }
  return arteries;
}

}  // namespace imaging
