/** @file caller.hpp @brief Who the caller is and what the token says. A part of mcpauth.hpp. */
#ifndef MCPAUTH_CALLER_HPP
#define MCPAUTH_CALLER_HPP

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "text.hpp"

namespace mcpauth {

/** @cond */
namespace detail {
inline std::string_view scope_at(const mcpauth_authinfo *info, std::size_t index) noexcept {
  return view(mcpauth_authinfo_scope_at(info, index));
}
inline std::string_view audience_at(const mcpauth_authinfo *info, std::size_t index) noexcept {
  return view(mcpauth_authinfo_audience_at(info, index));
}
template <class T>
struct is_vector_of_texts : std::false_type {};
template <class T>
struct is_vector_of_texts<std::vector<T>> : std::bool_constant<std::is_constructible_v<T, std::string_view>> {};
} // namespace detail
/** @endcond */

/** A caller that something else owns, as an operation check gets it; false where there is none. */
class caller_view {
 public:
  caller_view() noexcept = default;
  explicit caller_view(const mcpauth_authinfo *borrowed) noexcept : info_(borrowed) {}

  explicit operator bool() const noexcept { return info_ != nullptr; }
  /** The token itself. It is a secret: keep it out of logs. */
  [[nodiscard]] std::string_view token() const noexcept { return view(mcpauth_authinfo_token(info_)); }
  /** Who issued the token (iss). */
  [[nodiscard]] std::string_view issuer() const noexcept { return view(mcpauth_authinfo_issuer(info_)); }
  /** Whom the token is about (sub), within its issuer. */
  [[nodiscard]] std::string_view subject() const noexcept { return view(mcpauth_authinfo_subject(info_)); }
  /** The client the token was issued to. */
  [[nodiscard]] std::string_view client_id() const noexcept { return view(mcpauth_authinfo_client_id(info_)); }
  /** Issuer, subject and client in one text, which stays the same when the token is renewed. */
  [[nodiscard]] std::string_view principal() const noexcept { return view(mcpauth_authinfo_principal(info_)); }
  /** When the token ends (exp), in seconds since 1970; 0: never. */
  [[nodiscard]] std::int64_t expires_at() const noexcept { return mcpauth_authinfo_expires_at(info_); }
  /** Whether the request came without a token, for something public. */
  [[nodiscard]] bool is_anonymous() const noexcept { return mcpauth_authinfo_is_anonymous(info_); }

  /** The token's scopes, in its order, without implied ones. */
  [[nodiscard]] auto scopes() const noexcept {
    return sequence<mcpauth_authinfo, mcpauth_authinfo_scope_count, detail::scope_at>(info_);
  }
  /** Whether the caller has a scope, be it in the token or implied by another. */
  [[nodiscard]] bool has_scope(const text &scope) const noexcept {
    return mcpauth_authinfo_has_scope(info_, scope.c_str());
  }
  /** The token's audiences (aud). */
  [[nodiscard]] auto audiences() const noexcept {
    return sequence<mcpauth_authinfo, mcpauth_authinfo_audience_count, detail::audience_at>(info_);
  }

  /** All claims as the JSON object the token carries. */
  [[nodiscard]] std::string_view claims_json() const noexcept { return view(mcpauth_authinfo_claims_json(info_)); }
  /** What the claim at a path is: mcpauth_authinfo_claim_type() says how paths are written. */
  [[nodiscard]] mcpauth_claim_type claim_type(const text &path) const noexcept {
    return mcpauth_authinfo_claim_type(info_, path.c_str());
  }
  /** The number of an array's elements or of an object's members. */
  [[nodiscard]] std::size_t claim_count(const text &path) const noexcept {
    return mcpauth_authinfo_claim_count(info_, path.c_str());
  }
  /** A claim as JSON text. */
  [[nodiscard]] std::optional<std::string> claim_json(const text &path) const {
    std::string json(mcpauth_authinfo_claim_json(info_, path.c_str(), nullptr, 0), '\0');
    if (json.empty()) return std::nullopt;
    mcpauth_authinfo_claim_json(info_, path.c_str(), json.data(), json.size() + 1);
    return json;
  }

  /**
   * @brief A claim of the type asked for; nothing where there is none, it is of another type, or the number does not fit.
   *
   * T is std::string_view (which lives as long as the caller), std::string, bool, double, an integer, or a std::vector of
   * texts for an array of nothing but strings.
   */
  template <class T>
  [[nodiscard]] std::optional<T> claim(const text &path) const {
    if constexpr (std::is_same_v<T, bool>) {
      bool value = false;
      return mcpauth_authinfo_claim_boolean(info_, path.c_str(), &value) ? std::optional<T>(value) : std::nullopt;
    } else if constexpr (std::is_floating_point_v<T>) {
      double value = 0;
      return mcpauth_authinfo_claim_number(info_, path.c_str(), &value) ? std::optional<T>(static_cast<T>(value))
                                                                        : std::nullopt;
    } else if constexpr (std::is_integral_v<T>) {
      return integer<T>(path);
    } else if constexpr (detail::is_vector_of_texts<T>::value) {
      return texts<T>(path);
    } else {
      static_assert(std::is_same_v<T, std::string> || std::is_same_v<T, std::string_view>,
                    "claim<T>: T is a string, bool, integer, double or vector of strings; see also claim_json()");
      if (claim_type(path) != MCPAUTH_CLAIM_STRING) return std::nullopt;
      return T(view(mcpauth_authinfo_claim_string(info_, path.c_str())));
    }
  }
  [[nodiscard]] const mcpauth_authinfo *get() const noexcept { return info_; }

 protected:
  const mcpauth_authinfo *info_ = nullptr;

 private:
  template <class T>
  std::optional<T> integer(const text &path) const {
    std::int64_t value = 0;
    if (!mcpauth_authinfo_claim_integer(info_, path.c_str(), &value)) return std::nullopt;
    if constexpr (std::is_unsigned_v<T>) {
      if (value < 0 || static_cast<std::uint64_t>(value) > std::numeric_limits<T>::max()) return std::nullopt;
    } else {
      if (value < std::numeric_limits<T>::min() || value > std::numeric_limits<T>::max()) return std::nullopt;
    }
    return static_cast<T>(value);
  }
  template <class T>
  std::optional<T> texts(const text &path) const {
    if (claim_type(path) != MCPAUTH_CLAIM_ARRAY) return std::nullopt;
    T all;
    const std::size_t count = claim_count(path);
    const std::string element = std::string(path.c_str()) + (path.c_str()[0] == '/' ? '/' : '.');
    for (std::size_t i = 0; i < count; i++) {
      const std::string_view one = view(mcpauth_authinfo_claim_string_at(info_, path.c_str(), i));
      if (one.empty() && claim_type(element + std::to_string(i)) != MCPAUTH_CLAIM_STRING) return std::nullopt;
      all.emplace_back(one);
    }
    return all;
  }
};

/** A caller of its own: copies refer to the same one, any thread may read it, and it outlives the verifier. */
class caller : public caller_view {
 public:
  caller() noexcept = default;
  /** Takes the handle over, as calls of mcpauth.h give it. */
  explicit caller(mcpauth_authinfo *owned) noexcept : caller_view(owned) {}
  /** Another reference to one that something else owns, such as an operation check's caller. */
  explicit caller(caller_view other) noexcept : caller_view(retained(other.get())) {}
  caller(const caller &other) noexcept : caller_view(retained(other.info_)) {}
  caller(caller &&other) noexcept : caller_view(std::exchange(other.info_, nullptr)) {}
  caller &operator=(caller other) noexcept { return std::swap(info_, other.info_), *this; }
  ~caller() { mcpauth_authinfo_free(owned()); }

  /** Gives the handle away: it is to be freed by mcpauth_authinfo_free(). */
  [[nodiscard]] mcpauth_authinfo *release() noexcept {
    mcpauth_authinfo *const given = owned();
    return info_ = nullptr, given;
  }

 private:
  mcpauth_authinfo *owned() const noexcept { return const_cast<mcpauth_authinfo *>(info_); }
  static const mcpauth_authinfo *retained(const mcpauth_authinfo *info) noexcept {
    mcpauth_authinfo *another = nullptr;
    if (mcpauth_authinfo_retain(info, &another) != MCPAUTH_OK) return nullptr; // there was none
    return another;
  }
};

} // namespace mcpauth

#endif // MCPAUTH_CALLER_HPP
