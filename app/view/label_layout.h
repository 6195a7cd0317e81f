// Where words fit on a picture without covering its vessels or each other.
#pragma once

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "imaging/core/geometry.h"
#include "imaging/core/image.h"

namespace app::view {

struct LabelBox {
  imaging::Point2 top_left;
  double width = 0, height = 0;
  bool overlaps(const LabelBox& other) const {
    return top_left.x < other.top_left.x + other.width && other.top_left.x < top_left.x + width &&
           top_left.y < other.top_left.y + other.height && other.top_left.y < top_left.y + height;
  }
};

struct PlacedLabel {
  LabelBox box;
  imaging::Point2 lead_end;  // On the box's rim, nearest to what it names.
};

// First what must stay visible is said, then labels are placed one by one, the most important one
// first. Cells of `cell_px` are told apart: what is nearer than that may touch.
class LabelLayout {
 public:
  LabelLayout(double width_px, double height_px, double cell_px);

  // A vessel: no words over it; a lead may cross it, and rather does not.
  void keep_line(imaging::Point2 a, imaging::Point2 b, double half_width_px);
  // Other words, scales, legends: neither words nor leads over them.
  void keep_box(const LabelBox& box);

  // The free place of this size nearest to `anchor`, its rim between `nearest_px` and
  // `farthest_px` away, with a lead that crosses no words and no other lead. Nothing where all is
  // taken. What is placed is kept free from then on.
  std::optional<PlacedLabel> place(imaging::Point2 anchor, double width, double height,
                                   double nearest_px, double farthest_px);

 private:
  static constexpr std::uint8_t vessel = 1, words = 2, lead = 4;
  template <class Visit>
  void along(imaging::Point2 a, imaging::Point2 b, Visit visit) const;
  bool is_free(const LabelBox& box) const;
  void mark(const LabelBox& box, std::uint8_t what);

  double width_px_, height_px_, cell_px_;
  imaging::Frame<std::uint8_t> taken_;
  std::vector<std::pair<imaging::Point2, imaging::Point2>> leads_;
};

}  // namespace app::view
