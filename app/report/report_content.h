// From an open case to what its report says.
#pragma once

#include "app/report/report.h"
#include "app/session/views.h"

namespace app {

// The date is today's. At most 12 ranked and 12 rejected candidates are taken; the rest is counted.
// `views` draws the pictures; without it the report has none. The session's view is borrowed to
// show the crossing and is put back. Errors: InvalidInput when no case is open.
imaging::Result<ReportContent> report_content(Session& session, Views* views);

}  // namespace app
