/* An issuer's metadata, and what this server adds to its own. */
#include "harness.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  mcpauth_issuer *issuer;
  mcpauth_config *config = new_config(&issuer);
  (void)!mcpauth_issuer_set_metadata_json(issuer, (const char *)data, size);
  finish(config);

  config = new_config(&issuer);
  (void)!mcpauth_config_set_resource_metadata_json(config, (const char *)data, size);
  (void)!mcpauth_config_serve_authorization_server_metadata_json(config, (const char *)data, size);
  finish(config);
  return 0;
}
