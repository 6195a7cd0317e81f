#include "app/report/whole_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <functional>
#include <vector>

#include "tests/app/report/fixture.h"

namespace app {
namespace {

namespace fs = std::filesystem;

std::string bytes_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::size_t file_count(const fs::path& folder) {
  return static_cast<std::size_t>(
      std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

int in_child(const std::function<bool()>& work) {
  const pid_t child = fork();
  if (child == 0) _exit(work() ? 0 : 1);
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

const std::vector<std::byte> megabyte(1 << 20, std::byte{'x'});

TEST(WholeFile, ReplacesAnOlderFile) {
  const ScratchFolder folder;
  const fs::path file = folder.path() / "a";
  std::ofstream(file) << "old";
  ASSERT_TRUE(write_whole_file(file, megabyte));
  EXPECT_EQ(bytes_of(file), std::string(1 << 20, 'x'));
  EXPECT_EQ(file_count(folder.path()), 1u);
}

TEST(WholeFile, LeavesTheOlderFileWhenTheDiskIsFull) {
  const ScratchFolder folder;
  const fs::path file = folder.path() / "a";
  std::ofstream(file) << "old";
  // A limit on the size of files stops the write in the middle, as a full disk does.
  const int code = in_child([&] {
    signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{100000, 100000};
    if (setrlimit(RLIMIT_FSIZE, &limit) != 0) return false;
    const auto written = write_whole_file(file, megabyte);
    return !written && written.error().code == imaging::ErrorCode::Unwritable &&
           written.error().sentence.find("full") != std::string::npos;
  });
  EXPECT_EQ(code, 0);
  EXPECT_EQ(bytes_of(file), "old");
  EXPECT_EQ(file_count(folder.path()), 1u);
}

TEST(WholeFile, RefusesAFolderInItsPlace) {
  const ScratchFolder folder;
  EXPECT_FALSE(write_whole_file(folder.path(), megabyte));
  EXPECT_EQ(file_count(folder.path()), 0u);
}

TEST(WholeFile, LeavesAPipeInItsPlace) {
  const ScratchFolder folder;
  const fs::path pipe = folder.path() / "pipe";
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_FALSE(write_whole_file(pipe, megabyte));
  EXPECT_TRUE(fs::is_fifo(pipe));
}

TEST(WholeFile, WritesThroughALink) {
  const ScratchFolder folder;
  const fs::path file = folder.path() / "a", link = folder.path() / "link";
  std::ofstream(file) << "old";
  fs::create_symlink(file, link);
  ASSERT_TRUE(write_whole_file(link, megabyte));
  EXPECT_TRUE(fs::is_symlink(link));
  EXPECT_EQ(bytes_of(file).size(), megabyte.size());
}

}  // namespace
}  // namespace app
