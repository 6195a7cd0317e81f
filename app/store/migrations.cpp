#include "app/store/migrations.h"

#include <array>

namespace app {
namespace {

constexpr std::string_view cases_plans_views = R"sql(
CREATE TABLE cases (
  id INTEGER PRIMARY KEY,
  study_hash TEXT NOT NULL UNIQUE,
  alias TEXT NOT NULL,
  side TEXT NOT NULL,
  imported_at TEXT NOT NULL,
  touched INTEGER NOT NULL,
  current_step INTEGER NOT NULL DEFAULT -1
);
CREATE TABLE case_paths (
  case_id INTEGER NOT NULL REFERENCES cases(id) ON DELETE CASCADE,
  place INTEGER NOT NULL,
  path TEXT NOT NULL,
  PRIMARY KEY (case_id, place)
);
CREATE TABLE case_files (
  case_id INTEGER NOT NULL REFERENCES cases(id) ON DELETE CASCADE,
  place INTEGER NOT NULL,
  sop_instance_uid TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  PRIMARY KEY (case_id, place)
);
CREATE TABLE plans (
  case_id INTEGER NOT NULL REFERENCES cases(id) ON DELETE CASCADE,
  step INTEGER NOT NULL,
  label TEXT NOT NULL,
  plan TEXT NOT NULL,
  PRIMARY KEY (case_id, step)
);
CREATE TABLE views (
  case_id INTEGER PRIMARY KEY REFERENCES cases(id) ON DELETE CASCADE,
  view TEXT NOT NULL
))sql";

constexpr std::string_view traced_trees = R"sql(
CREATE TABLE trees (
  case_id INTEGER PRIMARY KEY REFERENCES cases(id) ON DELETE CASCADE,
  made_by TEXT NOT NULL,
  tree TEXT NOT NULL
))sql";

constexpr std::string_view scores = R"sql(
CREATE TABLE scores (
  case_id INTEGER PRIMARY KEY REFERENCES cases(id) ON DELETE CASCADE,
  form TEXT NOT NULL,
  committed INTEGER NOT NULL
))sql";

constexpr std::array steps{cases_plans_views, traced_trees, scores};

}  // namespace

std::span<const std::string_view> migrations() { return steps; }

}  // namespace app
