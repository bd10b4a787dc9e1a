/** @file hooks.hpp @brief What the callbacks of a configuration get. A part of mcpauth.hpp. */
#ifndef MCPAUTH_HOOKS_HPP
#define MCPAUTH_HOOKS_HPP

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

#include "callback.hpp"
#include "caller.hpp"

namespace mcpauth {

/**
 * @brief What a custom verifier found out about a token.
 *
 * After a setter that fails the token is answered with 500, whatever the callback returns.
 */
class identity {
 public:
  explicit identity(mcpauth_authinfo_builder *builder) noexcept : builder_(builder) {}
  identity(const identity &) = delete;
  identity &operator=(const identity &) = delete;

  identity &set_issuer(std::string_view issuer) noexcept {
    return mcpauth_authinfo_builder_set_issuer(builder_, issuer.data(), issuer.size()), *this;
  }
  identity &set_subject(std::string_view subject) noexcept {
    return mcpauth_authinfo_builder_set_subject(builder_, subject.data(), subject.size()), *this;
  }
  identity &set_client_id(std::string_view client) noexcept {
    return mcpauth_authinfo_builder_set_client_id(builder_, client.data(), client.size()), *this;
  }
  identity &add_audience(std::string_view audience) noexcept {
    return mcpauth_authinfo_builder_add_audience(builder_, audience.data(), audience.size()), *this;
  }
  identity &add_scope(std::string_view scope) noexcept {
    return mcpauth_authinfo_builder_add_scope(builder_, scope.data(), scope.size()), *this;
  }
  /** When the token ends, in seconds since 1970. */
  identity &set_expires_at(std::int64_t seconds) noexcept {
    return mcpauth_authinfo_builder_set_expires_at(builder_, seconds), *this;
  }
  /** Why the token was refused, for the operator's log. */
  identity &set_message(std::string_view message) noexcept {
    return mcpauth_authinfo_builder_set_message(builder_, message.data(), message.size()), *this;
  }
  /** Further claims. */
  identity &set_claims_json(std::string_view json) noexcept {
    return mcpauth_authinfo_builder_set_claims_json(builder_, json.data(), json.size()), *this;
  }
  [[nodiscard]] mcpauth_authinfo_builder *get() const noexcept { return builder_; }

 private:
  mcpauth_authinfo_builder *builder_;
};

/** One JSON-RPC message, as an operation check judges it; everything is valid during the check. */
struct operation {
  caller_view caller;             /**< whose scopes may not be enough yet; maybe anonymous */
  std::string_view method;        /**< the JSON-RPC method */
  std::string_view name;          /**< the tool, prompt, resource or task; empty where that is none, or several */
  std::string_view params_json;   /**< params, each name once; empty where there are none */
  mcpauth_scope_list *scope_list; /**< of mcpauth.h */

  /** Asks for a scope. After a failure the request is answered with 500, whatever the check returns. */
  const operation &need_scope(const text &scope) const noexcept {
    return mcpauth_scope_list_add(scope_list, scope.c_str()), *this;
  }
};

/** What the library wants to have fetched: one GET. Valid during the callback. */
class fetch_request {
 public:
  explicit fetch_request(const mcpauth_fetch_request *request) noexcept : request_(request) {}
  [[nodiscard]] std::string_view url() const noexcept { return view(request_->url); }
  [[nodiscard]] std::string_view accept() const noexcept { return view(request_->accept); }
  [[nodiscard]] std::string_view if_none_match() const noexcept { return view(request_->if_none_match); }
  [[nodiscard]] std::chrono::milliseconds timeout() const noexcept {
    return std::chrono::milliseconds(request_->timeout_ms);
  }
  [[nodiscard]] std::size_t max_body_bytes() const noexcept { return request_->max_body_bytes; }
  [[nodiscard]] const mcpauth_fetch_request *get() const noexcept { return request_; }

 private:
  const mcpauth_fetch_request *request_;
};

/** Where a fetch puts its answer. What fails makes the answer count for nothing. */
class fetch_response {
 public:
  explicit fetch_response(mcpauth_fetch_response *response) noexcept : response_(response) {}
  fetch_response(const fetch_response &) = delete;
  fetch_response &operator=(const fetch_response &) = delete;

  fetch_response &set_status(int status) noexcept {
    return mcpauth_fetch_response_set_status(response_, status), *this;
  }
  fetch_response &add_header(const text &name, const text &value) noexcept {
    return mcpauth_fetch_response_add_header(response_, name.c_str(), value.c_str()), *this;
  }
  fetch_response &append_body(std::string_view piece) noexcept {
    return mcpauth_fetch_response_append_body(response_, piece.data(), piece.size()), *this;
  }
  /** Why there is no answer. */
  fetch_response &set_message(const text &message) noexcept {
    return mcpauth_fetch_response_set_message(response_, message.c_str()), *this;
  }
  /** Whether nobody needs the answer any more. Any thread. */
  [[nodiscard]] bool is_cancelled() const noexcept { return mcpauth_fetch_response_is_cancelled(response_); }
  [[nodiscard]] mcpauth_fetch_response *get() const noexcept { return response_; }

 private:
  mcpauth_fetch_response *response_;
};

/** @cond the functions that the library calls: each calls the host's F, and lets no exception out */
namespace detail {

inline mcpauth_result callback_failed() noexcept { return MCPAUTH_ERR_CALLBACK_FAILED; }

template <class F>
mcpauth_result verify(void *f, const char *token, std::size_t length, mcpauth_authinfo_builder *builder) noexcept {
  identity who(builder);
  return guarded(
      "set_custom_verifier",
      [&]() -> mcpauth_result { return (*static_cast<const F *>(f))(std::string_view(token, length), who); },
      [&] { return who.set_message("the custom verifier threw an exception"), callback_failed(); });
}
template <class F>
mcpauth_result check_operation(void *f, const mcpauth_authinfo *info, mcpauth_str method, mcpauth_str name,
                               mcpauth_str params, mcpauth_scope_list *needed) noexcept {
  const operation asked{caller_view(info), view(method), view(name), view(params), needed};
  return guarded(
      "set_operation_check", [&]() -> mcpauth_result { return (*static_cast<const F *>(f))(asked); }, callback_failed);
}
template <class F>
mcpauth_result fetch(void *f, const mcpauth_fetch_request *wanted, mcpauth_fetch_response *answer) noexcept {
  fetch_response response(answer);
  return guarded(
      "set_fetch", [&]() -> mcpauth_result { return (*static_cast<const F *>(f))(fetch_request(wanted), response); },
      [&] { return response.set_message("the fetch callback threw an exception"), callback_failed(); });
}
template <class F>
mcpauth_result transform(void *f, const char *json, std::size_t length, mcpauth_buffer *out) noexcept {
  return guarded(
      "set_metadata_transform",
      [&]() -> mcpauth_result {
        const std::optional<std::string> made = (*static_cast<const F *>(f))(std::string_view(json, length));
        if (!made) return MCPAUTH_ERR_CALLBACK_FAILED;
        return mcpauth_buffer_append(out, made->data(), made->size());
      },
      callback_failed);
}
template <class F>
std::int64_t now(void *f) noexcept {
  return guarded(
      "set_clock",
      [&]() -> std::int64_t {
        const auto time = (*static_cast<const F *>(f))();
        if constexpr (std::is_same_v<decltype(time), const std::int64_t>)
          return time;
        else
          return std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count();
      },
      [] { return std::int64_t{0}; });
}
template <class F>
void log(void *f, mcpauth_log_level level, const char *message, std::size_t length) noexcept {
  guarded("set_log", [&] { (*static_cast<const F *>(f))(level, std::string_view(message, length)); }, [] {});
}

} // namespace detail
/** @endcond */

} // namespace mcpauth

#endif // MCPAUTH_HOOKS_HPP
