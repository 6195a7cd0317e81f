#include "app/view/evidence_picture.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>
#include <numeric>
#include <set>

#include "app/view/canvas.h"
#include "imaging/angio/subtraction.h"

namespace app {
namespace {

using imaging::Frame;
using imaging::Point2;
using imaging::Rgb;
using planning::ScoreEvidence;

struct Marked {
  ScoreEvidence mark;
  std::string level;  // As its label.
  bool proposed = false;
};

// Where an image stands in the study, and its frame.
struct Place {
  bool radiograph = false;
  std::size_t index = 0;
  int frame = 0;
  auto operator<=>(const Place&) const = default;
};

std::string uid_of(const std::vector<imaging::SourceFile>& sources) {
  return sources.empty() ? "unnamed" : sources.front().sop_instance_uid;
}

std::optional<Place> place_of(const imaging::Study& study, const ScoreEvidence& mark) {
  for (std::size_t n = 0; n < study.runs.size(); ++n)
    if (uid_of(study.runs[n].sources) == mark.image_uid && !study.runs[n].frames.empty())
      return Place{false, n,
                   std::clamp(mark.frame, 0, static_cast<int>(study.runs[n].frames.size()) - 1)};
  for (std::size_t n = 0; n < study.radiographs.size(); ++n)
    if (uid_of(study.radiographs[n].sources) == mark.image_uid) return Place{true, n, 0};
  return std::nullopt;
}

Frame<float> as_floats(const Frame<std::uint16_t>& image) {
  Frame<float> floats(image.columns(), image.rows());
  for (std::size_t i = 0; i < image.size(); ++i)
    floats.data()[i] = static_cast<float>(image.data()[i]);
  return floats;
}

// Grey as a reader looks at it: contrast dark, bone bright. The darkest and brightest hundredths
// are cut; the image is enlarged by whole pixels until words beside it can be read.
Frame<Rgb> grey_picture(const Frame<float>& values, bool inverted, int times) {
  const auto range = imaging::grey_range(values, 0.005, 0.995);
  const float span = std::max(range.high - range.low, 1e-6f);
  Frame<Rgb> picture(values.columns() * times, values.rows() * times);
  for (int row = 0; row < picture.rows(); ++row)
    for (int column = 0; column < picture.columns(); ++column) {
      float share = std::clamp((values(column / times, row / times) - range.low) / span, 0.f, 1.f);
      if (inverted) share = 1 - share;
      const auto level = static_cast<unsigned char>(std::lround(255 * share));
      picture(column, row) = {level, level, level};
    }
  return picture;
}

Frame<float> pixels_of(const imaging::Study& study, const Place& place, bool& inverted) {
  inverted = false;
  if (place.radiograph) return as_floats(study.radiographs[place.index].image);
  const imaging::AngioRun& run = study.runs[place.index];
  if (const auto mask = imaging::choose_mask(run))
    if (const auto subtraction = imaging::Subtraction::make(run, *mask)) {
      inverted = true;
      return subtraction->frame(place.frame);
    }
  return as_floats(run.frames[static_cast<std::size_t>(place.frame)]);
}

// Of the lines of one item: each length where they are few, else their number and sum; in mm only
// where all of them are.
std::string length_words(const std::vector<ScoreEvidence>& marks,
                         const imaging::Calibration& calibration) {
  std::vector<double> mm, px;
  for (const ScoreEvidence& mark : marks) {
    if (mark.points.size() < 2) continue;
    px.push_back(length_px(mark.points));
    if (const auto length = mark.length_mm ? mark.length_mm : length_mm(mark.points, calibration))
      mm.push_back(*length);
  }
  if (px.empty()) return "";
  const bool in_mm = mm.size() == px.size();
  const std::vector<double>& lengths = in_mm ? mm : px;
  const auto number = [&](double length) {
    char text[32];
    std::snprintf(text, sizeof text, in_mm ? "%.1f" : "%.0f", length);
    return std::string(text);
  };
  constexpr std::size_t few = 4;
  std::string words;
  if (lengths.size() <= few) {
    for (const double length : lengths) words += ", " + number(length);
  } else {
    words = ", " + std::to_string(lengths.size()) + " lines, together " +
            number(std::accumulate(lengths.begin(), lengths.end(), 0.0));
  }
  return words + (in_mm ? " mm" : " px");
}

void draw_mark(view::Canvas& canvas, const Marked& one, int times) {
  const Rgb colour = one.proposed ? view::token::needle : view::token::accent;
  std::vector<Point2> points;
  for (const planning::ImagePoint& p : one.mark.points)
    points.push_back({(p.column_px + 0.5) * times - 0.5, (p.row_px + 0.5) * times - 0.5});
  if (points.empty()) return;
  view::Stroke stroke;
  stroke.colour = colour;
  stroke.width = 2;
  if (one.proposed) {
    stroke.dash = 6;
    stroke.gap = 4;
  }
  canvas.polyline(points, stroke);
  stroke.dash = stroke.gap = 0;
  canvas.circle(points.front(), canvas.px(points.size() == 1 ? 6 : 4), stroke);
  if (points.size() > 1) canvas.circle(points.back(), canvas.px(4), stroke);
}

// What was marked, below the image: a line for each item, and whether it was only proposed.
std::vector<std::pair<std::string, bool>> lines_of(const planning::ScoreBook& book,
                                                   const std::vector<Marked>& marks,
                                                   const imaging::Calibration& calibration) {
  std::vector<std::pair<std::string, bool>> lines;
  std::set<std::pair<std::string, bool>> told;
  for (const Marked& one : marks) {
    if (!told.insert({one.mark.item, one.proposed}).second) continue;
    std::vector<ScoreEvidence> own;
    for (const Marked& other : marks)
      if (other.mark.item == one.mark.item && other.proposed == one.proposed)
        own.push_back(other.mark);
    const planning::ScoreItem* item = book.item(one.mark.item);
    lines.emplace_back((item ? item->label : one.mark.item) + ": " + one.level +
                           (one.proposed ? " (proposed)" : "") + length_words(own, calibration),
                       one.proposed);
  }
  return lines;
}

Frame<Rgb> draw(const imaging::Study& study, const planning::ScoreBook& book, const Place& place,
                const std::vector<Marked>& marks) {
  bool inverted = false;
  const Frame<float> values = pixels_of(study, place, inverted);
  constexpr double legible_px = 900;
  const int longer = std::max({1, values.columns(), values.rows()});
  const int times = std::max(1, static_cast<int>(std::lround(legible_px / longer)));
  Frame<Rgb> image = grey_picture(values, inverted, times);
  const double scale = std::max(1.0, std::max(image.columns(), image.rows()) / 900.0);
  const auto lines = lines_of(book, marks,
                              place.radiograph ? study.radiographs[place.index].calibration
                                               : study.runs[place.index].calibration);
  const int line_px = static_cast<int>(std::lround(20 * scale));
  const int foot_px = line_px * static_cast<int>(lines.size() + 2) + line_px / 2;
  Frame<Rgb> sheet(image.columns(), image.rows() + foot_px);
  std::fill(sheet.data(), sheet.data() + sheet.size(), view::token::ground);
  for (int row = 0; row < image.rows(); ++row)
    for (int column = 0; column < image.columns(); ++column)
      sheet(column, row) = image(column, row);
  view::Canvas canvas(std::move(sheet), scale);
  for (const Marked& one : marks) draw_mark(canvas, one, times);
  double y = image.rows() + 1.1 * line_px;
  const auto write = [&](const std::string& words, Rgb colour, view::Weight weight) {
    view::Type type;
    type.colour = colour;
    type.weight = weight;
    canvas.text({canvas.px(10), y}, words, type);
    y += line_px;
  };
  const std::string what = place.radiograph ? study.radiographs[place.index].label
                                            : study.runs[place.index].label + ", frame " +
                                                  std::to_string(place.frame + 1);
  write(study.alias + ", " + std::string(imaging::name_of(study.side)) + " leg: " + what,
        view::token::text, view::Weight::SemiBold);
  for (const auto& [words, proposed] : lines)
    write(words, proposed ? view::token::needle : view::token::accent, view::Weight::Regular);
  write("Research and education only; not a medical device.", view::token::muted,
        view::Weight::Regular);
  return canvas.release();
}

}  // namespace

std::vector<EvidencePicture> evidence_pictures(const imaging::Study& study,
                                               const planning::ScoreBook& book,
                                               const planning::ScoreForm& form,
                                               const CaseProposals* proposals) {
  std::map<Place, std::vector<Marked>> by_image;
  const auto add = [&](const ScoreEvidence& mark, const std::string& level, bool proposed) {
    const auto place = place_of(study, mark);
    if (!place) return;
    const planning::ScoreItem* item = book.item(mark.item);
    const planning::ScoreLevel* known = item ? item->level(level) : nullptr;
    by_image[*place].push_back({mark, known ? known->label : level, proposed});
  };
  if (proposals)
    for (const planning::Proposal& proposal : proposals->proposals)
      for (const ScoreEvidence& mark : proposal.evidence) add(mark, proposal.level, true);
  for (const ScoreEvidence& mark : form.evidence) {
    const auto level = form.levels.find(mark.item);
    add(mark, level == form.levels.end() ? "not scored" : level->second, false);
  }
  std::vector<EvidencePicture> pictures;
  for (const auto& [place, marks] : by_image) {
    const std::string number = std::to_string(place.index + 1);
    pictures.push_back({place.radiograph
                            ? "radiograph_" + number
                            : "angiogram_" + number + "_frame_" + std::to_string(place.frame + 1),
                        draw(study, book, place, marks)});
  }
  return pictures;
}

}  // namespace app
