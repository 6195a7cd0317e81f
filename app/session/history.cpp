#include <iterator>
#include <utility>

#include "app/session/session.h"

namespace app {

void History::edit(std::string label, planning::Plan plan) {
  if (plan == steps_[at_].plan) return;
  if (gesture_open_) {
    steps_[at_] = {std::move(label), std::move(plan)};
  } else {
    const auto tail = steps_.begin() + static_cast<std::ptrdiff_t>(at_) + 1;
    undone_.assign(std::make_move_iterator(tail), std::make_move_iterator(steps_.end()));
    steps_.erase(tail, steps_.end());
    steps_.push_back({std::move(label), std::move(plan)});
    ++at_;
    gesture_open_ = true;
  }
  ++revision_;
}

void History::end_gesture() {
  if (!gesture_open_) return;
  if (steps_[at_].plan == steps_[at_ - 1].plan) {
    abandon_gesture();
    return;
  }
  undone_.clear();
  gesture_open_ = false;
}

void History::abandon_gesture() {
  if (!gesture_open_) return;
  steps_.pop_back();
  --at_;
  steps_.insert(steps_.end(), std::make_move_iterator(undone_.begin()),
                std::make_move_iterator(undone_.end()));
  undone_.clear();
  gesture_open_ = false;
  ++revision_;
}

void History::commit(std::string label, planning::Plan plan) {
  end_gesture();
  edit(std::move(label), std::move(plan));
  end_gesture();
}

void History::restart(std::vector<Step> steps, std::size_t at) {
  if (at >= steps.size()) return;
  steps_ = std::move(steps);
  undone_.clear();
  at_ = at;
  gesture_open_ = false;
  ++revision_;
}

void History::undo() {
  end_gesture();
  if (!can_undo()) return;
  --at_;
  ++revision_;
}

void History::redo() {
  end_gesture();
  if (!can_redo()) return;
  ++at_;
  ++revision_;
}

}  // namespace app
