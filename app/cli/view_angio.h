// What a picture of the Angio workspace shows: `oasis view --angio NAME=VALUE`.
#pragma once

#include <string>
#include <vector>

#include "app/panels/angio_ui.h"
#include "app/session/session.h"

namespace app {

// Each order sets one thing; they hold for the run chosen before them. Errors: InvalidInput, naming
// the order that is not understood.
imaging::Result<void> set_angio(Session& session, AngioUi& ui,
                                const std::vector<std::string>& orders);
// The orders, for --help.
extern const char* const angio_orders;

}  // namespace app
