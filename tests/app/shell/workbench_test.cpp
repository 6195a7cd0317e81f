// The window's program: vessels that were named on two runs become the case's tree.
#include "app/shell/workbench.h"

#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "app/session/angio_marks.h"
#include "imaging/core/assets.h"
#include "imaging/phantom/anatomy.h"
#include "imaging/phantom/angiogram.h"
#include "imaging/phantom/recipe.h"

namespace app {
namespace {

namespace phantom = imaging::phantom;

struct Filmed {
  imaging::AngioRun run;
  planning::RunMarks marks;
};

// One direction of a phantom's calf at half the matrix, the posterior tibial artery clicked every
// 15 mm where it truly falls.
Filmed filmed(const phantom::Recipe& recipe, const phantom::Limb& limb, std::size_t which) {
  phantom::RunEntry entry = recipe.runs[which];
  entry.patient_moves = false;
  auto setup = phantom::set_up(limb, entry);
  OASIS_EXPECTS(setup.has_value());
  setup->columns = setup->rows = 256;
  setup->pose.imager_spacing_column_mm *= 2;
  setup->pose.imager_spacing_row_mm *= 2;
  setup->principal_point = {127.5, 127.5};
  setup->arm = *imaging::CArm::make(setup->pose, setup->isocentre, setup->principal_point);
  const phantom::XrayBody body(limb, 4, setup->isocentre.z - 220, setup->isocentre.z + 220);
  Filmed result{*phantom::film(limb, body, *setup, {}), {}};
  result.run.sources = {{"1.2.3." + std::to_string(which), ""}};
  planning::MeasuredVessel vessel;
  vessel.name = "posterior_tibial_artery";
  for (const auto& v : limb.vessels)
    if (v.id == vessel.name)
      for (double mm = 20; mm < 100; mm += 15)
        vessel.clicks.push_back(setup->arm.project(v.at(mm).p));
  result.marks.run = key_of(result.run);
  result.marks.vessels.push_back(std::move(vessel));
  return result;
}

// Until nothing is being made any more.
void settle(Workbench& bench) {
  double now_s = 0;
  do {
    std::this_thread::yield();
    bench.poll(now_s += 0.01, "");
  } while (bench.busy());
  bench.poll(now_s, "");
}

TEST(Workbench, MakesATreeOfTheVesselsNamedOnTwoRuns) {
  const auto recipe = phantom::read_recipe(imaging::assets_folder() / "cases" / "heel_left.json");
  ASSERT_TRUE(recipe);
  const auto limb = phantom::grow_limb(*recipe, 23);
  ASSERT_TRUE(limb);
  const Filmed first = filmed(*recipe, *limb, 0), second = filmed(*recipe, *limb, 1);
  imaging::Study study;
  study.side = imaging::Side::Left;
  study.runs = {first.run, second.run};
  auto session = Session::open(std::make_shared<const imaging::Study>(std::move(study)),
                               std::make_shared<const imaging::VesselTree>(), std::nullopt);
  ASSERT_TRUE(session);
  Workbench bench(std::nullopt, "", {});
  bench.session() = std::move(*session);

  // Named on one run alone: refused with a sentence, and nothing changes.
  Requests wish;
  wish.plan_on_angiograms = true;
  History& history = bench.session().history();
  history.commit("Name a measured vessel", with_marks(history.plan(), first.marks));
  bench.serve(wish, nullptr, 0);
  settle(bench);
  EXPECT_TRUE(bench.surroundings().notice_is_error);
  EXPECT_NE(bench.surroundings().notice.find("two runs"), std::string::npos)
      << bench.surroundings().notice;
  EXPECT_TRUE(bench.session().vessels().empty());

  history.commit("Name a measured vessel", with_marks(history.plan(), second.marks));
  bench.serve(wish, nullptr, 0);
  settle(bench);
  const auto& vessels = bench.session().vessels().vessels();
  ASSERT_EQ(vessels.size(), 1u) << bench.surroundings().notice;
  EXPECT_EQ(vessels[0].name, "posterior_tibial_artery");
  // Clicked from 20 to 95 mm.
  EXPECT_NEAR(vessels[0].line.length_mm(), 75, 8);
  EXPECT_FALSE(bench.surroundings().notice_is_error) << bench.surroundings().notice;
  EXPECT_EQ(bench.session().plan().angio.size(), 2u) << "Marks stay.";
}

}  // namespace
}  // namespace app
