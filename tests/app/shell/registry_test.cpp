// A registry of outcomes at the window, without the window: opened by its path, asked again, saved.
#include <gtest/gtest.h>

#include <fstream>
#include <thread>

#include "app/shell/workbench.h"
#include "tests/support/scratch_folder.h"

namespace app {
namespace {

namespace fs = std::filesystem;

void finish(Workbench& workbench) {
  while (workbench.busy()) {
    workbench.poll(0, "10:00");
    std::this_thread::yield();
  }
}

class RegistryAtTheWindow : public testing::Test {
 protected:
  RegistryAtTheWindow()
      : workbench(std::nullopt, "",
                  {.report = {},
                   .evidence = {},
                   .outcomes = [this](const Outcomes& outcomes) -> imaging::Result<std::string> {
                     saved = outcomes.title;
                     return "/there";
                   },
                   .tables = {}}) {}
  void open(const std::string& text) {
    const fs::path file = folder_ / "limbs.csv";
    std::ofstream(file) << text;
    workbench.open({file}, 0);
    finish(workbench);
  }
  support::ScratchFolder folder_;
  std::string saved;
  Workbench workbench;
};

TEST_F(RegistryAtTheWindow, OpensByItsPathAndIsAskedForAnotherTime) {
  open("limb,event,day\nA,index,0\nA,death,200\nB,index,0\nB,last_seen,400\n");
  const Surroundings& around = workbench.surroundings();
  ASSERT_TRUE(around.outcomes) << around.notice;
  ASSERT_TRUE(around.outcomes->summary);
  EXPECT_EQ(workbench.session().view.workspace, Workspace::Score);
  // At six months both are free of events, at twelve one of them is.
  EXPECT_EQ(around.outcomes->summary->at_horizon.successes, 2);
  Requests requests;
  requests.judge_outcomes.emplace().horizon_months = 12;
  workbench.serve(requests, nullptr, 0);
  finish(workbench);
  EXPECT_EQ(around.outcomes->summary->at_horizon.successes, 1);
  EXPECT_EQ(around.outcomes->summary->at_horizon.failures, 1);
  requests = {};
  requests.export_outcomes = true;
  workbench.serve(requests, nullptr, 0);
  EXPECT_EQ(saved, "limbs");
  EXPECT_EQ(around.plots_path, "/there");
}

TEST_F(RegistryAtTheWindow, ShowsItsFaultsUntilTheFileIsMended) {
  open("limb,event,day\nA,index,0\nA,occlusion,-4\n");
  const Surroundings& around = workbench.surroundings();
  ASSERT_TRUE(around.outcomes);
  EXPECT_FALSE(around.outcomes->summary);
  ASSERT_EQ(around.outcomes->faults.size(), 1u);
  EXPECT_EQ(around.outcomes->faults[0].line, 3u);
  open("limb,event,day\nA,index,0\nA,occlusion,4\n");
  EXPECT_TRUE(around.outcomes->summary);
}

TEST_F(RegistryAtTheWindow, LeavesWhatIsOpenWhereTheFileIsNotThere) {
  open("limb,event,day\nA,index,0\nA,last_seen,9\n");
  const auto before = workbench.surroundings().outcomes;
  workbench.open({folder_ / "other.csv"}, 0);
  finish(workbench);
  EXPECT_EQ(workbench.surroundings().outcomes, before);
  EXPECT_TRUE(workbench.surroundings().notice_is_error);
}

TEST_F(RegistryAtTheWindow, DoesNotTurnABlindedReaderAway) {
  workbench.session().view.workspace = Workspace::Case;
  workbench.session().scoring.blinded = true;
  open("limb,event,day\nA,index,0\nA,last_seen,9\n");
  EXPECT_TRUE(workbench.surroundings().outcomes);
  EXPECT_EQ(workbench.session().view.workspace, Workspace::Case);
}

}  // namespace
}  // namespace app
