/*
 * encoding.c: base64url, random texts, digests, percent-encoding, and comparing secrets.
 */
#include "issuer.h"

#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_ENCODED_BYTES = 64 * 1024 };

/* base64url without padding (RFC 4648 section 5). The caller frees it; NULL when there is too much or no memory. */
char *base64url(const unsigned char *data, size_t len) {
  if (len > MAX_ENCODED_BYTES) return NULL;
  char *text = malloc(4 * (len / 3 + 1) + 1);
  if (text == NULL) return NULL;
  size_t end = (size_t)EVP_EncodeBlock((unsigned char *)text, data, (int)len);
  while (end > 0 && text[end - 1] == '=') end--;
  text[end] = '\0';
  for (size_t i = 0; i < end; i++) {
    if (text[i] == '+') text[i] = '-';
    if (text[i] == '/') text[i] = '_';
  }
  return text;
}

static int sextet(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  return c == '-' ? 62 : c == '_' ? 63 : -1;
}

/* Strict: no padding, no other character, no bits left over. False also when data has no room for it. */
bool base64url_decode(const char *text, size_t len, unsigned char *data, size_t capacity, size_t *data_len) {
  uint32_t bits = 0;
  unsigned count = 0;
  *data_len = 0;
  if (len % 4 == 1) return false;
  for (size_t i = 0; i < len; i++) {
    const int value = sextet(text[i]);
    if (value < 0) return false;
    bits = (bits << 6 | (uint32_t)value) & 0xffff;
    count += 6;
    if (count < 8) continue;
    count -= 8;
    if (*data_len == capacity) return false;
    data[(*data_len)++] = (unsigned char)(bits >> count);
  }
  return (bits & ((1u << count) - 1)) == 0;
}

/* 256 random bits as text. */
bool random_text(char text[64]) {
  unsigned char bytes[SECRET_BYTES];
  if (RAND_bytes(bytes, sizeof bytes) != 1) return false;
  char *encoded = base64url(bytes, sizeof bytes);
  if (encoded == NULL) return false;
  snprintf(text, 64, "%s", encoded);
  free(encoded);
  return true;
}

/* base64url of the SHA-256 of text. */
bool digest_text(const char *text, char digest[64]) {
  unsigned char bytes[EVP_MAX_MD_SIZE];
  unsigned len = 0;
  if (EVP_Digest(text, strlen(text), bytes, &len, EVP_sha256(), NULL) != 1) return false;
  char *encoded = base64url(bytes, len);
  if (encoded == NULL) return false;
  snprintf(digest, 64, "%s", encoded);
  free(encoded);
  return true;
}

/* Takes the same time wherever the texts differ. NULL equals nothing. */
bool same_text(const char *a, const char *b) {
  return a != NULL && b != NULL && strlen(a) == strlen(b) && CRYPTO_memcmp(a, b, strlen(a)) == 0;
}

/* RFC 3986 section 2.1: all but the unreserved characters. */
void put_percent_encoded(FILE *out, const char *text) {
  static const char unreserved[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
  for (; *text != '\0'; text++) {
    if (strchr(unreserved, *text) != NULL) {
      fputc(*text, out);
    } else {
      fprintf(out, "%%%02X", (unsigned char)*text);
    }
  }
}

/* The caller frees it; NULL when one of them is NULL, or there is no memory. */
char *joined(const char *a, const char *separator, const char *b) {
  if (a == NULL || b == NULL) return NULL;
  const size_t size = strlen(a) + strlen(separator) + strlen(b) + 1;
  char *text = malloc(size);
  if (text != NULL) snprintf(text, size, "%s%s%s", a, separator, b);
  return text;
}

/* A member that is a text; NULL when there is none. */
const char *text_of(const json_t *record, const char *name) { return json_string_value(json_object_get(record, name)); }
