#include <gtest/gtest.h>

#include <array>
#include <string>

#include "tests/app/panels/fixture.h"

namespace app {
namespace {

using test::NullWindow;
using test::PlainViews;

constexpr std::array<Workspace, 9> workspaces = {
    Workspace::Case,    Workspace::Angio, Workspace::Duplex, Workspace::Vessels, Workspace::Cross,
    Workspace::Devices, Workspace::Flow,  Workspace::Score,  Workspace::Report};

struct Size {
  float width, height, scale;
};
constexpr std::array<Size, 4> sizes = {
    {{1280, 800, 1}, {2560, 1440, 1}, {2560, 1440, 2}, {900, 600, 1}}};

bool apart(const Box& a, const Box& b) {
  return a.right() <= b.x || b.right() <= a.x || a.bottom() <= b.y || b.bottom() <= a.y;
}
bool within(const Box& inner, const Box& outer) {
  return inner.x >= outer.x && inner.y >= outer.y && inner.right() <= outer.right() &&
         inner.bottom() <= outer.bottom();
}

void expect_parts_in_order(const UiState& ui, const Size& size, const std::string& where) {
  const Box display{0, 0, size.width, size.height};
  for (const auto& part : ui.placed) {
    EXPECT_TRUE(within(part.box, display)) << where << ": " << part.name << " leaves the window";
    for (const auto& other : ui.placed)
      EXPECT_TRUE(&part == &other || apart(part.box, other.box) || within(part.box, other.box) ||
                  within(other.box, part.box))
          << where << ": " << part.name << " overlaps " << other.name;
  }
}

TEST(Window, DrawsEveryWorkspaceWithoutACase) {
  for (const Size& size : sizes) {
    NullWindow window(size.width, size.height, size.scale);
    for (const Workspace workspace : workspaces) {
      Session session;
      session.view.workspace = workspace;
      for (int frame = 0; frame < 3; ++frame) window.frame(session, nullptr);
      expect_parts_in_order(window.ui, size, std::string(name_of(workspace)));
    }
  }
}

TEST(Window, DrawsEveryWorkspaceOfACase) {
  Session session = test::small_case();
  ASSERT_NE(session.preview(), nullptr);
  for (const Size& size : sizes) {
    NullWindow window(size.width, size.height, size.scale);
    window.around.curve = angio_curve(session.study().runs[0], std::nullopt).value_or(AngioCurve{});
    window.around.jobs = {{1, "Opening the case", "tracing centrelines", 0.4, 12.0, false}};
    window.around.saved = "saved 10:42";
    PlainViews views;
    for (const Workspace workspace : workspaces) {
      session.view.workspace = workspace;
      for (int frame = 0; frame < 3; ++frame) window.frame(session, &views);
      expect_parts_in_order(window.ui, size, std::string(name_of(workspace)));
    }
  }
}

TEST(Window, DrawsACaseThatHoldsNothingToPlanOn) {
  NullWindow window(1280, 800);
  auto study = std::make_shared<imaging::Study>();
  study->alias = "Case 0002";
  Session session = *Session::open(study, nullptr, std::nullopt);
  session.notes = {"This case holds no duplex volume, so there are no vessels to plan on."};
  PlainViews views;
  for (const Workspace workspace : workspaces) {
    session.view.workspace = workspace;
    for (int frame = 0; frame < 3; ++frame) window.frame(session, &views);
  }
}

TEST(Window, SurvivesBeingMadeTiny) {
  Session session = test::small_case();
  PlainViews views;
  NullWindow window(1280, 800);
  for (const auto& [width, height] : {std::pair(320.0f, 200.0f), std::pair(60.0f, 40.0f),
                                      std::pair(1.0f, 1.0f), std::pair(1280.0f, 800.0f)}) {
    window.resize(width, height);
    for (const Workspace workspace : workspaces) {
      session.view.workspace = workspace;
      window.frame(session, &views);
    }
  }
}

TEST(Window, FillsTheMainPartWithOnePictureOnADoubleClick) {
  Session session = test::small_case();
  session.view.workspace = Workspace::Cross;
  PlainViews views;
  NullWindow window(1280, 800);
  window.ui.maximised = ViewKind::Probe;
  for (int frame = 0; frame < 2; ++frame) window.frame(session, &views);
  int pictures = 0;
  for (const auto& part : window.ui.placed)
    if (part.name.starts_with("picture")) ++pictures;
  EXPECT_EQ(pictures, 1);
}

TEST(Window, ShowsItsKeysOnAQuestionMark) {
  Session session;
  NullWindow window(1280, 800);
  window.frame(session, nullptr);
  ImGui::GetIO().AddInputCharacter('?');
  window.frame(session, nullptr);
  EXPECT_TRUE(window.ui.keys_shown);
  window.frame(session, nullptr);
  window.press(ImGui::GetKeyIndex(ImGuiKey_Escape));
  window.frame(session, nullptr);
  EXPECT_FALSE(window.ui.keys_shown);
}

}  // namespace
}  // namespace app
