/**
 * @file microhttpd.hpp
 * @brief libmicrohttpd servers, 0.9.75 and later: mcpauth::protect(server, verifier, "/mcp", handler).
 *
 * @code
 * mcpauth::microhttpd server(MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_THREAD_PER_CONNECTION, 8080);
 * mcpauth::protect(server, verifier, "/mcp", [](const mcpauth::microhttpd_request &request, const mcpauth::caller &caller) {
 *   return mcpauth::microhttpd_answer(200, "application/json", answer(request.body, caller.subject()));
 * });
 * if (!server.start()) give_up();
 * @endcode
 *
 * A request waits for a key fetch in its thread: of its own with MHD_USE_THREAD_PER_CONNECTION, one of a pool otherwise.
 */
#ifndef MCPAUTH_MICROHTTPD_HPP
#define MCPAUTH_MICROHTTPD_HPP

#include <microhttpd.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "adapter.hpp"
#include "microhttpd_answer.hpp"

namespace mcpauth {

/** Answers a request that was let in; where it throws, the answer is 500. */
using microhttpd_handler = std::function<microhttpd_answer(const microhttpd_request &, const caller &)>;
/** Answers a request for another path, of whoever sends it. */
using microhttpd_others = std::function<microhttpd_answer(const microhttpd_request &)>;

/** A daemon of libmicrohttpd, which is stopped when this goes. */
class microhttpd {
 public:
  /** flags: of MHD_start_daemon(). The port is of all addresses, unless start() is told MHD_OPTION_SOCK_ADDR. */
  microhttpd(unsigned flags, std::uint16_t port) noexcept : flags_(flags), port_(port) {}
  microhttpd(const microhttpd &) = delete;
  microhttpd &operator=(const microhttpd &) = delete;
  ~microhttpd() { stop(); }

  /** Answers what is neither for an endpoint nor for metadata; 404 unless set. To be called before start(). */
  void otherwise(microhttpd_others others) { others_ = std::move(others); }
  /** Starts the daemon with further options of MHD_start_daemon(), without MHD_OPTION_END. nullptr: it does not start. */
  template <class... Options>
  [[nodiscard]] MHD_Daemon *start(Options... options) {
    return daemon_ = MHD_start_daemon(flags_, port_, nullptr, nullptr, take, this, MHD_OPTION_URI_LOG_CALLBACK, begin,
                                      this, MHD_OPTION_NOTIFY_COMPLETED, forget, this, options..., MHD_OPTION_END);
  }
  /** Waits for the requests under way. */
  void stop() {
    if (daemon_ != nullptr) MHD_stop_daemon(std::exchange(daemon_, nullptr));
  }

 private:
  friend void protect(microhttpd &server, const verifier &verifier, const endpoint &where, microhttpd_handler handler);
  struct served {
    mcpauth::verifier verifier;
    endpoint where;
    microhttpd_handler handler;
  };
  struct exchange {
    std::string target, body; // the target as it was sent: what take() is given is decoded
    std::size_t received = 0;
    bool begun = false;
  };
  static constexpr std::size_t most_of_others = 1 << 20, drained_bytes = 1 << 20;

  static void *begin(void *, const char *target, MHD_Connection *) noexcept {
    return guarded(static_cast<void *>(nullptr), [target]() -> void * {
      auto made = std::make_unique<exchange>();
      made->target = target;
      return made.release();
    });
  }
  static void forget(void *, MHD_Connection *, void **state, MHD_RequestTerminationCode) noexcept {
    delete static_cast<exchange *>(std::exchange(*state, nullptr));
  }

  static MHD_Result take(void *self, MHD_Connection *connection, const char *path, const char *method, const char *,
                         const char *data, std::size_t *size, void **state) noexcept {
    return guarded(MHD_NO, [&] {
      auto *const now = static_cast<exchange *>(*state);
      if (now == nullptr) return MHD_NO; // no memory
      const auto &of = *static_cast<const microhttpd *>(self);
      if (!std::exchange(now->begun, true)) return MHD_YES; // the body comes now
      const served *const at = of.endpoint_at(path);
      const std::size_t most = at != nullptr ? at->where.max_body_bytes : most_of_others;
      if (*size > 0) { // one that is too long is read to its end, within reason, so that the client gets its 413
        now->received += *size;
        if (now->received <= most) now->body.append(data, *size);
        *size = 0;
        return now->received <= most + drained_bytes ? MHD_YES : MHD_NO;
      }
      if (now->received > most) return send(connection, {413, "", ""});
      if (!framing_of(connection).is_clear()) return send(connection, {400, "", ""}, nullptr, true);
      const microhttpd_request request{connection, method, path, now->body};
      return at != nullptr ? of.judge(*at, request, now->target) : of.answer_others(request, now->target);
    });
  }

  const served *endpoint_at(std::string_view path) const noexcept {
    for (const served &one : endpoints_) {
      if (one.where.path == path) return &one;
    }
    return nullptr;
  }

  /** Calls into.header(name, value) for each header field. */
  template <class Into>
  static void each_field(MHD_Connection *connection, Into &into) {
    MHD_get_connection_values_n(
        connection, MHD_HEADER_KIND,
        [](void *to, MHD_ValueKind, const char *name, std::size_t name_size, const char *value, std::size_t size) {
          return guarded(MHD_NO, [&] {
            static_cast<Into *>(to)->header({name, name_size}, {value, value != nullptr ? size : 0});
            return MHD_YES;
          });
        },
        &into);
  }
  static detail::framing framing_of(MHD_Connection *connection) {
    detail::framing all;
    return each_field(connection, all), all;
  }

  MHD_Result judge(const served &at, const microhttpd_request &from, std::string_view target) const {
    request asked(from.method, target);
    each_field(from.connection, asked);
    const decision decided = at.verifier.handle(asked.body(from.body));
    if (!decided) return send(from.connection, decided.response());
    const outcome fields = at.verifier.cross_origin_headers(asked);
    microhttpd_answer answer =
        guarded(microhttpd_answer(500, nullptr), [&] { return at.handler(from, decided.caller()); });
    return send(from.connection, answer, &fields.response());
  }
  MHD_Result answer_others(const microhttpd_request &from, std::string_view target) const {
    for (const served &one : endpoints_) {
      const outcome answered = one.verifier.well_known(from.method, target);
      if (answered.responded()) return send(from.connection, answered.response());
    }
    if (!others_) return send(from.connection, {404, "", ""});
    return send(from.connection, guarded(microhttpd_answer(500, nullptr), [&] { return others_(from); }));
  }

  static MHD_Result send(MHD_Connection *connection, const response &from) {
    const std::string_view body = from.body();
    return send(connection, {static_cast<unsigned>(from.status()), "", body}, &from);
  }
  static MHD_Result send(MHD_Connection *connection, microhttpd_answer answer, const response *fields = nullptr,
                         bool hang_up = false) {
    if (answer.response == nullptr) answer = microhttpd_answer(500, "", "");
    const std::unique_ptr<MHD_Response, void (*)(MHD_Response *)> response(answer.response, MHD_destroy_response);
    if (response == nullptr) return MHD_NO; // no memory: the connection ends
    if (fields != nullptr) {
      for (const auto [name, value] : fields->headers()) {
        MHD_add_response_header(response.get(), std::string(name).c_str(), std::string(value).c_str());
      }
    }
    if (hang_up) MHD_add_response_header(response.get(), "Connection", "close");
    return MHD_queue_response(connection, answer.status, response.get());
  }

  /** libmicrohttpd is C, and knows of no exceptions. */
  template <class Failed, class Call>
  static Failed guarded([[maybe_unused]] Failed failed, Call call) {
#ifdef MCPAUTH_HPP_EXCEPTIONS
    try {
      return call();
    } catch (...) { return failed; }
#else
    return call();
#endif
  }

  unsigned flags_;
  std::uint16_t port_;
  std::vector<served> endpoints_;
  microhttpd_others others_;
  MHD_Daemon *daemon_ = nullptr;
};

/** Serves an MCP endpoint behind a verifier, and the verifier's metadata. To be called before server.start(). */
inline void protect(microhttpd &server, const verifier &verifier, const endpoint &where, microhttpd_handler handler) {
  server.endpoints_.push_back({verifier, where, std::move(handler)});
}

} // namespace mcpauth

#endif // MCPAUTH_MICROHTTPD_HPP
