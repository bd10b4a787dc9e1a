/**
 * @file evhttp.hpp
 * @brief libevent's HTTP server, 2.1 and later: mcpauth::protect(server, verifier, "/mcp", handler).
 *
 * @code
 * const auto guard = mcpauth::protect(server, verifier, "/mcp", [](evhttp_request *request, const mcpauth::caller &caller) {
 *   evbuffer *body = evbuffer_new();
 *   evbuffer_add_printf(body, "hello");
 *   evhttp_send_reply(request, 200, nullptr, body);
 *   evbuffer_free(body);
 * });
 * event_base_dispatch(base);
 * @endcode
 *
 * The event loop never waits for an issuer: a request whose key has to be fetched is set aside, and taken up again on the
 * loop's thread, also where its client has gone meanwhile. libevent needs no locks for that (evthread_use_pthreads()).
 */
#ifndef MCPAUTH_EVHTTP_HPP
#define MCPAUTH_EVHTTP_HPP

#include <event2/event.h>
#include <event2/http.h>
#include <event2/keyvalq_struct.h>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "adapter.hpp"
#include "evhttp_message.hpp"
#include "evhttp_outcomes.hpp"

namespace mcpauth {

/**
 * Answers a request that was let in, then or later, by evhttp_send_reply() and its like, on the loop's thread. Where it
 * throws before it has begun to, the answer is 500.
 */
using evhttp_handler = std::function<void(evhttp_request *, const caller &)>;

/**
 * @brief An endpoint of an evhttp server, for as long as it lives: to be destroyed on the loop's thread, once the loop has
 * ended, and before evhttp_free().
 */
class evhttp_endpoint {
 public:
  /** So many requests wait for keys at most. Further ones get 503. */
  static constexpr std::size_t max_waiting = 512;

  evhttp_endpoint(evhttp *server, mcpauth::verifier verifier, endpoint where, evhttp_handler handler)
      : server_(server), verifier_(std::move(verifier)), where_(std::move(where)), handler_(std::move(handler)) {
    paths_ = detail::metadata_paths(verifier_, where_);
    for (const std::string &path : paths_) evhttp_set_cb(server_, path.c_str(), describe, this);
    paths_.push_back(where_.path);
    evhttp_set_cb(server_, where_.path.c_str(), take, this);
    // Unless told otherwise, evhttp reads as much as anybody sends before it asks, and answers no preflight.
    evhttp_set_max_body_size(server_, static_cast<ev_ssize_t>(where_.max_body_bytes));
    evhttp_set_max_headers_size(server_, 64 * 1024);
    evhttp_set_allowed_methods(server_, EVHTTP_REQ_GET | EVHTTP_REQ_POST | EVHTTP_REQ_HEAD | EVHTTP_REQ_PUT |
                                            EVHTTP_REQ_DELETE | EVHTTP_REQ_OPTIONS | EVHTTP_REQ_PATCH);
  }
  evhttp_endpoint(const evhttp_endpoint &) = delete;
  evhttp_endpoint &operator=(const evhttp_endpoint &) = delete;
  ~evhttp_endpoint() {
    for (const std::string &path : paths_) evhttp_del_cb(server_, path.c_str());
    for (const auto &[number, request] : waiting_) detail::evhttp_send_busy(request);
  }

 private:
  static void describe(evhttp_request *request, void *self) {
    if (!detail::evhttp_is_clear(request)) return detail::evhttp_hang_up(request, 400);
    const std::string_view target = evhttp_request_get_uri(request);
    const outcome answered =
        static_cast<evhttp_endpoint *>(self)->verifier_.well_known(detail::evhttp_method_of(request), target);
    if (answered.responded()) return detail::evhttp_send(request, answered.response());
    evhttp_send_error(request, 404, nullptr);
  }

  static void take(evhttp_request *request, void *self) {
    if (!detail::evhttp_is_clear(request)) return detail::evhttp_hang_up(request, 400);
    auto &endpoint = *static_cast<evhttp_endpoint *>(self);
    if (evbuffer_get_length(evhttp_request_get_input_buffer(request)) > endpoint.where_.max_body_bytes)
      return detail::evhttp_hang_up(request, 413); // the server takes more elsewhere
    endpoint.judge(request);
  }

  void judge(evhttp_request *request) {
    const mcpauth::request asked = detail::evhttp_read(request);
    const decision decided = verifier_.try_handle(asked);
    if (!decided.would_block()) return answer(request, decided);
    if (waiting_.size() >= max_waiting ||
        !outcomes_.listen(evhttp_connection_get_base(evhttp_request_get_connection(request)), decided_later, this))
      return detail::evhttp_send_busy(request);
    const std::uint64_t number = ++last_number_;
    waiting_.emplace(number, request);
    const mcpauth_result accepted = verifier_.handle_async(asked, outcomes_.sender(number));
    if (accepted == MCPAUTH_OK) return;
    waiting_.erase(number);
    if (accepted == MCPAUTH_ERR_NO_MEMORY) return detail::evhttp_send_busy(request);
    evhttp_send_error(request, 500, nullptr);
  }

  /** On the loop's thread: the library has decided. */
  static void decided_later(std::uint64_t number, const decision &decided, void *self) {
    auto &endpoint = *static_cast<evhttp_endpoint *>(self);
    const auto found = endpoint.waiting_.find(number);
    if (found == endpoint.waiting_.end()) return;
    evhttp_request *const request = found->second;
    endpoint.waiting_.erase(found);
    if (evhttp_request_get_connection(request) == nullptr) return evhttp_request_free(request); // the client has gone
    endpoint.answer(request, decided);
  }

  void answer(evhttp_request *request, const decision &decided) {
    if (!decided) return detail::evhttp_send(request, decided.response());
    evkeyvalq *fields = evhttp_request_get_output_headers(request);
    detail::add_cross_origin_headers(verifier_, detail::evhttp_read(request),
                                     [fields](std::string_view name, std::string_view value) {
                                       evhttp_add_header(fields, std::string(name).c_str(), std::string(value).c_str());
                                     });
#ifdef MCPAUTH_HPP_EXCEPTIONS
    try {
      handler_(request, decided.caller());
    } catch (...) { // libevent is C, and knows of no exceptions
      if (evhttp_request_get_response_code(request) == 0) evhttp_send_reply(request, 500, nullptr, nullptr);
    }
#else
    handler_(request, decided.caller());
#endif
  }

  evhttp *server_;
  mcpauth::verifier verifier_;
  endpoint where_;
  evhttp_handler handler_;
  std::vector<std::string> paths_;
  std::map<std::uint64_t, evhttp_request *> waiting_;
  std::uint64_t last_number_ = 0;
  detail::evhttp_outcomes outcomes_;
};

/**
 * @brief Serves an MCP endpoint behind a verifier, and the verifier's metadata, for as long as the returned object lives.
 *
 * It sets the server's evhttp_set_max_body_size(), evhttp_set_max_headers_size() (64 KiB) and evhttp_set_allowed_methods()
 * (with OPTIONS): a server that takes more elsewhere sets them again afterwards, and this endpoint still answers 413 to more.
 */
[[nodiscard]] inline std::unique_ptr<evhttp_endpoint> protect(evhttp *server, const verifier &verifier,
                                                              const endpoint &where, evhttp_handler handler) {
  return std::make_unique<evhttp_endpoint>(server, verifier, where, std::move(handler));
}

} // namespace mcpauth

#endif // MCPAUTH_EVHTTP_HPP
