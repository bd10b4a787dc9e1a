/*
 * What the C++ tests start from: the fixture of the C tests (one resource, one issuer, a good token, a clock that stands
 * still), through mcpauth.hpp.
 */
#ifndef CPP_FIXTURE_HPP
#define CPP_FIXTURE_HPP

#include <cstdlib>
#include <mcpauth.hpp>
#include <string>
#include <string_view>

#include "../c/fixture.h"
#include "../c/key_server.h"

/* Equal texts. */
#define CHECK_TEXT(actual, expected) check_text(__FILE__, __LINE__, #actual, (actual), (expected))
inline void check_text(const char *file, int line, const char *what, std::string_view actual,
                       std::string_view expected) {
  if (actual != expected)
    check_fail(file, line, "%s is \"%s\", not \"%s\"", what, std::string(actual).c_str(),
               std::string(expected).c_str());
}

/* The text holds the part. */
#define CHECK_HAS(actual, part) check_has(__FILE__, __LINE__, #actual, (actual), (part))
inline void check_has(const char *file, int line, const char *what, std::string_view actual, std::string_view part) {
  if (actual.find(part) == std::string_view::npos)
    check_fail(file, line, "%s is \"%s\", without \"%s\"", what, std::string(actual).c_str(),
               std::string(part).c_str());
}

/* What a C function gave to be freed. */
inline std::string owned(char *text) {
  std::string copy(text);
  std::free(text);
  return copy;
}

/* A good token with some claims changed, as fixture_token() has it. */
inline std::string token(const char *changes = nullptr) { return owned(fixture_token(changes)); }

/* A configuration of RESOURCE and ISSUER with the keys of the fixture, whose time is NOW. */
inline mcpauth::config good_config() {
  mcpauth::config config(RESOURCE);
  config.add_issuer(ISSUER, [](mcpauth::issuer &issuer) { issuer.set_jwks_json(fixture_jwks()); });
  config.set_clock([] { return std::int64_t{NOW}; });
  return config;
}

/* A request for the endpoint with this token and body; the texts have to outlive it. */
inline mcpauth::request post(const std::string &authorization, std::string_view body) {
  mcpauth::request request("POST", "/mcp");
  request.header("Host", "mcp.example.com").header("Content-Type", "application/json").body(body);
  if (!authorization.empty()) request.header("Authorization", authorization);
  return request;
}

inline constexpr std::string_view ping = R"({"jsonrpc":"2.0","id":1,"method":"ping"})";

#endif // CPP_FIXTURE_HPP
