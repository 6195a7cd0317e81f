// Long work beside the window: started, watched, cancelled, and taken over when it is done.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "imaging/core/progress.h"

namespace app {

// What the status bar shows of one job.
struct JobStatus {
  std::size_t id = 0;
  std::string title;                   // "Opening the case".
  std::string stage;                   // What it is doing now.
  double fraction = 0;                 // In [0, 1].
  std::optional<double> seconds_left;  // Absent while there is too little to judge from.
  bool cancelling = false;
};

// Every function is called from one thread, the one that draws. Work runs on a thread of its own
// and takes its input by value; its result is handed over inside poll(), so nothing that is drawn
// or edited is ever touched from outside that thread.
class Jobs {
 public:
  Jobs();
  // Asks every job to stop and waits for it.
  ~Jobs();
  Jobs(const Jobs&) = delete;
  Jobs& operator=(const Jobs&) = delete;

  // One job per topic: starting another one cancels the older, whose result is then stale and is
  // never handed over. `finish` gets the result, an error included; it is not called for
  // Cancelled. `now_s` is any clock that rises.
  template <class T>
  std::size_t start(const std::string& topic, const std::string& title, double now_s,
                    std::function<imaging::Result<T>(const imaging::Progress&)> work,
                    std::function<void(imaging::Result<T>)> finish) {
    auto result = std::make_shared<std::optional<imaging::Result<T>>>();
    return launch(
        topic, title, now_s,
        [work = std::move(work), result](const imaging::Progress& progress) {
          result->emplace(work(progress));
        },
        [finish = std::move(finish), result] {
          imaging::Result<T>& made = **result;
          if (!made && made.error().code == imaging::ErrorCode::Cancelled) return;
          finish(std::move(made));
        });
  }

  // Hands over what is done. True when something was.
  bool poll();
  bool busy() const;
  void cancel(std::size_t id);
  std::vector<JobStatus> statuses(double now_s) const;

 private:
  struct Job;
  std::size_t launch(std::string topic, std::string title, double now_s,
                     std::function<void(const imaging::Progress&)> work,
                     std::function<void()> finish);
  std::vector<std::unique_ptr<Job>> jobs_;
  std::size_t last_id_ = 0;
};

}  // namespace app
