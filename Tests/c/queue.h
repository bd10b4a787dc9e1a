/* What the tests of the queue share: fixture.h's verifiers, and the queue as a host waits for it. */
#ifndef QUEUE_H
#define QUEUE_H

#include <poll.h>

#include "fixture.h"
#include "null.h"

enum { MANY = 40, PATIENCE_MS = 40000 };

static inline mcpauth_queue *new_queue(size_t capacity) {
  mcpauth_queue *queue = STALE;
  mcpauth_error *error = STALE;
  CHECK_RESULT(mcpauth_queue_new(capacity, &queue, &error), MCPAUTH_OK);
  CHECK(error == NULL);
  return queue;
}

static inline bool is_readable(mcpauth_queue *queue, int patience_ms) {
  struct pollfd at = {.fd = mcpauth_queue_fd(queue), .events = POLLIN};
  return poll(&at, 1, patience_ms) == 1 && at.revents == POLLIN;
}

/* The next event, waited for as a host does. NULL: there is none, which fails the test. */
static inline mcpauth_event *next_event(mcpauth_queue *queue) {
  mcpauth_event *event = STALE;
  CHECK(is_readable(queue, PATIENCE_MS));
  CHECK_RESULT(mcpauth_queue_next(queue, &event), MCPAUTH_OK);
  return event;
}

/* How many log entries an event stands for. */
static inline uint64_t entries_in(const mcpauth_event *event) {
  return mcpauth_event_lost_log_entries(event) ? mcpauth_event_lost_log_entries(event) : 1;
}

static inline void expect_empty(mcpauth_queue *queue) {
  mcpauth_event *event = STALE;
  CHECK(!is_readable(queue, 0));
  CHECK_RESULT(mcpauth_queue_next(queue, &event), MCPAUTH_WOULD_BLOCK);
  CHECK(event == NULL);
}

static inline mcpauth_result verify(const mcpauth_verifier *verifier, const char *token, mcpauth_queue *queue,
                                    uint64_t id) {
  return mcpauth_verify_queued(verifier, token, strlen(token), queue, id);
}

/* Logs to the queue, at the debug level. */
static inline mcpauth_verifier *logging_verifier(mcpauth_queue *queue) {
  mcpauth_config *config = fixture_config(NULL);
  CHECK_RESULT(mcpauth_config_set_log_queue(config, MCPAUTH_LOG_DEBUG, queue), MCPAUTH_OK);
  return fixture_verifier(config);
}

#endif /* QUEUE_H */
