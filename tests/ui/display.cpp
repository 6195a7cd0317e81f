#include "tests/ui/display.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>

namespace ui_test {

Child::Child(const std::vector<std::string>& arguments,
             const std::vector<std::string>& environment) {
  std::vector<char*> words;
  for (const std::string& word : arguments) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  pid_ = fork();
  if (pid_ != 0) return;
  for (const std::string& variable : environment) putenv(const_cast<char*>(variable.c_str()));
  const int nothing = ::open("/dev/null", O_RDWR);
  dup2(nothing, STDIN_FILENO);
  dup2(nothing, STDOUT_FILENO);
  dup2(nothing, STDERR_FILENO);
  execvp(words[0], words.data());
  _exit(127);
}

Child& Child::operator=(Child&& other) noexcept {
  kill();
  pid_ = std::exchange(other.pid_, -1);
  return *this;
}

void Child::kill() {
  if (pid_ <= 0) return;
  ::kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
  pid_ = -1;
}

bool Child::running() const { return pid_ > 0 && waitpid(pid_, nullptr, WNOHANG) == 0; }

Display::Display(int width, int height) {
  int pipe_ends[2];
  if (pipe(pipe_ends) != 0) return;
  const std::string screen = std::to_string(width) + "x" + std::to_string(height) + "x24";
  // -displayfd: the server picks a free number and tells it once it listens.
  server_ = Child({"Xvfb", "-displayfd", std::to_string(pipe_ends[1]), "-screen", "0", screen,
                   "-nolisten", "tcp"});
  close(pipe_ends[1]);
  std::string number;
  char character = 0;
  pollfd waiting{pipe_ends[0], POLLIN, 0};
  constexpr int patience_ms = 20000;
  while (poll(&waiting, 1, patience_ms) > 0 && read(pipe_ends[0], &character, 1) == 1 &&
         character != '\n')
    number += character;
  close(pipe_ends[0]);
  if (!number.empty()) name_ = ":" + number;
}

bool Display::hands(const std::string& words) const {
  return std::system((variable() + " xdotool " + words + " >/dev/null 2>&1").c_str()) == 0;
}

bool eventually(const std::function<bool()>& answer, int seconds) {
  constexpr int per_second = 10;
  for (int i = 0; i < seconds * per_second; ++i) {
    if (answer()) return true;
    poll(nullptr, 0, 1000 / per_second);
  }
  return answer();
}

}  // namespace ui_test
