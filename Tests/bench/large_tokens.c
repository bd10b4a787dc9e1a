/*
 * large_tokens.c: what a new token of 15 KB costs beside the hash and the base64 of its text alone: one that is long, one
 * with 1,000 scopes, one with 100 audiences.
 *
 * usage: large_tokens ROUNDS   prints one JSON object: nanoseconds, and the ratio to the hash and the base64 of its round
 */
#include "bench.h"

/* ---- the hash and the base64 alone ---------------------------------------------------------------------------------- */

static unsigned char values[256];
static unsigned char decoded[1 << 15];

static void prepare_values(void) {
  static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  for (unsigned i = 0; i < 64; i++) values[(unsigned char)digits[i]] = (unsigned char)i;
}

static size_t decode(const char *text, size_t len) {
  size_t count = 0;
  for (size_t i = 0; i + 4 <= len; i += 4) {
    const unsigned char *c = (const unsigned char *)text + i;
    uint32_t bits =
        (uint32_t)values[c[0]] << 18 | (uint32_t)values[c[1]] << 12 | (uint32_t)values[c[2]] << 6 | values[c[3]];
    decoded[count++] = (unsigned char)(bits >> 16);
    decoded[count++] = (unsigned char)(bits >> 8);
    decoded[count++] = (unsigned char)bits;
  }
  return count;
}

static EVP_MD *sha256;

static void hash_and_decode(const mcpauth_str *token) {
  unsigned char hash[EVP_MAX_MD_SIZE];
  unsigned count;
  CHECK(EVP_Digest(token->data, token->len, hash, &count, sha256, NULL) && count == 32);
  CHECK(decode(token->data, token->len) > 0);
  __asm__ volatile("" : : "r"(decoded) : "memory"); /* what was decoded is needed, as far as the compiler knows */
}

/* ---- tokens ----------------------------------------------------------------------------------------------------------- */

static char *list_of(size_t count, const char *first, const char *format, const char *between, const char *end) {
  char *list = malloc(count * 64 + 128);
  CHECK(list);
  size_t used = (size_t)sprintf(list, "%s", first);
  for (size_t i = 1; i < count; i++) {
    used += (size_t)sprintf(list + used, "%s", between);
    used += (size_t)sprintf(list + used, format, i);
  }
  strcpy(list + used, end);
  return list;
}

/* A token of these claims, filled to 15 KB. */
static char *make_token(const char *scopes, const char *audiences, size_t *len) {
  size_t filler = 11000;
  for (;;) {
    char *claims = make_claims(1, scopes, audiences, filler), *token = hs256_of(claims, len);
    free(claims);
    if (*len > 14900 && *len <= 15360) return token;
    free(token);
    filler = *len > 15360 ? filler - (*len - 15000) * 3 / 4 : filler + (15000 - *len) * 3 / 4 + 1;
  }
}

static void compare(const char *name, char *token, size_t len, size_t rounds) {
  static double ns[1000], alone[1000], ratios[1000];
  enum { CALLS = 40 };
  mcpauth_verifier *verifier = make_verifier(make_config(NULL, 0));
  mcpauth_str field = bearer_field(token, len), text = {token, len};
  for (size_t round = 0; round < rounds + 1; round++) {
    size_t at = round ? round - 1 : 0; /* the first one warms up */
    double start = cpu_ns();
    for (int i = 0; i < CALLS; i++) hash_and_decode(&text);
    alone[at] = (cpu_ns() - start) / CALLS;
    start = cpu_ns();
    for (int i = 0; i < CALLS; i++) CHECK(authorize(verifier, &field) == MCPAUTH_OK);
    ns[at] = (cpu_ns() - start) / CALLS;
    ratios[at] = ns[at] / alone[at];
  }
  printf("\"%s\":{\"token_bytes\":%zu", name, len);
  print_spread("alone_ns", alone, rounds);
  print_spread("ns", ns, rounds);
  print_spread("ratio", ratios, rounds);
  printf("}");
  mcpauth_verifier_free(verifier);
  free((char *)field.data);
  free(token);
}

int main(int argc, char **argv) {
  CHECK(argc == 2);
  size_t rounds = (size_t)atoi(argv[1]), len = 0;
  CHECK(rounds > 0 && rounds <= 999);
  prepare_values();
  sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
  char *scopes = list_of(1000, SCOPE, "s:%zu", " ", "");
  char *audiences = list_of(100, "[\"" RESOURCE "\"", "\"https://elsewhere%zu.example.com\"", ",", "]");
  printf("{");
  char *token = make_token(SCOPE, "\"" RESOURCE "\"", &len);
  compare("one long claim", token, len, rounds);
  printf(",");
  token = make_token(scopes, "\"" RESOURCE "\"", &len);
  compare("1,000 scopes", token, len, rounds);
  printf(",");
  token = make_token(SCOPE, audiences, &len);
  compare("100 audiences", token, len, rounds);
  printf("}\n");
  free(scopes);
  free(audiences);
  EVP_MD_free(sha256);
  return 0;
}
