/* Under which names an issuer's tokens are accepted: aliases, tenants, a trailing slash; and what its metadata has to say. */
#include <stdlib.h>

#include "fixture.h"
#include "key_server.h"

#define TENANT "72f988bf-86f1-41af-91ab-2d7cd011db47"
#define OTHER_TENANT "9188040d-6c67-4c5b-b112-36a304b66dad"
#define TEMPLATE "https://login.example.com/{tenantid}/v2.0"
#define V1_TEMPLATE "https://sts.example.net/{tenantid}/"

/* The result of verifying a token with this iss, and with further claims as JSON members (may be ""). */
static mcpauth_result verify_issuer(const mcpauth_verifier *verifier, const char *issuer, const char *more) {
  char *changes = format("{\"iss\":\"%s\"%s%s}", issuer, more[0] ? "," : "", more);
  mcpauth_result result = verify_claims(verifier, changes);
  free(changes);
  return result;
}

/* ---- aliases and the trailing slash ----------------------------------------------------------------------------- */

static void an_alias_is_another_name_for_the_same_keys(void) {
  mcpauth_issuer *issuer;
  mcpauth_config *config = fixture_config(&issuer);
  CHECK_RESULT(mcpauth_issuer_add_alias(issuer, "https://sts.windows.net/" TENANT "/"), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_issuer_add_alias(issuer, "http://adfs.example.com/adfs/services/trust"), MCPAUTH_OK);
  mcpauth_verifier *verifier = fixture_verifier(config);
  CHECK_RESULT(verify_claims(verifier, NULL), MCPAUTH_OK);
  CHECK_RESULT(verify_issuer(verifier, "https://sts.windows.net/" TENANT "/", ""), MCPAUTH_OK);
  CHECK_RESULT(verify_issuer(verifier, "http://adfs.example.com/adfs/services/trust", ""), MCPAUTH_OK);
  CHECK_RESULT(verify_issuer(verifier, "https://sts.windows.net/" TENANT, ""), MCPAUTH_ERR_ISSUER_MISMATCH);
  CHECK_RESULT(verify_issuer(verifier, "https://sts.windows.net/" OTHER_TENANT "/", ""), MCPAUTH_ERR_ISSUER_MISMATCH);
  mcpauth_verifier_free(verifier);
}

static void A21_a_name_belongs_to_one_issuer(void) {
  mcpauth_issuer *first, *second;
  mcpauth_config *config = fixture_config(&first);
  mcpauth_verifier *verifier = (mcpauth_verifier *)config;
  mcpauth_error *error;
  CHECK_RESULT(mcpauth_config_add_issuer(config, "https://second.example.com", &second), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_issuer_set_jwks_json(second, fixture_jwks(), strlen(fixture_jwks())), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_issuer_add_alias(second, ISSUER), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_verifier_new(config, &verifier, &error), MCPAUTH_ERR_INVALID_CONFIG);
  CHECK(verifier == NULL);
  CHECK_CONTAINS(mcpauth_error_message(error), ISSUER);
  mcpauth_error_free(error);
  mcpauth_config_free(config);
}

static void a_trailing_slash_is_ignored_only_when_asked(void) {
  for (int with_slash = 0; with_slash < 2; with_slash++) {
    for (int ignored = 0; ignored < 2; ignored++) {
      mcpauth_issuer *issuer;
      mcpauth_config *config;
      const char *configured = with_slash ? ISSUER "/" : ISSUER;
      CHECK_RESULT(mcpauth_config_new(RESOURCE, &config), MCPAUTH_OK);
      CHECK_RESULT(mcpauth_config_add_issuer(config, configured, &issuer), MCPAUTH_OK);
      CHECK_RESULT(mcpauth_issuer_set_jwks_json(issuer, fixture_jwks(), strlen(fixture_jwks())), MCPAUTH_OK);
      CHECK_RESULT(mcpauth_config_set_clock(config, fixture_clock, NULL, NULL), MCPAUTH_OK);
      if (ignored) CHECK_RESULT(mcpauth_issuer_ignore_trailing_slash(issuer), MCPAUTH_OK);
      mcpauth_verifier *verifier = fixture_verifier(config);
      CHECK_RESULT(verify_issuer(verifier, configured, ""), MCPAUTH_OK);
      CHECK_RESULT(verify_issuer(verifier, with_slash ? ISSUER : ISSUER "/", ""),
                   ignored ? MCPAUTH_OK : MCPAUTH_ERR_ISSUER_MISMATCH);
      CHECK_RESULT(verify_issuer(verifier, ISSUER "//", ""), MCPAUTH_ERR_ISSUER_MISMATCH);
      CHECK_RESULT(verify_issuer(verifier, ISSUER "/x", ""), MCPAUTH_ERR_ISSUER_MISMATCH);
      mcpauth_verifier_free(verifier);
    }
  }
}

/* Few names are compared and many are looked up: both are told apart alike. */
static void A21_many_names_are_told_apart_as_few_are(void) {
  for (int count = 1; count <= 40; count++) {
    mcpauth_issuer *issuer;
    mcpauth_config *config = fixture_config(&issuer);
    for (int i = 0; i < count; i++) {
      char *alias = format("https://alias.example.com/%d", i);
      CHECK_RESULT(mcpauth_issuer_add_alias(issuer, alias), MCPAUTH_OK);
      free(alias);
    }
    mcpauth_verifier *verifier = fixture_verifier(config);
    char *last = format("https://alias.example.com/%d", count - 1);
    char *beyond = format("https://alias.example.com/%d", count), *slash = format("{\"iss\":\"%s/\"}", last);
    CHECK_RESULT(verify_issuer(verifier, ISSUER, ""), MCPAUTH_OK);
    CHECK_RESULT(verify_issuer(verifier, last, ""), MCPAUTH_OK);
    CHECK_RESULT(verify_issuer(verifier, beyond, ""), MCPAUTH_ERR_ISSUER_MISMATCH);
    char *token = fixture_token(slash);
    mcpauth_authinfo *info = NULL;
    mcpauth_error *error = NULL;
    CHECK_RESULT(mcpauth_verify(verifier, token, strlen(token), &info, &error), MCPAUTH_ERR_ISSUER_MISMATCH);
    CHECK_CONTAINS(mcpauth_error_message(error), "the token's iss ends with / and the configured issuer does not");
    mcpauth_error_free(error);
    free(token), free(slash), free(beyond), free(last);
    mcpauth_verifier_free(verifier);
  }
}

/* ---- tenants ---------------------------------------------------------------------------------------------------- */

/* key_issuer: the `issuer` member of the key; NULL: it has none. */
static mcpauth_verifier *tenant_verifier(const char *key_issuer) {
  char *more = key_issuer ? format("\"issuer\":%s", key_issuer) : NULL;
  char *jwk = signing_key_jwk(fixture_key(), KID, "ES256", more), *jwks = format("{\"keys\":[%s]}", jwk);
  mcpauth_config *config;
  mcpauth_issuer *issuer;
  CHECK_RESULT(mcpauth_config_new(RESOURCE, &config), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_config_add_issuer(config, "https://login.example.com/organizations/v2.0", &issuer), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_issuer_set_jwks_json(issuer, jwks, strlen(jwks)), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_issuer_add_tenant_template(issuer, TEMPLATE), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_issuer_add_tenant_template(issuer, V1_TEMPLATE), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_issuer_add_tenant(issuer, TENANT), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_issuer_add_tenant(issuer, "contoso"), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_config_set_clock(config, fixture_clock, NULL, NULL), MCPAUTH_OK);
  free(more);
  free(jwk);
  free(jwks);
  return fixture_verifier(config);
}

static void a_tenant_is_in_the_list_and_is_the_one_the_token_names(void) {
  mcpauth_verifier *verifier = tenant_verifier(NULL);
  const char *const own = "\"tid\":\"" TENANT "\"";
  CHECK_RESULT(verify_issuer(verifier, "https://login.example.com/" TENANT "/v2.0", own), MCPAUTH_OK);
  CHECK_RESULT(verify_issuer(verifier, "https://sts.example.net/" TENANT "/", own), MCPAUTH_OK);
  CHECK_RESULT(verify_issuer(verifier, "https://login.example.com/contoso/v2.0", "\"tid\":\"contoso\""), MCPAUTH_OK);
  const char *const refused[][2] = {
      {"https://login.example.com/" OTHER_TENANT "/v2.0", "\"tid\":\"" OTHER_TENANT "\""}, /* not in the list */
      {"https://login.example.com/" TENANT "/v2.0", "\"tid\":\"" OTHER_TENANT "\""},       /* iss and tid disagree */
      {"https://login.example.com/" TENANT "/v2.0", "\"tid\":\"contoso\""},
      {"https://login.example.com/" TENANT "/v2.0", ""},
      {"https://login.example.com/" TENANT "/v2.0", "\"tid\":[\"" TENANT "\"]"},
      {"https://login.example.com/{tenantid}/v2.0", own},
      {"https://login.example.com/organizations/v2.0", own},
      {"https://login.example.com/" TENANT "/v2.0/", own},
      {"https://login.example.com/" TENANT "/v1.0", own},
      {"https://sts.example.net/" TENANT, own},
  };
  for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
    mcpauth_result result = verify_issuer(verifier, refused[i][0], refused[i][1]);
    if (result != MCPAUTH_ERR_ISSUER_MISMATCH) CHECK_FAIL("%s, %s", refused[i][0], refused[i][1]);
  }
  mcpauth_verifier_free(verifier);
}

static void a_key_of_one_tenant_is_not_for_another(void) {
  const struct {
    const char *key_issuer;
    bool is_good;
  } cases[] = {
      {"\"" TEMPLATE "\"", true},
      {"\"" V1_TEMPLATE "\"", true},
      {"\"https://login.example.com/" TENANT "/v2.0\"", true},
      {"\"https://sts.example.net/" TENANT "/\"", true},
      {"\"https://login.example.com/" OTHER_TENANT "/v2.0\"", false},
      {"\"https://login.example.com/contoso/v2.0\"", false},
      {"\"\"", false},
      {"5", false},
      {"null", false},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    mcpauth_verifier *verifier = tenant_verifier(cases[i].key_issuer);
    mcpauth_result result =
        verify_issuer(verifier, "https://login.example.com/" TENANT "/v2.0", "\"tid\":\"" TENANT "\"");
    if (result != (cases[i].is_good ? MCPAUTH_OK : MCPAUTH_ERR_ISSUER_MISMATCH))
      CHECK_FAIL("a key of issuer %s gives %s", cases[i].key_issuer, mcpauth_result_name(result));
    mcpauth_verifier_free(verifier);
  }
}

static mcpauth_result config_result(mcpauth_config *config) {
  mcpauth_verifier *verifier;
  mcpauth_error *error;
  mcpauth_result result = mcpauth_verifier_new(config, &verifier, &error);
  if (error) CHECK(mcpauth_error_message(error).len > 20);
  mcpauth_error_free(error);
  mcpauth_verifier_free(verifier);
  mcpauth_config_free(config);
  return result;
}

static void names_that_cannot_be_are_refused(void) {
  const char *const templates[] = {"",
                                   "https://login.example.com/v2.0",
                                   "https://{tenantid}.example.com/",
                                   "https://login.example.com/{tenantid}/{tenantid}",
                                   "{tenantid}",
                                   "https://login.example.com/{tenant}/",
                                   "https://login.example.com/x?t={tenantid}",
                                   "https://login.example.com{tenantid}",
                                   "login.example.com/{tenantid}"};
  const char *const tenants[] = {"", "a/b", "a?b", "..", "{tenantid}", "a b", "caf\xc3\xa9"};
  const char *const aliases[] = {"", "api://x", "https://a.example.com/?x", "https://a.example.com/#x", "not a url"};
  mcpauth_issuer *issuer;
  for (size_t i = 0; i < sizeof templates / sizeof *templates; i++) {
    mcpauth_config *config = fixture_config(&issuer);
    CHECK_RESULT(mcpauth_issuer_add_tenant_template(issuer, templates[i]), MCPAUTH_ERR_INVALID_ARGUMENT);
    CHECK_RESULT(config_result(config), MCPAUTH_ERR_INVALID_ARGUMENT);
  }
  for (size_t i = 0; i < sizeof tenants / sizeof *tenants; i++) {
    mcpauth_config *config = fixture_config(&issuer);
    CHECK_RESULT(mcpauth_issuer_add_tenant(issuer, tenants[i]), MCPAUTH_ERR_INVALID_ARGUMENT);
    mcpauth_config_free(config);
  }
  for (size_t i = 0; i < sizeof aliases / sizeof *aliases; i++) {
    mcpauth_config *config = fixture_config(&issuer);
    CHECK_RESULT(mcpauth_issuer_add_alias(issuer, aliases[i]), MCPAUTH_ERR_INVALID_ARGUMENT);
    mcpauth_config_free(config);
  }
}

static void tenants_and_templates_go_together(void) {
  mcpauth_issuer *issuer;
  mcpauth_config *config = fixture_config(&issuer);
  CHECK_RESULT(mcpauth_issuer_add_tenant_template(issuer, TEMPLATE), MCPAUTH_OK);
  CHECK_RESULT(config_result(config), MCPAUTH_ERR_INVALID_CONFIG);
  config = fixture_config(&issuer);
  CHECK_RESULT(mcpauth_issuer_add_tenant(issuer, TENANT), MCPAUTH_OK);
  CHECK_RESULT(config_result(config), MCPAUTH_ERR_INVALID_CONFIG);
  config = fixture_config(&issuer);
  CHECK_RESULT(mcpauth_issuer_add_tenant_template(issuer, TEMPLATE), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_issuer_add_tenant(issuer, TENANT), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_issuer_ignore_trailing_slash(issuer), MCPAUTH_OK);
  CHECK_RESULT(config_result(config), MCPAUTH_ERR_INVALID_CONFIG);
  config = fixture_config(&issuer);
  CHECK_RESULT(mcpauth_issuer_add_tenant_template(issuer, TEMPLATE), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_issuer_add_tenant(issuer, TENANT), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_issuer_add_tenant(issuer, TENANT), MCPAUTH_OK); /* twice the same name */
  CHECK_RESULT(config_result(config), MCPAUTH_ERR_INVALID_CONFIG);
}

/* ---- what the metadata has to name (A23) ------------------------------------------------------------------------ */

typedef void configure_fn(mcpauth_issuer *issuer);

static void plain(mcpauth_issuer *issuer) { (void)issuer; }
static void slash(mcpauth_issuer *issuer) { CHECK_RESULT(mcpauth_issuer_ignore_trailing_slash(issuer), MCPAUTH_OK); }
static void named(mcpauth_issuer *issuer) {
  CHECK_RESULT(mcpauth_issuer_set_metadata_issuer(issuer, "https://named.example.com"), MCPAUTH_OK);
}
static void tenants(mcpauth_issuer *issuer) {
  CHECK_RESULT(mcpauth_issuer_add_tenant_template(issuer, TEMPLATE), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_issuer_add_tenant(issuer, TENANT), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_issuer_add_alias(issuer, ISSUER), MCPAUTH_OK); /* so that the fixture's token fits */
}

static void A23_metadata_has_to_name_the_issuer(void) {
  const struct {
    configure_fn *configure;
    const char *metadata_issuer;
    bool is_good;
  } cases[] = {
      {plain, "SELF", true},
      {plain, "SELF/", false},
      {plain, "https://named.example.com", false},
      {slash, "SELF", true},
      {slash, "SELF/", true},
      {slash, "SELF//", false},
      {named, "https://named.example.com", true},
      {named, "SELF", false},
      {named, "https://named.example.com/", false},
      {tenants, TEMPLATE, true},
      {tenants, "SELF", false},
      {tenants, "https://login.example.com/" TENANT "/v2.0", false},
  };
  key_server *server = key_server_start();
  const char *url = key_server_url(server);
  key_server_route(server, "/jwks", 200, fixture_jwks(), NULL);
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    char *metadata_issuer = replaced(cases[i].metadata_issuer, "SELF", url);
    char *metadata = format("{\"issuer\":\"%s\",\"jwks_uri\":\"%s/jwks\"}", metadata_issuer, url);
    mcpauth_config *config;
    mcpauth_issuer *issuer;
    mcpauth_error *error;
    key_server_route(server, "/.well-known/oauth-authorization-server", 200, metadata, NULL);
    CHECK_RESULT(mcpauth_config_new(RESOURCE, &config), MCPAUTH_OK);
    CHECK_RESULT(mcpauth_config_add_issuer(config, url, &issuer), MCPAUTH_OK);
    CHECK_RESULT(mcpauth_issuer_allow_http_on_loopback(issuer), MCPAUTH_OK);
    cases[i].configure(issuer);
    mcpauth_verifier *verifier = fixture_verifier(config);
    mcpauth_result result = mcpauth_verifier_prefetch(verifier, &error);
    if (result != (cases[i].is_good ? MCPAUTH_OK : MCPAUTH_ERR_METADATA_INVALID))
      CHECK_FAIL("case %zu: %s: %s", i, mcpauth_result_name(result), mcpauth_error_message(error).data);
    if (!cases[i].is_good) CHECK_CONTAINS(mcpauth_error_message(error), metadata_issuer);
    mcpauth_error_free(error);
    mcpauth_verifier_free(verifier);
    free(metadata_issuer);
    free(metadata);
  }
  key_server_stop(server);
}

CHECK_MAIN(CASE(an_alias_is_another_name_for_the_same_keys), CASE(A21_a_name_belongs_to_one_issuer),
           CASE(a_trailing_slash_is_ignored_only_when_asked), CASE(A21_many_names_are_told_apart_as_few_are),
           CASE(a_tenant_is_in_the_list_and_is_the_one_the_token_names), CASE(a_key_of_one_tenant_is_not_for_another),
           CASE(names_that_cannot_be_are_refused), CASE(tenants_and_templates_go_together),
           CASE(A23_metadata_has_to_name_the_issuer))
