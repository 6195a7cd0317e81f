// A label map with names and colours, as 3D Slicer keeps it (.seg.nrrd).
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "imaging/core/image.h"

namespace imaging {

// One segment: the voxels of one label.
struct Segment {
  std::uint16_t label = 0;  // Not 0, and no other segment's.
  std::string id, name;
  std::array<double, 3> colour{};  // Red, green, blue, 0 to 1.
  // What it is, as SNOMED CT has it: "51114001" and "Artery". Empty: not said.
  std::string type_code, type_meaning;
};

// Writes `labels` whole, in LPS and mm, compressed. Each segment states the box that its voxels
// fill; one without voxels states an empty one. `remarks`: further keys of the header.
//
// Errors: InvalidInput for two segments of one label, or a line break in a name; Unwritable.
Result<void> write_segmentation(
    const std::filesystem::path& file, const Volume<std::uint16_t>& labels,
    const std::vector<Segment>& segments,
    const std::vector<std::pair<std::string, std::string>>& remarks = {});

}  // namespace imaging
