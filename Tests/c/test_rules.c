/* Further rules for tokens: each accepts a token, and refuses it with one thing changed or without the call. */
#include <stdlib.h>

#include "vectors.h"

/* One setting made on the usual configuration; NULL leaves it as it is. */
typedef mcpauth_result (*setting)(mcpauth_config *config);

static mcpauth_result result_with(setting set, const char *changes) {
  mcpauth_config *config = fixture_config(NULL);
  if (set) CHECK_RESULT(set(config), MCPAUTH_OK);
  mcpauth_verifier *verifier = fixture_verifier(config);
  mcpauth_result result = verify_claims(verifier, changes);
  mcpauth_verifier_free(verifier);
  return result;
}

/* The claims are good with the setting, and what they are without it. */
static void check_opens(setting set, const char *changes, mcpauth_result without) {
  CHECK_RESULT(result_with(set, changes), MCPAUTH_OK);
  CHECK_RESULT(result_with(NULL, changes), without);
}

/* The claims are refused with the setting, and good without it; the usual ones are good with it. */
static void check_closes(setting set, const char *changes, mcpauth_result with) {
  CHECK_RESULT(result_with(set, changes), with);
  CHECK_RESULT(result_with(NULL, changes), MCPAUTH_OK);
}

/* ---- tables ------------------------------------------------------------------------------------------------------ */

/* The result of the row's claim of this name, or of a token without it. */
static void check_audience(const json_t *row, void *verifier) {
  json_t *audience = json_object_get(row, "aud");
  json_t *changes = audience ? json_pack("{sO}", "aud", audience) : json_pack("{si}", "-aud", 0);
  char *text = json_dumps(changes, 0);
  CHECK_RESULT(verify_claims(verifier, text), row_result(row));
  free(text);
  json_decref(changes);
}

static void A19_audiences(void) {
  json_t *table = vector_table("audiences");
  mcpauth_verifier *verifier = fixture_verifier(fixture_config(NULL));
  CHECK(table == NULL || strcmp(row_text(table, "resource"), RESOURCE) == 0);
  check_rows(table, "rows", check_audience, verifier);
  mcpauth_verifier_free(verifier);
  json_decref(table);
}

/* ---- who the token is for --------------------------------------------------------------------------------------- */

static mcpauth_result allow_client_1(mcpauth_config *config) {
  return mcpauth_config_add_allowed_client(config, "client-1");
}

static mcpauth_result allow_clients_without_audience(mcpauth_config *config) {
  mcpauth_result result = allow_client_1(config);
  return result == MCPAUTH_OK ? mcpauth_config_dangerous_allow_missing_audience(config) : result;
}

static void allowed_clients(void) {
  CHECK_RESULT(result_with(allow_client_1, NULL), MCPAUTH_OK);
  CHECK_RESULT(result_with(allow_client_1, "{\"-client_id\":0,\"azp\":\"client-1\"}"), MCPAUTH_OK);
  check_closes(allow_client_1, "{\"client_id\":\"client-2\"}", MCPAUTH_ERR_CLIENT_NOT_ALLOWED);
  check_closes(allow_client_1, "{\"client_id\":\"CLIENT-1\"}", MCPAUTH_ERR_CLIENT_NOT_ALLOWED);
  CHECK(result_with(allow_client_1, "{\"-client_id\":0}") != MCPAUTH_OK);
}

/* Amazon Cognito's access tokens have no aud. */
static void a_missing_audience(void) {
  check_opens(allow_clients_without_audience, "{\"-aud\":0}", MCPAUTH_ERR_AUDIENCE_MISMATCH);
  CHECK_RESULT(result_with(allow_clients_without_audience, "{\"-aud\":0,\"client_id\":\"client-2\"}"),
               MCPAUTH_ERR_CLIENT_NOT_ALLOWED);
  CHECK_RESULT(result_with(allow_clients_without_audience, "{\"aud\":\"https://other.example.com\"}"),
               MCPAUTH_ERR_AUDIENCE_MISMATCH);

  mcpauth_config *config = fixture_config(NULL); /* and never without saying whose tokens */
  mcpauth_verifier *verifier = NULL;
  CHECK_RESULT(mcpauth_config_dangerous_allow_missing_audience(config), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_verifier_new(config, &verifier, NULL), MCPAUTH_ERR_INVALID_CONFIG);
  CHECK(verifier == NULL);
  mcpauth_config_free(config);
}

static void the_root_slash(void) {
  for (int ignored = 0; ignored < 2; ignored++) {
    mcpauth_config *config = fixture_config(NULL);
    CHECK_RESULT(mcpauth_config_add_audience(config, "https://mcp.example.com"), MCPAUTH_OK);
    CHECK_RESULT(mcpauth_config_add_audience(config, "https://mcp.example.com/mcp"), MCPAUTH_OK);
    if (ignored) CHECK_RESULT(mcpauth_config_ignore_root_slash(config), MCPAUTH_OK);
    mcpauth_verifier *verifier = fixture_verifier(config);
    CHECK_RESULT(verify_claims(verifier, "{\"aud\":\"https://mcp.example.com\"}"), MCPAUTH_OK);
    CHECK_RESULT(verify_claims(verifier, "{\"aud\":\"https://mcp.example.com/\"}"),
                 ignored ? MCPAUTH_OK : MCPAUTH_ERR_AUDIENCE_MISMATCH);
    CHECK_RESULT(verify_claims(verifier, "{\"aud\":\"https://mcp.example.com/mcp/\"}"), MCPAUTH_ERR_AUDIENCE_MISMATCH);
    CHECK_RESULT(verify_claims(verifier, "{\"aud\":\"https://mcp.example.com//\"}"), MCPAUTH_ERR_AUDIENCE_MISMATCH);
    mcpauth_verifier_free(verifier);
  }
}

static mcpauth_result require_access_token(mcpauth_config *config) {
  return mcpauth_config_add_required_claim(config, "token_use", "access");
}

static mcpauth_result require_tenant(mcpauth_config *config) {
  mcpauth_result result = mcpauth_config_add_required_claim(config, "org.tenants", "t1");
  return result == MCPAUTH_OK ? mcpauth_config_add_required_claim(config, "org.tenants", "t2") : result;
}

static mcpauth_result require_verified_email(mcpauth_config *config) {
  return mcpauth_config_add_required_claim(config, "email_verified", "true");
}

static mcpauth_result require_level_2(mcpauth_config *config) {
  return mcpauth_config_add_required_claim(config, "level", "2");
}

/* By their JSON text, and never by that of an object or null. */
static void required_claims_that_are_no_strings(void) {
  CHECK_RESULT(result_with(require_verified_email, "{\"email_verified\":true}"), MCPAUTH_OK);
  CHECK_RESULT(result_with(require_verified_email, "{\"email_verified\":\"true\"}"), MCPAUTH_OK);
  CHECK_RESULT(result_with(require_verified_email, "{\"email_verified\":[false,true]}"), MCPAUTH_OK);
  check_closes(require_verified_email, "{\"email_verified\":false}", MCPAUTH_ERR_CLAIM_INVALID);
  check_closes(require_verified_email, "{\"email_verified\":1}", MCPAUTH_ERR_CLAIM_INVALID);
  check_closes(require_verified_email, "{\"email_verified\":{\"true\":true}}", MCPAUTH_ERR_CLAIM_INVALID);
  check_closes(require_verified_email, "{\"email_verified\":null}", MCPAUTH_ERR_CLAIM_INVALID);
  CHECK_RESULT(result_with(require_level_2, "{\"level\":2}"), MCPAUTH_OK);
  check_closes(require_level_2, "{\"level\":3}", MCPAUTH_ERR_CLAIM_INVALID);
  check_closes(require_level_2, "{\"level\":true}", MCPAUTH_ERR_CLAIM_INVALID);
}

static mcpauth_result require_null(mcpauth_config *config) {
  return mcpauth_config_add_required_claim(config, "level", "null");
}

static mcpauth_result require_object(mcpauth_config *config) {
  return mcpauth_config_add_required_claim(config, "level", "{}");
}

static void nothing_is_required_to_be_null_or_an_object(void) {
  check_closes(require_null, "{\"level\":null}", MCPAUTH_ERR_CLAIM_INVALID);
  check_closes(require_object, "{\"level\":{}}", MCPAUTH_ERR_CLAIM_INVALID);
  CHECK_RESULT(result_with(require_null, "{\"level\":\"null\"}"), MCPAUTH_OK);
}

static void required_claims(void) {
  CHECK_RESULT(result_with(require_access_token, "{\"token_use\":\"access\"}"), MCPAUTH_OK);
  check_closes(require_access_token, "{\"token_use\":\"other\"}", MCPAUTH_ERR_CLAIM_INVALID);
  CHECK(result_with(require_access_token, NULL) != MCPAUTH_OK);
  CHECK_RESULT(result_with(require_tenant, "{\"org\":{\"tenants\":[\"t0\",\"t2\"]}}"), MCPAUTH_OK);
  CHECK_RESULT(result_with(require_tenant, "{\"org\":{\"tenants\":\"t1\"}}"), MCPAUTH_OK);
  CHECK(result_with(require_tenant, "{\"org\":{\"tenants\":[\"t0\"]}}") != MCPAUTH_OK);
  CHECK(result_with(require_tenant, "{\"org.tenants\":\"t1\"}") != MCPAUTH_OK); /* a dot in a name is another claim */
}

/* ---- what a token has to have ----------------------------------------------------------------------------------- */

static void a_missing_expiry(void) {
  check_opens(mcpauth_config_dangerous_allow_missing_expiry, "{\"-exp\":0}", MCPAUTH_ERR_CLAIM_MISSING);
  CHECK_RESULT(result_with(mcpauth_config_dangerous_allow_missing_expiry, "{\"exp\":1}"), MCPAUTH_ERR_TOKEN_EXPIRED);
  CHECK_RESULT(result_with(mcpauth_config_dangerous_allow_missing_expiry, "{\"exp\":null}"), MCPAUTH_ERR_CLAIM_INVALID);
}

static void a_missing_subject(void) {
  check_opens(mcpauth_config_dangerous_allow_missing_subject, "{\"-sub\":0}", MCPAUTH_ERR_CLAIM_MISSING);
  CHECK_RESULT(result_with(mcpauth_config_dangerous_allow_missing_subject, "{\"sub\":7}"), MCPAUTH_ERR_CLAIM_INVALID);
}

static mcpauth_result at_most_a_minute_old(mcpauth_config *config) {
  return mcpauth_config_set_max_token_age_seconds(config, 60);
}

static void the_age_of_a_token(void) {
  char *young = format("{\"iat\":%lld}", NOW - 60 - 59), *old = format("{\"iat\":%lld}", NOW - 60 - 61);
  CHECK_RESULT(result_with(at_most_a_minute_old, young), MCPAUTH_OK); /* with the usual leeway */
  check_closes(at_most_a_minute_old, old, MCPAUTH_ERR_TOKEN_EXPIRED);
  check_closes(at_most_a_minute_old, "{\"-iat\":0}", MCPAUTH_ERR_CLAIM_MISSING);
  free(young);
  free(old);
  mcpauth_config *config = fixture_config(NULL);
  CHECK_RESULT(mcpauth_config_set_max_token_age_seconds(config, 0), MCPAUTH_ERR_INVALID_ARGUMENT);
  mcpauth_config_free(config);
}

static void the_profile_of_rfc_9068(void) {
  static const char *const missing[] = {"{}", "{\"jti\":\"1\",\"-client_id\":0}", "{\"jti\":\"1\",\"-iat\":0}"};
  CHECK_RESULT(result_with(mcpauth_config_require_rfc9068, "{\"jti\":\"1\"}"), MCPAUTH_OK);
  for (size_t i = 0; i < sizeof missing / sizeof *missing; i++)
    check_closes(mcpauth_config_require_rfc9068, missing[i], MCPAUTH_ERR_CLAIM_MISSING);
}

/* The result for a token of this typ. */
static mcpauth_result result_of_type(setting set, const char *type) {
  mcpauth_config *config = fixture_config(NULL);
  if (set) CHECK_RESULT(set(config), MCPAUTH_OK);
  mcpauth_verifier *verifier = fixture_verifier(config);
  char *header = format("{\"alg\":\"ES256\",\"kid\":\"" KID "\"%s%s%s}", type ? ",\"typ\":\"" : "", type ? type : "",
                        type ? "\"" : "");
  char *claims = fixture_claims("{\"jti\":\"1\"}"), *token = sign_token(fixture_key(), "ES256", header, claims);
  mcpauth_result result = verify_result(verifier, token);
  mcpauth_verifier_free(verifier);
  free(header);
  free(claims);
  free(token);
  return result;
}

static void the_type_of_a_token(void) {
  static const struct {
    const char *type;
    mcpauth_result usual, rfc9068;
  } rows[] = {{NULL, MCPAUTH_OK, MCPAUTH_ERR_TOKEN_TYPE},
              {"JWT", MCPAUTH_OK, MCPAUTH_ERR_TOKEN_TYPE},
              {"at+jwt", MCPAUTH_OK, MCPAUTH_OK},
              {"AT+JWT", MCPAUTH_OK, MCPAUTH_OK},
              {"application/at+jwt", MCPAUTH_OK, MCPAUTH_OK},
              {"logout+jwt", MCPAUTH_ERR_TOKEN_TYPE, MCPAUTH_ERR_TOKEN_TYPE},
              {"dpop+jwt", MCPAUTH_ERR_TOKEN_TYPE, MCPAUTH_ERR_TOKEN_TYPE},
              {"at+jwt2", MCPAUTH_ERR_TOKEN_TYPE, MCPAUTH_ERR_TOKEN_TYPE}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    const char *type = rows[i].type;
    mcpauth_result usual = result_of_type(NULL, type), profile = result_of_type(mcpauth_config_require_rfc9068, type);
    if (usual != rows[i].usual || profile != rows[i].rfc9068)
      CHECK_FAIL("typ %s: %s, by RFC 9068 %s", type ? type : "absent", mcpauth_result_name(usual),
                 mcpauth_result_name(profile));
    CHECK_RESULT(result_of_type(mcpauth_config_dangerous_disable_token_type_check, type), MCPAUTH_OK);
  }
}

/* ---- shared secrets --------------------------------------------------------------------------------------------- */

static mcpauth_result add_secret(const char *secret, size_t len, const char *algorithm) {
  mcpauth_config *config;
  mcpauth_issuer *issuer;
  CHECK_RESULT(mcpauth_config_new(RESOURCE, &config), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_config_add_issuer(config, ISSUER, &issuer), MCPAUTH_OK);
  mcpauth_result result = mcpauth_issuer_add_shared_secret(issuer, secret, len, algorithm, NULL);
  mcpauth_config_free(config);
  return result;
}

/* RFC 7518 section 3.2: a secret at least as long as the hash. */
static void a_shared_secret_is_as_long_as_the_hash(void) {
  char secret[64];
  memset(secret, 's', sizeof secret);
  CHECK_RESULT(add_secret(secret, 32, "HS256"), MCPAUTH_OK);
  CHECK_RESULT(add_secret(secret, 31, "HS256"), MCPAUTH_ERR_INVALID_ARGUMENT);
  CHECK_RESULT(add_secret(secret, 48, "HS384"), MCPAUTH_OK);
  CHECK_RESULT(add_secret(secret, 47, "HS384"), MCPAUTH_ERR_INVALID_ARGUMENT);
  CHECK_RESULT(add_secret(secret, 64, "HS512"), MCPAUTH_OK);
  CHECK_RESULT(add_secret(secret, 63, "HS512"), MCPAUTH_ERR_INVALID_ARGUMENT);
  CHECK_RESULT(add_secret(secret, 64, "RS256"), MCPAUTH_ERR_INVALID_ARGUMENT);
  CHECK_RESULT(add_secret(secret, 64, "none"), MCPAUTH_ERR_INVALID_ARGUMENT);
}

static void a_token_by_a_shared_secret(void) {
  static const char secret[] = "0123456789abcdef0123456789abcdef";
  mcpauth_config *config;
  mcpauth_issuer *issuer;
  CHECK_RESULT(mcpauth_config_new(RESOURCE, &config), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_config_add_issuer(config, ISSUER, &issuer), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_issuer_add_shared_secret(issuer, secret, 32, "HS256", NULL), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_config_set_clock(config, fixture_clock, NULL, NULL), MCPAUTH_OK);
  mcpauth_verifier *verifier = fixture_verifier(config);
  char *claims = fixture_claims(NULL);
  char *good = sign_token_hmac(secret, 32, "{\"alg\":\"HS256\"}", claims);
  char *forged = sign_token_hmac("0123456789abcdef0123456789abcdeX", 32, "{\"alg\":\"HS256\"}", claims);
  char *renamed = sign_token_hmac(secret, 32, "{\"alg\":\"HS512\"}", claims);
  CHECK_RESULT(verify_result(verifier, good), MCPAUTH_OK);
  CHECK_RESULT(verify_result(verifier, forged), MCPAUTH_ERR_SIGNATURE_INVALID);
  CHECK(verify_result(verifier, renamed) != MCPAUTH_OK);
  mcpauth_verifier_free(verifier);
  free(claims);
  free(good);
  free(forged);
  free(renamed);
}

/* A2: the public key's text is no secret, in none of its forms. */
static void A2_a_public_key_is_no_secret(void) {
  mcpauth_verifier *verifier = fixture_verifier(fixture_config(NULL));
  char *claims = fixture_claims(NULL), *pem = signing_key_public_pem(fixture_key());
  char *jwk = signing_key_jwk(fixture_key(), KID, "ES256", NULL);
  const char *const secrets[] = {pem, jwk, fixture_jwks(), ""};
  for (size_t i = 0; i < sizeof secrets / sizeof *secrets; i++) {
    char *token = sign_token_hmac(secrets[i], strlen(secrets[i]), "{\"alg\":\"HS256\",\"kid\":\"" KID "\"}", claims);
    CHECK_RESULT(verify_result(verifier, token), MCPAUTH_ERR_ALGORITHM_NOT_ALLOWED);
    free(token);
  }
  CHECK_RESULT(verify_claims(verifier, NULL), MCPAUTH_OK);
  mcpauth_verifier_free(verifier);
  free(claims);
  free(pem);
  free(jwk);
}

CHECK_MAIN(CASE(A19_audiences), CASE(allowed_clients), CASE(a_missing_audience), CASE(the_root_slash),
           CASE(required_claims), CASE(required_claims_that_are_no_strings),
           CASE(nothing_is_required_to_be_null_or_an_object), CASE(a_missing_expiry), CASE(a_missing_subject),
           CASE(the_age_of_a_token), CASE(the_profile_of_rfc_9068), CASE(the_type_of_a_token),
           CASE(a_shared_secret_is_as_long_as_the_hash), CASE(a_token_by_a_shared_secret),
           CASE(A2_a_public_key_is_no_secret))
