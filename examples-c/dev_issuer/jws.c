/*
 * jws.c: compact JSON Web Signatures (RFC 7515), ES256 and RS256: signed for access tokens, verified for DPoP proofs.
 */
#include "issuer.h"

#include <openssl/ecdsa.h>
#include <stdlib.h>
#include <string.h>

enum { ES256_HALF = 32, MAX_SIGNATURE_BYTES = 1024 };

/* OpenSSL writes an ECDSA signature as DER; a JWS has r and s, 32 bytes each (RFC 7518 section 3.4). */
static bool raw_ecdsa(unsigned char *signature, size_t *len) {
  const unsigned char *der = signature;
  ECDSA_SIG *pair = d2i_ECDSA_SIG(NULL, &der, (long)*len);
  const bool ok = pair != NULL && BN_bn2binpad(ECDSA_SIG_get0_r(pair), signature, ES256_HALF) == ES256_HALF &&
                  BN_bn2binpad(ECDSA_SIG_get0_s(pair), signature + ES256_HALF, ES256_HALF) == ES256_HALF;
  ECDSA_SIG_free(pair);
  *len = 2 * ES256_HALF;
  return ok;
}

/* The other way; der has room for MAX_SIGNATURE_BYTES. Returns its length, 0 when it cannot be. */
static size_t der_ecdsa(const unsigned char *raw, size_t len, unsigned char *der) {
  if (len != 2 * ES256_HALF) return 0;
  ECDSA_SIG *pair = ECDSA_SIG_new();
  BIGNUM *r = BN_bin2bn(raw, ES256_HALF, NULL), *s = BN_bin2bn(raw + ES256_HALF, ES256_HALF, NULL);
  int der_len = 0;
  if (pair != NULL && r != NULL && s != NULL && ECDSA_SIG_set0(pair, r, s) == 1) {
    r = s = NULL; /* pair has them */
    der_len = i2d_ECDSA_SIG(pair, NULL) <= MAX_SIGNATURE_BYTES ? i2d_ECDSA_SIG(pair, &der) : 0;
  }
  BN_free(r);
  BN_free(s);
  ECDSA_SIG_free(pair);
  return der_len > 0 ? (size_t)der_len : 0;
}

/* The signature's base64url over text; the caller frees it. NULL when there is no key or OpenSSL failed. */
static char *sign_text(EVP_PKEY *key, int algorithm, const char *text) {
  unsigned char signature[MAX_SIGNATURE_BYTES];
  size_t len = sizeof signature;
  EVP_MD_CTX *context = EVP_MD_CTX_new();
  const bool ok = key != NULL && context != NULL && EVP_DigestSignInit(context, NULL, EVP_sha256(), NULL, key) == 1 &&
                  EVP_DigestSign(context, signature, &len, (const unsigned char *)text, strlen(text)) == 1 &&
                  (algorithm != ES256 || raw_ecdsa(signature, &len));
  EVP_MD_CTX_free(context);
  return ok ? base64url(signature, len) : NULL;
}

/* JSON text as base64url; takes value over, and the caller frees the text. */
static char *segment(json_t *value) {
  char *json = json_dumps(value, JSON_COMPACT);
  char *text = json != NULL ? base64url((const unsigned char *)json, strlen(json)) : NULL;
  free(json);
  json_decref(value);
  return text;
}

/*
 * Takes header and claims over; the caller frees the token. Without a key it is not signed, and its signature is empty.
 * NULL when it would be too long, or OpenSSL or memory failed.
 */
char *jws_sign(EVP_PKEY *key, int algorithm, json_t *header, json_t *claims) {
  char *first = segment(header), *second = segment(claims);
  char *input = joined(first, ".", second);
  char *signature = input == NULL ? NULL : key == NULL ? strdup("") : sign_text(key, algorithm, input);
  char *token = joined(input, ".", signature);
  free(first);
  free(second);
  free(input);
  free(signature);
  return token;
}

bool jws_verify(EVP_PKEY *key, int algorithm, const char *input, size_t input_len, const unsigned char *signature,
                size_t signature_len) {
  unsigned char der[MAX_SIGNATURE_BYTES];
  if (algorithm == ES256) {
    signature_len = der_ecdsa(signature, signature_len, der);
    signature = der;
  }
  EVP_MD_CTX *context = EVP_MD_CTX_new();
  const bool ok = context != NULL && signature_len > 0 &&
                  EVP_DigestVerifyInit(context, NULL, EVP_sha256(), NULL, key) == 1 &&
                  EVP_DigestVerify(context, signature, signature_len, (const unsigned char *)input, input_len) == 1;
  EVP_MD_CTX_free(context);
  return ok;
}
