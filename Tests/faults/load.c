/*
 * Threads that verify good tokens, and a few bad ones, from the first fault to the last. Their keys are at hand all the
 * time, so that nothing but a good verdict at once is right for a good token.
 */
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "fault_injection.h"
#include "issuer.h"

typedef struct {
  mcpauth_verifier *verifier; /* a reference of its own */
  pthread_t thread;
  _Atomic unsigned long accepted, refused, wrong, turns;
  _Atomic long long longest_us, longest_of_case_us;
} load;

static mcpauth_verifier *verifier; /* the main thread's reference */
static load loads[LOAD_COUNT];
static atomic_bool stop;
static atomic_int key_in_use = FIRST_KEY;

/* By either key; made once. The forged ones are signed by nobody's key. */
static char *good[2], *forged[2], *expired[2];

static void judge(load *own, mcpauth_result result, mcpauth_result expected, long long begun) {
  const long long took = now_us() - begun;
  if (result != expected) {
    if (own->wrong++ < 10) CHECK_FAIL("%s, not %s", mcpauth_result_name(result), mcpauth_result_name(expected));
  } else if (expected == MCPAUTH_OK) {
    own->accepted++;
    if (took > own->longest_us) own->longest_us = took;
    if (took > own->longest_of_case_us) own->longest_of_case_us = took;
  } else {
    own->refused++;
  }
}

/* ---- two that verify: one with mcpauth_verify, one with mcpauth_try_authorize, which tells when it would wait -------- */

static mcpauth_result ask(const load *own, const char *token) {
  mcpauth_authinfo *info;
  mcpauth_result result;
  if (own == &loads[LOAD_AUTHORIZE]) {
    char header[4096];
    mcpauth_str field = {header, (size_t)snprintf(header, sizeof header, "Bearer %s", token)};
    mcpauth_request request = MCPAUTH_REQUEST_INIT;
    mcpauth_response *denial;
    request.authorization = &field;
    request.authorization_count = 1;
    result = mcpauth_try_authorize(own->verifier, &request, &info, &denial);
    mcpauth_response_free(denial);
  } else {
    result = mcpauth_verify(own->verifier, token, strlen(token), &info, NULL);
  }
  mcpauth_authinfo_free(info);
  return result;
}

static void *verify_all_the_time(void *argument) {
  load *own = argument;
  for (unsigned i = 0; !stop; i++) {
    const int key = key_in_use;
    const long long begun = now_us();
    judge(own, ask(own, good[key]), MCPAUTH_OK, begun);
    if (i % 8 == 0) judge(own, ask(own, forged[key]), MCPAUTH_ERR_SIGNATURE_INVALID, begun);
    if (i % 8 == 4) judge(own, ask(own, expired[key]), MCPAUTH_ERR_TOKEN_EXPIRED, begun);
    own->turns++;
    nanosleep(&(struct timespec){0, 300000}, NULL);
  }
  mcpauth_verifier_free(own->verifier);
  return NULL;
}

/* ---- one that does what an event loop does: one asynchronous call after the other, each with its own end ------------- */

typedef struct {
  pthread_mutex_t lock;
  pthread_cond_t ended;
  bool has_ended;
  mcpauth_result result;
} turn;

static void end_turn(void *userdata, mcpauth_result result, mcpauth_authinfo *info, mcpauth_error *error) {
  turn *this_turn = userdata;
  mcpauth_authinfo_free(info);
  mcpauth_error_free(error);
  pthread_mutex_lock(&this_turn->lock);
  this_turn->has_ended = true;
  this_turn->result = result;
  pthread_cond_signal(&this_turn->ended);
  pthread_mutex_unlock(&this_turn->lock);
}

static void *take_turns(void *argument) {
  turn this_turn = {.lock = PTHREAD_MUTEX_INITIALIZER, .ended = PTHREAD_COND_INITIALIZER};
  load *own = argument;
  while (!stop) {
    const char *token = good[key_in_use];
    const long long begun = now_us();
    this_turn.has_ended = false;
    mcpauth_result result = mcpauth_verify_async(own->verifier, token, strlen(token), end_turn, &this_turn);
    if (result == MCPAUTH_OK) {
      pthread_mutex_lock(&this_turn.lock);
      while (!this_turn.has_ended) pthread_cond_wait(&this_turn.ended, &this_turn.lock);
      result = this_turn.result;
      pthread_mutex_unlock(&this_turn.lock);
    }
    judge(own, result, MCPAUTH_OK, begun);
    own->turns++;
    sleep_ms(3);
  }
  mcpauth_verifier_free(own->verifier);
  return NULL;
}

/* ---- begin and end ---------------------------------------------------------------------------------------------- */

static void make_tokens(wrong_on_purpose what) {
  for (int i = 0; i < 2; i++) {
    good[i] = issuer_token(i, i, -7200, what == GOOD_REFUSED ? -7000 : 7200);
    forged[i] = issuer_token(what == BAD_ACCEPTED ? i : NOBODYS_KEY, i, -7200, 7200);
    expired[i] = issuer_token(i, i, -7200, -3600 - 7200); /* also when the clock steps back an hour */
  }
}

void load_start(wrong_on_purpose what) {
  const verifier_options cached = {.timeout_ms = FETCH_MS, .is_logged = true},
                         uncached = {.timeout_ms = FETCH_MS, .is_logged = true, .without_cache = true};
  mcpauth_verifier *without_cache = make_verifier(uncached);
  make_tokens(what);
  verifier = make_verifier(cached);
  CHECK_RESULT(mcpauth_verifier_prefetch(verifier, NULL), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_verifier_retain(verifier, &loads[LOAD_VERIFY].verifier), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_verifier_retain(without_cache, &loads[LOAD_AUTHORIZE].verifier), MCPAUTH_OK);
  loads[LOAD_ASYNC].verifier = without_cache;
  for (int i = 0; i < LOAD_COUNT; i++)
    if (pthread_create(&loads[i].thread, NULL, i == LOAD_ASYNC ? take_turns : verify_all_the_time, &loads[i]) != 0)
      exit(1);
}

void load_stop(void) {
  stop = true;
  for (int i = 0; i < LOAD_COUNT; i++) pthread_join(loads[i].thread, NULL);
}

void load_free(void) {
  mcpauth_verifier_free(verifier);
  for (int i = 0; i < 2; i++) free(good[i]), free(forged[i]), free(expired[i]);
}

/* ---- for the cases ---------------------------------------------------------------------------------------------- */

mcpauth_verifier *load_verifier(void) { return verifier; }
int load_key(void) { return key_in_use; }
const char *load_token(void) { return good[key_in_use]; }
const char *load_token_by(int key) { return good[key]; }

mcpauth_stats load_stats(void) { return stats_of(verifier); }

load_figures load_seen(int thread) {
  const load *one = &loads[thread];
  return (load_figures){one->accepted, one->refused, one->wrong, one->longest_us};
}

long long load_longest_since_last_asked(void) {
  long long longest = 0;
  for (int i = 0; i < LOAD_COUNT; i++) {
    const long long one = atomic_exchange(&loads[i].longest_of_case_us, 0);
    if (one > longest) longest = one;
  }
  return longest;
}

void load_use_key(int key) {
  unsigned long before[LOAD_COUNT];
  key_in_use = key;
  for (int i = 0; i < LOAD_COUNT; i++) before[i] = loads[i].turns;
  for (int i = 0; i < LOAD_COUNT; i++)
    while (loads[i].turns == before[i]) sleep_ms(1); /* the turn that may have begun with the other key */
}

void load_wait_for_turns(unsigned long count) {
  for (int i = 0; i < LOAD_COUNT; i++)
    while (loads[i].turns < count) sleep_ms(5);
}

void load_wait_for_failure(uint64_t failures) {
  for (const long long begun = now_us(); now_us() - begun < PATIENCE_MS * 1000LL; sleep_ms(5))
    if (load_stats().fetch_failures > failures) return;
  CHECK_FAIL("no refresh fails");
}

void load_wait_for_fresh_keys(void) {
  const long long begun = now_us();
  const uint64_t fetches = load_stats().fetches; /* one that is under way may have read what was published before */
  long long not_yet = begun;
  for (; now_us() - begun < PATIENCE_MS * 1000LL; sleep_ms(5)) {
    const long long asked = now_us();
    const mcpauth_stats now = load_stats();
    if (now.fetches == fetches)
      not_yet = asked;
    else if (now.oldest_keys_ms >= 0 && asked - now.oldest_keys_ms * 1000 > not_yet + 1000)
      return;
  }
  CHECK_FAIL("no refresh succeeds");
}
