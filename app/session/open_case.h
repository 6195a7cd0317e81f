// From files to an open case: read them, trace the vessels, propose a plan.
#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include "app/session/session.h"
#include "imaging/core/progress.h"

namespace app {

// A case without duplex volumes, or whose volumes show no vessel, opens without a tree; one whose
// tree allows no plan opens without a planner. Session::notes says why.
//
// Errors: those of imaging::read_study; Cancelled.
imaging::Result<Session> open_case(const std::vector<std::filesystem::path>& paths,
                                   const imaging::Progress& progress = {});

// The same for a study that was read already.
imaging::Result<Session> open_case(std::shared_ptr<const imaging::Study> study,
                                   const imaging::Progress& progress = {});

// The same for a study whose vessels are known already, from the library or corrected by hand.
imaging::Result<Session> open_case(std::shared_ptr<const imaging::Study> study,
                                   std::shared_ptr<const imaging::VesselTree> vessels,
                                   const imaging::Progress& progress = {});

// The same for a study that was read already, on vessels that a person clicked and named on two of
// its angiograms.
imaging::Result<Session> open_case_on_angiograms(std::shared_ptr<const imaging::Study> study,
                                                 const std::vector<planning::RunMarks>& marks,
                                                 const imaging::Progress& progress = {});

// The same on vessels that a person clicked and named on two angiograms of the case; what was
// traced in duplex volumes, if there are any, is not looked at. `marks` name runs by instance or
// series UID. The first of Session::notes says on what the vessels rest.
// Errors: those of imaging::read_study and vessels_from_angiograms; NotFound when a mark names no
// run of the case.
imaging::Result<Session> open_case_on_angiograms(const std::vector<std::filesystem::path>& paths,
                                                 const std::vector<planning::RunMarks>& marks,
                                                 const imaging::Progress& progress = {});

}  // namespace app
