/*
 * make_tokens.c: keys and tokens for the benchmarks.
 *
 * usage: make_tokens DIRECTORY   writes jwks.json and, for each ALG, ALG.pem (public key) and ALG.token
 */
#include "bench.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

static void base64url_parameter(EVP_PKEY *key, const char *name, char *out) {
  unsigned char bytes[512];
  BIGNUM *number = NULL;
  CHECK(EVP_PKEY_get_bn_param(key, name, &number));
  base64url(out, bytes, (size_t)BN_bn2bin(number, bytes));
  BN_free(number);
}

static void coordinate(EVP_PKEY *key, const char *name, char *out) {
  unsigned char bytes[32];
  BIGNUM *number = NULL;
  CHECK(EVP_PKEY_get_bn_param(key, name, &number));
  CHECK(BN_bn2binpad(number, bytes, 32) == 32);
  base64url(out, bytes, 32);
  BN_free(number);
}

static void append_jwk(char *jwks, EVP_PKEY *key, const char *algorithm) {
  char first[1024], second[1024];
  char *end = jwks + strlen(jwks);
  const char *comma = end[-1] == '[' ? "" : ",";
  if (EVP_PKEY_is_a(key, "RSA")) {
    base64url_parameter(key, OSSL_PKEY_PARAM_RSA_N, first);
    base64url_parameter(key, OSSL_PKEY_PARAM_RSA_E, second);
    sprintf(end, "%s{\"kty\":\"RSA\",\"kid\":\"bench-%s\",\"use\":\"sig\",\"alg\":\"%s\",\"n\":\"%s\",\"e\":\"%s\"}",
            comma, algorithm, algorithm, first, second);
  } else if (EVP_PKEY_is_a(key, "EC")) {
    coordinate(key, OSSL_PKEY_PARAM_EC_PUB_X, first);
    coordinate(key, OSSL_PKEY_PARAM_EC_PUB_Y, second);
    sprintf(end, "%s{\"kty\":\"EC\",\"crv\":\"P-256\",\"kid\":\"bench-%s\",\"alg\":\"%s\",\"x\":\"%s\",\"y\":\"%s\"}",
            comma, algorithm, algorithm, first, second);
  } else {
    unsigned char raw[32];
    size_t count = sizeof raw;
    CHECK(EVP_PKEY_get_raw_public_key(key, raw, &count));
    base64url(first, raw, count);
    sprintf(end, "%s{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"kid\":\"bench-%s\",\"alg\":\"%s\",\"x\":\"%s\"}", comma,
            algorithm, algorithm, first);
  }
}

/* JOSE's form of an ECDSA signature: r and s side by side. */
static size_t raw_ecdsa(unsigned char *signature, size_t count) {
  const unsigned char *cursor = signature;
  ECDSA_SIG *pair = d2i_ECDSA_SIG(NULL, &cursor, (long)count);
  CHECK(pair);
  unsigned char raw[64];
  CHECK(BN_bn2binpad(ECDSA_SIG_get0_r(pair), raw, 32) == 32 &&
        BN_bn2binpad(ECDSA_SIG_get0_s(pair), raw + 32, 32) == 32);
  ECDSA_SIG_free(pair);
  memcpy(signature, raw, sizeof raw);
  return sizeof raw;
}

static void make(const char *directory, char *jwks, EVP_PKEY *key, const char *algorithm) {
  char header[256], name[64];
  snprintf(header, sizeof header, "{\"alg\":\"%s\",\"typ\":\"JWT\",\"kid\":\"bench-%s\"}", algorithm, algorithm);
  /* with this, the RS256 token has 960 bytes */
  char *claims = make_claims(1, SCOPE " mcp:resources mcp:prompts", "\"" RESOURCE "\"", 107);
  size_t len = 0;
  char *token = signing_input(header, claims, &len);
  EVP_MD_CTX *context = EVP_MD_CTX_new();
  EVP_PKEY_CTX *parameters = NULL;
  CHECK(EVP_DigestSignInit(context, &parameters, EVP_PKEY_is_a(key, "ED25519") ? NULL : EVP_sha256(), NULL, key) == 1);
  if (strcmp(algorithm, "PS256") == 0)
    CHECK(EVP_PKEY_CTX_set_rsa_padding(parameters, RSA_PKCS1_PSS_PADDING) == 1 &&
          EVP_PKEY_CTX_set_rsa_pss_saltlen(parameters, RSA_PSS_SALTLEN_DIGEST) == 1);
  unsigned char signature[512];
  size_t count = sizeof signature;
  CHECK(EVP_DigestSign(context, signature, &count, (unsigned char *)token, len) == 1);
  if (EVP_PKEY_is_a(key, "EC")) count = raw_ecdsa(signature, count);
  token[len++] = '.';
  len += base64url(token + len, signature, count);
  snprintf(name, sizeof name, "%s.token", algorithm);
  write_file(directory, name, token, len);

  char *pem = NULL;
  BIO *sink = BIO_new(BIO_s_mem());
  CHECK(PEM_write_bio_PUBKEY(sink, key));
  long written = BIO_get_mem_data(sink, &pem);
  snprintf(name, sizeof name, "%s.pem", algorithm);
  write_file(directory, name, pem, (size_t)written);
  BIO_free(sink);
  append_jwk(jwks, key, algorithm);
  EVP_MD_CTX_free(context);
  EVP_PKEY_free(key);
  free(claims);
  free(token);
}

int main(int argc, char **argv) {
  CHECK(argc == 2);
  static char jwks[16384] = "{\"keys\":[";
  make(argv[1], jwks, EVP_RSA_gen(2048), "RS256");
  make(argv[1], jwks, EVP_RSA_gen(2048), "PS256");
  make(argv[1], jwks, EVP_EC_gen("P-256"), "ES256");
  make(argv[1], jwks, EVP_PKEY_Q_keygen(NULL, NULL, "ED25519"), "EdDSA");
  strcat(jwks, "]}");
  write_file(argv[1], "jwks.json", jwks, strlen(jwks));
  return 0;
}
