#include "app/store/password.h"

#include <crypt.h>

#include <memory>

namespace app {
namespace {

constexpr std::size_t fewest_bytes = 8, most_bytes = 500;  // crypt(3) takes up to 511.

std::string crypted(const std::string& password, const std::string& setting) {
  const auto scratch = std::make_unique<crypt_data>();
  const char* text = crypt_r(password.c_str(), setting.c_str(), scratch.get());
  return text && text[0] != '*' ? text : "";
}

}  // namespace

imaging::Result<std::string> password_hash(const std::string& password) {
  if (password.size() < fewest_bytes || password.size() > most_bytes)
    return imaging::fail(imaging::ErrorCode::InvalidInput,
                         "A password needs at least eight letters, and no more than 500.");
  char setting[CRYPT_GENSALT_OUTPUT_SIZE];
  const bool made = crypt_gensalt_rn("$y$", 0, nullptr, 0, setting, sizeof setting) != nullptr;
  const std::string hash = made ? crypted(password, setting) : "";
  if (hash.empty())
    return imaging::fail(imaging::ErrorCode::Unsupported,
                         "This system cannot keep passwords safely; its libcrypt has no yescrypt.");
  return hash;
}

bool password_matches(const std::string& password, const std::string& hash) {
  if (hash.empty() || password.size() > most_bytes) return false;
  const std::string again = crypted(password, hash);
  // Every letter is looked at, so that the time tells nothing.
  unsigned char difference = again.size() == hash.size() ? 0 : 1;
  for (std::size_t i = 0; i < again.size() && i < hash.size(); ++i)
    difference = static_cast<unsigned char>(difference | (again[i] ^ hash[i]));
  return difference == 0;
}

}  // namespace app
