// What the panels may ask of the pictures, without knowing who draws them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "app/session/session.h"
#include "imaging/core/image.h"

namespace app {

enum class ViewKind {
  AngioSubtracted,
  AngioNative,
  DuplexTransverse,    // Across the limb: the volume's i-j plane through the cursor.
  DuplexLongitudinal,  // j-k plane.
  DuplexCoronal,       // i-k plane.
  Scene,               // 3-D: lumens, needle, stents, coil.
  CrossSection,        // Duplex resampled across the selected vessel, with the fitted lumen.
  Straightened,        // Duplex along the selected vessel, pulled straight.
  Probe,  // Crossing: transverse to the artery at the site, clock face, artery, vein, needle.
  NeedleProfile,  // Crossing: the plane that holds needle and artery axis.
  DownNeedle,     // Crossing: from the artery along the needle, across it at the vein's centre.
  Radiograph,
  Strip,          // The circuit laid straight (see strip_scale.h).
  AngioCompared,  // Another run's perfusion, on the scale of the first.
  BestView,       // The plan as the C-arm would see it from the angles proposed.
  Predicted,  // Contrast through the circuit as the run's C-arm would see it.
};

// What lies under a pixel.
struct Pick {
  enum class What { Nothing, Vessel, ArteryEnd, VeinEnd };
  What what = What::Nothing;  // ArteryEnd, VeinEnd: the handles of the crossing.
  std::string vessel;         // Id, for Vessel.
  imaging::Point3<imaging::Lps> point;
};

// Pictures as GL textures in the current context. All positions are px from the picture's top-left.
// Main thread only.
class Views {
 public:
  virtual ~Views() = default;

  // Takes over what changed in the session since the last call; cheap when nothing did.
  virtual void sync(const Session& session) = 0;
  // Drawn at this size if anything changed; the name of a GL texture, row 0 at the bottom.
  // `scale` is px per logical px, for line widths and letters.
  virtual std::uintptr_t texture(ViewKind kind, int width_px, int height_px, float scale) = 0;
  // The same picture as pixels, row 0 on top.
  virtual imaging::Frame<imaging::Rgb> picture(ViewKind kind, int width_px, int height_px,
                                               float scale) = 0;

  virtual Pick pick(ViewKind kind, imaging::Point2 at) = 0;
  // The patient's point under `at`: on the plane of a slice; at the depth of `near` in the 3-D
  // view. Absent outside the volume, and for X-ray images.
  virtual std::optional<imaging::Point3<imaging::Lps>> point_at(
      ViewKind kind, imaging::Point2 at, const imaging::Point3<imaging::Lps>& near) = 0;
  // Where a patient's point falls on the picture; absent when it is not on it.
  virtual std::optional<imaging::Point2> place_of(ViewKind kind,
                                                  const imaging::Point3<imaging::Lps>& p) = 0;

  // X-ray images: the image's own pixel (column, row) under a place of the last drawn picture, and
  // where a pixel falls on it. Absent for all other kinds.
  virtual std::optional<imaging::Point2> pixel_at(ViewKind, imaging::Point2) {
    return std::nullopt;
  }
  virtual std::optional<imaging::Point2> place_of_pixel(ViewKind, imaging::Point2) {
    return std::nullopt;
  }

  // dx, dy in px; factor over 1 comes nearer.
  virtual void orbit(ViewKind kind, double dx, double dy) = 0;
  virtual void pan(ViewKind kind, double dx, double dy) = 0;
  virtual void zoom(ViewKind kind, double factor) = 0;
  virtual void reset(ViewKind kind) = 0;
};

}  // namespace app
