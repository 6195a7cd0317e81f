#include "app/panels/theme.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace app {
namespace {

constexpr ImU32 rgb(unsigned hex) {
  return IM_COL32((hex >> 16) & 0xFF, (hex >> 8) & 0xFF, hex & 0xFF, 0xFF);
}

// Latin, and the few signs that measurements need: dashes, ellipsis, arrows, minus, comparisons.
constexpr std::array<ImWchar, 13> glyph_ranges = {0x0020, 0x00FF, 0x2010, 0x2026, 0x2032,
                                                  0x2033, 0x2190, 0x2193, 0x2212, 0x2212,
                                                  0x2260, 0x2265, 0};

// Inter's digits differ in width, and ImGui cannot ask the font for its tabular set: the widest
// digit gives its width to all, each centred in it.
void make_digits_tabular(ImFont& font) {
  float widest = 0;
  for (ImWchar digit = '0'; digit <= '9'; ++digit)
    widest = std::max(widest, font.FindGlyph(digit)->AdvanceX);
  for (ImWchar digit = '0'; digit <= '9'; ++digit) {
    auto* glyph = const_cast<ImFontGlyph*>(font.FindGlyph(digit));
    const float shift = std::floor((widest - glyph->AdvanceX) / 2);
    glyph->X0 += shift;
    glyph->X1 += shift;
    glyph->AdvanceX = widest;
    font.IndexAdvanceX[digit] = widest;
  }
}

ImVec4 vec(ImU32 colour) { return ImGui::ColorConvertU32ToFloat4(colour); }

}  // namespace

const Tokens dark_tokens = {
    .ground = rgb(0x0B0E11),
    .panel = rgb(0x14191F),
    .raised = rgb(0x1D242C),
    .line = rgb(0x2B343F),
    .text = rgb(0xE8ECF1),
    .muted = rgb(0x9BA7B4),
    .disabled = rgb(0x5C6874),
    .accent = rgb(0x35B8A6),
    .artery = rgb(0xE5534B),
    .vein = rgb(0x4A90E2),
    .unsure = rgb(0xC9A227),
    .device = rgb(0xD8DEE6),
    .needle = rgb(0xF2C14E),
    .coil = rgb(0xB48EF0),
    .good = rgb(0x3FB27F),
    .warn = rgb(0xF0A33A),
    .bad = rgb(0xFF5D73),
};

const Tokens light_tokens = {
    .ground = rgb(0xF3F5F7),
    .panel = rgb(0xFFFFFF),
    .raised = rgb(0xFFFFFF),
    .line = rgb(0xD5DBE1),
    .text = rgb(0x11161C),
    .muted = rgb(0x51606E),
    .disabled = rgb(0x9AA6B1),
    .accent = rgb(0x0E8273),
    .artery = rgb(0xC4342C),
    .vein = rgb(0x1F66C1),
    .unsure = rgb(0x8C6D00),
    .device = rgb(0x4A5560),
    .needle = rgb(0xB07D00),
    .coil = rgb(0x7443C9),
    .good = rgb(0x1B7F53),
    .warn = rgb(0x9A5B00),
    .bad = rgb(0xC0213A),
};

imaging::Result<void> load_theme(Theme& theme, float scale) {
  theme.scale = scale;
  ImFontAtlas& atlas = *ImGui::GetIO().Fonts;
  atlas.Clear();
  const std::filesystem::path folder = "/usr/share/fonts/opentype/inter";
  const auto regular = folder / "Inter-Regular.otf";
  const auto semibold = folder / "Inter-SemiBold.otf";
  std::error_code ignored;
  const bool installed =
      std::filesystem::exists(regular, ignored) && std::filesystem::exists(semibold, ignored);
  const auto load = [&](const std::filesystem::path& file, float size) {
    ImFontConfig config;
    config.OversampleH = 2;
    config.OversampleV = 1;
    config.RasterizerMultiply = 1.12f;  // Thin strokes of light text on dark lose weight.
    if (installed) {
      return atlas.AddFontFromFileTTF(file.c_str(), std::round(size * scale), &config,
                                      glyph_ranges.data());
    }
    config.SizePixels = std::round(size * scale);
    return atlas.AddFontDefault(&config);
  };
  // Inter's capitals are 0.73 of its size while ImGui's size is the line's height; 1.21 brings
  // the letters to the size that the same number gives elsewhere.
  constexpr float line_of_size = 1.21f;
  theme.fonts.body = load(regular, 14 * line_of_size);
  theme.fonts.dense = load(regular, 13 * line_of_size);
  theme.fonts.section = load(semibold, 16 * line_of_size);
  theme.fonts.title = load(semibold, 20 * line_of_size);
  atlas.Build();
  for (ImFont* font : {theme.fonts.body, theme.fonts.dense, theme.fonts.section, theme.fonts.title})
    make_digits_tabular(*font);
  if (installed) return {};
  return imaging::fail(imaging::ErrorCode::Unreadable,
                       "The typeface Inter is not installed: install the package fonts-inter.");
}

void apply_theme(const Theme& theme) {
  const Tokens& tokens = *theme.tokens;
  ImGuiStyle style;
  style.WindowPadding = {0, 0};
  style.WindowBorderSize = 0;
  style.WindowRounding = 0;
  style.ChildBorderSize = 0;
  style.FramePadding = {8, 4};
  // In the light colours a button has the colour of its panel: a line says where it ends.
  style.FrameBorderSize = tokens.raised == tokens.panel ? 1 : 0;
  style.FrameRounding = 4;
  style.GrabRounding = 4;
  style.GrabMinSize = 8;
  style.PopupRounding = 4;
  style.ItemSpacing = {8, 8};
  style.ItemInnerSpacing = {8, 4};
  style.ScrollbarSize = 10;
  style.ScrollbarRounding = 4;
  style.CellPadding = {4, 3};
  style.SelectableTextAlign = {0, 0.5f};
  style.ScaleAllSizes(theme.scale);
  ImVec4* colours = style.Colors;
  colours[ImGuiCol_Text] = vec(tokens.text);
  colours[ImGuiCol_TextDisabled] = vec(tokens.disabled);
  colours[ImGuiCol_WindowBg] = vec(tokens.ground);
  colours[ImGuiCol_ChildBg] = {0, 0, 0, 0};
  colours[ImGuiCol_PopupBg] = vec(tokens.raised);
  colours[ImGuiCol_Border] = vec(tokens.line);
  colours[ImGuiCol_FrameBg] = vec(tokens.raised);
  colours[ImGuiCol_FrameBgHovered] = vec(tokens.line);
  colours[ImGuiCol_FrameBgActive] = vec(tokens.line);
  colours[ImGuiCol_Button] = vec(tokens.raised);
  colours[ImGuiCol_ButtonHovered] = vec(tokens.line);
  colours[ImGuiCol_ButtonActive] = vec(with_alpha(tokens.accent, 0.45f));
  colours[ImGuiCol_Header] = vec(with_alpha(tokens.accent, 0.18f));
  colours[ImGuiCol_HeaderHovered] = vec(with_alpha(tokens.accent, 0.10f));
  colours[ImGuiCol_HeaderActive] = vec(with_alpha(tokens.accent, 0.28f));
  colours[ImGuiCol_CheckMark] = vec(tokens.accent);
  colours[ImGuiCol_SliderGrab] = vec(tokens.accent);
  colours[ImGuiCol_SliderGrabActive] = vec(tokens.accent);
  colours[ImGuiCol_Separator] = vec(tokens.line);
  colours[ImGuiCol_ScrollbarBg] = {0, 0, 0, 0};
  colours[ImGuiCol_ScrollbarGrab] = vec(tokens.line);
  colours[ImGuiCol_ScrollbarGrabHovered] = vec(tokens.disabled);
  colours[ImGuiCol_ScrollbarGrabActive] = vec(tokens.muted);
  colours[ImGuiCol_TableHeaderBg] = vec(tokens.panel);
  colours[ImGuiCol_TableBorderLight] = vec(tokens.line);
  colours[ImGuiCol_TableBorderStrong] = vec(tokens.line);
  colours[ImGuiCol_TableRowBg] = {0, 0, 0, 0};
  colours[ImGuiCol_TableRowBgAlt] = {0, 0, 0, 0};
  colours[ImGuiCol_TextSelectedBg] = vec(with_alpha(tokens.accent, 0.35f));
  colours[ImGuiCol_NavHighlight] = vec(tokens.accent);
  ImGui::GetStyle() = style;
}

ImU32 with_alpha(ImU32 colour, float alpha) {
  const auto a = static_cast<ImU32>(std::lround(std::clamp(alpha, 0.0f, 1.0f) * 255));
  return (colour & ~IM_COL32_A_MASK) | (a << IM_COL32_A_SHIFT);
}

ImU32 colour_of(const Tokens& tokens, imaging::VesselKind kind) {
  switch (kind) {
    case imaging::VesselKind::Artery:
      return tokens.artery;
    case imaging::VesselKind::Vein:
      return tokens.vein;
    case imaging::VesselKind::Unsure:
      break;
  }
  return tokens.unsure;
}

ImU32 colour_of(const Tokens& tokens, planning::Effect effect) {
  switch (effect) {
    case planning::Effect::Good:
      return tokens.good;
    case planning::Effect::Warn:
      return tokens.warn;
    case planning::Effect::Reject:
      break;
  }
  return tokens.bad;
}

ImU32 colour_of(const Tokens& tokens, planning::DeviceKind kind) {
  switch (kind) {
    case planning::DeviceKind::CrossingStent:
      return tokens.needle;
    case planning::DeviceKind::ExtensionStent:
      return tokens.device;
    case planning::DeviceKind::Coil:
    case planning::DeviceKind::Plug:
    case planning::DeviceKind::Ligation:
      break;
  }
  return tokens.coil;
}

}  // namespace app
