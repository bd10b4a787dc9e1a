/* References, and destroy callbacks: exactly once, after the last object that needs them. */
#include <stdlib.h>

#include "fixture.h"

static int64_t count_clock(void *userdata) {
  (void)userdata;
  return NOW;
}

static void count_destroy(void *userdata) { ++*(int *)userdata; }

static mcpauth_result accept(void *userdata, const char *token, size_t token_len, mcpauth_authinfo_builder *builder) {
  (void)userdata, (void)token, (void)token_len;
  return mcpauth_authinfo_builder_set_subject(builder, SUBJECT, strlen(SUBJECT));
}

/* Both ways of handing over userdata. */
static mcpauth_result set_counted(mcpauth_config *config, int custom, int *destroyed) {
  return custom ? mcpauth_config_set_custom_verifier(config, accept, destroyed, count_destroy)
                : mcpauth_config_set_clock(config, count_clock, destroyed, count_destroy);
}

static void destroy_runs_with_the_last_that_needs_it(void) {
  for (int custom = 0; custom < 2; custom++) {
    int destroyed = 0;
    mcpauth_config *config = fixture_config(NULL);
    mcpauth_verifier *first = NULL, *second = NULL, *third = NULL;
    CHECK_RESULT(set_counted(config, custom, &destroyed), MCPAUTH_OK);
    CHECK_RESULT(mcpauth_verifier_new(config, &first, NULL), MCPAUTH_OK);
    CHECK_RESULT(mcpauth_verifier_new(config, &second, NULL), MCPAUTH_OK);
    mcpauth_config_free(config);
    CHECK_INT(destroyed, 0);
    CHECK_RESULT(mcpauth_verifier_retain(first, &third), MCPAUTH_OK);
    mcpauth_verifier_free(first);
    mcpauth_verifier_free(second);
    CHECK_INT(destroyed, 0);
    mcpauth_verifier_free(third);
    CHECK_INT(destroyed, 1);
  }
}

static void destroy_runs_with_the_configuration_when_there_is_no_verifier(void) {
  for (int custom = 0; custom < 2; custom++) {
    int destroyed = 0;
    mcpauth_config *config = fixture_config(NULL);
    CHECK_RESULT(set_counted(config, custom, &destroyed), MCPAUTH_OK);
    mcpauth_config_free(config);
    CHECK_INT(destroyed, 1);
  }
}

static void destroy_runs_when_the_setting_is_replaced(void) {
  for (int custom = 0; custom < 2; custom++) {
    int destroyed = 0, second_destroyed = 0;
    mcpauth_config *config = fixture_config(NULL);
    mcpauth_verifier *verifier = NULL;
    CHECK_RESULT(set_counted(config, custom, &destroyed), MCPAUTH_OK);
    CHECK_RESULT(mcpauth_verifier_new(config, &verifier, NULL), MCPAUTH_OK);
    CHECK_RESULT(set_counted(config, custom, &second_destroyed), MCPAUTH_OK);
    CHECK_INT(destroyed, 0); /* the verifier still has the first */
    mcpauth_verifier_free(verifier);
    CHECK_INT(destroyed, 1);
    mcpauth_config_free(config);
    CHECK_INT(destroyed, 1);
    CHECK_INT(second_destroyed, 1);
  }
}

static void destroy_never_runs_when_the_setter_failed(void) {
  int destroyed = 0;
  mcpauth_config *config = fixture_config(NULL);
  CHECK_RESULT(mcpauth_config_set_clock(config, NULL, &destroyed, count_destroy), MCPAUTH_ERR_NULL_PARAMETER);
  CHECK_RESULT(mcpauth_config_set_custom_verifier(config, NULL, &destroyed, count_destroy), MCPAUTH_ERR_NULL_PARAMETER);
  mcpauth_config_free(config);
  CHECK_INT(destroyed, 0);
}

static void destroy_runs_once_when_no_verifier_can_be_made(void) {
  int destroyed = 0;
  mcpauth_config *config = fixture_config(NULL);
  mcpauth_verifier *verifier = NULL;
  CHECK_RESULT(set_counted(config, 0, &destroyed), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_config_add_required_scope(config, "a b"), MCPAUTH_ERR_INVALID_ARGUMENT);
  CHECK_RESULT(mcpauth_verifier_new(config, &verifier, NULL), MCPAUTH_ERR_INVALID_ARGUMENT);
  CHECK_INT(destroyed, 0);
  mcpauth_config_free(config);
  CHECK_INT(destroyed, 1);
}

/* ---- the clock -------------------------------------------------------------------------------------------------- */

static int64_t settable_clock(void *userdata) { return *(int64_t *)userdata; }

static void the_clock_decides_what_is_expired(void) {
  int64_t now = NOW;
  mcpauth_config *config = fixture_config(NULL);
  CHECK_RESULT(mcpauth_config_set_clock(config, settable_clock, &now, NULL), MCPAUTH_OK);
  mcpauth_verifier *verifier = fixture_verifier(config);
  CHECK_RESULT(verify_claims(verifier, NULL), MCPAUTH_OK); /* exp is NOW + 300 */
  now = NOW + 359;
  CHECK_RESULT(verify_claims(verifier, NULL), MCPAUTH_OK);
  now = NOW + 360;
  CHECK_RESULT(verify_claims(verifier, NULL), MCPAUTH_ERR_TOKEN_EXPIRED);
  now = NOW; /* the clock stepping back */
  CHECK_RESULT(verify_claims(verifier, NULL), MCPAUTH_OK);
  now = INT64_MAX; /* no number of the clock overflows anything */
  CHECK_RESULT(verify_claims(verifier, NULL), MCPAUTH_ERR_TOKEN_EXPIRED);
  now = INT64_MIN;
  CHECK(verify_claims(verifier, NULL) != MCPAUTH_ERR_TOKEN_EXPIRED);
  mcpauth_verifier_free(verifier);
}

static void without_a_clock_it_is_the_systems(void) {
  mcpauth_config *config;
  mcpauth_issuer *issuer;
  CHECK_RESULT(mcpauth_config_new(RESOURCE, &config), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_config_add_issuer(config, ISSUER, &issuer), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_issuer_set_jwks_json(issuer, fixture_jwks(), strlen(fixture_jwks())), MCPAUTH_OK);
  mcpauth_verifier *verifier = fixture_verifier(config);
  CHECK_RESULT(verify_claims(verifier, "{\"exp\":4000000000,\"iat\":1}"), MCPAUTH_OK);
  CHECK_RESULT(verify_claims(verifier, "{\"exp\":1000000000,\"iat\":1}"), MCPAUTH_ERR_TOKEN_EXPIRED);
  mcpauth_verifier_free(verifier);
}

/* ---- auth info, errors and responses outlive the verifier ------------------------------------------------------- */

static void an_auth_info_lives_as_long_as_its_last_reference(void) {
  mcpauth_verifier *verifier = fixture_verifier(fixture_config(NULL));
  char *token = fixture_token(NULL);
  mcpauth_authinfo *info = NULL, *second = NULL;
  CHECK_RESULT(mcpauth_verify(verifier, token, strlen(token), &info, NULL), MCPAUTH_OK);
  free(token);
  mcpauth_verifier_free(verifier);
  CHECK_RESULT(mcpauth_authinfo_retain(info, &second), MCPAUTH_OK);
  mcpauth_authinfo_free(info);
  CHECK_STR(mcpauth_authinfo_subject(second), SUBJECT);
  CHECK(mcpauth_authinfo_has_scope(second, "mcp:read"));
  mcpauth_authinfo_free(second);
}

static void errors_and_responses_outlive_the_verifier(void) {
  mcpauth_verifier *verifier = fixture_verifier(fixture_config(NULL));
  mcpauth_authinfo *info = NULL;
  mcpauth_error *error = NULL;
  mcpauth_response *denial = NULL;
  CHECK_RESULT(mcpauth_verify(verifier, "opaque", 6, &info, &error), MCPAUTH_ERR_TOKEN_MALFORMED);
  CHECK_RESULT(authorize_token(verifier, "opaque", &info, &denial), MCPAUTH_ERR_TOKEN_MALFORMED);
  mcpauth_verifier_free(verifier);
  CHECK(mcpauth_error_message(error).len > 0);
  CHECK_INT(mcpauth_response_status(denial), 401);
  CHECK_RESULT(mcpauth_error_result(mcpauth_response_error(denial)), MCPAUTH_ERR_TOKEN_MALFORMED);
  mcpauth_error_free(error);
  mcpauth_response_free(denial);
}

/* Where no verifier was given there is still a response, as often as it is asked for. */
static void the_plain_500_can_be_freed_again_and_again(void) {
  mcpauth_request request = MCPAUTH_REQUEST_INIT;
  for (int i = 0; i < 3; i++) {
    mcpauth_authinfo *info;
    mcpauth_response *denial = NULL;
    CHECK_RESULT(mcpauth_authorize(NULL, &request, &info, &denial), MCPAUTH_ERR_NULL_PARAMETER);
    CHECK_INT(mcpauth_response_status(denial), 500);
    mcpauth_response_free(denial);
  }
}

CHECK_MAIN(CASE(destroy_runs_with_the_last_that_needs_it),
           CASE(destroy_runs_with_the_configuration_when_there_is_no_verifier),
           CASE(destroy_runs_when_the_setting_is_replaced), CASE(destroy_never_runs_when_the_setter_failed),
           CASE(destroy_runs_once_when_no_verifier_can_be_made), CASE(the_clock_decides_what_is_expired),
           CASE(without_a_clock_it_is_the_systems), CASE(an_auth_info_lives_as_long_as_its_last_reference),
           CASE(errors_and_responses_outlive_the_verifier), CASE(the_plain_500_can_be_freed_again_and_again))
