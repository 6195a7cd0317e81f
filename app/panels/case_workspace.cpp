// What was read, how it is calibrated, and what was left out; without a case, the library.
#include <algorithm>

#include "app/panels/picture.h"
#include "app/panels/widgets.h"
#include "app/session/cine.h"

namespace app {
namespace {

// What the preview shows: the last thing chosen in the list.
ViewKind preview_kind(const Context& context) {
  const imaging::Study& study = context.session.study();
  const auto has = [&](ViewKind kind) {
    switch (kind) {
      case ViewKind::AngioNative:
        return !study.runs.empty();
      case ViewKind::Radiograph:
        return !study.radiographs.empty();
      default:
        return !study.volumes.empty();
    }
  };
  if (has(context.ui.case_preview)) return context.ui.case_preview;
  for (const ViewKind kind :
       {ViewKind::AngioNative, ViewKind::DuplexTransverse, ViewKind::Radiograph})
    if (has(kind)) return kind;
  return ViewKind::DuplexTransverse;
}

struct Row {
  const char* kind;
  ImU32 colour;
  std::string label, facts;
  imaging::Side side;
  const imaging::Calibration* calibration;
  bool chosen;
};

// One line of the study list. True when it was clicked.
bool draw_row(Context& context, int id, const Row& row) {
  const Tokens& tokens = context.tokens();
  ImDrawList& draw = *ImGui::GetWindowDrawList();
  const float width = ImGui::GetContentRegionAvail().x, height = context.px(48);
  const ImVec2 at = ImGui::GetCursorScreenPos();
  ImGui::PushID(id);
  const bool clicked = ImGui::InvisibleButton("row", {width, height});
  ImGui::PopID();
  const ImVec2 end{at.x + width, at.y + height};
  if (row.chosen || ImGui::IsItemHovered())
    draw.AddRectFilled(at, end, row.chosen ? tokens.raised : with_alpha(tokens.raised, 0.5f),
                       context.px(4));
  if (row.chosen)
    draw.AddRectFilled({at.x, at.y + context.px(8)}, {at.x + context.px(3), end.y - context.px(8)},
                       tokens.accent, context.px(1.5f));
  const float pad = context.px(14), text_left = at.x + context.px(104);
  const float half = height / 2;
  {
    const FontOf font(context.theme.fonts.dense);
    const ImVec2 size = ImGui::CalcTextSize(row.kind);
    draw.AddText({at.x + pad, at.y + half - size.y / 2}, row.colour, row.kind);
  }
  // The calibration on the right: a check where lengths are mm, a triangle where they are px.
  float right = end.x - pad;
  if (row.calibration) {
    const FontOf font(context.theme.fonts.dense);
    const std::string text = short_sentence(*row.calibration);
    const ImVec2 size = ImGui::CalcTextSize(text.c_str());
    const bool mm = row.calibration->gives_mm();
    draw.AddText({right - size.x, at.y + half - size.y / 2}, mm ? tokens.muted : tokens.warn,
                 text.c_str());
    right -= size.x + context.px(14);
    draw_mark(draw, {right, at.y + half}, context.px(10),
              mm ? planning::Effect::Good : planning::Effect::Warn, tokens);
    right -= context.px(14);
  }
  const float room = right - text_left;
  const std::string label = elided(row.label, room);
  draw.AddText({text_left, at.y + half - ImGui::GetFontSize() - context.px(1)}, tokens.text,
               label.c_str());
  const FontOf font(context.theme.fonts.dense);
  const std::string facts = elided(std::string(letter(row.side)) + "  ·  " + row.facts, room);
  draw.AddText({text_left, at.y + half + context.px(2)}, tokens.muted, facts.c_str());
  return clicked;
}

std::string facts_of(const imaging::DuplexVolume& volume) {
  const auto& size = volume.bmode.grid().size();
  std::string text =
      std::to_string(size[0]) + " × " + std::to_string(size[1]) + " × " + std::to_string(size[2]);
  if (volume.velocity_cm_s) text += "  ·  velocity";
  return text;
}

std::string facts_of(const imaging::AngioRun& run) {
  return std::to_string(run.frames.size()) + (run.frames.size() == 1 ? " frame" : " frames") +
         (run.pose ? "  ·  " + angles(*run.pose) : "");
}

void draw_study_list(Context& context, const Box& box) {
  const Pane pane(context, "study list", box, context.tokens().panel, 16, Pane::Scroll::Vertical);
  const imaging::Study& study = context.session.study();
  const Tokens& tokens = context.tokens();
  ViewState& view = context.session.view;
  const ViewKind shown = preview_kind(context);
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, context.theme.px(8, 4));
  int id = 0;
  for (std::size_t i = 0; i < study.volumes.size(); ++i) {
    const imaging::DuplexVolume& volume = study.volumes[i];
    const bool chosen = shown == ViewKind::DuplexTransverse && view.volume == i;
    if (draw_row(context, ++id,
                 {"3-D duplex", tokens.vein, volume.label, facts_of(volume), volume.side,
                  &volume.calibration, chosen})) {
      context.ui.case_preview = ViewKind::DuplexTransverse;
      view.volume = i;
      view.cursor = volume.bmode.grid().centre();
    }
  }
  for (std::size_t i = 0; i < study.runs.size(); ++i) {
    const imaging::AngioRun& run = study.runs[i];
    const bool chosen = shown == ViewKind::AngioNative && view.run == i;
    if (draw_row(context, ++id,
                 {"Angiogram", tokens.artery, run.label, facts_of(run), run.side, &run.calibration,
                  chosen})) {
      context.ui.case_preview = ViewKind::AngioNative;
      if (view.run != i) choose_run(view, i);
    }
  }
  for (const imaging::Radiograph& radiograph : study.radiographs) {
    const std::string facts = std::to_string(radiograph.image.columns()) + " × " +
                              std::to_string(radiograph.image.rows()) + " px";
    if (draw_row(context, ++id,
                 {"Radiograph", tokens.device, radiograph.label, facts, radiograph.side,
                  &radiograph.calibration, shown == ViewKind::Radiograph}))
      context.ui.case_preview = ViewKind::Radiograph;
  }
  for (const imaging::DuplexClip& clip : study.clips) {
    const std::string facts =
        clip.frames.size() == 1 ? "still" : std::to_string(clip.frames.size()) + " frames";
    const auto calibrated =
        std::find_if(clip.regions.begin(), clip.regions.end(),
                     [](const auto& region) { return region.calibration.gives_mm(); });
    draw_row(context, ++id,
             {"2-D duplex", tokens.unsure, clip.label, facts, clip.side,
              calibrated == clip.regions.end() ? nullptr : &calibrated->calibration, false});
  }
  ImGui::PopStyleVar();
}

void draw_import_log(Context& context, const Box& box) {
  const Pane pane(context, "import log", box, context.tokens().panel, 16, Pane::Scroll::Vertical);
  const imaging::Study& study = context.session.study();
  const Tokens& tokens = context.tokens();
  {
    const FontOf font(context.theme.fonts.section);
    coloured_text(tokens.text, "What was left out");
  }
  const FontOf font(context.theme.fonts.dense);
  ImDrawList& draw = *ImGui::GetWindowDrawList();
  const auto marked = [&](planning::Effect effect, const std::string& text) {
    const ImVec2 at = ImGui::GetCursorScreenPos();
    draw_mark(draw, {at.x + context.px(6), at.y + ImGui::GetFontSize() / 2}, context.px(10), effect,
              tokens);
    ImGui::Indent(context.px(22));
    wrapped_text(tokens.text, text);
    ImGui::Unindent(context.px(22));
  };
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, context.theme.px(8, 6));
  for (const std::string& note : context.session.notes) marked(planning::Effect::Warn, note);
  for (const imaging::SkippedFile& file : study.skipped)
    marked(planning::Effect::Warn, file.file_name + ": " + file.reason);
  if (study.skipped.empty() && context.session.notes.empty())
    marked(planning::Effect::Good, "Every file was read.");
  ImGui::PopStyleVar();
}

void draw_calibration(Context& context, const imaging::Calibration& calibration) {
  heading(context, "Calibration");
  field(context, "Pixel size", sentence(calibration),
        calibration.gives_mm() ? context.tokens().text : context.tokens().warn);
  if (!calibration.note.empty()) {
    const FontOf font(context.theme.fonts.dense);
    wrapped_text(context.tokens().muted, calibration.note);
  }
}

void draw_case_inspector(Context& context, const Box& box) {
  const Pane pane(context, "inspector", box, context.tokens().panel, 16, Pane::Scroll::Vertical);
  const imaging::Study& study = context.session.study();
  const Tokens& tokens = context.tokens();
  if (ImGui::Button("Open another case", {ImGui::GetContentRegionAvail().x, 0}))
    show_library(context);
  heading(context, "Case");
  field(context, "Alias", study.alias);
  field(context, "Side", leg_in_words(study.side),
        study.side == imaging::Side::Unknown ? tokens.warn : tokens.text);
  field(context, "Duplex volumes", std::to_string(study.volumes.size()));
  field(context, "Angiogram runs", std::to_string(study.runs.size()));
  field(context, "Radiographs", std::to_string(study.radiographs.size()));
  field(context, "Clips and stills", std::to_string(study.clips.size()));
  field(context, "Files left out", std::to_string(study.skipped.size()),
        study.skipped.empty() ? tokens.text : tokens.warn);

  const ViewState& view = context.session.view;
  switch (preview_kind(context)) {
    case ViewKind::AngioNative: {
      const imaging::AngioRun& run = study.runs[view.run];
      heading(context, run.label.empty() ? "Angiogram" : run.label);
      field(context, "Side", leg_in_words(run.side));
      if (run.pose) {
        field(context, "Angles", angles(*run.pose));
        field(context, "Source to detector", fixed(run.pose->source_to_detector_mm, 0) + " mm");
        field(context, "Source to patient", fixed(run.pose->source_to_isocentre_mm, 0) + " mm");
      } else {
        field(context, "Geometry of the C-arm", "not in the file", tokens.warn);
      }
      if (!run.frames.empty())
        field(context, "Size",
              std::to_string(run.frames[0].columns()) + " × " +
                  std::to_string(run.frames[0].rows()) + " px, " + std::to_string(run.bits_stored) +
                  " bit");
      field(context, "Compression", run.lossy ? "lossy: for looking only" : "lossless",
            run.lossy ? tokens.warn : tokens.text);
      field(context, "Mask in the file", run.mask ? "yes" : "no");
      draw_calibration(context, run.calibration);
      break;
    }
    case ViewKind::Radiograph: {
      const imaging::Radiograph& radiograph = study.radiographs.front();
      heading(context, radiograph.label.empty() ? "Radiograph" : radiograph.label);
      field(context, "Side", leg_in_words(radiograph.side));
      draw_calibration(context, radiograph.calibration);
      break;
    }
    default: {
      if (study.volumes.empty()) break;
      const imaging::DuplexVolume& volume = study.volumes[view.volume];
      heading(context, volume.label.empty() ? "Duplex volume" : volume.label);
      field(context, "Side", leg_in_words(volume.side));
      const auto& spacing = volume.bmode.grid().spacing_mm();
      field(context, "Voxel",
            fixed(spacing[0], 2) + " × " + fixed(spacing[1], 2) + " × " + fixed(spacing[2], 2) +
                " mm");
      field(context, "Velocity",
            volume.velocity_cm_s ? "± " + in_cm_s(volume.velocity_limit_cm_s) : "not recorded");
      field(context, "Lies in the patient", volume.lies_in_patient ? "yes" : "no: sides unknown",
            volume.lies_in_patient ? tokens.text : tokens.warn);
      draw_calibration(context, volume.calibration);
    }
  }
}

// The first thing a new user sees: what to do, and the cases that are there.
void draw_library(Context& context, const FrameLayout& layout) {
  const Box box = whole_workspace(layout);
  const Pane pane(context, "library", box, context.tokens().ground, 32, Pane::Scroll::Vertical);
  const Tokens& tokens = context.tokens();
  const float width = std::min(box.w - context.px(64), context.px(640));
  const float left = (box.w - width) / 2;
  ImGui::SetCursorPos({left, std::max(context.px(32), box.h * 0.14f)});
  ImGui::BeginGroup();
  ImGui::PushTextWrapPos(left + width);
  {
    const FontOf font(context.theme.fonts.title);
    coloured_text(tokens.text, "Open a case");
  }
  coloured_text(tokens.muted,
                "Drop a folder with DICOM files here, or name it: angiograms, 3-D duplex and "
                "radiographs of one leg. Nothing leaves this machine.");
  ImGui::PopTextWrapPos();
  ImGui::Dummy({0, context.px(4)});
  const float button = context.px(96);
  ImGui::SetNextItemWidth(width - button - context.px(8));
  ImGui::PushStyleVar(ImGuiStyleVar_FramePadding, context.theme.px(12, 8));
  char path[1024] = {};
  context.ui.path_draft.copy(path, sizeof path - 1);
  const bool entered = ImGui::InputTextWithHint("##path", "Folder or file", path, sizeof path,
                                                ImGuiInputTextFlags_EnterReturnsTrue);
  context.ui.path_draft = path;
  ImGui::SameLine();
  ImGui::BeginDisabled(context.ui.path_draft.empty());
  const bool clicked = accent_button(context, "Open", {button, 0});
  ImGui::EndDisabled();
  ImGui::PopStyleVar();
  if ((entered || clicked) && !context.ui.path_draft.empty())
    context.requests.open_path = context.ui.path_draft;

  if (!context.around.library.empty()) {
    ImGui::Dummy({0, context.px(16)});
    {
      const FontOf font(context.theme.fonts.section);
      coloured_text(tokens.text, "Your cases");
    }
    ImDrawList& draw = *ImGui::GetWindowDrawList();
    for (const CaseCard& card : context.around.library) {
      ImGui::PushID(card.id.c_str());
      const ImVec2 at = ImGui::GetCursorScreenPos();
      const float height = context.px(48);
      if (ImGui::InvisibleButton("card", {width, height})) context.requests.open_case = card.id;
      const bool hovered = ImGui::IsItemHovered();
      draw.AddRectFilled(at, {at.x + width, at.y + height}, hovered ? tokens.line : tokens.raised,
                         context.px(4));
      const float y = at.y + (height - ImGui::GetFontSize()) / 2;
      draw.AddText({at.x + context.px(16), y}, tokens.text, card.alias.c_str());
      const std::string side(leg_in_words(card.side));
      draw.AddText({at.x + width * 0.42f, y}, tokens.text, side.c_str());
      const float right = ImGui::CalcTextSize(card.last_opened.c_str()).x + context.px(16);
      draw.AddText({at.x + width - right, y}, tokens.muted, card.last_opened.c_str());
      ImGui::PopID();
    }
  }
  if (context.session.has_case()) {
    ImGui::Dummy({0, context.px(8)});
    if (ImGui::Button("Back to the open case")) context.ui.library_shown = false;
  }
  ImGui::EndGroup();
}

}  // namespace

void show_library(Context& context) {
  context.session.view.workspace = Workspace::Case;
  context.ui.library_shown = true;
  context.ui.library_shown_over = context.session.has_case() ? &context.session.study() : nullptr;
}

void draw_case_workspace(Context& context, const FrameLayout& layout) {
  UiState& ui = context.ui;
  if (ui.library_shown && context.session.has_case() &&
      ui.library_shown_over != &context.session.study())
    ui.library_shown = false;
  if (!context.session.has_case() || ui.library_shown) return draw_library(context, layout);
  const float gap = context.px(6);
  const Halves halves = side_by_side(layout.main, context.ui.case_share, gap);
  draw_study_list(context, halves.first);
  const ViewKind kind = preview_kind(context);
  draw_pictures(context, halves.second, {{kind, halves.second, "Preview", "", false}});
  splitter(context, "case-split", {halves.first.right(), layout.main.y, gap, layout.main.h},
           layout.main, true, context.ui.case_share);
  draw_import_log(context, layout.strip);
  if (layout.inspector.w > 0) draw_case_inspector(context, layout.inspector);
}

}  // namespace app
