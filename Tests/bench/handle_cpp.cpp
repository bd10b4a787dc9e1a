/* So many requests with a token that was seen before, through mcpauth.hpp: beside handle_c.c, which does the same. */
#include <cstdlib>
#include <mcpauth.hpp>
#include <string>

#include "../c/fixture.h"
#include "handle_fields.h"

check_counter check_failures_of_case;

int main(int argc, char **argv) {
  const long count = argc > 1 ? std::atol(argv[1]) : 1000;
  const mcpauth::verifier verifier(fixture_verifier(fixture_config(nullptr)));
  char *token = fixture_token(nullptr);
  const std::string authorization = std::string("Bearer ") + token;
  std::size_t let_in = 0;
  for (long i = 0; i < count; i++) {
    mcpauth::request request("POST", "/mcp");
    for (const auto &field : FIELDS) request.header(field[0], field[1]);
    request.header("Authorization", authorization).body(BODY);
    const mcpauth::decision decision = verifier.handle(request);
    if (decision) let_in += decision.caller().subject().size();
  }
  std::free(token);
  return let_in == static_cast<std::size_t>(count) * std::strlen(SUBJECT) ? 0 : 1;
}
