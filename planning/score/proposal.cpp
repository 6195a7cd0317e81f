#include "planning/score/proposal.h"

#include <algorithm>
#include <cmath>

namespace planning {

using imaging::ArteryCalcium;
using imaging::ArteryFilling;
using imaging::FootArtery;
using imaging::FootMap;

namespace {

std::string percent(double share) { return std::to_string(std::lround(100 * share)) + " %"; }

// Every tenth pixel and the last: a line that a person can move, not a trace.
std::vector<ImagePoint> thinned(const std::vector<imaging::Point2>& line) {
  std::vector<ImagePoint> points;
  for (std::size_t i = 0; i < line.size(); i += 10) points.push_back({line[i].x, line[i].y});
  if (!line.empty() && (line.size() - 1) % 10 != 0)
    points.push_back({line.back().x, line.back().y});
  return points;
}

// The stretches of a course where `wanted` holds, longer than a few pixels.
std::vector<std::vector<imaging::Point2>> stretches(const std::vector<imaging::Point2>& course,
                                                    const std::vector<bool>& flags, bool wanted) {
  constexpr std::size_t least_px = 6;
  std::vector<std::vector<imaging::Point2>> lines;
  std::vector<imaging::Point2> line;
  for (std::size_t i = 0; i <= course.size(); ++i) {
    if (i < course.size() && flags[i] == wanted) {
      line.push_back(course[i]);
      continue;
    }
    if (line.size() >= least_px) lines.push_back(line);
    line.clear();
  }
  return lines;
}

struct Forefoot {
  double judged = 0;            // Share of the arteries, by length on the map.
  double filled = 0;            // Share of the judged courses' length.
  std::optional<double> width;  // Median over arteries that fill, weighted by nothing.
};

Forefoot forefoot_of(const FootMap& map, const std::vector<ArteryFilling>& readings,
                     bool widths_measured) {
  double length = 0, filled = 0, all = 0, judged = 0;
  std::vector<double> widths;
  for (const ArteryFilling& reading : readings) {
    const FootArtery* artery = map.find(reading.artery);
    if (!artery || !artery->counts_for_sad) continue;
    double on_map = 0;
    for (std::size_t n = 1; n < artery->course.size(); ++n)
      on_map += std::hypot(artery->course[n].from_toes - artery->course[n - 1].from_toes,
                           artery->course[n].lateral - artery->course[n - 1].lateral);
    all += on_map;
    // What fills counts in any case.
    if (!reading.assessable && reading.filled_share < 0.5) continue;
    judged += on_map * reading.shown_share;
    const double n = static_cast<double>(reading.course.size());
    length += n;
    filled += n * reading.filled_share;
    if (widths_measured && reading.relative_width > 0 && reading.filled_share > 0.3)
      widths.push_back(reading.relative_width);
  }
  Forefoot forefoot{all > 0 ? judged / all : 0, length > 0 ? filled / length : 0, {}};
  if (!widths.empty()) {
    std::nth_element(widths.begin(),
                     widths.begin() + static_cast<std::ptrdiff_t>(widths.size() / 2), widths.end());
    forefoot.width = widths[widths.size() / 2];
  }
  return forefoot;
}

Patency patency_of(const ArteryFilling& reading, const ProposalRules& rules, bool widths_measured) {
  if (reading.filled_share <= rules.artery_closed_up_to) return Patency::Occluded;
  const bool narrow = widths_measured && reading.relative_width > 0 &&
                      reading.relative_width <= rules.moderate_up_to_width;
  return narrow || reading.filled_share < rules.artery_open_from ? Patency::Narrow : Patency::Open;
}

}  // namespace

FootProposal propose_sad(const FootMap& map, const ProposalRules& rules,
                         const std::vector<ArteryFilling>& readings, bool widths_measured,
                         const ImageRef& image) {
  FootProposal result;
  const Forefoot forefoot = forefoot_of(map, readings, widths_measured);
  const bool enough = forefoot.judged > 0 && forefoot.judged >= rules.least_judged;
  Proposal proposal{"sad", "0", "", {}, rules.origin};
  if (forefoot.filled <= rules.severe_up_to_filled)
    proposal.level = "2";
  else if (forefoot.filled <= rules.moderate_up_to_filled ||
           (forefoot.width && *forefoot.width <= rules.moderate_up_to_width))
    proposal.level = "1";
  proposal.because = percent(forefoot.filled) + " of arch, metatarsal and digital arteries fill";
  if (forefoot.width)
    proposal.because += "; those that do are " + percent(*forefoot.width) + " of a healthy width";
  else
    proposal.because += "; their width could not be measured, for no artery is wide enough to tell";
  proposal.because += ".";
  if (forefoot.judged < 0.995)
    proposal.because += " " + percent(1 - forefoot.judged) +
                        " of their length lie beyond the picture or below its noise.";
  for (const ArteryFilling& reading : readings) {
    const FootArtery* artery = map.find(reading.artery);
    if (!artery) continue;
    if (reading.assessable || reading.filled_share > rules.artery_open_from)
      result.arteries[artery->id].patency = patency_of(reading, rules, widths_measured);
    if (!artery->counts_for_sad) continue;
    // Severe rests on what does not fill, the others on what does.
    if (!reading.assessable && proposal.level == "2") continue;
    for (const auto& line : stretches(reading.course, reading.filled, proposal.level != "2"))
      proposal.evidence.push_back(
          {"sad", image.uid, image.frame, thinned(line), std::nullopt, artery->id});
  }
  if (enough)
    result.proposals.push_back(std::move(proposal));
  else
    result.withheld = "No SAD is proposed: " + percent(1 - forefoot.judged) +
                      " of the arch, metatarsal and digital arteries' length lie beyond the "
                      "picture or below its noise; the map shows those that can be judged.";
  return result;
}

FootProposal propose_mac(const ScoreBook& book, const FootMap& map, const ProposalRules& rules,
                         const std::vector<ArteryCalcium>& readings, const ImageRef& image) {
  FootProposal result;
  const ArteryCalcium* longest = nullptr;
  bool calibrated = !readings.empty();
  std::map<std::string, const ArteryCalcium*> by_site;
  for (const ArteryCalcium& reading : readings) {
    const FootArtery* artery = map.find(reading.artery);
    if (!artery || artery->calcium_site.empty()) continue;
    if (!reading.line.empty() && !reading.length_mm) calibrated = false;
    if (!longest || reading.length_px > longest->length_px) longest = &reading;
    const ArteryCalcium*& best = by_site[artery->calcium_site];
    if (!best || reading.length_px > best->length_px) best = &reading;
    const bool shows =
        reading.length_mm.value_or(reading.length_px > 0 ? 1e9 : 0) >= rules.absent_under_mm;
    result.arteries[artery->id].calcified = shows;
  }
  const auto evidence = [&](const std::string& item, const ArteryCalcium& reading) {
    ScoreEvidence mark{
        item, image.uid, image.frame, thinned(reading.line), reading.length_mm, reading.artery};
    if (mark.points.size() < 2) mark.length_mm.reset();
    return mark;
  };
  int sites = 0;
  const ScoreScale* scale = book.scale("mac5");
  for (const ScoreItem& item : scale ? scale->items : std::vector<ScoreItem>{}) {
    const auto found = by_site.find(item.id);
    if (found == by_site.end() || !calibrated) continue;
    const double length_mm = found->second->length_mm.value_or(0);
    const bool yes = length_mm > item.calcium_over_mm;
    sites += yes;
    Proposal proposal{item.id, yes ? "1" : "0", "", {}, rules.origin};
    proposal.because = "Longest continuous calcium " + std::to_string(std::lround(length_mm)) +
                       " mm, of over " + std::to_string(std::lround(item.calcium_over_mm)) +
                       " mm asked for.";
    if (length_mm > 0)
      proposal.evidence.push_back(evidence(item.id, *found->second));
    else
      proposal.evidence.push_back({item.id, image.uid, image.frame, {}, std::nullopt, ""});
    result.proposals.push_back(std::move(proposal));
  }
  if (!longest) return result;
  const bool any =
      calibrated ? longest->length_mm.value_or(0) >= rules.absent_under_mm : longest->length_px > 0;
  Proposal proposal{"mac3",
                    !any                               ? "0"
                    : sites >= rules.severe_from_sites ? "2"
                                                       : "1",
                    "",
                    {},
                    rules.origin};
  proposal.because =
      !any ? "No rail-track calcium was found."
      : calibrated
          ? std::to_string(sites) + " of 5 sites are calcified over the length asked for."
          : "Rail-track calcium was found; without a calibration its length cannot be judged.";
  for (const ArteryCalcium& reading : readings)
    if (any && reading.line.size() > 1) proposal.evidence.push_back(evidence("mac3", reading));
  if (!any) proposal.evidence.push_back({"mac3", image.uid, image.frame, {}, std::nullopt, ""});
  result.proposals.push_back(std::move(proposal));
  return result;
}

}  // namespace planning
