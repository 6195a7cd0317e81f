// A value, or the one sentence that tells the person at the screen what failed and what to do.
#pragma once

#include <string>
#include <tl/expected.hpp>
#include <utility>

namespace imaging {

enum class ErrorCode {
  InvalidInput,  // The caller's data or arguments cannot be used.
  Unreadable,    // A file is missing, damaged, or not permitted.
  Unsupported,   // Sound, but of a kind that Oasis does not handle.
  Uncalibrated,  // A length in mm was asked of pixels that have none.
  Unwritable,    // The output place refused: full, read-only, missing.
  NotFound,      // Nothing of the wanted kind is there.
  NoConvergence,
  Cancelled,  // By the person; shown as nothing.
};

// `sentence` says what failed and what to do. It never carries a patient's name or number.
struct Error {
  ErrorCode code;
  std::string sentence;
};

template <class T>
using Result = tl::expected<T, Error>;

inline tl::unexpected<Error> fail(ErrorCode code, std::string sentence) {
  return tl::unexpected<Error>(Error{code, std::move(sentence)});
}

}  // namespace imaging
