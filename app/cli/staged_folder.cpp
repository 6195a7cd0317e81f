#include "app/cli/staged_folder.h"

#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <system_error>

namespace app {
namespace {

namespace fs = std::filesystem;
using imaging::ErrorCode;
using imaging::fail;
using imaging::Result;

tl::unexpected<imaging::Error> cannot_write(const fs::path& where, const std::error_code& why) {
  return fail(ErrorCode::Unwritable, "Cannot write to " + where.string() + " (" + why.message() +
                                         "); choose another folder with --out, or free space.");
}

}  // namespace

Result<StagedFolder> StagedFolder::make(const fs::path& wanted) {
  std::error_code why;
  const fs::path whole = fs::absolute(wanted, why).lexically_normal();
  // "out/" names the folder "out".
  const fs::path target = whole.has_filename() ? whole : whole.parent_path();
  if (fs::exists(target, why) && !fs::is_directory(target, why))
    return fail(ErrorCode::Unwritable,
                "Cannot write to " + target.string() +
                    ": it is a file, not a folder; choose another with --out.");
  fs::create_directories(target.parent_path(), why);
  if (why) return cannot_write(target, why);
  const fs::path staged = target.parent_path() /
                          ("." + target.filename().string() + ".part-" + std::to_string(getpid()));
  fs::create_directory(staged, why);
  if (why) return cannot_write(target, why);
  return StagedFolder(target, staged);
}

StagedFolder::StagedFolder(StagedFolder&& other) noexcept
    : wanted_(std::move(other.wanted_)), staged_(std::move(other.staged_)) {
  other.staged_.clear();
}

StagedFolder::~StagedFolder() {
  std::error_code ignored;
  if (!staged_.empty()) fs::remove_all(staged_, ignored);
}

Result<void> StagedFolder::publish() {
  std::error_code why;
  fs::create_directories(wanted_, why);
  if (why) return cannot_write(wanted_, why);
  // The right to write is asked before the first file moves, so that no half of the results does.
  if (access(wanted_.c_str(), W_OK | X_OK) != 0)
    return cannot_write(wanted_, std::error_code(errno, std::generic_category()));
  for (const auto& entry : fs::directory_iterator(staged_)) {
    fs::rename(entry.path(), wanted_ / entry.path().filename(), why);
    if (why) return cannot_write(wanted_, why);
  }
  return {};
}

Result<void> StagedFolder::write(const std::string& name, const std::string& text) const {
  std::ofstream out(staged_ / name, std::ios::binary);
  out << text;
  out.close();
  if (!out)
    return fail(ErrorCode::Unwritable,
                "Cannot write " + name + " into " + wanted_.parent_path().string() +
                    "; free space on that disk, or choose another folder with --out.");
  return {};
}

}  // namespace app
