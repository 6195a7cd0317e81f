#include "imaging/dicom/write_object.h"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dcostrmb.h>
#include <dcmtk/dcmdata/dctk.h>
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <vector>

#include "imaging/core/contract.h"
#include "imaging/core/sha256.h"

namespace imaging {
namespace {

void sure(const OFCondition& condition) { OASIS_EXPECTS(condition.good()); }

// At most the 16 characters that DS allows.
std::string decimal(double value) {
  char digits[32];
  for (int precision = 12; precision >= 6; --precision) {
    std::snprintf(digits, sizeof digits, "%.*g", precision, value);
    if (std::strlen(digits) <= 16) break;
  }
  return digits;
}

std::string why_not(int error) {
  switch (error) {
    case ENOSPC:
    case EDQUOT:
      return "the disk is full";
    case EACCES:
    case EPERM:
    case EROFS:
      return "writing there is not permitted";
    case ENOENT:
    case ENOTDIR:
      return "the folder does not exist";
    default:
      return std::strerror(error);
  }
}

tl::unexpected<Error> unwritable(const std::filesystem::path& file, int error) {
  return fail(ErrorCode::Unwritable, "The file " + file.filename().string() +
                                         " could not be written: " + why_not(error) + ".");
}

// Everything, or the error number.
int write_all(int descriptor, const char* bytes, std::size_t count) {
  while (count > 0) {
    const ssize_t written = ::write(descriptor, bytes, count);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return written < 0 ? errno : ENOSPC;
    bytes += written;
    count -= static_cast<std::size_t>(written);
  }
  return ::fsync(descriptor) == 0 ? 0 : errno;
}

Result<std::vector<char>> serialize(DcmFileFormat& object) {
  constexpr E_TransferSyntax syntax = EXS_LittleEndianExplicit;
  sure(object.validateMetaInfo(syntax));
  // The meta header's group length is known to the stream only; the slack covers it.
  std::vector<char> buffer(object.calcElementLength(syntax, EET_ExplicitLength) + 65536u);
  DcmOutputBufferStream stream(buffer.data(), static_cast<offile_off_t>(buffer.size()));
  object.transferInit();
  const OFCondition written =
      object.write(stream, syntax, EET_ExplicitLength, nullptr, EGL_recalcGL, EPD_withoutPadding);
  object.transferEnd();
  if (written.bad())
    return fail(ErrorCode::InvalidInput,
                std::string("The object could not be encoded: ") + written.text() + ".");
  void* data = nullptr;
  offile_off_t length = 0;
  stream.flushBuffer(data, length);
  buffer.resize(static_cast<std::size_t>(length));
  return buffer;
}

}  // namespace

void ItemWriter::text(const DcmTagKey& tag, const std::string& value) const {
  sure(value.empty() ? item_->insertEmptyElement(tag)
                     : item_->putAndInsertOFStringArray(tag, OFString(value.c_str())));
}

void ItemWriter::decimals(const DcmTagKey& tag, std::initializer_list<double> values) const {
  std::string joined;
  for (const double value : values) {
    if (!joined.empty()) joined.append("\\");
    joined.append(decimal(value));
  }
  text(tag, joined);
}

void ItemWriter::integer(const DcmTagKey& tag, long value) const {
  text(tag, std::to_string(value));
}

void ItemWriter::us(const DcmTagKey& tag, std::initializer_list<int> values) const {
  std::vector<Uint16> numbers;
  for (const int value : values) numbers.push_back(static_cast<Uint16>(value));
  sure(item_->putAndInsertUint16Array(tag, numbers.data(), numbers.size()));
}

void ItemWriter::ss(const DcmTagKey& tag, int value) const {
  sure(item_->putAndInsertSint16(tag, static_cast<Sint16>(value)));
}

void ItemWriter::ul(const DcmTagKey& tag, std::initializer_list<std::uint32_t> values) const {
  const std::vector<Uint32> numbers(values.begin(), values.end());
  // DCMTK has no array form for UL; the element takes one.
  auto* element = new DcmUnsignedLong(DcmTag(tag));
  sure(element->putUint32Array(numbers.data(), numbers.size()));
  sure(item_->insert(element, true));
}

void ItemWriter::fd(const DcmTagKey& tag, std::initializer_list<double> values) const {
  auto* element = new DcmFloatingPointDouble(DcmTag(tag));
  sure(element->putFloat64Array(values.begin(), values.size()));
  sure(item_->insert(element, true));
}

void ItemWriter::fl(const DcmTagKey& tag, std::initializer_list<float> values) const {
  auto* element = new DcmFloatingPointSingle(DcmTag(tag));
  sure(element->putFloat32Array(values.begin(), values.size()));
  sure(item_->insert(element, true));
}

void ItemWriter::at(const DcmTagKey& tag, const DcmTagKey& value) const {
  sure(item_->putAndInsertTagKey(tag, value));
}

void ItemWriter::bytes(const DcmTagKey& tag, std::span<const std::uint8_t> values) const {
  sure(item_->putAndInsertUint8Array(tag, values.data(), values.size()));
}

void ItemWriter::words(const DcmTagKey& tag, std::span<const std::uint16_t> values) const {
  sure(item_->putAndInsertUint16Array(tag, values.data(), values.size()));
}

ItemWriter ItemWriter::add(const DcmTagKey& sequence) const {
  DcmItem* item = nullptr;
  sure(item_->findOrCreateSequenceItem(sequence, item, -2));
  return ItemWriter(*item);
}

void ItemWriter::empty_sequence(const DcmTagKey& sequence) const {
  sure(item_->insertEmptyElement(sequence));
}

void ItemWriter::code(const DcmTagKey& sequence, const char* value, const char* scheme,
                      const char* meaning) const {
  const ItemWriter item = add(sequence);
  item.text(DCM_CodeValue, value);
  item.text(DCM_CodingSchemeDesignator, scheme);
  item.text(DCM_CodeMeaning, meaning);
}

std::string uid_from(std::string_view text) {
  // 32 hexadecimal digits as one decimal number, by long multiplication.
  const std::string hex = sha256(text).substr(0, 32);
  std::string digits = "0";
  for (const char c : hex) {
    int carry = c <= '9' ? c - '0' : c - 'a' + 10;
    for (auto digit = digits.rbegin(); digit != digits.rend(); ++digit) {
      const int value = (*digit - '0') * 16 + carry;
      *digit = static_cast<char>('0' + value % 10);
      carry = value / 10;
    }
    for (; carry > 0; carry /= 10)
      digits.insert(digits.begin(), static_cast<char>('0' + carry % 10));
  }
  const auto first = digits.find_first_not_of('0');
  return std::string("2.25.").append(first == std::string::npos ? "0" : digits.substr(first));
}

ObjectIdentity identify(ObjectIdentity given, const CaseTags& tags,
                        const std::filesystem::path& file) {
  const std::string name = tags.study_uid + "/" + file.filename().string();
  if (given.sop_instance_uid.empty()) given.sop_instance_uid = uid_from(name + "/instance");
  if (given.series_uid.empty()) given.series_uid = uid_from(name + "/series");
  return given;
}

void put_common(const ItemWriter& object, const CaseTags& tags, const ObjectIdentity& identity) {
  object.text(DCM_SpecificCharacterSet, "ISO_IR 192");
  object.text(DCM_SOPClassUID, identity.sop_class_uid);
  object.text(DCM_SOPInstanceUID, identity.sop_instance_uid);
  for (const DcmTagKey& date :
       {DCM_StudyDate, DCM_SeriesDate, DCM_AcquisitionDate, DCM_ContentDate})
    object.text(date, tags.date);
  for (const DcmTagKey& time :
       {DCM_StudyTime, DCM_SeriesTime, DCM_AcquisitionTime, DCM_ContentTime})
    object.text(time, "120000");
  object.text(DCM_AccessionNumber, "");
  object.text(DCM_Modality, identity.modality);
  object.text(DCM_Manufacturer, "Oasis");
  object.text(DCM_InstitutionName, "None (research and education only)");
  object.text(DCM_ReferringPhysicianName, "");
  object.text(DCM_StudyDescription, tags.study_description);
  object.text(DCM_SeriesDescription, identity.series_description);
  object.text(DCM_ManufacturerModelName, "Oasis");
  object.text(DCM_PatientName, tags.alias);
  object.text(DCM_PatientID, tags.alias);
  object.text(DCM_PatientBirthDate, "");
  object.text(DCM_PatientSex, "");
  object.text(DCM_PatientComments, "Research and education only; not for clinical use.");
  object.text(DCM_DeviceSerialNumber, "0");
  object.text(DCM_SoftwareVersions, "1");
  object.text(DCM_StudyInstanceUID, tags.study_uid);
  object.text(DCM_SeriesInstanceUID, identity.series_uid);
  object.text(DCM_StudyID, "1");
  object.integer(DCM_SeriesNumber, identity.series_number);
  object.integer(DCM_AcquisitionNumber, identity.series_number);
  object.integer(DCM_InstanceNumber, 1);
  object.text(DCM_BurnedInAnnotation, "NO");
  object.text(DCM_LossyImageCompression, "00");
}

Result<void> save_whole(DcmFileFormat& object, const std::filesystem::path& file) {
  const auto bytes = serialize(object);
  if (!bytes) return tl::unexpected(bytes.error());
  std::filesystem::path partial = file;
  partial += ".partial";
  const int descriptor = ::open(partial.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (descriptor < 0) return unwritable(file, errno);
  int error = write_all(descriptor, bytes->data(), bytes->size());
  if (::close(descriptor) != 0 && error == 0) error = errno;
  if (error == 0 && ::rename(partial.c_str(), file.c_str()) != 0) error = errno;
  if (error == 0) return {};
  ::unlink(partial.c_str());
  return unwritable(file, error);
}

}  // namespace imaging
