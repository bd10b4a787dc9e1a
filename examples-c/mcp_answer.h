/*
 * mcp_answer.h: the answer of the example MCP servers to somebody who was let in. (What others get is mcp_http.h's.)
 */
#ifndef MCP_ANSWER_H
#define MCP_ANSWER_H

#include "mcp_http.h"
#include "mcp_messages.h"

/* The message in the body. fields: what lets a browser read the answer. */
static enum MHD_Result answer_post(struct MHD_Connection *connection, const struct exchange *exchange,
                                   const struct mcp_caller *caller, const mcpauth_response *fields) {
  const char *revision = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "Mcp-Protocol-Version");
  unsigned status = 500;
  json_t *answer = mcp_answer(exchange->body, exchange->received, revision, caller, &status);
  char *text = answer != NULL ? json_dumps(answer, JSON_COMPACT) : NULL;
  json_decref(answer);
  if (text == NULL) return send_empty(connection, status == 202 ? 202 : 500, NULL, NULL, fields);
  struct MHD_Response *response = MHD_create_response_from_buffer(strlen(text), text, MHD_RESPMEM_MUST_FREE);
  if (response != NULL) {
    MHD_add_response_header(response, "Content-Type", "application/json");
    MHD_add_response_header(response, "Cache-Control", "no-store");
  }
  return send_with(connection, status, response, fields);
}

static enum MHD_Result answer_caller(struct MHD_Connection *connection, const mcpauth_request *request,
                                     const struct exchange *exchange, const struct mcp_caller *caller) {
  mcpauth_response *fields = NULL;
  enum MHD_Result sent;
  mcpauth_cross_origin_headers(caller->verifier, request, &fields);
  if (strcmp(request->path.data, "/mcp") != 0) {
    sent = send_empty(connection, 404, NULL, NULL, fields);
  } else if (strcmp(request->method.data, MHD_HTTP_METHOD_POST) != 0) { /* no session to delete, no stream to open */
    sent = send_empty(connection, 405, "Allow", "POST, OPTIONS", fields);
  } else {
    sent = answer_post(connection, exchange, caller, fields);
  }
  mcpauth_response_free(fields);
  return sent;
}

#endif
