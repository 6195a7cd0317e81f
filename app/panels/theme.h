// The one visual language of the window: colours, type and sizes.
#pragma once

#include <imgui.h>

#include <filesystem>

#include "imaging/core/result.h"
#include "imaging/core/vessel_tree.h"
#include "planning/plan.h"

namespace app {

struct Tokens {
  ImU32 ground, panel, raised, line;
  ImU32 text, muted, disabled, accent;
  ImU32 artery, vein, unsure;
  ImU32 device, needle, coil;
  ImU32 good, warn, bad;
};

extern const Tokens dark_tokens;
extern const Tokens light_tokens;

// Inter in the four sizes of the window, with digits of one width so that numbers stand in columns.
struct Fonts {
  ImFont* dense = nullptr;    // 13
  ImFont* body = nullptr;     // 14
  ImFont* section = nullptr;  // 16
  ImFont* title = nullptr;    // 20
};

// Lengths are given in logical px (the 8 px grid) and multiplied by `scale` where they are used.
struct Theme {
  const Tokens* tokens = &dark_tokens;
  Fonts fonts;
  float scale = 1;

  float px(float logical) const { return logical * scale; }
  ImVec2 px(float x, float y) const { return {x * scale, y * scale}; }
};

// Loads the fonts into the current ImGui context and builds its atlas. Call between frames.
// Errors: Unreadable when the typeface is not installed; the built-in one is then in place.
imaging::Result<void> load_theme(Theme& theme, float scale);
// Sets ImGui's own colours and sizes from the theme.
void apply_theme(const Theme& theme);

ImU32 with_alpha(ImU32 colour, float alpha);
ImU32 colour_of(const Tokens& tokens, imaging::VesselKind kind);
ImU32 colour_of(const Tokens& tokens, planning::Effect effect);
ImU32 colour_of(const Tokens& tokens, planning::DeviceKind kind);

}  // namespace app
