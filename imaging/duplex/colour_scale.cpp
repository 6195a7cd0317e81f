#include "imaging/duplex/colour_scale.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace imaging {
namespace {

constexpr int graphics_bar = 0xE;  // Region Data Type (PS3.3 C.8.5.5.1.2): colour bar.
constexpr int velocity_unit = 7;   // cm/s.
constexpr int least_steps = 16;    // Fewer colours tell no profile.
// A bar that is found without the file's help is wide enough for an eye, and taller than wide.
constexpr int least_bar_columns = 5, least_bar_rows = 40;
// Colours this far apart, of 255, differ after lossy compression too.
constexpr int same_colour = 16;
constexpr int colourful = 40;  // Largest less least channel of what is no grey.
// Fastest blood in a stenosis is near 6 m/s; no bar of colour reaches 3.
constexpr double fastest_cm_s = 300;

int chroma(Rgb c) { return std::max({c.r, c.g, c.b}) - std::min({c.r, c.g, c.b}); }
int brightness(Rgb c) { return std::max({c.r, c.g, c.b}); }
double apart(Rgb a, Rgb b) {
  return std::sqrt(std::pow(a.r - b.r, 2) + std::pow(a.g - b.g, 2) + std::pow(a.b - b.b, 2));
}

bool holds(const PixelBox& box, int x, int y) {
  return x >= box.x0 && x <= box.x1 && y >= box.y0 && y <= box.y1;
}

PixelBox box_of(const UltrasoundRegion& region) {
  return {region.x0, region.y0, region.x1, region.y1};
}

// The median colour of a row of the bar, its outer columns left out: compression smears there.
Rgb colour_of_row(const Frame<Rgb>& frame, const PixelBox& bar, int row) {
  const int margin = (bar.x1 - bar.x0 + 1) / 4;
  std::array<std::vector<int>, 3> channels;
  for (int x = bar.x0 + margin; x <= bar.x1 - margin; ++x) {
    const Rgb c = frame(x, row);
    channels[0].push_back(c.r);
    channels[1].push_back(c.g);
    channels[2].push_back(c.b);
  }
  std::array<unsigned char, 3> middle{};
  for (std::size_t n = 0; n < 3; ++n) {
    const auto at = channels[n].begin() + static_cast<std::ptrdiff_t>(channels[n].size() / 2);
    std::nth_element(channels[n].begin(), at, channels[n].end());
    middle[n] = static_cast<unsigned char>(*at);
  }
  return {middle[0], middle[1], middle[2]};
}

// A bar of power has no dark baseline inside, or the same colours on both sides of it.
bool shows_power(const std::vector<Rgb>& colours) {
  const auto n = static_cast<int>(colours.size());
  int dark = 0;
  for (int i = 0; i < n; ++i)
    if (brightness(colours[static_cast<std::size_t>(i)]) <
        brightness(colours[static_cast<std::size_t>(dark)]))
      dark = i;
  if (dark < n / 16 || dark >= n - n / 16) return true;
  int same = 0, compared = 0;
  for (int d = 2; dark - d >= 0 && dark + d < n; ++d) {
    ++compared;
    same += apart(colours[static_cast<std::size_t>(dark - d)],
                  colours[static_cast<std::size_t>(dark + d)]) < 2 * same_colour;
  }
  return compared > 0 && 2 * same > compared;
}

struct Bar {
  PixelBox box;
  std::string where;  // "in the region that the file names".
  const UltrasoundRegion* region = nullptr;
};

std::vector<PixelBox> tissue_of(const DuplexClip& clip) {
  std::vector<PixelBox> boxes;
  for (const UltrasoundRegion& region : clip.regions)
    if (region.spatial_format >= 1 && region.spatial_format <= 4) boxes.push_back(box_of(region));
  return boxes;
}

Result<Bar> bar_of(const DuplexClip& clip, const ScaleByHand& by_hand) {
  const Frame<Rgb>& frame = clip.frames.front();
  const auto check = [&](const PixelBox& box) {
    return box.x0 >= 0 && box.y0 >= 0 && box.x1 < frame.columns() && box.y1 < frame.rows() &&
           box.x1 - box.x0 >= 1 && box.y1 - box.y0 + 1 >= least_steps;
  };
  if (by_hand.bar) {
    if (!check(*by_hand.bar))
      return fail(ErrorCode::InvalidInput,
                  "The box for the colour bar is too small or lies outside of the picture.");
    return Bar{*by_hand.bar, "in the box given by hand", nullptr};
  }
  for (const UltrasoundRegion& region : clip.regions)
    if (region.data_type == graphics_bar && check(box_of(region)))
      return Bar{box_of(region), "in the region that the file names", &region};
  if (const auto found = find_colour_bar(frame, tissue_of(clip)))
    return Bar{*found, "seen in the picture", nullptr};
  return fail(ErrorCode::NotFound,
              "No colour bar is seen in this picture; draw a box around it, or record with the "
              "bar shown.");
}

struct Ends {
  double top_cm_s, bottom_cm_s;
  std::string source;
};

Result<Ends> ends_of(const Bar& bar, const ScaleByHand& by_hand, int baseline, int rows) {
  if (by_hand.top_cm_s && by_hand.bottom_cm_s)
    return Ends{*by_hand.top_cm_s, *by_hand.bottom_cm_s, "ends given by hand"};
  if (by_hand.top_cm_s || by_hand.bottom_cm_s) {
    // One end, and the baseline between the colours, say the other.
    const double above = baseline + 0.5, below = rows - above;
    if (above < 1 || below < 1)
      return fail(ErrorCode::InvalidInput,
                  "The bar shows no baseline; give the velocities of both its ends.");
    if (by_hand.top_cm_s)
      return Ends{*by_hand.top_cm_s, -*by_hand.top_cm_s * below / above,
                  "upper end given by hand, the lower by the baseline"};
    return Ends{-*by_hand.bottom_cm_s * above / below, *by_hand.bottom_cm_s,
                "lower end given by hand, the upper by the baseline"};
  }
  if (bar.region && bar.region->units_y == velocity_unit && bar.region->delta_y != 0 &&
      std::isfinite(bar.region->delta_y)) {
    const auto at = [&](double row) {
      return bar.region->reference_value_y + (row - bar.region->reference_y) * bar.region->delta_y;
    };
    return Ends{at(0), at(rows - 1), "scale as the file states it"};
  }
  return fail(ErrorCode::Uncalibrated,
              "The file does not say how fast the ends of its colour bar are; read the numbers "
              "printed there and give them.");
}

}  // namespace

double ColourScale::highest_cm_s() const {
  return std::max(steps.front().velocity_cm_s, steps.back().velocity_cm_s);
}
double ColourScale::lowest_cm_s() const {
  return std::min(steps.front().velocity_cm_s, steps.back().velocity_cm_s);
}

std::optional<PixelBox> find_colour_bar(const Frame<Rgb>& frame,
                                        const std::vector<PixelBox>& tissue) {
  const auto in_tissue = [&](int x, int y) {
    return std::ranges::any_of(tissue, [&](const PixelBox& box) { return holds(box, x, y); });
  };
  // A stretch of one colour in a row, and the bar of such stretches that it continues.
  struct Stretch {
    int x0, x1, top, coloured;
  };
  std::vector<Stretch> open;
  std::optional<PixelBox> best;
  const auto close = [&](const Stretch& s, int bottom) {
    const int rows = bottom - s.top + 1, columns = s.x1 - s.x0 + 1;
    // The baseline, and a gap at it, may be black.
    const bool is_bar = rows >= least_bar_rows && rows >= 2 * columns && 4 * s.coloured > 3 * rows;
    if (is_bar && (!best || rows > best->y1 - best->y0 + 1)) best = {s.x0, s.top, s.x1, bottom};
  };
  for (int y = 0; y < frame.rows(); ++y) {
    std::vector<Stretch> here;
    for (int x = 0; x < frame.columns();) {
      const Rgb first = frame(x, y);
      int end = x + 1;
      while (end < frame.columns() && apart(frame(end, y), first) < same_colour) ++end;
      if (end - x >= least_bar_columns && chroma(first) >= colourful && !in_tissue(x, y))
        here.push_back({x, end - 1, y, 1});
      x = end;
    }
    std::vector<Stretch> next;
    for (Stretch& old : open) {
      const auto same = std::ranges::find_if(here, [&](const Stretch& s) {
        return std::abs(s.x0 - old.x0) <= 2 && std::abs(s.x1 - old.x1) <= 2;
      });
      if (same != here.end()) {
        next.push_back(
            {std::max(old.x0, same->x0), std::min(old.x1, same->x1), old.top, old.coloured + 1});
        here.erase(same);
        continue;
      }
      // Up to a tenth of the bar may be dark around the baseline.
      const int rows = y - old.top;
      const bool dark_gap = rows - old.coloured < 3 + old.coloured / 5 &&
                            brightness(frame((old.x0 + old.x1) / 2, y)) < 60 &&
                            y + 1 < frame.rows();
      if (dark_gap)
        next.push_back(old);
      else
        close(old, y - 1);
    }
    next.insert(next.end(), here.begin(), here.end());
    open = std::move(next);
  }
  for (const Stretch& s : open) close(s, frame.rows() - 1);
  if (!best) return best;
  // The dark rows that followed the last colour are no part of it.
  while (best->y1 > best->y0 && chroma(frame((best->x0 + best->x1) / 2, best->y1)) < colourful)
    --best->y1;
  return best;
}

Result<ColourScale> colour_scale_of(const DuplexClip& clip, const ScaleByHand& by_hand) {
  if (clip.frames.empty() || clip.frames.front().empty())
    return fail(ErrorCode::NotFound, "The clip has no picture.");
  const auto bar = bar_of(clip, by_hand);
  if (!bar) return tl::unexpected(bar.error());
  const Frame<Rgb>& frame = clip.frames.front();
  std::vector<Rgb> colours;
  for (int y = bar->box.y0; y <= bar->box.y1; ++y)
    colours.push_back(colour_of_row(frame, bar->box, y));
  const auto coloured =
      std::ranges::count_if(colours, [](Rgb c) { return chroma(c) >= colourful; });
  if (2 * coloured < static_cast<std::ptrdiff_t>(colours.size()))
    return fail(ErrorCode::NotFound,
                "There is no colour bar " + bar->where + "; draw a box around it.");
  if (shows_power(colours))
    return fail(
        ErrorCode::Unsupported,
        "The colour bar has no baseline between two directions: it is one of power Doppler, "
        "which shows no velocity, or only a part of one; draw a box around the whole bar.");
  const auto darkest = std::ranges::min_element(colours, {}, brightness);
  const auto rows = static_cast<int>(colours.size());
  const auto ends = ends_of(*bar, by_hand, static_cast<int>(darkest - colours.begin()), rows);
  if (!ends) return tl::unexpected(ends.error());
  if (!(std::abs(ends->top_cm_s) <= fastest_cm_s) ||
      !(std::abs(ends->bottom_cm_s) <= fastest_cm_s) ||
      !(ends->top_cm_s * ends->bottom_cm_s <= 0) || ends->top_cm_s == ends->bottom_cm_s)
    return fail(ErrorCode::InvalidInput,
                "The ends of the colour bar are no velocities that blood can have on both sides "
                "of zero; check them.");
  ColourScale scale{.steps = {}, .bar = bar->box, .note = {}};
  for (int n = 0; n < rows; ++n) {
    const double v = std::lerp(ends->top_cm_s, ends->bottom_cm_s, n / (rows - 1.0));
    scale.steps.push_back({colours[static_cast<std::size_t>(n)], v});
  }
  scale.step_cm_s = std::abs(ends->top_cm_s - ends->bottom_cm_s) / (rows - 1);
  scale.note = "Colour bar " + bar->where + ", " + ends->source + ".";
  return scale;
}

}  // namespace imaging
