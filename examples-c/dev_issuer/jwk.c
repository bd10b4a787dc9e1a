/*
 * jwk.c: public keys as JSON (RFC 7517) and back, and their thumbprints (RFC 7638).
 */
#include "issuer.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/param_build.h>
#include <stdlib.h>
#include <string.h>

enum {
  COORDINATE_BYTES = 32,
  MAX_MODULUS_BYTES = 512,
  MIN_MODULUS_BYTES = 256,
  POINT_BYTES = 1 + 2 * COORDINATE_BYTES
};

/* A number of a public key as a JWK member: big-endian, width bytes wide, or as short as it goes when width is 0. */
static json_t *key_number(const EVP_PKEY *key, const char *name, int width) {
  BIGNUM *number = NULL;
  unsigned char bytes[MAX_MODULUS_BYTES];
  json_t *member = NULL;
  if (EVP_PKEY_get_bn_param(key, name, &number) != 1) return NULL;
  if (width == 0) width = BN_num_bytes(number);
  if (width <= (int)sizeof bytes && BN_bn2binpad(number, bytes, width) == width) {
    char *text = base64url(bytes, (size_t)width);
    member = json_string(text);
    free(text);
  }
  BN_free(number);
  return member;
}

/* kty and the members that make the key, in the order of their names, which the thumbprint needs. */
json_t *jwk_of(const EVP_PKEY *key, int algorithm) {
  if (algorithm == ES256) {
    return json_pack("{s:s, s:s, s:o, s:o}", "crv", "P-256", "kty", "EC", "x",
                     key_number(key, OSSL_PKEY_PARAM_EC_PUB_X, COORDINATE_BYTES), "y",
                     key_number(key, OSSL_PKEY_PARAM_EC_PUB_Y, COORDINATE_BYTES));
  }
  return json_pack("{s:o, s:s, s:o}", "e", key_number(key, OSSL_PKEY_PARAM_RSA_E, 0), "kty", "RSA", "n",
                   key_number(key, OSSL_PKEY_PARAM_RSA_N, 0));
}

/* A member of base64url; 0 bytes when it is none, or does not fit. */
static size_t member_bytes(const json_t *jwk, const char *name, unsigned char *bytes, size_t capacity) {
  const json_t *member = json_object_get(jwk, name);
  size_t len = 0;
  const bool ok = json_is_string(member) &&
                  base64url_decode(json_string_value(member), json_string_length(member), bytes, capacity, &len);
  return ok ? len : 0;
}

static bool is_text(const json_t *jwk, const char *name, const char *value) {
  const char *member = text_of(jwk, name);
  return member != NULL && strcmp(member, value) == 0;
}

/* Pushes what the key is made of. *numbers are to be freed after the key was made. */
static bool push_ec(const json_t *jwk, OSSL_PARAM_BLD *builder, unsigned char point[POINT_BYTES]) {
  point[0] = POINT_CONVERSION_UNCOMPRESSED;
  return is_text(jwk, "kty", "EC") && is_text(jwk, "crv", "P-256") &&
         member_bytes(jwk, "x", point + 1, COORDINATE_BYTES) == COORDINATE_BYTES &&
         member_bytes(jwk, "y", point + 1 + COORDINATE_BYTES, COORDINATE_BYTES) == COORDINATE_BYTES &&
         OSSL_PARAM_BLD_push_utf8_string(builder, OSSL_PKEY_PARAM_GROUP_NAME, "P-256", 0) == 1 &&
         OSSL_PARAM_BLD_push_octet_string(builder, OSSL_PKEY_PARAM_PUB_KEY, point, POINT_BYTES) == 1;
}

static bool push_rsa(const json_t *jwk, OSSL_PARAM_BLD *builder, BIGNUM *numbers[2]) {
  unsigned char n[MAX_MODULUS_BYTES], e[4];
  const size_t n_len = member_bytes(jwk, "n", n, sizeof n), e_len = member_bytes(jwk, "e", e, sizeof e);
  if (!is_text(jwk, "kty", "RSA") || n_len < MIN_MODULUS_BYTES || e_len == 0) return false;
  numbers[0] = BN_bin2bn(n, (int)n_len, NULL);
  numbers[1] = BN_bin2bn(e, (int)e_len, NULL);
  return numbers[0] != NULL && numbers[1] != NULL &&
         OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_N, numbers[0]) == 1 &&
         OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_E, numbers[1]) == 1;
}

/* The public key that a JWK describes; NULL when it is none for this algorithm. OpenSSL checks the point's curve. */
EVP_PKEY *key_of_jwk(const json_t *jwk, int algorithm) {
  unsigned char point[POINT_BYTES];
  BIGNUM *numbers[2] = {NULL, NULL};
  EVP_PKEY *key = NULL;
  OSSL_PARAM *parameters = NULL;
  OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();
  EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, algorithm == ES256 ? "EC" : "RSA", NULL);
  bool ok = builder != NULL && context != NULL &&
            (algorithm == ES256 ? push_ec(jwk, builder, point) : push_rsa(jwk, builder, numbers));
  if (ok) parameters = OSSL_PARAM_BLD_to_param(builder);
  if (parameters != NULL && EVP_PKEY_fromdata_init(context) == 1 &&
      EVP_PKEY_fromdata(context, &key, EVP_PKEY_PUBLIC_KEY, parameters) != 1) {
    key = NULL;
  }
  OSSL_PARAM_free(parameters);
  OSSL_PARAM_BLD_free(builder);
  EVP_PKEY_CTX_free(context);
  BN_free(numbers[0]);
  BN_free(numbers[1]);
  return key;
}

/* SHA-256 of the required members in the order of their names, without blanks. */
bool jwk_thumbprint(const json_t *jwk, int algorithm, char thumbprint[64]) {
  json_t *members = algorithm == ES256 ? json_pack("{s:s, s:s, s:O, s:O}", "crv", "P-256", "kty", "EC", "x",
                                                   json_object_get(jwk, "x"), "y", json_object_get(jwk, "y"))
                                       : json_pack("{s:O, s:s, s:O}", "e", json_object_get(jwk, "e"), "kty", "RSA", "n",
                                                   json_object_get(jwk, "n"));
  char *text = json_dumps(members, JSON_COMPACT | JSON_SORT_KEYS);
  const bool ok = text != NULL && digest_text(text, thumbprint);
  free(text);
  json_decref(members);
  return ok;
}
