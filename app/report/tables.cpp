// The tables of the report: why here, what else, with what, and on what it all rests.
#include <algorithm>
#include <cmath>

#include "app/report/sections.h"
#include "app/report/wording.h"

namespace app::report {
namespace {

using planning::Crossing;
using planning::Effect;

std::string with_error(double value, double sd) {
  return sd > 0 ? decimal(value, 1) + " ± " + decimal(sd, 1) : decimal(value, 1);
}

std::string vessel_name(const ReportContent& content, const std::string& id) {
  const auto found = content.vessel_names.find(id);
  return words_from(found == content.vessel_names.end() ? id : found->second);
}

std::string vessels_of(const ReportContent& content, const planning::Device& device) {
  const std::string from = capitalised(vessel_name(content, device.vessel));
  if (device.to_vessel.empty() || device.to_vessel == device.vessel) return from;
  return from + " to " + vessel_name(content, device.to_vessel);
}

std::string source_of(const std::string& source, const std::string& tag) {
  if (source.empty() || source == tag) return tag;
  return tag.empty() ? source : source + " [" + tag + "]";
}

// Sources are letters that only this legend explains.
constexpr const char* legend =
    "Sources: S0 to S4 and W:n are numbered in the clinical facts that ship with Oasis; C "
    "computed; R general knowledge, "
    "not verified; E engineering assumption without a clinical source.";

void draw_legend(Layout& layout) { layout.paragraph(legend, {Weight::Regular, 7.5, ink::muted}); }

// A crossing that was moved by less is still the candidate.
constexpr double same_place_mm = 0.5;

bool is_same_place(const planning::CrossingSite& a, const planning::CrossingSite& b) {
  return a.artery == b.artery && a.vein == b.vein &&
         std::abs(a.artery_mm - b.artery_mm) < same_place_mm &&
         std::abs(a.vein_mm - b.vein_mm) < same_place_mm;
}

bool warns(const Crossing& c, const std::string& message) {
  return std::ranges::any_of(c.reasons, [&](const planning::Reason& reason) {
    return reason.effect == Effect::Warn && reason.message == message;
  });
}

// What warns of every ranked candidate is told once, above the table.
std::vector<std::string> shared_warnings(const std::vector<Crossing>& candidates) {
  std::vector<std::string> shared;
  const auto first = std::ranges::find(candidates, false, &Crossing::rejected);
  if (first == candidates.end()) return shared;
  for (const planning::Reason& reason : first->reasons)
    if (reason.effect == Effect::Warn && std::ranges::all_of(candidates, [&](const Crossing& c) {
          return c.rejected || warns(c, reason.message);
        }))
      shared.push_back(reason.message);
  return shared;
}

// Of a rejected candidate only what rejects it; of a ranked one what warns of it.
std::vector<Remark> remarks_of(const Crossing& c, const std::vector<std::string>& told_above) {
  std::vector<Remark> remarks;
  std::size_t good = 0;
  for (const planning::Reason& reason : c.reasons) {
    good += reason.effect == Effect::Good;
    const bool wanted = c.rejected
                            ? reason.effect == Effect::Reject
                            : reason.effect != Effect::Good &&
                                  std::ranges::find(told_above, reason.message) == told_above.end();
    if (wanted) remarks.push_back({reason.message, mark_of(reason.effect)});
  }
  if (!c.rejected && !c.reasons.empty())
    remarks.push_back(
        {std::to_string(good) + " of " + std::to_string(c.reasons.size()) + " rules are good.",
         Mark::Good});
  return remarks;
}

Row row_of(const ReportContent& content, const Crossing& c,
           const std::vector<std::string>& told_above) {
  Row row;
  row.chosen = content.preview && is_same_place(content.preview->crossing.site, c.site);
  Cell score(decimal(c.score, 2));
  score.bar = c.score;
  row.cells = {c.rejected ? Cell("–") : Cell(std::to_string(c.rank), Mark::None, Weight::Bold),
               {capitalised(words_from(c.artery_name)) + " into " + words_from(c.vein_name)},
               {decimal(c.site.artery_mm, 1)},
               {with_error(c.gap_mm, c.gap_sd_mm)},
               {with_error(c.artery_diameter_mm, c.artery_diameter_sd_mm)},
               {with_error(c.vein_diameter_mm, c.vein_diameter_sd_mm)},
               {decimal(c.needle.exit_angle_deg, 0) + "°"},
               c.rejected ? Cell("rejected") : score};
  row.remarks = remarks_of(c, told_above);
  return row;
}

}  // namespace

Mark mark_of(Effect effect) {
  return effect == Effect::Good ? Mark::Good : effect == Effect::Warn ? Mark::Warn : Mark::Bad;
}

Mark mark_of(const planning::Check& check) {
  return check.ok ? Mark::Good : check.measured ? Mark::Bad : Mark::Warn;
}

int rank_of(const ReportContent& content) {
  for (const Crossing& c : content.candidates)
    if (content.preview && is_same_place(content.preview->crossing.site, c.site)) return c.rank;
  return 0;
}

void draw_reasons(const ReportContent& content, Layout& layout) {
  if (!content.preview || content.preview->crossing.reasons.empty()) return;
  layout.heading("Why here");
  std::vector<Row> rows;
  for (const planning::Reason& reason : content.preview->crossing.reasons)
    rows.push_back({.cells = {{capitalised(words_from(reason.rule)), mark_of(reason.effect)},
                              {reason.measured ? measured(reason.value, reason.unit) : "–"},
                              {reason.threshold},
                              {source_of(reason.source, reason.tag)}},
                    .remarks = {}});
  layout.table({{"Rule", 2.4}, {"Measured", 1.4, true}, {"Threshold", 3.2}, {"Source", 4}}, rows);
  draw_legend(layout);
}

void draw_candidates(const ReportContent& content, Layout& layout) {
  layout.heading("Candidates");
  if (content.candidates.empty()) {
    layout.paragraph("No pair of artery and vein comes near enough to be a candidate.");
    return;
  }
  if (content.candidates_left_out > 0)
    layout.paragraph(std::to_string(content.candidates.size()) + " are listed; " +
                     std::to_string(content.candidates_left_out) + " more are in plan.json.");
  const std::vector<std::string> shared = shared_warnings(content.candidates);
  if (!shared.empty()) layout.paragraph("Of every ranked candidate:");
  for (const std::string& warning : shared) layout.remark({warning, Mark::Warn});
  layout.space(4);
  std::vector<Row> rows;
  for (const Crossing& c : content.candidates) rows.push_back(row_of(content, c, shared));
  layout.table({{"Rank", 26},
                {"Crossing", 202},
                {"Along artery (mm)", 52, true},
                {"Gap (mm)", 45, true},
                {"Artery (mm)", 50, true},
                {"Vein (mm)", 45, true},
                {"Angle", 31, true},
                {"Score", 49}},
               rows);
}

void draw_devices(const ReportContent& content, Layout& layout) {
  if (!content.preview) return;
  layout.heading("Devices");
  if (content.preview->devices.empty()) {
    layout.paragraph("No device of the catalogue fits.");
    return;
  }
  std::vector<Row> rows;
  for (const planning::Device& device : content.preview->devices) {
    std::string diameters;
    for (const double d : device.diameter_mm)
      diameters += (diameters.empty() ? "" : " → ") + decimal(d, 1);
    rows.push_back({.cells = {{std::to_string(rows.size() + 1)},
                              {device.label, Mark::None, Weight::Semibold},
                              {vessels_of(content, device)},
                              {decimal(device.from_mm, 1) + " to " + decimal(device.to_mm, 1)},
                              {diameters},
                              {device.catalogue_id}},
                    .remarks = {}});
  }
  layout.table({{"No.", 0.5},
                {"Device", 3.1},
                {"Vessel", 2.6},
                {"From, to (mm)", 1.5, true},
                {"Diameter (mm)", 1.3, true},
                {"Catalogue", 2.4}},
               rows);
}

void draw_checks(const ReportContent& content, Layout& layout) {
  if (!content.preview || content.preview->checks.empty()) return;
  layout.heading("Checks");
  std::vector<Row> rows;
  for (const bool ok : {false, true})
    for (const planning::Check& check : content.preview->checks)
      if (check.ok == ok)
        rows.push_back({.cells = {{check.message, mark_of(check)},
                                  {check.measured ? measured(check.value, check.unit) : "–"},
                                  {check.threshold},
                                  {source_of(check.source, check.tag)}},
                        .remarks = {}});
  layout.table({{"Check", 4.4}, {"Value", 1.3, true}, {"Threshold", 2.6}, {"Source", 2.8}}, rows);
}

void draw_flow(const ReportContent& content, Layout& layout) {
  if (!content.preview) return;
  const planning::Flow& flow = content.preview->flow;
  layout.heading("Flow, estimated");
  layout.paragraph("Circuit " + decimal(flow.circuit_ml_min, 0) + " ml/min (" +
                   decimal(flow.low_ml_min, 0) + " to " + decimal(flow.high_ml_min, 0) +
                   " ml/min, 5th to 95th percentile over the stated input ranges); plantar arch " +
                   decimal(flow.arch_pressure_mmhg, 0) + " mmHg; " +
                   decimal(100 * flow.steal_fraction, 0) +
                   " % of the circuit's flow leaves before the foot.");
  for (const planning::FlowReference& r : flow.references)
    layout.paragraph(
        r.label + ": " + decimal(r.low_ml_min, 0) +
            (r.high_ml_min > r.low_ml_min ? " to " + decimal(r.high_ml_min, 0) + " ml/min"
                                          : " ml/min or more") +
            " (" + source_of(r.source, r.tag) + ").",
        {Weight::Regular, 9, ink::muted});
  layout.space(4);
  std::vector<Row> rows;
  for (const planning::VesselFlow& f : flow.per_vessel)
    rows.push_back({.cells = {{capitalised(vessel_name(content, f.vessel))},
                              {decimal(f.flow_ml_min, 0)},
                              {decimal(f.proximal_mmhg, 0)},
                              {decimal(f.distal_mmhg, 0)}},
                    .remarks = {}});
  if (!rows.empty())
    layout.table({{"Vessel", 4},
                  {"Flow, + distal (ml/min)", 2, true},
                  {"Proximal (mmHg)", 2, true},
                  {"Distal (mmHg)", 2, true}},
                 rows);
  if (flow.assumptions.empty()) return;
  layout.paragraph("The estimate assumes:", {Weight::Semibold, 8.5, ink::text});
  for (const std::string& assumption : flow.assumptions)
    layout.paragraph("· " + assumption, {Weight::Regular, 8.5, ink::muted});
}

void draw_calibrations(const ReportContent& content, Layout& layout) {
  if (content.calibrations.empty() && content.calibration_sentences.empty()) return;
  layout.heading("Calibration");
  for (const std::string& sentence : content.calibration_sentences)
    layout.paragraph("· " + sentence, {Weight::Regular, 8.5, ink::text});
  if (content.calibrations.empty()) return;
  std::vector<Row> rows;
  for (const InputCalibration& input : content.calibrations) {
    const imaging::Calibration& c = input.calibration;
    const bool square = c.mm_per_px_column == c.mm_per_px_row;
    const std::string size =
        !c.gives_mm() ? "px only"
        : square      ? decimal(c.mm_per_px_row, 3)
                      : decimal(c.mm_per_px_column, 3) + " × " + decimal(c.mm_per_px_row, 3);
    rows.push_back(
        {.cells = {{input.input, c.gives_mm() ? Mark::Good : Mark::Warn},
                   {words_from(imaging::name_of(c.source))},
                   {size},
                   {c.gives_mm() ? "± " + decimal(100 * c.relative_error, 1) + " %" : "–"},
                   {c.note}},
         .remarks = {}});
  }
  layout.table(
      {{"Input", 3}, {"From", 1.5}, {"mm per px", 1.3, true}, {"Error", 1.1, true}, {"Note", 4}},
      rows);
}

void draw_provenance(const ReportContent& content, Layout& layout) {
  layout.heading("Provenance");
  layout.paragraph("Oasis " + content.version + ". " + content.parameters,
                   {Weight::Regular, 8.5, ink::text});
  layout.space(4);
  std::vector<Row> rows;
  for (const imaging::SourceFile& file : content.inputs)
    rows.push_back(
        {.cells = {{shortened(file.sop_instance_uid, 25)}, {file.sha256}}, .remarks = {}});
  if (!rows.empty()) layout.table({{"SOP instance UID", 3}, {"SHA-256 of the file", 7}}, rows);
}

}  // namespace app::report
