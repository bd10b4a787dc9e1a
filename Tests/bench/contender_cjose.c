/* cjose verifies JWS only; the claims are read with jansson, as those do who use it. */
#include <cjose/cjose.h>
#include <jansson.h>

#include "bench.h"
#include "contender.h"

static cjose_jwk_t *key;
static const char *expected;

static bool prepare(const char *algorithm, const char *pem, const char *jwk, const char *jwks) {
  (void)pem, (void)jwks;
  if (strcmp(algorithm, "EdDSA") == 0) return false;
  cjose_err err;
  expected = algorithm;
  CHECK((key = cjose_jwk_import(jwk, strlen(jwk), &err)));
  return true;
}

static const char *text(const json_t *claims, const char *name) {
  const char *value = json_string_value(json_object_get(claims, name));
  CHECK(value);
  return value;
}

static void verify(const char *token, size_t len) {
  cjose_err err;
  uint8_t *payload = NULL;
  size_t count = 0;
  long now = (long)time(NULL);
  cjose_jws_t *jws = cjose_jws_import(token, len, &err);
  CHECK(jws);
  cjose_header_t *header = cjose_jws_get_protected(jws);
  CHECK(names_key(cjose_header_get(header, CJOSE_HDR_KID, &err), expected));
  CHECK(strcmp(cjose_header_get(header, CJOSE_HDR_ALG, &err), expected) == 0);
  CHECK(cjose_jws_verify(jws, key, &err) && cjose_jws_get_plaintext(jws, &payload, &count, &err));
  json_t *claims = json_loadb((const char *)payload, count, JSON_REJECT_DUPLICATES, NULL);
  CHECK(claims);
  CHECK(strcmp(text(claims, "iss"), ISSUER) == 0 && strcmp(text(claims, "aud"), RESOURCE) == 0);
  CHECK(json_integer_value(json_object_get(claims, "exp")) > now);
  CHECK(json_integer_value(json_object_get(claims, "nbf")) <= now);
  CHECK(has_word(text(claims, "scope"), SCOPE));
  json_decref(claims);
  cjose_jws_release(jws);
}

const struct contender contender_cjose = {"cjose + jansson", "alg kid iss aud exp nbf scope", prepare, verify};
