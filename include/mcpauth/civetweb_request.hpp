/** @file civetweb_request.hpp @brief A request of CivetWeb that was let in. A part of civetweb.hpp. */
#ifndef MCPAUTH_CIVETWEB_REQUEST_HPP
#define MCPAUTH_CIVETWEB_REQUEST_HPP

#include <civetweb.h>

#include <string>
#include <string_view>

#include "../mcpauth.hpp"

namespace mcpauth {

/** A request that was let in, and how it is answered. */
class civetweb_request {
 public:
  civetweb_request(mg_connection *connection, std::string_view body, const response &fields) noexcept
      : connection_(connection), body_(body), fields_(fields) {}

  [[nodiscard]] mg_connection *connection() const noexcept { return connection_; }
  [[nodiscard]] std::string_view method() const noexcept { return mg_get_request_info(connection_)->request_method; }
  /** All of the body, which the adapter has read. */
  [[nodiscard]] std::string_view body() const noexcept { return body_; }

  /** Begins an answer with what lets a page of an allowed origin read it; mg_response_header_add() and _send() go on. */
  void start(int status) const {
    mg_response_header_start(connection_, status);
    for (const auto [name, value] : fields_.headers()) {
      mg_response_header_add(connection_, std::string(name).c_str(), value.data(), static_cast<int>(value.size()));
    }
  }
  /** A whole answer; gives its status. */
  int reply(int status, const char *content_type, std::string_view body) const {
    start(status);
    mg_response_header_add(connection_, "Content-Type", content_type, -1);
    send(body);
    return status;
  }

 private:
  friend class civetweb_endpoint;
  void send(std::string_view body) const {
    mg_response_header_add(connection_, "Content-Length", std::to_string(body.size()).c_str(), -1);
    mg_response_header_send(connection_);
    if (method() != "HEAD" && !body.empty()) mg_write(connection_, body.data(), body.size());
  }

  mg_connection *connection_;
  std::string_view body_;
  const response &fields_;
};

} // namespace mcpauth

#endif // MCPAUTH_CIVETWEB_REQUEST_HPP
