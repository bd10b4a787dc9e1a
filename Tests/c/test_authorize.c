/* Whole requests: the Authorization header, the request's size, the challenge, error details. */
#include <stdlib.h>

#include "vectors.h"

/* ---- the Authorization header (A36) ----------------------------------------------------------------------------- */

enum { MOST_FIELDS = 4 };

typedef struct {
  const mcpauth_verifier *verifier;
  const char *token;
} gate;

/* The fields of one row of the table, TOKEN replaced by a good one. */
static void check_fields(const json_t *row, void *context) {
  const gate *at = context;
  mcpauth_str fields[MOST_FIELDS];
  mcpauth_request request = MCPAUTH_REQUEST_INIT;
  const json_t *list = json_object_get(row, "fields");
  request.authorization = fields;
  REQUIRE(json_array_size(list) <= MOST_FIELDS);
  for (; request.authorization_count < json_array_size(list); request.authorization_count++)
    fields[request.authorization_count] = filled(json_array_get(list, request.authorization_count), "TOKEN", at->token);
  mcpauth_authinfo *info = NULL;
  mcpauth_response *denial = NULL;
  const mcpauth_result result = mcpauth_authorize(at->verifier, &request, &info, &denial);
  CHECK_RESULT(result, row_result(row));
  if (result != MCPAUTH_OK)
    CHECK_INT(mcpauth_response_status(denial), result == MCPAUTH_ERR_AMBIGUOUS_CREDENTIALS ? 400 : 401);
  CHECK((info != NULL) == (result == MCPAUTH_OK) && (denial == NULL) == (result == MCPAUTH_OK));
  mcpauth_authinfo_free(info);
  mcpauth_response_free(denial);
  for (size_t i = 0; i < request.authorization_count; i++) free((char *)fields[i].data);
}

static void A36_the_authorization_header(void) {
  json_t *table = vector_table("authorization");
  mcpauth_verifier *verifier = fixture_verifier(fixture_config(NULL));
  char *token = fixture_token(NULL);
  check_rows(table, "rows", check_fields, &(gate){verifier, token});
  free(token);
  mcpauth_verifier_free(verifier);
  json_decref(table);
}

/* ---- the request's size ----------------------------------------------------------------------------------------- */

/* A request of a later version of the header: the same with more behind it. */
typedef struct {
  mcpauth_request known;
  char later[64];
} later_request;

static mcpauth_result authorize_sized(size_t size, char last_byte) {
  mcpauth_verifier *verifier = fixture_verifier(fixture_config(NULL));
  char *token = fixture_token(NULL), *header = format("Bearer %s", token);
  mcpauth_str field = {header, strlen(header)};
  later_request request = {.known = MCPAUTH_REQUEST_INIT};
  request.known.size = size;
  request.known.authorization = &field;
  request.known.authorization_count = 1;
  request.later[sizeof request.later - 1] = last_byte;
  mcpauth_authinfo *info = NULL;
  mcpauth_response *denial = NULL;
  mcpauth_result result = mcpauth_authorize(verifier, &request.known, &info, &denial);
  CHECK((info != NULL) == (result == MCPAUTH_OK));
  if (result != MCPAUTH_OK) CHECK_INT(mcpauth_response_status(denial), 500);
  mcpauth_authinfo_free(info);
  mcpauth_response_free(denial);
  mcpauth_verifier_free(verifier);
  free(token);
  free(header);
  return result;
}

static void the_requests_size_says_which_version_it_is(void) {
  CHECK_RESULT(authorize_sized(sizeof(mcpauth_request), 0), MCPAUTH_OK);
  CHECK_RESULT(authorize_sized(sizeof(mcpauth_request), 1), MCPAUTH_OK); /* what lies behind is not the request's */
  CHECK_RESULT(authorize_sized(offsetof(mcpauth_request, headers), 0), MCPAUTH_OK); /* version 0.1 */
  CHECK_RESULT(authorize_sized(offsetof(mcpauth_request, headers) - 1, 0), MCPAUTH_ERR_INVALID_ARGUMENT);
  CHECK_RESULT(authorize_sized(0, 0), MCPAUTH_ERR_INVALID_ARGUMENT);
  CHECK_RESULT(authorize_sized(sizeof(later_request), 0), MCPAUTH_OK);
  CHECK_RESULT(authorize_sized(sizeof(later_request), 1), MCPAUTH_ERR_INVALID_ARGUMENT);
}

/* A size that was never set is bounded before anything is read behind the struct. */
static void a_senseless_size_is_refused(void) {
  CHECK_RESULT(authorize_sized(SIZE_MAX, 0), MCPAUTH_ERR_INVALID_ARGUMENT);
}

/* ---- the challenge ---------------------------------------------------------------------------------------------- */

static mcpauth_config *scoped_config(void) {
  mcpauth_config *config = fixture_config(NULL);
  CHECK_RESULT(mcpauth_config_add_required_scope(config, "mcp:read"), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_config_add_required_scope(config, "mcp:admin"), MCPAUTH_OK);
  return config;
}

static void check_param(const mcpauth_response *denial, const char *name, const char *expected) {
  char *value = challenge_param(response_header(denial, "WWW-Authenticate").data, name);
  if (expected == NULL ? value != NULL : value == NULL || strcmp(value, expected) != 0)
    CHECK_FAIL("%s is %s, not %s", name, value ? value : "absent", expected ? expected : "absent");
  free(value);
}

static void a_401_names_the_metadata_and_the_scopes(void) {
  mcpauth_verifier *verifier = fixture_verifier(scoped_config());
  mcpauth_request request = MCPAUTH_REQUEST_INIT;
  mcpauth_authinfo *info;
  mcpauth_response *denial = NULL;
  CHECK_RESULT(mcpauth_authorize(verifier, &request, &info, &denial), MCPAUTH_ERR_MISSING_AUTH_HEADER);
  check_param(denial, "resource_metadata", METADATA_URL);
  check_param(denial, "scope", "mcp:read mcp:admin");
  check_param(denial, "error", NULL); /* RFC 6750 section 3.1: no error where there were no credentials */
  check_param(denial, "error_description", NULL);
  mcpauth_response_free(denial);

  CHECK_RESULT(authorize_header(verifier, "Bearer opaque", &info, &denial), MCPAUTH_ERR_TOKEN_MALFORMED);
  check_param(denial, "error", "invalid_token");
  check_param(denial, "resource_metadata", METADATA_URL);
  check_param(denial, "scope", "mcp:read mcp:admin");
  mcpauth_response_free(denial);
  mcpauth_verifier_free(verifier);
}

/* MCP authorization, "runtime insufficient scope": all scopes of the operation at once, not only the missing ones. */
static void a_403_names_all_scopes(void) {
  mcpauth_verifier *verifier = fixture_verifier(scoped_config());
  char *token = fixture_token(NULL);
  mcpauth_authinfo *info;
  mcpauth_response *denial = NULL;
  CHECK_RESULT(authorize_token(verifier, token, &info, &denial), MCPAUTH_ERR_INSUFFICIENT_SCOPE);
  CHECK_INT(mcpauth_response_status(denial), 403);
  check_param(denial, "error", "insufficient_scope");
  check_param(denial, "scope", "mcp:read mcp:admin");
  check_param(denial, "resource_metadata", METADATA_URL);
  CHECK_JSON(mcpauth_response_body(denial),
             "{\"error\":\"missing_required_scopes\",\"error_description\":\"The token does not contain the necessary "
             "scopes for this request.\",\"missing_scopes\":[\"mcp:admin\"]}");
  mcpauth_response_free(denial);
  free(token);
  mcpauth_verifier_free(verifier);
}

static void without_required_scopes_the_challenge_has_none(void) {
  mcpauth_verifier *verifier = fixture_verifier(fixture_config(NULL));
  mcpauth_authinfo *info;
  mcpauth_response *denial = NULL;
  CHECK_RESULT(authorize_header(verifier, "Bearer opaque", &info, &denial), MCPAUTH_ERR_TOKEN_MALFORMED);
  check_param(denial, "scope", NULL);
  mcpauth_response_free(denial);
  mcpauth_verifier_free(verifier);
}

/* ---- error details ---------------------------------------------------------------------------------------------- */

static void check_cause(const char *changes, const char *expected_body) {
  mcpauth_config *config = scoped_config();
  CHECK_RESULT(mcpauth_config_set_show_error_details(config, true), MCPAUTH_OK);
  mcpauth_verifier *verifier = fixture_verifier(config);
  char *token = fixture_token(changes);
  mcpauth_authinfo *info;
  mcpauth_response *denial = NULL;
  CHECK(authorize_token(verifier, token, &info, &denial) != MCPAUTH_OK);
  CHECK_JSON(mcpauth_response_body(denial), expected_body);
  mcpauth_response_free(denial);
  mcpauth_verifier_free(verifier);
  free(token);
}

static void the_cause_is_in_the_body_when_it_is_asked_for(void) {
  check_cause("{\"iss\":\"https://other.example.com\"}",
              "{\"error\":\"invalid_issuer\",\"error_description\":\"The token issuer does not match the expected "
              "issuer.\",\"cause\":{\"expected\":\"" ISSUER "\",\"actual\":\"https://other.example.com\"}}");
  check_cause("{\"aud\":\"https://other.example.com\"}",
              "{\"error\":\"invalid_audience\",\"error_description\":\"The token audience does not match the expected "
              "audience.\",\"cause\":{\"expected\":\"" RESOURCE "\",\"actual\":\"https://other.example.com\"}}");
  check_cause(
      "{\"scope\":\"mcp:read\"}",
      "{\"error\":\"missing_required_scopes\",\"error_description\":\"The token does not contain the necessary "
      "scopes for this request.\",\"missing_scopes\":[\"mcp:admin\"],\"cause\":{\"missing_scopes\":[\"mcp:admin\"]}}");
}

static void a_cause_of_text_is_the_message(void) {
  mcpauth_config *config = fixture_config(NULL);
  CHECK_RESULT(mcpauth_config_set_show_error_details(config, true), MCPAUTH_OK);
  mcpauth_verifier *verifier = fixture_verifier(config);
  mcpauth_authinfo *info;
  mcpauth_response *denial = NULL;
  CHECK_RESULT(authorize_header(verifier, "Bearer opaque", &info, &denial), MCPAUTH_ERR_TOKEN_MALFORMED);
  char *cause = json_member(mcpauth_response_body(denial), "cause");
  CHECK(cause != NULL && strlen(cause) > 10);
  free(cause);
  mcpauth_response_free(denial);
  mcpauth_verifier_free(verifier);
}

/* ---- error_response --------------------------------------------------------------------------------------------- */

/* mcpauth_verify and mcpauth_error_response together answer as mcpauth_authorize does. */
static void check_same_response(const mcpauth_verifier *verifier, const char *token) {
  mcpauth_authinfo *info;
  mcpauth_response *denial = NULL, *response = NULL;
  mcpauth_error *error = NULL;
  mcpauth_result result = authorize_token(verifier, token, &info, &denial);
  CHECK(result != MCPAUTH_OK);
  CHECK_RESULT(mcpauth_verify(verifier, token, strlen(token), &info, &error), result);
  CHECK_RESULT(mcpauth_error_response(verifier, error, &response), MCPAUTH_OK);
  mcpauth_error_free(error);
  REQUIRE(denial != NULL && response != NULL);
  CHECK_INT(mcpauth_response_status(response), mcpauth_response_status(denial));
  CHECK_STR(mcpauth_response_body(response), mcpauth_response_body(denial).data);
  CHECK_RESULT(mcpauth_error_result(mcpauth_response_error(response)), result);
  CHECK_INT(mcpauth_response_header_count(response), mcpauth_response_header_count(denial));
  for (size_t i = 0; i < mcpauth_response_header_count(denial); i++) {
    CHECK_STR(mcpauth_response_header_name(response, i), mcpauth_response_header_name(denial, i).data);
    CHECK_STR(mcpauth_response_header_value(response, i), mcpauth_response_header_value(denial, i).data);
  }
  mcpauth_response_free(denial);
  mcpauth_response_free(response);
}

static void an_errors_response_is_the_denial(void) {
  mcpauth_verifier *verifier = fixture_verifier(scoped_config());
  static const char *const changes[] = {"{\"exp\":1}", "{\"iss\":\"https://other.example.com\"}", "{\"aud\":\"x\"}",
                                        "{}"};
  check_same_response(verifier, "opaque");
  for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
    char *token = fixture_token(changes[i]);
    check_same_response(verifier, token);
    free(token);
  }
  mcpauth_verifier_free(verifier);
}

/* ---- responses -------------------------------------------------------------------------------------------------- */

static void headers_end_where_the_count_says(void) {
  mcpauth_verifier *verifier = fixture_verifier(fixture_config(NULL));
  mcpauth_authinfo *info;
  mcpauth_response *denial = NULL;
  CHECK_RESULT(authorize_header(verifier, "Bearer opaque", &info, &denial), MCPAUTH_ERR_TOKEN_MALFORMED);
  size_t count = mcpauth_response_header_count(denial);
  CHECK(count > 2);
  for (size_t i = 0; i < count; i++) {
    mcpauth_str name = mcpauth_response_header_name(denial, i), value = mcpauth_response_header_value(denial, i);
    CHECK(name.len > 0 && strlen(name.data) == name.len);
    CHECK(value.len > 0 && strlen(value.data) == value.len && strpbrk(value.data, "\r\n") == NULL);
  }
  CHECK_STR(mcpauth_response_header_name(denial, count), "");
  CHECK_STR(mcpauth_response_header_value(denial, count), "");
  CHECK_STR(mcpauth_response_header_name(denial, SIZE_MAX), "");
  CHECK_STR(mcpauth_response_header_value(denial, SIZE_MAX), "");
  mcpauth_response_free(denial);
  mcpauth_verifier_free(verifier);
}

/* No message and no body repeats the token: it is a secret. */
static void no_answer_holds_the_token(void) {
  mcpauth_config *config = fixture_config(NULL);
  CHECK_RESULT(mcpauth_config_set_show_error_details(config, true), MCPAUTH_OK);
  mcpauth_verifier *verifier = fixture_verifier(config);
  char *token = fixture_token("{\"exp\":1}");
  mcpauth_authinfo *info;
  mcpauth_response *denial = NULL;
  CHECK_RESULT(authorize_token(verifier, token, &info, &denial), MCPAUTH_ERR_TOKEN_EXPIRED);
  const char *signature = strrchr(token, '.') + 1;
  CHECK(strstr(mcpauth_response_body(denial).data, signature) == NULL);
  CHECK(strstr(mcpauth_error_message(mcpauth_response_error(denial)).data, signature) == NULL);
  mcpauth_response_free(denial);
  free(token);
  mcpauth_verifier_free(verifier);
}

CHECK_MAIN(CASE(A36_the_authorization_header), CASE(the_requests_size_says_which_version_it_is),
           CASE(a_senseless_size_is_refused), CASE(a_401_names_the_metadata_and_the_scopes),
           CASE(a_403_names_all_scopes), CASE(without_required_scopes_the_challenge_has_none),
           CASE(the_cause_is_in_the_body_when_it_is_asked_for), CASE(a_cause_of_text_is_the_message),
           CASE(an_errors_response_is_the_denial), CASE(headers_end_where_the_count_says),
           CASE(no_answer_holds_the_token))
