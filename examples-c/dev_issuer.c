/*
 * dev_issuer.c: an authorization server for DEVELOPMENT ONLY. It gives a token to whoever asks, for any user, without a
 * question. Use it to try an MCP server on your own machine before a real authorization server is set up.
 *
 * Its keys are made at start and die with it. It listens on 127.0.0.1 only.
 *
 * pkg-config: libmicrohttpd jansson libcrypto
 * build:  cc -std=c11 dev_issuer.c -o dev_issuer -pthread $(pkg-config --cflags --libs libmicrohttpd jansson libcrypto)
 * usage:  dev_issuer [--port N]      9000 unless given, 0 picks a free one; `listening on URL` names the issuer
 *
 *   GET /.well-known/oauth-authorization-server, /.well-known/openid-configuration   metadata (RFC 8414)
 *   GET /jwks                                                                        public keys (RFC 7517)
 *   GET /key.pem?alg=ES256                                                           one public key, as PEM
 *   GET /token?kind=good&audience=URL&scope=S+T&sub=NAME&client_id=ID&alg=ES256      one token, as text
 *
 * All parameters of /token are optional: audience is http://127.0.0.1:8080/mcp, scope is mcp:use, sub is alice,
 * client_id is dev-client and alg is ES256 (or RS256) unless given. kind is good, or one a server has to refuse:
 *
 *   expired           its time was over five minutes ago
 *   not-yet-valid     its time begins in an hour
 *   other-audience    issued for another server
 *   other-issuer      says that another authorization server issued it
 *   fewer-scopes      without the last of the scopes asked for
 *   forged            signed with a key that is not the published one of that name
 *   unknown-key       names a key that is not published
 *   unsigned          alg is none and there is no signature
 *
 * TOKEN=$(curl -s 'http://127.0.0.1:9000/token?audience=http://127.0.0.1:8080/mcp')
 */
#define _POSIX_C_SOURCE 200809L
#include <inttypes.h>
#include <jansson.h>
#include <microhttpd.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <stdbool.h>
#include <stdio.h>
#include <time.h>

#include "loopback.h"

enum { MAX_BYTES = 8192, ES256_HALF = 32, LIFETIME_SECONDS = 3600 };

enum { ES256, RS256, ALGORITHM_COUNT };
static const char *const algorithm_names[ALGORITHM_COUNT] = {"ES256", "RS256"};
static const char *const key_ids[ALGORITHM_COUNT] = {"dev-es256", "dev-rs256"};

struct issuer {
  char url[64], host[32], host_by_name[32];
  EVP_PKEY *keys[ALGORITHM_COUNT];
  json_t *metadata, *jwks;
};

/* ---- keys and signatures ---------------------------------------------------------------------------------------- */

/* base64url without padding (RFC 4648 section 5). The caller frees it; NULL when there is too much or no memory. */
static char *base64url(const unsigned char *data, size_t len) {
  if (len > MAX_BYTES) return NULL;
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

/* A number of a public key as a JWK member: big-endian, width bytes wide, or as short as it goes when width is 0. */
static json_t *key_number(const EVP_PKEY *key, const char *name, int width) {
  BIGNUM *number = NULL;
  unsigned char bytes[MAX_BYTES];
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

static EVP_PKEY *new_key(int algorithm) { return algorithm == ES256 ? EVP_EC_gen("P-256") : EVP_RSA_gen(2048); }

/* The key set: public members only, by construction. NULL when OpenSSL or memory failed. */
static json_t *make_jwks(EVP_PKEY *const keys[]) {
  json_t *ec = json_pack("{s:s, s:s, s:s, s:s, s:s, s:o, s:o}", "kty", "EC", "crv", "P-256", "use", "sig", "alg",
                         algorithm_names[ES256], "kid", key_ids[ES256], "x",
                         key_number(keys[ES256], OSSL_PKEY_PARAM_EC_PUB_X, ES256_HALF), "y",
                         key_number(keys[ES256], OSSL_PKEY_PARAM_EC_PUB_Y, ES256_HALF));
  json_t *rsa = json_pack("{s:s, s:s, s:s, s:s, s:o, s:o}", "kty", "RSA", "use", "sig", "alg", algorithm_names[RS256],
                          "kid", key_ids[RS256], "n", key_number(keys[RS256], OSSL_PKEY_PARAM_RSA_N, 0), "e",
                          key_number(keys[RS256], OSSL_PKEY_PARAM_RSA_E, 0));
  return json_pack("{s:[o, o]}", "keys", ec, rsa);
}

/* OpenSSL writes an ECDSA signature as DER; a JWS has r and s, 32 bytes each (RFC 7518 section 3.4). */
static bool raw_ecdsa(unsigned char *signature, size_t *len) {
  const unsigned char *der = signature;
  ECDSA_SIG *pair = d2i_ECDSA_SIG(NULL, &der, (long)*len);
  bool ok = pair != NULL && BN_bn2binpad(ECDSA_SIG_get0_r(pair), signature, ES256_HALF) == ES256_HALF &&
            BN_bn2binpad(ECDSA_SIG_get0_s(pair), signature + ES256_HALF, ES256_HALF) == ES256_HALF;
  ECDSA_SIG_free(pair);
  *len = 2 * ES256_HALF;
  return ok;
}

/* The signature's base64url over text; the caller frees it. NULL when there is no key or OpenSSL failed. */
static char *sign(EVP_PKEY *key, int algorithm, const char *text) {
  unsigned char signature[MAX_BYTES];
  size_t len = sizeof signature;
  EVP_MD_CTX *context = EVP_MD_CTX_new();
  bool ok = key != NULL && context != NULL && EVP_DigestSignInit(context, NULL, EVP_sha256(), NULL, key) == 1 &&
            EVP_DigestSign(context, signature, &len, (const unsigned char *)text, strlen(text)) == 1 &&
            (algorithm != ES256 || raw_ecdsa(signature, &len));
  EVP_MD_CTX_free(context);
  return ok ? base64url(signature, len) : NULL;
}

/* ---- tokens ----------------------------------------------------------------------------------------------------- */

struct wish {
  const char *kind, *audience, *scope, *subject, *client;
  int algorithm;
};

/* JSON text as base64url; takes value over, and the caller frees the text. */
static char *segment(json_t *value) {
  char *json = json_dumps(value, JSON_COMPACT);
  char *text = json != NULL ? base64url((const unsigned char *)json, strlen(json)) : NULL;
  free(json);
  json_decref(value);
  return text;
}

/* The claims of an access token (RFC 9068). */
static json_t *make_claims(const struct issuer *issuer, const struct wish *wish) {
  const int64_t now = (int64_t)time(NULL);
  int64_t begins = now;
  unsigned char random[16];
  const char *audience = wish->audience, *url = issuer->url;
  size_t scope_len = strlen(wish->scope);
  if (RAND_bytes(random, sizeof random) != 1) return NULL;

  if (strcmp(wish->kind, "expired") == 0) begins = now - LIFETIME_SECONDS - 300;
  if (strcmp(wish->kind, "not-yet-valid") == 0) begins = now + 3600;
  if (strcmp(wish->kind, "other-audience") == 0) audience = "https://other-server.example.com/mcp";
  if (strcmp(wish->kind, "other-issuer") == 0) url = "https://other-issuer.example.com";
  if (strcmp(wish->kind, "fewer-scopes") == 0) {
    const char *last = strrchr(wish->scope, ' ');
    scope_len = last != NULL ? (size_t)(last - wish->scope) : 0;
  }
  char *id = base64url(random, sizeof random);
  json_t *claims = json_pack("{s:s, s:s, s:s, s:s, s:I, s:I, s:I, s:s}", "iss", url, "sub", wish->subject, "aud",
                             audience, "client_id", wish->client, "iat", (json_int_t)begins, "nbf", (json_int_t)begins,
                             "exp", (json_int_t)(begins + LIFETIME_SECONDS), "jti", id);
  free(id);
  if (scope_len > 0) json_object_set_new(claims, "scope", json_stringn(wish->scope, scope_len));
  return claims;
}

/* a.b, which the caller frees; NULL when one of them is NULL. */
static char *join(const char *a, const char *b) {
  if (a == NULL || b == NULL) return NULL;
  const size_t size = strlen(a) + strlen(b) + 2;
  char *text = malloc(size);
  if (text != NULL) snprintf(text, size, "%s.%s", a, b);
  return text;
}

/* A compact JWS (RFC 7515); the caller frees it. NULL when it would be too long, or OpenSSL or memory failed. */
static char *make_token(const struct issuer *issuer, const struct wish *wish) {
  const int algorithm = wish->algorithm;
  const bool is_unsigned = strcmp(wish->kind, "unsigned") == 0;
  const bool forged = strcmp(wish->kind, "forged") == 0;
  const bool unknown = strcmp(wish->kind, "unknown-key") == 0;
  EVP_PKEY *key = issuer->keys[algorithm], *own = NULL;
  char *header = segment(is_unsigned ? json_pack("{s:s, s:s}", "alg", "none", "typ", "at+jwt")
                                     : json_pack("{s:s, s:s, s:s}", "alg", algorithm_names[algorithm], "typ", "at+jwt",
                                                 "kid", unknown ? "not-published" : key_ids[algorithm]));
  char *claims = segment(make_claims(issuer, wish));
  char *input = join(header, claims);
  char *signature = NULL;
  if (forged || unknown) key = own = new_key(algorithm); /* made for this token only */
  if (input != NULL) signature = is_unsigned ? strdup("") : sign(key, algorithm, input);
  char *token = join(input, signature);
  EVP_PKEY_free(own);
  free(header);
  free(claims);
  free(input);
  free(signature);
  return token;
}

/* ---- HTTP ------------------------------------------------------------------------------------------------------- */

static enum MHD_Result send_text(struct MHD_Connection *connection, unsigned status, const char *type,
                                 const char *text) {
  struct MHD_Response *response = MHD_create_response_from_buffer(strlen(text), (void *)text, MHD_RESPMEM_MUST_COPY);
  if (response == NULL) return MHD_NO;
  enum MHD_Result sent = MHD_add_response_header(response, "Content-Type", type);
  if (sent == MHD_YES) sent = MHD_add_response_header(response, "Cache-Control", "no-store");
  if (sent == MHD_YES) sent = MHD_queue_response(connection, status, response);
  MHD_destroy_response(response);
  return sent;
}

static enum MHD_Result send_json(struct MHD_Connection *connection, const json_t *json) {
  char *text = json_dumps(json, JSON_COMPACT);
  if (text == NULL) return MHD_NO;
  const enum MHD_Result sent = send_text(connection, 200, "application/json", text);
  free(text);
  return sent;
}

/* A parameter of the query, or what it is unless given. */
static const char *parameter(struct MHD_Connection *connection, const char *name, const char *otherwise) {
  const char *value = MHD_lookup_connection_value(connection, MHD_GET_ARGUMENT_KIND, name);
  return value != NULL ? value : otherwise;
}

static bool is_kind(const char *kind) {
  static const char *const kinds[] = {"good",         "expired", "not-yet-valid", "other-audience", "other-issuer",
                                      "fewer-scopes", "forged",  "unknown-key",   "unsigned"};
  for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
    if (strcmp(kind, kinds[i]) == 0) return true;
  }
  return false;
}

/* The algorithm asked for; ALGORITHM_COUNT when this issuer has no such key. */
static int wanted_algorithm(struct MHD_Connection *connection) {
  const char *name = parameter(connection, "alg", algorithm_names[ES256]);
  int algorithm = 0;
  while (algorithm < ALGORITHM_COUNT && strcmp(name, algorithm_names[algorithm]) != 0) algorithm++;
  return algorithm;
}

static enum MHD_Result send_pem(struct MHD_Connection *connection, const struct issuer *issuer) {
  const int algorithm = wanted_algorithm(connection);
  char pem[MAX_BYTES];
  if (algorithm == ALGORITHM_COUNT) return send_text(connection, 400, "text/plain", "alg is ES256 or RS256\n");
  BIO *memory = BIO_new(BIO_s_mem());
  int len = 0;
  if (memory != NULL && PEM_write_bio_PUBKEY(memory, issuer->keys[algorithm]) == 1) {
    len = BIO_read(memory, pem, sizeof pem - 1);
  }
  BIO_free(memory);
  if (len <= 0) return send_text(connection, 500, "text/plain", "the key cannot be written\n");
  pem[len] = '\0';
  return send_text(connection, 200, "application/x-pem-file", pem);
}

static enum MHD_Result send_token(struct MHD_Connection *connection, const struct issuer *issuer) {
  const struct wish wish = {.kind = parameter(connection, "kind", "good"),
                            .audience = parameter(connection, "audience", "http://127.0.0.1:8080/mcp"),
                            .scope = parameter(connection, "scope", "mcp:use"),
                            .subject = parameter(connection, "sub", "alice"),
                            .client = parameter(connection, "client_id", "dev-client"),
                            .algorithm = wanted_algorithm(connection)};
  if (!is_kind(wish.kind) || wish.algorithm == ALGORITHM_COUNT) {
    return send_text(connection, 400, "text/plain", "kind or alg is none that this issuer knows: see dev_issuer.c\n");
  }
  char *token = make_token(issuer, &wish);
  if (token == NULL) { return send_text(connection, 400, "text/plain", "a parameter is too long or is not UTF-8\n"); }
  fprintf(stderr, "dev_issuer: DEVELOPMENT ONLY: gave away a token (%s)\n", wish.kind);
  const enum MHD_Result sent = send_text(connection, 200, "text/plain", token);
  free(token);
  return sent;
}

static enum MHD_Result handle(void *userdata, struct MHD_Connection *connection, const char *path, const char *method,
                              const char *version, const char *data, size_t *data_len, void **state) {
  const struct issuer *issuer = userdata;
  const char *host = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_HOST);
  static char seen;
  (void)version, (void)data;
  if (*state == NULL) { /* first call: the header only */
    *state = &seen;
    return MHD_YES;
  }
  *data_len = 0; /* a body means nothing here */
  /* A web page whose host name was pointed at 127.0.0.1 (DNS rebinding) comes with that name: no tokens for it. */
  if (host == NULL || (strcmp(host, issuer->host) != 0 && strcmp(host, issuer->host_by_name) != 0)) {
    return send_text(connection, 403, "text/plain", "ask for 127.0.0.1 or localhost\n");
  }
  if (strcmp(method, MHD_HTTP_METHOD_GET) != 0) return send_text(connection, 405, "text/plain", "GET only\n");
  if (strcmp(path, "/.well-known/oauth-authorization-server") == 0 ||
      strcmp(path, "/.well-known/openid-configuration") == 0) {
    return send_json(connection, issuer->metadata);
  }
  if (strcmp(path, "/jwks") == 0) return send_json(connection, issuer->jwks);
  if (strcmp(path, "/key.pem") == 0) return send_pem(connection, issuer);
  if (strcmp(path, "/token") == 0) return send_token(connection, issuer);
  return send_text(connection, 404, "text/plain", "there are /.well-known/..., /jwks, /key.pem and /token\n");
}

/* ---- the program ------------------------------------------------------------------------------------------------ */

/* Keys, key set and metadata of an issuer on this port. There is no endpoint to log in at, so none is named. */
static bool make_issuer(struct issuer *issuer, uint16_t port) {
  char jwks_uri[80];
  snprintf(issuer->url, sizeof issuer->url, "http://127.0.0.1:%" PRIu16, port);
  snprintf(issuer->host, sizeof issuer->host, "127.0.0.1:%" PRIu16, port);
  snprintf(issuer->host_by_name, sizeof issuer->host_by_name, "localhost:%" PRIu16, port);
  snprintf(jwks_uri, sizeof jwks_uri, "%s/jwks", issuer->url);
  for (int i = 0; i < ALGORITHM_COUNT; i++) {
    issuer->keys[i] = new_key(i);
    if (issuer->keys[i] == NULL) return false;
  }
  issuer->jwks = make_jwks(issuer->keys);
  issuer->metadata =
      json_pack("{s:s, s:s, s:[s]}", "issuer", issuer->url, "jwks_uri", jwks_uri, "response_types_supported", "none");
  return issuer->jwks != NULL && issuer->metadata != NULL;
}

static void free_issuer(struct issuer *issuer) {
  for (int i = 0; i < ALGORITHM_COUNT; i++) EVP_PKEY_free(issuer->keys[i]);
  json_decref(issuer->jwks);
  json_decref(issuer->metadata);
}

int main(int argc, char **argv) {
  static struct issuer issuer;
  uint16_t port = 9000;
  sigset_t stop;
  const bool with_port = argc == 3 && strcmp(argv[1], "--port") == 0 && parse_port(argv[2], &port) == 0;
  if (argc != 1 && !with_port) {
    fprintf(stderr, "usage: dev_issuer [--port N]\n");
    return 2;
  }
  fprintf(stderr,
          "*********************************************************************\n"
          "*  dev_issuer: FOR DEVELOPMENT ONLY. It gives a token for any user  *\n"
          "*  to whoever asks. Never let a server that matters trust it.       *\n"
          "*********************************************************************\n");
  const int listener = listen_on_loopback(&port);
  if (listener < 0) {
    fprintf(stderr, "dev_issuer: cannot listen on 127.0.0.1:%" PRIu16 ": %s\n", port, strerror(errno));
    return 1;
  }
  block_stop_signals(&stop);
  struct MHD_Daemon *daemon = NULL;
  if (make_issuer(&issuer, port)) {
    daemon = MHD_start_daemon(MHD_USE_AUTO_INTERNAL_THREAD | MHD_USE_ERROR_LOG, 0, NULL, NULL, handle, &issuer,
                              MHD_OPTION_LISTEN_SOCKET, listener, MHD_OPTION_CONNECTION_LIMIT, 64u,
                              MHD_OPTION_CONNECTION_TIMEOUT, 30u, MHD_OPTION_END);
  }
  if (daemon == NULL) {
    fprintf(stderr, "dev_issuer: no keys could be made, or the HTTP server did not start\n");
    free_issuer(&issuer);
    return 1;
  }
  printf("listening on %s\n", issuer.url);
  fflush(stdout);
  wait_for_stop(&stop);
  MHD_stop_daemon(daemon);
  free_issuer(&issuer);
  return 0;
}
