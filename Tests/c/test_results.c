/*
 * Every result constant through mcpauth_authorize: the HTTP status, body and challenge that answer it, with the good
 * request let in by the same verifier beside it. A constant that no request can give yet is listed with its reason.
 */
#include <jansson.h>
#include <stdlib.h>

#include "fixture.h"
#include "key_server.h"
#include "results.h"

/* ---- the answers ------------------------------------------------------------------------------------------------ */

typedef struct {
  int status;
  const char *error, *description;
  const char *header_error; /* of the challenge: "" when it has none; NULL when there is no challenge */
} answer;

#define BAD_FORMAT "Invalid `Authorization` header format. Expected \"Bearer <token>\"."
#define SERVER_SIDE "An error occurred with the authorization server."

static const answer MISSING = {401, "missing_auth_header",
                               "Missing `Authorization` header. Please provide a valid bearer token.", ""};
static const answer OTHER_SCHEME = {401, "invalid_auth_header_format", BAD_FORMAT, ""};
static const answer EMPTY = {401, "missing_bearer_token",
                             "Missing bearer token in `Authorization` header. Please provide a valid token.", ""};
static const answer AMBIGUOUS = {400, "invalid_auth_header_format", BAD_FORMAT, "invalid_request"};
static const answer UNCLEAR = {400, "invalid_request",
                               "The request's body or MCP headers do not say clearly what is asked for.",
                               "invalid_request"};
static const answer INVALID = {401, "invalid_token", "The provided token is invalid or malformed.", "invalid_token"};
static const answer REJECTED = {401, "token_verification_failed",
                                "The token verification failed due to an error in the verification process.",
                                "invalid_token"};
static const answer WRONG_ISSUER = {401, "invalid_issuer", "The token issuer does not match the expected issuer.",
                                    "invalid_token"};
static const answer WRONG_AUDIENCE = {401, "invalid_audience",
                                      "The token audience does not match the expected audience.", "invalid_token"};
static const answer NO_SCOPE = {403, "missing_required_scopes",
                                "The token does not contain the necessary scopes for this request.",
                                "insufficient_scope"};
static const answer BROKEN = {500, "server_error", SERVER_SIDE, NULL};
static const answer UNAVAILABLE = {503, "server_error", SERVER_SIDE, NULL};

static void check_challenge(const mcpauth_response *denial, const answer *expected) {
  mcpauth_str challenge = response_header(denial, "WWW-Authenticate");
  if (expected->header_error == NULL) {
    CHECK_STR(challenge, "");
    return;
  }
  char *error = challenge_param(challenge.data, "error"),
       *metadata = challenge_param(challenge.data, "resource_metadata");
  if (strcmp(error ? error : "", expected->header_error) != 0)
    CHECK_FAIL("the challenge's error is %s, not %s", error ? error : "absent", expected->header_error);
  CHECK(metadata != NULL && strcmp(metadata, METADATA_URL) == 0);
  free(error);
  free(metadata);
}

static void check_denial(const mcpauth_response *denial, mcpauth_result result, const answer *expected) {
  CHECK_INT(mcpauth_response_status(denial), expected->status);
  CHECK_STR(response_header(denial, "Content-Type"), "application/json");
  CHECK((response_header(denial, "Retry-After").len > 0) == (expected->status == 503));
  /* Without these a script in a browser reads neither the status nor the challenge nor when to come back. */
  CHECK_STR(response_header(denial, "Access-Control-Allow-Origin"), "*");
  CHECK_STR(response_header(denial, "Access-Control-Expose-Headers"), "WWW-Authenticate, Retry-After");

  json_t *missing = result == MCPAUTH_ERR_INSUFFICIENT_SCOPE ? json_pack("[s]", "admin") : NULL;
  json_t *body = json_pack("{s:s, s:s, s:o*}", "error", expected->error, "error_description", expected->description,
                           "missing_scopes", missing);
  char *text = json_dumps(body, 0);
  CHECK_JSON(mcpauth_response_body(denial), text);
  free(text);
  json_decref(body);
  check_challenge(denial, expected);

  const mcpauth_error *error = mcpauth_response_error(denial);
  CHECK_RESULT(mcpauth_error_result(error), result);
  CHECK_INT(mcpauth_error_http_status(error), expected->status);
  CHECK_STR(mcpauth_error_code(error), expected->error);
  CHECK(mcpauth_error_message(error).len > 10);
}

/* ---- one row of the table --------------------------------------------------------------------------------------- */

static mcpauth_result covered[256];
static size_t covered_count;

/* The request is answered like this, and nobody is let in. */
static void check_refused(const mcpauth_verifier *verifier, const mcpauth_request *request, mcpauth_result result,
                          const answer *expected) {
  mcpauth_authinfo *info = (mcpauth_authinfo *)0x1;
  mcpauth_response *denial = NULL;
  CHECK_RESULT(mcpauth_authorize(verifier, request, &info, &denial), result);
  CHECK(info == NULL);
  REQUIRE(denial != NULL);
  check_denial(denial, result, expected);
  mcpauth_response_free(denial);
  if (covered_count < sizeof covered / sizeof *covered) covered[covered_count++] = result;
}

static void check_header_refused(const mcpauth_verifier *verifier, const char *header, mcpauth_result result,
                                 const answer *expected) {
  mcpauth_str field = {header, strlen(header)};
  mcpauth_request request = MCPAUTH_REQUEST_INIT;
  request.authorization = &field;
  request.authorization_count = 1;
  check_refused(verifier, &request, result, expected);
}

static void check_token_refused(const mcpauth_verifier *verifier, const char *token, mcpauth_result result,
                                const answer *expected) {
  char *header = format("Bearer %s", token);
  check_header_refused(verifier, header, result, expected);
  free(header);
}

static void check_claims_refused(const mcpauth_verifier *verifier, const char *changes, mcpauth_result result,
                                 const answer *expected) {
  char *token = fixture_token(changes);
  check_token_refused(verifier, token, result, expected);
  free(token);
}

/* The control: the same verifier lets the unchanged token in. */
static void check_let_in(const mcpauth_verifier *verifier, const char *token) {
  mcpauth_authinfo *info = NULL;
  mcpauth_response *denial = (mcpauth_response *)0x1;
  CHECK_RESULT(authorize_token(verifier, token, &info, &denial), MCPAUTH_OK);
  CHECK(denial == NULL);
  CHECK_STR(mcpauth_authinfo_subject(info), SUBJECT);
  mcpauth_authinfo_free(info);
  if (covered_count < sizeof covered / sizeof *covered) covered[covered_count++] = MCPAUTH_OK;
}

static void check_good_token_let_in(const mcpauth_verifier *verifier) {
  char *token = fixture_token(NULL);
  check_let_in(verifier, token);
  free(token);
}

/* ---- the caller ------------------------------------------------------------------------------------------------- */

static void null_parameter(void) {
  mcpauth_verifier *verifier = fixture_verifier(fixture_config(NULL));
  check_good_token_let_in(verifier);
  check_refused(verifier, NULL, MCPAUTH_ERR_NULL_PARAMETER, &BROKEN);
  mcpauth_verifier_free(verifier);
}

static void invalid_argument(void) {
  mcpauth_verifier *verifier = fixture_verifier(fixture_config(NULL));
  mcpauth_request request = MCPAUTH_REQUEST_INIT;
  request.size = offsetof(mcpauth_request, headers) - 1;
  check_good_token_let_in(verifier);
  check_refused(verifier, &request, MCPAUTH_ERR_INVALID_ARGUMENT, &BROKEN);
  mcpauth_verifier_free(verifier);
}

/* ---- the request ------------------------------------------------------------------------------------------------ */

static void missing_auth_header(void) {
  mcpauth_verifier *verifier = fixture_verifier(fixture_config(NULL));
  mcpauth_request request = MCPAUTH_REQUEST_INIT;
  check_good_token_let_in(verifier);
  check_refused(verifier, &request, MCPAUTH_ERR_MISSING_AUTH_HEADER, &MISSING);
  mcpauth_verifier_free(verifier);
}

static void invalid_auth_header(void) {
  mcpauth_verifier *verifier = fixture_verifier(fixture_config(NULL));
  check_good_token_let_in(verifier);
  check_header_refused(verifier, "Basic YWxpY2U6c2VjcmV0", MCPAUTH_ERR_INVALID_AUTH_HEADER, &OTHER_SCHEME);
  mcpauth_verifier_free(verifier);
}

static void missing_bearer_token(void) {
  mcpauth_verifier *verifier = fixture_verifier(fixture_config(NULL));
  check_good_token_let_in(verifier);
  check_header_refused(verifier, "Bearer", MCPAUTH_ERR_MISSING_BEARER_TOKEN, &EMPTY);
  check_header_refused(verifier, "Bearer ", MCPAUTH_ERR_MISSING_BEARER_TOKEN, &EMPTY);
  mcpauth_verifier_free(verifier);
}

static void ambiguous_credentials(void) {
  mcpauth_verifier *verifier = fixture_verifier(fixture_config(NULL));
  char *token = fixture_token(NULL), *header = format("Bearer %s", token);
  mcpauth_str fields[2] = {{header, strlen(header)}, {header, strlen(header)}};
  mcpauth_request request = MCPAUTH_REQUEST_INIT;
  request.authorization = fields;
  request.authorization_count = 2;
  check_let_in(verifier, token);
  check_refused(verifier, &request, MCPAUTH_ERR_AMBIGUOUS_CREDENTIALS, &AMBIGUOUS);
  check_header_refused(verifier, "Bearer one two", MCPAUTH_ERR_AMBIGUOUS_CREDENTIALS, &AMBIGUOUS);
  free(token);
  free(header);
  mcpauth_verifier_free(verifier);
}

/* What is asked for decides which scopes are needed, so that it has to be said, and said once. */
static void invalid_request(void) {
  mcpauth_config *config = fixture_config(NULL);
  CHECK_RESULT(mcpauth_config_add_tool_scope(config, "delete", "mcp:write"), MCPAUTH_OK);
  mcpauth_verifier *verifier = fixture_verifier(config);
  char *token = fixture_token(NULL), *header = format("Bearer %s", token);
  mcpauth_str field = {header, strlen(header)};
  mcpauth_request request = MCPAUTH_REQUEST_INIT;
  request.authorization = &field;
  request.authorization_count = 1;
  request.method = (mcpauth_str){"POST", 4};
  static const char *const bodies[] = {
      "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"delete\"}}", "{", "",
      "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"list\",\"name\":\"delete\"}}"};
  for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
    mcpauth_authinfo *info = NULL;
    request.body = (mcpauth_str){bodies[i], strlen(bodies[i])};
    if (i == 0)
      CHECK_RESULT(mcpauth_authorize(verifier, &request, &info, NULL), MCPAUTH_OK);
    else
      check_refused(verifier, &request, MCPAUTH_ERR_INVALID_REQUEST, &UNCLEAR);
    mcpauth_authinfo_free(info);
  }
  free(token);
  free(header);
  mcpauth_verifier_free(verifier);
}

/* ---- the token -------------------------------------------------------------------------------------------------- */

static void token_malformed(void) {
  mcpauth_verifier *verifier = fixture_verifier(fixture_config(NULL));
  check_good_token_let_in(verifier);
  check_token_refused(verifier, "opaque", MCPAUTH_ERR_TOKEN_MALFORMED, &INVALID);
  check_token_refused(verifier, "a.b", MCPAUTH_ERR_TOKEN_MALFORMED, &INVALID);
  check_token_refused(verifier, "e30.e30.AA", MCPAUTH_ERR_TOKEN_MALFORMED, &INVALID);
  mcpauth_verifier_free(verifier);
}

static void token_encrypted(void) {
  mcpauth_verifier *verifier = fixture_verifier(fixture_config(NULL));
  const char *header = "{\"alg\":\"RSA-OAEP\",\"enc\":\"A256GCM\"}";
  char *encoded = base64url(header, strlen(header)), *token = format("%s.AAAA.AAAA.AAAA.AAAA", encoded);
  check_good_token_let_in(verifier);
  check_token_refused(verifier, token, MCPAUTH_ERR_TOKEN_ENCRYPTED, &INVALID);
  free(encoded);
  free(token);
  mcpauth_verifier_free(verifier);
}

static void algorithm_not_allowed(void) {
  mcpauth_verifier *verifier = fixture_verifier(fixture_config(NULL));
  char *claims = fixture_claims(NULL);
  static const char *const headers[] = {"{\"alg\":\"none\",\"kid\":\"" KID "\"}",
                                        "{\"alg\":\"HS256\",\"kid\":\"" KID "\"}",
                                        "{\"alg\":\"es256\",\"kid\":\"" KID "\"}"};
  check_good_token_let_in(verifier);
  for (size_t i = 0; i < sizeof headers / sizeof *headers; i++) {
    char *token = sign_token(fixture_key(), "ES256", headers[i], claims);
    check_token_refused(verifier, token, MCPAUTH_ERR_ALGORITHM_NOT_ALLOWED, &INVALID);
    free(token);
  }
  free(claims);
  mcpauth_verifier_free(verifier);
}

static void key_not_found(void) {
  mcpauth_verifier *verifier = fixture_verifier(fixture_config(NULL));
  char *claims = fixture_claims(NULL);
  char *token = sign_token(fixture_key(), "ES256", "{\"alg\":\"ES256\",\"kid\":\"other\"}", claims);
  check_good_token_let_in(verifier);
  check_token_refused(verifier, token, MCPAUTH_ERR_KEY_NOT_FOUND, &INVALID);
  free(claims);
  free(token);
  mcpauth_verifier_free(verifier);
}

static void signature_invalid(void) {
  mcpauth_verifier *verifier = fixture_verifier(fixture_config(NULL));
  signing_key *other = signing_key_ec("P-256");
  char *claims = fixture_claims(NULL);
  char *token = sign_token(other, "ES256", "{\"alg\":\"ES256\",\"kid\":\"" KID "\"}", claims);
  check_good_token_let_in(verifier);
  check_token_refused(verifier, token, MCPAUTH_ERR_SIGNATURE_INVALID, &INVALID);
  free(claims);
  free(token);
  signing_key_free(other);
  mcpauth_verifier_free(verifier);
}

/* Claims changed by changes are refused; changed by control they are not. */
static void check_claim(const char *changes, const char *control, mcpauth_result result, const answer *expected) {
  mcpauth_verifier *verifier = fixture_verifier(fixture_config(NULL));
  char *token = fixture_token(control);
  check_let_in(verifier, token);
  check_claims_refused(verifier, changes, result, expected);
  free(token);
  mcpauth_verifier_free(verifier);
}

#define WITHIN_LEEWAY 59
#define BEYOND_LEEWAY 61

static void token_expired(void) {
  char *changes = format("{\"exp\": %lld}", NOW - BEYOND_LEEWAY),
       *control = format("{\"exp\": %lld}", NOW - WITHIN_LEEWAY);
  check_claim(changes, control, MCPAUTH_ERR_TOKEN_EXPIRED, &INVALID);
  free(changes);
  free(control);
}

static void token_not_yet_valid(void) {
  char *changes = format("{\"nbf\": %lld}", NOW + BEYOND_LEEWAY),
       *control = format("{\"nbf\": %lld}", NOW + WITHIN_LEEWAY);
  check_claim(changes, control, MCPAUTH_ERR_TOKEN_NOT_YET_VALID, &INVALID);
  free(changes);
  free(control);
}

static void issuer_mismatch(void) {
  check_claim("{\"iss\": \"https://other.example.com\"}", NULL, MCPAUTH_ERR_ISSUER_MISMATCH, &WRONG_ISSUER);
  check_claim("{\"iss\": \"" ISSUER "/\"}", NULL, MCPAUTH_ERR_ISSUER_MISMATCH, &WRONG_ISSUER);
}

static void audience_mismatch(void) {
  check_claim("{\"aud\": \"https://other.example.com\"}", "{\"aud\": [\"x\", \"" RESOURCE "\"]}",
              MCPAUTH_ERR_AUDIENCE_MISMATCH, &WRONG_AUDIENCE);
  check_claim("{\"-aud\": 0}", NULL, MCPAUTH_ERR_AUDIENCE_MISMATCH, &WRONG_AUDIENCE);
}

static void claim_missing(void) {
  check_claim("{\"-exp\": 0}", NULL, MCPAUTH_ERR_CLAIM_MISSING, &INVALID);
  check_claim("{\"-sub\": 0}", NULL, MCPAUTH_ERR_CLAIM_MISSING, &INVALID);
}

static void claim_invalid(void) {
  check_claim("{\"exp\": \"1800000300\"}", "{\"exp\": 1800000300}", MCPAUTH_ERR_CLAIM_INVALID, &INVALID);
  check_claim("{\"scope\": [\"mcp:read\", 7]}", "{\"scope\": [\"mcp:read\", \"7\"]}", MCPAUTH_ERR_CLAIM_INVALID,
              &INVALID);
}

static void token_type(void) {
  mcpauth_verifier *verifier = fixture_verifier(fixture_config(NULL));
  char *claims = fixture_claims(NULL);
  char *token =
      sign_token(fixture_key(), "ES256", "{\"alg\":\"ES256\",\"kid\":\"" KID "\",\"typ\":\"logout+jwt\"}", claims);
  check_good_token_let_in(verifier);
  check_token_refused(verifier, token, MCPAUTH_ERR_TOKEN_TYPE, &INVALID);
  free(claims);
  free(token);
  mcpauth_verifier_free(verifier);
}

static void insufficient_scope(void) {
  mcpauth_config *config = fixture_config(NULL);
  CHECK_RESULT(mcpauth_config_add_required_scope(config, "mcp:read"), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_config_add_required_scope(config, "admin"), MCPAUTH_OK);
  mcpauth_verifier *verifier = fixture_verifier(config);
  char *token = fixture_token("{\"scope\": \"mcp:read admin\"}");
  check_let_in(verifier, token);
  check_claims_refused(verifier, "{\"scope\": \"mcp:read\"}", MCPAUTH_ERR_INSUFFICIENT_SCOPE, &NO_SCOPE);
  free(token);
  mcpauth_verifier_free(verifier);
}

static void client_not_allowed(void) {
  mcpauth_config *config = fixture_config(NULL);
  CHECK_RESULT(mcpauth_config_add_allowed_client(config, "client-1"), MCPAUTH_OK);
  mcpauth_verifier *verifier = fixture_verifier(config);
  check_good_token_let_in(verifier);
  check_claims_refused(verifier, "{\"client_id\": \"client-2\"}", MCPAUTH_ERR_CLIENT_NOT_ALLOWED, &INVALID);
  mcpauth_verifier_free(verifier);
}

static void binding_mismatch(void) {
  check_claim("{\"cnf\": {\"jkt\": \"0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I\"}}", NULL,
              MCPAUTH_ERR_BINDING_MISMATCH, &INVALID);
}

/* ---- what a custom verifier says -------------------------------------------------------------------------------- */

typedef struct {
  const char *token; /* the one the callback knows */
  mcpauth_result result;
} verdict;

static mcpauth_result say(void *userdata, const char *token, size_t token_len, mcpauth_authinfo_builder *builder) {
  const verdict *said = userdata;
  if (token_len != strlen(said->token) || memcmp(token, said->token, token_len) != 0) return said->result;
  CHECK_RESULT(mcpauth_authinfo_builder_set_issuer(builder, ISSUER, strlen(ISSUER)), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_authinfo_builder_set_subject(builder, SUBJECT, strlen(SUBJECT)), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_authinfo_builder_add_audience(builder, RESOURCE, strlen(RESOURCE)), MCPAUTH_OK);
  return MCPAUTH_OK;
}

/* A callback that says said, to every token but the good one. */
static void check_verdict(mcpauth_result said, mcpauth_result result, const answer *expected) {
  verdict userdata = {"good", said};
  mcpauth_config *config = fixture_config(NULL);
  CHECK_RESULT(mcpauth_config_set_custom_verifier(config, say, &userdata, NULL), MCPAUTH_OK);
  mcpauth_verifier *verifier = fixture_verifier(config);
  check_let_in(verifier, "good");
  check_token_refused(verifier, "bad", result, expected);
  mcpauth_verifier_free(verifier);
}

static void token_inactive(void) { check_verdict(MCPAUTH_ERR_TOKEN_INACTIVE, MCPAUTH_ERR_TOKEN_INACTIVE, &INVALID); }
static void token_rejected(void) { check_verdict(MCPAUTH_ERR_TOKEN_REJECTED, MCPAUTH_ERR_TOKEN_REJECTED, &REJECTED); }
static void callback_failed(void) {
  check_verdict(MCPAUTH_ERR_CALLBACK_FAILED, MCPAUTH_ERR_CALLBACK_FAILED, &UNAVAILABLE);
}

/* ---- the issuer's side ------------------------------------------------------------------------------------------ */

/* An issuer on loopback, found by discovery or by the URL of its keys. */
static mcpauth_verifier *fetching_verifier(const char *issuer_url, const char *jwks_uri) {
  mcpauth_config *config;
  mcpauth_issuer *issuer;
  CHECK_RESULT(mcpauth_config_new(RESOURCE, &config), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_config_add_issuer(config, issuer_url, &issuer), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_issuer_allow_http_on_loopback(issuer), MCPAUTH_OK);
  if (jwks_uri) CHECK_RESULT(mcpauth_issuer_set_jwks_uri(issuer, jwks_uri), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_config_set_clock(config, fixture_clock, NULL, NULL), MCPAUTH_OK);
  return fixture_verifier(config);
}

static void keys_unavailable(void) {
  key_server *server = key_server_start();
  key_server_route(server, "/jwks", 200, fixture_jwks(), NULL);
  char *alive = format("%s/jwks", key_server_url(server)), *dead = dead_url("/jwks"), *token = fixture_token(NULL);
  mcpauth_verifier *control = fetching_verifier(ISSUER, alive), *verifier = fetching_verifier(ISSUER, dead);
  check_let_in(control, token);
  check_token_refused(verifier, token, MCPAUTH_ERR_KEYS_UNAVAILABLE, &UNAVAILABLE);
  mcpauth_verifier_free(control);
  mcpauth_verifier_free(verifier);
  free(alive);
  free(dead);
  free(token);
  key_server_stop(server);
}

#define METADATA_PATH "/.well-known/oauth-authorization-server"

/* An issuer whose metadata is served like this, beside one whose metadata is good. */
static void check_metadata(unsigned status, const char *issuer_path, const char *more, mcpauth_result result,
                           const answer *expected) {
  key_server *good = key_server_start(), *bad = key_server_start();
  const char *good_url = key_server_url(good), *bad_url = key_server_url(bad);
  char *good_metadata = format("{\"issuer\":\"%s\",\"jwks_uri\":\"%s/jwks\"}", good_url, good_url);
  char *bad_metadata = format("{\"issuer\":\"%s%s\"%s}", bad_url, issuer_path, more);
  key_server_route(good, METADATA_PATH, 200, good_metadata, NULL);
  key_server_route(good, "/jwks", 200, fixture_jwks(), NULL);
  key_server_route(bad, METADATA_PATH, status, bad_metadata, NULL);
  key_server_route(bad, "/jwks", 200, fixture_jwks(), NULL);

  mcpauth_verifier *control = fetching_verifier(good_url, NULL), *verifier = fetching_verifier(bad_url, NULL);
  char *good_claims = format("{\"iss\":\"%s\"}", good_url), *bad_claims = format("{\"iss\":\"%s\"}", bad_url);
  char *good_token = fixture_token(good_claims);
  check_let_in(control, good_token);
  check_claims_refused(verifier, bad_claims, result, expected);
  mcpauth_verifier_free(control);
  mcpauth_verifier_free(verifier);
  free(good_metadata);
  free(bad_metadata);
  free(good_claims);
  free(bad_claims);
  free(good_token);
  key_server_stop(good);
  key_server_stop(bad);
}

#define KEYS ",\"jwks_uri\":\"https://keys.example.com/jwks\""

static void metadata_invalid(void) { check_metadata(200, "/other", KEYS, MCPAUTH_ERR_METADATA_INVALID, &BROKEN); }
static void jwks_uri_missing(void) { check_metadata(200, "", "", MCPAUTH_ERR_JWKS_URI_MISSING, &BROKEN); }
static void metadata_unavailable(void) {
  check_metadata(503, "", KEYS, MCPAUTH_ERR_METADATA_UNAVAILABLE, &UNAVAILABLE);

  char *dead = dead_url(""), *changes = format("{\"iss\":\"%s\"}", dead); /* and where nobody listens */
  mcpauth_verifier *verifier = fetching_verifier(dead, NULL);
  check_claims_refused(verifier, changes, MCPAUTH_ERR_METADATA_UNAVAILABLE, &UNAVAILABLE);
  mcpauth_verifier_free(verifier);
  free(changes);
  free(dead);
}

/* ---- inside ----------------------------------------------------------------------------------------------------- */

/* A callback that answers with a number it must not answer with. */
static void internal(void) {
  static const mcpauth_result odd[] = {MCPAUTH_WOULD_BLOCK, MCPAUTH_ERR_INSUFFICIENT_SCOPE, 999, UINT32_MAX};
  for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) check_verdict(odd[i], MCPAUTH_ERR_INTERNAL, &BROKEN);
}

/* ---- no constant is forgotten ----------------------------------------------------------------------------------- */

static const struct {
  mcpauth_result result;
  const char *reason;
} NOT_YET[] = {
    {MCPAUTH_WOULD_BLOCK, "mcpauth_authorize waits; only calls that never wait can say it"},
    {MCPAUTH_RESPONDED, "mcpauth_handle says it: see test_handle.c"},
    {MCPAUTH_ERR_HOST_NOT_ALLOWED, "mcpauth_handle says it: see test_origins.c"},
    {MCPAUTH_ERR_ORIGIN_NOT_ALLOWED, "mcpauth_handle says it: see test_origins.c"},
    {MCPAUTH_ERR_SESSION_NOT_FOUND, "mcpauth_session_check says it: see test_sessions.c"},
    {MCPAUTH_ERR_OPERATION_NOT_ALLOWED, "see test_operations.c"},
    {MCPAUTH_ERR_INVALID_CONFIG, "mcpauth_verifier_new says it, and then there is no verifier to ask"},
    {MCPAUTH_ERR_PROOF_INVALID, "DPoP proofs are not judged yet"},
    {MCPAUTH_ERR_INTROSPECTION_UNAVAILABLE, "tokens are not introspected yet"},
    {MCPAUTH_ERR_NO_MEMORY, "no request causes it: see test_memory.c"},
};

/* The last case: every constant was a row above, or cannot be one. */
static void every_constant_has_a_row(void) {
  for (size_t i = 0; i < ALL_RESULTS_COUNT; i++) {
    unsigned rows = 0;
    for (size_t j = 0; j < covered_count; j++) rows += covered[j] == ALL_RESULTS[i].result;
    for (size_t j = 0; j < sizeof NOT_YET / sizeof *NOT_YET; j++)
      if (NOT_YET[j].result == ALL_RESULTS[i].result) {
        printf("# %s has no row: %s\n", ALL_RESULTS[i].name, NOT_YET[j].reason);
        if (rows > 0) CHECK_FAIL("%s has a row after all", ALL_RESULTS[i].name);
        rows++;
      }
    if (rows == 0) CHECK_FAIL("%s has no row", ALL_RESULTS[i].name);
  }
}

CHECK_MAIN(CASE(null_parameter), CASE(invalid_argument), CASE(missing_auth_header), CASE(invalid_auth_header),
           CASE(missing_bearer_token), CASE(ambiguous_credentials), CASE(invalid_request), CASE(token_malformed),
           CASE(token_encrypted), CASE(algorithm_not_allowed), CASE(key_not_found), CASE(signature_invalid),
           CASE(token_expired), CASE(token_not_yet_valid), CASE(issuer_mismatch), CASE(audience_mismatch),
           CASE(claim_missing), CASE(claim_invalid), CASE(token_type), CASE(insufficient_scope),
           CASE(client_not_allowed), CASE(binding_mismatch), CASE(token_inactive), CASE(token_rejected),
           CASE(callback_failed), CASE(keys_unavailable), CASE(metadata_invalid), CASE(jwks_uri_missing),
           CASE(metadata_unavailable), CASE(internal), CASE(every_constant_has_a_row))
