#include "imaging/angio/foot_calcium.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <string_view>

#include "imaging/angio/foot_course.h"
#include "imaging/angio/rail_follow.h"
#include "imaging/angio/rail_proof.h"
#include "imaging/angio/rail_tracks.h"

namespace imaging {
namespace {

Frame<float> as_float(const Frame<std::uint16_t>& image) {
  Frame<float> result(image.columns(), image.rows());
  std::transform(image.data(), image.data() + image.size(), result.data(),
                 [](std::uint16_t v) { return static_cast<float>(v); });
  return result;
}

// No child's foot is narrower, no swollen one wider (E): else the calibration is wrong.
constexpr double least_foot_mm = 40, most_foot_mm = 180;

// All in px of this radiograph.
struct Scale {
  double px_per_mm = 1;
  RailShape shape;
};

Scale scale_of(const Radiograph& radiograph, const FootOutline& outline) {
  // A forefoot's outline is some 90 mm wide (E): good enough to say which widths to look for.
  constexpr double forefoot_mm = 90;
  Scale scale;
  scale.px_per_mm = radiograph.calibration.gives_mm() ? 1 / radiograph.calibration.mm_per_px_column
                                                      : outline.width_px / forefoot_mm;
  // Calcified walls are a few tenths of a millimetre thick, arteries of the foot 0.8 to 3 mm wide.
  scale.shape.side = std::max(1.5, 0.5 * scale.px_per_mm);
  for (double half_mm = 0.3; half_mm <= 1.5; half_mm *= 1.18)
    if (half_mm * scale.px_per_mm >= 1.2) scale.shape.half.push_back(half_mm * scale.px_per_mm);
  scale.shape.wall = 0.35 * scale.px_per_mm;
  // Bone's texture does not keep up over 3 mm, and arteries hardly bend.
  scale.shape.half_length = std::max(2.0, 1.5 * scale.px_per_mm);
  return scale;
}

// Values all over the foot, from toes to tarsus.
std::vector<double> within_foot(const Frame<float>& image, const FootOutline& outline) {
  std::vector<double> values;
  for (double u = 0.1; u < 1.8; u += 0.01)
    for (double v = -0.42; v < 0.42; v += 0.01) {
      const Point2 p = outline.at({u, v});
      if (p.x < 12 || p.y < 12 || p.x > image.columns() - 13 || p.y > image.rows() - 13) continue;
      values.push_back(sample(image, p.x, p.y));
    }
  return values;
}

// How far the foot's absorptions lie apart, from soft tissue to bone.
double contrast_of(const Frame<float>& image, const FootOutline& outline) {
  std::vector<double> levels = within_foot(image, outline);
  if (levels.empty()) return 0;
  std::sort(levels.begin(), levels.end());
  return levels[levels.size() * 9 / 10] - levels[levels.size() / 10];
}

// What noise makes the rails answer: the median about each place, which a track's own lines do not
// move. Thick parts of a foot let little light through, so noise is a matter of place.
class UsualAnswer {
 public:
  UsualAnswer(const Frame<float>& answer, int block_px)
      : block_px_(std::max(1, std::min({block_px, answer.columns() / 2, answer.rows() / 2}))),
        medians_(answer.columns() / block_px_, answer.rows() / block_px_) {
    std::vector<float> values;
    for (int r = 0; r < medians_.rows(); ++r)
      for (int c = 0; c < medians_.columns(); ++c) {
        values.clear();
        for (int y = r * block_px_; y < (r + 1) * block_px_; ++y)
          values.insert(values.end(), &answer(c * block_px_, y),
                        &answer(c * block_px_, y) + block_px_);
        const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
        std::nth_element(values.begin(), middle, values.end());
        medians_(c, r) = *middle;
      }
  }
  double at(int c, int r) const {
    const double x = std::clamp((c + 0.5) / block_px_ - 0.5, 0.0, medians_.columns() - 1.0),
                 y = std::clamp((r + 0.5) / block_px_ - 0.5, 0.0, medians_.rows() - 1.0);
    return sample(medians_, x, y);
  }

 private:
  int block_px_;
  Frame<float> medians_;
};

double length_of(const std::vector<Point2>& points, double column_scale, double row_scale) {
  double length = 0;
  for (std::size_t i = 5; i < points.size(); i += 5)
    length += std::hypot(column_scale * (points[i].x - points[i - 5].x),
                         row_scale * (points[i].y - points[i - 5].y));
  const std::size_t rest = points.empty() ? 0 : (points.size() - 1) % 5;
  if (rest > 0)
    length += std::hypot(column_scale * (points.back().x - points[points.size() - 1 - rest].x),
                         row_scale * (points.back().y - points[points.size() - 1 - rest].y));
  return length;
}

// In shares of what may be a wall; see calcified_tracks.
RailLimits limits_of(double px_per_mm) {
  // Within a track calcium is patchy: less is still seen, if the whole stands out.
  constexpr double patchy = 0.8;
  constexpr double gap_mm = 5, shortest_mm = 4, apart_mm = 1;
  return {.answer = patchy,
          .mean = 1,
          .gap_px = gap_mm * px_per_mm,
          .shortest_px = shortest_mm * px_per_mm,
          .apart_px = apart_mm * px_per_mm};
}

// What of `track` lies farther than `apart_px` from all that is known, where that is long enough.
void add_unknown(const RailTrack& track, const RailLimits& limits, std::vector<RailTrack>& known) {
  const std::size_t old = known.size();
  const auto is_known = [&](Point2 p) {
    for (std::size_t k = 0; k < old; ++k)
      for (const Point2 q : known[k].points)
        if (std::hypot(p.x - q.x, p.y - q.y) < limits.apart_px) return true;
    return false;
  };
  RailTrack part{{}, track.half_px};
  const auto close = [&] {
    if (static_cast<double>(part.points.size()) >= limits.shortest_px) known.push_back(part);
    part.points.clear();
  };
  for (const Point2 p : track.points)
    if (is_known(p))
      close();
    else
      part.points.push_back(p);
  close();
}

// Calcium of the media is a disease of all arteries of a limb: in a foot that shows so much beyond
// doubt, less is enough elsewhere. A healthy foot shows a few millimetres that are none (E).
bool is_calcified(const std::vector<RailTrack>& tracks, double px_per_mm) {
  constexpr double beyond_doubt_mm = 20;
  std::size_t points = 0;
  for (const RailTrack& track : tracks) points += track.points.size();
  return static_cast<double>(points) >= beyond_doubt_mm * px_per_mm;
}

// What is followed may run into what was found: the longest comes first.
std::vector<RailTrack> followed_on(const Frame<float>& image, const Scale& scale,
                                   const RailLimits& limits, const RailProof& proof,
                                   const std::vector<RailTrack>& tracks) {
  auto followed = followed_rails(image, scale.shape, tracks, limits, proof);
  std::stable_sort(followed.begin(), followed.end(), [](const RailTrack& a, const RailTrack& b) {
    return a.points.size() > b.points.size();
  });
  std::vector<RailTrack> all;
  for (const RailTrack& track : followed) add_unknown(track, limits, all);
  return all;
}

// Tracks of what stands out anywhere, and of these what proves to have two walls. Pairs of lines
// come first; bands, of which most are bone's cortex, add the narrow tubes.
std::vector<RailTrack> calcified_tracks(const Frame<float>& image, double contrast,
                                        const Scale& scale) {
  // Of what lies between soft tissue and the forefoot's bones, in units of the narrowest tube's
  // wall: what may be a wall, and what must prove to be one. A wall of 0.25 mm reaches a twentieth
  // where nothing blurs it (E).
  constexpr double may_be = 0.005, must_be = 0.02;
  // Over what noise answers at half of the places: few tracks are noise, and of these none proves.
  constexpr double may_be_noise = 3, must_be_noise = 2.5;
  constexpr double block_mm = 10, thinnest_wall_mm = 0.2;
  const RailLimits limits = limits_of(scale.px_per_mm);
  RailMaps maps = find_rails(image, scale.shape);
  const int block_px = std::max(8, static_cast<int>(std::lround(block_mm * scale.px_per_mm)));
  std::vector<RailTrack> all;
  Frame<float> noise(image.columns(), image.rows());
  for (RailMap* map : {&maps.pairs, &maps.bands}) {
    const UsualAnswer usual(map->answer, block_px);
    for (int r = 0; r < noise.rows(); ++r)
      for (int c = 0; c < noise.columns(); ++c) {
        const double here = usual.at(c, r);
        if (map == &maps.pairs) noise(c, r) = static_cast<float>(must_be_noise * here);
        map->answer(c, r) /=
            static_cast<float>(std::max(1e-6, may_be * contrast + may_be_noise * here));
      }
    const RailProof proof{must_be * contrast, noise, thinnest_wall_mm * scale.px_per_mm};
    for (const RailTrack& track :
         proven_rails(image, scale.shape, trace_rails(*map, limits), limits, proof))
      add_unknown(track, limits, all);
  }
  return is_calcified(all, scale.px_per_mm)
             ? followed_on(image, scale, limits,
                           {must_be * contrast, noise, thinnest_wall_mm * scale.px_per_mm}, all)
             : all;
}

// Where a fitted map lays one artery.
struct LaidArtery {
  const FootArtery* artery = nullptr;
  std::vector<Point2> course;
  double half_px = 1;  // Of a healthy lumen, which is where a calcified media lies.
};

// How views differ: all of the foot stretched about the toes and moved heelwards, and what lies
// behind the tarsometatarsal joints shortened, because the metatarsals stand aslant and the tarsus
// does not.
struct Fit {
  double stretch = 1, shift = 0, behind = 1, aside = 0;
};

Point2 laid(const FootOutline& outline, const Fit& fit, const FootPlace& place) {
  constexpr double joints = 1.3;  // Widths from the toes (E).
  double u = place.from_toes;
  if (u > joints) u = joints + fit.behind * (u - joints);
  return outline.at({u * fit.stretch + fit.shift, place.lateral + fit.aside});
}

std::vector<LaidArtery> lay(const FootOutline& outline, const FootMap& map, const Fit& fit) {
  std::vector<LaidArtery> all;
  for (const FootArtery& artery : map.arteries) {
    if (artery.calcium_site.empty()) continue;
    LaidArtery one{&artery, {}, 0.5 * artery.healthy_width * outline.width_px};
    for (const FootPlace& place : artery.course) one.course.push_back(laid(outline, fit, place));
    all.push_back(std::move(one));
  }
  return all;
}

struct Place {
  Point2 p, along;
  double half_px = 0;
};

// How badly an artery explains a place of a track: distance over the map's reach, turn over thirty
// degrees, and width over what people's arteries differ by, squared.
double misfit(const LaidArtery& laid, const Place& place, double reach_px) {
  constexpr double turn_rad = 0.52, width_spread = 0.3;  // The latter of the logarithm (E).
  const Point2 p = place.p, along = place.along;
  double best = 1e9;
  for (std::size_t n = 1; n < laid.course.size(); ++n) {
    const Point2 a = laid.course[n - 1], b = laid.course[n];
    const double dx = b.x - a.x, dy = b.y - a.y, square = std::max(1e-9, dx * dx + dy * dy);
    const double t = std::clamp(((p.x - a.x) * dx + (p.y - a.y) * dy) / square, 0.0, 1.0);
    const double away = std::hypot(p.x - a.x - t * dx, p.y - a.y - t * dy) / reach_px;
    const double sine = std::min(1.0, std::abs(along.x * dy - along.y * dx) / std::sqrt(square));
    const double turn = std::asin(sine) / turn_rad;
    best = std::min(best, away * away + turn * turn);
  }
  const double wider = std::log(place.half_px / std::max(1e-3, laid.half_px)) / width_spread;
  return best + wider * wider;
}

std::vector<Place> places_of(const RailTrack& track, std::size_t every) {
  std::vector<Place> places;
  for (std::size_t i = 0; i < track.points.size(); i += every) {
    const Point2 a = track.points[i < every ? 0 : i - every],
                 b = track.points[std::min(track.points.size() - 1, i + every)];
    const double length = std::max(1e-9, std::hypot(b.x - a.x, b.y - a.y));
    places.push_back(
        {track.points[i], {(b.x - a.x) / length, (b.y - a.y) / length}, track.half_px});
  }
  return places;
}

// What no artery explains any better than this belongs to none.
constexpr double worst_misfit = 9;

Fit fit_to_tracks(const FootOutline& outline, const FootMap& map,
                  const std::vector<RailTrack>& tracks, double reach_px, std::size_t every) {
  std::vector<Place> places;
  for (const RailTrack& track : tracks)
    for (const Place& place : places_of(track, 3 * every)) places.push_back(place);
  Fit best;
  double least = 1e18;
  for (const double stretch : {0.94, 1.0, 1.06})
    for (const double behind : {0.7, 0.8, 0.9, 1.0, 1.1})
      for (const double aside : {-0.03, 0.0, 0.03})
        for (double shift = -0.24; shift < 0.17; shift += 0.04) {
          const Fit fit{stretch, shift, behind, aside};
          const auto arteries = lay(outline, map, fit);
          double sum = 0;
          for (const Place& place : places) {
            double bad = worst_misfit;
            for (const LaidArtery& artery : arteries)
              bad = std::min(bad, misfit(artery, place, reach_px));
            sum += bad;
          }
          if (sum >= least) continue;
          least = sum;
          best = fit;
        }
  return best;
}

// Which artery each place of a track is: the least misfit in all, where a change of artery costs as
// much as ten places at the map's reach (Viterbi). -1: none.
std::vector<int> name_places(const std::vector<Place>& places,
                             const std::vector<LaidArtery>& arteries, double reach_px) {
  constexpr double change = 10;
  const std::size_t states = arteries.size() + 1, none = arteries.size();
  std::vector<double> cost(states, 0), next(states);
  std::vector<std::vector<std::size_t>> from;
  for (const Place& place : places) {
    const auto least =
        static_cast<std::size_t>(std::min_element(cost.begin(), cost.end()) - cost.begin());
    std::vector<std::size_t> came(states);
    for (std::size_t s = 0; s < states; ++s) {
      const bool stay = cost[s] <= cost[least] + change;
      came[s] = stay ? s : least;
      next[s] = (stay ? cost[s] : cost[least] + change) +
                (s == none ? worst_misfit
                           : std::min(2 * worst_misfit, misfit(arteries[s], place, reach_px)));
    }
    std::swap(cost, next);
    from.push_back(std::move(came));
  }
  std::vector<int> names(places.size());
  auto s = static_cast<std::size_t>(std::min_element(cost.begin(), cost.end()) - cost.begin());
  for (std::size_t i = places.size(); i-- > 0;) {
    names[i] = s == none ? -1 : static_cast<int>(s);
    s = from[i][s];
  }
  return names;
}

// Arteries of one site may lie on each other in the picture; a track that changes between them is
// the one that it is for longest.
void one_name_a_site(const std::vector<LaidArtery>& arteries, std::vector<int>& names) {
  const auto site = [&](int name) -> std::string_view {
    return name < 0 ? std::string_view()
                    : arteries[static_cast<std::size_t>(name)].artery->calcium_site;
  };
  for (std::size_t i = 0, k = 0; i < names.size(); i = k) {
    std::vector<std::size_t> places(arteries.size());
    for (; k < names.size() && site(names[k]) == site(names[i]); ++k)
      if (names[k] >= 0) ++places[static_cast<std::size_t>(names[k])];
    if (names[i] < 0) continue;
    const auto longest = std::max_element(places.begin(), places.end()) - places.begin();
    std::fill(names.begin() + static_cast<std::ptrdiff_t>(i),
              names.begin() + static_cast<std::ptrdiff_t>(k), static_cast<int>(longest));
  }
}

// How far along an artery's laid course a place lies.
double along_course(const LaidArtery& artery, Point2 p) {
  double before = 0, nearest = 1e18, result = 0;
  for (std::size_t n = 1; n < artery.course.size(); ++n) {
    const Point2 a = artery.course[n - 1], b = artery.course[n];
    const double dx = b.x - a.x, dy = b.y - a.y, length = std::max(1e-9, std::hypot(dx, dy));
    double t = ((p.x - a.x) * dx + (p.y - a.y) * dy) / length;
    // The ends go on straight.
    if (n > 1) t = std::max(0.0, t);
    if (n + 1 < artery.course.size()) t = std::min(length, t);
    const double away = std::hypot(p.x - a.x - t * dx / length, p.y - a.y - t * dy / length);
    if (away < nearest) {
      nearest = away;
      result = before + t;
    }
    before += length;
  }
  return result;
}

// Of pieces of one artery, in order along it: the longest line whose gaps are no longer than
// `gap_px`.
std::vector<Point2> longest_line(const LaidArtery& artery, std::vector<std::vector<Point2>> pieces,
                                 double gap_px) {
  for (std::vector<Point2>& piece : pieces)
    if (along_course(artery, piece.front()) > along_course(artery, piece.back()))
      std::reverse(piece.begin(), piece.end());
  std::sort(pieces.begin(), pieces.end(), [&](const auto& a, const auto& b) {
    return along_course(artery, a.front()) < along_course(artery, b.front());
  });
  std::vector<Point2> best, line;
  for (std::vector<Point2>& piece : pieces) {
    // What runs beside what is known already is not counted twice.
    if (!line.empty()) {
      const double reached = along_course(artery, line.back());
      piece.erase(piece.begin(), std::find_if(piece.begin(), piece.end(), [&](Point2 p) {
                    return along_course(artery, p) > reached;
                  }));
    }
    if (piece.empty()) continue;
    const bool goes_on = !line.empty() && std::hypot(piece.front().x - line.back().x,
                                                     piece.front().y - line.back().y) <= gap_px;
    if (!goes_on) line.clear();
    line.insert(line.end(), piece.begin(), piece.end());
    if (length_of(line, 1, 1) > length_of(best, 1, 1)) best = line;
  }
  return best;
}

// By artery, the parts of tracks that are its own.
using Pieces = std::vector<std::vector<std::vector<Point2>>>;

Pieces pieces_of(const std::vector<RailTrack>& tracks, const std::vector<LaidArtery>& arteries,
                 double reach_px, std::size_t every) {
  Pieces pieces(arteries.size());
  for (const RailTrack& track : tracks) {
    auto names = name_places(places_of(track, every), arteries, reach_px);
    one_name_a_site(arteries, names);
    for (std::size_t i = 0, k = 0; i < names.size(); i = k) {
      while (k < names.size() && names[k] == names[i]) ++k;
      if (names[i] < 0) continue;
      const auto first = static_cast<std::ptrdiff_t>(i * every),
                 last = static_cast<std::ptrdiff_t>(k == names.size() ? track.points.size()
                                                                      : k * every);
      pieces[static_cast<std::size_t>(names[i])].push_back(
          {track.points.begin() + first, track.points.begin() + last});
    }
  }
  return pieces;
}

}  // namespace

Result<FootCalcium> read_foot_calcium(const Radiograph& radiograph, Side side, const FootMap& map,
                                      const Progress& progress) {
  const Frame<float> raw = as_float(radiograph.image), image = smoothed(raw);
  auto outline = outline_foot(image, side);
  if (!outline) return tl::unexpected(outline.error());
  if (const double width_mm = outline->width_px * radiograph.calibration.mm_per_px_column;
      radiograph.calibration.gives_mm() && !(width_mm > least_foot_mm && width_mm < most_foot_mm))
    return fail(ErrorCode::InvalidInput,
                "The radiograph's calibration makes this foot " +
                    (width_mm < least_foot_mm ? std::string("narrower than 40 mm")
                                              : std::string("wider than 180 mm")) +
                    "; correct it, or remove it to have lengths in pixels.");
  const Scale scale = scale_of(radiograph, *outline);
  if (scale.shape.half.empty())
    return fail(ErrorCode::InvalidInput,
                "The radiograph's pixels are too coarse to show the walls of arteries.");
  // Averaging along walls takes noise out; smoothing all around would fill the narrow ones.
  const auto tracks = calcified_tracks(raw, contrast_of(image, *outline), scale);
  if (progress.cancelled()) return cancelled();
  const auto every = static_cast<std::size_t>(std::max(1.0, scale.px_per_mm));
  const double reach_px = map.reach * outline->width_px;
  const auto arteries = lay(*outline, map, fit_to_tracks(*outline, map, tracks, reach_px, every));

  FootCalcium calcium{*outline, {}};
  for (const LaidArtery& artery : arteries)
    calcium.arteries.push_back({artery.artery->id, {}, 0, {}});
  Pieces pieces = pieces_of(tracks, arteries, reach_px, every);
  for (std::size_t a = 0; a < arteries.size(); ++a) {
    ArteryCalcium& reading = calcium.arteries[a];
    // Behind a bone of the tarsus walls may not show: so much of an artery is bridged (E). Calcium
    // of the media is a disease of whole arteries.
    constexpr double hidden_mm = 24;
    reading.line = longest_line(arteries[a], std::move(pieces[a]), hidden_mm * scale.px_per_mm);
    reading.length_px = length_of(reading.line, 1, 1);
    if (radiograph.calibration.gives_mm() && !reading.line.empty())
      reading.length_mm = length_of(reading.line, radiograph.calibration.mm_per_px_column,
                                    radiograph.calibration.mm_per_px_row);
  }
  return calcium;
}

}  // namespace imaging
