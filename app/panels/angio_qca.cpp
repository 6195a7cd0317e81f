// Measured vessels: their narrowings in the inspector, their diameters along the way in the strip.
#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "app/panels/angio_parts.h"
#include "app/panels/plot.h"
#include "app/panels/widgets.h"
#include "app/session/angio_length.h"
#include "app/session/angio_marks.h"
#include "app/session/space_vessels.h"
#include "app/session/vessel_tools.h"

namespace app {
namespace {

using Held = AngioUi::Held;
using planning::RunMarks;

void commit(Context& context, const char* label, RunMarks marks) {
  context.session.history().commit(label, with_marks(context.session.plan(), std::move(marks)));
}

// A single picture hides how much of a stretch runs towards the detector; where the plan is laid
// over it, the patient's vessel says.
void draw_length_in_space(Context& context, const imaging::WidthProfile& profile,
                          const imaging::Lesion& lesion) {
  const Session& session = context.session;
  const std::size_t run = session.view.run;
  const auto& pose = session.study().runs[run].pose;
  if (!session.angio.fit || !pose) return;
  const auto length =
      length_in_space(session.vessels(), *session.angio.fit, run, *pose,
                      profile.samples[lesion.first].middle, profile.samples[lesion.last].middle);
  if (length)
    field(context, "  in space",
          in_mm(length->length_mm) + ", the view hides " + in_percent(length->hidden));
}

void draw_lesions(Context& context, const imaging::WidthProfile& profile,
                  const imaging::Calibration& calibration) {
  if (profile.lesions.empty())
    coloured_text(context.tokens().muted, "No narrowing by a fifth that its error leaves.");
  for (const imaging::Lesion& lesion : profile.lesions) {
    if (lesion.occluded) {
      field(context, "Occluded over", length_words(lesion.length_px, 1, calibration),
            context.tokens().bad);
      draw_length_in_space(context, profile, lesion);
      continue;
    }
    field(context, "Narrowed by",
          fixed(lesion.percent_diameter, 0) + " ± " + fixed(std::max(1.0, lesion.percent_sd), 0) +
              " % of the diameter",
          lesion.percent_diameter >= 50 ? context.tokens().bad : context.tokens().warn);
    field(context, "  over", length_words(lesion.length_px, 1, calibration));
    draw_length_in_space(context, profile, lesion);
    field(context, "  to",
          length_words(lesion.minimal_px, lesion.minimal_sd_px, calibration) + " of " +
              length_words(lesion.reference_px, profile.samples[lesion.narrowest].reference_sd_px,
                           calibration));
  }
  field(context, "Filled, empty",
        length_words(profile.filled_px, 1, calibration) + ", " +
            length_words(profile.empty_px, 1, calibration));
  wrapped_text(
      context.tokens().muted,
      context.session.angio.fit && context.session.angio.fit->refusal.empty()
          ? "Lengths are as this view shows them."
          : "Lengths are as this view shows them: what runs towards the detector is longer. "
            "Lay the plan over the run (section Plan) to see by how much.");
}

// px of the screen to the value of the vertical axis, which is linear.
double value_at(const Plot& plot, float y) {
  const float zero = plot.px_of_y(0), one = plot.px_of_y(1);
  return static_cast<double>((y - zero) / (one - zero));
}

// Ends of the reference line follow the hand.
void drag_reference(Context& context, const imaging::AngioRun& run, const Plot& plot,
                    const imaging::WidthProfile& profile, double unit) {
  AngioUi& ui = context.ui.angio;
  const auto& samples = profile.samples;
  const ImVec2 mouse = ImGui::GetIO().MousePos;
  if (!plot.held()) {
    if (ui.held == Held::ReferenceFirst || ui.held == Held::ReferenceLast) {
      context.session.history().end_gesture();
      ui.held = Held::Nothing;
    }
    return;
  }
  if (plot.clicked()) {
    const auto away = [&](std::size_t n) {
      return std::hypot(mouse.x - plot.px_of_x(samples[n].at_px * unit),
                        mouse.y - plot.px_of_y(samples[n].reference_px * unit));
    };
    const float first = away(0), last = away(samples.size() - 1);
    if (std::min(first, last) > context.px(14)) return;
    ui.held = first < last ? Held::ReferenceFirst : Held::ReferenceLast;
  }
  if (ui.held != Held::ReferenceFirst && ui.held != Held::ReferenceLast) return;
  RunMarks marks = marks_of(context.session.plan().angio, run);
  if (static_cast<std::size_t>(ui.vessel) >= marks.vessels.size()) return;
  planning::MeasuredVessel& vessel = marks.vessels[static_cast<std::size_t>(ui.vessel)];
  const double px = std::max(0.5, value_at(plot, mouse.y) / unit);
  // The other end stays where it was fitted.
  vessel.reference_first_px = vessel.reference_first_px.value_or(samples.front().reference_px);
  vessel.reference_last_px = vessel.reference_last_px.value_or(samples.back().reference_px);
  (ui.held == Held::ReferenceFirst ? vessel.reference_first_px : vessel.reference_last_px) = px;
  context.session.history().edit("Set the reference diameter",
                                 with_marks(context.session.plan(), std::move(marks)));
}

// What the list calls it.
std::string title_of(const planning::MeasuredVessel& vessel, std::size_t v) {
  return vessel.name.empty() ? "Vessel " + std::to_string(v + 1) : spoken(vessel.name);
}

// The worst of it in a word.
std::string worst_of(const imaging::WidthProfile& profile) {
  double percent = 0;
  for (const imaging::Lesion& lesion : profile.lesions) {
    if (lesion.occluded) return "occluded";
    percent = std::max(percent, lesion.percent_diameter);
  }
  return percent > 0 ? fixed(percent, 0) + " %" : std::string();
}

class IdOf {
 public:
  explicit IdOf(std::size_t n) { ImGui::PushID(static_cast<int>(n)); }
  ~IdOf() { ImGui::PopID(); }
  IdOf(const IdOf&) = delete;
  IdOf& operator=(const IdOf&) = delete;
};

void draw_vessel_row(Context& context, const planning::MeasuredVessel& vessel, std::size_t v,
                     const AngioWidths::Vessel* measured) {
  AngioUi& ui = context.ui.angio;
  const std::string worst =
      measured && measured->refusal.empty() ? worst_of(measured->profile) : std::string();
  const float room = ImGui::GetContentRegionAvail().x, right = ImGui::CalcTextSize(worst.c_str()).x;
  const std::string title = elided(title_of(vessel, v), room - right - context.px(16));
  const float x = ImGui::GetCursorPosX(), y = ImGui::GetCursorPosY();
  if (ImGui::Selectable(title.c_str(), ui.vessel == static_cast<int>(v),
                        ImGuiSelectableFlags_AllowItemOverlap, {room, context.px(24)}))
    ui.vessel = static_cast<int>(v);
  if (worst.empty()) return;
  const float below = ImGui::GetCursorPosY();
  ImGui::SameLine();
  ImGui::SetCursorPos(
      {x + room - right - context.px(4), y + 0.5f * (context.px(24) - ImGui::GetTextLineHeight())});
  coloured_text(context.tokens().muted, worst);
  ImGui::SetCursorPosY(below);
}

// The name that makes it the same vessel in another run.
void draw_name(Context& context, const RunMarks& marks, std::size_t v) {
  const std::string& now = marks.vessels[v].name;
  ImGui::SetNextItemWidth(-1);
  const std::string shown = now.empty() ? "Not named" : spoken(now);
  if (!ImGui::BeginCombo("##name", shown.c_str())) return;
  const auto choose = [&](const std::string& name) {
    if (name == now) return;
    RunMarks next = marks;
    next.vessels[v].name = name;
    commit(context, "Name a measured vessel", std::move(next));
  };
  if (ImGui::Selectable("Not named", now.empty())) choose("");
  for (const VesselLabel& label : vessel_labels())
    if (ImGui::Selectable(spoken(label.name).c_str(), now == label.name)) choose(label.name);
  ImGui::EndCombo();
}

// All narrowings, the worst first, also those whose words find no room on the picture. A click on
// one shows its vessel.
void draw_narrowings(Context& context, const RunMarks& marks,
                     const imaging::Calibration& calibration) {
  const AngioWidths* widths = context.session.angio.widths.get();
  if (!widths) return;
  struct Row {
    std::size_t vessel;
    const imaging::Lesion* lesion;
  };
  std::vector<Row> rows;
  for (std::size_t v = 0; v < std::min(widths->vessels.size(), marks.vessels.size()); ++v)
    for (const imaging::Lesion& lesion : widths->vessels[v].profile.lesions)
      rows.push_back({v, &lesion});
  if (rows.empty()) return;
  std::stable_sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) {
    return a.lesion->percent_diameter > b.lesion->percent_diameter;
  });
  heading(context, "Narrowings");
  const FontOf font(context.theme.fonts.dense);
  for (std::size_t n = 0; n < rows.size(); ++n) {
    const auto& [v, lesion] = rows[n];
    const IdOf id(n);
    const float x = ImGui::GetCursorPosX(), y = ImGui::GetCursorPosY();
    const float room = ImGui::GetContentRegionAvail().x;
    const std::string words =
        narrowing_words(*lesion) + ", " + length_words(lesion->length_px, 0, calibration);
    const float wide = ImGui::CalcTextSize(words.c_str()).x;
    const std::string title = elided(title_of(marks.vessels[v], v), room - wide - context.px(16));
    if (ImGui::Selectable(title.c_str(), false, ImGuiSelectableFlags_AllowItemOverlap,
                          {room, context.px(22)}))
      context.ui.angio.vessel = static_cast<int>(v);
    const float below = ImGui::GetCursorPosY();
    ImGui::SameLine();
    ImGui::SetCursorPos({x + room - wide - context.px(4),
                         y + 0.5f * (context.px(22) - ImGui::GetTextLineHeight())});
    coloured_text(lesion->percent_diameter >= 50 ? context.tokens().bad : context.tokens().warn,
                  words);
    ImGui::SetCursorPosY(below);
  }
}

// Which way it fills, and whether its name says so too.
void draw_direction(Context& context, const planning::MeasuredVessel& vessel, std::size_t v) {
  const AngioWidths* widths = context.session.angio.widths.get();
  if (!widths || v >= widths->filling.lines.size()) return;
  const imaging::FillingDirection& d = widths->filling.lines[v];
  if (!d.tells) return field(context, "Fills", "too fast to tell which way");
  const bool footwards = d.s_per_px > 0;
  const auto kind = kind_named(vessel.name);
  const bool contradicts =
      kind != imaging::VesselKind::Unsure && (kind == imaging::VesselKind::Artery) != footwards;
  field(context, "Fills",
        footwards ? "towards the foot, as arteries do" : "towards the head, as veins do",
        contradicts ? context.tokens().warn : context.tokens().text);
}

void draw_injection(Context& context) {
  const AngioWidths* widths = context.session.angio.widths.get();
  if (!widths || widths->vessels.empty()) return;
  if (!widths->filling_refusal.empty())
    return wrapped_text(context.tokens().muted, widths->filling_refusal);
  using imaging::Injection;
  const Injection injection = widths->filling.injection;
  field(context, "By its filling",
        injection == Injection::Arteriogram ? "arteriogram"
        : injection == Injection::Venogram  ? "venogram"
        : injection == Injection::Double    ? "arteries and veins"
                                            : "not told");
  if (ImGui::IsItemHovered()) tooltip(context, widths->filling.reason);
}

// Of one artery of the foot: how much of it shows, in a few words, and their colour.
std::pair<std::string, ImU32> words_of(const imaging::FootArteryState& state, double mm_per_px,
                                       const Tokens& tokens) {
  using imaging::ArteryState;
  const double unit = mm_per_px > 0 ? mm_per_px : 1;
  const std::string lengths = fixed(unit * state.visible_px, 0) + " of " +
                              fixed(unit * state.course_px, 0) + (mm_per_px > 0 ? " mm" : " px");
  switch (state.state) {
    case ArteryState::Shown:
      return {lengths, tokens.text};
    case ArteryState::Interrupted:
      return {"interrupted, " + lengths, tokens.warn};
    case ArteryState::Partly:
      return {"partly, " + lengths, tokens.warn};
    case ArteryState::NotShown:
      return {"not shown", tokens.bad};
    case ArteryState::Unsure:
      return {"unsure", tokens.muted};
    case ArteryState::NotAssessable:
      break;
  }
  return {"not judged", tokens.muted};
}

std::string gaps_of(const imaging::FootArteryState& state, double mm_per_px) {
  const double unit = mm_per_px > 0 ? mm_per_px : 1;
  std::string text;
  for (const imaging::FillingGap& gap : state.gaps)
    text += (text.empty() ? "Without contrast, from the ankle on: " : ", ") +
            fixed(unit * gap.length_px, 0) + (mm_per_px > 0 ? " mm" : " px");
  return text;
}

// The foot's arteries by name, of the vessels that were found.
void draw_foot(Context& context, const AngioTraced& traced,
               const imaging::Calibration& calibration) {
  if (!traced.foot && traced.foot_refusal.empty()) return;
  heading(context, "Arteries of the foot");
  if (!traced.foot) return wrapped_text(context.tokens().muted, traced.foot_refusal);
  const FootReading& foot = *traced.foot;
  const double mm_per_px = calibration.gives_mm()
                               ? std::sqrt(calibration.mm_per_px_column * calibration.mm_per_px_row)
                               : 0;
  std::map<std::string, std::string> label_of;
  for (std::size_t n = 0; n < foot.states.size(); ++n)
    label_of[foot.states[n].artery] = foot.labels[n];
  std::string not_judged;
  for (std::size_t n = 0; n < foot.states.size(); ++n) {
    const imaging::FootArteryState& state = foot.states[n];
    if (state.state == imaging::ArteryState::NotAssessable) {
      not_judged +=
          (not_judged.empty() ? "Not judged, lost in noise or beyond the picture: " : "; ") +
          foot.labels[n];
      continue;
    }
    const auto [words, colour] = words_of(state, mm_per_px, context.tokens());
    field(context, foot.labels[n], words, colour);
    if (!ImGui::IsItemHovered()) continue;
    std::string more = gaps_of(state, mm_per_px);
    if (!state.hidden_by.empty())
      more += (more.empty() ? "May lie under: " : ". May lie under: ") + label_of[state.hidden_by];
    if (!more.empty()) tooltip(context, more);
  }
  if (!not_judged.empty()) wrapped_text(context.tokens().muted, not_judged + ".");
  if (!foot.note.empty()) wrapped_text(context.tokens().muted, foot.note);
}

// Vessels that two runs of different direction name alike become a tree in space.
void draw_in_space(Context& context) {
  const auto& runs = context.session.study().runs;
  std::map<std::string, int> named;
  for (const imaging::AngioRun& run : runs) {
    if (!run.pose) continue;
    std::set<std::string> here;
    for (const auto& vessel : marks_of(context.session.plan().angio, run).vessels)
      if (!vessel.name.empty()) here.insert(vessel.name);
    for (const std::string& name : here) ++named[name];
  }
  std::string shared;
  for (const auto& [name, count] : named)
    if (count >= 2) shared += (shared.empty() ? "" : ", ") + spoken(name);
  heading(context, "In space");
  if (shared.empty())
    return wrapped_text(
        context.tokens().muted,
        "Name the same artery and the same vein in two runs 20° apart or more; they "
        "become a tree that a crossing can be planned on.");
  wrapped_text(context.tokens().muted, "Named in two runs: " + shared + ".");
  if (accent_button(context, "Make the tree and plan on it"))
    context.requests.plan_on_angiograms = true;
  if (ImGui::IsItemHovered())
    tooltip(context, "In place of what was traced in duplex volumes; marks stay as they are");
}

}  // namespace

std::string narrowing_words(const imaging::Lesion& lesion) {
  if (lesion.occluded) return "occluded";
  return fixed(lesion.percent_diameter, 0) + " ± " + fixed(std::max(1.0, lesion.percent_sd), 0) +
         " %";
}

void draw_measured_vessels(Context& context, const imaging::AngioRun& run) {
  AngioUi& ui = context.ui.angio;
  AngioView& view = context.session.view.angio;
  heading(context, "Vessels");
  if (choice_button(context, "Find vessels", view.shows_tree)) view.shows_tree = !view.shows_tree;
  if (ImGui::IsItemHovered())
    tooltip(context, "F: all that the run shows, measured, to be corrected like clicked ones");
  ImGui::SameLine(0, context.px(4));
  if (choice_button(context, "Click one", view.tool == AngioTool::Vessel))
    hold_tool(context, AngioTool::Vessel);
  if (ImGui::IsItemHovered()) tooltip(context, "Q; then click twice on the vessel");
  const FontOf font(context.theme.fonts.dense);
  if (view.tool == AngioTool::Vessel)
    wrapped_text(context.tokens().muted,
                 "Click where the stretch begins and where it ends. Then drag the way, an edge "
                 "(Ctrl: edges only), or an end of the reference line below.");
  const RunMarks marks = marks_of(context.session.plan().angio, run);
  const auto calibration = calibration_of(context.session.plan().angio, run);
  const AngioWidths* widths = context.session.angio.widths.get();
  const AngioTraced* traced = context.session.angio.traced.get();
  if (view.shows_tree && !traced) coloured_text(context.tokens().muted, "Looking for vessels");
  if (traced && !traced->refusal.empty()) wrapped_text(context.tokens().warn, traced->refusal);
  draw_injection(context);
  if (traced) draw_foot(context, *traced, calibration);
  draw_narrowings(context, marks, calibration);
  if (!marks.vessels.empty()) heading(context, "Measured");
  if (!marks.vessels.empty()) ImGui::Dummy({0, context.px(4)});  // A row's ground reaches above it.
  for (std::size_t v = 0; v < marks.vessels.size(); ++v) {
    const IdOf id(v);
    const planning::MeasuredVessel& vessel = marks.vessels[v];
    const auto* measured = widths && v < widths->vessels.size() ? &widths->vessels[v] : nullptr;
    draw_vessel_row(context, vessel, v, measured);
    if (ui.vessel != static_cast<int>(v)) continue;
    draw_name(context, marks, v);
    draw_direction(context, vessel, v);
    if (!measured)
      coloured_text(context.tokens().muted, "Being measured");
    else if (!measured->refusal.empty())
      wrapped_text(context.tokens().warn, measured->refusal);
    else
      draw_lesions(context, measured->profile, calibration);
    const bool corrected = !vessel.edges.empty() || vessel.reference_first_px;
    if (corrected && ImGui::SmallButton("Edges and reference as found")) {
      RunMarks next = marks;
      next.vessels[v].edges.clear();
      next.vessels[v].reference_first_px.reset();
      next.vessels[v].reference_last_px.reset();
      return commit(context, "Give up drawn edges", std::move(next));
    }
    if (ImGui::SmallButton("Remove")) {
      RunMarks next = marks;
      next.vessels.erase(next.vessels.begin() + static_cast<std::ptrdiff_t>(v));
      return commit(context, "Remove a measured vessel", std::move(next));
    }
    if (marks.vessels.size() > 1) {
      ImGui::SameLine(0, context.px(4));
      if (ImGui::SmallButton("Remove all")) {
        RunMarks next = marks;
        next.vessels.clear();
        return commit(context, "Remove all measured vessels", std::move(next));
      }
    }
  }
  draw_in_space(context);
}

bool draw_width_profile(Context& context, const imaging::AngioRun& run, const Box& box) {
  const AngioWidths* widths = context.session.angio.widths.get();
  const auto of = static_cast<std::size_t>(std::max(0, context.ui.angio.vessel));
  if (!widths || of >= widths->vessels.size()) return false;
  const imaging::WidthProfile& profile = widths->vessels[of].profile;
  const auto& samples = profile.samples;
  if (samples.size() < 2) return false;
  const auto calibration = calibration_of(context.session.plan().angio, run);
  const bool mm = calibration.gives_mm();
  const double unit = mm ? std::sqrt(calibration.mm_per_px_column * calibration.mm_per_px_row) : 1;
  double top = 0;
  for (const auto& s : samples) top = std::max(top, s.reference_px * unit);
  double widest = 0;
  for (const auto& s : samples) widest = std::max(widest, s.diameter_px * unit);
  top = std::clamp(widest, top, 1.6 * top);  // Where two vessels cross, one is not that wide.
  const double length = samples.back().at_px * unit;
  const std::string error =
      mm ? " ± " + fixed(100 * calibration.relative_error, 1) + " %" : std::string();
  const auto vessels = marks_of(context.session.plan().angio, run).vessels;
  const std::string along = "Along the " + (of < vessels.size() && !vessels[of].name.empty()
                                                ? spoken(vessels[of].name)
                                                : "vessel " + std::to_string(of + 1));
  Plot plot(context, "widths", box,
            {mm ? along + " (mm" + error + ")" : along + " (px)", 0, length},
            {mm ? "Diameter (mm)" : "Diameter (px)", 0, 1.25 * top});
  if (!plot.visible()) return true;
  const Tokens& tokens = context.tokens();
  for (const imaging::Lesion& lesion : profile.lesions)
    plot.band(samples[lesion.first].at_px * unit, samples[lesion.last].at_px * unit, tokens.bad,
              lesion.occluded ? "occluded" : fixed(lesion.percent_diameter, 0) + " %");
  std::vector<Plot::Spread> spread;
  std::vector<std::pair<double, double>> widths_mm, reference;
  for (const auto& s : samples) {
    const auto inside = [&](double px) { return std::clamp(px * unit, 0.0, 1.25 * top); };
    spread.push_back({s.at_px * unit, inside(s.diameter_px - s.diameter_sd_px),
                      inside(s.diameter_px + s.diameter_sd_px)});
    widths_mm.emplace_back(s.at_px * unit, inside(s.diameter_px));
    reference.emplace_back(s.at_px * unit, s.reference_px * unit);
  }
  plot.spread(spread, with_alpha(tokens.artery, 0.18f));
  plot.line(reference, tokens.accent, Plot::Stroke::Dotted);
  plot.line(widths_mm, tokens.artery);
  plot.dot(reference.front().first, reference.front().second, tokens.accent, true);
  plot.dot(reference.back().first, reference.back().second, tokens.accent, true);
  drag_reference(context, run, plot, profile, unit);
  return true;
}

}  // namespace app
