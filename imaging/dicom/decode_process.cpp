#include "imaging/dicom/decode_process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdlib>

namespace imaging {
namespace {

namespace fs = std::filesystem;
using std::chrono::steady_clock;

// Longer than the child's limit on processor time, for a machine that is busy with other things.
constexpr std::chrono::seconds patience{300};
constexpr int poll_interval_ms = 50;  // How soon a cancelled read ends.
constexpr std::uint64_t max_header_bytes = std::uint64_t{1} << 30;

fs::path decoder_path() {
  if (const char* path = std::getenv("OASIS_DECODE")) return path;
  std::error_code error;
  return fs::read_symlink("/proc/self/exe", error).parent_path() / "oasis-decode";
}

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (fd_ >= 0) close(fd_);
  }
  int fd() const { return fd_; }

 private:
  int fd_;
};

bool read_at(int fd, std::size_t offset, void* out, std::size_t size) {
  auto* to = static_cast<std::byte*>(out);
  while (size > 0) {
    const ssize_t got = pread(fd, to, size, static_cast<off_t>(offset));
    if (got <= 0) return false;
    to += got;
    offset += static_cast<std::size_t>(got);
    size -= static_cast<std::size_t>(got);
  }
  return true;
}

// The child sees /dev/null on its standard streams, the memory, and no other descriptor of ours.
int spawn(const fs::path& decoder, const fs::path& file, int memory, pid_t& child) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, memory, decode_descriptor);
  posix_spawn_file_actions_addclosefrom_np(&actions, decode_descriptor + 1);
  std::string program = decoder.string(), argument = file.string();
  std::array<char*, 3> arguments = {program.data(), argument.data(), nullptr};
  const int error =
      posix_spawn(&child, program.c_str(), &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  return error;
}

// Waits for the end; kills a child that is too slow or no longer wanted, so none is left behind.
Result<int> wait_for(pid_t child, const Progress& progress) {
  const Descriptor handle(static_cast<int>(syscall(SYS_pidfd_open, child, 0)));
  const auto deadline = steady_clock::now() + patience;
  bool too_slow = false, unwanted = false;
  while (!unwanted && !too_slow) {
    pollfd ended{.fd = handle.fd(), .events = POLLIN, .revents = 0};
    if (handle.fd() < 0 || poll(&ended, 1, poll_interval_ms) > 0) break;
    unwanted = progress.cancelled();
    too_slow = steady_clock::now() > deadline;
  }
  if (unwanted || too_slow) kill(child, SIGKILL);
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (unwanted) return cancelled();
  if (too_slow) return fail(ErrorCode::Unreadable, "Decoding it takes too long; it is damaged.");
  return status;
}

Result<DecodedHeader> header_in(int memory, std::size_t& frames_begin) {
  const auto damaged = fail(ErrorCode::Unreadable, "The decoder's answer is damaged.");
  const off_t end = lseek(memory, 0, SEEK_END);
  std::uint64_t size = 0;
  if (end < 0 || !read_at(memory, 0, &size, sizeof size) || size > max_header_bytes ||
      size > static_cast<std::uint64_t>(end) - sizeof size)
    return damaged;
  std::vector<std::byte> record(size);
  if (!read_at(memory, sizeof size, record.data(), record.size())) return damaged;
  auto header = header_from_bytes(record);
  if (!header) return header;
  frames_begin = sizeof size + record.size();
  const std::size_t pixels = static_cast<std::size_t>(end) - frames_begin;
  if (pixels / header->frame_bytes() < static_cast<std::size_t>(header->frames)) return damaged;
  return header;
}

}  // namespace

bool DecodedFile::read_frame(int index, void* out) const {
  if (index < 0 || index >= header_.frames) return false;
  const std::size_t size = header_.frame_bytes();
  return read_at(*memory_, frames_begin_ + size * static_cast<std::size_t>(index), out, size);
}

bool decoder_is_installed() { return access(decoder_path().c_str(), X_OK) == 0; }

Result<DecodedFile> decode_in_child(const fs::path& file, const Progress& progress) {
  const int memory = memfd_create("oasis-decode", MFD_CLOEXEC);
  if (memory < 0) return fail(ErrorCode::Unreadable, "There is no memory to decode it in.");
  DecodedFile decoded;
  decoded.memory_ = std::shared_ptr<const int>(new int(memory), [](const int* fd) {
    close(*fd);
    delete fd;
  });

  pid_t child = 0;
  if (spawn(decoder_path(), file, memory, child) != 0)
    return fail(ErrorCode::Unreadable, "The decoder could not be started; close other programs.");
  const auto status = wait_for(child, progress);
  if (!status) return tl::unexpected(status.error());
  if (WIFSIGNALED(*status) && WTERMSIG(*status) == SIGXCPU)
    return fail(ErrorCode::Unreadable, "Decoding it takes too long; it is damaged.");
  if (!WIFEXITED(*status) || WEXITSTATUS(*status) != 0)
    return fail(ErrorCode::Unreadable,
                "The file breaks its decoder; it is damaged or hostile, and was left out.");
  auto header = header_in(memory, decoded.frames_begin_);
  if (!header) return tl::unexpected(header.error());
  decoded.header_ = std::move(*header);
  return decoded;
}

}  // namespace imaging
