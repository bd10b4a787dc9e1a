/* Tokens as they come, whole. */
#include "harness.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  verify(verifier_with_keys(), (const char *)data, size);
  return 0;
}
