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
  std::error_code error, absent;  // A file that is not there yet is no error.
  // A link keeps pointing where it does; its target is replaced.
  const fs::path target = fs::is_symlink(path, absent) ? fs::canonical(path, error) : path;
  // A folder, a pipe or a device is not to be replaced by a file.
  if (error || (fs::exists(target, absent) && !fs::is_regular_file(target, absent)))
    return refused(path, EEXIST);
  std::string name = target.string() + ".part-XXXXXX";
  const int file = ::mkstemp(name.data());
  if (file < 0) return refused(path, errno);
  // mkstemp makes files for the owner only; a report is as readable as any other file.
  const mode_t mask = ::umask(0);
  ::umask(mask);
  int why = ::fchmod(file, 0666 & ~mask) == 0 ? write_all(file, bytes) : errno;
  if (::close(file) != 0 && why == 0) why = errno;
  if (why == 0 && ::rename(name.c_str(), target.c_str()) != 0) why = errno;
  if (why == 0) return {};
  ::unlink(name.c_str());
  return refused(path, why);
}

}  // namespace app
