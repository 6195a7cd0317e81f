// A screen of its own for a test, and a person's hands on it.
#pragma once

#include <sys/types.h>

#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace ui_test {

// A program that runs beside the test; ended with SIGKILL when this goes.
class Child {
 public:
  Child() = default;
  // `environment` is added to the test's own: "DISPLAY=:7".
  explicit Child(const std::vector<std::string>& arguments,
                 const std::vector<std::string>& environment = {});
  ~Child() { kill(); }
  Child(Child&& other) noexcept : pid_(std::exchange(other.pid_, -1)) {}
  Child& operator=(Child&& other) noexcept;
  void kill();
  bool running() const;

 private:
  pid_t pid_ = -1;
};

// An X server on a display number that it chooses itself.
class Display {
 public:
  Display(int width, int height);
  bool open() const { return !name_.empty(); }
  std::string variable() const { return "DISPLAY=" + name_; }
  // xdotool with these words on this display. True when it succeeded.
  bool hands(const std::string& words) const;

 private:
  std::string name_;
  Child server_;
};

// Asks again and again until the answer is yes or the patience ends. What a window does takes the
// time it takes; a test can only wait for the fact.
bool eventually(const std::function<bool()>& answer, int seconds);

}  // namespace ui_test
