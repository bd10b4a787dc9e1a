/*
 * threads.c: what a token costs that was seen before: the whole of mcpauth_authorize, from the header to a usable
 * authinfo and back; and how much two threads do together, with known tokens and with new ones.
 *
 * usage: threads DIRECTORY ROUNDS   prints one JSON object
 */
#define _GNU_SOURCE
#include "two_threads.h"

enum { TOKENS = 1000, KNOWN_CALLS = 200000, NEW_CALLS = 2000 };

static mcpauth_str fields[TOKENS];

static mcpauth_str token_of(const char *directory, const char *algorithm) {
  char name[64];
  size_t len = 0;
  snprintf(name, sizeof name, "%s.token", algorithm);
  char *token = read_file(directory, name, &len);
  mcpauth_str field = bearer_field(token, len);
  free(token);
  return field;
}

int main(int argc, char **argv) {
  CHECK(argc == 3);
  size_t rounds = (size_t)atoi(argv[2]);
  char *jwks = read_file(argv[1], "jwks.json", NULL);
  CHECK(rounds > 0);

  fields[0] = token_of(argv[1], "RS256");
  mcpauth_verifier *verifier = make_verifier(make_config(jwks, 2000));
  printf("{\"token_bytes\":%zu,", fields[0].len - 7);
  compare_threads("same_token", (struct two_threads){verifier, fields, 1, 1, KNOWN_CALLS}, rounds);
  mcpauth_verifier_free(verifier);

  verifier = make_verifier(make_config(jwks, 0));
  static const char *const algorithms[] = {"RS256", "ES256"};
  for (size_t i = 0; i < 2; i++) {
    char name[64];
    fields[0] = token_of(argv[1], algorithms[i]);
    snprintf(name, sizeof name, "new_%s", algorithms[i]);
    printf(",");
    compare_threads(name, (struct two_threads){verifier, fields, 1, 1, NEW_CALLS}, rounds);
  }
  mcpauth_verifier_free(verifier);

  verifier = make_verifier(make_config(NULL, 2000));
  for (size_t i = 0; i < TOKENS; i++) {
    size_t len = 0;
    char *made = hs256_token(i, 375, &len);
    fields[i] = bearer_field(made, len);
    free(made);
  }
  printf(",");
  compare_threads("other_tokens", (struct two_threads){verifier, fields, TOKENS / 2, 0, KNOWN_CALLS}, rounds);
  mcpauth_verifier_free(verifier);
  printf("}\n");
  return 0;
}
