/** @file config.hpp @brief What a verifier is made from. A part of mcpauth.hpp. */
#ifndef MCPAUTH_CONFIG_HPP
#define MCPAUTH_CONFIG_HPP

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "issuer.hpp"
#include "queue.hpp"
#include "scope_rules.hpp"

namespace mcpauth {

class verifier;

/**
 * @brief The configuration of one protected resource; each setter is documented at mcpauth_config_ and its name.
 *
 * Setters give the configuration back, so that they chain. One that fails is kept, and build() throws the first failure.
 */
class config : public scope_rules<config> {
 public:
  /** For this server's public URL. */
  explicit config(const text &resource) : config(resource, mcpauth_config_new) {}
  /** For a resource whose URL is http on any host: whoever can listen there reads every token. */
  [[nodiscard]] static config dangerous_new_with_http_resource(const text &resource) {
    return config(resource, mcpauth_config_dangerous_new_with_http_resource);
  }

  /** Trusts an authorization server, whose metadata and keys are discovered. */
  config &add_issuer(const text &url) { return mcpauth_config_add_issuer(get(), c(url), nullptr), *this; }
  /** The same; `set` gets the mcpauth::issuer, where its keys, names and fetching can be set. */
  template <class Set>
  config &add_issuer(const text &url, Set &&set) {
    issuer added = make_issuer(url);
    return std::forward<Set>(set)(added), *this;
  }
  /** The same; gives the issuer back, valid as long as this configuration. */
  issuer make_issuer(const text &url) {
    mcpauth_issuer *added = nullptr;
    mcpauth_config_add_issuer(get(), c(url), &added);
    return issuer(added, settings_.get());
  }

  config &add_audience(const text &audience) { return mcpauth_config_add_audience(get(), c(audience)), *this; }
  config &ignore_root_slash() noexcept { return mcpauth_config_ignore_root_slash(get()), *this; }
  config &add_allowed_client(const text &client) { return mcpauth_config_add_allowed_client(get(), c(client)), *this; }
  config &add_required_claim(const text &path, const text &value) {
    return mcpauth_config_add_required_claim(get(), c(path), c(value)), *this;
  }
  config &require_rfc9068() noexcept { return mcpauth_config_require_rfc9068(get()), *this; }
  config &set_max_token_age_seconds(std::uint32_t seconds) noexcept {
    return mcpauth_config_set_max_token_age_seconds(get(), seconds), *this;
  }
  config &set_leeway_seconds(std::uint32_t seconds) noexcept {
    return mcpauth_config_set_leeway_seconds(get(), seconds), *this;
  }
  config &set_token_cache(std::size_t max_entries, std::size_t max_bytes, std::uint32_t max_age_seconds) noexcept {
    return mcpauth_config_set_token_cache(get(), max_entries, max_bytes, max_age_seconds), *this;
  }
  config &set_session_key(std::string_view key) noexcept {
    return mcpauth_config_set_session_key(get(), key.data(), key.size()), *this;
  }

  config &add_allowed_origin(const text &origin) { return mcpauth_config_add_allowed_origin(get(), c(origin)), *this; }
  config &allow_any_origin() noexcept { return mcpauth_config_allow_any_origin(get()), *this; }
  config &add_allowed_host(const text &host) { return mcpauth_config_add_allowed_host(get(), c(host)), *this; }
  config &disable_cross_origin_headers() noexcept { return mcpauth_config_disable_cross_origin_headers(get()), *this; }
  config &add_parameter_header(const text &tool, const text &parameter, const text &header) {
    return mcpauth_config_add_parameter_header(get(), c(tool), c(parameter), c(header)), *this;
  }

  config &set_resource_metadata_json(std::string_view json) noexcept {
    return mcpauth_config_set_resource_metadata_json(get(), json.data(), json.size()), *this;
  }
  config &set_metadata_url(const text &url) { return mcpauth_config_set_metadata_url(get(), c(url)), *this; }
  config &serve_metadata_at_root() noexcept { return mcpauth_config_serve_metadata_at_root(get()), *this; }
  config &serve_authorization_server_metadata_json(std::string_view json) noexcept {
    return mcpauth_config_serve_authorization_server_metadata_json(get(), json.data(), json.size()), *this;
  }
  config &set_show_error_details(bool show) noexcept {
    return mcpauth_config_set_show_error_details(get(), show), *this;
  }

  config &dangerous_allow_missing_audience() noexcept {
    return mcpauth_config_dangerous_allow_missing_audience(get()), *this;
  }
  config &dangerous_disable_audience_check() noexcept {
    return mcpauth_config_dangerous_disable_audience_check(get()), *this;
  }
  config &dangerous_allow_missing_expiry() noexcept {
    return mcpauth_config_dangerous_allow_missing_expiry(get()), *this;
  }
  config &dangerous_allow_missing_subject() noexcept {
    return mcpauth_config_dangerous_allow_missing_subject(get()), *this;
  }
  config &dangerous_disable_token_type_check() noexcept {
    return mcpauth_config_dangerous_disable_token_type_check(get()), *this;
  }

  /** Verifies tokens by mcpauth_result f(std::string_view token, mcpauth::identity &). */
  template <class F>
  config &set_custom_verifier(F f) {
    detail::needs_result<F, std::string_view, identity &>();
    return hand_over(std::move(f), mcpauth_config_set_custom_verifier, detail::verify<F>);
  }
  /** Judges operations by their arguments: mcpauth_result f(const mcpauth::operation &). */
  template <class F>
  config &set_operation_check(F f) {
    detail::needs_result<F, const operation &>();
    return hand_over(std::move(f), mcpauth_config_set_operation_check, detail::check_operation<F>);
  }
  /** Gets documents in place of libcurl: mcpauth_result f(const mcpauth::fetch_request &, mcpauth::fetch_response &). */
  template <class F>
  config &set_fetch(F f) {
    detail::needs_result<F, const fetch_request &, fetch_response &>();
    return hand_over(std::move(f), mcpauth_config_set_fetch, detail::fetch<F>);
  }
  /** The time: std::int64_t f(), seconds since 1970, or a std::chrono::system_clock::time_point. */
  template <class F>
  config &set_clock(F f) {
    using time = std::invoke_result_t<const F &>;
    static_assert(std::is_same_v<time, std::int64_t> || std::is_same_v<time, std::chrono::system_clock::time_point>,
                  "set_clock takes a function of no parameter that returns std::int64_t or system_clock::time_point");
    return hand_over(std::move(f), mcpauth_config_set_clock, detail::now<F>);
  }
  /** Logs up to a level: f(mcpauth_log_level, std::string_view message). */
  template <class F>
  config &set_log(mcpauth_log_level level, F f) {
    static_assert(std::is_invocable_v<const F &, mcpauth_log_level, std::string_view>,
                  "set_log takes f(mcpauth_log_level, std::string_view), which is not mutable");
    detail::hand_over(std::move(f), [&](void *userdata, mcpauth_destroy_fn destroy) {
      return mcpauth_config_set_log(get(), level, detail::log<F>, userdata, destroy);
    });
    return *this;
  }

  /** The same, for a queue to fetch the entries from, which may end before this. */
  config &set_log_queue(mcpauth_log_level level, const queue &to) noexcept {
    return mcpauth_config_set_log_queue(get(), level, to.get()), *this;
  }

  /** The first failure of a setter, if any. */
  [[nodiscard]] std::optional<error> first_error() const {
    if (settings_ == nullptr) return error(MCPAUTH_ERR_NULL_PARAMETER, "this config was moved from: use the new one");
    if (!settings_->nul_in.empty())
      return error(MCPAUTH_ERR_INVALID_ARGUMENT,
                   "the text given to " + settings_->nul_in + " has a NUL byte in it: take that out");
    const error_view failure(mcpauth_config_error(get()));
    return failure ? std::optional<error>(error(failure)) : std::nullopt;
  }
  /** A verifier; nothing, and the reason, where the configuration cannot be used. */
  [[nodiscard]] inline std::optional<verifier> try_build(error *why = nullptr) const;
#ifdef MCPAUTH_HPP_EXCEPTIONS
  /** A verifier; throws mcpauth::error where the configuration cannot be used. */
  [[nodiscard]] inline verifier build() const;
#endif
  [[nodiscard]] mcpauth_config *get() const noexcept { return settings_ ? settings_->config.get() : nullptr; }

 private:
  friend scope_rules<config>;
  config(const text &resource, mcpauth_result (*make)(const char *, mcpauth_config **))
      : settings_(std::make_unique<detail::settings>()) {
    mcpauth_config *made = nullptr;
    make(c(resource), &made);
    settings_->config.reset(made);
  }
  const char *c(const text &argument, const char *setter = __builtin_FUNCTION()) const {
    return settings_ ? settings_->c(argument, setter) : argument.c_str();
  }
  template <class F, class Set, class Call>
  config &hand_over(F f, Set set, Call call) {
    detail::hand_over(std::move(f),
                      [&](void *userdata, mcpauth_destroy_fn destroy) { return set(get(), call, userdata, destroy); });
    return *this;
  }

  std::unique_ptr<detail::settings> settings_;
};

} // namespace mcpauth

#endif // MCPAUTH_CONFIG_HPP
