#include "planning/device/sizing.h"

#include <algorithm>
#include <cstdarg>
#include <cstdio>
#include <functional>
#include <limits>
#include <numeric>

#include "imaging/core/contract.h"

namespace planning {
namespace {

__attribute__((format(printf, 1, 2))) std::string printed(const char* format, ...) {
  char text[256];
  va_list arguments;
  va_start(arguments, format);
  std::vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  return text;
}

std::vector<const StentModel*> family_of(const std::vector<StentModel>& stents,
                                         std::string_view family) {
  std::vector<const StentModel*> sizes;
  for (const StentModel& s : stents)
    if (s.family == family) sizes.push_back(&s);
  std::sort(sizes.begin(), sizes.end(), [](const StentModel* a, const StentModel* b) {
    return a->diameter_mm.front() < b->diameter_mm.front();
  });
  return sizes;
}

double outside_mm(const VesselRange& range, double vessel_mm) {
  return std::max({0.0, range.least_mm - vessel_mm, vessel_mm - range.most_mm});
}

std::string origin_of(const StentModel& stent) {
  return " Source: " + stent.source + " [" + stent.tag + "]" +
         (stent.length_tag != stent.tag ? ", lengths [" + stent.length_tag + "]" : "") + ".";
}

}  // namespace

Sized size_crossing_stent(const Catalogue& catalogue, std::string_view id, double artery_mm,
                          double need_mm) {
  const StentModel* named = catalogue.crossing_stent(id);
  OASIS_EXPECTS(named);
  Sized sized;
  const auto sizes = family_of(catalogue.crossing_stents, named->family);
  for (const StentModel* s : sizes)
    if (!sized.model && s->diameter_mm.front() >= artery_mm) sized.model = s;
  if (!sized.model) sized.model = sizes.back();
  const StentModel& model = *sized.model;
  const double nominal_mm = model.diameter_mm.front();
  if (model.vessel_mm) {
    sized.fits = outside_mm(*model.vessel_mm, artery_mm) == 0;
    sized.why =
        printed("Its end of %.1f mm is for arteries of %.1f to %.1f mm; this one has %.1f mm.",
                nominal_mm, model.vessel_mm->least_mm, model.vessel_mm->most_mm, artery_mm);
  } else {
    // An artery much narrower than the narrowest stent would be torn, a wider one not sealed.
    constexpr double widest_share = 1.2;
    sized.fits = nominal_mm >= artery_mm && nominal_mm <= widest_share * artery_mm;
    sized.why = printed("%.1f mm is the smallest of %zu sizes that fills an artery of %.1f mm.",
                        nominal_mm, sizes.size(), artery_mm);
    if (nominal_mm < artery_mm)
      sized.why = printed("%.1f mm is the widest there is, and the artery has %.1f mm.", nominal_mm,
                          artery_mm);
    else if (!sized.fits)
      sized.why = printed("%.1f mm is the narrowest there is, and the artery has only %.1f mm.",
                          nominal_mm, artery_mm);
  }
  const auto length =
      std::lower_bound(model.lengths_mm.begin(), model.lengths_mm.end(), need_mm - 1e-9);
  sized.length_mm = length == model.lengths_mm.end() ? model.lengths_mm.back() : *length;
  sized.why +=
      printed(" %.0f mm of length for %.0f mm of landing, needle's way and hold in the vein.",
              sized.length_mm, need_mm);
  if (sized.length_mm < need_mm) {
    sized.fits = false;
    sized.why += " No longer one is in the catalogue.";
  }
  sized.why += origin_of(model);
  return sized;
}

Sized size_extension_stent(const Catalogue& catalogue, std::string_view id, double vein_mm) {
  const StentModel* named = catalogue.extension_stent(id);
  OASIS_EXPECTS(named);
  Sized sized{.model = named, .length_mm = 0, .fits = true, .why = {}};
  const auto sizes = family_of(catalogue.extension_stents, named->family);
  double best_mm = std::numeric_limits<double>::infinity();
  for (const StentModel* s : sizes) {
    if (!s->vessel_mm) continue;
    const double off_mm = outside_mm(*s->vessel_mm, vein_mm);
    if (off_mm >= best_mm) continue;
    best_mm = off_mm;
    sized.model = s;
  }
  const StentModel& model = *sized.model;
  if (!model.vessel_mm) {
    sized.why = printed(
        "%.1f mm, the size of this technique; the vein has %.1f mm on average before "
        "it is dilated.",
        model.diameter_mm.front(), vein_mm);
  } else {
    sized.fits = best_mm == 0;
    sized.why = printed(
        "%.0f mm is for vessels of %.1f to %.1f mm; the vein has %.1f mm on average.",
        model.diameter_mm.front(), model.vessel_mm->least_mm, model.vessel_mm->most_mm, vein_mm);
    if (!sized.fits) sized.why += " It is the nearest of the sizes in the catalogue.";
  }
  sized.why += origin_of(model);
  return sized;
}

Stack stack_of(const std::vector<double>& lengths_mm, double least_mm, double most_mm,
               double need_mm) {
  constexpr int most = 8;  // A vein of the calf holds no more; a longer list is a mistake in sizes.
  std::vector<double> best, chosen;
  const auto total_of = [](const std::vector<double>& v) {
    return std::accumulate(v.begin(), v.end(), 0.0);
  };
  // Every joint takes its least overlap first: what a stack of so many reaches.
  const std::function<void(std::size_t, int, double)> fill = [&](std::size_t from, int left,
                                                                 double reached_mm) {
    if (left == 0) {
      if (reached_mm + 1e-9 < need_mm) return;
      if (best.empty() || total_of(chosen) < total_of(best)) best = chosen;
      return;
    }
    for (std::size_t n = from; n < lengths_mm.size(); ++n) {
      chosen.push_back(lengths_mm[n]);
      fill(n, left - 1, reached_mm + lengths_mm[n] - least_mm);
      chosen.pop_back();
    }
  };
  const auto overlap_of = [&](const std::vector<double>& stack) {
    return (total_of(stack) - need_mm) / static_cast<double>(stack.size());
  };
  Stack fewest;
  for (int count = 1; count <= most; ++count) {
    // What the longest cannot reach need not be tried.
    if (lengths_mm.empty() || count * (lengths_mm.back() - least_mm) < need_mm - 1e-9) continue;
    best.clear();
    fill(0, count, 0);
    if (best.empty()) continue;
    const Stack found{best, overlap_of(best)};
    if (found.overlap_mm <= most_mm + 1e-9) return found;
    if (!fewest.lengths_mm.empty()) break;
    fewest = found;
  }
  return fewest;
}

std::optional<double> coil_diameter_mm(const CoilModel& model, double vein_diameter_mm) {
  std::optional<double> best;
  for (const double d : model.diameters_mm)
    if (d >= model.oversize_min * vein_diameter_mm && (!best || d < *best)) best = d;
  return best;
}

std::optional<double> plug_diameter_mm(const PlugModel& model, double vein_diameter_mm) {
  for (const double d : model.diameters_mm)
    if (d >= model.oversize_min * vein_diameter_mm && d <= model.oversize_max * vein_diameter_mm)
      return d;
  return std::nullopt;
}

std::string sized_label(const std::string& label, const std::vector<double>& diameter_mm,
                        double length_mm) {
  if (diameter_mm.size() > 1)
    return label + printed(" %.1f-%.1f x %.0f mm", diameter_mm[0], diameter_mm[1], length_mm);
  return label + printed(" %.1f x %.0f mm", diameter_mm[0], length_mm);
}

}  // namespace planning
