#include "imaging/dicom/scan_structure.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <optional>
#include <string_view>
#include <vector>

#include "imaging/dicom/tag_names.h"

namespace imaging {
namespace {

constexpr std::size_t preamble_size = 128;
constexpr std::uint32_t undefined_length = 0xffffffff;
constexpr Tag item_tag = 0xfffee000;
constexpr Tag item_end_tag = 0xfffee00d;
constexpr Tag sequence_end_tag = 0xfffee0dd;

constexpr std::string_view implicit_little = "1.2.840.10008.1.2";
constexpr std::string_view explicit_little = "1.2.840.10008.1.2.1";
constexpr std::string_view explicit_big = "1.2.840.10008.1.2.2";

// The value representations whose length takes four bytes after two reserved ones (PS3.5, 7.1.2).
constexpr std::array<std::string_view, 13> long_representations = {
    "OB", "OD", "OF", "OL", "OV", "OW", "SQ", "SV", "UC", "UN", "UR", "UT", "UV"};

struct Element {
  Tag tag = 0;
  std::array<char, 2> vr = {' ', ' '};  // Blank in implicit files and for items.
  std::uint32_t length = 0;

  bool is(std::string_view name) const { return vr[0] == name[0] && vr[1] == name[1]; }
};

class Reader {
 public:
  explicit Reader(std::span<const std::byte> bytes) : bytes_(bytes) {}

  std::size_t position() const { return position_; }
  std::size_t left() const { return bytes_.size() - position_; }
  void move_to(std::size_t position) { position_ = position; }
  void skip(std::size_t count) { position_ += count; }
  void set_coding(bool explicit_vr, bool big_endian) {
    explicit_vr_ = explicit_vr;
    big_endian_ = big_endian;
  }
  void set_explicit(bool explicit_vr) { explicit_vr_ = explicit_vr; }
  bool explicit_vr() const { return explicit_vr_; }

  // The caller has checked that the bytes are there.
  std::uint32_t u16(std::size_t at) const {
    const std::uint32_t a = byte(at), b = byte(at + 1);
    return big_endian_ ? a << 8 | b : b << 8 | a;
  }
  std::uint32_t u32(std::size_t at) const {
    return big_endian_ ? u16(at) << 16 | u16(at + 2) : u16(at + 2) << 16 | u16(at);
  }
  Tag tag(std::size_t at) const { return u16(at) << 16 | u16(at + 2); }
  std::string text(std::size_t at, std::size_t length) const {
    std::string value(reinterpret_cast<const char*>(bytes_.data()) + at, length);
    while (!value.empty() && (value.back() == ' ' || value.back() == '\0')) value.pop_back();
    return value;
  }

  // The next element's tag and length; leaves the position at its value. Nothing where the file
  // ends before the value starts.
  std::optional<Element> next() {
    if (left() < 8) return std::nullopt;
    Element element{.tag = tag(position_)};
    const bool is_item = element.tag >> 16 == 0xfffe;
    if (is_item || !explicit_vr_) {
      element.length = u32(position_ + 4);
      position_ += 8;
      return element;
    }
    element.vr = {static_cast<char>(byte(position_ + 4)), static_cast<char>(byte(position_ + 5))};
    const std::string_view vr(element.vr.data(), 2);
    if (std::ranges::find(long_representations, vr) == long_representations.end()) {
      element.length = u16(position_ + 6);
      position_ += 8;
      return element;
    }
    if (left() < 12) return std::nullopt;
    element.length = u32(position_ + 8);
    position_ += 12;
    return element;
  }

 private:
  std::uint32_t byte(std::size_t at) const { return std::to_integer<std::uint32_t>(bytes_[at]); }

  std::span<const std::byte> bytes_;
  std::size_t position_ = 0;
  bool explicit_vr_ = true;
  bool big_endian_ = false;
};

bool starts_with_dicm(std::span<const std::byte> bytes) {
  constexpr std::array<char, 4> magic = {'D', 'I', 'C', 'M'};
  if (bytes.size() < preamble_size + magic.size()) return false;
  for (std::size_t i = 0; i < magic.size(); ++i)
    if (std::to_integer<char>(bytes[preamble_size + i]) != magic[i]) return false;
  return true;
}

bool is_representation(char a, char b) { return a >= 'A' && a <= 'Z' && b >= 'A' && b <= 'Z'; }

// How the first element of a data set must be coded, judged by its own bytes.
std::string_view guess_transfer_syntax(std::span<const std::byte> bytes, std::size_t at) {
  const auto byte = [&](std::size_t i) { return std::to_integer<unsigned>(bytes[at + i]); };
  if (bytes.size() < at + 8) return {};
  const bool is_explicit =
      is_representation(static_cast<char>(byte(4)), static_cast<char>(byte(5)));
  const unsigned little = byte(0) | byte(1) << 8, big = byte(0) << 8 | byte(1);
  if (little == 0x0008 || little == 0x0002) return is_explicit ? explicit_little : implicit_little;
  if (big == 0x0008 && is_explicit) return explicit_big;
  return {};
}

// Why a transfer syntax is not decoded; empty when it is.
std::string refusal(std::string_view uid) {
  if (uid == implicit_little || uid == explicit_little || uid == explicit_big) return {};
  constexpr std::string_view prefix = "1.2.840.10008.1.2.";
  const std::string_view rest =
      uid.substr(0, prefix.size()) == prefix ? uid.substr(prefix.size()) : std::string_view();
  for (const std::string_view ok : {"5", "4.50", "4.51", "4.57", "4.70", "4.80", "4.81"})
    if (rest == ok) return {};
  std::string name = "a compression that Oasis does not know";
  if (rest == "1.99") name = "the deflate method";
  if (rest.starts_with("4.9")) name = "JPEG 2000";
  if (rest.starts_with("4.20")) name = "High-Throughput JPEG 2000";
  if (rest.starts_with("4.10")) name = "a video codec";
  if (rest.starts_with("4.5") || rest.starts_with("4.6")) name = "a retired kind of JPEG";
  return "It is compressed with " + name +
         ", which Oasis does not decode; export it uncompressed or as lossless JPEG.";
}

std::string hexadecimal(Tag tag) {
  char text[16];
  std::snprintf(text, sizeof text, "(%04x,%04x)", tag >> 16, tag & 0xffff);
  return text;
}

tl::unexpected<Error> cut_short(Tag tag, std::size_t claimed, std::size_t left) {
  return fail(ErrorCode::Unreadable, "The file is cut short or damaged: attribute " +
                                         hexadecimal(tag) + " claims " + std::to_string(claimed) +
                                         " bytes and " + std::to_string(left) +
                                         " are left; copy it again.");
}

// What encloses the current position.
struct Level {
  enum class Kind { Items, Sequence, Fragments } kind;
  std::size_t end;      // Where it ends; `open` when a delimiter ends it.
  bool outer_explicit;  // Coding to go back to afterwards.
};
constexpr std::size_t open = std::numeric_limits<std::size_t>::max();

class Scan {
 public:
  Scan(std::span<const std::byte> bytes, const ScanLimits& limits)
      : bytes_(bytes), limits_(limits), reader_(bytes) {}

  Result<ScannedStructure> run() {
    if (const auto begun = read_meta_header(); !begun) return tl::unexpected(begun.error());
    if (std::string why = refusal(found_.transfer_syntax_uid); !why.empty())
      return fail(ErrorCode::Unsupported, std::move(why));
    reader_.set_coding(found_.transfer_syntax_uid != implicit_little,
                       found_.transfer_syntax_uid == explicit_big);
    levels_.push_back({Level::Kind::Items, bytes_.size(), reader_.explicit_vr()});
    while (true) {
      close_finished_levels();
      if (levels_.empty()) break;
      if (const auto stepped = step(); !stepped) return tl::unexpected(stepped.error());
    }
    if (const auto fits = check_pixels(); !fits) return tl::unexpected(fits.error());
    return found_;
  }

 private:
  Result<void> read_meta_header() {
    const auto no_dicom = fail(ErrorCode::Unreadable, "It is not a DICOM file.");
    if (starts_with_dicm(bytes_)) reader_.move_to(preamble_size + 4);
    reader_.set_coding(true, false);
    const std::size_t first = reader_.position();
    if (first == 0 && guess_transfer_syntax(bytes_, 0).empty()) return no_dicom;
    while (reader_.left() >= 8 && reader_.tag(reader_.position()) >> 16 == 0x0002) {
      const auto element = reader_.next();
      if (!element || element->length > reader_.left())
        return cut_short(element ? element->tag : 0, element ? element->length : 12,
                         reader_.left());
      if (element->tag == tag::transfer_syntax_uid)
        found_.transfer_syntax_uid = reader_.text(reader_.position(), element->length);
      if (element->tag == tag::media_storage_sop_class_uid)
        found_.sop_class_uid = reader_.text(reader_.position(), element->length);
      reader_.skip(element->length);
    }
    if (found_.transfer_syntax_uid.empty())
      found_.transfer_syntax_uid = guess_transfer_syntax(bytes_, reader_.position());
    if (found_.transfer_syntax_uid.empty())
      return fail(ErrorCode::Unreadable,
                  "It does not say how it is coded (no transfer syntax); export it again.");
    return {};
  }

  std::size_t enclosing_end() const {
    for (auto level = levels_.rbegin(); level != levels_.rend(); ++level)
      if (level->end != open) return level->end;
    return bytes_.size();
  }

  void close_level() {
    reader_.set_explicit(levels_.back().outer_explicit);
    levels_.pop_back();
  }

  void close_finished_levels() {
    while (!levels_.empty() && levels_.back().end == reader_.position()) close_level();
  }

  Result<void> open_level(Level::Kind kind, const Element& element, bool explicit_vr) {
    if (static_cast<int>(levels_.size()) >= limits_.depth)
      return fail(ErrorCode::InvalidInput,
                  "It nests sequences deeper than any image does; it is damaged or hostile.");
    const std::size_t end =
        element.length == undefined_length ? open : reader_.position() + element.length;
    levels_.push_back({kind, end, reader_.explicit_vr()});
    reader_.set_explicit(explicit_vr);
    return {};
  }

  Result<void> step() {
    const std::size_t end = enclosing_end();
    const std::size_t start = reader_.position();
    if (start > end || end - start < 8) return cut_short(0, 8, end > start ? end - start : 0);
    const auto element = reader_.next();
    if (!element || reader_.position() > end) return cut_short(reader_.tag(start), 12, end - start);
    if (++elements_ > limits_.elements)
      return fail(ErrorCode::InvalidInput,
                  "It has more attributes than any image has; it is damaged or hostile.");
    const std::size_t left = end - reader_.position();
    if (element->length != undefined_length && element->length > left)
      return cut_short(element->tag, element->length, left);
    if (element->tag >> 16 == 0xfffe) return take_delimiter(*element);
    if (levels_.back().kind != Level::Kind::Items)
      return fail(ErrorCode::Unreadable, "The file is damaged: attribute " +
                                             hexadecimal(element->tag) +
                                             " stands outside of an item; copy it again.");
    return take_element(*element);
  }

  Result<void> take_delimiter(const Element& element) {
    const Level& level = levels_.back();
    const auto damaged = fail(ErrorCode::Unreadable,
                              "The file is damaged: its sequences do not close; copy it again.");
    if (element.tag == item_tag && level.kind == Level::Kind::Sequence)
      return open_level(Level::Kind::Items, element, reader_.explicit_vr());
    if (element.tag == item_tag && level.kind == Level::Kind::Fragments) {
      if (element.length == undefined_length) return damaged;
      reader_.skip(element.length);
      return {};
    }
    const bool closes_item = element.tag == item_end_tag && level.kind == Level::Kind::Items;
    const bool closes_sequence =
        element.tag == sequence_end_tag && level.kind != Level::Kind::Items;
    if (!(closes_item || closes_sequence) || level.end != open) return damaged;
    close_level();
    return {};
  }

  // Implicit files do not tell sequences from other values; what starts with an item is taken for
  // one, which errs on the side of looking inside.
  bool may_be_sequence(const Element& element) const {
    if (element.is("SQ")) return true;
    return !reader_.explicit_vr() && element.length >= 8 && element.tag != tag::pixel_data &&
           reader_.left() >= 8 && reader_.tag(reader_.position()) == item_tag;
  }

  Result<void> take_element(const Element& element) {
    const bool outermost = levels_.size() == 1;
    if (outermost && element.tag == tag::pixel_data) found_.has_pixels = true;
    if (element.length == undefined_length) {
      if (element.tag == tag::pixel_data) return open_level(Level::Kind::Fragments, element, true);
      // Unknown (UN) of undefined length is coded implicitly inside (PS3.5, 6.2.2).
      return open_level(Level::Kind::Sequence, element, reader_.explicit_vr() && !element.is("UN"));
    }
    if (may_be_sequence(element))
      return open_level(Level::Kind::Sequence, element, reader_.explicit_vr());
    if (outermost) note(element);
    reader_.skip(element.length);
    return {};
  }

  void note(const Element& element) {
    const std::size_t at = reader_.position();
    const auto u16 = [&] { return element.length >= 2 ? reader_.u16(at) : 0; };
    switch (element.tag) {
      case tag::sop_class_uid:
        found_.sop_class_uid = reader_.text(at, element.length);
        break;
      case tag::modality:
        found_.modality = reader_.text(at, element.length);
        break;
      case tag::rows:
        rows_ = u16();
        break;
      case tag::columns:
        columns_ = u16();
        break;
      case tag::samples_per_pixel:
        samples_ = u16();
        break;
      case tag::bits_allocated:
        bits_allocated_ = u16();
        break;
      case tag::number_of_frames:
        frames_ = std::strtoll(reader_.text(at, element.length).c_str(), nullptr, 10);
        break;
      default:
        break;
    }
  }

  Result<void> check_pixels() const {
    if (!found_.has_pixels) return {};
    if (frames_ < 0) return fail(ErrorCode::InvalidInput, "It claims a negative frame count.");
    // Each factor is below 2^16 but the frame count, so nothing overflows before the comparison.
    const std::uint64_t per_frame =
        std::uint64_t{rows_} * columns_ * std::max(samples_, 1u) * ((bits_allocated_ + 7) / 8);
    const auto frames = static_cast<std::uint64_t>(std::max(frames_, 1ll));
    if (per_frame > 0 && frames > limits_.pixel_bytes / per_frame)
      return fail(ErrorCode::InvalidInput, "It claims " + std::to_string(columns_) + " x " +
                                               std::to_string(rows_) + " pixels in " +
                                               std::to_string(frames) + " frames, more than the " +
                                               std::to_string(limits_.pixel_bytes >> 20) +
                                               " MiB that Oasis decodes from one file.");
    return {};
  }

  std::span<const std::byte> bytes_;
  const ScanLimits limits_;
  Reader reader_;
  std::vector<Level> levels_;
  std::size_t elements_ = 0;
  ScannedStructure found_;
  std::uint32_t rows_ = 0, columns_ = 0, samples_ = 1, bits_allocated_ = 0;
  long long frames_ = 1;
};

}  // namespace

Result<ScannedStructure> scan_structure(std::span<const std::byte> bytes,
                                        const ScanLimits& limits) {
  return Scan(bytes, limits).run();
}

bool looks_like_dicom(std::span<const std::byte> head) {
  return starts_with_dicm(head) || !guess_transfer_syntax(head, 0).empty();
}

}  // namespace imaging
