#include "app/report/outcome_report.h"

#include <algorithm>

#include "app/report/layout.h"
#include "app/report/report.h"
#include "app/report/whole_file.h"
#include "app/report/wording.h"

namespace app {
namespace {

using namespace report;
using planning::Endpoint;

constexpr double gap_pt = 22;
constexpr double plot_width_pt = (Layout::content_width_pt - gap_pt) / 2;
// Of a plot's logical px: letters of 7 pt.
constexpr double unit_pt = 7.0 / 13;

// Plots on paper. What is translucent is gathered, since the steps of a band are filled together.
class PaperPen : public ChartPen {
 public:
  explicit PaperPen(Canvas& canvas) : canvas_(canvas) {}
  double text_width(const std::string& words, double size, bool strong) const override {
    return canvas_.text_width_pt(words, weight(strong), size);
  }
  ~PaperPen() override { lay_glaze(); }
  void text(imaging::Point2 at, const std::string& words, double size, bool strong, ChartInk ink,
            Align align, double room) override {
    lay_glaze();
    double width = text_width(words, size, strong);
    // A remark that is too long for its plot gets smaller, down to what can still be read.
    if (room > 0 && width > room) {
      size = std::max(5.0, size * room / width);
      width = text_width(words, size, strong);
    }
    const double share = align == Align::Left ? 0 : align == Align::Middle ? 0.5 : 1;
    canvas_.text(at.x - share * width, at.y, words, weight(strong), size, ink_of(ink));
  }
  void line(std::span<const imaging::Point2> points, double width, ChartInk ink) override {
    lay_glaze();
    for (std::size_t i = 1; i < points.size(); ++i)
      canvas_.line(points[i - 1].x, points[i - 1].y, points[i].x, points[i].y, width, ink_of(ink));
  }
  void fill(std::span<const imaging::Point2> corners, ChartInk ink, double opacity) override {
    Canvas::Corners places;
    for (const imaging::Point2& p : corners) places.emplace_back(p.x, p.y);
    if (ink != glaze_ink_ || opacity != glaze_opacity_) lay_glaze();
    if (opacity >= 1) return canvas_.polygon(places, ink_of(ink));
    glaze_ink_ = ink;
    glaze_opacity_ = opacity;
    glaze_.push_back(std::move(places));
  }

 private:
  void lay_glaze() {
    canvas_.glaze(glaze_, ink_of(glaze_ink_), glaze_opacity_);
    glaze_.clear();
  }
  static Ink ink_of(ChartInk ink) {
    const imaging::Rgb c = paper_colour(ink);
    return {c.r, c.g, c.b};
  }
  static Weight weight(bool strong) { return strong ? Weight::Semibold : Weight::Regular; }
  Canvas& canvas_;
  std::vector<Canvas::Corners> glaze_;
  ChartInk glaze_ink_{};
  double glaze_opacity_ = 1;
};

// Two beside each other; more rows below a plot make the pair taller.
void draw_charts(Canvas& canvas, Layout& layout, const std::vector<Chart>& charts) {
  PaperPen pen(canvas);
  for (std::size_t i = 0; i < charts.size(); i += 2) {
    std::size_t rows = charts[i].rows.size();
    if (i + 1 < charts.size()) rows = std::max(rows, charts[i + 1].rows.size());
    const double height = unit_pt * (360 + 16 * static_cast<double>(rows));
    layout.need(height);
    for (std::size_t k = i; k < std::min(i + 2, charts.size()); ++k)
      draw_chart(charts[k],
                 {Layout::margin_pt + static_cast<double>(k - i) * (plot_width_pt + gap_pt),
                  layout.y(), plot_width_pt, height - 10},
                 unit_pt, pen);
    layout.space(height);
  }
}

void draw_comparison(Layout& layout, const Outcomes& outcomes) {
  layout.heading("Beside published series");
  std::vector<Row> rows;
  for (const OutcomeComparison& one : compare_outcomes(*outcomes.summary, outcomes.published)) {
    Row row;
    row.cells = {Cell(one.series),    Cell(one.endpoint), Cell(one.months),
                 Cell(one.published), Cell(one.here),     Cell(one.source)};
    rows.push_back(std::move(row));
  }
  layout.table({{"Series", 2.4},
                {"Endpoint", 1.9},
                {"Months", 0.7, true},
                {"Published", 1.7},
                {"This registry", 1.9},
                {"Source", 1.1}},
               rows);
}

}  // namespace

imaging::Result<void> write_outcome_report(const OutcomeReport& report,
                                           const std::filesystem::path& path) {
  const Outcomes& outcomes = report.outcomes;
  if (!outcomes.summary)
    return imaging::fail(imaging::ErrorCode::InvalidInput,
                         outcomes.path.string() + " has faults; mend them first.");
  const auto& summary = *outcomes.summary;
  auto canvas = Canvas::make("Outcomes of deep vein arterialization");
  if (!canvas) return tl::unexpected(canvas.error());
  Layout layout(*canvas, "Outcomes · " + outcomes.title, research_line);
  layout.paragraph("Outcomes of deep vein arterialization", {Weight::Bold, 18, ink::text});
  layout.paragraph(
      outcomes.title + " · " + std::to_string(summary.limbs) + " limbs · " + report.date,
      {Weight::Regular, 9, ink::muted});
  layout.paragraph("Kaplan-Meier; bands 95 %, " + std::string(describe(summary.options.band)) +
                       " (" + std::string(name_of(summary.options.band)) +
                       "). Diamonds: published figures, with their intervals where known.",
                   {Weight::Regular, 8, ink::muted});
  layout.space(8);
  draw_charts(*canvas, layout, outcomes.charts);
  layout.heading("How sure is the amputation-free survival?");
  layout.paragraph(posterior_words(summary));
  draw_comparison(layout, outcomes);
  layout.heading("Definitions");
  for (const Endpoint endpoint : planning::all_endpoints)
    layout.paragraph(std::string(label_of(endpoint)) + ": " + std::string(definition_of(endpoint)),
                     {Weight::Regular, 8, ink::text});
  layout.paragraph("Table's SHA-256 " + outcomes.sha256 + " · Oasis " + report.version,
                   {Weight::Regular, 8, ink::muted});
  layout.finish();
  const auto bytes = canvas->finish();
  if (!bytes) return tl::unexpected(bytes.error());
  return write_whole_file(path, *bytes);
}

}  // namespace app
