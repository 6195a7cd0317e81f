// A database server of one test's own, in a scratch folder, that nobody else can reach.
#pragma once

#include <memory>
#include <string>

#include "tests/support/scratch_folder.h"

namespace app {

// Debian's PostgreSQL, listening on a socket in its folder only; stopped and removed with the
// object. It refuses to run as root: then it is started as the user that its package made.
class ScratchServer {
 public:
  // Empty where PostgreSQL is not installed or does not start; then `why` says so.
  static std::unique_ptr<ScratchServer> start(std::string& why);
  ~ScratchServer();

  std::string url(const std::string& database = "postgres") const;
  // A statement as the server's owner, past the program; true when it was accepted.
  bool run(const std::string& statement, const std::string& database = "postgres") const;
  void stop();
  bool start_again();

 private:
  ScratchServer() = default;
  std::string control(const std::string& command) const;
  support::ScratchFolder folder_;
  std::string programs_, as_user_, owner_;
  bool running_ = false;
};

}  // namespace app
