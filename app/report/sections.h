// The sections of the report, in the order of the pages.
#pragma once

#include "app/report/layout.h"
#include "app/report/report.h"

namespace app::report {

Mark mark_of(planning::Effect effect);

void draw_title(const ReportContent& content, Canvas& canvas, Layout& layout);
// The crossing, and four figures that decide.
void draw_summary(const ReportContent& content, Canvas& canvas, Layout& layout);
// Whatever warns: failed checks, warnings of the chosen crossing, notes on the case.
void draw_watch_list(const ReportContent& content, Layout& layout);
void draw_pictures(const ReportContent& content, Layout& layout);
void draw_reasons(const ReportContent& content, Layout& layout);
void draw_candidates(const ReportContent& content, Layout& layout);
void draw_devices(const ReportContent& content, Layout& layout);
void draw_checks(const ReportContent& content, Layout& layout);
void draw_flow(const ReportContent& content, Layout& layout);
void draw_calibrations(const ReportContent& content, Layout& layout);
void draw_provenance(const ReportContent& content, Layout& layout);

}  // namespace app::report
