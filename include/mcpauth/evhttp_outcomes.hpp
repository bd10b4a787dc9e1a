/** @file evhttp_outcomes.hpp @brief How decisions reach the thread of an event loop of libevent. A part of evhttp.hpp. */
#ifndef MCPAUTH_EVHTTP_OUTCOMES_HPP
#define MCPAUTH_EVHTTP_OUTCOMES_HPP

#include <event2/event.h>
#include <event2/util.h>
#include <sys/socket.h>

#include <cstdint>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "../mcpauth.hpp"

/** @cond */
namespace mcpauth::detail {

/**
 * Decisions made on threads of the library, by the numbers of their requests. A socket pair wakes the loop, which so needs
 * no locks of its own. What is decided once this object is gone goes nowhere.
 */
class evhttp_outcomes {
 public:
  using receiver = void (*)(std::uint64_t number, const decision &decided, void *context);

  evhttp_outcomes() = default;
  evhttp_outcomes(const evhttp_outcomes &) = delete;
  evhttp_outcomes &operator=(const evhttp_outcomes &) = delete;
  ~evhttp_outcomes() {
    if (event_ != nullptr) event_free(event_);
    if (inbox_ == nullptr) return;
    const std::lock_guard<std::mutex> held(inbox_->lock);
    inbox_->closed = true;
  }

  /** Has the loop's thread, which this is called on, call `to` from now on. false: the system gives no sockets. */
  bool listen(event_base *base, receiver to, void *context) {
    if (event_ != nullptr) return true;
    auto inbox = std::make_shared<box>();
    if (evutil_socketpair(AF_UNIX, SOCK_STREAM, 0, inbox->ends) != 0) return false;
    evutil_make_socket_closeonexec(inbox->ends[0]), evutil_make_socket_closeonexec(inbox->ends[1]);
    evutil_make_socket_nonblocking(inbox->ends[0]), evutil_make_socket_nonblocking(inbox->ends[1]);
    ::event *const added = event_new(base, inbox->ends[0], EV_READ | EV_PERSIST, deliver, this);
    if (added == nullptr || event_add(added, nullptr) != 0) {
      if (added != nullptr) event_free(added);
      return false;
    }
    inbox_ = std::move(inbox), event_ = added, to_ = to, context_ = context;
    return true;
  }

  /** What verifier::handle_async() calls for this request. */
  [[nodiscard]] auto sender(std::uint64_t number) const {
    return [inbox = inbox_, number](decision decided) {
      const std::lock_guard<std::mutex> held(inbox->lock);
      if (inbox->closed) return;
      inbox->decided.emplace_back(number, std::move(decided));
      // One byte wakes the loop; where the pair is full, it is awake.
      if (inbox->decided.size() == 1) static_cast<void>(::send(inbox->ends[1], "", 1, MSG_NOSIGNAL));
    };
  }

 private:
  struct box {
    ~box() {
      for (const evutil_socket_t end : ends) {
        if (end >= 0) evutil_closesocket(end);
      }
    }
    std::mutex lock;
    std::vector<std::pair<std::uint64_t, decision>> decided;
    evutil_socket_t ends[2] = {-1, -1};
    bool closed = false;
  };

  static void deliver(evutil_socket_t end, short, void *self) {
    auto &of = *static_cast<evhttp_outcomes *>(self);
    std::vector<std::pair<std::uint64_t, decision>> decided;
    {
      const std::lock_guard<std::mutex> held(of.inbox_->lock);
      char woken[64];
      while (::recv(end, woken, sizeof woken, 0) > 0) continue;
      decided.swap(of.inbox_->decided);
    }
    for (const auto &[number, decision] : decided) of.to_(number, decision, of.context_);
  }

  std::shared_ptr<box> inbox_;
  ::event *event_ = nullptr;
  receiver to_ = nullptr;
  void *context_ = nullptr;
};

} // namespace mcpauth::detail
/** @endcond */

#endif // MCPAUTH_EVHTTP_OUTCOMES_HPP
