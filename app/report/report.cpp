#include "app/report/report.h"

#include "app/report/sections.h"
#include "app/report/whole_file.h"
#include "app/report/wording.h"

namespace app {

imaging::Result<void> write_report(const ReportContent& content,
                                   const std::filesystem::path& path) {
  using namespace report;
  auto canvas = Canvas::make("Deep vein arterialization plan");
  if (!canvas) return tl::unexpected(canvas.error());
  Layout layout(*canvas, "Crossing plan · " + content.alias + " · " + leg(content.side),
                research_line);
  draw_title(content, *canvas, layout);
  draw_summary(content, *canvas, layout);
  draw_watch_list(content, layout);
  // After a long list of warnings the pictures would leave the rest of the first page empty.
  const bool pictures_first = layout.room_pt() > Layout::tall_figure_pt + 40;
  if (pictures_first) draw_pictures(content, layout);
  draw_reasons(content, layout);
  if (!pictures_first) draw_pictures(content, layout);
  draw_candidates(content, layout);
  draw_strip(content, layout);
  draw_devices(content, layout);
  draw_checks(content, layout);
  draw_techniques(content, layout);
  draw_flow(content, layout);
  draw_calibrations(content, layout);
  draw_provenance(content, layout);
  layout.finish();
  const auto bytes = canvas->finish();
  if (!bytes) return tl::unexpected(bytes.error());
  return write_whole_file(path, *bytes);
}

}  // namespace app
