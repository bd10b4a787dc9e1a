/*
 * mcpauth-authz: lets nginx protect an MCP server that knows nothing of authorization, by its auth_request. docs/nginx.md
 * has the nginx.conf and the settings file.
 *
 * nginx asks twice. For each request GET /check, with the header as the client sent it and method and target in
 * X-Original-Method and X-Original-URI: 204 lets it in, with who the caller is in header fields; all else does not. What
 * was not let in nginx sends here again as it came, without its body, and passes the answer on: a challenge, a metadata
 * document, the answer to a browser's preflight. That answer never lets anybody in.
 *
 * pkg-config: libmicrohttpd
 * usage:  mcpauth-authz [--test] FILE    --test reads the settings, says what is wrong with them, and ends
 *
 * The line `listening on ...` says that it is ready. SIGTERM and SIGINT end it.
 */
#define _POSIX_C_SOURCE 200809L
#include <stdio.h>

#include "../loopback.h"
#include "authz.h"

/* Called once when the header has arrived, for each piece of a body, which nginx does not send, and once at the end. Each
 * connection has its own thread, so a request that waits for a key fetch holds up no other. */
static enum MHD_Result handle(void *authorizer, struct MHD_Connection *connection, const char *path, const char *method,
                              const char *version, const char *data, size_t *data_len, void **state) {
  static int begun;
  (void)version, (void)data;
  if (*state == NULL) {
    *state = &begun;
    return MHD_YES;
  }
  if (*data_len > 0) {
    *data_len = 0;
    return MHD_YES;
  }
  return answer(authorizer, connection, method, path);
}

static int serve(const struct settings *settings, const mcpauth_verifier *verifier) {
  struct authorizer authorizer = {settings, verifier};
  char name[160];
  sigset_t stop;
  const int listener = open_listener(settings->listen, name, sizeof name);
  if (listener < 0) return 1;
  block_stop_signals(&stop);
  struct MHD_Daemon *daemon =
      MHD_start_daemon(MHD_USE_AUTO_INTERNAL_THREAD | MHD_USE_THREAD_PER_CONNECTION | MHD_USE_ERROR_LOG, 0, NULL, NULL,
                       handle, &authorizer, MHD_OPTION_LISTEN_SOCKET, listener, MHD_OPTION_CONNECTION_LIMIT, 256u,
                       MHD_OPTION_CONNECTION_TIMEOUT, 60u, MHD_OPTION_END);
  if (daemon == NULL) {
    fprintf(stderr, "mcpauth-authz: the HTTP server did not start\n");
    close(listener);
    return 1;
  }
  printf("listening on %s\n", name);
  fflush(stdout);
  wait_for_stop(&stop);
  MHD_stop_daemon(daemon); /* waits for the requests under way: they use the verifier */
  return 0;
}

int main(int argc, char **argv) {
  const bool is_test = argc == 3 && strcmp(argv[1], "--test") == 0;
  struct settings settings = {0};
  mcpauth_verifier *verifier = NULL;
  mcpauth_error *err = NULL;
  int status = 1;
  if (argc != 2 && !is_test) {
    fprintf(stderr, "usage: mcpauth-authz [--test] FILE\n");
    return 2;
  }
  if (read_settings(argv[argc - 1], &settings)) {
    if (mcpauth_verifier_new(settings.config, &verifier, &err) != MCPAUTH_OK)
      fprintf(stderr, "mcpauth-authz: %s: %s\n", argv[argc - 1], mcpauth_error_message(err).data);
    else if (is_test)
      status = 0;
    else
      status = serve(&settings, verifier);
  }
  mcpauth_error_free(err);
  mcpauth_verifier_free(verifier);
  forget_settings(&settings);
  return status;
}
