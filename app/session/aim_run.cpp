#include "app/session/aim_run.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "imaging/angio/c_arm.h"
#include "imaging/angio/subtraction.h"

namespace app {
namespace {

using imaging::Frame;
using LpsPoint = imaging::Point3<imaging::Lps>;

// The search is done on an image of about this many columns: an artery is then a pixel wide.
constexpr int coarse_columns = 128;

Frame<float> shrunk(const Frame<float>& image, int factor) {
  Frame<float> small(image.columns() / factor, image.rows() / factor, 0.0F);
  for (int row = 0; row < small.rows() * factor; ++row)
    for (int column = 0; column < small.columns() * factor; ++column)
      small(column / factor, row / factor) +=
          image(column, row) / static_cast<float>(factor * factor);
  return small;
}

// The contrast above that of its surroundings, so that veiling and bone edges weigh little, cut
// where few pixels would outweigh all others.
Frame<float> sharpened(const Frame<float>& image) {
  constexpr int reach = 5;
  Frame<float> out(image.columns(), image.rows(), 0.0F);
  double square = 0;
  for (int row = 0; row < image.rows(); ++row)
    for (int column = 0; column < image.columns(); ++column) {
      float sum = 0;
      int count = 0;
      for (int r = std::max(0, row - reach); r <= std::min(image.rows() - 1, row + reach); ++r)
        for (int c = std::max(0, column - reach);
             c <= std::min(image.columns() - 1, column + reach); ++c, ++count)
          sum += image(c, r);
      out(column, row) = image(column, row) - sum / static_cast<float>(count);
      square += static_cast<double>(out(column, row)) * out(column, row);
    }
  const auto most = static_cast<float>(
      2 * std::sqrt(square / std::max<double>(1, static_cast<double>(out.size()))));
  for (std::size_t n = 0; n < out.size(); ++n)
    out.data()[n] = std::clamp(out.data()[n], -most, most);
  return out;
}

std::optional<Frame<float>> peak_contrast(const imaging::AngioRun& run) {
  const auto mask = imaging::choose_mask(run);
  if (!mask) return std::nullopt;
  const auto subtraction = imaging::Subtraction::make(run, *mask);
  if (!subtraction) return std::nullopt;
  return subtraction->peak();
}

std::vector<LpsPoint> open_artery_points(const imaging::VesselTree& vessels) {
  std::vector<LpsPoint> points;
  for (const imaging::Vessel& v : vessels.vessels()) {
    if (v.kind != imaging::VesselKind::Artery) continue;
    for (double at_mm = 0; at_mm <= v.line.length_mm(); at_mm += 1)
      if (const auto sample = v.line.at(at_mm); sample.open) points.push_back(sample.position);
  }
  return points;
}

}  // namespace

std::optional<RunAim> aim_run(const imaging::AngioRun& run, const imaging::VesselTree& vessels) {
  if (!run.pose || run.frames.empty()) return std::nullopt;
  const std::vector<LpsPoint> points = open_artery_points(vessels);
  constexpr std::size_t least_points = 30;
  if (points.size() < least_points) return std::nullopt;
  const auto peak = peak_contrast(run);
  if (!peak) return std::nullopt;
  const int factor = std::max(1, peak->columns() / coarse_columns);
  const Frame<float> image = sharpened(shrunk(*peak, factor));

  LpsPoint middle{0, 0, 0};
  for (const LpsPoint& p : points)
    middle = middle + (p - LpsPoint{0, 0, 0}) * (1.0 / static_cast<double>(points.size()));
  const imaging::Point2 principal =
      imaging::principal_point_of(*run.pose, peak->columns(), peak->rows());
  const auto arm = imaging::CArm::make(*run.pose, middle, principal);
  if (!arm) return std::nullopt;
  std::vector<std::pair<int, int>> places;
  for (const LpsPoint& p : points) {
    const imaging::Point2 at = arm->project(p);
    const std::pair place(static_cast<int>(std::floor(at.x / factor)),
                          static_cast<int>(std::floor(at.y / factor)));
    if (places.empty() || places.back() != place) places.push_back(place);
  }
  std::sort(places.begin(), places.end());
  places.erase(std::unique(places.begin(), places.end()), places.end());

  double best = -1e300, sum = 0, square = 0;
  int best_x = 0, best_y = 0, count = 0;
  const int reach_x = image.columns(), reach_y = 2 * image.rows();
  for (int y = -reach_y; y <= reach_y; ++y)
    for (int x = -reach_x; x <= reach_x; ++x) {
      double score = 0;
      for (const auto& [column, row] : places) {
        const int c = column + x, r = row + y;
        if (c >= 0 && r >= 0 && c < image.columns() && r < image.rows()) score += image(c, r);
      }
      sum += score;
      square += score * score;
      ++count;
      if (score > best) {
        best = score;
        best_x = x;
        best_y = y;
      }
    }
  const double mean = sum / count;
  const double sd = std::sqrt(std::max(1e-12, square / count - mean * mean));
  RunAim aim;
  aim.distinctness = (best - mean) / sd;
  // The largest of tens of thousands of chance values lies four to five deviations out.
  constexpr double least_distinctness = 7;
  if (aim.distinctness < least_distinctness) return std::nullopt;
  const imaging::CArmPose& pose = *run.pose;
  const double to_patient = pose.source_to_isocentre_mm / pose.source_to_detector_mm;
  aim.isocentre =
      middle -
      arm->column_direction() * (best_x * factor * pose.imager_spacing_column_mm * to_patient) -
      arm->row_direction() * (best_y * factor * pose.imager_spacing_row_mm * to_patient);
  return aim;
}

}  // namespace app
