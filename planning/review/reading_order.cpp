#include "planning/review/reading_order.h"

#include <numeric>
#include <utility>

#include "imaging/core/sha256.h"
#include "planning/random.h"

namespace planning {
namespace {

std::uint64_t number_from(std::string_view text) {
  const std::string digest = imaging::sha256(text);
  return std::stoull(digest.substr(0, 16), nullptr, 16);
}

// Parts cannot run into each other: each is preceded by its length.
std::string joined(std::string_view first, std::string_view second) {
  return std::to_string(first.size()) + ':' + std::string(first) + std::to_string(second.size()) +
         ':' + std::string(second);
}

}  // namespace

std::vector<std::size_t> reading_order(std::size_t count, std::string_view list,
                                       std::string_view reader) {
  Draws draws(number_from(joined(list, reader)));
  std::vector<std::size_t> order(count);
  std::iota(order.begin(), order.end(), std::size_t{0});
  // Fisher and Yates. The draws have 53 bits: the bias for any list is beyond measure.
  for (std::size_t i = count; i > 1; --i)
    std::swap(order[i - 1],
              order[static_cast<std::size_t>(draws.uniform() * static_cast<double>(i))]);
  return order;
}

std::string blinded_code(std::string_view secret, std::string_view case_key) {
  constexpr std::string_view letters = "ACDEFGHJKLMNPQRTUVWXY34679";
  std::uint64_t n = number_from(joined(secret, case_key));
  std::string code;
  for (int i = 0; i < 6; ++i, n /= letters.size()) {
    if (i == 4) code += '-';
    code += letters[n % letters.size()];
  }
  return code;
}

}  // namespace planning
