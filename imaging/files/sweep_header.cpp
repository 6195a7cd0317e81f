#include "imaging/files/sweep_header.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace imaging {
namespace {

constexpr std::size_t max_pixels = std::size_t{1} << 31;
constexpr int max_frames = 1 << 20;
constexpr std::size_t max_header_bytes = std::size_t{1} << 28;

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n";
  const auto first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

// The numbers in `text`, separated by blanks; empty when anything else stands among them.
std::vector<double> numbers_of(std::string_view text) {
  std::vector<double> numbers;
  const char *at = text.data(), *end = at + text.size();
  while (true) {
    while (at != end && (*at == ' ' || *at == '\t' || *at == '\r' || *at == '\n')) ++at;
    if (at == end) return numbers;
    double value = 0;
    const auto [after, error] = std::from_chars(at, end, value);
    if (error != std::errc() || !std::isfinite(value)) return {};
    numbers.push_back(value);
    at = after;
  }
}

std::optional<Matrix4> matrix_of(std::string_view text) {
  const std::vector<double> numbers = numbers_of(text);
  if (numbers.size() != 16) return std::nullopt;
  Matrix4 matrix{};
  std::copy(numbers.begin(), numbers.end(), matrix.begin());
  return matrix;
}

// Key and value of one line; the two formats part them differently.
struct Field {
  std::string_view key, value;
};

std::optional<Field> field_of(std::string_view line, bool is_nrrd) {
  const std::string_view part = is_nrrd ? ":" : "=";
  const auto at = line.find(part);
  if (at == std::string_view::npos) return std::nullopt;
  std::size_t after = at + 1;
  if (is_nrrd && after < line.size() && line[after] == '=') ++after;  // NRRD's key:=value.
  return Field{trimmed(line.substr(0, at)), trimmed(line.substr(after))};
}

Result<std::array<int, 3>> size_of(std::string_view text) {
  const std::vector<double> numbers = numbers_of(text);
  const auto fails = fail(ErrorCode::Unreadable, "Its frames have no size that a sweep can have.");
  if (numbers.size() != 3) return fails;
  std::array<int, 3> size{};
  double pixels = 1;
  for (std::size_t a = 0; a < 3; ++a) {
    if (!(numbers[a] >= 1) || numbers[a] > max_frames || numbers[a] != std::floor(numbers[a]))
      return fails;
    size[a] = static_cast<int>(numbers[a]);
    pixels *= numbers[a];
  }
  if (pixels > static_cast<double>(max_pixels)) return fails;
  return size;
}

// "Seq_Frame0012_ProbeToTrackerTransform" parted into 12 and "ProbeToTrackerTransform".
struct FrameKey {
  std::size_t frame;
  std::string_view name;
};

std::optional<FrameKey> frame_key_of(std::string_view key) {
  constexpr std::string_view start = "Seq_Frame";
  if (!key.starts_with(start)) return std::nullopt;
  key.remove_prefix(start.size());
  unsigned frame = 0;
  const auto [after, error] = std::from_chars(key.data(), key.data() + key.size(), frame);
  const auto used = static_cast<std::size_t>(after - key.data());
  if (error != std::errc() || used >= key.size() || key[used] != '_') return std::nullopt;
  return FrameKey{frame, key.substr(used + 1)};
}

class Reading {
 public:
  explicit Reading(bool is_nrrd) : is_nrrd_(is_nrrd) {}

  Result<void> take(const Field& field) {
    if (const auto key = frame_key_of(field.key)) {
      take_of_frame(*key, field.value);
      return {};
    }
    const bool is_size = field.key == (is_nrrd_ ? "sizes" : "DimSize");
    if (is_size) {
      const auto size = size_of(field.value);
      if (!size) return tl::unexpected(size.error());
      header.size = *size;
      header.frames.resize(static_cast<std::size_t>((*size)[2]));
    } else if (field.key == "ElementType" || field.key == "type") {
      is_byte_ = field.value == "MET_UCHAR" || field.value == "uint8" ||
                 field.value == "unsigned char" || field.value == "uchar" ||
                 field.value == "uint8_t";
      if (!is_byte_)
        return fail(ErrorCode::Unsupported, "Its pixels are not bytes of grey; export it as such.");
    } else if (field.key == "ElementNumberOfChannels" && field.value != "1") {
      return fail(ErrorCode::Unsupported, "Its pixels are colours; export the grey sweep.");
    } else if (field.key == "CompressedData") {
      header.compressed = field.value == "True" || field.value == "true";
    } else if (field.key == "encoding") {
      header.compressed = field.value == "gzip" || field.value == "gz";
      if (!header.compressed && field.value != "raw")
        return fail(ErrorCode::Unsupported, "Its encoding is not read; save it raw or as gzip.");
    } else if (field.key == "ElementDataFile" ? field.value != "LOCAL" : field.key == "data file") {
      return fail(ErrorCode::Unsupported,
                  "Its pixels are in another file; save header and pixels as one.");
    } else if (field.key == "UltrasoundImageOrientation" ||
               field.key == "ultrasound image orientation") {
      // U: first column on the unmarked side of the probe; N: first row far from it... PLUS's
      // calibration speaks of columns from the marked side (M) and rows away from the probe (F).
      header.columns_reversed = field.value.starts_with('U');
      header.rows_reversed = field.value.size() > 1 && field.value[1] == 'N';
    }
    return {};
  }

  // Transforms may stand before or after their status.
  Result<SweepHeader> finish(std::size_t pixels_begin) {
    if (header.size[2] == 0 || !is_byte_)
      return fail(ErrorCode::Unreadable, "Its header does not say what its frames are.");
    for (const auto& [frame, name] : not_ok_)
      if (frame < header.frames.size()) header.frames[frame].transforms.erase(name);
    header.pixels_begin = pixels_begin;
    return std::move(header);
  }

 private:
  void take_of_frame(const FrameKey& key, std::string_view value) {
    constexpr std::string_view transform = "Transform", status = "TransformStatus";
    if (key.frame >= header.frames.size()) return;
    if (key.name.ends_with(status)) {
      if (value != "OK")
        not_ok_.emplace_back(key.frame,
                             std::string(key.name.substr(0, key.name.size() - status.size())));
    } else if (key.name.ends_with(transform)) {
      if (const auto matrix = matrix_of(value))
        header.frames[key.frame].transforms.insert_or_assign(
            std::string(key.name.substr(0, key.name.size() - transform.size())), *matrix);
    } else if (key.name == "Timestamp") {
      const std::vector<double> time = numbers_of(value);
      if (time.size() == 1) header.frames[key.frame].time_s = time.front();
    }
  }

  SweepHeader header;
  bool is_nrrd_, is_byte_ = false;
  std::vector<std::pair<std::size_t, std::string>> not_ok_;
};

// The value of `name="..."` inside one XML element.
std::string_view attribute(std::string_view element, std::string_view name) {
  for (std::size_t at = element.find(name); at != std::string_view::npos;
       at = element.find(name, at + 1)) {
    const bool starts =
        at > 0 && std::string_view(" \t\r\n").find(element[at - 1]) != std::string_view::npos;
    const std::string_view rest = trimmed(element.substr(at + name.size()));
    if (!starts || !rest.starts_with('=')) continue;
    const std::string_view quoted = trimmed(rest.substr(1));
    if (quoted.empty() || (quoted[0] != '"' && quoted[0] != '\'')) continue;
    const auto end = quoted.find(quoted[0], 1);
    if (end != std::string_view::npos) return quoted.substr(1, end - 1);
  }
  return {};
}

}  // namespace

bool is_sweep_header(std::string_view head) {
  return head.find("Seq_Frame") != std::string_view::npos;
}

Result<SweepHeader> parse_sweep_header(std::string_view bytes) {
  const bool is_nrrd = bytes.starts_with("NRRD");
  Reading reading(is_nrrd);
  std::size_t at = 0;
  // Sizes stand before the frames' fields in both formats, so one pass will do.
  while (at < std::min(bytes.size(), max_header_bytes)) {
    const auto end = bytes.find('\n', at);
    if (end == std::string_view::npos) break;
    const std::string_view line = trimmed(bytes.substr(at, end - at));
    at = end + 1;
    if (is_nrrd && line.empty()) return reading.finish(at);
    if (line.starts_with('#')) continue;
    const auto field = field_of(line, is_nrrd);
    if (!field) continue;
    if (const auto taken = reading.take(*field); !taken) return tl::unexpected(taken.error());
    if (!is_nrrd && field->key == "ElementDataFile") return reading.finish(at);
  }
  return fail(ErrorCode::Unreadable, "Its header has no end; it is damaged or cut off.");
}

Result<Calibrations> parse_calibrations(std::string_view xml) {
  Calibrations found;
  constexpr std::string_view start = "<Transform";
  for (std::size_t at = xml.find(start); at != std::string_view::npos; at = xml.find(start, at)) {
    const auto end = xml.find('>', at);
    if (end == std::string_view::npos) break;
    const std::string_view element = xml.substr(at, end - at);
    at = end;
    const std::string_view from = attribute(element, "From"), to = attribute(element, "To");
    const auto matrix = matrix_of(attribute(element, "Matrix"));
    if (from.empty() || to.empty() || !matrix) continue;
    const std::string name = std::string(from) + "To" + std::string(to);
    found.transforms.insert_or_assign(name, *matrix);
    if (const auto error = numbers_of(attribute(element, "Error")); error.size() == 1)
      found.error_mm.insert_or_assign(name, error.front());
  }
  const auto element = xml.find("<VolumeReconstruction");
  if (element != std::string_view::npos) {
    const std::string_view text = xml.substr(element, xml.find('>', element) - element);
    std::vector<double> clip = numbers_of(attribute(text, "ClipRectangleOrigin"));
    for (const double n : numbers_of(attribute(text, "ClipRectangleSize"))) clip.push_back(n);
    const bool sound = clip.size() == 4 && std::ranges::all_of(clip, [](double n) {
                         return n >= 0 && n <= max_frames;
                       });
    if (sound) {
      found.clip.emplace();
      std::ranges::transform(clip, found.clip->begin(),
                             [](double n) { return static_cast<int>(n); });
    }
  }
  if (found.transforms.empty())
    return fail(ErrorCode::NotFound,
                "The calibration file holds no transform; give the configuration that PLUS wrote.");
  return found;
}

}  // namespace imaging
