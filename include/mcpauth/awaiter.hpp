/** @file awaiter.hpp @brief Coroutines that wait for a decision (C++20). A part of mcpauth.hpp. */
#ifndef MCPAUTH_AWAITER_HPP
#define MCPAUTH_AWAITER_HPP

#include "verifier.hpp"

#if defined(__cpp_impl_coroutine) && __has_include(<coroutine>)
#include <coroutine>

#define MCPAUTH_HPP_COROUTINES 1

namespace mcpauth {

/** Resumes a coroutine where the library is: on one of its threads. */
struct resume_here {
  void operator()(std::coroutine_handle<> waiting) const { waiting.resume(); }
};

/**
 * @brief What co_handle() and its like give: co_await it at once, as it borrows from its arguments.
 *
 * The coroutine goes on on a thread of the library, which is for short work only (see mcpauth_verify_done_fn), or where
 * `Resume` takes it: a function object that gets the std::coroutine_handle<> and posts it to an event loop or a pool. It
 * either takes the handle or throws: then the coroutine goes on on the library's thread with MCPAUTH_ERR_CALLBACK_FAILED.
 *
 * What a coroutine does not catch itself and its promise lets out ends in set_exception_handler().
 */
template <class Outcome, class Start, class Resume>
class [[nodiscard]] awaiter {
 public:
  awaiter(Start start, Resume resume) : start_(std::move(start)), resume_(std::move(resume)) {}

  [[nodiscard]] bool await_ready() const noexcept { return false; }
  /** false: the library does not take the call, and the coroutine goes on at once. */
  [[nodiscard, gnu::noinline]] bool await_suspend(std::coroutine_handle<> waiting) {
    waiting_ = waiting;
    // Once it is taken, another thread may end this coroutine, and this object, before start_ has returned.
    const mcpauth_result result = start_(static_cast<void *>(this));
    if (result == MCPAUTH_OK) return true;
    outcome_ = Outcome(result, nullptr, nullptr);
    return false;
  }
  Outcome await_resume() noexcept { return std::move(outcome_); }

  /** @cond */
  template <class Reason>
  static void done(void *self, mcpauth_result result, mcpauth_authinfo *info, Reason *reason) noexcept {
    awaiter &of = *static_cast<awaiter *>(self);
    of.outcome_ = Outcome(result, info, reason);
    const std::coroutine_handle<> waiting = of.waiting_;
    if constexpr (std::is_same_v<Resume, resume_here>) {
      detail::guarded("resume", [&] { waiting.resume(); }, [] {});
    } else {
      Resume resume = std::move(of.resume_); // which outlives the coroutine, as that may end before it returns
      const bool taken = detail::guarded("resume", [&] { return resume(waiting), true; }, [] { return false; });
      if (taken) return;
      of.outcome_ = Outcome(MCPAUTH_ERR_CALLBACK_FAILED, nullptr, nullptr);
      detail::guarded("resume", [&] { waiting.resume(); }, [] {});
    }
  }
  /** @endcond */

 private:
  Start start_;
  Resume resume_;
  std::coroutine_handle<> waiting_;
  Outcome outcome_;
};

/** @cond */
namespace detail {
template <class Outcome, class Reason, class Resume, class Call>
auto awaited(Call call, Resume resume) {
  struct start {
    Call call;
    mcpauth_result operator()(void *self) const {
      return call(awaiter<Outcome, start, Resume>::template done<Reason>, self);
    }
  };
  return awaiter<Outcome, start, Resume>(start{std::move(call)}, std::move(resume));
}
} // namespace detail
/** @endcond */

/**
 * @brief `mcpauth::decision decision = co_await mcpauth::co_handle(verifier, request)`: verifier::handle() without waiting.
 *
 * Where most tokens have been seen before, ask in the coroutine's own thread first:
 * `auto decision = verifier.try_handle(request); if (decision.would_block()) decision = co_await ...`.
 */
template <class Resume = resume_here>
auto co_handle(const verifier &verifier, const request &request, Resume resume = {}) {
  return detail::awaited<decision, mcpauth_response>(
      [&verifier, &request](mcpauth_authorize_done_fn done, void *self) {
        const mcpauth_request fields = request.get();
        return mcpauth_handle_async(verifier.get(), &fields, done, self);
      },
      std::move(resume));
}
/** verifier::authorize() without waiting: as co_handle(). */
template <class Resume = resume_here>
auto co_authorize(const verifier &verifier, const request &request, Resume resume = {}) {
  return detail::awaited<decision, mcpauth_response>(
      [&verifier, &request](mcpauth_authorize_done_fn done, void *self) {
        const mcpauth_request fields = request.get();
        return mcpauth_authorize_async(verifier.get(), &fields, done, self);
      },
      std::move(resume));
}
/** verifier::verify() without waiting: as co_handle(). */
template <class Resume = resume_here>
auto co_verify(const verifier &verifier, std::string_view token, Resume resume = {}) {
  return detail::awaited<verification, mcpauth_error>(
      [&verifier, token](mcpauth_verify_done_fn done, void *self) {
        return mcpauth_verify_async(verifier.get(), token.data(), token.size(), done, self);
      },
      std::move(resume));
}

} // namespace mcpauth

#endif
#endif // MCPAUTH_AWAITER_HPP
