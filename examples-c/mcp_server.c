/*
 * mcp_server.c: an MCP server (Streamable HTTP) that lets in only requests with a good access token. Each connection has
 * its own thread; mcp_server_uv.c is the same server on an event loop.
 *
 * It shows where the library goes in an HTTP server: mcpauth_handle gets each request as it came, and says "go on, this is
 * the caller" or "send this and stop". What is left is ordinary: two tools about the caller (see mcp_messages.h). Where a
 * tool needs a scope (--tool-scope), mcpauth_handle reads the request's body and asks for it.
 *
 * pkg-config: libmicrohttpd jansson
 * build:  cc -std=c11 mcp_server.c -o mcp_server -pthread $(pkg-config --cflags --libs mcpauth libmicrohttpd jansson)
 * usage:  mcp_server --issuer URL [OPTION]...    the options are those of server_options.h and server_reports.h
 *
 * The line `listening on URL` says that it is ready. Refused requests are logged to standard error, and at the end how many
 * of each kind there were. SIGTERM and SIGINT end it. Behind a proxy that ends TLS, --resource is the URL clients use.
 */
#define _POSIX_C_SOURCE 200809L
#include "mcp_answer.h"
#include "server_reports.h"

/* A request whose body has arrived. */
static enum MHD_Result answer(const mcpauth_verifier *verifier, struct MHD_Connection *connection, const char *path,
                              const char *method, struct exchange *exchange) {
  const mcpauth_request request = read_request(connection, method, path, exchange);
  mcpauth_authinfo *caller = NULL;
  mcpauth_response *response = NULL;
  if (exchange->field_count > MAX_FIELDS) return send_empty(connection, 431, NULL, NULL, NULL); /* two tokens, maybe */
  const mcpauth_result result = mcpauth_handle(verifier, &request, &caller, &response);
  const bool too_long = result == MCPAUTH_ERR_INVALID_REQUEST && exchange->received > MAX_BODY_BYTES;
  const enum MHD_Result sent =
      too_long               ? send_empty(connection, 413, NULL, NULL, NULL)
      : result == MCPAUTH_OK ? answer_caller(connection, &request, exchange, &(struct mcp_caller){verifier, caller})
                             : send_mcpauth(connection, path, result, response);
  mcpauth_response_free(response);
  mcpauth_authinfo_free(caller);
  return sent;
}

/* Called once when the header has arrived, for each piece of the body, and once at the end. Each connection has its own
 * thread, so a request that waits for a key fetch holds up no other. */
static enum MHD_Result handle(void *verifier, struct MHD_Connection *connection, const char *path, const char *method,
                              const char *version, const char *data, size_t *data_len, void **state) {
  (void)version;
  if (*state == NULL) return (*state = calloc(1, sizeof(struct exchange))) != NULL ? MHD_YES : MHD_NO;
  if (*data_len > 0) return take_body(*state, data, data_len);
  return answer(verifier, connection, path, method, *state);
}

static void forget(void *userdata, struct MHD_Connection *connection, void **state,
                   enum MHD_RequestTerminationCode why) {
  (void)userdata, (void)connection, (void)why;
  free(*state);
}

int main(int argc, char **argv) {
  struct options options = {.program = "mcp_server", .port = 8080, .timeout_seconds = 30};
  char own_url[64];
  sigset_t stop;
  if (!parse_options(argc, argv, &options, take_report_option)) {
    fprintf(stderr, "usage: mcp_server " SERVER_OPTIONS "       [--log LEVEL] [--prefetch]\n");
    return 2;
  }
  const int listener = listen_on_loopback(&options.port);
  if (listener < 0) {
    fprintf(stderr, "mcp_server: cannot listen on 127.0.0.1:%" PRIu16 ": %s\n", options.port, strerror(errno));
    return 1;
  }
  snprintf(own_url, sizeof own_url, "http://127.0.0.1:%" PRIu16 "/mcp", options.port);
  mcpauth_verifier *verifier = make_verifier(&options, options.resource != NULL ? options.resource : own_url);
  if (verifier == NULL) return 1; /* why was said */
  block_stop_signals(&stop);
  prefetch(verifier);
  struct MHD_Daemon *daemon = MHD_start_daemon(
      MHD_USE_AUTO_INTERNAL_THREAD | MHD_USE_THREAD_PER_CONNECTION | MHD_USE_ERROR_LOG, 0, NULL, NULL, handle, verifier,
      MHD_OPTION_LISTEN_SOCKET, listener, MHD_OPTION_NOTIFY_COMPLETED, forget, NULL, MHD_OPTION_CONNECTION_LIMIT, 64u,
      MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)options.timeout_seconds, MHD_OPTION_END);
  if (daemon != NULL) {
    printf("listening on %s\n", own_url);
    fflush(stdout);
    wait_for_stop(&stop);
    MHD_stop_daemon(daemon); /* waits for the requests under way: they use the verifier */
    report_counters(verifier);
  } else {
    fprintf(stderr, "mcp_server: the HTTP server did not start\n");
  }
  mcpauth_verifier_free(verifier);
  return daemon != NULL ? 0 : 1;
}
