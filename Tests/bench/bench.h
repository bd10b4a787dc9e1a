/* What the benchmark programs share: time, statistics, files, tokens, and a verifier set up for them. */
#ifndef BENCH_H
#define BENCH_H

#include <mcpauth.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define ISSUER "https://as.example.com"
#define RESOURCE "https://mcp.example.com/mcp"
#define SCOPE "mcp:tools"

static inline void fail_at(const char *file, int line, const char *what) {
  fprintf(stderr, "%s:%d: %s\n", file, line, what);
  exit(1);
}
#define CHECK(condition) ((condition) ? (void)0 : fail_at(__FILE__, __LINE__, #condition))

static inline double now_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

/* Of this thread's processor, so that what else the machine does counts less. */
static inline double cpu_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static inline int compare_doubles(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

/* Sorts values. fraction 0.5 is the median. */
static inline double quantile(double *values, size_t count, double fraction) {
  qsort(values, count, sizeof *values, compare_doubles);
  size_t index = (size_t)(fraction * (double)(count - 1) + 0.5);
  return values[index];
}

/* ,"name":{"min":...,"median":...,"max":...} */
static inline void print_spread(const char *name, double *values, size_t count) {
  printf(",\"%s\":{\"min\":%.4f,\"median\":%.4f,\"max\":%.4f}", name, quantile(values, count, 0),
         quantile(values, count, 0.5), quantile(values, count, 1));
}

/* NUL-terminated; *len without it. */
static inline char *read_file(const char *directory, const char *name, size_t *len) {
  char path[4096];
  snprintf(path, sizeof path, "%s/%s", directory, name);
  FILE *file = fopen(path, "rb");
  if (!file) fail_at(path, 0, "cannot be read");
  size_t used = 0, room = 1 << 16;
  char *text = malloc(room + 1);
  CHECK(text);
  for (size_t n; (n = fread(text + used, 1, room - used, file)) > 0;) {
    used += n;
    if (used == room) CHECK((text = realloc(text, (room *= 2) + 1)));
  }
  fclose(file);
  text[used] = 0;
  if (len) *len = used;
  return text;
}

static inline void write_file(const char *directory, const char *name, const char *text, size_t len) {
  char path[4096];
  snprintf(path, sizeof path, "%s/%s", directory, name);
  FILE *file = fopen(path, "wb");
  if (!file || fwrite(text, 1, len, file) != len || fclose(file)) fail_at(path, 0, "cannot be written");
}

/* Returns the length; out holds 4/3 of count and 2 more. */
static inline size_t base64url(char *out, const unsigned char *in, size_t count) {
  static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  size_t used = 0;
  unsigned pending = 0, bits = 0;
  for (size_t i = 0; i < count; i++) {
    pending = pending << 8 | in[i];
    for (bits += 8; bits >= 6;) out[used++] = digits[pending >> (bits -= 6) & 63];
  }
  if (bits) out[used++] = digits[pending << (6 - bits) & 63];
  out[used] = 0;
  return used;
}

/* Claims as a provider sends them; number makes each token another one. filler bytes go into a claim of their own. */
static inline char *make_claims(unsigned long number, const char *scopes, const char *audiences, size_t filler) {
  size_t room = strlen(scopes) + strlen(audiences) + filler + 1024;
  char *claims = malloc(room), *fill = malloc(filler + 1);
  CHECK(claims && fill);
  memset(fill, 'x', filler);
  fill[filler] = 0;
  long now = (long)time(NULL);
  snprintf(claims, room,
           "{\"iss\":\"" ISSUER
           "\",\"sub\":\"user|%024lu\",\"aud\":%s,\"exp\":%ld,\"iat\":%ld,\"nbf\":%ld,"
           "\"jti\":\"%032lx\",\"client_id\":\"4f9d1c52-7c1f-4b62-9c29-8bfb6d1a5f0e\",\"scope\":\"%s\"%s%s%s}",
           number, audiences, now + 86400, now, now, number, scopes, filler ? ",\"filler\":\"" : "", fill,
           filler ? "\"" : "");
  free(fill);
  return claims;
}

/* header.payload, with room for a signature of 1 KiB behind it. */
static inline char *signing_input(const char *header, const char *claims, size_t *len) {
  char *text = malloc((strlen(header) + strlen(claims)) * 4 / 3 + 2048);
  CHECK(text);
  *len = base64url(text, (const unsigned char *)header, strlen(header));
  text[(*len)++] = '.';
  *len += base64url(text + *len, (const unsigned char *)claims, strlen(claims));
  return text;
}

static const char secret[] = "0123456789abcdef0123456789abcdef";

/* A token of these claims under `secret`: made fast, so that there can be a million of them. */
static inline char *hs256_of(const char *claims, size_t *len) {
  char *text = signing_input("{\"alg\":\"HS256\",\"typ\":\"at+jwt\"}", claims, len);
  unsigned char mac[32];
  unsigned count = 0;
  CHECK(HMAC(EVP_sha256(), secret, sizeof secret - 1, (unsigned char *)text, *len, mac, &count) && count == 32);
  text[(*len)++] = '.';
  *len += base64url(text + *len, mac, 32);
  return text;
}

static inline char *hs256_token(unsigned long number, size_t filler, size_t *len) {
  char *claims = make_claims(number, SCOPE, "\"" RESOURCE "\"", filler);
  char *token = hs256_of(claims, len);
  free(claims);
  return token;
}

/* A configuration that trusts ISSUER with this key set, or with `secret` when it is NULL. cache_entries 0: no cache. */
static inline mcpauth_config *make_config(const char *jwks, size_t cache_entries) {
  mcpauth_config *config = NULL;
  mcpauth_issuer *issuer = NULL;
  CHECK(mcpauth_config_new(RESOURCE, &config) == MCPAUTH_OK);
  CHECK(mcpauth_config_add_issuer(config, ISSUER, &issuer) == MCPAUTH_OK);
  if (jwks)
    CHECK(mcpauth_issuer_set_jwks_json(issuer, jwks, strlen(jwks)) == MCPAUTH_OK);
  else
    CHECK(mcpauth_issuer_add_shared_secret(issuer, secret, sizeof secret - 1, "HS256", NULL) == MCPAUTH_OK);
  CHECK(mcpauth_config_add_required_scope(config, SCOPE) == MCPAUTH_OK);
  CHECK(mcpauth_config_set_token_cache(config, cache_entries, (size_t)1 << 32, 3600) == MCPAUTH_OK);
  return config;
}

/* Frees config. */
static inline mcpauth_verifier *make_verifier(mcpauth_config *config) {
  mcpauth_verifier *verifier = NULL;
  mcpauth_error *err = NULL;
  if (mcpauth_verifier_new(config, &verifier, &err) != MCPAUTH_OK) {
    fprintf(stderr, "no verifier: %s\n", mcpauth_error_message(err).data);
    exit(1);
  }
  mcpauth_config_free(config);
  return verifier;
}

/* "Bearer " and the token. */
static inline mcpauth_str bearer_field(const char *token, size_t len) {
  char *field = malloc(len + 8);
  CHECK(field);
  memcpy(field, "Bearer ", 7);
  memcpy(field + 7, token, len);
  field[len + 7] = 0;
  return (mcpauth_str){field, len + 7};
}

/* One request as a server sees it: from the header to a usable authinfo and back. */
static inline mcpauth_result authorize(const mcpauth_verifier *verifier, const mcpauth_str *field) {
  mcpauth_request request = MCPAUTH_REQUEST_INIT;
  mcpauth_authinfo *info = NULL;
  mcpauth_response *denial = NULL;
  request.authorization = field;
  request.authorization_count = 1;
  mcpauth_result result = mcpauth_authorize(verifier, &request, &info, &denial);
  if (result == MCPAUTH_OK) CHECK(mcpauth_authinfo_subject(info).len > 0);
  mcpauth_authinfo_free(info);
  mcpauth_response_free(denial);
  return result;
}

/* Kilobytes of memory in use by this process. */
static inline long resident_kib(void) {
  long pages = 0, resident = 0;
  FILE *file = fopen("/proc/self/statm", "r");
  CHECK(file && fscanf(file, "%ld %ld", &pages, &resident) == 2);
  fclose(file);
  return resident * 4;
}

#endif
