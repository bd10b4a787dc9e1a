/*
 * mcp_http.h: the HTTP side that the two example MCP servers share: how a request of libmicrohttpd is shown to the
 * library, and how answers are sent. The servers differ in how they wait, not in what they answer.
 */
#ifndef MCP_HTTP_H
#define MCP_HTTP_H

#include <mcpauth.h>
#include <microhttpd.h>
#include <stdio.h>
#include <string.h>

enum { MAX_FIELDS = 64, MAX_BODY_BYTES = 64 * 1024, MAX_DRAIN_BYTES = 1024 * 1024 };

/* One HTTP request while its body arrives. The counts are of what was sent, which may be more than is kept. */
struct exchange {
  size_t received, field_count;
  mcpauth_header fields[MAX_FIELDS];
  char body[MAX_BODY_BYTES];
};

/* A piece of the body. One that is too long is read to its end, within reason, so that the client gets its 413. */
static inline enum MHD_Result take_body(struct exchange *exchange, const char *data, size_t *data_len) {
  if (*data_len <= MAX_BODY_BYTES && exchange->received <= MAX_BODY_BYTES - *data_len)
    memcpy(exchange->body + exchange->received, data, *data_len);
  exchange->received += *data_len;
  *data_len = 0;
  return exchange->received <= MAX_DRAIN_BYTES ? MHD_YES : MHD_NO;
}

static inline enum MHD_Result take_field(void *userdata, enum MHD_ValueKind kind, const char *name, size_t name_len,
                                         const char *value, size_t value_len) {
  struct exchange *exchange = userdata;
  (void)kind;
  if (exchange->field_count < MAX_FIELDS)
    exchange->fields[exchange->field_count] =
        (mcpauth_header){{name, name_len}, {value, value != NULL ? value_len : 0}};
  exchange->field_count++;
  return MHD_YES;
}

/* The request as the library wants to see it; it borrows from connection and exchange. */
static inline mcpauth_request read_request(struct MHD_Connection *connection, const char *method, const char *path,
                                           struct exchange *exchange) {
  mcpauth_request request = MCPAUTH_REQUEST_INIT;
  exchange->field_count = 0;
  MHD_get_connection_values_n(connection, MHD_HEADER_KIND, take_field, exchange);
  request.method = (mcpauth_str){method, strlen(method)};
  request.path = (mcpauth_str){path, strlen(path)};
  request.headers = exchange->fields;
  request.header_count = exchange->field_count <= MAX_FIELDS ? exchange->field_count : 0; /* 431 */
  if (exchange->received <= MAX_BODY_BYTES) request.body = (mcpauth_str){exchange->body, exchange->received};
  return request;
}

/* Sends response, which is taken over, with the fields (may be NULL). MHD_NO closes the connection. */
static inline enum MHD_Result send_with(struct MHD_Connection *connection, unsigned status,
                                        struct MHD_Response *response, const mcpauth_response *fields) {
  enum MHD_Result sent = response != NULL ? MHD_YES : MHD_NO;
  for (size_t i = 0; sent == MHD_YES && i < mcpauth_response_header_count(fields); i++)
    sent = MHD_add_response_header(response, mcpauth_response_header_name(fields, i).data,
                                   mcpauth_response_header_value(fields, i).data);
  if (sent == MHD_YES) sent = MHD_queue_response(connection, status, response);
  if (response != NULL) MHD_destroy_response(response);
  return sent;
}

/* Without a body, and with one header field of its own where a name is given. */
static inline enum MHD_Result send_empty(struct MHD_Connection *connection, unsigned status, const char *name,
                                         const char *value, const mcpauth_response *fields) {
  struct MHD_Response *response = MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT);
  if (response != NULL && name != NULL) MHD_add_response_header(response, name, value);
  return send_with(connection, status, response, fields);
}

/* What the library answers. Refusals are logged; of other paths than the server's own it knows the metadata alone. */
static inline enum MHD_Result send_mcpauth(struct MHD_Connection *connection, const char *path, mcpauth_result result,
                                           const mcpauth_response *answer) {
  const mcpauth_str body = mcpauth_response_body(answer);
  if (result != MCPAUTH_RESPONDED && strcmp(path, "/mcp") != 0) return send_empty(connection, 404, NULL, NULL, NULL);
  if (result != MCPAUTH_RESPONDED)
    fprintf(stderr, "refused: %d %s: %s\n", mcpauth_response_status(answer), mcpauth_result_name(result),
            mcpauth_error_message(mcpauth_response_error(answer)).data);
  return send_with(connection, (unsigned)mcpauth_response_status(answer),
                   MHD_create_response_from_buffer(body.len, (void *)body.data, MHD_RESPMEM_MUST_COPY), answer);
}

#endif
