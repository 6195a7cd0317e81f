// Pairs of bright lines against tubes whose shadow is known: the chord of a ray through a shell.
#include "imaging/angio/rail_tracks.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <random>

#include "imaging/angio/foot_course.h"
#include "imaging/angio/rail_follow.h"
#include "imaging/angio/rail_proof.h"

namespace imaging {
namespace {

constexpr int columns = 260, rows = 320;
constexpr double px_per_mm = 5, wall_px = 0.35 * px_per_mm, wall_grey = 60;

RailShape shape() {
  RailShape shape;
  for (double half_mm = 0.3; half_mm <= 1.5; half_mm *= 1.18)
    shape.half.push_back(half_mm * px_per_mm);
  shape.side = 0.5 * px_per_mm;
  shape.half_length = 2 * px_per_mm;
  shape.wall = wall_px;
  return shape;
}

double shell(double across, double inner) {
  const auto chord = [&](double radius) {
    return std::abs(across) < radius ? std::sqrt(radius * radius - across * across) : 0.0;
  };
  return wall_grey * (chord(inner + wall_px) - chord(inner)) / px_per_mm;
}

// An arc about a centre far to the left, from angle to angle: oblique everywhere, straight nowhere.
struct Arc {
  double cx = -160, cy = 120, radius = 300, from_rad = -0.3, to_rad = 0.5, inner_px = 5;
  double gap_from_rad = 9, gap_to_rad = 9;
  double faint_from_rad = 9;  // From there on walls are 0.45 as thick in calcium.
  Point2 at(double angle) const {
    return {cx + radius * std::cos(angle), cy + radius * std::sin(angle)};
  }
  double length() const { return radius * (to_rad - from_rad); }
};

// `rise` greys a pixel from left to right, and noise of `noise` greys.
Frame<float> drawn(const std::vector<Arc>& arcs, double noise = 0, double rise = 0.4) {
  std::mt19937 random(7);
  std::normal_distribution<double> normal;
  Frame<float> image(columns, rows);
  for (int r = 0; r < rows; ++r)
    for (int c = 0; c < columns; ++c) {
      double value = 500 + rise * c + noise * normal(random);
      for (const Arc& arc : arcs) {
        const double angle = std::atan2(r - arc.cy, c - arc.cx);
        if (angle < arc.from_rad || angle > arc.to_rad) continue;
        if (angle > arc.gap_from_rad && angle < arc.gap_to_rad) continue;
        value += (angle > arc.faint_from_rad ? 0.45 : 1) *
                 shell(std::hypot(c - arc.cx, r - arc.cy) - arc.radius, arc.inner_px);
      }
      image(c, r) = static_cast<float>(value);
    }
  return image;
}

RailLimits limits() {
  // A third of what the narrowest tube's wall rises by.
  return {.answer = shell(1.5, 1.5) / 3,
          .mean = shell(1.5, 1.5) / 3,
          .gap_px = 25,
          .shortest_px = 20,
          .apart_px = 5};
}

double track_length(const RailTrack& track) {
  double length = 0;
  for (std::size_t i = 4; i < track.points.size(); i += 4)
    length += std::hypot(track.points[i].x - track.points[i - 4].x,
                         track.points[i].y - track.points[i - 4].y);
  return length;
}

TEST(FindRails, KnowsWhereWhichWayAndHowWide) {
  for (const double inner_px : {2.0, 4.0, 6.0}) {
    const Arc arc{.inner_px = inner_px};
    const RailMap map = find_rails(drawn({arc}), shape()).pairs;
    for (double angle = arc.from_rad + 0.06; angle < arc.to_rad - 0.06; angle += 0.04) {
      const Point2 p = arc.at(angle);
      const int c = static_cast<int>(std::lround(p.x)), r = static_cast<int>(std::lround(p.y));
      // More than any edge answers; see below.
      EXPECT_GT(map.answer(c, r), 0.3 * shell(1.5, 1.5));
      // Sixteen directions: half a step, and the arc's turn over the averaged length.
      const double along =
          map.direction_x(c, r) * -std::sin(angle) + map.direction_y(c, r) * std::cos(angle);
      EXPECT_GT(std::abs(along), std::cos(std::numbers::pi / 32 + 10.0 / arc.radius));
      // A step of widths, and the wall itself.
      EXPECT_NEAR(map.half(c, r), inner_px, 0.18 * inner_px + wall_px);
    }
  }
}

TEST(FindRails, AnswersAnEdgeOfBoneAndASingleLineFarLess) {
  Frame<float> image(columns, rows);
  for (int r = 0; r < rows; ++r)
    for (int c = 0; c < columns; ++c) {
      const double across = (c - 90) * std::cos(0.3) - (r - 100) * std::sin(0.3);
      // An edge as blurred as a film's, and far from it a broad bright band.
      image(c, r) = static_cast<float>(500 + 150 / (1 + std::exp(-across)) +
                                       60 * std::exp(-std::pow((across - 90) / 12, 2)));
    }
  const RailMap map = find_rails(image, shape()).pairs;
  EXPECT_LT(*std::max_element(map.answer.data(), map.answer.data() + map.answer.size()),
            0.25F * static_cast<float>(shell(1.5, 1.5)));
}

TEST(TraceRails, FollowsACurveAndMeasuresIt) {
  const Arc arc;
  const auto tracks = trace_rails(find_rails(drawn({arc}), shape()).pairs, limits());
  ASSERT_EQ(tracks.size(), 1u);
  // Averaged over 4 mm, an end is known to a quarter of that.
  EXPECT_NEAR(track_length(tracks[0]), arc.length(), 2 * px_per_mm);
  for (const Point2 p : tracks[0].points)
    EXPECT_NEAR(std::hypot(p.x - arc.cx, p.y - arc.cy), arc.radius, 1.0);
}

TEST(TraceRails, FollowsItThroughNoise) {
  const Arc arc;
  // As much noise as half of the wall's own rise.
  const auto tracks = trace_rails(find_rails(drawn({arc}, 15), shape()).pairs, limits());
  ASSERT_GE(tracks.size(), 1u);
  EXPECT_NEAR(track_length(tracks[0]), arc.length(), 2 * 2 * px_per_mm);
}

TEST(TraceRails, BridgesAShortGapAndNoLongOne) {
  Arc arc;
  arc.gap_from_rad = 0.1;
  arc.gap_to_rad = 0.1 + 15 / arc.radius;  // 3 mm.
  EXPECT_EQ(trace_rails(find_rails(drawn({arc}), shape()).pairs, limits()).size(), 1u);
  arc.gap_to_rad = 0.1 + 60 / arc.radius;  // 12 mm.
  EXPECT_EQ(trace_rails(find_rails(drawn({arc}), shape()).pairs, limits()).size(), 2u);
}

TEST(TraceRails, KeepsTwoCrossingArteriesApart) {
  const Arc one;
  // From the other side, at some fifty degrees to the first.
  const Arc other{.cx = 420, .cy = 60, .radius = 320, .from_rad = 2.3, .to_rad = 3.1};
  const auto tracks = trace_rails(find_rails(drawn({one, other}), shape()).pairs, limits());
  for (const RailTrack& track : tracks) {
    double off_one = 0, off_other = 0;
    for (const Point2 p : track.points) {
      off_one = std::max(off_one, std::abs(std::hypot(p.x - one.cx, p.y - one.cy) - one.radius));
      off_other =
          std::max(off_other, std::abs(std::hypot(p.x - other.cx, p.y - other.cy) - other.radius));
    }
    EXPECT_LT(std::min(off_one, off_other), 6) << "a track turned from one artery into the other";
  }
  EXPECT_GE(tracks.size(), 2u);
}

TEST(TraceRails, TurnsWithThePicture) {
  const Frame<float> upright = drawn({Arc{}});
  Frame<float> turned(rows, columns);  // A quarter turn.
  for (int r = 0; r < rows; ++r)
    for (int c = 0; c < columns; ++c) turned(rows - 1 - r, c) = upright(c, r);
  const auto a = trace_rails(find_rails(upright, shape()).pairs, limits());
  const auto b = trace_rails(find_rails(turned, shape()).pairs, limits());
  ASSERT_EQ(a.size(), b.size());
  EXPECT_NEAR(track_length(a[0]), track_length(b[0]), 2);
}

TEST(FindRails, AnswersNothingInAPictureSmallerThanItsReach) {
  const RailMaps maps = find_rails(Frame<float>(9, 9), shape());
  EXPECT_TRUE(trace_rails(maps.pairs, limits()).empty());
  EXPECT_TRUE(trace_rails(maps.bands, limits()).empty());
}

// A bone lying aslant: a tube of cortex around softer marrow, whose edges on a film are single thin
// bright lines.
Frame<float> with_bone(Frame<float> image, double noise) {
  constexpr double outer_px = 4 * px_per_mm, cortex_px = 1.2 * px_per_mm;
  constexpr double cortex_grey = 40, marrow_grey = 12;  // For each mm.
  std::mt19937 random(9);
  std::normal_distribution<double> normal;
  for (int r = 0; r < rows; ++r)
    for (int c = 0; c < columns; ++c) {
      const double across = (c - 40) * std::cos(0.2) - (r - 160) * std::sin(0.2);
      const auto chord = [&](double radius) {
        return std::abs(across) < radius ? 2 * std::sqrt(radius * radius - across * across) : 0.0;
      };
      const double inside = chord(outer_px - cortex_px);
      image(c, r) += static_cast<float>(
          (cortex_grey * (chord(outer_px) - inside) + marrow_grey * inside) / px_per_mm +
          noise * normal(random));
    }
  return image;
}

std::vector<RailTrack> proven(const Frame<float>& image) {
  const RailMaps maps = find_rails(image, shape());
  const Frame<float> noise(columns, rows);
  const RailProof proof{shell(1.5, 1.5) / 3, noise, 0.2 * px_per_mm};
  std::vector<RailTrack> all;
  for (const RailMap* map : {&maps.pairs, &maps.bands})
    for (const RailTrack& track : proven_rails(image, shape(), trace_rails(*map, limits()),
                                               {.gap_px = 25, .shortest_px = 20}, proof))
      all.push_back(track);
  return all;
}

TEST(ProvenRails, TakeNoCortexForAnArtery) {
  const Frame<float> image = with_bone(drawn({}), 2);
  // The test can fail: cortex is followed.
  EXPECT_FALSE(trace_rails(find_rails(image, shape()).bands, limits()).empty());
  EXPECT_TRUE(proven(image).empty());
}

TEST(ProvenRails, KeepTheWallsOfAnArteryBesideBone) {
  for (const double inner_px : {3.0, 5.0}) {
    const Arc arc{.inner_px = inner_px};
    double longest = 0;
    for (const RailTrack& track : proven(with_bone(drawn({arc}), 2))) {
      longest = std::max(longest, track_length(track));
      for (const Point2 p : track.points)
        EXPECT_LT(std::abs(std::hypot(p.x - arc.cx, p.y - arc.cy) - arc.radius), 3)
            << "a track that is no artery";
    }
    EXPECT_NEAR(longest, arc.length(), 3 * px_per_mm);
  }
}

TEST(ProvenRails, KeepTheWallsWhereTheGroundFalls) {
  // Towards the edge of a toe tissue gets thinner: seven greys a pixel, a tenth of a wall's rise.
  const Arc arc{.inner_px = 3};
  const auto tracks = proven(drawn({arc}, 0, -7));
  ASSERT_GE(tracks.size(), 1u);
  EXPECT_NEAR(track_length(tracks[0]), arc.length(), 3 * px_per_mm);
}

// The known part of an arc, from its begin to `to_rad`.
RailTrack known_part(const Arc& arc, double to_rad) {
  RailTrack track{{}, arc.inner_px + 0.5 * wall_px};
  for (double angle = arc.from_rad; angle < to_rad; angle += 1 / arc.radius)
    track.points.push_back(arc.at(angle));
  return track;
}

// Ground that falls by 14 greys a pixel and bends, as beside a toe's bone.
Frame<float> on_bent_ground(Frame<float> image) {
  for (int r = 0; r < rows; ++r)
    for (int c = 0; c < columns; ++c)
      image(c, r) +=
          -14.0F * static_cast<float>(c) + 0.15F * static_cast<float>((c - 130) * (c - 130));
  return image;
}

TEST(ProvenRails, KeepANarrowBandOnGroundThatIsOneCurve) {
  // A film's screen lets the walls of a tube of 0.6 mm run together; over the band's width the
  // ground falls by three times what they rise by.
  const Arc arc{.inner_px = 1.5};
  Frame<float> noise(columns, rows);
  const RailProof proof{shell(1.5, 1.5) / 3, noise, 0.2 * px_per_mm};
  const auto kept = [&](const Frame<float>& image) {
    return proven_rails(image, shape(), {known_part(arc, arc.to_rad)},
                        {.gap_px = 25, .shortest_px = 20}, proof);
  };
  const auto tracks = kept(smoothed(smoothed(on_bent_ground(drawn({arc}, 2)))));
  ASSERT_EQ(tracks.size(), 1u);
  EXPECT_NEAR(track_length(tracks[0]), arc.length(), 3 * px_per_mm);
  EXPECT_TRUE(kept(smoothed(smoothed(on_bent_ground(drawn({}, 2))))).empty());
}

std::vector<RailTrack> followed(const Frame<float>& image, const RailTrack& track) {
  Frame<float> noise(columns, rows);
  std::fill_n(noise.data(), noise.size(), 6.0F);
  return followed_rails(image, shape(), {track}, {.gap_px = 25, .shortest_px = 20},
                        {shell(1.5, 1.5) / 3, noise, 0.2 * px_per_mm});
}

TEST(FollowedRails, GoOnWhereWallsAreFainterAndEndWhereTheyEnd) {
  // Too faint to be found there, and a bone's cortex crosses on the way.
  const Arc arc{.inner_px = 5, .faint_from_rad = 0.12};
  const auto tracks = followed(with_bone(drawn({arc}, 4), 2), known_part(arc, 0.15));
  ASSERT_EQ(tracks.size(), 1u);
  // 3 mm are averaged along, so that an end is known to half of that.
  EXPECT_NEAR(track_length(tracks[0]), arc.length(), 3 * px_per_mm);
  for (const Point2 p : tracks[0].points)
    EXPECT_LT(std::abs(std::hypot(p.x - arc.cx, p.y - arc.cy) - arc.radius), 3);
}

TEST(FollowedRails, DoNotGoOnInNoise) {
  const Arc arc{.to_rad = 0.1, .inner_px = 5};
  const auto tracks = followed(drawn({arc}, 8), known_part(arc, 0.1));
  ASSERT_EQ(tracks.size(), 1u);
  EXPECT_NEAR(track_length(tracks[0]), arc.length(), 3 * px_per_mm);
}

TEST(FollowedRails, LeaveAloneWhatIsNoTrack) {
  const Frame<float> image = drawn({});
  EXPECT_EQ(followed(image, {}).at(0).points.size(), 0u);
  EXPECT_EQ(followed(image, {{{130, 100}, {131, 101}}, 4}).at(0).points.size(), 2u);
}

}  // namespace
}  // namespace imaging
