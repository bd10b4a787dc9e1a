/** @file issuer.hpp @brief One authorization server of a configuration. A part of mcpauth.hpp. */
#ifndef MCPAUTH_ISSUER_HPP
#define MCPAUTH_ISSUER_HPP

#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

#include "hooks.hpp"
#include "report.hpp"

namespace mcpauth {

/** @cond */
namespace detail {
/** What a config owns: at one address, as its issuers refer to it. */
struct settings {
  handle<mcpauth_config, mcpauth_config_free> config;
  std::string nul_in; // the first setter whose text held a NUL, where nothing failed before

  /** The text, or nullptr, which the library refuses, where it holds a NUL; then the setter's name is kept. */
  const char *c(const text &argument, const char *setter) {
    if (argument.has_nul() && nul_in.empty() && mcpauth_config_error(config.get()) == nullptr) nul_in = setter;
    return argument.c_str();
  }
};
} // namespace detail
/** @endcond */

/**
 * @brief Where one issuer's keys, names and fetching are set; valid as long as its config.
 *
 * A setter that fails is kept by the configuration, which then makes no verifier.
 */
class issuer {
 public:
  issuer() noexcept = default;
  issuer(mcpauth_issuer *borrowed, detail::settings *settings) noexcept : issuer_(borrowed), settings_(settings) {}

  /** Fetches the key set from this URL, without discovery. */
  issuer &set_jwks_uri(const text &uri) { return mcpauth_issuer_set_jwks_uri(issuer_, c(uri)), *this; }
  /** Takes the key set from a text. */
  issuer &set_jwks_json(std::string_view json) {
    return mcpauth_issuer_set_jwks_json(issuer_, json.data(), json.size()), *this;
  }
  /** Takes the key set from a file, which is read now. */
  issuer &set_jwks_file(const text &path) { return mcpauth_issuer_set_jwks_file(issuer_, c(path)), *this; }
  /** Why keys of a given set were skipped; empty: none was. Valid until the next call on the issuer. */
  [[nodiscard]] std::string_view skipped_keys() const noexcept { return view(mcpauth_issuer_skipped_keys(issuer_)); }
  /** Takes the issuer's metadata from a text. */
  issuer &set_metadata_json(std::string_view json) {
    return mcpauth_issuer_set_metadata_json(issuer_, json.data(), json.size()), *this;
  }
  /** Fetches the metadata from this URL instead of the well-known ones. */
  issuer &set_metadata_url(const text &url) { return mcpauth_issuer_set_metadata_url(issuer_, c(url)), *this; }
  /** What `issuer` in the metadata has to be. */
  issuer &set_metadata_issuer(const text &name) { return mcpauth_issuer_set_metadata_issuer(issuer_, c(name)), *this; }
  /** Passes fetched metadata through f: std::string f(std::string_view json), or std::optional for "cannot be used". */
  template <class F>
  issuer &set_metadata_transform(F f) {
    static_assert(std::is_invocable_r_v<std::optional<std::string>, const F &, std::string_view>,
                  "set_metadata_transform takes std::string f(std::string_view json), which is not mutable");
    detail::hand_over(std::move(f), [this](void *userdata, mcpauth_destroy_fn destroy) {
      return mcpauth_issuer_set_metadata_transform(issuer_, detail::transform<F>, userdata, destroy);
    });
    return *this;
  }
  /** Adds a public key or a certificate in PEM; without a kid it fits tokens with any. */
  issuer &add_public_key_pem(std::string_view pem, const text &kid = nullptr) {
    return mcpauth_issuer_add_public_key_pem(issuer_, pem.data(), pem.size(), c(kid)), *this;
  }
  /** Adds a secret shared with the issuer, for one HMAC algorithm such as "HS256". */
  issuer &add_shared_secret(std::string_view secret, const text &algorithm, const text &kid = nullptr) {
    return mcpauth_issuer_add_shared_secret(issuer_, secret.data(), secret.size(), c(algorithm), c(kid)), *this;
  }
  /** Accepts only these signature algorithms, such as "RS256 ES256". */
  issuer &set_algorithms(const text &space_separated) {
    return mcpauth_issuer_set_algorithms(issuer_, c(space_separated)), *this;
  }
  /** Fetches over http too, from a loopback host only. */
  issuer &allow_http_on_loopback() noexcept { return mcpauth_issuer_allow_http_on_loopback(issuer_), *this; }
  /** Fetches over http too, from any host: whoever is in between can sign any token. */
  issuer &dangerous_allow_http() noexcept { return mcpauth_issuer_dangerous_allow_http(issuer_), *this; }

  /** Accepts tokens with this iss too. */
  issuer &add_alias(const text &alias) { return mcpauth_issuer_add_alias(issuer_, c(alias)), *this; }
  /** Takes the name with and without a slash at its end for the same. */
  issuer &ignore_trailing_slash() noexcept { return mcpauth_issuer_ignore_trailing_slash(issuer_), *this; }
  /** Accepts tokens of a provider that has a name for each tenant: "https://.../{tenantid}/v2.0". */
  issuer &add_tenant_template(const text &name) { return mcpauth_issuer_add_tenant_template(issuer_, c(name)), *this; }
  /** Accepts this tenant's tokens. */
  issuer &add_tenant(const text &tenant) { return mcpauth_issuer_add_tenant(issuer_, c(tenant)), *this; }

  /** Trusts the certificate authorities of a PEM file for this issuer's servers. */
  issuer &set_ca_file(const text &path) { return mcpauth_issuer_set_ca_file(issuer_, c(path)), *this; }
  /** Trusts those of a directory. */
  issuer &set_ca_directory(const text &path) { return mcpauth_issuer_set_ca_directory(issuer_, c(path)), *this; }
  /** The proxy to go through; "": none. */
  issuer &set_proxy(const text &url) { return mcpauth_issuer_set_proxy(issuer_, c(url)), *this; }
  /** How long one HTTP request may take. */
  issuer &set_fetch_timeout_ms(std::uint32_t ms) noexcept {
    return mcpauth_issuer_set_fetch_timeout_ms(issuer_, ms), *this;
  }
  /** How long name lookup, connection and handshake may take of it. */
  issuer &set_connect_timeout_ms(std::uint32_t ms) noexcept {
    return mcpauth_issuer_set_connect_timeout_ms(issuer_, ms), *this;
  }
  /** The time in which tokens of unknown keys cause one fetch at most. */
  issuer &set_cooldown_seconds(std::uint32_t seconds) noexcept {
    return mcpauth_issuer_set_cooldown_seconds(issuer_, seconds), *this;
  }
  /** For how long fetched keys are fresh. */
  issuer &set_key_lifetime_seconds(std::uint32_t unless_stated, std::uint32_t longest) noexcept {
    return mcpauth_issuer_set_key_lifetime_seconds(issuer_, unless_stated, longest), *this;
  }
  /** For how long keys are used while the issuer cannot be reached. */
  issuer &set_max_stale_seconds(std::uint32_t seconds) noexcept {
    return mcpauth_issuer_set_max_stale_seconds(issuer_, seconds), *this;
  }

  /** Fetches what the issuer's settings say and judges it; nothing, and the reason, where they cannot be used. */
  [[nodiscard]] std::optional<report> try_check(error *why = nullptr) const {
    mcpauth_report *made = nullptr;
    mcpauth_error *err = nullptr;
    const mcpauth_result result = mcpauth_issuer_check(issuer_, &made, &err);
    const detail::handle<mcpauth_error, mcpauth_error_free> reason(err);
    if (result == MCPAUTH_OK) return report(made);
    if (why != nullptr) *why = detail::error_of(result, err);
    return std::nullopt;
  }
#ifdef MCPAUTH_HPP_EXCEPTIONS
  /** The same; throws the reason. */
  [[nodiscard]] report check() const {
    error why;
    if (std::optional<report> made = try_check(&why)) return std::move(*made);
    throw why;
  }
#endif
  [[nodiscard]] mcpauth_issuer *get() const noexcept { return issuer_; }

 private:
  const char *c(const text &argument, const char *setter = __builtin_FUNCTION()) const {
    return settings_ != nullptr ? settings_->c(argument, setter) : argument.c_str();
  }

  mcpauth_issuer *issuer_ = nullptr;
  detail::settings *settings_ = nullptr;
};

} // namespace mcpauth

#endif // MCPAUTH_ISSUER_HPP
