// What is drawn over an angiogram: measured vessels, regions, the plan, the legend of a map.
#pragma once

#include <functional>
#include <string>

#include "app/session/angio_results.h"
#include "app/view/canvas.h"
#include "app/view/look.h"
#include "app/view/xray_layer.h"
#include "imaging/angio/c_arm.h"

namespace app::view {

// Where an image's pixel falls on the picture.
using PlaceOf = std::function<Point2(Point2 pixel)>;

// Way, edges and narrowings; the clicks as handles while `held` by the tool.
void mark_measured(Canvas& canvas, const Look& look, const imaging::AngioRun& run,
                   const PlaceOf& place_of);
void mark_traced(Canvas& canvas, const AngioTraced& traced, const PlaceOf& place_of);
void mark_regions(Canvas& canvas, const Look& look, const imaging::AngioRun& run,
                  const PlaceOf& place_of);
void mark_landmarks(Canvas& canvas, const Look& look, const imaging::AngioRun& run,
                    const PlaceOf& place_of);

// The patient's vessels, the circuit, its stents and the needle as this C-arm sees them. `moved`:
// from where ultrasound has them to where the picture has them.
void mark_plan(Canvas& canvas, const Look& look, const imaging::CArm& arm,
               const imaging::Affine<imaging::Lps, imaging::Lps>& moved, const PlaceOf& place_of);

// A bar from the lowest to the highest value with its words.
void mark_map_legend(Canvas& canvas, const imaging::GreyRange& scale, const std::string& name,
                     const std::string& unit);

// Colours that tell regions and their curves apart.
Rgb region_colour(std::size_t n);

}  // namespace app::view
