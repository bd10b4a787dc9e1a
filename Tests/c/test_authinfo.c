/* Good tokens: every algorithm, and what the auth info says about their claims. */
#include <stdlib.h>

#include "fixture.h"

/* ---- algorithms ------------------------------------------------------------------------------------------------- */

/* A verifier that has key as a JWK. */
static mcpauth_verifier *verifier_of_key(const signing_key *key, const char *jwk_alg, const char *algorithms) {
  mcpauth_config *config;
  mcpauth_issuer *issuer;
  char *jwks = signing_key_jwks(key, KID, jwk_alg);
  CHECK_RESULT(mcpauth_config_new(RESOURCE, &config), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_config_add_issuer(config, ISSUER, &issuer), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_issuer_set_jwks_json(issuer, jwks, strlen(jwks)), MCPAUTH_OK);
  if (algorithms) CHECK_RESULT(mcpauth_issuer_set_algorithms(issuer, algorithms), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_config_set_clock(config, fixture_clock, NULL, NULL), MCPAUTH_OK);
  free(jwks);
  return fixture_verifier(config);
}

static char *signed_token(const signing_key *key, const char *alg) {
  char *header = format("{\"alg\":\"%s\",\"kid\":\"" KID "\"}", alg), *claims = fixture_claims(NULL);
  char *token = sign_token(key, alg, header, claims);
  free(header);
  free(claims);
  return token;
}

/* Good by the JWK with and without its alg; not good when another algorithm only is allowed, or was the JWK's. */
static void check_algorithm(const signing_key *key, const char *alg, const char *other) {
  char *token = signed_token(key, alg);
  static const struct {
    int jwk_alg, jwk_other, allow, allow_other;
    mcpauth_result expected;
  } rows[] = {{0, 0, 0, 0, MCPAUTH_OK},
              {1, 0, 0, 0, MCPAUTH_OK},
              {1, 0, 1, 0, MCPAUTH_OK},
              {0, 0, 0, 1, MCPAUTH_ERR_ALGORITHM_NOT_ALLOWED},
              {0, 1, 0, 0, MCPAUTH_ERR_ALGORITHM_NOT_ALLOWED}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    if (other == NULL && rows[i].jwk_other) continue; /* the key's type permits one algorithm only */
    mcpauth_verifier *verifier = verifier_of_key(key,
                                                 rows[i].jwk_alg     ? alg
                                                 : rows[i].jwk_other ? other
                                                                     : NULL,
                                                 rows[i].allow         ? alg
                                                 : rows[i].allow_other ? (strcmp(alg, "ES512") ? "ES512" : "ES256")
                                                                       : NULL);
    mcpauth_result result = verify_result(verifier, token);
    if (result != rows[i].expected) CHECK_FAIL("%s, row %zu: %s", alg, i, mcpauth_result_name(result));
    mcpauth_verifier_free(verifier);
  }
  token[strlen(token) - 10] ^= 1; /* one character of the signature, still base64url in nearly every case */
  mcpauth_verifier *verifier = verifier_of_key(key, alg, NULL);
  CHECK(verify_result(verifier, token) != MCPAUTH_OK);
  mcpauth_verifier_free(verifier);
  free(token);
}

static void rsa(void) {
  static const char *const algorithms[] = {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512"};
  for (size_t i = 0; i < 6; i++) check_algorithm(fixture_rsa_key(), algorithms[i], algorithms[(i + 1) % 6]);
}

static void ecdsa(void) {
  static const struct {
    const char *curve, *algorithm;
  } rows[] = {{"P-256", "ES256"}, {"P-384", "ES384"}, {"P-521", "ES512"}};
  for (size_t i = 0; i < 3; i++) {
    signing_key *key = signing_key_ec(rows[i].curve);
    check_algorithm(key, rows[i].algorithm, NULL);
    signing_key_free(key);
  }
}

static void eddsa(void) {
  signing_key *key = signing_key_ed25519();
  check_algorithm(key, "EdDSA", NULL);
  signing_key_free(key);
}

/* ---- the claims ------------------------------------------------------------------------------------------------- */

/* The auth info of a token with these changes; NULL fails the test. */
static mcpauth_authinfo *info_of(const char *changes) {
  mcpauth_verifier *verifier = fixture_verifier(fixture_config(NULL));
  char *token = fixture_token(changes);
  mcpauth_authinfo *info = NULL;
  mcpauth_error *error = NULL;
  mcpauth_result result = mcpauth_verify(verifier, token, strlen(token), &info, &error);
  if (result != MCPAUTH_OK) CHECK_FAIL("%s: %s", changes, mcpauth_error_message(error).data);
  mcpauth_error_free(error);
  mcpauth_verifier_free(verifier);
  free(token);
  return info;
}

static void a_good_token(void) {
  mcpauth_verifier *verifier = fixture_verifier(fixture_config(NULL));
  char *token = fixture_token(NULL), *claims = fixture_claims(NULL);
  mcpauth_authinfo *info = NULL;
  CHECK_RESULT(mcpauth_verify(verifier, token, strlen(token), &info, NULL), MCPAUTH_OK);
  mcpauth_verifier_free(verifier); /* the auth info outlives it */
  CHECK_STR(mcpauth_authinfo_token(info), token);
  CHECK_STR(mcpauth_authinfo_issuer(info), ISSUER);
  CHECK_STR(mcpauth_authinfo_subject(info), SUBJECT);
  CHECK_STR(mcpauth_authinfo_client_id(info), "client-1");
  CHECK_INT(mcpauth_authinfo_expires_at(info), NOW + 300);
  CHECK_INT(mcpauth_authinfo_audience_count(info), 1);
  CHECK_STR(mcpauth_authinfo_audience_at(info, 0), RESOURCE);
  CHECK_STR(mcpauth_authinfo_audience_at(info, 1), "");
  CHECK_STR(mcpauth_authinfo_audience_at(info, SIZE_MAX), "");
  CHECK_JSON(mcpauth_authinfo_claims_json(info), claims);
  mcpauth_authinfo_free(info);
  free(token);
  free(claims);
}

static void check_scopes(const char *changes, const char *expected) {
  mcpauth_authinfo *info = info_of(changes);
  char joined[256] = "";
  for (size_t i = 0; i < mcpauth_authinfo_scope_count(info); i++)
    snprintf(joined + strlen(joined), sizeof joined - strlen(joined), "[%s]", mcpauth_authinfo_scope_at(info, i).data);
  if (strcmp(joined, expected) != 0) CHECK_FAIL("%s: the scopes are %s, not %s", changes, joined, expected);
  CHECK_STR(mcpauth_authinfo_scope_at(info, mcpauth_authinfo_scope_count(info)), "");
  CHECK_STR(mcpauth_authinfo_scope_at(info, SIZE_MAX), "");
  mcpauth_authinfo_free(info);
}

static void scopes(void) {
  check_scopes("{\"scope\":\"a b\"}", "[a][b]");
  check_scopes("{\"scope\":[\"a\",\"b\"]}", "[a][b]");
  check_scopes("{\"scope\":\"  a   b a \"}", "[a][b]"); /* blanks make no empty scope, each once */
  check_scopes("{\"scope\":\"\"}", "");
  check_scopes("{\"scope\":[]}", "");
  check_scopes("{\"-scope\":0}", "");
  check_scopes("{\"-scope\":0,\"scp\":\"a b\"}", "[a][b]");
  check_scopes("{\"-scope\":0,\"scp\":[\"a\"]}", "[a]");
  check_scopes("{\"-scope\":0,\"scopes\":[\"a\"]}", "[a]");
  check_scopes("{\"scope\":\"a\",\"scp\":\"b\",\"scopes\":[\"c\"]}", "[a]");
}

/* A41: a scope is the whole word. */
static void A41_a_scope_is_no_prefix(void) {
  mcpauth_authinfo *info = info_of("{\"scope\":\"readwrite mcp:read\"}");
  CHECK(mcpauth_authinfo_has_scope(info, "readwrite"));
  CHECK(mcpauth_authinfo_has_scope(info, "mcp:read"));
  CHECK(!mcpauth_authinfo_has_scope(info, "read"));
  CHECK(!mcpauth_authinfo_has_scope(info, "readwrite "));
  CHECK(!mcpauth_authinfo_has_scope(info, "READWRITE"));
  CHECK(!mcpauth_authinfo_has_scope(info, "readwrite mcp:read"));
  CHECK(!mcpauth_authinfo_has_scope(info, ""));
  CHECK(!mcpauth_authinfo_has_scope(info, NULL));
  mcpauth_authinfo_free(info);
}

static void audiences(void) {
  mcpauth_authinfo *info = info_of("{\"aud\":[\"https://other.example.com\",\"" RESOURCE "\"]}");
  CHECK_INT(mcpauth_authinfo_audience_count(info), 2);
  CHECK_STR(mcpauth_authinfo_audience_at(info, 0), "https://other.example.com");
  CHECK_STR(mcpauth_authinfo_audience_at(info, 1), RESOURCE);
  CHECK_STR(mcpauth_authinfo_audience_at(info, 2), "");
  mcpauth_authinfo_free(info);
}

static void check_client(const char *changes, const char *expected) {
  mcpauth_authinfo *info = info_of(changes);
  CHECK_STR(mcpauth_authinfo_client_id(info), expected);
  mcpauth_authinfo_free(info);
}

static void the_client_is_named_in_one_of_four_claims(void) {
  check_client("{\"client_id\":\"a\",\"azp\":\"b\",\"appid\":\"c\",\"cid\":\"d\"}", "a");
  check_client("{\"-client_id\":0,\"azp\":\"b\",\"appid\":\"c\",\"cid\":\"d\"}", "b");
  check_client("{\"-client_id\":0,\"appid\":\"c\",\"cid\":\"d\"}", "c");
  check_client("{\"-client_id\":0,\"cid\":\"d\"}", "d");
  check_client("{\"-client_id\":0}", "");
}

static void a_fraction_of_the_expiry_is_cut_off(void) {
  mcpauth_authinfo *info = info_of("{\"exp\":1800000300.75}");
  CHECK_INT(mcpauth_authinfo_expires_at(info), 1800000300);
  mcpauth_authinfo_free(info);
}

static void claims_keep_their_bytes(void) {
  mcpauth_authinfo *info = info_of("{\"sub\":\"al\\u00efce \\\"\\\\\",\"n\":[1,2.5,true,null,{\"a\":[]}]}");
  CHECK_STR(mcpauth_authinfo_subject(info),
            "al\xc3\xaf"
            "ce \"\\");
  char *claims = fixture_claims("{\"sub\":\"al\\u00efce \\\"\\\\\",\"n\":[1,2.5,true,null,{\"a\":[]}]}");
  CHECK_JSON(mcpauth_authinfo_claims_json(info), claims);
  free(claims);
  mcpauth_authinfo_free(info);
}

/* A buffer is filled as far as it goes, and ends with a NUL; size_t has no negative sizes. */
static void a_claim_as_json_fits_its_buffer(void) {
  static const size_t sizes[] = {1, 2, 9, 10, 64, SIZE_MAX};
  mcpauth_authinfo *info = info_of("{\"n\":[1,{\"a\":2}]}");
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
    char buffer[64], expected[64] = "[1,{\"a\":2}]";
    memset(buffer, 'x', sizeof buffer);
    CHECK_INT(mcpauth_authinfo_claim_json(info, "n", buffer, sizes[i]), 11);
    if (sizes[i] < 12) expected[sizes[i] - 1] = '\0';
    CHECK(strcmp(buffer, expected) == 0 && buffer[strlen(expected) + 1] == 'x');
  }
  CHECK_INT(mcpauth_authinfo_claim_json(info, "n", NULL, 0), 11);
  CHECK_INT(mcpauth_authinfo_claim_json(info, "m", NULL, 0), 0);
  mcpauth_authinfo_free(info);
}

static void check_claim(const mcpauth_authinfo *info, const char *path, mcpauth_claim_type type, const char *string,
                        int64_t integer, double number, bool boolean, size_t count) {
  int64_t got_integer = 7;
  double got_number = 7;
  bool got_boolean = true;
  CHECK_INT(mcpauth_authinfo_claim_type(info, path), type);
  CHECK_STR(mcpauth_authinfo_claim_string(info, path), string);
  CHECK_INT(mcpauth_authinfo_claim_integer(info, path, &got_integer), type == MCPAUTH_CLAIM_INTEGER);
  CHECK_INT(got_integer, integer);
  CHECK_INT(mcpauth_authinfo_claim_number(info, path, &got_number),
            type == MCPAUTH_CLAIM_INTEGER || type == MCPAUTH_CLAIM_NUMBER);
  CHECK(got_number >= number && got_number <= number);
  CHECK_INT(mcpauth_authinfo_claim_boolean(info, path, &got_boolean), type == MCPAUTH_CLAIM_BOOLEAN);
  CHECK_INT(got_boolean, boolean);
  CHECK_INT(mcpauth_authinfo_claim_count(info, path), count);
}

static void any_claim_by_its_path(void) {
  mcpauth_authinfo *info = info_of(
      "{\"client_id\":\"c.1\",\"s\":\"x\",\"i\":-5,\"r\":2.5,\"t\":true,\"z\":null,\"a\":[\"p\",1,\"q\"],"
      "\"o\":{\"c.1\":{\"roles\":[\"r\"]}},\"https://e.com/~x\":\"y\"}");
  check_claim(info, "s", MCPAUTH_CLAIM_STRING, "x", 0, 0, false, 0);
  check_claim(info, "i", MCPAUTH_CLAIM_INTEGER, "", -5, -5, false, 0);
  check_claim(info, "r", MCPAUTH_CLAIM_NUMBER, "", 0, 2.5, false, 0);
  check_claim(info, "t", MCPAUTH_CLAIM_BOOLEAN, "", 0, 0, true, 0);
  check_claim(info, "z", MCPAUTH_CLAIM_NULL, "", 0, 0, false, 0);
  check_claim(info, "a", MCPAUTH_CLAIM_ARRAY, "", 0, 0, false, 3);
  check_claim(info, "a.1", MCPAUTH_CLAIM_INTEGER, "", 1, 1, false, 0);
  check_claim(info, "o", MCPAUTH_CLAIM_OBJECT, "", 0, 0, false, 1);
  check_claim(info, "o.{client}.roles", MCPAUTH_CLAIM_ARRAY, "", 0, 0, false, 1);
  check_claim(info, "/https:~1~1e.com~1~0x", MCPAUTH_CLAIM_STRING, "y", 0, 0, false, 0);
  static const char *const absent[] = {"S", "s.x", "a.3", "a.-1", "a.999999", "a.4294967296", "a.x", "o.c.1", "", "."};
  for (size_t i = 0; i < sizeof absent / sizeof *absent; i++)
    check_claim(info, absent[i], MCPAUTH_CLAIM_NONE, "", 0, 0, false, 0);
  CHECK_STR(mcpauth_authinfo_claim_string_at(info, "a", 2), "q");
  CHECK_STR(mcpauth_authinfo_claim_string_at(info, "a", 1), "");
  CHECK_STR(mcpauth_authinfo_claim_string_at(info, "a", SIZE_MAX), "");
  CHECK_STR(mcpauth_authinfo_claim_string_at(info, "o", 0), "");
  mcpauth_authinfo_free(info);
}

CHECK_MAIN(CASE(rsa), CASE(ecdsa), CASE(eddsa), CASE(a_good_token), CASE(scopes), CASE(A41_a_scope_is_no_prefix),
           CASE(audiences), CASE(the_client_is_named_in_one_of_four_claims), CASE(a_fraction_of_the_expiry_is_cut_off),
           CASE(claims_keep_their_bytes), CASE(a_claim_as_json_fits_its_buffer), CASE(any_claim_by_its_path))
