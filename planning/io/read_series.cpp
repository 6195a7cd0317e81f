#include "planning/io/detail/json.h"
#include "planning/outcome/series.h"

namespace planning {

using imaging::ErrorCode;
using io::Complaint;
using io::Entry;
using io::Json;

namespace {

double fraction_of(const Entry& entry, const char* key) {
  const double percent = entry.number(key);
  if (percent < 0 || percent > 100)
    entry.complain(std::string("must have \"") + key + "\" from 0 to 100");
  return percent / 100;
}

PublishedSeries series_of(const Entry& entry) {
  PublishedSeries series{.id = entry.text("id"),
                         .label = entry.text("label"),
                         .limbs = static_cast<int>(entry.number("limbs")),
                         .source = entry.text("source"),
                         .tag = entry.text("tag"),
                         .note = entry.text_or("note", ""),
                         .figures = {}};
  for (const Entry& e : entry.at("figures").list()) {
    PublishedFigure figure{.endpoint = e.text("endpoint"),
                           .months = e.number("months"),
                           .fraction = fraction_of(e, "percent"),
                           .interval = {}};
    if (e.has("low")) figure.interval = Interval{fraction_of(e, "low"), fraction_of(e, "high")};
    series.figures.push_back(std::move(figure));
  }
  return series;
}

}  // namespace

imaging::Result<PublishedOutcomes> read_published_outcomes(const std::filesystem::path& assets) {
  const std::string where = "outcomes/published.json";
  std::ifstream stream(assets / "outcomes" / "published.json", std::ios::binary);
  if (!stream)
    return imaging::fail(ErrorCode::Unreadable, "The data file " + where +
                                                    " cannot be read: restore it, or set "
                                                    "OASIS_ASSETS.");
  const std::string text{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
  try {
    const Json json = io::parsed(text, where);
    const Entry file(json, where);
    const Entry goal = file.at("goal");
    PublishedOutcomes published{.series = {},
                                .goal = fraction_of(goal, "percent"),
                                .goal_months = goal.number("months"),
                                .historical = fraction_of(goal, "historical_percent"),
                                .certainty = file.at("certainty").number("value"),
                                .goal_source = goal.text("source") + " [" + goal.text("tag") + "]",
                                .goal_says = goal.text("says")};
    for (const Entry& e : file.at("series").list()) published.series.push_back(series_of(e));
    return published;
  } catch (const Complaint& complaint) {
    return imaging::fail(ErrorCode::InvalidInput, complaint.sentence);
  }
}

}  // namespace planning
