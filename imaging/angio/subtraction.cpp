#include "imaging/angio/subtraction.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace imaging {
namespace {

// Stored value to logarithm of absorption, whatever way round the file stores it.
std::vector<float> absorption_table(const AngioRun& run) {
  const int bits = std::clamp(run.bits_stored, 1, 16);
  const std::size_t count = std::size_t{1} << bits;
  const auto top = static_cast<double>(count - 1);
  std::vector<float> table(count);
  for (std::size_t v = 0; v < count; ++v) {
    const double bright = static_cast<double>(v);
    const double absorption = run.relationship == IntensityRelationship::Logarithmic
                                  ? 1 - bright / top
                                  : -std::log(std::max(bright, 1.0) / top);
    table[v] = static_cast<float>(run.brighter_is_more_xray ? absorption : -absorption);
  }
  // Linear data whose contrast is bright is inverted on the counts, not on their logarithm.
  if (!run.brighter_is_more_xray && run.relationship != IntensityRelationship::Logarithmic)
    for (std::size_t v = 0; v < count; ++v)
      table[v] = static_cast<float>(-std::log(std::max(top - static_cast<double>(v), 1.0) / top));
  return table;
}

Frame<float> logarithm(const Frame<std::uint16_t>& stored, const std::vector<float>& table) {
  Frame<float> result(stored.columns(), stored.rows());
  const std::size_t last = table.size() - 1;
  for (std::size_t n = 0; n < stored.size(); ++n)
    result.data()[n] = table[std::min<std::size_t>(stored.data()[n], last)];
  return result;
}

// The field with one more shift on top.
Displacement with_shift(Displacement d, double column_px, double row_px) {
  for (float& v : d.column_px()) v += static_cast<float>(column_px);
  for (float& v : d.row_px()) v += static_cast<float>(row_px);
  return d;
}

// Means over square blocks: noise falls by the block's side, vessels of the leg stay visible.
constexpr int block_px = 4;
Frame<float> block_means(const Frame<std::uint16_t>& stored, const std::vector<float>& table) {
  const int columns = std::max(1, stored.columns() / block_px),
            rows = std::max(1, stored.rows() / block_px);
  const std::size_t last = table.size() - 1;
  Frame<float> means(columns, rows);
  for (int r = 0; r < rows; ++r)
    for (int c = 0; c < columns; ++c) {
      float sum = 0;
      int count = 0;
      for (int y = r * block_px; y < std::min(stored.rows(), (r + 1) * block_px); ++y)
        for (int x = c * block_px; x < std::min(stored.columns(), (c + 1) * block_px); ++x, ++count)
          sum += table[std::min<std::size_t>(stored(x, y), last)];
      means(c, r) = sum / static_cast<float>(std::max(1, count));
    }
  return means;
}

float quantile(std::vector<float> values, double q) {
  if (values.empty()) return 0;
  const auto n = static_cast<std::size_t>(q * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(n), values.end());
  return values[n];
}

// How much the blocks that changed most absorb more than in the first frame. The median change is
// taken off: exposure may drift over a run.
std::vector<float> filling(const AngioRun& run) {
  const std::vector<float> table = absorption_table(run);
  const Frame<float> first = block_means(run.frames.front(), table);
  std::vector<float> result;
  for (const auto& stored : run.frames) {
    const Frame<float> now = block_means(stored, table);
    std::vector<float> change(now.size());
    for (std::size_t n = 0; n < now.size(); ++n) change[n] = now.data()[n] - first.data()[n];
    constexpr double vessels_fill_at_least = 0.005;  // Share of the picture, E.
    result.push_back(quantile(change, 1 - vessels_fill_at_least) - quantile(change, 0.5));
  }
  return result;
}

// Half of the greatest filling: a trace of contrast, or of the limb's movement, is no reason to
// overrule the file.
bool shows_contrast(const AngioRun& run, const std::vector<int>& frames) {
  const std::vector<float> fill = filling(run);
  const float full = *std::max_element(fill.begin(), fill.end());
  return full > 0 && std::any_of(frames.begin(), frames.end(), [&](int n) {
           return fill[static_cast<std::size_t>(n)] > 0.5F * full;
         });
}

}  // namespace

Result<Mask> choose_mask(const AngioRun& run) {
  if (run.frames.size() < 2)
    return fail(ErrorCode::InvalidInput,
                "This run has one frame only, so there is nothing to subtract from it.");
  if (!run.mask) return find_mask(run);
  const bool has_them =
      std::all_of(run.mask->mask_frames.begin(), run.mask->mask_frames.end(),
                  [&](int n) { return n >= 0 && n < static_cast<int>(run.frames.size()); });
  if (has_them && shows_contrast(run, run.mask->mask_frames)) {
    auto found = find_mask(run);
    if (found)
      found->reason = "The mask that the file states shows contrast already, so it is not used. " +
                      found->reason;
    return found;
  }
  return Mask{run.mask->mask_frames, run.mask->shift_column_px, run.mask->shift_row_px,
              "Mask frames and shift as the file states them."};
}

Result<Mask> find_mask(const AngioRun& run) {
  if (run.frames.size() < 2)
    return fail(ErrorCode::InvalidInput,
                "This run has one frame only, so there is nothing to subtract from it.");
  const std::vector<float> fill = filling(run);
  const float full = *std::max_element(fill.begin(), fill.end());
  // Contrast has arrived when a tenth of the final filling is exceeded; noise alone stays below
  // because the blocks average sixteen pixels.
  constexpr float arrived = 0.1F;
  const auto arrival =
      std::find_if(fill.begin() + 1, fill.end(), [&](float f) { return f > arrived * full; });
  const int before = static_cast<int>(arrival - fill.begin());  // Frames 0 .. before-1 are empty.
  constexpr int averaged = 3;  // More would reach back to an earlier position of the leg.
  Mask mask;
  // The frame just before arrival may hold the first trace of contrast; it is left out when others
  // exist.
  const int last = before > averaged ? before - 2 : before - 1;
  for (int n = std::max(0, last - averaged + 1); n <= last; ++n) mask.frames.push_back(n);
  mask.reason =
      before > 1
          ? "Found from the run: contrast arrives in frame " + std::to_string(before + 1) + "."
          : "No frame without contrast was found; the first is used, and what was filled "
            "in it does not show.";
  return mask;
}

Result<Subtraction> Subtraction::make(const AngioRun& run, const Mask& mask) {
  if (mask.frames.empty()) return fail(ErrorCode::InvalidInput, "Choose at least one mask frame.");
  const int count = static_cast<int>(run.frames.size());
  for (const int n : mask.frames)
    if (n < 0 || n >= count)
      return fail(ErrorCode::InvalidInput, "The mask names frame " + std::to_string(n + 1) +
                                               ", but the run has " + std::to_string(count) +
                                               " frames; choose another mask.");
  Subtraction s(run, mask);
  s.log_value_ = absorption_table(run);
  Frame<float> sum = logarithm(run.frames[static_cast<std::size_t>(mask.frames[0])], s.log_value_);
  for (std::size_t m = 1; m < mask.frames.size(); ++m) {
    const Frame<float> next =
        logarithm(run.frames[static_cast<std::size_t>(mask.frames[m])], s.log_value_);
    for (std::size_t n = 0; n < sum.size(); ++n) sum.data()[n] += next.data()[n];
  }
  for (std::size_t n = 0; n < sum.size(); ++n)
    sum.data()[n] /= static_cast<float>(mask.frames.size());
  s.log_mask_ = std::move(sum);
  if (mask.motion && mask.motion->size() != run.frames.size())
    return fail(ErrorCode::InvalidInput,
                "The motion was measured on another run; measure it again on this one.");
  const bool shifts = mask.shift_column_px != 0 || mask.shift_row_px != 0;
  if (!mask.motion)
    s.shifted_mask_ =
        shifts
            ? moved(s.log_mask_, Displacement::everywhere(mask.shift_column_px, mask.shift_row_px))
            : s.log_mask_;
  return s;
}

Frame<float> Subtraction::log_live(int n) const {
  OASIS_EXPECTS(n >= 0 && n < static_cast<int>(run_->frames.size()));
  return logarithm(run_->frames[static_cast<std::size_t>(n)], log_value_);
}

Frame<float> Subtraction::frame(int n) const {
  Frame<float> live = log_live(n);
  const auto take_away = [&](const Frame<float>& mask) {
    for (std::size_t i = 0; i < live.size(); ++i) live.data()[i] -= mask.data()[i];
  };
  if (!mask_.motion)
    take_away(shifted_mask_);
  else
    take_away(moved(log_mask_, with_shift((*mask_.motion)[static_cast<std::size_t>(n)],
                                          mask_.shift_column_px, mask_.shift_row_px)));
  return live;
}

Frame<float> Subtraction::still_frame(int n) const {
  if (!mask_.motion) return frame(n);
  return moved_back(frame(n), (*mask_.motion)[static_cast<std::size_t>(n)]);
}

Frame<float> Subtraction::peak(int first, int last) const {
  Frame<float> best = still_frame(first);
  for (int n = first + 1; n <= last; ++n) {
    const Frame<float> next = still_frame(n);
    for (std::size_t i = 0; i < best.size(); ++i)
      best.data()[i] = std::max(best.data()[i], next.data()[i]);
  }
  return best;
}

Frame<float> Subtraction::peak() const {
  return peak(0, static_cast<int>(run_->frames.size()) - 1);
}

std::vector<double> Subtraction::contrast_curve() const {
  const Frame<float> best = peak();
  constexpr double filled_quantile = 0.99;
  const float filled = grey_range(best, 0, filled_quantile).high;
  std::vector<double> curve;
  for (int n = 0; n < static_cast<int>(run_->frames.size()); ++n) {
    const Frame<float> now = still_frame(n);
    double sum = 0;
    int count = 0;
    for (std::size_t i = 0; i < now.size(); ++i) {
      if (best.data()[i] < filled) continue;
      sum += now.data()[i];
      ++count;
    }
    curve.push_back(count ? sum / count : 0);
  }
  return curve;
}

GreyRange grey_range(const Frame<float>& picture, double low_quantile, double high_quantile) {
  if (picture.empty()) return {};
  // Every seventh pixel of a large picture tells enough, and keeps this out of the frame's time.
  const std::size_t step = picture.size() > 100000 ? 7 : 1;
  std::vector<float> values;
  for (std::size_t n = 0; n < picture.size(); n += step) values.push_back(picture.data()[n]);
  GreyRange range{quantile(values, low_quantile), quantile(values, high_quantile)};
  if (range.high <= range.low) range.high = range.low + std::numeric_limits<float>::epsilon();
  return range;
}

}  // namespace imaging
