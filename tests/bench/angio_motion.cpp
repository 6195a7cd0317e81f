// Motion correction of 1024 x 1024 frames against elastix on the same frames.
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <numbers>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "imaging/angio/motion.h"
#include "tests/bench/angio.h"

namespace bench {
namespace {

namespace fs = std::filesystem;
using imaging::Frame;
using imaging::Point2;

constexpr int side = 1024;

// A sum of waves in all directions, 6 to 40 px long: trabeculae, as a function of place.
class Texture {
 public:
  Texture() {
    std::mt19937 random(7);
    std::uniform_real_distribution<double> any(0, 1);
    for (auto& w : waves_) {
      const double turn = 2 * std::numbers::pi * any(random), length = 6 + 34 * any(random);
      w = {2 * std::numbers::pi / length * std::cos(turn),
           2 * std::numbers::pi / length * std::sin(turn), 2 * std::numbers::pi * any(random)};
    }
  }
  double at(double x, double y) const {
    double sum = 0;
    for (const auto& w : waves_) sum += std::sin(w[0] * x + w[1] * y + w[2]);
    return 0.012 * sum;
  }

 private:
  std::array<std::array<double, 3>, 24> waves_;
};

double edge(double d) { return 1 / (1 + std::exp(-d / 1.5)); }

// Two bones with a joint in soft tissue; absorption in units of the logarithm.
double body(const Texture& texture, double x, double y) {
  const double joint = edge(std::abs(y - 520 - 0.05 * x) - 4);
  const double first = edge(x - 250 - 0.12 * y) * edge(470 + 0.1 * y - x) * joint;
  const double second = edge(x - 640 + 0.06 * y) * edge(760 + 0.02 * y - x) * joint;
  const double skin = edge(x - 120 + 40 * std::sin(y / 300)) * edge(930 - x);
  const double bone = first + second;
  const double grain = bone > 0.01 ? texture.at(x, y) * bone : 0;
  return 0.2 + 0.9 * skin + 0.5 * first + 0.4 * second + grain +
         0.05 * std::sin(x / 37) * std::cos(y / 53) * skin;
}

double distance_from_vessel(double x, double y) {
  const double middle = 360 + 0.3 * y + 30 * std::sin(y / 110);
  const double slope = 0.3 + 30.0 / 110 * std::cos(y / 110);
  return std::abs(x - middle) / std::sqrt(1 + slope * slope);
}

constexpr double vessel_radius_px = 7;
double vessel(double x, double y) {
  const double far = distance_from_vessel(x, y) / vessel_radius_px;
  return far < 1 ? 0.35 * std::sqrt(1 - far * far) : 0;
}

struct Movement {
  double shift_x, shift_y, turn, bend;
  Point2 d(double x, double y) const {
    return {shift_x - turn * (y - 512) + bend * std::sin(std::numbers::pi * y / side),
            shift_y + turn * (x - 512) + 0.5 * bend * std::sin(std::numbers::pi * x / side)};
  }
};

Frame<float> picture(const Texture& texture, const Movement& m, double filling, unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<double> noise(0, 0.01);
  Frame<float> image(side, side);
  for (int r = 0; r < side; ++r)
    for (int c = 0; c < side; ++c) {
      const Point2 d = m.d(c, r);
      image(c, r) = static_cast<float>(body(texture, c - d.x, r - d.y) +
                                       filling * vessel(c - d.x, r - d.y) + noise(random));
    }
  return image;
}

// Standard deviation of live minus moved mask, at least 4 px outside the vessel and 40 px inside
// the picture.
double residual(const Frame<float>& live, const Frame<float>& moved_mask, const Movement& m) {
  double sum = 0, squares = 0, count = 0;
  for (int r = 40; r < side - 40; ++r)
    for (int c = 40; c < side - 40; ++c) {
      const Point2 d = m.d(c, r);
      if (distance_from_vessel(c - d.x, r - d.y) < vessel_radius_px + 4) continue;
      const auto v = static_cast<double>(live(c, r) - moved_mask(c, r));
      sum += v, squares += v * v, count += 1;
    }
  return std::sqrt(squares / count - sum * sum / (count * count));
}

double mean_error_px(const imaging::Displacement& found, const Movement& m) {
  double sum = 0, count = 0;
  for (int r = 40; r < side - 40; r += 8)
    for (int c = 150; c < side - 130; c += 8) {
      const Point2 p{static_cast<double>(c), static_cast<double>(r)}, d = found.at(p),
                                                                      truth = m.d(c, r);
      sum += std::hypot(d.x - truth.x, d.y - truth.y), count += 1;
    }
  return sum / count;
}

bool write_image(const Frame<float>& image, const fs::path& stem) {
  std::ofstream head(stem.string() + ".mhd");
  head << "ObjectType = Image\nNDims = 2\nBinaryData = True\nBinaryDataByteOrderMSB = False\n"
       << "ElementSpacing = 1 1\nDimSize = " << side << ' ' << side
       << "\nElementType = MET_FLOAT\nElementDataFile = " << stem.filename().string() << ".raw\n";
  std::ofstream raw(stem.string() + ".raw", std::ios::binary);
  raw.write(reinterpret_cast<const char*>(image.data()),
            static_cast<std::streamsize>(image.size() * sizeof(float)));
  return head.good() && raw.good();
}

struct Peer {
  double seconds = 0;  // As the program states them: without reading and writing of files.
  Frame<float> moved_mask;
};

// elastix's own advice for pictures of one kind: stochastic gradient descent on the correlation
// coefficient, four resolutions.
std::optional<Peer> elastix(const fs::path& folder, bool splines) {
  const fs::path parameters = folder / "parameters.txt";
  std::ofstream text(parameters);
  // One entry a line, or elastix reads the first only.
  for (const char* entry : {"FixedInternalImagePixelType \"float\"",
                            "MovingInternalImagePixelType \"float\"",
                            "FixedImageDimension 2",
                            "MovingImageDimension 2",
                            "Registration \"MultiResolutionRegistration\"",
                            "NumberOfResolutions 4",
                            "FixedImagePyramid \"FixedSmoothingImagePyramid\"",
                            "MovingImagePyramid \"MovingSmoothingImagePyramid\"",
                            "Interpolator \"LinearInterpolator\"",
                            "ResampleInterpolator \"FinalBSplineInterpolator\"",
                            "FinalBSplineInterpolationOrder 3",
                            "Resampler \"DefaultResampler\"",
                            "Metric \"AdvancedNormalizedCorrelation\"",
                            "Optimizer \"AdaptiveStochasticGradientDescent\"",
                            "AutomaticParameterEstimation \"true\"",
                            "ImageSampler \"RandomCoordinate\"",
                            "NewSamplesEveryIteration \"true\"",
                            "HowToCombineTransforms \"Compose\"",
                            "WriteResultImage \"true\"",
                            "ResultImagePixelType \"float\"",
                            "ResultImageFormat \"mhd\"",
                            "CompressResultImage \"false\"",
                            "DefaultPixelValue 0"})
    text << '(' << entry << ")\n";
  text << (splines ? "(Transform \"BSplineTransform\")\n(FinalGridSpacingInPhysicalUnits 48)\n"
                     "(MaximumNumberOfIterations 500)\n(NumberOfSpatialSamples 4096)\n"
                   : "(Transform \"TranslationTransform\")\n(MaximumNumberOfIterations 250)\n"
                     "(NumberOfSpatialSamples 2048)\n");
  text.close();
  const std::string quiet = " > /dev/null 2>&1";
  const std::string line = "elastix -f '" + (folder / "live.mhd").string() + "' -m '" +
                           (folder / "mask.mhd").string() + "' -p '" + parameters.string() +
                           "' -out '" + folder.string() + "'" + quiet;
  if (std::system(line.c_str()) != 0) return std::nullopt;
  Peer peer;
  std::ifstream log(folder / "elastix.log");
  for (std::string said; std::getline(log, said);) {
    const auto at = said.find("Total time elapsed:");
    if (at == std::string::npos) continue;
    // "Total time elapsed: 5.3s" or "... 1m2.0s".
    const std::string spent = said.substr(at + 19);
    double minutes = 0, s = 0;
    if (std::sscanf(spent.c_str(), "%lfm%lf", &minutes, &s) < 2) {
      minutes = 0;
      s = std::atof(spent.c_str());
    }
    peer.seconds = 60 * minutes + s;
  }
  peer.moved_mask = Frame<float>(side, side);
  std::ifstream raw(folder / "result.0.raw", std::ios::binary);
  raw.read(reinterpret_cast<char*>(peer.moved_mask.data()),
           static_cast<std::streamsize>(peer.moved_mask.size() * sizeof(float)));
  return raw ? std::optional(std::move(peer)) : std::nullopt;
}

double processor_ms() {
  rusage use{};
  getrusage(RUSAGE_SELF, &use);
  return 1e3 * static_cast<double>(use.ru_utime.tv_sec + use.ru_stime.tv_sec) +
         1e-3 * static_cast<double>(use.ru_utime.tv_usec + use.ru_stime.tv_usec);
}

struct Spent {
  double wall_ms = 1e9, processor_ms = 1e9;  // The least of several rounds, each.
};
Spent fastest(const std::function<void()>& work) {
  Spent best;
  for (int round = 0; round < 15; ++round) {
    const double processor = processor_ms();
    const auto start = std::chrono::steady_clock::now();
    work();
    const std::chrono::duration<double, std::milli> wall = std::chrono::steady_clock::now() - start;
    best.processor_ms = std::min(best.processor_ms, processor_ms() - processor);
    best.wall_ms = std::min(best.wall_ms, wall.count());
  }
  return best;
}

void print_case(const Texture& texture, const Movement& m, imaging::MotionModel model,
                const char* name, const fs::path& folder, bool peer_found) {
  const Frame<float> mask = picture(texture, {0, 0, 0, 0}, 0, 1), live = picture(texture, m, 1, 2);
  const auto finder = imaging::MotionFinder::make(mask);
  if (!finder) return;
  imaging::FrameMotion found;
  const Spent ours = fastest([&] { found = finder->find(live, model); });
  std::printf(
      "  %-12s ours     %8.1f ms (%.1f ms of processor)  residual %.5f (%.5f uncorrected)  field "
      "error %.3f px\n",
      name, ours.wall_ms, ours.processor_ms,
      residual(live, imaging::moved(mask, found.displacement), m), residual(live, mask, m),
      mean_error_px(found.displacement, m));
  if (!peer_found) return;
  const bool splines = model == imaging::MotionModel::Deformation;
  if (!write_image(mask, folder / "mask") || !write_image(live, folder / "live")) return;
  if (const auto peer = elastix(folder, splines))
    std::printf("  %-12s elastix  %8.1f ms  residual %.5f  %.0f times our time\n", "",
                1000 * peer->seconds, residual(live, peer->moved_mask, m),
                1000 * peer->seconds / ours.wall_ms);
  else
    std::printf("  %-12s elastix gave no result\n", "");
}

}  // namespace

void print_angio_motion() {
  std::printf("Motion of 1024 x 1024 frames (noise 0.01 a frame; contrast 0.35 deep in live)\n");
  const bool peer_found = std::system("command -v elastix > /dev/null 2>&1") == 0;
  if (!peer_found) std::printf("  elastix is not installed; no peer to compare with.\n");
  const fs::path folder = fs::temp_directory_path() / ("oasis-motion-" + std::to_string(getpid()));
  fs::create_directories(folder);
  const Texture texture;
  print_case(texture, {5.3, -3.7, 0, 0}, imaging::MotionModel::Shift, "translation", folder,
             peer_found);
  print_case(texture, {3.2, -2.4, 0.006, 3}, imaging::MotionModel::Deformation, "deformation",
             folder, peer_found);
  std::error_code ignored;
  fs::remove_all(folder, ignored);
}

}  // namespace bench
