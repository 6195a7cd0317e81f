// Four readers write at once and are killed on the way. Seconds long by default; the long run is
//   OASIS_STRESS_SECONDS=600 app_store_stress_test
// which kills one reader every 20 s.
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "app/store/review_library.h"
#include "imaging/core/assets.h"
#include "tests/app/store/server.h"

namespace app {
namespace {

constexpr int readers = 4;
constexpr int cases_per_list = 60;
constexpr double kill_every_s = 20;  // Of the long run.
constexpr int kills_of_short_run = 6;
constexpr int commits_between_kills = 25;  // Of the short run, which looks at no clock.

planning::ScoreBook book() { return planning::read_scores(imaging::assets_folder()).value(); }
std::string name_of_reader(int reader) { return "reader" + std::to_string(reader); }

// What this reader says of this case: known beforehand, so that a wrong form is noticed.
planning::ScoreForm form_of(int reader, const std::string& code) {
  planning::ScoreForm form;
  form.side = imaging::Side::Left;
  form.levels["sad"] = std::to_string((reader + code[0] + code[5]) % 3);
  form.evidence.push_back({.item = "sad",
                           .image_uid = "1.2.3",
                           .frame = reader,
                           .points = {{10, 20}, {30, 44}},
                           .length_mm = {},
                           .artery = {}});
  form.remark = name_of_reader(reader) + " on " + code;
  return form;
}

struct Told {
  int list = 0;
  char code[8] = {};  // As committed.
};

std::string list_name(int i) { return "list" + std::to_string(i); }

// Commits every case of every list, and tells each once the library said that it is kept. Ends only
// by a kill, or when the parent asks for no more lists and all are done.
int read_for_ever(const std::string& place, int reader, int out) {
  auto library = ReviewLibrary::open(place, book());
  if (!library) return 1;
  const auto me = library->sign_in(name_of_reader(reader), "a long secret");
  if (!me) return 2;
  for (int list = 0;; ++list) {
    auto cases = library->cases(*me, list_name(list));
    if (!cases) return cases.error().code == imaging::ErrorCode::NotFound ? 0 : 3;
    for (const AssignedCase& c : *cases) {
      if (c.state == AssignedCase::State::Committed) continue;
      const auto form = form_of(reader, c.code);
      if (c.state == AssignedCase::State::Untouched &&
          !library->save_draft(*me, list_name(list), c.code, form))
        return 4;
      if (const auto kept = library->commit(*me, list_name(list), c.code, form); !kept) {
        std::fprintf(stderr, "%s\n", kept.error().sentence.c_str());
        return 5;
      }
      Told told{.list = list, .code = {}};
      c.code.copy(told.code, sizeof told.code - 1);
      if (write(out, &told, sizeof told) != static_cast<ssize_t>(sizeof told)) return 6;
    }
  }
}

struct Child {
  pid_t id = -1;
  int in = -1;
};

Child start(const std::string& place, int reader) {
  int ends[2];
  if (pipe(ends) != 0) return {};
  const pid_t id = fork();
  if (id == 0) {
    close(ends[0]);
    _exit(read_for_ever(place, reader, ends[1]));
  }
  close(ends[1]);
  return {id, ends[0]};
}

using Tellings = std::set<std::pair<std::string, std::string>>;  // Reader, list and code.

// False at the end of the pipe.
bool take_one(const Child& child, int reader, Tellings& told) {
  Told one;
  if (read(child.in, &one, sizeof one) != static_cast<ssize_t>(sizeof one)) return false;
  told.emplace(name_of_reader(reader), list_name(one.list) + " " + one.code);
  return true;
}

void stress(const std::string& place, const char* what) {
  const char* wanted = std::getenv("OASIS_STRESS_SECONDS");
  const double long_run_s = wanted ? std::atof(wanted) : 0;
  std::vector<ListedCase> cases;
  for (int i = 0; i < cases_per_list; ++i)
    cases.push_back({"case " + std::to_string(i), imaging::Side::Left, {}});
  int lists = 0;
  std::optional<ReviewLibrary> library;
  std::optional<SignedIn> chair;
  // The chair's connection is opened anew for each list: a child must not inherit one.
  const auto open = [&] {
    auto opened = ReviewLibrary::open(place, book());
    ASSERT_TRUE(opened) << opened.error().sentence;
    library.emplace(std::move(*opened));
    if (chair) return;
    ASSERT_TRUE(library->add_first_chair("chair", "a long secret"));
    chair.emplace(*library->sign_in("chair", "a long secret"));
    for (int r = 0; r < readers; ++r)
      ASSERT_TRUE(
          library->add_person(*chair, name_of_reader(r), "a long secret", ReviewRole::Reader));
  };
  const auto add_lists = [&](int count) {
    open();
    for (int i = 0; i < count; ++i)
      ASSERT_TRUE(library->make_list(*chair, {list_name(lists++), {"sad"}, readers}, cases));
    library.reset();
  };
  add_lists(long_run_s > 0 ? 20 : 2);

  Tellings told;
  std::array<Child, readers> children;
  for (int r = 0; r < readers; ++r) children[static_cast<std::size_t>(r)] = start(place, r);
  const auto begun = std::chrono::steady_clock::now();
  const auto seconds = [&] {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
  };
  int kills = 0, next_victim = 0;
  std::size_t commits_at_kill = 0;
  bool feeding = true;
  for (std::size_t running = readers; running > 0;) {
    std::array<pollfd, readers> ends;
    for (std::size_t r = 0; r < readers; ++r) ends[r] = {children[r].in, POLLIN, 0};
    poll(ends.data(), ends.size(), 200);
    for (std::size_t r = 0; r < readers; ++r) {
      if (children[r].in < 0 || ends[r].revents == 0) continue;
      if (take_one(children[r], static_cast<int>(r), told)) continue;
      // Through with every list.
      int status = 0;
      waitpid(children[r].id, &status, 0);
      EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << WEXITSTATUS(status);
      close(children[r].in);
      children[r].in = -1;
      // One that is through while others read finds new lists when it starts again.
      feeding = long_run_s > 0 && seconds() < long_run_s;
      if (feeding) {
        add_lists(2);
        children[r] = start(place, static_cast<int>(r));
      } else {
        --running;
      }
    }
    const bool due =
        long_run_s > 0
            ? seconds() < long_run_s && seconds() > kill_every_s * (kills + 1)
            : kills < kills_of_short_run && told.size() >= commits_at_kill + commits_between_kills;
    auto& victim = children[static_cast<std::size_t>(next_victim)];
    if (!due) continue;
    const int reader = next_victim;
    next_victim = (next_victim + 1) % readers;
    if (victim.in < 0) continue;
    kill(victim.id, SIGKILL);
    waitpid(victim.id, nullptr, 0);
    while (take_one(victim, reader, told)) {
    }
    close(victim.in);
    victim = start(place, reader);
    commits_at_kill = told.size();
    ++kills;
  }

  open();
  std::map<std::pair<std::string, std::string>, int> kept;
  int wrong = 0;
  for (int i = 0; i < lists; ++i) {
    const auto readings = library->readings(*chair, list_name(i));
    ASSERT_TRUE(readings) << readings.error().sentence;
    for (const auto& reading : *readings) {
      ++kept[{reading.reader, list_name(i) + " " + reading.code}];
      wrong += reading.form != form_of(reading.reader.back() - '0', reading.code);
    }
  }
  int lost = 0, doubled = 0;
  for (const auto& one : told) lost += !kept.contains(one);
  for (const auto& [one, count] : kept) doubled += count > 1;
  const auto verdict = library->verify();
  ASSERT_TRUE(verdict) << verdict.error().sentence;
  std::printf(
      "%s: %d readers, %.0f s, %d killed, %zu commits acknowledged, %zu kept, %d lost, %d "
      "doubled, %d wrong, %zu entries in an intact trail\n",
      what, readers, seconds(), kills, told.size(), kept.size(), lost, doubled, wrong,
      verdict->entries);
  EXPECT_EQ(lost, 0);
  EXPECT_EQ(doubled, 0);
  EXPECT_EQ(wrong, 0);
  // Every reader came to the end of every list, whoever was killed.
  EXPECT_EQ(kept.size(), static_cast<std::size_t>(readers * lists * cases_per_list));
  EXPECT_GT(kills, 0);
}

TEST(ReviewStress, FourReadersOnSqliteLoseAndDoubleNothing) {
  const support::ScratchFolder folder;
  stress(folder.path(), "SQLite");
}

TEST(ReviewStress, FourReadersOnPostgresqlLoseAndDoubleNothing) {
  std::string why;
  const auto server = ScratchServer::start(why);
  if (!server) GTEST_SKIP() << why;
  stress(server->url(), "PostgreSQL");
}

}  // namespace
}  // namespace app
