/* The sessions that are alive. Whose a session is stands in its Mcp-Session-Id: mcpauth::verifier binds it to the caller. */
#ifndef SESSIONS_HPP
#define SESSIONS_HPP

#include <chrono>
#include <map>
#include <mutex>
#include <string>

class Sessions {
 public:
  void SetTimeout(std::chrono::seconds timeout) { timeout_ = timeout; }

  std::string Begin() {
    const std::lock_guard<std::mutex> guard(lock_);
    for (auto session = used_.begin(); session != used_.end();)
      session = Clock::now() - session->second > timeout_ ? used_.erase(session) : std::next(session);
    const std::string id = std::to_string(++last_); // bound to its caller, it need not be a secret
    used_[id] = Clock::now();
    return id;
  }
  bool Use(const std::string &id) {
    const std::lock_guard<std::mutex> guard(lock_);
    const auto session = used_.find(id);
    if (session == used_.end() || Clock::now() - session->second > timeout_) return false;
    session->second = Clock::now();
    return true;
  }
  void End(const std::string &id) {
    const std::lock_guard<std::mutex> guard(lock_);
    used_.erase(id);
  }

 private:
  using Clock = std::chrono::steady_clock;

  std::mutex lock_;
  std::chrono::seconds timeout_{600};
  std::map<std::string, Clock::time_point> used_;
  unsigned long long last_ = 0;
};

#endif
