#include "app/session/outcomes.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <iterator>

#include "imaging/core/assets.h"
#include "imaging/core/sha256.h"

namespace app {
namespace {

using imaging::ErrorCode;
using imaging::fail;
using imaging::Result;
using planning::days_per_month;
using planning::Endpoint;
using planning::SurvivalCurve;

constexpr std::uintmax_t largest_table_bytes = 256u << 20;  // Millions of events; more is no table.

Result<std::string> text_of(const std::filesystem::path& file) {
  std::error_code error;
  const auto size = std::filesystem::file_size(file, error);
  if (error) return fail(ErrorCode::Unreadable, file.string() + " cannot be opened.");
  if (size > largest_table_bytes)
    return fail(ErrorCode::Unreadable, file.string() + " is too large for a registry.");
  std::ifstream in(file, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(in), {}};
  if (!in.is_open() || in.bad())
    return fail(ErrorCode::Unreadable, file.string() + " cannot be read.");
  return text;
}

std::string number(double value, int decimals) {
  char text[32];
  std::snprintf(text, sizeof text, "%.*f", decimals, value);
  return text;
}

// What all plots over time share: up to the last follow-up, in half years, at most five years.
double months_shown(const planning::OutcomeSummary& summary) {
  double last = 6;
  for (const auto& curves : summary.curves)
    last = std::max(last, curves.all.last_days() / days_per_month);
  return std::min(60.0, std::ceil(last / 6) * 6);
}

Chart::Axis time_axis(double months) {
  const double step = months <= 12 ? 3 : months <= 24 ? 6 : 12;
  Chart::Axis axis{.label = "Months", .to = months};
  for (double m = 0; m <= months; m += step) axis.at.push_back(m);
  return axis;
}

// A curve as a line of steps, its band, and how many were still followed at the ticks.
void add_curve(Chart& chart, const SurvivalCurve& curve, const std::string& name, std::size_t n,
               bool with_band) {
  constexpr std::array strokes{Chart::Stroke::Solid, Chart::Stroke::Dashed, Chart::Stroke::Dotted};
  const auto stroke = strokes[n % strokes.size()];
  const ChartInk ink = series_ink(n);
  Chart::Line line{.name = name, .points = {{0, 1}}, .ink = ink, .stroke = stroke};
  Chart::Band band{.spreads = {}, .ink = ink};
  for (const auto& step : curve.steps) {
    const double months = step.days / days_per_month;
    line.points.emplace_back(months, line.points.back().second);
    line.points.emplace_back(months, step.survival);
    const planning::Interval range = step.band.value_or(planning::Interval{});
    band.spreads.push_back({months, range.low, range.high});
  }
  Chart::Row row{.cells = {}, .ink = ink, .stroke = stroke};
  for (const double months : chart.x.at)
    row.cells.emplace_back(months, std::to_string(curve.at_risk(months * days_per_month)));
  chart.lines.push_back(std::move(line));
  if (with_band) chart.bands.push_back(std::move(band));
  chart.rows.push_back(std::move(row));
}

void add_published(Chart& chart, const planning::PublishedOutcomes& published,
                   const std::string& endpoint, bool complement = false) {
  for (const auto& series : published.series)
    for (const auto& figure : series.figures) {
      if (figure.endpoint != endpoint || figure.months > chart.x.to) continue;
      const auto turned = [&](double f) { return complement ? 1 - f : f; };
      Chart::Mark mark{.x = figure.months, .y = turned(figure.fraction)};
      if (figure.interval) {
        const double one = turned(figure.interval->low), other = turned(figure.interval->high);
        mark.interval = planning::Interval{std::min(one, other), std::max(one, other)};
      }
      mark.words = series.label + ", n = " + std::to_string(series.limbs) + ": " +
                   percent_words(mark.y) +
                   (mark.interval ? " (" + percent_words(*mark.interval) + ")" : "") + " at " +
                   months_words(figure.months) + " [" + series.source + "]";
      chart.marks.push_back(std::move(mark));
    }
}

Chart over_time(const std::string& id, const std::string& title, const std::string& remark,
                double months) {
  return {.id = id,
          .title = title,
          .remark = remark,
          .x = time_axis(months),
          .y = {.label = "Percent", .at = {0, 0.25, 0.5, 0.75, 1}, .factor = 100},
          .rows_title = "At risk"};
}

Chart endpoint_chart(const planning::OutcomeSummary& summary,
                     const planning::PublishedOutcomes& published, Endpoint endpoint) {
  const auto& curves = summary.of(endpoint);
  Chart chart = over_time(std::string(name_of(endpoint)), std::string(label_of(endpoint)),
                          comparison_words(curves), months_shown(summary));
  if (curves.by_group.empty()) {
    add_curve(chart, curves.all, "", 0, true);
  } else {
    // Two bands can be told apart where they overlap; more cannot.
    const bool with_bands = curves.by_group.size() <= 2;
    for (std::size_t g = 0; g < curves.by_group.size(); ++g)
      add_curve(chart, curves.by_group[g],
                summary.groups[g].empty() ? "no group" : summary.groups[g], g, with_bands);
  }
  if (endpoint == Endpoint::UnhealedWound)
    add_published(chart, published, "healed_wound", true);
  else
    add_published(chart, published, chart.id);
  return chart;
}

Chart patency_chart(const planning::OutcomeSummary& summary,
                    const planning::PublishedOutcomes& published) {
  Chart chart = over_time("patency", "Patency", "All limbs, bands 95 %", months_shown(summary));
  std::size_t n = 0;
  for (const auto& [endpoint, name] : {std::pair{Endpoint::PrimaryPatency, "primary"},
                                       std::pair{Endpoint::AssistedPatency, "assisted primary"},
                                       std::pair{Endpoint::SecondaryPatency, "secondary"}}) {
    add_curve(chart, summary.of(endpoint).all, name, n, true);
    const std::size_t before = chart.marks.size();
    add_published(chart, published, std::string(name_of(endpoint)));
    // Each diamond in the colour of the curve that it belongs beside.
    for (std::size_t i = before; i < chart.marks.size(); ++i) {
      chart.marks[i].ink = series_ink(n);
      chart.marks[i].words = std::string(label_of(endpoint)) + ", " + chart.marks[i].words;
    }
    ++n;
  }
  return chart;
}

Chart course_chart(const planning::MeasuredCourse& course, const std::string& id,
                   const std::string& title, const std::string& unit, double months) {
  Chart chart{.id = id,
              .title = title,
              .remark = "Thin: each limb. Bold: median, bar: quartiles",
              .x = time_axis(months),
              .y = {.label = unit}};
  if (course.limbs.empty()) {
    chart.instead = "Not measured in this registry.";
    return chart;
  }
  double most = 1;
  for (const auto& limb : course.limbs)
    for (const auto& [day, value] : limb) most = std::max(most, value);
  const auto grid = ticks(0, most, 5);
  chart.y.to = most > grid.back() ? 2 * grid.back() - grid[grid.size() - 2] : grid.back();
  chart.y.at = ticks(0, chart.y.to, 6);
  for (const auto& limb : course.limbs) {
    Chart::Line line{.name = "", .points = {}, .ink = ChartInk::Line, .width = 1};
    for (const auto& [day, value] : limb) line.points.emplace_back(day / days_per_month, value);
    chart.lines.push_back(std::move(line));
  }
  Chart::Line medians{.name = "", .points = {}, .width = 2};
  Chart::Row limbs;
  for (const auto& visit : course.visits) {
    if (visit.months > months) continue;
    medians.points.emplace_back(visit.months, visit.median);
    const planning::Interval quartiles{visit.lower_quartile, visit.upper_quartile};
    chart.marks.push_back({.x = visit.months,
                           .y = visit.median,
                           .interval = quartiles,
                           .ink = ChartInk::First,
                           .diamond = false,
                           .words = months_words(visit.months) + ": median " +
                                    number(visit.median, 1) + " " + unit + " (quartiles " +
                                    number(quartiles.low, 1) + " to " + number(quartiles.high, 1) +
                                    "), " + std::to_string(visit.limbs) + " limbs"});
    limbs.cells.emplace_back(visit.months, std::to_string(visit.limbs));
  }
  chart.lines.push_back(std::move(medians));
  chart.rows_title = "Limbs";
  chart.rows.push_back(std::move(limbs));
  return chart;
}

Chart posterior_chart(const planning::OutcomeSummary& summary,
                      const planning::PublishedOutcomes& published) {
  const auto credible = summary.posterior.interval();
  Chart chart{.id = "posterior",
              .title = "How sure is the amputation-free survival?",
              .remark = "At " + months_words(summary.options.horizon_days / days_per_month) +
                        ": mean " + percent_words(summary.posterior.mean()) + ", 95 % credible " +
                        percent_words(credible) + " (shaded)",
              .x = {.label = "Percent of limbs", .at = {0, 0.2, 0.4, 0.6, 0.8, 1}, .factor = 100},
              .y = {.label = "Density"}};
  constexpr int parts = 400;
  Chart::Line line;
  Chart::Band band;
  double most = 0;
  for (int i = 0; i <= parts; ++i) {
    const double x = static_cast<double>(i) / parts;
    const double density = summary.posterior.density(x);
    if (!std::isfinite(density)) continue;
    most = std::max(most, density);
    line.points.emplace_back(x, density);
    if (x >= credible.low && x <= credible.high) band.spreads.push_back({x, 0, density});
  }
  const auto grid = ticks(0, most, 4);
  chart.y.to = most * 1.05;
  chart.y.at = grid;
  chart.lines.push_back(std::move(line));
  chart.bands.push_back(std::move(band));
  chart.goal =
      Chart::Goal{summary.options.goal, "goal " + percent_words(summary.options.goal) + " [" +
                                            published.goal_source +
                                            "]: P(over it) = " + number(summary.above_goal, 4)};
  return chart;
}

}  // namespace

std::string percent_words(double fraction) { return number(100 * fraction, 1) + " %"; }
std::string percent_words(const planning::Interval& i) {
  return number(100 * i.low, 1) + " to " + number(100 * i.high, 1) + " %";
}
std::string months_words(double months) {
  const bool whole = std::abs(months - std::round(months)) < 0.05;
  return number(months, whole ? 0 : 1) + (whole && std::lround(months) == 1 ? " month" : " months");
}

std::string comparison_words(const planning::EndpointCurves& curves) {
  const std::string events =
      std::to_string(curves.all.events) + (curves.all.events == 1 ? " event" : " events");
  if (!curves.comparison) return events + " in " + std::to_string(curves.all.count) + " limbs";
  const auto& test = *curves.comparison;
  return events + "; log-rank " + number(test.chi_square, 2) + ", " + std::to_string(test.degrees) +
         " df, p = " + number(test.p_value, test.p_value < 0.001 ? 5 : 3);
}

std::string posterior_words(const planning::OutcomeSummary& s) {
  const auto& counts = s.at_horizon;
  return "At " + months_words(s.options.horizon_days / days_per_month) + " " +
         std::to_string(counts.successes) + " limbs were free of events, " +
         std::to_string(counts.failures) + " were not, " + std::to_string(counts.missing.size()) +
         " were not seen. Beta(1, 1) before; each missing limb counts as free with probability " +
         (s.options.missing_success
              ? number(*s.options.missing_success, 2)
              : std::string("that the curve gives it from when it was last seen")) +
         ". Mean " + percent_words(s.posterior.mean()) + ", 95 % credible " +
         percent_words(s.posterior.interval()) + ", P(over " + percent_words(s.options.goal) +
         ") = " + number(s.above_goal, 5) + ".";
}

std::vector<OutcomeComparison> compare_outcomes(const planning::OutcomeSummary& summary,
                                                const planning::PublishedOutcomes& published) {
  std::vector<OutcomeComparison> rows;
  for (const auto& series : published.series)
    for (const auto& figure : series.figures) {
      const bool healed = figure.endpoint == "healed_wound";
      const auto endpoint =
          std::find_if(planning::all_endpoints.begin(), planning::all_endpoints.end(),
                       [&](Endpoint e) { return name_of(e) == figure.endpoint; });
      OutcomeComparison row{.series = series.label + ", n = " + std::to_string(series.limbs),
                            .endpoint = healed ? "Healed wound" : figure.endpoint,
                            .months = number(figure.months, 0),
                            .published = percent_words(figure.fraction),
                            .here = "–",
                            .source = series.source,
                            .endpoint_id = figure.endpoint};
      if (figure.interval) row.published += " (" + percent_words(*figure.interval) + ")";
      if (endpoint != planning::all_endpoints.end()) row.endpoint = label_of(*endpoint);
      if (healed || endpoint != planning::all_endpoints.end()) {
        const auto& curve = summary.of(healed ? Endpoint::UnhealedWound : *endpoint).all;
        if (const auto at = curve.at(figure.months * days_per_month)) {
          row.here = percent_words(healed ? 1 - at->survival : at->survival);
          if (at->band)
            row.here +=
                " (" +
                percent_words(healed ? planning::Interval{1 - at->band->high, 1 - at->band->low}
                                     : *at->band) +
                ")";
        }
      }
      rows.push_back(std::move(row));
    }
  return rows;
}

std::vector<Chart> outcome_charts(const planning::OutcomeSummary& summary,
                                  const planning::PublishedOutcomes& published) {
  const auto of = [&](Endpoint endpoint) { return endpoint_chart(summary, published, endpoint); };
  const double months = months_shown(summary);
  std::vector<Chart> charts{of(Endpoint::AmputationFreeSurvival), of(Endpoint::LimbSalvage),
                            of(Endpoint::Survival), patency_chart(summary, published)};
  // With groups, each patency is compared on its own, too.
  if (!summary.of(Endpoint::PrimaryPatency).by_group.empty())
    for (const Endpoint endpoint :
         {Endpoint::PrimaryPatency, Endpoint::AssistedPatency, Endpoint::SecondaryPatency})
      charts.push_back(of(endpoint));
  charts.push_back(of(Endpoint::FreedomFromReintervention));
  charts.push_back(of(Endpoint::UnhealedWound));
  charts.push_back(course_chart(summary.wound, "wound_area", "Wound area", "cm²", months));
  charts.push_back(course_chart(summary.tcpo2, "tcpo2", "TcPO2", "mmHg", months));
  charts.push_back(posterior_chart(summary, published));
  return charts;
}

Result<Outcomes> read_outcomes(const std::filesystem::path& file, const OutcomeQuestion& question) {
  const auto text = text_of(file);
  if (!text) return tl::unexpected(text.error());
  auto published = planning::read_published_outcomes(imaging::assets_folder());
  if (!published) return tl::unexpected(published.error());
  Outcomes outcomes{.path = file,
                    .title = file.stem().string(),
                    .sha256 = imaging::sha256(*text),
                    .faults = {},
                    .summary = {},
                    .published = std::move(*published),
                    .charts = {},
                    .question = question};
  auto reading = planning::read_registry(*text);
  outcomes.faults = std::move(reading.faults);
  if (!outcomes.faults.empty()) return outcomes;
  auto summary = planning::summarise_outcomes(
      reading.limbs, {.horizon_days = question.horizon_months * days_per_month,
                      .goal = question.goal.value_or(outcomes.published.goal),
                      .missing_success = question.missing_success,
                      .band = question.band});
  if (!summary) return tl::unexpected(summary.error());
  outcomes.charts = outcome_charts(*summary, outcomes.published);
  outcomes.summary = std::move(*summary);
  return outcomes;
}

}  // namespace app
