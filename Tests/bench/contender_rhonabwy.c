/* rhonabwy, over GnuTLS. */
#include <rhonabwy.h>

#include "contender.h"
#include "bench.h"

static jwk_t *key;

static bool prepare(const char *algorithm, const char *pem, const char *jwk, const char *jwks) {
  (void)algorithm, (void)pem, (void)jwks;
  CHECK(r_jwk_init(&key) == RHN_OK && r_jwk_import_from_json_str(key, jwk) == RHN_OK);
  return true;
}

static void verify(const char *token, size_t len) {
  jwt_t *jwt = r_jwt_quick_parsen(token, len, R_PARSE_NONE, 0);
  CHECK(jwt && r_jwt_verify_signature(jwt, key, 0) == RHN_OK);
  CHECK(r_jwt_validate_claims(jwt, R_JWT_CLAIM_ISS, ISSUER, R_JWT_CLAIM_AUD, RESOURCE, R_JWT_CLAIM_EXP, R_JWT_CLAIM_NOW,
                              R_JWT_CLAIM_NBF, R_JWT_CLAIM_NOW, R_JWT_CLAIM_NOP) == RHN_OK);
  CHECK(strstr(r_jwt_get_claim_str_value(jwt, "scope"), SCOPE));
  r_jwt_free(jwt);
}

const struct contender contender_rhonabwy = {"rhonabwy (GnuTLS)", "iss aud exp nbf scope", prepare, verify};
