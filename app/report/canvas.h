// Marks on the pages of a PDF, and nothing about what they mean.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "imaging/core/image.h"
#include "imaging/core/result.h"

namespace app::report {

enum class Weight { Regular, Semibold, Bold };

struct Ink {
  unsigned char r = 0, g = 0, b = 0;
};

// A4 upright. Lengths are points (1/72 inch); x from the left edge, y from the top edge, text
// stands on its baseline. An error stops all later marks and is told by `finish`.
class Canvas {
 public:
  static constexpr double page_width_pt = 595.276, page_height_pt = 841.89;

  // Errors: Unreadable when the fonts are not installed.
  static imaging::Result<Canvas> make(const std::string& title);
  Canvas(Canvas&&) noexcept;
  Canvas& operator=(Canvas&&) noexcept;
  ~Canvas();

  // Marks go to the newest page until `select` says otherwise.
  void add_page();
  void select(std::size_t page);
  std::size_t page_count() const;

  double text_width_pt(const std::string& text, Weight weight, double size_pt) const;
  void text(double x, double y, const std::string& text, Weight weight, double size_pt, Ink ink);
  void line(double x0, double y0, double x1, double y1, double width_pt, Ink ink);
  void box(double x, double y, double width, double height, Ink fill);
  // Corners (x, y) in order; closed and filled.
  using Corners = std::vector<std::pair<double, double>>;
  void polygon(const Corners& corners, Ink fill);
  // All at once and with what lies below shining through, so that no seam shows between neighbours.
  void glaze(const std::vector<Corners>& polygons, Ink fill, double opacity);
  void disc(double x, double y, double radius, Ink fill);
  // Kept as JPEG; nothing for an empty picture.
  void picture(double x, double y, double width, double height,
               const imaging::Frame<imaging::Rgb>& image);

  // The whole file. Errors: InvalidInput when a mark could not be made.
  imaging::Result<std::vector<std::byte>> finish();

 private:
  struct State;
  explicit Canvas(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace app::report
