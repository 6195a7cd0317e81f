#include "tests/support/zerod_cases.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

namespace test_support {
namespace {

namespace fs = std::filesystem;

// One line of reference.csv: case, row, column, mean, smallest, largest.
void add_line(const std::string& line, std::vector<ZeroDCase>& cases) {
  std::istringstream cells(line);
  std::string cell[6];
  for (std::string& c : cell) std::getline(cells, c, ',');
  for (ZeroDCase& known : cases)
    if (known.name == cell[0])
      known.reference.push_back(
          {cell[1], cell[2], std::stod(cell[3]), std::stod(cell[4]), std::stod(cell[5])});
}

}  // namespace

std::vector<ZeroDCase> zerod_cases() {
  const fs::path folder = OASIS_ZEROD_CASES;
  std::vector<ZeroDCase> cases;
  for (const auto& entry : fs::directory_iterator(folder / "cases")) {
    std::ifstream in(entry.path());
    cases.push_back({entry.path().stem(), {std::istreambuf_iterator<char>(in), {}}, {}});
  }
  std::sort(cases.begin(), cases.end(),
            [](const ZeroDCase& a, const ZeroDCase& b) { return a.name < b.name; });
  std::ifstream table(folder / "reference.csv");
  std::string line;
  std::getline(table, line);  // The columns' names.
  while (std::getline(table, line)) add_line(line, cases);
  return cases;
}

}  // namespace test_support
