// Lines on angiograms at four scales: time and precision beside ITK's multi-scale Hessian filter.
#include <itkHessianToObjectnessMeasureImageFilter.h>
#include <itkImage.h>
#include <itkMultiScaleHessianBasedMeasureImageFilter.h>
#include <vtkImageData.h>
#include <vtkJPEGReader.h>
#include <vtkNew.h>
#include <vtkPNGReader.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "imaging/angio/subtraction.h"
#include "imaging/phantom/shadowgraph.h"
#include "imaging/vessel/ridge.h"
#include "tests/bench/angio.h"
#include "tests/bench/angio_legs.h"

namespace bench {
namespace {

namespace fs = std::filesystem;
using imaging::Frame;

constexpr std::array<double, 4> scales_px{1.2, 2.1, 3.6, 6.2};

double fastest_ms(int rounds, const std::function<void()>& work) {
  double best = 1e12;
  for (int round = 0; round < rounds; ++round) {
    const auto start = std::chrono::steady_clock::now();
    work();
    best = std::min(
        best, std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start)
                  .count());
  }
  return best;
}

std::vector<float> itk_lines(const Frame<float>& picture) {
  using Image = itk::Image<float, 2>;
  using HessianImage = itk::Image<itk::SymmetricSecondRankTensor<double, 2>, 2>;
  using Objectness = itk::HessianToObjectnessMeasureImageFilter<HessianImage, Image>;
  using MultiScale = itk::MultiScaleHessianBasedMeasureImageFilter<Image, HessianImage, Image>;
  auto image = Image::New();
  Image::RegionType region;
  region.SetSize({static_cast<itk::SizeValueType>(picture.columns()),
                  static_cast<itk::SizeValueType>(picture.rows())});
  image->SetRegions(region);
  image->Allocate();
  std::copy(picture.data(), picture.data() + picture.size(), image->GetBufferPointer());
  auto objectness = Objectness::New();
  objectness->SetObjectDimension(1);
  objectness->SetBrightObject(true);
  auto filter = MultiScale::New();
  filter->SetInput(image);
  filter->SetHessianToMeasureFilter(objectness);
  filter->SetSigmaMinimum(scales_px.front());
  filter->SetSigmaMaximum(scales_px.back());
  filter->SetNumberOfSigmaSteps(scales_px.size());
  filter->SetSigmaStepMethodToLogarithmic();
  filter->Update();
  const float* const values = filter->GetOutput()->GetBufferPointer();
  return {values, values + picture.size()};
}

// Area under the precision-recall curve of "a pixel that answers more is a vessel" (average
// precision, ties shared). Pixels with truth 2 count as neither.
double average_precision(const float* response, const Frame<std::uint8_t>& truth) {
  std::vector<std::pair<float, bool>> pixels;
  std::size_t vessel = 0;
  for (std::size_t i = 0; i < truth.size(); ++i) {
    if (truth.data()[i] == 2) continue;
    pixels.emplace_back(response[i], truth.data()[i] == 1);
    vessel += truth.data()[i] == 1;
  }
  std::sort(pixels.begin(), pixels.end(),
            [](const auto& a, const auto& b) { return a.first > b.first; });
  double area = 0;
  std::size_t found = 0;
  for (std::size_t n = 0; n < pixels.size();) {
    std::size_t last = n, hits = 0;
    for (; last < pixels.size() && pixels[last].first == pixels[n].first; ++last)
      hits += pixels[last].second;
    found += hits;
    area += static_cast<double>(found) / static_cast<double>(last) * static_cast<double>(hits) /
            static_cast<double>(vessel);
    n = last;
  }
  return area;
}

void print_precision(const char* name, const Frame<float>& picture,
                     const Frame<std::uint8_t>& truth) {
  const imaging::RidgeMap ours = imaging::find_ridges(picture, scales_px);
  const std::vector<float> theirs = itk_lines(picture);
  std::printf("  %-28s area under precision-recall: ours %.4f, ITK %.4f\n", name,
              average_precision(ours.signal_to_noise.data(), truth),
              average_precision(theirs.data(), truth));
}

// A run of the phantom at 1024 x 1024: its peak, and the pixels that opacified lumens cover. Those
// that a lumen covers by less than a quarter of a millimetre of contrast count as neither.
void print_phantom_run(const FilmedLeg& leg) {
  const auto mask = imaging::choose_mask(leg.run);
  if (!mask) return;
  const auto subtraction = imaging::Subtraction::make(leg.run, *mask);
  if (!subtraction) return;
  const Frame<float> peak = subtraction->peak();
  Frame<std::uint8_t> truth(peak.columns(), peak.rows());
  Frame<float> chord(peak.columns(), peak.rows());
  const imaging::phantom::Projector projector{leg.setup.arm, leg.setup.pose, leg.setup.columns,
                                              leg.setup.rows};
  const double last_s = leg.setup.frame_times_s.back() - 1;
  for (const auto& shadow :
       imaging::phantom::lumen_shadows(leg.limb, projector, leg.setup.arrival_s))
    if (static_cast<double>(shadow.arrival_s) < last_s)
      chord.data()[shadow.pixel] += shadow.chord_mm;
  for (std::size_t i = 0; i < truth.size(); ++i)
    truth.data()[i] = chord.data()[i] >= 0.25F ? 1 : chord.data()[i] > 0 ? 2 : 0;
  print_precision(("phantom " + leg.run.label).c_str(), peak, truth);
}

void print_dsa(const fs::path& folder) {
  const fs::path grey = folder / "Real-DSA-01.jpg",
                 marked = folder / "Real-DSA-01-Segmentation.png";
  if (!fs::exists(grey) || !fs::exists(marked)) {
    std::printf("  %s is not there; left out.\n", folder.filename().c_str());
    return;
  }
  vtkNew<vtkJPEGReader> jpeg;
  jpeg->SetFileName(grey.c_str());
  jpeg->Update();
  vtkNew<vtkPNGReader> png;
  png->SetFileName(marked.c_str());
  png->Update();
  int size[3];
  jpeg->GetOutput()->GetDimensions(size);
  Frame<float> picture(size[0], size[1]);
  Frame<std::uint8_t> truth(size[0], size[1]);
  for (int r = 0; r < size[1]; ++r)
    for (int c = 0; c < size[0]; ++c) {
      const double value = jpeg->GetOutput()->GetScalarComponentAsDouble(c, r, 0, 0);
      // Vessels are dark. Beyond the image intensifier's rim nothing can be seen.
      picture(c, r) = static_cast<float>(255 - value);
      const bool inside = std::hypot(c - 249.0, r - 249.5) < 255 && c > 4 && r > 4 &&
                          c < size[0] - 5 && r < size[1] - 5;
      truth(c, r) = !inside                                                          ? 2
                    : png->GetOutput()->GetScalarComponentAsDouble(c, r, 0, 0) > 127 ? 1
                                                                                     : 0;
    }
  print_precision("dsa2d, a rough marking", picture, truth);
}

}  // namespace

void print_angio_lines(const fs::path& shared_data) {
  std::printf("\nLines at 4 scales (1.2 to 6.2 px)\n");
  Frame<float> picture(1024, 1024);
  std::mt19937 random(4);
  std::normal_distribution<float> noise(0, 0.02F);
  for (int r = 0; r < 1024; ++r)
    for (int c = 0; c < 1024; ++c)
      picture(c, r) =
          (std::abs(c - 400 - 80 * std::sin(r / 90.0)) < 4 ? 0.3F : 0.0F) + noise(random);
  const double ours_ms = fastest_ms(9, [&] { imaging::find_ridges(picture, scales_px); });
  const double itk_ms = fastest_ms(2, [&] { itk_lines(picture); });
  std::printf("  1024 x 1024: ours %.1f ms, ITK %.1f ms, %.1f times\n", ours_ms, itk_ms,
              itk_ms / ours_ms);
  for (const char* run : {"leg_ap", "foot_ap"})
    if (const auto leg = filmed_leg("heel_left", 11, run, {.columns = 1024}))
      print_phantom_run(*leg);
  print_dsa(shared_data / "dsa2d");
}

}  // namespace bench
