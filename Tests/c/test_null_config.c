/*
 * NULL for each pointer of each function that configures, in the header's order: a result, never a crash, and outputs
 * written all the same. test_null.c has the other functions.
 */
#include <stdlib.h>

#include "fixture.h"
#include "null.h"

static void config_new(void) {
  mcpauth_config *config = STALE;
  NULL_PARAMETER(mcpauth_config_new(NULL, NULL));
  NULL_PARAMETER(mcpauth_config_new(RESOURCE, NULL));
  NULL_PARAMETER(mcpauth_config_new(NULL, &config));
  CHECK(config != STALE);
  mcpauth_config_free(config);
  mcpauth_config_free(NULL);
  NULL_PARAMETER(mcpauth_config_dangerous_new_with_http_resource(RESOURCE, NULL));
  config = STALE;
  NULL_PARAMETER(mcpauth_config_dangerous_new_with_http_resource(NULL, &config));
  CHECK(config != STALE);
  mcpauth_config_free(config);
}

static void config_handle(void) {
  mcpauth_issuer *issuer = STALE;
  CHECK(mcpauth_config_error(NULL) == NULL);
  NULL_PARAMETER(mcpauth_config_add_issuer(NULL, ISSUER, &issuer));
  CHECK(issuer == NULL);
  NULL_PARAMETER(mcpauth_config_add_issuer(NULL, ISSUER, NULL));
  NULL_PARAMETER(mcpauth_config_add_audience(NULL, RESOURCE));
  NULL_PARAMETER(mcpauth_config_add_required_scope(NULL, "mcp:read"));
  NULL_PARAMETER(mcpauth_config_ignore_root_slash(NULL));
  NULL_PARAMETER(mcpauth_config_add_allowed_client(NULL, "client-1"));
  NULL_PARAMETER(mcpauth_config_add_required_claim(NULL, "token_use", "access"));
  NULL_PARAMETER(mcpauth_config_add_scope_claim(NULL, "permissions"));
  NULL_PARAMETER(mcpauth_config_add_scope_implication(NULL, "a", "b"));
  NULL_PARAMETER(mcpauth_config_add_tool_scope(NULL, "a", "b"));
  NULL_PARAMETER(mcpauth_config_add_prompt_scope(NULL, "a", "b"));
  NULL_PARAMETER(mcpauth_config_add_resource_scope(NULL, "a", "b"));
  NULL_PARAMETER(mcpauth_config_add_resource_template_scope(NULL, "a{b}", "c"));
  NULL_PARAMETER(mcpauth_config_require_tool_rules(NULL));
  NULL_PARAMETER(mcpauth_config_add_method_scope(NULL, "a", "b"));
  NULL_PARAMETER(mcpauth_config_set_scope_request_name(NULL, "a", "b"));
  NULL_PARAMETER(mcpauth_config_add_advertised_scope(NULL, "a"));
  NULL_PARAMETER(mcpauth_config_set_resource_metadata_json(NULL, "{}", 2));
  NULL_PARAMETER(mcpauth_config_serve_metadata_at_root(NULL));
  NULL_PARAMETER(mcpauth_config_set_metadata_url(NULL, "https://a.example.com/x"));
  NULL_PARAMETER(mcpauth_config_disable_cross_origin_headers(NULL));
  NULL_PARAMETER(mcpauth_config_add_allowed_origin(NULL, "https://a.example.com"));
  NULL_PARAMETER(mcpauth_config_add_allowed_host(NULL, "a.example.com"));
  NULL_PARAMETER(mcpauth_config_allow_any_origin(NULL));
  NULL_PARAMETER(mcpauth_config_add_public_method(NULL, "a"));
  NULL_PARAMETER(mcpauth_config_add_public_tool(NULL, "a"));
  NULL_PARAMETER(mcpauth_config_set_challenge_scopes(NULL, MCPAUTH_CHALLENGE_REQUIRED));
  NULL_PARAMETER(mcpauth_config_serve_authorization_server_metadata_json(NULL, "{}", 2));
  NULL_PARAMETER(mcpauth_config_set_session_key(NULL, "0123456789abcdef0123456789abcdef", 32));
  NULL_PARAMETER(mcpauth_config_set_leeway_seconds(NULL, 1));
  NULL_PARAMETER(mcpauth_config_set_token_cache(NULL, 10, 1 << 20, 60));
  NULL_PARAMETER(mcpauth_config_set_show_error_details(NULL, true));
  NULL_PARAMETER(mcpauth_config_set_max_token_age_seconds(NULL, 1));
  NULL_PARAMETER(mcpauth_config_require_rfc9068(NULL));
  NULL_PARAMETER(mcpauth_config_dangerous_disable_audience_check(NULL));
  NULL_PARAMETER(mcpauth_config_dangerous_disable_token_type_check(NULL));
  NULL_PARAMETER(mcpauth_config_dangerous_allow_missing_audience(NULL));
  NULL_PARAMETER(mcpauth_config_dangerous_allow_missing_expiry(NULL));
  NULL_PARAMETER(mcpauth_config_dangerous_allow_missing_subject(NULL));
}

/* Each in a configuration of its own, as the first failure is kept: it must be this one. */
#define NULL_SETTING(call)                                                                        \
  do {                                                                                            \
    mcpauth_issuer *issuer;                                                                       \
    mcpauth_config *config = fixture_config(&issuer);                                             \
    NULL_PARAMETER(call);                                                                         \
    CHECK_RESULT(mcpauth_error_result(mcpauth_config_error(config)), MCPAUTH_ERR_NULL_PARAMETER); \
    CHECK(mcpauth_config_error(config) != NULL);                                                  \
    mcpauth_verifier *verifier = STALE;                                                           \
    NULL_PARAMETER(mcpauth_verifier_new(config, &verifier, NULL));                                \
    CHECK(verifier == NULL);                                                                      \
    mcpauth_config_free(config);                                                                  \
  } while (0)

static void destroy_must_not_run(void *userdata) {
  (void)userdata;
  CHECK_FAIL("destroy ran although the setter failed");
}

static mcpauth_result accept_all(void *userdata, const char *token, size_t token_len,
                                 mcpauth_authinfo_builder *builder) {
  (void)userdata, (void)token, (void)token_len;
  return mcpauth_authinfo_builder_set_subject(builder, SUBJECT, strlen(SUBJECT));
}

static mcpauth_result fetch_nothing(void *userdata, const mcpauth_fetch_request *request,
                                    mcpauth_fetch_response *response) {
  (void)userdata, (void)request, (void)response;
  return MCPAUTH_ERR_CALLBACK_FAILED;
}

static void log_nothing(void *userdata, mcpauth_log_level level, const char *message, size_t len) {
  (void)userdata, (void)level, (void)message, (void)len;
}

static mcpauth_result transform_nothing(void *userdata, const char *json, size_t len, mcpauth_buffer *out) {
  (void)userdata;
  return mcpauth_buffer_append(out, json, len);
}

static void config_settings(void) {
  NULL_SETTING(mcpauth_config_add_issuer(config, NULL, &issuer));
  NULL_SETTING(mcpauth_config_add_audience(config, NULL));
  NULL_SETTING(mcpauth_config_add_required_scope(config, NULL));
  NULL_SETTING(mcpauth_config_add_allowed_client(config, NULL));
  NULL_SETTING(mcpauth_config_add_required_claim(config, NULL, "access"));
  NULL_SETTING(mcpauth_config_add_required_claim(config, "token_use", NULL));
  NULL_SETTING(mcpauth_config_add_scope_claim(config, NULL));
  NULL_SETTING(mcpauth_config_add_scope_implication(config, NULL, "b"));
  NULL_SETTING(mcpauth_config_add_scope_implication(config, "a", NULL));
  NULL_SETTING(mcpauth_config_add_tool_scope(config, NULL, "b"));
  NULL_SETTING(mcpauth_config_add_tool_scope(config, "a", NULL));
  NULL_SETTING(mcpauth_config_add_prompt_scope(config, NULL, "b"));
  NULL_SETTING(mcpauth_config_add_prompt_scope(config, "a", NULL));
  NULL_SETTING(mcpauth_config_add_resource_scope(config, NULL, "b"));
  NULL_SETTING(mcpauth_config_set_metadata_url(config, NULL));
  NULL_SETTING(mcpauth_config_set_session_key(config, NULL, 32));
  NULL_SETTING(mcpauth_config_add_resource_scope(config, "a", NULL));
  NULL_SETTING(mcpauth_config_add_resource_template_scope(config, NULL, "b"));
  NULL_SETTING(mcpauth_config_add_resource_template_scope(config, "a{b}", NULL));
  NULL_SETTING(mcpauth_config_add_method_scope(config, NULL, "b"));
  NULL_SETTING(mcpauth_config_add_method_scope(config, "a", NULL));
  NULL_SETTING(mcpauth_config_set_scope_request_name(config, NULL, "b"));
  NULL_SETTING(mcpauth_config_set_scope_request_name(config, "a", NULL));
  NULL_SETTING(mcpauth_config_add_advertised_scope(config, NULL));
  NULL_SETTING(mcpauth_config_add_allowed_origin(config, NULL));
  NULL_SETTING(mcpauth_config_add_allowed_host(config, NULL));
  NULL_SETTING(mcpauth_config_add_public_method(config, NULL));
  NULL_SETTING(mcpauth_config_add_public_tool(config, NULL));
  NULL_SETTING(mcpauth_config_set_resource_metadata_json(config, NULL, 2));
  NULL_SETTING(mcpauth_config_serve_authorization_server_metadata_json(config, NULL, 2));
  NULL_SETTING(mcpauth_config_set_clock(config, NULL, NULL, destroy_must_not_run));
  NULL_SETTING(mcpauth_config_set_custom_verifier(config, NULL, NULL, destroy_must_not_run));
  NULL_SETTING(mcpauth_issuer_set_jwks_uri(issuer, NULL));
  NULL_SETTING(mcpauth_issuer_set_jwks_json(issuer, NULL, 5));
  NULL_SETTING(mcpauth_issuer_set_metadata_json(issuer, NULL, 5));
  NULL_SETTING(mcpauth_issuer_add_public_key_pem(issuer, NULL, 5, NULL));
  NULL_SETTING(mcpauth_issuer_add_shared_secret(issuer, NULL, 32, "HS256", NULL));
  NULL_SETTING(mcpauth_issuer_add_shared_secret(issuer, "0123456789abcdef0123456789abcdef", 32, NULL, NULL));
  NULL_SETTING(mcpauth_issuer_set_algorithms(issuer, NULL));
  NULL_SETTING(mcpauth_config_set_fetch(config, NULL, NULL, destroy_must_not_run));
  NULL_SETTING(mcpauth_config_set_log(config, MCPAUTH_LOG_INFO, NULL, NULL, destroy_must_not_run));
  NULL_SETTING(mcpauth_config_set_log_queue(config, MCPAUTH_LOG_INFO, NULL));
  NULL_SETTING(mcpauth_issuer_set_jwks_file(issuer, NULL));
  NULL_SETTING(mcpauth_issuer_set_metadata_url(issuer, NULL));
  NULL_SETTING(mcpauth_issuer_set_metadata_issuer(issuer, NULL));
  NULL_SETTING(mcpauth_issuer_set_metadata_transform(issuer, NULL, NULL, destroy_must_not_run));
  NULL_SETTING(mcpauth_issuer_add_alias(issuer, NULL));
  NULL_SETTING(mcpauth_issuer_add_tenant_template(issuer, NULL));
  NULL_SETTING(mcpauth_issuer_add_tenant(issuer, NULL));
  NULL_SETTING(mcpauth_issuer_set_ca_file(issuer, NULL));
  NULL_SETTING(mcpauth_issuer_set_ca_directory(issuer, NULL));
  NULL_SETTING(mcpauth_issuer_set_proxy(issuer, NULL));
  NULL_PARAMETER(mcpauth_config_set_fetch(NULL, fetch_nothing, NULL, destroy_must_not_run));
  NULL_PARAMETER(mcpauth_config_set_log(NULL, MCPAUTH_LOG_INFO, log_nothing, NULL, destroy_must_not_run));
  NULL_PARAMETER(mcpauth_config_set_log_queue(NULL, MCPAUTH_LOG_INFO, NULL));
  NULL_PARAMETER(mcpauth_config_set_clock(NULL, fixture_clock, NULL, destroy_must_not_run));
  NULL_PARAMETER(mcpauth_config_set_custom_verifier(NULL, accept_all, NULL, destroy_must_not_run));
}

static void issuer_handle(void) {
  NULL_PARAMETER(mcpauth_issuer_set_jwks_uri(NULL, ISSUER "/jwks"));
  NULL_PARAMETER(mcpauth_issuer_set_jwks_json(NULL, "{}", 2));
  CHECK_STR(mcpauth_issuer_skipped_keys(NULL), "");
  NULL_PARAMETER(mcpauth_issuer_set_metadata_json(NULL, "{}", 2));
  NULL_PARAMETER(mcpauth_issuer_add_public_key_pem(NULL, "-", 1, NULL));
  NULL_PARAMETER(mcpauth_issuer_add_shared_secret(NULL, "0123456789abcdef0123456789abcdef", 32, "HS256", NULL));
  NULL_PARAMETER(mcpauth_issuer_set_algorithms(NULL, "ES256"));
  NULL_PARAMETER(mcpauth_issuer_allow_http_on_loopback(NULL));
  NULL_PARAMETER(mcpauth_issuer_dangerous_allow_http(NULL));
  NULL_PARAMETER(mcpauth_issuer_set_jwks_file(NULL, "/dev/null"));
  NULL_PARAMETER(mcpauth_issuer_set_metadata_url(NULL, ISSUER));
  NULL_PARAMETER(mcpauth_issuer_set_metadata_issuer(NULL, ISSUER));
  NULL_PARAMETER(mcpauth_issuer_set_metadata_transform(NULL, transform_nothing, NULL, destroy_must_not_run));
  NULL_PARAMETER(mcpauth_issuer_add_alias(NULL, ISSUER));
  NULL_PARAMETER(mcpauth_issuer_ignore_trailing_slash(NULL));
  NULL_PARAMETER(mcpauth_issuer_add_tenant_template(NULL, ISSUER "/{tenantid}"));
  NULL_PARAMETER(mcpauth_issuer_add_tenant(NULL, "contoso"));
  NULL_PARAMETER(mcpauth_issuer_set_ca_file(NULL, "/dev/null"));
  NULL_PARAMETER(mcpauth_issuer_set_ca_directory(NULL, "/"));
  NULL_PARAMETER(mcpauth_issuer_set_proxy(NULL, ""));
  NULL_PARAMETER(mcpauth_issuer_set_fetch_timeout_ms(NULL, 1000));
  NULL_PARAMETER(mcpauth_issuer_set_connect_timeout_ms(NULL, 1000));
  NULL_PARAMETER(mcpauth_issuer_set_cooldown_seconds(NULL, 30));
  NULL_PARAMETER(mcpauth_issuer_set_key_lifetime_seconds(NULL, 60, 60));
  NULL_PARAMETER(mcpauth_issuer_set_max_stale_seconds(NULL, 60));
}

/* What callbacks fill. */
static void callback_handles(void) {
  NULL_PARAMETER(mcpauth_buffer_append(NULL, "x", 1));
  NULL_PARAMETER(mcpauth_fetch_response_set_status(NULL, 200));
  NULL_PARAMETER(mcpauth_fetch_response_add_header(NULL, "ETag", "x"));
  NULL_PARAMETER(mcpauth_fetch_response_append_body(NULL, "x", 1));
  NULL_PARAMETER(mcpauth_fetch_response_set_message(NULL, "x"));
  CHECK(mcpauth_fetch_response_is_cancelled(NULL));
}

static void builder_handle(void) {
  NULL_PARAMETER(mcpauth_authinfo_builder_set_issuer(NULL, "a", 1));
  NULL_PARAMETER(mcpauth_authinfo_builder_set_subject(NULL, "a", 1));
  NULL_PARAMETER(mcpauth_authinfo_builder_set_client_id(NULL, "a", 1));
  NULL_PARAMETER(mcpauth_authinfo_builder_add_audience(NULL, "a", 1));
  NULL_PARAMETER(mcpauth_authinfo_builder_add_scope(NULL, "a", 1));
  NULL_PARAMETER(mcpauth_authinfo_builder_set_expires_at(NULL, NOW));
  NULL_PARAMETER(mcpauth_authinfo_builder_set_message(NULL, "a", 1));
  NULL_PARAMETER(mcpauth_authinfo_builder_set_claims_json(NULL, "{}", 2));
}

/* The n-th text setter of a builder, given no text: userdata is n. */
static mcpauth_result set_no_text(void *userdata, const char *token, size_t token_len,
                                  mcpauth_authinfo_builder *builder) {
  (void)token, (void)token_len;
  mcpauth_result result = MCPAUTH_ERR_INTERNAL;
  switch (*(int *)userdata) {
    case 0: result = mcpauth_authinfo_builder_set_issuer(builder, NULL, 1); break;
    case 1: result = mcpauth_authinfo_builder_set_subject(builder, NULL, 1); break;
    case 2: result = mcpauth_authinfo_builder_set_client_id(builder, NULL, 1); break;
    case 3: result = mcpauth_authinfo_builder_add_audience(builder, NULL, 1); break;
    case 4: result = mcpauth_authinfo_builder_add_scope(builder, NULL, 1); break;
    case 5: result = mcpauth_authinfo_builder_set_message(builder, NULL, 1); break;
    case 6: result = mcpauth_authinfo_builder_set_claims_json(builder, NULL, 1); break;
  }
  NULL_PARAMETER(result);
  return accept_all(NULL, token, token_len, builder);
}

static void builder_settings(void) {
  for (int which = 0; which < 7; which++) {
    mcpauth_config *config = fixture_config(NULL);
    CHECK_RESULT(mcpauth_config_set_custom_verifier(config, set_no_text, &which, NULL), MCPAUTH_OK);
    mcpauth_verifier *verifier = fixture_verifier(config);
    CHECK_RESULT(verify_result(verifier, "opaque"), MCPAUTH_ERR_INVALID_ARGUMENT);
    mcpauth_verifier_free(verifier);
  }
}

CHECK_MAIN(CASE(config_new), CASE(config_handle), CASE(config_settings), CASE(issuer_handle), CASE(callback_handles),
           CASE(builder_handle), CASE(builder_settings))
