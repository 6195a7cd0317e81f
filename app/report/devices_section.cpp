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
                   {std::to_string(p.devices.size())},
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
                {"Devices", 1, true},
                {"Checks failing", 1.2, true}},
               rows);
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
