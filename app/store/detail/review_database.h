// A review's tables, in the library's own database or on a team's PostgreSQL server.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "app/store/detail/database.h"

namespace app::detail {

class ReviewDatabase {
 public:
  // `place`: a library folder, or postgresql://user@host/database. Errors as of Library::open; for
  // a server Unreadable, saying whether it could not be reached.
  static imaging::Result<ReviewDatabase> open(const std::string& place);

  using Work = std::function<imaging::Result<void>(soci::session&)>;
  // One writer at a time, of all processes on all machines; written whole or not at all.
  imaging::Result<void> write(const Work& work);
  imaging::Result<void> read(const Work& work);

 private:
  ReviewDatabase() = default;
  imaging::Result<void> on_server(bool writes, const Work& work);
  imaging::Result<void> make_tables();

  std::optional<Database> local_;          // Either this
  std::unique_ptr<soci::session> server_;  // or this.
};

}  // namespace app::detail
