#include "tests/bench/speed.h"

#include <itkHessianToObjectnessMeasureImageFilter.h>
#include <itkImportImageFilter.h>
#include <itkMultiScaleHessianBasedMeasureImageFilter.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <optional>
#include <random>
#include <vector>

#include "imaging/vessel/tubularity.h"
#include "tests/bench/cost.h"

namespace bench {
namespace {

using imaging::Grid;
using imaging::Lps;
using imaging::Point3;
using imaging::Vector3;
using imaging::Volume;
using imaging::Voxel;

bool in_lumen(int side, int i, int j, int k) {
  const double x = 0.37 * (i - 0.5 * side), y = 0.33 * (j - 0.5 * side), phase = 0.45 * k / 15;
  return std::hypot(x - 4 * std::cos(phase), y - 4 * std::sin(phase)) < 3 ||
         std::hypot(x + 6 * std::cos(phase), y + 6 * std::sin(phase)) < 1.5;
}

// Two dark tubes of 1.5 and 3 mm radius that wind through speckle; the time does not depend on
// them.
Volume<std::uint8_t> speckled_tubes(int side) {
  const Vector3<Lps> a = Vector3<Lps>{0.8, 0.5, -0.2}.normalized();
  const Vector3<Lps> b = Vector3<Lps>{-0.3, 0.9, 1.1}.cross(a).normalized();
  Volume<std::uint8_t> volume(
      *Grid::make({side, side, side}, {0.37, 0.33, 0.45}, {3, -8, 120}, {a, b, a.cross(b)}));
  std::mt19937 random(3);
  std::normal_distribution<float> noise(0, 22);
  for (int k = 0; k < side; ++k)
    for (int j = 0; j < side; ++j)
      for (int i = 0; i < side; ++i) {
        const bool lumen = in_lumen(side, i, j, k);
        volume(i, j, k) = static_cast<std::uint8_t>(
            std::clamp((lumen ? 30.0F : 120.0F) + noise(random), 0.0F, 255.0F));
      }
  return volume;
}

constexpr double least_radius_mm = 1, most_radius_mm = 3.4;
constexpr unsigned scale_count = 4;

std::vector<float> itk_tubularity(const Volume<std::uint8_t>& volume) {
  using Image = itk::Image<float, 3>;
  using Hessian = itk::NumericTraits<Image::PixelType>::RealType;
  using HessianImage = itk::Image<itk::SymmetricSecondRankTensor<double, 3>, 3>;
  using Objectness = itk::HessianToObjectnessMeasureImageFilter<HessianImage, Image>;
  using MultiScale = itk::MultiScaleHessianBasedMeasureImageFilter<Image, HessianImage, Image>;
  static_assert(std::is_floating_point_v<Hessian>);
  auto image = Image::New();
  Image::RegionType region;
  const auto& size = volume.grid().size();
  region.SetSize({static_cast<itk::SizeValueType>(size[0]),
                  static_cast<itk::SizeValueType>(size[1]),
                  static_cast<itk::SizeValueType>(size[2])});
  image->SetRegions(region);
  const double spacing[3] = {volume.grid().spacing_mm()[0], volume.grid().spacing_mm()[1],
                             volume.grid().spacing_mm()[2]};
  image->SetSpacing(spacing);
  image->Allocate();
  std::copy(volume.data(), volume.data() + volume.size(), image->GetBufferPointer());
  auto objectness = Objectness::New();
  objectness->SetObjectDimension(1);
  objectness->SetBrightObject(false);
  auto filter = MultiScale::New();
  filter->SetInput(image);
  filter->SetHessianToMeasureFilter(objectness);
  filter->SetSigmaMinimum(least_radius_mm / std::sqrt(2.0));
  filter->SetSigmaMaximum(most_radius_mm / std::sqrt(2.0));
  filter->SetNumberOfSigmaSteps(scale_count);
  filter->SetSigmaStepMethodToLogarithmic();
  filter->Update();
  const float* const values = filter->GetOutput()->GetBufferPointer();
  return {values, values + volume.size()};
}

// Area under the precision-recall curve of "a voxel that answers more is in a lumen" (average
// precision, ties shared).
double average_precision(const float* response, int side) {
  std::vector<std::pair<float, bool>> voxels;
  voxels.reserve(static_cast<std::size_t>(side) * static_cast<std::size_t>(side) *
                 static_cast<std::size_t>(side));
  const float* at = response;
  std::size_t lumen = 0;
  for (int k = 0; k < side; ++k)
    for (int j = 0; j < side; ++j)
      for (int i = 0; i < side; ++i) {
        voxels.emplace_back(*at++, in_lumen(side, i, j, k));
        lumen += voxels.back().second;
      }
  std::sort(voxels.begin(), voxels.end(),
            [](const auto& a, const auto& b) { return a.first > b.first; });
  double area = 0;
  std::size_t found = 0;
  for (std::size_t n = 0; n < voxels.size();) {
    std::size_t last = n, hits = 0;
    for (; last < voxels.size() && voxels[last].first == voxels[n].first; ++last)
      hits += voxels[last].second;
    found += hits;
    area += static_cast<double>(found) / static_cast<double>(last) * static_cast<double>(hits) /
            static_cast<double>(lumen);
    n = last;
  }
  return area;
}

std::vector<double> radii_mm() {
  std::vector<double> radii;
  for (unsigned n = 0; n < scale_count; ++n)
    radii.push_back(least_radius_mm *
                    std::pow(most_radius_mm / least_radius_mm, n / (scale_count - 1.0)));
  return radii;
}

void print_tubularity() {
  std::printf("%-44s %8s %8s %9s %9s\n", "tubes at 4 scales (radii 1 to 3.4 mm)", "wall s", "cpu s",
              "extra MB", "AUC-PR");
  for (const int side : {128, 256}) {
    const Volume<std::uint8_t> volume = speckled_tubes(side);
    const double copy_mb = static_cast<double>(volume.size()) / (1024 * 1024);
    std::optional<Volume<float>> ours;
    const auto respond = [&] {
      ours.reset();
      ours = imaging::tube_response(volume, imaging::TubePolarity::Dark, radii_mm());
    };
    respond();  // Warms threads and caches.
    ours.reset();
    const Cost mine = cost_of(respond);
    const double mine_auc = average_precision(ours->data(), side);
    ours.reset();
    std::vector<float> peer;
    const Cost theirs = cost_of([&] { peer = itk_tubularity(volume); });
    const double peer_auc = average_precision(peer.data(), side);
    std::printf("ours, %d^3 %34.3f %8.3f %9.0f %9.4f\n", side, mine.seconds, mine.processor_seconds,
                mine.extra_mb, mine_auc);
    std::printf("ITK multi-scale Hessian, %d^3 %15.3f %8.3f %9.0f %9.4f\n", side, theirs.seconds,
                theirs.processor_seconds, theirs.extra_mb, peer_auc);
    std::printf(
        "  ITK over ours: %.1f times the wall clock, %.1f times the processor time; ours "
        "takes %.1f copies of the 8-bit volume, its float result included\n",
        theirs.seconds / mine.seconds, theirs.processor_seconds / mine.processor_seconds,
        mine.extra_mb / copy_mb);
    std::fflush(stdout);
  }
}

}  // namespace

void print_speed() {
  std::printf("Speed, on this machine, in this run\n\n");
  print_tubularity();
}

}  // namespace bench
