// The first page: what is planned, the figures that decide, what to watch.
#include <algorithm>
#include <array>

#include "app/report/sections.h"
#include "app/report/wording.h"

namespace app::report {
namespace {

constexpr double left = Layout::margin_pt;
constexpr double width = Layout::content_width_pt;

struct Tile {
  std::string label, value, note;
};

// The largest size up to `size_pt` at which the text fits.
double fitting_size_pt(const Canvas& canvas, const std::string& text, Weight weight, double size_pt,
                       double room_pt) {
  const double wide = canvas.text_width_pt(text, weight, size_pt);
  return wide <= room_pt ? size_pt : size_pt * room_pt / wide;
}

void draw_tile(const Tile& tile, double x, double y, double tile_width, double tile_height,
               Canvas& canvas, const Layout& layout) {
  constexpr double padding = 9;
  const double room = tile_width - 2 * padding;
  canvas.box(x, y, tile_width, tile_height, ink::ground);
  canvas.text(x + padding, y + 16, tile.label, Weight::Semibold, 7.5, ink::muted);
  canvas.text(x + padding, y + 35, tile.value, Weight::Bold,
              fitting_size_pt(canvas, tile.value, Weight::Bold, 15, room), ink::text);
  double note_y = y + 49;
  auto lines = layout.wrapped(tile.note, {Weight::Regular, 7.5, ink::muted}, room);
  lines.resize(std::min(lines.size(), std::size_t{2}));
  for (const std::string& line : lines) {
    canvas.text(x + padding, note_y, line, Weight::Regular, 7.5, ink::muted);
    note_y += 10;
  }
}

std::array<Tile, 4> tiles_of(const planning::Preview& preview) {
  const planning::Crossing& c = preview.crossing;
  const planning::Flow& flow = preview.flow;
  return {Tile{"GAP", millimetres(c.gap_mm, c.gap_sd_mm),
               c.gap_sd_mm > 0 ? "lumen to lumen, along the needle"
                               : "lumen to lumen; its error is not known"},
          Tile{"NEEDLE", millimetres(c.needle.length_mm),
               "at " + decimal(c.needle.exit_angle_deg, 0) + "° to the artery, towards " +
                   decimal(c.needle.clock, 1) + " o'clock"},
          Tile{"ARTERY · VEIN",
               decimal(c.artery_diameter_mm, 1) + " · " + millimetres(c.vein_diameter_mm),
               c.artery_diameter_sd_mm > 0 && c.vein_diameter_sd_mm > 0
                   ? "± " + decimal(c.artery_diameter_sd_mm, 1) + " · ± " +
                         millimetres(c.vein_diameter_sd_mm) + " diameter at the site"
                   : "diameter at the site; the errors are not known"},
          Tile{"CIRCUIT FLOW", decimal(flow.circuit_ml_min, 0) + " ml/min",
               decimal(flow.low_ml_min, 0) + " to " + decimal(flow.high_ml_min, 0) +
                   " ml/min over the stated ranges"}};
}

}  // namespace

void draw_title(const ReportContent& content, Canvas& canvas, Layout& layout) {
  canvas.text(left, layout.y() + 8, "Oasis", Weight::Bold, 10, ink::accent);
  canvas.text(left + 34, layout.y() + 8, "Plan for percutaneous deep vein arterialization",
              Weight::Regular, 10, ink::muted);
  layout.space(20);
  layout.paragraph(content.alias + ", " + leg(content.side), {Weight::Bold, 23, ink::text});
  const std::string technique =
      content.technique.empty() ? "" : "Technique " + words_from(content.technique) + " · ";
  layout.paragraph(technique + content.date, {Weight::Regular, 10, ink::muted});
  layout.space(3);
  layout.remark({research_line, Mark::Warn}, {Weight::Semibold, 9, ink::warn});
  layout.space(10);
}

void draw_summary(const ReportContent& content, Canvas& canvas, Layout& layout) {
  if (!content.preview) {
    layout.remark({"No crossing can be planned on this case.", Mark::Bad},
                  {Weight::Bold, 13, ink::text});
    layout.space(8);
    return;
  }
  const planning::Crossing& c = content.preview->crossing;
  const int place = rank_of(content);
  const std::string rank = place > 0 ? "Crossing, ranked " + std::to_string(place) : "Crossing";
  layout.paragraph(rank, {Weight::Semibold, 9, ink::accent});
  layout.paragraph(capitalised(words_from(c.artery_name)) + " into " + words_from(c.vein_name),
                   {Weight::Bold, 15, ink::text});
  layout.paragraph(millimetres(c.site.artery_mm) + " along the artery, " +
                       millimetres(c.site.vein_mm) + " along the vein; score " +
                       decimal(c.score, 2) + "; stays admissible in " +
                       decimal(100 * c.stability, 0) + " % of draws within the measurement error.",
                   {Weight::Regular, 9, ink::muted});
  layout.space(6);
  constexpr double gap = 8, height = 68;
  const double tile_width = (width - 3 * gap) / 4;
  layout.need(height);
  double x = left;
  for (const Tile& tile : tiles_of(*content.preview)) {
    draw_tile(tile, x, layout.y(), tile_width, height, canvas, layout);
    x += tile_width + gap;
  }
  layout.space(height + 4);
}

void draw_watch_list(const ReportContent& content, Layout& layout) {
  std::vector<Remark> remarks;
  if (content.preview) {
    for (const planning::Check& check : content.preview->checks)
      if (!check.ok) remarks.push_back({check.message, mark_of(check)});
    for (const planning::Reason& reason : content.preview->crossing.reasons)
      if (reason.effect != planning::Effect::Good)
        remarks.push_back({reason.message, mark_of(reason.effect)});
  }
  // What fails before what is to be asked for.
  std::ranges::stable_partition(remarks, [](const Remark& r) { return r.mark == Mark::Bad; });
  for (const std::string& note : content.notes) remarks.push_back({note, Mark::Warn});
  layout.heading("What to watch");
  if (remarks.empty()) layout.remark({"No check failed and no rule warns.", Mark::Good});
  for (const Remark& remark : remarks) {
    layout.remark(remark);
    layout.space(2);
  }
}

void draw_pictures(const ReportContent& content, Layout& layout) {
  std::vector<Figure> figures;
  for (const ReportPicture& picture : content.pictures)
    if (!picture.image.empty()) figures.push_back({&picture.image, picture.caption});
  if (figures.empty()) return;
  layout.heading("Pictures", Layout::tall_figure_pt);
  // The leg is tall: it stands beside the two pictures of the crossing.
  const std::size_t beside = std::min<std::size_t>(figures.size(), 3);
  layout.tall_figure({figures.begin(), figures.begin() + static_cast<std::ptrdiff_t>(beside)});
  layout.figures({figures.begin() + static_cast<std::ptrdiff_t>(beside), figures.end()}, 2, 230);
}

}  // namespace app::report
