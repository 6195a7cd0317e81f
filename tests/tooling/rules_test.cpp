// The house has one direction: imaging says what is there, planning what we intend, app shows it.
// These tests read the includes and the link lines and fail where a room reaches where it may not.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;
const fs::path root = OASIS_SOURCE_DIR;

struct Room {
  std::set<std::string> rooms;          // Own folders it may include, beside itself.
  std::set<std::string> libraries;      // Third parties, headers of ours included.
  std::set<std::string> cpp_libraries;  // Third parties in .cpp files only.
};

// The design's table. The longest matching folder counts.
const std::map<std::string, Room> house{
    {"imaging/core", {{}, {"expected", "eigen"}, {}}},
    {"imaging/dicom", {{"imaging/core"}, {}, {"dcmtk", "charls", "jpeg"}}},
    {"imaging/files", {{"imaging/core"}, {}, {"itk", "zlib"}}},
    {"imaging/duplex", {{"imaging/core"}, {}, {"eigen", "tbb"}}},
    {"imaging/angio", {{"imaging/core"}, {}, {"itk", "eigen", "tbb"}}},
    {"imaging/fusion", {{"imaging/core", "imaging/angio"}, {}, {"eigen", "tbb"}}},
    {"imaging/vessel", {{"imaging/core"}, {}, {"itk", "eigen", "tbb", "highway"}}},
    {"imaging/phantom", {{"imaging/core", "imaging/angio"}, {}, {"eigen", "tbb", "json"}}},
    {"planning", {{"imaging/core"}, {}, {"eigen", "json", "tbb"}}},
    {"app/session", {{"imaging", "planning"}, {}, {}}},
    {"app/store", {{"app/session", "imaging/core", "planning"}, {}, {"soci", "sqlite", "json"}}},
    {"app/view",
     {{"app/session", "imaging/core", "imaging/angio", "planning"}, {}, {"vtk", "gl", "stb"}}},
    {"app/panels", {{"app/session", "imaging/core", "planning"}, {"imgui"}, {}}},
    {"app/report", {{"app/session", "imaging/core", "planning"}, {}, {"haru", "jpeg"}}},
    {"app/cli", {{"app", "imaging", "planning"}, {}, {"cli11", "json"}}},
    {"app/shell", {{"app", "imaging/core", "planning"}, {}, {"imgui", "glfw", "gl"}}},
};

// Header prefixes of the third parties.
const std::vector<std::pair<std::string, std::string>> prefixes{{"tl/expected", "expected"},
                                                                {"Eigen/", "eigen"},
                                                                {"dcmtk/", "dcmtk"},
                                                                {"charls", "charls"},
                                                                {"jpeglib.h", "jpeg"},
                                                                {"itk", "itk"},
                                                                {"zlib.h", "zlib"},
                                                                {"tbb/", "tbb"},
                                                                {"oneapi/", "tbb"},
                                                                {"hwy/", "highway"},
                                                                {"nlohmann/", "json"},
                                                                {"soci/", "soci"},
                                                                {"sqlite3", "sqlite"},
                                                                {"vtk", "vtk"},
                                                                {"GL/", "gl"},
                                                                {"EGL/", "gl"},
                                                                {"GLFW/", "glfw"},
                                                                {"imgui", "imgui"},
                                                                {"backends/imgui", "imgui"},
                                                                {"hpdf", "haru"},
                                                                {"CLI/", "cli11"},
                                                                {"spdlog/", "spdlog"},
                                                                {"stb", "stb"}};

// Words of a link line, and what they stand for.
const std::vector<std::pair<std::string, std::string>> link_words{{"tl::expected", "expected"},
                                                                  {"Eigen3::", "eigen"},
                                                                  {"DCMTK", "dcmtk"},
                                                                  {"charls", "charls"},
                                                                  {"jpeg", "jpeg"},
                                                                  {"ITK", "itk"},
                                                                  {"ZLIB::", "zlib"},
                                                                  {"TBB::", "tbb"},
                                                                  {"PkgConfig::HWY", "highway"},
                                                                  {"nlohmann_json", "json"},
                                                                  {"soci", "soci"},
                                                                  {"sqlite", "sqlite"},
                                                                  {"SQLite", "sqlite"},
                                                                  {"VTK", "vtk"},
                                                                  {"OpenGL::", "gl"},
                                                                  {"glfw", "glfw"},
                                                                  {"PkgConfig::IMGUI", "imgui"},
                                                                  {"hpdf", "haru"},
                                                                  {"CLI11", "cli11"},
                                                                  {"spdlog", "spdlog"},
                                                                  {"stb", "stb"}};

std::string read(const fs::path& file) {
  std::ifstream in(file);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

std::vector<fs::path> files_below(const std::string& folder, const std::set<std::string>& endings) {
  std::vector<fs::path> found;
  for (const auto& entry : fs::recursive_directory_iterator(root / folder))
    if (entry.is_regular_file() &&
        (endings.contains(entry.path().extension()) || endings.contains(entry.path().filename())))
      found.push_back(entry.path());
  std::sort(found.begin(), found.end());
  return found;
}

std::string room_of(const std::string& path) {
  std::string best;
  for (const auto& [folder, room] : house)
    if (path.starts_with(folder + "/") && folder.size() > best.size()) best = folder;
  return best;
}

bool allowed_room(const Room& room, const std::string& self, const std::string& other) {
  if (other == self) return true;
  return std::any_of(room.rooms.begin(), room.rooms.end(), [&](const std::string& r) {
    return other == r || other.starts_with(r + "/");
  });
}

std::string library_of(const std::string& header) {
  for (const auto& [prefix, library] : prefixes)
    if (header.starts_with(prefix)) return library;
  return "";
}

TEST(House, EveryIncludeFollowsTheTable) {
  const std::regex include(R"re(^\s*#\s*include\s*([<"])([^>"]+)[>"])re", std::regex::multiline);
  int seen = 0;
  for (const std::string top : {"imaging", "planning", "app"})
    for (const fs::path& file : files_below(top, {".h", ".cpp"})) {
      const std::string path = fs::relative(file, root);
      const std::string self = room_of(path);
      ASSERT_FALSE(self.empty()) << path << " lies in no room of the table.";
      const Room& room = house.at(self);
      const std::string text = read(file);
      for (std::sregex_iterator it(text.begin(), text.end(), include), end; it != end; ++it) {
        const std::string header = (*it)[2];
        ++seen;
        const std::string other = room_of(header);
        if (!other.empty()) {
          EXPECT_TRUE(allowed_room(room, self, other)) << path << " may not include " << header;
          continue;
        }
        if (header.starts_with("shaders/")) {  // Only what draws may.
          EXPECT_TRUE(self == "app/view" || self == "app/shell")
              << path << " may not include " << header;
          continue;
        }
        const std::string library = library_of(header);
        if (library.empty()) {
          EXPECT_EQ((*it)[1], "<") << path << " includes " << header << ", which is in no room.";
          continue;
        }
        const bool ok =
            room.libraries.contains(library) ||
            (file.extension() == ".cpp" && room.cpp_libraries.contains(library)) ||
            // A private header beside the sources that share a third party.
            (path.find("/detail/") != std::string::npos && room.cpp_libraries.contains(library));
        EXPECT_TRUE(ok) << path << " may not include " << header;
      }
    }
  EXPECT_GT(seen, 20);
}

TEST(House, EveryLinkLineFollowsTheTable) {
  const std::regex link(R"(target_link_libraries\s*\(\s*([A-Za-z_0-9]+)([^)]*)\))");
  int seen = 0;
  for (const std::string top : {"imaging", "planning", "app"})
    for (const fs::path& file : files_below(top, {"CMakeLists.txt"})) {
      const std::string path = fs::relative(file, root);
      const std::string self = room_of(path);
      if (self.empty()) continue;  // The list of rooms itself.
      const Room& room = house.at(self);
      const std::string text = read(file);
      for (std::sregex_iterator it(text.begin(), text.end(), link), end; it != end; ++it) {
        std::istringstream words((*it)[2]);
        for (std::string word; words >> word;) {
          ++seen;
          for (const auto& [pattern, library] : link_words)
            if (word.find(pattern) != std::string::npos) {
              EXPECT_TRUE(room.libraries.contains(library) || room.cpp_libraries.contains(library))
                  << path << " may not link " << word;
              break;
            }
          for (const auto& [folder, unused] : house) {
            std::string target = folder;
            std::replace(target.begin(), target.end(), '/', '_');
            if (word == target) {
              EXPECT_TRUE(allowed_room(room, self, folder)) << path << " may not link " << word;
            }
          }
        }
      }
    }
  EXPECT_GT(seen, 5);
}

TEST(House, FilesStayShortEnoughToBeSeenWhole) {
  for (const std::string top : {"imaging", "planning", "app", "tests"})
    for (const fs::path& file : files_below(top, {".h", ".cpp"})) {
      const std::string text = read(file);
      EXPECT_LE(std::count(text.begin(), text.end(), '\n'), 600) << fs::relative(file, root);
    }
}

TEST(House, HeadersSayWhatTheyAnswerInTheirFirstLine) {
  for (const std::string top : {"imaging", "planning", "app"})
    for (const fs::path& file : files_below(top, {".h"}))
      EXPECT_TRUE(read(file).starts_with("// ")) << fs::relative(file, root);
}

// A package list that nothing reads twice: names stand in one place, sorted within their part.
TEST(House, PackagesAreListedOnce) {
  std::istringstream lines(read(root / ".ci" / "packages.txt"));
  std::set<std::string> seen;
  for (std::string line; std::getline(lines, line);) {
    if (line.empty() || line[0] == '#') continue;
    EXPECT_TRUE(seen.insert(line).second) << line << " is listed twice.";
  }
  EXPECT_FALSE(seen.empty());
}

}  // namespace
