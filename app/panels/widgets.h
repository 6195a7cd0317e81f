// The small things that every panel is made of.
#pragma once

#include <string>
#include <string_view>

#include "app/panels/context.h"
#include "app/panels/words.h"

namespace app {

// A part of the window with its own clipping, scrolling and padding. Draw only while it lives.
class Pane {
 public:
  enum class Scroll { No, Vertical };
  Pane(Context& context, const char* id, const Box& box, ImU32 fill, float padding = 16,
       Scroll scroll = Scroll::No);
  ~Pane();
  Pane(const Pane&) = delete;
  Pane& operator=(const Pane&) = delete;
};

// A font for as long as it lives.
class FontOf {
 public:
  explicit FontOf(ImFont* font) { ImGui::PushFont(font); }
  ~FontOf() { ImGui::PopFont(); }
  FontOf(const FontOf&) = delete;
  FontOf& operator=(const FontOf&) = delete;
};

void coloured_text(ImU32 colour, std::string_view text);
// Broken between words only: ImGui's own wrapping also breaks a number at its decimal point.
void wrapped_text(ImU32 colour, std::string_view text);
void wrapped_text_in(ImU32 colour, std::string_view text, float room);
// A section of the inspector: its name with room above it.
void heading(Context& context, std::string_view text);
// Label on the left, value on the right of the pane; the value wraps below when both do not fit.
void field(Context& context, std::string_view label, std::string_view value);
void field(Context& context, std::string_view label, std::string_view value, ImU32 colour);

// Check, triangle or cross, so that colour is never alone.
void draw_mark(ImDrawList& draw, ImVec2 centre, float size, planning::Effect effect,
               const Tokens& tokens);
// A mark and a few words in a rounded outline; the tip is shown while the mouse rests on it.
struct Chip {
  planning::Effect effect = planning::Effect::Good;
  std::string text, tip;
};
// In lines, as many in each as fit.
void draw_chips(Context& context, const std::vector<Chip>& chips);
// One line of text in a rounded outline of this colour, for kinds and tags.
void tag(Context& context, std::string_view text, ImU32 colour);
// A share in [0, 1] as a bar.
void share_bar(Context& context, double share, float width, ImU32 colour);

// How a kind of vessel is drawn everywhere: artery solid, vein double, unsure dotted.
void draw_vessel_stroke(ImDrawList& draw, ImVec2 from, ImVec2 to, imaging::VesselKind kind,
                        const Theme& theme);

// In the middle of an empty part: what belongs there, and the one action that fills it. True when
// the action was clicked; an empty action draws no button.
bool empty_view(Context& context, const Box& box, std::string_view what, std::string_view why,
                const char* action = nullptr);

// A bar between two parts that can be dragged; `share` is what the first part gets of `whole`.
void splitter(Context& context, const char* id, const Box& bar, const Box& whole, bool upright,
              float& share);

bool accent_button(Context& context, const char* label, ImVec2 size = {0, 0});
void tooltip(Context& context, std::string_view text);

// Text that ends in "…" where it would leave `width`.
std::string elided(std::string_view text, float width);

}  // namespace app
