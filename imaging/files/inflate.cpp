#include "imaging/files/inflate.h"

#include <zlib.h>

#include <algorithm>
#include <limits>

namespace imaging {

Result<std::vector<std::uint8_t>> inflate_bytes(std::string_view compressed, std::size_t size) {
  constexpr std::size_t most = std::numeric_limits<unsigned>::max() / 2;
  // No stream of this kind shrinks to less than a thousandth, so a claim beyond it is false.
  constexpr std::size_t best_ratio = 1100;
  const auto fails =
      fail(ErrorCode::Unreadable, "Its pixels are damaged or cut off; copy the file again.");
  if (size == 0 || size / best_ratio > compressed.size()) return fails;
  std::vector<std::uint8_t> bytes(size);
  z_stream stream{};
  // 32: either kind of header.
  if (inflateInit2(&stream, MAX_WBITS + 32) != Z_OK) return fails;
  std::size_t read = 0, written = 0;
  int state = Z_OK;
  while (state == Z_OK && written < size) {
    const std::size_t in = std::min(most, compressed.size() - read);
    const std::size_t out = std::min(most, size - written);
    // zlib's older interface takes no const, and writes nothing there.
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(compressed.data() + read));
    stream.avail_in = static_cast<unsigned>(in);
    stream.next_out = bytes.data() + written;
    stream.avail_out = static_cast<unsigned>(out);
    state = inflate(&stream, Z_NO_FLUSH);
    read += in - stream.avail_in;
    written += out - stream.avail_out;
    if (stream.avail_in == in && stream.avail_out == out) break;
  }
  inflateEnd(&stream);
  if (written < size) return fails;
  return bytes;
}

}  // namespace imaging
