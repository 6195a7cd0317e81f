// oasis import, run as a person runs it, on files that nobody here wrote.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "app/store/library.h"
#include "tests/app/store/fixture.h"

namespace app {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::StartsWith;

struct Ran {
  int exit_code = 0;
  std::string output;  // stdout and stderr.
};

Ran oasis(const std::string& arguments) {
  Ran ran;
  FILE* pipe = popen((std::string(OASIS_PROGRAM) + " " + arguments + " 2>&1").c_str(), "r");
  if (pipe == nullptr) return {127, ""};
  char buffer[4096];
  for (std::size_t n; (n = fread(buffer, 1, sizeof buffer, pipe)) > 0;)
    ran.output.append(buffer, n);
  const int status = pclose(pipe);
  ran.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128;
  return ran;
}

class Import : public testing::Test {
 protected:
  void SetUp() override {
    const char* chosen = std::getenv("OASIS_SHARED_DATA");
    data = chosen != nullptr ? fs::path(chosen) : fs::path(OASIS_SOURCE_DIR) / "../shared/data";
    if (!fs::is_directory(data / "leg_case_a"))
      GTEST_SKIP() << "The shared data is not at " << data << "; set OASIS_SHARED_DATA.";
  }
  Ran import(const fs::path& path) {
    return oasis("import " + path.string() + " --library " + (folder.path() / "library").string());
  }
  std::vector<CaseRecord> cases() {
    auto library = Library::open(folder.path() / "library");
    return library ? library->cases().value_or(std::vector<CaseRecord>{})
                   : std::vector<CaseRecord>{};
  }

  fs::path data;
  TemporaryFolder folder;
};

TEST_F(Import, TakesACaseOnceHoweverOftenItIsAsked) {
  const Ran first = import(data / "leg_case_a");
  EXPECT_EQ(first.exit_code, 0) << first.output;
  EXPECT_THAT(first.output, HasSubstr("2 duplex volumes, 5 angiograms, 1 radiograph"));
  EXPECT_THAT(first.output, HasSubstr("not used: truth.json: It is not a DICOM file."));
  const Ran second = import(data / "leg_case_a");
  EXPECT_EQ(second.exit_code, 0);
  EXPECT_THAT(second.output, HasSubstr("already there"));
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
  const Ran ran = import(all);
  EXPECT_EQ(ran.exit_code, 0) << ran.output;
  EXPECT_EQ(cases().size(), 2u);
}

TEST_F(Import, TellsInOneSentenceWhatItCannotRead) {
  const Ran ran = import(data / "malformed");
  EXPECT_EQ(ran.exit_code, 1);
  EXPECT_THAT(ran.output, StartsWith("oasis: "));
  EXPECT_EQ(std::count(ran.output.begin(), ran.output.end(), '\n'), 1) << ran.output;
  EXPECT_TRUE(cases().empty());
}

TEST(ReportVerb, WritesNothingForAFileThatIsNoPlan) {
  const TemporaryFolder folder;
  const fs::path pdf = folder.path() / "report.pdf";
  const Ran ran = oasis("report " OASIS_SOURCE_DIR "/CMakeLists.txt --out " + pdf.string());
  EXPECT_EQ(ran.exit_code, 1);
  EXPECT_EQ(std::count(ran.output.begin(), ran.output.end(), '\n'), 1) << ran.output;
  EXPECT_FALSE(fs::exists(pdf));
}

}  // namespace
}  // namespace app
