#include "app/shell/shell.h"

#include <GLFW/glfw3.h>
#include <backends/imgui_impl_glfw.h>
#include <imgui.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <ctime>
#include <memory>
#include <string>

#include "app/shell/gui.h"
#include "app/shell/input_queue.h"
#include "app/view/renderer.h"

namespace app {
namespace {

constexpr const char* window_title = "Oasis – Research only – not a medical device";
// Widgets settle over a few frames after the last input: hovering, sizes of text, scrolling.
constexpr int frames_after_input = 3;

std::string clock_time() {
  const std::time_t now = std::time(nullptr);
  std::tm local{};
  localtime_r(&now, &local);
  std::array<char, 8> text{};
  std::strftime(text.data(), text.size(), "%H:%M", &local);
  return text.data();
}

// What the callbacks leave for the loop.
struct Inbox {
  InputQueue input;
  std::vector<std::filesystem::path> dropped;
  bool redraw = true;
};

class GlfwWindow {
 public:
  static imaging::Result<std::unique_ptr<GlfwWindow>> open(int width, int height);
  ~GlfwWindow() {
    glfwDestroyWindow(window_);
    glfwTerminate();
  }
  GlfwWindow(const GlfwWindow&) = delete;
  GlfwWindow& operator=(const GlfwWindow&) = delete;

  GLFWwindow* handle() const { return window_; }
  Inbox& inbox() { return inbox_; }
  bool should_close() const { return glfwWindowShouldClose(window_) != 0; }
  // px of the window's own coordinates per logical px: 1 on screens whose coordinates are logical.
  float scale() const {
    float content = 1, unused = 1;
    glfwGetWindowContentScale(window_, &content, &unused);
    int width = 0, framebuffer = 0, ignored = 0;
    glfwGetWindowSize(window_, &width, &ignored);
    glfwGetFramebufferSize(window_, &framebuffer, &ignored);
    if (width <= 0 || framebuffer <= 0) return 1;
    const float coordinates = static_cast<float>(framebuffer) / static_cast<float>(width);
    return std::clamp(content / coordinates, 0.75f, 4.0f);
  }
  void toggle_fullscreen();

 private:
  GlfwWindow() = default;
  void listen();
  GLFWwindow* window_ = nullptr;
  Inbox inbox_;
  std::array<int, 4> windowed_{};  // Place and size to go back to.
};

imaging::Result<std::unique_ptr<GlfwWindow>> GlfwWindow::open(int width, int height) {
  if (glfwInit() == 0)
    return imaging::fail(imaging::ErrorCode::Unsupported,
                         "There is no display to open a window on: use --screenshot, or start "
                         "Oasis from a desktop.");
  glfwWindowHint(GLFW_CONTEXT_VERSION_MAJOR, 3);
  glfwWindowHint(GLFW_CONTEXT_VERSION_MINOR, 2);
  glfwWindowHint(GLFW_OPENGL_PROFILE, GLFW_OPENGL_CORE_PROFILE);
  glfwWindowHint(GLFW_OPENGL_FORWARD_COMPAT, GLFW_TRUE);
  glfwWindowHint(GLFW_SCALE_TO_MONITOR, GLFW_TRUE);
  glfwWindowHintString(GLFW_X11_CLASS_NAME, "oasis");
  GLFWwindow* handle = glfwCreateWindow(width, height, window_title, nullptr, nullptr);
  if (!handle) {
    glfwTerminate();
    return imaging::fail(imaging::ErrorCode::Unsupported,
                         "This display has no OpenGL 3.2: install the package libgl1-mesa-dri.");
  }
  std::unique_ptr<GlfwWindow> window(new GlfwWindow);
  window->window_ = handle;
  glfwMakeContextCurrent(handle);
  glfwSwapInterval(1);
  glfwSetWindowSizeLimits(handle, 640, 480, GLFW_DONT_CARE, GLFW_DONT_CARE);
  window->listen();
  return window;
}

Inbox& inbox_of(GLFWwindow* window) {
  return *static_cast<Inbox*>(glfwGetWindowUserPointer(window));
}

void GlfwWindow::listen() {
  glfwSetWindowUserPointer(window_, &inbox_);
  glfwSetKeyCallback(window_, [](GLFWwindow* w, int key, int, int action, int modifiers) {
    if (action == GLFW_REPEAT) return;  // ImGui repeats by itself.
    const bool down = action == GLFW_PRESS;
    // X11 tells the modifiers as they were before this key.
    const auto held = [&](int bit, int left, int right) {
      return key == left || key == right ? down : (modifiers & bit) != 0;
    };
    inbox_of(w).input.key(key, down,
                          held(GLFW_MOD_CONTROL, GLFW_KEY_LEFT_CONTROL, GLFW_KEY_RIGHT_CONTROL),
                          held(GLFW_MOD_SHIFT, GLFW_KEY_LEFT_SHIFT, GLFW_KEY_RIGHT_SHIFT),
                          held(GLFW_MOD_ALT, GLFW_KEY_LEFT_ALT, GLFW_KEY_RIGHT_ALT),
                          held(GLFW_MOD_SUPER, GLFW_KEY_LEFT_SUPER, GLFW_KEY_RIGHT_SUPER));
  });
  glfwSetCharCallback(
      window_, [](GLFWwindow* w, unsigned codepoint) { inbox_of(w).input.character(codepoint); });
  glfwSetMouseButtonCallback(window_, [](GLFWwindow* w, int button, int action, int) {
    // Where it was pressed: the last move may not have been told yet.
    double x = 0, y = 0;
    glfwGetCursorPos(w, &x, &y);
    inbox_of(w).input.move(x, y);
    inbox_of(w).input.button(button, action == GLFW_PRESS);
  });
  glfwSetScrollCallback(
      window_, [](GLFWwindow* w, double dx, double dy) { inbox_of(w).input.scroll(dx, dy); });
  glfwSetCursorPosCallback(window_,
                           [](GLFWwindow* w, double x, double y) { inbox_of(w).input.move(x, y); });
  glfwSetCursorEnterCallback(window_, [](GLFWwindow* w, int entered) {
    if (entered == 0 && glfwGetMouseButton(w, GLFW_MOUSE_BUTTON_LEFT) != GLFW_PRESS)
      inbox_of(w).input.leave();
  });
  glfwSetWindowFocusCallback(window_, [](GLFWwindow* w, int focused) {
    if (focused == 0) inbox_of(w).input.release_all();
    inbox_of(w).redraw = true;
  });
  glfwSetFramebufferSizeCallback(window_,
                                 [](GLFWwindow* w, int, int) { inbox_of(w).redraw = true; });
  glfwSetWindowRefreshCallback(window_, [](GLFWwindow* w) { inbox_of(w).redraw = true; });
  glfwSetDropCallback(window_, [](GLFWwindow* w, int count, const char** paths) {
    for (int i = 0; i < count; ++i) inbox_of(w).dropped.emplace_back(paths[i]);
  });
}

void GlfwWindow::toggle_fullscreen() {
  if (glfwGetWindowMonitor(window_)) {
    glfwSetWindowMonitor(window_, nullptr, windowed_[0], windowed_[1], windowed_[2], windowed_[3],
                         GLFW_DONT_CARE);
    return;
  }
  GLFWmonitor* monitor = glfwGetPrimaryMonitor();
  const GLFWvidmode* mode = monitor ? glfwGetVideoMode(monitor) : nullptr;
  if (!mode) return;
  glfwGetWindowPos(window_, &windowed_[0], &windowed_[1]);
  glfwGetWindowSize(window_, &windowed_[2], &windowed_[3]);
  glfwSetWindowMonitor(window_, monitor, 0, 0, mode->width, mode->height, mode->refreshRate);
}

// Dear ImGui's size, clock, clipboard and pointer from GLFW; its input comes from the queue.
class GlfwInput {
 public:
  explicit GlfwInput(GLFWwindow* window) { ImGui_ImplGlfw_InitForOpenGL(window, false); }
  ~GlfwInput() { ImGui_ImplGlfw_Shutdown(); }
  GlfwInput(const GlfwInput&) = delete;
  GlfwInput& operator=(const GlfwInput&) = delete;
};

// Sleeps until there is something to draw: input, a job's progress, the next frame of a run.
void wait(const Workbench& workbench, bool playing, bool settle) {
  constexpr double playing_s = 1.0 / 60, job_s = 0.1, idle_s = 0.5;
  if (settle)
    glfwPollEvents();
  else if (playing)
    glfwWaitEventsTimeout(playing_s);
  else if (workbench.busy())
    glfwWaitEventsTimeout(job_s);
  else
    glfwWaitEventsTimeout(idle_s);  // The view is saved between inputs; nothing is drawn for it.
}

}  // namespace

imaging::Result<void> run_window(Workbench& workbench, const ShellOptions& options) {
  auto opened = GlfwWindow::open(options.width, options.height);
  if (!opened) return tl::unexpected(opened.error());
  GlfwWindow& window = **opened;
  Gui gui(window.scale());
  const GlfwInput input(window.handle());
  const std::unique_ptr<Views> views = make_views();
  UiState ui;
  ui.light = options.light;
  std::optional<Workspace> wanted = options.workspace;
  if (!options.paths.empty()) workbench.open(options.paths, glfwGetTime());

  double last_s = glfwGetTime();
  int frames_left = frames_after_input;
  while (!window.should_close()) {
    Session& session = workbench.session();
    wait(workbench, session.view.playing, frames_left > 0);
    const double now_s = glfwGetTime();
    workbench.play(now_s - last_s);
    last_s = now_s;
    Inbox& inbox = window.inbox();
    if (!inbox.dropped.empty()) workbench.open(std::exchange(inbox.dropped, {}), now_s);
    const bool changed = workbench.poll(now_s, clock_time());
    // A review and the outcomes need no case.
    const bool needs_none = options.paths.empty() && wanted == Workspace::Score;
    if (wanted && (session.has_case() || needs_none))
      session.view.workspace = *std::exchange(wanted, {});
    if (std::exchange(inbox.redraw, false) || changed || !inbox.input.empty())
      frames_left = frames_after_input;
    if (frames_left <= 0 && !session.view.playing && !workbench.busy()) continue;
    frames_left = std::max(0, frames_left - 1);

    gui.set_scale(window.scale());
    ImGui_ImplGlfw_NewFrame();
    inbox.input.feed();
    views->sync(session);
    int width = 0, height = 0;
    glfwGetFramebufferSize(window.handle(), &width, &height);
    if (width <= 0 || height <= 0) continue;  // Minimised.
    Requests requests;
    gui.draw(session, views.get(), ui, workbench.surroundings(), requests, width, height);
    glfwSwapBuffers(window.handle());
    workbench.serve(requests, views.get(), now_s);
    if (requests.toggle_fullscreen) window.toggle_fullscreen();
    if (requests.keep_drawing || !inbox.input.empty()) frames_left = std::max(frames_left, 1);
  }
  workbench.close();
  return {};
}

}  // namespace app
