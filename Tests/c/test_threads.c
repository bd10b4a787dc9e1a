/* One verifier, many threads. */
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "fixture.h"
#include "key_server.h"

enum { THREADS = 8, ROUNDS = 50 };

typedef struct {
  mcpauth_verifier *verifier; /* a reference of this thread's own */
  const char *good, *expired, *forged;
  pthread_barrier_t *start;
} work;

static void *verify_in_turn(void *argument) {
  work *mine = argument;
  mcpauth_authinfo *kept = NULL, *info = NULL;
  pthread_barrier_wait(mine->start);
  for (int i = 0; i < ROUNDS; i++) {
    mcpauth_response *denial = NULL;
    CHECK_RESULT(verify_result(mine->verifier, mine->good), MCPAUTH_OK);
    CHECK_RESULT(verify_result(mine->verifier, mine->expired), MCPAUTH_ERR_TOKEN_EXPIRED);
    CHECK_RESULT(authorize_token(mine->verifier, mine->forged, &info, &denial), MCPAUTH_ERR_SIGNATURE_INVALID);
    CHECK_INT(mcpauth_response_status(denial), 401);
    mcpauth_response_free(denial);
    CHECK_RESULT(authorize_token(mine->verifier, mine->good, &info, NULL), MCPAUTH_OK);
    mcpauth_authinfo_free(kept);
    CHECK_RESULT(mcpauth_authinfo_retain(info, &kept), MCPAUTH_OK);
    mcpauth_authinfo_free(info);
    CHECK_STR(mcpauth_authinfo_subject(kept), SUBJECT);
  }
  mcpauth_verifier_free(mine->verifier);
  CHECK(mcpauth_authinfo_has_scope(kept, "mcp:write")); /* with or without a verifier left */
  mcpauth_authinfo_free(kept);
  return NULL;
}

/* Takes the caller's reference. */
static void run_threads(mcpauth_verifier *verifier) {
  signing_key *other = signing_key_ec("P-256");
  char *claims = fixture_claims(NULL), *good = fixture_token(NULL), *expired = fixture_token("{\"exp\":1}");
  char *forged = sign_token(other, "ES256", "{\"alg\":\"ES256\",\"kid\":\"" KID "\"}", claims);
  pthread_barrier_t start;
  pthread_t threads[THREADS];
  work works[THREADS];
  pthread_barrier_init(&start, NULL, THREADS);
  for (int i = 0; i < THREADS; i++) {
    works[i] = (work){NULL, good, expired, forged, &start};
    CHECK_RESULT(mcpauth_verifier_retain(verifier, &works[i].verifier), MCPAUTH_OK);
  }
  mcpauth_verifier_free(verifier);
  for (int i = 0; i < THREADS; i++) REQUIRE(pthread_create(&threads[i], NULL, verify_in_turn, &works[i]) == 0);
  for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
  pthread_barrier_destroy(&start);
  signing_key_free(other);
  free(claims);
  free(good);
  free(expired);
  free(forged);
}

static void eight_threads_on_one_verifier(void) { run_threads(fixture_verifier(fixture_config(NULL))); }

static mcpauth_verifier *fetching_verifier(const char *jwks_uri) {
  mcpauth_config *config;
  mcpauth_issuer *issuer;
  CHECK_RESULT(mcpauth_config_new(RESOURCE, &config), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_config_add_issuer(config, ISSUER, &issuer), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_issuer_allow_http_on_loopback(issuer), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_issuer_set_jwks_uri(issuer, jwks_uri), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_config_set_clock(config, fixture_clock, NULL, NULL), MCPAUTH_OK);
  return fixture_verifier(config);
}

/* All of them need the keys at once, and none is told that its good token is bad. */
static void eight_threads_at_the_first_fetch(void) {
  key_server *server = key_server_start();
  key_server_route(server, "/jwks", 200, fixture_jwks(), NULL);
  key_server_delay(server, "/jwks", 100);
  char *uri = format("%s/jwks", key_server_url(server));
  run_threads(fetching_verifier(uri));
  CHECK_INT(key_server_hits(server, "/jwks"), 1);
  free(uri);
  key_server_stop(server);
}

typedef struct {
  mcpauth_verifier *verifier;
  const char *token;
  mcpauth_result result;
} waiting;

static void *wait_for_keys(void *argument) {
  waiting *mine = argument;
  mine->result = verify_result(mine->verifier, mine->token);
  mcpauth_verifier_free(mine->verifier); /* the last reference */
  return NULL;
}

/* A42: what is under way owns what it uses, whoever lets go of the verifier meanwhile. */
static void A42_a_reference_dropped_during_a_fetch(void) {
  key_server *server = key_server_start();
  key_server_route(server, "/jwks", 200, fixture_jwks(), NULL);
  key_server_delay(server, "/jwks", 300);
  char *uri = format("%s/jwks", key_server_url(server)), *token = fixture_token(NULL);
  mcpauth_verifier *verifier = fetching_verifier(uri);
  waiting other = {NULL, token, MCPAUTH_ERR_INTERNAL};
  pthread_t thread;
  CHECK_RESULT(mcpauth_verifier_retain(verifier, &other.verifier), MCPAUTH_OK);
  REQUIRE(pthread_create(&thread, NULL, wait_for_keys, &other) == 0);
  while (key_server_hits(server, "/jwks") == 0) nanosleep(&(struct timespec){0, 1000000}, NULL);
  mcpauth_verifier_free(verifier);
  pthread_join(thread, NULL);
  CHECK_RESULT(other.result, MCPAUTH_OK);
  free(uri);
  free(token);
  key_server_stop(server);
}

CHECK_MAIN(CASE(eight_threads_on_one_verifier), CASE(eight_threads_at_the_first_fetch),
           CASE(A42_a_reference_dropped_during_a_fetch))
