/* Custom verification: what the callback is given, what its answer means, what the library still checks. */
#include <stdlib.h>

#include "fixture.h"

/* What a callback fills in; a NULL text is left out. */
typedef struct {
  const char *issuer, *subject, *client_id, *audience, *scopes[3], *claims_json, *message;
  int64_t expires_at;
  mcpauth_result answer;
  /* what it was given */
  unsigned calls;
  char token[64];
} script;

static script good_script(void) {
  return (script){.issuer = ISSUER, .subject = SUBJECT, .audience = RESOURCE, .scopes = {"mcp:read", "mcp:write"}};
}

#define SET(setter, text) \
  if (text) CHECK_RESULT(setter(builder, text, strlen(text)), MCPAUTH_OK)

static mcpauth_result follow(void *userdata, const char *token, size_t token_len, mcpauth_authinfo_builder *builder) {
  script *steps = userdata;
  steps->calls++;
  snprintf(steps->token, sizeof steps->token, "%.*s", (int)token_len, token);
  SET(mcpauth_authinfo_builder_set_issuer, steps->issuer);
  SET(mcpauth_authinfo_builder_set_subject, steps->subject);
  SET(mcpauth_authinfo_builder_set_client_id, steps->client_id);
  SET(mcpauth_authinfo_builder_add_audience, steps->audience);
  for (size_t i = 0; i < 3; i++) SET(mcpauth_authinfo_builder_add_scope, steps->scopes[i]);
  SET(mcpauth_authinfo_builder_set_claims_json, steps->claims_json);
  SET(mcpauth_authinfo_builder_set_message, steps->message);
  if (steps->expires_at) CHECK_RESULT(mcpauth_authinfo_builder_set_expires_at(builder, steps->expires_at), MCPAUTH_OK);
  return steps->answer;
}

static mcpauth_verifier *scripted_verifier(mcpauth_config *config, script *steps) {
  CHECK_RESULT(mcpauth_config_set_custom_verifier(config, follow, steps, NULL), MCPAUTH_OK);
  return fixture_verifier(config);
}

/* The result of a callback that follows steps, in the usual configuration with mcp:read required. */
static mcpauth_result scripted_result(script steps) {
  mcpauth_config *config = fixture_config(NULL);
  CHECK_RESULT(mcpauth_config_add_required_scope(config, "mcp:read"), MCPAUTH_OK);
  mcpauth_verifier *verifier = scripted_verifier(config, &steps);
  mcpauth_result result = verify_result(verifier, "opaque-token");
  CHECK_INT(steps.calls, 1);
  CHECK(strcmp(steps.token, "opaque-token") == 0);
  mcpauth_verifier_free(verifier);
  return result;
}

static void the_callback_makes_the_auth_info(void) {
  script steps = good_script();
  steps.client_id = "client-7";
  steps.expires_at = NOW + 5;
  steps.claims_json = "{\"tenant\":\"t1\",\"sub\":\"mallory\",\"iss\":\"https://evil.example.com\",\"exp\":1}";
  mcpauth_verifier *verifier = scripted_verifier(fixture_config(NULL), &steps);
  mcpauth_authinfo *info = NULL;
  CHECK_RESULT(mcpauth_verify(verifier, "opaque-token", 12, &info, NULL), MCPAUTH_OK);
  CHECK_STR(mcpauth_authinfo_token(info), "opaque-token");
  CHECK_STR(mcpauth_authinfo_issuer(info), ISSUER);
  CHECK_STR(mcpauth_authinfo_subject(info), SUBJECT);
  CHECK_STR(mcpauth_authinfo_client_id(info), "client-7");
  CHECK_INT(mcpauth_authinfo_expires_at(info), NOW + 5);
  CHECK_INT(mcpauth_authinfo_scope_count(info), 2);
  CHECK_STR(mcpauth_authinfo_scope_at(info, 1), "mcp:write");
  CHECK_INT(mcpauth_authinfo_audience_count(info), 1);
  CHECK_STR(mcpauth_authinfo_audience_at(info, 0), RESOURCE);
  char *tenant = json_member(mcpauth_authinfo_claims_json(info), "tenant");
  char *subject = json_member(mcpauth_authinfo_claims_json(info), "sub");
  char *issuer = json_member(mcpauth_authinfo_claims_json(info), "iss");
  CHECK(tenant && strcmp(tenant, "t1") == 0);
  CHECK(subject && strcmp(subject, SUBJECT) == 0); /* claims_json never overrides a setter */
  CHECK(issuer && strcmp(issuer, ISSUER) == 0);
  free(tenant);
  free(subject);
  free(issuer);
  mcpauth_authinfo_free(info);
  mcpauth_verifier_free(verifier);
}

/* ---- what the library checks ------------------------------------------------------------------------------------ */

static void the_library_checks_what_the_callback_returns(void) {
  CHECK_RESULT(scripted_result(good_script()), MCPAUTH_OK);
  script steps = good_script();
  steps.issuer = "https://other.example.com";
  CHECK_RESULT(scripted_result(steps), MCPAUTH_ERR_ISSUER_MISMATCH);
  steps = good_script();
  steps.issuer = NULL;
  CHECK_RESULT(scripted_result(steps), MCPAUTH_ERR_ISSUER_MISMATCH);
  steps = good_script();
  steps.audience = "https://other.example.com";
  CHECK_RESULT(scripted_result(steps), MCPAUTH_ERR_AUDIENCE_MISMATCH);
  steps = good_script();
  steps.audience = NULL;
  CHECK_RESULT(scripted_result(steps), MCPAUTH_ERR_AUDIENCE_MISMATCH);
  steps = good_script();
  steps.subject = NULL;
  CHECK_RESULT(scripted_result(steps), MCPAUTH_ERR_CLAIM_MISSING);
  steps = good_script();
  steps.scopes[0] = NULL;
  CHECK_RESULT(scripted_result(steps), MCPAUTH_ERR_INSUFFICIENT_SCOPE);
  steps = good_script();
  steps.expires_at = NOW - 59;
  CHECK_RESULT(scripted_result(steps), MCPAUTH_OK);
  steps.expires_at = NOW - 60;
  CHECK_RESULT(scripted_result(steps), MCPAUTH_ERR_TOKEN_EXPIRED);
}

/* A verifier without any issuer: only an absent one is accepted. */
static void without_issuers_the_issuer_must_be_absent(void) {
  script absent = good_script(), present = good_script();
  absent.issuer = NULL;
  script *rows[] = {&absent, &present};
  for (size_t i = 0; i < 2; i++) {
    mcpauth_config *config;
    CHECK_RESULT(mcpauth_config_new(RESOURCE, &config), MCPAUTH_OK);
    mcpauth_verifier *verifier = scripted_verifier(config, rows[i]);
    CHECK_RESULT(verify_result(verifier, "opaque-token"), i == 0 ? MCPAUTH_OK : MCPAUTH_ERR_ISSUER_MISMATCH);
    mcpauth_verifier_free(verifier);
  }
}

/* ---- what the callback answers ---------------------------------------------------------------------------------- */

static void an_answer_means_what_the_header_says(void) {
  static const mcpauth_result passed_on[] = {MCPAUTH_ERR_TOKEN_REJECTED, MCPAUTH_ERR_TOKEN_EXPIRED,
                                             MCPAUTH_ERR_TOKEN_INACTIVE, MCPAUTH_ERR_CALLBACK_FAILED};
  for (size_t i = 0; i < sizeof passed_on / sizeof *passed_on; i++) {
    script steps = good_script(); /* what it filled in does not matter then */
    steps.answer = passed_on[i];
    CHECK_RESULT(scripted_result(steps), passed_on[i]);
  }
}

/* A34: over every number near a constant and at the ends, MCPAUTH_OK alone lets anybody in. */
static void A34_no_odd_answer_is_a_success(void) {
  mcpauth_config *config = fixture_config(NULL);
  script steps = good_script();
  mcpauth_verifier *verifier = scripted_verifier(config, &steps);
  CHECK_RESULT(verify_result(verifier, "opaque-token"), MCPAUTH_OK);
  for (mcpauth_result answer = 1; answer < 1000; answer++) {
    mcpauth_authinfo *info = NULL;
    mcpauth_error *error = NULL;
    steps.answer = answer;
    CHECK(mcpauth_verify(verifier, "opaque-token", 12, &info, &error) != MCPAUTH_OK);
    CHECK(info == NULL && error != NULL);
    int status = mcpauth_error_http_status(error);
    if (answer == MCPAUTH_ERR_TOKEN_REJECTED || answer == MCPAUTH_ERR_TOKEN_EXPIRED ||
        answer == MCPAUTH_ERR_TOKEN_INACTIVE)
      CHECK_INT(status, 401);
    else
      CHECK_INT(status, answer == MCPAUTH_ERR_CALLBACK_FAILED ? 503 : 500);
    mcpauth_error_free(error);
  }
  steps.answer = UINT32_MAX;
  CHECK_RESULT(verify_result(verifier, "opaque-token"), MCPAUTH_ERR_INTERNAL);
  steps.answer = (mcpauth_result)-1 << 31;
  CHECK_RESULT(verify_result(verifier, "opaque-token"), MCPAUTH_ERR_INTERNAL);
  mcpauth_verifier_free(verifier);
}

static void its_message_is_for_the_log_and_not_for_the_client(void) {
  mcpauth_config *config = fixture_config(NULL);
  script steps = good_script();
  steps.answer = MCPAUTH_ERR_TOKEN_REJECTED;
  steps.message = "key revoked on Monday\r\nforged line";
  mcpauth_verifier *verifier = scripted_verifier(config, &steps);
  mcpauth_authinfo *info = NULL;
  mcpauth_response *denial = NULL;
  CHECK_RESULT(authorize_token(verifier, "opaque-token", &info, &denial), MCPAUTH_ERR_TOKEN_REJECTED);
  mcpauth_str message = mcpauth_error_message(mcpauth_response_error(denial));
  CHECK_CONTAINS(message, "key revoked on Monday");
  CHECK(strpbrk(message.data, "\r\n") == NULL);
  CHECK(strstr(mcpauth_response_body(denial).data, "Monday") == NULL);
  mcpauth_response_free(denial);
  mcpauth_verifier_free(verifier);
}

/* The result is never kept: each request asks again. */
static void every_request_asks_the_callback(void) {
  script steps = good_script();
  mcpauth_verifier *verifier = scripted_verifier(fixture_config(NULL), &steps);
  CHECK_RESULT(verify_result(verifier, "opaque-token"), MCPAUTH_OK);
  CHECK_RESULT(verify_result(verifier, "opaque-token"), MCPAUTH_OK);
  steps.answer = MCPAUTH_ERR_TOKEN_INACTIVE;
  CHECK_RESULT(verify_result(verifier, "opaque-token"), MCPAUTH_ERR_TOKEN_INACTIVE);
  CHECK_INT(steps.calls, 3);
  mcpauth_verifier_free(verifier);
}

/* What the request's own form decides is decided before the callback. */
static void a_request_without_one_bearer_token_never_reaches_it(void) {
  script steps = good_script();
  mcpauth_verifier *verifier = scripted_verifier(fixture_config(NULL), &steps);
  static const char *const headers[] = {"Basic YTpi", "Bearer", "Bearer a b", "Bearer a,b"};
  for (size_t i = 0; i < sizeof headers / sizeof *headers; i++) {
    mcpauth_authinfo *info = NULL;
    mcpauth_response *denial = NULL;
    CHECK(authorize_header(verifier, headers[i], &info, &denial) != MCPAUTH_OK);
    mcpauth_response_free(denial);
  }
  CHECK_INT(steps.calls, 0);
  mcpauth_verifier_free(verifier);
}

/* ---- the builder ------------------------------------------------------------------------------------------------ */

/* One setter with a text it refuses; everything else is good, and MCPAUTH_OK is returned all the same. */
typedef struct {
  mcpauth_result (*set)(mcpauth_authinfo_builder *builder, const char *text, size_t len);
  const char *text;
  size_t len;
} bad_setting;

static mcpauth_result set_badly(void *userdata, const char *token, size_t token_len,
                                mcpauth_authinfo_builder *builder) {
  const bad_setting *bad = userdata;
  script steps = good_script();
  CHECK_RESULT(follow(&steps, token, token_len, builder), MCPAUTH_OK);
  mcpauth_result result = bad->set(builder, bad->text, bad->len);
  if (result != MCPAUTH_ERR_INVALID_ARGUMENT)
    CHECK_FAIL("\"%.*s\" gives %s", (int)bad->len, bad->text, mcpauth_result_name(result));
  return MCPAUTH_OK;
}

static void a_setting_that_fails_fails_the_verification(void) {
  bad_setting rows[] = {{mcpauth_authinfo_builder_set_issuer, "a\0b", 3},
                        {mcpauth_authinfo_builder_set_issuer, "\xff", 1},
                        {mcpauth_authinfo_builder_set_subject, "a\0b", 3},
                        {mcpauth_authinfo_builder_set_subject, "\xc3", 1},
                        {mcpauth_authinfo_builder_set_client_id, "a\0b", 3},
                        {mcpauth_authinfo_builder_add_audience, "a\0b", 3},
                        {mcpauth_authinfo_builder_add_scope, "two words", 9},
                        {mcpauth_authinfo_builder_add_scope, "a\0b", 3},
                        {mcpauth_authinfo_builder_set_message, "\xff", 1},
                        {mcpauth_authinfo_builder_set_claims_json, "[]", 2},
                        {mcpauth_authinfo_builder_set_claims_json, "{", 1},
                        {mcpauth_authinfo_builder_set_claims_json, "{\"a\":1,\"a\":2}", 13}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    mcpauth_config *config = fixture_config(NULL);
    CHECK_RESULT(mcpauth_config_set_custom_verifier(config, set_badly, &rows[i], NULL), MCPAUTH_OK);
    mcpauth_verifier *verifier = fixture_verifier(config);
    CHECK_RESULT(verify_result(verifier, "opaque-token"), MCPAUTH_ERR_INVALID_ARGUMENT);
    mcpauth_verifier_free(verifier);
  }
}

static mcpauth_result set_bad_expiry(void *userdata, const char *token, size_t token_len,
                                     mcpauth_authinfo_builder *builder) {
  script steps = good_script();
  CHECK_RESULT(follow(&steps, token, token_len, builder), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_authinfo_builder_set_expires_at(builder, *(int64_t *)userdata), MCPAUTH_ERR_INVALID_ARGUMENT);
  return MCPAUTH_OK;
}

static void an_expiry_is_a_date(void) {
  int64_t rows[] = {0, -1, INT64_MIN, 253402300800, INT64_MAX};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    mcpauth_config *config = fixture_config(NULL);
    CHECK_RESULT(mcpauth_config_set_custom_verifier(config, set_bad_expiry, &rows[i], NULL), MCPAUTH_OK);
    mcpauth_verifier *verifier = fixture_verifier(config);
    CHECK_RESULT(verify_result(verifier, "opaque-token"), MCPAUTH_ERR_INVALID_ARGUMENT);
    mcpauth_verifier_free(verifier);
  }
  script steps = good_script();
  steps.expires_at = 253402300799; /* the last second of the year 9999 */
  CHECK_RESULT(scripted_result(steps), MCPAUTH_OK);
}

/* What only claims_json says is judged by nothing: an exp there would look enforced. */
static void a_judged_claim_needs_its_own_call(void) {
  static const char *const refused[] = {"{\"exp\":1}", "{\"client_id\":\"x\"}"};
  script steps = good_script();
  steps.claims_json = "{\"tenant\":\"t1\",\"sub\":\"x\",\"iss\":\"x\",\"aud\":\"x\",\"scope\":\"x\"}";
  CHECK_RESULT(scripted_result(steps), MCPAUTH_OK);
  for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
    steps.claims_json = refused[i];
    CHECK_RESULT(scripted_result(steps), MCPAUTH_ERR_INVALID_ARGUMENT);
  }
  steps.claims_json = "{\"aud\":\"" RESOURCE "\"}";
  steps.audience = NULL;
  CHECK_RESULT(scripted_result(steps), MCPAUTH_ERR_INVALID_ARGUMENT);
}

/* A rule that was asked for and that nothing would be judged by is a mistake. */
static void rules_for_jwts_are_refused_beside_it(void) {
  for (int rule = 0; rule < 3; rule++) {
    script steps = good_script();
    mcpauth_config *config = fixture_config(NULL);
    mcpauth_verifier *verifier;
    mcpauth_error *error = NULL;
    mcpauth_result set = rule == 0   ? mcpauth_config_set_max_token_age_seconds(config, 60)
                         : rule == 1 ? mcpauth_config_require_rfc9068(config)
                                     : mcpauth_config_add_scope_claim(config, "permissions");
    CHECK_RESULT(set, MCPAUTH_OK);
    CHECK_RESULT(mcpauth_verifier_new(config, &verifier, NULL), MCPAUTH_OK);
    mcpauth_verifier_free(verifier);
    CHECK_RESULT(mcpauth_config_set_custom_verifier(config, follow, &steps, NULL), MCPAUTH_OK);
    CHECK_RESULT(mcpauth_verifier_new(config, &verifier, &error), MCPAUTH_ERR_INVALID_CONFIG);
    CHECK_CONTAINS(mcpauth_error_message(error), "custom verifier");
    mcpauth_error_free(error);
    mcpauth_config_free(config);
  }
}

/* What an introspection endpoint answers is put into claims_json as it is: what refuses the token there refuses it here. */
static void what_claims_json_says_against_the_token_counts(void) {
  static const struct {
    const char *claims;
    mcpauth_result expected;
  } rows[] = {
      {"{\"active\":true,\"token_type\":\"Bearer\",\"nbf\":1800000060,\"iat\":1799999000}", MCPAUTH_OK},
      {"{\"cnf\":{\"jkt\":\"0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I\"}}", MCPAUTH_ERR_BINDING_MISMATCH},
      {"{\"cnf\":{\"x5t#S256\":\"bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg2\"}}", MCPAUTH_ERR_BINDING_MISMATCH},
      {"{\"cnf\":null}", MCPAUTH_ERR_BINDING_MISMATCH},
      {"{\"nbf\":1800000061}", MCPAUTH_ERR_TOKEN_NOT_YET_VALID},
      {"{\"nbf\":1800000060.5}", MCPAUTH_ERR_TOKEN_NOT_YET_VALID},
      {"{\"iat\":1800000061}", MCPAUTH_ERR_TOKEN_NOT_YET_VALID},
      {"{\"nbf\":\"1\"}", MCPAUTH_ERR_CLAIM_INVALID},
      {"{\"active\":false}", MCPAUTH_ERR_TOKEN_INACTIVE},
      {"{\"active\":\"true\"}", MCPAUTH_ERR_TOKEN_INACTIVE},
      {"{\"active\":1}", MCPAUTH_ERR_TOKEN_INACTIVE},
      {"{\"active\":null}", MCPAUTH_ERR_TOKEN_INACTIVE},
      {"{\"token_use\":\"refresh\"}", MCPAUTH_ERR_TOKEN_TYPE},
      {"{\"typ\":\"Refresh\"}", MCPAUTH_ERR_TOKEN_TYPE}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    script steps = good_script();
    steps.claims_json = rows[i].claims;
    const mcpauth_result result = scripted_result(steps);
    if (result != rows[i].expected) CHECK_FAIL("%s gives %s", rows[i].claims, mcpauth_result_name(result));
  }
}

/* Beside a custom verifier an issuer is a name: nothing is fetched, so that nothing has to be fetchable. */
static void its_issuers_are_names_alone(void) {
  static const char *const names[] = {"http://sts.example.com/adfs/services/trust", "https://sts.example.com"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    script steps = good_script();
    mcpauth_config *config;
    mcpauth_error *error = NULL;
    mcpauth_stats stats = MCPAUTH_STATS_INIT;
    steps.issuer = names[i];
    CHECK_RESULT(mcpauth_config_new(RESOURCE, &config), MCPAUTH_OK);
    CHECK_RESULT(mcpauth_config_add_issuer(config, names[i], NULL), MCPAUTH_OK);
    mcpauth_verifier *verifier = scripted_verifier(config, &steps);
    CHECK_RESULT(verify_result(verifier, "opaque-token"), MCPAUTH_OK);
    steps.issuer = "https://other.example.com";
    CHECK_RESULT(verify_result(verifier, "opaque-token"), MCPAUTH_ERR_ISSUER_MISMATCH);
    CHECK_RESULT(mcpauth_verifier_prefetch(verifier, &error), MCPAUTH_OK);
    CHECK_RESULT(mcpauth_verifier_stats(verifier, &stats), MCPAUTH_OK);
    CHECK_INT(stats.fetches + stats.http_requests, 0);
    mcpauth_verifier_free(verifier);
  }
}

CHECK_MAIN(CASE(the_callback_makes_the_auth_info), CASE(the_library_checks_what_the_callback_returns),
           CASE(without_issuers_the_issuer_must_be_absent), CASE(an_answer_means_what_the_header_says),
           CASE(A34_no_odd_answer_is_a_success), CASE(its_message_is_for_the_log_and_not_for_the_client),
           CASE(every_request_asks_the_callback), CASE(a_request_without_one_bearer_token_never_reaches_it),
           CASE(a_setting_that_fails_fails_the_verification), CASE(an_expiry_is_a_date),
           CASE(a_judged_claim_needs_its_own_call), CASE(rules_for_jwts_are_refused_beside_it),
           CASE(what_claims_json_says_against_the_token_counts), CASE(its_issuers_are_names_alone))
