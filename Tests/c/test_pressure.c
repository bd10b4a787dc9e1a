/*
 * What a sender can make wait: threads and memory, while the issuer does not answer (A48, A49). The issuer is a fetch
 * callback that answers when the case says so.
 */
#include <pthread.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "fixture.h"
#include "forking.h"

enum { LARGEST_BODY = 4 << 20, WAITING_BYTES = 64 << 20, REQUESTS = 1000, THREADS = 100, WAITERS = 4 };

/* ---- an issuer that hangs --------------------------------------------------------------------------------------- */

typedef struct {
  pthread_mutex_t lock;
  pthread_cond_t changed;
  unsigned asked, calls, by_result[1000];
  bool hangs;
} issuer;

static void issuer_init(issuer *at, bool hangs) {
  memset(at, 0, sizeof *at);
  pthread_mutex_init(&at->lock, NULL);
  pthread_cond_init(&at->changed, NULL);
  at->hangs = hangs;
}

static mcpauth_result answer_when_told(void *userdata, const mcpauth_fetch_request *request,
                                       mcpauth_fetch_response *response) {
  issuer *at = userdata;
  (void)request;
  pthread_mutex_lock(&at->lock);
  at->asked++;
  pthread_cond_broadcast(&at->changed);
  while (at->hangs && !mcpauth_fetch_response_is_cancelled(response)) {
    struct timespec soon;
    clock_gettime(CLOCK_REALTIME, &soon);
    soon.tv_nsec += 10000000;
    if (soon.tv_nsec >= 1000000000) soon.tv_sec++, soon.tv_nsec -= 1000000000;
    pthread_cond_timedwait(&at->changed, &at->lock, &soon);
  }
  pthread_mutex_unlock(&at->lock);
  mcpauth_result result = mcpauth_fetch_response_set_status(response, 200);
  if (result == MCPAUTH_OK)
    result = mcpauth_fetch_response_append_body(response, fixture_jwks(), strlen(fixture_jwks()));
  return result;
}

static mcpauth_verifier *verifier_of(issuer *at, const char *guarded_tool) {
  mcpauth_config *config;
  mcpauth_issuer *trusted;
  CHECK_RESULT(mcpauth_config_new(RESOURCE, &config), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_config_add_issuer(config, ISSUER, &trusted), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_issuer_set_jwks_uri(trusted, ISSUER "/jwks"), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_issuer_set_fetch_timeout_ms(trusted, 60000), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_config_set_fetch(config, answer_when_told, at, NULL), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_config_set_clock(config, fixture_clock, NULL, NULL), MCPAUTH_OK);
  if (guarded_tool) CHECK_RESULT(mcpauth_config_add_tool_scope(config, guarded_tool, "mcp:admin"), MCPAUTH_OK);
  return fixture_verifier(config);
}

static void count(issuer *at, mcpauth_result result) {
  pthread_mutex_lock(&at->lock);
  at->calls++;
  at->by_result[result < 1000 ? result : 999]++;
  pthread_cond_broadcast(&at->changed);
  pthread_mutex_unlock(&at->lock);
}

/* Until so many calls are over: a bound for a test that fails, and not for one that is slow. */
static bool wait_for_calls(issuer *at, unsigned calls) {
  struct timespec deadline;
  clock_gettime(CLOCK_REALTIME, &deadline);
  deadline.tv_sec += 120;
  pthread_mutex_lock(&at->lock);
  while (at->calls < calls && pthread_cond_timedwait(&at->changed, &at->lock, &deadline) == 0) {}
  const bool came = at->calls >= calls;
  pthread_mutex_unlock(&at->lock);
  return came;
}

static void release_issuer(issuer *at) {
  pthread_mutex_lock(&at->lock);
  at->hangs = false;
  pthread_cond_broadcast(&at->changed);
  pthread_mutex_unlock(&at->lock);
}

/* ---- A48: memory ------------------------------------------------------------------------------------------------ */

static void authorized(void *userdata, mcpauth_result result, mcpauth_authinfo *info, mcpauth_response *denial) {
  count(userdata, result);
  mcpauth_authinfo_free(info);
  mcpauth_response_free(denial);
}

static char *largest_body(void) {
  static const char head[] =
      "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"free\",\"x\":\"",
                    tail[] = "\"}}";
  char *body = malloc(LARGEST_BODY + 1);
  if (body == NULL) exit(1);
  memset(body, 'x', LARGEST_BODY);
  memcpy(body, head, sizeof head - 1);
  memcpy(body + LARGEST_BODY - (sizeof tail - 1), tail, sizeof tail);
  return body;
}

/* So many asynchronous calls with the largest body; how many of them were taken. */
static unsigned send_many(mcpauth_verifier *verifier, issuer *at, unsigned requests, mcpauth_result otherwise) {
  char *token = fixture_token(NULL), *header = format("Bearer %s", token), *body = largest_body();
  mcpauth_str field = {header, strlen(header)};
  mcpauth_request request = MCPAUTH_REQUEST_INIT;
  unsigned taken = 0;
  request.authorization = &field;
  request.authorization_count = 1;
  request.method = (mcpauth_str){"POST", 4};
  request.body = (mcpauth_str){body, LARGEST_BODY};
  for (unsigned i = 0; i < requests; i++) {
    const mcpauth_result result = mcpauth_authorize_async(verifier, &request, authorized, at);
    if (result == MCPAUTH_OK)
      taken++;
    else if (result != otherwise)
      CHECK_FAIL("request %u gives %s", i, mcpauth_result_name(result));
  }
  free(body);
  free(header);
  free(token);
  return taken;
}

static void A48_the_bodies_that_wait_are_bounded(void) {
  issuer at;
  issuer_init(&at, true);
  mcpauth_verifier *verifier = verifier_of(&at, "guarded");
  const unsigned taken = send_many(verifier, &at, REQUESTS, MCPAUTH_ERR_NO_MEMORY);
  printf("#   %u of %d requests of 4 MiB wait\n", taken, REQUESTS);
  CHECK(taken >= 4 && (size_t)taken * LARGEST_BODY <= WAITING_BYTES);
  release_issuer(&at);
  CHECK(wait_for_calls(&at, taken));
  CHECK_INT(at.by_result[MCPAUTH_OK], taken);
  CHECK_INT(send_many(verifier, &at, 1, MCPAUTH_OK), 1); /* what no longer waits no longer counts */
  CHECK(wait_for_calls(&at, taken + 1));
  mcpauth_verifier_free(verifier);
}

/* Where no rule reads it, a body is not copied. */
static void A48_a_body_is_copied_only_for_a_rule(void) {
  issuer at;
  issuer_init(&at, true);
  mcpauth_verifier *verifier = verifier_of(&at, NULL);
  CHECK_INT(send_many(verifier, &at, REQUESTS, MCPAUTH_OK), REQUESTS);
  release_issuer(&at);
  CHECK(wait_for_calls(&at, REQUESTS));
  CHECK_INT(at.by_result[MCPAUTH_OK], REQUESTS);
  mcpauth_verifier_free(verifier);
}

static void verified(void *userdata, mcpauth_result result, mcpauth_authinfo *info, mcpauth_error *error) {
  count(userdata, result);
  mcpauth_authinfo_free(info);
  mcpauth_error_free(error);
}

/* A token longer than any that is accepted is refused without a copy. */
static void A48_a_token_is_copied_only_if_it_can_be_one(void) {
  enum { LENGTH = 8 << 20 };
  issuer at;
  issuer_init(&at, true);
  mcpauth_verifier *verifier = verifier_of(&at, NULL);
  char *token = malloc(LENGTH);
  REQUIRE(token != NULL);
  memset(token, 'a', LENGTH);
  for (unsigned i = 0; i < REQUESTS; i++)
    CHECK_RESULT(mcpauth_verify_async(verifier, token, LENGTH, verified, &at), MCPAUTH_OK);
  CHECK(wait_for_calls(&at, REQUESTS));
  CHECK_INT(at.by_result[MCPAUTH_ERR_TOKEN_MALFORMED], REQUESTS);
  free(token);
  mcpauth_verifier_free(verifier);
}

/* What anybody may send ends no process: the memory that it costs comes from where its lack is an error. */
static void in_little_memory(void *unused) {
  (void)unused;
  issuer at;
  struct rlimit limit;
  issuer_init(&at, true);
  mcpauth_verifier *verifier = verifier_of(&at, "guarded");
  long pages = 0;
  FILE *own = fopen("/proc/self/statm", "r");
  if (own == NULL || fscanf(own, "%ld", &pages) != 1) _exit(2);
  fclose(own);
  limit.rlim_cur = limit.rlim_max = (rlim_t)pages * (rlim_t)sysconf(_SC_PAGESIZE) + (40 << 20);
  if (setrlimit(RLIMIT_AS, &limit) != 0) _exit(2);
  const unsigned taken = send_many(verifier, &at, 200, MCPAUTH_ERR_NO_MEMORY);
  _exit(taken < 200 && check_failures_of_case == 0 ? 0 : 1);
}

/* Checkers need memory of their own, and the ordinary Swift that they look at ends where it gets none. */
static bool is_checked(void) {
#ifdef RUNNING_ON_VALGRIND
  if (RUNNING_ON_VALGRIND) return true;
#endif
  return has_swift_runtime();
}

static void A48_a_process_with_little_memory_lives_on(void) {
  FORKING_CASE();
  if (is_checked()) {
    puts("# not run under a checker");
    return;
  }
  const int status = status_of_child(in_little_memory, NULL);
  if (WIFSIGNALED(status)) CHECK_FAIL("it ends by signal %d", WTERMSIG(status));
  CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

/* ---- A49: threads ----------------------------------------------------------------------------------------------- */

typedef struct {
  mcpauth_verifier *verifier;
  issuer *at;
  unsigned number;
} asker;

/* With a kid that there never was. */
static void *ask(void *argument) {
  asker *own = argument;
  char *claims = fixture_claims(NULL), *header = format("{\"alg\":\"ES256\",\"kid\":\"nobody-%u\"}", own->number);
  char *token = sign_token(fixture_key(), "ES256", header, claims), *field = format("Bearer %s", token);
  mcpauth_authinfo *info;
  mcpauth_response *denial;
  const mcpauth_result result = authorize_header(own->verifier, field, &info, &denial);
  if (result == MCPAUTH_ERR_KEYS_UNAVAILABLE) {
    CHECK_INT(mcpauth_response_status(denial), 503);
    CHECK(response_header(denial, "Retry-After").len > 0);
  }
  mcpauth_authinfo_free(info);
  mcpauth_response_free(denial);
  count(own->at, result);
  free(field), free(token), free(header), free(claims);
  return NULL;
}

static void A49_few_threads_wait_for_unknown_kids(void) {
  issuer at;
  pthread_t threads[THREADS];
  asker askers[THREADS];
  issuer_init(&at, false);
  mcpauth_verifier *verifier = verifier_of(&at, NULL);
  CHECK_RESULT(mcpauth_verifier_prefetch(verifier, NULL), MCPAUTH_OK);
  at.hangs = true;
  for (unsigned i = 0; i < THREADS; i++) {
    askers[i] = (asker){verifier, &at, i};
    REQUIRE(pthread_create(&threads[i], NULL, ask, &askers[i]) == 0);
  }
  CHECK(wait_for_calls(&at, THREADS - WAITERS)); /* while the issuer hangs */
  CHECK_INT(at.by_result[MCPAUTH_ERR_KEYS_UNAVAILABLE], THREADS - WAITERS);
  CHECK_INT(at.asked, 2);
  CHECK_RESULT(verify_claims(verifier, NULL), MCPAUTH_OK); /* whose key is at hand never waits */
  release_issuer(&at);
  for (unsigned i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
  CHECK_INT(at.calls, THREADS);
  CHECK_INT(at.by_result[MCPAUTH_OK], 0);
  CHECK_INT(at.by_result[MCPAUTH_ERR_KEY_NOT_FOUND] + at.by_result[MCPAUTH_ERR_KEYS_UNAVAILABLE], THREADS);
  CHECK(at.by_result[MCPAUTH_ERR_KEY_NOT_FOUND] >= 1);
  mcpauth_verifier_free(verifier);
}

/* Who waits for the first keys of all is no stranger: nobody could be answered otherwise. */
static void *ask_well(void *argument) {
  asker *own = argument;
  count(own->at, verify_claims(own->verifier, NULL));
  return NULL;
}

static void A49_all_wait_for_the_first_keys(void) {
  issuer at;
  pthread_t threads[THREADS];
  asker askers[THREADS];
  issuer_init(&at, true);
  mcpauth_verifier *verifier = verifier_of(&at, NULL);
  (void)fixture_key();
  for (unsigned i = 0; i < THREADS; i++) {
    askers[i] = (asker){verifier, &at, i};
    REQUIRE(pthread_create(&threads[i], NULL, ask_well, &askers[i]) == 0);
  }
  pthread_mutex_lock(&at.lock);
  while (at.asked == 0) pthread_cond_wait(&at.changed, &at.lock);
  pthread_mutex_unlock(&at.lock);
  release_issuer(&at);
  for (unsigned i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
  CHECK_INT(at.by_result[MCPAUTH_OK], THREADS);
  CHECK_INT(at.asked, 1);
  mcpauth_verifier_free(verifier);
}

CHECK_MAIN(CASE(A48_the_bodies_that_wait_are_bounded), CASE(A48_a_body_is_copied_only_for_a_rule),
           CASE(A48_a_token_is_copied_only_if_it_can_be_one), CASE(A48_a_process_with_little_memory_lives_on),
           CASE(A49_few_threads_wait_for_unknown_kids), CASE(A49_all_wait_for_the_first_keys))
