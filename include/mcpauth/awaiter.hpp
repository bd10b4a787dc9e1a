/** @file awaiter.hpp @brief Coroutines that wait for a decision (C++20). A part of mcpauth.hpp. */
#ifndef MCPAUTH_AWAITER_HPP
#define MCPAUTH_AWAITER_HPP

#include "verifier.hpp"

#if defined(__cpp_impl_coroutine) && __has_include(<coroutine>)
#include <coroutine>
#include <memory>
#include <mutex>
#include <utility>

#define MCPAUTH_HPP_COROUTINES 1

namespace mcpauth {

/** Resumes a coroutine where the library is: on one of its threads. */
struct resume_here {
  void operator()(std::coroutine_handle<> waiting) const { waiting.resume(); }
};

/** @cond */
namespace detail {
/** What an awaiter and the library share: the coroutine may be destroyed before the library has an outcome. */
template <class Outcome, class Resume>
struct waiting_call {
  std::mutex lock;
  std::coroutine_handle<> waiting; // none: nobody waits any more
  Resume resume;
  Outcome outcome;

  template <class Reason>
  static void done(void *box, mcpauth_result result, mcpauth_authinfo *info, Reason *reason) noexcept {
    const std::unique_ptr<std::shared_ptr<waiting_call>> owner(static_cast<std::shared_ptr<waiting_call> *>(box));
    waiting_call &call = **owner;
    Outcome end(result, info, reason);
    std::unique_lock<std::mutex> guard(call.lock);
    const std::coroutine_handle<> waiting = std::exchange(call.waiting, nullptr);
    call.outcome = std::move(end);
    guard.unlock();
    if (!waiting) return;
    if constexpr (!std::is_same_v<Resume, resume_here>) {
      if (guarded("resume", [&] { return call.resume(waiting), true; }, [] { return false; })) return;
      call.outcome = Outcome(MCPAUTH_ERR_CALLBACK_FAILED, nullptr, nullptr);
    }
    guarded("resume", [&] { waiting.resume(); }, [] {});
  }
};
} // namespace detail
/** @endcond */

/**
 * @brief What co_handle() and its like give: co_await it at once, as it borrows from its arguments.
 *
 * The coroutine goes on on a thread of the library, which is for short work only (see mcpauth_verify_done_fn), or where
 * `Resume` takes it: a function object that gets the std::coroutine_handle<> and posts it to an event loop or a pool. It
 * either takes the handle or throws: then the coroutine goes on on the library's thread with MCPAUTH_ERR_CALLBACK_FAILED.
 *
 * A coroutine that waits may be destroyed: the outcome is dropped then. (Not while it is being resumed, as always.)
 * What a coroutine does not catch itself and its promise lets out ends in set_exception_handler().
 */
template <class Outcome, class Start, class Resume>
class [[nodiscard]] awaiter {
  using waiting_call = detail::waiting_call<Outcome, Resume>;

 public:
  awaiter(Start start, Resume resume)
      : start_(std::move(start)), call_(new waiting_call{{}, nullptr, std::move(resume), {}}) {}
  awaiter(const awaiter &) = delete;
  awaiter &operator=(const awaiter &) = delete;
  ~awaiter() {
    const std::lock_guard<std::mutex> guard(call_->lock);
    call_->waiting = nullptr;
  }

  [[nodiscard]] bool await_ready() const noexcept { return false; }
  /** false: the library does not take the call, and the coroutine goes on at once. */
  [[nodiscard, gnu::noinline]] bool await_suspend(std::coroutine_handle<> waiting) {
    auto box = std::make_unique<std::shared_ptr<waiting_call>>(call_);
    call_->waiting = waiting;
    // Once it is taken, another thread may end this coroutine, and this object, before start_ has returned.
    const mcpauth_result result = start_(static_cast<void *>(box.get()));
    if (result == MCPAUTH_OK) return box.release() != nullptr;
    call_->outcome = Outcome(result, nullptr, nullptr);
    return false;
  }
  Outcome await_resume() noexcept { return std::move(call_->outcome); }

 private:
  Start start_;
  std::shared_ptr<waiting_call> call_;
};

/** @cond */
namespace detail {
template <class Outcome, class Reason, class Resume, class Call>
auto awaited(Call call, Resume resume) {
  struct start {
    Call call;
    mcpauth_result operator()(void *self) const {
      return call(waiting_call<Outcome, Resume>::template done<Reason>, self);
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
