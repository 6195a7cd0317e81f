#include "app/cli/outcome_files.h"

#include <span>

#include "app/report/chart_svg.h"
#include "app/report/outcome_report.h"
#include "app/report/whole_file.h"
#include "app/report/wording.h"
#include "app/session/provenance.h"
#include "app/view/chart_picture.h"
#include "app/view/png.h"

namespace app {
namespace {

namespace fs = std::filesystem;

// A column of a journal at 600 dots to the inch, in logical px; more rows below need more height.
constexpr int plot_width = 640, plot_height = 420, row_height = 16;
constexpr double plot_scale = 3;

}  // namespace

imaging::Result<void> write_outcome_page(const Outcomes& outcomes, const fs::path& file) {
  return write_outcome_report({.outcomes = outcomes, .date = report::today(), .version = version()},
                              file);
}

imaging::Result<void> write_plots(const std::vector<Chart>& charts, const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error)
    return imaging::fail(imaging::ErrorCode::Unwritable,
                         "The folder " + folder.string() +
                             " cannot be made: check its permissions and the free space.");
  for (const Chart& chart : charts) {
    const int height = plot_height + row_height * static_cast<int>(chart.rows.size());
    const std::string svg = chart_svg(chart, plot_width, height);
    for (const auto& done :
         {write_whole_file(folder / (chart.id + ".svg"), std::as_bytes(std::span(svg))),
          save_png(chart_picture(chart, plot_width, height, plot_scale),
                   folder / (chart.id + ".png"))})
      if (!done) return done;
  }
  return {};
}

}  // namespace app
