// X-ray images painted by the graphics card; shaders/angio_move.glsl and angio_show.glsl.
#pragma once

#include <memory>

#include "app/view/xray_layer.h"

namespace app::view {

// Lives in the OpenGL context that was current when it was made, and is used with that one current.
// Leaves every state of the context as it was.
class XrayShader {
 public:
  // nullptr where no OpenGL context is current, or one that cannot draw into float textures: the
  // processor paints then.
  static std::unique_ptr<XrayShader> make();
  ~XrayShader();
  XrayShader(const XrayShader&) = delete;
  XrayShader& operator=(const XrayShader&) = delete;

  // What paint_by_processor paints, within one grey level. False, and nothing painted, where the
  // image or the picture is too large for the card.
  bool paint(Canvas& canvas, const XrayLayer& layer, const XrayPlace& place);

 private:
  struct Parts;
  explicit XrayShader(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

// In the shader where there is one, else by the processor.
class XrayPainter {
 public:
  void paint(Canvas& canvas, const XrayLayer& layer, const XrayPlace& place);

 private:
  bool asked_ = false;
  std::unique_ptr<XrayShader> shader_;
};

}  // namespace app::view
