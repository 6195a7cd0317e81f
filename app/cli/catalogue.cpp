// `oasis catalogue`: which devices are on the shelf, and what is wrong with one's own entries.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "app/cli/verbs.h"
#include "imaging/core/assets.h"
#include "planning/knowledge.h"

namespace app {
namespace {

std::string list_of(const std::vector<double>& sizes_mm) {
  std::string text;
  for (const double mm : sizes_mm) {
    char number[24];
    std::snprintf(number, sizeof number, "%g", mm);
    text += (text.empty() ? "" : " ") + std::string(number);
  }
  return text.empty() ? "not published" : text;
}

void row(const std::string& id, std::string_view kind, const std::vector<double>& diameters_mm,
         const std::vector<double>& lengths_mm, const std::string& source, const std::string& tag) {
  std::printf("%-28s %-22s %-24s %-28s [%s] %s\n", id.c_str(), std::string(kind).c_str(),
              list_of(diameters_mm).c_str(), list_of(lengths_mm).c_str(), tag.c_str(),
              source.c_str());
}

void show(const std::filesystem::path& own) {
  const std::filesystem::path also = own.empty() ? planning::user_catalogue() : own;
  if (!own.empty() && !std::filesystem::exists(own))
    report_failure(
        {imaging::ErrorCode::NotFound, "There is no catalogue at " + own.string() + "."});
  const auto knowledge = planning::read_knowledge(imaging::assets_folder(), also);
  if (!knowledge) report_failure(knowledge.error());
  const planning::Catalogue& c = knowledge->catalogue;
  std::printf("%-28s %-22s %-24s %-28s %s\n", "id", "kind", "diameters (mm)", "lengths (mm)",
              "source");
  for (const auto& s : c.crossing_stents)
    row(s.id, "crossing_stent", s.diameter_mm, s.lengths_mm, s.source, s.tag);
  for (const auto& s : c.extension_stents)
    row(s.id, "extension_stent", s.diameter_mm, s.lengths_mm, s.source, s.tag);
  for (const auto& s : c.coils) row(s.id, "coil", s.diameters_mm, s.lengths_mm, s.source, s.tag);
  for (const auto& s : c.plugs) row(s.id, "plug", s.diameters_mm, {}, s.source, s.tag);
  for (const auto& t : c.tools)
    row(t.id, planning::name_of(t.kind), t.diameters_mm, t.lengths_mm, t.source, t.tag);
  std::printf("%zu devices; your own: %s\n",
              c.crossing_stents.size() + c.extension_stents.size() + c.coils.size() +
                  c.plugs.size() + c.tools.size(),
              also.empty() ? "none" : also.c_str());
}

}  // namespace

void add_catalogue_verb(CLI::App& program) {
  const auto own = std::make_shared<std::filesystem::path>();
  CLI::App* verb = program.add_subcommand(
      "catalogue",
      "List all devices with sizes and sources; a bad entry is refused with file, line and reason");
  verb->add_option("path", *own,
                   "your own file or folder, in place of $OASIS_CATALOGUE or the user's folder");
  verb->callback([own] { show(*own); });
}

}  // namespace app
