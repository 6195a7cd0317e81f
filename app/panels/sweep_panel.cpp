#include "app/panels/sweep_panel.h"

#include <algorithm>
#include <cstdio>

#include "app/panels/widgets.h"

namespace app {
namespace {

std::string number(double value, const char* unit) {
  char text[48];
  std::snprintf(text, sizeof text, "%.1f %s", value, unit);
  return text;
}

// The limb seen from the skin, the way of the probe from left to right; more passes are brighter.
void draw_map(Context& context, const SweepCoverage& coverage) {
  const auto& passes = coverage.passes;
  if (passes.empty()) return;
  const float width = ImGui::GetContentRegionAvail().x;
  const float cell = std::min(width / static_cast<float>(passes.rows()),
                              context.px(110) / static_cast<float>(passes.columns()));
  const ImVec2 at = ImGui::GetCursorScreenPos();
  ImDrawList& draw = *ImGui::GetWindowDrawList();
  const ImVec2 size{cell * static_cast<float>(passes.rows()),
                    cell * static_cast<float>(passes.columns())};
  draw.AddRectFilled(at, {at.x + size.x, at.y + size.y}, context.tokens().ground);
  for (int c = 0; c < passes.columns(); ++c)
    for (int r = 0; r < passes.rows(); ++r) {
      if (passes(c, r) == 0) continue;
      const ImVec2 low{at.x + cell * static_cast<float>(r), at.y + cell * static_cast<float>(c)};
      const ImU32 colour = passes(c, r) > 1 ? context.tokens().text : context.tokens().muted;
      draw.AddRectFilled(low, {low.x + cell, low.y + cell}, colour);
    }
  ImGui::Dummy(size);
  tooltip(context,
          "Seen from the skin, the probe's way from left to right. White: more than once.");
}

void draw_coverage(Context& context, const SweepCoverage& coverage) {
  draw_map(context, coverage);
  field(context, "Frames apart",
        number(coverage.typical_gap_mm, "mm, at most ") + number(coverage.longest_gap_mm, "mm"));
  field(context, "Crossed", number(100 * coverage.covered, "% of its box"));
  char text[96];
  std::snprintf(text, sizeof text, "%d x %d x %d of %.2f mm, %.0f MB", coverage.size[0],
                coverage.size[1], coverage.size[2], coverage.spacing_mm, coverage.memory_mb);
  field(context, "Voxels", text);
  const FontOf font(context.theme.fonts.dense);
  for (const std::string& remark : coverage.remarks) wrapped_text(context.tokens().muted, remark);
}

}  // namespace

bool has_sweepable_clip(const Context& context) {
  if (!context.session.has_case()) return false;
  return std::ranges::any_of(context.session.study().clips,
                             [](const imaging::DuplexClip& c) { return c.frames.size() > 1; });
}

void draw_sweep_options(Context& context) {
  if (!has_sweepable_clip(context)) return;
  heading(context, "Volume from a clip");
  SweepOrder& order = context.ui.sweep;
  const auto& clips = context.session.study().clips;
  if (order.clip >= clips.size() || clips[order.clip].frames.size() < 2)
    for (std::size_t i = 0; i < clips.size(); ++i)
      if (clips[i].frames.size() > 1) {
        order.clip = i;
        break;
      }
  for (std::size_t i = 0; i < clips.size(); ++i) {
    if (clips[i].frames.size() < 2) continue;
    ImGui::PushID(static_cast<int>(i));
    const std::string name = clips[i].label.empty() ? "Clip" : clips[i].label;
    if (ImGui::Selectable(elided(name, ImGui::GetContentRegionAvail().x).c_str(), order.clip == i))
      order.clip = i;
    ImGui::PopID();
  }
  ImGui::SetNextItemWidth(context.px(90));
  ImGui::InputDouble("Speed of the probe (mm/s)", &order.speed_mm_s, 0, 0, "%.1f");
  ImGui::SetNextItemWidth(context.px(90));
  ImGui::InputDouble("Voxels (mm, 0: by itself)", &order.spacing_mm, 0, 0, "%.2f");
  int towards = order.towards_head ? 1 : 0;
  ImGui::RadioButton("Towards the foot", &towards, 0);
  ImGui::SameLine();
  ImGui::RadioButton("the head", &towards, 1);
  order.towards_head = towards == 1;
  ImGui::RadioButton("Mean", &order.method, 0);
  ImGui::SameLine();
  ImGui::RadioButton("Maximum", &order.method, 1);
  ImGui::SameLine();
  ImGui::RadioButton("Nearest", &order.method, 2);
  const auto& coverage = context.around.sweep_coverage;
  const bool is_current = coverage && coverage->order == order;
  if (is_current) draw_coverage(context, *coverage);
  if (!is_current && ImGui::Button("Show what it covers")) context.requests.cover_sweep = order;
  if (is_current && accent_button(context, "Make the volume")) context.requests.make_sweep = order;
}

}  // namespace app
