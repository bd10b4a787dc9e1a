/** @file scope_rules.hpp @brief Which scopes are needed for what. A part of mcpauth.hpp. */
#ifndef MCPAUTH_SCOPE_RULES_HPP
#define MCPAUTH_SCOPE_RULES_HPP

#include "text.hpp"

namespace mcpauth {

/** The setters of mcpauth::config that are about scopes. */
template <class Config>
class scope_rules {
 public:
  Config &add_required_scope(const text &scope) { return mcpauth_config_add_required_scope(get(), c(scope)), self(); }
  Config &add_scope_claim(const text &path) { return mcpauth_config_add_scope_claim(get(), c(path)), self(); }
  Config &add_scope_implication(const text &scope, const text &implied) {
    return mcpauth_config_add_scope_implication(get(), c(scope), c(implied)), self();
  }
  Config &add_tool_scope(const text &tool, const text &scope) {
    return mcpauth_config_add_tool_scope(get(), c(tool), c(scope)), self();
  }
  Config &require_tool_rules() noexcept { return mcpauth_config_require_tool_rules(get()), self(); }
  Config &add_prompt_scope(const text &prompt, const text &scope) {
    return mcpauth_config_add_prompt_scope(get(), c(prompt), c(scope)), self();
  }
  Config &add_resource_scope(const text &uri, const text &scope) {
    return mcpauth_config_add_resource_scope(get(), c(uri), c(scope)), self();
  }
  Config &add_resource_template_scope(const text &uri_template, const text &scope) {
    return mcpauth_config_add_resource_template_scope(get(), c(uri_template), c(scope)), self();
  }
  Config &add_method_scope(const text &method, const text &scope) {
    return mcpauth_config_add_method_scope(get(), c(method), c(scope)), self();
  }
  Config &add_public_method(const text &method) { return mcpauth_config_add_public_method(get(), c(method)), self(); }
  Config &add_public_tool(const text &tool) { return mcpauth_config_add_public_tool(get(), c(tool)), self(); }
  Config &set_challenge_scopes(mcpauth_challenge_scopes which) noexcept {
    return mcpauth_config_set_challenge_scopes(get(), which), self();
  }
  Config &set_scope_request_name(const text &scope, const text &request_name) {
    return mcpauth_config_set_scope_request_name(get(), c(scope), c(request_name)), self();
  }
  Config &add_advertised_scope(const text &scope) {
    return mcpauth_config_add_advertised_scope(get(), c(scope)), self();
  }

 private:
  Config &self() noexcept { return static_cast<Config &>(*this); }
  mcpauth_config *get() noexcept { return self().get(); }
  const char *c(const text &argument, const char *setter = __builtin_FUNCTION()) { return self().c(argument, setter); }
};

} // namespace mcpauth

#endif // MCPAUTH_SCOPE_RULES_HPP
