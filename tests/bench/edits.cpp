#include "tests/bench/edits.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <functional>
#include <string>

#include "app/session/open_case.h"
#include "app/session/vessel_tools.h"

namespace bench {
namespace {

using app::Session;
using app::VesselSpot;
using imaging::Vessel;
using Clock = std::chrono::steady_clock;

double ms_of(const std::function<void()>& work) {
  const auto start = Clock::now();
  work();
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

struct Cost {
  double edit_ms = 0, plan_ms = 0;  // The worst of all.
  int done = 0, refused = 0;
};

// The edit on every vessel in turn, each undone before the next.
Cost cost_of(Session& session, const std::function<bool(Session&, const Vessel&)>& edit) {
  Cost cost;
  const imaging::VesselTree before = session.vessels();
  for (const Vessel& v : before.vessels()) {
    (void)session.preview();
    bool done = false;
    const double ms = ms_of([&] {
      done = edit(session, v);
      session.history().end_gesture();
      (void)session.shared_vessels();
    });
    if (!done) {
      ++cost.refused;
      continue;
    }
    ++cost.done;
    cost.edit_ms = std::max(cost.edit_ms, ms);
    cost.plan_ms = std::max(cost.plan_ms, ms_of([&] { (void)session.preview(); }));
    session.history().undo();
  }
  return cost;
}

void print_line(const char* tool, const Cost& cost) {
  std::printf("  %-28s %8d %8d %12.1f %12.1f\n", tool, cost.done, cost.refused, cost.edit_ms,
              cost.plan_ms);
  std::fflush(stdout);
}

}  // namespace

void print_edits(const std::filesystem::path& case_folder) {
  auto session = app::open_case({case_folder});
  if (!session) {
    std::printf("%s\n", session.error().sentence.c_str());
    return;
  }
  std::printf("\nCorrections by hand on every vessel of one case, worst of all\n");
  std::printf("  %-28s %8s %8s %12s %12s\n", "tool", "done", "refused", "tree ms", "plan anew ms");
  const auto middle = [](const Vessel& v) { return v.line.length_mm() / 2; };
  print_line("branch, 40 mm", cost_of(*session, [&](Session& s, const Vessel& v) {
               const double from = std::max(0.0, middle(v) - 20);
               return app::add_branch(s, v.line.at(from).position, v.line.at(from + 40).position)
                   .has_value();
             }));
  print_line("cut", cost_of(*session, [&](Session& s, const Vessel& v) {
               return app::cut_vessel(s, {v.id, middle(v)}).has_value();
             }));
  print_line("join", cost_of(*session, [&](Session& s, const Vessel& v) {
               const auto other = app::neighbour_at_end(s.vessels(), {v.id, v.line.length_mm()});
               return other && app::join_vessels(s, v.id, *other).has_value();
             }));
  print_line("name", cost_of(*session, [&](Session& s, const Vessel& v) {
               return app::relabel_vessel(s, v.id, v.kind, "peroneal_artery").has_value();
             }));
  print_line("delete", cost_of(*session, [&](Session& s, const Vessel& v) {
               return app::delete_vessel(s, v.id).has_value();
             }));
  print_line("move the axis", cost_of(*session, [&](Session& s, const Vessel& v) {
               const auto p = v.line.at(middle(v)).position;
               return app::move_axis(s, {v.id, middle(v)},
                                     p + imaging::Vector3<imaging::Lps>{1, 0.5, 0})
                   .has_value();
             }));
  print_line("radius", cost_of(*session, [&](Session& s, const Vessel& v) {
               return app::set_radius(s, {v.id, middle(v)}, 2).has_value();
             }));
  print_line("paint or erase a stretch", cost_of(*session, [&](Session& s, const Vessel& v) {
               return app::set_open(s, {v.id, middle(v)}, middle(v) + 10,
                                    !v.line.at(middle(v)).open)
                   .has_value();
             }));
  print_line("brush in a section", cost_of(*session, [&](Session& s, const Vessel& v) {
               app::SectionLumen lumen(v, middle(v));
               lumen.brush(v.line.at(middle(v)).position, false);
               return lumen.apply(s).has_value();
             }));
  print_line("valve", cost_of(*session, [&](Session& s, const Vessel& v) {
               return app::mark_valve(s, {v.id, middle(v)}).has_value();
             }));
}

}  // namespace bench
