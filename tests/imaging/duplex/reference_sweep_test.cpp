// A real tracked sweep against the volume that another program made of it.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "imaging/duplex/compound.h"
#include "imaging/files/read.h"
#include "imaging/files/read_sweep.h"

namespace imaging {
namespace {

namespace fs = std::filesystem;

fs::path folder() {
  const char* shared = std::getenv("OASIS_SHARED_DATA");
  return (shared ? fs::path(shared)
                 : fs::path(OASIS_SOURCE_DIR).parent_path() / "shared" / "data") /
         "us3d_plus";
}

TEST(ReferenceSweep, IsReconstructedAsItsMakersDo) {
  if (!fs::exists(folder())) GTEST_SKIP() << "There is no " << folder();
  const auto sweep = read_sweep(folder() / "SpinePhantomFreehand.igs.mha");
  ASSERT_TRUE(sweep) << sweep.error().sentence;
  const auto reference = read_volume(folder() / "SpinePhantomFreehandReconstructed.mha");
  ASSERT_TRUE(reference);
  const auto made = compound_onto(reference->grid(), *sweep, {.fill_mm = 4.5});
  ASSERT_TRUE(made);
  double sum = 0, bias = 0;
  std::size_t both = 0, only_here = 0, only_there = 0;
  for (std::size_t v = 0; v < made->grey.size(); ++v) {
    const double a = made->grey.data()[v], b = reference->data()[v];
    only_here += a > 0 && b == 0;
    only_there += a == 0 && b > 0;
    if (a == 0 || b == 0) continue;
    ++both;
    sum += std::abs(a - b);
    bias += a - b;
  }
  const auto n = static_cast<double>(both);
  EXPECT_GT(n, 4e5);
  // Speckle of this sweep changes by tens of grey from voxel to voxel, so that a shift by half a
  // voxel, or nearest instead of linear, costs 8 grey.
  EXPECT_LT(sum / n, 3);
  EXPECT_NEAR(bias / n, 0, 0.5);
  EXPECT_LT(static_cast<double>(only_here), 0.02 * n);
  EXPECT_LT(static_cast<double>(only_there), 0.02 * n);
}

}  // namespace
}  // namespace imaging
