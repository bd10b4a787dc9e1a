/*
 * new_token.c: what a token costs that was not seen before, beside OpenSSL alone and the C libraries that do the same.
 *
 * usage: new_token DIRECTORY ROUNDS   prints one JSON object
 *
 * In every round each contender verifies the same token for two milliseconds, one after the other on one thread, in
 * another order each time, so that none always comes after the same other. A round's ratio is to the same round's OpenSSL.
 */
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include "bench.h"
#include "contender.h"

/* ---- OpenSSL alone: the signature over bytes that are decoded already, in a context made for each ------------------- */

static EVP_PKEY *openssl_key;
static const char *openssl_algorithm;
static unsigned char openssl_signature[512];
static size_t openssl_signature_len, signed_len;

static int digit(char c) {
  static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  return (int)(strchr(digits, c) - digits);
}

static size_t put_integer(unsigned char *out, const unsigned char *number) {
  size_t skip = 0;
  while (skip < 31 && number[skip] == 0) skip++;
  size_t pad = number[skip] >> 7, count = 32 - skip;
  out[0] = 2;
  out[1] = (unsigned char)(count + pad);
  if (pad) out[2] = 0;
  memcpy(out + 2 + pad, number + skip, count);
  return 2 + pad + count;
}

static void openssl_prepare(const char *algorithm, const char *pem, const char *token) {
  openssl_algorithm = algorithm;
  BIO *source = BIO_new_mem_buf(pem, -1);
  CHECK((openssl_key = PEM_read_bio_PUBKEY(source, NULL, NULL, NULL)));
  BIO_free(source);
  const char *dot = strrchr(token, '.');
  signed_len = (size_t)(dot - token);
  unsigned char raw[512];
  size_t count = 0;
  unsigned pending = 0, bits = 0;
  for (const char *c = dot + 1; *c; c++) {
    pending = pending << 6 | (unsigned)digit(*c);
    if ((bits += 6) >= 8) raw[count++] = (unsigned char)(pending >> (bits -= 8));
  }
  if (strcmp(algorithm, "ES256") == 0) {
    unsigned char *body = openssl_signature + 2;
    size_t used = put_integer(body, raw);
    used += put_integer(body + used, raw + 32);
    openssl_signature[0] = 0x30;
    openssl_signature[1] = (unsigned char)used;
    openssl_signature_len = used + 2;
  } else {
    memcpy(openssl_signature, raw, count);
    openssl_signature_len = count;
  }
}

static void openssl_verify(const char *token, size_t len) {
  (void)len;
  EVP_MD_CTX *context = EVP_MD_CTX_new();
  EVP_PKEY_CTX *parameters = NULL;
  const EVP_MD *hash = strcmp(openssl_algorithm, "EdDSA") == 0 ? NULL : EVP_sha256();
  CHECK(EVP_DigestVerifyInit(context, &parameters, hash, NULL, openssl_key) == 1);
  if (strcmp(openssl_algorithm, "PS256") == 0)
    CHECK(EVP_PKEY_CTX_set_rsa_padding(parameters, RSA_PKCS1_PSS_PADDING) == 1 &&
          EVP_PKEY_CTX_set_rsa_pss_saltlen(parameters, RSA_PSS_SALTLEN_DIGEST) == 1);
  CHECK(EVP_DigestVerify(context, openssl_signature, openssl_signature_len, (const unsigned char *)token, signed_len) ==
        1);
  EVP_MD_CTX_free(context);
}

/* ---- this library, with its cache off ------------------------------------------------------------------------------- */

static mcpauth_verifier *verifier;

static bool mcpauth_prepare(const char *algorithm, const char *pem, const char *jwk, const char *jwks) {
  (void)algorithm, (void)pem, (void)jwk;
  mcpauth_verifier_free(verifier);
  verifier = make_verifier(make_config(jwks, 0));
  return true;
}

/* The field as an HTTP server hands it over, written once for each token. */
static mcpauth_str authorization;

static void mcpauth_verify_token(const char *token, size_t len) {
  static const char *written;
  static char field[2048] = "Bearer ";
  if (written != token) {
    memcpy(field + 7, token, len);
    authorization = (mcpauth_str){field, len + 7};
    written = token;
  }
  mcpauth_request request = MCPAUTH_REQUEST_INIT;
  mcpauth_authinfo *info = NULL;
  request.authorization = &authorization;
  request.authorization_count = 1;
  CHECK(mcpauth_authorize(verifier, &request, &info, NULL) == MCPAUTH_OK);
  mcpauth_authinfo_free(info);
}

static const struct contender contender_mcpauth = {"libmcpauth", "all of them, strictly, to an authinfo",
                                                   mcpauth_prepare, mcpauth_verify_token};

/* ---- rounds --------------------------------------------------------------------------------------------------------- */

static double measure(void (*verify)(const char *, size_t), const char *token, size_t len, int calls) {
  double start = cpu_ns();
  for (int i = 0; i < calls; i++) verify(token, len);
  return (cpu_ns() - start) / calls;
}

static int calls_for(double milliseconds, void (*verify)(const char *, size_t), const char *token, size_t len) {
  verify(token, len);
  double ns = measure(verify, token, len, 50);
  int calls = (int)(milliseconds * 1e6 / ns);
  return calls < 10 ? 10 : calls;
}

/* The JWK of one algorithm, out of the set that make_tokens wrote. */
static char *jwk_of(const char *jwks, const char *algorithm) {
  char kid[64];
  snprintf(kid, sizeof kid, "\"kid\":\"bench-%s\"", algorithm);
  const char *at = strstr(jwks, kid), *end = strchr(at, '}');
  while (*at != '{') at--;
  size_t count = (size_t)(end - at) + 1;
  char *jwk = calloc(1, count + 1);
  CHECK(jwk);
  return memcpy(jwk, at, count);
}

int main(int argc, char **argv) {
  static const char *const algorithms[] = {"RS256", "PS256", "ES256", "EdDSA"};
  const struct contender *contenders[] = {&contender_mcpauth, &contender_libjwt, &contender_cjose, &contender_rhonabwy};
  enum { ALGORITHMS = 4, CONTENDERS = 4, MOST_ROUNDS = 1000, SLICE_MS = 2 };
  static double times[CONTENDERS][MOST_ROUNDS], ratios[CONTENDERS][MOST_ROUNDS], alone[MOST_ROUNDS];
  CHECK(argc == 3);
  size_t rounds = (size_t)atoi(argv[2]);
  CHECK(rounds > 0 && rounds <= MOST_ROUNDS);
  char *jwks = read_file(argv[1], "jwks.json", NULL);
  printf("{");
  for (size_t a = 0; a < ALGORITHMS; a++) {
    const char *algorithm = algorithms[a];
    char name[64];
    size_t len = 0;
    snprintf(name, sizeof name, "%s.token", algorithm);
    char *token = read_file(argv[1], name, &len);
    snprintf(name, sizeof name, "%s.pem", algorithm);
    char *pem = read_file(argv[1], name, NULL), *jwk = jwk_of(jwks, algorithm);
    openssl_prepare(algorithm, pem, token);
    bool takes_part[CONTENDERS];
    int calls[CONTENDERS], openssl_calls = calls_for(SLICE_MS, openssl_verify, token, len);
    for (size_t c = 0; c < CONTENDERS; c++) {
      takes_part[c] = contenders[c]->prepare(algorithm, pem, jwk, jwks);
      if (takes_part[c]) calls[c] = calls_for(SLICE_MS, contenders[c]->verify, token, len);
    }
    for (size_t round = 0; round < rounds; round++) {
      for (size_t turn = 0; turn <= CONTENDERS; turn++) {
        size_t c = (round + turn * (1 + round % CONTENDERS)) % (CONTENDERS + 1); /* a prime, so each has its turn */
        if (c == CONTENDERS)
          alone[round] = measure(openssl_verify, token, len, openssl_calls);
        else if (takes_part[c])
          times[c][round] = measure(contenders[c]->verify, token, len, calls[c]);
      }
      for (size_t c = 0; c < CONTENDERS; c++)
        if (takes_part[c]) ratios[c][round] = times[c][round] / alone[round];
    }
    printf("%s\"%s\":{\"token_bytes\":%zu", a ? "," : "", algorithm, len);
    print_spread("openssl_ns", alone, rounds);
    printf(",\"contenders\":{");
    for (size_t c = 0, printed = 0; c < CONTENDERS; c++) {
      if (!takes_part[c]) continue;
      printf("%s\"%s\":{\"checks\":\"%s\"", printed++ ? "," : "", contenders[c]->name, contenders[c]->checks);
      print_spread("ns", times[c], rounds);
      print_spread("ratio", ratios[c], rounds);
      printf("}");
    }
    printf("}}");
  }
  printf("}\n");
  return 0;
}
