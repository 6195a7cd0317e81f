// oasis-decode FILE: decodes one DICOM file into file descriptor 3, under limits, for the reader in
// imaging/dicom/decode_process.cpp. Not for people: it prints nothing, because what a parser prints
// may name a patient.
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdint>
#include <exception>
#include <new>

#include "imaging/dicom/decode.h"
#include "imaging/dicom/decode_process.h"

namespace {

using imaging::ErrorCode;
using imaging::fail;
using imaging::Result;

constexpr rlim_t cpu_seconds = 120;  // A long run decodes in about two.
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
// The largest file and what it may decode to, with room for the libraries. Sanitizers reserve far
// more addresses than that.
constexpr rlim_t address_bytes = rlim_t{4} << 30;
#endif

void limit(int resource, rlim_t amount) {
  const rlimit soft_and_hard{amount, amount + 1};
  setrlimit(static_cast<__rlimit_resource>(resource), &soft_and_hard);
}

bool write_all(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t written = write(imaging::decode_descriptor, bytes.data(), bytes.size());
    if (written <= 0) return false;
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  return true;
}

// A record is preceded by its length, so that frames can follow it.
bool write_record(std::span<const std::byte> record) {
  const auto size = static_cast<std::uint64_t>(record.size());
  return write_all(std::as_bytes(std::span(&size, 1))) && write_all(record);
}

Result<std::vector<std::byte>> bytes_of(const char* path) {
  const auto unreadable = fail(ErrorCode::Unreadable, "The file cannot be opened or read.");
  const int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  struct stat status {};
  if (file < 0 || fstat(file, &status) != 0 || !S_ISREG(status.st_mode)) return unreadable;
  if (status.st_size > imaging::max_file_bytes)
    return fail(ErrorCode::Unsupported, "The file is larger than the 2 GiB that Oasis reads.");
  std::vector<std::byte> bytes(static_cast<std::size_t>(status.st_size));
  std::size_t filled = 0;
  while (filled < bytes.size()) {
    const ssize_t got = read(file, bytes.data() + filled, bytes.size() - filled);
    if (got <= 0) return unreadable;
    filled += static_cast<std::size_t>(got);
  }
  close(file);
  return bytes;
}

Result<void> run(const char* path) {
  auto bytes = bytes_of(path);
  if (!bytes) return tl::unexpected(bytes.error());
  return imaging::decode(std::move(*bytes), write_record, write_all);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  limit(RLIMIT_CPU, cpu_seconds);
  limit(RLIMIT_CORE, 0);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  limit(RLIMIT_AS, address_bytes);
#endif
  Result<void> done;
  try {
    done = run(argv[1]);
  } catch (const std::bad_alloc&) {
    done = fail(ErrorCode::InvalidInput, "Decoding it takes more memory than any image needs.");
  } catch (const std::exception&) {
    done = fail(ErrorCode::Unreadable, "The file is damaged.");
  }
  if (done) return 0;
  // The refusal replaces whatever was already written.
  if (ftruncate(imaging::decode_descriptor, 0) != 0 ||
      lseek(imaging::decode_descriptor, 0, SEEK_SET) != 0)
    return 1;
  return write_record(imaging::to_bytes(done.error())) ? 0 : 1;
}
