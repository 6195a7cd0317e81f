// Where the foot lies on an AP picture: its outline gives the frame that its arteries are named in.
#pragma once

#include "imaging/core/foot_map.h"
#include "imaging/core/image.h"
#include "imaging/core/vessel_tree.h"

namespace imaging {

struct FootOutline {
  Point2 toe_tip;  // On the midline, level with the tip of the longest toe, px.
  double heelwards_x = 0, heelwards_y = 0;  // Unit.
  double lateral_x = 0, lateral_y = 0;      // Unit, towards the little toe.
  double width_px = 0;                      // Greatest width of the forefoot.
  // The longest toe lies on the side where the stated side has its big toe. A foot without toes may
  // lie either way.
  bool side_fits = true;
  // The tips lie in the picture. Else `toe_tip` lies on its edge, and the true tip beyond.
  bool toes_shown = true;

  Point2 at(const FootPlace& place) const {
    const double along = place.from_toes * width_px, across = place.lateral * width_px;
    return {toe_tip.x + along * heelwards_x + across * lateral_x,
            toe_tip.y + along * heelwards_y + across * lateral_y};
  }
};

// `absorption`: + for more (Subtraction::log_mask, or a radiograph whose bone is bright). The view
// is AP or dorsoplantar, unflipped: a left foot with its toes down has its big toe on the left.
// `tips`: whether a foot will do whose toes run out of the picture.
// Errors: InvalidInput for Side::Unknown; NotFound where no such outline is in the picture.
enum class ToeTips { Needed, MayBeCutOff };
Result<FootOutline> outline_foot(const Frame<float>& absorption, Side side,
                                 ToeTips tips = ToeTips::Needed);

}  // namespace imaging
