#include "planning/review/export.h"

#include <algorithm>
#include <cstdio>
#include <map>
#include <set>

#include "planning/statistics/csv.h"

namespace planning {
namespace {

bool named(const std::vector<std::string>& scales, const std::string& id) {
  return scales.empty() || std::find(scales.begin(), scales.end(), id) != scales.end();
}

// A thing that is rated: an item, or an answer that follows from items.
struct Rated {
  std::string id, label;
  int categories = 0;
  const ScoreItem* item = nullptr;  // Absent for an answer.
};

std::vector<Rated> rated_of(const ScoreBook& book, const std::vector<std::string>& scales) {
  std::vector<Rated> rated;
  for (const ScoreScale& scale : book.scales) {
    if (!named(scales, scale.id)) continue;
    for (const ScoreItem& item : scale.items)
      rated.push_back({item.id, item.label, static_cast<int>(item.levels.size()), &item});
    for (const ScoreRule& rule : scale.rules) {
      if (rule.kind == ScoreRule::Kind::Level) continue;  // The item itself.
      const int categories = rule.kind == ScoreRule::Kind::Count
                                 ? static_cast<int>(rule.over.size()) + 1
                                 : static_cast<int>(rule.values.size());
      rated.push_back({rule.id, rule.label, categories, nullptr});
    }
  }
  return rated;
}

// Category and code of what a form says; absent where it says nothing.
std::optional<std::pair<int, std::string>> rating_of(const Rated& rated, const ScoreForm& form,
                                                     const std::vector<ScoreResult>& answers) {
  if (rated.item) {
    const auto level = form.levels.find(rated.id);
    if (level == form.levels.end()) {
      if (rated.item->optional && !rated.item->levels.empty())
        return std::pair{0, rated.item->levels.front().id};
      return std::nullopt;
    }
    const auto rank = rated.item->rank(level->second);
    if (!rank) return std::nullopt;
    return std::pair{*rank, level->second};
  }
  for (const ScoreResult& answer : answers)
    if (answer.id == rated.id) return std::pair{answer.rank, answer.value};
  return std::nullopt;
}

std::string number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.9g", value);
  return text;
}

std::string line_of(const std::vector<std::string>& fields) {
  std::string line;
  for (const std::string& field : fields) line += (line.empty() ? "" : ",") + csv_field(field);
  return line + "\n";
}

}  // namespace

std::vector<ItemAgreement> agreement_of(const ScoreBook& book,
                                        const std::vector<std::string>& scales,
                                        const std::vector<Reading>& readings) {
  std::set<std::string> readers;
  std::map<std::string, std::map<std::string, const Reading*>> by_case;
  for (const Reading& reading : readings) {
    if (reading.adjudicated) continue;
    readers.insert(reading.reader);
    by_case[reading.code][reading.reader] = &reading;
  }
  std::vector<ItemAgreement> all;
  for (const Rated& rated : rated_of(book, scales)) {
    Ratings ratings;
    std::vector<std::vector<double>> values;
    for (const auto& [code, of_case] : by_case) {
      if (of_case.size() != readers.size()) continue;  // Not yet read by all.
      std::vector<int> row;
      for (const auto& [reader, reading] : of_case)
        if (const auto rating = rating_of(rated, reading->form, results(book, reading->form)))
          row.push_back(rating->first);
      if (row.size() != readers.size()) continue;
      values.emplace_back(row.begin(), row.end());
      ratings.push_back(std::move(row));
    }
    ItemAgreement item{.id = rated.id,
                       .label = rated.label,
                       .categories = rated.categories,
                       .cases = static_cast<int>(ratings.size()),
                       .readers = {readers.begin(), readers.end()},
                       .percent = {},
                       .cohen = {},
                       .weighted = {},
                       .fleiss = {},
                       .icc = {},
                       .remark = {}};
    const auto keep = [&](std::optional<Agreement>& to, auto result) {
      if (result)
        to = std::move(*result);
      else if (item.remark.empty())
        item.remark = result.error().sentence;
    };
    keep(item.percent, percent_agreement(ratings));
    const bool ordinal = !rated.item || rated.item->ordinal;
    if (readers.size() == 2) {
      keep(item.cohen, cohen_kappa(ratings, rated.categories));
      if (ordinal) keep(item.weighted, cohen_kappa(ratings, rated.categories, Weights::Quadratic));
    }
    if (const auto fleiss = fleiss_kappa(ratings, rated.categories)) item.fleiss = fleiss->kappa;
    if (ordinal) keep(item.icc, intraclass_correlation(values, IccForm::TwoSingle));
    all.push_back(std::move(item));
  }
  return all;
}

std::vector<std::string> differences(const ScoreBook& book, const std::vector<std::string>& scales,
                                     const std::vector<ScoreForm>& forms) {
  std::vector<std::string> ids;
  for (const Rated& rated : rated_of(book, scales)) {
    std::set<std::string> said;
    for (const ScoreForm& form : forms) {
      const auto rating = rating_of(rated, form, results(book, form));
      said.insert(rating ? rating->second : "");
    }
    if (said.size() > 1) ids.push_back(rated.id);
  }
  return ids;
}

std::string readings_csv(const ScoreBook& book, const std::vector<std::string>& scales,
                         const std::vector<Reading>& readings) {
  const auto rated = rated_of(book, scales);
  std::vector<std::string> head{"case", "reader", "adjudicated", "sequence", "clock_utc", "side"};
  for (const Rated& r : rated) head.push_back(r.id);
  head.push_back("remark");
  std::string text = line_of(head);
  for (const Reading& reading : readings) {
    std::vector<std::string> fields{reading.code,
                                    reading.reader,
                                    reading.adjudicated ? "1" : "0",
                                    std::to_string(reading.sequence),
                                    reading.clock_utc,
                                    std::string(imaging::name_of(reading.form.side))};
    const auto answers = results(book, reading.form);
    for (const Rated& r : rated) {
      const auto rating = rating_of(r, reading.form, answers);
      fields.push_back(rating ? rating->second : "");
    }
    fields.push_back(reading.form.remark);
    text += line_of(fields);
  }
  return text;
}

std::string agreement_csv(const std::vector<ItemAgreement>& agreement) {
  std::string text = "item,readers,cases,statistic,value,low,high,standard_error\n";
  for (const ItemAgreement& item : agreement)
    for (const auto& [name, value] : {std::pair{"percent", &item.percent},
                                      {"cohen_kappa", &item.cohen},
                                      {"weighted_kappa", &item.weighted},
                                      {"fleiss_kappa", &item.fleiss},
                                      {"icc_2_1", &item.icc}})
      if (*value)
        text += line_of({item.id, std::to_string(item.readers.size()), std::to_string(item.cases),
                         name, number((*value)->value), number((*value)->interval.low),
                         number((*value)->interval.high), number((*value)->standard_error)});
  return text;
}

std::string codebook_csv(const ScoreBook& book, const std::vector<std::string>& scales) {
  std::string text = line_of({"table", "column", "code", "rank", "meaning", "source", "tag"});
  const auto plain = [&](const char* table, const char* column, const char* meaning) {
    text += line_of({table, column, "", "", meaning, "", ""});
  };
  plain("readings", "case", "Blinded code of the case in this list");
  plain("readings", "reader", "Sign-in name of the reader, or of who settled the case");
  plain("readings", "adjudicated", "1: the settled form of a case on which readers differed");
  plain("readings", "sequence", "Place in the audit trail; orders all commits");
  plain("readings", "clock_utc", "Clock of the machine that committed; machines may disagree");
  plain("readings", "side", "Limb that was scored: left or right");
  plain("readings", "remark", "The reader's own words");
  for (const ScoreScale& scale : book.scales) {
    if (!named(scales, scale.id)) continue;
    for (const ScoreItem& item : scale.items) {
      text += line_of({"readings", item.id, "", "", item.label + ". " + item.says,
                       item.origin.source, item.origin.tag});
      for (std::size_t i = 0; i < item.levels.size(); ++i)
        text += line_of({"readings", item.id, item.levels[i].id, std::to_string(i),
                         item.levels[i].label + ". " + item.levels[i].says,
                         item.levels[i].origin.source, item.levels[i].origin.tag});
    }
    for (const ScoreRule& rule : scale.rules) {
      if (rule.kind == ScoreRule::Kind::Level) continue;
      text += line_of({"readings", rule.id, "", "", rule.label + ", follows from the items",
                       rule.origin.source, rule.origin.tag});
      for (std::size_t i = 0; i < rule.values.size(); ++i)
        text += line_of({"readings", rule.id, rule.values[i].id, std::to_string(i),
                         rule.values[i].label + ". " + rule.values[i].says,
                         rule.values[i].origin.source, rule.values[i].origin.tag});
    }
  }
  plain("agreement", "statistic",
        "percent: cases on which all agree, exact interval; cohen_kappa; weighted_kappa: squared "
        "weights; fleiss_kappa: interval by the jackknife; icc_2_1: readers drawn at random, "
        "absolute agreement of the ranks");
  plain("agreement", "low and high", "95 % confidence interval");
  return text;
}

}  // namespace planning
