#include "app/session/jobs.h"

#include <algorithm>
#include <atomic>
#include <iterator>
#include <mutex>
#include <string_view>
#include <thread>

namespace app {
namespace {

// A guess from less than this would jump about: shares of the job and seconds.
constexpr double enough_fraction = 0.02;
constexpr double enough_elapsed_s = 1;

}  // namespace

struct Jobs::Job {
  std::size_t id = 0;
  std::string topic, title;
  double started_s = 0;
  bool stale = false;
  std::function<void()> finish;

  std::mutex report_mutex;  // Guards the two below.
  double fraction = 0;
  std::string stage;

  std::atomic<bool> done = false;  // Set last; then only the polling thread looks.
  std::jthread thread;             // Last: it stops and joins before what it uses is gone.
};

Jobs::Jobs() = default;
Jobs::~Jobs() = default;

std::size_t Jobs::launch(std::string topic, std::string title, double now_s,
                         std::function<void(const imaging::Progress&)> work,
                         std::function<void()> finish) {
  for (const auto& older : jobs_) {
    if (older->topic != topic) continue;
    older->stale = true;
    older->thread.request_stop();
  }
  auto job = std::make_unique<Job>();
  job->id = ++last_id_;
  job->topic = std::move(topic);
  job->title = std::move(title);
  job->started_s = now_s;
  job->finish = std::move(finish);
  job->thread = std::jthread([&shared = *job, work = std::move(work)](std::stop_token stop) {
    const imaging::Progress progress(
        [&shared](double fraction, std::string_view stage) {
          const std::lock_guard lock(shared.report_mutex);
          shared.fraction = std::clamp(fraction, 0.0, 1.0);
          shared.stage = stage;
        },
        std::move(stop));
    work(progress);
    shared.done = true;
  });
  jobs_.push_back(std::move(job));
  return last_id_;
}

bool Jobs::poll() {
  // Taken out first: finishing one job may start the next.
  const auto first_done =
      std::stable_partition(jobs_.begin(), jobs_.end(), [](const auto& job) { return !job->done; });
  std::vector<std::unique_ptr<Job>> finished(std::make_move_iterator(first_done),
                                             std::make_move_iterator(jobs_.end()));
  jobs_.erase(first_done, jobs_.end());
  for (const auto& job : finished) {
    job->thread.join();
    if (!job->stale) job->finish();
  }
  return !finished.empty();
}

bool Jobs::busy() const { return !jobs_.empty(); }

void Jobs::cancel(std::size_t id) {
  for (const auto& job : jobs_) {
    if (job->id != id) continue;
    job->stale = true;
    job->thread.request_stop();
  }
}

std::vector<JobStatus> Jobs::statuses(double now_s) const {
  std::vector<JobStatus> statuses;
  for (const auto& job : jobs_) {
    JobStatus status;
    status.id = job->id;
    status.title = job->title;
    status.cancelling = job->stale;
    {
      const std::lock_guard lock(job->report_mutex);
      status.fraction = job->fraction;
      status.stage = job->stage;
    }
    const double elapsed_s = now_s - job->started_s;
    if (status.fraction >= enough_fraction && elapsed_s >= enough_elapsed_s)
      status.seconds_left = elapsed_s * (1 - status.fraction) / status.fraction;
    statuses.push_back(std::move(status));
  }
  return statuses;
}

}  // namespace app
