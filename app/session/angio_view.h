// How an angiogram is looked at: part of ViewState, so kept for each case but not undone.
#pragma once

#include <optional>

namespace app {

// Which frames are subtracted from the others.
enum class MaskChoice {
  FromFile,   // The file's own; found where it states none.
  Found,      // Up to three frames before the contrast arrives.
  ThisFrame,  // ViewState::mask_frame.
  Average,    // Every frame before the contrast arrives.
};

// What is done about a limb that moved.
enum class MotionChoice { Off, Shift, Deformation };

// What stands in place of the subtracted frame.
enum class AngioShows {
  Frame,
  Peak,  // The most contrast of every place over chosen frames.
  Map,   // Perfusion.
};

// What a click on the picture means.
enum class AngioTool { Look, Vessel, Region, Distance, Ball, Catheter, Landmark };

// The quantities of imaging::PerfusionMaps.
enum class PerfusionQuantity { Arrival, TimeToPeak, Peak, Area, Transit, WashIn };

// The aims of imaging::ViewAim.
enum class BestAim { None, NeedleInProfile, VesselsApart, GunSight };

struct AngioView {
  MaskChoice mask = MaskChoice::FromFile;
  MotionChoice motion = MotionChoice::Deformation;
  AngioShows shows = AngioShows::Frame;
  AngioTool tool = AngioTool::Look;
  PerfusionQuantity quantity = PerfusionQuantity::Arrival;
  std::optional<int> peak_first, peak_last;  // Absent: from the first, to the last frame.
  bool peak_of_gas = false;                  // The least instead of the most: carbon dioxide.
  bool loops = true;                         // Playing begins again at the end.
  bool shows_plan = false;                   // Over the run, where it has been registered.
  std::optional<int> compared_run;           // Shown beside this one, on one scale.
  bool shows_tree = false;                   // The vessels traced on the peak picture.
  BestAim aim = BestAim::None;               // What the C-arm should be turned for.
  bool operator==(const AngioView&) const = default;
};

}  // namespace app
