// A tree of vessels as the files that 3D Slicer, VMTK and ParaView open.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "imaging/core/study.h"

namespace app {

// The axes as VTK XML (.vtp): a polyline for each vessel, LPS, mm. Point arrays:
// MaximumInscribedSphereRadius (VMTK's word) and Radius (Slicer's), both in mm;
// RadiusStandardDeviation, Confidence, Open, CalcificationArcDeg, VelocityCmS. Cell arrays: Kind (0
// unsure, 1 artery, 2 vein), VesselId, VesselName.
std::string centrelines_vtp(const imaging::VesselTree& tree);

// The walls of the open lumens of one kind as binary STL, every one a closed surface facing out.
// The format knows neither frame nor unit: the header says SPACE=LPS, which Slicer obeys, and mm.
// Empty where no such lumen is open.
std::string lumens_stl(const imaging::VesselTree& tree, imaging::VesselKind kind);

// The label map of a volume, a segment for each vessel that has a lumen in it.
// Errors: those of imaging::write_segmentation.
imaging::Result<void> write_label_map(const std::filesystem::path& file,
                                      const imaging::VesselTree& tree, const imaging::Grid& grid);

// All of these in `folder`: centrelines.vtp, arteries.stl, veins.stl, unsure.stl, and
// labels.seg.nrrd, with a number where there are several volumes. The names of what was written.
imaging::Result<std::vector<std::string>> write_vessel_files(
    const std::filesystem::path& folder, const imaging::VesselTree& tree,
    const std::vector<imaging::DuplexVolume>& volumes);

}  // namespace app
