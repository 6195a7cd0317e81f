#include "app/report/layout.h"

#include <algorithm>
#include <cmath>

#include "app/report/wording.h"

namespace app::report {
namespace {

constexpr double top_pt = 66;                              // Below the head of the page.
constexpr double bottom_pt = Canvas::page_height_pt - 60;  // Above its foot.
constexpr double leading = 1.36;                           // Line distance over letter size.
constexpr TextStyle cell_style{Weight::Regular, 8.5, ink::text};
constexpr TextStyle remark_style{Weight::Regular, 8, ink::muted};
constexpr TextStyle head_style{Weight::Semibold, 7.5, ink::muted};
constexpr TextStyle caption_style{Weight::Regular, 8, ink::muted};
constexpr double cell_gap_pt = 8;  // Between the texts of neighbouring columns.
constexpr double row_padding_pt = 4;
constexpr double mark_room_pt = 13;  // A mark and the blank after it.
constexpr double bar_pt = 20;

double line_height_pt(const TextStyle& style) { return style.size_pt * leading; }
// Letters stand in the middle of their line.
double baseline_pt(const TextStyle& style) { return style.size_pt * (leading + 0.72) / 2; }

// The length in bytes of the letter that starts at `at`; the text is valid UTF-8.
std::size_t letter_length(const std::string& text, std::size_t at) {
  std::size_t length = 1;
  while (at + length < text.size() && static_cast<unsigned char>(text[at + length]) >> 6 == 2)
    ++length;
  return length;
}

}  // namespace

struct Layout::Part {
  std::vector<std::string> cells;  // Empty for the line of a remark.
  std::string remark;
  const Row* row = nullptr;
  Mark mark = Mark::None;  // Of the remark.
  bool first = false;      // The row's first line: it carries the marks and bars of the cells.
  bool last = false;
  double height_pt = 0;
};

Layout::Layout(Canvas& canvas, std::string head, std::string foot)
    : canvas_(canvas), head_(std::move(head)), foot_(std::move(foot)) {
  new_page();
  y_ = margin_pt;  // The first page has its title in place of the head.
}

void Layout::new_page() {
  canvas_.add_page();
  y_ = top_pt;
}

void Layout::need(double height_pt) {
  if (y_ + height_pt > bottom_pt && y_ > top_pt) new_page();
}

std::vector<std::string> Layout::wrapped(const std::string& text, TextStyle style,
                                         double width_pt) const {
  const std::string all = drawable(text);
  const auto fits = [&](const std::string& line) {
    return canvas_.text_width_pt(line, style.weight, style.size_pt) <= width_pt;
  };
  std::vector<std::string> lines;
  std::string line;
  for (std::size_t at = 0; at < all.size();) {
    const std::size_t end = std::min(all.find(' ', at), all.size());
    const std::string word = all.substr(at, end - at);
    at = end + 1;
    const std::string longer = line.empty() ? word : line + ' ' + word;
    if (fits(longer)) {
      line = longer;
      continue;
    }
    if (!line.empty()) lines.push_back(line);
    line.clear();
    // A word wider than the column is cut; at least one letter per line, so that this ends.
    for (std::size_t i = 0; i < word.size();) {
      const std::string letter = word.substr(i, letter_length(word, i));
      if (!line.empty() && !fits(line + letter)) {
        // Identifiers break behind an underscore where they have one.
        const std::size_t joint = line.rfind('_');
        const std::size_t kept = joint == std::string::npos ? line.size() : joint + 1;
        lines.push_back(line.substr(0, kept));
        line.erase(0, kept);
      }
      line += letter;
      i += letter.size();
    }
  }
  if (!line.empty() || lines.empty()) lines.push_back(line);
  return lines;
}

void Layout::mark(Mark mark, double x, double baseline_y, double size_pt) {
  const double r = 0.46 * size_pt;
  const double cx = x + r, cy = baseline_y - 0.34 * size_pt;
  const double stroke = 0.13 * size_pt;
  switch (mark) {
    case Mark::None:
      return;
    case Mark::Good:
      canvas_.disc(cx, cy, r, ink::good);
      canvas_.line(cx - 0.5 * r, cy, cx - 0.1 * r, cy + 0.42 * r, stroke, ink::paper);
      canvas_.line(cx - 0.1 * r, cy + 0.42 * r, cx + 0.52 * r, cy - 0.4 * r, stroke, ink::paper);
      return;
    case Mark::Warn:
      canvas_.polygon(
          {{cx, cy - 1.1 * r}, {cx + 1.1 * r, cy + 0.9 * r}, {cx - 1.1 * r, cy + 0.9 * r}},
          ink::warn);
      canvas_.line(cx, cy - 0.4 * r, cx, cy + 0.3 * r, stroke, ink::paper);
      canvas_.line(cx, cy + 0.48 * r, cx, cy + 0.72 * r, stroke, ink::paper);
      return;
    case Mark::Bad:
      canvas_.box(cx - 0.9 * r, cy - 0.9 * r, 1.8 * r, 1.8 * r, ink::bad);
      canvas_.line(cx - 0.45 * r, cy - 0.45 * r, cx + 0.45 * r, cy + 0.45 * r, stroke, ink::paper);
      canvas_.line(cx - 0.45 * r, cy + 0.45 * r, cx + 0.45 * r, cy - 0.45 * r, stroke, ink::paper);
      return;
  }
}

double Layout::room_pt() const { return bottom_pt - y_; }

void Layout::heading(const std::string& text, double follows_pt) {
  constexpr TextStyle style{Weight::Bold, 13, ink::text};
  need(line_height_pt(style) + 21 + follows_pt);
  if (y_ > top_pt) y_ += 16;
  canvas_.text(margin_pt, y_ + baseline_pt(style), text, style.weight, style.size_pt, style.ink);
  y_ += line_height_pt(style) + 5;
}

void Layout::paragraph(const std::string& text, TextStyle style) { remark({text}, style); }

void Layout::remark(const Remark& remark, TextStyle style) {
  const double indent = remark.mark == Mark::None ? 0 : mark_room_pt;
  bool first = true;
  for (const std::string& line : wrapped(remark.text, style, content_width_pt - indent)) {
    need(line_height_pt(style));
    const double baseline = y_ + baseline_pt(style);
    if (first) mark(remark.mark, margin_pt, baseline, style.size_pt);
    canvas_.text(margin_pt + indent, baseline, line, style.weight, style.size_pt, style.ink);
    y_ += line_height_pt(style);
    first = false;
  }
}

std::vector<double> Layout::edges(const std::vector<Column>& columns) const {
  double sum = 0;
  for (const Column& column : columns) sum += column.share;
  std::vector<double> edges{margin_pt};
  for (const Column& column : columns)
    edges.push_back(edges.back() + content_width_pt * column.share / sum);
  return edges;
}

void Layout::table_head(const std::vector<Column>& columns, const std::vector<double>& edges) {
  std::vector<std::vector<std::string>> heads;
  std::size_t lines = 1;
  for (std::size_t c = 0; c < columns.size(); ++c) {
    heads.push_back(wrapped(columns[c].head, head_style, edges[c + 1] - edges[c] - cell_gap_pt));
    lines = std::max(lines, heads.back().size());
  }
  const double height = static_cast<double>(lines) * line_height_pt(head_style);
  for (std::size_t c = 0; c < columns.size(); ++c) {
    // Heads of fewer lines stand on the rule, too.
    double y = y_ + height - static_cast<double>(heads[c].size()) * line_height_pt(head_style);
    for (const std::string& line : heads[c]) {
      const double width = canvas_.text_width_pt(line, head_style.weight, head_style.size_pt);
      const double x = columns[c].right ? edges[c + 1] - cell_gap_pt - width : edges[c];
      canvas_.text(x, y + baseline_pt(head_style), line, head_style.weight, head_style.size_pt,
                   head_style.ink);
      y += line_height_pt(head_style);
    }
  }
  y_ += height + 2;
  canvas_.line(margin_pt, y_, margin_pt + content_width_pt, y_, 0.8, ink::muted);
}

std::vector<Layout::Part> Layout::parts_of(const Row& row, const std::vector<Column>& columns,
                                           const std::vector<double>& edges) const {
  std::vector<std::vector<std::string>> lines;
  std::size_t count = 1;
  for (std::size_t c = 0; c < columns.size(); ++c) {
    const Cell& cell = row.cells.at(c);
    TextStyle style = cell_style;
    style.weight = cell.weight;
    const double taken =
        cell_gap_pt + (cell.mark == Mark::None ? 0 : mark_room_pt) + (cell.bar ? bar_pt + 4 : 0);
    lines.push_back(wrapped(cell.text, style, edges[c + 1] - edges[c] - taken));
    count = std::max(count, lines.back().size());
  }
  std::vector<Part> parts;
  for (std::size_t i = 0; i < count; ++i) {
    Part part{.cells = {},
              .remark = {},
              .row = &row,
              .first = i == 0,
              .height_pt = line_height_pt(cell_style)};
    for (const auto& cell : lines) part.cells.push_back(i < cell.size() ? cell[i] : "");
    parts.push_back(std::move(part));
  }
  for (const Remark& remark : row.remarks) {
    bool first = true;
    for (std::string& line :
         wrapped(remark.text, remark_style, content_width_pt - 2 * mark_room_pt)) {
      parts.push_back({.cells = {},
                       .remark = std::move(line),
                       .row = &row,
                       .mark = first ? remark.mark : Mark::None,
                       .height_pt = line_height_pt(remark_style)});
      first = false;
    }
  }
  parts.front().height_pt += row_padding_pt;
  parts.back().height_pt += row_padding_pt;
  parts.back().last = true;
  return parts;
}

void Layout::draw_part(const Part& part, const std::vector<Column>& columns,
                       const std::vector<double>& edges) {
  if (part.row->chosen) {
    canvas_.box(margin_pt - 6, y_, content_width_pt + 12, part.height_pt, ink::ground);
    canvas_.box(margin_pt - 6, y_, 2, part.height_pt, ink::accent);
  }
  const double y = y_ + (part.first ? row_padding_pt : 0);
  if (part.cells.empty()) {
    const double baseline = y + baseline_pt(remark_style);
    mark(part.mark, margin_pt + mark_room_pt, baseline, remark_style.size_pt);
    canvas_.text(margin_pt + 2 * mark_room_pt, baseline, part.remark, remark_style.weight,
                 remark_style.size_pt, remark_style.ink);
  }
  for (std::size_t c = 0; c < part.cells.size(); ++c) {
    const Cell& cell = part.row->cells[c];
    const double baseline = y + baseline_pt(cell_style);
    double x = edges[c];
    if (part.first) mark(cell.mark, x, baseline, cell_style.size_pt);
    if (cell.mark != Mark::None) x += mark_room_pt;
    if (part.first && cell.bar) {
      canvas_.box(x, baseline - 5, bar_pt, 4, ink::line);
      canvas_.box(x, baseline - 5, bar_pt * std::clamp(*cell.bar, 0.0, 1.0), 4, ink::accent);
    }
    if (cell.bar) x += bar_pt + 4;
    if (columns[c].right)
      x = edges[c + 1] - cell_gap_pt -
          canvas_.text_width_pt(part.cells[c], cell.weight, cell_style.size_pt);
    canvas_.text(x, baseline, part.cells[c], cell.weight, cell_style.size_pt, cell_style.ink);
  }
  y_ += part.height_pt;
  if (part.last) canvas_.line(margin_pt, y_, margin_pt + content_width_pt, y_, 0.5, ink::line);
}

void Layout::table(const std::vector<Column>& columns, const std::vector<Row>& rows) {
  const auto at = edges(columns);
  need(line_height_pt(head_style) * 2 + 40);
  table_head(columns, at);
  for (const Row& row : rows) {
    const auto parts = parts_of(row, columns, at);
    double height = 0;
    for (const Part& part : parts) height += part.height_pt;
    constexpr double page_pt = bottom_pt - top_pt - 40;
    // A row that no page can hold is broken between its lines instead.
    const bool whole = height <= page_pt;
    for (const Part& part : parts) {
      if (y_ + (whole && part.first ? height : part.height_pt) > bottom_pt) {
        new_page();
        table_head(columns, at);
      }
      draw_part(part, columns, at);
    }
  }
  y_ += 6;
}

void Layout::figure(const Figure& figure, double x, double y, double width_pt, double height_pt,
                    double caption_y) {
  const double scale =
      std::min(width_pt / figure.image->columns(), height_pt / figure.image->rows());
  canvas_.picture(x, y, figure.image->columns() * scale, figure.image->rows() * scale,
                  *figure.image);
  for (const std::string& line : wrapped(figure.caption, caption_style, width_pt)) {
    canvas_.text(x, caption_y + baseline_pt(caption_style), line, caption_style.weight,
                 caption_style.size_pt, caption_style.ink);
    caption_y += line_height_pt(caption_style);
  }
}

void Layout::figures(const std::vector<Figure>& figures, int across, double height_pt) {
  constexpr double gap_pt = 12;
  const double width = (content_width_pt - (across - 1) * gap_pt) / across;
  for (std::size_t first = 0; first < figures.size(); first += static_cast<std::size_t>(across)) {
    const std::size_t last = std::min(figures.size(), first + static_cast<std::size_t>(across));
    double tallest = 0, captions = 0;
    for (std::size_t i = first; i < last; ++i) {
      const auto& image = *figures[i].image;
      tallest = std::max(tallest, std::min(height_pt, width * image.rows() / image.columns()));
      captions = std::max(
          captions,
          line_height_pt(caption_style) *
              static_cast<double>(wrapped(figures[i].caption, caption_style, width).size()));
    }
    need(tallest + captions + 4);
    for (std::size_t i = first; i < last; ++i)
      figure(figures[i], margin_pt + static_cast<double>(i - first) * (width + gap_pt), y_, width,
             tallest, y_ + tallest + 4);
    y_ += tallest + 4 + captions + 10;
  }
}

void Layout::tall_figure(const std::vector<Figure>& figures) {
  constexpr double gap_pt = 12, most_pt = 440;
  if (figures.empty()) return;
  need(tall_figure_pt);
  const double height = std::min(bottom_pt - y_, most_pt);
  const double width = (content_width_pt - gap_pt) / 2;
  const auto draw = [&](const Figure& f, double x, double y, double room_pt) {
    const auto lines = static_cast<double>(wrapped(f.caption, caption_style, width).size());
    const double picture_pt = room_pt - lines * line_height_pt(caption_style) - 4;
    const double shown_pt = std::min(picture_pt, width * f.image->rows() / f.image->columns());
    figure(f, x, y, width, shown_pt, y + shown_pt + 4);
  };
  const double right = margin_pt + width + gap_pt;
  const auto others = static_cast<double>(figures.size() - 1);
  const double share_pt = (height - std::max(0.0, others - 1) * gap_pt) / std::max(1.0, others);
  draw(figures.front(), margin_pt, y_, height);
  for (std::size_t i = 1; i < figures.size(); ++i)
    draw(figures[i], right, y_ + static_cast<double>(i - 1) * (share_pt + gap_pt), share_pt);
  y_ += height + 10;
}

void Layout::finish() {
  constexpr double size = 8;
  constexpr double right = margin_pt + content_width_pt;
  const std::size_t count = canvas_.page_count();
  for (std::size_t i = 0; i < count; ++i) {
    canvas_.select(i);
    const std::string number = "Page " + std::to_string(i + 1) + " of " + std::to_string(count);
    const double foot_y = Canvas::page_height_pt - 36;
    canvas_.line(margin_pt, foot_y - 12, right, foot_y - 12, 0.5, ink::line);
    canvas_.text(margin_pt, foot_y, foot_, Weight::Semibold, size, ink::warn);
    canvas_.text(right - canvas_.text_width_pt(number, Weight::Regular, size), foot_y, number,
                 Weight::Regular, size, ink::muted);
    if (i == 0) continue;
    // An alias from outside may be of any length.
    const std::string head =
        wrapped(head_, {Weight::Regular, size, ink::muted}, content_width_pt - 80).front();
    canvas_.text(margin_pt, 44, "Oasis", Weight::Bold, size, ink::accent);
    canvas_.text(right - canvas_.text_width_pt(head, Weight::Regular, size), 44, head,
                 Weight::Regular, size, ink::muted);
    canvas_.line(margin_pt, 51, right, 51, 0.5, ink::line);
  }
}

}  // namespace app::report
