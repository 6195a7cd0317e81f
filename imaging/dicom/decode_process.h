// Decodes a file in a process of its own, so that a file that breaks the parser breaks nothing
// else.
#pragma once

#include <filesystem>
#include <memory>

#include "imaging/core/progress.h"
#include "imaging/core/result.h"
#include "imaging/dicom/decoded_file.h"

namespace imaging {

// What oasis-decode and its caller agree on: the descriptor that it writes to.
inline constexpr int decode_descriptor = 3;
inline constexpr std::int64_t max_file_bytes = std::int64_t{2} << 30;

// A decoded file whose frames lie in memory that the child filled.
class DecodedFile {
 public:
  const DecodedHeader& header() const { return header_; }
  // Copies frame `index` to `out`, header().frame_bytes() long. False when it is not there.
  bool read_frame(int index, void* out) const;

 private:
  friend Result<DecodedFile> decode_in_child(const std::filesystem::path&, const Progress&);
  DecodedHeader header_;
  std::shared_ptr<const int> memory_;  // Closes the descriptor.
  std::size_t frames_begin_ = 0;
};

// Without the decoder no DICOM file can be read, which must not look like a folder without any.
bool decoder_is_installed();

// Runs `oasis-decode` ($OASIS_DECODE if set, else the one beside the running program) on `file` and
// waits. May be called from any thread, and from several at once. Of `progress` only the wish to
// cancel is used.
//
// Errors: what the decoder refused; Unreadable when it crashed, ran out of its limits, or is
// missing; Cancelled.
Result<DecodedFile> decode_in_child(const std::filesystem::path& file,
                                    const Progress& progress = {});

}  // namespace imaging
