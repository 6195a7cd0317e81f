#include "planning/statistics/csv.h"

namespace planning {
namespace {

std::string trimmed(const std::string& text) {
  const std::size_t from = text.find_first_not_of(" \t");
  if (from == std::string::npos) return "";
  return text.substr(from, text.find_last_not_of(" \t") - from + 1);
}

}  // namespace

std::vector<CsvLine> csv_lines(std::string_view text) {
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  std::vector<CsvLine> lines;
  std::size_t number = 1;
  CsvLine line{.number = 1, .fields = {}, .complaint = {}};
  std::string field;
  bool quoted = false, was_quoted = false;
  const auto end_field = [&] {
    line.fields.push_back(was_quoted ? field : trimmed(field));
    field.clear();
    was_quoted = false;
  };
  const auto end_line = [&] {
    end_field();
    if (line.fields.size() > 1 || !line.fields.front().empty() || !line.complaint.empty())
      lines.push_back(std::move(line));
    line = {.number = number, .fields = {}, .complaint = {}};
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\n') ++number;
    if (quoted) {
      if (c != '"')
        field += c;
      else if (i + 1 < text.size() && text[i + 1] == '"')
        field += text[++i];
      else
        quoted = false;
    } else if (c == '"' && trimmed(field).empty() && !was_quoted) {
      quoted = was_quoted = true;
      field.clear();
    } else if (c == ',') {
      end_field();
    } else if (c == '\n') {
      end_line();
    } else if (c == '\0') {
      line.complaint = "The line holds a zero byte; this is no table in text.";
    } else if (c != '\r') {
      if (was_quoted && c != ' ' && c != '\t')
        line.complaint = "Text follows a closing quotation mark.";
      else if (!was_quoted)
        field += c;
    }
  }
  if (quoted) line.complaint = "A quotation mark is not closed.";
  end_line();
  return lines;
}

std::string csv_field(std::string_view text) {
  std::string field(text);
  if (!field.empty() &&
      std::string_view("=+-@\t\r").find(field.front()) != std::string_view::npos &&
      field.find_first_not_of("+-0123456789.eE") != std::string::npos)
    field.insert(field.begin(), '\'');
  if (field.find_first_of(",\"\n\r") == std::string::npos) return field;
  std::string quoted = "\"";
  for (const char c : field) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

}  // namespace planning
