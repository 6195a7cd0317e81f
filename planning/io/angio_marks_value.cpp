#include "planning/io/detail/angio_marks_value.h"

#include <iterator>

namespace planning::io {
namespace {

using imaging::Point2;

Json json_of(Point2 p) { return Json::array({p.x, p.y}); }
Json json_of(const std::vector<Point2>& points) {
  Json list = Json::array();
  for (const Point2 p : points) list.push_back(json_of(p));
  return list;
}

Point2 point_of(const Entry& entry) {
  const auto numbers = entry.numbers();
  if (numbers.size() != 2) entry.complain("must be a column and a row");
  return {numbers[0], numbers[1]};
}

std::vector<Point2> points_of(const Entry& entry, std::size_t least) {
  std::vector<Point2> points;
  for (const Entry& e : entry.list()) points.push_back(point_of(e));
  if (points.size() < least) entry.complain("must have more places");
  return points;
}

double above_zero(const Entry& entry, const char* key) {
  const double value = entry.number(key);
  if (!(value > 0)) entry.at(key).complain("must be above 0");
  return value;
}

Json json_of(const XrayCalibration& c) {
  return {{"how", name_of(c.how)},
          {"a", json_of(c.a)},
          {"b", json_of(c.b)},
          {"known", c.known},
          {"contrast_inside", c.contrast_inside},
          {"mm_per_px", {c.mm_per_px_column, c.mm_per_px_row}},
          {"relative_error", c.relative_error},
          {"note", c.note}};
}

XrayCalibration calibration_of(const Entry& entry) {
  XrayCalibration c;
  const auto how = xray_scale_named(entry.text("how"));
  if (!how) entry.at("how").complain("must be geometry, distance, ball or catheter");
  c.how = *how;
  c.a = point_of(entry.at("a"));
  c.b = point_of(entry.at("b"));
  c.known = entry.number("known");
  c.contrast_inside = entry.yes_or("contrast_inside", false);
  const Point2 scale = point_of(entry.at("mm_per_px"));
  if (!(scale.x > 0) || !(scale.y > 0)) entry.at("mm_per_px").complain("must be above 0");
  c.mm_per_px_column = scale.x;
  c.mm_per_px_row = scale.y;
  c.relative_error = above_zero(entry, "relative_error");
  c.note = entry.text_or("note", "");
  return c;
}

Json json_of(const MeasuredVessel& v) {
  Json edges = Json::array();
  for (const EdgeChoice& e : v.edges)
    edges.push_back({{"at", json_of(e.at)}, {"left_px", e.left_px}, {"right_px", e.right_px}});
  Json json{{"clicks", json_of(v.clicks)}, {"edges", std::move(edges)}};
  if (v.reference_first_px) json["reference_first_px"] = *v.reference_first_px;
  if (v.reference_last_px) json["reference_last_px"] = *v.reference_last_px;
  if (!v.name.empty()) json["name"] = v.name;
  return json;
}

MeasuredVessel vessel_of(const Entry& entry) {
  MeasuredVessel v;
  v.clicks = points_of(entry.at("clicks"), 2);
  if (entry.has("edges"))
    for (const Entry& e : entry.at("edges").list())
      v.edges.push_back({point_of(e.at("at")), e.number("left_px"), e.number("right_px")});
  if (entry.has("reference_first_px"))
    v.reference_first_px = above_zero(entry, "reference_first_px");
  v.name = entry.text_or("name", "");
  if (entry.has("reference_last_px")) v.reference_last_px = above_zero(entry, "reference_last_px");
  return v;
}

}  // namespace

Json json_of(const RunMarks& marks) {
  Json vessels = Json::array(), regions = Json::array(), landmarks = Json::array();
  for (const MeasuredVessel& v : marks.vessels) vessels.push_back(json_of(v));
  for (const XrayRegion& r : marks.regions)
    regions.push_back({{"name", r.name}, {"corners", json_of(r.corners)}});
  for (const XrayLandmark& l : marks.landmarks)
    landmarks.push_back(
        {{"place", {l.place.x, l.place.y, l.place.z}}, {"pixel", json_of(l.pixel)}});
  return {{"run", marks.run},
          {"calibration", marks.calibration ? json_of(*marks.calibration) : Json(nullptr)},
          {"vessels", std::move(vessels)},
          {"regions", std::move(regions)},
          {"landmarks", std::move(landmarks)}};
}

RunMarks run_marks_of(const Entry& entry) {
  RunMarks marks;
  marks.run = entry.text("run");
  if (entry.has("calibration")) marks.calibration = calibration_of(entry.at("calibration"));
  const auto each = [&](const char* key, const auto& use) {
    if (entry.has(key))
      for (const Entry& e : entry.at(key).list()) use(e);
  };
  each("vessels", [&](const Entry& e) { marks.vessels.push_back(vessel_of(e)); });
  each("regions", [&](const Entry& e) {
    marks.regions.push_back({e.text_or("name", ""), points_of(e.at("corners"), 3)});
  });
  each("landmarks", [&](const Entry& e) {
    const auto place = e.at("place").numbers();
    if (place.size() != 3) e.at("place").complain("must be three numbers");
    marks.landmarks.push_back({{place[0], place[1], place[2]}, point_of(e.at("pixel"))});
  });
  return marks;
}

}  // namespace planning::io
