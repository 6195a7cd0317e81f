#include "app/session/angio_mask.h"

#include "app/session/cine.h"

namespace app {

imaging::Result<imaging::Mask> chosen_mask(const imaging::AngioRun& run, const ViewState& view,
                                           const AngioFindings& findings) {
  if (const AngioMask* found = findings.mask.get(); found && found->run == view.run &&
                                                    found->choice == view.angio.mask &&
                                                    found->frame == view.mask_frame)
    return found->mask;
  using imaging::Mask;
  if (view.angio.mask == MaskChoice::ThisFrame && view.mask_frame) {
    Mask mask;
    mask.frames = {*view.mask_frame};
    mask.reason = "Chosen by hand.";
    return mask;
  }
  if (view.angio.mask == MaskChoice::FromFile) return imaging::choose_mask(run);
  auto mask = imaging::find_mask(run);
  if (!mask || view.angio.mask != MaskChoice::Average) return mask;
  const int last = mask->frames.back();
  mask->frames.clear();
  for (int n = 0; n <= last; ++n) mask->frames.push_back(n);
  mask->reason = "The mean of every frame before the contrast: less noise, if the limb lay still.";
  return mask;
}

void next_mask(ViewState& view, const imaging::AngioRun& run) {
  switch (view.angio.mask) {
    case MaskChoice::FromFile:
      view.angio.mask = MaskChoice::Found;
      break;
    case MaskChoice::Found:
      view.angio.mask = MaskChoice::ThisFrame;
      view.mask_frame = shown_frame(view, run);
      break;
    case MaskChoice::ThisFrame:
      view.angio.mask = MaskChoice::Average;
      view.mask_frame.reset();
      break;
    case MaskChoice::Average:
      view.angio.mask = run.mask ? MaskChoice::FromFile : MaskChoice::Found;
      break;
  }
}

const char* words_for(MaskChoice choice) {
  switch (choice) {
    case MaskChoice::FromFile:
      return "The file's";
    case MaskChoice::Found:
      return "Found";
    case MaskChoice::ThisFrame:
      return "This frame";
    case MaskChoice::Average:
      break;
  }
  return "Average";
}

const AngioMotion* motion_of(const AngioFindings& findings, std::size_t run,
                             const imaging::Mask& mask, MotionChoice choice) {
  const AngioMotion* found = findings.motion.get();
  const bool fits = found && found->run == run && found->mask_frames == mask.frames &&
                    found->choice == choice && choice != MotionChoice::Off &&
                    found->refusal.empty();
  return fits ? found : nullptr;
}

imaging::Result<imaging::Mask> mask_in_view(const imaging::AngioRun& run, const ViewState& view,
                                            const AngioFindings& findings) {
  auto mask = chosen_mask(run, view, findings);
  if (!mask) return mask;
  if (const AngioMotion* motion = motion_of(findings, view.run, *mask, view.angio.motion)) {
    // It was found against the mask as it lies: a shift that the file states is in it already.
    mask->motion = motion->displacements;
    mask->shift_column_px = mask->shift_row_px = 0;
  }
  mask->shift_column_px += view.shift_column_px;
  mask->shift_row_px += view.shift_row_px;
  return mask;
}

}  // namespace app
