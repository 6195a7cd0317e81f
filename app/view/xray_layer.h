// How an X-ray image becomes pixels of the screen, by the processor or in a shader: the same either
// way, but for the last bit of rounding.
#pragma once

#include <array>
#include <cstdint>

#include "app/view/canvas.h"
#include "imaging/angio/displacement.h"

namespace app::view {

using Palette = std::array<Rgb, 256>;
const Palette& grey_palette();     // Black to white.
const Palette& viridis_palette();  // Perceptually uniform, for maps.

// What is shown: live, or live minus the moved mask, through a window onto a palette.
struct XrayLayer {
  const imaging::Frame<float>* live = nullptr;
  const imaging::Frame<float>* live_next = nullptr;  // While a run plays between two frames.
  float share_next = 0;                              // Of it.

  const imaging::Frame<float>* mask = nullptr;  // nullptr: nothing is taken away.
  std::uint64_t mask_version = 0;               // Another number for another mask.
  // Of the mask for `live` and `live_next`; nullptr: the limb lay still.
  const imaging::Displacement* motion = nullptr;
  const imaging::Displacement* motion_next = nullptr;
  double shift_column_px = 0, shift_row_px = 0;  // On top, by hand.

  // Values that get the first and the last of `shades`, which are places on the palette (0 to 1).
  float none = 0, full = 1;
  float first_shade = 0, last_shade = 1;
  float absent_below = -3e38F;  // Values below this are not painted.
  const Palette* palette = &grey_palette();
};

// Where the image lies on the screen.
struct XrayPlace {
  double first_column = 0, first_row = 0;  // Of the image, under the screen's first pixel.
  double scale = 1;                        // Screen px per image px.
};

// The pixels of the screen whose centres lie on the image, both included.
struct XrayExtent {
  int first_column = 0, first_row = 0, last_column = -1, last_row = -1;
};
XrayExtent extent_of(const XrayPlace& place, int columns, int rows, int width_px, int height_px);

// The values that the layer shows, one for each image pixel.
imaging::Frame<float> values_of(const XrayLayer& layer);

void paint_by_processor(Canvas& canvas, const XrayLayer& layer, const XrayPlace& place);

}  // namespace app::view
