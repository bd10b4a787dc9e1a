/* The queue that a host polls: finished calls and log entries, its bounds, and what becomes of it in other hands. */
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "fixture.h"
#include "forking.h"
#include "null.h"

enum { MANY = 40, THREADS = 4, PATIENCE_MS = 40000 };

static mcpauth_queue *new_queue(size_t capacity) {
  mcpauth_queue *queue = STALE;
  mcpauth_error *error = STALE;
  CHECK_RESULT(mcpauth_queue_new(capacity, &queue, &error), MCPAUTH_OK);
  CHECK(error == NULL);
  return queue;
}

static bool is_readable(mcpauth_queue *queue, int patience_ms) {
  struct pollfd at = {.fd = mcpauth_queue_fd(queue), .events = POLLIN};
  return poll(&at, 1, patience_ms) == 1 && at.revents == POLLIN;
}

/* The next event, waited for as a host does. NULL: there is none, which fails the test. */
static mcpauth_event *next_event(mcpauth_queue *queue) {
  mcpauth_event *event = STALE;
  CHECK(is_readable(queue, PATIENCE_MS));
  CHECK_RESULT(mcpauth_queue_next(queue, &event), MCPAUTH_OK);
  return event;
}

static void expect_empty(mcpauth_queue *queue) {
  mcpauth_event *event = STALE;
  CHECK(!is_readable(queue, 0));
  CHECK_RESULT(mcpauth_queue_next(queue, &event), MCPAUTH_WOULD_BLOCK);
  CHECK(event == NULL);
}

static mcpauth_result verify(const mcpauth_verifier *verifier, const char *token, mcpauth_queue *queue, uint64_t id) {
  return mcpauth_verify_queued(verifier, token, strlen(token), queue, id);
}

/* ---- what is fetched -------------------------------------------------------------------------------------------- */

static void a_request_that_is_let_in_is_fetched_with_its_caller(void) {
  mcpauth_queue *queue = new_queue(0);
  mcpauth_verifier *verifier = fixture_verifier(fixture_config(NULL));
  char *token = fixture_token(NULL), *header = format("Bearer %s", token);
  mcpauth_header field = {{"Authorization", 13}, {header, strlen(header)}};
  mcpauth_request request = MCPAUTH_REQUEST_INIT;
  mcpauth_authinfo *kept;
  request.method = (mcpauth_str){"GET", 3};
  request.path = (mcpauth_str){"/mcp", 4};
  request.headers = &field;
  request.header_count = 1;
  expect_empty(queue);
  for (uint64_t id = 1; id <= 2; id++) {
    CHECK_RESULT(id == 1 ? mcpauth_handle_queued(verifier, &request, queue, id)
                         : mcpauth_authorize_queued(verifier, &request, queue, id),
                 MCPAUTH_OK);
    mcpauth_event *event = next_event(queue);
    expect_empty(queue);
    CHECK(mcpauth_event_is_call(event));
    CHECK_INT(mcpauth_event_id(event), id);
    CHECK_RESULT(mcpauth_event_result(event), MCPAUTH_OK);
    CHECK(mcpauth_event_response(event) == NULL);
    CHECK(mcpauth_event_error(event) == NULL);
    CHECK_STR(mcpauth_event_log_message(event), "");
    CHECK_RESULT(mcpauth_authinfo_retain(mcpauth_event_info(event), &kept), MCPAUTH_OK);
    mcpauth_event_free(event);
    CHECK_STR(mcpauth_authinfo_subject(kept), SUBJECT);
    mcpauth_authinfo_free(kept);
  }
  mcpauth_verifier_free(verifier);
  mcpauth_queue_free(queue);
  free(token);
  free(header);
}

static void a_refused_request_is_fetched_with_its_response(void) {
  mcpauth_queue *queue = new_queue(1);
  mcpauth_verifier *verifier = fixture_verifier(fixture_config(NULL));
  mcpauth_request request = MCPAUTH_REQUEST_INIT;
  const struct {
    const char *path;
    mcpauth_result result;
    int status;
  } cases[] = {{"/mcp", MCPAUTH_ERR_MISSING_AUTH_HEADER, 401},
               {"/.well-known/oauth-protected-resource/mcp", MCPAUTH_RESPONDED, 200}};
  request.method = (mcpauth_str){"GET", 3};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    request.path = (mcpauth_str){cases[i].path, strlen(cases[i].path)};
    CHECK_RESULT(mcpauth_handle_queued(verifier, &request, queue, UINT64_MAX), MCPAUTH_OK);
    mcpauth_event *event = next_event(queue);
    CHECK_INT(mcpauth_event_id(event) == UINT64_MAX, 1);
    CHECK_RESULT(mcpauth_event_result(event), cases[i].result);
    CHECK(mcpauth_event_info(event) == NULL);
    CHECK_INT(mcpauth_response_status(mcpauth_event_response(event)), cases[i].status);
    CHECK((mcpauth_event_error(event) != NULL) == (cases[i].result != MCPAUTH_RESPONDED));
    mcpauth_event_free(event);
  }
  mcpauth_verifier_free(verifier);
  mcpauth_queue_free(queue);
}

static void a_refused_token_is_fetched_with_its_error(void) {
  mcpauth_queue *queue = new_queue(1);
  mcpauth_verifier *verifier = fixture_verifier(fixture_config(NULL));
  char *expired = fixture_token("{\"exp\":1}");
  CHECK_RESULT(verify(verifier, expired, queue, 7), MCPAUTH_OK);
  mcpauth_verifier_free(verifier);
  mcpauth_event *event = next_event(queue);
  CHECK_INT(mcpauth_event_id(event), 7);
  /* Unless the verifier was gone before the call began. */
  if (mcpauth_event_result(event) != MCPAUTH_ERR_KEYS_UNAVAILABLE)
    CHECK_RESULT(mcpauth_event_result(event), MCPAUTH_ERR_TOKEN_EXPIRED);
  CHECK_RESULT(mcpauth_error_result(mcpauth_event_error(event)), mcpauth_event_result(event));
  CHECK(mcpauth_event_info(event) == NULL);
  CHECK(mcpauth_event_response(event) == NULL);
  mcpauth_event_free(event);
  mcpauth_queue_free(queue);
  free(expired);
}

/* ---- bounds ----------------------------------------------------------------------------------------------------- */

static mcpauth_verifier *logging_verifier(mcpauth_queue *queue) {
  mcpauth_config *config = fixture_config(NULL);
  CHECK_RESULT(mcpauth_config_set_log_queue(config, MCPAUTH_LOG_DEBUG, queue), MCPAUTH_OK);
  return fixture_verifier(config);
}

static void log_entries_beyond_the_capacity_are_counted_in_their_place(void) {
  mcpauth_queue *queue = new_queue(2);
  mcpauth_verifier *verifier = logging_verifier(queue);
  const struct {
    mcpauth_log_level level;
    uint64_t lost;
    const char *message;
  } expected[] = {{MCPAUTH_LOG_DEBUG, 0, "MCPAUTH_ERR_TOKEN_MALFORMED"},
                  {MCPAUTH_LOG_DEBUG, 0, "MCPAUTH_ERR_TOKEN_MALFORMED"},
                  {MCPAUTH_LOG_WARNING, 3, "3 log entries are missing here"},
                  {MCPAUTH_LOG_DEBUG, 0, "MCPAUTH_ERR_TOKEN_MALFORMED"}};
  for (int i = 0; i < 5; i++) CHECK_RESULT(verify_result(verifier, "no.to.ken"), MCPAUTH_ERR_TOKEN_MALFORMED);
  for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
    mcpauth_event *event = next_event(queue);
    CHECK(!mcpauth_event_is_call(event));
    CHECK_INT(mcpauth_event_id(event), 0);
    CHECK(mcpauth_event_result(event) != MCPAUTH_OK);
    CHECK_INT(mcpauth_event_log_level(event), expected[i].level);
    CHECK_INT(mcpauth_event_lost_log_entries(event), expected[i].lost);
    CHECK_CONTAINS(mcpauth_event_log_message(event), expected[i].message);
    mcpauth_event_free(event);
    if (i == 0) CHECK_RESULT(verify_result(verifier, "no.to.ken"), MCPAUTH_ERR_TOKEN_MALFORMED); /* there is room */
  }
  expect_empty(queue);
  mcpauth_verifier_free(verifier);
  mcpauth_queue_free(queue);
}

static void a_full_queue_takes_no_call_and_loses_none(void) {
  mcpauth_queue *queue = new_queue(MANY);
  mcpauth_verifier *verifier = logging_verifier(queue);
  bool seen[MANY] = {false};
  unsigned entries = 0;
  for (int i = 0; i < 2 * MANY; i++) CHECK_RESULT(verify_result(verifier, "no.to.ken"), MCPAUTH_ERR_TOKEN_MALFORMED);
  for (uint64_t id = 0; id < MANY; id++) CHECK_RESULT(verify(verifier, "no.to.ken", queue, id), MCPAUTH_OK);
  CHECK_RESULT(verify(verifier, "no.to.ken", queue, MANY), MCPAUTH_ERR_NO_MEMORY);
  for (int calls = 0; calls < MANY;) {
    mcpauth_event *event = next_event(queue);
    REQUIRE(event != NULL);
    if (mcpauth_event_is_call(event)) {
      const uint64_t id = mcpauth_event_id(event);
      REQUIRE(id < MANY && !seen[id]);
      seen[id] = true;
      calls++;
    } else {
      entries += mcpauth_event_lost_log_entries(event) ? mcpauth_event_lost_log_entries(event) : 1;
    }
    mcpauth_event_free(event);
  }
  CHECK(entries >= 2 * MANY); /* those of the last calls may come after them */
  CHECK_RESULT(verify(verifier, "no.to.ken", queue, MANY), MCPAUTH_OK);
  mcpauth_verifier_free(verifier);
  mcpauth_queue_free(queue);
}

static void a_call_that_does_not_begin_takes_no_place(void) {
  mcpauth_queue *queue = new_queue(1);
  mcpauth_verifier *verifier = fixture_verifier(fixture_config(NULL));
  mcpauth_request wrong = MCPAUTH_REQUEST_INIT;
  wrong.size = 8;
  for (int i = 0; i < 3; i++) {
    CHECK_RESULT(mcpauth_handle_queued(verifier, &wrong, queue, 1), MCPAUTH_ERR_INVALID_ARGUMENT);
    CHECK_RESULT(mcpauth_verify_queued(verifier, "x", 9 << 20, queue, 1), MCPAUTH_ERR_INVALID_ARGUMENT);
  }
  expect_empty(queue);
  CHECK_RESULT(verify(verifier, "x", queue, 1), MCPAUTH_OK);
  mcpauth_event_free(next_event(queue));
  mcpauth_verifier_free(verifier);
  mcpauth_queue_free(queue);
}

static void what_cannot_be_a_queue_is_refused(void) {
  mcpauth_queue *queue = STALE;
  mcpauth_error *error = STALE;
  CHECK_RESULT(mcpauth_queue_new(1000001, &queue, &error), MCPAUTH_ERR_INVALID_ARGUMENT);
  CHECK(queue == NULL);
  CHECK_CONTAINS(mcpauth_error_message(error), "1 to 1000000");
  mcpauth_error_free(error);
  CHECK_RESULT(mcpauth_queue_new((size_t)-1, &queue, NULL), MCPAUTH_ERR_INVALID_ARGUMENT);

  struct rlimit before, none = {0, 0};
  CHECK_INT(getrlimit(RLIMIT_NOFILE, &before), 0);
  none.rlim_max = before.rlim_max;
  CHECK_INT(setrlimit(RLIMIT_NOFILE, &none), 0);
  queue = STALE;
  const mcpauth_result result = mcpauth_queue_new(0, &queue, &error);
  CHECK_INT(setrlimit(RLIMIT_NOFILE, &before), 0);
  CHECK_RESULT(result, MCPAUTH_ERR_INTERNAL);
  CHECK(queue == NULL);
  CHECK_CONTAINS(mcpauth_error_message(error), "ulimit -n");
  mcpauth_error_free(error);
}

static void the_descriptor_stays_in_this_program_and_never_blocks(void) {
  mcpauth_queue *queue = new_queue(0);
  const int descriptor = mcpauth_queue_fd(queue);
  CHECK(fcntl(descriptor, F_GETFD) & FD_CLOEXEC);
  CHECK(fcntl(descriptor, F_GETFL) & O_NONBLOCK);
  mcpauth_queue_free(queue);
  CHECK_INT(fcntl(descriptor, F_GETFD), -1);
}

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
    if (mcpauth_event_is_call(event)) {
      accepted += mcpauth_event_result(event) == MCPAUTH_OK;
      unavailable += mcpauth_event_result(event) == MCPAUTH_ERR_KEYS_UNAVAILABLE;
    }
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
      if (mcpauth_event_is_call(event)) {
        all->seen[mcpauth_event_id(event)]++;
        all->refused += mcpauth_event_result(event) == MCPAUTH_ERR_TOKEN_MALFORMED;
        all->fetched++;
      } else {
        all->entries += mcpauth_event_lost_log_entries(event) ? mcpauth_event_lost_log_entries(event) : 1;
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
    all.entries += mcpauth_event_lost_log_entries(event) ? mcpauth_event_lost_log_entries(event) : 1;
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

CHECK_MAIN(CASE(a_request_that_is_let_in_is_fetched_with_its_caller),
           CASE(a_refused_request_is_fetched_with_its_response), CASE(a_refused_token_is_fetched_with_its_error),
           CASE(log_entries_beyond_the_capacity_are_counted_in_their_place),
           CASE(a_full_queue_takes_no_call_and_loses_none), CASE(a_call_that_does_not_begin_takes_no_place),
           CASE(what_cannot_be_a_queue_is_refused), CASE(the_descriptor_stays_in_this_program_and_never_blocks),
           CASE(a_queue_may_go_while_calls_are_under_way), CASE(what_nobody_fetched_is_freed_with_the_queue),
           CASE(a_freed_verifier_completes_what_did_not_begin), CASE(many_threads_ask_and_fetch),
           CASE(a_child_of_fork_begins_with_an_empty_queue), CASE(a_process_may_exit_while_calls_are_under_way))
