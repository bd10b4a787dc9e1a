/* One request of nginx: whether it is let in, or what to answer. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "../mcp_http.h"
#include "authz.h"

/* A request of the client's, as nginx tells of it. */
struct asked {
  mcpauth_request request;
  char body[256]; /* stands for the one that nginx keeps */
  mcpauth_header fields[MAX_FIELDS];
};

static bool equals(mcpauth_str text, const char *expected) {
  return text.len == strlen(expected) && memcmp(text.data, expected, text.len) == 0;
}

/* The only field of this name; NULL: there is none, or more than one. */
static const mcpauth_str *only_field(const struct exchange *exchange, const char *name) {
  const mcpauth_str *found = NULL;
  for (size_t i = 0; i < exchange->field_count; i++) {
    const mcpauth_header *field = &exchange->fields[i];
    if (field->name.len != strlen(name) || strncasecmp(field->name.data, name, field->name.len) != 0) continue;
    if (found != NULL) return NULL;
    found = &field->value;
  }
  return found;
}

/* Whether a header's text can be read in one way only: no base64 of MCP 2026-07-28 (it begins with "=?"), nothing that
 * JSON writes otherwise. */
static bool is_plain(const mcpauth_str *text) {
  if (text == NULL || text->len == 0 || text->len > 128 || text->data[0] == '=') return false;
  for (size_t i = 0; i < text->len; i++)
    if (text->data[i] <= 0x20 || text->data[i] >= 0x7F || strchr("\"\\", text->data[i]) != NULL) return false;
  return true;
}

static bool has_no_body(mcpauth_str method) {
  return equals(method, "GET") || equals(method, "HEAD") || equals(method, "DELETE") || equals(method, "OPTIONS");
}

/* The first revision of MCP whose servers compare Mcp-Method and Mcp-Name with the body. */
static bool is_compared(const mcpauth_str *revision) {
  static const char first[] = "2026-07-28";
  return is_plain(revision) && revision->len == strlen(first) && memcmp(revision->data, first, strlen(first)) >= 0;
}

/*
 * nginx's auth_request passes no body. Where no tool has a scope, all requests need the same and a ping stands for each of
 * them. Otherwise what Mcp-Method and Mcp-Name say, which the upstream compares with the body; a request of which they do
 * not say it in one way gets no body here, and so is refused.
 */
static void stand_in(struct asked *asked, const struct exchange *exchange, const struct settings *settings) {
  const mcpauth_str *method = only_field(exchange, "Mcp-Method"), *name = only_field(exchange, "Mcp-Name");
  const bool says_method = is_compared(only_field(exchange, "Mcp-Protocol-Version")) && is_plain(method);
  int len = 0;
  if (!settings->has_tool_scopes || (says_method && !equals(*method, "tools/call")))
    len = snprintf(asked->body, sizeof asked->body, "{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"ping\"}");
  else if (says_method && is_plain(name))
    len = snprintf(asked->body, sizeof asked->body,
                   "{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"tools/call\",\"params\":{\"name\":\"%.*s\"}}",
                   (int)name->len, name->data);
  else
    fprintf(stderr,
            "mcpauth-authz: tools have scopes, and a request has not one plain Mcp-Protocol-Version of 2026-07-28 or "
            "later, Mcp-Method and (of tools/call) Mcp-Name: it cannot be judged\n");
  asked->request.body = (mcpauth_str){asked->body, (size_t)len};
}

/* The fields are the client's, without those that were read here already. */
static void copy_fields(struct asked *asked, const struct exchange *exchange) {
  static const char *const own[] = {"Mcp-Method", "Mcp-Name", "Mcp-Protocol-Version", "X-Original-Method",
                                    "X-Original-URI"};
  asked->request.headers = asked->fields;
  for (size_t i = 0; i < exchange->field_count; i++) {
    const mcpauth_str name = exchange->fields[i].name;
    bool is_own = false;
    for (size_t j = 0; j < sizeof own / sizeof *own; j++)
      is_own |= name.len == strlen(own[j]) && strncasecmp(name.data, own[j], name.len) == 0;
    if (!is_own) asked->fields[asked->request.header_count++] = exchange->fields[i];
  }
}

static enum MHD_Result send_text(struct MHD_Connection *connection, unsigned status, const mcpauth_response *answer) {
  const mcpauth_str body = mcpauth_response_body(answer);
  return send_with(connection, status,
                   MHD_create_response_from_buffer(body.len, (void *)body.data, MHD_RESPMEM_MUST_COPY), answer);
}

/* The answer to /check: 204 lets the request in. Otherwise 403, whatever the client will be told: of a 401 nginx would keep
 * the challenge and add the one of the answer. */
static enum MHD_Result send_check(struct MHD_Connection *connection, struct MHD_Response *welcome,
                                  const mcpauth_response *cross_origin) {
  if (welcome != NULL) return send_with(connection, 204, welcome, cross_origin);
  return send_empty(connection, 403, NULL, NULL, NULL);
}

/* The answer for the client. One that would be let in comes here when a key arrived in the meantime (it tries again), or
 * when who the caller is fits into no header. */
static enum MHD_Result send_answer(struct MHD_Connection *connection, mcpauth_result result,
                                   const mcpauth_response *answer, struct MHD_Response *welcome) {
  const bool fits = welcome != NULL;
  if (welcome != NULL) MHD_destroy_response(welcome);
  if (result == MCPAUTH_OK)
    return fits ? send_empty(connection, 503, "Retry-After", "1", NULL) : send_empty(connection, 500, NULL, NULL, NULL);
  if (result != MCPAUTH_RESPONDED)
    fprintf(stderr, "mcpauth-authz: refused: %d %s: %s\n", mcpauth_response_status(answer), mcpauth_result_name(result),
            mcpauth_error_message(mcpauth_response_error(answer)).data);
  return send_text(connection, (unsigned)mcpauth_response_status(answer), answer);
}

static struct MHD_Response *welcome_of(const struct settings *settings, const mcpauth_authinfo *caller) {
  struct MHD_Response *welcome = MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT);
  if (welcome == NULL || add_caller(welcome, settings, caller)) return welcome;
  MHD_destroy_response(welcome);
  return NULL;
}

static enum MHD_Result judge(const struct authorizer *authorizer, struct MHD_Connection *connection, bool is_check,
                             const mcpauth_request *request) {
  mcpauth_authinfo *caller = NULL;
  mcpauth_response *response = NULL, *cross_origin = NULL;
  const mcpauth_result result = mcpauth_handle(authorizer->verifier, request, &caller, &response);
  struct MHD_Response *welcome = result == MCPAUTH_OK ? welcome_of(authorizer->settings, caller) : NULL;
  if (result == MCPAUTH_OK) mcpauth_cross_origin_headers(authorizer->verifier, request, &cross_origin);
  const enum MHD_Result sent =
      is_check ? send_check(connection, welcome, cross_origin) : send_answer(connection, result, response, welcome);
  mcpauth_response_free(cross_origin);
  mcpauth_response_free(response);
  mcpauth_authinfo_free(caller);
  return sent;
}

/* Whether the client sends one of the fields that tell the upstream who it is. (A hyphen and an underscore are the same
 * to many servers: attack A59.) */
static bool pretends(const struct exchange *exchange, const struct settings *settings) {
  static const char *const own[] = {"X-MCP-Issuer", "X-MCP-Subject", "X-MCP-Client", "X-MCP-Scopes"};
  const size_t own_count = sizeof own / sizeof *own;
  for (size_t i = 0; i < exchange->field_count; i++) {
    const mcpauth_str name = exchange->fields[i].name;
    for (size_t j = 0; j < own_count + settings->claim_count; j++) {
      const char *wanted = j < own_count ? own[j] : settings->claims[j - own_count].name;
      size_t same = 0;
      while (same < name.len && wanted[same] != '\0' &&
             (tolower((unsigned char)name.data[same]) == tolower((unsigned char)wanted[same]) ||
              (name.data[same] == '_' && wanted[same] == '-')))
        same++;
      if (same == name.len && wanted[same] == '\0') return true;
    }
  }
  return false;
}

/* False: nginx does not say which request it asks about. */
static bool read_asked(struct asked *asked, const struct exchange *exchange, const struct settings *settings,
                       bool is_check) {
  const mcpauth_str *method = only_field(exchange, "X-Original-Method");
  const mcpauth_str *target = only_field(exchange, "X-Original-URI");
  if (is_check && (method == NULL || target == NULL)) return false;
  if (is_check) asked->request.method = *method, asked->request.path = *target;
  copy_fields(asked, exchange);
  if (!has_no_body(asked->request.method)) stand_in(asked, exchange, settings);
  return true;
}

enum MHD_Result answer(const struct authorizer *authorizer, struct MHD_Connection *connection, const char *method,
                       const char *path) {
  struct exchange *exchange = calloc(1, sizeof *exchange);
  const bool is_check = strcmp(path, "/check") == 0;
  struct asked asked;
  enum MHD_Result sent = MHD_NO;
  if (exchange == NULL) return MHD_NO;
  asked.request = read_request(connection, method, path, exchange);
  asked.request.header_count = 0;
  if (exchange->field_count > MAX_FIELDS) { /* two tokens, maybe */
    sent = send_empty(connection, is_check ? 403 : 431, NULL, NULL, NULL);
  } else if (pretends(exchange, authorizer->settings)) {
    if (!is_check) fprintf(stderr, "mcpauth-authz: refused: a client sends a header field that says who it is\n");
    sent = send_empty(connection, is_check ? 403 : 400, NULL, NULL, NULL);
  } else if (!read_asked(&asked, exchange, authorizer->settings, is_check)) {
    fprintf(stderr, "mcpauth-authz: /check needs X-Original-Method and X-Original-URI, once each: see docs/nginx.md\n");
    sent = send_empty(connection, 403, NULL, NULL, NULL);
  } else {
    sent = judge(authorizer, connection, is_check, &asked.request);
  }
  free(exchange);
  return sent;
}
