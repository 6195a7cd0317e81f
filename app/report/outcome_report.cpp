#include "app/report/outcome_report.h"

#include <algorithm>
#include <cmath>

#include "app/report/layout.h"
#include "app/report/report.h"
#include "app/report/whole_file.h"
#include "app/report/wording.h"

namespace app {
namespace {

using namespace report;
using planning::Endpoint;
using planning::SurvivalCurve;
using Points = std::vector<std::pair<double, double>>;

constexpr Ink group_inks[] = {{0x1f, 0x66, 0xc1},
                              {0xb0, 0x7d, 0x00},
                              {0x74, 0x43, 0xc9},
                              {0x0e, 0x82, 0x73},
                              {0x9a, 0x5b, 0x00}};
constexpr Ink band_ink{0xd9, 0xe4, 0xf2};
constexpr Ink published_ink{0xc0, 0x21, 0x3a};
constexpr double letters_pt = 7;
constexpr double plot_height_pt = 132;
constexpr double gap_pt = 22;
constexpr double plot_width_pt = (Layout::content_width_pt - gap_pt) / 2;

std::string percent(double fraction) { return decimal(100 * fraction, 1) + " %"; }
std::string percent(const planning::Interval& i) {
  return decimal(100 * i.low, 1) + " to " + decimal(100 * i.high, 1) + " %";
}

// Two axes on paper, with what is drawn between them kept inside.
class Axes {
 public:
  Axes(Canvas& canvas, double x, double y, double width, double height, double most_x,
       double most_y)
      : canvas_(canvas),
        x_(x + 24),
        y_(y),
        width_(width - 24),
        height_(height),
        most_x_(most_x),
        most_y_(most_y) {}

  double px(double x) const { return x_ + width_ * std::clamp(x / most_x_, 0.0, 1.0); }
  double py(double y) const { return y_ + height_ * (1 - std::clamp(y / most_y_, 0.0, 1.0)); }
  double right() const { return x_ + width_; }

  void draw(double step_x, double step_y, bool as_percent) const {
    for (double v = 0; v <= most_y_ * 1.0001; v += step_y) {
      canvas_.line(x_, py(v), right(), py(v), 0.4, ink::line);
      words(x_ - 3, py(v) + 2.5, as_percent ? decimal(100 * v, 0) : decimal(v, 0), true);
    }
    for (double v = 0; v <= most_x_ * 1.0001; v += step_x) {
      canvas_.line(px(v), y_ + height_, px(v), y_ + height_ + 2.5, 0.5, ink::muted);
      const std::string text = decimal(v, 0);
      words(px(v) - canvas_.text_width_pt(text, Weight::Regular, letters_pt) / 2, y_ + height_ + 10,
            text);
    }
    canvas_.line(x_, y_ + height_, right(), y_ + height_, 0.8, ink::muted);
  }
  void line(const Points& points, Ink colour, double width = 1.1) const {
    for (std::size_t i = 1; i < points.size(); ++i)
      canvas_.line(px(points[i - 1].first), py(points[i - 1].second), px(points[i].first),
                   py(points[i].second), width, colour);
  }
  void words(double x, double y, const std::string& text, bool to_the_left = false,
             Ink colour = ink::muted) const {
    if (to_the_left) x -= canvas_.text_width_pt(text, Weight::Regular, letters_pt);
    canvas_.text(x, y, text, Weight::Regular, letters_pt, colour);
  }

 private:
  Canvas& canvas_;
  double x_, y_, width_, height_, most_x_, most_y_;
};

void draw_band(Canvas& canvas, const Axes& axes, const SurvivalCurve& curve) {
  for (std::size_t i = 0; i < curve.steps.size(); ++i) {
    const auto& step = curve.steps[i];
    const double until = i + 1 < curve.steps.size() ? curve.steps[i + 1].days : step.days;
    const double from_x = axes.px(step.days / planning::days_per_month);
    const double to_x = axes.px(until / planning::days_per_month);
    if (step.band && to_x > from_x)
      canvas.box(from_x, axes.py(step.band->high), to_x - from_x,
                 axes.py(step.band->low) - axes.py(step.band->high), band_ink);
  }
}

Points steps_of(const SurvivalCurve& curve) {
  Points points{{0, 1}};
  for (const auto& step : curve.steps) {
    const double months = step.days / planning::days_per_month;
    points.emplace_back(months, points.back().second);
    points.emplace_back(months, step.survival);
  }
  return points;
}

double months_shown(const OutcomeReport& report) {
  double last = 6;
  for (const auto& curves : report.summary.curves)
    last = std::max(last, curves.all.last_days() / planning::days_per_month);
  return std::min(60.0, std::ceil(last / 6) * 6);
}

struct Shown {
  const SurvivalCurve* curve;
  std::string name;
  Ink ink;
};

// A title, the curves with their bands, published figures as diamonds, numbers at risk below.
void draw_curves(Canvas& canvas, const OutcomeReport& report, double x, double y,
                 const std::string& title, const std::vector<Shown>& shown,
                 const std::string& remark, const std::string& published_as) {
  const double months = months_shown(report);
  const double step = months <= 12 ? 3 : months <= 24 ? 6 : 12;
  canvas.text(x, y + 9, title, Weight::Semibold, 9, ink::text);
  canvas.text(x, y + 18.5, remark, Weight::Regular, letters_pt, ink::muted);
  const Axes axes(canvas, x, y + 25, plot_width_pt, plot_height_pt, months, 1);
  if (shown.size() == 1) draw_band(canvas, axes, *shown.front().curve);
  axes.draw(step, 0.25, true);
  for (const Shown& s : shown) axes.line(steps_of(*s.curve), s.ink);
  for (const auto& series : report.published.series)
    for (const auto& figure : series.figures) {
      if (figure.endpoint != published_as || figure.months > months) continue;
      const double cx = axes.px(figure.months), cy = axes.py(figure.fraction), r = 2.3;
      if (figure.interval)
        canvas.line(cx, axes.py(figure.interval->low), cx, axes.py(figure.interval->high), 0.5,
                    published_ink);
      canvas.polygon({{cx, cy - r}, {cx + r, cy}, {cx, cy + r}, {cx - r, cy}}, published_ink);
    }
  double row = y + 25 + plot_height_pt + 19;
  axes.words(x, row, "Months; at risk:");
  for (const Shown& s : shown) {
    row += 8.5;
    if (!s.name.empty()) row += 0;
    for (double m = 0; m <= months; m += step) {
      const std::string count = std::to_string(s.curve->at_risk(m * planning::days_per_month));
      axes.words(axes.px(m) - canvas.text_width_pt(count, Weight::Regular, letters_pt) / 2, row,
                 count, false, s.ink);
    }
  }
  double legend = y + 36;
  for (const Shown& s : shown) {
    if (s.name.empty()) continue;
    axes.words(axes.right() - 2, legend, s.name, true, s.ink);
    legend += 8.5;
  }
}

double curves_height_pt(std::size_t curves) {
  return 25 + plot_height_pt + 26 + 8.5 * static_cast<double>(curves) + 6;
}

std::vector<Shown> shown_of(const OutcomeReport& report, Endpoint endpoint) {
  const auto& curves = report.summary.of(endpoint);
  if (curves.by_group.empty()) return {{&curves.all, "", group_inks[0]}};
  std::vector<Shown> shown;
  for (std::size_t g = 0; g < curves.by_group.size(); ++g)
    shown.push_back({&curves.by_group[g],
                     report.summary.groups[g].empty() ? "no group" : report.summary.groups[g],
                     group_inks[g % std::size(group_inks)]});
  return shown;
}

std::string remark_of(const planning::EndpointCurves& curves) {
  if (!curves.comparison) return std::to_string(curves.all.events) + " events";
  const auto& test = *curves.comparison;
  return "log-rank chi-square " + decimal(test.chi_square, 2) + ", " +
         std::to_string(test.degrees) +
         " df, p = " + decimal(test.p_value, test.p_value < 0.001 ? 5 : 3);
}

void draw_survival(Canvas& canvas, Layout& layout, const OutcomeReport& report) {
  struct Panel {
    std::string title, remark, published_as;
    std::vector<Shown> shown;
  };
  std::vector<Panel> panels;
  const auto single = [&](Endpoint endpoint) {
    panels.push_back({std::string(label_of(endpoint)), remark_of(report.summary.of(endpoint)),
                      std::string(name_of(endpoint)), shown_of(report, endpoint)});
  };
  single(Endpoint::AmputationFreeSurvival);
  single(Endpoint::LimbSalvage);
  single(Endpoint::Survival);
  const auto curve = [&](Endpoint e) { return &report.summary.of(e).all; };
  panels.push_back({"Patency",
                    "all limbs",
                    "primary_patency",
                    {{curve(Endpoint::SecondaryPatency), "secondary", group_inks[3]},
                     {curve(Endpoint::AssistedPatency), "assisted primary", group_inks[1]},
                     {curve(Endpoint::PrimaryPatency), "primary", group_inks[0]}}});
  single(Endpoint::FreedomFromReintervention);
  single(Endpoint::UnhealedWound);
  for (std::size_t i = 0; i < panels.size(); i += 2) {
    const std::size_t most = std::max(panels[i].shown.size(), panels[i + 1].shown.size());
    layout.need(curves_height_pt(most));
    for (std::size_t k = 0; k < 2; ++k) {
      const Panel& p = panels[i + k];
      draw_curves(canvas, report,
                  Layout::margin_pt + static_cast<double>(k) * (plot_width_pt + gap_pt), layout.y(),
                  p.title, p.shown, p.remark, p.published_as);
    }
    layout.space(curves_height_pt(most));
  }
}

void draw_course(Canvas& canvas, double x, double y, const planning::MeasuredCourse& course,
                 const std::string& title, double months) {
  canvas.text(x, y + 9, title, Weight::Semibold, 9, ink::text);
  if (course.limbs.empty()) {
    canvas.text(x, y + 22, "Not measured in this registry.", Weight::Regular, 8, ink::muted);
    return;
  }
  double most = 1;
  for (const auto& limb : course.limbs)
    for (const auto& [day, value] : limb) most = std::max(most, value);
  const double step = std::pow(10, std::floor(std::log10(most)));
  const double grid = most / step > 5 ? 2 * step : most / step > 2 ? step : step / 2;
  most = std::ceil(most / grid) * grid;
  canvas.text(x, y + 18.5, "thin: each limb; bold: median, bar: quartiles", Weight::Regular,
              letters_pt, ink::muted);
  const Axes axes(canvas, x, y + 25, plot_width_pt, plot_height_pt, months, most);
  axes.draw(months <= 12 ? 3 : months <= 24 ? 6 : 12, grid, false);
  for (const auto& limb : course.limbs) {
    Points points;
    for (const auto& [day, value] : limb)
      points.emplace_back(day / planning::days_per_month, value);
    axes.line(points, ink::line, 0.5);
  }
  Points medians;
  for (const auto& visit : course.visits) {
    if (visit.months > months) continue;
    medians.emplace_back(visit.months, visit.median);
    canvas.line(axes.px(visit.months), axes.py(visit.lower_quartile), axes.px(visit.months),
                axes.py(visit.upper_quartile), 2.2, group_inks[0]);
    canvas.disc(axes.px(visit.months), axes.py(visit.median), 2.2, group_inks[0]);
  }
  axes.line(medians, group_inks[0]);
}

void draw_posterior(Canvas& canvas, Layout& layout, const OutcomeReport& report) {
  const auto& s = report.summary;
  layout.heading("How sure is the amputation-free survival?", 170);
  const auto& counts = s.at_horizon;
  layout.paragraph(
      "At " + decimal(s.options.horizon_days / planning::days_per_month, 1) + " months " +
      std::to_string(counts.successes) + " limbs were free of events, " +
      std::to_string(counts.failures) + " were not, " + std::to_string(counts.missing.size()) +
      " were not seen. Beta(1, 1) before; each missing limb counts as free with probability " +
      (s.options.missing_success
           ? decimal(*s.options.missing_success, 2)
           : std::string("that the curve gives it from when it was last seen")) +
      ". Mean " + percent(s.posterior.mean()) + ", 95 % credible " +
      percent(s.posterior.interval()) + ", P(over " + percent(s.options.goal) +
      ") = " + decimal(s.above_goal, 5) + ".");
  layout.need(120);
  const double top = layout.y() + 4, height = 78;
  double most = 0;
  for (int i = 1; i < 400; ++i) most = std::max(most, s.posterior.density(i / 400.0));
  const Axes axes(canvas, Layout::margin_pt, top, Layout::content_width_pt, height, 100,
                  most * 1.05);
  const planning::Interval credible = s.posterior.interval();
  canvas.box(axes.px(100 * credible.low), top,
             axes.px(100 * credible.high) - axes.px(100 * credible.low), height, band_ink);
  Points points;
  for (int i = 0; i <= 400; ++i) points.emplace_back(i / 4.0, s.posterior.density(i / 400.0));
  axes.line(points, group_inks[0]);
  axes.draw(10, most * 2, false);
  const double goal = axes.px(100 * s.options.goal);
  canvas.line(goal, top, goal, top + height, 1, published_ink);
  axes.words(goal - 3, top + 8,
             "goal " + percent(s.options.goal) + ", " + report.published.goal_source, true,
             published_ink);
  layout.space(height + 22);
  layout.paragraph("Percent of limbs; shaded: 95 % credible.", {Weight::Regular, 8, ink::muted});
}

void draw_comparison(Layout& layout, const OutcomeReport& report) {
  layout.heading("Beside published series");
  std::vector<Row> rows;
  for (const auto& series : report.published.series)
    for (const auto& figure : series.figures) {
      Row row;
      const auto endpoint =
          std::find_if(planning::all_endpoints.begin(), planning::all_endpoints.end(),
                       [&](Endpoint e) { return name_of(e) == figure.endpoint; });
      std::string here = "–";
      const bool healed = figure.endpoint == "healed_wound";
      if (endpoint != planning::all_endpoints.end() || healed) {
        const auto& curve = report.summary.of(healed ? Endpoint::UnhealedWound : *endpoint).all;
        if (const auto at = curve.at(figure.months * planning::days_per_month)) {
          here = percent(healed ? 1 - at->survival : at->survival);
          if (at->band)
            here +=
                " (" +
                (healed ? percent({1 - at->band->high, 1 - at->band->low}) : percent(*at->band)) +
                ")";
        }
      }
      std::string there = percent(figure.fraction);
      if (figure.interval) there += " (" + percent(*figure.interval) + ")";
      row.cells = {Cell(series.label + ", n = " + std::to_string(series.limbs)),
                   Cell(capitalised(words_from(figure.endpoint))),
                   Cell(decimal(figure.months, 0)),
                   Cell(there),
                   Cell(here),
                   Cell(series.source)};
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
  auto canvas = Canvas::make("Outcomes of deep vein arterialization");
  if (!canvas) return tl::unexpected(canvas.error());
  Layout layout(*canvas, "Outcomes · " + report.title, research_line);
  layout.paragraph("Outcomes of deep vein arterialization", {Weight::Bold, 18, ink::text});
  layout.paragraph(
      report.title + " · " + std::to_string(report.summary.limbs) + " limbs · " + report.date,
      {Weight::Regular, 9, ink::muted});
  layout.paragraph("Kaplan-Meier; bands 95 %, " +
                       std::string(describe(report.summary.options.band)) + " (" +
                       std::string(name_of(report.summary.options.band)) +
                       "). Red diamonds: published figures, with their intervals where known.",
                   {Weight::Regular, 8, ink::muted});
  layout.space(8);
  draw_survival(*canvas, layout, report);
  const double months = months_shown(report);
  layout.need(curves_height_pt(0));
  draw_course(*canvas, Layout::margin_pt, layout.y(), report.summary.wound, "Wound area (cm²)",
              months);
  draw_course(*canvas, Layout::margin_pt + plot_width_pt + gap_pt, layout.y(), report.summary.tcpo2,
              "TcPO2 (mmHg)", months);
  layout.space(curves_height_pt(0));
  draw_posterior(*canvas, layout, report);
  draw_comparison(layout, report);
  layout.heading("Definitions");
  for (const Endpoint endpoint : planning::all_endpoints)
    layout.paragraph(std::string(label_of(endpoint)) + ": " + std::string(definition_of(endpoint)),
                     {Weight::Regular, 8, ink::text});
  layout.paragraph("Table's SHA-256 " + report.input + " · Oasis " + report.version,
                   {Weight::Regular, 8, ink::muted});
  layout.finish();
  const auto bytes = canvas->finish();
  if (!bytes) return tl::unexpected(bytes.error());
  return write_whole_file(path, *bytes);
}

}  // namespace app
