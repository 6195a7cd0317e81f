// Results that appear whole or not at all.
#pragma once

#include <filesystem>
#include <string>
#include <utility>

#include "imaging/core/result.h"

namespace app {

// A hidden folder beside the wanted one. Files are written there; `publish` moves them over, and
// whatever was not published is removed with the object.
class StagedFolder {
 public:
  // Errors: Unwritable when `wanted` is a file, or its parent cannot be made or written.
  static imaging::Result<StagedFolder> make(const std::filesystem::path& wanted);
  ~StagedFolder();
  StagedFolder(StagedFolder&& other) noexcept;
  StagedFolder& operator=(StagedFolder&&) = delete;

  const std::filesystem::path& path() const { return staged_; }
  // Replaces files of the same name in the wanted folder, leaves others. Errors: Unwritable.
  imaging::Result<void> publish();

  // Writes a text file into the staged folder. Errors: Unwritable (a full disk, for instance).
  imaging::Result<void> write(const std::string& name, const std::string& text) const;

 private:
  StagedFolder(std::filesystem::path wanted, std::filesystem::path staged)
      : wanted_(std::move(wanted)), staged_(std::move(staged)) {}
  std::filesystem::path wanted_, staged_;
};

}  // namespace app
