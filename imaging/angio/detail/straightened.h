// A picture laid straight along a line, and averaged along it.
#pragma once

#include <vector>

#include "imaging/core/geometry.h"
#include "imaging/core/image.h"

namespace imaging {

class Straightened {
 public:
  using Profile = std::vector<float>;

  // `points` lie about a pixel apart. Beyond the picture its border goes on.
  Straightened(const Frame<float>& image, const std::vector<Point2>& points, double reach_px);

  int rows() const { return rows_.rows(); }
  // Across the line, the mean over `half` rows on either side.
  void mean(int row, int half, Profile& profile) const;
  // `px` from the line, to the right of who walks along it with columns to the right and rows down.
  float at(const Profile& profile, double px) const;

 private:
  int middle_;  // Half a pixel lies between columns.
  Frame<float> rows_;
};

}  // namespace imaging
