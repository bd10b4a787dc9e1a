/* Verification that nobody waits for: the try and the async calls, and what becomes of them when the verifier goes. */
#include <dirent.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "fixture.h"
#include "forking.h"
#include "key_server.h"

/*
 * A fetch that is not answered lasts longer than whoever must not wait for it is waited for. Everything else has time that
 * only a test that fails comes to the end of.
 */
enum { MANY = 40, LONG_MS = 60000, HELD_SECONDS = 40, PATIENCE_SECONDS = 240 };

/* ---- who is called back ----------------------------------------------------------------------------------------- */

/* Collects the outcomes of asynchronous calls. */
typedef struct {
  pthread_mutex_t lock;
  pthread_cond_t changed;
  unsigned calls, by_result[1000];
  bool on_callers_thread, inside_call;
  pthread_t caller;
  char subject[64], status_line[64];
  mcpauth_verifier *to_free; /* given back by the first call */
} outcomes;

static void outcomes_init(outcomes *all) {
  memset(all, 0, sizeof *all);
  pthread_mutex_init(&all->lock, NULL);
  pthread_cond_init(&all->changed, NULL);
  all->caller = pthread_self();
}

static void note(outcomes *all, mcpauth_result result, const mcpauth_authinfo *info) {
  pthread_mutex_lock(&all->lock);
  mcpauth_verifier *to_free = all->to_free;
  all->to_free = NULL;
  all->on_callers_thread |= pthread_equal(pthread_self(), all->caller) != 0;
  all->by_result[result < 1000 ? result : 999]++;
  snprintf(all->subject, sizeof all->subject, "%s", mcpauth_authinfo_subject(info).data);
  pthread_mutex_unlock(&all->lock);
  mcpauth_verifier_free(to_free);
  pthread_mutex_lock(&all->lock);
  all->calls++;
  pthread_cond_broadcast(&all->changed);
  pthread_mutex_unlock(&all->lock);
}

static void verified(void *userdata, mcpauth_result result, mcpauth_authinfo *info, mcpauth_error *error) {
  CHECK((info != NULL) == (result == MCPAUTH_OK));
  CHECK((error != NULL) == (result != MCPAUTH_OK));
  if (error) CHECK_RESULT(mcpauth_error_result(error), result);
  note(userdata, result, info);
  mcpauth_authinfo_free(info);
  mcpauth_error_free(error);
}

static void authorized(void *userdata, mcpauth_result result, mcpauth_authinfo *info, mcpauth_response *denial) {
  outcomes *all = userdata;
  CHECK((info != NULL) == (result == MCPAUTH_OK));
  CHECK((denial != NULL) == (result != MCPAUTH_OK));
  if (denial) {
    CHECK_RESULT(mcpauth_error_result(mcpauth_response_error(denial)), result);
    pthread_mutex_lock(&all->lock);
    snprintf(all->status_line, sizeof all->status_line, "%d %.20s", mcpauth_response_status(denial),
             response_header(denial, "WWW-Authenticate").data);
    pthread_mutex_unlock(&all->lock);
  }
  note(all, result, info);
  mcpauth_authinfo_free(info);
  mcpauth_response_free(denial);
}

static void wait_for(outcomes *all, unsigned calls, int seconds) {
  struct timespec deadline;
  clock_gettime(CLOCK_REALTIME, &deadline);
  deadline.tv_sec += seconds;
  pthread_mutex_lock(&all->lock);
  while (all->calls < calls && pthread_cond_timedwait(&all->changed, &all->lock, &deadline) == 0) {}
  pthread_mutex_unlock(&all->lock);
}

/* So many calls came, none of them on the caller's thread; more would have been seen by now. */
static void expect_calls_within(outcomes *all, unsigned calls, int seconds) {
  wait_for(all, calls, seconds);
  nanosleep(&(struct timespec){0, 50 * 1000000}, NULL);
  pthread_mutex_lock(&all->lock);
  CHECK_INT(all->calls, calls);
  CHECK(!all->on_callers_thread);
  pthread_mutex_unlock(&all->lock);
}

static void expect_calls(outcomes *all, unsigned calls) { expect_calls_within(all, calls, PATIENCE_SECONDS); }

static void outcomes_free(outcomes *all) {
  pthread_cond_destroy(&all->changed);
  pthread_mutex_destroy(&all->lock);
}

/* ---- verifiers whose keys have to be fetched -------------------------------------------------------------------- */

static mcpauth_config *fetching_config(const char *keys_url) {
  mcpauth_config *config;
  mcpauth_issuer *issuer;
  CHECK_RESULT(mcpauth_config_new(RESOURCE, &config), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_config_add_issuer(config, ISSUER, &issuer), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_issuer_set_jwks_uri(issuer, keys_url), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_issuer_allow_http_on_loopback(issuer), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_issuer_set_fetch_timeout_ms(issuer, LONG_MS), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_config_set_clock(config, fixture_clock, NULL, NULL), MCPAUTH_OK);
  return config;
}

static mcpauth_verifier *fetching_verifier(key_server *server, unsigned delay_ms) {
  char *url = format("%s/jwks", key_server_url(server));
  key_server_route(server, "/jwks", 200, fixture_jwks(), NULL);
  key_server_delay(server, "/jwks", delay_ms);
  mcpauth_verifier *verifier = fixture_verifier(fetching_config(url));
  free(url);
  return verifier;
}

static mcpauth_result verify_async(const mcpauth_verifier *verifier, const char *token, outcomes *all) {
  return mcpauth_verify_async(verifier, token, strlen(token), verified, all);
}

/* ---- without waiting -------------------------------------------------------------------------------------------- */

static void try_verify_says_when_it_would_block(void) {
  key_server *server = key_server_start();
  mcpauth_verifier *verifier = fetching_verifier(server, 100);
  char *good = fixture_token(NULL), *expired = fixture_token("{\"exp\":1}");
  mcpauth_authinfo *info = (mcpauth_authinfo *)good;
  mcpauth_error *error = (mcpauth_error *)good;
  mcpauth_result result = mcpauth_try_verify(verifier, good, strlen(good), &info, &error);
  CHECK_RESULT(result, MCPAUTH_WOULD_BLOCK);
  CHECK(info == NULL);
  CHECK(error == NULL);
  CHECK_RESULT(mcpauth_try_verify(verifier, "no.to.ken", 9, &info, NULL), MCPAUTH_ERR_TOKEN_MALFORMED);
  for (int i = 0; i < 6000 && result == MCPAUTH_WOULD_BLOCK; i++) {
    nanosleep(&(struct timespec){0, 10 * 1000000}, NULL);
    mcpauth_authinfo_free(info);
    result = mcpauth_try_verify(verifier, good, strlen(good), &info, &error);
  }
  CHECK_RESULT(result, MCPAUTH_OK);
  CHECK_STR(mcpauth_authinfo_subject(info), SUBJECT);
  mcpauth_authinfo_free(info);
  CHECK_RESULT(mcpauth_try_verify(verifier, expired, strlen(expired), &info, &error), MCPAUTH_ERR_TOKEN_EXPIRED);
  CHECK(info == NULL);
  mcpauth_error_free(error);
  CHECK_INT(key_server_hits(server, "/jwks"), 1);
  mcpauth_verifier_free(verifier);
  key_server_stop(server);
  free(good);
  free(expired);
}

static void try_authorize_has_no_denial_when_it_would_block(void) {
  key_server *server = key_server_start();
  mcpauth_verifier *verifier = fetching_verifier(server, 100);
  char *good = fixture_token(NULL), *header = format("Bearer %s", good);
  mcpauth_str field = {header, strlen(header)};
  mcpauth_request request = MCPAUTH_REQUEST_INIT;
  mcpauth_authinfo *info = (mcpauth_authinfo *)good;
  mcpauth_response *denial = (mcpauth_response *)good;
  request.authorization = &field;
  request.authorization_count = 1;
  CHECK_RESULT(mcpauth_try_authorize(verifier, &request, &info, &denial), MCPAUTH_WOULD_BLOCK);
  CHECK(info == NULL);
  CHECK(denial == NULL);
  CHECK_RESULT(mcpauth_verifier_prefetch(verifier, NULL), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_try_authorize(verifier, &request, &info, &denial), MCPAUTH_OK);
  CHECK(denial == NULL);
  mcpauth_authinfo_free(info);
  request.authorization_count = 0;
  CHECK_RESULT(mcpauth_try_authorize(verifier, &request, &info, &denial), MCPAUTH_ERR_MISSING_AUTH_HEADER);
  CHECK_INT(mcpauth_response_status(denial), 401);
  mcpauth_response_free(denial);
  mcpauth_verifier_free(verifier);
  key_server_stop(server);
  free(good);
  free(header);
}

/* ---- asynchronous ----------------------------------------------------------------------------------------------- */

static void each_outcome_is_told_once(void) {
  mcpauth_verifier *verifier = fixture_verifier(fixture_config(NULL));
  char *good = fixture_token(NULL), *expired = fixture_token("{\"exp\":1}");
  outcomes all;
  outcomes_init(&all);
  for (int i = 0; i < MANY; i++) {
    CHECK_RESULT(verify_async(verifier, good, &all), MCPAUTH_OK);
    CHECK_RESULT(verify_async(verifier, expired, &all), MCPAUTH_OK);
    CHECK_RESULT(verify_async(verifier, "", &all), MCPAUTH_OK);
  }
  expect_calls(&all, 3 * MANY);
  CHECK_INT(all.by_result[MCPAUTH_OK], MANY);
  CHECK_INT(all.by_result[MCPAUTH_ERR_TOKEN_EXPIRED], MANY);
  CHECK_INT(all.by_result[MCPAUTH_ERR_MISSING_BEARER_TOKEN], MANY);
  mcpauth_verifier_free(verifier);
  outcomes_free(&all);
  free(good);
  free(expired);
}

static void many_wait_for_one_fetch(void) {
  key_server *server = key_server_start();
  mcpauth_verifier *verifier = fetching_verifier(server, 200);
  char *token = fixture_token(NULL);
  outcomes all;
  outcomes_init(&all);
  for (int i = 0; i < MANY; i++) CHECK_RESULT(verify_async(verifier, token, &all), MCPAUTH_OK);
  memset(token, 'x', strlen(token)); /* it was copied */
  expect_calls(&all, MANY);
  CHECK_INT(all.by_result[MCPAUTH_OK], MANY);
  CHECK(strcmp(all.subject, SUBJECT) == 0);
  CHECK_INT(key_server_hits(server, "/jwks"), 1);
  mcpauth_verifier_free(verifier);
  key_server_stop(server);
  outcomes_free(&all);
  free(token);
}

static void an_unknown_key_and_an_outage_are_told_apart(void) {
  key_server *server = key_server_start();
  mcpauth_verifier *verifier = fetching_verifier(server, 0);
  char *url = dead_url("/jwks"), *claims = fixture_claims(NULL);
  mcpauth_verifier *dead = fixture_verifier(fetching_config(url));
  char *unknown = sign_token(fixture_key(), "ES256", "{\"alg\":\"ES256\",\"kid\":\"another\"}", claims);
  outcomes all;
  outcomes_init(&all);
  CHECK_RESULT(verify_async(verifier, unknown, &all), MCPAUTH_OK);
  CHECK_RESULT(verify_async(dead, unknown, &all), MCPAUTH_OK);
  expect_calls(&all, 2);
  CHECK_INT(all.by_result[MCPAUTH_ERR_KEY_NOT_FOUND], 1);
  CHECK_INT(all.by_result[MCPAUTH_ERR_KEYS_UNAVAILABLE], 1);
  mcpauth_verifier_free(verifier);
  mcpauth_verifier_free(dead);
  key_server_stop(server);
  outcomes_free(&all);
  free(url);
  free(claims);
  free(unknown);
}

static void A42_freeing_the_last_reference_completes_what_waits(void) {
  key_server *server = key_server_start();
  mcpauth_verifier *verifier = fetching_verifier(server, 0), *second;
  char *token = fixture_token(NULL);
  outcomes all;
  key_server_hold(server, "/jwks", 1);
  outcomes_init(&all);
  for (int i = 0; i < MANY; i++) CHECK_RESULT(verify_async(verifier, token, &all), MCPAUTH_OK);
  while (key_server_hits(server, "/jwks") == 0) nanosleep(&(struct timespec){0, 1000000}, NULL);
  CHECK_RESULT(mcpauth_verifier_retain(verifier, &second), MCPAUTH_OK);
  mcpauth_verifier_free(second);
  CHECK_INT(all.calls, 0); /* that was not the last */
  mcpauth_verifier_free(verifier);
  expect_calls_within(&all, MANY, HELD_SECONDS); /* while the server still holds its answer back */
  CHECK_INT(all.by_result[MCPAUTH_ERR_KEYS_UNAVAILABLE], MANY);
  key_server_stop(server);
  outcomes_free(&all);
  free(token);
}

static void A42_free_races_with_begin(void) {
  key_server *server = key_server_start();
  char *token = fixture_token(NULL);
  for (int round = 0; round < 30; round++) {
    mcpauth_verifier *verifier = fetching_verifier(server, 0);
    outcomes all;
    outcomes_init(&all);
    for (int i = 0; i < 4; i++) CHECK_RESULT(verify_async(verifier, token, &all), MCPAUTH_OK);
    mcpauth_verifier_free(verifier);
    wait_for(&all, 4, PATIENCE_SECONDS);
    CHECK_INT(all.by_result[MCPAUTH_OK] + all.by_result[MCPAUTH_ERR_KEYS_UNAVAILABLE], 4);
    pthread_mutex_lock(&all.lock);
    pthread_mutex_unlock(&all.lock);
    outcomes_free(&all);
  }
  key_server_stop(server);
  free(token);
}

static void A42_the_verifier_may_be_freed_in_done(void) {
  key_server *server = key_server_start();
  char *token = fixture_token(NULL);
  outcomes all;
  outcomes_init(&all);
  all.to_free = fetching_verifier(server, 0);
  mcpauth_verifier *verifier = all.to_free;
  key_server_hold(server, "/jwks", 1); /* what done frees is this thread's only reference: first the calls, then done */
  for (int i = 0; i < MANY; i++) CHECK_RESULT(verify_async(verifier, token, &all), MCPAUTH_OK);
  key_server_release(server);
  expect_calls(&all, MANY);
  CHECK(all.by_result[MCPAUTH_OK] >= 1);
  CHECK_INT(all.by_result[MCPAUTH_OK] + all.by_result[MCPAUTH_ERR_KEYS_UNAVAILABLE], MANY);
  key_server_stop(server);
  outcomes_free(&all);
  free(token);
}

static void requests_are_copied_and_judged_as_a_whole(void) {
  mcpauth_config *config = fixture_config(NULL);
  CHECK_RESULT(mcpauth_config_add_tool_scope(config, "erase", "mcp:admin"), MCPAUTH_OK);
  mcpauth_verifier *verifier = fixture_verifier(config);
  char *token = fixture_token(NULL);
  const char *const tools[] = {"look", "erase"};
  outcomes all;
  for (int i = 0; i < 3; i++) {
    char *header = format("Bearer %s", token);
    char *body =
        format("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"%s\"}}", tools[i % 2]);
    mcpauth_str field = {header, strlen(header)};
    mcpauth_request request = MCPAUTH_REQUEST_INIT;
    request.authorization = &field;
    request.authorization_count = i < 2 ? 1 : 0;
    request.method = (mcpauth_str){"POST", 4};
    request.body = (mcpauth_str){body, strlen(body)};
    outcomes_init(&all);
    CHECK_RESULT(mcpauth_authorize_async(verifier, &request, authorized, &all), MCPAUTH_OK);
    memset(header, 'x', strlen(header));
    memset(body, 'x', strlen(body));
    memset(&field, 0, sizeof field);
    free(header);
    free(body);
    expect_calls(&all, 1);
    if (i == 0) CHECK_INT(all.by_result[MCPAUTH_OK], 1);
    if (i == 1) CHECK(strncmp(all.status_line, "403 Bearer", 10) == 0);
    if (i == 2) CHECK(strncmp(all.status_line, "401 Bearer", 10) == 0);
    outcomes_free(&all);
  }
  mcpauth_verifier_free(verifier);
  free(token);
}

static void mistakes_are_returned_and_done_never_runs(void) {
  mcpauth_verifier *verifier = fixture_verifier(fixture_config(NULL));
  mcpauth_str hollow = {NULL, 1};
  mcpauth_request request = MCPAUTH_REQUEST_INIT, too_small = MCPAUTH_REQUEST_INIT, odd = MCPAUTH_REQUEST_INIT;
  outcomes all;
  outcomes_init(&all);
  too_small.size = 8;
  odd.authorization = &hollow;
  odd.authorization_count = 1;
  CHECK_RESULT(mcpauth_verify_async(NULL, "x", 1, verified, &all), MCPAUTH_ERR_NULL_PARAMETER);
  CHECK_RESULT(mcpauth_verify_async(verifier, NULL, 1, verified, &all), MCPAUTH_ERR_NULL_PARAMETER);
  CHECK_RESULT(mcpauth_verify_async(verifier, "x", 1, NULL, &all), MCPAUTH_ERR_NULL_PARAMETER);
  CHECK_RESULT(mcpauth_verify_async(verifier, "x", (size_t)-1, verified, &all), MCPAUTH_ERR_NULL_PARAMETER);
  CHECK_RESULT(mcpauth_verify_async(verifier, "x", 9 << 20, verified, &all), MCPAUTH_ERR_INVALID_ARGUMENT);
  CHECK_RESULT(mcpauth_authorize_async(NULL, &request, authorized, &all), MCPAUTH_ERR_NULL_PARAMETER);
  CHECK_RESULT(mcpauth_authorize_async(verifier, NULL, authorized, &all), MCPAUTH_ERR_NULL_PARAMETER);
  CHECK_RESULT(mcpauth_authorize_async(verifier, &request, NULL, &all), MCPAUTH_ERR_NULL_PARAMETER);
  CHECK_RESULT(mcpauth_authorize_async(verifier, &too_small, authorized, &all), MCPAUTH_ERR_INVALID_ARGUMENT);
  CHECK_RESULT(mcpauth_authorize_async(verifier, &odd, authorized, &all), MCPAUTH_ERR_NULL_PARAMETER);
  expect_calls(&all, 0);
  mcpauth_verifier_free(verifier);
  outcomes_free(&all);
}

/* ---- custom verifiers ------------------------------------------------------------------------------------------- */

typedef struct {
  pthread_mutex_t lock;
  pthread_cond_t changed;
  pthread_t caller;
  unsigned inside, most_inside;
  bool open, on_callers_thread;
} gate;

static mcpauth_result wait_at_gate(void *userdata, const char *token, size_t len, mcpauth_authinfo_builder *builder) {
  gate *at = userdata;
  (void)token, (void)len;
  pthread_mutex_lock(&at->lock);
  if (pthread_equal(pthread_self(), at->caller)) at->on_callers_thread = true;
  if (++at->inside > at->most_inside) at->most_inside = at->inside;
  pthread_cond_broadcast(&at->changed);
  while (!at->open) pthread_cond_wait(&at->changed, &at->lock);
  at->inside--;
  pthread_mutex_unlock(&at->lock);
  mcpauth_result result = mcpauth_authinfo_builder_set_issuer(builder, ISSUER, strlen(ISSUER));
  if (result == MCPAUTH_OK) result = mcpauth_authinfo_builder_set_subject(builder, SUBJECT, strlen(SUBJECT));
  if (result == MCPAUTH_OK) result = mcpauth_authinfo_builder_add_audience(builder, RESOURCE, strlen(RESOURCE));
  return result;
}

static void a_custom_verifier_blocks_nobody_else(void) {
  gate at = {.caller = pthread_self()};
  pthread_mutex_init(&at.lock, NULL);
  pthread_cond_init(&at.changed, NULL);
  mcpauth_config *config = fixture_config(NULL);
  CHECK_RESULT(mcpauth_config_set_custom_verifier(config, wait_at_gate, &at, NULL), MCPAUTH_OK);
  mcpauth_verifier *verifier = fixture_verifier(config);
  outcomes all;
  outcomes_init(&all);
  for (int i = 0; i < MANY; i++) CHECK_RESULT(verify_async(verifier, "opaque", &all), MCPAUTH_OK);
  pthread_mutex_lock(&at.lock);
  while (at.inside < 16) pthread_cond_wait(&at.changed, &at.lock); /* as many as documented, at the same time */
  pthread_mutex_unlock(&at.lock);
  CHECK_INT(all.calls, 0);
  mcpauth_verifier_free(verifier); /* what runs goes on; what did not begin is completed without it */
  pthread_mutex_lock(&at.lock);
  at.open = true;
  pthread_cond_broadcast(&at.changed);
  pthread_mutex_unlock(&at.lock);
  expect_calls(&all, MANY);
  CHECK_INT(all.by_result[MCPAUTH_OK], 16);
  CHECK_INT(all.by_result[MCPAUTH_ERR_KEYS_UNAVAILABLE], MANY - 16);
  CHECK_INT(at.most_inside, 16);
  CHECK(!at.on_callers_thread);
  outcomes_free(&all);
  pthread_cond_destroy(&at.changed);
  pthread_mutex_destroy(&at.lock);
}

/* ---- prefetch --------------------------------------------------------------------------------------------------- */

static void prefetch_gets_what_is_not_there(void) {
  key_server *server = key_server_start();
  mcpauth_verifier *verifier = fetching_verifier(server, 0);
  char *token = fixture_token(NULL), *url = dead_url("/jwks");
  mcpauth_error *error = (mcpauth_error *)token;
  mcpauth_authinfo *info;
  CHECK_RESULT(mcpauth_verifier_prefetch(verifier, &error), MCPAUTH_OK);
  CHECK(error == NULL);
  CHECK_RESULT(mcpauth_try_verify(verifier, token, strlen(token), &info, NULL), MCPAUTH_OK);
  mcpauth_authinfo_free(info);
  CHECK_RESULT(mcpauth_verifier_prefetch(verifier, NULL), MCPAUTH_OK);
  CHECK_INT(key_server_hits(server, "/jwks"), 1);
  mcpauth_verifier_free(verifier);

  verifier = fixture_verifier(fetching_config(url));
  CHECK_RESULT(mcpauth_verifier_prefetch(verifier, &error), MCPAUTH_ERR_KEYS_UNAVAILABLE);
  CHECK_CONTAINS(mcpauth_error_message(error), "127.0.0.1");
  mcpauth_error_free(error);
  mcpauth_verifier_free(verifier);
  CHECK_RESULT(mcpauth_verifier_prefetch(NULL, &error), MCPAUTH_ERR_NULL_PARAMETER);
  mcpauth_error_free(error);
  key_server_stop(server);
  free(token);
  free(url);
}

/* ---- threads and processes -------------------------------------------------------------------------------------- */

static unsigned thread_count(void) {
  unsigned count = 0;
  DIR *tasks = opendir("/proc/self/task");
  for (struct dirent *entry; tasks && (entry = readdir(tasks)) != NULL;) count += entry->d_name[0] != '.';
  if (tasks) closedir(tasks);
  return count;
}

/* Those that are not the library's: this one, and ThreadSanitizer's. */
#ifdef __has_feature
#if __has_feature(thread_sanitizer)
#define SANITIZER_THREADS 1
#endif
#endif
#ifndef SANITIZER_THREADS
#define SANITIZER_THREADS 0
#endif
enum { OWN_THREADS = 1 + SANITIZER_THREADS };

/* qemu-user has one of its own as well, from the beginning. */
static unsigned at_start;
__attribute__((constructor)) static void count_at_start(void) { at_start = thread_count(); }
static unsigned own_threads(void) { return at_start > OWN_THREADS ? at_start : OWN_THREADS; }

static void wait_for_threads(unsigned count) {
  for (int i = 0; i < 6000 && thread_count() != count; i++) nanosleep(&(struct timespec){0, 10 * 1000000}, NULL);
  CHECK_INT(thread_count(), count);
}

static void no_thread_is_left_when_idle(void) {
  wait_for_threads(own_threads()); /* those of the cases before go */
  mcpauth_verifier *verifier = fixture_verifier(fixture_config(NULL));
  CHECK_INT(thread_count(), own_threads());
  char *token = fixture_token(NULL);
  outcomes all;
  outcomes_init(&all);
  for (int i = 0; i < MANY; i++) CHECK_RESULT(verify_async(verifier, token, &all), MCPAUTH_OK);
  expect_calls(&all, MANY);
  wait_for_threads(own_threads());
  mcpauth_verifier_free(verifier);
  outcomes_free(&all);
  free(token);
}

typedef struct {
  mcpauth_verifier *verifier;
  const char *token;
} child_task;

/* 0: the child verified, both ways. */
static int verify_in_child(mcpauth_verifier *verifier, const char *token) {
  outcomes all;
  outcomes_init(&all);
  if (verify_result(verifier, token) != MCPAUTH_OK) return 1;
  if (verify_async(verifier, token, &all) != MCPAUTH_OK) return 2;
  wait_for(&all, 1, PATIENCE_SECONDS);
  if (all.calls != 1 || all.by_result[MCPAUTH_OK] != 1) return 3;
  mcpauth_verifier_free(verifier);
  return 0;
}

static void run_in_child(void *argument) {
  const child_task *task = argument;
  const int problem = verify_in_child(task->verifier, task->token);
  /* Not _exit(0): what belonged to the parent's threads, which are not here, would be called leaked. */
  if (problem == 0) execlp("true", "true", (char *)NULL);
  _exit(problem);
}

static void fork_and_verify(mcpauth_verifier *verifier, const char *token) {
  const int status = status_of_child(run_in_child, &(child_task){verifier, token});
  CHECK(WIFEXITED(status));
  CHECK_INT(WEXITSTATUS(status), 0);
}

static void a_child_of_fork_verifies_too(void) {
  FORKING_CASE();
  key_server *server = key_server_start();
  mcpauth_verifier *verifier = fetching_verifier(server, 200);
  char *token = fixture_token(NULL);
  outcomes all;
  outcomes_init(&all);
  fork_and_verify(verifier, token); /* before the first fetch */
  for (int i = 0; i < MANY; i++) CHECK_RESULT(verify_async(verifier, token, &all), MCPAUTH_OK);
  fork_and_verify(verifier, token); /* during it */
  wait_for(&all, MANY, PATIENCE_SECONDS);
  fork_and_verify(verifier, token); /* after it, with idle threads in the parent */
  expect_calls(&all, MANY);         /* the parent's own, once each */
  CHECK_INT(all.by_result[MCPAUTH_OK], MANY);
  mcpauth_verifier_free(verifier);
  key_server_stop(server);
  outcomes_free(&all);
  free(token);
}

/* ---- a host that forks in a callback ------------------------------------------------------------------------------- */

static struct {
  int pipe[2];
  pid_t parent, child;
  atomic_uint calls;
  atomic_bool all_wait, is_done;
} forked;

static void wait_until(atomic_bool *so) {
  for (int i = 0; i < PATIENCE_SECONDS * 1000 && !*so; i++) nanosleep(&(struct timespec){0, 1000000}, NULL);
}

static void tell(char what) { CHECK_INT(write(forked.pipe[1], &what, 1), 1); }

/*
 * The child's only thread has come to its end by itself, and with it the child. Not later: OpenSSL has a destructor for
 * each thread, and may wait in it for a lock that a thread of the parent had at the fork, which nobody frees here.
 */
static void end_of_thread(void *unused) {
  (void)unused;
  tell('e');
  do_not_look_for_leaks();
  _exit(0);
}

/* glibc's, for the thread_local objects of C++: before the destructors of pthread_key_create. */
int __cxa_thread_atexit_impl(void (*destructor)(void *), void *object, void *of_this_program);

/* The first one forks, while all others wait, and, in the child, returns as if nothing were. */
static void fork_once(void *userdata, mcpauth_result result, mcpauth_authinfo *info, mcpauth_error *error) {
  (void)userdata, (void)result;
  mcpauth_authinfo_free(info);
  mcpauth_error_free(error);
  if (atomic_fetch_add(&forked.calls, 1) == 0) {
    wait_until(&forked.all_wait);
    fflush(stdout);
    const pid_t child = fork();
    forked.is_done = true;
    if (child == 0) {
      __cxa_thread_atexit_impl(end_of_thread, NULL, &forked);
      return;
    }
    forked.child = child;
  }
  wait_until(&forked.is_done);
  tell(getpid() == forked.parent ? 'p' : 'c');
}

enum { ANSWERS = 500 };

/* What comes next out of the pipe; 0: nothing any more. */
static char next_told(void) {
  struct pollfd end = {.fd = forked.pipe[0], .events = POLLIN};
  char what;
  return poll(&end, 1, PATIENCE_SECONDS * 1000) == 1 && read(end.fd, &what, 1) == 1 ? what : 0;
}

/* What was told, by who told it. The child's wait status. */
static int fork_in_a_callback(unsigned told[128]) {
  mcpauth_verifier *verifier = fixture_verifier(fixture_config(NULL));
  char *token = fixture_token(NULL), who;
  memset(told, 0, 128 * sizeof *told);
  forked.parent = getpid();
  forked.child = -1;
  forked.calls = 0;
  forked.all_wait = forked.is_done = false;
  if (pipe(forked.pipe) != 0) return -1;
  for (int i = 0; i < ANSWERS; i++)
    CHECK_RESULT(mcpauth_verify_async(verifier, token, strlen(token), fork_once, NULL), MCPAUTH_OK);
  forked.all_wait = true;
  while (told['p'] < ANSWERS && (who = next_told()) != 0) told[who & 127]++;
  const int status = status_of(forked.child, child_patience_seconds());
  close(forked.pipe[1]);
  while ((who = next_told()) != 0) told[who & 127]++;
  close(forked.pipe[0]);
  mcpauth_verifier_free(verifier);
  free(token);
  return status;
}

/* What waits in the parent is answered there, once, and never in the child. */
static void A42_a_child_of_a_callback_answers_nothing_of_its_parents(void) {
  FORKING_CASE();
  unsigned told[128];
  int status = -1;
  for (int tries = child_tries(); tries > 0; tries--) {
    status = fork_in_a_callback(told);
    CHECK_INT(told['p'], ANSWERS);
    CHECK_INT(told['c'], 0);
    if (!came_to_no_end(status, tries)) break;
  }
  CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  CHECK_INT(told['e'], 1);
}

CHECK_MAIN(CASE(try_verify_says_when_it_would_block), CASE(try_authorize_has_no_denial_when_it_would_block),
           CASE(each_outcome_is_told_once), CASE(many_wait_for_one_fetch),
           CASE(an_unknown_key_and_an_outage_are_told_apart), CASE(A42_freeing_the_last_reference_completes_what_waits),
           CASE(A42_free_races_with_begin), CASE(A42_the_verifier_may_be_freed_in_done),
           CASE(requests_are_copied_and_judged_as_a_whole), CASE(mistakes_are_returned_and_done_never_runs),
           CASE(a_custom_verifier_blocks_nobody_else), CASE(prefetch_gets_what_is_not_there),
           CASE(no_thread_is_left_when_idle), CASE(a_child_of_fork_verifies_too),
           CASE(A42_a_child_of_a_callback_answers_nothing_of_its_parents))
