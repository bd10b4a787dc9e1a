/*
 * event_stream.c: a stream that ends when its token does.
 *
 * A token is judged when a request comes; a stream of Server-Sent Events may go on for hours after that. So each event is
 * sent only while its caller would still be let in. mcpauth_authinfo_expires_at says when the token ends: the stream ends in
 * that second. mcpauth_authinfo_check judges the caller again by the rules of now: a server that makes a new verifier when
 * its configuration changes asks that one. The client comes back with a new token; MCP allows to close a stream any time.
 *
 * pkg-config: libmicrohttpd
 * build:  cc -std=c11 event_stream.c -o event_stream -pthread $(pkg-config --cflags --libs mcpauth libmicrohttpd)
 * usage:  event_stream --issuer URL [OPTION]...    the options are those of server_options.h; GET /mcp is the stream
 */
#define _POSIX_C_SOURCE 200809L
#include <inttypes.h>
#include <time.h>

#include "mcp_http.h"
#include "server_options.h"

struct stream {
  const mcpauth_verifier *verifier;
  mcpauth_authinfo *caller; /* its own reference: it outlives the request it came from */
  unsigned sent;
};

/* Without the leeway for clocks that differ, which is for tokens that come in. */
static bool may_go_on(const struct stream *stream) {
  const int64_t end = mcpauth_authinfo_expires_at(stream->caller);
  return (end == 0 || time(NULL) < end) && mcpauth_authinfo_check(stream->verifier, stream->caller, NULL) == MCPAUTH_OK;
}

/* libmicrohttpd asks for more whenever the client took what there was: an event a second, on the connection's thread. */
static ssize_t next_event(void *state, uint64_t position, char *buffer, size_t size) {
  struct stream *stream = state;
  (void)position;
  if (stream->sent > 0) nanosleep(&(struct timespec){1, 0}, NULL);
  if (!may_go_on(stream)) return MHD_CONTENT_READER_END_OF_STREAM;
  const int length = snprintf(buffer, size,
                              "data: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\","
                              "\"params\":{\"level\":\"info\",\"data\":\"tick %u\"}}\n\n",
                              ++stream->sent);
  return length > 0 && (size_t)length < size ? length : MHD_CONTENT_READER_END_WITH_ERROR;
}

static void end_stream(void *state) {
  mcpauth_authinfo_free(((struct stream *)state)->caller);
  free(state);
}

static enum MHD_Result open_stream(struct MHD_Connection *connection, const mcpauth_verifier *verifier,
                                   const mcpauth_authinfo *caller, const mcpauth_response *fields) {
  struct stream *stream = calloc(1, sizeof *stream);
  struct MHD_Response *response = NULL;
  if (stream == NULL) return MHD_NO;
  stream->verifier = verifier;
  if (mcpauth_authinfo_retain(caller, &stream->caller) == MCPAUTH_OK)
    response = MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, 1024, next_event, stream, end_stream);
  if (response != NULL) {
    MHD_add_response_header(response, "Content-Type", "text/event-stream");
    MHD_add_response_header(response, "Cache-Control", "no-store");
  } else {
    end_stream(stream);
  }
  return send_with(connection, MHD_HTTP_OK, response, fields);
}

static enum MHD_Result handle(void *verifier, struct MHD_Connection *connection, const char *path, const char *method,
                              const char *version, const char *data, size_t *data_len, void **state) {
  (void)version;
  if (*state == NULL) return (*state = calloc(1, sizeof(struct exchange))) != NULL ? MHD_YES : MHD_NO;
  if (*data_len > 0) return take_body(*state, data, data_len);
  const mcpauth_request request = read_request(connection, method, path, *state);
  mcpauth_authinfo *caller = NULL;
  mcpauth_response *response = NULL;
  const mcpauth_result result = mcpauth_handle(verifier, &request, &caller, &response);
  enum MHD_Result sent;
  if (result == MCPAUTH_OK) mcpauth_cross_origin_headers(verifier, &request, &response);
  if (result != MCPAUTH_OK)
    sent = send_mcpauth(connection, path, result, response);
  else if (strcmp(path, "/mcp") == 0 && strcmp(method, MHD_HTTP_METHOD_GET) == 0)
    sent = open_stream(connection, verifier, caller, response);
  else
    sent = send_empty(connection, MHD_HTTP_METHOD_NOT_ALLOWED, "Allow", "GET, OPTIONS", response);
  mcpauth_authinfo_free(caller);
  mcpauth_response_free(response);
  return sent;
}

static void forget(void *userdata, struct MHD_Connection *connection, void **state,
                   enum MHD_RequestTerminationCode why) {
  (void)userdata, (void)connection, (void)why;
  free(*state);
}

int main(int argc, char **argv) {
  struct options options = {.program = "event_stream", .port = 8080, .timeout_seconds = 30};
  char own_url[64];
  sigset_t stop;
  const int listener = parse_options(argc, argv, &options, NULL) ? listen_on_loopback(&options.port) : -1;
  if (listener < 0) fprintf(stderr, "usage: event_stream " SERVER_OPTIONS "       (on a port that is free)\n");
  if (listener < 0) return 2;
  snprintf(own_url, sizeof own_url, "http://127.0.0.1:%" PRIu16 "/mcp", options.port);
  mcpauth_verifier *verifier = make_verifier(&options, options.resource != NULL ? options.resource : own_url);
  if (verifier == NULL) return 1; /* why was said */
  block_stop_signals(&stop);
  struct MHD_Daemon *daemon = MHD_start_daemon(
      MHD_USE_AUTO_INTERNAL_THREAD | MHD_USE_THREAD_PER_CONNECTION | MHD_USE_ERROR_LOG, 0, NULL, NULL, handle, verifier,
      MHD_OPTION_LISTEN_SOCKET, listener, MHD_OPTION_NOTIFY_COMPLETED, forget, NULL, MHD_OPTION_CONNECTION_LIMIT, 64u,
      MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)options.timeout_seconds, MHD_OPTION_END);
  if (daemon != NULL) {
    printf("listening on %s\n", own_url);
    fflush(stdout);
    wait_for_stop(&stop);
    MHD_stop_daemon(daemon); /* waits for the streams: they use the verifier */
  }
  mcpauth_verifier_free(verifier);
  return daemon != NULL ? 0 : 1;
}
