/* The PEM text of a public key or a certificate; without "-----BEGIN" its DER, which is put into such a text. */
#include <openssl/evp.h>

#include "harness.h"

static void add(const char *pem, size_t size) {
  mcpauth_issuer *issuer;
  mcpauth_config *config = new_config(&issuer);
  mcpauth_result result = mcpauth_issuer_add_public_key_pem(issuer, pem, size, "k");
  MUST((result == MCPAUTH_OK) == (mcpauth_config_error(config) == NULL));
  finish(config);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size > 20000) return -1;
  if (size >= 5 && memcmp(data, "-----", 5) == 0) {
    add((const char *)data, size);
    return 0;
  }
  static unsigned char base64[30000];
  static char pem[30200];
  EVP_EncodeBlock(base64, data, (int)size);
  static const char *const labels[] = {"PUBLIC KEY", "CERTIFICATE"};
  for (size_t i = 0; i < 2; i++) {
    /* OpenSSL reads lines of any length up to 64 KiB. */
    int count =
        snprintf(pem, sizeof pem, "-----BEGIN %s-----\n%s\n-----END %s-----\n", labels[i], (char *)base64, labels[i]);
    add(pem, (size_t)count);
  }
  return 0;
}
