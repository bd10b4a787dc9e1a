/*
 * first.c: a program that verifies one token and ends, with this library or, compiled with -DLIBJWT, with libjwt.
 *
 * usage: first DIRECTORY [show]   show: prints the memory the process has before and after, in KiB
 */
#ifdef LIBJWT
#include <jwt.h>
#endif
#include "bench.h"

int main(int argc, char **argv) {
  CHECK(argc >= 2);
  size_t len = 0;
  char *token = read_file(argv[1], "RS256.token", &len);
  long before = resident_kib();
#ifdef LIBJWT
  char *pem = read_file(argv[1], "RS256.pem", NULL);
  jwt_t *jwt = NULL;
  CHECK(jwt_decode(&jwt, token, (const unsigned char *)pem, (int)strlen(pem)) == 0);
  CHECK(strcmp(jwt_get_grant(jwt, "iss"), ISSUER) == 0 && strcmp(jwt_get_grant(jwt, "aud"), RESOURCE) == 0);
  CHECK(jwt_get_grant_int(jwt, "exp") > (long)time(NULL));
#else
  char *jwks = read_file(argv[1], "jwks.json", NULL);
  mcpauth_verifier *verifier = make_verifier(make_config(jwks, 1000));
  mcpauth_str field = bearer_field(token, len);
  CHECK(authorize(verifier, &field) == MCPAUTH_OK);
#endif
  if (argc > 2) printf("%ld %ld\n", before, resident_kib());
  return 0;
}
