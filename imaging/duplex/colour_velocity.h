// How fast does the blood move in each pixel of a colour Doppler picture?
#pragma once

#include "imaging/duplex/colour_scale.h"

namespace imaging {

struct ColourVelocity {
  Frame<float> velocity_cm_s;  // + towards the transducer; 0 where no colour.
  Frame<std::uint8_t> grey;    // The picture's brightness, 0 where colour covers it.
  PixelBox box;                // Where colour was looked for.
  std::size_t coloured = 0;    // Pixels.
  // Coloured pixels of the box whose colour is not the bar's: lettering, borders, compression.
  std::size_t off_the_bar = 0;
};

// The box that holds the colour: its region where the file names one, else the 2-D picture, else
// the whole frame.
PixelBox colour_box_of(const DuplexClip& clip);

// Reads one frame by `scale`. Velocities are as shown: within the bar's ends, wrapped beyond.
ColourVelocity read_colour(const Frame<Rgb>& frame, const ColourScale& scale, const PixelBox& box);

}  // namespace imaging
