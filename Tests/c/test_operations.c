/* Scopes per operation: what a request asks for, what the challenge says, what a caller may see. */
#include <stdlib.h>

#include "vectors.h"

#define CALL(name) "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"" name "\"}}"

static mcpauth_verifier *ruled_verifier(void) {
  mcpauth_config *config = fixture_config(NULL);
  CHECK_RESULT(mcpauth_config_add_required_scope(config, "mcp:read"), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_config_add_scope_implication(config, "mcp:all", "mcp:wipe"), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_config_add_tool_scope(config, "wipe", "mcp:wipe"), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_config_add_tool_scope(config, "wipe", "mcp:write"), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_config_add_prompt_scope(config, "p", "mcp:wipe"), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_config_add_resource_scope(config, "file:///x", "mcp:wipe"), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_config_add_method_scope(config, "prompts/get", "mcp:prompts"), MCPAUTH_OK);
  return fixture_verifier(config);
}

static mcpauth_str text(const char *from) { return (mcpauth_str){from, from ? strlen(from) : 0}; }

/* A POST of body with a token of this scope. */
static mcpauth_result post_str(const mcpauth_verifier *verifier, const char *scope, mcpauth_str body,
                               const char *mcp_method, const char *mcp_name, mcpauth_response **denial) {
  char *changes = format("{\"scope\":\"%s\"}", scope), *token = fixture_token(changes);
  char *header = format("Bearer %s", token);
  mcpauth_str field = text(header);
  mcpauth_request request = MCPAUTH_REQUEST_INIT;
  mcpauth_authinfo *info = NULL;
  request.authorization = &field;
  request.authorization_count = 1;
  request.method = text("POST");
  request.mcp_method = text(mcp_method);
  request.mcp_name = text(mcp_name);
  request.body = body;
  mcpauth_result result = mcpauth_authorize(verifier, &request, &info, denial);
  CHECK((info != NULL) == (result == MCPAUTH_OK));
  mcpauth_authinfo_free(info);
  free(header);
  free(token);
  free(changes);
  return result;
}

static mcpauth_result post(const mcpauth_verifier *verifier, const char *scope, const char *body,
                           const char *mcp_method, const char *mcp_name, mcpauth_response **denial) {
  return post_str(verifier, scope, text(body), mcp_method, mcp_name, denial);
}

static mcpauth_result posted(const char *scope, const char *body, const char *mcp_method, const char *mcp_name) {
  mcpauth_verifier *verifier = ruled_verifier();
  mcpauth_result result = post(verifier, scope, body, mcp_method, mcp_name, NULL);
  mcpauth_verifier_free(verifier);
  return result;
}

static void check_step_up(const char *held, const char *body, const char *asked, const char *missing) {
  mcpauth_verifier *verifier = ruled_verifier();
  mcpauth_response *denial = NULL;
  CHECK_RESULT(post(verifier, held, body, NULL, NULL, &denial), MCPAUTH_ERR_INSUFFICIENT_SCOPE);
  CHECK_INT(mcpauth_response_status(denial), 403);
  char *scope = challenge_param(response_header(denial, "WWW-Authenticate").data, "scope");
  if (scope == NULL || strcmp(scope, asked) != 0) CHECK_FAIL("scope is %s, not %s", scope ? scope : "absent", asked);
  CHECK_CONTAINS(mcpauth_response_body(denial), missing);
  free(scope);
  mcpauth_response_free(denial);
  mcpauth_verifier_free(verifier);
}

/* MCP authorization, "runtime insufficient scope": one step-up has to be enough. */
static void one_challenge_asks_for_all_scopes_of_the_request(void) {
  check_step_up("mcp:read", CALL("wipe"), "mcp:read mcp:wipe mcp:write",
                "\"missing_scopes\":[\"mcp:wipe\",\"mcp:write\"]");
  check_step_up("mcp:read mcp:all", CALL("wipe"), "mcp:read mcp:wipe mcp:write", "\"missing_scopes\":[\"mcp:write\"]");
  check_step_up("other", CALL("wipe"), "mcp:read mcp:wipe mcp:write",
                "\"missing_scopes\":[\"mcp:read\",\"mcp:wipe\",\"mcp:write\"]");
  check_step_up("mcp:write", CALL("wipe"), "mcp:read mcp:wipe mcp:write",
                "\"missing_scopes\":[\"mcp:read\",\"mcp:wipe\"]");
  check_step_up("other", CALL("free"), "mcp:read", "\"missing_scopes\":[\"mcp:read\"]");
  check_step_up("other", "not JSON", "mcp:read", "\"missing_scopes\":[\"mcp:read\"]");
  check_step_up("mcp:read", "[" CALL("free") "," CALL("wipe") "]", "mcp:read mcp:wipe mcp:write", "mcp:wipe");
}

static void enough_scopes_are_enough(void) {
  CHECK_RESULT(posted("mcp:read mcp:wipe mcp:write", CALL("wipe"), NULL, NULL), MCPAUTH_OK);
  CHECK_RESULT(posted("mcp:read mcp:all mcp:write", CALL("wipe"), NULL, NULL), MCPAUTH_OK);
  CHECK_RESULT(posted("mcp:read", CALL("free"), NULL, NULL), MCPAUTH_OK);
}

typedef mcpauth_result (*rule)(mcpauth_config *config, const char *name, const char *scope);

static mcpauth_result add_rule(mcpauth_config *config, const char *kind, const char *name, const char *scope) {
  const rule add = strcmp(kind, "tool") == 0       ? mcpauth_config_add_tool_scope
                   : strcmp(kind, "prompt") == 0   ? mcpauth_config_add_prompt_scope
                   : strcmp(kind, "resource") == 0 ? mcpauth_config_add_resource_scope
                                                   : mcpauth_config_add_method_scope;
  return add(config, name, scope);
}

/* With a rule for something else, and with one for this operation. */
static mcpauth_result posted_with_rule(const json_t *row, const char *kind, const char *name) {
  mcpauth_config *config = fixture_config(NULL);
  CHECK_RESULT(mcpauth_config_add_tool_scope(config, "a tool that nobody calls", "needed"), MCPAUTH_OK);
  if (kind != NULL) CHECK_RESULT(add_rule(config, kind, name, "needed"), MCPAUTH_OK);
  mcpauth_verifier *verifier = fixture_verifier(config);
  const mcpauth_result result = post_str(verifier, "other", row_str(row, "body"), NULL, NULL, NULL);
  mcpauth_verifier_free(verifier);
  return result;
}

/* A rule that a strange spelling gets around is none. */
static void check_operations(const json_t *row, void *unused) {
  (void)unused;
  const json_t *operations = json_object_get(row, "operations");
  CHECK_RESULT(posted_with_rule(row, NULL, NULL), operations ? MCPAUTH_OK : row_result(row));
  for (size_t i = 0; i < json_array_size(operations); i++) {
    const json_t *operation = json_array_get(operations, i);
    const char *kind = json_string_value(json_array_get(operation, 0));
    CHECK_RESULT(posted_with_rule(row, kind, json_string_value(json_array_get(operation, 1))),
                 MCPAUTH_ERR_INSUFFICIENT_SCOPE);
  }
}

static void every_operation_of_a_body_counts(void) {
  json_t *table = vector_table("operations");
  check_rows(table, "rows", check_operations, NULL);
  json_decref(table);
}

static void mcp_headers_agree_with_the_body(void) {
  CHECK_RESULT(posted("mcp:read", CALL("free"), "tools/call", "free"), MCPAUTH_OK);
  CHECK_RESULT(posted("mcp:read", CALL("free"), "tools/list", "free"), MCPAUTH_ERR_INVALID_REQUEST);
  CHECK_RESULT(posted("mcp:read", CALL("free"), "tools/call", "wipe"), MCPAUTH_ERR_INVALID_REQUEST);
  CHECK_RESULT(posted("mcp:read", "[" CALL("free") "]", "tools/call", "free"), MCPAUTH_OK);
  CHECK_RESULT(posted("mcp:read", "[" CALL("free") "," CALL("free") "]", "tools/call", "free"),
               MCPAUTH_ERR_INVALID_REQUEST);
}

static mcpauth_authinfo *caller(const mcpauth_verifier *verifier, const char *changes) {
  char *token = fixture_token(changes);
  mcpauth_authinfo *info = NULL;
  CHECK_RESULT(mcpauth_verify(verifier, token, strlen(token), &info, NULL), MCPAUTH_OK);
  free(token);
  return info;
}

/* What may be seen is what may be called: the method's scopes count too. */
static void a_list_shows_what_may_be_used(void) {
  mcpauth_verifier *verifier = ruled_verifier();
  mcpauth_authinfo *reader = caller(verifier, "{\"scope\":\"mcp:read\"}");
  mcpauth_authinfo *all = caller(verifier, "{\"scope\":\"mcp:read mcp:all mcp:write\"}");
  CHECK(mcpauth_may_call_tool(verifier, reader, "free", 4) && mcpauth_may_call_tool(verifier, all, "free", 4));
  CHECK(!mcpauth_may_call_tool(verifier, reader, "wipe", 4) && mcpauth_may_call_tool(verifier, all, "wipe", 4));
  CHECK(!mcpauth_may_read_resource(verifier, reader, "file:///x", 9));
  CHECK(mcpauth_may_read_resource(verifier, all, "file:///x", 9));
  CHECK(!mcpauth_may_get_prompt(verifier, all, "p", 1)); /* prompts/get needs mcp:prompts */
  CHECK(!mcpauth_may_get_prompt(verifier, all, "q", 1));
  mcpauth_authinfo_free(all);
  all = caller(verifier, "{\"scope\":\"mcp:read mcp:all mcp:prompts\"}");
  CHECK(mcpauth_may_get_prompt(verifier, all, "p", 1) && mcpauth_may_get_prompt(verifier, all, "q", 1));
  mcpauth_authinfo_free(all);
  mcpauth_authinfo_free(reader);
  mcpauth_verifier_free(verifier);
}

/* A tool that is added later is not open by accident. */
static void a_tool_without_a_rule_is_refused_where_rules_are_required(void) {
  mcpauth_config *config = fixture_config(NULL);
  CHECK_RESULT(mcpauth_config_add_tool_scope(config, "wipe", "mcp:wipe"), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_config_add_public_tool(config, "help"), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_config_require_tool_rules(config), MCPAUTH_OK);
  mcpauth_verifier *verifier = fixture_verifier(config);
  mcpauth_response *denial = NULL;
  CHECK_RESULT(post(verifier, "mcp:wipe", CALL("wipe"), NULL, NULL, NULL), MCPAUTH_OK);
  CHECK_RESULT(post(verifier, "", CALL("wipe"), NULL, NULL, NULL), MCPAUTH_ERR_INSUFFICIENT_SCOPE);
  CHECK_RESULT(post(verifier, "", CALL("help"), NULL, NULL, NULL), MCPAUTH_OK);
  CHECK_RESULT(post(verifier, "", "{\"method\":\"tools/list\"}", NULL, NULL, NULL), MCPAUTH_OK);
  CHECK_RESULT(post(verifier, "", "", NULL, NULL, NULL), MCPAUTH_ERR_INVALID_REQUEST);
  static const char *const others[] = {CALL("other"), CALL("Wipe"), "[" CALL("help") "," CALL("other") "]"};
  for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
    CHECK_RESULT(post(verifier, "mcp:wipe other", others[i], NULL, NULL, &denial), MCPAUTH_ERR_OPERATION_NOT_ALLOWED);
    CHECK_INT(mcpauth_response_status(denial), 403);
    CHECK_INT(response_header(denial, "WWW-Authenticate").len, 0);
    CHECK_CONTAINS(mcpauth_response_body(denial), "\"error\":\"operation_not_allowed\"");
    CHECK_CONTAINS(mcpauth_error_message(mcpauth_response_error(denial)), "mcpauth_config_add_tool_scope");
    mcpauth_response_free(denial);
  }
  mcpauth_authinfo *info = caller(verifier, "{\"scope\":\"mcp:wipe\"}");
  CHECK(mcpauth_may_call_tool(verifier, info, "wipe", 4) && mcpauth_may_call_tool(verifier, info, "help", 4));
  CHECK(!mcpauth_may_call_tool(verifier, info, "other", 5) && mcpauth_may_get_prompt(verifier, info, "other", 5));
  mcpauth_authinfo_free(info);
  mcpauth_verifier_free(verifier);
}

static void a_tool_can_ask_for_more(void) {
  mcpauth_verifier *verifier = ruled_verifier();
  mcpauth_authinfo *info = caller(verifier, "{\"scope\":\"mcp:read mcp:all\"}");
  mcpauth_response *denial = NULL;
  CHECK_RESULT(mcpauth_require_scopes(verifier, info, "mcp:read mcp:wipe", &denial), MCPAUTH_OK);
  CHECK(denial == NULL);
  CHECK_RESULT(mcpauth_require_scopes(verifier, info, "mcp:wipe a b", &denial), MCPAUTH_ERR_INSUFFICIENT_SCOPE);
  char *scope = challenge_param(response_header(denial, "WWW-Authenticate").data, "scope");
  CHECK(scope && strcmp(scope, "mcp:read mcp:wipe a b") == 0);
  free(scope);
  mcpauth_response_free(denial);
  CHECK_RESULT(mcpauth_require_scopes(verifier, info, " ", &denial), MCPAUTH_ERR_INVALID_ARGUMENT);
  CHECK_INT(mcpauth_response_status(denial), 500);
  mcpauth_response_free(denial);
  CHECK_RESULT(mcpauth_require_scopes(verifier, info, "c", NULL), MCPAUTH_ERR_INSUFFICIENT_SCOPE);
  mcpauth_authinfo_free(info);
  mcpauth_verifier_free(verifier);
}

static int64_t moving_clock(void *now) { return *(int64_t *)now; }

/* A stream that outlives its token, or its server's rules. */
static void a_caller_is_judged_again(void) {
  int64_t now = NOW;
  mcpauth_config *config = fixture_config(NULL);
  CHECK_RESULT(mcpauth_config_set_clock(config, moving_clock, &now, NULL), MCPAUTH_OK);
  mcpauth_verifier *verifier = fixture_verifier(config), *stricter = ruled_verifier();
  mcpauth_authinfo *info = caller(verifier, "{\"scope\":\"other\"}");
  mcpauth_response *denial = NULL;
  CHECK_RESULT(mcpauth_authinfo_check(verifier, info, &denial), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_authinfo_check(stricter, info, &denial), MCPAUTH_ERR_INSUFFICIENT_SCOPE);
  mcpauth_response_free(denial);
  now = mcpauth_authinfo_expires_at(info) + 60;
  CHECK_RESULT(mcpauth_authinfo_check(verifier, info, &denial), MCPAUTH_ERR_TOKEN_EXPIRED);
  CHECK_INT(mcpauth_response_status(denial), 401);
  mcpauth_response_free(denial);
  mcpauth_authinfo_free(info);
  mcpauth_verifier_free(stricter);
  mcpauth_verifier_free(verifier);
}

/* A newer verifier may no longer trust the issuer that the caller came from. */
static void a_caller_of_an_issuer_that_is_no_longer_trusted(void) {
  mcpauth_verifier *verifier = fixture_verifier(fixture_config(NULL)), *newer = NULL;
  mcpauth_config *config = NULL;
  mcpauth_issuer *other = NULL;
  CHECK_RESULT(mcpauth_config_new(RESOURCE, &config), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_config_add_issuer(config, "https://other.example.com", &other), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_issuer_set_jwks_json(other, fixture_jwks(), strlen(fixture_jwks())), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_config_set_clock(config, fixture_clock, NULL, NULL), MCPAUTH_OK);
  newer = fixture_verifier(config);
  mcpauth_authinfo *info = caller(verifier, NULL);
  mcpauth_response *denial = NULL;
  CHECK_RESULT(mcpauth_authinfo_check(verifier, info, &denial), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_authinfo_check(newer, info, &denial), MCPAUTH_ERR_ISSUER_MISMATCH);
  CHECK_INT(mcpauth_response_status(denial), 401);
  mcpauth_response_free(denial);
  mcpauth_authinfo_free(info);
  mcpauth_verifier_free(newer);
  mcpauth_verifier_free(verifier);
}

CHECK_MAIN(CASE(one_challenge_asks_for_all_scopes_of_the_request), CASE(enough_scopes_are_enough),
           CASE(every_operation_of_a_body_counts), CASE(mcp_headers_agree_with_the_body),
           CASE(a_list_shows_what_may_be_used), CASE(a_tool_without_a_rule_is_refused_where_rules_are_required),
           CASE(a_tool_can_ask_for_more), CASE(a_caller_is_judged_again),
           CASE(a_caller_of_an_issuer_that_is_no_longer_trusted))
