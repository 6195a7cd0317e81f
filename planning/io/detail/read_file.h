// Reading the JSON files of a folder of assets. Included only by the .cpp files of planning/io.
#pragma once

#include <algorithm>
#include <sstream>

#include "planning/io/detail/json.h"

namespace planning::io {

// Thrown and caught inside planning/io only.
struct Unreadable {
  std::string sentence;
};

inline Json read_file(const std::filesystem::path& path, const std::string& where) {
  std::ifstream stream(path, std::ios::binary);
  if (!stream)
    throw Unreadable{"The data file " + where +
                     " cannot be read: restore it, or set OASIS_ASSETS."};
  const std::string text{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
  return parsed(text, where);
}

// Every .json of a folder, by name, so that a person adds an entry by adding a file.
inline std::vector<std::filesystem::path> json_files(const std::filesystem::path& folder,
                                                     const std::string& where) {
  std::vector<std::filesystem::path> files;
  std::error_code error;
  for (const auto& item : std::filesystem::directory_iterator(folder, error))
    if (item.path().extension() == ".json") files.push_back(item.path());
  if (error || files.empty())
    throw Unreadable{"The folder " + where +
                     " holds no readable .json file: restore it, or set OASIS_ASSETS."};
  std::sort(files.begin(), files.end());
  return files;
}

// What `read` returns, or the complaint that it threw.
template <class Read>
auto guarded(Read read) -> imaging::Result<decltype(read())> {
  try {
    return read();
  } catch (const Complaint& c) {
    return imaging::fail(imaging::ErrorCode::InvalidInput, c.sentence);
  } catch (const Unreadable& u) {
    return imaging::fail(imaging::ErrorCode::Unreadable, u.sentence);
  } catch (const nlohmann::json::exception&) {
    return imaging::fail(imaging::ErrorCode::InvalidInput,
                         "A data file could not be understood: restore the shipped assets.");
  }
}

}  // namespace planning::io
