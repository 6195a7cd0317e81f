#include "app/report/report_content.h"

#include <set>
#include <utility>

#include "app/report/wording.h"
#include "app/session/achieved_edits.h"
#include "app/session/angio_curve.h"
#include "app/session/cine.h"
#include "app/session/provenance.h"

namespace app {
namespace {

using imaging::Study;
using planning::Crossing;

constexpr std::size_t listed_candidates = 12;  // Of each kind: two pages, which a person reads.
// A picture 960 px wide takes half the page's width, 86 mm: this makes its letters as tall as those
// of the captions.
constexpr float picture_scale = 2.4F;

void take_candidates(const planning::Planner& planner, ReportContent& content) {
  std::size_t ranked = 0, rejected = 0;
  for (const Crossing& c : planner.candidates()) {
    std::size_t& count = c.rejected ? rejected : ranked;
    if (count == listed_candidates) {
      ++content.candidates_left_out;
      continue;
    }
    ++count;
    content.candidates.push_back(c);
  }
}

std::string numbered(const char* kind, std::size_t index, const std::string& label) {
  const std::string name = std::string(kind) + ' ' + std::to_string(index + 1);
  return label.empty() ? name : name + ": " + label;
}

// A clip is measured in the region that gives mm, if it has one.
imaging::Calibration calibration_of(const imaging::DuplexClip& clip) {
  for (const imaging::UltrasoundRegion& region : clip.regions)
    if (region.calibration.gives_mm()) return region.calibration;
  imaging::Calibration none;
  none.note = clip.regions.empty() ? "The file names no calibrated region: lengths stay in px."
                                   : clip.regions.front().calibration.note;
  return none;
}

void take_inputs(const Study& study, ReportContent& content) {
  std::set<std::pair<std::string, std::string>> seen;
  const auto take = [&](const char* kind, const auto& images, auto&& calibration) {
    for (std::size_t i = 0; i < images.size(); ++i) {
      content.calibrations.push_back({numbered(kind, i, images[i].label), calibration(images[i])});
      for (const imaging::SourceFile& file : images[i].sources)
        if (seen.emplace(file.sop_instance_uid, file.sha256).second) content.inputs.push_back(file);
    }
  };
  const auto own = [](const auto& image) { return image.calibration; };
  take("Duplex volume", study.volumes, own);
  take("Angiogram", study.runs, own);
  take("Radiograph", study.radiographs, own);
  take("Duplex clip", study.clips, [](const auto& clip) { return calibration_of(clip); });
}

// Looks at the crossing for as long as pictures are taken, then gives the view back.
class BorrowedView {
 public:
  BorrowedView(Session& session, Views& views)
      : session_(session), views_(views), kept_(session.view) {}
  ~BorrowedView() {
    session_.view = kept_;
    views_.sync(session_);
  }
  BorrowedView(const BorrowedView&) = delete;
  BorrowedView& operator=(const BorrowedView&) = delete;

 private:
  Session& session_;
  Views& views_;
  ViewState kept_;
};

void look_at_crossing(Session& session, const Crossing& crossing) {
  session.view.cursor = crossing.artery_point;
  session.view.selected_vessel = crossing.site.artery;
  const auto& volumes = session.study().volumes;
  for (std::size_t i = 0; i < volumes.size(); ++i)
    if (volumes[i].bmode.grid().contains(crossing.artery_point)) {
      session.view.volume = i;
      return;
    }
}

// The run on the screen, at the frame that the person chose or else where it fills most.
void look_at_contrast(Session& session) {
  const imaging::AngioRun& run = session.study().runs[session.view.run];
  session.view.subtracted = true;
  if (session.view.frame > 0) return;
  if (const auto curve = angio_curve(run, session.view.mask_frame))
    session.view.frame = curve->peak_frame;
}

std::string angiogram_caption(const Session& session) {
  const imaging::AngioRun& run = session.study().runs[session.view.run];
  return numbered("Angiogram", session.view.run, run.label) + ", frame " +
         std::to_string(shown_frame(session.view, run) + 1) + " of " +
         std::to_string(run.frames.size()) + ", subtracted.";
}

void take_pictures(Session& session, Views& views, ReportContent& content) {
  const BorrowedView borrowed(session, views);
  const planning::Preview* preview = session.preview();
  if (preview) look_at_crossing(session, preview->crossing);
  const bool has_run = session.view.run < session.study().runs.size();
  if (has_run) look_at_contrast(session);
  views.sync(session);
  const auto take = [&](ViewKind kind, int width_px, int height_px, std::string caption) {
    content.pictures.push_back(
        {views.picture(kind, width_px, height_px, picture_scale), std::move(caption)});
  };
  if (!session.vessels().empty())
    take(ViewKind::Scene, 1000, 1500,
         preview ? "The circuit: arteries red, veins blue, stents grey, needle yellow, coil violet."
                 : "The vessels that were found: arteries red, veins blue.");
  if (preview) {
    take(ViewKind::Probe, 960, 640,
         "Across the artery at the site, as the probe sees it, with the needle's path.");
    take(ViewKind::NeedleProfile, 960, 640, "The plane of the needle and the artery's axis.");
    content.strip = ReportPicture{
        views.picture(ViewKind::Strip, 1800, 420, picture_scale),
        "The circuit laid straight: artery red, needle yellow, vein blue; stents grey with their "
        "numbers, orange where they do not touch the wall; valves as cusps; branches above; "
        "triangles where a check fails."};
  }
  if (has_run) take(ViewKind::AngioSubtracted, 960, 880, angiogram_caption(session));
  if (session.view.volume < session.study().volumes.size())
    take(ViewKind::DuplexTransverse, 960, 880,
         numbered("Duplex volume", session.view.volume,
                  session.study().volumes[session.view.volume].label) +
             (preview ? ", across the limb at the site." : ", across the limb."));
}

}  // namespace

imaging::Result<ReportContent> report_content(Session& session, Views* views) {
  if (!session.has_case())
    return imaging::fail(imaging::ErrorCode::InvalidInput, "Open a case before its report.");
  const Study& study = session.study();
  ReportContent content;
  content.alias = study.alias;
  content.side = study.side == imaging::Side::Unknown ? session.vessels().side() : study.side;
  content.date = report::today();
  content.notes = session.notes;
  if (const std::size_t count = study.skipped.size(); count > 0)
    content.notes.push_back(std::to_string(count) + (count == 1 ? " file" : " files") +
                            " of the case " + (count == 1 ? "was" : "were") +
                            " not used; oasis info tells why.");
  for (const imaging::Vessel& vessel : session.vessels().vessels())
    content.vessel_names[vessel.id] = vessel.name;
  if (session.planner()) {
    content.technique = session.plan().technique;
    take_candidates(*session.planner(), content);
    if (auto compared = planning::compare_techniques(*session.planner(), session.plan()))
      content.techniques = *std::move(compared);
    const auto& kept = session.plan().alternatives;
    for (std::size_t n = 0; n < kept.size(); ++n)
      if (const planning::Preview* other = session.preview_of_alternative(n))
        content.alternatives.emplace_back(
            kept[n].name + " (" + std::string(planning::name_of(kept[n].stage)) + ")", *other);
  }
  if (const planning::Preview* preview = session.preview()) {
    content.preview = *preview;
    if (const auto planned = planned_alternative(session.plan()))
      if (const planning::Preview* before = session.preview_of_alternative(*planned))
        content.achieved = planning::planned_against_achieved(
            *before, *preview, planning::completion_of(session.plan().visits));
  }
  take_inputs(study, content);
  content.version = version();
  content.parameters =
      session.plan().crossing_moved_by_hand
          ? "The crossing was moved by hand. Rules, devices and techniques: those shipped with it."
          : "The crossing is the first that the rules rank. Rules, devices and techniques: those "
            "shipped with it.";
  if (views != nullptr) take_pictures(session, *views, content);
  return content;
}

}  // namespace app
