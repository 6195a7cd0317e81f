// A study that has everything a library keeps, and a plan on it.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "app/store/library.h"
#include "tests/support/scratch_folder.h"

namespace app {

using support::ScratchFolder;

inline imaging::Study study_of(const std::string& uid, const std::string& alias = "Heron 41") {
  imaging::Study study;
  study.alias = alias;
  study.study_uid = uid;
  study.side = imaging::Side::Left;
  imaging::AngioRun run;
  run.sources = {{uid + ".1", std::string(64, 'a')}, {uid + ".2", std::string(64, 'b')}};
  study.runs.push_back(run);
  return study;
}

inline planning::Plan plan_at(double artery_mm) {
  planning::Plan plan;
  plan.technique = "limflow_v2";
  plan.crossing = planning::CrossingSite{
      .artery = "pta", .vein = "ptv1", .artery_mm = artery_mm, .vein_mm = artery_mm / 3};
  plan.declined_coils = {"ssv"};
  return plan;
}

}  // namespace app
