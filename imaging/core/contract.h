// A broken promise between programmers ends the program, in release builds too: a plan must never
// be drawn from a state that nobody thought of.
#pragma once

namespace imaging {
[[noreturn]] void contract_broken(const char* condition, const char* file, int line);
}  // namespace imaging

#define OASIS_EXPECTS(condition) \
  ((condition) ? static_cast<void>(0) : ::imaging::contract_broken(#condition, __FILE__, __LINE__))
