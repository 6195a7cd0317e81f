// A picture with its caption, and what the mouse does on it.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "app/panels/context.h"

namespace app {

struct PictureSlot {
  ViewKind kind;
  Box box;
  std::string caption;          // "Transverse".
  std::string facts;            // On the right of the caption: "slice 41 of 120".
  bool moves_crossing = false;  // The handles of the crossing can be dragged here.
  // Draws over the picture, and takes clicks on it: the item that covers it was the last one.
  std::function<void(const Box& image)> over = nullptr;
  bool left_taken = false;  // The left button belongs to `over`: it neither looks nor selects.
};

// Draws the pictures, or only the one that a double-click made whole, over `whole`.
void draw_pictures(Context& context, const Box& whole, const std::vector<PictureSlot>& slots);
// True when a double-click made one of these fill the main part: its bars are then not drawn.
bool one_is_whole(const Context& context, const std::vector<ViewKind>& kinds);

// Mouse, by kind of picture (see picture_input.cpp). Call directly after the item that covers it.
void take_picture_input(Context& context, const PictureSlot& slot, const Box& image);

}  // namespace app
