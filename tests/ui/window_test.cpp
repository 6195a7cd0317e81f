// The real window under a real X server, moved by a real mouse: a case is opened, the crossing is
// dragged, undone, redone, a score entered; the program is killed and opened again.
#include "app/panels/window.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include "app/panels/layout.h"
#include "app/panels/score.h"
#include "app/session/open_case.h"
#include "app/store/library.h"
#include "app/view/offscreen.h"
#include "app/view/renderer.h"
#include "tests/support/program.h"
#include "tests/ui/display.h"

namespace {

namespace fs = std::filesystem;
using app::Library;
using app::SavedCase;
using ui_test::Child;
using ui_test::Display;
using ui_test::eventually;

constexpr int width = 1280, height = 800;
// Reading and tracing on a busy machine without a graphics card.
constexpr int opening_s = 180, reacting_s = 30;

// What is on disk now; nothing before a plan is.
std::optional<SavedCase> on_disk(const fs::path& library) {
  const auto open = Library::open(library);
  if (!open) return std::nullopt;
  const auto cases = open->cases();
  if (!cases || cases->empty()) return std::nullopt;
  auto saved = open->load(cases->front().id);
  if (!saved || saved->steps.empty()) return std::nullopt;
  return std::move(*saved);
}

// Where the handle in the artery is on the screen: the same picture, drawn here.
std::optional<imaging::Point2> handle_on_screen(const fs::path& path) {
  auto session = app::open_case({path});
  if (!session || !session->preview()) return std::nullopt;
  session->view.workspace = app::Workspace::Cross;
  const auto gl = app::OffscreenContext::make();
  if (!gl) return std::nullopt;
  const auto views = app::make_views();
  views->sync(*session);
  const app::FrameLayout layout = app::layout_frame(width, height, 1, true, false);
  constexpr float splitter = 6, caption = 26;
  app::Box box = app::side_by_side(layout.main, app::UiState{}.cross_share, splitter).first;
  box.y += caption;
  box.h -= caption;
  views->texture(app::ViewKind::Scene, static_cast<int>(std::lround(box.w)),
                 static_cast<int>(std::lround(box.h)), 1);
  const auto place =
      views->place_of(app::ViewKind::Scene, session->preview()->crossing.artery_point);
  if (!place) return std::nullopt;
  return imaging::Point2{box.x + place->x, box.y + place->y};
}

// Whether what is on disk now answers yes; no while there is nothing to read.
template <class Question>
bool kept(const fs::path& library, Question question) {
  const auto saved = on_disk(library);
  return saved && question(*saved);
}

// What the library holds, for the message of a failure.
std::string history_on_disk(const fs::path& library) {
  const auto saved = on_disk(library);
  if (!saved) return "nothing to read";
  std::string text = "at " + std::to_string(saved->at) + " of:";
  for (const app::History::Step& step : saved->steps) text += " [" + step.label + "]";
  return text;
}

bool plan_is(const fs::path& library, const planning::Plan& plan) {
  return kept(library, [&](const SavedCase& saved) { return *saved.plan() == plan; });
}

std::string at(const imaging::Point2& p) {
  return std::to_string(std::lround(p.x)) + " " + std::to_string(std::lround(p.y));
}

TEST(RealWindow, KeepsADragThroughUndoRedoAndAKilledProcess) {
  const Display display(width, height);
  if (!display.open()) GTEST_SKIP() << "Xvfb is not installed.";
  if (std::system("command -v xdotool >/dev/null") != 0) GTEST_SKIP() << "xdotool is missing.";
  const fs::path path = support::sample_case();
  ASSERT_FALSE(path.empty());
  const auto handle = handle_on_screen(path);
  ASSERT_TRUE(handle) << "The sample case has a crossing, and its handle is on the picture.";
  const support::ScratchFolder scratch;
  const fs::path library = scratch.path() / "library";

  const auto start = [&](const std::vector<std::string>& more) {
    std::vector<std::string> words = {OASIS_PROGRAM, "view", path.string(), "--library",
                                      library.string()};
    words.insert(words.end(), more.begin(), more.end());
    return Child(words, {display.variable(), "LIBGL_ALWAYS_SOFTWARE=1"});
  };
  Child program = start({"--workspace", "cross"});
  ASSERT_TRUE(eventually([&] { return on_disk(library).has_value(); }, opening_s));
  const planning::Plan proposed = *on_disk(library)->plan();
  ASSERT_TRUE(proposed.crossing);
  const auto workspace_is = [&](app::Workspace workspace) {
    return eventually(
        [&] {
          return kept(library, [&](const SavedCase& saved) {
            return saved.view && saved.view->workspace == workspace;
          });
        },
        reacting_s);
  };
  // The view is saved once it is drawn: from then on the window takes the mouse.
  ASSERT_TRUE(workspace_is(app::Workspace::Cross));
  // Keys are taken in the order in which they came: once a workspace asked for after a gesture is
  // on disk, all of that gesture was seen, however slow the frames are.
  const auto gestures_taken = [&] {
    display.hands("key F5");
    const bool there = workspace_is(app::Workspace::Vessels);
    display.hands("key F6");
    return there && workspace_is(app::Workspace::Cross);
  };

  // The picture may still be on its way, so that a press takes hold of nothing: then try again.
  const auto drag = [&] {
    imaging::Point2 hand = *handle;
    display.hands("mousemove " + at(hand) + " sleep 0.3 mousedown 1");
    for (int i = 0; i < 8; ++i) {
      hand.y += 6;
      display.hands("mousemove " + at(hand) + " sleep 0.05");
    }
    display.hands("mouseup 1");
  };
  bool moved = false;
  for (int attempt = 0; attempt < 5 && !moved; ++attempt) {
    drag();
    ASSERT_TRUE(gestures_taken());
    moved = kept(library, [&](const SavedCase& saved) {
      return saved.plan()->crossing_moved_by_hand && *saved.plan() != proposed;
    });
  }
  ASSERT_TRUE(moved) << "The saved plan follows the hand.";
  const SavedCase after_drag = *on_disk(library);
  EXPECT_EQ(after_drag.steps.size(), 2u) << "A drag is one step.";
  const planning::Plan dragged = *after_drag.plan();
  EXPECT_EQ(dragged.crossing->artery, proposed.crossing->artery);
  EXPECT_NE(dragged.crossing->artery_mm, proposed.crossing->artery_mm);

  display.hands("key ctrl+z");
  EXPECT_TRUE(eventually([&] { return plan_is(library, proposed); }, reacting_s))
      << history_on_disk(library);
  display.hands("key ctrl+shift+z");
  EXPECT_TRUE(eventually([&] { return plan_is(library, dragged); }, reacting_s))
      << history_on_disk(library);

  // A score is kept as it is entered.
  const auto levels_are = [&](const std::map<std::string, std::string>& levels) {
    return eventually(
        [&] {
          return kept(library, [&](const SavedCase& saved) {
            return saved.scores && saved.scores->form.levels == levels;
          });
        },
        reacting_s);
  };
  const auto items = app::asked_items(app::Scoring(), app::score_library()->book);
  ASSERT_GE(items.size(), 2u);
  display.hands("key F10 key 1");
  EXPECT_TRUE(levels_are({{items[0].item->id, items[0].item->levels[1].id}}));
  display.hands("key F6");
  ASSERT_TRUE(workspace_is(app::Workspace::Cross));

  program.kill();
  EXPECT_TRUE(plan_is(library, dragged)) << "Nothing older than the last edit is lost.";

  // Opened again it has the dragged plan, its undo, and the workspace where the arrow keys move the
  // crossing. Keys that come before the case is open do nothing.
  program = start({});
  const auto undone = [&] {
    display.hands("key ctrl+z");
    return plan_is(library, proposed);
  };
  ASSERT_TRUE(eventually(undone, opening_s));
  display.hands("key Right");
  EXPECT_TRUE(eventually(
      [&] {
        return kept(library, [&](const SavedCase& saved) {
          const auto& now = saved.plan()->crossing;
          return now && std::abs(now->artery_mm - proposed.crossing->artery_mm - 1) < 0.01;
        });
      },
      reacting_s));
  // A second score stands beside the first.
  display.hands("key F10 key Down key 0");
  EXPECT_TRUE(levels_are({{items[0].item->id, items[0].item->levels[1].id},
                          {items[1].item->id, items[1].item->levels[0].id}}));
  EXPECT_TRUE(program.running());
}

}  // namespace
