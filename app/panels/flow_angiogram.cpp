// The predicted completion angiogram beside the patient's own run, at the same time.
#include <algorithm>
#include <cmath>

#include "app/panels/flow_parts.h"
#include "app/panels/picture.h"
#include "app/panels/widgets.h"
#include "app/session/cine.h"

namespace app {
namespace {

constexpr const char* stage_words[] = {"Before", "After the stents", "After the coils"};

// The frame of the patient's run that is as long after its contrast arrived as the prediction is
// after its own. Until that arrival is read, the run's beginning stands for it.
void follow_own_run(Context& context) {
  const Session& session = context.session;
  if (session.study().runs.empty()) return;
  const imaging::AngioRun& run = session.study().runs[session.view.run];
  const auto& curve = context.around.curve;
  const double arrival_s = curve ? time_of(run, curve->arrival_frame) : 0;
  const int count = static_cast<int>(run.frames.size());
  int frame = 0;
  while (frame + 1 < count && time_of(run, frame + 1) - arrival_s <= session.view.flow.time_s)
    ++frame;
  context.session.view.frame = frame;
}

void draw_bar(Context& context, const Box& box) {
  const Pane pane(context, "contrast bar", box, context.tokens().panel, 0);
  const FontOf font(context.theme.fonts.dense);
  FlowView& view = context.session.view.flow;
  const float row = box.y + (context.px(36) - context.px(22)) / 2;
  ImGui::SetCursorScreenPos({box.x + context.px(16), row});
  draw_beside_choice(context);
  ImGui::SetCursorScreenPos({box.x + context.px(16), row + context.px(30)});
  if (const auto n = draw_choice(context, "stage", {stage_words[0], stage_words[1], stage_words[2]},
                                 static_cast<int>(view.stage)))
    view.stage = static_cast<ContrastStage>(*n);
  ImGui::SameLine(0, context.px(24));
  if (ImGui::Button(view.playing ? "Stop (C)" : "Play (C)")) view.playing = !view.playing;
  ImGui::SameLine();
  float time_s = static_cast<float>(view.time_s);
  ImGui::SetNextItemWidth(
      std::max(context.px(60), ImGui::GetContentRegionAvail().x - context.px(16)));
  if (ImGui::SliderFloat("##time", &time_s, 0, static_cast<float>(predicted_run_s),
                         "%.1f s after the contrast arrived")) {
    view.time_s = std::clamp(static_cast<double>(time_s), 0.0, predicted_run_s);
    view.playing = false;
  }
}

}  // namespace

void take_contrast_keys(Context& context) {
  FlowView& view = context.session.view.flow;
  const auto pressed = [](int key, bool repeats = false) {
    return ImGui::IsKeyPressed(key, repeats);
  };
  if (pressed('C') || pressed(ImGui::GetKeyIndex(ImGuiKey_Space))) view.playing = !view.playing;
  if (pressed('B')) view.stage = ContrastStage::Before;
  if (pressed('S')) view.stage = ContrastStage::AfterStents;
  if (pressed('A')) view.stage = ContrastStage::AfterCoils;
  const double step_s = ImGui::GetIO().KeyShift ? 1 : 0.1;
  const auto move = [&](double by_s) {
    view.playing = false;
    view.time_s = std::clamp(view.time_s + by_s, 0.0, predicted_run_s);
  };
  if (pressed(ImGui::GetKeyIndex(ImGuiKey_LeftArrow), true)) move(-step_s);
  if (pressed(ImGui::GetKeyIndex(ImGuiKey_RightArrow), true)) move(step_s);
  const std::size_t runs = context.session.study().runs.size();
  const std::size_t run = context.session.view.run;
  if (pressed(ImGui::GetKeyIndex(ImGuiKey_PageUp)) && run > 0)
    choose_run(context.session.view, run - 1);
  if (pressed(ImGui::GetKeyIndex(ImGuiKey_PageDown)) && run + 1 < runs)
    choose_run(context.session.view, run + 1);
}

void draw_predicted_run(Context& context, const Box& main) {
  Session& session = context.session;
  const bool has_run = !session.study().runs.empty();
  const float gap = context.px(6), bar = std::min(context.px(66), main.h / 3);
  const Box pictures{main.x, main.y, main.w, main.h - bar};
  follow_own_run(context);
  const imaging::AngioRun* run = has_run ? &session.study().runs[session.view.run] : nullptr;
  const std::string pose = run && run->pose ? angles(*run->pose) : "from the front";
  // With room the circuit in space stands beside both.
  const bool wide = pictures.w > context.px(1300);
  const Halves halves = side_by_side(pictures, wide ? 1 / 3.0f : 0.5f, gap);
  const Halves others = wide ? side_by_side(halves.second, 0.5f, gap) : halves;
  std::vector<PictureSlot> slots;
  if (wide) slots.push_back({ViewKind::Scene, halves.first, "3-D", "", true});
  if (has_run)
    slots.push_back({ViewKind::AngioSubtracted, others.first, "The patient's own run", run->label});
  slots.push_back({ViewKind::Predicted,
                   has_run ? others.second
                   : wide  ? halves.second
                           : pictures,
                   "Predicted", pose});
  draw_pictures(context, pictures, slots);
  draw_bar(context, {main.x, pictures.bottom(), main.w, bar});
}

}  // namespace app
