/* The value of an Authorization field. */
#include "harness.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  mcpauth_str field = {(const char *)data, size};
  mcpauth_request request = MCPAUTH_REQUEST_INIT;
  request.authorization = &field;
  request.authorization_count = 1;
  authorize(verifier_with_keys(), &request);
  return 0;
}
