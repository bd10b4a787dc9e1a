/*
 * faults.c: what can be wrong with an issuer, on demand: PUT /dev/fault?name=slow&seconds=10, and name=none to end it. A
 * page of another origin cannot do that: PUT is asked for first (CORS preflight), and not allowed.
 */
#include "issuer.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { DEFAULT_SLOW_SECONDS = 10, MAX_SLOW_SECONDS = 60 };

static const struct {
  const char *name, *what;
} faults[] = {
    [FAULT_NONE] = {"none", "everything works"},
    [FAULT_SLOW] = {"slow", "every answer waits"},
    [FAULT_DOWN] = {"down", "connections are closed without an answer"},
    [FAULT_ERROR] = {"error", "every answer is 503"},
    [FAULT_GARBAGE] = {"garbage", "every answer is 200 and no JSON"},
    [FAULT_WRONG_KEY] = {"wrong-key", "tokens are signed with a key that is not the published one"},
};

const char *fault_name(enum fault fault) { return faults[fault].name; }

bool fault_named(const char *name, enum fault *fault) {
  for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
    if (strcmp(name, faults[i].name) != 0) continue;
    *fault = (enum fault)i;
    return true;
  }
  return false;
}

void set_fault(struct issuer *issuer, struct exchange *exchange) {
  const char *name = parameter(exchange->query, "name"), *seconds = parameter(exchange->query, "seconds");
  char *end = NULL;
  const long wait = seconds != NULL ? strtol(seconds, &end, 10) : DEFAULT_SLOW_SECONDS;
  enum fault fault = FAULT_NONE;
  if (name == NULL || !fault_named(name, &fault)) {
    answer_text(exchange, 400, "name is none, slow, down, error, garbage or wrong-key\n");
    return;
  }
  if (wait < 1 || wait > MAX_SLOW_SECONDS || (end != NULL && *end != '\0')) {
    answer_text(exchange, 400, "seconds is 1 to 60\n");
    return;
  }
  issuer->fault = fault;
  issuer->slow_seconds = (unsigned)wait;
  log_event("fault %s: %s", faults[fault].name, faults[fault].what);
  answer_text(exchange, 200, faults[fault].what);
}

static bool over(struct issuer *issuer, unsigned *seconds) {
  pthread_mutex_lock(&issuer->lock);
  const bool over = issuer->stopping || issuer->fault != FAULT_SLOW;
  *seconds = issuer->slow_seconds;
  pthread_mutex_unlock(&issuer->lock);
  return over;
}

/* Waits for the time of the fault `slow`; less when the fault is taken back or the program ends. */
static void wait_slowly(struct issuer *issuer) {
  const struct timespec step = {.tv_nsec = 50 * 1000 * 1000};
  unsigned seconds = 0;
  for (unsigned waited = 0; !over(issuer, &seconds) && waited < 20 * seconds; waited++) nanosleep(&step, NULL);
}

/* Whether a fault has answered in place of the issuer. To be called without the lock. */
bool fault_answers(struct issuer *issuer, struct exchange *exchange) {
  if (strcmp(exchange->path, "/dev/fault") == 0) return false;
  pthread_mutex_lock(&issuer->lock);
  const enum fault fault = issuer->fault;
  pthread_mutex_unlock(&issuer->lock);
  switch (fault) {
    case FAULT_NONE:
    case FAULT_WRONG_KEY: return false;
    case FAULT_SLOW: wait_slowly(issuer); return false;
    case FAULT_DOWN: exchange->dropped = true; return true;
    case FAULT_ERROR: answer_text(exchange, 503, "the fault that was asked for\n"); return true;
    case FAULT_GARBAGE: answer_text(exchange, 200, "<html>the fault that was asked for"); return true;
  }
  return false;
}
