#include "app/view/xray_layer.h"

#include <cmath>
#include <optional>
#include <vector>

namespace app::view {
namespace {

using imaging::Displacement;
using imaging::Frame;

Frame<float> moved_mask(const XrayLayer& layer, const Displacement* motion) {
  Displacement d = motion ? *motion : Displacement();
  for (float& v : d.column_px()) v += static_cast<float>(layer.shift_column_px);
  for (float& v : d.row_px()) v += static_cast<float>(layer.shift_row_px);
  return d.largest_px() > 0 ? imaging::moved(*layer.mask, d) : *layer.mask;
}

Frame<float> without_mask(const XrayLayer& layer, const Frame<float>& live,
                          const Displacement* motion) {
  Frame<float> values = live;
  if (!layer.mask) return values;
  const Frame<float> mask = moved_mask(layer, motion);
  for (std::size_t i = 0; i < values.size(); ++i) values.data()[i] -= mask.data()[i];
  return values;
}

// Colour times opacity, and opacity.
struct Tint {
  float r = 0, g = 0, b = 0, a = 0;
};

Tint between(const Tint& x, const Tint& y, float share) {
  return {x.r + share * (y.r - x.r), x.g + share * (y.g - x.g), x.b + share * (y.b - x.b),
          x.a + share * (y.a - x.a)};
}

Tint tint_of(const XrayLayer& layer, float value) {
  if (value < layer.absent_below) return {};
  const float share = (value - layer.none) / (layer.full - layer.none);
  const float along = layer.first_shade + share * (layer.last_shade - layer.first_shade);
  const float place = 255 * std::clamp(along, 0.0F, 1.0F);
  const auto lower = static_cast<std::size_t>(place);
  const Rgb from = (*layer.palette)[lower];
  const Rgb to = (*layer.palette)[std::min<std::size_t>(lower + 1, 255)];
  const auto mixed = [&](unsigned char a, unsigned char b) {
    return std::lerp(static_cast<float>(a), static_cast<float>(b),
                     place - static_cast<float>(lower));
  };
  return {mixed(from.r, to.r), mixed(from.g, to.g), mixed(from.b, to.b), 1};
}

}  // namespace

const Palette& grey_palette() {
  static const Palette palette = [] {
    Palette made;
    for (std::size_t i = 0; i < made.size(); ++i) {
      const auto level = static_cast<unsigned char>(i);
      made[i] = {level, level, level};
    }
    return made;
  }();
  return palette;
}

const Palette& viridis_palette() {
  static const Palette palette = [] {
    // Nine anchors of matplotlib's viridis (CC0), linear between them.
    constexpr std::array<std::array<double, 3>, 9> anchors = {{{68, 1, 84},
                                                               {71, 44, 122},
                                                               {59, 81, 139},
                                                               {44, 113, 142},
                                                               {33, 144, 141},
                                                               {39, 173, 129},
                                                               {92, 200, 99},
                                                               {170, 220, 50},
                                                               {253, 231, 37}}};
    Palette made;
    for (std::size_t i = 0; i < made.size(); ++i) {
      const double place = static_cast<double>(i) * 8 / 255;
      const auto n = std::min<std::size_t>(7, static_cast<std::size_t>(place));
      const auto channel = [&](std::size_t c) {
        return static_cast<unsigned char>(std::lround(
            std::lerp(anchors[n][c], anchors[n + 1][c], place - static_cast<double>(n))));
      };
      made[i] = {channel(0), channel(1), channel(2)};
    }
    return made;
  }();
  return palette;
}

XrayExtent extent_of(const XrayPlace& place, int columns, int rows, int width_px, int height_px) {
  // Half a pixel around the outermost centres belongs to the image too.
  const auto first = [&](double at_zero) {
    return std::max(0, static_cast<int>(std::ceil((-0.5 - at_zero) * place.scale)));
  };
  const auto last = [&](double at_zero, int count, int screen) {
    const double end = std::floor((count - 0.5 - at_zero) * place.scale);
    return static_cast<int>(std::clamp(end, -1.0, screen - 1.0));
  };
  return {first(place.first_column), first(place.first_row),
          last(place.first_column, columns, width_px), last(place.first_row, rows, height_px)};
}

Frame<float> values_of(const XrayLayer& layer) {
  Frame<float> values = without_mask(layer, *layer.live, layer.motion);
  if (!layer.live_next || !(layer.share_next > 0)) return values;
  const Frame<float> next = without_mask(layer, *layer.live_next, layer.motion_next);
  for (std::size_t i = 0; i < values.size(); ++i)
    values.data()[i] += layer.share_next * (next.data()[i] - values.data()[i]);
  return values;
}

void paint_by_processor(Canvas& canvas, const XrayLayer& layer, const XrayPlace& place) {
  if (!layer.live || layer.live->empty()) return;
  const int columns = layer.live->columns(), rows = layer.live->rows();
  const Frame<float> values = values_of(layer);
  std::vector<Tint> tints(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) tints[i] = tint_of(layer, values.data()[i]);
  const auto tint_at = [&](int column, int row) -> const Tint& {
    return tints[static_cast<std::size_t>(row) * static_cast<std::size_t>(columns) +
                 static_cast<std::size_t>(column)];
  };
  const XrayExtent on = extent_of(place, columns, rows, canvas.width(), canvas.height());
  const auto step = static_cast<float>(1 / place.scale);
  const auto place_at = [&](double first, int screen, int count) {
    return std::clamp(static_cast<float>(first) + static_cast<float>(screen) * step, 0.0F,
                      static_cast<float>(count - 1));
  };
  for (int row = on.first_row; row <= on.last_row; ++row) {
    const float y = place_at(place.first_row, row, rows);
    const int y0 = static_cast<int>(y), y1 = std::min(y0 + 1, rows - 1);
    for (int column = on.first_column; column <= on.last_column; ++column) {
      const float x = place_at(place.first_column, column, columns);
      const int x0 = static_cast<int>(x), x1 = std::min(x0 + 1, columns - 1);
      const float u = x - static_cast<float>(x0);
      const Tint mixed =
          between(between(tint_at(x0, y0), tint_at(x1, y0), u),
                  between(tint_at(x0, y1), tint_at(x1, y1), u), y - static_cast<float>(y0));
      if (mixed.a < 0.5F) continue;
      const auto level = [&](float v) { return static_cast<unsigned char>(v / mixed.a + 0.5F); };
      canvas.pixels()(column, row) = {level(mixed.r), level(mixed.g), level(mixed.b)};
    }
  }
}

}  // namespace app::view
