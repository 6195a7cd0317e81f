#include "app/store/text.h"

#include <gtest/gtest.h>

#include <cmath>

namespace app {
namespace {

TEST(PlanText, BringsBackEveryBit) {
  planning::Plan plan;
  plan.technique = "piper";
  // Numbers without a short decimal form.
  plan.crossing = planning::CrossingSite{"pta", "ptv \"2\"\n", 1.0 / 3, std::nextafter(70.0, 71.0)};
  plan.crossing_moved_by_hand = true;
  plan.declined_coils = {"a", "b"};
  plan.pins = {{"the \"wide\" one", *plan.crossing}, {"", {"pta", "ptv", 2.0 / 3, 1e-9}}};
  const auto back = plan_from_text(text_from_plan(plan));
  ASSERT_TRUE(back);
  EXPECT_EQ(*back, plan);
}

TEST(PlanText, KeepsAPlanWithoutACrossing) {
  const planning::Plan plan;
  EXPECT_EQ(plan_from_text(text_from_plan(plan)), plan);
}

TEST(PlanText, ReadsNothingFromDamage) {
  const std::string text = text_from_plan({});
  for (std::size_t length = 0; length < text.size(); ++length)
    EXPECT_FALSE(plan_from_text(text.substr(0, length))) << length;
  EXPECT_FALSE(plan_from_text("[1, 2]"));
  EXPECT_FALSE(plan_from_text(R"({"technique": 3})"));
}

TEST(ViewText, BringsBackWhereThePersonWasButStandingStill) {
  ViewState view;
  view.workspace = Workspace::Cross;
  view.cursor = {1.5, -2.25, 1.0 / 7};
  view.volume = 1;
  view.run = 3;
  view.frame = 12.5;
  view.subtracted = false;
  view.inverted = true;
  view.playing = true;
  view.speed = 0.25;
  view.window_centre = 100;
  view.window_width = 240;
  view.shift_column_px = -0.5;
  view.shift_row_px = 1.75;
  view.mask_frame = 2;
  view.angio.mask = MaskChoice::Average;
  view.angio.motion = MotionChoice::Deformation;
  view.angio.peak_last = 7;
  view.angio.loops = false;
  view.selected_vessel = "ptv1";
  view.selected_candidate = 4;
  view.show_veins = false;
  const auto back = view_from_text(text_from_view(view));
  ASSERT_TRUE(back);
  EXPECT_EQ(text_from_view(*back), text_from_view(view));
  EXPECT_EQ(back->workspace, Workspace::Cross);
  EXPECT_EQ(back->cursor, view.cursor);
  EXPECT_EQ(back->mask_frame, 2);
  EXPECT_EQ(back->angio, view.angio);
  EXPECT_FALSE(back->show_veins);
  EXPECT_TRUE(back->show_arteries);
  EXPECT_FALSE(back->playing);
}

// A helix: no coordinate repeats, and none has a short decimal form.
imaging::Vessel helix(const std::string& id, std::optional<std::string> parent) {
  std::vector<imaging::CenterlineSample> samples;
  for (int i = 0; i < 200; ++i) {
    const double t = 0.1 * i;
    samples.push_back({.position = {20 * std::cos(t), 20 * std::sin(t), -1.7 * t},
                       .radius_mm = 1 + 0.3 * std::sin(3 * t),
                       .radius_sd_mm = 0.1,
                       .confidence = 1 / (1 + t),
                       .open = i % 7 != 0,
                       .calcification_arc_deg = 1.1 * i,
                       .velocity_cm_s = -t});
  }
  return {.id = id,
          .name = "posterior_tibial_artery",
          .kind = imaging::VesselKind::Artery,
          .kind_confidence = 0.9,
          .name_confidence = 1.0 / 3,
          .parent = std::move(parent),
          .line = *imaging::Centerline::make(std::move(samples))};
}

TEST(TreeText, BringsBackEverySample) {
  std::vector<imaging::Vessel> vessels{helix("root", {}), helix("leaf", "root")};
  const auto tree = imaging::VesselTree::make(imaging::Side::Right, vessels);
  ASSERT_TRUE(tree);
  const auto back = tree_from_text(text_from_tree(*tree));
  ASSERT_TRUE(back);
  EXPECT_EQ(back->side(), imaging::Side::Right);
  ASSERT_EQ(back->vessels().size(), 2u);
  EXPECT_EQ(back->vessels()[1].parent, "root");
  for (std::size_t i = 0; i < 200; ++i) {
    const auto& a = vessels[1].line.samples()[i];
    const auto& b = back->vessels()[1].line.samples()[i];
    EXPECT_EQ(a.position, b.position);
    EXPECT_EQ(a.radius_mm, b.radius_mm);
    EXPECT_EQ(a.confidence, b.confidence);
    EXPECT_EQ(a.open, b.open);
    EXPECT_EQ(a.calcification_arc_deg, b.calcification_arc_deg);
    EXPECT_EQ(a.velocity_cm_s, b.velocity_cm_s);
  }
}

TEST(TreeText, ReadsNothingFromATreeThatBreaksItsPromises) {
  const auto tree = imaging::VesselTree::make(imaging::Side::Right, {helix("root", {})});
  std::string text = text_from_tree(*tree);
  const std::size_t place = text.find("\"kind\":\"artery\"");
  ASSERT_NE(place, std::string::npos);
  text.replace(place, 15, "\"kind\":\"tendon\"");
  EXPECT_FALSE(tree_from_text(text));
}

}  // namespace
}  // namespace app
