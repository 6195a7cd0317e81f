// Text, tables and pictures down the page, over page breaks, within the margins.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/report/canvas.h"

namespace app::report {

namespace ink {
inline constexpr Ink text{0x11, 0x16, 0x1c};
inline constexpr Ink muted{0x51, 0x60, 0x6e};
inline constexpr Ink line{0xd5, 0xdb, 0xe1};
inline constexpr Ink ground{0xf3, 0xf5, 0xf7};
inline constexpr Ink paper{0xff, 0xff, 0xff};
inline constexpr Ink accent{0x0e, 0x82, 0x73};
inline constexpr Ink good{0x1b, 0x7f, 0x53};
inline constexpr Ink warn{0x9a, 0x5b, 0x00};
inline constexpr Ink bad{0xc0, 0x21, 0x3a};
}  // namespace ink

// State is a shape as well as a colour: a disc with a tick, a triangle, a square with a cross.
enum class Mark { None, Good, Warn, Bad };

struct TextStyle {
  Weight weight = Weight::Regular;
  double size_pt = 9;
  Ink ink = ink::text;
};

struct Column {
  std::string head;
  double share = 1;  // Of the table's width, relative to the other columns.
  bool right = false;
};

struct Cell {
  std::string text;
  Mark mark = Mark::None;
  Weight weight = Weight::Regular;
  std::optional<double> bar;  // In [0, 1], drawn before the text.
  Cell() = default;
  Cell(std::string words, Mark sign = Mark::None, Weight heavy = Weight::Regular)
      : text(std::move(words)), mark(sign), weight(heavy) {}
};

// A sentence below the cells of a row, over the whole width.
struct Remark {
  std::string text;
  Mark mark = Mark::None;
};

struct Row {
  std::vector<Cell> cells;  // One per column.
  std::vector<Remark> remarks;
  bool chosen = false;  // Set off by its ground.
};

struct Figure {
  const imaging::Frame<imaging::Rgb>* image = nullptr;
  std::string caption;
};

class Layout {
 public:
  static constexpr double margin_pt = 48;
  static constexpr double content_width_pt = Canvas::page_width_pt - 2 * margin_pt;

  // `head` stands on top of every page but the first, `foot` below every page beside its number.
  Layout(Canvas& canvas, std::string head, std::string foot);

  double y() const { return y_; }
  void space(double height_pt) { y_ += height_pt; }
  // Goes to a new page unless this much fits on this one.
  void need(double height_pt);

  // Left on this page.
  double room_pt() const;

  // On the page that holds at least `follows_pt` of what follows: no heading stands alone.
  void heading(const std::string& text, double follows_pt = 70);
  void paragraph(const std::string& text, TextStyle style = {});
  void remark(const Remark& remark, TextStyle style = {});
  // The head is repeated on every page that the table reaches. A row stays whole where a page can
  // hold it.
  void table(const std::vector<Column>& columns, const std::vector<Row>& rows);
  // Side by side, `across` of them, each scaled to its share of the width and at most `height_pt`.
  void figures(const std::vector<Figure>& figures, int across, double height_pt);

  // The first stands tall on the left, the others above each other on the right, in whatever is
  // left of the page if that is worth it.
  static constexpr double tall_figure_pt = 320;  // At least.
  void tall_figure(const std::vector<Figure>& figures);

  // `text` broken to `width_pt`, at blanks where possible; at least one line.
  std::vector<std::string> wrapped(const std::string& text, TextStyle style, double width_pt) const;
  void mark(Mark mark, double x, double baseline_y, double size_pt);

  // Heads, feet and page numbers. Last.
  void finish();

 private:
  struct Part;  // One line of a row.
  void new_page();
  std::vector<double> edges(const std::vector<Column>& columns) const;
  void table_head(const std::vector<Column>& columns, const std::vector<double>& edges);
  std::vector<Part> parts_of(const Row& row, const std::vector<Column>& columns,
                             const std::vector<double>& edges) const;
  void draw_part(const Part& part, const std::vector<Column>& columns,
                 const std::vector<double>& edges);
  void figure(const Figure& figure, double x, double y, double width_pt, double height_pt,
              double caption_y);

  Canvas& canvas_;
  std::string head_, foot_;
  double y_ = 0;  // Top of what comes next.
};

}  // namespace app::report
