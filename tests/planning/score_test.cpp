// Scores as data: every cell of every table, what a form lacks, what it refuses.
#include "planning/score/score.h"

#include <gtest/gtest.h>

#include <array>
#include <limits>
#include <sstream>

#include "imaging/core/assets.h"

namespace planning {
namespace {

using imaging::ErrorCode;
using imaging::Side;

const ScoreBook& book() {
  static const ScoreBook shipped = read_scores(imaging::assets_folder()).value();
  return shipped;
}

ScoreForm left() {
  ScoreForm form;
  form.side = Side::Left;
  return form;
}

std::optional<ScoreResult> answer(const ScoreForm& form, std::string_view rule) {
  for (const ScoreResult& r : results(book(), form))
    if (r.id == rule) return r;
  return std::nullopt;
}

ScoreEvidence mark(const std::string& item, std::vector<ImagePoint> points = {{10, 20}, {30, 40}}) {
  return {.item = item,
          .image_uid = "1.2.3",
          .frame = 0,
          .points = std::move(points),
          .length_mm = {},
          .artery = ""};
}

// Typed from the published grids a second time and the other way round: by wound, then ischaemia.
constexpr std::array<std::array<const char*, 4>, 4> risk_by_wound{{
    {"VL VL L M", "VL L M H", "L L M H", "L M M H"},
    {"VL VL L M", "VL L M H", "L M H H", "M M H H"},
    {"L L M H", "M M H H", "M H H H", "H H H H"},
    {"M M H H", "H H H H", "H H H H", "H H H H"},
}};
constexpr std::array<std::array<const char*, 4>, 4> benefit_by_wound{{
    {"VL VL VL VL", "VL L L M", "L L M M", "M H H H"},
    {"VL VL VL VL", "L M M M", "M H H H", "H H H H"},
    {"VL VL VL VL", "M M H H", "H H H H", "H H H H"},
    {"VL VL VL VL", "M M H H", "H H H H", "H H H H"},
}};

std::string word(const char* row, int column) {
  std::istringstream stream(row);
  std::string text;
  for (int i = 0; i <= column; ++i) stream >> text;
  return text;
}

ScoreForm wifi(int wound, int ischaemia, int infection) {
  ScoreForm form = left();
  form.levels = {{"wifi.wound", std::to_string(wound)},
                 {"wifi.ischaemia", std::to_string(ischaemia)},
                 {"wifi.infection", std::to_string(infection)}};
  return form;
}

template <class Each>
void for_each_wifi(Each each) {
  for (int w = 0; w < 4; ++w)
    for (int i = 0; i < 4; ++i)
      for (int f = 0; f < 4; ++f) each(w, i, f);
}

TEST(Wifi, GivesEveryCellOfBothGrids) {
  int cells = 0;
  for_each_wifi([&](int w, int i, int f) {
    SCOPED_TRACE(testing::Message() << "W" << w << " I" << i << " fI" << f);
    const ScoreForm form = wifi(w, i, f);
    EXPECT_EQ(answer(form, "wifi.risk")->value,
              word(risk_by_wound[static_cast<std::size_t>(w)][static_cast<std::size_t>(i)], f));
    EXPECT_EQ(answer(form, "wifi.benefit")->value,
              word(benefit_by_wound[static_cast<std::size_t>(w)][static_cast<std::size_t>(i)], f));
    ++cells;
  });
  EXPECT_EQ(cells, 64);
}

TEST(Wifi, NeverFallsWhenAnyGradeRises) {
  for_each_wifi([&](int w, int i, int f) {
    for (const char* rule : {"wifi.risk", "wifi.benefit"}) {
      SCOPED_TRACE(testing::Message() << rule << " W" << w << " I" << i << " fI" << f);
      const int rank = answer(wifi(w, i, f), rule)->rank;
      if (w < 3) {
        EXPECT_GE(answer(wifi(w + 1, i, f), rule)->rank, rank);
      }
      if (i < 3) {
        EXPECT_GE(answer(wifi(w, i + 1, f), rule)->rank, rank);
      }
      if (f < 3) {
        EXPECT_GE(answer(wifi(w, i, f + 1), rule)->rank, rank);
      }
    }
  });
}

TEST(Wifi, MarksTheCellsThatAreNotVerified) {
  for_each_wifi([&](int w, int i, int f) {
    const bool doubtful = w == 0 && i == 2 && f == 3;
    const auto risk = answer(wifi(w, i, f), "wifi.risk");
    EXPECT_EQ(risk->origin.verified, !doubtful);
    EXPECT_EQ(risk->note.empty(), !doubtful);
    EXPECT_FALSE(answer(wifi(w, i, f), "wifi.benefit")->origin.verified);
  });
}

TEST(Wifi, SaysWhichGradeAMeasureSpeaksFor) {
  const auto grade = [](const char* id, double value) { return book().measure(id)->rank(value); };
  EXPECT_EQ(grade("abi", 0.80), 0);
  EXPECT_EQ(grade("abi", 0.79), 1);
  EXPECT_EQ(grade("abi", 0.60), 1);
  EXPECT_EQ(grade("abi", 0.59), 2);
  EXPECT_EQ(grade("abi", 0.39), 3);
  EXPECT_EQ(grade("ankle_mmhg", 101), 0);
  EXPECT_EQ(grade("ankle_mmhg", 100), 1);
  EXPECT_EQ(grade("ankle_mmhg", 50), 2);
  EXPECT_EQ(grade("ankle_mmhg", 49), 3);
  for (const char* id : {"toe_mmhg", "tcpo2_mmhg"}) {
    EXPECT_EQ(grade(id, 60), 0);
    EXPECT_EQ(grade(id, 59), 1);
    EXPECT_EQ(grade(id, 39), 2);
    EXPECT_EQ(grade(id, 29), 3);
  }
  ScoreForm form = left();
  form.measures["toe_mmhg"] = 28;
  const auto levels = measured_levels(book(), form);
  ASSERT_EQ(levels.size(), 1u);
  EXPECT_EQ(levels[0].level, "3");
  EXPECT_EQ(levels[0].says, "Toe pressure 28 mmHg: Ischaemia 3");
}

constexpr const char* glass_rows[] = {"none I I II III", "I I II II III", "I II II II III",
                                      "II II II III III", "III III III III III"};

ScoreForm glass(int fp, int ip, bool fp_calcium = false, bool ip_calcium = false) {
  ScoreForm form = left();
  form.levels = {{"glass.femoropopliteal", std::to_string(fp)},
                 {"glass.infrapopliteal", std::to_string(ip)}};
  if (fp_calcium) form.levels["glass.femoropopliteal_calcium"] = "yes";
  if (ip_calcium) form.levels["glass.infrapopliteal_calcium"] = "yes";
  return form;
}

TEST(Glass, GivesEveryCellCalcifiedOrNot) {
  for (int fp = 0; fp < 5; ++fp)
    for (int ip = 0; ip < 5; ++ip)
      for (const bool a : {false, true})
        for (const bool b : {false, true}) {
          SCOPED_TRACE(testing::Message() << "FP" << fp << " IP" << ip << a << b);
          const int row = std::min(4, fp + a), column = std::min(4, ip + b);
          EXPECT_EQ(answer(glass(fp, ip, a, b), "glass.stage")->value,
                    word(glass_rows[row], column));
        }
}

TEST(Glass, NeverFallsWhenAGradeRises) {
  for (int fp = 0; fp < 5; ++fp)
    for (int ip = 0; ip < 5; ++ip) {
      const int rank = answer(glass(fp, ip), "glass.stage")->rank;
      if (fp < 4) {
        EXPECT_GE(answer(glass(fp + 1, ip), "glass.stage")->rank, rank);
      }
      if (ip < 4) {
        EXPECT_GE(answer(glass(fp, ip + 1), "glass.stage")->rank, rank);
      }
      EXPECT_GE(answer(glass(fp, ip, true, true), "glass.stage")->rank, rank);
    }
}

TEST(Glass, SaysThatCalciumRaisedAGrade) {
  EXPECT_NE(answer(glass(1, 2, false, true), "glass.stage")->because.find("one up"),
            std::string::npos);
}

TEST(Glass, GivesThePedalDescriptorWithoutTheStage) {
  ScoreForm form = left();
  form.levels["glass.pedal"] = "P2";
  EXPECT_EQ(answer(form, "glass.pedal")->value, "P2");
  EXPECT_EQ(answer(form, "glass.pedal")->rank, 2);
  EXPECT_FALSE(answer(form, "glass.stage"));
}

constexpr const char* mac_sites[] = {"mac5.dorsalis_pedis", "mac5.plantar", "mac5.metatarsal",
                                     "mac5.hallux", "mac5.other_digits"};

TEST(Mac, CountsEveryCombinationAndKeepsBothGroupingsApart) {
  constexpr const char* group_a[] = {"mild", "mild", "moderate", "moderate", "moderate", "severe"};
  constexpr const char* group_b[] = {"mild", "mild", "mild", "moderate", "moderate", "severe"};
  for (unsigned bits = 0; bits < 32; ++bits) {
    ScoreForm form = left();
    int points = 0;
    for (unsigned site = 0; site < 5; ++site) {
      const bool yes = (bits >> site) & 1u;
      form.levels[mac_sites[site]] = yes ? "1" : "0";
      points += yes;
    }
    EXPECT_EQ(answer(form, "mac5.points")->value, std::to_string(points));
    EXPECT_EQ(answer(form, "mac5.points")->rank, points);
    EXPECT_EQ(answer(form, "mac5.points")->ranks, 6);
    EXPECT_EQ(answer(form, "mac5.group_0_1")->value, group_a[points]);
    EXPECT_EQ(answer(form, "mac5.group_0_2")->value, group_b[points]);
  }
}

TEST(Mac, AsksTwoCentimetresOfArteriesAndOneOfToes) {
  EXPECT_EQ(book().item("mac5.dorsalis_pedis")->calcium_over_mm, 20);
  EXPECT_EQ(book().item("mac5.plantar")->calcium_over_mm, 20);
  EXPECT_EQ(book().item("mac5.metatarsal")->calcium_over_mm, 20);
  EXPECT_EQ(book().item("mac5.hallux")->calcium_over_mm, 10);
  EXPECT_EQ(book().item("mac5.other_digits")->calcium_over_mm, 10);
}

TEST(Mac, HasNoSumBeforeEverySiteIsScored) {
  ScoreForm form = left();
  for (int site = 0; site < 4; ++site) form.levels[mac_sites[site]] = "1";
  EXPECT_FALSE(answer(form, "mac5.points"));
}

TEST(Scores, HaveASourceAndATagForEveryDefinition) {
  const auto stated = [](const Origin& origin) {
    return !origin.source.empty() && !origin.tag.empty();
  };
  EXPECT_EQ(book().scales.size(), 8u);
  for (const ScoreScale& scale : book().scales) {
    EXPECT_TRUE(stated(scale.origin)) << scale.id;
    for (const ScoreItem& item : scale.items) {
      EXPECT_TRUE(stated(item.origin)) << item.id;
      for (const ScoreLevel& level : item.levels) {
        EXPECT_TRUE(stated(level.origin)) << item.id << level.id;
        EXPECT_FALSE(level.says.empty());
      }
    }
    for (const ScoreRule& rule : scale.rules) EXPECT_TRUE(stated(rule.origin)) << rule.id;
  }
}

TEST(Scores, MarkWhatWasOnlyRecalled) {
  for (const char* id : {"kawarada", "tasc"}) {
    EXPECT_FALSE(book().scale(id)->origin.verified) << id;
    for (const ScoreLevel& level : book().item(id)->levels) EXPECT_FALSE(level.origin.verified);
  }
  EXPECT_TRUE(book().scale("sad")->origin.verified);
  EXPECT_FALSE(book().item("kawarada")->ordinal);
}

TEST(Scores, AnswerEveryLevelOfSingleItems) {
  for (const char* id : {"sad", "mac3", "rutherford", "kawarada", "tasc"}) {
    const ScoreItem& item = *book().item(id);
    for (std::size_t i = 0; i < item.levels.size(); ++i) {
      ScoreForm form = left();
      form.levels[id] = item.levels[i].id;
      EXPECT_EQ(answer(form, id)->value, item.levels[i].id);
      EXPECT_EQ(answer(form, id)->rank, static_cast<int>(i));
      EXPECT_EQ(answer(form, id)->ranks, static_cast<int>(item.levels.size()));
    }
  }
}

TEST(Missing, NamesALevelThenItsEvidenceThenNothing) {
  ScoreForm form = left();
  auto gaps = missing(book(), form, {"sad"});
  ASSERT_EQ(gaps.size(), 1u);
  EXPECT_EQ(gaps[0].kind, ScoreGap::Kind::NoLevel);
  form.levels["sad"] = "2";
  gaps = missing(book(), form, {"sad"});
  ASSERT_EQ(gaps.size(), 1u);
  EXPECT_EQ(gaps[0].kind, ScoreGap::Kind::NoEvidence);
  form.evidence.push_back(mark("sad"));
  EXPECT_TRUE(missing(book(), form, {"sad"}).empty());
}

TEST(Missing, TakesTheWholeImageForAbsenceOnly) {
  ScoreForm form = left();
  form.evidence.push_back(mark("sad", {}));
  form.levels["sad"] = "2";
  EXPECT_EQ(missing(book(), form, {"sad"}).size(), 1u);
  form.levels["sad"] = "0";
  EXPECT_TRUE(missing(book(), form, {"sad"}).empty());
}

TEST(Missing, AsksNoMarkOfClinicalScoresAndNoCalciumOfGlass) {
  EXPECT_TRUE(missing(book(), wifi(1, 2, 3), {"wifi"}).empty());
  ScoreForm form = glass(1, 2);
  const auto gaps = missing(book(), form, {"glass"});
  ASSERT_EQ(gaps.size(), 1u);
  EXPECT_EQ(gaps[0].item, "glass.pedal");
}

TEST(Missing, CoversEveryScoreWhenNoneIsNamed) {
  std::size_t wanted = 0;
  for (const ScoreScale& scale : book().scales)
    for (const ScoreItem& item : scale.items) wanted += item.optional ? 0 : 1;
  EXPECT_EQ(missing(book(), left()).size(), wanted);
}

TEST(CheckForm, RefusesTheWrongSide) {
  const auto refused = check_form(book(), left(), Side::Right);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::InvalidInput);
  EXPECT_NE(refused.error().sentence.find("left"), std::string::npos);
  EXPECT_TRUE(check_form(book(), left(), Side::Left));
  EXPECT_TRUE(check_form(book(), left(), Side::Unknown));
  EXPECT_FALSE(check_form(book(), ScoreForm{}, Side::Left));
}

TEST(CheckForm, RefusesWhatTheBookDoesNotKnow) {
  const auto refused = [](auto change) {
    ScoreForm form = left();
    change(form);
    return !check_form(book(), form, Side::Left);
  };
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_FALSE(refused([](ScoreForm&) {}));
  EXPECT_TRUE(refused([](ScoreForm& f) { f.levels["no_such"] = "1"; }));
  EXPECT_TRUE(refused([](ScoreForm& f) { f.levels["sad"] = "3"; }));
  EXPECT_TRUE(refused([](ScoreForm& f) { f.measures["no_such"] = 1; }));
  EXPECT_TRUE(refused([](ScoreForm& f) { f.measures["toe_mmhg"] = -1; }));
  EXPECT_TRUE(refused([&](ScoreForm& f) { f.measures["toe_mmhg"] = nan; }));
  EXPECT_TRUE(refused([](ScoreForm& f) { f.evidence = {mark("rutherford")}; }));
  EXPECT_TRUE(refused([](ScoreForm& f) { f.evidence = {mark("no_such")}; }));
  EXPECT_TRUE(refused([&](ScoreForm& f) { f.evidence = {mark("sad", {{nan, 0}})}; }));
  EXPECT_TRUE(refused([](ScoreForm& f) {
    f.evidence = {mark("sad", {{1, 2}})};
    f.evidence[0].length_mm = 3;  // A point has no length.
  }));
}

TEST(FormJson, ReadsWhatItWrote) {
  ScoreForm form = wifi(1, 2, 3);
  form.levels["sad"] = "1";
  form.evidence = {mark("sad", {{1.25, 2.5}, {3, 4}}), mark("mac3", {})};
  form.evidence[0].length_mm = 12.5;
  form.evidence[0].artery = "plantar_arch";
  form.arteries["plantar_arch"] = {Patency::Occluded, true};
  form.arteries["dorsalis_pedis"] = {std::nullopt, false};
  form.measures["abi"] = 0.31;
  form.remark = "Motion in the last frames.";
  const auto read = form_from_json(form_json(book(), form));
  ASSERT_TRUE(read) << read.error().sentence;
  EXPECT_EQ(*read, form);
}

TEST(FormJson, TakesNullForNotScoredYet) {
  const auto form = form_from_json(
      R"({"schema":"oasis.score/1","side":"left","levels":{"sad":null,"mac3":"1"},
          "evidence":[],"arteries":{},"measures":{},"choices":{"sad":{}}})");
  ASSERT_TRUE(form) << form.error().sentence;
  EXPECT_FALSE(form->levels.contains("sad"));
  EXPECT_EQ(form->levels.at("mac3"), "1");
}

TEST(FormJson, RefusesDamagedFilesInOneSentence) {
  const std::string good = form_json(book(), left());
  for (const std::string& bad :
       {std::string(), std::string("[]"), good.substr(0, good.size() / 2),
        std::string(R"({"schema":"oasis.score/2"})"),
        std::string(R"({"schema":"oasis.score/1","side":"up"})"),
        std::string(R"({"schema":"oasis.score/1","side":"left","levels":[1]})"),
        std::string(4000, '[')}) {
    const auto read = form_from_json(bad);
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().code, ErrorCode::InvalidInput);
    EXPECT_EQ(read.error().sentence.back(), '.');
  }
}

}  // namespace
}  // namespace planning
