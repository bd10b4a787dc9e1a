/** @file decision.hpp @brief What a verifier decides. A part of mcpauth.hpp. */
#ifndef MCPAUTH_DECISION_HPP
#define MCPAUTH_DECISION_HPP

#include <string_view>
#include <utility>

#include "callback.hpp"
#include "caller.hpp"
#include "response.hpp"

namespace mcpauth {

/** @cond */
namespace detail {
/** A result that does not stay behind where its owner is moved away: a moved-from decision lets nobody in. */
class moving_result {
 public:
  moving_result(mcpauth_result value) noexcept : value_(value) {}
  moving_result(moving_result &&other) noexcept : value_(std::exchange(other.value_, MCPAUTH_ERR_INTERNAL)) {}
  moving_result &operator=(moving_result &&other) noexcept {
    value_ = std::exchange(other.value_, MCPAUTH_ERR_INTERNAL);
    return *this;
  }
  operator mcpauth_result() const noexcept { return value_; }

 private:
  mcpauth_result value_;
};
/** In C++ nothing is NULL unless it is empty, which the library cannot know. */
inline std::string_view reason_of(mcpauth_result result, error_view error) noexcept {
  if (result == MCPAUTH_ERR_NULL_PARAMETER)
    return "the verifier, the caller or a text of this call is empty: was it moved from, or is there a NUL in the text?";
  return error ? error.message() : result_description(result);
}
} // namespace detail
/** @endcond */

/** Whether to go on, and the response to send where not. The compiler warns where nobody looks. */
class [[nodiscard]] outcome {
 public:
  /** Nothing was decided: not let in. */
  outcome() noexcept = default;
  outcome(mcpauth_result result, mcpauth::response answer) noexcept : result_(result), response_(std::move(answer)) {}

  /** true: go on. false: send the response and stop, unless would_block(). */
  explicit operator bool() const noexcept { return result_ == MCPAUTH_OK; }
  [[nodiscard]] mcpauth_result result() const noexcept { return result_; }
  /** A try_ call cannot say yet: a key is being fetched. There is no response. */
  [[nodiscard]] bool would_block() const noexcept { return result_ == MCPAUTH_WOULD_BLOCK; }
  /** No error: the response answers the request (metadata, preflight). */
  [[nodiscard]] bool responded() const noexcept { return result_ == MCPAUTH_RESPONDED; }
  /** Why this is false, for the log and not for the client. */
  [[nodiscard]] std::string_view message() const noexcept { return detail::reason_of(result_, response_.error()); }
  /** What to send where this is false. */
  [[nodiscard]] const mcpauth::response &response() const & noexcept { return response_; }
  [[nodiscard]] mcpauth::response response() && noexcept { return std::move(response_); }

 private:
  detail::moving_result result_{MCPAUTH_ERR_INTERNAL};
  mcpauth::response response_;
};

/** The outcome for a request, with its caller. */
class [[nodiscard]] decision : public outcome {
 public:
  decision() noexcept = default;
  decision(mcpauth_result result, mcpauth_authinfo *info, mcpauth_response *answer) noexcept
      : outcome(result, mcpauth::response(answer)), caller_(info) {}

  /** Who sends it; empty unless this is true. */
  [[nodiscard]] const mcpauth::caller &caller() const & noexcept { return caller_; }
  [[nodiscard]] mcpauth::caller caller() && noexcept { return std::move(caller_); }

 private:
  mcpauth::caller caller_;
};

/** The outcome for a session id, with the host's own part of it. */
class [[nodiscard]] session_outcome : public outcome {
 public:
  session_outcome(mcpauth_result result, mcpauth_response *answer, std::string_view id) noexcept
      : outcome(result, mcpauth::response(answer)), id_(id) {}
  /** The host's own id, a part of the text that was checked; empty unless this is true. */
  [[nodiscard]] std::string_view id() const noexcept { return id_; }

 private:
  std::string_view id_;
};

/** The outcome for a token alone: the caller, or the error. */
class [[nodiscard]] verification {
 public:
  /** Nothing was verified: not let in. */
  verification() noexcept = default;
  verification(mcpauth_result result, mcpauth_authinfo *info, mcpauth_error *err) noexcept
      : result_(result), caller_(info), error_(err) {}

  explicit operator bool() const noexcept { return result_ == MCPAUTH_OK; }
  [[nodiscard]] mcpauth_result result() const noexcept { return result_; }
  [[nodiscard]] bool would_block() const noexcept { return result_ == MCPAUTH_WOULD_BLOCK; }
  [[nodiscard]] const mcpauth::caller &caller() const & noexcept { return caller_; }
  [[nodiscard]] mcpauth::caller caller() && noexcept { return std::move(caller_); }
  /** Why this is false, for the log and not for the client. */
  [[nodiscard]] std::string_view message() const noexcept { return detail::reason_of(result_, error()); }
  /** The error; verifier::response_to() makes the response of it. */
  [[nodiscard]] error_view error() const noexcept { return error_view(error_.get()); }

 private:
  detail::moving_result result_{MCPAUTH_ERR_INTERNAL};
  mcpauth::caller caller_;
  detail::handle<mcpauth_error, mcpauth_error_free> error_;
};

/** @cond */
namespace detail {
/** How an asynchronous call ends: hands the outcome to the host's function object, which is not needed after that. */
template <class Done, class Outcome, class Reason>
void finish(void *boxed, mcpauth_result result, mcpauth_authinfo *info, Reason *reason) noexcept {
  static_assert(std::is_invocable_v<Done &, Outcome>,
                "done has to take the mcpauth::decision or mcpauth::verification");
  const std::unique_ptr<Done> done(static_cast<Done *>(boxed));
  Outcome end(result, info, reason);
  guarded("done", [&] { (*done)(std::move(end)); }, [] {});
}
} // namespace detail
/** @endcond */

} // namespace mcpauth

#endif // MCPAUTH_DECISION_HPP
