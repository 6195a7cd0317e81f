// What the report will hold, on a sketch of its pages, and the button that writes it.
#include <algorithm>
#include <cmath>

#include "app/panels/picture.h"
#include "app/panels/vessel_words.h"
#include "app/panels/widgets.h"

namespace app {
namespace {

struct Item {
  bool there;
  std::string name, facts;
};

std::vector<Item> contents_of(const Context& context) {
  const Session& session = context.session;
  const planning::Preview* preview = session.preview();
  const auto count = [](std::size_t n, const char* one, const char* many) {
    return std::to_string(n) + " " + (n == 1 ? one : many);
  };
  const std::size_t candidates = session.planner() ? session.planner()->candidates().size() : 0;
  return {
      {true, "Case and side", std::string(leg_in_words(session.study().side))},
      {preview != nullptr, "Crossing",
       preview ? short_name(preview->crossing.artery_name) + " → " +
                     short_name(preview->crossing.vein_name) + ", gap " +
                     in_mm(preview->crossing.gap_mm, preview->crossing.gap_sd_mm)
               : "none chosen"},
      {candidates > 0, "Candidates with their reasons",
       count(candidates, "candidate", "candidates")},
      {preview != nullptr, "Devices",
       preview ? count(preview->devices.size(), "device", "devices") : "–"},
      {preview != nullptr, "Checks",
       preview ? count(preview->checks.size(), "check", "checks") : "–"},
      {preview != nullptr, "Flow", preview ? in_ml_min(preview->flow.circuit_ml_min) : "–"},
      {preview != nullptr, "Pictures", "3-D, probe, along the needle"},
      {true, "Calibration and provenance",
       count(session.study().volumes.size() + session.study().runs.size(), "image series",
             "image series")},
      {true, "Research use line", "on every page"},
  };
}

// The first page as it will be read: white paper, the pictures, the numbers that matter.
void draw_page(Context& context, const Box& page) {
  const Pane pane(context, "page", page, IM_COL32(0xFF, 0xFF, 0xFF, 0xFF), 0);
  const Session& session = context.session;
  const Tokens& ink = light_tokens;
  ImDrawList& draw = *ImGui::GetWindowDrawList();
  const float margin = page.w * 0.06f;
  float y = page.y + margin;
  const auto write = [&](ImFont* font, ImU32 colour, const std::string& text) {
    const FontOf scope(font);
    draw.AddText({page.x + margin, y}, colour, elided(text, page.w - 2 * margin).c_str());
    y += ImGui::GetFontSize() + context.px(3);
  };
  write(context.theme.fonts.section, ink.text, "Plan for deep vein arterialization");
  write(context.theme.fonts.dense, ink.muted,
        session.study().alias + "  ·  " + std::string(leg_in_words(session.study().side)) +
            "  ·  Research only");
  y += context.px(6);
  draw.AddLine({page.x + margin, y}, {page.right() - margin, y}, ink.line);
  y += context.px(8);

  const float gap = context.px(6), width = page.w - 2 * margin;
  const float height = std::min(width * 0.55f, page.h * 0.42f);
  const ImVec2 pixels = ImGui::GetIO().DisplayFramebufferScale;
  const auto picture = [&](ViewKind kind, const Box& box) {
    draw.AddRectFilled({box.x, box.y}, {box.right(), box.bottom()}, dark_tokens.ground);
    if (!context.views || box.w < 8 || box.h < 8) return;
    const auto texture = context.views->texture(
        kind, static_cast<int>(std::lround(2 * box.w * pixels.x)),
        static_cast<int>(std::lround(2 * box.h * pixels.y)), context.theme.scale * pixels.x);
    if (texture != 0)
      draw.AddImage(reinterpret_cast<ImTextureID>(texture), {box.x, box.y},
                    {box.right(), box.bottom()}, {0, 1}, {1, 0});
  };
  const Halves columns = side_by_side({page.x + margin, y, width, height}, 0.6f, gap);
  const Halves right = stacked(columns.second, 0.5f, gap);
  picture(ViewKind::Scene, columns.first);
  picture(ViewKind::Probe, right.first);
  picture(ViewKind::NeedleProfile, right.second);
  y += height + context.px(10);

  const float foot = page.bottom() - margin - context.px(8);
  {
    const FontOf scope(context.theme.fonts.dense);
    draw.AddText({page.x + margin, foot}, ink.muted,
                 elided("Research and education only; not a medical device.", width).c_str());
  }
  const planning::Preview* preview = session.preview();
  if (!preview) {
    write(context.theme.fonts.body, ink.warn, "No crossing is planned.");
    return;
  }
  const planning::Crossing& crossing = preview->crossing;
  const auto row = [&](const std::string& name, const std::string& value) {
    if (y > page.bottom() - margin - context.px(40)) return;
    const FontOf scope(context.theme.fonts.dense);
    draw.AddText({page.x + margin, y}, ink.muted, name.c_str());
    draw.AddText({page.x + margin + width * 0.26f, y}, ink.text,
                 elided(value, width * 0.74f).c_str());
    y += ImGui::GetFontSize() + context.px(4);
  };
  row("Crossing", spoken(crossing.artery_name) + " → " + spoken(crossing.vein_name));
  row("Gap", in_mm(crossing.gap_mm, crossing.gap_sd_mm));
  row("Needle", in_mm(crossing.needle.length_mm) + " at " +
                    in_degrees(crossing.needle.exit_angle_deg) + ", " +
                    clock_face(crossing.needle.clock) + " o'clock");
  for (const planning::Device& device : preview->devices) row("Device", device.label);
  row("Estimated flow", in_ml_min(preview->flow.circuit_ml_min) + " (" +
                            fixed(preview->flow.low_ml_min, 0) + " – " +
                            fixed(preview->flow.high_ml_min, 0) + ")");
  y += context.px(8);
  if (session.planner() && y < page.bottom() - margin - context.px(90)) {
    write(context.theme.fonts.body, ink.text, "Candidates");
    for (const planning::Crossing& candidate : session.planner()->candidates()) {
      if (candidate.rejected || candidate.rank > 5) break;
      row(std::to_string(candidate.rank) + "   " + short_name(candidate.artery_name) + " → " +
              short_name(candidate.vein_name),
          in_mm(candidate.gap_mm, candidate.gap_sd_mm) + "   score " + in_percent(candidate.score));
    }
  }
}

void draw_contents(Context& context) {
  heading(context, "What will be in it");
  const Tokens& tokens = context.tokens();
  ImDrawList& draw = *ImGui::GetWindowDrawList();
  for (const Item& item : contents_of(context)) {
    const ImVec2 at = ImGui::GetCursorScreenPos();
    draw_mark(draw, {at.x + context.px(7), at.y + context.px(9)}, context.px(11),
              item.there ? planning::Effect::Good : planning::Effect::Warn, tokens);
    ImGui::Indent(context.px(24));
    coloured_text(tokens.text, item.name);
    {
      const FontOf font(context.theme.fonts.dense);
      wrapped_text(tokens.muted, item.facts);
    }
    ImGui::Unindent(context.px(24));
  }
}

void draw_inspector(Context& context, const Box& box) {
  const Pane pane(context, "inspector", box, context.tokens().panel, 16, Pane::Scroll::Vertical);
  heading(context, "Export");
  const imaging::Side side = context.session.study().side;
  const bool known = side != imaging::Side::Unknown;
  // Asked again here: a report of the wrong leg is the worst thing that this window could make.
  ImGui::Checkbox("##side", &context.ui.side_confirmed);
  ImGui::SameLine();
  wrapped_text(known ? context.tokens().text : context.tokens().warn,
               "This is the " + std::string(leg_in_words(side)) + ".");
  ImGui::BeginDisabled(!context.ui.side_confirmed);
  if (accent_button(context, "Export the PDF", {ImGui::GetContentRegionAvail().x, context.px(36)}))
    context.requests.export_report = true;
  ImGui::EndDisabled();
  if (!context.around.report_path.empty()) {
    const FontOf font(context.theme.fonts.dense);
    wrapped_text(context.tokens().muted, "Written to " + context.around.report_path);
  }
  draw_contents(context);
}

}  // namespace

void draw_report_workspace(Context& context, const FrameLayout& layout) {
  if (!context.session.has_case()) {
    const Pane pane(context, "report", layout.main, context.tokens().ground, 0);
    empty_view(context, layout.main, "No case is open", "Open one to write its report.");
    return;
  }
  // A4, as large as fits with a margin.
  const float margin = context.px(24);
  const float height =
      std::max(1.0f, std::min(layout.main.h - 2 * margin, (layout.main.w - 2 * margin) * 1.4142f));
  const float width = height / 1.4142f;
  const Box page{std::round(layout.main.x + (layout.main.w - width) / 2),
                 std::round(layout.main.y + (layout.main.h - height) / 2), width, height};
  {
    const Pane pane(context, "report", layout.main, context.tokens().ground, 0);
    draw_page(context, page);
  }
  if (layout.inspector.w > 0) draw_inspector(context, layout.inspector);
}

}  // namespace app
