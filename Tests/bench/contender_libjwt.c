/* libjwt as Debian has it (1.x): it reads the key's PEM again for every token. */
#include <jwt.h>

#include "bench.h"
#include "contender.h"

static const char *key, *expected;

static bool prepare(const char *algorithm, const char *pem, const char *jwk, const char *jwks) {
  (void)jwk, (void)jwks;
  key = pem;
  expected = algorithm;
  return strcmp(algorithm, "RS256") == 0 || strcmp(algorithm, "ES256") == 0;
}

static void verify(const char *token, size_t len) {
  (void)len;
  jwt_t *jwt = NULL;
  long now = (long)time(NULL);
  CHECK(jwt_decode(&jwt, token, (const unsigned char *)key, (int)strlen(key)) == 0);
  CHECK(names_key(jwt_get_header(jwt, "kid"), expected) && strcmp(jwt_alg_str(jwt_get_alg(jwt)), expected) == 0);
  CHECK(strcmp(jwt_get_grant(jwt, "iss"), ISSUER) == 0);
  CHECK(strcmp(jwt_get_grant(jwt, "aud"), RESOURCE) == 0);
  CHECK(jwt_get_grant_int(jwt, "exp") > now && jwt_get_grant_int(jwt, "nbf") <= now);
  CHECK(has_word(jwt_get_grant(jwt, "scope"), SCOPE));
  jwt_free(jwt);
}

const struct contender contender_libjwt = {"libjwt 1.x", "alg kid iss aud exp nbf scope; reads the key each time",
                                           prepare, verify};
