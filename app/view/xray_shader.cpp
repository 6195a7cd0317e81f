#include "app/view/xray_shader.h"

#define GL_GLEXT_PROTOTYPES
#include <GL/gl.h>
#include <GL/glext.h>

#include <initializer_list>
#include <optional>
#include <string>

#include "shaders/angio_move.glsl.h"
#include "shaders/angio_show.glsl.h"

namespace app::view {
namespace {

using imaging::Displacement;
using imaging::Frame;

constexpr int unit_count = 5;

// Two triangles would meet on a diagonal; one that reaches beyond the picture does not.
constexpr char whole_picture[] =
    "#version 150\n"
    "void main() {\n"
    "  vec2 corner = vec2(gl_VertexID == 1 ? 3.0 : -1.0, gl_VertexID == 2 ? 3.0 : -1.0);\n"
    "  gl_Position = vec4(corner, 0.0, 1.0);\n"
    "}\n";

// Everything that painting changes, put back at the end: VTK and Dear ImGui remember what they set.
class KeptState {
 public:
  KeptState() {
    glGetIntegerv(GL_DRAW_FRAMEBUFFER_BINDING, &draw_framebuffer_);
    glGetIntegerv(GL_READ_FRAMEBUFFER_BINDING, &read_framebuffer_);
    glGetIntegerv(GL_CURRENT_PROGRAM, &program_);
    glGetIntegerv(GL_VERTEX_ARRAY_BINDING, &vertex_array_);
    glGetIntegerv(GL_VIEWPORT, viewport_);
    glGetIntegerv(GL_ACTIVE_TEXTURE, &active_);
    glGetBooleanv(GL_COLOR_WRITEMASK, colour_mask_);
    for (std::size_t i = 0; i < stores_.size(); ++i) glGetIntegerv(stores_[i], &store_values_[i]);
    glGetIntegerv(GL_PIXEL_UNPACK_BUFFER_BINDING, &unpack_buffer_);
    glGetIntegerv(GL_PIXEL_PACK_BUFFER_BINDING, &pack_buffer_);
    for (std::size_t i = 0; i < switches_.size(); ++i) on_[i] = glIsEnabled(switches_[i]);
    for (int unit = 0; unit < unit_count; ++unit) {
      glActiveTexture(GL_TEXTURE0 + static_cast<GLenum>(unit));
      glGetIntegerv(GL_TEXTURE_BINDING_2D, &textures_[static_cast<std::size_t>(unit)]);
      glGetIntegerv(GL_SAMPLER_BINDING, &samplers_[static_cast<std::size_t>(unit)]);
      glBindSampler(static_cast<GLuint>(unit), 0);
    }
    for (const GLenum what : switches_) glDisable(what);
    glColorMask(GL_TRUE, GL_TRUE, GL_TRUE, GL_TRUE);
    for (const GLenum store : stores_) glPixelStorei(store, 0);
    glPixelStorei(GL_UNPACK_ALIGNMENT, 4);
    glPixelStorei(GL_PACK_ALIGNMENT, 4);
    glBindBuffer(GL_PIXEL_UNPACK_BUFFER, 0);
    glBindBuffer(GL_PIXEL_PACK_BUFFER, 0);
  }
  ~KeptState() {
    for (int unit = 0; unit < unit_count; ++unit) {
      glActiveTexture(GL_TEXTURE0 + static_cast<GLenum>(unit));
      glBindTexture(GL_TEXTURE_2D, static_cast<GLuint>(textures_[static_cast<std::size_t>(unit)]));
      glBindSampler(static_cast<GLuint>(unit),
                    static_cast<GLuint>(samplers_[static_cast<std::size_t>(unit)]));
    }
    glActiveTexture(static_cast<GLenum>(active_));
    for (std::size_t i = 0; i < switches_.size(); ++i)
      on_[i] ? glEnable(switches_[i]) : glDisable(switches_[i]);
    for (std::size_t i = 0; i < stores_.size(); ++i) glPixelStorei(stores_[i], store_values_[i]);
    glBindBuffer(GL_PIXEL_UNPACK_BUFFER, static_cast<GLuint>(unpack_buffer_));
    glBindBuffer(GL_PIXEL_PACK_BUFFER, static_cast<GLuint>(pack_buffer_));
    glColorMask(colour_mask_[0], colour_mask_[1], colour_mask_[2], colour_mask_[3]);
    glViewport(viewport_[0], viewport_[1], viewport_[2], viewport_[3]);
    glBindVertexArray(static_cast<GLuint>(vertex_array_));
    glUseProgram(static_cast<GLuint>(program_));
    glBindFramebuffer(GL_DRAW_FRAMEBUFFER, static_cast<GLuint>(draw_framebuffer_));
    glBindFramebuffer(GL_READ_FRAMEBUFFER, static_cast<GLuint>(read_framebuffer_));
  }
  KeptState(const KeptState&) = delete;
  KeptState& operator=(const KeptState&) = delete;

 private:
  static constexpr std::array<GLenum, 8> stores_ = {
      GL_UNPACK_ALIGNMENT, GL_UNPACK_ROW_LENGTH, GL_UNPACK_SKIP_ROWS, GL_UNPACK_SKIP_PIXELS,
      GL_PACK_ALIGNMENT,   GL_PACK_ROW_LENGTH,   GL_PACK_SKIP_ROWS,   GL_PACK_SKIP_PIXELS};
  static constexpr std::array<GLenum, 6> switches_ = {
      GL_BLEND, GL_DEPTH_TEST, GL_SCISSOR_TEST, GL_CULL_FACE, GL_STENCIL_TEST, GL_FRAMEBUFFER_SRGB};
  GLint draw_framebuffer_ = 0, read_framebuffer_ = 0, program_ = 0, vertex_array_ = 0, active_ = 0;
  GLint unpack_buffer_ = 0, pack_buffer_ = 0, viewport_[4] = {};
  GLboolean colour_mask_[4] = {};
  std::array<GLint, 8> store_values_{};
  std::array<GLboolean, 6> on_{};
  std::array<GLint, unit_count> textures_{}, samplers_{};
};

GLuint compiled(GLenum kind, const char* text) {
  const GLuint shader = glCreateShader(kind);
  glShaderSource(shader, 1, &text, nullptr);
  glCompileShader(shader);
  return shader;
}

// 0 where it does not compile.
GLuint linked(const char* fragment) {
  const GLuint vertex_part = compiled(GL_VERTEX_SHADER, whole_picture);
  const GLuint fragment_part = compiled(GL_FRAGMENT_SHADER, fragment);
  const GLuint program = glCreateProgram();
  glAttachShader(program, vertex_part);
  glAttachShader(program, fragment_part);
  glLinkProgram(program);
  glDeleteShader(vertex_part);
  glDeleteShader(fragment_part);
  GLint fine = 0;
  glGetProgramiv(program, GL_LINK_STATUS, &fine);
  if (fine) return program;
  glDeleteProgram(program);
  return 0;
}

void fill(GLuint texture, GLint format, int columns, int rows, GLenum channels, GLenum type,
          const void* values) {
  glActiveTexture(GL_TEXTURE0);
  glBindTexture(GL_TEXTURE_2D, texture);
  glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MIN_FILTER, GL_NEAREST);
  glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MAG_FILTER, GL_NEAREST);
  glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MAX_LEVEL, 0);
  glTexImage2D(GL_TEXTURE_2D, 0, format, columns, rows, 0, channels, type, values);
}

void fill(GLuint texture, const Frame<float>& image) {
  fill(texture, GL_R32F, image.columns(), image.rows(), GL_RED, GL_FLOAT, image.data());
}

}  // namespace

struct XrayShader::Parts {
  enum Name { Live, LiveNext, Mask, Moved, MovedNext, Field, Colours, Screen, name_count };
  GLuint move = 0, show = 0, vertices = 0, framebuffer = 0;
  std::array<GLuint, name_count> textures{};
  std::uint64_t mask_version = 0;
  bool has_mask = false;
  GLint largest = 0;

  ~Parts() {
    glDeleteProgram(move);
    glDeleteProgram(show);
    glDeleteVertexArrays(1, &vertices);
    glDeleteFramebuffers(1, &framebuffer);
    glDeleteTextures(name_count, textures.data());
  }

  GLuint texture(Name name) const { return textures[static_cast<std::size_t>(name)]; }

  bool draw_into(Name name, int columns, int rows) {
    glBindFramebuffer(GL_FRAMEBUFFER, framebuffer);
    glFramebufferTexture2D(GL_FRAMEBUFFER, GL_COLOR_ATTACHMENT0, GL_TEXTURE_2D, texture(name), 0);
    if (glCheckFramebufferStatus(GL_FRAMEBUFFER) != GL_FRAMEBUFFER_COMPLETE) return false;
    glViewport(0, 0, columns, rows);
    glBindVertexArray(vertices);
    glDrawArrays(GL_TRIANGLES, 0, 3);
    return true;
  }

  void bind(GLuint program, const char* uniform, int unit, Name name) const {
    glActiveTexture(GL_TEXTURE0 + static_cast<GLenum>(unit));
    glBindTexture(GL_TEXTURE_2D, texture(name));
    glUniform1i(glGetUniformLocation(program, uniform), unit);
  }

  // The mask as it lies in one frame.
  bool move_mask(const XrayLayer& layer, const Displacement* motion, Name into) {
    const Displacement still;
    const Displacement& d = motion ? *motion : still;
    std::vector<float> nodes;
    for (std::size_t n = 0; n < d.column_px().size(); ++n) {
      nodes.push_back(d.column_px()[n]);
      nodes.push_back(d.row_px()[n]);
    }
    fill(texture(Field), GL_RG32F, d.node_columns(), d.node_rows(), GL_RG, GL_FLOAT, nodes.data());
    const int columns = layer.mask->columns(), rows = layer.mask->rows();
    fill(texture(into), GL_R32F, columns, rows, GL_RED, GL_FLOAT, nullptr);
    glUseProgram(move);
    bind(move, "mask", 0, Mask);
    bind(move, "field", 1, Field);
    glUniform1f(glGetUniformLocation(move, "spacing_px"), static_cast<float>(d.spacing_px()));
    glUniform2f(glGetUniformLocation(move, "shift_px"), static_cast<float>(layer.shift_column_px),
                static_cast<float>(layer.shift_row_px));
    return draw_into(into, columns, rows);
  }

  void set_uniforms(const XrayLayer& layer, const XrayPlace& place, const XrayExtent& on) const {
    const auto at = [&](const char* name) { return glGetUniformLocation(show, name); };
    glUniform1i(at("subtracts"), layer.mask != nullptr);
    glUniform1f(at("share_next"), layer.live_next ? layer.share_next : 0.0F);
    glUniform1f(at("none"), layer.none);
    glUniform1f(at("full"), layer.full);
    glUniform2f(at("shades"), layer.first_shade, layer.last_shade);
    glUniform1f(at("absent_below"), layer.absent_below);
    glUniform2f(at("first_pixel"), static_cast<float>(place.first_column),
                static_cast<float>(place.first_row));
    glUniform1f(at("pixels_per_px"), static_cast<float>(1 / place.scale));
    glUniform4i(at("inside"), on.first_column, on.first_row, on.last_column, on.last_row);
  }
};

XrayShader::XrayShader(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
XrayShader::~XrayShader() = default;

std::unique_ptr<XrayShader> XrayShader::make() {
  if (glGetString(GL_VERSION) == nullptr) return nullptr;
  GLint major = 0, minor = 0;
  glGetIntegerv(GL_MAJOR_VERSION, &major);
  glGetIntegerv(GL_MINOR_VERSION, &minor);
  if (major < 3 || (major == 3 && minor < 3)) return nullptr;  // 3.3 brought sampler objects.
  auto parts = std::make_unique<Parts>();
  parts->move = linked(angio_move_glsl);
  parts->show = linked(angio_show_glsl);
  if (parts->move == 0 || parts->show == 0) return nullptr;
  glGenVertexArrays(1, &parts->vertices);
  glGenFramebuffers(1, &parts->framebuffer);
  glGenTextures(Parts::name_count, parts->textures.data());
  glGetIntegerv(GL_MAX_TEXTURE_SIZE, &parts->largest);
  return std::unique_ptr<XrayShader>(new XrayShader(std::move(parts)));
}

bool XrayShader::paint(Canvas& canvas, const XrayLayer& layer, const XrayPlace& place) {
  if (!layer.live || layer.live->empty()) return true;
  const int columns = layer.live->columns(), rows = layer.live->rows();
  const int width = canvas.width(), height = canvas.height();
  if (std::max({columns, rows, width, height}) > parts_->largest) return false;
  const KeptState kept;
  Parts& p = *parts_;
  fill(p.texture(Parts::Live), *layer.live);
  const bool mixes = layer.live_next && layer.share_next > 0;
  if (mixes) fill(p.texture(Parts::LiveNext), *layer.live_next);
  if (layer.mask) {
    if (!p.has_mask || p.mask_version != layer.mask_version)
      fill(p.texture(Parts::Mask), *layer.mask);
    p.has_mask = true;
    p.mask_version = layer.mask_version;
    if (!p.move_mask(layer, layer.motion, Parts::Moved)) return false;
    if (mixes && !p.move_mask(layer, layer.motion_next, Parts::MovedNext)) return false;
  }
  fill(p.texture(Parts::Colours), GL_RGB8, 256, 1, GL_RGB, GL_UNSIGNED_BYTE, layer.palette->data());
  fill(p.texture(Parts::Screen), GL_RGBA8, width, height, GL_RGBA, GL_UNSIGNED_BYTE, nullptr);
  glUseProgram(p.show);
  const XrayExtent on = extent_of(place, columns, rows, width, height);
  p.set_uniforms(layer, place, on);
  // A sampler that nothing reads still wants a complete texture of its kind.
  p.bind(p.show, "live", 0, Parts::Live);
  p.bind(p.show, "live_next", 1, mixes ? Parts::LiveNext : Parts::Live);
  p.bind(p.show, "mask", 2, layer.mask ? Parts::Moved : Parts::Live);
  p.bind(p.show, "mask_next", 3,
         layer.mask && mixes ? Parts::MovedNext
         : layer.mask        ? Parts::Moved
                             : Parts::Live);
  p.bind(p.show, "palette", 4, Parts::Colours);
  if (!p.draw_into(Parts::Screen, width, height)) return false;

  std::vector<unsigned char> shown(4 * canvas.pixels().size());
  glReadPixels(0, 0, width, height, GL_RGBA, GL_UNSIGNED_BYTE, shown.data());
  const unsigned char* from = shown.data();
  for (std::size_t i = 0; i < canvas.pixels().size(); ++i, from += 4)
    if (from[3] != 0) canvas.pixels().data()[i] = {from[0], from[1], from[2]};
  return true;
}

void XrayPainter::paint(Canvas& canvas, const XrayLayer& layer, const XrayPlace& place) {
  if (!asked_) {
    shader_ = XrayShader::make();
    asked_ = true;
  }
  if (!shader_ || !shader_->paint(canvas, layer, place)) paint_by_processor(canvas, layer, place);
}

}  // namespace app::view
