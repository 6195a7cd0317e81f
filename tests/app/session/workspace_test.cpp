#include <gtest/gtest.h>

#include "app/session/session.h"

namespace app {
namespace {

TEST(WorkspaceNames, ReadBackAsTheSameWorkspace) {
  for (int i = 0; i <= static_cast<int>(Workspace::Report); ++i) {
    const auto workspace = static_cast<Workspace>(i);
    EXPECT_EQ(workspace_named(name_of(workspace)), workspace);
  }
}

TEST(WorkspaceNames, RefuseAWordThatIsNone) {
  EXPECT_FALSE(workspace_named("kitchen"));
  EXPECT_FALSE(workspace_named(""));
}

}  // namespace
}  // namespace app
