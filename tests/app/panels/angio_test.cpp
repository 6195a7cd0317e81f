// What a hand does on an angiogram with each tool, down to the plan and to what is measured.
#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "app/session/angio_marks.h"
#include "app/session/angio_measure.h"
#include "app/session/angio_work.h"
#include "tests/app/panels/fixture.h"

namespace app {
namespace {

using imaging::Point2;
using test::NullWindow;

constexpr int columns = 180, rows = 150, frame_count = 8;
constexpr double axis_column = 90.3, healthy_px = 8, throat_px = 4, throat_row = 75;

// Raised cosine over 20 rows on either side of the throat.
double diameter_at(int row) {
  const double away = std::abs(row - throat_row) / 20;
  if (away >= 1) return healthy_px;
  return healthy_px - (healthy_px - throat_px) * (0.5 + 0.5 * std::cos(M_PI * away));
}

// A round vessel down the picture, filled from frame 3 on; the chord through a circle is its
// thickness, averaged over each pixel. Logarithmic, so the stored values are the thickness itself.
imaging::AngioRun narrowed_vessel() {
  imaging::AngioRun run;
  run.label = "Leg AP";
  run.series_uid = "1.2.9";
  run.bits_stored = 12;
  run.relationship = imaging::IntensityRelationship::Logarithmic;
  std::mt19937 random(7);
  std::normal_distribution<double> noise(0, 2);
  const double share[frame_count] = {0, 0, 0, 0.4, 0.8, 1, 0.9, 0.7};
  for (int n = 0; n < frame_count; ++n) {
    imaging::Frame<std::uint16_t> frame(columns, rows);
    for (int row = 0; row < rows; ++row)
      for (int column = 0; column < columns; ++column) {
        const double radius = diameter_at(row) / 2;
        double thickness = 0;
        constexpr int parts = 8;
        for (int part = 0; part < parts; ++part) {
          const double x = column + (part + 0.5) / parts - 0.5 - axis_column;
          thickness += 2 * std::sqrt(std::max(0.0, radius * radius - x * x)) / parts;
        }
        // Bone that stays where it is, so that the limb is seen to lie still; and a little noise.
        const double bone = 60 * std::sin(column / 7.0) * std::cos(row / 9.0);
        frame(column, row) = static_cast<std::uint16_t>(
            std::lround(3000 + bone - 150 * share[n] * thickness + noise(random)));
      }
    run.frames.push_back(std::move(frame));
    run.frame_times_s.push_back(0.5 * n);
  }
  return run;
}

// Shows the image at two px of the screen per pixel.
class ImageViews : public test::PlainViews {
 public:
  std::optional<Point2> pixel_at(ViewKind, Point2 at) override {
    return Point2{at.x / 2, at.y / 2};
  }
  std::optional<Point2> place_of_pixel(ViewKind, Point2 pixel) override {
    return Point2{2 * pixel.x, 2 * pixel.y};
  }
};

class AngioTools : public testing::Test {
 protected:
  AngioTools() : session(opened()), window(1280, 800) {
    session.view.workspace = Workspace::Angio;
    settle();
  }
  static Session opened() {
    imaging::Study study;
    study.study_uid = "1.2.3";
    study.runs.push_back(narrowed_vessel());
    auto session = Session::open(std::make_shared<const imaging::Study>(std::move(study)), nullptr,
                                 std::nullopt);
    OASIS_EXPECTS(session.has_value());
    return std::move(*session);
  }
  void settle() {
    for (int frame = 0; frame < 3; ++frame) window.frame(session, &views);
  }
  ImVec2 on_screen(Point2 pixel) const {
    for (const auto& part : window.ui.placed)
      if (part.name == "picture" + std::to_string(static_cast<int>(ViewKind::AngioSubtracted)))
        return {part.box.x + static_cast<float>(2 * pixel.x),
                part.box.y + 26 + static_cast<float>(2 * pixel.y)};
    return {};
  }
  void mouse(Point2 pixel, bool left) {
    const ImVec2 at = on_screen(pixel);
    window.mouse(session, &views, at.x, at.y, left);
  }
  void click(Point2 pixel) {
    mouse(pixel, false);
    mouse(pixel, true);
    mouse(pixel, false);
  }
  void drag(Point2 from, Point2 to) {
    mouse(from, false);
    mouse(from, true);
    for (int i = 1; i <= 8; ++i)
      mouse({std::lerp(from.x, to.x, i / 8.0), std::lerp(from.y, to.y, i / 8.0)}, true);
    mouse(to, false);
  }
  void key(int which, bool ctrl = false) {
    window.press(which, ctrl);
    window.frame(session, &views);
  }
  planning::RunMarks marks() const {
    return marks_of(session.plan().angio, session.study().runs[0]);
  }

  Session session;
  ImageViews views;
  NullWindow window;
};

TEST_F(AngioTools, TwoClicksMeasureAVesselAndUndoTakesItBack) {
  key('Q');
  click({axis_column, 20});
  EXPECT_TRUE(marks().vessels.empty()) << "One end is no stretch.";
  click({axis_column, 130});
  ASSERT_EQ(marks().vessels.size(), 1u);
  EXPECT_NEAR(marks().vessels[0].clicks[1].y, 130, 0.6);

  AngioWork::complete(session);
  ASSERT_NE(session.angio.widths, nullptr);
  const auto& measured = session.angio.widths->vessels[0];
  ASSERT_EQ(measured.refusal, "");
  ASSERT_EQ(measured.profile.lesions.size(), 1u);
  const imaging::Lesion& lesion = measured.profile.lesions[0];
  EXPECT_NEAR(lesion.percent_diameter, 50, 5);
  EXPECT_NEAR(lesion.reference_px, healthy_px, 0.6);
  // Under 80 % of the reference: the raised cosine is over 0.4 within 0.564 of its half length.
  EXPECT_NEAR(lesion.length_px, 2 * 20 * 0.564, 4);
  settle();
  session.history().undo();
  EXPECT_TRUE(marks().vessels.empty());
  AngioWork::complete(session);
  EXPECT_EQ(session.angio.widths, nullptr);
}

TEST_F(AngioTools, OneKeyFindsTheVesselsAndUndoTakesThemBack) {
  key('F');
  EXPECT_TRUE(marks().vessels.empty()) << "The window does not wait.";
  AngioWork::complete(session);
  ASSERT_EQ(marks().vessels.size(), 1u);
  settle();
  EXPECT_EQ(marks().vessels.size(), 1u);
  const planning::MeasuredVessel found = marks().vessels[0];
  for (const Point2 p : found.clicks) EXPECT_NEAR(p.x, axis_column, 1);
  ASSERT_NE(session.angio.widths, nullptr);
  const auto& lesions = session.angio.widths->vessels[0].profile.lesions;
  ASSERT_EQ(lesions.size(), 1u);
  EXPECT_NEAR(lesions[0].percent_diameter, 50, 5);
  // Corrected like one that was clicked.
  key('Q');
  const Point2 held = found.clicks.back();
  drag(held, {held.x, held.y - 15});
  EXPECT_NEAR(marks().vessels[0].clicks.back().y, held.y - 15, 1);
  session.history().undo();
  session.history().undo();
  EXPECT_TRUE(marks().vessels.empty());
}

TEST_F(AngioTools, ADraggedEdgeIsOneStepAndChangesTheDiameterThere) {
  key('Q');
  click({axis_column, 20});
  click({axis_column, 130});
  AngioWork::complete(session);
  const auto& samples = session.angio.widths->vessels[0].profile.samples;
  const std::size_t n = 20;
  const EdgePair edges = edges_of(samples, n);
  const double before_px = samples[n].diameter_px;
  const Point2 outwards{edges.left.x + (edges.left.x - edges.right.x) * 0.5,
                        edges.left.y + (edges.left.y - edges.right.y) * 0.5};
  drag(edges.left, outwards);
  ASSERT_EQ(marks().vessels[0].edges.size(), 1u);
  EXPECT_EQ(marks().vessels[0].clicks.size(), 2u) << "The way stays.";
  EXPECT_FALSE(session.history().gesture_open());
  AngioWork::complete(session);
  // The left edge went out by half a diameter.
  const auto& after = session.angio.widths->vessels[0].profile.samples;
  EXPECT_NEAR(after[n].diameter_px, 1.5 * before_px, 0.5);
  session.history().undo();
  EXPECT_TRUE(marks().vessels[0].edges.empty());
}

TEST_F(AngioTools, ADraggedClickMovesTheWay) {
  key('Q');
  click({axis_column, 20});
  click({axis_column, 130});
  drag({axis_column, 130}, {axis_column, 110});
  EXPECT_NEAR(marks().vessels[0].clicks[1].y, 110, 1);
  EXPECT_EQ(marks().vessels.size(), 1u) << "The end of a drag is no click.";
  session.history().undo();
  EXPECT_NEAR(marks().vessels[0].clicks[1].y, 130, 1);
}

TEST_F(AngioTools, CornersAndEnterDrawARegionWhoseCurveIsKnown) {
  key('R');
  // Wholly inside the vessel, where the thickness is nearly its diameter.
  click({89, 20});
  click({92, 20});
  click({92, 40});
  click({89, 40});
  EXPECT_TRUE(marks().regions.empty());
  key(ImGui::GetKeyIndex(ImGuiKey_Enter));
  ASSERT_EQ(marks().regions.size(), 1u);
  EXPECT_EQ(marks().regions[0].corners.size(), 4u);
  AngioWork::complete(session);
  ASSERT_NE(session.angio.regions, nullptr);
  const auto& region = session.angio.regions->regions[0];
  ASSERT_EQ(region.refusal, "");
  // 150 levels for each px of thickness, of 4095; the mean chord over 1.7 px about the axis of a
  // vessel of 8 px is at least 7.3.
  EXPECT_GT(region.density[5], 150 * 7.3 / 4095 * 0.97);
  EXPECT_LT(region.density[5], 150 * 8 / 4095.0 * 1.03);
  ASSERT_TRUE(region.curve);
  EXPECT_NEAR(region.curve->time_to_peak_s, 2.5, 0.25);
}

TEST_F(AngioTools, AKnownDistanceCalibratesAsOneStep) {
  session.view.angio.tool = AngioTool::Distance;
  window.ui.angio.known_mm = 50;
  click({40, 30});
  click({40, 130});
  ASSERT_TRUE(marks().calibration);
  EXPECT_NEAR(marks().calibration->mm_per_px_column, 0.5, 0.01);
  EXPECT_GT(marks().calibration->relative_error, 0);
  EXPECT_EQ(session.view.angio.tool, AngioTool::Look) << "It is put back.";
  EXPECT_TRUE(calibration_of(session.plan().angio, session.study().runs[0]).gives_mm());
  session.history().undo();
  EXPECT_FALSE(calibration_of(session.plan().angio, session.study().runs[0]).gives_mm());
}

TEST_F(AngioTools, ClicksThatCannotCalibrateAreSaidAndChangeNothing) {
  session.view.angio.tool = AngioTool::Catheter;
  click({20, 30});
  click({20, 33});
  EXPECT_FALSE(marks().calibration);
  EXPECT_NE(window.ui.angio.complaint.find("8 pixels"), std::string::npos);
  EXPECT_FALSE(session.history().can_undo());
}

TEST_F(AngioTools, EscapeGivesUpTheClicksThenTheTool) {
  key('Q');
  click({axis_column, 20});
  key(ImGui::GetKeyIndex(ImGuiKey_Escape));
  EXPECT_TRUE(window.ui.angio.clicks.empty());
  EXPECT_EQ(session.view.angio.tool, AngioTool::Vessel);
  settle();
  key(ImGui::GetKeyIndex(ImGuiKey_Escape));
  EXPECT_EQ(session.view.angio.tool, AngioTool::Look);
  EXPECT_FALSE(session.history().can_undo());
}

TEST_F(AngioTools, OneKeyEachForMaskMotionPeakAndLoop) {
  session.view.angio.mask = MaskChoice::Found;
  session.view.frame = 4;
  key('M');
  EXPECT_EQ(session.view.mask_frame, 4);
  EXPECT_EQ(session.view.angio.motion, MotionChoice::Deformation);  // Unless told otherwise.
  key('D');
  EXPECT_EQ(session.view.angio.motion, MotionChoice::Off);
  settle();
  key('D');
  EXPECT_EQ(session.view.angio.motion, MotionChoice::Shift);
  key('K');
  EXPECT_EQ(session.view.angio.shows, AngioShows::Peak);
  key('[');
  EXPECT_EQ(session.view.angio.peak_first, 4);
  key('L');
  EXPECT_FALSE(session.view.angio.loops);
  key('=');
  EXPECT_EQ(session.view.speed, 2);
}

TEST_F(AngioTools, ArrowsShiftTheMaskByPartsOfAPixel) {
  const auto arrow = [&](int which, bool ctrl, bool shift) {
    window.press(ImGui::GetKeyIndex(which), ctrl, shift);
    window.frame(session, &views);
  };
  arrow(ImGuiKey_RightArrow, false, false);
  EXPECT_DOUBLE_EQ(session.view.shift_column_px, 0.5);
  arrow(ImGuiKey_LeftArrow, false, true);
  EXPECT_DOUBLE_EQ(session.view.shift_column_px, 0.4);
  arrow(ImGuiKey_DownArrow, true, false);
  arrow(ImGuiKey_UpArrow, true, true);
  EXPECT_DOUBLE_EQ(session.view.shift_row_px, 0.4);
}

TEST_F(AngioTools, WithoutAToolTheHandSetsTheWindow) {
  drag({60, 60}, {90, 60});
  EXPECT_GT(session.view.window_width, 0);
  EXPECT_FALSE(session.history().can_undo());
}

TEST_F(AngioTools, EverySectionIsDrawn) {
  using Section = AngioUi::Section;
  key('Q');
  click({axis_column, 20});
  click({axis_column, 130});
  session.view.angio.shows = AngioShows::Map;
  session.view.angio.shows_tree = true;
  session.view.angio.aim = BestAim::GunSight;
  AngioWork::complete(session);
  for (const Section section :
       {Section::Picture, Section::Measure, Section::Perfusion, Section::Plan}) {
    window.ui.angio.section = section;
    settle();
  }
  EXPECT_NE(session.angio.maps, nullptr);
}

}  // namespace
}  // namespace app
