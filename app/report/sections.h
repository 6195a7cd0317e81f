// The sections of the report, in the order of the pages.
#pragma once

#include "app/report/layout.h"
#include "app/report/report.h"

namespace app::report {

Mark mark_of(planning::Effect effect);
// What could not be measured is to be asked for; it has not failed.
Mark mark_of(const planning::Check& check);
// Of the chosen crossing among the candidates; 0 when it is none of them.
int rank_of(const ReportContent& content);

void draw_title(const ReportContent& content, Canvas& canvas, Layout& layout);
// The crossing, and four figures that decide.
void draw_summary(const ReportContent& content, Canvas& canvas, Layout& layout);
// Whatever warns: failed checks, warnings of the chosen crossing, notes on the case.
void draw_watch_list(const ReportContent& content, Layout& layout);
void draw_pictures(const ReportContent& content, Layout& layout);
void draw_reasons(const ReportContent& content, Layout& layout);
void draw_candidates(const ReportContent& content, Layout& layout);
void draw_devices(const ReportContent& content, Layout& layout);
void draw_strip(const ReportContent& content, Layout& layout);
// Which techniques could be done on this limb, and the alternatives that the team kept.
void draw_techniques(const ReportContent& content, Layout& layout);
void draw_checks(const ReportContent& content, Layout& layout);
void draw_flow(const ReportContent& content, Layout& layout);
void draw_calibrations(const ReportContent& content, Layout& layout);
void draw_provenance(const ReportContent& content, Layout& layout);

}  // namespace app::report
