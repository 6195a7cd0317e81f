// What one case holds once its files are read: values, mm, LPS, and where each came from.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "imaging/core/image.h"
#include "imaging/core/vessel_tree.h"

namespace imaging {

// A file that a measurement rests on.
struct SourceFile {
  std::string sop_instance_uid;
  std::string sha256;  // Lower-case hexadecimal, of the file's bytes.
};

enum class CalibrationSource {
  None,           // Pixels have no size in the patient; lengths are px.
  DetectorPlane,  // Size at the detector only: not the patient's; lengths are still px.
  Geometry,       // Imager spacing / (SID / SOD): right at the isocentre's depth only.
  Fiducial,       // A known object in the image.
  UltrasoundRegion,
  VolumeTags,  // Spacing of a volume.
};

// How a pixel became a millimetre, and how wrong that can be.
struct Calibration {
  CalibrationSource source = CalibrationSource::None;
  double mm_per_px_column = 0;  // Between neighbouring columns; 0 where lengths are px.
  double mm_per_px_row = 0;     // Between neighbouring rows.
  double relative_error = 0;    // One standard deviation, fraction.
  std::string note;             // One sentence for the person at the screen.

  bool gives_mm() const { return mm_per_px_column > 0 && mm_per_px_row > 0; }
};

// Three-dimensional duplex: grey image and, where recorded, velocity along the Doppler beam.
struct DuplexVolume {
  std::string label;  // Series description, cleared of anything personal.
  std::string volume_frame_of_reference_uid;
  std::string patient_frame_of_reference_uid;  // Volumes that share it lie in one LPS.
  bool lies_in_patient = false;  // False: LPS is the volume's own frame, sides unknown.
  Side side = Side::Unknown;
  Volume<std::uint8_t> bmode;
  // On bmode's grid, cm/s, + towards the transducer, 0 where no colour. The j axis points away
  // from the transducer. The beam may be steered; the file seldom says how.
  std::optional<Volume<float>> velocity_cm_s;
  double velocity_limit_cm_s = 0;  // Largest velocity the mapping can hold (Nyquist); 0 unknown.
  Calibration calibration;
  std::vector<SourceFile> sources;
  double decibel_per_grey = 0;  // Of bmode, as its file states it; 0: it does not.
};

enum class IntensityRelationship { Unknown, Linear, Logarithmic, Display };

// Which part of the detector an image shows, and how it was turned before it was stored: after
// DICOM PS3.3 C.8.19.6.3 (XA field of view). Detector elements count from 0 at the top left hand
// corner of the active area, their centres at whole numbers. The field is cut out, `binning`
// elements each way become one pixel, the picture is turned clockwise, then mirrored.
struct FieldOfView {
  int detector_columns = 0, detector_rows = 0;  // Active elements; 0: not stated.
  double origin_column = 0, origin_row = 0;     // Of the field's corner, elements.
  double binning = 1;
  int rotation_deg = 0;  // Clockwise: 0, 90, 180 or 270.
  bool horizontal_flip = false;
};

// The C-arm as the file states it. Angles as the operator dials them: + LAO, - RAO; + CRA, - CAU.
struct CArmPose {
  double primary_deg = 0;
  double secondary_deg = 0;
  double source_to_detector_mm = 0;
  double source_to_isocentre_mm = 0;    // Distance Source to Patient.
  double imager_spacing_column_mm = 0;  // At the detector.
  double imager_spacing_row_mm = 0;
  // Absent: the picture stands as the detector caught it.
  std::optional<FieldOfView> field = std::nullopt;
};

// What Mask Subtraction Sequence asks for. Frames count from 0.
struct MaskAdvice {
  std::vector<int> mask_frames;
  int first_frame = 0, last_frame = 0;  // Range that it applies to.
  double shift_row_px = 0, shift_column_px = 0;
};

// One X-ray angiogram.
struct AngioRun {
  std::string label;
  std::string series_uid;
  Side side = Side::Unknown;
  // Stored values, bigger = brighter on screen (MONOCHROME1 is turned round by the reader).
  std::vector<Frame<std::uint16_t>> frames;
  int bits_stored = 0;
  IntensityRelationship relationship = IntensityRelationship::Unknown;
  bool brighter_is_more_xray = true;           // False: contrast is bright (sign -1).
  std::vector<double> frame_times_s;           // As many as frames; starts at 0.
  double window_centre = 0, window_width = 0;  // 0: none in the file.
  bool lossy = false;                          // Then densities are not to be measured.
  std::optional<CArmPose> pose;                // Absent where any part of it is missing.
  std::optional<MaskAdvice> mask;              // Absent where missing or not to be believed.
  Calibration calibration;
  std::vector<SourceFile> sources;
};

// Where a plain radiograph's pixels were caught.
struct DetectorPlane {
  double spacing_column_mm = 0, spacing_row_mm = 0;  // Between pixels, at the detector.
  double source_to_detector_mm = 0;                  // 0: the file does not say.
  double source_to_patient_mm = 0;                   // 0: the file does not say.
};

// One plain radiograph.
struct Radiograph {
  std::string label;
  Side side = Side::Unknown;
  Frame<std::uint16_t> image;  // Bigger = brighter on screen.
  double window_centre = 0, window_width = 0;
  std::optional<DetectorPlane> detector;  // Absent where the file does not give its spacing.
  Calibration calibration;                // In the patient.
  std::vector<SourceFile> sources;
};

// One calibrated part of an ultrasound frame (DICOM C.8.5.5), px, inclusive.
struct UltrasoundRegion {
  int spatial_format = 0;  // 1 2-D, 2 M-mode, 3 spectral, 4 waveform, 5 graphics.
  int data_type = 0;       // 1 tissue, 2 colour flow, 3 PW, 4 CW, 0xD grey bar, 0xE colour bar.
  int x0 = 0, y0 = 0, x1 = 0, y1 = 0;
  int units_x = 0, units_y = 0;                         // 3 cm, 4 s, 5 Hz, 7 cm/s.
  double delta_x = 0, delta_y = 0;                      // Physical units per px.
  double reference_x = 0, reference_y = 0;              // px, from x0, y0.
  double reference_value_x = 0, reference_value_y = 0;  // Physical value there.
  double transducer_khz = 0;                            // 0: not in the file, below too.
  double pulse_repetition_hz = 0;
  std::optional<double> doppler_angle_deg;  // Beam to flow, for which velocities are corrected.
  std::optional<double> steering_deg;
  std::optional<Point2> gate;  // Sample volume, px of the whole image.
  Calibration calibration;     // In mm where both units are cm and the numbers are plausible.
};

// An ultrasound still or clip.
struct DuplexClip {
  std::string label;
  Side side = Side::Unknown;
  std::vector<Frame<Rgb>> frames;
  double frame_time_s = 0;  // 0 for a still.
  std::vector<UltrasoundRegion> regions;
  bool lossy = false;
  std::vector<SourceFile> sources;
};

struct SkippedFile {
  std::string file_name;  // Without folders: they may carry a name.
  std::string reason;     // One sentence.
};

struct Study {
  std::string alias;  // Made from a hash of the study's UID; never a name.
  std::string study_uid;
  Side side = Side::Unknown;
  std::vector<DuplexVolume> volumes;
  std::vector<AngioRun> runs;
  std::vector<Radiograph> radiographs;
  std::vector<DuplexClip> clips;
  std::vector<SkippedFile> skipped;

  bool empty() const {
    return volumes.empty() && runs.empty() && radiographs.empty() && clips.empty();
  }
};

// "geometry", "fiducial" ...: the word for reports and JSON.
std::string_view name_of(CalibrationSource source);

}  // namespace imaging
