#include "app/store/library.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <fstream>

#include "app/store/migrations.h"
#include "imaging/core/assets.h"
#include "tests/app/store/fixture.h"

namespace app {
namespace {

namespace fs = std::filesystem;
using imaging::ErrorCode;
using testing::ElementsAre;
using testing::HasSubstr;

// Runs a script on the database file as another program would.
void run_sql(const fs::path& file, const std::string& script) {
  sqlite3* database = nullptr;
  ASSERT_EQ(sqlite3_open(file.c_str(), &database), SQLITE_OK);
  char* message = nullptr;
  EXPECT_EQ(sqlite3_exec(database, script.c_str(), nullptr, nullptr, &message), SQLITE_OK)
      << (message ? message : "");
  sqlite3_free(message);
  sqlite3_close(database);
}

std::string bytes_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

const planning::ScoreBook& book() {
  static const auto book = planning::read_scores(imaging::assets_folder()).value();
  return book;
}

planning::ScoreForm form_saying(const std::string& sad) {
  planning::ScoreForm form;
  form.side = imaging::Side::Left;
  form.levels["sad"] = sad;
  form.evidence.push_back({.item = "sad",
                           .image_uid = "1.2.3",
                           .frame = 2,
                           .points = {{10.5, 20}, {30, 44}},
                           .length_mm = 31.25,
                           .artery = {}});
  form.remark = "Arch seen late.";
  return form;
}

std::vector<std::string> labels_of(const SavedCase& saved) {
  std::vector<std::string> labels;
  for (const auto& step : saved.steps) labels.push_back(step.label);
  return labels;
}

TEST(Library, ReopensWhereThePersonWas) {
  const ScratchFolder folder;
  ViewState view;
  view.workspace = Workspace::Duplex;
  view.cursor = {1, 2, 3};
  CaseId id;
  {
    auto library = Library::open(folder.path());
    ASSERT_TRUE(library);
    id = library->add_case(study_of("1.2.3"), {"/data/leg"})->id;
    ASSERT_TRUE(library->save_plan(id, "Proposal", plan_at(10)));
    ASSERT_TRUE(library->save_plan(id, "Move crossing", plan_at(20)));
    ASSERT_TRUE(library->save_view(id, view));
    ASSERT_TRUE(library->save_scores(id, book(), {form_saying("0"), false}));
    ASSERT_TRUE(library->save_scores(id, book(), {form_saying("2"), true}));
  }
  const auto library = Library::open(folder.path());
  ASSERT_TRUE(library);
  const auto cases = library->cases();
  ASSERT_TRUE(cases);
  ASSERT_EQ(cases->size(), 1u);
  EXPECT_EQ(cases->front().id, id);
  EXPECT_EQ(cases->front().alias, "Heron 41");
  EXPECT_EQ(cases->front().side, imaging::Side::Left);
  EXPECT_EQ(cases->front().file_count, 2u);
  EXPECT_THAT(cases->front().paths, ElementsAre(fs::path("/data/leg")));
  const auto saved = library->load(id);
  ASSERT_TRUE(saved);
  EXPECT_THAT(labels_of(*saved), ElementsAre("Proposal", "Move crossing"));
  EXPECT_EQ(*saved->plan(), plan_at(20));
  ASSERT_TRUE(saved->view);
  EXPECT_EQ(saved->view->workspace, Workspace::Duplex);
  EXPECT_EQ(saved->view->cursor, view.cursor);
  EXPECT_EQ(saved->scores, (SavedScores{form_saying("2"), true}));
}

TEST(Library, HasNoScoresOfACaseThatNobodyScored) {
  const ScratchFolder folder;
  auto library = Library::open(folder.path());
  const CaseId id = library->add_case(study_of("1.2.3"), {})->id;
  EXPECT_FALSE(library->load(id)->scores);
  EXPECT_EQ(library->save_scores({7}, book(), {}).error().code, ErrorCode::NotFound);
}

TEST(LibraryDamage, ScoresThatCannotBeReadAreToldAndLeftAlone) {
  const ScratchFolder folder;
  const fs::path file = folder.path() / "library.sqlite";
  CaseId id;
  {
    auto library = Library::open(folder.path());
    id = library->add_case(study_of("1.2.3"), {})->id;
    ASSERT_TRUE(library->save_scores(id, book(), {form_saying("2"), false}));
  }
  run_sql(file, "UPDATE scores SET form = '{'");
  auto library = Library::open(folder.path());
  ASSERT_TRUE(library);
  const auto saved = library->load(id);
  ASSERT_FALSE(saved);
  EXPECT_EQ(saved.error().code, ErrorCode::Unreadable);
  EXPECT_THAT(saved.error().sentence, HasSubstr("scores"));
}

TEST(Library, UndoneStepsCanStillBeRedoneAfterAReopen) {
  const ScratchFolder folder;
  auto library = Library::open(folder.path());
  const CaseId id = library->add_case(study_of("1.2.3"), {})->id;
  for (const double s_mm : {10, 20, 30})
    ASSERT_TRUE(library->save_plan(id, std::to_string(int(s_mm)), plan_at(s_mm)));
  ASSERT_TRUE(library->save_plan(id, "", plan_at(20)));
  auto saved = library->load(id);
  EXPECT_THAT(labels_of(*saved), ElementsAre("10", "20", "30"));
  EXPECT_EQ(saved->at, 1u);
  ASSERT_TRUE(library->save_plan(id, "", plan_at(30)));
  EXPECT_EQ(library->load(id)->at, 2u);
  ASSERT_TRUE(library->save_plan(id, "", plan_at(20)));
  ASSERT_TRUE(library->save_plan(id, "40", plan_at(40)));
  saved = library->load(id);
  EXPECT_THAT(labels_of(*saved), ElementsAre("10", "20", "40"));
  EXPECT_EQ(*saved->plan(), plan_at(40));
}

TEST(Library, KeepsTheNewestFiveHundredSteps) {
  const ScratchFolder folder;
  auto library = Library::open(folder.path());
  const CaseId id = library->add_case(study_of("1.2.3"), {})->id;
  for (int i = 0; i < 520; ++i) ASSERT_TRUE(library->save_plan(id, std::to_string(i), plan_at(i)));
  const auto saved = library->load(id);
  ASSERT_EQ(saved->steps.size(), 500u);
  EXPECT_EQ(saved->steps.front().label, "20");
  EXPECT_EQ(saved->at, 499u);
}

TEST(Library, ImportingTwiceChangesNothingButThePaths) {
  const ScratchFolder folder;
  auto library = Library::open(folder.path());
  const auto first = library->add_case(study_of("1.2.3"), {"/old"});
  ASSERT_TRUE(library->save_plan(first->id, "Proposal", plan_at(10)));
  const auto second = library->add_case(study_of("1.2.3"), {"/new"});
  ASSERT_TRUE(second);
  EXPECT_TRUE(first->is_new);
  EXPECT_FALSE(second->is_new);
  EXPECT_EQ(first->id, second->id);
  ASSERT_EQ(library->cases()->size(), 1u);
  EXPECT_THAT(library->cases()->front().paths, ElementsAre(fs::path("/new")));
  EXPECT_EQ(library->load(first->id)->steps.size(), 1u);
}

TEST(Library, TellsApartStudiesWithoutAUidByTheirBytes) {
  const ScratchFolder folder;
  auto library = Library::open(folder.path());
  imaging::Study other = study_of("");
  other.runs[0].sources[0].sha256 = std::string(64, 'c');
  ASSERT_TRUE(library->add_case(study_of(""), {}));
  EXPECT_TRUE(library->add_case(other, {})->is_new);
  EXPECT_FALSE(library->add_case(study_of(""), {})->is_new);
}

TEST(Library, ListsTheCaseLastWorkedOnFirst) {
  const ScratchFolder folder;
  auto library = Library::open(folder.path());
  const CaseId a = library->add_case(study_of("1", "A"), {})->id;
  ASSERT_TRUE(library->add_case(study_of("2", "B"), {}));
  EXPECT_EQ(library->cases()->front().alias, "B");
  ASSERT_TRUE(library->save_view(a, {}));
  EXPECT_EQ(library->cases()->front().alias, "A");
}

TEST(Library, ReturnsATreeOnlyToTheMakerOfIt) {
  const ScratchFolder folder;
  auto library = Library::open(folder.path());
  const CaseId id = library->add_case(study_of("1"), {})->id;
  imaging::Vessel vessel{
      .id = "pta",
      .name = "posterior_tibial_artery",
      .kind = imaging::VesselKind::Artery,
      .kind_confidence = 1,
      .name_confidence = 1,
      .parent = {},
      .line = *imaging::Centerline::make(
          {{.position = {0, 0, 0}, .radius_mm = 1}, {.position = {1, 2, 3}, .radius_mm = 1}})};
  const auto tree = imaging::VesselTree::make(imaging::Side::Left, {vessel});
  EXPECT_FALSE(*library->tree(id, "tracer 1"));
  ASSERT_TRUE(library->save_tree(id, *tree, "tracer 1"));
  EXPECT_FALSE(*library->tree(id, "tracer 2"));
  const auto back = library->tree(id, "tracer 1");
  ASSERT_TRUE(back && *back);
  EXPECT_EQ((*back)->vessels().front().line.samples()[1].position,
            vessel.line.samples()[1].position);
}

TEST(Library, SaysWhenACaseIsNotThere) {
  const ScratchFolder folder;
  auto library = Library::open(folder.path());
  EXPECT_EQ(library->save_plan({7}, "", {}).error().code, ErrorCode::NotFound);
  EXPECT_EQ(library->save_view({7}, {}).error().code, ErrorCode::NotFound);
  EXPECT_EQ(library->load({7}).error().code, ErrorCode::NotFound);
}

TEST(Library, KeepsNeitherNamesNorTheStudysUid) {
  const ScratchFolder folder;
  {
    auto library = Library::open(folder.path());
    ASSERT_TRUE(library->add_case(study_of("1.2.840.99.12345"), {}));
  }
  const std::string bytes = bytes_of(folder.path() / "library.sqlite");
  // The files' own identifiers are kept: a measurement must name what it rests on.
  EXPECT_NE(bytes.find("1.2.840.99.12345.1"), std::string::npos);
  for (std::size_t at = bytes.find("1.2.840.99.12345"); at != std::string::npos;
       at = bytes.find("1.2.840.99.12345", at + 1))
    EXPECT_EQ(bytes[at + 16], '.');
}

TEST(LibraryMigration, BringsVersion1UpToDateAndKeepsItsCases) {
  const ScratchFolder folder;
  const fs::path file = folder.path() / "library.sqlite";
  run_sql(file, std::string(migrations()[0]) + R"(;
    INSERT INTO cases VALUES (3, 'abc', 'Heron 41', 'right', '2026-01-02T03:04:05Z', 9, 0);
    INSERT INTO case_paths VALUES (3, 0, '/data/leg');
    INSERT INTO case_files VALUES (3, 0, '1.2', 'ff');
    INSERT INTO plans VALUES (3, 0, 'Proposal',
      '{"technique":"piper","crossing_moved_by_hand":true,"declined_coils":[]}');
    PRAGMA application_id = 1329681225; PRAGMA user_version = 1;)");
  auto library = Library::open(folder.path());
  ASSERT_TRUE(library) << library.error().sentence;
  const auto cases = library->cases();
  ASSERT_EQ(cases->size(), 1u);
  EXPECT_EQ(cases->front().side, imaging::Side::Right);
  EXPECT_EQ(library->load({3})->plan()->technique, "piper");
  EXPECT_TRUE(library->save_tree({3}, {}, "tracer 1"));
  EXPECT_TRUE(library->save_scores({3}, book(), {form_saying("1"), false}));
  EXPECT_EQ(library->load({3})->scores, (SavedScores{form_saying("1"), false}));
}

TEST(LibraryMigration, RefusesALibraryOfANewerOasisAndLeavesItAlone) {
  const ScratchFolder folder;
  const fs::path file = folder.path() / "library.sqlite";
  ASSERT_TRUE(Library::open(folder.path()));
  run_sql(file, "PRAGMA user_version = 99");
  const std::string before = bytes_of(file);
  const auto library = Library::open(folder.path());
  ASSERT_FALSE(library);
  EXPECT_EQ(library.error().code, ErrorCode::Unsupported);
  EXPECT_THAT(library.error().sentence, HasSubstr("newer Oasis"));
  EXPECT_EQ(bytes_of(file), before);
}

TEST(LibraryDamage, RefusesTheDatabaseOfAnotherProgramAndLeavesItAlone) {
  const ScratchFolder folder;
  const fs::path file = folder.path() / "library.sqlite";
  run_sql(file, "CREATE TABLE recipes (name TEXT)");
  const std::string before = bytes_of(file);
  const auto library = Library::open(folder.path());
  ASSERT_FALSE(library);
  EXPECT_EQ(library.error().code, ErrorCode::InvalidInput);
  EXPECT_EQ(bytes_of(file), before);
}

class DamagedLibrary : public testing::TestWithParam<std::string> {};

TEST_P(DamagedLibrary, IsKeptAsideAndNeverOverwritten) {
  const ScratchFolder folder;
  const fs::path file = folder.path() / "library.sqlite";
  {
    auto library = Library::open(folder.path());
    const CaseId id = library->add_case(study_of("1.2.3"), {})->id;
    // Enough to fill many pages, so that a hole lies in the middle of the data.
    for (int i = 0; i < 200; ++i)
      ASSERT_TRUE(library->save_plan(id, std::string(200, 'x'), plan_at(i)));
  }
  std::string bytes = bytes_of(file);
  ASSERT_GT(bytes.size(), 16u * 4096);
  if (GetParam() == "truncated") bytes.resize(bytes.size() / 2);
  if (GetParam() == "overwritten") bytes = "This was a database once.\n";
  if (GetParam() == "hole") bytes.replace(4096, bytes.size() - 8192, bytes.size() - 8192, '\xa5');
  std::ofstream(file, std::ios::binary) << bytes;
  std::ofstream(folder.path() / "library.damaged-1.sqlite") << "An older one.";

  const auto refused = Library::open(folder.path());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::Unreadable);
  EXPECT_THAT(refused.error().sentence, HasSubstr("library.damaged-2.sqlite"));
  EXPECT_EQ(bytes_of(folder.path() / "library.damaged-1.sqlite"), "An older one.");
  EXPECT_EQ(bytes_of(folder.path() / "library.damaged-2.sqlite"), bytes);
  const auto empty = Library::open(folder.path());
  ASSERT_TRUE(empty);
  EXPECT_TRUE(empty->cases()->empty());
}

INSTANTIATE_TEST_SUITE_P(Ways, DamagedLibrary, testing::Values("truncated", "overwritten", "hole"),
                         [](const auto& way) { return way.param; });

TEST(LibraryFolder, FollowsTheEnvironment) {
  setenv("OASIS_LIBRARY", "/somewhere/else", 1);
  EXPECT_EQ(Library::default_folder(), "/somewhere/else");
  unsetenv("OASIS_LIBRARY");
  setenv("XDG_DATA_HOME", "/home/who/data", 1);
  EXPECT_EQ(Library::default_folder(), "/home/who/data/oasis");
  unsetenv("XDG_DATA_HOME");
  setenv("HOME", "/home/who", 1);
  EXPECT_EQ(Library::default_folder(), "/home/who/.local/share/oasis");
}

TEST(LibraryFolder, MayHaveBlanksAndForeignLetters) {
  const ScratchFolder folder;
  EXPECT_TRUE(Library::open(folder.path() / "Meine Fälle; & 100 % 'x'"));
}

}  // namespace
}  // namespace app
