/** @file response.hpp @brief An HTTP response to send. A part of mcpauth.hpp. */
#ifndef MCPAUTH_RESPONSE_HPP
#define MCPAUTH_RESPONSE_HPP

#include <cstddef>
#include <string_view>
#include <utility>

#include "error.hpp"

namespace mcpauth {

/** One header field: for (auto [name, value] : response.headers()). */
struct header_field {
  std::string_view name;
  std::string_view value;
};

/** @cond */
namespace detail {
inline header_field header_at(const mcpauth_response *response, std::size_t index) noexcept {
  return {view(mcpauth_response_header_name(response, index)), view(mcpauth_response_header_value(response, index))};
}
} // namespace detail
/** @endcond */

/** A response that something else owns; false where there is none, which then is a 500 without header fields and body. */
class response_view {
 public:
  response_view() noexcept = default;
  explicit response_view(const mcpauth_response *borrowed) noexcept : response_(borrowed) {}

  explicit operator bool() const noexcept { return response_ != nullptr; }
  /** The HTTP status. */
  [[nodiscard]] int status() const noexcept { return mcpauth_response_status(response_); }
  /** The header fields; the HTTP server adds Content-Length, Date and the like. */
  [[nodiscard]] auto headers() const noexcept {
    return sequence<mcpauth_response, mcpauth_response_header_count, detail::header_at>(response_);
  }
  /** Calls f(name, value) for each header field. */
  template <class F>
  void for_each_header(F f) const {
    for (const auto [name, value] : headers()) f(name, value);
  }
  /** All header fields as lines, for hosts that write to the socket themselves: see mcpauth_response_head(). */
  [[nodiscard]] std::string_view head() const noexcept { return view(mcpauth_response_head(response_)); }
  /** The body, JSON; may be empty. */
  [[nodiscard]] std::string_view body() const noexcept { return view(mcpauth_response_body(response_)); }
  /** Why the request is denied, for the log and not for the client; false where the response is no denial. */
  [[nodiscard]] error_view error() const noexcept { return error_view(mcpauth_response_error(response_)); }
  [[nodiscard]] const mcpauth_response *get() const noexcept { return response_; }

 protected:
  const mcpauth_response *response_ = nullptr;
};

/** A response to send as it is. It may only be moved. */
class response : public response_view {
 public:
  response() noexcept = default;
  /** Takes the handle over. */
  explicit response(mcpauth_response *owned) noexcept : response_view(owned) {}
  response(response &&other) noexcept : response_view(std::exchange(other.response_, nullptr)) {}
  response &operator=(response &&other) noexcept { return std::swap(response_, other.response_), *this; }
  ~response() { mcpauth_response_free(owned()); }

  /** Gives the handle away: it is to be freed by mcpauth_response_free(). */
  [[nodiscard]] mcpauth_response *release() noexcept {
    mcpauth_response *const given = owned();
    return response_ = nullptr, given;
  }

 private:
  mcpauth_response *owned() const noexcept { return const_cast<mcpauth_response *>(response_); }
};

} // namespace mcpauth

#endif // MCPAUTH_RESPONSE_HPP
