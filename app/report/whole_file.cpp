#include "app/report/whole_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdlib>
#include <string>

namespace app {
namespace {

namespace fs = std::filesystem;
using imaging::ErrorCode;
using imaging::fail;

auto refused(const fs::path& path, int why) {
  const bool full = why == ENOSPC || why == EDQUOT || why == EFBIG;
  return fail(ErrorCode::Unwritable,
              full ? "The disk is full: " + path.string() + " was not written; free some space."
                   : path.string() + " cannot be written; choose another place.");
}

// 0, or what the system said.
int write_all(int file, std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(file, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  return ::fsync(file) == 0 ? 0 : errno;
}

}  // namespace

imaging::Result<void> write_whole_file(const fs::path& path, std::span<const std::byte> bytes) {
  std::error_code error;
  if (fs::is_directory(path, error)) return refused(path, EISDIR);
  std::string name = path.string() + ".part-XXXXXX";
  const int file = ::mkstemp(name.data());
  if (file < 0) return refused(path, errno);
  // mkstemp makes files for the owner only; a report is as readable as any other file.
  const mode_t mask = ::umask(0);
  ::umask(mask);
  int why = ::fchmod(file, 0666 & ~mask) == 0 ? write_all(file, bytes) : errno;
  if (::close(file) != 0 && why == 0) why = errno;
  if (why == 0 && ::rename(name.c_str(), path.c_str()) != 0) why = errno;
  if (why == 0) return {};
  ::unlink(name.c_str());
  return refused(path, why);
}

}  // namespace app
