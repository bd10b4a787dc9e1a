/** @file verifier.hpp @brief Verifies tokens and requests. A part of mcpauth.hpp. */
#ifndef MCPAUTH_VERIFIER_HPP
#define MCPAUTH_VERIFIER_HPP

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "config.hpp"
#include "decision.hpp"
#include "queue.hpp"
#include "request.hpp"

namespace mcpauth {

/** Verifies tokens and requests. Copies refer to the same one, and any thread may use it. */
class verifier {
 public:
  /** Takes the handle over. */
  explicit verifier(mcpauth_verifier *owned) noexcept : verifier_(owned) {}
#ifdef MCPAUTH_HPP_EXCEPTIONS
  /** As config::build(). */
  explicit verifier(const config &config) : verifier(config.build()) {}
#endif
  verifier(const verifier &other) noexcept : verifier_(other.retained()) {}
  verifier(verifier &&) noexcept = default;
  verifier &operator=(verifier other) noexcept { return verifier_.swap(other.verifier_), *this; }
  ~verifier() = default;

  /** false: it was moved away, and lets nobody in. */
  explicit operator bool() const noexcept { return verifier_ != nullptr; }

  /** Judges a whole HTTP request: the one call that protects a server. May wait for a key fetch. */
  decision handle(const request &request) const noexcept { return judged(mcpauth_handle, request); }
  /** The same without waiting: see outcome::would_block(). */
  decision try_handle(const request &request) const noexcept { return judged(mcpauth_try_handle, request); }
  /** Judges a request by its credential alone. */
  decision authorize(const request &request) const noexcept { return judged(mcpauth_authorize, request); }
  decision try_authorize(const request &request) const noexcept { return judged(mcpauth_try_authorize, request); }

  /**
   * Judges a whole request on the library's threads: done(mcpauth::decision) runs there, once, if MCPAUTH_OK is returned.
   * Otherwise it does not: answer with 503, see mcpauth_authorize_async(). The request is copied.
   */
  template <class Done>
  [[nodiscard]] mcpauth_result handle_async(const request &request, Done done) const {
    return later(mcpauth_handle_async, request, std::move(done));
  }
  template <class Done>
  [[nodiscard]] mcpauth_result authorize_async(const request &request, Done done) const {
    return later(mcpauth_authorize_async, request, std::move(done));
  }

  /** Verifies a token. May wait for a key fetch. */
  verification verify(std::string_view token) const noexcept { return verified(mcpauth_verify, token); }
  verification try_verify(std::string_view token) const noexcept { return verified(mcpauth_try_verify, token); }
  /** Verifies a token on the library's threads: done(mcpauth::verification), as of handle_async(). */
  template <class Done>
  [[nodiscard]] mcpauth_result verify_async(std::string_view token, Done done) const {
    auto box = std::make_unique<Done>(std::move(done));
    const mcpauth_result result = mcpauth_verify_async(get(), token.data(), token.size(),
                                                       detail::finish<Done, verification, mcpauth_error>, box.get());
    if (result == MCPAUTH_OK) box.release(); // NOLINT: finish deletes it
    return result;
  }
  /** The same, whose outcome the host fetches from a queue. MCPAUTH_OK: it will come. Otherwise answer with 503. */
  [[nodiscard]] mcpauth_result handle_queued(const request &request, const queue &to, std::uint64_t id) const noexcept {
    return queued(mcpauth_handle_queued, request, to, id);
  }
  [[nodiscard]] mcpauth_result authorize_queued(const request &asked, const queue &q, std::uint64_t id) const noexcept {
    return queued(mcpauth_authorize_queued, asked, q, id);
  }
  [[nodiscard]] mcpauth_result verify_queued(std::string_view token, const queue &to, std::uint64_t id) const noexcept {
    return mcpauth_verify_queued(get(), token.data(), token.size(), to.get(), id);
  }
  /** The response to a failed verification. */
  [[nodiscard]] response response_to(error_view error) const noexcept {
    mcpauth_response *made = nullptr;
    mcpauth_error_response(get(), error.get(), &made);
    return response(made);
  }

  /** A step-up check later in the same request: has the caller all of these scopes? */
  outcome require_scopes(const caller_view &caller, const text &space_separated) const noexcept {
    mcpauth_response *denial = nullptr;
    const mcpauth_result result = mcpauth_require_scopes(get(), caller.get(), space_separated.c_str(), &denial);
    return outcome(result, response(denial));
  }
  /** Judges again what was verified before, at this moment: for streams that outlive a token. */
  outcome check(const caller_view &caller) const noexcept {
    mcpauth_response *denial = nullptr;
    const mcpauth_result result = mcpauth_authinfo_check(get(), caller.get(), &denial);
    return outcome(result, response(denial));
  }
  [[nodiscard]] bool may_call_tool(const caller_view &caller, std::string_view tool) const noexcept {
    return mcpauth_may_call_tool(get(), caller.get(), tool.data(), tool.size());
  }
  [[nodiscard]] bool may_get_prompt(const caller_view &caller, std::string_view prompt) const noexcept {
    return mcpauth_may_get_prompt(get(), caller.get(), prompt.data(), prompt.size());
  }
  [[nodiscard]] bool may_read_resource(const caller_view &caller, std::string_view uri) const noexcept {
    return mcpauth_may_read_resource(get(), caller.get(), uri.data(), uri.size());
  }

  /** true: another path than one of the metadata's. Otherwise the response to send. */
  outcome well_known(std::string_view method, std::string_view path) const noexcept {
    mcpauth_response *made = nullptr;
    const mcpauth_result result =
        mcpauth_well_known(get(), method.data(), method.size(), path.data(), path.size(), &made);
    return outcome(made != nullptr ? mcpauth_result{MCPAUTH_RESPONDED} : result, response(made));
  }
  /** The header fields that the host adds to its own answer, in the response; false: the origin is not allowed. */
  outcome cross_origin_headers(const request &request) const noexcept {
    mcpauth_response *made = nullptr;
    const mcpauth_request fields = request.get();
    const mcpauth_result result = mcpauth_cross_origin_headers(get(), &fields, &made);
    return outcome(result, response(made));
  }

  /** Makes the Mcp-Session-Id for a session of this caller; nothing where the id cannot be one (128 visible ASCII). */
  [[nodiscard]] std::optional<std::string> bind_session(const caller_view &caller, std::string_view id) const {
    char buffer[MCPAUTH_SESSION_SIZE];
    if (mcpauth_session_bind(get(), caller.get(), id.data(), id.size(), buffer, sizeof buffer) != MCPAUTH_OK)
      return std::nullopt;
    return std::string(buffer);
  }
  /** Whether a request's Mcp-Session-Id is of a session of this caller. */
  session_outcome check_session(const caller_view &caller, std::string_view value) const noexcept {
    mcpauth_response *denial = nullptr;
    std::size_t length = 0;
    const mcpauth_result result =
        mcpauth_session_check(get(), caller.get(), value.data(), value.size(), &length, &denial);
    return session_outcome(result, denial, value.substr(0, length));
  }

  /** Fetches the keys of all issuers now; the reason, where some could not be had. The verifier asks again later. */
  std::optional<error> prefetch() const {
    mcpauth_error *err = nullptr;
    const mcpauth_result result = mcpauth_verifier_prefetch(get(), &err);
    const detail::handle<mcpauth_error, mcpauth_error_free> reason(err);
    if (result == MCPAUTH_OK) return std::nullopt;
    return detail::error_of(result, err);
  }
  /** What the verifier did so far. */
  [[nodiscard]] mcpauth_stats stats() const noexcept {
    mcpauth_stats all = MCPAUTH_STATS_INIT;
    mcpauth_verifier_stats(get(), &all);
    return all;
  }
  /** How often it gave this result. */
  [[nodiscard]] std::uint64_t result_count(mcpauth_result result) const noexcept {
    return mcpauth_verifier_result_count(get(), result);
  }
  [[nodiscard]] const mcpauth_verifier *get() const noexcept { return verifier_.get(); }

 private:
  template <class Judge>
  decision judged(Judge judge, const request &request) const noexcept {
    mcpauth_authinfo *info = nullptr;
    mcpauth_response *answer = nullptr;
    const mcpauth_request fields = request.get();
    const mcpauth_result result = judge(get(), &fields, &info, &answer);
    return decision(result, info, answer);
  }
  template <class Judge>
  verification verified(Judge judge, std::string_view token) const noexcept {
    mcpauth_authinfo *info = nullptr;
    mcpauth_error *err = nullptr;
    const mcpauth_result result = judge(get(), token.data(), token.size(), &info, &err);
    return verification(result, info, err);
  }
  template <class Judge, class Done>
  mcpauth_result later(Judge judge, const request &request, Done done) const {
    auto box = std::make_unique<Done>(std::move(done));
    const mcpauth_request fields = request.get();
    const mcpauth_result result = judge(get(), &fields, detail::finish<Done, decision, mcpauth_response>, box.get());
    if (result == MCPAUTH_OK) box.release(); // NOLINT: finish deletes it
    return result;
  }
  template <class Judge>
  mcpauth_result queued(Judge judge, const request &request, const queue &to, std::uint64_t id) const noexcept {
    const mcpauth_request fields = request.get();
    return judge(get(), &fields, to.get(), id);
  }
  mcpauth_verifier *retained() const noexcept {
    mcpauth_verifier *another = nullptr;
    if (mcpauth_verifier_retain(get(), &another) != MCPAUTH_OK) return nullptr; // there was none
    return another;
  }

  detail::handle<mcpauth_verifier, mcpauth_verifier_free> verifier_;
};

} // namespace mcpauth

#endif // MCPAUTH_VERIFIER_HPP
