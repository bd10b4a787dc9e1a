#include "tokens.h"

#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct signing_key {
  EVP_PKEY *pkey;
  const char *kty, *crv; /* crv is NULL for RSA */
  size_t coordinate_len; /* of an EC curve, in bytes */
};

static void need(int condition, const char *what) {
  if (condition) return;
  fprintf(stderr, "tokens.c: %s failed\n", what);
  abort();
}

char *format(const char *printf_text, ...) {
  va_list arguments, again;
  va_start(arguments, printf_text);
  va_copy(again, arguments);
  int len = vsnprintf(NULL, 0, printf_text, arguments);
  need(len >= 0, "vsnprintf");
  char *text = malloc((size_t)len + 1);
  need(text != NULL, "malloc");
  vsnprintf(text, (size_t)len + 1, printf_text, again);
  va_end(arguments);
  va_end(again);
  return text;
}

char *replaced(const char *text, const char *mark, const char *value) {
  char *result = format("%s", "");
  for (const char *found; *text != '\0'; text = found + strlen(mark)) {
    found = strstr(text, mark);
    char *longer =
        format("%s%.*s%s", result, found ? (int)(found - text) : (int)strlen(text), text, found ? value : "");
    free(result);
    result = longer;
    if (found == NULL) break;
  }
  return result;
}

char *base64url(const void *bytes, size_t len) {
  unsigned char *text = malloc((len + 2) / 3 * 4 + 1);
  need(text != NULL, "malloc");
  int written = EVP_EncodeBlock(text, bytes, (int)len);
  for (int i = 0; i < written; i++) {
    if (text[i] == '+') text[i] = '-';
    if (text[i] == '/') text[i] = '_';
    if (text[i] == '=') {
      text[i] = '\0';
      break;
    }
  }
  return (char *)text;
}

/* ---- keys ------------------------------------------------------------------------------------------------------- */

static signing_key *new_key(EVP_PKEY *pkey, const char *kty, const char *crv, size_t coordinate_len) {
  need(pkey != NULL, "making a key");
  signing_key *key = malloc(sizeof *key);
  need(key != NULL, "malloc");
  *key = (signing_key){pkey, kty, crv, coordinate_len};
  return key;
}

signing_key *signing_key_rsa(unsigned bits) { return new_key(EVP_RSA_gen(bits), "RSA", NULL, 0); }
signing_key *signing_key_ed25519(void) {
  return new_key(EVP_PKEY_Q_keygen(NULL, NULL, "ED25519"), "OKP", "Ed25519", 0);
}

signing_key *signing_key_ec(const char *curve) {
  size_t coordinate_len = strcmp(curve, "P-256") == 0 ? 32 : strcmp(curve, "P-384") == 0 ? 48 : 66;
  return new_key(EVP_EC_gen(curve), "EC", curve, coordinate_len);
}

void signing_key_free(signing_key *key) {
  if (key == NULL) return;
  EVP_PKEY_free(key->pkey);
  free(key);
}

/* A number of the key as base64url, padded to width bytes (0: as short as it is). */
static char *number_member(const signing_key *key, const char *name, size_t width) {
  BIGNUM *number = NULL;
  need(EVP_PKEY_get_bn_param(key->pkey, name, &number), "EVP_PKEY_get_bn_param");
  unsigned char bytes[2048];
  int len = width ? (int)width : BN_num_bytes(number);
  need(len <= (int)sizeof bytes && BN_bn2binpad(number, bytes, len) == len, "BN_bn2binpad");
  BN_free(number);
  return base64url(bytes, (size_t)len);
}

static char *public_members(const signing_key *key) {
  char *first, *second = NULL, *members;
  if (strcmp(key->kty, "RSA") == 0) {
    first = number_member(key, OSSL_PKEY_PARAM_RSA_N, 0);
    second = number_member(key, OSSL_PKEY_PARAM_RSA_E, 0);
    members = format("\"n\":\"%s\",\"e\":\"%s\"", first, second);
  } else if (strcmp(key->kty, "EC") == 0) {
    first = number_member(key, OSSL_PKEY_PARAM_EC_PUB_X, key->coordinate_len);
    second = number_member(key, OSSL_PKEY_PARAM_EC_PUB_Y, key->coordinate_len);
    members = format("\"crv\":\"%s\",\"x\":\"%s\",\"y\":\"%s\"", key->crv, first, second);
  } else {
    unsigned char bytes[32];
    size_t len = sizeof bytes;
    need(EVP_PKEY_get_raw_public_key(key->pkey, bytes, &len), "EVP_PKEY_get_raw_public_key");
    first = base64url(bytes, len);
    members = format("\"crv\":\"%s\",\"x\":\"%s\"", key->crv, first);
  }
  free(first);
  free(second);
  return members;
}

char *signing_key_jwk(const signing_key *key, const char *kid, const char *alg, const char *more) {
  char *members = public_members(key);
  char *kid_member = kid ? format(",\"kid\":\"%s\"", kid) : format("%s", "");
  char *alg_member = alg ? format(",\"alg\":\"%s\"", alg) : format("%s", "");
  char *jwk = format("{\"kty\":\"%s\",%s%s%s%s%s}", key->kty, members, kid_member, alg_member, more ? "," : "",
                     more ? more : "");
  free(members);
  free(kid_member);
  free(alg_member);
  return jwk;
}

char *signing_key_jwks(const signing_key *key, const char *kid, const char *alg) {
  char *jwk = signing_key_jwk(key, kid, alg, NULL);
  char *jwks = format("{\"keys\":[%s]}", jwk);
  free(jwk);
  return jwks;
}

static char *text_of(BIO *memory) {
  char *data = NULL;
  long len = BIO_get_mem_data(memory, &data);
  char *text = format("%.*s", (int)len, data);
  BIO_free(memory);
  return text;
}

char *signing_key_public_pem(const signing_key *key) {
  BIO *memory = BIO_new(BIO_s_mem());
  need(memory && PEM_write_bio_PUBKEY(memory, key->pkey), "PEM_write_bio_PUBKEY");
  return text_of(memory);
}

char *signing_key_private_pem(const signing_key *key) {
  BIO *memory = BIO_new(BIO_s_mem());
  need(memory && PEM_write_bio_PrivateKey(memory, key->pkey, NULL, NULL, 0, NULL, NULL), "PEM_write_bio_PrivateKey");
  return text_of(memory);
}

char *signing_key_certificate_pem(const signing_key *key) {
  X509 *certificate = X509_new();
  need(certificate != NULL, "X509_new");
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate), 0);
  X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
  X509_NAME *name = X509_get_subject_name(certificate);
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const unsigned char *)"test", -1, -1, 0);
  X509_set_issuer_name(certificate, name);
  X509_set_pubkey(certificate, key->pkey);
  const EVP_MD *digest = strcmp(key->kty, "OKP") == 0 ? NULL : EVP_sha256();
  need(X509_sign(certificate, key->pkey, digest) > 0, "X509_sign");
  BIO *memory = BIO_new(BIO_s_mem());
  need(memory && PEM_write_bio_X509(memory, certificate), "PEM_write_bio_X509");
  X509_free(certificate);
  return text_of(memory);
}

/* ---- signatures ------------------------------------------------------------------------------------------------- */

static const EVP_MD *digest_of(const char *alg) {
  if (strcmp(alg, "EdDSA") == 0 || strcmp(alg, "Ed25519") == 0) return NULL;
  const char *bits = alg + 2;
  return strcmp(bits, "256") == 0 ? EVP_sha256() : strcmp(bits, "384") == 0 ? EVP_sha384() : EVP_sha512();
}

/* RFC 7518 section 3.4: r and s, each as wide as the curve's coordinates, in place of OpenSSL's DER. */
static size_t raw_ecdsa(unsigned char *signature, size_t der_len, size_t coordinate_len) {
  const unsigned char *der = signature;
  ECDSA_SIG *pair = d2i_ECDSA_SIG(NULL, &der, (long)der_len);
  need(pair != NULL, "d2i_ECDSA_SIG");
  int width = (int)coordinate_len;
  need(BN_bn2binpad(ECDSA_SIG_get0_r(pair), signature, width) == width, "r");
  need(BN_bn2binpad(ECDSA_SIG_get0_s(pair), signature + width, width) == width, "s");
  ECDSA_SIG_free(pair);
  return 2 * coordinate_len;
}

static char *signature_of(const signing_key *key, const char *alg, const char *input) {
  unsigned char signature[2048];
  size_t len = sizeof signature;
  EVP_MD_CTX *context = EVP_MD_CTX_new();
  EVP_PKEY_CTX *settings = NULL;
  need(context && EVP_DigestSignInit(context, &settings, digest_of(alg), NULL, key->pkey), "EVP_DigestSignInit");
  if (alg[0] == 'P')
    need(EVP_PKEY_CTX_set_rsa_padding(settings, RSA_PKCS1_PSS_PADDING) > 0 &&
             EVP_PKEY_CTX_set_rsa_pss_saltlen(settings, RSA_PSS_SALTLEN_DIGEST) > 0,
         "PSS padding");
  need(EVP_DigestSign(context, signature, &len, (const unsigned char *)input, strlen(input)), "EVP_DigestSign");
  EVP_MD_CTX_free(context);
  if (key->coordinate_len != 0) len = raw_ecdsa(signature, len, key->coordinate_len);
  return base64url(signature, len);
}

/* base64url(header) "." base64url(payload): what is signed (RFC 7515 section 5.1). */
static char *signing_input(const char *header_json, const char *payload_json) {
  char *header = base64url(header_json, strlen(header_json)), *payload = base64url(payload_json, strlen(payload_json));
  char *input = format("%s.%s", header, payload);
  free(header);
  free(payload);
  return input;
}

/* Takes both texts over. */
static char *joined(char *input, char *signature) {
  char *token = format("%s.%s", input, signature);
  free(input);
  free(signature);
  return token;
}

char *sign_token(const signing_key *key, const char *alg, const char *header_json, const char *payload_json) {
  char *input = signing_input(header_json, payload_json);
  return joined(input, signature_of(key, alg, input));
}

char *sign_token_hmac(const char *secret, size_t secret_len, const char *header_json, const char *payload_json) {
  char *input = signing_input(header_json, payload_json);
  unsigned char tag[EVP_MAX_MD_SIZE];
  unsigned tag_len = 0;
  need(HMAC(EVP_sha256(), secret, (int)secret_len, (const unsigned char *)input, strlen(input), tag, &tag_len) != NULL,
       "HMAC");
  return joined(input, base64url(tag, tag_len));
}
