#include "planning/score/score.h"

#include <algorithm>
#include <cmath>

namespace planning {

using imaging::ErrorCode;
using imaging::fail;
using imaging::Side;

const ScoreLevel* ScoreItem::level(std::string_view level_id) const {
  const auto found = std::find_if(levels.begin(), levels.end(),
                                  [&](const ScoreLevel& l) { return l.id == level_id; });
  return found == levels.end() ? nullptr : &*found;
}

std::optional<int> ScoreItem::rank(std::string_view level_id) const {
  const ScoreLevel* found = level(level_id);
  if (!found) return std::nullopt;
  return static_cast<int>(found - levels.data());
}

int ScoreMeasure::rank(double value) const {
  for (std::size_t i = 0; i < lowest.size(); ++i)
    if (value > lowest[i] || (limit_counts[i] && value == lowest[i])) return static_cast<int>(i);
  return static_cast<int>(lowest.size());
}

const ScoreScale* ScoreBook::scale(std::string_view id) const {
  for (const ScoreScale& scale : scales)
    if (scale.id == id) return &scale;
  return nullptr;
}

const ScoreItem* ScoreBook::item(std::string_view id) const {
  for (const ScoreScale& scale : scales)
    for (const ScoreItem& item : scale.items)
      if (item.id == id) return &item;
  return nullptr;
}

const ScoreMeasure* ScoreBook::measure(std::string_view id) const {
  for (const ScoreScale& scale : scales)
    for (const ScoreItem& item : scale.items)
      for (const ScoreMeasure& measure : item.measures)
        if (measure.id == id) return &measure;
  return nullptr;
}

namespace {

// The reader's level of an item; the first one where it may stay unsaid and was.
std::optional<int> rank_in(const ScoreBook& book, const ScoreForm& form, const std::string& id) {
  const ScoreItem* item = book.item(id);
  if (!item) return std::nullopt;
  const auto chosen = form.levels.find(id);
  if (chosen != form.levels.end()) return item->rank(chosen->second);
  if (item->optional) return 0;
  return std::nullopt;
}

bool finite(const ScoreEvidence& mark) {
  return std::all_of(mark.points.begin(), mark.points.end(), [](const ImagePoint& p) {
    return std::isfinite(p.column_px) && std::isfinite(p.row_px);
  });
}

imaging::Result<void> check_evidence(const ScoreBook& book, const ScoreEvidence& mark) {
  const ScoreItem* item = book.item(mark.item);
  if (!item)
    return fail(ErrorCode::InvalidInput,
                "A mark belongs to \"" + mark.item + "\", which no score asks for.");
  if (item->evidence_on == EvidenceOn::Nothing)
    return fail(ErrorCode::InvalidInput, item->label + " takes no marks on an image.");
  if (mark.image_uid.empty() || mark.frame < 0)
    return fail(ErrorCode::InvalidInput, "A mark of " + item->label + " names no image.");
  if (!finite(mark))
    return fail(ErrorCode::InvalidInput, "A mark of " + item->label + " has no place.");
  const bool length_fits = !mark.length_mm || (std::isfinite(*mark.length_mm) &&
                                               *mark.length_mm > 0 && mark.points.size() > 1);
  if (!length_fits)
    return fail(ErrorCode::InvalidInput,
                "A mark of " + item->label + " has a length, but is no line.");
  return {};
}

bool whole_image(const ScoreEvidence& mark) { return mark.points.empty(); }

bool has_evidence(const ScoreForm& form, const ScoreItem& item, const ScoreLevel& level) {
  return std::any_of(form.evidence.begin(), form.evidence.end(), [&](const ScoreEvidence& mark) {
    return mark.item == item.id && (!whole_image(mark) || level.whole_image_suffices);
  });
}

std::string evidence_wanted(const ScoreItem& item, const ScoreLevel& level) {
  const std::string image = item.evidence_on == EvidenceOn::Angiogram ? "angiogram" : "radiograph";
  return level.whole_image_suffices
             ? item.label + " has no evidence: mark it, or the " + image + " as a whole."
             : item.label + " has no evidence: mark it on the " + image + ".";
}

// The grade of one axis of a table, raised where the form says so.
std::optional<int> graded(const ScoreBook& book, const ScoreForm& form, const ScoreRule& rule,
                          std::size_t axis) {
  const auto rank = rank_in(book, form, rule.over[axis]);
  if (!rank || axis >= rule.raised_by.size() || rule.raised_by[axis].empty()) return rank;
  const auto raise = rank_in(book, form, rule.raised_by[axis]);
  if (!raise) return std::nullopt;
  const ScoreItem& raiser = *book.item(rule.raised_by[axis]);
  const ScoreItem& item = *book.item(rule.over[axis]);
  const bool raised = *raise + 1 == static_cast<int>(raiser.levels.size());
  return std::min(*rank + (raised ? 1 : 0), static_cast<int>(item.levels.size()) - 1);
}

void take(ScoreResult& result, const ScoreLevel& value, std::size_t rank, std::size_t ranks) {
  result.value = value.id;
  result.says = value.label + ": " + value.says;
  result.rank = static_cast<int>(rank);
  result.ranks = static_cast<int>(ranks);
}

void answer_level(const ScoreBook& book, const ScoreRule& rule, int rank, ScoreResult& result) {
  const ScoreItem& item = *book.item(rule.over.front());
  const ScoreLevel& level = item.levels[static_cast<std::size_t>(rank)];
  take(result, level, static_cast<std::size_t>(rank), item.levels.size());
  result.origin = level.origin;
}

void answer_count(const ScoreBook& book, const ScoreRule& rule, const std::vector<int>& ranks,
                  ScoreResult& result) {
  int count = 0;
  for (std::size_t i = 0; i < ranks.size(); ++i)
    count += ranks[i] + 1 == static_cast<int>(book.item(rule.over[i])->levels.size()) ? 1 : 0;
  if (rule.kind == ScoreRule::Kind::Count) {
    result.value = std::to_string(count);
    result.says = std::to_string(count) + " of " + std::to_string(ranks.size());
    result.rank = count;
    result.ranks = static_cast<int>(ranks.size()) + 1;
    return;
  }
  std::size_t group = 0;
  while (group + 1 < rule.group_from.size() && count >= rule.group_from[group + 1]) ++group;
  take(result, rule.values[group], group, rule.values.size());
}

void answer_table(const ScoreBook& book, const ScoreRule& rule, const std::vector<int>& ranks,
                  ScoreResult& result) {
  std::size_t at = 0;
  for (std::size_t i = 0; i < ranks.size(); ++i)
    at = at * book.item(rule.over[i])->levels.size() + static_cast<std::size_t>(ranks[i]);
  const ScoreCell& cell = rule.cells[at];
  for (std::size_t v = 0; v < rule.values.size(); ++v)
    if (rule.values[v].id == cell.value) take(result, rule.values[v], v, rule.values.size());
  result.origin.verified = result.origin.verified && cell.verified;
  result.note = cell.note;
}

std::optional<ScoreResult> answer(const ScoreBook& book, const ScoreForm& form,
                                  const ScoreScale& scale, const ScoreRule& rule) {
  std::vector<int> ranks;
  ScoreResult result;
  for (std::size_t i = 0; i < rule.over.size(); ++i) {
    const auto rank = graded(book, form, rule, i);
    if (!rank) return std::nullopt;
    ranks.push_back(*rank);
    const ScoreItem& item = *book.item(rule.over[i]);
    const ScoreLevel& level = item.levels[static_cast<std::size_t>(*rank)];
    result.because += (i ? ", " : "") + item.label + " " + level.label;
    if (*rank != rank_in(book, form, rule.over[i])) result.because += " (one up, calcified)";
  }
  result.scale = scale.id;
  result.id = rule.id;
  result.label = rule.label;
  result.origin = rule.origin;
  switch (rule.kind) {
    case ScoreRule::Kind::Level:
      answer_level(book, rule, ranks.front(), result);
      break;
    case ScoreRule::Kind::Count:
    case ScoreRule::Kind::Groups:
      answer_count(book, rule, ranks, result);
      break;
    case ScoreRule::Kind::Table:
      answer_table(book, rule, ranks, result);
      break;
  }
  return result;
}

std::string written(double value) {
  std::string text = std::to_string(value);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text;
}

}  // namespace

imaging::Result<void> check_form(const ScoreBook& book, const ScoreForm& form, Side case_side) {
  if (form.side == Side::Unknown)
    return fail(ErrorCode::InvalidInput, "Say which leg was scored, left or right.");
  if (case_side != Side::Unknown && form.side != case_side)
    return fail(ErrorCode::InvalidInput,
                "These scores are of the " + std::string(imaging::name_of(form.side)) +
                    " leg, but the case is of the " + std::string(imaging::name_of(case_side)) +
                    " one: nothing was taken over.");
  for (const auto& [id, level] : form.levels) {
    const ScoreItem* item = book.item(id);
    if (!item) return fail(ErrorCode::InvalidInput, "No score asks for \"" + id + "\".");
    if (!item->level(level))
      return fail(ErrorCode::InvalidInput, item->label + " has no level \"" + level + "\".");
  }
  for (const ScoreEvidence& mark : form.evidence)
    if (auto checked = check_evidence(book, mark); !checked) return checked;
  for (const auto& [id, value] : form.measures) {
    const ScoreMeasure* measure = book.measure(id);
    if (!measure) return fail(ErrorCode::InvalidInput, "No score asks for \"" + id + "\".");
    if (!(value >= 0 && value <= measure->greatest))
      return fail(ErrorCode::InvalidInput,
                  measure->label + " must lie between 0 and " + written(measure->greatest) +
                      (measure->unit.empty() ? "" : " " + measure->unit) + ".");
  }
  return {};
}

std::vector<ScoreGap> missing(const ScoreBook& book, const ScoreForm& form,
                              const std::vector<std::string>& scales) {
  std::vector<ScoreGap> gaps;
  for (const ScoreScale& scale : book.scales) {
    if (!scales.empty() && std::find(scales.begin(), scales.end(), scale.id) == scales.end())
      continue;
    for (const ScoreItem& item : scale.items) {
      const auto chosen = form.levels.find(item.id);
      const ScoreLevel* level = chosen == form.levels.end() ? nullptr : item.level(chosen->second);
      if (!level) {
        if (!item.optional)
          gaps.push_back(
              {scale.id, item.id, ScoreGap::Kind::NoLevel, item.label + " is not scored yet."});
        continue;
      }
      if (item.evidence_on != EvidenceOn::Nothing && !has_evidence(form, item, *level))
        gaps.push_back(
            {scale.id, item.id, ScoreGap::Kind::NoEvidence, evidence_wanted(item, *level)});
    }
  }
  return gaps;
}

std::vector<ScoreResult> results(const ScoreBook& book, const ScoreForm& form) {
  std::vector<ScoreResult> answers;
  for (const ScoreScale& scale : book.scales)
    for (const ScoreRule& rule : scale.rules)
      if (auto result = answer(book, form, scale, rule)) answers.push_back(std::move(*result));
  return answers;
}

std::vector<MeasuredLevel> measured_levels(const ScoreBook& book, const ScoreForm& form) {
  std::vector<MeasuredLevel> levels;
  for (const ScoreScale& scale : book.scales)
    for (const ScoreItem& item : scale.items)
      for (const ScoreMeasure& measure : item.measures) {
        const auto entered = form.measures.find(measure.id);
        if (entered == form.measures.end()) continue;
        const ScoreLevel& level =
            item.levels[static_cast<std::size_t>(measure.rank(entered->second))];
        levels.push_back({item.id, measure.id, level.id,
                          measure.label + " " + written(entered->second) +
                              (measure.unit.empty() ? "" : " " + measure.unit) + ": " + item.label +
                              " " + level.label,
                          measure.origin});
      }
  return levels;
}

}  // namespace planning
