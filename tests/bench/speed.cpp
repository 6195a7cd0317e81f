#include "tests/bench/speed.h"

#include <itkHessianToObjectnessMeasureImageFilter.h>
#include <itkImportImageFilter.h>
#include <itkMultiScaleHessianBasedMeasureImageFilter.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <functional>
#include <random>
#include <vector>

#include "imaging/vessel/tubularity.h"

namespace bench {
namespace {

using imaging::Grid;
using imaging::Lps;
using imaging::Point3;
using imaging::Vector3;
using imaging::Volume;
using imaging::Voxel;

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
        const double x = 0.37 * (i - 0.5 * side), y = 0.33 * (j - 0.5 * side),
                     phase = 0.45 * k / 15;
        const bool lumen = std::hypot(x - 4 * std::cos(phase), y - 4 * std::sin(phase)) < 3 ||
                           std::hypot(x + 6 * std::cos(phase), y + 6 * std::sin(phase)) < 1.5;
        volume(i, j, k) = static_cast<std::uint8_t>(
            std::clamp((lumen ? 30.0F : 120.0F) + noise(random), 0.0F, 255.0F));
      }
  return volume;
}

double seconds(const std::function<void()>& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

// The median of three, after one run that warms caches and threads.
double median_seconds(const std::function<void()>& work) {
  work();
  std::vector<double> times{seconds(work), seconds(work), seconds(work)};
  std::sort(times.begin(), times.end());
  return times[1];
}

constexpr double least_radius_mm = 1, most_radius_mm = 3.4;
constexpr unsigned scale_count = 4;

void itk_tubularity(const Volume<std::uint8_t>& volume) {
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
}

std::vector<double> radii_mm() {
  std::vector<double> radii;
  for (unsigned n = 0; n < scale_count; ++n)
    radii.push_back(least_radius_mm *
                    std::pow(most_radius_mm / least_radius_mm, n / (scale_count - 1.0)));
  return radii;
}

}  // namespace

void print_speed() {
  std::printf("Speed, on this machine, in this run (median of three)\n\n");
  std::printf("%-52s %9s %9s %7s\n", "work", "ours s", "peer s", "ratio");
  for (const int side : {64, 96, 128}) {
    const Volume<std::uint8_t> volume = speckled_tubes(side);
    const double ours_s = median_seconds(
        [&] { imaging::find_tube_seeds(volume, imaging::TubePolarity::Dark, radii_mm(), 10); });
    const double peer_s = seconds([&] { itk_tubularity(volume); });
    std::printf("tubes at %u scales in %d^3 voxels (ITK multi-scale Hessian) %7.3f %9.3f %7.1f\n",
                scale_count, side, ours_s, peer_s, peer_s / ours_s);
  }
}

}  // namespace bench
