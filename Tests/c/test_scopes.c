/* Scopes: where they are read from, what implies what, which operation needs which, what is published. */
#include <stdlib.h>

#include "vectors.h"

/* ---- where scopes come from ------------------------------------------------------------------------------------- */

/* A token of the row's claims alone, for a verifier that needs "read". */
static void check_scopes(const json_t *row, void *verifier) {
  json_t *changes = json_copy(json_object_get(row, "claims"));
  const json_t *expected = json_object_get(row, "scopes");
  if (json_object_get(changes, "scope") == NULL) json_object_set_new(changes, "-scope", json_integer(0));
  char *text = json_dumps(changes, 0), *token = fixture_token(text);
  mcpauth_authinfo *info = NULL;
  CHECK_RESULT(mcpauth_verify(verifier, token, strlen(token), &info, NULL), row_result(row));
  CHECK_INT(mcpauth_authinfo_scope_count(info), json_array_size(expected));
  for (size_t i = 0; i < json_array_size(expected); i++)
    CHECK_STR(mcpauth_authinfo_scope_at(info, i), json_string_value(json_array_get(expected, i)));
  mcpauth_authinfo_free(info);
  free(token);
  free(text);
  json_decref(changes);
}

static void A41_scopes_are_whole_words(void) {
  json_t *table = vector_table("scopes");
  mcpauth_config *config = fixture_config(NULL);
  CHECK_RESULT(mcpauth_config_add_required_scope(config, "read"), MCPAUTH_OK);
  mcpauth_verifier *verifier = fixture_verifier(config);
  check_rows(table, "rows", check_scopes, verifier);
  mcpauth_verifier_free(verifier);
  json_decref(table);
}

static void scope_claims_by_path(void) {
  mcpauth_config *config = fixture_config(NULL);
  CHECK_RESULT(mcpauth_config_add_scope_claim(config, "permissions"), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_config_add_scope_claim(config, "resource_access.{client}.roles"), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_config_add_required_scope(config, "admin"), MCPAUTH_OK);
  mcpauth_verifier *verifier = fixture_verifier(config);
  CHECK_RESULT(verify_claims(verifier, "{\"scope\":\"admin\"}"), MCPAUTH_OK);
  CHECK_RESULT(verify_claims(verifier, "{\"permissions\":[\"admin\"]}"), MCPAUTH_OK);
  CHECK_RESULT(verify_claims(verifier, "{\"permissions\":\"x admin\"}"), MCPAUTH_OK);
  CHECK_RESULT(verify_claims(verifier, "{\"resource_access\":{\"client-1\":{\"roles\":[\"admin\"]}}}"), MCPAUTH_OK);
  CHECK_RESULT(verify_claims(verifier, "{\"resource_access\":{\"client-2\":{\"roles\":[\"admin\"]}}}"),
               MCPAUTH_ERR_INSUFFICIENT_SCOPE);
  CHECK_RESULT(verify_claims(verifier, "{\"roles\":[\"admin\"]}"), MCPAUTH_ERR_INSUFFICIENT_SCOPE);
  CHECK_RESULT(verify_claims(verifier, "{\"permissions\":[\"admin\",1]}"), MCPAUTH_ERR_CLAIM_INVALID);
  mcpauth_verifier_free(verifier);
}

/* MCP authorization: "Servers MUST account for scope hierarchies". */
static void a_scope_implies_others(void) {
  mcpauth_config *config = fixture_config(NULL);
  CHECK_RESULT(mcpauth_config_add_scope_implication(config, "admin", "write"), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_config_add_scope_implication(config, "write", "read"), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_config_add_scope_implication(config, "read", "admin-of-nothing"), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_config_add_scope_implication(config, "read", "read"), MCPAUTH_OK); /* a circle ends */
  CHECK_RESULT(mcpauth_config_add_required_scope(config, "read"), MCPAUTH_OK);
  mcpauth_verifier *verifier = fixture_verifier(config);
  CHECK_RESULT(verify_claims(verifier, "{\"scope\":\"read\"}"), MCPAUTH_OK);
  CHECK_RESULT(verify_claims(verifier, "{\"scope\":\"admin\"}"), MCPAUTH_OK);
  CHECK_RESULT(verify_claims(verifier, "{\"scope\":\"admin-of-nothing\"}"), MCPAUTH_ERR_INSUFFICIENT_SCOPE);

  char *token = fixture_token("{\"scope\":\"write\"}");
  mcpauth_authinfo *info = NULL;
  CHECK_RESULT(mcpauth_verify(verifier, token, strlen(token), &info, NULL), MCPAUTH_OK);
  CHECK(mcpauth_authinfo_has_scope(info, "read"));
  CHECK(!mcpauth_authinfo_has_scope(info, "admin"));
  CHECK_INT(mcpauth_authinfo_scope_count(info), 1); /* the list is what the token says */
  mcpauth_authinfo_free(info);
  free(token);
  mcpauth_verifier_free(verifier);
}

/* ---- which operation needs which -------------------------------------------------------------------------------- */

static mcpauth_verifier *operations_verifier(void) {
  mcpauth_config *config = fixture_config(NULL);
  CHECK_RESULT(mcpauth_config_add_required_scope(config, "mcp:use"), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_config_add_tool_scope(config, "delete", "files:write"), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_config_add_tool_scope(config, "delete", "files:delete"), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_config_add_prompt_scope(config, "review", "prompts"), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_config_add_resource_scope(config, "file:///etc/motd", "files:read"), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_config_add_method_scope(config, "completion/complete", "complete"), MCPAUTH_OK);
  return fixture_verifier(config);
}

typedef struct {
  const char *scope, *method, *body;
  mcpauth_result expected;
} operation_row;

static mcpauth_str text(const char *c) { return (mcpauth_str){c, c ? strlen(c) : 0}; }

static void check_operation(const mcpauth_verifier *verifier, const operation_row *row) {
  char *changes = format("{\"scope\":\"%s\"}", row->scope), *token = fixture_token(changes);
  char *header = format("Bearer %s", token);
  mcpauth_str field = text(header);
  mcpauth_request request = MCPAUTH_REQUEST_INIT;
  request.authorization = &field;
  request.authorization_count = 1;
  request.method = text(row->method);
  request.body = text(row->body);
  mcpauth_authinfo *info = NULL;
  mcpauth_result result = mcpauth_authorize(verifier, &request, &info, NULL);
  if (result != row->expected)
    CHECK_FAIL("scope \"%s\", %s %s: %s", row->scope, row->method, row->body ? row->body : "",
               mcpauth_result_name(result));
  mcpauth_authinfo_free(info);
  free(changes);
  free(token);
  free(header);
}

#define CALL(tool) "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"" tool "\"}}"
#define NAMED(method, member, value) \
  "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"" method "\",\"params\":{\"" member "\":\"" value "\"}}"
#define METHOD(method) "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"" method "\",\"params\":{}}"

/* test_operations.c has the challenges; here is what else names an operation. */
static void every_way_to_name_an_operation(void) {
  static const operation_row rows[] = {
      {"mcp:use", "POST", CALL("list"), MCPAUTH_OK},
      {"mcp:use files:write files:delete", "POST", CALL("delete"), MCPAUTH_OK},
      {"mcp:use files:write", "POST", CALL("delete"), MCPAUTH_ERR_INSUFFICIENT_SCOPE},
      {"mcp:use", "POST", CALL("DELETE"), MCPAUTH_OK}, /* another tool: byte for byte */
      {"mcp:use", "POST", CALL("\\u0064elete"), MCPAUTH_ERR_INSUFFICIENT_SCOPE},
      {"mcp:use", "POST", METHOD("tools/list"), MCPAUTH_OK},
      {"mcp:use", "POST", METHOD("completion/complete"), MCPAUTH_ERR_INSUFFICIENT_SCOPE},
      {"mcp:use complete", "POST", METHOD("completion/complete"), MCPAUTH_OK},
      {"mcp:use", "POST", NAMED("prompts/get", "name", "review"), MCPAUTH_ERR_INSUFFICIENT_SCOPE},
      {"mcp:use prompts", "POST", NAMED("prompts/get", "name", "review"), MCPAUTH_OK},
      {"mcp:use", "POST", NAMED("resources/read", "uri", "file:///etc/motd"), MCPAUTH_ERR_INSUFFICIENT_SCOPE},
      {"mcp:use", "POST", NAMED("resources/subscribe", "uri", "file:///etc/motd"), MCPAUTH_ERR_INSUFFICIENT_SCOPE},
      {"mcp:use", "POST", NAMED("resources/unsubscribe", "uri", "file:///etc/motd"), MCPAUTH_ERR_INSUFFICIENT_SCOPE},
      {"mcp:use files:read", "POST", NAMED("resources/read", "uri", "file:///etc/motd"), MCPAUTH_OK},
      {"mcp:use", "POST", "[" CALL("list") "," CALL("delete") "]", MCPAUTH_ERR_INSUFFICIENT_SCOPE},
      {"mcp:use", "POST", NULL, MCPAUTH_ERR_INVALID_REQUEST},
      {"mcp:use", "GET", NULL, MCPAUTH_OK}, /* opens a stream */
      {"mcp:use", "DELETE", NULL, MCPAUTH_OK},
  };
  mcpauth_verifier *verifier = operations_verifier();
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) check_operation(verifier, &rows[i]);
  mcpauth_verifier_free(verifier);
}

/* A nesting no tool needs neither crashes nor hides the name behind it. */
static void deep_arguments_hide_nothing(void) {
  mcpauth_verifier *verifier = operations_verifier();
  char deep[20001], *body;
  memset(deep, '[', 10000);
  memset(deep + 10000, ']', 10000);
  deep[20000] = '\0';
  body = format(
      "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"arguments\":%s,\"name\":\"delete\"}}",
      deep);
  char *token = fixture_token("{\"scope\":\"mcp:use\"}"), *header = format("Bearer %s", token);
  mcpauth_str field = text(header);
  mcpauth_request request = MCPAUTH_REQUEST_INIT;
  request.authorization = &field;
  request.authorization_count = 1;
  request.method = text("POST");
  request.body = text(body);
  mcpauth_authinfo *info = NULL;
  mcpauth_result result = mcpauth_authorize(verifier, &request, &info, NULL);
  CHECK(result == MCPAUTH_ERR_INSUFFICIENT_SCOPE || result == MCPAUTH_ERR_INVALID_REQUEST);
  CHECK(info == NULL);
  free(body);
  free(token);
  free(header);
  mcpauth_verifier_free(verifier);
}

/* ---- scopes that are asked for and published -------------------------------------------------------------------- */

static void check_published(mcpauth_config *config, const char *challenge_scope, const char *supported) {
  mcpauth_verifier *verifier = fixture_verifier(config);
  mcpauth_request request = MCPAUTH_REQUEST_INIT;
  mcpauth_authinfo *info;
  mcpauth_response *denial = NULL, *metadata = NULL;
  CHECK_RESULT(mcpauth_authorize(verifier, &request, &info, &denial), MCPAUTH_ERR_MISSING_AUTH_HEADER);
  char *scope = challenge_param(response_header(denial, "WWW-Authenticate").data, "scope");
  if (scope == NULL || strcmp(scope, challenge_scope) != 0) CHECK_FAIL("scope is %s", scope ? scope : "absent");
  const char *path = "/.well-known/oauth-protected-resource/mcp";
  CHECK_RESULT(mcpauth_well_known(verifier, "GET", 3, path, strlen(path), &metadata), MCPAUTH_OK);
  CHECK_CONTAINS(mcpauth_response_body(metadata), supported);
  free(scope);
  mcpauth_response_free(denial);
  mcpauth_response_free(metadata);
  mcpauth_verifier_free(verifier);
}

static void scopes_as_clients_see_them(void) {
  mcpauth_config *config = fixture_config(NULL);
  CHECK_RESULT(mcpauth_config_add_required_scope(config, "read"), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_config_add_tool_scope(config, "delete", "write"), MCPAUTH_OK);
  check_published(config, "read", "\"scopes_supported\":[\"read\",\"write\"]");

  config = fixture_config(NULL); /* Entra ID: a client asks for another name than the token has */
  CHECK_RESULT(mcpauth_config_add_required_scope(config, "read"), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_config_set_scope_request_name(config, "read", "api://app/read"), MCPAUTH_OK);
  check_published(config, "api://app/read", "\"scopes_supported\":[\"api://app/read\"]");

  config = fixture_config(NULL);
  CHECK_RESULT(mcpauth_config_add_required_scope(config, "read"), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_config_add_advertised_scope(config, "everything"), MCPAUTH_OK);
  check_published(config, "read", "\"scopes_supported\":[\"everything\"]");
}

CHECK_MAIN(CASE(A41_scopes_are_whole_words), CASE(scope_claims_by_path), CASE(a_scope_implies_others),
           CASE(every_way_to_name_an_operation), CASE(deep_arguments_hide_nothing), CASE(scopes_as_clients_see_them))
