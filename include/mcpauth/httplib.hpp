/**
 * @file httplib.hpp
 * @brief cpp-httplib servers, 0.11 and later: mcpauth::protect(server, verifier, "/mcp", handler).
 *
 * @code
 * httplib::Server server;
 * mcpauth::protect(server, verifier, "/mcp", [](const httplib::Request &request, httplib::Response &response,
 *                                               const mcpauth::caller &caller) {
 *   response.set_content(answer(request.body, caller.subject()), "application/json");
 * });
 * server.listen("127.0.0.1", 8080);
 * @endcode
 *
 * A request waits for a key fetch in its thread, of which the server has few unless new_task_queue is set. What the
 * handler throws goes to the server's exception handler (set_exception_handler), or is answered with 500.
 *
 * A body that does not come within the server's read timeout is answered by cpp-httplib itself. 0.18 goes on reading then:
 * what stands in front of such a server has to end a connection on which it gave up.
 */
#ifndef MCPAUTH_HTTPLIB_HPP
#define MCPAUTH_HTTPLIB_HPP

#include <httplib.h>

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "adapter.hpp"

namespace mcpauth {

/** Answers a request that was let in, as an httplib::Server::Handler does; for all methods. */
using httplib_handler = std::function<void(const httplib::Request &, httplib::Response &, const caller &)>;

/** @cond */
namespace detail {

class httplib_endpoint {
 public:
  httplib_endpoint(mcpauth::verifier verifier, endpoint where, httplib_handler handler)
      : verifier_(std::move(verifier)), where_(std::move(where)), handler_(std::move(handler)) {}

  /** The library's whole answer to a request for its metadata. */
  void describe(const httplib::Request &request, httplib::Response &response) const {
    const framing framing = framing_of(request);
    if (!framing.is_clear() || (framing.has_body() && request.body.empty())) return hang_up(400, response);
    const outcome answered = verifier_.well_known(request.method, request.target);
    if (answered.responded()) return send(answered.response(), response);
    response.status = 404;
  }
  /** A request whose body is not read by the server: one that brings a body all the same cannot be kept apart from the
   * next one on its connection. */
  void take(const httplib::Request &request, httplib::Response &response) const {
    const framing framing = framing_of(request);
    if (!framing.is_clear() || framing.has_body()) return hang_up(400, response);
    judge(request, response);
  }
  /** A request whose body may have to be read. */
  void take(const httplib::Request &request, httplib::Response &response, const httplib::ContentReader &read) const {
    const framing framing = framing_of(request);
    if (!framing.is_clear()) return hang_up(400, response);
    if (request.is_multipart_form_data()) return hang_up(415, response); // the server takes it apart while reading
    httplib::Request whole = request;
    std::size_t received = 0;
    const bool complete = !framing.has_body() || read([&](const char *data, std::size_t size) {
      received += size; // a longer one is read to its end, within reason, so that the client gets its 413
      if (received <= where_.max_body_bytes) whole.body.append(data, size);
      return received <= where_.max_body_bytes + drained_bytes;
    });
    if (received > where_.max_body_bytes) return hang_up(413, response);
    if (!complete) return hang_up(400, response);
    judge(whole, response);
  }

 private:
  static constexpr std::size_t drained_bytes = 1 << 20;

  static framing framing_of(const httplib::Request &request) {
    framing all;
    for (const auto &field : request.headers) all.header(field.first, field.second);
    return all;
  }

  void judge(const httplib::Request &request, httplib::Response &response) const {
    mcpauth::request asked(request.method, request.target);
    for (const auto &field : request.headers) asked.header(field.first, field.second);
    asked.body(request.body);
    const decision decided = verifier_.handle(asked);
    if (!decided) return send(decided.response(), response);
    add_cross_origin_headers(verifier_, asked, [&](std::string_view name, std::string_view value) {
      response.set_header(std::string(name), std::string(value));
    });
    handler_(request, response, decided.caller());
  }

  static void send(const mcpauth::response &answer, httplib::Response &response) {
    response.status = answer.status();
    response.body = answer.body();
    for (const auto [name, value] : answer.headers()) response.set_header(std::string(name), std::string(value));
  }

  /** Answers and ends the connection, of which more was sent than can be read: a provider that fails ends it. (The server
   * asks none of a HEAD: there the answer says so, and whoever is in between ends it.) */
  static void hang_up(int status, httplib::Response &response) {
    response.status = status;
    response.set_header("Connection", "close");
    response.set_content_provider("text/plain", [](std::size_t, httplib::DataSink &) { return false; });
  }

  mcpauth::verifier verifier_;
  endpoint where_;
  httplib_handler handler_;
};

/** A pattern for this path alone. */
inline std::string httplib_pattern(std::string_view path) {
  std::string pattern;
  for (const char c : path) {
    if (std::string_view(".^$|()[]{}*+?\\:").find(c) != std::string_view::npos) pattern += '\\';
    pattern += c;
  }
  return pattern;
}

} // namespace detail
/** @endcond */

/**
 * @brief Serves an MCP endpoint behind a verifier, and the verifier's metadata.
 *
 * To be called before the server listens, and before it is given other handlers for these paths: of two, the first counts.
 */
inline void protect(httplib::Server &server, const verifier &verifier, const endpoint &where, httplib_handler handler) {
  using httplib::Request;
  using httplib::Response;
  const auto guard = std::make_shared<const detail::httplib_endpoint>(verifier, where, std::move(handler));
  const auto take = [guard](const Request &request, Response &response) { guard->take(request, response); };
  const auto read = [guard](const Request &request, Response &response, const httplib::ContentReader &reader) {
    guard->take(request, response, reader);
  };
  const auto describe = [guard](const Request &request, Response &response) { guard->describe(request, response); };
  const std::string path = detail::httplib_pattern(where.path);
  server.Get(path, take).Options(path, take); // Get: of HEAD, too
  server.Post(path, read).Put(path, read).Patch(path, read).Delete(path, read);
  for (const std::string &document : detail::metadata_paths(verifier, where)) {
    const std::string at = detail::httplib_pattern(document);
    server.Get(at, describe).Options(at, describe);
    server.Post(at, describe).Put(at, describe).Patch(at, describe).Delete(at, describe);
  }
}

} // namespace mcpauth

#endif // MCPAUTH_HTTPLIB_HPP
