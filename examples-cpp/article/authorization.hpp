/* What SetAuthorization is told, made into a verifier. */
#ifndef AUTHORIZATION_HPP
#define AUTHORIZATION_HPP

#include <mcpauth.hpp>
#include <string>
#include <utility>
#include <vector>

struct Authorization {
  std::vector<std::string> issuers;
  std::vector<std::string> permissions;

  /* resource: this server's URL, which is the API's identifier at Auth0. tools: each with the permission that it needs; a
   * tool without one needs all of them. Throws mcpauth::error. */
  mcpauth::verifier MakeVerifier(const std::string &resource,
                                 const std::vector<std::pair<std::string, std::string>> &tools) const;
};

#endif
