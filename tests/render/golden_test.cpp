// How the pictures look: like the ones that were looked at and approved.
//
// A picture that differs, or has no golden one yet, fails and is written as a candidate. Look at
// it; if it is right, move it into tests/render/golden.
#include <gtest/gtest.h>

#include <array>
#include <filesystem>
#include <functional>

#include "app/view/offscreen.h"
#include "app/view/picture.h"
#include "app/view/png.h"
#include "limb.h"

namespace app::view {
namespace {

using imaging::Frame;

double grey(Rgb p) { return 0.299 * p.r + 0.587 * p.g + 0.114 * p.b; }

// Mean structural similarity (Wang et al. 2004, eq. 13) over blocks of 8 x 8 px, for one channel.
double similarity(const Frame<Rgb>& a, const Frame<Rgb>& b,
                  const std::function<double(Rgb)>& channel) {
  if (a.columns() != b.columns() || a.rows() != b.rows()) return 0;
  constexpr int block = 8;
  constexpr double c1 = 0.01 * 255 * 0.01 * 255, c2 = 0.03 * 255 * 0.03 * 255;
  double sum = 0;
  int blocks = 0;
  for (int row = 0; row + block <= a.rows(); row += block)
    for (int column = 0; column + block <= a.columns(); column += block, ++blocks) {
      double ma = 0, mb = 0, aa = 0, bb = 0, ab = 0;
      for (int y = 0; y < block; ++y)
        for (int x = 0; x < block; ++x) {
          const double p = channel(a(column + x, row + y)), q = channel(b(column + x, row + y));
          ma += p;
          mb += q;
          aa += p * p;
          bb += q * q;
          ab += p * q;
        }
      constexpr double n = block * block;
      ma /= n;
      mb /= n;
      const double va = aa / n - ma * ma, vb = bb / n - mb * mb, cov = ab / n - ma * mb;
      sum += (2 * ma * mb + c1) * (2 * cov + c2) / ((ma * ma + mb * mb + c1) * (va + vb + c2));
    }
  return blocks > 0 ? sum / blocks : 0;
}

struct Case {
  const char* name;
  ViewKind kind;
  Workspace workspace = Workspace::Vessels;
  Size size = {256, 256, 1};
};

std::unique_ptr<Picture> picture_of(ViewKind kind) {
  switch (kind) {
    case ViewKind::AngioSubtracted:
    case ViewKind::AngioNative:
    case ViewKind::AngioCompared:
      return make_angio_picture(kind);
    case ViewKind::DuplexTransverse:
    case ViewKind::DuplexLongitudinal:
    case ViewKind::DuplexCoronal:
      return make_duplex_picture(kind);
    case ViewKind::Scene:
      return make_scene_picture();
    case ViewKind::CrossSection:
    case ViewKind::Straightened:
      return make_vessel_picture(kind);
    case ViewKind::Probe:
    case ViewKind::NeedleProfile:
    case ViewKind::DownNeedle:
      return make_crossing_picture(kind);
    case ViewKind::Radiograph:
      return make_radiograph_picture();
    case ViewKind::Strip:
      return make_strip_picture();
    case ViewKind::BestView:
      return make_best_view_picture();
    case ViewKind::Predicted:
      return make_predicted_picture();
  }
  return nullptr;
}

// Contrast that has run down the artery, over to the vein and half down that, seen by a C-arm that
// stands obliquely and farther off.
void show_prediction(Look& look) {
  PredictedContrast contrast;
  contrast.tree.blood_ml_min = 150;
  planning::ContrastTube tube{"circuit", "", 150, true, {}};
  double tau_s = 0;
  for (double s_mm = 0; s_mm <= 95; s_mm += 1) {
    const bool artery = s_mm <= test::crossing_mm;
    tube.points.push_back({artery ? test::on_artery(s_mm) : test::on_vein(s_mm),
                           artery ? test::artery_radius_mm : test::vein_radius_mm, tau_s});
    tau_s += artery ? 0.01 : 0.02;
  }
  contrast.tree.tubes.push_back(std::move(tube));
  contrast.injection = *planning::injection_of({}, 150);
  look.contrast = std::make_shared<const PredictedContrast>(std::move(contrast));
  auto study = std::make_shared<imaging::Study>(*look.study);
  study->runs.front().pose = imaging::CArmPose{.primary_deg = 25,
                                               .secondary_deg = -12,
                                               .source_to_detector_mm = 1100,
                                               .source_to_isocentre_mm = 800,
                                               .imager_spacing_column_mm = 1.6,
                                               .imager_spacing_row_mm = 1.5};
  look.study = std::move(study);
  look.view.flow.time_s = 0.8;
}

class Golden : public testing::TestWithParam<Case> {};

TEST_P(Golden, LooksAsApproved) {
  const auto context = OffscreenContext::make();
  ASSERT_TRUE(context) << context.error().sentence;
  Look look = test::limb();
  look.view.workspace = GetParam().workspace;
  if (GetParam().kind == ViewKind::Predicted) show_prediction(look);
  Shapes shapes;
  shapes.walls = walls_of(*look.vessels);
  const auto picture = picture_of(GetParam().kind);
  const Frame<Rgb> drawn = picture->draw(look, shapes, GetParam().size);

  const std::string file = std::string(GetParam().name) + ".png";
  const auto golden = load_png(std::filesystem::path(OASIS_GOLDEN_DIR) / file);
  // Painted pixels are the same everywhere. VTK's depend on the driver's rasterizer along edges,
  // and the letters on FreeType's version.
  constexpr double alike = 0.97;
  const std::array<std::function<double(Rgb)>, 2> channels{
      grey, [](Rgb p) { return 127.5 + (p.r - p.b) / 2.0; }};
  double worst = 1;
  if (golden)
    for (const auto& channel : channels)
      worst = std::min(worst, similarity(drawn, *golden, channel));
  if (golden && worst >= alike) return;
  const auto candidate = std::filesystem::path(OASIS_CANDIDATE_DIR) / file;
  std::filesystem::create_directories(candidate.parent_path());
  ASSERT_TRUE(save_png(drawn, candidate));
  FAIL() << (golden ? "similarity " + std::to_string(worst) : golden.error().sentence)
         << "; what was drawn is in " << candidate;
}

INSTANTIATE_TEST_SUITE_P(
    Pictures, Golden,
    testing::Values(
        Case{"scene", ViewKind::Scene}, Case{"scene_cross", ViewKind::Scene, Workspace::Cross},
        Case{"transverse", ViewKind::DuplexTransverse},
        Case{"longitudinal", ViewKind::DuplexLongitudinal},
        Case{"coronal", ViewKind::DuplexCoronal}, Case{"subtracted", ViewKind::AngioSubtracted},
        Case{"native", ViewKind::AngioNative}, Case{"cross_section", ViewKind::CrossSection},
        Case{"straightened", ViewKind::Straightened}, Case{"probe", ViewKind::Probe},
        Case{"profile", ViewKind::NeedleProfile}, Case{"down_needle", ViewKind::DownNeedle},
        Case{"radiograph", ViewKind::Radiograph},
        Case{"predicted", ViewKind::Predicted, Workspace::Flow},
        Case{"strip", ViewKind::Strip, Workspace::Devices, {720, 220, 1}}),
    [](const auto& param) { return std::string(param.param.name); });

}  // namespace
}  // namespace app::view
