#include "imaging/dicom/supported.h"

#include <array>
#include <string>

#include "imaging/dicom/tags.h"

namespace imaging {
namespace {

struct KnownClass {
  std::string_view uid;  // Below 1.2.840.10008.5.1.4.1.1.
  ObjectKind kind;
};

constexpr std::string_view storage = "1.2.840.10008.5.1.4.1.1.";

constexpr std::array<KnownClass, 9> known_classes = {{
    {"12.1", ObjectKind::Angiogram},
    {"6.2", ObjectKind::UltrasoundVolume},
    {"6", ObjectKind::UltrasoundClip},  // Retired.
    {"6.1", ObjectKind::UltrasoundClip},
    {"3", ObjectKind::UltrasoundClip},  // Retired.
    {"3.1", ObjectKind::UltrasoundClip},
    {"1", ObjectKind::Radiograph},
    {"1.1", ObjectKind::Radiograph},
    {"1.1.1", ObjectKind::Radiograph},
}};

struct RefusedClass {
  std::string_view uid;
  std::string_view name;
};

constexpr std::array<RefusedClass, 12> refused_classes = {{
    {"12.1.1", "an Enhanced XA angiogram; export it as plain XA"},
    {"12.2", "a radiofluoroscopy (RF) image, not an angiogram (XA)"},
    {"12.2.1", "an Enhanced XRF image, not an angiogram (XA)"},
    {"13.1.1", "a 3-D angiographic (XA) reconstruction"},
    {"2", "a CT image"},
    {"2.1", "a CT image"},
    {"4", "an MR image"},
    {"4.1", "an MR image"},
    {"7", "a secondary capture, a picture without its measurements"},
    {"88.67", "a radiation dose report"},
    {"66.4", "a segmentation"},
    {"104.1", "a PDF document"},
}};

}  // namespace

Result<ObjectKind> kind_of_object(std::string_view sop_class_uid, std::string_view modality) {
  const std::string_view rest = sop_class_uid.starts_with(storage)
                                    ? sop_class_uid.substr(storage.size())
                                    : std::string_view();
  for (const KnownClass& known : known_classes)
    if (rest == known.uid) return known.kind;
  constexpr std::string_view reads = "; Oasis reads angiograms, ultrasound and radiographs.";
  for (const RefusedClass& refused : refused_classes)
    if (rest == refused.uid)
      return fail(ErrorCode::Unsupported,
                  "It is " + std::string(refused.name) + std::string(reads));
  std::string kind = "an object of a kind that is not read";
  if (sop_class_uid == "1.2.840.10008.1.3.10")
    kind = "a DICOM directory, not an image";
  else if (is_code(modality))
    kind += " (modality " + std::string(modality) + ")";
  else if (sop_class_uid.empty())
    kind = "a DICOM file that does not say what it holds";
  return fail(ErrorCode::Unsupported, "It is " + kind + std::string(reads));
}

}  // namespace imaging
