/* The queue that a host polls: finished calls and log entries, and its bounds. */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "queue.h"

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
      entries += entries_in(event);
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

CHECK_MAIN(CASE(a_request_that_is_let_in_is_fetched_with_its_caller),
           CASE(a_refused_request_is_fetched_with_its_response), CASE(a_refused_token_is_fetched_with_its_error),
           CASE(log_entries_beyond_the_capacity_are_counted_in_their_place),
           CASE(a_full_queue_takes_no_call_and_loses_none), CASE(a_call_that_does_not_begin_takes_no_place),
           CASE(what_cannot_be_a_queue_is_refused), CASE(the_descriptor_stays_in_this_program_and_never_blocks))
