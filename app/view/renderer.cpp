#include "app/view/renderer.h"

#define GL_GLEXT_PROTOTYPES
#include <GL/gl.h>
#include <GL/glext.h>

#include <algorithm>
#include <map>

#include "app/view/picture.h"

namespace app {
namespace {

using imaging::Frame;
using imaging::Point2;
using imaging::Rgb;
using view::Concern;
using view::LpsPoint;
using view::Picture;
using view::Size;

std::unique_ptr<Picture> make_picture(ViewKind kind) {
  switch (kind) {
    case ViewKind::AngioSubtracted:
    case ViewKind::AngioNative:
    case ViewKind::AngioCompared:
      return view::make_angio_picture(kind);
    case ViewKind::DuplexTransverse:
    case ViewKind::DuplexLongitudinal:
    case ViewKind::DuplexCoronal:
      return view::make_duplex_picture(kind);
    case ViewKind::Scene:
      break;
    case ViewKind::CrossSection:
    case ViewKind::Straightened:
      return view::make_vessel_picture(kind);
    case ViewKind::Probe:
    case ViewKind::NeedleProfile:
    case ViewKind::DownNeedle:
      return view::make_crossing_picture(kind);
    case ViewKind::Radiograph:
      return view::make_radiograph_picture();
    case ViewKind::Strip:
      return view::make_strip_picture();
    case ViewKind::BestView:
      return view::make_best_view_picture();
    case ViewKind::Predicted:
      return view::make_predicted_picture();
  }
  return view::make_scene_picture();
}

// A picture as a GL texture, row 0 at the bottom. Bindings are left as they were found.
class Texture {
 public:
  Texture() = default;
  Texture(const Texture&) = delete;
  Texture& operator=(const Texture&) = delete;
  ~Texture() {
    if (name_ != 0) glDeleteTextures(1, &name_);
  }

  std::uintptr_t name() const { return name_; }

  void upload(const Frame<Rgb>& picture) {
    GLint bound = 0, alignment = 0, row_length = 0, unpack_buffer = 0;
    glGetIntegerv(GL_TEXTURE_BINDING_2D, &bound);
    glGetIntegerv(GL_UNPACK_ALIGNMENT, &alignment);
    glGetIntegerv(GL_UNPACK_ROW_LENGTH, &row_length);
    glGetIntegerv(GL_PIXEL_UNPACK_BUFFER_BINDING, &unpack_buffer);
    glBindBuffer(GL_PIXEL_UNPACK_BUFFER, 0);
    if (name_ == 0) glGenTextures(1, &name_);
    glBindTexture(GL_TEXTURE_2D, name_);
    glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MIN_FILTER, GL_LINEAR);
    glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MAG_FILTER, GL_LINEAR);
    glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_WRAP_S, GL_CLAMP_TO_EDGE);
    glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_WRAP_T, GL_CLAMP_TO_EDGE);
    glPixelStorei(GL_UNPACK_ALIGNMENT, 1);
    glPixelStorei(GL_UNPACK_ROW_LENGTH, 0);
    const auto columns = static_cast<std::size_t>(picture.columns());
    turned_.resize(picture.size());
    for (int row = 0; row < picture.rows(); ++row)
      std::copy_n(&picture.data()[static_cast<std::size_t>(row) * columns], columns,
                  &turned_[static_cast<std::size_t>(picture.rows() - 1 - row) * columns]);
    glTexImage2D(GL_TEXTURE_2D, 0, GL_RGB8, picture.columns(), picture.rows(), 0, GL_RGB,
                 GL_UNSIGNED_BYTE, turned_.data());
    glPixelStorei(GL_UNPACK_ALIGNMENT, alignment);
    glPixelStorei(GL_UNPACK_ROW_LENGTH, row_length);
    glBindBuffer(GL_PIXEL_UNPACK_BUFFER, static_cast<GLuint>(unpack_buffer));
    glBindTexture(GL_TEXTURE_2D, static_cast<GLuint>(bound));
  }

 private:
  GLuint name_ = 0;
  std::vector<Rgb> turned_;
};

class DrawnViews : public Views {
 public:
  void sync(const Session& session) override {
    const std::size_t vessels_before = look_.changes_of(Concern::Vessels);
    look_.take(session);
    if (look_.changes_of(Concern::Vessels) != vessels_before)
      shapes_.walls = look_.vessels ? view::walls_of(*look_.vessels) : view::Walls{};
  }

  std::uintptr_t texture(ViewKind kind, int width_px, int height_px, float scale) override {
    // While a hand moves the picture or the crossing it is drawn sooner, and smoothly once it
    // rests.
    const Slot* before = find(kind);
    const bool in_motion = kind == ViewKind::Scene &&
                           (look_.gesture_open || (before && before->moved) ||
                            (look_.view.flow.playing && look_.view.workspace == Workspace::Flow));
    Slot& slot = drawn(kind, {width_px, height_px, scale, in_motion});
    if (!slot.uploaded) {
      slot.texture.upload(slot.pixels);
      slot.uploaded = true;
    }
    return slot.texture.name();
  }

  Frame<Rgb> picture(ViewKind kind, int width_px, int height_px, float scale) override {
    return drawn(kind, {width_px, height_px, scale, false}).pixels;
  }

  Pick pick(ViewKind kind, Point2 at) override {
    const Slot* slot = find(kind);
    return slot ? slot->picture->pick(look_, at) : Pick{};
  }
  std::optional<LpsPoint> point_at(ViewKind kind, Point2 at, const LpsPoint& near) override {
    const Slot* slot = find(kind);
    return slot ? slot->picture->point_at(look_, at, near) : std::nullopt;
  }
  std::optional<Point2> place_of(ViewKind kind, const LpsPoint& p) override {
    const Slot* slot = find(kind);
    return slot ? slot->picture->place_of(look_, p) : std::nullopt;
  }

  std::optional<Point2> pixel_at(ViewKind kind, Point2 at) override {
    const Slot* slot = find(kind);
    return slot ? slot->picture->pixel_at(at) : std::nullopt;
  }
  std::optional<Point2> place_of_pixel(ViewKind kind, Point2 pixel) override {
    const Slot* slot = find(kind);
    return slot ? slot->picture->place_of_pixel(pixel) : std::nullopt;
  }

  void orbit(ViewKind kind, double dx, double dy) override {
    if (Slot* slot = moved(kind)) slot->picture->orbit(dx, dy);
  }
  void pan(ViewKind kind, double dx, double dy) override {
    if (Slot* slot = moved(kind)) slot->picture->pan(dx, dy);
  }
  void zoom(ViewKind kind, double factor) override {
    if (Slot* slot = moved(kind); slot && factor > 0) slot->picture->zoom(factor);
  }
  void reset(ViewKind kind) override {
    if (Slot* slot = moved(kind)) slot->picture->reset();
  }

 private:
  struct Slot {
    std::unique_ptr<Picture> picture;
    Texture texture;
    Frame<Rgb> pixels;
    Size size;
    std::array<std::size_t, view::concern_count> seen{};
    bool moved = false, uploaded = false;
  };

  Slot* find(ViewKind kind) {
    const auto found = slots_.find(kind);
    return found != slots_.end() ? &found->second : nullptr;
  }
  Slot* moved(ViewKind kind) {
    Slot* slot = find(kind);
    if (slot) slot->moved = true;
    return slot;
  }

  bool is_stale(const Slot& slot, const Size& size) const {
    if (slot.moved || slot.pixels.empty() || !(slot.size == size)) return true;
    for (std::size_t c = 0; c < view::concern_count; ++c)
      if (slot.seen[c] != look_.changes[c] && slot.picture->depends_on(static_cast<Concern>(c)))
        return true;
    return false;
  }

  Slot& drawn(ViewKind kind, Size size) {
    size.width_px = std::max(1, size.width_px);
    size.height_px = std::max(1, size.height_px);
    Slot& slot = slots_[kind];
    if (!slot.picture) slot.picture = make_picture(kind);
    if (!is_stale(slot, size)) return slot;
    slot.pixels = slot.picture->draw(look_, shapes_, size);
    slot.size = size;
    slot.seen = look_.changes;
    slot.moved = slot.uploaded = false;
    return slot;
  }

  view::Look look_;
  view::Shapes shapes_;
  std::map<ViewKind, Slot> slots_;
};

}  // namespace

std::unique_ptr<Views> make_views() { return std::make_unique<DrawnViews>(); }

}  // namespace app
