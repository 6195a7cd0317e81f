// Bad input, full disks, forbidden folders: one sentence that says what and what to do, an exit
// code that is not 0, and nothing half written.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "tests/support/program.h"

namespace {

namespace fs = std::filesystem;
using support::Outcome;
using support::quoted;
using support::run_oasis;
using support::sample_case;
using support::ScratchFolder;

void expect_one_sentence(const Outcome& run, const std::string& what) {
  EXPECT_NE(run.exit_code, 0) << what;
  EXPECT_LT(run.exit_code, 128) << what << " ended by a signal.";
  EXPECT_EQ(std::count(run.err.begin(), run.err.end(), '\n'), 1) << what << ": " << run.err;
  EXPECT_TRUE(run.err.starts_with("oasis: ")) << what << ": " << run.err;
  EXPECT_GT(run.err.size(), 30u) << what << ": " << run.err;
}

bool holds_nothing(const fs::path& folder) { return !fs::exists(folder) || fs::is_empty(folder); }

fs::path file_of(const fs::path& folder, const std::string& part) {
  std::vector<fs::path> found;
  for (const auto& entry : fs::directory_iterator(folder))
    if (entry.path().filename().string().find(part) != std::string::npos)
      found.push_back(entry.path());
  std::sort(found.begin(), found.end());
  return found.empty() ? fs::path() : found.front();
}

class BadInput : public ::testing::Test {
 protected:
  Outcome plan(const fs::path& input, const std::string& before = "") {
    return run_oasis("plan " + quoted(input) + " --out " + quoted(out()), before);
  }
  fs::path out() const { return scratch_.path() / "out"; }
  fs::path input() {
    fs::create_directories(scratch_.path() / "in");
    return scratch_.path() / "in";
  }

  ScratchFolder scratch_;
};

TEST_F(BadInput, AMissingFolder) {
  expect_one_sentence(plan(scratch_.path() / "nowhere"), "missing");
  EXPECT_TRUE(holds_nothing(out()));
}

TEST_F(BadInput, AnEmptyFolder) {
  expect_one_sentence(plan(input()), "empty");
  EXPECT_TRUE(holds_nothing(out()));
}

TEST_F(BadInput, AFolderWithoutImages) {
  std::ofstream(input() / "letter.txt") << "Dear colleague";
  std::ofstream(input() / "zero.dcm");
  expect_one_sentence(plan(input()), "no images");
  EXPECT_TRUE(holds_nothing(out()));
}

TEST_F(BadInput, ATruncatedFile) {
  ASSERT_FALSE(sample_case().empty());
  const fs::path whole = file_of(sample_case(), "us3d");
  ASSERT_FALSE(whole.empty());
  fs::copy_file(whole, input() / "cut.dcm");
  fs::resize_file(input() / "cut.dcm", fs::file_size(whole) / 2);
  expect_one_sentence(plan(input()), "truncated");
  EXPECT_TRUE(holds_nothing(out()));
}

TEST_F(BadInput, ACaseWithoutDuplexCannotBePlanned) {
  ASSERT_FALSE(sample_case().empty());
  const fs::path run = file_of(sample_case(), "xa");
  ASSERT_FALSE(run.empty());
  fs::copy_file(run, input() / "xa.dcm");
  expect_one_sentence(plan(input()), "angiogram only");
  EXPECT_TRUE(holds_nothing(out()));
}

TEST_F(BadInput, TwoPatientsInOneFolder) {
  ASSERT_FALSE(sample_case().empty());
  fs::copy_file(file_of(sample_case(), "xa"), input() / "one.dcm");
  ASSERT_FALSE(support::case_of_another_patient().empty());
  fs::copy_file(file_of(support::case_of_another_patient(), "xa"), input() / "two.dcm");
  expect_one_sentence(plan(input()), "two patients");
  EXPECT_TRUE(holds_nothing(out()));
  // They are no case, but what each file holds can be told.
  const Outcome info = run_oasis("info " + quoted(input()));
  EXPECT_EQ(info.exit_code, 0) << info.err;
  EXPECT_NE(info.out.find("one.dcm"), std::string::npos);
  EXPECT_NE(info.out.find("two.dcm"), std::string::npos);
  EXPECT_NE(info.out.find("more than one patient"), std::string::npos);
}

TEST_F(BadInput, AFullDisk) {
  ASSERT_FALSE(sample_case().empty());
  // A limit on file size with its signal ignored fails writes as a full disk does.
  expect_one_sentence(plan(sample_case(), "trap '' XFSZ; ulimit -f 4;"), "full disk");
  EXPECT_TRUE(holds_nothing(out()));
}

TEST_F(BadInput, AnUnwritableFolder) {
  ASSERT_FALSE(sample_case().empty());
  if (geteuid() == 0) {
    // Root may write anywhere; a file where the folder should be stops even root.
    std::ofstream(out()) << "in the way";
    expect_one_sentence(plan(sample_case()), "in the way");
    EXPECT_TRUE(fs::is_regular_file(out()));
    return;
  }
  fs::create_directories(out());
  fs::permissions(out(), fs::perms::owner_read | fs::perms::owner_exec);
  expect_one_sentence(plan(sample_case()), "unwritable");
}

TEST_F(BadInput, AnUnknownRecipe) {
  expect_one_sentence(run_oasis("phantom no_such_leg --out " + quoted(out())), "recipe");
  EXPECT_TRUE(holds_nothing(out()));
}

TEST_F(BadInput, APlanThatIsNotOne) {
  std::ofstream(input() / "plan.json") << "{\"schema\": \"oasis.plan/1\", \"vessels\": 3";
  expect_one_sentence(run_oasis("flow " + quoted(input() / "plan.json")), "flow of nonsense");
  expect_one_sentence(
      run_oasis("report " + quoted(input() / "plan.json") + " --out " + quoted(out() / "r.pdf")),
      "report of nonsense");
  EXPECT_FALSE(fs::exists(out() / "r.pdf"));
}

TEST_F(BadInput, AnUnknownWorkspace) {
  ASSERT_FALSE(sample_case().empty());
  expect_one_sentence(
      run_oasis("view " + quoted(sample_case()) + " --workspace kitchen --screenshot " +
                quoted(scratch_.path() / "x.png")),
      "workspace");
  EXPECT_FALSE(fs::exists(scratch_.path() / "x.png"));
}

}  // namespace
