// What is left of a library when a process dies, the disk fills, or two write at once.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <functional>

#include "app/store/library.h"
#include "tests/app/store/fixture.h"

namespace app {
namespace {

namespace fs = std::filesystem;

// Exit codes of the children below.
constexpr int as_expected = 0;
constexpr int otherwise = 1;
constexpr int not_permitted = 77;

pid_t start_child(const std::function<int()>& work) {
  const pid_t child = fork();
  if (child == 0) _exit(work());
  return child;
}

int exit_code_of(pid_t child) {
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

// Saves numbered plans until it is killed, and tells each number through `out` once it is saved.
int save_for_ever(const fs::path& folder, CaseId id, int first, int out) {
  auto library = Library::open(folder);
  if (!library) return otherwise;
  for (int i = first;; ++i) {
    if (!library->save_plan(id, std::to_string(i), plan_at(i))) return otherwise;
    if (write(out, &i, sizeof i) != sizeof i) return otherwise;
  }
}

TEST(LibrarySurvival, AKilledProcessLosesNothingThatItSaved) {
  const ScratchFolder folder;
  const CaseId id = Library::open(folder.path())->add_case(study_of("1.2.3"), {})->id;
  int saved = -1;
  for (int round = 0; round < 20; ++round) {
    int ends[2];
    ASSERT_EQ(pipe(ends), 0);
    const pid_t child =
        start_child([&] { return save_for_ever(folder.path(), id, saved + 1, ends[1]); });
    close(ends[1]);
    // Each round kills after another number of plans, at whatever the child is then doing.
    for (int i = 0; i < 3 + round; ++i)
      ASSERT_EQ(read(ends[0], &saved, sizeof saved), ssize_t{sizeof saved});
    kill(child, SIGKILL);
    ASSERT_EQ(exit_code_of(child), 128 + SIGKILL);
    while (read(ends[0], &saved, sizeof saved) == ssize_t{sizeof saved}) {
    }
    close(ends[0]);

    auto library = Library::open(folder.path());
    ASSERT_TRUE(library) << library.error().sentence;
    const auto left = library->load(id);
    ASSERT_TRUE(left);
    ASSERT_FALSE(left->steps.empty());
    // The child may have died between the commit and the telling.
    const int newest = std::stoi(left->steps[left->at].label);
    EXPECT_GE(newest, saved);
    EXPECT_LE(newest, saved + 1);
    // A quick machine saves more than the library keeps: then the newest are there, without a hole.
    constexpr int kept_steps = 500;
    ASSERT_EQ(left->steps.size(), static_cast<std::size_t>(std::min(newest + 1, kept_steps)));
    const int oldest = newest + 1 - static_cast<int>(left->steps.size());
    for (std::size_t i = 0; i < left->steps.size(); ++i) {
      const int number = oldest + static_cast<int>(i);
      ASSERT_EQ(left->steps[i].label, std::to_string(number));
      ASSERT_EQ(left->steps[i].plan, plan_at(number));
    }
    saved = newest;
  }
}

TEST(LibrarySurvival, TwoProcessesSaveAtOnceAndLoseNothing) {
  const ScratchFolder folder;
  constexpr int count = 60;
  const auto work = [&](const std::string& uid) {
    auto library = Library::open(folder.path());
    if (!library) return otherwise;
    const auto added = library->add_case(study_of(uid), {});
    if (!added) return otherwise;
    for (int i = 0; i < count; ++i)
      if (!library->save_plan(added->id, std::to_string(i), plan_at(i))) return otherwise;
    return as_expected;
  };
  // Both make the database, too.
  const pid_t a = start_child([&] { return work("1"); });
  const pid_t b = start_child([&] { return work("2"); });
  EXPECT_EQ(exit_code_of(a), as_expected);
  EXPECT_EQ(exit_code_of(b), as_expected);
  auto library = Library::open(folder.path());
  ASSERT_TRUE(library);
  const auto cases = library->cases();
  ASSERT_EQ(cases->size(), 2u);
  for (const auto& record : *cases)
    EXPECT_EQ(library->load(record.id)->steps.size(), std::size_t{count});
}

TEST(LibrarySurvival, AnOpenLibrarySeesWhatAnotherProcessSaved) {
  const ScratchFolder folder;
  auto library = Library::open(folder.path());
  const CaseId id = library->add_case(study_of("1"), {})->id;
  const pid_t other = start_child([&] {
    auto same = Library::open(folder.path());
    return same && same->save_plan(id, "theirs", plan_at(5)) ? as_expected : otherwise;
  });
  ASSERT_EQ(exit_code_of(other), as_expected);
  EXPECT_EQ(*library->load(id)->plan(), plan_at(5));
  EXPECT_TRUE(library->save_plan(id, "ours", plan_at(6)));
}

// One sentence, ended once, with nothing that only a programmer reads.
bool is_one_sentence(const std::string& text) {
  return text.size() > 20 && text.back() == '.' && text.find(". ") == std::string::npos &&
         text.find('\n') == std::string::npos;
}

int open_without_permission(const fs::path& folder) {
  // Root may write anywhere; nobody may not.
  if (geteuid() == 0 && setuid(65534) != 0) return not_permitted;
  const auto library = Library::open(folder);
  if (library) return otherwise;
  const bool clear = library.error().code == imaging::ErrorCode::Unwritable &&
                     is_one_sentence(library.error().sentence);
  return clear ? as_expected : otherwise;
}

TEST(LibrarySurvival, AFolderThatRefusesIsOneSentence) {
  const ScratchFolder folder;
  fs::permissions(folder.path(), fs::perms(0555));
  const pid_t existing = start_child([&] { return open_without_permission(folder.path()); });
  const int code = exit_code_of(existing);
  if (code == not_permitted) GTEST_SKIP() << "Root cannot become nobody here.";
  EXPECT_EQ(code, as_expected);
  const pid_t missing = start_child([&] { return open_without_permission(folder.path() / "new"); });
  EXPECT_EQ(exit_code_of(missing), as_expected);
  EXPECT_TRUE(fs::is_empty(folder.path()));
  fs::permissions(folder.path(), fs::perms::owner_all);
}

TEST(LibrarySurvival, AFolderThatIsAFileIsOneSentence) {
  const ScratchFolder folder;
  std::ofstream(folder.path() / "file") << "x";
  const auto library = Library::open(folder.path() / "file");
  ASSERT_FALSE(library);
  EXPECT_TRUE(is_one_sentence(library.error().sentence)) << library.error().sentence;
}

// Saves ever more until the disk refuses; then what was saved before must still be there.
int fill(const fs::path& folder) {
  auto library = Library::open(folder);
  if (!library) return otherwise;
  const auto added = library->add_case(study_of("1"), {});
  if (!added) return otherwise;
  int saved = 0;
  for (; saved < 10000; ++saved) {
    const std::string label = std::to_string(saved) + std::string(2000, 'x');
    const auto done = library->save_plan(added->id, label, plan_at(saved));
    if (done) continue;
    if (done.error().code != imaging::ErrorCode::Unwritable) return otherwise;
    if (!is_one_sentence(done.error().sentence)) return otherwise;
    break;
  }
  const auto left = library->load(added->id);
  const bool whole = left && !left->steps.empty() && *left->plan() == plan_at(saved - 1);
  return whole && saved > 0 && saved < 10000 ? as_expected : otherwise;
}

TEST(LibrarySurvival, AFullDiskKeepsWhatWasSaved) {
  const ScratchFolder folder;
  const pid_t child = start_child([&] {
    if (unshare(CLONE_NEWNS) != 0) return not_permitted;
    if (mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return not_permitted;
    if (mount("tmpfs", folder.path().c_str(), "tmpfs", 0, "size=512k") != 0) return not_permitted;
    return fill(folder.path());
  });
  const int code = exit_code_of(child);
  if (code == not_permitted) GTEST_SKIP() << "Mounting a small disk is not permitted here.";
  EXPECT_EQ(code, as_expected);
}

TEST(LibrarySurvival, ADiskThatRefusesToGrowAFileKeepsWhatWasSaved) {
  const ScratchFolder folder;
  const pid_t child = start_child([&] {
    signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{300000, 300000};
    if (setrlimit(RLIMIT_FSIZE, &limit) != 0) return not_permitted;
    return fill(folder.path());
  });
  EXPECT_EQ(exit_code_of(child), as_expected);
  EXPECT_TRUE(Library::open(folder.path()));
}

}  // namespace
}  // namespace app
