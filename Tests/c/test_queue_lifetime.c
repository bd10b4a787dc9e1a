/* The queue freed early, under many threads, in a child of fork and at the end of a process. */
#include <pthread.h>
#include <semaphore.h>

#include "forking.h"
#include "queue.h"

enum { THREADS = 4 };

/* ---- freed early ------------------------------------------------------------------------------------------------ */

/* A custom verifier that waits until it may answer. */
static mcpauth_result wait_for_permission(void *permission, const char *token, size_t len,
                                          mcpauth_authinfo_builder *builder) {
  (void)token, (void)len;
  while (sem_wait(permission) != 0) {}
  mcpauth_result result = mcpauth_authinfo_builder_set_issuer(builder, ISSUER, strlen(ISSUER));
  if (result == MCPAUTH_OK) result = mcpauth_authinfo_builder_set_subject(builder, SUBJECT, strlen(SUBJECT));
  if (result == MCPAUTH_OK) result = mcpauth_authinfo_builder_add_audience(builder, RESOURCE, strlen(RESOURCE));
  return result;
}

static mcpauth_verifier *waiting_verifier(mcpauth_queue *log, sem_t *permission) {
  mcpauth_config *config = fixture_config(NULL);
  sem_init(permission, 0, 0);
  CHECK_RESULT(mcpauth_config_set_custom_verifier(config, wait_for_permission, permission, NULL), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_config_set_log_queue(config, MCPAUTH_LOG_DEBUG, log), MCPAUTH_OK);
  return fixture_verifier(config);
}

static void a_queue_may_go_while_calls_are_under_way(void) {
  mcpauth_queue *gone = new_queue(0), *stays = new_queue(0);
  sem_t permission;
  mcpauth_verifier *verifier = waiting_verifier(gone, &permission);
  for (uint64_t id = 0; id < MANY; id++)
    CHECK_RESULT(verify(verifier, "opaque", id % 2 ? gone : stays, id), MCPAUTH_OK);
  mcpauth_queue_free(gone);
  for (int i = 0; i < MANY; i++) sem_post(&permission);
  for (int i = 0; i < MANY / 2; i++) {
    mcpauth_event *event = next_event(stays);
    CHECK_INT(mcpauth_event_id(event) % 2, 0);
    CHECK_RESULT(mcpauth_event_result(event), MCPAUTH_OK);
    mcpauth_event_free(event);
  }
  for (int left = 1; left > 0; sem_getvalue(&permission, &left)) usleep(1000); /* all have asked */
  mcpauth_verifier_free(verifier);
  expect_empty(stays);
  mcpauth_queue_free(stays);
}

static void what_nobody_fetched_is_freed_with_the_queue(void) {
  mcpauth_queue *queue = new_queue(0);
  mcpauth_verifier *verifier = logging_verifier(queue);
  char *token = fixture_token(NULL);
  for (uint64_t id = 0; id < MANY; id++) {
    CHECK_RESULT(verify(verifier, token, queue, id), MCPAUTH_OK);
    CHECK_RESULT(verify(verifier, "no.to.ken", queue, id), MCPAUTH_OK);
  }
  CHECK(is_readable(queue, PATIENCE_MS));
  mcpauth_queue_free(queue);
  CHECK_RESULT(verify_result(verifier, "no.to.ken"), MCPAUTH_ERR_TOKEN_MALFORMED); /* logs to nobody */
  mcpauth_verifier_free(verifier);
  free(token);
}

static void a_freed_verifier_completes_what_did_not_begin(void) {
  mcpauth_queue *queue = new_queue(0);
  sem_t permission;
  mcpauth_verifier *verifier = waiting_verifier(queue, &permission);
  unsigned accepted = 0, unavailable = 0;
  for (uint64_t id = 0; id < MANY; id++) CHECK_RESULT(verify(verifier, "opaque", queue, id), MCPAUTH_OK);
  mcpauth_verifier_free(verifier);
  for (int i = 0; i < MANY; i++) sem_post(&permission);
  while (accepted + unavailable < MANY) {
    mcpauth_event *event = next_event(queue);
    REQUIRE(event != NULL);
    accepted += mcpauth_event_result(event) == MCPAUTH_OK;
    unavailable += mcpauth_event_result(event) == MCPAUTH_ERR_KEYS_UNAVAILABLE;
    mcpauth_event_free(event);
  }
  CHECK(accepted <= 16);
  mcpauth_queue_free(queue);
}

/* ---- threads and processes -------------------------------------------------------------------------------------- */

typedef struct {
  mcpauth_queue *queue;
  mcpauth_verifier *verifier;
  const char *token;
  _Atomic unsigned seen[THREADS * MANY], fetched, refused;
  _Atomic uint64_t next_id, entries;
} crowd;

static void *ask(void *userdata) {
  crowd *all = userdata;
  for (int i = 0; i < MANY; i++) {
    CHECK_RESULT(verify(all->verifier, i % 2 ? all->token : "no.to.ken", all->queue, all->next_id++), MCPAUTH_OK);
    CHECK_RESULT(verify_result(all->verifier, "no.to.ken"), MCPAUTH_ERR_TOKEN_MALFORMED);
  }
  return NULL;
}

static void *fetch(void *userdata) {
  crowd *all = userdata;
  while (all->fetched < THREADS * MANY) {
    mcpauth_event *event;
    if (!is_readable(all->queue, 10)) continue;
    while (mcpauth_queue_next(all->queue, &event) == MCPAUTH_OK) {
      if (!mcpauth_event_is_call(event)) all->entries += entries_in(event);
      if (mcpauth_event_is_call(event)) {
        all->seen[mcpauth_event_id(event)]++;
        all->refused += mcpauth_event_result(event) == MCPAUTH_ERR_TOKEN_MALFORMED;
        all->fetched++;
      }
      mcpauth_event_free(event);
    }
  }
  return NULL;
}

static void many_threads_ask_and_fetch(void) {
  char *token = fixture_token(NULL);
  crowd all = {.queue = new_queue(THREADS * MANY), .token = token};
  pthread_t threads[2 * THREADS];
  mcpauth_event *event;
  all.verifier = logging_verifier(all.queue);
  for (int i = 0; i < 2 * THREADS; i++) REQUIRE(pthread_create(&threads[i], NULL, i % 2 ? ask : fetch, &all) == 0);
  for (int i = 0; i < 2 * THREADS; i++) pthread_join(threads[i], NULL);
  for (int i = 0; i < THREADS * MANY; i++) CHECK_INT(all.seen[i], 1);
  CHECK_INT(all.refused, THREADS * MANY / 2);
  while (mcpauth_queue_next(all.queue, &event) == MCPAUTH_OK) {
    all.entries += entries_in(event);
    mcpauth_event_free(event);
  }
  CHECK_INT(all.entries, THREADS * MANY + THREADS * MANY / 2); /* no entry is lost without being counted */
  expect_empty(all.queue);
  mcpauth_verifier_free(all.verifier);
  mcpauth_queue_free(all.queue);
  free(token);
}

/* The child sees nothing of the parent's, and its own call ends there. */
static void in_child(void *userdata) {
  crowd *all = userdata;
  mcpauth_event *event = NULL;
  do_not_look_for_leaks();
  int failed = mcpauth_queue_next(all->queue, &event) != MCPAUTH_WOULD_BLOCK || is_readable(all->queue, 0);
  failed |= verify(all->verifier, all->token, all->queue, 2) != MCPAUTH_OK || !is_readable(all->queue, PATIENCE_MS);
  failed |= mcpauth_queue_next(all->queue, &event) != MCPAUTH_OK || mcpauth_event_id(event) != 2 ||
            mcpauth_event_result(event) != MCPAUTH_OK;
  mcpauth_event_free(event);
  mcpauth_queue_free(all->queue);
  _exit(failed ? 1 : 0);
}

static void a_child_of_fork_begins_with_an_empty_queue(void) {
  FORKING_CASE();
  char *token = fixture_token(NULL);
  crowd all = {.queue = new_queue(1), .verifier = fixture_verifier(fixture_config(NULL)), .token = token};
  CHECK_RESULT(verify(all.verifier, token, all.queue, 1), MCPAUTH_OK);
  CHECK(is_readable(all.queue, PATIENCE_MS));
  CHECK_INT(status_of_child(in_child, &all), 0);
  mcpauth_event *event = next_event(all.queue); /* the child has not taken it, nor the descriptor's readiness */
  CHECK_INT(mcpauth_event_id(event), 1);
  mcpauth_event_free(event);
  expect_empty(all.queue);
  mcpauth_verifier_free(all.verifier);
  mcpauth_queue_free(all.queue);
  free(token);
}

/* Exit runs the handlers of OpenSSL and of the library while calls are under way and events wait. */
static void exit_in_the_middle(void *userdata) {
  crowd *all = userdata;
  do_not_look_for_leaks();
  for (uint64_t id = 0; id < MANY; id++)
    if (verify(all->verifier, all->token, all->queue, id) != MCPAUTH_OK) _exit(1);
  exit(0);
}

static void a_process_may_exit_while_calls_are_under_way(void) {
  FORKING_CASE();
  if (has_swift_runtime()) {
    puts(
        "# the release library alone: ThreadSanitizer takes the locks renewed in a child for still held by who forked");
    return;
  }
  char *token = fixture_token(NULL);
  crowd all = {.queue = new_queue(0), .verifier = fixture_verifier(fixture_config(NULL)), .token = token};
  for (int i = 0; i < 5; i++) CHECK_INT(status_of_child(exit_in_the_middle, &all), 0);
  expect_empty(all.queue);
  mcpauth_verifier_free(all.verifier);
  mcpauth_queue_free(all.queue);
  free(token);
}

CHECK_MAIN(CASE(a_queue_may_go_while_calls_are_under_way), CASE(what_nobody_fetched_is_freed_with_the_queue),
           CASE(a_freed_verifier_completes_what_did_not_begin), CASE(many_threads_ask_and_fetch),
           CASE(a_child_of_fork_begins_with_an_empty_queue), CASE(a_process_may_exit_while_calls_are_under_way))
