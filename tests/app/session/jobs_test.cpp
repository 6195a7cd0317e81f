#include "app/session/jobs.h"

#include <gtest/gtest.h>

#include <future>
#include <string>
#include <thread>
#include <vector>

namespace app {
namespace {

using imaging::ErrorCode;
using imaging::Progress;
using imaging::Result;

void poll_until_idle(Jobs& jobs) {
  while (jobs.busy()) {
    jobs.poll();
    std::this_thread::yield();
  }
}

TEST(Jobs, HandTheResultOverInsidePollOnTheSameThread) {
  Jobs jobs;
  int result = 0;
  std::thread::id finished_on;
  jobs.start<int>(
      "sum", "Adding", 0, [](const Progress&) -> Result<int> { return 40 + 2; },
      [&](Result<int> made) {
        result = made.value_or(-1);
        finished_on = std::this_thread::get_id();
      });
  poll_until_idle(jobs);
  EXPECT_EQ(result, 42);
  EXPECT_EQ(finished_on, std::this_thread::get_id());
}

TEST(Jobs, HandAnErrorOver) {
  Jobs jobs;
  std::string sentence;
  jobs.start<int>(
      "read", "Reading", 0,
      [](const Progress&) -> Result<int> {
        return imaging::fail(ErrorCode::Unreadable, "The folder is empty.");
      },
      [&](Result<int> made) { sentence = made ? "" : made.error().sentence; });
  poll_until_idle(jobs);
  EXPECT_EQ(sentence, "The folder is empty.");
}

TEST(Jobs, DiscardTheResultThatANewerJobOfTheTopicMadeStale) {
  Jobs jobs;
  std::promise<void> release;
  std::vector<int> results;
  const auto keep = [&](Result<int> made) { results.push_back(made.value_or(-1)); };
  jobs.start<int>(
      "trace", "Tracing", 0,
      [gate = release.get_future().share()](const Progress&) -> Result<int> {
        gate.wait();
        return 1;
      },
      keep);
  jobs.start<int>(
      "trace", "Tracing", 0, [](const Progress&) -> Result<int> { return 2; }, keep);
  release.set_value();
  poll_until_idle(jobs);
  EXPECT_EQ(results, std::vector<int>{2});
}

TEST(Jobs, ShowACancelledJobAsNothing) {
  Jobs jobs;
  bool finished = false;
  const std::size_t id = jobs.start<int>(
      "wait", "Waiting", 0,
      [](const Progress& progress) -> Result<int> {
        while (!progress.cancelled()) std::this_thread::yield();
        return imaging::cancelled();
      },
      [&](Result<int>) { finished = true; });
  jobs.cancel(id);
  ASSERT_EQ(jobs.statuses(0).size(), 1u);
  EXPECT_TRUE(jobs.statuses(0).front().cancelling);
  poll_until_idle(jobs);
  EXPECT_FALSE(finished);
}

TEST(Jobs, EstimateTheTimeLeftFromTheShareDone) {
  Jobs jobs;
  std::promise<void> quarter_done;
  std::promise<void> release;
  jobs.start<int>(
      "trace", "Tracing", 100,
      [&, gate = release.get_future().share()](const Progress& progress) -> Result<int> {
        progress.report(0.25, "tracing centrelines");
        quarter_done.set_value();
        gate.wait();
        return 0;
      },
      [](Result<int>) {});
  quarter_done.get_future().wait();
  const JobStatus status = jobs.statuses(110).front();
  EXPECT_EQ(status.stage, "tracing centrelines");
  ASSERT_TRUE(status.seconds_left);
  EXPECT_DOUBLE_EQ(*status.seconds_left, 30);  // 10 s for a quarter leave 30 s for the rest.
  EXPECT_FALSE(jobs.statuses(100.5).front().seconds_left);
  release.set_value();
  poll_until_idle(jobs);
}

TEST(Jobs, StopAndJoinWhenTheyGo) {
  bool stopped = false;
  {
    Jobs jobs;
    jobs.start<int>(
        "wait", "Waiting", 0,
        [&](const Progress& progress) -> Result<int> {
          while (!progress.cancelled()) std::this_thread::yield();
          stopped = true;
          return imaging::cancelled();
        },
        [](Result<int>) {});
  }
  EXPECT_TRUE(stopped);
}

}  // namespace
}  // namespace app
