/*
 * growth.c: what a token costs as things grow: more issuers, keys, scopes, audiences, larger tokens, fuller caches.
 *
 * usage: growth   prints one JSON object: for each thing and size, nanoseconds of the processor for a token that is new and
 * for one that is known
 */
#include "bench.h"

static char *concatenated(char *text, const char *more) {
  size_t old = text ? strlen(text) : 0;
  CHECK((text = realloc(text, old + strlen(more) + 1)));
  strcpy(text + old, more);
  return text;
}

/* The median of some batches. */
static double cost(const mcpauth_verifier *verifier, const mcpauth_str *fields, size_t count, size_t calls) {
  double batches[9];
  size_t at = 0;
  for (size_t i = 0; i < (count < calls ? count : calls); i++) CHECK(authorize(verifier, &fields[i]) == MCPAUTH_OK);
  for (size_t b = 0; b < 9; b++) {
    double start = cpu_ns();
    for (size_t i = 0; i < calls; i++) {
      CHECK(authorize(verifier, &fields[at]) == MCPAUTH_OK);
      if (++at == count) at = 0;
    }
    batches[b] = (cpu_ns() - start) / (double)calls;
  }
  return quantile(batches, 9, 0.5);
}

static int first_row;

static void row(size_t size, double fresh, double known) {
  printf("%s{\"size\":%zu,\"new_ns\":%.0f,\"known_ns\":%.0f}", first_row ? "" : ",", size, fresh, known);
  first_row = 0;
}

static void begin(const char *name) {
  printf("\"%s\":[", name);
  first_row = 1;
}

/* One token under a configuration, without a cache and with one. make gives a configuration of that size. */
static void measure(size_t size, mcpauth_config *(*make)(size_t size, size_t cache), char *token, size_t len) {
  mcpauth_str field = bearer_field(token, len);
  mcpauth_verifier *without = make_verifier(make(size, 0)), *with = make_verifier(make(size, 100));
  row(size, cost(without, &field, 1, 300), cost(with, &field, 1, 20000));
  mcpauth_verifier_free(without);
  mcpauth_verifier_free(with);
  free((char *)field.data);
  free(token);
}

static mcpauth_config *plain(size_t size, size_t cache) {
  (void)size;
  return make_config(NULL, cache);
}

/* The issuer of the token is added last. */
static mcpauth_config *issuers(size_t size, size_t cache) {
  mcpauth_config *config = NULL;
  mcpauth_issuer *issuer = NULL;
  CHECK(mcpauth_config_new(RESOURCE, &config) == MCPAUTH_OK);
  for (size_t i = 0; i < size; i++) {
    char name[64];
    snprintf(name, sizeof name, "https://as%zu.example.com", i);
    CHECK(mcpauth_config_add_issuer(config, i + 1 == size ? ISSUER : name, &issuer) == MCPAUTH_OK);
    CHECK(mcpauth_issuer_add_shared_secret(issuer, secret, sizeof secret - 1, "HS256", NULL) == MCPAUTH_OK);
  }
  CHECK(mcpauth_config_add_required_scope(config, SCOPE) == MCPAUTH_OK);
  CHECK(mcpauth_config_set_token_cache(config, cache, (size_t)1 << 32, 3600) == MCPAUTH_OK);
  return config;
}

static mcpauth_config *scopes(size_t size, size_t cache) {
  mcpauth_config *config = make_config(NULL, cache);
  for (size_t i = 1; i < size; i++) {
    char scope[32];
    snprintf(scope, sizeof scope, "s:%zu", i);
    CHECK(mcpauth_config_add_required_scope(config, scope) == MCPAUTH_OK);
  }
  return config;
}

static mcpauth_config *audiences(size_t size, size_t cache) {
  mcpauth_config *config = make_config(NULL, cache);
  for (size_t i = 0; i < size; i++) {
    char audience[64];
    snprintf(audience, sizeof audience, "https://api%zu.example.com", i);
    CHECK(mcpauth_config_add_audience(config, i + 1 == size ? RESOURCE : audience) == MCPAUTH_OK);
  }
  return config;
}

static char *signed_hs256(char *claims, size_t *len) {
  char *token = hs256_of(claims, len);
  free(claims);
  return token;
}

static char *token_of_scopes(size_t size, size_t *len) {
  char *list = concatenated(NULL, SCOPE);
  for (size_t i = 1; i < size; i++) {
    char scope[32];
    snprintf(scope, sizeof scope, " s:%zu", i);
    list = concatenated(list, scope);
  }
  char *token = signed_hs256(make_claims(1, list, "\"" RESOURCE "\"", 0), len);
  free(list);
  return token;
}

static char *token_of_audiences(size_t size, size_t *len) {
  char *list = concatenated(NULL, "[");
  for (size_t i = 1; i < size; i++) {
    char audience[64];
    snprintf(audience, sizeof audience, "\"https://elsewhere%zu.example.com\",", i);
    list = concatenated(list, audience);
  }
  list = concatenated(list, "\"" RESOURCE "\"]");
  char *token = signed_hs256(make_claims(1, SCOPE, list, 0), len);
  free(list);
  return token;
}

/* Ed25519 keys; the token is by the last of them. */
static char *key_set;

static mcpauth_config *keys(size_t size, size_t cache) {
  (void)size;
  return make_config(key_set, cache);
}

static char *make_keys(size_t size, size_t *len) {
  EVP_PKEY *last = NULL;
  char kid[32] = "";
  free(key_set);
  key_set = concatenated(NULL, "{\"keys\":[");
  for (size_t i = 0; i < size; i++) {
    unsigned char raw[32];
    size_t count = sizeof raw;
    char x[64], jwk[256];
    EVP_PKEY_free(last);
    CHECK((last = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519")) && EVP_PKEY_get_raw_public_key(last, raw, &count));
    base64url(x, raw, count);
    snprintf(kid, sizeof kid, "key-%zu", i);
    snprintf(jwk, sizeof jwk, "%s{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"kid\":\"%s\",\"x\":\"%s\"}", i ? "," : "", kid,
             x);
    key_set = concatenated(key_set, jwk);
  }
  key_set = concatenated(key_set, "]}");
  char header[128];
  snprintf(header, sizeof header, "{\"alg\":\"EdDSA\",\"kid\":\"%s\"}", kid);
  char *claims = make_claims(1, SCOPE, "\"" RESOURCE "\"", 0), *token = signing_input(header, claims, len);
  unsigned char signature[64];
  size_t count = sizeof signature;
  EVP_MD_CTX *context = EVP_MD_CTX_new();
  CHECK(EVP_DigestSignInit(context, NULL, NULL, NULL, last) == 1);
  CHECK(EVP_DigestSign(context, signature, &count, (unsigned char *)token, *len) == 1);
  EVP_MD_CTX_free(context);
  EVP_PKEY_free(last);
  free(claims);
  token[(*len)++] = '.';
  *len += base64url(token + *len, signature, count);
  return token;
}

enum { MOST_ENTRIES = 100000 };

/* All tokens of a full cache in turn; and a new one that makes another go. */
static void cache_row(size_t size) {
  mcpauth_str *fields = calloc(size * 2, sizeof *fields);
  CHECK(fields);
  for (size_t i = 0; i < size * 2; i++) {
    size_t len = 0;
    char *token = hs256_token(i, 0, &len);
    fields[i] = bearer_field(token, len);
    free(token);
  }
  mcpauth_verifier *verifier = make_verifier(make_config(NULL, size));
  long before = resident_kib();
  double known = cost(verifier, fields, size, size < 20000 ? 20000 : size);
  long grown = resident_kib() - before;
  double start = cpu_ns();
  for (size_t i = size; i < size * 2; i++) CHECK(authorize(verifier, &fields[i]) == MCPAUTH_OK);
  row(size, (cpu_ns() - start) / (double)size, known);
  if (size == MOST_ENTRIES)
    printf(",{\"token_bytes\":%zu,\"memory_per_entry\":%.0f}", fields[0].len - 7, (double)grown * 1024 / (double)size);
  mcpauth_verifier_free(verifier);
  for (size_t i = 0; i < size * 2; i++) free((char *)fields[i].data);
  free(fields);
}

int main(void) {
  size_t len = 0;
  printf("{");
  begin("issuers");
  for (size_t size = 1; size <= 1000; size *= 10) {
    char *token = hs256_token(1, 0, &len);
    measure(size, issuers, token, len);
  }
  printf("],");
  begin("keys");
  for (size_t size = 1; size <= 100; size *= 10) {
    char *token = make_keys(size, &len);
    measure(size, keys, token, len);
  }
  printf("],");
  begin("scopes");
  for (size_t size = 1; size <= 1000; size *= 10) {
    char *token = token_of_scopes(size, &len);
    measure(size, scopes, token, len);
  }
  printf("],");
  begin("audiences");
  for (size_t size = 1; size <= 100; size *= 10) {
    char *token = token_of_audiences(size, &len);
    measure(size, audiences, token, len);
  }
  printf("],");
  begin("token bytes");
  for (size_t filler = 50; filler <= 11800; filler = filler * 2 + 300) {
    char *token = hs256_token(1, filler, &len);
    measure(len, plain, token, len);
  }
  printf("],");
  begin("cache entries");
  for (size_t size = 10; size <= MOST_ENTRIES; size *= 10) cache_row(size);
  printf("]}\n");
  return 0;
}
