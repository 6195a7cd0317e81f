#include "app/session/read_sweeps.h"

#include <algorithm>
#include <set>
#include <string>

#include "imaging/duplex/compound.h"
#include "imaging/files/read_sweep.h"

namespace app {
namespace {

namespace fs = std::filesystem;
using imaging::ErrorCode;
using imaging::Study;

std::set<fs::path> sweeps_below(const std::vector<fs::path>& paths) {
  std::set<fs::path> files;
  for (const fs::path& path : paths) {
    if (imaging::is_sweep_file(path)) files.insert(path);
    std::error_code error;
    if (!fs::is_directory(path, error)) continue;
    fs::recursive_directory_iterator entry(path, fs::directory_options::skip_permission_denied,
                                           error);
    for (; !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
      if (entry->path().filename().string().starts_with('.'))
        entry.disable_recursion_pending();
      else if (imaging::is_sweep_file(entry->path()))
        files.insert(entry->path());
    }
  }
  return files;
}

}  // namespace

imaging::Result<void> take_sweeps(Study& study, const std::vector<fs::path>& paths,
                                  const imaging::Progress& progress) {
  const std::set<fs::path> files = sweeps_below(paths);
  double done = 0;
  for (const fs::path& file : files) {
    const imaging::Progress part = progress.part(done / static_cast<double>(files.size()),
                                                 (done + 1) / static_cast<double>(files.size()));
    ++done;
    const std::string name = file.filename().string();
    std::erase_if(study.skipped,
                  [&](const imaging::SkippedFile& skipped) { return skipped.file_name == name; });
    const auto volume = [&]() -> imaging::Result<imaging::DuplexVolume> {
      const auto sweep = imaging::read_sweep(file, {}, part.part(0, 0.4));
      if (!sweep) return tl::unexpected(sweep.error());
      return imaging::compound(*sweep, {}, part.part(0.4, 1));
    }();
    if (!volume && volume.error().code == ErrorCode::Cancelled)
      return tl::unexpected(volume.error());
    if (!volume) {
      study.skipped.push_back({name, volume.error().sentence});
      continue;
    }
    study.volumes.push_back(*volume);
    study.volumes.back().label += " " + std::to_string(study.volumes.size());
  }
  return {};
}

}  // namespace app
