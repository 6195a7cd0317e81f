// What a score rests on, as pictures in a folder.
#pragma once

#include <filesystem>

#include "app/session/session.h"

namespace app {

// A PNG of every image with a mark of the form or of the proposals that may be seen; returns how
// many. Errors: InvalidInput where nothing is marked, and under review; Unwritable.
imaging::Result<std::size_t> write_evidence(const Session& session,
                                            const std::filesystem::path& folder);
imaging::Result<std::size_t> write_evidence(const imaging::Study& study,
                                            const planning::ScoreForm& form,
                                            const CaseProposals* proposals,
                                            const std::filesystem::path& folder);

}  // namespace app
