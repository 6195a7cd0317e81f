#include "tests/app/panels/fixture.h"

#include <cmath>

#include "imaging/core/assets.h"

namespace app::test {
namespace {

using imaging::Lps;
using LpsPoint = imaging::Point3<Lps>;
using LpsVector = imaging::Vector3<Lps>;

imaging::Centerline line_beside(double offset_mm, double bow_mm, double radius_mm,
                                const LpsVector& along, const LpsVector& aside) {
  std::vector<imaging::CenterlineSample> samples;
  for (int i = 0; i <= 160; ++i) {
    const double s = i - 80.0;
    // Bows away from the middle on both sides.
    const double away = offset_mm + bow_mm * (s / 80) * (s / 80);
    imaging::CenterlineSample sample;
    sample.position = LpsPoint{0, 0, 0} + along * s + aside * away;
    sample.radius_mm = radius_mm;
    sample.radius_sd_mm = 0.1;
    samples.push_back(sample);
  }
  return *imaging::Centerline::make(std::move(samples));
}

imaging::VesselTree small_tree() {
  // Distal is towards the feet, a little oblique.
  const LpsVector along = LpsVector{0.05, 0.1, -1}.normalized();
  const LpsVector aside = along.cross(LpsVector{1, 0, 0}).normalized();
  std::vector<imaging::Vessel> vessels;
  vessels.push_back({"pta", "posterior_tibial_artery", imaging::VesselKind::Artery, 0.97, 0.9,
                     std::nullopt, line_beside(0, 0, 1.7, along, aside)});
  vessels.push_back({"ptv", "posterior_tibial_vein_1", imaging::VesselKind::Vein, 0.95, 0.6,
                     std::nullopt, line_beside(4.6, 3, 1.9, along, aside)});
  return *imaging::VesselTree::make(imaging::Side::Left, std::move(vessels));
}

imaging::Study small_study() {
  imaging::Study study;
  study.alias = "Case 0001";
  study.study_uid = "1.2.3";
  study.side = imaging::Side::Left;
  const LpsVector i = LpsVector{1, 0.1, 0.05}.normalized();
  const LpsVector k = i.cross(LpsVector{0, 1, 0.2}).normalized();
  const LpsVector j = k.cross(i);
  const auto grid = *imaging::Grid::make({20, 24, 30}, {1.1, 0.9, 5.3}, {-10, -10, -80}, {i, j, k});
  imaging::DuplexVolume volume{.label =
                                   "Duplex of the calf, with a label that is long enough to be "
                                   "cut wherever it is shown",
                               .volume_frame_of_reference_uid = "",
                               .patient_frame_of_reference_uid = "",
                               .lies_in_patient = true,
                               .side = imaging::Side::Left,
                               .bmode = imaging::Volume<std::uint8_t>(grid, 90),
                               .velocity_cm_s = imaging::Volume<float>(grid, 3.0f),
                               .velocity_limit_cm_s = 24,
                               .calibration = {imaging::CalibrationSource::VolumeTags, 1.1, 0.9,
                                               0.02, "As the file states it."},
                               .sources = {}};
  study.volumes.push_back(std::move(volume));
  imaging::AngioRun run;
  run.label = "Leg AP";
  run.side = imaging::Side::Left;
  for (int frame = 0; frame < 6; ++frame) {
    run.frames.emplace_back(8, 6, static_cast<std::uint16_t>(900 - 40 * frame));
    run.frame_times_s.push_back(frame / 3.0);
  }
  run.bits_stored = 10;
  study.runs.push_back(std::move(run));
  imaging::Radiograph radiograph;
  radiograph.label = "Foot AP";
  radiograph.image = imaging::Frame<std::uint16_t>(9, 7, 100);
  study.radiographs.push_back(std::move(radiograph));
  study.skipped.push_back({"notes.txt", "It is not a DICOM file."});
  return study;
}

}  // namespace

Session small_case() {
  const auto tree = std::make_shared<const imaging::VesselTree>(small_tree());
  auto planner = planning::Planner::make(tree, {}, imaging::assets_folder());
  OASIS_EXPECTS(planner.has_value());
  auto session =
      Session::open(std::make_shared<const imaging::Study>(small_study()), tree, *planner);
  OASIS_EXPECTS(session.has_value());
  if (!session->plan().crossing) session->choose_candidate(0);
  return std::move(*session);
}

std::uintptr_t PlainViews::texture(ViewKind kind, int width_px, int height_px, float) {
  middle_[kind] = {width_px / 2.0, height_px / 2.0};
  return 1;
}

std::optional<imaging::Point2> PlainViews::place_of(ViewKind kind, const LpsPoint& p) {
  const imaging::Point2 middle = middle_[kind];
  return imaging::Point2{middle.x + p.y, middle.y - p.z};
}

std::optional<LpsPoint> PlainViews::point_at(ViewKind kind, imaging::Point2 at,
                                             const LpsPoint& near) {
  const imaging::Point2 middle = middle_[kind];
  return LpsPoint{near.x, at.x - middle.x, middle.y - at.y};
}

Pick PlainViews::pick(ViewKind kind, imaging::Point2 at) {
  constexpr double reach_px = 3;
  const planning::Preview* preview = session_ ? session_->preview() : nullptr;
  if (!preview) return {};
  const auto near = [&](const LpsPoint& p) {
    const auto place = place_of(kind, p);
    return std::hypot(place->x - at.x, place->y - at.y) < reach_px;
  };
  if (near(preview->crossing.artery_point))
    return {Pick::What::ArteryEnd, "", preview->crossing.artery_point};
  if (near(preview->crossing.vein_point))
    return {Pick::What::VeinEnd, "", preview->crossing.vein_point};
  return under;
}

NullWindow::NullWindow(float width, float height, float scale) {
  ImGui::CreateContext();
  ImGuiIO& io = ImGui::GetIO();
  io.IniFilename = nullptr;
  for (int key = 0; key < ImGuiKey_COUNT; ++key) io.KeyMap[key] = 400 + key;  // As GLFW's are.
  (void)load_theme(theme, scale);
  apply_theme(theme);
  resize(width, height);
}

NullWindow::~NullWindow() { ImGui::DestroyContext(); }

void NullWindow::resize(float width, float height) { ImGui::GetIO().DisplaySize = {width, height}; }

void NullWindow::frame(Session& session, Views* views) {
  ImGuiIO& io = ImGui::GetIO();
  io.DeltaTime = 1.0f / 60;
  requests = {};
  if (views) views->sync(session);
  ImGui::NewFrame();
  draw_window(session, views, ui, around, theme, requests);
  ImGui::Render();
  for (const int key : pressed_) io.KeysDown[key] = false;
  pressed_.clear();
  io.KeyCtrl = io.KeyShift = false;
}

void NullWindow::press(int key, bool ctrl, bool shift) {
  ImGuiIO& io = ImGui::GetIO();
  io.KeysDown[key] = true;
  io.KeyCtrl = ctrl;
  io.KeyShift = shift;
  pressed_.push_back(key);
}

void NullWindow::mouse(Session& session, Views* views, float x, float y, bool left) {
  ImGuiIO& io = ImGui::GetIO();
  io.MousePos = {x, y};
  io.MouseDown[0] = left;
  frame(session, views);
}

}  // namespace app::test
