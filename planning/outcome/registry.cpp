#include "planning/outcome/registry.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>
#include <map>
#include <optional>

#include "planning/statistics/csv.h"

namespace planning {
namespace {

constexpr std::array<std::pair<LimbEvent, std::string_view>, 12> event_words{{
    {LimbEvent::Index, "index"},
    {LimbEvent::Occlusion, "occlusion"},
    {LimbEvent::Reopened, "reopened"},
    {LimbEvent::Reintervention, "reintervention"},
    {LimbEvent::MajorAmputation, "major_amputation"},
    {LimbEvent::MinorAmputation, "minor_amputation"},
    {LimbEvent::Death, "death"},
    {LimbEvent::Healed, "healed"},
    {LimbEvent::WoundCm2, "wound_cm2"},
    {LimbEvent::Tcpo2Mmhg, "tcpo2_mmhg"},
    {LimbEvent::LastSeen, "last_seen"},
    {LimbEvent::Withdrawn, "withdrawn"},
}};

bool is_measurement(LimbEvent event) {
  return event == LimbEvent::WoundCm2 || event == LimbEvent::Tcpo2Mmhg;
}

std::optional<double> number_in(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value))
    return std::nullopt;
  return value;
}

// Days since 1970 of "2026-11-21"; absent for a date that no calendar has.
std::optional<double> date_in(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  int parts[3] = {};
  const std::size_t from[] = {0, 5, 8}, length[] = {4, 2, 2};
  for (int i = 0; i < 3; ++i) {
    const std::string_view part = text.substr(from[i], length[i]);
    const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), parts[i]);
    if (error != std::errc() || end != part.data() + part.size()) return std::nullopt;
  }
  const std::chrono::year_month_day day{std::chrono::year(parts[0]),
                                        std::chrono::month(static_cast<unsigned>(parts[1])),
                                        std::chrono::day(static_cast<unsigned>(parts[2]))};
  if (!day.ok()) return std::nullopt;
  return static_cast<double>(std::chrono::sys_days(day).time_since_epoch().count());
}

// A row as it stands in the file; its time is not yet counted from the index procedure.
struct Entry {
  std::size_t line = 0;
  LimbEvent event = LimbEvent::LastSeen;
  double time = 0, value = 0;
  std::string group;
};

class Reader {
 public:
  RegistryReading read(std::string_view text) {
    const std::vector<CsvLine> lines = csv_lines(text);
    if (lines.empty()) {
      fault(1, 0, "", "The table is empty; its first line names the columns.");
      return std::move(reading_);
    }
    if (read_head(lines.front()))
      for (std::size_t i = 1; i < lines.size(); ++i) read_line(lines[i]);
    for (const std::string& id : order_) add_limb(id, entries_.at(id));
    if (reading_.limbs.empty() && reading_.faults.empty())
      fault(1, 0, "", "The table names no limb.");
    std::stable_sort(reading_.faults.begin(), reading_.faults.end(),
                     [](const auto& a, const auto& b) { return a.line < b.line; });
    if (!reading_.faults.empty()) reading_.limbs.clear();
    return std::move(reading_);
  }

 private:
  void fault(std::size_t line, std::size_t column, std::string field, std::string reason) {
    reading_.faults.push_back({line, column, std::move(field), std::move(reason)});
  }
  void fault(std::size_t line, const std::string& field, std::string reason) {
    fault(line, column_.contains(field) ? column_.at(field) + 1 : 0, field, std::move(reason));
  }
  const std::string& time_field() const { return dates_ ? date_ : day_; }

  bool read_head(const CsvLine& head) {
    for (std::size_t i = 0; i < head.fields.size(); ++i) {
      const std::string& name = head.fields[i];
      const bool known = name == "limb" || name == "event" || name == "day" || name == "date" ||
                         name == "value" || name == "group";
      if (!known)
        fault(head.number, i + 1, name,
              "The column is not known; there are limb, event, day or date, value, group.");
      else if (!column_.emplace(name, i).second)
        fault(head.number, i + 1, name, "The column is there twice.");
    }
    for (const char* needed : {"limb", "event"})
      if (!column_.contains(needed))
        fault(head.number, 0, "", std::string("The column ") + needed + " is missing.");
    dates_ = column_.contains("date");
    if (dates_ == column_.contains("day"))
      fault(head.number, 0, "", "There must be one of the columns day and date.");
    columns_ = head.fields.size();
    return reading_.faults.empty();
  }

  void read_line(const CsvLine& line) {
    if (!line.complaint.empty()) return fault(line.number, 0, "", line.complaint);
    if (line.fields.size() != columns_)
      return fault(line.number, 0, "",
                   "There are " + std::to_string(line.fields.size()) + " fields, the head has " +
                       std::to_string(columns_) + ".");
    const auto field = [&](const std::string& name) {
      return column_.contains(name) ? line.fields[column_.at(name)] : std::string();
    };
    const std::string limb = field("limb");
    if (limb.empty()) return fault(line.number, "limb", "The limb has no name.");
    Entry entry{.line = line.number, .group = field("group")};
    // Known from here on, so that a faulty row is not told a second time as a missing limb.
    if (!entries_.contains(limb)) order_.push_back(limb);
    auto& entries = entries_[limb];

    const std::string word = field("event");
    const auto event = std::find_if(event_words.begin(), event_words.end(),
                                    [&](const auto& e) { return e.second == word; });
    if (event == event_words.end()) {
      spoiled_.insert_or_assign(limb, true);
      return fault(line.number, "event", "The event \"" + word + "\" is not known.");
    }
    entry.event = event->first;
    const auto time = dates_ ? date_in(field("date")) : number_in(field("day"));
    if (!time) {
      spoiled_.insert_or_assign(limb, true);
      return fault(
          line.number, time_field(),
          dates_ ? "This is no date; write it as 2026-11-21." : "This is no number of days.");
    }
    entry.time = *time;
    const std::string text = field("value");
    if (is_measurement(entry.event)) {
      const auto value = number_in(text);
      if (!value || *value < 0)
        return fault(line.number, "value", "A measurement needs a number that is not negative.");
      entry.value = *value;
    } else if (!text.empty()) {
      return fault(line.number, "value", "Only wound_cm2 and tcpo2_mmhg take a value.");
    }
    entries.push_back(std::move(entry));
  }

  void add_limb(const std::string& id, std::vector<Entry> entries) {
    const auto is_index = [](const Entry& e) { return e.event == LimbEvent::Index; };
    const auto index = std::find_if(entries.begin(), entries.end(), is_index);
    if (index == entries.end()) {
      if (!spoiled_.contains(id) && !entries.empty())
        fault(entries.front().line, "limb", "The limb " + id + " has no row with the event index.");
      return;
    }
    const double start = dates_ ? index->time : 0;
    if (!dates_ && index->time != 0)
      return fault(index->line, "day", "The index procedure must be on day 0.");
    const std::string group = index->group;
    const std::size_t faults_before = reading_.faults.size();
    for (const Entry& e : entries) {
      if (is_index(e) && &e != &*index)
        fault(e.line, "event", "The limb " + id + " has a second index procedure.");
      if (e.time < start)
        fault(e.line, time_field(),
              "This lies " + days(start - e.time) + " before the index procedure of the limb " +
                  id + ".");
      if (!e.group.empty() && e.group != group)
        fault(e.line, "group", "The limb " + id + " is in another group at its index procedure.");
    }
    // The index procedure comes first on its day, whatever the order of the rows.
    std::stable_sort(entries.begin(), entries.end(), [&](const Entry& a, const Entry& b) {
      return a.time != b.time ? a.time < b.time : is_index(a) && !is_index(b);
    });
    // A wrong date would be told a second time as a wrong order.
    if (reading_.faults.size() == faults_before) check_order(id, entries);
    Limb limb{.id = id, .group = group, .rows = {}};
    for (const Entry& e : entries) limb.rows.push_back({e.time - start, e.event, e.value});
    reading_.limbs.push_back(std::move(limb));
  }

  // What cannot happen after what.
  void check_order(const std::string& id, const std::vector<Entry>& entries) {
    std::optional<double> died, lost;
    bool open = true;
    for (const Entry& e : entries) {
      if (died && (e.time > *died || e.event == LimbEvent::Death))
        fault(e.line, time_field(), "The limb " + id + " has this after the death.");
      const bool of_the_limb = e.event == LimbEvent::Occlusion || e.event == LimbEvent::Reopened ||
                               e.event == LimbEvent::Reintervention ||
                               e.event == LimbEvent::MajorAmputation ||
                               e.event == LimbEvent::MinorAmputation ||
                               e.event == LimbEvent::Healed || is_measurement(e.event);
      if (lost && of_the_limb)
        fault(e.line, "event", "The limb " + id + " was amputated before this.");
      if (e.event == LimbEvent::Death && !died) died = e.time;
      if (e.event == LimbEvent::MajorAmputation && !lost) lost = e.time;
      if (e.event == LimbEvent::Occlusion) {
        if (!open) fault(e.line, "event", "The circuit was already occluded; say reopened before.");
        open = false;
      }
      if (e.event == LimbEvent::Reopened) {
        if (open) fault(e.line, "event", "The circuit was not occluded before this.");
        open = true;
      }
    }
  }

  static std::string days(double count) {
    const auto whole = static_cast<long long>(std::llround(std::ceil(count)));
    return std::to_string(whole) + (whole == 1 ? " day" : " days");
  }

  RegistryReading reading_;
  std::map<std::string, std::size_t> column_;
  std::size_t columns_ = 0;
  bool dates_ = false;
  const std::string date_ = "date", day_ = "day";
  std::vector<std::string> order_;
  std::map<std::string, std::vector<Entry>> entries_;
  std::map<std::string, bool> spoiled_;  // Limbs of whose rows one could not be read.
};

struct EndpointWords {
  Endpoint endpoint;
  std::string_view name, label, definition;
};
constexpr std::array<EndpointWords, 8> endpoint_words{{
    {Endpoint::AmputationFreeSurvival, "amputation_free_survival", "Amputation-free survival",
     "Ends with major amputation or death."},
    {Endpoint::LimbSalvage, "limb_salvage", "Limb salvage",
     "Ends with major amputation; death censors."},
    {Endpoint::Survival, "survival", "Survival", "Ends with death."},
    {Endpoint::PrimaryPatency, "primary_patency", "Primary patency",
     "Ends with the first occlusion or intervention; death and major amputation censor."},
    {Endpoint::AssistedPatency, "assisted_patency", "Assisted primary patency",
     "Ends with the first occlusion; death and major amputation censor."},
    {Endpoint::SecondaryPatency, "secondary_patency", "Secondary patency",
     "Ends with an occlusion that was never reopened; death and major amputation censor."},
    {Endpoint::FreedomFromReintervention, "freedom_from_reintervention",
     "Freedom from reintervention",
     "Ends with the first intervention or reopening; death and major amputation censor."},
    {Endpoint::UnhealedWound, "unhealed_wound", "Wound not healed",
     "Ends with the closed wound; death and major amputation censor, so that it shows healing "
     "among "
     "limbs still there."},
}};
const EndpointWords& words_of(Endpoint endpoint) {
  return *std::find_if(endpoint_words.begin(), endpoint_words.end(),
                       [&](const auto& w) { return w.endpoint == endpoint; });
}

bool ends(LimbEvent event, Endpoint endpoint) {
  switch (endpoint) {
    case Endpoint::AmputationFreeSurvival:
      return event == LimbEvent::MajorAmputation || event == LimbEvent::Death;
    case Endpoint::LimbSalvage:
      return event == LimbEvent::MajorAmputation;
    case Endpoint::Survival:
      return event == LimbEvent::Death;
    case Endpoint::PrimaryPatency:
      return event == LimbEvent::Occlusion || event == LimbEvent::Reintervention;
    case Endpoint::AssistedPatency:
    case Endpoint::SecondaryPatency:
      return event == LimbEvent::Occlusion;
    case Endpoint::FreedomFromReintervention:
      return event == LimbEvent::Reintervention || event == LimbEvent::Reopened;
    case Endpoint::UnhealedWound:
      return event == LimbEvent::Healed;
  }
  return false;
}

bool survives_the_limb(Endpoint endpoint) { return endpoint == Endpoint::Survival; }

}  // namespace

std::string_view name_of(LimbEvent event) {
  for (const auto& [value, word] : event_words)
    if (value == event) return word;
  return "";
}
std::string_view name_of(Endpoint endpoint) { return words_of(endpoint).name; }
std::string_view label_of(Endpoint endpoint) { return words_of(endpoint).label; }
std::string_view definition_of(Endpoint endpoint) { return words_of(endpoint).definition; }

std::string sentence_of(const RegistryFault& fault) {
  std::string text = "Line " + std::to_string(fault.line);
  if (fault.column > 0)
    text += ", column " + std::to_string(fault.column) + " (" + fault.field + ")";
  return text + ": " + fault.reason;
}

RegistryReading read_registry(std::string_view text) { return Reader().read(text); }

Spell spell_of(const Limb& limb, Endpoint endpoint) {
  for (std::size_t i = 0; i < limb.rows.size(); ++i) {
    const LimbRow& row = limb.rows[i];
    const bool reopened_later =
        endpoint == Endpoint::SecondaryPatency &&
        std::any_of(limb.rows.begin() + static_cast<std::ptrdiff_t>(i), limb.rows.end(),
                    [](const LimbRow& r) { return r.event == LimbEvent::Reopened; });
    if (ends(row.event, endpoint) && !reopened_later) return {row.day, true};
    const bool gone = row.event == LimbEvent::Death ||
                      (row.event == LimbEvent::MajorAmputation && !survives_the_limb(endpoint));
    if (gone) return {row.day, false};
  }
  return {limb.last_day(), false};
}

}  // namespace planning
