// The fields of a table in text, and a field as such a table holds it (RFC 4180).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace planning {

struct CsvLine {
  std::size_t number = 0;  // Of the file's lines, from 1.
  std::vector<std::string> fields;
  std::string complaint;  // A sentence where the line is no table's; empty for most.
};

// Blank lines are left out; blanks around a field that is not quoted are cut; a byte order mark and
// either kind of line end are understood.
std::vector<CsvLine> csv_lines(std::string_view text);

// Quoted where it must be. A text that a spreadsheet would take for a formula gets an apostrophe
// before it: tables are opened by people.
std::string csv_field(std::string_view text);

}  // namespace planning
