#include "app/store/detail/review_database.h"

#include <soci/postgresql/soci-postgresql.h>

#include <initializer_list>

namespace app::detail {
namespace {

using imaging::Error;
using imaging::ErrorCode;
using imaging::fail;
using imaging::Result;

// One set of tables for both databases: text and BIGINT mean the same in either. They stand beside
// the library's own and have their own version, because a server has no library.
constexpr const char* tables[] = {
    "CREATE TABLE IF NOT EXISTS review_people (name TEXT PRIMARY KEY, password_hash TEXT NOT NULL, "
    "role TEXT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS review_lists (name TEXT PRIMARY KEY, scales TEXT NOT NULL, "
    "readers_needed BIGINT NOT NULL, secret TEXT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS review_cases (list TEXT NOT NULL REFERENCES review_lists(name), "
    "code TEXT NOT NULL, place BIGINT NOT NULL, case_key TEXT NOT NULL, side TEXT NOT NULL, "
    "paths TEXT NOT NULL, PRIMARY KEY (list, code), UNIQUE (list, case_key))",
    "CREATE TABLE IF NOT EXISTS review_drafts (list TEXT NOT NULL, code TEXT NOT NULL, reader TEXT "
    "NOT NULL REFERENCES review_people(name), form TEXT NOT NULL, PRIMARY KEY (list, code, "
    "reader), "
    "FOREIGN KEY (list, code) REFERENCES review_cases(list, code))",
    "CREATE TABLE IF NOT EXISTS review_forms (list TEXT NOT NULL, code TEXT NOT NULL, reader TEXT "
    "NOT NULL REFERENCES review_people(name), form TEXT NOT NULL, sequence BIGINT NOT NULL UNIQUE, "
    "PRIMARY KEY (list, code, reader), FOREIGN KEY (list, code) REFERENCES review_cases(list, "
    "code))",
    "CREATE TABLE IF NOT EXISTS review_settled (list TEXT NOT NULL, code TEXT NOT NULL, reader "
    "TEXT "
    "NOT NULL REFERENCES review_people(name), form TEXT NOT NULL, sequence BIGINT NOT NULL UNIQUE, "
    "PRIMARY KEY (list, code), FOREIGN KEY (list, code) REFERENCES review_cases(list, code))",
    "CREATE TABLE IF NOT EXISTS review_audit (sequence BIGINT PRIMARY KEY, clock_utc TEXT NOT "
    "NULL, "
    "actor TEXT NOT NULL, action TEXT NOT NULL, detail TEXT NOT NULL, previous_hash TEXT NOT NULL, "
    "hash TEXT NOT NULL UNIQUE)",
};
// What is committed is never changed, whatever program connects.
constexpr const char* locked_tables[] = {"review_forms", "review_settled", "review_audit"};

void lock_rows(soci::session& sql, bool on_server) {
  if (on_server)
    sql << "CREATE OR REPLACE FUNCTION oasis_append_only() RETURNS trigger LANGUAGE plpgsql AS "
           "$$ BEGIN RAISE EXCEPTION 'append only'; END $$";
  for (const std::string table : locked_tables) {
    if (on_server) {
      sql << "DROP TRIGGER IF EXISTS " + table + "_append_only ON " + table;
      sql << "CREATE TRIGGER " + table + "_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON " +
                 table + " FOR EACH STATEMENT EXECUTE FUNCTION oasis_append_only()";
      continue;
    }
    for (const std::string change : {"UPDATE", "DELETE"})
      sql << "CREATE TRIGGER IF NOT EXISTS " + table + "_no_" + change + " BEFORE " + change +
                 " ON " + table + " BEGIN SELECT RAISE(ABORT, 'append only'); END";
  }
}

bool has_tables(soci::session& sql, bool on_server) {
  long long count = 0;
  sql << (on_server ? "SELECT count(*) FROM pg_trigger WHERE tgname = 'review_audit_append_only'"
                    : "SELECT count(*) FROM sqlite_master WHERE name = 'review_audit_no_DELETE'"),
      soci::into(count);
  return count > 0;
}

Error unreachable() {
  return {ErrorCode::Unreadable,
          "The review's database server cannot be reached or refuses the sign-in; check its "
          "address, nothing was changed."};
}

Error server_error(const soci::postgresql_soci_error& e) {
  const std::string state = e.sqlstate();
  if (state == "55P03")  // lock_not_available
    return {ErrorCode::Unwritable,
            "Another program keeps the review's database busy; try again, nothing was changed."};
  if (state.starts_with("53"))  // insufficient resources, a full disk among them
    return {ErrorCode::Unwritable,
            "The review's database server is out of space; nothing was changed."};
  if (state.starts_with("XX"))  // internal error, damaged data among them
    return {ErrorCode::Unreadable,
            "The review's database is damaged; ask who runs the server for its last copy."};
  if (state.empty() || state.starts_with("08") || state.starts_with("57") ||
      state.starts_with("28"))
    return unreachable();
  return {ErrorCode::Unwritable, "The review's database refuses this; it reports state " + state +
                                     ", nothing was changed."};
}

}  // namespace

Result<ReviewDatabase> ReviewDatabase::open(const std::string& place) {
  ReviewDatabase database;
  if (place.starts_with("postgresql://") || place.starts_with("postgres://")) {
    try {
      const std::string wait = place.find('?') == std::string::npos ? "?" : "&";
      database.server_ =
          std::make_unique<soci::session>(soci::postgresql, place + wait + "connect_timeout=5");
      // As long as the library waits for another writer; see database.cpp.
      *database.server_ << "SET lock_timeout = '5s'";
      *database.server_ << "SET client_min_messages = warning";
    } catch (const soci::soci_error&) {
      return tl::unexpected(unreachable());
    }
  } else {
    auto local = Database::open(place);
    if (!local) return tl::unexpected(local.error());
    database.local_.emplace(std::move(*local));
  }
  if (auto made = database.make_tables(); !made) return tl::unexpected(made.error());
  return database;
}

Result<void> ReviewDatabase::make_tables() {
  bool there = false;
  if (auto looked = read([&](soci::session& sql) -> Result<void> {
        there = has_tables(sql, server_ != nullptr);
        return {};
      });
      !looked || there)
    return looked;
  const auto make = [&](soci::session& sql) -> Result<void> {
    // Two processes that come first at once: the number is ours, "oasi" in ASCII.
    if (server_) sql << "SELECT pg_advisory_xact_lock(1869640553)";
    if (has_tables(sql, server_ != nullptr)) return {};
    for (const char* table : tables) sql << table;
    lock_rows(sql, server_ != nullptr);
    return {};
  };
  return server_ ? on_server(false, make) : local_->write(make);
}

Result<void> ReviewDatabase::on_server(bool writes, const Work& work) {
  const auto take_back = [&] {
    try {
      *server_ << "ROLLBACK";
    } catch (const soci::soci_error&) {
      // The connection is gone, and with it the transaction.
    }
  };
  try {
    // What a dropped connection lost is asked for anew: the next call may find the server back.
    if (!server_->is_connected()) server_->reconnect();
    *server_ << "BEGIN";
    // Writers stand in line here, so that the audit trail grows one entry after the other.
    if (writes) *server_ << "LOCK TABLE review_audit IN EXCLUSIVE MODE";
    auto done = work(*server_);
    if (!done) {
      take_back();
      return done;
    }
    *server_ << "COMMIT";
    return done;
  } catch (const soci::postgresql_soci_error& e) {
    const Error error = server_error(e);
    take_back();
    return tl::unexpected(error);
  } catch (const soci::soci_error&) {
    take_back();
    return tl::unexpected(unreachable());
  }
}

Result<void> ReviewDatabase::write(const Work& work) {
  return server_ ? on_server(true, work) : local_->write(work);
}
Result<void> ReviewDatabase::read(const Work& work) {
  return server_ ? on_server(false, work) : local_->read(work);
}

}  // namespace app::detail
