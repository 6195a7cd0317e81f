#include "app/panels/widgets.h"

#include <algorithm>
#include <cmath>

namespace app {
namespace {

float text_width(std::string_view text) {
  return ImGui::CalcTextSize(text.data(), text.data() + text.size()).x;
}

}  // namespace

Pane::Pane(Context& context, const char* id, const Box& box, ImU32 fill, float padding,
           Scroll scroll) {
  place(context, id, box);
  const float pad = context.px(padding);
  ImGui::SetCursorScreenPos({box.x, box.y});
  ImGui::PushStyleColor(ImGuiCol_ChildBg, fill);
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2(pad, pad));
  ImGuiWindowFlags flags = ImGuiWindowFlags_AlwaysUseWindowPadding | ImGuiWindowFlags_NoNav;
  if (scroll == Scroll::No)
    flags |= ImGuiWindowFlags_NoScrollbar | ImGuiWindowFlags_NoScrollWithMouse;
  ImGui::BeginChild(id, {std::max(1.0f, box.w), std::max(1.0f, box.h)}, false, flags);
  ImGui::PopStyleVar();
  ImGui::PopStyleColor();
}

Pane::~Pane() { ImGui::EndChild(); }

void coloured_text(ImU32 colour, std::string_view text) {
  ImGui::PushStyleColor(ImGuiCol_Text, colour);
  ImGui::TextUnformatted(text.data(), text.data() + text.size());
  ImGui::PopStyleColor();
}

void wrapped_text(ImU32 colour, std::string_view text) {
  wrapped_text_in(colour, text, ImGui::GetContentRegionAvail().x);
}

void wrapped_text_in(ImU32 colour, std::string_view text, float room) {
  std::string lines;
  float used = 0;
  const float space = text_width(" ");
  while (!text.empty()) {
    const std::size_t end = std::min(text.find_first_of(" \n"), text.size());
    const std::string_view word = text.substr(0, end);
    const float width = text_width(word);
    if (used > 0 && used + space + width > room) {
      lines += '\n';
      used = 0;
    } else if (used > 0) {
      lines += ' ';
      used += space;
    }
    lines += word;
    used += width;
    if (end < text.size() && text[end] == '\n') {
      lines += '\n';
      used = 0;
    }
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  coloured_text(colour, lines);
}

void heading(Context& context, std::string_view text) {
  if (ImGui::GetCursorPosY() > context.px(24)) ImGui::Dummy({0, context.px(8)});
  const FontOf font(context.theme.fonts.section);
  coloured_text(context.tokens().text, text);
}

void field(Context& context, std::string_view label, std::string_view value) {
  field(context, label, value, context.tokens().text);
}

void field(Context& context, std::string_view label, std::string_view value, ImU32 colour) {
  const FontOf font(context.theme.fonts.dense);
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, context.theme.px(8, 4));
  const float left = ImGui::GetCursorPosX();
  const float room = ImGui::GetContentRegionAvail().x;
  coloured_text(context.tokens().muted, label);
  const float label_width = text_width(label), value_width = text_width(value);
  if (label_width + context.px(16) + value_width <= room) {
    ImGui::SameLine();
    ImGui::SetCursorPosX(left + room - value_width);
    coloured_text(colour, value);
  } else {
    wrapped_text(colour, value);
  }
  ImGui::PopStyleVar();
}

void draw_mark(ImDrawList& draw, ImVec2 c, float size, planning::Effect effect,
               const Tokens& tokens) {
  const ImU32 colour = colour_of(tokens, effect);
  const float r = size / 2, thick = std::max(1.5f, size / 7);
  switch (effect) {
    case planning::Effect::Good: {
      const ImVec2 points[] = {{c.x - r * 0.8f, c.y + r * 0.05f},
                               {c.x - r * 0.2f, c.y + r * 0.65f},
                               {c.x + r * 0.85f, c.y - r * 0.6f}};
      draw.AddPolyline(points, 3, colour, 0, thick);
      break;
    }
    case planning::Effect::Warn: {
      draw.AddTriangle({c.x, c.y - r * 0.85f}, {c.x + r * 0.95f, c.y + r * 0.75f},
                       {c.x - r * 0.95f, c.y + r * 0.75f}, colour, thick);
      draw.AddLine({c.x, c.y - r * 0.2f}, {c.x, c.y + r * 0.35f}, colour, thick);
      break;
    }
    case planning::Effect::Reject: {
      const float d = r * 0.7f;
      draw.AddLine({c.x - d, c.y - d}, {c.x + d, c.y + d}, colour, thick);
      draw.AddLine({c.x - d, c.y + d}, {c.x + d, c.y - d}, colour, thick);
      break;
    }
  }
}

void draw_chips(Context& context, const std::vector<Chip>& chips) {
  const FontOf font(context.theme.fonts.dense);
  const float height = context.px(20), mark = context.px(9), pad = context.px(7);
  const float gap = context.px(4), words_at = pad + mark + context.px(6);
  const float room = ImGui::GetContentRegionAvail().x;
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, ImVec2(gap, gap));
  ImDrawList& draw = *ImGui::GetWindowDrawList();
  float used = 0;
  for (const Chip& chip : chips) {
    const std::string shown = elided(chip.text, room - words_at - pad);
    const float width = words_at + text_width(shown) + pad;
    if (used > 0 && used + gap + width <= room) {
      ImGui::SameLine();
      used += gap + width;
    } else {
      used = width;
    }
    const ImVec2 at = ImGui::GetCursorScreenPos();
    ImGui::Dummy({width, height});
    const ImU32 colour = colour_of(context.tokens(), chip.effect);
    draw.AddRectFilled(at, {at.x + width, at.y + height}, with_alpha(colour, 0.10f), context.px(4));
    draw.AddRect(at, {at.x + width, at.y + height}, with_alpha(colour, 0.45f), context.px(4));
    draw_mark(draw, {at.x + pad + mark / 2, at.y + height / 2}, mark, chip.effect,
              context.tokens());
    draw.AddText({at.x + words_at, at.y + (height - ImGui::GetFontSize()) / 2},
                 context.tokens().text, shown.c_str());
    if (!chip.tip.empty() && ImGui::IsItemHovered()) tooltip(context, chip.tip);
  }
  ImGui::PopStyleVar();
}

void tag(Context& context, std::string_view text, ImU32 colour) {
  const FontOf font(context.theme.fonts.dense);
  const float pad = context.px(6), height = context.px(19);
  const float width = text_width(text) + 2 * pad;
  const ImVec2 at = ImGui::GetCursorScreenPos();
  ImGui::Dummy({width, height});
  ImDrawList& draw = *ImGui::GetWindowDrawList();
  draw.AddRect(at, {at.x + width, at.y + height}, with_alpha(colour, 0.6f), context.px(4));
  draw.AddText({at.x + pad, at.y + (height - ImGui::GetFontSize()) / 2}, colour, text.data(),
               text.data() + text.size());
}

void share_bar(Context& context, double share, float width, ImU32 colour) {
  const float height = context.px(6);
  const ImVec2 at = ImGui::GetCursorScreenPos();
  ImGui::Dummy({width, height});
  ImDrawList& draw = *ImGui::GetWindowDrawList();
  draw.AddRectFilled(at, {at.x + width, at.y + height}, context.tokens().line, height / 2);
  const float filled = width * static_cast<float>(std::clamp(share, 0.0, 1.0));
  if (filled >= height) draw.AddRectFilled(at, {at.x + filled, at.y + height}, colour, height / 2);
}

void draw_vessel_stroke(ImDrawList& draw, ImVec2 from, ImVec2 to, imaging::VesselKind kind,
                        const Theme& theme) {
  const ImU32 colour = colour_of(*theme.tokens, kind);
  const ImVec2 along{to.x - from.x, to.y - from.y};
  const float length = std::hypot(along.x, along.y);
  if (length <= 0) return;
  const ImVec2 unit{along.x / length, along.y / length}, normal{-unit.y, unit.x};
  switch (kind) {
    case imaging::VesselKind::Artery:
      draw.AddLine(from, to, colour, theme.px(2.5f));
      break;
    case imaging::VesselKind::Vein:
      for (const float side : {-1.0f, 1.0f}) {
        const float d = side * theme.px(1.75f);
        draw.AddLine({from.x + normal.x * d, from.y + normal.y * d},
                     {to.x + normal.x * d, to.y + normal.y * d}, colour, theme.px(1.25f));
      }
      break;
    case imaging::VesselKind::Unsure:
      for (float s = 0; s < length; s += theme.px(4))
        draw.AddCircleFilled({from.x + unit.x * s, from.y + unit.y * s}, theme.px(1.25f), colour);
      break;
  }
}

bool empty_view(Context& context, const Box& box, std::string_view what, std::string_view why,
                const char* action) {
  const float width = std::min(box.w - context.px(32), context.px(420));
  if (width < context.px(80) || box.h < context.px(40)) return false;
  ImGui::PushID(what.data(), what.data() + what.size());
  const float left = box.x + (box.w - width) / 2;
  float title_height = 0, why_height = 0;
  {
    const FontOf font(context.theme.fonts.section);
    title_height = ImGui::CalcTextSize(what.data(), what.data() + what.size(), false, width).y;
  }
  why_height = ImGui::CalcTextSize(why.data(), why.data() + why.size(), false, width).y;
  const float button_height = action ? ImGui::GetFrameHeight() + context.px(16) : 0;
  const float total = title_height + context.px(8) + why_height + button_height;
  float y = box.y + std::max(context.px(8), (box.h - total) / 2);

  const auto centred = [&](ImFont* font, ImU32 colour, std::string_view text) {
    const FontOf scope(font);
    const ImVec2 size = ImGui::CalcTextSize(text.data(), text.data() + text.size(), false, width);
    ImGui::SetCursorScreenPos({left + (width - size.x) / 2, y});
    ImGui::PushTextWrapPos(ImGui::GetCursorPosX() + size.x + 1);
    coloured_text(colour, text);
    ImGui::PopTextWrapPos();
    y += size.y;
  };
  centred(context.theme.fonts.section, context.tokens().text, what);
  y += context.px(8);
  centred(context.theme.fonts.body, context.tokens().muted, why);
  bool clicked = false;
  if (action) {
    y += context.px(16);
    const float button = ImGui::CalcTextSize(action).x + context.px(32);
    ImGui::SetCursorScreenPos({box.x + (box.w - button) / 2, y});
    clicked = accent_button(context, action, {button, 0});
  }
  ImGui::PopID();
  return clicked;
}

void splitter(Context& context, const char* id, const Box& bar, const Box& whole, bool upright,
              float& share) {
  ImGui::SetCursorScreenPos({bar.x, bar.y});
  ImGui::InvisibleButton(id, {std::max(1.0f, bar.w), std::max(1.0f, bar.h)});
  const bool touched = ImGui::IsItemHovered() || ImGui::IsItemActive();
  if (touched)
    ImGui::SetMouseCursor(upright ? ImGuiMouseCursor_ResizeEW : ImGuiMouseCursor_ResizeNS);
  if (ImGui::IsItemActive()) {
    const ImVec2 mouse = ImGui::GetIO().MousePos;
    const float at = upright ? (mouse.x - whole.x) / std::max(1.0f, whole.w)
                             : (mouse.y - whole.y) / std::max(1.0f, whole.h);
    share = std::clamp(at, 0.2f, 0.8f);
  }
  const ImU32 colour = touched ? context.tokens().accent : context.tokens().line;
  ImDrawList& draw = *ImGui::GetWindowDrawList();
  const float thick = touched ? context.px(2) : context.px(1);
  if (upright)
    draw.AddRectFilled({bar.x + (bar.w - thick) / 2, bar.y},
                       {bar.x + (bar.w + thick) / 2, bar.bottom()}, colour);
  else
    draw.AddRectFilled({bar.x, bar.y + (bar.h - thick) / 2},
                       {bar.right(), bar.y + (bar.h + thick) / 2}, colour);
}

bool accent_button(Context& context, const char* label, ImVec2 size) {
  const Tokens& tokens = context.tokens();
  ImGui::PushStyleColor(ImGuiCol_Button, tokens.accent);
  ImGui::PushStyleColor(ImGuiCol_ButtonHovered, with_alpha(tokens.accent, 0.85f));
  ImGui::PushStyleColor(ImGuiCol_ButtonActive, with_alpha(tokens.accent, 0.7f));
  ImGui::PushStyleColor(ImGuiCol_Text, tokens.ground);
  const bool clicked = ImGui::Button(label, size);
  ImGui::PopStyleColor(4);
  return clicked;
}

void tooltip(Context& context, std::string_view text) {
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, context.theme.px(10, 8));
  ImGui::BeginTooltip();
  {
    const FontOf font(context.theme.fonts.dense);
    // A tooltip grows with its text, so its room is given.
    const float room = std::min(context.px(320),
                                ImGui::CalcTextSize(text.data(), text.data() + text.size()).x + 1);
    wrapped_text_in(context.tokens().text, text, room);
  }
  ImGui::EndTooltip();
  ImGui::PopStyleVar();
}

std::string elided(std::string_view text, float width) {
  if (text_width(text) <= width) return std::string(text);
  std::string_view kept = text;
  while (!kept.empty()) {
    // A whole UTF-8 sequence at a time: continuation bytes, then the byte that leads them.
    bool continuation = true;
    while (continuation && !kept.empty()) {
      continuation = (static_cast<unsigned char>(kept.back()) & 0xC0) == 0x80;
      kept.remove_suffix(1);
    }
    while (!kept.empty() && kept.back() == ' ') kept.remove_suffix(1);
    std::string shorter = std::string(kept) + "…";
    if (text_width(shorter) <= width) return shorter;
  }
  return "";
}

}  // namespace app
