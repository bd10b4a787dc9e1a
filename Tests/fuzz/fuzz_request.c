/* Mcp-Method, Mcp-Name and the body of a request, with line breaks between them; whoever sends it is authenticated. */
#include "harness.h"

static mcpauth_result accept_all(void *unused, const char *token, size_t size, mcpauth_authinfo_builder *builder) {
  (void)unused, (void)token, (void)size;
  MUST(mcpauth_authinfo_builder_set_issuer(builder, ISSUER, strlen(ISSUER)) == MCPAUTH_OK);
  MUST(mcpauth_authinfo_builder_set_subject(builder, "user", 4) == MCPAUTH_OK);
  MUST(mcpauth_authinfo_builder_add_audience(builder, RESOURCE, strlen(RESOURCE)) == MCPAUTH_OK);
  MUST(mcpauth_authinfo_builder_add_scope(builder, "read", 4) == MCPAUTH_OK);
  return MCPAUTH_OK;
}

static const mcpauth_verifier *verifier_with_rules(void) {
  if (kept_verifier != NULL) return kept_verifier;
  mcpauth_issuer *issuer;
  mcpauth_config *config = new_config(&issuer);
  MUST(mcpauth_config_set_custom_verifier(config, accept_all, NULL, NULL) == MCPAUTH_OK);
  MUST(mcpauth_config_add_tool_scope(config, "delete", "admin") == MCPAUTH_OK);
  MUST(mcpauth_config_add_prompt_scope(config, "greet", "read") == MCPAUTH_OK);
  MUST(mcpauth_config_add_resource_scope(config, "file:///x", "admin") == MCPAUTH_OK);
  MUST(mcpauth_config_add_resource_template_scope(config, "file:///{a}b{c}/{+d}/e{f}", "admin") == MCPAUTH_OK);
  MUST(mcpauth_config_add_method_scope(config, "ping", "read") == MCPAUTH_OK);
  keep_verifier(config);
  return kept_verifier;
}

/* The bytes up to the line break, or all; *data and *size go behind it. */
static mcpauth_str line(const uint8_t **data, size_t *size) {
  const uint8_t *end = memchr(*data, '\n', *size);
  mcpauth_str text = {(const char *)*data, end == NULL ? *size : (size_t)(end - *data)};
  size_t used = end == NULL ? *size : text.len + 1;
  *data += used;
  *size -= used;
  return text;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size == 0) return -1;
  mcpauth_str field = {"Bearer x", 8};
  mcpauth_request request = MCPAUTH_REQUEST_INIT;
  request.authorization = &field;
  request.authorization_count = 1;
  request.method.data = "POST";
  request.method.len = 4;
  request.mcp_method = line(&data, &size);
  request.mcp_name = line(&data, &size);
  request.body.data = (const char *)data;
  request.body.len = size;
  authorize(verifier_with_rules(), &request);
  return 0;
}
