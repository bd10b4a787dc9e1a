/**
 * @file civetweb.hpp
 * @brief CivetWeb servers, 1.15 and later: mcpauth::protect(context, verifier, "/mcp", handler).
 *
 * @code
 * const char *options[] = {"listening_ports", "8080", "access_control_allow_methods", "", nullptr};
 * mg_context *context = mg_start(nullptr, nullptr, options);
 * const auto guard = mcpauth::protect(context, verifier, "/mcp", [](const mcpauth::civetweb_request &request,
 *                                                                  const mcpauth::caller &caller) {
 *   return request.reply(200, "application/json", answer(request.body(), caller.subject()));
 * });
 * ...
 * mg_stop(context); // before guard goes
 * @endcode
 *
 * A request waits for a key fetch in its thread, of which the server has as many as its option num_threads says.
 */
#ifndef MCPAUTH_CIVETWEB_HPP
#define MCPAUTH_CIVETWEB_HPP

#include <civetweb.h>

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "adapter.hpp"
#include "civetweb_request.hpp"

namespace mcpauth {

/** Answers a request that was let in, and gives the status of the answer; where it throws, the answer is 500. */
using civetweb_handler = std::function<int(const civetweb_request &, const caller &)>;

/** An endpoint of a CivetWeb server: to be kept until mg_stop() has returned. */
class civetweb_endpoint {
 public:
  civetweb_endpoint(mg_context *server, mcpauth::verifier verifier, endpoint where, civetweb_handler handler)
      : verifier_(std::move(verifier)), where_(std::move(where)), handler_(std::move(handler)) {
    for (const std::string &path : detail::metadata_paths(verifier_, where_)) {
      mg_set_request_handler(server, path.c_str(), describe, this);
    }
    mg_set_request_handler(server, where_.path.c_str(), take, this);
  }
  civetweb_endpoint(const civetweb_endpoint &) = delete;
  civetweb_endpoint &operator=(const civetweb_endpoint &) = delete;
  ~civetweb_endpoint() = default;

 private:
  static constexpr int not_ours = 0; // the server goes on looking
  static constexpr std::size_t drained_bytes = 1 << 20;

  static std::string target_of(const mg_request_info *info) {
    std::string target = info->request_uri;
    if (info->query_string != nullptr) target.append("?").append(info->query_string);
    return target;
  }

  static int describe(mg_connection *connection, void *self) {
    const mg_request_info *info = mg_get_request_info(connection);
    const auto &of = *static_cast<const civetweb_endpoint *>(self);
    const outcome answered = of.verifier_.well_known(info->request_method, info->local_uri);
    if (!answered.responded()) return not_ours; // below its path
    std::string ignored;
    if (const int status = of.read_body(connection, info, ignored)) return hang_up(connection, status);
    return send(connection, answered.response());
  }

  static int take(mg_connection *connection, void *self) {
    const auto &of = *static_cast<const civetweb_endpoint *>(self);
    const mg_request_info *info = mg_get_request_info(connection);
    if (info->local_uri != of.where_.path) return not_ours; // below its path
#ifdef MCPAUTH_HPP_EXCEPTIONS
    try {
      return of.answer(connection, info);
    } catch (...) { // no memory
      return hang_up(connection, 500);
    }
#else
    return of.answer(connection, info);
#endif
  }

  int answer(mg_connection *connection, const mg_request_info *info) const {
    const std::string target = target_of(info);
    request asked(info->request_method, target);
    for (int i = 0; i < info->num_headers; i++) {
      asked.header(info->http_headers[i].name, info->http_headers[i].value);
    }
    std::string body;
    if (const int status = read_body(connection, info, body)) return hang_up(connection, status);
    asked.body(body);
    const decision decided = verifier_.handle(asked);
    if (!decided) return send(connection, decided.response());
    const outcome fields = verifier_.cross_origin_headers(asked);
    const civetweb_request let_in(connection, body, fields.response());
#ifdef MCPAUTH_HPP_EXCEPTIONS
    try {
      return handler_(let_in, decided.caller());
    } catch (...) {                                 // the server is C, and knows of no exceptions
      mg_disable_connection_keep_alive(connection); // perhaps half an answer was sent
      return let_in.reply(500, "text/plain", "");
    }
#else
    return handler_(let_in, decided.caller());
#endif
  }

  /**
   * 0, or the status that refuses it: 400 where it is not all there or may be read in another way, 413 where it is longer than
   * allowed. It is read to its end, within reason, so that the client gets its 413.
   */
  int read_body(mg_connection *connection, const mg_request_info *info, std::string &body) const {
    detail::framing framing;
    for (int i = 0; i < info->num_headers; i++) {
      framing.header(info->http_headers[i].name, info->http_headers[i].value);
    }
    if (!framing.is_clear()) return 400;
    char piece[16384];
    std::size_t received = 0;
    int size = 0;
    while (received <= where_.max_body_bytes + drained_bytes && (size = mg_read(connection, piece, sizeof piece)) > 0) {
      received += static_cast<std::size_t>(size);
      if (received <= where_.max_body_bytes) body.append(piece, static_cast<std::size_t>(size));
    }
    if (received > where_.max_body_bytes) return 413;
    // The server says 0 of a client that has gone, too.
    const bool is_short = info->content_length > 0 && received < static_cast<std::size_t>(info->content_length);
    return size < 0 || is_short ? 400 : 0;
  }

  static int send(mg_connection *connection, const response &answer) {
    const response none;
    const civetweb_request request(connection, {}, none);
    mg_response_header_start(connection, answer.status());
    for (const auto [name, value] : answer.headers()) {
      mg_response_header_add(connection, std::string(name).c_str(), value.data(), static_cast<int>(value.size()));
    }
    request.send(answer.body());
    return answer.status();
  }
  /** Ends the connection, of which more was sent than can be read. */
  static int hang_up(mg_connection *connection, int status) {
    mg_response_header_start(connection, status);
    mg_response_header_add(connection, "Connection", "close", -1);
    mg_response_header_add(connection, "Content-Length", "0", -1);
    mg_response_header_send(connection);
    mg_disable_connection_keep_alive(connection);
    return status;
  }

  mcpauth::verifier verifier_;
  endpoint where_;
  civetweb_handler handler_;
};

/**
 * @brief Serves an MCP endpoint behind a verifier, and the verifier's metadata.
 *
 * Throws mcpauth::error where the server's option access_control_allow_methods is not empty, as it is unless set: it would
 * answer preflights in place of the verifier, and let every page ask. (Without exceptions it gives nullptr then.)
 */
[[nodiscard]] inline std::unique_ptr<civetweb_endpoint> protect(mg_context *server, const verifier &verifier,
                                                                const endpoint &where, civetweb_handler handler) {
  const char *methods = mg_get_option(server, "access_control_allow_methods");
  if (methods != nullptr && *methods != '\0') {
#ifdef MCPAUTH_HPP_EXCEPTIONS
    throw error(MCPAUTH_ERR_INVALID_CONFIG,
                "CivetWeb answers preflights itself, so that every page may ask; start it with the option "
                "access_control_allow_methods set to the empty text");
#else
    return nullptr;
#endif
  }
  return std::make_unique<civetweb_endpoint>(server, verifier, where, std::move(handler));
}

/** The same for a CivetServer, or whatever else has a getContext(). */
template <class Server>
[[nodiscard]] auto protect(Server &server, const verifier &verifier, const endpoint &where, civetweb_handler handler)
    -> decltype(server.getContext(), std::unique_ptr<civetweb_endpoint>()) {
  return protect(const_cast<mg_context *>(server.getContext()), verifier, where, std::move(handler)); // NOLINT
}

} // namespace mcpauth

#endif // MCPAUTH_CIVETWEB_HPP
