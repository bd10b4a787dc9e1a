/* Which Origins and Hosts a server lets in (attack A52), and what a browser may read. */
#include "exchange.h"
#include "vectors.h"

static const char LOOPBACK[] = "http://127.0.0.1:8080/mcp";

/* A request with the row's value in this field goes to a server on loopback and to a public one. */
typedef struct {
  const char *field;
  mcpauth_result refusal;
  mcpauth_verifier *local, *public;
  char *token;
} web;

static void check_web(const json_t *row, void *context) {
  const web *at = context;
  const mcpauth_str value = filled(json_object_get(row, "value"), "PORT", "8080");
  const bool is_public = json_object_get(row, "public") == NULL || row_is(row, "public");
  exchange sent;
  with(with(asking(&sent, "POST", PATH, CALL("free")), "Authorization", at->token), at->field, value.data);
  expect(at->local, &sent, row_is(row, "loopback") ? MCPAUTH_OK : at->refusal, 403);
  expect(at->public, &sent, is_public ? MCPAUTH_OK : at->refusal, 403);
  free((char *)value.data);
}

static void check_table(const char *part, const char *field, mcpauth_result refusal) {
  json_t *table = vector_table("origins");
  web at = {field, refusal, fixture_verifier(config_of(LOOPBACK)), fixture_verifier(config_of(RESOURCE)), good_token()};
  check_rows(table, part, check_web, &at);
  free(at.token);
  mcpauth_verifier_free(at.local);
  mcpauth_verifier_free(at.public);
  json_decref(table);
}

static void A52_origins(void) { check_table("origins", "Origin", MCPAUTH_ERR_ORIGIN_NOT_ALLOWED); }
static void A52_hosts(void) { check_table("hosts", "Host", MCPAUTH_ERR_HOST_NOT_ALLOWED); }

static void A52_two_fields_of_a_name_are_refused(void) {
  mcpauth_verifier *verifier = fixture_verifier(config_of(LOOPBACK));
  exchange at;
  with(with(asking(&at, "POST", PATH, ""), "Origin", "http://localhost"), "Origin", "http://localhost");
  expect(verifier, &at, MCPAUTH_ERR_ORIGIN_NOT_ALLOWED, 403);
  with(with(asking(&at, "POST", PATH, ""), "Host", "localhost"), "host", "evil.example.com");
  CHECK_RESULT(send(verifier, &at), MCPAUTH_ERR_HOST_NOT_ALLOWED);
  CHECK_INT(response_header(at.response, "WWW-Authenticate").len, 0); /* no other token would help */
  CHECK_INT(response_header(at.response, "Access-Control-Allow-Origin").len, 0);
  clear(&at);
  mcpauth_verifier_free(verifier);
}

static void further_origins_and_hosts_are_named(void) {
  mcpauth_config *config = config_of(RESOURCE);
  mcpauth_config_add_allowed_origin(config, "vscode-webview://Abc");
  mcpauth_config_add_allowed_host(config, "mcp.internal:8443");
  mcpauth_config_add_allowed_host(config, "10.0.0.7");
  mcpauth_verifier *verifier = fixture_verifier(config);
  exchange at;
  const mcpauth_result goes_on = MCPAUTH_ERR_MISSING_AUTH_HEADER;
  expect(verifier, with(asking(&at, "POST", PATH, ""), "Origin", "vscode-webview://abc"), goes_on, 401);
  expect(verifier, with(asking(&at, "POST", PATH, ""), "Host", "MCP.internal:8443"), goes_on, 401);
  expect(verifier, with(asking(&at, "POST", PATH, ""), "Host", "10.0.0.7:1"), goes_on, 401);
  expect(verifier, with(asking(&at, "POST", PATH, ""), "Host", "mcp.example.com"), goes_on, 401);
  expect(verifier, with(asking(&at, "POST", PATH, ""), "Host", "mcp.internal"), MCPAUTH_ERR_HOST_NOT_ALLOWED, 403);
  expect(verifier, with(asking(&at, "POST", PATH, ""), "Host", "localhost"), MCPAUTH_ERR_HOST_NOT_ALLOWED, 403);
  expect(verifier, asking(&at, "POST", PATH, ""), goes_on, 401); /* HTTP/1.0 */
  mcpauth_verifier_free(verifier);
  static const char *const no_origins[] = {"null", "", "*", "example.com", "https://a.example.com/", "https://a b"};
  for (size_t i = 0; i < sizeof no_origins / sizeof *no_origins; i++) {
    config = config_of(RESOURCE);
    CHECK_RESULT(mcpauth_config_add_allowed_origin(config, no_origins[i]), MCPAUTH_ERR_INVALID_ARGUMENT);
    CHECK_RESULT(mcpauth_config_add_allowed_host(config, "https://a"), MCPAUTH_ERR_INVALID_ARGUMENT);
    mcpauth_config_free(config);
  }
}

static void a_browser_may_read_the_hosts_answer(void) {
  mcpauth_verifier *verifier = fixture_verifier(config_of(LOOPBACK));
  mcpauth_response *fields = NULL;
  exchange at;
  with(asking(&at, "POST", PATH, ""), "Origin", "http://LOCALHOST:3000");
  CHECK_RESULT(mcpauth_cross_origin_headers(verifier, &at.request, &fields), MCPAUTH_OK);
  CHECK_STR(response_header(fields, "Access-Control-Allow-Origin"), "http://LOCALHOST:3000"); /* to the byte */
  CHECK(strstr(response_header(fields, "Access-Control-Expose-Headers").data, "WWW-Authenticate") != NULL);
  mcpauth_response_free(fields);
  CHECK_RESULT(mcpauth_cross_origin_headers(verifier, &asking(&at, "POST", PATH, "")->request, &fields), MCPAUTH_OK);
  CHECK(fields == NULL);
  with(&at, "Origin", "https://evil.example.com");
  CHECK_RESULT(mcpauth_cross_origin_headers(verifier, &at.request, &fields), MCPAUTH_ERR_ORIGIN_NOT_ALLOWED);
  CHECK(fields == NULL);
  mcpauth_verifier_free(verifier);
}

CHECK_MAIN(CASE(A52_origins), CASE(A52_hosts), CASE(A52_two_fields_of_a_name_are_refused),
           CASE(further_origins_and_hosts_are_named), CASE(a_browser_may_read_the_hosts_answer))
