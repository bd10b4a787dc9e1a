#include "authorization.hpp"

#include <algorithm>
#include <cstdio>
#include <stdexcept>

mcpauth::verifier Authorization::MakeVerifier(const std::string &resource,
                                              const std::vector<std::pair<std::string, std::string>> &tools) const {
  mcpauth::config config(resource);
  for (const std::string &url : issuers) {
    config.add_issuer(url, [&](mcpauth::issuer &issuer) {
      issuer.ignore_trailing_slash();                                         // Auth0's tokens have one
      if (url.compare(0, 7, "http://") == 0) issuer.allow_http_on_loopback(); // dev_issuer
    });
  }
  // Auth0 writes a user's permissions into a claim of their own. A login asks for all of them: the user gets those he has.
  config.add_scope_claim("permissions").set_challenge_scopes(MCPAUTH_CHALLENGE_ADVERTISED);
  for (const std::string &permission : permissions) config.add_advertised_scope(permission);

  config.require_tool_rules(); // a tool that is forgotten here can be called by nobody
  for (const auto &[tool, permission] : tools) {
    if (permission.empty()) {
      for (const std::string &each : permissions) config.add_tool_scope(tool, each);
    } else if (std::count(permissions.begin(), permissions.end(), permission) == 0) {
      throw std::invalid_argument(
          "AddTool: the permission " + permission + " of " + tool +
          " is not in SetAuthorization's list, so that no client would ask for it: add it there");
    } else {
      config.add_tool_scope(tool, permission);
    }
  }
  config.set_log(MCPAUTH_LOG_DEBUG, [](mcpauth_log_level, std::string_view line) {
    std::fprintf(stderr, "%.*s\n", static_cast<int>(line.size()), line.data());
  });
  return config.build();
}
