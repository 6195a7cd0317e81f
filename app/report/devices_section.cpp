// The circuit laid straight, and what else could be done: techniques and kept alternatives.
#include <algorithm>

#include "app/report/sections.h"
#include "app/report/wording.h"

namespace app::report {
namespace {

std::string said_by(const planning::Fact& fact) { return fact.text + " [" + fact.tag + "]"; }

std::string flow_words(double flow, double low, double high) {
  return decimal(flow, 0) + " (" + decimal(low, 0) + " to " + decimal(high, 0) + ")";
}

// "3 stents, 2 closures".
std::string devices_in_words(const planning::Preview& preview) {
  const auto closures =
      std::ranges::count_if(preview.devices, [](const planning::Device& d) { return d.place < 0; });
  const auto stents = static_cast<long>(preview.devices.size()) - closures;
  std::string words = std::to_string(stents) + (stents == 1 ? " stent" : " stents");
  if (closures > 0)
    words += ", " + std::to_string(closures) + (closures == 1 ? " closure" : " closures");
  return words;
}

void draw_alternatives(const ReportContent& content, Layout& layout) {
  if (content.alternatives.empty() || !content.preview) return;
  layout.heading("Alternatives that the team kept");
  std::vector<Row> rows;
  const auto add = [&](const std::string& name, const planning::Preview& p, bool chosen) {
    const auto failing = std::ranges::count_if(
        p.checks, [](const planning::Check& c) { return !c.ok && c.measured; });
    rows.push_back(
        {.cells = {{name, Mark::None, Weight::Semibold},
                   {words_from(p.crossing.artery_name) + " to " + words_from(p.crossing.vein_name)},
                   {decimal(p.crossing.gap_mm, 1)},
                   {flow_words(p.flow.circuit_ml_min, p.flow.low_ml_min, p.flow.high_ml_min)},
                   {decimal(p.crossing.needle.length_mm, 1)},
                   {devices_in_words(p)},
                   {std::to_string(failing)}},
         .remarks = {},
         .chosen = chosen});
  };
  add("This plan", *content.preview, true);
  for (const auto& [name, preview] : content.alternatives) add(name, preview, false);
  layout.table({{"Plan", 2.2},
                {"Crossing", 3.4},
                {"Gap (mm)", 1, true},
                {"Flow (ml/min)", 2, true},
                {"Needle (mm)", 1, true},
                {"Devices", 2.2},
                {"To mend", 0.9, true}},
               rows);
}

void draw_achieved(const ReportContent& content, Layout& layout) {
  if (content.achieved.empty()) return;
  layout.heading("Planned against achieved");
  const auto number = [](const std::optional<double>& value, const std::string& unit) {
    return value ? decimal(*value, unit == "ml/min" ? 0 : 1) + " " + unit : std::string("–");
  };
  std::vector<Row> rows;
  for (const planning::AchievedRow& r : content.achieved)
    rows.push_back({.cells = {{r.what, r.as_wanted ? Mark::Good : Mark::Warn, Weight::Semibold},
                              {number(r.planned, r.unit)},
                              {number(r.achieved, r.unit)},
                              {r.says}},
                    .remarks = {},
                    .chosen = false});
  layout.table({{"What", 2}, {"Planned", 1.2, true}, {"Achieved", 1.2, true}, {"", 5}}, rows);
}

}  // namespace

void draw_strip(const ReportContent& content, Layout& layout) {
  if (!content.strip || content.strip->image.empty()) return;
  constexpr double height_pt = 130;
  layout.heading("The circuit, laid straight", height_pt + 40);
  layout.figures({{&content.strip->image, content.strip->caption}}, 1, height_pt);
}

void draw_techniques(const ReportContent& content, Layout& layout) {
  draw_alternatives(content, layout);
  draw_achieved(content, layout);
  if (content.techniques.empty()) return;
  layout.heading("Techniques on this limb");
  std::vector<Row> rows;
  for (const planning::TechniqueOption& o : content.techniques) {
    Row row{
        .cells = {{o.label, o.feasible ? Mark::Good : Mark::Bad, Weight::Semibold},
                  {o.crossing.empty() ? "–" : o.crossing},
                  {o.crossing.empty() ? "–" : decimal(o.gap_mm, 1)},
                  {o.crossing.empty() ? "–"
                                      : flow_words(o.circuit_ml_min, o.low_ml_min, o.high_ml_min)},
                  {o.valves},
                  {o.focalization}},
        .remarks = {},
        .chosen = o.id == content.technique};
    for (const planning::Fact& why : o.obstacles) row.remarks.push_back({said_by(why), Mark::Bad});
    rows.push_back(std::move(row));
  }
  layout.table({{"Technique", 2.6},
                {"Crossing", 2.8},
                {"Gap (mm)", 0.9, true},
                {"Flow (ml/min)", 1.7, true},
                {"Valves", 1.8},
                {"Focalized", 1.8}},
               rows);
  if (!content.preview) return;
  for (const std::string& remark : content.preview->remarks) layout.remark({remark});
}

}  // namespace app::report
