/*
 * mcp_server.c: an MCP server (Streamable HTTP) that lets in only requests with a good access token.
 *
 * It shows where the library goes in an HTTP server:
 *   1. mcpauth_well_known answers the metadata document that tells clients where to log in;
 *   2. mcpauth_authorize decides about every other request, and builds the answer to those it refuses;
 *   3. what is left is ordinary: two tools, `whoami` and `claims`, about the caller (see mcp_messages.h). Where a tool
 *      needs a scope (--tool-scope), mcpauth_authorize reads the request's body and asks for it.
 *
 * pkg-config: libmicrohttpd jansson
 * build:  cc -std=c11 mcp_server.c -o mcp_server -pthread $(pkg-config --cflags --libs mcpauth libmicrohttpd jansson)
 * usage:  mcp_server --issuer URL [--port N] [--resource URL] [--scope SCOPE]... [--jwks-uri URL] [--http-loopback]
 *                    [--tool-scope TOOL=SCOPE]... [--details]
 *
 *   --issuer URL      an authorization server whose tokens are accepted; may be given several times
 *   --port N          listen on 127.0.0.1:N; 8080 unless given, 0 picks a free one
 *   --resource URL    this server's public URL; http://127.0.0.1:PORT/mcp unless given
 *   --scope SCOPE     a scope every token must carry; may be given several times
 *   --tool-scope TOOL=SCOPE  a scope that calling this tool needs besides; may be given several times
 *   --jwks-uri URL    where the issuer's keys are; discovered from its metadata unless given
 *   --http-loopback   the issuer is on this machine and speaks http (development)
 *   --details         tell the client why it was refused (development)
 *
 * The line `listening on URL` on standard output says that it is ready. Refused requests are logged to standard error.
 * SIGTERM and SIGINT end it. Behind a reverse proxy that ends TLS, --resource is the URL that clients use.
 */
#define _POSIX_C_SOURCE 200809L
#include <getopt.h>
#include <inttypes.h>
#include <mcpauth.h>
#include <microhttpd.h>
#include <stdio.h>
#include <strings.h>

#include "loopback.h"
#include "mcp_messages.h"

enum { MAX_LIST = 16, MAX_FIELDS = 4, MAX_BODY_BYTES = 64 * 1024, MAX_DRAIN_BYTES = 1024 * 1024 };

struct options {
  uint16_t port;
  const char *resource, *jwks_uri;
  const char *issuers[MAX_LIST], *scopes[MAX_LIST];
  struct {
    const char *tool, *scope;
  } tool_scopes[MAX_LIST];
  size_t issuer_count, scope_count, tool_scope_count;
  bool http_loopback, details;
};

/* One HTTP request while its body arrives. received counts what was sent, which may be more than body holds. */
struct exchange {
  size_t received;
  char body[MAX_BODY_BYTES];
};

/* ---- the library's part: configuration -------------------------------------------------------------------------- */

/* The steps stop at the first failure, which the configuration keeps: mcpauth_verifier_new reports it. */
static mcpauth_verifier *make_verifier(const struct options *options, const char *resource) {
  mcpauth_config *config = NULL;
  mcpauth_verifier *verifier = NULL;
  mcpauth_error *err = NULL;
  bool ok = mcpauth_config_new(resource, &config) == MCPAUTH_OK;
  for (size_t i = 0; ok && i < options->issuer_count; i++) {
    mcpauth_issuer *issuer = NULL; /* belongs to config */
    ok = mcpauth_config_add_issuer(config, options->issuers[i], &issuer) == MCPAUTH_OK;
    if (ok && options->jwks_uri != NULL) ok = mcpauth_issuer_set_jwks_uri(issuer, options->jwks_uri) == MCPAUTH_OK;
    if (ok && options->http_loopback) ok = mcpauth_issuer_allow_http_on_loopback(issuer) == MCPAUTH_OK;
  }
  for (size_t i = 0; ok && i < options->scope_count; i++) {
    ok = mcpauth_config_add_required_scope(config, options->scopes[i]) == MCPAUTH_OK;
  }
  for (size_t i = 0; ok && i < options->tool_scope_count; i++) {
    ok = mcpauth_config_add_tool_scope(config, options->tool_scopes[i].tool, options->tool_scopes[i].scope) ==
         MCPAUTH_OK;
  }
  if (ok) ok = mcpauth_config_set_show_error_details(config, options->details) == MCPAUTH_OK;

  if (mcpauth_verifier_new(config, &verifier, &err) != MCPAUTH_OK) {
    fprintf(stderr, "mcp_server: %s\n", mcpauth_error_message(err).data);
  }
  mcpauth_error_free(err);
  mcpauth_config_free(config);
  return verifier;
}

/* ---- answers ---------------------------------------------------------------------------------------------------- */

/* Takes response over. headers: name, value, name, value, ..., NULL. */
static enum MHD_Result send_response(struct MHD_Connection *connection, unsigned status, struct MHD_Response *response,
                                     const char *const *headers) {
  enum MHD_Result sent = response != NULL ? MHD_YES : MHD_NO; /* MHD_NO closes the connection */
  for (; sent == MHD_YES && headers[0] != NULL; headers += 2) {
    sent = MHD_add_response_header(response, headers[0], headers[1]);
  }
  if (sent == MHD_YES) sent = MHD_queue_response(connection, status, response);
  if (response != NULL) MHD_destroy_response(response);
  return sent;
}

/* Without a body, and with at most one header field of its own. Browsers may read every answer: see allow_browser. */
static enum MHD_Result send_empty(struct MHD_Connection *connection, unsigned status, const char *name,
                                  const char *value) {
  const char *const headers[] = {"Access-Control-Allow-Origin", "*", name, value, NULL};
  return send_response(connection, status, MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT), headers);
}

static enum MHD_Result send_json(struct MHD_Connection *connection, unsigned status, const json_t *json) {
  static const char *const headers[] = {"Content-Type", "application/json", "Cache-Control", "no-store",
                                        "Access-Control-Allow-Origin", "*", NULL};
  char *text = json_dumps(json, JSON_COMPACT);
  if (text == NULL) return send_empty(connection, 500, NULL, NULL);
  return send_response(connection, status,
                       MHD_create_response_from_buffer(strlen(text), text, MHD_RESPMEM_MUST_FREE), headers);
}

/* What the library answers: its status, all of its header fields, its body. */
static enum MHD_Result send_mcpauth(struct MHD_Connection *connection, const mcpauth_response *answer) {
  const mcpauth_str body = mcpauth_response_body(answer);
  const size_t count = mcpauth_response_header_count(answer);
  struct MHD_Response *response =
      MHD_create_response_from_buffer(body.len, (void *)body.data, MHD_RESPMEM_MUST_COPY);
  static const char *const none[] = {NULL};
  for (size_t i = 0; response != NULL && i < count; i++) {
    if (MHD_add_response_header(response, mcpauth_response_header_name(answer, i).data,
                                mcpauth_response_header_value(answer, i).data) != MHD_YES) {
      MHD_destroy_response(response);
      response = NULL;
    }
  }
  return send_response(connection, (unsigned)mcpauth_response_status(answer), response, none);
}

/*
 * A browser asks before it sends a token to another origin (CORS preflight). That question carries no token and is
 * answered by the server, not by the library. `*` does not include Authorization: it must be named. Any origin may
 * call, because no cookie and no address lets anybody in: each request has to bring its own token.
 */
static enum MHD_Result allow_browser(struct MHD_Connection *connection) {
  static const char *const headers[] = {
      "Access-Control-Allow-Origin", "*", "Access-Control-Allow-Methods", "POST, OPTIONS",
      "Access-Control-Allow-Headers", "Authorization, Content-Type, Mcp-Protocol-Version, Mcp-Method, Mcp-Name",
      "Access-Control-Max-Age", "600", NULL};
  return send_response(connection, 204, MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT), headers);
}

/* ---- the library's part: a request ------------------------------------------------------------------------------ */

/* All header fields of one name. Two Authorization fields are an attack or a bug, so the library has to see both: a
 * lookup that returns the first would hide the second. Past MAX_FIELDS they are refused just the same. */
struct fields {
  const char *name;
  mcpauth_str values[MAX_FIELDS];
  size_t count;
};

static enum MHD_Result collect(void *userdata, enum MHD_ValueKind kind, const char *name, size_t name_len,
                               const char *value, size_t value_len) {
  struct fields *fields = userdata;
  (void)kind;
  if (fields->count < MAX_FIELDS && name_len == strlen(fields->name) && strcasecmp(name, fields->name) == 0) {
    fields->values[fields->count++] = (mcpauth_str){value != NULL ? value : "", value_len};
  }
  return MHD_YES;
}

static const char *header(struct MHD_Connection *connection, const char *name) {
  return MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name);
}

static mcpauth_str text(const char *text) { return (mcpauth_str){text, text != NULL ? strlen(text) : 0}; }

/* Who sends this request. NULL: it was refused, and *answered says whether the refusal could be sent. */
static mcpauth_authinfo *authorize(const mcpauth_verifier *verifier, struct MHD_Connection *connection,
                                   const char *method, const struct exchange *exchange, enum MHD_Result *answered) {
  struct fields authorization = {.name = MHD_HTTP_HEADER_AUTHORIZATION};
  mcpauth_request request = MCPAUTH_REQUEST_INIT;
  mcpauth_authinfo *caller = NULL;
  mcpauth_response *denial = NULL;

  MHD_get_connection_values_n(connection, MHD_HEADER_KIND, collect, &authorization);
  request.authorization = authorization.values;
  request.authorization_count = authorization.count;
  request.method = text(method);
  request.mcp_method = text(header(connection, "Mcp-Method"));
  request.mcp_name = text(header(connection, "Mcp-Name"));
  if (exchange->received <= MAX_BODY_BYTES) request.body = (mcpauth_str){exchange->body, exchange->received};

  const mcpauth_result result = mcpauth_authorize(verifier, &request, &caller, &denial);
  if (result != MCPAUTH_OK) { /* decide by the result, send the denial */
    fprintf(stderr, "refused: %d %s: %s\n", mcpauth_response_status(denial), mcpauth_result_name(result),
            mcpauth_error_message(mcpauth_response_error(denial)).data);
    *answered = send_mcpauth(connection, denial);
  }
  mcpauth_response_free(denial);
  return caller;
}

static enum MHD_Result answer_post(struct MHD_Connection *connection, const struct exchange *exchange,
                                   const struct mcp_caller *caller) {
  const struct mcp_headers headers = {header(connection, "Mcp-Protocol-Version"), header(connection, "Mcp-Method"),
                                      header(connection, "Mcp-Name")};
  unsigned status = 500;
  json_t *answer = mcp_answer(exchange->body, exchange->received, &headers, caller, &status);
  enum MHD_Result sent;
  if (answer != NULL) {
    sent = send_json(connection, status, answer);
  } else {
    sent = send_empty(connection, status == 202 ? 202 : 500, NULL, NULL);
  }
  json_decref(answer);
  return sent;
}

/* A request whose body has arrived. The order matters: nothing but metadata and preflights is answered before the token
 * was looked at, not even what would be a 405 or a 413. */
static enum MHD_Result answer(const mcpauth_verifier *verifier, struct MHD_Connection *connection, const char *path,
                              const char *method, const struct exchange *exchange) {
  mcpauth_response *metadata = NULL;
  enum MHD_Result sent = MHD_NO;
  if (mcpauth_well_known(verifier, method, strlen(method), path, strlen(path), &metadata) != MCPAUTH_OK) {
    return send_empty(connection, 500, NULL, NULL);
  }
  if (metadata != NULL) {
    sent = send_mcpauth(connection, metadata);
    mcpauth_response_free(metadata);
    return sent;
  }
  if (strcmp(path, "/mcp") != 0) return send_empty(connection, 404, NULL, NULL);
  if (strcmp(method, MHD_HTTP_METHOD_OPTIONS) == 0) return allow_browser(connection);

  mcpauth_authinfo *caller = authorize(verifier, connection, method, exchange, &sent);
  if (caller == NULL) return sent;
  if (strcmp(method, MHD_HTTP_METHOD_POST) != 0) { /* no session to delete, no stream to open */
    sent = send_empty(connection, 405, "Allow", "POST, OPTIONS");
  } else if (exchange->received > MAX_BODY_BYTES) {
    sent = send_empty(connection, 413, NULL, NULL);
  } else {
    sent = answer_post(connection, exchange, &(struct mcp_caller){verifier, caller});
  }
  mcpauth_authinfo_free(caller);
  return sent;
}

/* ---- the HTTP server's callbacks -------------------------------------------------------------------------------- */

/* Called once when the header has arrived, for each piece of the body, and once at the end. Each connection has its own
 * thread, so a request that waits for a key fetch holds up no other. */
static enum MHD_Result handle(void *verifier, struct MHD_Connection *connection, const char *path, const char *method,
                              const char *version, const char *data, size_t *data_len, void **state) {
  struct exchange *exchange = *state;
  (void)version;
  if (exchange == NULL) {
    *state = calloc(1, sizeof *exchange);
    return *state != NULL ? MHD_YES : MHD_NO;
  }
  if (*data_len > 0) { /* a body that is too long is read to its end, within reason, so that the client gets its 413 */
    if (*data_len <= MAX_BODY_BYTES && exchange->received <= MAX_BODY_BYTES - *data_len) {
      memcpy(exchange->body + exchange->received, data, *data_len);
    }
    exchange->received += *data_len;
    *data_len = 0;
    return exchange->received <= MAX_DRAIN_BYTES ? MHD_YES : MHD_NO;
  }
  return answer(verifier, connection, path, method, exchange);
}

static void forget(void *userdata, struct MHD_Connection *connection, void **state,
                   enum MHD_RequestTerminationCode why) {
  (void)userdata, (void)connection, (void)why;
  free(*state);
}

/* ---- the program ------------------------------------------------------------------------------------------------ */

static bool add(const char **list, size_t *count, const char *value) {
  if (*count == MAX_LIST) return false;
  list[(*count)++] = value;
  return true;
}

/* TOOL=SCOPE, which is taken apart in place. */
static bool add_tool_scope(struct options *options, char *rule) {
  char *equals = strchr(rule, '=');
  if (equals == NULL || options->tool_scope_count == MAX_LIST) return false;
  *equals = '\0';
  options->tool_scopes[options->tool_scope_count].tool = rule;
  options->tool_scopes[options->tool_scope_count++].scope = equals + 1;
  return true;
}

static bool parse_options(int argc, char **argv, struct options *options) {
  static const struct option known[] = {
      {"port", required_argument, NULL, 'p'},     {"resource", required_argument, NULL, 'r'},
      {"issuer", required_argument, NULL, 'i'},   {"scope", required_argument, NULL, 's'},
      {"jwks-uri", required_argument, NULL, 'j'}, {"tool-scope", required_argument, NULL, 't'},
      {"http-loopback", no_argument, NULL, 'l'},  {"details", no_argument, NULL, 'd'},
      {NULL, 0, NULL, 0}};
  for (int option; (option = getopt_long(argc, argv, "", known, NULL)) != -1;) {
    bool fits = true;
    switch (option) {
      case 'p': fits = parse_port(optarg, &options->port) == 0; break;
      case 'r': options->resource = optarg; break;
      case 'i': fits = add(options->issuers, &options->issuer_count, optarg); break;
      case 's': fits = add(options->scopes, &options->scope_count, optarg); break;
      case 'j': options->jwks_uri = optarg; break;
      case 't': fits = add_tool_scope(options, optarg); break;
      case 'l': options->http_loopback = true; break;
      case 'd': options->details = true; break;
      default: fits = false;
    }
    if (!fits) return false;
  }
  return optind == argc && options->issuer_count > 0;
}

int main(int argc, char **argv) {
  struct options options = {.port = 8080};
  char own_url[64];
  sigset_t stop;
  if (!parse_options(argc, argv, &options)) {
    fprintf(stderr, "usage: mcp_server --issuer URL [--port N] [--resource URL] [--scope SCOPE]... [--jwks-uri URL] "
                    "[--http-loopback] [--tool-scope TOOL=SCOPE]... [--details]\n");
    return 2;
  }
  const int listener = listen_on_loopback(&options.port);
  if (listener < 0) {
    fprintf(stderr, "mcp_server: cannot listen on 127.0.0.1:%" PRIu16 ": %s\n", options.port, strerror(errno));
    return 1;
  }
  snprintf(own_url, sizeof own_url, "http://127.0.0.1:%" PRIu16 "/mcp", options.port);

  mcpauth_verifier *verifier = make_verifier(&options, options.resource != NULL ? options.resource : own_url);
  if (verifier == NULL) {
    close(listener);
    return 1;
  }
  block_stop_signals(&stop);
  struct MHD_Daemon *daemon = MHD_start_daemon(
      MHD_USE_AUTO_INTERNAL_THREAD | MHD_USE_THREAD_PER_CONNECTION | MHD_USE_ERROR_LOG, 0, NULL, NULL, handle, verifier,
      MHD_OPTION_LISTEN_SOCKET, listener, MHD_OPTION_NOTIFY_COMPLETED, forget, NULL, MHD_OPTION_CONNECTION_LIMIT, 64u,
      MHD_OPTION_CONNECTION_TIMEOUT, 30u, MHD_OPTION_END);
  if (daemon == NULL) {
    fprintf(stderr, "mcp_server: the HTTP server did not start\n");
    mcpauth_verifier_free(verifier);
    return 1;
  }
  printf("listening on %s\n", own_url);
  fflush(stdout);
  wait_for_stop(&stop);
  MHD_stop_daemon(daemon); /* waits for the requests under way: they use the verifier */
  mcpauth_verifier_free(verifier);
  return 0;
}
