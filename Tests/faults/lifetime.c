/* Time, and the ends of things: clocks, keys that get too old, a verifier that is freed, a process that forks. */
#define _GNU_SOURCE
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fault_injection.h"
#include "forking.h"
#include "issuer.h"

long long longest_free_us;

void A39_the_clock_steps_back_an_hour(void) {
  char *just_issued = issuer_token(load_key(), load_key(), 0, 3600);
  CHECK_RESULT(verify(load_verifier(), just_issued), MCPAUTH_OK);
  const long long begun = now_us();
  const unsigned before = issuer_asked().keys;
  clock_offset = -3600;
  CHECK_RESULT(verify(load_verifier(), just_issued),
               MCPAUTH_ERR_TOKEN_NOT_YET_VALID); /* although it was accepted before */
  load_wait_for_fresh_keys();                    /* durations are measured on another clock */
  const unsigned asked = issuer_asked().keys - before;
  CHECK(asked <= most_requests(now_us() - begun)); /* and there is no rush of fetches */
  expect_outcome(MCPAUTH_OK, "");
  clock_offset = 0;
  CHECK_RESULT(verify(load_verifier(), just_issued), MCPAUTH_OK);
  free(just_issued);
}

void keys_get_too_old_at_last(void) {
  mcpauth_verifier *impatient = make_verifier((verifier_options){.timeout_ms = FETCH_MS, .max_stale_seconds = 5});
  CHECK_RESULT(verify(impatient, load_token()), MCPAUTH_OK);
  issuer_obey("down");
  const long long begun = now_us();
  mcpauth_result result = MCPAUTH_OK;
  for (; result == MCPAUTH_OK && now_us() - begun < PATIENCE_MS * 1000LL; sleep_ms(10))
    result = verify(impatient, load_token());
  printf("#   %s after %.1f s\n", mcpauth_result_name(result), (double)(now_us() - begun) / 1e6);
  CHECK(is_outage(result));
  CHECK(strstr(last_message, "too long to go on using them") != NULL);
  issuer_obey("up");
  for (int i = 0; i < PATIENCE_MS / 10 && result != MCPAUTH_OK; i++, sleep_ms(10))
    result = verify(impatient, load_token());
  CHECK_RESULT(result, MCPAUTH_OK);
  mcpauth_verifier_free(impatient);
  load_wait_for_fresh_keys();
}

/* Frees a verifier while its first fetch hangs at this point, for a minute if nobody ends it. How long that took. */
static long long free_during_fetch(const char *command, bool in_handshake) {
  mcpauth_verifier *doomed = make_verifier((verifier_options){.timeout_ms = LONGEST_FETCH_MS});
  mcpauth_authinfo *info;
  issuer_obey("%s", command);
  const issuer_hits before = issuer_asked();
  CHECK_RESULT(mcpauth_try_verify(doomed, load_token(), strlen(load_token()), &info, NULL), MCPAUTH_WOULD_BLOCK);
  for (int i = 0; i < PATIENCE_MS; i++, sleep_ms(1)) {
    const issuer_hits now = issuer_asked();
    if (in_handshake ? now.connections > before.connections : now.keys > before.keys) break;
  }
  const long long begun = now_us();
  mcpauth_verifier_free(doomed);
  return now_us() - begun;
}

/* The fetch is ended, not waited for. (The figure that is printed is to be below 100 ms on a machine that is not busy.) */
void A42_free_during_a_fetch(void) {
  static const struct {
    const char *begin, *end;
  } moments[] = {{"keys /slow", "keys good"},
                 {"keys /drip", "keys good"},
                 {"keys /endless", "keys good"},
                 {"cert none", "cert trusted"}};
  for (int i = 0; i < 4; i++) {
    const long long took = free_during_fetch(moments[i].begin, i == 3);
    issuer_obey("%s", moments[i].end);
    printf("#   %s: freed within %.1f ms\n", moments[i].begin, (double)took / 1e3);
    CHECK(took < LONGEST_FETCH_MS / 2 * 1000LL);
    if (took > longest_free_us) longest_free_us = took;
  }
  load_wait_for_fresh_keys();
}

/* What the child of a fork does: verifies with the keys it has, or with none, and fetches keys of its own. */
static void verify_in_the_child(void *one) {
  mcpauth_result result = verify(one, load_token());
  mcpauth_verifier *another =
      make_verifier((verifier_options){.timeout_ms = FETCH_MS - 2}); /* with a key cache of its own */
  if (result == MCPAUTH_OK) result = verify(another, load_token());
  _exit(result == MCPAUTH_OK ? 0 : 1);
}

void A42_fork_before_and_after_the_first_fetch(void) {
  for (int fetched = 0; fetched < 2; fetched++) {
    mcpauth_verifier *one = fresh_verifier();
    if (fetched) CHECK_RESULT(verify(one, load_token()), MCPAUTH_OK);
    const int status = status_of_child(verify_in_the_child, one);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    CHECK_RESULT(verify(one, load_token()), MCPAUTH_OK);
    mcpauth_verifier_free(one);
  }
}
