#include "tests/imaging/dicom/fixtures.h"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dcfilefo.h>
#include <dcmtk/dcmdata/dcrleerg.h>
#include <dcmtk/dcmdata/dcrlerp.h>
#include <dcmtk/dcmdata/dctk.h>
#include <dcmtk/dcmjpeg/djencode.h>
#include <dcmtk/dcmjpeg/djrplol.h>
#include <dcmtk/dcmjpls/djencode.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>

#include "imaging/dicom/tag_names.h"

namespace imaging::testing {
namespace {

DcmTagKey key_of(Tag tag) {
  return {static_cast<Uint16>(tag >> 16), static_cast<Uint16>(tag & 0xffff)};
}

void check(const OFCondition& condition) { ASSERT_TRUE(condition.good()) << condition.text(); }

std::string joined(const std::vector<double>& values) {
  std::string text;
  for (const double value : values) {
    char number[32];
    std::snprintf(number, sizeof number, "%.9f", value);
    text += (text.empty() ? "" : "\\") + std::string(number);
  }
  return text;
}

std::vector<double> together(const std::array<double, 3>& a, const std::array<double, 3>& b) {
  return {a[0], a[1], a[2], b[0], b[1], b[2]};
}

DcmItem& item_of(DcmItem& parent, Tag sequence, long index = 0) {
  DcmItem* item = nullptr;
  check(parent.findOrCreateSequenceItem(key_of(sequence), item, index));
  return *item;
}

void put(DcmItem& item, Tag tag, const std::string& value) {
  check(item.putAndInsertString(key_of(tag), value.c_str()));
}

void put(DcmItem& item, Tag tag, const std::vector<double>& values) {
  auto element = std::make_unique<DcmFloatingPointDouble>(DcmTag(key_of(tag), EVR_FD));
  check(element->putFloat64Array(values.data(), values.size()));
  check(item.insert(element.release(), OFTrue));
}

// For attributes whose representation depends on the pixels' sign.
void put_unsigned(DcmItem& item, Tag tag, std::uint16_t value) {
  auto element = std::make_unique<DcmUnsignedShort>(DcmTag(key_of(tag), EVR_US));
  check(element->putUint16(value));
  check(item.insert(element.release(), OFTrue));
}

// Data type and, for velocity, what its codes mean.
void describe_frame(DcmItem& groups, bool is_velocity) {
  DcmItem& type = item_of(groups, tag::image_data_type_sequence);
  put(type, tag::data_type, is_velocity ? "FLOW_VELOCITY" : "TISSUE_INTENSITY");
  if (!is_velocity) return;
  put_unsigned(type, tag::zero_velocity_pixel_value, VolumeFixture::zero_code);
  DcmItem& mapping = item_of(groups, tag::real_world_value_mapping_sequence);
  put(item_of(mapping, tag::measurement_units_code_sequence), tag::code_value, "cm/s");
  put_unsigned(mapping, tag::real_world_first_value, 1);
  put_unsigned(mapping, tag::real_world_last_value, 255);
  put(mapping, tag::real_world_slope, std::vector<double>{VolumeFixture::slope_cm_s});
  put(mapping, tag::real_world_intercept,
      std::vector<double>{-VolumeFixture::slope_cm_s * VolumeFixture::zero_code});
}

E_TransferSyntax dcmtk_syntax(Syntax syntax) {
  switch (syntax) {
    case Syntax::Raw:
      return EXS_LittleEndianExplicit;
    case Syntax::Implicit:
      return EXS_LittleEndianImplicit;
    case Syntax::BigEndian:
      return EXS_BigEndianExplicit;
    case Syntax::RunLength:
      return EXS_RLELossless;
    case Syntax::JpegLossless:
      return EXS_JPEGProcess14SV1;
    case Syntax::JpegLs:
      return EXS_JPEGLSLossless;
  }
  return EXS_LittleEndianExplicit;
}

std::string next_uid() {
  static std::atomic<int> counter = 0;
  return "1.2.826.0.1.3680043.10.1." + std::to_string(++counter);
}

}  // namespace

Fixture::Fixture(const std::string& sop_class_below_storage, const char* modality)
    : file_(std::make_shared<DcmFileFormat>()) {
  text(tag::sop_class_uid, "1.2.840.10008.5.1.4.1.1." + sop_class_below_storage);
  text(tag::sop_instance_uid, next_uid());
  text(tag::study_instance_uid, "1.2.826.0.1.3680043.10.2");
  text(tag::series_instance_uid, next_uid());
  text(tag::modality, modality);
  check(file_->getDataset()->putAndInsertString(DCM_PatientName, patient_name));
  check(file_->getDataset()->putAndInsertString(DCM_PatientID, patient_number));
  check(file_->getDataset()->putAndInsertString(DCM_PatientBirthDate, birth_date));
  check(file_->getDataset()->putAndInsertString(DCM_SeriesDescription, "Musterfrau leg"));
}

Fixture& Fixture::text(Tag tag, const std::string& value) {
  if (value.empty())
    check(file_->getDataset()->findAndDeleteElement(key_of(tag)));
  else
    put(*file_->getDataset(), tag, value);
  return *this;
}

Fixture& Fixture::number(Tag tag, std::uint16_t value) {
  check(file_->getDataset()->putAndInsertUint16(key_of(tag), value));
  return *this;
}

Fixture& Fixture::in_item(Tag sequence, Tag tag, const std::string& value) {
  put(item_of(*file_->getDataset(), sequence), tag, value);
  return *this;
}

Fixture& Fixture::in_item(Tag sequence, Tag tag, std::vector<std::uint16_t> values) {
  check(item_of(*file_->getDataset(), sequence)
            .putAndInsertUint16Array(key_of(tag), values.data(), values.size()));
  return *this;
}

Fixture& Fixture::pixels(const std::vector<std::uint16_t>& words) {
  check(file_->getDataset()->putAndInsertUint16Array(DCM_PixelData, words.data(), words.size()));
  return *this;
}

Fixture& Fixture::pixels(const std::vector<std::uint8_t>& bytes) {
  check(file_->getDataset()->putAndInsertUint8Array(DCM_PixelData, bytes.data(), bytes.size()));
  return *this;
}

void Fixture::save(const std::filesystem::path& path, Syntax syntax) {
  static const bool registered = [] {
    DJEncoderRegistration::registerCodecs();
    DJLSEncoderRegistration::registerCodecs();
    DcmRLEEncoderRegistration::registerCodecs();
    return true;
  }();
  ASSERT_TRUE(registered);
  const E_TransferSyntax target = dcmtk_syntax(syntax);
  // The other lossless codings need no parameters; DCMTK's default for this one is prediction 6.
  DJ_RPLossless first_order(1, 0);
  check(file_->getDataset()->chooseRepresentation(
      target, syntax == Syntax::JpegLossless ? &first_order : nullptr));
  check(file_->saveFile(path.c_str(), target));
}

std::uint16_t angiogram_value(int column, int row, int frame) {
  return static_cast<std::uint16_t>((1000 * frame + 37 * row + 5 * column) % 4096);
}

Fixture angiogram(int columns, int rows, int frames) {
  Fixture fixture("12.1", "XA");
  fixture.number(tag::columns, static_cast<std::uint16_t>(columns))
      .number(tag::rows, static_cast<std::uint16_t>(rows))
      .number(tag::samples_per_pixel, 1)
      .number(tag::bits_allocated, 16)
      .number(tag::bits_stored, 12)
      .number(tag::high_bit, 11)
      .number(tag::pixel_representation, 0)
      .text(tag::photometric_interpretation, "MONOCHROME2")
      .text(tag::number_of_frames, std::to_string(frames));
  std::vector<std::uint16_t> words;
  for (int f = 0; f < frames; ++f)
    for (int r = 0; r < rows; ++r)
      for (int c = 0; c < columns; ++c) words.push_back(angiogram_value(c, r, f));
  return fixture.pixels(words);
}

std::array<std::array<double, 3>, 3> VolumeFixture::directions() const {
  const double third = 1.0 / 3;  // Rows of a rotation with small whole numbers.
  const double sign = left_handed ? -third : third;
  return {{{2 * third, -third, 2 * third},
           {2 * third, 2 * third, -third},
           {-sign, 2 * sign, 2 * sign}}};
}

std::array<double, 3> VolumeFixture::position(int i, int j, int k) const {
  std::array<double, 3> p = in_patient ? first : std::array<double, 3>{0, 0, 0};
  const std::array<int, 3> index = {i, j, k};
  for (std::size_t axis = 0; axis < 3; ++axis)
    for (std::size_t x = 0; x < 3; ++x) {
      const double along = in_patient ? directions()[axis][x] : (axis == x ? 1.0 : 0.0);
      p[x] += along * spacing_mm[axis] * index[axis];
    }
  return p;
}

std::uint8_t VolumeFixture::grey_value(int i, int j, int k) {
  return static_cast<std::uint8_t>(1 + i + 6 * j + 30 * k);
}

std::uint8_t VolumeFixture::velocity_code(int i, int j, int k) {
  return static_cast<std::uint8_t>(250 - 2 * i - 13 * j - 62 * k);
}

Fixture VolumeFixture::make() const {
  Fixture fixture("6.2", "US");
  const int frames = static_cast<int>(slice_order.size()) * (grey && velocity ? 2 : 1);
  fixture.number(tag::columns, size[0])
      .number(tag::rows, size[1])
      .number(tag::samples_per_pixel, 1)
      .number(tag::bits_allocated, 8)
      .number(tag::bits_stored, 8)
      .number(tag::high_bit, 7)
      .number(tag::pixel_representation, 0)
      .text(tag::photometric_interpretation, "MONOCHROME2")
      .text(tag::number_of_frames, std::to_string(frames))
      .text(tag::laterality, "R")
      .text(tag::volume_frame_of_reference_uid, "1.2.826.0.1.3680043.10.3")
      .text(tag::frame_of_reference_uid, "1.2.826.0.1.3680043.10.4");
  DcmDataset& dataset = *fixture.file().getDataset();
  const std::array<double, 3>& y = transducer_y;
  put(dataset, tag::volume_to_transducer_matrix,
      std::vector<double>{1, 0, 0, 0, y[0], y[1], y[2], 0, 0, 0, 1, 0, 0, 0, 0, 1});

  DcmItem& shared = item_of(dataset, tag::shared_functional_groups);
  DcmItem& measures = item_of(shared, tag::pixel_measures_sequence);
  put(measures, tag::pixel_spacing, joined({spacing_mm[1], spacing_mm[0]}));
  put(item_of(shared, tag::plane_orientation_volume_sequence), tag::image_orientation_volume,
      std::vector<double>{1, 0, 0, 0, 1, 0});
  if (in_patient)
    put(item_of(shared, tag::plane_orientation_sequence), tag::image_orientation_patient,
        joined(together(directions()[0], directions()[1])));

  std::vector<std::uint8_t> bytes;
  long frame = 0;
  for (const int k : slice_order)
    for (const bool is_velocity : {false, true}) {
      if (is_velocity ? !velocity : !grey) continue;
      DcmItem& groups = item_of(dataset, tag::per_frame_functional_groups, frame++);
      describe_frame(groups, is_velocity);
      put(item_of(groups, tag::plane_position_volume_sequence), tag::image_position_volume,
          std::vector<double>{0, 0, spacing_mm[2] * k});
      const std::array<double, 3> p = position(0, 0, k);
      if (in_patient)
        put(item_of(groups, tag::plane_position_sequence), tag::image_position_patient,
            joined({p[0], p[1], p[2]}));
      for (int j = 0; j < size[1]; ++j)
        for (int i = 0; i < size[0]; ++i)
          bytes.push_back(is_velocity ? velocity_code(i, j, k) : grey_value(i, j, k));
    }
  return fixture.pixels(bytes);
}

}  // namespace imaging::testing
