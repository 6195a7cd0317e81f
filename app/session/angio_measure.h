// Measurements on a run's peak picture, and its maps over time.
#pragma once

#include "app/session/angio_results.h"
#include "app/session/session.h"

namespace app {

// The ridges that ways are found along.
imaging::Result<AngioRidges> find_angio_ridges(const AngioPeak& peak,
                                               const imaging::Progress& progress = {});

// Every marked vessel: its way, edges and narrowings, with what was corrected by hand. A vessel
// that cannot be measured says why.
AngioWidths measure_marked(const AngioRidges& ridges,
                           const std::vector<planning::MeasuredVessel>& marked);

// Adds which way each of them fills.
void tell_filling(AngioWidths& widths, const imaging::AngioRun& run, const imaging::Mask& mask,
                  const AngioPeak& peak);

// Edges and reference as a person set them, and the narrowings that follow from them: an edge that
// was drawn replaces the fit there and blends into it over a few px on either side.
void correct_profile(imaging::WidthProfile& profile, const planning::MeasuredVessel& marked);

// Which edges a sample has: middle + and - half a diameter, unless drawn otherwise.
struct EdgePair {
  imaging::Point2 left, right;
};
EdgePair edges_of(const std::vector<imaging::WidthSample>& samples, std::size_t n);

imaging::Result<AngioMaps> find_angio_maps(const imaging::AngioRun& run, const imaging::Mask& mask,
                                           const AngioMotion* motion,
                                           const imaging::Progress& progress = {});
imaging::Result<AngioRegions> follow_regions(const imaging::AngioRun& run,
                                             const imaging::Mask& mask, const AngioMotion* motion,
                                             const std::vector<planning::XrayRegion>& regions);

// One map of PerfusionMaps with its words.
const imaging::Frame<float>& map_of(const imaging::PerfusionMaps& maps, PerfusionQuantity quantity);
struct QuantityWords {
  const char* name;
  const char* unit;
};
// Logarithmic data comes in shares of the detector's range, whose scale no file states; other data
// in natural logarithms.
QuantityWords words_for(PerfusionQuantity quantity, const imaging::AngioRun& run);
const char* density_unit(const imaging::AngioRun& run);  // "ln", "range"
// Densities of these two cannot stand on one scale, only their times.
bool densities_differ(PerfusionQuantity quantity, const imaging::AngioRun& one,
                      const imaging::AngioRun& other);
// The scale that shows one map, or two side by side: their 2nd to 98th percentile.
imaging::GreyRange scale_of(const AngioMaps* one, const AngioMaps* other,
                            PerfusionQuantity quantity);

}  // namespace app
