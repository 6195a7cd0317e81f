#include "app/session/space_vessels.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>
#include <memory>
#include <optional>

#include "app/session/angio_marks.h"
#include "imaging/angio/injection.h"
#include "imaging/angio/motion.h"
#include "imaging/angio/phase_correlation.h"
#include "imaging/angio/subtraction.h"
#include "imaging/fusion/two_views.h"
#include "imaging/vessel/angiogram_courses.h"

namespace app {
namespace {

using imaging::AngioRun;
using imaging::CenterlineSample;
using imaging::CourseSample;
using imaging::ErrorCode;
using imaging::fail;
using imaging::Lps;
using imaging::Point2;
using imaging::Progress;
using imaging::Result;
using imaging::Vector3;
using imaging::VesselKind;
using LpsPoint = imaging::Point3<Lps>;

// Angles are read to a tenth or so: runs of one direction differ by less than this.
constexpr double same_deg = 0.5, same_mm = 2;
// See ImageShift: below it two pictures share too little.
constexpr double least_peak_over_next = 1.3;
constexpr double step_mm = 0.5, smooth_sd_mm = 2;
// A branch is clicked from about where it leaves; that far from the other's middle at most.
constexpr double leaves_within_mm = 6;
// A person named it, and a vessel was followed there; names are mistaken now and then.
constexpr double named_confidence = 0.9;
constexpr double least_radius_sd_px = 0.1;

using Course = std::vector<CourseSample>;

// One run with its named vessels followed.
struct Followed {
  const AngioRun* run = nullptr;
  std::map<std::string, Course> courses;
  imaging::Frame<float> log_mask;
};

// Runs of one direction, all in the pixels of the first.
struct Direction {
  imaging::XrayView view;
  const AngioRun* first = nullptr;
  imaging::Frame<float> log_mask;
  std::map<std::string, Course> courses;
  bool laid = false;  // More than one run went into it.
};

std::string number(double value, const char* format) {
  char text[32];
  std::snprintf(text, sizeof text, format, value);
  return text;
}

Result<Followed> followed(const AngioRun& run, const planning::RunMarks& marks,
                          std::vector<std::string>& notes, const Progress& progress) {
  auto mask = imaging::choose_mask(run);
  if (!mask) return tl::unexpected(mask.error());
  const auto motion = imaging::find_motion(run, *mask, imaging::MotionModel::Deformation, progress);
  if (!motion && motion.error().code == ErrorCode::Cancelled) return tl::unexpected(motion.error());
  if (motion) {
    auto moves = std::make_shared<std::vector<imaging::Displacement>>();
    for (const auto& m : *motion) moves->push_back(m.displacement);
    mask->motion = std::move(moves);
  }
  const auto subtraction = imaging::Subtraction::make(run, *mask);
  if (!subtraction) return tl::unexpected(subtraction.error());
  std::vector<std::string> names;
  std::vector<std::vector<Point2>> clicks;
  // Vessels without a name count as well: they may hide parts of the others.
  for (const auto& vessel : marks.vessels) {
    names.push_back(vessel.name);
    clicks.push_back(vessel.clicks);
  }
  const auto courses = imaging::fit_courses(subtraction->peak(), clicks);
  if (!courses) return tl::unexpected(courses.error());
  Followed result{&run, {}, subtraction->log_mask()};
  std::vector<std::vector<Point2>> lines;
  for (std::size_t n = 0; n < names.size(); ++n) {
    lines.emplace_back();
    for (const CourseSample& s : (*courses)[n]) lines.back().push_back(s.middle);
    if (!names[n].empty()) result.courses[names[n]] = (*courses)[n];
  }
  const auto filling = imaging::tell_injection(run, *subtraction, lines);
  if (!filling) return result;
  for (std::size_t n = 0; n < names.size(); ++n) {
    const auto& d = filling->lines[n];
    const VesselKind kind = kind_named(names[n]);
    if (!d.tells || kind == VesselKind::Unsure) continue;
    if ((d.s_per_px > 0) != (kind == VesselKind::Artery))
      notes.push_back(
          "On " + run.label + " " + names[n] + " fills " +
          (d.s_per_px > 0 ? "towards the foot, as arteries do" : "towards the head, as veins do") +
          "; check its name.");
  }
  return result;
}

bool same_direction(const AngioRun& a, const AngioRun& b) {
  return std::abs(a.pose->primary_deg - b.pose->primary_deg) < same_deg &&
         std::abs(a.pose->secondary_deg - b.pose->secondary_deg) < same_deg &&
         std::abs(a.pose->source_to_detector_mm - b.pose->source_to_detector_mm) < same_mm &&
         std::abs(a.pose->source_to_isocentre_mm - b.pose->source_to_isocentre_mm) < same_mm &&
         a.frames.front().columns() == b.frames.front().columns() &&
         a.frames.front().rows() == b.frames.front().rows();
}

// Adds a run to the direction that it was taken in, or opens a new one.
void add(std::vector<Direction>& directions, Followed run, std::vector<std::string>& notes) {
  for (Direction& d : directions) {
    if (!same_direction(*d.first, *run.run)) continue;
    const auto shift = imaging::phase_correlation(d.log_mask, run.log_mask);
    if (shift.peak_over_next < least_peak_over_next) {
      notes.push_back(run.run->label + " was taken in the direction of " + d.first->label +
                      ", but its bones do not lie on that run's, so its vessels are left out.");
      return;
    }
    d.laid = true;
    for (auto& [name, course] : run.courses) {
      for (CourseSample& s : course) {
        s.middle.x -= shift.column_px;
        s.middle.y -= shift.row_px;
      }
      d.courses.try_emplace(name, std::move(course));
    }
    return;
  }
  const auto& frame = run.run->frames.front();
  directions.push_back(
      {{*run.run->pose, imaging::principal_point_of(*run.run->pose, frame.columns(), frame.rows())},
       run.run,
       std::move(run.log_mask),
       std::move(run.courses),
       false});
}

std::vector<std::string> shared_names(const Direction& a, const Direction& b) {
  std::vector<std::string> names;
  for (const auto& [name, course] : a.courses)
    if (b.courses.contains(name)) names.push_back(name);
  return names;
}

std::vector<Point2> middles(const Course& course) {
  std::vector<Point2> line;
  for (const CourseSample& s : course) line.push_back(s.middle);
  return line;
}

const CourseSample& nearest(const Course& course, Point2 p) {
  return *std::min_element(course.begin(), course.end(),
                           [&](const CourseSample& a, const CourseSample& b) {
                             return std::hypot(a.middle.x - p.x, a.middle.y - p.y) <
                                    std::hypot(b.middle.x - p.x, b.middle.y - p.y);
                           });
}

double mm_per_px(const imaging::CArm& arm, const imaging::CArmPose& pose, const LpsPoint& p) {
  return std::sqrt(pose.imager_spacing_column_mm * pose.imager_spacing_row_mm) /
         arm.magnification(p);
}

// Even steps along the points, each a mean over its neighbours: the two pictures are matched point
// by point, and a vessel is smoother than that.
std::vector<CenterlineSample> evenly(const std::vector<CenterlineSample>& points) {
  std::vector<double> at{0};
  for (std::size_t n = 1; n < points.size(); ++n)
    at.push_back(at.back() + distance(points[n - 1].position, points[n].position));
  // Matching to and fro makes the way longer than the vessel; chords over the smoothing's length
  // do not.
  std::vector<CenterlineSample> line;
  for (double s = 0; s <= at.back(); s += step_mm) {
    CenterlineSample mean;
    mean.radius_mm = mean.radius_sd_mm = mean.confidence = 0;
    Vector3<Lps> sum;
    double weights = 0;
    // Near an end only as far as the end is, so that it stays where it is.
    const double reach = std::clamp(std::min(s, at.back() - s), 1e-3, 2 * smooth_sd_mm);
    for (std::size_t n = 0; n < points.size(); ++n) {
      const double off = (at[n] - s) / smooth_sd_mm;
      if (std::abs(at[n] - s) > reach + 0.5) continue;
      const double w = std::exp(-0.5 * off * off);
      weights += w;
      sum = sum + (points[n].position - LpsPoint{}) * w;
      mean.radius_mm += w * points[n].radius_mm;
      mean.radius_sd_mm += w * points[n].radius_sd_mm;
    }
    if (!(weights > 0)) continue;
    mean.position = LpsPoint{} + sum * (1 / weights);
    mean.radius_mm /= weights;
    mean.radius_sd_mm /= weights;
    mean.confidence = named_confidence;
    if (line.empty() || distance(line.back().position, mean.position) > 0.5 * step_mm)
      line.push_back(mean);
  }
  return line;
}

// The vessel of the same kind beside which this one begins; "" where there is none.
std::string parent_of(const imaging::Vessel& vessel, const std::vector<imaging::Vessel>& all) {
  std::string best;
  double least = leaves_within_mm;
  const LpsPoint start = vessel.line.samples().front().position;
  for (const auto& other : all) {
    if (other.id == vessel.id || other.kind != vessel.kind) continue;
    const double at = other.line.nearest_mm(start);
    // Two that begin at one place are siblings.
    if (at < leaves_within_mm) continue;
    const double away = distance(other.line.at(at).position, start);
    if (away < least) least = away, best = other.id;
  }
  return best;
}

}  // namespace

VesselKind kind_named(const std::string& name) {
  const auto has = [&](const char* word) { return name.find(word) != std::string::npos; };
  if (has("vein") || has("venous")) return VesselKind::Vein;
  if (has("artery") || has("trunk") || has("arch")) return VesselKind::Artery;
  return VesselKind::Unsure;
}

Result<SpaceVessels> vessels_from_angiograms(const imaging::Study& study,
                                             const std::vector<planning::RunMarks>& marks,
                                             const Progress& progress) {
  std::vector<std::string> notes;
  std::vector<Direction> directions;
  for (std::size_t n = 0; n < study.runs.size(); ++n) {
    const AngioRun& run = study.runs[n];
    const auto of_run = marks_of(marks, run);
    const bool named = std::any_of(of_run.vessels.begin(), of_run.vessels.end(),
                                   [](const auto& v) { return !v.name.empty(); });
    if (!named || run.frames.empty()) continue;
    for (const auto& v : of_run.vessels)
      if (!v.name.empty() && kind_named(v.name) == VesselKind::Unsure)
        return fail(ErrorCode::InvalidInput,
                    "\"" + v.name + "\" is neither an artery's nor a vein's name, as " +
                        "posterior_tibial_artery or posterior_tibial_vein_1 are.");
    if (!run.pose) {
      notes.push_back(run.label + " does not state how the C-arm stood, so it was left out.");
      continue;
    }
    const double share = 1.0 / static_cast<double>(study.runs.size());
    auto run_followed =
        followed(run, of_run, notes,
                 progress.part(static_cast<double>(n) * share, static_cast<double>(n + 1) * share));
    if (!run_followed) return tl::unexpected(run_followed.error());
    add(directions, std::move(*run_followed), notes);
  }
  std::optional<std::pair<std::size_t, std::size_t>> pair;
  std::size_t most = 0;
  std::optional<imaging::Error> refused;
  std::optional<imaging::TwoViewVessels> found;
  std::vector<std::string> names;
  for (std::size_t i = 0; i < directions.size(); ++i)
    for (std::size_t j = i + 1; j < directions.size(); ++j) {
      const auto shared = shared_names(directions[i], directions[j]);
      if (shared.size() <= most) continue;
      std::vector<imaging::MatchedVessel> matched;
      for (const std::string& name : shared)
        matched.push_back(
            {middles(directions[i].courses.at(name)), middles(directions[j].courses.at(name))});
      auto result = imaging::reconstruct(directions[i].view, directions[j].view, matched);
      if (!result) {
        refused = result.error();
        continue;
      }
      most = shared.size();
      pair = {i, j};
      names = shared;
      found = std::move(*result);
    }
  if (!pair && refused) return tl::unexpected(*refused);
  if (!pair)
    return fail(ErrorCode::NotFound,
                "No vessel is named in two runs of different directions; click and name the same "
                "artery and vein in two runs 20 degrees apart or more.");
  const Direction &a = directions[pair->first], &b = directions[pair->second];
  const auto arm_a = imaging::CArm::make(a.view.pose, {}, a.view.principal_point);
  const auto arm_b = imaging::CArm::make(b.view.pose, {}, b.view.principal_point);
  if (!arm_a) return tl::unexpected(arm_a.error());
  if (!arm_b) return tl::unexpected(arm_b.error());

  SpaceVessels result;
  result.angle_deg = found->angle_deg;
  result.reprojection_px = found->reprojection_px;
  std::vector<imaging::Vessel> vessels;
  double count = 0;
  for (std::size_t n = 0; n < names.size(); ++n) {
    std::vector<CenterlineSample> points;
    for (const imaging::SpacePoint& p : found->lines[n]) {
      const CourseSample &in_a = nearest(a.courses.at(names[n]), p.first),
                         &in_b = nearest(b.courses.at(names[n]), p.second);
      const double mm_a = mm_per_px(*arm_a, a.view.pose, p.position),
                   mm_b = mm_per_px(*arm_b, b.view.pose, p.position);
      const double sd_a = mm_a * std::max(least_radius_sd_px, in_a.radius_sd_px),
                   sd_b = mm_b * std::max(least_radius_sd_px, in_b.radius_sd_px);
      const double w_a = 1 / (sd_a * sd_a), w_b = 1 / (sd_b * sd_b);
      CenterlineSample s;
      s.position = p.position;
      s.radius_mm = (w_a * mm_a * in_a.radius_px + w_b * mm_b * in_b.radius_px) / (w_a + w_b);
      // The plan takes a middle to be as uncertain as its radius; here the middle is the worse.
      s.radius_sd_mm = std::max(std::sqrt(1 / (w_a + w_b)), p.own_sd_mm);
      points.push_back(s);
      result.own_sd_mm += p.own_sd_mm;
      result.whole_sd_mm += p.sd_mm;
      ++count;
    }
    auto line = imaging::Centerline::make(evenly(points));
    if (!line) {
      notes.push_back(names[n] + " was left out: too little of it was matched.");
      continue;
    }
    vessels.push_back({.id = names[n],
                       .name = names[n],
                       .kind = kind_named(names[n]),
                       .kind_confidence = named_confidence,
                       .name_confidence = named_confidence,
                       .parent = std::nullopt,
                       .line = std::move(*line)});
  }
  result.own_sd_mm /= std::max(1.0, count);
  result.whole_sd_mm /= std::max(1.0, count);
  auto orphans = vessels;
  for (auto& vessel : vessels)
    if (const std::string parent = parent_of(vessel, orphans); !parent.empty())
      vessel.parent = parent;
  auto tree = imaging::VesselTree::make(study.side, std::move(vessels));
  if (!tree) tree = imaging::VesselTree::make(study.side, std::move(orphans));
  if (!tree) return tl::unexpected(tree.error());
  result.tree = std::move(*tree);
  result.notes = {"The vessels rest on angiography alone: clicked and named in two directions " +
                  number(result.angle_deg, "%.0f") + " degrees apart (" + a.first->label + ", " +
                  b.first->label + "), reprojection " + number(result.reprojection_px, "%.2f") +
                  " px. Places lie within about " + number(result.own_sd_mm, "%.1f") +
                  " mm of where they should against each other; where the whole lies against the "
                  "table is known to about " +
                  number(result.whole_sd_mm, "%.0f") + " mm only."};
  if (a.laid || b.laid)
    result.notes.push_back(
        "Arteriogram and venogram were laid on each other by their bones; a patient who moved "
        "along the beam between them is not seen.");
  result.notes.insert(result.notes.end(), notes.begin(), notes.end());
  return result;
}

}  // namespace app
