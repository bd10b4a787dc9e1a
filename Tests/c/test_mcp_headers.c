/* The fields of MCP that mirror the body (attack A53), and the revisions they depend on. */
#include "exchange.h"
#include "vectors.h"

/*
 * Before the token: a client that sees a 401 first would log in for a request that can never be answered. The context is
 * the table, with a verifier and a token.
 */
typedef struct {
  const json_t *bodies;
  const mcpauth_verifier *verifier;
  const char *token;
} mirror;

static exchange *with_fields(exchange *at, const json_t *fields) {
  for (size_t i = 0; i < json_array_size(fields); i++) {
    const json_t *field = json_array_get(fields, i);
    with(at, json_string_value(json_array_get(field, 0)), json_string_value(json_array_get(field, 1)));
  }
  return at;
}

static void check_mirrored(const json_t *row, void *context) {
  const mirror *at = context;
  char *body = json_dumps(json_object_get(at->bodies, row_text(row, "body")), 0);
  exchange sent;
  REQUIRE(body != NULL);
  with(asking(&sent, "POST", PATH, body), "Accept", "*/*");
  with_fields(&sent, json_object_get(row, "fields"));
  if (row_is(row, "agrees")) {
    expect(at->verifier, &sent, MCPAUTH_ERR_MISSING_AUTH_HEADER, 401);
    expect(at->verifier, with(&sent, "Authorization", at->token), MCPAUTH_OK, 0);
  } else {
    CHECK_RESULT(send(at->verifier, &sent), MCPAUTH_ERR_INVALID_REQUEST);
    CHECK_INT(mcpauth_response_status(sent.response), 400);
    CHECK_CONTAINS(mcpauth_response_body(sent.response), "\"id\":1,\"error\":{\"code\":-32020");
    clear(&sent);
  }
  free(body);
}

static void A53_headers_mirror_the_body(void) {
  json_t *table = vector_table("mcp-headers");
  mcpauth_verifier *verifier = fixture_verifier(config_of(RESOURCE));
  char *token = good_token();
  check_rows(table, "rows", check_mirrored, &(mirror){json_object_get(table, "bodies"), verifier, token});
  free(token);
  mcpauth_verifier_free(verifier);
  json_decref(table);
}

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

CHECK_MAIN(CASE(A53_headers_mirror_the_body), CASE(A53_an_unclear_revision_is_the_latest),
           CASE(a_batch_is_of_2025_03_26_alone))
