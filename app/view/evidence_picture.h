// The images that scores rest on, with what was marked on them, as pixels; no display is needed.
#pragma once

#include <string>
#include <vector>

#include "app/session/scoring.h"

namespace app {

struct EvidencePicture {
  std::string name;  // "angiogram_1_frame_14", "radiograph_1": a name for a file.
  imaging::Frame<imaging::Rgb> picture;
};

// One picture for every image and frame that carries evidence of the form, or of the proposals
// where they are given: whole marks are the reader's, dashed ones proposed. Each mark says its
// item, its level and its length: in mm where the image is calibrated, else in px.
std::vector<EvidencePicture> evidence_pictures(const imaging::Study& study,
                                               const planning::ScoreBook& book,
                                               const planning::ScoreForm& form,
                                               const CaseProposals* proposals);

}  // namespace app
