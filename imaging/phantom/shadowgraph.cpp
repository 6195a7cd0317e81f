#include "imaging/phantom/shadowgraph.h"

#include <algorithm>
#include <cmath>

#include "imaging/phantom/blood.h"

namespace imaging::phantom {
namespace {

// Half the area between a circle of radius r and its diameter, from 0 to e: the integral of the
// half-chord.
double half_segment(double e, double r) {
  const double x = std::clamp(e, -r, r);
  return 0.5 * (x * std::sqrt(r * r - x * x) + r * r * std::asin(x / r));
}

// Mean chord of a circle over [e - h, e + h].
double mean_chord(double e, double h, double r) {
  return (half_segment(e + h, r) - half_segment(e - h, r)) / h;
}

// Where a step of a vessel's axis falls on the detector.
struct ProjectedStep {
  Point2 a, b;
  double px_per_mm = 0;
  double stretch = 1;   // Oblique rays cross more of the vessel.
  Vector3<Lps> across;  // In the patient: sideways on the image, off the axis.
  Vector3<Lps> deeper;  // Off the axis, away from the source.
};

ProjectedStep project(const Projector& projector, const LimbVessel& vessel, std::size_t sample) {
  const Point3<Lps>& p = vessel.samples[sample].p;
  const Point3<Lps>& q = vessel.samples[sample + 1].p;
  ProjectedStep step;
  step.a = projector.arm.project(p);
  step.b = projector.arm.project(q);
  step.px_per_mm = projector.arm.magnification(p) / projector.pose.imager_spacing_column_mm;
  const Vector3<Lps> ray = (p - projector.arm.source()).normalized();
  const Vector3<Lps> tangent = vessel.tangent(sample);
  // A vessel seen end-on would be infinitely dark; its curvature sees to it that it is not.
  step.stretch = 1 / std::max(0.2, ray.cross(tangent).norm());
  step.deeper = (ray - tangent * ray.dot(tangent)).normalized();
  step.across = tangent.cross(step.deeper);
  return step;
}

// Calls visit(pixel, signed offset from the axis in mm) for the pixels beside one step.
template <class Visit>
void for_each_pixel(const Projector& projector, const ProjectedStep& step, double reach_mm,
                    Visit visit) {
  const double reach_px = reach_mm * step.px_per_mm + 1;
  const double dx = step.b.x - step.a.x, dy = step.b.y - step.a.y;
  const double length = std::max(1e-6, std::hypot(dx, dy));
  const int c0 = std::max(0, static_cast<int>(std::ceil(std::min(step.a.x, step.b.x) - reach_px)));
  const int c1 = std::min(projector.columns - 1,
                          static_cast<int>(std::floor(std::max(step.a.x, step.b.x) + reach_px)));
  const int r0 = std::max(0, static_cast<int>(std::ceil(std::min(step.a.y, step.b.y) - reach_px)));
  const int r1 = std::min(projector.rows - 1,
                          static_cast<int>(std::floor(std::max(step.a.y, step.b.y) + reach_px)));
  for (int r = r0; r <= r1; ++r)
    for (int c = c0; c <= c1; ++c) {
      const double x = c - step.a.x, y = r - step.a.y;
      const double along = (x * dx + y * dy) / length;
      // Half a pixel over either end joins the steps without a seam.
      if (along < -0.6 || along > length + 0.6) continue;
      const double off_px = (x * dy - y * dx) / length;
      if (std::abs(off_px) > reach_px) continue;
      visit(static_cast<std::uint32_t>(r * projector.columns + c), off_px / step.px_per_mm);
    }
}

// The largest value that one vessel gives each pixel, then forgotten for the next.
class Canvas {
 public:
  explicit Canvas(std::size_t pixels) : value_(pixels, 0), sample_(pixels, 0) {}
  void offer(std::uint32_t pixel, double value, std::size_t sample) {
    if (value <= value_[pixel]) return;
    if (value_[pixel] == 0) touched_.push_back(pixel);
    value_[pixel] = static_cast<float>(value);
    sample_[pixel] = static_cast<std::uint32_t>(sample);
  }
  template <class Take>
  void empty(Take take) {
    for (const std::uint32_t pixel : touched_) {
      take(pixel, value_[pixel], sample_[pixel]);
      value_[pixel] = 0;
    }
    touched_.clear();
  }

 private:
  std::vector<float> value_;
  std::vector<std::uint32_t> sample_, touched_;
};

}  // namespace

std::vector<LumenShadow> lumen_shadows(const Limb& limb, const Projector& projector,
                                       const std::vector<std::vector<double>>& arrival_s) {
  std::vector<LumenShadow> shadows;
  Canvas canvas(static_cast<std::size_t>(projector.columns) *
                static_cast<std::size_t>(projector.rows));
  for (std::size_t v = 0; v < limb.vessels.size(); ++v) {
    const LimbVessel& vessel = limb.vessels[v];
    for (std::size_t i = 0; i + 1 < vessel.samples.size(); ++i) {
      const double radius_mm = vessel.samples[i].radius_mm;
      if (radius_mm <= 0 || arrival_s[v][i] == never_s) continue;
      const ProjectedStep step = project(projector, vessel, i);
      const double half_px_mm = 0.5 / step.px_per_mm;
      for_each_pixel(projector, step, radius_mm, [&](std::uint32_t pixel, double off_mm) {
        canvas.offer(pixel, step.stretch * mean_chord(off_mm, half_px_mm, radius_mm), i);
      });
    }
    canvas.empty([&](std::uint32_t pixel, float chord_mm, std::uint32_t sample) {
      shadows.push_back({pixel, chord_mm, static_cast<float>(arrival_s[v][sample])});
    });
  }
  return shadows;
}

void add_calcium(const Limb& limb, const Projector& projector, std::vector<float>& line) {
  constexpr double calcium_mu = 0.14;  // Per mm, of plaque that is part hydroxyapatite.
  Canvas canvas(line.size());
  for (const LimbVessel& vessel : limb.vessels) {
    for (const Calcium& calcium : vessel.calcium) {
      const SmoothNoise patches(Random(limb.seed).fork(vessel.id).fork(name_of(calcium.kind)), 2.5);
      const double cosine = std::cos(rad_from_deg(calcium.arc_deg / 2));
      const std::size_t end = std::min(vessel.index_at(calcium.to_mm), vessel.samples.size() - 2);
      for (std::size_t i = vessel.index_at(calcium.from_mm); i <= end; ++i) {
        const double reference_mm = vessel.samples[i].reference_radius_mm;
        const bool medial = calcium.kind == CalciumKind::Medial;
        const double inner_mm = medial ? reference_mm : reference_mm - calcium.thickness_mm;
        const double outer_mm = medial ? reference_mm + calcium.thickness_mm : reference_mm;
        const ProjectedStep step = project(projector, vessel, i);
        const double half_px_mm = 0.5 / step.px_per_mm;
        // A calcified media is patchy but goes on, as the truth says of it; plaque breaks off.
        const double amount = std::clamp(0.75 + 0.6 * patches(step_mm * static_cast<double>(i)),
                                         medial ? 0.3 : 0.0, 1.2);
        for_each_pixel(projector, step, outer_mm, [&](std::uint32_t pixel, double off_mm) {
          const double shell_mm = mean_chord(off_mm, half_px_mm, outer_mm) -
                                  mean_chord(off_mm, half_px_mm, std::max(0.05, inner_mm));
          // The ray passes the shell on the near and on the far side; each counts if in the arc.
          const double middle_mm = 0.5 * (inner_mm + outer_mm);
          const double x = std::clamp(off_mm, -middle_mm, middle_mm);
          const double z = std::sqrt(middle_mm * middle_mm - x * x);
          double share = 0;
          for (const double sign : {-1.0, 1.0}) {
            const Vector3<Lps> out = (step.across * x + step.deeper * (sign * z)).normalized();
            if (out.dot(calcium.towards) >= cosine) share += 0.5;
          }
          canvas.offer(pixel, amount * share * step.stretch * shell_mm, i);
        });
      }
    }
    canvas.empty([&](std::uint32_t pixel, float shell_mm, std::uint32_t) {
      line[pixel] += static_cast<float>(calcium_mu * static_cast<double>(shell_mm));
    });
  }
}

}  // namespace imaging::phantom
