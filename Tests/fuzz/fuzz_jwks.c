/* The JSON text of a key set. */
#include "harness.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  mcpauth_issuer *issuer;
  mcpauth_config *config = new_config(&issuer);
  mcpauth_result result = mcpauth_issuer_set_jwks_json(issuer, (const char *)data, size);
  MUST((result == MCPAUTH_OK) == (mcpauth_config_error(config) == NULL));
  finish(config);
  return 0;
}
