/* Operations that need no token, and what a 401 asks for. */
#include "exchange.h"

static void the_public_needs_no_token(void) {
  mcpauth_config *config = config_of(RESOURCE);
  mcpauth_config_add_public_method(config, "initialize");
  mcpauth_config_add_public_tool(config, "free");
  mcpauth_config_add_public_tool(config, "guarded");
  mcpauth_config_add_tool_scope(config, "guarded", "mcp:guarded");
  mcpauth_verifier *verifier = fixture_verifier(config);
  const mcpauth_result refused = MCPAUTH_ERR_MISSING_AUTH_HEADER;
  exchange at;
  CHECK_RESULT(send(verifier, asking(&at, "POST", PATH, CALL("free"))), MCPAUTH_OK);
  CHECK(mcpauth_authinfo_is_anonymous(at.info));
  CHECK_INT(mcpauth_authinfo_subject(at.info).len + mcpauth_authinfo_issuer(at.info).len, 0);
  CHECK_STR(mcpauth_authinfo_claims_json(at.info), "{}");
  CHECK(mcpauth_may_call_tool(verifier, at.info, "free", 4));
  CHECK(!mcpauth_may_call_tool(verifier, at.info, "other", 5));
  CHECK(!mcpauth_may_call_tool(verifier, at.info, "guarded", 7));
  CHECK_RESULT(mcpauth_authinfo_check(verifier, at.info, NULL), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_require_scopes(verifier, at.info, "mcp:guarded", &at.response), refused);
  CHECK_INT(mcpauth_response_status(at.response), 401);
  CHECK(strstr(response_header(at.response, "WWW-Authenticate").data, "scope=\"mcp:guarded\"") != NULL);
  clear(&at);
  expect(verifier, asking(&at, "POST", PATH, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\"}"), MCPAUTH_OK,
         0);
  expect(verifier, asking(&at, "POST", PATH, "[" CALL("free") "," CALL("free") "]"), MCPAUTH_OK, 0);
  expect(verifier, asking(&at, "POST", PATH, "[" CALL("free") "," CALL("other") "]"), refused, 401);
  expect(verifier, asking(&at, "POST", PATH, "[" CALL("free") ",{\"id\":1,\"result\":{}}]"), refused, 401);
  expect(verifier, asking(&at, "POST", PATH, CALL("other")), refused, 401);
  expect(verifier, asking(&at, "POST", PATH, CALL("guarded")), refused, 401);
  expect(verifier, asking(&at, "POST", PATH, "{\"method\":\"initialize\",\"Method\":\"x\"}"), refused, 401);
  expect(verifier, asking(&at, "POST", PATH, "{\"id\":1,\"result\":{}}"), refused, 401);
  expect(verifier, asking(&at, "POST", PATH, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}"), refused, 401);
  expect(verifier, asking(&at, "GET", PATH, ""), refused, 401);
  with(asking(&at, "POST", PATH, CALL("free")), "Authorization", "Bearer no.to.ken");
  expect(verifier, &at, MCPAUTH_ERR_TOKEN_MALFORMED, 401);
  mcpauth_verifier_free(verifier);
}

static void a_401_asks_for_what_was_chosen(void) {
  static const char *const expected[] = {"mcp:read", "mcp:read mcp:wipe", "mcp:read mcp:wipe mcp:all"};
  for (unsigned i = 0; i < 3; i++) {
    mcpauth_config *config = config_of(RESOURCE);
    mcpauth_config_add_required_scope(config, "mcp:read");
    mcpauth_config_add_tool_scope(config, "wipe", "mcp:wipe");
    mcpauth_config_add_tool_scope(config, "other", "mcp:all");
    CHECK_RESULT(mcpauth_config_set_challenge_scopes(config, i), MCPAUTH_OK);
    mcpauth_verifier *verifier = fixture_verifier(config);
    exchange at;
    CHECK_RESULT(send(verifier, asking(&at, "POST", PATH, CALL("wipe"))), MCPAUTH_ERR_MISSING_AUTH_HEADER);
    char *scope = challenge_param(response_header(at.response, "WWW-Authenticate").data, "scope");
    CHECK(scope != NULL && strcmp(scope, expected[i]) == 0);
    free(scope);
    clear(&at);
    mcpauth_verifier_free(verifier);
  }
  mcpauth_config *config = config_of(RESOURCE);
  CHECK_RESULT(mcpauth_config_set_challenge_scopes(config, 3), MCPAUTH_ERR_INVALID_ARGUMENT);
  mcpauth_config_free(config);
}

CHECK_MAIN(CASE(the_public_needs_no_token), CASE(a_401_asks_for_what_was_chosen))
