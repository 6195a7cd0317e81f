#include "app/cli/view_angio.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <sstream>
#include <utility>

#include "app/session/angio_marks.h"
#include "app/session/angio_overlay.h"
#include "app/session/cine.h"

namespace app {
namespace {

using imaging::Point2;

std::vector<std::string> parts_of(const std::string& text, char between) {
  std::vector<std::string> parts;
  std::istringstream stream(text);
  for (std::string part; std::getline(stream, part, between);) parts.push_back(part);
  return parts;
}

// "x,y:x,y"; stops at what is no place.
std::vector<Point2> places_of(const std::string& text) {
  std::vector<Point2> places;
  for (const std::string& part : parts_of(text, ':')) {
    Point2 p;
    char rest = 0;
    if (std::sscanf(part.c_str(), "%lf,%lf%c", &p.x, &p.y, &rest) == 2) places.push_back(p);
  }
  return places;
}

template <class Value>
bool choose(const std::map<std::string, Value>& words, const std::string& word, Value& value) {
  const auto found = words.find(word);
  if (found == words.end()) return false;
  value = found->second;
  return true;
}

bool set_view(AngioView& view, AngioUi& ui, const std::string& name, const std::string& value) {
  using Section = AngioUi::Section;
  if (name == "motion")
    return choose<MotionChoice>({{"off", MotionChoice::Off},
                                 {"shift", MotionChoice::Shift},
                                 {"deformation", MotionChoice::Deformation}},
                                value, view.motion);
  if (name == "mask")
    return choose<MaskChoice>({{"file", MaskChoice::FromFile},
                               {"found", MaskChoice::Found},
                               {"average", MaskChoice::Average}},
                              value, view.mask);
  if (name == "shows")
    return choose<AngioShows>(
        {{"frame", AngioShows::Frame}, {"peak", AngioShows::Peak}, {"map", AngioShows::Map}}, value,
        view.shows);
  if (name == "map") {
    view.shows = AngioShows::Map;
    return choose<PerfusionQuantity>({{"arrival", PerfusionQuantity::Arrival},
                                      {"time_to_peak", PerfusionQuantity::TimeToPeak},
                                      {"peak", PerfusionQuantity::Peak},
                                      {"area", PerfusionQuantity::Area},
                                      {"transit", PerfusionQuantity::Transit},
                                      {"wash_in", PerfusionQuantity::WashIn}},
                                     value, view.quantity);
  }
  if (name == "aim")
    return choose<BestAim>({{"profile", BestAim::NeedleInProfile},
                            {"apart", BestAim::VesselsApart},
                            {"gunsight", BestAim::GunSight}},
                           value, view.aim);
  if (name == "section")
    return choose<Section>({{"picture", Section::Picture},
                            {"measure", Section::Measure},
                            {"perfusion", Section::Perfusion},
                            {"plan", Section::Plan}},
                           value, ui.section);
  if (name == "find") return choose<bool>({{"yes", true}, {"no", false}}, value, view.shows_tree);
  if (name == "plan") return choose<bool>({{"yes", true}, {"no", false}}, value, view.shows_plan);
  return false;
}

bool mark(Session& session, const std::string& name, const std::string& value) {
  const auto& run = session.study().runs[session.view.run];
  auto marks = marks_of(session.plan().angio, run);
  const auto places = places_of(value);
  const auto parts = parts_of(value, ':');
  if (name == "vessel" && places.size() >= 2) {
    marks.vessels.push_back({places, {}, {}, {}, {}});
  } else if (name == "named" && !marks.vessels.empty()) {
    marks.vessels.back().name = value;
  } else if (name == "region" && places.size() >= 3) {
    marks.regions.push_back({"Region " + std::to_string(marks.regions.size() + 1), places});
  } else if (name == "landmark" && parts.size() == 2 && places.size() == 1) {
    const auto known = landmark_places(session.vessels());
    const auto found = std::find_if(known.begin(), known.end(),
                                    [&](const LandmarkPlace& l) { return l.name == parts[0]; });
    imaging::Point3<imaging::Lps> place;
    const bool typed =
        std::sscanf(parts[0].c_str(), "%lf,%lf,%lf", &place.x, &place.y, &place.z) == 3;
    if (!typed && found == known.end()) return false;
    marks.landmarks.push_back({typed ? place : found->place, places[0]});
  } else {
    const auto how = planning::xray_scale_named(name);
    if (!how || parts.empty()) return false;
    if (*how != planning::XrayScale::Geometry && places.size() != 2) return false;
    const auto found = calibrate_run(
        run, shown_frame(session.view, run), *how, places.empty() ? Point2{} : places[0],
        places.size() < 2 ? Point2{} : places[1], std::atof(parts.back().c_str()), true);
    if (!found) return false;
    marks.calibration = *found;
  }
  session.history().commit("Mark", with_marks(session.plan(), std::move(marks)));
  return true;
}

bool follow(Session& session, AngioUi& ui, const std::string& name, const std::string& value) {
  const auto& runs = session.study().runs;
  if (name == "run" || name == "compared") {
    const auto n = static_cast<std::size_t>(std::max(0, std::atoi(value.c_str()) - 1));
    if (n >= runs.size()) return false;
    if (name == "compared")
      session.view.angio.compared_run = static_cast<int>(n);
    else
      choose_run(session.view, n);
    return true;
  }
  if (name == "frame") {
    session.view.frame = std::atoi(value.c_str()) - 1;
    return true;
  }
  return set_view(session.view.angio, ui, name, value) || mark(session, name, value);
}

}  // namespace

const char* const angio_orders =
    "run=N, frame=N, motion=off|shift|deformation, mask=file|found|average, shows=frame|peak, "
    "map=arrival|time_to_peak|peak|area|transit|wash_in, compared=N, find=yes, plan=yes, "
    "aim=profile|apart|gunsight, section=picture|measure|perfusion|plan, vessel=X,Y:X,Y, "
    "named=NAME, "
    "region=X,Y:X,Y:X,Y, catheter=X,Y:X,Y:FRENCH, ball=X,Y:X,Y:MM, distance=X,Y:X,Y:MM, "
    "geometry=MM, landmark=NAME:X,Y or L,P,S:X,Y";

imaging::Result<void> set_angio(Session& session, AngioUi& ui,
                                const std::vector<std::string>& orders) {
  if (orders.empty() || !session.has_case() || session.study().runs.empty()) return {};
  for (const std::string& order : orders) {
    const auto equals = order.find('=');
    const bool fine = equals != std::string::npos &&
                      follow(session, ui, order.substr(0, equals), order.substr(equals + 1));
    if (!fine)
      return imaging::fail(imaging::ErrorCode::InvalidInput,
                           "\"" + order +
                               "\" is not understood or cannot be done here; see "
                               "oasis view --help.");
  }
  return {};
}

}  // namespace app
