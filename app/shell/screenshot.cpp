#include "app/shell/screenshot.h"

#define GL_GLEXT_PROTOTYPES
#include <GL/gl.h>
#include <GL/glext.h>
#include <imgui.h>

#include <vector>

#include "app/shell/gui.h"
#include "app/view/offscreen.h"
#include "app/view/renderer.h"

namespace app {
namespace {

// A texture to draw into.
class Target {
 public:
  Target(int width, int height) {
    glGenTextures(1, &texture_);
    glBindTexture(GL_TEXTURE_2D, texture_);
    glTexImage2D(GL_TEXTURE_2D, 0, GL_RGB8, width, height, 0, GL_RGB, GL_UNSIGNED_BYTE, nullptr);
    glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MIN_FILTER, GL_NEAREST);
    glGenFramebuffers(1, &framebuffer_);
    glBindFramebuffer(GL_FRAMEBUFFER, framebuffer_);
    glFramebufferTexture2D(GL_FRAMEBUFFER, GL_COLOR_ATTACHMENT0, GL_TEXTURE_2D, texture_, 0);
  }
  ~Target() {
    glBindFramebuffer(GL_FRAMEBUFFER, 0);
    glDeleteFramebuffers(1, &framebuffer_);
    glDeleteTextures(1, &texture_);
  }
  Target(const Target&) = delete;
  Target& operator=(const Target&) = delete;

  void bind() const { glBindFramebuffer(GL_FRAMEBUFFER, framebuffer_); }
  bool complete() const {
    return glCheckFramebufferStatus(GL_FRAMEBUFFER) == GL_FRAMEBUFFER_COMPLETE;
  }

 private:
  GLuint texture_ = 0, framebuffer_ = 0;
};

imaging::Frame<imaging::Rgb> read_back(int width, int height) {
  std::vector<unsigned char> bytes(static_cast<std::size_t>(width) *
                                   static_cast<std::size_t>(height) * 3);
  glPixelStorei(GL_PACK_ALIGNMENT, 1);
  glReadPixels(0, 0, width, height, GL_RGB, GL_UNSIGNED_BYTE, bytes.data());
  imaging::Frame<imaging::Rgb> picture(width, height);
  const unsigned char* from = bytes.data();
  for (int row = height - 1; row >= 0; --row)  // OpenGL's first row is the bottom one.
    for (int column = 0; column < width; ++column, from += 3)
      picture(column, row) = {from[0], from[1], from[2]};
  return picture;
}

}  // namespace

imaging::Result<imaging::Frame<imaging::Rgb>> screenshot(Session& session,
                                                         const Surroundings& around, int width,
                                                         int height, float scale, bool light,
                                                         const AngioUi& angio,
                                                         const ScoreUi& score) {
  constexpr int smallest = 64, largest = 8192;
  if (width < smallest || height < smallest || width > largest || height > largest ||
      !(scale >= 0.5f && scale <= 4))
    return imaging::fail(imaging::ErrorCode::InvalidInput,
                         "A screenshot has 64 to 8192 px each way and a scale of 0.5 to 4.");
  auto gl = OffscreenContext::make();
  if (!gl) return tl::unexpected(gl.error());
  const auto views = make_views();
  Gui gui(scale);
  const Target target(width, height);
  if (!target.complete())
    return imaging::fail(imaging::ErrorCode::Unsupported,
                         "This OpenGL cannot draw a picture of that size: choose a smaller one.");
  ImGuiIO& io = ImGui::GetIO();
  io.DisplaySize = {static_cast<float>(width), static_cast<float>(height)};
  io.DisplayFramebufferScale = {1, 1};
  UiState ui;
  ui.light = light;
  ui.angio = angio;
  ui.score = score;
  Requests requests;
  // Sizes of text settle in the first frames, as they do in the window.
  for (int frame = 0; frame < 3; ++frame) {
    io.DeltaTime = 1.0f / 60;
    views->sync(session);
    target.bind();
    gui.draw(session, views.get(), ui, around, requests, width, height);
  }
  target.bind();
  glFinish();
  return read_back(width, height);
}

}  // namespace app
