// oasis import, run as a person runs it, on files that nobody here wrote.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "app/store/library.h"
#include "tests/support/program.h"

namespace app {
namespace {

namespace fs = std::filesystem;
using support::Outcome;
using support::quoted;
using support::run_oasis;
using testing::HasSubstr;
using testing::StartsWith;

class Import : public testing::Test {
 protected:
  void SetUp() override {
    const char* chosen = std::getenv("OASIS_SHARED_DATA");
    data = chosen != nullptr ? fs::path(chosen) : fs::path(OASIS_SOURCE_DIR) / "../shared/data";
    if (!fs::is_directory(data / "leg_case_a"))
      GTEST_SKIP() << "The shared data is not at " << data << "; set OASIS_SHARED_DATA.";
  }
  Outcome import(const fs::path& path) {
    return run_oasis("import " + quoted(path) + " --library " + quoted(folder.path() / "library"));
  }
  std::vector<CaseRecord> cases() {
    auto library = Library::open(folder.path() / "library");
    return library ? library->cases().value_or(std::vector<CaseRecord>{})
                   : std::vector<CaseRecord>{};
  }

  fs::path data;
  support::ScratchFolder folder;
};

TEST_F(Import, TakesACaseOnceHoweverOftenItIsAsked) {
  const Outcome first = import(data / "leg_case_a");
  EXPECT_EQ(first.exit_code, 0) << first.out;
  EXPECT_THAT(first.out, HasSubstr("2 duplex volumes, 5 angiograms, 1 radiograph"));
  EXPECT_THAT(first.out, HasSubstr("not used: truth.json: It is not a DICOM file."));
  const Outcome second = import(data / "leg_case_a");
  EXPECT_EQ(second.exit_code, 0);
  EXPECT_THAT(second.out, HasSubstr("already there"));
  ASSERT_EQ(cases().size(), 1u);
  EXPECT_EQ(cases().front().file_count, 11u);
  EXPECT_EQ(cases().front().side, imaging::Side::Left);
}

TEST_F(Import, TakesAFolderOfPatientsApart) {
  const fs::path all = folder.path() / "all";
  fs::create_directories(all / "a");
  fs::create_directories(all / "b");
  fs::copy(data / "leg_case_a" / "dx_foot_ap.dcm", all / "a");
  fs::copy(data / "xa_phantom_kragujevac", all / "b", fs::copy_options::recursive);
  const Outcome ran = import(all);
  EXPECT_EQ(ran.exit_code, 0) << ran.err;
  EXPECT_EQ(cases().size(), 2u);
}

TEST_F(Import, TellsInOneSentenceWhatItCannotRead) {
  const Outcome ran = import(data / "malformed");
  EXPECT_EQ(ran.exit_code, 1);
  EXPECT_THAT(ran.err, StartsWith("oasis: "));
  EXPECT_EQ(std::count(ran.err.begin(), ran.err.end(), '\n'), 1) << ran.err;
  EXPECT_TRUE(cases().empty());
}

TEST(ReportVerb, WritesNothingForAFileThatIsNoPlan) {
  const support::ScratchFolder folder;
  const fs::path pdf = folder.path() / "report.pdf";
  const Outcome ran = run_oasis("report " OASIS_SOURCE_DIR "/CMakeLists.txt --out " + quoted(pdf));
  EXPECT_EQ(ran.exit_code, 1);
  EXPECT_EQ(std::count(ran.err.begin(), ran.err.end(), '\n'), 1) << ran.err;
  EXPECT_FALSE(fs::exists(pdf));
}

}  // namespace
}  // namespace app
