// From values to DICOM files that pass dciodvfy: what the phantom and the exports write.
#pragma once

#include <filesystem>
#include <string>

#include "imaging/core/study.h"

namespace imaging {

// Tags that all objects of one case share. Nothing here may name a person.
struct CaseTags {
  std::string alias;  // Becomes Patient's Name and ID: a pseudonym.
  std::string study_uid;
  std::string patient_frame_of_reference_uid;
  std::string study_description;
  std::string date = "20260101";  // DICOM DA.
  Side side = Side::Unknown;
};

// Each writes one file, whole or not at all (a temporary name, then a rename). UIDs that are empty
// are made from `file`'s name and the study's UID, so that the same case gives the same bytes.
// Errors: Unwritable, InvalidInput.
Result<void> write_duplex_volume(const DuplexVolume& volume, const CaseTags& tags,
                                 int series_number, const std::filesystem::path& file);
Result<void> write_angio_run(const AngioRun& run, const CaseTags& tags, int series_number,
                             const std::filesystem::path& file);
Result<void> write_radiograph(const Radiograph& radiograph, const CaseTags& tags, int series_number,
                              const std::filesystem::path& file);

}  // namespace imaging
