/*
 * mcp_http.h: the HTTP side that the two example MCP servers share: how a request of libmicrohttpd is shown to the
 * library, and how what the library answers is sent. The servers differ in how they wait, not in what they answer.
 */
#ifndef MCP_HTTP_H
#define MCP_HTTP_H

#include <mcpauth.h>
#include <microhttpd.h>
#include <stdio.h>
#include <strings.h>

#include "mcp_messages.h"

enum { MAX_FIELDS = 4, MAX_BODY_BYTES = 64 * 1024, MAX_DRAIN_BYTES = 1024 * 1024 };

/* One HTTP request while its body arrives. received counts what was sent, which may be more than body holds. */
struct exchange {
  size_t received;
  char body[MAX_BODY_BYTES];
};

/* A piece of the body. A body that is too long is read to its end, within reason, so that the client gets its 413. */
static enum MHD_Result take_body(struct exchange *exchange, const char *data, size_t *data_len) {
  if (*data_len <= MAX_BODY_BYTES && exchange->received <= MAX_BODY_BYTES - *data_len) {
    memcpy(exchange->body + exchange->received, data, *data_len);
  }
  exchange->received += *data_len;
  *data_len = 0;
  return exchange->received <= MAX_DRAIN_BYTES ? MHD_YES : MHD_NO;
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
  static const char *const headers[] = {
      "Content-Type", "application/json", "Cache-Control", "no-store", "Access-Control-Allow-Origin", "*", NULL};
  char *text = json_dumps(json, JSON_COMPACT);
  if (text == NULL) return send_empty(connection, 500, NULL, NULL);
  return send_response(connection, status, MHD_create_response_from_buffer(strlen(text), text, MHD_RESPMEM_MUST_FREE),
                       headers);
}

/* What the library answers: its status, all of its header fields, its body. */
static enum MHD_Result send_mcpauth(struct MHD_Connection *connection, const mcpauth_response *answer) {
  const mcpauth_str body = mcpauth_response_body(answer);
  const size_t count = mcpauth_response_header_count(answer);
  struct MHD_Response *response = MHD_create_response_from_buffer(body.len, (void *)body.data, MHD_RESPMEM_MUST_COPY);
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

/* The refusal of a request, which is logged. Decide by the result, send the denial. */
static enum MHD_Result send_denial(struct MHD_Connection *connection, mcpauth_result result,
                                   const mcpauth_response *denial) {
  fprintf(stderr, "refused: %d %s: %s\n", mcpauth_response_status(denial), mcpauth_result_name(result),
          mcpauth_error_message(mcpauth_response_error(denial)).data);
  return send_mcpauth(connection, denial);
}

/*
 * A browser asks before it sends a token to another origin (CORS preflight). That question carries no token and is
 * answered by the server, not by the library. `*` does not include Authorization: it must be named. Any origin may
 * call, because no cookie and no address lets anybody in: each request has to bring its own token.
 */
static enum MHD_Result allow_browser(struct MHD_Connection *connection) {
  static const char *const headers[] = {"Access-Control-Allow-Origin",
                                        "*",
                                        "Access-Control-Allow-Methods",
                                        "POST, OPTIONS",
                                        "Access-Control-Allow-Headers",
                                        "Authorization, Content-Type, Mcp-Protocol-Version, Mcp-Method, Mcp-Name",
                                        "Access-Control-Max-Age",
                                        "600",
                                        NULL};
  return send_response(connection, 204, MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT), headers);
}

/* ---- a request, as the library wants to see it ------------------------------------------------------------------- */

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

/* The request, which borrows from the connection, the exchange and authorization. */
static mcpauth_request read_request(struct MHD_Connection *connection, const char *method,
                                    const struct exchange *exchange, struct fields *authorization) {
  mcpauth_request request = MCPAUTH_REQUEST_INIT;
  *authorization = (struct fields){.name = MHD_HTTP_HEADER_AUTHORIZATION};
  MHD_get_connection_values_n(connection, MHD_HEADER_KIND, collect, authorization);
  request.authorization = authorization->values;
  request.authorization_count = authorization->count;
  request.method = text(method);
  request.mcp_method = text(header(connection, "Mcp-Method"));
  request.mcp_name = text(header(connection, "Mcp-Name"));
  if (exchange->received <= MAX_BODY_BYTES) request.body = (mcpauth_str){exchange->body, exchange->received};
  return request;
}

/* ---- what is answered before, and what after the token was looked at ---------------------------------------------- */

/* Whether this was answered without a token: the metadata, a preflight, and paths where nothing is. The order matters:
 * nothing else is answered before the token was looked at, not even what would be a 405 or a 413. */
static bool answer_anybody(const mcpauth_verifier *verifier, struct MHD_Connection *connection, const char *path,
                           const char *method, enum MHD_Result *sent) {
  mcpauth_response *metadata = NULL;
  if (mcpauth_well_known(verifier, method, strlen(method), path, strlen(path), &metadata) != MCPAUTH_OK) {
    *sent = send_empty(connection, 500, NULL, NULL);
  } else if (metadata != NULL) {
    *sent = send_mcpauth(connection, metadata);
    mcpauth_response_free(metadata);
  } else if (strcmp(path, "/mcp") != 0) {
    *sent = send_empty(connection, 404, NULL, NULL);
  } else if (strcmp(method, MHD_HTTP_METHOD_OPTIONS) == 0) {
    *sent = allow_browser(connection);
  } else {
    return false;
  }
  return true;
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

/* The answer to somebody who was let in. */
static enum MHD_Result answer_caller(struct MHD_Connection *connection, const char *method,
                                     const struct exchange *exchange, const struct mcp_caller *caller) {
  if (strcmp(method, MHD_HTTP_METHOD_POST) != 0) { /* no session to delete, no stream to open */
    return send_empty(connection, 405, "Allow", "POST, OPTIONS");
  }
  if (exchange->received > MAX_BODY_BYTES) return send_empty(connection, 413, NULL, NULL);
  return answer_post(connection, exchange, caller);
}

#endif
