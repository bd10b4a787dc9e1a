/*
 * NULL for each pointer of each function: a result or an empty value, never a crash, and outputs written all the same.
 * The cases follow the header's order; Tests/packaging checks that every function of the header is called in Tests/c.
 * test_null_config.c has the functions that configure.
 */
#include <stdlib.h>

#include "fixture.h"
#include "null.h"

static void errors(void) {
  CHECK_RESULT(mcpauth_error_result(NULL), MCPAUTH_ERR_NULL_PARAMETER);
  CHECK_STR(mcpauth_error_code(NULL), "");
  CHECK_STR(mcpauth_error_message(NULL), "");
  CHECK_INT(mcpauth_error_http_status(NULL), 500);
  mcpauth_error_free(NULL);
}

static void verifier_new(void) {
  mcpauth_config *config = fixture_config(NULL);
  mcpauth_verifier *verifier = STALE, *other = STALE;
  mcpauth_error *error = STALE;
  NULL_PARAMETER(mcpauth_verifier_new(NULL, &verifier, &error));
  CHECK(verifier == NULL);
  CHECK_RESULT(mcpauth_error_result(error), MCPAUTH_ERR_NULL_PARAMETER);
  CHECK(error != NULL && error != STALE);
  mcpauth_error_free(error);
  NULL_PARAMETER(mcpauth_verifier_new(NULL, NULL, NULL));
  error = STALE;
  NULL_PARAMETER(mcpauth_verifier_new(config, NULL, &error));
  CHECK(error != NULL && error != STALE);
  mcpauth_error_free(error);

  error = STALE; /* and on success the error is NULL */
  CHECK_RESULT(mcpauth_verifier_new(config, &verifier, &error), MCPAUTH_OK);
  CHECK(error == NULL);
  NULL_PARAMETER(mcpauth_verifier_retain(verifier, NULL));
  NULL_PARAMETER(mcpauth_verifier_retain(NULL, &other));
  CHECK(other == NULL);
  NULL_PARAMETER(mcpauth_verifier_retain(NULL, NULL));
  mcpauth_verifier_free(verifier);
  mcpauth_verifier_free(NULL);
  mcpauth_config_free(config);
}

static void verify(void) {
  mcpauth_verifier *verifier = fixture_verifier(fixture_config(NULL));
  char *token = fixture_token(NULL);
  size_t len = strlen(token);
  mcpauth_authinfo *info = STALE;
  mcpauth_error *error = STALE;
  NULL_PARAMETER(mcpauth_verify(NULL, token, len, &info, &error));
  CHECK(info == NULL);
  CHECK_RESULT(mcpauth_error_result(error), MCPAUTH_ERR_NULL_PARAMETER);
  mcpauth_error_free(error);

  info = STALE, error = STALE;
  NULL_PARAMETER(mcpauth_verify(verifier, NULL, 0, &info, &error));
  CHECK(info == NULL);
  mcpauth_error_free(error);
  info = STALE, error = STALE;
  NULL_PARAMETER(mcpauth_verify(verifier, NULL, 10, &info, &error));
  CHECK(info == NULL);
  mcpauth_error_free(error);

  error = STALE;
  NULL_PARAMETER(mcpauth_verify(verifier, token, len, NULL, &error));
  CHECK(error != NULL && error != STALE);
  mcpauth_error_free(error);
  NULL_PARAMETER(mcpauth_verify(verifier, token, len, NULL, NULL));
  NULL_PARAMETER(mcpauth_verify(NULL, NULL, 0, NULL, NULL));

  CHECK_RESULT(mcpauth_verify(verifier, "x", 1, &info, NULL), MCPAUTH_ERR_TOKEN_MALFORMED);
  CHECK(info == NULL);
  error = STALE;
  CHECK_RESULT(mcpauth_verify(verifier, token, len, &info, &error), MCPAUTH_OK);
  CHECK(info != NULL && error == NULL);
  mcpauth_authinfo_free(info);
  free(token);
  mcpauth_verifier_free(verifier);
}

/* mcpauth_authorize with a parameter missing: 500, and nobody is let in. */
static void check_no_entry(mcpauth_result result, mcpauth_authinfo *info, mcpauth_response *denial) {
  CHECK_RESULT(result, MCPAUTH_ERR_NULL_PARAMETER);
  CHECK(info == NULL);
  REQUIRE(denial != NULL && denial != STALE);
  CHECK_INT(mcpauth_response_status(denial), 500);
  CHECK_STR(response_header(denial, "WWW-Authenticate"), "");
  mcpauth_response_free(denial);
}

static void authorize(void) {
  mcpauth_verifier *verifier = fixture_verifier(fixture_config(NULL));
  mcpauth_request request = MCPAUTH_REQUEST_INIT;
  mcpauth_authinfo *info = STALE;
  mcpauth_response *denial = STALE;
  mcpauth_result result = mcpauth_authorize(NULL, &request, &info, &denial);
  check_no_entry(result, info, denial);
  info = STALE, denial = STALE;
  result = mcpauth_authorize(verifier, NULL, &info, &denial);
  check_no_entry(result, info, denial);
  denial = STALE;
  result = mcpauth_authorize(verifier, &request, NULL, &denial);
  check_no_entry(result, NULL, denial);
  NULL_PARAMETER(mcpauth_authorize(NULL, NULL, NULL, NULL));
  info = STALE;
  CHECK_RESULT(mcpauth_authorize(verifier, &request, &info, NULL), MCPAUTH_ERR_MISSING_AUTH_HEADER);
  CHECK(info == NULL);

  info = STALE, denial = STALE; /* a count without its array */
  request.authorization_count = 1;
  result = mcpauth_authorize(verifier, &request, &info, &denial);
  CHECK(result == MCPAUTH_ERR_NULL_PARAMETER || result == MCPAUTH_ERR_INVALID_ARGUMENT);
  CHECK(info == NULL && denial != NULL);
  CHECK_INT(mcpauth_response_status(denial), 500);
  mcpauth_response_free(denial);

  mcpauth_str nothing = {NULL, 4}; /* a length without its text */
  request.authorization = &nothing;
  info = STALE, denial = STALE;
  result = mcpauth_authorize(verifier, &request, &info, &denial);
  CHECK(result == MCPAUTH_ERR_NULL_PARAMETER || result == MCPAUTH_ERR_INVALID_ARGUMENT);
  CHECK(info == NULL && denial != NULL);
  CHECK_INT(mcpauth_response_status(denial), 500);
  mcpauth_response_free(denial);
  mcpauth_verifier_free(verifier);
}

/* An auth info of a good token. */
static mcpauth_authinfo *good_info(const mcpauth_verifier *verifier) {
  char *token = fixture_token(NULL);
  mcpauth_authinfo *info = NULL;
  CHECK_RESULT(mcpauth_verify(verifier, token, strlen(token), &info, NULL), MCPAUTH_OK);
  free(token);
  return info;
}

static void require_scopes(void) {
  mcpauth_verifier *verifier = fixture_verifier(fixture_config(NULL));
  mcpauth_authinfo *info = good_info(verifier);
  mcpauth_response *denial = STALE;
  mcpauth_result result = mcpauth_require_scopes(NULL, info, "mcp:read", &denial);
  check_no_entry(result, NULL, denial);
  denial = STALE;
  result = mcpauth_require_scopes(verifier, NULL, "mcp:read", &denial);
  check_no_entry(result, NULL, denial);
  denial = STALE;
  result = mcpauth_require_scopes(verifier, info, NULL, &denial);
  check_no_entry(result, NULL, denial);
  NULL_PARAMETER(mcpauth_require_scopes(verifier, info, NULL, NULL));
  denial = STALE;
  CHECK_RESULT(mcpauth_require_scopes(verifier, info, "mcp:read", &denial), MCPAUTH_OK);
  CHECK(denial == NULL);
  CHECK_RESULT(mcpauth_require_scopes(verifier, info, "mcp:read", NULL), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_require_scopes(verifier, info, "admin", NULL), MCPAUTH_ERR_INSUFFICIENT_SCOPE);
  mcpauth_authinfo_free(info);
  mcpauth_verifier_free(verifier);
}

static void check(void) {
  mcpauth_verifier *verifier = fixture_verifier(fixture_config(NULL));
  mcpauth_authinfo *info = good_info(verifier);
  mcpauth_response *denial = STALE;
  mcpauth_result result = mcpauth_authinfo_check(NULL, info, &denial);
  check_no_entry(result, NULL, denial);
  denial = STALE;
  result = mcpauth_authinfo_check(verifier, NULL, &denial);
  check_no_entry(result, NULL, denial);
  NULL_PARAMETER(mcpauth_authinfo_check(NULL, NULL, NULL));
  denial = STALE;
  CHECK_RESULT(mcpauth_authinfo_check(verifier, info, &denial), MCPAUTH_OK);
  CHECK(denial == NULL);
  CHECK_RESULT(mcpauth_authinfo_check(verifier, info, NULL), MCPAUTH_OK);
  mcpauth_authinfo_free(info);
  mcpauth_verifier_free(verifier);
}

static void sessions(void) {
  mcpauth_verifier *verifier = fixture_verifier(fixture_config(NULL));
  mcpauth_authinfo *info = good_info(verifier);
  mcpauth_response *denial = STALE;
  size_t id_len = 7;
  char value[MCPAUTH_SESSION_SIZE] = "stale";
  NULL_PARAMETER(mcpauth_session_bind(NULL, info, "7", 1, value, sizeof value));
  CHECK(value[0] == '\0');
  NULL_PARAMETER(mcpauth_session_bind(verifier, NULL, "7", 1, value, sizeof value));
  NULL_PARAMETER(mcpauth_session_bind(verifier, info, NULL, 1, value, sizeof value));
  NULL_PARAMETER(mcpauth_session_bind(verifier, info, NULL, 0, value, sizeof value));
  NULL_PARAMETER(mcpauth_session_bind(verifier, info, "7", 1, NULL, 192));
  CHECK_RESULT(mcpauth_session_bind(verifier, info, "7", 1, value, sizeof value), MCPAUTH_OK);
  mcpauth_result result = mcpauth_session_check(NULL, info, value, strlen(value), &id_len, &denial);
  check_no_entry(result, NULL, denial);
  CHECK_INT(id_len, 0);
  denial = STALE;
  result = mcpauth_session_check(verifier, NULL, value, strlen(value), NULL, &denial);
  check_no_entry(result, NULL, denial);
  denial = STALE;
  result = mcpauth_session_check(verifier, info, NULL, 5, NULL, &denial);
  check_no_entry(result, NULL, denial);
  NULL_PARAMETER(mcpauth_session_check(NULL, NULL, NULL, 0, NULL, NULL));
  CHECK_RESULT(mcpauth_session_check(verifier, info, NULL, 0, NULL, NULL), MCPAUTH_ERR_INVALID_REQUEST);
  CHECK_RESULT(mcpauth_session_check(verifier, info, value, strlen(value), NULL, NULL), MCPAUTH_OK);
  mcpauth_authinfo_free(info);
  mcpauth_verifier_free(verifier);
}

static void lists(void) {
  mcpauth_verifier *verifier = fixture_verifier(fixture_config(NULL));
  mcpauth_authinfo *info = good_info(verifier);
  CHECK(mcpauth_may_call_tool(verifier, info, "tool", 4)); /* the control: no scope was asked for it */
  CHECK(!mcpauth_may_call_tool(NULL, info, "tool", 4));
  CHECK(!mcpauth_may_call_tool(verifier, NULL, "tool", 4));
  CHECK(!mcpauth_may_call_tool(verifier, info, NULL, 4));
  CHECK(mcpauth_may_get_prompt(verifier, info, "prompt", 6));
  CHECK(!mcpauth_may_get_prompt(NULL, info, "prompt", 6));
  CHECK(!mcpauth_may_get_prompt(verifier, NULL, "prompt", 6));
  CHECK(!mcpauth_may_get_prompt(verifier, info, NULL, 6));
  CHECK(mcpauth_may_read_resource(verifier, info, "file:///a", 9));
  CHECK(!mcpauth_may_read_resource(NULL, info, "file:///a", 9));
  CHECK(!mcpauth_may_read_resource(verifier, NULL, "file:///a", 9));
  CHECK(!mcpauth_may_read_resource(verifier, info, NULL, 9));
  mcpauth_authinfo_free(info);
  mcpauth_verifier_free(verifier);
}

static void error_response(void) {
  mcpauth_verifier *verifier = fixture_verifier(fixture_config(NULL));
  mcpauth_authinfo *info;
  mcpauth_error *error = NULL;
  mcpauth_response *response = STALE;
  CHECK_RESULT(mcpauth_verify(verifier, "x", 1, &info, &error), MCPAUTH_ERR_TOKEN_MALFORMED);
  NULL_PARAMETER(mcpauth_error_response(NULL, error, &response));
  CHECK(response == NULL);
  response = STALE;
  NULL_PARAMETER(mcpauth_error_response(verifier, NULL, &response));
  CHECK(response == NULL);
  NULL_PARAMETER(mcpauth_error_response(verifier, error, NULL));
  mcpauth_error_free(error);
  mcpauth_verifier_free(verifier);
}

static void well_known(void) {
  mcpauth_verifier *verifier = fixture_verifier(fixture_config(NULL));
  mcpauth_response *response = STALE;
  NULL_PARAMETER(mcpauth_well_known(NULL, "GET", 3, "/", 1, &response));
  CHECK(response == NULL);
  response = STALE;
  NULL_PARAMETER(mcpauth_well_known(verifier, NULL, 3, "/", 1, &response));
  CHECK(response == NULL);
  response = STALE;
  NULL_PARAMETER(mcpauth_well_known(verifier, "GET", 3, NULL, 1, &response));
  CHECK(response == NULL);
  NULL_PARAMETER(mcpauth_well_known(verifier, "GET", 3, "/", 1, NULL));
  mcpauth_verifier_free(verifier);
}

static void responses(void) {
  CHECK_INT(mcpauth_response_status(NULL), 500);
  CHECK_INT(mcpauth_response_header_count(NULL), 0);
  CHECK_STR(mcpauth_response_header_name(NULL, 0), "");
  CHECK_STR(mcpauth_response_header_value(NULL, 0), "");
  CHECK_STR(mcpauth_response_body(NULL), "");
  CHECK(mcpauth_response_error(NULL) == NULL);
  mcpauth_response_free(NULL);
}

static void authinfo(void) {
  mcpauth_authinfo *other = STALE;
  CHECK_STR(mcpauth_authinfo_token(NULL), "");
  CHECK_STR(mcpauth_authinfo_issuer(NULL), "");
  CHECK_STR(mcpauth_authinfo_subject(NULL), "");
  CHECK_STR(mcpauth_authinfo_client_id(NULL), "");
  CHECK_STR(mcpauth_authinfo_principal(NULL), "");
  CHECK(!mcpauth_authinfo_is_anonymous(NULL));
  CHECK_INT(mcpauth_authinfo_expires_at(NULL), 0);
  CHECK_INT(mcpauth_authinfo_scope_count(NULL), 0);
  CHECK_STR(mcpauth_authinfo_scope_at(NULL, 0), "");
  CHECK(!mcpauth_authinfo_has_scope(NULL, "mcp:read"));
  CHECK_INT(mcpauth_authinfo_audience_count(NULL), 0);
  CHECK_STR(mcpauth_authinfo_audience_at(NULL, 0), "");
  CHECK_STR(mcpauth_authinfo_claims_json(NULL), "");
  NULL_PARAMETER(mcpauth_authinfo_retain(NULL, &other));
  CHECK(other == NULL);
  NULL_PARAMETER(mcpauth_authinfo_retain(NULL, NULL));
  mcpauth_authinfo_free(NULL);
}

/* Each accessor without an auth info, and without a path. */
static void claims(void) {
  mcpauth_verifier *verifier = fixture_verifier(fixture_config(NULL));
  mcpauth_authinfo *infos[] = {NULL, good_info(verifier)};
  const char *paths[] = {"sub", NULL};
  for (int i = 0; i < 2; i++) {
    int64_t integer = 1;
    double number = 1;
    bool boolean = true;
    char buffer[4] = "xyz";
    CHECK_INT(mcpauth_authinfo_claim_type(infos[i], paths[i]), MCPAUTH_CLAIM_NONE);
    CHECK_STR(mcpauth_authinfo_claim_string(infos[i], paths[i]), "");
    CHECK(!mcpauth_authinfo_claim_integer(infos[i], paths[i], &integer) && integer == 0);
    CHECK(!mcpauth_authinfo_claim_number(infos[i], paths[i], &number) && number == 0);
    CHECK(!mcpauth_authinfo_claim_boolean(infos[i], paths[i], &boolean) && !boolean);
    CHECK_INT(mcpauth_authinfo_claim_count(infos[i], paths[i]), 0);
    CHECK_STR(mcpauth_authinfo_claim_string_at(infos[i], paths[i], 0), "");
    CHECK_INT(mcpauth_authinfo_claim_json(infos[i], paths[i], buffer, sizeof buffer), 0);
    CHECK(buffer[0] == '\0');
    CHECK_INT(mcpauth_authinfo_claim_json(infos[i], paths[i], NULL, 0), 0);
  }
  CHECK(!mcpauth_authinfo_claim_integer(infos[1], "exp", NULL));
  CHECK(!mcpauth_authinfo_claim_number(infos[1], "exp", NULL));
  CHECK(!mcpauth_authinfo_claim_boolean(infos[1], "exp", NULL));
  CHECK_INT(mcpauth_authinfo_claim_json(infos[1], "sub", NULL, 0), strlen(SUBJECT) + 2);
  mcpauth_authinfo_free(infos[1]);
  mcpauth_verifier_free(verifier);
}

static void reports(void) {
  CHECK_STR(mcpauth_report_metadata_url(NULL), "");
  CHECK_STR(mcpauth_report_jwks_uri(NULL), "");
  CHECK_INT(mcpauth_report_key_count(NULL), 0);
  CHECK_INT(mcpauth_report_finding_count(NULL), 0);
  CHECK_STR(mcpauth_report_finding_code(NULL, 0), "");
  CHECK_STR(mcpauth_report_finding_message(NULL, 0), "");
  CHECK(!mcpauth_report_finding_is_error(NULL, 0));
  CHECK(!mcpauth_report_finding_is_outage(NULL, 0));
  mcpauth_report_free(NULL);
}

static void done_must_not_run(void *userdata, mcpauth_result result, mcpauth_authinfo *info,
                              mcpauth_response *response) {
  (void)userdata, (void)result, (void)info, (void)response;
  CHECK_FAIL("done ran although the call was refused");
}

/* The variants of handle and authorize; test_handle.c and `authorize` above have those that wait. */
static void variants_that_do_not_wait(void) {
  mcpauth_verifier *verifier = fixture_verifier(fixture_config(NULL));
  mcpauth_request request = MCPAUTH_REQUEST_INIT;
  mcpauth_authinfo *info = STALE;
  mcpauth_response *response = NULL;
  NULL_PARAMETER(mcpauth_try_handle(NULL, &request, &info, &response));
  CHECK(info == NULL && mcpauth_response_status(response) == 500);
  mcpauth_response_free(response);
  info = STALE, response = NULL;
  NULL_PARAMETER(mcpauth_try_authorize(NULL, &request, &info, &response));
  CHECK(info == NULL && mcpauth_response_status(response) == 500);
  mcpauth_response_free(response);
  NULL_PARAMETER(mcpauth_try_handle(verifier, NULL, NULL, NULL));
  NULL_PARAMETER(mcpauth_try_authorize(verifier, NULL, NULL, NULL));
  NULL_PARAMETER(mcpauth_handle_async(NULL, &request, done_must_not_run, NULL));
  NULL_PARAMETER(mcpauth_handle_async(verifier, NULL, done_must_not_run, NULL));
  NULL_PARAMETER(mcpauth_handle_async(verifier, &request, NULL, NULL));
  response = STALE;
  NULL_PARAMETER(mcpauth_cross_origin_headers(NULL, &request, &response));
  CHECK(response == NULL);
  NULL_PARAMETER(mcpauth_cross_origin_headers(verifier, &request, NULL));
  mcpauth_verifier_free(verifier);
}

static void queue(void) {
  mcpauth_verifier *verifier = fixture_verifier(fixture_config(NULL));
  mcpauth_request request = MCPAUTH_REQUEST_INIT;
  mcpauth_queue *queue;
  mcpauth_event *event = STALE;
  mcpauth_error *error = STALE;
  NULL_PARAMETER(mcpauth_queue_new(1, NULL, &error));
  CHECK_RESULT(mcpauth_error_result(error), MCPAUTH_ERR_NULL_PARAMETER);
  mcpauth_error_free(error);
  CHECK_RESULT(mcpauth_queue_new(1, &queue, NULL), MCPAUTH_OK);
  CHECK_INT(mcpauth_queue_fd(NULL), -1);
  NULL_PARAMETER(mcpauth_queue_next(NULL, &event));
  CHECK(event == NULL);
  NULL_PARAMETER(mcpauth_queue_next(queue, NULL));
  NULL_PARAMETER(mcpauth_handle_queued(NULL, &request, queue, 1));
  NULL_PARAMETER(mcpauth_handle_queued(verifier, NULL, queue, 1));
  NULL_PARAMETER(mcpauth_handle_queued(verifier, &request, NULL, 1));
  NULL_PARAMETER(mcpauth_authorize_queued(NULL, &request, queue, 1));
  NULL_PARAMETER(mcpauth_authorize_queued(verifier, NULL, queue, 1));
  NULL_PARAMETER(mcpauth_authorize_queued(verifier, &request, NULL, 1));
  NULL_PARAMETER(mcpauth_verify_queued(NULL, "x", 1, queue, 1));
  NULL_PARAMETER(mcpauth_verify_queued(verifier, NULL, 1, queue, 1));
  NULL_PARAMETER(mcpauth_verify_queued(verifier, "x", 1, NULL, 1));
  CHECK_RESULT(mcpauth_queue_next(queue, &event), MCPAUTH_WOULD_BLOCK);
  mcpauth_queue_free(queue);
  mcpauth_queue_free(NULL);
  mcpauth_verifier_free(verifier);
}

static void event(void) {
  CHECK(!mcpauth_event_is_call(NULL));
  CHECK_INT(mcpauth_event_id(NULL), 0);
  CHECK_RESULT(mcpauth_event_result(NULL), MCPAUTH_ERR_NULL_PARAMETER);
  CHECK(mcpauth_event_info(NULL) == NULL);
  CHECK(mcpauth_event_response(NULL) == NULL);
  CHECK(mcpauth_event_error(NULL) == NULL);
  CHECK_INT(mcpauth_event_log_level(NULL), 0);
  CHECK_STR(mcpauth_event_log_message(NULL), "");
  CHECK_INT(mcpauth_event_lost_log_entries(NULL), 0);
  mcpauth_event_free(NULL);
}

CHECK_MAIN(CASE(errors), CASE(verifier_new), CASE(verify), CASE(authorize), CASE(require_scopes), CASE(check),
           CASE(sessions), CASE(lists), CASE(error_response), CASE(well_known), CASE(responses), CASE(authinfo),
           CASE(claims), CASE(reports), CASE(variants_that_do_not_wait), CASE(queue), CASE(event))
