/*
 * flood.c: what a flood does to the memory of a process and to the tokens that are in use.
 *
 * usage: flood DIRECTORY   prints one JSON object
 *
 * A million bad tokens, each another one; then, from a second thread, as many good tokens as it can make, each used once,
 * so that the cache is evicting all the time; then key sets that change. Hits of tokens in use are timed one by one.
 */
#define _GNU_SOURCE
#include "../c/key_server.h"
#include "bench.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

enum { BAD_TOKENS = 1000000, TOKENS_IN_USE = 200, HITS = 400000, ENTRIES = 1000 };

static mcpauth_verifier *verifier;
/* Whose cache the second thread fills. */
static mcpauth_verifier *filled;
static mcpauth_str in_use[TOKENS_IN_USE];
static double times[HITS];
static atomic_int stop;
static atomic_ulong made;

static void pin(int cpu) {
  cpu_set_t cpus;
  CPU_ZERO(&cpus);
  CPU_SET(cpu, &cpus);
  sched_setaffinity(0, sizeof cpus, &cpus);
}

static void print_times(const char *name) {
  double median = quantile(times, HITS, 0.5); /* sorts */
  printf(",\"%s\":{\"median\":%.0f,\"p99\":%.0f,\"p999\":%.0f}", name, median, times[HITS / 100 * 99],
         times[HITS / 1000 * 999]);
}

static void time_hits(const char *name) {
  for (size_t i = 0; i < HITS; i++) {
    double start = cpu_ns();
    CHECK(authorize(verifier, &in_use[i % TOKENS_IN_USE]) == MCPAUTH_OK);
    times[i] = cpu_ns() - start;
  }
  print_times(name);
}

static uint64_t cache_hits(void) {
  mcpauth_stats stats = MCPAUTH_STATS_INIT;
  CHECK(mcpauth_verifier_stats(verifier, &stats) == MCPAUTH_OK);
  return stats.cache_hits;
}

/* How many of the tokens in use are not known any more. */
static size_t forgotten(void) {
  uint64_t before = cache_hits();
  for (size_t i = 0; i < TOKENS_IN_USE; i++) CHECK(authorize(verifier, &in_use[i]) == MCPAUTH_OK);
  return TOKENS_IN_USE - (size_t)(cache_hits() - before);
}

static void *insert_good_tokens(void *unused) {
  (void)unused;
  pin(1);
  for (unsigned long number = 1000000; !atomic_load(&stop); number++) {
    size_t len = 0;
    char *token = hs256_token(number, 300, &len);
    mcpauth_str field = bearer_field(token, len);
    CHECK(authorize(filled, &field) == MCPAUTH_OK);
    free((char *)field.data);
    free(token);
    atomic_fetch_add(&made, 1);
  }
  return NULL;
}

/* Hits while a second thread fills the cache of `target`, after it has begun to evict; gives the number of evictions. */
static unsigned long time_hits_beside(mcpauth_verifier *target, const char *name) {
  pthread_t inserting;
  filled = target;
  atomic_store(&stop, 0);
  atomic_store(&made, 0);
  CHECK(pthread_create(&inserting, NULL, insert_good_tokens, NULL) == 0);
  while (atomic_load(&made) < ENTRIES * 2) sched_yield();
  unsigned long before = atomic_load(&made);
  time_hits(name);
  unsigned long evictions = atomic_load(&made) - before;
  atomic_store(&stop, 1);
  pthread_join(inserting, NULL);
  return evictions;
}

static void flood_of_bad_tokens(void) {
  size_t len = 0;
  char *token = hs256_token(7, 300, &len);
  mcpauth_str field = bearer_field(token, len);
  char *tail = (char *)field.data + field.len - 20; /* within the signature */
  memset(tail + 1, 'z', 8);
  for (unsigned long i = 0; i < 1000; i++) { /* what any failure needs once is there then */
    tail[0] = tail[0] == 'A' ? 'B' : 'A';
    CHECK(authorize(verifier, &field) == MCPAUTH_ERR_SIGNATURE_INVALID);
  }
  long before = resident_kib();
  double start = cpu_ns();
  for (unsigned long i = 0; i < BAD_TOKENS; i++) {
    for (unsigned long n = i, digit = 0; digit < 8; digit++, n /= 8) tail[1 + digit] = (char)('a' + n % 8);
    CHECK(authorize(verifier, &field) == MCPAUTH_ERR_SIGNATURE_INVALID);
  }
  printf("\"bad_tokens\":%d,\"bad_token_ns\":%.0f,\"rss_before_kib\":%ld,\"rss_after_kib\":%ld", BAD_TOKENS,
         (cpu_ns() - start) / BAD_TOKENS, before, resident_kib());
  free((char *)field.data);
  free(token);
}

static void use_good_tokens(void) {
  for (size_t i = 0; i < TOKENS_IN_USE; i++) {
    size_t len = 0;
    char *token = hs256_token(i, 11000, &len);
    in_use[i] = bearer_field(token, len);
    free(token);
  }
}

/* Verifiers that fetch their keys; the set is replaced while tokens are in use. */
static void rotation(const char *directory) {
  char url[256], *jwks = read_file(directory, "jwks.json", NULL), *rotated = strdup(jwks);
  key_server *server = key_server_start();
  key_server_route(server, "/jwks", 200, jwks, NULL);
  snprintf(url, sizeof url, "%s/jwks", key_server_url(server));
  mcpauth_config *config = NULL;
  mcpauth_issuer *issuer = NULL;
  CHECK(mcpauth_config_new(RESOURCE, &config) == MCPAUTH_OK);
  CHECK(mcpauth_config_add_issuer(config, ISSUER, &issuer) == MCPAUTH_OK);
  CHECK(mcpauth_issuer_allow_http_on_loopback(issuer) == MCPAUTH_OK);
  CHECK(mcpauth_issuer_set_jwks_uri(issuer, url) == MCPAUTH_OK);
  verifier = make_verifier(config);
  static const char *const algorithms[] = {"RS256", "PS256", "ES256"};
  for (size_t i = 0; i < TOKENS_IN_USE; i++) {
    char name[32];
    size_t len = 0;
    snprintf(name, sizeof name, "%s.token", algorithms[i % 3]);
    char *token = read_file(directory, name, &len);
    in_use[i] = bearer_field(token, len);
    free(token);
  }
  size_t len = 0;
  char *unknown = read_file(directory, "EdDSA.token", &len);
  mcpauth_str asks_again = bearer_field(unknown, len);
  /* First without the EdDSA key, whose token then makes the library fetch the set that has it. */
  char *at = strstr(rotated, ",{\"kty\":\"OKP\"");
  CHECK(at);
  strcpy(at, "]}");
  key_server_route(server, "/jwks", 200, rotated, NULL);
  for (size_t i = 0; i < TOKENS_IN_USE; i++) CHECK(authorize(verifier, &in_use[i]) == MCPAUTH_OK);
  key_server_route(server, "/jwks", 200, jwks, NULL);
  size_t rotations = 0;
  for (size_t i = 0; i < HITS; i++) {
    if (i == HITS / 2) rotations += authorize(verifier, &asks_again) == MCPAUTH_OK;
    double start = cpu_ns();
    CHECK(authorize(verifier, &in_use[i % TOKENS_IN_USE]) == MCPAUTH_OK);
    times[i] = cpu_ns() - start;
  }
  printf(",\"rotations\":%zu", rotations);
  print_times("during_rotation");
  mcpauth_verifier_free(verifier);
  key_server_stop(server);
}

int main(int argc, char **argv) {
  CHECK(argc == 2);
  pin(0);
  verifier = make_verifier(make_config(NULL, ENTRIES));
  use_good_tokens();
  for (int use = 0; use < 3; use++)
    for (size_t i = 0; i < TOKENS_IN_USE; i++) CHECK(authorize(verifier, &in_use[i]) == MCPAUTH_OK);
  memset(times, 1, sizeof times); /* in memory before it is measured */
  printf("{");
  flood_of_bad_tokens();
  printf(",\"tokens_in_use\":%d,\"forgotten_after_bad_tokens\":%zu", TOKENS_IN_USE, forgotten());
  time_hits("quiet");
  mcpauth_verifier *other = make_verifier(make_config(NULL, ENTRIES));
  time_hits_beside(other, "beside_another_verifier");
  mcpauth_verifier_free(other);
  unsigned long evictions = time_hits_beside(verifier, "during_eviction");
  printf(",\"evictions\":%lu,\"forgotten_after_good_tokens\":%zu", evictions, forgotten());
  mcpauth_verifier_free(verifier);
  rotation(argv[1]);
  printf("}\n");
  return 0;
}
