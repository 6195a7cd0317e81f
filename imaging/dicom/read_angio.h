// X-ray objects to values: runs, radiographs, and how large their pixels are.
#pragma once

#include "imaging/core/study.h"
#include "imaging/dicom/decode_process.h"

namespace imaging {

Result<AngioRun> read_angio_run(const DecodedFile& file);
Result<Radiograph> read_radiograph(const DecodedFile& file);

// Split off so that each rule can be tried on attributes alone.
Calibration x_ray_calibration(const Tags& tags);
// Absent where a part is missing or the C-arm or the table moved during the run: there is then no
// one pose.
std::optional<CArmPose> c_arm_pose(const Tags& tags);
// Absent where the file says nothing of turning, mirroring or the part of the detector that it
// shows; without detector elements where it does not say all that places the field on the detector.
std::optional<FieldOfView> field_of_view(const Tags& tags);
// One sentence where the C-arm turned or the table moved during the run; else empty.
std::string moved_during_run(const Tags& tags);
// Absent unless every frame that it names exists among `frames`.
std::optional<MaskAdvice> mask_advice(const Tags& tags, int frames);
std::vector<double> frame_times_s(const Tags& tags, int frames);

}  // namespace imaging
