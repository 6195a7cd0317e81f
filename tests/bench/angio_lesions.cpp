// Narrowings that are called on filmed legs, against what was put in: how many are none, and how
// many that are there are found.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <functional>
#include <numbers>
#include <string>
#include <vector>

#include "app/session/angio_find.h"
#include "app/session/angio_measure.h"
#include "imaging/vessel/angiogram_measure.h"
#include "tests/bench/angio.h"
#include "tests/bench/angio_legs.h"

namespace bench {
namespace {

using imaging::Point2;
namespace phantom = imaging::phantom;

constexpr double near_px = 4;        // A place of the picture is a vessel's.
constexpr double graded_from = 0.4;  // Narrowings from here on are to be found.
constexpr double least_reference_px = 3;

// A place of an artery as the run shows it.
struct Place {
  Point2 at;
  double lost = 0;          // Share of the diameter.
  double reference_px = 0;  // Its healthy diameter.
  bool shows = false;
  std::size_t vessel = 0;
};

std::vector<Place> places_of(const FilmedLeg& leg) {
  std::vector<Place> places;
  for (std::size_t v = 0; v < leg.limb.vessels.size(); ++v) {
    const auto& vessel = leg.limb.vessels[v];
    if (vessel.kind != imaging::VesselKind::Artery) continue;
    for (std::size_t n = 0; n < vessel.samples.size(); ++n) {
      const auto& s = vessel.samples[n];
      const double px_per_mm =
          leg.setup.arm.magnification(s.p) / leg.setup.pose.imager_spacing_column_mm;
      const double lost =
          s.open && s.reference_radius_mm > 0 ? 1 - s.radius_mm / s.reference_radius_mm : 1;
      places.push_back({leg.setup.arm.project(s.p), lost, 2 * s.reference_radius_mm * px_per_mm,
                        s.open && s.perfused, v});
    }
  }
  return places;
}

struct Tally {
  double measured_mm = 0;
  int narrowings = 0, false_narrowings = 0, occlusions = 0, false_occlusions = 0;
  int asked = 0, found = 0, within_five = 0;
  double off = 0;
};

void count(const imaging::WidthProfile& profile, const std::vector<Place>& places, double mm_per_px,
           Tally& tally) {
  tally.measured_mm += profile.samples.back().at_px * mm_per_px;
  for (const imaging::Lesion& lesion : profile.lesions) {
    // What the vessel under it lost there at most; a gap is true where anything is closed.
    double lost = 0;
    for (std::size_t n = lesion.first; n <= lesion.last; ++n)
      for (const Place& place : places)
        if (std::hypot(place.at.x - profile.samples[n].middle.x,
                       place.at.y - profile.samples[n].middle.y) < near_px)
          lost = std::max(lost, place.shows || lesion.occluded ? place.lost : 0);
    constexpr double narrowed = 0.15;
    ++(lesion.occluded ? tally.occlusions : tally.narrowings);
    if (lost < (lesion.occluded ? 0.95 : narrowed))
      ++(lesion.occluded ? tally.false_occlusions : tally.false_narrowings);
  }
}

// Narrowings that lie alone on a vessel that is measured there.
void count_found(const std::vector<imaging::WidthProfile>& profiles,
                 const std::vector<Place>& places, Tally& tally) {
  for (std::size_t n = 1; n + 1 < places.size(); ++n) {
    const Place& p = places[n];
    const bool throat = p.shows && p.lost >= graded_from && p.lost < 0.95 &&
                        p.reference_px >= least_reference_px && places[n - 1].vessel == p.vessel &&
                        places[n + 1].vessel == p.vessel && p.lost > places[n - 1].lost &&
                        p.lost >= places[n + 1].lost;
    if (!throat) continue;
    const auto away = [&](Point2 q) { return std::hypot(q.x - p.at.x, q.y - p.at.y); };
    const bool alone = std::none_of(places.begin(), places.end(), [&](const Place& other) {
      return other.vessel != p.vessel && away(other.at) < 12;
    });
    if (!alone) continue;
    const imaging::WidthProfile* on = nullptr;
    const imaging::Lesion* best = nullptr;
    for (const auto& profile : profiles) {
      for (const auto& s : profile.samples)
        if (away(s.middle) < near_px) on = &profile;
      for (const auto& lesion : profile.lesions)
        for (std::size_t m = lesion.first; m <= lesion.last; ++m)
          if (away(profile.samples[m].middle) < 2 * near_px) best = &lesion;
    }
    if (!on) continue;
    ++tally.asked;
    if (!best) continue;
    ++tally.found;
    // One that lies in a longer narrowing is named by its worst place.
    double worst = p.lost;
    for (const Place& other : places)
      if (other.vessel == p.vessel && away(other.at) < best->length_px)
        worst = std::max(worst, other.lost);
    const double off = std::abs(best->percent_diameter - 100 * worst);
    tally.off += off;
    tally.within_five += off <= 5;
  }
}

void add_leg(const FilmedLeg& leg, Tally& automatic, Tally& in_window) {
  const auto places = places_of(leg);
  const auto steady = app::steady_run(leg.run);
  if (!steady) return;
  const auto picture = app::clear_angiogram(leg.run, steady->mask, steady->motions());
  if (!picture) return;
  const double mm_per_px =
      leg.run.calibration.gives_mm() ? leg.run.calibration.mm_per_px_column : 0.4;
  const auto measured =
      imaging::measure_angiogram(picture->contrast, picture->clear, leg.run.calibration);
  std::vector<imaging::WidthProfile> profiles;
  if (measured)
    for (const auto& vessel : measured->vessels) profiles.push_back(vessel.profile);
  for (const auto& profile : profiles) count(profile, places, mm_per_px, automatic);
  count_found(profiles, places, automatic);

  const auto found =
      app::find_angio_vessels(leg.run, imaging::Side::Left, steady->mask, steady->motions());
  if (!found) return;
  app::AngioPeak whole;
  whole.contrast = picture->contrast;
  const auto ridges = app::find_angio_ridges(whole, {});
  if (!ridges) return;
  const auto widths = app::measure_marked(*ridges, found->vessels);
  profiles.clear();
  for (const auto& vessel : widths.vessels)
    if (!vessel.profile.samples.empty()) profiles.push_back(vessel.profile);
  for (const auto& profile : profiles) count(profile, places, mm_per_px, in_window);
  count_found(profiles, places, in_window);
}

void print(const char* what, const Tally& t) {
  const double per_100 = t.measured_mm > 0 ? 100 / t.measured_mm : 0;
  std::printf(
      "    %-28s %6.0f mm measured; %d narrowings, %d of them none (%.2f per 100 mm), %d gaps, %d "
      "of them none (%.2f); of %d narrowings from 40 %% that lie alone %d found, %d within 5 "
      "points (mean %.1f)\n",
      what, t.measured_mm, t.narrowings, t.false_narrowings, per_100 * t.false_narrowings,
      t.occlusions, t.false_occlusions, per_100 * t.false_occlusions, t.asked, t.found,
      t.within_five, t.found > 0 ? t.off / t.found : 0);
}

}  // namespace

void print_angio_lesions(int legs, int first) {
  std::printf("\nNarrowings called on filmed legs, against what was put in\n");
  struct Level {
    const char* name;
    double light;
  };
  for (const Level level : {Level{"low", 3}, Level{"medium", 1}, Level{"high", 1 / 3.0}}) {
    std::printf("  noise %s\n", level.name);
    Tally healthy_found, healthy, found, window;
    for (const double diameter : {2.0, 3.0, 4.0})
      if (const auto leg = filmed_leg(straight_artery([&](double) { return diameter; }),
                                      straight_entry(), {.light = level.light}))
        add_leg(*leg, healthy_found, healthy);
    print("healthy, alone, automatic", healthy_found);
    print("healthy, alone, in window", healthy);
    Tally narrowed, narrowed_window;
    for (const double percent : {40.0, 50.0, 60.0, 70.0, 80.0}) {
      const auto diameter = [&](double at_mm) {
        const double far = (at_mm - 42) / 4;
        const double lost = std::abs(far) < 1 ? 0.5 * (1 + std::cos(std::numbers::pi * far)) : 0;
        return 3 * (1 - percent / 100 * lost);
      };
      // Its samples know nothing of their reference: the healthy vessel's is put beside them.
      auto limb = straight_artery(diameter);
      for (auto& s : limb.vessels[0].samples) s.reference_radius_mm = 1.5;
      if (const auto leg = filmed_leg(std::move(limb), straight_entry(), {.light = level.light}))
        add_leg(*leg, narrowed, narrowed_window);
    }
    print("narrowed, automatic", narrowed);
    print("narrowed, in window", narrowed_window);
    for (const char* recipe : {"heel_left", "mild_left"})
      for (int seed = first; seed < first + legs; ++seed)
        for (const char* run : {"leg_ap", "foot_ap"})
          if (const auto leg = filmed_leg(recipe, seed, run, {.moves = true, .light = level.light}))
            add_leg(*leg, found, window);
    print("drawn legs, automatic", found);
    print("drawn legs, in window", window);
    std::fflush(stdout);
  }
}

}  // namespace bench
