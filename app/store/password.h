// How a password is kept so that nobody can read it back.
#pragma once

#include <string>

#include "imaging/core/result.h"

namespace app {

// Salted yescrypt by the system's crypt(3), the form that Debian keeps its own passwords in; some
// ten milliseconds. Errors: InvalidInput for fewer than eight or more than 500 bytes.
imaging::Result<std::string> password_hash(const std::string& password);

bool password_matches(const std::string& password, const std::string& hash);

}  // namespace app
