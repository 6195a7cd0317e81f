#include <cmath>

#include "planning/io/detail/json.h"
#include "planning/io/detail/read_file.h"
#include "planning/score/score.h"

namespace planning {

using io::Entry;
using io::Json;

namespace {

constexpr std::string_view patency_words[] = {"open", "narrow", "occluded"};

Json origin_json(const Origin& origin) {
  return {{"source", origin.source}, {"tag", origin.tag}, {"verified", origin.verified}};
}

Json evidence_json(const ScoreEvidence& mark) {
  Json points = Json::array();
  for (const ImagePoint& p : mark.points) points.push_back({p.column_px, p.row_px});
  return {{"item", mark.item},
          {"image_uid", mark.image_uid},
          {"frame", mark.frame},
          {"points_px", std::move(points)},
          {"length_mm", mark.length_mm ? Json(*mark.length_mm) : Json(nullptr)},
          {"artery", mark.artery}};
}

Json result_json(const ScoreResult& r) {
  Json json{{"score", r.scale}, {"id", r.id},           {"label", r.label},
            {"value", r.value}, {"says", r.says},       {"rank", r.rank},
            {"ranks", r.ranks}, {"because", r.because}, {"note", r.note}};
  json.update(origin_json(r.origin));
  return json;
}

ScoreEvidence evidence_of(const Entry& entry) {
  ScoreEvidence mark{.item = entry.text("item"),
                     .image_uid = entry.text("image_uid"),
                     .frame = static_cast<int>(entry.number_or("frame", 0)),
                     .points = {},
                     .length_mm = {},
                     .artery = entry.text_or("artery", "")};
  for (const Entry& e : entry.at("points_px").list()) {
    const auto pair = e.numbers();
    if (pair.size() != 2) e.complain("must be a pair [column, row]");
    mark.points.push_back({pair[0], pair[1]});
  }
  if (entry.has("length_mm")) mark.length_mm = entry.number("length_mm");
  return mark;
}

ArteryFinding finding_of(const Entry& entry) {
  ArteryFinding finding;
  finding.calcified = entry.yes_or("calcified", false);
  if (!entry.has("patency")) return finding;
  const std::string word = entry.text("patency");
  for (std::size_t i = 0; i < std::size(patency_words); ++i)
    if (patency_words[i] == word) finding.patency = static_cast<Patency>(i);
  if (!finding.patency) entry.complain("must be open, narrow or occluded");
  return finding;
}

imaging::Side side_of(const Entry& entry) {
  const std::string side = entry.text("side");
  if (side == "left") return imaging::Side::Left;
  if (side == "right") return imaging::Side::Right;
  if (side != "unknown") entry.complain("must have the side left, right or unknown");
  return imaging::Side::Unknown;
}

}  // namespace

std::string form_json(const ScoreBook& book, const ScoreForm& form) {
  Json json{{"schema", "oasis.score/1"}, {"side", imaging::name_of(form.side)}};
  json["levels"] = form.levels;
  json["evidence"] = Json::array();
  for (const ScoreEvidence& mark : form.evidence) json["evidence"].push_back(evidence_json(mark));
  json["arteries"] = Json::object();
  for (const auto& [id, finding] : form.arteries)
    json["arteries"][id] = {
        {"patency", finding.patency
                        ? Json(patency_words[static_cast<std::size_t>(*finding.patency)])
                        : Json(nullptr)},
        {"calcified", finding.calcified}};
  json["measures"] = form.measures;
  json["remark"] = form.remark;
  // What follows is for readers of the file; it is computed anew when the form is read.
  json["results"] = Json::array();
  for (const ScoreResult& r : results(book, form)) json["results"].push_back(result_json(r));
  json["missing"] = Json::array();
  for (const ScoreGap& gap : missing(book, form)) json["missing"].push_back(gap.sentence);
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

imaging::Result<ScoreForm> form_from_json(std::string_view text) {
  return io::guarded([&]() -> ScoreForm {
    const Json json = io::parsed(text, "The score form");
    const Entry file(json, "The score form");
    if (file.text("schema") != "oasis.score/1") file.complain("is of another schema");
    ScoreForm form;
    form.side = side_of(file);
    const auto each = [&](const char* key, const auto& use) {
      const Entry part = file.at(key);
      if (!part.json().is_object()) part.complain("must be an object");
      // null: on the form, but not filled in.
      for (const auto& [id, value] : part.json().items())
        if (!value.is_null()) use(id, part.at(id.c_str()));
    };
    each("levels", [&](const std::string& id, const Entry& e) { form.levels[id] = e.text(); });
    each("arteries",
         [&](const std::string& id, const Entry& e) { form.arteries[id] = finding_of(e); });
    each("measures",
         [&](const std::string& id, const Entry& e) { form.measures[id] = e.number(); });
    for (const Entry& e : file.at("evidence").list()) form.evidence.push_back(evidence_of(e));
    form.remark = file.text_or("remark", "");
    return form;
  });
}

}  // namespace planning
