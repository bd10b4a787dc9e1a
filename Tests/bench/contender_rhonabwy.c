/* rhonabwy, over GnuTLS. */
#include <rhonabwy.h>

#include "bench.h"
#include "contender.h"

static jwk_t *key;
static const char *expected;
static jwa_alg expected_alg;

static bool prepare(const char *algorithm, const char *pem, const char *jwk, const char *jwks) {
  (void)pem, (void)jwks;
  expected = algorithm;
  expected_alg = r_str_to_jwa_alg(algorithm);
  CHECK(r_jwk_init(&key) == RHN_OK && r_jwk_import_from_json_str(key, jwk) == RHN_OK);
  return true;
}

static void verify(const char *token, size_t len) {
  jwt_t *jwt = r_jwt_quick_parsen(token, len, R_PARSE_NONE, 0);
  CHECK(jwt && names_key(r_jwt_get_header_str_value(jwt, "kid"), expected) && r_jwt_get_sign_alg(jwt) == expected_alg);
  CHECK(r_jwt_verify_signature(jwt, key, 0) == RHN_OK);
  CHECK(r_jwt_validate_claims(jwt, R_JWT_CLAIM_ISS, ISSUER, R_JWT_CLAIM_AUD, RESOURCE, R_JWT_CLAIM_EXP, R_JWT_CLAIM_NOW,
                              R_JWT_CLAIM_NBF, R_JWT_CLAIM_NOW, R_JWT_CLAIM_NOP) == RHN_OK);
  CHECK(has_word(r_jwt_get_claim_str_value(jwt, "scope"), SCOPE));
  r_jwt_free(jwt);
}

const struct contender contender_rhonabwy = {"rhonabwy (GnuTLS)", "alg kid iss aud exp nbf scope", prepare, verify};
