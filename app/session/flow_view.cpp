#include "app/session/flow_view.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace app {
namespace {

constexpr std::array<std::string_view, 3> stages = {"before", "stents", "coils"};
constexpr std::array<std::string_view, 4> besides = {"answers", "branches", "angiogram",
                                                     "follow-up"};
constexpr std::array<std::string_view, 5> strips = {"pressure", "losses", "tornado", "devices",
                                                    "trends"};

template <class Enum, std::size_t n>
bool take(const std::array<std::string_view, n>& names, std::string_view name, Enum& into) {
  for (std::size_t i = 0; i < n; ++i)
    if (names[i] == name) {
      into = static_cast<Enum>(i);
      return true;
    }
  return false;
}

}  // namespace

std::string_view name_of(ContrastStage stage) { return stages[static_cast<std::size_t>(stage)]; }
std::string_view name_of(FlowView::Beside beside) {
  return besides[static_cast<std::size_t>(beside)];
}
std::string_view name_of(FlowView::Strip strip) { return strips[static_cast<std::size_t>(strip)]; }

void flow_on(FlowView& view, double elapsed_s) {
  if (!view.playing || !(elapsed_s > 0)) return;
  view.time_s = std::fmod(view.time_s + std::min(elapsed_s, predicted_run_s), predicted_run_s);
}

bool show_named(FlowView& view, std::string_view name) {
  return take(besides, name, view.beside) || take(strips, name, view.strip) ||
         take(stages, name, view.stage);
}

}  // namespace app
