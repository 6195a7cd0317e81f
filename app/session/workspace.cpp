#include <array>
#include <utility>

#include "app/session/session.h"

namespace app {
namespace {

constexpr std::array<std::pair<Workspace, std::string_view>, 10> words = {{
    {Workspace::Case, "case"},
    {Workspace::Angio, "angio"},
    {Workspace::Duplex, "duplex"},
    {Workspace::Vessels, "vessels"},
    {Workspace::Cross, "cross"},
    {Workspace::Devices, "devices"},
    {Workspace::Flow, "flow"},
    {Workspace::Score, "score"},
    {Workspace::Rehearse, "rehearse"},
    {Workspace::Report, "report"},
}};

}  // namespace

std::string_view name_of(Workspace workspace) {
  for (const auto& [value, word] : words)
    if (value == workspace) return word;
  return "case";
}

std::optional<Workspace> workspace_named(std::string_view name) {
  for (const auto& [value, word] : words)
    if (word == name) return value;
  return std::nullopt;
}

}  // namespace app
