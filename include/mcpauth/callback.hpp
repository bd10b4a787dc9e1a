/** @file callback.hpp @brief How lambdas become callbacks of mcpauth.h. A part of mcpauth.hpp. */
#ifndef MCPAUTH_CALLBACK_HPP
#define MCPAUTH_CALLBACK_HPP

#include <atomic>
#include <exception>
#include <memory>
#include <type_traits>
#include <utility>

#include "error.hpp"

namespace mcpauth {

/** Gets what a callback threw: the callback's name, such as "set_log", and the exception. On the callback's thread. */
using exception_handler = void (*)(const char *callback, std::exception_ptr thrown);

/** @cond */
namespace detail {
inline std::atomic<exception_handler> handler_of_exceptions{nullptr};
} // namespace detail
/** @endcond */

/**
 * @brief Sets who is told of an exception that a callback threw; nobody is unless set, as the library prints nothing.
 *
 * An exception never reaches the library. In its place the callback
 *
 * | callback | gives | so that |
 * |---|---|---|
 * | config::set_custom_verifier() | MCPAUTH_ERR_CALLBACK_FAILED | the token is answered with 503 |
 * | config::set_operation_check() | MCPAUTH_ERR_CALLBACK_FAILED | the request is answered with 503 |
 * | config::set_fetch() | MCPAUTH_ERR_CALLBACK_FAILED | that is a failed fetch: keys at hand go on being used |
 * | issuer::set_metadata_transform() | MCPAUTH_ERR_CALLBACK_FAILED | the metadata is MCPAUTH_ERR_METADATA_INVALID |
 * | config::set_clock() | 0 | no token is accepted: MCPAUTH_ERR_INTERNAL |
 * | config::set_log() | | that entry is lost |
 * | verifier::handle_async(), verify_async() | | the outcome is dropped, and nobody was let in |
 * | a resumption, see awaiter.hpp | MCPAUTH_ERR_CALLBACK_FAILED | the coroutine goes on where it is |
 *
 * @param handler the function, which may not throw either: what it throws is dropped; nullptr: nobody
 * @return The one that was set before.
 */
inline exception_handler set_exception_handler(exception_handler handler) noexcept {
  return detail::handler_of_exceptions.exchange(handler);
}

/** @cond what the other parts of mcpauth.hpp are made of */
namespace detail {

/** Calls the host's code; where it throws, the handler is told and `failed` says what the library gets. */
template <class Call, class Failed>
auto guarded([[maybe_unused]] const char *callback, Call call, [[maybe_unused]] Failed failed) noexcept
    -> decltype(call()) {
#ifdef MCPAUTH_HPP_EXCEPTIONS
  try {
    return call();
  } catch (...) {
    try {
      if (const exception_handler handler = handler_of_exceptions.load()) handler(callback, std::current_exception());
    } catch (...) { // the handler's own exception has nowhere to go
    }
    return failed();
  }
#else
  return call();
#endif
}

template <class F>
void destroy(void *function) noexcept {
  delete static_cast<F *>(function);
}

/** Gives a function object to the library by `set(userdata, destroy)`, which owns it only if it says MCPAUTH_OK. */
template <class F, class Set>
mcpauth_result hand_over(F function, Set set) {
  auto box = std::make_unique<F>(std::move(function));
  const mcpauth_result result = set(static_cast<void *>(box.get()), &destroy<F>);
  if (result == MCPAUTH_OK) box.release(); // NOLINT: the library destroys it
  return result;
}

/**
 * Whether a callback's answer is a result. Not a bool: `false` would be 0, which is MCPAUTH_OK.
 */
template <class T>
inline constexpr bool is_result = std::is_same_v<T, mcpauth_result> || std::is_same_v<T, mcpauth_result_value>;

template <class F, class... Arguments>
constexpr void needs_result() {
  static_assert(std::is_invocable_v<const F &, Arguments...>,
                "this callback has other parameters than it is called with, or is mutable: threads call it at once");
  static_assert(is_result<std::invoke_result_t<const F &, Arguments...>>,
                "this callback has to return an mcpauth_result such as MCPAUTH_OK (a bool would say OK by false)");
}

} // namespace detail
/** @endcond */

} // namespace mcpauth

#endif // MCPAUTH_CALLBACK_HPP
