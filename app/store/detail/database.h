// One connection to the library's database: opened, checked, brought up to date.
#pragma once

#include <soci/soci.h>

#include <filesystem>
#include <functional>
#include <string>

#include "imaging/core/result.h"

namespace app::detail {

// This machine's clock, "2026-03-01T09:30:00Z": how every row tells its time.
std::string utc_now();

class Database {
 public:
  // See Library::open.
  static imaging::Result<Database> open(const std::filesystem::path& folder);

  const std::filesystem::path& folder() const { return folder_; }

  // Runs `work` in a transaction that is written whole or not at all. `work` returns a
  // Result<void>; an error takes everything back.
  imaging::Result<void> write(const std::function<imaging::Result<void>(soci::session&)>& work);
  // Runs `work`, which sees one state of the database throughout.
  imaging::Result<void> read(const std::function<imaging::Result<void>(soci::session&)>& work);

 private:
  Database(std::filesystem::path folder, std::unique_ptr<soci::session> sql)
      : folder_(std::move(folder)), sql_(std::move(sql)) {}
  imaging::Result<void> transaction(
      const char* begin, const std::function<imaging::Result<void>(soci::session&)>& work);

  std::filesystem::path folder_;
  std::unique_ptr<soci::session> sql_;
};

}  // namespace app::detail
