// Which kinds of DICOM object does Oasis read?
#pragma once

#include <string_view>

#include "imaging/core/result.h"

namespace imaging {

enum class ObjectKind { Angiogram, UltrasoundVolume, UltrasoundClip, Radiograph };

// Errors: Unsupported, with a sentence that names what the object is.
Result<ObjectKind> kind_of_object(std::string_view sop_class_uid, std::string_view modality);

}  // namespace imaging
