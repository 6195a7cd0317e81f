#include "imaging/duplex/colour_velocity.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace imaging {
namespace {

// Lossy compression with coarser colour moves a grey by up to this much.
constexpr int least_chroma = 28;
// Root of the summed squares of the channels' differences to the bar; twice what compression does.
constexpr double farthest_from_bar = 48;
// A line of lettering has two neighbours, a vessel more.
constexpr int least_neighbours = 3;

struct Reader {
  std::vector<std::array<float, 3>> colours;
  std::vector<float> velocities;

  explicit Reader(const ColourScale& scale) {
    for (const ColourScale::Step& step : scale.steps) {
      colours.push_back({static_cast<float>(step.colour.r), static_cast<float>(step.colour.g),
                         static_cast<float>(step.colour.b)});
      velocities.push_back(static_cast<float>(step.velocity_cm_s));
    }
  }

  // The velocity at the nearest point of the bar's way through colour; NaN when none is near.
  float operator()(Rgb pixel) const {
    const std::array<float, 3> p = {static_cast<float>(pixel.r), static_cast<float>(pixel.g),
                                    static_cast<float>(pixel.b)};
    float best = farthest_from_bar * farthest_from_bar;
    float velocity = std::numeric_limits<float>::quiet_NaN();
    for (std::size_t n = 0; n < colours.size(); ++n) {
      float squared = 0;
      for (std::size_t c = 0; c < 3; ++c)
        squared += (p[c] - colours[n][c]) * (p[c] - colours[n][c]);
      if (squared >= best) continue;
      best = squared;
      velocity = velocities[n];
    }
    return velocity;
  }
};

int chroma(Rgb c) { return std::max({c.r, c.g, c.b}) - std::min({c.r, c.g, c.b}); }

std::uint8_t luminance(Rgb c) {
  return static_cast<std::uint8_t>(std::lround(0.299 * c.r + 0.587 * c.g + 0.114 * c.b));
}

// Lines of one pixel's width are drawn, not measured.
std::size_t drop_lines(Frame<float>& velocity, const PixelBox& box) {
  std::vector<std::size_t> drop;
  for (int y = box.y0; y <= box.y1; ++y)
    for (int x = box.x0; x <= box.x1; ++x) {
      if (velocity(x, y) == 0) continue;
      int neighbours = 0;
      for (int dy = -1; dy <= 1; ++dy)
        for (int dx = -1; dx <= 1; ++dx) {
          const int nx = x + dx, ny = y + dy;
          const bool inside = nx >= box.x0 && nx <= box.x1 && ny >= box.y0 && ny <= box.y1;
          neighbours += (dx != 0 || dy != 0) && inside && velocity(nx, ny) != 0;
        }
      if (neighbours < least_neighbours)
        drop.push_back(static_cast<std::size_t>(y) * static_cast<std::size_t>(velocity.columns()) +
                       static_cast<std::size_t>(x));
    }
  for (const std::size_t at : drop) velocity.data()[at] = 0;
  return drop.size();
}

}  // namespace

PixelBox colour_box_of(const DuplexClip& clip) {
  constexpr int colour_flow = 2, picture = 1;
  const Frame<Rgb>& frame = clip.frames.front();
  for (const bool only_flow : {true, false})
    for (const UltrasoundRegion& region : clip.regions) {
      const bool wanted =
          only_flow ? region.data_type == colour_flow : region.spatial_format == picture;
      const PixelBox box{std::max(region.x0, 0), std::max(region.y0, 0),
                         std::min(region.x1, frame.columns() - 1),
                         std::min(region.y1, frame.rows() - 1)};
      if (wanted && !box.empty()) return box;
    }
  return {0, 0, frame.columns() - 1, frame.rows() - 1};
}

ColourVelocity read_colour(const Frame<Rgb>& frame, const ColourScale& scale, const PixelBox& box) {
  ColourVelocity result{.velocity_cm_s = Frame<float>(frame.columns(), frame.rows()),
                        .grey = Frame<std::uint8_t>(frame.columns(), frame.rows()),
                        .box = box};
  const Reader velocity_of(scale);
  // So that a colour at the very baseline is not taken for none.
  const auto least = static_cast<float>(scale.step_cm_s / 4);
  for (int y = 0; y < frame.rows(); ++y)
    for (int x = 0; x < frame.columns(); ++x) {
      const Rgb pixel = frame(x, y);
      result.grey(x, y) = luminance(pixel);
      const auto inside = [&](const PixelBox& b) {
        return x >= b.x0 && x <= b.x1 && y >= b.y0 && y <= b.y1;
      };
      if (!inside(box) || inside(scale.bar) || chroma(pixel) < least_chroma) continue;
      const float velocity = velocity_of(pixel);
      if (std::isnan(velocity)) {
        ++result.off_the_bar;
        continue;
      }
      result.velocity_cm_s(x, y) = std::abs(velocity) < least ? least : velocity;
      ++result.coloured;
    }
  const std::size_t dropped = drop_lines(result.velocity_cm_s, box);
  result.coloured -= dropped;
  result.off_the_bar += dropped;
  for (std::size_t p = 0; p < result.grey.size(); ++p)
    if (result.velocity_cm_s.data()[p] != 0) result.grey.data()[p] = 0;
  return result;
}

}  // namespace imaging
