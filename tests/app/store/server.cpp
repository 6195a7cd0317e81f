#include "tests/app/store/server.h"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <vector>

namespace app {
namespace {

namespace fs = std::filesystem;

bool succeeds(const std::string& command) { return std::system(command.c_str()) == 0; }

// The newest version's programs.
std::string programs_folder() {
  std::vector<std::string> found;
  std::error_code error;
  for (fs::directory_iterator it("/usr/lib/postgresql", error), end; !error && it != end;
       it.increment(error))
    if (fs::exists(it->path() / "bin" / "initdb", error)) found.push_back(it->path() / "bin");
  std::sort(found.begin(), found.end());
  return found.empty() ? "" : found.back();
}

}  // namespace

std::unique_ptr<ScratchServer> ScratchServer::start(std::string& why) {
  std::unique_ptr<ScratchServer> server(new ScratchServer);
  server->programs_ = programs_folder();
  if (server->programs_.empty()) {
    why = "PostgreSQL is not installed.";
    return nullptr;
  }
  const std::string data = server->folder_ / "data";
  if (geteuid() == 0) {
    server->as_user_ = "setpriv --reuid=postgres --regid=postgres --clear-groups ";
    server->owner_ = "postgres";
    if (!succeeds("chown postgres " + server->folder_.path().string())) {
      why = "There is no user postgres.";
      return nullptr;
    }
  } else {
    server->owner_ = "oasis";
  }
  const bool made = succeeds("cd / && " + server->as_user_ + server->programs_ +
                             "/initdb --auth=trust --no-instructions --username=" + server->owner_ +
                             " -E UTF8 --locale=C -D " + data + " > /dev/null 2>&1");
  if (!made || !server->start_again()) {
    why = "PostgreSQL does not start in a scratch folder.";
    return nullptr;
  }
  return server;
}

std::string ScratchServer::control(const std::string& command) const {
  const std::string folder = folder_.path();
  return "cd / && " + as_user_ + programs_ + "/pg_ctl -w -t 30 -s -D " + folder + "/data -l " +
         folder + "/log " + command + " > /dev/null 2>&1";
}

bool ScratchServer::start_again() {
  // No network at all: the socket's folder belongs to the test.
  running_ = succeeds(control("-o \"-c listen_addresses='' -k " + folder_.path().string() +
                              " -c max_connections=20 -c shared_buffers=16MB\" start"));
  return running_;
}

void ScratchServer::stop() {
  if (running_) succeeds(control("-m immediate stop"));
  running_ = false;
}

ScratchServer::~ScratchServer() { stop(); }

std::string ScratchServer::url(const std::string& database) const {
  return "postgresql:///" + database + "?host=" + folder_.path().string() + "&user=" + owner_;
}

bool ScratchServer::run(const std::string& statement, const std::string& database) const {
  return succeeds("cd / && " + programs_ + "/psql -q -v ON_ERROR_STOP=1 -h " +
                  folder_.path().string() + " -U " + owner_ + " -c \"" + statement + "\" " +
                  database + " > /dev/null 2>&1");
}

}  // namespace app
