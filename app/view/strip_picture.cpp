// The circuit laid straight: the picture for the strip, the report and the wall.
#include <algorithm>
#include <array>
#include <cmath>

#include "app/session/strip_scale.h"
#include "app/view/marks.h"
#include "app/view/picture.h"

namespace app::view {
namespace {

using planning::Device;
using planning::DeviceKind;
using planning::Preview;
using planning::Strip;

std::string in_words(std::string name) {
  std::replace(name.begin(), name.end(), '_', ' ');
  if (!name.empty()) name[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(name[0])));
  return name;
}

// Rows from the top: checks, branches, the vessels with what lies in them, names, millimetres.
class Drawing {
 public:
  Drawing(Canvas& canvas, const Preview& preview)
      : canvas_(canvas),
        p_(preview),
        scale_(strip_scale(preview.strip, canvas.width(), canvas.scale())) {
    const double axis_px = canvas.px(34), top_px = canvas.px(44);
    middle_px_ = 0.5 * (top_px + canvas.height() - axis_px);
    double widest_mm = 3;
    for (const Strip::Sample& s : p_.strip.samples)
      if (s.along_mm >= scale_.from_mm) widest_mm = std::max(widest_mm, s.radius_mm);
    for (const Device& d : p_.devices)
      for (const auto& s : d.sections) widest_mm = std::max(widest_mm, s.radius_mm);
    px_per_mm_ = (middle_px_ - top_px - canvas.px(6)) / widest_mm;
  }

  void paint() {
    landmarks();
    for (const Strip::Part& part : p_.strip.parts) vessel(part);
    needle();
    for (const Device& d : p_.devices)
      if (d.place >= 0) stent(d);
    for (const planning::Valve& v : p_.valves) valve(v);
    for (const Strip::Branch& b : p_.strip.branches) branch(b);
    axis();
    names();
    checks();
  }

 private:
  Point2 at(double along_mm, double radius_mm) const {
    return {scale_.px_of(along_mm), middle_px_ - radius_mm * px_per_mm_};
  }
  bool shown(double along_mm) const { return along_mm >= scale_.from_mm - 1e-6; }

  void landmarks() {
    for (const planning::Landmark& m : p_.landmarks) {
      const double top = canvas_.px(40), bottom = canvas_.height() - canvas_.px(34);
      const double x0 = scale_.px_of(m.from_mm), x1 = scale_.px_of(m.to_mm);
      if (m.id == "retinaculum")
        canvas_.rectangle({x0, top}, {x1, bottom}, token::muted, 0.16);
      else
        canvas_.line({x0, top}, {x0, bottom},
                     {.colour = token::text, .width = 1.25, .dash = 3, .gap = 3});
    }
  }

  // Both walls, whitened where they are calcified; crosses where no lumen was found.
  void vessel(const Strip::Part& part) {
    const Rgb colour = part.is_artery ? token::artery : token::vein;
    std::vector<Point2> upper, lower;
    for (std::size_t i = part.first; i <= part.last; ++i) {
      const Strip::Sample& s = p_.strip.samples[i];
      if (!shown(s.along_mm)) continue;
      upper.push_back(at(s.along_mm, s.radius_mm));
      lower.push_back(at(s.along_mm, -s.radius_mm));
      if (i > part.first && upper.size() > 1) {
        const Point2 quad[] = {upper[upper.size() - 2], upper.back(), lower.back(),
                               lower[lower.size() - 2]};
        canvas_.polygon(quad, s.open ? colour : token::disabled, s.open ? 0.22 : 0.4);
        constexpr double some_deg = 60;  // Less is a speck.
        if (s.calcification_arc_deg > some_deg) {
          const Stroke calcium{.colour = token::calcium,
                               .width = s.calcification_arc_deg > 180 ? 4.0 : 2.5};
          canvas_.line(quad[0], quad[1], calcium);
          if (s.calcification_arc_deg > 180) canvas_.line(quad[2], quad[3], calcium);
        }
      }
    }
    const Stroke wall{.colour = colour, .width = 1.5};
    canvas_.polyline(upper, wall);
    canvas_.polyline(lower, wall);
  }

  void needle() {
    canvas_.line(at(-p_.strip.needle_mm, 0), at(0, 0), {.colour = token::needle, .width = 3});
  }

  void stent(const Device& d) {
    if (d.sections.size() < 2) return;
    const double length_mm = d.sections.back().at_mm;
    std::vector<Point2> upper, lower;
    for (const auto& s : d.sections) {
      const double along_mm = std::lerp(d.from_along_mm, d.to_along_mm, s.at_mm / length_mm);
      upper.push_back(at(along_mm, s.radius_mm));
      lower.push_back(at(along_mm, -s.radius_mm));
    }
    for (std::size_t i = 1; i < upper.size(); ++i) {
      const bool loose = d.sections[i].wall_gap_mm() > 0.1;
      const Stroke edge{.colour = loose ? token::warn : token::device, .width = loose ? 2.5 : 1.75};
      canvas_.line(upper[i - 1], upper[i], edge);
      canvas_.line(lower[i - 1], lower[i], edge);
    }
    // The lattice, in rhombs as long as the stent is wide.
    const double pitch_px = std::max(canvas_.px(5), lower.front().y - upper.front().y);
    const double step_px = 0.5 * pitch_px;
    const auto share_at = [&](double x) {
      const double t = (x - upper.front().x) / std::max(1.0, upper.back().x - upper.front().x);
      return static_cast<std::size_t>(std::clamp(t, 0.0, 1.0) *
                                      static_cast<double>(upper.size() - 1));
    };
    for (double x = upper.front().x; x < upper.back().x - 1; x += step_px) {
      const double next = std::min(x + step_px, upper.back().x);
      const std::size_t a = share_at(x), b = share_at(next);
      const Stroke wire{.colour = token::device, .width = 0.75, .opacity = 0.5};
      canvas_.line(upper[a], lower[b], wire);
      canvas_.line(lower[a], upper[b], wire);
    }
    const Stroke end{.colour = token::device, .width = 2.5};
    canvas_.line(upper.front(), lower.front(), end);
    canvas_.line(upper.back(), lower.back(), end);
    canvas_.text(
        {0.5 * (upper.front().x + upper.back().x), middle_px_ + canvas_.px(4)},
        std::to_string(d.place + 1),
        {.colour = token::device, .size = 12, .weight = Weight::SemiBold, .align = Align::Centre});
  }

  // A pair of cusps that point against the blood: open ones folded to the wall.
  void valve(const planning::Valve& v) {
    const double radius_mm = radius_at(v.along_mm);
    const bool treated = !v.treated_by.empty();
    const Stroke stroke{.colour = treated ? token::good : token::bad,
                        .width = treated ? 1.25 : 2.5,
                        .dash = v.expected && treated ? 2.0 : 0.0,
                        .gap = v.expected && treated ? 2.0 : 0.0};
    const Point2 up = at(v.along_mm, radius_mm), low = at(v.along_mm, -radius_mm);
    const double back = canvas_.px(6);
    const double fold = treated ? 0.62 * radius_mm * px_per_mm_ : 0;
    canvas_.line(up, {up.x - back, middle_px_ - fold}, stroke);
    canvas_.line(low, {low.x - back, middle_px_ + fold}, stroke);
  }

  double radius_at(double along_mm) const {
    double best_mm = 1e9, radius_mm = 2;
    for (const Strip::Sample& s : p_.strip.samples)
      if (std::abs(s.along_mm - along_mm) < best_mm) {
        best_mm = std::abs(s.along_mm - along_mm);
        radius_mm = s.radius_mm;
      }
    return radius_mm;
  }

  void branch(const Strip::Branch& b) {
    if (!shown(b.along_mm)) return;
    const Rgb colour = b.is_artery ? token::artery : token::vein;
    const Point2 root = at(b.along_mm, radius_at(b.along_mm));
    const double top = canvas_.px(34);
    const double half = std::max(canvas_.px(1), 0.5 * b.diameter_mm * px_per_mm_ * 0.6);
    const double faint = b.covered || b.closed ? 0.35 : 0.9;
    const Point2 stem[] = {{root.x - half, root.y},
                           {root.x + half, root.y},
                           {root.x + half + canvas_.px(5), top},
                           {root.x - half + canvas_.px(5), top}};
    canvas_.polygon(stem, colour, 0.4 * faint);
    canvas_.line(stem[0], stem[3], {.colour = colour, .width = 1.25, .opacity = faint});
    canvas_.line(stem[1], stem[2], {.colour = colour, .width = 1.25, .opacity = faint});
    if (!b.closed) return;
    const Point2 middle{root.x + canvas_.px(2), 0.5 * (root.y + top)};
    for (int turn = -1; turn <= 1; ++turn)
      canvas_.circle({middle.x, middle.y + turn * canvas_.px(3)}, canvas_.px(4),
                     {.colour = token::coil, .width = 1.25});
  }

  void axis() {
    const double y = canvas_.height() - canvas_.px(20);
    const double span_mm = scale_.to_mm - scale_.from_mm;
    const double step_mm = span_mm > 250 ? 50 : span_mm > 100 ? 20 : 10;
    canvas_.line({scale_.left_px, y}, {scale_.right_px, y}, {.colour = token::line, .width = 1});
    for (double mm = std::ceil(scale_.from_mm / step_mm) * step_mm; mm <= scale_.to_mm;
         mm += step_mm) {
      const double x = scale_.px_of(mm);
      canvas_.line({x, y}, {x, y + canvas_.px(3)}, {.colour = token::muted, .width = 1});
      canvas_.text({x, y + canvas_.px(15)},
                   std::abs(mm) < 1e-6 ? "0 mm, the needle's hole" : with_decimals(mm, 0),
                   {.colour = token::muted, .size = 11, .align = Align::Centre});
    }
  }

  void names() {
    double free_px = 0;
    for (const Strip::Part& part : p_.strip.parts) {
      const double from = std::max(part.from_mm, scale_.from_mm);
      if (part.to_mm <= from) continue;
      const Type type{.colour = part.is_artery ? token::artery : token::vein, .size = 12};
      const std::string words = in_words(part.name);
      const double x = std::max(free_px, scale_.px_of(from) + canvas_.px(2));
      if (x + canvas_.text_width(words, type) > scale_.px_of(part.to_mm) + canvas_.px(40)) continue;
      canvas_.text({x, canvas_.height() - canvas_.px(25)}, words, type);
      free_px = x + canvas_.text_width(words, type) + canvas_.px(12);
    }
    for (const planning::Landmark& m : p_.landmarks)
      if (m.id == "retinaculum")
        canvas_.text({0.5 * (scale_.px_of(m.from_mm) + scale_.px_of(m.to_mm)), canvas_.px(36)},
                     m.label, {.colour = token::muted, .size = 11, .align = Align::Centre});
  }

  // A triangle over the place, so that what fails is found at once.
  void checks() {
    double last_px = -1e9;
    int row = 0;
    for (const planning::Check& c : p_.checks) {
      if (c.ok || !c.along_mm) continue;
      const double x = scale_.px_of(std::clamp(*c.along_mm, scale_.from_mm, scale_.to_mm));
      row = std::abs(x - last_px) < canvas_.px(14) ? row + 1 : 0;
      last_px = x;
      const double y = canvas_.px(6 + 11 * (row % 2)), half = canvas_.px(5);
      const Point2 triangle[] = {{x, y - half}, {x + half, y + half}, {x - half, y + half}};
      canvas_.polygon(triangle, token::warn);
      canvas_.line({x, y + half}, {x, middle_px_},
                   {.colour = token::warn, .width = 1, .opacity = 0.5, .dash = 2, .gap = 3});
    }
  }

  Canvas& canvas_;
  const Preview& p_;
  StripScale scale_;
  double middle_px_ = 0, px_per_mm_ = 1;
};

class StripPicture : public Picture {
 public:
  bool depends_on(Concern concern) const override {
    return concern == Concern::Vessels || concern == Concern::Plan;
  }
  imaging::Frame<Rgb> draw(const Look& look, const Shapes&, const Size& size) override {
    size_ = size;
    Canvas canvas(size.width_px, size.height_px, size.scale, token::panel);
    if (look.preview && !look.preview->strip.parts.empty()) Drawing(canvas, *look.preview).paint();
    return canvas.release();
  }
  Pick pick(const Look&, Point2) const override { return {}; }
  std::optional<LpsPoint> point_at(const Look& look, Point2 at, const LpsPoint&) const override {
    if (!look.preview || look.preview->strip.samples.empty()) return std::nullopt;
    const auto& samples = look.preview->strip.samples;
    const double along_mm =
        strip_scale(look.preview->strip, size_.width_px, size_.scale).along_at(at.x);
    const auto nearest = std::min_element(samples.begin(), samples.end(), [&](auto& a, auto& b) {
      return std::abs(a.along_mm - along_mm) < std::abs(b.along_mm - along_mm);
    });
    return nearest->point;
  }
  std::optional<Point2> place_of(const Look& look, const LpsPoint& p) const override {
    if (!look.preview || look.preview->strip.samples.empty()) return std::nullopt;
    const auto& samples = look.preview->strip.samples;
    const auto nearest = std::min_element(samples.begin(), samples.end(), [&](auto& a, auto& b) {
      return imaging::distance(a.point, p) < imaging::distance(b.point, p);
    });
    return Point2{
        strip_scale(look.preview->strip, size_.width_px, size_.scale).px_of(nearest->along_mm),
        0.5 * size_.height_px};
  }
  void pan(double, double) override {}
  void zoom(double) override {}
  void reset() override {}

 private:
  Size size_;
};

}  // namespace

std::unique_ptr<Picture> make_strip_picture() { return std::make_unique<StripPicture>(); }

}  // namespace app::view
