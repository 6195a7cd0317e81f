// Prints what each picture costs, and what it costs to follow the hand.
//
//   view_bench CASE [WIDTH HEIGHT]
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>

#include "app/session/open_case.h"
#include "app/view/offscreen.h"
#include "app/view/renderer.h"

namespace {

using app::ViewKind;

struct Cost {
  double processor_ms = 0, wall_ms = 0;
};

// Mean of several calls. Both clocks: on a busy machine only the processor's can be compared.
template <class Work>
Cost cost_of(int calls, const Work& work) {
  const std::clock_t processor = std::clock();
  const auto wall = std::chrono::steady_clock::now();
  for (int i = 0; i < calls; ++i) work(i);
  const std::chrono::duration<double, std::milli> spent = std::chrono::steady_clock::now() - wall;
  return {1e3 * static_cast<double>(std::clock() - processor) / CLOCKS_PER_SEC / calls,
          spent.count() / calls};
}

void print(const char* what, const Cost& cost) {
  std::printf("%-34s %8.1f %8.1f\n", what, cost.processor_ms, cost.wall_ms);
}

struct Named {
  ViewKind kind;
  const char* name;
};
constexpr Named kinds[] = {{ViewKind::Scene, "scene, at rest"},
                           {ViewKind::DuplexTransverse, "duplex, transverse"},
                           {ViewKind::DuplexLongitudinal, "duplex, longitudinal"},
                           {ViewKind::DuplexCoronal, "duplex, coronal"},
                           {ViewKind::AngioSubtracted, "angiogram, subtracted"},
                           {ViewKind::AngioNative, "angiogram, native"},
                           {ViewKind::Radiograph, "radiograph"},
                           {ViewKind::CrossSection, "cross-section"},
                           {ViewKind::Straightened, "pulled straight"},
                           {ViewKind::Probe, "probe"},
                           {ViewKind::NeedleProfile, "needle profile"},
                           {ViewKind::DownNeedle, "down the needle"}};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2 && argc != 4) {
    std::fprintf(stderr, "view_bench CASE [WIDTH HEIGHT]\n");
    return 1;
  }
  const int width = argc == 4 ? std::atoi(argv[2]) : 900,
            height = argc == 4 ? std::atoi(argv[3]) : 700;
  const auto context = app::OffscreenContext::make();
  auto session = app::open_case({argv[1]});
  if (!context || !session) {
    std::fprintf(stderr, "%s\n", (context ? session.error() : context.error()).sentence.c_str());
    return 1;
  }
  const auto views = app::make_views();
  session->view.workspace = app::Workspace::Cross;
  views->sync(*session);
  std::printf("%d x %d px                         processor     wall, ms\n", width, height);
  for (const Named& named : kinds) {
    views->picture(named.kind, width, height, 1);
    print(named.name, cost_of(10, [&](int) {
            views->zoom(named.kind, 1);  // Nothing moves, but it is drawn again.
            views->picture(named.kind, width, height, 1);
          }));
  }
  print("scene, turned by the hand", cost_of(20, [&](int) {
          views->orbit(ViewKind::Scene, 3, 0);
          views->texture(ViewKind::Scene, width, height, 1);
        }));
  if (const auto* preview = session->preview()) {
    const auto start = preview->crossing.artery_point;
    print("scene, crossing dragged, with plan", cost_of(20, [&](int i) {
            session->drag_crossing(start - imaging::Vector3<imaging::Lps>{0, 0, 0.3 * i});
            views->sync(*session);
            views->texture(ViewKind::Scene, width, height, 1);
          }));
  }
  return 0;
}
