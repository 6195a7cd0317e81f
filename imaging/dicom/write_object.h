// What every written object has in common: its attributes, its identity, and how it reaches disk.
#pragma once

#include <cstdint>
#include <filesystem>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

#include "imaging/dicom/write.h"

// DCMTK's own headers stay in the .cpp files.
class DcmFileFormat;
class DcmItem;
class DcmTagKey;

namespace imaging {

// Attributes of one object or of one sequence item. Putting a value under a tag whose VR cannot
// hold it is a programming error and ends the program.
class ItemWriter {
 public:
  explicit ItemWriter(DcmItem& item) : item_(&item) {}

  void text(const DcmTagKey& tag, const std::string& value) const;  // Empty: no value (type 2).
  void decimals(const DcmTagKey& tag, std::initializer_list<double> values) const;  // DS
  void integer(const DcmTagKey& tag, long value) const;                             // IS
  void us(const DcmTagKey& tag, std::initializer_list<int> values) const;
  void ss(const DcmTagKey& tag, int value) const;
  void ul(const DcmTagKey& tag, std::initializer_list<std::uint32_t> values) const;
  void fd(const DcmTagKey& tag, std::initializer_list<double> values) const;
  void fl(const DcmTagKey& tag, std::initializer_list<float> values) const;
  void at(const DcmTagKey& tag, const DcmTagKey& value) const;
  void bytes(const DcmTagKey& tag, std::span<const std::uint8_t> values) const;
  void words(const DcmTagKey& tag, std::span<const std::uint16_t> values) const;
  ItemWriter add(const DcmTagKey& sequence) const;  // A new item at its end.
  void empty_sequence(const DcmTagKey& sequence) const;
  void code(const DcmTagKey& sequence, const char* value, const char* scheme,
            const char* meaning) const;

 private:
  DcmItem* item_;
};

// 2.25 and a 128-bit number made from `text`: the same text, the same UID.
std::string uid_from(std::string_view text);

struct ObjectIdentity {
  std::string sop_class_uid, sop_instance_uid, series_uid;
  std::string modality, series_description;
  int series_number = 0;
};

// Fills in what is empty from the study and the file's name.
ObjectIdentity identify(ObjectIdentity given, const CaseTags& tags,
                        const std::filesystem::path& file);

// Patient, study, series and equipment.
void put_common(const ItemWriter& object, const CaseTags& tags, const ObjectIdentity& identity);

// Errors: Unwritable. What was at `file` stays as it was unless all of the new file is on disk.
Result<void> save_whole(DcmFileFormat& object, const std::filesystem::path& file);

}  // namespace imaging
