// A folder of its own for each test, removed with everything in it.
#pragma once

#include <stdlib.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <system_error>

namespace support {

class ScratchFolder {
 public:
  ScratchFolder() {
    // In memory where that is: hundreds of flushes to a busy disk take seconds and test the disk.
    const std::filesystem::path memory = "/dev/shm";
    const bool in_memory = access(memory.c_str(), W_OK) == 0;
    std::string name =
        (in_memory ? memory : std::filesystem::temp_directory_path()) / "oasis-test-XXXXXX";
    if (mkdtemp(name.data()) != nullptr) path_ = name;
  }
  ~ScratchFolder() {
    namespace fs = std::filesystem;
    if (path_.empty()) return;
    std::error_code ignored;
    // A test may have taken its own right to write away.
    const auto skip_forbidden = fs::directory_options::skip_permission_denied;
    for (fs::recursive_directory_iterator it(path_, skip_forbidden, ignored), end; it != end;
         it.increment(ignored))
      if (it->is_directory(ignored))
        fs::permissions(it->path(), fs::perms::owner_all, fs::perm_options::add, ignored);
    fs::remove_all(path_, ignored);
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path operator/(const std::string& name) const { return path_ / name; }

 private:
  std::filesystem::path path_;  // Empty where none could be made; then every use fails.
};

}  // namespace support
