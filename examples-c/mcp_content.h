/*
 * mcp_content.h: what the example servers have to offer, all of it about the caller: two tools, a resource, a template of
 * resources, and a prompt. That the caller may use what it asks for was settled before; here the verifier is asked only
 * what to show.
 */
#ifndef MCP_CONTENT_H
#define MCP_CONTENT_H

#include <jansson.h>
#include <mcpauth.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Who asks, and the verifier that let them in. */
struct mcp_caller {
  const mcpauth_verifier *verifier;
  const mcpauth_authinfo *info;
};

static bool mcp_same(const char *a, const char *b) { return a != NULL && b != NULL && strcmp(a, b) == 0; }

/* ---- tools: they take no arguments and say one text, which structuredContent has as `result`, as SDKs have it ----- */

static const struct mcp_tool {
  const char *name, *description;
  mcpauth_str (*answer)(const mcpauth_authinfo *caller);
} mcp_tools[] = {
    {"whoami", "Tells who the caller is: the subject of the access token", mcpauth_authinfo_subject},
    {"claims", "Tells everything that the access token says, as JSON", mcpauth_authinfo_claims_json},
};
enum { MCP_TOOL_COUNT = sizeof mcp_tools / sizeof mcp_tools[0] };

static json_t *mcp_describe_tool(const struct mcp_tool *tool) {
  json_t *takes = json_pack("{s:s, s:{}, s:b}", "type", "object", "properties", "additionalProperties", 0);
  json_t *gives = json_pack("{s:s, s:{s:{s:s}}, s:[s]}", "type", "object", "properties", "result", "type", "string",
                            "required", "result");
  return json_pack("{s:s, s:s, s:o, s:o, s:{s:b}}", "name", tool->name, "description", tool->description, "inputSchema",
                   takes, "outputSchema", gives, "annotations", "readOnlyHint", 1);
}

/* The tools that the caller's scopes are enough for. */
static json_t *mcp_list_tools(const struct mcp_caller *caller) {
  json_t *list = json_array();
  for (size_t i = 0; i < MCP_TOOL_COUNT; i++) {
    const struct mcp_tool *tool = &mcp_tools[i];
    if (!mcpauth_may_call_tool(caller->verifier, caller->info, tool->name, strlen(tool->name))) continue;
    json_array_append_new(list, mcp_describe_tool(tool));
  }
  return json_pack("{s:o}", "tools", list);
}

/* NULL: there is no such tool. What a tool says is bytes with a length, never a format. */
static json_t *mcp_call_tool(const json_t *params, const struct mcp_caller *caller) {
  const char *name = json_string_value(json_object_get(params, "name"));
  for (size_t i = 0; i < MCP_TOOL_COUNT; i++) {
    const struct mcp_tool *tool = &mcp_tools[i];
    if (!mcp_same(name, tool->name)) continue;
    if (json_object_size(json_object_get(params, "arguments")) > 0) {
      return json_pack("{s:[{s:s, s:s+}], s:b}", "content", "type", "text", "text", name, " takes no arguments",
                       "isError", 1);
    }
    const mcpauth_str said = tool->answer(caller->info);
    return json_pack("{s:[{s:s, s:s%}], s:{s:s%}, s:b}", "content", "type", "text", "text", said.data, said.len,
                     "structuredContent", "result", said.data, said.len, "isError", 0);
  }
  return NULL;
}

/* ---- resources: all claims, and each of them by its name ----------------------------------------------------------- */

#define MCP_ALL_CLAIMS "caller://claims"
#define MCP_ONE_CLAIM MCP_ALL_CLAIMS "/"

static json_t *mcp_list_resources(const struct mcp_caller *caller) {
  const bool shown = mcpauth_may_read_resource(caller->verifier, caller->info, MCP_ALL_CLAIMS, strlen(MCP_ALL_CLAIMS));
  return json_pack(
      "{s:[o*]}", "resources",
      shown ? json_pack("{s:s, s:s, s:s}", "uri", MCP_ALL_CLAIMS, "name", "claims", "mimeType", "application/json")
            : NULL);
}

static json_t *mcp_list_resource_templates(void) {
  return json_pack("{s:[{s:s, s:s, s:s}]}", "resourceTemplates", "uriTemplate", MCP_ONE_CLAIM "{name}", "name", "claim",
                   "mimeType", "application/json");
}

/* NULL: there is no such resource. */
static json_t *mcp_read_resource(const json_t *params, const struct mcp_caller *caller) {
  const char *uri = json_string_value(json_object_get(params, "uri"));
  char claim[1024]; /* longer ones are shown as part of all claims only */
  mcpauth_str text = {NULL, 0};
  if (mcp_same(uri, MCP_ALL_CLAIMS)) {
    text = mcpauth_authinfo_claims_json(caller->info);
  } else if (uri != NULL && strncmp(uri, MCP_ONE_CLAIM, strlen(MCP_ONE_CLAIM)) == 0) {
    text.len = mcpauth_authinfo_claim_json(caller->info, uri + strlen(MCP_ONE_CLAIM), claim, sizeof claim);
    text.data = text.len > 0 && text.len < sizeof claim ? claim : NULL;
  }
  if (text.data == NULL) return NULL;
  return json_pack("{s:[{s:s, s:s, s:s%}]}", "contents", "uri", uri, "mimeType", "application/json", "text", text.data,
                   text.len);
}

/* ---- prompts ------------------------------------------------------------------------------------------------------ */

#define MCP_PROMPT "greeting"

static json_t *mcp_list_prompts(const struct mcp_caller *caller) {
  const bool shown = mcpauth_may_get_prompt(caller->verifier, caller->info, MCP_PROMPT, strlen(MCP_PROMPT));
  return json_pack("{s:[o*]}", "prompts",
                   shown ? json_pack("{s:s, s:s}", "name", MCP_PROMPT, "description", "Greets the caller") : NULL);
}

/* NULL: there is no such prompt. */
static json_t *mcp_get_prompt(const json_t *params, const struct mcp_caller *caller) {
  const mcpauth_str who = mcpauth_authinfo_subject(caller->info);
  if (!mcp_same(json_string_value(json_object_get(params, "name")), MCP_PROMPT)) return NULL;
  return json_pack("{s:[{s:s, s:{s:s, s:s+%}}]}", "messages", "role", "user", "content", "type", "text", "text",
                   "Say hello to ", who.data, who.len);
}

#endif
