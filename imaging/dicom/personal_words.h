// Which words of a free text must not leave a file?
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace imaging {

// `text` without any word of `personal` (names, numbers, dates as the file writes them, with ^, =
// or blanks between their parts; letters of either case), without runs of six or more digits, which
// are dates or numbers of persons, and without control characters. Blanks are collapsed. Text that
// is not valid UTF-8 loses every byte beyond ASCII.
std::string without_personal_words(std::string_view text, const std::vector<std::string>& personal);

}  // namespace imaging
