#include "app/store/library.h"

#include <cstdlib>
#include <set>

#include "app/store/detail/database.h"
#include "app/store/text.h"
#include "imaging/core/sha256.h"

namespace app {
namespace {

namespace fs = std::filesystem;
using imaging::ErrorCode;
using imaging::fail;
using imaging::Result;
using soci::into;
using soci::use;

// Far more than a person undoes; keeps a case that is worked on for months from growing.
constexpr long long kept_steps = 500;

std::vector<imaging::SourceFile> files_of(const imaging::Study& study) {
  std::vector<imaging::SourceFile> files;
  std::set<std::string> seen;
  const auto take = [&](const auto& images) {
    for (const auto& image : images)
      for (const imaging::SourceFile& file : image.sources)
        if (seen.insert(file.sop_instance_uid + ' ' + file.sha256).second) files.push_back(file);
  };
  take(study.volumes);
  take(study.runs);
  take(study.radiographs);
  take(study.clips);
  return files;
}

// Tells studies apart without keeping the UID that a hospital's archive could be asked for. Files
// without a study (NRRD, MHA) are told apart by their bytes.
std::string study_hash(const imaging::Study& study, const std::vector<imaging::SourceFile>& files) {
  std::string identity = study.study_uid;
  if (identity.empty())
    for (const imaging::SourceFile& file : files) identity += file.sha256;
  return imaging::sha256(identity);
}

imaging::Side side_named(const std::string& word) {
  for (const imaging::Side side : {imaging::Side::Left, imaging::Side::Right})
    if (word == imaging::name_of(side)) return side;
  return imaging::Side::Unknown;
}

auto no_such_case() { return fail(ErrorCode::NotFound, "The library does not hold this case."); }

// The case that was last worked on is the one to reopen.
void touch(soci::session& sql, long long id) {
  sql << "UPDATE cases SET touched = (SELECT max(touched) + 1 FROM cases) WHERE id = :id", use(id);
}

bool has_case(soci::session& sql, long long id) {
  long long count = 0;
  sql << "SELECT count(*) FROM cases WHERE id = :id", use(id), into(count);
  return count > 0;
}

void replace_files(soci::session& sql, long long id, const std::vector<fs::path>& paths,
                   const std::vector<imaging::SourceFile>& files) {
  sql << "DELETE FROM case_paths WHERE case_id = :id", use(id);
  sql << "DELETE FROM case_files WHERE case_id = :id", use(id);
  long long place = 0;
  for (const fs::path& path : paths) {
    std::error_code error;
    const fs::path whole = fs::absolute(path, error);
    const std::string text = (error ? path : whole.lexically_normal()).string();
    sql << "INSERT INTO case_paths (case_id, place, path) VALUES (:id, :place, :path)", use(id),
        use(place), use(text);
    ++place;
  }
  place = 0;
  for (const imaging::SourceFile& file : files) {
    sql << "INSERT INTO case_files (case_id, place, sop_instance_uid, sha256) "
           "VALUES (:id, :place, :uid, :sha)",
        use(id), use(place), use(file.sop_instance_uid), use(file.sha256);
    ++place;
  }
}

// The text of a step of the history; empty when there is none.
std::string plan_text(soci::session& sql, long long id, long long step) {
  std::string text;
  sql << "SELECT plan FROM plans WHERE case_id = :id AND step = :step", use(id), use(step),
      into(text);
  return text;
}

void append_plan(soci::session& sql, long long id, long long step, const std::string& label,
                 const std::string& text) {
  sql << "DELETE FROM plans WHERE case_id = :id AND step >= :step", use(id), use(step);
  sql << "INSERT INTO plans (case_id, step, label, plan) VALUES (:id, :step, :label, :plan)",
      use(id), use(step), use(label), use(text);
  const long long oldest = step - kept_steps;
  sql << "DELETE FROM plans WHERE case_id = :id AND step <= :oldest", use(id), use(oldest);
}

Result<SavedCase> load_case(soci::session& sql, long long id) {
  long long current = 0;
  sql << "SELECT current_step FROM cases WHERE id = :id", use(id), into(current);
  if (!sql.got_data()) return no_such_case();
  SavedCase saved;
  const soci::rowset<soci::row> rows =
      (sql.prepare << "SELECT CAST(step AS TEXT), label, plan FROM plans WHERE case_id = :id "
                      "ORDER BY step",
       use(id));
  for (const soci::row& row : rows) {
    auto plan = plan_from_text(row.get<std::string>(2));
    if (!plan)
      return fail(ErrorCode::Unreadable,
                  "A saved plan of this case is damaged; import the case into another library.");
    if (std::stoll(row.get<std::string>(0)) == current) saved.at = saved.steps.size();
    saved.steps.push_back({row.get<std::string>(1), std::move(*plan)});
  }
  std::string view;
  sql << "SELECT view FROM views WHERE case_id = :id", use(id), into(view);
  if (sql.got_data()) saved.view = view_from_text(view);
  std::string form;
  int committed = 0;
  sql << "SELECT form, committed FROM scores WHERE case_id = :id", use(id), into(form),
      into(committed);
  if (sql.got_data()) {
    auto read = planning::form_from_json(form);
    if (!read)
      return fail(ErrorCode::Unreadable,
                  "The saved scores of this case are damaged; import the case into another "
                  "library.");
    saved.scores = SavedScores{*std::move(read), committed != 0};
  }
  return saved;
}

std::vector<CaseRecord> list_cases(soci::session& sql) {
  std::vector<CaseRecord> cases;
  const soci::rowset<soci::row> rows =
      (sql.prepare << "SELECT CAST(id AS TEXT), alias, side, imported_at FROM cases "
                      "ORDER BY touched DESC");
  for (const soci::row& row : rows)
    cases.push_back({.id = {std::stoll(row.get<std::string>(0))},
                     .alias = row.get<std::string>(1),
                     .side = side_named(row.get<std::string>(2)),
                     .paths = {},
                     .file_count = 0,
                     .imported_at = row.get<std::string>(3)});
  for (CaseRecord& record : cases) {
    const long long id = record.id.value;
    const soci::rowset<std::string> paths =
        (sql.prepare << "SELECT path FROM case_paths WHERE case_id = :id ORDER BY place", use(id));
    record.paths.assign(paths.begin(), paths.end());
    long long count = 0;
    sql << "SELECT count(*) FROM case_files WHERE case_id = :id", use(id), into(count);
    record.file_count = static_cast<std::size_t>(count);
  }
  return cases;
}

}  // namespace

struct Library::State {
  detail::Database database;
};

Library::Library(std::unique_ptr<State> state) : state_(std::move(state)) {}
Library::Library(Library&&) noexcept = default;
Library& Library::operator=(Library&&) noexcept = default;
Library::~Library() = default;

fs::path Library::default_folder() {
  const auto variable = [](const char* name) -> std::string {
    const char* value = std::getenv(name);
    return value ? value : "";
  };
  if (const auto chosen = variable("OASIS_LIBRARY"); !chosen.empty()) return chosen;
  if (const auto data = variable("XDG_DATA_HOME"); !data.empty()) return fs::path(data) / "oasis";
  const auto home = variable("HOME");
  return fs::path(home.empty() ? "." : home) / ".local" / "share" / "oasis";
}

Result<Library> Library::open(const fs::path& folder) {
  auto database = detail::Database::open(folder);
  if (!database) return tl::unexpected(database.error());
  return Library(std::make_unique<State>(State{std::move(*database)}));
}

const fs::path& Library::folder() const { return state_->database.folder(); }

Result<Library::Added> Library::add_case(const imaging::Study& study,
                                         const std::vector<fs::path>& paths) {
  const auto files = files_of(study);
  const std::string hash = study_hash(study, files);
  const std::string side(imaging::name_of(study.side));
  const std::string now = detail::utc_now();
  Added added;
  const auto done = state_->database.write([&](soci::session& sql) -> Result<void> {
    long long id = 0;
    sql << "SELECT id FROM cases WHERE study_hash = :hash", use(hash), into(id);
    added.is_new = !sql.got_data();
    if (added.is_new) {
      sql << "INSERT INTO cases (study_hash, alias, side, imported_at, touched) "
             "VALUES (:hash, :alias, :side, :now, 0)",
          use(hash), use(study.alias), use(side), use(now);
      sql << "SELECT id FROM cases WHERE study_hash = :hash", use(hash), into(id);
    } else {
      sql << "UPDATE cases SET alias = :alias, side = :side WHERE id = :id", use(study.alias),
          use(side), use(id);
    }
    replace_files(sql, id, paths, files);
    touch(sql, id);
    added.id = {id};
    return {};
  });
  if (!done) return tl::unexpected(done.error());
  return added;
}

Result<std::vector<CaseRecord>> Library::cases() const {
  std::vector<CaseRecord> cases;
  const auto done = state_->database.read([&](soci::session& sql) -> Result<void> {
    cases = list_cases(sql);
    return {};
  });
  if (!done) return tl::unexpected(done.error());
  return cases;
}

Result<void> Library::save_plan(CaseId id, std::string_view label, const planning::Plan& plan) {
  const std::string text = text_from_plan(plan);
  const std::string label_text(label);
  return state_->database.write([&](soci::session& sql) -> Result<void> {
    const long long case_id = id.value;
    long long current = 0;
    sql << "SELECT current_step FROM cases WHERE id = :id", use(case_id), into(current);
    if (!sql.got_data()) return no_such_case();
    if (plan_text(sql, case_id, current) == text) return {};
    if (plan_text(sql, case_id, current - 1) == text) {
      --current;
    } else if (plan_text(sql, case_id, current + 1) == text) {
      ++current;
    } else {
      ++current;
      append_plan(sql, case_id, current, label_text, text);
    }
    sql << "UPDATE cases SET current_step = :step WHERE id = :id", use(current), use(case_id);
    touch(sql, case_id);
    return {};
  });
}

Result<void> Library::save_view(CaseId id, const ViewState& view) {
  const std::string text = text_from_view(view);
  return state_->database.write([&](soci::session& sql) -> Result<void> {
    const long long case_id = id.value;
    if (!has_case(sql, case_id)) return no_such_case();
    sql << "DELETE FROM views WHERE case_id = :id", use(case_id);
    sql << "INSERT INTO views (case_id, view) VALUES (:id, :view)", use(case_id), use(text);
    touch(sql, case_id);
    return {};
  });
}

Result<void> Library::save_scores(CaseId id, const planning::ScoreBook& book,
                                  const SavedScores& scores) {
  const std::string text = planning::form_json(book, scores.form);
  return state_->database.write([&](soci::session& sql) -> Result<void> {
    const long long case_id = id.value;
    const int committed = scores.committed ? 1 : 0;
    if (!has_case(sql, case_id)) return no_such_case();
    sql << "DELETE FROM scores WHERE case_id = :id", use(case_id);
    sql << "INSERT INTO scores (case_id, form, committed) VALUES (:id, :form, :committed)",
        use(case_id), use(text), use(committed);
    touch(sql, case_id);
    return {};
  });
}

Result<SavedCase> Library::load(CaseId id) const {
  SavedCase saved;
  const auto done = state_->database.read([&](soci::session& sql) -> Result<void> {
    auto loaded = load_case(sql, id.value);
    if (!loaded) return tl::unexpected(loaded.error());
    saved = std::move(*loaded);
    return {};
  });
  if (!done) return tl::unexpected(done.error());
  return saved;
}

Result<void> Library::save_tree(CaseId id, const imaging::VesselTree& tree,
                                std::string_view made_by) {
  const std::string text = text_from_tree(tree);
  const std::string maker(made_by);
  return state_->database.write([&](soci::session& sql) -> Result<void> {
    const long long case_id = id.value;
    if (!has_case(sql, case_id)) return no_such_case();
    sql << "DELETE FROM trees WHERE case_id = :id", use(case_id);
    sql << "INSERT INTO trees (case_id, made_by, tree) VALUES (:id, :maker, :tree)", use(case_id),
        use(maker), use(text);
    return {};
  });
}

Result<std::optional<imaging::VesselTree>> Library::tree(CaseId id,
                                                         std::string_view made_by) const {
  const std::string maker(made_by);
  std::string text;
  const auto done = state_->database.read([&](soci::session& sql) -> Result<void> {
    const long long case_id = id.value;
    sql << "SELECT tree FROM trees WHERE case_id = :id AND made_by = :maker", use(case_id),
        use(maker), into(text);
    return {};
  });
  if (!done) return tl::unexpected(done.error());
  // Text that is not a tree counts as none: the vessels are traced again.
  return tree_from_text(text);
}

}  // namespace app
