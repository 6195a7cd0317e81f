#include "imaging/dicom/from_tags.h"

#include <algorithm>

#include "imaging/dicom/tag_names.h"

namespace imaging {
namespace {

bool is_monochrome1(const DecodedHeader& header) {
  return header.tags.text(tag::photometric_interpretation) == "MONOCHROME1";
}

Error unreadable_frame(int index) {
  return {ErrorCode::Unreadable,
          "Frame " + std::to_string(index + 1) + " of its decoded pixels is missing."};
}

}  // namespace

Side side_of(const Tags& tags) {
  const Tags& anatomy = tags.item(tag::shared_functional_groups).item(tag::frame_anatomy_sequence);
  for (const std::string& letter : {tags.text(tag::image_laterality), tags.text(tag::laterality),
                                    anatomy.text(tag::frame_laterality)}) {
    if (letter == "L") return Side::Left;
    if (letter == "R") return Side::Right;
  }
  return Side::Unknown;
}

bool is_lossy(const DecodedHeader& header) {
  if (header.tags.text(tag::lossy_image_compression) == "01") return true;
  // JPEG baseline and extended, and JPEG-LS near-lossless.
  const std::string& syntax = header.transfer_syntax_uid;
  return syntax == "1.2.840.10008.1.2.4.50" || syntax == "1.2.840.10008.1.2.4.51" ||
         syntax == "1.2.840.10008.1.2.4.81";
}

SourceFile source_of(const DecodedHeader& header) {
  return {.sop_instance_uid = header.tags.text(tag::sop_instance_uid), .sha256 = header.sha256};
}

std::string label_of(const DecodedHeader& header, const std::string& otherwise) {
  if (!header.label.empty()) return header.label;
  const std::string number = header.tags.text(tag::series_number);
  return number.empty() ? otherwise : otherwise + " " + number;
}

Result<Frame<std::uint16_t>> grey_frame(const DecodedFile& file, int index) {
  const DecodedHeader& header = file.header();
  Frame<std::uint16_t> frame(header.columns, header.rows);
  if (header.format == PixelFormat::Rgb8)
    return fail(ErrorCode::InvalidInput, "It is in colour where grey values are needed.");
  if (header.format == PixelFormat::Gray16) {
    if (!file.read_frame(index, frame.data())) return tl::unexpected(unreadable_frame(index));
  } else {
    std::vector<std::uint8_t> bytes(header.frame_bytes());
    if (!file.read_frame(index, bytes.data())) return tl::unexpected(unreadable_frame(index));
    std::copy(bytes.begin(), bytes.end(), frame.data());
  }
  if (is_monochrome1(header)) {
    const int largest = (1 << header.bits_stored) - 1;
    for (std::size_t i = 0; i < frame.size(); ++i)
      frame.data()[i] = static_cast<std::uint16_t>(largest - frame.data()[i]);
  }
  return frame;
}

Result<Frame<Rgb>> colour_frame(const DecodedFile& file, int index) {
  const DecodedHeader& header = file.header();
  Frame<Rgb> frame(header.columns, header.rows);
  if (header.format == PixelFormat::Rgb8) {
    static_assert(sizeof(Rgb) == 3);
    if (!file.read_frame(index, frame.data())) return tl::unexpected(unreadable_frame(index));
    return frame;
  }
  const auto grey = grey_frame(file, index);
  if (!grey) return tl::unexpected(grey.error());
  const int shift = header.bits_stored - 8;
  for (std::size_t i = 0; i < frame.size(); ++i) {
    const int value = shift >= 0 ? grey->data()[i] >> shift : grey->data()[i] << -shift;
    const auto byte = static_cast<unsigned char>(value);
    frame.data()[i] = {byte, byte, byte};
  }
  return frame;
}

namespace {

// The straight window nearest to a table of greys (PS3.3 C.11.2.1.1): through where it passes a
// tenth and nine tenths of its rise. Tables that fall, or whose count is not the stated one, are
// none.
Window window_of_table(const Tags& table) {
  const std::vector<double> greys = table.numbers(tag::lut_data);
  const auto first = table.number(tag::lut_descriptor, 1);
  const double stated = table.number_or(tag::lut_descriptor, 0);
  constexpr double all_of_16_bits = 65536;  // Written as 0.
  if (!first || greys.size() < 2 ||
      static_cast<double>(greys.size()) != (stated == 0 ? all_of_16_bits : stated))
    return {};
  const double low = greys.front(), rise = greys.back() - low;
  if (!(rise > 0)) return {};
  const auto passes = [&](double share) {
    const auto at = std::find_if(greys.begin(), greys.end(),
                                 [&](double grey) { return grey >= low + share * rise; });
    return *first + static_cast<double>(at - greys.begin());
  };
  const double tenth = passes(0.1), nine_tenths = passes(0.9);
  return {0.5 * (tenth + nine_tenths), std::max(1.0, (nine_tenths - tenth) / 0.8)};
}

}  // namespace

Window window_of(const DecodedHeader& header) {
  const auto centre = header.tags.number(tag::window_centre);
  const auto width = header.tags.number(tag::window_width);
  Window window{centre.value_or(0), width.value_or(0)};
  if (!centre || !width || *width <= 0)
    window = window_of_table(header.tags.item(tag::voi_lut_sequence));
  if (!(window.width > 0)) return {};
  const double shifted = window.centre + header.offset;
  if (!is_monochrome1(header)) return {shifted, window.width};
  return {((1 << header.bits_stored) - 1) - shifted, window.width};
}

}  // namespace imaging
