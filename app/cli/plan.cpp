// `oasis segment` and `oasis plan`: a case in; the vessels, the plan, the report and the pictures
// out.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "app/cli/angiogram_json.h"
#include "app/cli/staged_folder.h"
#include "app/cli/verbs.h"
#include "app/cli/vessel_files.h"
#include "app/report/report.h"
#include "app/report/report_content.h"
#include "app/session/open_case.h"
#include "app/session/provenance.h"
#include "app/view/offscreen.h"
#include "app/view/png.h"
#include "app/view/renderer.h"
#include "imaging/core/assets.h"
#include "planning/plan_json.h"
#include "planning/technique/compare.h"

namespace app {
namespace {

namespace fs = std::filesystem;
using imaging::Error;
using imaging::ErrorCode;
using imaging::fail;
using imaging::Progress;
using imaging::Result;

struct Options {
  std::vector<fs::path> paths;
  fs::path out;
  std::string technique;
  bool json = false;
  planning::PatientFacts facts;  // As told on the command line.
  fs::path angio_marks;          // Empty: none.
};

// Ends the verb when there is no value.
template <class T>
T value_or_failure(Result<T> result) {
  if (!result) report_failure(result.error());
  return std::move(*result);
}

void succeed_or_failure(const Result<void>& result) {
  if (!result) report_failure(result.error());
}

std::string all_notes(const Session& session) {
  if (session.notes.empty()) return "No vessel was found in this case.";
  std::string all;
  for (const std::string& note : session.notes) all += (all.empty() ? "" : " ") + note;
  return all;
}

// On what the vessels rest goes with them where no duplex volume was traced.
planning::Provenance provenance(const Session& session, const Options& options) {
  planning::Provenance from = provenance_of(session.study());
  if (!options.angio_marks.empty() && !session.notes.empty())
    from.parameters.emplace_back("vessels", session.notes.front());
  return from;
}

void write_vessels(const Session& session, const Options& options, const StagedFolder& folder) {
  const std::string& alias = session.study().alias;
  succeed_or_failure(
      folder.write("vessels.json",
                   planning::vessels_json(session.vessels(), alias, provenance(session, options))));
}

// The case with its vessels: traced in its duplex volumes, or those that were named on two of its
// angiograms, where such marks are given.
Session opened(const Options& options, const Progress& progress) {
  if (options.angio_marks.empty()) return value_or_failure(open_case(options.paths, progress));
  std::ifstream file(options.angio_marks);
  if (!file)
    report_failure({ErrorCode::Unreadable, "The marks " + options.angio_marks.string() +
                                               " cannot be read; check the path."});
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const auto marks = value_or_failure(planning::angio_marks_from_json(text));
  return value_or_failure(open_case_on_angiograms(options.paths, marks, progress));
}

void print_notes(const Session& session) {
  for (const std::string& note : session.notes) std::printf("Note: %s\n", note.c_str());
}

void segment(const Options& options) {
  const StagedFolder probe =
      value_or_failure(StagedFolder::make(options.out));  // Before minutes of work.
  const Progress progress = terminal_progress();
  const Session session = opened(options, progress);
  if (session.vessels().empty() && session.study().runs.empty())
    report_failure({ErrorCode::NotFound, all_notes(session)});
  StagedFolder folder = value_or_failure(StagedFolder::make(options.out));
  write_vessels(session, options, folder);
  // Of `oasis segment` alone: no crossing, device or flow rests on it, and it takes longer than a
  // plan does.
  if (!session.study().runs.empty())
    succeed_or_failure(folder.write("angiograms.json", angiogram_trees_json(session.study())));
  std::vector<std::string> files;
  if (!session.vessels().empty())
    files = value_or_failure(
        write_vessel_files(folder.path(), session.vessels(), session.study().volumes));
  succeed_or_failure(folder.publish());
  if (options.json)
    std::puts(planning::vessels_json(session.vessels(), session.study().alias,
                                     provenance(session, options))
                  .c_str());
  else {
    std::printf("%zu vessels of the %s leg in %s\n", session.vessels().vessels().size(),
                std::string(name_of(session.vessels().side())).c_str(),
                (options.out / "vessels.json").c_str());
    for (const std::string& file : files) std::printf("  %s\n", file.c_str());
  }
}

struct Picture {
  ViewKind kind;
  const char* file;
};
constexpr Picture pictures[] = {{ViewKind::Scene, "circuit.png"},
                                {ViewKind::Probe, "probe.png"},
                                {ViewKind::NeedleProfile, "needle.png"},
                                {ViewKind::AngioSubtracted, "angiogram.png"},
                                {ViewKind::DuplexTransverse, "duplex.png"}};
constexpr int picture_width_px = 1200, picture_height_px = 900;

// The report and the pictures; without OpenGL the report has no pictures, and a sentence says so.
void write_report_and_pictures(Session& session, const StagedFolder& folder) {
  auto context = OffscreenContext::make();
  std::unique_ptr<Views> views;
  if (context) {
    views = make_views();
    views->sync(session);
    for (const Picture& picture : pictures) {
      const bool angiogram = picture.kind == ViewKind::AngioSubtracted;
      if (angiogram ? session.study().runs.empty() : session.study().volumes.empty()) continue;
      succeed_or_failure(
          save_png(views->picture(picture.kind, picture_width_px, picture_height_px, 1.5F),
                   folder.path() / picture.file));
    }
  } else {
    std::fprintf(stderr, "oasis: %s The report has no pictures.\n",
                 context.error().sentence.c_str());
  }
  const ReportContent content = value_or_failure(report_content(session, views.get()));
  succeed_or_failure(write_report(content, folder.path() / "report.pdf"));
}

// "feasible", or the first reason why not; cut where the line would leave the terminal.
std::string verdict(const planning::TechniqueOption& option) {
  if (option.feasible)
    return option.to_ask.empty() ? "feasible"
                                 : "feasible; ask for " + std::to_string(option.to_ask.size()) +
                                       " contraindication(s)";
  return "no: " + option.obstacles.front().text + " [" + option.obstacles.front().tag + "]";
}

void print_techniques(const std::vector<planning::TechniqueOption>& options) {
  std::printf("%-12s %-9s %7s %18s %7s %7s  %s\n", "technique", "family", "gap mm", "flow ml/min",
              "devices", "checks", "verdict");
  for (const planning::TechniqueOption& o : options) {
    char gap[16] = "-", flow[32] = "-";
    if (!o.crossing.empty()) {
      std::snprintf(gap, sizeof gap, "%.1f", o.gap_mm);
      std::snprintf(flow, sizeof flow, "%.0f (%.0f-%.0f)", o.circuit_ml_min, o.low_ml_min,
                    o.high_ml_min);
    }
    std::printf("%-12s %-9s %7s %18s %7zu %7d  %s\n", o.id.c_str(), o.family.c_str(), gap, flow,
                o.devices.size(), o.checks_failing, verdict(o).c_str());
  }
}

void print_summary(const Session& session, const fs::path& out) {
  const planning::Preview* preview = session.preview();
  if (!preview) {
    std::printf("No place to cross is admissible; the reasons are in %s\n",
                (out / "report.pdf").c_str());
    return;
  }
  const planning::Crossing& c = preview->crossing;
  std::printf(
      "First crossing: %s to %s, gap %.1f ± %.1f mm, artery %.1f ± %.1f mm, vein %.1f ± %.1f mm\n",
      c.artery_name.c_str(), c.vein_name.c_str(), c.gap_mm, c.gap_sd_mm, c.artery_diameter_mm,
      c.artery_diameter_sd_mm, c.vein_diameter_mm, c.vein_diameter_sd_mm);
  for (const planning::Device& device : preview->devices)
    std::printf("  %s\n", device.label.c_str());
  std::printf("Flow %.0f ml/min (%.0f to %.0f)\n", preview->flow.circuit_ml_min,
              preview->flow.low_ml_min, preview->flow.high_ml_min);
  int to_ask = 0;
  for (const planning::Check& check : preview->checks) {
    if (check.ok) continue;
    if (!check.measured) {
      ++to_ask;
      continue;
    }
    std::printf("  ! %s [%s]%s\n", check.message.c_str(), check.tag.c_str(),
                check.fix ? (" Mends it: " + check.fix->label + ".").c_str() : "");
  }
  if (to_ask > 0) std::printf("  %d more to ask of the patient; see the report\n", to_ask);
  std::printf("%s\n", (out / "report.pdf").c_str());
}

// The same case, judged with what is known of the patient.
Session with_facts(Session session, const planning::PatientFacts& told) {
  planning::PatientFacts facts = session.planner()->facts();
  const auto take = [](auto& fact, const auto& value) {
    if (value) fact = value;
  };
  take(facts.ejection_fraction, told.ejection_fraction);
  take(facts.days_since_revascularization, told.days_since_revascularization);
  take(facts.vein_stripped_harvested_or_thrombosed, told.vein_stripped_harvested_or_thrombosed);
  take(facts.wound_at_medial_malleolus, told.wound_at_medial_malleolus);
  take(facts.plantar_veins_closed, told.plantar_veins_closed);
  planning::Planner planner = value_or_failure(planning::Planner::make(
      session.shared_vessels(), facts, imaging::assets_folder(), terminal_progress()));
  Session judged = value_or_failure(
      Session::open(session.shared_study(), session.shared_vessels(), std::move(planner)));
  judged.notes = session.notes;
  return judged;
}

bool any_told(const planning::PatientFacts& facts) {
  return facts.ejection_fraction || facts.days_since_revascularization ||
         facts.vein_stripped_harvested_or_thrombosed || facts.wound_at_medial_malleolus ||
         facts.plantar_veins_closed;
}

void plan(const Options& options) {
  {
    value_or_failure(StagedFolder::make(options.out));
  }  // A place that refuses is told before the work.
  const Progress progress = terminal_progress();
  Session session = opened(options, progress);
  if (!session.planner()) report_failure({ErrorCode::NotFound, all_notes(session)});
  if (any_told(options.facts)) session = with_facts(std::move(session), options.facts);
  const bool compare = options.technique == "all";
  std::vector<planning::TechniqueOption> techniques;
  if (compare) {
    techniques = value_or_failure(
        planning::compare_techniques(*session.planner(), session.plan(), progress));
  } else if (!options.technique.empty()) {
    session.history().commit(
        "Technique", value_or_failure(planning::with_technique(*session.planner(), session.plan(),
                                                               options.technique)));
  }
  StagedFolder folder = value_or_failure(StagedFolder::make(options.out));
  const std::string json = value_or_failure(planning::plan_json(
      *session.planner(), session.plan(), session.study().alias, provenance(session, options)));
  succeed_or_failure(folder.write("plan.json", json));
  const std::string compared = compare ? planning::techniques_json(techniques) : std::string();
  if (compare) succeed_or_failure(folder.write("techniques.json", compared));
  write_vessels(session, options, folder);
  write_report_and_pictures(session, folder);
  succeed_or_failure(folder.publish());
  if (options.json) {
    std::puts(compare ? compared.c_str() : json.c_str());
    return;
  }
  if (compare) print_techniques(techniques);
  print_summary(session, options.out);
  if (!options.angio_marks.empty()) print_notes(session);
}

CLI::App* case_verb(CLI::App& program, const char* name, const char* help,
                    const std::shared_ptr<Options>& options) {
  CLI::App* verb = program.add_subcommand(name, help);
  verb->add_option("path", options->paths, "files or folders of one case")->required();
  verb->add_option("--out", options->out, "folder for the results")->required();
  verb->add_flag("--json", options->json, "print the result as JSON");
  verb->add_option("--angio-marks", options->angio_marks,
                   "JSON with vessels that were clicked and named on two runs; they take the place "
                   "of those traced in duplex volumes");
  return verb;
}

}  // namespace

void add_segment_verb(CLI::App& program) {
  const auto options = std::make_shared<Options>();
  case_verb(program, "segment",
            "Trace the vessels of a case: vessels.json, centrelines.vtp, label maps (.seg.nrrd), "
            "walls (.stl), angiograms.json",
            options)
      ->callback([options] { segment(*options); });
}

void add_plan_verb(CLI::App& program) {
  const auto options = std::make_shared<Options>();
  CLI::App* verb =
      case_verb(program, "plan", "Plan a case: plan.json, report.pdf, pictures", options);
  verb->add_option("--technique", options->technique,
                   "id of assets/techniques, or all to compare them; else the usual one");
  planning::PatientFacts& facts = options->facts;
  verb->add_option("--ejection-fraction", facts.ejection_fraction, "0 to 1")
      ->check(CLI::Range(0.0, 1.0));
  verb->add_option("--days-since-revascularization", facts.days_since_revascularization)
      ->check(CLI::NonNegativeNumber);
  verb->add_option("--vein-damaged", facts.vein_stripped_harvested_or_thrombosed,
                   "yes or no: stripped, harvested or thrombosed");
  verb->add_option("--wound-at-malleolus", facts.wound_at_medial_malleolus, "yes or no");
  verb->add_option("--plantar-veins-closed", facts.plantar_veins_closed, "yes or no");
  verb->callback([options] { plan(*options); });
}

}  // namespace app
