// How a long computation tells how far it is, and is asked to stop.
#pragma once

#include <functional>
#include <stop_token>
#include <string_view>
#include <utility>

#include "imaging/core/result.h"

namespace imaging {

// Passed by reference into anything that can take over a second. A default-made Progress is silent.
class Progress {
 public:
  // fraction in [0, 1], rising; stage: a short phrase such as "tracing centrelines".
  // Called from the thread that computes.
  using Report = std::function<void(double fraction, std::string_view stage)>;

  Progress() = default;
  Progress(Report report, std::stop_token stop)
      : report_(std::move(report)), stop_(std::move(stop)) {}

  void report(double fraction, std::string_view stage) const {
    if (report_) report_(begin_ + (end_ - begin_) * fraction, stage);
  }
  bool cancelled() const { return stop_.stop_requested(); }
  // The part [begin, end] of this progress, for a step of a longer job.
  Progress part(double begin, double end) const {
    Progress p = *this;
    p.begin_ = begin_ + (end_ - begin_) * begin;
    p.end_ = begin_ + (end_ - begin_) * end;
    return p;
  }

 private:
  Report report_;
  std::stop_token stop_;
  double begin_ = 0, end_ = 1;
};

inline tl::unexpected<Error> cancelled() { return fail(ErrorCode::Cancelled, "Cancelled."); }

}  // namespace imaging
