/** @file error.hpp @brief Why a call failed. A part of mcpauth.hpp. */
#ifndef MCPAUTH_ERROR_HPP
#define MCPAUTH_ERROR_HPP

#include <exception>
#include <memory>
#include <string>
#include <string_view>

#include "text.hpp"

#if defined(__cpp_exceptions) || defined(_CPPUNWIND)
#define MCPAUTH_HPP_EXCEPTIONS 1
#endif

namespace mcpauth {

/** The library's version at run time, such as "0.2.0". */
[[nodiscard]] inline std::string_view version() noexcept { return mcpauth_version(); }
/** The same as a number: major << 16 | minor << 8 | patch. */
[[nodiscard]] inline std::uint32_t version_number() noexcept { return mcpauth_version_number(); }
/** A result's name, such as "MCPAUTH_ERR_TOKEN_EXPIRED". */
[[nodiscard]] inline std::string_view result_name(mcpauth_result result) noexcept {
  return mcpauth_result_name(result);
}
/** One English sentence about a result. */
[[nodiscard]] inline std::string_view result_description(mcpauth_result result) noexcept {
  return mcpauth_result_description(result);
}

/** An error that something else owns, such as a response; false where there is none. */
class error_view {
 public:
  error_view() noexcept = default;
  explicit error_view(const mcpauth_error *borrowed) noexcept : error_(borrowed) {}

  explicit operator bool() const noexcept { return error_ != nullptr; }
  /** Which failure; MCPAUTH_ERR_NULL_PARAMETER where there is none, never MCPAUTH_OK. */
  [[nodiscard]] mcpauth_result result() const noexcept { return mcpauth_error_result(error_); }
  /** Its name in a response's body, such as "invalid_token", which clients may see. */
  [[nodiscard]] std::string_view code() const noexcept { return view(mcpauth_error_code(error_)); }
  /** What is wrong and how to fix it: for the log, not for the client. No secret, no token. */
  [[nodiscard]] std::string_view message() const noexcept { return view(mcpauth_error_message(error_)); }
  /** The HTTP status that answers it. */
  [[nodiscard]] int http_status() const noexcept { return mcpauth_error_http_status(error_); }
  [[nodiscard]] const mcpauth_error *get() const noexcept { return error_; }

 private:
  const mcpauth_error *error_ = nullptr;
};

/** An error of its own, to be thrown, copied and kept. */
class error : public std::exception {
 public:
  /** No error: the result is MCPAUTH_OK. For try_ calls to fill in. */
  error() noexcept = default;
  error(mcpauth_result result, std::string_view message)
      : of_(kept({result, 500, "server_error", std::string(message)})) {}
  explicit error(error_view other)
      : of_(kept({other.result(), other.http_status(), std::string(other.code()), std::string(other.message())})) {}

  [[nodiscard]] mcpauth_result result() const noexcept { return of_ ? of_->result : mcpauth_result{MCPAUTH_OK}; }
  [[nodiscard]] std::string_view code() const noexcept {
    return of_ ? std::string_view(of_->code) : std::string_view();
  }
  [[nodiscard]] std::string_view message() const noexcept { return what(); }
  [[nodiscard]] int http_status() const noexcept { return of_ ? of_->http_status : 200; }
  /** The library's message. */
  [[nodiscard]] const char *what() const noexcept override { return of_ ? of_->message.c_str() : ""; }

 private:
  struct parts {
    mcpauth_result result;
    int http_status;
    std::string code;
    std::string message;
  };
  static std::shared_ptr<const parts> kept(parts all) { return std::make_shared<const parts>(std::move(all)); }

  std::shared_ptr<const parts> of_; // shared, as the copy of an exception must not throw
};

/** @cond */
namespace detail {
/** What a failed call gave, which still owns it. */
inline error error_of(mcpauth_result result, const mcpauth_error *given) {
  return given != nullptr ? error(error_view(given)) : error(result, result_description(result));
}
} // namespace detail
/** @endcond */

} // namespace mcpauth

#endif // MCPAUTH_ERROR_HPP
