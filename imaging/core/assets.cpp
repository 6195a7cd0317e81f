#include "imaging/core/assets.h"

#include <cstdlib>
#include <system_error>

namespace imaging {

std::filesystem::path assets_folder() {
  namespace fs = std::filesystem;
  if (const char* folder = std::getenv("OASIS_ASSETS")) return folder;
  std::error_code ignored;
  const fs::path program = fs::read_symlink("/proc/self/exe", ignored);
  fs::path installed = program.parent_path().parent_path() / "share" / "oasis" / "assets";
  if (fs::is_directory(installed, ignored)) return installed;
  return OASIS_SOURCE_ASSETS;
}

}  // namespace imaging
