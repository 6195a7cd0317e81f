// The plan over the run, from a few landmarks; and how to turn the C-arm to see the crossing.
#include <algorithm>
#include <cmath>

#include "app/panels/angio_parts.h"
#include "app/panels/widgets.h"
#include "app/session/angio_marks.h"
#include "app/session/angio_overlay.h"

namespace app {
namespace {

void draw_landmarks(Context& context, const imaging::AngioRun& run) {
  AngioUi& ui = context.ui.angio;
  Session& session = context.session;
  const auto places = landmark_places(session.vessels());
  const auto marks = marks_of(session.plan().angio, run);
  const auto name_of_place = [&](const imaging::Point3<imaging::Lps>& p) {
    const auto found = std::find_if(places.begin(), places.end(),
                                    [&](const LandmarkPlace& l) { return l.place == p; });
    return found == places.end() ? std::string("A place of the duplex") : found->name;
  };
  for (std::size_t n = 0; n < marks.landmarks.size(); ++n) {
    ImGui::PushID(static_cast<int>(n));
    const std::string words =
        std::to_string(n + 1) + "  " + name_of_place(marks.landmarks[n].place);
    coloured_text(context.tokens().text,
                  elided(words, ImGui::GetContentRegionAvail().x - context.px(64)));
    ImGui::SameLine(ImGui::GetContentRegionAvail().x - context.px(50));
    const bool removed = ImGui::SmallButton("Remove");
    ImGui::PopID();
    if (removed) {
      auto next = marks;
      next.landmarks.erase(next.landmarks.begin() + static_cast<std::ptrdiff_t>(n));
      return session.history().commit("Remove a landmark",
                                      with_marks(session.plan(), std::move(next)));
    }
  }
  const std::string chosen = ui.landmark ? name_of_place(*ui.landmark) : "Choose a place";
  ImGui::SetNextItemWidth(-1);
  if (!ImGui::BeginCombo("##place", elided(chosen, context.px(230)).c_str())) return;
  // A stenosis or a bend that both show: the cursor is put there in the Duplex or Vessels
  // workspace.
  if (ImGui::Selectable("Where the linked cursor is")) {
    ui.landmark = session.view.cursor;
    session.view.angio.tool = AngioTool::Landmark;
    ui.clicks.clear();
  }
  for (std::size_t n = 0; n < places.size(); ++n) {
    ImGui::PushID(static_cast<int>(n));
    if (ImGui::Selectable(places[n].name.c_str())) {
      ui.landmark = places[n].place;
      session.view.angio.tool = AngioTool::Landmark;
      ui.clicks.clear();
    }
    ImGui::PopID();
  }
  ImGui::EndCombo();
}

void draw_fit(Context& context) {
  const Session& session = context.session;
  const AngioFit* fit = session.angio.fit.get();
  if (!fit) return;
  if (!fit->refusal.empty()) return wrapped_text(context.tokens().warn, fit->refusal);
  const AngioFit::View* view = fit->view_of(session.view.run);
  field(context, "Error at the crossing", "± " + in_mm(fit->target_sd_mm),
        fit->target_sd_mm > 3 ? context.tokens().warn : context.tokens().text);
  field(context, fit->refined ? "Traced lines miss by" : "Clicks miss by",
        fixed(fit->residual_px, 1) + " px");
  wrapped_text(context.tokens().muted,
               fit->refined ? "Laid by the landmarks, then by the traced vessels."
                            : "Laid by the landmarks alone: the traced vessels did not bear it out "
                              "further.");
  const auto marked = std::count_if(fit->views.begin(), fit->views.end(),
                                    [](const AngioFit::View& v) { return v.marked; });
  if (fit->target_sd_mm > 3 && marked < 2)
    wrapped_text(context.tokens().warn,
                 "One direction alone says little about depth: mark the places in a second run, "
                 "at another angle, too.");
  if (fit->alone)
    wrapped_text(context.tokens().warn,
                 "The landmarks of other runs do not fit these: the table was moved between them, "
                 "and only this run's were used.");
  if (view && !view->marked)
    wrapped_text(context.tokens().warn,
                 "This run has no landmarks: the plan lies where it would if the table had not "
                 "moved.");
}

void draw_best_view(Context& context) {
  AngioView& angio = context.session.view.angio;
  heading(context, "Best view");
  for (const auto& [words, aim] : {std::pair("Needle in profile", BestAim::NeedleInProfile),
                                   std::pair("Vessels apart", BestAim::VesselsApart),
                                   std::pair("Gun-sight", BestAim::GunSight)}) {
    if (choice_button(context, words, angio.aim == aim))
      angio.aim = angio.aim == aim ? BestAim::None : aim;
    if (aim == BestAim::NeedleInProfile) ImGui::SameLine(0, context.px(4));
  }
  for (const auto& [words, aim] : {std::pair("Needle in profile", BestAim::NeedleInProfile),
                                   std::pair("Vessels apart", BestAim::VesselsApart),
                                   std::pair("Gun-sight", BestAim::GunSight)}) {
    const auto view = best_view_of(context.session, aim);
    if (view)
      field(context, words, imaging::dialled(view->angles),
            angio.aim == aim ? context.tokens().accent : context.tokens().text);
  }
  const FontOf font(context.theme.fonts.dense);
  const auto view = best_view_of(context.session, angio.aim);
  if (!view) {
    if (!crossing_place(context.session))
      wrapped_text(context.tokens().muted, "Choose a crossing first; the angles follow from it.");
    return;
  }
  const auto percent = [](double share) { return fixed(100 * share, 0) + " %"; };
  field(context, "Needle foreshortened by", percent(view->angles.needle_foreshortening));
  field(context, "Vessels foreshortened by", percent(view->angles.vessel_foreshortening));
  field(context, "Of the gap shown", percent(view->angles.gap_shown));
  wrapped_text(context.tokens().muted, "Within LAO and RAO 100°, CRA and CAU 45°.");
}

}  // namespace

void draw_plan_section(Context& context, const imaging::AngioRun& run) {
  AngioView& angio = context.session.view.angio;
  heading(context, "Plan over the run");
  if (!run.pose) {
    wrapped_text(
        context.tokens().muted,
        "This run does not state how the C-arm stood, so the plan cannot be laid over it.");
  } else {
    if (choice_button(context, "Show the plan", angio.shows_plan))
      angio.shows_plan = !angio.shows_plan;
    if (ImGui::IsItemHovered()) tooltip(context, "P");
    const FontOf font(context.theme.fonts.dense);
    wrapped_text(context.tokens().muted,
                 "Choose a place of the vessels, then click it on the run: three places or more, "
                 "best in two runs at different angles.");
    draw_landmarks(context, run);
    draw_fit(context);
    if (!context.ui.angio.complaint.empty())
      wrapped_text(context.tokens().warn, context.ui.angio.complaint);
  }
  draw_best_view(context);
}

}  // namespace app
