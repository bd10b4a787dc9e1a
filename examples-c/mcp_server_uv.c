/*
 * mcp_server_uv.c: the MCP server of mcp_server.c on an event loop: one thread serves all connections, and never waits.
 *
 * Nearly every request is decided at once, by mcpauth_try_handle. Where it says MCPAUTH_WOULD_BLOCK, because a key
 * has to be fetched from the issuer first, the request goes to mcpauth_handle_async and its connection is set aside;
 * the loop goes on with the others. The outcome arrives on a thread of the library, which puts it into a list and wakes
 * the loop; the loop takes the connection up again and answers.
 *
 * The loop is libuv. It watches one descriptor for HTTP, the epoll set of libmicrohttpd, which parses, and keeps
 * connections apart (keep-alive, pipelining, bounds). On another loop only the parts marked `loop` change.
 *
 * pkg-config: libmicrohttpd jansson libuv
 * build:  cc -std=c11 mcp_server_uv.c -o mcp_server_uv -pthread
 *           $(pkg-config --cflags --libs mcpauth libmicrohttpd jansson libuv)
 * usage:  mcp_server_uv --issuer URL [OPTION]...    the options are those of server_options.h, except for
 *
 *   --timeout SECONDS  how long a client may take to send a whole request, or to fetch an answer; 30 unless given
 *
 * SIGTERM and SIGINT end it: requests that wait for keys are answered 503 then. At the end it says on standard error for
 * how long the loop was held up at most. Standard error has to be read: a full pipe would hold up the loop.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <inttypes.h>
#include <uv.h>

#include "mcp_answer.h"
#include "server_options.h"
#include "slow_clients.h"

/* At most half of the connections wait for an issuer: so a slow one, and whoever makes up key names for it, leaves room. */
enum { MAX_CONNECTIONS = 256, MAX_WAITING = 128, MAX_HEAD_BYTES = 32 * 1024, TICK_MS = 50, GRACE_MS = 2000 };

struct server {
  uv_loop_t loop;
  uv_poll_t sockets;     /* libmicrohttpd's epoll set */
  uv_timer_t http_timer; /* when libmicrohttpd wants to be run though nothing happened */
  uv_timer_t tick;       /* deadlines, and how late the loop is */
  uv_async_t outcomes;   /* wakes the loop from a thread of the library */
  uv_signal_t sigint, sigterm;
  struct MHD_Daemon *daemon;
  mcpauth_verifier *verifier; /* NULL: the server is ending */
  struct clients clients;
  size_t exchanges, waiting; /* requests under way, and those of them that wait for an outcome */
  uint64_t grace_ends, last_tick, longest_gap, ticks, ticks_while_waiting;
  bool closed;
  int status;
  pthread_mutex_t lock; /* of the next one, which threads of the library write */
  struct request *decided;
};

/* A request. While it waits, its connection is suspended: libmicrohttpd frees neither before it was resumed. So whoever
 * disconnects meanwhile is noticed when the answer is sent, and nothing here can be gone before its outcome. */
struct request {
  struct exchange http; /* first: take_body and the like are handed this */
  struct server *server;
  struct MHD_Connection *connection;
  enum { READING, WAITING, DECIDED } state;
  mcpauth_result result; /* what follows is set once it is decided */
  mcpauth_authinfo *caller;
  mcpauth_response *response;
  struct request *next;
};

static void on_connection(void *userdata, struct MHD_Connection *connection, void **context,
                          enum MHD_ConnectionNotificationCode what) {
  struct server *server = userdata;
  note_client(&server->clients, connection, context, what, uv_now(&server->loop));
}

/* ---- a request ----------------------------------------------------------------------------------------------------- */

/* On a thread of the library. The loop is woken before the lock is given back: whoever finds the list empty afterwards
 * knows that nobody is still about to wake it, and may close it. */
static void on_decided(void *userdata, mcpauth_result result, mcpauth_authinfo *caller, mcpauth_response *response) {
  struct request *request = userdata;
  struct server *server = request->server;
  request->result = result;
  request->caller = caller;
  request->response = response;
  pthread_mutex_lock(&server->lock);
  request->next = server->decided;
  server->decided = request;
  uv_async_send(&server->outcomes); /* it fails only on a handle that is being closed, which this one is not yet */
  pthread_mutex_unlock(&server->lock);
}

/* Asks the library. False: the outcome comes later, and the connection is suspended until then. The first question may
 * be asked as often as one likes: it waits for nothing, and begins the fetch that the second one waits for. */
static bool decide(struct request *request, const char *method, const char *path) {
  struct server *server = request->server;
  struct MHD_Connection *connection = request->connection;
  const mcpauth_request question = read_request(connection, method, path, &request->http);
  request->result = mcpauth_try_handle(server->verifier, &question, &request->caller, &request->response);
  request->state = DECIDED;
  if (request->result != MCPAUTH_WOULD_BLOCK || server->waiting >= MAX_WAITING) return true;

  /* Once it is accepted, the outcome may be there before this call returns: the request is touched no more. */
  request->state = WAITING;
  const mcpauth_result accepted = mcpauth_handle_async(server->verifier, &question, on_decided, request);
  if (accepted != MCPAUTH_OK) { /* the system gives no thread: neither caller nor response */
    request->result = accepted;
    request->state = DECIDED;
    return true;
  }
  server->waiting++; /* on this thread alone, as is all that the outcome leads to */
  expect_nothing(connection);
  MHD_suspend_connection(connection);
  return false;
}

/* Not now: too many wait, no thread can be had, or the server is ending. */
static enum MHD_Result send_busy(struct MHD_Connection *connection) {
  return send_empty(connection, 503, "Retry-After", "5", NULL);
}

static enum MHD_Result answer_decided(struct request *request, const char *method, const char *path) {
  struct server *server = request->server;
  struct MHD_Connection *connection = request->connection;
  if (request->result == MCPAUTH_ERR_INVALID_REQUEST && request->http.received > MAX_BODY_BYTES)
    return send_empty(connection, 413, NULL, NULL, NULL);
  if (request->response != NULL) return send_mcpauth(connection, path, request->result, request->response);
  if (request->caller == NULL) { /* too many wait already, or mcpauth_handle_async could not take it over */
    const bool busy = request->result == MCPAUTH_WOULD_BLOCK || request->result == MCPAUTH_ERR_NO_MEMORY;
    fprintf(stderr, "refused: %d %s\n", busy ? 503 : 500, mcpauth_result_name(request->result));
    return busy ? send_busy(connection) : send_empty(connection, 500, NULL, NULL, NULL);
  }
  if (server->verifier == NULL) return send_busy(connection);
  const mcpauth_request question = read_request(connection, method, path, &request->http);
  return answer_caller(connection, &question, &request->http, &(struct mcp_caller){server->verifier, request->caller});
}

/* Called once when the header has arrived, for each piece of the body, at the end, and once more after a suspension. */
static enum MHD_Result handle(void *userdata, struct MHD_Connection *connection, const char *path, const char *method,
                              const char *version, const char *data, size_t *data_len, void **state) {
  struct server *server = userdata;
  struct request *request = *state;
  (void)version;
  if (request == NULL) {
    *state = request = calloc(1, sizeof *request);
    if (request == NULL) return MHD_NO;
    request->server = server;
    request->connection = connection;
    server->exchanges++;
    return MHD_YES;
  }
  if (*data_len > 0) return take_body(&request->http, data, data_len);
  if (request->state == WAITING) return MHD_YES; /* it is suspended: not yet */
  if (request->state == READING) {
    expect_soon(connection, uv_now(&server->loop));
    if (server->verifier == NULL) return send_busy(connection);
    if (!decide(request, method, path)) return MHD_YES;
  }
  return request->http.field_count > MAX_FIELDS ? send_empty(connection, 431, NULL, NULL, NULL)
                                                : answer_decided(request, method, path);
}

static void on_completed(void *userdata, struct MHD_Connection *connection, void **state,
                         enum MHD_RequestTerminationCode why) {
  struct server *server = userdata;
  struct request *request = *state;
  (void)why;
  if (request == NULL) return;
  expect_soon(connection, uv_now(&server->loop)); /* the next one */
  mcpauth_response_free(request->response);
  mcpauth_authinfo_free(request->caller);
  free(request);
  *state = NULL;
  server->exchanges--;
}

/* ---- the end ------------------------------------------------------------------------------------------------------- */

static void close_handle(uv_handle_t *handle, void *userdata) {
  (void)userdata;
  if (!uv_is_closing(handle)) uv_close(handle, NULL);
}

/* What waits for keys is decided soon after the verifier is gone; what is under way gets a moment to be sent. A suspended
 * connection must not be stopped, and nobody may be about to wake the loop: hence waiting has to be 0. */
static void end_if_all_is_done(struct server *server) {
  if (server->closed || server->verifier != NULL || server->waiting > 0) return;
  if (server->exchanges > 0 && uv_now(&server->loop) < server->grace_ends) return;
  server->closed = true;
  uv_walk(&server->loop, close_handle, NULL); /* first: the loop must not watch a descriptor that is closed */
  MHD_stop_daemon(server->daemon);
}

static void stop(struct server *server) {
  mcpauth_verifier *verifier = server->verifier;
  if (verifier == NULL) return;
  server->verifier = NULL;
  server->grace_ends = uv_now(&server->loop) + GRACE_MS;
  const int listener = MHD_quiesce_daemon(server->daemon);
  if (listener >= 0) close(listener);
  mcpauth_verifier_free(verifier); /* cancels fetches: it returns within 100 ms */
  end_if_all_is_done(server);
}

/* ---- loop ---------------------------------------------------------------------------------------------------------- */

static void on_http_timer(uv_timer_t *timer);

/* Lets libmicrohttpd do what can be done without waiting. */
static void serve(struct server *server) {
  MHD_UNSIGNED_LONG_LONG wait_ms = 0;
  if (server->closed) return;
  if (MHD_run(server->daemon) != MHD_YES) {
    fprintf(stderr, "mcp_server_uv: the HTTP server failed\n");
    server->status = 1;
    stop(server);
  } else if (MHD_get_timeout(server->daemon, &wait_ms) == MHD_YES) {
    uv_timer_start(&server->http_timer, on_http_timer, wait_ms, 0);
  } else {
    uv_timer_stop(&server->http_timer);
  }
  end_if_all_is_done(server);
}

static void on_http_timer(uv_timer_t *timer) { serve(timer->data); }

static void on_sockets(uv_poll_t *poll, int status, int events) {
  struct server *server = poll->data;
  (void)events;
  if (status < 0) {
    fprintf(stderr, "mcp_server_uv: the sockets cannot be watched: %s\n", uv_strerror(status));
    server->status = 1;
    stop(server);
    return;
  }
  serve(server);
}

static void on_outcomes(uv_async_t *async) {
  struct server *server = async->data;
  pthread_mutex_lock(&server->lock);
  struct request *request = server->decided;
  server->decided = NULL;
  pthread_mutex_unlock(&server->lock);
  while (request != NULL) {
    struct request *next = request->next;
    request->state = DECIDED;
    server->waiting--;
    expect_soon(request->connection, uv_now(&server->loop));
    MHD_resume_connection(request->connection);
    request = next;
  }
  serve(server);
}

static void on_tick(uv_timer_t *timer) {
  struct server *server = timer->data;
  const uint64_t now = uv_now(&server->loop), gap = now - server->last_tick;
  server->last_tick = now;
  server->ticks++;
  if (server->waiting > 0) server->ticks_while_waiting++;
  if (gap > server->longest_gap) server->longest_gap = gap;
  hang_up_on_slow_clients(&server->clients, now);
  serve(server); /* after connections have gone it looks for new ones only when it is run the next time */
}

static void on_signal(uv_signal_t *signal, int number) {
  (void)number;
  stop(signal->data);
}

/* Everything the loop watches. 0, or libuv's error; what was set up before it is closed by whoever called. */
static int watch(struct server *server, int sockets) {
  int failed = uv_poll_init(&server->loop, &server->sockets, sockets);
  if (failed == 0) failed = uv_async_init(&server->loop, &server->outcomes, on_outcomes);
  if (failed == 0) failed = uv_timer_init(&server->loop, &server->http_timer);
  if (failed == 0) failed = uv_timer_init(&server->loop, &server->tick);
  if (failed == 0) failed = uv_signal_init(&server->loop, &server->sigint);
  if (failed == 0) failed = uv_signal_init(&server->loop, &server->sigterm);
  server->sockets.data = server->outcomes.data = server->http_timer.data = server->tick.data = server;
  server->sigint.data = server->sigterm.data = server;
  server->last_tick = uv_now(&server->loop);
  if (failed == 0) failed = uv_poll_start(&server->sockets, UV_READABLE, on_sockets);
  if (failed == 0) failed = uv_timer_start(&server->tick, on_tick, TICK_MS, TICK_MS);
  if (failed == 0) failed = uv_timer_start(&server->http_timer, on_http_timer, 0, 0);
  if (failed == 0) failed = uv_signal_start(&server->sigint, on_signal, SIGINT);
  if (failed == 0) failed = uv_signal_start(&server->sigterm, on_signal, SIGTERM);
  return failed;
}

/* ---- the program --------------------------------------------------------------------------------------------------- */

/* libmicrohttpd without a thread of its own. NULL: it did not start. */
static struct MHD_Daemon *start_http(struct server *server, int listener) {
  return MHD_start_daemon(MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG, 0, NULL, NULL, handle, server,
                          MHD_OPTION_LISTEN_SOCKET, listener, MHD_OPTION_NOTIFY_COMPLETED, on_completed, server,
                          MHD_OPTION_NOTIFY_CONNECTION, on_connection, server, MHD_OPTION_CONNECTION_LIMIT,
                          (unsigned)MAX_CONNECTIONS, MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)MAX_HEAD_BYTES,
                          MHD_OPTION_END);
}

/* Serves until a signal. server->verifier is freed when this returns. */
static void run(struct server *server, int listener, const char *own_url) {
  const union MHD_DaemonInfo *epoll = NULL;
  server->status = 1;
  server->daemon = start_http(server, listener);
  if (server->daemon != NULL) epoll = MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_EPOLL_FD);
  const int failed = epoll != NULL ? watch(server, epoll->epoll_fd) : UV_EIO;
  if (failed == 0) {
    server->status = 0;
    printf("listening on %s\n", own_url);
    fflush(stdout);
  } else {
    fprintf(stderr, "mcp_server_uv: the HTTP server did not start: %s\n", uv_strerror(failed));
    mcpauth_verifier_free(server->verifier);
    server->verifier = NULL;
    server->closed = true;
    uv_walk(&server->loop, close_handle, NULL);
    if (server->daemon != NULL) MHD_stop_daemon(server->daemon);
  }
  uv_run(&server->loop, UV_RUN_DEFAULT);
}

int main(int argc, char **argv) {
  static struct server server = {.lock =
                                     PTHREAD_MUTEX_INITIALIZER}; /* the thread that woke the loop last may see it end */
  struct options options = {.program = "mcp_server_uv", .port = 8080, .timeout_seconds = 30};
  char own_url[64];
  if (!parse_options(argc, argv, &options, NULL)) {
    fprintf(stderr, "usage: mcp_server_uv " SERVER_OPTIONS);
    return 2;
  }
  signal(SIGPIPE, SIG_IGN); /* whoever reads the log may go */
  const int listener = listen_on_loopback(&options.port);
  if (listener < 0 || fcntl(listener, F_SETFL, O_NONBLOCK) != 0) {
    fprintf(stderr, "mcp_server_uv: cannot listen on 127.0.0.1:%" PRIu16 ": %s\n", options.port, strerror(errno));
    return 1;
  }
  snprintf(own_url, sizeof own_url, "http://127.0.0.1:%" PRIu16 "/mcp", options.port);
  server.clients.timeout_ms = options.timeout_seconds * UINT64_C(1000);
  server.verifier = make_verifier(&options, options.resource != NULL ? options.resource : own_url);
  const int failed = uv_loop_init(&server.loop);
  if (failed != 0) fprintf(stderr, "mcp_server_uv: there is no loop: %s\n", uv_strerror(failed));
  if (server.verifier == NULL || failed != 0) { /* why there is no verifier was said */
    mcpauth_verifier_free(server.verifier);
    if (failed == 0) uv_loop_close(&server.loop);
    close(listener);
    return 1;
  }
  run(&server, listener, own_url);
  if (uv_loop_close(&server.loop) != 0) server.status = 1; /* something is still open: a mistake of this program */
  fprintf(stderr,
          "the loop's timer ran %" PRIu64 " times, %" PRIu64
          " of them while a request waited for keys; "
          "longest gap %" PRIu64 " ms\n",
          server.ticks, server.ticks_while_waiting, server.longest_gap);
  return server.status;
}
