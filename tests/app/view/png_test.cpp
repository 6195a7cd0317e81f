#include "app/view/png.h"

#include <gtest/gtest.h>

#include <fstream>

namespace app {
namespace {

using imaging::ErrorCode;
using imaging::Frame;
using imaging::Rgb;

class Png : public testing::Test {
 protected:
  Png() {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    folder_ = std::filesystem::temp_directory_path() / (std::string("oasis_png_") + test->name());
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
  }
  ~Png() override { std::filesystem::remove_all(folder_); }

  std::filesystem::path folder_;
};

Frame<Rgb> gradient() {
  Frame<Rgb> picture(7, 5);
  for (int row = 0; row < 5; ++row)
    for (int column = 0; column < 7; ++column)
      picture(column, row) = {static_cast<unsigned char>(30 * column),
                              static_cast<unsigned char>(50 * row),
                              static_cast<unsigned char>(column + row)};
  return picture;
}

TEST_F(Png, ComesBackAsItWas) {
  ASSERT_TRUE(save_png(gradient(), folder_ / "a.png"));
  const auto back = load_png(folder_ / "a.png");
  ASSERT_TRUE(back) << back.error().sentence;
  const Frame<Rgb> expected = gradient();
  ASSERT_EQ(back->columns(), 7);
  ASSERT_EQ(back->rows(), 5);
  for (std::size_t i = 0; i < expected.size(); ++i) EXPECT_EQ(back->data()[i], expected.data()[i]);
}

TEST_F(Png, AFolderThatIsNotThereIsOneSentence) {
  const auto saved = save_png(gradient(), folder_ / "missing" / "a.png");
  ASSERT_FALSE(saved);
  EXPECT_EQ(saved.error().code, ErrorCode::Unwritable);
  EXPECT_FALSE(std::filesystem::exists(folder_ / "missing"));
}

TEST_F(Png, LeavesNothingHalfWritten) {
  // A folder where the file should go: the rename fails, and the draft goes too.
  std::filesystem::create_directories(folder_ / "taken.png" / "inside");
  EXPECT_FALSE(save_png(gradient(), folder_ / "taken.png"));
  EXPECT_FALSE(std::filesystem::exists(folder_ / "taken.png.part"));
}

TEST_F(Png, RefusesWhatIsNoPicture) {
  EXPECT_EQ(save_png({}, folder_ / "empty.png").error().code, ErrorCode::InvalidInput);
  std::ofstream(folder_ / "words.png") << "not a picture";
  EXPECT_EQ(load_png(folder_ / "words.png").error().code, ErrorCode::Unreadable);
  EXPECT_EQ(load_png(folder_ / "absent.png").error().code, ErrorCode::Unreadable);
}

}  // namespace
}  // namespace app
