#include "app/view/angio_marks.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "app/session/angio_marks.h"
#include "app/session/angio_measure.h"
#include "app/view/label_layout.h"
#include "app/view/marks.h"

namespace app::view {
namespace {

using imaging::WidthSample;

std::vector<Point2> placed(const std::vector<Point2>& pixels, const PlaceOf& place_of) {
  std::vector<Point2> places;
  for (const Point2 p : pixels) places.push_back(place_of(p));
  return places;
}

void handle(Canvas& canvas, Point2 at, Rgb colour) {
  canvas.disc(at, canvas.px(4), token::ground, 0.7);
  canvas.circle(at, canvas.px(4), {.colour = colour, .width = 1.5});
}

// A line of text with its unit: mm with an error only where the run is calibrated.
std::string length_words(double px, double sd_px, const imaging::Calibration& calibration) {
  if (const auto mm = imaging::in_mm(px, sd_px, calibration)) return in_mm(mm->value_mm, mm->sd_mm);
  return with_decimals(px, 1) + " px";
}

// What a narrowing is called on the picture: how tight, and how sure that is.
std::string words_of(const imaging::Lesion& lesion, const imaging::Calibration& calibration) {
  if (lesion.occluded) return "occluded " + length_words(lesion.length_px, 1, calibration);
  return with_decimals(lesion.percent_diameter, 0) + " \u00B1 " +
         with_decimals(std::max(1.0, lesion.percent_sd), 0) + " %";
}

// Beyond this share of a diameter its edges are not known well enough to be drawn.
constexpr double least_known_share = 0.25;

bool is_known(const WidthSample& s) {
  // Where it meets or crosses another vessel, neither has edges of its own.
  constexpr double own_width = 1.5;
  return s.filled && s.diameter_sd_px <= least_known_share * s.diameter_px &&
         s.diameter_px <= own_width * s.reference_px;
}

void mark_vessel(Canvas& canvas, const AngioWidths::Vessel& vessel, const PlaceOf& place_of) {
  const auto& samples = vessel.profile.samples;
  if (samples.empty()) {
    canvas.polyline(placed(vessel.way, place_of), {.colour = token::accent, .width = 1.2});
    return;
  }
  // Stretches between narrowings, and the narrowings, each in their own colour.
  std::vector<Rgb> colours(samples.size(), token::accent);
  std::vector<bool> narrow(samples.size(), false);
  for (const imaging::Lesion& lesion : vessel.profile.lesions)
    for (std::size_t n = lesion.first; n <= lesion.last && n < samples.size(); ++n)
      colours[n] = token::bad, narrow[n] = true;
  for (std::size_t n = 0; n + 1 < samples.size(); ++n) {
    const auto here = edges_of(samples, n), next = edges_of(samples, n + 1);
    const bool edges = is_known(samples[n]) && is_known(samples[n + 1]);
    const Stroke edge{.colour = colours[n], .width = narrow[n] ? 1.8 : 1.3};
    if (edges) {
      canvas.line(place_of(here.left), place_of(next.left), edge);
      canvas.line(place_of(here.right), place_of(next.right), edge);
    }
    if (!edges || n % 8 < 4)
      canvas.line(place_of(samples[n].middle), place_of(samples[n + 1].middle),
                  {.colour = colours[n], .width = 1, .opacity = edges ? 0.8 : 0.6});
  }
}

// What words must not cover: the vessels, and what stands at the picture's rim.
void keep_free(LabelLayout& layout, const Canvas& canvas, const AngioWidths& widths,
               const PlaceOf& place_of) {
  for (const AngioWidths::Vessel& vessel : widths.vessels) {
    const auto& samples = vessel.profile.samples;
    for (std::size_t n = 0; n + 1 < samples.size(); ++n) {
      const auto pair = edges_of(samples, n);
      const Point2 left = place_of(pair.left), right = place_of(pair.right);
      const double half = 0.5 * std::hypot(left.x - right.x, left.y - right.y);
      layout.keep_line(place_of(samples[n].middle), place_of(samples[n + 1].middle),
                       std::min(half, canvas.px(12)) + canvas.px(2));
    }
  }
  const double letter = canvas.px(24), w = canvas.width(), h = canvas.height();
  layout.keep_box({{0, 0}, canvas.px(210), canvas.px(62)});
  layout.keep_box({{w - canvas.px(170), h - canvas.px(44)}, canvas.px(170), canvas.px(44)});
  for (const Point2 at : {Point2{w / 2, letter / 2}, Point2{w / 2, h - letter / 2},
                          Point2{letter / 2, h / 2}, Point2{w - letter / 2, h / 2}})
    layout.keep_box({{at.x - letter / 2, at.y - letter / 2}, letter, letter});
}

// The words of all narrowings, the worst first; those that find no place stay in the list beside
// the picture. How many these are is said.
void name_lesions(Canvas& canvas, const AngioWidths& widths,
                  const imaging::Calibration& calibration, const PlaceOf& place_of) {
  struct Named {
    const AngioWidths::Vessel* vessel;
    const imaging::Lesion* lesion;
  };
  std::vector<Named> all;
  for (const AngioWidths::Vessel& vessel : widths.vessels)
    for (const imaging::Lesion& lesion : vessel.profile.lesions) all.push_back({&vessel, &lesion});
  std::stable_sort(all.begin(), all.end(), [](const Named& a, const Named& b) {
    return a.lesion->percent_diameter > b.lesion->percent_diameter;
  });
  LabelLayout layout(canvas.width(), canvas.height(), canvas.px(3));
  keep_free(layout, canvas, widths, place_of);
  const Type type{.size = 12, .weight = Weight::SemiBold};
  int unnamed = 0;
  for (const auto& [vessel, lesion] : all) {
    const auto pair = edges_of(vessel->profile.samples, lesion->narrowest);
    const Point2 left = place_of(pair.left), right = place_of(pair.right);
    canvas.line(left, right, {.colour = token::bad, .width = 2});
    const Point2 anchor{(left.x + right.x) / 2, (left.y + right.y) / 2};
    if (anchor.x < 0 || anchor.y < 0 || anchor.x >= canvas.width() || anchor.y >= canvas.height())
      continue;
    const std::string words = words_of(*lesion, calibration);
    const double pad = canvas.px(4), height = canvas.px(17);
    const auto placed = layout.place(anchor, canvas.text_width(words, type) + 2 * pad, height,
                                     canvas.px(14), canvas.px(130));
    if (!placed) {
      ++unnamed;
      continue;
    }
    const Point2 corner = placed->box.top_left;
    canvas.line(anchor, placed->lead_end, {.colour = token::ground, .width = 2.5, .opacity = 0.6});
    canvas.line(anchor, placed->lead_end, {.colour = token::bad, .width = 1.2});
    canvas.rectangle(corner, {corner.x + placed->box.width, corner.y + height}, token::ground,
                     0.72);
    // White like all words on a picture: red on grey is not read. Their lead is red.
    canvas.text({corner.x + pad, corner.y + canvas.px(13)}, words, type);
  }
  if (unnamed > 0)
    canvas.text({canvas.px(12), canvas.px(54)},
                std::to_string(unnamed) + (unnamed == 1 ? " more narrowing" : " more narrowings") +
                    " in the list",
                {.size = 12});
}

}  // namespace

Rgb region_colour(std::size_t n) {
  constexpr std::array<Rgb, 5> colours = {token::accent, token::needle, token::coil, token::vein,
                                          token::artery};
  return colours[n % colours.size()];
}

void mark_measured(Canvas& canvas, const Look& look, const imaging::AngioRun& run,
                   const PlaceOf& place_of) {
  if (const AngioWidths* widths = look.angio.widths.get()) {
    for (const AngioWidths::Vessel& vessel : widths->vessels) mark_vessel(canvas, vessel, place_of);
    if (!canvas.is_small())
      name_lesions(canvas, *widths, calibration_of(look.marks, run), place_of);
  }
  if (look.view.angio.tool != AngioTool::Vessel) return;
  for (const auto& vessel : marks_of(look.marks, run).vessels)
    for (const Point2 click : vessel.clicks) handle(canvas, place_of(click), token::accent);
}

void mark_traced(Canvas& canvas, const AngioTraced& traced, const PlaceOf& place_of) {
  for (const imaging::AngioBranch& branch : traced.tree.branches) {
    std::vector<Point2> line;
    for (const imaging::AngioSample& s : branch.samples) line.push_back(place_of(s.position));
    canvas.polyline(line, {.colour = token::accent, .width = 1.2, .opacity = 0.6});
  }
}

void mark_regions(Canvas& canvas, const Look& look, const imaging::AngioRun& run,
                  const PlaceOf& place_of) {
  const auto regions = marks_of(look.marks, run).regions;
  for (std::size_t n = 0; n < regions.size(); ++n) {
    const auto corners = placed(regions[n].corners, place_of);
    canvas.polyline(corners, {.colour = region_colour(n), .width = 1.8}, true);
    canvas.text({corners.front().x + canvas.px(6), corners.front().y - canvas.px(4)},
                regions[n].name, {.colour = region_colour(n), .size = 12});
    if (look.view.angio.tool == AngioTool::Region)
      for (const Point2 corner : corners) handle(canvas, corner, region_colour(n));
  }
}

void mark_landmarks(Canvas& canvas, const Look& look, const imaging::AngioRun& run,
                    const PlaceOf& place_of) {
  const auto landmarks = marks_of(look.marks, run).landmarks;
  for (std::size_t n = 0; n < landmarks.size(); ++n) {
    const Point2 at = place_of(landmarks[n].pixel);
    const double arm = canvas.px(6);
    const Stroke stroke{.colour = token::needle, .width = 1.6};
    canvas.line({at.x - arm, at.y}, {at.x + arm, at.y}, stroke);
    canvas.line({at.x, at.y - arm}, {at.x, at.y + arm}, stroke);
    canvas.text({at.x + arm, at.y - arm}, std::to_string(n + 1),
                {.colour = token::needle, .size = 12});
  }
}

void mark_plan(Canvas& canvas, const Look& look, const imaging::CArm& arm,
               const imaging::Affine<imaging::Lps, imaging::Lps>& moved, const PlaceOf& place_of) {
  const auto seen = [&](const LpsPoint& p) { return place_of(arm.project(moved(p))); };
  constexpr double step_mm = 1.5;
  if (look.vessels)
    for (const imaging::Vessel& vessel : look.vessels->vessels()) {
      if (!is_shown(look.view, vessel.kind)) continue;
      std::vector<Point2> line;
      for (double s = 0; s <= vessel.line.length_mm(); s += step_mm)
        line.push_back(seen(vessel.line.at(s).position));
      if (line.size() > 1) draw_vessel_line(canvas, line, vessel.kind, false, 0.75);
    }
  if (!look.preview) return;
  if (look.view.show_devices)
    for (const planning::Device& device : look.preview->devices) {
      std::vector<Point2> line;
      for (const LpsPoint& p : device.path) line.push_back(seen(p));
      if (line.size() > 1)
        canvas.polyline(line, {.colour = token::device, .width = 4, .opacity = 0.45});
    }
  const auto& crossing = look.preview->crossing;
  const Point2 from = seen(crossing.artery_point), to = seen(crossing.vein_point);
  canvas.line(from, to, {.colour = token::needle, .width = 2.5});
  canvas.circle(from, canvas.px(5), {.colour = token::artery, .width = 2});
  canvas.circle(to, canvas.px(5), {.colour = token::vein, .width = 2});
}

void mark_map_legend(Canvas& canvas, const imaging::GreyRange& scale, const std::string& name,
                     const std::string& unit) {
  if (canvas.is_small()) return;
  const double width = canvas.px(12), height = canvas.px(140);
  const double left = canvas.width() - canvas.px(28), top = canvas.px(64);
  const Palette& palette = viridis_palette();
  for (int row = 0; row < static_cast<int>(height); ++row) {
    const auto n = static_cast<std::size_t>(255 * (1 - row / height));
    canvas.rectangle({left, top + row}, {left + width, top + row + 1},
                     palette[std::min<std::size_t>(255, n)]);
  }
  const double span = static_cast<double>(scale.high) - static_cast<double>(scale.low);
  const int decimals = span > 20 ? 0 : span > 2 ? 1 : span > 0.2 ? 2 : 3;
  const Type type{.size = 12, .align = Align::Right};
  constexpr int steps = 4;
  for (int i = 0; i <= steps; ++i) {
    const double share = static_cast<double>(i) / steps;
    const double value = static_cast<double>(scale.low) + share * span;
    canvas.text({left - canvas.px(6), top + (1 - share) * height + canvas.px(4)},
                with_decimals(value, decimals), type);
  }
  canvas.text({left + width, top - canvas.px(14)}, name + " (" + unit + ")",
              {.size = 12, .weight = Weight::SemiBold, .align = Align::Right});
}

}  // namespace app::view
