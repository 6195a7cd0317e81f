// A folder of its own for each test, and a study that has everything a library keeps.
#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include "app/store/library.h"

namespace app {

class TemporaryFolder {
 public:
  TemporaryFolder() {
    // In memory where that is: hundreds of flushes to a busy disk take seconds and test the disk.
    const std::filesystem::path memory = "/dev/shm";
    const bool in_memory = access(memory.c_str(), W_OK) == 0;
    std::string name =
        (in_memory ? memory : std::filesystem::temp_directory_path()) / "oasis-store-XXXXXX";
    if (mkdtemp(name.data()) != nullptr) path_ = name;
  }
  ~TemporaryFolder() {
    std::error_code error;
    std::filesystem::remove_all(path_, error);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

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
