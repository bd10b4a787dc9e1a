/* mcpauth_handle: a whole request, from its metadata to its scopes. */
#include <pthread.h>
#include <stdlib.h>

#include "fixture.h"

#define CALL(tool) "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/call\",\"params\":{\"name\":\"" tool "\"}}"
#define PATH "/mcp"
#define METADATA "/.well-known/oauth-protected-resource/mcp"

enum { MOST_FIELDS = 12 };

/* A request under way: its fields, and what came back. */
typedef struct {
  mcpauth_header fields[MOST_FIELDS];
  mcpauth_request request;
  mcpauth_authinfo *info;
  mcpauth_response *response;
} exchange;

static mcpauth_str str(const char *text) { return (mcpauth_str){text, strlen(text)}; }

static exchange *asking(exchange *at, const char *method, const char *path, const char *body) {
  memset(at, 0, sizeof *at);
  at->request = (mcpauth_request)MCPAUTH_REQUEST_INIT;
  at->request.method = str(method);
  at->request.path = str(path);
  at->request.body = str(body);
  at->request.headers = at->fields;
  return at;
}

static exchange *with(exchange *at, const char *name, const char *value) {
  if (at->request.header_count == MOST_FIELDS) abort();
  at->fields[at->request.header_count++] = (mcpauth_header){str(name), str(value)};
  return at;
}

static mcpauth_result send(const mcpauth_verifier *verifier, exchange *at) {
  at->info = (mcpauth_authinfo *)at;
  at->response = (mcpauth_response *)at;
  const mcpauth_result result = mcpauth_handle(verifier, &at->request, &at->info, &at->response);
  CHECK((at->info != NULL) == (result == MCPAUTH_OK));
  CHECK((at->response != NULL) == (result != MCPAUTH_OK));
  return result;
}

static void clear(exchange *at) {
  mcpauth_authinfo_free(at->info);
  mcpauth_response_free(at->response);
  at->info = NULL;
  at->response = NULL;
}

/* Sends and forgets; the status is checked. */
static void expect(const mcpauth_verifier *verifier, exchange *at, mcpauth_result result, int status) {
  CHECK_RESULT(send(verifier, at), result);
  if (result != MCPAUTH_OK) CHECK_INT(mcpauth_response_status(at->response), status);
  clear(at);
}

static mcpauth_config *config_of(const char *resource) {
  mcpauth_config *config;
  mcpauth_issuer *issuer;
  CHECK_RESULT(mcpauth_config_new(resource, &config), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_config_add_issuer(config, ISSUER, &issuer), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_issuer_set_jwks_json(issuer, fixture_jwks(), strlen(fixture_jwks())), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_config_add_audience(config, RESOURCE), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_config_set_clock(config, fixture_clock, NULL, NULL), MCPAUTH_OK);
  return config;
}

static char *good_token(void) {
  char *token = fixture_token(NULL), *header = format("Bearer %s", token);
  free(token);
  return header;
}

/* ---- one call ---------------------------------------------------------------------------------------------------- */

static void one_call_answers_each_kind_of_request(void) {
  mcpauth_verifier *verifier = fixture_verifier(config_of(RESOURCE));
  char *token = good_token();
  exchange at;
  CHECK_RESULT(send(verifier, asking(&at, "GET", METADATA "?x=1", "")), MCPAUTH_RESPONDED);
  CHECK_INT(mcpauth_response_status(at.response), 200);
  CHECK(strstr(mcpauth_response_body(at.response).data, "\"resource\":\"" RESOURCE "\"") != NULL);
  CHECK_RESULT(mcpauth_error_result(mcpauth_response_error(at.response)), MCPAUTH_ERR_NULL_PARAMETER);
  clear(&at);
  expect(verifier, asking(&at, "POST", METADATA, ""), MCPAUTH_RESPONDED, 405);
  expect(verifier, asking(&at, "POST", PATH, CALL("free")), MCPAUTH_ERR_MISSING_AUTH_HEADER, 401);
  CHECK_RESULT(send(verifier, with(asking(&at, "POST", PATH, CALL("free")), "AUTHORIZATION", token)), MCPAUTH_OK);
  CHECK_STR(mcpauth_authinfo_subject(at.info), SUBJECT);
  CHECK(!mcpauth_authinfo_is_anonymous(at.info));
  clear(&at);
  with(with(asking(&at, "POST", PATH, ""), "authorization", token), "Authorization", token);
  expect(verifier, &at, MCPAUTH_ERR_AMBIGUOUS_CREDENTIALS, 400);
  expect(verifier, with(asking(&at, "GET", PATH, ""), "Authorization", token), MCPAUTH_OK, 0);
  free(token);
  mcpauth_verifier_free(verifier);
}

static void a_preflight_is_answered_without_a_token(void) {
  mcpauth_config *config = config_of(RESOURCE);
  mcpauth_config_add_allowed_origin(config, "https://app.example.com");
  mcpauth_verifier *verifier = fixture_verifier(config);
  exchange at;
  with(asking(&at, "OPTIONS", PATH, ""), "Origin", "https://app.example.com");
  expect(verifier, &at, MCPAUTH_ERR_MISSING_AUTH_HEADER, 401); /* no preflight: it asks for no method */
  CHECK_RESULT(send(verifier, with(&at, "Access-Control-Request-Method", "POST")), MCPAUTH_RESPONDED);
  CHECK_INT(mcpauth_response_status(at.response), 204);
  CHECK_STR(response_header(at.response, "Access-Control-Allow-Origin"), "https://app.example.com");
  CHECK_STR(response_header(at.response, "Vary"), "Origin");
  CHECK(strstr(response_header(at.response, "Access-Control-Allow-Headers").data, "Authorization") != NULL);
  CHECK(strstr(mcpauth_response_head(at.response).data, "Access-Control-Max-Age: 600\r\n") != NULL);
  clear(&at);
  at.fields[0].value = str("https://evil.example.com");
  expect(verifier, &at, MCPAUTH_ERR_ORIGIN_NOT_ALLOWED, 403);
  mcpauth_verifier_free(verifier);

  config = config_of(RESOURCE); /* the host has a policy of its own, and answers before it asks */
  mcpauth_config_disable_cross_origin_headers(config);
  mcpauth_config_allow_any_origin(config);
  verifier = fixture_verifier(config);
  expect(verifier, &at, MCPAUTH_ERR_MISSING_AUTH_HEADER, 401);
  mcpauth_verifier_free(verifier);
}

/* ---- Origin and Host --------------------------------------------------------------------------------------------- */

typedef struct {
  const char *value;
  bool on_loopback, in_public; /* is it let in by a server at http://127.0.0.1:8080, at https://mcp.example.com? */
} web_row;

static const web_row ORIGINS[] = {{"https://mcp.example.com", false, true},
                                  {"HTTPS://MCP.Example.COM", false, true},
                                  {"https://mcp.example.com:443", false, true},
                                  {"https://mcp.example.com.", false, true},
                                  {" https://mcp.example.com\t", false, true},
                                  {"https://mcp.example.com:8443", false, false},
                                  {"http://mcp.example.com", false, false},
                                  {"https://mcp.example.com.evil.com", false, false},
                                  {"https://evil.example.com", false, false},
                                  {"https://mcp.example.com/", false, false},
                                  {"https://mcp.example.com/mcp", false, false},
                                  {"https://x@mcp.example.com", false, false},
                                  {"null", false, false},
                                  {"", false, false},
                                  {"NULL", false, false},
                                  {"mcp.example.com", false, false},
                                  {"https://", false, false},
                                  {"https://mcp.example.com https://evil.com", false, false},
                                  {"http://localhost:3000", true, false},
                                  {"http://127.0.0.1:8080", true, false},
                                  {"https://localhost", true, false},
                                  {"http://[::1]:6274", true, false},
                                  {"http://[0:0::1]:6274", true, false},
                                  {"http://LOCALHOST.:80", true, false},
                                  {"http://127.0.0.1.evil.com", false, false},
                                  {"http://localhost.evil.com", false, false},
                                  {"http://0x7f.1", false, false},
                                  {"vscode-webview://abc", false, false},
                                  {"https://mcp.example.com\r\nX: y", false, false}};

static const web_row HOSTS[] = {{"127.0.0.1:8080", true, true},
                                {"localhost", true, true},
                                {"LocalHost.:9", true, true},
                                {"[::1]:8080", true, true},
                                {"evil.example.com", false, true},
                                {"evil.example.com:8080", false, true},
                                {"127.0.0.1@evil.com", false, true},
                                {"", false, true},
                                {"a b", false, true},
                                {"localhost:99999", false, true},
                                {"127.0.0.1.evil.com", false, true}};

static const char LOOPBACK[] = "http://127.0.0.1:8080/mcp";

static void check_web(const char *field, const web_row *rows, size_t count, mcpauth_result refusal) {
  mcpauth_verifier *local = fixture_verifier(config_of(LOOPBACK)), *public = fixture_verifier(config_of(RESOURCE));
  char *token = good_token();
  for (size_t i = 0; i < count; i++) {
    exchange at;
    with(with(asking(&at, "POST", PATH, CALL("free")), "Authorization", token), field, rows[i].value);
    printf("# %s: %s\n", field, rows[i].value[0] > 32 && strchr(rows[i].value, '\r') == NULL ? rows[i].value : "...");
    expect(local, &at, rows[i].on_loopback ? MCPAUTH_OK : refusal, 403);
    expect(public, &at, rows[i].in_public ? MCPAUTH_OK : refusal, 403);
  }
  free(token);
  mcpauth_verifier_free(local);
  mcpauth_verifier_free(public);
}

static void A52_origins(void) {
  check_web("Origin", ORIGINS, sizeof ORIGINS / sizeof *ORIGINS, MCPAUTH_ERR_ORIGIN_NOT_ALLOWED);
}

static void A52_hosts(void) { check_web("Host", HOSTS, sizeof HOSTS / sizeof *HOSTS, MCPAUTH_ERR_HOST_NOT_ALLOWED); }

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

/* ---- MCP headers ------------------------------------------------------------------------------------------------- */

static const struct {
  const char *version, *method, *name, *body;
  bool agrees;
} MIRRORED[] = {
    {"2025-11-25", NULL, NULL, CALL("free"), true},
    {"2025-11-25", "tools/list", NULL, CALL("free"), false},
    {"2026-07-28", "tools/call", "free", CALL("free"), true},
    {"2026-07-28", "tools/call", "=?base64?ZnJlZQ==?=", CALL("free"), true},
    {"2026-07-28", "tools/call", "=?base64?ZnJlZQ=?=", CALL("free"), false},
    {"2026-07-28", NULL, "free", CALL("free"), false},
    {"2026-07-28", "tools/call", NULL, CALL("free"), false},
    {"2026-07-28", "", "free", CALL("free"), false},
    {"2026-07-28", "tools/call", "wipe", CALL("free"), false},
    {"2026-07-28", "tools/list", NULL, "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/list\"}", true},
    {"2026-07-28", NULL, NULL, "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/list\"}", false},
    {"2026-07-28", "x/y", "z", "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"x/y\",\"params\":{}}", true},
    {NULL, "x/y", NULL,
     "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"x/y\",\"params\":{\"_meta\":{\"io.modelcontextprotocol/"
     "protocolVersion\":\"2026-07-28\"}}}",
     false},
    {"2026-07-28", "x/y", NULL,
     "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"x/y\",\"params\":{\"_meta\":{\"io.modelcontextprotocol/"
     "protocolVersion\":\"2026-07-28\"}}}",
     true},
    {"2026-07-28", "x/y", NULL,
     "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"x/y\",\"params\":{\"_meta\":{\"io.modelcontextprotocol/"
     "protocolVersion\":\"2025-11-25\"}}}",
     false},
};

/* A host may take the last of two fields, or what is no date, for a revision that wants more. */
static void A53_an_unclear_revision_is_the_latest(void) {
  static const char *const versions[] = {"2026-07", "1", "2025-03-26, 2026-07-28", "2026-07-28 x"};
  mcpauth_verifier *verifier = fixture_verifier(config_of(RESOURCE));
  exchange at;
  for (size_t i = 0; i < sizeof versions / sizeof *versions; i++) {
    with(asking(&at, "POST", PATH, CALL("free")), "Mcp-Protocol-Version", versions[i]);
    expect(verifier, &at, MCPAUTH_ERR_INVALID_REQUEST, 400);
  }
  static const char *const bodies[] = {CALL("free"), "[" CALL("free") "]"};
  for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
    with(asking(&at, "POST", PATH, bodies[i]), "Mcp-Protocol-Version", "2025-03-26");
    expect(verifier, &at, MCPAUTH_ERR_MISSING_AUTH_HEADER, 401);
    expect(verifier, with(&at, "Mcp-Protocol-Version", "2026-07-28"), MCPAUTH_ERR_INVALID_REQUEST, 400);
  }
  static const char two[] =
      "[{\"method\":\"a\",\"params\":{\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\"}}},"
      "{\"method\":\"b\"}]";
  expect(verifier, with(asking(&at, "POST", PATH, two), "Accept", "*/*"), MCPAUTH_ERR_INVALID_REQUEST, 400);
  mcpauth_verifier_free(verifier);
}

/* Before the token: a client that sees a 401 first would log in for a request that can never be answered. */
static void A53_headers_mirror_the_body(void) {
  mcpauth_verifier *verifier = fixture_verifier(config_of(RESOURCE));
  char *token = good_token();
  for (size_t i = 0; i < sizeof MIRRORED / sizeof *MIRRORED; i++) {
    exchange at;
    asking(&at, "POST", PATH, MIRRORED[i].body);
    if (MIRRORED[i].version != NULL) with(&at, "MCP-Protocol-Version", MIRRORED[i].version);
    if (MIRRORED[i].method != NULL) with(&at, "mcp-method", MIRRORED[i].method);
    if (MIRRORED[i].name != NULL) with(&at, "MCP-NAME", MIRRORED[i].name);
    printf("# row %zu\n", i);
    if (MIRRORED[i].agrees) {
      expect(verifier, &at, MCPAUTH_ERR_MISSING_AUTH_HEADER, 401);
      expect(verifier, with(&at, "Authorization", token), MCPAUTH_OK, 0);
    } else {
      CHECK_RESULT(send(verifier, &at), MCPAUTH_ERR_INVALID_REQUEST);
      CHECK_INT(mcpauth_response_status(at.response), 400);
      CHECK(strstr(mcpauth_response_body(at.response).data, "\"id\":7,\"error\":{\"code\":-32020") != NULL);
      clear(&at);
    }
  }
  free(token);
  mcpauth_verifier_free(verifier);
}

static void a_batch_is_of_2025_03_26_alone(void) {
  mcpauth_verifier *verifier = fixture_verifier(config_of(RESOURCE));
  exchange at;
  asking(&at, "POST", PATH, " \n[" CALL("free") "]");
  expect(verifier, &at, MCPAUTH_ERR_MISSING_AUTH_HEADER, 401);
  expect(verifier, with(&at, "Mcp-Protocol-Version", "2025-03-26"), MCPAUTH_ERR_MISSING_AUTH_HEADER, 401);
  at.fields[0].value = str("2025-06-18");
  expect(verifier, &at, MCPAUTH_ERR_INVALID_REQUEST, 400);
  at.request.body = str("\xEF\xBB\xBF [" CALL("free") "]"); /* a mark that some parsers skip */
  expect(verifier, &at, MCPAUTH_ERR_INVALID_REQUEST, 400);
  at.fields[0].value = str("2025-11-25");
  CHECK_RESULT(send(verifier, &at), MCPAUTH_ERR_INVALID_REQUEST);
  CHECK(strstr(mcpauth_response_body(at.response).data, "\"id\":null,\"error\":{\"code\":-32600") != NULL);
  clear(&at);
  mcpauth_verifier_free(verifier);
}

/* ---- what is public, and what is asked for ----------------------------------------------------------------------- */

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

/* ---- without waiting --------------------------------------------------------------------------------------------- */

typedef struct {
  pthread_mutex_t lock;
  pthread_cond_t changed;
  int done, status;
  mcpauth_result result;
} outcome;

static void done(void *userdata, mcpauth_result result, mcpauth_authinfo *info, mcpauth_response *response) {
  outcome *at = userdata;
  CHECK((info != NULL) == (result == MCPAUTH_OK));
  CHECK((response != NULL) == (result != MCPAUTH_OK));
  pthread_mutex_lock(&at->lock);
  at->result = result;
  at->status = response != NULL ? mcpauth_response_status(response) : 0;
  at->done = 1;
  pthread_cond_signal(&at->changed);
  pthread_mutex_unlock(&at->lock);
  mcpauth_authinfo_free(info);
  mcpauth_response_free(response);
}

/* The same by the calls that never wait: what is given must not be needed any more when they return. */
static void expect_later(const mcpauth_verifier *verifier, exchange *at, mcpauth_result result, int status) {
  outcome out = {.lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};
  mcpauth_authinfo *info = NULL;
  mcpauth_response *response = NULL;
  CHECK_RESULT(mcpauth_try_handle(verifier, &at->request, &info, &response), result);
  CHECK_INT(response != NULL ? mcpauth_response_status(response) : 0, status);
  mcpauth_authinfo_free(info);
  mcpauth_response_free(response);
  CHECK_RESULT(mcpauth_handle_async(verifier, &at->request, done, &out), MCPAUTH_OK);
  memset(at, 'x', sizeof *at);
  pthread_mutex_lock(&out.lock);
  while (!out.done) pthread_cond_wait(&out.changed, &out.lock);
  pthread_mutex_unlock(&out.lock);
  CHECK_RESULT(out.result, result);
  CHECK_INT(out.status, status);
}

/* ---- hostile requests -------------------------------------------------------------------------------------------- */

static void bad_structs_are_refused(void) {
  mcpauth_verifier *verifier = fixture_verifier(config_of(RESOURCE));
  char *token = good_token();
  mcpauth_str field = str(token), wrong = {NULL, 3};
  exchange at;
  with(asking(&at, "POST", PATH, ""), "Authorization", token);
  at.request.authorization = &field, at.request.authorization_count = 1;
  expect(verifier, &at, MCPAUTH_ERR_INVALID_ARGUMENT, 500); /* which of the two would it be? */
  with(asking(&at, "POST", PATH, ""), "Authorization", token)->request.mcp_name = str("x");
  expect(verifier, &at, MCPAUTH_ERR_INVALID_ARGUMENT, 500);
  asking(&at, "POST", PATH, "")->request.headers = NULL;
  at.request.header_count = 1;
  expect(verifier, &at, MCPAUTH_ERR_NULL_PARAMETER, 500);
  at.request.headers = at.fields; /* counts that were never set; as many fields of this size would go once around */
  at.request.header_count = SIZE_MAX / sizeof(mcpauth_header) + 1;
  expect(verifier, &at, MCPAUTH_ERR_INVALID_ARGUMENT, 500);
  at.request.header_count = SIZE_MAX;
  expect(verifier, &at, MCPAUTH_ERR_INVALID_ARGUMENT, 500);
  mcpauth_str *const texts[] = {&at.request.method, &at.request.path, &at.request.body, &at.fields[0].name,
                                &at.fields[0].value};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    with(asking(&at, "POST", PATH, ""), "Authorization", token);
    *texts[i] = wrong;
    expect(verifier, &at, MCPAUTH_ERR_NULL_PARAMETER, 500);
  }
  CHECK_RESULT(mcpauth_handle(verifier, NULL, &at.info, NULL), MCPAUTH_ERR_NULL_PARAMETER);
  CHECK_RESULT(mcpauth_handle(NULL, &at.request, &at.info, NULL), MCPAUTH_ERR_NULL_PARAMETER);
  free(token);
  mcpauth_verifier_free(verifier);
}

static void odd_names_values_and_paths_let_nobody_in(void) {
  static const char *const paths[] = {
      "",     METADATA "%00", METADATA "/../x", "/../.well-known/oauth-protected-resource/mcp",
      "%2e%", "//" METADATA,  "\r\n",           METADATA "\r\nX: y"};
  mcpauth_verifier *verifier = fixture_verifier(config_of(RESOURCE));
  char *token = good_token(), *broken = format("%s\r\nX: y", token);
  exchange at;
  for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
    expect(verifier, asking(&at, "GET", paths[i], ""), MCPAUTH_ERR_MISSING_AUTH_HEADER, 401);
  static const char *const names[] = {"Authorization ", "Authorization:", "\nAuthorization", "Authorizatio\xCE",
                                      "Authorizati0n"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    expect(verifier, with(asking(&at, "POST", PATH, ""), names[i], token), MCPAUTH_ERR_MISSING_AUTH_HEADER, 401);
  expect(verifier, with(asking(&at, "POST", PATH, ""), "Authorization", broken), MCPAUTH_ERR_AMBIGUOUS_CREDENTIALS,
         400);
  with(asking(&at, "POST", PATH, CALL("free")), "mcp\rname", "x"); /* CR is no hyphen */
  expect(verifier, &at, MCPAUTH_ERR_MISSING_AUTH_HEADER, 401);
  free(broken);
  free(token);
  mcpauth_verifier_free(verifier);
}

/* What is in a body that the host forgot to pass would be judged by nothing. */
static void a_post_without_a_body_is_refused(void) {
  mcpauth_verifier *verifier = fixture_verifier(config_of(RESOURCE));
  char *token = good_token();
  exchange at;
  expect(verifier, asking(&at, "POST", PATH, ""), MCPAUTH_ERR_MISSING_AUTH_HEADER, 401);
  expect(verifier, with(asking(&at, "POST", PATH, ""), "Authorization", token), MCPAUTH_ERR_INVALID_REQUEST, 400);
  expect_later(verifier, with(asking(&at, "POST", PATH, ""), "Authorization", token), MCPAUTH_ERR_INVALID_REQUEST, 400);
  expect_later(verifier, with(asking(&at, "POST", PATH, CALL("x")), "Authorization", token), MCPAUTH_OK, 0);
  expect_later(verifier, with(asking(&at, "DELETE", PATH, ""), "Authorization", token), MCPAUTH_OK, 0);
  free(token);
  mcpauth_verifier_free(verifier);
}

static void ten_thousand_fields_are_read(void) {
  enum { MANY = 10000 };
  mcpauth_verifier *verifier = fixture_verifier(config_of(RESOURCE));
  mcpauth_header *fields = calloc(MANY, sizeof *fields);
  char *token = good_token();
  REQUIRE(fields != NULL);
  for (size_t i = 0; i < MANY; i++)
    fields[i] = (mcpauth_header){str(i % 2 ? "Mcp-Param-Region" : "X-Any"), str("value")};
  exchange at;
  asking(&at, "POST", PATH, CALL("free"));
  at.request.headers = fields, at.request.header_count = MANY;
  expect(verifier, &at, MCPAUTH_ERR_MISSING_AUTH_HEADER, 401);
  fields[MANY - 1] = (mcpauth_header){str("Authorization"), str(token)};
  expect(verifier, &at, MCPAUTH_OK, 0);
  fields[0] = fields[MANY - 1];
  expect(verifier, &at, MCPAUTH_ERR_AMBIGUOUS_CREDENTIALS, 400);
  free(token);
  free(fields);
  mcpauth_verifier_free(verifier);
}

static void an_event_loop_gets_the_same_answers(void) {
  mcpauth_config *config = config_of(RESOURCE);
  mcpauth_config_add_public_tool(config, "free");
  mcpauth_config_add_tool_scope(config, "wipe", "mcp:wipe");
  mcpauth_verifier *verifier = fixture_verifier(config);
  char *token = good_token();
  exchange at;
  expect_later(verifier, asking(&at, "GET", METADATA, ""), MCPAUTH_RESPONDED, 200);
  expect_later(verifier, with(asking(&at, "POST", PATH, ""), "Origin", "null"), MCPAUTH_ERR_ORIGIN_NOT_ALLOWED, 403);
  expect_later(verifier, with(asking(&at, "POST", PATH, CALL("x")), "Mcp-Name", "y"), MCPAUTH_ERR_INVALID_REQUEST, 400);
  with(asking(&at, "POST", PATH, " [" CALL("free") "]"), "Mcp-Protocol-Version", "2025-06-18");
  expect_later(verifier, &at, MCPAUTH_ERR_INVALID_REQUEST, 400);
  expect_later(verifier, asking(&at, "POST", PATH, CALL("free")), MCPAUTH_OK, 0);
  expect_later(verifier, asking(&at, "POST", PATH, CALL("x")), MCPAUTH_ERR_MISSING_AUTH_HEADER, 401);
  with(asking(&at, "POST", PATH, CALL("wipe")), "Authorization", token);
  expect_later(verifier, &at, MCPAUTH_ERR_INSUFFICIENT_SCOPE, 403);
  expect_later(verifier, with(asking(&at, "POST", PATH, CALL("x")), "Authorization", token), MCPAUTH_OK, 0);
  free(token);
  mcpauth_verifier_free(verifier);
}

/* A size is the sender's choice, and no mistake of the host: as long as no rule reads the body, any is good. */
static void a_large_body_is_the_senders_mistake(void) {
  char *large = malloc((9 << 20) + 1), *token = good_token();
  memset(large, 'x', 9 << 20);
  large[9 << 20] = 0;
  exchange at;
  for (int is_read = 0; is_read < 2; is_read++) {
    mcpauth_config *config = config_of(RESOURCE);
    if (is_read) mcpauth_config_add_tool_scope(config, "wipe", "mcp:wipe");
    mcpauth_verifier *verifier = fixture_verifier(config);
    with(asking(&at, "POST", PATH, large), "Authorization", token);
    expect(verifier, &at, is_read ? MCPAUTH_ERR_INVALID_REQUEST : MCPAUTH_OK, 400);
    expect_later(verifier, &at, is_read ? MCPAUTH_ERR_INVALID_REQUEST : MCPAUTH_OK, is_read ? 400 : 0);
    mcpauth_verifier_free(verifier);
  }
  free(token), free(large);
}

CHECK_MAIN(CASE(one_call_answers_each_kind_of_request), CASE(a_preflight_is_answered_without_a_token),
           CASE(A52_origins), CASE(A52_hosts), CASE(A52_two_fields_of_a_name_are_refused),
           CASE(further_origins_and_hosts_are_named), CASE(a_browser_may_read_the_hosts_answer),
           CASE(A53_headers_mirror_the_body), CASE(A53_an_unclear_revision_is_the_latest),
           CASE(a_batch_is_of_2025_03_26_alone), CASE(the_public_needs_no_token), CASE(a_401_asks_for_what_was_chosen),
           CASE(bad_structs_are_refused), CASE(odd_names_values_and_paths_let_nobody_in),
           CASE(a_post_without_a_body_is_refused), CASE(ten_thousand_fields_are_read),
           CASE(an_event_loop_gets_the_same_answers), CASE(a_large_body_is_the_senders_mistake))
