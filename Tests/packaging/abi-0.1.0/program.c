/* A program as it was written for version 0.1.0: compiled with the header of that version, it has to work with this library. */
#include <mcpauth.h>
#include <stdio.h>
#include <string.h>

static mcpauth_result know(void *userdata, const char *token, size_t len, mcpauth_authinfo_builder *builder) {
  (void)userdata;
  if (len < 5 || memcmp(token, "alice", 5) != 0) return MCPAUTH_ERR_TOKEN_REJECTED;
  if (mcpauth_authinfo_builder_set_subject(builder, token, len) != MCPAUTH_OK) return MCPAUTH_ERR_INTERNAL;
  return mcpauth_authinfo_builder_add_scope(builder, "read", 4);
}

static int failures;

static void expect(const mcpauth_verifier *verifier, const char *credential, const char *body, mcpauth_result expected,
                   int status) {
  const mcpauth_str field = {credential, strlen(credential)};
  struct {
    mcpauth_request request;
    unsigned char behind[256]; /* not the request's: the library must not look at it */
  } own = {.request = MCPAUTH_REQUEST_INIT};
  mcpauth_authinfo *caller = NULL;
  mcpauth_response *denial = NULL;
  memset(own.behind, 0xFF, sizeof own.behind);
  own.request.authorization = &field, own.request.authorization_count = 1;
  own.request.method.data = "POST", own.request.method.len = 4;
  own.request.mcp_name.data = "wipe", own.request.mcp_name.len = body != NULL ? 4 : 0;
  own.request.body.data = body, own.request.body.len = body != NULL ? strlen(body) : 0;
  const mcpauth_result result = mcpauth_authorize(verifier, &own.request, &caller, &denial);
  if (result != expected || (denial != NULL ? mcpauth_response_status(denial) : 200) != status) {
    printf("%s: %s\n", credential, mcpauth_result_name(result));
    failures++;
  }
  mcpauth_response_free(denial);
  mcpauth_authinfo_free(caller);
}

int main(void) {
  mcpauth_config *config;
  mcpauth_verifier *verifier = NULL;
  mcpauth_error *why = NULL;
  mcpauth_response *metadata = NULL;
  struct {
    mcpauth_stats stats;
    unsigned char behind[256];
  } own = {.stats = MCPAUTH_STATS_INIT};
  static const char path[] = "/.well-known/oauth-protected-resource/mcp";
  static const char call[] =
      "{\"method\":\"tools/call\",\"params\":{\"name\":\"wipe\",\"_meta\":{\"io.modelcontextprotocol/"
      "protocolVersion\":\"2026-07-28\"}}}";
  if (mcpauth_config_new("https://mcp.example.com/mcp", &config) != MCPAUTH_OK ||
      mcpauth_config_set_custom_verifier(config, know, NULL, NULL) != MCPAUTH_OK ||
      mcpauth_config_dangerous_disable_audience_check(config) != MCPAUTH_OK ||
      mcpauth_config_add_required_scope(config, "read") != MCPAUTH_OK ||
      mcpauth_config_add_tool_scope(config, "wipe", "write") != MCPAUTH_OK ||
      mcpauth_verifier_new(config, &verifier, &why) != MCPAUTH_OK)
    return 2;
  expect(verifier, "Bearer alice", "{\"method\":\"ping\"}", MCPAUTH_ERR_INVALID_REQUEST, 400); /* Mcp-Name is wipe */
  expect(verifier, "Bearer alice", call, MCPAUTH_ERR_INSUFFICIENT_SCOPE, 403);
  expect(verifier, "Bearer mallory", call, MCPAUTH_ERR_TOKEN_REJECTED, 401);
  expect(verifier, "Basic alice", call, MCPAUTH_ERR_INVALID_AUTH_HEADER, 401);
  if (mcpauth_well_known(verifier, "GET", 3, path, strlen(path), &metadata) != MCPAUTH_OK || metadata == NULL)
    failures++;
  memset(own.behind, 0xA5, sizeof own.behind);
  if (mcpauth_verifier_stats(verifier, &own.stats) != MCPAUTH_OK || own.stats.denied != 4 || own.behind[0] != 0xA5)
    failures++;
  mcpauth_response_free(metadata);
  mcpauth_verifier_free(verifier);
  mcpauth_config_free(config);
  return failures != 0;
}
