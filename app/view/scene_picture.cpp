#include <algorithm>
#include <cmath>

#include "app/view/camera.h"
#include "app/view/device_shapes.h"
#include "app/view/flow_colours.h"
#include "app/view/flow_texture.h"
#include "app/view/marks.h"
#include "app/view/picture.h"
#include "app/view/solid_view.h"
#include "app/view/vantage.h"

namespace app::view {
namespace {

using imaging::Vessel;

// Half the height of what the Cross workspace shows around a crossing.
constexpr double close_up_mm = 24;

// 3-D: lumens, needle, stents, coil, and the handles of the crossing over them.
class ScenePicture : public Picture {
 public:
  bool depends_on(Concern concern) const override { return concern != Concern::Run; }

  imaging::Frame<Rgb> draw(const Look& look, const Shapes&, const Size& size) override {
    aim(look, size);
    if (!look.vessels || look.vessels->empty())
      return Canvas(size.width_px, size.height_px, size.scale).release();
    update_surfaces(look);
    update_flow(look);
    Canvas canvas(lit_scene(!size.in_motion), size.scale);
    mark_cursor(canvas, look);
    mark_candidates(canvas, look);
    mark_crossing(canvas, look);
    mark_triad(canvas);
    if (shows_flow(look)) {
      mark_flow_legend(canvas);
      mark_flow_time(canvas, look);
    }
    mark_orientation(canvas, camera().right(), -camera().up());
    mark_scale(canvas, camera().mm_per_px(camera().distance_mm), "mm");
    return canvas.release();
  }

  Pick pick(const Look& look, Point2 at) const override {
    const Pick handle =
        pick_handle(look, at, scale_, [&](const LpsPoint& p) { return camera().place_of(p); });
    return handle.what != Pick::What::Nothing || !look.vessels ? handle : pick_vessel(look, at);
  }

  std::optional<LpsPoint> point_at(const Look&, Point2 at, const LpsPoint& near) const override {
    return drawn_ ? std::optional(camera().point_at(at, near)) : std::nullopt;
  }

  std::optional<Point2> place_of(const Look&, const LpsPoint& p) const override {
    if (!drawn_) return std::nullopt;
    const auto at = camera().place_of(p);
    const bool on = at && at->x >= -0.5 && at->y >= -0.5 && at->x <= camera().width_px - 0.5 &&
                    at->y <= camera().height_px - 0.5;
    return on ? at : std::nullopt;
  }

  void orbit(double dx, double dy) override {
    // A drag over the whole height turns it half round.
    const double deg_per_px = 180.0 / std::max(1, camera().height_px);
    camera().orbit(-dx * deg_per_px, dy * deg_per_px);
    touched_[view_] = true;
  }
  void pan(double dx, double dy) override {
    camera().pan(dx, dy);
    touched_[view_] = true;
  }
  void zoom(double factor) override {
    camera().approach(factor);
    touched_[view_] = true;
  }
  void reset() override {
    std::fill(std::begin(aimed_), std::end(aimed_), false);
    std::fill(std::begin(touched_), std::end(touched_), false);
  }

 private:
  Camera& camera() { return cameras_[view_]; }
  const Camera& camera() const { return cameras_[view_]; }

  // The whole circuit; close to the crossing where it is chosen; one stent where devices are. A
  // camera is aimed once per case and stays where the person put it.
  void aim(const Look& look, const Size& size) {
    const bool drawn_before = drawn_;
    drawn_ = look.vessels && !look.vessels->empty();
    scale_ = size.scale;
    // Another case is looked at afresh; vessels that a hand corrects are not.
    if (look.changes_of(Concern::Study) != study_seen_ || drawn_ != drawn_before) {
      study_seen_ = look.changes_of(Concern::Study);
      reset();
    }
    view_ = !look.preview                               ? std::size_t{Overview}
            : look.view.workspace == Workspace::Cross   ? CloseUp
            : look.view.workspace == Workspace::Devices ? OneDevice
                                                        : Overview;
    if (view_ == OneDevice) follow_device(look);
    for (Camera& c : cameras_) {
      c.width_px = size.width_px;
      c.height_px = size.height_px;
    }
    fade_mm_ = view_ == CloseUp ? 2.5 * close_up_mm : 120;
    const bool planned = look.preview && drawn_;
    if (view_ == CloseUp) follow_crossing(look);
    if (aimed_[view_] && (touched_[view_] || planned == planned_)) return;
    aimed_[view_] = true;
    planned_ = planned;
    const auto points = points_to_frame(look);
    const LpsVector usual =
        usual_vantage(look.vessels ? look.vessels->side() : imaging::Side::Unknown);
    camera().towards_eye =
        planned ? vantage_of(look.preview->crossing, *look.vessels, usual) : usual;
    constexpr double margin_mm = 8;
    camera().frame(points, view_ == CloseUp ? 0 : margin_mm);
  }

  // Another pair is looked at afresh; a crossing that moved far along its pair is brought back to
  // the middle once the hand lets go.
  void follow_crossing(const Look& look) {
    if (look.gesture_open) return;
    const planning::Crossing& c = look.preview->crossing;
    const LpsPoint middle = imaging::lerp(c.artery_point, c.vein_point, 0.5);
    if (c.site.artery != seen_artery_ || c.site.vein != seen_vein_) {
      aimed_[CloseUp] = touched_[CloseUp] = false;
    } else if (imaging::distance(middle, seen_middle_) > 0.5 * close_up_mm) {
      camera().target = camera().target + (middle - seen_middle_);
    } else {
      return;
    }
    seen_artery_ = c.site.artery;
    seen_vein_ = c.site.vein;
    seen_middle_ = middle;
  }

  // The stent that the linked cursor is nearest to; another one is looked at afresh.
  static int stent_looked_at(const Look& look) {
    int place = -1;
    double best_mm = 1e300;
    for (const planning::Device& d : look.preview->devices) {
      if (d.place < 0) continue;
      for (const LpsPoint& p : d.path) {
        const double off_mm = imaging::distance(p, look.view.cursor);
        if (off_mm >= best_mm) continue;
        best_mm = off_mm;
        place = d.place;
      }
    }
    return place;
  }

  void follow_device(const Look& look) {
    if (look.gesture_open) return;
    const int place = stent_looked_at(look);
    if (place == seen_place_) return;
    seen_place_ = place;
    aimed_[OneDevice] = touched_[OneDevice] = false;
  }

  std::vector<LpsPoint> points_to_frame(const Look& look) const {
    std::vector<LpsPoint> points;
    if (view_ == OneDevice)
      for (const planning::Device& d : look.preview->devices)
        if (d.place >= 0 && d.place == seen_place_) return d.path;
    if (view_ == CloseUp) {
      const auto& c = look.preview->crossing;
      const LpsPoint middle = imaging::lerp(c.artery_point, c.vein_point, 0.5);
      for (const double side : {-1.0, 1.0}) {
        points.push_back(middle + LpsVector{0, 0, side * close_up_mm});
      }
      return points;
    }
    if (look.preview && look.preview->circuit.size() > 1) {
      points = look.preview->circuit;
    } else if (look.vessels) {
      for (const Vessel& vessel : look.vessels->vessels())
        for (const auto& sample : vessel.line.samples()) points.push_back(sample.position);
    }
    return points;
  }

  // Kept while only marks change: the cursor moves over a scene that stands still.
  const imaging::Frame<Rgb>& lit_scene(bool smooth) {
    if (lit_.empty() || !(lit_camera_ == camera()) || lit_smooth_ != smooth) {
      lit_ = solids_.draw(camera(), fade_mm_, smooth);
      lit_camera_ = camera();
      lit_smooth_ = smooth;
    }
    return lit_;
  }

  void show(Layer layer, const Mesh& mesh) {
    solids_.show(layer, mesh);
    lit_ = {};
  }

  static bool shows_flow(const Look& look) {
    return look.view.workspace == Workspace::Flow && look.preview &&
           !look.preview->flow.per_vessel.empty();
  }
  // Keeps the counts of surfaces coloured by flow apart from all others.
  static constexpr std::size_t flow_apart = std::size_t{1} << 40;

  void update_surfaces(const Look& look) {
    const auto sum = [&](std::initializer_list<Concern> concerns) {
      std::size_t total = 1;  // Never that of a scene that was not made yet.
      for (const Concern c : concerns) total += look.changes_of(c);
      return total;
    };
    const bool by_flow = shows_flow(look);
    const std::size_t vessels = sum({Concern::Vessels, Concern::Shown}) +
                                (by_flow ? flow_apart + look.changes_of(Concern::Plan) : 0);
    if (vessels != vessels_made_) {
      vessels_made_ = vessels;
      made_.clear();  // Stents follow the lumen that they lie in.
      Mesh mesh;
      for (const Vessel& vessel : look.vessels->vessels())
        if (is_shown(look.view, vessel.kind))
          mesh.append(vessel_surface(
              vessel,
              by_flow ? std::optional(
                            flow_colour_of(look.preview->flow, vessel.id).value_or(token::disabled))
                      : std::nullopt));
      show(Layer::Vessels, mesh);
    }
    const std::size_t selection = sum({Concern::Vessels, Concern::Selection});
    if (selection != selection_made_) {
      selection_made_ = selection;
      show(Layer::Selection, halo(look));
    }
    const std::size_t devices =
        sum({Concern::Vessels, Concern::Plan, Concern::Shown, Concern::Workspace});
    if (devices != devices_made_ || fineness() != fineness_made_) {
      if (fineness() != fineness_made_) made_.clear();
      devices_made_ = devices;
      fineness_made_ = fineness();
      show(Layer::Devices, devices_surface(look));
      show(Layer::Stents, stents_surface(look));
    }
  }

  // The moving texture: its surface follows plan and stage, its moment the time.
  void update_flow(const Look& look) {
    const auto shown = shows_flow(look) ? look.contrast : nullptr;
    if (shown != flow_made_) {
      flow_made_ = shown;
      show(Layer::Flow, shown ? flow_surface(*shown, *look.vessels) : Mesh{});
    }
    if (!shown) return;
    const FlowMoment moment = moment_of(*shown, look.view.flow.time_s);
    if (moment == flow_moment_) return;
    flow_moment_ = moment;
    solids_.set_flow(moment);
    lit_ = {};
  }

  static void mark_flow_time(Canvas& canvas, const Look& look) {
    if (!look.contrast || canvas.width() < canvas.px(320)) return;
    // Two short lines: between the letter above and the legend's unit there is no room for one.
    canvas.text({canvas.px(12), canvas.px(24)},
                "Bands: blood, " + with_decimals(flow_slowing, 0) + " times slowed",
                {.colour = token::muted, .size = 12});
    canvas.text({canvas.px(12), canvas.px(40)},
                "White: contrast at " + with_decimals(look.view.flow.time_s, 1) + " s",
                {.colour = token::muted, .size = 12});
  }

  static Mesh halo(const Look& look) {
    const Vessel* vessel = look.selected_vessel();
    if (vessel == nullptr) return {};
    std::vector<Ring> rings;
    constexpr double wider_mm = 0.6;
    for (const auto& sample : vessel->line.samples())
      rings.push_back({sample.position, sample.radius_mm + wider_mm, token::accent});
    return tube(rings, 12);
  }

  Fineness fineness() const { return view_ == Overview ? Fineness::Overview : Fineness::CloseUp; }

  Mesh stents_surface(const Look& look) {
    Mesh mesh;
    if (!look.preview || !look.view.show_devices) return mesh;
    std::vector<MadeDevice> made;
    for (const planning::Device& device : look.preview->devices) {
      if (device.sections.empty()) continue;
      // While the crossing is dragged most devices stay what they are.
      const auto same = std::find_if(made_.begin(), made_.end(), [&](const MadeDevice& m) {
        return m.diameter_mm == device.diameter_mm && m.path == device.path;
      });
      made.push_back(same != made_.end() ? std::move(*same)
                                         : MadeDevice{device.diameter_mm, device.path,
                                                      stent_surface(device, fineness())});
      mesh.append(made.back().surface);
    }
    made_ = std::move(made);
    return mesh;
  }

  Mesh devices_surface(const Look& look) const {
    Mesh mesh;
    if (!look.preview || !look.view.show_devices) return mesh;
    for (const planning::Device& device : look.preview->devices)
      if (device.place < 0) mesh.append(closure_surface(device));
    if (look.view.workspace == Workspace::Devices) {
      constexpr double across_mm = 9;  // As wide as the tunnel that the retinaculum covers.
      for (const planning::Landmark& mark : look.preview->landmarks)
        mesh.append(landmark_surface(mark, across_mm));
      for (const planning::Valve& valve : look.preview->valves)
        if (const Vessel* vein = look.vessels->find(valve.vessel))
          mesh.append(valve_surface(valve, vein->line.tangent(valve.at_mm),
                                    vein->line.at(valve.at_mm).radius_mm));
    }
    mesh.append(needle_surface(look.preview->crossing));
    return mesh;
  }

  // The linked cursor, and beside the slices their planes.
  void mark_cursor(Canvas& canvas, const Look& look) const {
    const LpsPoint cursor = look.view.cursor;
    const imaging::DuplexVolume* volume = look.volume();
    if (look.view.workspace == Workspace::Duplex && volume != nullptr) {
      const imaging::Grid& grid = volume->bmode.grid();
      if (grid.contains(cursor))
        for (int axis = 0; axis < 3; ++axis) mark_slice(canvas, grid, cursor, axis);
    }
    const auto at = camera().place_of(cursor);
    if (!at || look.view.workspace == Workspace::Cross) return;  // There the handles say where.
    const double near = canvas.px(3), far = canvas.px(9);
    const Stroke stroke{.colour = token::accent, .width = 1.5};
    for (const double side : {-1.0, 1.0}) {
      canvas.line({at->x + side * near, at->y}, {at->x + side * far, at->y}, stroke);
      canvas.line({at->x, at->y + side * near}, {at->x, at->y + side * far}, stroke);
    }
  }

  // The outline of the plane through the cursor on which the voxel index along `axis` is constant.
  void mark_slice(Canvas& canvas, const imaging::Grid& grid, const LpsPoint& cursor,
                  int axis) const {
    const auto at = grid.voxel_from_lps()(cursor);
    const double fixed[] = {at.x, at.y, at.z};
    std::vector<Point2> outline;
    for (const auto& [first, second] :
         {std::pair(0, 0), std::pair(1, 0), std::pair(1, 1), std::pair(0, 1)}) {
      double index[3];
      int free = 0;
      for (int a = 0; a < 3; ++a) {
        const double last = grid.size()[static_cast<std::size_t>(a)] - 1;
        index[a] = a == axis ? fixed[a] : (free++ == 0 ? first : second) * last;
      }
      const auto place = camera().place_of(
          grid.lps_from_voxel()(imaging::Point3<imaging::Voxel>{index[0], index[1], index[2]}));
      if (!place) return;
      outline.push_back(*place);
    }
    canvas.polyline(outline, {.colour = token::accent, .width = 1, .opacity = 0.45}, true);
  }

  // Ranked sites as small diamonds, rejected ones as faint dots.
  void mark_candidates(Canvas& canvas, const Look& look) const {
    if (view_ != CloseUp) return;
    for (std::size_t i = look.candidates.size(); i-- > 0;) {
      const planning::Crossing& c = look.candidates[i];
      const auto at = camera().place_of(imaging::lerp(c.artery_point, c.vein_point, 0.5));
      if (!at) continue;
      if (c.rejected) {
        canvas.disc(*at, canvas.px(2), token::disabled);
        continue;
      }
      const bool chosen = i == look.view.selected_candidate;
      const double half = canvas.px(chosen ? 6 : 4.5);
      const Point2 diamond[] = {{at->x, at->y - half},
                                {at->x + half, at->y},
                                {at->x, at->y + half},
                                {at->x - half, at->y}};
      canvas.polygon(diamond, chosen ? token::accent : token::muted);
      canvas.polyline(diamond, {.colour = token::ground, .width = 1}, true);
      if (c.rank <= 5)
        canvas.text({at->x + canvas.px(8), at->y + canvas.px(4)}, std::to_string(c.rank),
                    {.colour = chosen ? token::accent : token::muted, .size = 12});
    }
  }

  void mark_crossing(Canvas& canvas, const Look& look) const {
    if (!look.preview || !look.view.show_devices) return;
    const auto& c = look.preview->crossing;
    const auto artery = camera().place_of(c.artery_point), vein = camera().place_of(c.vein_point);
    if (!artery || !vein) return;
    // The part of the needle that the lumens hide still shows where it runs.
    canvas.line(*artery, *vein,
                {.colour = token::needle, .width = 1.5, .opacity = 0.9, .dash = 4, .gap = 3});
    mark_handle(canvas, *artery, token::artery);
    mark_handle(canvas, *vein, token::vein);
    if (view_ != CloseUp) return;
    // Beside the picture's middle, led to the crossing: nothing covers the anatomy.
    const Point2 middle{(artery->x + vein->x) / 2, (artery->y + vein->y) / 2};
    const std::string gap = "Gap " + in_mm(c.gap_mm, c.gap_sd_mm);
    const Type type{.colour = token::needle, .size = 14, .weight = Weight::SemiBold};
    const double room = canvas.width() - canvas.px(28) - canvas.text_width(gap, type);
    const Point2 label{std::min(middle.x + canvas.px(110), room), middle.y - canvas.px(64)};
    canvas.line(middle, {label.x - canvas.px(4), label.y + canvas.px(4)},
                {.colour = token::muted, .width = 1, .opacity = 0.7});
    canvas.text(label, gap, type);
  }

  // The patient's axes with their words, at the lower left.
  void mark_triad(Canvas& canvas) const {
    if (canvas.width() < canvas.px(320)) return;  // The letters at the edges say it too.
    const Point2 origin{canvas.px(96), canvas.height() - canvas.px(52)};
    const LpsVector x = camera().right(), y = camera().up();
    const struct {
      LpsVector axis;
      const char* word;
    } axes[] = {{{1, 0, 0}, "Left"}, {{0, 1, 0}, "Posterior"}, {{0, 0, 1}, "Head"}};
    const double length = canvas.px(30);
    std::vector<Point2> taken;
    canvas.disc(origin, canvas.px(2), token::muted);
    for (const auto& a : axes) {
      const Point2 d{a.axis.dot(x) * length, -a.axis.dot(y) * length};
      const double size = std::hypot(d.x, d.y);
      if (size < canvas.px(6)) continue;  // Towards the eye: its word would lie on the others.
      const Point2 tip{origin.x + d.x, origin.y + d.y};
      canvas.arrow(origin, tip, {.colour = token::muted, .width = 1.25}, 6);
      Point2 word{tip.x + d.x / size * canvas.px(8), tip.y + d.y / size * canvas.px(10)};
      for (const Point2& other : taken)  // Two axes on one side: one word below the other.
        if (std::abs(other.y - word.y) < canvas.px(14) && (other.x - origin.x) * d.x > 0)
          word.y = other.y + canvas.px(15);
      taken.push_back(word);
      const Align align = d.x > 0.4 * size    ? Align::Left
                          : d.x < -0.4 * size ? Align::Right
                                              : Align::Centre;
      canvas.text({word.x, word.y + canvas.px(4)}, a.word,
                  {.colour = token::muted, .size = 12, .align = align});
    }
  }

  // The nearest vessel to the eye among those under the hand.
  Pick pick_vessel(const Look& look, Point2 at) const {
    Pick best;
    double best_depth_mm = 1e300;
    const double slack_px = 3 * scale_;
    for (const Vessel& vessel : look.vessels->vessels()) {
      if (!is_shown(look.view, vessel.kind)) continue;
      for (const auto& sample : vessel.line.samples()) {
        const double depth_mm = camera().depth_mm(sample.position);
        const auto place = camera().place_of(sample.position);
        if (!place || depth_mm >= best_depth_mm) continue;
        const double reach_px = sample.radius_mm / camera().mm_per_px(depth_mm) + slack_px;
        if (std::hypot(place->x - at.x, place->y - at.y) > reach_px) continue;
        best_depth_mm = depth_mm;
        best = {Pick::What::Vessel, vessel.id, sample.position};
      }
    }
    if (const Vessel* vessel = look.vessels->find(best.vessel)) {
      // The point of the line under the hand, not the sample that was met first.
      const LpsPoint hand = camera().point_at(at, best.point);
      best.point = vessel->line.at(vessel->line.nearest_mm(hand)).position;
    }
    return best;
  }

  struct MadeDevice {
    std::vector<double> diameter_mm;
    std::vector<LpsPoint> path;
    Mesh surface;
  };

  SolidView solids_;
  std::shared_ptr<const PredictedContrast> flow_made_;
  FlowMoment flow_moment_;
  imaging::Frame<Rgb> lit_;  // What `solids_` drew last; empty once a surface changed.
  Camera lit_camera_;
  bool lit_smooth_ = false;
  std::vector<MadeDevice> made_;
  Fineness fineness_made_ = Fineness::Overview;
  // The whole circuit; the crossing in its workspace; the stent looked at in that of devices.
  enum View : std::size_t { Overview, CloseUp, OneDevice };
  std::array<Camera, 3> cameras_;
  std::array<bool, 3> aimed_{}, touched_{};
  std::size_t view_ = Overview;
  int seen_place_ = -1;  // Of the stent framed last.
  bool planned_ = false, drawn_ = false;
  double scale_ = 1, fade_mm_ = 120;
  std::string seen_artery_, seen_vein_;
  LpsPoint seen_middle_;
  std::size_t study_seen_ = 0, vessels_made_ = 0, selection_made_ = 0, devices_made_ = 0;
};

}  // namespace

std::unique_ptr<Picture> make_scene_picture() { return std::make_unique<ScenePicture>(); }

}  // namespace app::view
