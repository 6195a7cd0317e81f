// oasis review ...: blinded reading from the command line, for any library folder or PostgreSQL.
#include <termios.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <nlohmann/json.hpp>
#include <span>
#include <string>

#include "app/cli/staged_folder.h"
#include "app/cli/verbs.h"
#include "app/report/whole_file.h"
#include "app/store/library.h"
#include "app/store/review_library.h"
#include "imaging/core/assets.h"

namespace app {
namespace {

namespace fs = std::filesystem;
using imaging::ErrorCode;
using imaging::fail;
using imaging::Result;
using Json = nlohmann::ordered_json;

struct Options {
  std::string library, as, password_file;
  std::string list, code, name, role = "reader", new_password_file;
  std::vector<std::string> scales, cases;
  int readers = 2;
  fs::path form, out;
  bool json = false;
};

// Returns what is there, or ends the verb with the sentence.
template <class T>
T or_end(Result<T> result) {
  if (!result) report_failure(result.error());
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

// From a file, the terminal without echo, or the first line of the standard input.
std::string secret(const std::string& file, const char* question) {
  std::string line;
  if (!file.empty()) {
    std::ifstream in(file);
    if (!std::getline(in, line))
      report_failure({ErrorCode::Unreadable, "The password file " + file + " cannot be read."});
    return line;
  }
  const bool terminal = isatty(STDIN_FILENO) != 0;
  termios before{};
  if (terminal) {
    std::fprintf(stderr, "%s: ", question);
    tcgetattr(STDIN_FILENO, &before);
    termios silent = before;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    tcsetattr(STDIN_FILENO, TCSANOW, &silent);
  }
  std::getline(std::cin, line);
  if (terminal) {
    tcsetattr(STDIN_FILENO, TCSANOW, &before);
    std::fprintf(stderr, "\n");
  }
  return line;
}

planning::ScoreBook book() { return or_end(planning::read_scores(imaging::assets_folder())); }

ReviewLibrary library_of(const Options& options) {
  const std::string place =
      options.library.empty() ? Library::default_folder().string() : options.library;
  return or_end(ReviewLibrary::open(place, book()));
}

SignedIn sign_in(const Options& options, const ReviewLibrary& library) {
  if (options.as.empty())
    report_failure({ErrorCode::InvalidInput, "Say who you are with --as NAME."});
  return or_end(library.sign_in(options.as, secret(options.password_file, "Password")));
}

planning::ScoreForm form_in(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  if (!in.is_open() || in.bad())
    report_failure({ErrorCode::Unreadable, path.string() + " cannot be read."});
  return or_end(planning::form_from_json(text));
}

ReadingList list_of(const Options& options, const ReviewLibrary& library) {
  for (const ReadingList& list : or_end(library.lists()))
    if (list.name == options.list) return list;
  report_failure({ErrorCode::NotFound, "There is no reading list of this name."});
}

const char* word_of(AssignedCase::State state) {
  switch (state) {
    case AssignedCase::State::Untouched:
      return "open";
    case AssignedCase::State::Draft:
      return "draft";
    case AssignedCase::State::Committed:
      return "committed";
  }
  return "open";
}

// "left:PATH" or "right:PATH"; a case without a side cannot refuse a score for the wrong one.
ListedCase case_from(const std::string& text) {
  const std::size_t colon = text.find(':');
  const std::string side = text.substr(0, colon);
  if (colon == std::string::npos || (side != "left" && side != "right"))
    report_failure({ErrorCode::InvalidInput, "Write a case as left:PATH or right:PATH."});
  std::error_code error;
  const fs::path path = fs::absolute(text.substr(colon + 1), error).lexically_normal();
  if (error || !fs::exists(path, error))
    report_failure({ErrorCode::Unreadable, "The case " + text + " is not there."});
  return {
      path.string(), side == "left" ? imaging::Side::Left : imaging::Side::Right, {path.string()}};
}

void start(const Options& options) {
  auto library = library_of(options);
  or_end(library.add_first_chair(options.name, secret(options.new_password_file, "New password")));
  std::printf("%s chairs this review.\n", options.name.c_str());
}

void add_person(const Options& options) {
  auto library = library_of(options);
  const SignedIn chair = sign_in(options, library);
  const ReviewRole role = options.role == "chair"         ? ReviewRole::Chair
                          : options.role == "adjudicator" ? ReviewRole::Adjudicator
                                                          : ReviewRole::Reader;
  or_end(library.add_person(chair, options.name,
                            secret(options.new_password_file, "Password of the new person"), role));
  std::printf("%s is %s.\n", options.name.c_str(), options.role.c_str());
}

void make_list(const Options& options) {
  auto library = library_of(options);
  const SignedIn chair = sign_in(options, library);
  std::vector<ListedCase> cases;
  for (const std::string& text : options.cases) cases.push_back(case_from(text));
  or_end(library.make_list(chair, {options.list, options.scales, options.readers}, cases));
  std::printf("%s: %zu cases for %d readers.\n", options.list.c_str(), cases.size(),
              options.readers);
}

void cases(const Options& options) {
  const auto library = library_of(options);
  const SignedIn reader = sign_in(options, library);
  Json all = Json::array();
  for (const AssignedCase& c : or_end(library.cases(reader, options.list))) {
    all.push_back(
        {{"code", c.code}, {"side", imaging::name_of(c.side)}, {"state", word_of(c.state)}});
    if (!options.json)
      std::printf("%s  %-5s  %s\n", c.code.c_str(), std::string(imaging::name_of(c.side)).c_str(),
                  word_of(c.state));
  }
  if (options.json) std::printf("%s\n", all.dump(1).c_str());
}

// The draft that was begun, else an empty form; with every item that the list asks for, what its
// levels mean and what they need as evidence. Reading passes over `choices`.
Json form_of(const planning::ScoreBook& known, const std::vector<std::string>& scales,
             const planning::ScoreForm& form) {
  Json json = Json::parse(planning::form_json(known, form));
  json.erase("results");
  json.erase("missing");
  Json choices = Json::object();
  for (const planning::ScoreScale& scale : known.scales) {
    if (!scales.empty() && std::find(scales.begin(), scales.end(), scale.id) == scales.end())
      continue;
    for (const planning::ScoreItem& item : scale.items) {
      if (!form.levels.contains(item.id)) json["levels"][item.id] = nullptr;
      Json levels = Json::object();
      for (const planning::ScoreLevel& level : item.levels)
        levels[level.id] = level.label + ": " + level.says + " (" + level.origin.source + " [" +
                           level.origin.tag + "]" +
                           (level.origin.verified ? "" : ", not verified") + ")";
      choices[item.id] = {
          {"asks", scale.label + ", " + item.label + ". " + item.says},
          {"may_stay_null", item.optional},
          {"evidence_on", item.evidence_on == planning::EvidenceOn::Nothing ? Json(nullptr)
                          : item.evidence_on == planning::EvidenceOn::Angiogram
                              ? Json("angiogram")
                              : Json("radiograph")},
          {"levels", std::move(levels)}};
    }
  }
  json["choices"] = std::move(choices);
  return json;
}

void empty_form(const Options& options) {
  const auto library = library_of(options);
  const SignedIn reader = sign_in(options, library);
  const auto all = or_end(library.cases(reader, options.list));
  const auto found = std::find_if(all.begin(), all.end(),
                                  [&](const AssignedCase& c) { return c.code == options.code; });
  if (found == all.end())
    report_failure({ErrorCode::NotFound, "This list has no case " + options.code + "."});
  planning::ScoreForm form = found->form.value_or(planning::ScoreForm{});
  form.side = found->side;
  const std::string text = form_of(book(), list_of(options, library).scales, form).dump(1) + "\n";
  if (options.out.empty()) {
    std::printf("%s", text.c_str());
    return;
  }
  // A form that was filled in is not written over.
  std::error_code error;
  if (fs::exists(options.out, error))
    report_failure({ErrorCode::Unwritable, options.out.string() + " is there already."});
  or_end(write_whole_file(options.out, std::as_bytes(std::span(text))));
  std::printf("%s\n", options.out.c_str());
}

void commit(const Options& options, bool settles) {
  auto library = library_of(options);
  const SignedIn reader = sign_in(options, library);
  const auto form = form_in(options.form);
  const auto sequence = or_end(settles ? library.settle(reader, options.list, options.code, form)
                                       : library.commit(reader, options.list, options.code, form));
  std::printf("%s is %s, entry %lld of the audit trail.\n", options.code.c_str(),
              settles ? "settled" : "committed and locked", static_cast<long long>(sequence));
}

void disputes(const Options& options) {
  const auto library = library_of(options);
  const SignedIn adjudicator = sign_in(options, library);
  const auto known = book();
  Json all = Json::array();
  for (const DisputedCase& d : or_end(library.disputes(adjudicator, options.list))) {
    Json forms = Json::array();
    for (const auto& form : d.forms) forms.push_back(Json::parse(planning::form_json(known, form)));
    all.push_back({{"code", d.assigned.code},
                   {"side", imaging::name_of(d.assigned.side)},
                   {"differ_in", d.differ_in},
                   {"forms", std::move(forms)}});
    if (options.json) continue;
    std::printf("%s differs in", d.assigned.code.c_str());
    for (const std::string& id : d.differ_in) std::printf(" %s", id.c_str());
    std::printf("\n");
  }
  if (options.json) std::printf("%s\n", all.dump(1).c_str());
}

void agreement(const Options& options) {
  const auto library = library_of(options);
  const SignedIn chair = sign_in(options, library);
  const auto items = planning::agreement_of(book(), list_of(options, library).scales,
                                            or_end(library.readings(chair, options.list)));
  Json all = Json::array();
  for (const planning::ItemAgreement& item : items) {
    Json entry{{"item", item.id}, {"cases", item.cases}, {"readers", item.readers}};
    if (!options.json) std::printf("%-28s %3d cases", item.id.c_str(), item.cases);
    for (const auto& [name, value] : {std::pair{"percent", &item.percent},
                                      {"cohen_kappa", &item.cohen},
                                      {"weighted_kappa", &item.weighted},
                                      {"fleiss_kappa", &item.fleiss},
                                      {"icc_2_1", &item.icc}}) {
      if (!*value) continue;
      const planning::Agreement& a = **value;
      entry[name] = {{"value", a.value}, {"low", a.interval.low}, {"high", a.interval.high}};
      if (!options.json)
        std::printf("  %s %.2f (%.2f to %.2f)", name, a.value, a.interval.low, a.interval.high);
    }
    if (!item.remark.empty()) entry["remark"] = item.remark;
    if (!options.json) std::printf("%s%s\n", item.remark.empty() ? "" : "  ", item.remark.c_str());
    all.push_back(std::move(entry));
  }
  if (options.json) std::printf("%s\n", all.dump(1).c_str());
}

void export_list(const Options& options) {
  const auto library = library_of(options);
  const SignedIn chair = sign_in(options, library);
  const auto scales = list_of(options, library).scales;
  const auto readings = or_end(library.readings(chair, options.list));
  or_end(library.verify());  // What was tampered with leaves as nothing.
  const auto known = book();
  auto staged = or_end(StagedFolder::make(options.out));
  or_end(staged.write("readings.csv", planning::readings_csv(known, scales, readings)));
  or_end(staged.write("agreement.csv",
                      planning::agreement_csv(planning::agreement_of(known, scales, readings))));
  or_end(staged.write("codebook.csv", planning::codebook_csv(known, scales)));
  or_end(staged.publish());
  std::printf("%zu forms in %s\n", readings.size(), options.out.c_str());
}

void verify(const Options& options) {
  const auto library = library_of(options);
  const auto verdict = or_end(library.verify());
  std::printf("The audit trail of %zu entries is whole; its last hash is %s.\n", verdict.entries,
              verdict.last_hash.c_str());
  if (!verdict.clock_went_back.empty())
    std::printf("Clocks disagree: %zu entries tell an earlier time than the entry before them.\n",
                verdict.clock_went_back.size());
}

}  // namespace

void add_review_verb(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  CLI::App* verb = app.add_subcommand("review", "Blinded reading by several readers");
  verb->require_subcommand(1);
  const auto add = [&](const char* name, const char* says, auto run) {
    CLI::App* sub = verb->add_subcommand(name, says);
    sub->add_option("--library", options->library,
                    "A folder, or postgresql://user@host/database; else the library's own folder");
    sub->callback([options, run] { run(*options); });
    return sub;
  };
  const auto signed_in = [&](CLI::App* sub) {
    sub->add_option("--as", options->as, "Your sign-in name")->required();
    sub->add_option("--password-file", options->password_file,
                    "File with your password; else it is asked for");
    return sub;
  };
  const auto of_list = [&](CLI::App* sub) {
    sub->add_option("LIST", options->list, "Name of the reading list")->required();
    return signed_in(sub);
  };
  CLI::App* first = add("start", "Make the first chair of a review", start);
  first->add_option("NAME", options->name, "Sign-in name")->required();
  first->add_option("--new-password-file", options->new_password_file, "Else it is asked for");

  CLI::App* person = signed_in(add("add-person", "Add a reader, adjudicator or chair", add_person));
  person->add_option("NAME", options->name, "Sign-in name")->required();
  person->add_option("--role", options->role)
      ->check(CLI::IsMember({"reader", "adjudicator", "chair"}))
      ->capture_default_str();
  person->add_option("--new-password-file", options->new_password_file, "Else it is asked for");

  CLI::App* list = of_list(add("make-list", "Put cases on a reading list", make_list));
  list->add_option("--case", options->cases, "left:PATH or right:PATH")->required();
  list->add_option("--scale", options->scales, "Ids of scores; all without it");
  list->add_option("--readers", options->readers, "Readers that each case needs")
      ->capture_default_str();

  of_list(add("cases", "Your cases in your own order", cases))
      ->add_flag("--json", options->json, "Print JSON");
  CLI::App* blank =
      of_list(add("form", "A form to fill in: your draft or an empty one", empty_form));
  blank->add_option("CODE", options->code, "Code of the case")->required();
  blank->add_option("--out", options->out, "New file; else it is printed");
  CLI::App* locks =
      of_list(add("commit", "Commit and lock a form", [](const Options& o) { commit(o, false); }));
  CLI::App* settles = of_list(add("settle", "Settle a case that readers differ on",
                                  [](const Options& o) { commit(o, true); }));
  for (CLI::App* sub : {locks, settles}) {
    sub->add_option("CODE", options->code, "Code of the case")->required();
    sub->add_option("FORM", options->form, "Form as JSON (oasis.score/1)")->required();
  }
  of_list(add("disputes", "Cases that readers differ on, without their names", disputes))
      ->add_flag("--json", options->json, "Print JSON");
  of_list(add("agreement", "Kappa, ICC and percent with 95 % intervals", agreement))
      ->add_flag("--json", options->json, "Print JSON");
  of_list(add("export", "Readings, agreement and codebook as CSV", export_list))
      ->add_option("--out", options->out, "Folder")
      ->required();
  add("verify", "Check the audit trail", verify);
}

}  // namespace app
