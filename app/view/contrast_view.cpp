#include "app/view/contrast_view.h"

#define GL_GLEXT_PROTOTYPES
#include <GL/gl.h>
#include <GL/glext.h>

#include <vector>

#include "shaders/contrast_rod.glsl.h"
#include "shaders/contrast_rod_vertex.glsl.h"
#include "shaders/iodine.glsl.h"

namespace app::view {
namespace {

constexpr const char* inputs[] = {"corner_px", "rod_from", "rod_to", "rod_tau"};

GLuint compiled(GLenum kind, const char* before, const char* text) {
  const GLuint shader = glCreateShader(kind);
  const char* parts[] = {"#version 150\n", before, text};
  glShaderSource(shader, 3, parts, nullptr);
  glCompileShader(shader);
  return shader;
}

GLuint linked_program() {
  const GLuint program = glCreateProgram();
  const GLuint parts[] = {compiled(GL_VERTEX_SHADER, "", contrast_rod_vertex_glsl),
                          compiled(GL_FRAGMENT_SHADER, iodine_glsl, contrast_rod_glsl)};
  for (const GLuint part : parts) glAttachShader(program, part);
  for (GLuint n = 0; n < 4; ++n) glBindAttribLocation(program, n, inputs[n]);
  glBindFragDataLocation(program, 0, "attenuation");
  glLinkProgram(program);
  for (const GLuint part : parts) glDeleteShader(part);
  GLint linked = GL_FALSE;
  glGetProgramiv(program, GL_LINK_STATUS, &linked);
  if (linked == GL_TRUE) return program;
  glDeleteProgram(program);
  return 0;
}

// What drawing changes, put back at the end of the scope.
class Bindings {
 public:
  Bindings() {
    glGetIntegerv(GL_DRAW_FRAMEBUFFER_BINDING, &draw_);
    glGetIntegerv(GL_READ_FRAMEBUFFER_BINDING, &read_);
    glGetIntegerv(GL_CURRENT_PROGRAM, &program_);
    glGetIntegerv(GL_VERTEX_ARRAY_BINDING, &array_);
    glGetIntegerv(GL_ARRAY_BUFFER_BINDING, &buffer_);
    glGetIntegerv(GL_TEXTURE_BINDING_2D, &texture_);
    glGetIntegerv(GL_PIXEL_PACK_BUFFER_BINDING, &pack_buffer_);
    glGetIntegerv(GL_PACK_ALIGNMENT, &pack_alignment_);
    glGetIntegerv(GL_PACK_ROW_LENGTH, &pack_row_length_);
    glGetIntegerv(GL_VIEWPORT, viewport_);
    glGetIntegerv(GL_BLEND_SRC_RGB, &source_rgb_);
    glGetIntegerv(GL_BLEND_DST_RGB, &target_rgb_);
    glGetIntegerv(GL_BLEND_SRC_ALPHA, &source_alpha_);
    glGetIntegerv(GL_BLEND_DST_ALPHA, &target_alpha_);
    glGetIntegerv(GL_BLEND_EQUATION_RGB, &equation_rgb_);
    glGetIntegerv(GL_BLEND_EQUATION_ALPHA, &equation_alpha_);
    glGetFloatv(GL_COLOR_CLEAR_VALUE, clear_);
    glGetBooleanv(GL_COLOR_WRITEMASK, mask_);
    for (std::size_t n = 0; n < std::size(switches); ++n) on_[n] = glIsEnabled(switches[n]);
  }
  ~Bindings() {
    glBindFramebuffer(GL_DRAW_FRAMEBUFFER, static_cast<GLuint>(draw_));
    glBindFramebuffer(GL_READ_FRAMEBUFFER, static_cast<GLuint>(read_));
    glUseProgram(static_cast<GLuint>(program_));
    glBindVertexArray(static_cast<GLuint>(array_));
    glBindBuffer(GL_ARRAY_BUFFER, static_cast<GLuint>(buffer_));
    glBindBuffer(GL_PIXEL_PACK_BUFFER, static_cast<GLuint>(pack_buffer_));
    glBindTexture(GL_TEXTURE_2D, static_cast<GLuint>(texture_));
    glPixelStorei(GL_PACK_ALIGNMENT, pack_alignment_);
    glPixelStorei(GL_PACK_ROW_LENGTH, pack_row_length_);
    glViewport(viewport_[0], viewport_[1], viewport_[2], viewport_[3]);
    glBlendFuncSeparate(static_cast<GLenum>(source_rgb_), static_cast<GLenum>(target_rgb_),
                        static_cast<GLenum>(source_alpha_), static_cast<GLenum>(target_alpha_));
    glBlendEquationSeparate(static_cast<GLenum>(equation_rgb_),
                            static_cast<GLenum>(equation_alpha_));
    glClearColor(clear_[0], clear_[1], clear_[2], clear_[3]);
    glColorMask(mask_[0], mask_[1], mask_[2], mask_[3]);
    for (std::size_t n = 0; n < std::size(switches); ++n)
      on_[n] ? glEnable(switches[n]) : glDisable(switches[n]);
  }
  Bindings(const Bindings&) = delete;
  Bindings& operator=(const Bindings&) = delete;

 private:
  static constexpr GLenum switches[] = {GL_BLEND, GL_DEPTH_TEST, GL_CULL_FACE, GL_SCISSOR_TEST};
  GLint draw_ = 0, read_ = 0, program_ = 0, array_ = 0, buffer_ = 0, texture_ = 0;
  GLint pack_buffer_ = 0, pack_alignment_ = 0, pack_row_length_ = 0, viewport_[4] = {};
  GLint source_rgb_ = 0, target_rgb_ = 0, source_alpha_ = 0, target_alpha_ = 0;
  GLint equation_rgb_ = 0, equation_alpha_ = 0;
  GLfloat clear_[4] = {};
  GLboolean mask_[4] = {}, on_[4] = {};
};

constexpr int floats_per_vertex = 12;

std::vector<float> rectangles(const ContrastScene& scene) {
  std::vector<float> all;
  all.reserve(scene.rods.size() * 6 * floats_per_vertex);
  for (const ContrastRod& r : scene.rods) {
    const float x[] = {r.left - 0.5F, r.right + 0.5F}, y[] = {r.top - 0.5F, r.bottom + 0.5F};
    for (const auto& [i, j] : {std::pair(0, 0), std::pair(1, 0), std::pair(1, 1), std::pair(0, 0),
                               std::pair(1, 1), std::pair(0, 1)})
      all.insert(all.end(), {x[i], y[j], r.from[0], r.from[1], r.from[2], r.radius_mm, r.to[0],
                             r.to[1], r.to[2], 0, r.from_tau_s, r.to_tau_s});
  }
  return all;
}

}  // namespace

struct ContrastView::State {
  GLuint program = 0, array = 0, buffer = 0, texture = 0, framebuffer = 0;
  bool tried = false;
};

ContrastView::ContrastView() : state_(std::make_unique<State>()) {}

ContrastView::~ContrastView() {
  State& s = *state_;
  if (!s.tried) return;
  glDeleteProgram(s.program);
  glDeleteVertexArrays(1, &s.array);
  glDeleteBuffers(1, &s.buffer);
  glDeleteTextures(1, &s.texture);
  glDeleteFramebuffers(1, &s.framebuffer);
}

std::optional<imaging::Frame<float>> ContrastView::draw(const ContrastScene& scene, double time_s) {
  State& s = *state_;
  if (scene.columns < 1 || scene.rows < 1) return std::nullopt;
  while (glGetError() != GL_NO_ERROR) {
    // Somebody else's errors are not this picture's.
  }
  const Bindings kept;
  if (!s.tried) {
    s.tried = true;
    s.program = linked_program();
    glGenVertexArrays(1, &s.array);
    glGenBuffers(1, &s.buffer);
    glGenTextures(1, &s.texture);
    glGenFramebuffers(1, &s.framebuffer);
  }
  if (s.program == 0) return std::nullopt;
  glBindTexture(GL_TEXTURE_2D, s.texture);
  glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MIN_FILTER, GL_NEAREST);
  glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MAG_FILTER, GL_NEAREST);
  glTexImage2D(GL_TEXTURE_2D, 0, GL_R32F, scene.columns, scene.rows, 0, GL_RED, GL_FLOAT, nullptr);
  glBindFramebuffer(GL_FRAMEBUFFER, s.framebuffer);
  glFramebufferTexture2D(GL_FRAMEBUFFER, GL_COLOR_ATTACHMENT0, GL_TEXTURE_2D, s.texture, 0);
  if (glCheckFramebufferStatus(GL_FRAMEBUFFER) != GL_FRAMEBUFFER_COMPLETE) return std::nullopt;
  glViewport(0, 0, scene.columns, scene.rows);
  glDisable(GL_DEPTH_TEST);
  glDisable(GL_CULL_FACE);
  glDisable(GL_SCISSOR_TEST);
  glColorMask(GL_TRUE, GL_TRUE, GL_TRUE, GL_TRUE);
  glClearColor(0, 0, 0, 0);
  glClear(GL_COLOR_BUFFER_BIT);
  glEnable(GL_BLEND);
  glBlendEquation(GL_FUNC_ADD);
  glBlendFunc(GL_ONE, GL_ONE);

  glUseProgram(s.program);
  const auto at = [&](const char* name) { return glGetUniformLocation(s.program, name); };
  glUniform2f(at("image_px"), static_cast<float>(scene.columns), static_cast<float>(scene.rows));
  glUniform2f(at("principal_px"), scene.principal_column, scene.principal_row);
  glUniform2f(at("slope"), scene.slope_column, scene.slope_row);
  glUniform1f(at("density"), scene.density_per_mg_ml_mm);
  glUniform1f(at("time_s"), static_cast<float>(time_s));
  glUniform2fv(at("knots"), 4, scene.knots.front().data());

  const std::vector<float> vertices = rectangles(scene);
  glBindVertexArray(s.array);
  glBindBuffer(GL_ARRAY_BUFFER, s.buffer);
  glBufferData(GL_ARRAY_BUFFER, static_cast<GLsizeiptr>(vertices.size() * sizeof(float)),
               vertices.data(), GL_STREAM_DRAW);
  constexpr GLint sizes[] = {2, 4, 4, 2};
  std::size_t offset = 0;
  for (GLuint n = 0; n < 4; ++n) {
    glEnableVertexAttribArray(n);
    glVertexAttribPointer(n, sizes[n], GL_FLOAT, GL_FALSE, floats_per_vertex * sizeof(float),
                          reinterpret_cast<const void*>(offset));
    offset += static_cast<std::size_t>(sizes[n]) * sizeof(float);
  }
  glDrawArrays(GL_TRIANGLES, 0, static_cast<GLsizei>(6 * scene.rods.size()));

  imaging::Frame<float> frame(scene.columns, scene.rows);
  glBindBuffer(GL_PIXEL_PACK_BUFFER, 0);
  glPixelStorei(GL_PACK_ALIGNMENT, 1);
  glPixelStorei(GL_PACK_ROW_LENGTH, 0);
  // Row 0 of the image was drawn at the framebuffer's bottom, which is read first.
  glReadPixels(0, 0, scene.columns, scene.rows, GL_RED, GL_FLOAT, frame.data());
  if (glGetError() != GL_NO_ERROR) return std::nullopt;
  return frame;
}

}  // namespace app::view
