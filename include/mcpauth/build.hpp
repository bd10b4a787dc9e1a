/** @file build.hpp @brief How a configuration becomes a verifier. A part of mcpauth.hpp. */
#ifndef MCPAUTH_BUILD_HPP
#define MCPAUTH_BUILD_HPP

#include "verifier.hpp"

namespace mcpauth {

inline std::optional<verifier> config::try_build(error *why) const {
  std::optional<error> failure = first_error();
  if (!failure) {
    mcpauth_verifier *made = nullptr;
    mcpauth_error *err = nullptr;
    const mcpauth_result result = mcpauth_verifier_new(get(), &made, &err);
    const detail::handle<mcpauth_error, mcpauth_error_free> reason(err);
    if (result == MCPAUTH_OK) return verifier(made);
    failure = detail::error_of(result, err);
  }
  if (why != nullptr) *why = std::move(*failure);
  return std::nullopt;
}
#ifdef MCPAUTH_HPP_EXCEPTIONS
inline verifier config::build() const {
  error why;
  if (std::optional<verifier> made = try_build(&why)) return std::move(*made);
  throw why;
}
#endif

} // namespace mcpauth

#endif // MCPAUTH_BUILD_HPP
