#include "app/store/detail/database.h"

#include <fcntl.h>
#include <soci/sqlite3/soci-sqlite3.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <ctime>
#include <memory>
#include <optional>
#include <string>
#include <system_error>

#include "app/store/migrations.h"

namespace app::detail {
namespace {

namespace fs = std::filesystem;
using imaging::Error;
using imaging::ErrorCode;
using imaging::fail;
using imaging::Result;

constexpr const char* file_name = "library.sqlite";
// "OASI" in ASCII: tells the library from another program's database.
constexpr int application_id = 0x4F415349;
// Long enough for another process to finish its write on a slow disk, short enough for a person.
constexpr int busy_timeout_s = 5;

Error refused(const fs::path& folder) {
  return {ErrorCode::Unwritable, "The library folder " + folder.string() +
                                     " cannot be written; choose another one with --library."};
}

Error full(const fs::path& folder) {
  return {ErrorCode::Unwritable, "The disk that holds the library " + folder.string() +
                                     " is full; free some space, nothing was changed."};
}

Error error_from(int sqlite_code, const fs::path& folder) {
  switch (sqlite_code & 0xff) {  // The low byte is the kind; the rest tells where it happened.
    case SQLITE_FULL:
      return full(folder);
    case SQLITE_IOERR:
      return {ErrorCode::Unwritable, "The disk refused the library " + folder.string() +
                                         "; check that it is not full, nothing was changed."};
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return refused(folder);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return {ErrorCode::Unwritable, "Another program keeps the library " + folder.string() +
                                         " busy; close it and try again."};
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return {ErrorCode::Unreadable, "The library " + folder.string() +
                                         " is damaged; close Oasis and open it again, which keeps "
                                         "the damaged file aside."};
    default:
      return {ErrorCode::Unwritable, "The library " + folder.string() +
                                         " cannot be used; the database reports error " +
                                         std::to_string(sqlite_code) + "."};
  }
}

// error_from says Unreadable of nothing else.
bool is_damage(const Error& error) { return error.code == ErrorCode::Unreadable; }

// Turns what SOCI throws into an Error.
template <class Work>
Result<void> guarded(const fs::path& folder, Work&& work) {
  try {
    return work();
  } catch (const soci::sqlite3_soci_error& e) {
    return tl::unexpected(error_from(e.result(), folder));
  } catch (const soci::soci_error&) {
    // A row whose types are not those of the schema.
    return tl::unexpected(error_from(SQLITE_CORRUPT, folder));
  }
}

// Held while a process opens the library, so that two do not bring it up to date, or move it
// aside, at once. The system releases it when a process dies.
class OpeningLock {
 public:
  static Result<OpeningLock> take(const fs::path& folder) {
    const fs::path path = folder / "library.lock";
    const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0)
      return tl::unexpected(errno == ENOSPC || errno == EDQUOT ? full(folder) : refused(folder));
    int taken = 0;
    do taken = ::flock(file, LOCK_EX);
    while (taken != 0 && errno == EINTR);
    return OpeningLock(file);
  }
  OpeningLock(OpeningLock&& other) noexcept : file_(std::exchange(other.file_, -1)) {}
  OpeningLock& operator=(OpeningLock&&) = delete;
  ~OpeningLock() {
    if (file_ >= 0) ::close(file_);
  }

 private:
  explicit OpeningLock(int file) : file_(file) {}
  int file_;
};

Result<void> make_folder(const fs::path& folder) {
  std::error_code error;
  if (fs::is_directory(folder, error)) return {};
  fs::create_directories(folder, error);
  if (error)
    return tl::unexpected(error == std::errc::no_space_on_device ? full(folder) : refused(folder));
  // Paths of a patient's files stand in it: for the owner's eyes.
  fs::permissions(folder, fs::perms::owner_all, error);
  return {};
}

long long number(soci::session& sql, const std::string& query) {
  long long value = 0;
  sql << query, soci::into(value);
  return value;
}

Result<void> check(soci::session& sql, const fs::path& folder) {
  const long long version = number(sql, "PRAGMA user_version");
  const bool ours = number(sql, "PRAGMA application_id") == application_id;
  if (!ours && number(sql, "SELECT count(*) FROM sqlite_master") > 0)
    return fail(ErrorCode::InvalidInput,
                "The file " + (folder / file_name).string() +
                    " belongs to another program; choose another folder with --library.");
  if (ours && version > static_cast<long long>(migrations().size()))
    return fail(ErrorCode::Unsupported, "The library " + folder.string() +
                                            " was written by a newer Oasis; update this one.");
  std::string verdict;
  sql << "PRAGMA quick_check(1)", soci::into(verdict);
  if (verdict != "ok") return tl::unexpected(error_from(SQLITE_CORRUPT, folder));
  return {};
}

// FULL, not NORMAL: with a write-ahead log NORMAL survives a killed process but loses the last
// commits with the supply. A commit then costs one flush of the disk, a few milliseconds, at the
// pace of a person's gestures.
void configure(soci::session& sql) {
  std::string mode;
  sql << "PRAGMA journal_mode = WAL", soci::into(mode);
  sql << "PRAGMA synchronous = FULL";
  sql << "PRAGMA foreign_keys = ON";
}

void run_script(soci::session& sql, std::string_view script) {
  while (!script.empty()) {
    const std::size_t end = std::min(script.find(';'), script.size());
    const std::string statement(script.substr(0, end));
    if (statement.find_first_not_of(" \n") != std::string::npos) sql << statement;
    script.remove_prefix(std::min(end + 1, script.size()));
  }
}

// Everything in one transaction: a process that dies on the way leaves the older version.
void migrate(soci::session& sql) {
  const long long version = number(sql, "PRAGMA user_version");
  const auto steps = migrations();
  if (version == static_cast<long long>(steps.size())) return;
  sql << "BEGIN IMMEDIATE";
  for (const std::string_view step : steps.subspan(static_cast<std::size_t>(version)))
    run_script(sql, step);
  sql << "PRAGMA application_id = " + std::to_string(application_id);
  sql << "PRAGMA user_version = " + std::to_string(steps.size());
  sql << "COMMIT";
}

// The database and what belongs to it, under a name that nothing has. Absent when the disk refuses.
std::optional<fs::path> move_aside(const fs::path& folder) {
  std::error_code error;
  fs::path kept;
  for (int n = 1; kept.empty() || fs::exists(kept, error); ++n)
    kept = folder / ("library.damaged-" + std::to_string(n) + ".sqlite");
  fs::rename(folder / file_name, kept, error);
  if (error) return std::nullopt;
  for (const char* suffix : {"-wal", "-shm"})
    fs::rename((folder / file_name).string() + suffix, kept.string() + suffix, error);
  return kept;
}

Error damaged(const fs::path& folder) {
  const auto kept = move_aside(folder);
  if (!kept)
    return {ErrorCode::Unreadable, "The library " + folder.string() +
                                       " is damaged and cannot be moved aside; choose another "
                                       "folder with --library."};
  return {ErrorCode::Unreadable, "The library " + folder.string() + " was damaged and is kept as " +
                                     kept->filename().string() +
                                     "; open again to start an empty one, then import the cases."};
}

}  // namespace

std::string utc_now() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&now, &parts);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text;
}

Result<Database> Database::open(const fs::path& folder) {
  if (const auto made = make_folder(folder); !made) return tl::unexpected(made.error());
  const auto lock = OpeningLock::take(folder);
  if (!lock) return tl::unexpected(lock.error());
  const std::string file = (folder / file_name).string();
  if (file.find('"') != std::string::npos)
    return fail(ErrorCode::InvalidInput,
                "A library folder may not have a quotation mark in its name.");

  std::unique_ptr<soci::session> sql;
  bool checked = false;
  const auto opened = guarded(folder, [&]() -> Result<void> {
    sql = std::make_unique<soci::session>(
        soci::sqlite3, "db=\"" + file + "\" timeout=" + std::to_string(busy_timeout_s));
    if (const auto sound = check(*sql, folder); !sound) return sound;
    checked = true;
    configure(*sql);
    migrate(*sql);
    return {};
  });
  if (!opened) {
    sql.reset();
    // Only what the check itself called damaged is moved: a failed write proves nothing.
    if (!checked && is_damage(opened.error())) return tl::unexpected(damaged(folder));
    return tl::unexpected(opened.error());
  }
  return Database(folder, std::move(sql));
}

Result<void> Database::transaction(const char* begin,
                                   const std::function<Result<void>(soci::session&)>& work) {
  const auto take_back = [&] {
    try {
      *sql_ << "ROLLBACK";
    } catch (const soci::soci_error&) {
      // SQLite has rolled back by itself after some errors; then there is nothing left to do.
    }
  };
  const auto done = guarded(folder_, [&]() -> Result<void> {
    *sql_ << begin;
    if (auto worked = work(*sql_); !worked) return worked;
    *sql_ << "COMMIT";
    return {};
  });
  if (!done) take_back();
  return done;
}

Result<void> Database::write(const std::function<Result<void>(soci::session&)>& work) {
  // IMMEDIATE waits for the other writer here, where waiting is possible; a transaction that
  // starts by reading would be refused at its first write instead.
  return transaction("BEGIN IMMEDIATE", work);
}

Result<void> Database::read(const std::function<Result<void>(soci::session&)>& work) {
  return transaction("BEGIN", work);
}

}  // namespace app::detail
