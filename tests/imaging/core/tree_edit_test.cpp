#include "imaging/core/tree_edit.h"

#include <gtest/gtest.h>

#include <cmath>

namespace imaging {
namespace {

// An oblique straight line of 1 mm steps; its radius tapers.
Centerline line(const Point3<Lps>& from, double length_mm) {
  const Vector3<Lps> along = Vector3<Lps>{0.2, -0.3, -0.9}.normalized();
  std::vector<CenterlineSample> samples;
  for (double s = 0; s <= length_mm + 1e-9; s += 1)
    samples.push_back(
        {.position = from + along * s, .radius_mm = 2 - 0.005 * s, .confidence = 0.4});
  return *Centerline::make(samples);
}

Vessel vessel(const char* id, VesselKind kind, std::optional<std::string> parent, Centerline l) {
  return {id, id, kind, 0.7, 0.6, std::move(parent), std::move(l)};
}

VesselTree tree() {
  const Centerline trunk = line({10, 20, -500}, 80);
  return *VesselTree::make(
      Side::Left, {vessel("trunk", VesselKind::Artery, std::nullopt, trunk),
                   vessel("high", VesselKind::Artery, "trunk", line(trunk.at(20).position, 15)),
                   vessel("low", VesselKind::Artery, "trunk", line(trunk.at(60).position, 15)),
                   vessel("vein", VesselKind::Vein, std::nullopt, line({16, 20, -500}, 80))});
}

TEST(TreeEdit, CutLeavesTheSameWayInTwoPieces) {
  const VesselTree before = tree();
  const auto after =
      edited(before, {.operation = TreeOperation::Cut, .vessel = "trunk", .at_mm = 40.3});
  ASSERT_TRUE(after) << after.error().sentence;
  const Vessel *proximal = after->find("trunk"), *distal = after->find("trunk_distal");
  ASSERT_TRUE(proximal && distal);
  EXPECT_NEAR(proximal->line.length_mm(), 40.3, 1e-9);
  EXPECT_NEAR(distal->line.length_mm(), 39.7, 1e-9);
  EXPECT_EQ(distal->parent, "trunk");
  EXPECT_EQ(after->find("high")->parent, "trunk");
  EXPECT_EQ(after->find("low")->parent, "trunk_distal");
  EXPECT_NEAR(distal->line.at(19.7).radius_mm, before.find("trunk")->line.at(60).radius_mm, 1e-9);
  // Joined again it is what it was.
  const auto whole = edited(
      *after, {.operation = TreeOperation::Join, .vessel = "trunk", .other = "trunk_distal"});
  ASSERT_TRUE(whole) << whole.error().sentence;
  EXPECT_NEAR(whole->find("trunk")->line.length_mm(), 80, 1e-9);
  EXPECT_EQ(whole->find("low")->parent, "trunk");
  EXPECT_FALSE(whole->find("trunk_distal"));
  EXPECT_EQ(whole->vessels().size(), before.vessels().size());
}

TEST(TreeEdit, JoinTakesTheDistalOneFirstWhenItIsProximal) {
  const auto cut =
      edited(tree(), {.operation = TreeOperation::Cut, .vessel = "trunk", .at_mm = 30});
  const auto whole =
      edited(*cut, {.operation = TreeOperation::Join, .vessel = "trunk_distal", .other = "trunk"});
  ASSERT_TRUE(whole) << whole.error().sentence;
  const Vessel* v = whole->find("trunk_distal");
  EXPECT_NEAR(v->line.length_mm(), 80, 1e-9);
  EXPECT_EQ(v->line.samples().front().position,
            tree().find("trunk")->line.samples().front().position);
  EXPECT_FALSE(v->parent);
  EXPECT_EQ(whole->find("high")->parent, "trunk_distal");
}

TEST(TreeEdit, DeleteHandsChildrenToTheParent) {
  const auto after = edited(tree(), {.operation = TreeOperation::Delete, .vessel = "trunk"});
  ASSERT_TRUE(after);
  EXPECT_FALSE(after->find("trunk"));
  EXPECT_FALSE(after->find("high")->parent);
}

TEST(TreeEdit, MovePointIsLocalAndSmooth) {
  const VesselTree before = tree();
  const Centerline& old = before.find("vein")->line;
  const Vector3<Lps> by{1.5, 2, 0.3};
  const auto after = edited(before, {.operation = TreeOperation::MovePoint,
                                     .vessel = "vein",
                                     .at_mm = 33.4,
                                     .point = old.at(33.4).position + by,
                                     .reach_mm = 8});
  ASSERT_TRUE(after);
  const Centerline& now = after->find("vein")->line;
  const double at = now.nearest_mm(old.at(33.4).position + by);
  EXPECT_LT(distance(now.at(at).position, old.at(33.4).position + by), 1e-9);
  for (const CenterlineSample& s : now.samples()) {
    const double away = std::abs(old.nearest_mm(s.position) - 33.4);
    const double moved = distance(s.position, old.at(old.nearest_mm(s.position)).position);
    if (away > 8.5) {
      EXPECT_LT(moved, 1e-9);
    }
    EXPECT_LE(moved, by.norm() + 1e-9);
  }
  EXPECT_EQ(before.find("trunk")->line.samples(), after->find("trunk")->line.samples());
}

TEST(TreeEdit, SetRadiusKeepsTheTaperElsewhere) {
  const VesselTree before = tree();
  const auto after = edited(before, {.operation = TreeOperation::SetRadius,
                                     .vessel = "trunk",
                                     .at_mm = 50,
                                     .radius_mm = 1.1,
                                     .reach_mm = 5});
  ASSERT_TRUE(after);
  const Centerline& now = after->find("trunk")->line;
  EXPECT_NEAR(now.at(50).radius_mm, 1.1, 1e-9);
  EXPECT_NEAR(now.at(44).radius_mm, before.find("trunk")->line.at(44).radius_mm, 1e-9);
  EXPECT_NEAR(now.at(56).radius_mm, before.find("trunk")->line.at(56).radius_mm, 1e-9);
  EXPECT_NEAR(now.at(47.5).radius_mm,
              before.find("trunk")->line.at(47.5).radius_mm * std::sqrt(1.1 / 1.75), 0.01);
}

TEST(TreeEdit, ErasedIsOccludedUntilPainted) {
  const auto erased = edited(
      tree(), {.operation = TreeOperation::EraseOpen, .vessel = "trunk", .at_mm = 20, .to_mm = 30});
  ASSERT_TRUE(erased);
  EXPECT_FALSE(erased->find("trunk")->line.at(25).open);
  EXPECT_TRUE(erased->find("trunk")->line.at(31.4).open);
  const auto painted =
      edited(*erased,
             {.operation = TreeOperation::PaintOpen, .vessel = "trunk", .at_mm = 30, .to_mm = 20});
  EXPECT_TRUE(painted->find("trunk")->line.at(25).open);
}

TEST(TreeEdit, RelabelIsCertain) {
  const auto after = edited(tree(), {.operation = TreeOperation::Relabel,
                                     .vessel = "vein",
                                     .kind = VesselKind::Artery,
                                     .name = "peroneal_artery"});
  ASSERT_TRUE(after);
  EXPECT_EQ(after->find("vein")->kind, VesselKind::Artery);
  EXPECT_EQ(after->find("vein")->name_confidence, 1);
}

TEST(TreeEdit, AddAndRemeasure) {
  std::vector<CenterlineSample> samples = line({30, 30, -520}, 10).samples();
  TreeEdit add{.operation = TreeOperation::Add,
               .vessel = "drawn",
               .other = "trunk",
               .kind = VesselKind::Artery,
               .name = "collateral",
               .samples = samples};
  const auto after = edited(tree(), add);
  ASSERT_TRUE(after);
  EXPECT_EQ(after->find("drawn")->parent, "trunk");
  EXPECT_FALSE(edited(*after, add)) << "the id is taken";
  EXPECT_EQ(free_id(*after, "drawn"), "drawn_2");
  std::vector<CenterlineSample> wider;
  for (double s = 3; s <= 7; s += 0.5) {
    wider.push_back(after->find("drawn")->line.at(s));
    wider.back().radius_mm = 3;
  }
  const auto measured = edited(*after, {.operation = TreeOperation::Remeasure,
                                        .vessel = "drawn",
                                        .at_mm = 3,
                                        .to_mm = 7,
                                        .samples = wider});
  ASSERT_TRUE(measured);
  EXPECT_NEAR(measured->find("drawn")->line.length_mm(), 10, 1e-9);
  EXPECT_NEAR(measured->find("drawn")->line.at(5).radius_mm, 3, 1e-9);
  EXPECT_NEAR(measured->find("drawn")->line.at(1).radius_mm, samples[1].radius_mm, 1e-9);
}

TEST(TreeEdit, RefusesWithASentence) {
  const VesselTree t = tree();
  EXPECT_FALSE(edited(t, {.operation = TreeOperation::Cut, .vessel = "trunk", .at_mm = 0.2}));
  EXPECT_FALSE(edited(t, {.operation = TreeOperation::Cut, .vessel = "nowhere", .at_mm = 5}));
  EXPECT_FALSE(edited(t, {.operation = TreeOperation::Join, .vessel = "trunk", .other = "trunk"}));
  EXPECT_FALSE(edited(
      t,
      {.operation = TreeOperation::SetRadius, .vessel = "trunk", .radius_mm = 0, .reach_mm = 5}));
  EXPECT_FALSE(edited(t, {.operation = TreeOperation::SetRadius,
                          .vessel = "trunk",
                          .radius_mm = std::nan(""),
                          .reach_mm = 5}));
  EXPECT_FALSE(edited(t, {.operation = TreeOperation::MovePoint,
                          .vessel = "trunk",
                          .point = {900, 0, 0},
                          .reach_mm = 5}));
  EXPECT_FALSE(edited(t, {.operation = TreeOperation::Relabel, .vessel = "trunk"}));
  std::vector<std::string> left_out;
  const VesselTree same = edited(
      t, std::vector<TreeEdit>{{.operation = TreeOperation::Delete, .vessel = "gone"}}, left_out);
  EXPECT_EQ(same.vessels().size(), t.vessels().size());
  ASSERT_EQ(left_out.size(), 1u);
  EXPECT_NE(left_out[0].find("left out"), std::string::npos);
}

}  // namespace
}  // namespace imaging
