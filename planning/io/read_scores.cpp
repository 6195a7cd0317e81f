#include <algorithm>
#include <set>

#include "planning/io/detail/json.h"
#include "planning/io/detail/read_file.h"
#include "planning/score/score.h"

namespace planning {

using imaging::ErrorCode;
using io::Complaint;
using io::Entry;
using io::Json;

namespace {

Origin origin_of(const Entry& entry) {
  return {entry.text("source"), entry.text("tag"), entry.yes_or("verified", true)};
}

// Levels that state no origin of their own have that of their item or rule.
std::vector<ScoreLevel> levels_of(const Entry& entry, const char* key, const Origin& origin) {
  std::vector<ScoreLevel> levels;
  std::set<std::string> ids;
  for (const Entry& e : entry.at(key).list()) {
    ScoreLevel level{.id = e.text("id"),
                     .label = e.text("label"),
                     .says = e.text("says"),
                     .whole_image_suffices = e.yes_or("whole_image_suffices", false),
                     .origin = e.has("source") ? origin_of(e) : origin};
    if (!ids.insert(level.id).second) e.complain("has an id that another level has");
    levels.push_back(std::move(level));
  }
  if (levels.size() < 2) entry.at(key).complain("must hold two or more");
  return levels;
}

ScoreMeasure measure_of(const Entry& entry, std::size_t levels) {
  ScoreMeasure measure{.id = entry.text("id"),
                       .label = entry.text("label"),
                       .unit = entry.text("unit"),
                       .lowest = entry.at("lowest").numbers(),
                       .limit_counts = {},
                       .greatest = entry.number("greatest"),
                       .origin = origin_of(entry)};
  for (const Entry& e : entry.at("limit_counts").list()) measure.limit_counts.push_back(e.yes());
  if (measure.lowest.size() + 1 != levels || measure.limit_counts.size() + 1 != levels)
    entry.complain("must have a limit for each level but the last");
  if (!std::is_sorted(measure.lowest.rbegin(), measure.lowest.rend()))
    entry.at("lowest").complain("must fall");
  return measure;
}

ScoreItem item_of(const Entry& entry) {
  const std::string on = entry.text_or("evidence_on", "");
  if (on != "" && on != "angiogram" && on != "radiograph")
    entry.complain("must have its evidence on angiogram or radiograph");
  ScoreItem item{.id = entry.text("id"),
                 .label = entry.text("label"),
                 .says = entry.text("says"),
                 .evidence_on = on == "angiogram"    ? EvidenceOn::Angiogram
                                : on == "radiograph" ? EvidenceOn::Radiograph
                                                     : EvidenceOn::Nothing,
                 .ordinal = entry.yes_or("ordinal", true),
                 .optional = entry.yes_or("optional", false),
                 .calcium_over_mm = entry.number_or("calcium_over_mm", 0),
                 .levels = {},
                 .measures = {},
                 .origin = origin_of(entry)};
  item.levels = levels_of(entry, "levels", item.origin);
  if (entry.has("measures"))
    for (const Entry& e : entry.at("measures").list())
      item.measures.push_back(measure_of(e, item.levels.size()));
  return item;
}

const ScoreItem& named_item(const Entry& entry, const ScoreScale& scale, const std::string& id) {
  for (const ScoreItem& item : scale.items)
    if (item.id == id) return item;
  entry.complain("names \"" + id + "\", which is no item of its score");
}

ScoreRule::Kind kind_of(const Entry& entry) {
  const std::string kind = entry.text("kind");
  if (kind == "level") return ScoreRule::Kind::Level;
  if (kind == "count") return ScoreRule::Kind::Count;
  if (kind == "groups") return ScoreRule::Kind::Groups;
  if (kind != "table") entry.complain("must be of kind level, count, groups or table");
  return ScoreRule::Kind::Table;
}

// "VL VL L M", one row for each combination of all axes but the last.
std::vector<ScoreCell> cells_of(const Entry& entry, const ScoreRule& rule) {
  std::vector<ScoreCell> cells;
  const std::string all = entry.text_or("unverified_all", "");
  for (const Entry& row : entry.at("rows").list()) {
    std::istringstream words(row.text());
    for (std::string word; words >> word;) {
      const bool known = std::any_of(rule.values.begin(), rule.values.end(),
                                     [&](const ScoreLevel& v) { return v.id == word; });
      if (!known) row.complain("holds \"" + word + "\", which is none of the values");
      cells.push_back({word, all.empty(), all});
    }
  }
  return cells;
}

void mark_cells(const Entry& entry, const ScoreScale& scale, ScoreRule& rule) {
  if (!entry.has("unverified")) return;
  for (const Entry& e : entry.at("unverified").list()) {
    const auto at = e.at("at").list();
    if (at.size() != rule.over.size()) e.complain("must name one level for each axis");
    std::size_t cell = 0;
    for (std::size_t i = 0; i < at.size(); ++i) {
      const ScoreItem& item = named_item(entry, scale, rule.over[i]);
      const auto rank = item.rank(at[i].text());
      if (!rank) at[i].complain("is no level of " + item.label);
      cell = cell * item.levels.size() + static_cast<std::size_t>(*rank);
    }
    rule.cells[cell].verified = false;
    rule.cells[cell].note = e.text("note");
  }
}

void read_table(const Entry& entry, const ScoreScale& scale, ScoreRule& rule) {
  std::size_t combinations = 1;
  for (const std::string& id : rule.over)
    combinations *= named_item(entry, scale, id).levels.size();
  rule.cells = cells_of(entry, rule);
  if (rule.cells.size() != combinations)
    entry.at("rows").complain("must hold " + std::to_string(combinations) + " cells");
  mark_cells(entry, scale, rule);
}

ScoreRule rule_of(const Entry& entry, const ScoreScale& scale) {
  ScoreRule rule;
  rule.id = entry.text("id");
  rule.label = entry.text("label");
  rule.kind = kind_of(entry);
  rule.origin = origin_of(entry);
  for (const Entry& e : entry.at("over").list()) {
    rule.over.push_back(e.text());
    named_item(e, scale, rule.over.back());
  }
  if (rule.over.empty() || (rule.kind == ScoreRule::Kind::Level && rule.over.size() != 1))
    entry.at("over").complain("must name the items that it is made from, one for a level");
  if (entry.has("raised_by"))
    for (const Entry& e : entry.at("raised_by").list()) {
      rule.raised_by.push_back(e.text());
      if (!rule.raised_by.back().empty()) named_item(e, scale, rule.raised_by.back());
    }
  if (entry.has("values")) rule.values = levels_of(entry, "values", rule.origin);
  if (rule.kind == ScoreRule::Kind::Groups) {
    for (const double from : entry.at("group_from").numbers())
      rule.group_from.push_back(static_cast<int>(from));
    const bool fits = rule.group_from.size() == rule.values.size() && rule.group_from[0] == 0 &&
                      std::is_sorted(rule.group_from.begin(), rule.group_from.end());
    if (!fits) entry.at("group_from").complain("must rise from 0, one for each value");
  }
  if (rule.kind == ScoreRule::Kind::Table) read_table(entry, scale, rule);
  return rule;
}

ScoreScale scale_of(const Entry& entry) {
  ScoreScale scale{.id = entry.text("id"),
                   .label = entry.text("label"),
                   .title = entry.text("title"),
                   .about = entry.text("about"),
                   .origin = origin_of(entry),
                   .items = {},
                   .rules = {}};
  for (const Entry& e : entry.at("items").list()) scale.items.push_back(item_of(e));
  for (const Entry& e : entry.at("rules").list()) scale.rules.push_back(rule_of(e, scale));
  return scale;
}

void check_unique(const ScoreBook& book) {
  std::set<std::string> ids;
  for (const ScoreScale& scale : book.scales)
    for (const ScoreItem& item : scale.items)
      if (!ids.insert(item.id).second)
        throw Complaint{"The scores hold two items \"" + item.id + "\"."};
}

}  // namespace

imaging::Result<ScoreBook> read_scores(const std::filesystem::path& assets) {
  return io::guarded([&]() -> ScoreBook {
    std::vector<std::pair<double, ScoreScale>> placed;
    for (const auto& path : io::json_files(assets / "scores", "scores")) {
      const std::string where = "scores/" + path.filename().string();
      const Json json = io::read_file(path, where);
      const Entry file(json, where);
      if (file.text("schema") != "oasis.scores/1") continue;
      for (const Entry& e : file.at("scales").list())
        placed.emplace_back(e.number("place"), scale_of(e));
    }
    std::stable_sort(placed.begin(), placed.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    ScoreBook book;
    for (auto& [place, scale] : placed) book.scales.push_back(std::move(scale));
    check_unique(book);
    return book;
  });
}

}  // namespace planning
