/*
 * The header and the payload of a token, before base64, with a line break between them: the token's signature is right,
 * so that the input gets past it to the claims.
 */
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "harness.h"

/* base64url without padding; returns the end. */
static char *encode(char *out, const uint8_t *data, size_t size) {
  static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  uint32_t pending = 0;
  unsigned bits = 0;
  for (size_t i = 0; i < size; i++) {
    pending = pending << 8 | data[i];
    for (bits += 8; bits >= 6; bits -= 6) *out++ = digits[pending >> (bits - 6) & 63];
  }
  if (bits > 0) *out++ = digits[pending << (6 - bits) & 63];
  return out;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  const uint8_t *line_break = memchr(data, '\n', size);
  if (line_break == NULL || size > 12000) return -1;

  static char token[20000];
  char *end = encode(token, data, (size_t)(line_break - data));
  *end++ = '.';
  end = encode(end, line_break + 1, size - (size_t)(line_break + 1 - data));
  unsigned char mac[EVP_MAX_MD_SIZE];
  unsigned count;
  HMAC(EVP_sha256(), SECRET, (int)strlen(SECRET), (unsigned char *)token, (size_t)(end - token), mac, &count);
  *end++ = '.';
  end = encode(end, mac, count);
  verify(verifier_with_keys(), token, (size_t)(end - token));
  return 0;
}
