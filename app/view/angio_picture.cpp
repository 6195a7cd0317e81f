#include <algorithm>

#include "app/session/angio_marks.h"
#include "app/session/angio_mask.h"
#include "app/session/angio_measure.h"
#include "app/view/angio_marks.h"
#include "app/view/flat_image.h"
#include "app/view/marks.h"
#include "app/view/xray_shader.h"
#include "imaging/angio/c_arm.h"
#include "imaging/angio/subtraction.h"

namespace app::view {
namespace {

using imaging::AngioRun;
using imaging::Frame;

// Quantiles of the contrast between which the automatic window opens: few pixels are lost in
// black, and noise in the background stays light.
constexpr double low_quantile = 0.02, high_quantile = 0.99;
// Brightness of a pixel without contrast: background that shows both more and less than nothing.
constexpr double background = 0.86;

// The scale bar and the letters that an X-ray image can answer for.
void mark_xray(Canvas& canvas, const imaging::Calibration& calibration, double magnification) {
  if (calibration.gives_mm())
    mark_scale(canvas, calibration.mm_per_px_column / magnification, "mm");
  else
    mark_scale(canvas, 1 / magnification, "px");
}

void mark_sides(Canvas& canvas, const AngioRun& run) {
  if (!run.pose) return;
  const auto arm = imaging::CArm::make(*run.pose, {}, {});
  if (arm) mark_orientation(canvas, arm->column_direction(), arm->row_direction());
}

// Perfusion over the grey peak, on the scale that both runs share.
void paint_map(Canvas& canvas, const Look& look, const AngioRun& run, const AngioMaps& maps,
               const AngioMaps* other, XrayPainter& painter, const XrayPlace& place) {
  XrayLayer ground;
  ground.live = &maps.ground;
  const auto range = imaging::grey_range(maps.ground, 1 - high_quantile, high_quantile);
  ground.full = std::max(1e-3F, range.high);
  ground.first_shade = static_cast<float>(background);
  ground.last_shade = 0;
  painter.paint(canvas, ground, place);
  const PerfusionQuantity quantity = look.view.angio.quantity;
  const auto scale = scale_of(&maps, other, quantity);
  constexpr float absent = -1e30F;
  Frame<float> values = map_of(maps.maps, quantity);
  for (std::size_t i = 0; i < values.size(); ++i)
    if (!maps.maps.filled.data()[i]) values.data()[i] = absent;
  XrayLayer map;
  map.live = &values;
  map.none = scale.low;
  map.full = scale.high;
  map.palette = &viridis_palette();
  map.absent_below = 0.5F * absent;
  painter.paint(canvas, map, place);
  const QuantityWords words = words_for(quantity, run);
  mark_map_legend(canvas, scale, words.name, words.unit);
}

// Title and place on a ground of their own: the picture behind them may be white, or end half way
// through them.
void mark_words(Canvas& canvas, const std::string& title, const std::string& below) {
  if (canvas.is_small()) return;
  const double wide = std::max(canvas.text_width(title, {.size = 13, .weight = Weight::SemiBold}),
                               canvas.text_width(below, {.size = 12}));
  canvas.rectangle({canvas.px(6), canvas.px(3)}, {canvas.px(18) + wide, canvas.px(40)},
                   token::ground, 0.72);
  canvas.text({canvas.px(12), canvas.px(18)}, title, {.size = 13, .weight = Weight::SemiBold});
  canvas.text({canvas.px(12), canvas.px(34)}, below, {.size = 12});
}

// The maps beside these that share their scale.
const AngioMaps* comparable(const Look& look, const AngioRun& run) {
  const auto other = look.view.angio.compared_run;
  if (!other || *other < 0 || static_cast<std::size_t>(*other) >= look.study->runs.size())
    return nullptr;
  const AngioRun& beside = look.study->runs[static_cast<std::size_t>(*other)];
  return densities_differ(look.view.angio.quantity, run, beside) ? nullptr
                                                                 : look.angio.compared_maps.get();
}

// Another run's map beside the first.
class ComparedPicture : public ImagePicture {
 public:
  bool depends_on(Concern concern) const override {
    return concern == Concern::Study || concern == Concern::Run;
  }

  Frame<Rgb> draw(const Look& look, const Shapes&, const Size& size) override {
    Canvas canvas(size.width_px, size.height_px, size.scale);
    const AngioMaps* maps = look.angio.compared_maps.get();
    const auto other = look.view.angio.compared_run;
    if (!look.study || !maps || !maps->refusal.empty() || !other) return canvas.release();
    const auto n = static_cast<std::size_t>(*other);
    if (n >= look.study->runs.size()) return canvas.release();
    const AngioRun& run = look.study->runs[n];
    const AngioMaps* other_maps =
        look.run() && !densities_differ(look.view.angio.quantity, *look.run(), run)
            ? look.angio.maps.get()
            : nullptr;
    paint_map(canvas, look, run, *maps, other_maps, painter_,
              place_image(maps->ground.columns(), maps->ground.rows(), size));
    mark_xray(canvas, calibration_of(look.marks, run),
              magnification(maps->ground.columns(), maps->ground.rows(), size));
    mark_sides(canvas, run);
    mark_words(canvas, words_for(look.view.angio.quantity, run).name, run.label);
    return canvas.release();
  }

 private:
  XrayPainter painter_;
};

class AngioPicture : public ImagePicture {
 public:
  explicit AngioPicture(bool subtracted) : subtracted_(subtracted) {}

  bool depends_on(Concern concern) const override {
    return concern == Concern::Study || concern == Concern::Run || concern == Concern::Plan ||
           concern == Concern::Shown;
  }

  Frame<Rgb> draw(const Look& look, const Shapes&, const Size& size) override {
    Canvas canvas(size.width_px, size.height_px, size.scale);
    const AngioRun* run = look.run();
    if (run == nullptr || run->frames.empty()) return canvas.release();
    prepare(look, *run);
    const AngioPeak* peak =
        subtracted_ && look.view.angio.shows == AngioShows::Peak ? look.angio.peak.get() : nullptr;
    const AngioMaps* maps =
        subtracted_ && look.view.angio.shows == AngioShows::Map ? look.angio.maps.get() : nullptr;
    if (maps && maps->refusal.empty())
      paint_map(canvas, look, *run, *maps, comparable(look, *run), painter_,
                place_image(maps->ground.columns(), maps->ground.rows(), size));
    else if (peak && !peak->contrast.empty())
      paint_peak(canvas, look, *peak, size);
    else if (subtraction_)
      paint_subtracted(canvas, look, *run, size);
    else
      paint_native(canvas, look, *run, size);
    const auto& first = run->frames.front();
    mark_xray(canvas, calibration_of(look.marks, *run),
              magnification(first.columns(), first.rows(), size));
    mark_sides(canvas, *run);
    if (look.view.workspace == Workspace::Angio)
      mark_findings(canvas, look, *run, place_image(first.columns(), first.rows(), size));
    mark_words(canvas, subtraction_ ? title(look, *run) : "As taken", place_in_run(look, *run));
    return canvas.release();
  }

 private:
  void mark_findings(Canvas& canvas, const Look& look, const AngioRun& run,
                     const XrayPlace& place) const {
    const PlaceOf place_of = [&](Point2 p) {
      return Point2{(p.x - place.first_column) * place.scale,
                    (p.y - place.first_row) * place.scale};
    };
    const AngioFit* fit = look.view.angio.shows_plan ? look.angio.fit.get() : nullptr;
    if (fit && fit->refusal.empty())
      if (const AngioFit::View* view = fit->view_of(look.view.run)) {
        mark_plan(canvas, look, view->arm, fit->pictured_from_vessels, place_of);
        if (!view->marked)
          canvas.text({canvas.px(12), canvas.height() - canvas.px(34)},
                      "No landmarks here: right only if the table has not moved.",
                      {.colour = token::warn, .size = 12});
      }
    mark_landmarks(canvas, look, run, place_of);
    if (!subtracted_) return;
    // A map's colours are what is looked at, and lie on the same vessels.
    if (look.view.angio.shows == AngioShows::Map) return mark_regions(canvas, look, run, place_of);
    if (look.view.angio.shows_tree && look.angio.traced)
      mark_traced(canvas, *look.angio.traced, place_of);
    mark_measured(canvas, look, run, place_of);
    mark_regions(canvas, look, run, place_of);
  }

  std::string title(const Look& look, const AngioRun& run) const {
    if (look.view.angio.shows == AngioShows::Map && look.angio.maps &&
        look.angio.maps->refusal.empty())
      return words_for(look.view.angio.quantity, run).name;
    if (look.view.angio.shows == AngioShows::Peak && look.angio.peak) return "Peak opacification";
    const bool moved = subtraction_->mask().motion != nullptr;
    return moved ? look.view.angio.motion == MotionChoice::Shift ? "Subtracted, shifts taken out"
                                                                 : "Subtracted, motion taken out"
                 : "Subtracted";
  }

  std::string place_in_run(const Look& look, const AngioRun& run) const {
    const int count = static_cast<int>(run.frames.size());
    if (const AngioPeak* peak = look.angio.peak.get();
        subtracted_ && peak && look.view.angio.shows == AngioShows::Peak)
      return std::string(look.view.angio.peak_of_gas ? "least" : "most") + " of frames " +
             std::to_string(peak->first + 1) + " to " + std::to_string(peak->last + 1);
    const int shown = std::clamp(static_cast<int>(look.view.frame), 0, count - 1) + 1;
    return "frame " + std::to_string(shown) + " of " + std::to_string(count);
  }

  // What subtraction rests on; made anew only when one of these changes.
  struct Basis {
    std::shared_ptr<const imaging::Study> study;
    std::size_t run = 0;
    MaskChoice choice = MaskChoice::FromFile;
    std::optional<int> mask_frame;
    std::shared_ptr<const AngioMotion> motion;
    bool operator==(const Basis&) const = default;
  };

  void prepare(const Look& look, const AngioRun& run) {
    const Basis basis{look.study, look.view.run, look.view.angio.mask, look.view.mask_frame,
                      look.view.angio.motion == MotionChoice::Off ? nullptr : look.angio.motion};
    if (basis == basis_) return;
    // Taking motion out keeps the window: the hand compares what it sees before and after.
    const bool only_moved = basis.study == basis_.study && basis.run == basis_.run &&
                            basis.choice == basis_.choice && basis.mask_frame == basis_.mask_frame;
    basis_ = basis;
    subtraction_.reset();
    if (subtracted_) {
      ViewState unshifted = look.view;
      unshifted.shift_column_px = unshifted.shift_row_px = 0;
      if (const auto mask = mask_in_view(run, unshifted, look.angio)) {
        auto made = imaging::Subtraction::make(run, *mask);
        if (made) subtraction_ = std::move(*made);
      }
      ++mask_version_;
    }
    if (!only_moved) range_ = subtraction_ ? contrast_range(run) : native_range(run);
  }

  // Of the highest contrast in a few frames: all of them would take seconds in a long run.
  imaging::GreyRange contrast_range(const AngioRun& run) const {
    constexpr int looks = 6;
    const int count = static_cast<int>(run.frames.size());
    Frame<float> peak = subtraction_->frame(0);
    for (int i = 1; i <= looks; ++i) {
      const Frame<float> frame = subtraction_->frame((count - 1) * i / looks);
      for (std::size_t n = 0; n < peak.size(); ++n)
        peak.data()[n] = std::max(peak.data()[n], frame.data()[n]);
    }
    return imaging::grey_range(peak, low_quantile, high_quantile);
  }

  static imaging::GreyRange native_range(const AngioRun& run) {
    return imaging::grey_range(as_floats(run.frames[run.frames.size() / 2]), 0.005, 0.995);
  }

  // The frame in view and, while a run plays, the next one.
  struct Shown {
    int frame = 0, next = 0;
    float share = 0;
  };
  static Shown shown_of(const Look& look, const AngioRun& run) {
    const int last = static_cast<int>(run.frames.size()) - 1;
    const double inside = std::clamp(look.view.frame, 0.0, static_cast<double>(last));
    const int before = static_cast<int>(inside);
    const auto share = static_cast<float>(inside - before);
    if (share < 1e-3F || before == last) return {before, before, 0};
    return {before, before + 1, share};
  }

  void set_contrast_window(XrayLayer& layer, const Look& look, double full) const {
    const bool by_hand = look.view.subtracted && look.view.window_width > 0;
    layer.none =
        by_hand ? static_cast<float>(look.view.window_centre - look.view.window_width / 2) : 0;
    layer.full = by_hand ? static_cast<float>(look.view.window_centre + look.view.window_width / 2)
                         : static_cast<float>(full);
    layer.first_shade = static_cast<float>(look.view.inverted ? 1 - background : background);
    layer.last_shade = look.view.inverted ? 1 : 0;
  }

  void paint_peak(Canvas& canvas, const Look& look, const AngioPeak& peak, const Size& size) {
    XrayLayer layer;
    layer.live = &peak.contrast;
    const auto range = imaging::grey_range(peak.contrast, 1 - high_quantile, high_quantile);
    set_contrast_window(layer, look,
                        look.view.angio.peak_of_gas
                            ? std::min(-1e-3, static_cast<double>(range.low))
                            : std::max(1e-3, static_cast<double>(range.high)));
    painter_.paint(canvas, layer, place_image(layer.live->columns(), layer.live->rows(), size));
  }

  void paint_subtracted(Canvas& canvas, const Look& look, const AngioRun& run, const Size& size) {
    const Shown shown = shown_of(look, run);
    const Frame<float> live = subtraction_->log_live(shown.frame);
    Frame<float> next;
    XrayLayer layer;
    layer.live = &live;
    layer.mask = &subtraction_->log_mask();
    layer.mask_version = mask_version_;
    const imaging::Mask& mask = subtraction_->mask();
    layer.shift_column_px = mask.shift_column_px + look.view.shift_column_px;
    layer.shift_row_px = mask.shift_row_px + look.view.shift_row_px;
    if (mask.motion) {
      layer.motion = &(*mask.motion)[static_cast<std::size_t>(shown.frame)];
      layer.motion_next = &(*mask.motion)[static_cast<std::size_t>(shown.next)];
    }
    if (shown.share > 0) {
      next = subtraction_->log_live(shown.next);
      layer.live_next = &next;
      layer.share_next = shown.share;
    }
    set_contrast_window(layer, look, std::max(1e-3, static_cast<double>(range_.high)));
    painter_.paint(canvas, layer, place_image(live.columns(), live.rows(), size));
  }

  void paint_native(Canvas& canvas, const Look& look, const AngioRun& run, const Size& size) {
    const Shown shown = shown_of(look, run);
    const Frame<float> live = as_floats(run.frames[static_cast<std::size_t>(shown.frame)]);
    Frame<float> next;
    XrayLayer layer;
    layer.live = &live;
    if (shown.share > 0) {
      next = as_floats(run.frames[static_cast<std::size_t>(shown.next)]);
      layer.live_next = &next;
      layer.share_next = shown.share;
    }
    double low = range_.low, high = range_.high;
    if (!look.view.subtracted && look.view.window_width > 0) {
      low = look.view.window_centre - look.view.window_width / 2;
      high = look.view.window_centre + look.view.window_width / 2;
    } else if (run.window_width > 0) {
      low = run.window_centre - run.window_width / 2;
      high = run.window_centre + run.window_width / 2;
    }
    layer.none = static_cast<float>(low);
    layer.full = static_cast<float>(std::max(low + 1e-6, high));
    const bool turned = run.brighter_is_more_xray == look.view.inverted;
    layer.first_shade = turned ? 1 : 0;
    layer.last_shade = turned ? 0 : 1;
    painter_.paint(canvas, layer, place_image(live.columns(), live.rows(), size));
  }

  bool subtracted_;
  Basis basis_;
  std::optional<imaging::Subtraction> subtraction_;  // Without the shift by hand.
  std::uint64_t mask_version_ = 0;
  imaging::GreyRange range_;
  XrayPainter painter_;
};

class RadiographPicture : public ImagePicture {
 public:
  bool depends_on(Concern concern) const override {
    return concern == Concern::Study || concern == Concern::Run;
  }

  Frame<Rgb> draw(const Look& look, const Shapes&, const Size& size) override {
    Canvas canvas(size.width_px, size.height_px, size.scale);
    if (!look.study || look.study->radiographs.empty()) return canvas.release();
    const imaging::Radiograph& xray = look.study->radiographs.front();
    const Frame<float> image = as_floats(xray.image);
    double low = xray.window_centre - xray.window_width / 2;
    double high = xray.window_centre + xray.window_width / 2;
    if (!(xray.window_width > 0)) {
      const auto range = imaging::grey_range(image, 0.005, 0.995);
      low = range.low;
      high = range.high;
    }
    XrayLayer layer;
    layer.live = &image;
    layer.none = static_cast<float>(low);
    layer.full = static_cast<float>(std::max(low + 1e-6, high));
    painter_.paint(canvas, layer, place_image(image.columns(), image.rows(), size));
    mark_xray(canvas, xray.calibration, magnification(image.columns(), image.rows(), size));
    mark_title(canvas, "Radiograph");
    return canvas.release();
  }

 private:
  XrayPainter painter_;
};

}  // namespace

std::unique_ptr<Picture> make_angio_picture(ViewKind kind) {
  if (kind == ViewKind::AngioCompared) return std::make_unique<ComparedPicture>();
  return std::make_unique<AngioPicture>(kind == ViewKind::AngioSubtracted);
}

std::unique_ptr<Picture> make_radiograph_picture() { return std::make_unique<RadiographPicture>(); }

}  // namespace app::view
