#include "imaging/dicom/decode.h"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dcfilefo.h>
#include <dcmtk/dcmdata/dcistrmb.h>
#include <dcmtk/dcmdata/dcpixel.h>
#include <dcmtk/dcmdata/dcrledrg.h>
#include <dcmtk/dcmdata/dctk.h>
#include <dcmtk/dcmjpeg/djdecode.h>
#include <dcmtk/dcmjpls/djdecode.h>

#include <algorithm>
#include <array>

#include "imaging/core/sha256.h"
#include "imaging/dicom/personal_words.h"
#include "imaging/dicom/pixel_layout.h"
#include "imaging/dicom/scan_structure.h"
#include "imaging/dicom/supported.h"
#include "imaging/dicom/tag_names.h"

namespace imaging {
namespace {

bool is_wanted(Tag tag) { return std::ranges::binary_search(tag::wanted, tag); }

std::string value_at(DcmElement& element, unsigned long index) {
  OFString value;
  if (element.getOFString(value, index).bad()) return {};
  return {value.c_str(), value.length()};
}

bool is_text(DcmEVR vr) {
  switch (vr) {
    case EVR_CS:
    case EVR_DS:
    case EVR_IS:
    case EVR_LO:
    case EVR_SH:
    case EVR_UI:
    case EVR_AT:
      return true;
    default:
      return false;
  }
}

double number_at(DcmElement& element, unsigned long index) {
  Float64 f64 = 0;
  Float32 f32 = 0;
  Uint16 u16 = 0;
  Sint16 s16 = 0;
  Uint32 u32 = 0;
  Sint32 s32 = 0;
  switch (element.ident()) {
    case EVR_FD:
      return element.getFloat64(f64, index).good() ? f64 : 0;
    case EVR_FL:
      return element.getFloat32(f32, index).good() ? f32 : 0;
    case EVR_US:
      return element.getUint16(u16, index).good() ? u16 : 0;
    case EVR_SS:
      return element.getSint16(s16, index).good() ? s16 : 0;
    case EVR_UL:
      return element.getUint32(u32, index).good() ? u32 : 0;
    case EVR_SL:
      return element.getSint32(s32, index).good() ? s32 : 0;
    default:
      return 0;
  }
}

bool is_number(DcmEVR vr) {
  return vr == EVR_FD || vr == EVR_FL || vr == EVR_US || vr == EVR_SS || vr == EVR_UL ||
         vr == EVR_SL;
}

// Nesting is bounded by the scan that ran before.
Tags tags_of(DcmItem& item) {
  Tags tags;
  for (DcmObject* object = item.nextInContainer(nullptr); object != nullptr;
       object = item.nextInContainer(object)) {
    const Tag tag = Tag{object->getGTag()} << 16 | object->getETag();
    if (!is_wanted(tag)) continue;
    if (object->ident() == EVR_SQ) {
      auto& sequence = dynamic_cast<DcmSequenceOfItems&>(*object);
      std::vector<Tags> items;
      items.reserve(sequence.card());
      for (DcmObject* child = sequence.nextInContainer(nullptr); child != nullptr;
           child = sequence.nextInContainer(child))
        items.push_back(tags_of(dynamic_cast<DcmItem&>(*child)));
      tags.set(tag, std::move(items));
      continue;
    }
    auto& element = dynamic_cast<DcmElement&>(*object);
    const unsigned long count = element.getVM();
    if (element.ident() == EVR_OW && tag == tag::lut_data) {  // US in some files, words in others.
      Uint16* words = nullptr;
      const unsigned long bytes = element.getLength();
      if (element.getUint16Array(words).good() && words != nullptr)
        tags.set(tag, std::vector<double>(words, words + bytes / 2));
    } else if (is_number(element.ident())) {
      std::vector<double> values(count);
      for (unsigned long i = 0; i < count; ++i) values[i] = number_at(element, i);
      tags.set(tag, std::move(values));
    } else if (is_text(element.ident())) {
      std::vector<std::string> values(count);
      for (unsigned long i = 0; i < count; ++i) values[i] = value_at(element, i);
      tags.set(tag, std::move(values));
    }
  }
  return tags;
}

std::string text_of(DcmItem& item, const DcmTagKey& key) {
  OFString value;
  if (item.findAndGetOFStringArray(key, value).bad()) return {};
  return {value.c_str(), value.length()};
}

// Everything that names or numbers a person, and so must not survive in a label.
std::vector<std::string> personal_texts(DcmItem& dataset) {
  std::vector<std::string> texts;
  for (const DcmTagKey& key :
       {DCM_PatientName, DCM_PatientID, DCM_PatientBirthDate, DCM_OtherPatientNames,
        DCM_RETIRED_OtherPatientIDs, DCM_PatientBirthName, DCM_PatientMotherBirthName,
        DCM_ReferringPhysicianName, DCM_PerformingPhysicianName, DCM_OperatorsName,
        DCM_NameOfPhysiciansReadingStudy, DCM_PhysiciansOfRecord, DCM_RequestingPhysician,
        DCM_AccessionNumber})
    if (std::string text = text_of(dataset, key); !text.empty()) texts.push_back(std::move(text));
  return texts;
}

std::string digest_of(DcmItem& dataset, const DcmTagKey& key) {
  const std::string text = text_of(dataset, key);
  return text.empty() ? std::string() : sha256(text);
}

std::string label_of(DcmItem& dataset) {
  const std::vector<std::string> personal = personal_texts(dataset);
  for (const DcmTagKey& key : {DCM_SeriesDescription, DCM_ProtocolName, DCM_BodyPartExamined})
    if (std::string label = without_personal_words(text_of(dataset, key), personal); !label.empty())
      return label;
  return {};
}

Result<PaletteTable> palette_of(DcmItem& dataset, const DcmTagKey& descriptor_key,
                                const DcmTagKey& data_key, const DcmTagKey& segmented_key) {
  std::array<int, 3> descriptor{};
  for (unsigned long i = 0; i < descriptor.size(); ++i) {
    Uint16 u16 = 0;
    Sint16 s16 = 0;
    if (dataset.findAndGetUint16(descriptor_key, u16, i).good())
      descriptor[i] = u16;
    else if (dataset.findAndGetSint16(descriptor_key, s16, i).good())
      descriptor[i] = static_cast<Uint16>(s16);
  }
  for (const bool segmented : {false, true}) {
    const Uint16* words = nullptr;
    unsigned long count = 0;
    const DcmTagKey& key = segmented ? segmented_key : data_key;
    if (dataset.findAndGetUint16Array(key, words, &count).good() && words != nullptr && count > 0)
      return palette_table(descriptor, {words, count}, segmented);
  }
  return fail(ErrorCode::InvalidInput, "It lacks its colour table; export it as RGB.");
}

Result<void> add_palette(DcmItem& dataset, PixelLayout& layout) {
  const std::array<std::array<DcmTagKey, 3>, 3> keys = {
      {{DCM_RedPaletteColorLookupTableDescriptor, DCM_RedPaletteColorLookupTableData,
        DCM_SegmentedRedPaletteColorLookupTableData},
       {DCM_GreenPaletteColorLookupTableDescriptor, DCM_GreenPaletteColorLookupTableData,
        DCM_SegmentedGreenPaletteColorLookupTableData},
       {DCM_BluePaletteColorLookupTableDescriptor, DCM_BluePaletteColorLookupTableData,
        DCM_SegmentedBluePaletteColorLookupTableData}}};
  for (std::size_t c = 0; c < 3; ++c) {
    auto table = palette_of(dataset, keys[c][0], keys[c][1], keys[c][2]);
    if (!table) return tl::unexpected(table.error());
    layout.palette[c] = std::move(*table);
  }
  return {};
}

// Hands the stored frames out one by one.
class StoredFrames {
 public:
  // Errors: Unreadable when the data are missing or fewer than the frames need.
  static Result<StoredFrames> make(DcmDataset& dataset, int frames, const PixelLayout& layout) {
    StoredFrames stored(dataset, layout);
    DcmElement* element = nullptr;
    if (dataset.findAndGetElement(DCM_PixelData, element).bad() || element == nullptr)
      return fail(ErrorCode::Unreadable, "It holds no pixel data.");
    stored.pixels_ = dynamic_cast<DcmPixelData*>(element);
    if (stored.pixels_ == nullptr)
      return fail(ErrorCode::Unreadable, "Its pixel data are damaged.");
    stored.compressed_ = DcmXfer(dataset.getOriginalXfer()).isEncapsulated();
    if (stored.compressed_) return stored;
    if (!stored.find_raw()) return fail(ErrorCode::Unreadable, "Its pixel data cannot be read.");
    const std::size_t needed = layout.stored_frame_bytes() * static_cast<std::size_t>(frames);
    if (stored.raw_.size() < needed)
      return fail(ErrorCode::Unreadable,
                  "Its pixel data are cut short: " + std::to_string(stored.raw_.size()) + " of " +
                      std::to_string(needed) + " bytes are there; copy the file again.");
    return stored;
  }

  // Frames must be asked for in order. `layout` follows what the decompression turned the colours
  // into.
  Result<std::span<const std::byte>> take(int frame) {
    const std::size_t size = layout_.stored_frame_bytes();
    if (!compressed_) return raw_.subspan(size * static_cast<std::size_t>(frame), size);
    Uint32 frame_size = 0;
    if (pixels_->getUncompressedFrameSize(&dataset_, frame_size).bad())
      return fail(ErrorCode::Unreadable, "Its compressed pixel data are damaged.");
    buffer_.resize(frame_size + frame_size % 2);
    OFString colours;
    const OFCondition done =
        pixels_->getUncompressedFrame(&dataset_, static_cast<Uint32>(frame), fragment_,
                                      buffer_.data(), static_cast<Uint32>(buffer_.size()), colours);
    if (done.bad())
      return fail(ErrorCode::Unreadable, "Frame " + std::to_string(frame + 1) +
                                             " cannot be decompressed; the file is damaged.");
    if (layout_.samples == 3) {
      layout_.photometric = colours == "YBR_FULL" || colours == "YBR_FULL_422"
                                ? Photometric::YbrFull
                                : Photometric::Rgb;
      // The decoders are told to interleave; run length coding keeps what the file says.
      layout_.by_plane = dataset_.getOriginalXfer() == EXS_RLELossless && layout_.by_plane;
    }
    if (buffer_.size() < layout_.stored_frame_bytes())
      return fail(ErrorCode::Unreadable, "Its compressed pixel data are of the wrong size.");
    return std::span<const std::byte>(buffer_);
  }

  const PixelLayout& layout() const { return layout_; }

 private:
  StoredFrames(DcmDataset& dataset, const PixelLayout& layout)
      : dataset_(dataset), layout_(layout) {}

  bool find_raw() {
    Uint8* bytes = nullptr;
    Uint16* words = nullptr;
    if (pixels_->getUint8Array(bytes).good() && bytes != nullptr)
      raw_ = {reinterpret_cast<const std::byte*>(bytes), pixels_->getLength()};
    else if (pixels_->getUint16Array(words).good() && words != nullptr)
      raw_ = {reinterpret_cast<const std::byte*>(words), pixels_->getLength()};
    return !raw_.empty();
  }

  DcmDataset& dataset_;
  PixelLayout layout_;
  DcmPixelData* pixels_ = nullptr;
  bool compressed_ = false;
  std::span<const std::byte> raw_;
  std::vector<std::byte> buffer_;
  Uint32 fragment_ = 0;
};

void register_decoders() {
  DJDecoderRegistration::registerCodecs(EDC_photometricInterpretation, EUC_default,
                                        EPC_colorByPixel);
  DJLSDecoderRegistration::registerCodecs(EJLSUC_default, EJLSPC_colorByPixel);
  DcmRLEDecoderRegistration::registerCodecs();
}

Result<void> parse(std::span<std::byte> bytes, DcmFileFormat& file) {
  DcmInputBufferStream stream;
  stream.setBuffer(bytes.data(), static_cast<offile_off_t>(bytes.size()));
  stream.setEos();
  file.transferInit();
  const OFCondition parsed = file.read(stream);
  file.transferEnd();
  if (parsed.good()) return {};
  return fail(ErrorCode::Unreadable, "Its attributes cannot be parsed; the file is damaged.");
}

}  // namespace

Result<void> decode(std::vector<std::byte> bytes, const DecodeSink& header_sink,
                    const DecodeSink& frame_sink) {
  const auto scanned = scan_structure(bytes);
  if (!scanned) return tl::unexpected(scanned.error());
  if (const auto kind = kind_of_object(scanned->sop_class_uid, scanned->modality); !kind)
    return tl::unexpected(kind.error());

  register_decoders();
  DcmFileFormat file;
  if (const auto parsed = parse(bytes, file); !parsed) return parsed;
  DcmDataset& dataset = *file.getDataset();

  // Names and labels must be comparable; where the conversion fails, labels lose the letters that
  // are not ASCII.
  static_cast<void>(dataset.convertToUTF8());
  DecodedHeader header;
  header.tags = tags_of(dataset);
  auto layout = PixelLayout::make(header.tags);
  if (!layout) return tl::unexpected(layout.error());
  if (layout->photometric == Photometric::Palette)
    if (const auto added = add_palette(dataset, *layout); !added) return added;
  header.sha256 = sha256(bytes);
  header.patient_number_digest = digest_of(dataset, DCM_PatientID);
  header.patient_name_digest = digest_of(dataset, DCM_PatientName);
  header.label = label_of(dataset);
  header.transfer_syntax_uid = scanned->transfer_syntax_uid;
  header.format = layout->format();
  header.columns = layout->columns;
  header.rows = layout->rows;
  header.frames =
      static_cast<int>(std::clamp(header.tags.number_or(tag::number_of_frames, 1), 1.0, 1e6));
  header.bits_stored = layout->bits_stored;
  header.offset = layout->offset();

  auto frames = StoredFrames::make(dataset, header.frames, *layout);
  if (!frames) return tl::unexpected(frames.error());
  const auto refused = fail(ErrorCode::Unwritable, "There is no memory for its decoded frames.");
  if (!header_sink(to_bytes(header))) return refused;
  for (int f = 0; f < header.frames; ++f) {
    const auto stored = frames->take(f);
    if (!stored) return tl::unexpected(stored.error());
    if (!frame_sink(plain_frame(*stored, frames->layout()))) return refused;
  }
  return {};
}

}  // namespace imaging
