#include "app/view/slice.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace app::view {
namespace {

// The velocity of the nearest voxel, strengthened or weakened by none of its neighbours: averaging
// across an aliased edge would invent a zero that is not there.
float velocity_at(const imaging::Volume<float>& volume, double i, double j, double k) {
  const auto& size = volume.grid().size();
  // Rounded: inside the volume no position is below -0.5.
  const auto nearest = [](double x, int count) {
    return std::clamp(static_cast<int>(x + 0.5), 0, count - 1);
  };
  return volume(nearest(i, size[0]), nearest(j, size[1]), nearest(k, size[2]));
}

}  // namespace

std::optional<double> grey_at(const imaging::Volume<std::uint8_t>& volume, double i, double j,
                              double k) {
  const auto& size = volume.grid().size();
  // Half a voxel beyond the outermost centres still belongs to the volume.
  if (i < -0.5 || j < -0.5 || k < -0.5 || i > size[0] - 0.5 || j > size[1] - 0.5 ||
      k > size[2] - 0.5)
    return std::nullopt;
  const auto split = [](double x, int count, int& low) {
    const double inside = std::clamp(x, 0.0, static_cast<double>(count - 1));
    low = std::min(static_cast<int>(inside), std::max(0, count - 2));
    return static_cast<float>(inside - low);
  };
  int i0, j0, k0;
  const float u = split(i, size[0], i0), v = split(j, size[1], j0), w = split(k, size[2], k0);
  // An axis of one voxel repeats it. The eight neighbours lie at fixed distances in memory.
  const std::size_t di = size[0] > 1 ? 1 : 0;
  const std::size_t dj = size[1] > 1 ? static_cast<std::size_t>(size[0]) : 0;
  const std::size_t dk = size[2] > 1 ? volume.grid().index(0, 0, 1) : 0;
  const std::uint8_t* p = volume.data() + volume.grid().index(i0, j0, k0);
  const auto mixed = [](float a, float b, float t) { return a + t * (b - a); };
  const auto row = [&](const std::uint8_t* q) { return mixed(q[0], q[di], u); };
  return mixed(mixed(row(p), row(p + dj), v), mixed(row(p + dk), row(p + dk + dj), v), w);
}

Rgb velocity_colour(double share) {
  constexpr Rgb slow_towards{0x7A, 0x16, 0x12}, fast_towards{0xFF, 0xC0, 0x6A};
  constexpr Rgb slow_away{0x12, 0x2E, 0x86}, fast_away{0x7F, 0xE4, 0xFF};
  return share >= 0 ? mix(slow_towards, fast_towards, share) : mix(slow_away, fast_away, -share);
}

double velocity_limit_cm_s(const imaging::DuplexVolume& volume) {
  if (volume.velocity_limit_cm_s > 0 || !volume.velocity_cm_s) return volume.velocity_limit_cm_s;
  double limit_cm_s = 0;
  const float* v = volume.velocity_cm_s->data();
  for (std::size_t i = 0; i < volume.velocity_cm_s->size(); ++i)
    limit_cm_s = std::max(limit_cm_s, std::abs(static_cast<double>(v[i])));
  return limit_cm_s;
}

void paint_slice(Canvas& canvas, const imaging::DuplexVolume& volume, const Plane& plane,
                 const SliceStyle& style) {
  const auto& to_voxel = volume.bmode.grid().voxel_from_lps();
  const auto first = to_voxel(plane.point_at({0, 0}));
  const auto per_column = to_voxel(plane.right * plane.mm_per_px);
  const auto per_row = to_voxel(plane.down * plane.mm_per_px);
  const bool with_velocity = style.velocity && volume.velocity_cm_s.has_value();
  const double limit_cm_s = with_velocity ? velocity_limit_cm_s(volume) : 0;
  for (int row = 0; row < canvas.height(); ++row) {
    auto p = first + per_row * static_cast<double>(row);
    for (int column = 0; column < canvas.width(); ++column, p = p + per_column) {
      const auto grey = grey_at(volume.bmode, p.x, p.y, p.z);
      if (!grey) continue;
      const auto level = static_cast<unsigned char>(*grey * style.brightness + 0.5);
      Rgb& pixel = canvas.pixels()(column, row);
      pixel = {level, level, level};
      if (limit_cm_s <= 0) continue;
      const float v_cm_s = velocity_at(*volume.velocity_cm_s, p.x, p.y, p.z);
      if (v_cm_s == 0.0F) continue;
      const double share = std::clamp(v_cm_s / limit_cm_s, -1.0, 1.0);
      pixel = mix(pixel, velocity_colour(share), 0.45 + 0.4 * std::abs(share));
    }
  }
}

void paint_velocity_legend(Canvas& canvas, double limit_cm_s) {
  if (limit_cm_s <= 0) return;
  // Above the letter at the middle of that edge.
  const double top = canvas.px(20), bar_width = canvas.px(8);
  const double bar_height = std::min(canvas.px(96), canvas.height() / 2.0 - canvas.px(20) - top);
  const double right = canvas.width() - canvas.px(12), left = right - bar_width;
  if (bar_height < canvas.px(64) || canvas.width() < canvas.px(220)) return;
  const int steps = static_cast<int>(bar_height);
  for (int i = 0; i < steps; ++i) {
    const double share = 1 - 2.0 * i / (steps - 1);
    canvas.rectangle({left, top + i}, {right, top + i + 1}, velocity_colour(share));
  }
  const double text_right = left - canvas.px(6);
  const Type small{.size = 12, .align = Align::Right};
  char number[32];
  std::snprintf(number, sizeof number, "+%.1f cm/s", limit_cm_s);
  canvas.text({text_right, top + canvas.px(8)}, number, small);
  canvas.text({text_right, top + canvas.px(23)}, "towards probe", small);
  canvas.text({text_right, top + bar_height / 2 + canvas.px(4)}, "0", small);
  canvas.text({text_right, top + bar_height - canvas.px(15)}, "away from probe", small);
  std::snprintf(number, sizeof number, "\u2212%.1f cm/s", limit_cm_s);
  canvas.text({text_right, top + bar_height}, number, small);
}

}  // namespace app::view
