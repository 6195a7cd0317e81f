#include "app/cli/evidence_files.h"

#include "app/view/evidence_picture.h"
#include "app/view/png.h"

namespace app {

namespace fs = std::filesystem;
using imaging::ErrorCode;
using imaging::fail;

imaging::Result<std::size_t> write_evidence(const imaging::Study& study,
                                            const planning::ScoreForm& form,
                                            const CaseProposals* proposals,
                                            const fs::path& folder) {
  if (!score_library()) return tl::unexpected(score_library().error());
  const auto pictures = evidence_pictures(study, score_library()->book, form, proposals);
  if (pictures.empty())
    return fail(ErrorCode::InvalidInput,
                "Nothing is marked on an image yet: mark a line with M, or ask for a proposal "
                "with P.");
  std::error_code error;
  fs::create_directories(folder, error);
  if (error)
    return fail(ErrorCode::Unwritable,
                "The folder " + folder.string() +
                    " cannot be made: check its permissions and the free space.");
  for (const EvidencePicture& one : pictures)
    if (const auto saved = save_png(one.picture, folder / (one.name + ".png")); !saved)
      return tl::unexpected(saved.error());
  return pictures.size();
}

imaging::Result<std::size_t> write_evidence(const Session& session, const fs::path& folder) {
  // Outside of the review nobody should find what a blinded reader looked at.
  if (session.scoring.blinded)
    return fail(ErrorCode::InvalidInput, "Images of a case under review are not saved.");
  return write_evidence(session.study(), session.scoring.form(), session.scoring.proposals(),
                        folder);
}

}  // namespace app
