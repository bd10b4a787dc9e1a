/* mcpauth_handle: a whole request, from its metadata to its scopes. */
#include <pthread.h>
#include <stdlib.h>

#include "exchange.h"

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
           CASE(bad_structs_are_refused), CASE(odd_names_values_and_paths_let_nobody_in),
           CASE(a_post_without_a_body_is_refused), CASE(ten_thousand_fields_are_read),
           CASE(an_event_loop_gets_the_same_answers), CASE(a_large_body_is_the_senders_mistake))
