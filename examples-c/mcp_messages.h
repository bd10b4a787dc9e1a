/*
 * mcp_messages.h: the JSON-RPC side of the example servers. It answers MCP messages and knows nothing of HTTP or tokens: who
 * asks is handed in as the mcpauth_authinfo that mcpauth_authorize gave. What can be asked for is in mcp_content.h.
 *
 * Two generations of MCP are served at the same endpoint. Up to 2025-11-25 a client begins with `initialize`. From
 * 2026-07-28 on there is no handshake: each request says its version in params._meta, and repeats version, method and
 * tool in HTTP header fields, which have to agree with the body.
 */
#ifndef MCP_MESSAGES_H
#define MCP_MESSAGES_H

#include "mcp_content.h"

enum {
  MCP_PARSE_ERROR = -32700,
  MCP_INVALID_REQUEST = -32600,
  MCP_NO_SUCH_METHOD = -32601,
  MCP_INVALID_PARAMS = -32602,
  MCP_NO_SUCH_RESOURCE = -32002, /* up to 2025-11-25; then MCP_INVALID_PARAMS */
  MCP_UNSUPPORTED_VERSION = -32022
};

static const char *const mcp_versions[] = {"2026-07-28", "2025-11-25", "2025-06-18", "2025-03-26"};
enum { MCP_VERSION_COUNT = 4, MCP_MODERN_COUNT = 1 /* the first of them have no handshake */ };

/* Whether version is one of mcp_versions[first...end - 1]. */
static bool mcp_speaks(const char *version, int first, int end) {
  for (int i = first; i < end; i++) {
    if (mcp_same(version, mcp_versions[i])) return true;
  }
  return false;
}

static json_t *mcp_version_list(void) {
  json_t *list = json_array();
  for (int i = 0; i < MCP_VERSION_COUNT; i++) json_array_append_new(list, json_string(mcp_versions[i]));
  return list;
}

/* As the member "capabilities" of an answer. */
static json_t *mcp_capabilities(void) { return json_pack("{s:{}, s:{}, s:{}}", "tools", "resources", "prompts"); }

static json_t *mcp_server_info(void) { return json_pack("{s:s, s:s}", "name", "mcpauth-example", "version", "1.0.0"); }

/* An error answer; data is taken over and may be NULL, and so may id. */
static json_t *mcp_error(json_t *id, int code, const char *message, json_t *data) {
  return json_pack("{s:s, s:O?, s:{s:i, s:s, s:o*}}", "jsonrpc", "2.0", "id", id, "error", "code", code, "message",
                   message, "data", data);
}

/* An error answer that has its own HTTP status. */
static json_t *mcp_refuse(unsigned *status, unsigned http, json_t *id, int code, const char *message, json_t *data) {
  *status = http;
  return mcp_error(id, code, message, data);
}

static json_t *mcp_unsupported(unsigned *status, json_t *id, const char *requested) {
  return mcp_refuse(status, 400, id, MCP_UNSUPPORTED_VERSION, "Unsupported protocol version",
                    json_pack("{s:o, s:s}", "supported", mcp_version_list(), "requested", requested));
}

/* The version is answered with itself where it is known, and with the newest that has a handshake otherwise. */
static json_t *mcp_initialize(const json_t *params) {
  const char *wanted = json_string_value(json_object_get(params, "protocolVersion"));
  const bool known = mcp_speaks(wanted, MCP_MODERN_COUNT, MCP_VERSION_COUNT);
  return json_pack("{s:s, s:o, s:o}", "protocolVersion", known ? wanted : mcp_versions[MCP_MODERN_COUNT],
                   "capabilities", mcp_capabilities(), "serverInfo", mcp_server_info());
}

/* What every result of the new generation says besides: complete, for this caller only, from this server. */
static void mcp_stamp(json_t *result, const char *method) {
  json_object_set_new(result, "resultType", json_string("complete"));
  json_object_set_new(result, "_meta", json_pack("{s:o}", "io.modelcontextprotocol/serverInfo", mcp_server_info()));
  if (!mcp_same(method, "tools/call") && !mcp_same(method, "prompts/get")) {
    json_object_set_new(result, "ttlMs", json_integer(0));
    json_object_set_new(result, "cacheScope", json_string("private"));
  }
}

/* The rules of 2026-07-28 for one request. NULL: they are kept. That the header fields say what the body says is the
 * library's. */
static json_t *mcp_check_modern(unsigned *status, json_t *id, const json_t *params, const char *version) {
  const json_t *meta = json_object_get(params, "_meta");
  if (version == NULL || !json_is_object(json_object_get(meta, "io.modelcontextprotocol/clientCapabilities"))) {
    return mcp_refuse(status, 400, id, MCP_INVALID_PARAMS,
                      "params._meta must name protocolVersion and clientCapabilities", NULL);
  }
  return mcp_speaks(version, 0, MCP_MODERN_COUNT) ? NULL : mcp_unsupported(status, id, version);
}

/* What is the same in all revisions. NULL: there is no such method, or, where unknown is set, nothing of that name. */
static json_t *mcp_serve(const char *method, const json_t *params, const struct mcp_caller *caller,
                         const char **unknown) {
  if (mcp_same(method, "tools/list")) return mcp_list_tools(caller);
  if (mcp_same(method, "resources/list")) return mcp_list_resources(caller);
  if (mcp_same(method, "resources/templates/list")) return mcp_list_resource_templates();
  if (mcp_same(method, "prompts/list")) return mcp_list_prompts(caller);
  if (mcp_same(method, "tools/call")) {
    *unknown = "Unknown tool: see tools/list";
    return mcp_call_tool(params, caller);
  }
  if (mcp_same(method, "resources/read")) {
    *unknown = "Unknown resource: see resources/list and resources/templates/list";
    return mcp_read_resource(params, caller);
  }
  if (mcp_same(method, "prompts/get")) {
    *unknown = "Unknown prompt: see prompts/list";
    return mcp_get_prompt(params, caller);
  }
  return NULL;
}

/* One message. The answer is the caller's to free; *status is the HTTP status. NULL with 202: there is nothing to say,
 * as to a notification; NULL with any other status: out of memory. */
static json_t *mcp_answer_one(const json_t *message, const char *revision, const struct mcp_caller *caller,
                              unsigned *status) {
  const char *method = json_string_value(json_object_get(message, "method"));
  const json_t *params = json_object_get(message, "params");
  json_t *id = json_object_get(message, "id");
  const char *version =
      json_string_value(json_object_get(json_object_get(params, "_meta"), "io.modelcontextprotocol/protocolVersion"));
  json_t *result = NULL;

  *status = 200;
  if (!mcp_same(json_string_value(json_object_get(message, "jsonrpc")), "2.0") || method == NULL ||
      (id != NULL && !json_is_string(id) && !json_is_integer(id))) {
    return mcp_refuse(status, 400, NULL, MCP_INVALID_REQUEST, "This is not a JSON-RPC 2.0 request", NULL);
  }
  if (id == NULL) { /* notifications/initialized and its like: nothing here depends on them */
    *status = 202;
    return NULL;
  }

  const bool handshake = mcp_same(method, "initialize");
  const bool modern = !handshake && (version != NULL || mcp_speaks(revision, 0, MCP_MODERN_COUNT));
  if (modern) {
    json_t *refusal = mcp_check_modern(status, id, params, version);
    if (refusal != NULL) return refusal;
  } else if (!handshake && revision != NULL && !mcp_speaks(revision, MCP_MODERN_COUNT, MCP_VERSION_COUNT)) {
    return mcp_unsupported(status, id, revision);
  }

  if (handshake) {
    result = mcp_initialize(params);
  } else if (modern && mcp_same(method, "server/discover")) {
    result = json_pack("{s:o, s:o}", "supportedVersions", mcp_version_list(), "capabilities", mcp_capabilities());
  } else if (!modern && mcp_same(method, "ping")) {
    result = json_object();
  } else {
    const char *unknown = NULL;
    result = mcp_serve(method, params, caller, &unknown);
    if (result == NULL && unknown != NULL) {
      const bool resource = !modern && mcp_same(method, "resources/read");
      return mcp_error(id, resource ? MCP_NO_SUCH_RESOURCE : MCP_INVALID_PARAMS, unknown, NULL);
    }
    if (result == NULL) return mcp_refuse(status, modern ? 404 : 200, id, MCP_NO_SUCH_METHOD, "Method not found", NULL);
  }
  if (modern) mcp_stamp(result, method);
  return json_pack("{s:s, s:O, s:o}", "jsonrpc", "2.0", "id", id, "result", result);
}

/* The body of a POST: one message, or a batch of them, which revision 2025-03-26 asks servers to accept. revision is that of
 * the header Mcp-Protocol-Version; NULL where there is none. */
static json_t *mcp_answer(const char *body, size_t len, const char *revision, const struct mcp_caller *caller,
                          unsigned *status) {
  json_t *message = json_loadb(body, len, JSON_REJECT_DUPLICATES, NULL);
  json_t *answer = NULL;
  if (message == NULL) { return mcp_refuse(status, 400, NULL, MCP_PARSE_ERROR, "The body is not JSON", NULL); }
  if (json_is_array(message) && json_array_size(message) > 0 &&
      (revision == NULL || mcp_same(revision, "2025-03-26"))) {
    answer = json_array();
    for (size_t i = 0; i < json_array_size(message); i++) {
      unsigned ignored = 0;
      json_t *one = mcp_answer_one(json_array_get(message, i), revision, caller, &ignored);
      if (one != NULL) json_array_append_new(answer, one);
    }
    *status = 200;
    if (json_array_size(answer) == 0) { /* notifications only */
      json_decref(answer);
      answer = NULL;
      *status = 202;
    }
  } else {
    answer = mcp_answer_one(message, revision, caller, status);
  }
  json_decref(message);
  return answer;
}

#endif
