#include "imaging/core/vessel_tree.h"

#include <gtest/gtest.h>

namespace imaging {
namespace {

Vessel vessel(std::string id, std::optional<std::string> parent = {}) {
  return {.id = std::move(id),
          .name = "tibioperoneal_trunk",
          .kind = VesselKind::Artery,
          .kind_confidence = 1,
          .name_confidence = 1,
          .parent = std::move(parent),
          .line = *Centerline::make(
              {{.position = {0, 0, 0}, .radius_mm = 1}, {.position = {0, 0, -9}, .radius_mm = 1}})};
}

TEST(VesselTree, FindsVesselsAndTheirChildren) {
  const auto tree = VesselTree::make(Side::Left, {vessel("a"), vessel("b", "a"), vessel("c", "a")});
  ASSERT_TRUE(tree);
  EXPECT_EQ(tree->find("b")->id, "b");
  EXPECT_EQ(tree->find("x"), nullptr);
  EXPECT_EQ(tree->children("a").size(), 2u);
  EXPECT_EQ(name_of(tree->side()), "left");
}

TEST(VesselTree, RefusesDoubleIdsLostParentsAndCircles) {
  EXPECT_FALSE(VesselTree::make(Side::Left, {vessel("a"), vessel("a")}));
  EXPECT_FALSE(VesselTree::make(Side::Left, {vessel("")}));
  EXPECT_FALSE(VesselTree::make(Side::Left, {vessel("a", "b")}));
  EXPECT_FALSE(VesselTree::make(Side::Left, {vessel("a", "b"), vessel("b", "a")}));
}

}  // namespace
}  // namespace imaging
