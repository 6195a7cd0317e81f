#include "planning/device/achieved.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>

#include "planning/crossing/anatomy.h"

namespace planning {
namespace {

// Shorter than anybody reads off an angiogram whose scale is known to a few percent.
constexpr double same_mm = 5;

template <class... Values>
std::string printed(const char* format, Values... values) {
  char text[240];
  std::snprintf(text, sizeof text, format, values...);
  return text;
}

// Along the planned circuit, where the achieved point lies nearest to it.
double along_of(const Strip& strip, const LpsPoint& p) {
  double best_mm = std::numeric_limits<double>::infinity(), along_mm = 0;
  for (const Strip::Sample& s : strip.samples) {
    const double off_mm = distance(s.point, p);
    if (off_mm >= best_mm) continue;
    best_mm = off_mm;
    along_mm = s.along_mm;
  }
  return along_mm;
}

const Device* stent_of(const Preview& preview, int place) {
  for (const Device& d : preview.devices)
    if (d.place == place) return &d;
  return nullptr;
}

const Device* closure_of(const Preview& preview, const std::string& vessel) {
  for (const Device& d : preview.devices)
    if (d.place < 0 && d.vessel == vessel) return &d;
  return nullptr;
}

AchievedRow end_row(const std::string& what, double planned_mm, double achieved_mm) {
  const double off_mm = achieved_mm - planned_mm;
  const bool same = std::abs(off_mm) <= same_mm;
  return {what,
          planned_mm,
          achieved_mm,
          "mm",
          same,
          same ? printed("As planned, within %.1f mm.", std::abs(off_mm))
               : printed("%.1f mm %s than planned.", std::abs(off_mm),
                         off_mm > 0 ? "farther down" : "higher")};
}

void compare_crossings(const Preview& planned, const Preview& achieved,
                       std::vector<AchievedRow>& rows) {
  const Crossing &a = planned.crossing, &b = achieved.crossing;
  const double off_mm = distance(a.artery_point, b.artery_point);
  AchievedRow row{"Crossing", 0, off_mm, "mm", off_mm <= same_mm, {}};
  if (a.site.artery != b.site.artery || a.site.vein != b.site.vein) {
    row.as_wanted = false;
    row.says = "Crossed from the " + spoken(b.artery_name) + " into the " + spoken(b.vein_name) +
               " instead of the " + spoken(a.artery_name) + " into the " + spoken(a.vein_name) +
               ".";
  } else {
    row.says = row.as_wanted
                   ? printed("Crossed where planned, within %.1f mm.", off_mm)
                   : printed(
                         "Crossed %.1f mm from where it was planned, gap %.1f mm instead of "
                         "%.1f mm.",
                         off_mm, b.gap_mm, a.gap_mm);
  }
  rows.push_back(std::move(row));
}

void compare_stents(const Preview& planned, const Preview& achieved,
                    std::vector<AchievedRow>& rows) {
  int last = -1;
  for (const Preview* p : {&planned, &achieved})
    for (const Device& d : p->devices) last = std::max(last, d.place);
  for (int place = 0; place <= last; ++place) {
    const Device *a = stent_of(planned, place), *b = stent_of(achieved, place);
    const std::string what = "Stent " + std::to_string(place + 1);
    if (!a && !b) continue;
    if (!a || !b) {
      rows.push_back({what, a ? std::optional(a->length_mm) : std::nullopt,
                      b ? std::optional(b->length_mm) : std::nullopt, "mm", false,
                      a ? a->label + " was planned and not placed."
                        : b->label + " was placed and not planned."});
      continue;
    }
    if (a->catalogue_id != b->catalogue_id || a->length_mm != b->length_mm)
      rows.push_back({what + ", size", a->length_mm, b->length_mm, "mm", false,
                      b->label + " was placed instead of " + a->label + "."});
    if (a->path.empty() || b->path.empty()) continue;
    rows.push_back(end_row(what + ", upper end", along_of(planned.strip, a->path.front()),
                           along_of(planned.strip, b->path.front())));
    rows.push_back(end_row(what + ", lower end", along_of(planned.strip, a->path.back()),
                           along_of(planned.strip, b->path.back())));
  }
}

void compare_closures(const Preview& planned, const Preview& achieved,
                      std::vector<AchievedRow>& rows) {
  for (const Device& d : planned.devices)
    if (d.place < 0 && !closure_of(achieved, d.vessel))
      rows.push_back({"Closure", std::nullopt, std::nullopt, "", false,
                      d.label + " was planned and not placed."});
  for (const Device& d : achieved.devices)
    if (d.place < 0 && !closure_of(planned, d.vessel))
      rows.push_back({"Closure", std::nullopt, std::nullopt, "", false,
                      d.label + " was placed and not planned."});
}

void compare_flows(const Preview& planned, const DuplexVisit* completion,
                   std::vector<AchievedRow>& rows) {
  const Flow& f = planned.flow;
  AchievedRow row{"Flow", f.circuit_ml_min, std::nullopt, "ml/min", true, {}};
  AchievedRow open{"Patency", std::nullopt, std::nullopt, "", true, {}};
  if (!completion) {
    row.says = "Not measured at the end: enter the flow of day 0 among the visits.";
    open.says = "Not told by a measurement: read it from the completion angiogram.";
  } else {
    const double flow = completion->flow_in_ml_min ? *completion->flow_in_ml_min
                                                   : completion->flow_above_ml_min.value_or(0);
    row.achieved = flow;
    row.as_wanted = flow >= f.low_ml_min && flow <= f.high_ml_min;
    row.says = printed("%.0f ml/min were measured, %s the %.0f to %.0f ml/min foreseen.", flow,
                       row.as_wanted         ? "within"
                       : flow < f.low_ml_min ? "under"
                                             : "over",
                       f.low_ml_min, f.high_ml_min);
    open.as_wanted = flow > 0;
    open.says = flow > 0 ? "The circuit is open: blood flows through it."
                         : "The circuit is closed: no flow was measured.";
  }
  rows.push_back(std::move(row));
  rows.push_back(std::move(open));
}

// What is wrong as done and was well as planned.
void compare_checks(const Preview& planned, const Preview& achieved,
                    std::vector<AchievedRow>& rows) {
  for (const Check& now : achieved.checks) {
    if (now.ok || !now.measured) continue;
    const bool was_well =
        std::any_of(planned.checks.begin(), planned.checks.end(),
                    [&](const Check& before) { return before.rule == now.rule && before.ok; });
    if (was_well) rows.push_back({"Check", std::nullopt, std::nullopt, "", false, now.message});
  }
}

}  // namespace

std::vector<AchievedRow> planned_against_achieved(const Preview& planned, const Preview& achieved,
                                                  const DuplexVisit* completion) {
  std::vector<AchievedRow> rows;
  compare_crossings(planned, achieved, rows);
  compare_stents(planned, achieved, rows);
  compare_closures(planned, achieved, rows);
  compare_flows(planned, completion, rows);
  compare_checks(planned, achieved, rows);
  return rows;
}

const DuplexVisit* completion_of(const std::vector<DuplexVisit>& visits) {
  for (const DuplexVisit& v : visits)
    if (v.day == 0 && (v.flow_in_ml_min || v.flow_above_ml_min)) return &v;
  return nullptr;
}

}  // namespace planning
