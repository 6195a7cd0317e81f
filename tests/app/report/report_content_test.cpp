#include "app/report/report_content.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>

#include "imaging/core/assets.h"
#include "tests/app/report/fixture.h"

namespace app {
namespace {

using testing::Contains;
using testing::HasSubstr;

// Pictures of one colour, and what was looked at while each was taken.
class PlainViews final : public Views {
 public:
  void sync(const Session& session) override { seen = session.view; }
  std::uintptr_t texture(ViewKind, int, int, float) override { return 0; }
  imaging::Frame<imaging::Rgb> picture(ViewKind kind, int width_px, int height_px, float) override {
    taken.emplace_back(kind, seen);
    return {width_px, height_px, {1, 2, 3}};
  }
  Pick pick(ViewKind, imaging::Point2) override { return {}; }
  std::optional<imaging::Point3<imaging::Lps>> point_at(
      ViewKind, imaging::Point2, const imaging::Point3<imaging::Lps>&) override {
    return {};
  }
  std::optional<imaging::Point2> place_of(ViewKind, const imaging::Point3<imaging::Lps>&) override {
    return {};
  }
  void orbit(ViewKind, double, double) override {}
  void pan(ViewKind, double, double) override {}
  void zoom(ViewKind, double) override {}
  void reset(ViewKind) override {}

  ViewState seen;
  std::vector<std::pair<ViewKind, ViewState>> taken;
};

imaging::Vessel straight(const std::string& id, imaging::VesselKind kind, double x_mm,
                         double radius_mm) {
  std::vector<imaging::CenterlineSample> samples;
  for (int i = 0; i <= 240; ++i)
    samples.push_back({.position = {x_mm, 0.02 * i, -1.0 * i},
                       .radius_mm = radius_mm,
                       .radius_sd_mm = 0.2,
                       .confidence = 1});
  return {.id = id,
          .name = id,
          .kind = kind,
          .kind_confidence = 1,
          .name_confidence = 1,
          .parent = {},
          .line = *imaging::Centerline::make(std::move(samples))};
}

// An artery of 3.4 mm and a vein of 4.2 mm, 1.2 mm apart all the way, and one angiogram of two
// frames.
imaging::Result<Session> leg(bool with_vessels) {
  imaging::Study study;
  study.alias = "Case 0001";
  study.side = imaging::Side::Right;
  imaging::AngioRun run;
  run.label = "leg";
  run.frames = {imaging::Frame<std::uint16_t>(20, 30, 200),
                imaging::Frame<std::uint16_t>(20, 30, 90)};
  run.frame_times_s = {0, 0.5};
  run.bits_stored = 8;
  run.calibration = {.source = imaging::CalibrationSource::Geometry,
                     .mm_per_px_column = 0.3,
                     .mm_per_px_row = 0.4,
                     .relative_error = 0.05,
                     .note = "At the isocentre."};
  run.sources = {{"1.2.3", std::string(64, 'c')}};
  study.runs.push_back(run);
  study.skipped = {{"notes.txt", "It is not a DICOM file."}};
  auto tree = std::make_shared<imaging::VesselTree>();
  std::optional<planning::Planner> planner;
  if (with_vessels) {
    *tree = *imaging::VesselTree::make(
        imaging::Side::Right,
        {straight("posterior_tibial_artery", imaging::VesselKind::Artery, 0, 1.7),
         straight("posterior_tibial_vein_1", imaging::VesselKind::Vein, 1.7 + 1.2 + 2.1, 2.1)});
    auto made = planning::Planner::make(tree, {}, imaging::assets_folder());
    if (!made) return tl::unexpected(made.error());
    planner = std::move(*made);
  }
  return Session::open(std::make_shared<imaging::Study>(std::move(study)), tree,
                       std::move(planner));
}

TEST(ReportContent, GathersTheCaseWithoutVessels) {
  auto session = leg(false);
  ASSERT_TRUE(session) << session.error().sentence;
  session->notes = {"The case has no duplex volume."};
  PlainViews views;
  const auto content = report_content(*session, &views);
  ASSERT_TRUE(content);
  EXPECT_EQ(content->alias, "Case 0001");
  EXPECT_EQ(content->side, imaging::Side::Right);
  EXPECT_FALSE(content->preview);
  EXPECT_THAT(content->notes, Contains("The case has no duplex volume."));
  EXPECT_THAT(content->notes, Contains(HasSubstr("1 file of the case was not used")));
  ASSERT_EQ(content->calibrations.size(), 1u);
  EXPECT_EQ(content->calibrations[0].input, "Angiogram 1: leg");
  ASSERT_EQ(content->inputs.size(), 1u);
  EXPECT_EQ(content->inputs[0].sop_instance_uid, "1.2.3");
  ASSERT_EQ(views.taken.size(), 1u);
  EXPECT_EQ(views.taken[0].first, ViewKind::AngioSubtracted);
}

TEST(ReportContent, LooksAtTheCrossingAndGivesTheViewBack) {
  auto session = leg(true);
  ASSERT_TRUE(session) << session.error().sentence;
  if (!session->preview()) session->choose_candidate(0);
  ASSERT_TRUE(session->preview());
  session->view.cursor = {9, 8, 7};
  session->view.selected_vessel = "posterior_tibial_vein_1";
  PlainViews views;
  const auto content = report_content(*session, &views);
  ASSERT_TRUE(content);
  ASSERT_TRUE(content->preview);
  ASSERT_GE(views.taken.size(), 4u);
  for (const auto& [kind, view] : views.taken)
    EXPECT_EQ(view.cursor, session->preview()->crossing.artery_point);
  EXPECT_EQ(session->view.cursor, (imaging::Point3<imaging::Lps>{9, 8, 7}));
  EXPECT_EQ(session->view.selected_vessel, "posterior_tibial_vein_1");
  EXPECT_EQ(views.seen.cursor, session->view.cursor);
  // The circuit laid straight is printed apart from the others.
  ASSERT_TRUE(content->strip);
  EXPECT_EQ(content->pictures.size() + 1, views.taken.size());
  EXPECT_EQ(content->candidates.size() + content->candidates_left_out,
            session->planner()->candidates().size());
}

TEST(ReportContent, GoesWithoutPictures) {
  auto session = leg(true);
  ASSERT_TRUE(session);
  const auto content = report_content(*session, nullptr);
  ASSERT_TRUE(content);
  EXPECT_TRUE(content->pictures.empty());
}

TEST(ReportContent, RefusesASessionWithoutACase) {
  Session session;
  EXPECT_FALSE(report_content(session, nullptr));
}

}  // namespace
}  // namespace app
